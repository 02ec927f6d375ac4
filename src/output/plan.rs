//! The plan: every output of a site with its view. Comes in: the site and the theme's own files.
//! Goes out: outputs sorted by path.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Serde;

use super::board::{Board, has_status, mark, statements};
use super::page::{direction, link_view, nav, page_view};
use super::view::{HtmlView, LinkView, PageView, RegisterView, SiteView, View};
use super::{Output, data};
use crate::address;
use crate::document::Kind;
use crate::site::{Known, Site};
use crate::theme::{Theme, ThemeFile};
use crate::vocabulary::{Field, status};

/// Plans every output.
pub fn plan(site: &Site, theme: &Theme) -> Vec<Output> {
    let planner = Planner::new(site, theme);
    let mut outputs: Vec<Output> = Vec::new();
    let registers = planner.registers();
    let register_paths: BTreeSet<String> = registers.iter().map(|output| output.path.clone()).collect();
    for (index, page) in site.pages.iter().enumerate() {
        if register_paths.contains(&address::output_path(&page.url)) {
            continue; // it introduces a page of the register
        }
        let template = page.document.as_ref().and_then(|document| document.front.template.clone());
        let view = page_view(site, index);
        let template = template.unwrap_or_else(|| format!("{}.html", view.kind));
        let source = page.document.as_ref().map(|document| document.path.clone());
        let register = if view.kind == "home" { planner.summary() } else { RegisterView::default() };
        let branch = planner.branch_of(index);
        outputs.push(planner.html(template, view, register, (branch, source)));
    }
    outputs.extend(registers);
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
    outputs
}

struct Planner<'a> {
    site: &'a Site,
    theme: &'a Theme,
    site_view: SiteView,
    site_value: Value,
    navs: BTreeMap<Option<usize>, Value>,
    board: Board,
}

