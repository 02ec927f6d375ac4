//! What pages weigh, on the desk. Comes in: the built site. Goes out: the pages that are likely to be heaviest, weighed one by
//! one, since all of a large site would take too long to wait for.

use std::path::Path;

use serde::Serialize;

use crate::build::Built;
use crate::output::Output;
use crate::weight::{self, Files, Looked, Measure, Over, Scales, Weight};

/// How many pages are measured: those that are longest in the source, and the registers.
const MEASURED_MAX: usize = 50;

/// A page with its weight, as the desk shows it.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    url: String,
    title: String,
    first: usize,
    html: usize,
    elements: usize,
    whole: usize,
    answers: usize,
    /// The budgets that are spent, in words.
    over: Vec<String>,
    fails: bool,
}

impl Row {
    pub(super) fn of(built: &Built, weight: &Weight) -> Row {
        let suffix = format!(" · {}", built.site.title());
        Row {
            url: weight.url.clone(),
            title: weight.title.strip_suffix(&suffix).unwrap_or(&weight.title).to_owned(),
            first: weight.value(Measure::First),
            html: weight.value(Measure::Html),
            elements: weight.value(Measure::Elements),
            whole: weight.value(Measure::Whole),
            answers: weight.value(Measure::Answers),
            over: weight.over.iter().map(Over::text).collect(),
            fails: weight.fails(),
        }
    }
}

/// The paths of the pages to measure, those that are likely to be heaviest first.
pub(super) fn candidates(built: &Built) -> Vec<String> {
    let pages = built.plan.outputs().filter(|output| is_page(output));
    let mut likely: Vec<(usize, &Output)> = pages
        .map(|output| {
            let written = built.plan.document_of(output).map_or(0, |document| document.body.html.len());
            let is_register = written == 0 && output.path.matches('/').count() == 1;
            (if is_register { usize::MAX } else { written }, output)
        })
        .collect();
    likely.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    likely.into_iter().take(MEASURED_MAX).map(|(_, output)| output.path.clone()).collect()
}

/// Whether an output is a page.
pub(super) fn is_page(output: &Output) -> bool {
    output.path.ends_with(".html")
}

/// Measures a page; `None` where it cannot be rendered. `files` are those that other pages asked for.
pub(super) fn measure(built: &Built, root: &Path, output: &Output, files: &mut Files) -> Option<Weight> {
    let scales = Scales::of(&built.site);
    let look = |output: &Output| Some(scales.look(&output.path, &built.bytes(root, output).ok()?));
    let Some(Looked::Page(page)) = look(output) else { return None };
    for path in page.asked.keys() {
        let asked = built.plan.at(path).filter(|_| !files.contains_key(path));
        if let Some(Looked::File(file)) = asked.and_then(look) {
            files.insert(path.clone(), file);
        }
    }
    Some(weight::of_page(&page, files))
}
