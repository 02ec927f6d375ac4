//! What `brink check --fix` mends, and what it leaves alone.

use std::fs;
use std::path::Path;

use crate::support::{errors, read_all, results, run, site, write};

/// A file after `check --fix`; the site has these files besides.
fn fixed(path: &str, text: &str, others: &[(&str, &str)]) -> String {
    let site = site(others);
    write(site.path(), path, text);
    let output = run(site.path(), &["check", "--fix"]);
    assert!(output.status.code().is_some_and(|code| code < 3), "{}", errors(&output));
    fs::read_to_string(site.path().join(path)).unwrap()
}

fn page(text: &str) -> String {
    let others = [
        ("content/Why So.md", "# Why\n\n## The causes {#The_Causes}\n"),
        ("content/mali/actors.md", "# Actors\n"),
        ("content/my-photo.JPG", "x"),
        ("content/twin-a.txt", "x"),
        ("content/twin_a.txt", "x"),
    ];
    fixed("content/a.md", &format!("# A\n\n{text}\n"), &others)[5..].trim_end().to_owned()
}

#[test]
fn addresses_that_differ_in_case_and_gaps_are_mended() {
    let cases = [
        ("[x](Mali/Actors.md)", "[x](mali/actors.md)"),
        ("[x](/Mali/actors.md#top \"T\")", "[x](/mali/actors.md#top \"T\")"),
        ("[x](@/Mali/actors.md)", "[x](@/mali/actors.md)"),
        ("![x](My_Photo.jpg)", "![x](my-photo.JPG)"),
        ("[![x](My_Photo.jpg)](Mali/actors.md)", "[![x](my-photo.JPG)](mali/actors.md)"),
        ("[x](why-so.md)", "[x](Why%20So.md)"),
        ("[x](why%20so.md)", "[x](Why%20So.md)"),
        ("[x](<why so.md>)", "[x](<Why So.md>)"),
        ("[x](Why%20So.md#the-causes)", "[x](Why%20So.md#The_Causes)"),
    ];
    for (wrong, right) in cases {
        assert_eq!(page(wrong), right);
    }
}

#[test]
fn what_is_not_certain_is_left() {
    let cases = [
        "[x](mali/actor.md)",
        "[x](actors.md)",
        "[x](Twin-A.txt)",
        "[x][ref]\n\n[ref]: Mali/Actors.md",
        "[x](Why%20So.md#the-cause)",
        "[x](why%20so.md#the-causes)",
        "[x](my report.md 'Title')",
        "So f[x](see p. 3).",
        "[^n1]\n\n[^n2]: Note.",
    ];
    for text in cases {
        assert_eq!(page(text), text);
    }
}

#[test]
fn an_address_with_spaces_is_wrapped() {
    assert_eq!(page("See [it](my report.md), [x](Why So.md)."), "See [it](<my report.md>), [x](<Why So.md>).");
}

#[test]
fn a_label_is_written_as_its_note_has_it() {
    assert_eq!(page("So.[^field_report]\n\n[^field-report]: N."), "So.[^field-report]\n\n[^field-report]: N.");
}

#[test]
fn a_remark_that_settles_nothing_goes_with_its_line() {
    assert_eq!(page("One.\n\n<!-- ok: stale known -->\n\nTwo."), "One.\n\nTwo.");
    assert_eq!(page("One.\n<!-- ok: stale known -->\n\nTwo."), "One.\n\nTwo.");
    assert_eq!(page("One.\n<!-- ok: stale known -->\nTwo."), "One.\n\nTwo.");
    assert_eq!(page("One <!-- ok: stale known --> two."), "One two.");
    assert_eq!(page("One. <!-- ok: stale known -->"), "One.");
    let with_draft = [("content/d.md", "---\ndraft: true\n---\n")];
    let desk_off = [("brink.toml", "editors_desk = false\n")];
    let unread = [("content/b.md", "# B\n\n| Intervention | Status |\n|---|---|\n| Aid | Ongonig |\n")];
    for others in [with_draft, desk_off, unread] {
        let text = "# A\n\n<!-- ok: stale known -->\n";
        assert_eq!(fixed("content/a.md", text, &others), text, "{others:?}");
    }
    // Something of its code is left on the page, which it may be meant for.
    let meant = "Fighting now.\n\n## B\n\n<!-- ok: undated-word known -->\n\n## C";
    assert_eq!(page(meant), meant);
}

#[test]
fn a_misspelt_code_is_mended() {
    let text = "<!-- ok: Undated-wrod a quotation -->\n\nFighting is now spreading.";
    assert_eq!(page(text), text.replace("Undated-wrod", "undated-word"));
}

#[test]
fn misspelt_keys_are_mended_where_one_is_meant() {
    let front = |key: &str| fixed("content/a.md", &format!("---\n{key}\n---\n# A\n"), &[]);
    assert_eq!(front("titel: A"), "---\ntitle: A\n---\n# A\n");
    assert_eq!(front("As-Of: 2024-05"), "---\nas_of: 2024-05\n---\n# A\n");
    for left in ["titel: A\ntitle: B", "titel: A\ntitl: B", "wieght: heavy", "tags: A", "datum: 2024"] {
        assert_eq!(front(left), format!("---\n{left}\n---\n# A\n"));
    }
    assert_eq!(fixed("content/a.md", "+++\ntitel = \"A\"\n+++\n", &[]), "+++\ntitle = \"A\"\n+++\n");
    let config = |text: &str| fixed("brink.toml", text, &[("content/a.md", "# A\n")]);
    assert_eq!(config("titel = \"A\"\n"), "title = \"A\"\n");
    assert_eq!(config("[header]\nintervention = [\"x\"]\n"), "[header]\nintervention = [\"x\"]\n");
}

