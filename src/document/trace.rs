//! Traces: what in a text could lead to somebody. Comes in: text. Goes out: telephone numbers, e-mail addresses, exact coordinates
//! and numbers of documents and accounts, each with its bytes. Rather none than a wrong one: figures, dates, codes of places and
//! numbers of cases are no traces. One walk over the bytes; nothing is made where nothing is found.

use std::ops::Range;

use crate::bytes::{Bytes, set_of};

/// What kind of trace it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Phone,
    Mail,
    Coordinates,
    Identity,
}

/// Something that could lead to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trace {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
    /// What it is, at the beginning of a sentence.
    pub(super) what: &'static str,
}

/// The bytes with which a trace may begin, or at which one is known; most bytes are none.
const MAY_BEGIN: Bytes = set_of(b"0123456789+@/\xd9\xdb");

/// All traces in a text, in order.
pub(super) fn find(text: &str) -> Vec<Trace> {
    let bytes = text.as_bytes();
    let mut found: Vec<Trace> = Vec::new();
    let mut at = 0;
    while let Some(passed) = bytes[at..].iter().position(|byte| MAY_BEGIN[usize::from(*byte)]) {
        at += passed;
        let trace = match bytes[at] {
            b'0'..=b'9' => {
                let is_start = at == 0 || !bytes[at - 1].is_ascii_digit();
                if is_start { number(text, at) } else { None }
            }
            0xd9 | 0xdb => foreign(text, at),
            b'+' => phone(text, at).or_else(|| plus_code(text, at)),
            b'@' => mail(text, at),
            b'/' if bytes[at..].starts_with(b"///") => three_words(text, at),
            _ => None,
        };
        match trace {
            Some(trace) => {
                at = trace.range.end.max(at + 1);
                found.push(trace);
            }
            None => at += 1,
        }
    }
    found
}

/// A digit, also an Arabic one, with its length in bytes.
fn digit_at(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    match (bytes.get(at)?, bytes.get(at + 1)) {
        (byte @ b'0'..=b'9', _) => Some((byte - b'0', 1)),
        (0xd9, Some(second @ 0xa0..=0xa9)) => Some((second - 0xa0, 2)),
        (0xdb, Some(second @ 0xb0..=0xb9)) => Some((second - 0xb0, 2)),
        _ => None,
    }
}

/// Arabic digits, where they begin.
fn foreign(text: &str, at: usize) -> Option<Trace> {
    let bytes = text.as_bytes();
    digit_at(bytes, at)?;
    let is_start = at < 2 || digit_at(bytes, at - 2).is_none();
    if is_start { long(text, at) } else { None }
}

/// How many digits are read at most; no number of a person has more.
const DIGITS_MAX: usize = 24;

/// Digits in groups, such as `66 75 12 34`. Numbers are frequent, so that nothing is made for them.
struct Groups {
    digits: [u8; DIGITS_MAX],
    total: usize,
    lengths: [usize; DIGITS_MAX],
    number: usize,
    end: usize,
}

impl Groups {
    /// Those that begin at a byte. Between two groups stands one space, full stop or hyphen, or a bracket.
    fn read(bytes: &[u8], start: usize) -> Groups {
        let mut groups = Groups { digits: [0; DIGITS_MAX], total: 0, lengths: [0; DIGITS_MAX], number: 0, end: start };
        let mut at = start;
        loop {
            let before = groups.total;
            while let Some((digit, length)) = digit_at(bytes, at).filter(|_| groups.total < DIGITS_MAX) {
                groups.digits[groups.total] = digit;
                groups.total += 1;
                at += length;
            }
            if groups.total == before {
                return groups;
            }
            groups.lengths[groups.number] = groups.total - before;
            groups.number += 1;
            groups.end = at;
            at = separated(bytes, at);
        }
    }

    fn digits(&self) -> &[u8] {
        &self.digits[..self.total]
    }

    fn lengths(&self) -> &[usize] {
        &self.lengths[..self.number]
    }

    /// Whether they are the thousands of one number: `12 345 678`.
    fn is_figure(&self) -> bool {
        let Some((first, rest)) = self.lengths().split_first() else { return false };
        let is_thousands = !rest.is_empty() && *first <= 3 && rest.iter().all(|length| *length == 3);
        is_thousands && (self.total <= 10 || self.digits().ends_with(&[0; 3]))
    }
}

/// The byte after what may stand between two groups of digits.
fn separated(bytes: &[u8], at: usize) -> usize {
    match &bytes[at..] {
        [b')' | b' ', b' ' | b'(', ..] => at + 2,
        [b' ' | b'.' | b'-' | b'(' | b')', ..] => at + 1,
        [0xc2, 0xa0, ..] => at + 2,
        [0xe2, 0x80, 0xaf | 0x91, ..] => at + 3,
        _ => at,
    }
}

