//! Words of harm. Comes in: a stretch of text. Goes out: the first word in it that says that somebody was or can be harmed
//! (`harm.toml`), in any of the languages, since people are quoted in theirs.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    en: Vec<String>,
    fr: Vec<String>,
    ar: Vec<String>,
}

struct Words {
    finder: AhoCorasick,
    /// Of each pattern whether more letters may follow it.
    is_beginning: Vec<bool>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("harm.toml")).expect("harm.toml is tested with the program");
    let all: Vec<String> = [file.en, file.fr, file.ar].concat();
    let patterns = all.iter().map(|word| word.trim_end_matches('*'));
    let finder =
        AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest).build(patterns);
    Words {
        finder: finder.expect("a few hundred words make no large automaton"),
        is_beginning: all.iter().map(|word| word.ends_with('*')).collect(),
    }
});

/// The first word of harm in a text, as it is written there.
pub fn first(text: &str) -> Option<&str> {
    WORDS.finder.find_iter(text).find_map(|found| {
        let before = text[..found.start()].chars().next_back();
        let after = text[found.end()..].chars().next();
        // In Arabic, articles and conjunctions stand before a word without a space.
        let begins = before.is_none_or(|c| {
            !c.is_alphanumeric() || !c.is_ascii() && text[found.range()].starts_with(|c: char| c as u32 > 0x5ff)
        });
        let ends = WORDS.is_beginning[found.pattern().as_usize()] || after.is_none_or(|c| !c.is_alphanumeric());
        let rest = &text[found.end()..];
        let end = found.end() + rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        (begins && ends).then(|| &text[found.start()..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_three_languages_and_not_within_others() {
        assert_eq!(first("Two men were Abducted there"), Some("Abducted"));
        assert_eq!(first("Trois civils ont été blessés"), Some("blessés"));
        assert_eq!(first("وقتل رجلان"), Some("قتل"));
        assert_eq!(first("a skilled grape grower, violet, arrest warrants"), None);
        assert_eq!(first("on condition of anonymity"), Some("condition of anonymity"));
    }
}
