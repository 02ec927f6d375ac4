//! Whether what the site leads to elsewhere is still there. Comes in: a [`Site`], and what is known from before. Goes out:
//! a problem at each place whose address is gone or could not be asked, and what is known now. Only `brink check
//! --external` comes here; no output depends on it.

mod asking;
mod memory;
mod places;
mod talk;
mod web;

use std::time::Duration;

use crate::problem::{self, Code, Problem, catalogue};
use crate::site::Site;
use crate::vocabulary::Day;
use memory::{Known, Memory};
use places::Written;
use talk::Answer;

/// Where in the site's folder is kept what is known of outside addresses.
pub const FILE: &str = ".brink/links.json";

/// How patiently servers are asked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a connection may take.
    pub connect: Duration,
    /// How long one request may take, the connection included.
    pub whole: Duration,
    /// How long to leave a server alone between two requests.
    pub pause: Duration,
    /// How long to wait before the second try, where the server does not say.
    pub retry: Duration,
    /// The longest wait that a server may ask for; one that asks for more is not asked again.
    pub longest_wait: Duration,
    /// How many servers are asked at once.
    pub hosts: usize,
    /// Whether the proxy is used that the environment names.
    pub with_proxy: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            connect: Duration::from_secs(10),
            whole: Duration::from_secs(20),
            pause: Duration::from_millis(500),
            retry: Duration::from_secs(2),
            longest_wait: Duration::from_secs(5),
            hosts: 8,
            with_proxy: true,
        }
    }
}

/// What was found out.
#[derive(Debug)]
pub struct Findings {
    /// A problem for each place whose address is gone or could not be asked, but for what the writer has settled; and
    /// the remarks that settle nothing. Sorted.
    pub problems: Vec<Problem>,
    /// What is known now, for [`FILE`]; `None` where that is nothing and there is no such file.
    pub memory: Option<String>,
    /// Whether what was known before could not be read.
    pub is_forgetful: bool,
    /// How many addresses gave which answer.
    pub counts: Counts,
}

/// How many addresses gave which answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that work.
    pub works: usize,
    /// Those among them that were not asked, since they worked of late.
    pub works_known: usize,
    /// Those that are gone.
    pub gone: usize,
    /// Those among them that were not asked, since they were gone of late.
    pub gone_known: usize,
    /// Those of which nobody can tell.
    pub unsure: usize,
}

impl Counts {
    /// What was found out, in a sentence.
    pub fn summary(&self) -> String {
        if *self == Counts::default() {
            return "Outside addresses: none.".to_owned();
        }
        let known = |number: usize| if number > 0 { format!(" ({number} known from before)") } else { String::new() };
        format!(
            "Outside addresses: {} {}{}, {} gone{}, {} could not be asked.",
            self.works,
            if self.works == 1 { "works" } else { "work" },
            known(self.works_known),
            self.gone,
            known(self.gone_known),
            self.unsure
        )
    }
}

/// Asks every outside address of a site once; `known` is what [`FILE`] holds, and `progress` is told before the first
/// address and after each how many are done, and of how many.
pub fn ask(site: &Site, known: Option<&[u8]>, settings: &Settings, mut progress: impl FnMut(usize, usize)) -> Findings {
    let places = places::of(site);
    let before = known.map_or_else(|| Some(Memory::default()), Memory::read);
    let is_forgetful = before.is_none();
    let before = before.unwrap_or_default();
    let (remembered, to_ask): (Vec<&str>, Vec<&str>) =
        places.keys().map(String::as_str).partition(|url| before.of(url, site.today).is_some());
    if !to_ask.is_empty() {
        progress(0, to_ask.len());
    }
    let heard = asking::ask_all(&to_ask, settings, |done| progress(done, to_ask.len()));
    let mut found = Found::default();
    for (url, known) in remembered.into_iter().filter_map(|url| Some((url, before.of(url, site.today)?))) {
        found.remember(url, known, &places[url]);
    }
    for (url, answer) in to_ask.into_iter().zip(talk::judge(heard)) {
        found.note(url, &answer, &places[url], site.today);
    }
    let Found { counts, mut problems, memory } = found;
    site.settlements.apply(&mut problems, true, |code| code == Code::LinkGone);
    problem::sort(&mut problems);
    let memory = (known.is_some() || !memory.is_empty()).then(|| memory.write());
    Findings { problems, memory, is_forgetful, counts }
}

/// What has been found out so far.
#[derive(Default)]
struct Found {
    counts: Counts,
    problems: Vec<Problem>,
    memory: Memory,
}

impl Found {
    /// Takes over what is known from before of an address that stands at these places.
    fn remember(&mut self, url: &str, known: &Known, places: &[Written]) {
        match known.why_gone() {
            Some(why) => {
                self.counts.gone += 1;
                self.counts.gone_known += 1;
                self.gone(url, &format!("{why} (asked on {})", known.on), places);
            }
            None => {
                self.counts.works += 1;
                self.counts.works_known += 1;
            }
        }
        self.memory.keep(url, known.clone());
    }

    /// Notes today's answer for an address that stands at these places.
    fn note(&mut self, url: &str, answer: &Answer, places: &[Written], today: Day) {
        match answer {
            Answer::Works { .. } => self.counts.works += 1,
            Answer::Gone(why) => {
                self.counts.gone += 1;
                self.gone(url, why, places);
            }
            Answer::Unsure(why) => {
                self.counts.unsure += 1;
                let problem = |written: &Written| catalogue::link_unsure(written.place.clone(), url, why);
                self.problems.extend(places.iter().map(problem));
            }
        }
        if let Some(known) = Known::new(answer, today) {
            self.memory.keep(url, known);
        }
    }

    fn gone(&mut self, url: &str, why: &str, places: &[Written]) {
        let problem = |written: &Written| catalogue::link_gone(written.place.clone(), (written.what, url), why);
        self.problems.extend(places.iter().map(problem));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_says_what_was_known_before() {
        let counts = Counts { works: 12, works_known: 9, gone: 1, gone_known: 0, unsure: 2 };
        let said = "Outside addresses: 12 work (9 known from before), 1 gone, 2 could not be asked.";
        assert_eq!(counts.summary(), said);
        assert_eq!(Counts::default().summary(), "Outside addresses: none.");
    }
}
