//! Edits of a config.toml that leave people's comments, order and spacing alone.
//!
//! Every edit is read again before it is handed out: what comes back is a config that hnp accepts.

use std::fmt;

use toml_edit::{Array, DocumentMut, Item, Table, Value, value};

use super::{Config, ConfigError, Fabric, Profile, Template, Toggle};

/// Why a config.toml was not edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    /// The text is no valid config to begin with.
    Invalid(Vec<ConfigError>),
    /// The fabric to add is there already.
    Exists(String),
    /// The fabric to remove is not there.
    Missing(String),
    /// The edited text would be no valid config; spans are of that text.
    Refused(Vec<ConfigError>),
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first =
            |errors: &[ConfigError]| errors.first().map(ToString::to_string).unwrap_or_default();
        match self {
            Self::Invalid(errors) => {
                write!(f, "config.toml must be put right first: {}", first(errors))
            }
            Self::Exists(name) => write!(f, "fabric `{name}` is in config.toml already"),
            Self::Missing(name) => write!(f, "config.toml has no fabric `{name}`"),
            Self::Refused(errors) => write!(f, "config.toml was left as it is: {}", first(errors)),
        }
    }
}

impl std::error::Error for EditError {}

/// Adds a fabric after those that are there. Its `network` is not written: a new fabric has the defaults.
///
/// # Errors
///
/// The text is invalid, the fabric exists, or the result would be refused, such as for a directory that overlaps another's.
pub fn add_fabric(text: &str, name: &str, fabric: &Fabric) -> Result<String, EditError> {
    let config = Config::parse(text).map_err(EditError::Invalid)?;
    if config.fabrics.contains_key(name) {
        return Err(EditError::Exists(name.to_owned()));
    }
    let mut document = document(text)?;
    let fabrics = document.entry("fabric").or_insert_with(implicit);
    if let Some(fabrics) = fabrics.as_table_mut() {
        let mut entry = entry(fabric);
        entry.decor_mut().set_prefix("\n");
        fabrics.insert(name, Item::Table(entry));
    } else if let Some(fabrics) = fabrics.as_table_like_mut() {
        fabrics.insert(name, value(entry(fabric).into_inline_table()));
    }
    accepted(text, &document)
}

/// Removes a fabric with the comment directly above it.
///
/// # Errors
///
/// The text is invalid, the fabric is not there, or the result would be refused, such as for a policy that names it.
pub fn remove_fabric(text: &str, name: &str) -> Result<String, EditError> {
    Config::parse(text).map_err(EditError::Invalid)?;
    let mut document = document(text)?;
    let fabrics = document.get_mut("fabric").and_then(Item::as_table_like_mut);
    if fabrics.and_then(|fabrics| fabrics.remove(name)).is_none() {
        return Err(EditError::Missing(name.to_owned()));
    }
    accepted(text, &document)
}

/// Puts a fabric of another config in, after those that are there, with all that its tables say and their comments.
///
/// # Errors
///
/// A text is invalid, the fabric is there already or not in the other text, or the result would be refused.
pub fn graft_fabric(text: &str, from: &str, name: &str) -> Result<String, EditError> {
    let config = Config::parse(text).map_err(EditError::Invalid)?;
    if config.fabrics.contains_key(name) {
        return Err(EditError::Exists(name.to_owned()));
    }
    Config::parse(from).map_err(EditError::Invalid)?;
    let mut item = document(from)?
        .get_mut("fabric")
        .and_then(Item::as_table_like_mut)
        .and_then(|fabrics| fabrics.remove(name))
        .ok_or_else(|| EditError::Missing(name.to_owned()))?;
    if let Some(table) = item.as_table_mut() {
        unplaced(table);
    }
    let mut document = document(text)?;
    let fabrics = document.entry("fabric").or_insert_with(implicit);
    match (fabrics.as_table_mut(), item) {
        (Some(fabrics), Item::Table(mut entry)) => {
            let above = entry.decor().prefix().and_then(|raw| raw.as_str());
            let above = above.unwrap_or_default().trim_start().to_owned();
            entry.decor_mut().set_prefix(format!("\n{above}"));
            fabrics.insert(name, Item::Table(entry));
        }
        (Some(fabrics), item) => {
            fabrics.insert(name, item);
        }
        (None, item) => {
            if let (Some(fabrics), Ok(entry)) = (fabrics.as_table_like_mut(), item.into_value()) {
                fabrics.insert(name, Item::Value(entry));
            }
        }
    }
    accepted(text, &document)
}

