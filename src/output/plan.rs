//! The plan: every output of a site, by its path, with what it shows. Comes in: the site and the theme. Goes out: a [`Plan`],
//! which makes the view of any of them when it is asked for. Nothing is rendered, and no view made, before.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use imbl::OrdSet;
use minijinja::Value;
use minijinja::value::Serde;
use rayon::prelude::*;

use super::board::Board;
use super::data::Form;
use super::machines::{self, Machine, Translations, has_few_pages};
use super::parts::link_to;
use super::script::{font, spare_fonts};
use super::search::Part;
use super::sheet::{self, NamedSheet, Sheet};
use super::view::{FeedView, GroupView, LinkView, NavItem, Navigation, SiteView};
use super::{Output, pages, search};
use crate::address;
use crate::kept;
use crate::picture::{Pictures, shown};
use crate::register::{PageId, section_timeline};
use crate::search::Index;
use crate::site::{Known, Page, Site, further_parts, parts_of};
use crate::theme::{Theme, ThemeFile};
use crate::vocabulary::Kind;

/// What an output shows: a part of the site, named by where it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Recipe {
    /// A page, with the first part of its list.
    Page(PageId),
    /// A further part of the list of a page: the number of the part, from 0.
    Part(PageId, usize),
    /// A page which sends its visitors on to this address.
    Onward(PageId, Target),
    /// An older address, as an index.
    Redirect(usize),
    /// A whole register.
    Register(Kind),
    /// A subject of a kind, by its index there.
    Subject(Kind, usize),
    /// A source.
    Source(usize),
    /// A filtered board.
    Board(usize),
    /// The timeline of a section.
    Timeline(usize),
    /// A name that several subjects share.
    Names(usize),
    /// A taxonomy.
    Taxonomy(usize),
    /// A part of the list of a term: the taxonomy, the term, the part, from 0.
    Term(usize, usize, usize),
    /// A file of open data: the sheet, and its form.
    Data(usize, Form),
    /// The description of all open data.
    Package,
    /// The feed of changes.
    Feed,
    /// The page for addresses where there is nothing.
    Missing,
    /// The page that is shown without a connection where a page is not kept.
    NotKept,
    /// A part of what readers search in.
    Search(Part),
    /// Bytes of the program's.
    Bytes(&'static [u8]),
    /// A copy of a file of the site's.
    Copy(Arc<str>),
    /// A file for machines.
    Machine(Machine),
    /// A smaller copy of a picture of the site's.
    Picture(Arc<str>, shown::Copy),
}

/// Where a page leads that is nothing but a way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A URL within the site.
    Within(String),
    /// An address elsewhere.
    Outside(String),
}

/// The file of the script that keeps the fragment of an address when it leads on; pages with a redirect need it.
const SCRIPT: &str = "_redirect.js";

/// Every output of a site, and what they share.
#[derive(Debug)]
pub struct Plan {
    pub(super) site: Arc<Site>,
    pub(super) theme: Arc<Theme>,
    outputs: OrdSet<ByPath>,
    pub(super) site_view: Arc<SiteView>,
    pub(super) site_value: Value,
    /// The navigation of each section; that of the home page stands under `None`.
    pub(super) navs: Arc<BTreeMap<Option<PageId>, Nav>>,
    /// The lists that have several parts, by their page.
    pub(super) lists: Arc<BTreeMap<PageId, List>>,
    board: Arc<OnceLock<Board>>,
    /// The pages that are translations of each other, once somebody asked for them.
    translations: Arc<OnceLock<Translations>>,
    pub(super) sheets: Arc<Vec<(NamedSheet, OnceLock<Sheet>)>>,
    /// The index of words, once it was asked for.
    pub(super) index: Arc<OnceLock<Index>>,
    /// The list of all names, once it was asked for.
    pub(super) names: Arc<OnceLock<Vec<GroupView>>>,
    /// What is known of the pictures of the site.
    pub(super) pictures: Arc<Pictures>,
    /// The URLs of the pictures that pages show as smaller copies, by their source paths.
    pub(super) copied: Arc<BTreeMap<Arc<str>, String>>,
}

/// The navigation of the pages in a section, once one of them was asked for.
#[derive(Debug, Default)]
pub(super) struct Nav {
    /// What is in the section itself.
    pub own: OnceLock<Vec<NavItem>>,
    /// All of it, as they share it.
    pub whole: OnceLock<Arc<Navigation>>,
}

