//! What is made for machines: sums, cards, Markdown, feeds, files for hosts. What is hidden is in none of them.

use std::collections::BTreeMap;

use brink::build::Memory;
use sha2::{Digest as _, Sha256};

use crate::support::{build, errors, outputs, read_all, results, run, site, write};

const CONFIG: &str = "title = \"Mali\"\nbase_url = \"https://example.org/mali/\"\n";

fn made(files: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let site = site(files);
    outputs(site.path(), &mut Memory::default()).unwrap()
}

fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    let bytes = files.get(path).unwrap_or_else(|| panic!("no {path} in {:?}", files.keys()));
    String::from_utf8(bytes.clone()).unwrap()
}

#[test]
fn sums_are_those_of_the_files_and_of_all_of_them() {
    let site = site(&[
        ("brink.toml", CONFIG),
        ("content/a b/index.md", "---\ntitle: A\naliases: [/old/]\n---\n# A\n"),
        ("static/picture.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ]);
    let published = run(site.path(), &["build"]);
    assert!(published.status.success(), "{}", errors(&published));
    let mut files = read_all(&site.path().join("public"));
    let sums = text(&files, "SHA256SUMS");
    let of_host = |path: &str| ["SHA256SUMS", "_headers", "_redirects"].contains(&path);
    files.retain(|path, _| !of_host(path));
    let expected: String = files
        .iter()
        .map(|(path, bytes)| {
            let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{hex}  {path}\n")
        })
        .collect();
    assert_eq!(sums, expected);
    // Cards that are kept, and even a damaged one, change nothing.
    let cards = site.path().join(".brink/cards");
    let kept: Vec<_> = std::fs::read_dir(&cards).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(kept.len(), 2, "the home page and the page");
    std::fs::write(&kept[0], "no card").unwrap();
    assert!(run(site.path(), &["build"]).status.success());
    assert_eq!(text(&read_all(&site.path().join("public")), "SHA256SUMS"), sums);
    // What is not shown any more is forgotten.
    write(site.path(), "brink.toml", &format!("{CONFIG}cards = \"sections\"\nchecksums = false\nhost_files = []\n"));
    assert!(run(site.path(), &["build"]).status.success());
    let files = read_all(&site.path().join("public"));
    assert!(!files.keys().any(|path| of_host(path) || path == "a b/card.png"), "{:?}", files.keys());
    assert_eq!(std::fs::read_dir(&cards).unwrap().count(), 1);
}

#[test]
fn the_preview_has_the_same_sums_when_it_is_asked_for_them() {
    let site = site(&[("content/a.md", "# A\n")]);
    let built = build(site.path(), &mut Memory::default()).unwrap();
    let output = built.plan.at("SHA256SUMS").unwrap();
    let all = outputs(site.path(), &mut Memory::default()).unwrap();
    assert_eq!(built.bytes(site.path(), output).unwrap(), all["SHA256SUMS"]);
}

#[test]
fn what_is_hidden_is_nowhere() {
    const TOKEN: &str = "canary-7f3a";
    let front =
        |keys: &str| format!("---\ntitle: {TOKEN}\ndescription: {TOKEN}\ndate: 2024-01-02\n{keys}\n---\n\n{TOKEN}\n");
    let (draft, waits, gone) = (front("draft: true"), front("publish: 2024-12-31"), front("expires: 2024-01-31"));
    let table = "| Intervention | Status |\n|---|---|\n| Aid | Ongoing |\n";
    let open = format!(
        "---\ntitle: Open\ndate: 2024-01-01\n---\n\n[a](s/{TOKEN}-a.md) and [b][b] <!-- ok: remark -->\n\n<!-- remark -->\n\n{table}\n\n[b]: s/{TOKEN}-b.md\n"
    );
    let files = made(&[
        ("brink.toml", &format!("{CONFIG}cards = \"all\"\nhost_files = [\"netlify\", \"apache\", \"nginx\"]\n")),
        ("content/open.md", &open),
        (&format!("content/s/{TOKEN}-a.md"), &draft),
        (&format!("content/s/{TOKEN}-b.md"), &waits),
        (&format!("content/{TOKEN}/index.md"), &gone),
        (&format!("content/{TOKEN}/picture.png"), "x"),
    ]);
    for (path, bytes) in &files {
        assert!(!path.contains(TOKEN), "{path}");
        assert!(!String::from_utf8_lossy(bytes).contains(TOKEN), "{path}: {}", String::from_utf8_lossy(bytes));
    }
    assert!(!text(&files, "open/index.md").contains("remark"));
    for path in ["feed.xml", "sitemap.xml", "llms.txt", "open/index.md", "open/card.png", ".htaccess", "_nginx.conf"] {
        assert!(files.contains_key(path), "{path}");
    }
}

#[test]
fn what_the_writer_has_stays() {
    let files = made(&[
        ("brink.toml", CONFIG),
        ("content/a/index.md", "---\ndate: 2024-01-01\naliases: [/old/]\n---\n# A\n"),
        ("static/robots.txt", "mine"),
        ("static/_headers", "mine"),
        ("static/_redirects", "mine"),
        ("static/llms.txt", "mine"),
        ("static/SHA256SUMS", "mine"),
        ("static/feed.xml", "mine"),
        ("static/a/INDEX.md", "mine"),
        ("static/a/card.png", "mine"),
        ("static/sitemap.xml/file", "mine"),
    ]);
    let own = ["robots.txt", "_headers", "_redirects", "llms.txt", "SHA256SUMS", "feed.xml", "a/INDEX.md"];
    for path in own {
        assert_eq!(text(&files, path), "mine", "{path}");
    }
    assert!(!files.contains_key("a/index.md") && !files.contains_key("sitemap.xml"));
    // The writer's own picture is the page's card; this one is none, and published empty.
    assert_eq!(text(&files, "a/card.png"), "");
    assert!(text(&files, "a/index.html").contains("content=\"https://example.org/mali/a/card.png\""));
}

#[test]
fn without_an_address_there_is_nothing_that_needs_one() {
    let files = made(&[
        ("content/a.md", "---\ndate: 2024-01-01\n---\n# A\n\n[home](_index.md)\n"),
        ("content/_index.md", "# Home\n"),
    ]);
    for path in ["feed.xml", "sitemap.xml", "robots.txt", "card.png", "a/card.png"] {
        assert!(!files.contains_key(path), "{path}");
    }
    assert!(!text(&files, "a/index.html").contains("og:"));
    assert_eq!(text(&files, "a/index.md"), "---\ntitle: \"A\"\nlanguage: \"en\"\n---\n\n# A\n\n[home](../)\n");
    assert!(text(&files, "llms.txt").contains("- [A](a/index.md)"));
}

#[test]
fn feeds_are_called_as_they_were() {
    let page = ("content/a.md", "---\ntitle: A\ndate: 2024-01-01\nupdated: 2024-02-03\n---\nx\n");
    let zola = made(&[("zola.toml", "base_url = \"https://example.org\"\n"), page]);
    let feed = text(&zola, "atom.xml");
    assert!(
        feed.contains("<updated>2024-02-03T00:00:00Z</updated>\n<published>2024-01-01T00:00:00Z</published>"),
        "{feed}"
    );
    let hugo = made(&[("hugo.toml", "baseURL = \"https://example.org\"\n"), page]);
    assert!(text(&hugo, "index.xml").contains("<id>https://example.org/a/</id>"));
    let none =
        made(&[("hugo.toml", "baseURL = \"https://example.org\"\ndisableKinds = [\"RSS\", \"sitemap\"]\n"), page]);
    assert!(!none.contains_key("index.xml") && !none.contains_key("sitemap.xml") && none.contains_key("robots.txt"));
    let own = made(&[
        ("brink.toml", "base_url = \"https://example.org\"\nfeed_filenames = [\"a.xml\", \"b.xml\"]\nfeed_limit = 1\n"),
        page,
        ("content/b.md", "---\ndate: 2023-01-01\n---\nb\n"),
    ]);
    assert_eq!(text(&own, "a.xml"), text(&own, "b.xml"));
    assert_eq!(text(&own, "a.xml").matches("<entry>").count(), 1);
}

#[test]
fn a_first_date_makes_a_feed_also_in_a_site_that_is_kept() {
    let site = site(&[("brink.toml", CONFIG), ("content/a.md", "# A\n\nx\n")]);
    let mut memory = Memory::default();
    assert!(!outputs(site.path(), &mut memory).unwrap().contains_key("feed.xml"));
    write(site.path(), "content/a.md", "---\ndate: 2024-01-01\n---\n# A\n\nx\n");
    let warm = outputs(site.path(), &mut memory).unwrap();
    assert!(warm.contains_key("feed.xml"));
    assert!(warm == outputs(site.path(), &mut Memory::default()).unwrap());
    write(site.path(), "content/a.md", "---\ndate: 2024-01-02\ntitle: Another\n---\n# A\n\nx\n");
    assert!(outputs(site.path(), &mut memory).unwrap() == outputs(site.path(), &mut Memory::default()).unwrap());
}

#[test]
fn keys_that_say_nothing_are_reported() {
    let site = site(&[
        ("brink.toml", "host_files = [\"apatche\"]\nfeed_filenames = \"a/b.xml\"\ncards = \"some\"\n"),
        ("content/a.md", "# A\n"),
    ]);
    let checked = run(site.path(), &["check"]);
    let said = results(&checked) + &errors(&checked);
    assert_eq!(said.matches("config-invalid").count(), 3, "{said}");
}
