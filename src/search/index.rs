//! The index of words. Comes in: for each thing that can be found its texts with their weights. Goes out: an [`Index`]: all words
//! in order, each with where it stands, cut into pieces of about one size. The same whatever the number of cores.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::plain::{Stretch, stretches};
use super::words::words;
use crate::key::Key;

/// How much it says of a thing that a word stands there; the order is that of the lists in the pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// In its text.
    Text,
    /// In its text, several times. Made from [`Weight::Text`] alone.
    Often,
    /// In a heading, or in what is said of it in a sentence.
    Heading,
    /// In its title, or one of its names.
    Name,
    /// It is its title, or one of its names.
    WholeName,
}

const WEIGHTS: usize = 5;

/// How often a word stands in a text that has it often.
const OFTEN: u32 = 3;

/// How large a piece may be, in bytes; about a third when compressed.
const PIECE_MAX: usize = 12 * 1024;

/// Into how many pieces the index of so many words, spread over so many things, is cut: a power of two, so that an edit seldom
/// changes it. What an index measures is estimated, since its pieces have addresses before anything was counted: half a
/// character for each word of the text, and twelve for each different word, of which there are as many as Heaps' law says.
pub fn pieces_for(words: usize, things: usize) -> usize {
    let words = words + 30 * things;
    let different = 40 * words.isqrt();
    ((words / 2 + 12 * different.min(words)) / PIECE_MAX + 1).next_power_of_two()
}

/// All words of a site.
#[derive(Debug, PartialEq, Eq)]
pub struct Index {
    /// A line for each word: the word, a space, and a list for each weight, with `,` between. A list has the number of each
    /// thing as the difference to the one before, in digits of five bits, the lowest first; all but the last have a sixth bit.
    text: String,
    /// Where each piece begins; the last is the end.
    starts: Vec<usize>,
    /// Changes whenever the text does.
    pub version: String,
}

impl Index {
    /// A piece.
    pub fn piece(&self, at: usize) -> &str {
        &self.text[self.starts[at]..self.starts[at + 1]]
    }

    /// For each piece the shortest text that comes after all words of the pieces before it and not after its own.
    pub fn firsts(&self) -> Vec<&str> {
        let word = |line: &'_ str| line.split(' ').next().map_or(0, str::len);
        let first = |start: &usize| {
            let own = &self.text[*start..*start + word(&self.text[*start..])];
            if own.is_empty() {
                return "\u{ffff}"; // the pieces at the end may be empty
            }
            let line = self.text[..start.saturating_sub(1)].rfind('\n').map_or(0, |at| at + 1);
            let before = &self.text[line..line + word(&self.text[line..*start])];
            let is_common = |((_, a), b): &((usize, char), char)| a == b;
            let common = own.char_indices().zip(before.chars()).take_while(is_common).count();
            match own.char_indices().nth(common + 1) {
                Some((end, _)) if *start > 0 => &own[..end],
                _ => own,
            }
        };
        let mut firsts: Vec<&str> = self.starts[..self.starts.len() - 1].iter().map(first).collect();
        firsts[0] = "";
        firsts
    }
}

/// Different words, each with a number.
#[derive(Default)]
struct Dictionary {
    text: String,
    ends: Vec<u32>,
    hashes: Vec<u32>,
    /// Numbers plus one; 0 is free. As many as a power of two.
    slots: Vec<u32>,
}

impl Dictionary {
    fn len(&self) -> usize {
        self.ends.len()
    }

    fn word(&self, id: u32) -> &str {
        let id = id as usize;
        let start = if id == 0 { 0 } else { self.ends[id - 1] as usize };
        &self.text[start..self.ends[id] as usize]
    }

    /// The number of a word.
    fn id(&mut self, word: &str) -> u32 {
        if self.ends.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let hash = hash(word);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.slots[at] {
                0 => break,
                id if self.hashes[id as usize - 1] == hash && self.word(id - 1) == word => return id - 1,
                _ => at = (at + 1) & mask,
            }
        }
        self.text.push_str(word);
        self.ends.push(u32::try_from(self.text.len()).expect("a part of a site has less than 4 GB of different words"));
        self.hashes.push(hash);
        let number = u32::try_from(self.ends.len()).expect("there are fewer words than bytes");
        self.slots[at] = number;
        number - 1
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1024);
        self.slots = vec![0; size];
        for (number, hash) in (1..).zip(&self.hashes) {
            let mut at = *hash as usize & (size - 1);
            while self.slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = number;
        }
    }
}

