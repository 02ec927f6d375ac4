//! What Brink wrote into the published folder. Comes in: the text of `.brink/NAME.record`. Goes out: a [`Record`] of which
//! bytes each file has and how the file can be recognised without reading it, and its text again.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::key::Key;

/// The first line of every record, with the number of its format.
const HEAD: &str = "brink record 2";

/// What tells without reading whether a file is as it was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stamp {
    /// When it was last changed, in nanoseconds since 1970; 0 where that is not known.
    pub(super) modified: u64,
    /// Its number in the file system; 0 where there is none.
    pub(super) inode: u64,
}

/// What is known of one published file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) key: Key,
    /// In bytes.
    pub(super) length: u64,
    /// Absent where it has to be read to be known.
    pub(super) stamp: Option<Stamp>,
}

/// Which bytes Brink wrote at each path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Record {
    pub(super) marks: BTreeMap<String, Mark>,
    /// The boot in which it was written.
    boot: Option<String>,
    /// Whether what it tells of was safe from a power cut before it was written.
    is_synced: bool,
}

impl Record {
    /// A record of files that this boot of the machine has seen.
    pub(super) fn new(marks: BTreeMap<String, Mark>, boot: Option<String>, is_synced: bool) -> Record {
        Record { marks, boot, is_synced }
    }

    /// Reads a record; `None` where it is damaged. Where it was not synced and the machine has started anew since, every
    /// file has to be read again: its bytes may have been lost, and its time not.
    pub(super) fn read(text: &str, boot: Option<&str>) -> Option<Record> {
        if text.is_empty() || !text.starts_with("brink ") {
            return Record::read_first(text);
        }
        let body = unsealed(text)?;
        let mut lines = body.lines();
        let (head, state) = (lines.next()?, lines.next()?);
        let (known, synced) = state.strip_prefix("boot ")?.split_once(' ')?;
        if head != HEAD {
            return None;
        }
        let known = Some(known).filter(|known| *known != "-");
        let is_synced = synced == "synced";
        let is_trusted = is_synced || (known.is_some() && known == boot);
        let mut marks = BTreeMap::new();
        for line in lines {
            let mut parts = line.splitn(5, ' ');
            let key = Key::from_hex(parts.next()?)?;
            let length = parts.next()?.parse().ok()?;
            let stamp = Stamp { modified: parts.next()?.parse().ok()?, inode: parts.next()?.parse().ok()? };
            let stamp = Some(stamp).filter(|stamp| is_trusted && stamp.modified > 0);
            marks.insert(parts.next()?.to_owned(), Mark { key, length, stamp });
        }
        Some(Record { marks, boot: known.map(str::to_owned), is_synced })
    }

    /// Whether the files that it tells of are safe from a power cut, `boot` being the one that runs: they were synced, or
    /// have been read again since the machine started anew.
    pub(super) fn is_safe(&self, boot: Option<&str>) -> bool {
        self.is_synced || self.marks.is_empty() || self.boot.as_deref().is_some_and(|known| Some(known) != boot)
    }

    /// Reads the first format: a line a file, `KEY PATH`.
    fn read_first(text: &str) -> Option<Record> {
        let mut record = Record { is_synced: true, ..Record::default() };
        for line in text.lines() {
            let (key, path) = line.split_once(' ')?;
            let mark = Mark { key: Key::from_hex(key)?, length: 0, stamp: None };
            record.marks.insert(path.to_owned(), mark);
        }
        Some(record)
    }

    /// What tells this record from all others.
    pub(super) fn key(&self) -> Key {
        Key::of(self.text().as_bytes())
    }

    /// The record as text.
    pub(super) fn text(&self) -> String {
        let synced = if self.is_synced { "synced" } else { "unsynced" };
        let mut text = format!("{HEAD}\nboot {} {synced}\n", self.boot.as_deref().unwrap_or("-"));
        for (path, mark) in &self.marks {
            let Stamp { modified, inode } = mark.stamp.unwrap_or_default();
            let _ = writeln!(text, "{} {} {modified} {inode} {path}", mark.key.hex(), mark.length);
        }
        sealed(text)
    }
}

/// A text with its key as the last line, which tells whether all of it was written.
pub(super) fn sealed(mut text: String) -> String {
    let key = Key::of(text.as_bytes());
    let _ = writeln!(text, "end {}", key.hex());
    text
}

/// The text that was sealed; `None` where it is not whole.
pub(super) fn unsealed(text: &str) -> Option<&str> {
    let at = text.strip_suffix('\n')?.rfind('\n')? + 1;
    let (body, seal) = text.split_at(at);
    let key = Key::from_hex(seal.trim_end().strip_prefix("end ")?)?;
    (key == Key::of(body.as_bytes())).then_some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(is_synced: bool) -> Record {
        let stamp = Some(Stamp { modified: 7, inode: 9 });
        let mark = |text: &str| Mark { key: Key::of(text.as_bytes()), length: 3, stamp };
        let marks = BTreeMap::from([("a b.html".to_owned(), mark("x")), ("c".to_owned(), mark("y"))]);
        Record::new(marks, Some("boot-1".to_owned()), is_synced)
    }

    #[test]
    fn a_record_reads_back_as_it_was() {
        assert_eq!(Record::read(&record(true).text(), None), Some(record(true)));
        assert!(Record::read("", None).is_some_and(|record| record.marks.is_empty()));
    }

    #[test]
    fn a_record_that_was_cut_or_changed_is_none() {
        let text = record(true).text();
        for at in 1..text.len() {
            assert_eq!(Record::read(&text[..at], None), None, "{}", &text[..at]);
        }
        assert_eq!(Record::read(&text.replace("a b.html", "a c.html"), None), None);
    }

    #[test]
    fn the_times_of_an_unsynced_record_do_not_survive_a_boot() {
        let text = record(false).text();
        let stamps =
            |boot| Record::read(&text, boot).unwrap().marks.values().filter(|mark| mark.stamp.is_some()).count();
        assert_eq!((stamps(Some("boot-1")), stamps(Some("boot-2")), stamps(None)), (2, 0, 0));
    }

    #[test]
    fn the_first_format_is_read() {
        let text = format!("{} a/index.html\n", Key::of(b"x").hex());
        assert_eq!(Record::read(&text, None).unwrap().marks["a/index.html"].stamp, None);
    }
}
