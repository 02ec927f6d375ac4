//! JSON as it is published (RFC 8259). Comes in: values. Goes out: their text, indented by two spaces down to a depth and on one
//! line from there on, so that people can read it, tools that compare lines show what changed, and large files stay small.

use std::io::{self, Write};

use rayon::prelude::*;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// A value as a file. What is `flat` levels down is on one line.
pub(super) fn whole(value: &impl Serialize, flat: usize) -> Vec<u8> {
    let mut json = part(value, 0, flat);
    json.push(b'\n');
    json
}

/// A value that stands `depth` levels down in a file.
pub(super) fn part(value: &impl Serialize, depth: usize, flat: usize) -> Vec<u8> {
    let mut json = Vec::with_capacity(128);
    let mut serializer = Serializer::with_formatter(&mut json, Lines { depth, flat, has_value: false });
    value.serialize(&mut serializer).expect("memory takes all bytes, and every key is a text");
    json
}

/// A file with an array of `length` parts, each made for depth 1. As many are made at once as there are cores, so that a large
/// file is not held twice.
pub(super) fn array(length: usize, part: impl Fn(usize) -> Vec<u8> + Sync) -> Vec<u8> {
    if length == 0 {
        return b"[]\n".to_vec();
    }
    let at_once = rayon::current_num_threads();
    let mut json = Vec::new();
    for first in (0..length).step_by(at_once) {
        let parts: Vec<Vec<u8>> = (first..length.min(first + at_once)).into_par_iter().map(&part).collect();
        let come = parts.iter().map(|part| part.len() + 4).sum::<usize>() + 4;
        if json.capacity() - json.len() < come {
            // A text that doubles when it is full is held twice for a while: what has come tells about how long it gets.
            let all = (json.len() + come) / (first + parts.len()) * (length + length / 8);
            json.reserve_exact(come.max(all.saturating_sub(json.len())));
        }
        for part in parts {
            json.extend_from_slice(if json.is_empty() { b"[\n  " } else { b",\n  " });
            json.extend_from_slice(&part);
        }
    }
    json.extend_from_slice(b"\n]\n");
    json
}

/// Lines and indents for the upper levels, none for the lower ones.
struct Lines {
    /// How many arrays and objects are open, with those around the part.
    depth: usize,
    /// The depth from which on they are on one line.
    flat: usize,
    /// Whether the one that is open has something in it.
    has_value: bool,
}

impl Lines {
    fn begin<W: Write + ?Sized>(&mut self, writer: &mut W, sign: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_value = false;
        writer.write_all(sign)
    }

    fn end<W: Write + ?Sized>(&mut self, writer: &mut W, sign: &[u8]) -> io::Result<()> {
        let is_divided = self.has_value && self.depth <= self.flat;
        self.depth -= 1;
        if is_divided {
            self.new_line(writer)?;
        }
        writer.write_all(sign)
    }

    fn next<W: Write + ?Sized>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        if !is_first {
            writer.write_all(b",")?;
        }
        if self.depth <= self.flat { self.new_line(writer) } else { Ok(()) }
    }

    fn new_line<W: Write + ?Sized>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Lines {
    fn begin_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    fn end_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        self.next(writer, is_first)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        self.next(writer, is_first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(if self.depth <= self.flat { b": " } else { b":" })
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn upper_levels_have_lines_and_lower_ones_none() {
        let value = json!([{ "a": [], "b": [1, 2], "c": { "d": null } }]);
        let text = |flat| String::from_utf8(whole(&value, flat)).expect("JSON is UTF-8");
        assert_eq!(text(0), "[{\"a\":[],\"b\":[1,2],\"c\":{\"d\":null}}]\n");
        assert_eq!(text(2), "[\n  {\n    \"a\": [],\n    \"b\": [1,2],\n    \"c\": {\"d\":null}\n  }\n]\n");
        assert_eq!(text(usize::MAX), serde_json::to_string_pretty(&value).expect("it is a value") + "\n");
    }

    #[test]
    fn parts_make_the_same_file_as_the_whole() {
        let values = [json!({ "a": [1] }), json!({}), json!({ "b": { "c": [] } })];
        for flat in [1, 2, 9] {
            assert_eq!(array(values.len(), |at| part(&values[at], 1, flat)), whole(&values, flat));
        }
        assert_eq!(array(0, |_| Vec::new()), whole(&json!([]), 1));
    }
}