/// Multiplies eight bytes at a time, as FxHash does; words come from the site itself, so nobody chooses them to collide.
fn hash(word: &str) -> u32 {
    const SEED: u64 = 0x51_7c_c1_b7_27_22_0a_95;
    let mut hash = word.len() as u64;
    let mut add = |part: u64| hash = (hash.rotate_left(5) ^ part).wrapping_mul(SEED);
    let (eights, rest) = word.as_bytes().as_chunks::<8>();
    eights.iter().for_each(|eight| add(u64::from_le_bytes(*eight)));
    add(rest.iter().fold(0, |part, byte| part << 8 | u64::from(*byte)));
    (hash >> 32) as u32
}

/// Where a word stands: the thing, how much that says, and how often.
#[derive(Clone, Copy)]
struct Posting(u32);

impl Posting {
    const COUNT_MAX: u32 = 31;

    fn new(thing: u32, weight: Weight) -> Posting {
        Posting(thing << 8 | (weight as u32) << 5 | 1)
    }

    fn add(&mut self, weight: Weight) {
        let (own, count) = (self.0 >> 5 & 7, self.0 & Posting::COUNT_MAX);
        self.0 = self.0 >> 8 << 8 | own.max(weight as u32) << 5 | (count + 1).min(Posting::COUNT_MAX);
    }

    fn thing(self) -> u32 {
        self.0 >> 8
    }

    fn list(self) -> usize {
        match (self.0 >> 5 & 7, self.0 & Posting::COUNT_MAX) {
            (0, OFTEN..) => Weight::Often as usize,
            (weight, _) => weight as usize,
        }
    }
}

/// Takes the texts of one thing after the other.
#[derive(Default)]
pub struct Words {
    dictionary: Dictionary,
    /// For each word the thing that had it last, plus one, and the place in `found` where that is.
    last: Vec<(u32, u32)>,
    /// All that was found: word and posting.
    found: Vec<(u32, Posting)>,
    thing: u32,
    room: String,
}

impl Words {
    /// Adds a text without markup.
    pub fn add(&mut self, text: &str, weight: Weight) {
        let mut room = std::mem::take(&mut self.room);
        words(text, &mut room, &mut |word| self.add_word(word, weight));
        self.room = room;
    }

    /// Adds a title or name.
    pub fn add_name(&mut self, name: &str) {
        let mut room = std::mem::take(&mut self.room);
        let mut number = 0;
        words(name, &mut room, &mut |_| number += 1);
        let weight = if number == 1 { Weight::WholeName } else { Weight::Name };
        words(name, &mut room, &mut |word| self.add_word(word, weight));
        self.room = room;
    }

    /// Adds text as HTML.
    pub fn add_html(&mut self, html: &str) {
        let mut room = std::mem::take(&mut self.room);
        stretches(html, |stretch| {
            if let Stretch::Text(text) = stretch {
                words(text, &mut room, &mut |word| self.add_word(word, Weight::Text));
            }
        });
        self.room = room;
    }

    /// Adds something that things are filtered by. No word of a text has a colon.
    pub fn add_facet(&mut self, facet: &str) {
        self.add_word(&format!(":{facet}"), Weight::Text);
    }

    fn add_word(&mut self, word: &str, weight: Weight) {
        // A letter alone, such as what an apostrophe cuts off, says something in a name only.
        if word.len() == 1 && weight < Weight::Name {
            return;
        }
        let id = self.dictionary.id(word);
        match self.last.get_mut(id as usize) {
            Some((thing, at)) if *thing == self.thing + 1 => self.found[*at as usize].1.add(weight),
            Some(last) => {
                *last = (self.thing + 1, self.found.len() as u32);
                self.found.push((id, Posting::new(self.thing, weight)));
            }
            None => {
                self.last.push((self.thing + 1, self.found.len() as u32));
                self.found.push((id, Posting::new(self.thing, weight)));
            }
        }
    }

