//! Changes to finished HTML. Comes in: HTML, and what is to stand where. Goes out: the HTML with it; all else byte for byte as it was.

use std::ops::Range;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

/// What HTML consists of, with bytes.
pub(super) fn tokens(html: &str) -> Vec<Token<usize>> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    // Inside `script`, `style` and their like there are no tags.
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).map(|token| token.unwrap_or_else(|never| match never {})).collect()
}

/// The name of a tag.
pub(super) fn name(tag: &[u8]) -> &str {
    std::str::from_utf8(tag).unwrap_or_default()
}

/// The value of an attribute, with entities decoded.
pub(super) fn value<'t>(tag: &'t StartTag<usize>, name: &str) -> Option<&'t str> {
    tag.attributes.get(name.as_bytes()).and_then(|value| std::str::from_utf8(&value.value).ok())
}

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
    fn tags_have_their_bytes() {
        let html = "<p class=x>é<a href='a&amp;b'>y</a><script>'<b>'</script></p>";
        let tags: Vec<&str> = tokens(html)
            .into_iter()
            .filter_map(|token| match token {
                Token::StartTag(tag) => Some(tag.span),
                Token::EndTag(tag) => Some(tag.span),
                _ => None,
            })
            .map(|span| &html[span.start..span.end])
            .collect();
        assert_eq!(tags, ["<p class=x>", "<a href='a&amp;b'>", "</a>", "<script>", "</script>", "</p>"]);
    }

    #[test]
    fn of_changes_that_overlap_the_outer_one_counts() {
        let mut edits = Edits::default();
        edits.replace(3..4, "x");
        edits.replace(2..6, "-");
        edits.replace(0..1, "A");
        assert_eq!(edits.apply("abcdefgh"), "Ab-gh");
    }
}
