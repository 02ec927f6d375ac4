//! An answer, and how it goes over the wire. Comes in: what a route gives, and what the request asked of its form.
//! Goes out: the bytes: conditional (304), a range (206, 416), compressed, or the head alone, with strict headers in any
//! case. (RFC 9110, sections 8.8, 12.5.3, 13 and 14.)

use std::time::Duration;

use flate2::Compression;
use tiny_http::{Method, Request, StatusCode};

use crate::key::Key;
use crate::weight::gzip;

/// HTML, as it is sent.
pub(super) const HTML: &str = "text/html; charset=utf-8";
/// What is shorter gains nothing by compression.
const GZIP_MIN: usize = 1024;

/// Gives the next text of a live connection, within the time that it is given; `None` ends the connection.
pub(super) type Live = Box<dyn FnMut(Duration) -> Option<String> + Send>;

/// What an answer brings.
pub(super) enum Body {
    /// All of it, at once.
    Bytes(Vec<u8>),
    /// Texts as they come, until the browser goes.
    Live(Live),
}

/// An answer.
pub(super) struct Answer {
    /// Its status.
    pub status: u16,
    /// The type of what it brings; empty where it brings nothing.
    pub content_type: String,
    /// What it brings.
    pub body: Body,
    /// Whether the browser may keep it, to ask next time whether it is still the same.
    pub may_be_kept: bool,
    /// What the answer may do in the browser (Content Security Policy Level 3).
    pub policy: &'static str,
    /// Headers of its own.
    pub headers: Vec<(&'static str, String)>,
}

/// For what the site gives. It may do what it may on the host, where nobody forbids its pages anything: to restrict what
/// they load would show the writer something else than readers get. Only pages of the same site may show it in a frame.
pub(super) const SITE_POLICY: &str = "frame-ancestors 'self'";
/// For what is Brink's own: it loads nothing from elsewhere, runs no script but Brink's files, and stands in no frame.
pub(super) const OWN_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

impl Answer {
    /// An answer of Brink's own.
    pub(super) fn own(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Answer {
        Answer {
            status,
            content_type: content_type.to_owned(),
            body: Body::Bytes(body.into()),
            may_be_kept: false,
            policy: OWN_POLICY,
            headers: Vec::new(),
        }
    }

    /// A line of text.
    pub(super) fn text(status: u16, text: &str) -> Answer {
        let text = if text.is_empty() { String::new() } else { format!("{text}\n") };
        Answer::own(status, "text/plain; charset=utf-8", text)
    }

    /// Something of the site's.
    pub(super) fn of_site(status: u16, content_type: &str, body: Vec<u8>) -> Answer {
        let answer = Answer::own(status, content_type, body);
        Answer { may_be_kept: status == 200, policy: SITE_POLICY, ..answer }
    }

    /// Server-sent events (HTML Standard, section 9.2).
    pub(super) fn live(live: Live) -> Answer {
        Answer { body: Body::Live(live), ..Answer::own(200, "text/event-stream", "") }
    }

    /// The same with a header more.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }

    /// The answer in the form that was asked for. What is sent is compared, not what it was made from: whatever the
    /// preview adds to a page is part of it.
    pub(super) fn in_form(self, asked: &Asked) -> Answer {
        if matches!(self.body, Body::Live(_)) {
            return self;
        }
        let is_text = is_text(&self.content_type);
        let mut answer = self.varying(is_text);
        if answer.status == 200 && answer.may_be_kept {
            let Body::Bytes(bytes) = &answer.body else { return answer };
            let tag = Key::of(bytes).hex()[..20].to_owned();
            if asked.has_already(&tag) {
                // The tag that it has is the one that it keeps.
                return Answer { status: 304, body: Body::Bytes(Vec::new()), ..answer.with("ETag", quoted(&tag)) };
            }
            answer = answer.with("Accept-Ranges", "bytes");
            if let Some(range) = asked.range_of(&tag) {
                return answer.part(range).with("ETag", quoted(&tag));
            }
            let is_packed = is_text && asked.takes_gzip && answer.length() >= GZIP_MIN;
            let tag = if is_packed { format!("{tag}-gzip") } else { tag };
            answer = answer.with("ETag", quoted(&tag));
        }
        if is_text && asked.takes_gzip && answer.length() >= GZIP_MIN { answer.packed() } else { answer }
    }

    fn varying(self, is_text: bool) -> Answer {
        if is_text { self.with("Vary", "Accept-Encoding") } else { self }
    }

    fn length(&self) -> usize {
        match &self.body {
            Body::Bytes(bytes) => bytes.len(),
            Body::Live(_) => 0,
        }
    }

    /// A part of it.
    fn part(self, range: Range) -> Answer {
        let Body::Bytes(bytes) = &self.body else { return self };
        let length = bytes.len();
        match range.within(length) {
            Some((first, last)) => {
                let part = Body::Bytes(bytes[first..=last].to_vec());
                Answer { status: 206, body: part, ..self }
                    .with("Content-Range", format!("bytes {first}-{last}/{length}"))
            }
            None => {
                let nothing = Body::Bytes(Vec::new());
                Answer { status: 416, body: nothing, ..self }.with("Content-Range", format!("bytes */{length}"))
            }
        }
    }

    fn packed(self) -> Answer {
        let Body::Bytes(bytes) = &self.body else { return self };
        match gzip(bytes, Compression::fast()) {
            Ok(packed) => Answer { body: Body::Bytes(packed), ..self }.with("Content-Encoding", "gzip"),
            Err(_) => self,
        }
    }

    /// Status line and headers.
    fn head(&self, keeps_open: bool) -> String {
        let (status, reason) = (self.status, StatusCode(self.status).default_reason_phrase());
        let connection = if keeps_open { "keep-alive" } else { "close" };
        // What a draft or a mistake says is not for the browser's disk.
        let cache = if self.may_be_kept { "no-cache" } else { "no-store" };
        let frame = if self.policy == SITE_POLICY { "SAMEORIGIN" } else { "DENY" };
        let mut head = format!(
            "HTTP/1.1 {status} {reason}\r\nConnection: {connection}\r\nCache-Control: {cache}\r\n\
             Content-Security-Policy: {}\r\nX-Frame-Options: {frame}\r\nX-Content-Type-Options: nosniff\r\n\
             Referrer-Policy: no-referrer\r\nCross-Origin-Resource-Policy: same-origin\r\n\
             Cross-Origin-Opener-Policy: same-origin\r\n",
            self.policy
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // A 304 has neither; the length of a live answer is not known.
        if self.status != 304 {
            head.push_str(&format!("Content-Type: {}\r\n", self.content_type));
            if matches!(self.body, Body::Bytes(_)) {
                head.push_str(&format!("Content-Length: {}\r\n", self.length()));
            }
        }
        head.push_str("\r\n");
        head
    }

    /// All of it, but for what comes later.
    pub(super) fn bytes(&self, is_head: bool, keeps_open: bool) -> Vec<u8> {
        let mut bytes = self.head(keeps_open).into_bytes();
        if let (Body::Bytes(body), false) = (&self.body, is_head) {
            bytes.extend_from_slice(body);
        }
        bytes
    }
}

fn quoted(tag: &str) -> String {
    format!("\"{tag}\"")
}

/// Whether something becomes much shorter by compression.
fn is_text(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    let ends_so = |suffix: &str| essence.ends_with(suffix);
    (essence.starts_with("text/") && essence != "text/event-stream")
        || ["json", "xml", "javascript", "yaml", "toml"].into_iter().any(ends_so)
}

/// The type of a file, as good hosts of static files say it.
pub(super) fn content_type(path: &str) -> String {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let known = match ending.as_str() {
        "webmanifest" => Some("application/manifest+json"),
        "geojson" => Some("application/geo+json"),
        "jsonld" => Some("application/ld+json"),
        "atom" => Some("application/atom+xml"),
        "rss" => Some("application/rss+xml"),
        "xml" => Some("text/xml; charset=utf-8"),
        "js" | "mjs" => Some("text/javascript; charset=utf-8"),
        "woff2" => Some("font/woff2"),
        "avif" => Some("image/avif"),
        "map" => Some("application/json"),
        _ => None,
    };
    known.map(str::to_owned).unwrap_or_else(|| {
        let mime = mime_guess::from_path(path).first_or_octet_stream();
        if mime.type_() == "text" { format!("{mime}; charset=utf-8") } else { mime.to_string() }
    })
}

/// In what form an answer is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Asked {
    takes_gzip: bool,
    /// The tags that the browser has.
    has: Option<String>,
    range: Option<Range>,
    if_range: Option<String>,
}

impl Asked {
    /// What a request asks for.
    pub(super) fn of(request: &Request) -> Asked {
        let is_get = *request.method() == Method::Get;
        Asked {
            takes_gzip: header(request, "Accept-Encoding").is_some_and(takes_gzip),
            has: header(request, "If-None-Match").map(str::to_owned),
            range: header(request, "Range").filter(|_| is_get).and_then(Range::parse),
            if_range: header(request, "If-Range").map(str::to_owned),
        }
    }

