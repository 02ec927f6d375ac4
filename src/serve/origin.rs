//! Who asks. Comes in: a request's Host, Origin, fetch metadata and cookies. Goes out: whether it is answered, and whether
//! it may act. A web page elsewhere can make the writer's browser ask this server for anything; what it cannot do is choose
//! these headers.

use std::io;
use std::net::{IpAddr, Ipv6Addr};

use tiny_http::{Method, Request};

use super::answer::{Answer, HTML, header};
use super::head::{Refusal, refusal};
use crate::theme::escaped;

/// The header by which the guard says at which address of this machine a client has come in.
pub(super) const HERE: &str = "x-brink-here";
/// The header by which a page of the preview shows that it is one.
pub(super) const TOKEN: &str = "X-Brink-Token";

/// What guards the preview.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    /// The port that it listens on.
    pub port: u16,
    /// What a request that acts has to bring, new with every start; only pages that this server gave can know it.
    pub token: String,
    /// What browsers have to bring when other machines may ask as well.
    pub key: Option<String>,
}

/// 128 random bits as hexadecimal digits.
pub(super) fn secret() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Gate {
    /// What a page of the preview is given to prove itself when it acts; `None` where none may.
    pub(super) fn token(&self) -> Option<&str> {
        self.key.is_none().then_some(self.token.as_str())
    }

    /// Whether a request is answered at all: it is for this server by a name of this machine (else a page elsewhere has
    /// bent its own name to this address: DNS rebinding), and no page elsewhere made it, but for a plain link to a page.
    pub(super) fn judge(&self, request: &Request) -> Result<(), Refusal> {
        if !self.is_own_host(request) {
            return Err(refusal(421, "This preview answers only to its own address."));
        }
        if self.is_from_elsewhere(request) {
            return Err(refusal(403, "Pages of other sites may not use this preview."));
        }
        Ok(())
    }

    /// Whether a request may do more than read, such as open an editor: never where other machines may ask.
    pub(super) fn may_act(&self, request: &Request) -> bool {
        let site = header(request, "Sec-Fetch-Site");
        self.key.is_none()
            && *request.method() == Method::Post
            && self.is_own_host(request)
            && header(request, "Origin").is_some_and(|origin| is_own(request, origin))
            && site.is_none_or(|site| site == "same-origin")
            && header(request, TOKEN).is_some_and(|token| is_same(token, &self.token))
    }

    fn is_own_host(&self, request: &Request) -> bool {
        let mut hosts = request.headers().iter().filter(|header| header.field.equiv("Host"));
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let host = host.value.as_str();
        let own_port = format!(":{}", self.port);
        let name = match host.strip_suffix(&own_port) {
            None if self.port == 80 => host,
            None => return false,
            Some(name) => name,
        };
        let name = name.to_ascii_lowercase();
        let is_label =
            |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        ["localhost", "127.0.0.1", "[::1]"].contains(&name.as_str())
            || name.strip_suffix(".localhost").is_some_and(|labels| labels.split('.').all(is_label))
            || (self.key.is_some() && address(&name).is_some_and(|address| Some(address) == here(request)))
    }

    fn is_from_elsewhere(&self, request: &Request) -> bool {
        if header(request, "Origin").is_some_and(|origin| !is_own(request, origin)) {
            return true;
        }
        let is_of_own = matches!(header(request, "Sec-Fetch-Site"), None | Some("same-origin" | "none"));
        let is_link = matches!(request.method(), Method::Get | Method::Head)
            && header(request, "Sec-Fetch-Mode") == Some("navigate")
            && header(request, "Sec-Fetch-Dest") == Some("document");
        !is_of_own && !is_link
    }

    /// What a browser is told that has not brought the key, where one is wanted. With the key in the address it is given
    /// a cookie and sent on by a page: so the next request comes from this site itself, as the cookie demands
    /// (`SameSite=Strict`), and the key stands in no history.
    pub(super) fn unlock(&self, request: &Request) -> Option<Answer> {
        let key = self.key.as_deref()?;
        let name = format!("brink-{}", self.port);
        let mut cookies = header(request, "Cookie").unwrap_or_default().split(';').map(str::trim);
        if cookies.any(|cookie| cookie.split_once('=').is_some_and(|(of, value)| of == name && is_same(value, key))) {
            return None;
        }
        let (path, query) = request.url().split_once('?').unwrap_or((request.url(), ""));
        let mut parts = query.split('&');
        if !parts.any(|part| part.strip_prefix("key=").is_some_and(|value| is_same(value, key))) {
            return Some(Answer::text(
                403,
                "Open the address that `brink serve --lan` shows on its terminal, with its key.",
            ));
        }
        // `//` and `/\` would lead to another site.
        let path = if super::path::wanted(path).is_some() { escaped(path) } else { "/".to_owned() };
        let page = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Preview</title>\
             <meta http-equiv=\"refresh\" content=\"0; url={path}\"></head>\n<body><p><a href=\"{path}\">To the preview</a></p></body></html>\n"
        );
        let cookie = format!("{name}={key}; Path=/; HttpOnly; SameSite=Strict");
        Some(Answer::own(200, HTML, page).with("Set-Cookie", cookie))
    }
}

/// Whether an origin is that of the address to which the request was sent.
fn is_own(request: &Request, origin: &str) -> bool {
    header(request, "Host").is_some_and(|host| origin.eq_ignore_ascii_case(&format!("http://{host}")))
}

