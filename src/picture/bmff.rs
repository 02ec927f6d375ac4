//! AVIF and HEIC without what they tell (ISO 14496-12, ISO 23008-12). Comes in: the bytes of a file. Goes out: as many bytes,
//! and what was found. Places in these files are given as byte offsets, so that nothing is taken out: what tells is written
//! over with zeros, and renamed to what every reader skips.

use std::ops::Range;

use super::{Clean, Told, be16, be32, exif};

/// A box: its type, and the bytes of its content.
struct Part {
    kind: [u8; 4],
    start: usize,
    content: Range<usize>,
}

/// The picture alone; `None` where it cannot be read.
pub(super) fn clean(bytes: &[u8]) -> Option<Clean> {
    let mut out = bytes.to_vec();
    let mut told = Told::default();
    let mut size = None;
    let mut has_meta = false;
    for part in parts(bytes, 0..bytes.len())? {
        match &part.kind {
            b"meta" => {
                has_meta = true;
                let inner = part.content.start.checked_add(4)?..part.content.end;
                size = size_of(&bytes[part.content.clone()]);
                clean_items(bytes, inner, &mut out, &mut told)?;
            }
            b"uuid" | b"free" | b"skip" | b"jumb" => {
                if bytes[part.content.clone()].iter().any(|byte| *byte != 0) {
                    told.note(if &part.kind == b"uuid" { "C2PA" } else { "data of the camera or program" });
                }
                blank(&mut out, &part);
            }
            b"moov" => {
                for inner in parts(bytes, part.content.clone())?.iter().filter(|inner| &inner.kind == b"udta") {
                    told.note("data of the camera or program");
                    blank(&mut out, inner);
                }
            }
            b"ftyp" | b"mdat" | b"idat" | b"styp" | b"sidx" | b"moof" => {}
            _ => {
                told.note("data of the camera or program");
                blank(&mut out, &part);
            }
        }
    }
    has_meta.then_some(Clean { bytes: out, size, orientation: 1, told, ..Clean::default() })
}

fn blank(out: &mut [u8], part: &Part) {
    out[part.start + 4..part.start + 8].copy_from_slice(b"free");
    out[part.content.clone()].fill(0);
}

/// The boxes in a stretch; `None` where one is not whole.
fn parts(bytes: &[u8], within: Range<usize>) -> Option<Vec<Part>> {
    let mut found = Vec::new();
    let mut at = within.start;
    while at < within.end {
        let kind: [u8; 4] = bytes.get(at + 4..at + 8)?.try_into().ok()?;
        let (head, length) = match be32(bytes, at)? {
            0 => (8, within.end - at),
            1 => {
                let long = u64::from(be32(bytes, at + 8)?) << 32 | u64::from(be32(bytes, at + 12)?);
                (16, usize::try_from(long).ok()?)
            }
            length => (8, usize::try_from(length).ok()?),
        };
        let end = at.checked_add(length).filter(|end| length >= head && *end <= within.end)?;
        found.push(Part { kind, start: at, content: at + head..end });
        at = end;
    }
    Some(found)
}

/// Blanks the items that are no pictures: Exif, and XMP as `mime`.
fn clean_items(bytes: &[u8], meta: Range<usize>, out: &mut [u8], told: &mut Told) -> Option<()> {
    let inner = parts(bytes, meta)?;
    let content = |kind: &[u8; 4]| inner.iter().find(|part| &part.kind == kind).map(|part| part.content.clone());
    let Some(list) = content(b"iinf") else { return Some(()) };
    let entries = list.start + if bytes.get(list.start)? == &0 { 6 } else { 8 };
    let mut speaking = Vec::new();
    for entry in parts(bytes, entries..list.end)?.iter().filter(|entry| &entry.kind == b"infe") {
        let start = entry.content.start;
        let version = *bytes.get(start)?;
        let (number, kind) = match version {
            2 => (u32::try_from(be16(bytes, start + 4)?).ok()?, start + 8),
            3 => (be32(bytes, start + 4)?, start + 10),
            _ => return None,
        };
        let name = bytes.get(kind..kind + 4)?;
        if matches!(name, b"Exif" | b"mime" | b"uri ") {
            speaking.push((number, name == b"Exif"));
            out[kind..kind + 4].copy_from_slice(b"skip");
        }
    }
    if speaking.is_empty() {
        return Some(());
    }
    let places = extents(bytes, content(b"iloc")?, content(b"idat").map_or(0, |idat| idat.start))?;
    for (number, is_exif) in speaking {
        for (_, extent) in places.iter().filter(|(of, _)| *of == number) {
            let item = bytes.get(extent.clone())?;
            if is_exif {
                let start = item.windows(4).position(|four| four == b"II*\0" || four == b"MM\0*").unwrap_or(0);
                told.note_exif(&exif::read(&item[start..]));
            } else {
                told.note_xmp(item);
            }
            out[extent.clone()].fill(0);
        }
    }
    Some(())
}

/// Where the bytes of each item stand (`iloc`, ISO 14496-12, section 8.11.3).
fn extents(bytes: &[u8], iloc: Range<usize>, idat: usize) -> Option<Vec<(u32, Range<usize>)>> {
    let mut at = iloc.start;
    let mut take = |width: usize| {
        let mut value = 0u64;
        for byte in bytes.get(at..at + width).filter(|_| at + width <= iloc.end)? {
            value = value << 8 | u64::from(*byte);
        }
        at += width;
        usize::try_from(value).ok()
    };
    let version = take(4)? >> 24;
    let widths = take(2)?;
    let [offset, length, base, index] = [12, 8, 4, 0].map(|shift| widths >> shift & 15);
    let index = if version == 0 { 0 } else { index };
    let wide = if version < 2 { 2 } else { 4 };
    let items = take(wide)?;
    let mut found = Vec::new();
    for _ in 0..items {
        let number = u32::try_from(take(wide)?).ok()?;
        let method = if version > 0 { take(2)? & 15 } else { 0 };
        take(2)?;
        let start = take(base)?.checked_add(if method == 1 { idat } else { 0 })?;
        (method < 2).then_some(())?;
        for _ in 0..take(2)? {
            take(index)?;
            let from = start.checked_add(take(offset)?)?;
            found.push((number, from..from.checked_add(take(length)?)?));
        }
    }
    Some(found)
}

/// The largest size that is named; none where the picture is turned when it is shown.
fn size_of(meta: &[u8]) -> Option<(u32, u32)> {
    if memchr::memmem::find(meta, b"irot").is_some() {
        return None;
    }
    let sizes =
        memchr::memmem::find_iter(meta, b"ispe").filter_map(|at| Some((be32(meta, at + 8)?, be32(meta, at + 12)?)));
    sizes.filter(|(width, height)| (1..65_536).contains(width) && (1..65_536).contains(height)).max()
}
