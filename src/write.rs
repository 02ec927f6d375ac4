//! The one writer. Comes in: every file of a site, rendered. Goes out: the published folder, brought to exactly these
//! files. Nothing is touched before all are staged; a file whose bytes are there already keeps its time; only files
//! that Brink's own record names are ever replaced or removed. A file of the site itself is replaced only by a fix.
#![expect(clippy::disallowed_methods, reason = "this is the one place that writes to the disk")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::address;
use crate::key::Key;
use crate::problem::{Denied, Stop};
use crate::source;

/// A file to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the published folder, with `/`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// How often, and how long each time, another build is waited for.
const LOCK_TRIES: u32 = 40;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

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
}

/// Which bytes Brink wrote at each path. A build that is cut short leaves two keys for one path: of the old bytes and of
/// the new ones, since either may be there.
type Record = BTreeMap<String, Vec<Key>>;

/// The folder beside the published one that holds Brink's record of it.
const STATE: &str = ".brink";

/// Brings the folder `output` to exactly `files`, for the site at `root`.
pub fn publish(root: &Path, output: &Path, files: &[File]) -> Result<Written, Stop> {
    guard(root, output)?;
    let place = Place::new(output)?;
    let _lock = place.lock()?;
    let recorded = place.read_record()?;
    place.check_site(root, !recorded.is_empty())?;
    let mut written = Written::default();
    let mut changed: Vec<&File> = Vec::new();
    let mut record = Record::new();
    let mut foreign: Vec<&str> = Vec::new();
    for file in files {
        if is_obstructed(output, &file.path, &recorded) {
            foreign.push(&file.path);
            continue;
        }
        match read(&output.join(&file.path))? {
            Some(bytes) if bytes == file.bytes => {
                written.same += 1;
                // A file with the right bytes that somebody else has put there stays theirs.
                if recorded.contains_key(&file.path) {
                    record.insert(file.path.clone(), vec![Key::of(&file.bytes)]);
                }
            }
            Some(_) if !recorded.contains_key(&file.path) => foreign.push(&file.path),
            _ => changed.push(file),
        }
    }
    if let Some(first) = foreign.first() {
        return Err(in_the_way(output, first, foreign.len()));
    }
    let is_planned = |path: &str| files.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok();
    let gone: Vec<&String> = recorded.keys().filter(|path| !is_planned(path)).collect();
    place.stage(&changed)?;
    // From here on the published folder changes: first a record that knows both the old files and the new ones, so that
    // a build that is cut short is followed by one that may finish its work.
    let mut both = recorded.clone();
    for file in &changed {
        let key = Key::of(&file.bytes);
        both.entry(file.path.clone()).or_default().push(key);
        record.insert(file.path.clone(), vec![key]);
    }
    place.write_record(&both)?;
    place.write_site(root)?;
    let (in_the_way, gone): (Vec<&String>, Vec<&String>) =
        gone.into_iter().partition(|path| stands_in_the_way(path, &changed));
    let take_away = |path: &String, written: &mut Written| -> Result<(), Denied> {
        if is_behind_link(output, path) {
            return Ok(()); // the folder is somebody else's now
        }
        let target = output.join(path);
        written.kept.extend(place.keep_if_edited(&target, path, recorded.get(path), &[])?);
        written.removed += usize::from(remove(&target, output)?);
        Ok(())
    };
    for path in in_the_way {
        take_away(path, &mut written)?;
    }
    let half_done = |mut denied: Denied| {
        denied.help.push_str(
            ". Until then the published folder has old and new pages; the next build finishes what this one began",
        );
        denied
    };
    for file in &changed {
        let target = output.join(&file.path);
        written.kept.extend(place.keep_if_edited(&target, &file.path, recorded.get(&file.path), &file.bytes)?);
        place.unstage(file, &target).map_err(half_done)?;
        written.changed += 1;
    }
    for path in gone {
        take_away(path, &mut written)?;
    }
    place.write_record(&record)?;
    place.clear_stage()?;
    Ok(written)
}

/// Whether an old file has the name of a folder that a new one needs, or the other way round.
fn stands_in_the_way(old: &str, changed: &[&File]) -> bool {
    let is_within = |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    changed.iter().any(|new| is_within(&new.path, old) || is_within(old, &new.path))
}

