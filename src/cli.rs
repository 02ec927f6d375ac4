//! The command line. Comes in: arguments. Goes out: a command, carried out, and its exit code. Results go to standard
//! output, problems to standard error.

mod building;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use include_dir::{Dir, include_dir};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use self::building::BuildArguments;
use crate::build::{self, Built, Memory, Profile, Request};
use crate::config;
use crate::problem::{self, Problem, Stop, explain, number_of, report};
use crate::source::Listing;
use crate::status::Status;
use crate::vocabulary::{Date, Day};
use crate::{address, export, external, fix, schema, serve, source, weight, write};

/// Nothing is wrong at error level.
const OK: u8 = 0;
/// There are problems at error level, or warnings with `--strict`.
const PROBLEMS: u8 = 1;
/// The command line or the configuration makes no sense.
const USAGE: u8 = 2;
/// The machine said no.
const DENIED: u8 = 3;
/// A mistake of Brink's own.
const INTERNAL: u8 = 70;

/// The site that `brink new` writes.
static STARTER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/starter");

/// Turns Markdown with tables of interventions and focus areas into a navigable website.
#[derive(Debug, Parser)]
#[command(name = "brink", version, about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Clone, Args)]
struct Common {
    /// The site's folder [default: the nearest one above that has a brink.toml, else this one]
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    /// The day for which the site is made: what is old and what is to come depends on it [default: SOURCE_DATE_EPOCH, else the clock]
    #[arg(long, global = true, value_name = "YYYY-MM-DD")]
    today: Option<Day>,
    /// Say nothing but problems
    #[arg(long, global = true)]
    quiet: bool,
    /// Show the time that each stage takes
    #[arg(long, global = true)]
    profile: bool,
    /// Whether messages have colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Colour,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a small finished explainer to start from
    New {
        /// The folder to make
        dir: PathBuf,
    },
    /// Show the site in the browser while you write; publishes nothing
    Serve(ServeArguments),
    /// Write the site
    Build(BuildArguments),
    /// Show every problem; publishes nothing, and changes nothing unless it is told to mend
    Check(CheckArguments),
    /// Tell where the site stands: what is published, to come, stale, contested, or linked from nowhere
    Status {
        /// How to show it
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: Shape,
    },
    /// Make an edition that needs no host: the site as an archive, or a page as one file or as text
    Export {
        #[command(subcommand)]
        edition: Edition,
    },
    /// Print a JSON Schema by which editors complete and check what you type
    Schema {
        /// Of what
        of: Schema,
    },
    /// Say what a kind of problem means, and how to mend it
    Explain {
        /// The code in square brackets, such as `link-broken` [default: lists all]
        code: Option<String>,
    },
}

