//! The preview beside others: `cargo bench --bench preview -- [--pages 10000] [--runs 20]`. From the end of a write to the new
//! bytes over HTTP, the watcher's batching included, for a body, a title, a template and a new page. Brink is measured twice:
//! as a browser has it, which waits to be told and then asks; and as the others are measured, by asking again and again.
//! Hugo and Zola are those on the PATH, or those that `HUGO` and `ZOLA` name; who is missing is left out.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark writes files, measures time and prints it"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use corpus::{Corpus, Flavour, SEED, Shape, Tables};

#[allow(dead_code, reason = "each bench uses a part of it")]
mod corpus;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long a preview is left alone between two edits, so that nothing of the last one is going on.
const REST: Duration = Duration::from_millis(700);

fn main() {
    let (mut pages, mut runs) = (10_000, 20);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|value| value.parse::<usize>().ok()).expect("a number follows");
        match argument.as_str() {
            "--pages" => pages = number(),
            "--runs" => runs = number().max(1),
            "--bench" => {} // Cargo says so
            _ => panic!("there is no {argument}"),
        }
    }
    println!(
        "Milliseconds from the end of a write to the new bytes over HTTP, {pages} pages: median and worst of {runs}.\n"
    );
    println!("| tool | body | title | template | new page |");
    println!("|---|--:|--:|--:|--:|");
    for tool in tools().iter().filter(|tool| tool.is_there()) {
        measure(tool, pages, runs);
    }
}

/// A generator's preview.
struct Tool {
    name: &'static str,
    program: PathBuf,
    asked: &'static str,
    flavour: Flavour,
    /// Whether it tells what has changed by itself, in Brink's way.
    is_heard: bool,
    /// The arguments that serve the site in a folder at a port.
    arguments: fn(&str, &str) -> Vec<String>,
    /// The template that every page goes through.
    template: &'static str,
}

fn tools() -> [Tool; 4] {
    let named = |variable: &str, usual: &str| PathBuf::from(std::env::var_os(variable).unwrap_or_else(|| usual.into()));
    let brink = |name, is_heard| Tool {
        name,
        program: PathBuf::from(env!("CARGO_BIN_EXE_brink")),
        asked: "--version",
        flavour: Flavour::Zola,
        is_heard,
        arguments: |site, port| split(&["serve", "--quiet", "--today", "2026-11-01", "--root", site, "--port", port]),
        template: "templates/page.html",
    };
    [
        brink("Brink, told and then asked", true),
        brink("Brink, asked again and again", false),
        Tool {
            name: "Hugo, asked again and again",
            program: named("HUGO", "hugo"),
            asked: "version",
            flavour: Flavour::Hugo,
            is_heard: false,
            arguments: |site, port| {
                split(&["server", "--noBuildLock", "--bind", "127.0.0.1", "--source", site, "--port", port])
            },
            template: "layouts/baseof.html",
        },
        Tool {
            name: "Zola, asked again and again",
            program: named("ZOLA", "zola"),
            asked: "--version",
            flavour: Flavour::Zola,
            is_heard: false,
            arguments: |site, port| split(&["--root", site, "serve", "--interface", "127.0.0.1", "--port", port]),
            template: "templates/base.html",
        },
    ]
}

