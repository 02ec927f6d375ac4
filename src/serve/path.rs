//! What a browser asks for. Comes in: the target of a request. Goes out: its path, decoded once, or that no address of a
//! site looks so, and the values of its query. What is left is looked up among the site's outputs; no file is ever opened by it.

use percent_encoding::percent_decode_str;

use crate::address;

/// What no part of an address holds, also after it was decoded once: the ways up, and the bytes by which others were led
/// astray when they were decoded twice.
const DOUBLED: [&str; 6] = ["%2e", "%2f", "%5c", "%00", "%25", "::$"];

/// The path of a target without its slash at the start, decoded once; `None` where it is none that a site could have.
pub(super) fn wanted(target: &str) -> Option<String> {
    let path = target.split('?').next()?.strip_prefix('/')?;
    let has_whole_escapes = path.split('%').skip(1).all(|after| {
        let digits = after.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    let lower = path.to_ascii_lowercase();
    if !has_whole_escapes || path.contains(['#', '\\']) || lower.contains("%2f") || lower.contains("%5c") {
        return None;
    }
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let lower = decoded.to_ascii_lowercase();
    if decoded.contains(|c: char| c.is_control()) || DOUBLED.iter().any(|sign| lower.contains(sign)) {
        return None;
    }
    let mut parts = decoded.split('/').rev();
    let last = parts.next()?; // it is empty where the path ends in a slash
    let is_way = |part: &str| part == "." || part == "..";
    (!is_way(last) && parts.all(|part| !part.is_empty() && !is_way(part))).then(|| decoded.into_owned())
}

/// A value in a query, decoded as browsers encode forms and search parameters: `+` is a space (URL Standard, section 5.1).
pub(super) fn value(written: &str) -> String {
    address::decode(&written.replace('+', "%20")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::wanted;

    #[test]
    fn addresses_are_decoded_once() {
        for (target, path) in [
            ("/", ""),
            ("/a/?x=/../", "a/"),
            ("/a%20b/%C3%A9.png", "a b/é.png"),
            ("/.well-known/x", ".well-known/x"),
            ("/a..b/c~1.", "a..b/c~1."),
            ("/100%25/", "100%/"),
        ] {
            assert_eq!(wanted(target).as_deref(), Some(path), "{target}");
        }
    }

    #[test]
    fn what_leads_astray_is_no_address() {
        for target in [
            "a",
            "/..",
            "/../a",
            "/a/../b",
            "/a/..",
            "/./a",
            "/%2e%2e/a",
            "/.%2E/a",
            "/%252e%252e/a",
            "/..%2fa",
            "/..%5ca",
            "/..\\a",
            "/a%00",
            "/a%0d%0ab",
            "/a%7f",
            "/a%c2%80",
            "/%ff",
            "/%zz",
            "/a%2",
            "//a",
            "/a//b",
            "/a#b",
            "/a::$DATA",
            "/%c0%ae%c0%ae/a",
            "/%25252e",
            "/a%3a%3a$data",
        ] {
            assert_eq!(wanted(target), None, "{target}");
        }
    }
}