#[derive(Debug, Default, Args)]
struct ServeArguments {
    /// The port to listen on [default: 4000, or the next free one]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Open the browser
    #[arg(long)]
    open: bool,
    /// Open in the browser the page that you have just edited
    #[arg(long)]
    follow: bool,
    /// Show drafts in menus, lists and boards as well, as if they were published; without it, each is at its own address
    #[arg(long)]
    drafts: bool,
    /// Let other machines in this network read the preview; shows an address with a key, and a QR code of it
    #[arg(long)]
    lan: bool,
    /// What opens your editor from the browser, such as "code -g {file}:{line}" [default: $VISUAL or $EDITOR, else one that is found]
    #[arg(long, value_name = "COMMAND")]
    editor: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Edition {
    /// The whole site as a ZIP archive that opens from a folder or a stick
    Zip {
        /// The file to write [default: the site's title, in the working directory]
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Leave pictures, recordings and PDF files out
        #[arg(long)]
        without_pictures: bool,
        /// Replace the file if it is there
        #[arg(long)]
        force: bool,
    },
    /// A page as one HTML file with its pictures in it, to send on
    SingleFile {
        /// The page: its file, such as content/mali.md, or its address, such as mali/
        page: String,
        /// The file to write [default: the page's name, in the working directory]
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// The text alone; shown, unless a file is named
        #[arg(long)]
        text: bool,
        /// Replace the file if it is there
        #[arg(long)]
        force: bool,
        /// The web address of the site, to which links lead [default: base_url in brink.toml]
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
    },
}

#[derive(Debug, Args)]
struct CheckArguments {
    /// How to show them
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// End with exit code 1 if there are warnings
    #[arg(long)]
    strict: bool,
    /// Mend in your files what can be mended for certain, and show what is left
    #[arg(long)]
    fix: bool,
    /// Show what `--fix` would change, and change nothing
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// Ask every web address that the site links to whether it still works; what is heard is kept in .brink/links.json
    #[arg(long)]
    external: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For people
    Text,
    /// One object, for programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Schema {
    /// What stands at the top of a page; the taxonomies of the site are keys as well
    FrontMatter,
    /// brink.toml
    Config,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With excerpts, for people
    Text,
    /// One object, for programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, which GitHub Actions shows beside the lines
    Github,
}

/// Carries out the command that the program was called with.
pub fn run() -> ExitCode {
    let result = std::panic::catch_unwind(|| {
        let arguments = Arguments::parse();
        let terminal = Terminal { quiet: arguments.common.quiet, colour: colour(arguments.common.color) };
        carry_out(arguments, terminal)
    });
    ExitCode::from(result.unwrap_or_else(|_| {
        tell("\nThis is a mistake of Brink's own. Please report the lines above, and what you were doing.");
        INTERNAL
    }))
}

fn carry_out(arguments: Arguments, terminal: Terminal) -> u8 {
    let Arguments { command, common } = arguments;
    let Some(root) =
        common.root.clone().or_else(|| std::env::current_dir().ok().map(|folder| source::root_above(&folder)))
    else {
        tell("error: the working directory does not exist");
        return DENIED;
    };
    let Some(today) = common.today.or_else(today) else {
        tell("error: SOURCE_DATE_EPOCH is not a number of seconds since 1970");
        return USAGE;
    };
    let job = Job { root, today, profile: common.profile, terminal };
    let done = match command {
        Some(Command::New { dir }) => new(&dir, &job),
        Some(Command::Serve(arguments)) => serve_site(&job, &arguments),
        Some(Command::Build(arguments)) => building::build_site(&job, &arguments),
        Some(Command::Check(arguments)) => check_site(&job, &arguments),
        Some(Command::Status { format }) => tell_status(&job, format),
        Some(Command::Export { edition }) => export_edition(&job, edition),
        Some(Command::Schema { of }) => print_schema(&job, of),
        Some(Command::Explain { code }) => explain_code(code.as_deref()),
        None if source::is_site(&job.root) => serve_site(&job, &ServeArguments::default()),
        None => {
            say(&format!(
                "{}\nThis folder is no site yet. `brink new DIR` writes one to start from, and `brink serve` in it shows it.",
                Arguments::command().render_help()
            ));
            Ok(USAGE)
        }
    };
    done.unwrap_or_else(|stop| job.stopped(&stop))
}

/// The day that `SOURCE_DATE_EPOCH` names (reproducible-builds.org), else today by the clock, in UTC; `None` where it names
/// none.
#[expect(
    clippy::disallowed_methods,
    reason = "the one clock; `--today` stands in for it, and outputs depend on the day alone"
)]
fn today() -> Option<Day> {
    let now = match std::env::var_os("SOURCE_DATE_EPOCH").filter(|value| !value.is_empty()) {
        Some(epoch) => jiff::Timestamp::from_second(epoch.to_str()?.trim().parse().ok()?).ok()?,
        None => jiff::Timestamp::try_from(std::time::SystemTime::now()).ok()?,
    };
    Some(jiff::tz::Offset::UTC.to_datetime(now).date())
}

/// What every command works with.
struct Job {
    root: PathBuf,
    today: Day,
    profile: bool,
    terminal: Terminal,
}

#[derive(Debug, Clone, Copy)]
struct Terminal {
    quiet: bool,
    colour: bool,
}

impl Job {
    /// Shows why nothing was done, and gives the exit code.
    fn stopped(&self, stop: &Stop) -> u8 {
        match stop {
            Stop::Problems(problems) => {
                self.show(problems);
                tell("Nothing was written: the errors above would leave a site that cannot be trusted.");
                if problems.iter().any(is_config) { USAGE } else { PROBLEMS }
            }
            Stop::Denied(denied) => {
                tell(&format!("error: {denied}"));
                DENIED
            }
            Stop::Usage(what) => {
                tell(&format!("error: {what}"));
                USAGE
            }
        }
    }

