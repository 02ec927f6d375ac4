//! Drafts, pages that wait for their day, and expired ones. Comes in: the site as it is published, and an address that it
//! lacks. Goes out: the page there, if there is one that is not published, with a banner that says why.
//!
//! They come from a second site, made of the same files as if nothing were hidden, and only once somebody asks for one.
//! Nothing else is shown of it: what the published site has at an address is always what a build writes there, and its
//! lists, boards, feeds and data know nothing of what is hidden. A hidden page itself is shown as it would be published,
//! with what lies beside it.

use std::sync::{Arc, Mutex};

use super::answer::{Answer, Body};
use super::locked;
use super::preview::Preview;
use crate::address;
use crate::build::{self, Built, Memory, Profile, Request};
use crate::output::Output;
use crate::problem::Stop;
use crate::site::{Hidden, Why};
use crate::theme::escaped;

/// The site with all that is not published.
#[derive(Debug, Default)]
pub(super) struct Unpublished(Mutex<Whole>);

#[derive(Debug, Default)]
struct Whole {
    memory: Memory,
    /// The published site that it was made beside, and what came of it.
    made: Option<(Arc<Built>, Arc<Built>)>,
}

impl Unpublished {
    /// The site with what `public` hides; `None` where it hides nothing.
    pub(super) fn whole(&self, public: &Arc<Built>, preview: &Preview) -> Option<Result<Arc<Built>, Stop>> {
        if !public.site.hidden.iter().any(is_to_come_or_gone) {
            return None;
        }
        let mut whole = locked(&self.0);
        if let Some((_, known)) = whole.made.as_ref().filter(|(beside, _)| Arc::ptr_eq(beside, public)) {
            return Some(Ok(known.clone()));
        }
        let request =
            Request { root: &preview.settings.root, with_drafts: true, base_url: None, today: public.site.today };
        let built = build::build(&request, public.listing.clone(), &mut whole.memory, &mut Profile::default());
        Some(built.map(|built| {
            let built = Arc::new(built);
            whole.made = Some((public.clone(), built.clone()));
            built
        }))
    }
}

/// Whether somebody will publish it, or has.
fn is_to_come_or_gone(hidden: &Hidden) -> bool {
    matches!(hidden.why, Why::Draft | Why::Scheduled(_) | Why::Expired(_))
}

/// What is at a URL of the whole site, if it is a page or file of the writer's that the published one lacks.
pub(super) fn output(public: &Built, whole: &Built, url: &str) -> Option<Output> {
    let output = whole.plan.at(&address::output_path(url))?;
    let source = output.source.as_ref().filter(|source| source.starts_with("content/"))?;
    public.site.addresses.of_source(source).is_none().then(|| output.clone())
}

/// The answer with a page that is not published, with why, unless its own template says so. It is not for the browser's disk.
pub(super) fn marked(answer: Answer, public: &Built, whole: &Built, output: &Output) -> Answer {
    let answer = Answer { may_be_kept: false, ..answer };
    let hidden = output.source.as_ref().and_then(|source| public.site.hidden.iter().find(|at| at.path == *source));
    let (Body::Bytes(bytes), Some(hidden)) = (&answer.body, hidden.filter(|_| output.path.ends_with(".html"))) else {
        return answer;
    };
    let html = String::from_utf8_lossy(bytes);
    if html.contains("<p class=\"draft\"") {
        return answer;
    }
    let language = whole.site.addresses.of_source(&hidden.path).and_then(|url| whole.site.page_at(url));
    let language = language.map_or(whole.site.config.language.as_str(), |page| whole.site.language_of(page));
    let banner = format!(
        "<p class=\"draft\" role=\"note\" style=\"margin:0;padding:.5rem 1rem;background:#7a1f10;color:#fff;font:600 1rem/1.4 system-ui,sans-serif\">{}</p>",
        escaped(&reason(hidden, whole, language))
    );
    let body = with_banner(&html, &banner);
    Answer { body: Body::Bytes(body.into_bytes()), ..answer }
}

/// Why a page is not published, in the words of the site.
fn reason(hidden: &Hidden, whole: &Built, language: &str) -> String {
    let word = |name| whole.theme.word(language, name);
    let own = match hidden.why {
        Why::Scheduled(date) => format!("{} {}", word("waits_until"), date.in_words(language)),
        Why::Expired(date) => format!("{} {}", word("expired_on"), date.in_words(language)),
        _ => word("draft").to_owned(),
    };
    if hidden.because_of == hidden.path { own } else { format!("{own} ({})", hidden.because_of) }
}

/// A page with a banner at the start of what it shows.
fn with_banner(html: &str, banner: &str) -> String {
    let body = html.find("<body").and_then(|at| Some(at + html[at..].find('>')? + 1));
    let at = body.unwrap_or(0);
    format!("{}{banner}{}", &html[..at], &html[at..])
}
