//! Keys that a section hands down (`cascade`). Comes in: documents, and the names of the taxonomies. Goes out: the same
//! documents, those below such a section with the keys that they do not set themselves.

use std::sync::Arc;

use globset::{Glob, GlobMatcher};

use crate::address;
use crate::document::Document;
use crate::problem::Place;
use crate::settings::Entry;

/// What a section hands down.
struct Gift<'d> {
    /// Its folder below `content/`.
    folder: &'d str,
    /// Where it says so.
    place: Place,
    /// The paths that it is for.
    paths: Paths,
    /// The keys.
    entries: &'d [Entry],
}

/// The paths that something is for.
enum Paths {
    All,
    Like(GlobMatcher),
    /// Their pattern cannot be read.
    None,
}

impl Paths {
    fn of(pattern: Option<&String>) -> Paths {
        match pattern.map(|pattern| Glob::new(pattern)) {
            None => Paths::All,
            Some(Ok(glob)) => Paths::Like(glob.compile_matcher()),
            Some(Err(_)) => Paths::None,
        }
    }
}

/// Hands down the keys of all sections; those of the nearest section count. `None` where no section hands down anything.
pub(super) fn cascade(documents: &[Arc<Document>], taxonomies: &[String]) -> Option<Vec<Arc<Document>>> {
    let mut gifts: Vec<Gift<'_>> = Vec::new();
    for document in documents {
        let folder = address::folder_of(&document.path).strip_prefix("content").unwrap_or_default();
        gifts.extend(document.front.cascade.iter().map(|(pattern, entries)| Gift {
            folder: folder.trim_start_matches('/'),
            place: Place::start_of(&document.path),
            paths: Paths::of(pattern.as_ref()),
            entries,
        }));
    }
    if gifts.is_empty() {
        return None;
    }
    // The nearest section has the longest folder; within one section the first entry counts.
    gifts.sort_by_key(|gift| std::cmp::Reverse(gift.folder.len()));
    Some(documents.iter().map(|document| given(document, &gifts, taxonomies)).collect())
}

fn given(document: &Arc<Document>, gifts: &[Gift<'_>], taxonomies: &[String]) -> Arc<Document> {
    let path = document.path.strip_prefix("content/").unwrap_or(&document.path);
    let mut gifts = gifts.iter().filter(|gift| is_for(gift, path)).peekable();
    if gifts.peek().is_none() {
        return document.clone();
    }
    let mut front = document.front.clone();
    let mut taken: Vec<&str> = Vec::new();
    for gift in gifts {
        for entry in gift.entries.iter().filter(|entry| !taken.contains(&entry.key.as_str())) {
            front.inherit(entry, &gift.place, taxonomies);
        }
        // Values of the writer's own are put together, others are taken from the nearest section.
        taken.extend(
            gift.entries.iter().map(|entry| entry.key.as_str()).filter(|key| !["extra", "params"].contains(key)),
        );
    }
    if front == document.front { document.clone() } else { Arc::new(document.with_front(front)) }
}

/// Whether a page lies below the section, and its path (without the ending, from the root) fits the pattern.
fn is_for(gift: &Gift<'_>, path: &str) -> bool {
    let is_below = gift.folder.is_empty() || path.strip_prefix(gift.folder).is_some_and(|rest| rest.starts_with('/'));
    let logical = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let logical = logical.strip_suffix("/_index").or(logical.strip_suffix("/index")).unwrap_or(logical);
    is_below
        && match &gift.paths {
            Paths::All => true,
            Paths::Like(paths) => paths.is_match(format!("/{logical}")) || paths.is_match(logical),
            Paths::None => false,
        }
}
