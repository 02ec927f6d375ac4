//! The live preview. Comes in: a site's folder and its changes. Goes out: HTTP on 127.0.0.1, rendered from memory on
//! request; nothing is written. Browsers are told by server-sent events when the site has changed.

mod bar;
mod desk;
mod editor;
mod http;
mod live;
mod marks;
mod origin;
mod preview;
mod watch;

use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use tiny_http::Server;

use crate::problem::{Denied, Stop};
pub use editor::Wishes;
use preview::Preview;

/// The port that is tried first where none is given.
const PORT: u16 = 4000;
/// How many ports after it are tried.
const PORTS: u16 = 10;
/// How many requests are answered at once.
const WORKERS: usize = 8;

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
    /// Whether drafts are shown.
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
    let listener = listen(settings.port)?;
    let address = listener.local_addr().map_err(|error| denied_port(settings.port.unwrap_or(PORT), &error))?;
    let preview = Arc::new(Preview::new(settings.clone(), address.port()));
    preview.refresh();
    preview.say(&format!("Preview at http://127.0.0.1:{}/ (Ctrl+C ends it)", address.port()));
    if settings.open && open::that_detached(format!("http://127.0.0.1:{}/", address.port())).is_err() {
        preview.say("No browser could be opened; open the address above yourself.");
    }
    let watching = preview.clone();
    thread::spawn(move || watch::watch(&watching));
    answer(&listener, &preview)
}

/// Takes requests and hands them to the workers. A failed accept ends tiny_http's own loop for good (its issue 283), so
/// the server is made again on the same listener.
fn answer(listener: &TcpListener, preview: &Arc<Preview>) -> Result<(), Stop> {
    let (sender, receiver) = mpsc::sync_channel::<tiny_http::Request>(64);
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..WORKERS {
        let (receiver, preview) = (receiver.clone(), preview.clone());
        thread::spawn(move || {
            loop {
                let next = receiver.lock().map(|receiver| receiver.recv());
                let Ok(Ok(request)) = next else { return };
                let answered =
                    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| http::answer(request, &preview)));
                if answered.is_err() {
                    preview
                        .tell("This is a mistake of Brink's own. Please report the lines above; the preview goes on.");
                }
            }
        });
    }
    loop {
        let copy = listener.try_clone().map_err(|error| denied_port(preview.port, &error))?;
        let Ok(server) = Server::from_listener(copy, None) else {
            thread::sleep(Duration::from_millis(100));
            continue;
        };
        while let Ok(request) = server.recv() {
            if sender.send(request).is_err() {
                return Ok(());
            }
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn listen(port: Option<u16>) -> Result<TcpListener, Denied> {
    let bind = |port: u16| TcpListener::bind(("127.0.0.1", port));
    match port {
        Some(port) => bind(port).map_err(|error| denied_port(port, &error)),
        None => {
            let free = (PORT..=PORT + PORTS).find_map(|port| bind(port).ok());
            free.map_or_else(|| bind(PORT).map_err(|error| denied_port(PORT, &error)), Ok)
        }
    }
}

fn denied_port(port: u16, error: &std::io::Error) -> Denied {
    let help = match error.kind() {
        ErrorKind::AddrInUse => {
            "another program uses it, perhaps another `brink serve`; end that, or choose another with `--port N`"
        }
        ErrorKind::PermissionDenied => "choose a port from 1024 on with `--port N`",
        _ => "choose another with `--port N`",
    };
    Denied::new(format!("listen on port {port}"), error, help)
}
