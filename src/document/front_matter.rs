//! Front matter: the keys above a page, in TOML (`+++`), YAML (`---`) or absent. Comes in: a page's text.
//! Goes out: a [`FrontMatter`], where the body begins, and problems. The keys are Brink's own, Zola's, and those of Hugo
//! that mean the same.

use std::collections::{BTreeMap, BTreeSet};

use super::file_name::FileName;
use super::moment::{self, Moment};
use crate::problem::{Fix, Lines, Place, Problem, catalogue};
use crate::rules::{AnchorLinks, Rules, USUAL_TAXONOMIES, Urls};
use crate::settings::{self, Entry, Fields, Key, Malformed, Shape, Value, key};
use crate::vocabulary::{Date, nearest};

/// How the pages of a section are ordered (`sort_by`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// By `date`, the newest first; undated pages last.
    Date,
    /// By `updated`, else `date`, the newest first; undated pages last.
    UpdateDate,
    /// By title, as people sort: case and accents do not matter, and 10 comes after 2.
    Title,
    /// By the bytes of the title.
    TitleBytes,
    /// By `weight`, small first; pages without one last.
    Weight,
    /// By the last part of the address.
    Slug,
    /// By the whole address.
    Permalink,
    /// As if nothing were said.
    None,
}

/// The words for [`SortBy`], in the order of the enumeration.
const SORTS: [&str; 8] = ["date", "update_date", "title", "title_bytes", "weight", "slug", "permalink", "none"];

/// The words for the direction in which a situation goes (`trend`).
const TRENDS: [&str; 3] = ["worse", "same", "better"];

/// Every key of front matter, with what it holds and what it is for.
pub const KEYS: &[Key] = &[
    key("title", Shape::Text, "The title; where absent, the first heading of level 1, else the file's name."),
    key("link_title", Shape::Text, "A shorter title for menus and lists.").with(&["linktitle"]),
    key("description", Shape::Text, "The page in one sentence: its bottom line."),
    key("summary", Shape::Text, "What lists say of the page where it has no description."),
    key("date", Shape::Date, "When the page was first published; from the file's name where absent."),
    key("updated", Shape::Date, "When the page was last changed.").with(&["lastmod", "modified"]),
    key("as_of", Shape::Date, "At what date its statements hold, where they do not say so themselves."),
    key("review_by", Shape::Date, "By when its statements should be looked at again."),
    key("trend", Shape::Choice(&TRENDS), "In which direction the situation goes."),
    key("publish", Shape::DateOrFlag, "From which day on the page is published.").with(&[
        "publishdate",
        "pubdate",
        "published",
    ]),
    key("expires", Shape::Date, "From which day on the page is no longer published.")
        .with(&["expirydate", "unpublishdate"]),
    key("authors", Shape::Texts, "Who wrote it.").with(&["author"]),
    key("weight", Shape::Whole, "Its place among its siblings: small first."),
    key("draft", Shape::Flag, "Whether it is kept out of the published site."),
    key("render", Shape::Flag, "Whether it is a page of its own; what is in a section that is none still is."),
    key("slug", Shape::Text, "The last part of its address, instead of the file's name."),
    key("path", Shape::Text, "Its whole address, from the site's root.").with(&["url"]),
    key("aliases", Shape::Texts, "Older addresses, which lead to this page."),
    key("lang", Shape::Text, "Its language (BCP 47), where it differs from the site's."),
    key("country", Shape::Text, "The country that its statements are about, where they do not say so themselves."),
    key("template", Shape::Text, "The template that shows it, instead of the usual one."),
    key("layout", Shape::Text, "Hugo's: the template, without its ending."),
    key("taxonomies", Shape::Each(&Shape::Texts), "Terms by taxonomy, such as `tags`; each has a page of its own."),
    key("keywords", Shape::Texts, "Words that it should be found by."),
    key("images", Shape::Texts, "Pictures that stand for it elsewhere.").with(&["featured_image"]),
    key("in_search_index", Shape::Flag, "Whether search finds it."),
    key("sort_by", Shape::Choice(&SORTS), "For a section: how its pages are ordered."),
    key("transparent", Shape::Flag, "For a section: whether its pages count as those of the section above."),
    key("page_template", Shape::Text, "For a section: the template of the pages in it that name none."),
    key("paginate_by", Shape::Count, "For a section: how many pages its list shows at a time."),
    key("paginate_path", Shape::Text, "For a section: the word in the addresses of the further parts of its list."),
    key("paginate_reversed", Shape::Flag, "For a section: whether its list runs backwards."),
    key(
        "insert_anchor_links",
        Shape::Choice(&AnchorLinks::WORDS),
        "For a section: where headings show a link to themselves.",
    ),
    key("redirect_to", Shape::Text, "For a section: the address that visitors are sent to instead."),
    key("generate_feeds", Shape::Flag, "For a section: whether it has a feed.").with(&["generate_feed"]),
    key("cascade", Shape::Any, "For a section: keys for itself and all below it that do not set them."),
    key("translation_key", Shape::Text, "The same word for a page and its translations.").with(&["translationkey"]),
    key("build", Shape::Table, "Hugo's: whether it is rendered and listed.").with(&["_build"]),
    key("headless", Shape::Flag, "Hugo's: a page that is not published, only its files."),
    key("sitemap", Shape::Any, "Hugo's: `disable` keeps it out of the sitemap."),
    key("menus", Shape::Any, "Hugo's: its name and place in menus.").with(&["menu"]),
    key("extra", Shape::Table, "Values of your own, for templates.").with(&["params"]),
];

