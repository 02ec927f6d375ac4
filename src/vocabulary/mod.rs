//! The words of the trade as data: statuses and column headers, in English and French.
//! Comes in: a writer's word. Goes out: the code or field that it means.

pub mod date;
mod fold;
pub mod header;
pub mod status;

pub use date::Date;
pub use fold::{fold, nearest};
pub use header::Field;
pub use status::{Reading, Status, StatusCell};
