//! The routes. Comes in: a request, parsed by tiny_http. Goes out: its [`Answer`].

use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;

use tiny_http::{Method, Request};

use super::answer::{Answer, Asked, HTML, content_type};
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

/// Answers a request.
pub(super) fn answer(request: &Request, served: &Served) -> Answer {
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
fn read(target: &str, served: &Served) -> Answer {
    let Some(path) = path::wanted(target) else {
        return Answer::text(400, "This is no address of a page or file.");
    };
    match path.as_str() {
        "_brink/events" => events(&served.preview),
        "_brink/live.js" => Answer::own(200, "text/javascript; charset=utf-8", live::SCRIPT),
        "_brink/live.css" => Answer::own(200, "text/css; charset=utf-8", live::STYLE),
        own if own.starts_with("_brink/") => Answer::text(404, "There is no such page of the preview."),
        path => page(target, path, served),
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

/// The answer for a page or file of the site.
fn page(target: &str, path: &str, served: &Served) -> Answer {
    let current = served.preview.refresh();
    let Some(built) = &current.built else {
        let text = current.stopped.as_deref().unwrap_or("The site is not ready yet.");
        return Answer::own(500, HTML, live::error_page(current.generation, text));
    };
    // Pages lie at the same addresses as on the host, with and without its base path.
    let below_base = path.strip_prefix(built.site.config.base_path()).unwrap_or(path);
    let at = |built: &Built, url: &str| built.plan.at(&address::output_path(url)).cloned();
    if let Some(output) = [path, below_base].into_iter().find_map(|url| at(built, url)) {
        return show(200, &output, &current, built, &served.preview);
    }
    let whole = match served.unpublished.whole(built, &served.preview) {
        Some(Err(stop)) => return failed(&stop, &current, &served.preview),
        Some(Ok(whole)) => Some(whole),
        None => None,
    };
    let hidden = |url: &str| whole.as_ref().and_then(|whole| unpublished::output(built, whole, url));
    if let (Some(output), Some(whole)) = ([path, below_base].into_iter().find_map(hidden), &whole) {
        let answer = show(200, &output, &current, whole, &served.preview);
        return unpublished::marked(answer, built, whole, &output);
    }
    let folder = format!("{below_base}/");
    if !below_base.is_empty() && (at(built, &folder).is_some() || hidden(&folder).is_some()) {
        let query = target.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
        let location = format!("/{}/{query}", address::encode(path));
        return Answer::text(301, "This page is a folder.").with("Location", location);
    }
    match built.plan.at("404.html") {
        Some(output) => show(404, output, &current, built, &served.preview),
        None => Answer::text(404, "There is no such page."),
    }
}

fn show(status: u16, output: &Output, current: &Current, built: &Built, preview: &Preview) -> Answer {
    let content_type = content_type(&output.path);
    // The last good site may name a file in whose place there is a link by now.
    let file = output.source.as_ref().filter(|source| !source::is_page(source));
    if file.is_some_and(|file| source::leads_out(&preview.settings.root, file)) {
        return Answer::text(404, "This file is a link that leads out of the site's folder.");
    }
    match built.bytes(&preview.settings.root, output) {
        Ok(bytes) if content_type == HTML => {
            let html = String::from_utf8_lossy(&bytes);
            let own = own_problems(built, output, preview);
            let problems = current.stopped.as_deref().or(own.as_deref());
            let html = live::with_live(&html, current.generation, problems, current.stopped.is_some());
            Answer::of_site(status, HTML, html.into_bytes())
        }
        Ok(bytes) => Answer::of_site(status, &content_type, bytes),
        Err(stop) => failed(&stop, current, preview),
    }
}

/// That there is no page to show, and why.
fn failed(stop: &Stop, current: &Current, preview: &Preview) -> Answer {
    let text = preview.text_of(stop);
    preview.tell(&text);
    Answer::own(500, HTML, live::error_page(current.generation, &text))
}

/// The errors and warnings in the source of a page.
fn own_problems(built: &Built, output: &Output, preview: &Preview) -> Option<String> {
    let source = output.source.as_ref()?;
    let is_own = |problem: &&Problem| problem.place.file == *source && problem.level() != Level::Hint;
    let own: Vec<Problem> = built.problems().iter().filter(is_own).cloned().collect();
    (!own.is_empty()).then(|| preview.report(&own, false))
}

/// Sends the generation at once and after each change.
fn events(preview: &Preview) -> Answer {
    let receiver = preview.listen();
    let mut first = Some(format!("retry: 500\ndata: {}\n\n", preview.generation()));
    Answer::live(Box::new(move |wait| {
        if let Some(first) = first.take() {
            return Some(first);
        }
        match receiver.recv_timeout(wait) {
            Ok(generation) => Some(format!("data: {generation}\n\n")),
            Err(RecvTimeoutError::Timeout) => Some(": still here\n\n".to_owned()),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }))
}
