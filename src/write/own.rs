//! The site's own files: those of a new site, editions that are asked for, what `check --external` has heard, drawn cards and
//! copies of pictures, and sources that a fix mends. Comes in: paths and bytes. Goes out: the files, each written whole or not at
//! all where there was one before.
#![expect(clippy::disallowed_methods, reason = "the writer writes here too")]

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::File;
use super::disk::{denied, is_absent};
use super::guard::real_path;
use crate::problem::{Denied, Stop};

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

/// Writes a file that somebody asked for, whole or not at all; one that is there is replaced only with `force`.
pub fn put(path: &Path, bytes: &[u8], force: bool) -> Result<(), Stop> {
    let is_there = fs::symlink_metadata(path).is_ok();
    if is_there && (!force || !path.is_file()) {
        let advice = if path.is_dir() {
            "it is a folder; name a file"
        } else {
            "name another file, or add `--force` to replace it"
        };
        return Err(Stop::Usage(format!(
            "`{}` is there already; nothing was changed\n  = help: {advice}",
            path.display()
        )));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.brink-new"));
    let written = write_file(&beside, bytes);
    let put = written.and_then(|()| fs::rename(&beside, path).map_err(|error| denied("write", path, &error)));
    if put.is_err() {
        let _ = fs::remove_file(&beside);
    }
    Ok(put?)
}

/// Writes a file of Brink's own below the site's folder, all of it at once; one with the same bytes is left alone.
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

/// Keeps bytes in a file of Brink's own that can be made again at any time, whole or not at all. Where that fails there is
/// none, which costs time and nothing else.
pub fn keep_bytes(root: &Path, path: &str, bytes: &[u8]) {
    let target = root.join(path);
    // Two threads may keep the same at once, each in a file of its own until it is whole.
    let new = target.with_extension(format!("new-{}-{:?}", std::process::id(), std::thread::current().id()));
    let kept = target.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&new, bytes));
    if kept.and_then(|()| fs::rename(&new, &target)).is_err() {
        let _ = fs::remove_file(&new);
    }
}

/// Removes the files of a folder of Brink's own that are not wanted any more, once there are more than `spare` of them.
pub fn keep_only(root: &Path, folder: &str, is_wanted: impl Fn(&str) -> bool, spare: usize) {
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    let is_other = |entry: &fs::DirEntry| !entry.file_name().to_str().is_some_and(&is_wanted);
    let others: Vec<fs::DirEntry> = entries.filter(is_other).collect();
    if others.len() > spare {
        for other in others {
            let _ = fs::remove_file(other.path());
        }
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Denied> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(denied("read", path, &error)),
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Denied> {
    let written = fs::File::create(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| denied("write", path, &error))
}

fn make_folder(path: &Path) -> Result<(), Denied> {
    fs::create_dir_all(path).map_err(|error| denied("make the folder", path, &error))
}
