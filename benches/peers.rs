//! Whole builds beside other generators: `cargo bench --bench peers -- [--pages 100,1000,10000] [--runs 3] [--keep]`.
//! Writes the same corpus for each tool, lets all build it in turn, and prints one table of medians. Hugo and Zola are those
//! on the PATH, or those that `HUGO` and `ZOLA` name; who is missing is left out. Brink is measured three times: as it is; with
//! templates and settings by which it makes the pages that the others make (`benches/peers/brink`), and the boards and open data of
//! their tables; and so with tables whose headers mean nothing to it, so that its outputs are those of the others, but for a page
//! for each source. Each floor reads what that build reads and writes what it writes, from two threads, and does nothing in between.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a benchmark reads and writes files, measures time and prints it"
)]

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use corpus::{Corpus, Flavour, SEED, Shape, Tables};
use usage::Usage;
use walkdir::WalkDir;

#[allow(dead_code, reason = "each bench uses a part of it")]
mod corpus;
mod usage;

/// The day for which Brink builds.
const TODAY: &str = "2026-11-01";

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    let (mut sizes, mut runs, mut is_kept) = (vec![100, 1_000], 3, false);
    while let Some(argument) = arguments.next() {
        let argument = argument.to_string_lossy();
        let mut value = || arguments.next().expect("the argument has a value").to_string_lossy().into_owned();
        match argument.as_ref() {
            "--pages" => sizes = value().split(',').map(|pages| pages.parse().expect("a number of pages")).collect(),
            "--runs" => runs = value().parse::<usize>().expect("a number of runs").max(1),
            "--keep" => is_kept = true,
            "--bench" => {} // Cargo says so
            // What this program calls itself with.
            "--usage-of" => return println!("{}", usage_of(arguments)),
            "--floor" => return println!("{}", floor(arguments.map(PathBuf::from))),
            _ => panic!("there is no {argument}"),
        }
    }
    let folder = tempfile::Builder::new().prefix("brink-peers-").tempdir().expect("a folder is made");
    let tools: Vec<Tool> = tools().into_iter().filter(|tool| tool.version().is_some()).collect();
    println!("{}\n", setting(&tools, runs));
    println!("| pages | tool | wall s | × Brink | CPU s | peak MiB | nothing changed, wall s | files | MB |");
    println!("|--:|---|--:|--:|--:|--:|--:|--:|--:|");
    for pages in sizes {
        compare(&folder.path().join(pages.to_string()), pages, &tools, runs);
    }
    if is_kept {
        eprintln!("the sites are in {}", folder.keep().display());
    }
}

/// A generator.
struct Tool {
    name: &'static str,
    /// The folder of `benches/peers` with its templates; none where it has its own.
    theme: Option<&'static str>,
    program: PathBuf,
    /// The argument by which it says its version.
    asked: &'static str,
    flavour: Flavour,
    tables: Tables,
    /// The arguments that build the site in the first folder into the second.
    arguments: fn(&Path, &Path) -> Vec<OsString>,
}

/// The generators, Brink first.
fn tools() -> [Tool; 5] {
    let named = |variable: &str, usual: &str| PathBuf::from(std::env::var_os(variable).unwrap_or_else(|| usual.into()));
    let brink = |name, theme, tables| Tool {
        name,
        theme,
        program: PathBuf::from(env!("CARGO_BIN_EXE_brink")),
        asked: "--version",
        flavour: Flavour::Zola,
        tables,
        arguments: |site, output| {
            let build = ["build", "--quiet", "--today", TODAY].map(OsString::from);
            build.into_iter().chain(["--root".into(), site.into(), "--output".into(), output.into()]).collect()
        },
    };
    [
        brink("Brink", None, Tables::Data),
        brink("Brink, same pages", Some("brink"), Tables::Data),
        brink("Brink, same outputs", Some("brink"), Tables::Ordinary),
        Tool {
            name: "Hugo",
            theme: Some("hugo"),
            program: named("HUGO", "hugo"),
            asked: "version",
            flavour: Flavour::Hugo,
            tables: Tables::Data,
            arguments: |site, output| {
                let build = ["build", "--quiet", "--noBuildLock"].map(OsString::from);
                build
                    .into_iter()
                    .chain(["--source".into(), site.into(), "--destination".into(), output.into()])
                    .collect()
            },
        },
        Tool {
            name: "Zola",
            theme: Some("zola"),
            program: named("ZOLA", "zola"),
            asked: "--version",
            flavour: Flavour::Zola,
            tables: Tables::Data,
            arguments: |site, output| {
                let root: [OsString; 2] = ["--root".into(), site.into()];
                root.into_iter()
                    .chain(["build".into(), "--force".into(), "--output-dir".into(), output.into()])
                    .collect()
            },
        },
    ]
}

