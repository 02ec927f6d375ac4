//! `brink status`: what it tells of a site, as text and as JSON.

use std::path::Path;

use serde_json::Value;

use crate::support::{errors, results, run, site, tests_folder};

const ROWS: &str = "| Intervention | Status | As of | Source |\n|---|---|---|---|\n";

fn example() -> tempfile::TempDir {
    let table = |rows: &str| format!("# Mali\n\n[Below](later.md)\n\n{ROWS}{rows}");
    site(&[
        ("content/_index.md", "# Home\n\n[Mali](mali/board.md)\n"),
        ("content/mali/_index.md", "---\ntitle: Mali\naliases: [/old/mali/]\n---\n"),
        (
            "content/mali/board.md",
            &table(
                "| Aid | Ongoing | 2022-05-01 | A |\n| Training | Ongoing | 2024-04-10 | A |\n| Roads | Ongoing | 2024-06-01 | A |\n",
            ),
        ),
        ("content/mali/other.md", &format!("# Other\n\n{ROWS}| Roads | Suspended | 2024-06-01 | B |\n")),
        ("content/mali/later.md", "---\ntitle: Later\nexpires: 2024-08-01\nreview_by: 2024-06-01\n---\nText.\n"),
        ("content/draft.md", "---\ntitle: Draft\ndraft: true\n---\nText.\n"),
        ("content/soon.md", "+++\ntitle = \"Soon\"\npublish = 2024-07-14\n+++\nText.\n"),
        ("content/sub/_index.md", "---\ntitle: Sub\nexpires: 2024-01-01\n---\n"),
        ("content/sub/below.md", "# Below\n\nText.\n"),
    ])
}

fn status(root: &Path) -> Value {
    let output = run(root, &["status", "--format=json"]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Some members of each entry of a list.
fn members(list: &Value, names: &[&str]) -> Vec<Vec<String>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let entry = |entry: &Value| names.iter().map(|name| text(entry.pointer(name).unwrap_or(&Value::Null))).collect();
    list.as_array().unwrap().iter().map(entry).collect()
}

#[test]
fn what_is_published_and_what_is_not() {
    let site = example();
    let status = status(site.path());
    assert_eq!((&status["version"], &status["today"]), (&1.into(), &"2024-06-30".into()));
    let published = &status["published"];
    assert_eq!((&published["pages"], &published["tables"]), (&5.into(), &2.into()));
    assert_eq!(
        members(&published["sections"], &["/url", "/title", "/pages"]),
        [["/", "Home", "1"], ["/mali/", "Mali", "4"]]
    );
    assert!(members(&published["listed"], &["/kind", "/number"]).contains(&vec!["interventions".into(), "3".into()]));
    assert_eq!(
        members(&status["not_published"], &["/file", "/why", "/date", "/at/file", "/at/line"]),
        [
            ["content/draft.md", "draft", "null", "content/draft.md", "3"],
            ["content/soon.md", "scheduled", "2024-07-14", "content/soon.md", "3"],
            ["content/sub/_index.md", "expired", "2024-01-01", "content/sub/_index.md", "3"],
            ["content/sub/below.md", "expired", "2024-01-01", "content/sub/_index.md", "3"],
        ]
    );
    assert_eq!(
        members(&status["scheduled"], &["/date", "/what", "/file", "/at/line"]),
        [["2024-07-14", "publish", "content/soon.md", "3"], ["2024-08-01", "expire", "content/mali/later.md", "3"]]
    );
}

#[test]
fn what_is_old_contested_or_linked_from_nowhere() {
    let site = example();
    let status = status(site.path());
    assert_eq!(
        members(&status["stale"], &["/subject", "/as_of", "/at/file", "/at/line"]),
        [["Aid", "2022-05-01", "content/mali/board.md", "7"], ["Later", "null", "content/mali/later.md", "4"]]
    );
    assert_eq!(members(&status["stale_soon"], &["/subject", "/due", "/at/line"]), [["Training", "2024-07-09", "8"]]);
    assert_eq!(
        members(&status["contested"], &["/subject", "/attribute", "/sides/0/at/file", "/sides/1/at/line"]),
        [["Roads", "status", "content/mali/board.md", "5"]]
    );
    assert_eq!(members(&status["unlinked"], &["/file", "/url"]), [["content/mali/other.md", "/mali/other/"]]);
    assert_eq!(
        members(&status["redirects"], &["/from", "/to", "/at/file", "/at/line"]),
        [["/old/mali/", "/mali/", "content/mali/_index.md", "3"]]
    );
}

#[test]
fn the_text_says_the_same_in_plain_lines() {
    let site = example();
    let output = run(site.path(), &["status"]);
    let text = results(&output);
    let wanted = [
        "On 2024-06-30: 5 pages, 2 tables recognised: 3 interventions, 0 focus areas",
        "\n  /mali/ Mali: 4 pages\n",
        "\n  content/draft.md is a draft (content/draft.md:3)\n",
        "\n  2024-07-14: content/soon.md is published (content/soon.md:3)\n",
        "\n  content/mali/board.md:7 Aid, as of 2022-05-01, to be looked at by ",
        "\n  the status of “Roads”\n    content/mali/board.md:9 “Ongoing”, as of 2024-06-01\n",
        "\n  content/mali/other.md Other\n",
        "\n  /old/mali/ → /mali/ (content/mali/_index.md:3)\n",
    ];
    for line in wanted {
        assert!(text.contains(line), "{line:?} is not in\n{text}");
    }
    assert!(!text.contains("\n\n\n") && !errors(&output).contains("Roads"));
}

#[test]
fn what_is_settled_is_no_longer_told() {
    let rows =
        "<!-- ok: stale nothing newer is known -->\n\n".to_owned() + ROWS + "| Aid | Ongoing | 2022-05-01 | A |\n";
    let site = site(&[("content/a.md", &format!("# A page\n\n{rows}"))]);
    assert_eq!(status(site.path())["stale"].as_array().unwrap().len(), 0);
}

#[test]
fn the_mali_site_has_a_status_and_a_broken_site_says_why_not() {
    let mali = status(&tests_folder().join(".."));
    assert!(!mali["contested"].as_array().unwrap().is_empty());
    let broken = site(&[("content/a.md", "---\ntitle: [A\n---\n")]);
    let output = run(broken.path(), &["status"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("front-matter-invalid"), "{}", errors(&output));
    assert!(errors(&output).contains("has no status") && !errors(&output).contains("written"), "{}", errors(&output));
    assert_eq!(results(&output), "");
}
