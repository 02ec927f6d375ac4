//! The configuration of a site. Comes in: the text of `brink.toml`, or of a peer's configuration where that is absent.
//! Goes out: a [`Config`] and the problems in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::colour::{self, Accent};
use crate::machines::Machines;
use crate::problem::{Code, Fix, Level, Lines, Place, Problem, catalogue};
use crate::rules::{AnchorLinks, HeadingIds, Markdown, Rules, Slugify, Slugs, Suffixes, USUAL_TAXONOMIES, Urls};
use crate::settings::{self, Entry, Fields, Key, Shape, Value, key, plain};
use crate::vocabulary::{Vocabulary, nearest, status};
use crate::words;

/// The file's name, at the site's root.
pub const FILE: &str = "brink.toml";

/// The files that are looked for, in this order; the first one counts. All but the first are those of peers.
pub const FILES: [&str; 4] = [FILE, "zola.toml", "hugo.toml", "config.toml"];

const SLUGS: [&str; 3] = ["on", "safe", "off"];

/// Every key of the configuration, with what it holds and what it is for.
pub const KEYS: &[Key] = &[
    key("title", Shape::Text, "The name of the site; where absent, the title of the home page."),
    key("description", Shape::Text, "What the site is about, in a sentence."),
    key("language", Shape::Text, "The language of the interface and of pages that name none (BCP 47).").with(&[
        "default_language",
        "languagecode",
        "defaultcontentlanguage",
    ]),
    key(
        "languages",
        Shape::Each(&Shape::Fields(|| Fields::open(LANGUAGE_KEYS))),
        "The other languages, each with its `title` and `description`.",
    ),
    key("base_url", Shape::Address, "Where the site will be published.").with(&["baseurl"]),
    key("theme", Shape::Text, "The name of the theme: a folder in `themes/`, or the built-in `brink`."),
    key("accent", Shape::Text, "The colour of links and marks, such as `#a02a1d`; it must be readable on light paper."),
    key("author", Shape::Text, "Who wrote the pages that name nobody."),
    key("urls", Shape::Choice(&["zola", "hugo"]), "Whose rules the addresses of pages follow."),
    key("heading_ids", Shape::Choice(&["zola", "github", "blackfriday"]), "Whose rules the ids of headings follow."),
    key("slugify", Shape::Fields(|| Fields::closed(SLUGIFY_KEYS)), "How much of a name is changed in addresses."),
    key(
        "translations",
        Shape::Each(&Shape::Any),
        "Words for templates, by name; further languages have their own under `languages`.",
    ),
    key("taxonomies", TAXONOMIES, "The taxonomies by which pages are filed, each with its `name`."),
    key("taxonomy_root", Shape::Text, "The folder in which taxonomies are published."),
    key("ignored_content", Shape::Texts, "Patterns of files in `content/` that are passed over."),
    key("ignored_static", Shape::Texts, "Patterns of files in `static/` that are passed over."),
    key("markdown", Shape::Fields(markdown_fields), "How Markdown is read."),
    key(
        "check",
        Shape::Fields(check_fields),
        "The level of each code of problem: `error`, `warning`, `hint` or `off`.",
    ),
    key("editors_desk", Shape::Flag, "Whether the wording of sentences is looked at."),
    key("security", Shape::Fields(security_fields), "What readers' browsers may load with a page."),
    key("stale_after_days", Shape::Fields(age_fields), "After how many days statements should be looked at again."),
    key("search", SEARCH, "Whether the site can be searched."),
    key("offline", Shape::Flag, "Whether browsers keep the pages that were read, for times without a connection."),
    key("statuses", Shape::Fields(words::status_fields), "Words of the site's own for statuses."),
    key("headers", Shape::Fields(words::header_fields), "Words of the site's own for columns."),
    key(
        "kinds",
        Shape::Each(&Shape::Fields(|| Fields::closed(words::KIND_KEYS).needing(&["columns"]))),
        "Kinds of table of the site's own.",
    ),
    key("canonical", Shape::Flag, "Whether pages name their full address; mirrors may want them not to."),
    key("generate_feeds", Shape::Flag, "Whether the site has a feed of its newest pages.").with(&["generate_feed"]),
    key("feed_filenames", Shape::Texts, "The names of that feed.").with(&["feed_filename"]),
    key("feed_limit", Shape::Count, "How many pages a feed has at most."),
    key("generate_sitemap", Shape::Flag, "Whether there is a `sitemap.xml`."),
    key("generate_robots_txt", Shape::Flag, "Whether there is a `robots.txt`.").with(&["enablerobotstxt"]),
    key("markdown_twins", Shape::Flag, "Whether each page is published as Markdown too, and listed in `llms.txt`."),
    key("checksums", Shape::Flag, "Whether `SHA256SUMS` says what each file should be."),
    key("host_files", Shape::Texts, "Whose files with headers and redirects are made: `netlify`, `apache`, `nginx`."),
    key(
        "cards",
        Shape::OneOf(&[Shape::Choice(&["all", "sections"]), Shape::Flag]),
        "Which pages get a picture of their own for messengers: `all`, `sections`, or `false` for none.",
    ),
    key("disable_kinds", Shape::Texts, "Hugo's: of `rss`, `sitemap` and `robotstxt` those that are not made.")
        .with(&["disablekinds"]),
    key("extra", Shape::Table, "Values of your own, for templates.").with(&["params"]),
];

