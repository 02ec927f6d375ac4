//! GIF without what it tells (GIF89a, sections 17 to 27). Comes in: the bytes of a file. Goes out: its bytes without, and what
//! was found. Kept: frames, their timing, and how often they are repeated.

use super::Clean;

/// The picture alone; `None` where it cannot be read.
pub(super) fn clean(bytes: &[u8]) -> Option<Clean> {
    let mut clean = Clean { orientation: 1, bytes: Vec::with_capacity(bytes.len()), ..Clean::default() };
    (bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a")).then_some(())?;
    let side = |at: usize| Some(u32::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
    clean.size = Some((side(6)?, side(8)?)).filter(|(width, height)| *width > 0 && *height > 0);
    clean.size?;
    let mut at = 13 + colours(*bytes.get(10)?);
    clean.bytes.extend(bytes.get(..at)?);
    let mut frames = 0;
    loop {
        let start = at;
        match *bytes.get(at)? {
            0x3b => {
                clean.bytes.push(0x3b);
                at += 1;
                break;
            }
            0x2c => {
                at += 10 + colours(*bytes.get(at + 9)?) + 1;
                at = after_blocks(bytes, at)?;
                clean.bytes.extend(&bytes[start..at]);
                frames += 1;
            }
            0x21 => {
                let label = *bytes.get(at + 1)?;
                at = after_blocks(bytes, at + 2)?;
                let extension = &bytes[start..at];
                match label {
                    0xf9 => clean.bytes.extend(extension),
                    0xff if is_repetition(extension) => clean.bytes.extend(extension),
                    0xff if extension.get(3..).is_some_and(|rest| rest.starts_with(b"XMP Data")) => {
                        clean.told.note_xmp(extension)
                    }
                    0xfe => clean.told.note("a comment"),
                    _ => clean.told.note("data of the camera or program"),
                }
            }
            _ => return None,
        }
    }
    if at < bytes.len() {
        clean.told.note("data after the end of the picture");
    }
    clean.is_animated = frames > 1;
    (frames > 0).then_some(clean)
}

/// How many bytes of colours follow a byte of flags.
fn colours(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// The byte after a row of blocks, which an empty one ends.
fn after_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}

/// The extension that browsers read how often to repeat from: 19 bytes and nothing more.
fn is_repetition(extension: &[u8]) -> bool {
    let name = extension.get(3..14);
    extension.len() == 19 && (name == Some(b"NETSCAPE2.0") || name == Some(b"ANIMEXTS1.0"))
}
