//! Open data. Comes in: the register. Goes out: one [`CsvView`] a register, with stable columns, always all of them,
//! empty where nothing is known; one line a subject, from its newest statement.

use super::board::source_view;
use super::view::CsvView;
use crate::register::Subject;
use crate::site::Site;
use crate::vocabulary::{Date, Field};

const INTERVENTIONS: [&str; 18] = [
    "id",
    "name",
    "objective",
    "status",
    "status_label",
    "status_since",
    "iati_status",
    "actor",
    "actor_type",
    "country",
    "focus_area",
    "sector",
    "start",
    "end",
    "as_of",
    "source",
    "source_url",
    "page",
];

const FOCUS_AREAS: [&str; 9] =
    ["id", "name", "key_actions", "status", "country", "as_of", "source", "source_url", "page"];

/// `data/interventions.csv`.
pub(super) fn interventions(site: &Site) -> CsvView {
    let register = &site.register;
    let row = |intervention: &crate::register::Intervention| {
        let subject = &intervention.subject;
        let step = intervention.status_cell().current();
        let status = intervention.status();
        let focus_areas = intervention.focus_areas.iter().map(|at| register.focus_areas[*at].subject.name.as_str());
        let own = subject.current().map(|current| current.row.text(Field::StatusDate)).filter(|date| !date.is_empty());
        let since = own.map(|date| Date::parse(date).map_or_else(|| date.to_owned(), |date| date.to_string()));
        let since = since.or_else(|| step.date.as_ref().map(ToString::to_string)).unwrap_or_default();
        let mut row = vec![
            subject.id.clone(),
            subject.name.clone(),
            subject.text(Field::Objective).to_owned(),
            status.code.clone(),
            step.label.clone(),
            since,
            status.iati.clone(),
            subject.text(Field::Actor).to_owned(),
            subject.text(Field::OrgType).to_owned(),
            subject.country().unwrap_or_default().to_owned(),
            focus_areas.collect::<Vec<_>>().join("; "),
            subject.text(Field::Sector).to_owned(),
            subject.text(Field::Start).to_owned(),
            subject.text(Field::End).to_owned(),
        ];
        row.extend(origin(site, subject));
        row
    };
    CsvView { columns: &INTERVENTIONS, rows: register.interventions.iter().map(row).collect() }
}

/// `data/focus-areas.csv`.
pub(super) fn focus_areas(site: &Site) -> CsvView {
    let row = |area: &crate::register::FocusArea| {
        let subject = &area.subject;
        // What a table of focus areas lists is proposed, unless it says otherwise; a name that only interventions give
        // is not known to be.
        let stated = subject.current().map(|current| match (&current.row.status, current.row.text(Field::Status)) {
            (Some(cell), words) if !words.is_empty() => cell.current().code,
            _ => "proposed",
        });
        let status = stated.unwrap_or_default();
        let mut row = vec![
            subject.id.clone(),
            subject.name.clone(),
            subject.text(Field::KeyActions).to_owned(),
            status.to_owned(),
            subject.country().unwrap_or_default().to_owned(),
        ];
        row.extend(origin(site, subject));
        row
    };
    CsvView { columns: &FOCUS_AREAS, rows: site.register.focus_areas.iter().map(row).collect() }
}

/// The columns that both registers end with: as of, source, address of the source, page.
fn origin(site: &Site, subject: &Subject) -> [String; 4] {
    let current = subject.current();
    let source = current.and_then(|statement| source_view(site, statement));
    let (text, url) =
        source.map(|source| (source.text, source.outside.or(source.url).unwrap_or_default())).unwrap_or_default();
    let as_of = current.and_then(|statement| statement.as_of.as_ref()).map(ToString::to_string).unwrap_or_default();
    [as_of, text, url, current.map(|statement| statement.page.clone()).unwrap_or_default()]
}