/// Keys that peers know and that say nothing to Brink; they are no mistake.
const PASSED_OVER: [&str; 6] = ["type", "outputs", "toc", "math", "comments", "markup"];

/// Everything that front matter may have: the keys, and besides them the taxonomies by which a site files its pages. Hugo
/// takes every other key for a value of the writer's own.
pub fn fields(rules: &Rules<'_>) -> Fields {
    Fields { passed_over: PASSED_OVER.to_vec(), is_open: rules.urls == Urls::Hugo, ..Fields::closed(KEYS) }
}

/// The taxonomies that may stand at the top: those that always may, and those that the site declares.
pub fn taxonomies<'r>(rules: &Rules<'r>) -> impl Iterator<Item = &'r str> {
    USUAL_TAXONOMIES.into_iter().chain(rules.taxonomies.iter().map(String::as_str))
}

/// What is only of use in the `_index.md` of a section.
const OF_SECTIONS: [&str; 10] = [
    "sort_by",
    "transparent",
    "page_template",
    "paginate_by",
    "paginate_path",
    "paginate_reversed",
    "insert_anchor_links",
    "redirect_to",
    "generate_feeds",
    "cascade",
];

/// The terms of one taxonomy under which a page is filed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Terms {
    /// The terms as written.
    pub terms: Vec<String>,
    /// Where each of them stands; nowhere, where a section above says so.
    pub places: Vec<Place>,
    /// Where the taxonomy is named.
    pub place: Option<Place>,
}

