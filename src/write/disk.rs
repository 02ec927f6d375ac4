//! Every call by which the writer asks the disk for something. Comes in: paths and bytes. Goes out: what was done, or a
//! [`Denied`] that says what was tried, where, why not, and what to do. A fault can be made to strike, for tests.
#![expect(clippy::disallowed_methods, reason = "the writer's calls to the disk are here")]

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

use super::record::Stamp;
use crate::problem::Denied;

/// Up to how many files or folders are synced one by one; above, the whole file system is. One by one costs 0.65 ms each
/// on ext4, the file system 25 to 150 ms whatever their number.
const SYNCED_EACH: usize = 32;

/// The disk, as it is, or with a fault that tests make strike.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    fault: Option<Arc<Fault>>,
}

/// A fault of the disk.
#[derive(Debug)]
struct Fault {
    error: io::ErrorKind,
    /// Which of the calls that it can strike is the first that it does.
    first: u64,
    is_lasting: bool,
    calls: AtomicU64,
}

/// What a call needs of the disk, which decides what faults can strike it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// That something can be read.
    Look,
    /// That something can be changed.
    Change,
    /// Room besides.
    Room,
}

/// What is at a path, which is not followed where it is a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) length: u64,
    pub(super) stamp: Stamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// A link, or what is no file at all.
    Other,
}

impl Disk {
    /// A disk on which call number `first` (counted from 0, of those that such an error can strike) fails, or, where it
    /// is lasting, that one and all later ones: a full disk refuses what needs room, one that is read-only every change,
    /// any other fault every call.
    pub fn faulty(error: io::ErrorKind, first: u64, is_lasting: bool) -> Disk {
        Disk { fault: Some(Arc::new(Fault { error, first, is_lasting, calls: AtomicU64::new(0) })) }
    }

    /// How many calls there were that the fault could strike.
    pub fn calls(&self) -> u64 {
        self.fault.as_ref().map_or(0, |fault| fault.calls.load(Ordering::SeqCst))
    }

    fn strike(&self, need: Need) -> io::Result<()> {
        let Some(fault) = &self.fault else { return Ok(()) };
        let struck = match fault.error {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Need::Room,
            io::ErrorKind::ReadOnlyFilesystem => Need::Change,
            _ => Need::Look,
        };
        if need < struck {
            return Ok(());
        }
        let number = fault.calls.fetch_add(1, Ordering::SeqCst);
        let is_struck = number == fault.first || (fault.is_lasting && number > fault.first);
        if is_struck { Err(fault.error.into()) } else { Ok(()) }
    }

