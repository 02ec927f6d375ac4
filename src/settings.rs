//! TOML and YAML read alike. Comes in: a text of keys and values. Goes out: a tree of [`Entry`] that knows
//! the byte range of each key and value, so that every remark about it has its exact place.

use std::ops::Range;

use serde::Serialize;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::vocabulary::certain;

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key as written.
    pub key: String,
    /// The bytes of the key in the text.
    pub key_range: Range<usize>,
    /// The value.
    pub value: Value,
    /// The bytes of the value in the text.
    pub value_range: Range<usize>,
}

/// A value of TOML or YAML.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text; dates of TOML are text as well.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// Nothing, as YAML writes it.
    Empty,
    /// Values in their order.
    List(Vec<Value>),
    /// Keys and values, in the order of the format's library.
    Table(Vec<Entry>),
}

impl Value {
    /// Numbers and truth values as text too, since a title may be `2024`.
    pub fn as_text(&self) -> Option<String> {
        match self {
            Value::Text(text) => Some(text.clone()),
            Value::Integer(number) => Some(number.to_string()),
            Value::Float(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Empty | Value::List(_) | Value::Table(_) => None,
        }
    }
}

impl Value {
    /// A list of texts; one text alone is a list of one.
    pub fn texts(&self) -> Option<Vec<String>> {
        match self {
            Value::List(values) => values.iter().map(Value::as_text).collect(),
            value => value.as_text().map(|text| vec![text]),
        }
    }

    /// The entries of a table; none where it is something else.
    pub fn entries(&self) -> &[Entry] {
        if let Value::Table(entries) = self { entries } else { &[] }
    }
}

/// A key that Brink knows, in front matter or in the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Other names for it, in lower case.
    pub also: &'static [&'static str],
    /// What it holds.
    pub shape: Shape,
    /// What it is for, in a sentence.
    pub about: &'static str,
}

/// A key that has one name.
pub(crate) const fn key(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, also: &[], shape, about }
}

impl Key {
    /// The same key with other names.
    pub const fn with(self, also: &'static [&'static str]) -> Key {
        Key { also, ..self }
    }
}

/// What the value of a key may be.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A text that is not empty; numbers and truth values count as text, since a title may be `2024`.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Whole,
    /// A date.
    Date,
    /// A date, or `true` or `false`.
    DateOrFlag,
    /// A list of texts, or one text.
    Texts,
    /// A table.
    Table,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number that is not negative.
    Count,
    /// A full web address.
    Address,
    /// A table of these keys.
    Fields(fn() -> Fields),
    /// A table of any names, each with a value of this shape.
    Each(&'static Shape),
    /// A list of values of this shape; whoever reads it looks into it.
    List(&'static Shape),
    /// A value of one of these shapes; whoever reads it looks which.
    OneOf(&'static [Shape]),
    /// Anything.
    Any,
}

/// The keys that a table may have.
#[derive(Debug, Clone)]
pub struct Fields {
    /// Those that mean something.
    pub keys: Vec<Key>,
    /// Those that may not be absent.
    pub needed: &'static [&'static str],
    /// Those that are passed over without a word.
    pub passed_over: Vec<&'static str>,
    /// Whether all others are passed over as well.
    pub is_open: bool,
}

impl Fields {
    /// These keys and no others.
    pub fn closed(keys: &[Key]) -> Fields {
        Fields { keys: keys.to_vec(), needed: &[], passed_over: Vec::new(), is_open: false }
    }

    /// These keys; others are passed over.
    pub fn open(keys: &[Key]) -> Fields {
        Fields { is_open: true, ..Fields::closed(keys) }
    }

    /// The same, of which some may not be absent.
    #[must_use]
    pub fn needing(self, needed: &'static [&'static str]) -> Fields {
        Fields { needed, ..self }
    }
}

impl Shape {
    /// Whether a value is of this shape; what a text says is not looked at.
    pub fn fits(self, value: &Value) -> bool {
        match self {
            Shape::Text | Shape::Address => value.as_text().is_some_and(|text| !text.trim().is_empty()),
            Shape::Date => value.as_text().is_some() && !matches!(value, Value::Bool(_)),
            Shape::DateOrFlag => value.as_text().is_some(),
            Shape::Flag => matches!(value, Value::Bool(_)),
            Shape::Whole => matches!(value, Value::Integer(_)),
            Shape::Texts => value.texts().is_some(),
            Shape::Count => matches!(value, Value::Integer(number) if *number >= 0),
            Shape::Table | Shape::Fields(_) | Shape::Each(_) => matches!(value, Value::Table(_)),
            Shape::Choice(words) => value.as_text().is_some_and(|text| words.contains(&text.as_str())),
            Shape::Any | Shape::List(_) | Shape::OneOf(_) => true,
        }
    }

