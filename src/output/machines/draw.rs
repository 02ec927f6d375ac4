//! The card of a page: the picture that messengers show where somebody shares it. Comes in: the plan and a page. Goes out: a
//! [`CardView`], all that the card shows, and its bytes: a PNG of few colours, 1200 by 630 pixels, far below 100 KB.

use std::collections::{BTreeMap, BTreeSet};

use tiny_skia::{FillRule, Mask, PathBuilder, Rect, Transform};

use super::fonts::{Shaped, Weight, has_all, shaped};
use super::shortened;
use crate::key::Key;
use crate::output::plan::Plan;
use crate::output::script::direction;
use crate::register::PageId;
use crate::vocabulary::{Kind, status};

/// Changes whenever cards are drawn otherwise, so that none is kept that was drawn before.
const VERSION: u32 = 1;

const WIDTH: u32 = 1200;
const HEIGHT: u32 = 630;
const MARGIN: f32 = 72.0;
const INNER: f32 = WIDTH as f32 - 2.0 * MARGIN;

/// The colours of the theme in daylight: paper, and the inks on it.
const PAPER: [u8; 3] = [0xff, 0xfd, 0xf8];
const INKS: [[u8; 3]; 9] = [
    [0x1c, 0x1b, 0x18], // ink
    [0x5c, 0x5a, 0x52], // soft
    [0xa0, 0x2a, 0x1d], // accent
    [0x0a, 0x58, 0xa0], // active
    [0x9a, 0x47, 0x00], // ending
    [0x73, 0x5c, 0x00], // paused
    [0x6a, 0x3d, 0x9c], // future
    [0x56, 0x56, 0x5a], // over
    [0x8c, 0x24, 0x50], // unknown
];
const INK: usize = 0;
const SOFT: usize = 1;
const ACCENT: usize = 2;
const PHASES: [(&str, usize); 6] =
    [("active", 3), ("ending", 4), ("paused", 5), ("future", 6), ("over", 7), ("unknown", 8)];

/// How many shades each ink has towards the paper.
const SHADES: usize = 15;

/// All that a card shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardView {
    /// The name of the site; empty where that is the title.
    pub site: String,
    /// The title of the page.
    pub title: String,
    /// Its bottom line.
    pub lead: String,
    /// At what date its statements hold, in words.
    pub as_of: String,
    /// How many interventions have a status: its phase, its word, and their number.
    pub counts: Vec<(&'static str, String, usize)>,
    /// Whether it is read from right to left.
    pub is_rtl: bool,
}

/// Whether all of a page's title can be drawn.
pub(super) fn can_show(plan: &Plan, id: PageId) -> bool {
    has_all(&plan.site.pages[id].title)
}

/// What the card of a page shows.
pub(super) fn view(plan: &Plan, id: PageId) -> CardView {
    let site = &plan.site;
    let page = &site.pages[id];
    let language = site.language_of(page);
    let front = page.document.as_ref().map(|document| &document.front);
    let as_of = front
        .and_then(|front| front.as_of)
        .map(|date| format!("{} {}", plan.theme.word(language, "as_of"), date.in_words(language)));
    let lead = match (page.teaser(), id) {
        (None, PageId::HOME) => site.config.description.as_deref(),
        (teaser, _) => teaser,
    };
    CardView {
        site: if page.title == site.title() { String::new() } else { shortened(site.title(), 60) },
        title: shortened(&page.title, 160),
        lead: lead.map(|lead| shortened(lead, 260)).unwrap_or_default(),
        as_of: as_of.unwrap_or_default(),
        counts: counts(plan, id, language),
        is_rtl: direction(language) == "rtl",
    }
}

/// The statuses of the interventions that a page or what is in it states, in the order of boards.
fn counts(plan: &Plan, id: PageId, language: &str) -> Vec<(&'static str, String, usize)> {
    let site = &plan.site;
    let stated = std::iter::once(id).chain(site.pages.below(id)).flat_map(|page| site.register.stated_on(page));
    let stated: BTreeSet<usize> =
        stated.filter(|(kind, _)| *kind == Kind::Interventions).map(|(_, intervention)| intervention).collect();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for intervention in stated {
        if let Some(step) = site.register.subjects(Kind::Interventions)[intervention].step() {
            *numbers.entry(step.code).or_default() += 1;
        }
    }
    let by_phase =
        PHASES.iter().flat_map(|(phase, _)| status::all().iter().filter(move |s| s.phase.as_str() == *phase));
    by_phase
        .filter_map(|status| {
            let number = *numbers.get(status.code.as_str())?;
            Some((status.phase.as_str(), status.label.in_language(language).to_owned(), number))
        })
        .collect()
}

