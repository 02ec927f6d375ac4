//! Views: each is all that one output is made from, a plain value. Comes in: nothing. Goes out: the types that
//! `plan` fills and templates see; a template that names something else gets an error.

use std::sync::Arc;

use minijinja::Value;
use serde::Serialize;
use serde::ser::Serializer;

use crate::document::Heading;
use crate::settings::Entry;
use crate::vocabulary::Date;

/// What one output is made from.
#[derive(Debug)]
pub enum View {
    /// A page that a template shows.
    Html(Box<HtmlView>),
    /// A table of open data.
    Csv(CsvView),
    /// Bytes of the theme in the program.
    Bytes(&'static [u8]),
    /// A copy of the site's file at this source path.
    Copy(Arc<str>),
}

/// A page as its template sees it.
#[derive(Debug)]
pub struct HtmlView {
    /// The template, such as `page.html`.
    pub template: String,
    /// The way from the page up to the site's root, such as `../../`.
    pub root: String,
    /// The site: a [`SiteView`], made once and shared by all pages.
    pub site: Value,
    /// The tree of pages as this page shows it: a list of [`NavItem`], made once and shared by the pages of a section.
    pub nav: Value,
    /// The page.
    pub page: PageView,
    /// What a page of the register shows besides.
    pub register: RegisterView,
}

/// The site as every page shows it.
#[derive(Debug, Serialize)]
pub struct SiteView {
    /// Its name.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// Its language (BCP 47).
    pub language: String,
    /// Where it will be published, ending in `/`.
    pub base_url: Option<String>,
    /// The registers that it has.
    pub registers: Vec<LinkView>,
    /// The writer's own values from `brink.toml`.
    #[serde(serialize_with = "crate::settings::plain")]
    pub extra: Vec<Entry>,
}

/// A link within the site; templates write its address with the filter `link`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkView {
    /// The URL within the site.
    pub url: String,
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub description: Option<String>,
}

/// An entry of the navigation.
#[derive(Debug, Serialize)]
pub struct NavItem {
    /// The URL within the site.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What is in it, where the page that shows it is in it too.
    pub children: Vec<NavItem>,
    /// Whether it stands for all the pages that are not listed; its title is then their number.
    pub is_more: bool,
}

/// What every page has.
#[derive(Debug, Default, Serialize)]
pub struct PageView {
    /// Its URL within the site.
    pub url: String,
    /// Its kind: `home`, `section`, `page`, `interventions`, `intervention`, `focus-areas`, `focus-area`, `names`, `missing`.
    pub kind: &'static str,
    /// Its title; a register's is empty where the theme names it.
    pub title: String,
    /// Its bottom line.
    pub description: Option<String>,
    /// Its language (BCP 47).
    pub lang: String,
    /// The direction of its script, `ltr` or `rtl`.
    pub dir: &'static str,
    /// The sections above it, the home page first.
    pub crumbs: Vec<LinkView>,
    /// Its headings of levels 2 and 3.
    pub headings: Vec<Heading>,
    /// Its text.
    pub body: BodyView,
    /// Its footnotes.
    pub notes: BodyView,
    /// Whether it has highlighted code.
    pub has_code: bool,
    /// The page before it in its part of the site.
    pub previous: Option<LinkView>,
    /// The page after it.
    pub next: Option<LinkView>,
    /// What is directly in it.
    pub children: Vec<LinkView>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// When it was published.
    pub date: Option<DateView>,
    /// When it was changed.
    pub updated: Option<DateView>,
    /// At what date its statements hold.
    pub as_of: Option<DateView>,
    /// Whether it has statements in recognised tables that carry no date.
    pub has_undated: bool,
    /// Whether it is a draft, shown all the same.
    pub is_draft: bool,
    /// The writer's own values from its front matter.
    #[serde(serialize_with = "crate::settings::plain")]
    pub extra: Vec<Entry>,
}

/// HTML with the words of the interface still to be put in.
#[derive(Debug, Default)]
pub struct BodyView {
    /// The pieces, in order.
    pub pieces: Vec<Piece>,
}

/// A piece of a body.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// HTML.
    Html(String),
    /// A word of the interface, by its name in the theme's strings.
    Word(&'static str),
}

impl Serialize for BodyView {
    /// Templates get `body` and `notes` as finished HTML, from [`render`](super::render()); here is only whether there are any.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(!self.pieces.is_empty())
    }
}