impl Tool {
    /// Its version; none where it cannot be called.
    fn version(&self) -> Option<String> {
        let said = Command::new(&self.program).arg(self.asked).output().ok()?;
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let is_version = |word: &&str| word.contains('.') && word.trim_start_matches('v').starts_with(char::is_numeric);
        let version = said.split_whitespace().find(is_version)?.trim_start_matches('v');
        Some(version.split(['-', '+']).next()?.to_owned())
    }

    fn is_brink(&self) -> bool {
        self.name.starts_with("Brink")
    }

    /// Writes the corpus and the theme.
    fn write_site(&self, site: &Path, pages: usize) {
        let Some(theme) = self.theme else {
            return corpus::write_site(site, Shape::Pages(pages));
        };
        let corpus = Corpus { shape: Shape::Pages(pages), flavour: self.flavour, tables: self.tables, seed: SEED };
        corpus::write_themed(site, &corpus, theme);
    }
}

/// When and on what is measured, in words.
fn setting(tools: &[Tool], runs: usize) -> String {
    let day = jiff::Timestamp::now().strftime("%-d %B %Y").to_string();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let about = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = about.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("unknown kind", |(_, model)| model.trim());
    let versions: Vec<String> = tools
        .iter()
        .filter(|tool| tool.theme != Some("brink"))
        .map(|tool| format!("{} {}", tool.name, tool.version().unwrap_or_default()))
        .collect();
    format!("Measured on {day}, {cores} cores ({model}), medians of {runs}: {}.", versions.join(", "))
}

/// What was measured of one tool at one size, a value a run.
#[derive(Default)]
struct Runs {
    fresh: Vec<Usage>,
    again: Vec<Usage>,
    files: usize,
    bytes: u64,
}

/// Measures all tools at one size in turn, and prints their rows.
fn compare(folder: &Path, pages: usize, tools: &[Tool], runs: usize) {
    let mut measured: Vec<Runs> = tools.iter().map(|_| Runs::default()).collect();
    let mut floors: Vec<Runs> = tools.iter().map(|_| Runs::default()).collect();
    for tool in tools {
        tool.write_site(&folder.join(tool.name), pages);
    }
    // Sources that were written only just before would be read again by careful programs.
    std::thread::sleep(Duration::from_secs(3));
    for run in 0..runs {
        for ((tool, of_tool), floor) in tools.iter().zip(&mut measured).zip(&mut floors) {
            let site = folder.join(tool.name);
            let into = folder.join(format!("run-{run}"));
            fs::create_dir(&into).expect("a folder is made");
            let output = into.join("public");
            let mut call: Vec<OsString> = vec!["--usage-of".into(), tool.program.clone().into()];
            call.extend((tool.arguments)(&site, &output));
            of_tool.fresh.push(ask(&call, &into));
            let written = files(&output);
            of_tool.files = written.len();
            of_tool.bytes = written.iter().filter_map(|path| fs::metadata(path).ok()).map(|file| file.len()).sum();
            of_tool.again.push(ask(&call, &into));
            if tool.is_brink() {
                let call = ["--floor".into(), site.into(), output.into(), into.join("floor").into()];
                floor.fresh.push(ask(&call, &into));
                (floor.files, floor.bytes) = (of_tool.files, of_tool.bytes);
            }
            fs::remove_dir_all(&into).expect("a folder is removed");
        }
    }
    let brink = median(&measured[0].fresh, |usage| usage.wall_s);
    let of_tools = tools.iter().zip(measured.iter().zip(&floors)).flat_map(|(tool, (of_tool, floor))| {
        let floor = tool.is_brink().then(|| (format!("*floor of {}*", tool.name), floor));
        std::iter::once((tool.name.to_owned(), of_tool)).chain(floor)
    });
    for (name, of_tool) in of_tools {
        let wall = median(&of_tool.fresh, |usage| usage.wall_s);
        let peak = median(&of_tool.fresh, |usage| usage.peak_mib);
        let again = median(&of_tool.again, |usage| usage.wall_s);
        let or_none = |value: f64, text: String| if value > 0.0 { text } else { "–".to_owned() };
        println!(
            "| {pages} | {name} | {wall:.3} | {:.2} | {:.3} | {} | {} | {} | {:.1} |",
            wall / brink,
            median(&of_tool.fresh, |usage| usage.cpu_s),
            or_none(peak, format!("{peak:.0}")),
            or_none(again, format!("{again:.3}")),
            of_tool.files,
            of_tool.bytes as f64 / 1e6
        );
    }
}