/// What a page says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontMatter {
    /// The title; where absent, the first `# heading` is used.
    pub title: Option<String>,
    /// A shorter title, for menus and lists.
    pub link_title: Option<String>,
    /// The page in one sentence: its bottom line.
    pub description: Option<String>,
    /// What lists say of it where it has no description.
    pub summary: Option<String>,
    /// When it was first published.
    pub date: Option<Date>,
    /// The same, to the second, to sort by.
    pub date_moment: Option<Moment>,
    /// When it was last changed.
    pub updated: Option<Date>,
    /// The same, to the second.
    pub updated_moment: Option<Moment>,
    /// At what date the statements on it hold, where they do not say so themselves.
    pub as_of: Option<Date>,
    /// Where that date stands, to point there if it cannot be.
    pub as_of_place: Option<Box<Place>>,
    /// By when they should be looked at again, instead of when the first of them grows old.
    pub review_by: Option<Date>,
    /// In which direction the situation goes: `worse`, `same` or `better`.
    pub trend: Option<&'static str>,
    /// From which day on it is published.
    pub publish: Option<Date>,
    /// From which day on it is no longer published.
    pub expires: Option<Date>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Its place among its siblings: small first.
    pub weight: Option<i64>,
    /// Whether it is kept out of the published site.
    pub draft: bool,
    /// Whether it is a page of its own.
    pub render: bool,
    /// Whether lists and menus show it.
    pub is_listed: bool,
    /// The last part of its address, instead of the file's name.
    pub slug: Option<String>,
    /// Its whole address, as written.
    pub path: Option<String>,
    /// Where that is said, or its slug.
    pub path_place: Option<Box<Place>>,
    /// Older addresses, as written.
    pub aliases: Vec<String>,
    /// Where each of them is named.
    pub alias_places: Vec<Place>,
    /// Its language (BCP 47), where it differs from the site's.
    pub lang: Option<String>,
    /// The country that its statements are about, where they do not say so themselves.
    pub country: Option<String>,
    /// The template that shows it, instead of the usual one.
    pub template: Option<String>,
    /// Where the template is named, to point there if it does not exist.
    pub template_place: Option<Box<Place>>,
    /// Its terms, by the name of the taxonomy.
    pub taxonomies: BTreeMap<String, Box<Terms>>,
    /// Words that it should be found by.
    pub keywords: Vec<String>,
    /// Pictures that stand for it elsewhere.
    pub images: Vec<String>,
    /// Whether search finds it.
    pub in_search_index: bool,
    /// Whether it is in the sitemap.
    pub in_sitemap: bool,
    /// How the pages of this section are ordered.
    pub sort_by: Option<SortBy>,
    /// Where that is said.
    pub sort_place: Option<Box<Place>>,
    /// Whether the pages of this section count as those of the section above.
    pub transparent: bool,
    /// The template of the pages in this section that name none.
    pub page_template: Option<String>,
    /// How many pages the list of this section shows at a time.
    pub paginate_by: Option<usize>,
    /// The word in the addresses of the further parts of its list.
    pub paginate_path: Option<String>,
    /// Whether its list runs backwards.
    pub paginate_reversed: bool,
    /// Where the headings in this section show a link to themselves.
    pub insert_anchor_links: Option<AnchorLinks>,
    /// The address that visitors of this section are sent to.
    pub redirect_to: Option<String>,
    /// Where that is said.
    pub redirect_place: Option<Box<Place>>,
    /// Whether it has a feed.
    pub generate_feeds: Option<bool>,
    /// A word that it shares with its translations.
    pub translation_key: Option<String>,
    /// Keys for the pages below this section: each with the pattern of the paths that it is for.
    pub cascade: Vec<(Option<String>, Vec<Entry>)>,
    /// The writer's own values for templates.
    pub extra: Vec<Entry>,
    /// The keys that it sets itself.
    given: BTreeSet<&'static str>,
    /// Where they stand.
    key_places: Vec<(&'static str, Place)>,
}

impl Default for FrontMatter {
    fn default() -> FrontMatter {
        FrontMatter {
            title: None,
            link_title: None,
            description: None,
            summary: None,
            date: None,
            date_moment: None,
            updated: None,
            updated_moment: None,
            as_of: None,
            as_of_place: None,
            review_by: None,
            trend: None,
            publish: None,
            expires: None,
            authors: Vec::new(),
            weight: None,
            draft: false,
            render: true,
            is_listed: true,
            slug: None,
            path: None,
            path_place: None,
            aliases: Vec::new(),
            alias_places: Vec::new(),
            lang: None,
            country: None,
            template: None,
            template_place: None,
            taxonomies: BTreeMap::new(),
            keywords: Vec::new(),
            images: Vec::new(),
            in_search_index: true,
            in_sitemap: true,
            sort_by: None,
            sort_place: None,
            transparent: false,
            page_template: None,
            paginate_by: None,
            paginate_path: None,
            paginate_reversed: false,
            insert_anchor_links: None,
            redirect_to: None,
            redirect_place: None,
            generate_feeds: None,
            translation_key: None,
            cascade: Vec::new(),
            extra: Vec::new(),
            given: BTreeSet::new(),
            key_places: Vec::new(),
        }
    }
}

impl FrontMatter {
    /// Whether a page with this front matter has the same address, rights and place in the register as one with the other:
    /// what lists, menus and the page itself say may differ.
    pub(super) fn is_filed_as(&self, other: &FrontMatter) -> bool {
        let said = FrontMatter {
            title: self.title.clone(),
            link_title: self.link_title.clone(),
            description: self.description.clone(),
            summary: self.summary.clone(),
            date: self.date,
            date_moment: self.date_moment,
            updated: self.updated,
            updated_moment: self.updated_moment,
            trend: self.trend,
            authors: self.authors.clone(),
            keywords: self.keywords.clone(),
            extra: self.extra.clone(),
            given: self.given.clone(),
            key_places: self.key_places.clone(),
            ..other.clone()
        };
        // Whether it has any date decides which feeds there are.
        *self == said && self.is_dated() == other.is_dated()
    }

