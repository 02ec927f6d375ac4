//! Pages of the register: boards, interventions, focus areas. Comes in: the site's register.
//! Goes out: the views of what is on them.

use std::sync::Arc;

use super::view::{
    DateView, FocusAreaView, InterventionView, LinkView, MarkView, PhaseView, SourceView, StatementView,
    StatusCountView, StepView,
};
use crate::register::{FocusArea, Intervention, Statement, Subject, status_url};
use crate::site::{Resolved, Site};
use crate::vocabulary::status::{self, Phase, Status};
use crate::vocabulary::{Field, Step};

/// The facts of an intervention that its page lists, with their names in the theme's strings.
const FACTS: [(&str, Field); 10] = [
    ("actor", Field::Actor),
    ("country", Field::Country),
    ("location", Field::Location),
    ("sector", Field::Sector),
    ("funder", Field::Funder),
    ("partner", Field::Partner),
    ("start", Field::Start),
    ("end", Field::End),
    ("budget", Field::Budget),
    ("remarks", Field::Notes),
];

/// The board's views, made once and shared by all pages of the register.
#[derive(Debug)]
pub(super) struct Board {
    /// All interventions, in the order of the register.
    pub interventions: Vec<Arc<InterventionView>>,
    /// All focus areas, in the order of the register.
    pub focus_areas: Vec<FocusAreaView>,
}

impl Board {
    /// Makes the views of everything in the register.
    pub(super) fn new(site: &Site) -> Board {
        let register = &site.register;
        let interventions: Vec<Arc<InterventionView>> =
            register.interventions.iter().map(|intervention| Arc::new(intervention_view(site, intervention))).collect();
        let focus_areas = register.focus_areas.iter().map(|area| focus_area_view(area, &interventions)).collect();
        Board { interventions, focus_areas }
    }

    /// The interventions that `shown` admits, by phase; phases without any are left out.
    pub(super) fn phases(&self, shown: impl Fn(&InterventionView) -> bool) -> Vec<PhaseView> {
        let of_phase = |phase: Phase| {
            let within = self.interventions.iter().filter(|view| view.status.phase == phase.as_str() && shown(view));
            PhaseView { phase: phase.as_str(), interventions: within.cloned().collect() }
        };
        Phase::ALL.into_iter().map(of_phase).filter(|phase| !phase.interventions.is_empty()).collect()
    }

    /// The statuses that occur, in the order of boards, with their numbers; one whose sources differ counts
    /// under each of its statuses.
    pub(super) fn statuses(&self, language: &str) -> Vec<StatusCountView> {
        let count = |status: &'static Status| {
            let count = self.interventions.iter().filter(|view| has_status(view, &status.code)).count();
            StatusCountView { status: mark(status, status.label.in_language(language).to_owned()), count }
        };
        let mut statuses: Vec<StatusCountView> =
            status::all().iter().map(count).filter(|status| status.count > 0).collect();
        statuses.sort_by_key(|counted| status::by_code(counted.status.code).phase);
        statuses
    }
}

/// Whether one of the statements that count gives an intervention this status.
pub(super) fn has_status(view: &InterventionView, code: &str) -> bool {
    view.status.code == code || view.other_statuses.iter().any(|other| other.code == code)
}

/// A status with a label.
pub(super) fn mark(status: &'static Status, label: String) -> MarkView {
    MarkView {
        code: &status.code,
        phase: status.phase.as_str(),
        mark: &status.mark,
        label,
        url: status_url(&status.code),
    }
}

fn step_mark(step: &Step, language: &str) -> MarkView {
    let status = status::by_code(step.code);
    let word = if step.label.chars().any(char::is_alphanumeric) {
        step.label.clone()
    } else {
        status.label.in_language(language).to_owned()
    };
    mark(status, word)
}

fn intervention_view(site: &Site, intervention: &Intervention) -> InterventionView {
    let subject = &intervention.subject;
    let language = &site.config.language;
    let current = subject.current();
    let mut marks = intervention.current_steps().into_iter().map(|step| step_mark(step, language));
    let status = marks.next().unwrap_or_else(|| step_mark(intervention.status_cell().current(), language));
    let fact = |(name, field): (&'static str, Field)| {
        let text = if field == Field::Country { subject.country().unwrap_or_default() } else { subject.text(field) };
        (!text.is_empty()).then(|| (name, text.to_owned()))
    };
    let focus_area = |at: &usize| {
        let area = &site.register.focus_areas[*at].subject;
        LinkView { url: area.url.clone(), title: area.name.clone(), description: None }
    };
    InterventionView {
        url: subject.url.clone(),
        name: subject.name.clone(),
        status,
        other_statuses: marks.collect(),
        objective: subject.text(Field::Objective).to_owned(),
        as_of: current.and_then(|statement| statement.as_of.as_ref()).map(|date| DateView::new(date, language)),
        facts: FACTS.into_iter().filter_map(fact).collect(),
        focus_areas: intervention.focus_areas.iter().map(focus_area).collect(),
    }
}

fn focus_area_view(area: &FocusArea, interventions: &[Arc<InterventionView>]) -> FocusAreaView {
    let subject = &area.subject;
    FocusAreaView {
        url: subject.url.clone(),
        name: subject.name.clone(),
        key_actions: subject.text(Field::KeyActions).to_owned(),
        interventions: area.interventions.iter().map(|at| interventions[*at].clone()).collect(),
    }
}

/// Everything that is stated of a subject; `text` is the field that is shown beside a status.
pub(super) fn statements(site: &Site, subject: &Subject, text: Field) -> Vec<StatementView> {
    subject.statements.iter().map(|statement| statement_view(site, statement, text)).collect()
}

fn statement_view(site: &Site, statement: &Statement, text: Field) -> StatementView {
    let language = &site.config.language;
    let step = |step: &Step| StepView {
        status: step_mark(step, language),
        until: step.until.as_ref().map(|date| DateView::new(date, language)),
        date: step.date.as_ref().map(|date| DateView::new(date, language)),
        uncertain: step.uncertain,
        disputed: step.disputed,
    };
    let title = site.page_at(&statement.page).map(|page| page.title.clone()).unwrap_or_default();
    StatementView {
        steps: statement.row.status.as_ref().map(|cell| cell.steps.iter().map(step).collect()).unwrap_or_default(),
        words: remark(statement).map(str::to_owned),
        text: statement.row.text(text).to_owned(),
        as_of: statement.as_of.as_ref().map(|date| DateView::new(date, language)),
        source: source_view(site, statement),
        page: LinkView { url: format!("{}#{}", statement.page, statement.row.anchor), title, description: None },
    }
}

/// The whole status cell, where it has a remark beside its status.
fn remark(statement: &Statement) -> Option<&str> {
    let cell = statement.row.status.as_ref()?;
    cell.has_remark.then(|| statement.row.text(Field::Status))
}

/// The source of a statement, with where it leads.
pub(super) fn source_view(site: &Site, statement: &Statement) -> Option<SourceView> {
    let source = statement.row.source.as_ref()?;
    let resolved = source.target.as_ref().map(|target| site.resolve(target, &statement.page));
    let (url, outside) = match resolved {
        Some(Resolved::Within(url)) => (Some(url), None),
        Some(Resolved::Outside(url)) => (None, Some(url)),
        _ => (None, None),
    };
    Some(SourceView { text: source.text.clone(), url, outside })
}
