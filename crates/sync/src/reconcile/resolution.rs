//! A person's answers to conflicts, as they travel in state.toml.

use std::collections::BTreeMap;

use hnp_model::ResourceId;
use hnp_model::canonical::canonical_json_of as json;
use hnp_state::state_file::{Field, Fields};
use hnp_yaml::{Node, Options, parse};

use super::conflict::Conflict;
use crate::gui::id_of;

/// A person's answer to a conflict, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// Key of the resource.
    pub resource: String,
    /// What holds for a field: by its path, and for all others by the empty text.
    pub picks: BTreeMap<String, Pick>,
    /// What the person says to it.
    pub note: Option<String>,
}

/// What a field is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The GUI's value.
    Gui,
    /// Git's value.
    Git,
    /// What both started from.
    Base,
    /// This JSON.
    Value(String),
}

impl Pick {
    /// Reads `gui`, `git` or `base`.
    #[must_use]
    pub fn side(word: &str) -> Option<Self> {
        match word {
            "gui" => Some(Self::Gui),
            "git" => Some(Self::Git),
            "base" => Some(Self::Base),
            _ => None,
        }
    }

    /// Takes a value that a person wrote, as YAML.
    ///
    /// # Errors
    ///
    /// Says why it is no value.
    pub fn value(text: &str) -> Result<Self, String> {
        parse_value(text)
            .map(|node| Self::Value(json(&node)))
            .ok_or_else(|| format!("`{}` is no YAML value", text.escape_debug()))
    }

    fn word(&self) -> String {
        match self {
            Self::Gui => "gui".to_owned(),
            Self::Git => "git".to_owned(),
            Self::Base => "base".to_owned(),
            Self::Value(json) => format!("={json}"),
        }
    }

    /// Returns the value that is meant by [`Pick::Value`].
    pub(super) fn node(&self) -> Option<Node> {
        match self {
            Self::Value(text) => parse_value(text),
            _ => None,
        }
    }
}

impl Resolution {
    /// Tells whether a resource can become what was chosen for it in a conflict over all of it: a value by hand must be this very resource.
    ///
    /// # Errors
    ///
    /// Says why it cannot.
    pub fn fits(&self, id: &ResourceId, conflict: &Conflict) -> Result<(), String> {
        if !conflict.is_whole() {
            return Ok(());
        }
        let Some(whole @ Pick::Value(_)) = self.picks.get("") else {
            return Ok(());
        };
        match whole.node() {
            None => Err("the value cannot be read".to_owned()),
            Some(Node::Null) => Err(
                "an empty value is no resource; to have it deleted, take the side that deleted it: gui or git"
                    .to_owned(),
            ),
            Some(node) => match id_of(&node) {
                Some(other) if other == *id => Ok(()),
                Some(other) => Err(format!(
                    "the value is another resource, {other} of {}",
                    if other.group.is_empty() { "Kubernetes' own" } else { &other.group }
                )),
                None => Err(
                    "the value is no resource; write all of it, with apiVersion, kind and metadata.name"
                        .to_owned(),
                ),
            },
        }
    }

    /// Returns what holds for a field.
    #[must_use]
    pub fn pick(&self, path: &str) -> Option<&Pick> {
        self.picks.get(path).or_else(|| self.picks.get(""))
    }

    /// Writes the table of state.toml.
    #[must_use]
    pub fn to_fields(&self) -> Fields {
        let (paths, words) = self
            .picks
            .iter()
            .map(|(path, pick)| (path.clone(), pick.word()))
            .unzip();
        let mut fields = Fields::from([
            ("resource".to_owned(), Field::Text(self.resource.clone())),
            ("field".to_owned(), Field::List(paths)),
            ("choice".to_owned(), Field::List(words)),
        ]);
        if let Some(note) = &self.note {
            fields.insert("note".to_owned(), Field::Text(note.clone()));
        }
        fields
    }

    /// Reads the table of state.toml.
    #[must_use]
    pub fn from_fields(table: &Fields) -> Option<Self> {
        let (Some(Field::Text(resource)), Some(Field::List(paths)), Some(Field::List(words))) = (
            table.get("resource"),
            table.get("field"),
            table.get("choice"),
        ) else {
            return None;
        };
        let mut picks = BTreeMap::new();
        for (path, word) in paths.iter().zip(words) {
            let pick = match word.strip_prefix('=') {
                Some(json) => Pick::Value(json.to_owned()),
                None => Pick::side(word)?,
            };
            picks.insert(path.clone(), pick);
        }
        let note = match table.get("note") {
            Some(Field::Text(note)) => Some(note.clone()),
            _ => None,
        };
        Some(Self {
            resource: resource.clone(),
            picks,
            note,
        })
    }
}

/// Reads a value that stands in one line: JSON, or YAML's flow form; nothing where it is none.
#[must_use]
pub fn parse_value(text: &str) -> Option<Node> {
    // In a map, so that every value is read as it is in a manifest.
    let wrapped = if text.trim_start().starts_with(['{', '[', '"', '\'']) || !text.contains('\n') {
        format!("v: {text}\n")
    } else {
        return None;
    };
    let stream = parse(wrapped, &Options::default());
    if !stream.problems().is_empty() || stream.documents().len() != 1 {
        return None;
    }
    let root = stream.documents().next()?.root()?;
    (root.entries().count() == 1).then(|| root.get("v").map(Node::from))?
}
