//! Keys and passwords that must not be published. Comes in: the bytes of a file. Goes out: where the first one stands, and what
//! it is. Only shapes that nothing else has are looked for.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// How keys begin, how many characters of a key follow at least, and what they are.
const SHAPES: [(&str, usize, &str); 15] = [
    ("-----BEGIN PRIVATE KEY-----", 0, "a private key"),
    ("-----BEGIN RSA PRIVATE KEY-----", 0, "a private key"),
    ("-----BEGIN EC PRIVATE KEY-----", 0, "a private key"),
    ("-----BEGIN DSA PRIVATE KEY-----", 0, "a private key"),
    ("-----BEGIN OPENSSH PRIVATE KEY-----", 0, "a private key"),
    ("-----BEGIN ENCRYPTED PRIVATE KEY-----", 0, "a private key"),
    ("-----BEGIN PGP PRIVATE KEY BLOCK-----", 0, "a private key"),
    ("AKIA", 16, "an access key of AWS"),
    ("ghp_", 36, "a token of GitHub"),
    ("gho_", 36, "a token of GitHub"),
    ("github_pat_", 40, "a token of GitHub"),
    ("glpat-", 20, "a token of GitLab"),
    ("xoxb-", 20, "a token of Slack"),
    ("AIza", 35, "a key of Google"),
    ("sk_live_", 24, "a key of Stripe"),
];

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    // Of this kind the library looks at many bytes at once.
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::LeftmostFirst);
    builder.build(SHAPES.iter().map(|(start, ..)| *start)).expect("a few words make no large automaton")
});

/// The first key in some bytes.
pub fn first(bytes: &[u8]) -> Option<(Range<usize>, &'static str)> {
    FINDER.find_iter(bytes).find_map(|found| {
        let (start, least, what) = SHAPES[found.pattern().as_usize()];
        let is_of_key = |byte: &&u8| match start {
            "AKIA" => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            _ => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
        };
        let length = bytes[found.end()..].iter().take_while(is_of_key).count();
        let is_alone = least == 0 || found.start() == 0 || !bytes[found.start() - 1].is_ascii_alphanumeric();
        let is_exact = start != "AKIA" || length == least;
        // A key in an example has one character throughout.
        let key = &bytes[found.end()..found.end() + length];
        let is_varied = least == 0 || key.iter().any(|byte| *byte != key[0]);
        (length >= least && is_alone && is_exact && is_varied)
            .then(|| (found.start()..found.end() + if least == 0 { 0 } else { length }, what))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_and_words_about_keys_are_not() {
        let what = |text: &str| first(text.as_bytes()).map(|(range, what)| (text[range].len(), what));
        assert_eq!(what("key = \"AKIAIOSFODNN7EXAMPLE\""), Some((20, "an access key of AWS")));
        assert_eq!(what(&format!("x ghp_{}", "a1".repeat(18))), Some((40, "a token of GitHub")));
        assert_eq!(what("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn"), Some((35, "a private key")));
        for text in ["AKIA is how keys begin", "-----BEGIN PUBLIC KEY-----", "ghp_short", "SLAKIAIOSFODNN7EXAMPLE"] {
            assert_eq!(what(text), None, "{text}");
        }
        assert_eq!(what(&format!("ghp_{}", "x".repeat(36))), None);
    }
}