    /// Sorts what was found by words; in each, things keep their order.
    fn sorted(self) -> Part {
        let mut starts = vec![0_u32; self.dictionary.len() + 1];
        for (id, _) in &self.found {
            starts[*id as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut free = starts.clone();
        let mut postings = vec![Posting(0); self.found.len()];
        for (id, posting) in &self.found {
            postings[free[*id as usize] as usize] = *posting;
            free[*id as usize] += 1;
        }
        Part { dictionary: self.dictionary, starts, postings }
    }
}

/// The words of some things.
struct Part {
    dictionary: Dictionary,
    /// Where the postings of each word begin; the last is the end.
    starts: Vec<u32>,
    postings: Vec<Posting>,
}

impl Part {
    fn postings(&self, id: u32) -> &[Posting] {
        let id = id as usize;
        &self.postings[self.starts[id] as usize..self.starts[id + 1] as usize]
    }
}

/// Makes the index of `count` things, cut into `pieces`; `fill` adds the texts of one. Uses all cores where it may: inside a job
/// of rayon's that others wait for it must not, since a thread that waits takes up other jobs.
pub fn index(count: usize, pieces: usize, is_parallel: bool, fill: impl Fn(usize, &mut Words) + Sync) -> Index {
    // Each part has words of its own, that are counted once more when parts are joined: few parts, but enough for all cores.
    let size = count.div_ceil(16).max(64);
    let part = |start: usize| {
        let mut words = Words::default();
        for thing in start..count.min(start + size) {
            words.thing = u32::try_from(thing).expect("there are fewer things than words");
            fill(thing, &mut words);
        }
        words.sorted()
    };
    let starts: Vec<usize> = (0..count).step_by(size).collect();
    let parts: Vec<Part> = match is_parallel {
        true => starts.into_par_iter().map(part).collect(),
        false => starts.into_iter().map(part).collect(),
    };
    join(&parts, pieces, is_parallel)
}

fn join(parts: &[Part], pieces: usize, is_parallel: bool) -> Index {
    let mut all = Dictionary::default();
    // Every word with each part that has it: its number in all, the part, its number there.
    let mut places: Vec<(u32, u32, u32)> = Vec::new();
    for (at, part) in (0..).zip(parts) {
        let own = 0..part.dictionary.len() as u32;
        places.extend(own.map(|id| (all.id(part.dictionary.word(id)), at, id)));
    }
    let mut order: Vec<u32> = (0..all.len() as u32).collect();
    let by_word = |a: &u32, b: &u32| compare(all.word(*a), all.word(*b));
    let lines = |places: &[(u32, u32, u32)]| {
        let mut lines = String::new();
        let mut writer = Line::default();
        for of_word in places.chunk_by(|a, b| a.0 == b.0) {
            lines.push_str(all.word(of_word[0].0));
            let postings = of_word.iter().flat_map(|(_, part, id)| parts[*part as usize].postings(*id));
            writer.write(postings, &mut lines);
        }
        lines
    };
    if is_parallel {
        order.par_sort_unstable_by(by_word);
    } else {
        order.sort_unstable_by(by_word);
    }
    let places = in_order(&places, &order);
    let groups = groups_of(&places);
    let texts: Vec<String> = match is_parallel {
        true => groups.par_iter().map(|group| lines(&places[group.clone()])).collect(),
        false => groups.iter().map(|group| lines(&places[group.clone()])).collect(),
    };
    let text = texts.concat();
    let mut version = Key::of(text.as_bytes()).hex();
    version.truncate(8);
    Index { starts: cut(&text, pieces), text, version }
}

/// The places of all words, in the order of the words; of one word, in the order of the parts.
fn in_order(places: &[(u32, u32, u32)], order: &[u32]) -> Vec<(u32, u32, u32)> {
    let mut rank = vec![0_u32; order.len()];
    for (at, id) in (0..).zip(order) {
        rank[*id as usize] = at;
    }
    let mut starts = vec![0_usize; order.len() + 1];
    for (id, _, _) in places {
        starts[rank[*id as usize] as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut sorted = vec![(0, 0, 0); places.len()];
    for place in places {
        let free = &mut starts[rank[place.0 as usize] as usize];
        sorted[*free] = *place;
        *free += 1;
    }
    sorted
}

/// Stretches of places that are written together, none of which ends inside a word.
fn groups_of(places: &[(u32, u32, u32)]) -> Vec<std::ops::Range<usize>> {
    const SIZE: usize = 4096;
    let mut groups = Vec::new();
    let mut start = 0;
    while start < places.len() {
        let mut end = (start + SIZE).min(places.len());
        while end < places.len() && places[end].0 == places[end - 1].0 {
            end += 1;
        }
        groups.push(start..end);
        start = end;
    }
    groups
}

/// The order of UTF-16, in which browsers compare; other than that of UTF-8 only beyond the surrogates.
fn compare(a: &str, b: &str) -> Ordering {
    let is_beyond = |text: &str| text.bytes().any(|byte| byte >= 0xee);
    match is_beyond(a) || is_beyond(b) {
        true => a.encode_utf16().cmp(b.encode_utf16()),
        false => a.cmp(b),
    }
}

/// Where the pieces of a text begin, all at the beginning of a line.
fn cut(text: &str, pieces: usize) -> Vec<usize> {
    let start = |piece: usize| {
        let wanted = text.len() * piece / pieces;
        match piece {
            0 => 0,
            _ => memchr::memchr(b'\n', &text.as_bytes()[wanted..]).map_or(text.len(), |at| wanted + at + 1),
        }
    };
    (0..pieces).map(start).chain([text.len()]).collect()
}

/// Writes the lists of a word.
#[derive(Default)]
struct Line {
    lists: [String; WEIGHTS],
}

impl Line {
    fn write<'p>(&mut self, postings: impl Iterator<Item = &'p Posting>, line: &mut String) {
        let mut last = [0_u32; WEIGHTS];
        for posting in postings {
            let list = posting.list();
            number(posting.thing() - last[list], &mut self.lists[list]);
            last[list] = posting.thing();
        }
        line.push(' ');
        let used = self.lists.iter().rposition(|list| !list.is_empty()).map_or(0, |at| at + 1);
        for (at, list) in self.lists[..used].iter_mut().enumerate() {
            if at > 0 {
                line.push(',');
            }
            line.push_str(list);
            list.clear();
        }
        line.push('\n');
    }
}

fn number(mut number: u32, list: &mut String) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    while number >= 32 {
        list.push(char::from(DIGITS[(number & 31 | 32) as usize]));
        number >>= 5;
    }
    list.push(char::from(DIGITS[number as usize]));
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    /// What a reader's browser makes of the index: for each word where it stands, by list.
    fn read(index: &Index) -> BTreeMap<String, Vec<Vec<u32>>> {
        let digit = |c: u8| match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'-' => 62,
            _ => 63,
        };
        let list = |digits: &str| {
            let (mut things, mut thing, mut number, mut shift) = (Vec::new(), 0, 0, 0);
            for digit in digits.bytes().map(digit) {
                number |= u32::from(digit & 31) << shift;
                shift += 5;
                if digit & 32 == 0 {
                    thing += number;
                    things.push(thing);
                    (number, shift) = (0, 0);
                }
            }
            things
        };
        let firsts = index.firsts();
        let mut all = BTreeMap::new();
        for at in 0..firsts.len() {
            for line in index.piece(at).lines() {
                let (word, lists) = line.split_once(' ').unwrap();
                // A browser looks for it in this piece and in no other.
                let wanted = firsts.partition_point(|first| compare(first, word).is_le()) - 1;
                assert_eq!(wanted, at, "{word} in {firsts:?}");
                all.insert(word.to_owned(), lists.split(',').map(list).collect());
            }
        }
        all
    }

    fn of(texts: &[(String, String)], pieces: usize, is_parallel: bool) -> Index {
        index(texts.len(), pieces, is_parallel, |at, words| {
            words.add_name(&texts[at].0);
            words.add_html(&texts[at].1);
        })
    }

    #[test]
    fn a_word_says_more_in_a_name_than_in_a_text() {
        let texts =
            [("Mali", "mali mali mali"), ("War in Mali", "x"), ("", "<p>mali</p>"), ("", "mali mali mali; l'or")];
        let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let all = read(&of(&texts, 4, false));
        assert_eq!(all["mali"], [vec![2], vec![3], vec![], vec![1], vec![0]]);
        assert!(!all.contains_key("l") && all.contains_key("or"));
    }

    #[test]
    fn an_index_of_nothing_has_all_its_pieces() {
        let index = of(&[], 4, true);
        assert_eq!((0..4).map(|at| index.piece(at)).collect::<String>(), "");
        assert_eq!(index.firsts().len(), 4);
    }

    #[test]
    fn more_text_makes_more_pieces() {
        assert_eq!(pieces_for(0, 0), 1);
        let large = pieces_for(9_000_000, 10_000);
        assert!((512..=1024).contains(&large), "{large}");
    }

    proptest! {
        #[test]
        fn every_word_is_found_where_it_stands(
            texts in proptest::collection::vec(("[a-cé马 ]{0,8}", "[a-cA-C马里危\\u{fa0e}\\u{1e922} ]{0,40}"), 0..200),
            pieces in 1_usize..9,
        ) {
            let index = of(&texts, pieces, true);
            prop_assert_eq!(&index, &of(&texts, pieces, false));
            let all = read(&index);
            let mut expected: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
            for (at, (name, text)) in (0..).zip(&texts) {
                words(name, &mut String::new(), &mut |word| { expected.entry(word.to_owned()).or_default().insert(at); });
                words(text, &mut String::new(), &mut |word| {
                    if word.len() > 1 {
                        expected.entry(word.to_owned()).or_default().insert(at);
                    }
                });
            }
            let found: BTreeMap<String, BTreeSet<u32>> =
                all.into_iter().map(|(word, lists)| (word, lists.into_iter().flatten().collect())).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
