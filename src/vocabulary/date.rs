//! Dates as writers give them. Comes in: ISO 8601 of any precision, intervals, EDTF's `~` and `?`, or words in English
//! and French. Goes out: a [`Date`] that can be compared and shown in either language.

use std::fmt;
use std::sync::LazyLock;

use super::fold;

/// A date, or an interval of two (EDTF level 0, with the marks `~` and `?` of level 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Date {
    /// The date, or the beginning of the interval; `None` where the beginning is open.
    start: Option<Point>,
    /// The end of the interval.
    end: Option<End>,
}

/// How an interval ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum End {
    /// With this date.
    At(Point),
    /// It goes on.
    Open,
}

/// A day, month or year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Point {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
    /// `~`: about then.
    is_approximate: bool,
    /// `?`: perhaps then.
    is_uncertain: bool,
}

/// A day of the calendar.
pub type Day = jiff::civil::Date;

/// "As of" and its like, with what stands behind it.
const LEADS: [&str; 9] = [
    "as of ",
    "as at ",
    "as-of ",
    "au ",
    "à la date du ",
    "À la date du ",
    "a la date du ",
    "en date du ",
    "données au ",
];

impl Date {
    /// Reads a text that is a date and nothing else.
    pub fn parse(text: &str) -> Option<Date> {
        let text = text.trim();
        if !Date::may_be_in(text) {
            return None;
        }
        let (date, length) = Date::prefix(text)?;
        text[length..].trim_matches(['.', ' ']).is_empty().then_some(date)
    }

    /// Reads the date with which a text begins, and how many bytes it takes.
    pub fn prefix(text: &str) -> Option<(Date, usize)> {
        iso_interval(text).or_else(|| in_words(text))
    }

    /// Whether a text may have a date in it: every date has a year of four digits.
    pub fn may_be_in(text: &str) -> bool {
        let mut digits = 0;
        text.bytes().any(|byte| {
            digits = if byte.is_ascii_digit() { digits + 1 } else { 0 };
            digits == 4
        })
    }

    /// Reads the date after "as of" or its like ("Status as of 15 January 2024", "Données au 15 janvier 2024").
    pub fn as_of(text: &str) -> Option<Date> {
        if !Date::may_be_in(text) {
            return None;
        }
        let starts = text.char_indices().map(|(at, _)| at).filter(|at| !text[..*at].ends_with(char::is_alphanumeric));
        starts.into_iter().find_map(|at| Date::leading_as_of(&text[at..]))
    }

    /// Whether a text may begin with "as of" or its like: most are ruled out by their first letter. What begins with no letter
    /// may.
    pub fn may_lead(text: &str) -> bool {
        let first = text.trim_start().chars().next().filter(|first| first.is_alphabetic());
        first.is_none_or(|first| LEADS.iter().any(|lead| lead.starts_with([first, first.to_ascii_lowercase()])))
    }

    /// Reads the date of a text that begins with "as of" or its like and the date right behind it.
    pub fn leading_as_of(text: &str) -> Option<Date> {
        let is_lead = |lead: &&&str| text.get(..lead.len()).is_some_and(|start| start.eq_ignore_ascii_case(lead));
        let lead = LEADS.iter().find(is_lead)?;
        Date::prefix(text[lead.len()..].trim_start()).map(|(date, _)| date)
    }

    /// The first day that it can mean; the first of all where its beginning is open.
    pub fn earliest(&self) -> Day {
        self.start.map_or(Day::MIN, |point| civil(point.year, point.month.unwrap_or(1), point.day.unwrap_or(1)))
    }

    /// The last day that it can mean; the last of all where its end is open.
    pub fn latest(&self) -> Day {
        let last = match self.end {
            Some(End::At(point)) => Some(point),
            Some(End::Open) => None,
            None => self.start,
        };
        last.map_or(Day::MAX, |point| {
            let month = point.month.unwrap_or(12);
            civil(point.year, month, point.day.unwrap_or_else(|| days_in(point.year, month)))
        })
    }

