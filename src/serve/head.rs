//! The head of a request, before tiny_http sees anything of it. Comes in: a connection. Goes out: a [`Head`] that asks
//! for nothing that this server does not do, or why it is refused.
//!
//! All of it is read and judged here, in bounded space and time, and is then written anew for tiny_http: with no length,
//! no encoding, no upgrade and no name that the guard uses itself. So tiny_http never meets what it cannot bear.

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::time::Duration;

use super::deadline::Deadline;

/// The longest head in bytes, and the most header lines.
const BYTES_MAX: usize = 8 * 1024;
const LINES_MAX: usize = 64;
/// How long a head may take from its first byte on.
const TIME_MAX: Duration = Duration::from_secs(5);
/// How long a connection may say nothing.
const IDLE_MAX: Duration = Duration::from_secs(15);

/// The headers that routes look at. Nothing else is passed on, so that nothing else can do harm.
const PASSED_ON: [&str; 11] = [
    "host",
    "origin",
    "sec-fetch-site",
    "sec-fetch-mode",
    "sec-fetch-dest",
    "accept-encoding",
    "range",
    "if-range",
    "if-none-match",
    "cookie",
    "x-brink-token",
];

/// A request, as far as it is passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// The method: letters and signs only (RFC 9110, section 9.1).
    pub method: String,
    /// What is asked for: a path and perhaps a query, as they were sent, in visible ASCII.
    pub target: String,
    /// Names in lower case, and values in visible ASCII.
    pub headers: Vec<(String, String)>,
    /// Whether the client may ask again on this connection.
    pub keeps_open: bool,
}

/// Why a request is not answered as it wishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The status.
    pub status: u16,
    /// Why, for people.
    pub text: &'static str,
}

/// A refusal.
pub(super) fn refusal(status: u16, text: &'static str) -> Refusal {
    Refusal { status, text }
}

/// Reads the next head of a connection. `received` is what has come and was not used yet. `None` where the client has gone
/// or has nothing to say.
pub(super) fn read(mut stream: &TcpStream, received: &mut Vec<u8>) -> Result<Option<Head>, Refusal> {
    let mut deadline = (!received.is_empty()).then(|| Deadline::after(TIME_MAX));
    loop {
        if let Some((head, length)) = parse(received)? {
            received.drain(..length);
            return Ok(Some(head));
        }
        let left = match deadline {
            None => IDLE_MAX,
            Some(deadline) => deadline.left().ok_or(SLOW)?,
        };
        let mut chunk = [0; 4096];
        let read = stream.set_read_timeout(Some(left)).and_then(|()| stream.read(&mut chunk));
        match read {
            Ok(0) => return Ok(None),
            Ok(length) => {
                deadline = deadline.or_else(|| Some(Deadline::after(TIME_MAX)));
                received.extend_from_slice(&chunk[..length]);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return deadline.map_or(Ok(None), |_| Err(SLOW));
            }
            Err(_) => return Ok(None),
        }
    }
}

const SLOW: Refusal = Refusal { status: 408, text: "The request took too long." };

/// The head at the start of some bytes, and its length; `None` where its end has not come yet.
fn parse(bytes: &[u8]) -> Result<Option<(Head, usize)>, Refusal> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let mut lines = [httparse::EMPTY_HEADER; LINES_MAX];
    let mut request = httparse::Request::new(&mut lines);
    let parsed = request.parse(bytes).map_err(|error| match error {
        httparse::Error::TooManyHeaders => refusal(431, "The request has more than 64 headers."),
        httparse::Error::Version => refusal(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."),
        _ => refusal(400, "This is no request of HTTP."),
    })?;
    let length = match parsed {
        httparse::Status::Complete(length) => length,
        httparse::Status::Partial => bytes.len(),
    };
    if length > BYTES_MAX {
        return Err(match memchr::memchr(b'\n', &bytes[..BYTES_MAX]) {
            Some(_) => refusal(431, "The headers of the request are longer than 8 KB."),
            None => refusal(414, "The address is longer than 8 KB."),
        });
    }
    if parsed.is_partial() {
        return Ok(None);
    }
    judge(&request).map(|head| Some((head, length)))
}

