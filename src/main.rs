//! The program `brink`.

/// Pages are made of very many small texts on several threads, for which the system's allocator takes twice the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    brink::cli::run()
}
