//! The templates of shortcodes. Comes in: `shortcodes/` of the built-in theme, of the site's theme and of the site. Goes out:
//! [`ShortcodeTheme`], which renders calls; a template that cannot be read fails where it is called, and stops nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use include_dir::Dir;
use minijinja::value::Serde;
use minijinja::{Environment, Value};

use super::{BUILT_IN, environment, tera};
use crate::config::Config;
use crate::document::{Failure, Form, Request, Shortcodes};
use crate::key::Key;
use crate::problem::{Problem, catalogue};
use crate::settings;
use crate::source::Source;

/// The templates of all shortcodes.
#[derive(Debug)]
pub struct ShortcodeTheme {
    environment: Environment<'static>,
    /// Each shortcode with what it gives and the file of its template.
    forms: BTreeMap<String, (Form, Arc<str>)>,
    /// The shortcodes whose templates cannot be read; that is said where the template is.
    broken: BTreeSet<String>,
    config: Value,
    /// Changes when a template, or data that templates read, changes.
    pub key: Key,
}

/// The name of the shortcode whose template this is, and what it gives; `None` where the path is that of something else.
fn shortcode_of(name: &str) -> Option<(&str, Form)> {
    let name = name.strip_prefix("shortcodes/")?;
    let html = name.strip_suffix(".html").map(|name| (name, Form::Html));
    html.or_else(|| name.strip_suffix(".md").map(|name| (name, Form::Markdown)))
}

/// Whether shortcodes read data files, so that these count among what they are made from.
pub fn reads_data(sources: &[Source]) -> bool {
    sources.iter().any(|source| source.path.contains("shortcodes/") && source.text.contains("load_data"))
}

impl ShortcodeTheme {
    /// Makes the shortcodes of a site from the templates in `sources`; `data` are the files that they may read.
    pub fn new(config: &Config, sources: &[Source], data: Vec<Source>) -> (ShortcodeTheme, Vec<Problem>) {
        let mut templates: BTreeMap<String, (Arc<str>, String)> = BTreeMap::new();
        for file in BUILT_IN.get_dir("templates/shortcodes").map(Dir::files).into_iter().flatten() {
            let name = file.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let path: Arc<str> = Arc::from(format!("themes/brink/templates/shortcodes/{name}"));
            let text = file.contents_utf8().unwrap_or_default().to_owned();
            templates.insert(format!("shortcodes/{name}"), (path, text));
        }
        // The site's own come after those of its theme.
        let of_theme = format!("themes/{}/templates/", config.theme);
        for prefix in [of_theme.as_str(), "templates/"] {
            for source in sources {
                if let Some(name) = source.path.strip_prefix(prefix) {
                    templates.insert(name.to_owned(), (source.path.clone(), source.text.clone()));
                }
            }
        }
        let mut environment = environment::new();
        let key = key_of(config, &templates, &data);
        tera::set_up(&mut environment, config, data);
        let mut problems = Vec::new();
        let mut forms = BTreeMap::new();
        let mut broken = BTreeSet::new();
        for (name, (path, text)) in templates {
            let shortcode = shortcode_of(&name);
            let is_added = environment.add_template_owned(name.clone(), tera::mended(&text));
            match (is_added, shortcode) {
                (Ok(()), Some((shortcode, form))) => drop(forms.insert(shortcode.to_owned(), (form, path))),
                (Err(error), Some((shortcode, _))) => {
                    let found = environment::problem(&error, &path, &text, None);
                    problems.push(catalogue::shortcode_invalid(found.place, shortcode, &environment::what(&error)));
                    broken.insert(shortcode.to_owned());
                }
                // Other templates are there to be included; the theme reports what is wrong with them.
                (_, None) => {}
            }
        }
        (ShortcodeTheme { environment, forms, broken, config: config_value(config), key }, problems)
    }
}

fn key_of(config: &Config, templates: &BTreeMap<String, (Arc<str>, String)>, data: &[Source]) -> Key {
    let mut all = format!("{:?}{:?}", config_value(config), config.translations);
    // Other templates count where a shortcode may use one of them.
    let mut own = templates.iter().filter(|(name, _)| shortcode_of(name).is_some());
    let uses_others = own.any(|(_, (_, text))| ["include", "import", "extends"].iter().any(|word| text.contains(word)));
    for (name, (_, text)) in templates.iter().filter(|(name, _)| uses_others || shortcode_of(name).is_some()) {
        all.push_str(&format!("\0{name}\0{text}"));
    }
    for source in data {
        all.push_str(&format!("\0{}\0{}", source.path, source.text));
    }
    Key::of(all.as_bytes())
}