    /// The first point in time that it names, such as `2013-07` for `2013-07/2023`; `None` where its beginning is open.
    pub fn beginning(&self) -> Option<Date> {
        self.start.map(|start| Date { start: Some(start), end: None })
    }

    /// The last point in time that it names; `None` where its end is open.
    pub fn ending(&self) -> Option<Date> {
        match self.end {
            Some(End::At(end)) => Some(Date { start: Some(end), end: None }),
            Some(End::Open) => None,
            None => self.beginning(),
        }
    }

    /// The same without the marks of doubt.
    pub fn unqualified(&self) -> Date {
        let plain = |point: Point| Point { is_approximate: false, is_uncertain: false, ..point };
        let end = self.end.map(|end| match end {
            End::At(point) => End::At(plain(point)),
            End::Open => End::Open,
        });
        Date { start: self.start.map(plain), end }
    }

    /// Whether it is an interval.
    pub fn is_interval(&self) -> bool {
        self.end.is_some()
    }

    /// Whether both can mean the same day.
    pub fn overlaps(&self, other: &Date) -> bool {
        self.earliest() <= other.latest() && other.earliest() <= self.latest()
    }

    /// A day as a date.
    pub fn of_day(day: Day) -> Date {
        let small = |number: i8| u8::try_from(number).ok();
        let year = u16::try_from(day.year()).unwrap_or_default();
        let start = Point {
            year,
            month: small(day.month()),
            day: small(day.day()),
            is_approximate: false,
            is_uncertain: false,
        };
        Date { start: Some(start), end: None }
    }

    /// The value for the attribute `datetime` of HTML: only a single date has one.
    pub fn datetime(&self) -> Option<String> {
        let day = self.start.filter(|_| self.end.is_none())?;
        Some(Point { is_approximate: false, is_uncertain: false, ..day }.to_string())
    }

    /// The date in words, in the language with this BCP 47 tag: French, else English.
    pub fn in_words(&self, language: &str) -> String {
        let words = Words::of(language);
        match (self.start, self.end) {
            (Some(start), None) => start.in_words(words),
            (Some(start), Some(End::At(end))) => format!("{} – {}", start.in_words(words), end.in_words(words)),
            (Some(start), Some(End::Open)) if start.day.is_some() => {
                format!("{} {}", words.since_day, start.in_words(words))
            }
            (Some(start), Some(End::Open)) => format!("{} {}", words.since, start.in_words(words)),
            (None, Some(End::At(end))) if end.day.is_some() => {
                format!("{} {}", words.until_day, end.in_words(words))
            }
            (None, Some(End::At(end))) => format!("{} {}", words.until, end.in_words(words)),
            (None, _) => String::new(),
        }
    }
}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Date) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Date {
    /// By the last day that a date can mean, then the first; then as written, so that the order is total.
    fn cmp(&self, other: &Date) -> std::cmp::Ordering {
        let key = |date: &Date| (date.latest(), date.earliest());
        key(self).cmp(&key(other)).then_with(|| match self == other {
            true => std::cmp::Ordering::Equal,
            false => self.to_string().cmp(&other.to_string()),
        })
    }
}

impl fmt::Display for Date {
    /// ISO 8601 with EDTF's marks, such as `2013-07-01/..` or `2023~`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.start {
            Some(day) => write!(f, "{day}")?,
            None => f.write_str("..")?,
        }
        match self.end {
            Some(End::At(day)) => write!(f, "/{day}"),
            Some(End::Open) => f.write_str("/.."),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        f.write_str(match (self.is_approximate, self.is_uncertain) {
            (true, true) => "%",
            (true, false) => "~",
            (false, true) => "?",
            (false, false) => "",
        })
    }
}

impl Point {
    fn in_words(self, words: &Words) -> String {
        let month = self.month.and_then(|month| words.months.get(usize::from(month) - 1));
        let year = self.year;
        let plain = match (month, self.day) {
            (Some(month), Some(1)) => format!("1{} {month} {year}", words.first),
            (Some(month), Some(day)) => format!("{day} {month} {year}"),
            (Some(month), None) => format!("{month} {year}"),
            (None, _) => year.to_string(),
        };
        let about = if self.is_approximate { words.about } else { "" };
        format!("{about}{plain}{}", if self.is_uncertain { " (?)" } else { "" })
    }
}

