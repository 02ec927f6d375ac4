//! Chance that falls the same way each time. Comes in: a seed and a page's number. Goes out: numbers, picks and sentences.

use super::words;

/// A source of numbers that seem to be by chance: SplitMix64 (Steele, Lea and Flood, 2014).
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The dice of one page.
    pub(crate) fn new(seed: u64, page: u64) -> Dice {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ page.wrapping_mul(0xd134_2543_de82_ef95));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another one, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// A number of a range, its end included.
    pub(crate) fn number(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to - from + 1)
    }

    /// One of a list.
    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// Several of a list, each once.
    pub(crate) fn some<T: Copy>(&mut self, list: &[T], count: usize) -> Vec<T> {
        let mut rest = list.to_vec();
        (0..count.min(list.len())).map(|_| rest.swap_remove(self.below(rest.len()))).collect()
    }

    /// Two of a list.
    pub(crate) fn two<T: Copy>(&mut self, list: &[T]) -> [T; 2] {
        let first = self.below(list.len());
        let second = (first + self.number(1, list.len() - 1)) % list.len();
        [list[first], list[second]]
    }

    /// A sentence.
    pub(crate) fn sentence(&mut self) -> String {
        let form = self.pick(words::SENTENCES);
        self.filled(form)
    }

    /// Several sentences.
    pub(crate) fn paragraph(&mut self, sentences: usize) -> String {
        (0..sentences).map(|_| self.sentence()).collect::<Vec<_>>().join(" ")
    }

    /// An entry of a list.
    pub(crate) fn point(&mut self) -> String {
        let form = self.pick(words::POINTS);
        self.filled(form)
    }

    /// A form with words in its places, beginning with a capital letter.
    fn filled(&mut self, form: &str) -> String {
        let mut text = String::with_capacity(2 * form.len());
        let mut rest = form;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (slot, after) = after.split_once('}').expect("a place in a sentence ends");
            match slot {
                "actor" => text.push_str(self.pick(words::ACTORS)),
                "people" => text.push_str(self.pick(words::PEOPLE)),
                "area" => text.push_str(self.pick(words::AREAS)),
                "thing" | "thing2" => text.push_str(self.pick(words::THINGS)),
                "when" => text.push_str(self.pick(words::WHEN)),
                "year" => text.push_str(&self.number(2009, 2025).to_string()),
                "n" => text.push_str(&self.number(20, 900).to_string()),
                "p" => text.push_str(&self.number(11, 95).to_string()),
                _ => unreachable!("{slot} is no place for words"),
            }
            rest = after;
        }
        text.push_str(rest);
        let capital = text[..1].to_uppercase();
        text.replace_range(..1, &capital);
        text
    }
}
