//! Does what a journal says. Comes in: a journal, written down, and the staged files. Goes out: the published folder in its
//! new state. All of it can be done twice, so that the next build can finish what was cut short.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{Kind, denied, is_absent};
use super::journal::{Journal, Put, Step};
use super::look::is_behind_link;
use super::place::Place;
use super::record::Mark;
use crate::address;
use crate::key::Key;
use crate::problem::Denied;

/// A journal that is carried out.
pub(super) struct Commit<'a> {
    pub(super) place: &'a Place,
    pub(super) journal: &'a Journal,
    /// What the published folder holds of Brink's when all is done.
    pub(super) after: &'a BTreeMap<String, Mark>,
    /// Whether time has passed since the journal was written, so that files may be others than it says.
    pub(super) is_late: bool,
}

/// What was done besides putting files in place.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) removed: usize,
    pub(super) kept: Vec<PathBuf>,
    /// Whether it is safe from a power cut.
    pub(super) is_synced: bool,
}

/// Why a journal was not carried out to its end.
pub(super) struct CutShort {
    pub(super) denied: Denied,
    /// Whether files have been put in place already.
    pub(super) is_begun: bool,
}

impl Commit<'_> {
    /// Carries the journal out. Where it fails before the first file, the published folder is as it was.
    pub(super) fn carry_out(&self) -> Result<Done, CutShort> {
        let mut done = Done::default();
        let untouched = |denied| CutShort { denied, is_begun: false };
        let begun = |denied| CutShort { denied, is_begun: true };
        if !self.put_whole().map_err(untouched)? {
            let made = self.make_folders().map_err(untouched)?;
            let mut names = Twins::default();
            for (at, step) in self.journal.steps.iter().enumerate() {
                let stepped = match step {
                    Step::Put(put) => self.put(put, &mut done),
                    Step::Remove { path, before } => self.remove(path, *before, &mut names, &mut done),
                };
                if let Err(denied) = stepped {
                    if at == 0 && matches!(step, Step::Put(_)) {
                        self.unmake(&made);
                    }
                    // A file may be gone whose folders could not be removed.
                    let is_begun = at > 0 || matches!(step, Step::Remove { .. });
                    return Err(CutShort { denied, is_begun });
                }
            }
        }
        done.is_synced = self.sync().map_err(begun)?;
        Ok(done)
    }

    fn staged(&self, put: &Put) -> PathBuf {
        staged(&self.place.stage(self.journal.is_within), put.number, &put.path)
    }

    /// Makes the stage the published folder, where it is the whole site and nothing is there yet.
    fn put_whole(&self) -> Result<bool, Denied> {
        let (disk, output, stage) = (&self.place.disk, &self.place.output, self.place.stage(false));
        if !self.journal.is_whole() || self.journal.is_within || disk.look(&stage)?.is_none() {
            return Ok(false);
        }
        let is_free = match disk.look(output)?.map(|found| found.kind) {
            None => true,
            Some(Kind::Folder) => {
                let is_ours = disk.list(output)?.is_empty() && disk.has_our_owner(output, &stage);
                is_ours && disk.permit_as(&stage, output) && (!cfg!(windows) || disk.remove_empty(output)?)
            }
            Some(_) => false,
        };
        // What speaks against it (a mount, files that have come meanwhile) leaves the way file by file.
        Ok(is_free && disk.rename(&stage, output).is_ok())
    }

    /// Makes the folders of the files that are put in place, but for those where a file has to go first. Where that fails,
    /// none is left.
    fn make_folders(&self) -> Result<Vec<PathBuf>, Denied> {
        let (disk, output) = (&self.place.disk, &self.place.output);
        let needed: BTreeSet<&str> = self.journal.puts().flat_map(|put| address::folders_above(&put.path)).collect();
        let all = std::iter::once(output.clone()).chain(needed.into_iter().map(|folder| output.join(folder)));
        let mut made: Vec<PathBuf> = Vec::new();
        for folder in all {
            let make = || match disk.look(&folder)?.map(|found| found.kind) {
                None if disk
                    .look(folder.parent().unwrap_or(output))?
                    .is_some_and(|above| above.kind == Kind::Folder) =>
                {
                    disk.make_folder(&folder).map(|()| true)
                }
                _ => Ok(false),
            };
            match make() {
                Ok(true) => made.push(folder),
                Ok(false) => {}
                Err(denied) => {
                    self.unmake(&made);
                    return Err(denied);
                }
            }
        }
        Ok(made)
    }

    /// Removes the folders that were made, the innermost first.
    fn unmake(&self, made: &[PathBuf]) {
        for folder in made.iter().rev() {
            let _ = self.place.disk.remove_empty(folder);
        }
    }

    fn put(&self, put: &Put, done: &mut Done) -> Result<(), Denied> {
        let (disk, output, staged) = (&self.place.disk, &self.place.output, self.staged(put));
        let target = output.join(&put.path);
        if self.is_late {
            // Where it is not staged any more it is in place; where it is not whole, the site is built anew in a moment.
            let is_whole = disk.read(&staged)?.is_some_and(|bytes| Key::of(&bytes) == put.mark.key);
            if !is_whole || is_behind_link(disk, output, &put.path)? {
                return Ok(());
            }
        }
        // A site is rendered between a look at what is there and this; somebody may have been at work meanwhile.
        if self.is_late || disk.look(&target)?.map(|found| found.stamp) != put.seen {
            done.kept.extend(self.keep_if_other(&put.path, &[put.before, Some(put.mark.key)])?);
        }
        match disk.rename(&staged, &target) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => self.put_by_copy(put, &staged, &target),
            Err(error) if is_absent(&error) || disk.look(&target)?.is_some_and(|found| found.kind == Kind::Folder) => {
                self.remove_empty_folders(&target)?;
                disk.make_folders(target.parent().unwrap_or(output))?;
                disk.rename(&staged, &target).map_err(|error| denied("write", &target, &error))
            }
            Err(error) => Err(denied("write", &target, &error)),
        }
    }

    /// Puts a file in place on another disk: it is made beside its target, whole, before it gets its name.
    fn put_by_copy(&self, put: &Put, staged: &Path, target: &Path) -> Result<(), Denied> {
        let disk = &self.place.disk;
        let Some(bytes) = disk.read(staged)? else { return Ok(()) };
        let beside = target.with_file_name(format!(".{}.brink-new", &Key::of(put.path.as_bytes()).hex()[..16]));
        disk.write(&beside, &bytes)?;
        disk.sync(&beside, std::slice::from_ref(&beside))?;
        disk.rename(&beside, target).map_err(|error| denied("write", target, &error))?;
        let _ = disk.remove_file(staged); // it is cleared with all others
        Ok(())
    }

    fn remove(&self, path: &str, before: Key, names: &mut Twins, done: &mut Done) -> Result<(), Denied> {
        let (disk, output) = (&self.place.disk, &self.place.output);
        let target = output.join(path);
        let found = disk.look(&target)?.map(|found| found.kind);
        if is_behind_link(disk, output, path)? || found.is_some_and(|kind| kind != Kind::File) {
            return Ok(()); // it is somebody else's now
        }
        if names.of(path, self.after).any(|other| disk.is_same(&target, &output.join(other))) {
            return Ok(()); // the same file, whose name was only written otherwise
        }
        if self.is_late {
            done.kept.extend(self.keep_if_other(path, &[Some(before)])?);
        }
        done.removed += usize::from(found.is_some() && disk.remove_file(&target)?);
        // Where the file was gone already, a build may have been cut short before its folders went.
        for folder in target.ancestors().skip(1).take_while(|folder| folder != output) {
            if disk.look(folder)?.is_some() && !disk.remove_empty(folder)? {
                break;
            }
        }
        Ok(())
    }

    /// Keeps a copy of a file that is none of those that are expected.
    fn keep_if_other(&self, path: &str, expected: &[Option<Key>]) -> Result<Option<PathBuf>, Denied> {
        let target = self.place.output.join(path);
        if self.place.disk.look(&target)?.is_none_or(|found| found.kind != Kind::File) {
            return Ok(None);
        }
        let Some(bytes) = self.place.disk.read(&target)? else { return Ok(None) };
        if expected.contains(&Some(Key::of(&bytes))) {
            return Ok(None);
        }
        self.place.keep(path, &bytes).map(Some)
    }

    /// Removes a folder in which there are only empty folders.
    fn remove_empty_folders(&self, folder: &Path) -> Result<(), Denied> {
        for (name, is_folder) in self.place.disk.list(folder)? {
            if is_folder {
                self.remove_empty_folders(&folder.join(name))?;
            }
        }
        self.place.disk.remove_empty(folder)?;
        Ok(())
    }

    /// Sees to it that what was put in place survives a power cut.
    fn sync(&self) -> Result<bool, Denied> {
        let output = &self.place.output;
        let below: BTreeSet<&str> =
            self.journal.steps.iter().flat_map(|step| address::folders_above(step.path())).collect();
        let all = [output.parent().unwrap_or(output).to_owned(), output.clone()];
        let folders: Vec<PathBuf> = all.into_iter().chain(below.iter().map(|folder| output.join(folder))).collect();
        self.place.disk.sync(output, &folders)
    }
}

/// Where a file lies in the stage.
pub(super) fn staged(stage: &Path, number: Option<u64>, path: &str) -> PathBuf {
    match number {
        Some(number) => stage.join(number.to_string()),
        None => stage.join(path),
    }
}

/// The paths of the new site by how a disk without regard to case and Unicode form would write them.
#[derive(Default)]
struct Twins(Option<HashMap<String, String>>);

impl Twins {
    fn of<'t>(&'t mut self, path: &str, after: &BTreeMap<String, Mark>) -> impl Iterator<Item = &'t str> + use<'t> {
        let known =
            self.0.get_or_insert_with(|| after.keys().map(|path| (address::folded(path), path.clone())).collect());
        known.get(&address::folded(path)).map(String::as_str).into_iter()
    }
}
