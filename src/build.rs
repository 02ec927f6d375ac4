//! The whole trip on one screen, and what is kept from the last one. Comes in: a site's folder.
//! Goes out: a [`Built`] site, planned, with all its problems; its outputs are rendered when they are asked for.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use globset::{Glob, GlobSetBuilder};
use rayon::prelude::*;

use crate::check::{self, Finished};
use crate::config::{self, Config};
use crate::document::{self, Document};
use crate::key::Key;
use crate::output::{self, Output, Plan, View};
use crate::problem::report::Texts;
use crate::problem::{self, Problem, Stop};
use crate::site::{self, Parts, Site};
use crate::source::{self, Listing, Source, Stamp};
use crate::theme::{self, ShortcodeTheme, Theme};
use crate::vocabulary::Day;
use crate::write::{Publisher, Written};

/// What a build is asked for.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The site's folder.
    pub root: &'a Path,
    /// Whether drafts are published.
    pub with_drafts: bool,
    /// Instead of the configuration's `base_url`.
    pub base_url: Option<String>,
    /// The day for which the site is made: what is old, and what is still to come, depends on it.
    pub today: Day,
}

/// What is kept from one build to the next: documents whose files have not changed.
#[derive(Debug, Default)]
pub struct Memory {
    documents: BTreeMap<Arc<str>, (Stamp, Arc<Document>)>,
    /// By what they were understood.
    config: Option<Config>,
    /// By which shortcodes they were rendered.
    shortcodes: Option<Key>,
    /// How many sources the last build read and understood anew.
    pub parsed: usize,
}

/// A site, linked and planned.
#[derive(Debug)]
pub struct Built {
    /// The site.
    pub site: Arc<Site>,
    /// What renders it.
    pub theme: Arc<Theme>,
    /// Its outputs.
    pub plan: Plan,
    /// Everything that is wrong in it, sorted; nothing that stops it.
    pub problems: Vec<Problem>,
    /// The files that it was made from.
    pub listing: Listing,
}

