//! Search: what readers search in, and the list of all names that needs no script. Comes in: what the site says can be found.
//! Goes out: the page that searches, the pages of the list, and the pieces that `brink-search.js` loads as a query needs them.
//!
//! Pieces are scripts, since these are all that a browser loads from a folder on a disk: a call of `brinkSearch` with the name of
//! the piece and what it holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::current_thread_index;
use serde_json::{Value, json};

use super::Output;
use super::lists::pager;
use super::parts::{date_view, language, link_to, step_mark};
use super::plan::{Plan, Recipe, register_title};
use super::view::{ChoiceView, GroupView, LetterView, NameView, RegisterView, SearchView, View};
use crate::document::Document;
use crate::register::{PageId, Place, Subject};
use crate::search::{Index, Letter, Weight, Words, folded, index, letter, pieces_for, plain_text};
use crate::site::{Alphabet, Found, NAMES_MAX, Page, SEARCH, Site};
use crate::vocabulary::{Date, Field, Kind, country};

/// The theme's script that searches.
pub(super) const SCRIPT: &str = "brink-search.js";

/// The theme's script that sorts tables.
pub(super) const TABLES: &str = "brink-tables.js";

/// From how many rows on a table is worth sorting.
pub(super) const SORTED_MIN: usize = 6;

/// How many things a piece describes: some 1 KB when compressed.
const DESCRIBED: usize = 16;

/// Up to how many pages each has its text in a piece of its own; in larger sites, which would have too many files, some share one.
const OWN_TEXTS: usize = 1000;

/// How many then share one.
const SHARING: usize = 4;

/// A part of what readers search in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The page that searches.
    Page,
    /// A page of the list: the index of the letter, the number of the part, from 0.
    Letter(usize, usize),
    /// What the script needs before all else: which piece has which words, and how things are numbered.
    Overview,
    /// A piece of the index of words.
    Words(usize),
    /// What is shown of some of the things that can be found.
    Described(usize),
    /// The texts of some pages.
    Texts(usize),
}

/// Into how many pieces the index of a site is cut.
fn word_pieces(site: &Site) -> usize {
    pieces_for(site.words, site.found.len())
}

/// How many of the things that can be found are pages: they stand first.
fn pages_of(site: &Site) -> usize {
    site.found.partition_point(|found| matches!(found, Found::Page(_)))
}

/// How many pages share a piece with their texts.
fn sharing(pages: usize) -> usize {
    if pages <= OWN_TEXTS { 1 } else { SHARING }
}

/// A piece as a script; what it holds is JavaScript already.
fn piece(name: &str, held: &str) -> View {
    View::Data(format!("brinkSearch({name:?},{held})\n").into_bytes())
}

impl Plan {
    /// How many pieces search has of each sort.
    pub(super) fn pieces(&self) -> (usize, usize, usize) {
        let pages = pages_of(&self.site);
        (word_pieces(&self.site), self.site.found.len().div_ceil(DESCRIBED), pages.div_ceil(sharing(pages)))
    }

    /// Everything that has to do with search.
    pub(super) fn search_outputs(&self) -> Vec<Output> {
        let site = &self.site;
        if !site.config.has_search {
            return Vec::new();
        }
        let mut outputs = vec![self.introduced(SEARCH, Recipe::Search(Part::Page))];
        let letters = if site.alphabet.is_short() { 0 } else { site.alphabet.letters.len() };
        for letter in 0..letters {
            let urls = site.alphabet.urls_of(letter).into_iter().enumerate();
            outputs.extend(urls.map(|(part, url)| self.introduced(&url, Recipe::Search(Part::Letter(letter, part)))));
        }
        let (words, described, texts) = self.pieces();
        let overview = std::iter::once(("overview".to_owned(), Part::Overview));
        let pieces = overview.chain((0..words).map(|at| (format!("words-{at}"), Part::Words(at))));
        let pieces = pieces
            .chain((0..described).map(|at| (format!("found-{at}"), Part::Described(at))))
            .chain((0..texts).map(|at| (format!("text-{at}"), Part::Texts(at))))
            .map(|(name, part)| self.output(&format!("{SEARCH}{name}.js"), Recipe::Search(part)));
        outputs.extend(pieces.filter(|piece| site.addresses.at(&piece.path).is_none()));
        outputs
    }

