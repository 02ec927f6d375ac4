//! Sets of bytes. Comes in: the bytes of a set. Goes out: whether a byte is in it, without a branch: for what looks at every byte
//! of every page.

/// A set of bytes, in which a byte is looked up by its number.
pub(crate) type Bytes = [bool; 256];

/// The letters and digits of ASCII.
pub(crate) const LETTERS: Bytes = set_of(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

/// The white space of ASCII.
pub(crate) const GAPS: Bytes = set_of(b" \t\n\x0b\x0c\r");

/// The set of some bytes.
pub(crate) const fn set_of(bytes: &[u8]) -> Bytes {
    let mut set = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        set[bytes[at] as usize] = true;
        at += 1;
    }
    set
}
