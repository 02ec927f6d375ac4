//! The pages of the register beside boards: actors, timelines, figures, sources, changes, what is contested, terms, and
//! whatever a site declares itself. Comes in: the site's register. Goes out: the views of what is on them.

use std::collections::BTreeSet;

use super::board::Board;
use super::parts::{cited, date_view, language, link_to, place_of, row_link, sides, statements, step_mark};
use super::view::{
    ActorView, ClaimView, ContestedView, ContradictionView, DateView, EventView, FigureView, LinkView, ListingCellView,
    ListingHeaderView, ListingRowView, ListingView, SourceEntryView, TermView, UpdateView, ValueView,
};
use crate::register::{self, Contradiction, Named, PageId, Statement, Subject, changes, full_name, section_of};
use crate::site::{self, Site};
use crate::vocabulary::actor_type::{self, Side};
use crate::vocabulary::{Date, Day, Field, Holds, Kind, fold};

/// The fragment of a subject that has no page of its own.
pub(super) fn anchor(url: &str) -> String {
    url.rsplit_once('#').map_or(url, |(_, anchor)| anchor).to_owned()
}

fn countries(site: &Site, subject: &Subject) -> String {
    let names: Vec<&str> = subject.places().iter().map(|place| place.name_in(language(site))).collect();
    names.join(", ")
}

/// All actors.
pub(super) fn actors(site: &Site, board: &Board) -> Vec<ActorView> {
    site.register.subjects(Kind::Actors).iter().map(|actor| actor_view(site, board, actor)).collect()
}

/// An actor.
pub(super) fn actor_view(site: &Site, board: &Board, actor: &Subject) -> ActorView {
    let type_words = actor.text(Field::OrgType).to_owned();
    let presence = actor.related(Kind::Presence).iter().map(|at| &site.register.subjects(Kind::Presence)[*at]);
    let place = |row: &Statement| {
        let fields = [Field::Sector, Field::Location, Field::Admin2, Field::Admin1];
        let words: Vec<&str> =
            fields.map(|field| row.row.text(field)).into_iter().filter(|text| !text.is_empty()).collect();
        words.join(" · ")
    };
    let presence = presence.flat_map(|row| {
        let mut views = statements(site, row, Field::Notes);
        for (view, statement) in views.iter_mut().zip(&row.statements) {
            view.text = place(statement);
        }
        views
    });
    let with_place = actor.statements.iter().find(|statement| statement.has_own_place);
    let country = with_place.map(|statement| {
        let names: Vec<&str> = statement.places.iter().map(|place| place.name_in(language(site))).collect();
        names.join(", ")
    });
    ActorView {
        url: actor.url.clone(),
        name: actor.name.clone(),
        also_called: other_names(actor),
        is_party: !type_words.is_empty() && actor_type::read(&type_words).side == Side::Party,
        type_words,
        role: actor.text(Field::Role).to_owned(),
        country: country.unwrap_or_default(),
        interventions: actor.related(Kind::Interventions).iter().map(|at| board.interventions[*at].clone()).collect(),
        presence: presence.collect(),
    }
}

/// The other names of an actor, as its tables give them.
pub(super) fn other_names(actor: &Subject) -> Vec<String> {
    let mut names: Vec<String> = register::names_of(actor);
    names.retain(|name| *name != actor.name);
    names
}

/// The events of the site, or of one section, the oldest first.
pub(super) fn events(site: &Site, shown: impl Fn(&Subject) -> bool) -> Vec<EventView> {
    in_time(site, site.register.subjects(Kind::Timeline).iter().filter(|event| shown(event)).collect())
}

/// The events that name an actor, in their text or in a column, the oldest first.
pub(super) fn events_of(site: &Site, actor: usize) -> Vec<EventView> {
    let all = site.register.subjects(Kind::Timeline);
    in_time(site, site.register.events_of(actor).iter().filter_map(|at| all.get(*at)).collect())
}

