//! The guard before tiny_http. Comes in: connections, from anybody. Goes out: heads that were judged, one at a time, to the
//! lanes; answers, with a deadline, to those who asked.
//!
//! Each connection has a thread of its own, so that a slow, silent or broken client holds up nobody else. Their number is
//! bounded: where there are too many, the one goes that has been idle for longest, then the one that has been answered for
//! longest, so that whoever comes is let in. A failed accept is tried again, and where there are no more files to open, some
//! connections are given up for good, so that the site's own files can still be read.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::answer::{Answer, Body, Live};
use super::deadline::Deadline;
use super::head::{self, Head};
use super::lanes::Lanes;
use super::{locked, origin};

/// The most connections, and the most of them that are live.
const GUESTS_MAX: usize = 128;
const LIVE_MAX: usize = 32;
/// How many connections there are at most while some are being closed.
const LEAVING_MAX: usize = 64;
/// How few connections there may be where files are short.
const GUESTS_MIN: usize = 8;
/// How long an answer may take to be written, and how much of it earns a second more: so long answers reach slow networks.
const WRITE_MAX: Duration = Duration::from_secs(10);
const BYTES_A_SECOND: usize = 256 * 1024;
/// How often a live connection is sent a sign of life, by which is seen that a browser has gone.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// How much of what a refused client still sends is passed over, and for how long, so that it sees why it was refused.
const LINGER_BYTES: usize = 64 * 1024;
const LINGER: Duration = Duration::from_millis(500);

/// Everybody who is connected.
pub(super) struct Guests {
    lanes: Lanes,
    hall: Mutex<Hall>,
    left: Condvar,
}

struct Hall {
    guests: BTreeMap<u64, Guest>,
    /// Counts what happens; an order without a clock.
    tick: u64,
    /// How many connections there may be.
    most: usize,
}

struct Guest {
    stream: Arc<TcpStream>,
    doing: Doing,
    /// Since when, by the tick.
    since: u64,
    /// Whether it was told to go.
    is_leaving: bool,
}

/// What a connection does, the first to be given up first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Doing {
    /// It has asked nothing, or not all of it.
    Idle,
    /// It is being answered.
    Answered,
    /// It waits for changes.
    Live,
}

/// A place among the guests, given up when it is dropped.
struct Seat<'g> {
    guests: &'g Guests,
    number: u64,
    stream: Arc<TcpStream>,
}

impl Guests {
    /// Nobody yet.
    pub(super) fn new(lanes: Lanes) -> Guests {
        let hall = Hall { guests: BTreeMap::new(), tick: 0, most: GUESTS_MAX };
        Guests { lanes, hall: Mutex::new(hall), left: Condvar::new() }
    }

    /// Lets connections in until the program ends.
    pub(super) fn welcome(self: &Arc<Guests>, listener: &TcpListener) {
        let mut pause = Duration::from_millis(5);
        loop {
            match listener.accept() {
                Ok((stream, _)) => {
                    pause = Duration::from_millis(5);
                    self.admit(stream);
                }
                Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::Interrupted) => {}
                Err(_) => {
                    self.make_room();
                    thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_millis(200));
                }
            }
        }
    }

    fn admit(self: &Arc<Guests>, stream: TcpStream) {
        let stream = Arc::new(stream);
        let number = {
            let mut hall = self.hall();
            let others = hall.most.saturating_sub(1);
            hall.dismiss_beyond(others);
            let deadline = Deadline::after(Duration::from_secs(1));
            while hall.guests.len() >= GUESTS_MAX + LEAVING_MAX {
                let Some(left) = deadline.left() else { return }; // the threads of those who leave have no time to end
                hall = self.left.wait_timeout(hall, left).unwrap_or_else(PoisonError::into_inner).0;
            }
            hall.enter(stream.clone())
        };
        let guests = self.clone();
        let attending = thread::Builder::new().name("connection".to_owned()).spawn(move || {
            let seat = Seat { guests: &guests, number, stream };
            attend(&seat);
        });
        if attending.is_err() {
            self.hall().guests.remove(&number); // there are no threads left: it is closed
            self.make_room();
        }
    }

    /// Gives up some connections for good: there are as many as this machine bears.
    fn make_room(&self) {
        let mut hall = self.hall();
        let here = hall.guests.values().filter(|guest| !guest.is_leaving).count();
        hall.most = (here * 3 / 4).clamp(GUESTS_MIN, GUESTS_MAX);
        let most = hall.most;
        hall.dismiss_beyond(most);
    }

    fn hall(&self) -> MutexGuard<'_, Hall> {
        locked(&self.hall)
    }
}

