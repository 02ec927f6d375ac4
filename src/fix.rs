//! What certainly mends a problem, carried out. Comes in: the bytes of a file and the fixes for it. Goes out: the bytes
//! afterwards, and what changes in which line. Line ends and a byte order mark stay as they are.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::problem::{Fix, Lines, Problem};
use crate::source;

/// A file with its fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Path relative to the site's root.
    pub path: Arc<str>,
    /// Its bytes before.
    pub old: Vec<u8>,
    /// Its bytes afterwards.
    pub new: Vec<u8>,
    /// What was done: the line, from 1, and a few words.
    pub done: Vec<(u32, String)>,
    /// The lines that change, as a unified difference.
    pub difference: String,
}

/// The fixes that problems carry, by file, in the order of the text.
pub fn by_file(problems: &[Problem]) -> BTreeMap<Arc<str>, Vec<&Fix>> {
    let mut files: BTreeMap<Arc<str>, Vec<&Fix>> = BTreeMap::new();
    for fix in problems.iter().filter_map(|problem| problem.fix.as_deref()) {
        files.entry(fix.place.file.clone()).or_default().push(fix);
    }
    for fixes in files.values_mut() {
        fixes.sort_by_key(|fix| (fix.place.span.start, fix.place.span.end));
    }
    files
}

/// A replacement in the decoded text.
struct Edit<'a> {
    range: Range<usize>,
    fix: &'a Fix,
}

/// Carries out the fixes of one file. Of two that overlap the first is carried out. `None` where there is nothing to do,
/// or the file is no UTF-8.
pub fn mend(path: &Arc<str>, bytes: &[u8], fixes: &[&Fix]) -> Option<Mended> {
    let decoded = source::decode(path.clone(), bytes);
    if decoded.problem.is_some() {
        return None;
    }
    let lines = Lines::new(path.clone(), &decoded.text);
    let edits = edits(fixes, &lines);
    if edits.is_empty() {
        return None;
    }
    let raw = raw_offsets(bytes);
    let mut new = bytes.to_vec();
    for edit in edits.iter().rev() {
        let range = raw[edit.range.start]..raw[edit.range.end];
        new.splice(range, edit.fix.replacement.bytes());
    }
    let done = edits.iter().map(|edit| (edit.fix.place.span.start.line, edit.fix.title.clone())).collect();
    let difference = difference(path, &decoded.text, &edits);
    Some(Mended { path: path.clone(), old: bytes.to_vec(), new, done, difference })
}

/// The replacements, ascending, without those that overlap an earlier one.
fn edits<'a>(fixes: &[&'a Fix], lines: &Lines<'_>) -> Vec<Edit<'a>> {
    let mut edits: Vec<Edit<'a>> = Vec::new();
    for fix in fixes {
        let range = lines.offset(fix.place.span.start)..lines.offset(fix.place.span.end);
        let is_free = edits.last().is_none_or(|last| last.range.end <= range.start && last.range != range);
        if is_free && range.start <= range.end {
            edits.push(Edit { range, fix });
        }
    }
    edits
}

/// For each byte of the text that [`source::decode`] makes of UTF-8, and for its end, the byte that it comes from.
fn raw_offsets(bytes: &[u8]) -> Vec<usize> {
    let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut offsets = Vec::with_capacity(bytes.len() + 1);
    for at in mark..bytes.len() {
        match bytes[at] {
            b'\n' if at > mark && bytes[at - 1] == b'\r' => {} // the line ended at the byte before
            b'\0' => offsets.extend([at; '\u{fffd}'.len_utf8()]),
            _ => offsets.push(at),
        }
    }
    offsets.push(bytes.len());
    offsets
}

