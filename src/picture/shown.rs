//! Pictures as pages show them. Comes in: a clean picture. Goes out: copies of it, as wide as pages show them and as light as
//! readers can pay for (30 KB), as WebP, and as JPEG for browsers that are older than that.
//!
//! WebP is written by libwebp, whose results are the same on all machines of a kind; sizes are changed with whole numbers by a
//! filter that is arithmetic alone. `tests.rs` has the hash of what comes out, so that a machine that makes something else
//! is noticed.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fast_image_resize as fir;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::{Clean, Facts, Format};

/// How many bytes a picture in a page may have.
const BYTES_MAX: usize = 30_000;
/// The widths of the copies in pixels: a column on a cheap phone, and the same on one with two pixels for one, or a wide screen.
pub const WIDTHS: [u32; 2] = [480, 960];
/// The width of the copy for older browsers.
pub const OLD_WIDTH: u32 = 720;
/// How many pixels a picture may have to be decoded: as JPEG it takes 240 MB then.
const PIXELS_MAX: u64 = 80_000_000;
/// The qualities that are tried, from the best on, until the copy is light enough.
const QUALITIES: [u8; 6] = [74, 60, 45, 30, 18, 8];
/// The quality of a picture that is only turned.
const QUALITY_OF_WHOLE: u8 = 88;
/// The largest colour profile that is kept; a longer one would weigh more than what it tells.
const PROFILE_MAX: usize = 4096;

/// A copy of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Copy {
    /// As WebP, so many pixels wide.
    WebP(u32),
    /// As JPEG, so many pixels wide.
    Jpeg(u32),
}

impl Copy {
    /// How it is called, beside the file that it is a copy of.
    pub fn path(self, original: &str) -> String {
        match self {
            Copy::WebP(width) => format!("{original}.{width}.webp"),
            Copy::Jpeg(width) => format!("{original}.{width}.jpg"),
        }
    }
}

/// The copies of which a page shows one; none where the picture is light already or cannot be made lighter.
pub fn copies(facts: &Facts) -> Vec<Copy> {
    let is_still = matches!(facts.format, Format::Jpeg | Format::Png | Format::WebP) && !facts.is_animated;
    let Some((width, height)) = facts.size.filter(|_| is_still && facts.length > BYTES_MAX) else { return Vec::new() };
    if is_too_large((width, height)) {
        return Vec::new();
    }
    let mut widths: Vec<u32> = WIDTHS.iter().map(|most| width.min(*most)).collect();
    widths.dedup();
    // Whoever has WebP has it for those who can see it.
    let old = (facts.format != Format::WebP).then(|| Copy::Jpeg(width.min(OLD_WIDTH)));
    widths.into_iter().map(Copy::WebP).chain(old).collect()
}

/// Whether a picture has so many pixels that decoding it would take all memory of a small machine.
pub fn is_too_large((width, height): (u32, u32)) -> bool {
    u64::from(width) * u64::from(height) > PIXELS_MAX
}

/// The pixels of a picture, as they are to be seen.
struct Pixels {
    image: DynamicImage,
    profile: Option<Vec<u8>>,
}

/// Makes copies of a picture; `None` where it cannot be decoded.
pub fn make(path: &str, bytes: &[u8], copies: &[Copy]) -> Option<Vec<Vec<u8>>> {
    guarded(|| {
        let clean = super::clean_as(Format::of(path)?, bytes)?;
        let pixels = decode(&clean)?;
        let is_drawn = Format::of_bytes(&clean.bytes) == Some(Format::Png);
        copies.iter().map(|copy| pixels.copy(*copy, is_drawn)).collect()
    })
}

/// A picture that is stored lying on its side, turned as it is to be seen: the note that says so is gone with all others.
pub(super) fn upright(clean: &Clean) -> Option<Vec<u8>> {
    guarded(|| {
        let format = Format::of_bytes(&clean.bytes)?;
        let pixels = decode(clean)?;
        match format {
            Format::Jpeg => pixels.jpeg(&rgb(&pixels.image), QUALITY_OF_WHOLE),
            Format::WebP => pixels.webp(&pixels.image, Some(QUALITY_OF_WHOLE)),
            Format::Png => {
                let mut out = Vec::new();
                pixels.image.write_to(&mut Cursor::new(&mut out), ImageFormat::Png).ok()?;
                Some(out)
            }
            _ => None,
        }
    })
}

/// Decoders meet files that nobody has thought of; one that gives up must not end the build of a whole site.
fn guarded<T>(run: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok().flatten()
}

