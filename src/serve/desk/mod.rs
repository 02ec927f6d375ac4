//! The writer's desk, at `/_brink/`. Comes in: the site as the preview has it, and what is asked for. Goes out: a page with all
//! that is to be done on it, whose length and work have bounds, however large the site is.

mod problems;
mod standing;
mod weight;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value, context};
use serde::Serialize;

pub(super) use problems::{Shown, shown, texts};

use super::locked;
use crate::address;
use crate::build::Built;
use crate::document::{self, NoShortcodes};
use crate::problem::{Code, Problem, explain};
use crate::rules::{Markdown, Rules};
use crate::source;
use crate::status::{self, Status};
use crate::theme::escaped;
use crate::vocabulary::Vocabulary;
use crate::weight::{Files, Weight, grouped};
use problems::{Asked, Problems};
use standing::{Part, Standing};
use weight::Row;

/// How the desk looks.
pub(super) const STYLE: &str = include_str!("desk.css");
/// What keeps it up to date.
pub(super) const SCRIPT: &str = include_str!("desk.js");

/// How many pages are shown with their weight.
const WEIGHTS_MAX: usize = 12;

/// What the desk knows of the last site that it was asked about.
#[derive(Debug, Default)]
pub(super) struct Desk(Mutex<Option<Arc<Known>>>);

/// What is known of one site.
#[derive(Debug)]
struct Known {
    built: Arc<Built>,
    status: OnceLock<Status>,
    weights: Mutex<Weights>,
}

#[derive(Debug, Default)]
struct Weights {
    measured: Vec<Weight>,
    is_done: bool,
}

/// What the desk is made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shelf<'a> {
    /// The last site that could be built.
    pub built: Option<&'a Arc<Built>>,
    /// Why there is no newer one, as text for people.
    pub stopped: Option<&'a str>,
    /// What is wrong with the site, sorted; `None` where that is not known yet.
    pub problems: Option<&'a [Problem]>,
    /// The site's folder.
    pub root: &'a Path,
    /// By what the server knows its own pages; `None` where they may not act.
    pub token: Option<&'a str>,
}

/// How the pages weigh.
#[derive(Debug, Serialize)]
struct Weighed {
    heaviest: Part<Row>,
    measured: usize,
    over: usize,
    pages: usize,
    is_done: bool,
}

/// The templates of the desk and of the bar.
pub(super) fn templates() -> &'static Environment<'static> {
    static TEMPLATES: OnceLock<Environment<'static>> = OnceLock::new();
    TEMPLATES.get_or_init(|| {
        let mut templates = Environment::new();
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        templates.set_formatter(crate::theme::format);
        if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
            templates.set_syntax(syntax);
        }
        templates.add_filter("words", |text: &str| Value::from_safe_string(words(text)));
        templates.add_filter("page", |url: &str| address::href("/", url.trim_start_matches('/')));
        templates.add_filter("grouped", grouped);
        let all = [
            ("frame.html", include_str!("frame.html")),
            ("parts.html", include_str!("parts.html")),
            ("desk.html", include_str!("desk.html")),
            ("explain.html", include_str!("explain.html")),
            ("bar.html", include_str!("../bar.html")),
        ];
        for (name, text) in all {
            templates.add_template(name, text).expect("the templates that the program carries are right");
        }
        templates
    })
}

/// A value of ours as templates take it.
pub(super) fn value(value: &impl Serialize) -> Value {
    Value::from(Serde(value))
}

/// A sentence as HTML, with what stands between backticks as code.
fn words(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let is_paired = parts.len() % 2 == 1;
    let part = |(at, part): (usize, &&str)| match at % 2 {
        1 if is_paired => format!("<code>{}</code>", escaped(part)),
        _ => escaped(part),
    };
    let parts: Vec<String> = parts.iter().enumerate().map(part).collect();
    parts.join(if is_paired { "" } else { "`" })
}

/// A page from one of the templates.
pub(super) fn rendered(name: &str, values: Value) -> String {
    let rendered = templates().get_template(name).and_then(|template| template.render(values));
    rendered.unwrap_or_else(|error| format!("<!doctype html><title>Desk</title><p>{}</p>", escaped(&error.to_string())))
}

