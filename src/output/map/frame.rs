//! What part of the world a map shows, and how. Comes in: outlines of the countries concerned. Goes out: a [`Frame`], which turns
//! degrees into the units of a drawing, the same on every machine.

use super::outlines::{DEGREE, Outline, Outlines, Point, ROUND, joined, rounds};

/// How wide a drawing is, in its own units.
pub(super) const WIDTH: f64 = 1800.0;

/// How wide a map is at least and at most, compared with its height.
const NARROW: f64 = 1.15;
const WIDE: f64 = 1.7;

/// The least distance between what is concerned and the edge, in units of the outlines.
const MARGIN_MIN: f64 = 1.2 * DEGREE as f64;

/// A part of a country that counts for the frame is at least so large compared with its largest: islands far away do not.
const PART_MIN: f64 = 0.08;

/// A part of the world. Longitudes are stretched by the cosine of the middle latitude, so that shapes are right there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    /// The western edge, in units of the outlines.
    pub(super) west: f64,
    /// The eastern edge; it may lie beyond the 180th meridian.
    pub(super) east: f64,
    /// The southern edge.
    pub(super) south: f64,
    /// The northern edge.
    pub(super) north: f64,
    /// The cosine of the latitude in the middle.
    pub(super) narrowing: f64,
}

/// What a part of a country covers.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    west: i32,
    east: i32,
    south: i32,
    north: i32,
}

impl Frame {
    /// The frame in which some countries are seen with what surrounds them; `None` where none of them has an outline.
    pub(super) fn around(outlines: &Outlines, concerned: &[&Outline]) -> Option<Frame> {
        let mut parts: Vec<Bounds> = concerned.iter().flat_map(|country| main_parts(outlines, country)).collect();
        unroll(&mut parts);
        let west = f64::from(parts.iter().map(|part| part.west).min()?);
        let east = f64::from(parts.iter().map(|part| part.east).max()?);
        let south = f64::from(parts.iter().map(|part| part.south).min()?);
        let north = f64::from(parts.iter().map(|part| part.north).max()?);
        // One country is shown with more around it, since nothing else says where it is.
        let share = if concerned.len() == 1 { 0.28 } else { 0.12 };
        Some(Frame::within(west, east, south, north, share))
    }

    /// The frame around a box, with a margin that is a share of it, in a shape that fits a page.
    fn within(west: f64, east: f64, south: f64, north: f64, share: f64) -> Frame {
        let narrowing = cosine(f64::midpoint(south, north) / f64::from(DEGREE)).max(0.2);
        let (across, down) = ((east - west) * narrowing, north - south);
        let margin = (across.max(down) * share).max(MARGIN_MIN);
        let (mut across, mut down) = (across + 2.0 * margin, down + 2.0 * margin);
        across = across.max(down * NARROW).min(f64::from(ROUND) * narrowing);
        down = down.max(across / WIDE);
        let (x, y) = (f64::midpoint(west, east), f64::midpoint(south, north));
        let half = across / narrowing / 2.0;
        Frame { west: x - half, east: x + half, south: y - down / 2.0, north: y + down / 2.0, narrowing }
    }

    /// How many units of the drawing a unit of latitude is.
    pub(super) fn scale(&self) -> f64 {
        WIDTH / (self.east - self.west) / self.narrowing
    }

    /// How high the drawing is.
    pub(super) fn height(&self) -> f64 {
        ((self.north - self.south) * self.scale()).round()
    }

    /// Where a point stands in the drawing.
    pub(super) fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        ((x - self.west) * self.narrowing * self.scale(), (self.north - y) * self.scale())
    }
}

impl Frame {
    /// Where the middle of a country's largest part stands in the drawing.
    pub(super) fn middle_of(&self, outlines: &Outlines, country: &Outline) -> Option<(f64, f64)> {
        let part = main_parts(outlines, country).into_iter().next()?;
        let (x, y) = (f64::from(part.west + part.east) / 2.0, f64::from(part.south + part.north) / 2.0);
        let round = f64::from(ROUND);
        let shift = ((f64::midpoint(self.west, self.east) - x) / round).round() * round;
        Some(self.place((x + shift, y)))
    }
}

/// The parts of a country that are large compared with its largest, the largest first.
fn main_parts(outlines: &Outlines, country: &Outline) -> Vec<Bounds> {
    let rings = country.rings.iter().map(|ring| joined(ring, |line| &outlines.lines[line]));
    let parts: Vec<(f64, Bounds)> = rings.map(|ring| (area(&ring), bounds(&ring))).collect();
    let largest = parts.iter().map(|part| part.0).fold(0.0, f64::max);
    let mut parts: Vec<(f64, Bounds)> = parts.into_iter().filter(|part| part.0 >= largest * PART_MIN).collect();
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    parts.into_iter().map(|part| part.1).collect()
}

