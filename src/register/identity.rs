//! Which rows speak of the same thing, and its address. Comes in: named rows in reading order.
//! Goes out: subjects sorted by name, whose grouping does not depend on the order of the rows.

use std::collections::{BTreeMap, BTreeSet};

use super::{SharedName, Statement, Subject};
use crate::address;
use crate::document::Kind;
use crate::vocabulary::fold;

/// A row with what tells whom it is about.
pub(super) struct Named {
    /// Its place in reading order.
    pub order: usize,
    /// The name of its subject.
    pub name: String,
    /// Its `ID` column.
    pub id: Option<String>,
    /// Who leads it.
    pub lead: Option<String>,
    /// The row as a statement.
    pub statement: Statement,
}

/// What tells one subject from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    Id(String),
    Name { name: String, country: String, lead: String },
}

/// Whether two countries (or leads) can be the same: equal after folding, or missing on one side.
pub(super) fn agree(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => fold(a) == fold(b),
        _ => true,
    }
}

/// Groups rows by their subject: equal name, and country and lead equal or missing on one side; an ID overrules.
/// Where rows of one name give several countries, those without a country are a subject of their own, and so for leads.
pub(super) fn gather_subjects(rows: Vec<Named>, kind: Kind) -> (Vec<Subject>, Vec<SharedName>) {
    let mut by_name: BTreeMap<String, Vec<Named>> = BTreeMap::new();
    for row in rows {
        by_name.entry(fold(&row.name)).or_default().push(row);
    }
    let mut subjects: BTreeMap<Identity, Vec<Named>> = BTreeMap::new();
    for (name, rows) in by_name {
        let countries = distinct(&rows, |row| row.statement.country.as_deref());
        let with_id: Vec<(String, Option<String>, Option<String>)> = rows
            .iter()
            .filter_map(|row| Some((fold(row.id.as_deref()?), row.statement.country.clone(), row.lead.clone())))
            .collect();
        let leads_of: BTreeMap<String, BTreeSet<String>> = countries
            .iter()
            .map(String::as_str)
            .chain([""])
            .map(|country| {
                let within = rows
                    .iter()
                    .filter(|row| countries.len() < 2 || folded(row.statement.country.as_deref()) == country);
                (country.to_owned(), within.filter_map(|row| row.lead.as_deref()).map(fold).collect())
            })
            .collect();
        for row in rows {
            // A row without an ID belongs to the one with an ID that it can be the same as, if there is just one.
            let can_be = |(_, country, lead): &&(String, Option<String>, Option<String>)| {
                agree(row.statement.country.as_deref(), country.as_deref())
                    && agree(row.lead.as_deref(), lead.as_deref())
            };
            let ids: BTreeSet<&String> = with_id.iter().filter(can_be).map(|(id, _, _)| id).collect();
            let only_id = ids.first().filter(|_| ids.len() == 1).map(|id| (*id).clone());
            let identity = match row.id.as_deref().map(fold).or(only_id) {
                Some(id) => Identity::Id(id),
                None => {
                    let country =
                        if countries.len() > 1 { folded(row.statement.country.as_deref()) } else { String::new() };
                    let leads = leads_of.get(&country).map_or(0, BTreeSet::len);
                    let lead = if leads > 1 { folded(row.lead.as_deref()) } else { String::new() };
                    Identity::Name { name: name.clone(), country, lead }
                }
            };
            subjects.entry(identity).or_default().push(row);
        }
    }
    let mut groups: Vec<Vec<Named>> = subjects.into_values().collect();
    for group in &mut groups {
        group.sort_by_key(|row| row.order);
    }
    address_subjects(groups, kind)
}

fn folded(text: Option<&str>) -> String {
    text.map(fold).unwrap_or_default()
}

fn distinct<'a>(rows: &'a [Named], of: impl Fn(&'a Named) -> Option<&'a str>) -> BTreeSet<String> {
    rows.iter().filter_map(of).map(fold).filter(|text| !text.is_empty()).collect()
}

