//! The routes. Comes in: a request, parsed by tiny_http. Goes out: its [`Answer`].

use std::sync::Arc;

use tiny_http::{Method, Request};

use super::answer::{Answer, Asked, Body, HTML, content_type};
use super::desk::{self, Desk, Shelf};
use super::editor::{self, Target};
use super::origin::Gate;
use super::preview::{Current, Preview};
use super::unpublished::{self, Unpublished};
use super::{bar, live, path};
use crate::address;
use crate::build::Built;
use crate::output::Output;
use crate::problem::Stop;
use crate::source;

/// What requests are answered from.
#[derive(Debug)]
pub(super) struct Served {
    /// The site as it is now.
    pub preview: Arc<Preview>,
    /// What is not published of it.
    pub unpublished: Unpublished,
    /// What the desk knows.
    pub desk: Desk,
    /// Who may ask.
    pub gate: Gate,
}

impl Served {
    /// What the desk and the bars are made from.
    fn shelf<'a>(&'a self, current: &'a Current) -> Shelf<'a> {
        Shelf {
            built: current.built.as_ref(),
            stopped: current.stopped.as_deref(),
            problems: self.preview.problems(current),
            root: &self.preview.settings.root,
            token: self.gate.token(),
        }
    }
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
        "_brink" => Answer::text(301, "The desk is a folder.").with("Location", "/_brink/"),
        own if own.starts_with("_brink/") => of_desk(own, query, served),
        path => page(path, query, served),
    }
}

/// The answer for a page or file of the desk, or of the bar.
fn of_desk(path: &str, query: &str, served: &Served) -> Answer {
    const STYLE: &str = "text/css; charset=utf-8";
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    match path {
        "_brink/" => {
            let current = served.preview.refresh();
            Answer::own(200, HTML, served.desk.page(query, &served.shelf(&current)))
        }
        "_brink/desk.css" => Answer::own(200, STYLE, desk::STYLE),
        "_brink/desk.js" => Answer::own(200, SCRIPT, desk::SCRIPT),
        "_brink/bar.css" => Answer::own(200, STYLE, bar::STYLE),
        "_brink/marks.css" => Answer::own(200, STYLE, bar::MARKS_STYLE),
        "_brink/bar.js" => Answer::own(200, SCRIPT, bar::SCRIPT),
        _ => match path.strip_prefix("_brink/explain/").and_then(desk::explanation) {
            Some(page) => Answer::own(200, HTML, page),
            None => Answer::text(404, "There is no such page of the preview."),
        },
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
    match request.url().strip_prefix("/_brink/open?") {
        Some(query) => open(query, &served.preview),
        None => Answer::text(404, "There is nothing to be done here."),
    }
}

/// Opens the writer's editor.
fn open(query: &str, preview: &Preview) -> Answer {
    let opened = Target::of(query).map_err(|what| (400, what.to_owned())).and_then(|target| {
        let root = &preview.settings.root;
        // Only what the site has can be opened, whatever a request names.
        let is_known = source::list(root).is_ok_and(|listing| listing.files.contains_key(target.file.as_str()));
        if !is_known || !editor::is_editable(&target.file) {
            return Err((404, "This is no file of the site that can be edited.".to_owned()));
        }
        let editor = preview.settings.editor.editor().map_err(|what| (501, what))?;
        editor.open(root, &target).map_err(|what| (500, what))
    });
    match opened {
        Ok(said) => Answer::text(200, &said),
        Err((status, what)) => Answer::text(status, &what),
    }
}

/// The version of the page at an address that is shown now, as [`live::shown_in`] finds it; `None` where there is none.
pub(super) fn version_of(target: &str, served: &Served) -> Option<String> {
    let path = path::wanted(target)?;
    if path == "_brink/" {
        let current = served.preview.refresh();
        return Some(format!("{}.{}", current.generation, current.findings));
    }
    match page(&path, "", served).body {
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
    let whole = match (!wanted.is_raw).then(|| served.unpublished.whole(built, &served.preview)).flatten() {
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
        let root = &preview.settings.root;
        let is_added_to = content_type == HTML && !self.is_raw;
        let with_lines = is_added_to.then(|| built.bytes_with_lines(root, output)).flatten();
        match with_lines.map_or_else(|| built.bytes(root, output), Ok) {
            Ok(bytes) if is_added_to => {
                preview.good.keep(&output.path, &bytes);
                if preview.told().mended(&output.path) {
                    preview.say(&format!("`/{}` is made again.", output.path.trim_end_matches("index.html")));
                }
                let page = bar::previewed(output, bytes, &self.served.shelf(self.current));
                let additions = live::Additions { stopped: self.current.stopped.as_deref(), more: &page.bar };
                Answer::of_site(status, HTML, live::with_live(&page.html, &additions).into_bytes())
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
        let additions = live::Additions { stopped: Some(&text), more: "" };
        let page = match output.and_then(|output| preview.good.of(&output.path)) {
            Some(good) => live::with_live(&String::from_utf8_lossy(&good), &additions),
            None => live::error_page(&text),
        };
        let answer = Answer::of_site(500, HTML, page.into_bytes());
        Answer { may_be_kept: false, ..answer }
    }
}
