//! The desk, the bar and the marks of the preview, and the way from them to the writer's editor.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::preview::Preview;
use crate::support::{brink, build, folders_in, read_all, run, site, tests_folder, without_preview, write};
use brink::build::Memory;

const HOME: &str =
    "# Home <script>x</script>\n\nA [broken link](nowhere.md), [the plan](plan.md), [the text](text.md).\n";

const PLAN: &str = "---\ntitle: \"Plan <script>alert(1)</script>\"\n---\n\nIntro.\n\n\
| Intervention | Status | As of | Source |\n|---|---|---|---|\n\
| Training | Ongoing | 2024-06-01 | [UN, *Report*, 2024-05-01](https://un.example/r) |\n\
| Bridge | Weird \"><script> | 2020-01-01 | |\n\n\
Another [bad](a.md) paragraph\nover two lines [worse](b.md).\n\n\
- one\n- two [gone](c.md)\n\n  and more [gone](d.md)\n\n\
A note.[^a] Used.[^b]\n\n[^a]: Someone, [gone](e.md).\n[^b]: Fine.\n\n\
Term\n: Meaning, [gone](f.md).\n\n> Quoted [gone](g.md).\n\n<p>Raw [no](h.md)</p>\n\n{{ nothing() }}\n";

const TEXT: &str =
    "# Text\n\n| Intervention | Status | As of |\n|---|---|---|\n| Training | Completed | 2024-06-01 |\n";

/// A site with something for every part of the desk.
fn broken() -> tempfile::TempDir {
    site(&[
        ("brink.toml", "title = \"A <b>site</b>\"\n"),
        ("content/_index.md", HOME),
        ("content/plan.md", PLAN),
        ("content/text.md", TEXT),
        ("content/draft.md", "---\ndraft: true\n---\n# Draft\n"),
        ("content/later.md", "---\ndate: 2031-02-03\n---\n# Later\n"),
        ("content/gone.md", "---\nexpires: 2021-01-01\n---\n# Gone\n"),
        ("content/lonely.md", "# Lonely\n\nNothing leads here.\n"),
    ])
}

fn start(root: &Path) -> Preview {
    Preview::run(brink(), root, &[])
}

/// The part of the desk with this id.
fn section<'p>(page: &'p str, id: &str) -> &'p str {
    let start = page.find(&format!("<section id=\"{id}\"")).unwrap_or_else(|| panic!("no {id} in {page}"));
    let rest = &page[start..];
    &rest[..rest.find("</section>").unwrap()]
}

