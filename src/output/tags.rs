//! The tags of a finished page (WHATWG HTML, section 13.2.5), as far as finishing it needs them. Comes in: HTML. Goes out: each
//! start tag with its attributes, to a function. It runs over every page of every build, and so allocates nothing per tag.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

/// An attribute of a start tag.
#[derive(Debug)]
pub(super) struct Attribute<'h> {
    /// Its name, in lower case.
    pub name: Cow<'h, str>,
    /// The bytes of its value, without quotes.
    pub value: Range<usize>,
    /// Whether it stands in quotes.
    pub is_quoted: bool,
}

/// A start tag.
#[derive(Debug)]
pub(super) struct Tag<'h, 't> {
    /// The name of the element, in lower case.
    pub name: Cow<'h, str>,
    /// Its attributes, in order.
    pub attributes: &'t [Attribute<'h>],
    /// The byte after its name.
    pub after_name: usize,
    /// What it has inside, where that is text whatever it looks like: a script, a style.
    pub inside: Range<usize>,
}

impl<'h> Tag<'h, '_> {
    /// The value of an attribute, as it is written.
    pub(super) fn value(&self, html: &'h str, name: &str) -> Option<&'h str> {
        self.attribute(name).map(|attribute| &html[attribute.value.clone()])
    }

    /// An attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute<'h>> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

/// Elements in which there are no tags.
const TEXT: [&str; 8] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

fn lower(text: &str) -> Cow<'_, str> {
    match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(text.to_ascii_lowercase()),
        false => Cow::Borrowed(text),
    }
}

/// Shows `see` each start tag of a page.
pub(super) fn each<'h>(html: &'h str, mut see: impl FnMut(&Tag<'h, '_>)) {
    let bytes = html.as_bytes();
    let mut attributes: Vec<Attribute<'h>> = Vec::with_capacity(16);
    let mut at = 0;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        at += found + 1;
        match bytes.get(at) {
            Some(byte) if byte.is_ascii_alphabetic() => {}
            Some(b'!') if html[at..].starts_with("!--") => {
                at = html[at + 3..].find("-->").map_or(html.len(), |end| at + 3 + end + 3);
                continue;
            }
            _ => continue, // an end tag, a doctype, a mere sign: none of them has attributes that count
        }
        let start = at;
        at = end_of(bytes, at, |byte| byte.is_ascii_whitespace() || byte == b'/' || byte == b'>');
        let (name, after_name) = (lower(&html[start..at]), at);
        attributes.clear();
        let Some(end) = read(html, at, &mut attributes) else { return };
        at = end;
        let inside = if TEXT.contains(&name.as_ref()) { at..end_of_text(html, at, &name) } else { at..at };
        at = inside.end;
        see(&Tag { name, attributes: &attributes, after_name, inside });
    }
}

fn end_of(bytes: &[u8], at: usize, is_end: impl Fn(u8) -> bool) -> usize {
    bytes[at..].iter().position(|byte| is_end(*byte)).map_or(bytes.len(), |length| at + length)
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
        let name = lower(html.get(start..at)?);
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

/// Where the text inside an element ends: before its end tag.
fn end_of_text(html: &str, at: usize, name: &str) -> usize {
    let mut from = at;
    while let Some(found) = html[from..].find("</") {
        from += found;
        let rest = &html.as_bytes()[from + 2..];
        let is_end =
            |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
        let begins = rest.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name.as_bytes()));
        if begins && is_end(rest.get(name.len())) {
            return from;
        }
        from += 2;
    }
    html.len()
}

#[cfg(test)]
mod tests {
    use super::*;

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
