//! The pictures of a site between the disk and the pure [`picture`] room. Comes in: the listing of a site's files. Goes out: what
//! is known of each picture; and, when they are asked for, the bytes that are published: cleaned files, and the smaller copies
//! that pages show. Copies are kept in `.brink/pictures/`, by the hash of what they were made from, which saves time alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::key::Key;
use crate::picture::shown::{self, Copy};
use crate::picture::{self, Copies, Format, Picture, Pictures};
use crate::problem::{Denied, Stop};
use crate::source::{self, Listing, Stamp};
use crate::write;

/// Where copies are kept.
const FOLDER: &str = ".brink/pictures";
/// How many kept copies that the site does not have any more are left for a writer who takes something back.
const SPARE: usize = 100;
/// What the way in which copies are made is called; another one makes all of them anew.
const WAY: &str = "brink pictures 1";
/// The largest file that is looked into as a whole: longer ones are films.
const LOOKED_MAX: u64 = 256 << 20;

/// What was found in files, with the stamps that they had.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    /// `None` for a file of which there is nothing to say.
    known: BTreeMap<Arc<str>, (Stamp, Option<Arc<Picture>>)>,
    all: Arc<Pictures>,
    /// The files of the site as they were then.
    listing: Arc<Listing>,
}

impl Looked {
    /// Looks into the pictures, documents and recordings of a site; those that have not changed are known. Gives the same
    /// value as before where nothing has.
    pub(crate) fn look(&mut self, root: &Path, listing: &Arc<Listing>) -> Result<Arc<Pictures>, Stop> {
        let may_be_meant = |path: &str| is_published(path) && Format::of(path).is_some();
        let has_changed = listing.changed_since(&self.listing).iter().any(|path| may_be_meant(path));
        if !has_changed {
            self.listing = listing.clone();
            return Ok(self.all.clone());
        }
        let is_meant = |(path, stamp): &(&Arc<str>, &Stamp)| stamp.size() <= LOOKED_MAX && may_be_meant(path);
        let files: Vec<(&Arc<str>, &Stamp)> = listing.files.iter().filter(is_meant).collect();
        let look = |(path, stamp): &(&Arc<str>, &Stamp)| {
            if let Some((_, picture)) = self.known.get(*path).filter(|(known, _)| known == *stamp) {
                return Ok(((*path).clone(), (**stamp, picture.clone())));
            }
            let facts = source::bytes(root, path)?.and_then(|bytes| picture::facts(path, &bytes));
            Ok(((*path).clone(), (**stamp, facts.map(|facts| Arc::new(Picture::new(facts))))))
        };
        let looked: Vec<Result<_, Denied>> = files.par_iter().map(look).collect();
        self.known = looked.into_iter().collect::<Result<_, Denied>>()?;
        let pictures = self.known.iter().filter_map(|(path, (_, picture))| Some((path.clone(), picture.clone()?)));
        self.all = Arc::new(Pictures(pictures.collect()));
        self.listing = listing.clone();
        Ok(self.all.clone())
    }
}

/// Whether a file may be copied into the published folder.
fn is_published(path: &str) -> bool {
    let of_theme = || path.strip_prefix("themes/").and_then(|below| below.split('/').nth(1));
    path.starts_with("content/") || path.starts_with("static/") || of_theme() == Some("static")
}

/// A file of the site as it is published.
pub(crate) fn file(root: &Path, path: &str, pictures: &Pictures) -> Result<Vec<u8>, Stop> {
    let bytes = read(root, path)?;
    match pictures.of(path) {
        Some(picture) if picture.facts.is_turned => {
            let key = key_of(&bytes, "turned");
            let turned = || Some(vec![picture::published(path, bytes)]);
            let kept = kept(root, picture, key, turned);
            Ok(kept.and_then(|kept| kept.into_iter().next()).unwrap_or_default())
        }
        Some(picture) if !matches!(picture.facts.format, Format::Media | Format::Text) => {
            Ok(picture::published(path, bytes))
        }
        _ => Ok(bytes),
    }
}

