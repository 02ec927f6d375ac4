//! What the published folder goes through: builds that are killed, disks that fail, folders that are somebody else's. At
//! every instant each file is whole, the old one or the new one, and the next build makes it exactly right.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use brink::problem::Stop;
use brink::write::{Disk, File, Publisher, publish, publish_on};

use crate::support::{brink, errors, read_all, site};

/// How often a build is killed; 500 in all with those of the whole program.
const KILLS: usize = 480;
const KILLS_OF_THE_PROGRAM: usize = 30;

/// Names the folder and version for the process that is killed: this test program, called by itself.
const CHILD: &str = "BRINK_TEST_CHILD";

type Files = BTreeMap<String, Vec<u8>>;

/// Numbers that look random and are the same at every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end.max(1)
    }
}

/// One of two versions of a site of some 150 pages: other texts and style, pages and data that come and go, a page that
/// becomes a folder and a folder that becomes a file.
fn version(number: u64) -> Files {
    let mut files = Files::new();
    let is_page = |page: u64| page < 120 || page % 2 == number % 2;
    let pages: Vec<u64> = (0..170).filter(|page| is_page(*page)).collect();
    let style = format!("style-{number}.css");
    let text = |title: &str, links: &[String]| {
        let links: String = links.iter().map(|link| format!("<a href=\"/{link}\">x</a>\n")).collect();
        let filling = format!("{title}, version {number}. ").repeat(12);
        format!("<link href=\"/{style}\">\n<link href=\"/style.css\">\n{filling}\n{links}</html {number}>\n")
            .into_bytes()
    };
    for (at, page) in pages.iter().enumerate() {
        let near = [at + 1, at + 7, at + 50].map(|near| address(pages[near % pages.len()]));
        let data = format!("data/{}.csv", 2 * (page / 20) + number % 2);
        let section = format!("s{}/index.html", page % 5);
        let links = [near.as_slice(), &[data, section, "index.html".to_owned()]].concat();
        files.insert(address(*page), text(&format!("Page {page}"), &links));
    }
    for section in 0..5 {
        let links: Vec<String> = pages.iter().filter(|page| *page % 5 == section).map(|page| address(*page)).collect();
        files.insert(format!("s{section}/index.html"), text("A section", &links));
    }
    let sections: Vec<String> = (0..5).map(|section| format!("s{section}/index.html")).collect();
    files.insert("index.html".to_owned(), text("Home", &sections));
    for part in 0..10 {
        let path = format!("data/{}.csv", 2 * part + number % 2);
        files.insert(path, format!("a,b\n{number},{part}\n").repeat(20).into_bytes());
    }
    files.insert(style.clone(), format!("p {{ margin: {number}em }}\n").repeat(40).into_bytes());
    files.insert("style.css".to_owned(), format!("h1 {{ margin: {number}em }}\n").repeat(40).into_bytes());
    files.insert("logo.svg".to_owned(), b"<svg/>".to_vec());
    files.insert("sitemap.xml".to_owned(), format!("<urlset>{number}</urlset>").into_bytes());
    let turning = if number.is_multiple_of(2) { ["turn/a", "back"] } else { ["turn", "back/b/c"] };
    files.extend(turning.map(|path| (path.to_owned(), format!("{path} {number}").into_bytes())));
    files
}

fn address(page: u64) -> String {
    format!("s{}/p{page}/index.html", page % 5)
}

fn files(version: &Files) -> Vec<File> {
    version.iter().map(|(path, bytes)| File { path: path.clone(), bytes: bytes.clone() }).collect()
}

/// A site's folder with its sources, and where it is published. A disk in memory makes a kill as bad and a sync quicker.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    fs::create_dir(folder.path().join("content")).unwrap();
    let public = folder.path().join("public");
    (folder, public)
}

