//! What the system says has changed. Comes in: events of the file system, from the watcher's own thread. Goes out: what has
//! been heard since somebody last asked, with everything left out that is no file of the site: other folders, what is built,
//! and the files that editors make for themselves.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind, RemoveKind, RenameMode};
use notify::{ErrorKind, Event};

use super::locked;
use crate::source;

/// How many files are remembered by name; where there are more, everything is looked at, which is as quick.
const NAMES_MAX: usize = 200;

/// What has been heard, shared by the watcher that hears and those who ask.
#[derive(Debug, Default)]
pub(super) struct Heard {
    news: Mutex<News>,
    /// Folders outside those that are read, into which links to files lead.
    beyond: Mutex<BTreeSet<PathBuf>>,
    /// How often folders have changed, and how often they had when all of them were last watched anew. In between, what is in
    /// a new folder may not be reported.
    folders: AtomicU64,
    folders_watched: AtomicU64,
    /// How often the watcher has said anything at all.
    calls: Mutex<u64>,
    called: Condvar,
}

/// What has been heard since somebody last asked.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct News {
    /// The files that are said to have changed, relative to the site's root.
    pub files: BTreeSet<String>,
    /// Those of them whose bytes were written.
    pub written: BTreeSet<String>,
    /// That more has changed than `files`: folders, or nobody knows what.
    pub is_more: bool,
}

impl News {
    /// Whether nothing was heard.
    pub(super) fn is_nothing(&self) -> bool {
        !self.is_more && self.files.is_empty()
    }
}

/// What one event means to the thread that waits for a save to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A file is being changed.
    Going,
    /// A file was closed after it was written, or has come to its place under its name.
    Ended,
    /// Folders have come, gone or moved, or events were lost: the watches must be made again.
    Folders,
    /// The system watches no more folders.
    Full,
}

impl Heard {
    /// What has been heard since it was last taken.
    pub(super) fn take(&self) -> News {
        std::mem::take(&mut *locked(&self.news))
    }

    /// Whether there is something that was not taken yet.
    pub(super) fn is_waiting(&self) -> bool {
        !locked(&self.news).is_nothing()
    }

    /// Says that everything must be looked at.
    pub(super) fn mistrust(&self) {
        locked(&self.news).is_more = true;
    }

    /// How often the watcher has said anything at all.
    pub(super) fn calls(&self) -> u64 {
        *locked(&self.calls)
    }

    /// Waits for the watcher to say something more; `false` where it does not in this time.
    pub(super) fn wait_for_call(&self, calls: u64, time: Duration) -> bool {
        let waited = self.called.wait_timeout_while(locked(&self.calls), time, |now| *now == calls);
        waited.is_ok_and(|(now, _)| *now != calls)
    }

    /// How often folders have changed.
    pub(super) fn folders(&self) -> u64 {
        self.folders.load(Ordering::Acquire)
    }

    /// Notes that all folders are watched that there were when folders had changed so often, and that what came before has to
    /// be looked for.
    pub(super) fn watched_anew(&self, folders: u64) {
        self.mistrust();
        self.folders_watched.store(folders, Ordering::Release);
    }

    /// Whether every folder is watched.
    pub(super) fn is_calm(&self) -> bool {
        self.folders_watched.load(Ordering::Acquire) == self.folders()
    }

    /// Says which other folders are watched.
    pub(super) fn hear_of(&self, beyond: BTreeSet<PathBuf>) {
        *locked(&self.beyond) = beyond;
    }