/// The time that each stage took, in order.
#[derive(Debug, Default)]
pub struct Profile(Vec<(&'static str, Duration)>);

impl Profile {
    /// Runs a stage and notes its time.
    #[expect(clippy::disallowed_methods, reason = "times of stages are shown to the writer and reach no output")]
    pub fn stage<T>(&mut self, name: &'static str, run: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = run();
        self.0.push((name, start.elapsed()));
        result
    }

    /// Each stage with its time.
    pub fn stages(&self) -> &[(&'static str, Duration)] {
        &self.0
    }
}

/// Takes a site from the listing of its folder to its plan. Stops where it would not be trustworthy, with all problems
/// of all files.
pub fn build(
    request: &Request<'_>,
    listing: Listing,
    memory: &mut Memory,
    profile: &mut Profile,
) -> Result<Built, Stop> {
    let mut listing = listing;
    let (config, mut problems) = profile.stage("configure", || configure(request, &listing))?;
    pass_over(&mut listing, &config);
    problems.extend(listing.problems.iter().cloned());
    let templates = texts(request.root, theme::sources_of(&listing, &config))?;
    let data = if theme::reads_data(&templates) { texts(request.root, data_files(&listing))? } else { Vec::new() };
    let (shortcodes, of_shortcodes) = ShortcodeTheme::new(&config, &templates, data);
    problems.extend(of_shortcodes);
    let documents = profile.stage("parse", || parse(request.root, &listing, &config, &shortcodes, memory))?;
    problems.extend(documents.iter().flat_map(|document| document.problems.iter().cloned()));
    let theme = profile.stage("theme", || Theme::new(&listing, &config, &templates));
    let theme = theme.map_err(|of_theme| problems.extend(of_theme)).ok();
    problems.extend(theme.iter().flat_map(|theme| theme.doubts(&config)));
    // A peer's own templates are not Brink's, so that pages may name them.
    problems.extend(theme.iter().filter(|_| !config.is_peers()).flat_map(|theme| missing_templates(theme, &documents)));
    let theme_files = theme.iter().flat_map(Theme::files).map(|(url, _)| url.clone()).collect::<Vec<_>>();
    let parts = Parts {
        documents: &documents,
        listing: &listing,
        config: &config,
        theme_files: &theme_files,
        with_drafts: request.with_drafts,
        today: request.today,
    };
    let mut site = match profile.stage("link", || site::link(&parts)) {
        Ok(site) => Some(site),
        Err(Stop::Problems(collisions)) => {
            problems.extend(collisions);
            None
        }
        Err(stop) => return Err(stop),
    };
    problems.extend(site.iter().flat_map(|site| profile.stage("check", || check::check(site))));
    if let Some(site) = &mut site {
        let is_whole = site.hidden.is_empty() && site.config.has_desk;
        site.settlements.apply(&mut problems, is_whole, |code| !code.is_told_elsewhere());
        // What the writer still sees is not settled for readers either.
        for found in site.register.contradictions.iter_mut().filter(|found| found.is_settled) {
            found.is_settled = !problems.iter().any(|problem| found.is_told_by(problem));
        }
    }
    finish(&mut problems, &config);
    match (site, theme) {
        (Some(site), Some(theme)) if !problems.iter().any(|problem| problem.code.stops()) => {
            let (site, theme) = (Arc::new(site), Arc::new(theme));
            let plan = profile.stage("plan", || Plan::new(&site, &theme));
            Ok(Built { site, theme, plan, problems, listing })
        }
        _ => Err(Stop::Problems(problems)),
    }
}

/// The configuration of a site as far as it can be used.
pub fn configuration(root: &Path, listing: &Listing) -> Result<Config, Stop> {
    read_config(root, listing).map(|(config, _)| config)
}

fn configure(request: &Request<'_>, listing: &Listing) -> Result<(Config, Vec<Problem>), Stop> {
    let (mut config, problems) = read_config(request.root, listing)?;
    if let Some(base_url) = &request.base_url {
        config.base_url = Some(base_url.clone());
    }
    Ok((config, problems))
}

fn read_config(root: &Path, listing: &Listing) -> Result<(Config, Vec<Problem>), Stop> {
    let file = config::FILES.into_iter().find(|file| listing.files.contains_key(*file));
    let source = match file.and_then(|file| listing.files.get_key_value(file)) {
        Some((path, _)) => source::text(root, path)?,
        None => None,
    };
    let read = source.as_ref().zip(file).map(|(source, file)| config::parse(file, &source.text));
    let (config, mut problems) = read.unwrap_or_default();
    problems.extend(source.and_then(|source| source.problem));
    Ok((config, problems))
}

/// Reads and understands the pages; those whose files have not changed are taken from memory.
fn parse(
    root: &Path,
    listing: &Listing,
    config: &Config,
    shortcodes: &ShortcodeTheme,
    memory: &mut Memory,
) -> Result<Vec<Arc<Document>>, Stop> {
    let rules = config.rules();
    let known = std::mem::take(&mut memory.documents);
    let is_same = memory.config.as_ref().is_some_and(|known| known.rules() == rules)
        && memory.shortcodes.as_ref() == Some(&shortcodes.key);
    memory.shortcodes = Some(shortcodes.key);
    memory.config = Some(config.clone());
    let pages: Vec<_> = listing.files.iter().filter(|(path, _)| source::is_page(path)).collect();
    let parse = |(path, stamp): &(&Arc<str>, &Stamp)| {
        if let Some((_, document)) = known.get(*path).filter(|(known, _)| is_same && known == *stamp) {
            return Ok(Some((document.clone(), false)));
        }
        let source = source::text(root, path)?;
        Ok(source.map(|source| (Arc::new(document::parse(&source, &rules, shortcodes)), true)))
    };
    let parsed: Vec<Result<_, Stop>> = pages.par_iter().map(parse).collect();
    memory.parsed = 0;
    let mut documents = Vec::with_capacity(parsed.len());
    for ((path, stamp), parsed) in pages.into_iter().zip(parsed) {
        let Some((document, is_new)) = parsed? else { continue };
        memory.parsed += usize::from(is_new);
        memory.documents.insert(path.clone(), (*stamp, document.clone()));
        documents.push(document);
    }
    Ok(documents)
}

/// The texts of some files.
fn texts<'l>(root: &Path, paths: impl IntoIterator<Item = &'l Arc<str>>) -> Result<Vec<Source>, Stop> {
    let mut sources = Vec::new();
    for path in paths {
        sources.extend(source::text(root, path)?);
    }
    Ok(sources)
}

/// The files that shortcodes may read.
fn data_files(listing: &Listing) -> impl Iterator<Item = &Arc<str>> {
    const ENDINGS: [&str; 6] = ["csv", "json", "toml", "yaml", "yml", "txt"];
    let is_data = |path: &&Arc<str>| path.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending));
    listing.files.keys().filter(is_data)
}

