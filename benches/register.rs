//! Whether linking the register costs less than parsing the pages: `cargo bench --bench register`. Makes a corpus in
//! memory, runs both stages several times in one process, and prints the median of each and their ratio.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark measures time and prints it")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use brink::document::{self, Document};
use brink::problem::Settlements;
use brink::register::{self, Filed, PageId, Register, Terms};
use brink::rules::{Markdown, Rules};
use brink::source;
use brink::vocabulary::{Kind, Vocabulary};

/// How often each stage runs.
const RUNS: usize = 5;

/// The rows of each page: half interventions, half of the other kinds.
const ROWS: usize = 20;

fn main() {
    for pages in [1_000, 10_000] {
        measure(pages);
    }
}

fn measure(pages: usize) {
    let vocabulary = Vocabulary::default();
    let markdown = Markdown::default();
    let rules = Rules::plain(&vocabulary, &markdown);
    let today = jiff::civil::date(2024, 6, 30);
    let terms = Terms { vocabulary: &vocabulary, language: "en", today };
    let texts: Vec<(Arc<str>, String)> =
        (0..pages).map(|page| (Arc::from(format!("content/p{page}.md")), text(page))).collect();
    let sources: Vec<_> = texts.iter().map(|(path, text)| source::decode(path.clone(), text.as_bytes())).collect();
    let (parsing, documents) = median(|| {
        sources.iter().map(|source| document::parse(source, &rules, &document::NoShortcodes)).collect::<Vec<Document>>()
    });
    let urls: Vec<String> = (0..pages).map(|page| format!("p{page}/")).collect();
    let filed: Vec<Filed<'_>> = documents
        .iter()
        .zip(&urls)
        .enumerate()
        .map(|(at, (document, url))| Filed { document, url, page: PageId::nth(at) })
        .collect();
    let (linking, (register, _)) = median(|| register::gather(&filed, &terms, &Settlements::default()));
    let claims = claims(&register, &vocabulary);
    let (parse_ms, link_ms) = (parsing.as_secs_f64() * 1000.0, linking.as_secs_f64() * 1000.0);
    println!(
        "{pages:>6} pages, {} rows, {claims} claims: parse {parse_ms:.0} ms, link {link_ms:.0} ms, link/parse {:.2}",
        pages * ROWS,
        link_ms / parse_ms
    );
}

/// The median time of a stage over several runs, and what the last run made.
fn median<T>(stage: impl Fn() -> T) -> (Duration, T) {
    let mut times: Vec<Duration> = Vec::new();
    let mut made = None;
    for _ in 0..RUNS {
        drop(made.take());
        let start = Instant::now();
        let result = black_box(stage());
        times.push(start.elapsed());
        made = Some(result);
    }
    times.sort();
    (times[RUNS / 2], made.expect("there is a run"))
}

fn claims(register: &Register, vocabulary: &Vocabulary) -> usize {
    let subjects = Kind::BUILT_IN.into_iter().flat_map(|kind| register.subjects(kind));
    let of_subject = |subject: &register::Subject| -> usize {
        subject.statements.iter().map(|statement| statement.claims(vocabulary.subject_of(subject.kind)).count()).sum()
    };
    subjects.map(of_subject).sum()
}

/// A page of some 150 words with 20 rows: some subjects are its own, some are those of many pages.
fn text(page: usize) -> String {
    let statuses =
        ["Ongoing", "Planned", "Withdrawn", "Ongoing (2013-07-01) → Withdrawn (2023-12-31)", "Suspended since 2022"];
    let countries = ["Mali", "Niger", "Burkina Faso", "Chad"];
    let mut text = format!(
        "---\ntitle: Page {page}\ncountry: {}\nas_of: 2024-01-{:02}\n---\n\n",
        countries[page % 4],
        page % 28 + 1
    );
    text.push_str(
        "The mission has supported the authorities in the region since it began, and its partners have trained staff. ",
    );
    text.push_str(
        "Roads were repaired, schools were opened again, and wells were dug in villages that had none before.\n\n",
    );
    text.push_str("| Intervention | Lead | Objective | Status | As of | Source |\n|---|---|---|---|---|---|\n");
    for row in 0..ROWS / 2 {
        let name = if row % 5 == 0 {
            format!("Shared programme {}", (page + row) % 200)
        } else {
            format!("Programme {page}-{row}")
        };
        let status = statuses[(page + row) % statuses.len()];
        text.push_str(&format!(
            "| {name} | Organisation {} | Helping people in need | {status} | 2023-{:02} | [^s] |\n",
            (page + row) % 300,
            row % 12 + 1
        ));
    }
    text.push_str("\n| Fact | Value | As of | Source |\n|---|---|---|---|\n");
    for row in 0..ROWS / 4 {
        text.push_str(&format!(
            "| Figure {} | {} people | 2023-{:02} | [^s] |\n",
            (page * 7 + row) % 5000,
            1000 + page + row,
            row + 1
        ));
    }
    text.push_str("\n| Date | Event |\n|---|---|\n");
    for row in 0..ROWS / 4 {
        text.push_str(&format!("| 20{:02}-0{} | Event {page}-{row} happened[^s] |\n", page % 24, row + 1));
    }
    text.push_str(&format!(
        "\n[^s]: Publisher {}, *Report {}*, 2024-01-0{}. <https://example.org/{}>\n",
        page % 50,
        page % 500,
        page % 9 + 1,
        page % 500
    ));
    text
}
