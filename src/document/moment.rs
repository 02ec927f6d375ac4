//! Dates with a time of day, as front matter has them. Comes in: a text. Goes out: the day, and the moment by which pages are
//! sorted.

use crate::vocabulary::{Date, Day};

/// Seconds since 1970 in UTC; a date without a time is its first second.
pub type Moment = i64;

/// Reads a date of front matter: what [`Date::parse`] reads, and an ISO 8601 or RFC 3339 date with a time of day, whose parts
/// may lack their leading zeros, as YAML allows (YAML 1.1, timestamp).
pub(super) fn parse(text: &str) -> Option<(Date, Moment)> {
    let text = text.trim();
    if let Some(date) = Date::parse(text) {
        return Some((date, seconds(date.earliest(), 0)));
    }
    let at = text.find(['T', 't', ' '])?;
    let (day, time) = (&text[..at], text[at + 1..].trim());
    let day = day_of(day)?;
    Some((Date::of_day(day), seconds(day, second_of_day(time)?)))
}

fn seconds(day: Day, of_day: i64) -> Moment {
    let epoch = jiff::civil::date(1970, 1, 1);
    let days = day.since((jiff::Unit::Day, epoch)).map_or(0, |span| i64::from(span.get_days()));
    days * 86_400 + of_day
}

/// `2024-1-2`.
fn day_of(text: &str) -> Option<Day> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_plain = year.len() == 4 && parts.next().is_none();
    Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok().filter(|_| is_plain)
}

/// `3:04:05.6 +1`, `03:04Z`, `03:04:05-0700`: seconds since midnight in UTC, which may be on another day.
fn second_of_day(text: &str) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(text.len());
    let (clock, zone) = (&text[..end], text[end..].trim());
    let mut parts = clock.split(':');
    let hour: i64 = parts.next()?.parse().ok().filter(|hour| (0..24).contains(hour))?;
    let minute: i64 = parts.next()?.parse().ok().filter(|minute| (0..60).contains(minute))?;
    let second: f64 = parts.next().map_or(Some(0.0), |second| second.parse().ok())?;
    let is_clock = parts.next().is_none() && (0.0..61.0).contains(&second);
    is_clock.then_some(hour * 3600 + minute * 60 + second as i64 - offset(zone)?)
}

/// `Z`, `+1`, `+01:00`, `-0700`; nothing is UTC. In seconds.
fn offset(zone: &str) -> Option<i64> {
    if zone.is_empty() || ["Z", "z", "UTC", "GMT"].contains(&zone) {
        return Some(0);
    }
    let sign = match zone.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let rest = &zone[1..];
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None if rest.len() > 2 => rest.split_at_checked(2)?,
        None => (rest, "0"),
    };
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_with_times_are_read_and_ordered() {
        let moment = |text: &str| parse(text).map(|(date, moment)| (date.to_string(), moment));
        assert_eq!(moment("2024-1-2 3:04:05 +1"), Some(("2024-01-02".into(), 1_704_161_045)));
        assert_eq!(moment("2023-10-15T13:18:50-07:00"), moment("2023-10-15T13:18:50-0700"));
        assert!(moment("2023-10-15T13:18:50Z") > moment("2023-10-15"));
        assert_eq!(moment("15 Oct 2023").map(|found| found.0), Some("2023-10-15".into()));
        assert_eq!(moment("2023-10-15T25:00"), None);
    }
}
