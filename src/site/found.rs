//! What readers can find: pages and what registers hold. Comes in: pages and the register. Goes out: every [`Found`] in an order
//! that everything about search keeps to, and the [`Alphabet`] in which they stand, whose pages have addresses.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Page, Pages, Why};
use crate::config::Config;
use crate::register::{PageId, Register, Subject, names_of};
use crate::search::{Letter, letter};
use crate::vocabulary::{Field, Kind, fold};

/// The page that searches.
pub const SEARCH: &str = "search/";

/// How many names an alphabetical list may have to stand on the page that searches: with them that has less than 14,000 bytes.
const ON_ONE_PAGE: usize = 300;

/// How many names a page of a longer list has.
pub const NAMES_MAX: usize = 400;

/// Something that can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The page with this number.
    Page(PageId),
    /// A subject of a kind, by its index there.
    Subject(Kind, usize),
    /// The source with this index.
    Source(usize),
    /// The page of a whole register, where the writer has none for it.
    Register(Kind),
}

/// The letters of an alphabetical list of all names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Alphabet {
    /// Each letter with how many names stand under it, in order.
    pub letters: Vec<(Letter, usize)>,
}

impl Alphabet {
    /// Whether the list stands on the page that searches.
    pub fn is_short(&self) -> bool {
        self.letters.iter().map(|(_, names)| names).sum::<usize>() <= ON_ONE_PAGE
    }

    /// The alphabet after a name has gone from one letter, has come to another, or both. `None` where that changes addresses.
    pub(super) fn with_moved(&self, from: Option<&Letter>, to: Option<Letter>) -> Option<Alphabet> {
        let mut letters: BTreeMap<Letter, usize> = self.letters.iter().cloned().collect();
        if let Some(names) = from.and_then(|from| letters.get_mut(from)) {
            *names -= 1;
        }
        if let Some(to) = to {
            *letters.entry(to).or_default() += 1;
        }
        letters.retain(|_, names| *names > 0);
        let moved = Alphabet { letters: letters.into_iter().collect() };
        (moved.urls() == self.urls()).then_some(moved)
    }

    /// The URLs of the pages of a letter, by its index.
    pub fn urls_of(&self, at: usize) -> Vec<String> {
        let (letter, names) = &self.letters[at];
        let first = format!("{SEARCH}{}/", letter.slug());
        let further = (2..=names.div_ceil(NAMES_MAX)).map(|part| format!("{first}{part}/"));
        std::iter::once(first.clone()).chain(further).collect()
    }

    /// The URLs of all pages of the list, that which searches first.
    pub fn urls(&self) -> Vec<String> {
        let letters = if self.is_short() { 0 } else { self.letters.len() };
        std::iter::once(SEARCH.to_owned()).chain((0..letters).flat_map(|at| self.urls_of(at))).collect()
    }
}

/// Everything that can be found: pages in reading order, then what they state by its kind.
pub(super) fn found(
    pages: &Pages,
    register: &Register,
    config: &Config,
    unpublished: &BTreeMap<PageId, Why>,
) -> Vec<Found> {
    let kinds: Vec<Kind> = register.published(&config.vocabulary).collect();
    let subjects = kinds.iter().filter(|kind| is_found(**kind)).flat_map(|kind| {
        let is_sources = *kind == Kind::Sources;
        let sources = (0..register.sources.len()).filter(move |_| is_sources).map(Found::Source);
        let subjects = (0..register.subjects(*kind).len()).filter(move |_| !is_sources);
        sources.chain(subjects.map(|at| Found::Subject(*kind, at)))
    });
    let subjects: Vec<Found> = subjects.collect();
    // A page of the writer's that introduces a subject is found as that.
    let introduced: BTreeSet<&str> = subjects.iter().filter_map(|found| found.url_in(register)).collect();
    let is_found_as_page = |(at, page): &(PageId, &Arc<Page>)| {
        wants_to_be_found(page) && !unpublished.contains_key(at) && !introduced.contains(page.url.as_str())
    };
    let mut found: Vec<Found> = pages.each().filter(is_found_as_page).map(|(at, _)| Found::Page(at)).collect();
    found.extend(subjects);
    let own: BTreeSet<&str> = pages.iter().map(|page| page.url.as_str()).collect();
    let has_page = |kind: &Kind| own.contains(format!("{}/", config.vocabulary.code_of(*kind)).as_str());
    found.extend(kinds.into_iter().filter(|kind| !has_page(kind)).map(Found::Register));
    found
}

