//! Numbers as writers give them. Comes in: "about 1.2 million people", "123 456,5 km", in digits of any usual script.
//! Goes out: a [`Number`], exact, that can be compared and written in the page's language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Date, fold};

/// A decimal number, with what its writer said of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number {
    /// The number without its decimal point, which stands before the last `decimals` digits.
    digits: i128,
    /// How many digits stand after the point; the last of them is not 0.
    decimals: u32,
    /// Whether it is said not to be exact ("about", "more than", `~`).
    pub is_about: bool,
    /// What is counted or measured, such as "people", `%` or `USD`; empty if that is not said.
    pub unit: String,
    /// With a word of magnitude, the power of ten to which it is rounded: 5 for "1.2 million".
    rounded_to: Option<i32>,
}

/// The most digits that are read before and after the decimal point; far below what `i128` holds, so that numbers can be
/// multiplied by a word of magnitude and compared.
const WHOLE_MAX: usize = 15;
const DECIMALS_MAX: usize = 9;

impl Number {
    /// Reads a text that is one number, with its unit, and nothing else; `None` for a date, a range or a sentence.
    /// A single comma or point before three digits is read as the language (a BCP 47 tag) has it: in English "1,234" is
    /// above a thousand, in French below two; where that cannot be known, there is no number.
    pub fn parse(text: &str, language: &str) -> Option<Number> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
        if is_date(text) {
            return None;
        }
        let (lead, rest) = lead(text);
        let length = numeral_length(rest);
        let (digits, decimals) = read_numeral(&rest[..length], language)?;
        let after = after(&rest[length..], language)?;
        let digits = if lead.is_negative { -digits } else { digits };
        let rounded_to = after.power.map(|power| power as i32 - decimals as i32);
        let unit = format!("{} {}", lead.currency, after.unit).trim().to_owned();
        let is_about = lead.is_about || after.is_about;
        Some(Number { is_about, unit, rounded_to, ..exact(digits, decimals, after.power.unwrap_or(0)) })
    }

    /// The number in the shortest plain form, such as `123456` or `-1.5`.
    pub fn canonical(&self) -> String {
        let (whole, fraction) = self.parts();
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{}{whole}{point}{fraction}", self.sign())
    }

    /// The number as a floating-point one, for drawing and arithmetic that need not be exact.
    pub fn value(&self) -> f64 {
        self.canonical().parse().unwrap_or(f64::NAN)
    }

    /// The number as it is written in a language, without its unit: `123,456.5` in English, `123 456,5` in French, with
    /// narrow spaces that do not break; with those and a decimal point in any other.
    pub fn in_language(&self, language: &str) -> String {
        const NARROW_SPACE: &str = "\u{202f}";
        let (group, point) = match primary(language) {
            "en" => (",", "."),
            "fr" => (NARROW_SPACE, ","),
            _ => (NARROW_SPACE, "."),
        };
        let (whole, fraction) = self.parts();
        let mut text = self.sign().to_owned();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                text.push_str(group);
            }
            text.push(digit);
        }
        if fraction.is_empty() { text } else { text + point + &fraction }
    }

    /// Whether two numbers, units aside, can be the same: equal; or within 2 % of the larger where one is said not to be
    /// exact; or equal when both are rounded as the coarser one was ("1.2 million" and 1,234,567).
    pub fn agrees(&self, other: &Number) -> bool {
        let decimals = self.decimals.max(other.decimals);
        let scaled = |number: &Number| number.digits * 10i128.pow(decimals - number.decimals);
        let (one, two) = (scaled(self), scaled(other));
        let is_near = || (one - two).abs() * 50 <= one.abs().max(two.abs());
        let is_same_when_rounded = || {
            let place = self.rounded_to.max(other.rounded_to)?;
            let step = 10i128.pow(u32::try_from(place + decimals as i32).ok()?);
            Some(rounded(one, step) == rounded(two, step))
        };
        one == two || (self.is_about || other.is_about) && is_near() || is_same_when_rounded().unwrap_or(false)
    }

    fn sign(&self) -> &'static str {
        if self.digits < 0 { "-" } else { "" }
    }

    /// The digits before and after the decimal point.
    fn parts(&self) -> (String, String) {
        let decimals = self.decimals as usize;
        let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        (whole.to_owned(), fraction.to_owned())
    }
}

