//! The theme: templates, words and files. Comes in: the built-in theme, a theme of the site's, and single overrides.
//! Goes out: a [`Theme`] that renders views. Of several templates or files of one name, the site's own
//! `templates/` and `static/` win over the site's theme, and that over the built-in one.

mod environment;
mod scope;
mod security;
mod shortcodes;
mod strings;
mod style;
mod tera;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use include_dir::{Dir, include_dir};
use minijinja::{Environment, Value};

use crate::config::Config;
use crate::problem::{Lines, Place, Problem, catalogue};
use crate::source::{Listing, Source};
use crate::vocabulary::nearest;
use environment::Rendered;
use strings::Strings;
use style::Sheet;

pub use environment::escaped;
pub(crate) use environment::format;
pub use security::Security;
pub use shortcodes::{ShortcodeTheme, reads_data};
pub(crate) use style::source_of;

/// The theme in the program.
static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes/brink");

/// The name of the theme in the program, and the prefix under which its templates can be extended.
const BUILT_IN_NAME: &str = "brink";

/// What templates leave where something is put in when the page is finished, from a private plane of Unicode (plane 16).
pub(crate) struct Marks;

impl Marks {
    /// The page's style.
    pub(crate) const STYLE: char = '\u{10fb01}';
    /// Its policy.
    pub(crate) const POLICY: char = '\u{10fb02}';
    /// The code of its edition.
    pub(crate) const EDITION: char = '\u{10fb03}';
    /// The beginning of what the page needs its policy to allow.
    pub(crate) const NEEDS: &str = "\u{10fb04}";
    /// The end of that.
    pub(crate) const END: char = '\u{10fb05}';
}

/// The stylesheets of a theme, in their order. Each page gets the rules that it uses with it; the files themselves are
/// published only where a template names them.
const STYLES: [&str; 2] = ["style.css", "code.css"];

/// Templates, words and files, ready to render.
#[derive(Debug)]
pub struct Theme {
    sheet: Arc<Sheet>,
    security: Security,
    environment: Environment<'static>,
    strings: Strings,
    files: BTreeMap<String, ThemeFile>,
    /// The file of each template, by its name, to point into.
    origins: BTreeMap<String, Arc<str>>,
    /// The templates that are not built in, with their texts.
    own: Vec<(Arc<str>, String)>,
}

/// A file of a theme that is published as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThemeFile {
    /// In the program.
    BuiltIn(&'static [u8]),
    /// In the site's folder, at this source path.
    Site(Arc<str>),
}

/// Whether a file is a stylesheet that stands in for one of the theme's.
pub fn is_style(path: &str) -> bool {
    let name = path.strip_prefix("static/").or_else(|| path.strip_prefix("content/"));
    name.is_some_and(|name| STYLES.contains(&name))
}

/// The sources that a theme is made from: every text file in `templates/` and in the theme's own folder, and stylesheets.
pub fn sources_of<'a>(listing: &'a Listing, config: &Config) -> Vec<&'a Arc<str>> {
    let theme = format!("themes/{}", config.theme);
    let mut sources: Vec<&Arc<str>> = STYLES
        .iter()
        .flat_map(|name| own_styles(name, &theme))
        .filter_map(|path| listing.files.get_key_value(path.as_str()).map(|(path, _)| path))
        .collect();
    for folder in ["templates".to_owned(), format!("{theme}/templates"), format!("{theme}/strings")] {
        sources.extend(listing.below(&folder).map(|(_, path)| path));
    }
    sources
}

/// The files that stand in for a stylesheet of the built-in theme; the first one counts.
fn own_styles(name: &str, theme_folder: &str) -> [String; 3] {
    [format!("static/{name}"), format!("content/{name}"), format!("{theme_folder}/static/{name}")]
}

/// What is read of the theme in the program once, whatever sites are made with it.
#[derive(Clone)]
struct BuiltIn {
    /// Its templates, compiled.
    environment: Environment<'static>,
    /// The file of each template, by its name.
    origins: BTreeMap<String, Arc<str>>,
}

impl BuiltIn {
    fn get() -> &'static BuiltIn {
        static READ: OnceLock<BuiltIn> = OnceLock::new();
        READ.get_or_init(|| {
            let mut built_in = BuiltIn { environment: environment::new(), origins: BTreeMap::new() };
            for file in BUILT_IN.get_dir("templates").map(Dir::files).into_iter().flatten() {
                let name = file.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
                let text = file.contents_utf8().unwrap_or_default();
                let path: Arc<str> = Arc::from(format!("themes/brink/templates/{name}"));
                let full = format!("{BUILT_IN_NAME}/{name}");
                let added = built_in.environment.add_template(name, text);
                let added = added.and_then(|()| built_in.environment.add_template_owned(full.clone(), text));
                added.expect("the templates in the program can be compiled");
                built_in.origins.extend([(name.to_owned(), path.clone()), (full, path)]);
            }
            built_in
        })
    }
}