/// Whether a page may be found as such.
pub(super) fn wants_to_be_found(page: &Page) -> bool {
    let fronts = page.document.iter().map(|document| &document.front);
    fronts.into_iter().all(|front| front.in_search_index && front.redirect_to.is_none())
}

/// Whether the subjects of a kind are found one by one. Rows on who is where are found as their actors.
fn is_found(kind: Kind) -> bool {
    !matches!(kind, Kind::Updates | Kind::Presence)
}

impl Found {
    fn url_in(self, register: &Register) -> Option<&str> {
        match self {
            Found::Subject(kind, at) => Some(&register.subjects(kind)[at].url),
            Found::Source(at) => Some(&register.sources[at].url),
            _ => None,
        }
    }

    /// How many words it has, as far as it is a page.
    pub(super) fn words(self, pages: &Pages) -> usize {
        match self {
            Found::Page(at) => pages[at].document.as_ref().map_or(0, |document| document.words),
            _ => 0,
        }
    }

    /// The names under which it stands in an alphabetical list; none for the page of a register, which the theme names.
    pub fn names(self, pages: &Pages, register: &Register) -> Vec<String> {
        match self {
            Found::Page(at) => vec![pages[at].title.clone()],
            Found::Subject(kind, at) => subject_names(&register.subjects(kind)[at]),
            Found::Source(at) => vec![register.sources[at].name.clone()],
            Found::Register(_) => Vec::new(),
        }
    }
}

/// The name of a subject, and its other names.
fn subject_names(subject: &Subject) -> Vec<String> {
    if subject.kind == Kind::Actors {
        return names_of(subject);
    }
    // Many rows say the same.
    let mut read = BTreeSet::new();
    let others = subject.statements.iter().map(|statement| statement.row.text(Field::Alias));
    let others = others.filter(|names| read.insert(*names));
    let mut names = vec![subject.name.clone()];
    names.extend(others.flat_map(|names| names.split([',', ';'])).map(|name| name.trim().to_owned()));
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(fold(name)) && !name.is_empty());
    names
}

/// The letters under which all of them stand.
pub(super) fn alphabet(found: &[Found], pages: &Pages, register: &Register) -> Alphabet {
    let mut letters: BTreeMap<Letter, usize> = BTreeMap::new();
    for found in found {
        match found {
            // Most of what is found are pages: their titles are not copied.
            Found::Page(at) => *letters.entry(letter(&pages[*at].title)).or_default() += 1,
            _ => {
                for name in found.names(pages, register) {
                    *letters.entry(letter(&name)).or_default() += 1;
                }
            }
        }
    }
    Alphabet { letters: letters.into_iter().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alphabet(letters: &[(&str, usize)]) -> Alphabet {
        Alphabet { letters: letters.iter().map(|(name, names)| (letter(name), *names)).collect() }
    }

    #[test]
    fn a_name_that_moves_to_another_letter_may_move_addresses() {
        let before = alphabet(&[("A", 400), ("B", 1), ("C", 399)]);
        let after = |from: &str, to: &str| before.with_moved(Some(&letter(from)), Some(letter(to)));
        assert_eq!(after("A", "C"), Some(alphabet(&[("A", 399), ("B", 1), ("C", 400)])));
        assert_eq!(after("B", "D"), None);
        assert_eq!(after("C", "A"), None); // a second page of A
        assert_eq!(before.with_moved(None, Some(letter("B"))), Some(alphabet(&[("A", 400), ("B", 2), ("C", 399)])));
        assert_eq!(before.with_moved(Some(&letter("B")), None), None);
    }
}
