//! SVG without what it tells (SVG 2, section 5.8; XML 1.0). Comes in: the bytes of a file. Goes out: its bytes without, and
//! what was found. Left out: remarks, `metadata`, and what drawing programs note for themselves, which names files and folders
//! of whoever drew it. Pictures inside are cleaned as well.

use super::{Clean, Format, clean_as};

/// Prefixes of names that are meant for drawing programs and catalogues alone.
const PREFIXES: [&str; 14] =
    ["inkscape", "sodipodi", "sketch", "serif", "figma", "i", "x", "a", "graph", "rdf", "dc", "cc", "dcterms", "bx"];

/// The drawing alone; `None` where it cannot be read.
pub(super) fn clean(bytes: &[u8]) -> Option<Clean> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut clean = Clean { orientation: 1, ..Clean::default() };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = length_of(rest)?;
        let (markup, after) = rest.split_at(length);
        rest = after;
        if markup.starts_with("<!--") {
            clean.told.note("a comment");
        } else if markup.starts_with("<?") {
            let is_kept = markup.starts_with("<?xml ") || markup.starts_with("<?xml-stylesheet");
            if is_kept { out.push_str(markup) } else { clean.told.note("data of the camera or program") }
        } else if markup.starts_with("<!") || markup.starts_with("</") {
            out.push_str(markup);
        } else {
            let name = name_of(&markup[1..]);
            if name == "metadata" || is_speaking(name) {
                clean.told.note("data of the camera or program");
                if !markup.ends_with("/>") {
                    let after = after_element(rest, name)?;
                    clean.told.has_place |= rest[..rest.len() - after.len()].contains("GPSLatitude");
                    rest = after;
                }
                continue;
            }
            if name == "svg" && clean.size.is_none() {
                clean.size = size_of(markup);
            }
            push_tag(&mut out, markup, &mut clean)?;
        }
    }
    out.push_str(rest);
    out.contains("<svg").then_some(())?;
    clean.bytes = out.into_bytes();
    Some(clean)
}

/// How long the markup at the beginning of a text is.
fn length_of(text: &str) -> Option<usize> {
    let until = |end: &str| text.find(end).map(|at| at + end.len());
    if text.starts_with("<!--") {
        return until("-->");
    }
    if text.starts_with("<![CDATA[") {
        return until("]]>");
    }
    if text.starts_with("<?") {
        return until("?>");
    }
    let mut quote = None;
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => depth += 1,
            (None, b']') => depth = depth.saturating_sub(1),
            (None, b'>') if depth == 0 || !text.starts_with("<!") => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn name_of(text: &str) -> &str {
    text.split(|c: char| c.is_whitespace() || matches!(c, '/' | '>' | '=')).next().unwrap_or_default()
}

fn is_speaking(name: &str) -> bool {
    name.split_once(':').is_some_and(|(prefix, _)| PREFIXES.contains(&prefix))
}

/// What follows an element whose opening tag has just been read.
fn after_element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (mut rest, mut depth) = (text, 1);
    while depth > 0 {
        rest = &rest[memchr::memchr(b'<', rest.as_bytes())?..];
        let (markup, after) = rest.split_at(length_of(rest)?);
        rest = after;
        if markup.strip_prefix("</").is_some_and(|closing| name_of(closing) == name) {
            depth -= 1;
        } else if name_of(&markup[1..]) == name && !markup.ends_with("/>") {
            depth += 1;
        }
    }
    Some(rest)
}