/// The number of `digits` with so many decimals, times a power of ten, in its shortest form.
fn exact(mut digits: i128, decimals: u32, power: u32) -> Number {
    digits *= 10i128.pow(power.saturating_sub(decimals));
    let mut decimals = decimals.saturating_sub(power);
    while decimals > 0 && digits % 10 == 0 {
        digits /= 10;
        decimals -= 1;
    }
    Number { digits, decimals, is_about: false, unit: String::new(), rounded_to: None }
}

/// Rounded to a multiple of `step`, halves away from zero.
fn rounded(number: i128, step: i128) -> i128 {
    (number + number.signum() * (step / 2)) / step
}

/// The words beside numbers (`numbers.toml`).
#[derive(Deserialize)]
struct Words {
    about: Vec<String>,
    currency: Vec<String>,
    attached: Vec<String>,
    power: BTreeMap<String, BTreeMap<String, u32>>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words: Words =
        toml::from_str(include_str!("numbers.toml")).expect("numbers.toml is tested with the program");
    words.about = words.about.iter().map(|word| fold(word)).collect();
    // "US$" before "$".
    words.currency.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
});

/// What stands before the digits.
#[derive(Default)]
struct Lead<'a> {
    is_about: bool,
    is_negative: bool,
    currency: &'a str,
}

/// Reads what stands before the digits, in any order, and gives the rest.
fn lead(text: &str) -> (Lead<'_>, &str) {
    let mut lead = Lead::default();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if let Some(length) = about_length(rest) {
            lead.is_about = true;
            rest = &rest[length..];
        } else if let Some(after) = rest.strip_prefix(['~', '≈', '±', '>', '<', '≥', '≤']) {
            lead.is_about = true;
            rest = after;
        } else if let Some(after) = rest.strip_prefix(['-', '−']).filter(|_| !lead.is_negative) {
            lead.is_negative = true;
            rest = after;
        } else if let Some(after) = rest.strip_prefix('+') {
            rest = after;
        } else if let Some(currency) = WORDS.currency.iter().find(|currency| rest.starts_with(currency.as_str()))
            && lead.currency.is_empty()
        {
            lead.currency = &rest[..currency.len()];
            rest = &rest[currency.len()..];
        } else {
            return (lead, rest);
        }
    }
}

/// How many bytes the words take with which a text begins, if they say "about".
fn about_length(text: &str) -> Option<usize> {
    const WORDS_MAX: usize = 4;
    let ends = text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).take(WORDS_MAX);
    let ends: Vec<usize> = ends.collect();
    ends.into_iter().rev().find(|end| WORDS.about.contains(&fold(&text[..*end])))
}

/// The decimal digit that a character is: Western, Arabic-Indic or its eastern form.
fn digit(c: char) -> Option<u8> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        _ => return None,
    };
    u8::try_from(u32::from(c) - u32::from(zero)).ok()
}

/// One kind of mark between digits: apostrophes are one, spaces are one.
fn separator(c: char) -> Option<char> {
    match c {
        ',' | '.' | '٫' | '٬' => Some(c),
        '\'' | '’' => Some('\''),
        ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' => Some(' '),
        _ => None,
    }
}

/// How many bytes of a text are digits, and separators between digits.
fn numeral_length(text: &str) -> usize {
    let mut length = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_between = separator(c).is_some() && chars.peek().is_some_and(|(_, next)| digit(*next).is_some());
        if digit(c).is_none() && !(is_between && at > 0) {
            break;
        }
        length = at + c.len_utf8();
    }
    length
}

