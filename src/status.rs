//! Where a site stands: what `brink status` tells. Comes in: a [`Site`]. Goes out: a [`Status`], as text for people or as
//! JSON for programs.

use std::sync::Arc;

use jiff::ToSpan;
use serde::Serialize;

use crate::problem::{Code, Place, number_of};
use crate::register::{Contradiction, Statement, Subject};
use crate::site::{self, Page, Site, Why};
use crate::vocabulary::{Date, Field, Kind};
use crate::weight::{Measure, Over, Weight, Weights, grouped};

/// How many days ahead it is told what will be stale.
pub const AHEAD: i32 = 30;

/// Where a site stands on a day. Its JSON is stable: what it has today stays as long as `version` does.
#[derive(Debug, Serialize)]
pub struct Status {
    /// The version of the JSON.
    pub version: u32,
    /// The day for which it is told.
    pub today: String,
    /// What is published.
    pub published: Published,
    /// What is not published.
    pub not_published: Vec<NotPublished>,
    /// What will be published, or be taken away, and when.
    pub scheduled: Vec<Scheduled>,
    /// What should have been looked at again.
    pub stale: Vec<Aged>,
    /// What should be looked at again soon.
    pub stale_soon: Vec<Aged>,
    /// The contradictions that nobody has settled.
    pub contested: Vec<Contested>,
    /// The pages that no text links to.
    pub unlinked: Vec<Unlinked>,
    /// The addresses that lead elsewhere.
    pub redirects: Vec<Redirected>,
    /// What the pages weigh for a reader.
    pub weights: Weighed,
    /// What the tables list, in a sentence.
    #[serde(skip)]
    recognised: String,
}

/// How many of the heaviest pages are told of, besides those that weigh more than they should.
const HEAVIEST_MAX: usize = 5;

/// What the pages weigh for a reader.
#[derive(Debug, Default, Serialize)]
pub struct Weighed {
    /// How many pages and feeds were weighed.
    pub outputs: usize,
    /// What is over for the whole site.
    pub site: Vec<Over>,
    /// Those that weigh more than they should, worst first.
    pub over: Vec<Weight>,
    /// Of the others those that take longest to show.
    pub heaviest: Vec<Weight>,
}

/// What is published.
#[derive(Debug, Serialize)]
pub struct Published {
    /// The number of its pages.
    pub pages: usize,
    /// The same by section, in reading order: the section's own page, and those directly in it.
    pub sections: Vec<Section>,
    /// The number of tables that were recognised.
    pub tables: usize,
    /// What these list, by kind.
    pub listed: Vec<Listed>,
    /// The number of sources.
    pub sources: usize,
}

/// A section with the number of its pages.
#[derive(Debug, Serialize)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// Its address, from the site's root.
    pub url: String,
    /// How many pages it has.
    pub pages: usize,
}

/// How much of one kind the tables list.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// The code of the kind, such as `interventions`.
    pub kind: String,
    /// How many there are.
    pub number: usize,
}

/// A line of a source file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct At {
    /// The file, relative to the site's root.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
}

/// A source that is not published.
#[derive(Debug, Serialize)]
pub struct NotPublished {
    /// The file.
    pub file: String,
    /// Why, in a word: `draft`, `scheduled`, `expired`, `unrendered` or `part` of a page.
    pub why: &'static str,
    /// The day from which it is published, or up to which it was.
    pub date: Option<String>,
    /// Why, in a sentence.
    pub reason: String,
    /// The line to change, where it is known.
    pub at: Option<At>,
}

/// Something that happens by itself on a day.
#[derive(Debug, Serialize)]
pub struct Scheduled {
    /// The day.
    pub date: String,
    /// `publish` or `expire`.
    pub what: &'static str,
    /// The file of the page.
    pub file: String,
    /// The line that says so, where it is known.
    pub at: Option<At>,
}

/// A statement, or a whole page, that should be looked at again.
#[derive(Debug, Serialize)]
pub struct Aged {
    /// By when.
    pub due: String,
    /// What it is about: the name in the table, or the title of the page.
    pub subject: String,
    /// At what date it holds; absent where a page is meant as a whole.
    pub as_of: Option<String>,
    /// The line of the statement, or of the page's `review_by`.
    pub at: At,
}

