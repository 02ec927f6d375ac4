//! Names on a map. Comes in: shapes, and what they should be called. Goes out: labels that do not cover each other.

use super::draw::{Shape, room};
use super::frame::{Frame, WIDTH};
use super::view::MapLabelView;

/// How high a line of text is, in units of the drawing. The style sheet has the same size, so that a label on a phone is legible;
/// where there is room for larger drawings it makes text smaller.
const LINE: f64 = 80.0;

/// How wide a letter is compared with its height, on the average and with room to spare.
const LETTER: f64 = 0.62;

/// Labels that have their place.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// Their middles and sizes.
    taken: Vec<(f64, f64, f64, f64)>,
}

impl Labels {
    /// Places the first of some texts that has room in a shape. The last one is placed in any case, above or below what
    /// stands in its way; says which text it was.
    pub(super) fn place(
        &mut self,
        shape: &Shape<'_>,
        frame: &Frame,
        texts: &[String],
    ) -> Option<(usize, MapLabelView)> {
        let found = room(shape, frame, LINE);
        let fits = |text: &String| found.is_some_and(|(_, _, length)| length >= width(text));
        let which = texts.iter().position(fits).or(texts.len().checked_sub(1))?;
        let (left, top, right, bottom) = shape.bounds()?;
        let middle = (f64::from(left + right) / 2.0, f64::from(top + bottom) / 2.0);
        let (x, y) = found.map_or(middle, |(x, y, _)| (x, y));
        let half = width(&texts[which]) / 2.0;
        let x = x.clamp(half, (WIDTH - half).max(half));
        // A country lower than a line is not hidden by its name.
        let is_low = f64::from(bottom - top) < LINE * 1.5;
        let moves = if is_low { [-1.0, 1.0, -2.0, 2.0, -3.0, 3.0] } else { [0.0, 1.0, -1.0, 2.0, -2.0, 3.0] };
        let moves = moves.map(|lines| y + lines * LINE * 1.05);
        let inside = |y: &&f64| **y > LINE && **y < frame.height() - LINE;
        let free = |y: &&f64| self.is_free((x, **y), &texts[which]);
        let y = moves.iter().filter(inside).find(free).copied().unwrap_or(y);
        Some((which, self.take((x, y), &texts[which])))
    }

    /// Places the name of a neighbour, where it has room and covers nothing.
    pub(super) fn place_if_free(&mut self, shape: &Shape<'_>, frame: &Frame, text: &str) -> Option<MapLabelView> {
        let (x, y, length) = room(shape, frame, LINE)?;
        let is_placed = length >= width(text) && self.is_free((x, y), text);
        is_placed.then(|| self.take((x, y), text))
    }

    fn is_free(&self, (x, y): (f64, f64), text: &str) -> bool {
        let is_apart = |(other_x, other_y, wide, high): &(f64, f64, f64, f64)| {
            (x - other_x).abs() * 2.0 >= width(text) + wide || (y - other_y).abs() * 2.0 >= LINE + high
        };
        self.taken.iter().all(is_apart)
    }

    #[expect(clippy::cast_possible_truncation, reason = "drawings have some thousand units")]
    fn take(&mut self, (x, y): (f64, f64), text: &str) -> MapLabelView {
        self.taken.push((x, y, width(text), LINE));
        // Text stands on its line, a third of its height below its middle.
        MapLabelView { x: x.round() as i32, y: (y + LINE * 0.34).round() as i32, text: text.to_owned() }
    }
}

#[expect(clippy::cast_precision_loss, reason = "names are short")]
fn width(text: &str) -> f64 {
    text.chars().count() as f64 * LINE * LETTER
}