/// The digits of a numeral and how many of them are decimals; `None` if its groups are none of the language's.
fn read_numeral(numeral: &str, language: &str) -> Option<(i128, u32)> {
    let separators: Vec<char> = numeral.chars().filter_map(separator).collect();
    let groups: Vec<&str> = numeral.split(|c| separator(c).is_some()).collect();
    let (whole, fraction) = match separators.last() {
        Some(last) if is_decimal(*last, &separators, &groups, language)? => groups.split_at(groups.len() - 1),
        _ => groups.split_at(groups.len()),
    };
    let has_equal_separators = separators[..whole.len() - 1].windows(2).all(|pair| pair[0] == pair[1]);
    let length = |group: &str| group.chars().count();
    let has_thousands = whole.len() == 1 || length(whole[0]) <= 3 && whole[1..].iter().all(|group| length(group) == 3);
    let digits = |groups: &[&str]| groups.concat().chars().filter_map(digit).collect::<Vec<u8>>();
    let (whole, fraction) = (digits(whole), digits(fraction));
    let has_leading_zero = whole.len() > 1 && whole[0] == 0; // a code or a telephone number
    let fits = (1..=WHOLE_MAX).contains(&whole.len()) && fraction.len() <= DECIMALS_MAX;
    if !has_equal_separators || !has_thousands || has_leading_zero || !fits {
        return None;
    }
    let all = whole.iter().chain(&fraction).fold(0i128, |sum, digit| sum * 10 + i128::from(*digit));
    Some((all, u32::try_from(fraction.len()).ok()?))
}

/// Whether the last separator of a numeral is its decimal point; `None` if that cannot be known.
fn is_decimal(last: char, separators: &[char], groups: &[&str], language: &str) -> Option<bool> {
    let is_point = match last {
        ',' | '.' => separators.iter().filter(|separator| **separator == last).count() == 1,
        other => return Some(other == '٫'),
    };
    let is_only = separators.len() == 1;
    let length = |group: Option<&&str>| group.map_or(0, |group| group.chars().count());
    let can_be_group = length(groups.last()) == 3 && length(groups.first()) <= 3 && groups.first() != Some(&"0");
    match (primary(language), last) {
        _ if !is_point => Some(false),
        _ if !is_only || !can_be_group => Some(true),
        ("en", '.') | ("fr", ',') => Some(true),
        ("en", _) => Some(false),
        _ => None,
    }
}

/// What stands after the digits.
struct After {
    is_about: bool,
    /// The power of ten of a word of magnitude.
    power: Option<u32>,
    unit: String,
}

/// Reads what stands after the digits; `None` if it is no unit.
fn after(text: &str, language: &str) -> Option<After> {
    let (is_about, text) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let is_attached = text.starts_with(|c: char| !c.is_whitespace());
    let rest = text.trim();
    let of_unit = |power: Option<u32>, unit: &str| {
        // "3 millions de personnes", but not "5 of them".
        let links = ["de ", "d'", "d’", "of "].iter().filter(|_| power.is_some());
        let unit = links.into_iter().find_map(|link| unit.strip_prefix(link)).unwrap_or(unit);
        let unit = unit_of(unit)?;
        Some(After { is_about, power, unit })
    };
    if let Some((power, rest)) = letter_power(rest, is_attached) {
        return of_unit(Some(power), rest.trim());
    }
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (word, others) = rest.split_at(end);
    if is_attached {
        return WORDS.attached.iter().any(|unit| unit == word).then(|| of_unit(None, rest))?;
    }
    let power = power_of(word, language);
    let unit = if power.is_some() { others.trim() } else { rest };
    of_unit(power, unit)
}

/// `k` and `M` where they touch the number, or stand before the sign of a currency ("12 M€").
fn letter_power(text: &str, is_attached: bool) -> Option<(u32, &str)> {
    let letters = [("Mds", 9), ("Md", 9), ("bn", 9), ("k", 3), ("K", 3), ("M", 6)];
    let (rest, power) =
        letters.iter().find_map(|(letter, power)| text.strip_prefix(letter).map(|rest| (rest, *power)))?;
    let is_alone = is_attached && !rest.starts_with(char::is_alphanumeric);
    (is_alone || rest.starts_with(['€', '$', '£'])).then_some((power, rest))
}

fn power_of(word: &str, language: &str) -> Option<u32> {
    let folded = fold(word);
    let one = folded.strip_suffix('s').unwrap_or(&folded);
    let (first, second) = if primary(language) == "fr" { ("fr", "en") } else { ("en", "fr") };
    [first, second].iter().find_map(|language| WORDS.power.get(*language)?.get(one)).copied()
}

