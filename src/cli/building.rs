//! `brink build`. Comes in: its arguments. Goes out: the published folder, and what the writer is told of it; where nothing has
//! changed since the last build, the same words again.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde::{Deserialize, Serialize};

use super::{Job, Progress, exit_code, own_address, tell, tell_lines};
use crate::build::{Built, Profile};
use crate::key::Key;
use crate::problem::{self, Level, Problem, Stop, number_of};
use crate::source::{self, Listing};
use crate::status;
use crate::write::{Publisher, Written};

#[derive(Debug, Args)]
pub(super) struct BuildArguments {
    /// The folder to write to [default: public, in the site's folder]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// The web address at which the site will be published
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Publish drafts as well
    #[arg(long)]
    drafts: bool,
    /// End with exit code 1 if there are warnings
    #[arg(long)]
    strict: bool,
}

/// What a build tells of the site, apart from what it wrote and how long that took.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    /// The problems, as they are shown.
    problems: String,
    pages: usize,
    files: usize,
    /// Its tables and rows.
    recognised: String,
    /// What follows.
    rest: Vec<String>,
    code: u8,
}

/// How many problems a build shows, apart from errors.
const SHOWN_MAX: usize = 200;

#[expect(clippy::disallowed_methods, reason = "how long a build took is shown to the writer and reaches no output")]
pub(super) fn build_site(job: &Job, arguments: &BuildArguments) -> Result<u8, Stop> {
    let start = Instant::now();
    let base_url = own_address(arguments.base_url.clone())?;
    let mut profile = Profile::default();
    let output = arguments.output.clone().unwrap_or_else(|| job.root.join("public"));
    let listing = profile.stage("list", || source::list(&job.root))?;
    let made_from = made_from(job, arguments, &listing);
    let known = profile.stage("compare", || told(job, &output, made_from?));
    if let Some(told) = known {
        tell_lines(&told.problems);
        job.show_profile(&profile);
        let pages = number_of(told.pages, "page");
        let time = start.elapsed().as_secs_f64();
        let written = Written { same: told.files, ..Written::default() };
        let first = format!("Nothing has changed: {pages} in {} stay as they are ({time:.2} s).", output.display());
        job.say(&told.summary(first, &written));
        return Ok(told.code);
    }
    let mut built = job.build_listed(listing, arguments.drafts, base_url, &mut profile)?;
    let progress = Progress::new("Rendering", built.plan.outputs().len(), job.terminal.quiet);
    let written = built.publish(&job.root, &output, &mut profile, || progress.step());
    progress.bar.finish_and_clear();
    let written = written?;
    let told = Told::of(&built, job, arguments.strict);
    if let Some((key, said)) = made_from.zip(serde_json::to_vec(&told).ok()) {
        Publisher::remember(&output, key, &written, &said);
    }
    tell_lines(&told.problems);
    job.show_profile(&profile);
    for copy in &written.kept {
        tell(&format!("warning: a published file had been changed by hand; a copy is in `{}`", copy.display()));
    }
    let pages = number_of(told.pages, "page");
    let first = format!("Built {pages} into {} in {:.2} s.", output.display(), start.elapsed().as_secs_f64());
    job.say(&told.summary(first, &written));
    // The program ends: to give back the memory of ten thousand pages one by one would only take time.
    std::mem::forget(built);
    Ok(told.code)
}

/// The key of all that decides what is published and told: the files of the site, the program, the day, and what was asked for.
/// `None` where files are too new to be told from what they may become at once.
#[expect(clippy::disallowed_methods, reason = "whether a file is new enough to be read again reaches no output")]
fn made_from(job: &Job, arguments: &BuildArguments, listing: &Listing) -> Option<Key> {
    let files = listing.key(std::time::SystemTime::now())?;
    let BuildArguments { base_url, drafts, strict, output: _ } = arguments;
    let program = (env!("CARGO_PKG_VERSION"), source::program()?);
    let asked = (base_url, drafts, strict, job.terminal.colour, job.today);
    Some(Key::of(format!("{} {program:?} {asked:?}", files.hex()).as_bytes()))
}

/// What the last build has told, where it was made from the same and its files are there.
fn told(job: &Job, output: &Path, made_from: Key) -> Option<Told> {
    serde_json::from_slice(&Publisher::recall(&job.root, output, made_from)?).ok()
}

impl Told {
    fn of(built: &Built, job: &Job, strict: bool) -> Told {
        let problems = built.problems();
        let documents = built.site.pages.iter().filter_map(|page| page.document.as_ref());
        let tables: usize = documents.map(|document| document.tables.len()).sum();
        let mut rest: Vec<String> = hidden_line(built).into_iter().collect();
        rest.push(problem::summary(problems));
        Told {
            problems: first_of(problems, job),
            pages: built.site.pages.len(),
            files: built.plan.outputs().len(),
            recognised: format!("{} recognised: {}.", number_of(tables, "table"), status::recognised(&built.site)),
            rest,
            code: exit_code(problems, strict),
        }
    }

    /// All of it in a few plain lines, of which the first is given.
    fn summary(&self, first: String, written: &Written) -> String {
        let Written { changed, same, removed, .. } = written;
        let files = format!("Files: {changed} new or changed, {same} as before, {removed} removed.");
        let mut lines = vec![first, self.recognised.clone(), files];
        lines.extend_from_slice(&self.rest);
        lines.join("\n")
    }
}

/// The errors and the first of the other problems: nobody reads thousands of them after a build.
fn first_of(problems: &[Problem], job: &Job) -> String {
    let mut left = SHOWN_MAX;
    let is_shown = |problem: &&Problem| {
        let is_first = left > 0;
        left = left.saturating_sub(1);
        is_first || problem.level() == Level::Error
    };
    let shown: Vec<Problem> = problems.iter().filter(is_shown).cloned().collect();
    let mut text = job.shown(&shown);
    if shown.len() < problems.len() {
        let others = number_of(problems.len() - shown.len(), "other problem");
        text.push_str(&format!("note: there are {others}, warnings or hints; `brink check` shows all of them\n"));
    }
    text
}

/// What is not published, and why.
fn hidden_line(built: &Built) -> Option<String> {
    let hidden = &built.site.hidden;
    let reasons: Vec<String> = hidden.iter().map(|hidden| format!("  {} {}", hidden.path, hidden.reason())).collect();
    (!hidden.is_empty()).then(|| format!("Not published:\n{}", reasons.join("\n")))
}
