//! PNG without what it tells (PNG, third edition, section 11). Comes in: the bytes of a file. Goes out: its bytes without, and
//! what was found. Kept: what decides how it looks, also of animated ones.

use flate2::Crc;

use super::{Clean, be32, exif};

/// The chunks that decide how a picture looks.
const KEPT: [&[u8; 4]; 16] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD",
    b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The picture alone; `None` where it cannot be read.
pub(super) fn clean(bytes: &[u8]) -> Option<Clean> {
    let mut clean = Clean { orientation: 1, bytes: Vec::with_capacity(bytes.len()), ..Clean::default() };
    let mut at = bytes.starts_with(SIGNATURE).then_some(SIGNATURE.len())?;
    clean.bytes.extend(SIGNATURE);
    loop {
        let length = usize::try_from(be32(bytes, at)?).ok()?;
        let end = at.checked_add(12)?.checked_add(length)?;
        let chunk = bytes.get(at..end)?;
        let (kind, payload) = (&chunk[4..8], &chunk[8..8 + length]);
        let mut crc = Crc::new();
        crc.update(&chunk[4..8 + length]);
        (crc.sum() == be32(chunk, 8 + length)?).then_some(())?;
        at = end;
        match kind {
            b"IHDR" => clean.size = Some((be32(payload, 0)?, be32(payload, 4)?)),
            b"acTL" => clean.is_animated = be32(payload, 0)? > 1,
            b"eXIf" => {
                let exif = exif::read(payload);
                clean.told.note_exif(&exif);
                clean.orientation = exif.orientation;
            }
            b"iTXt" if payload.starts_with(b"XML:com.adobe.xmp") => clean.told.note_xmp(payload),
            b"tEXt" | b"zTXt" | b"iTXt" => clean.told.note("text"),
            b"caBX" => clean.told.note("C2PA"),
            b"tIME" => clean.told.note("the time of its last change"),
            kind if KEPT.iter().any(|kept| *kept == kind) => {}
            _ => clean.told.note("data of the camera or program"),
        }
        clean.size.filter(|(width, height)| *width > 0 && *height > 0)?;
        if KEPT.iter().any(|kept| *kept == kind) {
            clean.bytes.extend(chunk);
        }
        if kind == b"IEND" {
            if at < bytes.len() {
                clean.told.note("data after the end of the picture");
            }
            return Some(clean);
        }
    }
}
