//! Which rows speak of the same thing, and its address. Comes in: named rows. Goes out: subjects sorted by name, whose
//! grouping depends neither on the order of the rows nor on the files that they stand in.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::names::{self, Names};
use super::{SharedName, Statement, Subject, Terms};
use crate::address;
use crate::vocabulary::{Field, Kind, Vocabulary, fold};

/// A row with what tells whom it is about. All rows of a site are moved several times while they are grouped, so that it is small.
pub(super) struct Named {
    /// The column with the name of its subject.
    subject: Field,
    /// What its name is compared by, folded.
    key: Box<str>,
    /// Whether it has an ID. Few have one, and to look into each row again takes longer than to sort them.
    has_id: bool,
    /// Whether it is an intervention of which somebody is said to lead it.
    has_lead: bool,
    /// The place of its page's address among those of all pages, in the order of the alphabet.
    place: usize,
    /// The row as a statement.
    pub statement: Box<Statement>,
}

impl Named {
    /// A row of a kind, whose subject stands in this column.
    pub(super) fn new(kind: Kind, subject: Field, place: usize, statement: Statement) -> Named {
        let row = &statement.row;
        // What has no name of its own is told apart by the rest of the row.
        let more: &[Field] = match kind {
            Kind::Timeline | Kind::Updates => &[Field::Date],
            Kind::Presence => &[Field::Sector, Field::Admin1, Field::Admin2, Field::Location],
            _ => &[],
        };
        let mut key = fold(row.text(subject));
        for field in more {
            key = key + "\n" + &fold(row.text(*field));
        }
        let has = |field: Field| !row.text(field).is_empty();
        let (has_id, has_lead) = (has(Field::Id), kind == Kind::Interventions && has(Field::Actor));
        Named { subject, key: key.into(), has_id, has_lead, place, statement: Box::new(statement) }
    }

    /// The name of its subject, as written.
    pub(super) fn name(&self) -> &str {
        self.statement.row.text(self.subject)
    }

    /// What its `ID` column says.
    fn id(&self) -> Option<&str> {
        self.has_id.then(|| self.statement.row.text(Field::Id))
    }

    /// Where it holds, as one text.
    fn country(&self, kind: Kind) -> String {
        let counts = match kind {
            Kind::Interventions | Kind::FocusAreas | Kind::Figures | Kind::Presence | Kind::Own(_) => true,
            Kind::Actors => false,
            _ => self.statement.has_own_place,
        };
        let places = self.statement.places.iter().filter(|_| counts);
        places.map(super::Place::key).collect::<Vec<_>>().join(";")
    }

    /// Who leads it; an actor is the same under all of its names.
    fn lead(&self, actors: &Names) -> String {
        let lead = if self.has_lead { self.statement.row.text(Field::Actor) } else { "" };
        actors.canonical(lead)
    }
}

/// What tells one subject from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    Id(String),
    Name { name: Box<str>, country: String, lead: String },
}

/// Whether two countries (or leads) can be the same: equal after folding, or missing on one side.
fn agree(a: &str, b: &str) -> bool {
    a.is_empty() || b.is_empty() || a == b
}

/// Whom each of the rows of one name is about.
fn identities(name: &str, rows: &[Named], kind: Kind, actors: &Names) -> Vec<Identity> {
    let told: Vec<(String, String)> = rows.iter().map(|row| (row.country(kind), row.lead(actors))).collect();
    let countries: BTreeSet<&String> =
        told.iter().map(|(country, _)| country).filter(|text| !text.is_empty()).collect();
    let mut leads_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (country, lead) in told.iter().filter(|(_, lead)| !lead.is_empty()) {
        leads_of.entry(if countries.len() > 1 { country.as_str() } else { "" }).or_default().insert(lead);
    }
    // A row without an ID belongs to the one with an ID that it can be the same as, if there is just one.
    let with_id: BTreeSet<(String, &String, &String)> =
        rows.iter().zip(&told).filter_map(|(row, (country, lead))| Some((fold(row.id()?), country, lead))).collect();
    rows.iter()
        .zip(&told)
        .map(|(row, (country, lead))| {
            let can_be =
                |(_, other, other_lead): &&(String, &String, &String)| agree(country, other) && agree(lead, other_lead);
            let only_id = || {
                let ids: BTreeSet<&String> = with_id.iter().filter(can_be).map(|(id, _, _)| id).collect();
                ids.first().filter(|_| ids.len() == 1).map(|id| (*id).clone())
            };
            match row.id().map(fold).or_else(only_id) {
                Some(id) => Identity::Id(id),
                None => {
                    let country = if countries.len() > 1 { country.clone() } else { String::new() };
                    let has_leads = leads_of.get(country.as_str()).is_some_and(|leads| leads.len() > 1);
                    let lead = if has_leads { lead.clone() } else { String::new() };
                    Identity::Name { name: name.into(), country, lead }
                }
            }
        })
        .collect()
}