/// How a language says dates.
struct Words {
    months: &'static [&'static str; 12],
    /// What follows the number of the first day of a month.
    first: &'static str,
    about: &'static str,
    /// Before a month or a year, and before a day.
    since: &'static str,
    since_day: &'static str,
    until: &'static str,
    until_day: &'static str,
}

impl Words {
    /// Those of a language given by its BCP 47 tag; English where there are none.
    fn of(tag: &str) -> &'static Words {
        const IN_ENGLISH: Words = Words {
            months: &ENGLISH,
            first: "",
            about: "about ",
            since: "since",
            since_day: "since",
            until: "until",
            until_day: "until",
        };
        const IN_FRENCH: Words = Words {
            months: &FRENCH,
            first: "er",
            about: "vers ",
            since: "depuis",
            since_day: "depuis le",
            until: "jusqu'en",
            until_day: "jusqu'au",
        };
        const IN_ARABIC: Words = Words {
            months: &ARABIC,
            first: "",
            about: "نحو ",
            since: "منذ",
            since_day: "منذ",
            until: "حتى",
            until_day: "حتى",
        };
        match tag.split('-').next() {
            Some("fr") => &IN_FRENCH,
            Some("ar" | "mey") => &IN_ARABIC,
            _ => &IN_ENGLISH,
        }
    }
}

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const FRENCH: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
/// The names that are used from Mauritania and Chad to Sudan and Egypt.
const ARABIC: [&str; 12] =
    ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"];

/// The folded names of the months, English and French.
static FOLDED: LazyLock<[Vec<String>; 2]> =
    LazyLock::new(|| [&ENGLISH, &FRENCH].map(|names| names.iter().map(|name| fold(name)).collect()));

/// The month that a word names, in full or shortened to three letters or more.
fn month_of(word: &str) -> Option<u8> {
    if word.chars().count() < 3 || !word.chars().all(char::is_alphabetic) {
        return None;
    }
    // No name of a month begins with another letter.
    if word.starts_with(|c: char| c.is_ascii() && !b"jfmasond".contains(&(c.to_ascii_lowercase() as u8))) {
        return None;
    }
    let folded = fold(word);
    let of_language = |names: &Vec<String>| {
        let mut matching = (1u8..).zip(names).filter(|(_, name)| name.starts_with(&folded)).map(|(month, _)| month);
        matching.next().filter(|_| matching.next().is_none()) // "jui" is June or July
    };
    FOLDED.iter().find_map(of_language)
}

