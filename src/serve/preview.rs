//! The site as the preview has it. Comes in: requests, and what was heard of changes. Goes out: the newest site that could be
//! built, and what is wrong with the folder as it is now.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use super::Settings;
use super::good::Good;
use super::heard::News;
use super::live::Listeners;
use super::locked;
use super::look::Look;
use super::told::Told;
use super::watch::Watching;
use crate::build::{self, Built, Memory, Profile, Request};
use crate::problem::{Problem, Stop, report};
use crate::source::{self, Listing};

/// How long a site that cannot be built is waited for, so that nobody is shown the mistakes of a half-written file.
const SECOND_LOOK: Duration = Duration::from_millis(40);
/// How often at most, while the folder goes on changing.
const SECOND_LOOKS: usize = 5;

/// How long a page may wait until it is known what is wrong with it.
const QUICK: Duration = Duration::from_millis(15);

/// The preview of one site.
#[derive(Debug)]
pub(super) struct Preview {
    /// What was asked for.
    pub settings: Settings,
    /// What watches the folder.
    pub watching: Watching,
    /// The browsers that listen.
    pub listeners: Listeners,
    /// The last good versions of the pages that were asked for.
    pub good: Good,
    state: Mutex<State>,
    /// Wakes who waits for a change.
    changed: Condvar,
    /// Whether it took long to find out what is wrong with the last site.
    finds_slowly: AtomicBool,
    told: Mutex<Told>,
}

#[derive(Debug, Default)]
struct State {
    memory: Memory,
    look: Look,
    current: Current,
    /// The files of the last site that was to be built.
    listed: Option<Arc<Listing>>,
    /// The files that have changed since somebody last asked for them.
    changes: BTreeSet<Arc<str>>,
}

/// What a request is answered from.
#[derive(Debug, Clone, Default)]
pub(super) struct Current {
    /// Counts the changes.
    pub generation: u64,
    /// The last site that could be built.
    pub built: Option<Arc<Built>>,
    /// Why the folder as it is now gives no site, as text for people.
    pub stopped: Option<String>,
    /// The problems that stop it.
    pub stopping: Arc<Vec<Problem>>,
    /// Counts how often it was found out what is wrong with a site.
    pub findings: u64,
}

impl Preview {
    /// A preview that has not looked at its folder yet.
    pub(super) fn new(settings: Settings) -> Preview {
        Preview {
            settings,
            watching: Watching::default(),
            listeners: Listeners::default(),
            good: Good::default(),
            state: Mutex::default(),
            changed: Condvar::new(),
            finds_slowly: AtomicBool::new(false),
            told: Mutex::default(),
        }
    }

    /// Brings what is shown to what was saved before this call, and gives it. Where the watcher can be relied on, that costs
    /// nothing if nothing was saved: it is asked for what it has not reported yet, and only that is looked at. Where it cannot,
    /// the whole folder is looked at.
    pub(super) fn refresh(&self) -> Current {
        let is_sure = self.watching.settle(&self.settings.root);
        let mut state = locked(&self.state);
        let news = self.watching.heard.take();
        let looked = if is_sure { state.look.at(&self.settings.root, &news) } else { Ok(None) };
        match looked {
            Ok(None) => self.look_around(&mut state, &news),
            Ok(Some(has_changed)) => self.renew(&mut state, has_changed),
            Err(stop) => self.stop(&mut state, &stop),
        }
        state.current.clone()
    }

    /// Looks at the whole folder, whatever was heard. Gives whether there are files that are waited for.
    pub(super) fn confirm(&self) -> bool {
        self.watching.settle(&self.settings.root);
        let heard = &self.watching.heard;
        let looks = |state: &State| (state.look.whole, state.look.parts);
        let before = looks(&locked(&self.state));
        // Mostly nothing has changed, and no request should wait to learn that.
        let listed = (!heard.is_waiting()).then(|| source::list(&self.settings.root));
        let mut state = locked(&self.state);
        let was_heard = || self.watching.settle(&self.settings.root) && heard.is_waiting();
        match listed.filter(|_| looks(&state) == before) {
            Some(listed) => {
                let looked = state.look.take_all(listed, was_heard);
                self.take(&mut state, looked);
            }
            None => {
                let news = heard.take();
                self.look_around(&mut state, &news);
            }
        }
        state.look.is_waiting()
    }

    fn look_around(&self, state: &mut State, news: &News) {
        let was_heard =
            || !news.is_nothing() || (self.watching.settle(&self.settings.root) && self.watching.heard.is_waiting());
        let looked = state.look.around(&self.settings.root, was_heard);
        self.take(state, looked);
    }

    /// Takes what a look gave.
    fn take(&self, state: &mut State, looked: Result<bool, Stop>) {
        match looked {
            Ok(has_changed) => self.renew(state, has_changed),
            Err(stop) => self.stop(state, &stop),
        }
    }