    /// Whether it has a date by which feeds go.
    pub fn is_dated(&self) -> bool {
        self.date.is_some() || self.updated.is_some() || self.as_of.is_some()
    }
}

/// How a block of front matter stands in a text.
struct Block {
    fence: &'static str,
    text: std::ops::Range<usize>,
    body_start: usize,
}

/// Reads the front matter of `text`; gives it and the byte at which the body begins.
pub(super) fn parse(
    text: &str,
    lines: &Lines<'_>,
    rules: &Rules<'_>,
    problems: &mut Vec<Problem>,
) -> (FrontMatter, usize) {
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
        Ok(entries) => {
            let reader =
                Reader { start, lines, rules, is_section: FileName::of(lines.file(), rules.suffixes()).is_section() };
            (reader.read(entries, problems), block.body_start)
        }
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

/// The byte at which the body of a page begins.
pub(super) fn body_start(text: &str) -> usize {
    find(text).ok().flatten().map_or(0, |block| block.body_start)
}

/// The key that a writer means; peers do not mind its case.
fn known(written: &str) -> Option<&'static Key> {
    let written = written.to_lowercase();
    KEYS.iter().find(|key| key.name == written || key.also.contains(&written.as_str()))
}

/// All names of keys.
fn names<'n>() -> impl Iterator<Item = &'n str> {
    KEYS.iter().map(|key| key.name)
}

/// Reads entries into a [`FrontMatter`].
struct Reader<'r> {
    /// The byte at which the block begins.
    start: usize,
    lines: &'r Lines<'r>,
    rules: &'r Rules<'r>,
    is_section: bool,
}