    fn show(&self, problems: &[Problem]) {
        tell_lines(&self.shown(problems));
    }

    /// Problems with the lines that they are in, for people.
    fn shown(&self, problems: &[Problem]) -> String {
        report::text(problems, &build::texts_of(&self.root, problems), self.terminal.colour)
    }

    fn show_profile(&self, profile: &Profile) {
        if self.profile {
            for (stage, time) in profile.stages() {
                tell(&format!("{:>9.1} ms  {stage}", time.as_secs_f64() * 1000.0));
            }
        }
    }

    /// Takes the site from its folder to its plan, from nothing.
    fn build(&self, with_drafts: bool, base_url: Option<String>, profile: &mut Profile) -> Result<Built, Stop> {
        let listing = profile.stage("list", || source::list(&self.root))?;
        self.build_listed(listing, with_drafts, base_url, profile)
    }

    /// The same, of files that are listed already.
    fn build_listed(
        &self,
        listing: Listing,
        with_drafts: bool,
        base_url: Option<String>,
        profile: &mut Profile,
    ) -> Result<Built, Stop> {
        let request = Request { root: &self.root, with_drafts, base_url, today: self.today };
        build::build(&request, listing, &mut Memory::default(), profile)
    }

    /// The way to the site from the working directory, if it lies there: empty, or ending in `/`. The places that
    /// services show are those of a repository, in which a site may be one folder of many.
    fn folder(&self) -> String {
        let root = std::path::absolute(&self.root).ok();
        let below = std::env::current_dir().ok().and_then(|here| Some(root?.strip_prefix(here).ok()?.to_owned()));
        let parts = below.iter().flat_map(|below| below.components());
        parts.map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect()
    }

    fn say(&self, text: &str) {
        if !self.terminal.quiet {
            say(text);
        }
    }
}

/// Standard output; a reader that has gone away is no mistake.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Lines for standard output, which end their last one themselves.
fn print(lines: &str) {
    let _ = std::io::stdout().write_all(lines.as_bytes());
}

/// Standard error.
fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Lines for standard error, which end their last one themselves.
fn tell_lines(lines: &str) {
    let _ = std::io::stderr().write_all(lines.as_bytes());
}

fn colour(colour: Colour) -> bool {
    match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never,
    }
}

/// How long work may take without a bar.
const MOMENT: Duration = Duration::from_millis(300);

/// A bar on the terminal, shown only when something takes longer than a moment.
struct Progress {
    bar: ProgressBar,
    start: Instant,
    is_wanted: AtomicBool,
}

impl Progress {
    #[expect(clippy::disallowed_methods, reason = "when a bar is shown reaches no output")]
    fn new(what: &'static str, length: usize, quiet: bool) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos} of {len}") {
            bar.set_style(style);
        }
        bar.set_message(what);
        let is_wanted = AtomicBool::new(!quiet && std::io::stderr().is_terminal());
        Progress { bar, start: Instant::now(), is_wanted }
    }

    /// Tells that one thing more is done, from any thread.
    fn step(&self) {
        self.bar.inc(1);
        self.show_late();
    }

    fn show(&self, done: usize) {
        self.bar.set_position(done as u64);
        self.show_late();
    }

    fn show_late(&self) {
        if self.start.elapsed() > MOMENT && self.is_wanted.swap(false, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
    }
}

/// Whether a problem means that the configuration cannot be used.
fn is_config(problem: &Problem) -> bool {
    problem.code.stops()
        && (problem.code == problem::Code::ConfigInvalid || problem.place.file.as_ref() == config::FILE)
}

fn exit_code(problems: &[Problem], strict: bool) -> u8 {
    let counts = problem::count(problems);
    if counts.error > 0 || (strict && counts.warning > 0) { PROBLEMS } else { OK }
}

