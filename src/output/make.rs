//! Views: what each planned output is made from. Comes in: an output of the plan. Goes out: its [`View`], a plain value that
//! holds all that its bytes depend on besides the theme.

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Serde;

use super::board::selection;
use super::lists::pager;
use super::page::{body_views, link_view, nav, nav_items, page_view};
use super::parts::{link_to, statements};
use super::plan::{Plan, Recipe, register_title};
use super::script::{direction, font};
use super::search::SORTED_MIN;
use super::view::{BodyView, HtmlView, LinkView, NavItem, Navigation, PageView, RegisterView, View};
use super::{Output, data, glance, history, json_ld, map, pages};
use crate::address;
use crate::document::{Body, Document, Ids};
use crate::kept;
use crate::register::{Board as Filtered, Filters, PageId, Source, Subject, section_timeline};
use crate::site::Page;
use crate::vocabulary::{Field, Kind};

/// How many entries a feed has (domain knowledge: twenty, in 30 KB).
const FEED_MAX: usize = 20;

/// How many pages that link to it a page lists; the number of the others is said.
const BACKLINKS_MAX: usize = 40;

/// Where a writer's page introduces a register, the ids that its own rows have are theirs.
fn without_ids(mut register: RegisterView, taken: &Ids) -> RegisterView {
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

impl Plan {
    /// All that an output is made from.
    pub fn view(&self, output: &Output) -> View {
        let html = match &output.recipe {
            Recipe::Page(id) => self.page(*id),
            Recipe::Part(id, part) => self.part(*id, *part),
            Recipe::Onward(id, target) => self.way_on(&self.site.pages[*id].url, target, self.branch_of(*id)),
            Recipe::Redirect(at) => self.redirect(&self.site.redirects[*at]),
            Recipe::Register(kind) => self.register(*kind),
            Recipe::Subject(kind, at) => self.subject(*kind, *at),
            Recipe::Source(at) => self.source(&self.site.register.sources[*at]),
            Recipe::Board(at) => self.filtered(&self.site.boards.all()[*at]),
            Recipe::Timeline(at) => self.timeline(*at),
            Recipe::Names(at) => self.names(*at),
            Recipe::Taxonomy(filing) => self.taxonomy(&self.site.filings[*filing]),
            Recipe::Term(filing, term, part) => {
                let filing = &self.site.filings[*filing];
                self.term(filing, &filing.terms[*term], *part)
            }
            Recipe::Data(at, form) => return data::view(&self.site, self.sheet(*at), *form),
            Recipe::Package => {
                let sheets: Vec<_> = (0..self.sheets.len()).map(|at| self.sheet(at)).collect();
                return data::json_of(&data::package(&self.site, &sheets));
            }
            Recipe::Feed => self.feed(),
            Recipe::Missing => self.missing(),
            Recipe::NotKept => {
                let page = self.made_page(kept::PAGE, "missing", self.word("not_kept"));
                self.html("offline.html".to_owned(), page, RegisterView::default(), None)
            }
            Recipe::Search(part) => return self.search(*part),
            Recipe::Bytes(bytes) => return View::Bytes(bytes),
            Recipe::Copy(source) => return View::Copy(source.clone()),
            Recipe::Machine(machine) => return self.machine(*machine),
            Recipe::Picture(source, copy) => return View::Picture(source.clone(), *copy),
        };
        View::Html(Box::new(html))
    }

    /// The page of the writer's that an output shows or is introduced by.
    fn page_of(&self, output: &Output) -> Option<PageId> {
        self.site.addresses.page(self.site.addresses.of_source(output.source.as_ref()?)?)
    }

    /// What the writer wrote on an output.
    pub fn document_of(&self, output: &Output) -> Option<&Arc<Document>> {
        self.site.pages.get(self.page_of(output)?)?.document.as_ref()
    }

    /// All that an output is made from, with another reading of the text of its page where it shows that.
    pub fn view_with(&self, output: &Output, body: &Body) -> View {
        let mut view = self.view(output);
        if let (View::Html(view), Some(id)) = (&mut view, self.page_of(output)) {
            view.has_lines = true;
            let shows = |body: &BodyView| !body.pieces.is_empty();
            let (mut body, mut notes) = body_views(&self.site, id, body);
            self.show_pictures(id, [&mut body, &mut notes]);
            if shows(&view.page.body) {
                view.page.body = body;
            }
            if shows(&view.page.notes) {
                view.page.notes = notes;
            }
        }
        view
    }

    /// What a template shows; `branch` is the section whose navigation it has.
    pub(super) fn html(
        &self,
        template: String,
        mut page: PageView,
        register: RegisterView,
        branch: Option<PageId>,
    ) -> HtmlView {
        let linking = self.site.backlinks.get(&page.url).map_or(&[][..], Vec::as_slice);
        page.backlinks = linking.iter().take(BACKLINKS_MAX).map(|id| link_view(&self.site, *id)).collect();
        page.has_long_table |= register.longest() >= SORTED_MIN;
        page.backlinks_left = linking.len().saturating_sub(BACKLINKS_MAX);
        page.head = self.head(&page);
        page.json_ld = json_ld::with_trail(&self.site, &page);
        HtmlView {
            template,
            root: address::root_of(&page.url),
            here: page.url.clone(),
            has_lines: false,
            site: self.site_value.clone(),
            nav: self.nav(branch),
            register,
            page,
        }
    }

    /// The navigation of the pages in a section, made once.
    fn nav(&self, branch: Option<PageId>) -> Arc<Navigation> {
        let made = || {
            let section = branch.unwrap_or(PageId::HOME);
            let items = nav(&self.site, section, |section| self.nav_of(section), &self.site_view.registers);
            Arc::new(Navigation { items: Value::from(Serde(items)), ..Navigation::default() })
        };
        self.navs.get(&branch).map(|nav| nav.whole.get_or_init(made).clone()).unwrap_or_default()
    }

    /// What the navigation lists in a section, found once.
    fn nav_of(&self, section: PageId) -> Vec<NavItem> {
        let nav = self.navs.get(&Some(section).filter(|section| *section != PageId::HOME));
        let items = || nav_items(&self.site, section);
        nav.map_or_else(items, |nav| nav.own.get_or_init(items).clone())
    }

    /// A page of the writer's as templates see it.
    fn page_view(&self, id: PageId) -> PageView {
        let mut view = page_view(&self.site, id);
        self.show_pictures(id, [&mut view.body, &mut view.notes]);
        view
    }

    /// A page of the writer's. Where its list has several parts, it shows the first.
    fn page(&self, id: PageId) -> HtmlView {
        let page = &self.site.pages[id];
        let mut view = self.page_view(id);
        if let Some(list) = self.lists.get(&id) {
            let first = list.sections.iter().chain(list.pages.iter().take(list.size));
            view.children = first.map(|at| link_view(&self.site, *at)).collect();
            view.pager = pager(&list.urls, 0);
        }
        let template = self.template_of(page).unwrap_or_else(|| format!("{}.html", view.kind));
        let register = if view.kind == "home" { self.home() } else { glance::of_page(&self.site, id) };
        self.html(template, view, register, self.branch_of(id))
    }

    /// The template that a page asks for, where the theme has it.
    fn template_of(&self, page: &Page) -> Option<String> {
        page.template.clone().filter(|name| !self.site.config.is_peers() && self.theme.has_template(name))
    }

    pub(super) fn word(&self, name: &str) -> String {
        self.theme.word(&self.site.config.language, name).to_owned()
    }

    /// A page of the register. Where the writer has a page at its address, that gives title and introduction.
    pub(super) fn register_page(
        &self,
        url: &str,
        kind: &'static str,
        title: String,
        register: RegisterView,
    ) -> HtmlView {
        let own = self.site.addresses.page(url);
        let page = match own {
            Some(id) => PageView { kind, ..self.page_view(id) },
            None => self.made_page(url, kind, title),
        };
        let document = own.and_then(|id| self.site.pages[id].document.as_ref());
        let register = match document {
            Some(document) => without_ids(register, &document.anchors),
            None => register,
        };
        self.html(format!("{kind}.html"), page, register, own.and_then(|id| self.branch_of(id)))
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
            font: font(language),
            crumbs: self.crumbs(url),
            ..PageView::default()
        }
    }

    /// The home page, and the register that a page belongs to.
    fn crumbs(&self, url: &str) -> Vec<LinkView> {
        let mut crumbs = vec![LinkView { title: self.site.title().to_owned(), ..link_view(&self.site, PageId::HOME) }];
        let above =
            self.site_view.registers.iter().filter(|register| url.starts_with(&register.url) && url != register.url);
        crumbs.extend(above.cloned());
        crumbs
    }

    fn summary(&self) -> RegisterView {
        RegisterView {
            statuses: self.board().statuses(&self.site.config.language),
            total: self.board().interventions.len(),
            focus_areas: self.board().focus_areas.clone(),
            ..RegisterView::default()
        }
    }

    /// What the home page says of the whole site.
    fn home(&self) -> RegisterView {
        glance::of_site(&self.site, self.board(), self.summary())
    }

    /// The data files of a register.
    fn files(&self, name: &str) -> Vec<LinkView> {
        let forms = [(".csv", "CSV"), (".hxl.csv", "HXL CSV"), (".json", "JSON"), (".hxl.json", "HXL JSON")];
        let file = |(ending, title): (&str, &str)| link_to(&format!("data/{name}{ending}"), title);
        forms.into_iter().map(file).collect()
    }

    /// The page of a whole register.
    fn register(&self, kind: Kind) -> HtmlView {
        let code = self.site.config.vocabulary.code_of(kind);
        let title = register_title(&self.site, &self.theme, kind);
        // What changed is a feed and no table of data.
        let data = if kind == Kind::Updates { Vec::new() } else { self.files(code) };
        let register = RegisterView { data, ..self.overview(kind) };
        let template = match kind {
            Kind::Presence | Kind::Own(_) => "listing",
            kind => kind.as_str(),
        };
        let mut view = self.register_page(&format!("{code}/"), template, title.clone(), register);
        view.page.json_ld = self.described(kind, &title, &view.register);
        view
    }

    /// What the page of a whole register shows.
    fn overview(&self, kind: Kind) -> RegisterView {
        let site = &self.site;
        match kind {
            Kind::Interventions => RegisterView {
                phases: self.board().phases(None),
                shares: glance::shares(self.board().statuses_of_all()),
                map: self.board().map(site),
                filters: self.board().filters(site, &Filters::new()),
                ..self.summary()
            },
            Kind::FocusAreas => RegisterView { matrix: self.board().matrix(site), ..self.summary() },
            Kind::Timeline => RegisterView {
                years: glance::years(site, |_| true),
                events: pages::events(site, |_| true),
                sections: self.timeline_sections(),
                ..RegisterView::default()
            },
            Kind::Actors => RegisterView { actors: pages::actors(site, self.board()), ..RegisterView::default() },
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
                let map = if kind == Kind::Presence { map::of_presence(site).map(Arc::new) } else { None };
                RegisterView { map, listing: Some(pages::listing(site, kind, None)), ..RegisterView::default() }
            }
        }
    }

    /// What machines read of the page of a register.
    fn described(&self, kind: Kind, title: &str, register: &RegisterView) -> Option<String> {
        let site = &self.site;
        let list = match kind {
            Kind::Interventions => {
                let all: Vec<usize> = (0..self.board().interventions.len()).collect();
                Some(json_ld::board(site, title, &all))
            }
            Kind::Timeline => Some(json_ld::timeline(title, &register.events)),
            Kind::Figures => Some(json_ld::figures(title, &register.figures)),
            Kind::Glossary => Some(json_ld::glossary(title, &register.terms)),
            Kind::Updates => return None,
            _ => None,
        };
        let data = json_ld::dataset(site, title, site.config.vocabulary.code_of(kind));
        json_ld::joined(&list.into_iter().chain([data]).collect::<Vec<_>>())
    }

    fn subject(&self, kind: Kind, at: usize) -> HtmlView {
        let site = &self.site;
        let subject = &site.register.subjects(kind)[at];
        let shared = |text: Field| RegisterView {
            statements: statements(site, subject, text),
            mentions: pages::mentions(site, kind, at),
            contradictions: pages::contradictions(site, Some(subject)),
            ..RegisterView::default()
        };
        let (template, register) = match kind {
            Kind::Interventions => {
                let view = Some(self.board().interventions[at].clone());
                let history = history::view(site, subject);
                ("intervention", RegisterView { intervention: view, history, ..shared(Field::Objective) })
            }
            Kind::FocusAreas => {
                let view = vec![self.board().focus_areas[at].clone()];
                ("focus-area", RegisterView { focus_areas: view, ..shared(Field::KeyActions) })
            }
            Kind::Actors => {
                let events = pages::events_of(site, at);
                let actors = vec![pages::actor_view(site, self.board(), subject)];
                ("actor", RegisterView { actors, events, ..shared(Field::Role) })
            }
            _ => {
                let listing = Some(pages::listing(site, kind, Some(subject)));
                ("entry", RegisterView { listing, ..shared(Field::Notes) })
            }
        };
        let mut view = self.register_page(&subject.url, template, subject.name.clone(), register);
        if kind == Kind::Interventions {
            view.page.json_ld = Some(json_ld::intervention(site, subject));
        }
        view
    }

    fn source(&self, source: &Source) -> HtmlView {
        let register = RegisterView {
            sources: vec![pages::source_entry(&self.site, source)],
            claims: pages::claims(&self.site, source),
            ..RegisterView::default()
        };
        self.register_page(&source.url, "source", source.name.clone(), register)
    }

    /// The subjects that share a name.
    fn names(&self, at: usize) -> HtmlView {
        let shared = &self.site.register.shared[at];
        let subjects = self.site.register.subjects(shared.kind);
        let members = subjects.iter().filter(|subject| shared.members.contains(&subject.url));
        let names = members.map(|subject| self.subject_link(subject)).collect();
        let register = RegisterView { names, ..RegisterView::default() };
        self.register_page(&shared.url, "names", shared.name.clone(), register)
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

    /// A board with filters.
    fn filtered(&self, filtered: &Filtered) -> HtmlView {
        let board = self.board();
        let selection = selection(board, filtered);
        let title = selection.join(" · ");
        let register = RegisterView {
            shares: glance::shares(
                filtered.members.iter().filter_map(|at| Some(&board.interventions.get(*at)?.status)),
            ),
            phases: board.phases(Some(&filtered.members)),
            filters: board.filters(&self.site, &filtered.filters),
            selection,
            data: self.files(Kind::Interventions.as_str()),
            total: board.interventions.len(),
            ..RegisterView::default()
        };
        self.register_page(&filtered.url, "interventions", title, register)
    }

    /// The sections that have a timeline of their own.
    fn timeline_sections(&self) -> Vec<LinkView> {
        let title = |section: &str| self.site.page_at(section).map_or(section.to_owned(), |page| page.title.clone());
        self.site.timelines.iter().map(|section| link_to(&section_timeline(section), &title(section))).collect()
    }

    fn timeline(&self, at: usize) -> HtmlView {
        let section = &self.site.timelines[at];
        let sections = self.timeline_sections();
        let title = sections[at].title.clone();
        let register = RegisterView {
            years: glance::years(&self.site, |event| pages::is_told_in(event, section)),
            events: pages::events(&self.site, |event| pages::is_told_in(event, section)),
            sections,
            data: self.files(Kind::Timeline.as_str()),
            ..RegisterView::default()
        };
        self.register_page(&section_timeline(section), "timeline", title, register)
    }

    fn feed(&self) -> HtmlView {
        let mut updates = pages::updates(&self.site);
        updates.truncate(FEED_MAX);
        let register = RegisterView { updates, ..RegisterView::default() };
        let page = self.made_page("status.xml", "updates", self.word("updates"));
        self.html("status.xml".to_owned(), page, register, None)
    }

    /// The page that a host shows where there is none. It is shown at any address, so its links count from the
    /// site's root on its host.
    fn missing(&self) -> HtmlView {
        let page = self.made_page("404.html", "missing", self.word("missing"));
        let root = format!("/{}", self.site.config.base_path());
        HtmlView { here: root.clone(), root, ..self.html("404.html".to_owned(), page, RegisterView::default(), None) }
    }
}
