//! What a reader sees at a glance: key figures, what changed, how many interventions are in which phase, how many events a
//! year has. Comes in: the whole site, or the tables of one page. Goes out: the part of a [`RegisterView`] that shows it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::board::{self, Board};
use super::pages;
use super::view::{EventView, FigureView, MarkView, RegisterView, ShareView, UpdateView, YearView};
use crate::register::{PageId, RowId, Subject};
use crate::site::Site;
use crate::vocabulary::status::Phase;
use crate::vocabulary::{Date, Day, Field, Kind};

/// How many key figures the home page shows; a page of the writer's shows fewer, since its table follows.
const FIGURES_MAX: usize = 6;
const PAGE_FIGURES_MAX: usize = 4;

/// How many changes are shown (domain knowledge: the three newest).
const UPDATES_MAX: usize = 3;

/// How many events the home page shows, the last ones.
const EVENTS_MAX: usize = 4;

/// The longest row of years that is drawn.
const YEARS_MAX: i16 = 150;

/// What the home page says of the whole site, besides what `summary` has already.
pub(super) fn of_site(site: &Site, board: &Board, summary: RegisterView) -> RegisterView {
    let mut updates = pages::updates(site);
    updates.truncate(UPDATES_MAX);
    let disputes = site.register.contradictions.iter().filter(|found| !found.is_settled).count();
    RegisterView {
        shares: shares(board.statuses_of_all()),
        map: board.map(site),
        figures: newest_figures(site),
        updates,
        events: last_events(site),
        contested_count: disputes + site.register.subjects(Kind::Contested).len(),
        ..summary
    }
}

/// The key figures with the newest dates.
fn newest_figures(site: &Site) -> Vec<FigureView> {
    let mut figures: Vec<&Subject> = site.register.subjects(Kind::Figures).iter().collect();
    let day = |figure: &Subject| figure.current().and_then(|current| current.as_of).map(|date| date.latest());
    figures.sort_by_key(|figure| Reverse(day(figure)));
    figures.into_iter().filter_map(|figure| pages::figure_view(site, figure)).take(FIGURES_MAX).collect()
}

/// What the tables of a page of the writer's say at a glance: nothing where there is too little to sum up.
pub(super) fn of_page(site: &Site, id: PageId) -> RegisterView {
    let Some(document) = site.pages[id].document.as_ref().filter(|document| !document.tables.is_empty()) else {
        return RegisterView::default();
    };
    let rows = |kind: Kind| {
        let tables = document.tables.iter().enumerate().filter(move |(_, table)| table.kind == kind);
        tables.flat_map(move |(table, found)| (0..found.rows.len()).map(move |row| RowId { page: id, table, row }))
    };
    let mut view = RegisterView::default();
    // A table of which a newer one elsewhere says something else is no place to look for the value now.
    let is_now = |row: &RowId| {
        let (subject, statement) = site.register.stated(*row)?;
        subject.is_as_new(statement).then_some(subject)
    };
    let figures = distinct(rows(Kind::Figures).filter_map(|row| is_now(&row)));
    if figures.len() > 1 {
        let shown = figures.into_iter().filter_map(|figure| pages::figure_view(site, figure));
        view.figures = shown.take(PAGE_FIGURES_MAX).collect();
    }
    let of_page = distinct(rows(Kind::Interventions).filter_map(|row| site.register.subject_of(row)));
    if of_page.len() > 1 {
        let statuses: Vec<MarkView> = of_page.iter().map(|subject| board::status_of(site, subject)).collect();
        view.shares = shares(&statuses);
    }
    let mut updates: Vec<(Day, UpdateView)> =
        rows(Kind::Updates).filter_map(|row| pages::noted(site, site.register.subject_of(row)?)).collect();
    updates.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    view.updates = updates.into_iter().map(|(_, update)| update).take(UPDATES_MAX).collect();
    view
}

/// Subjects without those that came before.
fn distinct<'s>(subjects: impl Iterator<Item = &'s Subject>) -> Vec<&'s Subject> {
    let mut seen = BTreeSet::new();
    subjects.filter(|subject| seen.insert(subject.url.as_str())).collect()
}

/// The last events that have happened, the oldest of them first.
fn last_events(site: &Site) -> Vec<EventView> {
    let dated = site.register.subjects(Kind::Timeline).iter().filter_map(|event| Some((date_of(event)?, event)));
    let mut past: Vec<(Date, &Subject)> = dated.filter(|(date, _)| date.earliest() <= site.today).collect();
    past.sort_by(|a, b| (b.0.earliest(), &a.1.name).cmp(&(a.0.earliest(), &b.1.name)));
    pages::in_time(site, past.into_iter().take(EVENTS_MAX).map(|(_, event)| event).collect())
}

fn date_of(event: &Subject) -> Option<Date> {
    Date::parse(event.text(Field::Date))
}

/// The parts that the phases have among the statuses of some interventions; none where there is nothing to compare.
pub(super) fn shares<'v>(statuses: impl IntoIterator<Item = &'v MarkView>) -> Vec<ShareView> {
    let mut phases: BTreeMap<&str, (&'static str, usize)> = BTreeMap::new();
    for status in statuses {
        phases.entry(status.phase).or_insert((status.mark, 0)).1 += 1;
    }
    let total: usize = phases.values().map(|(_, count)| count).sum();
    if total < 2 {
        return Vec::new();
    }
    let mut before = 0;
    let share = |phase: Phase| {
        let (mark, count) = *phases.get(phase.as_str())?;
        let share = ShareView { phase: phase.as_str(), mark, count, x: part(before, total), width: part(count, total) };
        before += count;
        Some(share)
    };
    Phase::ALL.into_iter().filter_map(share).collect()
}

/// How many of the events that are `shown` each year has, from the first to the last; none for a short timeline or a very
/// long one.
pub(super) fn years(site: &Site, shown: impl Fn(&Subject) -> bool) -> Vec<YearView> {
    let events = site.register.subjects(Kind::Timeline).iter().filter(|event| shown(event));
    let mut counts: BTreeMap<i16, usize> = BTreeMap::new();
    for year in events.filter_map(|event| Some(date_of(event)?.earliest().year())).filter(|year| *year > 0) {
        *counts.entry(year).or_default() += 1;
    }
    let (Some((first, _)), Some((last, _))) = (counts.first_key_value(), counts.last_key_value()) else {
        return Vec::new();
    };
    let (first, length) = (*first, last - first + 1);
    if counts.len() < 3 || length > YEARS_MAX {
        return Vec::new();
    }
    let most = counts.values().copied().max().unwrap_or(1);
    let (length, place) = (usize::from(length.unsigned_abs()), |year: i16| usize::from((year - first).unsigned_abs()));
    let column = |(year, count): (&i16, &usize)| YearView {
        year: year.to_string(),
        count: *count,
        x: part(place(*year), length),
        width: part(1, length),
        height: part(*count, most),
    };
    counts.iter().map(column).collect()
}

/// A part of a whole in hundredths, with two decimals.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn part(of: usize, whole: usize) -> f64 {
    (of as f64 / whole as f64 * 10_000.0).round() / 100.0
}