impl Theme {
    /// Makes a theme; gives every template that cannot be compiled. The style of the `last` theme is taken over where its
    /// stylesheets are the same.
    pub fn new(
        listing: &Listing,
        config: &Config,
        sources: &[Source],
        last: Option<&Theme>,
    ) -> Result<Theme, Vec<Problem>> {
        let theme_folder = format!("themes/{}", config.theme);
        if config.theme != BUILT_IN_NAME && listing.below(&theme_folder).next().is_none() {
            let place = config.theme_place.clone().unwrap_or_else(|| Place::start_of(crate::config::FILE));
            return Err(vec![catalogue::theme_missing(place, &config.theme)]);
        }
        // A peer's own templates are in its own language; only its shortcodes are used.
        let is_page = |source: &&Source| !config.is_peers() && !source.path.contains("templates/shortcodes/");
        let sheet = sheet(sources, &theme_folder, last);
        let sources: Vec<&Source> = sources.iter().filter(is_page).collect();
        let mut problems: Vec<Problem> = sources.iter().filter_map(|source| source.problem.clone()).collect();
        let BuiltIn { mut environment, mut origins } = BuiltIn::get().clone();
        for (name, source) in layers(&sources, &config.theme) {
            if let Err(error) = environment.add_template_owned(name.clone(), source.text.clone()) {
                problems.push(environment::problem(&error, &source.path, &source.text, None));
            }
            origins.insert(name, source.path.clone());
        }
        let own_strings =
            sources.iter().copied().filter(|source| source.path.starts_with(&format!("{theme_folder}/strings/")));
        let strings = Strings::read(own_strings, &mut problems);
        if problems.is_empty() {
            let own = sources.iter().filter(|source| source.path.contains("templates/"));
            let own: Vec<(Arc<str>, String)> = own.map(|source| (source.path.clone(), source.text.clone())).collect();
            let mut files = files(listing, &theme_folder);
            files.retain(|url, _| {
                !STYLES.contains(&url.as_str()) || own.iter().any(|(_, text)| text.contains(url.as_str()))
            });
            let security = Security::new(config);
            Ok(Theme { sheet, security, environment, strings, files, origins, own })
        } else {
            Err(problems)
        }
    }

    /// What each page's style is taken from.
    pub(crate) fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// What pages may load from elsewhere.
    pub fn security(&self) -> &Security {
        &self.security
    }

    /// The theme's own files, by their URL.
    pub fn files(&self) -> impl Iterator<Item = (&String, &ThemeFile)> {
        self.files.iter()
    }

    /// The word of the interface with this name in a language; English where there is none.
    pub fn word<'a>(&'a self, language: &str, name: &'a str) -> &'a str {
        self.strings.word(language, name)
    }

    /// The script that keeps the fragment of an address that leads on.
    pub fn redirect_script(&self) -> &'static [u8] {
        BUILT_IN.get_file("redirect.js").map(include_dir::File::contents).unwrap_or_default()
    }

    /// All words of the interface in a language, for templates.
    pub fn words(&self, language: &str) -> Value {
        self.strings.words(language)
    }

    /// What is doubtful about a theme that can be used: words that it lacks, overrides that replace nothing.
    pub fn doubts(&self, config: &Config) -> Vec<Problem> {
        let place = config.language_place.clone().filter(|_| !self.strings.has(&config.language));
        let mut doubts: Vec<Problem> = place
            .into_iter()
            .map(|place| catalogue::language_unknown(place, &config.language, &config.theme))
            .collect();
        let built_in: Vec<&str> =
            self.origins.keys().filter_map(|name| name.strip_prefix(BUILT_IN_NAME)?.strip_prefix('/')).collect();
        for (name, path) in self.origins.iter().filter(|(name, path)| path.as_ref() == format!("templates/{name}")) {
            let near = nearest(name, built_in.iter().copied()).filter(|_| !built_in.contains(&name.as_str()));
            doubts.extend(near.map(|near| catalogue::template_unused(Place::start_of(path), name, near)));
        }
        doubts.extend(self.unused_blocks());
        doubts
    }

    /// Blocks of the site's templates that fill no block of a theme, and whose names are nearly those of one.
    fn unused_blocks(&self) -> Vec<Problem> {
        let built_in = BUILT_IN.get_dir("templates").map(Dir::files).into_iter().flatten();
        let known: Vec<&str> = built_in
            .filter_map(include_dir::File::contents_utf8)
            .flat_map(|text| blocks(text).map(|(name, _)| name))
            .collect();
        let mut found = Vec::new();
        for (path, text) in self.own_templates().filter(|(_, text)| text.contains("extends")) {
            for (name, range) in blocks(text).filter(|(name, _)| !known.contains(name)) {
                let of_own = self.own_templates().filter(|(other, _)| *other != path);
                let is_own = of_own.flat_map(|(_, text)| blocks(text)).any(|(other, _)| other == name);
                let near = nearest(name, known.iter().copied()).filter(|_| !is_own);
                let place = Lines::new(path.clone(), text).place(range);
                found.extend(near.map(|near| catalogue::block_unused(place, name, near)));
            }
        }
        found
    }

    /// The problem that so many pages name a template that does not exist, if so.
    pub fn missing_template(&self, name: &str, place: Option<&Place>, pages: usize) -> Option<Problem> {
        if self.has_template(name) {
            return None;
        }
        let names = self.origins.keys().map(String::as_str).filter(|name| !name.contains('/'));
        Some(catalogue::template_missing(place?.clone(), name, nearest(name, names), pages))
    }

    /// The templates that are not built in, with their texts.
    pub fn own_templates(&self) -> impl Iterator<Item = (&Arc<str>, &str)> {
        self.own.iter().map(|(path, text)| (path, text.as_str()))
    }

    /// The template that a page probably comes from, where nothing tells it more exactly.
    pub fn nearest_template(&self, path: &str) -> &str {
        let name = if path == "index.html" { "home.html" } else { "base.html" };
        self.origins.get(name).map_or("templates/base.html", |path| path)
    }

    /// Whether there is a template of this name.
    pub fn has_template(&self, name: &str) -> bool {
        self.origins.contains_key(name)
    }

    /// Renders a template for the page at `url`.
    pub fn render(&self, template: &str, values: Value, url: &str) -> Result<String, Problem> {
        let given = values.clone(); // shared, not copied
        let rendered = self.environment.get_template(template).and_then(|template| template.render(values));
        rendered.map_err(|error| {
            let (name, text) = environment::innermost(&error, template);
            let path = self.origins.get(&name).cloned().unwrap_or_else(|| Arc::from(format!("templates/{name}")));
            environment::problem(&error, &path, &text, Some(&Rendered { url, values: &given }))
        })
    }

    /// The text of a template of the built-in theme, to show where a problem in it is.
    pub fn built_in_text(path: &str) -> Option<String> {
        let file = BUILT_IN.get_file(path.strip_prefix("themes/brink/")?)?;
        file.contents_utf8().map(str::to_owned)
    }
}