/// A smaller copy of a picture. One that cannot be decoded is shown as it is, as far as the browser can.
pub(crate) fn copy(root: &Path, path: &str, copy: Copy, pictures: &Pictures) -> Result<Vec<u8>, Stop> {
    let Some(picture) = pictures.of(path) else { return file(root, path, pictures) };
    let copies = picture.copies(|| copies(root, path, picture))?;
    let made = copies.iter().flat_map(|copies| copies.iter()).zip(&picture.copies).find(|(_, known)| **known == copy);
    made.map_or_else(|| file(root, path, pictures), |(bytes, _)| Ok(bytes.clone()))
}

/// Removes what is kept of pictures that the site does not have any more.
pub(crate) fn forget_others(root: &Path, pictures: &Pictures) {
    let wanted: BTreeSet<String> = pictures.0.values().flat_map(|picture| picture.kept_as()).collect();
    if !wanted.is_empty() {
        write::keep_only(root, FOLDER, |name| wanted.contains(name), SPARE);
    }
}

fn read(root: &Path, path: &str) -> Result<Vec<u8>, Stop> {
    let gone = || Denied::new(format!("read `{path}`"), "it is gone", "build again");
    Ok(source::bytes(root, path)?.ok_or_else(gone)?)
}

/// The copies of a picture: those that are kept, or new ones.
fn copies(root: &Path, path: &str, picture: &Picture) -> Result<Option<Copies>, Stop> {
    let bytes = read(root, path)?;
    let key = key_of(&bytes, &format!("{:?}", picture.copies));
    Ok(kept(root, picture, key, || shown::make(path, &bytes, &picture.copies)).map(Arc::new))
}

/// What is kept under a key, or is made now and kept.
fn kept(root: &Path, picture: &Picture, key: Key, make: impl FnOnce() -> Option<Vec<Vec<u8>>>) -> Option<Vec<Vec<u8>>> {
    let name = key.hex();
    picture.keep_as(&name);
    let path = format!("{FOLDER}/{name}");
    if let Some(known) = source::bytes(root, &path).ok().flatten().and_then(|kept| unpacked(&kept)) {
        return Some(known);
    }
    let made = make();
    if let Some(made) = &made {
        write::keep_bytes(root, &path, &packed(made));
    }
    made
}

/// By what something is known that was made from a picture: its bytes, what was made, and how that is done.
fn key_of(bytes: &[u8], what: &str) -> Key {
    Key::of(format!("{WAY}\n{what}\n{}", Key::of(bytes).hex()).as_bytes())
}

/// The copies as one file, each with its length, and sealed, so that a damaged file is never taken for one.
fn packed(copies: &[Vec<u8>]) -> Vec<u8> {
    let mut body = Vec::new();
    for copy in copies {
        body.extend((copy.len() as u64).to_le_bytes());
        body.extend(copy);
    }
    Key::seal(&body)
}

fn unpacked(kept: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut body = Key::unseal(kept)?;
    let mut copies = Vec::new();
    while !body.is_empty() {
        let (length, rest) = body.split_at_checked(8)?;
        let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
        let (copy, rest) = rest.split_at_checked(length)?;
        copies.push(copy.to_vec());
        body = rest;
    }
    Some(copies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_kept_whole_or_not_at_all() {
        let copies = vec![b"one".to_vec(), Vec::new(), b"three".to_vec()];
        let kept = packed(&copies);
        assert_eq!(unpacked(&kept), Some(copies));
        for at in [0, 70, kept.len() - 1] {
            let mut damaged = kept.clone();
            damaged[at] ^= 1;
            assert_eq!(unpacked(&damaged), None, "byte {at}");
        }
        assert_eq!(unpacked(&kept[..kept.len() - 1]), None);
        assert_eq!(unpacked(b"short"), None);
    }
}
