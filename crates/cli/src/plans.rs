//! Plans, shown to people and as JSON.

use hnp_sync::plan::{Before, FileOp, Plan};
use serde_json::{Value, json};

use crate::output::clean;

/// How many steps of a kind are shown before the rest is counted.
const SHOWN: usize = 12;

/// Describes a plan, a line a step; long ones are cut unless everything is wanted.
pub(crate) fn describe(plan: &Plan, all: bool) -> String {
    let mut text = String::new();
    for (n, op) in plan.files.iter().enumerate() {
        if n == SHOWN && !all && plan.files.len() > SHOWN + 1 {
            text.push_str(&format!(
                "  and {} more (-v shows them)\n",
                plan.files.len() - SHOWN
            ));
            break;
        }
        let line = match op {
            FileOp::Write {
                path,
                before: Before::Absent,
                ..
            } => format!("new      {}", clean(path)),
            FileOp::Write { path, .. } => format!("changed  {}", clean(path)),
            FileOp::Move { from, to, .. } => format!("moved    {} -> {}", clean(from), clean(to)),
            FileOp::Remove { path, .. } => format!("removed  {}", clean(path)),
        };
        text.push_str(&format!("  {line}\n"));
    }
    text
}

/// Returns a plan as JSON.
pub(crate) fn json(plan: &Plan) -> Value {
    let steps = plan.files.iter().map(|op| match op {
        FileOp::Write { path, before, .. } => json!({
            "action": if *before == Before::Absent { "create" } else { "update" },
            "path": path,
        }),
        FileOp::Move { from, to, .. } => json!({ "action": "move", "path": to, "from": from }),
        FileOp::Remove { path, .. } => json!({ "action": "delete", "path": path }),
    });
    Value::Array(steps.collect())
}
