//! Numbers in the text that lead to a figure. Comes in: links and what they say. Goes out: the ones that differ from the
//! figure's value, and those that should be filled in and lead to none.

use crate::document::Link;
use crate::problem::{Problem, catalogue};
use crate::register::Subject;
use crate::site::{Page, Resolved, Site};
use crate::vocabulary::Field;
use crate::vocabulary::number::Number;

/// Checks every link whose text is a number or `?`.
pub(super) fn check(site: &Site) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (page, resolved) in site.linked() {
        let Some(document) = &page.document else { continue };
        let numbers = document.links.iter().zip(resolved).filter(|(link, _)| !link.text.is_empty());
        problems.extend(numbers.filter_map(|(link, resolved)| check_link(site, page, link, resolved)));
    }
    problems
}

fn check_link(site: &Site, page: &Page, link: &Link, resolved: &Resolved) -> Option<Problem> {
    let figure = site.figure(resolved);
    if link.text == "?" {
        let leads_nowhere = figure.is_none() && matches!(resolved, Resolved::Within(_));
        return leads_nowhere.then(|| catalogue::figure_missing(link.place.clone(), &link.target));
    }
    let statement = figure.and_then(Subject::current)?;
    // "1.2m" is metres in one text and millions in the next.
    let said = Number::parse(&link.text, site.language_of(page)).filter(|said| said.unit != "m")?;
    let value = statement.number(&site.config.language)?;
    (!said.agrees(&value)).then(|| {
        let figure =
            (statement.row.text(Field::Fact), statement.row.text(Field::Value), statement.row.place_of(Field::Value));
        catalogue::number_mismatch(link.place.clone(), &link.text, figure)
    })
}
