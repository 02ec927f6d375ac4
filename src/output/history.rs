//! The history of a status, drawn. Comes in: a subject. Goes out: a [`HistoryView`]: stretches of time on an axis of years,
//! and the same as a list.

use super::parts::moment_view;
use super::view::{BarView, HistoryView, TickView};
use crate::register::{Moment, Subject, history};
use crate::site::Site;
use crate::vocabulary::status::{self, Phase};
use crate::vocabulary::{Date, Day};

/// How many years an axis names at most.
const TICKS_MAX: i16 = 8;

/// The history of a subject; `None` where it has one status and no date for it.
pub(super) fn view(site: &Site, subject: &Subject) -> Option<HistoryView> {
    let moments = history(subject);
    let dated: Vec<&Moment<'_>> = moments.iter().filter(|moment| moment.date.is_some()).collect();
    if dated.is_empty() {
        return None;
    }
    let (bars, ticks) = draw(&dated, last_known(subject));
    Some(HistoryView { bars, ticks, moments: moments.iter().map(|moment| moment_view(site, moment)).collect() })
}

/// The last day of which anything is stated.
fn last_known(subject: &Subject) -> Option<Day> {
    let stated =
        subject.statements.iter().filter(|statement| !statement.is_future).filter_map(|statement| statement.as_of);
    stated.map(|date| end_of(&date)).max()
}

fn beginning_of(date: &Date) -> Day {
    if date.earliest() == Day::MIN { date.latest() } else { date.earliest() }
}

fn end_of(date: &Date) -> Day {
    if date.latest() == Day::MAX { date.earliest() } else { date.latest() }
}

fn draw(moments: &[&Moment<'_>], last_known: Option<Day>) -> (Vec<BarView>, Vec<TickView>) {
    let starts: Vec<Day> = moments.iter().filter_map(|moment| moment.date.as_ref()).map(beginning_of).collect();
    let (Some(first), Some(last_start)) = (starts.first().copied(), starts.last().copied()) else {
        return (Vec::new(), Vec::new());
    };
    let last = last_known.unwrap_or(last_start).max(last_start);
    // A little room after what is known, so that the last status can be seen.
    let days = |from: Day, to: Day| f64::from(from.until(to).map_or(0, |span| span.get_days()));
    let length = days(first, last).max(30.0) * 1.06 + 1.0;
    let at = |day: Day| round(days(first, day) / length * 100.0);
    let bar = |(index, moment): (usize, &&Moment<'_>)| {
        let status = status::by_code(moment.step.code);
        let x = at(starts[index]);
        let is_last = index + 1 == starts.len();
        let end = starts.get(index + 1).map_or(100.0, |next| at(*next));
        let is_open = is_last && status.phase != Phase::Over;
        BarView { x, width: round((end - x).max(1.0)), phase: status.phase.as_str(), mark: &status.mark, is_open }
    };
    let bars = moments.iter().enumerate().map(bar).collect();
    let years = last.year() - first.year();
    let step = (years / TICKS_MAX + 1).max(1);
    let ticks = (first.year() + 1..=last.year())
        .filter(|year| (year - first.year() - 1) % step == 0)
        .filter_map(|year| Day::new(year, 1, 1).ok())
        .map(|day| TickView { x: at(day), label: day.year().to_string() })
        .collect();
    (bars, ticks)
}

fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
