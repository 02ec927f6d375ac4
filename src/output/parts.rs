//! What several pages of the register show alike: marks, statements, sources, links to rows. Comes in: parts of the
//! register. Goes out: their views.

use super::view::{DateView, LinkView, MarkView, MomentView, SideView, SourceView, StatementView, StepView};
use crate::register::{self, Contradiction, Moment, Side, Statement, Subject, status_url};
use crate::site::{Page, Site};
use crate::vocabulary::status::{self, Status};
use crate::vocabulary::{Date, Field, Step, fold};

/// The language in which the pages of the register speak.
pub(super) fn language(site: &Site) -> &str {
    &site.config.language
}

/// A date as pages show it.
pub(super) fn date_view(date: &Date, language: &str) -> DateView {
    DateView::new(date, language)
}

/// A link without a description.
pub(super) fn link_to(url: &str, title: &str) -> LinkView {
    LinkView { url: url.to_owned(), title: title.to_owned(), description: None }
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

/// A step with the writer's word, else the vocabulary's.
pub(super) fn step_mark(step: &Step, language: &str) -> MarkView {
    let status = status::by_code(step.code);
    let is_said = step.label.chars().any(char::is_alphanumeric);
    let word = if is_said { step.label.clone() } else { status.label.in_language(language).to_owned() };
    mark(status, word)
}

/// Where a row stands on the writer's page.
pub(super) fn row_link(site: &Site, page: &str, anchor: &str) -> LinkView {
    place_on(site.page_at(page), page, anchor)
}

/// A place on the page at a URL.
fn place_on(page: Option<&Page>, url: &str, anchor: &str) -> LinkView {
    let title = page.map_or(url, |page| page.title.as_str());
    let url = if anchor.is_empty() { url.to_owned() } else { format!("{url}#{anchor}") };
    link_to(&url, title)
}

/// The place of a statement.
pub(super) fn place_of(site: &Site, statement: &Statement) -> LinkView {
    let page = site.pages.get(statement.id.page).map(|page| &**page);
    place_on(page, &statement.page, &statement.row.anchor)
}

/// The sources of a statement, each with its page.
pub(super) fn cited(site: &Site, statement: &Statement) -> Vec<SourceView> {
    let document = site.pages.get(statement.id.page).and_then(|page| page.document.as_ref());
    let view = |citation: &usize| {
        let citation_text =
            document.and_then(|document| document.citations.get(*citation)).map(|citation| &citation.text);
        let source = site.register.source_of(statement.id.page, *citation).map(|at| &site.register.sources[at]);
        match source {
            Some(source) => Some(source_view(source)),
            None => citation_text.map(|text| SourceView { text: text.clone(), url: None, outside: None }),
        }
    };
    let mut views: Vec<SourceView> = statement.row.citations.iter().filter_map(view).collect();
    views.dedup_by(|a, b| a.url.is_some() && a.url == b.url);
    views
}

/// A source as statements name it: what it is called, and its title.
pub(super) fn source_view(source: &register::Source) -> SourceView {
    SourceView { text: source_text(source), url: Some(source.url.clone()), outside: source.target.clone() }
}

/// A source in words: its name, and its title where the name does not say it.
pub(super) fn source_text(source: &register::Source) -> String {
    let is_named = source.title.is_empty() || source.name.contains(&source.title);
    if is_named { source.name.clone() } else { format!("{}, {}", source.name, source.title) }
}

/// Everything that is stated of a subject; `text` is the field that is shown beside a status.
pub(super) fn statements(site: &Site, subject: &Subject, text: Field) -> Vec<StatementView> {
    subject.statements.iter().map(|statement| statement_view(site, subject, statement, text)).collect()
}

fn statement_view(site: &Site, subject: &Subject, statement: &Statement, text: Field) -> StatementView {
    let language = language(site);
    let step = |step: &Step| StepView {
        status: step_mark(step, language),
        until: step.until.as_ref().map(|date| date_view(date, language)),
        date: step.date.as_ref().map(|date| date_view(date, language)),
        uncertain: step.uncertain,
        disputed: step.disputed,
    };
    StatementView {
        steps: statement.row.status.as_ref().map(|cell| cell.steps.iter().map(step).collect()).unwrap_or_default(),
        words: remark(statement).map(str::to_owned),
        text: statement.row.text(text).to_owned(),
        as_of: statement.as_of.as_ref().map(|date| date_view(date, language)),
        is_superseded: is_superseded(subject, statement),
        is_future: statement.is_future,
        sources: cited(site, statement),
        page: place_of(site, statement),
    }
}

/// Whether a newer statement on its subject gives another status or value.
pub(super) fn is_superseded(subject: &Subject, statement: &Statement) -> bool {
    let Some(current) = subject.current().filter(|current| !current.is_future && current.shares_place(statement))
    else {
        return false;
    };
    let is_older =
        statement.as_of.zip(current.as_of).is_some_and(|(own, newest)| own < newest && !own.overlaps(&newest));
    let says = |statement: &Statement| {
        let step = statement.step().map(|step| step.code);
        (step, statement.row.text(Field::Value).to_owned())
    };
    is_older && says(statement) != says(current)
}

/// The whole status cell, where it has a remark beside its status.
fn remark(statement: &Statement) -> Option<&str> {
    let cell = statement.row.status.as_ref()?;
    cell.has_remark.then(|| statement.row.text(Field::Status))
}

/// A status at a time.
pub(super) fn moment_view(site: &Site, moment: &Moment<'_>) -> MomentView {
    let language = language(site);
    MomentView {
        status: step_mark(moment.step, language),
        date: moment.date.as_ref().map(|date| date_view(date, language)),
        is_beginning: moment.is_beginning,
        uncertain: moment.step.uncertain,
        disputed: moment.step.disputed,
        sources: cited(site, moment.statement),
        page: place_of(site, moment.statement),
    }
}

/// The two sides of a contradiction.
pub(super) fn sides(site: &Site, contradiction: &Contradiction) -> Vec<SideView> {
    let language = language(site);
    let label = |side: &Side| side.code.map(|code| status::by_code(code).label.in_language(language).to_owned());
    let says_more = |side: &Side| label(side).is_none_or(|label| fold(&label) != fold(&side.text));
    let side = |side: &Side| SideView {
        mark: side.code.map(status::by_code).zip(label(side)).map(|(status, label)| mark(status, label)),
        text: if says_more(side) { side.text.clone() } else { String::new() },
        as_of: side.as_of.as_ref().map(|date| date_view(date, language)),
        sources: side.sources.iter().map(|at| source_view(&site.register.sources[*at])).collect(),
        page: row_link(site, &side.page, &side.anchor),
    };
    contradiction.sides.iter().map(side).collect()
}
