//! The routes. Comes in: a request, parsed by tiny_http. Goes out: its [`Answer`].

use std::sync::Arc;

use tiny_http::{Method, Request};

use super::answer::{Answer, Asked, Body, HTML, content_type};
use super::origin::Gate;
use super::preview::{Current, Preview};
use super::unpublished::{self, Unpublished};
use super::{live, path};
use crate::address;
use crate::build::Built;
use crate::output::Output;
use crate::problem::{Level, Problem, Stop};
use crate::source;

/// What requests are answered from.
#[derive(Debug)]
pub(super) struct Served {
    /// The site as it is now.
    pub preview: Arc<Preview>,
    /// What is not published of it.
    pub unpublished: Unpublished,
    /// Who may ask.
    pub gate: Gate,
}

/// What asks for a page exactly as a build would write it, with nothing added.
const RAW: &str = "_brink=raw";

/// A page that is asked for.
struct Wanted<'a> {
    /// The site as it is at this moment.
    current: &'a Current,
    /// Whether nothing is to be added to it.
    is_raw: bool,
    served: &'a Served,
}

/// Answers a request.
pub(super) fn answer(request: &Request, served: &Arc<Served>) -> Answer {
    if let Err(refusal) = served.gate.judge(request) {
        return Answer::text(refusal.status, refusal.text);
    }
    if let Some(locked) = served.gate.unlock(request) {
        return locked;
    }
    let asked = Asked::of(request);
    let answer = match request.method() {
        Method::Get | Method::Head => read(request.url(), served),
        Method::Post => act(request, served),
        _ => Answer::text(405, "Only GET and HEAD are answered here.").with("Allow", "GET, HEAD"),
    };
    // What other machines are shown is not for their disks.
    let may_be_kept = answer.may_be_kept && served.gate.key.is_none();
    Answer { may_be_kept, ..answer.in_form(&asked) }
}

/// What is only read.
fn read(target: &str, served: &Arc<Served>) -> Answer {
    let Some(path) = path::wanted(target) else {
        return Answer::text(400, "This is no address of a page or file.");
    };
    let query = target.split_once('?').map_or("", |(_, query)| query);
    match path.as_str() {
        "_brink/events" => live::listen(query, served),
        "_brink/live.js" => Answer::own(200, "text/javascript; charset=utf-8", live::SCRIPT),
        "_brink/live.css" => Answer::own(200, "text/css; charset=utf-8", live::STYLE),
        own if own.starts_with("_brink/") => Answer::text(404, "There is no such page of the preview."),
        path => page(path, query, served),
    }
}

/// What does something. It is asked for with an empty body, by a page of the preview alone ([`Gate::may_act`]).
fn act(request: &Request, served: &Served) -> Answer {
    if !request.url().starts_with("/_brink/") {
        return Answer::text(405, "Only GET and HEAD are answered here.").with("Allow", "GET, HEAD");
    }
    if !served.gate.may_act(request) {
        return Answer::text(403, "Only a page of this preview may ask for this.");
    }
    Answer::text(404, "There is nothing to be done here.")
}

/// The version of the page at an address that is shown now, as [`live::shown_in`] finds it; `None` where there is none.
pub(super) fn version_of(target: &str, served: &Served) -> Option<String> {
    match page(&path::wanted(target)?, "", served).body {
        Body::Bytes(bytes) => live::shown_in(&bytes).map(str::to_owned),
        Body::Live(_) => None,
    }
}