/// Groups rows by their subject: equal name, and country and lead equal or missing on one side; an ID overrules.
/// Where rows of one name give several countries, those without a country are a subject of their own, and so for leads.
pub(super) fn gather_subjects(
    rows: Vec<Named>,
    kind: Kind,
    terms: &Terms<'_>,
    actors: &Names,
) -> (Vec<Subject>, Vec<SharedName>) {
    let merged = if kind == Kind::Actors { names::merge(&rows) } else { BTreeMap::new() };
    let mut by_name: BTreeMap<Box<str>, Vec<Named>> = BTreeMap::new();
    for row in rows {
        let key = merged.get(&*row.key).map_or(&*row.key, String::as_str);
        match by_name.get_mut(key) {
            Some(rows) => rows.push(row),
            None => drop(by_name.insert(key.into(), vec![row])),
        }
    }
    let told = by_name.into_par_iter().map(|(name, rows)| (identities(&name, &rows, kind, actors), rows));
    let told: Vec<(Vec<Identity>, Vec<Named>)> = told.collect();
    let mut subjects: BTreeMap<Identity, Vec<Named>> = BTreeMap::new();
    for (identities, rows) in told {
        for (identity, row) in identities.into_iter().zip(rows) {
            subjects.entry(identity).or_default().push(row);
        }
    }
    let groups: Vec<Vec<Named>> = subjects.into_values().collect();
    let groups = groups.into_par_iter().map(sorted).collect();
    address_subjects(groups, kind, terms.vocabulary)
}

/// The rows on one subject in the order of their statements.
fn sorted(group: Vec<Named>) -> Vec<Named> {
    let order = order(&group);
    let mut rows: Vec<Option<Named>> = group.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| rows[at].take()).collect()
}

/// The order of the statements on one subject. A site has very many rows, and few that say something else: what they say is
/// compared once, and only small things while they are sorted.
fn order(group: &[Named]) -> Vec<usize> {
    let mut by_words: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, row) in group.iter().enumerate() {
        by_words.entry(row.statement.words()).or_default().push(at);
    }
    let place = |at: usize, number: usize| {
        let Named { place, statement, .. } = &group[at];
        ((statement.rank(), number, *place, statement.id), at)
    };
    let numbered = by_words.into_values().enumerate();
    let mut order: Vec<_> =
        numbered.flat_map(|(number, rows)| rows.into_iter().map(move |at| place(at, number))).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, at)| at).collect()
}

/// The name that most rows write; among equally frequent ones the one that the current statements write first in the
/// alphabet.
fn name_of(group: &[Named]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in group {
        *counts.entry(row.name().trim()).or_default() += 1;
    }
    let most = counts.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
    most.map_or_else(String::new, |(name, _)| (*name).to_owned())
}

/// Gives each subject its address. Subjects that share a name all get the country, then the lead, then a number.
fn address_subjects(groups: Vec<Vec<Named>>, kind: Kind, vocabulary: &Vocabulary) -> (Vec<Subject>, Vec<SharedName>) {
    let site = Addresses { kind, code: vocabulary.code_of(kind) };
    let mut by_slug: BTreeMap<String, Vec<(String, Vec<Named>)>> = BTreeMap::new();
    for group in groups {
        let name = name_of(&group);
        by_slug.entry(site.slug(&name)).or_default().push((name, group));
    }
    let mut taken: Taken = by_slug.keys().map(|slug| site.url(slug)).collect();
    taken.extend(RESERVED.iter().map(|slug| site.url(slug)));
    let mut subjects = Vec::new();
    let mut shared_urls: Vec<(String, String, Vec<String>)> = Vec::new();
    for (slug, groups) in by_slug {
        let is_shared = groups.len() > 1;
        let members = match is_shared || RESERVED.contains(&slug.as_str()) {
            true => site.distinct_urls(&slug, &groups, &mut taken),
            false => vec![site.url(&slug)],
        };
        if is_shared && kind.has_pages() {
            let name = groups.iter().map(|(name, _)| name).min().cloned().unwrap_or_default();
            shared_urls.push((name, site.url(&slug), members.clone()));
        }
        subjects.extend(groups.into_iter().zip(members).map(|((name, group), url)| subject(kind, name, group, url)));
    }
    subjects.sort_by_cached_key(|subject| (fold(&subject.name), subject.url.clone()));
    let shared = shared_urls.into_iter().map(|(name, url, members)| SharedName { kind, name, url, members }).collect();
    (subjects, shared)
}

