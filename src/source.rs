//! The one reader. Comes in: a site's folder. Goes out: a [`Listing`] of its files, each with a stamp that
//! changes when the file does, and the texts and bytes of those that are asked for.
#![expect(clippy::disallowed_methods, reason = "this is the one place that reads the disk")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::ops::Bound;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use imbl::OrdMap;
use imbl::ordmap::DiffItem;
use rayon::prelude::*;
use walkdir::WalkDir;

use crate::config;
use crate::key::Key;
use crate::problem::{Denied, Lines, Place, Problem, Stop, catalogue};

/// The folders of a site that are read.
pub const FOLDERS: [&str; 4] = ["content", "static", "templates", "themes"];

/// What tells whether a file has changed since it was last looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    inode: (u64, i64, i64),
    /// How often it was said to have been written although nothing else here showed it.
    again: u32,
}

impl Stamp {
    /// Whether the disk says the same of the file.
    pub fn is_as(&self, other: &Stamp) -> bool {
        Stamp { again: 0, ..*self } == Stamp { again: 0, ..*other }
    }

    /// The stamp of a file that was written once more within the same tick of the disk's clock, which is some milliseconds long on
    /// many systems, and has the same size.
    #[must_use]
    pub fn once_more(self) -> Stamp {
        Stamp { again: self.again + 1, ..self }
    }

    /// Whether there is nothing in the file, such as between the two steps of an editor that empties it and then writes it.
    pub fn is_of_nothing(&self) -> bool {
        self.size == 0
    }

    /// What it says of the file, in words; `None` where the file may have been written since without another stamp, because it was
    /// written only just before `now`. The clock of some disks ticks every two seconds.
    fn words(&self, now: SystemTime) -> Option<String> {
        const TICK: Duration = Duration::from_secs(2);
        let modified = self.modified?;
        let is_settled = now.duration_since(modified).is_ok_and(|age| age > TICK);
        let modified = modified.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_nanos();
        let (inode, changed_s, changed_ns) = self.inode;
        is_settled.then(|| format!("{} {modified} {inode} {changed_s} {changed_ns}", self.size))
    }

    /// The length of the file in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// Every file of a site, by its path relative to the site's root with `/`, and when it last changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// The files of [`FOLDERS`], and the configuration that counts.
    pub files: OrdMap<Arc<str>, Stamp>,
    /// Problems with names.
    pub problems: Vec<Problem>,
    /// The files and folders that are links, each with where it leads.
    pub links: BTreeMap<Arc<str>, PathBuf>,
}

impl Listing {
    /// Whether both have the same files in `content` and `static`, whatever is in them, and pages aside.
    pub fn has_same_files(&self, other: &Listing) -> bool {
        let is_published = |path: &str| !path.starts_with("templates/") && !path.starts_with("themes/");
        self.files.diff(&other.files).all(|difference| match difference {
            DiffItem::Update { .. } => true,
            DiffItem::Add(path, _) | DiffItem::Remove(path, _) => is_page(path) || !is_published(path),
        })
    }

    /// The key of all files as they are; `None` where one of them could be another without a sign of it, as the files that are
    /// listed `now` could be if they were written only just before.
    pub fn key(&self, now: SystemTime) -> Option<Key> {
        let mut words = String::new();
        for (path, stamp) in &self.files {
            let _ = writeln!(words, "{} {path:?}", stamp.words(now)?);
        }
        let _ = write!(words, "{:?} {:?}", self.links, self.problems);
        Some(Key::of(words.as_bytes()))
    }

    /// The files that have come, gone or changed since `before`, in order.
    pub fn changed_since(&self, before: &Listing) -> Vec<Arc<str>> {
        let changed = before.files.diff(&self.files).map(|difference| match difference {
            DiffItem::Add(path, _) | DiffItem::Remove(path, _) | DiffItem::Update { new: (path, _), .. } => {
                path.clone()
            }
        });
        changed.collect()
    }

