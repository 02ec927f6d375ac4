//! Pictures that tell more than they show, and damaged ones.

use image::{ImageFormat, load_from_memory_with_format};
use proptest::prelude::*;

use super::*;
use crate::key::Key;

const ROAD: &[u8] = include_bytes!("../../tests/sites/pictures/content/gao/road.jpg");
const SIDE: &[u8] = include_bytes!("../../tests/sites/pictures/content/gao/side.jpg");
const SHEET: &[u8] = include_bytes!("../../tests/sites/pictures/content/gao/sheet.png");
const WEBP: &[u8] = include_bytes!("../../tests/sites/pictures/content/gao/road.webp");
const MOVING: &[u8] = include_bytes!("../../tests/sites/pictures/content/gao/moving.gif");
const MAP: &[u8] = include_bytes!("../../tests/sites/pictures/content/gao/map.svg");

const ALL: [(&str, &[u8]); 6] = [
    ("road.jpg", ROAD),
    ("side.jpg", SIDE),
    ("sheet.png", SHEET),
    ("road.webp", WEBP),
    ("moving.gif", MOVING),
    ("map.svg", MAP),
];

/// What nobody may read in a published picture: names, numbers of devices, and 16 degrees 16 minutes as Exif has them.
const NEEDLES: [&[u8]; 9] = [
    b"Jane",
    b"SN12345678",
    b"Pocket",
    b"16.2666",
    b"/home/jane",
    b"rdf:RDF",
    b"http://ns.adobe.com",
    b"\0\0\0\x10\0\0\0\x01\0\0\0\x10\0\0\0\x01",
    b"c2pa",
];

fn needle(bytes: &[u8]) -> Option<String> {
    let found = NEEDLES.iter().find(|needle| memmem::find(bytes, needle).is_some());
    found.map(|needle| String::from_utf8_lossy(needle).into_owned())
}

#[test]
fn nothing_is_told_in_what_is_published() {
    for (path, bytes) in ALL {
        assert!(needle(bytes).is_some(), "{path} tells nothing that could be taken out");
        let published = published(path, bytes.to_vec());
        assert!(!published.is_empty(), "{path}");
        assert_eq!(needle(&published), None, "{path}");
        assert_eq!(super::published(path, published.clone()), published, "{path} is cleaned at once");
        let facts = facts(path, &published).unwrap();
        assert_eq!((facts.told, facts.left, facts.is_readable), (Told::default(), Told::default(), true), "{path}");
    }
}

#[test]
fn what_was_told_is_known() {
    let told = |path: &str, bytes: &[u8]| facts(path, bytes).unwrap().told;
    let road = told("road.jpg", ROAD);
    assert!(road.has_place);
    assert_eq!(road.in_words(), "C2PA, Exif, IPTC, XMP, a comment, data after the end of the picture");
    assert_eq!(told("sheet.png", SHEET).in_words(), "Exif, XMP, text");
    assert_eq!(told("road.webp", WEBP).in_words(), "Exif, XMP");
    assert_eq!(told("moving.gif", MOVING).in_words(), "XMP, a comment");
    assert_eq!(told("map.svg", MAP).in_words(), "a comment, data of the camera or program");
    assert!(told("road.webp", WEBP).has_place && told("sheet.png", SHEET).has_place);
    assert!(!told("moving.gif", MOVING).has_place && !told("map.svg", MAP).has_place);
}

#[test]
fn sizes_are_those_that_readers_see() {
    let size = |path: &str, bytes: &[u8]| facts(path, bytes).unwrap().size.unwrap();
    assert_eq!(size("road.jpg", ROAD), (1100, 720));
    assert_eq!(size("side.jpg", SIDE), (550, 360), "stored as 360 by 550");
    assert_eq!(size("sheet.png", SHEET), (550, 360));
    assert_eq!(size("road.webp", WEBP), (500, 327));
    assert_eq!(size("moving.gif", MOVING), (120, 80));
    assert_eq!(size("map.svg", MAP), (320, 200));
    assert!(facts("moving.gif", MOVING).unwrap().is_animated);
}

#[test]
fn pixels_stay_as_they_are() {
    for (path, bytes, format) in [
        ("road.jpg", ROAD, ImageFormat::Jpeg),
        ("sheet.png", SHEET, ImageFormat::Png),
        ("road.webp", WEBP, ImageFormat::WebP),
    ] {
        let pixels = |bytes: &[u8]| load_from_memory_with_format(bytes, format).unwrap().into_rgb8();
        assert_eq!(pixels(bytes), pixels(&published(path, bytes.to_vec())), "{path}");
    }
}

