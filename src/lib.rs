//! Brink turns a folder of Markdown, with ordinary tables of interventions and focus areas in it, into a
//! navigable website.

pub mod address;
pub mod build;
mod bytes;
mod cards;
pub mod check;
pub mod cli;
pub mod colour;
pub mod config;
pub mod document;
pub mod export;
pub mod external;
pub mod fix;
pub mod html;
pub mod kept;
pub mod key;
pub mod machines;
pub mod output;
pub mod picture;
mod pictures;
pub mod problem;
pub mod register;
pub mod rules;
pub mod schema;
pub mod search;
pub mod serve;
pub mod settings;
pub mod site;
pub mod source;
pub mod status;
pub mod theme;
pub mod tracking;
pub mod vocabulary;
pub mod weight;
mod words;
pub mod write;
