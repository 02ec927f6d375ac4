//! Anchors: every id of a page once. Comes in: explicit ids and texts. Goes out: ids that are free.

use std::collections::BTreeSet;

use crate::address;

/// The ids that a page has given out.
#[derive(Debug, Default)]
pub(super) struct Anchors(BTreeSet<String>);

impl Anchors {
    /// Takes an id that the writer chose; it stays as it is.
    pub(super) fn reserve(&mut self, id: &str) {
        self.0.insert(id.to_owned());
    }

    /// A free id for a text: its slug, with `-1`, `-2` … where it is taken.
    pub(super) fn claim(&mut self, text: &str, otherwise: &str) -> String {
        let slug = address::slug(text);
        let slug = if slug.is_empty() { otherwise.to_owned() } else { slug };
        let numbered = (1..).map(|number| format!("{slug}-{number}"));
        let free = std::iter::once(slug.clone()).chain(numbered).find(|id| !self.0.contains(id));
        let id = free.expect("numbers do not run out");
        self.0.insert(id.clone());
        id
    }

    /// All of them.
    pub(super) fn into_set(self) -> BTreeSet<String> {
        self.0
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
