//! A value hashed once, so that equal inputs are recognised without keeping them.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// The number of a text, the same in every build. It is for what is held of every link and anchor of a site, where 32 bytes
/// would be many: two texts may have the same one, however rarely.
pub fn number_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The BLAKE3 hash of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of `bytes`.
    pub fn of(bytes: &[u8]) -> Key {
        Key(*blake3::hash(bytes).as_bytes())
    }

    /// The key as 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        blake3::Hash::from(self.0).to_hex().to_string()
    }

    /// Bytes with their key before them, so that whoever reads them back knows whether they are whole.
    pub fn seal(bytes: &[u8]) -> Vec<u8> {
        [Key::of(bytes).hex().as_bytes(), bytes].concat()
    }

    /// The bytes that [`Key::seal`] sealed; `None` where they are not whole.
    pub fn unseal(sealed: &[u8]) -> Option<&[u8]> {
        let (key, bytes) = sealed.split_at_checked(64)?;
        (Key::of(bytes).hex().as_bytes() == key).then_some(bytes)
    }

    /// The key that [`Key::hex`] wrote.
    pub fn from_hex(hex: &str) -> Option<Key> {
        blake3::Hash::from_hex(hex).ok().map(|hash| Key(*hash.as_bytes()))
    }
}