impl CardView {
    /// The key of all that it shows.
    pub fn key(&self) -> Key {
        Key::of(format!("card {VERSION}\n{self:?}").as_bytes())
    }

    /// The card as a PNG.
    pub fn png(&self) -> Vec<u8> {
        let mut canvas = Canvas::new(self.is_rtl);
        canvas.rectangle((0.0, 0.0, WIDTH as f32, 14.0), ACCENT);
        let top = MARGIN + 40.0;
        canvas.text(&shaped(&self.site, (30.0, Weight::Bold), self.is_rtl), 0.0, top, SOFT);
        let as_of = shaped(&self.as_of, (28.0, Weight::Regular), self.is_rtl);
        canvas.text(&as_of, INNER - as_of.width, top, SOFT);
        let bottom = if self.counts.is_empty() { HEIGHT as f32 - 48.0 } else { HEIGHT as f32 - 150.0 };
        let (mut lines, size) = self.title_lines();
        let mut y = top + 24.0;
        for line in lines.drain(..) {
            y += size * 1.2;
            canvas.text(&line, 0.0, y, INK);
        }
        let lead_size = 34.0;
        y += 22.0;
        let room = ((bottom - y) / (lead_size * 1.35)).floor().max(0.0) as usize;
        for line in broken(&self.lead, (lead_size, Weight::Regular), self.is_rtl, room) {
            y += lead_size * 1.35;
            canvas.text(&line, 0.0, y, SOFT);
        }
        self.bar(&mut canvas);
        canvas.png()
    }

    /// The title at the largest size at which it has three lines at most.
    fn title_lines(&self) -> (Vec<Shaped>, f32) {
        for size in [68.0, 58.0, 50.0] {
            let lines = broken(&self.title, (size, Weight::Bold), self.is_rtl, 4);
            if lines.len() <= 3 {
                return (lines, size);
            }
        }
        (broken(&self.title, (44.0, Weight::Bold), self.is_rtl, 4), 44.0)
    }

    /// The statuses as a bar, in words below it.
    fn bar(&self, canvas: &mut Canvas) {
        let total: usize = self.counts.iter().map(|(_, _, number)| number).sum();
        let ink = |phase: &str| PHASES.iter().find(|(known, _)| *known == phase).map_or(SOFT, |(_, ink)| *ink);
        let (top, gap) = (HEIGHT as f32 - 128.0, 4.0);
        let mut x = 0.0;
        let mut word_x = 0.0;
        for (phase, word, number) in &self.counts {
            let width = INNER * *number as f32 / total as f32;
            canvas.rectangle_within((x, top, (width - gap).max(2.0), 26.0), ink(phase));
            x += width;
            let label = shaped(&format!("{number} {word}"), (28.0, Weight::Bold), self.is_rtl);
            let next = word_x + label.width + 36.0;
            if next <= INNER + 36.0 {
                canvas.text(&label, word_x, top + 72.0, ink(phase));
            }
            word_x = next;
        }
    }
}

/// A text in lines that fit, this many at most; the last one says that there is more.
fn broken(text: &str, style: (f32, Weight), is_rtl: bool, lines_max: usize) -> Vec<Shaped> {
    let fits = |words: &[&str]| shaped(&words.join(" "), style, is_rtl).width <= INNER;
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut lines = Vec::new();
    let mut from = 0;
    while from < words.len() && lines.len() < lines_max {
        let mut to = from + 1;
        while to < words.len() && fits(&words[from..=to]) {
            to += 1;
        }
        let mut line = words[from..to].join(" ");
        let is_cut = (to < words.len() && lines.len() + 1 == lines_max) || !fits(&[&line]);
        if is_cut {
            let fits_with_more = |line: &str| fits(&[&format!("{line}…")]);
            while !line.is_empty() && !fits_with_more(&line) {
                line.pop();
            }
            line = format!("{}…", line.trim_end());
        }
        lines.push(shaped(&line, style, is_rtl));
        from = to;
    }
    lines
}

