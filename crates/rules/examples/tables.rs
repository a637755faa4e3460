//! Prints a table of the documentation: `cargo run -q -p calbridge-rules --example tables codes > docs/codes.md`, and
//! `settings` likewise.

use std::process::ExitCode;

use calbridge_rules::{codes, settings};

fn main() -> ExitCode {
    let name = std::env::args().nth(1);
    let table = match name.as_deref() {
        Some("codes") => codes::markdown(),
        Some("settings") => settings::markdown(),
        Some(_) | None => {
            eprintln!("which table: codes or settings?");
            return ExitCode::FAILURE;
        }
    };
    print!("{table}");
    ExitCode::SUCCESS
}