pub(super) fn in_time(site: &Site, mut events: Vec<&Subject>) -> Vec<EventView> {
    let language = language(site);
    let date = |event: &Subject| Date::parse(event.text(Field::Date));
    events.sort_by_cached_key(|event| (date(event).map(|date| (date.earliest(), date.latest())), event.name.clone()));
    let mut last_year: Option<i16> = None;
    let view = |event: &&Subject| {
        let current = event.current()?;
        let date = date(event);
        let year = date.map(|date| date.earliest().year()).filter(|year| *year > 0);
        let is_new = year != last_year;
        last_year = year;
        let written = current.row.text(Field::Date);
        let unread = || DateView { text: written.to_owned(), datetime: None, is_day: false };
        let shown = date.as_ref().map(|date| date_view(date, language)).or_else(|| (!written.is_empty()).then(unread));
        Some(EventView {
            anchor: anchor(&event.url),
            date: shown,
            year: year.filter(|_| is_new).map(|year| year.to_string()),
            text: event.name.clone(),
            type_words: event.text(Field::EventType).to_owned(),
            country: countries(site, event),
            sources: cited(site, current),
            page: place_of(site, current),
        })
    };
    events.iter().filter_map(view).collect()
}

/// Whether an event is told on a page of a section.
pub(super) fn is_told_in(event: &Subject, section: &str) -> bool {
    event.statements.iter().any(|statement| section_of(&statement.page) == Some(section))
}

/// The number of a figure in the page's format, with its unit: from the column, else from the cell.
fn value_of(site: &Site, statement: &Statement) -> (String, String) {
    let text = statement.row.text(Field::Value);
    let unit = statement.row.text(Field::Unit);
    match statement.number(language(site)) {
        Some(number) => {
            let own_unit = if unit.is_empty() { number.unit.clone() } else { unit.to_owned() };
            let about = if number.is_about { "≈\u{a0}" } else { "" };
            (format!("{about}{}", number.in_language(language(site))), own_unit)
        }
        None => (text.to_owned(), unit.to_owned()),
    }
}

/// All key figures.
pub(super) fn figures(site: &Site) -> Vec<FigureView> {
    site.register.subjects(Kind::Figures).iter().filter_map(|figure| figure_view(site, figure)).collect()
}

pub(super) fn figure_view(site: &Site, figure: &Subject) -> Option<FigureView> {
    let language = language(site);
    let current = figure.current()?;
    let (value, unit) = value_of(site, current);
    let review_by = site::review_by(&site.config, figure);
    let date = |statement: &Statement| statement.as_of.as_ref().map(|date| date_view(date, language));
    let mut earlier: Vec<ValueView> = Vec::new();
    for statement in figure.statements.iter().skip(1) {
        let before = value_of(site, statement).0;
        let repeats = earlier.last().map_or(&value, |last| &last.value) == &before;
        if !repeats {
            let (sources, page) = (cited(site, statement), place_of(site, statement));
            earlier.push(ValueView { value: before, as_of: date(statement), sources, page });
        }
    }
    Some(FigureView {
        anchor: anchor(&figure.url),
        name: figure.name.clone(),
        value,
        unit,
        country: countries(site, figure),
        as_of: date(current),
        is_stale: review_by.is_some_and(|day| day < site.today),
        review_by: review_by.map(|day| DateView::new(&Date::of_day(day), language)),
        is_contested: site.register.open_contradictions(figure).next().is_some(),
        sources: cited(site, current),
        page: place_of(site, current),
        earlier,
    })
}

/// A source as its page and the list of all show it.
pub(super) fn source_entry(site: &Site, source: &register::Source) -> SourceEntryView {
    let language = language(site);
    let mut urls: Vec<&str> = source.citing.iter().map(|citing| citing.page.as_ref()).collect();
    urls.sort_unstable();
    urls.dedup();
    let title = if source.title == source.name { String::new() } else { source.title.clone() };
    let publisher = if source.publisher == source.name { String::new() } else { source.publisher.clone() };
    SourceEntryView {
        url: source.url.clone(),
        name: source.name.clone(),
        publisher,
        title,
        date: source.date.as_ref().map(|date| date_view(date, language)),
        accessed: source.accessed.as_ref().map(|date| date_view(date, language)),
        outside: source.target.clone(),
        count: source.rows.len(),
        pages: urls.into_iter().map(|url| row_link(site, url, "")).collect(),
    }
}

