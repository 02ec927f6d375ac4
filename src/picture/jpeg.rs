//! JPEG without what it tells (ITU-T T.81, annex B). Comes in: the bytes of a file. Goes out: its bytes without, and what was
//! found. Kept: tables, frames, scans, the colour profile, and the two marks that say how colours are stored. All other
//! application segments, comments, and whatever follows the picture are left out.

use super::{Clean, be16, exif};

/// The picture alone; `None` where it cannot be read.
pub(super) fn clean(bytes: &[u8]) -> Option<Clean> {
    let mut clean = Clean { orientation: 1, bytes: Vec::with_capacity(bytes.len()), ..Clean::default() };
    let mut at = bytes.starts_with(&[0xff, 0xd8]).then_some(2)?;
    clean.bytes.extend([0xff, 0xd8]);
    let mut has_scan = false;
    loop {
        if has_scan && at >= bytes.len() {
            clean.bytes.extend([0xff, 0xd9]); // cut short: what is there is shown
            break;
        }
        (*bytes.get(at)? == 0xff).then_some(())?;
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0xd9 => {
                clean.bytes.extend([0xff, 0xd9]);
                at += 2;
                break;
            }
            0xc4 | 0xdb | 0xdd | 0xdc | 0xcc | 0xc0..=0xcf | 0xda | 0xe0..=0xef | 0xfe => {
                let length = be16(bytes, at + 2).filter(|length| *length >= 2)?;
                let segment = bytes.get(at..at + 2 + length)?;
                at += 2 + length;
                push(&mut clean, marker, segment)?;
                if marker == 0xda {
                    clean.size?;
                    has_scan = true;
                    let end = end_of_scan(bytes, at);
                    clean.bytes.extend(&bytes[at..end]);
                    at = end;
                }
            }
            _ => return None,
        }
    }
    if at < bytes.len() {
        clean.told.note("data after the end of the picture");
    }
    has_scan.then_some(clean)
}

/// Keeps a segment, or notes what it told. `None` where it cannot be what it says.
fn push(clean: &mut Clean, marker: u8, segment: &[u8]) -> Option<()> {
    let payload = &segment[4..];
    let told = &mut clean.told;
    match marker {
        0xc4 => {
            tables(payload, |rest| Some(17 + rest.get(1..17)?.iter().map(|count| usize::from(*count)).sum::<usize>()))?
        }
        0xdb => tables(payload, |rest| Some(if rest.first()? >> 4 == 0 { 65 } else { 129 }))?,
        0xdd | 0xdc | 0xcc => (payload.len() <= 64).then_some(())?,
        0xda => {
            let parts = usize::from(*payload.first()?);
            (payload.len() == 4 + 2 * parts).then_some(())?;
        }
        0xc0..=0xcf => {
            let parts = usize::from(*payload.get(5)?);
            (clean.size.is_none() && payload.len() == 6 + 3 * parts).then_some(())?;
            let size = (u32::try_from(be16(payload, 3)?).ok()?, u32::try_from(be16(payload, 1)?).ok()?);
            (size.0 > 0 && size.1 > 0).then_some(())?;
            clean.size = Some(size);
        }
        0xe0 if payload.starts_with(b"JFIF\0") => {
            // Without the small copy of the picture that may stand in it.
            if payload.len() > 14 {
                told.note("a small copy of the picture");
            }
            clean.bytes.extend([0xff, 0xe0, 0, 16]);
            clean.bytes.extend(payload.get(..12)?);
            clean.bytes.extend([0, 0]);
            return Some(());
        }
        0xe2 if payload.starts_with(b"ICC_PROFILE\0") => {}
        0xee if payload.starts_with(b"Adobe") => {
            clean.bytes.extend([0xff, 0xee, 0, 14]);
            clean.bytes.extend(payload.get(..12)?);
            return Some(());
        }
        0xe1 if payload.starts_with(b"Exif\0") => {
            let exif = exif::read(payload.get(6..)?);
            told.note_exif(&exif);
            clean.orientation = exif.orientation;
            return Some(());
        }
        0xe1 => {
            told.note_xmp(payload);
            return Some(());
        }
        0xed => {
            told.note("IPTC");
            return Some(());
        }
        0xeb => {
            told.note("C2PA");
            return Some(());
        }
        0xfe => {
            told.note("a comment");
            return Some(());
        }
        _ => {
            told.note("data of the camera or program");
            return Some(());
        }
    }
    clean.bytes.extend(segment);
    Some(())
}

/// Whether a segment is a row of tables, whose lengths are known from their beginnings, and nothing else.
fn tables(mut rest: &[u8], length: impl Fn(&[u8]) -> Option<usize>) -> Option<()> {
    while !rest.is_empty() {
        rest = rest.get(length(rest)?..)?;
    }
    Some(())
}

/// Where the data of a scan ends: at a marker that is neither a stuffed zero nor a restart.
fn end_of_scan(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(found) = memchr::memchr(0xff, &bytes[at..]) {
        match bytes.get(at + found + 1) {
            Some(0 | 0xd0..=0xd7) => at += found + 2,
            Some(0xff) => at += found + 1,
            Some(_) => return at + found,
            None => return at + found, // half a marker
        }
    }
    bytes.len()
}
