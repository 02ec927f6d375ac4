//! The whole trip on one screen, and what is kept from the last one. Comes in: a site's folder.
//! Goes out: a [`Built`] site, planned, with all its problems; its outputs are rendered when they are asked for.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::config::{self, Config};
use crate::document::{self, Document};
use crate::output::{self, Output, View};
use crate::problem::report::Texts;
use crate::problem::{self, Problem, Stop};
use crate::site::{self, Parts, Site};
use crate::source::{self, Listing, Source, Stamp};
use crate::theme::{self, Theme};
use crate::vocabulary::Day;
use crate::{check, write};

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
    /// How many sources the last build read and understood anew.
    pub parsed: usize,
}

/// A site, linked and planned.
#[derive(Debug)]
pub struct Built {
    /// The site.
    pub site: Site,
    /// What renders it.
    pub theme: Theme,
    /// Its outputs, by path.
    pub outputs: Vec<Output>,
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
    let (config, mut problems) = profile.stage("configure", || configure(request, &listing))?;
    problems.extend(listing.problems.iter().cloned());
    let documents = profile.stage("parse", || parse(request.root, &listing, &config, memory))?;
    problems.extend(documents.iter().flat_map(|document| document.problems.iter().cloned()));
    let theme = profile.stage("theme", || make_theme(request.root, &listing, &config))?;
    let theme = theme.map_err(|of_theme| problems.extend(of_theme)).ok();
    problems.extend(theme.iter().flat_map(|theme| theme.doubts(&config)));
    problems.extend(theme.iter().flat_map(|theme| {
        documents.iter().filter_map(|document| {
            let front = &document.front;
            theme.missing_template(front.template.as_ref()?, front.template_place.as_ref())
        })
    }));
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
        site.settlements.apply(&mut problems, |code| !code.is_told_elsewhere());
        // What the writer still sees is not settled for readers either.
        for found in site.register.contradictions.iter_mut().filter(|found| found.is_settled) {
            found.is_settled = !problems.iter().any(|problem| found.is_told_by(problem));
        }
    }
    problem::sort(&mut problems);
    match (site, theme) {
        (Some(site), Some(theme)) if !problems.iter().any(|problem| problem.code.stops()) => {
            let outputs = profile.stage("plan", || output::plan(&site, &theme));
            Ok(Built { site, theme, outputs, problems, listing })
        }
        _ => Err(Stop::Problems(problems)),
    }
}

fn configure(request: &Request<'_>, listing: &Listing) -> Result<(Config, Vec<Problem>), Stop> {
    let source = match listing.files.get_key_value(config::FILE) {
        Some((path, _)) => source::text(request.root, path)?,
        None => None,
    };
    let (mut config, mut problems) =
        source.as_ref().map_or_else(Default::default, |source| config::parse(&source.text));
    problems.extend(source.and_then(|source| source.problem));
    if let Some(base_url) = &request.base_url {
        config.base_url = Some(base_url.clone());
    }
    Ok((config, problems))
}

/// Reads and understands the pages; those whose files have not changed are taken from memory.
fn parse(root: &Path, listing: &Listing, config: &Config, memory: &mut Memory) -> Result<Vec<Arc<Document>>, Stop> {
    let rules = config.rules();
    let known = std::mem::take(&mut memory.documents);
    let is_same = memory.config.as_ref().is_some_and(|known| known.rules() == rules);
    memory.config = Some(config.clone());
    memory.parsed = 0;
    let mut documents = Vec::new();
    for (path, stamp) in listing.files.iter().filter(|(path, _)| source::is_page(path)) {
        let document = match known.get(path).filter(|(known_stamp, _)| is_same && known_stamp == stamp) {
            Some((_, document)) => document.clone(),
            None => {
                let Some(source) = source::text(root, path)? else { continue };
                memory.parsed += 1;
                Arc::new(document::parse(&source, &rules))
            }
        };
        memory.documents.insert(path.clone(), (*stamp, document.clone()));
        documents.push(document);
    }
    Ok(documents)
}

fn make_theme(root: &Path, listing: &Listing, config: &Config) -> Result<Result<Theme, Vec<Problem>>, Stop> {
    let mut sources: Vec<Source> = Vec::new();
    for path in theme::sources_of(listing, config) {
        sources.extend(source::text(root, path)?);
    }
    Ok(Theme::new(listing, config, &sources))
}

impl Built {
    /// The bytes of one output.
    pub fn bytes(&self, root: &Path, output: &Output) -> Result<Vec<u8>, Stop> {
        if let View::Copy(source) = &output.view {
            let gone = || problem::Denied::new(format!("read `{source}`"), "it is gone", "build again");
            return Ok(source::bytes(root, source)?.ok_or_else(gone)?);
        }
        match output::render(&output.view, &self.theme) {
            Ok(bytes) => Ok(bytes.unwrap_or_default()),
            Err(problem) => Err(Stop::Problems(vec![problem])),
        }
    }

    /// The bytes of every output; `progress` is told after each how many there are. Stops with every template's first
    /// failure.
    pub fn render_all(&self, root: &Path, mut progress: impl FnMut(usize)) -> Result<Vec<write::File>, Stop> {
        let mut files = Vec::with_capacity(self.outputs.len());
        let mut failures: Vec<Problem> = Vec::new();
        for (at, output) in self.outputs.iter().enumerate() {
            match self.bytes(root, output) {
                Ok(bytes) => files.push(write::File { path: output.path.clone(), bytes }),
                Err(Stop::Problems(problems)) => {
                    let is_new = |problem: &Problem| !failures.iter().any(|known| known.place == problem.place);
                    let new: Vec<Problem> = problems.into_iter().filter(is_new).collect();
                    failures.extend(new);
                }
                Err(stop) => return Err(stop),
            }
            progress(at + 1);
        }
        if failures.is_empty() {
            return Ok(files);
        }
        failures.extend(self.problems.iter().cloned());
        problem::sort(&mut failures);
        Err(Stop::Problems(failures))
    }
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