/// A site with mistakes in files with the line ends of Windows, and in another.
fn broken_site() -> tempfile::TempDir {
    site(&[
        ("brink.toml", "titel = \"A\"\r\n"),
        ("content/a.md", "\u{feff}---\r\nas-of: 2024-06\r\n---\r\nSee [b](B.md).\r\n\r\n[To do](b b.md)\r\n"),
        ("content/b b.md", "# B B\n"),
        ("content/b.md", "# B\n\nSee [a](A.md) and [gone](nowhere.md).\n"),
    ])
}

#[test]
fn line_ends_stay_and_what_is_left_is_reported() {
    let site = broken_site();
    let output = run(site.path(), &["check", "--fix"]);
    assert_eq!(output.status.code(), Some(1));
    let read = |path: &str| fs::read_to_string(site.path().join(path)).unwrap();
    assert_eq!(read("brink.toml"), "title = \"A\"\r\n");
    let page = "\u{feff}---\r\nas_of: 2024-06\r\n---\r\nSee [b](b.md).\r\n\r\n[To do](<b b.md>)\r\n";
    assert_eq!(read("content/a.md"), page);
    assert_eq!(read("content/b.md"), "# B\n\nSee [a](a.md) and [gone](nowhere.md).\n");
    let said = results(&output);
    let done = "brink.toml:1: write `title`\ncontent/a.md:2: write `as_of`\ncontent/a.md:4: write `b.md`\n";
    assert!(said.starts_with(done), "{said}");
    assert!(said.ends_with("5 changes made in 3 files.\nProblems: 1 error.\n"), "{said}");
    assert!(errors(&output).contains("nowhere.md") && !errors(&output).contains("Title"), "{}", errors(&output));
    assert_eq!(read_all(site.path()).len(), 4, "a file was left behind");
    let again = run(site.path(), &["check", "--fix"]);
    assert!(results(&again).starts_with("There is nothing that can be mended for certain.\n"), "{}", results(&again));
}

#[test]
fn a_removed_line_takes_its_line_end_along() {
    let text = "# A\r\n\r\n<!-- ok: stale known -->\r\n\r\nText.\r\n";
    assert_eq!(fixed("content/a.md", text, &[]), "# A\r\n\r\nText.\r\n");
}

#[test]
fn a_dry_run_shows_the_difference_and_writes_nothing() {
    let site = broken_site();
    let before = read_all(site.path());
    let output = run(site.path(), &["check", "--fix", "--dry-run"]);
    assert_eq!((output.status.code(), &read_all(site.path())), (Some(1), &before));
    let said = results(&output);
    let hunk = "--- content/b.md\n+++ content/b.md\n@@ -3,1 +3,1 @@ write `a.md`\n-See [a](A.md) and [gone](nowhere.md).\n+See [a](a.md) and [gone](nowhere.md).\n";
    assert!(said.contains(hunk), "{said}");
    assert!(said.contains("`--fix` would make 5 changes in 3 files."), "{said}");
    let plain = run(site.path(), &["check"]);
    assert!(results(&plain).ends_with("`brink check --fix` mends 5 of them, `--fix --dry-run` shows how.\n"));
    assert_eq!(run(site.path(), &["check", "--dry-run"]).status.code(), Some(2));
    assert_eq!(read_all(site.path()), before);
}

#[test]
fn programs_are_told_of_fixes() {
    let site = broken_site();
    let json: serde_json::Value =
        serde_json::from_slice(&run(site.path(), &["check", "--format=json"]).stdout).unwrap();
    let fixes: Vec<_> = json["problems"].as_array().unwrap().iter().filter_map(|problem| problem.get("fix")).collect();
    assert_eq!(fixes.len(), 5);
    let wanted = serde_json::json!({
        "title": "write `b.md`", "file": "content/a.md", "line": 4, "column": 9, "end_line": 4, "end_column": 13,
        "replacement": "b.md",
    });
    assert_eq!(fixes[2], &wanted);
    let sarif: serde_json::Value =
        serde_json::from_slice(&run(site.path(), &["check", "--format=sarif"]).stdout).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let change =
        &results.iter().find(|result| result["ruleId"] == "link-broken").unwrap()["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "content/a.md");
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "b.md");
    assert_eq!(change["replacements"][0]["deletedRegion"]["startColumn"], 9);
    let fixed = run(site.path(), &["check", "--fix", "--format=json"]);
    let left: serde_json::Value = serde_json::from_slice(&fixed.stdout).unwrap();
    assert_eq!(left["problems"].as_array().unwrap().len(), 1);
    assert!(errors(&fixed).contains("content/a.md:2: write `as_of`"), "{}", errors(&fixed));
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_permissions_and_one_behind_a_link_its_link() {
    use std::os::unix::fs::PermissionsExt;
    let site = site(&[("content/b.md", "# B\n\n[a](A.md)\n"), ("static/real.md", "# A\n\n[b](B.md)\n")]);
    let path = |name: &str| site.path().join(name);
    std::os::unix::fs::symlink(Path::new("../static/real.md"), path("content/a.md")).unwrap();
    fs::set_permissions(path("content/b.md"), fs::Permissions::from_mode(0o640)).unwrap();
    let output = run(site.path(), &["check", "--fix"]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_eq!(fs::metadata(path("content/b.md")).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(path("content/a.md")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(path("static/real.md")).unwrap(), "# A\n\n[b](b.md)\n");
}
