//! The live preview. Comes in: a site's folder and its changes. Goes out: HTTP on this machine, rendered from memory on
//! request; nothing is written. Browsers are told by server-sent events when the site has changed.
//!
//! A request goes from the guard, which lets connections in and judges heads, by a lane to tiny_http, which parses it and
//! hands it to the routes; the answer goes back to the guard, which writes it.

mod answer;
mod bar;
mod deadline;
mod desk;
mod editor;
mod good;
mod guard;
mod head;
mod heard;
mod http;
mod lan;
mod lanes;
mod listen;
mod live;
mod look;
mod marks;
mod origin;
mod path;
mod preview;
mod told;
mod unpublished;
mod watch;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::problem::{Denied, Stop};
use desk::Desk;
pub use editor::Wishes;
use guard::Guests;
use http::Served;
use lanes::Lanes;
use origin::Gate;
use preview::Preview;
use unpublished::Unpublished;

/// What `brink serve` is asked for.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The site's folder.
    pub root: PathBuf,
    /// The day for which the site is shown.
    pub today: crate::vocabulary::Day,
    /// The port; the first free one from 4000 on where none is given.
    pub port: Option<u16>,
    /// Whether to open the browser.
    pub open: bool,
    /// Whether browsers open the page that was just edited.
    pub follow: bool,
    /// Whether other machines in the network may read the preview.
    pub lan: bool,
    /// Whether what is not published is shown in lists and boards as well, as if it were.
    pub with_drafts: bool,
    /// Whether messages on the terminal have colours.
    pub colour: bool,
    /// Whether only problems are shown.
    pub quiet: bool,
    /// By what the writer's editor is found.
    pub editor: Wishes,
}

/// Serves a site until the program is ended.
pub fn serve(settings: &Settings) -> Result<(), Stop> {
    if !crate::source::is_site(&settings.root) {
        crate::source::list(&settings.root)?; // it says what is missing
    }
    let listeners = listen::listen(settings.port, settings.lan)?;
    let port = listen::port_of(&listeners)?;
    let secret = || origin::secret().map_err(|error| denied("get random numbers", &error));
    let key = if settings.lan { Some(secret()?) } else { None };
    let gate = Gate { port, token: secret()?, key };
    let preview = Arc::new(Preview::new(settings.clone()));
    preview.refresh();
    let served = Arc::new(Served {
        preview: preview.clone(),
        unpublished: Unpublished::default(),
        desk: Desk::default(),
        gate: gate.clone(),
    });
    let answering = served.clone();
    let lanes = Lanes::open(Arc::new(move |request: &tiny_http::Request| http::answer(request, &answering)));
    let guests = Arc::new(Guests::new(lanes.map_err(|error| denied("start the preview", &error))?));
    greet(&preview, &gate);
    thread::spawn(move || watch::watch(&preview));
    thread::spawn(move || live::follow(&served));
    thread::scope(|scope| {
        for listener in &listeners {
            let guests = guests.clone();
            scope.spawn(move || guests.welcome(listener));
        }
    });
    Ok(())
}

/// Says where the preview is, and opens it where that is wanted.
fn greet(preview: &Preview, gate: &Gate) {
    let key = gate.key.as_ref().map(|key| format!("?key={key}")).unwrap_or_default();
    let url = format!("http://127.0.0.1:{}/{key}", gate.port);
    preview.say(&format!("Preview at {url} (Ctrl+C ends it)"));
    if let Some(key) = &gate.key {
        preview.tell(&lan::notice(gate.port, key));
    }
    if preview.settings.open && open::that_detached(url).is_err() {
        preview.say("No browser could be opened; open the address above yourself.");
    }
}

fn denied(tried: &str, error: &std::io::Error) -> Denied {
    Denied::new(tried.to_owned(), error, "start `brink serve` again; if that does not help, end other programs first")
}

/// A lock is taken even where another thread failed while it held it: what it guards is replaced as a whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
