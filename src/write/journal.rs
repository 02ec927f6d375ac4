//! What a build is about to do to the published folder, written down before it is done, so that the next build can finish it.
//! Comes in: which files are new, changed and gone. Goes out: a [`Journal`], in the order in which nothing leads nowhere.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use super::record::{Mark, Stamp, sealed, unsealed};
use crate::address;
use crate::key::Key;
use crate::machines;

/// The first line of every journal, with the number of its format.
const HEAD: &str = "brink journal 1";

/// One step of bringing the published folder to its new state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Puts a staged file in place.
    Put(Put),
    /// Removes a file.
    Remove {
        /// Its path.
        path: String,
        /// The key of what is there.
        before: Key,
    },
}

/// A staged file on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Put {
    /// Its path in the published folder.
    pub(super) path: String,
    /// Its number in the stage; `None` where it lies there at its own path.
    pub(super) number: Option<u64>,
    /// What is known of it.
    pub(super) mark: Mark,
    /// The key of what it replaces.
    pub(super) before: Option<Key>,
    /// How that looked; this is not written down.
    pub(super) seen: Option<Stamp>,
}

/// All steps, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Journal {
    /// Whether the stage lies in the published folder, which is a mount of its own.
    pub(super) is_within: bool,
    pub(super) steps: Vec<Step>,
}

/// When a step's turn comes. Whoever comes from a page that stays meets no page whose style or target is not there yet: what is new stands
/// ready before anything leads to it, and what is gone is removed when nothing leads to it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Assets,
    NewData,
    NewPages,
    /// What has the name of a folder that is needed, or the other way round: first the old one, then the new.
    OutOfTheWay,
    IntoItsPlace,
    Pages,
    /// Lists of pages, the deepest first and the home page last.
    Lists(Reverse<usize>),
    Feeds,
    Sitemaps,
    Data,
    GonePages,
    Gone,
    /// What says what all others should be.
    Sums,
}

/// What a path holds, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Asset,
    Page,
    List,
    Feed,
    Sitemap,
    Data,
    /// What only a host reads: it leads to pages.
    Host,
    Sums,
}

impl Journal {
    /// Puts steps in order. `planned` are the paths of all files of the site.
    pub(super) fn new<'p>(
        is_within: bool,
        puts: Vec<Put>,
        gone: &BTreeMap<String, Key>,
        planned: impl Iterator<Item = &'p str>,
    ) -> Journal {
        let folders: HashSet<&str> = planned.filter(|path| is_page(path)).flat_map(lists_above).collect();
        let needed: HashSet<&str> = puts.iter().flat_map(|put| address::folders_above(&put.path)).collect();
        let cleared: HashSet<&str> = gone.keys().flat_map(|path| address::folders_above(path)).collect();
        let targets: HashSet<&str> = puts.iter().map(|put| put.path.as_str()).collect();
        let is_obstacle =
            |path: &str| needed.contains(path) || address::folders_above(path).any(|folder| targets.contains(folder));
        let is_obstructed =
            |path: &str| cleared.contains(path) || address::folders_above(path).any(|folder| gone.contains_key(folder));
        let removal = |(path, before): (&String, &Key)| {
            let turn = match is_page(path) {
                _ if is_obstacle(path) => Turn::OutOfTheWay,
                true => Turn::GonePages,
                false => Turn::Gone,
            };
            (turn, Step::Remove { path: path.clone(), before: *before })
        };
        let mut steps: Vec<(Turn, Step)> = gone.iter().map(removal).collect();
        steps.extend(puts.into_iter().map(|put| {
            let sort = sort_of(&put.path, &folders);
            let turn = if is_obstructed(&put.path) {
                Turn::IntoItsPlace
            } else {
                turn_of(sort, put.before.is_none(), &put.path)
            };
            (turn, Step::Put(put))
        }));
        steps.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.path().cmp(b.1.path())));
        Journal { is_within, steps: steps.into_iter().map(|(_, step)| step).collect() }
    }

    /// The files that are put in place.
    pub(super) fn puts(&self) -> impl Iterator<Item = &Put> {
        self.steps.iter().filter_map(|step| match step {
            Step::Put(put) => Some(put),
            Step::Remove { .. } => None,
        })
    }

    /// Whether the stage is the whole site, so that it can become the published folder.
    pub(super) fn is_whole(&self) -> bool {
        self.steps.iter().all(|step| matches!(step, Step::Put(put) if put.number.is_none()))
    }

    /// What the published folder holds of Brink's when all is done.
    pub(super) fn carry(&self, marks: &mut BTreeMap<String, Mark>) {
        for step in &self.steps {
            match step {
                Step::Put(put) => drop(marks.insert(put.path.clone(), put.mark)),
                Step::Remove { path, .. } => drop(marks.remove(path)),
            }
        }
    }

    /// The journal as text.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{HEAD} {}\n", if self.is_within { "within" } else { "beside" });
        for step in &self.steps {
            let _ = match step {
                Step::Put(Put { path, number, mark, before, .. }) => {
                    let number = number.map_or_else(|| "=".to_owned(), |number| number.to_string());
                    let before = before.map_or_else(|| "-".to_owned(), |key| key.hex());
                    writeln!(text, "put {} {} {before} {number} {path}", mark.key.hex(), mark.length)
                }
                Step::Remove { path, before } => writeln!(text, "remove {} {path}", before.hex()),
            };
        }
        sealed(text)
    }

    /// Reads a journal; `None` where it was not finished, so that nothing of it was done.
    pub(super) fn read(text: &str) -> Option<Journal> {
        let mut lines = unsealed(text)?.lines();
        let is_within = match lines.next()?.strip_prefix(HEAD)? {
            " within" => true,
            " beside" => false,
            _ => return None,
        };
        let steps = lines.map(read_step).collect::<Option<Vec<Step>>>()?;
        Some(Journal { is_within, steps })
    }
}

