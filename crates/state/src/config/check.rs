//! Reading: TOML, then every key against the table of keys, then what only several keys together can tell.

mod together;

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::forms::Form;
use super::keys::{self, Key, Shape};
use super::{Config, ConfigError, FORMAT, MAX_BYTES};
use crate::{path, suggest};

/// Most errors that are collected.
const MAX_ERRORS: usize = 100;

/// Reads a config.toml.
pub(super) fn read(text: &str) -> Result<Config, Vec<ConfigError>> {
    if text.len() > MAX_BYTES {
        return Err(vec![ConfigError {
            message: format!(
                "config.toml has {} bytes; at most {MAX_BYTES} are read",
                text.len()
            ),
            span: 0..0,
            help: None,
        }]);
    }
    let (root, broken) = DeTable::parse_recoverable(text);
    let mut check = Check { errors: Vec::new() };
    for error in &broken {
        check.toml(text, error);
    }
    let root = root.into_inner();
    if let Some(newer) = newer_format(&root) {
        return Err(vec![newer]);
    }
    check.table("", &root, keys::ROOT);
    together::one_or_many(&mut check, &root);
    if check.errors.is_empty() {
        match toml::from_str::<Config>(text) {
            Ok(mut config) => {
                normalise(&mut config);
                together::check(&mut check, &config, &root);
                if check.errors.is_empty() {
                    return Ok(config);
                }
            }
            Err(error) => check.toml(text, &error),
        }
    }
    let mut errors = check.errors;
    errors.sort_by(|a, b| {
        (a.span.start, a.span.end, &a.message).cmp(&(b.span.start, b.span.end, &b.message))
    });
    errors.dedup();
    errors.truncate(MAX_ERRORS);
    Err(errors)
}

/// A newer form may mean anything by its keys, so nothing else is said about it.
fn newer_format(root: &DeTable<'_>) -> Option<ConfigError> {
    let (_, value) = root.iter().find(|(name, _)| name.get_ref() == "format")?;
    let format = integer(value.get_ref())?;
    (format > u64::from(FORMAT)).then(|| ConfigError {
        message: format!("config.toml has format {format}; this hnp reads {FORMAT}"),
        span: value.span(),
        help: Some("a newer hnp wrote it: install that version".to_owned()),
    })
}

fn normalise(config: &mut Config) {
    for fabric in config.fabrics.values_mut() {
        for directory in &mut fabric.directories {
            if let Ok(normal) = path::normalise(directory) {
                *directory = normal;
            }
        }
    }
    if let Some(normal) = config
        .rules
        .baseline
        .as_deref()
        .and_then(|file| path::normalise(file).ok())
    {
        config.rules.baseline = Some(normal);
    }
}

fn integer(value: &DeValue<'_>) -> Option<u64> {
    let number = value.as_integer()?;
    u64::from_str_radix(number.as_str().trim_start_matches('+'), number.radix()).ok()
}

struct Check {
    errors: Vec<ConfigError>,
}

impl Check {
    fn push(&mut self, span: Range<usize>, message: impl Into<String>, help: Option<String>) {
        self.errors.push(ConfigError {
            message: message.into(),
            span,
            help,
        });
    }

    fn toml(&mut self, text: &str, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        let at = span.start.min(text.len());
        let line = text
            .get(text[..at].rfind('\n').map_or(0, |n| n + 1)..)
            .unwrap_or("");
        let marker = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"]
            .iter()
            .any(|m| line.starts_with(m));
        let help = marker.then(|| {
            "it is left over from a merge: decide between the two sides and remove the markers"
                .to_owned()
        });
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        self.push(span, format!("not TOML: {message}"), help);
    }

    fn table(&mut self, at: &str, table: &DeTable<'_>, keys: &'static [Key]) {
        for (name, value) in table {
            let path = dotted(at, name.get_ref());
            match keys.iter().find(|key| key.name == name.get_ref()) {
                Some(key) => self.value(&path, value, &key.shape),
                None => self.unknown(at, name, keys),
            }
        }
    }