/// The lines that change, before and after, as `patch` reads them.
fn difference(path: &str, text: &str, edits: &[Edit<'_>]) -> String {
    let mut shown = format!("--- {path}\n+++ {path}\n");
    let mut shift = 0_isize;
    let mut at = 0;
    while at < edits.len() {
        let start = text[..edits[at].range.start].rfind('\n').map_or(0, |at| at + 1);
        let mut end = line_end(text, &edits[at].range);
        let mut next = at + 1;
        while next < edits.len() && edits[next].range.start < end {
            end = end.max(line_end(text, &edits[next].range));
            next += 1;
        }
        let old = &text[start..end];
        let new = edited(old, start, &edits[at..next]);
        let first = text[..start].matches('\n').count() + 1;
        let (removed, added) = (old.lines().count(), new.lines().count());
        let new_first = first.saturating_add_signed(shift) - usize::from(added == 0);
        let titles: Vec<&str> = edits[at..next].iter().map(|edit| edit.fix.title.as_str()).collect();
        shown.push_str(&format!("@@ -{first},{removed} +{new_first},{added} @@ {}\n", titles.join(", ")));
        shown.extend(old.lines().map(|line| format!("-{line}\n")));
        shown.extend(new.lines().map(|line| format!("+{line}\n")));
        shift += added.cast_signed() - removed.cast_signed();
        at = next;
    }
    shown
}

/// Where the last line ends that a range touches, with its line break.
fn line_end(text: &str, range: &Range<usize>) -> usize {
    if range.end > range.start && text[..range.end].ends_with('\n') {
        return range.end;
    }
    text[range.end..].find('\n').map_or(text.len(), |at| range.end + at + 1)
}

/// A stretch of text that begins at `start`, edited.
fn edited(text: &str, start: usize, edits: &[Edit<'_>]) -> String {
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        text.replace_range(edit.range.start - start..edit.range.end - start, &edit.fix.replacement);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(text: &str, what: &str, replacement: &str) -> Fix {
        let at = text.find(what).unwrap();
        Fix::write(Lines::new(Arc::from("a.md"), text).place(at..at + what.len()), replacement)
    }

    #[test]
    fn line_ends_and_marks_stay() {
        let text = "é one\ntwo\nthree\n";
        let fixes = [fix(text, "one", "1"), fix(text, "two\n", ""), fix(text, "three", "3")];
        let raw = "\u{feff}é one\r\ntwo\rthree\r\n";
        let mended = mend(&Arc::from("a.md"), raw.as_bytes(), &fixes.each_ref()).unwrap();
        assert_eq!(String::from_utf8(mended.new).unwrap(), "\u{feff}é 1\r\n3\r\n");
        assert_eq!(mended.done.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn of_two_that_overlap_the_first_is_done() {
        let text = "abcdef\n";
        let fixes = [fix(text, "bcd", "X"), fix(text, "bcd", "X"), fix(text, "de", "Y"), fix(text, "f", "Z")];
        let mended = mend(&Arc::from("a.md"), text.as_bytes(), &fixes.each_ref()).unwrap();
        assert_eq!(mended.new, b"aXeZ\n");
        assert_eq!(mended.difference, "--- a.md\n+++ a.md\n@@ -1,1 +1,1 @@ write `X`, write `Z`\n-abcdef\n+aXeZ\n");
    }

    #[test]
    fn a_removed_line_is_counted() {
        let text = "a\nb\nc\n";
        let fixes = [fix(text, "b\n", ""), fix(text, "c", "d")];
        let mended = mend(&Arc::from("a.md"), text.as_bytes(), &fixes.each_ref()).unwrap();
        assert!(mended.difference.contains("@@ -2,1 +1,0 @@ write ``\n-b\n@@ -3,1 +2,1 @@"), "{}", mended.difference);
    }

    proptest::proptest! {
        /// Only what is replaced changes, whatever line ends, marks and characters stand around it.
        #[test]
        fn everything_around_stays(before in "[aé\u{feff}\0\r\n]{0,12}", after in "[aé\u{feff}\0\r\n]{0,12}") {
            let raw = format!("{before}OLD{after}");
            let text = source::decode(Arc::from("a.md"), raw.as_bytes()).text;
            let mended = mend(&Arc::from("a.md"), raw.as_bytes(), &[&fix(&text, "OLD", "new")]).unwrap();
            proptest::prop_assert_eq!(String::from_utf8(mended.new).unwrap(), format!("{before}new{after}"));
        }
    }

    #[test]
    fn what_is_no_text_is_left_alone() {
        let fixes = [fix("abc", "a", "b")];
        assert_eq!(mend(&Arc::from("a.md"), b"abc\xe9", &fixes.each_ref()), None);
        assert_eq!(raw_offsets(b"\0a"), [0, 0, 0, 1, 2]);
    }
}
