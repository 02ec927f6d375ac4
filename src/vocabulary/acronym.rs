//! Abbreviations in capitals. Comes in: plain text. Goes out: those that a reader may not know, and whether a text says
//! what one stands for.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use super::words::{Word, words};

#[derive(Deserialize)]
struct File {
    acronyms: Lists,
}

#[derive(Deserialize)]
struct Lists {
    /// Those that need no explanation.
    common: BTreeSet<String>,
    /// Words of an expansion that an abbreviation may leave out.
    small: BTreeSet<String>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    toml::from_str::<File>(include_str!("desk.toml")).expect("desk.toml is tested with the program").acronyms
});

/// The fewest capitals of an abbreviation.
const CAPITALS_MIN: usize = 2;

/// The most characters of an abbreviation.
const LENGTH_MAX: usize = 10;

/// The words of 2 to 10 capitals, digits and inner hyphens, with their places in bytes: no Roman numerals, no parts of
/// addresses, none that everybody knows, and none in a text that is all in capitals. The `s` of a plural is left out.
pub fn acronyms(text: &str) -> Vec<(Range<usize>, &str)> {
    if !may_have(text) {
        return Vec::new();
    }
    if !text.chars().any(char::is_lowercase) && text.split_whitespace().count() > 2 {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = 0;
    for chunk in text.split_inclusive(char::is_whitespace) {
        let start = at;
        at += chunk.len();
        let capitals = if chunk.is_ascii() {
            chunk.bytes().filter(u8::is_ascii_uppercase).count()
        } else {
            chunk.chars().filter(|c| c.is_uppercase()).count()
        };
        if capitals >= CAPITALS_MIN && !is_address(chunk) {
            let compounds = pieces(chunk, |c| c.is_alphanumeric() || c == '-').flat_map(|(offset, compound)| {
                let is_whole = is_compound(compound);
                let parts = pieces(compound, move |c| is_whole || c != '-');
                parts.map(move |(inner, part)| (start + offset + inner, part))
            });
            found.extend(compounds.filter_map(|(start, part)| {
                let part = part.strip_suffix('s').unwrap_or(part);
                is_acronym(part).then_some((start..start + part.len(), part))
            }));
        }
    }
    found
}

/// Whether a text may have an abbreviation: in ASCII, a capital and right behind it another one, a digit or a hyphen.
fn may_have(text: &str) -> bool {
    let follows = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_ascii() || text.as_bytes().windows(2).any(|two| two[0].is_ascii_uppercase() && follows(two[1]))
}

/// An address, a path or the number of a document ("S/RES/2690").
fn is_address(chunk: &str) -> bool {
    let is_number = chunk.contains('/') && chunk.contains(|c: char| c.is_ascii_digit());
    is_number || ["://", "www.", "@", "_", "#", "\\"].iter().any(|mark| chunk.contains(mark))
}

/// The pieces of a text that are made of some characters, with their places; hyphens at their ends are cut off.
fn pieces(text: &str, is_of_piece: impl Fn(char) -> bool) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(|c: char| is_of_piece(c) && c != '-')?;
        at = text[start..].find(|c: char| !is_of_piece(c)).map_or(text.len(), |length| start + length);
        Some((start, text[start..at].trim_end_matches('-')))
    })
}

/// Whether a hyphened word is one abbreviation ("COVID-19"), and not two ("ECOWAS-AU") or half of one ("MINUSMA-led").
fn is_compound(word: &str) -> bool {
    let is_capitals = word.chars().all(|c| c.is_uppercase() || c.is_numeric() || c == '-');
    is_capitals && word.split('-').any(|part| part.chars().filter(|c| c.is_alphabetic()).count() < 2)
}

fn is_acronym(word: &str) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let is_plain = word.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || c == '-');
    let is_roman = word.chars().all(|c| matches!(c, 'I' | 'V' | 'X'));
    let is_short = word.chars().count() <= LENGTH_MAX;
    capitals >= CAPITALS_MIN && is_plain && is_short && !is_roman && !LISTS.common.contains(word)
}

