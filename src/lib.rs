//! Brink turns a folder of Markdown, with ordinary tables of interventions and focus areas in it, into a
//! navigable website.

pub mod address;
pub mod build;
pub mod check;
pub mod cli;
pub mod config;
pub mod document;
pub mod export;
pub mod external;
pub mod fix;
pub mod html;
pub mod key;
pub mod output;
pub mod problem;
pub mod register;
pub mod rules;
pub mod schema;
pub mod serve;
pub mod settings;
pub mod site;
pub mod source;
pub mod status;
pub mod theme;
pub mod vocabulary;
pub mod weight;
mod words;
pub mod write;