impl Step {
    /// The path of the file that it is about.
    pub(super) fn path(&self) -> &str {
        match self {
            Step::Put(put) => &put.path,
            Step::Remove { path, .. } => path,
        }
    }
}

fn read_step(line: &str) -> Option<Step> {
    let (verb, rest) = line.split_once(' ')?;
    if verb == "remove" {
        let (before, path) = rest.split_once(' ')?;
        return Some(Step::Remove { path: path.to_owned(), before: Key::from_hex(before)? });
    }
    let mut parts = rest.splitn(5, ' ');
    let (key, length) = (Key::from_hex(parts.next()?)?, parts.next()?.parse().ok()?);
    let before = match parts.next()? {
        "-" => None,
        key => Some(Key::from_hex(key)?),
    };
    let number = match parts.next()? {
        "=" => None,
        number => Some(number.parse().ok()?),
    };
    let path = parts.next()?.to_owned();
    (verb == "put").then_some(Step::Put(Put {
        path,
        number,
        mark: Mark { key, length, stamp: None },
        before,
        seen: None,
    }))
}

fn turn_of(sort: Sort, is_new: bool, path: &str) -> Turn {
    match sort {
        Sort::Sums => Turn::Sums,
        Sort::Host => Turn::Data,
        Sort::Asset => Turn::Assets,
        Sort::Page | Sort::List if is_new => Turn::NewPages,
        Sort::Feed | Sort::Sitemap | Sort::Data if is_new => Turn::NewData,
        Sort::Page => Turn::Pages,
        Sort::List => Turn::Lists(Reverse(path.matches('/').count())),
        Sort::Feed => Turn::Feeds,
        Sort::Sitemap => Turn::Sitemaps,
        Sort::Data => Turn::Data,
    }
}

fn sort_of(path: &str, lists: &HashSet<&str>) -> Sort {
    let name = address::name_of(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        _ if path == machines::SUMS => Sort::Sums,
        _ if machines::OF_HOSTS.contains(&path) => Sort::Host,
        _ if is_page(path) && (!path.contains('/') || lists.contains(address::folder_of(path))) => Sort::List,
        _ if is_page(path) => Sort::Page,
        "xml" | "txt" if name.starts_with("sitemap") => Sort::Sitemap,
        "xml" | "atom" | "rss" => Sort::Feed,
        "csv" | "json" | "geojson" | "hxl" => Sort::Data,
        _ => Sort::Asset,
    }
}

fn is_page(path: &str) -> bool {
    path.ends_with(".html") || path.ends_with(".htm")
}

/// The folders above a page whose own pages list it: `a` for `a/b/index.html`.
fn lists_above(path: &str) -> impl Iterator<Item = &str> {
    address::folders_above(address::folder_of(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(path: &str, is_new: bool) -> Put {
        let key = Key::of(path.as_bytes());
        let mark = Mark { key, length: 1, stamp: None };
        Put { path: path.to_owned(), number: Some(3), mark, before: (!is_new).then_some(key), seen: None }
    }

    fn journal() -> Journal {
        let old = [
            "SHA256SUMS",
            "index.html",
            "s/index.html",
            "s/a/index.html",
            "style.css",
            "status.xml",
            "sitemap.xml",
            "data/x.csv",
        ];
        let new = ["_redirects", "s/new/index.html", "pic.svg", "data/y.csv", "f/x"];
        let puts = old.iter().map(|path| put(path, false)).chain(new.iter().map(|path| put(path, true))).collect();
        let gone = BTreeMap::from(["f", "old.css", "s/z/index.html"].map(|path| (path.to_owned(), Key::of(b"z"))));
        Journal::new(false, puts, &gone, old.into_iter().chain(new))
    }

    #[test]
    fn steps_stand_in_the_order_in_which_nothing_leads_nowhere() {
        let order: Vec<String> = journal().steps.iter().map(|step| step.path().to_owned()).collect();
        assert_eq!(
            order,
            [
                "pic.svg",
                "style.css",
                "data/y.csv",
                "s/new/index.html",
                "f",
                "f/x",
                "s/a/index.html",
                "s/index.html",
                "index.html",
                "status.xml",
                "sitemap.xml",
                "_redirects",
                "data/x.csv",
                "s/z/index.html",
                "old.css",
                "SHA256SUMS",
            ]
        );
    }

    #[test]
    fn a_journal_reads_back_as_it_was_and_is_none_where_it_was_cut() {
        let text = journal().text();
        assert_eq!(Journal::read(&text), Some(journal()));
        assert!((0..text.len()).all(|at| Journal::read(&text[..at]).is_none()));
    }
}