/// An output that is found by its path.
#[derive(Debug, Clone)]
struct ByPath(Arc<Output>);

impl Borrow<str> for ByPath {
    fn borrow(&self) -> &str {
        &self.0.path
    }
}

impl Ord for ByPath {
    fn cmp(&self, other: &ByPath) -> Ordering {
        self.0.path.cmp(&other.0.path)
    }
}

impl PartialOrd for ByPath {
    fn partial_cmp(&self, other: &ByPath) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ByPath {
    fn eq(&self, other: &ByPath) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for ByPath {}

/// A list of pages that has several parts.
#[derive(Debug)]
pub(super) struct List {
    /// What stands in the first part alone.
    pub sections: Vec<PageId>,
    /// What is divided.
    pub pages: Vec<PageId>,
    /// How many of them a part has.
    pub size: usize,
    /// The address of each part.
    pub urls: Vec<String>,
}

/// The title of a register where the writer has no page for it.
pub(super) fn register_title(site: &Site, theme: &Theme, kind: Kind) -> String {
    match site.config.vocabulary.own_kind(kind) {
        Some(own) => own.title_in(&site.config.language).to_owned(),
        None => theme.word(&site.config.language, &kind.as_str().replace('-', "_")).to_owned(),
    }
}

impl Plan {
    /// Plans every output of a site with these pictures.
    pub fn new(site: &Arc<Site>, theme: &Arc<Theme>, pictures: &Arc<Pictures>) -> Plan {
        let sheets = named_sheets(site, theme);
        let site_view = site_view(site, theme, &sheets);
        let branches = site.pages.ids().map(|id| branch_of(site, id));
        let navs = branches.chain([None]).map(|branch| (branch, Nav::default()));
        let mut plan = Plan {
            site_value: Value::from(Serde(&site_view)),
            site_view: Arc::new(site_view),
            navs: Arc::new(navs.collect()),
            lists: Arc::new(lists(site)),
            board: Arc::default(),
            translations: Arc::default(),
            sheets: Arc::new(sheets.into_iter().map(|named| (named, OnceLock::new())).collect()),
            outputs: OrdSet::new(),
            index: Arc::default(),
            names: Arc::default(),
            copied: Arc::new(super::pictures::copied(site, pictures)),
            pictures: pictures.clone(),
            site: site.clone(),
            theme: theme.clone(),
        };
        plan.outputs = plan.listed();
        plan
    }

    /// The plan of a site in which only the texts of some pages differ: all that pages share stays as it is.
    pub fn of_same(&self, site: &Arc<Site>) -> Plan {
        let is_same = Arc::ptr_eq(site, &self.site);
        let mut plan = Plan {
            site: site.clone(),
            theme: self.theme.clone(),
            outputs: self.outputs.clone(),
            site_view: self.site_view.clone(),
            site_value: self.site_value.clone(),
            navs: self.navs.clone(),
            lists: self.lists.clone(),
            board: self.board.clone(),
            translations: self.translations.clone(),
            sheets: self.sheets.clone(),
            index: if is_same { self.index.clone() } else { Arc::default() },
            names: self.names.clone(),
            pictures: self.pictures.clone(),
            copied: self.copied.clone(),
        };
        // More text or more pages, or less, may make another number of pieces.
        if plan.pieces() != self.pieces() {
            let come = plan.search_outputs();
            plan.exchange(&self.search_outputs(), come);
        }
        plan
    }

    /// Takes outputs away, and adds others.
    fn exchange(&mut self, gone: &[Output], come: Vec<Output>) {
        for output in gone {
            self.outputs.remove(output.path.as_str());
        }
        self.outputs.extend(come.into_iter().map(|output| ByPath(Arc::new(output))));
    }

    /// The plan of a site in which pages have other titles and descriptions, and stand where they stood, and of a theme with
    /// the same files and perhaps other templates.
    pub fn of_renamed(&self, site: &Arc<Site>, theme: &Arc<Theme>) -> Plan {
        let sheets = named_sheets(site, theme);
        let site_view = site_view(site, theme, &sheets);
        Plan {
            theme: theme.clone(),
            site_value: Value::from(Serde(&site_view)),
            site_view: Arc::new(site_view),
            navs: Arc::new(self.navs.keys().map(|branch| (*branch, Nav::default())).collect()),
            board: Arc::default(),
            index: Arc::default(),
            names: Arc::default(),
            sheets: Arc::new(sheets.into_iter().map(|named| (named, OnceLock::new())).collect()),
            ..self.of_same(site)
        }
    }

    /// The plan of a site in which some pages have come or gone that state nothing, and of a theme as in [`Plan::of_renamed`].
    pub fn of_moved(&self, site: &Arc<Site>, theme: &Arc<Theme>) -> Plan {
        let moved: Vec<(PageId, &Arc<Page>)> = site.pages.moved_since(&self.site.pages).collect();
        let pictures =
            |page: &Page| page.document.iter().any(|document| document.links.iter().any(|link| link.is_picture));
        let concerns_all = |page: &Page| pictures(page) || font(site.language_of(page)).is_some();
        if moved.iter().any(|(_, page)| concerns_all(page)) || has_few_pages(site) != has_few_pages(&self.site) {
            return Plan::new(site, theme, &self.pictures);
        }
        let sections = || moved.iter().filter_map(|(_, page)| page.parent);
        let navs = self.navs.keys().copied().chain(sections().map(|section| branch_of(site, section)));
        let mut plan = Plan {
            navs: Arc::new(navs.map(|branch| (branch, Nav::default())).collect()),
            translations: Arc::default(),
            ..self.of_renamed(site, theme)
        };
        if sections().any(|section| parts_of(&site.pages[section]).is_some()) {
            plan.lists = Arc::new(lists(site));
        }
        let (new, old): (Vec<PageId>, Vec<PageId>) =
            moved.iter().map(|(id, _)| *id).partition(|id| site.pages.get(*id).is_some());
        let come = plan.all_of(&new);
        plan.exchange(&self.all_of(&old), come);
        let is_sitemap = |output: &&Output| matches!(output.recipe, Recipe::Machine(Machine::SitemapPart(_)));
        if self.outputs().filter(is_sitemap).count() != plan.sitemap_parts(plan.outputs()) {
            plan.outputs = plan.listed();
        }
        plan
    }

    /// The outputs of some pages, and what goes with them.
    fn all_of(&self, pages: &[PageId]) -> Vec<Output> {
        let mut outputs: Vec<Output> = pages.iter().flat_map(|id| self.of_page(*id)).collect();
        outputs.extend(self.beside_pages(pages.iter().copied()));
        outputs
    }

    /// The theme that it is for.
    pub fn theme(&self) -> &Arc<Theme> {
        &self.theme
    }

    /// Every output, by path.
    pub fn outputs(&self) -> impl ExactSizeIterator<Item = &Output> + Clone {
        self.outputs.iter().map(|output| &*output.0)
    }

    /// The output at a path in the published folder.
    pub fn at(&self, path: &str) -> Option<&Output> {
        self.outputs.get(path).map(|output| &*output.0)
    }

    /// The views of all interventions, made when they are first asked for.
    pub(super) fn board(&self) -> &Board {
        self.board.get_or_init(|| Board::new(&self.site))
    }

    /// The pages that are translations of each other.
    pub(super) fn translations(&self) -> &Translations {
        self.translations.get_or_init(|| machines::translations(&self.site))
    }

    /// The open data of a sheet, made when it is first asked for.
    pub(super) fn sheet(&self, at: usize) -> &Sheet {
        let (named, made) = &self.sheets[at];
        made.get_or_init(|| sheet::sheet(&self.site, named))
    }

    /// The section whose navigation a page shows: itself, or the one that it is in.
    pub(super) fn branch_of(&self, id: PageId) -> Option<PageId> {
        branch_of(&self.site, id)
    }

    fn listed(&self) -> OrdSet<ByPath> {
        let site = &self.site;
        let mut outputs = self.registers();
        outputs.extend(self.taxonomies());
        let introduced: BTreeSet<String> = outputs.iter().map(|output| output.path.clone()).collect();
        // What introduces a page of the register or of a taxonomy is no output of its own.
        let own = site.pages.par_each().filter(|(_, page)| !introduced.contains(&address::output_path(&page.url)));
        outputs.par_extend(own.flat_map_iter(|(id, _)| self.of_page(id)));
        let redirects = site.redirects.iter().enumerate();
        outputs.extend(redirects.map(|(at, redirect)| self.output(&redirect.url, Recipe::Redirect(at))));
        let leads_on = |output: &Output| matches!(output.recipe, Recipe::Onward(..) | Recipe::Redirect(_));
        if outputs.iter().any(leads_on) && site.addresses.at(SCRIPT).is_none() {
            outputs.push(self.output(SCRIPT, Recipe::Bytes(self.theme.redirect_script())));
        }
        outputs.extend(self.data());
        if site.addresses.at("404.html") == Some(&Known::Register) {
            outputs.push(self.output("404.html", Recipe::Missing));
        }
        if site.addresses.at(kept::PAGE) == Some(&Known::Register) {
            outputs.push(self.output(kept::PAGE, Recipe::NotKept));
        }
        outputs.extend(self.search_outputs());
        outputs.extend(site.addresses.files().map(|(url, source)| Output {
            path: url.to_owned(),
            source: Some(source.clone()),
            recipe: Recipe::Copy(source.clone()),
        }));
        outputs.extend(self.copies());
        let spare = spare_fonts(site);
        let is_needed = |url: &str| match url {
            search::SCRIPT => site.config.has_search,
            search::TABLES => self.has_tables(),
            kept::SCRIPT | kept::WORKER => site.config.is_kept,
            _ => !spare.contains(&url),
        };
        let is_themes = |url: &str| site.addresses.at(url) == Some(&Known::Theme) && is_needed(url);
        outputs.extend(self.theme.files().filter(|(url, _)| is_themes(url)).map(|(url, file)| {
            let recipe = match file {
                ThemeFile::BuiltIn(bytes) => Recipe::Bytes(bytes),
                ThemeFile::Site(source) => Recipe::Copy(source.clone()),
            };
            self.output(url, recipe)
        }));
        outputs.extend(self.for_machines(&outputs));
        outputs.par_sort_by(|a, b| a.path.cmp(&b.path));
        debug_assert!(outputs.windows(2).all(|two| two[0].path != two[1].path), "two outputs have one path");
        outputs.into_iter().map(|output| ByPath(Arc::new(output))).collect()
    }

    /// The outputs that show a page of the writer's: itself, and the further parts of its list.
    fn of_page(&self, id: PageId) -> Vec<Output> {
        let page = &self.site.pages[id];
        let source = page.document.as_ref().map(|document| document.path.clone());
        let recipe = match self.sent_on(id) {
            Some(target) => Recipe::Onward(id, target),
            None => Recipe::Page(id),
        };
        let further = self.lists.get(&id).filter(|_| matches!(recipe, Recipe::Page(_)));
        let further = further.into_iter().flat_map(|list| list.urls.iter().enumerate().skip(1));
        let further = further.map(|(part, url)| (address::output_path(url), Recipe::Part(id, part)));
        let of_page = std::iter::once((address::output_path(&page.url), recipe)).chain(further);
        of_page.map(|(path, recipe)| Output { path, source: source.clone(), recipe }).collect()
    }

    /// An output that no page of the writer's is.
    pub(super) fn output(&self, url: &str, recipe: Recipe) -> Output {
        Output { path: address::output_path(url), source: None, recipe }
    }

    /// An output at an address where the writer may have a page, which then introduces it.
    pub(super) fn introduced(&self, url: &str, recipe: Recipe) -> Output {
        let own = self.site.page_at(url).and_then(|page| page.document.as_ref());
        Output { source: own.map(|document| document.path.clone()), ..self.output(url, recipe) }
    }

    /// All pages of the register.
    fn registers(&self) -> Vec<Output> {
        let (site, register) = (&self.site, &self.site.register);
        let mut outputs = Vec::new();
        for kind in register.published(&site.config.vocabulary) {
            let url = format!("{}/", site.config.vocabulary.code_of(kind));
            outputs.push(self.introduced(&url, Recipe::Register(kind)));
            if kind == Kind::Sources {
                let sources = register.sources.iter().enumerate();
                outputs.extend(sources.map(|(at, source)| self.introduced(&source.url, Recipe::Source(at))));
            } else if kind.has_pages() {
                let subjects = register.subjects(kind).iter().enumerate();
                outputs.extend(subjects.map(|(at, subject)| self.introduced(&subject.url, Recipe::Subject(kind, at))));
            }
        }
        let boards = site.boards.all().iter().enumerate();
        outputs.extend(boards.map(|(at, board)| self.introduced(&board.url, Recipe::Board(at))));
        let timelines = site.timelines.iter().enumerate();
        outputs
            .extend(timelines.map(|(at, section)| self.introduced(&section_timeline(section), Recipe::Timeline(at))));
        let shared = register.shared.iter().enumerate();
        outputs.extend(shared.map(|(at, shared)| self.introduced(&shared.url, Recipe::Names(at))));
        outputs
    }

    /// The pages of all taxonomies and their terms.
    fn taxonomies(&self) -> Vec<Output> {
        let mut outputs = Vec::new();
        for (filing_at, filing) in self.site.filings.iter().enumerate() {
            outputs.push(self.introduced(&filing.url, Recipe::Taxonomy(filing_at)));
            for (term_at, term) in filing.terms.iter().enumerate() {
                let parts = (0..filing.parts_of(term)).map(|part| {
                    let url = filing.part_url(term, part + 1);
                    self.introduced(&url, Recipe::Term(filing_at, term_at, part))
                });
                outputs.extend(parts);
            }
        }
        outputs
    }

    fn data(&self) -> Vec<Output> {
        let sheets = self.sheets.iter().enumerate();
        let forms = sheets.flat_map(|(at, (named, _))| {
            Form::ALL.map(|form| self.output(&form.url(&named.name), Recipe::Data(at, form)))
        });
        let package = self.sheets.first().map(|_| self.output(PACKAGE, Recipe::Package));
        let feed = self.site_view.feed.as_ref().map(|feed| self.output(&feed.url, Recipe::Feed));
        forms.chain(package).chain(feed).collect()
    }
}

fn named_sheets(site: &Site, theme: &Theme) -> Vec<NamedSheet> {
    sheet::named(site, |word| theme.word(&site.config.language, word).to_owned())
}

fn branch_of(site: &Site, id: PageId) -> Option<PageId> {
    let page = &site.pages[id];
    let branch = if page.children.is_empty() { page.parent } else { Some(id) };
    branch.filter(|branch| *branch != PageId::HOME)
}

/// The description of all open data.
const PACKAGE: &str = "data/datapackage.json";

/// The site as every page shows it.
fn site_view(site: &Site, theme: &Theme, sheets: &[NamedSheet]) -> SiteView {
    let language = &site.config.language;
    let register_link = |kind: Kind| {
        let url = format!("{}/", site.config.vocabulary.code_of(kind));
        let page = site.page_at(&url);
        let title = page.map_or_else(|| register_title(site, theme, kind), |page| page.title.clone());
        let description = page.and_then(|page| page.description()).map(str::to_owned);
        LinkView { url, title, description }
    };
    let published: Vec<Kind> = site.register.published(&site.config.vocabulary).collect();
    let data = sheets.iter().map(|sheet| link_to(&Form::Csv.url(&sheet.name), &format!("{} (CSV)", sheet.title)));
    let package = sheets.first().map(|_| link_to(PACKAGE, "Data Package"));
    let feed = || FeedView {
        url: "status.xml".to_owned(),
        title: theme.word(language, "updates").to_owned(),
        id: {
            let site = site.config.base_url.as_deref().unwrap_or_else(|| site.title());
            format!("urn:uuid:{}", pages::stable_id(&format!("status.xml\n{site}")))
        },
    };
    SiteView {
        title: site.title().to_owned(),
        description: site.config.description.clone().or_else(|| site.home().description().map(str::to_owned)),
        language: language.clone(),
        base_url: site.config.base_url.clone(),
        accent: site.config.accent.clone(),
        registers: published.iter().map(|kind| register_link(*kind)).collect(),
        data: data.chain(package).collect(),
        feed: published.contains(&Kind::Updates).then(feed),
        has_search: site.config.has_search,
        is_kept: site.config.is_kept,
        extra: site.config.extra.clone(),
    }
}

/// The lists of sections that are shown in parts.
fn lists(site: &Site) -> BTreeMap<PageId, List> {
    let list = |(id, page): (PageId, &Arc<Page>)| {
        let (size, _) = parts_of(page)?;
        let (sections, mut pages): (Vec<PageId>, Vec<PageId>) =
            page.listed.iter().partition(|at| site.pages[**at].is_section);
        if page.document.as_ref().is_some_and(|document| document.front.paginate_reversed) {
            pages.reverse();
        }
        let urls = std::iter::once(page.url.clone()).chain(further_parts(page, &site.pages)).collect();
        Some((id, List { sections, pages, size, urls }))
    };
    site.pages.each().filter_map(list).collect()
}