/// The token that a page carries.
fn token(page: &str) -> String {
    page.split("data-brink-token=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn the_desk_shows_every_problem_by_file_and_by_kind() {
    let site = broken();
    let preview = start(site.path());
    let (status, desk) = preview.get("/_brink/");
    assert_eq!(status, 200);
    let all = build(site.path(), &mut Memory::default()).unwrap().problems().len();
    assert!(desk.contains(&format!("<b>{all}</b> problems")), "{desk}");
    let problems = section(&desk, "problems");
    assert!(problems.contains("data-key=\"content/plan.md\"") && problems.contains("data-key=\"content/_index.md\""));
    assert!(problems.contains("this link leads to <code>nowhere.md</code>, which does not exist"), "{problems}");
    assert!(problems.contains("<i>3</i>A <mark>[broken link](nowhere.md)</mark>, [the plan]"), "{problems}");
    assert!(problems.contains("mend the address, or remove the link"));
    assert!(problems.contains("data-file=\"content/_index.md\" data-line=\"3\" data-column=\"3\""), "{problems}");
    let (_, by_kind) = preview.get("/_brink/?by=kind");
    let problems = section(&by_kind, "problems");
    assert!(problems.contains("data-key=\"link-broken\"") && problems.contains("data-key=\"status-unknown\""));
    assert!(!problems.contains("data-key=\"content/plan.md\""));
    let (_, of_file) = preview.get("/_brink/?file=content%2F_index.md");
    assert!(of_file.contains("nowhere.md") && !of_file.contains("Weird") && !of_file.contains("id=\"contested\""));
    let (_, of_kind) = preview.get("/_brink/?kind=status-unknown");
    assert!(of_kind.contains("Weird") && !of_kind.contains("nowhere.md"));
    let (status, explained) = preview.get("/_brink/explain/link-broken");
    assert!(status == 200 && explained.contains("A link leads to a page or file that does not exist"), "{explained}");
    assert_eq!((preview.get("/_brink/explain/weather").0, preview.get("/_brink/none").0), (404, 404));
}

#[test]
fn the_desk_shows_where_the_site_stands() {
    let site = broken();
    let preview = start(site.path());
    let (_, desk) = preview.get("/_brink/");
    let contested = section(&desk, "contested");
    let (ongoing, completed) = (contested.find(">Ongoing<").unwrap(), contested.find(">Completed<").unwrap());
    let sides = contested.find("class=\"sides\"").unwrap();
    assert!(sides < ongoing && sides < completed && contested.contains("both are firm"), "{contested}");
    assert!(contested.contains("<dd>2024-06-01</dd>") && contested.contains("none named"), "{contested}");
    assert!(contested.contains("data-file=\"content/plan.md\" data-line=\"9\""), "{contested}");
    assert!(contested.contains("data-file=\"content/text.md\" data-line=\"5\""), "{contested}");
    let stale = section(&desk, "stale");
    assert!(stale.contains("Bridge") && stale.contains("was due") && stale.contains("content/plan.md:10"), "{stale}");
    assert!(stale.contains("<h3>Later</h3>") && stale.contains("<time>2024-08</time>"), "{stale}");
    let unpublished = section(&desk, "unpublished");
    for (file, why) in [("draft", "is a draft"), ("later", "3 February 2031"), ("gone", "expired since 1 January 2021")]
    {
        assert!(unpublished.contains(&format!("content/{file}.md")) && unpublished.contains(why), "{unpublished}");
    }
    let sources = section(&desk, "sources");
    assert!(sources.contains("1 statement: Training <a class=\"at\"") && sources.contains("UN"), "{sources}");
    let unlinked = section(&desk, "unlinked");
    assert!(unlinked.contains("href=\"/lonely/\"") && !unlinked.contains("href=\"/plan/\""), "{unlinked}");
    assert!(desk.contains("<b>1</b> not linked") && desk.contains("<b>3</b> not published"), "{desk}");
    drop(preview);
    let preview = Preview::run(brink(), site.path(), &["--drafts"]);
    let (_, desk) = preview.get("/_brink/");
    let unpublished = section(&desk, "unpublished");
    assert!(unpublished.contains("href=\"/draft/\"") && unpublished.contains("is a draft"), "{unpublished}");
}

#[test]
fn nothing_that_a_writer_writes_is_html_on_the_desk() {
    let site = broken();
    write(site.path(), "content/<img src=x onerror=1>.md", "# \"><img src=y>\n\n[<img src=z>](\"><script>.md)\n");
    let preview = start(site.path());
    for path in ["/_brink/", "/_brink/?by=kind", "/_brink/?file=%22%3E%3Cscript%3E", "/_brink/?kind=%3Cscript%3E"] {
        let (_, desk) = preview.get(path);
        let scripts = desk.matches("<script").count();
        assert_eq!(scripts, 1, "{path}: {desk}");
        assert!(!desk.contains("<img") && !desk.contains("<b>site"), "{path}: {desk}");
    }
    let (_, page) = preview.get("/plan/");
    let bar = &page[page.find("<brink-bar ").unwrap()..page.find("</brink-bar>").unwrap()];
    assert_eq!(bar.matches("<script").count(), 1, "{bar}");
}

#[test]
fn a_bar_and_marks_are_on_each_page_beside_the_right_blocks() {
    let site = broken();
    let preview = start(site.path());
    let (_, page) = preview.get("/plan/");
    let bar = &page[page.find("<brink-bar ").unwrap()..page.find("</brink-bar>").unwrap()];
    assert!(bar.contains("<details>") && !bar.contains("<details open"), "{bar}");
    let built = build(site.path(), &mut Memory::default()).unwrap();
    let own = built.problems().iter().filter(|problem| problem.place.file.as_ref() == "content/plan.md").count();
    assert!(bar.contains(&format!("{own}</b> problems")) && bar.contains("href=\"/_brink/\""), "{bar}");
    assert!(bar.contains("data-file=\"content/plan.md\"") && bar.contains("content/plan.md:12"), "{bar}");
    // Each with the lines of the block that the mark stands in, and the line that it leads to.
    let marked: Vec<(String, String)> = page
        .match_indices("<brink-mark ")
        .map(|(at, mark)| {
            let of = |text: &str, start: &str| text.split(start).nth(1).unwrap().split('"').next().unwrap().to_owned();
            let before = &page[..at];
            let lines = &before[before.rfind(" data-brink-lines=\"").unwrap()..];
            let tag = before[..before.len() - lines.len()].rsplit('<').next().unwrap().split(' ').next().unwrap();
            let _ = mark;
            (format!("{tag} {}", of(lines, "lines=\"")), of(&page[at..], "data-line=\""))
        })
        .collect();
    let line = |text: &str| PLAN.lines().position(|line| line.contains(text)).unwrap() + 1;
    let wanted = [
        ("tr", "Training", 0),
        ("tr", "Bridge", 0),
        ("p", "Another", 1),
        ("p", "- two", 0),
        ("p", "and more", 0),
        ("dd", "Meaning", 0),
        ("p", "> Quoted", 0),
        ("p", "nothing()", 0),
        ("p", "Someone", 0),
    ];
    let wanted = wanted.map(|(tag, text, more)| {
        let first = line(text);
        (format!("{tag} {first}-{}", first + more), first.to_string())
    });
    assert_eq!(marked, wanted);
    assert!(
        page.contains(
            "title=\"error: this link leads to `a.md`, which does not exist\nerror: this link leads to `b.md`"
        )
    );
    let (_, generated) = preview.get("/interventions/training/");
    assert!(generated.contains("<brink-bar ") && !generated.contains("<brink-mark"), "{generated}");
}

#[test]
fn what_a_shortcode_gives_stands_on_no_line() {
    let site = site(&[
        ("templates/shortcodes/two.md", "Made [x](no.md).\n\n- made too\n"),
        (
            "content/a.md",
            "# A\n\nOwn.\n\n{{ two() }}\n\n{% details(summary=\"S\") %}\nIn [it](gone.md).\n{% end %}\n\nAfter [y](away.md).\n",
        ),
    ]);
    let preview = start(site.path());
    let (_, page) = preview.get("/a/");
    assert!(page.contains("<p data-brink-lines=\"3-3\">Own.") && page.contains("<p>Made <a"), "{page}");
    assert!(page.contains("<li>made too") || page.contains("<li><p>made too"), "{page}");
    assert!(page.contains("<p data-brink-lines=\"8-8\"><brink-mark "), "{page}");
    assert!(page.contains("<p data-brink-lines=\"11-11\"><brink-mark "), "{page}");
    assert_eq!(page.matches("<brink-mark ").count(), 2, "{page}");
}

#[test]
fn the_bar_has_what_a_writer_mends_and_no_longer() {
    let site = site(&[("content/a.md", "# A\n\nA [link](b.md).\n")]);
    let preview = start(site.path());
    let (_, page) = preview.get("/a/");
    assert!(page.contains("1</b> problem") && page.contains("<brink-mark"), "{page}");
    write(site.path(), "content/a.md", "# A\n\nNo link.\n");
    let (_, page) = preview.get("/a/");
    assert!(page.contains("No problems") && !page.contains("<brink-mark"), "{page}");
}

#[test]
fn nothing_of_the_preview_is_in_a_build() {
    let site = broken();
    run(site.path(), &["build", "--quiet"]);
    let published = read_all(&site.path().join("public"));
    assert!(published.contains_key("plan/index.html"));
    for (path, bytes) in published {
        let text = String::from_utf8_lossy(&bytes);
        let is_previews = |text: &str| ["<brink-", "data-brink", "_brink/"].iter().any(|part| text.contains(part));
        assert!(!is_previews(&text), "{path}");
    }
}

#[test]
fn pages_with_lines_are_else_what_a_build_writes_on_every_site() {
    let mut roots = folders_in(&tests_folder().join("sites"));
    let own = broken();
    roots.extend([own.path().to_owned(), tests_folder().join("..")]);
    let mut pages = 0;
    for root in roots {
        let Ok(built) = build(&root, &mut Memory::default()) else { continue };
        for output in built.plan.outputs() {
            let Some(with_lines) = built.bytes_with_lines(&root, output) else {
                let is_own = output.source.as_deref().is_some_and(brink::source::is_page);
                assert!(!is_own || built.plan.document_of(output).is_none(), "{} {}", root.display(), output.path);
                continue;
            };
            let plain = String::from_utf8(built.bytes(&root, output).unwrap()).unwrap();
            assert_eq!(without_preview(&String::from_utf8(with_lines).unwrap()), plain, "{}", output.path);
            pages += 1;
        }
    }
    assert!(pages > 60, "{pages}");
}

#[test]
fn pages_are_weighed_apart_from_all_else() {
    let site = broken();
    write(site.path(), "content/heavy.md", "# Heavy\n\n![x](big.svg)\n\n![y](https://elsewhere.example/y.png)\n");
    let path = "M0 0L1 1".repeat(15_000);
    let drawing =
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><path d=\"{path}\"/></svg>");
    write(site.path(), "content/big.svg", &drawing);
    write(site.path(), "brink.toml", "[security]\nallow = [\"https://elsewhere.example\"]\n");
    let preview = start(site.path());
    for _ in 0..200 {
        let (_, desk) = preview.get("/_brink/");
        let weight = section(&desk, "weight").to_owned();
        if !desk.contains(" data-more>") {
            let row = &weight[weight.find("href=\"/heavy/\"").unwrap()..];
            let row = &row[..row.find("</tr>").unwrap()];
            assert!(row.contains(" bytes in one picture (at most 30,000)"), "{row}");
            assert!(row.contains("▲ 1 answer from other sites (at most 0)"), "{row}");
            assert!(weight.contains("Measured: ") && desk.contains("<b>2</b> too heavy"), "{weight}");
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the pages are never measured");
}

#[test]
fn a_large_site_has_a_desk_of_bounded_length() {
    let site = site(&[("content/_index.md", "# Home\n")]);
    for page in 0..60 {
        let links: String = (0..30).map(|link| format!("A [link {link}](nowhere-{link}.md) of {page}.\n\n")).collect();
        write(site.path(), &format!("content/page-{page}.md"), &format!("# Page {page}\n\n{links}"));
    }
    let preview = start(site.path());
    for path in ["/_brink/", "/_brink/?by=kind", "/_brink/?kind=link-broken", "/_brink/?file=content/page-1.md"] {
        let (_, desk) = preview.get(path);
        assert!(desk.len() < 200_000, "{path}: {}", desk.len());
    }
    let (_, desk) = preview.get("/_brink/");
    assert!(desk.contains("<b>1800</b> problems") && desk.contains("And 20 more files"), "{}", &desk[..3000]);
    let (_, first) = preview.get("/_brink/?kind=link-broken");
    assert!(first.contains("href=\"/_brink/?kind=link-broken&amp;from=60#problems\""), "no way to the next ones");
    let (_, next) = preview.get("/_brink/?kind=link-broken&from=60");
    assert!(next.contains("nowhere-20.md") && !next.contains("content/page-0.md:3<"), "not the next ones");
    assert_eq!(preview.get("/_brink/?kind=link-broken&from=999999999999999999").0, 200);
}

#[test]
fn the_desk_stays_while_the_site_cannot_be_built() {
    let site = site(&[("content/a.md", "# A\n")]);
    let preview = start(site.path());
    assert_eq!(preview.get("/_brink/").0, 200);
    write(site.path(), "content/a.md", "---\ntitle: [\n---\n");
    let (_, desk) = preview.get("/_brink/");
    assert!(desk.contains("The site cannot be built as it is") && desk.contains("front-matter-invalid"), "{desk}");
    drop(preview);
    let preview = start(site.path());
    let (status, desk) = preview.get("/_brink/");
    assert!(status == 200 && desk.contains("front-matter-invalid"), "{desk}");
}

/// A program that writes its arguments into a file, and the file.
#[cfg(unix)]
fn editor(folder: &Path, name: &str) -> (String, std::path::PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let (program, heard) = (folder.join(name), folder.join("heard"));
    let text = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" > '{0}.new' && mv '{0}.new' '{0}'\n", heard.display());
    fs::write(&program, text).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    (program.display().to_string(), heard)
}

/// What the program has heard, once it has.
#[cfg(unix)]
fn heard(file: &Path) -> Vec<String> {
    for _ in 0..400 {
        if let Ok(text) = fs::read_to_string(file) {
            fs::remove_file(file).unwrap();
            return text.lines().map(str::to_owned).collect();
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("the editor was never started");
}

#[cfg(unix)]
#[test]
fn a_line_is_opened_in_the_writers_editor_and_nothing_else_is() {
    let site = broken();
    write(site.path(), "content/a b & c.md", "# Spaces\n");
    write(site.path(), "secret.md", "# Secret\n");
    fs::write(site.path().join("content/p.png"), "no").unwrap();
    let programs = tempfile::tempdir().unwrap();
    let (program, file) = editor(programs.path(), "my-editor");
    let preview =
        Preview::run(brink(), site.path(), &["--editor", &format!("'{program}' --at={{line}}:{{column}} {{file}}")]);
    let token = token(&preview.get("/plan/").1);
    let port = preview.port;
    let ask = |method: &str, query: &str, headers: &str| {
        preview.send(&format!(
            "{method} /_brink/open{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}Content-Length: 0\r\n\r\n"
        ))
    };
    let own = format!("Origin: http://127.0.0.1:{port}\r\nX-Brink-Token: {token}\r\n");
    let (status, said) = ask("POST", "?file=content%2Fplan.md&line=10&column=3", &own);
    assert_eq!((status, said.as_str()), (200, "content/plan.md:10 is being opened in my-editor.\n"));
    let root = fs::canonicalize(site.path()).unwrap();
    let at = |found: &str, file: &str| fs::canonicalize(found).unwrap() == root.join(file);
    let arguments = heard(&file);
    assert!(
        arguments.len() == 2 && arguments[0] == "--at=10:3" && at(&arguments[1], "content/plan.md"),
        "{arguments:?}"
    );
    ask("POST", "?file=content/a+b+%26+c.md", &own);
    let arguments = heard(&file);
    assert!(
        arguments.len() == 2 && arguments[0] == "--at=1:1" && at(&arguments[1], "content/a b & c.md"),
        "{arguments:?}"
    );
    assert_eq!(ask("POST", "?file=brink.toml&line=1&column=1", &own).0, 200);
    heard(&file);
    let good = "?file=content/plan.md&line=1&column=1";
    let stranger = format!("Origin: http://evil.example\r\nX-Brink-Token: {token}\r\n");
    let elsewhere = format!("{own}Sec-Fetch-Site: cross-site\r\n");
    let other_port = format!("Origin: http://127.0.0.1:1\r\nX-Brink-Token: {token}\r\n");
    let no_token = format!("Origin: http://127.0.0.1:{port}\r\n");
    let wrong_token = format!("{no_token}X-Brink-Token: {}\r\n", "0".repeat(64));
    let no_origin = format!("X-Brink-Token: {token}\r\n");
    for headers in ["", &stranger, &elsewhere, &other_port, &no_token, &wrong_token, &no_origin] {
        assert_eq!(ask("POST", good, headers).0, 403, "{headers}");
    }
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        assert!((400..500).contains(&ask(method, good, &own).0), "{method}");
    }
    let outside = [
        "?file=secret.md",
        "?file=../secret.md",
        "?file=content/../secret.md",
        "?file=content%2F..%2Fsecret.md",
        "?file=/etc/passwd",
        "?file=content/none.md",
        "?file=content/p.png",
        "?file=content",
        "?file=-x",
        "?file=content%5Cplan.md",
        "?file=content/plan.md%00",
        "?file=public/plan/index.html",
    ];
    for query in outside {
        assert_eq!(ask("POST", query, &own).0, 404, "{query}");
    }
    for query in ["?file=content/plan.md&line=x", "?line=1", "?file=content/plan.md&line=1&line=2", "?x=1"] {
        assert_eq!(ask("POST", query, &own).0, 400, "{query}");
    }
    // The last thing that was asked for is the first that is heard now: nothing was opened between.
    assert_eq!(ask("POST", "?file=content/text.md&line=4", &own).0, 200);
    assert_eq!(heard(&file)[0], "--at=4:1");
}

#[cfg(unix)]
#[test]
fn the_usual_editor_is_found_and_a_terminal_says_that_it_cannot_be_opened() {
    let site = broken();
    let programs = tempfile::tempdir().unwrap();
    let (_, file) = editor(programs.path(), "code");
    let open = |preview: &Preview| {
        let (token, port) = (token(&preview.get("/_brink/").1), preview.port);
        preview.send(&format!(
            "POST /_brink/open?file=content/plan.md&line=7 HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\nX-Brink-Token: {token}\r\n\r\n"
        ))
    };
    let mut command = brink();
    command.env("PATH", std::env::join_paths([programs.path(), Path::new("/bin"), Path::new("/usr/bin")]).unwrap());
    command.env("VISUAL", "code --wait").env_remove("EDITOR");
    let preview = Preview::run(command, site.path(), &[]);
    assert_eq!(open(&preview).0, 200);
    let arguments = heard(&file);
    assert!(arguments[..2] == ["--wait", "-g"] && arguments[2].ends_with("content/plan.md:7:1"), "{arguments:?}");
    drop(preview);
    let mut command = brink();
    command.env("PATH", "/nowhere").env("EDITOR", "vim").env_remove("VISUAL");
    let preview = Preview::run(command, site.path(), &[]);
    let (status, said) = open(&preview);
    assert!(status == 501 && said.starts_with("Your editor, `vim`, runs in a terminal"), "{status} {said}");
}
