//! Hints of the editor's desk. Comes in: one sentence of plain text, and its language.
//! Goes out: where it says "now" without a date, leaves open who says so, or predicts without saying how likely that is.

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use super::Date;
pub use super::acronym::{acronyms, is_spelt_out};
use super::words::{Groups, Phrases, Word, words};

/// Something in a sentence that an editor would ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What the question is.
    pub kind: FindingKind,
    /// The words in question, in bytes of the sentence.
    pub range: Range<usize>,
}

/// What an editor asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// When is "now"?
    TimeWord,
    /// Who says so?
    Unattributed,
    /// How likely is it?
    Prediction,
}

/// A word for now.
const TIME: u8 = 1;
/// A whole phrase that names nobody.
const PHRASE: u8 = 1 << 1;
/// Who speaks.
const SPEAKER: u8 = 1 << 2;
/// What they do.
const SPEECH: u8 = 1 << 3;
/// A word for what may be, or a risk.
const MODAL: u8 = 1 << 4;
/// What may happen.
const EVENT: u8 = 1 << 5;

/// The phrases of a language (`desk.toml`).
struct Desk {
    /// Which of the groups below a sentence may have.
    groups: Groups,
    time_words: Phrases,
    time_exceptions: Phrases,
    unattributed: Unattributed,
    prediction: Prediction,
}

#[derive(Deserialize)]
struct Unattributed {
    /// Whole ones.
    phrases: Phrases,
    /// Who speaks.
    subjects: Phrases,
    /// How many of them.
    quantifiers: Phrases,
    /// Who speaks, without a noun.
    pronouns: Phrases,
    /// What they do.
    verbs: Phrases,
    /// What may stand between the subject and the verb.
    between: Phrases,
    /// After these the source is named.
    named_by: Phrases,
}

#[derive(Deserialize)]
struct Prediction {
    modals: Phrases,
    /// What may stand between a modal and its verb.
    between: Phrases,
    verbs: Phrases,
    /// Verbs of risk; a gerund follows, or where there are none, a verb.
    risks: Phrases,
    gerunds: Phrases,
    /// After these a risk is a noun.
    nouns_after: Phrases,
    /// Words that say how likely something is.
    likelihoods: Phrases,
}

#[derive(Deserialize)]
struct File {
    time_words: TimeWords,
    unattributed: Both<Unattributed>,
    prediction: Both<Prediction>,
}

#[derive(Deserialize)]
struct TimeWords {
    en: Phrases,
    fr: Phrases,
    except: Phrases,
}

#[derive(Deserialize)]
struct Both<T> {
    en: T,
    fr: T,
}

static DESKS: LazyLock<Both<Desk>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("desk.toml")).expect("desk.toml is tested with the program");
    let desk = |time_words, unattributed: Unattributed, prediction: Prediction| Desk {
        groups: Groups::of(&[
            (&time_words, TIME),
            (&unattributed.phrases, PHRASE),
            (&unattributed.subjects, SPEAKER),
            (&unattributed.pronouns, SPEAKER),
            (&unattributed.verbs, SPEECH),
            (&prediction.modals, MODAL),
            (&prediction.risks, MODAL),
            (&prediction.verbs, EVENT),
            (&prediction.gerunds, EVENT),
        ]),
        time_words,
        time_exceptions: file.time_words.except.clone(),
        unattributed,
        prediction,
    };
    Both {
        en: desk(file.time_words.en, file.unattributed.en, file.prediction.en),
        fr: desk(file.time_words.fr, file.unattributed.fr, file.prediction.fr),
    }
});

