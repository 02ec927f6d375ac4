//! The look at the folder. Comes in: what was heard. Goes out: whether the site's files are others than at the last look, and
//! which they are. Where the watcher can be relied on, only what was heard of is looked at, and nothing where nothing was.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::deadline::Deadline;
use super::heard::News;
use crate::config;
use crate::problem::Stop;
use crate::source::{self, Listing, Stamp};

/// How long a file that has become empty is taken to be half-written.
const HELD: Duration = Duration::from_millis(500);

/// What is known of the folder.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// The files as they are taken to be.
    seen: Option<Arc<Listing>>,
    /// Files that were emptied, each with the stamp that it had then, and until when: unless something is written before, they
    /// are taken to be as they were.
    held: BTreeMap<Arc<str>, (Stamp, Deadline)>,
    /// Whether the watcher has reported a change, and every one since then. It says nothing of changes on other machines, for
    /// one, so that it is believed only where it has proved right.
    is_proven: bool,
    /// How often the whole folder was looked at, and parts of it.
    pub whole: usize,
    pub parts: usize,
}

impl Look {
    /// The files as they are taken to be.
    pub(super) fn seen(&self) -> Option<&Arc<Listing>> {
        self.seen.as_ref()
    }

    /// Whether there are files that are waited for.
    pub(super) fn is_waiting(&self) -> bool {
        !self.held.is_empty()
    }

    /// Whether what was heard tells everything. Where files are links, what is written elsewhere is not heard, or under
    /// another name.
    pub(super) fn trusts(&self, news: &News) -> bool {
        let is_plain = self.seen.as_ref().is_some_and(|seen| seen.links.is_empty());
        // Which configuration counts depends on which there are.
        let is_config = |file: &String| config::FILES.contains(&file.as_str());
        is_plain && self.is_proven && !news.is_more && !news.files.iter().any(is_config)
    }

    /// Looks at what was heard of alone. `None` where that does not tell everything.
    pub(super) fn at(&mut self, root: &Path, news: &News) -> Result<Option<bool>, Stop> {
        let Some(seen) = self.seen.as_ref().filter(|_| self.trusts(news)) else { return Ok(None) };
        let mut paths: Vec<&str> = news.files.iter().map(String::as_str).collect();
        paths.extend(self.held.keys().map(AsRef::as_ref));
        if paths.is_empty() {
            return Ok(Some(false));
        }
        self.parts += 1;
        let mut listing = seen.clone();
        match source::look_again(root, Arc::make_mut(&mut listing), &paths) {
            Ok(true) => {
                let files = &mut Arc::make_mut(&mut listing).files;
                for path in paths {
                    if let (Some(now), Some(before)) = (files.get_mut(path), seen.files.get(path))
                        && now.is_as(before)
                    {
                        *now = if news.written.contains(path) { before.once_more() } else { *before };
                    }
                }
                Ok(Some(self.take(listing)))
            }
            Ok(false) => Ok(None),
            Err(denied) => {
                self.forget();
                Err(denied.into())
            }
        }
    }

    /// Looks at everything. What has changed without anything having been heard of it shows that the watcher cannot be relied
    /// on: `was_heard` is asked then.
    pub(super) fn around(&mut self, root: &Path, was_heard: impl FnOnce() -> bool) -> Result<bool, Stop> {
        self.take_all(source::list(root), was_heard)
    }

    /// Takes what a look at everything gave.
    pub(super) fn take_all(
        &mut self,
        listed: Result<Listing, Stop>,
        was_heard: impl FnOnce() -> bool,
    ) -> Result<bool, Stop> {
        self.whole += 1;
        let mut listing = listed.inspect_err(|_| self.forget())?;
        if let Some(seen) = &self.seen {
            listing = listing.shared_with(seen);
        }
        let is_first = self.seen.is_none();
        let has_changed = self.take(Arc::new(listing));
        if has_changed && !is_first {
            self.is_proven = was_heard();
        }
        Ok(has_changed)
    }

    /// Knows nothing any more, so that the next look is at everything.
    pub(super) fn forget(&mut self) {
        self.seen = None;
        self.held.clear();
    }

