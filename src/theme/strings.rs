//! The words of the interface. Comes in: the files `strings/LANGUAGE.toml` of the built-in theme and of the site's.
//! Goes out: each word in each language, in English where a language lacks it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use include_dir::Dir;
use minijinja::Value;

use super::BUILT_IN;
use crate::problem::{Lines, Problem, catalogue};
use crate::settings;
use crate::source::Source;

const FALLBACK: &str = "en";

/// Words by language and name.
type Languages = BTreeMap<String, BTreeMap<String, String>>;

/// The words of the interface, in each language all of them.
#[derive(Debug)]
pub(super) struct Strings {
    languages: Languages,
    values: BTreeMap<String, Value>,
}

impl Strings {
    /// The built-in words and, over them, the site's own.
    pub(super) fn read<'a>(own: impl Iterator<Item = &'a Source>, problems: &mut Vec<Problem>) -> Strings {
        let mut languages = built_in().clone();
        for source in own {
            add(&mut languages, &source.path, &source.text, problems);
        }
        let fallback = languages.get(FALLBACK).cloned().unwrap_or_default();
        for words in languages.values_mut() {
            for (name, word) in &fallback {
                words.entry(name.clone()).or_insert_with(|| word.clone());
            }
        }
        let values = languages.iter().map(|(language, words)| (language.clone(), value_of(words))).collect();
        Strings { languages, values }
    }

    /// A word; its own name where no language has it.
    pub(super) fn word<'a>(&'a self, language: &str, name: &'a str) -> &'a str {
        let words = self.languages.get(primary(language)).or_else(|| self.languages.get(FALLBACK));
        words.and_then(|words| words.get(name)).map_or(name, String::as_str)
    }

    /// Whether there are words in a language.
    pub(super) fn has(&self, language: &str) -> bool {
        self.languages.contains_key(primary(language))
    }

    /// All words of a language.
    pub(super) fn words(&self, language: &str) -> Value {
        self.values.get(primary(language)).or_else(|| self.values.get(FALLBACK)).cloned().unwrap_or_default()
    }
}

/// The words in the program, read once.
fn built_in() -> &'static Languages {
    static READ: OnceLock<Languages> = OnceLock::new();
    READ.get_or_init(|| {
        let mut languages = Languages::new();
        let mut problems = Vec::new();
        for file in BUILT_IN.get_dir("strings").map(Dir::files).into_iter().flatten() {
            let path = Arc::from(format!("themes/brink/{}", file.path().display()));
            add(&mut languages, &path, file.contents_utf8().unwrap_or_default(), &mut problems);
        }
        assert!(problems.is_empty(), "the words in the program can be read");
        languages
    })
}

fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

fn value_of(words: &BTreeMap<String, String>) -> Value {
    Value::from(words.clone())
}

fn add(languages: &mut Languages, path: &Arc<str>, text: &str, problems: &mut Vec<Problem>) {
    let language = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".toml").to_owned();
    match settings::toml(text) {
        Ok(entries) => {
            let words = entries.into_iter().filter_map(|entry| Some((entry.key, entry.value.as_text()?)));
            languages.entry(language).or_default().extend(words);
        }
        Err(malformed) => {
            let place = Lines::new(path.clone(), text).place(malformed.range);
            problems.push(catalogue::template_invalid(place, &malformed.what, None, ""));
        }
    }
}