/// A day of the calendar that is known to exist.
fn civil(year: u16, month: u8, day: u8) -> Day {
    let signed = |number: u8| i8::try_from(number).unwrap_or(1);
    let year = i16::try_from(year).unwrap_or(i16::MAX);
    Day::new(year, signed(month), signed(day)).unwrap_or(Day::MAX)
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn valid(year: u16, month: Option<u8>, day: Option<u8>) -> Option<Point> {
    let is_month = month.is_none_or(|month| (1..=12).contains(&month));
    let is_day = day.is_none_or(|day| day >= 1 && day <= days_in(year, month.unwrap_or(1)));
    (is_month && is_day).then_some(Point { year, month, day, is_approximate: false, is_uncertain: false })
}

/// `2013-07-01/2023-12`, `2013/..`, `../2023`, or a single date.
fn iso_interval(text: &str) -> Option<(Date, usize)> {
    if let Some(rest) = text.strip_prefix("../") {
        let (end, length) = iso(rest)?;
        return Some((Date { start: None, end: Some(End::At(end)) }, 3 + length));
    }
    let (start, length) = iso(text)?;
    let single = Date { start: Some(start), end: None };
    let Some(rest) = text[length..].strip_prefix('/') else { return Some((single, length)) };
    if rest.starts_with("..") {
        return Some((Date { start: Some(start), end: Some(End::Open) }, length + 3));
    }
    match iso(rest) {
        Some((end, end_length)) => {
            let date = Date { start: Some(start), end: Some(End::At(end)) };
            (date.earliest() <= date.latest()).then_some((date, length + 1 + end_length))
        }
        None => Some((single, length)),
    }
}

/// A year, month or day in ISO 8601, with its marks; no digit or letter may follow.
fn iso(text: &str) -> Option<(Point, usize)> {
    let bytes = text.as_bytes();
    let number = |range: std::ops::Range<usize>| {
        let digits = bytes.get(range)?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then(|| digits.iter().fold(0u16, |sum, digit| sum * 10 + u16::from(digit - b'0')))
    };
    let two = |at: usize| (bytes.get(at) == Some(&b'-')).then(|| number(at + 1..at + 3)).flatten();
    let year = number(0..4)?;
    let month = two(4);
    let day = month.and_then(|_| two(7));
    let mut length = 4 + 3 * usize::from(month.is_some()) + 3 * usize::from(day.is_some());
    let small = |number: Option<u16>| number.and_then(|number| u8::try_from(number).ok());
    let mut date = valid(year, small(month), small(day))?;
    while let Some(mark @ (b'~' | b'?' | b'%')) = bytes.get(length) {
        date.is_approximate |= *mark != b'?';
        date.is_uncertain |= *mark != b'~';
        length += 1;
    }
    let follows = text[length..].chars().next();
    let is_whole = !follows
        .is_some_and(|c| c.is_alphanumeric() || (c == '-' && bytes.get(length + 1).is_some_and(u8::is_ascii_digit)));
    is_whole.then_some((date, length))
}

/// `15 January 2024`, `January 15, 2024`, `janvier 2024`, `1er juillet 2013`, `about 2023`, `vers mai 2023`.
fn in_words(text: &str) -> Option<(Date, usize)> {
    let mut words = words(text).peekable();
    let mut is_approximate = false;
    if let Some((word, _)) = words.peek()
        && word.len() <= "environ".len()
        && ["about", "circa", "c", "around", "vers", "environ"].iter().any(|about| word.eq_ignore_ascii_case(about))
    {
        is_approximate = true;
        words.next();
    }
    let rest: Vec<(&str, usize)> = words.take(3).collect();
    let day_of = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
        let ending = word[digits.len()..].to_lowercase();
        let is_ordinal = ["", "er", "st", "nd", "rd", "th", "e"].contains(&ending.as_str());
        digits.parse::<u8>().ok().filter(|_| is_ordinal)
    };
    let year_of = |word: &str| word.parse::<u16>().ok().filter(|_| word.len() == 4);
    let found = match rest[..] {
        [(day, _), (month, _), (year, end)] if day_of(day).is_some() && month_of(month).is_some() => {
            (valid(year_of(year)?, month_of(month), day_of(day))?, end)
        }
        [(month, _), (day, _), (year, end)]
            if month_of(month).is_some() && day_of(day).is_some() && year_of(year).is_some() =>
        {
            (valid(year_of(year)?, month_of(month), day_of(day))?, end)
        }
        [(month, _), (year, end), ..] if month_of(month).is_some() && year_of(year).is_some() => {
            (valid(year_of(year)?, month_of(month), None)?, end)
        }
        [(year, end), ..] if is_approximate => (valid(year_of(year)?, None, None)?, end),
        _ => return None,
    };
    let (mut day, end) = found;
    day.is_approximate = is_approximate;
    Some((Date { start: Some(day), end: None }, end))
}

