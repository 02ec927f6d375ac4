//! The sums of all files, by which whoever got a copy of the site from anywhere can tell whether it is whole. Comes in: the
//! SHA-256 of each output. Goes out: `SHA256SUMS`, as `sha256sum --check` reads it.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::{Machine, is_for_hosts};
use crate::output::Output;
use crate::output::plan::Recipe;

/// The SHA-256 of a file (FIPS 180-4).
pub(crate) type Sum = [u8; 32];

/// The sum of some bytes.
pub fn sum(bytes: &[u8]) -> Sum {
    Sha256::digest(bytes).into()
}

/// The file of all sums, of paths in their order.
pub fn sums<'s>(all: impl Iterator<Item = (&'s str, Sum)>) -> Vec<u8> {
    let mut text = String::new();
    for (path, sum) in all {
        // A backslash in a name is doubled, and the line begins with one.
        let (mark, path) = match path.contains('\\') {
            true => ("\\", path.replace('\\', "\\\\")),
            false => ("", path.to_owned()),
        };
        text.push_str(mark);
        for byte in sum {
            let _ = write!(text, "{byte:02x}");
        }
        let _ = writeln!(text, "  {path}");
    }
    text.into_bytes()
}

impl Output {
    /// Whether it is the file of all sums, which is made when all others are.
    pub fn is_sums(&self) -> bool {
        self.recipe == Recipe::Machine(Machine::Sums)
    }

    /// Whether it is a drawn card.
    pub fn is_card(&self) -> bool {
        matches!(self.recipe, Recipe::Machine(Machine::Card(_)))
    }

    /// Whether it is made for hosts, search engines, messengers or readers of feeds, and so of no use without the site.
    pub fn is_for_host(&self) -> bool {
        use Machine::{Card, Feed, Robots, Sitemap, SitemapPart};
        let is_asked = matches!(self.recipe, Recipe::Machine(Card(_) | Feed(_) | Robots | Sitemap | SitemapPart(_)));
        is_asked || matches!(self.recipe, Recipe::NotKept) || is_for_hosts(&self.recipe)
    }

    /// Whether the file of all sums has it: what hosts keep for themselves nobody could compare.
    pub fn is_summed(&self) -> bool {
        !self.is_sums() && !is_for_hosts(&self.recipe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_sha256sum() {
        let text = sums([("a b.html", sum(b"abc")), ("a\\b", sum(b""))].into_iter());
        assert_eq!(
            String::from_utf8_lossy(&text),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a b.html\n\
             \\e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\\\\b\n"
        );
    }
}