/// A site as it is listed, checked: the site, if it could be built, and all its problems.
fn checked(job: &Job, listing: Listing, profile: &mut Profile) -> Result<(Option<Built>, Vec<Problem>), Stop> {
    let request = Request { root: &job.root, with_drafts: false, base_url: None, today: job.today };
    let checked = build::build(&request, listing, &mut Memory::default(), profile);
    // Templates show their mistakes only when they are rendered.
    let checked = checked.and_then(|mut built| {
        profile.stage("render", || built.check_finished(&job.root))?;
        Ok(built)
    });
    match checked {
        Ok(built) => {
            let problems = built.problems().to_vec();
            Ok((Some(built), problems))
        }
        Err(Stop::Problems(problems)) => Ok((None, problems)),
        Err(stop) => Err(stop),
    }
}

fn check_site(job: &Job, arguments: &CheckArguments) -> Result<u8, Stop> {
    let mut profile = Profile::default();
    let listing = profile.stage("list", || source::list(&job.root))?;
    let (mut built, mut problems) = checked(job, listing.clone(), &mut profile)?;
    if arguments.fix && mend_site(job, &listing, &problems, arguments)? {
        (built, problems) = checked(job, source::list(&job.root)?, &mut profile)?;
    }
    let counts = match built.filter(|_| arguments.external) {
        Some(built) => Some(profile.stage("ask", || ask_outside(job, &built, &mut problems))),
        None => {
            if arguments.external {
                tell("note: no web address was asked, since the site cannot be built as it is");
            }
            None
        }
    };
    job.show_profile(&profile);
    match arguments.format {
        Format::Json => say(&report::json(&problems)),
        Format::Sarif => say(&report::sarif(&problems, &job.folder())),
        Format::Github => print(&report::github(&problems, &job.folder())),
        Format::Text => {
            job.show(&problems);
            if let Some(counts) = counts {
                job.say(&counts.summary());
            }
            job.say(&problem::summary(&problems));
            let fixes = problems.iter().filter(|problem| problem.fix.is_some()).count();
            if fixes > 0 && !arguments.dry_run {
                let which = if fixes == problems.len() { "all".to_owned() } else { fixes.to_string() };
                job.say(&format!("`brink check --fix` mends {which} of them, `--fix --dry-run` shows how."));
            }
        }
    }
    Ok(if problems.iter().any(is_config) { USAGE } else { exit_code(&problems, arguments.strict) })
}

/// Mends in the writer's files what can be mended for certain, and says what; or only shows it. Gives whether a file was
/// changed. A file that is not as it was when it was checked is left alone.
fn mend_site(job: &Job, listing: &Listing, problems: &[Problem], arguments: &CheckArguments) -> Result<bool, Stop> {
    let note = |text: &str| match arguments.format {
        Format::Text => job.say(text),
        _ if job.terminal.quiet => {}
        _ => tell(text), // standard output is for programs
    };
    let mut mended = Vec::new();
    for (path, fixes) in fix::by_file(problems) {
        let bytes = source::bytes(&job.root, &path)?;
        mended.extend(bytes.and_then(|bytes| fix::mend(&path, &bytes, &fixes)));
    }
    let now = source::list(&job.root)?;
    let (mut changes, mut files) = (0, 0);
    for file in &mended {
        let is_as_checked = now.files.get(&file.path) == listing.files.get(&file.path);
        if arguments.dry_run {
            note(file.difference.trim_end());
        } else if is_as_checked && write::replace(&job.root, &file.path, &file.old, &file.new)? {
            for (line, what) in &file.done {
                note(&format!("{}:{line}: {what}", file.path));
            }
        } else {
            tell(&format!("warning: `{}` is being changed by somebody else, and was left as it is", file.path));
            continue;
        }
        changes += file.done.len();
        files += 1;
    }
    note(&match changes {
        0 => "There is nothing that can be mended for certain.".to_owned(),
        _ if arguments.dry_run => {
            format!("`--fix` would make {} in {}.", number_of(changes, "change"), number_of(files, "file"))
        }
        _ => format!("{} made in {}.", number_of(changes, "change"), number_of(files, "file")),
    });
    Ok(changes > 0 && !arguments.dry_run)
}