/// Whether something that is not Brink's stands where a file should go: a file or link in place of one of its folders,
/// or a folder with other files in it in place of the file.
fn is_obstructed(output: &Path, path: &str, recorded: &Record) -> bool {
    let target = output.join(path);
    let is_foreign = |folder: &str| {
        let kind = fs::symlink_metadata(output.join(folder)).map(|metadata| metadata.file_type());
        kind.is_ok_and(|kind| !kind.is_dir() && (kind.is_symlink() || !recorded.contains_key(folder)))
    };
    address::folders_above(path).any(is_foreign) || (target.is_dir() && holds_foreign(&target, path, recorded))
}

/// Whether one of a path's folders is a link, which leads out of the published folder.
fn is_behind_link(output: &Path, path: &str) -> bool {
    let is_link = |folder: &str| fs::symlink_metadata(output.join(folder)).is_ok_and(|metadata| metadata.is_symlink());
    address::folders_above(path).any(is_link)
}

/// Whether a folder holds a file that is not in the record.
fn holds_foreign(folder: &Path, path: &str, recorded: &Record) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return true };
    entries.flatten().any(|entry| {
        let path = format!("{path}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            holds_foreign(&entry.path(), &path, recorded)
        } else {
            !recorded.contains_key(&path)
        }
    })
}

/// Refuses a folder that is no place for a site: a root, a home, the site itself, its sources, or what is above them.
fn guard(root: &Path, output: &Path) -> Result<(), Stop> {
    let refuse = |why: &str| {
        let advice = "name a folder of its own with `--output DIR`; the default is `public`";
        Err(Stop::Usage(format!("the site cannot be written to `{}`: {why}\n  = help: {advice}", output.display())))
    };
    if fs::symlink_metadata(output).is_ok_and(|metadata| !metadata.is_dir()) {
        return refuse("it is not a folder");
    }
    let real = real_path(output)?;
    let root = real_path(root)?;
    if real.parent().is_none() {
        return refuse("it is the root of the file system");
    }
    if std::env::home_dir().is_some_and(|home| home == real) {
        return refuse("it is your home folder");
    }
    if root.starts_with(&real) {
        return refuse("the site's own folder is in it");
    }
    if real.components().any(|part| part.as_os_str() == ".git" || part.as_os_str() == STATE) {
        return refuse("that folder is for records, not for a site");
    }
    for folder in source::FOLDERS {
        if real.starts_with(root.join(folder)) {
            return refuse(&format!("it is inside `{folder}/`, which is a source of the site"));
        }
    }
    Ok(())
}

/// A path with links resolved, as far as it exists.
fn real_path(path: &Path) -> Result<PathBuf, Denied> {
    let absolute = std::path::absolute(path).map_err(|error| denied("find", path, &error))?;
    let mut existing = absolute.as_path();
    loop {
        if let Ok(real) = fs::canonicalize(existing) {
            let rest = absolute.strip_prefix(existing).unwrap_or(Path::new(""));
            return Ok(if rest.as_os_str().is_empty() { real } else { real.join(rest) });
        }
        match existing.parent() {
            Some(parent) => existing = parent,
            None => return Ok(absolute),
        }
    }
}

fn in_the_way(output: &Path, first: &str, count: usize) -> Stop {
    let others = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
    let path = output.join(first);
    let advice = "move it away, or build into another folder with `--output DIR`; nothing was changed";
    Stop::Usage(format!(
        "`{}`{others} would be replaced, and Brink has no record of writing it\n  = help: {advice}",
        path.display()
    ))
}

/// The published folder with the state folder beside it.
struct Place {
    state: PathBuf,
    record: PathBuf,
    site: PathBuf,
    stage: PathBuf,
}

