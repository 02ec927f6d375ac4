//! The private way to tiny_http. Comes in: a head that the guard has judged. Goes out: the answer of the routes.
//!
//! tiny_http parses requests and hands them to the routes. It does so on a few connections between this process and itself,
//! the *lanes*, which are opened at the start and stay. Its listener is closed before anybody else is let in: one more
//! connection wakes its loop, which then fails to accept and ends, as it does after any failed accept (its issue 283). So no
//! accept can fail later, no stranger can speak to it, and it has as many threads as there are lanes. It is never sent a
//! length, the one thing that can end the program (its pull request 290), and it never waits for a slow client, since
//! answers are handed over as values: what goes back on a lane is one short line, by which the lane is known to be free.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tiny_http::{Request, Server};

use super::answer::Answer;
use super::deadline::Deadline;
use super::head::Head;
use super::locked;

/// How many requests are answered at once.
const LANES: usize = 8;
/// How long an answer may take: as long as the site takes to be built.
const ANSWER_MAX: Duration = Duration::from_secs(120);
/// How long a request waits for a lane.
const LANE_MAX: Duration = Duration::from_secs(30);
/// What says on a lane that its answer is ready.
const READY: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";
/// The header by which a lane is known.
const TICKET: &str = "X-Brink-Ticket";
/// What a lane asks for to see whether it works; clients cannot, since what they ask for begins with a slash.
const HELLO: &str = "hello";

/// What answers a request.
pub(super) type Routes = dyn Fn(&Request) -> Answer + Send + Sync;

/// The lanes.
pub(super) struct Lanes {
    routes: Arc<Routes>,
    pool: Mutex<Pool>,
    freed: Condvar,
}

#[derive(Default)]
struct Pool {
    free: Vec<Lane>,
    /// How many there are, free or not.
    open: usize,
    /// Where they lead.
    server: Option<Engine>,
}

/// One connection to tiny_http.
struct Lane {
    stream: TcpStream,
    /// The secret by which it is known.
    ticket: String,
    answers: Receiver<Answer>,
}

/// Where the answers for each lane go, by its secret.
type Doors = Mutex<BTreeMap<String, SyncSender<Answer>>>;

/// A tiny_http that serves the lanes.
struct Engine {
    server: Arc<Server>,
    is_over: Arc<AtomicBool>,
}

impl Lanes {
    /// Opens the lanes.
    pub(super) fn open(routes: Arc<Routes>) -> io::Result<Lanes> {
        let pool = Mutex::new(Pool::open(&routes)?);
        Ok(Lanes { routes, pool, freed: Condvar::new() })
    }

    /// Asks the routes.
    pub(super) fn ask(&self, head: &Head) -> Answer {
        let busy = || Answer::text(503, "The preview is busy. Try again.");
        let Some(mut lane) = self.take() else { return busy() };
        let answer = lane.ask(head);
        let mut pool = self.pool();
        match answer {
            Ok(answer) => {
                pool.free.push(lane);
                self.freed.notify_one();
                answer
            }
            Err(_) => {
                pool.open = pool.open.saturating_sub(1); // it is not known what would come on it next
                self.freed.notify_all();
                busy()
            }
        }
    }

    /// A free lane. Where none is left at all, tiny_http is started anew.
    fn take(&self) -> Option<Lane> {
        let deadline = Deadline::after(LANE_MAX);
        let mut pool = self.pool();
        loop {
            if pool.open == 0 {
                *pool = Pool::open(&self.routes).ok()?;
            }
            if let Some(lane) = pool.free.pop() {
                return Some(lane);
            }
            pool = self.freed.wait_timeout(pool, deadline.left()?).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        locked(&self.pool)
    }
}

impl Pool {
    fn open(routes: &Arc<Routes>) -> io::Result<Pool> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let gate = listener.try_clone()?;
        let server = Arc::new(Server::from_listener(listener, None).map_err(io::Error::other)?);
        let engine = Engine { server, is_over: Arc::default() };
        let doors: Arc<Doors> = Arc::default();
        for _ in 0..LANES {
            let (routes, doors) = (routes.clone(), doors.clone());
            let (server, is_over) = (engine.server.clone(), engine.is_over.clone());
            thread::Builder::new()
                .name("answers".to_owned())
                .spawn(move || work(&server, &is_over, &doors, &*routes))?;
        }
        // One after the other, each once the last one works: tiny_http counts on threads that it has just given work to,
        // and may leave a connection without one where several come at once.
        let lanes = (0..LANES).map(|_| Lane::open(address, &doors)).collect::<io::Result<Vec<Lane>>>()?;
        // All lanes are in: nobody else gets in.
        gate.set_nonblocking(true)?;
        drop(TcpStream::connect(address));
        Ok(Pool { open: lanes.len(), free: lanes, server: Some(engine) })
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let Some(engine) = &self.server else { return };
        engine.is_over.store(true, Ordering::SeqCst);
        for _ in 0..LANES {
            engine.server.unblock();
        }
    }
}