impl<'a> Planner<'a> {
    fn new(site: &'a Site, theme: &'a Theme) -> Planner<'a> {
        let word = |name: &str| theme.word(&site.config.language, name).to_owned();
        let mut registers = Vec::new();
        let own = |url: &str, word: String| {
            let page = site.page_at(url);
            let title = page.map_or(word, |page| page.title.clone());
            LinkView {
                url: url.to_owned(),
                title,
                description: page.and_then(|page| page.description()).map(str::to_owned),
            }
        };
        if !site.register.interventions.is_empty() {
            registers.push(own("interventions/", word("interventions")));
        }
        if !site.register.focus_areas.is_empty() {
            registers.push(own("focus-areas/", word("focus_areas")));
        }
        let mut planner = Planner {
            site,
            theme,
            site_value: Value::UNDEFINED,
            site_view: SiteView {
                title: site.title().to_owned(),
                description: site.config.description.clone().or_else(|| site.home().description().map(str::to_owned)),
                language: site.config.language.clone(),
                base_url: site.config.base_url.clone(),
                registers,
                extra: site.config.extra.clone(),
            },
            navs: BTreeMap::new(),
            board: Board::new(site),
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
    fn branch_of(&self, index: usize) -> Option<usize> {
        let page = &self.site.pages[index];
        let branch = if page.children.is_empty() { page.parent } else { Some(index) };
        branch.filter(|branch| *branch != 0)
    }

    fn html(
        &self,
        template: String,
        page: PageView,
        register: RegisterView,
        of: (Option<usize>, Option<Arc<str>>),
    ) -> Output {
        let (branch, source) = of;
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

    fn word(&self, name: &str) -> String {
        self.theme.word(&self.site.config.language, name).to_owned()
    }

    /// A page of the register. Where the writer has a page at its address, that gives title and introduction.
    fn register_page(&self, url: &str, kind: &'static str, title: String, register: RegisterView) -> Output {
        let own = match self.site.addresses.at(url) {
            Some(Known::Page(index)) => Some(*index),
            _ => None,
        };
        let page = match own {
            Some(index) => PageView { kind, ..page_view(self.site, index) },
            None => self.made_page(url, kind, title),
        };
        let source = own.and_then(|index| Some(self.site.pages[index].document.as_ref()?.path.clone()));
        let branch = own.and_then(|index| self.branch_of(index));
        self.html(format!("{kind}.html"), page, register, (branch, source))
    }

    /// A page that the writer has not written.
    fn made_page(&self, url: &str, kind: &'static str, title: String) -> PageView {
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

    /// All pages of the register.
    fn registers(&self) -> Vec<Output> {
        let mut outputs = Vec::new();
        if !self.board.interventions.is_empty() {
            let register = RegisterView {
                phases: self.board.phases(|_| true),
                data: Some("data/interventions.csv".to_owned()),
                ..self.summary()
            };
            outputs.push(self.register_page("interventions/", "interventions", self.word("interventions"), register));
            outputs.extend(self.status_pages());
        }
        let register = &self.site.register;
        for (view, intervention) in self.board.interventions.iter().zip(&register.interventions) {
            let statements = statements(self.site, &intervention.subject, Field::Objective);
            let register = RegisterView { intervention: Some(view.clone()), statements, ..RegisterView::default() };
            outputs.push(self.register_page(&view.url, "intervention", view.name.clone(), register));
        }
        if !self.board.focus_areas.is_empty() {
            let register = RegisterView { data: Some("data/focus-areas.csv".to_owned()), ..self.summary() };
            outputs.push(self.register_page("focus-areas/", "focus-areas", self.word("focus_areas"), register));
        }
        for (view, area) in self.board.focus_areas.iter().zip(&register.focus_areas) {
            let statements = statements(self.site, &area.subject, Field::KeyActions);
            let register = RegisterView { focus_areas: vec![view.clone()], statements, ..RegisterView::default() };
            outputs.push(self.register_page(&view.url, "focus-area", view.name.clone(), register));
        }
        for shared in &self.site.register.shared {
            let of_kind = |at: &usize| match shared.kind {
                Kind::Interventions => self.subject_link(&self.site.register.interventions[*at].subject),
                Kind::FocusAreas => self.subject_link(&self.site.register.focus_areas[*at].subject),
            };
            let register =
                RegisterView { names: shared.members.iter().map(of_kind).collect(), ..RegisterView::default() };
            outputs.push(self.register_page(&shared.url, "names", shared.name.clone(), register));
        }
        outputs
    }

    /// A subject as a link that says which one of its name it is.
    fn subject_link(&self, subject: &crate::register::Subject) -> LinkView {
        let lead = subject.text(Field::Actor);
        let parts: Vec<&str> = subject.country().into_iter().chain([lead]).filter(|part| !part.is_empty()).collect();
        let description = (!parts.is_empty()).then(|| parts.join(" · "));
        LinkView { url: subject.url.clone(), title: subject.name.clone(), description }
    }

    /// A page for each status that occurs.
    fn status_pages(&self) -> Vec<Output> {
        let language = &self.site.config.language;
        let statuses = self.board.statuses(language);
        let page = |counted: &super::view::StatusCountView| {
            let status = status::by_code(counted.status.code);
            let register = RegisterView {
                phases: self.board.phases(|view| has_status(view, counted.status.code)),
                status: Some(mark(status, status.label.in_language(language).to_owned())),
                data: Some("data/interventions.csv".to_owned()),
                ..self.summary()
            };
            self.register_page(&counted.status.url, "interventions", counted.status.label.clone(), register)
        };
        statuses.iter().map(page).collect()
    }

    fn data(&self) -> Vec<Output> {
        let csv = |path: &str, view| Output { path: path.to_owned(), view: View::Csv(view), source: None };
        let mut outputs = Vec::new();
        if !self.board.interventions.is_empty() {
            outputs.push(csv("data/interventions.csv", data::interventions(self.site)));
        }
        if !self.board.focus_areas.is_empty() {
            outputs.push(csv("data/focus-areas.csv", data::focus_areas(self.site)));
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
