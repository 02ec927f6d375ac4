//! The preview's watch: whatever way an editor saves, the next request shows it. Everything here goes through the real watcher
//! and HTTP.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use brink::build::Memory;

use crate::edits::{Desk, Dice, number_of};
use crate::preview::Preview;
use crate::support::{outputs, site, write};

/// How often each way of saving is repeated.
const TIMES: usize = 100;

/// How long is waited for what comes by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// A way of saving a text in a file.
type Save = fn(&Path, &str);

/// A file beside another one.
fn beside(file: &Path, name: &str) -> PathBuf {
    file.with_file_name(name.replace('%', file.file_name().unwrap().to_str().unwrap()))
}

fn in_place(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
}

/// Vim with `backupcopy=no`: tries whether it may create files, moves the old one away, and writes anew.
fn vim(file: &Path, text: &str) {
    let (swap, probe, backup) = (beside(file, ".%.swp"), beside(file, "4913"), beside(file, "%~"));
    fs::write(&swap, "swap").unwrap();
    fs::write(&probe, "").unwrap();
    fs::remove_file(&probe).unwrap();
    fs::rename(file, &backup).unwrap();
    fs::write(file, text).unwrap();
    File::open(file).unwrap().sync_data().unwrap();
    fs::remove_file(&backup).unwrap();
    fs::remove_file(&swap).unwrap();
}

/// Vim with `backupcopy=yes`: keeps a copy while it writes in place.
fn vim_in_place(file: &Path, text: &str) {
    let backup = beside(file, "%~");
    fs::copy(file, &backup).unwrap();
    fs::write(file, text).unwrap();
    fs::remove_file(&backup).unwrap();
}

/// Emacs: a lock that is a link to nowhere, its own save beside, the backup by renaming.
fn emacs(file: &Path, text: &str) {
    let (own, backup) = (beside(file, "#%#"), beside(file, "%~"));
    #[cfg(unix)]
    std::os::unix::fs::symlink("somebody@somewhere.1:2", beside(file, ".#%")).unwrap();
    fs::write(&own, text).unwrap();
    fs::rename(file, &backup).unwrap();
    fs::write(file, text).unwrap();
    fs::remove_file(&own).unwrap();
    #[cfg(unix)]
    fs::remove_file(beside(file, ".#%")).unwrap();
}

/// The editors of JetBrains with "safe write".
fn jetbrains(file: &Path, text: &str) {
    let (new, old) = (beside(file, "%___jb_tmp___"), beside(file, "%___jb_old___"));
    fs::write(&new, text).unwrap();
    fs::rename(file, &old).unwrap();
    fs::rename(&new, file).unwrap();
    fs::remove_file(&old).unwrap();
}

/// gedit and all that save by GLib.
fn glib(file: &Path, text: &str) {
    let new = beside(file, ".goutputstream-A1B2C3");
    fs::write(&new, text).unwrap();
    File::open(&new).unwrap().sync_data().unwrap();
    fs::rename(&new, file).unwrap();
}

/// Kate and all that save by Qt's `QSaveFile`, whose file has an ordinary name until it is in place.
fn kate(file: &Path, text: &str) {
    fs::write(beside(file, ".%.kate-swp"), "swap").unwrap();
    fs::write(beside(file, "%.XkBTVr"), text).unwrap();
    fs::rename(beside(file, "%.XkBTVr"), file).unwrap();
    fs::remove_file(beside(file, ".%.kate-swp")).unwrap();
}

/// nano: empties, and writes line by line.
fn nano(file: &Path, text: &str) {
    let mut file = OpenOptions::new().write(true).truncate(true).open(file).unwrap();
    text.split_inclusive('\n').for_each(|line| file.write_all(line.as_bytes()).unwrap());
}

/// `sed -i`, whose file has no ending.
fn sed(file: &Path, text: &str) {
    fs::write(beside(file, "sedk3XQ7w"), text).unwrap();
    fs::rename(beside(file, "sedk3XQ7w"), file).unwrap();
}

/// What editors do on network folders where nothing can be renamed over a file.
fn removed_first(file: &Path, text: &str) {
    let new = beside(file, "%.tmp");
    fs::write(&new, text).unwrap();
    fs::remove_file(file).unwrap();
    fs::rename(&new, file).unwrap();
}

fn copied_over(file: &Path, text: &str) {
    let other = beside(file, ".copy");
    fs::write(&other, text).unwrap();
    fs::copy(&other, file).unwrap();
    fs::remove_file(&other).unwrap();
}

