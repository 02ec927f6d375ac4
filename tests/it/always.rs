//! What must hold always: no text makes the reader fail; the order of files does not matter; a warm build is a clean one.

use std::fs;
use std::sync::Arc;

use brink::build::Memory;
use brink::config::Config;
use brink::document::{self, Document};
use brink::output::{self, View};
use brink::site::{self, Parts};
use brink::source::{self, Listing};
use brink::theme::Theme;
use proptest::prelude::*;

use crate::support::{outputs, site, write};

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
    ])
}

/// Documents in which a few interventions and focus areas occur again and again.
fn documents() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop::sample::select(vec!["Training", "training ", "Peacekeeping", "Aid", "Économie"]);
    let status = prop::sample::select(vec!["Ongoing", "Planned", "Withdrawn", "?", "Strange"]);
    let country = prop::sample::select(vec!["", "Mali", "MALI", "Niger"]);
    let as_of = prop::sample::select(vec!["", "2023", "2024-01-05"]);
    let id = prop::sample::select(vec!["", "", "", "x", "y"]);
    let lead = prop::sample::select(vec!["", "EU", "UN"]);
    let row = (name, status, country, as_of, id, lead).prop_map(|(name, status, country, as_of, id, lead)| {
        format!("| {id} | {name} | {lead} | {status} | {country} | {as_of} |\n")
    });
    let header = "# P\n\n| ID | Intervention | Lead | Status | Country | As of |\n|---|---|---|---|---|---|\n";
    let page = prop::collection::vec(row, 0..4).prop_map(move |rows| format!("{header}{}", rows.concat()));
    prop::collection::btree_map("[a-c]{1,2}", page, 1..5).prop_map(|pages| pages.into_iter().collect())
}

fn parsed(pages: &[(String, String)]) -> Vec<Arc<Document>> {
    let parse = |(name, text): &(String, String)| {
        Arc::new(document::parse(&source::decode(Arc::from(format!("content/{name}.md")), text.as_bytes())))
    };
    pages.iter().map(parse).collect()
}

/// The open data of a site, as text.
fn register(documents: &[Arc<Document>]) -> String {
    let (listing, config) = (Listing::default(), Config::default());
    let theme = Theme::new(&listing, &config, &[]).unwrap();
    let parts = Parts { documents, listing: &listing, config: &config, theme_files: &[], with_drafts: false };
    let site = site::link(&parts).unwrap();
    let planned = output::plan(&site, &theme);
    let data = planned.iter().filter(|output| matches!(output.view, View::Csv(_)));
    data.map(|output| String::from_utf8(output::render(&output.view, &theme).unwrap().unwrap()).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_fail(pieces in prop::collection::vec(piece(), 0..40)) {
        let text = pieces.concat();
        let document = document::parse(&source::decode(Arc::from("content/x.md"), text.as_bytes()));
        for (at, _) in &document.body.slots {
            prop_assert!(document.body.html.is_char_boundary(*at));
        }
    }

    #[test]
    fn no_bytes_make_the_reader_fail(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        document::parse(&source::decode(Arc::from("content/x.md"), &bytes));
    }

    #[test]
    fn any_order_of_files_gives_the_same_register((pages, seed) in (documents(), any::<u64>())) {
        let mut documents = parsed(&pages);
        let expected = register(&documents);
        let length = documents.len() as u64;
        for at in 0..documents.len() {
            documents.swap(at, (seed.wrapping_mul(at as u64 + 7) % length) as usize);
        }
        prop_assert_eq!(expected, register(&documents));
    }

    #[test]
    fn line_ends_do_not_matter(pieces in prop::collection::vec(piece(), 0..30)) {
        let text = pieces.concat();
        let windows = text.replace('\n', "\r\n");
        let html = |text: &str| document::parse(&source::decode(Arc::from("content/x.md"), text.as_bytes())).body;
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
