//! The limit of changes a run: what counts less waits for the next run.

use hnp_model::kind;

use super::Inputs;
use super::works::Work;

/// Lets all but the first `limits.changes` changes wait, and returns their places in the order in which they may follow.
///
/// First come those of lower priority, among equals what others refer to, deletions last and the other way round: so
/// what is carried over holds together as far as priorities let it.
pub(super) fn cut(inputs: &Inputs<'_>, works: &mut [Work]) -> Vec<usize> {
    let most = inputs.config.limits.changes;
    if most == 0 {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..works.len())
        .filter(|at| works[*at].is_going() && works[*at].is_change() && !works[*at].kept)
        .collect();
    if order.len() <= most {
        return Vec::new();
    }
    order.sort_by_key(|at| {
        let work = &works[*at];
        let rank = i64::try_from(kind::apply_order(&work.id.group, &work.id.kind)).unwrap_or(0);
        let rank = if work.deletes() {
            (true, -rank)
        } else {
            (false, rank)
        };
        (work.priority, rank, *at)
    });
    // A resource and its new name are one change.
    let mut first = Vec::new();
    let mut taken = 0;
    for at in &order {
        let other = works[*at].other_name;
        if other.is_some_and(|other| first.contains(&other)) {
            first.push(*at);
        } else if taken < most {
            first.push(*at);
            taken += 1;
        }
    }
    order.retain(|at| !first.contains(at));
    for at in &order {
        works[*at].hold(
            "limit",
            format!("limits.changes = {most}: it waits for the next run"),
        );
    }
    order
}
