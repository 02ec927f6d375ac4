//! The words of a sentence. Comes in: plain text, or a phrase to look for. Goes out: folded words with their places, and
//! where the phrase stands among them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use unicode_normalization::char::is_combining_mark;

use super::fold;

/// A word of a sentence; apostrophes and hyphens part words.
#[derive(Debug)]
pub(super) struct Word<'a> {
    /// As it is written.
    pub(super) written: &'a str,
    /// As it is compared.
    pub(super) folded: String,
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// Whether only white space, an apostrophe or a hyphen parts it from the word before.
    pub(super) is_joined: bool,
}

impl Word<'_> {
    /// Whether it is made of digits.
    pub(super) fn is_number(&self) -> bool {
        self.folded.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// Cuts a text into words.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let word = |(range, is_joined): (Range<usize>, bool)| {
        let written = &text[range.clone()];
        Word { written, folded: fold(written), start: range.start, end: range.end, is_joined }
    };
    each_word(text).map(word).collect()
}

/// Where each word of a text stands, and whether it is joined to the one before.
pub(super) fn each_word(text: &str) -> impl Iterator<Item = (Range<usize>, bool)> {
    let is_of_word = |c: char| c.is_alphanumeric() || !c.is_ascii() && is_combining_mark(c);
    let is_joint = |c: char| c.is_whitespace() || matches!(c, '\'' | '’' | '-' | '\u{2010}' | '\u{2011}');
    let mut end = 0;
    let mut is_first = true;
    std::iter::from_fn(move || {
        let start = end + text[end..].find(is_of_word)?;
        let is_joined = !std::mem::take(&mut is_first) && text[end..start].chars().all(is_joint);
        end = text[start..].find(|c| !is_of_word(c)).map_or(text.len(), |length| start + length);
        Some((start..end, is_joined))
    })
}

/// Some folded words to look for.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "String")]
pub(super) struct Phrase(Vec<String>);

impl From<String> for Phrase {
    fn from(text: String) -> Phrase {
        Phrase(words(&text).into_iter().map(|word| word.folded).collect())
    }
}

impl Phrase {
    /// Whether there is no word in it.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where the phrase ends if it stands at word `at`: at the word after it. French agreement does not matter, but no
    /// punctuation may stand within.
    pub(super) fn end(&self, words: &[Word<'_>], at: usize) -> Option<usize> {
        let end = at + self.0.len();
        let here = words.get(at..end).filter(|here| !here.is_empty())?;
        let agree = here.iter().zip(&self.0).all(|(word, wanted)| agrees(&word.folded, wanted));
        (agree && here[1..].iter().all(|word| word.is_joined)).then_some(end)
    }
}

/// Phrases to look for, by the first byte of their first word: of a thousand phrases some dozens are compared at each word.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Vec<Phrase>")]
pub(super) struct Phrases(BTreeMap<u8, Vec<Phrase>>);

impl From<Vec<Phrase>> for Phrases {
    fn from(phrases: Vec<Phrase>) -> Phrases {
        let mut by_first: BTreeMap<u8, Vec<Phrase>> = BTreeMap::new();
        for phrase in phrases {
            let first = phrase.0.first().and_then(|word| word.bytes().next()).unwrap_or_default();
            by_first.entry(first).or_default().push(phrase);
        }
        Phrases(by_first)
    }
}

impl Phrases {
    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Phrase> {
        self.0.values().flatten()
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The end of the longest that stands at word `at`.
    pub(super) fn longest(&self, words: &[Word<'_>], at: usize) -> Option<usize> {
        let first = words.get(at)?.folded.bytes().next()?;
        self.0.get(&first)?.iter().filter_map(|phrase| phrase.end(words, at)).max()
    }
}

/// The first words of many phrases, as marks in a table: what has no mark begins none of them.
pub(super) struct Openings(Vec<bool>);

impl Openings {
    /// How many marks the table has: a power of two, many times the number of words.
    const SIZE: usize = 1 << 14;

    /// Those of some lists.
    pub(super) fn of(lists: &[&Phrases]) -> Openings {
        let mut marks = vec![false; Openings::SIZE];
        for word in lists.iter().flat_map(|list| list.iter()).filter_map(|phrase| phrase.0.first()) {
            for ending in ["", "e", "s", "es"] {
                marks[Openings::mark(&format!("{word}{ending}"))] = true;
            }
        }
        Openings(marks)
    }

    /// Whether a phrase may begin with a word.
    pub(super) fn may_have(&self, written: &str) -> bool {
        let folded = if written.is_ascii() { Cow::Borrowed(written) } else { Cow::Owned(fold(written)) };
        self.0[Openings::mark(&folded)]
    }

    /// The place of a word in the table, whatever its case (FNV-1a).
    fn mark(word: &str) -> usize {
        let step = |hash: u32, byte: u8| (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
        let hash = word.bytes().fold(0x811c_9dc5, step);
        (hash ^ hash >> 16) as usize % Openings::SIZE
    }
}

/// Whether a word is the wanted one, French agreement (`e`, `s`, `es`) aside; short words have none.
fn agrees(word: &str, wanted: &str) -> bool {
    let ending = word.strip_prefix(wanted).filter(|_| wanted.len() > 4);
    word == wanted || matches!(ending, Some("e" | "s" | "es"))
}
