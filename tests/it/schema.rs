//! `brink schema`: the schemas accept what Brink takes without a word, and refuse keys and values that it would not.

use std::fs;
use std::path::PathBuf;

use brink::config;
use brink::document::FRONT_MATTER_KEYS;
use brink::problem::Code;
use brink::settings::{self, Entry, Key, Value};
use jsonschema::Validator;
use serde_json::{Value as Json, json};

use crate::support::{brink, folders_in, parse, results, run, site, tests_folder};

fn schema(of: &str) -> Json {
    let output = brink().args(["schema", of]).current_dir(tests_folder()).output().unwrap();
    serde_json::from_str(&results(&output)).unwrap()
}

fn validator(of: &str) -> Validator {
    jsonschema::draft202012::new(&schema(of)).unwrap()
}

/// Settings as editors see them.
fn as_json(entries: &[Entry]) -> Json {
    Json::Object(entries.iter().map(|entry| (entry.key.clone(), value_as_json(&entry.value))).collect())
}

fn value_as_json(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::Integer(number) => json!(number),
        Value::Float(number) => json!(number),
        Value::Bool(truth) => json!(truth),
        Value::Empty => Json::Null,
        Value::List(values) => values.iter().map(value_as_json).collect(),
        Value::Table(entries) => as_json(entries),
    }
}

/// Every site of the project: the example, the one to start from, and those of the tests.
fn sites() -> Vec<PathBuf> {
    let tests = tests_folder();
    let mut sites = vec![tests.join(".."), tests.join("../src/starter")];
    sites.extend(folders_in(&tests.join("sites")));
    sites.extend(folders_in(&tests.join("broken")));
    sites
}

/// The front matter of a page as a tree, if it has any that can be read.
fn front_matter(text: &str) -> Option<Vec<Entry>> {
    let fence = text.lines().next().filter(|line| matches!(*line, "---" | "+++"))?;
    let inner = text[4..].split_once(&format!("\n{fence}\n"))?.0;
    if fence == "+++" { settings::toml(inner).ok() } else { settings::yaml(inner).ok() }
}

#[test]
fn both_are_schemas_of_the_draft_that_they_name() {
    for of in ["config", "front-matter"] {
        let schema = schema(of);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        jsonschema::meta::validate(&schema).unwrap();
    }
}

#[test]
fn every_configuration_without_problems_is_accepted_and_misspelt_keys_are_refused() {
    let validator = validator("config");
    let (mut accepted, mut refused) = (0, 0);
    for site in sites() {
        let Ok(text) = fs::read_to_string(site.join("brink.toml")) else { continue };
        let Ok(entries) = settings::toml(&text) else { continue };
        let problems = config::parse(config::FILE, &text).1;
        let is_valid = validator.is_valid(&as_json(&entries));
        if problems.is_empty() {
            assert!(is_valid, "{}: {:?}", site.display(), validator.iter_errors(&as_json(&entries)).next());
            accepted += 1;
        } else if problems.iter().any(|problem| problem.code == Code::ConfigUnknownKey) {
            assert!(!is_valid, "{}", site.display());
            refused += 1;
        }
    }
    assert!(accepted >= 10 && refused >= 2, "{accepted} accepted, {refused} refused");
}

#[test]
fn all_front_matter_without_problems_is_accepted_and_misspelt_keys_are_refused() {
    let validator = validator("front-matter");
    let (mut accepted, mut refused) = (0, 0);
    for site in sites() {
        for entry in walkdir::WalkDir::new(site.join("content")).into_iter().filter_map(Result::ok) {
            let Ok(text) = fs::read_to_string(entry.path()) else { continue };
            let Some(entries) = front_matter(&text) else { continue };
            let path = format!("content/{}", entry.file_name().to_string_lossy());
            let problems = parse(&path, text.as_bytes()).problems;
            let has = |code| problems.iter().any(|problem| problem.code == code);
            let is_valid = validator.is_valid(&as_json(&entries));
            if has(Code::FrontMatterUnknownKey) {
                let is_of_sections = problems.iter().any(|problem| problem.message.contains("key of sections"));
                assert!(!is_valid || is_of_sections, "{}", entry.path().display());
                refused += usize::from(!is_valid);
            } else if !has(Code::FrontMatterValue) {
                assert!(is_valid, "{}", entry.path().display());
                accepted += 1;
            }
        }
    }
    assert!(accepted >= 30 && refused >= 1, "{accepted} accepted, {refused} refused");
}

/// Values of all kinds, as both formats write them.
const VALUES: [&str; 14] = [
    "\"words\"",
    "\"\"",
    "\"2024-01-15\"",
    "\"https://example.org/\"",
    "\"none\"",
    "\"off\"",
    "3",
    "-3",
    "2.5",
    "true",
    "[\"a\", \"b\"]",
    "[]",
    "[[1]]",
    "{ }",
];

