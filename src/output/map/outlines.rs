//! The outlines of countries that the program carries. Comes in: `outlines.gz`, made once by `tests/data/outlines.py` from Natural
//! Earth's (public domain). Goes out: [`Outlines`], unpacked when the first map is drawn.
//!
//! Unpacked, the file is numbers of seven bits a byte, the lowest first; those with a sign are doubled, and negative ones one less
//! than that turned positive. First how many lines there are, and for each how many points it has, each as its distance from the
//! one before in longitude and latitude. Then how many countries there are, and for each three letters (ISO 3166-1 alpha-3, or
//! `---`), how many rings it has, and for each how many lines make it and which, one that is walked backwards as its complement.
//! Countries that touch share a line, so that no gap opens between them when lines are simplified.

use std::io::Read;
use std::sync::LazyLock;

use flate2::read::GzDecoder;

/// How many units of the outlines make a degree.
pub(super) const DEGREE: i32 = 100;

/// Once round the world.
pub(super) const ROUND: i32 = 360 * DEGREE;

/// A point: longitude and latitude in units of the outlines. A line that crosses the 180th meridian goes on beyond it.
pub(super) type Point = (i32, i32);

/// All outlines.
#[derive(Debug)]
pub(super) struct Outlines {
    /// The lines that make rings.
    pub(super) lines: Vec<Vec<Point>>,
    /// The countries, by their codes.
    pub(super) countries: Vec<Outline>,
}

/// The outline of a country.
#[derive(Debug)]
pub(super) struct Outline {
    /// Its code of ISO 3166-1 alpha-3; `---` for land that has none.
    pub(super) code: String,
    /// Its rings, holes as well: which lines make each, a backward one as its complement.
    pub(super) rings: Vec<Vec<i32>>,
}

static OUTLINES: LazyLock<Outlines> = LazyLock::new(|| {
    let mut bytes = Vec::new();
    let packed: &[u8] = include_bytes!("outlines.gz");
    GzDecoder::new(packed).read_to_end(&mut bytes).expect("outlines.gz is tested with the program");
    Reader { bytes: &bytes }.outlines().expect("outlines.gz is tested with the program")
});

/// All outlines.
pub(super) fn outlines() -> &'static Outlines {
    &OUTLINES
}

impl Outlines {
    /// The outline of the country with this code of ISO 3166-1 alpha-3.
    pub(super) fn of(&self, code: &str) -> Option<&Outline> {
        self.countries.iter().find(|country| country.code == code)
    }
}

/// A ring as points, each line taken as `line` gives it, without a jump where it crosses the 180th meridian.
pub(super) fn joined<'l>(ring: &[i32], line: impl Fn(usize) -> &'l [Point]) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    for reference in ring {
        let is_backward = *reference < 0;
        let number = if is_backward { !*reference } else { *reference };
        let of_line = line(usize::try_from(number).unwrap_or(usize::MAX));
        let (Some(first), Some(last)) = (of_line.first(), of_line.last()) else { continue };
        let start = if is_backward { last.0 } else { first.0 };
        let before = points.last().map_or(start, |point| point.0);
        let shift = rounds(before - start) * ROUND;
        // The end of each line is the beginning of the next.
        points.pop();
        let shifted = |point: &Point| (point.0 + shift, point.1);
        if is_backward {
            points.extend(of_line.iter().rev().map(shifted));
        } else {
            points.extend(of_line.iter().map(shifted));
        }
    }
    points
}

/// How many times round the world a distance is, to the nearest.
pub(super) fn rounds(distance: i32) -> i32 {
    (distance + ROUND / 2).div_euclid(ROUND)
}

struct Reader<'b> {
    bytes: &'b [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<i32> {
        let mut number = 0;
        for shift in (0..28).step_by(7) {
            let byte = self.byte()?;
            number |= i32::from(byte & 127) << shift;
            if byte < 128 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i32> {
        let number = self.number()?;
        Some(if number % 2 == 0 { number / 2 } else { -(number + 1) / 2 })
    }

    /// As many of something as a number says.
    fn list<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        (0..self.number()?).map(|_| one(self)).collect()
    }

    fn line(&mut self) -> Option<Vec<Point>> {
        let mut line = self.list(|reader| Some((reader.signed()?, reader.signed()?)))?;
        let mut at = (0, 0);
        for point in &mut line {
            at = (at.0 + point.0, at.1 + point.1);
            *point = at;
        }
        Some(line)
    }

    fn outline(&mut self) -> Option<Outline> {
        let code = [self.byte()?, self.byte()?, self.byte()?].map(char::from).iter().collect();
        Some(Outline { code, rings: self.list(|reader| reader.list(Reader::signed))? })
    }

    fn outlines(mut self) -> Option<Outlines> {
        Some(Outlines { lines: self.list(Reader::line)?, countries: self.list(Reader::outline)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::country;

    #[test]
    fn every_outline_is_whole_and_nearly_every_country_has_one() {
        let outlines = outlines();
        let without: Vec<&str> = country::all()
            .iter()
            .map(|country| country.alpha3.as_str())
            .filter(|code| outlines.of(code).is_none())
            .collect();
        // A continent around a pole, and islands with fewer people than a village.
        assert_eq!(without, ["ATA", "BVT", "CCK", "CXR", "TKL"]);
        for country in &outlines.countries {
            for ring in &country.rings {
                let points = joined(ring, |line| &outlines.lines[line]);
                assert_eq!(points.first(), points.last(), "{}", country.code);
                // The smallest are no more than two points and back.
                assert!(points.len() > 2, "{}", country.code);
                let far = points.windows(2).find(|two| (two[0].0 - two[1].0).abs() > ROUND / 4);
                assert_eq!(far, None, "{} jumps", country.code);
                assert!(points.iter().all(|point| point.1.abs() <= 90 * DEGREE), "{}", country.code);
            }
        }
    }

    #[test]
    fn parts_stand_where_iso_3166_has_them() {
        let has = |code: &str, (x, y): Point| {
            let outlines = outlines();
            let rings = outlines.of(code).map(|country| country.rings.as_slice()).unwrap_or_default();
            let crossings: usize = rings
                .iter()
                .map(|ring| {
                    let points = joined(ring, |line| &outlines.lines[line]);
                    let crosses = |two: &&[Point]| {
                        let (a, b) = (two[0], two[1]);
                        (a.1 > y) != (b.1 > y) && x < a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1)
                    };
                    points.windows(2).filter(crosses).count()
                })
                .sum();
            crossings % 2 == 1
        };
        for (code, place) in [
            ("MLI", (-400, 1700)),
            ("NER", (800, 1700)),
            ("SOM", (4500, 960)),
            ("UKR", (3430, 4530)),
            ("MYT", (4515, -1282)),
            ("GUF", (-5300, 400)),
            ("RUS", (3760, 5575)),
        ] {
            assert!(has(code, place), "{code}");
        }
        assert!(!has("RUS", (3430, 4530)) && !has("FRA", (-5300, 400)));
        // Lesotho is a hole in South Africa.
        assert!(has("LSO", (2830, -2960)) && !has("ZAF", (2830, -2960)));
    }
}
