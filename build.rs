//! Compiles the program anew when the files change that it carries in itself: the theme, the starter site
//! and the explanations of problems.
#![allow(clippy::print_stdout, reason = "this is how a build script talks to Cargo")]

fn main() {
    println!("cargo:rerun-if-changed=themes/brink");
    println!("cargo:rerun-if-changed=src/starter");
    println!("cargo:rerun-if-changed=src/problem/explanations");
    println!("cargo:rerun-if-changed=build.rs");
}