/// Forgets where tables stood in their old text.
fn unplaced(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        if let Some(table) = item.as_table_mut() {
            unplaced(table);
        }
    }
}

/// Sets one key, given as the names of its tables and itself, to a TOML value such as `"live"`, `12` or `["*.yaml"]`.
///
/// Tables that are not there are made. A comment behind the old value stays.
///
/// # Errors
///
/// The text is invalid, or the result would be refused: no TOML value, an unknown key, a wrong type or form.
pub fn set(text: &str, path: &[&str], to: &str) -> Result<String, EditError> {
    Config::parse(text).map_err(EditError::Invalid)?;
    let refused = |message: String| {
        EditError::Refused(vec![ConfigError {
            message,
            span: 0..0,
            help: None,
        }])
    };
    let mut new: Value = to
        .parse()
        .map_err(|_| refused(format!("`{to}` is no TOML value")))?;
    let mut document = document(text)?;
    let Some((last, parents)) = path.split_last() else {
        return Err(refused("no key was named".to_owned()));
    };
    let mut table: &mut dyn toml_edit::TableLike = document.as_table_mut();
    for name in parents {
        table = table
            .entry(name)
            .or_insert_with(implicit)
            .as_table_like_mut()
            .ok_or_else(|| refused(format!("`{name}` is no table")))?;
    }
    match table.get_mut(last) {
        Some(Item::Value(old)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        _ => {
            table.insert(last, Item::Value(new));
        }
    }
    accepted(text, &document)
}

/// Writes a text as a TOML string.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Writes a whole `[fabric.NAME]` table.
pub(super) fn fabric_table(name: &str, fabric: &Fabric) -> String {
    let mut document = DocumentMut::new();
    let mut fabrics = Table::new();
    fabrics.set_implicit(true);
    fabrics.insert(name, Item::Table(entry(fabric)));
    document.insert("fabric", Item::Table(fabrics));
    document.to_string()
}

fn implicit() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

/// Only what differs from the defaults, so that a later default holds.
fn entry(fabric: &Fabric) -> Table {
    let mut table = Table::new();
    let shown = |directory: &String| {
        if directory.is_empty() {
            ".".to_owned()
        } else {
            directory.clone()
        }
    };
    match fabric.directories.as_slice() {
        [one] => table.insert("directory", value(shown(one))),
        many => table.insert(
            "directories",
            value(many.iter().map(shown).collect::<Array>()),
        ),
    };
    if fabric.template != Template::default() {
        table.insert("template", value(fabric.template.as_str()));
    }
    if let Some(release) = &fabric.release {
        table.insert("release", value(release));
    }
    if fabric.profile != Profile::default() {
        table.insert("profile", value(fabric.profile.as_str()));
    }
    if let Some(hydrated) = fabric.hydrated {
        table.insert(
            "hydrated",
            match hydrated {
                Toggle::Auto => value("auto"),
                fixed => value(fixed.or(false)),
            },
        );
    }
    if let Some(outside) = &fabric.outside {
        table.insert("outside", value(outside.iter().collect::<Array>()));
    }
    table
}

fn document(text: &str) -> Result<DocumentMut, EditError> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        EditError::Invalid(vec![ConfigError {
            message: error.message().to_owned(),
            span: error.span().unwrap_or(0..0),
            help: None,
        }])
    })
}

/// Gives the new text the line ends of the old one, and takes it only if it is a valid config.
fn accepted(old: &str, document: &DocumentMut) -> Result<String, EditError> {
    let mut new = document.to_string();
    if old.contains("\r\n") {
        new = new.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    match Config::parse(&new) {
        Ok(_) => Ok(new),
        Err(errors) => Err(EditError::Refused(errors)),
    }
}