/// Two statements that contradict each other.
#[derive(Debug, Serialize)]
pub struct Contested {
    /// What they are about.
    pub subject: String,
    /// Which property of it.
    pub attribute: String,
    /// What each says, and where.
    pub sides: Vec<Said>,
}

/// One of two statements.
#[derive(Debug, Serialize)]
pub struct Said {
    /// The words.
    pub text: String,
    /// At what date it holds.
    pub as_of: Option<String>,
    /// The line.
    pub at: At,
}

/// A page to which no text links.
#[derive(Debug, Serialize)]
pub struct Unlinked {
    /// Its file.
    pub file: String,
    /// Its title.
    pub title: String,
    /// Its address, from the site's root.
    pub url: String,
}

/// An address that leads elsewhere.
#[derive(Debug, Serialize)]
pub struct Redirected {
    /// The address, from the site's root.
    pub from: String,
    /// Where it leads: an address from the site's root, or one elsewhere.
    pub to: String,
    /// The line that says so.
    pub at: Option<At>,
}

impl At {
    fn of(place: &Place) -> At {
        At { file: place.file.to_string(), line: place.span.start.line }
    }
}

impl Status {
    /// Looks a site over whose outputs weigh this.
    pub fn weighed(site: &Site, weights: Weights) -> Status {
        Status { weights: weighed(weights), ..Status::of(site) }
    }

    /// Looks a site over, but for what its outputs weigh.
    pub fn of(site: &Site) -> Status {
        let (stale, stale_soon) = aged(site);
        Status {
            version: 1,
            today: site.today.to_string(),
            published: published(site),
            not_published: site.hidden.iter().map(not_published).collect(),
            scheduled: scheduled(site),
            stale,
            stale_soon,
            contested: site.register.contradictions.iter().filter(|found| !found.is_settled).map(contested).collect(),
            unlinked: unlinked(site),
            redirects: redirects(site),
            weights: Weighed::default(),
            recognised: recognised(site),
        }
    }