/// Last parts of addresses that the boards need for themselves.
const RESERVED: [&str; 4] = ["status", "actor", "country", "focus-area"];

fn subject(kind: Kind, name: String, group: Vec<Named>, url: String) -> Subject {
    let id = group.iter().filter_map(Named::id).min().unwrap_or_else(|| last_part(&url)).to_owned();
    let statements: Vec<Statement> = group.into_iter().map(|row| *row.statement).collect();
    Subject { kind, id, name, url, statements, related: Vec::new() }
}

/// The last part of a URL that ends in `/`, or its fragment.
fn last_part(url: &str) -> &str {
    url.trim_end_matches('/').rsplit(['/', '#']).next().unwrap_or_default()
}

/// The addresses that subjects have.
#[derive(Debug, Default)]
pub(super) struct Taken {
    urls: BTreeSet<String>,
    /// The last number that was given to each address, so that many equal names are not counted from one again.
    numbers: BTreeMap<String, usize>,
}

impl Extend<String> for Taken {
    fn extend<T: IntoIterator<Item = String>>(&mut self, urls: T) {
        self.urls.extend(urls);
    }
}

impl FromIterator<String> for Taken {
    fn from_iter<T: IntoIterator<Item = String>>(urls: T) -> Taken {
        Taken { urls: urls.into_iter().collect(), ..Taken::default() }
    }
}

/// A subject that no table of its kind lists, at a free address.
pub(super) fn unlisted(kind: Kind, name: &str, taken: &mut Taken, terms: &Terms<'_>) -> Subject {
    let site = Addresses { kind, code: terms.vocabulary.code_of(kind) };
    let slug = site.slug(name);
    let is_free = !RESERVED.contains(&slug.as_str()) && taken.urls.insert(site.url(&slug));
    let url = if is_free { site.url(&slug) } else { site.numbered_url(&slug, taken) };
    subject(kind, name.to_owned(), Vec::new(), url)
}

/// The addresses of one kind.
struct Addresses<'a> {
    kind: Kind,
    code: &'a str,
}

impl Addresses<'_> {
    fn slug(&self, name: &str) -> String {
        let words: Vec<&str> = name.split_whitespace().take(12).collect();
        let slug = address::slug(&words.join(" "));
        if slug.is_empty() { self.code.to_owned() } else { slug }
    }

    /// A page, or for what has none a place on the page of the register.
    fn url(&self, slug: &str) -> String {
        if self.kind.has_pages() { format!("{}/{slug}/", self.code) } else { format!("{}/#{slug}", self.code) }
    }

    /// Addresses for subjects that share a slug: all with their country, else all with country and lead, whichever first
    /// tells them apart; a number where nothing does.
    fn distinct_urls(&self, slug: &str, groups: &[(String, Vec<Named>)], taken: &mut Taken) -> Vec<String> {
        let with = |parts: &[Option<String>]| {
            let parts = parts.iter().flatten().map(|part| address::slug(part)).filter(|part| !part.is_empty());
            std::iter::once(slug.to_owned()).chain(parts).collect::<Vec<_>>().join("-")
        };
        let country = |group: &[Named]| {
            let places = group.iter().flat_map(|row| &row.statement.places);
            places.map(|place| place.name_in("en").to_owned()).min()
        };
        let lead = |group: &[Named]| {
            let leads = group.iter().map(|row| row.statement.row.text(Field::Actor)).filter(|lead| !lead.is_empty());
            leads.min().map(str::to_owned)
        };
        let by_country: Vec<String> = groups.iter().map(|(_, group)| with(&[country(group)])).collect();
        let by_lead = groups.iter().map(|(_, group)| with(&[country(group), lead(group)])).collect();
        let is_distinct = |slugs: &Vec<String>| {
            let all: BTreeSet<&String> = slugs.iter().collect();
            all.len() == slugs.len() && slugs.iter().all(|own| !taken.urls.contains(&self.url(own)))
        };
        let slugs = if is_distinct(&by_country) { by_country } else { by_lead };
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        for own in &slugs {
            *counts.entry(own).or_default() += 1;
        }
        let mut urls = Vec::new();
        for own in &slugs {
            let is_free = counts.get(own) == Some(&1) && taken.urls.insert(self.url(own));
            urls.push(if is_free { self.url(own) } else { self.numbered_url(own, taken) });
        }
        urls
    }

    fn numbered_url(&self, slug: &str, taken: &mut Taken) -> String {
        let number = taken.numbers.entry(self.url(slug)).or_default();
        loop {
            *number += 1;
            let url = self.url(&format!("{slug}-{number}"));
            if taken.urls.insert(url.clone()) {
                return url;
            }
        }
    }
}
