//! `brink check --external`, with servers of the test's own: what is asked, how often, what an answer means, what is kept.

use std::net::TcpListener;
use std::path::Path;
use std::process::Output;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use brink::build::Memory;
use brink::external::{self, Counts, Findings, Settings};
use brink::problem::{Code, Problem};
use tiny_http::{Header, Method, Response, Server};

use crate::support::{brink, build, errors, results, site, write};

/// A server that answers each path in its own way, and notes what it is asked.
struct Mock {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    at_once: Arc<AtomicUsize>,
}

impl Mock {
    // What is at 127.0.0.1 is the writer's own computer, and never asked about.
    fn start() -> Mock {
        let server = Server::http("127.0.0.2:0").unwrap();
        let port = server.server_addr().to_ip().unwrap().port();
        let mock = Mock { port, asked: Arc::default(), at_once: Arc::default() };
        let (asked, at_once) = (mock.asked.clone(), mock.at_once.clone());
        let now = Arc::new(AtomicUsize::new(0));
        thread::spawn(move || {
            for request in server.incoming_requests() {
                let (asked, at_once, now) = (asked.clone(), at_once.clone(), now.clone());
                thread::spawn(move || {
                    at_once.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let agent = request.headers().iter().find(|header| header.field.equiv("User-Agent"));
                    assert!(agent.unwrap().value.as_str().ends_with(" (link check)"));
                    let line = format!("{} {}", request.method(), request.url());
                    let times = {
                        let mut asked = asked.lock().unwrap();
                        asked.push(line.clone());
                        asked.iter().filter(|known| **known == line).count()
                    };
                    let (status, header) = reply(request.method(), request.url(), times);
                    now.fetch_sub(1, Ordering::SeqCst);
                    let mut response = Response::from_string("some text").with_status_code(status);
                    if let Some((name, value)) = header {
                        response.add_header(Header::from_bytes(name, value).unwrap());
                    }
                    let _ = request.respond(response);
                });
            }
        });
        mock
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.2:{}/{path}", self.port)
    }

    /// The requests so far, in order.
    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn asked_for(&self, path: &str) -> Vec<String> {
        self.asked().into_iter().filter(|line| line.ends_with(&format!(" /{path}"))).collect()
    }
}

fn reply(method: &Method, path: &str, times: usize) -> (u16, Option<(&'static str, &'static str)>) {
    let is_head = *method == Method::Head;
    match path {
        "/moved" => (301, Some(("Location", "ok"))),
        "/circle" => (302, Some(("Location", "/circle"))),
        "/missing" => (404, None),
        "/gone" => (410, None),
        "/no-head" if is_head => (405, None),
        "/forbidden" => (403, None),
        "/broken" => (500, None),
        "/busy" if times == 1 => (429, Some(("Retry-After", "0"))),
        "/always-busy" => (429, Some(("Retry-After", "3600"))),
        "/slow" => {
            thread::sleep(Duration::from_secs(3));
            (200, None)
        }
        _ => {
            thread::sleep(Duration::from_millis(10));
            (200, None)
        }
    }
}

/// As in earnest, but quick.
fn settings() -> Settings {
    Settings {
        connect: Duration::from_secs(2),
        whole: Duration::from_millis(1500),
        pause: Duration::from_millis(1),
        retry: Duration::from_millis(5),
        with_proxy: false,
        ..Settings::default()
    }
}

fn ask(root: &Path, known: Option<&str>) -> Findings {
    let built = build(root, &mut Memory::default()).unwrap();
    assert_eq!(built.problems().iter().filter(|problem| problem.code.is_told_elsewhere()).count(), 0);
    external::ask(&built.site, known.map(str::as_bytes), &settings(), |_, _| ())
}

/// A page with one link a line, from line 3 on.
fn page(urls: &[String]) -> String {
    let lines: String = urls.iter().map(|url| format!("- [a link]({url})\n")).collect();
    format!("# Links\n\n{lines}")
}

fn places(problems: &[Problem], code: Code) -> Vec<(u32, u32)> {
    let of_code = problems.iter().filter(|problem| problem.code == code);
    of_code.map(|problem| (problem.place.span.start.line, problem.place.span.start.column)).collect()
}

/// The program, without a proxy that would stand between it and the test's own server.
fn check(root: &Path, arguments: &[&str]) -> Output {
    let mut command = brink();
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(name);
    }
    command.arg("check").args(arguments).arg("--root").arg(root).output().unwrap()
}

