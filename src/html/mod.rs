//! HTML in parts, links and ids in it, and text as HTML. Comes in: a stretch of HTML, or a text. Goes out: its tokens, and every
//! attribute that leads somewhere or can be led to, each with its bytes; read as browsers read it (WHATWG HTML, section 13.2.5),
//! so that nothing a browser sees is missed.

pub mod tags;

use std::borrow::Cow;
use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Span, StartTag, Token, Tokenizer};
use memchr::memchr;

/// An attribute of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute<'h> {
    /// The name of the element, in lower case.
    pub element: Cow<'h, str>,
    /// Its own name, in lower case.
    pub name: Cow<'h, str>,
    /// Its value, with entities decoded.
    pub value: Cow<'h, str>,
    /// The bytes of the value in the HTML, without quotes.
    pub range: Range<usize>,
    /// What it is for.
    pub usage: Use,
}

/// Text as HTML.
pub fn escaped(text: &str) -> String {
    let mut html = String::new();
    pulldown_cmark_escape::escape_html_body_text(&mut html, text).expect("a String takes all text");
    html
}

/// The value of an attribute as browsers read it: entities decoded.
pub fn unescaped(value: &str) -> Cow<'_, str> {
    if memchr(b'&', value.as_bytes()).is_none() {
        return Cow::Borrowed(value);
    }
    let html = format!("<p title=\"{}\">", value.replace('"', "&quot;"));
    let mut read = String::new();
    let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<usize>| -> Option<()> {
        if let CallbackEvent::AttributeValue { value } = event {
            read = String::from_utf8_lossy(value).into_owned();
        }
        None
    });
    Tokenizer::new_with_emitter(&html, emitter).for_each(drop);
    Cow::Owned(read)
}

/// What an attribute is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It leads to a page or file.
    Link,
    /// It shows a picture or plays something.
    Picture,
    /// It offers several pictures (`srcset`).
    Pictures,
    /// It can be led to.
    Anchor,
    /// It is a program that runs when something happens (`onclick`).
    Program,
    /// Anything else.
    Other,
}

impl Use {
    /// What an attribute of an element is for, by their names.
    fn of(element: &str, name: &str) -> Use {
        // The name first: most attributes are for nothing of this on any element.
        match (name, element) {
            ("class", _) => Use::Other,
            ("id", _) | ("name", "a") => Use::Anchor,
            ("href" | "xlink:href", "a" | "area" | "link" | "image" | "use") => Use::Link,
            ("srcset", "img" | "source") => Use::Pictures,
            ("src", "img" | "source" | "video" | "audio" | "track" | "input" | "embed") => Use::Picture,
            ("poster", "video") => Use::Picture,
            ("src", "iframe" | "script" | "frame") | ("data", "object") => Use::Link,
            ("action", "form") | ("formaction", "button" | "input") => Use::Link,
            ("cite", "blockquote" | "q" | "ins" | "del") => Use::Link,
            (name, _) if name.starts_with("on") => Use::Program,
            _ => Use::Other,
        }
    }
}

impl Attribute<'_> {
    /// The addresses in a `srcset`, each with its bytes in the value as it is written (WHATWG HTML, section 4.8.4.2).
    pub fn candidates<'h>(&self, html: &'h str) -> Vec<(&'h str, Range<usize>)> {
        let mut found = Vec::new();
        let mut at = self.range.start;
        while at < self.range.end {
            let rest = &html[at..self.range.end];
            let start = at + rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
            let rest = &html[start..self.range.end];
            let end = start + rest.find(char::is_whitespace).unwrap_or(rest.len());
            let address = html[start..end].trim_end_matches(',');
            if !address.is_empty() {
                found.push((address, start..start + address.len()));
            }
            // A comma directly after the address ends it; else its descriptors come first.
            let has_ended = address.len() < end - start;
            let rest = &html[end..self.range.end];
            at = if has_ended { end } else { end + rest.find(',').map_or(rest.len(), |comma| comma + 1) };
        }
        found
    }
}

/// Every attribute that leads somewhere, can be led to, or is a program, in the order of the HTML. A tag that is not closed has none.
pub fn attributes(html: &str) -> Vec<Attribute<'_>> {
    let mut found = Vec::new();
    each_attribute(html, |attribute| found.push(attribute));
    found
}

/// Gives [`attributes`] to a function, one by one.
pub fn each_attribute<'h>(html: &'h str, mut see: impl FnMut(Attribute<'h>)) {
    tags::each(html, |tag| {
        for attribute in tag.attributes {
            let usage = Use::of(&tag.name, &attribute.name);
            if usage != Use::Other {
                see(Attribute {
                    element: tag.name.clone(),
                    name: attribute.name.clone(),
                    value: unescaped(&html[attribute.value.clone()]),
                    range: attribute.value.clone(),
                    usage,
                });
            }
        }
    });
}

/// What HTML consists of, in order, each with its bytes.
pub fn tokens(html: &str) -> impl Iterator<Item = Token<usize>> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    // Inside `script`, `style` and their like there are no tags.
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).map(|token| token.unwrap_or_else(|never| match never {}))
}

/// The name of a tag or attribute.
pub fn name(written: &[u8]) -> &str {
    std::str::from_utf8(written).unwrap_or_default()
}

/// The value of an attribute, with entities decoded.
pub fn value<'t>(tag: &'t StartTag<usize>, name: &str) -> Option<&'t str> {
    tag.attributes.get(name.as_bytes()).and_then(|value| std::str::from_utf8(&value.value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_have_their_bytes() {
        let html = "<p>x <a href=\"a&amp;b.md\" id=z>y</a><!-- <a href=no> --><img src='p q.png' alt><script>'<a href=no>'</script>";
        let found: Vec<(String, &str, String)> = attributes(html)
            .into_iter()
            .map(|found| {
                (format!("{} {}", found.element, found.name), &html[found.range.clone()], found.value.into_owned())
            })
            .collect();
        let wanted = [("a href", "a&amp;b.md", "a&b.md"), ("a id", "z", "z"), ("img src", "p q.png", "p q.png")];
        assert_eq!(found, wanted.map(|(name, written, value)| (name.to_owned(), written, value.to_owned())));
    }

    #[test]
    fn tags_have_their_bytes() {
        let html = "é<p class=x><img src=\"a>b.png\" alt=\"\"><!-- <img> --><a href='a&amp;b'\n/></a><script>'<b>'</script> <b";
        let mut found = Vec::new();
        for token in tokens(html) {
            match token {
                Token::StartTag(tag) => {
                    found.push((html[tag.span.start..tag.span.end].to_owned(), value(&tag, "alt").is_some()))
                }
                Token::EndTag(tag) => found.push((html[tag.span.start..tag.span.end].to_owned(), false)),
                _ => {}
            }
        }
        let found: Vec<(&str, bool)> = found.iter().map(|(tag, has_alt)| (tag.as_str(), *has_alt)).collect();
        let wanted = [
            ("<p class=x>", false),
            ("<img src=\"a>b.png\" alt=\"\">", true),
            ("<a href='a&amp;b'\n/>", false),
            ("</a>", false),
            ("<script>", false),
            ("</script>", false),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn sets_of_pictures_are_taken_apart() {
        let html = "<img srcset=\"a.png, b.png 2x,c,d.png 100w\">";
        let found = attributes(html);
        let addresses: Vec<&str> = found[0].candidates(html).iter().map(|(address, _)| *address).collect();
        assert_eq!(addresses, ["a.png", "b.png", "c,d.png"]);
    }
}
