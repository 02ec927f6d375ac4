//! What pages weigh for a reader on a slow and costly line. Comes in: the outputs of a site, as they are published. Goes out: for
//! each page what it costs before and after its text shows, and which budgets are spent.
//!
//! The budgets are twenty lines of a table; what is beyond the second figure fails, what is beyond the first is told.

mod look;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use look::What;
pub use look::{File, Looked, Page, Scales};

use crate::site::Site;

/// Something that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// The bytes on the wire before the text shows: the HTML and its stylesheets, compressed. What a server sends at once are
    /// ten segments of 1,460 bytes (RFC 6928).
    First,
    /// The answers without which nothing shows.
    FirstAnswers,
    /// The answers that the page needs, its pictures aside.
    Answers,
    /// The answers from other sites.
    Elsewhere,
    /// The bytes of scripts that hold the page back.
    NeededScript,
    /// The bytes of scripts that may come later, compressed.
    Script,
    /// The bytes of the page's styles, compressed.
    Style,
    /// The bytes of the HTML, as phones have to read it.
    Html,
    /// The elements of the HTML.
    Elements,
    /// The bytes of the largest picture.
    Picture,
    /// The pictures whose place is not kept while they load (without `width` and `height`).
    Unsized,
    /// The bytes of the page with all pictures, compressed where hosts do so.
    Whole,
    /// The bytes of the picture that is shown where a link to the page is shared.
    Card,
    /// The bytes of fonts.
    Fonts,
    /// What a script keeps in the browser, or sends from it.
    Kept,
    /// The bytes of the page in one file, with its pictures in it.
    SingleFile,
    /// The bytes of its text alone.
    Text,
    /// The addresses within the site that work at one place only, since they begin with `/` or with the site's own address.
    Rooted,
    /// The entries of a feed.
    Entries,
    /// The bytes of a feed.
    Feed,
    /// The bytes of all pages, compressed, for each twenty of the writer's.
    Archive,
}

/// A budget: what is measured, up to where all is well, and from where on it fails readers.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// What is measured.
    pub measure: Measure,
    /// Up to this all is well.
    pub goal: usize,
    /// Beyond this it fails readers.
    pub limit: usize,
    /// What is counted, for people.
    pub what: &'static str,
}

const fn budget(measure: Measure, goal: usize, limit: usize, what: &'static str) -> Budget {
    Budget { measure, goal, limit, what }
}

/// Every budget.
pub const BUDGETS: [Budget; 21] = [
    budget(Measure::First, 14_000, 14_600, "bytes before the text shows"),
    budget(Measure::FirstAnswers, 1, 1, "answers before the text shows"),
    budget(Measure::Answers, 2, 3, "answers besides pictures"),
    budget(Measure::Elsewhere, 0, 0, "answers from other sites"),
    budget(Measure::NeededScript, 0, 0, "bytes of scripts that hold the page back"),
    budget(Measure::Script, 8_192, 8_192, "bytes of scripts"),
    budget(Measure::Style, 3_584, 5_120, "bytes of styles"),
    budget(Measure::Html, 80_000, 150_000, "bytes of HTML"),
    budget(Measure::Elements, 800, 1_500, "elements"),
    budget(Measure::Picture, 30_000, 60_000, "bytes in one picture"),
    budget(Measure::Unsized, 0, 0, "pictures without their size"),
    budget(Measure::Whole, 100_000, 200_000, "bytes with all pictures"),
    budget(Measure::Card, 100_000, 300_000, "bytes in the picture for sharing"),
    budget(Measure::Fonts, 40_000, 60_000, "bytes of fonts"),
    budget(Measure::Kept, 0, 0, "things kept in the browser"),
    budget(Measure::SingleFile, 100_000, 250_000, "bytes as a single file"),
    budget(Measure::Text, 20_000, usize::MAX, "bytes of text"),
    budget(Measure::Rooted, 0, 0, "addresses good for one place only"),
    budget(Measure::Entries, 20, usize::MAX, "entries"),
    budget(Measure::Feed, 30_000, 100_000, "bytes of feed"),
    budget(Measure::Archive, 500_000, 1_000_000, "bytes, packed, for each twenty pages"),
];

impl Measure {
    /// Its budget.
    pub fn budget(self) -> &'static Budget {
        let found = BUDGETS.iter().find(|budget| budget.measure == self);
        found.expect("every measure has a budget")
    }
}

/// A budget that is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Over {
    /// What is measured.
    pub measure: Measure,
    /// What it comes to.
    pub value: usize,
    /// Whether it fails readers.
    pub fails: bool,
}