/// The configuration as templates see it. An address that a template puts together from `base_url` is one within the site.
fn config_value(config: &Config) -> Value {
    let mut values: BTreeMap<&str, Value> = BTreeMap::new();
    values.insert("title", Value::from(config.title.clone()));
    values.insert("description", Value::from(config.description.clone()));
    values.insert("default_language", Value::from(config.language.clone()));
    values.insert("author", Value::from(config.author.clone()));
    values.insert("base_url", Value::from(""));
    values.insert("extra", plain(&config.extra));
    Value::from(values)
}

/// A tree of settings as a template sees it.
fn plain(entries: &[settings::Entry]) -> Value {
    let values: BTreeMap<String, Value> =
        entries.iter().map(|entry| (entry.key.clone(), value_of(&entry.value))).collect();
    Value::from(values)
}

/// A value of settings as a template sees it.
pub(super) fn value_of(value: &settings::Value) -> Value {
    match value {
        settings::Value::Text(text) => Value::from(text.clone()),
        settings::Value::Integer(number) => Value::from(*number),
        settings::Value::Float(number) => Value::from(*number),
        settings::Value::Bool(truth) => Value::from(*truth),
        settings::Value::Empty => Value::from(()),
        settings::Value::List(values) => Value::from(values.iter().map(value_of).collect::<Vec<Value>>()),
        settings::Value::Table(entries) => plain(entries),
    }
}

impl Shortcodes for ShortcodeTheme {
    fn form(&self, name: &str) -> Option<Form> {
        self.forms.get(name).map(|(form, _)| *form)
    }

    fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    fn names(&self) -> Vec<String> {
        self.forms.keys().cloned().collect()
    }

    fn render(&self, request: &Request<'_>) -> Result<String, Failure> {
        let missing = || Failure { what: "it has no template".to_owned(), place: None };
        let (form, path) = self.forms.get(request.name).ok_or_else(missing)?;
        let ending = if *form == Form::Html { "html" } else { "md" };
        let template = format!("shortcodes/{}.{ending}", request.name);
        let rendered = self
            .environment
            .get_template(&template)
            .and_then(|template| template.render(Value::from(self.values(request))));
        let rendered = rendered.map_err(|error| {
            let (name, text) = environment::innermost(&error, &template);
            let path = if name == template { path.clone() } else { Arc::from(format!("templates/{name}")) };
            let place = environment::problem(&error, &path, &text, None).place;
            Failure { what: environment::what(&error), place: Some(place) }
        })?;
        Ok(rendered.trim().to_owned())
    }
}

impl ShortcodeTheme {
    /// What the template sees: the arguments, and over them what is always there.
    fn values(&self, request: &Request<'_>) -> BTreeMap<String, Value> {
        let arguments = request.arguments.iter().map(|(name, value)| (name.clone(), value_of(value)));
        let mut values: BTreeMap<String, Value> = arguments.clone().collect();
        values.insert("args".to_owned(), Value::from(arguments.collect::<BTreeMap<String, Value>>()));
        if let Some(body) = request.body {
            values.insert("body".to_owned(), Value::from(body));
        }
        values.insert("nth".to_owned(), Value::from(request.nth));
        values.insert("lang".to_owned(), Value::from(request.language));
        values.insert("config".to_owned(), self.config.clone());
        let page = page_value(request);
        if request.is_section {
            values.insert("section".to_owned(), page.clone());
        }
        values.insert("page".to_owned(), page);
        values
    }
}

/// The page as its shortcodes see it: what its front matter says.
fn page_value(request: &Request<'_>) -> Value {
    let front = request.front;
    let below = request.path.strip_prefix("content/").unwrap_or(request.path);
    let date = |date: &Option<crate::vocabulary::Date>| Value::from(date.map(|date| date.to_string()));
    let terms: BTreeMap<&String, &Vec<String>> =
        front.taxonomies.iter().map(|(name, filed)| (name, &filed.terms)).collect();
    let mut page: BTreeMap<&str, Value> = BTreeMap::new();
    page.insert("title", Value::from(front.title.clone()));
    page.insert("description", Value::from(front.description.clone()));
    page.insert("date", date(&front.date));
    page.insert("updated", date(&front.updated));
    page.insert("slug", Value::from(front.slug.clone()));
    page.insert("weight", Value::from(front.weight));
    page.insert("draft", Value::from(front.draft));
    page.insert("authors", Value::from(front.authors.clone()));
    page.insert("relative_path", Value::from(below));
    // Links to it are resolved like all others.
    page.insert("permalink", Value::from(format!("@/{below}")));
    page.insert("path", Value::from(format!("@/{below}")));
    page.insert("colocated_path", Value::from("./"));
    page.insert("taxonomies", Value::from(Serde(&terms)));
    page.insert("lang", Value::from(request.language));
    page.insert("extra", plain(&front.extra));
    Value::from(page)
}