fn median(runs: &[Usage], of: fn(&Usage) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Every file below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    let entries = entries.map(|entry| entry.expect("a folder is listed"));
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// Calls this program anew, so that what is measured shares no memory with what was before.
fn ask(call: &[OsString], folder: &Path) -> Usage {
    let said = folder.join("said.txt");
    let program = std::env::current_exe().expect("this program has a path");
    let errors = File::create(&said).expect("a file is made");
    let answer = Command::new(program).args(call).stderr(errors).output().expect("this program can be called");
    if !answer.status.success() {
        let said = fs::read_to_string(&said).unwrap_or_default();
        panic!("{call:?} failed:\n{}", said.lines().rev().take(40).collect::<Vec<_>>().join("\n"));
    }
    Usage::parse(&String::from_utf8_lossy(&answer.stdout))
}

/// Runs a program and measures it.
fn usage_of(mut call: impl Iterator<Item = OsString>) -> Usage {
    let mut command = Command::new(call.next().expect("a program is named"));
    command.args(call).stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("the program can be called");
    let wall_s = start.elapsed().as_secs_f64();
    assert!(status.success(), "it ended with {status}");
    let (cpu_s, peak_mib) = usage::of_children();
    Usage { wall_s, cpu_s, peak_mib }
}

/// Reads all files of the first folder, and writes what the second one holds into the third, on two threads.
fn floor(mut folders: impl Iterator<Item = PathBuf>) -> Usage {
    let mut next = || folders.next().expect("three folders are named");
    let (site, output, target) = (next(), next(), next());
    let outputs: Vec<(PathBuf, Vec<u8>)> = files(&output)
        .into_iter()
        .map(|path| {
            let bytes = fs::read(&path).expect("an output is read");
            (target.join(path.strip_prefix(&output).expect("it is below the outputs")), bytes)
        })
        .collect();
    let before = usage::of_self();
    let start = Instant::now();
    let sources = files(&site);
    let (early, late) = sources.split_at(sources.len() / 2);
    in_two(early, late, |path| {
        std::hint::black_box(fs::read(path).expect("a source is read"));
    });
    fs::create_dir(&target).expect("a folder is made");
    // Halves by order, so that the two threads seldom meet in one folder.
    let (early, late) = outputs.split_at(outputs.len() / 2);
    in_two(early, late, |(path, bytes)| {
        if fs::write(path, bytes).is_err() {
            fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder is made");
            fs::write(path, bytes).expect("an output is written");
        }
    });
    Usage { wall_s: start.elapsed().as_secs_f64(), cpu_s: usage::of_self() - before, peak_mib: 0.0 }
}

/// Does something with each of two lists, at the same time.
fn in_two<T: Sync>(early: &[T], late: &[T], run: impl Fn(&T) + Sync) {
    std::thread::scope(|scope| {
        scope.spawn(|| early.iter().for_each(&run));
        late.iter().for_each(&run);
    });
}
