//! The register as sheets: rows and columns that every format of open data is made from. Comes in: the site. Goes out: one
//! [`Sheet`] for each register, with stable columns, always all of them, empty where nothing is known; one line a subject,
//! from its newest statement.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::pages::other_names;
use crate::register::{self, Statement, Subject, full_name, history, status_since};
use crate::site::Site;
use crate::vocabulary::actor_type::{self, Side};
use crate::vocabulary::number::Number;
use crate::vocabulary::status;
use crate::vocabulary::{CONTRADICTIONS, Date, Field, Holds, Kind, OwnColumn, STATUS_HISTORY};

/// One register as rows and columns.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Its name in the paths of its files.
    pub name: String,
    /// Its title in the site's language.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// The columns of its HXL form.
    pub hxl: Vec<HxlColumn>,
    /// What its rows are.
    pub lists: Lists,
}

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its name, the same in every language.
    pub name: String,
    /// Its titles in English and French.
    pub titles: [String; 2],
    /// What its cells hold.
    pub holds: Datatype,
}

/// What cells of open data hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Datatype {
    /// Text.
    Text,
    /// Several texts.
    List,
    /// A date of EDTF level 0, with `~`, `?` and `%`.
    Date,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// An address: a web address, or relative to the site's root.
    Url,
}

/// A row of a sheet.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Its cells: what stands in each, as a list.
    pub cells: Vec<Vec<String>>,
    /// The sides on which the actors of each cell are, for cells of actors.
    pub sides: BTreeMap<usize, Vec<Side>>,
    /// The codes of the countries.
    pub countries: Vec<&'static str>,
}

/// A column of the HXL form of a sheet.
#[derive(Debug, Clone)]
pub(super) struct HxlColumn {
    /// Its tag with attributes.
    pub tag: String,
    /// The column of the sheet that it shows; none for codes of countries.
    pub column: Option<usize>,
    /// Which part of it.
    pub part: Part,
}

/// Which part of a cell an HXL column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    All,
    /// The actors that take part in the response: `#org` is for them alone (HXL 1.1).
    Response,
    /// All other actors.
    Others,
    /// The beginning of a date.
    Beginning,
    /// The end of a date.
    Ending,
    /// The cell where it is a number.
    Number,
    /// The cell where it is no number.
    Words,
    /// The codes of the countries (ISO 3166-1 alpha-3).
    Countries,
}

#[derive(Deserialize)]
struct Described {
    holds: Datatype,
    en: String,
    fr: String,
}

static COLUMNS: LazyLock<BTreeMap<String, Described>> =
    LazyLock::new(|| toml::from_str(include_str!("columns.toml")).expect("columns.toml is tested with the program"));

fn column(name: &str) -> Column {
    let described = COLUMNS.get(name);
    let titles = described
        .map_or_else(|| [name.to_owned(), name.to_owned()], |described| [described.en.clone(), described.fr.clone()]);
    Column { name: name.to_owned(), titles, holds: described.map_or(Datatype::Text, |described| described.holds) }
}

/// The columns of a sheet, with their HXL tags: `None` for what HXL has no place for. `XX` is the site's language.
type Layout = &'static [(&'static str, &'static [(&'static str, Part)])];

use Part::{All, Beginning, Countries, Ending, Number as Numeric, Others, Response, Words};

const ORIGIN: [(&str, &[(&str, Part)]); 4] = [
    ("as_of", &[("#date+reported", Ending)]),
    ("source", &[("#meta+source", All)]),
    ("source_url", &[("#meta+source+url", All)]),
    ("page", &[("#meta+page+url", All)]),
];

const INTERVENTIONS: Layout = &[
    ("id", &[("#meta+id", All)]),
    ("name", &[("#activity+i_XX+name", All)]),
    ("objective", &[("#description+i_XX+objective", All)]),
    ("status", &[("#status+code", All)]),
    ("status_label", &[("#status+i_XX+name", All)]),
    ("status_since", &[("#date+status", Beginning)]),
    ("iati_status", &[("#status+code+v_iati", All)]),
    ("actor", &[("#org+impl+list+name", Response), ("#group+list+name", Others)]),
    ("actor_type", &[("#org+impl+type", Response), ("#group+type", Others)]),
    ("country", &[("#country+list+name", All), ("#country+code+list+v_iso3", Countries)]),
    ("focus_area", &[("#sector+focus+list+name", All)]),
    ("sector", &[("#sector+list+name", All)]),
    ("start", &[("#date+start", Beginning)]),
    ("end", &[("#date+end", Ending)]),
    ORIGIN[0],
    ORIGIN[1],
    ORIGIN[2],
    ORIGIN[3],
];

