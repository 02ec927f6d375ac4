//! The history of a subject's status. Comes in: its statements. Goes out: [`Moment`]s in the order of time, and the
//! [`Change`]s between them.

use std::collections::BTreeSet;

use super::{Statement, Subject, status_since};
use crate::vocabulary::{Date, Step};

/// A status at a time.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The status.
    pub step: &'a Step,
    /// When it began, else when it was stated to hold.
    pub date: Option<Date>,
    /// Whether it is known to have begun then.
    pub is_beginning: bool,
    /// The statement that says so.
    pub statement: &'a Statement,
}

/// A change of status.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// The status before.
    pub before: &'a Step,
    /// The status after.
    pub after: Moment<'a>,
    /// When.
    pub date: Date,
}

/// Every status that is stated of a subject, the dated ones by time, then the undated ones. What only repeats the status
/// before it is left out.
pub fn history(subject: &Subject) -> Vec<Moment<'_>> {
    let mut moments: Vec<Moment<'_>> = Vec::new();
    for statement in subject.statements.iter().filter(|statement| !statement.is_future) {
        let Some(cell) = &statement.row.status else { continue };
        let last = cell.steps.len() - 1;
        for (at, step) in cell.steps.iter().enumerate() {
            let own = if at == last { status_since(statement) } else { step.date };
            let date = own.or(if at == last { statement.as_of } else { step.as_of });
            moments.push(Moment { step, date, is_beginning: own.is_some(), statement });
        }
    }
    let key = |moment: &Moment<'_>| moment.date.map(|date| (date.earliest(), !moment.is_beginning, date));
    // Those of one time stay in the order of the statements.
    moments.sort_by_key(|moment| (moment.date.is_none(), key(moment)));
    let mut shown: Vec<Moment<'_>> = Vec::new();
    let mut codes: BTreeSet<&str> = BTreeSet::new();
    for moment in moments {
        let repeats = match moment.date {
            // What begins at one time in one place may begin at another in another.
            Some(_) => shown.last().is_some_and(|last| {
                last.step.code == moment.step.code && last.statement.shares_place(moment.statement)
            }),
            None => codes.contains(moment.step.code),
        };
        if !repeats {
            codes.insert(moment.step.code);
            shown.push(moment);
        }
    }
    shown
}

/// The dated changes of a subject's status, the oldest first.
pub fn changes(subject: &Subject) -> Vec<Change<'_>> {
    let moments = history(subject);
    let pairs = moments.windows(2).filter_map(|pair| {
        let [before, after] = pair else { return None };
        let date = after.date.filter(|_| before.date.is_some())?;
        // Statuses that two sources give for one date are a disagreement, not a change.
        (before.date != after.date).then_some(Change { before: before.step, after: *after, date })
    });
    pairs.collect()
}
