//! The words of the trade as data: statuses and column headers, in English and French.
//! Comes in: a writer's word. Goes out: the code or field that it means.

pub mod date;
mod fold;
pub mod header;
pub mod status;
pub mod status_cell;

pub use date::Date;
pub use fold::{fold, nearest};
pub use header::Field;
pub use status::Status;
pub use status_cell::{Reading, StatusCell, Step};