impl Reader<'_> {
    fn read(&self, entries: Vec<Entry>, problems: &mut Vec<Problem>) -> FrontMatter {
        let mut front = FrontMatter::default();
        let written: Vec<String> = entries.iter().map(|entry| entry.key.clone()).collect();
        for entry in entries {
            let shift = |range: &std::ops::Range<usize>| {
                self.lines.place_trimmed(self.start + range.start..self.start + range.end)
            };
            let place = shift(if entry.value_range.is_empty() { &entry.key_range } else { &entry.value_range });
            match known(&entry.key) {
                Some(key) => {
                    if self.is_lost(key.name) {
                        problems.push(catalogue::front_matter_of_sections(shift(&entry.key_range), key.name));
                    }
                    if !self.is_unfilled(key.name, &entry.value)
                        && let Some(wanted) = set(&mut front, key, &entry.value, Some(&place))
                    {
                        problems.push(catalogue::front_matter_value(place, &entry.key, &wanted));
                    }
                    self.locate(&mut front, key.name, &entry);
                    front.key_places.push((key.name, shift(&entry.key_range)));
                }
                None if self.is_taxonomy(&entry) && self.is_unfilled(&entry.key, &entry.value) => {}
                None if self.is_taxonomy(&entry) => {
                    let name = entry.key.to_lowercase();
                    match terms(&entry.value) {
                        Some(terms) => {
                            front.taxonomies.insert(name, Box::new(self.located(terms, &entry)));
                        }
                        None => problems.push(catalogue::front_matter_value(place, &entry.key, TERMS)),
                    }
                }
                None => {
                    problems.extend(self.unknown(&entry, shift(&entry.key_range), &written));
                    front.extra.push(entry);
                }
            }
        }
        for entry in front.cascade.iter().flat_map(|(_, entries)| entries) {
            if known(&entry.key).is_none() && self.rules.urls != Urls::Hugo && !self.is_taxonomy(entry) {
                let range = self.start + entry.key_range.start..self.start + entry.key_range.end;
                problems.extend(self.unknown(entry, self.lines.place_trimmed(range), &[]));
            }
        }
        front
    }

    /// Says where each alias and each term stands.
    fn locate(&self, front: &mut FrontMatter, name: &str, entry: &Entry) {
        match name {
            "aliases" => front.alias_places = self.places(&front.aliases, &entry.value_range),
            "taxonomies" => {
                for inner in entry.value.entries() {
                    if let Some(terms) = terms(&inner.value) {
                        front.taxonomies.insert(inner.key.clone(), Box::new(self.located(terms, inner)));
                    }
                }
            }
            _ => {}
        }
    }

    /// The terms of an entry with their places.
    fn located(&self, terms: Vec<String>, entry: &Entry) -> Terms {
        let key = self.start + entry.key_range.start..self.start + entry.key_range.end;
        let place = Some(self.lines.place_trimmed(key));
        Terms { places: self.places(&terms, &entry.value_range), terms, place }
    }

    /// The place of each of the texts of a list.
    fn places(&self, texts: &[String], list: &std::ops::Range<usize>) -> Vec<Place> {
        let list = self.start + list.start..self.start + list.end;
        texts.iter().map(|text| self.lines.place_of_item(list.clone(), text)).collect()
    }

    /// Whether a key is set where it has no effect.
    fn is_lost(&self, name: &str) -> bool {
        !self.is_section && OF_SECTIONS.contains(&name) && self.rules.urls != Urls::Hugo
    }

    /// Whether a value is that of a form not yet filled in: `as_of:` or `description: ""`. An address cannot be empty, but
    /// for Hugo, whose forms have it so.
    fn is_unfilled(&self, name: &str, value: &Value) -> bool {
        let is_address = is_address(name) && self.rules.urls != Urls::Hugo;
        *value == Value::Empty || (!is_address && matches!(value, Value::Text(text) if text.trim().is_empty()))
    }

    /// Whether a key at the top names a taxonomy, as Hugo's writers do.
    fn is_taxonomy(&self, entry: &Entry) -> bool {
        is_taxonomy(&entry.key.to_lowercase(), self.rules.taxonomies)
    }

    /// A key that nobody knows, with the certain mending where the others that are `written` leave room for it.
    fn unknown(&self, entry: &Entry, place: Place, written: &[String]) -> Option<Problem> {
        let key = &entry.key;
        let lower = key.to_lowercase();
        if PASSED_OVER.contains(&lower.as_str()) {
            return None;
        }
        let near = nearest(&lower, names().chain(self.rules.taxonomies.iter().map(String::as_str)));
        // Hugo takes every other key for a value of the writer's own.
        let is_own = self.rules.urls == Urls::Hugo && near.is_none();
        let names: Vec<&'static str> = names().collect();
        let fits = |meant: &&'static str| {
            let known = KEYS.iter().find(|key| key.name == *meant);
            known.is_some_and(|key| set(&mut FrontMatter::default(), key, &entry.value, None).is_none())
        };
        let meant = settings::meant(entry, written, &names).filter(fits);
        let fix = meant.map(|meant| Fix::write(place.clone(), meant));
        (!is_own).then(|| catalogue::front_matter_unknown_key(place, key, near).with_fix(fix))
    }
}

/// Whether a key at the top, in lower case, names a taxonomy; `declared` are those of the site.
fn is_taxonomy(name: &str, declared: &[String]) -> bool {
    USUAL_TAXONOMIES.contains(&name) || declared.iter().any(|known| known == name)
}

/// Whether a key gives the page its address.
pub fn is_address(name: &str) -> bool {
    matches!(name, "slug" | "path")
}

/// What a list of terms should look like.
const TERMS: &str = "a list of terms, none of them empty, such as `[\"aid\", \"health\"]`";

/// The terms of one taxonomy; `None` where they are no list, or one of them is empty.
fn terms(value: &Value) -> Option<Vec<String>> {
    let terms = value.texts()?;
    terms.iter().all(|term| !term.trim().is_empty()).then_some(terms)
}