/// Takes out the files that the configuration passes over.
fn pass_over(listing: &mut Listing, config: &Config) {
    for (folder, patterns) in [("content/", &config.ignored_content), ("static/", &config.ignored_static)] {
        let mut globs = GlobSetBuilder::new();
        for glob in patterns.iter().filter_map(|pattern| Glob::new(pattern).ok()) {
            globs.add(glob);
        }
        let Ok(globs) = globs.build() else { continue };
        let is_passed =
            |path: &str| path.strip_prefix(folder).is_some_and(|below| globs.is_match(below) || globs.is_match(path));
        listing.files.retain(|path, _| globs.is_empty() || !is_passed(path));
    }
}

/// The templates that pages name and the theme lacks, each once, where it is first named.
fn missing_templates(theme: &Theme, documents: &[Arc<Document>]) -> Vec<Problem> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let named = |document: &Arc<Document>| document.front.template.is_some();
    for document in documents.iter().filter(|document| named(document)) {
        *seen.entry(document.front.template.as_deref().unwrap_or_default()).or_default() += 1;
    }
    let mut problems = Vec::new();
    for document in documents {
        let front = &document.front;
        let Some(number) = front.template.as_deref().and_then(|template| seen.remove(template)) else { continue };
        let name = front.template.as_deref().unwrap_or_default();
        problems.extend(theme.missing_template(name, front.template_place.as_ref(), number));
    }
    problems
}

impl Built {
    /// The bytes of one output.
    pub fn bytes(&self, root: &Path, output: &Output) -> Result<Vec<u8>, Stop> {
        let view = self.plan.view(output);
        if let View::Copy(source) = &view {
            let gone = || problem::Denied::new(format!("read `{source}`"), "it is gone", "build again");
            return Ok(source::bytes(root, source)?.ok_or_else(gone)?);
        }
        match output::render(view, &self.theme) {
            Ok(bytes) => Ok(bytes.unwrap_or_default()),
            Err(problem) => Err(Stop::Problems(vec![problem])),
        }
    }

    /// Renders every output, on all cores, and hands each to `take` as soon as it is done, so that no more of them are held
    /// than there are cores. Gives what `take` made of them, in the order of their paths. Stops with every template's first
    /// failure, or at once where the machine says no.
    pub fn render_each<T: Send>(
        &self,
        root: &Path,
        take: impl Fn(&Output, Vec<u8>) -> Result<T, Stop> + Sync,
    ) -> Result<Vec<T>, Stop> {
        let is_over = AtomicBool::new(false);
        let render = |output: &Output| {
            if is_over.load(Ordering::Relaxed) {
                return None;
            }
            let taken = self.bytes(root, output).and_then(|bytes| take(output, bytes));
            if matches!(taken, Err(Stop::Denied(_) | Stop::Usage(_))) {
                is_over.store(true, Ordering::Relaxed);
            }
            Some(taken)
        };
        let rendered: Vec<Option<Result<T, Stop>>> = self.plan.outputs().par_iter().map(render).collect();
        let mut all = Vec::with_capacity(rendered.len());
        let mut failures: Vec<Problem> = Vec::new();
        for taken in rendered.into_iter().flatten() {
            match taken {
                Ok(taken) => all.push(taken),
                Err(Stop::Problems(problems)) => {
                    let is_new = |problem: &Problem| !failures.iter().any(|known| known.place == problem.place);
                    let new: Vec<Problem> = problems.into_iter().filter(is_new).collect();
                    failures.extend(new);
                }
                Err(stop) => return Err(stop),
            }
        }
        if failures.is_empty() {
            return Ok(all);
        }
        failures.extend(self.problems.iter().cloned());
        problem::sort(&mut failures);
        Err(Stop::Problems(failures))
    }

