//! Views: each is all that one output is made from, a plain value. Comes in: nothing. Goes out: the types that
//! `plan` fills and templates see; a template that names something else gets an error.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use minijinja::Value;
use serde::Serialize;
use serde::ser::Serializer;

use super::machines::{CardView, HeadView, TwinView};
pub use super::map::{MapLabelView, MapPhaseView, MapPlaceView, MapView};
use crate::colour::Accent;
use crate::document::Heading;
use crate::picture::shown;
use crate::settings::Entry;
use crate::vocabulary::Date;

/// What one output is made from.
#[derive(Debug)]
pub enum View {
    /// A page that a template shows.
    Html(Box<HtmlView>),
    /// A table of open data.
    Csv(CsvView),
    /// Open data in another form, as it is published.
    Data(Vec<u8>),
    /// Bytes of the theme in the program.
    Bytes(&'static [u8]),
    /// A copy of the site's file at this source path.
    Copy(Arc<str>),
    /// The Markdown of a page, from its source.
    Twin(Box<TwinView>),
    /// A drawn card.
    Card(Box<CardView>),
    /// The sums of all other outputs, which only whoever has them all can make.
    Sums,
    /// A smaller copy of the picture at this source path.
    Picture(Arc<str>, shown::Copy),
}

/// A page as its template sees it.
#[derive(Debug)]
pub struct HtmlView {
    /// The template, such as `page.html`.
    pub template: String,
    /// The way from the page up to the site's root, such as `../../`.
    pub root: String,
    /// From where its links count: its URL, or the site's root on its host, with a slash before it.
    pub here: String,
    /// Whether blocks say on which lines of their source they stand, for the preview.
    pub has_lines: bool,
    /// The site: a [`SiteView`], made once and shared by all pages.
    pub site: Value,
    /// The tree of pages as this page shows it, made once and shared by the pages of a section.
    pub nav: Arc<Navigation>,
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
    /// Its open data: the files with the name of what each holds (`Interventions (CSV)`), and the description of them all.
    pub data: Vec<LinkView>,
    /// The feed of changes, where there are any.
    pub feed: Option<FeedView>,
    /// The colour of links and marks, where it is not the theme's.
    pub accent: Option<Accent>,
    /// Whether it can be searched.
    pub has_search: bool,
    /// Whether browsers keep the pages that were read.
    pub is_kept: bool,
    /// The writer's own values from `brink.toml`.
    #[serde(serialize_with = "crate::settings::plain")]
    pub extra: Vec<Entry>,
}

/// A feed of the site.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeedView {
    /// The URL within the site.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its name that stays (RFC 4287, section 4.2.6).
    pub id: String,
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

/// The navigation that the pages of a section have in common.
#[derive(Debug, Default)]
pub struct Navigation {
    /// A list of [`NavItem`].
    pub items: Value,
    /// Its HTML by language and by where its links count from, once a page was rendered that has it; the same for all of them
    /// but for the mark of the page itself.
    pub(super) rendered: Mutex<BTreeMap<(String, String), Arc<str>>>,
}

/// An entry of the navigation.
#[derive(Debug, Clone, Serialize)]
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
    /// Its kind: `home`, `section`, `page`, `names`, `missing`, or that of a page of the register: `interventions`,
    /// `intervention`, `focus-areas`, `focus-area`, `actors`, `actor`, `timeline`, `figures`, `sources`, `source`, `updates`,
    /// `contested`, `glossary`, `listing`, `entry`.
    pub kind: &'static str,
    /// Its title; a register's is empty where the theme names it.
    pub title: String,
    /// The fragment that leads to its title, where that is a heading of its text.
    pub title_id: Option<String>,
    /// Its bottom line.
    pub description: Option<String>,
    /// Its language (BCP 47).
    pub lang: String,
    /// The direction of its script, `ltr` or `rtl`.
    pub dir: &'static str,
    /// The font of its script, where phones may lack one: the name of the file without its ending.
    pub font: Option<&'static str>,
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
    /// Whether it has a table that is worth sorting.
    pub has_long_table: bool,
    /// The page before it in its part of the site.
    pub previous: Option<LinkView>,
    /// The page after it.
    pub next: Option<LinkView>,
    /// What is directly in it; where its list has several parts, the pages of this part.
    pub children: Vec<LinkView>,
    /// Which part of a list it shows, where that has several.
    pub pager: Option<PagerView>,
    /// The terms under which it is filed, by taxonomy.
    pub filed: Vec<FiledView>,
    /// The terms of the taxonomy that it lists.
    pub terms: Vec<TermLinkView>,
    /// The pages that link to it, the first of them in reading order.
    pub backlinks: Vec<LinkView>,
    /// How many others do.
    pub backlinks_left: usize,
    /// Where it leads, where that is all it does: a link that is ready to be used.
    pub redirect: Option<String>,
    /// What lists say of it where it has no description.
    pub summary: Option<String>,
    /// How many words it has, code aside.
    pub word_count: usize,
    /// In how many minutes it is read, at 200 words a minute.
    pub reading_time: usize,
    /// Words that it should be found by.
    pub keywords: Vec<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// When it was published.
    pub date: Option<DateView>,
    /// When it was changed.
    pub updated: Option<DateView>,
    /// At what date its statements hold.
    pub as_of: Option<DateView>,
    /// By when it should be looked at again: as its front matter says, else when the first of its statements grows old.
    pub review_by: Option<DateView>,
    /// Whether that day is past.
    pub is_stale: bool,
    /// In which direction the situation goes: `worse`, `same` or `better`.
    pub trend: Option<&'static str>,
    /// What its head tells machines besides.
    pub head: HeadView,
    /// What it is, for machines: JSON-LD (schema.org), ready to stand in a `script`.
    pub json_ld: Option<String>,
    /// Whether it has statements in recognised tables that carry no date.
    pub has_undated: bool,
    /// Whether it is a draft, or not published for another reason, and shown all the same.
    pub is_draft: bool,
    /// The day for which it waits, where it is shown before it.
    pub waits_until: Option<DateView>,
    /// The day on which it expired, where it is shown all the same.
    pub expired_on: Option<DateView>,
    /// The writer's own values from its front matter.
    #[serde(serialize_with = "crate::settings::plain")]
    pub extra: Vec<Entry>,
}