    /// What a value should have been, in words.
    pub fn wanted(self) -> String {
        let words = match self {
            Shape::Text => "a text",
            Shape::Address => "a full web address, such as `https://example.org/mali/`",
            Shape::Count => "a whole number that is not negative",
            Shape::Flag => "`true` or `false`",
            Shape::Whole => "a whole number",
            Shape::Date => "a date such as `2024-01-15`, `2024-01` or `2024`",
            Shape::DateOrFlag => "a date such as `2024-01-15`, or `false`",
            Shape::Texts => "a list of texts, such as `[\"A. Diallo\"]`",
            Shape::Table | Shape::Fields(_) | Shape::Each(_) => "a table of values",
            Shape::List(_) => "a list",
            Shape::Choice(words) => {
                let list: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                return format!("one of {}", list.join(", "));
            }
            Shape::Any | Shape::OneOf(_) => "a value",
        };
        words.to_owned()
    }
}

/// The known key that an unknown one certainly is, if it can stand in its place: nothing else there has or means that key.
pub(crate) fn meant<'k>(entry: &Entry, keys: &[String], known: &[&'k str]) -> Option<&'k str> {
    let is_table = matches!(entry.value, Value::Table(_)); // its key may stand in several headings
    let meant = certain(&entry.key, known).filter(|_| !is_table)?;
    let rivals = keys.iter().filter(|key| certain(key, known) == Some(meant)).count();
    (rivals == 1).then_some(meant)
}

/// Writes a tree of settings as a plain map, as templates see it.
pub(crate) fn plain<S: serde::Serializer>(entries: &[Entry], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().map(|entry| (&entry.key, Plain(&entry.value))))
}

struct Plain<'a>(&'a Value);

impl Serialize for Plain<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Integer(number) => serializer.serialize_i64(*number),
            Value::Float(number) => serializer.serialize_f64(*number),
            Value::Bool(truth) => serializer.serialize_bool(*truth),
            Value::Empty => serializer.serialize_none(),
            Value::List(values) => serializer.collect_seq(values.iter().map(Plain)),
            Value::Table(entries) => plain(entries, serializer),
        }
    }
}

/// Why a text cannot be read: what is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong, in the words of the format's library.
    pub what: String,
    /// The bytes concerned.
    pub range: Range<usize>,
}

/// Reads TOML 1.1.
pub fn toml(text: &str) -> Result<Vec<Entry>, Malformed> {
    let table = DeTable::parse(text).map_err(|error| Malformed {
        what: error.message().lines().next().unwrap_or("it cannot be read").to_owned(),
        range: error.span().unwrap_or(0..0),
    })?;
    Ok(toml_table(table.get_ref()))
}

fn toml_table(table: &DeTable<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table.iter().map(|(key, value)| toml_entry(key, value)).collect();
    entries.sort_by_key(|entry| entry.key_range.start);
    entries
}

fn toml_entry(key: &Spanned<std::borrow::Cow<'_, str>>, value: &Spanned<DeValue<'_>>) -> Entry {
    Entry {
        key: key.get_ref().to_string(),
        key_range: key.span(),
        value: toml_value(value.get_ref()),
        value_range: value.span(),
    }
}

fn toml_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::Text(number.as_str().to_owned()), Value::Integer),
        DeValue::Float(number) => {
            number.as_str().parse().map_or_else(|_| Value::Text(number.as_str().to_owned()), Value::Float)
        }
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(date) => Value::Text(date.to_string()),
        DeValue::Array(values) => Value::List(values.iter().map(|value| toml_value(value.get_ref())).collect()),
        DeValue::Table(table) => Value::Table(toml_table(table)),
    }
}

/// Reads YAML 1.2 with its core schema: `NO` stays text, doubled keys are refused.
pub fn yaml(text: &str) -> Result<Vec<Entry>, Malformed> {
    let offsets = Offsets::new(text);
    let documents = MarkedYaml::load_from_str(text).map_err(|error| {
        let at = offsets.byte(error.marker().index());
        let found = unclosed(text, at).or_else(|| keyless(text, at).filter(|_| error.info().contains("simple key")));
        found.unwrap_or_else(|| Malformed { what: error.info().to_owned(), range: at..at })
    })?;
    let Some(document) = documents.first() else { return Ok(Vec::new()) };
    match &document.data {
        YamlData::Mapping(_) => match yaml_value(document, &offsets) {
            Value::Table(entries) => Ok(entries),
            _ => Ok(Vec::new()),
        },
        YamlData::Value(Scalar::Null) => Ok(Vec::new()),
        _ => Err(Malformed { what: "it has no keys".to_owned(), range: offsets.range(document) }),
    }
}