/// What is passed on of a request, unless it asks for what is not done here.
fn judge(request: &httparse::Request<'_, '_>) -> Result<Head, Refusal> {
    let target = request.path.unwrap_or_default();
    if !target.starts_with('/') || !target.bytes().all(|byte| byte.is_ascii_graphic()) || target.contains('#') {
        return Err(refusal(400, "The address of a request should be a path, percent-encoded."));
    }
    let of_name = |name: &str| {
        let name = name.to_owned();
        request.headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(&name)).map(|header| header.value)
    };
    if of_name("host").count() != 1 {
        return Err(refusal(400, "A request should name its host once."));
    }
    if of_name("expect").next().is_some() {
        return Err(refusal(417, "Nothing is promised here before it is done."));
    }
    declared_body(of_name("content-length"), of_name("transfer-encoding").next().is_some())?;
    let closes = of_name("connection").any(|value| {
        let mut words = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        words.any(|word| word.eq_ignore_ascii_case(b"close"))
    });
    let headers = request.headers.iter().filter_map(|header| {
        let name = header.name.to_ascii_lowercase();
        let is_plain = header.value.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ' || *byte == b'\t');
        let value = std::str::from_utf8(header.value).ok().filter(|_| is_plain)?.trim();
        (PASSED_ON.contains(&name.as_str()) && !value.is_empty()).then(|| (name, value.to_owned()))
    });
    Ok(Head {
        method: request.method.unwrap_or_default().to_owned(),
        target: target.to_owned(),
        headers: headers.collect(),
        keeps_open: request.version == Some(1) && !closes,
    })
}

/// Refuses a request that brings a body: nothing here wants one. What acts is asked for with an empty one.
fn declared_body<'v>(lengths: impl Iterator<Item = &'v [u8]>, is_encoded: bool) -> Result<(), Refusal> {
    let lengths: Vec<&[u8]> = lengths.collect();
    let is_number = |value: &&[u8]| !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    match lengths.as_slice() {
        _ if is_encoded => Err(refusal(413, "Requests with a body are not answered here.")),
        [] => Ok(()),
        [one] if is_number(one) && one.iter().all(|digit| *digit == b'0') => Ok(()),
        [one] if is_number(one) => Err(refusal(413, "Requests with a body are not answered here.")),
        _ => Err(refusal(400, "The length of the request makes no sense.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(request: &str) -> u16 {
        match parse(request.as_bytes()) {
            Ok(Some(_)) => 200,
            Ok(None) => 0,
            Err(refusal) => refusal.status,
        }
    }

    #[test]
    fn only_what_routes_look_at_is_passed_on() {
        let request = "GET /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nUpgrade: y\r\nX-Brink-Ticket: z\r\nCookie: \u{e9}\r\n\
            Range: bytes=0-1\r\nConnection: keep-alive, Close\r\n\r\nGET";
        let (head, length) = parse(request.as_bytes()).unwrap().unwrap();
        assert_eq!(&request[length..], "GET");
        let headers = [("host", "x"), ("range", "bytes=0-1")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!((head.target.as_str(), head.headers, head.keeps_open), ("/a?b", headers.to_vec(), false));
    }

    #[test]
    fn a_head_is_bounded_while_it_comes_and_when_it_is_whole() {
        assert_eq!(status("GET / HTTP/1.1\r\nHost: x\r\n"), 0);
        assert_eq!(status(&format!("GET /{}", "a".repeat(9000))), 414);
        assert_eq!(status(&format!("GET / HTTP/1.1\r\nHost: {}", "a".repeat(9000))), 431);
        assert_eq!(status(&format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", "a".repeat(9000))), 431);
        assert_eq!(status(&format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "A: b\r\n".repeat(64))), 431);
        assert_eq!(status(&format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "A: b\r\n".repeat(63))), 200);
    }
}