/// The keys of `[markdown]`.
pub const MARKDOWN_KEYS: &[Key] = &[
    key("raw_html", Shape::Flag, "Whether HTML in a page is shown as such; else it is refused."),
    key("smart_punctuation", Shape::Flag, "Whether straight quotes become the ones of the page's language."),
    key("emoji", Shape::Flag, "Whether `:warning:` and its like become emoji.").with(&["render_emoji"]),
    key("autolinks", Shape::Flag, "Whether bare web addresses become links."),
    key("insert_anchor_links", Shape::Choice(&AnchorLinks::WORDS), "Where headings show a link to themselves."),
];

/// The keys of `[security]`.
pub const SECURITY_KEYS: &[Key] = &[
    key("allow", Shape::Texts, "Other servers from which pages may load something, such as `https://example.org`."),
    key("content_security_policy", Shape::Flag, "Whether pages tell browsers to load nothing else from elsewhere."),
];

/// The keys of `[slugify]`.
pub const SLUGIFY_KEYS: &[Key] = &[
    key("paths", Shape::Choice(&SLUGS), "For the names of pages."),
    key("taxonomies", Shape::Choice(&SLUGS), "For the terms of taxonomies."),
    key("anchors", Shape::Choice(&SLUGS), "For the ids of headings."),
    key("paths_keep_dates", Shape::Flag, "Whether a date in front of a file's name stays in its address."),
];

/// The keys of a language in `[languages]`.
const LANGUAGE_KEYS: &[Key] = &[
    key("title", Shape::Text, "The name of the site in this language."),
    key("description", Shape::Text, "What the site is about, in this language."),
    key("translations", Shape::Each(&Shape::Any), "Words for templates, by name."),
];

/// The keys of a taxonomy.
const TAXONOMY_KEYS: &[Key] = &[
    key("name", Shape::Text, "Its name, which front matter uses."),
    key("paginate_by", Shape::Whole, "How many pages the list of a term shows at a time."),
    key("paginate_path", Shape::Text, "The word in the addresses of the further parts of that list."),
    key("render", Shape::Flag, "Whether it has pages."),
];

/// A list of names or of tables, or Hugo's table of singular and plural names.
const TAXONOMIES: Shape = Shape::OneOf(&[
    Shape::List(&Shape::OneOf(&[Shape::Text, Shape::Fields(|| Fields::open(TAXONOMY_KEYS).needing(&["name"]))])),
    Shape::Each(&Shape::Text),
]);

/// Zola has a table of this name, which says how its index is made.
const SEARCH: Shape = Shape::OneOf(&[Shape::Flag, Shape::Table]);

/// The words for levels; a problem that is `off` is not shown.
const LEVELS: &[&str] = &["error", "warning", "hint", "off"];