/// The words of a text, without commas and full stops at their ends, each with the offset at which it ends. A sentence
/// mark that is not a comma ends the sequence.
fn words(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(|c: char| !(c.is_whitespace() || c == ','))?;
        let length = text[start..].find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len() - start);
        if length == 0 {
            return None;
        }
        // The full stop of a shortened month belongs to it: "Jan. 2024".
        rest = start + length + usize::from(text[start + length..].starts_with(". "));
        Some((&text[start..start + length], start + length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso_of(text: &str) -> String {
        Date::parse(text).map_or_else(|| "none".to_owned(), |date| date.to_string())
    }

    #[test]
    fn dates_are_said_as_their_language_says_them() {
        for (iso, language, words) in [
            ("2022-03-12/..", "fr", "depuis le 12 mars 2022"),
            ("2022/..", "fr", "depuis 2022"),
            ("../2022", "fr", "jusqu'en 2022"),
            ("../2022-03-01", "fr-ML", "jusqu'au 1er mars 2022"),
            ("2022~", "fr", "vers 2022"),
            ("2022-03-01/..", "en", "since 1 March 2022"),
            ("2024-06-30", "ar", "30 يونيو 2024"),
            ("2024-06", "ar-TD", "يونيو 2024"),
        ] {
            let date = Date::parse(iso).expect(iso);
            assert_eq!(date.in_words(language), words);
        }
    }

    #[test]
    fn dates_in_iso_and_in_words_are_one() {
        for (text, iso) in [
            ("2024-01-15", "2024-01-15"),
            ("15 January 2024", "2024-01-15"),
            ("January 15, 2024", "2024-01-15"),
            ("15th Jan. 2024", "2024-01-15"),
            ("15 janvier 2024", "2024-01-15"),
            ("1er août 2013", "2013-08-01"),
            ("1ER AOUT 2013.", "2013-08-01"),
            ("déc. 2023", "2023-12"),
            ("mai 2023", "2023-05"),
            ("2023", "2023"),
            ("2023-12~", "2023-12~"),
            ("2023?", "2023?"),
            ("vers mai 2023", "2023-05~"),
            ("about 2023", "2023~"),
            ("2013-07-01/2023-12-31", "2013-07-01/2023-12-31"),
            ("2013/..", "2013/.."),
            ("../2013-05", "../2013-05"),
        ] {
            assert_eq!(iso_of(text), iso, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "2023-13",
            "2023-02-30",
            "2023-06-31",
            "20234",
            "32 May 2023",
            "15/01/2024",
            "jui 2023",
            "May",
            "2024-01-15x",
            "2023-12-31/2013",
            "2024-1",
        ] {
            assert_eq!(iso_of(text), "none", "{text}");
        }
        assert_eq!(iso_of("2024-02-29"), "2024-02-29");
    }

    #[test]
    fn as_of_is_found_in_captions_of_both_languages() {
        for (text, iso) in [
            ("Status as of 15 January 2024. Source: the report.", "2024-01-15"),
            ("As of 2024-01", "2024-01"),
            ("Données au 15 janvier 2024", "2024-01-15"),
            ("Au 1er mai 2023, selon le rapport", "2023-05-01"),
            ("Situation à la date du 2023-06-30", "2023-06-30"),
        ] {
            assert_eq!(Date::as_of(text).map(|date| date.to_string()).as_deref(), Some(iso), "{text}");
        }
        for text in ["*İ à la date du 20 ẞ*", "As of never.", "Bureau 2023", "au Mali", "From May 2023"] {
            assert_eq!(Date::as_of(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_shown_in_the_pages_language() {
        let date = |text| Date::parse(text).unwrap();
        assert_eq!(date("2024-01-15").in_words("en"), "15 January 2024");
        assert_eq!(date("2013-07-01").in_words("fr-ML"), "1er juillet 2013");
        assert_eq!(date("2023-12~").in_words("fr"), "vers décembre 2023");
        assert_eq!(date("2013-07-01/..").in_words("en"), "since 1 July 2013");
        assert_eq!(date("2023?").in_words("en"), "2023 (?)");
        assert_eq!(date("2024-01-15").datetime().as_deref(), Some("2024-01-15"));
        assert_eq!(date("2013/2014").datetime(), None);
    }

    #[test]
    fn newer_dates_come_later() {
        let mut dates: Vec<Date> =
            ["2024", "2023-06-30", "2023-06", "2024-01-15", "2013/.."].iter().filter_map(|t| Date::parse(t)).collect();
        dates.sort();
        let shown: Vec<String> = dates.iter().map(Date::to_string).collect();
        assert_eq!(shown, ["2023-06", "2023-06-30", "2024-01-15", "2024", "2013/.."]);
    }
}
