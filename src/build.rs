//! The whole trip on one screen, and what is kept from the last one. Comes in: a site's folder.
//! Goes out: a [`Built`] site, planned, with all its problems; its outputs are rendered when they are asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use globset::{Glob, GlobSetBuilder};
use rayon::prelude::*;

use crate::address;
use crate::cards::{self, Cards};
use crate::check::{self, Finished};
use crate::config::{self, Config};
use crate::document::{self, Document, Documents, Reading};
use crate::key::Key;
use crate::machines;
use crate::output::{self, Output, Plan, View};
use crate::picture::{Format, Pictures};
use crate::pictures::{self, Looked};
use crate::problem::report::Texts;
use crate::problem::{self, Code, Place, Problem, Stop, catalogue};
use crate::site::{self, Kept, Parts, Site};
use crate::source::{self, Listing, Source};
use crate::theme::{self, ShortcodeTheme, Theme};
use crate::vocabulary::Day;
use crate::weight::{self, Scales, Weight, Weights};
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

/// What is kept from one build to the next: every value with what it was made from. A value is made anew only where that has
/// changed, so that a build with a memory gives the same as one without.
#[derive(Debug, Default)]
pub struct Memory {
    /// The last documents, whether or not they made a site.
    known: Option<Known>,
    /// The last site that could be built.
    last: Option<Last>,
    /// The files that were looked into for what they tell.
    pictures: Looked,
    /// How many sources the last build read and understood anew.
    pub parsed: usize,
    /// How much of the site the last build kept; `None` where it was linked anew.
    pub kept: Option<Kept>,
}

/// The documents that were read last, and what they were read from.
#[derive(Debug, Default)]
struct Known {
    /// The files, but for those that could not be read.
    listing: Arc<Listing>,
    config: Arc<Config>,
    /// What shortcodes gave.
    calls: Option<Key>,
    documents: Read,
}

/// The documents of a site.
#[derive(Debug, Clone, Default)]
struct Read {
    each: Documents,
    /// Those that name a template, that call a shortcode, or with a problem that stops the build.
    special: Documents,
}

impl Read {
    /// Puts a document in the place of what was read from its file before; `None` takes that away.
    fn put(&mut self, path: &Arc<str>, document: Option<Arc<Document>>) {
        let put = |documents: &mut Documents, document: Option<Arc<Document>>| match document {
            Some(document) => drop(documents.insert(path.clone(), Reading(document))),
            None => drop(documents.remove(path)),
        };
        let is_special =
            |document: &Document| document.front.template.is_some() || document.has_calls || stops(document);
        put(&mut self.special, document.clone().filter(|document| is_special(document)));
        put(&mut self.each, document);
    }

    fn with_calls(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.special.values().map(|reading| &reading.0).filter(|document| document.has_calls)
    }

    /// Whether a problem of one of them stops the build.
    fn stop(&self) -> bool {
        self.special.values().any(|reading| stops(&reading.0))
    }

    fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.each.values().flat_map(|reading| &reading.0.problems)
    }
}

/// Whether a problem of a document stops the build.
fn stops(document: &Document) -> bool {
    document.problems.iter().any(|problem| problem.code.stops())
}

/// A site that could be built, and what it was made from.
#[derive(Debug)]
struct Last {
    listing: Arc<Listing>,
    with_drafts: bool,
    base_url: Option<String>,
    today: Day,
    made: Made,
    documents: Read,
    site: Arc<Site>,
    plan: Plan,
}

/// What is made from the configuration and the templates.
#[derive(Debug, Clone)]
struct Made {
    config: Arc<Config>,
    shortcodes: Arc<ShortcodeTheme>,
    theme: Option<Arc<Theme>>,
    /// What is wrong in them, apart from what the configuration says on levels.
    problems: Arc<Vec<Problem>>,
    /// Whether shortcodes read files of data.
    reads_data: bool,
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
    /// The files that it was made from.
    pub listing: Arc<Listing>,
    documents: Read,
    /// What its shortcodes give.
    shortcodes: Arc<ShortcodeTheme>,
    /// What is wrong apart from its documents and what they give together.
    around: Vec<Problem>,
    /// All that is wrong, once it was asked for.
    found: OnceLock<Vec<Problem>>,
}

