//! The stream of events that a browser listens to. Comes in: what a browser shows, in its request. Goes out: a line for each
//! change that concerns it, until it goes.

use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;

use super::super::answer::Answer;
use super::super::http::Served;
use super::super::path;
use super::listeners::Shows;

/// Says at once what a browser has missed, and then what concerns it after each change. `query` says which page it shows, and
/// in which version.
pub(in super::super) fn listen(query: &str, served: &Arc<Served>) -> Answer {
    let shows = Shows { page: value(query, "page"), version: value(query, "shown") };
    let ear = served.preview.listeners.add(shows, served);
    let mut first = Some("retry: 500\n: what has changed will be said here\n\n".to_owned());
    Answer::live(Box::new(move |wait| {
        let ear = &ear; // all of it, so that it is known to be open as long as somebody listens
        if let Some(first) = first.take() {
            return Some(first);
        }
        match ear.messages.recv_timeout(wait) {
            Ok(message) => Some(format!("data: {message}\n\n")),
            Err(RecvTimeoutError::Timeout) => Some(": still here\n\n".to_owned()),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }))
}

/// The value of a key in a query; empty where there is none.
fn value(query: &str, key: &str) -> String {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == key).map(|(_, value)| path::value(value)).unwrap_or_default()
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