/// What rests on a source.
pub(super) fn claims(site: &Site, source: &register::Source) -> Vec<ClaimView> {
    let language = language(site);
    let view = |row: &register::RowId| {
        let subject = site.register.subject_of(*row)?;
        let (_, statement) = site.register.stated(*row)?;
        let step = statement.step().filter(|step| !step.label.is_empty());
        Some(ClaimView {
            subject: link_to(&subject.url, &subject.name),
            mark: step.map(|step| step_mark(step, language)),
            text: main_text(site, subject.kind, statement),
            as_of: statement.as_of.as_ref().map(|date| date_view(date, language)),
            is_single: site.register.sources_of(statement).count() == 1,
            page: place_of(site, statement),
        })
    };
    source.rows.iter().filter_map(view).collect()
}

/// What a row mainly says beside its status.
fn main_text(site: &Site, kind: Kind, statement: &Statement) -> String {
    let field = match kind {
        Kind::Interventions => Field::Objective,
        Kind::FocusAreas => Field::KeyActions,
        Kind::Actors => Field::Role,
        Kind::Contested => Field::Claimant,
        Kind::Glossary => Field::Definition,
        Kind::Presence => Field::Sector,
        Kind::Timeline | Kind::Updates => {
            let date = Date::parse(statement.row.text(Field::Date));
            return date.map(|date| date.in_words(language(site))).unwrap_or_default();
        }
        Kind::Figures => {
            let (value, unit) = value_of(site, statement);
            return [value, unit].join(" ").trim().to_owned();
        }
        Kind::Sources | Kind::Own(_) => Field::Notes,
    };
    statement.row.text(field).to_owned()
}

/// Everything that changed: what the writer notes, and dated changes of status; the newest first.
pub(super) fn updates(site: &Site) -> Vec<UpdateView> {
    let mut updates: Vec<(Day, UpdateView)> = Vec::new();
    for subject in site.register.subjects(Kind::Updates) {
        updates.extend(noted(site, subject));
    }
    let language = language(site);
    for subject in site.register.subjects(Kind::Interventions) {
        for change in changes(subject) {
            let day = change.date.earliest();
            let (before, after) = (step_mark(change.before, language), step_mark(change.after.step, language));
            let update = UpdateView {
                anchor: String::new(),
                id: stable_id(&format!("{}\n{}\n{}\n{}", subject.url, before.code, after.code, change.date)),
                date: Some(date_view(&change.date, language)),
                timestamp: timestamp(day),
                kind: "status",
                subject: Some(link_to(&subject.url, &subject.name)),
                before: Some(before),
                after: Some(after),
                text: String::new(),
                sources: cited(site, change.after.statement),
                page: place_of(site, change.after.statement),
            };
            updates.push((day, update));
        }
    }
    updates.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    updates.into_iter().map(|(_, update)| update).collect()
}

/// An entry of the writer's list of updates; `Correction:` at its beginning, or in a column, makes it one.
pub(super) fn noted(site: &Site, subject: &Subject) -> Option<(Day, UpdateView)> {
    let statement = subject.current()?;
    let date = Date::parse(statement.row.text(Field::Date));
    let day = date.map_or(Day::MIN, |date| date.earliest());
    let (lead, rest) = subject.name.split_once(':').unwrap_or(("", &subject.name));
    let lead = fold(lead);
    let type_words = fold(statement.row.text(Field::EventType));
    let (kind, text) = match lead.as_str() {
        "correction" | "corrections" | "rectification" | "erratum" => ("correction", rest),
        "status" | "statut" => ("note", rest),
        _ if type_words.starts_with("correction") => ("correction", subject.name.as_str()),
        _ => ("note", subject.name.as_str()),
    };
    let update = UpdateView {
        anchor: anchor(&subject.url),
        id: stable_id(&format!("{}\n{}", statement.row.text(Field::Date), subject.name)),
        date: date.as_ref().map(|date| date_view(date, language(site))),
        timestamp: timestamp(day),
        kind,
        subject: None,
        before: None,
        after: None,
        text: text.trim().to_owned(),
        sources: cited(site, statement),
        page: place_of(site, statement),
    };
    Some((day, update))
}

