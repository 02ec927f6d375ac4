//! Statuses: the vocabulary, and the grammar of a status cell. Comes in: a cell's plain text.
//! Goes out: a [`StatusCell`]: each step of its history with its code, the writer's word and its date.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::fold::nearest_folded;
use super::{Date, fold};

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
    en: Vec<String>,
    /// Its words in French.
    #[serde(skip_serializing)]
    fr: Vec<String>,
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

/// Every synonym, the longest first.
static SYNONYMS: LazyLock<Vec<Synonym>> = LazyLock::new(|| {
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
    synonyms
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

/// The synonym that is nearest to some words that are no status, as it is written in the vocabulary.
pub fn nearest(words: &str) -> Option<&'static str> {
    nearest_folded(&fold(words), FOLDED.iter().map(|(folded, written)| (folded, *written)))
}

/// What a status cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCell {
    /// The history, the oldest first; the last step is the status now. Never empty.
    pub steps: Vec<Step>,
}

impl StatusCell {
    /// The last step: the status now.
    pub fn current(&self) -> &Step {
        self.steps.last().expect("a status cell has at least one step")
    }
}

/// One step of a status history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// How the words were understood.
    pub reading: Reading,
    /// The code of the status, `unknown` if the words were not understood.
    pub code: &'static str,
    /// The writer's words for the status, without dates and remarks.
    pub label: String,
    /// The date that stands with it, or since when it holds.
    pub date: Option<Date>,
    /// Until when it is to hold.
    pub until: Option<Date>,
    /// Whether it is marked as uncertain ("reportedly", a final `?`).
    pub uncertain: bool,
    /// Whether it is marked as disputed.
    pub disputed: bool,
}

/// How a cell's words were understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A status of the vocabulary, or an empty cell, which states none.
    Known,
    /// Words that are no status.
    Unknown,
    /// A status that is denied ("not active").
    Negated,
    /// Two different statuses without an arrow between them.
    Double,
}

/// Reads a status cell: `STATUS [qualifier] [DATE | since DATE | (DATE)]`, steps of a history between arrows.
pub fn read(cell: &str) -> StatusCell {
    let arrows = ["→", "->", "➔", "=>", "⇒", "➜"];
    let mut parts: Vec<&str> = vec![cell];
    for arrow in arrows {
        parts = parts.into_iter().flat_map(|part| part.split(arrow)).collect();
    }
    let parts = parts.into_iter().flat_map(split_at_semicolons);
    let steps: Vec<Step> = parts.map(str::trim).filter(|part| !part.is_empty()).map(read_step).collect();
    if steps.is_empty() { StatusCell { steps: vec![read_step("")] } } else { StatusCell { steps } }
}

/// A `;` separates steps only where every part is a status; else it begins a remark.
fn split_at_semicolons(part: &str) -> Vec<&str> {
    let parts: Vec<&str> = part.split(';').collect();
    let all_known = parts.iter().all(|part| !part.trim().is_empty() && read_step(part).reading == Reading::Known);
    if parts.len() > 1 && all_known { parts } else { vec![part] }
}

/// A token of a status cell, with where its text ends in the cell.
#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Date(Date),
    Open,
    Close,
    Break,
    Doubt,
}

