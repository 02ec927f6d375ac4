//! Text as outlines: the fonts in the program, and what they make of a line of text in any direction. Comes in: text. Goes out:
//! its width, and its outline. The fonts are unpacked once a first card is drawn, and never in a site without cards.

use std::io::Read as _;
use std::ops::Range;
use std::sync::LazyLock;

use harfrust::{Buffer, Direction, Font, ShapeOptions, ShaperFont, shape};
use tiny_skia::{PathBuilder, Transform};
use ttf_parser::{Face, GlyphId, OutlineBuilder};
use unicode_bidi::{BidiInfo, Level};

/// How thick text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// A font of one script, or of those that share letters.
struct Cut {
    font: Font,
    face: Face<'static>,
}

/// The fonts: Noto (SIL Open Font License), cut down to the letters of their scripts. The first two are of one design.
const PACKED: [&[u8]; 6] = [
    include_bytes!("fonts/NotoSans-Regular.ttf.gz"),
    include_bytes!("fonts/NotoSans-Bold.ttf.gz"),
    include_bytes!("fonts/NotoNaskhArabic-Regular.ttf.gz"),
    include_bytes!("fonts/NotoSansNKo-Regular.ttf.gz"),
    include_bytes!("fonts/NotoSansAdlam-Regular.ttf.gz"),
    include_bytes!("fonts/NotoSansTifinagh-Regular.ttf.gz"),
];

/// What is said where a font of the program cannot be read.
const WHOLE: &str = "the fonts in the program are whole";

static CUTS: LazyLock<Vec<Cut>> = LazyLock::new(|| PACKED.into_iter().map(unpacked).collect());

fn unpacked(packed: &[u8]) -> Cut {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).expect(WHOLE);
    // They are needed for as long as the program runs.
    let bytes: &'static [u8] = bytes.leak();
    Cut { font: Font::new(bytes.to_vec(), 0).expect(WHOLE), face: Face::parse(bytes, 0).expect(WHOLE) }
}

/// Whether there is a letter for each sign of a text.
pub(super) fn has_all(text: &str) -> bool {
    let is_usual = |c: char| c.is_ascii() || ('\u{a0}'..='\u{17f}').contains(&c);
    text.chars().all(|c| is_usual(c) || is_mute(c) || cut_for(c, Weight::Regular, None).is_some())
}

/// Signs that are not seen: they join letters, or say in which direction they run.
fn is_mute(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}')
}

/// The font that has a sign: the one before it in the text, where it can.
fn cut_for(c: char, weight: Weight, before: Option<usize>) -> Option<usize> {
    let order = match weight {
        Weight::Regular => [0, 2, 3, 4, 5],
        Weight::Bold => [1, 2, 3, 4, 5],
    };
    let has = |at: &usize| CUTS[*at].face.glyph_index(c).is_some();
    before.filter(has).or_else(|| order.into_iter().find(has))
}

/// A line of text, ready to be drawn from its left end.
pub(super) struct Shaped {
    glyphs: Vec<(usize, u16, f32, f32)>,
    /// How wide it is at this size, in pixels.
    pub(super) width: f32,
    size: f32,
}

/// Lays out a line; `is_rtl` says in which direction its paragraph runs.
pub(super) fn shaped(text: &str, (size, weight): (f32, Weight), is_rtl: bool) -> Shaped {
    let mut line = Shaped { glyphs: Vec::new(), width: 0.0, size };
    let level = if is_rtl { Level::rtl() } else { Level::ltr() };
    let info = BidiInfo::new(text, Some(level));
    for paragraph in &info.paragraphs {
        let (levels, runs) = info.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let is_rtl = levels.get(run.start).is_some_and(Level::is_rtl);
            let mut parts = parts(text, run, weight);
            if is_rtl {
                parts.reverse();
            }
            for (cut, range) in parts {
                line.push(&text[range], cut, is_rtl);
            }
        }
    }
    line
}

/// A run of one direction by the fonts that it needs; what none of them has is left out.
fn parts(text: &str, run: Range<usize>, weight: Weight) -> Vec<(usize, Range<usize>)> {
    let mut parts: Vec<(usize, Range<usize>)> = Vec::new();
    for (offset, c) in text[run.clone()].char_indices() {
        let at = run.start + offset;
        let last = parts.last().filter(|(_, range)| range.end == at).map(|(cut, _)| *cut);
        let found = if is_mute(c) { last } else { cut_for(c, weight, last) };
        let Some(cut) = found else { continue };
        match parts.last_mut().filter(|(known, range)| *known == cut && range.end == at) {
            Some((_, range)) => range.end += c.len_utf8(),
            None => parts.push((cut, at..at + c.len_utf8())),
        }
    }
    parts
}

impl Shaped {
    fn push(&mut self, text: &str, cut: usize, is_rtl: bool) {
        let used = &CUTS[cut];
        let mut buffer = Buffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        if shape(&ShaperFont::new(&used.font), &mut buffer, ShapeOptions::new()).is_err() {
            return;
        }
        let scale = self.size / f32::from(used.face.units_per_em());
        for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            let (x, y) = (position.x_offset as f32 * scale, position.y_offset as f32 * scale);
            if let Ok(glyph) = u16::try_from(info.glyph_id) {
                self.glyphs.push((cut, glyph, self.width + x, y));
            }
            self.width += position.x_advance as f32 * scale;
        }
    }

    /// How far it may reach above and below its baseline.
    pub(super) fn height(&self) -> f32 {
        self.size * 1.6
    }

    /// Adds the outlines of the line to a path; `x` and `y` are the left end of its baseline.
    pub(super) fn outline(&self, x: f32, y: f32, path: &mut PathBuilder) {
        for (cut, glyph, glyph_x, glyph_y) in &self.glyphs {
            let face = &CUTS[*cut].face;
            let scale = self.size / f32::from(face.units_per_em());
            let mut pen = Pen(PathBuilder::new());
            face.outline_glyph(GlyphId(*glyph), &mut pen);
            let place = Transform::from_row(scale, 0.0, 0.0, -scale, x + glyph_x, y - glyph_y);
            if let Some(outline) = pen.0.finish().and_then(|outline| outline.transform(place)) {
                path.push_path(&outline);
            }
        }
    }
}

/// Draws the outline of a letter.
struct Pen(PathBuilder);

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_script_has_its_letters() {
        for text in ["Why now? — élève", "ɛɔɲŋɓɗƴ", "Почему", "Γιατί", "لماذا الآن؟", "ߒߞߏ", "𞤆𞤵𞤤𞤢𞤪", "ⵜⴰⵎⴰⵛⴰⵇ"]
        {
            assert!(has_all(text), "{text}");
            assert!(shaped(text, (64.0, Weight::Bold), false).width > 60.0, "{text}");
        }
        assert!(!has_all("为什么"));
    }

    #[test]
    fn text_runs_in_its_own_direction() {
        // A joined word is narrower than its letters by themselves, and begins at the right.
        let width = |text: &str| shaped(text, (64.0, Weight::Regular), true).width;
        let apart: f32 = "سلام".chars().map(|c| width(&c.to_string())).sum();
        assert!(width("سلام") < apart);
        let first = |text: &str| shaped(text, (64.0, Weight::Regular), true).glyphs.first().map(|glyph| glyph.0);
        assert_eq!(first("سلام MINUSMA"), Some(0), "the Latin name stands at the left end of the line");
        assert_eq!(first("MINUSMA سلام"), Some(2));
    }
}
