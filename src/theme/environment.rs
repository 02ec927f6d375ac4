//! The template engine as Brink sets it up. Comes in: nothing. Goes out: an environment with its filters, and
//! template errors as problems with their place.

use std::ops::Range;
use std::sync::Arc;

use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value};
use pulldown_cmark_escape::{FmtWriter, escape_html};

use super::{Marks, scope};
use crate::address;
use crate::problem::{Lines, Problem, catalogue};

/// How many steps one page may take; the largest built-in page takes far fewer.
const FUEL: u64 = 50_000_000;

/// An environment without templates.
pub(super) fn new() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(".txt") || name.ends_with(".md") { AutoEscape::None } else { AutoEscape::Html }
    });
    environment.set_formatter(format);
    environment.set_fuel(Some(FUEL));
    environment.set_debug(true);
    environment.add_filter("link", link);
    environment.add_filter("needs", needs);
    for (name, mark) in [("style", Marks::STYLE), ("policy", Marks::POLICY), ("edition", Marks::EDITION)] {
        environment.add_global(name, Value::from_safe_string(mark.to_string()));
    }
    environment
}

/// The filter `link`: a URL within the site as a relative link from the page that is being rendered.
fn link(state: &mut State<'_, '_>, url: &str) -> Result<String, Error> {
    let here = state.lookup("here").ok_or_else(|| Error::new(ErrorKind::UndefinedError, "`link` needs `here`"))?;
    Ok(address::href(here.as_str().unwrap_or_default(), url))
}

/// The filter `needs`: what the page needs to be allowed by its policy, such as `connect-src 'self'`. Shows nothing.
fn needs(directive: &str) -> Value {
    Value::from_safe_string(format!("{}{directive}{}", Marks::NEEDS, Marks::END))
}

/// Writes a value with `<`, `>`, `&` and quotes escaped; unlike the engine's own way, `/` stays as it is.
pub(crate) fn format(output: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let is_html = matches!(state.auto_escape(), AutoEscape::Html);
    let written = match value.as_str() {
        Some(text) if is_html && !value.is_safe() => escape_html(FmtWriter(&mut *output), text),
        Some(text) => output.write_str(text),
        None if matches!(value.kind(), ValueKind::None) => Ok(()),
        None if matches!(value.kind(), ValueKind::Bool) => {
            output.write_str(if value.is_true() { "true" } else { "false" })
        }
        None => return minijinja::escape_formatter(output, state, value),
    };
    written.map_err(Error::from)
}

/// Text with `<`, `>`, `&` and quotes escaped for HTML.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 8);
    escape_html(&mut html, text).expect("a String takes all text");
    html
}

/// The name and text of the innermost template in which an error arose.
pub(super) fn innermost(error: &Error, template: &str) -> (String, String) {
    let deepest = deepest(error);
    let name = deepest.name().unwrap_or(template).to_owned();
    (name, deepest.template_source().unwrap_or_default().to_owned())
}

/// The error at the end of a chain of includes.
fn deepest(error: &Error) -> &Error {
    let mut deepest = error;
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(inner) = inner.downcast_ref::<Error>().filter(|inner| inner.name().is_some()) {
            deepest = inner;
        }
        source = inner.source();
    }
    deepest
}

/// The output that was being rendered when a template failed, and the values that it was given.
pub(super) struct Rendered<'a> {
    pub(super) url: &'a str,
    pub(super) values: &'a Value,
}

/// A template error as a problem in the file at `path`, whose text is `text`.
pub(super) fn problem(error: &Error, path: &Arc<str>, text: &str, page: Option<&Rendered<'_>>) -> Problem {
    let deepest = deepest(error);
    let lines = Lines::new(path.clone(), text);
    let range = deepest.range().unwrap_or_else(|| line_range(text, deepest.line().unwrap_or(1)));
    let scope = page.map(|page| scope::told(deepest, page.values)).unwrap_or_default();
    catalogue::template_invalid(lines.place_trimmed(range), &what(error), page.map(|page| page.url), &scope)
}

/// What is wrong, in a few words.
pub(super) fn what(error: &Error) -> String {
    let deepest = deepest(error);
    let detail = deepest.detail().map(str::to_owned);
    match (deepest.kind(), detail) {
        (ErrorKind::UndefinedError, None) => "it uses a value that does not exist".to_owned(),
        (ErrorKind::UndefinedError, Some(detail)) => match detail.strip_suffix(" is undefined") {
            Some(name) => format!("it uses {name}, which does not exist"),
            None => detail,
        },
        (ErrorKind::OutOfFuel, _) => "it does not come to an end".to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    }
}

fn line_range(text: &str, line: usize) -> Range<usize> {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let length = text[start..].lines().next().map_or(0, str::len);
    start..start + length
}