/// The time that each stage took, in order.
#[derive(Debug, Default)]
pub struct Profile(Vec<(&'static str, Duration)>);

impl Profile {
    /// Runs a stage and notes its time.
    pub fn stage<T>(&mut self, name: &'static str, run: impl FnOnce() -> T) -> T {
        let (result, took) = timed(run);
        self.0.push((name, took));
        result
    }

    /// Each stage with its time.
    pub fn stages(&self) -> &[(&'static str, Duration)] {
        &self.0
    }
}

/// Runs something and gives how long it took.
#[expect(clippy::disallowed_methods, reason = "how long something takes is shown to the writer and reaches no output")]
pub fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = run();
    (result, start.elapsed())
}

/// Takes a site from the listing of its folder to its plan. Stops where it would not be trustworthy, with all problems
/// of all files.
pub fn build(
    request: &Request<'_>,
    listing: impl Into<Arc<Listing>>,
    memory: &mut Memory,
    profile: &mut Profile,
) -> Result<Built, Stop> {
    let listing = listing.into();
    let made = profile.stage("configure", || make(request, &listing, memory.last.as_ref()))?;
    let listing = pass_over(listing, &made.config);
    let documents = profile.stage("parse", || parse(request.root, &listing, &made, memory))?;
    let pictures = profile.stage("pictures", || memory.pictures.look(request.root, &listing))?;
    let mut around: Vec<Problem> = made.problems.iter().chain(&listing.problems).cloned().collect();
    if let Some(theme) = made.theme.iter().find(|_| !made.config.is_peers()) {
        // A peer's own templates are not Brink's, so that pages may name them.
        around.extend(missing_templates(theme, &documents.special));
    }
    let theme_files = made.theme.iter().flat_map(|theme| theme.files()).map(|(url, _)| url.clone()).collect::<Vec<_>>();
    let parts = Parts {
        documents: &documents.each,
        listing: &listing,
        config: &made.config,
        theme_files: &theme_files,
        with_drafts: request.with_drafts,
        today: request.today,
    };
    let input = Input { request, made: &made, documents: &documents, parts: &parts, pictures: &pictures, around };
    let again = input.again(memory.last.as_ref(), profile);
    memory.kept = again.as_ref().map(|(_, kept)| *kept);
    let ((site, plan), found) = match again {
        Some((planned, _)) => (planned, OnceLock::new()),
        None => input.anew(profile).map(|(planned, problems)| (planned, OnceLock::from(problems)))?,
    };
    let around = input.around;
    let theme = plan.theme().clone();
    let shortcodes = made.shortcodes.clone();
    let built = Built { site, theme, plan, listing, documents, shortcodes, around, found };
    memory.last = Some(Last::of(request, &made, &built));
    Ok(built)
}

/// A site with its plan.
type Planned = (Arc<Site>, Plan);

/// What a site is made from, once every file is read.
struct Input<'p> {
    request: &'p Request<'p>,
    made: &'p Made,
    documents: &'p Read,
    parts: &'p Parts<'p>,
    /// The pictures among its files.
    pictures: &'p Arc<Pictures>,
    /// What is wrong apart from its documents and what they give together.
    around: Vec<Problem>,
}

impl Input<'_> {
    /// The site as it was last, but for what has changed; `None` where it must be linked anew. Its problems wait until they
    /// are asked for.
    fn again(&self, last: Option<&Last>, profile: &mut Profile) -> Option<(Planned, Kept)> {
        let (theme, last) = (self.made.theme.as_ref()?, last?);
        let stops = self.documents.stop() || self.around.iter().any(|problem| problem.code.stops());
        if stops || !last.is_of(self.request, self.parts.listing, self.made) {
            return None;
        }
        let is_same =
            self.documents.each.ptr_eq(&last.documents.each) && Arc::ptr_eq(&self.made.config, &last.made.config);
        let (site, kept) = match is_same {
            true => (last.site.clone(), Kept::All),
            false => {
                let relinked = profile.stage("link", || site::relink(self.parts, &last.site, &last.documents.each))?;
                (Arc::new(relinked.0), relinked.1)
            }
        };
        let is_same_theme = last.made.theme.as_ref().is_some_and(|known| Arc::ptr_eq(known, theme));
        let has_same_pictures = last.plan.has_pictures(self.pictures);
        let plan = profile.stage("plan", || match kept {
            _ if !has_same_pictures => Plan::new(&site, theme, self.pictures),
            Kept::All if is_same_theme => last.plan.of_same(&site),
            Kept::All | Kept::Order => last.plan.of_renamed(&site, theme),
            Kept::Pages => last.plan.of_moved(&site, theme),
        });
        Some(((site, plan), kept))
    }

    /// The site, linked, checked and planned. Stops with all problems where one of them stops it.
    fn anew(&self, profile: &mut Profile) -> Result<(Planned, Vec<Problem>), Stop> {
        let mut problems = self.around.clone();
        problems.extend(self.documents.problems().cloned());
        let mut site = match profile.stage("link", || site::link(self.parts)) {
            Ok(site) => Some(site),
            Err(Stop::Problems(collisions)) => {
                problems.extend(collisions);
                None
            }
            Err(stop) => return Err(stop),
        };
        problems.extend(site.iter().flat_map(|site| profile.stage("check", || check::check(site, self.pictures))));
        if let Some(site) = &mut site {
            settle(&mut problems, site);
            // What the writer still sees is not settled for readers either.
            let register = Arc::get_mut(&mut site.register).into_iter();
            for found in register.flat_map(|register| &mut register.contradictions).filter(|found| found.is_settled) {
                found.is_settled = !problems.iter().any(|problem| found.is_told_by(problem));
            }
        }
        finish(&mut problems, &self.made.config);
        match (site, &self.made.theme) {
            (Some(site), Some(theme)) if !problems.iter().any(|problem| problem.code.stops()) => {
                let site = Arc::new(site);
                let plan = profile.stage("plan", || Plan::new(&site, theme, self.pictures));
                Ok(((site, plan), problems))
            }
            _ => Err(Stop::Problems(problems)),
        }
    }
}