#[test]
fn each_answer_is_understood_and_each_address_asked_once() {
    let mock = Mock::start();
    let paths =
        ["ok", "ok#part", "moved", "missing", "gone", "no-head", "forbidden", "broken", "busy", "slow", "circle"];
    let site = site(&[("content/a.md", &page(&paths.map(|path| mock.url(path))))]);
    let found = ask(site.path(), None);
    assert_eq!(found.counts, Counts { works: 4, gone: 2, unsure: 4, ..Counts::default() });
    assert_eq!(places(&found.problems, Code::LinkGone), [(6, 3), (7, 3)]);
    assert_eq!(places(&found.problems, Code::LinkUnsure), [(9, 3), (10, 3), (12, 3), (13, 3)]);
    let said: Vec<&str> = found.problems.iter().map(|problem| &*problem.message).collect();
    assert!(said[0].ends_with("/missing`, which is gone: the server answers 404 (not found)"), "{said:#?}");
    assert!(said[4].ends_with("/slow` still works could not be told: the server did not answer in time"), "{said:#?}");
    assert!(found.problems[0].help.contains("web archive"));
    // `ok` itself, and what has moved there.
    assert_eq!(mock.asked_for("ok"), ["HEAD /ok", "HEAD /ok"]);
    assert_eq!(mock.asked_for("moved"), ["HEAD /moved"]);
    assert_eq!(mock.asked_for("missing"), ["HEAD /missing", "GET /missing"]);
    assert_eq!(mock.asked_for("no-head"), ["HEAD /no-head", "GET /no-head"]);
    assert_eq!(mock.asked_for("busy"), ["HEAD /busy", "HEAD /busy"]);
    assert_eq!(mock.asked_for("slow"), ["HEAD /slow"]);
    assert_eq!(mock.asked_for("circle").len(), 11);
    let memory = found.memory.unwrap();
    assert!(memory.contains("\"moved_to\"") && !memory.contains("/forbidden") && !memory.contains("#part"), "{memory}");
}

#[test]
fn one_server_is_asked_by_one_at_a_time_and_several_at_once() {
    let (one, two) = (Mock::start(), Mock::start());
    let urls: Vec<String> = (0..6).flat_map(|at| [one.url(&format!("p{at}")), two.url(&format!("p{at}"))]).collect();
    let site = site(&[("content/a.md", &page(&urls))]);
    let found = ask(site.path(), None);
    assert_eq!(found.counts.works, 12);
    for mock in [&one, &two] {
        assert_eq!((mock.asked().len(), mock.at_once.load(Ordering::SeqCst)), (6, 1));
    }
}

#[test]
fn a_server_that_keeps_silent_or_has_enough_is_left_alone() {
    let closed = TcpListener::bind("127.0.0.2:0").unwrap().local_addr().unwrap().port();
    let mock = Mock::start();
    let mut urls: Vec<String> = (0..5).map(|at| format!("http://127.0.0.2:{closed}/{at}")).collect();
    urls.push(mock.url("always-busy"));
    let site = site(&[("content/a.md", &page(&urls))]);
    let found = ask(site.path(), None);
    assert_eq!(found.counts, Counts { unsure: 6, ..Counts::default() });
    let said = |what: &str| found.problems.iter().filter(|problem| problem.message.contains(what)).count();
    assert_eq!((said("refuses the connection"), said("was not asked"), said("answers 429")), (3, 2, 1));
    assert_eq!(mock.asked(), ["HEAD /always-busy"]);
    assert_eq!(found.memory, None);
}

#[test]
fn pictures_notes_and_tables_of_sources_are_asked_about_as_well() {
    let mock = Mock::start();
    let text = format!(
        "# Page\n\nText.[^1] ![](http://127.0.0.2:{0}/gone)\n\n[^1]: Office, *Title*, 2024-01-01, {1}.\n\n\
         | Source | Title | URL |\n|---|---|---|\n| Office | Other | {1} |\n| Paper | More | <{1}> |\n\n\
         [mail](mailto:a@example.org) [here](a.md)\n",
        mock.port,
        mock.url("missing")
    );
    let site = site(&[("content/a.md", &text)]);
    let found = ask(site.path(), None);
    let lines: Vec<u32> = places(&found.problems, Code::LinkGone).into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [3, 5, 9, 10], "{:#?}", found.problems);
    let begins: Vec<&str> =
        found.problems.iter().map(|problem| problem.message.split(" leads").next().unwrap()).collect();
    assert_eq!(begins, ["this picture", "this link", "this link", "this link"]);
    assert_eq!(mock.asked().len(), 4);
}

