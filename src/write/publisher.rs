//! A build's way to the published folder. Comes in: finished files, from any thread. Goes out: the folder, brought to
//! exactly these files when all are there.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Written;
use super::commit::{Commit, CutShort, staged};
use super::disk::{Disk, Kind, boot};
use super::guard::{guard, is_empty, refuse_strangers};
use super::journal::{Journal, Put};
use super::look::{Folders, Meets, Other, is_as_left, is_behind_link};
use super::place::Place;
use super::record::{Mark, Record};
use crate::address;
use crate::key::Key;
use crate::problem::{Denied, Stop};

/// A build's way to the published folder. Dropped without [`Publisher::commit`], it leaves the folder as it is.
#[derive(Debug)]
pub struct Publisher {
    pub(super) place: Place,
    root: PathBuf,
    pub(super) record: Record,
    /// Whether the published folder is empty or not there, so that the stage can become it.
    is_fresh: bool,
    is_within: bool,
    stage: PathBuf,
    folders: Folders,
    /// The folders of the stage that have been made.
    made: Mutex<HashSet<String>>,
    number: AtomicU64,
    files: Mutex<BTreeMap<String, Fate>>,
    /// Copies of files that were kept when an earlier build was finished.
    kept: Vec<PathBuf>,
    /// Whether files have been put in place, so that only the next build may clear the stage.
    is_begun: bool,
    _lock: fs::File,
}

/// What becomes of a file.
#[derive(Debug)]
enum Fate {
    /// It is there already; `None` where somebody else has put it there.
    Same(Option<Mark>),
    /// It is staged.
    Staged { number: Option<u64>, mark: Mark, before: Option<Other> },
    /// Something that is not Brink's is in its way.
    Stranger,
}

impl Publisher {
    /// Begins to write the site at `root` to `output`: refuses folders that are no place for it, keeps other builds away,
    /// finishes what a build that was cut short has left, and reads the record.
    pub fn begin(root: &Path, output: &Path) -> Result<Publisher, Stop> {
        Publisher::begin_on(Disk::default(), root, output)
    }

    /// Begins on a certain disk.
    pub fn begin_on(disk: Disk, root: &Path, output: &Path) -> Result<Publisher, Stop> {
        guard(root, output)?;
        let place = Place::new(disk, output)?;
        let lock = place.lock()?;
        let kept = finish(&place)?;
        let mut record = place.read_record()?;
        let is_fresh = is_empty(&place.output);
        if is_fresh {
            record.marks.clear(); // what it tells of was removed
        } else if record.marks.is_empty() {
            refuse_strangers(&place.output)?;
        } else {
            place.check_site(root)?;
        }
        let is_within = place.is_mount();
        let stage = place.stage(is_within);
        Ok(Publisher {
            root: root.to_owned(),
            record,
            is_fresh: is_fresh && !is_within,
            is_within,
            stage,
            folders: Folders::default(),
            made: Mutex::default(),
            number: AtomicU64::new(0),
            files: Mutex::default(),
            kept,
            is_begun: false,
            _lock: lock,
            place,
        })
    }

