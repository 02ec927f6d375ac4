//! How long statements hold. Comes in: a subject and the site's periods. Goes out: the day by which it should be looked at
//! again, and for each page the soonest of them.

use std::collections::BTreeMap;

use jiff::ToSpan;

use crate::config::Config;
use crate::register::{PageId, Register, Statement, Subject};
use crate::vocabulary::status;
use crate::vocabulary::{Day, Kind};

/// After how many days a figure should be looked at again, where the site does not say otherwise.
const FIGURES_DAYS: u32 = 365;

/// The day by which the current statement on a subject should be looked at again; `None` where it is undated, or is of a
/// kind or status that does not grow old.
pub fn review_by(config: &Config, subject: &Subject) -> Option<Day> {
    let statement = subject.current().filter(|statement| !statement.is_future)?;
    let days = period(config, subject.kind, statement)?;
    let as_of = statement.as_of?.latest();
    // A date without an end never grows old.
    as_of.checked_add(i64::from(days).days()).ok().filter(|_| as_of != Day::MAX)
}

fn period(config: &Config, kind: Kind, statement: &Statement) -> Option<u32> {
    let own = |key: &str| config.stale_after_days.get(key).copied();
    let days = match kind {
        Kind::Figures => own("figures").unwrap_or(FIGURES_DAYS),
        Kind::FocusAreas => return None,
        _ => {
            let step = statement.step()?;
            own(step.code).unwrap_or(status::by_code(step.code).stale_after_days)
        }
    };
    (days > 0).then_some(days)
}

/// For each page with statements that count now, the soonest day by which one of them should
/// be looked at again.
pub(super) fn reviews(config: &Config, register: &Register) -> BTreeMap<PageId, Day> {
    let mut soonest: BTreeMap<PageId, Day> = BTreeMap::new();
    for subject in register.kinds().flat_map(|kind| register.subjects(kind)) {
        let Some(day) = review_by(config, subject) else { continue };
        for statement in subject.as_new() {
            let known = soonest.entry(statement.id.page).or_insert(day);
            *known = day.min(*known);
        }
    }
    soonest
}