/// Everything that the configuration may have.
pub fn fields() -> Fields {
    Fields { passed_over: PASSED_OVER.to_vec(), ..Fields::closed(KEYS) }
}

fn markdown_fields() -> Fields {
    Fields { passed_over: PASSED_OVER_MARKDOWN.to_vec(), ..Fields::closed(MARKDOWN_KEYS) }
}

fn security_fields() -> Fields {
    Fields::closed(SECURITY_KEYS)
}

/// The codes of problems with the levels that each may have.
fn check_fields() -> Fields {
    let level = |code: &Code| Shape::Choice(if code.stops() { &LEVELS[..1] } else { LEVELS });
    let keys: Vec<Key> = Code::ALL.iter().map(|code| key(code.as_str(), level(code), code.summary())).collect();
    Fields::closed(&keys)
}

/// The codes of statuses, and figures.
fn age_fields() -> Fields {
    let about = "After how many days such a statement should be looked at again; `0` is never.";
    let codes = status::all().iter().map(|status| status.code.as_str()).chain(["figures"]);
    Fields::closed(&codes.map(|code| key(code, Shape::Count, about)).collect::<Vec<Key>>())
}

/// What peers have in their configurations and Brink decides for itself; it is no mistake.
const PASSED_OVER: [&str; 11] = [
    "mode",
    "compile_sass",
    "minify_html",
    "build_search_index",
    "link_checker",
    "hard_link_static",
    "exclude_paginated_pages_in_sitemap",
    "output_dir",
    "preserve_dotfiles_in_output",
    "slugify_paths",
    "allowed_domains",
];

/// The same in `[markdown]`: Brink does these always, or never.
const PASSED_OVER_MARKDOWN: [&str; 16] = [
    "highlight_code",
    "highlight_theme",
    "highlighting",
    "highlight_themes_css",
    "extra_syntaxes_and_themes",
    "extra_grammars",
    "definition_list",
    "github_alerts",
    "bottom_footnotes",
    "lazy_async_image",
    "external_links_target_blank",
    "external_links_no_follow",
    "external_links_no_referrer",
    "external_links_class",
    "external_links_rel",
    "error_on_missing_highlight",
];

/// A taxonomy: a way in which pages are filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxonomy {
    /// Its name, which front matter uses.
    pub name: String,
    /// How many pages the list of a term shows at a time.
    pub paginate_by: Option<usize>,
    /// The word in the addresses of the further parts of that list.
    pub paginate_path: Option<String>,
    /// Whether it has pages.
    pub render: bool,
}

impl Taxonomy {
    /// A taxonomy of which only the name is said.
    pub fn named(name: &str) -> Taxonomy {
        Taxonomy { name: name.to_owned(), paginate_by: None, paginate_path: None, render: true }
    }
}

/// A further language of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// Its code (BCP 47), which file names and addresses have.
    pub code: String,
    /// The name of the site in it.
    pub title: Option<String>,
    /// What the site is about.
    pub description: Option<String>,
}

