//! CommonMark 0.31.2, judged by its own examples. They come with the npm package `commonmark-spec`, which `tests/run` installs
//! and names in `COMMONMARK_SPEC`; without it the judge is not there, and the test says so.
//!
//! Each example is read by Brink and compared with what the specification shows, tag by tag. [`OURS`] names what Brink
//! writes otherwise everywhere, and [`DIFFERENT`] each example that still differs, both with the reason.

use std::fs;

use brink::document::{self, Document, Slot};
use brink::rules::{Markdown, Rules};
use brink::source;
use brink::vocabulary::Vocabulary;
use html5gum::{Token, Tokenizer};
use pulldown_cmark::{Options, Parser, html::push_html};

/// What Brink adds to certain tags, by the name of the tag and of the attribute, with the reason.
const OURS: [(&str, &str, &str); 4] = [
    ("h", "id", "every heading can be linked to"),
    ("pre", "tabindex", "long lines of code are scrolled to by keyboard"),
    ("img", "loading", "pictures below the first screen are not loaded before they are reached"),
    ("ol", "start", "only written where the first number is not 1"),
];

/// The examples that differ, each with the reason.
const DIFFERENT: [(usize, &str); 2] = [
    (142, "code that names its language is coloured, by classes"),
    (143, "code that names its language is coloured, by classes"),
];

struct Example {
    number: usize,
    markdown: String,
    html: String,
}

fn examples(text: &str) -> Vec<Example> {
    let fence = "`".repeat(32);
    let mut examples = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(&format!("{fence} example\n")) {
        let begin = start + fence.len() + " example\n".len();
        let end = begin + rest[begin..].find(&format!("\n{fence}\n")).unwrap() + 1;
        let (markdown, html) = match rest[begin..end].strip_prefix(".\n") {
            Some(html) => ("", html),
            None => rest[begin..end].split_once("\n.\n").unwrap(),
        };
        let tabbed = |text: &str| text.replace('→', "\t");
        let markdown = if markdown.is_empty() { String::new() } else { format!("{}\n", tabbed(markdown)) };
        examples.push(Example { number: examples.len() + 1, markdown, html: tabbed(html) });
        rest = &rest[end + fence.len()..];
    }
    examples
}

/// What Brink makes of it, with addresses as they are written. A title in the front matter keeps the first heading in the
/// text, where the specification has it.
fn by_brink(markdown: &str) -> String {
    let vocabulary = Vocabulary::default();
    let settings = Markdown { autolinks: false, ..Markdown::default() };
    let rules = Rules { has_desk: false, ..Rules::plain(&vocabulary, &settings) };
    let page = format!("+++\ntitle = \"A title that no example has\"\n+++\n{markdown}");
    let source = source::decode("content/x.md".into(), page.as_bytes());
    html_of(&document::parse(&source, &rules, &document::NoShortcodes))
}

fn html_of(document: &Document) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let mut html = String::new();
    let mut from = 0;
    for (at, slot) in &document.body.slots {
        html.push_str(&document.body.html[from..*at]);
        from = *at;
        match slot {
            Slot::Link(link) => {
                let link = &document.links[*link];
                let name = if link.is_picture { "src" } else { "href" };
                html.push_str(&format!(" {name}=\"{}\"", escaped(&link.target)));
            }
            Slot::Address(link) => html.push_str(&escaped(&document.links[*link].target)),
            _ => {}
        }
    }
    html.push_str(&document.body.html[from..]);
    html
}

/// What the parser's own writer makes of it, with the extensions that Brink has switched on, or none.
fn by_parser(markdown: &str, with_extensions: bool) -> String {
    let extensions = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    let mut html = String::new();
    push_html(&mut html, Parser::new_ext(markdown, if with_extensions { extensions } else { Options::empty() }));
    html
}

/// The tags and texts of HTML, one a line. White space that browsers do not show is left out, addresses are compared
/// without percent-encoding, and so are attributes that [`OURS`] names.
fn shape(html: &str) -> String {
    let mut shape = String::new();
    let mut in_pre = 0;
    for token in Tokenizer::new(html).flatten() {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                in_pre += usize::from(name == "pre");
                let kind = if name.len() == 2 && name.starts_with('h') && name != "hr" { "h" } else { &name };
                let mut attributes: Vec<String> = Vec::new();
                for (key, value) in &tag.attributes {
                    let key = String::from_utf8_lossy(key).into_owned();
                    let value = String::from_utf8_lossy(value).into_owned();
                    let is_address = matches!(key.as_str(), "href" | "src");
                    let value = if is_address { decoded(&value) } else { value };
                    let is_ours = OURS.iter().any(|(tag, attribute, _)| *tag == kind && *attribute == key);
                    if !is_ours || (name == "ol" && value != "1") {
                        attributes.push(format!(" {key}={value:?}"));
                    }
                }
                attributes.sort();
                shape.push_str(&format!("<{name}{}>\n", attributes.concat()));
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                in_pre -= usize::from(name == "pre" && in_pre > 0);
                shape.push_str(&format!("</{name}>\n"));
            }
            Token::String(text) => {
                let text = String::from_utf8_lossy(&text).into_owned();
                let shown = if in_pre > 0 { text } else { text.split_whitespace().collect::<Vec<_>>().join(" ") };
                if !shown.is_empty() {
                    shape.push_str(&format!("{shown:?}\n"));
                }
            }
            Token::Comment(comment) => shape.push_str(&format!("<!--{}-->\n", String::from_utf8_lossy(&comment))),
            _ => {}
        }
    }
    shape
}

fn decoded(address: &str) -> String {
    percent_encoding::percent_decode_str(address).decode_utf8_lossy().into_owned()
}

#[test]
fn the_examples_of_commonmark_pass() {
    let named = std::env::var_os("COMMONMARK_SPEC");
    let is_named = named.is_some();
    let usual = "tests/browser/node_modules/commonmark-spec/spec.txt".into();
    let Ok(text) = fs::read_to_string(named.unwrap_or(usual)) else {
        assert!(!is_named, "the file that COMMONMARK_SPEC names cannot be read");
        return; // they are not installed; tests/run installs and names them
    };
    let examples = examples(&text);
    assert_eq!(examples.len(), 652);
    let (mut of_parser, mut of_brink, mut wrong) = (0, 0, String::new());
    for example in &examples {
        let wanted = shape(&example.html);
        of_parser += usize::from(shape(&by_parser(&example.markdown, false)) == wanted);
        let ours = shape(&by_brink(&example.markdown));
        let is_right = ours == wanted;
        of_brink += usize::from(is_right);
        let is_named = DIFFERENT.iter().any(|(number, _)| *number == example.number);
        if is_right == is_named {
            wrong.push_str(&format!(
                "\n== example {}{}\n{}\n-- wanted\n{}\n-- Brink's\n{}",
                example.number,
                if is_right { " is named as different and is not" } else { "" },
                example.markdown,
                wanted,
                ours
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!((of_parser, of_brink), (652, 652 - DIFFERENT.len()));
}
