//! Broken sites: `tests/broken/NAME/`, each with one mistake. `expected.txt` is what `brink check` says, all of it, after
//! its exit code; so a second problem would fail as well.

use std::fs;
use std::path::Path;

use brink::problem::Code;

use crate::support::{assert_same, errors, folders_in, is_update, run, tests_folder};

#[test]
fn every_broken_site_gives_exactly_its_problem() {
    let sites = folders_in(&tests_folder().join("broken"));
    assert!(sites.len() >= 20);
    for site in sites {
        let output = run(&site, &["check"]);
        let code = output.status.code().unwrap();
        let root = site.to_string_lossy().into_owned();
        let actual = format!("exit {code}\n{}", errors(&output)).replace(&root, "SITE");
        let file = site.join("expected.txt");
        if is_update() {
            fs::write(&file, actual).unwrap();
            continue;
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        assert_same(&site.display().to_string(), &expected, &actual);
    }
}

#[test]
fn every_code_is_provoked_by_a_broken_site() {
    let mut said = String::new();
    for site in folders_in(&tests_folder().join("broken")) {
        said.push_str(&fs::read_to_string(site.join("expected.txt")).unwrap_or_default());
    }
    // What only servers elsewhere can tell is provoked in `external.rs`: a plain `brink check` asks nobody.
    let told_elsewhere = [Code::LinkGone, Code::LinkUnsure];
    for code in Code::ALL.iter().filter(|code| !told_elsewhere.contains(code)) {
        assert!(said.contains(&format!("[{code}]")), "no broken site provokes {code}");
    }
}

/// What is found in the sites of the tests stands in `problems.txt` beside them, where there is anything.
#[test]
fn the_sites_of_the_tests_have_only_the_problems_that_they_should() {
    for site in folders_in(&tests_folder().join("sites")) {
        let output = run(&site, &["check"]);
        assert_problems(&site, &errors(&output));
    }
}

fn assert_problems(site: &Path, actual: &str) {
    let file = site.join("problems.txt");
    if is_update() {
        let _ = fs::remove_file(&file);
        if !actual.is_empty() {
            fs::write(&file, actual).unwrap();
        }
        return;
    }
    assert_same(&file.display().to_string(), &fs::read_to_string(&file).unwrap_or_default(), actual);
}

/// On the site of the project the two articles contradict each other, and nothing else is wrong.
#[test]
fn the_contradictions_between_the_two_articles_are_found_and_nothing_else() {
    let output = run(&tests_folder().join(".."), &["check", "--format=json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let problems = report["problems"].as_array().unwrap();
    let found: Vec<(&str, &str, &str, &str)> = problems
        .iter()
        .map(|problem| {
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned().leak() as &str;
            let related = &problem["related"][0]["file"];
            (text(&problem["code"]), text(&problem["level"]), text(&problem["file"]), text(related))
        })
        .collect();
    let (interventions, contested) = ("content/mali/interventions.md", "content/mali/contested.md");
    assert_eq!(
        found,
        [
            ("contradiction", "hint", contested, contested),
            ("contradiction", "warning", interventions, contested),
            ("contradiction", "hint", interventions, contested),
        ]
    );
    assert!(problems[1]["message"].as_str().unwrap().contains("Peacekeeping Forces"));
}
