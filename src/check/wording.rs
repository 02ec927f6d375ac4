//! The editor's desk over the whole site. Comes in: running text. Goes out: acronyms that nothing spells out; what one
//! sentence shows by itself is found where it is read.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::document::Document;
use crate::problem::{Problem, catalogue};
use crate::site::Site;
use crate::vocabulary::{Kind, desk, fold};

/// Checks the acronyms of each page, each once.
pub(super) fn check(site: &Site) -> Vec<Problem> {
    if !site.config.has_desk {
        return Vec::new();
    }
    let register = &site.register;
    let terms: BTreeSet<String> = register.subjects(Kind::Glossary).iter().map(|term| fold(&term.name)).collect();
    let actors = register.subjects(Kind::Actors);
    // Whether each actor has a name of several words, once that was asked for.
    let are_named: Vec<OnceLock<bool>> = actors.iter().map(|_| OnceLock::new()).collect();
    let is_named = |at: usize| {
        let names = || crate::register::names_of(&actors[at]);
        *are_named[at].get_or_init(|| names().iter().any(|name| name.split(' ').count() > 1))
    };
    // Whether a table of actors or terms knows the acronym with something more than itself.
    let is_in_tables =
        |acronym: &str| register.names.actor(acronym).is_some_and(is_named) || terms.contains(&fold(acronym));
    let documents = site.pages.par_each().filter_map(|(_, page)| page.document.as_ref());
    documents.flat_map_iter(|document| unexplained(document, is_in_tables)).collect()
}

/// The acronyms of a page that neither the tables nor the page itself explain.
fn unexplained(document: &Document, is_in_tables: impl Fn(&str) -> bool) -> Vec<Problem> {
    let mut seen: Vec<&str> = Vec::new();
    let mut problems = Vec::new();
    for sentence in document.sentences() {
        for (_, acronym) in desk::acronyms(sentence.text) {
            if seen.contains(&acronym) {
                continue;
            }
            seen.push(acronym);
            let on_page = || document.sentences().any(|other| desk::is_spelt_out(acronym, other.text));
            if !is_in_tables(acronym) && !on_page() {
                problems.push(catalogue::acronym_unexplained(sentence.place(), acronym));
            }
        }
    }
    problems
}