const FOCUS_AREAS: Layout = &[
    ("id", &[("#meta+id", All)]),
    ("name", &[("#sector+focus+i_XX+name", All)]),
    ("key_actions", &[("#activity+i_XX+list+name", All)]),
    ("status", &[("#status+code", All)]),
    ("country", &[("#country+list+name", All), ("#country+code+list+v_iso3", Countries)]),
    ORIGIN[0],
    ORIGIN[1],
    ORIGIN[2],
    ORIGIN[3],
];

const TIMELINE: Layout = &[
    ("id", &[("#meta+id", All)]),
    ("date", &[("#date+occurred+start", Beginning)]),
    ("date_end", &[("#date+end+occurred", Ending)]),
    ("event", &[("#event+i_XX+name", All)]),
    ("type", &[("#event+type", All)]),
    ("actor", &[("#org+list+name", Response), ("#group+list+name", Others)]),
    ("country", &[("#country+list+name", All), ("#country+code+list+v_iso3", Countries)]),
    ORIGIN[0],
    ORIGIN[1],
    ORIGIN[2],
    ORIGIN[3],
];

const ACTORS: Layout = &[
    ("id", &[("#meta+id", All)]),
    ("name", &[("#org+i_XX+name", Response), ("#group+i_XX+name", Others)]),
    ("also_called", &[("#org+alt+list+name", Response), ("#group+alt+list+name", Others)]),
    ("type", &[("#org+type", Response), ("#group+type", Others)]),
    ("role", &[("#description+i_XX+role", All)]),
    ("country", &[("#country+list+name", All), ("#country+code+list+v_iso3", Countries)]),
    ORIGIN[1],
    ORIGIN[2],
    ORIGIN[3],
];

const FIGURES: Layout = &[
    ("id", &[("#meta+id", All)]),
    ("name", &[("#indicator+i_XX+name", All)]),
    ("value", &[("#indicator+num", Numeric), ("#description+value", Words)]),
    ("unit", &[("#description+unit", All)]),
    ORIGIN[0],
    ("country", &[("#country+list+name", All), ("#country+code+list+v_iso3", Countries)]),
    ORIGIN[1],
    ORIGIN[2],
    ORIGIN[3],
];

const PRESENCE: Layout = &[
    ("id", &[("#meta+id", All)]),
    ("organisation", &[("#org+list+name", Response), ("#group+list+name", Others)]),
    ("organisation_type", &[("#org+type", Response), ("#group+type", Others)]),
    ("sector", &[("#sector+list+name", All)]),
    ("country", &[("#country+list+name", All), ("#country+code+list+v_iso3", Countries)]),
    ("admin1", &[("#adm1+name", All)]),
    ("admin2", &[("#adm2+name", All)]),
    ("location", &[("#loc+name", All)]),
    ("status", &[("#status+code", All)]),
    ("start", &[("#date+start", Beginning)]),
    ("end", &[("#date+end", Ending)]),
    ("funder", &[("#org+funder+list+name", Response), ("#group+funder+list+name", Others)]),
    ("partner", &[("#org+list+name+prog", Response), ("#group+list+name+prog", Others)]),
    ("targeted", &[("#targeted", Numeric)]),
    ("reached", &[("#reached", Numeric)]),
    ORIGIN[0],
    ORIGIN[1],
    ORIGIN[2],
    ORIGIN[3],
];

const CONTESTED: Layout = &[
    ("id", &[("#meta+id", All)]),
    ("claim", &[("#description+claim+i_XX", All)]),
    ("claimant", &[("#description+claimant", All)]),
    ("country", &[("#country+list+name", All), ("#country+code+list+v_iso3", Countries)]),
    ORIGIN[0],
    ORIGIN[1],
    ORIGIN[2],
    ORIGIN[3],
];

const GLOSSARY: Layout = &[
    ("id", &[("#meta+id", All)]),
    ("term", &[("#meta+i_XX+term", All)]),
    ("full_form", &[("#meta+alt+term", All)]),
    ("definition", &[("#description+definition+i_XX", All)]),
    ORIGIN[1],
    ORIGIN[2],
    ORIGIN[3],
];