    /// The same as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

fn weighed(weights: Weights) -> Weighed {
    let outputs = weights.each.len();
    let (mut over, mut others): (Vec<Weight>, Vec<Weight>) = weights.each.into_iter().partition(Weight::is_over);
    over.sort_by(|a, b| a.order().cmp(&b.order()));
    others.sort_by(|a, b| a.order().cmp(&b.order()));
    others.truncate(HEAVIEST_MAX);
    Weighed { outputs, site: weights.site, over, heaviest: others }
}

fn published(site: &Site) -> Published {
    let documents = site.pages.iter().filter_map(|page| page.document.as_ref());
    let is_section = |page: &Page| page.is_section || page.parent.is_none();
    let section = |page: &Arc<Page>| Section {
        title: page.title.clone(),
        url: format!("/{}", page.url),
        pages: 1 + page.children.iter().filter(|child| !site.pages[**child].is_section).count(),
    };
    let listed = site.register.kinds().map(|kind| (kind, site.register.subjects(kind).len()));
    Published {
        pages: site.pages.len(),
        sections: site.pages.iter().filter(|page| is_section(page)).map(section).collect(),
        tables: documents.map(|document| document.tables.len()).sum(),
        listed: listed
            .filter(|(_, number)| *number > 0)
            .map(|(kind, number)| Listed { kind: code(site, kind), number })
            .collect(),
        sources: site.register.sources.len(),
    }
}

/// The code of a kind, also of one of the site's own.
fn code(site: &Site, kind: Kind) -> String {
    site.config.vocabulary.own_kind(kind).map_or(kind.as_str(), |own| own.code.as_str()).to_owned()
}

fn not_published(hidden: &site::Hidden) -> NotPublished {
    let (why, date) = match hidden.why {
        Why::Draft => ("draft", None),
        Why::Scheduled(date) => ("scheduled", Some(date)),
        Why::Expired(date) => ("expired", Some(date)),
        Why::Unrendered => ("unrendered", None),
        Why::Part => ("part", None),
    };
    NotPublished {
        file: hidden.path.to_string(),
        why,
        date: date.map(|date| date.to_string()),
        reason: hidden.reason(),
        at: hidden.place.as_ref().map(At::of),
    }
}

/// What will be published, and what will be taken away, the soonest first.
fn scheduled(site: &Site) -> Vec<Scheduled> {
    let mut found: Vec<(Date, Scheduled)> = Vec::new();
    for hidden in site.hidden.iter() {
        if let Why::Scheduled(date) = hidden.why {
            let at = hidden.place.as_ref().map(At::of);
            found.push((date, event(date, "publish", hidden.path.to_string(), at)));
        }
    }
    for document in site.pages.iter().filter_map(|page| page.document.as_ref()) {
        if let Some(date) = document.front.expires.filter(|date| date.earliest() > site.today) {
            let at = document.front.place_of(&["expires"]).map(At::of);
            found.push((date, event(date, "expire", document.path.to_string(), at)));
        }
    }
    found.sort_by(|(a, one), (b, other)| (a.earliest(), &one.file).cmp(&(b.earliest(), &other.file)));
    found.into_iter().map(|(_, event)| event).collect()
}

fn event(date: Date, what: &'static str, file: String, at: Option<At>) -> Scheduled {
    Scheduled { date: date.to_string(), what, file, at }
}

/// What is stale, and what will be soon, each the oldest first.
fn aged(site: &Site) -> (Vec<Aged>, Vec<Aged>) {
    let mut all: Vec<(crate::vocabulary::Day, Aged)> = Vec::new();
    for subject in site.register.kinds().flat_map(|kind| site.register.subjects(kind)) {
        let Some(due) = site::review_by(&site.config, subject) else { continue };
        let open = subject.as_new().filter(|statement| !is_settled(site, subject, statement));
        all.extend(open.map(|statement| {
            let as_of = statement.as_of.map(|date| date.to_string());
            let at = At::of(&subject.place_of_age(statement));
            (due, Aged { due: due.to_string(), subject: subject.name.clone(), as_of, at })
        }));
    }
    for page in site.pages.iter() {
        let Some(front) = page.document.as_ref().map(|document| &document.front) else { continue };
        let Some((date, place)) = front.review_by.zip(front.place_of(&["review_by"])) else { continue };
        let due = date.latest();
        all.push((due, Aged { due: due.to_string(), subject: page.title.clone(), as_of: None, at: At::of(place) }));
    }
    all.sort_by(|(a, one), (b, other)| (a, &one.at).cmp(&(b, &other.at)));
    let horizon = site.today.checked_add(AHEAD.days()).unwrap_or(site.today);
    all.retain(|(due, _)| *due <= horizon);
    let (stale, soon): (Vec<_>, Vec<_>) = all.into_iter().partition(|(due, _)| *due < site.today);
    let bare = |all: Vec<(_, Aged)>| all.into_iter().map(|(_, aged)| aged).collect();
    (bare(stale), bare(soon))
}

/// How many statements should be looked at again after what [`Status::stale_soon`] tells, by month.
pub fn stale_later(site: &Site) -> std::collections::BTreeMap<String, usize> {
    let horizon = site.today.checked_add(AHEAD.days()).unwrap_or(site.today);
    let mut months = std::collections::BTreeMap::new();
    for subject in site.register.kinds().flat_map(|kind| site.register.subjects(kind)) {
        let Some(due) = site::review_by(&site.config, subject).filter(|due| *due > horizon) else { continue };
        let open = subject.as_new().filter(|statement| !is_settled(site, subject, statement)).count();
        if open > 0 {
            *months.entry(due.strftime("%Y-%m").to_string()).or_default() += open;
        }
    }
    months
}

/// Whether the writer has said that nothing newer is known.
fn is_settled(site: &Site, subject: &Subject, statement: &Statement) -> bool {
    site.settlements.has(Code::Stale, [&subject.place_of_age(statement)], statement.as_of)
}

/// What a contradiction is about, in a word.
pub fn attribute_of(found: &Contradiction) -> String {
    match found.attribute {
        Field::Own(_) => "value".to_owned(),
        field => field.as_str().replace('_', " "),
    }
}

fn contested(found: &Contradiction) -> Contested {
    let said = |side: &crate::register::Side| Said {
        text: side.text.clone(),
        as_of: side.as_of.map(|date| date.to_string()),
        at: At::of(&side.place),
    };
    let attribute = attribute_of(found);
    Contested { subject: found.subject.clone(), attribute, sides: found.sides.iter().map(said).collect() }
}

/// The writer's pages that no other text leads to. Menus and lists do; the introduction of a register has its board.
fn unlinked(site: &Site) -> Vec<Unlinked> {
    let registers: Vec<String> = site.config.vocabulary.all_kinds().map(|kind| code(site, kind)).collect();
    let is_register = |url: &str| {
        let name = url.trim_end_matches('/');
        registers.iter().any(|register| register == name) || ["contested", "data"].contains(&name)
    };
    let is_linked = |url: &str| site.backlinks.get(url).is_some_and(|from| !from.is_empty());
    let pages = site.pages.iter().skip(1).filter(|page| !page.is_section && !is_register(&page.url));
    let unlinked = pages.filter(|page| !is_linked(&page.url)).filter_map(|page| {
        let file = page.document.as_ref()?.path.to_string();
        Some(Unlinked { file, title: page.title.clone(), url: format!("/{}", page.url) })
    });
    unlinked.collect()
}

/// The older addresses of pages, and the sections that send their visitors on.
fn redirects(site: &Site) -> Vec<Redirected> {
    // The first part of a long list has an address of its own, which nobody wrote.
    let is_written = |place: &Place| *place != Place::start_of(&place.file);
    let aliases = site.redirects.iter().filter(|redirect| is_written(&redirect.place)).map(|redirect| Redirected {
        from: format!("/{}", redirect.url),
        to: format!("/{}", redirect.to),
        at: Some(At::of(&redirect.place)),
    });
    let sections = site.pages.iter().filter_map(|page| {
        let front = &page.document.as_ref()?.front;
        let at = front.redirect_place.as_deref().map(At::of);
        Some(Redirected { from: format!("/{}", page.url), to: front.redirect_to.clone()?, at })
    });
    let mut all: Vec<Redirected> = aliases.chain(sections).collect();
    all.sort_by(|a, b| a.from.cmp(&b.from));
    all
}

/// What the tables list, in a sentence.
pub fn recognised(site: &Site) -> String {
    let (register, vocabulary) = (&site.register, &site.config.vocabulary);
    let nouns = [
        (Kind::Interventions, "intervention"),
        (Kind::FocusAreas, "focus area"),
        (Kind::Timeline, "event"),
        (Kind::Actors, "actor"),
        (Kind::Figures, "figure"),
        (Kind::Presence, "row of who does what where"),
        (Kind::Contested, "contested claim"),
        (Kind::Glossary, "term"),
    ];
    let listed = |(kind, noun): (Kind, &str)| {
        let number = register.subjects(kind).len();
        let is_always = matches!(kind, Kind::Interventions | Kind::FocusAreas);
        let rows = noun.replace("row of", "rows of");
        let text = if noun == rows {
            number_of(number, noun)
        } else {
            format!("{number} {}", if number == 1 { noun } else { &rows })
        };
        (is_always || number > 0).then_some(text)
    };
    let mut parts: Vec<String> = nouns.into_iter().filter_map(listed).collect();
    parts.extend((!register.sources.is_empty()).then(|| number_of(register.sources.len(), "source")));
    for kind in vocabulary.all_kinds() {
        let number = register.subjects(kind).len();
        parts.extend(
            vocabulary
                .own_kind(kind)
                .filter(|_| number > 0)
                .map(|own| format!("{number} {}", own.title_in("en").to_lowercase())),
        );
    }
    parts.join(", ")
}

/// A heading with what stands below it, a line each; one line, where there is nothing.
fn part(heading: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return format!("{heading}: nothing\n");
    }
    let lines: String = lines.iter().map(|line| format!("  {line}\n")).collect();
    format!("\n{heading}:\n{lines}\n")
}