/// Tells where the site stands.
fn tell_status(job: &Job, format: Shape) -> Result<u8, Stop> {
    let mut profile = Profile::default();
    let built = job.build(false, None, &mut profile);
    let weighed = built.and_then(|built| {
        let weights = profile.stage("render", || built.weigh(&job.root))?;
        Ok((built, weights))
    });
    let (built, weights) = match weighed {
        Ok(weighed) => weighed,
        Err(Stop::Problems(problems)) => {
            job.show(&problems);
            tell("A site that cannot be built has no status: mend the errors above first.");
            return Ok(if problems.iter().any(is_config) { USAGE } else { PROBLEMS });
        }
        Err(stop) => return Err(stop),
    };
    job.show_profile(&profile);
    let status = Status::weighed(&built.site, weights);
    match format {
        Shape::Json => say(&status.json()),
        Shape::Text => print(&status.text()),
    }
    Ok(OK)
}

/// The web address that the command line gives the site.
fn own_address(base_url: Option<String>) -> Result<Option<String>, Stop> {
    base_url.map(|url| config::base_url(&url)).transpose().map_err(|_| {
        Stop::Usage("`--base-url` should be a full web address, such as https://example.org/mali/".to_owned())
    })
}

/// Makes an edition that needs no host.
fn export_edition(job: &Job, edition: Edition) -> Result<u8, Stop> {
    let mut profile = Profile::default();
    let named = |name: &str, otherwise: &str, ending: &str| {
        let slug = Some(address::slug(name)).filter(|slug| !slug.is_empty());
        PathBuf::from(format!("{}.{ending}", slug.as_deref().unwrap_or(otherwise)))
    };
    match edition {
        Edition::Zip { output, without_pictures, force } => {
            let built = job.build(false, None, &mut profile)?;
            let output = output.unwrap_or_else(|| named(built.site.title(), "site", "zip"));
            let folder = output.file_stem().map(|stem| address::slug(&stem.to_string_lossy())).unwrap_or_default();
            let folder = if folder.is_empty() { "site".to_owned() } else { folder };
            let archive = profile.stage("pack", || export::archive(&built, &job.root, &folder, !without_pictures))?;
            write::put(&output, &archive.bytes, force)?;
            job.show_profile(&profile);
            let left = match archive.left_out {
                0 => String::new(),
                number => format!(" {} left out.", number_of(number, "picture")),
            };
            job.say(&format!(
                "Packed {} into {}, {} bytes.{left} Unpacked, it opens with {folder}/index.html.",
                number_of(archive.files, "file"),
                output.display(),
                weight::grouped(archive.bytes.len())
            ));
        }
        Edition::SingleFile { page, output, text, force, base_url } => {
            let built = job.build(false, own_address(base_url)?, &mut profile)?;
            let asked = export::page(&built, &page)?;
            let name = asked.path.trim_end_matches("index.html").trim_end_matches('/').trim_end_matches(".html");
            let output = output.or_else(|| (!text).then(|| named(address::name_of(name), "home", "html")));
            if text {
                let text = export::plain_text(&built, &job.root, asked)?;
                match output {
                    Some(output) => write::put(&output, text.as_bytes(), force)?,
                    None => print(&text),
                }
            } else if let Some(output) = output {
                let single = export::single_file(&built, &job.root, asked)?;
                write::put(&output, single.html.as_bytes(), force)?;
                let size = weight::grouped(single.html.len());
                let mut lines = vec![format!("Wrote /{} into {}, {size} bytes.", name, output.display())];
                if single.left_out > 0 {
                    let pictures = number_of(single.left_out, "picture");
                    lines.push(format!("{pictures} had no room in 100,000 bytes; their descriptions stand instead."));
                }
                if single.unlinked > 0 {
                    let links = number_of(single.unlinked, "link");
                    lines.push(format!("{links} to other pages of the site lead nowhere in it, since the site has no address: set `base_url` in brink.toml."));
                }
                job.say(&lines.join("\n"));
            }
            job.show_profile(&profile);
        }
    }
    Ok(OK)
}

/// Prints a schema; a folder that is no site has the taxonomies that every site has.
fn print_schema(job: &Job, of: Schema) -> Result<u8, Stop> {
    say(&match of {
        Schema::Config => schema::config(),
        Schema::FrontMatter if source::is_site(&job.root) => {
            let listing = source::list(&job.root)?;
            schema::front_matter(&build::configuration(&job.root, &listing)?)
        }
        Schema::FrontMatter => schema::front_matter(&config::Config::default()),
    });
    Ok(OK)
}

