//! WebP without what it tells (RFC 9649, section 2). Comes in: the bytes of a file. Goes out: its bytes without, and what was
//! found. Kept: the picture, its transparency, frames and colour profile.

use super::{Clean, exif};

/// The bits of `VP8X` that say that Exif and XMP follow.
const SPEAKING: u8 = 0b0000_1100;

/// The picture alone; `None` where it cannot be read.
pub(super) fn clean(bytes: &[u8]) -> Option<Clean> {
    let mut clean = Clean { orientation: 1, bytes: Vec::with_capacity(bytes.len()), ..Clean::default() };
    (bytes.starts_with(b"RIFF") && bytes.get(8..12)? == b"WEBP").then_some(())?;
    let end = usize::try_from(le32(bytes, 4)?).ok()?.checked_add(8)?;
    let inner = bytes.get(12..end)?;
    if end + (end & 1) < bytes.len() {
        clean.told.note("data after the end of the picture");
    }
    clean.bytes.extend(b"RIFF\0\0\0\0WEBP");
    let (mut out, mut has_picture) = (std::mem::take(&mut clean.bytes), false);
    for chunk in Chunks(inner) {
        let (kind, payload) = chunk?;
        match kind {
            b"VP8X" => {
                let mut header = <[u8; 10]>::try_from(payload).ok()?;
                header[0] &= !SPEAKING;
                clean.is_animated = header[0] & 2 != 0;
                clean.size = Some((le24(&header, 4)? + 1, le24(&header, 7)? + 1));
                push(&mut out, kind, &header)?;
            }
            b"VP8 " | b"VP8L" => {
                has_picture = true;
                let size = size_of(kind, payload)?;
                clean.size = clean.size.or(Some(size));
                push(&mut out, kind, payload)?;
            }
            b"ICCP" | b"ANIM" | b"ALPH" => push(&mut out, kind, payload)?,
            b"ANMF" => {
                has_picture = true;
                push(&mut out, kind, &frame(payload)?)?;
            }
            b"EXIF" => {
                let exif = exif::read(payload.strip_prefix(b"Exif\0\0").unwrap_or(payload));
                clean.told.note_exif(&exif);
                clean.orientation = exif.orientation;
            }
            b"XMP " => clean.told.note_xmp(payload),
            b"C2PA" => clean.told.note("C2PA"),
            _ => clean.told.note("data of the camera or program"),
        }
    }
    let length = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    clean.bytes = out;
    (has_picture && clean.size.is_some()).then_some(clean)
}

/// A frame of an animation without anything but its picture.
fn frame(payload: &[u8]) -> Option<Vec<u8>> {
    let mut frame = payload.get(..16)?.to_vec();
    for chunk in Chunks(&payload[16..]) {
        let (kind, payload) = chunk?;
        if matches!(kind, b"VP8 " | b"VP8L" | b"ALPH") {
            push(&mut frame, kind, payload)?;
        }
    }
    Some(frame)
}

/// Width and height as the picture itself says.
fn size_of(kind: &[u8], payload: &[u8]) -> Option<(u32, u32)> {
    if kind == b"VP8L" {
        (*payload.first()? == 0x2f).then_some(())?;
        let bits = le32(payload, 1)?;
        return Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1));
    }
    (payload.get(3..6)? == [0x9d, 1, 0x2a]).then_some(())?;
    let side = |at: usize| Some(u32::from(u16::from_le_bytes(payload.get(at..at + 2)?.try_into().ok()?) & 0x3fff));
    let size = (side(6)?, side(8)?);
    (size.0 > 0 && size.1 > 0).then_some(size)
}

fn push(out: &mut Vec<u8>, kind: &[u8], payload: &[u8]) -> Option<()> {
    out.extend(kind);
    out.extend(u32::try_from(payload.len()).ok()?.to_le_bytes());
    out.extend(payload);
    out.extend(&[0][..payload.len() & 1]);
    Some(())
}

/// The chunks of a RIFF; `None` for one that is not whole.
struct Chunks<'b>(&'b [u8]);

impl<'b> Iterator for Chunks<'b> {
    type Item = Option<(&'b [u8; 4], &'b [u8])>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let chunk = (|| {
            let kind = self.0.get(..4)?.try_into().ok()?;
            let length = usize::try_from(le32(self.0, 4)?).ok()?;
            let payload = self.0.get(8..8usize.checked_add(length)?)?;
            Some((kind, payload))
        })();
        let taken = chunk.map_or(self.0.len(), |(_, payload): (_, &[u8])| 8 + payload.len() + (payload.len() & 1));
        self.0 = self.0.get(taken..).unwrap_or_default();
        Some(chunk)
    }
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let [a, b, c] = bytes.get(at..at + 3)?.try_into().ok()?;
    Some(u32::from_le_bytes([a, b, c, 0]))
}

/// A picture of one chunk with a colour profile before it (RFC 9649, section 2.7).
pub(super) fn with_profile(bytes: &[u8], profile: &[u8], size: (u32, u32), has_alpha: bool) -> Option<Vec<u8>> {
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    let mut header = [0; 10];
    header[0] = 0b0010_0000 | if has_alpha { 0b0001_0000 } else { 0 };
    header[4..7].copy_from_slice(&(size.0 - 1).to_le_bytes()[..3]);
    header[7..10].copy_from_slice(&(size.1 - 1).to_le_bytes()[..3]);
    push(&mut out, b"VP8X", &header)?;
    push(&mut out, b"ICCP", profile)?;
    for chunk in Chunks(bytes.get(12..)?) {
        let (kind, payload) = chunk?;
        if kind != b"VP8X" {
            push(&mut out, kind, payload)?;
        }
    }
    let length = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    Some(out)
}