    /// Builds anew where a file has changed.
    fn renew(&self, state: &mut State, has_changed: bool) {
        if !has_changed {
            return;
        }
        let mut built = self.build(state);
        for _ in 0..SECOND_LOOKS {
            let is_news = state.current.stopped.is_none() && state.current.built.is_some();
            if !is_news || !matches!(built, Err(Stop::Problems(_))) {
                break;
            }
            std::thread::sleep(SECOND_LOOK);
            match state.look.around(&self.settings.root, || true) {
                Ok(true) => built = self.build(state),
                Ok(false) => break,
                Err(stop) => built = Err(stop),
            }
        }
        match built {
            Ok(built) => {
                let generation = state.current.generation + 1;
                let findings = state.current.findings;
                let built = Some(Arc::new(built));
                state.current = Current { generation, built, stopped: None, stopping: Arc::default(), findings };
                self.changed.notify_all();
            }
            Err(stop) => self.stop(state, &stop),
        }
    }

    fn build(&self, state: &mut State) -> Result<Built, Stop> {
        let request = Request {
            root: &self.settings.root,
            with_drafts: self.settings.with_drafts,
            base_url: None,
            today: self.settings.today,
        };
        let listing = state.look.seen().cloned().unwrap_or_default();
        if let Some(before) = state.listed.replace(listing.clone()) {
            state.changes.extend(listing.changed_since(&before));
        }
        build::build(&request, listing, &mut state.memory, &mut Profile::default())
    }

    /// Keeps the last good site, and notes what is wrong.
    fn stop(&self, state: &mut State, stop: &Stop) {
        let (text, problems) = match stop {
            Stop::Problems(problems) => (self.report(&first_of(problems), false), Arc::new(problems.clone())),
            Stop::Denied(_) | Stop::Usage(_) => (self.text_of(stop), Arc::default()),
        };
        if state.current.stopped.as_deref() != Some(&text) {
            state.current.stopped = Some(text);
            state.current.stopping = problems;
            state.current.generation += 1;
            self.changed.notify_all();
        }
        if matches!(stop, Stop::Denied(_) | Stop::Usage(_)) {
            state.look.forget(); // look again at the next request: it may be mended
        }
    }

    /// The links among the files, each with where it leads.
    pub(super) fn links(&self) -> BTreeMap<Arc<str>, PathBuf> {
        locked(&self.state).look.seen().map(|seen| seen.links.clone()).unwrap_or_default()
    }

    /// Waits until something else is shown than at `generation`. Gives it, with the files that have changed.
    pub(super) fn wait(&self, generation: u64) -> (Current, BTreeSet<Arc<str>>) {
        let mut state = locked(&self.state);
        while state.current.generation == generation {
            state = self.changed.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        let changes = std::mem::take(&mut state.changes);
        (state.current.clone(), changes)
    }

    /// Notes that it was found out what is wrong with the site that is shown, and how long that took.
    pub(super) fn found(&self, took: Duration) {
        self.finds_slowly.store(took > QUICK, Ordering::Relaxed);
        locked(&self.state).current.findings += 1;
    }

    /// What is wrong with the site, or why there is no newer one. `None` where nobody should wait until that is found.
    pub(super) fn problems<'c>(&self, current: &'c Current) -> Option<&'c [Problem]> {
        let built = current.built.as_ref().filter(|_| current.stopped.is_none());
        let Some(built) = built else { return Some(&current.stopping) };
        let is_quick = !self.finds_slowly.load(Ordering::Relaxed);
        built.known_problems().or_else(|| is_quick.then(|| built.problems()))
    }

    /// Why there is no site, or no page, as text for people.
    pub(super) fn text_of(&self, stop: &Stop) -> String {
        match stop {
            Stop::Problems(problems) => self.report(&first_of(problems), false),
            Stop::Denied(denied) => format!("error: {denied}"),
            Stop::Usage(what) => format!("error: {what}"),
        }
    }

    /// Problems as text.
    pub(super) fn report(&self, problems: &[Problem], colour: bool) -> String {
        report::text(problems, &build::texts_of(&self.settings.root, problems), colour)
    }

    /// A line on the terminal, unless it should be quiet.
    pub(super) fn say(&self, text: &str) {
        if !self.settings.quiet {
            let _ = writeln!(std::io::stdout(), "{text}");
        }
    }

    /// A line on the terminal in any case.
    pub(super) fn tell(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{}", text.trim_end_matches('\n'));
    }

    /// Runs something, and goes on where that fails by a mistake of the program's own; `false` then.
    pub(super) fn outlives(&self, run: impl FnOnce()) -> bool {
        let is_done = catch_unwind(AssertUnwindSafe(run)).is_ok();
        if !is_done {
            self.tell("This is a mistake of Brink's own. Please report the lines above; the preview goes on.");
        }
        is_done
    }

    /// What the terminal has been told.
    pub(super) fn told(&self) -> MutexGuard<'_, Told> {
        locked(&self.told)
    }
}

/// The problems that stop a site, as many as can be read, or else all of them.
fn first_of(problems: &[Problem]) -> Vec<Problem> {
    let stopping: Vec<Problem> =
        problems.iter().filter(|problem| problem.code.stops()).take(super::told::SHOWN_MAX).cloned().collect();
    if stopping.is_empty() { problems.iter().take(super::told::SHOWN_MAX).cloned().collect() } else { stopping }
}
