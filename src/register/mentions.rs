//! Where texts name actors and interventions. Comes in: subjects and running text. Goes out: a [`NameBook`] that finds
//! names in any text, and the pages that mention each subject.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use imbl::{OrdMap, OrdSet};
use rayon::prelude::*;

use super::names::names_of;
use super::{Filed, PageId, Register, Subject};
use crate::document::Document;
use crate::vocabulary::{Field, Kind, fold};

/// Whom a name in a text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// What it is.
    pub kind: Kind,
    /// Which, as an index into the subjects of its kind.
    pub at: usize,
}

/// The pages whose running text names each subject.
pub type Mentions = OrdMap<Named, OrdSet<PageId>>;

/// Finds the names of actors, interventions and terms in texts.
#[derive(Debug, Default)]
pub struct NameBook {
    /// Short forms in capitals, which count only as written: "AU" is not "au".
    exact: Finder,
    /// All other names, small and capital letters alike.
    loose: Finder,
    /// What short forms of actors and terms stand for.
    full: BTreeMap<Named, String>,
    /// Whether anything named is to be explained where it is first named: terms, and what has a short form.
    explains: bool,
}

#[derive(Debug, Default)]
struct Finder {
    automaton: Option<AhoCorasick>,
    named: Vec<Named>,
}

impl Finder {
    fn new(names: Vec<(String, Named)>, is_exact: bool) -> Finder {
        let (words, named): (Vec<String>, Vec<Named>) = names.into_iter().unzip();
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(!is_exact);
        // Names that are too many for the automaton are not sought; the limit is far beyond any site's.
        let automaton = if words.is_empty() { None } else { builder.build(&words).ok() };
        Finder { automaton, named }
    }

    fn find<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (Range<usize>, Named)> + 't {
        let matches = self.automaton.iter().flat_map(move |automaton| automaton.find_iter(text));
        matches.filter_map(move |found| {
            let range = found.start()..found.end();
            let is_whole = !text[..range.start].ends_with(char::is_alphanumeric)
                && !text[range.end..].starts_with(char::is_alphanumeric);
            is_whole.then(|| Some((range, *self.named.get(found.pattern().as_usize())?)))?
        })
    }
}

/// Whether a name is a short form: capitals, digits and hyphens, two capitals at least.
pub fn is_short_form(name: &str) -> bool {
    name.chars().filter(|c| c.is_uppercase()).count() >= 2
        && name.chars().all(|c| c.is_uppercase() || c.is_numeric() || matches!(c, '-' | '.' | '&'))
}

impl NameBook {
    /// The names of everything that texts may mention. A name that means several things means none.
    pub(super) fn of(register: &Register) -> NameBook {
        let of_kind = |kind: Kind| {
            let subjects = register.subjects(kind).par_iter().enumerate();
            subjects.map(move |(at, subject)| (Named { kind, at }, all_names(subject))).collect::<Vec<_>>()
        };
        let named: Vec<(Named, Vec<String>)> =
            [Kind::Actors, Kind::Interventions, Kind::Glossary].into_iter().flat_map(of_kind).collect();
        let full: BTreeMap<Named, String> =
            named.iter().filter_map(|(named, names)| Some((*named, full_of(names)?))).collect();
        let mut by_name: BTreeMap<String, BTreeSet<Named>> = BTreeMap::new();
        for (named, names) in named {
            for name in names {
                by_name.entry(name).or_default().insert(named);
            }
        }
        let (mut exact, mut loose) = (Vec::new(), Vec::new());
        for (name, named) in by_name {
            // What is both an actor and a term is the actor.
            let first = named.first().copied();
            let Some(only) =
                first.filter(|only| named.len() == 1 || named.iter().skip(1).all(|other| other.kind != only.kind))
            else {
                continue;
            };
            if is_short_form(&name) {
                exact.push((name, only));
            } else if name.chars().count() > 3 {
                loose.push((name, only));
            }
        }
        let explains = !full.is_empty() || !register.subjects(Kind::Glossary).is_empty();
        NameBook { exact: Finder::new(exact, true), loose: Finder::new(loose, false), full, explains }
    }

    /// The full name for which a short form of something stands, where a table gives one.
    pub fn full_name(&self, named: Named) -> Option<&str> {
        self.full.get(&named).map(String::as_str)
    }

    /// Whether pages say of anything what it is where they first name it.
    pub fn explains(&self) -> bool {
        self.explains
    }