    fn unknown(
        &mut self,
        at: &str,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        keys: &'static [Key],
    ) {
        let word = name.get_ref().as_ref();
        let near = suggest::nearest(word, keys.iter().map(|key| key.name));
        let elsewhere = keys::tables_with(word);
        let help = if let Some(near) = near {
            format!("did you mean `{near}`?")
        } else if let Some(first) = elsewhere.first() {
            format!("`{word}` belongs in [{first}]")
        } else {
            let known: Vec<_> = keys.iter().map(|key| key.name).collect();
            format!("known here: {}", known.join(", "))
        };
        let place = if at.is_empty() {
            "at the top of config.toml".to_owned()
        } else {
            format!("in [{at}]")
        };
        self.push(
            name.span(),
            format!("unknown key `{}` {place}", word.escape_debug()),
            Some(help),
        );
    }

    fn value(&mut self, path: &str, value: &Spanned<DeValue<'_>>, shape: &'static Shape) {
        let span = value.span();
        match (shape, value.get_ref()) {
            (Shape::Bool | Shape::Toggle, DeValue::Boolean(_)) => {}
            (Shape::Toggle, DeValue::String(text)) if text == "auto" => {}
            (Shape::Integer { min, max }, found @ DeValue::Integer(_)) => {
                if !integer(found).is_some_and(|n| (*min..=*max).contains(&n)) {
                    let wanted = if min == max {
                        format!("{min}")
                    } else {
                        format!("a number from {min} to {max}")
                    };
                    self.push(
                        span,
                        format!("`{path}` is out of range"),
                        Some(format!("it takes {wanted}")),
                    );
                }
            }
            (Shape::Text(form), DeValue::String(text)) => self.text(path, text, span, *form),
            (Shape::Choice(words), DeValue::String(text)) => {
                if !words.contains(&text.as_ref()) {
                    let help = suggest::nearest(text, words.iter().copied()).map_or_else(
                        || format!("it takes {}", listed(words)),
                        |near| format!("did you mean \"{near}\"?"),
                    );
                    self.push(
                        span,
                        format!("`{path}` cannot be \"{}\"", text.escape_debug()),
                        Some(help),
                    );
                }
            }
            (Shape::List(shape), DeValue::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(&format!("{path}[{index}]"), item, shape);
                }
            }
            (Shape::Table(keys), DeValue::Table(table)) => self.table(path, table, keys),
            (Shape::Tables(keys), DeValue::Array(items))
                if items.iter().all(|item| item.get_ref().is_table()) =>
            {
                for item in items.iter() {
                    if let Some(table) = item.get_ref().as_table() {
                        self.table(path, table, keys);
                    }
                }
            }
            (Shape::Map(form, shape), DeValue::Table(table)) => {
                for (name, item) in table {
                    let path = dotted(path, name.get_ref());
                    self.text(&path, name.get_ref(), name.span(), *form);
                    self.value(&path, item, shape);
                }
            }
            (shape, found) => {
                let message = format!("`{path}` takes {}, not {}", shape.noun(), noun(found));
                self.push(span, message, shape.example(path));
            }
        }
    }

    fn text(&mut self, path: &str, text: &str, span: Range<usize>, form: Form) {
        if let Err(fault) = form.check(text) {
            // An address may hold a password, which no message repeats.
            let shown = match form {
                Form::Gui => "the value".to_owned(),
                _ => format!("\"{}\"", text.escape_debug()),
            };
            let message = format!("`{path}`: {shown} {}", fault.message);
            self.push(span, message, fault.help);
        }
    }
}

impl Shape {
    fn noun(&self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Toggle => "true, false or \"auto\"",
            Self::Integer { .. } => "a whole number",
            Self::Text(_) | Self::Choice(_) => "a text in quotes",
            Self::List(_) => "a list",
            Self::Table(_) | Self::Map(..) => "a table",
            Self::Tables(_) => "a list of tables",
        }
    }

    fn example(&self, path: &str) -> Option<String> {
        match self {
            Self::Choice(words) => Some(format!("it takes {}", listed(words))),
            Self::List(_) => Some("write it as [\"…\", \"…\"]".to_owned()),
            Self::Table(_) => Some(format!("start it with a line [{path}]")),
            Self::Map(..) => Some(format!("start an entry with a line [{path}.NAME]")),
            Self::Tables(_) => Some(format!("start each with a line [[{path}]]")),
            _ => None,
        }
    }
}

fn noun(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn listed(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("\"{word}\""))
        .collect::<Vec<_>>()
        .join(", ")
}

fn dotted(at: &str, name: &str) -> String {
    let bare = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let name = if bare {
        name.to_owned()
    } else {
        format!("\"{}\"", name.escape_debug())
    };
    if at.is_empty() {
        name
    } else {
        format!("{at}.{name}")
    }
}
