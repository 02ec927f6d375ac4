//! The configuration of a site. Comes in: the text of `brink.toml`, which may be absent. Goes out: a [`Config`]
//! and the problems in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::problem::{Fix, Lines, Place, Problem, catalogue};
use crate::settings::{self, Entry, Value, plain};
use crate::vocabulary::{Rules, Vocabulary, nearest, status};
use crate::words;

/// The file's name, at the site's root.
pub const FILE: &str = "brink.toml";

const KEYS: [&str; 11] = [
    "title",
    "description",
    "language",
    "base_url",
    "theme",
    "editors_desk",
    "stale_after_days",
    "statuses",
    "headers",
    "kinds",
    "extra",
];

/// What a site's `brink.toml` says, with its defaults.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Config {
    /// The name of the site; where it is absent, the title of the home page is used.
    pub title: Option<String>,
    /// What the site is about, in a sentence.
    pub description: Option<String>,
    /// The language of the interface and of pages without one of their own (BCP 47).
    pub language: String,
    /// Where the language is named, to point there if the theme lacks it.
    #[serde(skip)]
    pub language_place: Option<Place>,
    /// Where the site will be published, ending in `/`; only addresses for machines need it.
    pub base_url: Option<String>,
    /// The name of the theme: a folder in `themes/`, or the built-in `brink`.
    pub theme: String,
    /// Where the theme is named, to point there if it does not exist.
    #[serde(skip)]
    pub theme_place: Option<Place>,
    /// Whether the wording of sentences is looked at: undated words, unattributed claims, vague predictions, acronyms.
    pub has_desk: bool,
    /// After how many days a statement should be looked at again, where the site says so: by the code of a status, or
    /// `figures`.
    pub stale_after_days: BTreeMap<String, u32>,
    /// The words of the site: the built-in ones, and those that it adds.
    #[serde(skip)]
    pub vocabulary: Vocabulary,
    /// The writer's own values for templates.
    #[serde(serialize_with = "plain")]
    pub extra: Vec<Entry>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            title: None,
            description: None,
            language: "en".to_owned(),
            language_place: None,
            base_url: None,
            theme: "brink".to_owned(),
            theme_place: None,
            has_desk: true,
            stale_after_days: BTreeMap::new(),
            vocabulary: Vocabulary::default(),
            extra: Vec::new(),
        }
    }
}

impl Config {
    /// By what its pages are understood.
    pub fn rules(&self) -> Rules<'_> {
        Rules { vocabulary: &self.vocabulary, language: &self.language, has_desk: self.has_desk }
    }

    /// The path of `base_url` on its host: without a leading slash, ending in one unless it is empty.
    pub fn base_path(&self) -> &str {
        self.base_url.as_deref().and_then(|url| url.splitn(4, '/').nth(3)).unwrap_or_default()
    }
}

