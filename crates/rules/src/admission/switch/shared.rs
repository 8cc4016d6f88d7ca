//! What two holders may not share.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use crate::engine::Spot;

/// Who has a value that may be used once.
#[derive(Clone, Copy)]
pub(super) struct Holder<'f> {
    pub(super) kind: &'static str,
    pub(super) name: &'f str,
    pub(super) spot: Spot,
    /// Whether admission refuses it for sharing; others are but in the way.
    pub(super) is_judged: bool,
}

struct Held<'f> {
    first: Holder<'f>,
    second: Option<Holder<'f>>,
    is_told: bool,
}

/// Passes on the judged holders of a value that others have too, each with another: the later with the first, and the first
/// with the second where nobody else is judged.
pub(super) fn shared<'f, K: Hash + Eq>(
    holders: impl Iterator<Item = (K, Holder<'f>)>,
    mut each: impl FnMut(&Holder<'f>, &Holder<'f>),
) {
    let mut held: HashMap<K, Held<'f>> = HashMap::new();
    for (key, holder) in holders {
        match held.entry(key) {
            Entry::Vacant(free) => {
                free.insert(Held {
                    first: holder,
                    second: None,
                    is_told: false,
                });
            }
            Entry::Occupied(taken) => {
                let held = taken.into_mut();
                held.second.get_or_insert(holder);
                if holder.is_judged {
                    held.is_told = true;
                    each(&holder, &held.first);
                }
            }
        }
    }
    let mut left: Vec<_> = held
        .into_values()
        .filter(|held| held.first.is_judged && !held.is_told)
        .filter_map(|held| Some((held.first, held.second?)))
        .collect();
    left.sort_by_key(|(first, _)| first.spot);
    for (first, second) in left {
        each(&first, &second);
    }
}
