//! The plan: every output of a site with its view. Comes in: the site and the theme's own files.
//! Goes out: outputs sorted by path.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Serde;

use super::board::{Board, selection};
use super::page::{direction, link_view, nav, page_view};
use super::parts::{link_to, statements};
use super::sheet::{self, Sheet};
use super::view::{FeedView, HtmlView, LinkView, PageView, RegisterView, SiteView, View};
use super::{Output, data, history, json_ld, pages};
use crate::address;
use crate::register::{Board as Filtered, Filters, Source, Subject, section_timeline};
use crate::site::{Known, Site};
use crate::theme::{Theme, ThemeFile};
use crate::vocabulary::{Field, Kind};

/// How many entries a feed has (domain knowledge: twenty, in 30 KB).
const FEED_MAX: usize = 20;

/// How many pages that link to it a page lists; the number of the others is said.
const BACKLINKS_MAX: usize = 40;

/// Plans every output.
pub fn plan(site: &Site, theme: &Theme) -> Vec<Output> {
    let planner = Planner::new(site, theme);
    let mut outputs: Vec<Output> = Vec::new();
    let mut registers = planner.registers();
    registers.extend(planner.filings());
    let register_paths: BTreeSet<String> = registers.iter().map(|output| output.path.clone()).collect();
    for (index, page) in site.pages.iter().enumerate() {
        if register_paths.contains(&address::output_path(&page.url)) {
            continue; // it introduces a page of the register or of a taxonomy
        }
        let view = page_view(site, index);
        let template = planner.template_of(page).unwrap_or_else(|| format!("{}.html", view.kind));
        let source = page.document.as_ref().map(|document| document.path.clone());
        let of = (planner.branch_of(index), source);
        if let Some(to) = planner.sent_on(index) {
            outputs.push(planner.redirect(&page.url, &to, of));
            continue;
        }
        let register = if view.kind == "home" { planner.summary() } else { RegisterView::default() };
        outputs.extend(planner.parts(index, &template, (view, register), of));
    }
    outputs.extend(registers);
    outputs.extend(planner.redirects());
    outputs.extend(planner.data());
    if site.addresses.at("404.html") == Some(&Known::Register) {
        outputs.push(planner.missing());
    }
    for (url, source) in site.addresses.files() {
        outputs.push(Output { path: url.to_owned(), view: View::Copy(source.clone()), source: Some(source.clone()) });
    }
    for (url, file) in theme.files() {
        if site.addresses.at(url) == Some(&Known::Theme) {
            let view = match file {
                ThemeFile::BuiltIn(bytes) => View::Bytes(bytes),
                ThemeFile::Site(source) => View::Copy(source.clone()),
            };
            outputs.push(Output { path: url.clone(), view, source: None });
        }
    }
    outputs.sort_by(|a, b| a.path.cmp(&b.path));
    debug_assert!(outputs.windows(2).all(|two| two[0].path != two[1].path), "two outputs have one path");
    outputs
}

/// What pages are planned from, and what they share.
pub(super) struct Planner<'a> {
    pub(super) site: &'a Site,
    pub(super) theme: &'a Theme,
    site_view: SiteView,
    site_value: Value,
    navs: BTreeMap<Option<usize>, Value>,
    board: Board,
    sheets: Vec<Sheet>,
}

/// Where a writer's page introduces a register, the ids that its own rows have are theirs.
fn without_ids(mut register: RegisterView, taken: &BTreeSet<String>) -> RegisterView {
    let mine = |anchor: &mut String| {
        if taken.contains(anchor) {
            *anchor = format!("_{anchor}");
        }
    };
    register.events.iter_mut().for_each(|event| mine(&mut event.anchor));
    register.figures.iter_mut().for_each(|figure| mine(&mut figure.anchor));
    register.updates.iter_mut().for_each(|update| mine(&mut update.anchor));
    register.contested.iter_mut().for_each(|claim| mine(&mut claim.anchor));
    register.terms.iter_mut().for_each(|term| mine(&mut term.anchor));
    register.listing.iter_mut().flat_map(|listing| &mut listing.rows).for_each(|row| mine(&mut row.anchor));
    register
}

/// The title of a register where the writer has no page for it.
fn register_title(site: &Site, theme: &Theme, kind: Kind) -> String {
    match site.config.vocabulary.own_kind(kind) {
        Some(own) => own.title_in(&site.config.language).to_owned(),
        None => theme.word(&site.config.language, &kind.as_str().replace('-', "_")).to_owned(),
    }
}

