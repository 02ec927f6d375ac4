//! `[check]` in `brink.toml`: the levels of problems, as every command shows them.

use std::path::Path;

use brink::build::Memory;

use crate::support::{build, errors, read_all, results, run, site, write};

/// A link that leads nowhere, and a word that depends on when it is read.
const PAGE: &str = "# A page\n\nFighting is now [near](nope.md).\n";

fn site_with(levels: &str) -> tempfile::TempDir {
    site(&[("content/a.md", PAGE), ("brink.toml", &format!("[check]\n{levels}"))])
}

/// What `check` says: its exit code, and each code with its level.
fn checked(root: &Path, arguments: &[&str]) -> (i32, Vec<(String, String)>) {
    let output = run(root, &[&["check", "--format=json"], arguments].concat());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let problems = report["problems"].as_array().unwrap().iter();
    let levels = problems.map(|problem| (text(&problem["code"]), text(&problem["level"]))).collect();
    (output.status.code().unwrap(), levels)
}

fn pairs(levels: &[(&str, &str)]) -> Vec<(String, String)> {
    levels.iter().map(|(code, level)| ((*code).to_owned(), (*level).to_owned())).collect()
}

#[test]
fn a_site_sets_the_levels_of_its_problems() {
    let plain = site_with("");
    assert_eq!(checked(plain.path(), &[]), (1, pairs(&[("undated-word", "hint"), ("link-broken", "error")])));
    let lenient = site_with("link-broken = \"warning\"\nundated-word = \"off\"\n");
    assert_eq!(checked(lenient.path(), &[]), (0, pairs(&[("link-broken", "warning")])));
    assert_eq!(checked(lenient.path(), &["--strict"]).0, 1);
    let strict = site_with("undated-word = \"error\"\nlink-broken = \"off\"\n");
    assert_eq!(checked(strict.path(), &[]), (1, pairs(&[("undated-word", "error")])));
}

#[test]
fn levels_hold_for_build_and_the_preview_as_well() {
    let lenient = site_with("link-broken = \"hint\"\nundated-word = \"off\"\n");
    let output = run(lenient.path(), &["build", "--strict"]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(errors(&output).starts_with("hint[link-broken]"), "{}", errors(&output));
    assert!(results(&output).contains("Problems: 1 hint."), "{}", results(&output));
    // The preview shows the problems of the very same build.
    let built = build(lenient.path(), &mut Memory::default()).unwrap();
    assert_eq!(built.problems().iter().map(|problem| problem.level().as_str()).collect::<Vec<_>>(), ["hint"]);
}

#[test]
fn what_stops_a_site_is_never_turned_off() {
    let site =
        site(&[("content/a.md", "---\ntitle: [A\n---\n"), ("brink.toml", "[check]\nfront-matter-invalid = \"off\"\n")]);
    let output = run(site.path(), &["build"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("error[front-matter-invalid]"), "{}", errors(&output));
    assert!(errors(&output).contains("brink.toml:2:24"), "{}", errors(&output));
}

#[test]
fn levels_change_nothing_that_is_published() {
    let table = |status: &str| {
        format!(
            "# Mali\n\n| Intervention | Status | As of | Source |\n|---|---|---|---|\n| Aid | {status} | 2024-05-01 | A |\n"
        )
    };
    let published = |config: &str| {
        let site = site(&[("content/a.md", &table("Ongoing")), ("content/b.md", &table("Suspended"))]);
        write(site.path(), "brink.toml", config);
        assert_eq!(run(site.path(), &["build"]).status.code(), Some(0));
        read_all(&site.path().join("public"))
    };
    let plain = published("");
    assert!(
        plain.keys().any(|path| path.contains("contested") || path.contains("contradictions")),
        "{:?}",
        plain.keys()
    );
    assert_eq!(plain, published("[check]\ncontradiction = \"off\"\n"));
}
