//! Reading options and reporting failures of a task.

use std::ffi::OsString;
use std::fmt;
use std::str::FromStr;

/// Why a task failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments make no sense.
    Usage(String),
    /// Something outside did not work.
    Environment(String),
}

impl Failure {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Environment(_) => 3,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Environment(text) => f.write_str(text),
        }
    }
}

pub(crate) fn usage(text: impl Into<String>) -> Failure {
    Failure::Usage(text.into())
}

pub(crate) fn environment(text: impl Into<String>) -> Failure {
    Failure::Environment(text.into())
}

/// Options of one task: `--name value`, `--name=value` and flags.
pub(crate) struct Options {
    values: Vec<(String, Option<String>)>,
}

impl Options {
    /// Splits words into options; `flags` are the names without a value, `valued` those with one.
    ///
    /// # Errors
    /// A word that is no option, an option not listed, or one without its value.
    pub(crate) fn parse(
        words: &[OsString],
        valued: &[&str],
        flags: &[&str],
    ) -> Result<Self, Failure> {
        let mut values = Vec::new();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let word = word
                .to_str()
                .ok_or_else(|| usage(format!("`{}` is not UTF-8", word.display())))?;
            let name = word
                .strip_prefix("--")
                .ok_or_else(|| usage(format!("`{word}` is no option")))?;
            let (name, inline) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, None),
            };
            if flags.contains(&name) && inline.is_none() {
                values.push((name.to_owned(), None));
            } else if valued.contains(&name) {
                let value = match inline {
                    Some(value) => value,
                    None => words
                        .next()
                        .and_then(|value| value.to_str())
                        .ok_or_else(|| usage(format!("--{name} needs a value")))?
                        .to_owned(),
                };
                values.push((name.to_owned(), Some(value)));
            } else {
                return Err(usage(format!(
                    "no option --{name} here; see `cargo xtask help`"
                )));
            }
        }
        Ok(Self { values })
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.values.iter().any(|(given, _)| given == name)
    }

    /// The last value given for an option.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .rev()
            .find(|(given, _)| given == name)
            .and_then(|(_, value)| value.as_deref())
    }

    /// The last value given for an option, parsed.
    ///
    /// # Errors
    /// The value does not parse.
    pub(crate) fn parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, Failure>
    where
        T::Err: fmt::Display,
    {
        self.value(name)
            .map(|value| {
                value
                    .parse()
                    .map_err(|error| usage(format!("--{name} {value}: {error}")))
            })
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn both_spellings_of_a_value_are_read_and_the_last_one_counts() {
        let options =
            Options::parse(&words("--size 50 --list --size=500"), &["size"], &["list"]).unwrap();
        assert_eq!(options.parsed::<usize>("size").unwrap(), Some(500));
        assert!(options.flag("list"));
        assert_eq!(options.value("out"), None);
    }

    #[test]
    fn unknown_and_incomplete_options_are_refused_by_name() {
        for (line, part) in [
            ("--sizes 5", "--sizes"),
            ("--size", "--size needs"),
            ("size", "no option"),
        ] {
            let error = Options::parse(&words(line), &["size"], &[]).err().unwrap();
            assert!(error.to_string().contains(part), "{line}: {error}");
        }
    }
}