/// What a site's configuration says, with its defaults.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Config {
    /// The file that says it.
    #[serde(skip)]
    pub file: &'static str,
    /// The name of the site; where it is absent, the title of the home page is used.
    pub title: Option<String>,
    /// What the site is about, in a sentence.
    pub description: Option<String>,
    /// The language of the interface and of pages without one of their own (BCP 47).
    pub language: String,
    /// Where the language is named, to point there if the theme lacks it.
    #[serde(skip)]
    pub language_place: Option<Place>,
    /// The codes of the further languages.
    #[serde(skip)]
    pub language_codes: Vec<String>,
    /// The further languages.
    #[serde(skip)]
    pub languages: Vec<Language>,
    /// Where the site will be published, ending in `/`; only addresses for machines need it.
    pub base_url: Option<String>,
    /// The name of the theme: a folder in `themes/`, or the built-in `brink`.
    pub theme: String,
    /// Where the theme is named, to point there if it does not exist.
    #[serde(skip)]
    pub theme_place: Option<Place>,
    /// The colour of links and marks, where it is not the theme's.
    pub accent: Option<Accent>,
    /// Who wrote the pages that name nobody.
    pub author: Option<String>,
    /// Whose rules addresses follow.
    #[serde(skip)]
    pub urls: Urls,
    /// How names become parts of addresses.
    #[serde(skip)]
    pub slugify: Slugify,
    /// The taxonomies that it declares.
    #[serde(skip)]
    pub taxonomies: Vec<Taxonomy>,
    /// Their names.
    #[serde(skip)]
    pub taxonomy_names: Vec<String>,
    /// Words for templates, by language and name.
    #[serde(skip)]
    pub translations: BTreeMap<String, BTreeMap<String, String>>,
    /// The folder in which they are published, empty or ending in `/`.
    #[serde(skip)]
    pub taxonomy_root: String,
    /// Patterns of files in `content/` that are passed over.
    #[serde(skip)]
    pub ignored_content: Vec<String>,
    /// Patterns of files in `static/` that are passed over.
    #[serde(skip)]
    pub ignored_static: Vec<String>,
    /// Where headings show a link to themselves, where their section does not say.
    #[serde(skip)]
    pub anchor_links: AnchorLinks,
    /// The levels of problems, by code; `None` is off.
    #[serde(skip)]
    pub levels: BTreeMap<Code, Option<Level>>,
    /// Whether the wording of sentences is looked at: undated words, unattributed claims, vague predictions, acronyms.
    pub has_desk: bool,
    /// Whether pages carry a policy that says what browsers may load.
    #[serde(skip)]
    pub has_policy: bool,
    /// The other servers from which pages may load something.
    #[serde(skip)]
    pub allowed_origins: Vec<String>,
    /// Whether the site can be searched.
    #[serde(skip)]
    pub has_search: bool,
    /// Whether browsers keep the pages that were read.
    #[serde(skip)]
    pub is_kept: bool,
    /// After how many days a statement should be looked at again, where the site says so: by the code of a status, or
    /// `figures`.
    pub stale_after_days: BTreeMap<String, u32>,
    /// The words of the site: the built-in ones, and those that it adds.
    #[serde(skip)]
    pub vocabulary: Vocabulary,
    /// How Markdown is read.
    #[serde(skip)]
    pub markdown: Markdown,
    /// What is published for machines.
    #[serde(skip)]
    pub machines: Machines,
    /// The writer's own values for templates.
    #[serde(serialize_with = "plain")]
    pub extra: Vec<Entry>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            file: FILE,
            title: None,
            description: None,
            language: "en".to_owned(),
            language_place: None,
            language_codes: Vec::new(),
            languages: Vec::new(),
            base_url: None,
            theme: "brink".to_owned(),
            theme_place: None,
            accent: None,
            author: None,
            urls: Urls::Zola,
            slugify: Slugify::default(),
            taxonomies: Vec::new(),
            taxonomy_names: Vec::new(),
            translations: BTreeMap::new(),
            taxonomy_root: String::new(),
            ignored_content: Vec::new(),
            ignored_static: Vec::new(),
            anchor_links: AnchorLinks::None,
            levels: BTreeMap::new(),
            has_desk: true,
            has_policy: true,
            allowed_origins: Vec::new(),
            has_search: true,
            is_kept: false,
            stale_after_days: BTreeMap::new(),
            vocabulary: Vocabulary::default(),
            markdown: Markdown::default(),
            machines: Machines::default(),
            extra: Vec::new(),
        }
    }
}

impl Config {
    /// Whether a site with this configuration has the same pages, links and register as with the other: what every page says
    /// may differ.
    pub fn is_linked_as(&self, other: &Config) -> bool {
        let said = Config {
            title: self.title.clone(),
            description: self.description.clone(),
            accent: self.accent.clone(),
            extra: self.extra.clone(),
            ..other.clone()
        };
        *self == said
    }

