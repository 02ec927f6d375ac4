//! Watching the folder. Comes in: what the system says has changed. Goes out: calls of [`Preview::refresh`] soon after a save,
//! and of [`Preview::confirm`] a little later and every two seconds. An event says only that there is something to look at;
//! events get lost, and some changes make none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use notify::{Config, ErrorKind, RecommendedWatcher, RecursiveMode, Watcher, WatcherKind};

use super::heard::{Heard, Step};
use super::locked;
use super::preview::Preview;
use crate::build;
use crate::source;

/// How long it has to be quiet before the folder is looked at: while a file is open, and once it is closed. A save is over
/// within a millisecond or two; what an editor does after it, such as removing its backup, changes nothing.
const QUIET: Duration = Duration::from_millis(15);
const QUIET_AT_END: Duration = Duration::from_millis(4);
/// How long a storm of events is waited for at most, in steps.
const STORM_STEPS: u32 = 20;
/// How long after a change the whole folder is looked at, since events may have been lost.
const CONFIRMED: Duration = Duration::from_millis(200);
/// How often a file is looked at that is waited for.
const AWAITED: Duration = Duration::from_millis(50);
/// How often the folder is looked at without any event, and where the system does not report changes.
const PULSE: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_secs(1);
/// How long the watcher is waited for when it is asked what is new; it takes a tenth of a millisecond.
const PATIENCE: Duration = Duration::from_millis(50);
/// By how much more time passes between two looks than one takes, so that a large folder does not keep the machine busy.
const REST: u32 = 50;

/// What watches a site's folder.
#[derive(Debug, Default)]
pub(super) struct Watching {
    /// What was heard.
    pub heard: Arc<Heard>,
    watcher: Mutex<Option<RecommendedWatcher>>,
    /// Whether every folder is watched, by a system that reports changes before they are over.
    is_sure: AtomicBool,
    /// Whether the writer was told that it is not so.
    is_told: AtomicBool,
}

impl Watching {
    /// Makes sure that whatever was saved before this call has been heard; `false` where that cannot be told.
    ///
    /// Linux queues an event before the call that changes a file returns. A folder is opened, which makes one more. Whatever the
    /// watcher's thread says after that, it says while it empties the queue, with all in it that came before. It answers a
    /// question only when it is done with that, so that with the answer everything has been heard. Other systems report later,
    /// in their own time.
    pub(super) fn settle(&self, root: &Path) -> bool {
        let mut watcher = locked(&self.watcher);
        let Some(watcher) = watcher.as_mut().filter(|_| self.is_sure.load(Ordering::Acquire)) else { return false };
        let calls = self.heard.calls();
        source::knock(&root.join("content"))
            && self.heard.wait_for_call(calls, PATIENCE)
            && watcher.configure(Config::default()).is_ok()
            && self.heard.is_calm()
    }

    /// Notes that not all changes are reported, and says so once.
    fn doubt(&self, preview: &Preview, why: &str) {
        self.is_sure.store(false, Ordering::Release);
        if !self.is_told.swap(true, Ordering::Relaxed) {
            preview.tell(&format!("warning: changes are looked for every second: {why}"));
        }
    }
}

/// Watches until the program ends.
pub(super) fn watch(preview: &Preview) {
    let (sender, receiver) = channel();
    let mut roots = Roots::new(preview, &sender); // it is kept, so that waiting goes on without a watcher
    let mut is_due = true;
    let mut is_waiting = false;
    let mut rest = PULSE;
    loop {
        roots.add(preview);
        let wait = match (is_waiting, is_due) {
            (true, _) => AWAITED,
            (_, true) => CONFIRMED,
            _ if preview.watching.is_sure.load(Ordering::Relaxed) => rest.max(PULSE),
            _ => rest.max(POLL),
        };
        let heard = receiver.recv_timeout(wait);
        let is_done = preview.outlives(|| match heard {
            Ok(step) => {
                wait_for_quiet(step, &receiver, preview);
                roots.watch_anew(preview);
                preview.refresh();
                is_due = true;
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                let (waiting, took) = build::timed(|| preview.confirm());
                (is_waiting, is_due, rest) = (waiting, false, took * REST);
            }
        });
        if !is_done {
            std::thread::sleep(POLL);
        }
    }
}

/// Waits for the end of a save, or of a storm of them.
fn wait_for_quiet(first: Step, receiver: &Receiver<Step>, preview: &Preview) {
    let mut last = first;
    let mut is_full = first == Step::Full;
    for _ in 0..STORM_STEPS {
        let quiet = if last == Step::Ended { QUIET_AT_END } else { QUIET };
        let Ok(step) = receiver.recv_timeout(quiet) else { break };
        for step in std::iter::once(step).chain(receiver.try_iter()) {
            is_full |= step == Step::Full;
            last = step;
        }
    }
    if is_full {
        preview.watching.doubt(preview, &limit_reached());
    }
}

