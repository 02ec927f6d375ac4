//! Words as search compares them. Comes in: text in any script. Goes out: its words, folded. `brink-search.js` does the same with what
//! a reader asks for; `tests/browser/search.test.mjs` compares the two.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How many letters of a word count; what is longer is cut.
const LENGTH_MAX: usize = 32;

/// Calls `take` with each word of a text. `word` is room that is used again.
pub fn words(text: &str, word: &mut String, take: &mut impl FnMut(&str)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !is_of_word(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        let mut is_ascii = true;
        while at < bytes.len() && is_of_word(bytes[at]) {
            is_ascii &= bytes[at].is_ascii();
            at += 1;
        }
        if is_ascii {
            // Most words are ASCII: no tables of Unicode are asked.
            word.clear();
            word.push_str(&text[start..at.min(start + LENGTH_MAX)]);
            word.make_ascii_lowercase();
            take(word);
        } else {
            of_any_script(&folded(&text[start..at]), word, take);
        }
    }
}

/// ASCII letters and digits, and all that is not ASCII.
fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// A text without case, accents, vowel marks and variants of letters.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            // The tatweel only stretches a word; the others cannot be seen.
            '\u{640}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => {}
            c => folded.push(variant(c)),
        }
    }
    folded
}

/// The letter or digit that stands for all variants of it: those of Arabic, those of West African alphabets for which many
/// keyboards lack a key, and digits of other scripts.
fn variant(c: char) -> char {
    match c {
        'ø' | 'ɔ' => 'o',
        'ł' => 'l',
        'đ' | 'ɗ' => 'd',
        'ı' => 'i',
        'ɛ' | 'ǝ' => 'e',
        'ŋ' | 'ɲ' => 'n',
        'ɓ' => 'b',
        'ƴ' => 'y',
        'ƙ' => 'k',
        'ς' => 'σ',
        'ٱ' => 'ا',
        'ة' => 'ه',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        '٠'..='٩' => digit(c, '٠'),
        '۰'..='۹' => digit(c, '۰'),
        '߀'..='߉' => digit(c, '߀'),
        c => c,
    }
}

fn digit(c: char, zero: char) -> char {
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

/// Scripts that put no space between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The words of a folded text; where a script has no spaces, each two letters that stand together are one.
fn of_any_script(folded: &str, word: &mut String, take: &mut impl FnMut(&str)) {
    word.clear();
    let (mut length, mut before) = (0, None);
    let mut chars = folded.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_alphanumeric() || is_unspaced(c) {
            if !word.is_empty() {
                take(word);
            }
            word.clear();
            length = 0;
        }
        if !c.is_alphanumeric() {
            before = None;
        } else if is_unspaced(c) {
            let is_alone =
                before.is_none() && !chars.peek().is_some_and(|next| next.is_alphanumeric() && is_unspaced(*next));
            if before.is_some() || is_alone {
                word.extend(before);
                word.push(c);
                take(word);
                word.clear();
            }
            before = Some(c);
        } else {
            before = None;
            if length < LENGTH_MAX {
                word.push(c);
            }
            length += 1;
        }
    }
    if !word.is_empty() {
        take(word);
    }
}

/// The letter under which a name stands in an alphabetical list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Letter {
    /// Any digit.
    Digit,
    /// A letter, folded.
    Of(char),
    /// Any Chinese character: there are too many for a page each.
    Han,
    /// Nothing that could be sorted.
    Other,
}

impl Letter {
    /// How it is written.
    pub fn shown(&self) -> String {
        match self {
            Letter::Digit => "0–9".to_owned(),
            Letter::Of(c) => c.to_uppercase().collect(),
            Letter::Han => "漢".to_owned(),
            Letter::Other => "…".to_owned(),
        }
    }

    /// The part of an address that stands for it. ASCII, since not every host and disk can hold others.
    pub fn slug(&self) -> String {
        match self {
            Letter::Digit => "0-9".to_owned(),
            Letter::Of(c) if c.is_ascii() => c.to_string(),
            Letter::Of(c) => format!("u{:04x}", u32::from(*c)),
            Letter::Han => "han".to_owned(),
            Letter::Other => "other".to_owned(),
        }
    }
}

/// The letter of a name: its first letter or digit.
pub fn letter(name: &str) -> Letter {
    let first = name.chars().find(|c| c.is_alphanumeric());
    let folded = first.and_then(|first| folded(first.encode_utf8(&mut [0; 4])).chars().next());
    match folded {
        None => Letter::Other,
        Some(c) if c.is_numeric() => Letter::Digit,
        Some('\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}') => Letter::Han,
        Some(c) => Letter::Of(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        words(text, &mut String::new(), &mut |word| found.push(word.to_owned()));
        found
    }

    #[test]
    fn spellings_of_one_word_are_one() {
        for (a, b) in [
            ("Étude d’ŒUVRE", "etude d'oeuvre"),
            ("أزمة إلى آخر", "ازمه الي اخر"),
            ("مـــالي مَالِي", "مالي مالى"),
            ("Ségou\u{a0}2012", "segou 2012"),
            ("٢٠١٢", "2012"),
            ("bɛ ɲɛ ŋɔ", "be ne no"),
            ("ΤΈΛΟΣ", "τελος"),
        ] {
            assert_eq!(list(a), list(b), "{a} and {b}");
        }
        assert_ne!(list("Niger"), list("Nigeria"));
    }

    #[test]
    fn scripts_without_spaces_have_pairs_and_others_have_words() {
        assert_eq!(list("马里危机 JNIM"), ["马里", "里危", "危机", "jnim"]);
        assert_eq!(list("马 a马b"), ["马", "a", "马", "b"]);
        assert_eq!(list("ߒߞߏ"), ["ߒߞߏ"]);
        assert_eq!(list("𞤀𞤣𞤤𞤢𞤥"), list("𞤢𞤣𞤤𞤢𞤥"));
        assert_eq!(list("G5-Sahel, l'État"), ["g5", "sahel", "l", "etat"]);
        assert_eq!(list(&"x".repeat(40)), ["x".repeat(32)]);
    }

    #[test]
    fn names_stand_under_their_first_letter() {
        let of = |name: &str| letter(name).slug();
        assert_eq!(["“Étude”", "3 wars", "马里", "أزمة", "—"].map(of), ["e", "0-9", "han", "u0627", "other"]);
    }
}