impl Lane {
    /// Opens a lane, and sees whether it works.
    fn open(address: SocketAddr, doors: &Doors) -> io::Result<Lane> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let (sender, answers) = sync_channel(1);
        let ticket = super::origin::secret()?;
        locked(doors).insert(ticket.clone(), sender);
        let mut lane = Lane { stream, ticket, answers };
        lane.ask(&Head { method: "GET".to_owned(), target: HELLO.to_owned(), headers: Vec::new(), keeps_open: true })?;
        Ok(lane)
    }

    fn ask(&mut self, head: &Head) -> io::Result<Answer> {
        let mut request = format!("{} {} HTTP/1.1\r\n", head.method, head.target);
        for (name, value) in &head.headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("{TICKET}: {}\r\n\r\n", self.ticket));
        self.stream.set_write_timeout(Some(Duration::from_secs(5)))?;
        self.stream.write_all(request.as_bytes())?;
        let answer = self.answers.recv_timeout(ANSWER_MAX).map_err(|_| ErrorKind::TimedOut)?;
        let mut ready = [0; READY.len()];
        self.stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        self.stream.read_exact(&mut ready)?;
        if ready == READY { Ok(answer) } else { Err(ErrorKind::InvalidData.into()) }
    }
}

/// Answers what tiny_http hands over, until its lanes are gone.
fn work(server: &Server, is_over: &AtomicBool, doors: &Doors, routes: &Routes) {
    while !is_over.load(Ordering::SeqCst) {
        let Ok(request) = server.recv() else { continue }; // its listener has ended, as it should
        let ticket = request.headers().iter().find(|header| header.field.equiv(TICKET));
        let sender = ticket.and_then(|ticket| locked(doors).get(ticket.value.as_str()).cloned());
        let Some(sender) = sender else {
            // Somebody found the listener in the moment in which it was open. Nothing is answered, nor ever let go: what a
            // request declares is allocated when it is.
            std::mem::forget(request);
            continue;
        };
        let answer = match request.url() {
            HELLO => Answer::text(200, ""),
            _ => catch_unwind(AssertUnwindSafe(|| routes(&request))).unwrap_or_else(|_| own_mistake()),
        };
        let mut writer = request.into_writer();
        let written = writer.write_all(READY).and_then(|()| writer.flush());
        if written.is_ok() {
            let _ = sender.try_send(answer); // a guard that has given up takes no answer
        }
    }
}

fn own_mistake() -> Answer {
    let text = "This is a mistake of Brink's own. Please report the lines on the terminal; the preview goes on.";
    let _ = writeln!(io::stderr(), "{text}");
    Answer::text(500, text)
}

#[cfg(test)]
mod tests {
    use std::net::Shutdown;

    use super::*;

    #[test]
    fn lanes_that_break_are_opened_anew() {
        let lanes = Lanes::open(Arc::new(|request: &Request| Answer::text(200, request.url()))).unwrap();
        let head = Head { method: "GET".to_owned(), target: "/a".to_owned(), headers: Vec::new(), keeps_open: true };
        assert_eq!(lanes.ask(&head).status, 200);
        for lane in &lanes.pool().free {
            lane.stream.shutdown(Shutdown::Both).unwrap();
        }
        let broken = (0..LANES).filter(|_| lanes.ask(&head).status == 503).count();
        assert_eq!((broken, lanes.ask(&head).status), (LANES, 200));
    }

    #[test]
    fn a_route_that_fails_leaves_its_lane_in_order() {
        let lanes = Lanes::open(Arc::new(|request: &Request| match request.url() {
            "/bad" => panic!("as the test wants it"),
            url => Answer::text(200, url),
        }));
        let lanes = lanes.unwrap();
        let ask = |target: &str| {
            let target = target.to_owned();
            lanes.ask(&Head { method: "GET".to_owned(), target, headers: Vec::new(), keeps_open: true }).status
        };
        for _ in 0..2 * LANES {
            assert_eq!((ask("/bad"), ask("/good")), (500, 200));
        }
    }
}
