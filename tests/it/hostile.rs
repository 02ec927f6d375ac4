//! The preview among strangers: what it answers to hostile requests and broken clients, what good clients get meanwhile,
//! and what only the writer's own browser may do.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{outputs, site, tests_folder, write};
use brink::build::Memory;

/// A word that stands in files outside the site, and must never be answered.
const CANARY: &str = "canary-4f1c";

/// A preview in a process of its own, ended with the test.
struct Server {
    child: Child,
    port: u16,
    key: String,
}

/// An answer, as it came.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Server {
    fn start(root: &Path, arguments: &[&str]) -> Server {
        Server::spawn(Command::new(env!("CARGO_BIN_EXE_brink")), root, arguments)
    }

    fn spawn(mut command: Command, root: &Path, arguments: &[&str]) -> Server {
        command.args(["--color=never", "--today=2024-06-30", "serve", "--port", "0"]).args(arguments);
        let mut child = command.arg("--root").arg(root).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.by_ref().map(Result::unwrap).find(|line| line.contains("http://127.0.0.1:")).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        let port = line.split("127.0.0.1:").nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
        let key = line.split("key=").nth(1).map(|key| key.split(' ').next().unwrap().to_owned()).unwrap_or_default();
        Server { child, port, key }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// Sends bytes, then nothing more, and reads the answer; `None` where there is none.
    fn send(&self, request: &[u8]) -> Option<Answer> {
        let mut stream = self.connect();
        let _ = stream.write_all(request); // it may be refused before all is sent
        let _ = stream.shutdown(Shutdown::Write);
        read(&mut BufReader::new(stream), request.starts_with(b"HEAD"))
    }

    fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        let host = format!("Host: 127.0.0.1:{}\r\n", self.port);
        self.send(format!("{method} {path} HTTP/1.1\r\n{host}{headers}\r\n").as_bytes()).unwrap()
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(reader: &mut impl BufRead, is_head: bool) -> Option<Answer> {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut answer = Answer { status: head.split(' ').nth(1)?.parse().ok()?, head, body: Vec::new() };
    let length = answer.header("Content-Length").and_then(|length| length.parse().ok()).unwrap_or(0);
    answer.body = vec![0; if is_head { 0 } else { length }];
    reader.read_exact(&mut answer.body).ok()?;
    Some(answer)
}

/// Tries until something holds, for a minute.
fn soon<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(60) {
        if let Some(found) = attempt() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{what}");
}

const LONG: &str = "# A\n\nThe same sentence again and again. The same sentence again and again. The same sentence again and again. \
    The same sentence again and again. The same sentence again and again. The same sentence again and again.\n";

/// A request of the table as bytes.
fn raw(text: &str, port: u16) -> Vec<u8> {
    let text = text.replace("{host}", &format!("Host: 127.0.0.1:{port}\\r\\n")).replace("{port}", &port.to_string());
    let mut bytes = Vec::new();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        if let Some(inner) = rest.strip_prefix('{').and_then(|rest| rest.split('}').next()) {
            let (number, of) = inner.split_once('*').unwrap();
            bytes.extend(raw(of, port).repeat(number.parse().unwrap()));
            rest = &rest[inner.len() + 2..];
            continue;
        }
        let escaped = rest.strip_prefix('\\').and_then(|rest| rest.chars().next());
        let (byte, length) = match escaped {
            Some('r') => (b'\r', 2),
            Some('n') => (b'\n', 2),
            Some('t') => (b'\t', 2),
            Some('\\') => (b'\\', 2),
            Some('x') => (u8::from_str_radix(&rest[2..4], 16).unwrap(), 4),
            _ => (u8::try_from(c).unwrap(), 1),
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    bytes
}

#[test]
fn hostile_requests_change_nothing_and_read_nothing() {
    let site = site(&[("content/a.md", LONG), ("secret.txt", CANARY), ("static/ok.txt", "ok")]);
    write(site.path(), ".git/config", CANARY);
    write(site.path(), ".env", CANARY);
    let before = crate::support::read_all(site.path());
    let server = Server::start(site.path(), &[]);
    let table = fs::read_to_string(tests_folder().join("hostile/requests.txt")).unwrap();
    let (mut number, mut wrong) = (0, Vec::new());
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (status, request) = line.split_once(' ').unwrap();
        let answer = server.send(&raw(request, server.port));
        let shown: String = request.chars().take(120).collect();
        let actual = answer.as_ref().map_or(0, |answer| answer.status).to_string();
        if actual != status {
            wrong.push(format!("{actual} instead of {status}: {shown}"));
        }
        if let Some(answer) = answer {
            assert!(!answer.head.contains(CANARY) && !answer.text().contains(CANARY), "{shown}");
            assert!(!answer.text().contains("The same sentence"), "{shown}");
            assert!(!answer.head.to_lowercase().contains("access-control"), "{shown}");
            for name in ["Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"] {
                assert!(answer.header(name).is_some(), "{name} is missing: {shown}");
            }
        }
        number += 1;
        assert_eq!(server.get("/a/").status, 200, "after {shown}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(number >= 60, "only {number} requests");
    assert_eq!(server.get("/ok.txt").text(), "ok");
    assert_eq!(crate::support::read_all(site.path()), before);
}

#[test]
fn requests_damaged_at_random_are_refused_or_answered_and_break_nothing() {
    let site = site(&[("content/a.md", LONG), ("secret.txt", CANARY)]);
    let server = Server::start(site.path(), &[]);
    let table = fs::read_to_string(tests_folder().join("hostile/requests.txt")).unwrap();
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#') && !line.contains('*'));
    let good = "GET /a/ HTTP/1.1\\r\\n{host}Range: bytes=0-9\\r\\nAccept-Encoding: gzip\\r\\nCookie: a=b\\r\\n\\r\\n";
    let seeds: Vec<Vec<u8>> =
        lines.flat_map(|line| [line.split_once(' ').unwrap().1, good]).map(|line| raw(line, server.port)).collect();
    let pieces: [&[u8]; 8] = [b"\r\n", b"\0", b"%", b"..", b"/", b": ", b"#", b"Content-Length: 99999999999\r\n"];
    let mut state: u64 = 1;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..1_000 {
        let mut request = seeds[random(seeds.len())].clone();
        for _ in 0..=random(3) {
            let at = random(request.len());
            match random(3) {
                0 => request[at] = u8::try_from(random(256)).unwrap(),
                1 => drop(request.splice(at..at, pieces[random(pieces.len())].iter().copied())),
                _ => drop(request.drain(at..(at + random(20)).min(request.len() - 1).max(at))),
            }
        }
        let answer = server.send(&request);
        let shown = String::from_utf8_lossy(&request).into_owned();
        assert!(answer.as_ref().is_none_or(|answer| ![500, 503].contains(&answer.status)), "{answer:?} for {shown:?}");
        assert!(answer.is_none_or(|answer| !answer.text().contains(CANARY)), "{shown:?}");
    }
    assert_eq!(server.get("/a/").status, 200);
}

#[cfg(unix)]
#[test]
fn links_put_in_place_of_files_lead_nowhere() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.txt"), CANARY).unwrap();
    let site = site(&[("content/a.md", LONG), ("static/ok.txt", "ok"), ("static/sub/secret.txt", "ok")]);
    let server = Server::start(site.path(), &[]);
    assert_eq!(
        (server.get("/ok.txt").text(), server.get("/sub/secret.txt").text()),
        ("ok".to_owned(), "ok".to_owned())
    );
    fs::remove_file(site.path().join("static/ok.txt")).unwrap();
    fs::remove_dir_all(site.path().join("static/sub")).unwrap();
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(outside.path().join(to), site.path().join("static").join(name)).unwrap();
    };
    link("secret.txt", "ok.txt");
    link("secret.txt", "linked.txt");
    link("", "sub");
    for path in ["/ok.txt", "/linked.txt", "/sub/secret.txt", "/sub/", "/a/"] {
        assert!(!server.get(path).text().contains(CANARY), "{path}");
    }
    assert_eq!(server.get("/ok.txt").status, 404);
    assert!(server.get("/a/").text().contains("leads out of the site"), "the writer is not told");
}

#[test]
fn five_hundred_idle_connections_do_not_keep_the_writer_waiting() {
    let site = site(&[("content/a.md", LONG)]);
    let server = Server::start(site.path(), &[]);
    let mut idle: Vec<TcpStream> = (0..500).map(|_| server.connect()).collect();
    for stream in idle.iter_mut().skip(250) {
        let _ = stream.write_all(b"GET /a/ HTTP/1.1\r\n"); // half of them begin, and stop
    }
    for _ in 0..10 {
        assert_eq!(server.get("/a/").status, 200);
    }
    #[cfg(target_os = "linux")]
    {
        let status = fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap();
        let threads = status.lines().find_map(|line| line.strip_prefix("Threads:")).unwrap();
        assert!(threads.trim().parse::<usize>().unwrap() < 128 + 64 + 64, "{threads} threads");
    }
    drop(idle);
    assert_eq!(server.get("/a/").status, 200);
}

#[test]
fn browsers_that_wait_for_changes_are_bounded_and_the_newest_stay() {
    let site = site(&[("content/a.md", LONG)]);
    let server = Server::start(site.path(), &[]);
    let path = "/_brink/events?page=/a/&shown=nothing";
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", server.port);
    let mut waiting: Vec<BufReader<TcpStream>> = Vec::new();
    for _ in 0..40 {
        let mut stream = server.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut reader = BufReader::new(stream);
        assert_eq!(read(&mut reader, false).unwrap().header("Content-Type"), Some("text/event-stream"));
        waiting.push(reader);
    }
    let _idle: Vec<TcpStream> = (0..300).map(|_| server.connect()).collect();
    let mut rest = Vec::new();
    assert!(waiting[0].read_to_end(&mut rest).is_ok(), "the oldest was not let go");
    write(site.path(), "content/a.md", "# B\n");
    let lines = waiting.pop().unwrap().lines().map(Result::unwrap);
    let mut told = lines.filter(|line| line.starts_with("data: {\"page\""));
    assert_ne!(told.next(), told.next(), "the newest is not told of what it missed, and of what has changed");
    assert_eq!(server.get("/a/").status, 200);
}

#[cfg(unix)]
#[test]
fn a_failed_accept_does_not_end_the_preview() {
    let site = site(&[("content/a.md", LONG)]);
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 64; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_brink")]);
    let server = Server::spawn(command, site.path(), &[]);
    let crowd: Vec<TcpStream> = (0..150).map(|_| server.connect()).collect();
    let is_shown = || server.send(format!("GET /a/ HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", server.port).as_bytes());
    soon("nobody is answered in a crowd", || is_shown().filter(|answer| answer.status == 200));
    drop(crowd);
    soon("nobody is answered after a crowd", || is_shown().filter(|answer| answer.status == 200));
}

#[test]
fn slow_silent_and_deaf_clients_hold_up_nobody_and_are_let_go() {
    let site = site(&[("content/a.md", LONG)]);
    fs::create_dir_all(site.path().join("static")).unwrap();
    fs::write(site.path().join("static/large.bin"), vec![7; 8_000_000]).unwrap();
    let server = Server::start(site.path(), &[]);
    let request = format!("GET /large.bin HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", server.port);
    let mut deaf: Vec<TcpStream> = (0..12).map(|_| server.connect()).collect();
    for stream in &mut deaf {
        stream.write_all(request.as_bytes()).unwrap(); // and nobody reads
    }
    // A head that comes byte by byte.
    let mut slow = server.connect();
    let feeding = std::thread::spawn({
        let mut feed = slow.try_clone().unwrap();
        move || {
            for byte in b"GET /a/ HTTP/1.1\r\nX: ".iter().chain(std::iter::repeat(&b'a')).take(600) {
                if feed.write_all(&[*byte]).is_err() {
                    return;
                }
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    });
    // A connection that was answered, and says no more.
    let mut silent = server.connect();
    silent.write_all(request.replace("/large.bin", "/a/").as_bytes()).unwrap();
    let mut reader = BufReader::new(silent);
    assert_eq!(read(&mut reader, false).unwrap().status, 200);
    for _ in 0..5 {
        assert_eq!(server.get("/a/").status, 200);
    }
    let mut told = String::new();
    let _ = slow.read_to_string(&mut told);
    assert!(told.starts_with("HTTP/1.1 408 "), "{told:?}");
    let mut rest = Vec::new();
    assert!(reader.read_to_end(&mut rest).is_ok() && rest.is_empty(), "an idle connection stays open");
    drop(slow);
    feeding.join().unwrap();
    drop(deaf);
    assert_eq!(server.get("/large.bin").body.len(), 8_000_000);
}

#[test]
fn a_connection_stays_open_for_more_requests() {
    let site = site(&[("content/a.md", LONG)]);
    let server = Server::start(site.path(), &[]);
    let request = |path: &str, more: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\n{more}\r\n", server.port).into_bytes()
    };
    let stream = server.connect();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut next = |bytes: &[u8]| {
        (&stream).write_all(bytes).unwrap();
        read(&mut reader, false)
    };
    assert_eq!(next(&request("/a/", "")).unwrap().status, 200);
    assert_eq!(next(&request("/missing/", "")).unwrap().status, 404);
    assert_eq!(next(&request("/a/../b", "")).unwrap().status, 400);
    // Two at once, and the last one says that it is.
    let both = [request("/a/", ""), request("/", "Connection: close\r\n")].concat();
    assert_eq!(next(&both).unwrap().status, 200);
    let last = next(b"").unwrap();
    assert_eq!((last.status, last.header("Connection")), (200, Some("close")));
    assert!(next(b"").is_none());
}

#[test]
fn answers_are_conditional_partial_compressed_and_without_body_as_asked() {
    let site =
        site(&[("content/a.md", &LONG.repeat(20)), ("static/film.mp4", "0123456789"), ("static/x.hxl.csv", "#a")]);
    let server = Server::start(site.path(), &[]);
    let whole = server.get("/a/");
    let tag = whole.header("ETag").unwrap().to_owned();
    let known = server.ask("GET", "/a/", &format!("If-None-Match: \"x\", W/{tag}\r\n"));
    assert_eq!((known.status, known.body.len(), known.header("ETag")), (304, 0, Some(tag.as_str())));
    assert_eq!((known.header("X-Frame-Options"), known.header("Content-Type")), (Some("SAMEORIGIN"), None));
    write(site.path(), "content/a.md", "# B\n");
    assert_eq!(server.ask("GET", "/a/", &format!("If-None-Match: {tag}\r\n")).status, 200);
    write(site.path(), "content/a.md", &LONG.repeat(20));

    let whole = server.get("/a/");
    let packed = server.ask("GET", "/a/", "Accept-Encoding: br, gzip\r\n");
    assert_eq!((packed.header("Content-Encoding"), packed.header("Vary")), (Some("gzip"), Some("Accept-Encoding")));
    assert_eq!(whole.header("Vary"), Some("Accept-Encoding"));
    assert_ne!(packed.header("ETag"), whole.header("ETag"));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert!(unpacked == whole.body && packed.body.len() < whole.body.len());
    let again = format!("Accept-Encoding: gzip\r\nIf-None-Match: {}\r\n", packed.header("ETag").unwrap());
    assert_eq!(server.ask("GET", "/a/", &again).status, 304);
    assert_eq!(server.ask("GET", "/film.mp4", "Accept-Encoding: gzip\r\n").header("Content-Encoding"), None);

    for (path, headers) in [("/a/", ""), ("/a/", "Accept-Encoding: gzip\r\n"), ("/missing", ""), ("/a", "")] {
        let (get, head) = (server.ask("GET", path, headers), server.ask("HEAD", path, headers));
        assert_eq!((head.status, head.head, head.body.len()), (get.status, get.head, 0), "{path}");
    }

    let film = |headers: &str| {
        let answer = server.ask("GET", "/film.mp4", headers);
        (answer.status, answer.text(), answer.header("Content-Range").map(str::to_owned))
    };
    let tag = server.get("/film.mp4").header("ETag").unwrap().to_owned();
    assert_eq!(film("Range: bytes=2-4\r\n"), (206, "234".to_owned(), Some("bytes 2-4/10".to_owned())));
    assert_eq!(film("Range: bytes=-3\r\n"), (206, "789".to_owned(), Some("bytes 7-9/10".to_owned())));
    assert_eq!(film("Range: bytes=10-\r\n"), (416, String::new(), Some("bytes */10".to_owned())));
    assert_eq!(film("Range: bytes=0-1,4-5\r\n").0, 200);
    assert_eq!(film(&format!("Range: bytes=0-1\r\nIf-Range: {tag}\r\n")).0, 206);
    assert_eq!(film("Range: bytes=0-1\r\nIf-Range: \"other\"\r\n").0, 200);
    let part = server.ask("GET", "/a/", "Range: bytes=10-19\r\nAccept-Encoding: gzip\r\n");
    assert_eq!((part.status, part.header("Content-Encoding"), part.body.as_slice()), (206, None, &whole.body[10..20]));
    assert_eq!(server.get("/x.hxl.csv").header("Content-Type"), Some("text/csv; charset=utf-8"));
}

#[test]
fn folders_without_a_slash_lead_on_and_nowhere_else() {
    let site = site(&[
        ("brink.toml", "base_url = \"https://example.org/mali/\"\n"),
        ("content/sub/é x.md", "---\npath: sub/é x\n---\n# A\n"),
    ]);
    let server = Server::start(site.path(), &[]);
    let location = |path: &str| {
        let answer = server.get(path);
        (answer.status, answer.header("Location").map(str::to_owned))
    };
    assert_eq!(location("/sub?x=1"), (301, Some("/sub/?x=1".to_owned())));
    assert_eq!(location("/mali/sub"), (301, Some("/mali/sub/".to_owned())));
    assert_eq!(location("/sub/%C3%A9%20x"), (301, Some("/sub/%C3%A9%20x/".to_owned())));
    assert_eq!(server.get("/mali/sub/%C3%A9%20x/").status, 200);
    assert_eq!(location("/nothing"), (404, None));
}

#[test]
fn pages_that_are_not_published_are_shown_with_the_reason_and_nowhere_else() {
    let table = "\n| Intervention | Status |\n|---|---|\n| Hidden one | Suspended |\n";
    let public = [
        ("content/a.md", "# A\n"),
        ("content/plan.md", "# Plan\n\n| Intervention | Status |\n|---|---|\n| Training | Ongoing |\n"),
    ];
    let site = site(&public);
    let draft = format!("---\ntitle: Secret\ndraft: true\n---\n![x](pic.svg){table}");
    write(site.path(), "content/secret/index.md", &draft);
    write(
        site.path(),
        "content/secret/pic.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>",
    );
    write(site.path(), "content/later.md", "---\ntitle: Later\ndate: 2027-03-03\n---\n");
    write(site.path(), "content/gone.md", "---\ntitle: Gone\nlang: fr\nexpires: 2024-01-01\n---\n");
    write(site.path(), "content/s/_index.md", "---\ntitle: S\ndraft: true\n---\n");
    write(site.path(), "content/s/below.md", "# Below\n");
    let server = Server::start(site.path(), &[]);
    let shown = |path: &str| {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("Cache-Control")), (200, Some("no-store")), "{path}");
        let text = answer.text();
        text.split("class=\"draft\"").nth(1).map(|rest| rest.split("</p>").next().unwrap().to_owned()).unwrap()
    };
    assert!(shown("/secret/").contains("Draft: not published."));
    assert!(shown("/later/").contains("waits until") && shown("/later/").contains("3 March 2027"));
    assert!(shown("/gone/").contains("expiré le") && shown("/gone/").contains("1er janvier 2024"));
    assert!(shown("/s/below/").contains("content/s/_index.md"), "why a page below a draft is hidden");
    assert!(server.get("/secret/pic.svg").text().starts_with("<svg "));
    assert_eq!(server.get("/secret").header("Location"), Some("/secret/"));
    // What only hidden pages state is nowhere, as in a build.
    assert_eq!(server.get("/interventions/hidden-one/").status, 404);
    assert_eq!(server.get("/interventions/status/suspended/").status, 404);
    for (path, bytes) in outputs(site.path(), &mut Memory::default()).unwrap() {
        let answer = server.get(&format!("/{}?_brink=raw", path.trim_end_matches("index.html")));
        assert_eq!(answer.text(), String::from_utf8_lossy(&bytes), "{path}");
    }
    write(site.path(), "content/later.md", "---\ntitle: Later\ndate: 2024-03-03\n---\n");
    assert!(!server.get("/later/").text().contains("class=\"draft\""));
    // A template of the site's own that says nothing of it does not hide it.
    write(site.path(), "templates/page.html", "<!doctype html><html><body class=x>{{ page.title }}</body></html>");
    assert!(server.get("/secret/").text().contains("<body class=x><p class=\"draft\""));
}