#[test]
fn a_picture_that_lies_on_its_side_is_turned() {
    let turned = published("side.jpg", SIDE.to_vec());
    let pixels = load_from_memory_with_format(&turned, ImageFormat::Jpeg).unwrap().into_rgb8();
    assert_eq!(pixels.dimensions(), (550, 360));
    // Sky above, sand below.
    let [above, below] = [20, 340].map(|y| pixels.get_pixel(20, y).0);
    assert!(above[2] > above[0] && below[0] > below[2], "{above:?} {below:?}");
}

#[test]
fn copies_are_light_and_the_same_everywhere() {
    let facts = facts("road.jpg", ROAD).unwrap();
    let copies = shown::copies(&facts);
    assert_eq!(copies, [shown::Copy::WebP(480), shown::Copy::WebP(960), shown::Copy::Jpeg(720)]);
    let made = shown::make("road.jpg", ROAD, &copies).unwrap();
    for (copy, bytes) in copies.iter().zip(&made) {
        assert!(bytes.len() <= 30_000 && needle(bytes).is_none(), "{copy:?} has {} bytes", bytes.len());
    }
    assert_eq!(super::facts("a.webp", &made[1]).unwrap().size, Some((960, 628)));
    let keys: Vec<String> = made.iter().map(|bytes| Key::of(bytes).hex()[..8].to_owned()).collect();
    assert_eq!(keys, ["2e9cc1c5", "0b1c0495", "6d86058e"], "this machine makes other copies than others");
}

#[test]
fn what_is_light_or_moves_has_no_copies() {
    for (path, bytes) in [("side.jpg", SIDE), ("moving.gif", MOVING), ("map.svg", MAP), ("road.webp", WEBP)] {
        assert!(shown::copies(&facts(path, bytes).unwrap()).is_empty(), "{path}");
    }
}

/// A PNG of one chunk that says how large it is.
fn png_of(width: u32, height: u32) -> Vec<u8> {
    let mut chunk = b"IHDR".to_vec();
    chunk.extend(width.to_be_bytes());
    chunk.extend(height.to_be_bytes());
    chunk.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    let mut crc = flate2::Crc::new();
    crc.update(&chunk);
    png.extend(&chunk);
    png.extend(crc.sum().to_be_bytes());
    png.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
    png
}

#[test]
fn a_bomb_is_not_opened() {
    let mut bomb = png_of(60_000, 60_000);
    let facts = facts("a.png", &bomb).unwrap();
    assert!(facts.is_readable && shown::is_too_large(facts.size.unwrap()));
    bomb.extend([0; 40_000]);
    assert!(shown::copies(&super::facts("a.png", &bomb).unwrap()).is_empty());
    assert_eq!(shown::make("a.png", &bomb, &[shown::Copy::WebP(480)]), None);
    // One that lies about its size, and has no pixels.
    assert_eq!(shown::make("a.png", &png_of(700, 700), &[shown::Copy::WebP(480)]), None);
    assert_eq!(facts_size(&png_of(0, 700)), None);
}

fn facts_size(bytes: &[u8]) -> Option<(u32, u32)> {
    facts("a.png", bytes).unwrap().size
}

#[test]
fn what_is_no_picture_is_published_empty() {
    for bytes in [&b"no picture"[..], b"", b"\xff\xd8", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"\x89PNG\r\n\x1a\n"] {
        for path in ["a.jpg", "a.png", "a.webp", "a.gif", "a.avif", "a.svg"] {
            assert_eq!(published(path, bytes.to_vec()), b"", "{path}");
            assert!(!facts(path, bytes).unwrap().is_readable, "{path}");
        }
    }
    // What it is called does not decide what it is.
    assert_eq!(published("a.png", ROAD.to_vec()), published("a.jpg", ROAD.to_vec()));
}

/// A box of ISO 14496-12.
fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(content.len() + 8).unwrap().to_be_bytes().to_vec();
    bytes.extend(kind);
    bytes.extend(content);
    bytes
}

