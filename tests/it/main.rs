//! All tests that need only Rust, in one program. A new case is new text: see `tests/spec`, `tests/sites`,
//! `tests/broken`. With `BRINK_UPDATE=1` the expected texts are written anew; look at the difference before you keep it.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests read, write, speak and fail as they need to"
)]

mod always;
mod broken;
mod command;
mod commonmark;
mod desk;
mod editions;
mod edits;
mod explanations;
mod external;
mod fixes;
mod hostile;
mod levels;
mod machines;
mod markdown;
mod preview;
mod publishing;
mod rules;
mod schema;
mod search;
mod sites;
mod spec;
mod status;
mod support;
mod watching;