    /// Makes what outputs share and is best made on all cores: the index of words. Not to be called inside a job of rayon's.
    pub fn prepare(&self) {
        if self.site.config.has_search && self.index.get().is_none() && current_thread_index().is_none() {
            let index = self.make_index(true);
            self.index.get_or_init(|| index);
        }
    }

    /// The index of words. Where it was not prepared it is made on one core: others may wait for it inside jobs.
    fn index(&self) -> &Index {
        self.index.get_or_init(|| self.make_index(false))
    }

    fn make_index(&self, is_parallel: bool) -> Index {
        let found = &self.site.found;
        index(found.len(), word_pieces(&self.site), is_parallel, |at, words| self.fill(found[at], words))
    }

    /// All words by which something is found.
    fn fill(&self, found: Found, words: &mut Words) {
        let site = &self.site;
        match found {
            Found::Page(at) => {
                words.add_name(&site.pages[at].title);
                fill_page(&site.pages[at], words);
            }
            Found::Subject(kind, at) => {
                found.names(&site.pages, &site.register).iter().for_each(|name| words.add_name(name));
                fill_subject(&site.register.subjects(kind)[at], words);
            }
            Found::Source(at) => {
                let source = &site.register.sources[at];
                words.add_name(&source.name);
                [&source.title, &source.publisher].iter().for_each(|text| words.add(text, Weight::Heading));
            }
            Found::Register(kind) => words.add_name(&register_title(site, &self.theme, kind)),
        }
        if let Some(introducing) = self.url_of(found).and_then(|url| site.page_at(url)).filter(|_| !is_page(found)) {
            fill_page(introducing, words);
        }
        for country in countries_of(site, found) {
            words.add_facet(&format!("c-{}", country.to_lowercase()));
        }
        for status in statuses_of(site, found) {
            words.add_facet(&format!("s-{status}"));
        }
    }

    /// The URL of something; none where it has to be made.
    fn url_of(&self, found: Found) -> Option<&str> {
        match found {
            Found::Page(at) => Some(&self.site.pages[at].url),
            Found::Subject(kind, at) => Some(&self.site.register.subjects(kind)[at].url),
            Found::Source(at) => Some(&self.site.register.sources[at].url),
            Found::Register(_) => None,
        }
    }

    /// A part of what readers search in.
    pub(super) fn search(&self, part: Part) -> View {
        let site = &self.site;
        match part {
            Part::Page => self.search_page(),
            Part::Letter(letter, part) => self.letter_page(letter, part),
            Part::Overview => piece("overview", &self.search_overview().to_string()),
            // Words are letters and digits: nothing in them has a meaning in JavaScript.
            Part::Words(at) => piece(&format!("words-{at}"), &format!("`{}`", self.index().piece(at))),
            Part::Described(at) => {
                let end = site.found.len().min((at + 1) * DESCRIBED);
                let described = site.found[at * DESCRIBED..end].iter().map(|found| self.told_of(*found));
                piece(&format!("found-{at}"), &Value::from_iter(described).to_string())
            }
            Part::Texts(at) => {
                let pages = pages_of(site);
                let sharing = sharing(pages);
                let text = |found: &Found| match found {
                    Found::Page(at) => {
                        site.pages[*at].document.as_ref().map(|document| plain_text(&document.body.html))
                    }
                    _ => None,
                };
                let texts = site.found[at * sharing..pages.min((at + 1) * sharing)].iter();
                let texts = texts.map(|found| text(found).unwrap_or_default());
                piece(&format!("text-{at}"), &Value::from_iter(texts).to_string())
            }
        }
    }

