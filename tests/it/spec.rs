//! Markdown and tables: `tests/spec/*.md`. Each example is a block fenced with `~~~~ example`: the page, a line with
//! only `.`, and its HTML. Slots are shown as what fills them: `href="…"` as written, `[word]`, and `{subject}`.
//! After a second line with only `.` may stand the problems, each `LINE:COLUMN CODE`.

use std::fs;
use std::sync::Arc;

use brink::document::{self, Document, Slot};
use brink::source;

use crate::support::{assert_same, is_update, tests_folder};

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
            Slot::Subject(..) => html.push_str(" {subject}"),
            Slot::Word(word) => html.push_str(&format!("[{word}]")),
        }
    }
    html.push_str(&document.body.html[from..]);
    html
}

fn shown(page: &str) -> String {
    let document = document::parse(&source::decode(Arc::from("content/page.md"), page.as_bytes()));
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
        while let Some(start) = rest.find("~~~~ example\n") {
            let begin = start + "~~~~ example\n".len();
            let end = begin
                + rest[begin..].find("\n~~~~\n").unwrap_or_else(|| panic!("{} has an open example", file.display()))
                + 1;
            let (page, expected) = rest[begin..end]
                .split_once("\n.\n")
                .map_or_else(|| (rest[begin..end].trim_end_matches(".\n"), ""), |(page, expected)| (page, expected));
            let page = format!("{}\n", page.trim_end_matches('\n'));
            let actual = shown(&page);
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
