//! The hnp command line: arguments, exit codes, the clock and the wiring, and nothing else.
// One JSON object has every field that HNP keeps of a resource.
#![recursion_limit = "256"]

mod args;
mod asked;
mod basis;
mod cancel;
mod clock;
mod commands;
mod context;
mod failure;
mod findings;
mod git_tree;
mod hooks;
mod known;
mod meter;
mod operation;
mod output;
mod plans;
mod tree_source;

use std::process::ExitCode;

/// Runs hnp with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    if commands::merge_driver::is_asked(std::env::args_os()) {
        return commands::merge_driver::guarded(run);
    }
    run().into()
}

/// Runs hnp and returns the exit code.
fn run() -> u8 {
    let start = std::time::Instant::now();
    let cli = match asked::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    match commands::run(&cli, start) {
        Ok(output) => {
            for line in &output.notes {
                output::note(line);
            }
            match output::print(&output.text) {
                Ok(()) => output.code,
                Err(why) => {
                    output::note(&format!("error: {why}"));
                    failure::Failure::Environment(why).code()
                }
            }
        }
        Err(failure) => {
            output::note(&format!("error: {failure}"));
            failure.code()
        }
    }
}