    /// The bytes of a file; `None` where there is none.
    pub(super) fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, Denied> {
        match self.strike(Need::Look).and_then(|()| fs::read(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(denied("read", path, &error)),
        }
    }

    /// What is at a path.
    pub(super) fn look(&self, path: &Path) -> Result<Option<Found>, Denied> {
        match self.strike(Need::Look).and_then(|()| fs::symlink_metadata(path)) {
            Ok(metadata) => Ok(Some(found(&metadata))),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(denied("look at", path, &error)),
        }
    }

    /// The names in a folder, each with whether it is a folder; none where there is no such folder.
    pub(super) fn list(&self, path: &Path) -> Result<Vec<(OsString, bool)>, Denied> {
        let listed = self.strike(Need::Look).and_then(|()| {
            let entries = fs::read_dir(path)?;
            entries.map(|entry| entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?.is_dir())))).collect()
        });
        match listed {
            Err(error) if is_absent(&error) => Ok(Vec::new()),
            listed => listed.map_err(|error| denied("list", path, &error)),
        }
    }

    /// Writes a file and says how it can be recognised.
    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> Result<Stamp, Denied> {
        let struck = self.strike(Need::Room);
        let written = fs::File::create(path).and_then(|mut file| {
            if let Err(error) = struck {
                file.write_all(&bytes[..bytes.len() / 2])?; // as a disk does that fills up meanwhile
                return Err(error);
            }
            file.write_all(bytes)?;
            Ok(found(&file.metadata()?).stamp)
        });
        written.map_err(|error| denied("write", path, &error))
    }

    /// Writes a file beside its place, syncs it, and puts it there whole; gives whether it could be synced.
    pub(super) fn write_whole(&self, path: &Path, bytes: &[u8]) -> Result<bool, Denied> {
        let new = path.with_extension("new");
        self.write(&new, bytes)?;
        let is_synced = self.sync(&new, std::slice::from_ref(&new))?;
        self.rename(&new, path).map_err(|error| denied("write", path, &error))?;
        let folder = path.parent().unwrap_or(path);
        Ok(is_synced && self.sync(folder, &[folder.to_owned()])?)
    }

    /// Makes one folder, unless it is there; its parent must be.
    pub(super) fn make_folder(&self, path: &Path) -> Result<(), Denied> {
        match self.strike(Need::Room).and_then(|()| fs::create_dir(path)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            made => made.map_err(|error| denied("make the folder", path, &error)),
        }
    }

    /// Makes a folder and all above it.
    pub(super) fn make_folders(&self, path: &Path) -> Result<(), Denied> {
        let made = self.strike(Need::Room).and_then(|()| fs::create_dir_all(path));
        made.map_err(|error| denied("make the folder", path, &error))
    }

    /// Puts a file or folder in another place.
    pub(super) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.strike(Need::Room)?;
        fs::rename(from, to)
    }

    /// Removes a file; `false` where there is none.
    pub(super) fn remove_file(&self, path: &Path) -> Result<bool, Denied> {
        match self.strike(Need::Change).and_then(|()| fs::remove_file(path)) {
            Ok(()) => Ok(true),
            Err(error) if is_absent(&error) => Ok(false),
            Err(error) => Err(denied("remove", path, &error)),
        }
    }

    /// Removes a folder if it is empty; gives whether it did.
    pub(super) fn remove_empty(&self, path: &Path) -> Result<bool, Denied> {
        use io::ErrorKind as Kind;
        let removed = self.strike(Need::Change).and_then(|()| fs::remove_dir(path));
        match removed.map_err(|error| (error.kind(), error)) {
            Ok(()) => Ok(true),
            // Something else is in it, or somebody uses it.
            Err((Kind::DirectoryNotEmpty | Kind::AlreadyExists | Kind::ResourceBusy | Kind::PermissionDenied, _)) => {
                Ok(false)
            }
            Err((_, error)) if is_absent(&error) => Ok(false),
            Err((_, error)) => Err(denied("remove", path, &error)),
        }
    }

    /// Removes a folder of Brink's own with all that is in it.
    pub(super) fn clear(&self, path: &Path) -> Result<(), Denied> {
        match self.strike(Need::Change).and_then(|()| fs::remove_dir_all(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(denied("clear", path, &error)),
            _ => Ok(()),
        }
    }

    /// Sees to it that some files or folders survive a power cut: each by itself, or, if they are many, with all else on
    /// the file system of `whole`. Gives `false` where the file system has no means for it.
    pub(super) fn sync(&self, whole: &Path, paths: &[PathBuf]) -> Result<bool, Denied> {
        let refused = |path: &Path, error: io::Error| match error.kind() {
            io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported => Ok(false),
            _ => Err(denied("write", path, &error)),
        };
        if let Err(error) = self.strike(Need::Room) {
            return refused(whole, error);
        }
        if paths.len() > SYNCED_EACH {
            match sync_file_system(whole) {
                Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
                Ok(()) => return Ok(true),
                Err(error) => return refused(whole, error),
            }
        }
        for path in paths {
            if let Err(error) = sync_one(path) {
                return refused(path, error);
            }
        }
        Ok(true)
    }

    /// Whether two paths lead to one file, as on a disk without regard to case.
    pub(super) fn is_same(&self, one: &Path, other: &Path) -> bool {
        fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
    }

    /// Whether a folder can be replaced by another one of ours: nobody has given it an owner of its own.
    pub(super) fn has_our_owner(&self, folder: &Path, ours: &Path) -> bool {
        let owner = |path: &Path| fs::metadata(path).map(|metadata| owner(&metadata)).ok();
        owner(folder) == owner(ours)
    }

    /// Gives a folder the permissions of another one.
    pub(super) fn permit_as(&self, folder: &Path, as_this: &Path) -> bool {
        fs::metadata(as_this).and_then(|metadata| fs::set_permissions(folder, metadata.permissions())).is_ok()
    }

    /// Whether two folders are mounts of their own, so that nothing can be moved from one into the other. Linux looks at
    /// the mounts before it looks for the file (`rename(2)`: EXDEV), so that a file that is not there tells.
    pub(super) fn is_apart(&self, one: &Path, other: &Path) -> bool {
        const NOTHING: &str = ".brink-no-such-file";
        let tried = fs::rename(one.join(NOTHING), other.join(NOTHING));
        tried.is_err_and(|error| error.kind() == io::ErrorKind::CrossesDevices)
    }

    /// Opens a file to hold its lock, with what stands in it.
    pub(super) fn open_lock(&self, path: &Path) -> Result<fs::File, Denied> {
        let mut options = fs::OpenOptions::new();
        let opened = self
            .strike(Need::Room)
            .and_then(|()| options.read(true).write(true).create(true).truncate(false).open(path));
        opened.map_err(|error| denied("write", path, &error))
    }
}

