//! MAP: a site to its outputs. Comes in: a [`Site`](crate::site::Site). Goes out: a [`Plan`] of every
//! [`Output`], the [`View`] of each when it is asked for, and its bytes, rendered.

mod board;
mod claims;
mod data;
mod finish;
mod glance;
mod history;
mod json;
mod json_ld;
mod lists;
mod machines;
mod make;
mod map;
mod page;
mod pages;
mod parts;
mod pictures;
mod plan;
mod policy;
mod render;
mod script;
mod search;
mod sheet;
pub mod view;

pub use plan::Plan;
pub use render::render;
pub use view::View;

pub use machines::{CardView, TwinView, sum, sums};

/// One file of the published site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its path in the published folder, with `/`.
    pub path: String,
    /// The source that it comes from, for messages and the preview.
    pub source: Option<std::sync::Arc<str>>,
    /// What it shows.
    recipe: plan::Recipe,
}