fn links_of(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    text.split("href=\"/").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

/// Fails where a file is neither the old one nor the new one, or where somebody who comes by a page that both have meets a
/// page or style that is not there.
fn assert_sound(public: &Path, old: &Files, new: &Files, when: &str) {
    let found = read_all(public);
    for (path, bytes) in &found {
        let is_whole = old.get(path) == Some(bytes) || new.get(path) == Some(bytes);
        assert!(is_whole, "{when}: {path} is torn, with {} bytes", bytes.len());
    }
    if found.is_empty() {
        assert!(old.is_empty(), "{when}: all is gone");
        return;
    }
    let mut reached: BTreeSet<String> = old.keys().filter(|path| new.contains_key(*path)).cloned().collect();
    reached.insert("index.html".to_owned());
    let mut queue: Vec<String> = reached.iter().cloned().collect();
    while let Some(path) = queue.pop() {
        let Some(bytes) = found.get(&path) else { panic!("{when}: {path} is not there, and something leads to it") };
        for link in links_of(bytes) {
            if reached.insert(link.clone()) {
                queue.push(link);
            }
        }
    }
}

fn assert_exact(public: &Path, expected: &Files, when: &str) {
    let found = read_all(public);
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&found), names(expected), "{when}");
    assert!(&found == expected, "{when}: some bytes differ");
    let folders = walkdir::WalkDir::new(public).into_iter().flatten().filter(|entry| entry.file_type().is_dir());
    let empty: Vec<_> = folders.filter(|folder| fs::read_dir(folder.path()).unwrap().next().is_none()).collect();
    assert!(empty.is_empty(), "{when}: {empty:?}");
    let state = public.parent().unwrap().join(".brink");
    let left: Vec<_> = fs::read_dir(state).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let is_left = |name: &str| left.iter().any(|left| left == name);
    assert!(!is_left("public.stage") && !is_left("public.journal") && !is_left("kept"), "{when}: {left:?}");
}

/// The part of the process that is killed: publishes a version and says when it begins to commit.
#[test]
fn child() {
    let Some(job) = std::env::var_os(CHILD) else { return };
    let job = job.into_string().unwrap();
    let (number, root) = job.split_once(' ').unwrap();
    if number == "full" {
        return fill_the_disk(Path::new(root));
    }
    let root = Path::new(root);
    let publisher = Publisher::begin(root, &root.join("public")).unwrap();
    for (path, bytes) in version(number.parse().unwrap()) {
        publisher.put(&path, &bytes).unwrap();
    }
    println!("\ncommit");
    publisher.commit().unwrap();
    println!("\ndone");
}

fn start_child(number: &str, root: &Path) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "publishing::child", "--nocapture", "--test-threads=1", "--quiet"])
        .env(CHILD, format!("{number} {}", root.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Publishes a version in another process and kills it: after a part of the time that it takes to come to its commit, or
/// a part of the time that the commit takes.
fn kill_one(root: &Path, number: u64, dice: &mut Dice, (before, commit): (Duration, Duration)) -> bool {
    let start = Instant::now();
    let mut child = start_child(&number.to_string(), root);
    let wait = |dice: &mut Dice, time: Duration| {
        let micros = dice.below(u64::try_from(time.as_micros()).unwrap());
        Duration::from_micros(micros)
    };
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    if dice.below(4) > 0 {
        let _ = lines.by_ref().map_while(Result::ok).find(|line| line == "commit");
        let time = wait(dice, commit);
        let from = Instant::now();
        while from.elapsed() < time {
            std::hint::spin_loop(); // sleeping is too coarse
        }
    } else {
        sleep(wait(dice, before).saturating_sub(start.elapsed()));
    }
    let _ = child.kill();
    !child.wait().unwrap().success()
}

/// How long a build takes until its commit, and from there to its end.
fn time_one(root: &Path, number: u64) -> (Duration, Duration) {
    let start = Instant::now();
    let mut child = start_child(&number.to_string(), root);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line == "commit"));
    let before = start.elapsed();
    assert!(lines.any(|line| line == "done"));
    assert!(child.wait().unwrap().success());
    (before, start.elapsed() - before)
}

