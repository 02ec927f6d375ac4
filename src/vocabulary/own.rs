//! What a site adds to the vocabulary: words for statuses and columns, and kinds of table of its own. Comes in: what
//! `brink.toml` declares. Goes out: a [`Vocabulary`] that readers of tables look words up in.

use std::collections::BTreeMap;

use super::status::{self, Status};
use super::{Field, Kind, StatusCell, fold, header, status_cell};

/// The words of a site: the built-in ones and its own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vocabulary {
    /// Folded header to the fields that the site says it means.
    headers: BTreeMap<String, Vec<Field>>,
    /// The site's words for statuses.
    statuses: Vec<OwnStatus>,
    /// The site's kinds, in the order of their names.
    kinds: Vec<OwnKind>,
}

/// A word of the site's for a status.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OwnStatus {
    /// Its folded words.
    pub(super) words: Vec<String>,
    /// The code of the status.
    pub(super) code: &'static str,
}

/// A kind of table that a site declares.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnKind {
    /// Its name in addresses and data.
    pub code: String,
    /// Its title by language; under the empty key in any other.
    pub titles: BTreeMap<String, String>,
    /// Words of captions and headings that name it.
    pub words: Vec<String>,
    /// Its columns; the first one names the row.
    pub columns: Vec<OwnColumn>,
}

/// A column of a kind that a site declares.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnColumn {
    /// Its name in data, also understood as a header.
    pub code: String,
    /// The field under which its cells are kept: one of the built-in ones that it names, else one of its own.
    pub field: Field,
    /// What its cells hold.
    pub holds: Holds,
    /// Whether a table without it is not of this kind.
    pub is_required: bool,
    /// Its tag of the Humanitarian Exchange Language, empty where the site gives none.
    pub hxl: String,
    /// Its title in pages, as first written among its words, else its name.
    pub title: String,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// A status of the vocabulary.
    Status,
    /// A date.
    Date,
    /// A number, in this unit (which may be empty).
    Number(String),
    /// A country or another place.
    Place,
    /// Names of things of another kind, by its code.
    Reference(String),
    /// Several texts between `;`.
    List,
}

impl OwnKind {
    /// Its title in a language (BCP 47).
    pub fn title_in(&self, language: &str) -> &str {
        let primary = language.split('-').next().unwrap_or_default();
        self.titles
            .get(primary)
            .or_else(|| self.titles.get(""))
            .or_else(|| self.titles.values().next())
            .map_or(self.code.as_str(), String::as_str)
    }
}

impl Holds {
    /// Reads the type of a column as the configuration writes it.
    pub fn parse(word: &str) -> Option<Holds> {
        Some(match word {
            "text" => Holds::Text,
            "status" => Holds::Status,
            "date" => Holds::Date,
            "number" => Holds::Number(String::new()),
            "place" => Holds::Place,
            "reference" => Holds::Reference(String::new()),
            "list" => Holds::List,
            _ => return None,
        })
    }
}

/// The columns that every kind of a site's own has besides those that it declares.
const COMMON: [Field; 6] = [Field::Country, Field::AsOf, Field::Source, Field::Id, Field::Notes, Field::Status];

impl Vocabulary {
    /// Adds a word for a status; gives whether the vocabulary has a status of this code.
    pub fn add_status_word(&mut self, code: &str, word: &str) -> bool {
        let Some(status) = status::all().iter().find(|status| status.code == code) else { return false };
        let words: Vec<String> = fold(word).split(' ').map(str::to_owned).collect();
        if words != [""] {
            self.statuses.push(OwnStatus { words, code: &status.code });
            self.statuses.sort_by(|a, b| b.words.len().cmp(&a.words.len()).then_with(|| a.words.cmp(&b.words)));
        }
        true
    }

    /// Adds a header for a field.
    pub fn add_header(&mut self, field: Field, header: &str) {
        let of_word = self.headers.entry(fold(header)).or_default();
        if !of_word.contains(&field) {
            of_word.push(field);
        }
    }