impl Hall {
    fn enter(&mut self, stream: Arc<TcpStream>) -> u64 {
        self.tick += 1;
        self.guests.insert(self.tick, Guest { stream, doing: Doing::Idle, since: self.tick, is_leaving: false });
        self.tick
    }

    /// Tells as many to go as are more than so many.
    fn dismiss_beyond(&mut self, most: usize) {
        let staying = |guest: &&mut Guest| !guest.is_leaving;
        let mut here: Vec<&mut Guest> = self.guests.values_mut().filter(staying).collect();
        here.sort_by_key(|guest| (guest.doing, guest.since));
        let number = here.len().saturating_sub(most);
        here.into_iter().take(number).for_each(Guest::dismiss);
    }

    /// Tells the oldest of those that are live to go, where there are too many.
    fn dismiss_oldest_live(&mut self) {
        let is_live = |guest: &&mut Guest| guest.doing == Doing::Live && !guest.is_leaving;
        let live: Vec<&mut Guest> = self.guests.values_mut().filter(is_live).collect();
        if live.len() > LIVE_MAX
            && let Some(oldest) = live.into_iter().min_by_key(|guest| guest.since)
        {
            oldest.dismiss();
        }
    }
}

impl Guest {
    fn dismiss(&mut self) {
        self.is_leaving = true;
        let _ = self.stream.shutdown(Shutdown::Both); // its thread wakes, and ends
    }
}

impl Seat<'_> {
    fn does(&self, doing: Doing) {
        let mut hall = self.guests.hall();
        hall.tick += 1;
        let tick = hall.tick;
        if let Some(guest) = hall.guests.get_mut(&self.number) {
            (guest.doing, guest.since) = (doing, tick);
        }
        if doing == Doing::Live {
            hall.dismiss_oldest_live();
        }
    }

    /// Answers, and gives whether the connection goes on.
    fn answer(&self, answer: Answer, is_head: bool, keeps_open: bool) -> bool {
        let is_live = matches!(answer.body, Body::Live(_));
        let bytes = answer.bytes(is_head, keeps_open && !is_live);
        let extra = Duration::from_secs((bytes.len() / BYTES_A_SECOND) as u64);
        if Deadline::after(WRITE_MAX + extra).write_all(&self.stream, &bytes).is_err() {
            return false;
        }
        if let (Body::Live(live), false) = (answer.body, is_head) {
            self.does(Doing::Live);
            self.follow(live);
        }
        keeps_open && !is_live
    }

    /// Sends what comes until the browser goes.
    fn follow(&self, mut live: Live) {
        while let Some(text) = live(HEARTBEAT) {
            if Deadline::after(WRITE_MAX).write_all(&self.stream, text.as_bytes()).is_err() {
                return;
            }
        }
    }

    /// Ends a connection whose client may still be sending: closed at once, it would be reset, and the client might never
    /// see why. What comes is thrown away, a little of it, for a moment.
    fn close_kindly(&self) {
        let mut stream = &*self.stream;
        let _ = stream.shutdown(Shutdown::Write);
        let (deadline, mut chunk, mut passed) = (Deadline::after(LINGER), [0; 4096], 0);
        while let Some(left) = deadline.left().filter(|_| passed < LINGER_BYTES) {
            match stream.set_read_timeout(Some(left)).and_then(|()| stream.read(&mut chunk)) {
                Ok(0) | Err(_) => return,
                Ok(length) => passed += length,
            }
        }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.guests.hall().guests.remove(&self.number);
        self.guests.left.notify_one();
    }
}

/// Attends to one connection until it ends.
fn attend(seat: &Seat<'_>) {
    let _ = seat.stream.set_nodelay(true); // answers are written in one piece
    let here = seat.stream.local_addr().map(|address| address.ip().to_canonical().to_string());
    let mut received = Vec::new();
    loop {
        match head::read(&seat.stream, &mut received) {
            Ok(Some(head)) => {
                seat.does(Doing::Answered);
                let (is_head, keeps_open) = (head.method == "HEAD", head.keeps_open);
                let headers = here.iter().map(|here| (origin::HERE.to_owned(), here.clone())).chain(head.headers);
                let head = Head { headers: headers.collect(), ..head };
                let answer = seat.guests.lanes.ask(&head);
                if !seat.answer(answer, is_head, keeps_open) {
                    return;
                }
                seat.does(Doing::Idle);
            }
            Ok(None) => return,
            Err(refusal) => {
                seat.answer(Answer::text(refusal.status, refusal.text), false, false);
                seat.close_kindly();
                return;
            }
        }
    }
}
