//! Taxonomies: the ways in which pages are filed. Comes in: pages and the taxonomies that the site declares. Goes out: each
//! taxonomy with its terms and their pages. A taxonomy that no page uses is not published.

use std::collections::BTreeMap;

use super::Pages;
use super::tree::{of_term, words_of};
use crate::address;
use crate::config::{Config, Taxonomy};
use crate::problem::{Place, Problem, catalogue};
use crate::register::PageId;
use crate::rules::{USUAL_TAXONOMIES, Urls};
use crate::vocabulary::nearest;

/// A taxonomy with its terms.
#[derive(Debug)]
pub struct Filing {
    /// As it is declared.
    pub taxonomy: Taxonomy,
    /// Its URL.
    pub url: String,
    /// The language of its pages, where it is not the site's.
    pub language: Option<String>,
    /// Its terms, by their address.
    pub terms: Vec<Term>,
}

/// A term with the pages that are filed under it.
#[derive(Debug)]
pub struct Term {
    /// As it was first written.
    pub name: String,
    /// Its URL.
    pub url: String,
    /// Its pages, in the order of the peer whose rules the site follows.
    pub pages: Vec<PageId>,
    /// Where it was first written.
    pub place: Place,
}

/// Files all pages; gives also what is doubtful about the terms.
pub(super) fn file(pages: &Pages, config: &Config) -> (Vec<Filing>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut declared = config.taxonomies.clone();
    let mut filings: BTreeMap<(Option<String>, String), BTreeMap<String, Term>> = BTreeMap::new();
    for (id, page) in pages.each() {
        let Some(document) = &page.document else { continue };
        for (name, filed_under) in &document.front.taxonomies {
            let start = || Place::start_of(&document.path);
            if !declared.iter().any(|taxonomy| taxonomy.name == *name) {
                if !USUAL_TAXONOMIES.contains(&name.as_str()) {
                    let near = nearest(name, declared.iter().map(|taxonomy| taxonomy.name.as_str()));
                    problems.push(catalogue::taxonomy_undeclared(
                        filed_under.place.clone().unwrap_or_else(start),
                        name,
                        near,
                        config.file,
                    ));
                }
                declared.push(Taxonomy::named(name));
            }
            let filed = filings.entry((page.language.clone(), name.clone())).or_default();
            for (at, term) in filed_under.terms.iter().enumerate() {
                let place = filed_under.places.get(at).cloned().unwrap_or_else(start);
                let slug = slug(term, config);
                let known = filed.entry(slug.clone()).or_insert_with(|| Term {
                    name: term.clone(),
                    url: slug,
                    pages: Vec::new(),
                    place: place.clone(),
                });
                if known.name != *term {
                    problems.push(catalogue::terms_differ(place.clone(), term, &known.name, known.place.clone()));
                }
                if known.pages.last() != Some(&id) {
                    known.pages.push(id);
                }
            }
        }
    }
    let mut found = Vec::new();
    for ((language, name), terms) in filings {
        let Some(taxonomy) = declared.iter().find(|taxonomy| taxonomy.name == name && taxonomy.render) else {
            continue;
        };
        let prefix = language.as_ref().map(|language| format!("{language}/")).unwrap_or_default();
        let url = format!("{prefix}{}{}/", config.taxonomy_root, slug(&name, config));
        let terms = terms.into_values().map(|mut term| {
            term.url = format!("{url}{}/", term.url);
            term.pages.sort_by(|a, b| of_term(&pages[*a], &pages[*b], config.urls));
            term
        });
        found.push(Filing { taxonomy: taxonomy.clone(), terms: terms.collect(), url, language });
    }
    (found, problems)
}

fn slug(term: &str, config: &Config) -> String {
    let slug = match config.urls {
        Urls::Zola => address::path_slug(term, config.slugify.taxonomies),
        // A slash in a term is one in its address.
        Urls::Hugo => term.split('/').map(address::hugo_slug).collect::<Vec<String>>().join("/"),
    };
    if slug.is_empty() { "term".to_owned() } else { slug }
}

impl Filing {
    /// The title of its page: its name, with a capital.
    pub fn title(&self) -> String {
        words_of(&self.taxonomy.name)
    }

    /// How many pages a part of the list of a term has.
    fn size(&self, term: &Term) -> usize {
        self.taxonomy.paginate_by.unwrap_or(term.pages.len()).max(1)
    }

    /// How many parts the list of a term has, one at least.
    pub fn parts_of(&self, term: &Term) -> usize {
        term.pages.len().div_ceil(self.size(term)).max(1)
    }

    /// The pages of a part of the list of a term, from 0.
    pub fn part<'t>(&self, term: &'t Term, part: usize) -> &'t [PageId] {
        term.pages.chunks(self.size(term)).nth(part).unwrap_or_default()
    }

    /// The address of a part of the list of a term by its number, from 1. The first has that of the term.
    pub fn part_url(&self, term: &Term, number: usize) -> String {
        if number == 1 { term.url.clone() } else { self.numbered_url(term, number) }
    }

    /// The numbered address of a part of the list of a term.
    pub(super) fn numbered_url(&self, term: &Term, number: usize) -> String {
        let word = self.taxonomy.paginate_path.as_deref().unwrap_or("page").trim_matches('/');
        format!("{}{word}/{number}/", term.url)
    }
}

/// For each page that is filed, where: the taxonomy and the term, as indices, in their order.
pub(super) fn by_page(filings: &[Filing]) -> BTreeMap<PageId, Vec<(usize, usize)>> {
    let mut by_page: BTreeMap<PageId, Vec<(usize, usize)>> = BTreeMap::new();
    for (filing_at, filing) in filings.iter().enumerate() {
        for (term_at, term) in filing.terms.iter().enumerate() {
            for page in &term.pages {
                by_page.entry(*page).or_default().push((filing_at, term_at));
            }
        }
    }
    by_page
}
