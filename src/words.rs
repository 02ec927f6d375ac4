//! The words and kinds of table that a site declares. Comes in: the tables `[statuses]`, `[headers]` and `[kinds]` of
//! `brink.toml`. Goes out: a richer [`Vocabulary`], and for each mistake its bytes and what is wrong.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::address;
use crate::settings::{Entry, Fields, Key, Shape, Value, key};
use crate::vocabulary::{
    CONTRADICTIONS, Field, Holds, OwnColumn, OwnKind, STATUS_HISTORY, Vocabulary, fold, nearest, status,
};

/// The types of columns.
const TYPES: &[&str] = &["text", "status", "date", "number", "place", "reference", "list"];

/// The keys of `[kinds.NAME]`.
pub(crate) const KIND_KEYS: &[Key] = &[
    key("title", Shape::OneOf(&[Shape::Text, Shape::Each(&Shape::Text)]), "Its title; or its titles, by language."),
    key("words", Shape::Texts, "The captions and headings that name this kind."),
    key("subject", Shape::Text, "The column whose cells name the rows."),
    key(
        "columns",
        Shape::Each(&Shape::OneOf(&[Shape::Choice(TYPES), Shape::Fields(|| Fields::closed(COLUMN_KEYS))])),
        "Its columns: each with its type, or with a table of settings.",
    ),
];

/// The keys of a column.
const COLUMN_KEYS: &[Key] = &[
    key("type", Shape::Choice(TYPES), "What its cells hold."),
    key("unit", Shape::Text, "The unit of its numbers."),
    key("to", Shape::Text, "The kind of table to which its references lead."),
    key("hxl", Shape::Text, "Its tag in HXL, such as `#affected+ind`."),
    key("required", Shape::Flag, "Whether a table needs it to be of this kind."),
    key("words", Shape::Texts, "The headers that name this column."),
];

/// The codes of statuses.
pub(crate) fn status_fields() -> Fields {
    let codes = status::all().iter().map(|status| status.code.as_str());
    Fields::closed(&codes.map(|code| key(code, Shape::Texts, "Words that mean this status.")).collect::<Vec<Key>>())
}

/// The names of columns.
pub(crate) fn header_fields() -> Fields {
    let names = Field::all().map(Field::as_str);
    Fields::closed(&names.map(|name| key(name, Shape::Texts, "Headers that name this column.")).collect::<Vec<Key>>())
}

/// A mistake: its bytes, and what is wrong.
type Mistake = (Range<usize>, String);

/// `active = ["en route"]`: words for statuses, by code.
pub(crate) fn statuses(entries: &[Entry], vocabulary: &mut Vocabulary) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for entry in entries {
        let Some(words) = texts(&entry.value) else {
            mistakes.push((entry.value_range.clone(), "the words of a status are a list of texts".to_owned()));
            continue;
        };
        for word in words {
            if !vocabulary.add_status_word(&entry.key, &word) {
                let near = nearest(&entry.key, status::all().iter().map(|status| status.code.as_str()));
                mistakes.push((entry.key_range.clone(), unknown("status", &entry.key, near)));
                break;
            }
        }
    }
    mistakes
}

/// `intervention = ["chantier"]`: words for headers, by field.
pub(crate) fn headers(entries: &[Entry], vocabulary: &mut Vocabulary) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for entry in entries {
        match (Field::named(&entry.key), texts(&entry.value)) {
            (Some(field), Some(words)) => words.iter().for_each(|word| vocabulary.add_header(field, word)),
            (None, _) => {
                let near = nearest(&entry.key, Field::all().map(Field::as_str));
                mistakes.push((entry.key_range.clone(), unknown("column", &entry.key, near)));
            }
            (_, None) => {
                mistakes.push((entry.value_range.clone(), "the words of a column are a list of texts".to_owned()))
            }
        }
    }
    mistakes
}

