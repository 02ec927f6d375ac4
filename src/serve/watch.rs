//! Watching the folder. Comes in: events of the file system. Goes out: calls of [`Preview::refresh`]. An event says only
//! that there is something to look at; what has changed is found by looking, and every two seconds in any case, since
//! events get lost.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::preview::Preview;
use crate::source;

/// How long it has to be quiet before the folder is looked at.
const QUIET: Duration = Duration::from_millis(15);
/// How long a storm of events is waited for at most, in steps of [`QUIET`].
const STORM_STEPS: u32 = 14;
/// How often the folder is looked at without any event.
const PULSE: Duration = Duration::from_secs(2);

/// Watches until the program ends.
pub(super) fn watch(preview: &Preview) {
    let (sender, receiver) = channel();
    let on_event = move |event: notify::Result<Event>| {
        let is_access = event.as_ref().is_ok_and(|event| event.kind.is_access());
        if !is_access {
            let _ = sender.send(()); // the receiver lives as long as this function
        }
    };
    let mut watcher = notify::recommended_watcher(on_event);
    if let Err(error) = &watcher {
        preview.tell(&format!(
            "warning: changes are noticed only every two seconds, because the system does not report them: {error}"
        ));
    }
    let mut watched: Vec<PathBuf> = Vec::new();
    loop {
        if let Ok(watcher) = &mut watcher {
            add_folders(watcher, &mut watched, preview);
        }
        match receiver.recv_timeout(PULSE) {
            Ok(()) => wait_for_quiet(&receiver),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(PULSE),
        }
        let looked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| preview.refresh()));
        if looked.is_err() {
            preview.tell("This is a mistake of Brink's own. Please report the lines above; the preview goes on.");
        }
    }
}

/// Watches the site's folders that exist and are not watched yet, and forgets those that are gone.
fn add_folders(watcher: &mut RecommendedWatcher, watched: &mut Vec<PathBuf>, preview: &Preview) {
    let root = &preview.settings.root;
    let folders = source::FOLDERS.iter().map(|folder| (root.join(folder), RecursiveMode::Recursive));
    for (folder, mode) in folders.chain([(root.clone(), RecursiveMode::NonRecursive)]) {
        let is_watched = watched.contains(&folder);
        match (source::exists(&folder), is_watched) {
            (true, false) => match watcher.watch(&folder, mode) {
                Ok(()) => watched.push(folder),
                Err(error) => {
                    preview.tell(&format!(
                        "warning: changes in `{}` are noticed only every two seconds: {error}",
                        folder.display()
                    ));
                    watched.push(folder);
                }
            },
            (false, true) => watched.retain(|known| *known != folder),
            _ => {}
        }
    }
}

fn wait_for_quiet(receiver: &Receiver<()>) {
    for _ in 0..STORM_STEPS {
        if receiver.recv_timeout(QUIET).is_err() {
            return;
        }
        while receiver.try_recv().is_ok() {}
    }
}