/// What an output weighs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Weight {
    /// Its address, from the site's root.
    pub url: String,
    /// The title of the page; empty where it is none.
    pub title: String,
    /// Each measure, in the order of the budgets.
    #[serde(serialize_with = "as_map")]
    pub values: Vec<(Measure, usize)>,
    /// The budgets that are spent.
    pub over: Vec<Over>,
    /// What is asked of other sites, and what works at one place only, as it is written.
    #[serde(skip)]
    pub examples: Vec<(Measure, String)>,
}

impl Weight {
    fn of(url: String, title: String, mut values: Vec<(Measure, usize)>) -> Weight {
        values.sort();
        let over = values.iter().filter_map(|(measure, value)| {
            let budget = measure.budget();
            let over = Over { measure: *measure, value: *value, fails: *value > budget.limit };
            (*value > budget.goal).then_some(over)
        });
        Weight { url, title, over: over.collect(), values, examples: Vec::new() }
    }

    /// What a measure comes to; nothing where it does not concern this output.
    pub fn value(&self, measure: Measure) -> usize {
        self.values.iter().find(|(known, _)| *known == measure).map_or(0, |(_, value)| *value)
    }

    /// Whether a budget is spent.
    pub fn is_over(&self) -> bool {
        !self.over.is_empty()
    }

    /// Whether a budget is spent so far that it fails readers.
    pub fn fails(&self) -> bool {
        self.over.iter().any(|over| over.fails)
    }

    /// The budgets that are spent, in words.
    pub fn what_is_over(&self) -> String {
        let over: Vec<String> = self.over.iter().map(Over::text).collect();
        let examples = self.examples.iter().map(|(_, written)| format!(", such as `{written}`"));
        format!("{}{}", over.join("; "), examples.collect::<String>())
    }

    /// What the writer can do about it.
    pub fn advice(&self) -> &'static str {
        match self.over.first().map(|over| over.measure) {
            Some(Measure::Picture | Measure::Unsized | Measure::Whole) => "show fewer or smaller pictures on it",
            Some(Measure::Elsewhere) => "put a copy of what it shows into the site's folder, if you may",
            Some(Measure::NeededScript | Measure::Script | Measure::Kept) => "take the scripts out",
            Some(Measure::Rooted) => "write addresses relative to the page, so that they work anywhere",
            Some(Measure::Entries | Measure::Feed) => "let the feed have fewer entries",
            _ => "divide it into several pages, or shorten its tables",
        }
    }

    /// What puts the worst first: what fails, how many budgets, the bytes before the text shows; then by address.
    pub fn order(&self) -> impl Ord + '_ {
        let fails = self.over.iter().filter(|over| over.fails).count();
        (Reverse((fails, self.over.len(), self.value(Measure::First))), &self.url)
    }
}

/// What all outputs weigh.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weights {
    /// Pages and feeds, by address.
    pub each: Vec<Weight>,
    /// The whole site.
    pub site: Vec<Over>,
}

/// The files that pages ask for, by output path.
pub type Files = BTreeMap<String, File>;

/// What the outputs of a site weigh, which have all been looked at.
pub fn weigh(looked: Vec<(String, Looked)>, site: &Site) -> Weights {
    let (mut pages, mut files) = (Vec::new(), Files::new());
    for (path, looked) in looked {
        match looked {
            Looked::Page(page) if page.leads_on => {}
            Looked::Page(page) => pages.push(page),
            Looked::File(file) => drop(files.insert(path, file)),
        }
    }
    let packed: usize = pages.iter().map(|page| page.packed).sum();
    let own = site.pages.iter().filter(|page| page.document.is_some()).count();
    let twenties = own.div_ceil(20).max(1);
    let site = Weight::of(String::new(), String::new(), vec![(Measure::Archive, packed / twenties)]).over;
    let mut each: Vec<Weight> = pages.iter().map(|page| of_page(page, &files)).collect();
    each.extend(files.iter().filter_map(|(path, file)| of_feed(path, file)));
    Weights { each, site }
}

fn of_feed(path: &str, file: &File) -> Option<Weight> {
    let values = vec![(Measure::Entries, file.entries?), (Measure::Feed, file.bytes)];
    Some(Weight::of(path.to_owned(), String::new(), values))
}