/// The blocks of a template: each name with its bytes.
fn blocks(text: &str) -> impl Iterator<Item = (&str, std::ops::Range<usize>)> {
    text.match_indices("block ").filter_map(|(at, word)| {
        let is_tag = text[..at].trim_end().trim_end_matches('-').ends_with("{%");
        let start = at + word.len();
        let length = text[start..].find(|c: char| !c.is_alphanumeric() && c != '_')?;
        (is_tag && length > 0).then(|| (&text[start..start + length], start..start + length))
    })
}

/// The templates of a site by name, its own over those of its theme; these also under the name of the theme, so that an override
/// can extend what it replaces.
fn layers<'s>(sources: &[&'s Source], theme: &str) -> BTreeMap<String, &'s Source> {
    let mut layers = BTreeMap::new();
    let of_theme = format!("themes/{theme}/templates/");
    for (name, source) in sources.iter().filter_map(|source| Some((source.path.strip_prefix(&of_theme)?, *source))) {
        layers.extend([(name.to_owned(), source), (format!("{theme}/{name}"), source)]);
    }
    let own = sources.iter().filter_map(|source| Some((source.path.strip_prefix("templates/")?, *source)));
    layers.extend(own.map(|(name, source)| (name.to_owned(), source)));
    layers
}

/// The style of a site: of each stylesheet the site's own, else that of its theme, else the built-in one.
fn sheet(sources: &[Source], theme_folder: &str, last: Option<&Theme>) -> Arc<Sheet> {
    let text = |name: &&'static str| {
        let paths = own_styles(name, theme_folder);
        let own = paths.iter().find_map(|path| sources.iter().find(|source| source.path.as_ref() == path));
        let built_in = || BUILT_IN.get_file(format!("static/{name}")).and_then(include_dir::File::contents_utf8);
        own.map(|source| source.text.as_str()).or_else(built_in).unwrap_or_default()
    };
    let texts: Vec<&str> = STYLES.iter().map(text).collect();
    let known = last.map(|last| &last.sheet).filter(|known| known.is_of(&texts));
    known.cloned().unwrap_or_else(|| Arc::new(Sheet::new(&texts)))
}

/// The theme's files by URL: the built-in ones, and over them those of the site's theme.
fn files(listing: &Listing, theme_folder: &str) -> BTreeMap<String, ThemeFile> {
    let mut files = BTreeMap::new();
    for file in BUILT_IN.get_dir("static").map(Dir::files).into_iter().flatten() {
        let name = file.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
        files.insert(name.to_owned(), ThemeFile::BuiltIn(file.contents()));
    }
    for (path, source) in listing.below(&format!("{theme_folder}/static")) {
        files.insert(path.to_owned(), ThemeFile::Site(source.clone()));
    }
    files
}
