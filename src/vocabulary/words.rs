//! The words of a sentence. Comes in: plain text, or a phrase to look for. Goes out: folded words with their places, and
//! where the phrase stands among them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use unicode_normalization::char::is_combining_mark;

use super::fold;
use crate::bytes::LETTERS;

/// A word of a sentence; apostrophes and hyphens part words.
#[derive(Debug)]
pub(super) struct Word<'a> {
    /// As it is written.
    pub(super) written: &'a str,
    /// As it is compared.
    pub(super) folded: Cow<'a, str>,
    /// Its place in the tables of [`Openings`].
    mark: u16,
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
        let mark = mark(hash(written));
        let is_folded = written.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let folded = if is_folded { Cow::Borrowed(written) } else { Cow::Owned(fold(written)) };
        Word { written, folded, mark, start: range.start, end: range.end, is_joined }
    };
    // A word and what parts it from the next one take four bytes at least, mostly.
    let mut words = Vec::with_capacity(text.len() / 4);
    words.extend(each_word(text).map(word));
    words
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
        Phrase(words(&text).into_iter().map(|word| word.folded.into_owned()).collect())
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
pub(super) struct Phrases {
    by_first: BTreeMap<u8, Vec<Phrase>>,
    openings: Openings,
}

impl From<Vec<Phrase>> for Phrases {
    fn from(phrases: Vec<Phrase>) -> Phrases {
        let openings = Openings::of_phrases(&phrases);
        let mut by_first: BTreeMap<u8, Vec<Phrase>> = BTreeMap::new();
        for phrase in phrases {
            let first = phrase.0.first().and_then(|word| word.bytes().next()).unwrap_or_default();
            by_first.entry(first).or_default().push(phrase);
        }
        Phrases { by_first, openings }
    }
}

impl Phrases {
    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Phrase> {
        self.by_first.values().flatten()
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.by_first.is_empty()
    }

    /// The end of the longest that stands at word `at`.
    pub(super) fn longest(&self, words: &[Word<'_>], at: usize) -> Option<usize> {
        let word = words.get(at).filter(|word| self.openings.may_have(word.mark))?;
        let first = word.folded.bytes().next()?;
        self.by_first.get(&first)?.iter().filter_map(|phrase| phrase.end(words, at)).max()
    }
}

/// The first words of some phrases, as marks in a table: a word without a mark begins none of them.
#[derive(Debug, Clone)]
struct Openings(Vec<u64>);

impl Openings {
    /// How many marks the table has: many times the number of words.
    const SIZE: usize = 1 << 12;

    fn of_phrases(phrases: &[Phrase]) -> Openings {
        let mut marks = vec![0; Openings::SIZE / 64];
        for word in phrases.iter().filter_map(|phrase| phrase.0.first()) {
            for at in forms(word).map(|hash| usize::from(mark(hash))) {
                marks[at / 64] |= 1 << (at % 64);
            }
        }
        Openings(marks)
    }

    /// Whether a phrase may begin with the word that has this mark.
    fn may_have(&self, mark: u16) -> bool {
        let at = usize::from(mark);
        self.0[at / 64] & 1 << (at % 64) != 0
    }
}

/// The place of a word in the tables of [`Openings`].
fn mark(hash: u32) -> u16 {
    ((hash ^ hash >> 16) as usize % Openings::SIZE) as u16
}

/// In which of several groups of phrases a word is the longest of a phrase, as bits. A sentence without such a word has no
/// phrase of the group.
pub(super) struct Groups {
    /// Hashes of words with their groups, each at its hash or at the next free place behind; 0 is a free place.
    slots: Vec<(u32, u8)>,
}

impl Groups {
    /// How many places there are: many times the number of words.
    const SIZE: usize = 1 << 13;

    /// The groups of some lists, each with its bit.
    pub(super) fn of(lists: &[(&Phrases, u8)]) -> Groups {
        let mut groups = Groups { slots: vec![(0, 0); Groups::SIZE] };
        for (phrases, group) in lists {
            for word in phrases.iter().filter_map(|phrase| phrase.0.iter().max_by_key(|word| word.len())) {
                for hash in forms(word) {
                    let at = groups.place_of(hash);
                    groups.slots[at] = (hash, groups.slots[at].1 | group);
                }
            }
        }
        groups
    }

    /// The groups that a text may have phrases of.
    pub(super) fn in_text(&self, text: &str) -> u8 {
        if !text.is_ascii() {
            return each_word(text).fold(0, |groups, (range, _)| groups | self.at(hash(&text[range])));
        }
        let mut groups = 0;
        let mut word = Hasher::default();
        for byte in text.bytes().chain([b' ']) {
            if LETTERS[usize::from(byte)] {
                word.add(byte);
            } else if word.length > 0 {
                groups |= self.at(word.hash());
                word = Hasher::default();
            }
        }
        groups
    }

    /// The groups of a word with this hash.
    fn at(&self, hash: u32) -> u8 {
        self.slots[self.place_of(hash)].1
    }

    /// Where a hash is, or where it would be put.
    fn place_of(&self, hash: u32) -> usize {
        let mut at = (hash ^ hash >> 16) as usize % Groups::SIZE;
        while self.slots[at].0 != hash && self.slots[at].0 != 0 {
            at = (at + 1) % Groups::SIZE;
        }
        at
    }
}

/// The hashes of a word in all the forms in which it agrees.
fn forms(word: &str) -> [u32; 4] {
    ["", "e", "s", "es"].map(|ending| hash(&format!("{word}{ending}")))
}

/// A hash of a word, however it is written.
fn hash(written: &str) -> u32 {
    let mut hasher = Hasher::default();
    match written.is_ascii() {
        true => written.bytes().for_each(|byte| hasher.add(byte)),
        false => fold(written).bytes().for_each(|byte| hasher.add(byte)),
    }
    hasher.hash()
}

/// Makes the hash of a word from its last eight bytes and its length. Every word of every page goes through it, so that a byte
/// costs no more than to put it behind the others; words that end alike are told apart later.
#[derive(Default)]
struct Hasher {
    last: u64,
    length: u32,
}

impl Hasher {
    fn add(&mut self, byte: u8) {
        // Of letters the small one, of digits the digit.
        self.last = self.last << 8 | u64::from(byte | 0x20);
        self.length += 1;
    }

    /// Never 0, which is a free place in [`Groups`].
    fn hash(&self) -> u32 {
        let mixed = (self.last ^ u64::from(self.length)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as u32 | 1
    }
}

/// Whether a word is the wanted one, French agreement (`e`, `s`, `es`) aside; short words have none.
fn agrees(word: &str, wanted: &str) -> bool {
    let ending = word.strip_prefix(wanted).filter(|_| wanted.len() > 4);
    word == wanted || matches!(ending, Some("e" | "s" | "es"))
}
