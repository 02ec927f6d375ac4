//! Front matter: the keys above a page, in TOML (`+++`), YAML (`---`) or absent. Comes in: a page's text.
//! Goes out: a [`FrontMatter`], where the body begins, and problems.

use crate::problem::{Fix, Lines, Place, Problem, catalogue};
use crate::settings::{self, Entry, Malformed, Value};
use crate::vocabulary::{Date, nearest};

const KEYS: [&str; 14] = [
    "title",
    "description",
    "date",
    "updated",
    "as_of",
    "review_by",
    "authors",
    "weight",
    "draft",
    "slug",
    "lang",
    "country",
    "template",
    "extra",
];

/// What a page says about itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrontMatter {
    /// The title; where absent, the first `# heading` is used.
    pub title: Option<String>,
    /// The page in one sentence: its bottom line.
    pub description: Option<String>,
    /// When it was first published.
    pub date: Option<Date>,
    /// When it was last changed.
    pub updated: Option<Date>,
    /// At what date the statements on it hold, where they do not say so themselves.
    pub as_of: Option<Date>,
    /// Where that date stands, to point there if it cannot be.
    pub as_of_place: Option<Place>,
    /// By when they should be looked at again, instead of when the first of them grows old.
    pub review_by: Option<Date>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Its place among its siblings: small first.
    pub weight: Option<i64>,
    /// Whether it is kept out of the published site.
    pub draft: bool,
    /// The last part of its address, instead of the file's name.
    pub slug: Option<String>,
    /// Its language (BCP 47), where it differs from the site's.
    pub lang: Option<String>,
    /// The country that its statements are about, where they do not say so themselves.
    pub country: Option<String>,
    /// The template that shows it, instead of the usual one.
    pub template: Option<String>,
    /// Where the template is named, to point there if it does not exist.
    pub template_place: Option<Place>,
    /// The writer's own values for templates.
    pub extra: Vec<Entry>,
}

/// How a block of front matter stands in a text.
struct Block {
    fence: &'static str,
    text: std::ops::Range<usize>,
    body_start: usize,
}

/// Reads the front matter of `text`; gives it and the byte at which the body begins.
pub(super) fn parse(text: &str, lines: &Lines<'_>, problems: &mut Vec<Problem>) -> (FrontMatter, usize) {
    let block = match find(text) {
        Ok(Some(block)) => block,
        Ok(None) => return (FrontMatter::default(), 0),
        Err((fence, at)) => {
            problems.push(catalogue::front_matter_open(lines.place(at..at + fence.len()), fence));
            return (FrontMatter::default(), at + fence.len());
        }
    };
    let inner = &text[block.text.clone()];
    let (format, entries) = match block.fence {
        "+++" => ("TOML", settings::toml(inner)),
        _ => ("YAML", settings::yaml(inner)),
    };
    let start = block.text.start;
    match entries {
        Ok(entries) => (read(entries, start, lines, problems), block.body_start),
        Err(Malformed { what, range }) => {
            let place = lines.place(start + range.start..start + range.end);
            problems.push(catalogue::front_matter_invalid(place, format, &what));
            // The problem stops the build, so that nothing of the page is published; the rest of it is read all the
            // same, so that links to it are not reported as well.
            (FrontMatter::default(), block.body_start)
        }
    }
}

/// Finds the block between two equal fences; blank lines may stand before it. An error is a fence that never closes.
/// A `---` after which no key comes is a thematic break and no front matter.
fn find(text: &str) -> Result<Option<Block>, (&'static str, usize)> {
    let opening = text.len() - text.trim_start().len();
    let rest = &text[opening..];
    let first_line = rest.lines().next().unwrap_or_default().trim_end();
    let Some(fence) = ["+++", "---"].into_iter().find(|fence| first_line == *fence) else { return Ok(None) };
    let start = opening + rest.find('\n').map_or(rest.len(), |at| at + 1);
    let first = text[start..].lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let has_keys = first.contains([':', '=']) && !first.starts_with(['-', '|', '>', '*']);
    let is_empty = first.trim_end() == fence;
    if fence == "---" && !has_keys && !is_empty && !first.starts_with('#') {
        return Ok(None);
    }
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == fence {
            return Ok(Some(Block { fence, text: start..at, body_start: at + line.len() }));
        }
        at += line.len();
    }
    if fence == "---" && !has_keys { Ok(None) } else { Err((fence, opening)) }
}

