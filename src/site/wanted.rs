//! Whom it concerns when a page comes or goes. Comes in: pages, and where their links lead. Goes out: a [`Wanted`], which knows
//! the pages whose links may lead elsewhere then.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Page, Pages, Resolved};
use crate::register::PageId;
use crate::{address, key};

/// The pages whose links may lead elsewhere once a page comes or goes: for each link the page that it stands on, under the
/// name that it ends with.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// Names are numbers here: where two have the same, a page is looked at in vain.
    by_name: Vec<(u32, PageId)>,
    /// The pages with links that lead nowhere: what is nearest to what was meant may be another page.
    astray: BTreeSet<PageId>,
}

impl Wanted {
    pub(super) fn new(pages: &Pages, links: &[Arc<[Resolved]>]) -> Wanted {
        let names = |(id, page): (PageId, &Arc<Page>)| names_of_links(page).map(move |name| (name, id)).collect();
        let mut by_name: Vec<(u32, PageId)> =
            pages.par_each().flat_map_iter(|each| -> Vec<_> { names(each) }).collect();
        by_name.par_sort_unstable();
        by_name.dedup();
        let astray = pages.ids().filter(|id| is_astray(&links[id.index()])).collect();
        Wanted { by_name, astray }
    }

    /// Notes the links of a page, and whether one of them leads nowhere.
    pub(super) fn note(&mut self, id: PageId, page: &Page, links: &[Resolved]) {
        for entry in names_of_links(page).map(|name| (name, id)) {
            if let Err(at) = self.by_name.binary_search(&entry) {
                self.by_name.insert(at, entry);
            }
        }
        if is_astray(links) {
            self.astray.insert(id)
        } else {
            self.astray.remove(&id)
        };
    }

    /// Forgets a page.
    pub(super) fn forget(&mut self, id: PageId) {
        self.by_name.retain(|(_, page)| *page != id);
        self.astray.remove(&id);
    }

    /// The pages whose links may mean the page of this source and URL, and those with links that lead nowhere.
    pub(super) fn concerned(&self, source: &str, url: &str) -> BTreeSet<PageId> {
        let file = address::name_of(source);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        // The last: addresses that end with no name, such as `../`.
        let names = [file, stem, address::name_of(url.trim_end_matches('/')), ""];
        let mut pages = self.astray.clone();
        for name in names.map(number_of) {
            let from = self.by_name.partition_point(|(other, _)| *other < name);
            pages.extend(self.by_name[from..].iter().take_while(|(other, _)| *other == name).map(|(_, page)| *page));
        }
        pages
    }
}

fn is_astray(links: &[Resolved]) -> bool {
    links.iter().any(|link| matches!(link, Resolved::Nowhere(_)))
}

/// The names with which the addresses of a page's links end, as numbers; nothing for links to a place on the page itself.
fn names_of_links(page: &Page) -> impl Iterator<Item = u32> {
    let links = page.document.iter().flat_map(|document| &document.links);
    let paths = links.map(|link| link.target.split(['#', '?']).next().unwrap_or_default().trim());
    paths.filter(|path| !path.is_empty()).map(|path| {
        let path = address::decode(path);
        let path = path.strip_suffix("index.html").unwrap_or(&path).trim_end_matches('/');
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
        number_of(if matches!(name, "." | "..") { "" } else { name })
    })
}

fn number_of(name: &str) -> u32 {
    key::number_of(name) as u32
}
