//! Asking on a terminal what a strategy left to a person.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Write};

use hnp_sync::reconcile::{Pick, Resolution, SyncPlan};

use crate::output::clean;

/// Answers by the id of the conflict.
pub(super) type Answers = BTreeMap<String, Resolution>;

/// Asks for every conflict that a strategy should have settled and could not, where a person sits in front of it.
pub(super) fn on_terminal(plan: &SyncPlan) -> Answers {
    let (input, output) = (std::io::stdin(), std::io::stderr());
    if !input.is_terminal() || !output.is_terminal() {
        return Answers::new();
    }
    ask(plan, &mut input.lock(), &mut output.lock())
}

fn ask(plan: &SyncPlan, input: &mut dyn BufRead, output: &mut dyn Write) -> Answers {
    let mut answers = Answers::new();
    for conflict in &plan.conflicts {
        let item = plan.items.iter().find(|item| item.key == conflict.resource);
        let Some(note) = item.and_then(|item| item.note.as_deref()) else {
            continue;
        };
        let mut text = format!("{}: {}\n", clean(&conflict.resource), clean(note));
        for field in &conflict.fields {
            let side = |side: &Option<String>| clean(side.as_deref().unwrap_or("(absent)"));
            let path = if field.path.is_empty() {
                "the whole resource"
            } else {
                &field.path
            };
            text.push_str(&format!(
                "  {}: gui {}, git {}\n",
                clean(path),
                side(&field.gui),
                side(&field.git)
            ));
        }
        text.push_str("Take [gui], [git], or [s]kip? ");
        let mut line = String::new();
        let told = output
            .write_all(text.as_bytes())
            .and_then(|()| output.flush());
        if told.is_err() || input.read_line(&mut line).is_err() || line.is_empty() {
            break;
        }
        if let Some(pick @ (Pick::Gui | Pick::Git)) = Pick::side(line.trim()) {
            answers.insert(
                conflict.id.clone(),
                Resolution {
                    resource: conflict.resource.clone(),
                    picks: BTreeMap::from([(String::new(), pick)]),
                    note: None,
                },
            );
        }
    }
    answers
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use hnp_model::ResourceId;
    use hnp_sync::reconcile::{Change, Conflict, FieldConflict, Item, Outcome};

    use super::*;

    fn plan(names: &[(&str, Option<&str>)]) -> SyncPlan {
        let mut plan = SyncPlan::default();
        for (name, note) in names {
            let key = format!("lab/Server/default/{name}");
            plan.conflicts.push(Conflict {
                id: format!("id-{name}"),
                resource: key.clone(),
                kind: "concurrent_modification".to_owned(),
                fields: vec![FieldConflict {
                    path: "spec.description".to_owned(),
                    base: None,
                    gui: Some("\"g\"".to_owned()),
                    git: None,
                }],
                message: None,
            });
            plan.items.push(Item {
                key,
                id: ResourceId {
                    kind: "Server".to_owned(),
                    group: "wiring.githedgehog.com".to_owned(),
                    namespace: "default".to_owned(),
                    name: (*name).to_owned(),
                },
                row: "mod/mod",
                git: Change::Keep,
                gui: Change::Keep,
                outcome: Outcome::Conflict(format!("id-{name}")),
                settled: 0,
                code: None,
                lost: Vec::new(),
                step: None,
                note: note.map(str::to_owned),
                renamed_from: None,
            });
        }
        plan
    }

    #[test]
    fn asks_for_what_a_strategy_left_and_for_nothing_else() {
        let plan = plan(&[
            ("a", Some("too near")),
            ("b", None),
            ("c", Some("no time")),
            ("d", Some("no time")),
            ("e", Some("no time")),
        ]);
        let mut said = Vec::new();
        let answers = ask(&plan, &mut &b"gui\ns\ngit\n"[..], &mut said);
        let picked: Vec<_> = answers
            .iter()
            .map(|(id, answer)| {
                (
                    id.as_str(),
                    answer.pick("spec.description").unwrap().clone(),
                )
            })
            .collect();
        assert_eq!(picked, [("id-a", Pick::Gui), ("id-d", Pick::Git)]);
        let said = String::from_utf8(said).unwrap();
        assert!(
            said.contains("too near") && said.contains("spec.description: gui \"g\", git (absent)"),
            "{said}"
        );
        assert!(!said.contains("default/b"), "{said}");
    }
}