/// Moves parts round the world so that they stand as near to each other as they can: the widest gap between them is left out.
fn unroll(parts: &mut [Bounds]) {
    for part in parts.iter_mut() {
        let shift = part.west.rem_euclid(ROUND) - part.west;
        (part.west, part.east) = (part.west + shift, part.east + shift);
    }
    parts.sort_by_key(|part| (part.west, part.east));
    // How far east the parts up to each reach, those that come round again as well.
    let round_again = parts.iter().map(|part| part.east - ROUND).max();
    let Some(mut reached) = round_again else { return };
    let mut widest = (i32::MIN, 0);
    for part in parts.iter() {
        if part.west - reached > widest.0 {
            widest = (part.west - reached, part.west);
        }
        reached = reached.max(part.east);
    }
    for part in parts.iter_mut().filter(|part| part.west < widest.1) {
        (part.west, part.east) = (part.west + ROUND, part.east + ROUND);
    }
    // Longitudes of a frame begin between -180 and 180 degrees.
    let shift = rounds(parts.iter().map(|part| part.west).min().unwrap_or_default()) * ROUND;
    for part in parts.iter_mut() {
        (part.west, part.east) = (part.west - shift, part.east - shift);
    }
}

fn bounds(ring: &[Point]) -> Bounds {
    let x = || ring.iter().map(|point| point.0);
    let y = || ring.iter().map(|point| point.1);
    let most = |value: Option<i32>| value.unwrap_or_default();
    Bounds { west: most(x().min()), east: most(x().max()), south: most(y().min()), north: most(y().max()) }
}

/// The area of a ring in square units.
fn area(ring: &[Point]) -> f64 {
    let cross = |two: &[Point]| {
        let ((ax, ay), (bx, by)) = (two[0], two[1]);
        f64::from(ax) * f64::from(by) - f64::from(bx) * f64::from(ay)
    };
    ring.windows(2).map(cross).sum::<f64>().abs() / 2.0
}

/// The cosine of an angle of at most 90 degrees, by its series: that of the standard library may differ from machine to machine in
/// its last digit.
fn cosine(degrees: f64) -> f64 {
    let angle = degrees * std::f64::consts::PI / 180.0;
    let square = angle * angle;
    1.0 - square / 2.0 * (1.0 - square / 12.0 * (1.0 - square / 30.0 * (1.0 - square / 56.0 * (1.0 - square / 90.0))))
}

#[cfg(test)]
mod tests {
    use super::super::outlines::outlines;
    use super::*;

    fn around(codes: &[&str]) -> Frame {
        let concerned: Vec<&Outline> = codes.iter().filter_map(|code| outlines().of(code)).collect();
        assert_eq!(concerned.len(), codes.len());
        Frame::around(outlines(), &concerned).expect("they have outlines")
    }

    #[test]
    fn a_frame_holds_what_is_concerned_and_has_the_shape_of_a_page() {
        for codes in
            [&["MLI"][..], &["MLI", "NER"], &["CHL"], &["LBN"], &["NOR"], &["GMB"], &["RUS"], &["MLI", "HTI", "MMR"]]
        {
            let frame = around(codes);
            let shape = WIDTH / frame.height();
            assert!((NARROW - 0.01..=WIDE + 0.01).contains(&shape), "{codes:?} {shape}");
            assert!(frame.west < frame.east && frame.south < frame.north, "{codes:?}");
        }
        let frame = around(&["MLI"]);
        // Mali reaches from 12.2° W to 4.2° E and from 10.1° to 25.0° N.
        assert!(frame.west < -1220.0 && frame.east > 420.0 && frame.south < 1010.0 && frame.north > 2500.0);
        assert!(frame.east - frame.west < 3500.0, "{frame:?}");
    }

    #[test]
    fn countries_on_both_sides_of_the_180th_meridian_stand_side_by_side() {
        let span = |codes: &[&str]| {
            let frame = around(codes);
            ((frame.east - frame.west) / 100.0, frame)
        };
        assert!(span(&["FJI"]).0 < 10.0, "{:?}", span(&["FJI"]));
        assert!(span(&["RUS"]).0 < 270.0, "{:?}", span(&["RUS"]));
        assert!(span(&["FJI", "WSM", "TON"]).0 < 25.0, "{:?}", span(&["FJI", "WSM", "TON"]));
        let (width, frame) = span(&["USA"]);
        assert!(width < 160.0 && frame.west < -16000.0 && frame.east > -6700.0 && frame.east < 0.0, "{frame:?}");
    }

    #[test]
    fn small_islands_are_not_magnified_beyond_what_outlines_can_show() {
        for code in ["TUV", "NRU", "COM", "MDV", "STP"] {
            let frame = around(&[code]);
            assert!(frame.north - frame.south >= 2.0 * MARGIN_MIN, "{code}");
        }
    }

    #[test]
    fn cosines_are_right() {
        for (degrees, expected) in [(0.0, 1.0), (60.0, 0.5), (-60.0, 0.5), (90.0, 0.0)] {
            assert!((cosine(degrees) - expected).abs() < 1e-5, "{degrees}");
        }
    }
}
