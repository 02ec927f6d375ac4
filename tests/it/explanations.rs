//! What `brink explain` shows: every code has an explanation, whose wrong example provokes it and whose right one does not.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use brink::problem::Code;
use brink::problem::explain::{self, Sample};

use crate::support::{brink, errors, results, run, site, tests_folder, write};

/// The codes of the problems in a site that consists of one side of an example.
fn codes_in(samples: &[Sample], is_right: bool) -> BTreeSet<String> {
    let folder = site(&[]);
    let samples: Vec<&Sample> = samples.iter().filter(|sample| sample.is_right == is_right).collect();
    assert!(!samples.is_empty());
    if !samples.iter().any(|sample| sample.file == "content/_index.md") {
        write(folder.path(), "content/_index.md", "# Home\n");
    }
    for sample in samples {
        write_sample(folder.path(), sample);
    }
    let output = run(folder.path(), &["check", "--format=json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let problems = report["problems"].as_array().unwrap();
    problems.iter().map(|problem| problem["code"].as_str().unwrap().to_owned()).collect()
}

fn write_sample(root: &Path, sample: &Sample) {
    write(root, sample.file, sample.text);
    if sample.is_latin1 {
        let bytes: Vec<u8> = sample.text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        fs::write(root.join(sample.file), bytes).unwrap();
    }
}

#[test]
fn every_wrong_example_provokes_its_code_alone_and_every_right_one_nothing() {
    // A remark that cannot be understood leaves the finding that it was to settle.
    let beside = |code: Code| if code == Code::SettlementInvalid { vec!["stale"] } else { Vec::new() };
    let mut mistakes = Vec::new();
    // What only servers elsewhere can tell is provoked in `external.rs`.
    for code in Code::ALL.iter().filter(|code| !code.is_told_elsewhere()) {
        let samples = explain::samples(*code);
        let mut wrong = codes_in(&samples, false);
        for other in beside(*code) {
            wrong.remove(other);
        }
        if wrong != BTreeSet::from([code.to_string()]) {
            mistakes.push(format!("{code}: the wrong example has {wrong:?}"));
        }
        let right = codes_in(&samples, true);
        if !right.is_empty() {
            mistakes.push(format!("{code}: the right example has {right:?}"));
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn every_code_has_an_explanation_and_every_explanation_a_code() {
    let mut files: Vec<String> = fs::read_dir(tests_folder().join("../src/problem/explanations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let mut codes: Vec<String> = Code::ALL.iter().map(|code| format!("{code}.md")).collect();
    codes.sort();
    assert_eq!(files, codes);
    for code in Code::ALL {
        assert!(explain::prose(*code).split("\n\n").count() >= 2, "{code} does not say how it is mended");
    }
}

#[test]
fn explain_shows_one_code_or_lists_all() {
    let explain = |arguments: &[&str]| brink().arg("explain").args(arguments).output().unwrap();
    let one = explain(&["link-broken"]);
    assert_eq!(one.status.code(), Some(0), "{}", errors(&one));
    assert!(results(&one).starts_with("link-broken (error)\n"), "{}", results(&one));
    assert!(results(&one).contains("\nWrong: content/mali.md\n\n    # Mali\n"), "{}", results(&one));
    let all = explain(&[]);
    assert_eq!((all.status.code(), results(&all).lines().count()), (Some(0), Code::ALL.len()));
    let unknown = explain(&["link-brokn"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(errors(&unknown).contains("did you mean `link-broken`?"), "{}", errors(&unknown));
}
