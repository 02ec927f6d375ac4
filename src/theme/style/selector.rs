//! What a selector needs of a page (Selectors Level 4). Comes in: a selector. Goes out: the names without which it matches
//! nothing; none where that cannot be told.

use super::names::{Names, Need, Sort};

/// The names that a page must have. What stands in `:not()`, `:is()` and their like is not looked into.
pub(super) fn needs(selector: &str, names: &mut Names) -> Vec<Need> {
    read(selector, names).unwrap_or_default()
}

fn read(selector: &str, names: &mut Names) -> Option<Vec<Need>> {
    let mut needs = Vec::new();
    let mut rest = selector;
    while let Some(sign) = rest.chars().next() {
        rest = &rest[sign.len_utf8()..];
        match sign {
            '.' => needs.push(names.number(Sort::Class, name(&mut rest)?)),
            '#' => needs.push(names.number(Sort::Id, name(&mut rest)?)),
            '[' => needs.extend(attribute(&mut rest, names)?),
            ':' => needs.extend(pseudo(&mut rest, names)?),
            '*' | '&' | '>' | '+' | '~' | ' ' | '\t' | '\n' | '\r' => {}
            sign if sign.is_ascii_alphabetic() => {
                let whole = &selector[selector.len() - rest.len() - 1..];
                rest = whole;
                needs.push(names.number(Sort::Element, name(&mut rest)?));
            }
            _ => return None,
        }
    }
    needs.sort_unstable();
    needs.dedup();
    Some(needs)
}

/// Takes a name from the beginning of a text; `None` where there is none, or it has escapes.
fn name<'t>(rest: &mut &'t str) -> Option<&'t str> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || !c.is_ascii();
    let end = rest.find(|c: char| !is_of_name(c)).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    *rest = after;
    (!name.is_empty() && !after.starts_with(['\\', '|'])).then_some(name)
}

/// What a selector of an attribute needs; it ends at its bracket.
fn attribute(rest: &mut &str, names: &mut Names) -> Option<Option<Need>> {
    let (inside, after) = rest.split_once(']')?;
    *rest = after;
    let mut inside = inside.trim();
    let attribute = name(&mut inside)?;
    // Readers open and close details themselves.
    if attribute.eq_ignore_ascii_case("open") {
        return Some(None);
    }
    let value = inside.trim().strip_prefix('=').map(|value| value.trim().trim_matches(['"', '\'']));
    Some(Some(match value.filter(|value| !value.contains([' ', '"', '\'', '\\'])) {
        Some(value) => names.valued(attribute, value),
        None => names.number(Sort::Attribute, attribute),
    }))
}

/// What a pseudo-class or pseudo-element needs: a language its language, others nothing.
fn pseudo(rest: &mut &str, names: &mut Names) -> Option<Option<Need>> {
    *rest = rest.strip_prefix(':').unwrap_or(rest);
    let pseudo = name(rest)?;
    let Some(inside) = rest.strip_prefix('(') else { return Some(None) };
    let mut open = 1usize;
    let end = inside.find(|c: char| {
        open = match c {
            '(' => open + 1,
            ')' => open - 1,
            _ => open,
        };
        open == 0
    })?;
    *rest = &inside[end + 1..];
    let argument = inside[..end].trim().trim_matches(['"', '\'']);
    let is_one = !argument.contains([',', '*', '\\', ' ']);
    Some((pseudo == "lang" && is_one).then(|| names.valued("lang", argument)))
}
