//! The published folder and the folder `.brink` beside it. Comes in: where the site lies and where it is to be written.
//! Goes out: the paths of the record, the journal and the stage, the lock, and whose site is published there.

use std::fs;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::disk::{Disk, boot};
use super::guard::real_path;
use super::journal::Journal;
use super::record::Record;
use crate::key::Key;
use crate::problem::{Denied, Stop};

/// The folder beside the published one that holds Brink's record of it.
pub(super) const STATE: &str = ".brink";

/// Where files are staged if nothing can be moved into the published folder from outside.
pub(super) const STAGE_WITHIN: &str = ".brink-stage";

/// How often, and how long each time, another build is waited for.
const LOCK_TRIES: u32 = 200;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// The published folder with the state folder beside it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) disk: Disk,
    /// The published folder, without links on the way.
    pub(super) output: PathBuf,
    state: PathBuf,
    name: String,
}

impl Place {
    pub(super) fn new(disk: Disk, output: &Path) -> Result<Place, Denied> {
        let output = real_path(output)?;
        let parent = output.parent().unwrap_or(&output);
        let name = output.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Place { disk, state: parent.join(STATE), output, name })
    }

    fn file(&self, ending: &str) -> PathBuf {
        self.state.join(format!("{}.{ending}", self.name))
    }

    /// Where files are staged.
    pub(super) fn stage(&self, is_within: bool) -> PathBuf {
        if is_within { self.output.join(STAGE_WITHIN) } else { self.file("stage") }
    }

    /// Removes what is staged.
    pub(super) fn clear_stage(&self) -> Result<(), Denied> {
        self.disk.clear(&self.stage(true))?;
        self.disk.clear(&self.stage(false))
    }

    /// Whether the published folder is there and a mount of its own, so that nothing can be moved into it.
    pub(super) fn is_mount(&self) -> bool {
        self.disk.is_apart(&self.state, &self.output)
    }

    /// The site that the published folder belongs to: how it lies to the folder, so that both can be moved together.
    fn site_of(&self, root: &Path) -> Result<String, Denied> {
        let root = real_path(root)?;
        let parent = self.state.parent().unwrap_or(&self.state);
        let below = |path: &Path, folder: &Path| path.strip_prefix(folder).ok().map(|rest| rest.display().to_string());
        let above = below(parent, &root).map(|rest| format!("above/{rest}"));
        let site = above.or_else(|| below(&root, parent).map(|rest| format!("beside/{rest}")));
        Ok(site.unwrap_or_else(|| root.display().to_string()))
    }

    /// Refuses to replace another site, whose files would all be removed.
    pub(super) fn check_site(&self, root: &Path) -> Result<(), Stop> {
        let known = self.disk.read(&self.file("site"))?;
        let own = self.site_of(root)?;
        if known.is_some_and(|known| known != own.as_bytes()) {
            let advice =
                "build into another folder with `--output DIR`, or remove this one if it is not needed any more";
            let what = "another site is published in this folder, and would be removed";
            return Err(Stop::Usage(format!("{what}\n  = help: {advice}")));
        }
        Ok(())
    }

    pub(super) fn write_site(&self, root: &Path) -> Result<(), Denied> {
        let own = self.site_of(root)?;
        if self.disk.read(&self.file("site"))?.is_none_or(|known| known != own.as_bytes()) {
            self.disk.write_whole(&self.file("site"), own.as_bytes())?;
        }
        Ok(())
    }

    /// Brink's record of what it wrote; empty where there is none.
    pub(super) fn read_record(&self) -> Result<Record, Stop> {
        let path = self.file("record");
        let text = self.disk.read(&path)?.unwrap_or_default();
        let read = std::str::from_utf8(&text).ok().and_then(|text| Record::read(text, boot().as_deref()));
        read.ok_or_else(|| {
            let advice = "move both away and build again; nothing was changed";
            Stop::Usage(format!(
                "the record `{}` is damaged, so that Brink cannot tell its own files in `{}` from yours\n  = help: {advice}",
                path.display(),
                self.output.display()
            ))
        })
    }

    /// Writes the record, unless it is there already; gives its key.
    pub(super) fn write_record(&self, record: &Record) -> Result<Key, Denied> {
        let (path, text) = (self.file("record"), record.text());
        if self.disk.read(&path)?.is_none_or(|known| known != text.as_bytes()) {
            self.disk.write_whole(&path, text.as_bytes())?;
        }
        Ok(Key::of(text.as_bytes()))
    }

    /// What the last build has said, sealed.
    pub(super) fn read_said(&self) -> Result<Option<Vec<u8>>, Denied> {
        self.disk.read(&self.file("said"))
    }

    pub(super) fn write_said(&self, said: &[u8]) -> Result<bool, Denied> {
        self.disk.write_whole(&self.file("said"), said)
    }

    /// What an earlier build was about to do and has not finished; one that was not written to its end was not begun.
    pub(super) fn read_journal(&self) -> Result<Option<Journal>, Denied> {
        let bytes = self.disk.read(&self.file("journal"))?;
        Ok(bytes.and_then(|bytes| Journal::read(std::str::from_utf8(&bytes).ok()?)))
    }

    /// Writes down what is about to be done; gives whether it would survive a power cut.
    pub(super) fn write_journal(&self, journal: &Journal) -> Result<bool, Denied> {
        self.disk.write_whole(&self.file("journal"), journal.text().as_bytes())
    }

    pub(super) fn remove_journal(&self) -> Result<(), Denied> {
        self.disk.remove_file(&self.file("journal")).map(|_| ())
    }

    /// Keeps a copy of a file that somebody has changed by hand.
    pub(super) fn keep(&self, path: &str, bytes: &[u8]) -> Result<PathBuf, Denied> {
        let folder = self.state.join("kept");
        self.disk.make_folders(&folder)?;
        let name = path.replace('/', "-");
        let tail =
            name.char_indices().rev().take_while(|(at, _)| name.len() - at <= 200).last().map_or(0, |(at, _)| at);
        let copy = folder.join(format!("{}-{}", &Key::of(bytes).hex()[..8], &name[tail..]));
        self.disk.write(&copy, bytes)?;
        Ok(copy)
    }

    /// Keeps other builds of this folder away until it is dropped; the system releases it when the program ends.
    pub(super) fn lock(&self) -> Result<fs::File, Denied> {
        self.disk.make_folders(&self.state)?;
        let path = self.file("lock");
        let mut file = self.disk.open_lock(&path)?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => {
                    // Who holds it, for the others; that it cannot be said is no reason not to build.
                    let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
                    return Ok(file);
                }
                Err(fs::TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
                Err(fs::TryLockError::Error(_)) => return Ok(file), // a file system without locks
            }
        }
        let reason = format!("another `brink build`{} is writing to the same folder", holder(&mut file));
        Err(Denied::new(
            format!("write to `{}`", self.output.display()),
            reason,
            "wait until it has ended, and build again",
        ))
    }
}

/// Who holds a lock, and since when, as far as its file tells.
fn holder(file: &mut fs::File) -> String {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    let Some(process) = read.ok().and_then(|_| text.trim().parse::<u32>().ok()) else { return String::new() };
    let since = file.metadata().and_then(|metadata| metadata.modified()).ok();
    let since = since.and_then(|since| jiff::Timestamp::try_from(since).ok());
    match since {
        Some(since) => format!(" (process {process}, since {} UTC)", since.strftime("%Y-%m-%d %H:%M:%S")),
        None => format!(" (process {process})"),
    }
}
