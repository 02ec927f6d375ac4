//! What a build has said, for the next one that finds nothing changed. Comes in: the key of all that a site is made from, and the
//! words of the build that made it. Goes out: these words again, where the published folder is exactly as that build left it.

use std::collections::HashSet;
use std::path::Path;

use super::disk::Kind;
use super::look::is_as_left;
use super::place::Place;
use super::publisher::Publisher;
use super::{Disk, Written};
use crate::address;
use crate::key::Key;

impl Publisher {
    /// Keeps what a build has said, for [`Publisher::recall`]. That this fails only costs time, and so does a folder in which
    /// something else stands for a file of the site.
    pub fn remember(output: &Path, made_from: Key, written: &Written, said: &[u8]) {
        let (Some(record), Ok(place)) = (written.record, Place::new(Disk::default(), output)) else { return };
        let _ = place.write_said(&Key::seal(&[made_from.hex().as_bytes(), record.hex().as_bytes(), said].concat()));
    }

    /// What the last build into `output` has said, if it was made from the same, and has left its files as they are now.
    pub fn recall(root: &Path, output: &Path, made_from: Key) -> Option<Vec<u8>> {
        let place = Place::new(Disk::default(), output).ok()?;
        let kept = place.read_said().ok()??;
        let (known, rest) = Key::unseal(&kept)?.split_at_checked(64)?;
        if known != made_from.hex().as_bytes() {
            return None;
        }
        let publisher = Publisher::begin(root, output).ok()?;
        let (record, said) = rest.split_at_checked(64)?;
        (publisher.record.key().hex().as_bytes() == record && publisher.is_untouched()).then(|| said.to_vec())
    }

    /// Whether every file in the published folder is as the record says, and in no folder that is a link.
    fn is_untouched(&self) -> bool {
        let (place, marks) = (&self.place, &self.record.marks);
        let is = |path: &str, kind: Kind| {
            place.disk.look(&place.output.join(path)).ok().flatten().filter(|found| found.kind == kind)
        };
        let folders: HashSet<&str> = marks.keys().flat_map(|path| address::folders_above(path)).collect();
        folders.into_iter().all(|folder| is(folder, Kind::Folder).is_some())
            && marks.iter().all(|(path, mark)| is(path, Kind::File).is_some_and(|found| is_as_left(mark, &found)))
    }
}
