//! The open conflicts, a few lines each.

use hnp_sync::reconcile::LargeValue;

use super::{Known, findings, path};
use crate::context::Context;
use crate::output::clean;

/// Longest value that the list shows.
const SHOWN: usize = 40;

pub(super) fn text(context: &Context, known: &[Known<'_>]) -> String {
    let mut text = String::new();
    for one in known {
        let conflict = one.conflict;
        text.push_str(&format!(
            "{}  {}  {} ({}), {}, open {}{}\n",
            conflict.id,
            clean(&conflict.resource),
            clean(&conflict.kind),
            one.severity(),
            words(one.status()),
            one.open_for(),
            on_branch(one.branch),
        ));
        if let Some(message) = &conflict.message {
            text.push_str(&format!("    {}\n", clean(message)));
        }
        for field in &conflict.fields {
            let git = if conflict.kind == "file_corruption" {
                "(cannot be read)".to_owned()
            } else {
                short(&field.git)
            };
            text.push_str(&format!(
                "    {}: gui {}, git {git}\n",
                path(field),
                short(&field.gui),
            ));
        }
    }
    text.push_str(&super::escalation::text(&findings(context, known)));
    text.push_str(
        "`hnp conflicts ID` shows one in full; `hnp resolve ID --take gui|git|base` settles it, `--interactive` asks field by field.\n",
    );
    text
}

/// A status for people.
pub(super) fn words(status: &str) -> &str {
    match status {
        "detected" => "not answered",
        "requires_manual" => "needs a person",
        "resolving" => "answered, waits for `hnp sync`",
        other => other,
    }
}

/// Says on which branch a conflict stands, where that is not here.
pub(in crate::commands) fn on_branch(branch: Option<&str>) -> String {
    branch.map_or_else(String::new, |name| format!(", on branch {}", clean(name)))
}

fn short(side: &Option<String>) -> String {
    match side {
        None => "(absent)".to_owned(),
        Some(text) if LargeValue::parse(text).is_some() => "(large)".to_owned(),
        Some(text) if text.chars().count() > SHOWN => {
            let start: String = text.chars().take(SHOWN - 3).collect();
            format!("{}...", clean(&start))
        }
        Some(text) => clean(text),
    }
}
