//! What is known of addresses from before. Comes in: the bytes of the file that keeps it. Goes out: what is recent enough,
//! and the text of the new file, sorted by address. What nobody could tell is never kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::talk::Answer;
use crate::vocabulary::Day;

/// For how many days an address that worked need not be asked again.
const WORKS: i32 = 7;
/// For how many days one that was gone need not be.
const GONE: i32 = 1;
/// The version of the file.
const VERSION: u32 = 1;

/// What is known of each address.
#[derive(Debug, Default)]
pub(super) struct Memory(BTreeMap<String, Known>);

/// What is known of one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    /// The day on which it was asked.
    pub(super) on: String,
    answer: Kept,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved_to: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kept {
    Works,
    Gone,
}

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    addresses: BTreeMap<String, Known>,
}

impl Known {
    /// What an answer of today leaves to know.
    pub(super) fn new(answer: &Answer, today: Day) -> Option<Known> {
        let (kept, why, moved_to) = match answer {
            Answer::Works { moved } => (Kept::Works, "", moved.clone()),
            Answer::Gone(why) => (Kept::Gone, why.as_str(), None),
            Answer::Unsure(_) => return None,
        };
        Some(Known { on: today.to_string(), answer: kept, why: why.to_owned(), moved_to })
    }

    /// Why it is known to be gone; `None` where it works.
    pub(super) fn why_gone(&self) -> Option<&str> {
        (self.answer == Kept::Gone).then_some(self.why.as_str())
    }

    fn is_recent(&self, today: Day) -> bool {
        let days = if self.answer == Kept::Works { WORKS } else { GONE };
        let age = self.on.parse::<Day>().ok().and_then(|on| today.since(on).ok());
        age.is_some_and(|age| (0..=days).contains(&age.get_days()))
    }
}

impl Memory {
    /// Reads the file; `None` where it is none.
    pub(super) fn read(bytes: &[u8]) -> Option<Memory> {
        let file: File = serde_json::from_slice(bytes).ok()?;
        (file.version == VERSION).then_some(Memory(file.addresses))
    }

    /// What is known of an address, where that is recent enough.
    pub(super) fn of(&self, url: &str, today: Day) -> Option<&Known> {
        self.0.get(url).filter(|known| known.is_recent(today))
    }

    /// Notes what is known of an address.
    pub(super) fn keep(&mut self, url: &str, known: Known) {
        self.0.insert(url.to_owned(), known);
    }

    /// Whether nothing is known.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of the file.
    pub(super) fn write(self) -> String {
        let file = File { version: VERSION, addresses: self.0 };
        serde_json::to_string_pretty(&file).expect("addresses and their answers are text") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_written_is_read_and_holds_for_its_days() {
        let day = date(2024, 6, 30);
        let works = Answer::Works { moved: Some("https://b.org/".into()) };
        let mut memory = Memory::default();
        for (url, answer) in [("https://z.org/", &works), ("https://a.org/", &Answer::Gone("x".into()))] {
            memory.keep(url, Known::new(answer, day).unwrap());
        }
        assert_eq!(Known::new(&Answer::Unsure("x".into()), day), None);
        let text = memory.write();
        assert!(text.find("a.org") < text.find("z.org") && text.contains("\"moved_to\": \"https://b.org/\""), "{text}");
        let memory = Memory::read(text.as_bytes()).unwrap();
        assert_eq!(Memory::read(text.as_bytes()).map(Memory::write), Some(text));
        let is_known = |url: &str, day| memory.of(url, day).is_some();
        assert!(is_known("https://z.org/", date(2024, 7, 7)) && !is_known("https://z.org/", date(2024, 7, 8)));
        assert!(is_known("https://a.org/", date(2024, 7, 1)) && !is_known("https://a.org/", date(2024, 7, 2)));
        assert!(!is_known("https://z.org/", date(2024, 6, 29)), "a day to come says nothing");
        assert_eq!(memory.of("https://a.org/", day).and_then(Known::why_gone), Some("x"));
    }

    #[test]
    fn what_cannot_be_read_is_nothing() {
        assert!(Memory::read(b"{").is_none());
        assert!(Memory::read(br#"{"version": 2, "addresses": {}}"#).is_none());
        assert!(Memory::default().is_empty());
    }
}