impl Place {
    fn new(output: &Path) -> Result<Place, Denied> {
        let real = real_path(output)?;
        let parent = real.parent().unwrap_or(&real);
        let name = real.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let state = parent.join(STATE);
        let site = state.join(format!("{name}.site"));
        Ok(Place {
            site,
            record: state.join(format!("{name}.record")),
            stage: state.join(format!("{name}.stage")),
            state,
        })
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
    fn check_site(&self, root: &Path, has_record: bool) -> Result<(), Stop> {
        let known = read(&self.site)?.filter(|_| has_record);
        let own = self.site_of(root)?;
        if known.is_some_and(|known| known != own.as_bytes()) {
            let advice =
                "build into another folder with `--output DIR`, or remove this one if it is not needed any more";
            let what = "another site is published in this folder, and would be removed";
            return Err(Stop::Usage(format!("{what}\n  = help: {advice}")));
        }
        Ok(())
    }

    fn write_site(&self, root: &Path) -> Result<(), Denied> {
        write_file(&self.site, self.site_of(root)?.as_bytes())
    }

    /// Brink's record of what it wrote: a line a file, `KEY PATH`.
    fn read_record(&self) -> Result<Record, Denied> {
        let bytes = read(&self.record)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let line = |line: &str| {
            let (key, path) = line.split_once(' ')?;
            Some((path.to_owned(), Key::from_hex(key)?))
        };
        let mut record = Record::new();
        for (path, key) in text.lines().filter_map(line) {
            record.entry(path).or_default().push(key);
        }
        Ok(record)
    }

    fn write_record(&self, record: &Record) -> Result<(), Denied> {
        let of_path = |(path, keys): (&String, &Vec<Key>)| {
            keys.iter().map(|key| format!("{} {path}\n", key.hex())).collect::<String>()
        };
        let text: String = record.iter().map(of_path).collect();
        if read(&self.record)?.is_some_and(|bytes| bytes == text.as_bytes()) {
            return Ok(());
        }
        make_folder(&self.state)?;
        let new = self.record.with_extension("new");
        write_file(&new, text.as_bytes())?;
        fs::rename(&new, &self.record).map_err(|error| denied("write", &self.record, &error))
    }

    /// Writes the changed files beside the published folder, on the same file system.
    fn stage(&self, changed: &[&File]) -> Result<(), Denied> {
        self.clear_stage()?;
        for (number, file) in changed.iter().enumerate() {
            if number == 0 {
                make_folder(&self.stage)?;
            }
            let staged = self.staged(file);
            if let Err(denied) = write_file(&staged, &file.bytes) {
                let _ = self.clear_stage(); // the space is needed more than the staged files
                return Err(denied);
            }
        }
        Ok(())
    }

    fn staged(&self, file: &File) -> PathBuf {
        self.stage.join(Key::of(file.path.as_bytes()).hex())
    }

    fn unstage(&self, file: &File, target: &Path) -> Result<(), Denied> {
        if let Some(folder) = target.parent() {
            make_folder(folder)?;
        }
        match fs::rename(self.staged(file), target) {
            // The published folder is a mount of its own: the new file is made beside its target, then put in place.
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                let name = target.file_name().unwrap_or_default().to_string_lossy();
                let beside = target.with_file_name(format!(".{name}.brink-new"));
                write_file(&beside, &file.bytes)?;
                fs::rename(&beside, target).map_err(|error| denied("write", target, &error))
            }
            renamed => renamed.map_err(|error| denied("write", target, &error)),
        }
    }

    /// Keeps other builds of this folder away until it is dropped; the system releases it when the program ends.
    fn lock(&self) -> Result<fs::File, Denied> {
        make_folder(&self.state)?;
        let path = self.record.with_extension("lock");
        let file = fs::File::create(&path).map_err(|error| denied("write", &path, &error))?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(fs::TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
                Err(fs::TryLockError::Error(_)) => return Ok(file), // a file system without locks
            }
        }
        let help = "wait until it has ended, and build again";
        Err(Denied::new("write the site", "another `brink build` is writing to the same folder", help))
    }

    fn clear_stage(&self) -> Result<(), Denied> {
        match fs::remove_dir_all(&self.stage) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(denied("clear", &self.stage, &error)),
            _ => Ok(()),
        }
    }

    /// Keeps a copy of a published file that is not as Brink left it.
    fn keep_if_edited(
        &self,
        target: &Path,
        path: &str,
        recorded: Option<&Vec<Key>>,
        new: &[u8],
    ) -> Result<Option<PathBuf>, Denied> {
        let Some(bytes) = read(target)? else { return Ok(None) };
        if bytes == new || recorded.is_some_and(|keys| keys.contains(&Key::of(&bytes))) {
            return Ok(None);
        }
        let name = format!("{}-{}", &Key::of(&bytes).hex()[..8], path.replace('/', "-"));
        let copy = self.state.join("kept").join(name);
        make_folder(&self.state.join("kept"))?;
        write_file(&copy, &bytes)?;
        Ok(Some(copy))
    }
}

