//! Compiles the program anew when the files change that it carries in itself: the theme and the starter site.

fn main() {
    println!("cargo:rerun-if-changed=themes/brink");
    println!("cargo:rerun-if-changed=src/starter");
    println!("cargo:rerun-if-changed=build.rs");
}
