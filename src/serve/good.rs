//! The last good versions of pages. Comes in: pages as they are rendered. Goes out: the last version of one that cannot be
//! rendered any more.

use std::sync::{Arc, Mutex};

use super::locked;

/// How many pages are kept: more than anybody has open.
const KEPT_MAX: usize = 64;

/// The last good versions of the pages that were last asked for, the latest last.
#[derive(Debug, Default)]
pub(super) struct Good(Mutex<Vec<(String, Arc<[u8]>)>>);

impl Good {
    /// Keeps a page that could be rendered.
    pub(super) fn keep(&self, path: &str, html: &[u8]) {
        let mut pages = locked(&self.0);
        pages.retain(|(known, _)| known != path);
        if pages.len() >= KEPT_MAX {
            pages.remove(0);
        }
        pages.push((path.to_owned(), Arc::from(html)));
    }

    /// The last good version of a page.
    pub(super) fn of(&self, path: &str) -> Option<Arc<[u8]>> {
        locked(&self.0).iter().find(|(known, _)| known == path).map(|(_, html)| html.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_version_is_kept_of_so_many_pages() {
        let good = Good::default();
        good.keep("a", b"1");
        good.keep("a", b"2");
        assert_eq!(good.of("a").as_deref(), Some(&b"2"[..]));
        (0..KEPT_MAX).for_each(|at| good.keep(&at.to_string(), b"x"));
        assert_eq!(good.of("a"), None);
        assert!(good.of("0").is_some());
    }
}