/// The last line before the place where the library gave up that has no colon: it is neither a key nor part of one.
fn keyless(text: &str, noticed: usize) -> Option<Malformed> {
    let mut start = 0;
    let mut found = None;
    for line in text.split_inclusive('\n') {
        let is_plain = !line.trim().is_empty() && !line.contains(':') && !line.trim_start().starts_with(['#', '-']);
        if is_plain && start < noticed {
            let range = start..start + line.trim_end().len();
            found = Some(Malformed { what: "this line has no `key:`".to_owned(), range });
        }
        start += line.len();
    }
    found
}

/// A bracket or quote that a value opens and nothing closes before the place where the library gave up: that is where
/// the mistake is, lines before it is noticed.
fn unclosed(text: &str, noticed: usize) -> Option<Malformed> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let value = line.find(": ").map(|colon| colon + 2).filter(|_| start <= noticed);
        let opened = value.and_then(|value| line[value..].trim_start().chars().next());
        let closing = match opened {
            Some('[') => Some(']'),
            Some('{') => Some('}'),
            Some(quote @ ('"' | '\'')) => Some(quote),
            _ => None,
        };
        if let (Some(value), Some(opened), Some(closing)) = (value, opened, closing) {
            let value_at = start + value;
            let after = text.get(value_at + 1..noticed.max(start + line.len())).unwrap_or_default();
            if !after.contains(closing) {
                let end = start + line.trim_end().len();
                return Some(Malformed {
                    what: format!("`{opened}` is never closed with `{closing}`"),
                    range: value_at..end,
                });
            }
        }
        start += line.len();
    }
    None
}

fn yaml_value(node: &MarkedYaml<'_>, offsets: &Offsets) -> Value {
    match &node.data {
        YamlData::Value(Scalar::Null) => Value::Empty,
        YamlData::Value(Scalar::Boolean(truth)) => Value::Bool(*truth),
        YamlData::Value(Scalar::Integer(number)) => Value::Integer(*number),
        YamlData::Value(Scalar::FloatingPoint(number)) => Value::Float(number.into_inner()),
        YamlData::Value(Scalar::String(text)) => Value::Text(text.to_string()),
        YamlData::Representation(text, ..) => Value::Text(text.to_string()),
        YamlData::Sequence(nodes) => Value::List(nodes.iter().map(|node| yaml_value(node, offsets)).collect()),
        YamlData::Tagged(_, node) => yaml_value(node, offsets),
        YamlData::Alias(_) | YamlData::BadValue => Value::Empty,
        YamlData::Mapping(nodes) => {
            let entry = |(key, value): (&MarkedYaml<'_>, &MarkedYaml<'_>)| Entry {
                key: yaml_value(key, offsets).as_text().unwrap_or_default(),
                key_range: offsets.range(key),
                value: yaml_value(value, offsets),
                value_range: offsets.range(value),
            };
            Value::Table(nodes.iter().map(entry).collect())
        }
    }
}

/// The byte offset of each character, since the YAML library counts characters.
struct Offsets(Vec<usize>);

impl Offsets {
    fn new(text: &str) -> Offsets {
        Offsets(text.char_indices().map(|(at, _)| at).chain([text.len()]).collect())
    }

    fn byte(&self, character: usize) -> usize {
        self.0.get(character).or(self.0.last()).copied().unwrap_or(0)
    }

    fn range(&self, node: &MarkedYaml<'_>) -> Range<usize> {
        self.byte(node.span.start.index())..self.byte(node.span.end.index())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_give_the_same_tree_with_exact_ranges() {
        let from_toml = toml("title = \"Été\"\nweight = 3\nlist = [\"a\"]\n").unwrap();
        let from_yaml = yaml("title: Été\nweight: 3\nlist: [a]\n").unwrap();
        let values = |entries: &[Entry]| entries.iter().map(|e| (e.key.clone(), e.value.clone())).collect::<Vec<_>>();
        assert_eq!(values(&from_toml), values(&from_yaml));
        assert_eq!(from_yaml[1].key_range, 13..19);
        assert_eq!(from_toml[1].value_range, 25..26);
    }

    #[test]
    fn mistakes_have_a_place() {
        assert_eq!(toml("a = 1\nb = = 2\n").unwrap_err().range.start, 10);
        assert!(yaml("a: 1\na: 2\n").is_err());
        assert_eq!(yaml("a: 1\nbad line\nb: 2\n").unwrap_err().range, 5..13);
        assert_eq!(yaml("t: [1\nb: 2\n").unwrap_err().range, 3..5);
        assert_eq!(yaml("a: 1\nt: \"x\nb: 2\n").unwrap_err().range, 8..10);
        assert_eq!(yaml("country: NO\n").unwrap()[0].value, Value::Text("NO".into()));
    }
}