fn trace(kind: Kind, range: Range<usize>, what: &'static str) -> Option<Trace> {
    Some(Trace { kind, range, what })
}

/// Whether a stretch stands by itself: no letter or digit before or after it.
fn is_alone(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric() && c != '%')
}

/// A number in international form (ITU-T E.123): `+223 66 75 12 34`.
fn phone(text: &str, at: usize) -> Option<Trace> {
    let bytes = text.as_bytes();
    let start = at + 1 + usize::from(bytes.get(at + 1) == Some(&b'('));
    let groups = Groups::read(bytes, start);
    let is_one = (8..=15).contains(&groups.total) && groups.digits[0] != 0 && !groups.is_figure();
    let range = at..groups.end;
    (is_one && is_alone(text, &range)).then_some(())?;
    trace(Kind::Phone, range, "this telephone number")
}

/// What begins with a digit.
fn number(text: &str, at: usize) -> Option<Trace> {
    let bytes = text.as_bytes();
    if at >= 2 && bytes[at - 1].is_ascii_uppercase() && bytes[at - 2].is_ascii_uppercase() {
        return iban(text, at - 2).or_else(|| long(text, at));
    }
    degrees(text, at).or_else(|| decimals(text, at)).or_else(|| grid(text, at)).or_else(|| long(text, at))
}

/// What has six digits at least.
fn long(text: &str, at: usize) -> Option<Trace> {
    let groups = Groups::read(text.as_bytes(), at);
    (groups.total >= 6).then_some(())?;
    card(text, at, &groups).or_else(|| document(text, at, &groups)).or_else(|| national(text, at, &groups))
}

/// Words after which digits are a telephone number.
const PHONE_WORDS: [&str; 18] = [
    "tel",
    "tél",
    "phone",
    "téléphone",
    "mobile",
    "call",
    "appel",
    "whatsapp",
    "signal",
    "viber",
    "portable",
    "cell",
    "sms",
    "هاتف",
    "الهاتف",
    "جوال",
    "واتساب",
    "اتصل",
];

/// Words after which digits are the number of a document.
const DOCUMENT_WORDS: [&str; 16] = [
    "passport",
    "passeport",
    "identity card",
    "national id",
    "id card",
    "id no",
    "id number",
    "carte d'identité",
    "carte d’identité",
    "cni n",
    "nina",
    "social security",
    "جواز سفر",
    "جواز السفر",
    "بطاقة هوية",
    "رقم الهوية",
];

/// Whether one of some words stands shortly before a byte, in the same line.
fn is_after(text: &str, at: usize, words: &[&str], within: usize) -> bool {
    let mut start = at.saturating_sub(within);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let before = &text[start..at];
    let before = before.rsplit(['\n', '|']).next().unwrap_or_default().to_lowercase();
    words.iter().any(|word| {
        before.match_indices(word).any(|(found, _)| {
            let begins = before[..found].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
            let rest = before[found + word.len()..].trim_start_matches(|c: char| c.is_alphabetic());
            // Between the word and the number nothing stands but what leads to it: `: n° (`.
            begins
                && !rest.contains(|c: char| c.is_ascii_digit())
                && rest.chars().filter(|c| c.is_alphabetic()).count() <= 8
        })
    })
}

/// A number without the code of its country: `00223…`, or one of which the text says that it is a telephone's.
fn national(text: &str, at: usize, groups: &Groups) -> Option<Trace> {
    let (total, range) = (groups.total, at..groups.end);
    let is_abroad = (11..=16).contains(&total) && groups.digits().starts_with(&[0, 0]) && groups.digits[2] != 0;
    let is_said = (7..=12).contains(&total) && !groups.is_figure() && is_after(text, at, &PHONE_WORDS, 32);
    ((is_abroad || is_said) && is_alone(text, &range)).then_some(())?;
    trace(Kind::Phone, range, "this telephone number")
}

/// The number of a passport or identity card, where the text says that it is one.
fn document(text: &str, at: usize, groups: &Groups) -> Option<Trace> {
    let bytes = text.as_bytes();
    let letters = bytes[..at].iter().rev().take_while(|byte| byte.is_ascii_uppercase()).count();
    let range = at - letters..groups.end;
    let is_one = letters <= 3 && (6..=18).contains(&groups.total) && is_alone(text, &range);
    (is_one && is_after(text, range.start, &DOCUMENT_WORDS, 40)).then_some(())?;
    trace(Kind::Identity, range, "this number of a document")
}