/// Reads a configuration; what cannot be used keeps its default and is a problem.
pub fn parse(text: &str) -> (Config, Vec<Problem>) {
    let lines = Lines::new(Arc::from(FILE), text);
    let mut config = Config::default();
    let mut problems = Vec::new();
    let entries = match settings::toml(text) {
        Ok(entries) => entries,
        Err(malformed) => {
            return (config, vec![catalogue::config_invalid(lines.place(malformed.range), &malformed.what)]);
        }
    };
    let keys: Vec<String> = entries.iter().map(|entry| entry.key.clone()).collect();
    for entry in entries {
        let place = lines.place(entry.value_range.clone());
        let meant = settings::meant(&entry, &keys, &KEYS).filter(|meant| fits(meant, &entry.value));
        let mut wrong = |what: &str| problems.push(catalogue::config_invalid(place.clone(), what));
        match (entry.key.as_str(), entry.value) {
            ("title", Value::Text(text)) => config.title = Some(text),
            ("description", Value::Text(text)) => config.description = Some(text),
            ("language", Value::Text(text)) => {
                config.language = text;
                config.language_place = Some(place);
            }
            ("base_url", Value::Text(text)) => match base_url(&text) {
                Ok(url) => config.base_url = Some(url),
                Err(what) => wrong(what),
            },
            ("theme", Value::Text(text))
                if !text.is_empty() && !text.contains(['/', '\\']) && !text.starts_with('.') =>
            {
                config.theme = text;
                config.theme_place = Some(place);
            }
            ("theme", Value::Text(_)) => wrong("`theme` is the name of one folder in `themes/`"),
            ("editors_desk", Value::Bool(has_desk)) => config.has_desk = has_desk,
            ("editors_desk", _) => wrong("`editors_desk` should be `true` or `false`"),
            ("stale_after_days", Value::Table(entries)) => {
                for entry in entries {
                    match days(&entry) {
                        Ok(days) => drop(config.stale_after_days.insert(entry.key, days)),
                        Err(what) => {
                            problems.push(catalogue::config_invalid(lines.place(entry.value_range.clone()), &what));
                        }
                    }
                }
            }
            (key @ ("statuses" | "headers" | "kinds"), Value::Table(entries)) => {
                let found = match key {
                    "statuses" => words::statuses(&entries, &mut config.vocabulary),
                    "headers" => words::headers(&entries, &mut config.vocabulary),
                    _ => words::kinds(&entries, &mut config.vocabulary),
                };
                problems.extend(
                    found.into_iter().map(|(range, what)| catalogue::config_invalid(lines.place(range), &what)),
                );
            }
            (key @ ("stale_after_days" | "statuses" | "headers" | "kinds"), _) => {
                wrong(&format!("`{key}` should be a table, headed `[{key}]`"));
            }
            ("extra", Value::Table(entries)) => config.extra = entries,
            ("extra", _) => wrong("`extra` should be a table, headed `[extra]`"),
            (key, _) if KEYS.contains(&key) => wrong(&format!("`{key}` should be a text in quotes")),
            (key, _) => {
                let place = lines.place(entry.key_range);
                let fix = meant.map(|meant| Fix::write(place.clone(), meant));
                problems.push(catalogue::config_unknown_key(place, key, nearest(key, KEYS)).with_fix(fix));
            }
        }
    }
    (config, problems)
}

/// Whether a value is of the kind that a key takes.
fn fits(key: &str, value: &Value) -> bool {
    match (key, value) {
        ("base_url", Value::Text(text)) => base_url(text).is_ok(),
        ("title" | "description" | "language" | "theme", Value::Text(_)) | ("editors_desk", Value::Bool(_)) => true,
        _ => false,
    }
}

/// A number of days for a status or for figures.
fn days(entry: &Entry) -> Result<u32, String> {
    let is_known = entry.key == "figures" || status::all().iter().any(|status| status.code == entry.key);
    if !is_known {
        return Err(format!("`{}` is neither the code of a status nor `figures`", entry.key));
    }
    match entry.value {
        Value::Integer(days) => u32::try_from(days).map_err(|_| "a number of days is not negative".to_owned()),
        _ => Err("a number of days is written without quotes, such as `90`; `0` is never".to_owned()),
    }
}

/// A base URL that ends in `/`, or why it is none.
pub fn base_url(text: &str) -> Result<String, &'static str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme));
    match scheme {
        Some(scheme) if text.len() > scheme.len() && !text.contains(['?', '#', ' ', '"', '<', '>']) => {
            Ok(if text.ends_with('/') { text.to_owned() } else { format!("{text}/") })
        }
        _ => Err("`base_url` should be the full web address of the site, such as `https://example.org/mali/`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mistake_has_its_place_and_the_rest_is_used() {
        let (config, problems) = parse("title = \"Mali\"\nbase_url = \"example.org\"\ntitel = \"x\"\n");
        assert_eq!(config.title.as_deref(), Some("Mali"));
        assert_eq!(config.base_url, None);
        assert_eq!(problems.len(), 2);
        assert_eq!(problems[0].place.span.start.line, 2);
        assert!(problems[1].help.contains("`title`"));
    }
}