fn unknown(what: &str, key: &str, near: Option<&str>) -> String {
    match near {
        Some(near) => format!("there is no {what} `{key}`; did you mean `{near}`?"),
        None => format!("there is no {what} `{key}`"),
    }
}

/// A text, or a list of texts.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::List(values) => values.iter().map(Value::as_text).collect(),
        Value::Text(text) => Some(vec![text.clone()]),
        _ => None,
    }
}

/// `[kinds.camps]`: kinds of table of the site's own.
pub(crate) fn kinds(entries: &[Entry], vocabulary: &mut Vocabulary) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut next = 0u16;
    for entry in entries {
        let Value::Table(inner) = &entry.value else {
            mistakes.push((entry.value_range.clone(), format!("a kind is a table, headed `[kinds.{}]`", entry.key)));
            continue;
        };
        let code = address::slug(&entry.key);
        let is_taken = [STATUS_HISTORY, CONTRADICTIONS].contains(&code.as_str());
        if code.is_empty() || is_taken || vocabulary.kind_of_code(&code).is_some() {
            mistakes.push((
                entry.key_range.clone(),
                format!("`{}` cannot be the name of a kind: it is taken or has no letters", entry.key),
            ));
            continue;
        }
        match kind(code, inner, &mut next) {
            Ok((kind, words)) => {
                for (field, word) in words {
                    vocabulary.add_header(field, &word);
                }
                vocabulary.add_kind(kind);
            }
            Err((range, what)) => mistakes.push((range.unwrap_or(entry.key_range.clone()), what)),
        }
    }
    mistakes.extend(references(entries, vocabulary));
    mistakes
}

/// A kind with the headers of its columns.
type Declared = (OwnKind, Vec<(Field, String)>);

/// What is wrong, with its bytes where it is one setting.
type Wrong = (Option<Range<usize>>, String);

fn kind(code: String, entries: &[Entry], next: &mut u16) -> Result<Declared, Wrong> {
    let mut kind = OwnKind { code, titles: BTreeMap::new(), words: Vec::new(), columns: Vec::new() };
    let mut words = Vec::new();
    let mut subject = None;
    for entry in entries {
        let wrong = |what: &str| Err((Some(entry.value_range.clone()), what.to_owned()));
        match (entry.key.as_str(), &entry.value) {
            ("title", Value::Text(title)) => drop(kind.titles.insert(String::new(), title.clone())),
            ("title", Value::Table(titles)) => {
                kind.titles.extend(titles.iter().filter_map(|title| Some((title.key.clone(), title.value.as_text()?))));
            }
            ("title", _) => {
                return wrong(
                    "`title` is a text, or a table of texts by language: `{ en = \"Camps\", fr = \"Camps\" }`",
                );
            }
            ("words", value) => match texts(value) {
                Some(texts) => kind.words = texts,
                None => return wrong("`words` is a list of texts: the captions and headings that name this kind"),
            },
            ("subject", Value::Text(column)) => subject = Some((column.clone(), entry.value_range.clone())),
            ("columns", Value::Table(columns)) => {
                for column_entry in columns {
                    let (column, headers) = column(column_entry, next)?;
                    words.extend(headers.into_iter().map(|header| (column.field, header)));
                    kind.columns.push(column);
                }
            }
            (key, _) => {
                let near = nearest(key, ["title", "words", "subject", "columns"]);
                return Err((Some(entry.key_range.clone()), unknown("setting of a kind", key, near)));
            }
        }
    }
    let titles: Vec<String> = kind.titles.values().cloned().collect();
    kind.words.extend(titles);
    if let Some((name, range)) = subject {
        let Some(at) = kind.columns.iter().position(|column| column.code == name) else {
            return Err((
                Some(range),
                format!("`subject` names the column whose cells name the rows, and there is no column `{name}`"),
            ));
        };
        let column = kind.columns.remove(at);
        kind.columns.insert(0, column);
    }
    if kind.columns.len() < 2 {
        return Err((None, "a kind needs at least two columns, in `[kinds.NAME.columns]`".to_owned()));
    }
    Ok((kind, words))
}

