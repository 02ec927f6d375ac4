//! The start tags of HTML as browsers read them (WHATWG HTML, section 13.2.5), but that a `style` or `title` within SVG counts as
//! one of HTML. Comes in: HTML. Goes out: each start tag with its attributes, to a function. It runs over every page of every
//! build, and so allocates nothing per tag.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2};

/// An attribute of a start tag.
#[derive(Debug)]
pub struct Attribute<'h> {
    /// Its name, in lower case.
    pub name: Cow<'h, str>,
    /// The bytes of its value, without quotes.
    pub value: Range<usize>,
    /// Whether it stands in quotes.
    pub is_quoted: bool,
}

/// A start tag.
#[derive(Debug)]
pub struct Tag<'h, 't> {
    /// The name of the element, in lower case.
    pub name: Cow<'h, str>,
    /// Its attributes, in order.
    pub attributes: &'t [Attribute<'h>],
    /// The byte at which it begins.
    pub start: usize,
    /// The byte after its name.
    pub after_name: usize,
    /// What it has inside, where that is text whatever it looks like: a script, a style.
    pub inside: Range<usize>,
}

impl<'h> Tag<'h, '_> {
    /// The value of an attribute, as it is written.
    pub fn value(&self, html: &'h str, name: &str) -> Option<&'h str> {
        self.attribute(name).map(|attribute| &html[attribute.value.clone()])
    }

    /// An attribute.
    pub fn attribute(&self, name: &str) -> Option<&Attribute<'h>> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

/// Whether a value is given after a sign of equality; else there is only the name, and the value is empty.
pub fn is_given(html: &str, value: &Range<usize>) -> bool {
    html[..value.start].trim_ascii_end().ends_with(['=', '"', '\''])
}

/// Elements in which there are no tags, besides `script`. What is in `noscript` is read by browsers that run no programs.
const TEXT: [&str; 7] = ["style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

fn lower(text: &str) -> Cow<'_, str> {
    match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(text.to_ascii_lowercase()),
        false => Cow::Borrowed(text),
    }
}

/// Shows `see` each start tag. One that does not end is none.
pub fn each<'h>(html: &'h str, mut see: impl FnMut(&Tag<'h, '_>)) {
    let bytes = html.as_bytes();
    let mut attributes: Vec<Attribute<'h>> = Vec::with_capacity(16);
    let mut at = 0;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        at += found + 1;
        let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
        let is_end_tag = bytes.get(at) == Some(&b'/') && is_letter(at + 1);
        match bytes.get(at) {
            _ if is_end_tag || is_letter(at) => {}
            Some(b'!') if bytes[at..].starts_with(b"!--") => {
                at = end_of_comment(html, at + "!--".len());
                continue;
            }
            Some(b'!' | b'?' | b'/') => {
                at = memchr(b'>', &bytes[at..]).map_or(html.len(), |end| at + end + 1);
                continue;
            }
            _ => continue,
        }
        let (start, begin) = (at - 1, at + usize::from(is_end_tag));
        at = end_of(bytes, begin, ends_name);
        let (name, after_name) = (&html[begin..at], at);
        attributes.clear();
        let Some(end) = read(html, at, &mut attributes) else { return };
        at = end;
        if is_end_tag {
            continue;
        }
        let name = lower(name);
        let inside = match name.as_ref() {
            "script" => at..end_of_script(html, at),
            "plaintext" => at..html.len(),
            name if TEXT.contains(&name) => at..end_of_text(html, at, name),
            _ => at..at,
        };
        at = inside.end;
        see(&Tag { name, attributes: &attributes, start, after_name, inside });
    }
}

fn end_of(bytes: &[u8], at: usize, is_end: impl Fn(u8) -> bool) -> usize {
    bytes[at..].iter().position(|byte| is_end(*byte)).map_or(bytes.len(), |length| at + length)
}

/// Whether the name of a tag ends before a byte.
fn ends_name(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>')
}

/// The byte after a comment whose text begins at `at`.
fn end_of_comment(html: &str, at: usize) -> usize {
    let rest = &html.as_bytes()[at..];
    let is_end = |sign: &usize| {
        let before = &rest[..*sign];
        matches!(before, [] | b"-") || before.ends_with(b"--") || before.ends_with(b"--!")
    };
    memchr_iter(b'>', rest).find(is_end).map_or(html.len(), |sign| at + sign + 1)
}

/// Reads the attributes of a tag; gives the byte after it, or none where it does not end.
fn read<'h>(html: &'h str, mut at: usize, attributes: &mut Vec<Attribute<'h>>) -> Option<usize> {
    let bytes = html.as_bytes();
    loop {
        at = end_of(bytes, at, |byte| !byte.is_ascii_whitespace() && byte != b'/');
        if *bytes.get(at)? == b'>' {
            return Some(at + 1);
        }
        let start = at;
        // A sign of equality may begin a name.
        at = end_of(bytes, at + 1, |byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'='));
        let name = lower(&html[start..at]);
        let equals = end_of(bytes, at, |byte| !byte.is_ascii_whitespace());
        if bytes.get(equals) != Some(&b'=') {
            attributes.push(Attribute { name, value: at..at, is_quoted: false });
            continue;
        }
        let value = end_of(bytes, equals + 1, |byte| !byte.is_ascii_whitespace());
        let quote = bytes.get(value).copied().filter(|byte| matches!(byte, b'"' | b'\''));
        let range = match quote {
            Some(quote) => value + 1..value + 1 + memchr(quote, &bytes[value + 1..])?,
            None => value..end_of(bytes, value, |byte| byte.is_ascii_whitespace() || byte == b'>'),
        };
        at = range.end + usize::from(quote.is_some());
        attributes.push(Attribute { name, value: range, is_quoted: quote.is_some() });
    }
}