/// A unit as it is kept; `None` for what is none: other numbers, sentences, comparisons.
fn unit_of(text: &str) -> Option<String> {
    const WORDS_MAX: usize = 6;
    const NO_UNITS: [&str; 12] = ["or", "and", "to", "out", "of", "in", "ou", "et", "a", "sur", "au", "en"];
    for percent in ["per cent", "percent", "pour cent"] {
        if let Some(rest) = text.strip_prefix(percent).filter(|rest| !rest.starts_with(char::is_alphabetic)) {
            return unit_of(format!("%{rest}").trim());
        }
    }
    let is_of_unit = |c: char| c.is_alphabetic() || c.is_whitespace() || "%‰°²³€$£¥₦-/'’".contains(c);
    let starts_well = text.chars().next().is_none_or(|c| c.is_alphabetic() || "%‰°€$£¥₦".contains(c));
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_unit =
        words.len() <= WORDS_MAX && words.first().is_none_or(|first| !NO_UNITS.contains(&fold(first).as_str()));
    let is_letter = ["M", "K", "k", "Md"].contains(&text); // "5 M": nobody knows
    (starts_well && is_unit && !is_letter && text.chars().all(is_of_unit)).then(|| text.to_owned())
}

/// Whether a text is a date, with or without its year; a year alone is a number.
fn is_date(text: &str) -> bool {
    let is_year = text.chars().all(char::is_alphanumeric);
    !is_year && (Date::parse(text).is_some() || Date::parse(&format!("{text} 2000")).is_some())
}

