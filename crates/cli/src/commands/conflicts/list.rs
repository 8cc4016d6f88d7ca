//! The open conflicts, a few lines each.

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
            "{}  {}  {} ({}), {}, open {}\n",
            conflict.id,
            clean(&conflict.resource),
            clean(&conflict.kind),
            conflict.severity(),
            words(one.status()),
            one.open_for(),
        ));
        if let Some(message) = &conflict.message {
            text.push_str(&format!("    {}\n", clean(message)));
        }
        for field in &conflict.fields {
            text.push_str(&format!(
                "    {}: gui {}, git {}\n",
                path(field),
                short(&field.gui),
                short(&field.git)
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

fn short(side: &Option<String>) -> String {
    match side {
        None => "(absent)".to_owned(),
        Some(text) if text.chars().count() > SHOWN => {
            let start: String = text.chars().take(SHOWN - 3).collect();
            format!("{}...", clean(&start))
        }
        Some(text) => clean(text),
    }
}
