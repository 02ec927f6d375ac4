//! Interventions and focus areas as boards, cards and pages show them. Comes in: the site's register. Goes out: their views,
//! made once and shared by all pages of the register.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::map::{self, MapView};
use super::parts::{date_view, language, link_to, mark, step_mark};
use super::view::{
    DateView, FilterOptionView, FilterView, FocusAreaView, InterventionView, LinkView, MarkView, MatrixRowView,
    MatrixView, PhaseView, StatusCountView,
};
use crate::register::{self, Board as Filtered, Dimension, Filters, Statement, Subject, phase_order, unknown_status};
use crate::site::{self, Site};
use crate::vocabulary::status::{self, Phase, Status};
use crate::vocabulary::{Date, Field, Kind};

/// The facts of an intervention that its page lists besides its actors, with their names in the theme's strings.
const FACTS: [(&str, Field); 13] = [
    ("location", Field::Location),
    ("admin1", Field::Admin1),
    ("admin2", Field::Admin2),
    ("sector", Field::Sector),
    ("start", Field::Start),
    ("end", Field::End),
    ("budget", Field::Budget),
    ("in_need", Field::InNeed),
    ("targeted", Field::Targeted),
    ("reached", Field::Reached),
    ("displaced", Field::Displaced),
    ("refugees", Field::Refugees),
    ("remarks", Field::Notes),
];

/// The board's views.
#[derive(Debug)]
pub(super) struct Board {
    /// All interventions, in the order of the register.
    pub interventions: Vec<Arc<InterventionView>>,
    /// All focus areas, in the order of the register.
    pub focus_areas: Vec<FocusAreaView>,
    /// What each value of a filter is called, and for a status its mark.
    labels: Labels,
    /// For each dimension and the filters in others, the values that leave anything, with how much, in the order of lists.
    choices: BTreeMap<String, Vec<(String, usize)>>,
    /// Where the interventions are, once a page asked for it.
    map: OnceLock<Option<Arc<MapView>>>,
}

/// By what the choices in a dimension are found: the filters in the others.
fn choice_key(filters: &Filters, dimension: Dimension) -> String {
    let others = filters.iter().filter(|(other, _)| **other != dimension);
    let others: String = others.map(|(other, value)| format!("/{}/{value}", other.as_str())).collect();
    format!("{}{others}", dimension.as_str())
}

/// The names of the values of filters, and the marks of statuses.
type Labels = BTreeMap<(Dimension, String), (String, Option<MarkView>)>;

impl Board {
    /// Makes the views of everything in the register.
    pub(super) fn new(site: &Site) -> Board {
        let register = &site.register;
        let interventions: Vec<Arc<InterventionView>> = register
            .subjects(Kind::Interventions)
            .iter()
            .map(|subject| Arc::new(intervention_view(site, subject)))
            .collect();
        let areas = register.subjects(Kind::FocusAreas).iter();
        let focus_areas = areas.map(|area| focus_area_view(area, &interventions)).collect();
        let mut labels = Labels::new();
        for dimension in Dimension::ALL {
            labels.extend(labels_of(site, dimension).into_iter().map(|(value, label)| ((dimension, value), label)));
        }
        let mut choices: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
        for (filters, count) in site.boards.counts() {
            for (dimension, value) in filters {
                choices.entry(choice_key(filters, *dimension)).or_default().push((value.clone(), count));
            }
        }
        let mut board = Board { interventions, focus_areas, labels, choices, map: OnceLock::new() };
        board.sort_choices();
        board
    }

    /// The status of each intervention.
    pub(super) fn statuses_of_all(&self) -> impl Iterator<Item = &MarkView> {
        self.interventions.iter().map(|view| &view.status)
    }

    fn sort_choices(&mut self) {
        let labels = &self.labels;
        for (key, choices) in &mut self.choices {
            let first = key.split('/').next().unwrap_or_default();
            let Some(dimension) = Dimension::ALL.into_iter().find(|dimension| dimension.as_str() == first) else {
                continue;
            };
            let label = |value: &String| labels.get(&(dimension, value.clone())).cloned().unwrap_or_default();
            match dimension {
                Dimension::Status => {
                    choices.sort_by_cached_key(|(value, _)| label(value).1.map(|mark| phase_order(mark.code)));
                }
                _ => choices.sort_by_cached_key(|(value, count)| (Reverse(*count), label(value).0)),
            }
        }
    }

