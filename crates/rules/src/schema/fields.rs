//! The fields of a kind, listed for people.

use super::compiled::{Compiled, Extra, Node, NodeId};
use super::model::Type;

impl Compiled {
    /// Returns every field with what may stand there: `spec.subnets.*.vlan`, `integer`.
    #[must_use]
    pub fn fields(&self) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        self.list(self.root(), &mut String::new(), &mut fields);
        fields
    }

    fn list(&self, node: &Node, path: &mut String, fields: &mut Vec<(String, String)>) {
        let required = node.rules.as_ref().map_or(&[][..], |rules| &rules.required);
        for name in self.names(node) {
            let skipped =
                path.is_empty() && matches!(name, "apiVersion" | "kind" | "metadata" | "status");
            if let Some(id) = self.property(node, name).filter(|_| !skipped) {
                let needed = required.iter().any(|field| **field == *name);
                let dot = if path.is_empty() { "" } else { "." };
                self.step_into(id, &format!("{dot}{name}"), needed, path, fields);
            }
        }
        if let Extra::Node(id) = node.extra {
            self.step_into(id, ".*", false, path, fields);
        }
        if let Some(id) = node.items {
            self.step_into(id, "[]", false, path, fields);
        }
    }

    fn step_into(
        &self,
        id: NodeId,
        step: &str,
        needed: bool,
        path: &mut String,
        fields: &mut Vec<(String, String)>,
    ) {
        let length = path.len();
        path.push_str(step);
        let node = self.node(id);
        fields.push((path.clone(), describe(node, needed)));
        self.list(node, path, fields);
        path.truncate(length);
    }
}

fn describe(node: &Node, needed: bool) -> String {
    let mut text = match node.kind {
        Some(Type::Object) => "map",
        Some(Type::Array) => "list",
        Some(Type::String) => "string",
        Some(Type::Integer) => "integer",
        Some(Type::Number) => "number",
        Some(Type::Boolean) => "boolean",
        None => "anything",
    }
    .to_owned();
    if needed {
        text.push_str(", required");
    }
    let Some(rules) = &node.rules else {
        return text;
    };
    if !rules.values.is_empty() {
        let values: Vec<String> = rules.values.iter().map(ToString::to_string).collect();
        text.push_str(&format!(", one of {}", values.join(" ")));
    }
    for (bounds, what) in [
        (rules.items, "items"),
        (rules.length, "characters"),
        (rules.properties, "keys"),
    ] {
        match (bounds.min, bounds.max) {
            (Some(min), Some(max)) => text.push_str(&format!(", {min} to {max} {what}")),
            (Some(min), None) => text.push_str(&format!(", at least {min} {what}")),
            (None, Some(max)) => text.push_str(&format!(", at most {max} {what}")),
            (None, None) => {}
        }
    }
    text
}