/// A line of a file, as editors and terminals open it.
fn shown(at: &At) -> String {
    format!("{}:{}", at.file, at.line)
}

/// The same behind something, where it is known.
fn behind(at: Option<&At>) -> String {
    at.map(|at| format!(" ({})", shown(at))).unwrap_or_default()
}

/// A date behind something, where it is known.
fn as_of(date: Option<&String>) -> String {
    date.map(|date| format!(", as of {date}")).unwrap_or_default()
}

impl Status {
    /// The same as text.
    pub fn text(&self) -> String {
        let section =
            |section: &Section| format!("{} {}: {}", section.url, section.title, number_of(section.pages, "page"));
        let hidden = |hidden: &NotPublished| format!("{} {}{}", hidden.file, hidden.reason, behind(hidden.at.as_ref()));
        let event = |event: &Scheduled| {
            let what = if event.what == "publish" { "is published" } else { "expires" };
            format!("{}: {} {what}{}", event.date, event.file, behind(event.at.as_ref()))
        };
        let aged = |aged: &Aged| {
            format!(
                "{} {}{}, to be looked at by {}",
                shown(&aged.at),
                aged.subject,
                as_of(aged.as_of.as_ref()),
                aged.due
            )
        };
        let unlinked = |page: &Unlinked| format!("{} {}", page.file, page.title);
        let redirect = |lead: &Redirected| format!("{} → {}{}", lead.from, lead.to, behind(lead.at.as_ref()));
        let weight = |weight: &Weight| {
            let value = |measure: Measure| grouped(weight.value(measure));
            let (first, html, elements) = (value(Measure::First), value(Measure::Html), value(Measure::Elements));
            format!("/{} {first} bytes before the text shows, {html} of HTML, {elements} elements", weight.url)
        };
        let contested: Vec<String> = self.contested.iter().flat_map(Contested::lines).collect();
        let mut text = format!(
            "On {}: {}, {} recognised: {}.\n",
            self.today,
            number_of(self.published.pages, "page"),
            number_of(self.published.tables, "table"),
            self.recognised
        );
        text.push_str(&part("Pages by section", &self.published.sections.iter().map(section).collect::<Vec<_>>()));
        text.push_str(&part("Not published", &self.not_published.iter().map(hidden).collect::<Vec<_>>()));
        text.push_str(&part("Scheduled", &self.scheduled.iter().map(event).collect::<Vec<_>>()));
        text.push_str(&part("Stale", &self.stale.iter().map(aged).collect::<Vec<_>>()));
        let soon = format!("Stale within {AHEAD} days");
        text.push_str(&part(&soon, &self.stale_soon.iter().map(aged).collect::<Vec<_>>()));
        text.push_str(&part("Contested", &contested));
        text.push_str(&part("No text links to", &self.unlinked.iter().map(unlinked).collect::<Vec<_>>()));
        text.push_str(&part("Heavier than they should be", &self.weights.heavy()));
        text.push_str(&part("Heaviest of the others", &self.weights.heaviest.iter().map(weight).collect::<Vec<_>>()));
        text.push_str(&part("Redirects", &self.redirects.iter().map(redirect).collect::<Vec<_>>()));
        while text.contains("\n\n\n") {
            text = text.replace("\n\n\n", "\n\n");
        }
        format!("{}\n", text.trim_end())
    }
}

impl Weighed {
    /// What weighs more than it should, in lines.
    fn heavy(&self) -> Vec<String> {
        let site = self.site.iter().map(|over| format!("the whole site: {}", over.text()));
        site.chain(self.over.iter().map(|weight| format!("/{} {}", weight.url, weight.what_is_over()))).collect()
    }
}

impl Contested {
    fn lines(&self) -> Vec<String> {
        let date = |side: &Said| side.as_of.as_ref().map_or(", undated".to_owned(), |date| format!(", as of {date}"));
        let side = |side: &Said| format!("  {} “{}”{}", shown(&side.at), side.text, date(side));
        let mut lines = vec![format!("the {} of “{}”", self.attribute, self.subject)];
        lines.extend(self.sides.iter().map(side));
        lines
    }
}