    /// The same, which shares with `before` all files of which the disk says the same.
    pub fn shared_with(self, before: &Listing) -> Listing {
        let mut files = before.files.clone();
        for path in self.changed_since(before) {
            match (self.files.get(&path), before.files.get(&path)) {
                (Some(now), Some(before)) if now.is_as(before) => {}
                (Some(now), _) => drop(files.insert(path, *now)),
                (None, _) => drop(files.remove(&path)),
            }
        }
        Listing { files, ..self }
    }

    /// The files below a folder, each with its path relative to it.
    pub fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a str, &'a Arc<str>)> + use<'a> {
        let start = format!("{folder}/");
        let files = self.files.range::<_, str>((Bound::Included(start.as_str()), Bound::Unbounded));
        files.map_while(move |(path, _)| Some((path.strip_prefix(start.as_str())?, path)))
    }
}

/// A text file, decoded: no byte order mark, and `\n` alone ends a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path relative to the site's root, with `/`.
    pub path: Arc<str>,
    /// The text; where the bytes are not UTF-8, with replacement characters.
    pub text: String,
    /// That the bytes are not UTF-8, if so.
    pub problem: Option<Problem>,
}

/// Whether a path is that of a page: Markdown, however its ending is written.
pub fn is_page(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    path.starts_with("content/") && ["md", "markdown"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Whether there is something at a path.
pub fn exists(path: &Path) -> bool {
    path.exists()
}

/// Opens a folder and closes it again, which whoever watches it is told of; `false` where there is none.
pub fn knock(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok()
}

/// What tells a folder from another one that came to its place; `None` where there is none, or the system does not say.
pub fn identity(path: &Path) -> Option<(u64, u64)> {
    let metadata = fs::metadata(path).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        metadata.created().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok().map(|time| (0, time.as_secs()))
    }
}

/// Whether a file at this path, relative to the site's root, would be listed: it lies in one of its folders and is none that
/// is passed over, or it is a configuration.
pub fn concerns(path: &str) -> bool {
    let mut parts = path.split('/');
    let folder = parts.next().unwrap_or_default();
    if !FOLDERS.contains(&folder) {
        return config::FILES.contains(&path);
    }
    let is_listed = |part: &str| {
        !is_ignored(part.as_ref()) || is_for_hosts(Path::new(folder), part.as_ref()) || private(part.as_ref()).is_some()
    };
    parts.all(is_listed)
}

/// Lists the files of the site at `root`. Hidden files and editors' own files are passed over.
pub fn list(root: &Path) -> Result<Listing, Stop> {
    let content = root.join("content");
    let found = match fs::metadata(&content) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(denied("read the folder", &content, &error).into()),
    };
    if !found.as_ref().is_some_and(fs::Metadata::is_dir) {
        let what = if found.is_some() { "is not a folder" } else { "does not exist" };
        let advice = "`brink new DIR` writes a small site to start from, and `--root DIR` names the folder of one";
        return Err(Stop::Usage(format!(
            "{} {what}, so there is nothing to build\n  = help: {advice}",
            content.display()
        )));
    }
    let mut listing = Listing::default();
    let canonical_root = fs::canonicalize(root).map_err(|error| denied("find", root, &error))?;
    for folder in FOLDERS {
        let start = root.join(folder);
        if start.exists() {
            list_folder(root, &start, &canonical_root, &mut listing)?;
        }
    }
    for file in config::FILES {
        let config = root.join(file);
        match fs::metadata(&config) {
            Ok(metadata) => {
                listing.files.insert(Arc::from(file), stamp(&metadata));
                break; // the first one counts
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(denied("read", &config, &error).into()),
        }
    }
    Ok(listing)
}

/// Looks again at files that are said to have changed, and notes in `listing` what is there now. `false` where that does not
/// tell everything, such as for folders, links and names that are passed over: then all has to be listed.
pub fn look_again(root: &Path, listing: &mut Listing, paths: &[&str]) -> Result<bool, Denied> {
    for path in paths {
        let is_known = listing.files.contains_key(*path);
        match fs::symlink_metadata(root.join(path)) {
            Ok(metadata) if metadata.is_file() && (is_known || is_plain(listing, path)) => {
                listing.files.insert(Arc::from(*path), stamp(&metadata));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && is_known => drop(listing.files.remove(*path)),
            Ok(_) => return Ok(false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(denied("read", &root.join(path), &error)),
        }
    }
    Ok(true)
}

/// Whether a new file lies in a folder that is listed, and is no file that is passed over.
fn is_plain(listing: &Listing, path: &str) -> bool {
    let Some((folder, name)) = path.rsplit_once('/') else { return false };
    let folder = format!("{folder}/");
    let mut after = listing.files.range::<_, str>((Bound::Excluded(folder.as_str()), Bound::Unbounded));
    let is_listed = after.next().is_some_and(|(known, _)| known.starts_with(&folder));
    is_listed
        && !is_ignored(name.as_ref())
        && private(name.as_ref()).is_none()
        && !name.contains(char::is_control)
        && FOLDERS.contains(&path.split('/').next().unwrap_or_default())
}

fn list_folder(root: &Path, start: &Path, canonical_root: &Path, listing: &mut Listing) -> Result<(), Stop> {
    let walk = WalkDir::new(start).follow_links(true).into_iter();
    let mut found = Vec::new();
    for entry in walk.filter_entry(|entry| {
        let is_private = entry.file_type().is_file() && private(entry.file_name()).is_some();
        entry.depth() == 0 || is_private || !is_ignored(entry.file_name()) || is_for_hosts(start, entry.file_name())
    }) {
        let entry = match entry {
            Ok(entry) => entry,
            // A file that went away between being listed and being looked at is no mistake.
            Err(error) if is_gone(&error) => continue,
            // Editors lock files with links that lead nowhere (`.#page.md`).
            Err(error) if error.path().and_then(Path::file_name).is_some_and(is_ignored) => continue,
            Err(error) => return Err(walk_denied(start, &error).into()),
        };
        if entry.path_is_symlink() {
            let target = fs::canonicalize(entry.path()).map_err(|error| denied("follow", entry.path(), &error))?;
            if !target.starts_with(canonical_root) && !start.ends_with("themes") {
                let help = "copy the file or folder into the site; links that lead out of it are not followed";
                let tried = format!("publish `{}`", entry.path().display());
                return Err(Denied::new(tried, "it is a link that leads out of the site's folder", help).into());
            }
            listing.links.extend(relative(root, entry.path()).map(|path| (Arc::from(path), target)));
        }
        if !entry.file_type().is_file() {
            continue;
        }
        if let Some(what) = private(entry.file_name()) {
            let path = relative(root, entry.path()).unwrap_or_default();
            listing.problems.push(catalogue::file_left_out(Place::start_of(&path), &path, what));
            continue;
        }
        let Some(path) = relative(root, entry.path()) else {
            let lossy = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy().into_owned();
            let place = Place::start_of(&lossy);
            listing.problems.push(catalogue::name_unusable(place, &format!("{:?}", entry.file_name())));
            continue;
        };
        found.push((Arc::from(path), entry));
    }
    // To ask for what a file is like takes longer than to find it.
    let looked = found.into_par_iter().map(|(path, entry)| match entry.metadata() {
        Ok(metadata) => Ok(Some((path, stamp(&metadata)))),
        Err(error) if is_gone(&error) => Ok(None),
        Err(error) => Err(walk_denied(start, &error)),
    });
    let looked: Vec<Option<(Arc<str>, Stamp)>> = looked.collect::<Result<_, Denied>>()?;
    listing.files.extend(looked.into_iter().flatten());
    Ok(())
}

fn is_gone(error: &walkdir::Error) -> bool {
    error.depth() > 0
        && error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
        && error.path().is_some_and(|path| fs::symlink_metadata(path).is_err())
}

/// A path relative to the root with `/`; `None` where a part is not UTF-8 or has control characters.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for component in path.strip_prefix(root).ok()?.components() {
        let Component::Normal(part) = component else { return None };
        parts.push(part.to_str().filter(|part| !part.contains(char::is_control))?);
    }
    Some(parts.join("/"))
}

/// Hidden files in `static/` that hosts ask for.
fn is_for_hosts(start: &Path, name: &std::ffi::OsStr) -> bool {
    start.ends_with("static") && [".well-known", ".nojekyll", ".htaccess"].iter().any(|known| name == *known)
}

/// What a file looks like by its name that is never published, and that its writer should know of.
fn private(name: &std::ffi::OsStr) -> Option<&'static str> {
    let name = name.to_str()?;
    // Most names end in a few letters that tell at once.
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    match ending {
        "md" | "html" | "css" | "js" | "png" | "jpg" | "svg" | "csv" | "json" | "toml" => return None,
        "pem" | "key" | "p12" | "pfx" | "ppk" | "jks" | "keystore" => return Some("a private key"),
        "kdbx" | "kdb" => return Some("a store of passwords"),
        _ => {}
    }
    let is_ssh = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"].iter().any(|known| stem == *known || name == *known);
    match name {
        ".env" | ".netrc" | ".pgpass" | ".htpasswd" => Some("a file of passwords"),
        name if name.starts_with(".env.") => Some("a file of passwords"),
        _ if is_ssh && ending != "pub" => Some("a private key"),
        _ => None,
    }
}

