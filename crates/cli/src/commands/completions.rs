//! `hnp completions` and `hnp man`

use clap::CommandFactory;

use crate::args::Cli;
use crate::failure::Failure;
use crate::output::Output;

pub(super) fn completions(shell: clap_complete::Shell) -> Output {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "hnp", &mut bytes);
    Output::of(String::from_utf8_lossy(&bytes).into_owned())
}

/// The page of hnp, followed by those of its commands.
pub(super) fn man() -> Result<Output, Failure> {
    let failed = |error: std::io::Error| Failure::Environment(error.to_string());
    let mut bytes = Vec::new();
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone())
        .render(&mut bytes)
        .map_err(failed)?;
    for sub in command.get_subcommands() {
        clap_mangen::Man::new(sub.clone())
            .render(&mut bytes)
            .map_err(failed)?;
    }
    Ok(Output::of(String::from_utf8_lossy(&bytes).into_owned()))
}
