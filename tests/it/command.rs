//! The command line as a writer uses it: exit codes, what is said, and what happens to the published folder.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::support::{brink, errors, read_all, results, run, site, tests_folder, write};

const PAGE: &str = "# A page\n\nText.\n";

fn build(root: &Path) -> i32 {
    run(root, &["build"]).status.code().unwrap()
}

#[test]
fn a_folder_with_nothing_but_content_builds() {
    let site = site(&[("content/a.md", PAGE)]);
    let output = run(site.path(), &["build"]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(results(&output).contains("Built 2 pages"), "{}", results(&output));
    assert!(site.path().join("public/a/index.html").is_file());
    assert!(site.path().join("public/index.html").is_file());
}

#[test]
fn the_same_content_gives_the_same_bytes_at_any_place_and_time() {
    let project = tests_folder().join("..");
    let builds: Vec<_> = (0..2)
        .map(|number| {
            let copy = tempfile::tempdir().unwrap();
            let root = copy.path().join(if number == 0 { "one" } else { "another/deeper" });
            for (path, bytes) in read_all(&project.join("content")) {
                write(&root, &format!("content/{path}"), "");
                fs::write(root.join("content").join(path), bytes).unwrap();
            }
            fs::copy(project.join("brink.toml"), root.join("brink.toml")).unwrap();
            assert_eq!(build(&root), 0);
            let first = read_all(&root.join("public"));
            assert_eq!(build(&root), 0);
            assert_eq!(first, read_all(&root.join("public")), "the second build differs");
            let path = root.to_string_lossy().into_owned();
            assert!(first.values().all(|bytes| !String::from_utf8_lossy(bytes).contains(&path)));
            first
        })
        .collect();
    assert!(builds[0].len() > 20);
    assert_eq!(builds[0], builds[1]);
}

#[test]
fn nothing_of_the_machine_is_in_what_is_published() {
    let copy = tempfile::Builder::new().prefix("folder-of-the-writer-").tempdir().unwrap();
    let sahel = tests_folder().join("sites/sahel");
    for (path, bytes) in read_all(&sahel).into_iter().filter(|(path, _)| !path.starts_with("expected/")) {
        write(copy.path(), &path, "");
        fs::write(copy.path().join(path), bytes).unwrap();
    }
    let built = brink()
        .args(["build", "--root"])
        .arg(copy.path())
        .envs([("USER", "writer-by-name"), ("LOGNAME", "writer-by-name"), ("HOSTNAME", "host-of-the-writer")])
        .env("EMAIL", "writer-by-name@example.org")
        .output()
        .unwrap();
    assert_eq!(built.status.code(), Some(0), "{}", errors(&built));
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let project = tests_folder().join("..").canonicalize().unwrap().to_string_lossy().into_owned();
    let traces = ["folder-of-the-writer-", "writer-by-name", "host-of-the-writer", host.trim(), &project];
    let published = read_all(&copy.path().join("public"));
    assert!(published.len() > 100);
    for (path, bytes) in &published {
        let text = String::from_utf8_lossy(bytes);
        // The name of a host may be a word that sites use.
        let found = traces.iter().find(|trace| trace.len() > 6 && text.contains(**trace));
        assert_eq!(found, None, "in {path}");
    }
}

#[test]
fn the_code_of_an_edition_is_that_of_its_bytes() {
    use sha2::Digest as _;
    let site = site(&[("content/a.md", PAGE), ("content/b.md", "# Another\n")]);
    assert_eq!(build(site.path()), 0);
    let mark = "<span id=\"_edition\">";
    let codes = ["a/index.html", "b/index.html", "404.html"].map(|path| {
        let page = fs::read_to_string(site.path().join("public").join(path)).unwrap();
        let at = page.find(mark).unwrap() + mark.len();
        let blank = format!("{}00000000{}", &page[..at], &page[at + 8..]);
        let hash: String = sha2::Sha256::digest(blank.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(page[at..at + 8], hash[..8], "{path}");
        hash
    });
    assert!(codes[0] != codes[1] && codes[1] != codes[2]);
}

#[test]
fn the_tables_of_article_1_give_three_interventions_and_four_focus_areas() {
    let output = tempfile::tempdir().unwrap();
    let target = output.path().join("site");
    let project = tests_folder().join("..");
    let built = brink().arg("build").arg("--root").arg(&project).arg("--output").arg(&target).output().unwrap();
    assert_eq!(built.status.code(), Some(0), "{}", errors(&built));
    let rows = |name: &str| {
        let text = fs::read_to_string(target.join("data").join(name)).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns = reader.headers().unwrap().clone();
        let rows = reader.records().map(|row| {
            let row = row.unwrap();
            columns
                .iter()
                .map(str::to_owned)
                .zip(row.iter().map(str::to_owned))
                .collect::<std::collections::BTreeMap<_, _>>()
        });
        rows.collect::<Vec<_>>()
    };
    let interventions = rows("interventions.csv");
    let statuses: Vec<_> = interventions
        .iter()
        .map(|row| {
            (row["name"].as_str(), row["status"].as_str(), row["status_label"].as_str(), row["iati_status"].as_str())
        })
        .collect();
    assert_eq!(
        statuses,
        [
            ("Economic Development", "planned", "Planned", "1"),
            ("Foreign Military Presence", "winding-down", "Withdrawing", "2"),
            ("Military Training", "active", "In Progress", "2"),
            ("Peacekeeping Forces", "active", "Ongoing", "2"),
        ]
    );
    assert!(interventions.iter().all(|row| row["as_of"].is_empty()));
    assert_eq!(rows("focus-areas.csv").len(), 4);
    let page = |path: &str| fs::read_to_string(target.join(path).join("index.html")).unwrap();
    assert!(page("interventions/economic-development").contains("href=\"../../focus-areas/economic-development/\""));
    assert!(page("focus-areas/economic-development").contains("href=\"../../interventions/economic-development/\""));
    assert!(page("mali/interventions").contains("href=\"../../interventions/peacekeeping-forces/\""));
    assert!(page("interventions/status/winding-down").contains("Peacekeeping Forces"));
    assert!(page("interventions/peacekeeping-forces").contains("undated"));
}

#[test]
fn bad_input_leaves_the_last_good_site_as_it_is() {
    let mistakes: [(&str, &[u8], i32, &str); 6] = [
        ("content/b.md", b"---\ntitle: [A\n---\n", 1, "front-matter-invalid"),
        ("content/b.md", b"caf\xe9", 1, "content/b.md:1:4"),
        ("content/sub/a.md", b"", 1, "url-collision"),
        ("templates/page.html", b"{% if %}", 1, "templates/page.html:1:7"),
        ("templates/page.html", b"{{ page.titel }}", 1, "templates/page.html:1:4"),
        ("brink.toml", b"title = Mali", 2, "brink.toml:1:9"),
    ];
    for (path, bytes, code, said) in mistakes {
        let site = site(&[("content/a.md", PAGE), ("content/sub.md", "---\nslug: sub\n---\n# Sub\n")]);
        assert_eq!(build(site.path()), 0);
        let before = read_all(&site.path().join("public"));
        write(site.path(), path, "");
        fs::write(site.path().join(path), bytes).unwrap();
        let output = run(site.path(), &["build"]);
        assert_eq!(output.status.code(), Some(code), "{path}: {}", errors(&output));
        assert!(errors(&output).contains(said), "{path}: {}", errors(&output));
        assert_eq!(before, read_all(&site.path().join("public")), "{path} changed the published site");
    }
}

#[test]
fn what_the_machine_denies_is_said_with_exit_code_3() {
    let site = site(&[("content/a.md", PAGE)]);
    assert_eq!(build(site.path()), 0);
    let before = read_all(&site.path().join("public"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../content", site.path().join("content/circle")).unwrap();
        let output = run(site.path(), &["build"]);
        assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
        assert!(errors(&output).contains("content/circle"), "{}", errors(&output));
        fs::remove_file(site.path().join("content/circle")).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", site.path().join("content/secret.txt")).unwrap();
        let output = run(site.path(), &["build"]);
        assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
        assert!(errors(&output).contains("leads out of the site"), "{}", errors(&output));
    }
    assert_eq!(before, read_all(&site.path().join("public")));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(site.path(), &["serve", "--port", &port]);
    assert_eq!(output.status.code(), Some(3));
    assert!(errors(&output).contains(&format!("port {port}")), "{}", errors(&output));
}

#[test]
fn files_that_brink_did_not_write_stay() {
    let site = site(&[
        ("content/a.md", PAGE),
        ("content/b.md", PAGE),
        ("public/CNAME", "example.org"),
        ("public/keep/x.txt", "x"),
    ]);
    assert_eq!(build(site.path()), 0);
    fs::remove_file(site.path().join("content/b.md")).unwrap();
    assert_eq!(build(site.path()), 0);
    let public = site.path().join("public");
    assert!(!public.join("b").exists(), "the page of a deleted source is still there");
    assert_eq!(fs::read_to_string(public.join("CNAME")).unwrap(), "example.org");
    assert_eq!(fs::read_to_string(public.join("keep/x.txt")).unwrap(), "x");
}

#[test]
fn a_foreign_file_in_the_way_stops_the_build() {
    let site = site(&[("content/a.md", PAGE), ("public/index.html", "somebody's own")]);
    let output = run(site.path(), &["build"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("index.html"), "{}", errors(&output));
    assert_eq!(read_all(&site.path().join("public")).len(), 1);
}

#[test]
fn a_published_file_that_was_edited_is_kept_as_a_copy() {
    let site = site(&[("content/a.md", PAGE)]);
    assert_eq!(build(site.path()), 0);
    write(site.path(), "public/a/index.html", "an edit by hand");
    let output = run(site.path(), &["build"]);
    assert!(errors(&output).contains("changed by hand"), "{}", errors(&output));
    let kept = read_all(&site.path().join(".brink/kept"));
    assert_eq!(kept.values().next().map(Vec::as_slice), Some(b"an edit by hand".as_slice()));
}

#[test]
fn an_unchanged_file_keeps_its_time() {
    let files = [("content/a.md", PAGE), ("content/b.md", PAGE), ("static/own.css", "p { margin: 0 }")];
    let site = site(&[&[("brink.toml", "search = false\n")], &files[..]].concat());
    assert_eq!(build(site.path()), 0);
    let time = |path: &str| fs::metadata(site.path().join("public").join(path)).unwrap().modified().unwrap();
    let (a, style) = (time("a/index.html"), time("own.css"));
    write(site.path(), "content/b.md", "# A page\n\nOther text.\n");
    let output = run(site.path(), &["build"]);
    // The page, its Markdown, and the sums.
    assert!(results(&output).contains("3 new or changed"), "{}", results(&output));
    assert_eq!((a, style), (time("a/index.html"), time("own.css")));
}

#[test]
fn a_page_may_become_a_folder_and_a_folder_a_page() {
    let site = site(&[("content/index.md", PAGE), ("content/x/data", "a file"), ("content/y", "a file")]);
    assert_eq!(build(site.path()), 0);
    fs::remove_dir_all(site.path().join("content/x")).unwrap();
    fs::remove_file(site.path().join("content/y")).unwrap();
    write(site.path(), "content/x", "now a file");
    write(site.path(), "content/y/data", "now in a folder");
    let output = run(site.path(), &["build"]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_eq!(fs::read_to_string(site.path().join("public/x")).unwrap(), "now a file");
    assert_eq!(fs::read_to_string(site.path().join("public/y/data")).unwrap(), "now in a folder");
}

#[test]
fn a_page_of_ones_own_for_missing_addresses_replaces_the_themes() {
    let site = site(&[("content/a.md", PAGE), ("static/404.html", "our own"), ("static/.nojekyll", "")]);
    assert_eq!(build(site.path()), 0);
    assert_eq!(fs::read_to_string(site.path().join("public/404.html")).unwrap(), "our own");
    assert!(site.path().join("public/.nojekyll").is_file());
}

#[test]
fn what_lies_beside_a_draft_is_hidden_with_it() {
    let site = site(&[
        ("content/a.md", PAGE),
        ("content/d/_index.md", "---\ndraft: true\n---\n# D\n"),
        ("content/d/deep/secret.pdf", "hidden-token"),
        ("content/e/index.md", "---\ndraft: true\n---\n# E\n"),
        ("content/e/secret.txt", "hidden-token"),
        ("content/B.MD", "---\ndraft: true\n---\nhidden-token\n"),
    ]);
    assert_eq!(build(site.path()), 0);
    let everything = read_all(&site.path().join("public"));
    assert!(
        everything.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("hidden-token")),
        "{:?}",
        everything.keys()
    );
}

#[test]
fn an_unreadable_as_of_leaves_the_row_undated() {
    let table = "| Intervention | Status | As of |\n|---|---|---|\n| Aid | Ongoing | spring 2019 |\n";
    let site = site(&[("content/a.md", &format!("---\ntitle: A\nas_of: 2024-01-15\n---\n{table}"))]);
    assert_eq!(build(site.path()), 0);
    let data = fs::read_to_string(site.path().join("public/data/interventions.csv")).unwrap();
    assert!(!data.contains("2024-01-15"), "{data}");
}

#[test]
fn a_file_with_the_same_bytes_stays_its_owners() {
    let site =
        site(&[("content/a.md", PAGE), ("static/robots.txt", "User-agent: *"), ("public/robots.txt", "User-agent: *")]);
    assert_eq!(build(site.path()), 0);
    fs::remove_file(site.path().join("static/robots.txt")).unwrap();
    assert_eq!(build(site.path()), 0);
    assert!(site.path().join("public/robots.txt").is_file());
}

#[test]
#[cfg(unix)]
fn nothing_behind_a_link_in_the_published_folder_is_touched() {
    let site = site(&[("content/a/p.md", PAGE), ("content/b.md", PAGE)]);
    assert_eq!(build(site.path()), 0);
    let public = site.path().join("public");
    fs::rename(public.join("a"), site.path().join("moved")).unwrap();
    std::os::unix::fs::symlink("../moved", public.join("a")).unwrap();
    fs::remove_dir_all(site.path().join("content/a")).unwrap();
    assert_eq!(build(site.path()), 0);
    assert!(site.path().join("moved/p/index.html").is_file());
}

#[test]
#[cfg(unix)]
fn an_editors_lock_is_no_page() {
    let site = site(&[("content/a.md", PAGE)]);
    std::os::unix::fs::symlink("user@host.1234:5678", site.path().join("content/.#a.md")).unwrap();
    assert_eq!(build(site.path()), 0);
}

#[test]
fn builds_of_one_folder_wait_for_each_other() {
    let site = site(&[("content/a.md", PAGE), ("content/b.md", PAGE)]);
    let builds: Vec<_> = (0..6)
        .map(|_| {
            brink().arg("build").arg("--root").arg(site.path()).stdout(std::process::Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut child in builds {
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    assert!(site.path().join("public/a/index.html").is_file());
}

#[test]
fn another_site_in_the_same_folder_is_not_removed() {
    let (one, two) = (site(&[("content/a.md", PAGE)]), site(&[("content/b.md", PAGE)]));
    let target = tempfile::tempdir().unwrap();
    let build_into = |root: &Path| {
        brink().arg("build").arg("--root").arg(root).arg("--output").arg(target.path().join("out")).output().unwrap()
    };
    assert_eq!(build_into(one.path()).status.code(), Some(0));
    // The lock says who held it last.
    let all = || {
        let mut files = read_all(target.path());
        files.remove(".brink/out.lock");
        files
    };
    let before = all();
    let output = build_into(two.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("another site"), "{}", errors(&output));
    assert!(before == all());
    assert_eq!(build_into(one.path()).status.code(), Some(0));
}

#[test]
fn dangerous_output_folders_are_refused() {
    let site = site(&[("content/a.md", PAGE), ("file", "x")]);
    for output in [".", "..", ".git/x", ".brink", "content", "content/out", "templates/out", "/", "file"] {
        let path = site.path().join(output);
        let result = brink().arg("build").arg("--root").arg(site.path()).arg("--output").arg(&path).output().unwrap();
        assert_eq!(result.status.code(), Some(2), "{output}: {}", errors(&result));
    }
    assert_eq!(read_all(site.path()).len(), 2);
}

#[test]
fn drafts_are_listed_and_not_published() {
    let site = site(&[
        ("content/a.md", PAGE),
        ("content/d.md", "---\ntitle: Secret plan\ndraft: true\n---\nhidden-token\n"),
        ("content/s/_index.md", "---\ntitle: Later\ndraft: true\n---\n"),
        ("content/s/p.md", "# hidden-token\n"),
    ]);
    let output = run(site.path(), &["build"]);
    let said = results(&output);
    assert!(
        said.contains("content/d.md is a draft")
            && said.contains("content/s/p.md is below content/s/_index.md, which is a draft"),
        "{said}"
    );
    let everything = read_all(&site.path().join("public"));
    assert!(everything.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("hidden-token")));
    assert_eq!(run(site.path(), &["build", "--drafts"]).status.code(), Some(0));
    assert!(site.path().join("public/s/p/index.html").is_file());
}

#[test]
fn problems_set_the_exit_code_and_the_page_is_published_all_the_same() {
    let site = site(&[
        ("content/a.md", "# A\n\n[x](nowhere.md) and [y](gone.md)\n"),
        ("content/b.md", "# B\n\n[z](lost.md)\n"),
    ]);
    let output = run(site.path(), &["build"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(errors(&output).matches("error[link-broken]").count(), 3);
    assert!(site.path().join("public/a/index.html").is_file());
    write(site.path(), "content/a.md", "---\ntitel: A\n---\n");
    write(site.path(), "content/b.md", PAGE);
    assert_eq!(run(site.path(), &["build"]).status.code(), Some(0));
    assert_eq!(run(site.path(), &["build", "--strict"]).status.code(), Some(1));
}

#[test]
fn check_gives_json_and_writes_nothing() {
    let site = site(&[("content/a.md", "# مالي\n\nécole [x](nowhere.md)\n")]);
    let output = run(site.path(), &["check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(report["counts"]["error"], 1);
    let problem = &report["problems"][0];
    assert_eq!(problem["code"], "link-broken");
    assert_eq!(problem["level"], "error");
    assert_eq!(problem["file"], "content/a.md");
    assert_eq!((problem["line"].as_u64(), problem["column"].as_u64()), (Some(3), Some(7)));
    assert_eq!((problem["end_line"].as_u64(), problem["end_column"].as_u64()), (Some(3), Some(22)));
    assert!(problem["related"].is_array() && problem["help"].is_string());
    assert_eq!(read_all(site.path()).len(), 1);
}

#[test]
fn check_gives_sarif_for_code_scanning() {
    let site = site(&[("content/a.md", "# A\n\n[x](nowhere.md)\n\nFighting is now spreading.\n")]);
    let output = run(site.path(), &["check", "--format=sarif"]);
    assert_eq!((output.status.code(), errors(&output).as_str()), (Some(1), ""));
    let log: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let found = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!((rules.len(), found.len()), (2, 2));
    for rule in rules {
        assert!(rule["shortDescription"]["text"].is_string() && rule["help"]["text"].is_string(), "{rule}");
    }
    let levels: Vec<_> = rules.iter().map(|rule| rule["defaultConfiguration"]["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "note"]);
    let artifact = &found[0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!((artifact["uri"].as_str(), artifact["uriBaseId"].as_str()), (Some("content/a.md"), Some("%SRCROOT%")));
    assert!(found[0]["message"]["text"].as_str().unwrap().contains("nowhere.md"));
    assert!(!results(&output).contains(site.path().to_str().unwrap()));
}

#[test]
fn check_gives_workflow_commands() {
    let site = site(&[("content/a.md", "# A\n\n[x](nowhere.md)\n\nFighting is now spreading.\n")]);
    let output = run(site.path(), &["check", "--format=github"]);
    assert_eq!((output.status.code(), errors(&output).as_str()), (Some(1), ""));
    let lines = results(&output);
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), 2);
    let first = "::error file=content/a.md,line=3,endLine=3,col=1,endColumn=16,title=link-broken::this link leads";
    assert!(lines[0].starts_with(first), "{}", lines[0]);
    assert!(lines[1].starts_with("::notice file=content/a.md,line=5,"), "{}", lines[1]);
    assert_eq!(results(&run(site.path(), &["check", "--format=github", "--quiet"])), results(&output));
    let name = site.path().file_name().unwrap();
    let above = site.path().parent().unwrap();
    let output = brink().current_dir(above).args(["check", "--format=github", "--root"]).arg(name).output().unwrap();
    let begin = format!("::error file={}/content/a.md,", name.to_str().unwrap());
    assert!(results(&output).starts_with(&begin), "{}", results(&output));
}

#[test]
fn new_writes_a_site_that_builds_without_problems_and_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("mine");
    assert_eq!(brink().arg("new").arg(&site).output().unwrap().status.code(), Some(0));
    let output = run(&site, &["build", "--strict"]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(results(&output).contains("3 interventions, 2 focus areas"), "{}", results(&output));
    let before = read_all(&site);
    assert_eq!(brink().arg("new").arg(&site).output().unwrap().status.code(), Some(2));
    assert_eq!(before, read_all(&site));
}

#[test]
fn usage_mistakes_have_exit_code_2_and_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let bare = brink().current_dir(folder.path()).output().unwrap();
    assert_eq!(bare.status.code(), Some(2));
    assert!(results(&bare).contains("brink new") && results(&bare).contains("brink serve"), "{}", results(&bare));
    assert_eq!(brink().arg("bild").output().unwrap().status.code(), Some(2));
    let nothing = run(folder.path(), &["build"]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(errors(&nothing).contains("brink new"), "{}", errors(&nothing));
    let url = run(folder.path(), &["build", "--base-url", "example.org"]);
    assert_eq!(url.status.code(), Some(2));
}

#[test]
fn a_page_at_the_address_of_a_term_introduces_it() {
    let site = site(&[
        ("content/a.md", "---\ntitle: A\ntags: [Aid]\n---\nText.\n"),
        ("content/tags/_index.md", "---\ntitle: All tags\n---\nHow pages are filed.\n"),
        ("content/tags/aid/_index.md", "---\ntitle: About aid\n---\nWhat is meant.\n"),
    ]);
    assert_eq!(run(site.path(), &["build"]).status.code(), Some(0));
    let page = |path: &str| fs::read_to_string(site.path().join("public").join(path)).unwrap();
    let term = page("tags/aid/index.html");
    assert!(term.contains(">About aid</h1>") && term.contains("What is meant.") && term.contains("../../a/"), "{term}");
    let taxonomy = page("tags/index.html");
    assert!(taxonomy.contains(">All tags</h1>") && taxonomy.contains("href=\"../tags/aid/\""), "{taxonomy}");
}

#[test]
fn a_build_shows_the_first_problems_and_every_error() {
    let rows: String = (0..300).map(|at| format!("| Aid {at} | Wonderful |\n")).collect();
    let table = format!("# Home\n\n| Intervention | Status |\n|---|---|\n{rows}\n[Broken](nowhere.md)\n");
    let folder = site(&[("content/_index.md", &table)]);
    let output = run(folder.path(), &["build"]);
    let told = errors(&output);
    assert_eq!(told.matches("warning[status-unknown]").count() + told.matches("hint[").count(), 200, "{told}");
    assert_eq!(told.matches("error[link-broken]").count(), 1, "{told}");
    assert!(told.contains("other problems, warnings or hints; `brink check` shows all of them"), "{told}");
    let all = errors(&run(folder.path(), &["check"]));
    assert_eq!(all.matches("warning[status-unknown]").count(), 300);
}

const HOUR: Duration = Duration::from_secs(3600);

/// Makes the files of a site look as if they were written an hour ago, so that a build trusts what the disk says of them.
fn age(root: &Path) {
    date(root, SystemTime::now() - HOUR);
}

/// Makes the files of a site look as if they were written at a certain time.
fn date(root: &Path, time: SystemTime) {
    for path in read_all(root).keys().filter(|path| !path.starts_with("public/") && !path.starts_with(".brink/")) {
        fs::File::options().append(true).open(root.join(path)).unwrap().set_modified(time).unwrap();
    }
}

#[test]
fn a_build_of_what_has_not_changed_tells_the_same_and_anything_else_is_built() {
    let table = "\n| Intervention | Status |\n|---|---|\n| Wells | Odd |\n\n[x](gone.md)\n";
    let site = site(&[
        ("brink.toml", "title = \"T\"\n"),
        ("content/a.md", &format!("{PAGE}{table}")),
        ("content/b.md", "+++\ndraft = true\n+++\n# B\n"),
        ("static/x.txt", "x"),
    ]);
    let root = site.path();
    let build = |arguments: &[&str]| {
        let output = run(root, &[&["build"], arguments].concat());
        let said = results(&output);
        let lines: Vec<String> = said.lines().map(str::to_owned).collect();
        let is_kept = lines[0].starts_with("Nothing has changed: ");
        assert!(is_kept || lines[0].starts_with("Built "), "{said}");
        (is_kept, errors(&output), lines[3..].to_vec(), output.status.code())
    };
    let is_kept = |arguments: &[&str]| build(arguments).0;
    // A file that was written only just now may change once more without another time. These stay so however slow the machine is.
    date(root, SystemTime::now() + HOUR);
    assert!(!is_kept(&[]));
    assert!(!is_kept(&[]));
    age(root);
    let first = build(&[]);
    assert!(
        !first.0 && first.1.contains("link-broken") && first.2.iter().any(|line| line.contains("b.md")),
        "{first:?}"
    );
    let site_before = read_all(&root.join("public"));
    let again = build(&[]);
    assert!(again.0, "{again:?}");
    assert_eq!((&first.1, &first.2, first.3), (&again.1, &again.2, again.3));
    assert_eq!(read_all(&root.join("public")), site_before);

    // Each of these is another question, and then the first one is as well.
    for other in [&["--drafts"][..], &["--strict"], &["--base-url", "https://a.example/"], &["--color=always"]] {
        assert!(!is_kept(other), "{other:?}");
        assert!(is_kept(other), "{other:?}");
        assert!(!is_kept(&[]), "{other:?}");
    }
    // What was published is not as it was left.
    let page = root.join("public/a/index.html");
    let changes: [(&str, &dyn Fn()); 4] = [
        ("a file is gone", &|| fs::remove_file(&page).unwrap()),
        ("a file was edited", &|| fs::write(&page, "by hand").unwrap()),
        ("the record is another", &|| drop(fs::remove_file(root.join(".brink/public.record")))),
        ("what was said is cut", &|| {
            let path = root.join(".brink/public.said");
            let said = fs::read(&path).unwrap();
            fs::write(path, &said[..said.len() - 1]).unwrap();
        }),
    ];
    for (what, change) in changes {
        assert!(is_kept(&[]), "{what}");
        change();
        let output = run(root, &["build"]);
        if what == "the record is another" {
            assert_eq!(output.status.code(), Some(2), "{}", errors(&output)); // whose files are they?
            fs::remove_dir_all(root.join("public")).unwrap();
            assert!(!is_kept(&[]), "{what}");
        } else {
            assert!(results(&output).starts_with("Built "), "{what}: {}", results(&output));
        }
        assert_eq!(read_all(&root.join("public")), site_before, "{what}");
    }
    // What the site is made from.
    for (path, text) in
        [("content/c.md", PAGE), ("static/x.txt", "y"), ("brink.toml", "title = \"U\"\n"), ("templates/a.html", "")]
    {
        assert!(is_kept(&[]), "{path}");
        write(root, path, text);
        age(root);
        let output = run(root, &["build"]);
        assert!(results(&output).starts_with("Built "), "{path}: {}", results(&output));
    }
}