    /// Takes a finished file. One that is as it is published is only counted; a new or changed one is staged on the disk.
    /// The published folder is not touched.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<(), Stop> {
        check_path(path)?;
        let (key, length) = (Key::of(bytes), bytes.len() as u64);
        let meets = match self.is_fresh {
            true => Meets::Nothing,
            false => {
                let there = (&self.place.disk, self.place.output.as_path());
                self.folders.meet(there, &self.record, path, (key, length)).map_err(unharmed)?
            }
        };
        let fate = match meets {
            Meets::Itself(mark) => Fate::Same(Some(mark)),
            Meets::Double => Fate::Same(None),
            Meets::Stranger => Fate::Stranger,
            Meets::Nothing => self.stage(path, bytes, key, None)?,
            Meets::Other(other) => self.stage(path, bytes, key, Some(other))?,
        };
        locked(&self.files).insert(path.to_owned(), fate);
        Ok(())
    }

    fn stage(&self, path: &str, bytes: &[u8], key: Key, before: Option<Other>) -> Result<Fate, Denied> {
        let number = (!self.is_fresh).then(|| self.number.fetch_add(1, Ordering::Relaxed));
        self.make_folder(if self.is_fresh { address::folder_of(path) } else { "" })?;
        let stamp = self.place.disk.write(&staged(&self.stage, number, path), bytes).map_err(unharmed)?;
        let mark = Mark { key, length: bytes.len() as u64, stamp: Some(stamp) };
        Ok(Fate::Staged { number, mark, before })
    }

    /// Makes a folder of the stage, with those above it, once.
    fn make_folder(&self, folder: &str) -> Result<(), Denied> {
        if locked(&self.made).contains(folder) {
            return Ok(());
        }
        if folder.is_empty() && self.is_within {
            self.place.disk.make_folder(&self.place.output).map_err(unharmed)?;
        } else if !folder.is_empty() {
            self.make_folder(address::folder_of(folder))?;
        }
        self.place.disk.make_folder(&self.stage.join(folder)).map_err(unharmed)?;
        locked(&self.made).insert(folder.to_owned());
        Ok(())
    }

    /// Brings the published folder to exactly the files that were put. Where that is not possible it is left as it is; where
    /// it is cut short, each file in it is whole, the old one or the new one, and the next build finishes the work.
    pub fn commit(mut self) -> Result<Written, Stop> {
        let files = std::mem::take(&mut *locked(&self.files));
        self.refuse_strangers_in_the_way(&files)?;
        let mut written = Written { kept: std::mem::take(&mut self.kept), ..Written::default() };
        let gone = self.gone(&files, &mut written).map_err(unharmed)?;
        let mut marks = BTreeMap::new();
        let mut puts = Vec::new();
        for (path, fate) in &files {
            match fate {
                Fate::Same(mark) => {
                    written.same += 1;
                    marks.extend(mark.map(|mark| (path.clone(), mark)));
                }
                Fate::Staged { number, mark, before } => {
                    if before.is_some_and(|before| before.is_edited) {
                        written.kept.extend(self.keep(path).map_err(unharmed)?);
                    }
                    let (before, seen) = before.map(|before| (before.key, before.stamp)).unzip();
                    puts.push(Put { path: path.clone(), number: *number, mark: *mark, before, seen });
                }
                Fate::Stranger => {}
            }
        }
        written.changed = puts.len();
        let journal = Journal::new(self.is_within, puts, &gone, files.keys().map(String::as_str));
        journal.carry(&mut marks);
        let is_safe = self.record.is_safe(boot().as_deref());
        let is_synced = journal.steps.is_empty() || self.carry_out(&journal, &marks, &mut written)?;
        let record = Record::new(marks, boot(), is_safe && is_synced);
        self.place.write_site(&self.root).map_err(in_place)?;
        let key = self.place.write_record(&record).map_err(in_place)?;
        self.place.remove_journal().map_err(in_place)?;
        self.is_begun = false;
        written.record = (record.marks.len() == files.len()).then_some(key);
        Ok(written)
    }

    /// Writes the journal and does what it says; gives whether all of it is safe from a power cut.
    fn carry_out(
        &mut self,
        journal: &Journal,
        after: &BTreeMap<String, Mark>,
        written: &mut Written,
    ) -> Result<bool, Denied> {
        let place = &self.place;
        place.write_site(&self.root).map_err(unharmed)?;
        let mut all: Vec<PathBuf> = journal.puts().map(|put| staged(&self.stage, put.number, &put.path)).collect();
        all.push(self.stage.clone());
        let is_staged = journal.puts().next().is_none() || place.disk.sync(&self.stage, &all).map_err(unharmed)?;
        let is_written = place.write_journal(journal).map_err(|denied| {
            let _ = place.remove_journal();
            unharmed(denied)
        })?;
        match (Commit { place, journal, after, is_late: false }).carry_out() {
            Ok(done) => {
                written.removed = done.removed;
                written.kept.extend(done.kept);
                self.is_begun = true; // until the record is written
                Ok(is_staged && is_written && done.is_synced)
            }
            Err(CutShort { denied, is_begun: false }) => {
                // The journal must go before what is staged does.
                self.is_begun = place.remove_journal().is_err();
                Err(if self.is_begun { half_done(denied) } else { unharmed(denied) })
            }
            Err(CutShort { denied, .. }) => {
                self.is_begun = true;
                Err(half_done(denied))
            }
        }
    }

    /// The files of the record that the site no longer has, with what is there now.
    fn gone(&self, files: &BTreeMap<String, Fate>, written: &mut Written) -> Result<BTreeMap<String, Key>, Denied> {
        let (disk, output) = (&self.place.disk, &self.place.output);
        let mut gone = BTreeMap::new();
        for (path, mark) in self.record.marks.iter().filter(|(path, _)| !files.contains_key(*path)) {
            let found = disk.look(&output.join(path))?;
            let Some(found) = found.filter(|found| found.kind == Kind::File) else { continue };
            if is_behind_link(disk, output, path)? {
                continue; // the folder is somebody else's now
            }
            let mut there = mark.key;
            if !is_as_left(mark, &found) {
                let Some(bytes) = disk.read(&output.join(path))? else { continue };
                there = Key::of(&bytes);
                if there != mark.key {
                    written.kept.push(self.place.keep(path, &bytes)?);
                }
            }
            gone.insert(path.clone(), there);
        }
        Ok(gone)
    }

    /// Keeps a copy of a file that was changed by hand.
    fn keep(&self, path: &str) -> Result<Option<PathBuf>, Denied> {
        let bytes = self.place.disk.read(&self.place.output.join(path))?;
        bytes.map(|bytes| self.place.keep(path, &bytes)).transpose()
    }

    fn refuse_strangers_in_the_way(&self, files: &BTreeMap<String, Fate>) -> Result<(), Stop> {
        let mut strangers = files.iter().filter(|(_, fate)| matches!(fate, Fate::Stranger)).map(|(path, _)| path);
        let Some(first) = strangers.next() else { return Ok(()) };
        let others = match strangers.count() {
            0 => String::new(),
            number => format!(" and {number} more"),
        };
        let path = self.place.output.join(first);
        let advice = "move it away, or build into another folder with `--output DIR`; nothing was changed";
        Err(Stop::Usage(format!(
            "`{}`{others} would be replaced, and Brink has no record of writing it\n  = help: {advice}",
            path.display()
        )))
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        if !self.is_begun {
            let _ = self.place.clear_stage(); // what cannot be removed now is by the next build
        }
    }
}

