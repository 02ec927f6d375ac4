//! What pictures, documents and recordings tell. Comes in: what was found in them. Goes out: problems, each where a page uses the
//! file, or at the file itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::picture::shown::is_too_large;
use crate::picture::{Format, Picture, Pictures, Told};
use crate::problem::{Place, Problem, catalogue};
use crate::site::{Known, Resolved, Site};

/// Checks the files that were looked into.
pub(super) fn check(site: &Site, pictures: &Pictures) -> Vec<Problem> {
    let speaking = |picture: &Picture| {
        let facts = &picture.facts;
        facts.told.has_place
            || !facts.is_readable
            || facts.secret.is_some()
            || facts.left != Told::default()
            || facts.size.is_some_and(|size| is_too_large(size) && facts.format != Format::Svg)
    };
    let found: Vec<(&Arc<str>, &Picture)> =
        pictures.0.iter().map(|(path, picture)| (path, &**picture)).filter(|(_, picture)| speaking(picture)).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let places = places(site, |path| found.binary_search_by(|(known, _)| (***known).cmp(path)).is_ok());
    let of = |(path, picture): (&Arc<str>, &Picture)| {
        let facts = &picture.facts;
        let place = || places.get(path).cloned().unwrap_or_else(|| Place::start_of(path));
        let too_large = facts.size.filter(|size| is_too_large(*size) && facts.format != Format::Svg);
        let left = in_words(&facts.left);
        [
            facts.told.has_place.then(|| catalogue::picture_place(place(), path)),
            (!facts.is_readable).then(|| catalogue::picture_unreadable(place(), path)),
            too_large.map(|size| catalogue::picture_too_large(place(), path, size)),
            left.map(|what| catalogue::metadata_left(place(), path, &what)),
            facts.secret.clone().map(|(place, what)| catalogue::secret_published(place, what)),
        ]
    };
    found.into_iter().flat_map(of).flatten().collect()
}

/// The pictures that could not be decoded when their copies were made.
pub fn undecoded(site: &Site, pictures: &Pictures) -> Vec<Problem> {
    let failed: Vec<&Arc<str>> =
        pictures.0.iter().filter(|(_, picture)| picture.has_failed()).map(|(path, _)| path).collect();
    if failed.is_empty() {
        return Vec::new();
    }
    let places = places(site, |path| failed.iter().any(|failed| ***failed == *path));
    let place = |path: &Arc<str>| places.get(path).cloned().unwrap_or_else(|| Place::start_of(path));
    failed.into_iter().map(|path| catalogue::picture_undecodable(place(path), path)).collect()
}

/// What a file says, after "says".
fn in_words(left: &Told) -> Option<String> {
    let place = left.has_place.then(|| "where it was made".to_owned());
    let what = (!left.what.is_empty()).then(|| left.in_words().replace("Exif", "what the camera noted (Exif)"));
    let all: Vec<String> = place.into_iter().chain(what).collect();
    (!all.is_empty()).then(|| all.join(", and "))
}

/// Where pages first use each of some files.
fn places(site: &Site, is_meant: impl Fn(&str) -> bool) -> BTreeMap<&Arc<str>, Place> {
    let mut places = BTreeMap::new();
    for (page, resolved) in site.linked() {
        let links = page.document.iter().flat_map(|document| &document.links);
        for (link, resolved) in links.zip(resolved) {
            let Resolved::Within(url) = resolved else { continue };
            if let Some(Known::File(path)) = site.addresses.at(url)
                && is_meant(path)
            {
                places.entry(path).or_insert_with(|| link.place.clone());
            }
        }
    }
    places
}