/// Compares in a time that does not tell where two texts differ.
fn is_same(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0, |differing, (one, other)| differing | (one ^ other));
    one.len() == other.len() && differing == 0
}

/// The address that stands in place of a name.
fn address(name: &str) -> Option<IpAddr> {
    let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    match inner {
        Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => name.parse().ok(),
    }
}

/// The address at which a client has come in.
fn here(request: &Request) -> Option<IpAddr> {
    header(request, HERE)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use tiny_http::{Header, TestRequest};

    use super::*;

    fn gate(key: Option<&str>) -> Gate {
        Gate { port: 4000, token: "T".to_owned(), key: key.map(str::to_owned) }
    }

    fn request(method: &str, path: &str, headers: &[&str]) -> Request {
        let mut request = TestRequest::new().with_method(method.parse().unwrap()).with_path(path);
        for header in headers {
            request = request.with_header(header.parse::<Header>().unwrap());
        }
        request.into()
    }

    #[test]
    fn only_names_of_this_machine_with_its_port_are_answered() {
        let status = |host: &str| gate(None).judge(&request("GET", "/", &[host])).map_or_else(|no| no.status, |()| 200);
        for host in ["localhost:4000", "LOCALHOST:4000", "127.0.0.1:4000", "[::1]:4000", "mali.localhost:4000"] {
            assert_eq!(status(&format!("Host: {host}")), 200, "{host}");
        }
        for host in [
            "localhost",
            "localhost:80",
            "127.0.0.1:40000",
            "0.0.0.0:4000",
            "evil.example:4000",
            "localhost.evil.example:4000",
            "127.0.0.1.evil.example:4000",
            ".localhost:4000",
            "a/b.localhost:4000",
            "localhost.:4000",
            "user@localhost:4000",
            "192.168.1.5:4000",
            "2130706433:4000",
            "localhost:4000:4000",
            "[::]:4000",
            "127.1:4000",
        ] {
            assert_eq!(status(&format!("Host: {host}")), 421, "{host}");
        }
    }

    #[test]
    fn pages_elsewhere_may_only_link_to_a_page() {
        let host = "Host: localhost:4000";
        let status = |headers: &[&str]| {
            let headers = [&[host], headers].concat();
            gate(None).judge(&request("GET", "/", &headers)).map_or_else(|no| no.status, |()| 200)
        };
        assert_eq!(status(&["Origin: http://localhost:4000", "Sec-Fetch-Site: same-origin"]), 200);
        assert_eq!(status(&["Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"]), 200);
        let link = ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
        assert_eq!(status(&link), 200);
        for headers in [
            &["Origin: null"][..],
            &["Origin: http://evil.example"],
            &["Origin: http://127.0.0.1:4000"],
            &["Origin: https://localhost:4000"],
            &["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script"],
            &["Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"],
            &["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"],
            &["Sec-Fetch-Site: cross-site"],
        ] {
            assert_eq!(status(headers), 403, "{headers:?}");
        }
    }

    #[test]
    fn what_acts_brings_all_that_only_an_own_page_can_bring() {
        let all = ["Host: localhost:4000", "Origin: http://localhost:4000", "X-Brink-Token: T"];
        assert!(gate(None).may_act(&request("POST", "/_brink/open", &all)));
        assert!(!gate(None).may_act(&request("GET", "/_brink/open", &all)));
        assert!(!gate(Some("K")).may_act(&request("POST", "/_brink/open", &all)), "other machines may ask");
        for left_out in 0..all.len() {
            let some: Vec<&str> = (0..all.len()).filter(|at| *at != left_out).map(|at| all[at]).collect();
            assert!(!gate(None).may_act(&request("POST", "/_brink/open", &some)), "without {}", all[left_out]);
        }
        let wrong = ["Host: localhost:4000", "Origin: http://localhost:4000", "X-Brink-Token: t"];
        assert!(!gate(None).may_act(&request("POST", "/_brink/open", &wrong)));
        let elsewhere = [&all[..], &["Sec-Fetch-Site: same-site"]].concat();
        assert!(!gate(None).may_act(&request("POST", "/_brink/open", &elsewhere)));
    }

    #[test]
    fn other_machines_need_the_key_first_and_the_cookie_then() {
        let gate = gate(Some("K"));
        let of_lan = ["Host: 192.168.1.5:4000", "x-brink-here: 192.168.1.5"];
        assert!(gate.judge(&request("GET", "/", &of_lan)).is_ok());
        assert!(gate.judge(&request("GET", "/", &["Host: 192.168.1.6:4000", of_lan[1]])).is_err());
        let status =
            |path: &str, cookie: &str| gate.unlock(&request("GET", path, &[of_lan[0], cookie])).map(|no| no.status);
        assert_eq!(status("/", "X: y"), Some(403));
        assert_eq!(status("/?key=k", "Cookie: brink-4000=k; brink-4001=K"), Some(403));
        assert_eq!(status("/a/?key=K", "X: y"), Some(200));
        assert_eq!(status("/a/", "Cookie: other=1; brink-4000=K"), None);
        for path in ["//evil.example/", "/\\evil.example/", "/a/../b"] {
            let entry = gate.unlock(&request("GET", &format!("{path}?key=K"), &of_lan)).unwrap();
            let page = String::from_utf8(entry.bytes(false, false)).unwrap();
            assert!(page.contains("url=/\""), "{page}");
        }
    }
}