    /// Adds a kind; its columns' fields must have been given by [`Vocabulary::next_own`].
    pub fn add_kind(&mut self, kind: OwnKind) {
        self.kinds.push(kind);
    }

    /// The site's own kinds.
    pub fn kinds(&self) -> &[OwnKind] {
        &self.kinds
    }

    /// All kinds: the site's own, then the built-in ones.
    pub fn all_kinds(&self) -> impl Iterator<Item = Kind> {
        let own = (0..self.kinds.len()).filter_map(|at| u16::try_from(at).ok()).map(Kind::Own);
        own.chain(Kind::BUILT_IN)
    }

    /// A kind of the site's own.
    pub fn own_kind(&self, kind: Kind) -> Option<&OwnKind> {
        match kind {
            Kind::Own(at) => self.kinds.get(usize::from(at)),
            _ => None,
        }
    }

    /// The name of a kind in addresses and data.
    pub fn code_of(&self, kind: Kind) -> &str {
        self.own_kind(kind).map_or(kind.as_str(), |own| own.code.as_str())
    }

    /// The kind with this name.
    pub fn kind_of_code(&self, code: &str) -> Option<Kind> {
        self.all_kinds().find(|kind| self.code_of(*kind) == code)
    }

    /// The column that names the rows of a kind.
    pub fn subject_of(&self, kind: Kind) -> Field {
        self.own_kind(kind).and_then(|own| own.columns.first()).map_or(kind.subject(), |column| column.field)
    }

    /// The columns that a table of a kind can have.
    pub fn columns_of(&self, kind: Kind) -> Vec<Field> {
        match self.own_kind(kind) {
            Some(own) => own.columns.iter().map(|column| column.field).chain(COMMON).collect(),
            None => kind.columns().to_vec(),
        }
    }

    /// The columns that a table of a kind must have besides its subject: of each list one.
    pub fn needs_of(&self, kind: Kind) -> Vec<Vec<Field>> {
        let Some(own) = self.own_kind(kind) else { return kind.needs().to_vec() };
        let others = || own.columns.iter().skip(1);
        let required: Vec<Vec<Field>> =
            others().filter(|column| column.is_required).map(|column| vec![column.field]).collect();
        let any: Vec<Field> = others().map(|column| column.field).collect();
        if required.is_empty() && !any.is_empty() { vec![any] } else { required }
    }

    /// The kind that the words of a heading or caption name.
    pub fn kind_named(&self, words: &str) -> Option<Kind> {
        if self.kinds.is_empty() {
            return Kind::named(words);
        }
        let folded = fold(words);
        let own = self.kinds.iter().position(|kind| kind.words.iter().any(|word| fold(word) == folded));
        own.and_then(|at| u16::try_from(at).ok()).map(Kind::Own).or_else(|| Kind::named(words))
    }

    /// The fields that a header may mean: what the site says, then what everybody says.
    pub fn fields(&self, header: &str) -> Vec<Field> {
        if self.headers.is_empty() {
            return header::fields(header);
        }
        let mut fields = self.headers.get(&fold(header)).cloned().unwrap_or_default();
        fields.extend(header::fields(header));
        fields
    }

    /// Whether a header is one that the site itself has declared.
    pub fn is_own_header(&self, header: &str) -> bool {
        !self.headers.is_empty() && self.headers.contains_key(&fold(header))
    }

    /// Reads a status cell.
    pub fn status_cell(&self, cell: &str) -> StatusCell {
        status_cell::read_with(cell, &self.statuses)
    }
}

/// The status that one of the site's own words means at the beginning of a sequence of folded words, with its length.
pub(super) fn own_match<'a>(
    own: &[OwnStatus],
    words: impl Fn(usize) -> Option<&'a str>,
) -> Option<(&'static Status, usize)> {
    let matches = |word: &&OwnStatus| word.words.iter().enumerate().all(|(at, wanted)| words(at) == Some(wanted));
    own.iter().find(matches).map(|word| (status::by_code(word.code), word.words.len()))
}
