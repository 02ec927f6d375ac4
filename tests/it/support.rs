//! What several tests need: running the program, building in memory, comparing with expected texts.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use brink::build::{self, Built, Memory, Profile, Request};
use brink::document::{self, Document};
use brink::problem::Stop;
use brink::rules::{Markdown, Rules};
use brink::source;
use brink::vocabulary::{Day, Vocabulary};

/// The day on which all tests take place.
pub(crate) const TODAY: Day = jiff::civil::date(2024, 6, 30);

/// Understands one page by the built-in words.
pub(crate) fn parse(path: &str, bytes: &[u8]) -> Document {
    let vocabulary = Vocabulary::default();
    let markdown = Markdown::default();
    let rules = Rules::plain(&vocabulary, &markdown);
    document::parse(&source::decode(Arc::from(path), bytes), &rules, &document::NoShortcodes)
}

/// The folder `tests` of the project.
pub(crate) fn tests_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Whether expected texts are to be written anew.
pub(crate) fn is_update() -> bool {
    std::env::var_os("BRINK_UPDATE").is_some()
}

/// The program, not yet run.
pub(crate) fn brink() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brink"));
    command.args(["--color=never", "--today=2024-06-30"]);
    command
}

/// Runs the program with a site's folder.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Output {
    brink().args(arguments).arg("--root").arg(root).output().unwrap()
}

/// Standard error as text.
pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Standard output as text.
pub(crate) fn results(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A site in a new folder, from paths and texts.
pub(crate) fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

/// Writes a file and the folders above it.
pub(crate) fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Builds a site in memory.
pub(crate) fn build(root: &Path, memory: &mut Memory) -> Result<Built, Stop> {
    let request = Request { root, with_drafts: false, base_url: None, today: TODAY };
    build::build(&request, source::list(root)?, memory, &mut Profile::default())
}

/// Builds a site and renders all of it.
pub(crate) fn outputs(root: &Path, memory: &mut Memory) -> Result<BTreeMap<String, Vec<u8>>, Stop> {
    let rendered = build(root, memory)?.render_each(root, |output, bytes| Ok((output.path.clone(), bytes)))?;
    Ok(rendered.into_iter().collect())
}

/// Every file below a folder, by its path with `/`.
pub(crate) fn read_all(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files =
        walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
            (path, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// The folders directly in a folder, sorted.
pub(crate) fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// Fails with both texts where they differ, from the first line that does.
pub(crate) fn assert_same(name: &str, expected: &str, actual: &str) {
    if expected == actual {
        return;
    }
    let pairs = expected.lines().zip(actual.lines()).enumerate();
    let differing = pairs.filter(|(_, (expected, actual))| expected != actual).map(|(at, _)| at).next();
    let line = differing.unwrap_or_else(|| expected.lines().count().min(actual.lines().count()));
    panic!(
        "{name} differs from line {} on\n--- expected\n{}\n--- actual\n{}",
        line + 1,
        expected.lines().skip(line).take(12).collect::<Vec<_>>().join("\n"),
        actual.lines().skip(line).take(12).collect::<Vec<_>>().join("\n"),
    );
}

/// A page with an empty policy, which the preview loosens.
pub(crate) fn without_policy(html: &str) -> String {
    let start = "<meta http-equiv=\"Content-Security-Policy\"";
    let Some((before, after)) = html.split_once(start) else { return html.to_owned() };
    format!("{before}{start}{}", after.split_once('>').unwrap().1)
}

/// A previewed page without what the preview adds: the bar, the script, the marks, and the lines of blocks.
pub(crate) fn without_preview(html: &str) -> String {
    let parts = [
        ("<!-- added by the preview -->", "<!-- end of what the preview added -->\n"),
        ("<brink-mark ", "</brink-mark>"),
        (" data-brink-lines=\"", "\""),
    ];
    let mut page = html.to_owned();
    for (open, close) in parts {
        while let Some(start) = page.find(open) {
            let end = start + open.len() + page[start + open.len()..].find(close).unwrap() + close.len();
            page.replace_range(start..end, "");
        }
    }
    page
}