/// The answer for a page or file of the site.
fn page(path: &str, query: &str, served: &Served) -> Answer {
    let current = served.preview.refresh();
    let Some(built) = &current.built else {
        let text = current.stopped.as_deref().unwrap_or("The site is not ready yet.");
        return Answer::own(500, HTML, live::error_page(text));
    };
    let wanted = Wanted { current: &current, is_raw: query.split('&').any(|asked| asked == RAW), served };
    // Pages lie at the same addresses as on the host, with and without its base path.
    let below_base = path.strip_prefix(built.site.config.base_path()).unwrap_or(path);
    let at = |built: &Built, url: &str| built.plan.at(&address::output_path(url)).cloned();
    if let Some(output) = [path, below_base].into_iter().find_map(|url| at(built, url)) {
        return wanted.show(200, &output, built);
    }
    let whole = match served.unpublished.whole(built, &served.preview) {
        Some(Err(stop)) => return wanted.failed(&stop, None),
        Some(Ok(whole)) => Some(whole),
        None => None,
    };
    let hidden = |url: &str| whole.as_ref().and_then(|whole| unpublished::output(built, whole, url));
    if let (Some(output), Some(whole)) = ([path, below_base].into_iter().find_map(hidden), &whole) {
        return unpublished::marked(wanted.show(200, &output, whole), built, whole, &output);
    }
    let folder = format!("{below_base}/");
    if !below_base.is_empty() && (at(built, &folder).is_some() || hidden(&folder).is_some()) {
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        let location = format!("/{}/{query}", address::encode(path));
        return Answer::text(301, "This page is a folder.").with("Location", location);
    }
    match built.plan.at("404.html") {
        Some(output) => wanted.show(404, output, built),
        None => Answer::text(404, "There is no such page."),
    }
}

impl Wanted<'_> {
    /// An output of a site.
    fn show(&self, status: u16, output: &Output, built: &Built) -> Answer {
        let preview = &self.served.preview;
        let content_type = content_type(&output.path);
        // The last good site may name a file in whose place there is a link by now.
        let file = output.source.as_ref().filter(|source| !source::is_page(source));
        if file.is_some_and(|file| source::leads_out(&preview.settings.root, file)) {
            return Answer::text(404, "This file is a link that leads out of the site's folder.");
        }
        match built.bytes(&preview.settings.root, output) {
            Ok(bytes) if content_type == HTML && !self.is_raw => {
                preview.good.keep(&output.path, &bytes);
                if preview.told().mended(&output.path) {
                    preview.say(&format!("`/{}` is made again.", output.path.trim_end_matches("index.html")));
                }
                let own = own_problems(output, self.current, preview);
                let stopped = self.current.stopped.as_deref();
                let problems = stopped.or(own.as_deref());
                let additions = live::Additions { problems, is_stopped: stopped.is_some(), more: "" };
                let html = live::with_live(&String::from_utf8_lossy(&bytes), &additions);
                Answer::of_site(status, HTML, html.into_bytes())
            }
            Ok(bytes) => Answer::of_site(status, &content_type, bytes),
            Err(stop) => self.failed(&stop, Some(output)),
        }
    }

    /// Why there is no page to show, over its last good version, if there is one.
    fn failed(&self, stop: &Stop, output: Option<&Output>) -> Answer {
        let preview = &self.served.preview;
        let text = preview.text_of(stop);
        if preview.told().is_new(output.map_or("", |output| &output.path), &text) {
            preview.tell(&text);
        }
        let additions = live::Additions { problems: Some(&text), is_stopped: true, more: "" };
        let page = match output.and_then(|output| preview.good.of(&output.path)) {
            Some(good) => live::with_live(&String::from_utf8_lossy(&good), &additions),
            None => live::error_page(&text),
        };
        let answer = Answer::of_site(500, HTML, page.into_bytes());
        Answer { may_be_kept: false, ..answer }
    }
}

/// The errors and warnings in the source of a page.
fn own_problems(output: &Output, current: &Current, preview: &Preview) -> Option<String> {
    let source = output.source.as_ref()?;
    let is_own = |problem: &&Problem| problem.place.file == *source && problem.level() != Level::Hint;
    let own: Vec<Problem> = current.problems.iter().filter(is_own).cloned().collect();
    (!own.is_empty()).then(|| preview.report(&own, false))
}
