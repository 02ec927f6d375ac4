//! The browsers that listen. Comes in: the page that each of them shows, and what changes. Goes out: a message to each that
//! shows something else than it should, and to no other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, Weak};

use super::super::http::{self, Served};
use super::super::locked;
use super::super::preview::{Current, Preview};
use crate::build;
use crate::problem::Problem;
use crate::source;

/// How many browsers may listen at once. A browser opens six connections to a server at most, for all its windows together;
/// so some are left for pages. Who has listened longest is sent away and asks again.
const LISTENERS_MAX: usize = 4;
/// How many messages wait for a browser that does not take them.
const MESSAGES_MAX: usize = 16;

/// The browsers that listen, the oldest first.
#[derive(Debug, Default)]
pub(in super::super) struct Listeners(Mutex<Vec<Listener>>);

#[derive(Debug)]
struct Listener {
    shows: Shows,
    sender: SyncSender<String>,
    /// Goes with the ear.
    ear: Weak<()>,
}

/// What a browser hears.
#[derive(Debug)]
pub(super) struct Ear {
    /// The messages.
    pub messages: Receiver<String>,
    _is_open: Arc<()>,
}

/// What a browser shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shows {
    /// The path of its page, as it stands in its address.
    pub page: String,
    /// The version of it.
    pub version: String,
}

impl Listeners {
    /// A browser that wants to be told of changes. It is told at once where it shows an old version.
    pub(super) fn add(&self, shows: Shows, served: &Served) -> Ear {
        let (sender, messages) = sync_channel(MESSAGES_MAX);
        let is_open = Arc::new(());
        let page = shows.page.clone();
        let mut all = locked(&self.0);
        all.retain(|listener| listener.ear.strong_count() > 0);
        if all.len() >= LISTENERS_MAX {
            let oldest = all.remove(0);
            let _ = oldest.sender.try_send(serde_json::json!({ "wait": true }).to_string());
        }
        all.push(Listener { shows, sender, ear: Arc::downgrade(&is_open) });
        drop(all);
        // Only now, so that no change comes in between.
        self.compare(&page, served);
        Ear { messages, _is_open: is_open }
    }

    /// The pages that browsers show.
    fn pages(&self) -> BTreeSet<String> {
        locked(&self.0).iter().map(|listener| listener.shows.page.clone()).collect()
    }

    /// Tells those who show another version of a page than the newest.
    fn compare(&self, page: &str, served: &Served) {
        let Some(version) = http::version_of(page, served) else { return };
        let message = serde_json::json!({ "page": version }).to_string();
        self.send(|listener| {
            let is_old = listener.shows.page == page && listener.shows.version != version;
            if is_old {
                listener.shows.version.clone_from(&version);
            }
            is_old.then(|| message.clone())
        });
    }

    /// Sends each a message, if there is one for it. Those that have gone are forgotten.
    fn send(&self, message: impl Fn(&mut Listener) -> Option<String>) {
        locked(&self.0).retain_mut(|listener| match message(listener) {
            // One that takes nothing asks again by itself when it is sent away.
            Some(message) => listener.sender.try_send(message).is_ok(),
            None => listener.ear.strong_count() > 0,
        });
    }
}

/// Follows what is shown, until the program ends: tells browsers of each change, and, on a thread of its own, the terminal. No
/// request waits for it, and browsers do not wait until it is known what is wrong, which takes longer than to build.
pub(in super::super) fn follow(served: &Served) {
    let preview = &served.preview;
    let (sender, receiver) = channel();
    std::thread::scope(|scope| {
        scope.spawn(move || find(served, &receiver));
        let mut generation = 0;
        loop {
            let (current, changes) = preview.wait(generation);
            generation = current.generation;
            preview.outlives(|| tell(served, &current, &changes));
            let _ = sender.send((current, changes)); // its receiver lives as long as this
        }
    });
}

/// What is shown, and the files that have changed.
type Change = (Current, BTreeSet<Arc<str>>);

/// Tells browsers of a change.
fn tell(served: &Served, current: &Current, changes: &BTreeSet<Arc<str>>) {
    let preview = &served.preview;
    compare_all(served);
    let Some(built) = &current.built else { return };
    let mut of_source: BTreeMap<&Arc<str>, &str> = BTreeMap::new();
    for output in built.plan.outputs() {
        if let Some(source) = output.source.as_ref().filter(|source| changes.contains(*source)) {
            let known = of_source.entry(source).or_insert(output.path.as_str());
            // A page may have further parts below it.
            if output.path.len() < known.len() {
                *known = output.path.as_str();
            }
        }
    }
    let (pages, files): (Vec<_>, Vec<_>) = of_source.into_iter().partition(|(source, _)| source::is_page(source));
    let mut files: Vec<String> = files.into_iter().map(|(_, path)| path.to_owned()).collect();
    // A file of a theme is published under its path within `static`.
    files.extend(changes.iter().filter_map(|path| Some(path.split_once("/static/")?.1.to_owned())));
    if !files.is_empty() {
        let message = serde_json::json!({ "files": files }).to_string();
        preview.listeners.send(|_| Some(message.clone()));
    }
    if let (true, [(_, path)]) = (preview.settings.follow, pages.as_slice()) {
        let message = serde_json::json!({ "open": format!("/{}", path.trim_end_matches("index.html")) }).to_string();
        preview.listeners.send(|_| Some(message.clone()));
    }
}

fn compare_all(served: &Served) {
    let listeners = &served.preview.listeners;
    listeners.pages().iter().for_each(|page| listeners.compare(page, served));
}

/// Finds what is wrong after each change, or after the last of several, and tells the terminal what is new. It is shown in the
/// pages as well.
fn find(served: &Served, receiver: &Receiver<Change>) {
    let preview = &served.preview;
    while let Ok((mut current, mut changes)) = receiver.recv() {
        for (newer, more) in receiver.try_iter() {
            current = newer;
            changes.extend(more);
        }
        preview.outlives(|| {
            let (problems, took) = build::timed(|| match (&current.built, &current.stopped) {
                (Some(built), None) => built.problems(),
                // Where the folder cannot be read, nothing was found.
                (Some(built), Some(_)) if current.stopping.is_empty() => built.known_problems().unwrap_or_default(),
                _ => &current.stopping,
            });
            say(preview, &current, &changes, problems);
            preview.found(took);
            compare_all(served);
        });
    }
}

/// Tells the terminal what is new.
fn say(preview: &Preview, current: &Current, changes: &BTreeSet<Arc<str>>, problems: &[Problem]) {
    let news = preview.told().after(problems);
    let text = preview.report(&news.new, preview.settings.colour);
    if !text.is_empty() {
        preview.tell(&text);
    }
    match (&current.stopped, &current.built) {
        (None, Some(built)) => preview.say(&news.summary(changes, built.site.pages.len(), problems)),
        // Where the folder cannot be read, there are no problems to show.
        (Some(why), _) if news.new.is_empty() => preview.tell(why),
        _ => {}
    }
}
