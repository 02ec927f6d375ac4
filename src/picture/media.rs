//! What documents and recordings tell of whoever made them. Comes in: the bytes of a file. Goes out: what was found; the file is
//! published as it is.

use std::io::Read as _;

use flate2::read::DeflateDecoder;
use memchr::memmem;

use super::Told;

/// What stands in a file.
pub(super) fn told(bytes: &[u8]) -> Told {
    match bytes {
        [b'%', b'P', b'D', b'F', ..] => pdf(bytes),
        [b'P', b'K', 3, 4, ..] => office(bytes),
        [b'I', b'D', b'3', ..] => mp3(bytes),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => film(bytes),
        _ => Told::default(),
    }
}

/// What a PDF says outside of its compressed parts (ISO 32000-2, sections 14.3.2 and 14.3.3).
fn pdf(bytes: &[u8]) -> Told {
    let mut told = Told::default();
    {
        let key = "/Author";
        let is_said = |at: usize| {
            let rest = bytes.get(at + key.len()..).unwrap_or_default().trim_ascii_start();
            let empty: [&[u8]; 3] = [b"()", b"<>", b"(\xfe\xff)"];
            rest.starts_with(b"(") && !empty.iter().any(|empty| rest.starts_with(empty))
                || rest.starts_with(b"<") && !rest.starts_with(b"<<") && !rest.starts_with(b"<>")
        };
        if memmem::find_iter(bytes, key.as_bytes()).any(is_said) {
            told.note("the name of its author");
        }
    }
    let packet = memmem::find(bytes, b"<x:xmpmeta").map(|at| &bytes[at..]);
    if let Some(packet) = packet {
        if memmem::find(packet, b"<dc:creator>").is_some() {
            told.note("the name of its author");
        }
        told.has_place |= memmem::find(packet, b"GPSLatitude").is_some();
    }
    told
}

/// The most bytes of what a document says of itself that are read.
const SAID_MAX: u64 = 1 << 20;

/// What a document of an office program says: who wrote it, and who changed it last.
fn office(bytes: &[u8]) -> Told {
    let mut told = Told::default();
    for name in ["docProps/core.xml", "meta.xml"] {
        let text = member(bytes, name).unwrap_or_default();
        for tag in ["dc:creator", "cp:lastModifiedBy", "meta:initial-creator"] {
            let said = memmem::find(&text, format!("<{tag}>").as_bytes()).map(|at| &text[at + tag.len() + 2..]);
            if said.is_some_and(|said| !said.starts_with(b"<")) {
                told.note("the name of its author");
            }
        }
    }
    told
}

/// A file in a ZIP archive (APPNOTE 6.3.10, sections 4.3.7 and 4.3.12).
fn member(bytes: &[u8], name: &str) -> Option<Vec<u8>> {
    let short = |at: usize| Some(usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
    let long = |at: usize| usize::try_from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok();
    let entries = memmem::find_iter(bytes, b"PK\x01\x02");
    let entry = entries.into_iter().find(|at| {
        let length = short(at + 28).unwrap_or(0);
        bytes.get(at + 46..at + 46 + length) == Some(name.as_bytes())
    })?;
    let (method, size, start) = (short(entry + 10)?, long(entry + 20)?, long(entry + 42)?);
    let start = start.checked_add(30 + short(start.checked_add(26)?)? + short(start.checked_add(28)?)?)?;
    let packed = bytes.get(start..start.checked_add(size)?)?;
    if method == 0 {
        return Some(packed.to_vec());
    }
    let mut text = Vec::new();
    // What was read before a fault is looked at all the same.
    let _ = DeflateDecoder::new(packed).take(SAID_MAX).read_to_end(&mut text);
    Some(text)
}

/// Names in the frames of ID3 (ID3v2.4, section 4.2).
fn mp3(bytes: &[u8]) -> Told {
    let mut told = Told::default();
    let head = &bytes[..bytes.len().min(64 << 10)];
    if [&b"TPE1"[..], b"TCOM", b"TOWN"].iter().any(|frame| memmem::find(head, frame).is_some()) {
        told.note("the name of its author");
    }
    told
}

/// The place and the device in the notes of a film (QuickTime File Format, "User data atoms").
fn film(bytes: &[u8]) -> Told {
    let places = [&b"\xa9xyz"[..], b"com.apple.quicktime.location.", b"location-eng"];
    let has_place = places.iter().any(|mark| memmem::find(bytes, mark).is_some());
    let mut told = Told { has_place, ..Told::default() };
    if memmem::find(bytes, b"com.apple.quicktime.make").is_some()
        || memmem::find(bytes, b"com.android.manufacturer").is_some()
    {
        told.note("the device that recorded it");
    }
    told
}
