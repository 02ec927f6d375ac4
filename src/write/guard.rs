//! Folders that are no place for a site. Comes in: the site's folder and the one to write to. Goes out: a refusal that says
//! why, before anything is looked at or made.
#![expect(clippy::disallowed_methods, reason = "the writer looks where it is going to write")]

use std::fs;
use std::path::{Path, PathBuf};

use super::disk::denied;
use super::place::{STAGE_WITHIN, STATE};
use crate::problem::{Denied, Stop};
use crate::source;

/// How many files of others may lie in a published folder of which Brink has no record.
const STRANGERS_MAX: usize = 20;

/// Refuses a folder that is no place for a site: a root, a home, the site itself, its sources, or what is above them.
pub(super) fn guard(root: &Path, output: &Path) -> Result<(), Stop> {
    if fs::symlink_metadata(output).is_ok_and(|metadata| !metadata.is_dir()) {
        return refuse(output, "it is not a folder");
    }
    let real = real_path(output)?;
    let root = real_path(root)?;
    if real.parent().is_none() {
        return refuse(output, "it is the root of the file system");
    }
    if std::env::home_dir().is_some_and(|home| home == real) {
        return refuse(output, "it is your home folder");
    }
    if root.starts_with(&real) {
        return refuse(output, "the site's own folder is in it");
    }
    if real.components().any(|part| part.as_os_str() == ".git" || part.as_os_str() == STATE) {
        return refuse(output, "that folder is for records, not for a site");
    }
    for folder in source::FOLDERS {
        let named = root.join(folder);
        let source = real_path(&named)?; // which a link may lead elsewhere
        if real.starts_with(&named) || real.starts_with(&source) {
            return refuse(output, &format!("it is inside `{folder}/`, which is a source of the site"));
        }
        if source.starts_with(&real) {
            return refuse(output, &format!("`{folder}/`, which is a source of the site, is in it"));
        }
    }
    Ok(())
}

fn refuse(output: &Path, why: &str) -> Result<(), Stop> {
    let advice = "name a folder of its own with `--output DIR`; the default is `public`";
    Err(Stop::Usage(format!("the site cannot be written to `{}`: {why}\n  = help: {advice}", output.display())))
}

/// Refuses a folder that is full of files of which Brink has no record. What is hidden at its top (`.git`, `.domains`) does
/// not count.
pub(super) fn refuse_strangers(output: &Path) -> Result<(), Stop> {
    let walk = walkdir::WalkDir::new(output).min_depth(1).into_iter();
    let is_counted =
        |entry: &walkdir::DirEntry| entry.depth() != 1 || !entry.file_name().to_string_lossy().starts_with('.');
    let files = walk.filter_entry(is_counted).flatten().filter(|entry| !entry.file_type().is_dir());
    if files.take(STRANGERS_MAX + 1).count() <= STRANGERS_MAX {
        return Ok(());
    }
    let advice = "name an empty or new folder with `--output DIR`; if an earlier build wrote all that is in this one, and its \
                  record in `.brink` is lost, remove the folder and build again";
    Err(Stop::Usage(format!(
        "`{}` is full of files, and Brink has no record of writing any of them; nothing was changed\n  = help: {advice}",
        output.display()
    )))
}

/// Whether there is nothing in the published folder, or no such folder.
pub(super) fn is_empty(output: &Path) -> bool {
    fs::read_dir(output).map_or(true, |entries| entries.flatten().all(|entry| entry.file_name() == STAGE_WITHIN))
}

/// A path with links resolved, as far as it exists.
pub(super) fn real_path(path: &Path) -> Result<PathBuf, Denied> {
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