/// The number of an account with its check digits (ISO 13616-1, section 7).
fn iban(text: &str, at: usize) -> Option<Trace> {
    let bytes = text.as_bytes();
    let mut end = at;
    let mut written = Vec::new();
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' => written.push(*byte),
            b' ' if bytes.get(end + 1).is_some_and(|next| next.is_ascii_digit() || next.is_ascii_uppercase()) => {}
            _ => break,
        }
        end += 1;
    }
    // What follows may be words in capitals; an account has 15 to 34 characters.
    (15..=34.min(written.len())).rev().find_map(|length| {
        let rest = |written: &[u8]| {
            written[4..].iter().chain(&written[..4]).fold(0u32, |rest, byte| match byte {
                b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
                byte => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
            })
        };
        let is_one = written[2..4].iter().all(u8::is_ascii_digit) && rest(&written[..length]) == 1;
        let taken = (at..end).filter(|place| bytes[*place] != b' ').nth(length - 1)? + 1;
        // Half of it at least are digits: words in capitals may divide by 97 by chance.
        let has_digits = written[..length].iter().filter(|byte| byte.is_ascii_digit()).count() * 2 >= length;
        (is_one && has_digits && is_alone(text, &(at..taken)))
            .then(|| trace(Kind::Identity, at..taken, "this number of a bank account"))?
    })
}

/// The number of a payment card (ISO/IEC 7812-1, annex B): sixteen digits in one piece or in fours.
fn card(text: &str, at: usize, groups: &Groups) -> Option<Trace> {
    let is_written = matches!(groups.lengths(), [16] | [4, 4, 4, 4]);
    if !is_written || !matches!(groups.digits[0], 3..=6) {
        return None;
    }
    let doubled = |(place, digit): (usize, &u8)| match place % 2 {
        0 => u32::from(*digit),
        _ => u32::from(*digit) * 2 / 10 + u32::from(*digit) * 2 % 10,
    };
    let range = at..groups.end;
    let is_valid = groups.digits().iter().rev().enumerate().map(doubled).sum::<u32>() % 10 == 0;
    (is_valid && is_alone(text, &range)).then_some(())?;
    trace(Kind::Identity, range, "this number of a payment card")
}

const COORDINATES: &str = "this exact place";

/// `16°16′19″N`, also with decimals; degrees and whole minutes are no exact place.
fn degrees(text: &str, at: usize) -> Option<Trace> {
    let rest = &text[at..];
    let (whole, after) = digits_of(rest);
    if whole.is_empty() || whole.len() > 3 {
        return None;
    }
    let (fraction, after) = fraction_of(after);
    let after = after.trim_start_matches(' ').strip_prefix(['°', 'º'])?;
    let (minutes, after) = digits_of(after.trim_start());
    let (of_minutes, after) = fraction_of(after);
    let after = after.trim_start().trim_start_matches(['\'', '′', '’']);
    let (seconds, after) = digits_of(after.trim_start());
    let (_, after) = fraction_of(after);
    let after = after.trim_start().trim_start_matches(['"', '″', '”', '\'', '’']).trim_start();
    let after = after.strip_prefix(['N', 'S', 'E', 'W', 'O'])?;
    let is_exact = fraction.len() >= 3 || of_minutes.len() >= 2 || (!minutes.is_empty() && !seconds.is_empty());
    let range = at..text.len() - after.len();
    (is_exact && is_alone(text, &range)).then_some(())?;
    trace(Kind::Coordinates, range, COORDINATES)
}