/// What an editor would ask about a sentence in the language with this BCP 47 tag, in reading order; nothing in other
/// languages than English and French, and nothing about what stands in quotation marks. A sentence with a source leaves
/// nobody unattributed.
pub fn look(sentence: &str, language: &str, is_sourced: bool) -> Vec<Finding> {
    let desk = match language.split('-').next() {
        Some("en") => &DESKS.en,
        Some("fr") => &DESKS.fr,
        _ => return Vec::new(),
    };
    // Most sentences have none of the words in question, and are not looked at any closer.
    let groups = desk.groups.in_text(sentence);
    let has = |all: u8| groups & all == all;
    if !(has(TIME) || has(PHRASE) || has(SPEAKER | SPEECH) || has(MODAL | EVENT)) {
        return Vec::new();
    }
    let words = words(sentence);
    let mut findings: Vec<Finding> = Vec::new();
    let mut add = |kind, ranges: Vec<Range<usize>>| {
        let in_bytes = |range: Range<usize>| words[range.start].start..words[range.end - 1].end;
        findings.extend(ranges.into_iter().map(|range| Finding { kind, range: in_bytes(range) }));
    };
    if has(TIME) {
        let found = time_words(desk, &words);
        if !found.is_empty() && !has_date(sentence, &words) {
            add(FindingKind::TimeWord, found);
        }
    }
    if !is_sourced && (has(PHRASE) || has(SPEAKER | SPEECH)) {
        add(FindingKind::Unattributed, unattributed(&desk.unattributed, &words));
    }
    if has(MODAL | EVENT) {
        add(FindingKind::Prediction, predictions(&desk.prediction, &words));
    }
    if findings.is_empty() {
        return findings;
    }
    let quotations = quotations(sentence);
    findings.retain(|finding| !quotations.iter().any(|quotation| quotation.contains(&finding.range.start)));
    findings.sort_by_key(|finding| (finding.range.start, finding.kind));
    findings
}