    /// Looks at the links of finished pages. The built-in theme makes none that lead nowhere, so that a build looks only
    /// where templates are the site's own; `is_whole` looks in any case.
    pub fn finished(&self, is_whole: bool) -> Option<Finished<'_>> {
        let paths = self.plan.outputs().iter().map(|output| output.path.as_str());
        let is_wanted = is_whole || self.theme.own_templates().next().is_some();
        is_wanted.then(|| Finished::new(&self.site, paths))
    }

    /// Brings the folder `output` to exactly the outputs of the site at `root`, each written as soon as it is rendered;
    /// `progress` is told of each.
    pub fn publish(
        &mut self,
        root: &Path,
        output: &Path,
        profile: &mut Profile,
        progress: impl Fn() + Sync,
    ) -> Result<Written, Stop> {
        let publisher = profile.stage("look", || Publisher::begin(root, output))?;
        let finished = self.finished(false);
        let take = |output: &Output, bytes: Vec<u8>| {
            publisher.put(&output.path, &bytes)?;
            progress();
            Ok(finished.as_ref().and_then(|finished| finished.look(&output.path, &bytes)))
        };
        let seen = profile.stage("render", || self.render_each(root, take))?;
        let broken =
            finished.map(|finished| finished.problems(&self.theme, &seen.into_iter().flatten().collect::<Vec<_>>()));
        self.add(broken.unwrap_or_default());
        profile.stage("write", || publisher.commit())
    }

    /// Renders every output and checks the links of the finished pages; writes nothing.
    pub fn check_finished(&mut self, root: &Path) -> Result<(), Stop> {
        let Some(finished) = self.finished(true) else { return Ok(()) };
        let seen = self.render_each(root, |output, bytes| Ok(finished.look(&output.path, &bytes)))?;
        let broken = finished.problems(&self.theme, &seen.into_iter().flatten().collect::<Vec<_>>());
        self.add(broken);
        Ok(())
    }

    fn add(&mut self, problems: Vec<Problem>) {
        if !problems.is_empty() {
            self.problems.extend(problems);
            finish(&mut self.problems, &self.site.config);
        }
    }
}

/// Gives problems the levels that the site's `[check]` says, leaves out those that it turns off, and sorts the rest. All
/// problems pass here after everything has been settled, so that levels decide what writers see and never what is published.
pub fn finish(problems: &mut Vec<Problem>, config: &Config) {
    problems.retain_mut(|problem| match config.levels.get(&problem.code) {
        Some(level) if !problem.code.stops() => {
            problem.rated = level.or(problem.rated);
            level.is_some()
        }
        _ => true,
    });
    problem::sort(problems);
}

/// The texts of the files that problems point into, to show the lines concerned.
pub fn texts_of(root: &Path, problems: &[Problem]) -> Texts {
    let places = problems.iter().flat_map(|problem| {
        std::iter::once(&problem.place).chain(problem.related.iter().map(|related| &related.place))
    });
    let mut texts = Texts::new();
    for place in places {
        if !texts.contains_key(&place.file) {
            let read = source::text(root, &place.file).ok().flatten().map(|source| source.text);
            let text = read.or_else(|| Theme::built_in_text(&place.file)).unwrap_or_default();
            texts.insert(place.file.clone(), text);
        }
    }
    texts
}