/// Replaces one of the site's own files, whole or not at all. Does nothing and gives `false` where it is not as it was.
pub fn replace(root: &Path, path: &str, old: &[u8], new: &[u8]) -> Result<bool, Denied> {
    let target = real_path(&root.join(path))?;
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let beside = target.with_file_name(format!(".{name}.brink-new"));
    let own = |verb: &'static str, error: &io::Error| {
        Denied::new(format!("{verb} `{}`", target.display()), error, "check that you may write there")
    };
    let written = fs::File::create(&beside).and_then(|mut file| file.write_all(new));
    let is_allowed = written.and_then(|()| fs::set_permissions(&beside, fs::metadata(&target)?.permissions()));
    let is_same =
        is_allowed.map_err(|error| own("write", &error)).and_then(|()| Ok(read(&target)?.as_deref() == Some(old)));
    let replaced = is_same.and_then(|is_same| match is_same {
        true => fs::rename(&beside, &target).map(|()| true).map_err(|error| own("write", &error)),
        false => Ok(false),
    });
    if !matches!(replaced, Ok(true)) {
        let _ = fs::remove_file(&beside);
    }
    replaced
}

/// Writes the files of a new site; an existing file is never replaced.
pub fn found(folder: &Path, files: &[File]) -> Result<(), Stop> {
    let is_file = fs::symlink_metadata(folder).is_ok_and(|metadata| !metadata.is_dir());
    if is_file || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        let advice = "name a folder that does not exist yet";
        return Err(Stop::Usage(format!(
            "`{}` exists already and is not an empty folder; nothing was changed\n  = help: {advice}",
            folder.display()
        )));
    }
    for file in files {
        let target = folder.join(&file.path);
        if let Some(parent) = target.parent() {
            make_folder(parent)?;
        }
        write_file(&target, &file.bytes)?;
    }
    Ok(())
}

/// Writes a JSON file of Brink's own below the site's folder, all of it at once; one with the same bytes is left alone.
pub fn keep(root: &Path, path: &str, bytes: &[u8]) -> Result<(), Denied> {
    let target = root.join(path);
    if read(&target)?.is_some_and(|known| known == bytes) {
        return Ok(());
    }
    if let Some(folder) = target.parent() {
        make_folder(folder)?;
    }
    let new = target.with_extension("json-new");
    write_file(&new, bytes)?;
    fs::rename(&new, &target).map_err(|error| denied("write", &target, &error))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Denied> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(denied("read", path, &error)),
    }
}

/// Whether an error says that there is no such file, or something else in its place.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory)
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Denied> {
    let written = fs::File::create(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| denied("write", path, &error))
}

fn make_folder(path: &Path) -> Result<(), Denied> {
    let made = fs::create_dir_all(path);
    made.map_err(|error| match path.components().any(|part| part.as_os_str() == STATE) {
        true => {
            let help =
                "Brink keeps its record beside the published folder; build into a folder whose parent you may write to";
            Denied::new(format!("make the folder `{}`", path.display()), &error, help)
        }
        false => denied("make the folder", path, &error),
    })
}

/// Removes a file, and the folders that are empty without it, up to the published folder.
fn remove(target: &Path, output: &Path) -> Result<bool, Denied> {
    match fs::remove_file(target) {
        Ok(()) => {}
        Err(error) if is_absent(&error) => return Ok(false),
        Err(error) => return Err(denied("remove", target, &error)),
    }
    let folders = target.ancestors().skip(1).take_while(|folder| *folder != output);
    for folder in folders {
        if fs::remove_dir(folder).is_err() {
            break; // something else is in it
        }
    }
    Ok(true)
}

fn denied(verb: &str, path: &Path, error: &io::Error) -> Denied {
    let help = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room on the disk and build again",
        io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory => {
            "a file and a folder have the same name; move one of them away"
        }
        _ => "check that you may write there, or build into another folder with `--output DIR`",
    };
    Denied::new(format!("{verb} `{}`", path.display()), error, help)
}