/// The end of the longest of some phrases that stands at word `at`.
fn longest(phrases: &Phrases, words: &[Word<'_>], at: usize) -> Option<usize> {
    phrases.longest(words, at)
}

/// Whether one of some phrases ends just before word `at`.
fn stand_before(phrases: &Phrases, words: &[Word<'_>], at: usize) -> bool {
    (0..at).any(|start| phrases.iter().any(|phrase| phrase.end(words, start) == Some(at)))
}

fn time_words(desk: &Desk, words: &[Word<'_>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let exception = longest(&desk.time_exceptions, words, at);
        let end = longest(&desk.time_words, words, at).filter(|_| exception.is_none());
        found.extend(end.map(|end| at..end));
        at = end.or(exception).unwrap_or(at + 1);
    }
    found
}

fn unattributed(desk: &Unattributed, words: &[Word<'_>]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let phrase = longest(&desk.phrases, words, at).filter(|end| longest(&desk.named_by, words, *end).is_none());
        let pronoun = || speech(desk, words, longest(&desk.pronouns, words, at)?);
        let subject = || {
            let quantified = longest(&desk.quantifiers, words, at);
            let end = longest(&desk.subjects, words, quantified.unwrap_or(at))?;
            let is_open = quantified.is_some() || is_nobodys(words, at);
            speech(desk, words, end).filter(|_| is_open)
        };
        let end = phrase.or_else(subject).or_else(pronoun);
        found.extend(end.map(|end| at..end));
        at = end.unwrap_or(at + 1);
    }
    found
}

/// The end of the verb of speech that follows a subject.
fn speech(desk: &Unattributed, words: &[Word<'_>], mut at: usize) -> Option<usize> {
    while let Some(end) = longest(&desk.between, words, at) {
        at = end;
    }
    // A verb that does not belong to the subject stands after punctuation.
    let is_near = words.get(at).is_some_and(|word| word.is_joined);
    longest(&desk.verbs, words, at).filter(|_| is_near)
}

/// Whether the speakers at word `at` are anybody's: not "UN experts", "the experts" or "its observers".
fn is_nobodys(words: &[Word<'_>], at: usize) -> bool {
    const KNOWN: [&str; 11] = ["the", "these", "those", "its", "their", "his", "her", "our", "s", "both", "two"];
    match at.checked_sub(1).and_then(|before| words.get(before)) {
        Some(before) if words[at].is_joined => {
            !before.written.starts_with(char::is_uppercase) && !KNOWN.contains(&before.folded.as_ref())
        }
        _ => true,
    }
}

fn predictions(desk: &Prediction, words: &[Word<'_>]) -> Vec<Range<usize>> {
    if (0..words.len()).any(|at| longest(&desk.likelihoods, words, at).is_some()) {
        return Vec::new();
    }
    let of_modal = |at: usize| {
        let is_month = words[at].written == "May" && (at > 0 || words.get(1).is_some_and(|next| next.is_number()));
        let mut end = longest(&desk.modals, words, at).filter(|_| !is_month)?;
        while let Some(next) = longest(&desk.between, words, end) {
            end = next;
        }
        longest(&desk.verbs, words, end)
    };
    let of_risk = |at: usize| {
        let end = longest(&desk.risks, words, at).filter(|_| !stand_before(&desk.nouns_after, words, at))?;
        longest(if desk.gerunds.is_empty() { &desk.verbs } else { &desk.gerunds }, words, end)
    };
    (0..words.len()).filter_map(|at| of_modal(at).or_else(|| of_risk(at)).map(|end| at..end)).collect()
}

/// Whether a sentence says when it is true: a day, month or year in numbers.
fn has_date(sentence: &str, words: &[Word<'_>]) -> bool {
    Date::may_be_in(sentence)
        && words.iter().any(|word| {
            let date = Date::prefix(&sentence[word.start..]).map(|(date, _)| date);
            date.is_some_and(|date| {
                (1900..=2100).contains(&date.latest().year()) || (1900..=2100).contains(&date.earliest().year())
            })
        })
}

/// What stands in quotation marks; a quotation that is not closed lasts to the end, but for straight marks.
fn quotations(sentence: &str) -> Vec<Range<usize>> {
    const MARKS: [(char, char); 3] = [('“', '”'), ('«', '»'), ('"', '"')];
    let mut quotations = Vec::new();
    let mut at = 0;
    while let Some(c) = sentence[at..].chars().next() {
        let start = at + c.len_utf8();
        at = start;
        let Some((open, close)) = MARKS.iter().find(|(open, _)| *open == c) else { continue };
        let end = sentence[start..].find(*close).map(|length| start + length);
        if let Some(end) = end.or_else(|| (open != close).then_some(sentence.len())) {
            quotations.push(start..end);
            at = (end + close.len_utf8()).min(sentence.len());
        }
    }
    quotations
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that a kind of question is about.
    fn found(kind: FindingKind, sentence: &'static str, language: &str) -> Vec<&'static str> {
        let findings = look(sentence, language, false).into_iter().filter(|finding| finding.kind == kind);
        findings.map(|finding| &sentence[finding.range]).collect()
    }

    #[test]
    fn words_for_now_need_a_date() {
        for (sentence, language, words) in [
            ("The group now controls rural areas.", "en", vec!["now"]),
            ("Today’s fighting is recent.", "en", vec!["Today", "recent"]),
            ("It held until now, so far.", "en", vec!["now", "so far"]),
            ("They fled last week and this year.", "en", vec!["last week", "this year"]),
            ("L’armée contrôle aujourd’hui la ville.", "fr", vec!["aujourd’hui"]),
            ("Les récentes attaques, désormais", "fr-ML", vec!["récentes", "désormais"]),
            ("À ce jour, le mois dernier et cette année", "fr", vec!["À ce jour", "le mois dernier", "cette année"]),
            ("As of 15 January 2024 the group now controls rural areas.", "en", vec![]),
            ("By 2023 it was now over.", "en", vec![]),
            ("Depuis mai 2023, elle est désormais fermée.", "fr", vec![]),
            ("It holds as of 2024-01-15, and so far well.", "en", vec![]),
            ("About 3000 people now live there.", "en", vec!["now"]),
            ("In May they now fight.", "en", vec!["now"]),
            ("“We are now free,” he said.", "en", vec![]),
            ("He said: \"We are now free\", and left today.", "en", vec!["today"]),
            ("« Nous sommes maintenant libres », dit-il.", "fr", vec![]),
            ("The \" mark is now alone.", "en", vec!["now"]),
            ("We know the snow.", "en", vec![]),
            ("In the last year of the war, so far as we know", "en", vec![]),
            ("Cette année-là, en maintenant la pression", "fr", vec![]),
            ("The group now controls.", "de", vec![]),
            ("", "en", vec![]),
        ] {
            assert_eq!(found(FindingKind::TimeWord, sentence, language), words, "{sentence}");
        }
    }

    #[test]
    fn speakers_without_a_name_are_found() {
        for (sentence, language, words) in [
            ("Many experts warn that Mali could fall.", "en", vec!["Many experts warn"]),
            ("Reports suggest that groups gain ground.", "en", vec!["Reports suggest"]),
            ("A recent analysis finds that", "en", vec!["A recent analysis"]),
            ("It is believed, and some say, that", "en", vec!["It is believed", "some say"]),
            ("But security experts have warned", "en", vec!["experts have warned"]),
            ("Studies show it, sources say.", "en", vec!["Studies show", "sources say"]),
            ("De nombreux experts estiment que", "fr", vec!["De nombreux experts estiment"]),
            ("Selon certaines sources, on estime que", "fr", vec!["Selon certaines sources", "on estime"]),
            ("D’après des observateurs, il semblerait que", "fr", vec!["D’après des observateurs", "il semblerait"]),
            ("Les experts mettent en garde", "fr", vec!["Les experts mettent en garde"]),
            ("UN experts warn that", "en", vec![]),
            ("The experts say that", "en", vec![]),
            ("Experts, say the people, left.", "en", vec![]),
            ("Many experts attended.", "en", vec![]),
            ("A recent analysis by the Soufan Center finds that", "en", vec![]),
            ("Une étude récente de l’INSTAT montre que", "fr", vec![]),
            ("Selon des experts de l’ONU", "fr", vec![]),
            ("L’ONU a envoyé des experts.", "fr", vec![]),
            ("“Many experts warn”, she wrote.", "en", vec![]),
        ] {
            assert_eq!(found(FindingKind::Unattributed, sentence, language), words, "{sentence}");
        }
        assert_eq!(look("Many experts warn.", "en", true), []);
        assert_eq!(look("Many experts now warn.", "en", true).len(), 1);
    }

    #[test]
    fn predictions_need_a_likelihood() {
        for (sentence, language, words) in [
            ("Mali could become a failed state.", "en", vec!["could become"]),
            ("It may soon become one.", "en", vec!["may soon become"]),
            ("May lead to war.", "en", vec!["May lead"]),
            ("The state will collapse.", "en", vec!["will collapse"]),
            ("The war risks spilling over the border.", "en", vec!["risks spilling"]),
            ("Le pays pourrait à son tour basculer.", "fr", vec!["pourrait à son tour basculer"]),
            ("La ville risque d’être prise et risque de tomber.", "fr", vec!["risque de tomber"]),
            ("Les villes pourraient s’effondrer.", "fr", vec!["pourraient s’effondrer"]),
            ("Mali could very likely become a failed state.", "en", vec![]),
            ("It is unlikely that it will collapse.", "en", vec![]),
            ("There is a realistic possibility that it could fall.", "en", vec![]),
            ("Il est peu probable que la ville pourrait tomber.", "fr", vec![]),
            ("The force could not become larger.", "en", vec![]),
            ("In May lead fell.", "en", vec![]),
            ("May 2023 was hot.", "en", vec![]),
            ("The mission will present a report.", "en", vec![]),
            ("The risks falling on people are many.", "en", vec![]),
            ("Le risque de tomber existe.", "fr", vec![]),
            ("Le gouvernement devrait réformer la loi.", "fr", vec![]),
            ("“It could become worse”, he said.", "en", vec![]),
        ] {
            assert_eq!(found(FindingKind::Prediction, sentence, language), words, "{sentence}");
        }
    }

    #[test]
    fn every_phrase_of_the_lists_has_words() {
        for desk in [&DESKS.en, &DESKS.fr] {
            let (unattributed, prediction) = (&desk.unattributed, &desk.prediction);
            let lists = [
                &desk.time_words,
                &desk.time_exceptions,
                &unattributed.phrases,
                &unattributed.subjects,
                &unattributed.quantifiers,
                &unattributed.pronouns,
                &unattributed.verbs,
                &unattributed.between,
                &unattributed.named_by,
                &prediction.modals,
                &prediction.between,
                &prediction.verbs,
                &prediction.risks,
                &prediction.gerunds,
                &prediction.nouns_after,
                &prediction.likelihoods,
            ];
            assert!(lists.iter().flat_map(|list| list.iter()).all(|phrase| !phrase.is_empty()));
        }
    }
}