    /// Whether the browser has what has this tag, compressed or not: compared weakly (RFC 9110, section 13.1.2).
    fn has_already(&self, tag: &str) -> bool {
        let is_it = |known: &str| {
            let known = known.trim();
            let known = known.strip_prefix("W/").unwrap_or(known).trim_matches('"');
            known == "*" || known.strip_suffix("-gzip").unwrap_or(known) == tag
        };
        self.has.as_deref().is_some_and(|has| has.split(',').any(is_it))
    }

    /// The range that counts: none where the browser has a part of something else (RFC 9110, section 13.1.5).
    fn range_of(&self, tag: &str) -> Option<Range> {
        let is_of_same = self.if_range.as_deref().is_none_or(|known| known == quoted(tag));
        self.range.filter(|_| is_of_same)
    }
}

/// A header of a request, by its name.
pub(super) fn header<'r>(request: &'r Request, name: &'static str) -> Option<&'r str> {
    request.headers().iter().find(|header| header.field.equiv(name)).map(|header| header.value.as_str())
}

/// Whether `Accept-Encoding` allows gzip (RFC 9110, section 12.5.3).
fn takes_gzip(accepted: &str) -> bool {
    let of_name = |name: &str| {
        accepted.split(',').find_map(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next().filter(|coding| coding.eq_ignore_ascii_case(name))?;
            let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            Some(weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0)))
        })
    };
    of_name("gzip").or_else(|| of_name("*")).unwrap_or(false)
}

