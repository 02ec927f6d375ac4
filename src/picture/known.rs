//! The pictures of a site. Comes in: what was found in each file. Goes out: the same by path, with the copies that pages show
//! once somebody has made them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::Facts;
use super::shown::{self, Copy};

/// A file that was looked into.
#[derive(Debug)]
pub struct Picture {
    /// What was found.
    pub facts: Facts,
    /// The copies of it that a page may show.
    pub copies: Vec<Copy>,
    made: Mutex<Option<Made>>,
    kept_as: Mutex<BTreeSet<String>>,
}

/// The copies of a picture, in the order of [`Picture::copies`].
pub type Copies = Arc<Vec<Vec<u8>>>;

/// What came of making the copies.
#[derive(Debug, Clone)]
enum Made {
    /// All of them.
    Copies(Copies),
    /// None, since the picture cannot be decoded.
    Nothing,
}

impl Picture {
    /// A picture of which this is known.
    pub fn new(facts: Facts) -> Picture {
        Picture { copies: shown::copies(&facts), facts, made: Mutex::default(), kept_as: Mutex::default() }
    }

    /// Its copies, made by `make` when they are first asked for; `None` where it cannot be decoded.
    pub fn copies<E>(&self, make: impl FnOnce() -> Result<Option<Copies>, E>) -> Result<Option<Copies>, E> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.is_none() {
            *made = Some(make()?.map_or(Made::Nothing, Made::Copies));
        }
        Ok(match &*made {
            Some(Made::Copies(copies)) => Some(copies.clone()),
            _ => None,
        })
    }

    /// Notes a name under which something made from it is kept.
    pub fn keep_as(&self, name: &str) {
        self.kept_as.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
    }

    /// The names under which something made from it is kept, once that was asked for.
    pub fn kept_as(&self) -> BTreeSet<String> {
        self.kept_as.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether it could not be decoded when its copies were to be made.
    pub fn has_failed(&self) -> bool {
        matches!(*self.made.lock().unwrap_or_else(PoisonError::into_inner), Some(Made::Nothing))
    }
}

/// All pictures of a site, by the paths of their files.
#[derive(Debug, Default)]
pub struct Pictures(pub BTreeMap<Arc<str>, Arc<Picture>>);

impl Pictures {
    /// The picture in a file.
    pub fn of(&self, path: &str) -> Option<&Arc<Picture>> {
        self.0.get(path)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
