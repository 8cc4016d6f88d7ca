//! Conflicts as values that travel in state.toml.

use hnp_merge::ConflictKind;
use hnp_model::canonical::{canonical_json_of as json, sha256_hex};
use hnp_state::config::Sync;
use hnp_state::state_file::{Field, Fields};
use hnp_yaml::Node;

use super::large::LargeValue;
use crate::history::History;

/// A conflict of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Hash of what is in conflict: the same conflict has the same id whenever and wherever it is found.
    pub id: String,
    /// Key of the resource.
    pub resource: String,
    /// `concurrent_modification`, `delete_modify`, `schema_mismatch`, `dependency_violation`, `missing_resource`,
    /// `file_corruption` or `semantic`.
    pub kind: String,
    /// What is in conflict.
    pub fields: Vec<FieldConflict>,
    /// What the rules say of the merged tree, where that is the conflict.
    pub message: Option<String>,
}

/// One field in conflict. Values are JSON, or a [`LargeValue`]; `None` where a side does not have the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldConflict {
    /// Field path; empty for the whole resource.
    pub path: String,
    /// What both started from, where that is known.
    pub base: Option<String>,
    /// The GUI's value.
    pub gui: Option<String>,
    /// Git's value.
    pub git: Option<String>,
}

impl Conflict {
    pub(super) fn of_merge(resource: &str, found: &[hnp_merge::Conflict]) -> Self {
        let mut fields: Vec<FieldConflict> = found
            .iter()
            .map(|conflict| FieldConflict {
                path: conflict.path.to_string(),
                base: conflict.base.as_ref().map(json),
                gui: conflict.theirs.as_ref().map(json),
                git: conflict.ours.as_ref().map(json),
            })
            .collect();
        // The order of keys in a file is no part of what is in conflict.
        fields.sort_by(|a, b| a.path.cmp(&b.path));
        let removed = found.iter().any(|conflict| {
            matches!(conflict.kind, ConflictKind::Removed(_)) && conflict.path.steps().is_empty()
        });
        let kind = if removed {
            "delete_modify"
        } else {
            "concurrent_modification"
        };
        Self::new(resource, kind, fields, None)
    }

    /// Makes a conflict over a whole resource.
    pub(super) fn whole(
        resource: &str,
        kind: &str,
        [base, gui, git]: [Option<&Node>; 3],
        message: Option<String>,
    ) -> Self {
        let field = FieldConflict {
            path: String::new(),
            base: base.map(json),
            gui: gui.map(json),
            git: git.map(json),
        };
        Self::new(resource, kind, vec![field], message)
    }

    fn new(
        resource: &str,
        kind: &str,
        fields: Vec<FieldConflict>,
        message: Option<String>,
    ) -> Self {
        // What the rules say is no part of it: a new release words it otherwise.
        let family = if message.is_some() {
            "semantic"
        } else {
            "merge"
        };
        let mut text = format!("{resource}\n{family}\n");
        for field in &fields {
            for part in [
                &Some(field.path.clone()),
                &field.base,
                &field.gui,
                &field.git,
            ] {
                text.push_str(part.as_deref().unwrap_or("-"));
                text.push('\n');
            }
        }
        Self {
            id: sha256_hex(text.as_bytes())[..16].to_owned(),
            resource: resource.to_owned(),
            kind: kind.to_owned(),
            fields,
            message,
        }
    }

    /// Makes the conflict of a file that cannot be read: one a content of the file.
    pub(super) fn of_file(
        resource: &str,
        path: &str,
        blob: &str,
        fields: Vec<FieldConflict>,
        message: String,
    ) -> Self {
        let text = format!("file\n{path}\n{blob}\n");
        Self {
            id: sha256_hex(text.as_bytes())[..16].to_owned(),
            resource: resource.to_owned(),
            kind: "file_corruption".to_owned(),
            fields,
            message: Some(message),
        }
    }

    /// Puts hashes in place of values that are longer than a number of bytes; the id is of the values all the same.
    pub(super) fn shortened(
        &self,
        most: usize,
        git: &dyn History,
        blobs: &mut Vec<Vec<u8>>,
    ) -> Self {
        let mut short = self.clone();
        let values = short
            .fields
            .iter_mut()
            .flat_map(|field| [&mut field.base, &mut field.gui, &mut field.git]);
        for text in values.flatten().filter(|text| text.len() > most) {
            let large = LargeValue {
                sha256: sha256_hex(text.as_bytes()),
                blob: git.blob_id(text.as_bytes()),
                bytes: text.len(),
            };
            blobs.push(std::mem::replace(text, large.to_string()).into_bytes());
        }
        short
    }

