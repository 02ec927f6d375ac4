//! All tests that need only Rust, in one program. A new case is new text: see `tests/spec`, `tests/sites`,
//! `tests/broken`. With `BRINK_UPDATE=1` the expected texts are written anew; look at the difference before you keep it.

mod always;
mod broken;
mod command;
mod preview;
mod sites;
mod spec;
mod support;
