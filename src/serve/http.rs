//! HTTP around tiny_http. Comes in: one request. Goes out: one answer, written in one piece, on a connection that is
//! closed after it. (tiny_http's own answers wait for the network's delayed acknowledgement, and kept-open connections
//! can starve its threads.)

use std::io::Write;

use tiny_http::{Method, Request, Response, StatusCode};

use super::live;
use super::preview::{Current, Preview};
use crate::address;
use crate::output::Output;
use crate::problem::{Level, Problem};

struct Answer {
    status: u16,
    content_type: String,
    location: Option<String>,
    body: Vec<u8>,
}

impl Answer {
    fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Answer {
        Answer { status, content_type: content_type.to_owned(), location: None, body: body.into() }
    }

    fn text(status: u16, text: &str) -> Answer {
        Answer::new(status, "text/plain; charset=utf-8", format!("{text}\n"))
    }
}

/// Answers a request.
pub(super) fn answer(request: Request, preview: &Preview) {
    if declares_body(&request) {
        refuse_body(request);
        return;
    }
    let is_head = *request.method() == Method::Head;
    let answer = if !matches!(request.method(), Method::Get | Method::Head) {
        Answer::text(405, "Only GET and HEAD are answered here.")
    } else if !is_own_host(&request, preview.port) {
        Answer::text(421, "This preview answers only to its own address.")
    } else {
        let url = request.url().split('#').next().unwrap_or_default().to_owned();
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        match path {
            "/_brink/events" => {
                let head = head(200, "text/event-stream", None);
                return live::listen(request.into_writer(), &head, query, preview);
            }
            "/_brink/live.js" => Answer::new(200, "text/javascript; charset=utf-8", live::SCRIPT),
            "/_brink/live.css" => Answer::new(200, "text/css; charset=utf-8", live::STYLE),
            path => page(path, query.split('&').any(|asked| asked == RAW), preview),
        }
    };
    write(request.into_writer(), &answer, is_head);
}

/// What tiny_http reads of a body by itself, in bytes.
const BODY_BUFFERED: usize = 1024;

/// Whether a request brings a body, which nothing here wants.
fn declares_body(request: &Request) -> bool {
    let is_chunked = request.headers().iter().any(|header| header.field.equiv("Transfer-Encoding"));
    is_chunked || request.body_length().is_some_and(|length| length > 0)
}

/// Refuses a body. Dropping the reader of a long one makes tiny_http 0.12 allocate as much as the client declared (its
/// pull request 290), which can end the program. Its reader is therefore taken by an upgrade, which writes an interim
/// answer, and is then left alone for good together with its connection.
fn refuse_body(request: Request) {
    let answer = Answer::text(413, "Requests with a body are not answered here.");
    if request.body_length().is_some_and(|length| length > BODY_BUFFERED) {
        let mut stream = request.upgrade("none", Response::empty(StatusCode(100)));
        let _ = stream.write_all(&bytes_of(&answer, false)).and_then(|()| stream.flush());
        std::mem::forget(stream);
    } else {
        write(request.into_writer(), &answer, false);
    }
}

/// Whether the request is for this server by a name of this machine; any other name is an attempt to read the preview
/// from a web page elsewhere (DNS rebinding).
fn is_own_host(request: &Request, port: u16) -> bool {
    let mut hosts = request.headers().iter().filter(|header| header.field.equiv("Host"));
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let host = host.value.as_str();
    ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|name| host == format!("{name}:{port}") || (port == 80 && host == *name))
}

/// What asks for a page exactly as a build would write it, with nothing added.
const RAW: &str = "_brink=raw";

/// The bytes that are answered for the page at `path`, to tell whether a browser shows them.
pub(super) fn page_bytes(path: &str, preview: &Preview) -> Vec<u8> {
    page(path, false, preview).body
}