/// Whether a text says what an abbreviation stands for: "African Union (AU)" or "AU (African Union)".
pub fn is_spelt_out(acronym: &str, text: &str) -> bool {
    if acronym.chars().count() > LENGTH_MAX {
        return false;
    }
    let mut parentheses = text.match_indices('(').map(|(open, _)| {
        let inner = &text[open + 1..];
        (&text[..open], &inner[..inner.find(')').unwrap_or(inner.len())])
    });
    parentheses.any(|(before, inside)| {
        let names_it = words(inside).iter().any(|word| is_named(word.written, acronym)) || inside.trim() == acronym;
        if names_it {
            return ends_with_expansion(before, acronym);
        }
        let last = before.trim_end().rsplit(|c: char| c.is_whitespace() || matches!(c, '\'' | '’' | '(' | '*')).next();
        last.is_some_and(|last| is_named(last, acronym)) && is_expansion(inside)
    })
}

fn is_named(written: &str, acronym: &str) -> bool {
    written == acronym || written.strip_suffix('s') == Some(acronym)
}

/// Whether what stands in parentheses after an abbreviation can be its expansion: two words or more, and no number.
fn is_expansion(inside: &str) -> bool {
    let words = words(inside);
    let long = words.iter().filter(|word| word.folded.len() > 3).count();
    let is_remark =
        words.first().is_some_and(|word| matches!(word.folded.as_ref(), "see" | "voir" | "since" | "depuis"));
    words.len() >= 2 && long >= 1 && !is_remark && !inside.contains(char::is_numeric)
}

/// Whether a text ends with words whose initials make the abbreviation, in order; or, where it comes from another
/// language, with a name in capitals that has most of its letters ("United Nations Multidimensional … (MINUSMA)").
fn ends_with_expansion(before: &str, acronym: &str) -> bool {
    let letters: Vec<char> = acronym.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let sentence = before.rfind(['.', '!', '?', ';', ':', ')']).map_or(0, |end| end + 1);
    let words = words(&before[sentence..]);
    // Every letter has a word, and between them stand small ones.
    let nearest = &words[words.len().saturating_sub(letters.len() * 2 + 4)..];
    let skips_max = letters.len() / 3;
    let in_order = (0..nearest.len()).any(|start| {
        nearest[start].folded.starts_with(letters.first().copied().unwrap_or(' '))
            && spells(&nearest[start..], &letters, skips_max)
    });
    in_order || is_foreign_name(nearest, &letters)
}