impl<'a> Planner<'a> {
    fn new(site: &'a Site, theme: &'a Theme) -> Planner<'a> {
        let language = &site.config.language;
        let register_link = |kind: Kind| {
            let url = format!("{}/", site.config.vocabulary.code_of(kind));
            let page = site.page_at(&url);
            let title = page.map_or_else(|| register_title(site, theme, kind), |page| page.title.clone());
            let description = page.and_then(|page| page.description()).map(str::to_owned);
            LinkView { url, title, description }
        };
        let published: Vec<Kind> = site.register.published(&site.config.vocabulary).collect();
        let sheets = sheet::sheets(site, |word| theme.word(language, word).to_owned());
        let mut data: Vec<LinkView> = sheets
            .iter()
            .map(|sheet| link_to(&format!("data/{}.csv", sheet.name), &format!("{} (CSV)", sheet.title)))
            .collect();
        if !data.is_empty() {
            data.push(link_to("data/datapackage.json", "Data Package"));
        }
        let has_feed = published.contains(&Kind::Updates);
        let mut planner = Planner {
            site,
            theme,
            site_value: Value::UNDEFINED,
            site_view: SiteView {
                title: site.title().to_owned(),
                description: site.config.description.clone().or_else(|| site.home().description().map(str::to_owned)),
                language: language.clone(),
                base_url: site.config.base_url.clone(),
                registers: published.iter().map(|kind| register_link(*kind)).collect(),
                data,
                feed: has_feed.then(|| FeedView {
                    url: "status.xml".to_owned(),
                    title: theme.word(language, "updates").to_owned(),
                    id: {
                        let site = site.config.base_url.as_deref().unwrap_or_else(|| site.title());
                        format!("urn:uuid:{}", pages::stable_id(&format!("status.xml\n{site}")))
                    },
                }),
                extra: site.config.extra.clone(),
            },
            navs: BTreeMap::new(),
            board: Board::new(site),
            sheets,
        };
        planner.site_value = Value::from(Serde(&planner.site_view));
        // One navigation for each section, shared by the pages in it.
        let mut branches: Vec<Option<usize>> = (0..site.pages.len()).map(|index| planner.branch_of(index)).collect();
        branches.push(None);
        for branch in branches {
            let made = || Value::from(Serde(nav(site, branch, &planner.site_view.registers)));
            planner.navs.entry(branch).or_insert_with(made);
        }
        planner
    }

    /// The section whose navigation a page shows: itself, or the one that it is in.
    pub(super) fn branch_of(&self, index: usize) -> Option<usize> {
        let page = &self.site.pages[index];
        let branch = if page.children.is_empty() { page.parent } else { Some(index) };
        branch.filter(|branch| *branch != 0)
    }

    /// An output that a template shows; `of` is the section whose navigation it has, and its source.
    pub(super) fn html(
        &self,
        template: String,
        mut page: PageView,
        register: RegisterView,
        of: (Option<usize>, Option<Arc<str>>),
    ) -> Output {
        let (branch, source) = of;
        let linking = self.site.backlinks.get(&page.url).map_or(&[][..], Vec::as_slice);
        page.backlinks = linking.iter().take(BACKLINKS_MAX).map(|index| link_view(self.site, *index)).collect();
        page.backlinks_left = linking.len().saturating_sub(BACKLINKS_MAX);
        let view = HtmlView {
            template,
            root: address::root_of(&page.url),
            site: self.site_value.clone(),
            nav: self.navs.get(&branch).or_else(|| self.navs.get(&None)).cloned().unwrap_or_default(),
            register,
            page,
        };
        Output { path: address::output_path(&view.page.url), view: View::Html(Box::new(view)), source }
    }

    pub(super) fn word(&self, name: &str) -> String {
        self.theme.word(&self.site.config.language, name).to_owned()
    }

    /// A page of the register. Where the writer has a page at its address, that gives title and introduction.
    pub(super) fn register_page(&self, url: &str, kind: &'static str, title: String, register: RegisterView) -> Output {
        let own = match self.site.addresses.at(url) {
            Some(Known::Page(index)) => Some(*index),
            _ => None,
        };
        let page = match own {
            Some(index) => PageView { kind, ..page_view(self.site, index) },
            None => self.made_page(url, kind, title),
        };
        let document = own.and_then(|index| self.site.pages[index].document.as_ref());
        let register = match document {
            Some(document) => without_ids(register, &document.anchors),
            None => register,
        };
        let source = document.map(|document| document.path.clone());
        let branch = own.and_then(|index| self.branch_of(index));
        self.html(format!("{kind}.html"), page, register, (branch, source))
    }

    /// A page that the writer has not written.
    pub(super) fn made_page(&self, url: &str, kind: &'static str, title: String) -> PageView {
        let language = &self.site.config.language;
        PageView {
            url: url.to_owned(),
            kind,
            title,
            lang: language.clone(),
            dir: direction(language),
            crumbs: self.crumbs(url),
            ..PageView::default()
        }
    }

    /// The home page, and the register that a page belongs to.
    fn crumbs(&self, url: &str) -> Vec<LinkView> {
        let mut crumbs = vec![LinkView { title: self.site.title().to_owned(), ..link_view(self.site, 0) }];
        let above =
            self.site_view.registers.iter().filter(|register| url.starts_with(&register.url) && url != register.url);
        crumbs.extend(above.cloned());
        crumbs
    }

    fn summary(&self) -> RegisterView {
        RegisterView {
            statuses: self.board.statuses(&self.site.config.language),
            total: self.board.interventions.len(),
            focus_areas: self.board.focus_areas.clone(),
            ..RegisterView::default()
        }
    }

    /// The data files of a register.
    fn files(&self, name: &str) -> Vec<LinkView> {
        let forms = [(".csv", "CSV"), (".hxl.csv", "HXL CSV"), (".json", "JSON"), (".hxl.json", "HXL JSON")];
        let file = |(ending, title): (&str, &str)| link_to(&format!("data/{name}{ending}"), title);
        forms.into_iter().map(file).collect()
    }

    /// All pages of the register.
    fn registers(&self) -> Vec<Output> {
        let mut outputs = Vec::new();
        for kind in self.site.register.published(&self.site.config.vocabulary) {
            let code = self.site.config.vocabulary.code_of(kind);
            let title = register_title(self.site, self.theme, kind);
            // What changed is a feed and no table of data.
            let data = if kind == Kind::Updates { Vec::new() } else { self.files(code) };
            let register = RegisterView { data, ..self.overview(kind) };
            let template = match kind {
                Kind::Presence | Kind::Own(_) => "listing",
                kind => kind.as_str(),
            };
            let mut output = self.register_page(&format!("{code}/"), template, title.clone(), register);
            self.describe(&mut output, kind, &title);
            outputs.push(output);
            outputs.extend(self.subject_pages(kind));
        }
        outputs.extend(self.boards());
        outputs.extend(self.timelines());
        for shared in &self.site.register.shared {
            let subjects = self.site.register.subjects(shared.kind);
            let members = subjects.iter().filter(|subject| shared.members.contains(&subject.url));
            let names = members.map(|subject| self.subject_link(subject)).collect();
            let register = RegisterView { names, ..RegisterView::default() };
            outputs.push(self.register_page(&shared.url, "names", shared.name.clone(), register));
        }
        outputs
    }

    /// What the page of a whole register shows.
    fn overview(&self, kind: Kind) -> RegisterView {
        let site = self.site;
        match kind {
            Kind::Interventions => RegisterView {
                phases: self.board.phases(None),
                filters: self.board.filters(site, &Filters::new()),
                ..self.summary()
            },
            Kind::FocusAreas => RegisterView { matrix: self.board.matrix(site), ..self.summary() },
            Kind::Timeline => RegisterView {
                events: pages::events(site, |_| true),
                sections: self.timeline_sections(),
                ..RegisterView::default()
            },
            Kind::Actors => RegisterView { actors: pages::actors(site, &self.board), ..RegisterView::default() },
            Kind::Figures => RegisterView { figures: pages::figures(site), ..RegisterView::default() },
            Kind::Sources => RegisterView { sources: pages::all_sources(site), ..RegisterView::default() },
            Kind::Updates => RegisterView { updates: pages::updates(site), ..RegisterView::default() },
            Kind::Contested => RegisterView {
                contradictions: pages::contradictions(site, None),
                contested: pages::contested(site),
                ..RegisterView::default()
            },
            Kind::Glossary => RegisterView { terms: pages::terms(site), ..RegisterView::default() },
            Kind::Presence | Kind::Own(_) => {
                RegisterView { listing: Some(pages::listing(site, kind, None)), ..RegisterView::default() }
            }
        }
    }

    /// Adds to the page of a register what machines read of it.
    fn describe(&self, output: &mut Output, kind: Kind, title: &str) {
        let View::Html(view) = &mut output.view else { return };
        let all: Vec<usize> = (0..self.board.interventions.len()).collect();
        view.page.json_ld = match kind {
            Kind::Interventions => Some(json_ld::board(self.site, title, &all)),
            Kind::Timeline => Some(json_ld::timeline(title, &view.register.events)),
            Kind::Figures => Some(json_ld::figures(title, &view.register.figures)),
            Kind::Glossary => Some(json_ld::glossary(title, &view.register.terms)),
            Kind::Updates => None,
            kind => Some(json_ld::dataset(self.site, title, self.site.config.vocabulary.code_of(kind))),
        };
    }

    /// The pages of the subjects of a kind.
    fn subject_pages(&self, kind: Kind) -> Vec<Output> {
        if kind == Kind::Sources {
            return self.site.register.sources.iter().map(|source| self.source_page(source)).collect();
        }
        if !kind.has_pages() {
            return Vec::new();
        }
        let subjects = self.site.register.subjects(kind).iter().enumerate();
        subjects.map(|(at, subject)| self.subject_page(kind, at, subject)).collect()
    }

    fn subject_page(&self, kind: Kind, at: usize, subject: &Subject) -> Output {
        let site = self.site;
        let shared = |text: Field| RegisterView {
            statements: statements(site, subject, text),
            mentions: pages::mentions(site, kind, at),
            contradictions: pages::contradictions(site, Some(subject)),
            ..RegisterView::default()
        };
        let (template, register) = match kind {
            Kind::Interventions => {
                let view = Some(self.board.interventions[at].clone());
                let history = history::view(site, subject);
                ("intervention", RegisterView { intervention: view, history, ..shared(Field::Objective) })
            }
            Kind::FocusAreas => {
                let view = vec![self.board.focus_areas[at].clone()];
                ("focus-area", RegisterView { focus_areas: view, ..shared(Field::KeyActions) })
            }
            Kind::Actors => {
                let events = pages::events(site, |event| pages::names_actor(site, event, at));
                let actors = vec![pages::actor_view(site, &self.board, subject)];
                ("actor", RegisterView { actors, events, ..shared(Field::Role) })
            }
            _ => {
                let listing = Some(pages::listing(site, kind, Some(subject)));
                ("entry", RegisterView { listing, ..shared(Field::Notes) })
            }
        };
        let mut output = self.register_page(&subject.url, template, subject.name.clone(), register);
        if let (View::Html(view), Kind::Interventions) = (&mut output.view, kind) {
            view.page.json_ld = Some(json_ld::intervention(site, subject));
        }
        output
    }

    fn source_page(&self, source: &Source) -> Output {
        let register = RegisterView {
            sources: vec![pages::source_entry(self.site, source)],
            claims: pages::claims(self.site, source),
            ..RegisterView::default()
        };
        self.register_page(&source.url, "source", source.name.clone(), register)
    }

    /// A subject as a link that says which one of its name it is.
    fn subject_link(&self, subject: &Subject) -> LinkView {
        let language = &self.site.config.language;
        let places: Vec<String> = subject.places().iter().map(|place| place.name_in(language).to_owned()).collect();
        let lead = subject.text(Field::Actor).to_owned();
        let parts: Vec<String> = [places.join(", "), lead].into_iter().filter(|part| !part.is_empty()).collect();
        let description = (!parts.is_empty()).then(|| parts.join(" · "));
        LinkView { url: subject.url.clone(), title: subject.name.clone(), description }
    }

    /// A page for each filter of the board, and each combination that occurs.
    fn boards(&self) -> Vec<Output> {
        let page = |board: &Filtered| {
            let selection = selection(&self.board, board);
            let title = selection.join(" · ");
            let register = RegisterView {
                phases: self.board.phases(Some(&board.members)),
                filters: self.board.filters(self.site, &board.filters),
                selection,
                data: self.files(Kind::Interventions.as_str()),
                total: self.board.interventions.len(),
                ..RegisterView::default()
            };
            self.register_page(&board.url, "interventions", title, register)
        };
        self.site.boards.all().map(page).collect()
    }

    /// The sections that have a timeline of their own.
    fn timeline_sections(&self) -> Vec<LinkView> {
        let title = |section: &str| self.site.page_at(section).map_or(section.to_owned(), |page| page.title.clone());
        self.site.timelines.iter().map(|section| link_to(&section_timeline(section), &title(section))).collect()
    }

    fn timelines(&self) -> Vec<Output> {
        let page = |(section, link): (&String, LinkView)| {
            let events = pages::events(self.site, |event| pages::is_told_in(event, section));
            let register = RegisterView {
                events,
                sections: self.timeline_sections(),
                data: self.files(Kind::Timeline.as_str()),
                ..RegisterView::default()
            };
            self.register_page(&link.url, "timeline", link.title, register)
        };
        self.site.timelines.iter().zip(self.timeline_sections()).map(page).collect()
    }

    fn data(&self) -> Vec<Output> {
        let mut outputs = data::outputs(self.site, &self.sheets);
        if self.site_view.feed.is_some() {
            let mut updates = pages::updates(self.site);
            updates.truncate(FEED_MAX);
            let register = RegisterView { updates, ..RegisterView::default() };
            let page = self.made_page("status.xml", "updates", self.word("updates"));
            outputs.push(self.html("status.xml".to_owned(), page, register, (None, None)));
        }
        outputs
    }

    /// The page that a host shows where there is none. It is shown at any address, so its links count from the
    /// site's root on its host.
    fn missing(&self) -> Output {
        let page = self.made_page("404.html", "missing", self.word("missing"));
        let mut output = self.html("404.html".to_owned(), page, RegisterView::default(), (None, None));
        if let View::Html(view) = &mut output.view {
            view.root = format!("/{}", self.site.config.base_path());
        }
        output
    }
}