/// Hidden files, and the ones that editors and systems leave behind.
fn is_ignored(name: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy();
    let endings = [
        "~",
        ".swp",
        ".swx",
        ".tmp",
        ".bak",
        ".bck",
        ".orig",
        "___jb_tmp___",
        "___jb_old___",
        ".part",
        ".crdownload",
        ".download",
    ];
    name.starts_with('.')
        || (name.starts_with('#') && name.ends_with('#'))
        || name == "4913"
        || name == "Thumbs.db"
        || name == "ehthumbs.db"
        || name == "desktop.ini"
        || name == "__MACOSX"
        || name == "$RECYCLE.BIN"
        || name.starts_with("~$")
        || endings.iter().any(|ending| name.ends_with(ending))
}

/// Reads and decodes a text file. `None` where it went away meanwhile.
pub fn text(root: &Path, path: &Arc<str>) -> Result<Option<Source>, Denied> {
    Ok(bytes(root, path)?.map(|bytes| decode(path.clone(), bytes)))
}

/// Reads and decodes a text file that was found with this stamp. One that is shorter than it was then is being written at this
/// moment, and is waited for a little.
pub fn whole_text(root: &Path, path: &Arc<str>, stamp: &Stamp) -> Result<Option<Source>, Denied> {
    let mut read = bytes(root, path)?;
    for _ in 0..WRITING_STEPS {
        if read.as_ref().is_none_or(|bytes| bytes.len() as u64 >= stamp.size) {
            break;
        }
        std::thread::sleep(WRITING_STEP);
        read = bytes(root, path)?;
    }
    Ok(read.map(|bytes| decode(path.clone(), bytes)))
}

