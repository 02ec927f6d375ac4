//! The sources of a site: the rows of its tables of sources, and what footnotes, cells and captions cite. Comes in: the
//! documents. Goes out: [`Source`]s, each once, however often it is cited, with what rests on it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Filed, PageId, Register, RowId, Subject, Terms};
use crate::address;
use crate::document::Citation;
use crate::problem::Place;
use crate::tracking::without_tracking;
use crate::vocabulary::{Date, Field, Kind, fold};

/// Something that statements rest on.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The writer's `ID`, else the last part of the address.
    pub id: String,
    /// Its page within the site.
    pub url: String,
    /// What it is called.
    pub name: String,
    /// As it is cited; of several wordings the first in the alphabet.
    pub(super) text: String,
    /// Who published it.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// When it was published.
    pub date: Option<Date>,
    /// When it was last looked at.
    pub accessed: Option<Date>,
    /// Its address elsewhere.
    pub target: Option<String>,
    /// Where it is listed or cited, the row of a table of sources first.
    pub citing: Vec<Citing>,
    /// The rows that rest on it, in the order of their subjects.
    pub rows: Vec<RowId>,
}

/// A place where a source is listed or cited.
#[derive(Debug, Clone)]
pub struct Citing {
    /// The URL of the page.
    pub page: Arc<str>,
    /// Where it stands in the source.
    pub place: Place,
    /// Whether it is a row of a table of sources.
    pub is_row: bool,
}

/// One mention of a source, with all by which it can be known.
struct Mention {
    keys: Vec<String>,
    text: String,
    name: String,
    publisher: String,
    title: String,
    id: Option<String>,
    date: Option<Date>,
    accessed: Option<Date>,
    target: Option<String>,
    citing: Citing,
    /// The page and the index of the citation.
    citation: Option<(PageId, usize)>,
}