/// A part of a long list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PagerView {
    /// Which one, from 1.
    pub number: usize,
    /// How many there are.
    pub total: usize,
    /// The one before it, by its URL.
    pub previous: Option<String>,
    /// The one after it, by its URL.
    pub next: Option<String>,
}

/// The terms of one taxonomy under which a page is filed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FiledView {
    /// The taxonomy.
    pub taxonomy: LinkView,
    /// The terms.
    pub terms: Vec<LinkView>,
}

/// A term with the number of its pages.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TermLinkView {
    /// The URL within the site.
    pub url: String,
    /// The term.
    pub title: String,
    /// How many pages are filed under it.
    pub pages: usize,
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

/// What pages of the register show. Each page fills in what its template needs and leaves the rest empty.
#[derive(Debug, Default, Serialize)]
pub struct RegisterView {
    /// The interventions of a board, by phase.
    pub phases: Vec<PhaseView>,
    /// The parts that the phases have among the interventions of the page, to be drawn.
    pub shares: Vec<ShareView>,
    /// Where they are, or who is where, on a map.
    pub map: Option<Arc<MapView>>,
    /// The statuses that the site's interventions have, each with its page.
    pub statuses: Vec<StatusCountView>,
    /// The ways to narrow a board, one list for each dimension that has a choice.
    pub filters: Vec<FilterView>,
    /// What a filtered board shows, in words: "Withdrawing", "Mali".
    pub selection: Vec<String>,
    /// How many interventions the site has.
    pub total: usize,
    /// The intervention of an intervention's page.
    pub intervention: Option<Arc<InterventionView>>,
    /// The drawn history of its status.
    pub history: Option<HistoryView>,
    /// The focus areas of their overview, or the one of its page.
    pub focus_areas: Vec<FocusAreaView>,
    /// Interventions against focus areas.
    pub matrix: Option<MatrixView>,
    /// The actors of their overview, or the one of its page.
    pub actors: Vec<ActorView>,
    /// The events of a timeline, the oldest first.
    pub events: Vec<EventView>,
    /// How many events each year of a timeline has, to be drawn.
    pub years: Vec<YearView>,
    /// The sections that have a timeline of their own.
    pub sections: Vec<LinkView>,
    /// The key figures.
    pub figures: Vec<FigureView>,
    /// The sources of their overview, or the one of its page.
    pub sources: Vec<SourceEntryView>,
    /// What rests on the one source.
    pub claims: Vec<ClaimView>,
    /// What changed, the newest first.
    pub updates: Vec<UpdateView>,
    /// Where sources disagree.
    pub contradictions: Vec<ContradictionView>,
    /// In how many points sources disagree or claims are contested, where the page says only that.
    pub contested_count: usize,
    /// What is contested, by the writer's own tables.
    pub contested: Vec<ContestedView>,
    /// The glossary.
    pub terms: Vec<TermView>,
    /// The rows of a kind of table that has no page of its own design.
    pub listing: Option<ListingView>,
    /// Everything that is stated of the one intervention, focus area or actor.
    pub statements: Vec<StatementView>,
    /// The pages that name the one intervention or actor.
    pub mentions: Vec<LinkView>,
    /// The subjects that share a name.
    pub names: Vec<LinkView>,
    /// The data files that hold the same: their names (`CSV`) with their URLs within the site.
    pub data: Vec<LinkView>,
    /// What the page that searches has, and the pages of its alphabetical list.
    pub search: Option<SearchView>,
}