/// Gives each subject its address. Subjects that share a name all get the country, then the lead, then a number.
fn address_subjects(groups: Vec<Vec<Named>>, kind: Kind) -> (Vec<Subject>, Vec<SharedName>) {
    let mut by_slug: BTreeMap<String, Vec<Vec<Named>>> = BTreeMap::new();
    for group in groups {
        by_slug.entry(slug(&group[0].name, kind)).or_default().push(group);
    }
    let mut taken: BTreeSet<String> = by_slug.keys().map(|slug| url(kind, slug)).collect();
    taken.extend(RESERVED.iter().map(|slug| url(kind, slug)));
    let mut subjects = Vec::new();
    let mut shared_urls: Vec<(String, String, Vec<String>)> = Vec::new();
    for (slug, groups) in by_slug {
        let is_shared = groups.len() > 1;
        let name = groups[0][0].name.clone();
        let members = match is_shared || RESERVED.contains(&slug.as_str()) {
            true => distinct_urls(kind, &slug, &groups, &mut taken),
            false => vec![url(kind, &slug)],
        };
        subjects.extend(groups.into_iter().zip(&members).map(|(group, url)| subject(group, url.clone())));
        if is_shared {
            shared_urls.push((name, url(kind, &slug), members));
        }
    }
    subjects.sort_by(|a, b| fold(&a.name).cmp(&fold(&b.name)).then_with(|| a.url.cmp(&b.url)));
    let index_of = |url: &String| subjects.iter().position(|subject| subject.url == *url);
    let shared = shared_urls
        .into_iter()
        .map(|(name, url, members)| SharedName {
            kind,
            name,
            url,
            members: members.iter().filter_map(index_of).collect(),
        })
        .collect();
    (subjects, shared)
}

/// Last parts of addresses that the boards need for themselves.
const RESERVED: [&str; 1] = ["status"];

fn subject(group: Vec<Named>, url: String) -> Subject {
    let name = group[0].name.clone();
    let id = group.iter().find_map(|row| row.id.clone()).unwrap_or_else(|| last_part(&url).to_owned());
    Subject { id, name, url, statements: group.into_iter().map(|row| row.statement).collect() }
}

fn slug(name: &str, kind: Kind) -> String {
    let slug = address::slug(name);
    if slug.is_empty() { kind.as_str().to_owned() } else { slug }
}

fn url(kind: Kind, slug: &str) -> String {
    format!("{}/{slug}/", kind.as_str())
}

/// The last part of a URL that ends in `/`.
pub(super) fn last_part(url: &str) -> &str {
    url.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// A free address for a name that no table of its own kind lists.
pub(super) fn free_url(kind: Kind, name: &str, taken: &mut BTreeSet<String>) -> String {
    let slug = slug(name, kind);
    if taken.insert(url(kind, &slug)) { url(kind, &slug) } else { numbered_url(kind, &slug, taken) }
}

/// Addresses for subjects that share a slug: all with their country, else all with country and lead, whichever first
/// tells them apart; a number where nothing does.
fn distinct_urls(kind: Kind, slug: &str, groups: &[Vec<Named>], taken: &mut BTreeSet<String>) -> Vec<String> {
    let with = |parts: &[Option<&str>]| {
        let parts = parts.iter().flatten().map(|part| address::slug(part)).filter(|part| !part.is_empty());
        std::iter::once(slug.to_owned()).chain(parts).collect::<Vec<_>>().join("-")
    };
    let country = |group: &[Named]| group.iter().find_map(|row| row.statement.country.clone());
    let lead = |group: &[Named]| group.iter().find_map(|row| row.lead.clone());
    let by_country: Vec<String> = groups.iter().map(|group| with(&[country(group).as_deref()])).collect();
    let by_lead = groups.iter().map(|group| with(&[country(group).as_deref(), lead(group).as_deref()])).collect();
    let is_distinct = |slugs: &Vec<String>| {
        let all: BTreeSet<&String> = slugs.iter().collect();
        all.len() == slugs.len() && slugs.iter().all(|own| !taken.contains(&url(kind, own)))
    };
    let slugs = if is_distinct(&by_country) { by_country } else { by_lead };
    let is_doubled = |own: &String| slugs.iter().filter(|other| *other == own).count() > 1;
    let mut urls = Vec::new();
    for own in &slugs {
        let is_free = !is_doubled(own) && taken.insert(url(kind, own));
        urls.push(if is_free { url(kind, own) } else { numbered_url(kind, own, taken) });
    }
    urls
}

fn numbered_url(kind: Kind, slug: &str, taken: &mut BTreeSet<String>) -> String {
    let mut numbered = (1..).map(|number| url(kind, &format!("{slug}-{number}")));
    let free = numbered.find(|url| !taken.contains(url)).expect("numbers do not run out");
    taken.insert(free.clone());
    free
}