fn emptied_then_written(file: &Path, text: &str) {
    let mut file = OpenOptions::new().write(true).truncate(true).open(file).unwrap();
    sleep(Duration::from_millis(8));
    file.write_all(text.as_bytes()).unwrap();
}

fn in_chunks(file: &Path, text: &str) {
    let mut file = OpenOptions::new().write(true).truncate(true).open(file).unwrap();
    for chunk in text.as_bytes().chunks(16) {
        file.write_all(chunk).unwrap();
        sleep(Duration::from_millis(1));
    }
}

/// Writes over what is there, and cuts off the rest.
fn over_and_cut(file: &Path, text: &str) {
    let mut file = OpenOptions::new().write(true).truncate(false).open(file).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.set_len(text.len() as u64).unwrap();
}

/// `rsync --times` of a file with the same size and time.
fn with_its_old_time(file: &Path, text: &str) {
    let time = fs::metadata(file).unwrap().modified().unwrap();
    let new = beside(file, ".%.Xy12Zw");
    fs::write(&new, text).unwrap();
    File::options().write(true).open(&new).unwrap().set_modified(time).unwrap();
    fs::rename(&new, file).unwrap();
}

/// The same in place, as some tools for synchronising do.
fn in_place_with_its_old_time(file: &Path, text: &str) {
    let time = fs::metadata(file).unwrap().modified().unwrap();
    fs::write(file, text).unwrap();
    File::options().write(true).open(file).unwrap().set_modified(time).unwrap();
}

/// The whole folder of the page moved away and another one moved in.
fn folder_moved_in(file: &Path, text: &str) {
    let folder = file.parent().unwrap();
    let away = folder.with_file_name(format!(".{}-new", folder.file_name().unwrap().to_str().unwrap()));
    let old = folder.with_file_name(format!(".{}-old", folder.file_name().unwrap().to_str().unwrap()));
    fs::create_dir(&away).unwrap();
    fs::write(away.join(file.file_name().unwrap()), text).unwrap();
    fs::rename(folder, &old).unwrap();
    fs::rename(&away, folder).unwrap();
    fs::remove_dir_all(&old).unwrap();
}