/// Sets one key; gives what it should have been where the value does not fit.
fn set(front: &mut FrontMatter, key: &'static Key, value: &Value, place: Option<&Place>) -> Option<String> {
    let name = key.name;
    front.given.insert(name);
    if !key.shape.fits(value) {
        if name == "draft" {
            front.draft = true; // what may be meant to stay hidden is not published
        }
        return Some(key.shape.wanted());
    }
    let text = value.as_text();
    let texts = || value.texts().unwrap_or_default();
    let flag = *value == Value::Bool(true);
    let whole = if let Value::Integer(number) = value { *number } else { 0 };
    match name {
        "title" => front.title = text,
        "link_title" => front.link_title = text,
        "description" => front.description = text,
        "summary" => front.summary = text,
        "slug" | "path" => {
            if name == "slug" {
                front.slug = text;
            } else {
                front.path = text;
            }
            front.path_place = place.cloned().map(Box::new);
        }
        // BCP 47: a language has two or three letters.
        "lang" if text.as_deref().is_some_and(|text| !is_language(text)) => {
            return Some("the code of a language, such as `fr` or `ar-TD`".to_owned());
        }
        "lang" => front.lang = text,
        "trend" => front.trend = TRENDS.into_iter().find(|known| text.as_deref() == Some(*known)),
        "country" => front.country = text,
        "template" => {
            front.template = text;
            front.template_place = place.cloned().map(Box::new);
        }
        "layout" if front.template.is_none() => front.template = text.map(|name| format!("{name}.html")),
        "layout" => {}
        "page_template" => front.page_template = text,
        "paginate_path" => front.paginate_path = text,
        "translation_key" => front.translation_key = text,
        "redirect_to" => {
            // As for Zola, it counts from the root of the site.
            let is_relative = |to: &String| !to.starts_with(['/', '@', '#']) && !to.contains(':');
            front.redirect_to = text.map(|to| if is_relative(&to) { format!("/{to}") } else { to });
            front.redirect_place = place.cloned().map(Box::new);
        }
        "publish" if matches!(value, Value::Bool(_)) => front.draft |= !flag,
        "date" | "updated" | "as_of" | "review_by" | "publish" | "expires" => {
            let Some((date, moment)) = text.as_deref().and_then(moment::parse) else {
                return Some(Shape::Date.wanted());
            };
            match name {
                "date" => (front.date, front.date_moment) = (Some(date), Some(moment)),
                "updated" => (front.updated, front.updated_moment) = (Some(date), Some(moment)),
                "review_by" => front.review_by = Some(date),
                "publish" => front.publish = Some(date),
                "expires" => front.expires = Some(date),
                _ => {
                    front.as_of = Some(date);
                    front.as_of_place = place.cloned().map(Box::new);
                }
            }
        }
        "authors" => front.authors = texts(),
        "keywords" => front.keywords = texts(),
        "images" => front.images = texts(),
        "aliases" => front.aliases = texts(),
        "weight" => front.weight = Some(whole),
        "paginate_by" => match usize::try_from(whole) {
            Ok(number) => front.paginate_by = Some(number).filter(|number| *number > 0),
            Err(_) => return Some("a whole number that is not negative".to_owned()),
        },
        "draft" => front.draft |= flag,
        "render" => front.render = flag,
        "in_search_index" => front.in_search_index = flag,
        "transparent" => front.transparent = flag,
        "paginate_reversed" => front.paginate_reversed = flag,
        "generate_feeds" => front.generate_feeds = Some(flag),
        "headless" => front.render &= !flag,
        "sort_by" => {
            front.sort_by = text.and_then(|text| sort_by(&text));
            front.sort_place = place.cloned().map(Box::new);
        }
        "insert_anchor_links" => front.insert_anchor_links = text.and_then(|text| AnchorLinks::of(&text)),
        "taxonomies" => {
            for entry in value.entries() {
                let Some(terms) = terms(&entry.value) else {
                    return Some("lists of terms, by taxonomy, such as `tags = [\"aid\"]`".to_owned());
                };
                front.taxonomies.insert(entry.key.clone(), Box::new(Terms { terms, ..Terms::default() }));
            }
        }
        "cascade" => front.cascade = cascade(value),
        "build" => build(front, value.entries()),
        "sitemap" => {
            let is_off = |entry: &Entry| entry.key.eq_ignore_ascii_case("disable") && entry.value == Value::Bool(true);
            front.in_sitemap = !value.entries().iter().any(is_off);
        }
        "menus" => menu(front, value.entries()),
        _ => front.extra.extend(value.entries().iter().cloned()),
    }
    None
}

