//! The site as the preview has it. Comes in: requests and changes. Goes out: the newest site that could be built, and
//! what is wrong with the folder as it is now.

use std::io::Write;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Settings;
use super::desk::{Desk, Shelf};
use super::origin;
use crate::build::{self, Built, Memory, Profile, Request};
use crate::problem::{self, Problem, Stop, report};
use crate::source::{self, Listing};

/// The preview of one site.
#[derive(Debug)]
pub(super) struct Preview {
    /// What was asked for.
    pub settings: Settings,
    /// The port that it listens on.
    pub port: u16,
    /// What the desk knows.
    pub desk: Desk,
    token: String,
    state: Mutex<State>,
    listeners: Mutex<Vec<SyncSender<u64>>>,
}

#[derive(Debug, Default)]
struct State {
    memory: Memory,
    seen: Option<Listing>,
    current: Current,
}

/// What a request is answered from.
#[derive(Debug, Clone, Default)]
pub(super) struct Current {
    /// Counts the changes, so that browsers know whether they show the newest site.
    pub generation: u64,
    /// The last site that could be built.
    pub built: Option<Arc<Built>>,
    /// Why the folder as it is now gives no site, as text for people.
    pub stopped: Option<String>,
}

impl Preview {
    /// A preview that has not looked at its folder yet.
    pub(super) fn new(settings: Settings, port: u16) -> Preview {
        let (desk, token) = (Desk::default(), origin::token());
        Preview { settings, port, desk, token, state: Mutex::default(), listeners: Mutex::default() }
    }

    /// By what the server knows requests of its own pages that ask it to act; `None` where none may.
    pub(super) fn token(&self) -> Option<&str> {
        Some(&self.token)
    }

    /// What the desk and the bars are made from.
    pub(super) fn shelf<'a>(&'a self, current: &'a Current) -> Shelf<'a> {
        Shelf {
            built: current.built.as_ref(),
            stopped: current.stopped.as_deref(),
            root: &self.settings.root,
            token: self.token(),
        }
    }

    /// Looks at the folder, builds anew if a file has changed, and gives what to answer from. Looking costs a few
    /// milliseconds at thousands of files, so it is done for every request: what is shown is never old.
    pub(super) fn refresh(&self) -> Current {
        let mut state = locked(&self.state);
        let listing = match source::list(&self.settings.root) {
            Ok(listing) => listing,
            Err(stop) => return self.stopped(&mut state, &stop),
        };
        if state.seen.as_ref() == Some(&listing) {
            return state.current.clone();
        }
        let request = Request {
            root: &self.settings.root,
            with_drafts: self.settings.with_drafts,
            base_url: None,
            today: self.settings.today,
        };
        let seen = listing.clone();
        let built = build::build(&request, listing, &mut state.memory, &mut Profile::default());
        state.seen = Some(seen);
        match built {
            Ok(built) => {
                self.show(built.problems());
                self.say(&format!("Pages: {}. {}", built.site.pages.len(), problem::summary(built.problems())));
                state.current =
                    Current { generation: state.current.generation + 1, built: Some(Arc::new(built)), stopped: None };
                self.announce(state.current.generation);
                state.current.clone()
            }
            Err(stop) => self.stopped(&mut state, &stop),
        }
    }

    /// Keeps the last good site, and says once what is wrong.
    fn stopped(&self, state: &mut State, stop: &Stop) -> Current {
        let text = self.text_of(stop);
        if state.current.stopped.as_deref() != Some(&text) {
            self.tell(&text);
            state.current.stopped = Some(text);
            state.current.generation += 1;
            self.announce(state.current.generation);
        }
        if matches!(stop, Stop::Denied(_) | Stop::Usage(_)) {
            state.seen = None; // look again at the next request: it may be mended
        }
        state.current.clone()
    }

    /// Why there is no site, or no page, as text for people.
    pub(super) fn text_of(&self, stop: &Stop) -> String {
        match stop {
            Stop::Problems(problems) => self.report(problems, false),
            Stop::Denied(denied) => format!("error: {denied}"),
            Stop::Usage(what) => format!("error: {what}"),
        }
    }

    /// Problems as text.
    pub(super) fn report(&self, problems: &[Problem], colour: bool) -> String {
        report::text(problems, &build::texts_of(&self.settings.root, problems), colour)
    }

    fn show(&self, problems: &[Problem]) {
        let text = self.report(problems, self.settings.colour);
        let _ = std::io::stderr().write_all(text.as_bytes());
    }

    /// A line on the terminal, unless it should be quiet.
    pub(super) fn say(&self, text: &str) {
        if !self.settings.quiet {
            let _ = writeln!(std::io::stdout(), "{text}");
        }
    }

    /// A line on the terminal in any case.
    pub(super) fn tell(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// A browser that wants to be told of changes.
    pub(super) fn listen(&self) -> Receiver<u64> {
        let (sender, receiver) = sync_channel(16);
        locked(&self.listeners).push(sender);
        receiver
    }

    /// Tells every browser; those that have gone are forgotten.
    fn announce(&self, generation: u64) {
        use std::sync::mpsc::TrySendError;
        locked(&self.listeners)
            .retain(|listener| !matches!(listener.try_send(generation), Err(TrySendError::Disconnected(_))));
    }

    /// The generation that is shown now.
    pub(super) fn generation(&self) -> u64 {
        locked(&self.state).current.generation
    }
}

/// A lock is taken even where another thread failed while it held it: what it guards is replaced as a whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