/// The folder of the page removed and made anew, at once.
fn folder_made_anew(file: &Path, text: &str) {
    fs::remove_dir_all(file.parent().unwrap()).unwrap();
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

#[cfg(target_os = "linux")]
mod linux {
    use super::*;
    use rustix::fs::{AtFlags, CWD, Mode, OFlags, RenameFlags, linkat, open, renameat_with};

    /// A file without a name that gets one when it is whole.
    pub(super) fn nameless(file: &Path, text: &str) {
        let Ok(new) = open(file.parent().unwrap(), OFlags::TMPFILE | OFlags::RDWR, Mode::from_raw_mode(0o644)) else {
            return in_place(file, text); // this disk has no such files
        };
        let mut new = File::from(new);
        new.write_all(text.as_bytes()).unwrap();
        use std::os::fd::AsRawFd;
        let name = format!("/proc/self/fd/{}", new.as_raw_fd());
        fs::remove_file(file).unwrap();
        linkat(CWD, &*name, CWD, file, AtFlags::SYMLINK_FOLLOW).unwrap();
    }

    /// Two files change places.
    pub(super) fn exchanged(file: &Path, text: &str) {
        let new = beside(file, ".%.new");
        fs::write(&new, text).unwrap();
        if renameat_with(CWD, &new, CWD, file, RenameFlags::EXCHANGE).is_err() {
            fs::rename(&new, file).unwrap(); // this disk cannot
            return;
        }
        fs::remove_file(&new).unwrap();
    }
}

const WAYS: &[(&str, Save)] = &[
    ("in-place", in_place),
    ("vim", vim),
    ("vim-in-place", vim_in_place),
    ("emacs", emacs),
    ("jetbrains", jetbrains),
    ("glib", glib),
    ("kate", kate),
    ("nano", nano),
    ("sed", sed),
    ("removed-first", removed_first),
    ("copied-over", copied_over),
    ("emptied-then-written", emptied_then_written),
    ("in-chunks", in_chunks),
    ("over-and-cut", over_and_cut),
    ("with-its-old-time", with_its_old_time),
    ("in-place-with-its-old-time", in_place_with_its_old_time),
    ("folder-moved-in", folder_moved_in),
    ("folder-made-anew", folder_made_anew),
    #[cfg(target_os = "linux")]
    ("nameless", linux::nameless),
    #[cfg(target_os = "linux")]
    ("exchanged", linux::exchanged),
];

/// A page whose text always has the same length.
fn text(way: &str, number: usize) -> String {
    format!("# A page saved in the way {way}\n\nThis is its version {number:05}.\n")
}

#[test]
fn whatever_way_an_editor_saves_the_next_request_shows_it() {
    let folder = site(&[("content/_index.md", "# Home\n")]);
    let root = folder.path();
    let file = |way: &str| root.join(format!("content/{way}/a.md"));
    WAYS.iter().for_each(|(way, _)| write(root, &format!("content/{way}/a.md"), &text(way, 0)));
    let preview = Preview::start(root);
    for number in 1..=TIMES {
        for (way, save) in WAYS {
            save(&file(way), &text(way, number));
            let (status, page) = preview.get(&format!("/{way}/a/"));
            assert!(page.contains(&format!("version {number:05}")), "{way}, time {number}: {status}\n{page}");
        }
    }
    // What editors leave behind is no page and no file of the site.
    for leftover in ["/emacs/a.md~", "/vim/.a.md.swp", "/jetbrains/a.md___jb_old___"] {
        assert_eq!(preview.get(leftover).0, 404, "{leftover}");
    }
}

#[test]
#[cfg(unix)]
fn links_are_followed_when_they_or_what_they_lead_to_changes() {
    use std::os::unix::fs::symlink;
    let folder = site(&[
        ("content/_index.md", "# Home\n"),
        ("versions/1.md", &text("link", 0)),
        ("versions/2.md", &text("link", 0)),
        ("kept/one/b.md", &text("folder", 0)),
        ("kept/two/b.md", &text("folder", 0)),
    ]);
    let root = folder.path();
    symlink("../versions/1.md", root.join("content/a.md")).unwrap();
    symlink("../kept/one", root.join("content/f")).unwrap();
    let preview = Preview::start(root);
    for number in 1..=TIMES {
        let [now, kept] = [["1.md", "2.md"][number % 2], ["one", "two"][number % 2]];
        // In place, behind the link, and then the link itself.
        write(root, &format!("versions/{now}"), &text("link", number));
        symlink(format!("../versions/{now}"), root.join("content/.next")).unwrap();
        fs::rename(root.join("content/.next"), root.join("content/a.md")).unwrap();
        assert!(preview.get("/a/").1.contains(&format!("version {number:05}")), "time {number}");
        write(root, &format!("kept/{kept}/b.md"), &text("folder", number));
        symlink(format!("../kept/{kept}"), root.join("content/.next")).unwrap();
        fs::rename(root.join("content/.next"), root.join("content/f")).unwrap();
        assert!(preview.get("/f/b/").1.contains(&format!("version {number:05}")), "time {number}");
        write(root, &format!("kept/{kept}/b.md"), &text("folder", number + 500));
        assert!(preview.get("/f/b/").1.contains(&format!("version {:05}", number + 500)), "time {number}");
    }
}

#[test]
fn a_checkout_of_hundreds_of_files_is_shown_whole() {
    let folder = site(&[("content/_index.md", "# Home\n"), ("content/a.md", "# A\n")]);
    let root = folder.path();
    let preview = Preview::start(root);
    write(root, "content/a.md", "# Another\n");
    assert!(preview.get("/a/").1.contains(">Another</h1>"));
    for branch in 0..6 {
        let before = root.join(format!("content/branch-{}", branch - 1));
        if before.exists() {
            fs::remove_dir_all(before).unwrap();
        }
        for at in 0..300 {
            let path = format!("content/branch-{branch}/deep/{}/p{at}.md", at % 40);
            write(root, &path, &text("checkout", branch as usize));
        }
        for at in [0, 39, 40, 150, 299] {
            let path = format!("branch-{branch}/deep/{}/p{at}/", at % 40);
            assert_eq!(preview.get(&format!("/{path}")).0, 200, "{path}");
            let gone = format!("/branch-{}/deep/{}/p{at}/", branch - 1, at % 40);
            assert_eq!(preview.get(&gone).0, 404, "{gone}");
        }
        // Folders that came with others in them are watched, too.
        let file = root.join(format!("content/branch-{branch}/deep/7/p7.md"));
        for number in 1000..1010 {
            fs::write(&file, text("checkout", number)).unwrap();
            let page = preview.get(&format!("/branch-{branch}/deep/7/p7/")).1;
            assert!(page.contains(&format!("version {number:05}")), "{number}");
        }
    }
}

#[test]
fn folders_that_go_and_come_back_are_watched_again() {
    let folder = site(&[("content/a.md", "# A\n"), ("templates/x.html", "x")]);
    let root = folder.path();
    let preview = Preview::start(root);
    for number in 0..10 {
        fs::rename(root.join("content"), root.join("away")).unwrap();
        assert!(preview.get("/a/").1.contains("does not exist"), "time {number}");
        fs::rename(root.join("away"), root.join("content")).unwrap();
        assert!(!preview.get("/a/").1.contains("does not exist"), "time {number}");
        fs::remove_dir_all(root.join("content")).unwrap();
        write(root, "content/a.md", &text("back", number));
        assert!(preview.get("/a/").1.contains(&format!("version {number:05}")), "time {number}");
        write(root, "content/a.md", &text("back", number + 100));
        assert!(preview.get("/a/").1.contains(&format!("version {:05}", number + 100)), "time {number}");
        fs::remove_dir_all(root.join("templates")).unwrap();
        let template =
            format!("{{% extends \"brink/page.html\" %}}{{% block footer %}}template {number}{{% endblock %}}");
        write(root, "templates/page.html", &template);
        assert!(preview.get("/a/").1.contains(&format!("template {number}")), "time {number}");
    }
}

/// Waits until something holds.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "{what} did not come to pass");
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_change_that_no_system_reports_is_found_all_the_same() {
    let folder = site(&[("content/a.md", "# A\n"), ("other.md", "# One\n")]);
    let root = folder.path();
    fs::hard_link(root.join("other.md"), root.join("content/b.md")).unwrap();
    let preview = Preview::start(root);
    write(root, "content/a.md", "# Another\n");
    assert!(preview.get("/a/").1.contains(">Another</h1>"));
    write(root, "other.md", "# Two\n");
    eventually("the other name", || preview.get("/b/").1.contains(">Two</h1>"));
    write(root, "other.md", "# Three\n");
    assert!(preview.get("/b/").1.contains(">Three</h1>"), "a watcher that missed something is not relied on");
}

#[test]
#[cfg(target_os = "linux")]
fn where_the_system_watches_no_more_folders_the_writer_is_told_and_changes_are_found() {
    use std::process::{Command, Stdio};
    let folder = site(&[("content/a/b/c.md", "# First\n"), ("templates/x.html", "")]);
    let root = folder.path();
    // A user of their own has limits of their own; where that is not allowed, this cannot be tried.
    let limited = "echo 2 > /proc/sys/user/max_inotify_watches && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "sh", "-c", limited, "sh", env!("CARGO_BIN_EXE_brink")]);
    command.args(["serve", "--port", "0", "--root"]).arg(root);
    let spawned = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = spawned else { return };
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut warned = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let Some(line) = said.find(|line| line.contains("http://127.0.0.1:")) else { return };
    let port = line.split("127.0.0.1:").nth(1).unwrap().trim_end_matches(|c: char| !c.is_ascii_digit());
    let port = port.split('/').next().unwrap().parse().unwrap();
    let preview = Preview { child, port };
    assert!(warned.next().unwrap().contains("changes are looked for every second"));
    assert!(warned.next().unwrap().contains("sudo sysctl fs.inotify.max_user_watches="));
    let mut listener = Listener::new(&preview, "%2Fa%2Fb%2Fc%2F", &version(&preview.get("/a/b/c/").1));
    write(root, "content/a/b/c.md", "# Second\n");
    assert!(preview.get("/a/b/c/").1.contains(">Second</h1>"), "a request looks for itself");
    listener.next();
    write(root, "content/a/b/c.md", "# Third\n");
    listener.next();
    assert!(preview.get("/a/b/c/").1.contains(">Third</h1>"));
}

#[test]
fn a_half_written_file_is_never_shown() {
    let folder = site(&[("content/_index.md", "# Home\n"), ("content/a.md", &text("slow", 0))]);
    let root = folder.path();
    let preview = Preview::start(root);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = 0;
            while !is_over.load(Ordering::Relaxed) {
                let (status, page) = preview.get("/a/");
                assert!(status == 200 && page.contains("This is its version"), "{status}\n{page}");
                seen += 1;
            }
            seen
        });
        for number in 1..=20 {
            let mut file = OpenOptions::new().write(true).truncate(true).open(root.join("content/a.md")).unwrap();
            sleep(Duration::from_millis(40));
            file.write_all(text("slow", number).as_bytes()).unwrap();
            sleep(Duration::from_millis(40)); // nobody saves again at once
        }
        is_over.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
    });
    assert!(preview.get("/a/").1.contains("version 00020"));
    fs::write(root.join("content/a.md"), "").unwrap();
    eventually("the empty page", || !preview.get("/a/").1.contains("This is its version"));
}

