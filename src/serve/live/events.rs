//! The stream of events that a browser listens to. Comes in: what a browser shows, in its request. Goes out: a line for each
//! change that concerns it, until it goes.

use std::io::Write;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use super::super::preview::Preview;
use super::listeners::Shows;
use crate::address;

/// How often a browser that waits for changes is sent a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// Sends what a browser has missed at once, and what concerns it after each change, until it goes. `query` says which page it
/// shows, and in which version. `head` is written first.
pub(in super::super) fn listen(mut writer: impl Write + Send + 'static, head: &str, query: &str, preview: &Preview) {
    let shows = Shows { page: value(query, "page"), version: value(query, "shown") };
    let ear = preview.listeners.add(shows, preview);
    let first = format!("{head}\r\nretry: 500\n: what has changed will be said here\n\n");
    // A thread of its own: a worker must not wait for a browser that only listens.
    std::thread::spawn(move || {
        let ear = ear; // all of it, so that it is known to be open as long as this thread lives
        let mut send = |text: &str| writer.write_all(text.as_bytes()).and_then(|()| writer.flush());
        let mut sent = send(&first);
        while sent.is_ok() {
            sent = match ear.messages.recv_timeout(HEARTBEAT) {
                Ok(message) => send(&format!("data: {message}\n\n")),
                Err(RecvTimeoutError::Timeout) => send(": still here\n\n"),
                Err(RecvTimeoutError::Disconnected) => return,
            };
        }
    });
}

/// The value of a key in a query; empty where there is none.
fn value(query: &str, key: &str) -> String {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == key).map(|(_, value)| address::decode(value)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_by_its_keys() {
        assert_eq!(value("page=%2Fa%20b%2F&shown=12", "page"), "/a b/");
        assert_eq!(value("page=%2Fa%2F&shown=12", "shown"), "12");
        assert_eq!(value("", "shown"), "");
    }
}
