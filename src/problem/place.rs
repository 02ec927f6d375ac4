//! Places in files: byte ranges of a text to lines and columns as an editor shows them.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

/// A line and a column, both from 1; columns count characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// From a position up to, and not including, another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first character.
    pub start: Position,
    /// The first character after it.
    pub end: Position,
}

/// A span in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path of the file relative to the site's root, with `/`.
    pub file: Arc<str>,
    /// Where in it.
    pub span: Span,
}

impl Place {
    /// The very beginning of a file, for problems that concern the whole of it.
    pub fn start_of(file: &str) -> Place {
        let start = Position { line: 1, column: 1 };
        Place { file: Arc::from(file), span: Span { start, end: start } }
    }
}

/// The line starts of one text, to turn byte offsets into positions and back.
#[derive(Debug)]
pub struct Lines<'a> {
    file: Arc<str>,
    /// The text as the writer wrote it.
    text: &'a str,
    /// Whether each of its characters is a byte.
    is_ascii: bool,
    starts: Vec<usize>,
    /// The last byte that was asked for, and its column from 0.
    last: Cell<(usize, usize)>,
    /// The text that byte ranges count in, and where it comes from, where that is another one.
    expanded: Option<(&'a str, &'a Origins)>,
}

/// Where the parts of a text come from that was made from another one: parts of it were copied, others put in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(Vec<Origin>);

/// A part of a text that was made from another one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    /// The byte at which it begins.
    at: usize,
    /// The bytes of the other text that it comes from.
    from: Range<usize>,
    /// Whether it is the same text, byte for byte.
    is_copy: bool,
}

impl Origins {
    /// Notes that the text from this byte on is a copy.
    pub fn copied(&mut self, at: usize, from: Range<usize>) {
        if !from.is_empty() {
            self.0.push(Origin { at, from, is_copy: true });
        }
    }

    /// Notes that the text from this byte on stands for something in the other one.
    pub fn inserted(&mut self, at: usize, from: Range<usize>) {
        self.0.push(Origin { at, from, is_copy: false });
    }

    /// Notes that another text follows from this byte on.
    pub fn append(&mut self, at: usize, other: &Origins) {
        self.0.extend(other.0.iter().map(|origin| Origin { at: origin.at + at, ..origin.clone() }));
    }

    /// The origins of a stretch of the text.
    pub fn cut(&self, range: Range<usize>) -> Origins {
        let mut cut = Vec::new();
        for (index, origin) in self.0.iter().enumerate() {
            let end = self.0.get(index + 1).map_or(usize::MAX, |next| next.at);
            if end <= range.start || origin.at >= range.end {
                continue;
            }
            let skipped = if origin.is_copy { range.start.saturating_sub(origin.at) } else { 0 };
            let from = origin.from.start + skipped..origin.from.end;
            cut.push(Origin { at: origin.at.max(range.start) - range.start, from, is_copy: origin.is_copy });
        }
        Origins(cut)
    }

    /// Whether a byte was copied from the other text.
    fn is_copy(&self, at: usize) -> bool {
        let index = self.0.partition_point(|origin| origin.at <= at);
        self.0.get(index.saturating_sub(1)).is_none_or(|origin| origin.is_copy)
    }

    /// The byte of the other text that a byte comes from. Of a part that was put in, it is the first one, or, for the end of
    /// something, the last.
    fn source(&self, at: usize, is_end: bool) -> usize {
        let index = match is_end {
            true => self.0.partition_point(|origin| origin.at < at),
            false => self.0.partition_point(|origin| origin.at <= at),
        };
        match self.0.get(index.saturating_sub(1)) {
            Some(origin) if origin.is_copy => (origin.from.start + (at - origin.at.min(at))).min(origin.from.end),
            Some(origin) if is_end => origin.from.end,
            Some(origin) => origin.from.start,
            None => at,
        }
    }
}

impl<'a> Lines<'a> {
    /// Indexes the lines of `text`, which is the content of `file`.
    pub fn new(file: Arc<str>, text: &'a str) -> Lines<'a> {
        let after_breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        let starts = std::iter::once(0).chain(after_breaks).collect();
        Lines { file, text, is_ascii: text.is_ascii(), starts, last: Cell::default(), expanded: None }
    }

    /// The same lines for byte ranges that count in a text made from this one.
    pub fn expanded(&self, text: &'a str, origins: &'a Origins) -> Lines<'a> {
        let (file, starts) = (self.file.clone(), self.starts.clone());
        Lines { file, starts, last: Cell::default(), expanded: Some((text, origins)), ..*self }
    }

