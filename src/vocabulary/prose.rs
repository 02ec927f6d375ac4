//! Statuses in running text. Comes in: a clause, and where in it a name stands. Goes out: the status that the clause states
//! of what is named, if it says so firmly.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::fold;
use super::status::{self, Status};

#[derive(Deserialize)]
struct Words {
    en: Vec<String>,
    fr: Vec<String>,
}

/// Folded expressions, the longest first, each with its status.
static EXPRESSIONS: LazyLock<Vec<(Vec<String>, &'static Status)>> = LazyLock::new(|| {
    let words: BTreeMap<String, Words> =
        toml::from_str(include_str!("prose.toml")).expect("prose.toml is tested with the program");
    let mut expressions: Vec<(Vec<String>, &'static Status)> = Vec::new();
    for (code, words) in &words {
        let folded = words.en.iter().chain(&words.fr).map(|word| fold(word).split(' ').map(str::to_owned).collect());
        expressions.extend(folded.map(|words| (words, status::by_code(code))));
    }
    expressions.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    expressions
});

/// What parts clauses.
static BREAKS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    const BREAKS: [&str; 14] = [
        "; ",
        ", and ",
        ", but ",
        " while ",
        " whereas ",
        ", which ",
        ", who ",
        ": ",
        ", et ",
        ", mais ",
        " tandis que ",
        " alors que ",
        ", qui ",
        " – ",
    ];
    AhoCorasick::new(BREAKS).expect("fourteen words are few")
});

/// How many words may stand between a name and what is said of it.
const REACH: usize = 4;

/// Words that make a statement none: denials, possibilities, conditions, reports of what others hope or demand.
const UNFIRM: [&str; 34] = [
    "not",
    "no",
    "never",
    "could",
    "may",
    "might",
    "would",
    "should",
    "must",
    "will",
    "if",
    "unless",
    "whether",
    "until",
    "before",
    "to",
    "ne",
    "n'est",
    "n'a",
    "n'ont",
    "pas",
    "jamais",
    "pourrait",
    "pourraient",
    "devrait",
    "devraient",
    "si",
    "avant",
    "doit",
    "doivent",
    "sera",
    "seront",
    "aurait",
    "auraient",
];

/// Words after which a name belongs to something else, of which the clause then speaks: "the mandate of MINUSMA ended".
const BELONGING: [&str; 16] =
    ["of", "by", "from", "with", "against", "for", "in", "to", "de", "du", "des", "d", "par", "avec", "contre", "pour"];

/// The status that a clause states of what stands at `name` in it.
pub fn status_of(clause: &str, name: Range<usize>) -> Option<&'static Status> {
    let before: Vec<String> = words(clause.get(..name.start)?);
    let after: Vec<String> = words(clause.get(name.end..)?);
    if clause.trim_end().ends_with('?') || before.iter().any(|word| is_unfirm(word)) {
        return None;
    }
    // An article may stand between: "le mandat de la MINUSMA".
    let mut last = before.iter().rev().filter(|word| !matches!(word.as_str(), "the" | "la" | "le" | "les" | "l"));
    if last.next().is_some_and(|word| BELONGING.contains(&word.as_str()) || word.starts_with("d'")) {
        return None;
    }
    for at in 0..after.len().min(REACH + 1) {
        let found = EXPRESSIONS.iter().find(|(words, _)| after[at..].starts_with(words));
        // "n'a pas commencé" is an expression that begins with a denial.
        if found.is_none() && is_unfirm(&after[at]) {
            return None;
        }
        if let Some((words, status)) = found {
            let next = after.get(at + words.len());
            return next
                .is_none_or(|next| next != "to" && next != "par" || status.code == "winding-down")
                .then_some(*status);
        }
    }
    None
}

fn is_unfirm(word: &str) -> bool {
    UNFIRM.contains(&word) || word.ends_with("n't") || word.starts_with("n'")
}

fn words(text: &str) -> Vec<String> {
    fold_keeping_ends(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Folded words without punctuation between them.
fn fold_keeping_ends(text: &str) -> String {
    let plain: String =
        text.chars().map(|c| if c.is_alphanumeric() || matches!(c, '\'' | '’') { c } else { ' ' }).collect();
    fold(&plain)
}

/// The clauses of a sentence: what stands between semicolons, and between `, and`, `, but` and their like, so that the verb
/// of one is not taken for that of the other.
pub fn clauses(sentence: &str) -> Vec<Range<usize>> {
    let mut clauses = Vec::new();
    let mut start = 0;
    for found in BREAKS.find_iter(sentence) {
        clauses.push(start..found.start());
        start = found.end();
    }
    clauses.push(start..sentence.len());
    clauses.retain(|clause| !clause.is_empty());
    clauses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(sentence: &str, name: &str) -> Option<&'static str> {
        clauses(sentence).into_iter().find_map(|clause| {
            let clause = &sentence[clause];
            let at = clause.find(name)?;
            status_of(clause, at..at + name.len()).map(|status| status.code.as_str())
        })
    }

    #[test]
    fn what_a_clause_says_firmly_is_a_status() {
        for (sentence, name, status) in [
            ("France exited in 2022, and UN peacekeepers (MINUSMA) are withdrawing.", "MINUSMA", Some("winding-down")),
            ("France exited in 2022, and UN peacekeepers (MINUSMA) are withdrawing.", "France", Some("withdrawn")),
            ("MINUSMA could end.", "MINUSMA", None),
            ("MINUSMA has not ended.", "MINUSMA", None),
            ("If MINUSMA ended, chaos would follow.", "MINUSMA", None),
            ("Is MINUSMA still there or has it left?", "MINUSMA", None),
            ("La MINUSMA s’est retirée du Mali.", "MINUSMA", Some("withdrawn")),
            ("La MINUSMA ne s'est pas retirée.", "MINUSMA", None),
            ("MINUSMA has been praised.", "MINUSMA", None),
            ("MINUSMA hasn't ended.", "MINUSMA", None),
            ("La MINUSMA n'a pas commencé.", "MINUSMA", Some("planned")),
            ("The mandate of MINUSMA ended in 2023.", "MINUSMA", None),
            ("Le mandat de la MINUSMA a pris fin.", "MINUSMA", None),
        ] {
            assert_eq!(code(sentence, name), status, "{sentence}");
        }
    }

    #[test]
    fn every_expression_has_a_status_of_the_vocabulary() {
        assert!(EXPRESSIONS.len() > 60);
        let words: BTreeMap<String, Words> = toml::from_str(include_str!("prose.toml")).unwrap();
        assert!(words.keys().all(|code| status::by_code(code).code == *code));
    }
}