/// A column with its headers: `opened = "date"`, or `{ type = "number", unit = "people", words = ["residents"] }`.
fn column(entry: &Entry, next: &mut u16) -> Result<(OwnColumn, Vec<String>), Wrong> {
    const TYPES: &str = "a column's type is one of `text`, `status`, `date`, `number`, `place`, `reference`, `list`";
    let mut holds = Holds::Text;
    let mut headers = Vec::new();
    let (mut unit, mut to, mut hxl, mut is_required) = (String::new(), String::new(), String::new(), false);
    let wrong = |what: &str| Err((Some(entry.value_range.clone()), what.to_owned()));
    match &entry.value {
        Value::Text(word) => match Holds::parse(word) {
            Some(found) => holds = found,
            None => return wrong(TYPES),
        },
        Value::Table(settings) => {
            for setting in settings {
                match (setting.key.as_str(), &setting.value) {
                    ("type", Value::Text(word)) => match Holds::parse(word) {
                        Some(found) => holds = found,
                        None => return wrong(TYPES),
                    },
                    ("unit", Value::Text(text)) => unit.clone_from(text),
                    ("to", Value::Text(text)) => to.clone_from(text),
                    ("hxl", Value::Text(text)) => match hxl_tag(text) {
                        Some(tag) => hxl = tag,
                        None => return wrong("`hxl` is a tag with its attributes, such as `#affected+ind`"),
                    },
                    ("required", Value::Bool(required)) => is_required = *required,
                    ("words", value) => match texts(value) {
                        Some(texts) => headers = texts,
                        None => return wrong("`words` is a list of texts: the headers that name this column"),
                    },
                    (key, _) => {
                        let near = nearest(key, ["type", "unit", "to", "hxl", "required", "words"]);
                        return Err((Some(setting.key_range.clone()), unknown("setting of a column", key, near)));
                    }
                }
            }
        }
        _ => return wrong(TYPES),
    }
    // A column of statuses is the status of its row, as everywhere.
    let field = if holds == Holds::Status {
        Field::Status
    } else {
        *next += 1;
        Field::Own(*next)
    };
    let code = entry.key.replace('-', "_");
    let words_of_code = entry.key.replace(['-', '_'], " ");
    let mut chars = headers.first().unwrap_or(&words_of_code).chars();
    let title = chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect());
    if !headers.iter().any(|header| fold(header) == fold(&words_of_code)) {
        headers.push(words_of_code);
    }
    let holds = match holds {
        Holds::Number(_) => Holds::Number(unit),
        Holds::Reference(_) if to.is_empty() => {
            return wrong("a reference says to which kind: `{ type = \"reference\", to = \"actors\" }`");
        }
        Holds::Reference(_) => Holds::Reference(to),
        holds => holds,
    };
    Ok((OwnColumn { code, field, holds, is_required, hxl, title }, headers))
}

/// A tag of HXL 1.1 with its attributes, in small letters and without white space; `None` for anything else.
fn hxl_tag(text: &str) -> Option<String> {
    let tag: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    tag.strip_prefix('#')?.split('+').all(is_word).then_some(tag)
}

/// References to kinds that there are not.
fn references(entries: &[Entry], vocabulary: &Vocabulary) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for kind in vocabulary.kinds() {
        for column in &kind.columns {
            if let Holds::Reference(to) = &column.holds
                && vocabulary.kind_of_code(to).is_none()
            {
                let known: Vec<&str> = vocabulary.all_kinds().map(|kind| vocabulary.code_of(kind)).collect();
                let at = entries.iter().find(|entry| address::slug(&entry.key) == kind.code);
                let range = at.map_or(0..0, |entry| entry.key_range.clone());
                mistakes.push((range, unknown("kind of table", to, nearest(to, known))));
            }
        }
    }
    mistakes
}
