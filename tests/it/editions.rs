//! The editions that need no host: `brink export`; and what pages cost a reader: `page-heavy`, `brink status`.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;
use std::process::Output;

use crate::support::{brink, errors, results, run, site, write};

/// Runs the program in a site's folder.
fn inside(folder: &Path, arguments: &[&str]) -> Output {
    brink().current_dir(folder).args(arguments).output().unwrap()
}

/// The files of an archive, each with its bytes.
fn unpacked(bytes: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let number = archive.len();
    let read = |at| {
        let mut file = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    };
    (0..number).map(read).collect()
}

#[test]
fn the_archive_has_every_page_and_its_links_lead_to_files() {
    let site = site(&[
        ("brink.toml", "title = \"Mali, explained\"\nbase_url = \"https://mali.example/\"\n"),
        ("content/_index.md", "# Home\n\n[Why](why.md#the-north) and ![a dot](dot.svg).\n"),
        ("content/why.md", "# Why\n\n## The north\n\nBack [home](_index.md).\n"),
        ("content/hidden.md", "---\ndraft: true\n---\n# Hidden canary-7351\n"),
        ("content/dot.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>\n"),
    ]);
    let made = inside(site.path(), &["export", "zip"]);
    assert_eq!(made.status.code(), Some(0), "{}", errors(&made));
    let archive = site.path().join("mali-explained.zip");
    let files = unpacked(fs::read(&archive).unwrap());
    let text = |wanted: &str| {
        let found = files.iter().find(|(path, _)| path == wanted);
        String::from_utf8(found.unwrap_or_else(|| panic!("{wanted} is in the archive")).1.clone()).unwrap()
    };
    assert!(text("mali-explained/index.html").contains("why/index.html#the-north"));
    assert!(text("mali-explained/why/index.html").contains("../index.html"));
    assert!(!files.iter().any(|(path, _)| path.ends_with("404.html") || path.contains("/_headers")));
    assert!(files.iter().all(|(_, bytes)| !String::from_utf8_lossy(bytes).contains("canary-7351")));
    let again = inside(site.path(), &["export", "zip"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(errors(&again).contains("nothing was changed"), "{}", errors(&again));
    let small = inside(site.path(), &["export", "zip", "--force", "--without-pictures"]);
    assert!(results(&small).contains("left out"), "{}", results(&small));
    assert!(!unpacked(fs::read(&archive).unwrap()).iter().any(|(path, _)| path.ends_with(".svg")));
}

#[test]
fn a_page_is_one_file_that_asks_for_nothing() {
    let site = site(&[
        ("content/_index.md", "# Home\n"),
        ("content/mali/_index.md", "# Mali\n\n![A dot](dot.svg)\n\n## One\n\n[Why](why.md)\n\n## Two\n\nText.\n"),
        ("content/mali/why.md", "# Why\n"),
        ("content/mali/dot.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>\n"),
    ]);
    let made = inside(site.path(), &["export", "single-file", "mali/", "--base-url", "https://mali.example/"]);
    assert_eq!(made.status.code(), Some(0), "{}", errors(&made));
    let html = fs::read_to_string(site.path().join("mali.html")).unwrap();
    assert!(html.contains("src=\"data:image/svg+xml;base64,"), "{html}");
    assert!(html.contains("href=\"https://mali.example/mali/why/\""), "{html}");
    assert!(html.contains("href=\"#one\""), "{html}");
    assert!(!html.contains("<script") && !html.contains("rel=\"stylesheet\""), "{html}");
    let text = inside(site.path(), &["export", "single-file", "content/mali/_index.md", "--text"]);
    assert!(results(&text).starts_with("Mali\n====\n"), "{}", results(&text));
    let unknown = inside(site.path(), &["export", "single-file", "malii"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(errors(&unknown).contains("did you mean `mali/`?"), "{}", errors(&unknown));
    let folder = inside(site.path(), &["export", "single-file", "mali/", "--force", "--output", "content"]);
    assert!(errors(&folder).contains("it is a folder"), "{}", errors(&folder));
}

#[test]
fn what_a_page_costs_is_told_by_check_and_by_status() {
    let site = site(&[("content/_index.md", "# Home\n"), ("content/mali.md", "# Mali\n\n{{ dots() }}\n")]);
    write(site.path(), "templates/shortcodes/dots.html", "{% for number in range(2000) %}<b>●</b>{% endfor %}\n");
    let checked = run(site.path(), &["check", "--format=json"]);
    let report: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
    let problems = report["problems"].as_array().unwrap();
    let heavy: Vec<&serde_json::Value> = problems.iter().filter(|problem| problem["code"] == "page-heavy").collect();
    assert_eq!(heavy.len(), 1, "{problems:?}");
    assert_eq!((&heavy[0]["level"], &heavy[0]["file"]), (&"warning".into(), &"content/mali.md".into()));
    let status = run(site.path(), &["status", "--format=json"]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    let over = &status["weights"]["over"][0];
    assert_eq!(over["url"], "mali/");
    assert!(over["values"]["elements"].as_u64() > Some(2000), "{over}");
    assert_eq!(over["over"][0]["measure"], "elements");
    let text = run(site.path(), &["status"]);
    assert!(results(&text).contains("/mali/ 2,"), "{}", results(&text));
    assert_eq!(brink().args(["export"]).output().unwrap().status.code(), Some(2));
}
