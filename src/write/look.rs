//! What stands in the published folder where a file should go. Comes in: the file's path and key, and the record. Goes out:
//! whether it is there already, replaces something of Brink's, or has something of somebody else's in its way.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, OnceLock};

use super::disk::{Disk, Found, Kind};
use super::record::{Mark, Record, Stamp};
use crate::address;
use crate::key::Key;
use crate::problem::Denied;

/// What a file meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meets {
    /// Nothing, or what goes away when the site is written.
    Nothing,
    /// Its own bytes, written by Brink, with what is known of them.
    Itself(Mark),
    /// Its own bytes, put there by somebody else, whose file it stays.
    Double,
    /// Other bytes.
    Other(Other),
    /// Something that is not Brink's.
    Stranger,
}

/// A file of Brink's that is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Other {
    pub(super) key: Key,
    pub(super) stamp: Stamp,
    /// Whether somebody has changed it by hand.
    pub(super) is_edited: bool,
}

/// What stands where a folder should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Folder {
    /// The folder, which is no link.
    There,
    /// Nothing, or a file that Brink wrote.
    Free,
    /// A link, or a file of somebody else's.
    Taken,
}

/// The folders that have been looked at, and the recorded paths by how a disk without regard to case would write them.
#[derive(Debug, Default)]
pub(super) struct Folders {
    seen: Mutex<HashMap<String, Folder>>,
    twins: OnceLock<HashMap<String, String>>,
}

impl Folders {
    /// What a folder and all above it come to.
    fn look(&self, disk: &Disk, output: &Path, folder: &str, record: &Record) -> Result<Folder, Denied> {
        if folder.is_empty() {
            return Ok(Folder::There);
        }
        let known = self.seen.lock().ok().and_then(|known| known.get(folder).copied());
        if let Some(known) = known {
            return Ok(known);
        }
        let found = match self.look(disk, output, address::folder_of(folder), record)? {
            Folder::There => match disk.look(&output.join(folder))?.map(|found| found.kind) {
                Some(Kind::Folder) => Folder::There,
                Some(Kind::File) if record.marks.contains_key(folder) => Folder::Free,
                Some(_) => Folder::Taken,
                None => Folder::Free,
            },
            above => above,
        };
        if let Ok(mut known) = self.seen.lock() {
            known.insert(folder.to_owned(), found);
        }
        Ok(found)
    }

    /// What is recorded of a file under a name that the disk takes for the same.
    fn twin<'r>(&self, (disk, output): (&Disk, &Path), record: &'r Record, path: &str) -> Option<&'r Mark> {
        let fold = |path: &String| (address::folded(path), path.clone());
        let twins = self.twins.get_or_init(|| record.marks.keys().map(fold).collect());
        let twin = twins.get(&address::folded(path)).filter(|twin| twin.as_str() != path)?;
        disk.is_same(&output.join(twin), &output.join(path)).then(|| record.marks.get(twin)).flatten()
    }

    /// What a file at `path` with `key` meets.
    pub(super) fn meet(
        &self,
        (disk, output): (&Disk, &Path),
        record: &Record,
        path: &str,
        (key, length): (Key, u64),
    ) -> Result<Meets, Denied> {
        match self.look(disk, output, address::folder_of(path), record)? {
            Folder::There => {}
            Folder::Free => return Ok(Meets::Nothing),
            Folder::Taken => return Ok(Meets::Stranger),
        }
        let target = output.join(path);
        let Some(found) = disk.look(&target)? else { return Ok(Meets::Nothing) };
        let known = record.marks.get(path).or_else(|| self.twin((disk, output), record, path));
        match (found.kind, known) {
            (Kind::File, None) if found.length != length => Ok(Meets::Stranger),
            (Kind::File, None) => match key_of(disk, &target)? {
                Some(there) if there == key => Ok(Meets::Double),
                Some(_) => Ok(Meets::Stranger),
                None => Ok(Meets::Nothing),
            },
            (Kind::File, Some(mark)) => {
                let there = if is_as_left(mark, &found) { Some(mark.key) } else { key_of(disk, &target)? };
                let is = Mark { key, length: found.length, stamp: Some(found.stamp) };
                Ok(match there {
                    Some(there) if there == key => Meets::Itself(is),
                    Some(there) => Meets::Other(Other { key: there, stamp: found.stamp, is_edited: there != mark.key }),
                    None => Meets::Nothing,
                })
            }
            (Kind::Folder, _) if holds_strangers(disk, output, path, record)? => Ok(Meets::Stranger),
            (Kind::Folder, _) => Ok(Meets::Nothing),
            (Kind::Other, _) => Ok(Meets::Stranger),
        }
    }
}

/// Whether a file is as Brink left it, as far as can be told without reading it.
pub(super) fn is_as_left(mark: &Mark, found: &Found) -> bool {
    mark.length == found.length && mark.stamp == Some(found.stamp)
}

fn key_of(disk: &Disk, path: &Path) -> Result<Option<Key>, Denied> {
    Ok(disk.read(path)?.map(|bytes| Key::of(&bytes)))
}

/// Whether one of a path's folders is a link, which leads out of the published folder, or no folder at all.
pub(super) fn is_behind_link(disk: &Disk, output: &Path, path: &str) -> Result<bool, Denied> {
    for folder in address::folders_above(path) {
        match disk.look(&output.join(folder))?.map(|found| found.kind) {
            Some(Kind::Folder) => {}
            Some(_) => return Ok(true),
            None => return Ok(false),
        }
    }
    Ok(false)
}

/// Whether a folder holds a file that is not in the record.
fn holds_strangers(disk: &Disk, output: &Path, folder: &str, record: &Record) -> Result<bool, Denied> {
    for (name, is_folder) in disk.list(&output.join(folder))? {
        let path = format!("{folder}/{}", name.to_string_lossy());
        let is_strange =
            if is_folder { holds_strangers(disk, output, &path, record)? } else { !record.marks.contains_key(&path) };
        if is_strange {
            return Ok(true);
        }
    }
    Ok(false)
}
