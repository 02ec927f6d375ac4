//! The names that selectors speak of: of elements, classes, ids and attributes. Comes in: names of a stylesheet, then those of
//! a page. Goes out: which of the stylesheet's a page has, as bits.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A name of the stylesheet, by its number.
pub(super) type Need = u16;

/// What a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Element,
    Class,
    Id,
    Attribute,
}

/// A hash of short names (FNV-1a): a page has some thousands of them, and the standard one takes four times as long.
#[derive(Debug)]
pub(super) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

type Numbers = HashMap<Box<[u8]>, Need, BuildHasherDefault<Fnv>>;

/// The values that matter of each attribute, with the number of name and value together.
type Values = HashMap<Box<[u8]>, Vec<(Box<[u8]>, Need)>, BuildHasherDefault<Fnv>>;

/// All names of a stylesheet, numbered.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: [Numbers; 4],
    /// Attributes whose value matters.
    values: Values,
    count: Need,
}

impl Names {
    fn next(&mut self) -> Need {
        self.count = self.count.saturating_add(1);
        self.count - 1
    }

    /// The number of a name.
    pub(super) fn number(&mut self, sort: Sort, name: &str) -> Need {
        let name =
            if matches!(sort, Sort::Element | Sort::Attribute) { name.to_ascii_lowercase() } else { name.to_owned() };
        if let Some(known) = self.numbers[sort as usize].get(name.as_bytes()) {
            return *known;
        }
        let number = self.next();
        self.numbers[sort as usize].insert(name.into_bytes().into(), number);
        number
    }

    /// The number of an attribute with a value; of `lang` a value stands for all that begin with it and a hyphen.
    pub(super) fn valued(&mut self, name: &str, value: &str) -> Need {
        let (name, value) = (name.to_ascii_lowercase().into_bytes(), value.as_bytes());
        let known = self.values.get(&*name).and_then(|values| values.iter().find(|(known, _)| **known == *value));
        if let Some((_, number)) = known {
            return *number;
        }
        let number = self.next();
        self.values.entry(name.into()).or_default().push((value.into(), number));
        number
    }

    /// No name yet.
    pub(super) fn none(&self) -> Bits {
        Bits(vec![0; usize::from(self.count).div_ceil(64)])
    }

    /// Notes that a page has a name.
    pub(super) fn note(&self, sort: Sort, name: &[u8], bits: &mut Bits) {
        if let Some(number) = self.numbers[sort as usize].get(name) {
            bits.set(*number);
        }
    }

    /// Notes that a page has an attribute.
    pub(super) fn note_attribute(&self, name: &[u8], value: &[u8], bits: &mut Bits) {
        self.note(Sort::Attribute, name, bits);
        for (wanted, number) in self.values.get(name).into_iter().flatten() {
            let is_within = *name == *b"lang" && value.len() > wanted.len() && value[wanted.len()] == b'-';
            let start = &value[..value.len().min(if is_within { wanted.len() } else { value.len() })];
            if start.eq_ignore_ascii_case(wanted) {
                bits.set(*number);
            }
        }
    }
}

/// Which names of a stylesheet a page has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, number: Need) {
        if let Some(word) = self.0.get_mut(usize::from(number / 64)) {
            *word |= 1 << (number % 64);
        }
    }

    /// Whether all of these are among them.
    pub(super) fn have(&self, needs: &[Need]) -> bool {
        needs.iter().all(|need| self.0.get(usize::from(need / 64)).is_some_and(|word| word >> (need % 64) & 1 == 1))
    }
}