/// Explains one code, or lists all.
fn explain_code(word: Option<&str>) -> Result<u8, Stop> {
    let Some(word) = word else {
        print(&explain::list());
        return Ok(OK);
    };
    match explain::find(word) {
        Ok(code) => {
            print(&explain::text(code));
            Ok(OK)
        }
        Err(nearest) => {
            let help = match nearest {
                Some(code) => format!("did you mean `{code}`?"),
                None => "`brink explain` lists all codes".to_owned(),
            };
            Err(Stop::Usage(format!("there is no code `{word}`\n  = help: {help}")))
        }
    }
}

/// Asks the outside addresses of a site, and adds what is wrong with them. What is known from before only saves requests, so
/// that it cannot be read or written stops nothing.
fn ask_outside(job: &Job, built: &Built, problems: &mut Vec<Problem>) -> external::Counts {
    let known = source::bytes(&job.root, external::FILE);
    let mut progress: Option<Progress> = None;
    let before = known.as_ref().ok().and_then(Option::as_deref);
    let found = external::ask(&built.site, before, &external::Settings::default(), |done, of| {
        progress.get_or_insert_with(|| Progress::new("Asking", of, job.terminal.quiet)).show(done);
    });
    if let Some(progress) = progress {
        progress.bar.finish_and_clear();
    }
    if known.is_err() || found.is_forgetful {
        tell(&format!("note: `{}` cannot be read, so every web address was asked", external::FILE));
    }
    let kept = found.memory.map_or(Ok(()), |memory| write::keep(&job.root, external::FILE, memory.as_bytes()));
    if let Err(denied) = kept {
        tell(&format!("note: what was heard is not kept: could not {}: {}", denied.tried, denied.reason));
    }
    problems.extend(found.problems);
    build::finish(problems, &built.site.config);
    found.counts
}

fn new(dir: &Path, job: &Job) -> Result<u8, Stop> {
    let mut files = Vec::new();
    collect(&STARTER, &mut files);
    for file in &mut files {
        dated(file, job.today);
    }
    write::found(dir, &files)?;
    job.say(&format!(
        "A small explainer is in `{}`. To see it:\n\n  brink serve --open --root {}\n\nThen edit the files in `{}`; the browser follows.",
        dir.display(),
        quoted(dir),
        dir.join("content").display()
    ));
    Ok(OK)
}

/// Puts today's date where the starter says so: a new site is up to date.
fn dated(file: &mut write::File, today: Day) {
    if let Ok(text) = std::str::from_utf8(&file.bytes) {
        let date = Date::of_day(today);
        let text = text.replace("TODAY_IN_WORDS", &date.in_words("en")).replace("TODAY", &date.to_string());
        file.bytes = text.into_bytes();
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = path.chars().all(|c| c.is_alphanumeric() || "/._-\\:".contains(c));
    if is_plain { path } else { format!("\"{path}\"") }
}

fn collect(folder: &Dir<'_>, files: &mut Vec<write::File>) {
    for file in folder.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        files.push(write::File { path, bytes: file.contents().to_vec() });
    }
    for inner in folder.dirs() {
        collect(inner, files);
    }
}

fn serve_site(job: &Job, arguments: &ServeArguments) -> Result<u8, Stop> {
    serve::serve(&serve::Settings {
        root: job.root.clone(),
        today: job.today,
        port: arguments.port,
        open: arguments.open,
        lan: arguments.lan,
        follow: arguments.follow,
        with_drafts: arguments.drafts,
        colour: job.terminal.colour,
        quiet: job.terminal.quiet,
        editor: editor(arguments.editor.clone()),
    })?;
    Ok(OK)
}

/// By what the writer's editor is found.
#[expect(clippy::disallowed_methods, reason = "which editor a click in the preview opens reaches no output")]
fn editor(command: Option<String>) -> serve::Wishes {
    let usual = ["VISUAL", "EDITOR"].iter().filter_map(|name| std::env::var(name).ok());
    let path = std::env::var_os("PATH").unwrap_or_default();
    serve::Wishes {
        command,
        usual: usual.filter(|value| !value.trim().is_empty()).collect(),
        path: std::env::split_paths(&path).collect(),
    }
}
