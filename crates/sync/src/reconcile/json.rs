//! Values as JSON, one text for each value.

use hnp_yaml::Node;

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
