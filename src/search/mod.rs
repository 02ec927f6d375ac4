//! What readers search in. Comes in: texts, each with its weight. Goes out: the [`Index`], cut into pieces of which a browser
//! loads the few that a query needs; and the words and letters by which things are found, folded alike here and in
//! `themes/brink/static/brink-search.js`.

mod index;
mod plain;
mod words;

pub use index::{Index, Weight, Words, index, pieces_for};
pub use plain::plain_text;
pub use words::{Letter, folded, letter, words};
