//! The program `brink`.

fn main() -> std::process::ExitCode {
    brink::cli::run()
}
