//! Folding: two spellings of one word become one text. Comes in: words as written. Goes out: words to compare.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds words for comparison: compatibility forms (NFKD), no accents, lower case, straight apostrophes;
/// spaces, hyphens, dashes and underscores become one space; punctuation and symbols at the ends go.
pub fn fold(words: &str) -> String {
    let mut folded = String::with_capacity(words.len());
    // ASCII, which most words are, has neither accents nor other forms: 5 times as fast as the tables of Unicode.
    if words.is_ascii() {
        for byte in words.bytes().map(|byte| byte.to_ascii_lowercase()) {
            match char::from(byte) {
                c if is_gap(c) => {
                    if !folded.ends_with(' ') {
                        folded.push(' ');
                    }
                }
                c => folded.push(c),
            }
        }
        return trimmed(folded);
    }
    for c in words.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            '’' | '‘' | 'ʼ' | '′' => folded.push('\''),
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => {}
            c if is_gap(c) => {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            c => folded.push(c),
        }
    }
    trimmed(folded)
}

/// Words without the punctuation and symbols at their ends.
fn trimmed(words: String) -> String {
    let inner = words.trim_matches(|c: char| !c.is_alphanumeric());
    if inner.len() == words.len() { words } else { inner.to_owned() }
}

/// White space, hyphens, dashes and underscores.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// The candidate that is nearest to `word` after folding, if it is within two edits and a third of its length.
/// Among equally near ones the first in alphabetical order is taken.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    nearest_folded(&folded, candidates.into_iter().map(|candidate| (fold(candidate), candidate)))
}

/// Words for a comparison in which only case, the kind of gap and the composition of letters do not count.
pub(super) fn loose(words: &str) -> String {
    words.nfc().flat_map(char::to_lowercase).map(|c| if is_gap(c) { '-' } else { c }).collect()
}

/// The one candidate that differs from `word` only in case and in kinds of gaps.
pub fn alike<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = loose(word);
    only(candidates.into_iter().filter(|candidate| loose(candidate) == wanted))
}

/// The one candidate that `word` certainly means: the one that is [`alike`], else the only one that is one edit away.
pub fn certain<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let wanted = loose(word);
    let is_near = |candidate: &&str| strsim::osa_distance(&wanted, &loose(candidate)) == 1;
    let near = || only(candidates.iter().copied().filter(is_near).filter(|_| wanted.chars().count() > 2));
    alike(word, candidates.iter().copied()).or_else(near)
}

fn only<'a>(mut found: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    found.next().filter(|_| found.next().is_none())
}

/// Which letters a word has, as bits; some share one.
fn letters_of(word: &str) -> u64 {
    word.chars().fold(0, |letters, c| letters | 1 << (u32::from(c) % 64))
}

/// [`nearest`] for a word and candidates that are folded already.
pub(super) fn nearest_folded<'a, F: AsRef<str>>(
    folded: &str,
    candidates: impl Iterator<Item = (F, &'a str)>,
) -> Option<&'a str> {
    let length = folded.chars().count();
    let reach = 2.min(length / 3).max(1);
    let letters = letters_of(folded);
    candidates
        // What differs in length or in letters by more is more edits away, which is much cheaper to see. One edit adds a
        // letter, takes one away, or does both.
        .filter(|(candidate, _)| (letters_of(candidate.as_ref()) ^ letters).count_ones() as usize <= 2 * reach)
        .filter(|(candidate, _)| candidate.as_ref().chars().count().abs_diff(length) <= reach)
        .map(|(candidate, written)| (strsim::osa_distance(folded, candidate.as_ref()), written))
        .filter(|(distance, _)| *distance <= reach)
        .min()
        .map(|(_, written)| written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_fold_to_one_text() {
        for (a, b) in [
            ("On-going", "on going"),
            ("Mise en œuvre", "mise en oeuvre"),
            ("À l’étude", "a l'etude"),
            ("Counter\u{2011}Narratives", "counter narratives"),
            ("  Planned. ", "planned"),
            ("Ongoing ✅", "ongoing"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} and {b}");
        }
        assert_ne!(fold("Niger"), fold("Nigeria"));
    }

    #[test]
    fn the_nearest_word_is_near() {
        assert_eq!(nearest("ongonig", ["ongoing", "planned"]), Some("ongoing"));
        assert_eq!(nearest("zebra", ["ongoing", "planned"]), None);
    }

    #[test]
    fn what_is_certain_is_one_edit_away_and_alone() {
        assert_eq!(certain("As-Of", &["as_of", "as_on"]), Some("as_of"));
        assert_eq!(certain("titel", &["title", "theme"]), Some("title"));
        assert_eq!(certain("dat", &["date", "data"]), None);
        assert_eq!(certain("titles of all", &["title"]), None);
        assert_eq!(alike("My Photo.jpg", ["my-photo.jpg", "my-photos.jpg"]), Some("my-photo.jpg"));
        assert_eq!(alike("e\u{301}cole.md", ["\u{e9}cole.md"]), Some("\u{e9}cole.md"));
        assert_eq!(alike("a", ["A", "a"]), None);
    }
}