/// The page that searches, or a page of the alphabetical list of all that it finds.
#[derive(Debug, Default, Serialize)]
pub struct SearchView {
    /// Whether it searches; else it is a page of the list.
    pub has_form: bool,
    /// The kinds of things that can be found: code and title.
    pub kinds: Vec<ChoiceView>,
    /// The countries that they are in.
    pub countries: Vec<ChoiceView>,
    /// The statuses that they have.
    pub statuses: Vec<ChoiceView>,
    /// The letters of the list, each with its page or place; `is_current` where the page is on it.
    pub letters: Vec<LetterView>,
    /// What the page lists, by letter.
    pub groups: Vec<GroupView>,
}

/// A choice of a filter of the search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChoiceView {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub title: String,
}

/// A letter of an alphabetical list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LetterView {
    /// The letter.
    pub title: String,
    /// The URL within the site of its page, or of its place on the page that searches.
    pub url: String,
    /// Whether the page lists it.
    pub is_current: bool,
}

/// The names under one letter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupView {
    /// The letter.
    pub title: String,
    /// The fragment that leads to it.
    pub id: String,
    /// Each name with what it leads to.
    pub names: Vec<NameView>,
}

/// A name in an alphabetical list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NameView {
    /// The name.
    pub name: String,
    /// The URL within the site.
    pub url: String,
    /// What it is a name of, where that is called otherwise.
    pub of: Option<String>,
    /// What kind of thing it leads to; none for pages.
    pub kind: Option<String>,
}

impl RegisterView {
    /// How many rows its longest table or board has.
    pub fn longest(&self) -> usize {
        let lengths = [
            self.listing.as_ref().map_or(0, |listing| listing.rows.len()),
            self.matrix.as_ref().map_or(0, |matrix| matrix.rows.len()),
            self.actors.first().map_or(0, |actor| actor.presence.len()),
            self.phases.iter().map(|phase| phase.interventions.len()).sum(),
            self.statements.len(),
            self.claims.len(),
            self.contested.len(),
        ];
        lengths.into_iter().max().unwrap_or_default()
    }
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

/// The part that a phase has among some interventions, drawn: positions are hundredths of the drawing's width.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShareView {
    /// The phase, which gives its colour.
    pub phase: &'static str,
    /// The sign of its first intervention's status.
    pub mark: &'static str,
    /// How many interventions are in it.
    pub count: usize,
    /// Where it begins, from 0 to 100.
    pub x: f64,
    /// How wide it is, from 0 to 100.
    pub width: f64,
}

/// A year of a timeline, drawn as a column: positions are hundredths of the drawing's width and height.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct YearView {
    /// The year.
    pub year: String,
    /// How many events it has.
    pub count: usize,
    /// Where its column begins, from 0 to 100.
    pub x: f64,
    /// How wide that is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
}

/// A way to narrow a board.
#[derive(Debug, Clone, Serialize)]
pub struct FilterView {
    /// `status`, `actor`, `country` or `focus_area`; the theme's strings have a title for each as `by_…`.
    pub dimension: &'static str,
    /// The choices.
    pub options: Vec<FilterOptionView>,
    /// The board without this filter, where the page has it.
    pub all_url: Option<String>,
    /// How many choices are not listed here.
    pub more: usize,
}

