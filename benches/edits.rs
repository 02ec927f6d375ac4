//! How long an edit takes to be seen: `cargo bench --bench edits -- [--large]`. From saved bytes to the new bytes of the page
//! that shows them, in the library, without a watcher and without HTTP; each edit is checked in what it gives.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark writes files, measures time and prints it"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use brink::build::{self, Memory, Profile, Request};
use brink::source::{self, Listing};
use corpus::{CONFIG, Corpus, Flavour, SEED, Shape, Tables};

#[allow(dead_code, reason = "each bench uses a part of it")]
mod corpus;

/// How often each edit is made.
const RUNS: usize = 20;

fn main() {
    let mut sizes = vec![1_000, 10_000];
    for argument in std::env::args().skip(1).filter(|argument| argument != "--bench") {
        match argument.as_str() {
            "--large" => sizes.push(100_000),
            pages => sizes = vec![pages.parse().expect("a number of pages, or `--large`")],
        }
    }
    println!("Milliseconds from saved bytes to the new bytes of the page: median and worst of {RUNS}.\n");
    println!("| pages | edit | median | worst | pages parsed | in the last of them |");
    println!("|--:|---|--:|--:|--:|---|");
    for pages in sizes {
        measure(pages);
    }
}

/// A site that is being edited.
struct Desk {
    root: PathBuf,
    corpus: Corpus,
    memory: Memory,
    listing: Arc<Listing>,
    /// How long each stage of the last edit took, in words.
    stages: String,
}

/// An edit: what is saved, and what shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edit {
    Body,
    Title,
    Added,
    Removed,
    Template,
    Configuration,
}

impl Edit {
    const ALL: [Edit; 6] = [Edit::Body, Edit::Title, Edit::Added, Edit::Removed, Edit::Template, Edit::Configuration];

    fn name(self) -> &'static str {
        match self {
            Edit::Body => "body",
            Edit::Title => "title",
            Edit::Added => "page added",
            Edit::Removed => "page removed",
            Edit::Template => "template",
            Edit::Configuration => "configuration",
        }
    }
}

fn measure(pages: usize) {
    let folder = tempfile::Builder::new().prefix("brink-edits-").tempdir().expect("a folder is made");
    let corpus = Corpus { shape: Shape::Pages(pages), flavour: Flavour::Zola, tables: Tables::Data, seed: SEED };
    let root = folder.path().to_owned();
    let mut desk = Desk { root, corpus, memory: Memory::default(), listing: Arc::default(), stages: String::default() };
    corpus::write_site(&desk.root, corpus.shape);
    desk.shown(None, "index.html");
    for edit in Edit::ALL {
        let mut times = Vec::new();
        let mut parsed = 0;
        for run in 0..RUNS {
            times.push(desk.make(edit, run));
            parsed = desk.memory.parsed;
        }
        times.sort();
        let [median, worst] = [times[RUNS / 2], times[RUNS - 1]].map(|time| time.as_secs_f64() * 1000.0);
        println!("| {pages} | {} | {median:.1} | {worst:.1} | {parsed} | {} |", edit.name(), desk.stages);
    }
}

impl Desk {
    /// Makes an edit and looks at the page that shows it. Gives how long that took.
    fn make(&mut self, edit: Edit, run: usize) -> Duration {
        // Pages from all over the site, each edited once.
        let page = run * self.corpus.shape.pages() / RUNS;
        let path = self.corpus.path(page);
        let mark = match edit {
            Edit::Removed => format!("added-{run}/"),
            _ => format!("edit {} {run}", edit.name()),
        };
        let text = self.corpus.page(page);
        let file = |path: &str| self.root.join("content").join(path);
        let section = path.split_once('/').map_or("", |(section, _)| section).to_owned();
        let section_page = format!("{section}/index.html");
        let page_of = |path: &str| format!("{}/index.html", path.trim_end_matches(".md"));
        let (changed, saved, seen) = match edit {
            Edit::Body => (file(&path), Some(format!("{text}\nThis is {mark}.\n")), page_of(&path)),
            Edit::Title => {
                let title = format!("title = \"This is {mark}, once: ");
                (file(&path), Some(text.replacen("title = \"", &title, 1)), page_of(&path))
            }
            Edit::Added => {
                let path = format!("{section}/added-{run}.md");
                let text = format!("+++\ntitle = \"Added\"\n+++\n\nThis is {mark}.\n");
                (file(&path), Some(text), page_of(&path))
            }
            Edit::Removed => (file(&format!("{section}/added-{run}.md")), None, section_page),
            Edit::Template => {
                let block = format!("{{% block footer %}}This is {mark}.{{% endblock %}}");
                let template = format!("{{% extends \"brink/page.html\" %}}\n{block}\n");
                (self.root.join("templates/page.html"), Some(template), page_of(&path))
            }
            Edit::Configuration => {
                let config = CONFIG.replacen("title = \"", &format!("title = \"This is {mark}, "), 1);
                (self.root.join("brink.toml"), Some(config), page_of(&path))
            }
        };
        save(&changed, saved.as_deref());
        let start = Instant::now();
        let bytes = self.shown(Some(&changed), &seen);
        let time = start.elapsed();
        let is_marked = String::from_utf8_lossy(&bytes).contains(&mark);
        assert_eq!(is_marked, edit != Edit::Removed, "{seen} shows {mark}");
        time
    }
}

/// Brings a file to these bytes, or takes it away.
fn save(path: &Path, text: Option<&str>) {
    match text {
        Some(text) => {
            fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder is made");
            fs::write(path, text).expect("a file is saved");
        }
        None => fs::remove_file(path).expect("a file is removed"),
    }
}

impl Desk {
    /// The bytes of one page as the site is at this moment, with what is kept from the last look. Only the file that has changed
    /// is looked at again, where that tells everything, as after an event of the watcher.
    fn shown(&mut self, changed: Option<&Path>, path: &str) -> Vec<u8> {
        let Desk { root, memory, listing, .. } = self;
        let today = "2026-11-01".parse().expect("a day of the calendar");
        let request = Request { root, with_drafts: false, base_url: None, today };
        let changed = changed.and_then(|changed| changed.strip_prefix(&*root).ok()?.to_str());
        let mut profile = Profile::default();
        profile.stage("list", || {
            let is_told = changed.is_some_and(|changed| {
                source::look_again(root, Arc::make_mut(listing), &[changed]).expect("a file can be looked at")
            });
            if !is_told {
                *listing = Arc::new(source::list(root).expect("the site is listed"));
            }
        });
        let built = build::build(&request, listing.clone(), memory, &mut profile).expect("the site is built");
        let bytes = profile.stage("render", || {
            let output = built.plan.at(path).expect("the page is among the outputs");
            built.bytes(root, output).expect("the page is rendered")
        });
        let stages = profile.stages().iter().map(|(name, time)| (name, time.as_secs_f64() * 1000.0));
        let stages: Vec<String> =
            stages.filter(|(_, ms)| *ms >= 0.5).map(|(name, ms)| format!("{name} {ms:.1}")).collect();
        self.stages = stages.join(", ");
        bytes
    }
}
