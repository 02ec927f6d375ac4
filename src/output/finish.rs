//! Finishing a page. Comes in: HTML as a template gives it, with marks where style, policy and edition belong. Goes out: the
//! page as it is published: with the style that it uses and the policy that it needs, its links to elsewhere made safe, and
//! the code of its edition. One pass over the page finds all that is to be done.

use std::ops::Range;

use memchr::memmem;
use sha2::{Digest as _, Sha256};

use super::policy::Policy;
use super::view::HtmlView;
use crate::document::LINES;
use crate::html::tags::{self, Tag};
use crate::theme::{Marks, Theme};
use crate::tracking::without_tracking;

/// What stands in the place of the edition's code while the page is hashed.
const BLANK: &str = "00000000";

/// The page with everything in its place.
pub(super) fn finish(html: &str, view: &HtmlView, theme: &Theme) -> String {
    let mut used = theme.sheet().used();
    let mut policy = Policy::new(theme.security());
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    tags::each(html, |tag| {
        used.element(tag.name.as_bytes());
        for attribute in tag.attributes {
            used.attribute(attribute.name.as_bytes(), html[attribute.value.clone()].as_bytes());
        }
        match tag.name.as_ref() {
            "a" | "area" => leave(html, tag, theme, &mut edits),
            _ => policy.see(html, tag),
        }
        if tag.attribute("style").is_some() && matches!(tag.name.as_ref(), "a" | "area") {
            policy.see(html, tag);
        }
    });
    if memmem::find(html.as_bytes(), b"var(--").is_some() {
        used.variables_of(html);
    }
    for (range, said) in needs(html) {
        policy.say(said);
        edits.push((range, String::new()));
    }
    if let Some(at) = html.find(Marks::STYLE) {
        let style = theme.sheet().style(used, &view.root);
        policy.style(&style.source);
        edits.push((at..at + Marks::STYLE.len_utf8(), style.element.clone()));
    }
    if let Some(at) = html.find(Marks::POLICY) {
        edits.push((at..at + Marks::POLICY.len_utf8(), policy.element()));
    }
    let edition = html.rfind(Marks::EDITION);
    edits.extend(edition.map(|at| (at..at + Marks::EDITION.len_utf8(), BLANK.to_owned())));
    edits.sort_by_key(|(range, _)| range.start);
    let (mut page, code) = edited(html, &edits, edition);
    if let Some(at) = code {
        let code = match view.has_lines {
            true => edition_of(&without_lines(&page)),
            false => edition_of(&page),
        };
        page.replace_range(at..at + BLANK.len(), &code);
    }
    page
}

/// The page with the edits, and where in it the code of its edition belongs.
fn edited(html: &str, edits: &[(Range<usize>, String)], edition: Option<usize>) -> (String, Option<usize>) {
    let added: usize = edits.iter().map(|(_, text)| text.len()).sum();
    let mut page = String::with_capacity(html.len() + added);
    let (mut from, mut code) = (0, None);
    for (range, text) in edits {
        page.push_str(&html[from..range.start]);
        if Some(range.start) == edition {
            code = Some(page.len());
        }
        page.push_str(text);
        from = range.end;
    }
    page.push_str(&html[from..]);
    (page, code)
}

/// The code of an edition: the beginning of the SHA-256 of the page with zeros in the code's place.
fn edition_of(page: &str) -> String {
    let hash = Sha256::digest(page.as_bytes());
    hash.iter().take(BLANK.len() / 2).map(|byte| format!("{byte:02x}")).collect()
}

/// A previewed page as a build writes it, so that both have the same code.
fn without_lines(page: &str) -> String {
    let start = format!(" {LINES}=\"");
    let mut parts = page.split(&start);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |before, part| before + part.split_once('"').map_or(part, |(_, after)| after))
}

/// What templates say that the page needs, with its bytes.
fn needs(html: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    memmem::find_iter(html.as_bytes(), Marks::NEEDS).filter_map(|start| {
        let inside = start + Marks::NEEDS.len();
        let end = inside + html[inside..].find(Marks::END)?;
        Some((start..end + Marks::END.len_utf8(), &html[inside..end]))
    })
}

/// A link to elsewhere: it tells no one where readers come from, and carries nothing by which they are followed.
fn leave(html: &str, tag: &Tag<'_, '_>, theme: &Theme, edits: &mut Vec<(Range<usize>, String)>) {
    const WANTED: [&str; 2] = ["noreferrer", "noopener"];
    let Some(href) = tag.attribute("href") else { return };
    let address = &html[href.value.clone()];
    if !theme.security().leads_away(address) {
        return;
    }
    let kept = without_tracking(address);
    if kept.len() != address.len() {
        // Where the address is also what the link says, readers would copy it from there.
        let inside = tag.inside.start;
        if html[inside..].strip_prefix(address).is_some_and(|rest| rest.starts_with("</a>")) {
            edits.push((inside..inside + address.len(), kept.to_string()));
        }
        edits.push((href.value.clone(), kept.into_owned()));
    }
    let rel = tag.attribute("rel");
    let has = rel.map(|rel| &html[rel.value.clone()]).unwrap_or_default();
    let missing: Vec<&str> = WANTED
        .into_iter()
        .filter(|wanted| !has.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(wanted)))
        .collect();
    match rel {
        _ if missing.is_empty() => {}
        Some(rel) => {
            let all = format!("{} {}", has.trim(), missing.join(" "));
            let all = match (rel.is_quoted, tags::is_given(html, &rel.value)) {
                (true, _) => all.trim().to_owned(),
                (false, true) => format!("\"{}\"", all.trim()),
                (false, false) => format!("=\"{}\"", all.trim()),
            };
            edits.push((rel.value.clone(), all));
        }
        None => edits.push((tag.after_name..tag.after_name, format!(" rel=\"{}\"", missing.join(" ")))),
    }
}
