//! The grammar of a status cell. Comes in: a cell's plain text. Goes out: a [`StatusCell`]: each step of its history with
//! its code, the writer's word and its dates.

use super::own::{OwnStatus, own_match};
use super::status::{self, Status};
use super::{Date, fold};

/// What a status cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCell {
    /// The history, the oldest first; the last step is the status now. Never empty.
    pub steps: Vec<Step>,
    /// Whether the cell says more than statuses, dates and marks of doubt.
    pub has_remark: bool,
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
    /// At what date it was stated to hold.
    pub as_of: Option<Date>,
    /// Whether it is marked as uncertain ("reportedly", a final `?`).
    pub uncertain: bool,
    /// Whether it is marked as disputed.
    pub disputed: bool,
}

impl Default for Step {
    /// A status that nothing is known of.
    fn default() -> Step {
        Step {
            reading: Reading::Known,
            code: "unknown",
            label: String::new(),
            date: None,
            until: None,
            as_of: None,
            uncertain: false,
            disputed: false,
        }
    }
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
    read_with(cell, &[])
}

/// [`read`] with words of the site's own, which come first.
pub(super) fn read_with(cell: &str, own: &[OwnStatus]) -> StatusCell {
    let arrows = ["→", "->", "➔", "=>", "⇒", "➜"];
    let mut parts: Vec<&str> = vec![cell];
    for arrow in arrows {
        parts = parts.into_iter().flat_map(|part| part.split(arrow)).collect();
    }
    let parts = parts.into_iter().flat_map(|part| split_at_semicolons(part, own));
    let steps: Vec<(Step, bool)> =
        parts.map(str::trim).filter(|part| !part.is_empty()).map(|part| read_step(part, own)).collect();
    let has_remark = steps.iter().any(|(_, has_remark)| *has_remark);
    let mut steps: Vec<Step> = steps.into_iter().map(|(step, _)| step).collect();
    steps.shrink_to_fit();
    let steps = if steps.is_empty() { vec![Step::default()] } else { steps };
    StatusCell { steps, has_remark }
}

/// A `;` separates steps only where every part is a status; else it begins a remark.
fn split_at_semicolons<'a>(part: &'a str, own: &[OwnStatus]) -> Vec<&'a str> {
    if !part.contains(';') {
        return vec![part];
    }
    let parts: Vec<&str> = part.split(';').collect();
    let all_known =
        parts.iter().all(|part| !part.trim().is_empty() && read_step(part, own).0.reading == Reading::Known);
    if all_known { parts } else { vec![part] }
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

/// One step, and whether it has a remark beside its status.
fn read_step(text: &str, own: &[OwnStatus]) -> (Step, bool) {
    let tokens = tokens(text);
    let unclear = |reading| (Step { reading, label: text.trim().to_owned(), ..Step::default() }, false);
    if !text.contains(char::is_alphanumeric) {
        return unclear(Reading::Known); // an empty cell, a dash or a lone question mark
    }
    let first = tokens.iter().position(|(token, _)| !is_qualifier(token)).unwrap_or(0);
    let Some((status, length)) = match_at(&tokens, first, own) else {
        let negated = tokens.iter().take(first + 1).any(|(token, _)| is_negation(token));
        return unclear(if negated { Reading::Negated } else { Reading::Unknown });
    };
    let after = first + length;
    let mut step = Step { reading: Reading::Known, code: &status.code, ..Step::default() };
    step.uncertain = tokens.iter().any(|(token, _)| is_doubt(token));
    let mut label_end = tokens[after - 1].1;
    let mut is_label = true;
    let mut has_remark = false;
    let mut depth = 0;
    let mut role = Role::Since;
    for (at, (token, end)) in tokens.iter().enumerate().skip(after) {
        match token {
            Token::Date(date) if is_stated(&tokens, at) => {
                let slot = match role {
                    Role::Since => &mut step.date,
                    Role::Until => &mut step.until,
                    Role::AsOf => &mut step.as_of,
                    Role::Other => &mut None,
                };
                slot.get_or_insert(*date);
                role = Role::Since;
                is_label = false;
            }
            Token::Date(_) => {
                has_remark = true;
                is_label = false;
            }
            Token::Break | Token::Doubt => is_label = false,
            Token::Open => {
                depth += 1;
                is_label = false;
            }
            Token::Close => depth -= 1,
            Token::Word(word) if is_dispute(word) => {
                step.disputed = true;
                is_label = false;
            }
            Token::Word(word) if let Some(next) = role_of(word, role) => {
                role = next;
                is_label = false;
            }
            Token::Word(_) if depth > 0 => has_remark = true,
            Token::Word(_) if is_denied_after(&tokens, at) => return unclear(Reading::Negated),
            Token::Word(_) if match_at(&tokens, at, own).is_some_and(|(other, _)| other.code != status.code) => {
                return unclear(Reading::Double);
            }
            Token::Word(_) if is_label => label_end = *end,
            Token::Word(_) => has_remark = true,
        }
    }
    step.label = text[..label_end].trim().to_owned();
    (step, has_remark)
}