/// Writes a tag without the attributes that are meant for programs.
fn push_tag(out: &mut String, tag: &str, clean: &mut Clean) -> Option<()> {
    let mut from = 0;
    for attribute in attributes(tag) {
        let (start, end) = (attribute.start, attribute.end);
        let is_declared = attribute.name.strip_prefix("xmlns:").is_some_and(|prefix| PREFIXES.contains(&prefix));
        let is_own = is_speaking(attribute.name) || attribute.name == "xml:base";
        if is_own || (is_declared && !attribute.name.ends_with(":i") && !attribute.name.ends_with(":a")) {
            out.push_str(tag[from..start].trim_end());
            from = end;
            if is_own {
                clean.told.note("data of the camera or program");
            }
        } else if let Some((head, data)) =
            attribute.value.split_once(";base64,").filter(|_| attribute.value.starts_with("data:image/"))
        {
            let written: String = data.chars().filter(|c| !c.is_whitespace()).collect();
            let inner = base64_decoded(written.as_bytes())?;
            let format = Format::of_bytes(&inner)?;
            let inner = clean_as(format, &inner)?;
            clean.told.has_place |= inner.told.has_place;
            if !inner.told.what.is_empty() {
                clean.told.what.extend(inner.told.what);
                out.push_str(&tag[from..start]);
                out.push_str(&format!("{}=\"{head};base64,{}\"", attribute.name, base64_encoded(&inner.bytes)));
                from = end;
            }
        }
    }
    out.push_str(&tag[from..]);
    Some(())
}

struct Attribute<'t> {
    name: &'t str,
    value: &'t str,
    start: usize,
    end: usize,
}

/// The attributes of a tag that has been found whole.
fn attributes(tag: &str) -> Vec<Attribute<'_>> {
    let mut found = Vec::new();
    let mut at = 1 + name_of(&tag[1..]).len();
    loop {
        let rest = &tag[at..];
        let start = at + rest.len() - rest.trim_start().len();
        let name = name_of(&tag[start..]);
        let after = start + name.len();
        let value = tag[after..].trim_start().strip_prefix('=').map(str::trim_start);
        let Some(value) = value.filter(|value| !name.is_empty() && value.starts_with(['"', '\''])) else {
            return found;
        };
        let quote = &value[..1];
        let Some(length) = value[1..].find(quote) else { return found };
        let end = tag.len() - value.len() + length + 2;
        found.push(Attribute { name, value: &value[1..=length], start, end });
        at = end;
    }
}

/// The size that the outermost element gives, as browsers take it where a page gives none.
fn size_of(tag: &str) -> Option<(u32, u32)> {
    let all = attributes(tag);
    let value = |name: &str| all.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.value);
    let number = |text: &str| {
        text.trim().trim_end_matches("px").parse::<f64>().ok().filter(|side| (1.0..20_000.0).contains(side))
    };
    let given = value("width").and_then(number).zip(value("height").and_then(number));
    let (width, height) = given.or_else(|| {
        let mut parts = value("viewBox")?.split([' ', ',', '\n']).filter(|part| !part.is_empty()).skip(2);
        number(parts.next()?).zip(number(parts.next()?))
    })?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 20,000")]
    Some((width.round() as u32, height.round() as u32))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648, section 4.
fn base64_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.strip_suffix(b"==").or(text.strip_suffix(b"=")).unwrap_or(text);
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for part in text.chunks(4) {
        let mut bits = 0u32;
        for byte in part {
            bits = bits << 6 | u32::try_from(ALPHABET.iter().position(|known| known == byte)?).ok()?;
        }
        let [_, first, second, third] = (bits << (6 * (4 - part.len()))).to_be_bytes();
        bytes.extend(&[first, second, third][..part.len().checked_sub(1)?]);
    }
    Some(bytes)
}

fn base64_encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for part in bytes.chunks(3) {
        let byte = |at: usize| u32::from(part.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let index = (bits >> (18 - 6 * at) & 63) as usize;
            text.push(if at <= part.len() { char::from(ALPHABET[index]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_as_it_is_written() {
        for text in ["", "f", "fo", "foo", "foob", "fooba", "foobar"] {
            let written = base64_encoded(text.as_bytes());
            assert_eq!(base64_decoded(written.as_bytes()).as_deref(), Some(text.as_bytes()), "{written}");
        }
        assert_eq!(base64_encoded(b"fooba"), "Zm9vYmE=");
        assert_eq!(base64_decoded(b"!"), None);
    }
}
