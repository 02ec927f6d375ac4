//! What a page says of itself in short. Comes in: the events of a page. Goes out: the text before `<!-- more -->`, and how many
//! words there are.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::events::{Marked, end_of, plain_text};
use crate::bytes::{GAPS, LETTERS};

/// Whether a stretch of HTML has the remark that ends the summary.
pub(super) fn ends_summary(html: &str) -> bool {
    html.match_indices("<!--").any(|(at, _)| is_more(&html[at..]))
}

/// Whether a text begins with `<!-- more -->`, however it is spaced and written.
pub(super) fn is_more(html: &str) -> bool {
    let inner = html.strip_prefix("<!--").and_then(|rest| rest.split_once("-->"));
    inner.is_some_and(|(inner, _)| inner.trim().eq_ignore_ascii_case("more"))
}

/// The text of the paragraphs before `<!-- more -->`; `None` where there is no such remark. Where it stands inside a
/// paragraph, an ellipsis says that more follows.
pub(super) fn summary(events: &[Marked<'_>]) -> Option<String> {
    let is_end = |event: &Event<'_>| matches!(event, Event::Html(html) | Event::InlineHtml(html) if ends_summary(html));
    let end = events.iter().position(|(event, _)| is_end(event))?;
    let mut parts: Vec<String> = Vec::new();
    let mut at = 0;
    let mut is_cut = false;
    while at < end {
        let close = at + end_of(&events[at..]);
        match &events[at].0 {
            Event::Start(Tag::Paragraph) => {
                parts.push(plain_text(&events[at..close.min(end)]));
                is_cut = close > end && !plain_text(&events[end..close]).is_empty();
                at = close + 1;
            }
            // What is inside a quote or list is looked at, headings and tables are passed over.
            Event::Start(Tag::Heading { .. } | Tag::Table(_) | Tag::CodeBlock(_) | Tag::HtmlBlock) if close < end => {
                at = close + 1;
            }
            _ => at += 1,
        }
    }
    let text = parts.join(" ");
    let text = text.trim();
    (!text.is_empty()).then(|| if is_cut { format!("{text} …") } else { text.to_owned() })
}

/// How many words a page has, code blocks aside.
pub(super) fn words(events: &[Marked<'_>]) -> usize {
    let mut in_code = false;
    let mut words = 0;
    for (event, _) in events {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) | Event::Code(text) if !in_code => words += words_in(text),
            _ => {}
        }
    }
    words
}

/// Words between white space; of scripts that put none between words, two characters count as one.
fn words_in(text: &str) -> usize {
    if text.is_ascii() {
        // With it goes whether the word at hand is counted already. There is no branch, since where words end cannot be foreseen.
        let count = |(words, is_counted): (usize, bool), byte: u8| {
            let (is_of_word, is_gap) = (LETTERS[usize::from(byte)], GAPS[usize::from(byte)]);
            (words + usize::from(is_of_word & !is_counted), (is_counted | is_of_word) & !is_gap)
        };
        return text.bytes().fold((0, false), count).0;
    }
    let unspaced = |c: &char| matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    let dense = text.chars().filter(unspaced).count();
    let others: String = text.chars().map(|c| if unspaced(&c) { ' ' } else { c }).collect();
    others.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count() + dense.div_ceil(2)
}