#[test]
fn a_build_that_is_killed_leaves_every_file_whole_and_the_next_one_makes_it_right() {
    let (folder, public) = folder();
    let root = folder.path();
    let versions = [version(0), version(1)];
    publish(root, &public, &files(&versions[0])).unwrap();
    let (before, commit) = time_one(root, 1);
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let (mut killed, mut unfinished) = (0, 0);
    let mut number = 1;
    while killed < KILLS {
        let mut old = versions[usize::try_from(number).unwrap()].clone();
        number = 1 - number;
        let new = &versions[usize::try_from(number).unwrap()];
        if dice.below(10) == 0 {
            fs::remove_dir_all(&public).unwrap();
            old.clear();
            if dice.below(2) == 0 {
                fs::remove_dir_all(root.join(".brink")).unwrap();
            }
        }
        // The build that finishes the work of the one that was killed may be killed as well.
        for _ in 0..=dice.below(2) {
            killed += usize::from(kill_one(root, number, &mut dice, (before, commit * 3 / 2)));
            assert_sound(&public, &old, new, &format!("after kill {killed}"));
        }
        unfinished += usize::from(root.join(".brink/public.journal").exists());
        publish(root, &public, &files(new)).unwrap();
        assert_exact(&public, new, &format!("after kill {killed} and another build"));
    }
    assert!(unfinished > KILLS / 20, "only {unfinished} builds were killed while they wrote to the published folder");
}

/// The same with the whole program and sources.
#[test]
fn the_program_may_be_killed_at_any_moment() {
    let (folder, public) = folder();
    let root = folder.path();
    let write = |number: u64| {
        let _ = fs::remove_dir_all(root.join("content"));
        for page in (0..150).filter(|page| *page < 120 || page % 2 == number % 2) {
            let to = if page % 3 == 0 { format!("p{page}/_index.md") } else { format!("p{page}.md") };
            let text = format!("# Page {page}\n\nVersion {number}, [first](/p1.md).\n");
            crate::support::write(root, &format!("content/{to}"), &text);
        }
        crate::support::write(root, "static/style.css", &format!("p {{ margin: {number}em }}"));
    };
    let build = || {
        let output = brink().args(["build", "--quiet", "--root"]).arg(root).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        let files = read_all(&public);
        assert!(files.len() > 130);
        files
    };
    let clean = [0, 1].map(|number| {
        write(number);
        let _ = fs::remove_dir_all(&public);
        build()
    });
    let start = Instant::now();
    build();
    let time = u64::try_from(start.elapsed().as_micros()).unwrap();
    let mut dice = Dice(7);
    for kill in 0..KILLS_OF_THE_PROGRAM {
        let number = kill % 2;
        write(u64::try_from(number).unwrap());
        let mut child = brink()
            .args(["build", "--quiet", "--root"])
            .arg(root)
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        sleep(Duration::from_micros(time / 4 + dice.below(time)));
        let _ = child.kill();
        child.wait().unwrap();
        for (path, bytes) in read_all(&public) {
            assert!(clean.iter().any(|files| files.get(&path) == Some(&bytes)), "kill {kill}: {path} is torn");
        }
        assert!(build() == clean[number], "after kill {kill}");
    }
}