    /// By what its pages are understood.
    pub fn rules(&self) -> Rules<'_> {
        Rules {
            vocabulary: &self.vocabulary,
            language: &self.language,
            has_desk: self.has_desk,
            markdown: &self.markdown,
            taxonomies: &self.taxonomy_names,
            languages: &self.language_codes,
            urls: self.urls,
        }
    }

    /// The languages that the names of pages may end with.
    pub fn suffixes(&self) -> Suffixes<'_> {
        self.rules().suffixes()
    }

    /// Whether it is that of a peer, whose templates are not Brink's.
    pub fn is_peers(&self) -> bool {
        self.file != FILE
    }

    /// The path of `base_url` on its host: without a leading slash, ending in one unless it is empty.
    pub fn base_path(&self) -> &str {
        self.base_url.as_deref().and_then(|url| url.splitn(4, '/').nth(3)).unwrap_or_default()
    }
}

/// Reads the configuration in `file`; what cannot be used keeps its default and is a problem.
pub fn parse(file: &'static str, text: &str) -> (Config, Vec<Problem>) {
    let lines = Lines::new(Arc::from(file), text);
    let mut reader = Reader { lines, config: Config { file, ..Config::default() }, problems: Vec::new() };
    match settings::toml(text) {
        Ok(entries) => reader.read(&entries),
        Err(malformed) => {
            let place = reader.lines.place(malformed.range);
            reader.problems.push(catalogue::config_invalid(place, &malformed.what));
        }
    }
    (reader.config, reader.problems)
}

/// Whether a text names a server, as `https://example.org`, and nothing that would be more than that in a policy.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_of_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    host.is_some_and(|host| !host.is_empty() && host.chars().all(is_of_host))
}

/// The key that a writer means.
fn known<'k>(written: &str, keys: &'k [Key]) -> Option<&'k Key> {
    let lower = written.to_lowercase();
    keys.iter().find(|key| key.name == written || key.also.contains(&lower.as_str()))
}

/// The value at the end of a way through tables, whose names may be written in any case.
fn within<'e>(entries: &'e [Entry], way: &[&str]) -> Option<&'e Value> {
    let (first, rest) = way.split_first()?;
    let value = &entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(first))?.value;
    if rest.is_empty() { Some(value) } else { within(value.entries(), rest) }
}