/// Leaves out what the writer has settled, and says of settlements what is wrong with them.
fn settle(problems: &mut Vec<Problem>, site: &Site) {
    let is_whole = site.hidden.is_empty() && site.config.has_desk;
    site.settlements.apply(problems, is_whole, |code| !code.is_told_elsewhere());
}

impl Last {
    fn of(request: &Request<'_>, made: &Made, built: &Built) -> Last {
        Last {
            listing: built.listing.clone(),
            with_drafts: request.with_drafts,
            base_url: request.base_url.clone(),
            today: request.today,
            made: made.clone(),
            documents: built.documents.clone(),
            site: built.site.clone(),
            plan: built.plan.of_same(&built.site),
        }
    }

    /// Whether it was made of the same files, though not of the same bytes, and for the same purpose.
    fn is_of(&self, request: &Request<'_>, listing: &Listing, made: &Made) -> bool {
        let of_theme = |made: &Made| made.theme.clone();
        let has_same_files = match (of_theme(&self.made), of_theme(made)) {
            (Some(old), Some(new)) => Arc::ptr_eq(&old, &new) || old.files().eq(new.files()),
            _ => false,
        };
        has_same_files
            && self.with_drafts == request.with_drafts
            && self.base_url == request.base_url
            && self.today == request.today
            && (Arc::ptr_eq(&self.made.config, &made.config) || self.made.config.is_linked_as(&made.config))
            && self.listing.has_same_files(listing)
    }
}