/// Every call to the disk fails once, and once for good.
#[test]
fn whatever_call_to_the_disk_fails_the_site_stays_sound_and_the_next_build_makes_it_right() {
    let small = |number: u64| {
        let keep =
            |path: &str| !path.contains("/p") || path.contains("/p11") || path.contains("/p3") || path.contains("/p14");
        let mut files = version(number);
        let pages: BTreeSet<String> = files.keys().filter(|path| keep(path)).take(24).cloned().collect();
        files.retain(|path, _| pages.contains(path) || !path.contains("/p"));
        let here = files.clone();
        for bytes in files.values_mut() {
            for link in links_of(&bytes.clone()).iter().filter(|link| !here.contains_key(*link)) {
                let text = String::from_utf8(bytes.clone()).unwrap();
                *bytes = text.replace(&format!("href=\"/{link}\""), "href=\"/index.html\"").into_bytes();
            }
        }
        files
    };
    let versions = [small(0), small(1)];
    use io::ErrorKind::{ReadOnlyFilesystem, StorageFull};
    for (error, said) in
        [(StorageFull, "make room"), (ReadOnlyFilesystem, "only be read"), (io::ErrorKind::Other, "sound")]
    {
        for is_lasting in [false, true] {
            let (folder, public) = folder();
            let root = folder.path();
            publish(root, &public, &files(&versions[0])).unwrap();
            let mut first = 0;
            loop {
                let what = format!("{error:?}, call {first}, lasting: {is_lasting}");
                let disk = Disk::faulty(error, first, is_lasting);
                let result = publish_on(disk.clone(), root, &public, &files(&versions[1]));
                if disk.calls() <= first {
                    assert!(result.is_ok(), "{what}: {result:?}");
                    break;
                }
                assert_sound(&public, &versions[0], &versions[1], &what);
                let found = read_all(&public);
                match result {
                    Ok(_) => assert!(found == versions[1], "{what}: not all is published"),
                    Err(Stop::Denied(denied)) => {
                        let message = denied.to_string();
                        assert!(
                            message.contains(said) && message.contains(root.to_str().unwrap()),
                            "{what}: {message}"
                        );
                        if message.contains("as it was") {
                            assert!(found == versions[0], "{what}: the site is not as it was");
                        } else if found != versions[0] && found != versions[1] {
                            assert!(message.contains("old and new pages"), "{what}: {message}");
                        }
                    }
                    Err(stop) => panic!("{what}: {stop:?}"),
                }
                publish(root, &public, &files(&versions[1])).unwrap();
                assert_exact(&public, &versions[1], &what);
                publish(root, &public, &files(&versions[0])).unwrap();
                assert_exact(&public, &versions[0], &what);
                // Calls by the hundred are of one kind: beyond the first of them, some are enough.
                first += if first < 150 || !is_lasting { 1 + first / 60 } else { 7 };
            }
            assert!(first > 50, "{error:?}: only {first} calls");
        }
    }
}

/// A real disk that is full, where the test may make a small one.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_the_site_as_it_was() {
    let (folder, _) = folder();
    let program = std::env::current_exe().unwrap();
    let script = r#"mount -t tmpfs -o size=3m,mode=755 tmpfs "$1" 2>/dev/null || exit 77
        exec "$2" --exact publishing::child --nocapture --test-threads=1"#;
    let run = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(folder.path())
        .arg(program)
        .env(CHILD, format!("full {}", folder.path().display()))
        .output();
    match run {
        Ok(output) if output.status.success() => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(said.contains("50 times"), "{said}");
        }
        Ok(output) if output.status.code() != Some(77) && !errors(&output).contains("unshare:") => {
            panic!("{}\n{}", String::from_utf8_lossy(&output.stdout), errors(&output))
        }
        _ => eprintln!("skipped: this machine lets no test mount a small disk, so that none could be filled"),
    }
}

/// In a process with a small disk of its own: fills it to a random degree, 50 times, and publishes.
fn fill_the_disk(root: &Path) {
    fs::create_dir_all(root.join("content")).unwrap();
    let public = root.join("public");
    let versions = [version(0), version(1)];
    publish(root, &public, &files(&versions[0])).unwrap();
    let mut dice = Dice(99);
    let mut number = 0;
    let (mut times, mut built) = (0, 0);
    while times < 50 && built < 200 {
        let (old, new) = (&versions[number], &versions[1 - number]);
        let filler = vec![0; 4096];
        let mut file = fs::File::create(root.join("filler")).unwrap();
        while io::Write::write_all(&mut file, &filler).is_ok() {}
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(4096 * dice.below(260))).unwrap();
        drop(file); // else its room would stay taken
        match publish(root, &public, &files(new)) {
            Ok(_) => built += 1,
            Err(Stop::Denied(denied)) => {
                times += 1;
                assert!(denied.to_string().contains("make room on the disk"), "{denied}");
                assert_sound(&public, old, new, &denied.to_string());
                assert!(!denied.help.contains("as it was") || read_all(&public) == *old, "{denied}");
            }
            Err(stop) => panic!("{stop:?}"),
        }
        fs::remove_file(root.join("filler")).unwrap();
        publish(root, &public, &files(new)).unwrap();
        assert_exact(&public, new, "after the disk was full");
        number = 1 - number;
    }
    assert!(times == 50, "only {times} of {built} builds met a full disk");
    println!("full {times} times");
}

