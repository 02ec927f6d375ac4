//! Claims: what one row states, attribute by attribute. Comes in: a statement. Goes out: its [`Claim`]s, each with its
//! value, as-of date and place; they are made when they are asked for and cost nothing before.

use super::Statement;
use crate::problem::Span;
use crate::vocabulary::number::Number;
use crate::vocabulary::{Date, Field, StatusCell};

/// One thing that a row states of its subject.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// What of the subject it is about.
    pub attribute: Field,
    /// What it says.
    pub value: Value<'a>,
    /// At what date it holds.
    pub as_of: Option<Date>,
    /// Where it stands in the file of its row.
    pub span: Span,
}

/// What a claim says.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// A status with its history.
    Status(&'a StatusCell),
    /// Any other words.
    Text(&'a str),
}

impl Value<'_> {
    /// The words of the cell, or the code of the status.
    pub fn as_text(&self) -> &str {
        match self {
            Value::Status(cell) => cell.current().code,
            Value::Text(text) => text,
        }
    }
}

/// The columns that say something of a statement, not of its subject.
const OF_THE_STATEMENT: [Field; 3] = [Field::AsOf, Field::Source, Field::Id];

impl Statement {
    /// What the row states, in the order of its fields; the name of its subject and what dates and sources it are no claims.
    pub fn claims(&self, subject: Field) -> impl Iterator<Item = Claim<'_>> {
        let cells =
            self.row.cells.iter().filter(move |(field, _)| **field != subject && !OF_THE_STATEMENT.contains(field));
        cells.map(|(field, cell)| {
            let value = match (&self.row.status, *field) {
                (Some(status), Field::Status) => Value::Status(status),
                _ => Value::Text(&cell.text),
            };
            Claim { attribute: *field, value, as_of: self.as_of, span: cell.span }
        })
    }

    /// The value of a figure as a number, read in the language of its page.
    pub fn number(&self, language: &str) -> Option<Number> {
        let language = self.language.as_deref().unwrap_or(language);
        Number::parse(self.row.text(Field::Value), language)
    }
}
