//! Countries as shapes. Comes in: outlines and a frame. Goes out: [`Shape`]s cut to the frame, each line of them simplified once so
//! that neighbours still touch, and as paths of SVG.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::frame::{Frame, WIDTH};
use super::outlines::{Outline, Outlines, Point, ROUND, joined};

/// How far a simplified line may lie from the true one, in units of the drawing; a third of one is a pixel on most screens.
const TOLERANCE: f64 = 4.0;

/// How long the paths of a map may be together, in bytes: two thirds of the 2.5 KB that a map may add to a page as hosts send it.
const PATHS_MAX: usize = 4_600;

/// How far beyond the frame shapes are drawn, in units of the drawing, so that their edges there are not seen.
const BEYOND: f64 = 30.0;

/// A ring that covers less than this, in square units of the drawing, is left out, unless its country is concerned.
const SPECK: f64 = 120.0;

/// A country in the units of the drawing.
#[derive(Debug)]
pub(super) struct Shape<'o> {
    /// Its code.
    pub(super) code: &'o str,
    /// Its rings, in whole units; the last point of each is joined to the first.
    pub(super) rings: Vec<Vec<(i32, i32)>>,
}

impl<'o> Shape<'o> {
    /// A country that is too small to be drawn: a point in the middle of its largest part.
    pub(super) fn speck(country: &'o Outline, outlines: &Outlines, frame: &Frame) -> Shape<'o> {
        let middle = frame.middle_of(outlines, country).map(|(x, y)| (round(x), round(y)));
        Shape { code: &country.code, rings: middle.map(|middle| vec![middle]).into_iter().collect() }
    }

    /// Its path.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        self.rings.iter().for_each(|ring| write_ring(&mut path, ring));
        path
    }

    /// The box around it: left, top, right, bottom; `None` where nothing of it is in the frame.
    pub(super) fn bounds(&self) -> Option<(i32, i32, i32, i32)> {
        let points = || self.rings.iter().flatten();
        let (left, right) = (points().map(|point| point.0).min()?, points().map(|point| point.0).max()?);
        let (top, bottom) = (points().map(|point| point.1).min()?, points().map(|point| point.1).max()?);
        Some((left, top, right, bottom))
    }
}

/// The shapes of all countries that a frame shows; `is_concerned` of a country keeps its small islands.
pub(super) fn shapes<'o>(
    outlines: &'o Outlines,
    frame: &'o Frame,
    is_concerned: &dyn Fn(&str) -> bool,
) -> Vec<Shape<'o>> {
    let mut drawing = Drawing { outlines, frame, tolerance: TOLERANCE };
    let seen: Vec<Seen<'o>> = outlines.countries.iter().map(|country| drawing.seen(country)).collect();
    loop {
        let shapes = drawing.shapes(&seen, is_concerned);
        let length: usize = shapes.iter().map(|shape| shape.path().len()).sum();
        // At a hundredth of the width there is nothing left to simplify.
        if length <= PATHS_MAX || drawing.tolerance > WIDTH / 100.0 {
            return shapes;
        }
        drawing.tolerance *= 1.35;
    }
}

/// A country with those of its rings that may have anything in the frame.
type Seen<'o> = (&'o Outline, Vec<&'o [i32]>);

struct Drawing<'o> {
    outlines: &'o Outlines,
    frame: &'o Frame,
    tolerance: f64,
}

