//! The text of HTML. Comes in: the body of a page. Goes out: its text, for excerpts, or its stretches of text, for the index.

use memchr::{memchr, memchr2, memmem};

/// Calls `take` with each stretch of text, tag and entity; what is in scripts, styles and remarks is passed over. An entity that
/// is not one of the few that Brink writes is taken for a space.
pub(super) fn stretches<'h>(html: &'h str, mut take: impl FnMut(Stretch<'h>)) {
    let bytes = html.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let Some(length) = memchr2(b'<', b'&', &bytes[at..]) else {
            take(Stretch::Text(&html[at..]));
            return;
        };
        if length > 0 {
            take(Stretch::Text(&html[at..at + length]));
        }
        at += length;
        at += match bytes[at] {
            b'&' => entity(&html[at..], &mut take),
            _ => tag(&html[at..], &mut take),
        };
    }
}

/// A part of HTML.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stretch<'h> {
    /// Text as written.
    Text(&'h str),
    /// An entity, as the character that it stands for.
    Entity(char),
    /// A tag, by its name; `true` where it ends an element.
    Tag(&'h str, bool),
}

/// Passes over an entity; gives its length.
fn entity<'h>(html: &'h str, take: &mut impl FnMut(Stretch<'h>)) -> usize {
    const LENGTH_MAX: usize = 12;
    let end = memchr(b';', &html.as_bytes()[..html.len().min(LENGTH_MAX)]);
    let known = end.and_then(|end| match &html[1..end] {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "#39" | "#x27" | "apos" => Some('\''),
        "nbsp" | "#160" => Some('\u{a0}'),
        _ => None,
    });
    take(Stretch::Entity(known.unwrap_or(' ')));
    end.map_or(1, |end| end + 1)
}

/// Passes over a tag; gives its length.
fn tag<'h>(html: &'h str, take: &mut impl FnMut(Stretch<'h>)) -> usize {
    let rest = &html[1..];
    let end_of = |end: &str, from: usize| memmem::find(&html.as_bytes()[from..], end.as_bytes()).map(|at| from + at);
    if rest.starts_with("!--") {
        return end_of("-->", 4).map_or(html.len(), |at| at + 3);
    }
    let name = rest.strip_prefix('/').unwrap_or(rest);
    let name = &name[..name.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len())];
    take(Stretch::Tag(name, rest.starts_with('/')));
    let close = memchr(b'>', html.as_bytes()).map_or(html.len(), |at| at + 1);
    match name {
        "script" if !rest.starts_with('/') => end_of("</script", close).unwrap_or(html.len()),
        "style" if !rest.starts_with('/') => end_of("</style", close).unwrap_or(html.len()),
        _ => close,
    }
}

/// Tags that may stand inside a word.
const INLINE: [&str; 16] =
    ["a", "abbr", "b", "bdi", "code", "del", "em", "i", "ins", "mark", "s", "small", "span", "strong", "time", "wbr"];

/// The text of HTML, with single spaces. The numbers of notes and other raised signs are left out.
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len() / 2);
    let (mut is_gap, mut is_raised) = (false, false);
    stretches(html, |stretch| match stretch {
        Stretch::Tag("sup", is_end) => is_raised = !is_end,
        _ if is_raised => {}
        Stretch::Text(written) => {
            // Mostly one line: words are looked for only where there is a break or a gap.
            for (at, part) in written.split('\n').enumerate() {
                is_gap |= at > 0;
                let part = if is_gap { part.trim_start() } else { part };
                if part.is_empty() {
                    continue;
                }
                if is_gap && !text.is_empty() && !text.ends_with(' ') {
                    text.push(' ');
                }
                is_gap = false;
                text.push_str(part);
            }
        }
        Stretch::Entity(c) => text.push(c),
        Stretch::Tag(name, _) => is_gap |= !INLINE.contains(&name),
    });
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_its_text() {
        let html = "<p>One <em>t</em>wo&amp;three<sup><a>1</a></sup></p>\n<!-- no <b> --><script>let no = 1 < 2;</script><style>p{}</style>\n<ul><li>four\nfive</li></ul> ";
        assert_eq!(plain_text(html), "One two&three four five");
        assert_eq!(plain_text("a <"), "a");
        assert_eq!(plain_text("<script>never ends"), "");
    }
}