    /// The file whose lines they are.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// The place of a byte range; offsets inside a character or past the end are moved back to a boundary.
    pub fn place(&self, range: Range<usize>) -> Place {
        let range = match self.expanded {
            Some((_, origins)) => origins.source(range.start, false)..origins.source(range.end, true),
            None => range,
        };
        let start = self.position(range.start);
        let end = self.position(range.end.max(range.start));
        Place { file: self.file.clone(), span: Span { start, end } }
    }

    /// The place of a byte range without the white space and line breaks around it.
    pub fn place_trimmed(&self, range: Range<usize>) -> Place {
        let text = self.expanded.map_or(self.text, |(text, _)| text);
        let Some(slice) = text.get(range.clone()) else { return self.place(range) };
        let start = range.start + (slice.len() - slice.trim_start().len());
        let end = range.start + slice.trim_end().len();
        self.place(start..end.max(start))
    }

    /// The place of one of the texts of a list that stands in a byte range; that of the whole list, where the text is
    /// written in another way there.
    pub fn place_of_item(&self, list: Range<usize>, item: &str) -> Place {
        let text = self.text.get(list.clone()).unwrap_or_default();
        let is_whole = |start: usize| {
            let before = text[..start].trim_end().chars().next_back();
            let after = text[start + item.len()..].chars().find(|c| *c == '\n' || !c.is_whitespace());
            before.is_none_or(|c| "[,\"'-".contains(c)) && after.is_none_or(|c| "],\"'\n\r#".contains(c))
        };
        let found = text.match_indices(item).map(|(start, _)| start).find(|start| !item.is_empty() && is_whole(*start));
        match found {
            Some(start) => self.place(list.start + start..list.start + start + item.len()),
            None => self.place_trimmed(list),
        }
    }

    /// The first and the last line of a byte range, white space around it aside; `None` where what stands there was put in,
    /// so that nobody wrote it on any line.
    pub fn written(&self, range: Range<usize>) -> Option<(u32, u32)> {
        let is_inserted = self.expanded.is_some_and(|(_, origins)| !origins.is_copy(range.start));
        let span = self.place_trimmed(range).span;
        (!is_inserted).then_some((span.start.line, span.end.line))
    }

    /// The whole lines of a byte range, the byte at which they begin, and the number of the first.
    pub fn around(&self, range: Range<usize>) -> (&'a str, usize, usize) {
        let line = |at: usize| self.starts.partition_point(|start| *start <= at).max(1) - 1;
        let first = line(range.start);
        let end = self.starts.get(line(range.end) + 1).copied().unwrap_or(self.text.len());
        (&self.text[self.starts[first]..end], self.starts[first], first + 1)
    }

    /// The byte offset of a position; past the end of a line it is the line's end.
    pub fn offset(&self, position: Position) -> usize {
        let line = (position.line as usize).clamp(1, self.starts.len()) - 1;
        let start = self.starts[line];
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let rest = &self.text[start..end];
        let column = (position.column as usize).saturating_sub(1);
        start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
    }

    /// How many characters stand before an offset in the line that begins at `start`.
    fn column(&self, start: usize, offset: usize) -> usize {
        // Places are mostly asked for in their order: in a long line it is counted from the one before.
        let (known, before) = self.last.get();
        let (from, before) = if (start..=offset).contains(&known) { (known, before) } else { (start, 0) };
        let column = before + self.text[from..offset].chars().count();
        self.last.set((offset, column));
        column
    }

    fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let start = self.starts[line];
        let column = if self.is_ascii { offset - start } else { self.column(start, offset) };
        Position { line: line as u32 + 1, column: column as u32 + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_offsets_come_back() {
        let text = "# مالي\nécole [x](y.md)\n";
        let lines = Lines::new(Arc::from("a.md"), text);
        let at = text.find("y.md").unwrap();
        let place = lines.place(at..at + 4);
        assert_eq!(place.span.start, Position { line: 2, column: 11 });
        assert_eq!(place.span.end, Position { line: 2, column: 15 });
        assert_eq!(lines.offset(place.span.start), at);
        assert_eq!(lines.place(text.len()..text.len() + 9).span.start, Position { line: 3, column: 1 });
    }
}