/// A day as RFC 3339 wants it, at its beginning in UTC.
pub(super) fn timestamp(day: Day) -> String {
    format!("{}T00:00:00Z", day.max(Day::new(1970, 1, 1).unwrap_or(day)))
}

/// A UUID of version 8 (RFC 9562, section 5.8) made from what an entry is about, so that it never changes.
pub(super) fn stable_id(text: &str) -> String {
    let hash = blake3::hash(text.as_bytes());
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A contradiction, with its anchor on the page of what is contested.
pub(super) fn contradiction_view(site: &Site, at: usize, contradiction: &Contradiction) -> ContradictionView {
    let attribute = match contradiction.attribute {
        Field::Own(_) => "value",
        field => field.as_str(),
    };
    ContradictionView {
        anchor: format!("_contradiction-{}", at + 1),
        subject: link_to(&contradiction.subject_url, &contradiction.subject),
        attribute,
        is_high: contradiction.is_high,
        sides: sides(site, contradiction),
    }
}

/// The contradictions that are not settled, all or those of one subject.
pub(super) fn contradictions(site: &Site, of: Option<&Subject>) -> Vec<ContradictionView> {
    if of.is_some_and(|subject| site.register.open_contradictions(subject).next().is_none()) {
        return Vec::new();
    }
    let open = site.register.contradictions.iter().filter(|found| !found.is_settled).enumerate();
    let of_subject = open.filter(|(_, found)| of.is_none_or(|subject| subject.url == found.subject_url));
    of_subject.map(|(at, found)| contradiction_view(site, at, found)).collect()
}

/// What the writer's tables list as contested.
pub(super) fn contested(site: &Site) -> Vec<ContestedView> {
    let view = |subject: &Subject| {
        let statement = subject.current()?;
        Some(ContestedView {
            anchor: anchor(&subject.url),
            claim: subject.name.clone(),
            claimants: subject.text(Field::Claimant).to_owned(),
            as_of: statement.as_of.as_ref().map(|date| date_view(date, language(site))),
            sources: cited(site, statement),
            page: place_of(site, statement),
        })
    };
    site.register.subjects(Kind::Contested).iter().filter_map(view).collect()
}

/// The glossary: its terms, and the actors whose short forms stand for something.
pub(super) fn terms(site: &Site) -> Vec<TermView> {
    let register = &site.register;
    let mut terms: Vec<TermView> = Vec::new();
    for subject in register.subjects(Kind::Glossary) {
        let Some(statement) = subject.current() else { continue };
        terms.push(TermView {
            anchor: anchor(&subject.url),
            term: subject.name.clone(),
            full: subject.text(Field::Alias).to_owned(),
            definition: subject.text(Field::Definition).to_owned(),
            url: register.names.actor(&subject.name).map(|at| register.subjects(Kind::Actors)[at].url.clone()),
            sources: cited(site, statement),
            page: Some(place_of(site, statement)),
        });
    }
    let mut known: BTreeSet<String> = terms.iter().map(|term| fold(&term.term)).collect();
    for actor in register.subjects(Kind::Actors) {
        let is_new = |name: &String| register::is_short_form(name) && !known.contains(&fold(name));
        let short = register::names_of(actor).into_iter().find(is_new);
        if let (Some(short), Some(full)) = (short, full_name(actor)) {
            known.insert(fold(&short));
            terms.push(TermView {
                anchor: format!("_{}", anchor(actor.url.trim_end_matches('/')).rsplit('/').next().unwrap_or_default()),
                term: short,
                full,
                definition: actor.text(Field::Role).to_owned(),
                url: Some(actor.url.clone()),
                sources: Vec::new(),
                page: None,
            });
        }
    }
    terms.sort_by_cached_key(|term| fold(&term.term));
    terms
}

/// The rows of a kind without a design of its own: who does what where, and what the site declares.
pub(super) fn listing(site: &Site, kind: Kind, only: Option<&Subject>) -> ListingView {
    let columns = columns(site, kind);
    let all = site.register.subjects(kind);
    let rows = match only {
        Some(subject) => listing_row(site, subject, &columns).into_iter().collect(),
        None => all.iter().filter_map(|subject| listing_row(site, subject, &columns)).collect(),
    };
    ListingView { columns: columns.into_iter().map(|column| column.header).collect(), rows }
}

struct ListingColumn {
    header: ListingHeaderView,
    field: Field,
    holds: Holds,
}

/// The columns of a kind in which any row has something.
fn columns(site: &Site, kind: Kind) -> Vec<ListingColumn> {
    let is_filled = |field: Field| site.register.is_filled(kind, field);
    if let Some(own) = site.config.vocabulary.own_kind(kind) {
        let column = |column: &crate::vocabulary::OwnColumn| ListingColumn {
            header: ListingHeaderView { word: "", text: column.title.clone() },
            field: column.field,
            holds: column.holds.clone(),
        };
        return own.columns.iter().filter(|column| is_filled(column.field)).map(column).collect();
    }
    let hidden = [Field::AsOf, Field::Source, Field::Id];
    let shown = kind.columns().iter().filter(|field| !hidden.contains(field) && is_filled(**field));
    let column = |field: &Field| ListingColumn {
        header: ListingHeaderView {
            word: if *field == Field::Notes { "remarks" } else { field.as_str() },
            text: String::new(),
        },
        field: *field,
        holds: match field {
            Field::Status => Holds::Status,
            Field::Actor => Holds::Reference(Kind::Actors.as_str().to_owned()),
            Field::Start | Field::End | Field::Date => Holds::Date,
            Field::Targeted | Field::Reached | Field::InNeed => Holds::Number(String::new()),
            _ => Holds::Text,
        },
    };
    shown.map(column).collect()
}

fn listing_row(site: &Site, subject: &Subject, columns: &[ListingColumn]) -> Option<ListingRowView> {
    let statement = subject.current()?;
    let language = language(site);
    let cell = |column: &ListingColumn| {
        let text = subject.text(column.field).to_owned();
        let date = Date::parse(&text).filter(|_| column.holds == Holds::Date);
        let step = subject.stating(column.field).and_then(Statement::step).filter(|_| column.holds == Holds::Status);
        ListingCellView {
            mark: step.map(|step| step_mark(step, language)),
            links: links(site, &column.holds, &text),
            is_number: matches!(column.holds, Holds::Number(_)),
            text: date.map_or(text, |date| date.in_words(language)),
        }
    };
    Some(ListingRowView {
        anchor: if subject.kind.has_pages() { String::new() } else { anchor(&subject.url) },
        url: subject.kind.has_pages().then(|| subject.url.clone()),
        cells: columns.iter().map(cell).collect(),
        as_of: statement.as_of.as_ref().map(|date| date_view(date, language)),
        sources: cited(site, statement),
        page: place_of(site, statement),
    })
}

/// What a cell refers to.
fn links(site: &Site, holds: &Holds, text: &str) -> Vec<LinkView> {
    let Holds::Reference(to) = holds else { return Vec::new() };
    let Some(kind) = site.config.vocabulary.kind_of_code(to) else { return Vec::new() };
    let register = &site.register;
    let found: Vec<usize> = match kind {
        Kind::Actors => register.names.actors(text),
        _ => {
            let named = text.split(';').flat_map(|name| register.named(kind, &fold(name)));
            named.copied().collect::<BTreeSet<usize>>().into_iter().collect()
        }
    };
    found
        .into_iter()
        .map(|at| &register.subjects(kind)[at])
        .map(|subject| link_to(&subject.url, &subject.name))
        .collect()
}

/// The pages whose text names a subject, and that do not list it themselves.
pub(super) fn mentions(site: &Site, kind: Kind, at: usize) -> Vec<LinkView> {
    let mut pages: Vec<PageId> = site.mentions.get(&Named { kind, at }).into_iter().flatten().copied().collect();
    pages.sort_by_key(|id| site.pages.place(*id));
    pages.into_iter().map(|id| &site.pages[id]).map(|page| link_to(&page.url, &page.title)).collect()
}

/// A source in a list.
pub(super) fn all_sources(site: &Site) -> Vec<SourceEntryView> {
    site.register.sources.iter().map(|source| source_entry(site, source)).collect()
}
