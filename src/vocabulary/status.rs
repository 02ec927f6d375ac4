//! Statuses: the vocabulary. Comes in: words. Goes out: the [`Status`] that they mean, or the nearest word that is one.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{LazyLock, PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use super::fold;
use super::fold::nearest_folded;

/// One status of the vocabulary (`statuses.toml`).
#[derive(Debug, Deserialize, Serialize)]
pub struct Status {
    /// The canonical code, such as `winding-down`.
    pub code: String,
    /// The phase that boards group by.
    pub phase: Phase,
    /// The code of IATI ActivityStatus, empty where there is none.
    pub iati: String,
    /// The schema.org ActionStatusType, empty where there is none.
    pub schema: String,
    /// A sign whose shape alone tells the status.
    pub mark: String,
    /// After how many days a statement of this status should be looked at again; 0 is never.
    pub stale_after_days: u32,
    /// The status in the languages of the interface.
    pub label: Label,
    /// Its words in English.
    #[serde(skip_serializing)]
    pub(super) en: Vec<String>,
    /// Its words in French.
    #[serde(skip_serializing)]
    pub(super) fr: Vec<String>,
}

/// A word in the languages of the interface.
#[derive(Debug, Deserialize, Serialize)]
pub struct Label {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
    /// Arabic.
    pub ar: String,
}

impl Label {
    /// The word in a language given by its BCP 47 tag; English where there is none.
    pub fn in_language(&self, tag: &str) -> &str {
        match tag.split('-').next() {
            Some("fr") => &self.fr,
            Some("ar") => &self.ar,
            _ => &self.en,
        }
    }
}

/// The phases of an intervention, in the order in which boards show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Phase {
    Active,
    Ending,
    Paused,
    Future,
    Over,
    Unknown,
}

impl Phase {
    /// Every phase, in the order of boards.
    pub const ALL: [Phase; 6] =
        [Phase::Active, Phase::Ending, Phase::Paused, Phase::Future, Phase::Over, Phase::Unknown];

    /// The word for this phase in data and templates.
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::Active => "active",
            Phase::Ending => "ending",
            Phase::Paused => "paused",
            Phase::Future => "future",
            Phase::Over => "over",
            Phase::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Deserialize)]
struct File {
    status: Vec<Status>,
}

/// A synonym: its folded words and the status that they mean.
struct Synonym {
    words: Vec<String>,
    status: &'static Status,
}

static STATUSES: LazyLock<Vec<Status>> = LazyLock::new(|| {
    toml::from_str::<File>(include_str!("statuses.toml")).expect("statuses.toml is tested with the program").status
});

/// Every synonym by the first byte of its first word, in each list the longest first.
static SYNONYMS: LazyLock<BTreeMap<u8, Vec<Synonym>>> = LazyLock::new(|| {
    let mut synonyms: Vec<Synonym> = Vec::new();
    for status in STATUSES.iter() {
        for word in status.en.iter().chain(&status.fr) {
            let words: Vec<String> = fold(word).split(' ').map(str::to_owned).collect();
            if words != [""] {
                synonyms.push(Synonym { words, status });
            }
        }
    }
    synonyms.sort_by_key(|synonym| std::cmp::Reverse(synonym.words.len()));
    let mut by_first: BTreeMap<u8, Vec<Synonym>> = BTreeMap::new();
    for synonym in synonyms {
        let first = synonym.words[0].bytes().next().unwrap_or_default();
        by_first.entry(first).or_default().push(synonym);
    }
    by_first
});

/// All statuses, in the order of the vocabulary.
pub fn all() -> &'static [Status] {
    &STATUSES
}

/// The status with this code; `unknown` for anything else.
pub fn by_code(code: &str) -> &'static Status {
    let found = STATUSES.iter().find(|status| status.code == code);
    found.or(STATUSES.last()).expect("the vocabulary is not empty")
}

/// Every synonym, folded and as written.
static FOLDED: LazyLock<Vec<(String, &'static str)>> = LazyLock::new(|| {
    let words = STATUSES.iter().flat_map(|status| status.en.iter().chain(&status.fr));
    words.map(|word| (fold(word), word.as_str())).collect()
});

/// The synonym that is nearest to some words that are no status, as it is written in the vocabulary. The same words stand
/// in many rows, so that what was found for the first of them is kept.
pub fn nearest(words: &str) -> Option<&'static str> {
    const KEPT_MAX: usize = 1_000;
    static KEPT: RwLock<BTreeMap<String, Option<&'static str>>> = RwLock::new(BTreeMap::new());
    let folded = fold(words);
    if let Some(known) = KEPT.read().unwrap_or_else(PoisonError::into_inner).get(&folded) {
        return *known;
    }
    let found = nearest_to(&folded);
    let mut kept = KEPT.write().unwrap_or_else(PoisonError::into_inner);
    if kept.len() < KEPT_MAX {
        kept.insert(folded, found);
    }
    found
}

fn nearest_to(folded: &str) -> Option<&'static str> {
    // "Incomplete" is as near to "complete" as a typing mistake, and means the opposite.
    let is_opposite = |near: &&str| folded.len() > near.len() && folded.ends_with(&fold(near));
    nearest_folded(folded, FOLDED.iter().map(|(folded, written)| (folded, *written))).filter(|near| !is_opposite(near))
}

/// The longest synonym with which a sequence of folded words begins, and how many words it has.
pub(super) fn longest_match<'a>(words: impl Fn(usize) -> Option<&'a str>) -> Option<(&'static Status, usize)> {
    let matches = |synonym: &&Synonym| {
        let agree = |(at, wanted): (usize, &String)| words(at).is_some_and(|word| agrees(word, wanted));
        synonym.words.iter().enumerate().all(agree)
    };
    let first = words(0)?.bytes().next()?;
    SYNONYMS.get(&first)?.iter().find(matches).map(|synonym| (synonym.status, synonym.words.len()))
}

/// Whether a word is the wanted one, French agreement (`e`, `s`, `es`) aside.
fn agrees(word: &str, wanted: &str) -> bool {
    word == wanted || ["es", "s", "e"].iter().any(|ending| word.strip_suffix(ending) == Some(wanted))
}