#[test]
fn other_machines_need_the_key_and_can_do_nothing() {
    let site = site(&[("content/a.md", LONG)]);
    let server = Server::start(site.path(), &["--lan"]);
    assert_eq!(server.key.len(), 32);
    for path in ["/a/", "/", "/a/?key=wrong", "/_brink/live.js", "/_brink/events", "/missing/"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 403, "{path}");
        assert!(!answer.text().contains("The same sentence") && !answer.text().contains(&server.key));
    }
    let entry = server.get(&format!("/a/?key={}", server.key));
    let cookie = entry.header("Set-Cookie").unwrap();
    assert!(cookie.contains("SameSite=Strict") && cookie.contains("HttpOnly"), "{cookie}");
    assert!(entry.text().contains("url=/a/\"") && !entry.text().contains(&server.key));
    let cookie = format!("Cookie: x=y; {}\r\n", cookie.split(';').next().unwrap());
    let page = server.ask("GET", "/a/", &cookie);
    assert!(page.status == 200 && page.text().contains("The same sentence"));
    assert_eq!(page.header("Cache-Control"), Some("no-store"));
    let own = format!("{cookie}Origin: http://127.0.0.1:{}\r\nX-Brink-Token: x\r\n", server.port);
    assert_eq!(server.ask("POST", "/_brink/open", &own).status, 403);
    let rebound = format!("GET /a/ HTTP/1.1\r\nHost: evil.example:{}\r\n{cookie}\r\n", server.port);
    assert_eq!(server.send(rebound.as_bytes()).unwrap().status, 421);
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_listens_but_the_preview_itself() {
    let site = site(&[("content/a.md", LONG)]);
    let server = Server::start(site.path(), &[]);
    assert_eq!(server.get("/a/").status, 200);
    let folder = fs::read_dir(format!("/proc/{}/fd", server.child.id())).unwrap();
    let own: Vec<String> = folder
        .filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
        .filter_map(|to| Some(to.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let listening = ["tcp", "tcp6"].into_iter().flat_map(|table| {
        let table = fs::read_to_string(format!("/proc/net/{table}")).unwrap_or_default();
        table.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    });
    let own_listening: Vec<String> = listening
        .filter_map(|line| {
            let columns: Vec<&str> = line.split_whitespace().collect();
            (columns[3] == "0A" && own.iter().any(|inode| inode == columns[9])).then(|| columns[1].to_owned())
        })
        .collect();
    let loopback = ["0100007F:", "00000000000000000000000001000000:"];
    assert!((1..=2).contains(&own_listening.len()), "{own_listening:?}");
    assert!(
        own_listening.iter().all(|address| loopback.iter().any(|start| address.starts_with(start))),
        "{own_listening:?}"
    );
    assert!(
        own_listening.iter().all(|address| address.ends_with(&format!(":{:04X}", server.port))),
        "{own_listening:?}"
    );
}