    /// The names in a text, in its order, each whole; of two that overlap the longer one.
    pub fn find(&self, text: &str) -> Vec<(Range<usize>, Named)> {
        let mut found: Vec<(Range<usize>, Named)> = self.exact.find(text).chain(self.loose.find(text)).collect();
        found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut end = 0;
        found.retain(|(range, _)| {
            let is_free = range.start >= end;
            end = end.max(range.end);
            is_free
        });
        found
    }
}

/// All names of a subject, as texts write them.
fn all_names(subject: &Subject) -> Vec<String> {
    match subject.kind {
        Kind::Actors => names_of(subject),
        _ => {
            let mut names = vec![subject.name.trim().to_owned()];
            let others = subject.statements.iter().map(|statement| statement.row.text(Field::Alias).trim());
            names.extend(others.filter(|name| !name.is_empty()).map(str::to_owned));
            names.retain(|name| !fold(name).is_empty());
            names.sort();
            names.dedup();
            names
        }
    }
}

/// The full name for which a short form of an actor or term stands, where a table gives one.
pub fn full_name(subject: &Subject) -> Option<String> {
    full_of(&all_names(subject))
}

/// The one of all names of an actor or term for which a short one stands.
fn full_of(names: &[String]) -> Option<String> {
    let short = names.iter().filter(|name| is_short_form(name)).map(|name| name.chars().count()).min()?;
    // A name of few words, such as "Blue Helmets" for MINUSMA, is another name and not what the letters stand for.
    let words = |name: &&String| name.split([' ', '-']).filter(|word| word.chars().count() > 1).count();
    let mut full: Vec<&String> = names.iter().filter(|name| !is_short_form(name) && !name.contains('(')).collect();
    full.retain(|name| words(name) >= 2 && words(name) * 2 >= short);
    full.sort_by_key(|name| (std::cmp::Reverse(name.chars().count()), (*name).clone()));
    full.first().map(|name| (*name).clone())
}

/// A sentence that names something: its index on its page, and the names.
pub(super) type Naming = (usize, Vec<(Range<usize>, Named)>);

/// The sentences of each page that name something.
pub(super) fn namings(book: &NameBook, filed: &[Filed<'_>]) -> Vec<Vec<Naming>> {
    filed.par_iter().map(|filed| namings_in(book, filed.document)).collect()
}

/// The sentences of a page that name something.
pub(super) fn namings_in(book: &NameBook, document: &Document) -> Vec<Naming> {
    let sentences = document.sentences().enumerate();
    let named = sentences.map(|(at, sentence)| (at, book.find(sentence.text)));
    named.filter(|(_, names)| !names.is_empty()).collect()
}

/// What some sentences name.
pub(super) fn named_in(namings: &[Naming]) -> BTreeSet<Named> {
    namings.iter().flat_map(|(_, names)| names).map(|(_, named)| *named).collect()
}

/// The events that name each actor, in a column or in their text.
pub(super) fn events(register: &Register) -> BTreeMap<usize, Vec<usize>> {
    let actors_of = |event: &Subject| {
        let in_text = register.book.find(&event.name).into_iter().map(|(_, named)| named);
        let in_text = in_text.filter(|named| named.kind == Kind::Actors).map(|named| named.at);
        in_text.chain(event.related(Kind::Actors).iter().copied()).collect::<BTreeSet<usize>>()
    };
    let actors: Vec<BTreeSet<usize>> = register.subjects(Kind::Timeline).par_iter().map(actors_of).collect();
    let mut events: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, actors) in actors.into_iter().enumerate() {
        for actor in actors {
            events.entry(actor).or_default().push(at);
        }
    }
    events
}

/// The pages whose running text names each subject.
pub(super) fn mentions(namings: &[Vec<Naming>], filed: &[Filed<'_>]) -> Mentions {
    let mut mentions = Mentions::new();
    for (filed, namings) in filed.iter().zip(namings) {
        for named in named_in(namings) {
            mentions.entry(named).or_default().insert(filed.page);
        }
    }
    mentions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_count_only_as_written() {
        let named = Named { kind: Kind::Actors, at: 0 };
        let book = NameBook {
            exact: Finder::new(vec![("AU".to_owned(), named)], true),
            loose: Finder::new(vec![("African Union".to_owned(), named), ("Wagner".to_owned(), named)], false),
            ..NameBook::default()
        };
        let of = |text: &str| book.find(text).into_iter().map(|(range, _)| text[range].to_owned()).collect::<Vec<_>>();
        assert_eq!(of("au Mali, the AU and the african union"), ["AU", "african union"]);
        assert_eq!(of("Wagnerian AUs"), Vec::<String>::new());
    }
}
