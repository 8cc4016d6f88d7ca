//! The command line as it was asked, for the record of the operation.

use std::ffi::OsString;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Command, CommandFactory, FromArgMatches};
use serde_json::{Map, Value};

use crate::args::Cli;

static ASKED: Mutex<Option<ArgMatches>> = Mutex::new(None);

/// Reads a command line, and keeps what was asked.
///
/// # Errors
///
/// As clap has them: a usage error, `--help` or `--version`.
pub(crate) fn parse<A>(line: impl IntoIterator<Item = A>) -> Result<Cli, clap::Error>
where
    A: Into<OsString> + Clone,
{
    let matches = Cli::command().try_get_matches_from(line)?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut Cli::command()))?;
    *ASKED.lock().unwrap_or_else(PoisonError::into_inner) = Some(matches);
    Ok(cli)
}

/// Returns the command and the arguments that decided what it did; how it printed decided nothing.
pub(crate) fn config() -> Map<String, Value> {
    let asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut names, mut arguments) = (Vec::new(), Map::new());
    let mut command = Cli::command();
    let mut matches = asked.as_ref();
    while let Some((name, inner)) = matches.and_then(ArgMatches::subcommand) {
        let Some(found) = command.find_subcommand(name).cloned() else {
            break;
        };
        names.push(name.to_owned());
        collect(&found, inner, &mut arguments);
        (command, matches) = (found, Some(inner));
    }
    let mut config = Map::new();
    if !names.is_empty() {
        config.insert("command".to_owned(), names.join(" ").into());
        config.insert("arguments".to_owned(), Value::Object(arguments));
    }
    config
}

fn collect(command: &Command, matches: &ArgMatches, arguments: &mut Map<String, Value>) {
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        let name = arg.get_long().unwrap_or(id).replace('-', "_");
        let value = match arg.get_action() {
            ArgAction::SetTrue => Value::Bool(true),
            _ => {
                let values: Vec<Value> = matches
                    .get_raw(id)
                    .into_iter()
                    .flatten()
                    .map(|word| told(&word.to_string_lossy()).into())
                    .collect();
                match (arg.get_action(), values.as_slice()) {
                    (ArgAction::Set, [one]) => one.clone(),
                    _ => Value::Array(values),
                }
            }
        };
        arguments.insert(name, value);
    }
}

/// Leaves out what does not belong in a record that is pushed: passwords and queries of an address, and the directories of
/// somebody's machine.
fn told(word: &str) -> String {
    if let Some((scheme, rest)) = word.split_once("://") {
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        return format!("{scheme}://{host}{path}");
    }
    let path = Path::new(word);
    match path.file_name() {
        Some(name) if path.is_absolute() => name.to_string_lossy().into_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn secrets_and_places_of_a_machine_are_not_told() {
        for (word, expected) in [
            (
                "https://ann:secret@netbox.example/api/?token=1",
                "https://netbox.example/api/",
            ),
            ("https://netbox.example", "https://netbox.example"),
            ("/home/ann/gui.json", "gui.json"),
            ("data/gui.json", "data/gui.json"),
            ("gui_to_github", "gui_to_github"),
        ] {
            assert_eq!(told(word), expected);
        }
    }
}