#[test]
fn what_is_known_from_before_is_not_asked_again() {
    let mock = Mock::start();
    let site = site(&[("content/a.md", &page(&["ok", "missing", "forbidden"].map(|path| mock.url(path))))]);
    let first = ask(site.path(), None);
    let asked = mock.asked().len();
    let again = ask(site.path(), first.memory.as_deref());
    assert_eq!(again.counts, Counts { works: 1, works_known: 1, gone: 1, gone_known: 1, unsure: 1 });
    assert_eq!(mock.asked()[asked..], ["HEAD /forbidden", "GET /forbidden"]);
    assert_eq!(first.memory, again.memory);
    assert_eq!(places(&again.problems, Code::LinkGone), [(4, 3)]);
    assert!(again.problems[0].message.contains("(asked on 2024-06-30)"));
    let forgetful = ask(site.path(), Some("{"));
    assert!(forgetful.is_forgetful && forgetful.counts.works_known == 0);
}

#[test]
fn what_is_gone_can_be_settled() {
    let mock = Mock::start();
    let text = |path: &str, code: &str| format!("# A\n\n<!-- ok: {code} as cited -->\n[a link]({})\n", mock.url(path));
    for (path, code, left) in [
        ("missing", "link-gone", None),
        ("forbidden", "link-gone", None),
        ("forbidden", "link-unsure", None),
        ("missing", "link-unsure", Some(Code::LinkGone)),
        ("ok", "link-unsure", None),
        ("ok", "link-gone", Some(Code::SettlementUnused)),
    ] {
        let site = site(&[("content/a.md", &text(path, code))]);
        let found = ask(site.path(), None);
        let codes: Vec<Code> = found.problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, left.into_iter().collect::<Vec<_>>(), "{path} {code}");
        // Without `--external` nobody knows, and the remark is none too many.
        let plain = check(site.path(), &[]);
        assert_eq!((plain.status.code(), errors(&plain).as_str()), (Some(0), ""));
    }
}

#[test]
fn the_command_says_what_is_gone_with_exit_code_1_and_keeps_what_it_heard() {
    let mock = Mock::start();
    let site = site(&[("content/a.md", &page(&["ok", "missing"].map(|path| mock.url(path))))]);
    let first = check(site.path(), &["--external"]);
    assert_eq!(first.status.code(), Some(1), "{}", errors(&first));
    assert!(errors(&first).contains("error[link-gone]") && errors(&first).contains("content/a.md:4:3"));
    assert_eq!(results(&first), "Outside addresses: 1 works, 1 gone, 0 could not be asked.\nProblems: 1 error.\n");
    let memory = std::fs::read_to_string(site.path().join(external::FILE)).unwrap();
    assert!(memory.contains(&mock.url("ok")), "{memory}");
    let asked = mock.asked().len();
    let second = check(site.path(), &["--external", "--format=json"]);
    let report: serde_json::Value = serde_json::from_slice(&second.stdout).unwrap();
    assert_eq!(report["problems"][0]["code"], "link-gone");
    assert_eq!(mock.asked().len(), asked);
    assert_eq!(std::fs::read_to_string(site.path().join(external::FILE)).unwrap(), memory);
    // A plain check asks nobody and knows nothing of it.
    assert_eq!(check(site.path(), &[]).status.code(), Some(0));
    assert_eq!(mock.asked().len(), asked);
}

#[test]
fn what_could_not_be_told_is_no_error_and_a_spoilt_memory_is_passed_over() {
    let mock = Mock::start();
    let site = site(&[("content/a.md", &page(&[mock.url("forbidden")])), (external::FILE, "spoilt")]);
    let output = check(site.path(), &["--external", "--strict"]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(errors(&output).contains("hint[link-unsure]"), "{}", errors(&output));
    assert!(errors(&output).contains("`.brink/links.json` cannot be read"), "{}", errors(&output));
    assert!(!errors(&check(site.path(), &["--external"])).contains("cannot be read"), "it was written anew");
    write(site.path(), "content/b.md", "---\ntitle: [B\n---\n");
    let output = check(site.path(), &["--external"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("no web address was asked"), "{}", errors(&output));
}