/// Marks of direction and width, which pages in Arabic have around numbers.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, language: &str) -> String {
        Number::parse(text, language).map_or_else(|| "none".to_owned(), |number| number.canonical())
    }

    #[test]
    fn numbers_are_read_as_each_language_writes_them() {
        for (text, language, canonical) in [
            ("123,456", "en", "123456"),
            ("1,234.50", "en", "1234.5"),
            ("1.234", "en", "1.234"),
            ("1,234", "en-GB", "1234"),
            ("0.125", "en", "0.125"),
            ("123 456,5", "fr", "123456.5"),
            ("123\u{202f}456,5", "fr-ML", "123456.5"),
            ("123\u{a0}456", "fr", "123456"),
            ("1\u{2009}234\u{2009}567", "en", "1234567"),
            ("1,234", "fr", "1.234"),
            ("1,234,567", "fr", "1234567"),
            ("1.234.567", "fr", "1234567"),
            ("1.234,5", "en", "1234.5"),
            ("1,234.5", "fr", "1234.5"),
            ("12,5", "en", "12.5"),
            ("12.5", "fr", "12.5"),
            ("0,125", "en", "0.125"),
            ("1'234'567", "en", "1234567"),
            ("1’234", "fr", "1234"),
            ("1234567", "fr", "1234567"),
            ("-1.5", "en", "-1.5"),
            ("−1,5", "fr", "-1.5"),
            ("0", "en", "0"),
            ("-0.0", "en", "0"),
            ("2023", "en", "2023"),
            ("١٢٣٬٤٥٦", "ar", "123456"),
            ("١٢٣٫٥", "ar", "123.5"),
            ("۱۲۳", "fa", "123"),
            ("1 234,5", "de", "1234.5"),
        ] {
            assert_eq!(of(text, language), canonical, "{text:?} in {language}");
        }
    }

    #[test]
    fn about_units_and_magnitudes_are_kept_apart() {
        for (text, language, canonical, is_about, unit) in [
            ("about 1,200 people", "en", "1200", true, "people"),
            ("More than 2 million", "en", "2000000", true, ""),
            ("some 4.5 million refugees", "en", "4500000", true, "refugees"),
            ("~500", "en", "500", true, ""),
            ("≈ 500 km", "en", "500", true, "km"),
            ("1,000+ people", "en", "1000", true, "people"),
            ("près de 3 millions de personnes", "fr", "3000000", true, "personnes"),
            ("À peu près 10 000 hommes", "fr", "10000", true, "hommes"),
            ("quelque 1,2 milliard d’euros", "fr", "1200000000", true, "euros"),
            ("1 billion", "en", "1000000000", false, ""),
            ("1 billion", "fr", "1000000000000", false, ""),
            ("12 mille", "fr", "12000", false, ""),
            ("15k", "en", "15000", false, ""),
            ("1.5M", "en", "1500000", false, ""),
            ("12 M€", "fr", "12000000", false, "€"),
            ("2 Mds €", "fr", "2000000000", false, "€"),
            ("4,5 Md d’euros", "fr", "4500000000", false, "euros"),
            ("$1.2bn", "en", "1200000000", false, "$"),
            ("\u{200e}500", "ar", "500", false, ""),
            ("5m", "en", "5", false, "m"),
            ("45%", "en", "45", false, "%"),
            ("45 %", "fr", "45", false, "%"),
            ("45 per cent", "en", "45", false, "%"),
            ("45 % of the people", "en", "45", false, "% of the people"),
            ("US$1.2 billion", "en", "1200000000", false, "US$"),
            ("about USD 300", "en", "300", true, "USD"),
            ("€5 million per year", "en", "5000000", false, "€ per year"),
            ("$-5", "en", "-5", false, "$"),
            ("300 USD", "en", "300", false, "USD"),
            ("12 km²", "en", "12", false, "km²"),
            ("25 °C", "en", "25", false, "°C"),
        ] {
            let number = Number::parse(text, language).unwrap_or_else(|| panic!("{text} is a number"));
            assert_eq!(number.canonical(), canonical, "{text}");
            assert_eq!((number.is_about, number.unit.as_str()), (is_about, unit), "{text}");
        }
    }

    #[test]
    fn what_is_no_single_number_is_none() {
        for text in [
            "",
            "people",
            "about",
            "some people",
            "10–20",
            "10-20",
            "10 to 20",
            "10 à 20",
            "10 or more",
            "2 out of 3",
            "5 of them",
            "10 20",
            "1 23",
            "1,23,456",
            "1,2,3",
            "1.234,567.8",
            "1 234,567,890",
            "2024-01-15",
            "15 January 2024",
            "15 January",
            "1er mai 2023",
            "May 2023",
            "1st",
            "3D",
            "5 M",
            "0612345678",
            "06 12 34 56 78",
            "S/RES/2690",
            "10 people, 20 cars",
            "10 people fled. They are safe.",
            "5 (estimated)",
            "1234567890123456789",
            "--5",
            "12:30",
            "½",
        ] {
            assert_eq!(of(text, "en"), "none", "{text}");
        }
        assert_eq!(of("1.234", "fr"), "none");
        assert_eq!(of("1.234", "es"), "none");
        assert_eq!(of("1,234", "es"), "none");
    }

    #[test]
    fn numbers_are_written_in_the_pages_language_and_read_again() {
        let number = Number::parse("123,456.5", "en").unwrap();
        assert_eq!(number.in_language("en"), "123,456.5");
        assert_eq!(number.in_language("fr-ML"), "123\u{202f}456,5");
        assert_eq!(number.in_language("ar"), "123\u{202f}456.5");
        for text in ["0", "7", "-12", "999", "1000", "-1234567.25", "0.001", "100000000000000"] {
            let number = Number::parse(text, "en").unwrap();
            assert_eq!(number.canonical(), text);
            assert_eq!(number.value(), text.parse::<f64>().unwrap());
            for language in ["en", "fr", "ar"] {
                if let Some(again) = Number::parse(&number.in_language(language), language) {
                    assert_eq!(again, number, "{text} in {language}");
                }
            }
        }
        assert_eq!(Number::parse("1000", "fr").unwrap().in_language("fr"), "1\u{202f}000");
    }

    #[test]
    fn numbers_agree_as_exactly_as_they_are_given() {
        for (one, two, agree) in [
            ("123,456", "123456", true),
            ("123,456", "123,457", false),
            ("1.50", "1.5", true),
            ("about 100", "102", true),
            ("about 100", "103", false),
            ("100", "nearly 98", true),
            ("1.2 million", "1,234,567", true),
            ("1.2 million", "1,250,000", false),
            ("1.23 million", "1,234,567", true),
            ("1.24 million", "1,234,567", false),
            ("1.2 million", "1.23 million", true),
            ("1,200,000", "1,234,567", false),
            ("15k", "15,499", true),
            ("15k", "15,500", false),
            ("-1.2 million", "-1,234,567", true),
            ("-1.2 million", "1,234,567", false),
            ("1.2345 thousand", "1,234.5", true),
            ("1.20000 thousand", "1200", true),
            ("about 1.2 million", "1,224,000", true),
            ("0", "0", true),
            ("about 0", "1", false),
        ] {
            let number = |text| Number::parse(text, "en").unwrap();
            assert_eq!(number(one).agrees(&number(two)), agree, "{one} and {two}");
            assert_eq!(number(two).agrees(&number(one)), agree, "{two} and {one}");
        }
    }
}