#[test]
fn nothing_is_published_before_all_is_there() {
    let (folder, public) = folder();
    publish(folder.path(), &public, &files(&version(0))).unwrap();
    let publisher = Publisher::begin(folder.path(), &public).unwrap();
    for (path, bytes) in version(1) {
        publisher.put(&path, &bytes).unwrap();
    }
    assert!(read_all(&public) == version(0));
    drop(publisher);
    assert_exact(&public, &version(0), "after a build was given up");
}

#[test]
fn what_somebody_writes_while_a_site_is_rendered_is_kept() {
    let (folder, public) = folder();
    publish(folder.path(), &public, &files(&version(0))).unwrap();
    let publisher = Publisher::begin(folder.path(), &public).unwrap();
    for (path, bytes) in version(1) {
        publisher.put(&path, &bytes).unwrap();
    }
    let data = "data/1.csv"; // which is new in this version
    fs::write(public.join("index.html"), "an edit by hand").unwrap();
    fs::write(public.join(data), "somebody's own").unwrap();
    let written = publisher.commit().unwrap();
    assert_eq!(written.kept.len(), 2);
    let kept: BTreeSet<Vec<u8>> = read_all(&folder.path().join(".brink/kept")).into_values().collect();
    assert_eq!(kept, [b"an edit by hand".to_vec(), b"somebody's own".to_vec()].into());
    assert!(read_all(&public) == version(1));
}

#[test]
fn files_are_taken_from_any_thread() {
    let (folder, public) = folder();
    for number in [0, 1, 0] {
        let publisher = Publisher::begin(folder.path(), &public).unwrap();
        std::thread::scope(|scope| {
            let (publisher, files) = (&publisher, files(&version(number)));
            for part in files.chunks(20) {
                let part = part.to_vec();
                scope.spawn(move || part.iter().for_each(|file| publisher.put(&file.path, &file.bytes).unwrap()));
            }
        });
        publisher.commit().unwrap();
        assert_exact(&public, &version(number), "after a build in many threads");
    }
}

#[test]
fn a_file_that_is_as_it_was_is_not_read_and_one_that_was_touched_is() {
    let (folder, public) = folder();
    let root = folder.path();
    publish(root, &public, &files(&version(0))).unwrap();
    let page = public.join("logo.svg");
    let bytes = fs::read(&page).unwrap();
    fs::write(&page, b"<SVG/>").unwrap(); // as long as before
    let written = publish(root, &public, &files(&version(0))).unwrap();
    assert_eq!((written.changed, written.kept.len()), (1, 1));
    assert_eq!(fs::read(&page).unwrap(), bytes);
    let time = fs::metadata(&page).unwrap().modified().unwrap();
    let written = publish(root, &public, &files(&version(0))).unwrap();
    assert_eq!((written.changed, written.removed, written.kept.len()), (0, 0, 0));
    assert_eq!(fs::metadata(&page).unwrap().modified().unwrap(), time);
}

#[test]
fn a_folder_full_of_somebody_elses_files_is_refused() {
    let (folder, public) = folder();
    let root = folder.path();
    fs::create_dir_all(public.join("deep")).unwrap();
    for number in 0..30 {
        fs::write(public.join(format!("deep/{number}.txt")), "somebody's own").unwrap();
    }
    let Err(Stop::Usage(said)) = publish(root, &public, &files(&version(0))) else { panic!() };
    assert!(said.contains("full of files") && said.contains("--output"), "{said}");
    assert_eq!(read_all(&public).len(), 30);
}

#[test]
fn a_damaged_record_is_said_and_nothing_is_changed() {
    let (folder, public) = folder();
    let root = folder.path();
    publish(root, &public, &files(&version(0))).unwrap();
    let record = root.join(".brink/public.record");
    let text = fs::read(&record).unwrap();
    fs::write(&record, &text[..text.len() / 2]).unwrap();
    let Err(Stop::Usage(said)) = publish(root, &public, &files(&version(1))) else { panic!() };
    assert!(said.contains("public.record` is damaged"), "{said}");
    assert!(read_all(&public) == version(0));
}