    /// What is shown of something that was found: URL, title, section, what is said of it, as-of, and its status.
    fn told_of(&self, found: Found) -> Value {
        let site = &self.site;
        let own = language(site);
        let as_of = |date: &Option<Date>| date.as_ref().map(|date| date_view(date, own).text).unwrap_or_default();
        let mut described = match found {
            Found::Page(at) => {
                let page = &site.pages[at];
                let section =
                    page.parent.filter(|at| *at != PageId::HOME).map_or("", |at| site.pages[at].title.as_str());
                let date = page.document.as_ref().map_or(String::new(), |document| as_of(&document.front.as_of));
                json!([page.url, page.title, section, page.teaser().unwrap_or_default(), date])
            }
            Found::Subject(kind, at) => {
                let subject = &site.register.subjects(kind)[at];
                let date = subject.current().map_or(String::new(), |current| as_of(&current.as_of));
                let said = said_of(site, subject);
                let mut described = json!([subject.url, subject.name, "", said, date]);
                if let (Some(step), Some(parts)) = (subject.step(), described.as_array_mut()) {
                    let mark = step_mark(step, own);
                    parts.push(json!([mark.phase, mark.mark, mark.label]));
                }
                described
            }
            Found::Source(at) => {
                let source = &site.register.sources[at];
                let said = [&source.title, &source.publisher].map(String::as_str);
                let said: Vec<&str> =
                    said.into_iter().filter(|text| !text.is_empty() && *text != source.name).collect();
                json!([source.url, source.name, "", said.join(" · "), as_of(&source.date)])
            }
            Found::Register(kind) => {
                let title = register_title(site, &self.theme, kind);
                json!([format!("{}/", site.config.vocabulary.code_of(kind)), title])
            }
        };
        if let Some(parts) = described.as_array_mut() {
            while parts.last().is_some_and(|last| last == "") {
                parts.pop();
            }
        }
        described
    }

    /// The code and the title of the kinds of things, in the order in which they stand, each with the number of its first.
    fn kinds(&self) -> Vec<(String, String, usize)> {
        let site = &self.site;
        let mut kinds: Vec<(String, String, usize)> = Vec::new();
        for (at, found) in site.found.iter().enumerate() {
            let code = match found {
                Found::Page(_) | Found::Register(_) => "pages",
                Found::Subject(kind, _) => site.config.vocabulary.code_of(*kind),
                Found::Source(_) => Kind::Sources.as_str(),
            };
            if kinds.last().is_none_or(|(last, _, _)| last != code) {
                let title = match found {
                    Found::Page(_) | Found::Register(_) => self.word("pages"),
                    Found::Subject(kind, _) => register_title(site, &self.theme, *kind),
                    Found::Source(_) => register_title(site, &self.theme, Kind::Sources),
                };
                kinds.push((code.to_owned(), title, at));
            }
        }
        kinds
    }

    /// What the script needs before all else. It has a piece of its own, so that the page that searches can be shown without the
    /// index.
    fn search_overview(&self) -> Value {
        let site = &self.site;
        let index = self.index();
        let kinds = self.kinds().into_iter().map(|(code, title, start)| json!([code, title, start]));
        let pages = pages_of(site);
        json!({
            "version": index.version,
            "count": site.found.len(),
            "words": index.firsts(),
            "kinds": kinds.collect::<Vec<Value>>(),
            "described": DESCRIBED,
            "texts": [pages, sharing(pages)],
        })
    }

    fn search_page(&self) -> View {
        let (countries, statuses) = self.choices();
        let mut codes: BTreeSet<String> = BTreeSet::new();
        let mut kinds = self.kinds();
        kinds.retain(|(code, _, _)| codes.insert(code.clone()));
        let view = SearchView {
            has_form: true,
            kinds: kinds.into_iter().map(|(code, title, _)| ChoiceView { code, title }).collect(),
            countries,
            statuses,
            letters: self.letters(None),
            groups: if self.site.alphabet.is_short() { self.groups().to_vec() } else { Vec::new() },
        };
        self.search_html(SEARCH, self.word("search"), view)
    }