/// A browser that listens.
struct Listener {
    messages: std::io::Lines<BufReader<TcpStream>>,
}

impl Listener {
    fn new(preview: &Preview, page: &str, shown: &str) -> Listener {
        let mut stream = TcpStream::connect(("127.0.0.1", preview.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let address = format!("/_brink/events?page={page}&shown={shown}");
        let request = format!("GET {address} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", preview.port);
        stream.write_all(request.as_bytes()).unwrap();
        let mut messages = BufReader::new(stream).lines();
        messages.by_ref().map(Result::unwrap).find(|line| line.starts_with("retry:")).unwrap();
        Listener { messages }
    }

    /// The next message.
    fn next(&mut self) -> serde_json::Value {
        let mut lines = self.messages.by_ref().map(Result::unwrap);
        let line = lines.find_map(|line| line.strip_prefix("data: ").map(str::to_owned)).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

/// The version that a page says it is.
fn version(page: &str) -> String {
    let (_, after) = page.split_once("data-shown=\"").unwrap();
    after.split('"').next().unwrap().to_owned()
}

#[test]
fn only_browsers_whose_page_has_changed_are_told_and_one_that_was_away_catches_up() {
    let folder = site(&[("content/a.md", "# A\n"), ("content/b.md", "# B\n")]);
    let root = folder.path();
    let preview = Preview::start(root);
    let old = version(&preview.get("/a/").1);
    let mut of_a = Listener::new(&preview, "%2Fa%2F", &old);
    let mut of_b = Listener::new(&preview, "%2Fb%2F", &version(&preview.get("/b/").1));
    write(root, "content/a.md", "# A\n\nMore.\n");
    let told = of_a.next()["page"].as_str().unwrap().to_owned();
    assert_eq!(told, version(&preview.get("/a/").1));
    assert_ne!(told, old);
    write(root, "content/b.md", "# B\n\nMore.\n");
    // The first that it hears is of its own page.
    assert_eq!(of_b.next()["page"].as_str().unwrap(), version(&preview.get("/b/").1));
    let mut back = Listener::new(&preview, "%2Fa%2F", &old);
    assert_eq!(back.next()["page"].as_str().unwrap(), told);
    // A style is told to all, since any page may use it, and changes no page.
    write(root, "static/own.css", "body{}");
    write(root, "static/own.css", "body{color:red}");
    assert_eq!(back.next()["files"], serde_json::json!(["own.css"]));
}

#[test]
fn windows_follow_the_writer_where_that_is_wanted() {
    let folder = site(&[("content/a.md", "# A\n"), ("content/s/b.md", "# B\n")]);
    let preview = Preview::start_with(folder.path(), &["--follow"]);
    let mut listener = Listener::new(&preview, "%2Fa%2F", &version(&preview.get("/a/").1));
    write(folder.path(), "content/s/b.md", "# B\n\nMore.\n");
    assert_eq!(listener.next(), serde_json::json!({ "open": "/s/b/" }));
}

/// How many of the outputs that an edit changes are asked for, about.
const ASKED: usize = 40;

#[test]
fn whatever_is_edited_what_is_served_is_what_a_clean_build_writes() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let mut desk = Desk::start(root, number_of("BRINK_PAGES", 12));
    let preview = Preview::start(root);
    let address = |path: &str| format!("/{}?_brink=raw", path.trim_end_matches("index.html").replace(' ', "%20"));
    let mut dice = Dice(11);
    let mut good: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for at in 0..number_of("BRINK_PREVIEW_EDITS", 150) {
        let what = desk.edit();
        let Ok(clean) = outputs(root, &mut Memory::default()) else {
            let (path, bytes) = good.iter().find(|(path, _)| path.ends_with(".html")).unwrap();
            assert!(preview.get(&address(path)).1.as_bytes() == bytes, "edit {at}, {what}: not the last good {path}");
            continue;
        };
        for path in good.keys().filter(|path| !clean.contains_key(*path)) {
            assert_eq!(preview.get(&address(path)).0, 404, "edit {at}, {what}: {path} is still there");
        }
        // Everything now and then; else what has changed, as far as it is not too much, and some of the rest.
        let is_whole = at % 25 == 0;
        let changed = clean.iter().filter(|(path, bytes)| good.get(*path) != Some(*bytes)).count();
        for (path, bytes) in &clean {
            let is_changed = good.get(path) != Some(bytes);
            let of = if is_changed { changed } else { clean.len() };
            if is_whole || dice.roll(of) < if is_changed { ASKED } else { 6 } {
                let served = preview.get(&address(path));
                let is_right = served.1.as_bytes() == bytes;
                assert!(is_right, "edit {at}, {what}: {path} is not what a build writes: {} {}", served.0, served.1);
            }
        }
        good = clean;
    }
}