fn read_step(text: &str) -> Step {
    let tokens = tokens(text);
    let known = |code, reading| Step {
        reading,
        code,
        label: text.trim().to_owned(),
        date: None,
        until: None,
        uncertain: false,
        disputed: false,
    };
    if tokens.iter().all(|(token, _)| !matches!(token, Token::Word(_))) && !text.contains(char::is_alphanumeric) {
        return known("unknown", Reading::Known); // an empty cell, a dash or a lone question mark
    }
    let first = tokens.iter().position(|(token, _)| !is_qualifier(token)).unwrap_or(0);
    let Some((status, length)) = match_at(&tokens, first) else {
        let negated = tokens.iter().take(first + 1).any(|(token, _)| is_negation(token));
        return known("unknown", if negated { Reading::Negated } else { Reading::Unknown });
    };
    let after = first + length;
    let mut step = known(&status.code, Reading::Known);
    step.uncertain = tokens.iter().any(|(token, _)| is_doubt(token));
    let mut depth = 0;
    let mut label_open = true;
    let mut is_end = false;
    let mut label_end = tokens[after - 1].1;
    for (at, (token, end)) in tokens.iter().enumerate().skip(after) {
        match token {
            Token::Date(date) => {
                let slot = if is_end { &mut step.until } else { &mut step.date };
                slot.get_or_insert_with(|| date.clone());
                is_end = false;
                label_open = false;
            }
            Token::Open => {
                depth += 1;
                label_open = false;
            }
            Token::Close => depth -= 1,
            Token::Break | Token::Doubt => label_open = false,
            Token::Word(word) if matches!(word.as_str(), "disputed" | "contested" | "conteste" | "contestee") => {
                step.disputed = true;
                label_open = false;
            }
            Token::Word(word) if is_date_word(word) => {
                label_open = false;
                is_end = matches!(word.as_str(), "until" | "till" | "by" | "jusqu'au" | "jusqu'a" | "jusqu'en")
                    || (is_end && word != "since" && word != "depuis");
            }
            Token::Word(_) => {
                let other = match_at(&tokens, at).filter(|(other, _)| other.code != status.code);
                if other.is_some() && depth == 0 {
                    return known("unknown", Reading::Double);
                }
                if label_open {
                    label_end = *end;
                }
            }
        }
    }
    step.label = text[..label_end].trim().to_owned();
    step
}

/// The longest synonym that begins at token `at`, with its length in tokens.
fn match_at(tokens: &[(Token, usize)], at: usize) -> Option<(&'static Status, usize)> {
    let matches = |synonym: &&Synonym| {
        synonym.words.iter().enumerate().all(|(offset, wanted)| match tokens.get(at + offset) {
            Some((Token::Word(word), _)) => agrees(word, wanted),
            _ => false,
        })
    };
    SYNONYMS.iter().find(matches).map(|synonym| (synonym.status, synonym.words.len()))
}

/// Whether a word is the wanted one, French agreement (`e`, `s`, `es`) aside.
fn agrees(word: &str, wanted: &str) -> bool {
    word == wanted || ["es", "s", "e"].iter().any(|ending| word.strip_suffix(ending) == Some(wanted))
}

fn is_qualifier(token: &Token) -> bool {
    const QUALIFIERS: [&str; 16] = [
        "partially",
        "partly",
        "de",
        "facto",
        "reportedly",
        "delayed",
        "mostly",
        "largely",
        "still",
        "currently",
        "now",
        "partiellement",
        "aurait",
        "retarde",
        "toujours",
        "actuellement",
    ];
    matches!(token, Token::Word(word) if QUALIFIERS.contains(&word.as_str()))
        || matches!(token, Token::Open | Token::Close)
}

fn is_negation(token: &Token) -> bool {
    const NEGATIONS: [&str; 9] = ["not", "no", "never", "ne", "pas", "plus", "jamais", "non", "isn't"];
    matches!(token, Token::Word(word) if NEGATIONS.contains(&word.as_str()) || word.starts_with("n'"))
}

fn is_doubt(token: &Token) -> bool {
    matches!(token, Token::Doubt)
        || matches!(token, Token::Word(word) if matches!(word.as_str(), "reportedly" | "aurait"))
}

fn is_date_word(word: &str) -> bool {
    const DATE_WORDS: [&str; 15] = [
        "since", "from", "until", "till", "in", "by", "as", "on", "depuis", "jusqu'au", "jusqu'a", "jusqu'en", "au",
        "le", "en",
    ];
    DATE_WORDS.contains(&word)
}