    fn search_html(&self, url: &str, title: String, search: SearchView) -> View {
        let register = RegisterView { search: Some(search), ..RegisterView::default() };
        View::Html(Box::new(self.register_page(url, "search", title, register)))
    }

    /// The countries and the statuses by which can be filtered.
    fn choices(&self) -> (Vec<ChoiceView>, Vec<ChoiceView>) {
        let (site, own) = (&self.site, language(&self.site));
        let (mut countries, mut statuses) = (BTreeSet::new(), BTreeSet::new());
        for found in site.found.iter() {
            countries.extend(countries_of(site, *found));
            statuses.extend(statuses_of(site, *found));
        }
        let country = |country: &'static country::Country| {
            let by_code = country.alpha3.as_str();
            countries
                .contains(by_code)
                .then(|| ChoiceView { code: by_code.to_lowercase(), title: country.name_in(own).to_owned() })
        };
        let mut named: Vec<ChoiceView> = country::all().iter().filter_map(country).collect();
        named.sort_by_cached_key(|choice| folded(&choice.title));
        let status = |status: &'static crate::vocabulary::status::Status| {
            statuses
                .contains(status.code.as_str())
                .then(|| ChoiceView { code: status.code.clone(), title: status.label.in_language(own).to_owned() })
        };
        (named, crate::vocabulary::status::all().iter().filter_map(status).collect())
    }

    /// The letters of the list, with their pages, or their places where all stand on one.
    fn letters(&self, current: Option<usize>) -> Vec<LetterView> {
        let alphabet: &Alphabet = &self.site.alphabet;
        let is_short = alphabet.is_short();
        let view = |(at, (letter, _)): (usize, &(Letter, usize))| LetterView {
            title: letter.shown(),
            url: match is_short {
                true => format!("{SEARCH}#{}", id_of(letter)),
                false => format!("{SEARCH}{}/", letter.slug()),
            },
            is_current: current == Some(at),
        };
        alphabet.letters.iter().enumerate().map(view).collect()
    }

    /// The names of the list by letter, made when they are first asked for.
    fn groups(&self) -> &[GroupView] {
        self.names.get_or_init(|| self.make_groups())
    }

    fn make_groups(&self) -> Vec<GroupView> {
        let site = &self.site;
        let kinds: BTreeMap<String, String> = self.kinds().into_iter().map(|(code, title, _)| (code, title)).collect();
        let mut groups: BTreeMap<Letter, Vec<(String, NameView)>> = BTreeMap::new();
        for found in site.found.iter() {
            let kind = match found {
                Found::Subject(kind, _) => kinds.get(site.config.vocabulary.code_of(*kind)).cloned(),
                Found::Source(_) => kinds.get(Kind::Sources.as_str()).cloned(),
                _ => None,
            };
            let names = found.names(&site.pages, &site.register);
            let Some((first, url)) = names.first().cloned().zip(self.url_of(*found)) else { continue };
            for name in names {
                let of = (name != first).then(|| first.clone());
                let view = NameView { url: url.to_owned(), of, kind: kind.clone(), name };
                groups.entry(letter(&view.name)).or_default().push((folded(&view.name), view));
            }
        }
        let group = |(letter, mut names): (Letter, Vec<(String, NameView)>)| {
            names.sort_by(|(a, one), (b, other)| (a, &one.name, &one.url).cmp(&(b, &other.name, &other.url)));
            let names = names.into_iter().map(|(_, name)| name).collect();
            GroupView { title: letter.shown(), id: id_of(&letter), names }
        };
        groups.into_iter().map(group).collect()
    }

    /// A page of the list.
    fn letter_page(&self, at: usize, part: usize) -> View {
        let (letter, _) = &self.site.alphabet.letters[at];
        let urls = self.site.alphabet.urls_of(at);
        let of_part = |group: &GroupView| GroupView {
            title: group.title.clone(),
            id: group.id.clone(),
            names: group.names.iter().skip(part * NAMES_MAX).take(NAMES_MAX).cloned().collect(),
        };
        let groups = self.groups().get(at).map(of_part).into_iter().collect();
        let title = format!("{} {}", self.word("a_to_z"), letter.shown());
        let search = SearchView { letters: self.letters(Some(at)), groups, ..SearchView::default() };
        let View::Html(mut html) = self.search_html(&urls[part], title, search) else {
            unreachable!("a page of the list is HTML");
        };
        html.page.pager = pager(&urls, part);
        html.page.crumbs.push(link_to(SEARCH, &self.word("search")));
        View::Html(html)
    }

    /// Whether any page may have a table that is worth sorting.
    pub(super) fn has_tables(&self) -> bool {
        let has = |page: &Arc<Page>| page.document.as_deref().is_some_and(has_long_table);
        self.site.register.kinds().next().is_some() || self.site.pages.iter().any(has)
    }
}