fn decode(clean: &Clean) -> Option<Pixels> {
    let format = match Format::of_bytes(&clean.bytes)? {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::WebP => ImageFormat::WebP,
        _ => return None,
    };
    let mut reader = ImageReader::with_format(Cursor::new(&clean.bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(PIXELS_MAX * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    if is_too_large(decoder.dimensions()) {
        return None;
    }
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| is_needed(profile));
    let mut image = DynamicImage::from_decoder(decoder).ok()?;
    image.apply_orientation(Orientation::from_exif(clean.orientation)?);
    let image = match image.color().has_alpha() {
        true => DynamicImage::ImageRgba8(image.into_rgba8()),
        false => DynamicImage::ImageRgb8(image.into_rgb8()),
    };
    Some(Pixels { image, profile })
}

/// Whether a colour profile says more than that colours are as the web has them (ICC.1:2022, section 7.2.6).
fn is_needed(profile: &[u8]) -> bool {
    let says_srgb = |word: &[u8]| memchr::memmem::find(profile, word).is_some();
    profile.len() <= PROFILE_MAX
        && profile.get(16..20) == Some(b"RGB ")
        && !says_srgb(b"sRGB")
        && !says_srgb(b"s\0R\0G\0B")
}

/// The picture without its transparency, on white.
fn rgb(image: &DynamicImage) -> image::RgbImage {
    let DynamicImage::ImageRgba8(seen) = image else { return image.to_rgb8() };
    let over_white = |pixel: &image::Rgba<u8>| {
        let [red, green, blue, alpha] = pixel.0.map(u32::from);
        let mixed = |part: u32| u8::try_from((part * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(255);
        image::Rgb([mixed(red), mixed(green), mixed(blue)])
    };
    image::RgbImage::from_fn(seen.width(), seen.height(), |x, y| over_white(seen.get_pixel(x, y)))
}

impl Pixels {
    fn copy(&self, copy: Copy, is_drawn: bool) -> Option<Vec<u8>> {
        let light = |make: &dyn Fn(u8) -> Option<Vec<u8>>| {
            let mut last = None;
            for quality in QUALITIES {
                let made = make(quality)?;
                let is_light = made.len() <= BYTES_MAX;
                last = Some(made);
                if is_light {
                    break;
                }
            }
            last
        };
        match copy {
            Copy::WebP(width) => {
                let image = self.resized(width)?;
                // Drawings and pictures of screens are often smaller without any loss.
                let lossless = if is_drawn { self.webp(&image, None) } else { None };
                match lossless.filter(|made| made.len() <= BYTES_MAX) {
                    Some(made) => Some(made),
                    None => light(&|quality| self.webp(&image, Some(quality))),
                }
            }
            Copy::Jpeg(width) => {
                let image = rgb(&self.resized(width)?);
                light(&|quality| self.jpeg(&image, quality))
            }
        }
    }

    fn resized(&self, width: u32) -> Option<DynamicImage> {
        let image = &self.image;
        if width >= image.width() {
            return Some(image.clone());
        }
        let height = scaled(image.height(), width, image.width());
        let has_alpha = image.color().has_alpha();
        let kind = if has_alpha { fir::PixelType::U8x4 } else { fir::PixelType::U8x3 };
        let source = fir::images::ImageRef::new(image.width(), image.height(), image.as_bytes(), kind).ok()?;
        let mut resized = fir::images::Image::new(width, height, kind);
        let filter = fir::ResizeAlg::Convolution(fir::FilterType::CatmullRom);
        let options = fir::ResizeOptions::new().resize_alg(filter);
        fir::Resizer::new().resize(&source, &mut resized, &options).ok()?;
        let bytes = resized.into_vec();
        Some(match has_alpha {
            true => DynamicImage::ImageRgba8(image::RgbaImage::from_raw(width, height, bytes)?),
            false => DynamicImage::ImageRgb8(image::RgbImage::from_raw(width, height, bytes)?),
        })
    }

    /// As WebP; without loss where no quality is given.
    fn webp(&self, image: &DynamicImage, quality: Option<u8>) -> Option<Vec<u8>> {
        let (width, height) = (image.width(), image.height());
        let encoder = match image {
            DynamicImage::ImageRgba8(pixels) => webp::Encoder::from_rgba(pixels, width, height),
            _ => webp::Encoder::from_rgb(image.as_bytes(), width, height),
        };
        let mut config = webp::WebPConfig::new().ok()?;
        config.lossless = i32::from(quality.is_none());
        config.quality = f32::from(quality.unwrap_or(75));
        config.method = 4;
        let made = encoder.encode_advanced(&config).ok()?.to_vec();
        match &self.profile {
            Some(profile) => super::webp::with_profile(&made, profile, (width, height), image.color().has_alpha()),
            None => Some(made),
        }
    }

    fn jpeg(&self, image: &image::RgbImage, quality: u8) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut out, quality);
        encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
        encoder.set_optimized_huffman_tables(true);
        encoder.set_progressive(true);
        if let Some(profile) = &self.profile {
            encoder.add_icc_profile(profile).ok()?;
        }
        let (width, height) = (u16::try_from(image.width()).ok()?, u16::try_from(image.height()).ok()?);
        encoder.encode(image.as_raw(), width, height, jpeg_encoder::ColorType::Rgb).ok()?;
        Some(out)
    }
}

/// A height as it is when the width `from` becomes `to`; one pixel at least.
pub fn scaled(height: u32, to: u32, from: u32) -> u32 {
    let scaled = (u64::from(height) * u64::from(to) + u64::from(from) / 2) / u64::from(from.max(1));
    u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
}
