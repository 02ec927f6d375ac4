//! Changes to finished HTML. Comes in: HTML, and what is to stand where. Goes out: the HTML with it; all else byte for byte as it was.

use std::ops::Range;

/// Changes that have been collected, in any order; of two that overlap the one that begins first counts, and of these the longer.
#[derive(Debug, Default)]
pub(super) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    pub(super) fn replace(&mut self, range: Range<usize>, with: impl Into<String>) {
        self.0.push((range, with.into()));
    }

    pub(super) fn apply(mut self, html: &str) -> String {
        self.0.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut edited = String::with_capacity(html.len());
        let mut at = 0;
        for (range, with) in self.0 {
            if range.start < at {
                continue;
            }
            edited.push_str(&html[at..range.start]);
            edited.push_str(&with);
            at = range.end;
        }
        edited.push_str(&html[at..]);
        edited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_changes_that_overlap_the_outer_one_counts() {
        let mut edits = Edits::default();
        edits.replace(3..4, "x");
        edits.replace(2..6, "-");
        edits.replace(0..1, "A");
        assert_eq!(edits.apply("abcdefgh"), "Ab-gh");
    }
}