/// Gathers all sources.
pub(super) fn gather(register: &mut Register, filed: &[Filed<'_>], terms: &Terms<'_>) {
    let of_name = titles_by_name(filed);
    let mentions = filed.par_iter().flat_map_iter(|filed| mentions_in(filed, &of_name)).collect();
    let groups = group(mentions);
    let mut taken = super::identity::Taken::default();
    let mut sources: Vec<(Source, Vec<(PageId, usize)>)> = groups.into_iter().map(source).collect();
    sources.sort_by(|(a, _), (b, _)| key_of(a).cmp(&key_of(b)));
    for (source, _) in &mut sources {
        let found = super::identity::unlisted(Kind::Sources, &source.name, &mut taken, terms);
        if source.id.is_empty() {
            source.id = found.id;
        }
        source.url = found.url;
    }
    for (at, (source, citations)) in sources.into_iter().enumerate() {
        register.of_citation.extend(citations.into_iter().map(|citation| (citation, at)));
        register.sources.push(source);
    }
}

/// The mentions of sources in a document; `of_name` says how many titles there are under each name.
fn mentions_in(filed: &Filed<'_>, of_name: &BTreeMap<String, usize>) -> Vec<Mention> {
    let document = filed.document;
    let folder = address::folder_of(&document.path);
    let rows = document.tables.iter().filter(|table| table.kind == Kind::Sources).flat_map(|table| &table.rows);
    let named = rows.filter(|row| !row.text(Field::Source).is_empty());
    let lists_sources = document.tables.iter().any(|table| table.kind == Kind::Sources);
    let mut headings: BTreeMap<String, &str> = BTreeMap::new();
    for heading in document.headings.iter().filter(|_| lists_sources) {
        headings.entry(fold(&heading.text)).or_insert(&heading.id);
    }
    let listed = named.map(|row| {
        let text = |field: Field| row.text(field).to_owned();
        let (name, title, publisher) = (text(Field::Source), text(Field::Title), text(Field::Publisher));
        let target = Some(text(Field::Url)).filter(|url| url.contains("://"));
        let target = target.map(|url| without_tracking(&url).into_owned());
        let at = |anchor: &str| format!("at {}#{anchor}", document.path);
        // A heading with the row's words has the anchor that a link to the source most likely names.
        let heading = headings.get(&fold(&name));
        let mut keys = vec![at(&row.anchor)];
        // A name that several rows have, such as that of an office, tells none of them.
        keys.extend((of_name.get(&fold(&name)) == Some(&1)).then(|| format!("name {}", fold(&name))));
        keys.extend(heading.map(|id| at(id)));
        keys.extend(common_keys(target.as_deref(), &publisher, &title));
        Mention {
            keys,
            id: Some(text(Field::Id)).filter(|id| !id.is_empty()),
            text: String::new(),
            name,
            publisher: said(publisher),
            title: said(title),
            date: Date::parse(row.text(Field::Date)),
            accessed: Date::parse(row.text(Field::Accessed)),
            target,
            citing: Citing { page: Arc::from(filed.url), place: row.place.clone(), is_row: true },
            citation: None,
        }
    });
    let mut mentions: Vec<Mention> = listed.collect();
    let in_rows: BTreeSet<usize> =
        document.tables.iter().flat_map(|table| &table.rows).flat_map(|row| row.citations.iter().copied()).collect();
    for (at, citation) in document.citations.iter().enumerate() {
        if citation.is_source() || in_rows.contains(&at) {
            mentions.push(cited(citation, (filed, at), folder));
        }
    }
    mentions
}

/// How many titles the tables of sources give under each name, folded.
fn titles_by_name(filed: &[Filed<'_>]) -> BTreeMap<String, usize> {
    let tables = filed.iter().flat_map(|filed| &filed.document.tables).filter(|table| table.kind == Kind::Sources);
    let mut titles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in tables.flat_map(|table| &table.rows) {
        titles.entry(fold(row.text(Field::Source))).or_default().insert(fold(row.text(Field::Title)));
    }
    titles.into_iter().map(|(name, titles)| (name, titles.len())).collect()
}

/// A cell that says that nothing is known says nothing.
fn said(text: String) -> String {
    let nothing = ["not given", "none", "unknown", "n/a", "non indique", "inconnu", "aucun", "s.o"];
    let folded = fold(&text);
    if folded.is_empty() || nothing.contains(&folded.as_str()) { String::new() } else { text }
}

fn key_of(source: &Source) -> (String, String, Option<Date>, Option<&str>, &str) {
    (fold(&source.name), fold(&source.title), source.date, source.target.as_deref(), &source.text)
}

fn common_keys(target: Option<&str>, publisher: &str, title: &str) -> Vec<String> {
    let mut keys = Vec::new();
    // The address of a whole site says too little.
    let address = target.and_then(|url| url.split_once("://")).map(|(_, rest)| rest.trim_end_matches('/'));
    keys.extend(address.filter(|address| address.contains('/')).map(|address| format!("url {address}")));
    if !fold(title).is_empty() && !fold(publisher).is_empty() {
        keys.push(format!("title {}\n{}", fold(publisher), fold(title)));
    }
    keys
}

fn cited(citation: &Citation, (filed, at): (&Filed<'_>, usize), folder: &str) -> Mention {
    let outside = citation.target.as_deref().filter(|target| target.contains("://"));
    let outside = outside.map(|target| without_tracking(target).into_owned());
    let mut keys = common_keys(outside.as_deref(), &citation.publisher, &citation.title);
    if let Some(target) = citation.target.as_ref().filter(|_| outside.is_none()) {
        let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
        let path = match path.strip_prefix("@/").or(path.strip_prefix('/')) {
            _ if path.is_empty() => Some(filed.document.path.to_string()),
            Some(from_root) => address::join("content", from_root),
            None => address::join(folder, path),
        };
        keys.extend(path.map(|path| format!("at {path}#{fragment}")));
        keys.push(format!("name {}", fold(&citation.name)));
    } else if keys.is_empty() {
        keys.push(format!("name {}", fold(&citation.text)));
    }
    Mention {
        keys,
        text: citation.text.clone(),
        name: citation.name.clone(),
        publisher: citation.publisher.clone(),
        title: citation.title.clone(),
        id: None,
        date: citation.date,
        accessed: citation.accessed,
        target: outside,
        citing: Citing { page: Arc::from(filed.url), place: citation.place.clone(), is_row: false },
        citation: Some((filed.page, at)),
    }
}

/// Mentions that have a key in common are of one source.
fn group(mentions: Vec<Mention>) -> Vec<Vec<Mention>> {
    let mut leader: Vec<usize> = (0..mentions.len()).collect();
    fn find(leader: &mut [usize], mut at: usize) -> usize {
        while leader[at] != at {
            leader[at] = leader[leader[at]];
            at = leader[at];
        }
        at
    }
    let mut first_with: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, mention) in mentions.iter().enumerate() {
        for key in &mention.keys {
            let other = *first_with.entry(key).or_insert(at);
            let (a, b) = (find(&mut leader, at), find(&mut leader, other));
            leader[a.max(b)] = a.min(b);
        }
    }
    let leaders: Vec<usize> = (0..mentions.len()).map(|at| find(&mut leader, at)).collect();
    let mut groups: BTreeMap<usize, Vec<Mention>> = BTreeMap::new();
    for (mention, leader) in mentions.into_iter().zip(leaders) {
        groups.entry(leader).or_default().push(mention);
    }
    groups.into_values().collect()
}

/// The source of some mentions: what a table of sources says of it counts first, then what most is known by.
fn source(mut mentions: Vec<Mention>) -> (Source, Vec<(PageId, usize)>) {
    mentions.sort_by(|a, b| {
        let key = |mention: &Mention| (!mention.citing.is_row, mention.citing.place.clone());
        key(a).cmp(&key(b))
    });
    // What is the same wherever the mentions stand: of several texts the first in the alphabet, those of rows first.
    let text = |of: fn(&Mention) -> &str| {
        let texts = || mentions.iter().filter(|mention| !of(mention).is_empty());
        let in_rows = texts().filter(|mention| mention.citing.is_row).map(of).min();
        in_rows.or_else(|| texts().map(of).min()).unwrap_or_default().to_owned()
    };
    let date = |of: fn(&Mention) -> Option<Date>| mentions.iter().filter_map(of).max();
    let source = Source {
        id: text(|mention| mention.id.as_deref().unwrap_or_default()),
        url: String::new(),
        name: text(|mention| &mention.name),
        text: text(|mention| &mention.text),
        publisher: text(|mention| &mention.publisher),
        title: text(|mention| &mention.title),
        date: date(|mention| mention.date),
        accessed: date(|mention| mention.accessed),
        target: Some(text(|mention| mention.target.as_deref().unwrap_or_default())).filter(|target| !target.is_empty()),
        citing: mentions.iter().map(|mention| mention.citing.clone()).collect(),
        rows: Vec::new(),
    };
    (source, mentions.iter().filter_map(|mention| mention.citation).collect())
}

/// Notes on each source the rows that rest on it.
pub(super) fn rest(register: &mut Register) {
    let mut rows: Vec<Vec<RowId>> = vec![Vec::new(); register.sources.len()];
    let subjects: Vec<&Subject> = register.kinds().flat_map(|kind| register.subjects(kind)).collect();
    for statement in subjects.iter().flat_map(|subject| &subject.statements) {
        let of_statement: BTreeSet<usize> = register.sources_of(statement).collect();
        for source in of_statement {
            rows[source].push(statement.id);
        }
    }
    for (source, rows) in register.sources.iter_mut().zip(rows) {
        source.rows = rows;
    }
}