fn digits_of(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

fn fraction_of(text: &str) -> (&str, &str) {
    match text.strip_prefix('.').map(digits_of) {
        Some((fraction, after)) if !fraction.is_empty() => (fraction, after),
        _ => ("", text),
    }
}

/// Latitude and longitude with three decimals or more: `16.2719, -0.0447`; in tables and where only a space stands between
/// them with four.
fn decimals(text: &str, at: usize) -> Option<Trace> {
    let (whole, after) = digits_of(&text[at..]);
    let (fraction, after) = fraction_of(after);
    if fraction.len() < 3 || whole.is_empty() || whole.len() > 3 {
        return None;
    }
    let gap = after.len() - after.trim_start_matches([' ', ',', ';', '/', '|', '\u{a0}']).len();
    let (between, after) = after.split_at(gap);
    let after = after.strip_prefix("%2C").unwrap_or(after);
    let after = after.strip_prefix(['-', '−']).unwrap_or(after);
    let (other, after) = digits_of(after);
    let (of_other, after) = fraction_of(after);
    let is_pair = between.contains(',') || between.contains(';') || between.contains('/');
    let least = if is_pair && !between.contains('|') { 3 } else { 4 };
    let within = |whole: &str, fraction: &str, most: f64| {
        format!("{whole}.{fraction}").parse::<f64>().is_ok_and(|degrees| degrees <= most)
    };
    let is_one = !between.is_empty()
        && fraction.len() >= least
        && of_other.len() >= least
        && (fraction.len() > 3 || of_other.len() > 3 || is_pair)
        && within(whole, fraction, 90.0)
        && within(other, of_other, 180.0);
    let start = at - usize::from(text[..at].ends_with('-'));
    let range = start..text.len() - after.len();
    (is_one && is_alone(text, &range)).then_some(())?;
    trace(Kind::Coordinates, range, COORDINATES)
}

/// A place in the military grid (`30P YB 12345 67890`), or in UTM (`30P 512345 1798765`).
fn grid(text: &str, at: usize) -> Option<Trace> {
    let (zone, after) = digits_of(&text[at..]);
    if zone.is_empty() || zone.len() > 2 || !(1..=60).contains(&zone.parse::<u8>().ok()?) {
        return None;
    }
    let after = after.strip_prefix(|c: char| matches!(c, 'C'..='X' if c != 'I' && c != 'O'))?;
    let spaced = after.trim_start_matches(' ');
    let square = spaced.bytes().take_while(u8::is_ascii_uppercase).count();
    let (first, rest) = digits_of(spaced[square..].trim_start_matches(' '));
    let (second, rest) = digits_of(rest.trim_start_matches(' '));
    let is_one = match square {
        2 => {
            (first.len() == second.len() && (4..=5).contains(&first.len()))
                || (second.is_empty() && matches!(first.len(), 8 | 10))
        }
        0 => first.len() == 6 && second.len() == 7,
        _ => false,
    };
    let range = at..text.len() - rest.len();
    (is_one && is_alone(text, &range)).then_some(())?;
    trace(Kind::Coordinates, range.start..text[range].trim_end().len() + at, COORDINATES)
}

/// An Open Location Code: `7GXHX4HM+3V`, or its end alone.
fn plus_code(text: &str, at: usize) -> Option<Trace> {
    const ALPHABET: &[u8] = b"23456789CFGHJMPQRVWX";
    let bytes = text.as_bytes();
    let before = bytes[..at].iter().rev().take_while(|byte| ALPHABET.contains(byte)).count();
    let after = bytes[at + 1..].iter().take_while(|byte| ALPHABET.contains(byte)).count();
    let range = at - before..at + 1 + after;
    let code = &bytes[range.clone()];
    let is_mixed = code.iter().any(u8::is_ascii_digit) && code[..before].iter().any(u8::is_ascii_uppercase);
    let is_one = matches!(before, 4 | 6 | 8) && (2..=3).contains(&after) && is_mixed && is_alone(text, &range);
    is_one.then_some(())?;
    trace(Kind::Coordinates, range, COORDINATES)
}

/// Three words that stand for a square of three metres: `///filled.count.soap`.
fn three_words(text: &str, at: usize) -> Option<Trace> {
    let rest = &text[at + 3..];
    let length = rest.find(|c: char| !c.is_lowercase() && c != '.').unwrap_or(rest.len());
    let words: Vec<&str> = rest[..length].trim_end_matches('.').split('.').collect();
    let is_one = words.len() == 3 && words.iter().all(|word| word.chars().count() >= 3) && !text[..at].ends_with(':');
    is_one.then_some(())?;
    trace(Kind::Coordinates, at..at + 3 + rest[..length].trim_end_matches('.').len(), COORDINATES)
}

/// An e-mail address (RFC 5321, section 4.1.2, as people write them).
fn mail(text: &str, at: usize) -> Option<Trace> {
    let bytes = text.as_bytes();
    let is_local = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-');
    let local = bytes[..at].iter().rev().take_while(is_local).count();
    let is_domain = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let domain = bytes[at + 1..].iter().take_while(is_domain).count();
    let domain = text[at + 1..at + 1 + domain].trim_end_matches(['.', '-']);
    let (host, ending) = domain.rsplit_once('.')?;
    let is_one =
        local > 0 && !host.is_empty() && ending.len() >= 2 && ending.bytes().all(|byte| byte.is_ascii_alphabetic());
    let start = at - local;
    (is_one && !matches!(text[..start].chars().next_back(), Some('/' | '@'))).then_some(())?;
    trace(Kind::Mail, start..at + 1 + domain.len(), "this e-mail address")
}