/// Whether a page has a recognised table that is worth sorting.
pub(super) fn has_long_table(document: &Document) -> bool {
    document.tables.iter().any(|table| table.rows.len() >= SORTED_MIN)
}

fn is_page(found: Found) -> bool {
    matches!(found, Found::Page(_) | Found::Register(_))
}

fn id_of(letter: &Letter) -> String {
    format!("_letter-{}", letter.slug())
}

/// What a page says, besides its title.
fn fill_page(page: &Page, words: &mut Words) {
    let Some(document) = &page.document else { return };
    let front = &document.front;
    let said = [&front.link_title, &front.description, &front.summary];
    said.into_iter().flatten().chain(&front.keywords).for_each(|text| words.add(text, Weight::Heading));
    document.headings.iter().for_each(|heading| words.add(&heading.text, Weight::Heading));
    words.add_html(&document.body.html);
}

fn fill_subject(subject: &Subject, words: &mut Words) {
    for statement in &subject.statements {
        statement.row.cells.iter().for_each(|(_, cell)| words.add(&cell.text, Weight::Text));
    }
}

/// What is said of a subject in a sentence.
fn said_of(site: &Site, subject: &Subject) -> String {
    let text = |field: Field| subject.text(field).to_owned();
    match subject.kind {
        Kind::Interventions => text(Field::Objective),
        Kind::FocusAreas => text(Field::KeyActions),
        Kind::Actors => text(Field::Role),
        Kind::Glossary => text(Field::Definition),
        Kind::Figures => [text(Field::Value), text(Field::Unit)].join(" ").trim().to_owned(),
        Kind::Timeline => {
            let own = language(site);
            let date = Date::parse(subject.text(Field::Date));
            date.map_or_else(|| text(Field::Date), |date| date.in_words(own))
        }
        Kind::Contested => text(Field::Claimant),
        _ => text(Field::Notes),
    }
}

/// The countries that something is about, by ISO 3166-1 alpha-3.
fn countries_of(site: &Site, found: Found) -> Vec<&'static str> {
    match found {
        Found::Page(at) => {
            let cell = site.pages[at].document.as_ref().and_then(|document| document.front.country.as_deref());
            cell.map(country::find_all).unwrap_or_default().into_iter().map(|country| country.alpha3.as_str()).collect()
        }
        Found::Subject(kind, at) => {
            site.register.subjects(kind)[at].places().into_iter().filter_map(Place::code).collect()
        }
        _ => Vec::new(),
    }
}

/// The statuses that something has now.
fn statuses_of(site: &Site, found: Found) -> Vec<&'static str> {
    let Found::Subject(kind, at) = found else { return Vec::new() };
    site.register.subjects(kind)[at].current_steps().into_iter().map(|step| step.code).collect()
}
