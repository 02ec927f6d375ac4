//! What readers search in: what it has, what it must not have, and that each name is in the list that needs no script.

use std::collections::BTreeMap;

use brink::build::Memory;
use brink::search::words;

use crate::support::{outputs, site, tests_folder, write};

/// The pieces of a site by their names, each as what it holds.
fn pieces(outputs: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<String> {
    let of_name = |path: &&String| path.starts_with(&format!("search/{name}-"));
    let mut paths: Vec<&String> = outputs.keys().filter(of_name).collect();
    paths.sort_by_key(|path| (path.len(), *path));
    let held = |path: &String| {
        let text = String::from_utf8(outputs[path].clone()).unwrap();
        let (_, held) = text.split_once(',').unwrap();
        held.trim_end().strip_suffix(')').unwrap().to_owned()
    };
    paths.into_iter().map(held).collect()
}

/// Every word of the index.
fn all_words(outputs: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let text = pieces(outputs, "words").join("").replace('`', "");
    text.lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

fn described(outputs: &BTreeMap<String, Vec<u8>>) -> Vec<serde_json::Value> {
    let of_piece = |piece: String| serde_json::from_str::<Vec<serde_json::Value>>(&piece).unwrap();
    pieces(outputs, "found").into_iter().flat_map(of_piece).collect()
}

#[test]
fn everything_that_can_be_found_is_in_the_index_and_in_the_list() {
    for name in ["sahel", "rtl", "french", "own-kinds"] {
        let outputs = outputs(&tests_folder().join("sites").join(name), &mut Memory::default()).unwrap();
        let index = all_words(&outputs);
        let list: String = outputs
            .iter()
            .filter(|(path, _)| path.starts_with("search/") && path.ends_with(".html"))
            .map(|(_, html)| String::from_utf8_lossy(html))
            .collect();
        let things = described(&outputs);
        assert!(!things.is_empty(), "{name}");
        for thing in things {
            let (url, title) = (thing[0].as_str().unwrap(), thing[1].as_str().unwrap());
            words(title, &mut String::new(), &mut |word| {
                assert!(index.iter().any(|own| own == word), "{name}: {word}")
            });
            let page = url.split('#').next().unwrap();
            assert!(outputs.contains_key(&format!("{page}index.html")), "{name}: {url}");
            let title = title.replace('&', "&amp;");
            assert!(list.contains(&title) || list.contains(&format!("/{url}\"")), "{name}: {title} is not in the list");
        }
    }
}

#[test]
fn what_is_not_published_or_not_wanted_is_nowhere_in_search() {
    let folder = site(&[
        ("content/a.md", "+++\ntitle = \"Open\"\n+++\nopenword\n"),
        ("content/draft.md", "+++\ntitle = \"Canarydraft\"\ndraft = true\n+++\ncanarybody\n"),
        ("content/later.md", "+++\ntitle = \"Canarylater\"\npublish = 2030-01-01\n+++\ncanarybody\n"),
        ("content/out.md", "+++\ntitle = \"Canaryout\"\nin_search_index = false\n+++\ncanarybody\n"),
    ]);
    let outputs = outputs(folder.path(), &mut Memory::default()).unwrap();
    let index = all_words(&outputs);
    assert!(index.iter().any(|word| word == "openword"));
    for (path, bytes) in outputs.iter().filter(|(path, _)| path.starts_with("search/") && path.ends_with(".js")) {
        assert!(!String::from_utf8_lossy(bytes).to_lowercase().contains("canary"), "{path}");
    }
}

#[test]
fn a_site_without_search_has_nothing_of_it() {
    let folder = site(&[("brink.toml", "search = false\n"), ("content/a.md", "# A\n\ntext\n")]);
    let outputs = outputs(folder.path(), &mut Memory::default()).unwrap();
    assert!(outputs.keys().all(|path| !path.contains("search")), "{:?}", outputs.keys());
    let pages = outputs.iter().filter(|(path, _)| path.ends_with(".html"));
    pages.for_each(|(path, bytes)| assert!(!String::from_utf8_lossy(bytes).contains("search"), "{path}"));
}

#[test]
fn a_long_list_has_a_page_for_each_letter() {
    let folder = site(&[]);
    for at in 0..405 {
        write(folder.path(), &format!("content/p{at}.md"), &format!("# Page {at}\n"));
    }
    for (at, title) in ["أزمة", "危机", "Étude", "2012"].iter().enumerate() {
        write(folder.path(), &format!("content/q{at}.md"), &format!("# {title}\n"));
    }
    let mut memory = Memory::default();
    let first = outputs(folder.path(), &mut memory).unwrap();
    for path in
        ["p/index.html", "p/2/index.html", "u0627/index.html", "han/index.html", "e/index.html", "0-9/index.html"]
    {
        assert!(first.contains_key(&format!("search/{path}")), "{path}");
    }
    // A title with another first letter, and a text of many words, change which pages and pieces there are.
    write(folder.path(), "content/p7.md", "# Zone\n");
    let long: String = (0..100_000).map(|at| format!("w{at} ")).collect();
    write(folder.path(), "content/p8.md", &format!("# Page 8\n\n{long}\n"));
    let warm = outputs(folder.path(), &mut memory).unwrap();
    assert!(warm.contains_key("search/z/index.html"));
    assert!(pieces(&warm, "words").len() > pieces(&first, "words").len());
    assert!(warm == outputs(folder.path(), &mut Memory::default()).unwrap());
    write(folder.path(), "content/p8.md", "# Page 8\n\nshort again\n");
    let warm = outputs(folder.path(), &mut memory).unwrap();
    assert!(warm == outputs(folder.path(), &mut Memory::default()).unwrap());
    assert_eq!(pieces(&warm, "words").len(), pieces(&first, "words").len());
}
