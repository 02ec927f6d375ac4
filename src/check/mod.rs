//! What is wrong in a whole site. Comes in: a [`Site`]. Goes out: problems that no single document shows.

mod claims;
mod figures;
mod finished;
mod pictures;
mod sources;
mod wording;

use rayon::prelude::*;

use crate::document::{Document, FrontMatter, Link, SortBy};
use crate::picture::Pictures;
use crate::problem::{Fix, Place, Problem, catalogue};
use crate::site::{Page, Resolved, Site, Why};
use crate::theme::Security;
use crate::tracking::without_tracking;

pub use finished::{Finished, Seen};
pub use pictures::undecoded;

/// Checks links and pictures, statements, sources, numbers and wording.
pub fn check(site: &Site, pictures: &Pictures) -> Vec<Problem> {
    let checks: [&(dyn Fn() -> Vec<Problem> + Sync); 9] = [
        &|| site.linked().flat_map(|(page, links)| check_links(site, page, links)).collect(),
        &|| site.problems.to_vec(),
        &|| site.pages.iter().filter_map(|page| check_redirect(site, page)).collect(),
        &|| site.pages.iter().flat_map(|page| check_order(site, page)).collect(),
        &|| claims::check(site),
        &|| figures::check(site),
        &|| sources::check(site),
        &|| wording::check(site),
        &|| pictures::check(site, pictures),
    ];
    checks.into_par_iter().with_max_len(1).flat_map_iter(|check| check()).collect()
}

/// A section that sends its visitors nowhere.
fn check_redirect(site: &Site, page: &Page) -> Option<Problem> {
    let front = &page.document.as_ref()?.front;
    let (to, place) = (front.redirect_to.as_ref()?, front.redirect_place.as_deref()?.clone());
    match site.resolve(to, &page.url) {
        Resolved::Within(_) | Resolved::NoAnchor { .. } | Resolved::Outside(_) => None,
        Resolved::Dangerous(scheme) => Some(catalogue::link_dangerous(place, &scheme)),
        Resolved::Hidden(why) => Some(hidden(place, to, why)),
        Resolved::Nowhere(nearest) => Some(catalogue::link_broken(place, to, nearest.as_deref())),
        Resolved::OutsideContent => Some(catalogue::link_outside(place, to)),
        Resolved::OwnComputer => Some(catalogue::link_own_computer(place, to)),
    }
}

/// The pages in the list of a section that lack what it is sorted by.
fn check_order<'s>(site: &'s Site, section: &'s Page) -> Vec<Problem> {
    let front = section.document.as_ref().map(|document| &document.front);
    let Some((sort_by, sort_place)) = front.and_then(|front| front.sort_by.zip(front.sort_place.as_deref().cloned()))
    else {
        return Vec::new();
    };
    let (key, has): (_, fn(&FrontMatter) -> bool) = match sort_by {
        SortBy::Date => ("date", |front| front.date.is_some()),
        SortBy::UpdateDate => ("date", |front| front.date.is_some() || front.updated.is_some()),
        SortBy::Weight => ("weight", |front| front.weight.is_some()),
        _ => return Vec::new(),
    };
    let pages = section.listed.iter().map(|at| &site.pages[*at]).filter(|page| !page.is_section);
    let documents: Vec<&Document> = pages.filter_map(|page| page.document.as_deref()).collect();
    let lacking = documents.iter().filter(|document| !has(&document.front));
    lacking.map(|document| catalogue::page_unsorted(Place::start_of(&document.path), key, sort_place.clone())).collect()
}

fn check_links(site: &Site, page: &Page, resolved: &[Resolved]) -> Vec<Problem> {
    let Some(document) = &page.document else { return Vec::new() };
    let mut problems = Vec::new();
    let security = Security::new(&site.config);
    for (link, resolved) in document.links.iter().zip(resolved) {
        let place = link.place.clone();
        problems.extend(match resolved {
            Resolved::Within(_) => None,
            Resolved::Outside(to) => outside(link, to, &security),
            Resolved::NoAnchor { url, anchor, nearest } => {
                let title = site.page_at(url).map_or(url.as_str(), |page| page.title.as_str());
                let problem = catalogue::anchor_broken(place, anchor, title, nearest.as_deref());
                Some(problem.with_fix(mended(site, page, link)))
            }
            Resolved::Hidden(why) => Some(hidden(place, &link.target, *why)),
            Resolved::OutsideContent => Some(catalogue::link_outside(place, &link.target)),
            Resolved::OwnComputer => Some(catalogue::link_own_computer(place, &link.target)),
            Resolved::Nowhere(nearest) if link.is_picture => {
                let problem = catalogue::picture_missing(place, &link.target, nearest.as_deref());
                Some(problem.with_fix(mended(site, page, link)))
            }
            Resolved::Nowhere(nearest) => {
                let problem = catalogue::link_broken(place, &link.target, nearest.as_deref());
                Some(problem.with_fix(mended(site, page, link)))
            }
            Resolved::Dangerous(scheme) => Some(catalogue::link_dangerous(place, scheme)),
        });
    }
    problems
}

/// What is to be said of an address elsewhere: that browsers will not load it, or that it tells who follows it.
fn outside(link: &Link, to: &str, security: &Security) -> Option<Problem> {
    if link.is_loaded && security.has_policy && security.origin_of(to) == Some(None) {
        return Some(catalogue::elsewhere_blocked(link.place.clone(), to, &origin(to)));
    }
    let kept = without_tracking(to);
    if kept.len() == to.len() {
        return None;
    }
    let fix = link.target_place.clone().map(|place| Fix::write(place, kept.as_ref()));
    Some(catalogue::link_tracking(link.place.clone(), &kept).with_fix(fix))
}

/// The beginning of a web address: its scheme and host.
fn origin(address: &str) -> String {
    let (scheme, rest) = address.split_once("//").unwrap_or(("https:", address));
    let scheme = if scheme.is_empty() { "https:" } else { scheme };
    format!("{scheme}//{}", rest.split(['/', '?', '#']).next().unwrap_or_default())
}

/// A link to what is not published.
fn hidden(place: Place, target: &str, why: Why) -> Problem {
    let reason = (why != Why::Draft).then(|| why.in_words());
    catalogue::link_draft(place, target, reason.as_deref())
}

/// The address of a link as it certainly was meant.
fn mended(site: &Site, page: &Page, link: &Link) -> Option<Fix> {
    let place = link.target_place.clone()?;
    Some(Fix::write(place, site.mended(&link.target, page)?))
}