    /// What takes the events of a watcher of the site at `root`, notes them, and tells `steps`.
    pub(super) fn handler(
        self: &Arc<Heard>,
        root: PathBuf,
        steps: Sender<Step>,
    ) -> impl FnMut(notify::Result<Event>) + Send + 'static {
        let heard = self.clone();
        move |event| {
            *locked(&heard.calls) += 1;
            heard.called.notify_all();
            let step = match event {
                Ok(event) => heard.note(&root, &event),
                Err(error) => {
                    heard.mistrust();
                    Some(if matches!(error.kind, ErrorKind::MaxFilesWatch) { Step::Full } else { Step::Folders })
                }
            };
            if matches!(step, Some(Step::Folders)) {
                heard.folders.fetch_add(1, Ordering::AcqRel);
            }
            if let Some(step) = step {
                let _ = steps.send(step); // who waits for them lives as long as the program
            }
        }
    }

    /// Notes an event; `None` where it says nothing about the site.
    fn note(&self, root: &Path, event: &Event) -> Option<Step> {
        if event.need_rescan() || event.paths.is_empty() {
            self.mistrust();
            return Some(Step::Folders);
        }
        // Reading tells nothing. Brink's own reading makes such events, and closing a file that was written ends a save.
        let is_end = matches!(
            event.kind,
            EventKind::Access(AccessKind::Close(AccessMode::Write))
                | EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both))
        );
        if event.kind.is_access() && !is_end {
            return None;
        }
        let is_of_folder =
            matches!(event.kind, EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder));
        let may_be_folder = is_of_folder || matches!(event.kind, EventKind::Modify(ModifyKind::Name(_)));
        let mut step = None;
        for path in &event.paths {
            if path.parent().is_some_and(|folder| locked(&self.beyond).contains(folder)) {
                self.mistrust();
                step = step.or(Some(if is_end { Step::Ended } else { Step::Going }));
                continue;
            }
            let below = path.strip_prefix(root).ok().and_then(Path::to_str).map(|below| below.replace('\\', "/"));
            // A path that cannot be understood may be anything.
            let Some(below) = below.filter(|below| !below.is_empty()) else {
                self.mistrust();
                step = Some(Step::Folders);
                continue;
            };
            if source::FOLDERS.contains(&below.as_str()) {
                self.mistrust();
                step = Some(if may_be_folder { Step::Folders } else { step.unwrap_or(Step::Going) });
            } else if source::concerns(&below) {
                let mut news = locked(&self.news);
                // The name of a folder seldom has a dot, nor that of a file none; a folder that looks like a file is found
                // when it is looked at.
                news.is_more |= is_of_folder || news.files.len() >= NAMES_MAX;
                let is_folder =
                    is_of_folder || (may_be_folder && !below.rsplit('/').next().unwrap_or_default().contains('.'));
                if matches!(event.kind, EventKind::Modify(ModifyKind::Data(_))) {
                    news.written.insert(below.clone());
                }
                news.files.insert(below);
                step = match step {
                    Some(Step::Folders) => step,
                    _ if is_folder => Some(Step::Folders),
                    _ => Some(if is_end { Step::Ended } else { Step::Going }),
                };
            }
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(heard: &Heard, kind: EventKind, path: &str) -> Option<Step> {
        heard.note(Path::new("/site"), &Event::new(kind).add_path(PathBuf::from(path)))
    }

    #[test]
    fn what_is_no_file_of_the_site_is_not_heard() {
        let heard = Heard::default();
        let written = EventKind::Modify(ModifyKind::Any);
        for path in [
            "/site/public/index.html",
            "/site/.brink/links.json",
            "/site/notes.md",
            "/site/content/.a.md.swp",
            "/site/content/4913",
            "/site/content/a.md~",
            "/site/content/#a.md#",
            "/site/content/.#a.md",
            "/site/content/.goutputstream-ABC",
            "/site/content/a.md___jb_tmp___",
            "/site/content/.git/x.md",
            "/site/static/.DS_Store",
        ] {
            assert_eq!(step(&heard, written, path), None, "{path}");
        }
        assert_eq!(step(&heard, EventKind::Access(AccessKind::Open(AccessMode::Any)), "/site/content/a.md"), None);
        assert!(heard.take().is_nothing());
        for path in ["content/a.md", "static/.well-known/x", "brink.toml", "themes/t/templates/page.html"] {
            assert!(step(&heard, written, &format!("/site/{path}")).is_some(), "{path}");
            assert_eq!(heard.take().files, BTreeSet::from([path.to_owned()]));
        }
    }

    #[test]
    fn lost_events_and_folders_mean_that_everything_is_looked_at() {
        let heard = Heard::default();
        let lost = Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
        assert_eq!(heard.note(Path::new("/site"), &lost), Some(Step::Folders));
        assert!(heard.take().is_more);
        let made = EventKind::Create(CreateKind::Folder);
        assert_eq!(step(&heard, made, "/site/content/new"), Some(Step::Folders));
        assert!(heard.take().is_more);
        assert_eq!(
            step(&heard, EventKind::Modify(ModifyKind::Name(RenameMode::From)), "/site/content"),
            Some(Step::Folders)
        );
        assert!(heard.take().is_more);
    }
}