/// Whether bytes begin with the name of an element.
fn begins_with(bytes: &[u8], name: &str) -> bool {
    let is_same = bytes.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name.as_bytes()));
    is_same && bytes.get(name.len()).is_none_or(|byte| ends_name(*byte))
}

/// Where the text inside an element ends: before its end tag.
fn end_of_text(html: &str, at: usize, name: &str) -> usize {
    let is_end = |found: &usize| begins_with(&html.as_bytes()[at + found + 2..], name);
    let mut ends = html[at..].match_indices("</").map(|(found, _)| found);
    ends.find(is_end).map_or(html.len(), |found| at + found)
}

/// Where a script ends. In a comment in it a script may stand, with its end tag.
fn end_of_script(html: &str, mut at: usize) -> usize {
    const NAME: &str = "script";
    let bytes = html.as_bytes();
    let (mut in_comment, mut in_script) = (false, false);
    while let Some(found) = memchr2(b'<', b'-', &bytes[at..]) {
        at += found;
        match &bytes[at..] {
            // Its dashes may be those of its end.
            [b'<', b'!', b'-', b'-', ..] => {
                in_comment = true;
                at += 2;
                continue;
            }
            [b'-', b'-', b'>', ..] => (in_comment, in_script) = (false, false),
            [b'<', b'/', name @ ..] if begins_with(name, NAME) => {
                if !in_script {
                    return at;
                }
                in_script = false;
            }
            [b'<', name @ ..] if in_comment && begins_with(name, NAME) => in_script = true,
            _ => {}
        }
        at += 1;
    }
    html.len()
}

#[cfg(test)]
mod tests {
    use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
    use html5gum::{Span, Tokenizer};
    use proptest::prelude::*;

    use super::*;
    use crate::html::unescaped;

    /// Each start tag as html5gum reads it: its name, and its attributes with their values. It reads `noscript` as browsers do
    /// that run programs, and does not know `noframes`.
    fn as_others_see(html: &str) -> Vec<String> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut open = String::new();
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<usize>| -> Option<String> {
            match event {
                CallbackEvent::OpenStartTag { name } => open = text(name),
                CallbackEvent::AttributeName { name } => open += &format!(" {}=", text(name)),
                CallbackEvent::AttributeValue { value } => open += &text(value),
                CallbackEvent::CloseStartTag { .. } => return Some(std::mem::take(&mut open)),
                _ => {}
            }
            None
        });
        emitter.naively_switch_states(true);
        Tokenizer::new_with_emitter(html, emitter).map(|tag| tag.unwrap_or_default()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

        #[test]
        fn whatever_stands_there_tags_are_those_that_html5gum_finds(
            parts in prop::collection::vec(prop::sample::select(vec![
                "<a", "<b ", "<script", "<!--", "-->", "--!>", "</script", "</", "<style>", "</STYLE>", "<title>", "</title ", "<textarea>", "</textarea>",
                "<xmp>", "</xmp>", "<iframe>", "</iframe>",
                "<!doctype html", "<?", "<!", "<plaintext>", "href", "ID", "=", "/", ">", "\"", "'", " ", "\n", "-", "<", "é", "&amp;",
            ]), 0..30),
        ) {
            let html = parts.concat();
            let mut found = Vec::new();
            each(&html, |tag| {
                let attributes = tag.attributes.iter();
                let attributes = attributes.map(|own| format!(" {}={}", own.name, unescaped(&html[own.value.clone()])));
                found.push(format!("{}{}", tag.name, attributes.collect::<String>()));
            });
            prop_assert_eq!(found, as_others_see(&html));
        }
    }

    fn seen(html: &str) -> Vec<String> {
        let mut all = Vec::new();
        each(html, |tag| {
            let attributes: Vec<String> =
                tag.attributes.iter().map(|found| format!(" {}={}", found.name, &html[found.value.clone()])).collect();
            all.push(
                format!("{}{} {}", tag.name, attributes.concat(), &html[tag.inside.clone()]).trim_end().to_owned(),
            );
        });
        all
    }

    #[test]
    fn tags_are_seen_as_browsers_see_them() {
        let html = "<!doctype html><P Class=x id='a b'a><!-- <i> --><br/><script src=\"a\">'<b>'</script ><a href=b/>1 < 2<img";
        assert_eq!(seen(html), ["p class=x id=a b a=", "br", "script src=a '<b>'", "a href=b/"]);
        assert_eq!(seen("<style>a{}</stylex></STYLE><u =x y = z>"), ["style a{}</stylex>", "u =x= y=z"]);
        for open in ["<a href=\"x", "<a b", "<", "<a", "<!--", "<script>x"] {
            seen(open);
        }
    }
}