/// The answer for a page or file of the site.
fn page(path: &str, is_raw: bool, preview: &Preview) -> Answer {
    let current = preview.refresh();
    let Some(built) = &current.built else {
        let text = current.stopped.as_deref().unwrap_or("The site is not ready yet.");
        return Answer::new(500, HTML, live::error_page(text));
    };
    let decoded = address::decode(path);
    let whole = decoded.trim_start_matches('/');
    // Pages lie at the same addresses as on the host, with and without its base path.
    let below_base = whole.strip_prefix(built.site.config.base_path()).unwrap_or(whole);
    let found = [whole, below_base].into_iter().find_map(|within| built.plan.at(&address::output_path(within)));
    if let Some(output) = found {
        return show(200, output, is_raw, &current, preview);
    }
    let within = below_base;
    if !within.is_empty() && built.plan.at(&address::output_path(&format!("{within}/"))).is_some() {
        let mut moved = Answer::text(302, "This page is a folder.");
        moved.location = Some(format!("/{}/", path.trim_matches('/')));
        return moved;
    }
    match built.plan.at("404.html") {
        Some(output) => show(404, output, is_raw, &current, preview),
        None => Answer::text(404, "There is no such page."),
    }
}

const HTML: &str = "text/html; charset=utf-8";

fn show(status: u16, output: &Output, is_raw: bool, current: &Current, preview: &Preview) -> Answer {
    let Some(built) = &current.built else { return Answer::text(500, "The site is not ready yet.") };
    let mime = mime_guess::from_path(&output.path).first_or_octet_stream();
    let content_type = if mime.type_() == "text" { format!("{mime}; charset=utf-8") } else { mime.to_string() };
    match built.bytes(&preview.settings.root, output) {
        Ok(bytes) if content_type == HTML && !is_raw => {
            preview.good.keep(&output.path, &bytes);
            if preview.told().mended(&output.path) {
                preview.say(&format!("`/{}` is made again.", output.path.trim_end_matches("index.html")));
            }
            let own = own_problems(output, current, preview);
            let problems = current.stopped.as_deref().or(own.as_deref());
            let additions = live::Additions { problems, is_stopped: current.stopped.is_some(), more: "" };
            Answer::new(status, HTML, live::with_live(&String::from_utf8_lossy(&bytes), &additions))
        }
        Ok(bytes) => Answer::new(status, &content_type, bytes),
        Err(stop) => {
            let text = preview.text_of(&stop);
            if preview.told().is_new(&output.path, &text) {
                preview.tell(&text);
            }
            let additions = live::Additions { problems: Some(&text), is_stopped: true, more: "" };
            let page = match preview.good.of(&output.path) {
                Some(good) => live::with_live(&String::from_utf8_lossy(&good), &additions),
                None => live::error_page(&text),
            };
            Answer::new(500, HTML, page)
        }
    }
}

/// The errors and warnings in the source of a page.
fn own_problems(output: &Output, current: &Current, preview: &Preview) -> Option<String> {
    let source = output.source.as_ref()?;
    let is_own = |problem: &&Problem| problem.place.file == *source && problem.level() != Level::Hint;
    let own: Vec<Problem> = current.problems.iter().filter(is_own).cloned().collect();
    (!own.is_empty()).then(|| preview.report(&own, false))
}

/// Status line and headers, without the empty line after them.
fn head(status: u16, content_type: &str, location: Option<&str>) -> String {
    let reason = StatusCode(status).default_reason_phrase();
    let location = location.map(|location| format!("Location: {location}\r\n")).unwrap_or_default();
    format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: {content_type}\r\n{location}Connection: close\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\n"
    )
}

/// An answer as it goes over the wire.
fn bytes_of(answer: &Answer, is_head: bool) -> Vec<u8> {
    let head = head(answer.status, &answer.content_type, answer.location.as_deref());
    let mut bytes = format!("{head}Content-Length: {}\r\n\r\n", answer.body.len()).into_bytes();
    if !is_head {
        bytes.extend_from_slice(&answer.body);
    }
    bytes
}

/// Writes an answer in one piece; a browser that has gone away is no mistake.
fn write(mut writer: Box<dyn Write + Send + 'static>, answer: &Answer, is_head: bool) {
    let _ = writer.write_all(&bytes_of(answer, is_head)).and_then(|()| writer.flush());
}