/// The boot of this machine that is running, where the system tells.
pub(super) fn boot() -> Option<String> {
    let read = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(read.trim().to_owned()).filter(|boot| !boot.is_empty() && !boot.contains(char::is_whitespace))
}

#[cfg(target_os = "linux")]
fn sync_file_system(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(fs::File::open(path)?)?)
}

#[cfg(not(target_os = "linux"))]
fn sync_file_system(_: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn sync_one(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        // Only Unix opens folders.
        Ok(metadata) if metadata.is_dir() && cfg!(not(unix)) => Ok(()),
        Ok(metadata) if metadata.is_dir() => fs::File::open(path)?.sync_all(),
        Ok(_) => fs::OpenOptions::new().write(true).open(path)?.sync_all(),
        Err(error) if is_absent(&error) => Ok(()), // a folder that was removed since
        Err(error) => Err(error),
    }
}

fn found(metadata: &fs::Metadata) -> Found {
    let kind = match metadata.file_type() {
        kind if kind.is_file() => Kind::File,
        kind if kind.is_dir() => Kind::Folder,
        _ => Kind::Other,
    };
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.and_then(|time| u64::try_from(time.as_nanos()).ok()).unwrap_or_default();
    Found { kind, length: metadata.len(), stamp: Stamp { modified, inode: inode(metadata) } }
}

#[cfg(unix)]
fn inode(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &fs::Metadata) -> u64 {
    0
}

#[cfg(unix)]
fn owner(metadata: &fs::Metadata) -> (u32, u32) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.uid(), metadata.gid())
}

#[cfg(not(unix))]
fn owner(_: &fs::Metadata) -> (u32, u32) {
    (0, 0)
}

/// Whether an error says that there is no such file, or something else in its place.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory)
}

/// What the disk denies, with what to do about it.
pub(super) fn denied(verb: &str, path: &Path, error: &io::Error) -> Denied {
    use io::ErrorKind as Kind;
    let is_record = path.components().any(|part| part.as_os_str() == super::place::STATE);
    let help = match error.kind() {
        Kind::StorageFull => "make room on the disk and build again",
        Kind::QuotaExceeded => "your quota on this disk is used up: remove files of yours, and build again",
        Kind::ReadOnlyFilesystem => {
            "the disk can only be read: mount it so that it can be written, or name another folder with `--output DIR`"
        }
        Kind::IsADirectory | Kind::NotADirectory => {
            "a file and a folder have the same name; move one of them away, and build again"
        }
        Kind::PermissionDenied if is_record => {
            "Brink keeps its record beside the published folder; build into a folder whose parent you may write to"
        }
        Kind::PermissionDenied => "check that you may write there, or build into another folder with `--output DIR`",
        Kind::InvalidFilename => "the disk takes no such name; rename the source that it comes from",
        Kind::StaleNetworkFileHandle | Kind::NotConnected | Kind::TimedOut => {
            "the disk is on another machine, and that does not answer; connect it again, and build again"
        }
        _ => "look whether the disk is there and sound, and that you may write there; then build again",
    };
    Denied::new(format!("{verb} `{}`", path.display()), error, help)
}
