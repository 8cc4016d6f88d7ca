//! Nulls.

use hnp_yaml::Node;

use crate::Rules;
use crate::path::{Path, Step};
use crate::table::Meaning;

/// Returns a value without the nulls that say nothing: a declared field that is null is absent, while in a map of
/// people's keys a null object is `{}` and its key stays. Kinds that are not known keep their nulls.
#[must_use]
pub fn normal(rules: Rules, node: &Node) -> Node {
    walk(rules, &mut Path::default(), node)
}

fn walk(rules: Rules, path: &mut Path, node: &Node) -> Node {
    match node {
        Node::Map(entries) => {
            let mut objects = false;
            let mut scalars = false;
            for meaning in rules.at(path) {
                objects |= *meaning == Meaning::Objects;
                scalars |= *meaning == Meaning::Scalars;
            }
            let drops = rules.drops_nulls() && !scalars;
            let mut out = Vec::with_capacity(entries.len());
            for (key, value) in entries {
                if *value == Node::Null && (objects || drops) {
                    if objects {
                        out.push((key.clone(), Node::Map(Vec::new())));
                    }
                    continue;
                }
                path.push(Step::Key(key.clone()));
                out.push((key.clone(), walk(rules, path, value)));
                path.pop();
            }
            Node::Map(out)
        }
        Node::Seq(items) => {
            path.push(Step::Item(Vec::new()));
            let out = items
                .iter()
                .map(|item| walk(rules.inside(path, item), path, item))
                .collect();
            path.pop();
            Node::Seq(out)
        }
        other => other.clone(),
    }
}
