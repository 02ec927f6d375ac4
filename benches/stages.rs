//! Time and memory of each stage of a build: `cargo bench --bench stages -- [--large] [SHAPE]…`. Each shape is built in a
//! process of its own. The first table has milliseconds, the second microseconds a page: where a number in it grows with the
//! number of pages, a stage takes more than its work.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a benchmark reads and writes files, measures time and prints it"
)]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};

use brink::build::{self, Memory, Profile, Request};
use brink::problem::report;
use brink::source;
use corpus::Shape;

#[allow(dead_code, reason = "each bench uses a part of it")]
mod corpus;

/// The stages of a build, in order.
const STAGES: [&str; 11] =
    ["list", "configure", "parse", "theme", "link", "check", "plan", "look", "render", "write", "report"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [child, shape] = arguments.as_slice()
        && child == "--child"
    {
        return measure(Shape::named(shape).expect("a shape"));
    }
    let mut shapes: Vec<Shape> = Vec::new();
    for argument in arguments.iter().filter(|argument| *argument != "--large") {
        shapes.push(Shape::named(argument).unwrap_or_else(|| panic!("there is no shape {argument}")));
    }
    if shapes.is_empty() {
        shapes.extend([100, 1_000, 10_000].map(Shape::Pages));
        shapes.extend(arguments.iter().map(|_| Shape::Pages(100_000))); // it is `--large`
        shapes.extend(Shape::ODD);
    }
    let measured: Vec<Measured> = shapes.into_iter().filter_map(ask).collect();
    println!("Milliseconds; MiB at the most, until the end of planning and of writing.\n");
    table(&measured, "planned MiB | peak MiB | files | MB", |of| {
        let [planned, written] = of.peaks_kib.map(|kib| format!("{:.0}", kib / 1024.0));
        let cells = format!("{planned} | {written} | {} | {:.1}", of.files, of.bytes / 1e6);
        (1.0, cells)
    });
    println!("\nMicroseconds a page, and KiB a page at the most.\n");
    table(&measured, "peak KiB", |of| {
        let pages = of.shape.pages() as f64;
        (1000.0 / pages, format!("{:.1}", of.peaks_kib[1] / pages))
    });
}

/// What was measured of one shape.
struct Measured {
    shape: Shape,
    /// By stage.
    times_ms: Vec<f64>,
    /// The most memory until the end of planning and of writing.
    peaks_kib: [f64; 2],
    files: usize,
    bytes: f64,
}

/// Prints a row a shape; `row` says by what times are multiplied, and the cells after them.
fn table(measured: &[Measured], more: &str, row: impl Fn(&Measured) -> (f64, String)) {
    println!("| shape | {} | total | {more} |", STAGES.join(" | "));
    println!("|---{}|", "|--:".repeat(STAGES.len() + 1 + more.split('|').count()));
    for of in measured {
        let (factor, cells) = row(of);
        let times: Vec<String> = of.times_ms.iter().map(|time| format!("{:.1}", time * factor)).collect();
        let total = of.times_ms.iter().sum::<f64>() * factor;
        println!("| {} | {} | {total:.1} | {cells} |", of.shape.name(), times.join(" | "));
    }
}

/// Measures a shape in a new process, and reads what that says.
fn ask(shape: Shape) -> Option<Measured> {
    eprintln!("{} …", shape.name());
    let program = std::env::current_exe().expect("this program has a path");
    let call = Command::new(program).args(["--child", &shape.name()]).stderr(Stdio::inherit()).output();
    let said = call.expect("this program can be called");
    if !said.status.success() {
        eprintln!("{} was not measured: {}", shape.name(), said.status);
        return None;
    }
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let mut numbers = said.split_whitespace().map(|number| number.parse::<f64>().expect("a number"));
    let mut next = || numbers.next().expect("all numbers are there");
    let times_ms = STAGES.map(|_| next()).to_vec();
    Some(Measured { shape, times_ms, peaks_kib: [next(), next()], files: next() as usize, bytes: next() })
}

/// Builds a shape once and prints its numbers: the times by stage, the peaks, the files and their bytes.
fn measure(shape: Shape) {
    let folder = tempfile::Builder::new().prefix("brink-stages-").tempdir().expect("a folder is made");
    let root = folder.path().join("site");
    corpus::write_site(&root, shape);
    let mut profile = Profile::default();
    let (peaks_kib, files, bytes) = trip(&root, &mut profile);
    let time = |stage: &&str| {
        let of_stage = profile.stages().iter().filter(|(name, _)| name == stage);
        of_stage.map(|(_, time)| time.as_secs_f64() * 1000.0).sum::<f64>()
    };
    let times: Vec<String> = STAGES.iter().map(|stage| time(stage).to_string()).collect();
    let peaks = peaks_kib.map(|peak| peak.to_string()).join(" ");
    println!("{} {peaks} {files} {bytes}", times.join(" "));
}

/// The whole trip. Gives the peaks after planning and at the end, in KiB, and how many files and bytes there are.
fn trip(root: &Path, profile: &mut Profile) -> ([f64; 2], usize, u64) {
    let request = Request {
        root,
        with_drafts: false,
        base_url: None,
        today: "2026-11-01".parse().expect("a day of the calendar"),
    };
    let listing = profile.stage("list", || source::list(root)).expect("the site is listed");
    let built = build::build(&request, listing, &mut Memory::default(), profile);
    let mut built = built.unwrap_or_else(|stop| panic!("the site is not built: {stop:?}"));
    let planned = peak_kib();
    let output = root.join("public");
    built.publish(root, &output, profile, || ()).expect("the site is published");
    let texts = build::texts_of(root, built.problems());
    profile.stage("report", || black_box(report::text(built.problems(), &texts, false)));
    let peaks = [planned, peak_kib()];
    let sizes = built.plan.outputs().filter_map(|output_of| fs::metadata(output.join(&output_of.path)).ok());
    (peaks, built.plan.outputs().len(), sizes.map(|file| file.len()).sum())
}

/// The most memory that this process has had, by Linux; 0 elsewhere.
fn peak_kib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or_default()
}