#[test]
fn a_build_that_waits_too_long_says_for_whom() {
    let (folder, public) = folder();
    let root = folder.path();
    let _first = Publisher::begin(root, &public).unwrap();
    let Err(Stop::Denied(denied)) = Publisher::begin(root, &public) else { panic!() };
    let said = denied.to_string();
    assert!(said.contains(&format!("(process {}, since ", std::process::id())), "{said}");
}

#[test]
#[cfg(unix)]
fn links_in_the_published_folder_are_never_followed() {
    let (folder, public) = folder();
    let root = folder.path();
    publish(root, &public, &files(&version(0))).unwrap();
    let outside = root.join("outside");
    fs::rename(public.join("s1"), &outside).unwrap();
    std::os::unix::fs::symlink(&outside, public.join("s1")).unwrap();
    let before = read_all(&outside);
    let Err(Stop::Usage(said)) = publish(root, &public, &files(&version(1))) else { panic!() };
    assert!(said.contains("s1/") && said.contains("no record"), "{said}");
    let without: Files = version(1).into_iter().filter(|(path, _)| !path.starts_with("s1/")).collect();
    publish(root, &public, &files(&without)).unwrap();
    assert!(before == read_all(&outside));
}

#[test]
#[cfg(unix)]
fn sources_that_a_link_leads_to_are_no_place_for_a_site() {
    let (folder, _) = folder();
    let root = folder.path().join("site");
    fs::create_dir_all(folder.path().join("texts/content")).unwrap();
    fs::create_dir(&root).unwrap();
    std::os::unix::fs::symlink("../texts/content", root.join("content")).unwrap();
    for output in ["texts", "texts/content", "texts/content/public"] {
        let said = publish(&root, &folder.path().join(output), &files(&version(0)));
        assert!(matches!(&said, Err(Stop::Usage(said)) if said.contains("source of the site")), "{output}: {said:?}");
    }
}

/// Where the published folder is a mount of its own, nothing can be moved into it from outside.
#[test]
#[cfg(target_os = "linux")]
fn a_published_folder_that_is_a_mount_is_written_to() {
    let (folder, public) = folder();
    fs::create_dir(&public).unwrap();
    fs::create_dir(folder.path().join("other")).unwrap();
    crate::support::write(folder.path(), "content/a.md", "# A\n");
    let script = r#"mount --bind "$1/other" "$1/public" 2>/dev/null || exit 77
        "$2" build --quiet --root "$1" && echo '# New' > "$1/content/b.md" && "$2" build --quiet --root "$1""#;
    let run = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(folder.path())
        .arg(env!("CARGO_BIN_EXE_brink"))
        .output();
    let is_skipped =
        |output: &std::process::Output| output.status.code() == Some(77) || errors(output).contains("unshare:");
    let Some(output) = run.ok().filter(|output| !is_skipped(output)) else {
        eprintln!("skipped: this machine lets no test mount a folder");
        return;
    };
    assert_eq!((output.status.code(), errors(&output).as_str()), (Some(0), ""));
    let published = read_all(&folder.path().join("other"));
    assert!(published.contains_key("a/index.html") && published.contains_key("b/index.html"), "{:?}", published.keys());
    let is_brinks_own = |path: &String| path.contains("brink-") && path != "brink-search.js";
    assert!(!published.keys().any(is_brinks_own), "{:?}", published.keys());
}

/// Two names that look alike are two files on Linux and one on others.
#[test]
#[cfg(target_os = "linux")]
fn names_that_differ_only_in_their_unicode_form_collide() {
    let site = site(&[("content/caf\u{e9}.txt", "1"), ("content/cafe\u{301}.txt", "2")]);
    let output = crate::support::run(site.path(), &["build"]);
    assert!(output.status.code() == Some(1) && errors(&output).contains("url-collision"), "{}", errors(&output));
}
