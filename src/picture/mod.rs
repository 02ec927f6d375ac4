//! Pictures. Comes in: the bytes of a file. Goes out: the same picture without anything that says who made it, where and with
//! what ([`clean`]); what was found in it ([`Facts`]); and, for pages, smaller copies ([`shown`]). Pure: bytes in, bytes out.
//!
//! A container is not searched for what is bad but written anew from what is known to be needed, so that what nobody has
//! thought of is left out too. What cannot be read as its format is not published at all.

mod bmff;
mod exif;
mod gif;
mod jpeg;
mod known;
mod media;
mod png;
pub mod shown;
mod svg;
#[cfg(test)]
mod tests;

mod webp;

pub use known::{Copies, Picture, Pictures};

use std::collections::BTreeSet;

use std::sync::Arc;

use memchr::memmem;

use crate::problem::{Lines, Place};
use crate::vocabulary::secret;

/// What kind of file a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG, also animated (PNG, third edition).
    Png,
    /// WebP (RFC 9649).
    WebP,
    /// GIF89a.
    Gif,
    /// SVG.
    Svg,
    /// AVIF and HEIC: boxes of ISO 14496-12.
    Bmff,
    /// TIFF, of which data cannot be taken out without writing the picture anew.
    Tiff,
    /// Documents and recordings, which are published as they are.
    Media,
    /// Text, which is published as it is and in which keys are looked for.
    Text,
}

impl Format {
    /// The format that the ending of a path promises; `None` where it is none that is looked into.
    pub fn of(path: &str) -> Option<Format> {
        let ending = path.rsplit_once('.')?.1;
        if ending.len() > 5 {
            return None;
        }
        Some(match ending.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" | "jpe" | "jfif" => Format::Jpeg,
            "png" | "apng" => Format::Png,
            "webp" => Format::WebP,
            "gif" => Format::Gif,
            "svg" => Format::Svg,
            "avif" | "heic" | "heif" => Format::Bmff,
            "tif" | "tiff" => Format::Tiff,
            "pdf" | "docx" | "xlsx" | "pptx" | "odt" | "ods" | "odp" | "mp3" | "mp4" | "m4a" | "m4v" | "mov" => {
                Format::Media
            }
            "txt" | "json" | "csv" | "js" | "mjs" | "css" | "html" | "htm" | "xml" | "yaml" | "yml" | "toml"
            | "ini" | "conf" | "cfg" | "log" | "sh" | "py" | "sql" => Format::Text,
            _ => return None,
        })
    }

    /// The format that the bytes have, whatever the file is called.
    fn of_bytes(bytes: &[u8]) -> Option<Format> {
        match bytes {
            [0xff, 0xd8, ..] => Some(Format::Jpeg),
            [0x89, b'P', b'N', b'G', ..] => Some(Format::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Format::WebP),
            [b'G', b'I', b'F', b'8', ..] => Some(Format::Gif),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Format::Tiff),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(Format::Bmff),
            _ => None,
        }
    }
}

/// What files say beside what they show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// Whether it says where it was taken.
    pub has_place: bool,
    /// What else there was, in words.
    pub what: BTreeSet<&'static str>,
}

impl Told {
    fn note(&mut self, what: &'static str) {
        self.what.insert(what);
    }

    /// XMP may have the place as well (XMP specification, part 2, section 2.4).
    fn note_xmp(&mut self, bytes: &[u8]) {
        self.note("XMP");
        self.has_place |= memmem::find(bytes, b"GPSLatitude").is_some() || memmem::find(bytes, b"GPSCoord").is_some();
    }

    fn note_exif(&mut self, exif: &exif::Exif) {
        self.note("Exif");
        self.has_place |= exif.has_place;
    }

    /// What was found, in words.
    pub fn in_words(&self) -> String {
        self.what.iter().copied().collect::<Vec<_>>().join(", ")
    }
}

/// A picture without what it told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clean {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// Width and height in pixels as they are stored, where the file says so.
    pub size: Option<(u32, u32)>,
    /// How it is to be turned (Exif 2.32, tag 0x0112): 1 to 8, 1 for not at all.
    pub orientation: u8,
    /// Whether it moves.
    pub is_animated: bool,
    /// What was taken out.
    pub told: Told,
    /// What is still in it, since it could not be taken out.
    pub left: Told,
}

