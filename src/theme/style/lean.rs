//! Parts of a stylesheet without white space that means nothing. Comes in: text without remarks. Goes out: the same, shorter.

use super::ROOT;

/// What a part of a stylesheet is, which decides where white space means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lean {
    /// A selector, in which a space is a combinator.
    Selector,
    /// The value of a declaration.
    Value,
    /// What stands before the block of an at-rule.
    Prelude,
    /// The whole inside of a block.
    Block,
}

/// The length of what text begins with: a string, an unquoted address, an escape, or one sign.
pub(super) fn token_length(text: &str) -> usize {
    let sign = text.chars().next().map_or(1, char::len_utf8);
    match text.as_bytes().first() {
        Some(quote @ (b'"' | b'\'')) => {
            let mut is_escaped = false;
            let end = text.bytes().skip(1).position(|byte| {
                let is_end = byte == *quote && !is_escaped;
                is_escaped = byte == b'\\' && !is_escaped;
                is_end
            });
            end.map_or(text.len(), |end| end + 2)
        }
        Some(b'\\') => 1 + text[1..].chars().next().map_or(0, char::len_utf8),
        Some(b'u' | b'U') if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("url(")) => {
            let is_quoted = text[4..].trim_start().starts_with(['"', '\'']);
            if is_quoted { 3 } else { text.find(')').unwrap_or(text.len()) }
        }
        _ => sign,
    }
}

/// The parts of a list, at the commas that are in no string, bracket or parenthesis.
pub(super) fn parts(list: &str) -> Vec<&str> {
    let (mut parts, mut start, mut at, mut open) = (Vec::new(), 0, 0, 0usize);
    while at < list.len() {
        match list.as_bytes()[at] {
            b'(' | b'[' => open += 1,
            b')' | b']' => open = open.saturating_sub(1),
            b',' if open == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += token_length(&list[at..]);
    }
    parts.push(&list[start..]);
    parts
}

/// A part without the white space that means nothing there.
pub(super) fn text(written: &str, lean: Lean) -> String {
    let mut text = String::with_capacity(written.len());
    let (mut at, mut open) = (0, 0usize);
    let mut has_gap = false;
    while at < written.len() {
        let length = token_length(&written[at..]);
        let token = &written[at..at + length];
        at += length;
        if token.chars().all(char::is_whitespace) {
            has_gap = true;
            continue;
        }
        let before = text.chars().next_back();
        let is_needed = before.is_some_and(|before| !joins(before, lean, open, true))
            && !token.chars().next().is_some_and(|sign| joins(sign, lean, open, false));
        if has_gap && is_needed {
            text.push(' ');
        }
        has_gap = false;
        match token {
            "(" | "[" => open += 1,
            ")" | "]" => open = open.saturating_sub(1),
            "}" if lean == Lean::Block && text.ends_with(';') => {
                text.pop();
            }
            _ => {}
        }
        text.push_str(token);
    }
    if lean == Lean::Block && text.ends_with(';') {
        text.pop();
    }
    text
}

/// Whether white space after (`is_after`) or before a sign means nothing.
fn joins(sign: char, lean: Lean, open: usize, is_after: bool) -> bool {
    match sign {
        ',' => true,
        '>' | '+' | '~' => lean == Lean::Selector && open == 0,
        '(' | '[' => is_after,
        ')' | ']' => !is_after,
        '!' => !is_after && lean != Lean::Selector,
        ':' => is_after && (lean == Lean::Block || lean == Lean::Prelude),
        '{' | '}' | ';' => lean == Lean::Block,
        _ => false,
    }
}

/// The custom properties that a text uses.
pub(super) fn variables(text: &str) -> Vec<String> {
    let used = text.match_indices("var(").map(|(at, start)| {
        let name = text[at + start.len()..].trim_start();
        let end = name.find(|c: char| c == ',' || c == ')' || c.is_whitespace()).unwrap_or(name.len());
        name[..end].to_owned()
    });
    used.collect()
}

/// The text with [`ROOT`] before each address that counts from the stylesheet, which lies at the root of the site.
pub(super) fn with_marked_addresses(text: &str) -> String {
    let mut marked = String::with_capacity(text.len() + 2);
    let mut rest = text;
    while let Some(at) = rest.to_ascii_lowercase().find("url(") {
        let start = at + "url(".len();
        let address = rest[start..].trim_start_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        let scheme = address.split(['/', '?', '#', ')']).next().unwrap_or_default();
        let is_own = !address.starts_with(['/', '#']) && !scheme.contains(':');
        let before = rest.len() - address.len();
        marked.push_str(&rest[..before]);
        if is_own {
            marked.push(ROOT);
        }
        rest = &rest[before..];
    }
    marked.push_str(rest);
    marked
}
