//! Conflicts as values that travel in state.toml.

use std::collections::BTreeMap;

use hnp_merge::ConflictKind;
use hnp_model::canonical::sha256_hex;
use hnp_state::state_file::{Field, Fields};
use hnp_yaml::{Node, Options, parse};

/// Up to this many fields a conflict is one that a person can settle at a glance.
const FEW_FIELDS: usize = 3;
/// From more fields than this on it is serious.
const MANY_FIELDS: usize = 5;

/// A conflict of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Hash of what is in conflict: the same conflict has the same id whenever and wherever it is found.
    pub id: String,
    /// Key of the resource.
    pub resource: String,
    /// `concurrent_modification`, `delete_modify`, `schema_mismatch`, `dependency_violation` or `semantic`.
    pub kind: String,
    /// What is in conflict.
    pub fields: Vec<FieldConflict>,
    /// What the rules say of the merged tree, where that is the conflict.
    pub message: Option<String>,
}

/// One field in conflict. Values are JSON; `None` where a side does not have the field.
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
        let fields: Vec<FieldConflict> = found
            .iter()
            .map(|conflict| FieldConflict {
                path: conflict.path.to_string(),
                base: conflict.base.as_ref().map(json),
                gui: conflict.theirs.as_ref().map(json),
                git: conflict.ours.as_ref().map(json),
            })
            .collect();
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

    /// Returns the id that a conflict of the rules over these values has.
    pub(super) fn semantic_id(resource: &str, values: [Option<&Node>; 3]) -> String {
        Self::whole(resource, "semantic", values, Some(String::new())).id
    }

    /// Returns `low` for labels and annotations alone, `critical` where the merged tree would not be valid, `high` for a
    /// deletion against a change and for many fields, else `medium`.
    #[must_use]
    pub fn severity(&self) -> &'static str {
        let note = |field: &FieldConflict| {
            field.path.starts_with("metadata.labels")
                || field.path.starts_with("metadata.annotations")
        };
        match self.kind.as_str() {
            "schema_mismatch" | "dependency_violation" | "semantic" => "critical",
            "delete_modify" => "high",
            _ if self.fields.len() > MANY_FIELDS => "high",
            _ if self.fields.iter().all(note) => "low",
            _ => "medium",
        }
    }

    /// Tells whether a strategy could settle it without much risk. Only a policy or a person does.
    #[must_use]
    pub fn is_auto_resolvable(&self) -> bool {
        self.kind == "concurrent_modification" && self.fields.len() <= FEW_FIELDS
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
        read(text)
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
            Self::Value(text) => read(text),
            _ => None,
        }
    }
}

impl Resolution {
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

fn read(text: &str) -> Option<Node> {
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

/// Writes a value as JSON, keys sorted, whole numbers without a fraction.
#[must_use]
pub fn json(node: &Node) -> String {
    let mut out = String::new();
    write(node, &mut out);
    out
}

fn write(node: &Node, out: &mut String) {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    match node {
        Node::Null => out.push_str("null"),
        Node::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Node::Int(number) => out.push_str(&number.to_string()),
        Node::UInt(number) => out.push_str(&number.to_string()),
        Node::Float(number) => out.push_str(&hnp_yaml::scalar::float_text(*number)),
        Node::Str(word) => out.push_str(&text(word)),
        Node::Seq(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Node::Map(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            out.push('{');
            for (n, (key, value)) in entries.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                out.push_str(&text(key));
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
    }
}