/// What is known of a picture's file without its pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What kind of file it is.
    pub format: Format,
    /// Width and height in pixels as they are seen.
    pub size: Option<(u32, u32)>,
    /// Whether it moves.
    pub is_animated: bool,
    /// Whether it is stored lying on its side, so that it is encoded anew.
    pub is_turned: bool,
    /// How many bytes it has without what it told.
    pub length: usize,
    /// What it told.
    pub told: Told,
    /// What it still tells when it is published.
    pub left: Told,
    /// Whether it could be read as its format.
    pub is_readable: bool,
    /// The first key in it that must not be published: where it stands, and what it is.
    pub secret: Option<(Place, &'static str)>,
}

/// Looks at a file; `None` where it is of no kind that is looked into.
pub fn facts(path: &str, bytes: &[u8]) -> Option<Facts> {
    let format = Format::of(path)?;
    if format == Format::Text {
        let told = Told::default();
        let (size, length, left) = (None, bytes.len(), told.clone());
        let secret = secret_in(path, bytes);
        // Of the many files with nothing in them nothing is kept.
        secret.as_ref()?;
        return Some(Facts {
            format,
            size,
            is_animated: false,
            is_turned: false,
            length,
            told,
            left,
            is_readable: true,
            secret,
        });
    }
    let clean = clean_as(format, bytes);
    let is_readable = clean.is_some();
    let clean = clean.unwrap_or_default();
    let size = clean.size.map(|(width, height)| if clean.orientation > 4 { (height, width) } else { (width, height) });
    let (is_animated, is_turned, length) = (clean.is_animated, clean.orientation > 1, clean.bytes.len());
    Some(Facts {
        format,
        size,
        is_animated,
        is_turned,
        length,
        told: clean.told,
        left: clean.left,
        is_readable,
        secret: None,
    })
}

/// The bytes under which a file is published. One that cannot be read as its format is published empty, since nobody can
/// tell what is in it; readers then see what the page says of it.
pub fn published(path: &str, bytes: Vec<u8>) -> Vec<u8> {
    match Format::of(path) {
        None | Some(Format::Media | Format::Tiff | Format::Text) => bytes,
        Some(format) => match clean_as(format, &bytes) {
            Some(clean) if clean.orientation > 1 => shown::upright(&clean).unwrap_or(clean.bytes),
            Some(clean) => clean.bytes,
            None => Vec::new(),
        },
    }
}

/// A file without what it tells; `None` where it cannot be read.
fn clean_as(promised: Format, bytes: &[u8]) -> Option<Clean> {
    // What a file is called is not always what it is, and browsers go by its bytes.
    let format = match promised {
        Format::Svg | Format::Media | Format::Text => promised,
        _ => Format::of_bytes(bytes)?,
    };
    let clean = match format {
        Format::Jpeg => jpeg::clean(bytes),
        Format::Png => png::clean(bytes),
        Format::WebP => webp::clean(bytes),
        Format::Gif => gif::clean(bytes),
        Format::Svg => svg::clean(bytes),
        Format::Bmff => bmff::clean(bytes),
        Format::Tiff => Some(tiff(bytes)),
        Format::Text => Some(Clean { orientation: 1, ..Clean::default() }),
        Format::Media => Some(Clean { left: media::told(bytes), orientation: 1, ..Clean::default() }),
    }?;
    let is_left_as_it_is = matches!(format, Format::Svg | Format::Tiff | Format::Media | Format::Text);
    (is_left_as_it_is || !speaks(&clean.bytes)).then_some(clean)
}

/// TIFF is Exif's own container: what it tells stands among what it shows.
fn tiff(bytes: &[u8]) -> Clean {
    let mut left = Told::default();
    left.note_exif(&exif::read(bytes));
    Clean { bytes: bytes.to_vec(), orientation: 1, left, ..Clean::default() }
}

/// Whether words of a block that should be gone are still there, as in a damaged file whose parts stand where others should.
fn speaks(bytes: &[u8]) -> bool {
    const WORDS: [&[u8]; 5] =
        [b"Exif\0\0", b"http://ns.adobe.com/", b"Photoshop 3.0", b"<x:xmpmeta", b"c2pa.assertions"];
    WORDS.iter().any(|word| memmem::find(bytes, word).is_some())
}

/// The first key in a text.
fn secret_in(path: &str, bytes: &[u8]) -> Option<(Place, &'static str)> {
    let (range, what) = secret::first(bytes)?;
    let text = String::from_utf8_lossy(&bytes[..range.end]);
    let start = text.len().saturating_sub(range.len());
    Some((Lines::new(Arc::from(path), &text).place(start..text.len()), what))
}

/// A big-endian number of two bytes.
fn be16(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

/// A big-endian number of four bytes.
fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}