/// A picture of few colours: for each pixel paper, or an ink in one of its shades.
struct Canvas {
    pixels: Vec<u8>,
    mask: Mask,
    /// Whether what is placed from the left stands as far from the right.
    is_mirrored: bool,
}

impl Canvas {
    fn new(is_mirrored: bool) -> Canvas {
        let mask = Mask::new(WIDTH, HEIGHT).expect("the size of a card is none too large");
        Canvas { pixels: vec![0; (WIDTH * HEIGHT) as usize], mask, is_mirrored }
    }

    /// A line whose beginning stands this far within the margin where reading begins.
    fn text(&mut self, line: &Shaped, start: f32, y: f32, ink: usize) {
        let left = if self.is_mirrored { WIDTH as f32 - MARGIN - start - line.width } else { MARGIN + start };
        let mut path = PathBuilder::new();
        line.outline(left, y, &mut path);
        self.fill(path, (y - line.height(), y + line.height()), ink);
    }

    fn rectangle_within(&mut self, (start, top, width, height): (f32, f32, f32, f32), ink: usize) {
        let left = if self.is_mirrored { WIDTH as f32 - MARGIN - start - width } else { MARGIN + start };
        self.rectangle((left, top, width, height), ink);
    }

    fn rectangle(&mut self, (left, top, width, height): (f32, f32, f32, f32), ink: usize) {
        let mut path = PathBuilder::new();
        if let Some(rectangle) = Rect::from_xywh(left, top, width, height) {
            path.push_rect(rectangle);
        }
        self.fill(path, (top, top + height), ink);
    }

    /// Fills a path that lies between two heights.
    fn fill(&mut self, path: PathBuilder, (top, bottom): (f32, f32), ink: usize) {
        let Some(path) = path.finish() else { return };
        let row = |y: f32| y.clamp(0.0, HEIGHT as f32) as usize * WIDTH as usize;
        let rows = row(top.floor())..row(bottom.ceil());
        self.mask.data_mut()[rows.clone()].fill(0);
        self.mask.fill_path(&path, FillRule::Winding, true, Transform::identity());
        for (pixel, cover) in self.pixels[rows.clone()].iter_mut().zip(&self.mask.data()[rows]) {
            let shade = (usize::from(*cover) * SHADES + 127) / 255;
            if shade > 0 {
                *pixel = u8::try_from(1 + ink * SHADES + shade - 1).unwrap_or(0);
            }
        }
    }

    fn png(&self) -> Vec<u8> {
        let mut palette = PAPER.to_vec();
        for ink in INKS {
            for shade in 1..=SHADES {
                let mixed = |(paper, ink): (u8, u8)| {
                    let sum = usize::from(paper) * (SHADES - shade) + usize::from(ink) * shade;
                    u8::try_from(sum / SHADES).unwrap_or(u8::MAX)
                };
                palette.extend(PAPER.into_iter().zip(ink).map(mixed));
            }
        }
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, WIDTH, HEIGHT);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(palette);
        encoder.set_compression(png::Compression::Balanced);
        encoder.set_filter(png::Filter::NoFilter);
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&self.pixels));
        written.expect("memory takes all bytes");
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(title: &str, is_rtl: bool) -> CardView {
        CardView {
            site: "Mali explained".to_owned(),
            title: title.to_owned(),
            lead: "What is being done, and by whom. ".repeat(12),
            as_of: "As of 15 January 2024".to_owned(),
            counts: vec![("active", "Ongoing".to_owned(), 3), ("over", "Withdrawn".to_owned(), 1)],
            is_rtl,
        }
    }

    #[test]
    fn a_card_is_a_small_picture_of_its_size() {
        for view in
            [card("Why the north broke away", false), card(&"A very long title ".repeat(9), false), card("", true)]
        {
            let png = view.png();
            let decoder = png::Decoder::new(std::io::Cursor::new(&png));
            let reader = decoder.read_info().unwrap();
            assert_eq!((reader.info().width, reader.info().height), (1200, 630));
            assert!((4_000..100_000).contains(&png.len()), "{} bytes", png.len());
            assert_eq!(view.png(), png, "it is the same each time");
        }
        assert_ne!(card("a", false).key(), card("b", false).key());
        assert_ne!(card("لماذا", true).png(), card("لماذا", false).png());
    }
}
