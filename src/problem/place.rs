//! Places in files: byte ranges of a text to lines and columns as an editor shows them.

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
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Indexes the lines of `text`, which is the content of `file`.
    pub fn new(file: Arc<str>, text: &'a str) -> Lines<'a> {
        let after_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Lines { file, text, starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// The file whose lines they are.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The place of a byte range; offsets inside a character or past the end are moved back to a boundary.
    pub fn place(&self, range: Range<usize>) -> Place {
        let start = self.position(range.start);
        let end = self.position(range.end.max(range.start));
        Place { file: self.file.clone(), span: Span { start, end } }
    }

    /// The place of a byte range without the white space and line breaks around it.
    pub fn place_trimmed(&self, range: Range<usize>) -> Place {
        let Some(slice) = self.text.get(range.clone()) else { return self.place(range) };
        let start = range.start + (slice.len() - slice.trim_start().len());
        let end = range.start + slice.trim_end().len();
        self.place(start..end.max(start))
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

    fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let column = self.text[self.starts[line]..offset].chars().count();
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