/// One range of bytes; several at once are answered with the whole, as any server may (RFC 9110, section 14.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Range {
    /// From here on, to there or to the end.
    From(usize, Option<usize>),
    /// So many at the end.
    Last(usize),
}

impl Range {
    fn parse(value: &str) -> Option<Range> {
        let (first, last) = value.trim().strip_prefix("bytes=")?.trim().split_once('-')?;
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse().unwrap_or(usize::MAX))
        };
        match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => Some(Range::From(first, Some(last))),
            (Some(first), None) if last.is_empty() => Some(Range::From(first, None)),
            (None, Some(length)) if first.is_empty() => Some(Range::Last(length)),
            _ => None,
        }
    }

    /// The first and the last byte of so many; `None` where there is none.
    fn within(self, length: usize) -> Option<(usize, usize)> {
        let end = length.checked_sub(1)?;
        match self {
            Range::From(first, _) if first > end => None,
            Range::From(first, last) => Some((first, last.unwrap_or(end).min(end))),
            Range::Last(0) => None,
            Range::Last(wanted) => Some((length - wanted.min(length), end)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_what_there_is() {
        let cut = |value: &str| Range::parse(value).map(|range| range.within(10));
        assert_eq!(cut("bytes=0-3"), Some(Some((0, 3))));
        assert_eq!(cut("bytes=8-99999999999999999999999"), Some(Some((8, 9))));
        assert_eq!(
            (cut("bytes=7-"), cut("bytes=-4"), cut("bytes=-40")),
            (Some(Some((7, 9))), Some(Some((6, 9))), Some(Some((0, 9))))
        );
        assert_eq!((cut("bytes=10-"), cut("bytes=-0")), (Some(None), Some(None)));
        assert_eq!(
            (cut("bytes=3-1"), cut("bytes=0-1,3-4"), cut("lines=0-1"), cut("bytes=+1-2")),
            (None, None, None, None)
        );
    }

    #[test]
    fn gzip_is_for_those_who_ask() {
        assert!(takes_gzip("gzip, deflate, br") && takes_gzip("br;q=1, GZIP;q=0.5") && takes_gzip("*"));
        assert!(!takes_gzip("") && !takes_gzip("gzip;q=0") && !takes_gzip("br") && !takes_gzip("gzip;q=0, *"));
    }

    #[test]
    fn files_have_the_types_that_hosts_give_them() {
        for (path, expected) in [
            ("a/index.html", HTML),
            ("site.webmanifest", "application/manifest+json"),
            ("data/interventions.hxl.csv", "text/csv; charset=utf-8"),
            ("status.xml", "text/xml; charset=utf-8"),
            ("a.svg", "image/svg+xml"),
            ("a.json", "application/json"),
            ("a.css", "text/css; charset=utf-8"),
            ("a.txt", "text/plain; charset=utf-8"),
            ("a.woff2", "font/woff2"),
            ("a.webp", "image/webp"),
            ("a.pdf", "application/pdf"),
            ("a.mp4", "video/mp4"),
            ("a.wasm", "application/wasm"),
            ("CNAME", "application/octet-stream"),
        ] {
            assert_eq!(content_type(path), expected, "{path}");
        }
    }
}
