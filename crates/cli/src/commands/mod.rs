//! The commands, a file each.

mod bot_branches;
mod cancel;
mod clean;
mod clean_leftovers;
mod completions;
mod conflicts;
mod demo;
mod diff;
mod diff_range;
mod doctor;
mod drift;
mod drill;
mod explain;
mod fabric;
mod fabric_side;
mod fix;
mod holds;
mod hooks;
mod impact;
mod ingest;
mod init;
mod log;
pub(crate) mod merge_driver;
mod metrics;
mod resolve;
mod restore;
mod retry;
mod schema;
mod show;
mod state;
mod status;
mod sync;
mod tidy;
mod undo;
mod validate;
mod validate_change;
mod validate_tree;

use hnp_report::Format;

pub(crate) use ingest::run as ingest;
pub(crate) use validate::oddities;

use crate::args::{Cli, Command, Global, StateCommand};
use crate::failure::Failure;
use crate::findings::output_file;
use crate::output::Output;

/// Runs a command.
///
/// # Errors
///
/// Exit 2 or 3, see [`Failure`].
pub(crate) fn run(cli: &Cli, start: std::time::Instant) -> Result<Output, Failure> {
    let global = &cli.global;
    check_formats(global, &cli.command)?;
    match &cli.command {
        Command::Demo(args) => demo::run(global, args),
        Command::Init(args) => init::run(global, args),
        Command::Status(args) => status::run(global, args),
        Command::Doctor => doctor::run(global),
        Command::Validate(args) => validate::run(global, args),
        Command::Ingest(args) => ingest::run(global, args),
        Command::Sync(args) => sync::run(global, args),
        Command::Conflicts(args) => conflicts::run(global, args),
        Command::Resolve(args) => resolve::run(global, args),
        Command::Retry(args) => retry::run(global, args),
        Command::Show(args) => show::run(global, args),
        Command::Log(args) => log::run(global, args),
        Command::Metrics(args) => metrics::run(global, args),
        Command::Tidy(args) => tidy::run(global, args),
        Command::Undo(args) => undo::run(global, args),
        Command::Cancel(args) => cancel::run(global, args),
        Command::Clean(args) => clean::run(global, args),
        Command::Fabric(command) => fabric::run(global, command),
        Command::Drill(args) => drill::run(global, args),
        Command::Restore(args) => restore::run(global, args),
        Command::Explain(args) => explain::run(global, args),
        Command::Diff(args) => diff::run(global, args),
        Command::Drift(args) => drift::run(global, args),
        Command::MergeDriver(args) => merge_driver::run(args),
        Command::State(command) => state::run(global, command),
        Command::Schema(command) => schema::run(global, command),
        Command::Hooks(command) => hooks::run(global, command),
        Command::Hook(args) => crate::hooks::run(global, args, start),
        Command::Completions { shell } => Ok(completions::completions(*shell)),
        Command::Man => completions::man(),
    }
}

/// Refuses a format that a command does not have, before anything is done.
fn check_formats(global: &Global, command: &Command) -> Result<(), Failure> {
    for output in &global.output {
        output_file(output)?;
    }
    let adopts = matches!(command, Command::Init(args) if args.adopt);
    let finds = matches!(
        command,
        Command::Validate(_)
            | Command::Ingest(_)
            | Command::State(StateCommand::Verify)
            | Command::Hook(_)
    );
    let has_markdown = matches!(command, Command::Diff(_)) && global.format == Format::Markdown;
    if !finds && !has_markdown && !matches!(global.format, Format::Human | Format::Json) {
        return Err(Failure::Usage(format!(
            "--format {}: this command has human and json; findings are what `hnp validate` gives",
            global.format.name()
        )));
    }
    if !finds && !adopts && !global.output.is_empty() {
        return Err(Failure::Usage(
            "--output writes findings, and this command has none; redirect its output instead"
                .to_owned(),
        ));
    }
    Ok(())
}
