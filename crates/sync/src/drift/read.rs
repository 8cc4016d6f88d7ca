//! What `kubectl get -o json|yaml` prints: lists, single objects, several of either.

use std::fmt;

use hnp_model::{DEFAULT_NAMESPACE, ResourceId};
use hnp_rules::normalise::from_yaml;
use hnp_yaml::{Document, Limits, Options, parse};
use serde_json::Value;

use super::Actual;

/// Largest output that is read: 5,000 resources with their managed fields take a few MiB.
pub const MAX_BYTES: usize = 256 << 20;

/// Why an output cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Where, if that is known.
    pub line: Option<u32>,
    /// Why.
    pub message: String,
}

impl Unreadable {
    fn new(message: impl Into<String>) -> Self {
        Self {
            line: None,
            message: message.into(),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Unreadable {}

/// Reads an output, JSON or YAML.
///
/// # Errors
///
/// Fails where it is empty, cannot be read, or holds something that is no resource: a resource that was passed over would
/// look like one that the cluster lacks.
pub fn read(bytes: &[u8]) -> Result<Vec<Actual>, Unreadable> {
    let converted = utf8(bytes)?;
    let bytes = converted.as_bytes();
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::new(format!(
            "it is larger than {} MiB",
            MAX_BYTES >> 20
        )));
    }
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let values = match first {
        None => return Err(Unreadable::new("it is empty; did kubectl fail?")),
        Some(b'{' | b'[') => json(bytes)?,
        Some(_) => yaml(bytes)?,
    };
    let mut found = Vec::new();
    for value in values {
        collect(value, &mut found)?;
    }
    Ok(found)
}

/// PowerShell's `>` writes UTF-16.
fn utf8(bytes: &[u8]) -> Result<std::borrow::Cow<'_, str>, Unreadable> {
    let not_text = || Unreadable::new("it is neither UTF-8 nor UTF-16");
    let pairs = |read: fn([u8; 2]) -> u16| {
        let words: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|pair| read([pair[0], pair[1]]))
            .collect();
        String::from_utf16(&words)
            .map(Into::into)
            .map_err(|_| not_text())
    };
    match bytes {
        [0xff, 0xfe, ..] => pairs(u16::from_le_bytes),
        [0xfe, 0xff, ..] => pairs(u16::from_be_bytes),
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            std::str::from_utf8(bytes)
                .map(Into::into)
                .map_err(|_| not_text())
        }
    }
}

fn json(bytes: &[u8]) -> Result<Vec<Value>, Unreadable> {
    let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_slice(bytes)
        .into_iter()
        .collect();
    match values {
        Ok(values) => Ok(values),
        // A flow map may be YAML: `{kind: VPC, ...}`.
        Err(error) => yaml(bytes).map_err(|_| Unreadable {
            line: u32::try_from(error.line()).ok(),
            message: error.to_string(),
        }),
    }
}

fn yaml(bytes: &[u8]) -> Result<Vec<Value>, Unreadable> {
    let options = Options {
        limits: Limits {
            file_bytes: MAX_BYTES,
            ..Limits::default()
        },
        ..Options::default()
    };
    let stream = parse(bytes.to_vec(), &options);
    if let Some(problem) = stream.problems().first() {
        return Err(Unreadable {
            line: Some(stream.lines().position(problem.span.start as usize).line),
            message: problem.message.clone(),
        });
    }
    let roots = stream.documents().filter_map(Document::root);
    Ok(roots.filter_map(from_yaml).collect())
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn collect(value: Value, found: &mut Vec<Actual>) -> Result<(), Unreadable> {
    // What `jq .items` prints.
    if let Value::Array(items) = value {
        for item in items {
            found.push(actual(item, true)?);
        }
        return Ok(());
    }
    let kind = text(&value, "kind").to_owned();
    if kind == "Status" {
        return Err(Unreadable::new(format!(
            "the cluster answered with an error: {}",
            text(&value, "message")
        )));
    }
    let api_version = text(&value, "apiVersion").to_owned();
    let mut value = value;
    let items = value
        .as_object_mut()
        .filter(|_| kind.ends_with("List"))
        .and_then(|map| map.get_mut("items"))
        .map(Value::take);
    match items {
        Some(Value::Array(items)) => {
            for mut item in items {
                // The API's own lists say once what their items are.
                if let (Some(of), Some(map)) = (kind.strip_suffix("List"), item.as_object_mut())
                    && !of.is_empty()
                    && !map.contains_key("kind")
                {
                    map.insert("apiVersion".to_owned(), api_version.clone().into());
                    map.insert("kind".to_owned(), of.into());
                }
                found.push(actual(item, true)?);
            }
            Ok(())
        }
        Some(Value::Null) => Ok(()),
        _ => {
            found.push(actual(value, false)?);
            Ok(())
        }
    }
}

fn actual(manifest: Value, listed: bool) -> Result<Actual, Unreadable> {
    let metadata = manifest.get("metadata").unwrap_or(&Value::Null);
    let (kind, name) = (text(&manifest, "kind"), text(metadata, "name"));
    let group = text(&manifest, "apiVersion")
        .split_once('/')
        .map_or("", |(group, _)| group);
    if kind.is_empty() || name.is_empty() {
        return Err(Unreadable::new(
            "something in it is no resource: kind and metadata.name are needed; print it with `-o json` or `-o yaml`",
        ));
    }
    let namespace = Some(text(metadata, "namespace")).filter(|text| !text.is_empty());
    Ok(Actual {
        id: ResourceId {
            kind: kind.to_owned(),
            group: group.to_owned(),
            namespace: namespace.unwrap_or(DEFAULT_NAMESPACE).to_owned(),
            name: name.to_owned(),
        },
        listed,
        manifest,
    })
}
