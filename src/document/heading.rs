//! Anchors: every id of a page once. Comes in: explicit ids and texts. Goes out: ids that are free.

use std::collections::{BTreeMap, BTreeSet};

use crate::address;

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
        let slug = address::slug(text);
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
    pub(super) fn into_set(self) -> BTreeSet<String> {
        self.taken
    }
}

/// Takes the ids and names that raw HTML brings with it.
pub(super) fn reserve_in_html(anchors: &mut Anchors, html: &str) {
    for attribute in [" id=\"", " name=\"", " id='", " name='"] {
        let quote = if attribute.ends_with('"') { '"' } else { '\'' };
        for (at, _) in html.match_indices(attribute) {
            let rest = &html[at + attribute.len()..];
            if let Some(end) = rest.find(quote) {
                anchors.reserve(&rest[..end]);
            }
        }
    }
}
