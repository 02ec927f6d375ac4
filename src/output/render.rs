//! Rendering: a view and the theme to bytes. A pure function of the two; templates see nothing else.

use minijinja::context;
use minijinja::value::{Serde, Value};

use super::view::{BodyView, CsvView, HtmlView, Piece, View};
use crate::problem::Problem;
use crate::theme::Theme;

/// The bytes of an output; `None` for a copy of a file, whose bytes only the reader has.
pub fn render(view: &View, theme: &Theme) -> Result<Option<Vec<u8>>, Problem> {
    match view {
        View::Html(view) => html(view, theme).map(|html| Some(html.into_bytes())),
        View::Csv(view) => Ok(Some(csv(view))),
        View::Json(value) => Ok(Some(format!("{value:#}\n").into_bytes())),
        View::Bytes(bytes) => Ok(Some(bytes.to_vec())),
        View::Copy(_) => Ok(None),
    }
}

fn html(view: &HtmlView, theme: &Theme) -> Result<String, Problem> {
    let lang = &view.page.lang;
    let values = context! {
        root => view.root.as_str(),
        site => view.site.clone(),
        nav => view.nav.clone(),
        page => Value::from(Serde(&view.page)),
        register => Value::from(Serde(&view.register)),
        body => Value::from_safe_string(body(&view.page.body, lang, theme)),
        notes => Value::from_safe_string(body(&view.page.notes, lang, theme)),
        t => theme.words(lang),
    };
    theme.render(&view.template, values, &view.page.url)
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
