//! Anchors: every id of a page once. Comes in: explicit ids and texts. Goes out: ids that are free.

use std::collections::{BTreeMap, BTreeSet};

use super::offset;
use crate::address;
use crate::rules::{HeadingIds, Slugs};

/// The ids that a page has given out.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    taken: BTreeSet<String>,
    /// The last number that was given to each slug, so that many equal names are not counted from one again.
    numbers: BTreeMap<String, usize>,
}

impl Anchors {
    /// Takes an id that the writer chose; it stays as it is.
    pub(super) fn reserve(&mut self, id: &str) {
        self.taken.insert(id.to_owned());
    }

    /// A free id for a text: its slug, with `-1`, `-2` … where it is taken.
    pub(super) fn claim(&mut self, text: &str, otherwise: &str) -> String {
        self.claim_slug(address::slug(text), otherwise)
    }

    /// A free id for a heading, made as the site's rules say.
    pub(super) fn claim_heading(&mut self, text: &str, ids: HeadingIds) -> String {
        let (slug, otherwise) = match ids {
            HeadingIds::Zola(Slugs::On) => (address::slug(text), "section"),
            HeadingIds::Zola(_) => (text.replace(|c: char| c.is_ascii_whitespace(), "_"), "section"),
            HeadingIds::Blackfriday => (address::blackfriday_id(text), "heading"),
            HeadingIds::Github => (address::github_id(text), "heading"),
        };
        self.claim_slug(slug, otherwise)
    }

    fn claim_slug(&mut self, slug: String, otherwise: &str) -> String {
        let slug = if slug.is_empty() { otherwise.to_owned() } else { slug };
        if self.taken.insert(slug.clone()) {
            return slug;
        }
        let number = self.numbers.entry(slug.clone()).or_default();
        loop {
            *number += 1;
            let id = format!("{slug}-{number}");
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }

    /// All of them.
    pub(super) fn into_ids(self) -> Ids {
        let mut ids = Ids::default();
        let mut text = String::with_capacity(self.taken.iter().map(String::len).sum());
        let place = |id: &String| {
            let start = offset(text.len());
            text.push_str(id);
            (start, offset(text.len()))
        };
        ids.places = self.taken.iter().map(place).collect();
        ids.text = text.into();
        ids
    }
}

/// The ids on a page, each once. In one piece, since those of all pages are held at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    text: Box<str>,
    /// Where each stands in the text, in the order of the alphabet.
    places: Box<[(u32, u32)]>,
}

impl Ids {
    fn at(&self, (start, end): (u32, u32)) -> &str {
        &self.text[start as usize..end as usize]
    }

    /// Whether the page has this one.
    pub fn contains(&self, id: &str) -> bool {
        self.places.binary_search_by(|place| self.at(*place).cmp(id)).is_ok()
    }

    /// All of them, in the order of the alphabet.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.places.iter().map(|place| self.at(*place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ids_of_a_page_are_found_again() {
        let mut anchors = Anchors::default();
        for text in ["What is done", "Why", "What is done", ""] {
            anchors.claim(text, "section");
        }
        let ids = anchors.into_ids();
        let all = ["section", "what-is-done", "what-is-done-1", "why"];
        assert_eq!(ids.iter().collect::<Vec<_>>(), all);
        assert!(all.into_iter().all(|id| ids.contains(id)));
        assert!(["", "s", "what-is", "why-not", "zone"].into_iter().all(|id| !ids.contains(id)));
    }
}