    /// Some interventions by phase; phases without any are left out.
    pub(super) fn phases(&self, members: Option<&[usize]>) -> Vec<PhaseView> {
        let shown: Vec<&Arc<InterventionView>> = match members {
            Some(members) => members.iter().filter_map(|at| self.interventions.get(*at)).collect(),
            None => self.interventions.iter().collect(),
        };
        let of_phase = |phase: Phase| {
            let within = shown.iter().filter(|view| view.status.phase == phase.as_str());
            PhaseView { phase: phase.as_str(), interventions: within.map(|view| (*view).clone()).collect() }
        };
        Phase::ALL.into_iter().map(of_phase).filter(|phase| !phase.interventions.is_empty()).collect()
    }

    /// The statuses that occur, in the order of boards, with their numbers; one whose sources differ counts
    /// under each of its statuses.
    pub(super) fn statuses(&self, language: &str) -> Vec<StatusCountView> {
        let count = |status: &'static Status| {
            let has = |view: &&Arc<InterventionView>| {
                view.status.code == status.code || view.other_statuses.iter().any(|other| other.code == status.code)
            };
            let count = self.interventions.iter().filter(has).count();
            StatusCountView { status: mark(status, status.label.in_language(language).to_owned()), count }
        };
        let mut statuses: Vec<StatusCountView> =
            status::all().iter().map(count).filter(|status| status.count > 0).collect();
        statuses.sort_by_key(|counted| phase_order(counted.status.code));
        statuses
    }

    /// Interventions against focus areas; a matrix that no page can show is left out, since each focus area lists its
    /// interventions as well.
    pub(super) fn matrix(&self, site: &Site) -> Option<MatrixView> {
        const COLUMNS_MAX: usize = 12;
        const ROWS_MAX: usize = 200;
        if !(2..=COLUMNS_MAX).contains(&self.focus_areas.len()) {
            return None;
        }
        let register = &site.register;
        let row = |(at, view): (usize, &Arc<InterventionView>)| {
            let serves = register.subjects(Kind::Interventions)[at].related(Kind::FocusAreas);
            let cells: Vec<bool> = (0..self.focus_areas.len()).map(|area| serves.contains(&area)).collect();
            MatrixRowView { intervention: view.clone(), cells }
        };
        let rows = self.interventions.iter().enumerate().map(row).filter(|row| row.cells.contains(&true));
        let rows: Vec<MatrixRowView> = rows.take(ROWS_MAX + 1).collect();
        let columns = self.focus_areas.iter().map(|area| link_to(&area.url, &area.name)).collect();
        (1..=ROWS_MAX).contains(&rows.len()).then_some(MatrixView { columns, rows })
    }

    /// Where the interventions are, drawn once for all pages that show it.
    pub(super) fn map(&self, site: &Site) -> Option<Arc<MapView>> {
        self.map.get_or_init(|| map::of_interventions(site, &self.interventions).map(Arc::new)).clone()
    }

    /// The ways to narrow a board: for each dimension with a choice, its values with how many they leave.
    pub(super) fn filters(&self, site: &Site, current: &Filters) -> Vec<FilterView> {
        Dimension::ALL.into_iter().filter_map(|dimension| filter(self, site, current, dimension)).collect()
    }
}

/// How many choices a filter lists; the others are found on the page of their register.
const OPTIONS_MAX: usize = 24;

fn filter(board: &Board, site: &Site, current: &Filters, dimension: Dimension) -> Option<FilterView> {
    let labels = &board.labels;
    let shown = if current.is_empty() { board.interventions.len() } else { site.boards.count(current) };
    let is_current = |value: &str| current.get(&dimension).is_some_and(|chosen| chosen == value);
    let option = |(value, count): &(String, usize)| {
        let count = *count;
        let mut filters = current.clone();
        filters.insert(dimension, value.clone());
        let is_current = is_current(value);
        let board = site.boards.showing(&filters);
        // What everything on the page has already narrows nothing, unless the page is the one of just this.
        let narrows = count < shown || (current.is_empty() && count == shown);
        let url = board.filter(|_| narrows || current.contains_key(&dimension)).map(|board| board.url.clone());
        let (label, mark) = labels.get(&(dimension, value.clone())).cloned().unwrap_or_default();
        FilterOptionView { label, mark, url, count, is_current }
    };
    let choices = board.choices.get(&choice_key(current, dimension))?;
    // What is chosen comes first; statuses keep their order.
    let leads = |value: &str| dimension != Dimension::Status && is_current(value);
    let chosen = current.get(&dimension).filter(|value| leads(value)).map(|value| (value.clone(), shown));
    let others = choices.iter().filter(|(value, _)| !leads(value));
    let options: Vec<FilterOptionView> = chosen.iter().chain(others).take(OPTIONS_MAX).map(option).collect();
    let more = choices.len().saturating_sub(OPTIONS_MAX);
    let all_url = current.contains_key(&dimension).then(|| {
        let mut fewer = current.clone();
        fewer.remove(&dimension);
        site.boards
            .showing(&fewer)
            .map_or_else(|| format!("{}/", Kind::Interventions.as_str()), |board| board.url.clone())
    });
    let dimension = match dimension {
        Dimension::FocusArea => "focus_area",
        other => other.as_str(),
    };
    Some(FilterView { dimension, options, all_url, more })
}

