//! The only place that uses the network. Comes in: addresses. Goes out: what was heard of each, in the same order. Several
//! servers are asked at once, one server never twice at a time, and with pauses.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use ureq::{Agent, Error};

use super::talk::{Answer, End, Next, Reply, Talk};
use super::{Settings, web};

/// How Brink introduces itself.
const NAME: &str = concat!("Brink/", env!("CARGO_PKG_VERSION"), " (link check)");
/// After how many addresses in a row for which a server has kept silent it is left alone.
const PATIENCE: usize = 3;

/// Asks for each address, and gives how each talk ended and whether a server answered; `progress` is told after each how
/// many are done.
pub(super) fn ask_all(urls: &[&str], settings: &Settings, mut progress: impl FnMut(usize)) -> Vec<(End, bool)> {
    let mut of_host: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, url) in urls.iter().enumerate() {
        of_host.entry(web::host(url)).or_default().push(at);
    }
    let asker = Asker { agent: agent(settings), settings, gates: Mutex::default() };
    let workers = of_host.len().min(settings.hosts.max(1));
    let hosts = Mutex::new(of_host.into_values());
    let (sender, receiver) = mpsc::channel();
    let mut heard: BTreeMap<usize, (End, bool)> = BTreeMap::new();
    thread::scope(|scope| {
        for _ in 0..workers {
            let (sender, asker, hosts) = (sender.clone(), &asker, &hosts);
            scope.spawn(move || {
                while let Some(host) = next_of(hosts) {
                    asker.ask_host(host.into_iter().map(|at| (at, urls[at])), &sender);
                }
            });
        }
        drop(sender);
        for (at, end) in receiver {
            heard.insert(at, end);
            progress(heard.len());
        }
    });
    heard.into_values().collect()
}

fn next_of<T>(queue: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    locked(queue).next()
}

/// What a mutex holds; that another thread failed with it does no harm here.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn agent(settings: &Settings) -> Agent {
    let config = Agent::config_builder()
        .user_agent(NAME)
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_resolve(Some(settings.connect))
        .timeout_connect(Some(settings.connect))
        .timeout_global(Some(settings.whole));
    let config = if settings.with_proxy { config } else { config.proxy(None) };
    config.build().into()
}

/// What all threads ask with.
struct Asker<'a> {
    agent: Agent,
    settings: &'a Settings,
    /// One for each server; whoever asks it holds its gate. It tells whether the server has been asked before.
    gates: Mutex<BTreeMap<String, Arc<Mutex<bool>>>>,
}

impl Asker<'_> {
    /// Asks for the addresses of one server, until it has kept silent too often, or is not there at all.
    fn ask_host<'u>(&self, urls: impl Iterator<Item = (usize, &'u str)>, sender: &mpsc::Sender<(usize, (End, bool))>) {
        let mut silences = 0;
        let mut missing: Option<End> = None;
        for (at, url) in urls {
            let mut talk = Talk::new(url);
            let end = match &missing {
                Some(end) => End::clone(end),
                None if silences >= PATIENCE => left_alone(),
                None => self.ask(&mut talk),
            };
            if silences < PATIENCE {
                silences = if talk.is_refused { silences + 1 } else { 0 };
            }
            if matches!(&end, End::NoHost(host) if host == web::host(url)) {
                missing = Some(end.clone());
            }
            let _ = sender.send((at, (end, talk.is_heard))); // it is received until all threads have ended
        }
    }

    fn ask(&self, talk: &mut Talk) -> End {
        loop {
            let reply = self.request(&talk.url, talk.is_head);
            match talk.hear(reply, self.settings) {
                Next::Ask => {}
                Next::AskAfter(wait) => thread::sleep(wait),
                Next::Done(end) => return end,
            }
        }
    }

    /// One request, when it is this server's turn.
    fn request(&self, url: &str, is_head: bool) -> Reply {
        let host = web::host(url);
        if !host.is_ascii() {
            return Reply::Failed(format!("`{host}` can be asked only under its name in ASCII, `xn--…`"));
        }
        let gate = locked(&self.gates).entry(host.to_owned()).or_default().clone();
        let mut was_asked = locked(&gate);
        if *was_asked {
            thread::sleep(self.settings.pause);
        }
        *was_asked = true;
        let sent = if is_head { self.agent.head(url).call() } else { self.agent.get(url).call() };
        match sent {
            Ok(response) => {
                let header = |name: &str| response.headers().get(name).map(|value| text(value.as_bytes()));
                let wait = header("retry-after").and_then(|wait| wait.trim().parse().ok()).map(Duration::from_secs);
                Reply::Status { status: response.status().as_u16(), location: header("location"), wait }
            }
            Err(error) => failure(error),
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn left_alone() -> End {
    let why = format!("it was not asked, since its server had given no answer {PATIENCE} times");
    End::Answer(Answer::Unsure(why))
}

/// Why there is no answer, in plain words.
fn failure(error: Error) -> Reply {
    match error {
        Error::Timeout(_) => Reply::Failed("the server did not answer in time".to_owned()),
        Error::Io(error) => io_failure(&error),
        Error::Rustls(error) => Reply::Failed(insecure(&error.to_string())),
        Error::Tls(what) => Reply::Failed(insecure(what)),
        Error::BadUri(_) | Error::Http(_) => Reply::Failed("the address cannot be read".to_owned()),
        Error::Protocol(_) => Reply::Trouble("what the server answers is no HTTP".to_owned()),
        Error::ConnectionFailed => Reply::Trouble("no connection could be made".to_owned()),
        error => Reply::Failed(error.to_string()),
    }
}

fn io_failure(error: &std::io::Error) -> Reply {
    match error.kind() {
        ErrorKind::ConnectionRefused => Reply::Trouble("the server refuses the connection".to_owned()),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => Reply::Trouble("the server broke off the connection".to_owned()),
        ErrorKind::TimedOut => Reply::Failed("the server did not answer in time".to_owned()),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            Reply::Trouble("there is no way to the server".to_owned())
        }
        ErrorKind::InvalidData => Reply::Failed(insecure(&error.to_string())),
        _ if is_unknown_host(error) => Reply::NoHost,
        _ => Reply::Trouble(error.to_string()),
    }
}

fn insecure(what: &str) -> String {
    format!("no secure connection could be made: {what}")
}

/// Whether the system says that no host has that name. Rust knows no kind of error for it, so its words have to do: those
/// of glibc, of macOS and BSD, of musl; on Windows it is error 11001. All others, such as "try again", leave it open.
fn is_unknown_host(error: &std::io::Error) -> bool {
    let said = error.to_string();
    let known = ["Name or service not known", "nodename nor servname provided", "Name does not resolve"];
    known.iter().any(|known| said.contains(known)) || (cfg!(windows) && error.raw_os_error() == Some(11001))
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn an_unknown_host_is_told_from_a_name_server_that_is_away() {
        let lookup =
            |said: &str| failure(Error::Io(io::Error::other(format!("failed to lookup address information: {said}"))));
        assert_eq!(lookup("Name or service not known"), Reply::NoHost);
        assert_eq!(lookup("nodename nor servname provided, or not known"), Reply::NoHost);
        assert!(matches!(lookup("Temporary failure in name resolution"), Reply::Trouble(_)));
        assert!(matches!(failure(Error::HostNotFound), Reply::Failed(_)));
    }
}