/// How long a file that is being written is waited for: half a second at most.
const WRITING_STEP: Duration = Duration::from_millis(5);
const WRITING_STEPS: u32 = 100;

/// Reads a file. `None` where it does not exist.
pub fn bytes(root: &Path, path: &str) -> Result<Option<Vec<u8>>, Denied> {
    let full = root.join(path);
    match fs::read(&full) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(denied("read", &full, &error)),
    }
}

/// Whether a file of the site lies elsewhere by now, behind a link that leads out of it: then the next listing refuses it.
pub fn leads_out(root: &Path, path: &str) -> bool {
    match (fs::canonicalize(root), fs::canonicalize(root.join(path))) {
        (Ok(root), Ok(file)) => !file.starts_with(root),
        _ => false,
    }
}

/// The nearest folder from `start` upwards that has a configuration, or `start` itself. That of a peer counts where there
/// is a content folder beside it.
pub fn root_above(start: &Path) -> PathBuf {
    let is_root =
        |folder: &&Path| folder.join(config::FILE).is_file() || (has_config(folder) && folder.join("content").is_dir());
    start.ancestors().find(is_root).unwrap_or(start).to_owned()
}

fn has_config(folder: &Path) -> bool {
    config::FILES.iter().any(|file| folder.join(file).is_file())
}

