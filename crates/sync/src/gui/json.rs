//! The common case of a GUI's file: JSON, read without the parser of YAML, which has to look for much more.

use std::collections::HashSet;
use std::fmt;

use hnp_yaml::Node;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Up to so many keys a map is looked through for one that stands twice.
const FEW_KEYS: usize = 16;

/// Reads JSON; nothing where it is not plain JSON, holds a key twice or is nested too deep. YAML's reader then says why.
pub(super) fn read(bytes: &[u8], depth: usize) -> Option<Node> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first != Some(&b'{') {
        return None;
    }
    let Json(node) = serde_json::from_slice(bytes).ok()?;
    (height(&node) <= depth).then_some(node)
}

fn height(node: &Node) -> usize {
    match node {
        Node::Map(entries) => {
            1 + entries
                .iter()
                .map(|(_, node)| height(node))
                .max()
                .unwrap_or(0)
        }
        Node::Seq(items) => 1 + items.iter().map(height).max().unwrap_or(0),
        _ => 0,
    }
}

/// A value as the reader of YAML gives it.
struct Json(Node);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any).map(Self)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Bool(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Int(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Node, E> {
        Ok(i64::try_from(number).map_or(Node::UInt(number), Node::Int))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Float(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Str(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Node, E> {
        Ok(Node::Str(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut found = Vec::new();
        while let Some(Json(node)) = items.next_element()? {
            found.push(node);
        }
        Ok(Node::Seq(found))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut found: Vec<(String, Node)> = Vec::new();
        // Most maps are small, and small ones are looked through faster than hashed.
        let mut seen: HashSet<String> = HashSet::new();
        while let Some((key, Json(node))) = entries.next_entry::<String, Json>()? {
            if found.len() == FEW_KEYS {
                seen = found.iter().map(|(key, _)| key.clone()).collect();
            }
            let twice = if found.len() < FEW_KEYS {
                found.iter().any(|(other, _)| *other == key)
            } else {
                !seen.insert(key.clone())
            };
            if twice {
                return Err(A::Error::custom("a key stands twice"));
            }
            found.push((key, node));
        }
        Ok(Node::Map(found))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::read;
    use hnp_yaml::{Document, Node, Options, parse};

    #[test]
    fn what_is_read_is_what_the_reader_of_yaml_reads() {
        for text in [
            r#"{"a": [1, -2, 1.5, 18446744073709551615, "x", null, true, {}], "b": {"c": "\u00e9 \" \\n"}}"#,
            "{\n  \"a\": {\n    \"b\": [\n      1\n    ]\n  }\n}\n",
            r#"{"z": 1, "a": 2, "on": "on", "1": "1_000"}"#,
        ] {
            let stream = parse(text, &Options::default());
            let root = stream.documents().find_map(Document::root).unwrap();
            assert_eq!(read(text.as_bytes(), 64), Some(Node::from(root)), "{text}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_other_reader() {
        let deep = format!("{}1{}", "{\"a\":".repeat(70), "}".repeat(70));
        let keys: Vec<String> = (0..40).map(|n| format!("\"k{}\": {n}", n % 39)).collect();
        let many = format!("{{{}}}", keys.join(", "));
        for text in [
            "",
            "a: 1",
            "[1]",
            r#"{"a": 1, "a": 2}"#,
            r#"{"a": {"b": 1, "b": 1}}"#,
            many.as_str(),
            "{a: 1}",
            r#"{"a": 1} {"b": 2}"#,
            deep.as_str(),
        ] {
            assert_eq!(read(text.as_bytes(), 64), None, "{text}");
        }
    }
}