/// Cuts a step into tokens, each with the byte offset at which it ends.
fn tokens(text: &str) -> Vec<(Token, usize)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let start = text.len() - rest.len();
        let is_start = !text[..start].ends_with(char::is_alphanumeric);
        if let Some((date, length)) = Date::prefix(rest).filter(|_| is_start && c.is_alphanumeric()) {
            tokens.push((Token::Date(date), start + length));
            rest = &rest[length..];
            continue;
        }
        let length = if is_word(c) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { c.len_utf8() };
        let piece = &rest[..length];
        let token = match c {
            '(' | '[' => Some(Token::Open),
            ')' | ']' => Some(Token::Close),
            '?' => Some(Token::Doubt),
            ',' | ':' | ';' | '.' | '–' | '—' => Some(Token::Break),
            _ => Some(fold(piece)).filter(|word| !word.is_empty()).map(Token::Word),
        };
        tokens.extend(token.map(|token| (token, start + length)));
        rest = &rest[length..];
    }
    tokens
}

/// What a word consists of; hyphens part words, so that "on-going" and "on going" are one.
fn is_word(c: char) -> bool {
    !c.is_whitespace() && !"()[],:;?–—-_".contains(c) && c != '.' && !('\u{2010}'..='\u{2015}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(cell: &str) -> &'static str {
        read(cell).current().code
    }

    #[test]
    fn every_word_of_the_list_has_its_code() {
        for status in all() {
            for word in status.en.iter().chain(&status.fr) {
                assert_eq!(code(&word.to_uppercase()), status.code, "{word}");
            }
        }
    }

    #[test]
    fn the_writers_word_is_kept_as_label() {
        let cell = read("In Progress (2013-07-01)");
        assert_eq!(cell.current().code, "active");
        assert_eq!(cell.current().label, "In Progress");
        assert_eq!(cell.current().date, Date::parse("2013-07-01"));
        let in_words = read("Suspendue depuis le 1er mai 2022");
        assert_eq!(
            (in_words.current().label.as_str(), in_words.current().date.clone()),
            ("Suspendue", Date::parse("2022-05-01"))
        );
        let until = read("Suspendu jusqu’au 1er mai 2025");
        assert_eq!((until.current().date.clone(), until.current().until.clone()), (None, Date::parse("2025-05-01")));
        assert_eq!(read("Suspended since 2022, funds frozen").current().label, "Suspended");
    }

    #[test]
    fn arrows_and_semicolons_make_a_history() {
        let cell = read("Ongoing (2013-07-01) → Withdrawing (2023-07-01) -> Withdrawn (2023-12-31)");
        let codes: Vec<&str> = cell.steps.iter().map(|step| step.code).collect();
        assert_eq!(codes, ["active", "winding-down", "withdrawn"]);
        assert_eq!(read("Active 2019; suspended 2021").steps.len(), 2);
        assert_eq!(read("Ongoing; money is short").steps.len(), 1);
    }

    #[test]
    fn french_agrees_and_the_longest_word_wins() {
        assert_eq!(code("Suspendues"), "suspended");
        assert_eq!(code("retrait en cours"), "winding-down");
        assert_eq!(code("Mises en œuvre"), "active");
        assert_eq!(code("Non démarrée"), "planned");
    }

    #[test]
    fn what_is_denied_doubled_or_unknown_is_unclear() {
        assert_eq!(read("Not yet active").current().reading, Reading::Negated);
        assert_eq!(read("N’est plus en vigueur").current().reading, Reading::Negated);
        assert_eq!(read("Planned but cancelled").current().reading, Reading::Double);
        assert_eq!(read("Ongonig").current().reading, Reading::Unknown);
        assert_eq!(nearest("Ongonig"), Some("ongoing"));
        assert_eq!(read("–").current().reading, Reading::Known);
        assert_eq!(read("").current().code, "unknown");
    }

    #[test]
    fn doubt_and_dispute_are_marked() {
        assert!(read("Reportedly ongoing").current().uncertain);
        assert!(read("Withdrawn?").current().uncertain);
        assert!(read("Ongoing (disputed)").current().disputed);
        assert_eq!(code("Ongoing (disputed)"), "active");
        assert_eq!(code("partially active"), "active");
    }
}
