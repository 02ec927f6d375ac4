//! Addresses of the web as a server is asked for them (RFC 3986). Comes in: an address as a writer or a server writes it.
//! Goes out: the same without its fragment, in characters that a request can carry.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What a request must not carry as it is. What is encoded already stays.
const REQUEST: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// An address of the web, as it is asked for; `None` for what is none, such as `mailto:`.
pub(super) fn address(target: &str) -> Option<String> {
    let target = target.trim();
    let (scheme, rest) = match target.strip_prefix("//") {
        Some(rest) => ("https", rest),
        None => target.split_once("://")?,
    };
    let scheme = ["http", "https"].into_iter().find(|known| known.eq_ignore_ascii_case(scheme))?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let path = utf8_percent_encode(path, REQUEST).to_string();
    let slash = if path.starts_with('/') { "" } else { "/" };
    (!host.is_empty()).then(|| format!("{scheme}://{}{slash}{path}", host.to_lowercase()))
}

/// The server of an address: its name, with its port where it gives one.
pub(super) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    host.rsplit_once('@').map_or(host, |(_, host)| host)
}

/// Whether a server is found by a name that the network has to look up.
pub(super) fn is_looked_up(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_end_matches('.');
    let is_number = name.starts_with('[') || name.parse::<std::net::IpAddr>().is_ok();
    name.contains('.') && !is_number && !name.ends_with(".localhost")
}

/// Where a server sends whoever asks for `base`; `None` where that is not on the web.
pub(super) fn follow(base: &str, location: &str) -> Option<String> {
    let location = location.trim();
    if let Some(url) = address(location) {
        return Some(url);
    }
    if crate::address::has_scheme(location) {
        return None;
    }
    let origin = base.len() - base.split_once("://")?.1.len() + base.split_once("://")?.1.find('/')?;
    let (origin, path) = base.split_at(origin);
    let path = path.split('?').next().unwrap_or_default();
    let folder = &path[..=path.rfind('/')?];
    let target = location.split('#').next().unwrap_or_default();
    let (to, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    let to = match to {
        "" => path.to_owned(),
        to if to.starts_with('/') => without_dots(to),
        to => without_dots(&format!("{folder}{to}")),
    };
    address(&format!("{origin}{to}{query}"))
}

/// A path from `/` on in which no part is `.` or `..` (RFC 3986, section 5.2.4).
fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').skip(1) {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let is_folder = path.ends_with("/.") || path.ends_with("/..");
    format!("/{}{}", parts.join("/"), if is_folder && !parts.is_empty() { "/" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_asked_without_its_fragment_and_in_plain_characters() {
        let asked = |target: &str| address(target).unwrap_or_default();
        assert_eq!(asked("https://Example.ORG/A?b=c#d"), "https://example.org/A?b=c");
        assert_eq!(asked("HTTP://example.org"), "http://example.org/");
        assert_eq!(asked("//example.org?x"), "https://example.org/?x");
        assert_eq!(asked(" https://example.org/Économie (1) "), "https://example.org/%C3%89conomie%20(1)");
        assert_eq!(asked("https://example.org/%C3%89"), "https://example.org/%C3%89");
        assert_eq!(
            [address("mailto:a@b.c"), address("ftp://x/y"), address("https://"), address("x.md")],
            [const { None }; 4]
        );
    }

    #[test]
    fn servers_are_told_apart_by_name_and_port() {
        assert_eq!(host("https://a:b@example.org:8080/x?y"), "example.org:8080");
        assert_eq!(host("https://example.org/"), "example.org");
    }

    #[test]
    fn only_names_of_the_network_are_looked_up() {
        assert!(is_looked_up("example.org") && is_looked_up("example.org:8080"));
        for host in ["localhost", "localhost:80", "127.0.0.1:80", "[::1]:80", "a.localhost", "printer"] {
            assert!(!is_looked_up(host), "{host}");
        }
    }

    #[test]
    fn a_server_may_send_on_in_every_form() {
        let sent = |location: &str| follow("https://a.org/b/c?d", location).unwrap_or_default();
        assert_eq!(sent("http://x.org/y#z"), "http://x.org/y");
        assert_eq!(sent("//x.org"), "https://x.org/");
        assert_eq!(sent("/y/../z?q"), "https://a.org/z?q");
        assert_eq!(sent("y"), "https://a.org/b/y");
        assert_eq!(sent("../../y/"), "https://a.org/y/");
        assert_eq!(sent(".."), "https://a.org/");
        assert_eq!(sent("?q=1"), "https://a.org/b/c?q=1");
        assert_eq!(follow("https://a.org/", "mailto:x@y.z"), None);
    }
}