/// Whether a text may be the code of a language (BCP 47, section 2.2.1).
fn is_language(text: &str) -> bool {
    let primary = text.split('-').next().unwrap_or_default();
    (2..=3).contains(&primary.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn sort_by(word: &str) -> Option<SortBy> {
    use SortBy::{Date, None, Permalink, Slug, Title, TitleBytes, UpdateDate, Weight};
    let all = [Date, UpdateDate, Title, TitleBytes, Weight, Slug, Permalink, None];
    SORTS.iter().position(|known| *known == word).map(|at| all[at])
}

/// Hugo's `build`: `render` and `list` are `always`, `never`, or other words that come to the same here.
fn build(front: &mut FrontMatter, entries: &[Entry]) {
    for entry in entries {
        let is_never = matches!(&entry.value, Value::Bool(false))
            || matches!(&entry.value, Value::Text(word) if word == "never" || (word == "link" && entry.key == "render"));
        match entry.key.as_str() {
            "render" => front.render = !is_never,
            "list" => front.is_listed = !is_never,
            _ => {}
        }
    }
}

/// Hugo's `menus`: the name and place of the page in a menu, where it does not say so otherwise.
fn menu(front: &mut FrontMatter, menus: &[Entry]) {
    for entry in menus.iter().flat_map(|menu| menu.value.entries()) {
        match (entry.key.to_lowercase().as_str(), &entry.value) {
            ("name", Value::Text(name)) if front.link_title.is_none() => front.link_title = Some(name.clone()),
            ("weight", Value::Integer(weight)) if front.weight.is_none() => front.weight = Some(*weight),
            _ => {}
        }
    }
}

/// Hugo's `cascade`: a table of keys, or a list of them, each with the pattern of the paths that it is for in `target.path`
/// or `_target.path`.
fn cascade(value: &Value) -> Vec<(Option<String>, Vec<Entry>)> {
    let tables: Vec<&[Entry]> = match value {
        Value::List(values) => values.iter().map(Value::entries).collect(),
        value => vec![value.entries()],
    };
    let is_target = |entry: &&Entry| matches!(entry.key.as_str(), "target" | "_target");
    let pattern = |table: &[Entry]| {
        let targets = table.iter().find(is_target)?.value.entries();
        targets.iter().find(|entry| entry.key == "path")?.value.as_text()
    };
    let keys = |table: &[Entry]| table.iter().filter(|entry| !is_target(entry)).cloned().collect();
    tables.into_iter().map(|table| (pattern(table), keys(table))).collect()
}

impl FrontMatter {
    /// Where the first of some keys stands that it sets itself.
    pub fn place_of(&self, keys: &[&str]) -> Option<&Place> {
        let place_of = |key: &&str| self.key_places.iter().rev().find(|(known, _)| known == key);
        keys.iter().find_map(place_of).map(|(_, place)| place)
    }

    /// Takes over a key from a section above, unless the page sets it itself. What does not fit is reported where it is
    /// written.
    /// Its terms count as written at `place`; `taxonomies` are the names that keys of the top may have.
    pub fn inherit(&mut self, entry: &Entry, place: &Place, taxonomies: &[String]) {
        let own = self.given.clone();
        let name = entry.key.to_lowercase();
        match known(&entry.key) {
            Some(key) if key.name == "taxonomies" => {
                for inner in entry.value.entries() {
                    self.inherit_terms(&inner.key, &inner.value, place);
                }
            }
            None if is_taxonomy(&name, taxonomies) => self.inherit_terms(&name, &entry.value, place),
            Some(key) if key.name == "extra" => {
                for inner in entry.value.entries() {
                    self.inherit_extra(inner);
                }
            }
            Some(key) if !own.contains(key.name) => drop(set(self, key, &entry.value, None)),
            Some(_) => {}
            None => self.inherit_extra(entry),
        }
        self.given = own;
    }

    fn inherit_terms(&mut self, name: &str, value: &Value, place: &Place) {
        if let Some(terms) = terms(value)
            && !self.taxonomies.contains_key(name)
        {
            let filed = Terms { terms, places: Vec::new(), place: Some(place.clone()) };
            self.taxonomies.insert(name.to_owned(), Box::new(filed));
        }
    }

    fn inherit_extra(&mut self, entry: &Entry) {
        if !self.extra.iter().any(|own| own.key == entry.key) {
            self.extra.push(entry.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn read_text(text: &str) -> (FrontMatter, usize, Vec<Problem>) {
        let mut problems = Vec::new();
        let (front, start) = {
            let (vocabulary, markdown) = Default::default();
            let rules = Rules::plain(&vocabulary, &markdown);
            parse(text, &Lines::new(Arc::from("content/a.md"), text), &rules, &mut problems)
        };
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