/// Whether `folder` is a site: it has a configuration or a content folder.
pub fn is_site(folder: &Path) -> bool {
    folder.join(config::FILE).is_file() || folder.join("content").is_dir()
}

/// Decodes bytes as UTF-8, mending line ends, a byte order mark and NUL (CommonMark 0.31.2, section 2.3).
pub fn decode(path: Arc<str>, bytes: impl Into<Vec<u8>>) -> Source {
    // Most files are as they should be, and are taken as they are.
    let bytes = match String::from_utf8(bytes.into()) {
        Ok(text) if !text.starts_with('\u{feff}') && memchr::memchr2(b'\r', b'\0', text.as_bytes()).is_none() => {
            return Source { path, text, problem: None };
        }
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let problem = std::str::from_utf8(bytes).err().map(|error| {
        let text = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
        let at = text.len();
        let place = Lines::new(path.clone(), &text).place(at..at);
        catalogue::not_utf8(place, guess_encoding(bytes))
    });
    let text = String::from_utf8_lossy(bytes);
    let text = if text.contains(['\r', '\0']) {
        text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}")
    } else {
        text.into_owned()
    };
    Source { path, text, problem }
}

fn guess_encoding(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "UTF-16",
        bytes if bytes.contains(&0) => "a picture or another binary file",
        _ => "Windows-1252 (Western European)",
    }
}

/// The stamp of this program's own file; `None` where the system does not say which that is.
pub fn program() -> Option<Stamp> {
    let path = std::env::current_exe().ok()?;
    fs::metadata(path).ok().map(|metadata| stamp(&metadata))
}

fn stamp(metadata: &fs::Metadata) -> Stamp {
    #[cfg(unix)]
    let inode = {
        use std::os::unix::fs::MetadataExt;
        (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
    };
    #[cfg(not(unix))]
    let inode = (0, 0, 0);
    Stamp { size: metadata.len(), modified: metadata.modified().ok(), inode, again: 0 }
}

fn denied(verb: &str, path: &Path, error: &io::Error) -> Denied {
    let help = "check that the file exists and that you may read it";
    Denied::new(format!("{verb} `{}`", path.display()), error, help)
}

fn walk_denied(start: &Path, error: &walkdir::Error) -> Denied {
    let path = error.path().unwrap_or(start).to_owned();
    if error.loop_ancestor().is_some() {
        let help = "remove the link; it leads back to a folder above itself";
        return Denied::new(format!("read the folder `{}`", path.display()), "it is a link in a circle", help);
    }
    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    let help = "check that the folder exists and that you may read it";
    Denied::new(format!("read `{}`", path.display()), reason, help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_and_marks_are_mended() {
        let source = decode(Arc::from("a.md"), *b"\xef\xbb\xbfa\r\nb\rc\0");
        assert_eq!(source.text, "a\nb\nc\u{fffd}");
        assert_eq!(source.problem, None);
    }

    #[test]
    fn other_encodings_are_named_with_their_place() {
        let problem = decode(Arc::from("a.md"), *b"ok\nd\xe9j\xe0\n").problem.unwrap();
        assert_eq!((problem.place.span.start.line, problem.place.span.start.column), (2, 2));
        assert!(problem.message.contains("Windows-1252"));
    }
}
