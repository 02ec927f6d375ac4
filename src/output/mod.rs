//! MAP: a site to its outputs. Comes in: a [`Site`](crate::site::Site). Goes out: every [`Output`], planned as path and
//! view, and the bytes of each, rendered.

mod board;
mod data;
mod history;
mod json_ld;
mod lists;
mod page;
mod pages;
mod parts;
mod plan;
mod render;
mod sheet;
pub mod view;

pub use plan::plan;
pub use render::render;
pub use view::View;

/// One file of the published site.
#[derive(Debug)]
pub struct Output {
    /// Its path in the published folder, with `/`.
    pub path: String,
    /// All that it is made from.
    pub view: View,
    /// The source that it comes from, for messages and the preview.
    pub source: Option<std::sync::Arc<str>>,
}