    /// Takes a listing for what there is, but for files that are half-written. Gives whether anything has changed.
    fn take(&mut self, mut listing: Arc<Listing>) -> bool {
        if let Some(seen) = &self.seen {
            let had_something = |path: &str| seen.files.get(path).is_some_and(|stamp| !stamp.is_of_nothing());
            let empty = listing.files.iter().filter(|(_, stamp)| stamp.is_of_nothing()).map(|(path, _)| path);
            let emptied: Vec<Arc<str>> = empty.filter(|path| had_something(path)).cloned().collect();
            let held = std::mem::take(&mut self.held);
            for path in emptied {
                let stamp = listing.files[&path];
                // One that was emptied again has been written in between.
                let known = held.get(&path).filter(|(known, _)| *known == stamp);
                let until = known.map_or_else(|| Deadline::after(HELD), |(_, until)| *until);
                if until.left().is_some() {
                    let before = seen.files[&path];
                    Arc::make_mut(&mut listing).files.insert(path.clone(), before);
                    self.held.insert(path, (stamp, until));
                }
            }
        }
        let has_changed = self.seen.as_ref() != Some(&listing);
        self.seen = Some(listing);
        has_changed
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests write files")]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;

    fn site() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("content")).unwrap();
        fs::write(folder.path().join("content/a.md"), "# A\n").unwrap();
        folder
    }

    fn of(file: &str) -> News {
        News { files: BTreeSet::from([file.to_owned()]), ..News::default() }
    }

    #[test]
    fn a_file_written_twice_within_one_tick_of_the_clock_is_read_twice() {
        let folder = site();
        let root = folder.path();
        let mut look = Look::default();
        look.around(root, || true).unwrap();
        fs::write(root.join("content/a.md"), "# Another\n").unwrap();
        look.around(root, || true).unwrap();
        let news = of("content/a.md");
        assert_eq!(look.at(root, &news).unwrap(), Some(false), "it was only closed");
        let news = News { written: news.files.clone(), ..news };
        assert_eq!(look.at(root, &news).unwrap(), Some(true));
        assert!(!look.around(root, || true).unwrap(), "that is no change");
    }

    #[test]
    fn nothing_is_looked_at_where_the_watcher_has_proved_right_and_heard_nothing() {
        let folder = site();
        let root = folder.path();
        let mut look = Look::default();
        assert!(look.around(root, || true).unwrap());
        assert_eq!(look.at(root, &News::default()).unwrap(), None, "nothing is proven yet");
        fs::write(root.join("content/a.md"), "# Another\n").unwrap();
        assert!(look.around(root, || true).unwrap());
        assert_eq!(look.at(root, &News::default()).unwrap(), Some(false));
        fs::write(root.join("content/a.md"), "# A third\n").unwrap();
        assert_eq!(look.at(root, &of("content/a.md")).unwrap(), Some(true));
        assert_eq!(look.whole, 2);
        assert_eq!(
            look.at(root, &of("brink.toml")).unwrap(),
            None,
            "which configuration counts is seen only by a look at all"
        );
    }

    #[test]
    fn a_watcher_that_missed_a_change_is_not_relied_on() {
        let folder = site();
        let root = folder.path();
        let mut look = Look::default();
        for (text, was_heard) in [("# One\n", true), ("# Two 2\n", false)] {
            look.around(root, || true).unwrap();
            fs::write(root.join("content/a.md"), text).unwrap();
            assert!(look.around(root, || was_heard).unwrap());
            assert_eq!(look.at(root, &News::default()).unwrap().is_some(), was_heard);
        }
    }

    #[test]
    fn an_emptied_file_is_taken_to_be_as_it_was_for_a_moment() {
        let folder = site();
        let root = folder.path();
        let file = root.join("content/a.md");
        let mut look = Look::default();
        look.around(root, || true).unwrap();
        fs::write(&file, "").unwrap();
        assert!(!look.around(root, || true).unwrap());
        assert!(look.is_waiting());
        fs::write(&file, "# Written\n").unwrap();
        assert!(look.around(root, || true).unwrap());
        assert!(!look.is_waiting());
        fs::write(&file, "").unwrap();
        assert!(!look.around(root, || true).unwrap());
        std::thread::sleep(HELD);
        assert!(look.around(root, || true).unwrap(), "whoever empties a file means it after a while");
        assert!(!look.is_waiting());
    }
}
