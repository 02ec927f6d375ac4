//! What the name of a page's file says: its language and its date. Comes in: the path of a source. Goes out: a [`FileName`].

use super::moment::{self, Moment};
use crate::address;
use crate::rules::Suffixes;
use crate::vocabulary::Date;

/// The name of a page's file, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName<'p> {
    /// The folder that it lies in, below `content/`; empty at the top.
    pub folder: &'p str,
    /// The name without the language and the ending: `why` for `why.fr.md`.
    pub stem: &'p str,
    /// The language that the name ends with, where the site has it.
    pub language: Option<&'p str>,
    /// The date that the name begins with: that of the folder for an `index.md`.
    pub date: Option<(Date, Moment)>,
    /// What follows that date, for the address.
    pub after_date: Option<&'p str>,
}

impl<'p> FileName<'p> {
    /// Takes a path apart.
    pub fn of(path: &'p str, languages: Suffixes<'_>) -> FileName<'p> {
        let below = path.strip_prefix("content/").unwrap_or(path);
        let (folder, name) = (address::folder_of(below), address::name_of(below));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let (stem, language) = match stem.rsplit_once('.') {
            Some((stem, ending)) if languages.further.iter().any(|known| known == ending) => (stem, Some(ending)),
            Some((stem, ending)) if languages.own == Some(ending) => (stem, None),
            _ => (stem, None),
        };
        let dated = if stem == "index" { address::name_of(folder) } else { stem };
        let (date, after_date) = dated_name(dated).map_or((None, None), |(date, rest)| (Some(date), rest));
        FileName { folder, stem, language, date, after_date }
    }

    /// Whether it is the page of a section.
    pub fn is_section(&self) -> bool {
        self.stem == "_index"
    }

    /// Whether it is the page of the folder that it lies in.
    pub fn is_index(&self) -> bool {
        self.stem == "index"
    }
}

/// A name that begins with a date, as Zola reads it: `2024-01-15`, `2024-01-15-why`, `2024-01-15T10:00:00Z_why`. Gives the
/// date and what follows it.
fn dated_name(name: &str) -> Option<((Date, Moment), Option<&str>)> {
    let day = name.get(..10).filter(|day| day.bytes().filter(u8::is_ascii_digit).count() == 8)?;
    let mut end = 10;
    if name[10..].starts_with('T') {
        let is_time = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | 'T');
        end += name[10..].find(|c: char| !is_time(c)).unwrap_or(name.len() - 10);
        end += match name[end..].chars().next() {
            Some('Z') => 1,
            Some('+' | '-') => 6,
            _ => return None,
        };
    }
    let rest = name.get(end..)?;
    let after = rest.trim_start_matches(' ').strip_prefix(['-', '_']).filter(|after| !after.is_empty());
    let date = moment::parse(if end == 10 { day } else { name.get(..end)? })?;
    (rest.is_empty() || after.is_some()).then_some((date, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_language_and_date() {
        let further = ["fr".to_owned()];
        let languages = Suffixes { further: &further, own: None };
        let name = FileName::of("content/mali/2024-01-15-why now.fr.md", languages);
        assert_eq!((name.folder, name.stem, name.language), ("mali", "2024-01-15-why now", Some("fr")));
        assert_eq!(
            (name.date.map(|date| date.0.to_string()), name.after_date),
            (Some("2024-01-15".into()), Some("why now"))
        );
        let after = |path| FileName::of(path, languages).after_date.map(str::to_owned);
        assert_eq!(after("content/2024-01-15T10:00:00Z_why.md"), Some("why".into()));
        assert_eq!(after("content/2024-01-15T10:00:00+01:00-why.md"), Some("why".into()));
        assert_eq!(after("content/2024-01-15 -why/index.md"), Some("why".into()));
        for none in ["content/2024-01-15.md", "content/2024-13-15-why.md", "content/2024-01-15why.md"] {
            assert_eq!(after(none), None, "{none}");
        }
        assert_eq!(FileName::of("content/a.en.md", languages).stem, "a.en");
        let of_hugo = Suffixes { further: &further, own: Some("en") };
        let name = FileName::of("content/a.en.md", of_hugo);
        assert_eq!((name.stem, name.language), ("a", None));
    }
}
