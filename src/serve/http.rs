//! HTTP around tiny_http. Comes in: one request. Goes out: one answer, written in one piece, on a connection that is
//! closed after it. (tiny_http's own answers wait for the network's delayed acknowledgement, and kept-open connections
//! can starve its threads.)

use std::io::Write;
use std::time::Duration;

use tiny_http::{Method, Request, Response, StatusCode};

use super::editor::{self, Target};
use super::preview::{Current, Preview};
use super::{bar, desk, live, origin};
use crate::address;
use crate::build::Built;
use crate::output::Output;

/// How often a browser that waits for changes is sent a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(5);

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
    let answer = if *request.method() == Method::Post && request.url().starts_with("/_brink/open?") {
        open(&request, preview)
    } else if !matches!(request.method(), Method::Get | Method::Head) {
        Answer::text(405, "Only GET and HEAD are answered here.")
    } else if !is_own_host(&request, preview.port) {
        Answer::text(421, "This preview answers only to its own address.")
    } else {
        let (path, query) = request.url().split_once('?').unwrap_or((request.url(), ""));
        let (path, query) = (path.to_owned(), query.to_owned());
        match path.as_str() {
            "/_brink/events" => return events(request, preview),
            "/_brink/live.js" => Answer::new(200, "text/javascript; charset=utf-8", live::SCRIPT),
            "/_brink/live.css" => Answer::new(200, "text/css; charset=utf-8", live::STYLE),
            path if path == "/_brink" || path.starts_with("/_brink/") => of_desk(path, &query, preview),
            path => page(path, preview),
        }
    };
    write(request.into_writer(), &answer, is_head);
}

/// The answer for a page or file of the desk, or of the bar.
fn of_desk(path: &str, query: &str, preview: &Preview) -> Answer {
    const STYLE: &str = "text/css; charset=utf-8";
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    let explained = path.strip_prefix("/_brink/explain/").and_then(desk::explanation);
    match path {
        "/_brink/" => {
            let current = preview.refresh();
            Answer::new(200, HTML, preview.desk.page(query, &preview.shelf(&current)))
        }
        "/_brink" => Answer { location: Some("/_brink/".to_owned()), ..Answer::text(302, "The desk is a folder.") },
        "/_brink/desk.css" => Answer::new(200, STYLE, desk::STYLE),
        "/_brink/desk.js" => Answer::new(200, SCRIPT, desk::SCRIPT),
        "/_brink/bar.css" => Answer::new(200, STYLE, bar::STYLE),
        "/_brink/marks.css" => Answer::new(200, STYLE, bar::MARKS_STYLE),
        "/_brink/bar.js" => Answer::new(200, SCRIPT, bar::SCRIPT),
        _ => match explained {
            Some(page) => Answer::new(200, HTML, page),
            None => Answer::text(404, "There is no such page of the desk."),
        },
    }
}

/// Opens the writer's editor, if one of the preview's own pages asks for it.
fn open(request: &Request, preview: &Preview) -> Answer {
    let may_act = |token| is_own_host(request, preview.port) && origin::may_act(request, preview.port, token);
    if !preview.token().is_some_and(may_act) {
        return Answer::text(403, "Only a page of this preview can open the editor.");
    }
    let query = request.url().split_once('?').map_or("", |(_, query)| query);
    let opened = Target::of(query).map_err(|what| (400, what.to_owned())).and_then(|target| {
        let root = &preview.settings.root;
        // Only what the site has can be opened, whatever a request names.
        let is_known = crate::source::list(root).is_ok_and(|listing| listing.files.contains_key(target.file.as_str()));
        if !is_known || !editor::is_editable(&target.file) {
            return Err((404, "This is no file of the site that can be edited.".to_owned()));
        }
        let editor = preview.settings.editor.editor().map_err(|what| (501, what))?;
        editor.open(root, &target).map_err(|what| (500, what))
    });
    match opened {
        Ok(said) => Answer::text(200, &said),
        Err((status, what)) => Answer::text(status, &what),
    }
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

/// The answer for a page or file of the site.
fn page(path: &str, preview: &Preview) -> Answer {
    let current = preview.refresh();
    let Some(built) = &current.built else {
        let text = current.stopped.as_deref().unwrap_or("The site is not ready yet.");
        return Answer::new(500, HTML, live::error_page(current.generation, text));
    };
    let decoded = address::decode(path);
    let whole = decoded.trim_start_matches('/');
    // Pages lie at the same addresses as on the host, with and without its base path.
    let below_base = whole.strip_prefix(built.site.config.base_path()).unwrap_or(whole);
    let found = [whole, below_base].into_iter().find_map(|within| built.plan.at(&address::output_path(within)));
    if let Some(output) = found {
        return show(200, output, &current, built, preview);
    }
    let within = below_base;
    if !within.is_empty() && built.plan.at(&address::output_path(&format!("{within}/"))).is_some() {
        let mut moved = Answer::text(302, "This page is a folder.");
        moved.location = Some(format!("/{}/", path.trim_matches('/')));
        return moved;
    }
    match built.plan.at("404.html") {
        Some(output) => show(404, output, &current, built, preview),
        None => Answer::text(404, "There is no such page."),
    }
}

const HTML: &str = "text/html; charset=utf-8";

fn show(status: u16, output: &Output, current: &Current, built: &Built, preview: &Preview) -> Answer {
    let mime = mime_guess::from_path(&output.path).first_or_octet_stream();
    let content_type = if mime.type_() == "text" { format!("{mime}; charset=utf-8") } else { mime.to_string() };
    let root = &preview.settings.root;
    let with_lines = (content_type == HTML).then(|| built.bytes_with_lines(root, output)).flatten();
    match with_lines.map_or_else(|| built.bytes(root, output), Ok) {
        Ok(bytes) if content_type == HTML => {
            let page = bar::previewed(built, output, bytes, &preview.shelf(current));
            let stopped = current.stopped.as_deref();
            Answer::new(status, HTML, live::with_live(&page.html, current.generation, stopped, &page.bar))
        }
        Ok(bytes) => Answer::new(status, &content_type, bytes),
        Err(stop) => {
            let text = preview.text_of(&stop);
            preview.tell(&text);
            Answer::new(500, HTML, live::error_page(current.generation, &text))
        }
    }
}

/// Sends the generation at once and after each change, until the browser goes.
fn events(request: Request, preview: &Preview) {
    let receiver = preview.listen();
    let generation = preview.generation();
    let mut writer = request.into_writer();
    // A thread of its own: a worker must not wait for a browser that only listens.
    std::thread::spawn(move || {
        let head = head(200, "text/event-stream", None);
        let first = format!("{head}\r\nretry: 500\ndata: {generation}\n\n");
        let mut send = |text: &str| writer.write_all(text.as_bytes()).and_then(|()| writer.flush());
        let mut sent = send(&first);
        while sent.is_ok() {
            sent = match receiver.recv_timeout(HEARTBEAT) {
                Ok(generation) => send(&format!("data: {generation}\n\n")),
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => send(": still here\n\n"),
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return,
            };
        }
    });
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