/// What a page weighs, with the files that it asks for.
pub fn of_page(page: &Page, files: &Files) -> Weight {
    let none = File::default();
    let file = |path: &str| files.get(path).unwrap_or(&none);
    let all = |is_wanted: fn(What) -> bool| page.asked.iter().filter(move |(_, what)| is_wanted(**what));
    let packed = |is_wanted: fn(What) -> bool| all(is_wanted).map(|(path, _)| file(path).packed).sum::<usize>();
    let bytes = |is_wanted: fn(What) -> bool| all(is_wanted).map(|(path, _)| file(path).bytes).sum::<usize>();
    let is_style = |what| what == What::Style;
    let is_first = |what| matches!(what, What::Style | What::NeededScript);
    let is_script = |what| matches!(what, What::Script | What::NeededScript);
    let is_picture = |what| what == What::Picture;
    let is_font = |what| what == What::Font;
    let is_card = |what| what == What::Card;
    let first = page.packed + packed(is_first);
    // One that is missing or cannot be shown has no place to keep; of a drawing nobody may know its size.
    let has_size = |path: &str| file(path).bytes > 0 && !path.ends_with(".svg");
    let pictures = bytes(is_picture);
    let scripts = packed(|what| what == What::Script);
    let kept = all(is_script).map(|(path, _)| file(path).kept).sum::<usize>() + page.kept;
    let values = vec![
        (Measure::First, first),
        (Measure::FirstAnswers, 1 + all(is_first).count()),
        (Measure::Answers, 1 + all(|what| !matches!(what, What::Picture | What::Card)).count() + page.elsewhere.len()),
        (Measure::Elsewhere, page.elsewhere.len()),
        (Measure::NeededScript, page.needed_script + bytes(|what| what == What::NeededScript)),
        (Measure::Script, scripts),
        (Measure::Style, page.style + packed(is_style)),
        (Measure::Html, page.html),
        (Measure::Elements, page.elements),
        (Measure::Picture, all(is_picture).map(|(path, _)| file(path).bytes).max().unwrap_or(0)),
        (Measure::Unsized, page.unsized_pictures.iter().filter(|path| has_size(path)).count()),
        (Measure::Whole, first + pictures + scripts + bytes(is_font)),
        (Measure::Card, bytes(is_card)),
        (Measure::Fonts, bytes(is_font)),
        (Measure::Kept, kept),
        (Measure::SingleFile, page.html + bytes(is_style) + (pictures + bytes(is_font)).div_ceil(3) * 4),
        (Measure::Text, page.text),
        (Measure::Rooted, page.rooted.len()),
    ];
    let mut weight = Weight::of(page.url.clone(), page.title.clone(), values);
    let examples = |measure: Measure, written: &[String]| written.first().map(|first| (measure, first.clone()));
    weight.examples.extend(examples(Measure::Elsewhere, &page.elsewhere));
    weight.examples.extend(examples(Measure::Rooted, &page.rooted));
    weight
}

fn as_map<S: serde::Serializer>(values: &[(Measure, usize)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(values.iter().map(|(measure, value)| (measure, value)))
}

/// Bytes as hosts send them when they take their time (gzip -9); their number alone.
pub fn packed(bytes: &[u8]) -> usize {
    gzip(bytes, Compression::best()).map_or(bytes.len(), |packed| packed.len())
}

/// Bytes compressed (RFC 1952).
pub fn gzip(bytes: &[u8], level: Compression) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), level);
    encoder.write_all(bytes).and_then(|()| encoder.finish())
}

/// A number for people: `14,000`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Over {
    /// The same for people: `15,200 bytes before the text shows (at most 14,000)`.
    pub fn text(&self) -> String {
        let budget = self.measure.budget();
        let (noun, rest) = budget.what.split_once(' ').unwrap_or((budget.what, ""));
        let noun = match noun {
            _ if self.value != 1 => noun,
            "addresses" => "address",
            "entries" => "entry",
            several => several.trim_end_matches('s'),
        };
        let what = format!("{noun} {rest}");
        let what = what.trim_end();
        format!("{} {what} (at most {})", grouped(self.value), grouped(budget.goal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_has_one_budget_and_fails_later_than_it_is_told() {
        for budget in BUDGETS {
            assert_eq!(BUDGETS.iter().filter(|other| other.measure == budget.measure).count(), 1);
            assert!(budget.goal <= budget.limit, "{:?}", budget.measure);
        }
    }

    #[test]
    fn one_of_something_is_not_several() {
        let text = |measure, value| Over { measure, value, fails: false }.text();
        assert_eq!(text(Measure::Elsewhere, 1), "1 answer from other sites (at most 0)");
        assert_eq!(text(Measure::Rooted, 1), "1 address good for one place only (at most 0)");
        assert_eq!(text(Measure::Elements, 1_000), "1,000 elements (at most 800)");
    }

    #[test]
    fn what_repeats_weighs_little_and_numbers_are_grouped() {
        assert!(packed(&[b'a'; 100_000]) < 300);
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