impl<'o> Drawing<'o> {
    fn seen(&self, country: &'o Outline) -> Seen<'o> {
        let rings = country.rings.iter().map(Vec::as_slice).filter(|ring| self.is_seen(ring));
        (country, rings.collect())
    }

    fn shapes(&self, seen: &[Seen<'o>], is_concerned: &dyn Fn(&str) -> bool) -> Vec<Shape<'o>> {
        // Lines that were simplified for one country, for its neighbour.
        let mut known: BTreeMap<usize, Vec<Point>> = BTreeMap::new();
        let shape = |(country, seen): &Seen<'o>| {
            let speck = if is_concerned(&country.code) { 0.0 } else { SPECK * self.tolerance / TOLERANCE };
            let mut rings = Vec::new();
            for ring in seen {
                for reference in *ring {
                    let number =
                        usize::try_from(if *reference < 0 { !*reference } else { *reference }).unwrap_or_default();
                    known.entry(number).or_insert_with(|| self.simplified(&self.outlines.lines[number]));
                }
                let points = joined(ring, |number| known.get(&number).map_or(&[][..], Vec::as_slice));
                rings.extend(self.placed(&points).into_iter().filter(|ring| area(ring) >= speck));
            }
            Shape { code: &country.code, rings }
        };
        seen.iter().map(shape).filter(|shape| !shape.rings.is_empty()).collect()
    }

    /// The edges of what is drawn: left, top, right, bottom.
    fn edges() -> (f64, f64) {
        (-BEYOND, WIDTH + BEYOND)
    }

    /// Whether a ring may have anything in the frame.
    fn is_seen(&self, ring: &[i32]) -> bool {
        let points = joined(ring, |number| self.outlines.lines.get(number).map_or(&[][..], Vec::as_slice));
        let range = |of: fn(&Point) -> i32| Some((points.iter().map(of).min()?, points.iter().map(of).max()?));
        let (Some(x), Some(y)) = (range(|point| point.0), range(|point| point.1)) else { return false };
        let is_level = f64::from(y.1) >= self.frame.south && f64::from(y.0) <= self.frame.north;
        is_level && self.shifts(x).next().is_some()
    }

    /// By how many rounds of the world something between two longitudes is moved to be in the frame.
    fn shifts(&self, (west, east): (i32, i32)) -> impl Iterator<Item = i32> {
        let frame = *self.frame;
        (-2..=2)
            .map(|rounds| rounds * ROUND)
            .filter(move |shift| f64::from(east + shift) >= frame.west && f64::from(west + shift) <= frame.east)
    }

    /// A ring as it stands in the frame; one that goes round the world may stand there twice.
    fn placed(&self, points: &[Point]) -> Vec<Vec<(i32, i32)>> {
        let x = || points.iter().map(|point| point.0);
        let (Some(west), Some(east)) = (x().min(), x().max()) else { return Vec::new() };
        let ring = |shift: i32| {
            let place = |point: &Point| self.frame.place((f64::from(point.0 + shift), f64::from(point.1)));
            let (low, high) = Drawing::edges();
            let cut = clipped(points.iter().map(place).collect(), low, high, self.frame.height() + BEYOND);
            let mut whole: Vec<(i32, i32)> = cut.into_iter().map(|(x, y)| (round(x), round(y))).collect();
            whole.dedup();
            if whole.first() == whole.last() {
                whole.pop();
            }
            whole
        };
        self.shifts((west, east)).map(ring).filter(|ring| ring.len() > 2).collect()
    }

    /// A line with fewer points, none of which lies farther from it than the tolerance (Douglas and Peucker, 1973).
    fn simplified(&self, line: &[Point]) -> Vec<Point> {
        let Some((first, last)) = line.first().zip(line.last()) else { return Vec::new() };
        let scale = self.frame.scale();
        let flat = |point: &Point| (f64::from(point.0) * self.frame.narrowing * scale, f64::from(point.1) * scale);
        let points: Vec<(f64, f64)> = line.iter().map(flat).collect();
        let mut is_kept = vec![false; line.len()];
        is_kept[0] = true;
        is_kept[line.len() - 1] = true;
        let mut open = vec![(0, line.len() - 1)];
        while let Some((from, to)) = open.pop() {
            let distance = |at: usize| (distance(points[at], points[from], points[to]), at);
            let farthest = (from + 1..to).map(distance).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            // The ends of an island are one point: it keeps enough others to be an area.
            let is_loop = from == 0 && to == line.len() - 1 && first == last;
            if let Some((far, at)) = farthest.filter(|(far, _)| *far > self.tolerance || is_loop && *far > 0.0) {
                debug_assert!(far.is_finite());
                is_kept[at] = true;
                open.extend([(from, at), (at, to)]);
            }
        }
        line.iter().zip(is_kept).filter(|(_, is_kept)| *is_kept).map(|(point, _)| *point).collect()
    }
}

/// How far a point is from a stretch of a line.
fn distance(point: (f64, f64), from: (f64, f64), to: (f64, f64)) -> f64 {
    let (x, y) = (to.0 - from.0, to.1 - from.1);
    let length = x * x + y * y;
    let along = if length > 0.0 { ((point.0 - from.0) * x + (point.1 - from.1) * y) / length } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    let (x, y) = (point.0 - from.0 - along * x, point.1 - from.1 - along * y);
    (x * x + y * y).sqrt()
}

/// A ring without what lies outside a box (Sutherland and Hodgman, 1974): left, right, and bottom of it; its top is as far above
/// the frame as its left is beside it.
fn clipped(ring: Vec<(f64, f64)>, low: f64, right: f64, bottom: f64) -> Vec<(f64, f64)> {
    let flip = |(x, y): (f64, f64)| (y, x);
    let sides = [(low, true), (right, false)];
    let ring = sides.into_iter().fold(ring, |ring, (edge, is_low)| cut(&ring, edge, is_low));
    let flipped: Vec<(f64, f64)> = ring.into_iter().map(flip).collect();
    let sides = [(low, true), (bottom, false)];
    let ring = sides.into_iter().fold(flipped, |ring, (edge, is_low)| cut(&ring, edge, is_low));
    ring.into_iter().map(flip).collect()
}

/// What of a ring lies on one side of a first coordinate.
fn cut(ring: &[(f64, f64)], edge: f64, is_low: bool) -> Vec<(f64, f64)> {
    let is_inside = |point: (f64, f64)| if is_low { point.0 >= edge } else { point.0 <= edge };
    let mut left = Vec::with_capacity(ring.len());
    let Some(mut before) = ring.last().copied() else { return left };
    for point in ring.iter().copied() {
        if is_inside(before) != is_inside(point) {
            left.push((edge, before.1 + (point.1 - before.1) * (edge - before.0) / (point.0 - before.0)));
        }
        if is_inside(point) {
            left.push(point);
        }
        before = point;
    }
    left
}

#[expect(clippy::cast_possible_truncation, reason = "drawings have some thousand units")]
fn round(number: f64) -> i32 {
    number.round() as i32
}

/// The area of a ring in square units.
pub(super) fn area(ring: &[(i32, i32)]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    let cross = |((ax, ay), (bx, by)): (&(i32, i32), &(i32, i32))| {
        f64::from(*ax) * f64::from(*by) - f64::from(*bx) * f64::from(*ay)
    };
    ring.iter().zip(next).map(cross).sum::<f64>().abs() / 2.0
}

/// A ring as a path of SVG, in steps, which are shorter than places.
fn write_ring(path: &mut String, ring: &[(i32, i32)]) {
    let Some((first, others)) = ring.split_first() else { return };
    let _ = write!(path, "M{} {}", first.0, first.1);
    let mut at = *first;
    let mut last = ' ';
    for point in others {
        let (x, y) = (point.0 - at.0, point.1 - at.1);
        at = *point;
        let letter = match (x, y) {
            (0, _) => 'v',
            (_, 0) => 'h',
            _ => 'l',
        };
        let mut step = |number: i32, begins: bool| {
            let is_new = begins && letter != last;
            if is_new {
                path.push(letter);
            } else if number >= 0 {
                path.push(' ');
            }
            let _ = write!(path, "{number}");
        };
        if x != 0 {
            step(x, true);
        }
        if y != 0 {
            step(y, x == 0);
        }
        last = letter;
    }
    path.push('z');
}

/// The longest stretch inside a shape where a line of text of this height fits, by its middle and its length.
pub(super) fn room(shape: &Shape<'_>, frame: &Frame, height: f64) -> Option<(f64, f64, f64)> {
    /// How many lines are tried, and how near to the edge of the frame text may stand.
    const TRIED: i32 = 28;
    const EDGE: f64 = 24.0;
    let (_, top, _, bottom) = shape.bounds()?;
    let top = f64::from(top).max(EDGE) + height / 2.0;
    let bottom = f64::from(bottom).min(frame.height() - EDGE) - height / 2.0;
    let mut best: Option<(f64, f64, f64)> = None;
    for tried in 0..=TRIED {
        let y = top + (bottom - top) * f64::from(tried) / f64::from(TRIED);
        if bottom < top {
            break;
        }
        let inside = |y: f64| stretches(shape, y, (EDGE, WIDTH - EDGE));
        let both = shared(&shared(&inside(y - height / 2.0), &inside(y)), &inside(y + height / 2.0));
        for (from, to) in both {
            // In the middle of a shape a text stands better than near its edges, where it is a little longer.
            let off = (f64::from(tried) / f64::from(TRIED) - 0.5).abs();
            let worth = (to - from) * (1.0 - 0.35 * off);
            if best.is_none_or(|(_, _, known)| worth > known) {
                best = Some((f64::midpoint(from, to), y, worth));
            }
        }
    }
    best
}

/// Where a level line is inside a shape, within two bounds.
fn stretches(shape: &Shape<'_>, y: f64, bounds: (f64, f64)) -> Vec<(f64, f64)> {
    let mut crossings = Vec::new();
    for ring in &shape.rings {
        let next = ring.iter().cycle().skip(1);
        for (a, b) in ring.iter().zip(next) {
            let ((ax, ay), (bx, by)) = ((f64::from(a.0), f64::from(a.1)), (f64::from(b.0), f64::from(b.1)));
            if (ay > y) != (by > y) {
                crossings.push(ax + (bx - ax) * (y - ay) / (by - ay));
            }
        }
    }
    crossings.sort_by(f64::total_cmp);
    let within = crossings.chunks_exact(2).map(|two| (two[0].max(bounds.0), two[1].min(bounds.1)));
    within.filter(|(from, to)| to > from).collect()
}

/// What two lists of stretches have in common.
fn shared(some: &[(f64, f64)], others: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let pairs = some.iter().flat_map(|one| others.iter().map(move |other| (one.0.max(other.0), one.1.min(other.1))));
    pairs.filter(|(from, to)| to > from).collect()
}
