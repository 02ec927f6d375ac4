//! What must hold always: no text makes the reader fail; the order of files does not matter; a warm build is a clean one.

use std::fs;
use std::sync::Arc;

use brink::build::Memory;
use brink::config::Config;
use brink::document::{Documents, Reading};
use brink::output::{Output, Plan, View};
use brink::site::{self, Parts};
use brink::source::Listing;
use brink::theme::Theme;
use proptest::prelude::*;

use crate::support::{TODAY, outputs, parse, site, write};

/// Pieces that Markdown, tables, front matter and statuses are made of.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "| Intervention | Status |\n",
        "|---|---|\n",
        "| a | Ongoing |\n",
        "|",
        "| ",
        "\\|",
        "---\n",
        "+++\n",
        "title: x\n",
        "a: [",
        "# H\n",
        "## ",
        "[x](y.md)",
        "![",
        "](",
        "[^1]",
        "[^1]: note\n",
        "*",
        "**",
        "_",
        "`",
        "```rust\n",
        "\n",
        "\n\n",
        "> [!NOTE]\n",
        "- ",
        "1. ",
        "  ",
        "é",
        "مالي",
        "😀",
        "\u{301}",
        "\u{200b}",
        "<a id=\"z\">",
        "-->",
        "&amp;",
        "→",
        "Ongoing",
        "Not yet active",
        "(2013-07-01)",
        "?",
        "| Focus Area | Key Actions |\n",
        "As of 2024-01-01",
        "\t",
        "~~",
        "{#id}",
        "\\",
        ";",
        "- 2012-01 — War\n",
        "<!-- ok: stale 2024 known -->\n",
        "| Actor | Type |\n",
        "| Fact | Value |\n",
        "1,234",
        "MINUSMA",
    ])
}

/// The header of the table in which a row of each kind stands.
const HEADERS: [&str; 7] = [
    "| ID | Intervention | Lead | Status | Country | Focus area | Start | As of | Source |\n|---|---|---|---|---|---|---|---|---|\n",
    "| Focus Area | Key Actions | Country | Source |\n|---|---|---|---|\n",
    "| Actor | Type | Also called | Source |\n|---|---|---|---|\n",
    "| Fact | Value | Country | As of | Source |\n|---|---|---|---|---|\n",
    "| Date | Event | Source |\n|---|---|---|\n",
    "| Source | Title | Publisher | Date |\n|---|---|---|---|\n",
    "| Claim | Who says so | As of | Source |\n|---|---|---|---|\n",
];

/// A row: the kind of its table, and its line.
type Line = (usize, String);

/// Rows in which a few subjects occur again and again, in every kind of table.
fn row() -> impl Strategy<Value = Line> {
    let pick = |words: &'static [&'static str]| prop::sample::select(words);
    let name = pick(&["Training", "training ", "Peacekeeping", "Aid", "Économie"]);
    let status =
        pick(&["Ongoing", "Planned", "Withdrawn", "?", "Strange", "Ongoing (2013) → Withdrawn (2023)", "Ongoing?"]);
    let country = pick(&["", "Mali", "MALI", "MLI", "Niger"]);
    let as_of = pick(&["", "2023", "2024-01-05", "2099"]);
    let id = pick(&["", "", "", "x", "y"]);
    let actor = pick(&["", "EU", "European Union", "UN", "UN; EU"]);
    let source = pick(&["", "Report", "[Report](https://example.org/r)", "Note 2"]);
    let parts = (name, status, country, as_of, id, actor, source);
    (0..HEADERS.len(), parts).prop_map(|(kind, (name, status, country, as_of, id, actor, source))| {
        let line = match kind {
            0 => format!("| {id} | {name} | {actor} | {status} | {country} | Aid | {as_of} | {as_of} | {source} |\n"),
            1 => format!("| {name} | Do it; again | {country} | {source} |\n"),
            2 => format!("| {} | NGO | EU | {source} |\n", if actor.is_empty() { name } else { actor }),
            3 => format!("| {name} | {} | {country} | {as_of} | {source} |\n", status.len() * 1000),
            4 => format!("| {} | {name} happens | {source} |\n", if as_of.is_empty() { "2012-03" } else { as_of }),
            5 => format!("| {} | {name} | OCHA | {as_of} |\n", if source.is_empty() { "Report" } else { "Note 2" }),
            _ => format!("| {name} is good | {actor} | {as_of} | {source} |\n"),
        };
        (kind, line)
    })
}

/// The rows in some files: row `n` stands in the file `places[n]`, in the order that `places` gives.
fn pages(rows: &[Line], places: &[(usize, usize)]) -> Vec<(String, String)> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|at| places[*at].1);
    let page = |file: usize| {
        let of_kind = |kind: usize| {
            let lines: String = order
                .iter()
                .filter(|at| places[**at].0 == file && rows[**at].0 == kind)
                .map(|at| rows[*at].1.as_str())
                .collect();
            if lines.is_empty() { String::new() } else { format!("{}{lines}\n", HEADERS[kind]) }
        };
        (format!("p{file}"), format!("# P\n\n{}", (0..HEADERS.len()).map(of_kind).collect::<String>()))
    };
    (0..4).map(page).collect()
}

