//! The preview over HTTP: what a browser gets after each change, and what strangers get.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::{brink, outputs, site, without_policy, without_preview, write};
use brink::build::Memory;

/// A preview that runs until it is dropped.
pub(crate) struct Preview {
    pub(crate) child: Child,
    pub(crate) port: u16,
}

impl Preview {
    pub(crate) fn start(root: &Path) -> Preview {
        Preview::start_with(root, &[])
    }

    pub(crate) fn start_with(root: &Path, arguments: &[&str]) -> Preview {
        Preview::run(brink(), root, arguments)
    }

    /// Starts one with further arguments, and with the environment of `command`.
    pub(crate) fn run(mut command: Command, root: &Path, arguments: &[&str]) -> Preview {
        command.args(["serve", "--port", "0"]).args(arguments).arg("--root").arg(root);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.by_ref().map(Result::unwrap).find(|line| line.contains("http://127.0.0.1:")).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        let port = line.split("127.0.0.1:").nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
        Preview { child, port }
    }

    pub(crate) fn send(&self, request: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut reader = BufReader::new(stream);
        loop {
            let lines = reader.by_ref().lines().map(Result::unwrap_or_default);
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let status = head.first().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
            if status == 100 {
                continue; // an interim answer
            }
            let length = head.iter().find_map(|line| line.strip_prefix("Content-Length: ")?.parse().ok()).unwrap_or(0);
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            return (status, String::from_utf8_lossy(&body).into_owned());
        }
    }

    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", self.port))
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const TABLE: &str = "# Plan\n\n| Intervention | Status |\n|---|---|\n| Training | Ongoing |\n";

#[test]
fn every_change_shows_at_the_next_request() {
    let site = site(&[("content/a.md", "# First\n"), ("content/plan.md", TABLE)]);
    let root = site.path();
    let preview = Preview::start(root);
    assert_eq!(preview.get("/a/").0, 200);
    write(root, "content/a.md", "# Second\n");
    assert!(preview.get("/a/").1.contains(">Second</h1>"));
    write(root, "content/sub/b.md", "# Added\n");
    assert!(preview.get("/sub/b/").1.contains(">Added</h1>"));
    fs::rename(root.join("content/sub/b.md"), root.join("content/sub/c.md")).unwrap();
    assert_eq!((preview.get("/sub/b/").0, preview.get("/sub/c/").0), (404, 200));
    fs::remove_file(root.join("content/sub/c.md")).unwrap();
    assert_eq!(preview.get("/sub/c/").0, 404);
    write(root, "content/plan.md", &TABLE.replace("Ongoing", "Suspended"));
    assert_eq!(preview.get("/interventions/status/suspended/").0, 200);
    assert_eq!(preview.get("/interventions/status/active/").0, 404);
    write(root, "brink.toml", "title = \"A new name\"\n");
    assert!(preview.get("/a/").1.contains("A new name"));
    write(root, "templates/page.html", "{% extends \"brink/page.html\" %}{% block footer %}own footer{% endblock %}");
    assert!(preview.get("/a/").1.contains("own footer"));
    write(root, "static/style.css", "body{color:red}");
    assert_eq!(preview.get("/style.css").1, "body{color:red}");
    fs::rename(root.join("content"), root.join("away")).unwrap();
    assert!(preview.get("/a/").1.contains("does not exist"));
    fs::rename(root.join("away"), root.join("content")).unwrap();
    assert!(!preview.get("/a/").1.contains("does not exist"));
}

#[test]
fn an_error_shows_in_the_page_and_goes_when_it_is_mended() {
    let site = site(&[("content/a.md", "# First\n"), ("content/b.md", "# B <i>\n")]);
    let root = site.path();
    let preview = Preview::start(root);
    write(root, "content/b.md", "---\ntitle: [\"<i>\"\n---\n");
    let (status, body) = preview.get("/a/");
    assert_eq!(status, 200);
    assert!(body.contains(">First</h1>"), "the last good page is gone");
    assert!(
        body.contains("front-matter-invalid") && body.contains("content/b.md:") && !body.contains("[\"<i>"),
        "{body}"
    );
    write(root, "content/b.md", "# B\n");
    assert!(!preview.get("/a/").1.contains("front-matter-invalid"));
    write(root, "templates/page.html", "{{ page.titel }}");
    let (status, body) = preview.get("/a/");
    assert_eq!(status, 500);
    assert!(body.contains("templates/page.html:1:4"), "{body}");
    assert!(body.contains("did you mean `page.title`?") && body.contains("/a/"), "{body}");
    assert!(body.contains(">First</h1>") && body.contains("brink-problems"), "the last good version is gone: {body}");
    let (status, body) = preview.get("/b/");
    assert!(status == 500 && body.contains("This page cannot be shown"), "it was never shown before: {body}");
    fs::remove_file(root.join("templates/page.html")).unwrap();
    let (status, body) = preview.get("/a/");
    assert_eq!(status, 200);
    assert!(!body.contains("brink-problems"), "{body}");
}

#[test]
fn what_is_shown_is_what_a_build_writes_with_one_script_added() {
    let site =
        site(&[("content/a.md", "# A\n\n![x](p.png)\n"), ("content/p.png", "not really"), ("content/plan.md", TABLE)]);
    let preview = Preview::start(site.path());
    for (path, bytes) in outputs(site.path(), &mut Memory::default()).unwrap() {
        let expected = String::from_utf8(bytes).unwrap();
        let (_, body) = preview.get(&format!("/{}", path.trim_end_matches("index.html")));
        assert_eq!(without_policy(&expected), without_policy(&without_preview(&body)), "{path}");
        let raw = preview.get(&format!("/{}?_brink=raw", path.trim_end_matches("index.html"))).1;
        assert_eq!(expected, raw, "{path}");
    }
    assert!(!site.path().join("public").exists());
}

#[test]
fn pages_lie_where_they_lie_on_the_host_whatever_its_base_path() {
    let site = site(&[
        ("brink.toml", "base_url = \"https://example.org/mali/\"\n"),
        ("content/_index.md", "# Home\n"),
        ("content/mali/_index.md", "# Section\n"),
    ]);
    let preview = Preview::start(site.path());
    assert!(preview.get("/mali/").1.contains(">Section</h1>"));
    assert!(preview.get("/mali/mali/").1.contains(">Section</h1>"));
    assert!(preview.get("/").1.contains(">Home</h1>"));
}

#[test]
fn strangers_get_nothing_and_the_preview_goes_on() {
    let site = site(&[("content/a.md", "# A\n"), ("secret.txt", "secret-token")]);
    let preview = Preview::start(site.path());
    let port = preview.port;
    let host = format!("Host: 127.0.0.1:{port}\r\n");
    let hostile = [
        format!("GET /a/ HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n"),
        format!("GET /a/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: 127.0.0.1:{port}\r\n\r\n"),
        "GET /a/ HTTP/1.1\r\n\r\n".to_owned(),
        format!("POST /a/ HTTP/1.1\r\n{host}\r\n"),
        format!("DELETE /a/ HTTP/1.1\r\n{host}\r\n"),
        format!("POST /a/ HTTP/1.1\r\n{host}Content-Length: 4\r\n\r\nabcd"),
        format!("POST /a/ HTTP/1.1\r\n{host}Content-Length: 40000000000\r\n\r\nx"),
        format!("POST /a/ HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n"),
        format!("GET /../secret.txt HTTP/1.1\r\n{host}\r\n"),
        format!("GET /..%2fsecret.txt HTTP/1.1\r\n{host}\r\n"),
        format!("GET /%2e%2e/secret.txt HTTP/1.1\r\n{host}\r\n"),
        format!("GET /..%5csecret.txt HTTP/1.1\r\n{host}\r\n"),
        format!("GET /secret.txt HTTP/1.1\r\n{host}\r\n"),
        format!("GET /a/%00 HTTP/1.1\r\n{host}\r\n"),
    ];
    for request in &hostile {
        let (status, body) = preview.send(request);
        assert!((400..500).contains(&status), "{status} for {request}");
        assert!(!body.contains("secret-token") && !body.contains(">A</h1>"), "{request}");
    }
    let bursts: Vec<_> =
        (0..20).map(|_| std::thread::spawn(move || TcpStream::connect(("127.0.0.1", port)).map(drop))).collect();
    bursts.into_iter().for_each(|burst| drop(burst.join()));
    assert_eq!(preview.get("/a/").0, 200);
}
