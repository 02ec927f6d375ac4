//! What Exif says that matters here. Comes in: a TIFF structure (Exif 2.32, section 4.5). Goes out: how the picture is to be
//! turned, and whether it says where it was taken.

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exif {
    /// 1 to 8; 1 for not at all.
    pub(super) orientation: u8,
    /// Whether there is a place in it.
    pub(super) has_place: bool,
}

const ORIENTATION: u16 = 0x0112;
const GPS: u16 = 0x8825;
/// Latitude and longitude, and the destination's, among the tags of GPS.
const PLACES: [u16; 4] = [2, 4, 20, 22];

struct Tiff<'b> {
    bytes: &'b [u8],
    is_little: bool,
}

/// Reads it as far as it can be read.
pub(super) fn read(bytes: &[u8]) -> Exif {
    let mut exif = Exif { orientation: 1, has_place: false };
    let is_little = match bytes {
        [b'I', b'I', ..] => true,
        [b'M', b'M', ..] => false,
        _ => return exif,
    };
    let tiff = Tiff { bytes, is_little };
    let Some(first) = tiff.long(4) else { return exif };
    for (tag, at) in tiff.entries(first) {
        match tag {
            ORIENTATION => {
                let value = tiff.short(at + 8).and_then(|value| u8::try_from(value).ok());
                exif.orientation = value.filter(|value| (1..=8).contains(value)).unwrap_or(1);
            }
            GPS => {
                let folder = tiff.long(at + 8).into_iter().flat_map(|at| tiff.entries(at));
                exif.has_place |= folder.into_iter().any(|(tag, _)| PLACES.contains(&tag));
            }
            _ => {}
        }
    }
    exif
}

impl Tiff<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        let bytes: [u8; 2] = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let value = if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
        usize::try_from(value).ok()
    }

    /// The tags of a folder, each with the byte where its entry begins.
    fn entries(&self, at: usize) -> Vec<(u16, usize)> {
        let number = usize::from(self.short(at).unwrap_or(0));
        let entry = |index: usize| {
            let start = at.checked_add(2 + index * 12)?;
            Some((self.short(start)?, start))
        };
        (0..number).map_while(entry).collect()
    }
}