/// What the values of a dimension are called, by the last part of their addresses.
fn labels_of(site: &Site, dimension: Dimension) -> BTreeMap<String, (String, Option<MarkView>)> {
    let register = &site.register;
    let of_kind = |kind: Kind| {
        let last_part = |url: &str| url.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        let named =
            register.subjects(kind).iter().map(|subject| (last_part(&subject.url), (subject.name.clone(), None)));
        named.collect()
    };
    match dimension {
        Dimension::Actor => of_kind(Kind::Actors),
        Dimension::FocusArea => of_kind(Kind::FocusAreas),
        Dimension::Status => {
            let label = |status: &'static Status| {
                let label = status.label.in_language(language(site)).to_owned();
                (status.code.clone(), (label.clone(), Some(mark(status, label))))
            };
            status::all().iter().map(label).collect()
        }
        Dimension::Country => {
            let places = register.subjects(Kind::Interventions).iter().flat_map(Subject::places);
            let names = places.map(|place| place.name_in(language(site)).to_owned());
            names.map(|name| (crate::address::slug(&name), (name, None))).collect()
        }
    }
}

/// The words of a board's filters, in their order.
pub(super) fn selection(views: &Board, board: &Filtered) -> Vec<String> {
    let label = |(dimension, value): (&Dimension, &String)| {
        views.labels.get(&(*dimension, value.clone())).map_or_else(|| value.clone(), |(label, _)| label.clone())
    };
    board.filters.iter().map(label).collect()
}

/// The status of an intervention, first of all that its statements as new as the current one give it.
pub(super) fn status_of(site: &Site, intervention: &Subject) -> MarkView {
    let language = language(site);
    let step = intervention.as_new().find_map(Statement::step);
    let unknown = || mark(unknown_status(), unknown_status().label.in_language(language).to_owned());
    step.map_or_else(unknown, |step| step_mark(step, language))
}

fn intervention_view(site: &Site, subject: &Subject) -> InterventionView {
    let register = &site.register;
    let language = language(site);
    let steps = subject.current_steps();
    let current = subject.current();
    let fact = |(name, field): (&'static str, Field)| {
        let text = if register.is_filled(subject.kind, field) { subject.text(field) } else { "" };
        let date = Date::parse(text).filter(|_| matches!(field, Field::Start | Field::End));
        let shown = date.map_or_else(|| text.to_owned(), |date| date.in_words(language));
        (!text.is_empty()).then_some((name, shown))
    };
    let related = |kind: Kind| {
        let subjects = subject.related(kind).iter().filter_map(|at| register.subjects(kind).get(*at));
        subjects.map(|other| link_to(&other.url, &other.name)).collect::<Vec<LinkView>>()
    };
    let country = |place: &&register::Place| {
        let name = place.name_in(language);
        let filters = Filters::from([(Dimension::Country, crate::address::slug(name))]);
        let url = site.boards.showing(&filters).map(|board| board.url.clone()).unwrap_or_default();
        link_to(&url, name)
    };
    let review_by = site::review_by(&site.config, subject);
    InterventionView {
        url: subject.url.clone(),
        name: subject.name.clone(),
        status: status_of(site, subject),
        uncertain: subject.step().is_some_and(|step| step.uncertain),
        disputed: subject.step().is_some_and(|step| step.disputed),
        other_statuses: steps.iter().skip(1).map(|step| step_mark(step, language)).collect(),
        is_contested: register.open_contradictions(subject).any(|found| found.is_high),
        objective: subject.text(Field::Objective).to_owned(),
        as_of: current.and_then(|statement| statement.as_of.as_ref()).map(|date| date_view(date, language)),
        is_stale: review_by.is_some_and(|day| day < site.today),
        review_by: review_by.map(|day| DateView::new(&Date::of_day(day), language)),
        facts: FACTS.into_iter().filter_map(fact).collect(),
        actors: related(Kind::Actors),
        countries: subject.places().iter().map(country).collect(),
        focus_areas: related(Kind::FocusAreas),
    }
}

fn focus_area_view(area: &Subject, interventions: &[Arc<InterventionView>]) -> FocusAreaView {
    FocusAreaView {
        url: area.url.clone(),
        name: area.name.clone(),
        key_actions: area.text(Field::KeyActions).to_owned(),
        interventions: area.related(Kind::Interventions).iter().map(|at| interventions[*at].clone()).collect(),
    }
}
