//! The one writer. Comes in: every file of a site, rendered, one after the other and from any thread. Goes out: the
//! published folder, brought to exactly these files. Nothing in it is touched before all are staged; then a journal says
//! what is done, so that a build that is cut short is finished by the next. A file whose bytes are there already keeps its
//! time; only files that Brink's own record names are ever replaced or removed. A file of the site itself is replaced only
//! by a fix.

mod commit;
mod disk;
mod guard;
mod journal;
mod look;
mod own;
mod place;
mod publisher;
mod record;
mod said;

use std::path::{Path, PathBuf};

use crate::key::Key;
use crate::problem::Stop;

pub use disk::Disk;
pub use own::{found, keep, keep_bytes, keep_only, put, replace};
pub use publisher::Publisher;

/// A file to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the published folder, with `/`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What was done to the published folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// How many files are new or have new bytes.
    pub changed: usize,
    /// How many were there already.
    pub same: usize,
    /// How many were removed, since the site no longer has them.
    pub removed: usize,
    /// Copies of files of Brink's that somebody has changed by hand, made before they were replaced or removed.
    pub kept: Vec<PathBuf>,
    /// The key of the record of what is published now; absent where something else stands for a file of the site.
    pub record: Option<Key>,
}

/// How many files are worth a thread of their own.
const FILES_OF_A_THREAD: usize = 64;

/// Brings the folder `output` to exactly `files`, for the site at `root`.
pub fn publish(root: &Path, output: &Path, files: &[File]) -> Result<Written, Stop> {
    publish_on(Disk::default(), root, output, files)
}

/// Brings a folder on a certain disk to exactly `files`.
pub fn publish_on(disk: Disk, root: &Path, output: &Path, files: &[File]) -> Result<Written, Stop> {
    let publisher = Publisher::begin_on(disk, root, output)?;
    let threads =
        std::thread::available_parallelism().map_or(1, usize::from).min(files.len().div_ceil(FILES_OF_A_THREAD));
    let put = |files: &[File]| files.iter().try_for_each(|file| publisher.put(&file.path, &file.bytes));
    std::thread::scope(|scope| {
        let chunks = files.chunks(files.len().div_ceil(threads.max(1)).max(1));
        let all: Vec<_> = chunks.map(|chunk| scope.spawn(move || put(chunk))).collect();
        all.into_iter().try_for_each(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    publisher.commit()
}