/// Finishes what a build that was cut short has left, or throws it away where it had not begun to publish. Gives the copies
/// of files that somebody has changed meanwhile.
fn finish(place: &Place) -> Result<Vec<PathBuf>, Stop> {
    let mut kept = Vec::new();
    if let Some(journal) = place.read_journal()? {
        let mut marks = place.read_record()?.marks;
        journal.carry(&mut marks);
        let commit = Commit { place, journal: &journal, after: &marks, is_late: true };
        let done = commit.carry_out().map_err(|cut| half_done(cut.denied))?;
        kept = done.kept;
        place.write_record(&Record::new(marks, boot(), done.is_synced)).map_err(half_done)?;
    }
    place.remove_journal()?;
    place.clear_stage()?;
    Ok(kept)
}

/// Refuses a path that would lead out of the published folder; the site makes none.
fn check_path(path: &str) -> Result<(), Denied> {
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    let is_written_plainly = path.split('/').all(|part| !part.is_empty() && part != ".");
    if is_written_plainly && Path::new(path).components().all(is_plain) && !path.contains(char::is_control) {
        return Ok(());
    }
    let help = "this is a mistake of Brink's own; please report it, with the page or file that has this address";
    Err(Denied::new(format!("write `{path}`"), "it is no path in the published folder", help))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unharmed(denied: Denied) -> Denied {
    with(denied, "The published site is as it was")
}

fn half_done(denied: Denied) -> Denied {
    with(denied, "Until then the published folder has old and new pages; the next build finishes what this one began")
}

fn in_place(denied: Denied) -> Denied {
    with(denied, "The new site is in place; the next build writes the record of it")
}

fn with(mut denied: Denied, state: &str) -> Denied {
    denied.help.push_str(". ");
    denied.help.push_str(state);
    denied
}
