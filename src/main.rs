//! The program `carafe`.

fn main() -> std::process::ExitCode {
    carafe::cli::run()
}
