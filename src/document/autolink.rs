//! Bare web and e-mail addresses in running text (GFM 0.29, section 6.9). Comes in: a text. Goes out: the stretches of it that
//! are addresses, each with what it leads to.

use std::ops::Range;

use memchr::memchr2;

/// A bare address in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Autolink {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// What it leads to.
    pub target: String,
}

/// Finds all bare addresses of a text.
pub(super) fn find(text: &str) -> Vec<Autolink> {
    let mut found: Vec<Autolink> = Vec::new();
    // Every address has one of these signs in it.
    if memchr2(b':', b'@', text.as_bytes()).is_none() && !text.contains("www.") {
        return found;
    }
    let mut at = 0;
    while let Some(offset) = text[at..].find(['h', 'H', 'w', 'W', 'f', 'F', '@']) {
        let start = at + offset;
        let last = found.last().map_or(0, |link| link.range.end);
        let link = web(text, start).or_else(|| email(text, start, last));
        at = match link {
            Some(link) => {
                let end = link.range.end;
                found.push(link);
                end
            }
            None => start + 1,
        };
    }
    found
}

/// A web address that begins here.
fn web(text: &str, start: usize) -> Option<Autolink> {
    let rest = &text[start..];
    let before = text[..start].chars().next_back();
    let begins = |prefix: &str| rest.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix));
    let scheme = ["https://", "http://", "ftp://"].into_iter().find(|scheme| begins(scheme));
    let is_www = begins("www.");
    let may_begin = match scheme {
        Some(_) => before.is_none_or(|c| !c.is_alphanumeric()),
        None => before.is_none_or(|c| c.is_whitespace() || "*_~(".contains(c)),
    };
    if !may_begin || !(scheme.is_some() || is_www) {
        return None;
    }
    let domain_start = scheme.map_or(0, str::len);
    let domain = domain(&rest[domain_start..], scheme.is_none())?;
    let after = domain_start + domain;
    let length = after + rest[after..].find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len() - after);
    let length = trimmed(&rest[..length]).max(after);
    let written = &rest[..length];
    let target = if scheme.is_some() { written.to_owned() } else { format!("http://{written}") };
    Some(Autolink { range: start..start + length, target })
}

/// The length of a valid domain: parts of letters, digits, `_` and `-` with periods between; no `_` in the last two.
fn domain(text: &str, needs_period: bool) -> Option<usize> {
    let length = text.find(|c: char| !(c.is_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
    let domain = text[..length].trim_end_matches('.');
    let parts: Vec<&str> = domain.split('.').collect();
    let last_two = parts.iter().rev().take(2);
    let is_valid = !parts.iter().any(|part| part.is_empty()) && !last_two.into_iter().any(|part| part.contains('_'));
    let is_local = parts.len() == 1 && !needs_period && domain == "localhost";
    (is_valid && (parts.len() > 1 || is_local)).then_some(domain.len())
}

/// The length of an address without the punctuation of the sentence around it.
fn trimmed(address: &str) -> usize {
    let mut end = address.len();
    loop {
        let rest = &address[..end];
        let Some(last) = rest.chars().next_back() else { return end };
        let is_outside = match last {
            '?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' | '\'' | '"' | '»' | '”' | '’' | '“' => true,
            ')' => rest.matches(')').count() > rest.matches('(').count(),
            ';' => {
                // `&amp;` and its like stand for a sign of the sentence.
                let entity = rest[..end - 1].rfind('&').filter(|at| {
                    let name = &rest[at + 1..end - 1];
                    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric())
                });
                match entity {
                    Some(at) => {
                        end = at;
                        continue;
                    }
                    None => false,
                }
            }
            _ => false,
        };
        if !is_outside {
            return end;
        }
        end -= last.len_utf8();
    }
}

/// An e-mail address whose `@` is here, after everything that is linked already.
fn email(text: &str, at: usize, last: usize) -> Option<Autolink> {
    let after = text[at..].strip_prefix('@')?;
    let is_local = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
    let start = text[last..at]
        .char_indices()
        .rev()
        .take_while(|(_, c)| is_local(*c))
        .last()
        .map(|(offset, _)| last + offset)?;
    let length = after.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(after.len());
    let domain = after[..length].trim_end_matches('.');
    let is_valid =
        domain.contains('.') && !domain.contains("..") && !domain.starts_with('.') && !domain.ends_with(['-', '_']);
    let end = at + 1 + domain.len();
    is_valid.then(|| Autolink { range: start..end, target: format!("mailto:{}", &text[start..end]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_without_the_sentence_around_them() {
        let found = |text: &str| -> Vec<String> {
            find(text).into_iter().map(|link| format!("{}>{}", &text[link.range], link.target)).collect()
        };
        assert_eq!(found("See www.un.org/mali."), ["www.un.org/mali>http://www.un.org/mali"]);
        assert_eq!(
            found("(https://a.org/b_(c)) and https://a.org/?q=(x)&hl=fr;"),
            ["https://a.org/b_(c)>https://a.org/b_(c)", "https://a.org/?q=(x)&hl=fr;>https://a.org/?q=(x)&hl=fr;"]
        );
        assert_eq!(
            found("https://a.org/x&copy; « http://é.org »"),
            ["https://a.org/x>https://a.org/x", "http://é.org>http://é.org"]
        );
        assert_eq!(
            found("a.b-c+d@e.org, no@x, a@b-_ x@y.org."),
            ["a.b-c+d@e.org>mailto:a.b-c+d@e.org", "x@y.org>mailto:x@y.org"]
        );
        assert_eq!(found("xhttps://a.org http://a_b.org http://nodots awww.x.org"), Vec::<String>::new());
    }
}
