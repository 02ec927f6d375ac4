//! Whole sites: `tests/sites/NAME/`, with all that a build writes in `expected/`, but for the theme's own files where
//! they are as the theme has them. A file too many fails as well.

use std::fs;
use std::path::Path;

use brink::build::Memory;

use crate::support::{assert_same, folders_in, is_update, outputs, read_all, tests_folder, write};

fn check(site: &Path) {
    let theme = read_all(&tests_folder().join("../themes/brink/static"));
    let mut actual =
        outputs(site, &mut Memory::default()).unwrap_or_else(|stop| panic!("{}: {stop:?}", site.display()));
    // Sums and pictures tell a reader of the difference nothing; `machines.rs` looks at them.
    let is_readable = |path: &str| path != "SHA256SUMS" && !path.ends_with("card.png");
    actual.retain(|path, bytes| theme.get(path) != Some(bytes) && is_readable(path));
    // What readers search in says again what pages say: one site is enough to read it.
    let is_piece = |path: &str| path.starts_with("search/") && path.ends_with(".js");
    actual.retain(|path, _| !is_piece(path) || site.ends_with("rtl"));
    let folder = site.join("expected");
    if is_update() {
        let _ = fs::remove_dir_all(&folder);
        for (path, bytes) in &actual {
            write(&folder, path, "");
            fs::write(folder.join(path), bytes).unwrap();
        }
        return;
    }
    let expected = read_all(&folder);
    let names =
        |files: &std::collections::BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>().join("\n");
    assert_same(&format!("the list of files of {}", site.display()), &names(&expected), &names(&actual));
    for (path, bytes) in &expected {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_same(&format!("{}/{path}", site.display()), &text(bytes), &text(&actual[path]));
    }
}

#[test]
fn every_site_gives_exactly_its_expected_files() {
    let sites = folders_in(&tests_folder().join("sites"));
    assert!(sites.len() >= 5);
    for site in sites {
        check(&site);
    }
}
