//! The commands, a file each.

mod completions;
mod demo;
mod doctor;
mod explain;
mod fix;
mod ingest;
mod init;
mod log;
mod schema;
mod show;
mod state;
mod status;
mod tidy;
mod validate;

use crate::args::{Cli, Command};
use crate::failure::Failure;
use crate::output::Output;

/// Runs a command.
///
/// # Errors
///
/// Exit 2 or 3, see [`Failure`].
pub(crate) fn run(cli: &Cli) -> Result<Output, Failure> {
    let global = &cli.global;
    match &cli.command {
        Command::Demo(args) => demo::run(global, args),
        Command::Init(args) => init::run(global, args),
        Command::Status(args) => status::run(global, args),
        Command::Doctor => doctor::run(global),
        Command::Validate(args) => validate::run(global, args),
        Command::Ingest(args) => ingest::run(global, args),
        Command::Show(args) => show::run(global, args),
        Command::Log(args) => log::run(global, args),
        Command::Tidy(args) => tidy::run(global, args),
        Command::Explain(args) => explain::run(global, args),
        Command::State(command) => state::run(global, command),
        Command::Schema(command) => schema::run(global, command),
        Command::Completions { shell } => Ok(completions::completions(*shell)),
        Command::Man => completions::man(),
    }
}
