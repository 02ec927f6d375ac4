//! Markdown and tables: `tests/spec/*.md`. Each example is a block fenced with `~~~~ example`: the page, a line with
//! only `.`, and its HTML. Slots are shown as what fills them: `href="…"` as written, `[word]`, and `{subject}`.
//! After a second line with only `.` may stand the problems, each `LINE:COLUMN CODE`. Blocks fenced with `~~~~ claims` give
//! instead what the page's tables and lists state, row by row.

use std::fs;

use brink::document::{AsOf, Document, Row, Slot};
use brink::vocabulary::{Field, Vocabulary};

use crate::support::{assert_same, is_update, parse, tests_folder};

fn html(document: &Document) -> String {
    let mut html = String::new();
    let mut from = 0;
    for (at, slot) in &document.body.slots {
        html.push_str(&document.body.html[from..*at]);
        from = *at;
        match slot {
            Slot::Link(link) => {
                let link = &document.links[*link];
                let name = if link.is_picture { "src" } else { "href" };
                html.push_str(&format!(" {name}=\"{}\"", link.target));
            }
            Slot::Address(link) => html.push_str(&document.links[*link].target),
            Slot::Subject(..) => html.push_str(" {subject}"),
            Slot::Figure(_) => html.push_str("{figure}"),
            Slot::Note(..) | Slot::Anchor(..) => {}
            Slot::Word(word) => html.push_str(&format!("[{word}]")),
        }
    }
    html.push_str(&document.body.html[from..]);
    html
}

fn shown(page: &str) -> String {
    let document = parse("content/page.md", page.as_bytes());
    let problems: String = document
        .problems
        .iter()
        .map(|problem| {
            let start = problem.place.span.start;
            format!("{}:{} {}\n", start.line, start.column, problem.code)
        })
        .collect();
    let title = document.title.as_deref().map(|title| format!("title: {title}\n")).unwrap_or_default();
    let html = html(&document);
    let end = if html.is_empty() || html.ends_with('\n') { "" } else { "\n" };
    if problems.is_empty() { format!("{title}{html}{end}") } else { format!("{title}{html}{end}.\n{problems}") }
}

/// What the tables of a page state: for each its kind, for each row its subject, its claims, and its date and sources.
fn claims(page: &str) -> String {
    let document = parse("content/page.md", page.as_bytes());
    let vocabulary = Vocabulary::default();
    let mut text = String::new();
    for table in &document.tables {
        text.push_str(&format!("{}\n", vocabulary.code_of(table.kind)));
        for row in &table.rows {
            text.push_str(&row_claims(&document, row, vocabulary.subject_of(table.kind)));
        }
    }
    text
}

fn row_claims(document: &Document, row: &Row, subject: Field) -> String {
    let mut line = format!("  {}", row.text(subject));
    for (field, cell) in
        row.cells.iter().filter(|(field, _)| !matches!(**field, Field::AsOf | Field::Source) && **field != subject)
    {
        line.push_str(&format!(" | {}: {}", field.as_str(), cell.text));
    }
    for step in row.status.iter().flat_map(|cell| &cell.steps) {
        let dates = [("since", step.date), ("until", step.until), ("as of", step.as_of)];
        let dates: String = dates.iter().filter_map(|(word, date)| Some(format!(" {word} {}", (*date)?))).collect();
        let doubt = if step.uncertain { " uncertain" } else { "" };
        let dispute = if step.disputed { " disputed" } else { "" };
        line.push_str(&format!(" | = {}{dates}{doubt}{dispute}", step.code));
    }
    match row.as_of {
        AsOf::At(date) => line.push_str(&format!(" | as of {date}")),
        AsOf::Unstated => {}
        AsOf::Unreadable => line.push_str(" | as of ?"),
    }
    for citation in row.citations.iter().map(|at| &document.citations[*at]) {
        let parts = [&citation.name, &citation.publisher, &citation.title];
        let date = citation.date.map(|date| date.to_string()).unwrap_or_default();
        line.push_str(&format!(" | source {} / {} / {} / {date}", parts[0], parts[1], parts[2]));
    }
    format!("{line}\n")
}

#[test]
fn every_example_of_the_spec_files_gives_its_html() {
    let mut files: Vec<_> =
        fs::read_dir(tests_folder().join("spec")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut examples = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let mut updated = String::new();
        let mut rest = text.as_str();
        while let Some((start, fence)) = next_fence(rest) {
            let begin = start + fence.len();
            let end = begin
                + rest[begin..].find("\n~~~~\n").unwrap_or_else(|| panic!("{} has an open example", file.display()))
                + 1;
            let (page, expected) = rest[begin..end]
                .split_once("\n.\n")
                .map_or_else(|| (rest[begin..end].trim_end_matches(".\n"), ""), |(page, expected)| (page, expected));
            let page = format!("{}\n", page.trim_end_matches('\n'));
            let actual = if fence.contains("claims") { claims(&page) } else { shown(&page) };
            let line = text[..text.len() - rest.len() + start].lines().count() + 1;
            if !is_update() {
                assert_same(&format!("{}:{line}", file.display()), expected, &actual);
            }
            updated.push_str(&format!("{}{page}.\n{actual}", &rest[..begin]));
            rest = &rest[end..];
            examples += 1;
        }
        updated.push_str(rest);
        if is_update() {
            fs::write(&file, updated).unwrap();
        }
    }
    assert!(examples > 30, "only {examples} examples were found");
}

/// Where the next example begins, and its fence.
fn next_fence(text: &str) -> Option<(usize, &'static str)> {
    let found = ["~~~~ example\n", "~~~~ claims\n"].into_iter().filter_map(|fence| Some((text.find(fence)?, fence)));
    found.min()
}