/// Makes configuration and templates, or takes those of the last build, where none of their files has changed.
fn make(request: &Request<'_>, listing: &Arc<Listing>, last: Option<&Last>) -> Result<Made, Stop> {
    let is_theirs = |path: &str, reads_data: bool| {
        !source::is_page(path)
            && (path.starts_with("templates/")
                || path.starts_with("themes/")
                || config::FILES.contains(&path)
                || theme::is_style(path)
                || (reads_data && is_data(path)))
    };
    if let Some(last) = last.filter(|last| last.base_url == request.base_url)
        && !listing.changed_since(&last.listing).iter().any(|path| is_theirs(path, last.made.reads_data))
    {
        return Ok(last.made.clone());
    }
    let last = last.map(|last| &last.made);
    let (config, mut problems) = configure(request, listing)?;
    let listing = pass_over(listing.clone(), &config);
    let templates = texts(request.root, theme::sources_of(&listing, &config))?;
    let reads_data = theme::reads_data(&templates);
    let data = if reads_data { texts(request.root, data_files(&listing))? } else { Vec::new() };
    let (shortcodes, of_shortcodes) = ShortcodeTheme::new(&config, &templates, data);
    problems.extend(of_shortcodes);
    let last_theme = last.and_then(|last| last.theme.as_deref());
    let theme = Theme::new(&listing, &config, &templates, last_theme);
    let theme = theme.map_err(|of_theme| problems.extend(of_theme)).ok();
    problems.extend(theme.iter().flat_map(|theme| theme.doubts(&config)));
    let same_config = last.map(|last| &last.config).filter(|known| ***known == config);
    Ok(Made {
        config: same_config.cloned().unwrap_or_else(|| Arc::new(config)),
        shortcodes: Arc::new(shortcodes),
        theme: theme.map(Arc::new),
        problems: Arc::new(problems),
        reads_data,
    })
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
fn parse(root: &Path, listing: &Arc<Listing>, made: &Made, memory: &mut Memory) -> Result<Read, Stop> {
    let (rules, calls) = (made.config.rules(), made.shortcodes.key);
    let has_same_rules = |config: &Arc<Config>| Arc::ptr_eq(config, &made.config) || config.rules() == rules;
    let known = memory.known.take().filter(|known| has_same_rules(&known.config)).unwrap_or_default();
    let mut stale = listing.changed_since(&known.listing);
    if known.calls != Some(calls) {
        stale.extend(known.documents.with_calls().map(|document| document.path.clone()));
        stale.sort();
        stale.dedup();
    }
    stale.retain(|path| source::is_page(path));
    let read = |path: &Arc<str>| {
        let Some(stamp) = listing.files.get(path) else { return Ok(None) };
        let source = source::whole_text(root, path, stamp)?;
        Ok(source.map(|source| Arc::new(document::parse(&source, &rules, &*made.shortcodes))))
    };
    let read: Vec<Result<Option<Arc<Document>>, Stop>> = stale.par_iter().with_max_len(1).map(read).collect();
    let (mut documents, mut listing) = (known.documents, listing.clone());
    memory.parsed = 0;
    let mut failed = None;
    for (path, read) in stale.iter().zip(read) {
        let document = read.unwrap_or_else(|stop| {
            failed = failed.take().or(Some(stop));
            None
        });
        memory.parsed += usize::from(document.is_some());
        // A file that could not be read, or was gone by then, may come back as it was listed.
        if document.is_none() && listing.files.contains_key(path) {
            Arc::make_mut(&mut listing).files.remove(path);
        }
        documents.put(path, document);
    }
    memory.known =
        Some(Known { listing, config: made.config.clone(), calls: Some(calls), documents: documents.clone() });
    match failed {
        Some(stop) => Err(stop),
        None => Ok(documents),
    }
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
    listing.files.keys().filter(|path| is_data(path))
}

fn is_data(path: &str) -> bool {
    const ENDINGS: [&str; 6] = ["csv", "json", "toml", "yaml", "yml", "txt"];
    path.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// Takes out the files that the configuration passes over.
fn pass_over(mut listing: Arc<Listing>, config: &Config) -> Arc<Listing> {
    for (folder, patterns) in [("content/", &config.ignored_content), ("static/", &config.ignored_static)] {
        let mut globs = GlobSetBuilder::new();
        for glob in patterns.iter().filter_map(|pattern| Glob::new(pattern).ok()) {
            globs.add(glob);
        }
        let Some(globs) = globs.build().ok().filter(|globs| !globs.is_empty()) else { continue };
        let is_passed =
            |path: &str| path.strip_prefix(folder).is_some_and(|below| globs.is_match(below) || globs.is_match(path));
        let passed: Vec<Arc<str>> = listing.files.keys().filter(|path| is_passed(path)).cloned().collect();
        let files = &mut Arc::make_mut(&mut listing).files;
        for path in passed {
            files.remove(&path);
        }
    }
    listing
}

/// The templates that pages name and the theme lacks, each once, where it is first named.
fn missing_templates(theme: &Theme, documents: &Documents) -> Vec<Problem> {
    let documents = || documents.values().map(|reading| &reading.0);
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let named = |document: &Arc<Document>| document.front.template.is_some();
    for document in documents().filter(|document| named(document)) {
        *seen.entry(document.front.template.as_deref().unwrap_or_default()).or_default() += 1;
    }
    let mut problems = Vec::new();
    for document in documents() {
        let front = &document.front;
        let Some(number) = front.template.as_deref().and_then(|template| seen.remove(template)) else { continue };
        let name = front.template.as_deref().unwrap_or_default();
        problems.extend(theme.missing_template(name, front.template_place.as_deref(), number));
    }
    problems
}

impl Built {
    /// Everything that is wrong in the site, sorted; nothing that stops it. Found when it is first asked for, unless that was
    /// needed to build the site.
    pub fn problems(&self) -> &[Problem] {
        self.found.get_or_init(|| {
            let mut problems = self.around.clone();
            problems.extend(self.documents.problems().cloned());
            problems.extend(check::check(&self.site, self.plan.pictures()));
            settle(&mut problems, &self.site);
            finish(&mut problems, &self.site.config);
            problems
        })
    }

    /// The same, where it was found already.
    pub fn known_problems(&self) -> Option<&[Problem]> {
        self.found.get().map(Vec::as_slice)
    }

    /// The bytes of one output.
    pub fn bytes(&self, root: &Path, output: &Output) -> Result<Vec<u8>, Stop> {
        let view = self.plan.view(output);
        match &view {
            View::Copy(source) => return pictures::file(root, source, self.plan.pictures()),
            View::Picture(source, copy) => return pictures::copy(root, source, *copy, self.plan.pictures()),
            _ => {}
        }
        match view {
            View::Twin(twin) => {
                let gone = || problem::Denied::new(format!("read `{}`", twin.source), "it is gone", "build again");
                let source = source::text(root, &twin.source)?.ok_or_else(gone)?;
                return Ok(twin.bytes(&source, &*self.shortcodes));
            }
            View::Card(card) => return Ok(cards::card(root, &card)),
            View::Sums => return self.sums(root),
            _ => {}
        }
        match output::render(view, &self.theme) {
            Ok(bytes) => Ok(bytes.unwrap_or_default()),
            Err(problem) => Err(Stop::Problems(vec![problem])),
        }
    }

    /// The sums of all other outputs, which are all made for it.
    fn sums(&self, root: &Path) -> Result<Vec<u8>, Stop> {
        let made = self.render_each(root, |output, bytes| Ok(output.is_sums().then_some(bytes)))?;
        Ok(made.into_iter().flatten().next().unwrap_or_default())
    }

    /// The bytes of a page, in which blocks and rows say on which lines of its source they stand ([`document::LINES`]); all else
    /// is as in [`Built::bytes`]. For the preview. `None` where the output is no page of the writer's, or its source is
    /// another by now.
    pub fn bytes_with_lines(&self, root: &Path, output: &Output) -> Option<Vec<u8>> {
        let path = output.source.as_ref().filter(|path| source::is_page(path))?;
        let document = self.plan.document_of(output)?;
        let source = source::text(root, path).ok()??;
        let body = document::parse_with_lines(&source, &self.site.config.rules(), &*self.shortcodes);
        if body.without_lines() != document.body {
            return None;
        }
        let view = self.plan.view_with(output, &body);
        output::render(view, &self.theme).ok()?
    }

    /// Renders every output, on all cores, and hands each to `take` as soon as it is done, so that no more of them are held
    /// than there are cores. Gives what `take` made of them, in the order of their paths. Stops with every template's first
    /// failure, or at once where the machine says no.
    pub fn render_each<T: Send>(
        &self,
        root: &Path,
        take: impl Fn(&Output, Vec<u8>) -> Result<T, Stop> + Sync,
    ) -> Result<Vec<T>, Stop> {
        self.plan.prepare();
        let is_over = AtomicBool::new(false);
        let sums = self.plan.at(machines::SUMS).filter(|output| output.is_sums());
        let render = |output: &&Output| {
            if is_over.load(Ordering::Relaxed) || output.is_sums() {
                return None;
            }
            let taken = self.bytes(root, output).and_then(|bytes| {
                let sum = sums.filter(|_| output.is_summed()).map(|_| output::sum(&bytes));
                Ok((take(output, bytes)?, sum))
            });
            if matches!(taken, Err(Stop::Denied(_) | Stop::Usage(_))) {
                is_over.store(true, Ordering::Relaxed);
            }
            Some(taken)
        };
        let outputs: Vec<&Output> = self.plan.outputs().collect();
        // Each for itself: some take a thousand times as long as others, and stand side by side.
        let rendered: Vec<_> = outputs.par_iter().with_max_len(1).map(render).collect();
        let mut all = Vec::with_capacity(rendered.len());
        let mut failures: Vec<Problem> = Vec::new();
        let mut known = Vec::new();
        for (output, taken) in outputs.iter().zip(rendered).filter_map(|(output, taken)| Some((output, taken?))) {
            match taken {
                Ok((taken, sum)) => {
                    all.push(taken);
                    known.extend(sum.map(|sum| (output.path.as_str(), sum)));
                }
                Err(Stop::Problems(problems)) => {
                    let is_new = |problem: &Problem| !failures.iter().any(|known| known.place == problem.place);
                    let new: Vec<Problem> = problems.into_iter().filter(is_new).collect();
                    failures.extend(new);
                }
                Err(stop) => return Err(stop),
            }
        }
        if failures.is_empty() {
            if let Some(output) = sums {
                let at = outputs.iter().position(|output| output.is_sums()).unwrap_or(all.len());
                all.insert(at.min(all.len()), take(output, output::sums(known.into_iter()))?);
            }
            return Ok(all);
        }
        failures.extend(self.problems().iter().cloned());
        problem::sort(&mut failures);
        Err(Stop::Problems(failures))
    }

    /// Looks at the links of finished pages. The built-in theme makes none that lead nowhere, so that a build looks only
    /// where templates are the site's own; `is_whole` looks in any case.
    pub fn finished(&self, is_whole: bool) -> Option<Finished<'_>> {
        let paths = self.plan.outputs().map(|output| output.path.as_str());
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
        let cards = Cards::default();
        let take = |output: &Output, bytes: Vec<u8>| {
            publisher.put(&output.path, &bytes)?;
            if let Some(View::Card(view)) = output.is_card().then(|| self.plan.view(output)) {
                cards.keep(root, &view, &bytes);
            }
            progress();
            Ok(finished.as_ref().and_then(|finished| finished.look(&output.path, &bytes)))
        };
        let seen = profile.stage("render", || self.render_each(root, take))?;
        cards.forget_others(root);
        let broken =
            finished.map(|finished| finished.problems(&self.theme, &seen.into_iter().flatten().collect::<Vec<_>>()));
        self.add(broken.unwrap_or_default());
        self.add(check::undecoded(&self.site, self.plan.pictures()));
        pictures::forget_others(root, self.plan.pictures());
        profile.stage("write", || publisher.commit())
    }

    /// Renders every output, checks the links of the finished pages, and weighs them; writes nothing.
    pub fn check_finished(&mut self, root: &Path) -> Result<(), Stop> {
        let Some(finished) = self.finished(true) else { return Ok(()) };
        let scales = Scales::of(&self.site);
        let look = |output: &Output, bytes: Vec<u8>| {
            Ok((finished.look(&output.path, &bytes), (output.path.clone(), scales.look(&output.path, &bytes))))
        };
        let (seen, looked): (Vec<_>, Vec<_>) = self.render_each(root, look)?.into_iter().unzip();
        let mut problems = finished.problems(&self.theme, &seen.into_iter().flatten().collect::<Vec<_>>());
        problems.extend(self.heavy(&weight::weigh(looked, &self.site)));
        problems.extend(check::undecoded(&self.site, self.plan.pictures()));
        self.add(problems);
        Ok(())
    }

    /// Renders every output and tells what each weighs for a reader.
    pub fn weigh(&self, root: &Path) -> Result<Weights, Stop> {
        let scales = Scales::of(&self.site);
        let look = |output: &Output, bytes: Vec<u8>| Ok((output.path.clone(), scales.look(&output.path, &bytes)));
        Ok(weight::weigh(self.render_each(root, look)?, &self.site))
    }

    /// The pages that weigh more than they should, each in the file that it is made from.
    fn heavy(&self, weights: &Weights) -> Vec<Problem> {
        let place = |weight: &Weight| {
            let path = address::output_path(&weight.url);
            let output = self.plan.at(&path);
            let source = output.filter(|output| self.plan.document_of(output).is_some());
            match source.and_then(|output| output.source.as_ref()) {
                Some(source) => Place::start_of(source),
                None => Place::start_of(self.theme.nearest_template(&path)),
            }
        };
        let heavy = weights.each.iter().filter(|weight| weight.is_over());
        let problem = |weight: &Weight| {
            catalogue::page_heavy(place(weight), &weight.url, &weight.what_is_over(), weight.advice(), weight.fails())
        };
        heavy.map(problem).collect()
    }

    fn add(&mut self, problems: Vec<Problem>) {
        if problems.is_empty() {
            return;
        }
        let mut all = self.problems().to_vec();
        all.extend(problems);
        finish(&mut all, &self.site.config);
        self.found = OnceLock::from(all);
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
    // Nor would that of a file of passwords be shown.
    let left_out: BTreeSet<&str> = problems
        .iter()
        .filter(|problem| problem.code == Code::FileLeftOut)
        .map(|problem| &*problem.place.file)
        .collect();
    for place in places {
        if !texts.contains_key(&place.file) {
            // The first line of a picture's bytes would help nobody.
            let is_text = Format::of(&place.file).is_none_or(|format| matches!(format, Format::Svg | Format::Text))
                && !left_out.contains(&*place.file);
            let read = if is_text { source::text(root, &place.file).ok().flatten() } else { None };
            let read = read.map(|source| source.text);
            let text = read.or_else(|| Theme::built_in_text(&place.file)).unwrap_or_default();
            texts.insert(place.file.clone(), text);
        }
    }
    texts
}