/// Whether a schema takes one key with a value, as the tables of keys and the reader do.
fn compare(validator: &Validator, key: &Key, entries: &[Entry], has_problems: bool, may_be_empty: bool) {
    let value = &entries[0].value;
    let is_valid = validator.is_valid(&as_json(entries));
    assert!(is_valid || has_problems, "`{}` is refused with {value:?}", entries[0].key);
    let is_unfilled = may_be_empty && *value == Value::Text(String::new());
    assert!(!is_valid || key.shape.fits(value) || is_unfilled, "`{}` is accepted with {value:?}", entries[0].key);
}

#[test]
fn the_schema_of_the_configuration_agrees_with_what_reads_it() {
    let validator = validator("config");
    for key in config::KEYS {
        for name in std::iter::once(key.name.to_owned()).chain(key.also.iter().map(|also| also.to_uppercase())) {
            for value in VALUES {
                let text = format!("{name} = {value}\n");
                let entries = settings::toml(&text).unwrap();
                let has_problems = !config::parse(config::FILE, &text).1.is_empty();
                compare(&validator, key, &entries, has_problems, false);
            }
        }
    }
}

#[test]
fn the_schema_of_front_matter_agrees_with_what_reads_it() {
    let validator = validator("front-matter");
    for key in FRONT_MATTER_KEYS {
        for name in std::iter::once(key.name.to_owned()).chain(key.also.iter().map(|also| also.to_uppercase())) {
            for value in VALUES {
                let inner = format!("{name} = {value}\n");
                let entries = settings::toml(&inner).unwrap();
                let document = parse("content/_index.md", format!("+++\n{inner}+++\n").as_bytes());
                compare(&validator, key, &entries, !document.problems.is_empty(), true);
            }
        }
    }
}

#[test]
fn what_is_nested_is_checked_too() {
    let validator = validator("config");
    let right = [
        "[markdown]\nraw_html = false\nrender_emoji = true\nhighlight_code = true",
        "[slugify]\npaths = \"safe\"",
        "[check]\nlink-broken = \"hint\"\nurl-collision = \"error\"",
        "taxonomies = [{ name = \"tags\", feed = true }, \"regions\"]",
        "[languages.fr]\ntitle = \"Le Mali\"\ngenerate_feeds = true",
        "[stale_after_days]\nactive = 30\nfigures = 0",
    ];
    let wrong = [
        "[markdown]\nraw_htlm = false",
        "[markdown]\nraw_html = \"no\"",
        "[slugify]\npaths = \"always\"",
        "[check]\nlink-brokn = \"hint\"",
        "[check]\nlink-broken = \"loud\"",
        "[check]\nurl-collision = \"off\"",
        "taxonomies = [{ title = \"tags\" }]",
        "[stale_after_days]\nactiv = 30",
        "[stale_after_days]\nactive = -1",
        "[statuses]\nactiv = [\"en route\"]",
        "[headers]\ninterventon = [\"chantier\"]",
        "[kinds.camps]\ntitel = \"Camps\"",
        "[kinds.camps]\ntitle = \"Camps\"",
        "[kinds.camps.columns]\ncamp = \"text\"\nresidents = \"nummer\"",
    ];
    let is_valid = |text: &str| validator.is_valid(&as_json(&settings::toml(text).unwrap()));
    for text in right {
        assert_eq!(config::parse(config::FILE, text).1, [], "{text}");
        assert!(is_valid(text), "{text}");
    }
    for text in wrong {
        assert_ne!(config::parse(config::FILE, text).1, [], "{text}");
        assert!(!is_valid(text), "{text}");
    }
}

#[test]
fn the_lines_that_name_a_schema_are_no_problem() {
    let config = "#:schema brink.schema.json\ntitle = \"Mali explained\"\n";
    assert_eq!(config::parse(config::FILE, config).1, []);
    let page = b"---\n# yaml-language-server: $schema=../page.schema.json\ntitle: Mali\n---\nText.\n";
    let document = parse("content/a.md", page);
    assert_eq!((document.problems.len(), document.front.title.as_deref()), (0, Some("Mali")));
}

#[test]
fn the_taxonomies_of_a_site_are_keys_of_its_pages() {
    let site = site(&[("content/a.md", "# A\n"), ("brink.toml", "taxonomies = [{ name = \"regions\" }]\n")]);
    let output = run(site.path(), &["schema", "front-matter"]);
    let own = jsonschema::draft202012::new(&serde_json::from_str(&results(&output)).unwrap()).unwrap();
    let page = json!({ "regions": ["Sahel"], "tags": "aid" });
    assert!(own.is_valid(&page) && !validator("front-matter").is_valid(&page));
}
