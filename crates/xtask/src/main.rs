//! Development tasks: corpora and benchmarks. `cargo xtask help` lists them.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod args;
mod bench;
mod corpus_command;
mod mutants;
mod vectors_command;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask corpus --out DIR --size N [--layout managed|drop|single-file] [--seed N]
    writes a whole fabric of N resources (40 to 18000) into the empty or missing directory DIR
cargo xtask bench [--only ROW,…] [--size N] [--runs N] [--json FILE] [--hnp PATH]
    measures hnp against its yardsticks and prints a table; docs/benchmarks.md explains it
cargo xtask bench --list
    prints the rows
cargo xtask vectors [--check]
    writes the conformance cases made of the rules' catalogue, or checks that the files are what it would write
cargo xtask mutants [--only NAME,…] [--dir DIR] [--list]
    puts each fault of tests/mutants.txt into a copy of the source and runs the property that must find it
cargo xtask measure --out FILE -- COMMAND [ARG…]
    runs one command and writes what it used as JSON; the benchmarks call this themselves
";

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    let command = words.next().unwrap_or_default();
    let rest: Vec<_> = words.collect();
    let result = match command.to_str() {
        Some("corpus") => corpus_command::run(&rest),
        Some("bench") => bench::run(&rest),
        Some("vectors") => vectors_command::run(&rest),
        Some("mutants") => mutants::run(&rest),
        Some("measure") => bench::measure::run(&rest),
        Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(args::usage(format!(
            "no task `{}`\n{HELP}",
            command.display()
        ))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}