/// Whether words spell letters: each word gives one or more of its first letters, small words may give none, and so may
/// as many others as `skips_left`.
fn spells(words: &[Word<'_>], letters: &[char], skips_left: usize) -> bool {
    let Some((word, rest)) = words.split_first() else { return letters.is_empty() };
    let is_small = word.folded.chars().count() <= 3 || LISTS.small.contains(word.folded.as_ref());
    let shared = word.folded.chars().zip(letters).take_while(|(one, other)| one == *other).count();
    (1..=shared).rev().any(|given| spells(rest, &letters[given..], skips_left))
        || is_small && spells(rest, letters, skips_left)
        || skips_left > 0 && spells(rest, letters, skips_left - 1)
}

/// Whether the words at the end are a name of three words or more, with most of the letters among its initials.
fn is_foreign_name(words: &[Word<'_>], letters: &[char]) -> bool {
    const WORDS_MIN: usize = 3;
    let is_of_name = |word: &&Word<'_>| word.written.starts_with(char::is_uppercase) || word.folded.len() <= 3;
    let name = words.iter().rev().take_while(is_of_name).filter(|word| word.written.starts_with(char::is_uppercase));
    let mut initials: Vec<char> = name.filter_map(|word| word.folded.chars().next()).collect();
    let count = initials.len();
    let has = |letter: &&char| {
        let at = initials.iter().position(|initial| initial == *letter);
        at.map(|at| initials.swap_remove(at)).is_some()
    };
    let shared = letters.iter().filter(has).count();
    count >= WORDS_MIN && shared * 3 >= letters.len() * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_are_words_of_capitals() {
        for (text, found) in [
            ("ECOWAS and the AU met.", vec!["ECOWAS", "AU"]),
            ("The UN, the EU and US forces", vec![]),
            ("IDPs and NGOs", vec!["IDP"]),
            ("World War II and Chapter VII, au XIXe siècle", vec![]),
            ("MINUSMA-led patrols", vec!["MINUSMA"]),
            ("the ECOWAS-AU talks", vec!["ECOWAS", "AU"]),
            ("COVID-19 and H5N1 and G5", vec!["H5N1"]),
            ("l’ÉMOPS et la CÉDÉAO", vec!["ÉMOPS", "CÉDÉAO"]),
            ("S/RES/2690 (2023), https://example.org/ABC and me@ABC.org", vec![]),
            ("FAO/WFP", vec!["FAO", "WFP"]),
            ("A B C", vec![]),
            ("THE CRISIS IN MALI", vec![]),
            ("JNIM", vec!["JNIM"]),
            ("(JNIM)", vec!["JNIM"]),
            ("ABCDEFGHIJK is too long", vec![]),
            ("-AB- x", vec!["AB"]),
            ("U.S. forces", vec![]),
            ("McDonald iPhone", vec![]),
            ("", vec![]),
        ] {
            let acronyms = acronyms(text);
            assert_eq!(acronyms.iter().map(|(_, word)| *word).collect::<Vec<_>>(), found, "{text}");
            for (range, word) in acronyms {
                assert_eq!(&text[range], word);
            }
        }
    }

    #[test]
    fn an_expansion_stands_before_or_after() {
        for (acronym, text) in [
            ("AU", "The African Union (AU) met."),
            ("ECOWAS", "the Economic Community of West African States (ECOWAS)"),
            ("JNIM", "groups like Jama’at Nusrat al-Islam wal-Muslimin (JNIM) are gaining ground"),
            ("MINUSMA", "The United Nations Multidimensional Integrated Stabilization Mission in Mali (MINUSMA)"),
            (
                "MINUSMA",
                "la Mission multidimensionnelle intégrée des Nations unies pour la stabilisation au Mali (MINUSMA)",
            ),
            ("IDP", "internally displaced persons (IDPs)"),
            ("CEDEAO", "la Communauté économique des États de l’Afrique de l’Ouest (CEDEAO)"),
            ("GSIM", "Groupe de soutien à l’islam et aux musulmans (GSIM, en arabe JNIM)"),
            ("AU", "the AU (African Union)"),
            ("GANE", "un GANE (groupe armé non étatique)"),
            ("HRP", "Humanitarian Response Plan (HRP)"),
            ("IED", "improvised explosive devices (IEDs)"),
        ] {
            assert!(is_spelt_out(acronym, text), "{acronym} in {text}");
        }
    }

    #[test]
    fn other_parentheses_are_no_expansion() {
        for (acronym, text) in [
            ("MINUSMA", "UN peacekeepers (MINUSMA) are withdrawing."),
            ("MINUSMA", "MINUSMA (since 2013) and MINUSMA (see below)"),
            ("AU", "The AU met."),
            ("AU", "The African Union met. Later (AU)"),
            ("JNIM", "The group (JNIM) fights."),
            ("JNIM", "JNIM (Mali)"),
            ("JNIM", "the Economic Community of West African States (ECOWAS), JNIM"),
            ("AU", ""),
            ("AU", "("),
            ("", "(x)"),
        ] {
            assert!(!is_spelt_out(acronym, text), "{acronym} in {text}");
        }
    }
}
