//! The editor's desk over the whole site. Comes in: running text. Goes out: acronyms that nothing spells out; what one
//! sentence shows by itself is found where it is read.

use std::collections::BTreeMap;

use crate::problem::{Problem, catalogue};
use crate::site::Site;
use crate::vocabulary::{Kind, desk, fold};

/// Checks the acronyms of each page, each once.
pub(super) fn check(site: &Site) -> Vec<Problem> {
    if !site.config.has_desk {
        return Vec::new();
    }
    let mut known: BTreeMap<String, bool> = BTreeMap::new();
    let mut problems = Vec::new();
    for document in site.pages.iter().filter_map(|page| page.document.as_ref()) {
        let mut seen: Vec<&str> = Vec::new();
        for sentence in document.sentences() {
            for (_, acronym) in desk::acronyms(sentence.text) {
                if seen.contains(&acronym) {
                    continue;
                }
                seen.push(acronym);
                let in_tables = *known.entry(acronym.to_owned()).or_insert_with(|| is_in_tables(site, acronym));
                let on_page = || document.sentences().any(|other| desk::is_spelt_out(acronym, other.text));
                if !in_tables && !on_page() {
                    problems.push(catalogue::acronym_unexplained(sentence.place(), acronym));
                }
            }
        }
    }
    problems
}

/// Whether a table of actors or terms knows the acronym with something more than itself.
fn is_in_tables(site: &Site, acronym: &str) -> bool {
    let register = &site.register;
    let is_actor = register.names.actor(acronym).is_some_and(|at| {
        let names = crate::register::names_of(&register.subjects(Kind::Actors)[at]);
        names.iter().any(|name| name.split(' ').count() > 1)
    });
    let folded = fold(acronym);
    is_actor || register.subjects(Kind::Glossary).iter().any(|term| fold(&term.name) == folded)
}