const SOURCES: Layout = &[
    ("id", &[("#meta+id", All)]),
    ("publisher", &[("#meta+publisher+source", All)]),
    ("title", &[("#meta+name+source", All)]),
    ("date", &[("#date+published", Ending)]),
    ("url", &[("#meta+source+url", All)]),
    ("accessed", &[("#date+accessed", Ending)]),
    ("claims", &[("#meta+claims+num", All)]),
    ("pages", &[("#meta+list+page+url", All)]),
];

const HISTORY: Layout = &[
    ("intervention", &[("#activity+code", All)]),
    ("status", &[("#status+code", All)]),
    ("status_label", &[("#status+i_XX+name", All)]),
    ("from", &[("#date+start+status", Beginning)]),
    ("as_of", &[("#date+reported", Ending)]),
    ("source", &[("#meta+source", All)]),
    ("page", &[("#meta+page+url", All)]),
];

const DISAGREEMENTS: Layout = &[
    ("subject", &[("#meta+subject", All)]),
    ("attribute", &[("#meta+attribute", All)]),
    ("severity", &[("#meta+severity", All)]),
    ("value_a", &[("#description+value+value_a", All)]),
    ("as_of_a", &[("#date+reported+value_a", Ending)]),
    ("page_a", &[("#meta+page+url+value_a", All)]),
    ("line_a", &[("#meta+line+num+value_a", All)]),
    ("value_b", &[("#description+value+value_b", All)]),
    ("as_of_b", &[("#date+reported+value_b", Ending)]),
    ("page_b", &[("#meta+page+url+value_b", All)]),
    ("line_b", &[("#meta+line+num+value_b", All)]),
];

fn layout(kind: Kind) -> Option<Layout> {
    Some(match kind {
        Kind::Interventions => INTERVENTIONS,
        Kind::FocusAreas => FOCUS_AREAS,
        Kind::Timeline => TIMELINE,
        Kind::Actors => ACTORS,
        Kind::Figures => FIGURES,
        Kind::Presence => PRESENCE,
        Kind::Contested => CONTESTED,
        Kind::Glossary => GLOSSARY,
        Kind::Sources => SOURCES,
        Kind::Updates | Kind::Own(_) => return None,
    })
}

/// What a sheet lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lists {
    /// A register.
    Kind(Kind),
    /// The history of every status.
    History,
    /// Where sources disagree.
    Contradictions,
}

/// A sheet that the site has, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedSheet {
    /// Its name in addresses.
    pub name: String,
    /// Its title in the site's language.
    pub title: String,
    lists: Lists,
}

/// The sheets that the site has; `title` gives the title of a register by its name in the theme's strings.
pub(super) fn named(site: &Site, title: impl Fn(&str) -> String) -> Vec<NamedSheet> {
    let vocabulary = &site.config.vocabulary;
    let of_kind = |kind: Kind| {
        let name = vocabulary.code_of(kind).to_owned();
        let title = match vocabulary.own_kind(kind) {
            Some(own) => own.title_in(&site.config.language).to_owned(),
            None => title(&name.replace('-', "_")),
        };
        NamedSheet { name, title, lists: Lists::Kind(kind) }
    };
    let has_sheet = |kind: &Kind| layout(*kind).is_some() || vocabulary.own_kind(*kind).is_some();
    let mut sheets: Vec<NamedSheet> = site.register.published(vocabulary).filter(has_sheet).map(of_kind).collect();
    if !site.register.subjects(Kind::Interventions).is_empty() {
        let title = title("status_history");
        sheets.push(NamedSheet { name: STATUS_HISTORY.to_owned(), title, lists: Lists::History });
    }
    if !site.register.contradictions.is_empty() {
        let title = title("contradictions");
        sheets.push(NamedSheet { name: CONTRADICTIONS.to_owned(), title, lists: Lists::Contradictions });
    }
    sheets
}

/// Makes a sheet.
pub(super) fn sheet(site: &Site, named: &NamedSheet) -> Sheet {
    let register = &site.register;
    let (layout, rows) = match named.lists {
        Lists::Kind(kind) => match (layout(kind), site.config.vocabulary.own_kind(kind)) {
            (None, Some(own)) => return own_sheet(site, kind, own),
            (layout, _) if kind == Kind::Sources => {
                (layout.unwrap_or_default(), register.sources.iter().map(source_row).collect())
            }
            (layout, _) => {
                let layout = layout.unwrap_or_default();
                let subjects = register.subjects(kind).iter();
                (layout, subjects.map(|subject| subject_row(site, subject, layout)).collect())
            }
        },
        Lists::History => {
            let interventions = register.subjects(Kind::Interventions).iter();
            (HISTORY, interventions.flat_map(|subject| history_rows(site, subject)).collect())
        }
        Lists::Contradictions => (DISAGREEMENTS, register.contradictions.iter().map(disagreement).collect()),
    };
    with_columns(site, named, layout, rows)
}