fn parsed(pages: &[(String, String)]) -> Documents {
    let documents = pages.iter().map(|(name, text)| parse(&format!("content/{name}.md"), text.as_bytes()));
    documents.map(|document| (document.path.clone(), Reading(Arc::new(document)))).collect()
}

/// The open data of a site, as text, without where each statement stands.
fn register(documents: &Documents) -> String {
    let (listing, config) = (Listing::default(), Config::default());
    let theme = Theme::new(&listing, &config, &[], None).unwrap();
    let parts =
        Parts { documents, listing: &listing, config: &config, theme_files: &[], with_drafts: false, today: TODAY };
    let site = site::link(&parts).unwrap();
    let plan = Plan::new(&Arc::new(site), &Arc::new(theme), &Arc::default());
    let mut text = String::new();
    let is_data = |output: &&Output| !output.path.contains("datapackage") && !output.path.contains(".hxl.");
    for output in plan.outputs().filter(is_data) {
        if let (View::Data(bytes), true) = (plan.view(output), output.path.ends_with(".json")) {
            let mut value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            without_places(&mut value);
            text.push_str(&format!("{}\n{value:#}\n", output.path));
        }
    }
    text
}

fn without_places(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(object) => {
            for key in ["page", "pages", "file", "line", "page_a", "line_a", "page_b", "line_b"] {
                object.remove(key);
            }
            object.values_mut().for_each(without_places);
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(without_places),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_fail(pieces in prop::collection::vec(piece(), 0..40)) {
        let text = pieces.concat();
        let document = parse("content/x.md", text.as_bytes());
        for (at, _) in &document.body.slots {
            prop_assert!(document.body.html.is_char_boundary(*at));
        }
    }

    #[test]
    fn no_bytes_make_the_reader_fail(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        parse("content/x.md", &bytes);
    }

    #[test]
    fn any_order_and_any_split_of_rows_gives_the_same_register(
        rows in prop::collection::vec(row(), 0..16),
        one in prop::collection::vec((0..4usize, any::<usize>()), 16),
        other in prop::collection::vec((0..4usize, any::<usize>()), 16),
    ) {
        prop_assert_eq!(register(&parsed(&pages(&rows, &one))), register(&parsed(&pages(&rows, &other))));
    }

    #[test]
    fn line_ends_do_not_matter(pieces in prop::collection::vec(piece(), 0..30)) {
        let text = pieces.concat();
        let windows = text.replace('\n', "\r\n");
        let html = |text: &str| parse("content/x.md", text.as_bytes()).body;
        prop_assert_eq!(html(&text), html(&windows));
    }
}

/// An edit of a site's folder.
#[derive(Debug, Clone)]
enum Edit {
    Write(usize, usize),
    Delete(usize),
    Rename(usize, usize),
}

const PATHS: [&str; 6] = [
    "content/_index.md",
    "content/a.md",
    "content/s/_index.md",
    "content/s/b.md",
    "content/s/c.md",
    "templates/page.html",
];
const TEXTS: [&str; 6] = [
    "# One\n\nText with a [link](s/b.md).\n",
    "---\ntitle: Two\nweight: 3\n---\n\n| Intervention | Status |\n|---|---|\n| Aid | Ongoing |\n",
    "# Three\n\n| Focus Area | Key Actions |\n|---|---|\n| Aid | More |\n\n*As of never.*\n",
    "---\ntitle: Four\ndraft: true\n---\n",
    "---\ntitle: [broken\n---\n",
    "{% extends \"brink/page.html\" %}{% block footer %}{{ page.title }}{% endblock %}",
];

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (0..PATHS.len(), 0..TEXTS.len()).prop_map(|(path, text)| Edit::Write(path, text)),
        1 => (0..PATHS.len()).prop_map(Edit::Delete),
        1 => (0..PATHS.len(), 0..PATHS.len()).prop_map(|(from, to)| Edit::Rename(from, to)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_warm_build_is_a_clean_build(edits in prop::collection::vec(edit(), 1..12)) {
        let site = site(&[("content/_index.md", TEXTS[0]), ("content/s/b.md", TEXTS[1])]);
        let mut memory = Memory::default();
        for edit in edits {
            let root = site.path();
            match edit {
                Edit::Write(path, text) => write(root, PATHS[path], TEXTS[text]),
                Edit::Delete(path) => drop(fs::remove_file(root.join(PATHS[path]))),
                Edit::Rename(from, to) => drop(fs::rename(root.join(PATHS[from]), root.join(PATHS[to]))),
            }
            let warm = outputs(root, &mut memory);
            let clean = outputs(root, &mut Memory::default());
            prop_assert_eq!(format!("{warm:?}"), format!("{clean:?}"));
        }
    }
}
