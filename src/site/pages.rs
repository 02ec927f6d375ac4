//! The pages of a site by their numbers. Comes in: pages in reading order. Goes out: [`Pages`], in which a page keeps its
//! [`PageId`] while others come and go, so that what holds numbers of pages stays true.

use std::ops::Index;
use std::sync::Arc;

use imbl::Vector;
use rayon::prelude::*;

use super::tree::Page;
use crate::register::PageId;

/// The pages of a site.
#[derive(Debug, Clone)]
pub struct Pages {
    /// By number; a page that has gone leaves its place empty.
    by_id: Vector<Option<Arc<Page>>>,
    /// Their numbers in reading order: each section before what is in it; the first is the home page.
    order: Arc<Vec<PageId>>,
    /// For each number the place in reading order.
    places: Arc<Vec<u32>>,
}

impl Pages {
    /// Numbers pages in reading order.
    pub(super) fn new(pages: Vec<Page>) -> Pages {
        let order = (0..pages.len()).map(PageId::nth).collect();
        let places = (0_u32..).take(pages.len()).collect();
        let by_id = pages.into_iter().map(|page| Some(Arc::new(page))).collect();
        Pages { by_id, order: Arc::new(order), places: Arc::new(places) }
    }

    /// How many there are.
    #[expect(clippy::len_without_is_empty, reason = "there is always a home page")]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// The pages in reading order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<Page>> + Clone {
        self.order.iter().map(|id| &self[*id])
    }

    /// The pages in reading order, each with its number.
    pub fn each(&self) -> impl DoubleEndedIterator<Item = (PageId, &Arc<Page>)> + Clone {
        self.order.iter().map(|id| (*id, &self[*id]))
    }

    /// The same on all cores.
    pub fn par_each(&self) -> impl IndexedParallelIterator<Item = (PageId, &Arc<Page>)> {
        self.order.par_iter().map(|id| (*id, &self[*id]))
    }

    /// The numbers of the pages in reading order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = PageId> + Clone {
        self.order.iter().copied()
    }

    /// The page with this number, if it is still there.
    pub fn get(&self, id: PageId) -> Option<&Arc<Page>> {
        self.by_id.get(id.index())?.as_ref()
    }

    /// The place of a page in reading order, from 0.
    pub fn place(&self, id: PageId) -> usize {
        self.places[id.index()] as usize
    }

    /// The page that stands right before another in reading order.
    pub fn before(&self, id: PageId) -> Option<PageId> {
        self.place(id).checked_sub(1).map(|place| self.order[place])
    }

    /// What stands after a page in reading order.
    pub fn after(&self, id: PageId) -> impl Iterator<Item = PageId> {
        self.order[self.place(id) + 1..].iter().copied()
    }

    /// A page, and then the sections that it is in, the nearest first.
    pub fn upwards(&self, id: PageId) -> impl Iterator<Item = PageId> {
        std::iter::successors(Some(id), |at| self[*at].parent)
    }

    /// The sections that a page is in, the nearest first.
    pub fn above(&self, id: PageId) -> impl Iterator<Item = PageId> {
        self.upwards(id).skip(1)
    }

    /// Everything in a section, however deep, in reading order: it follows the section directly.
    pub fn below(&self, section: PageId) -> impl Iterator<Item = PageId> {
        let is_below = move |at: &PageId| section == PageId::HOME || self.above(*at).any(|over| over == section);
        self.after(section).take_while(is_below)
    }

    /// The pages that are only in one of both, this or what it was before.
    pub fn moved_since<'p>(&'p self, before: &'p Pages) -> impl Iterator<Item = (PageId, &'p Arc<Page>)> {
        let ids = (0..self.places.len()).map(PageId::nth);
        ids.filter_map(|id| match (self.get(id), before.get(id)) {
            (Some(page), None) | (None, Some(page)) => Some((id, page)),
            _ => None,
        })
    }

    /// Puts another reading of a page in its place.
    pub(super) fn put(&mut self, id: PageId, page: Page) {
        self.by_id.set(id.index(), Some(Arc::new(page)));
    }

    /// The number that [`Pages::insert`] gives next.
    pub(super) fn next_id(&self) -> PageId {
        PageId::nth(self.places.len())
    }

    /// Adds a page at this place in reading order.
    pub(super) fn insert(&mut self, place: usize, page: Page) -> PageId {
        let id = self.next_id();
        self.by_id.push_back(Some(Arc::new(page)));
        Arc::make_mut(&mut self.order).insert(place, id);
        Arc::make_mut(&mut self.places).push(0);
        self.note_places(place);
        id
    }

    /// Takes a page away. Its number is never given again.
    pub(super) fn remove(&mut self, id: PageId) {
        let place = self.place(id);
        Arc::make_mut(&mut self.order).remove(place);
        self.by_id.set(id.index(), None);
        self.note_places(place);
    }

    fn note_places(&mut self, from: usize) {
        let places = Arc::make_mut(&mut self.places);
        for (place, id) in (0_u32..).zip(self.order.iter()).skip(from) {
            places[id.index()] = place;
        }
    }
}

impl Index<PageId> for Pages {
    type Output = Arc<Page>;

    fn index(&self, id: PageId) -> &Arc<Page> {
        self.get(id).expect("numbers of pages that have gone are not used")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(title: &str) -> Page {
        Page {
            url: format!("{title}/"),
            title: title.to_owned(),
            document: None,
            is_section: false,
            language: None,
            parent: None,
            children: Vec::new(),
            listed: Vec::new(),
            template: None,
        }
    }

    #[test]
    fn pages_keep_their_numbers() {
        let titles = |pages: &Pages| pages.iter().map(|page| page.title.clone()).collect::<Vec<_>>();
        let mut pages = Pages::new(vec![page("home"), page("a"), page("c")]);
        let ids: Vec<PageId> = pages.ids().collect();
        let b = pages.insert(2, page("b"));
        assert_eq!(titles(&pages), ["home", "a", "b", "c"]);
        assert_eq!((pages.place(b), pages.place(ids[2]), pages[ids[2]].title.as_str()), (2, 3, "c"));
        assert_eq!((pages.before(b), pages.after(b).next()), (Some(ids[1]), Some(ids[2])));
        pages.remove(ids[1]);
        assert_eq!(titles(&pages), ["home", "b", "c"]);
        assert_eq!((pages.place(b), pages.place(ids[2]), pages.len()), (1, 2, 3));
        assert!(pages.get(ids[1]).is_none());
        assert_ne!(pages.insert(1, page("d")), ids[1]);
    }
}