    /// Returns the id that a conflict of the rules over these values has.
    pub(super) fn semantic_id(resource: &str, values: [Option<&Node>; 3]) -> String {
        Self::whole(resource, "semantic", values, Some(String::new())).id
    }

    /// Returns the severity by the thresholds that hold where the configuration names none.
    #[must_use]
    pub fn severity(&self) -> &'static str {
        self.severity_by(&Sync::default())
    }

    /// Returns `low` for labels and annotations alone, `critical` where the merged tree would not be valid, `high` for a
    /// deletion against a change and for many fields, else `medium`.
    #[must_use]
    pub fn severity_by(&self, sync: &Sync) -> &'static str {
        let note = |field: &FieldConflict| {
            field.path.starts_with("metadata.labels")
                || field.path.starts_with("metadata.annotations")
        };
        match self.kind.as_str() {
            "schema_mismatch" | "dependency_violation" | "missing_resource" | "semantic" => {
                "critical"
            }
            "delete_modify" | "file_corruption" => "high",
            _ if self.fields.len() > sync.high_severity_fields as usize => "high",
            _ if self.fields.iter().all(note) => "low",
            _ => "medium",
        }
    }

    /// Tells whether a strategy could settle it without much risk. Only a policy or a person does.
    #[must_use]
    pub fn is_auto_resolvable(&self) -> bool {
        self.is_auto_resolvable_by(&Sync::default())
    }

    /// The same by the thresholds of a configuration.
    #[must_use]
    pub fn is_auto_resolvable_by(&self, sync: &Sync) -> bool {
        self.kind == "concurrent_modification"
            && self.fields.len() <= sync.auto_resolvable_fields as usize
    }

    /// Returns what an answer may take: `gui`, `git`, `base`, `value`; of a file that cannot be read what it is
    /// written anew from.
    #[must_use]
    pub fn options(&self) -> Vec<&'static str> {
        if self.kind == "file_corruption" {
            return vec!["gui", "base"];
        }
        let mut options = vec!["gui", "git"];
        // Without a base, going back to it would be going back to nobody knows what.
        let known = self.kind != "concurrent_modification"
            || self.fields.iter().any(|field| field.base.is_some());
        if known {
            options.push("base");
        }
        options.push("value");
        options
    }

    /// Writes the table of state.toml.
    #[must_use]
    pub fn to_fields(&self) -> Fields {
        let list = |get: &dyn Fn(&FieldConflict) -> Option<&String>| {
            // An absent field is the empty text, which no JSON is.
            let texts = self.fields.iter().map(|field| get(field).cloned());
            Field::List(texts.map(Option::unwrap_or_default).collect())
        };
        let mut fields = Fields::from([
            ("resource".to_owned(), Field::Text(self.resource.clone())),
            ("type".to_owned(), Field::Text(self.kind.clone())),
            ("field".to_owned(), list(&|field| Some(&field.path))),
            ("base".to_owned(), list(&|field| field.base.as_ref())),
            ("gui".to_owned(), list(&|field| field.gui.as_ref())),
            ("git".to_owned(), list(&|field| field.git.as_ref())),
        ]);
        if let Some(message) = &self.message {
            fields.insert("message".to_owned(), Field::Text(message.clone()));
        }
        fields
    }

    /// Reads the table of state.toml; nothing where it is none that this version wrote.
    #[must_use]
    pub fn from_fields(id: &str, table: &Fields) -> Option<Self> {
        let text = |name: &str| match table.get(name) {
            Some(Field::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let list = |name: &str| match table.get(name) {
            Some(Field::List(items)) => Some(items.clone()),
            _ => None,
        };
        let (paths, base, gui, git) = (list("field")?, list("base")?, list("gui")?, list("git")?);
        if [&base, &gui, &git]
            .iter()
            .any(|side| side.len() != paths.len())
        {
            return None;
        }
        let some = |text: String| (!text.is_empty()).then_some(text);
        let fields = paths
            .into_iter()
            .zip(base.into_iter().zip(gui.into_iter().zip(git)))
            .map(|(path, (base, (gui, git)))| FieldConflict {
                path,
                base: some(base),
                gui: some(gui),
                git: some(git),
            })
            .collect();
        Some(Self {
            id: id.to_owned(),
            resource: text("resource")?,
            kind: text("type")?,
            fields,
            message: text("message"),
        })
    }
}
