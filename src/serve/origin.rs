//! Who may ask the preview to act. Comes in: a request. Goes out: whether a page of this preview made it.

use std::hash::{BuildHasher, Hasher, RandomState};

use tiny_http::{Method, Request};

/// A number that nobody else can know, new for each process.
pub(super) fn token() -> String {
    // The system gives each state random keys; their hashes tell nothing of them.
    (0..4).map(|_| format!("{:016x}", RandomState::new().build_hasher().finish())).collect()
}

/// Whether a request comes from a page of this preview, at this port, that knows its token.
pub(super) fn may_act(request: &Request, port: u16, token: &str) -> bool {
    let of = |name: &'static str| {
        let mut found = request.headers().iter().filter(move |header| header.field.equiv(name));
        found.next().map(|header| header.value.as_str()).filter(|_| found.next().is_none())
    };
    let own = ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("http://{name}:{port}"));
    let is_own = of("Origin").is_some_and(|origin| own.iter().any(|own| own == origin));
    let is_same_site = request
        .headers()
        .iter()
        .all(|header| !header.field.equiv("Sec-Fetch-Site") || header.value.as_str() == "same-origin");
    let knows =
        of("X-Brink-Token").is_some_and(|given| blake3::hash(given.as_bytes()) == blake3::hash(token.as_bytes()));
    *request.method() == Method::Post && is_own && is_same_site && knows
}