impl Desk {
    /// The page of the desk that a query asks for.
    pub(super) fn page(&self, query: &str, shelf: &Shelf<'_>) -> String {
        let asked = Asked::of(query);
        let Some(built) = shelf.built else {
            return rendered(
                "desk.html",
                context! { stopped => shelf.stopped, token => shelf.token, asked => value(&asked), title => "" },
            );
        };
        let known = self.known(built, shelf.root);
        let problems = Problems::of(built.problems(), &asked, shelf.root);
        let is_part = asked.file.is_some() || asked.kind.is_some();
        let standing =
            (!is_part).then(|| Standing::of(&built.site, known.status.get_or_init(|| Status::of(&built.site))));
        rendered(
            "desk.html",
            context! {
                stopped => shelf.stopped,
                token => shelf.token,
                title => built.site.title(),
                today => built.site.today.to_string(),
                ahead => status::AHEAD,
                asked => value(&asked),
                problems => value(&problems),
                standing => value(&standing),
                is_part,
                weight => value(&(!is_part).then(|| known.weighed())),
            },
        )
    }

    /// What is known of a site; its pages begin to be measured, apart from all else, when it is first asked for.
    fn known(&self, built: &Arc<Built>, root: &Path) -> Arc<Known> {
        let mut kept = locked(&self.0);
        if let Some(known) = kept.as_ref().filter(|known| Arc::ptr_eq(&known.built, built)) {
            return known.clone();
        }
        let known = Arc::new(Known { built: built.clone(), status: OnceLock::new(), weights: Mutex::default() });
        *kept = Some(known.clone());
        let (measuring, root) = (Arc::downgrade(&known), root.to_owned());
        std::thread::spawn(move || {
            let mut files = Files::new();
            let candidates = measuring.upgrade().map(|known| weight::candidates(&known.built)).unwrap_or_default();
            for path in candidates {
                // Whoever looks at a newer site has dropped this one.
                let Some(known) = measuring.upgrade() else { return };
                known.measure(&path, &root, &mut files);
            }
            if let Some(known) = measuring.upgrade() {
                known.weights().is_done = true;
            }
        });
        known
    }
}

impl Known {
    fn weights(&self) -> MutexGuard<'_, Weights> {
        locked(&self.weights)
    }

    /// Measures one page.
    fn measure(&self, path: &str, root: &Path, files: &mut Files) {
        let output = self.built.plan.at(path);
        let measured = output.and_then(|output| weight::measure(&self.built, root, output, files));
        self.weights().measured.extend(measured);
    }

    fn weighed(&self) -> Weighed {
        let weights = self.weights();
        let mut heaviest: Vec<&Weight> = weights.measured.iter().collect();
        heaviest.sort_by(|a, b| a.order().cmp(&b.order()));
        Weighed {
            measured: heaviest.len(),
            over: heaviest.iter().filter(|weight| weight.is_over()).count(),
            pages: self.built.plan.outputs().filter(|output| weight::is_page(output)).count(),
            is_done: weights.is_done,
            heaviest: Part::of(
                heaviest.len(),
                heaviest.iter().take(WEIGHTS_MAX).map(|weight| Row::of(&self.built, weight)),
            ),
        }
    }
}

/// What a code means, as a page; `None` where there is no such code.
pub(super) fn explanation(word: &str) -> Option<String> {
    #[derive(Serialize)]
    struct Example {
        is_right: bool,
        file: &'static str,
        text: &'static str,
    }
    let code = Code::ALL.iter().copied().find(|code| code.as_str() == word)?;
    let (vocabulary, markdown) = (Vocabulary::default(), Markdown::default());
    let prose = source::decode(Arc::from("content/explanation.md"), explain::prose(code));
    let body = document::parse(&prose, &Rules::plain(&vocabulary, &markdown), &NoShortcodes).body;
    let samples = explain::samples(code);
    let examples: Vec<Example> = samples
        .iter()
        .map(|sample| Example { is_right: sample.is_right, file: sample.file, text: sample.text })
        .collect();
    let values = context! {
        code => code.as_str(),
        level => code.level().as_str(),
        summary => code.summary(),
        prose => Value::from_safe_string(body.html),
        examples => value(&examples),
    };
    Some(rendered("explain.html", values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_between_backticks_are_code_and_all_is_escaped() {
        assert_eq!(words("a `<b>` & c"), "a <code>&lt;b&gt;</code> &amp; c");
        assert_eq!(words("one ` alone <i>"), "one ` alone &lt;i&gt;");
        assert_eq!((grouped(7), grouped(1234567)), ("7".to_owned(), "1,234,567".to_owned()));
    }

    #[test]
    fn every_code_has_a_page_that_explains_it() {
        for code in Code::ALL {
            let page = explanation(code.as_str()).unwrap();
            assert!(page.contains(&format!("<h1><code>{code}</code>")), "{page}");
        }
        assert_eq!(explanation("weather"), None);
    }
}