fn with_columns(site: &Site, named: &NamedSheet, layout: Layout, rows: Vec<Row>) -> Sheet {
    let mut columns: Vec<Column> = layout.iter().map(|(name, _)| column(name)).collect();
    let mut hxl = Vec::new();
    for (at, (_, tags)) in layout.iter().enumerate() {
        for (tag, part) in *tags {
            let column = (*part != Countries).then_some(at);
            hxl.push(HxlColumn { tag: in_language(tag, site), column, part: *part });
        }
        let is_numeric = |row: &Row| row.cells[at].iter().all(|cell| is_plain_number(cell));
        if columns[at].holds == Datatype::Number && !rows.iter().all(is_numeric) {
            columns[at].holds = Datatype::Text; // words stand among the numbers, and nothing that was written is dropped
        }
    }
    Sheet { name: named.name.clone(), title: named.title.clone(), columns, rows, hxl, lists: named.lists }
}

/// A tag with the site's language; without one where that has no code of two letters.
fn in_language(tag: &str, site: &Site) -> String {
    let primary = site.config.language.split('-').next().unwrap_or_default().to_lowercase();
    let is_code = primary.len() == 2 && primary.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_code { tag.replace("XX", &primary) } else { tag.replace("+i_XX", "") }
}

/// Whether a cell is a number as every program reads it.
pub(super) fn is_plain_number(cell: &str) -> bool {
    cell.parse::<serde_json::Number>().is_ok()
}

fn one(text: &str) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { vec![text.to_owned()] }
}

