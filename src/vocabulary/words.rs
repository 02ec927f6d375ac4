//! The words of a sentence. Comes in: plain text, or a phrase to look for. Goes out: folded words with their places, and
//! where the phrase stands among them.

use std::collections::BTreeMap;

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
    let is_of_word = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut end = 0;
    while let Some(gap) = text[end..].find(is_of_word) {
        let start = end + gap;
        let is_joint = |c: char| c.is_whitespace() || matches!(c, '\'' | '’' | '-' | '\u{2010}' | '\u{2011}');
        let is_joined = !words.is_empty() && text[end..start].chars().all(is_joint);
        end = text[start..].find(|c| !is_of_word(c)).map_or(text.len(), |length| start + length);
        let written = &text[start..end];
        words.push(Word { written, folded: fold(written), start, end, is_joined });
    }
    words
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

/// Whether a word is the wanted one, French agreement (`e`, `s`, `es`) aside; short words have none.
fn agrees(word: &str, wanted: &str) -> bool {
    let ending = word.strip_prefix(wanted).filter(|_| wanted.len() > 4);
    word == wanted || matches!(ending, Some("e" | "s" | "es"))
}
