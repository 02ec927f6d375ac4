//! Broken sites: `tests/broken/NAME/`, each with one mistake. `expected.txt` is what `brink check` says, all of it, after
//! its exit code; so a second problem would fail as well.

use std::fs;

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
    for code in brink::problem::Code::ALL {
        assert!(said.contains(&format!("[{code}]")), "no broken site provokes {code}");
    }
}

#[test]
fn the_sites_of_the_project_have_no_problems() {
    let root = tests_folder().join("..");
    let mut sites = folders_in(&tests_folder().join("sites"));
    sites.push(root.clone());
    sites.push(root.join("src/starter"));
    for site in sites {
        let output = run(&site, &["check", "--strict"]);
        assert_eq!((output.status.code(), errors(&output).as_str()), (Some(0), ""), "{}", site.display());
    }
}