fn split(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

impl Tool {
    fn is_there(&self) -> bool {
        Command::new(&self.program).arg(self.asked).output().is_ok_and(|output| output.status.success())
    }

    fn is_brink(&self) -> bool {
        self.name.starts_with("Brink")
    }

    /// Writes the corpus and, for a peer, its theme.
    fn write_site(&self, site: &Path, corpus: &Corpus) {
        if self.is_brink() {
            return corpus::write_site(site, corpus.shape);
        }
        corpus::write_themed(site, corpus, &self.name.split(',').next().unwrap_or_default().to_lowercase());
    }
}

/// A preview that runs, ended with the measurement.
struct Running {
    child: Child,
    port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start(tool: &Tool, site: &Path) -> Running {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port is free");
        let arguments = (tool.arguments)(&site.to_string_lossy(), &free.port().to_string());
        let mut command = Command::new(&tool.program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let running = Running { child: command.spawn().expect("the tool can be called"), port: free.port() };
        let start = Instant::now();
        while !running.get("/").is_some_and(|page| page.contains("</html>")) {
            assert!(start.elapsed() < PATIENCE, "{} does not serve", tool.name);
            sleep(Duration::from_millis(50));
        }
        running
    }

    fn send(&self, path: &str) -> Option<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", self.port);
        stream.write_all(request.as_bytes()).ok()?;
        Some(stream)
    }

    /// What is answered for a path, whatever its status.
    fn get(&self, path: &str) -> Option<String> {
        let mut answer = Vec::new();
        self.send(path)?.read_to_end(&mut answer).ok()?;
        Some(String::from_utf8_lossy(&answer).into_owned())
    }
}

/// What is edited.
#[derive(Debug, Clone, Copy)]
enum Edit {
    Body,
    Title,
    Template,
    New,
}

fn measure(tool: &Tool, pages: usize, runs: usize) {
    let folder = tempfile::Builder::new().prefix("brink-preview-").tempdir().expect("a folder is made");
    let site = folder.path();
    let corpus = Corpus { shape: Shape::Pages(pages), flavour: tool.flavour, tables: Tables::Data, seed: SEED };
    tool.write_site(site, &corpus);
    let running = Running::start(tool, site);
    let mut cells = Vec::new();
    for edit in [Edit::Body, Edit::Title, Edit::Template, Edit::New] {
        let mut times: Vec<Duration> =
            (0..runs).map(|run| make(tool, &running, (site, &corpus), (edit, run, runs))).collect();
        times.sort();
        let [median, worst] = [times[runs / 2], times[runs - 1]].map(|time| time.as_secs_f64() * 1000.0);
        cells.push(format!("{median:.1} ({worst:.1})"));
    }
    println!("| {} | {} |", tool.name, cells.join(" | "));
}

/// Makes one edit, and gives how long it took until it was served.
fn make(
    tool: &Tool,
    running: &Running,
    (site, corpus): (&Path, &Corpus),
    (edit, run, runs): (Edit, usize, usize),
) -> Duration {
    // Pages from all over the site.
    let page = run * corpus.shape.pages() / runs;
    let path = corpus.path(page);
    let section = path.split_once('/').map_or("", |(section, _)| section);
    let mark = format!("edit-{edit:?}-{run}");
    let file = site.join("content").join(&path);
    let (file, text, path) = match edit {
        Edit::Body => (file, format!("{}\nThis is {mark}.\n", corpus.page(page)), path),
        Edit::Title => {
            let opening = if matches!(tool.flavour, Flavour::Hugo) { "title: \"" } else { "title = \"" };
            (file, corpus.page(page).replacen(opening, &format!("{opening}This is {mark}: "), 1), path)
        }
        Edit::Template if tool.is_brink() => {
            let block = format!("{{% block footer %}}This is {mark}.{{% endblock %}}");
            (site.join(tool.template), format!("{{% extends \"brink/page.html\" %}}{block}\n"), path)
        }
        Edit::Template => {
            let text = fs::read_to_string(site.join(tool.template)).expect("the template is read");
            (site.join(tool.template), text.replacen("</body>", &format!("<p>This is {mark}.</p></body>"), 1), path)
        }
        Edit::New => {
            let path = format!("{section}/added-{run}.md");
            let text = corpus.page(page).replacen("\n\n", &format!("\n\nThis is {mark}.\n\n"), 1);
            (site.join("content").join(&path), text, path)
        }
    };
    let address = format!("/{}/", path.trim_end_matches(".md"));
    let before = running.get(&address).unwrap_or_default();
    let mut told = tool.is_heard.then(|| listen(running, &address, &before));
    sleep(REST);
    save(&file, text.as_bytes());
    let start = Instant::now();
    loop {
        if let Some(told) = &mut told {
            let line = told.find(|line| line.as_ref().is_ok_and(|line| line.starts_with("data: ")));
            assert!(line.is_some(), "{mark} is told");
        }
        if running.get(&address).is_some_and(|page| page.contains(&mark)) {
            return start.elapsed();
        }
        assert!(start.elapsed() < PATIENCE, "{} does not show {mark} at {address}", tool.name);
        sleep(Duration::from_millis(1));
    }
}

/// Listens to what changes, as the script in a page does.
fn listen(running: &Running, address: &str, page: &str) -> std::io::Lines<BufReader<TcpStream>> {
    let shown = page.split_once("data-shown=\"").map_or("", |(_, after)| after.split('"').next().unwrap_or_default());
    let events = format!("/_brink/events?page={address}&shown={shown}");
    let mut lines = BufReader::new(running.send(&events).expect("the preview answers")).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line.starts_with("retry:"))), "the stream has begun");
    lines
}

fn save(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder is made");
    fs::write(path, bytes).expect("a file is saved");
}