fn read(entries: Vec<Entry>, start: usize, lines: &Lines<'_>, problems: &mut Vec<Problem>) -> FrontMatter {
    let mut front = FrontMatter::default();
    let keys: Vec<String> = entries.iter().map(|entry| entry.key.clone()).collect();
    for entry in entries {
        let shift = |range: &std::ops::Range<usize>| lines.place_trimmed(start + range.start..start + range.end);
        let key = entry.key.as_str();
        if !KEYS.contains(&key) {
            let place = shift(&entry.key_range);
            let fits = |meant: &&str| set(&mut FrontMatter::default(), meant, &entry.value).is_none();
            let meant = settings::meant(&entry, &keys, &KEYS).filter(fits);
            let fix = meant.map(|meant| Fix::write(place.clone(), meant));
            problems.push(catalogue::front_matter_unknown_key(place, key, nearest(key, KEYS)).with_fix(fix));
            continue;
        }
        if entry.value == Value::Empty {
            continue; // `as_of:` with nothing after it is a form not yet filled in
        }
        let place = shift(if entry.value_range.is_empty() { &entry.key_range } else { &entry.value_range });
        if let Some(wanted) = set(&mut front, key, &entry.value) {
            problems.push(catalogue::front_matter_value(place, key, wanted));
        } else if key == "template" {
            front.template_place = Some(place);
        } else if key == "as_of" {
            front.as_of_place = Some(place);
        }
    }
    front
}

/// Sets one key; gives what it should have been where the value does not fit.
fn set(front: &mut FrontMatter, key: &str, value: &Value) -> Option<&'static str> {
    let text = value.as_text();
    match key {
        "title" => front.title = text.clone(),
        "description" => front.description = text.clone(),
        "slug" => front.slug = text.clone().filter(|slug| !slug.trim().is_empty()),
        "lang" => front.lang = text.clone(),
        "country" => front.country = text.clone(),
        "template" => front.template = text.clone(),
        "date" | "updated" | "as_of" | "review_by" => {
            // A time of day is of no use to readers; a date in words has no digit before its "T".
            let day = text.as_deref().map(|text| {
                text.split_once(['T', ' ']).filter(|(day, _)| day.len() == 10).map_or(text, |(day, _)| day)
            });
            let Some(date) = day.and_then(Date::parse) else {
                return Some("a date such as `2024-01-15`, `2024-01` or `2024`");
            };
            match key {
                "date" => front.date = Some(date),
                "updated" => front.updated = Some(date),
                "review_by" => front.review_by = Some(date),
                _ => front.as_of = Some(date),
            }
        }
        "weight" => match value {
            Value::Integer(weight) => front.weight = Some(*weight),
            _ => return Some("a whole number"),
        },
        "draft" => match value {
            Value::Bool(draft) => front.draft = *draft,
            _ => {
                front.draft = true; // what may be meant to stay hidden is not published
                return Some("`true` or `false`");
            }
        },
        "authors" => match value {
            Value::List(names) => front.authors = names.iter().filter_map(Value::as_text).collect(),
            Value::Text(name) => front.authors = vec![name.clone()],
            _ => return Some("a list of names, such as `[\"A. Diallo\"]`"),
        },
        _ => match value {
            Value::Table(entries) => front.extra = entries.clone(),
            _ => return Some("a table of values"),
        },
    }
    let is_text_key = matches!(key, "title" | "description" | "slug" | "lang" | "country" | "template");
    let is_filled = text.is_some_and(|text| !text.trim().is_empty());
    (is_text_key && !is_filled).then_some("a text")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn read_text(text: &str) -> (FrontMatter, usize, Vec<Problem>) {
        let mut problems = Vec::new();
        let (front, start) = parse(text, &Lines::new(Arc::from("content/a.md"), text), &mut problems);
        (front, start, problems)
    }

    #[test]
    fn toml_yaml_and_none_are_read() {
        for text in ["+++\ntitle = \"A\"\nweight = 2\n+++\nbody", "\n---\ntitle: A\nweight: 2\n---\nbody"] {
            let (front, start, problems) = read_text(text);
            assert_eq!((front.title.as_deref(), front.weight, &text[start..]), (Some("A"), Some(2), "body"));
            assert_eq!(problems, []);
        }
        assert_eq!(read_text("---\n\nA text after a line.").1, 0);
        assert_eq!(read_text("+++\n+++").1, 7);
    }

    #[test]
    fn mistakes_point_at_their_line() {
        let (_, _, problems) = read_text("---\ntitel: A\nweight: heavy\n---\n");
        let lines: Vec<(u32, u32)> =
            problems.iter().map(|p| (p.place.span.start.line, p.place.span.start.column)).collect();
        assert_eq!(lines, [(2, 1), (3, 9)]);
        assert!(problems[0].help.contains("`title`"));
    }

    #[test]
    fn what_cannot_be_read_is_never_published() {
        for text in ["---\ntitle: [A\n---\nx", "+++\ntitle = \"A\"\nx"] {
            assert!(read_text(text).2.iter().any(|problem| problem.code.stops()), "{text}");
        }
        assert!(read_text("---\ndraft: perhaps\n---\nx").0.draft);
    }
}