/// Why the system does not report all changes, and what the writer can do about it.
fn reason(error: &notify::Error) -> String {
    match &error.kind {
        ErrorKind::MaxFilesWatch => limit_reached(),
        ErrorKind::Io(io) if io.kind() != std::io::ErrorKind::PermissionDenied && cfg!(target_os = "linux") => {
            format!(
                "{io}\n  = help: where other programs watch folders too, `sudo sysctl fs.inotify.max_user_instances=1024` helps"
            )
        }
        _ => error.to_string(),
    }
}

fn limit_reached() -> String {
    "the system watches no more folders for you\n  = help: `sudo sysctl fs.inotify.max_user_watches=1048576` raises the limit \
     until the machine is started again"
        .to_owned()
}

/// The folders that are watched.
struct Roots {
    /// The site's folder, from the root of the disk.
    root: PathBuf,
    /// Each with what it was when it was last watched.
    watched: BTreeMap<PathBuf, Option<(u64, u64)>>,
    /// The links that there were then.
    links: BTreeMap<Arc<str>, PathBuf>,
}

impl Roots {
    /// Makes the watcher, which watches nothing yet.
    fn new(preview: &Preview, steps: &Sender<Step>) -> Roots {
        let root = std::path::absolute(&preview.settings.root).unwrap_or_else(|_| preview.settings.root.clone());
        let watching = &preview.watching;
        match notify::recommended_watcher(watching.heard.handler(root.clone(), steps.clone())) {
            Ok(watcher) => *locked(&watching.watcher) = Some(watcher),
            Err(error) => watching.doubt(preview, &reason(&error)),
        }
        Roots { root, watched: BTreeMap::new(), links: BTreeMap::new() }
    }

    /// Watches every folder again after folders have changed: the watcher misses some that come with others in them.
    fn watch_anew(&mut self, preview: &Preview) {
        let heard = &preview.watching.heard;
        if !heard.is_calm() {
            let folders = heard.folders();
            self.watched.clear();
            self.add(preview);
            heard.watched_anew(folders);
        }
    }

    /// Watches the folders that are not watched yet, or have been replaced by others, and forgets those that are gone.
    /// Folders in them are watched with them; that one is watched already does no harm.
    fn add(&mut self, preview: &Preview) {
        let links = preview.links();
        if links != self.links {
            self.links = links;
            self.watched.clear();
        }
        let mut watcher = locked(&preview.watching.watcher);
        let Some(watcher) = watcher.as_mut() else { return };
        let mut failed = None;
        let mut has_changed = false;
        for (folder, mode) in self.folders(preview) {
            let identity = source::identity(&folder);
            if identity.is_none() {
                has_changed |= self.watched.remove(&folder).is_some();
            } else if self.watched.get(&folder) != Some(&identity) {
                has_changed = true;
                failed = watcher.watch(&folder, mode).err().or(failed);
                self.watched.insert(folder, identity);
            }
        }
        match failed {
            Some(error) => preview.watching.doubt(preview, &reason(&error)),
            None if has_changed => {
                preview.watching.heard.mistrust(); // what came before they were watched was not reported
                let is_prompt = RecommendedWatcher::kind() == WatcherKind::Inotify;
                preview.watching.is_sure.store(is_prompt, Ordering::Release);
            }
            None => {}
        }
    }

    /// Every folder that is to be watched: the site's own, those that are read, and those that links to files lead into.
    fn folders(&self, preview: &Preview) -> Vec<(PathBuf, RecursiveMode)> {
        let read: Vec<PathBuf> = source::FOLDERS.iter().map(|folder| self.root.join(folder)).collect();
        let is_read = |folder: &Path| read.iter().any(|read| folder.starts_with(read));
        let beyond: BTreeSet<PathBuf> = (self.links.values().filter_map(|target| target.parent()))
            .filter(|folder| !is_read(folder) && *folder != self.root)
            .map(Path::to_owned)
            .collect();
        preview.watching.heard.hear_of(beyond.clone());
        let beyond = beyond.into_iter().map(|folder| (folder, RecursiveMode::NonRecursive));
        let own = (self.root.clone(), RecursiveMode::NonRecursive);
        // The site's own folder first: whatever comes to it while the others are added is then reported.
        std::iter::once(own)
            .chain(read.into_iter().map(|folder| (folder, RecursiveMode::Recursive)))
            .chain(beyond)
            .collect()
    }
}