/// Reads entries into a [`Config`].
struct Reader<'t> {
    lines: Lines<'t>,
    config: Config,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn wrong(&mut self, entry: &Entry, what: &str) {
        self.problems.push(catalogue::config_value(self.lines.place(entry.value_range.clone()), what));
    }

    fn unknown<'k>(&mut self, entry: &Entry, keys: impl Iterator<Item = &'k str>) {
        let place = self.lines.place(entry.key_range.clone());
        self.problems.push(catalogue::config_unknown_key(place, &entry.key, nearest(&entry.key, keys)));
    }

    /// Offers to write the known key that is certainly meant.
    fn offer_key(&mut self, entry: &Entry, entries: &[Entry]) {
        let written: Vec<String> = entries.iter().map(|entry| entry.key.clone()).collect();
        let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        let fits = |meant: &&str| {
            let is_url = *meant != "base_url" || entry.value.as_text().is_some_and(|text| base_url(&text).is_ok());
            is_url && known(meant, KEYS).is_some_and(|key| key.shape.fits(&entry.value))
        };
        let meant = settings::meant(entry, &written, &names).filter(fits);
        if let Some(meant) = meant
            && let Some(problem) = self.problems.pop()
        {
            let fix = Fix::write(problem.place.clone(), meant);
            self.problems.push(problem.with_fix(Some(fix)));
        }
    }

    fn read(&mut self, entries: &[Entry]) {
        // Only Hugo writes `baseURL` and `languageCode` so; its other keys are its own, and its rules count.
        let is_hugo = self.config.is_peers()
            && (self.config.file == "hugo.toml"
                || entries.iter().any(|entry| ["baseURL", "languageCode"].contains(&entry.key.as_str())));
        if is_hugo {
            self.config.urls = Urls::Hugo;
            let typographer = within(entries, &["markup", "goldmark", "extensions", "typographer"]);
            let is_off = |value: &Value| match value {
                Value::Bool(is_on) => !is_on,
                table => within(table.entries(), &["disable"]) == Some(&Value::Bool(true)),
            };
            self.config.markdown.keeps_hyphens = typographer.is_some_and(is_off);
            let way = ["markup", "goldmark", "parser", "autoHeadingIDType"];
            let is_older = within(entries, &way).and_then(Value::as_text).is_some_and(|kind| kind == "blackfriday");
            self.config.markdown.heading_ids = if is_older { HeadingIds::Blackfriday } else { HeadingIds::Github };
            self.config.taxonomies = USUAL_TAXONOMIES.map(Taxonomy::named).to_vec();
        }
        for entry in entries {
            match known(&entry.key, KEYS) {
                Some(key) if !key.shape.fits(&entry.value) => {
                    // What a peer understands otherwise is no mistake of the writer's.
                    if !self.config.is_peers() {
                        self.wrong(entry, &format!("`{}` should be {}", entry.key, key.shape.wanted()));
                    }
                }
                Some(key) => self.set(key.name, entry),
                None if PASSED_OVER.contains(&entry.key.as_str()) || is_hugo => {}
                None => {
                    self.unknown(entry, KEYS.iter().map(|key| key.name));
                    self.offer_key(entry, entries);
                }
            }
        }
        let own = self.config.language.clone();
        if let Some(words) = self.config.translations.remove("") {
            self.config.translations.entry(own.clone()).or_default().extend(words);
        }
        self.config.languages.retain(|language| language.code != own);
        self.config.language_codes = self.config.languages.iter().map(|language| language.code.clone()).collect();
        self.config.taxonomy_names = self.config.taxonomies.iter().map(|taxonomy| taxonomy.name.clone()).collect();
    }

    fn set(&mut self, name: &str, entry: &Entry) {
        let text = entry.value.as_text().unwrap_or_default();
        let place = || self.lines.place(entry.value_range.clone());
        match name {
            "title" => self.config.title = Some(text),
            "description" => self.config.description = Some(text),
            "accent" if self.config.is_peers() => {} // it is said for another theme
            "accent" => match colour::accent(&text) {
                Ok(accent) => self.config.accent = Some(accent),
                Err(what) => self.wrong(entry, &what),
            },
            "author" => self.config.author = Some(text),
            "language" => {
                self.config.language_place = Some(place());
                self.config.language = text;
            }
            "base_url" => match base_url(&text) {
                Ok(url) => self.config.base_url = Some(url),
                Err(_) if self.config.is_peers() => {}
                Err(what) => self.wrong(entry, what),
            },
            "theme" if self.config.is_peers() => {} // it is made for the peer
            "theme" if text.contains(['/', '\\']) || text.starts_with('.') => {
                self.wrong(entry, "`theme` is the name of one folder in `themes/`");
            }
            "theme" => {
                self.config.theme_place = Some(place());
                self.config.theme = text;
            }
            "urls" => self.config.urls = if text == "hugo" { Urls::Hugo } else { Urls::Zola },
            "heading_ids" if text == "blackfriday" => self.config.markdown.heading_ids = HeadingIds::Blackfriday,
            "heading_ids" if text == "github" => self.config.markdown.heading_ids = HeadingIds::Github,
            "heading_ids" => self.config.markdown.heading_ids = HeadingIds::Zola(Slugs::On),
            "taxonomy_root" => {
                let root = text.trim_matches('/');
                self.config.taxonomy_root = if root.is_empty() { String::new() } else { format!("{root}/") };
            }
            "ignored_content" => self.config.ignored_content = self.patterns(entry),
            "ignored_static" => self.config.ignored_static = self.patterns(entry),
            "search" => match &entry.value {
                Value::Bool(is_on) => self.config.has_search = *is_on,
                Value::Table(_) => {}
                _ => self.wrong(entry, "`search` is `true` or `false`"),
            },
            "offline" => self.config.is_kept = entry.value == Value::Bool(true),
            "editors_desk" => self.config.has_desk = entry.value == Value::Bool(true),
            "languages" => self.languages(entry),
            "taxonomies" => self.taxonomies(entry),
            "translations" => self.translations("", &entry.value),
            "slugify" => self.table(entry, SLUGIFY_KEYS, &[], Reader::set_slugify),
            "markdown" => self.table(entry, MARKDOWN_KEYS, &PASSED_OVER_MARKDOWN, Reader::set_markdown),
            "security" if self.config.is_peers() => {} // Hugo's has other keys
            "security" => self.table(entry, SECURITY_KEYS, &[], Reader::set_security),
            "check" => self.levels(entry),
            "canonical"
            | "generate_feeds"
            | "feed_filenames"
            | "feed_limit"
            | "generate_sitemap"
            | "generate_robots_txt"
            | "markdown_twins"
            | "checksums"
            | "host_files"
            | "cards"
            | "disable_kinds" => {
                if let Err(what) = self.config.machines.set(name, &entry.value)
                    && !self.config.is_peers()
                {
                    self.wrong(entry, &what);
                }
            }
            "stale_after_days" => {
                for entry in entry.value.entries() {
                    match days(entry) {
                        Ok(days) => drop(self.config.stale_after_days.insert(entry.key.clone(), days)),
                        Err(what) => self.wrong(entry, &what),
                    }
                }
            }
            "statuses" | "headers" | "kinds" => {
                let entries = entry.value.entries();
                let found = match name {
                    "statuses" => words::statuses(entries, &mut self.config.vocabulary),
                    "headers" => words::headers(entries, &mut self.config.vocabulary),
                    _ => words::kinds(entries, &mut self.config.vocabulary),
                };
                for (range, what) in found {
                    self.problems.push(catalogue::config_value(self.lines.place(range), &what));
                }
            }
            _ => self.config.extra = entry.value.entries().to_vec(),
        }
    }

    /// Reads a table of known keys.
    fn table(&mut self, table: &Entry, keys: &[Key], passed_over: &[&str], set: fn(&mut Self, &str, &Entry)) {
        for entry in table.value.entries() {
            match known(&entry.key, keys) {
                Some(key) if key.shape.fits(&entry.value) => set(self, key.name, entry),
                Some(_) if self.config.is_peers() => {}
                Some(key) => self.wrong(entry, &format!("`{}` should be {}", entry.key, key.shape.wanted())),
                None if passed_over.contains(&entry.key.as_str()) => {}
                None => self.unknown(entry, keys.iter().map(|key| key.name)),
            }
        }
    }

    fn set_slugify(&mut self, name: &str, entry: &Entry) {
        let slugs = match &entry.value {
            Value::Text(word) if word == "off" => Slugs::Off,
            Value::Text(word) if word == "safe" => Slugs::Safe,
            _ => Slugs::On,
        };
        match name {
            "paths" => self.config.slugify.paths = slugs,
            "taxonomies" => self.config.slugify.taxonomies = slugs,
            "anchors" => self.config.markdown.heading_ids = HeadingIds::Zola(slugs),
            _ => self.config.slugify.keeps_dates = entry.value == Value::Bool(true),
        }
    }

    fn set_markdown(&mut self, name: &str, entry: &Entry) {
        let flag = entry.value == Value::Bool(true);
        let markdown = &mut self.config.markdown;
        match name {
            "raw_html" => markdown.raw_html = flag,
            "smart_punctuation" => markdown.smart_punctuation = flag,
            "emoji" => markdown.emoji = flag,
            "autolinks" => markdown.autolinks = flag,
            _ => {
                self.config.anchor_links =
                    entry.value.as_text().and_then(|word| AnchorLinks::of(&word)).unwrap_or_default()
            }
        }
    }

    fn set_security(&mut self, name: &str, entry: &Entry) {
        if name == "content_security_policy" {
            self.config.has_policy = entry.value == Value::Bool(true);
            return;
        }
        for origin in entry.value.texts().unwrap_or_default() {
            if is_origin(&origin) {
                self.config.allowed_origins.push(origin);
            } else {
                let place = self.lines.place_of_item(entry.value_range.clone(), &origin);
                let what = format!("`{origin}` is not the beginning of an address such as `https://example.org`");
                self.problems.push(catalogue::config_value(place, &what));
            }
        }
    }

    fn patterns(&mut self, entry: &Entry) -> Vec<String> {
        let patterns = entry.value.texts().unwrap_or_default();
        for pattern in &patterns {
            if let Err(error) = globset::Glob::new(pattern) {
                let place = self.lines.place_of_item(entry.value_range.clone(), pattern);
                let what = format!("`{pattern}` is not a pattern: {}", error.kind());
                self.problems.push(catalogue::config_value(place, &what));
            }
        }
        patterns
    }

    fn languages(&mut self, table: &Entry) {
        for entry in table.value.entries() {
            let text = |name: &str| {
                entry.value.entries().iter().find(|inner| inner.key == name).and_then(|inner| inner.value.as_text())
            };
            let (title, description) = (text("title"), text("description"));
            if let Some(inner) = entry.value.entries().iter().find(|inner| inner.key == "translations") {
                self.translations(&entry.key, &inner.value);
            }
            self.config.languages.push(Language { code: entry.key.clone(), title, description });
        }
    }

    /// Keeps the words of one language; those of the site's own have no name yet.
    fn translations(&mut self, language: &str, words: &Value) {
        let words = words.entries().iter().filter_map(|word| Some((word.key.clone(), word.value.as_text()?)));
        self.config.translations.entry(language.to_owned()).or_default().extend(words);
    }

    /// A list of tables with a `name`, a list of names, or Hugo's table of singular and plural names.
    fn taxonomies(&mut self, entry: &Entry) {
        let read = |value: &Value| match value {
            Value::Text(name) => Some(Taxonomy::named(name)),
            value => {
                let find =
                    |name: &str| value.entries().iter().find(|entry| entry.key == name).map(|entry| &entry.value);
                Some(Taxonomy {
                    name: find("name")?.as_text()?,
                    paginate_by: match find("paginate_by") {
                        Some(Value::Integer(number)) => usize::try_from(*number).ok().filter(|number| *number > 0),
                        _ => None,
                    },
                    paginate_path: find("paginate_path").and_then(Value::as_text),
                    render: find("render") != Some(&Value::Bool(false)),
                })
            }
        };
        let declared: Option<Vec<Taxonomy>> = match &entry.value {
            Value::List(values) => values.iter().map(read).collect(),
            Value::Table(entries) => {
                entries.iter().map(|entry| Some(Taxonomy::named(&entry.value.as_text()?))).collect()
            }
            _ => None,
        };
        match declared {
            Some(declared) => {
                // A taxonomy may be declared once for each language.
                self.config.taxonomies.clear();
                for taxonomy in declared {
                    if !self.config.taxonomies.iter().any(|known| known.name == taxonomy.name) {
                        self.config.taxonomies.push(taxonomy);
                    }
                }
            }
            None => self.wrong(entry, "`taxonomies` should be a list such as `[{ name = \"tags\" }]`"),
        }
    }

    fn levels(&mut self, table: &Entry) {
        for entry in table.value.entries() {
            let Some(code) = Code::ALL.iter().copied().find(|code| code.as_str() == entry.key) else {
                let place = self.lines.place(entry.key_range.clone());
                let near = nearest(&entry.key, Code::ALL.iter().map(|code| code.as_str()));
                self.problems.push(catalogue::config_unknown_code(place, &entry.key, near));
                continue;
            };
            let level = match entry.value.as_text().as_deref() {
                Some("error") => Some(Level::Error),
                Some("warning") => Some(Level::Warning),
                Some("hint") => Some(Level::Hint),
                Some("off") => None,
                _ => {
                    self.wrong(entry, "the level of a problem is `error`, `warning`, `hint` or `off`");
                    continue;
                }
            };
            if code.stops() && level != Some(Level::Error) {
                self.wrong(entry, &format!("`{code}` leaves no site that can be trusted, so it is always an error"));
            } else {
                self.config.levels.insert(code, level);
            }
        }
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
        let (config, problems) = parse(FILE, "title = \"Mali\"\nbase_url = \"example.org\"\ntitel = \"x\"\n");
        assert_eq!(config.title.as_deref(), Some("Mali"));
        assert_eq!(config.base_url, None);
        assert_eq!(problems.len(), 2);
        assert_eq!(problems[0].place.span.start.line, 2);
        assert!(problems[1].help.contains("`title`"));
    }
}