/// What pages of the register show.
#[derive(Debug, Default, Serialize)]
pub struct RegisterView {
    /// The interventions of a board, by phase.
    pub phases: Vec<PhaseView>,
    /// The statuses that the site's interventions have, each with its page.
    pub statuses: Vec<StatusCountView>,
    /// The one status that a filter page shows.
    pub status: Option<MarkView>,
    /// How many interventions the site has.
    pub total: usize,
    /// The intervention of an intervention's page.
    pub intervention: Option<Arc<InterventionView>>,
    /// The focus areas of their overview, or the one of its page.
    pub focus_areas: Vec<FocusAreaView>,
    /// Everything that is stated of the one intervention or focus area.
    pub statements: Vec<StatementView>,
    /// The subjects that share a name.
    pub names: Vec<LinkView>,
    /// The data file that holds the same, as a URL within the site.
    pub data: Option<String>,
}

/// A status as word, sign and code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MarkView {
    /// The code, such as `winding-down`.
    pub code: &'static str,
    /// The phase.
    pub phase: &'static str,
    /// The sign.
    pub mark: &'static str,
    /// The writer's word, else the vocabulary's.
    pub label: String,
    /// The page that lists the interventions with this status.
    pub url: String,
}

/// How many interventions have a status.
#[derive(Debug, Clone, Serialize)]
pub struct StatusCountView {
    /// The status.
    pub status: MarkView,
    /// How many.
    pub count: usize,
}

/// A phase of a board.
#[derive(Debug, Clone, Serialize)]
pub struct PhaseView {
    /// Its code.
    pub phase: &'static str,
    /// Its interventions.
    pub interventions: Vec<Arc<InterventionView>>,
}

/// A date in the words of the page's language.
#[derive(Debug, Clone, Serialize)]
pub struct DateView {
    /// In words.
    pub text: String,
    /// ISO 8601, where it is a single date.
    pub datetime: Option<String>,
}

impl DateView {
    /// A date as pages in `language` show it.
    pub fn new(date: &Date, language: &str) -> DateView {
        DateView { text: date.in_words(language), datetime: date.datetime() }
    }
}

/// An intervention.
#[derive(Debug, Serialize)]
pub struct InterventionView {
    /// Its page.
    pub url: String,
    /// Its name.
    pub name: String,
    /// Its status now.
    pub status: MarkView,
    /// The statuses that equally new statements give instead.
    pub other_statuses: Vec<MarkView>,
    /// Its objective.
    pub objective: String,
    /// At what date its status holds.
    pub as_of: Option<DateView>,
    /// Its other facts: the name of each in the theme's strings, and its text.
    pub facts: Vec<(&'static str, String)>,
    /// The focus areas that it serves.
    pub focus_areas: Vec<LinkView>,
}

/// A focus area.
#[derive(Debug, Clone, Serialize)]
pub struct FocusAreaView {
    /// Its page.
    pub url: String,
    /// Its name.
    pub name: String,
    /// What should be done.
    pub key_actions: String,
    /// The interventions that serve it.
    pub interventions: Vec<Arc<InterventionView>>,
}

/// A statement with its date and source.
#[derive(Debug, Clone, Serialize)]
pub struct StatementView {
    /// What it says: the steps of a status, the last one now.
    pub steps: Vec<StepView>,
    /// The whole status cell, where it says more than a status and its date.
    pub words: Option<String>,
    /// What it says: the objective or the key actions.
    pub text: String,
    /// At what date it holds.
    pub as_of: Option<DateView>,
    /// Its source.
    pub source: Option<SourceView>,
    /// The row on the writer's page.
    pub page: LinkView,
}

/// A step of a status history.
#[derive(Debug, Clone, Serialize)]
pub struct StepView {
    /// The status.
    pub status: MarkView,
    /// Its date.
    pub date: Option<DateView>,
    /// Until when it is to hold.
    pub until: Option<DateView>,
    /// Whether the writer calls it uncertain.
    pub uncertain: bool,
    /// Whether the writer calls it disputed.
    pub disputed: bool,
}

/// A source.
#[derive(Debug, Clone, Serialize)]
pub struct SourceView {
    /// Its text.
    pub text: String,
    /// Its address within the site, or empty.
    pub url: Option<String>,
    /// Its address elsewhere.
    pub outside: Option<String>,
}

/// A table of open data.
#[derive(Debug, PartialEq, Eq)]
pub struct CsvView {
    /// The names of its columns.
    pub columns: &'static [&'static str],
    /// Its rows, each as long as `columns`.
    pub rows: Vec<Vec<String>>,
}