/// A choice of a filter.
#[derive(Debug, Clone, Serialize)]
pub struct FilterOptionView {
    /// What it is called.
    pub label: String,
    /// The mark of a status.
    pub mark: Option<MarkView>,
    /// The board that it leads to; none where everything on the page has it already.
    pub url: Option<String>,
    /// How many interventions it leaves.
    pub count: usize,
    /// Whether the page is filtered by it.
    pub is_current: bool,
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
    /// Whether it is a single day; some languages say "on" a day in another way than "in" a month or a year.
    pub is_day: bool,
}

impl DateView {
    /// A date as pages in `language` show it.
    pub fn new(date: &Date, language: &str) -> DateView {
        let datetime = date.datetime();
        // ISO 8601: a whole date has ten characters.
        let is_day = datetime.as_ref().is_some_and(|datetime| datetime.len() == 10);
        DateView { text: date.in_words(language), datetime, is_day }
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
    /// Whether the writer calls it uncertain.
    pub uncertain: bool,
    /// Whether the writer calls it disputed.
    pub disputed: bool,
    /// The statuses that equally new statements give instead.
    pub other_statuses: Vec<MarkView>,
    /// Whether its sources disagree, at one date or without one.
    pub is_contested: bool,
    /// Its objective.
    pub objective: String,
    /// At what date its status holds.
    pub as_of: Option<DateView>,
    /// By when it should be looked at again.
    pub review_by: Option<DateView>,
    /// Whether that day is past.
    pub is_stale: bool,
    /// Its other facts: the name of each in the theme's strings, and its text.
    pub facts: Vec<(&'static str, String)>,
    /// Who leads it and takes part.
    pub actors: Vec<LinkView>,
    /// Where it is, each with the board of that place.
    pub countries: Vec<LinkView>,
    /// The focus areas that it serves.
    pub focus_areas: Vec<LinkView>,
}

/// The history of a status, drawn: positions are hundredths of the drawing's width.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryView {
    /// The stretches of time with one status.
    pub bars: Vec<BarView>,
    /// The years below them.
    pub ticks: Vec<TickView>,
    /// The same as a list, with what has no date at its end.
    pub moments: Vec<MomentView>,
}

/// A stretch of time with one status.
#[derive(Debug, Clone, Serialize)]
pub struct BarView {
    /// Where it begins, from 0 to 100.
    pub x: f64,
    /// How long it is, from 0 to 100.
    pub width: f64,
    /// The phase, which gives its colour.
    pub phase: &'static str,
    /// The sign of the status.
    pub mark: &'static str,
    /// Whether it goes on after what is known.
    pub is_open: bool,
}

/// A year on the axis of a drawing.
#[derive(Debug, Clone, Serialize)]
pub struct TickView {
    /// Where it is, from 0 to 100.
    pub x: f64,
    /// The year.
    pub label: String,
}

/// A status at a time.
#[derive(Debug, Clone, Serialize)]
pub struct MomentView {
    /// The status.
    pub status: MarkView,
    /// When it began, or when it was stated to hold.
    pub date: Option<DateView>,
    /// Whether it is known to have begun then.
    pub is_beginning: bool,
    /// Whether the writer calls it uncertain.
    pub uncertain: bool,
    /// Whether the writer calls it disputed.
    pub disputed: bool,
    /// What it rests on.
    pub sources: Vec<SourceView>,
    /// The row on the writer's page.
    pub page: LinkView,
}

/// Interventions against focus areas.
#[derive(Debug, Clone, Serialize)]
pub struct MatrixView {
    /// The focus areas.
    pub columns: Vec<LinkView>,
    /// The interventions that serve any.
    pub rows: Vec<MatrixRowView>,
}

/// A row of the matrix.
#[derive(Debug, Clone, Serialize)]
pub struct MatrixRowView {
    /// The intervention.
    pub intervention: Arc<InterventionView>,
    /// For each focus area whether the intervention serves it.
    pub cells: Vec<bool>,
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

/// An actor.
#[derive(Debug, Clone, Serialize)]
pub struct ActorView {
    /// Its page.
    pub url: String,
    /// Its name.
    pub name: String,
    /// Its other names.
    pub also_called: Vec<String>,
    /// What it is, in the writer's words.
    pub type_words: String,
    /// Whether it is a party to the conflict and not part of the response.
    pub is_party: bool,
    /// Its role.
    pub role: String,
    /// Where it acts, in the writer's words.
    pub country: String,
    /// What it leads or takes part in.
    pub interventions: Vec<Arc<InterventionView>>,
    /// Where it is present: rows of who does what where.
    pub presence: Vec<StatementView>,
}

/// An event of a timeline.
#[derive(Debug, Clone, Serialize)]
pub struct EventView {
    /// The fragment that leads to it on the page of the timeline.
    pub anchor: String,
    /// When.
    pub date: Option<DateView>,
    /// The year, where it differs from that of the event before.
    pub year: Option<String>,
    /// What happened.
    pub text: String,
    /// Its type, in the writer's words.
    pub type_words: String,
    /// Where.
    pub country: String,
    /// What it rests on.
    pub sources: Vec<SourceView>,
    /// Where the writer tells it.
    pub page: LinkView,
}

/// A key figure.
#[derive(Debug, Clone, Serialize)]
pub struct FigureView {
    /// The fragment that leads to it on the page of the figures.
    pub anchor: String,
    /// What is counted.
    pub name: String,
    /// The value now, in the page's number format.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// Where.
    pub country: String,
    /// At what date it holds.
    pub as_of: Option<DateView>,
    /// By when it should be looked at again.
    pub review_by: Option<DateView>,
    /// Whether that day is past.
    pub is_stale: bool,
    /// Whether sources give different values for one date.
    pub is_contested: bool,
    /// What it rests on.
    pub sources: Vec<SourceView>,
    /// Where the writer tells it.
    pub page: LinkView,
    /// The values before, the newest first.
    pub earlier: Vec<ValueView>,
}

/// A value that a figure had.
#[derive(Debug, Clone, Serialize)]
pub struct ValueView {
    /// The value, in the page's number format.
    pub value: String,
    /// At what date it held.
    pub as_of: Option<DateView>,
    /// What it rests on.
    pub sources: Vec<SourceView>,
    /// Where the writer tells it.
    pub page: LinkView,
}

/// A source on its page or in the list of all.
#[derive(Debug, Clone, Serialize)]
pub struct SourceEntryView {
    /// Its page.
    pub url: String,
    /// What it is called.
    pub name: String,
    /// Who published it; empty where that is not known.
    pub publisher: String,
    /// Its title; empty where that is not known or is its name.
    pub title: String,
    /// When it was published.
    pub date: Option<DateView>,
    /// When it was last looked at.
    pub accessed: Option<DateView>,
    /// Its address elsewhere.
    pub outside: Option<String>,
    /// How many rows rest on it.
    pub count: usize,
    /// The pages that cite it.
    pub pages: Vec<LinkView>,
}

/// A row that rests on a source.
#[derive(Debug, Clone, Serialize)]
pub struct ClaimView {
    /// What it is about.
    pub subject: LinkView,
    /// The mark of its status.
    pub mark: Option<MarkView>,
    /// What it says.
    pub text: String,
    /// At what date it holds.
    pub as_of: Option<DateView>,
    /// Whether it is the only source of this row.
    pub is_single: bool,
    /// The row on the writer's page.
    pub page: LinkView,
}

/// A change: of a status, or one that the writer notes.
#[derive(Debug, Clone, Serialize)]
pub struct UpdateView {
    /// The fragment that leads to it on the page of the changes; empty for a change of status.
    pub anchor: String,
    /// A name that stays (RFC 9562), for feeds.
    pub id: String,
    /// When.
    pub date: Option<DateView>,
    /// When, as RFC 3339 wants it.
    pub timestamp: String,
    /// `status`, `correction` or `note`.
    pub kind: &'static str,
    /// What it is about.
    pub subject: Option<LinkView>,
    /// The status before.
    pub before: Option<MarkView>,
    /// The status after.
    pub after: Option<MarkView>,
    /// What the writer says of it.
    pub text: String,
    /// What it rests on.
    pub sources: Vec<SourceView>,
    /// Where it stands on the writer's page.
    pub page: LinkView,
}

/// Two statements that cannot both hold.
#[derive(Debug, Clone, Serialize)]
pub struct ContradictionView {
    /// The fragment that leads to it on the page of what is contested.
    pub anchor: String,
    /// What they are about.
    pub subject: LinkView,
    /// What of it, by its name in the theme's strings.
    pub attribute: &'static str,
    /// Whether both are firm statements of tables.
    pub is_high: bool,
    /// The two.
    pub sides: Vec<SideView>,
}

/// One of two statements that cannot both hold.
#[derive(Debug, Clone, Serialize)]
pub struct SideView {
    /// The mark of the status that it gives.
    pub mark: Option<MarkView>,
    /// What it says, in the writer's words; empty where the mark says the same.
    pub text: String,
    /// At what date it holds.
    pub as_of: Option<DateView>,
    /// What it rests on.
    pub sources: Vec<SourceView>,
    /// Where it stands.
    pub page: LinkView,
}

/// A claim that the writer lists as contested.
#[derive(Debug, Clone, Serialize)]
pub struct ContestedView {
    /// The fragment that leads to it.
    pub anchor: String,
    /// The claim.
    pub claim: String,
    /// Who makes it, and who denies it.
    pub claimants: String,
    /// At what date it holds.
    pub as_of: Option<DateView>,
    /// What it rests on.
    pub sources: Vec<SourceView>,
    /// Where the writer tells it.
    pub page: LinkView,
}

/// A term of the glossary.
#[derive(Debug, Clone, Serialize)]
pub struct TermView {
    /// The fragment that leads to it.
    pub anchor: String,
    /// The term.
    pub term: String,
    /// What it stands for, for a short form.
    pub full: String,
    /// What it means.
    pub definition: String,
    /// The page of the actor that it is.
    pub url: Option<String>,
    /// What it rests on.
    pub sources: Vec<SourceView>,
    /// Where the writer explains it.
    pub page: Option<LinkView>,
}

/// The rows of a kind of table that has no page of its own design.
#[derive(Debug, Clone, Serialize)]
pub struct ListingView {
    /// The headers of the columns.
    pub columns: Vec<ListingHeaderView>,
    /// The rows.
    pub rows: Vec<ListingRowView>,
}

/// A header of a listing.
#[derive(Debug, Clone, Serialize)]
pub struct ListingHeaderView {
    /// Its name in the theme's strings; empty for a column of the site's own.
    pub word: &'static str,
    /// Its words, for a column of the site's own.
    pub text: String,
}

/// A row of a listing.
#[derive(Debug, Clone, Serialize)]
pub struct ListingRowView {
    /// The fragment that leads to it.
    pub anchor: String,
    /// The row's own page, where it has one.
    pub url: Option<String>,
    /// Its cells.
    pub cells: Vec<ListingCellView>,
    /// At what date it holds.
    pub as_of: Option<DateView>,
    /// What it rests on.
    pub sources: Vec<SourceView>,
    /// The row on the writer's page.
    pub page: LinkView,
}

/// A cell of a listing.
#[derive(Debug, Clone, Serialize)]
pub struct ListingCellView {
    /// Its text.
    pub text: String,
    /// The mark of a status.
    pub mark: Option<MarkView>,
    /// What it refers to, where that has a page.
    pub links: Vec<LinkView>,
    /// Whether it is a number, which stands to the right.
    pub is_number: bool,
}

/// A statement with its date and source.
#[derive(Debug, Clone, Serialize)]
pub struct StatementView {
    /// What it says: the steps of a status, the last one now.
    pub steps: Vec<StepView>,
    /// The whole status cell, where it says more than a status and its date.
    pub words: Option<String>,
    /// What it says: the objective, the key actions, the role.
    pub text: String,
    /// At what date it holds.
    pub as_of: Option<DateView>,
    /// Whether a newer statement says something else.
    pub is_superseded: bool,
    /// Whether its date is still to come.
    pub is_future: bool,
    /// What it rests on.
    pub sources: Vec<SourceView>,
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

/// A source as a statement names it.
#[derive(Debug, Clone, Serialize)]
pub struct SourceView {
    /// Its text.
    pub text: String,
    /// Its page within the site.
    pub url: Option<String>,
    /// Its address elsewhere.
    pub outside: Option<String>,
}

/// A table of open data.
#[derive(Debug, PartialEq, Eq)]
pub struct CsvView {
    /// The rows, each as long as the first, which names the columns.
    pub rows: Vec<Vec<String>>,
    /// For each column whether its cells are numbers, which no spreadsheet runs as formulas.
    pub is_number: Vec<bool>,
}
