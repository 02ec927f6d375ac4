//! Rendering: a view and the theme to bytes. A pure function of the two; templates see nothing else.

use minijinja::context;
use minijinja::value::{Serde, Value};

use std::sync::{Arc, PoisonError};

use super::finish::finish;
use super::view::{BodyView, CsvView, HtmlView, Navigation, Piece, View};
use crate::address;
use crate::problem::Problem;
use crate::theme::Theme;

/// The bytes of an output; `None` where the bytes, or what they are made from, are with
/// somebody else: copies of files, Markdown, cards that may be drawn already, and sums.
pub fn render(view: View, theme: &Theme) -> Result<Option<Vec<u8>>, Problem> {
    match view {
        View::Html(view) => html(&view, theme).map(|html| Some(html.into_bytes())),
        View::Csv(view) => Ok(Some(csv(&view))),
        View::Data(bytes) => Ok(Some(bytes)),
        View::Bytes(bytes) => Ok(Some(bytes.to_vec())),
        View::Copy(_) | View::Picture(..) | View::Twin(_) | View::Card(_) | View::Sums => Ok(None),
    }
}

fn html(view: &HtmlView, theme: &Theme) -> Result<String, Problem> {
    let lang = &view.page.lang;
    let tree = tree(view, theme)?;
    let values = context! {
        root => view.root.as_str(),
        here => view.here.as_str(),
        site => view.site.clone(),
        nav => view.nav.items.clone(),
        tree => Value::from_safe_string(tree),
        page => Value::from(Serde(&view.page)),
        register => Value::from(Serde(&view.register)),
        body => Value::from_safe_string(body(&view.page.body, lang, theme)),
        notes => Value::from_safe_string(body(&view.page.notes, lang, theme)),
        t => theme.words(lang),
    };
    let html = theme.render(&view.template, values, &view.page.url)?;
    Ok(if view.template.ends_with(".html") { finish(&html, view, theme) } else { html })
}

/// The navigation as HTML, with the page itself marked in it. It is rendered once for all pages that have the same, since
/// it is the longest part of most.
fn tree(view: &HtmlView, theme: &Theme) -> Result<String, Problem> {
    let here = shared_place(view);
    let key = (view.page.lang.clone(), here.clone());
    let known =
        |navigation: &Navigation| navigation.rendered.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    let shared = match known(&view.nav) {
        Some(shared) => shared,
        None => {
            let values = context! {
                root => view.root.as_str(),
                here => here.as_str(),
                site => view.site.clone(),
                nav => view.nav.items.clone(),
                t => theme.words(&view.page.lang),
            };
            let shared: Arc<str> = theme.render("tree.html", values, &view.page.url)?.into();
            view.nav.rendered.lock().unwrap_or_else(PoisonError::into_inner).insert(key, shared.clone());
            shared
        }
    };
    let own = format!("<a href=\"{}\"", crate::theme::escaped(&address::href(&here, &view.page.url)));
    Ok(match shared.split_once(&own) {
        Some((before, after)) => format!("{before}{own} aria-current=\"page\"{after}"),
        None => shared.to_string(),
    })
}

/// From where the links of a page's navigation count: those of a section or the home page from itself, those of all other
/// pages as if from a page beside them, so that the pages in one folder share them.
fn shared_place(view: &HtmlView) -> String {
    let is_above = matches!(view.page.kind, "home" | "section") || view.here.starts_with('/');
    match view.here.strip_suffix('/').filter(|_| !is_above) {
        Some(url) => format!("{}_/", &url[..url.rfind('/').map_or(0, |end| end + 1)]),
        None => view.here.clone(),
    }
}

fn body(body: &BodyView, lang: &str, theme: &Theme) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Html(html) => html.clone(),
        Piece::Word(word) => crate::theme::escaped(theme.word(lang, word)),
    };
    body.pieces.iter().map(piece).collect()
}

/// RFC 4180: commas, quotes where needed, CRLF. A cell that a spreadsheet would run as a formula begins with an
/// apostrophe, unless it is a number.
fn csv(view: &CsvView) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in &view.rows {
        let harmless = |(at, cell): (usize, &String)| {
            let is_number = view.is_number.get(at).copied().unwrap_or(false) && cell.parse::<f64>().is_ok();
            match cell.chars().next() {
                Some('=' | '+' | '-' | '@' | '\t' | '\r') if !is_number => format!("'{cell}"),
                _ => cell.clone(),
            }
        };
        writer.write_record(row.iter().enumerate().map(harmless)).expect("rows are as long as the first");
    }
    writer.into_inner().expect("memory takes all bytes")
}