/// The items of a cell between `;`.
fn list(text: &str) -> Vec<String> {
    text.split(';').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// The address of a page, relative to the site's root; the home page has one too.
pub(super) fn address_of(url: &str) -> &str {
    if url.is_empty() { "./" } else { url }
}

/// A date of a cell; words that are none are no data.
fn date(text: &str) -> Vec<String> {
    Date::parse(text).map(|date| date.to_string()).into_iter().collect()
}

fn as_of(statement: Option<&Statement>) -> Vec<String> {
    statement.and_then(|statement| statement.as_of).map(|date| date.to_string()).into_iter().collect()
}

fn subject_row(site: &Site, subject: &Subject, layout: Layout) -> Row {
    let countries = subject.places().iter().filter_map(|place| place.code()).collect();
    let mut row = Row { countries, ..Row::default() };
    for (at, (name, _)) in layout.iter().enumerate() {
        row.cells.push(cell(site, subject, name));
        row.sides.extend(sides(site, subject, name, &row.cells[at]).map(|sides| (at, sides)));
    }
    row
}

fn cell(site: &Site, subject: &Subject, column: &str) -> Vec<String> {
    let register = &site.register;
    let language = &site.config.language;
    let current = subject.current();
    let step = subject.step();
    let of = |field: Field| one(subject.text(field));
    let related = |kind: Kind| {
        let others = subject.related(kind).iter().filter_map(|at| register.subjects(kind).get(*at));
        others.map(|other| other.name.clone()).collect::<Vec<String>>()
    };
    let sources = || {
        let current = current.into_iter().flat_map(|statement| register.sources_of(statement));
        current.map(|at| &register.sources[at]).collect::<Vec<_>>()
    };
    match column {
        "id" => vec![subject.id.clone()],
        "name" | "event" | "claim" | "term" => vec![subject.name.clone()],
        "objective" => of(Field::Objective),
        "status" => match (step, subject.kind) {
            // What a table of focus areas lists is proposed, unless it says otherwise; a name that only interventions
            // give is not known to be.
            (_, Kind::FocusAreas) if subject.text(Field::Status).is_empty() => {
                current.map(|_| "proposed".to_owned()).into_iter().collect()
            }
            (Some(step), _) => vec![step.code.to_owned()],
            (None, _) => Vec::new(),
        },
        "status_label" => step.map(|step| step.label.clone()).filter(|label| !label.is_empty()).into_iter().collect(),
        "status_since" => current.and_then(status_since).map(|date| date.to_string()).into_iter().collect(),
        "iati_status" => step
            .map(|step| status::by_code(step.code).iati.clone())
            .filter(|code| !code.is_empty())
            .into_iter()
            .collect(),
        "actor" if subject.kind == Kind::Timeline => {
            let mut names = list(subject.text(Field::Actor));
            names.extend(list(subject.text(Field::Group)));
            names
        }
        "actor" | "organisation" => actors(site, subject.text(Field::Actor)),
        "actor_type" | "organisation_type" | "type" if subject.kind != Kind::Timeline => {
            let own = subject.text(Field::OrgType);
            if own.is_empty() { types_of_leads(site, subject) } else { one(own) }
        }
        "type" => of(Field::EventType),
        "country" => subject.places().iter().map(|place| place.name_in(language).to_owned()).collect(),
        "focus_area" => related(Kind::FocusAreas),
        "sector" => list(subject.text(Field::Sector)),
        "start" => date(subject.text(Field::Start)),
        "end" => date(subject.text(Field::End)),
        "date" => date(subject.text(Field::Date))
            .first()
            .and_then(|text| Date::parse(text)?.beginning())
            .map(|date| date.to_string())
            .into_iter()
            .collect(),
        "date_end" => {
            let own = Date::parse(subject.text(Field::End));
            let interval = Date::parse(subject.text(Field::Date)).filter(Date::is_interval);
            own.or(interval.and_then(|interval| interval.ending())).map(|date| date.to_string()).into_iter().collect()
        }
        "key_actions" => list(subject.text(Field::KeyActions)),
        "also_called" => other_names(subject),
        "role" => of(Field::Role),
        "value" => match current.map(|statement| (statement.number(language), statement.row.text(Field::Value))) {
            Some((Some(number), _)) => vec![number.canonical()],
            Some((None, words)) => one(words),
            None => Vec::new(),
        },
        "unit" => match (subject.text(Field::Unit), current.and_then(|statement| statement.number(language))) {
            ("", Some(number)) => one(&number.unit),
            (unit, _) => one(unit),
        },
        "claimant" => of(Field::Claimant),
        "admin1" => of(Field::Admin1),
        "admin2" => of(Field::Admin2),
        "location" => of(Field::Location),
        "funder" => actors(site, subject.text(Field::Funder)),
        "partner" => actors(site, subject.text(Field::Partner)),
        "targeted" => number(site, subject, Field::Targeted),
        "reached" => number(site, subject, Field::Reached),
        "full_form" => {
            let own = subject.text(Field::Alias);
            if own.is_empty() { full_name(subject).into_iter().collect() } else { one(own) }
        }
        "definition" => of(Field::Definition),
        "as_of" => as_of(current),
        "source" => sources().iter().map(|source| super::parts::source_view(source).text.replace("; ", ", ")).collect(),
        "source_url" => {
            sources().iter().map(|source| source.target.clone().unwrap_or_else(|| source.url.clone())).collect()
        }
        "page" => current.map(|statement| address_of(&statement.page).to_owned()).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The actors in a cell, by the names that the cell has.
fn actors(site: &Site, cell: &str) -> Vec<String> {
    let known = |name: &str| site.register.names.actor(name).is_some();
    register::split(cell, known).into_iter().map(str::to_owned).collect()
}

fn number(site: &Site, subject: &Subject, field: Field) -> Vec<String> {
    let text = subject.text(field);
    let language = subject.stating(field).and_then(|statement| statement.language.as_deref());
    match Number::parse(text, language.unwrap_or(&site.config.language)) {
        Some(number) => vec![number.canonical()],
        None => one(text),
    }
}

/// What the tables of actors say of the types of those who lead an intervention, in their order, each once.
fn types_of_leads(site: &Site, subject: &Subject) -> Vec<String> {
    let names = actors(site, subject.text(Field::Actor));
    let leads = names.iter().filter_map(|name| site.register.names.actor(name));
    let mut types: Vec<String> = Vec::new();
    for words in leads.map(|at| site.register.subjects(Kind::Actors)[at].text(Field::OrgType)) {
        if !words.is_empty() && !types.iter().any(|known| known == words) {
            types.push(words.to_owned());
        }
    }
    types
}

/// The side of each actor in a cell, for the columns that HXL divides between `#org` and `#group`.
fn sides(site: &Site, subject: &Subject, column: &str, cell: &[String]) -> Option<Vec<Side>> {
    let of_words = |words: &str| if words.is_empty() { Side::Unknown } else { actor_type::read(words).side };
    let of_name = |name: &String| {
        let at = site.register.names.actor(name);
        let own = at.map_or("", |at| site.register.subjects(Kind::Actors)[at].text(Field::OrgType));
        // The type in a row is that of its one actor; of several nobody can tell whose it is.
        let is_lead = matches!(column, "actor" | "organisation") && cell.len() == 1;
        let of_row = if is_lead { subject.text(Field::OrgType) } else { "" };
        if own.is_empty() { of_words(of_row) } else { of_words(own) }
    };
    match (subject.kind, column) {
        (Kind::Actors, "name" | "also_called" | "type") => {
            Some(vec![of_words(subject.text(Field::OrgType)); cell.len().max(1)])
        }
        (_, "actor" | "organisation" | "funder" | "partner") => Some(cell.iter().map(of_name).collect()),
        (_, "actor_type" | "organisation_type") => Some(cell.iter().map(|words| of_words(words)).collect()),
        _ => None,
    }
}

/// The side of an actor, by what the tables of actors say of its type.
pub(super) fn side_of(site: &Site, name: &str) -> Side {
    let words =
        site.register.names.actor(name).map_or("", |at| site.register.subjects(Kind::Actors)[at].text(Field::OrgType));
    if words.is_empty() { Side::Unknown } else { actor_type::read(words).side }
}

fn source_row(source: &register::Source) -> Row {
    let mut pages: Vec<String> = source.citing.iter().map(|citing| address_of(&citing.page).to_owned()).collect();
    pages.sort();
    pages.dedup();
    let title = if source.title.is_empty() { &source.name } else { &source.title };
    let text = |date: Option<Date>| date.map(|date| date.to_string()).into_iter().collect::<Vec<String>>();
    let cells = vec![
        vec![source.id.clone()],
        one(&source.publisher),
        one(title),
        text(source.date),
        source.target.clone().into_iter().collect(),
        text(source.accessed),
        vec![source.rows.len().to_string()],
        pages,
    ];
    Row { cells, ..Row::default() }
}

fn history_rows(site: &Site, subject: &Subject) -> Vec<Row> {
    let row = |moment: &register::Moment<'_>| {
        let statement = moment.statement;
        let sources = site.register.sources_of(statement).map(|at| &site.register.sources[at]);
        let from = moment.date.filter(|_| moment.is_beginning).map(|date| date.to_string());
        let cells = vec![
            vec![subject.id.clone()],
            vec![moment.step.code.to_owned()],
            one(&moment.step.label),
            from.into_iter().collect(),
            as_of(Some(statement)),
            sources.map(|source| super::parts::source_view(source).text.replace("; ", ", ")).collect(),
            vec![address_of(&statement.page).to_owned()],
        ];
        Row { cells, ..Row::default() }
    };
    history(subject).iter().map(row).collect()
}

fn disagreement(found: &register::Contradiction) -> Row {
    let side = |side: &register::Side| {
        let as_of = side.as_of.map(|date| date.to_string()).into_iter().collect();
        [one(&side.text), as_of, vec![address_of(&side.page).to_owned()], vec![side.place.span.start.line.to_string()]]
    };
    let severity = match (found.is_settled, found.is_high) {
        (true, _) => "settled",
        (false, true) => "high",
        (false, false) => "low",
    };
    let attribute = match found.attribute {
        Field::Own(_) => "value",
        field => field.as_str(),
    };
    let mut cells = vec![vec![found.subject.clone()], vec![attribute.to_owned()], vec![severity.to_owned()]];
    cells.extend(side(&found.sides[0]));
    cells.extend(side(&found.sides[1]));
    Row { cells, ..Row::default() }
}

/// A sheet of a kind that the site declares.
fn own_sheet(site: &Site, kind: Kind, own: &crate::vocabulary::OwnKind) -> Sheet {
    let datatype = |column: &OwnColumn| match column.holds {
        Holds::Date => Datatype::Date,
        Holds::Number(_) => Datatype::Number,
        Holds::List | Holds::Reference(_) => Datatype::List,
        _ => Datatype::Text,
    };
    let taken = ["id", "country", "as_of", "source", "source_url", "page"];
    let name = |column: &OwnColumn| match taken.contains(&column.code.as_str()) {
        true => format!("{}_", column.code),
        false => column.code.clone(),
    };
    let own_columns = own.columns.iter().map(|column| Column {
        name: name(column),
        titles: [column.title.clone(), column.title.clone()],
        holds: datatype(column),
    });
    let mut columns: Vec<Column> = vec![column("id")];
    columns.extend(own_columns);
    columns.extend(["country", "as_of", "source", "source_url", "page"].map(column));
    let rows: Vec<Row> = site.register.subjects(kind).iter().map(|subject| own_row(site, subject, own)).collect();
    let mut hxl = vec![HxlColumn { tag: "#meta+id".to_owned(), column: Some(0), part: All }];
    for (at, own_column) in own.columns.iter().enumerate() {
        let part = match own_column.holds {
            Holds::Date => Beginning,
            Holds::Number(_) => Numeric,
            _ => All,
        };
        let tag = match (own_column.hxl.is_empty(), &own_column.holds) {
            (false, _) => own_column.hxl.clone(),
            (true, Holds::Date) => format!("#date+{}", hxl_word(&own_column.code)),
            (true, Holds::Number(_)) => format!("#indicator+num+{}", hxl_word(&own_column.code)),
            (true, Holds::Status) => "#status+name".to_owned(),
            (true, Holds::Place) => format!("#loc+name+{}", hxl_word(&own_column.code)),
            (true, _) if at == 0 => format!("#meta+name+{}", hxl_word(&own_column.code)),
            (true, _) => format!("#description+{}", hxl_word(&own_column.code)),
        };
        if tag.starts_with("#org") {
            // Whatever the site calls an organisation: who is not known to respond is published as a group.
            hxl.push(HxlColumn { tag: tag.replacen("#org", "#group", 1), column: Some(at + 1), part: Others });
            hxl.push(HxlColumn { tag, column: Some(at + 1), part: Response });
            continue;
        }
        hxl.push(HxlColumn { tag, column: Some(at + 1), part });
    }
    let first = own.columns.len() + 1;
    let tail = [
        ("#country+list+name", All),
        ("#date+reported", Ending),
        ("#meta+source", All),
        ("#meta+source+url", All),
        ("#meta+page+url", All),
    ];
    hxl.extend(tail.into_iter().enumerate().map(|(at, (tag, part))| HxlColumn {
        tag: tag.to_owned(),
        column: Some(first + at),
        part,
    }));
    let mut made = Sheet {
        name: own.code.clone(),
        title: own.title_in(&site.config.language).to_owned(),
        columns,
        rows,
        hxl,
        lists: Lists::Kind(kind),
    };
    for at in 0..made.columns.len() {
        let is_numeric = |row: &Row| row.cells[at].iter().all(|cell| is_plain_number(cell));
        if made.columns[at].holds == Datatype::Number && !made.rows.iter().all(is_numeric) {
            made.columns[at].holds = Datatype::Text;
        }
    }
    made
}

/// A column's name as an attribute of HXL: ASCII letters, digits and underscores, a letter first.
fn hxl_word(code: &str) -> String {
    let plain: String = code.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    // One letter and an underscore is reserved; without underscores none is.
    if plain.starts_with(|c: char| c.is_ascii_alphabetic()) { plain } else { format!("x{plain}") }
}

fn own_row(site: &Site, subject: &Subject, own: &crate::vocabulary::OwnKind) -> Row {
    let mut cells = vec![cell(site, subject, "id")];
    for (at, column) in own.columns.iter().enumerate() {
        let text = subject.text(column.field);
        cells.push(match &column.holds {
            _ if at == 0 => vec![subject.name.clone()],
            Holds::Date => date(text),
            Holds::Number(_) => number(site, subject, column.field),
            Holds::Status => cell(site, subject, "status"),
            Holds::List | Holds::Reference(_) => list(text),
            Holds::Text | Holds::Place => one(text),
        });
    }
    cells.extend(["country", "as_of", "source", "source_url", "page"].map(|column| cell(site, subject, column)));
    let countries = subject.places().iter().filter_map(|place| place.code()).collect();
    let organisations = own.columns.iter().enumerate().filter(|(_, column)| column.hxl.starts_with("#org"));
    let sides = organisations.map(|(at, _)| (at + 1, cells[at + 1].iter().map(|name| side_of(site, name)).collect()));
    let sides = sides.collect();
    Row { countries, sides, cells }
}