/// What a date says of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Since when, or when, it holds.
    Since,
    /// Until when.
    Until,
    /// At what date the statement was true.
    AsOf,
    /// Something else ("planned for 2025").
    Other,
}

/// The role of the date that follows a word; `None` for a word that no date follows.
fn role_of(word: &str, before: Role) -> Option<Role> {
    match word {
        "since" | "from" | "depuis" => Some(Role::Since),
        "until" | "till" | "by" | "jusqu'au" | "jusqu'a" | "jusqu'en" => Some(Role::Until),
        "as" => Some(Role::AsOf),
        "for" | "pour" => Some(Role::Other),
        "of" | "at" if before == Role::AsOf => Some(Role::AsOf),
        "in" | "on" | "au" | "le" | "en" | "early" | "late" | "mid" => Some(before),
        _ => None,
    }
}

/// Whether a date is meant as one: a bare year between other words is more likely a number ("1500 soldiers").
fn is_stated(tokens: &[(Token, usize)], at: usize) -> bool {
    let (Token::Date(date), _) = &tokens[at] else { return false };
    let is_led = at > 0 && matches!(&tokens[at - 1].0, Token::Word(word) if role_of(word, Role::AsOf).is_some());
    let is_followed = matches!(tokens.get(at + 1), Some((Token::Word(_), _)));
    date.to_string().len() > "2024".len() || is_led || !is_followed
}

/// A denial after the status: as the last word ("Active: no"), or "no longer", "not yet".
fn is_denied_after(tokens: &[(Token, usize)], at: usize) -> bool {
    let next = tokens[at + 1..]
        .iter()
        .find_map(|(token, _)| if let Token::Word(word) = token { Some(word.as_str()) } else { None });
    is_negation(&tokens[at].0)
        && next.is_none_or(|next| matches!(next, "longer" | "yet" | "more" | "anymore" | "encore"))
}

fn is_dispute(word: &str) -> bool {
    matches!(word, "disputed" | "contested" | "conteste" | "contestee")
}

/// The longest synonym that begins at token `at`, with its length in tokens.
fn match_at(tokens: &[(Token, usize)], at: usize, own: &[OwnStatus]) -> Option<(&'static Status, usize)> {
    let word = |offset: usize| match tokens.get(at + offset) {
        Some((Token::Word(word), _)) => Some(word.as_str()),
        _ => None,
    };
    own_match(own, word).or_else(|| status::longest_match(word))
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
    use crate::vocabulary::status::{all, nearest};

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
            (in_words.current().label.as_str(), in_words.current().date),
            ("Suspendue", Date::parse("2022-05-01"))
        );
        let until = read("Suspendu jusqu’au 1er mai 2025");
        assert_eq!((until.current().date, until.current().until), (None, Date::parse("2025-05-01")));
        let for_later = read("Prévue pour 2025");
        assert_eq!((for_later.current().label.as_str(), for_later.current().date), ("Prévue", None));
        assert_eq!(read("Ongoing as of 2024-01").current().as_of, Date::parse("2024-01"));
        for numbers in ["Active, 1500 soldiers", "Ongoing (2000 troops)"] {
            assert_eq!((read(numbers).current().code, read(numbers).current().date), ("active", None));
        }
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
        assert_eq!(read("Active no longer").current().reading, Reading::Negated);
        assert_eq!(read("Completed? Not yet").current().reading, Reading::Negated);
        assert_eq!(read("Ongoing, no end in sight").current().reading, Reading::Known);
        assert_eq!(nearest("Incomplete"), None);
        assert_eq!(code("Inactif"), "suspended");
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
