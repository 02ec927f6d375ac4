//! The addresses of the register's own pages and data files. Comes in: the register and its boards. Goes out: each URL with a
//! source file that it comes from; a register without rows has none.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Boards, Filed, Register, Subject};
use crate::vocabulary::{CONTRADICTIONS, Kind, STATUS_HISTORY, Vocabulary};

/// The addresses of everything that the register publishes.
#[derive(Debug, Default)]
pub struct Addresses(BTreeMap<String, Arc<str>>);

/// The endings of the data files that each kind has.
pub const DATA_ENDINGS: [&str; 5] = [".csv", ".hxl.csv", ".hxl.json", ".json", ".csv-metadata.json"];

impl Addresses {
    /// Every URL, each with a source.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Arc<str>)> {
        self.0.iter().map(|(url, source)| (url.as_str(), source))
    }

    /// Writes down all addresses.
    pub fn of(register: &Register, boards: &Boards, filed: &[Filed<'_>], vocabulary: &Vocabulary) -> Addresses {
        let mut urls = Addresses::default();
        let nobody: Arc<str> = Arc::from("content/");
        let path_of = |subject: &Subject| {
            let first = subject.statements.first();
            first.map_or_else(|| nobody.clone(), |statement| statement.row.place.file.clone())
        };
        for kind in register.published(vocabulary) {
            let code = vocabulary.code_of(kind);
            let source = register.subjects(kind).first().map_or_else(|| nobody.clone(), path_of);
            urls.add(format!("{code}/"), &source);
            if kind != Kind::Updates {
                urls.add_data(code, &source);
            }
            for subject in register.subjects(kind).iter().filter(|_| kind.has_pages()) {
                urls.add(subject.url.clone(), &path_of(subject));
            }
        }
        for source in &register.sources {
            let path = source.citing.first().map_or_else(|| nobody.clone(), |citing| citing.place.file.clone());
            urls.add(source.url.clone(), &path);
        }
        for shared in &register.shared {
            urls.add(shared.url.clone(), &nobody);
        }
        for board in boards.all() {
            urls.add(board.url.clone(), &nobody);
        }
        for section in register.sections_with_events(filed) {
            urls.add(section_timeline(&section), &nobody);
        }
        if !register.subjects(Kind::Interventions).is_empty() {
            urls.add_data(STATUS_HISTORY, &nobody);
        }
        if !register.contradictions.is_empty() {
            urls.add_data(CONTRADICTIONS, &nobody);
        }
        if !urls.0.is_empty() {
            urls.add("data/datapackage.json".to_owned(), &nobody);
        }
        if register.published(vocabulary).any(|kind| kind == Kind::Updates) {
            urls.add("status.xml".to_owned(), &nobody);
        }
        urls
    }

    fn add(&mut self, url: String, source: &Arc<str>) {
        self.0.entry(url).or_insert_with(|| source.clone());
    }

    fn add_data(&mut self, name: &str, source: &Arc<str>) {
        for ending in DATA_ENDINGS {
            self.add(format!("data/{name}{ending}"), source);
        }
    }
}

/// The page with the events of one section.
pub fn section_timeline(section: &str) -> String {
    format!("{}/{section}", Kind::Timeline.as_str())
}

impl Register {
    /// The kinds that have a page of their register, in the order of menus.
    pub fn published<'r>(&'r self, vocabulary: &'r Vocabulary) -> impl Iterator<Item = Kind> + 'r {
        let first =
            [Kind::Interventions, Kind::FocusAreas, Kind::Timeline, Kind::Actors, Kind::Figures, Kind::Presence];
        let last = [Kind::Contested, Kind::Updates, Kind::Sources, Kind::Glossary];
        let own = vocabulary.all_kinds().filter(|kind| matches!(kind, Kind::Own(_)));
        first.into_iter().chain(own).chain(last).filter(|kind| self.has(*kind))
    }

    /// Whether a kind has anything to show.
    fn has(&self, kind: Kind) -> bool {
        match kind {
            Kind::Sources => !self.sources.is_empty(),
            Kind::Contested => {
                !self.subjects(kind).is_empty() || self.contradictions.iter().any(|found| !found.is_settled)
            }
            Kind::Updates => {
                let changed = |subject: &Subject| !super::changes(subject).is_empty();
                !self.subjects(kind).is_empty() || self.subjects(Kind::Interventions).par_iter().any(changed)
            }
            kind => !self.subjects(kind).is_empty(),
        }
    }

    /// The sections directly below the home page whose pages tell events, by their URLs.
    pub fn sections_with_events(&self, filed: &[Filed<'_>]) -> Vec<String> {
        let pages = filed.iter().filter(|filed| filed.document.tables.iter().any(|table| table.kind == Kind::Timeline));
        let in_folder = pages.filter(|filed| filed.document.path.matches('/').count() > 1);
        let mut sections: Vec<String> =
            in_folder.filter_map(|filed| section_of(filed.url)).map(str::to_owned).collect();
        sections.sort();
        sections.dedup();
        sections
    }
}

/// The section directly below the home page that a page is in, with its final slash; `None` for a page at the top.
pub fn section_of(url: &str) -> Option<&str> {
    let end = url.find('/')? + 1;
    Some(&url[..end])
}