/// An AVIF with a note of Exif (the pixels do not matter here).
fn avif() -> Vec<u8> {
    let exif = b"\0\0\0\0MM\0*\0\0\0\x08\0\x01\x88\x25\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0\0\x01\0\x02\0\x05\0\0\0\x03\0\0\0\0Jane Doe";
    let ftyp = boxed(b"ftyp", b"avif\0\0\0\0avif");
    let entry = |number: u8, kind: &[u8; 4]| boxed(b"infe", &[&[2, 0, 0, 0, 0, number, 0, 0][..], kind, &[0]].concat());
    let iinf = boxed(b"iinf", &[&[0, 0, 0, 0, 0, 2][..], &entry(1, b"av01"), &entry(2, b"Exif")].concat());
    let ispe = boxed(b"ispe", &[0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 2, 0]);
    let length = u8::try_from(exif.len()).unwrap();
    let iloc = |at: u8| {
        boxed(
            b"iloc",
            &[
                0,
                0,
                0,
                0,
                0x44,
                0,
                0,
                2,
                0,
                1,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                at,
                0,
                0,
                0,
                4,
                0,
                2,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                at + 4,
                0,
                0,
                0,
                length,
            ],
        )
    };
    let meta = |at: u8| {
        boxed(b"meta", &[&[0, 0, 0, 0][..], &iinf, &iloc(at), &boxed(b"iprp", &boxed(b"ipco", &ispe))].concat())
    };
    let at = u8::try_from(ftyp.len() + meta(0).len() + 8).unwrap();
    [ftyp, meta(at), boxed(b"mdat", &[b"PIXL", &exif[..]].concat()), boxed(b"uuid", b"0123456789abcdefc2pa Jane")]
        .concat()
}

#[test]
fn avif_is_cleaned_where_it_stands() {
    let avif = avif();
    let facts = facts("a.avif", &avif).unwrap();
    assert_eq!((facts.told.has_place, facts.size), (true, Some((768, 512))));
    let published = published("a.avif", avif.clone());
    assert_eq!((published.len(), needle(&published)), (avif.len(), None));
    assert!(memmem::find(&published, b"PIXL").is_some());
}

#[test]
fn documents_and_recordings_are_looked_at_and_left() {
    let left = |path: &str, bytes: &[u8]| facts(path, bytes).unwrap().left;
    assert_eq!(left("a.pdf", b"%PDF-1.4\n<< /Author (Jane Doe) >>").in_words(), "the name of its author");
    assert_eq!(left("a.pdf", b"%PDF-1.4\n<< /Author () /Title (x) >>"), Told::default());
    assert!(left("a.mp4", b"\0\0\0\x10ftypisom\0\0\0\0....\xa9xyz+16.26-000.04/").has_place);
    assert!(!left("a.mp4", b"\0\0\0\x10ftypisom\0\0\0\0....").has_place);
    assert!(left("a.tif", b"MM\0*\0\0\0\x08\0\0").what.contains("Exif"));
    assert_eq!(published("a.pdf", b"%PDF-1.4 /Author (Jane)".to_vec()), b"%PDF-1.4 /Author (Jane)");
}

#[test]
fn pictures_cut_short_neither_fail_nor_tell() {
    for (path, bytes) in ALL {
        for length in (0..bytes.len()).step_by(bytes.len() / 150 + 1) {
            let published = published(path, bytes[..length].to_vec());
            assert_eq!(needle(&published), None, "{path} cut to {length}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Damage anywhere makes a picture worse and never tell.
    #[test]
    fn damaged_pictures_neither_fail_nor_tell(
        which in 0usize..6,
        damage in proptest::collection::vec((0.0f64..1.0, any::<u8>(), 0usize..3), 1..6),
    ) {
        let (path, bytes) = ALL[which];
        let mut damaged = bytes.to_vec();
        for (place, byte, how) in damage {
            // Most damage is done near the beginning, where a picture says what it is.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a file")]
            let at = ((place * place * place * damaged.len() as f64) as usize).min(damaged.len().saturating_sub(1));
            match how {
                0 => damaged[at] = byte,
                1 => damaged.insert(at, byte),
                _ => drop(damaged.remove(at)),
            }
        }
        let format = Format::of(path).unwrap();
        if let Some(clean) = clean_as(format, &damaged) {
            // A name may be damaged so that it is another one; the place is as it was.
            let tells = memmem::find(&clean.bytes, NEEDLES[7]).is_some();
            prop_assert!(!tells || format == Format::Svg, "{path}");
            let says = [b"SN12345678".as_slice(), b"16.2666"].iter().any(|word| memmem::find(&clean.bytes, word).is_some());
            prop_assert!(!says, "{path}");
        }
    }
}
