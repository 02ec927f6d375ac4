//! JSON Schemas (draft 2020-12), by which editors complete and check what a writer types. Comes in: the tables of keys by which
//! Brink itself reads front matter and the configuration. Goes out: one JSON document. A schema accepts all that Brink takes
//! without a word, and refuses unknown keys; what a text says, such as whether a date is in the calendar, Brink alone checks.

use serde_json::{Map, Value, json};

use crate::config::{self, Config};
use crate::document;
use crate::rules::Urls;
use crate::settings::{Fields, Key, Shape};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of `brink.toml`.
pub fn config() -> String {
    let schema = table(&config::fields(), &|key| described(shape(key.shape), key.about), Case::OfAliases);
    shown("The configuration of a Brink site", schema)
}

/// The schema of the front matter of a site's pages; its taxonomies are keys as well.
pub fn front_matter(site: &Config) -> String {
    let rules = site.rules();
    // `as_of:` with nothing after it is a form not yet filled in; only for Hugo an address may be empty as well.
    let may_be_empty = |key: &Key| rules.urls == Urls::Hugo || !document::is_address(key.name);
    let value = |key: &Key| described(or_unfilled(&shape(key.shape), may_be_empty(key)), key.about);
    let mut schema = table(&document::front_matter_fields(&rules), &value, Case::OfNone);
    for taxonomy in document::taxonomies(&rules) {
        let terms = or_unfilled(&shape(Shape::Texts), true);
        let about = "The terms under which the page is filed.";
        put(&mut schema, "properties", taxonomy.to_owned(), described(terms.clone(), about));
        put(&mut schema, "patternProperties", any_case(&[taxonomy]), terms);
    }
    shown("The front matter of a page of a Brink site", schema)
}

/// In which names capital letters count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    /// In names, and not in aliases.
    OfAliases,
    /// In none.
    OfNone,
}

fn shown(title: &str, schema: Map<String, Value>) -> String {
    let mut whole = Map::new();
    whole.insert("$schema".to_owned(), DRAFT.into());
    whole.insert("title".to_owned(), title.into());
    whole.extend(schema);
    serde_json::to_string_pretty(&whole).unwrap_or_default()
}

/// A value that may be absent although its key is there.
fn or_unfilled(schema: &Value, may_be_empty: bool) -> Value {
    let unfilled = if may_be_empty { json!({ "enum": [null, ""] }) } else { json!({ "type": "null" }) };
    json!({ "anyOf": [schema, unfilled] })
}

/// A table of keys, each with the schema that `value` gives it.
fn table(fields: &Fields, value: &dyn Fn(&Key) -> Value, case: Case) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    for key in &fields.keys {
        put(&mut schema, "properties", key.name.to_owned(), value(key));
        let own = (case == Case::OfNone).then_some(key.name);
        let names: Vec<&str> = own.into_iter().chain(key.also.iter().copied()).collect();
        if !names.is_empty() {
            put(&mut schema, "patternProperties", any_case(&names), value(key));
        }
    }
    for name in &fields.passed_over {
        put(&mut schema, "properties", (*name).to_owned(), json!({ "description": "Brink passes this over." }));
    }
    if !fields.needed.is_empty() {
        schema.insert("required".to_owned(), fields.needed.into());
    }
    schema.insert("additionalProperties".to_owned(), fields.is_open.into());
    schema
}

/// Puts a member into one of the tables of a schema.
fn put(schema: &mut Map<String, Value>, part: &str, name: String, value: Value) {
    if let Value::Object(members) = schema.entry(part).or_insert_with(|| json!({})) {
        members.insert(name, value);
    }
}

/// A pattern of names that are written in large or small letters.
fn any_case(names: &[&str]) -> String {
    let letter = |c: char| match c.is_ascii_alphabetic() {
        true => format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase()),
        false if c.is_alphanumeric() || "_- ".contains(c) => c.to_string(),
        false => format!("\\{c}"),
    };
    let names: Vec<String> = names.iter().map(|name| name.chars().map(letter).collect()).collect();
    format!("^(?:{})$", names.join("|"))
}

fn described(mut schema: Value, about: &str) -> Value {
    if let Value::Object(members) = &mut schema {
        members.insert("description".to_owned(), about.into());
    }
    schema
}

/// What a value of a shape looks like.
fn shape(of: Shape) -> Value {
    let text = || json!({ "type": ["string", "number", "boolean"], "pattern": "\\S" });
    let scalar = || json!({ "type": ["string", "number", "boolean"] });
    let date = json!({ "type": "string", "pattern": "[0-9]{4}" });
    let year = json!({ "type": "number" });
    match of {
        Shape::Text => text(),
        Shape::Address => json!({ "type": "string", "pattern": "^https?://[^?# \"<>]+$" }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Whole => json!({ "type": "integer" }),
        Shape::Count => json!({ "type": "integer", "minimum": 0 }),
        Shape::Date => json!({ "anyOf": [date, year] }),
        Shape::DateOrFlag => json!({ "anyOf": [date, year, { "type": "boolean" }] }),
        Shape::Texts => json!({ "anyOf": [scalar(), { "type": "array", "items": scalar() }] }),
        Shape::Table => json!({ "type": "object" }),
        Shape::Choice(words) => json!({ "enum": words }),
        Shape::Fields(fields) => {
            Value::Object(table(&fields(), &|key| described(shape(key.shape), key.about), Case::OfAliases))
        }
        Shape::Each(inner) => json!({ "type": "object", "additionalProperties": shape(*inner) }),
        Shape::List(inner) => json!({ "type": "array", "items": shape(*inner) }),
        Shape::OneOf(shapes) => json!({ "anyOf": shapes.iter().map(|of| shape(*of)).collect::<Vec<Value>>() }),
        Shape::Any => json!({}),
    }
}
