//! Finds overlapping prefixes of different owners without comparing each with each.

use super::{Addr, Prefix};

/// A prefix with who has it.
#[derive(Clone, Copy, Debug)]
pub struct Owned {
    /// The prefix.
    pub prefix: Prefix,
    /// Whose it is; prefixes of one owner never clash.
    pub owner: u32,
    /// What the caller knows it by; of two that clash, the higher one is `later`.
    pub tag: u32,
}

/// Two overlapping prefixes of different owners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clash {
    /// Tag of the one with the higher tag.
    pub later: u32,
    /// Tag of the other.
    pub earlier: u32,
}

/// Returns for every prefix at most one overlap with a prefix of another owner, sorted by `later`.
///
/// Of two prefixes that overlap, one lies in the other. So it is enough to walk them by their first address and to keep
/// those that are still open, and of these two of different owners.
#[must_use]
pub fn clashes(mut prefixes: Vec<Owned>) -> Vec<Clash> {
    let first = |owned: &Owned| owned.prefix.first();
    prefixes.sort_by_key(|owned| (first(owned), owned.prefix.bits, owned.tag));
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for owned in prefixes {
        while open.last().is_some_and(|top| top.last < first(&owned)) {
            open.pop();
        }
        let top = open.last();
        let mut seen = top.map_or([None; 2], |top| top.seen);
        // Of the two enclosing ones with different owners the one with the lower tag is shown.
        let other = seen
            .iter()
            .flatten()
            .filter(|(owner, _)| *owner != owned.owner)
            .map(|(_, tag)| *tag)
            .min();
        if let Some(other) = other {
            found.push(Clash {
                later: owned.tag.max(other),
                earlier: owned.tag.min(other),
            });
        }
        match seen {
            [None, _] => seen[0] = Some((owned.owner, owned.tag)),
            [Some((owner, _)), None] if owner != owned.owner => {
                seen[1] = Some((owned.owner, owned.tag));
            }
            _ => {}
        }
        open.push(Open {
            last: owned.prefix.last(),
            seen,
        });
    }
    found.sort_by_key(|clash| (clash.later, clash.earlier));
    found.dedup();
    found
}

/// A prefix that encloses what comes next, with up to two owners (and tags) among it and those around it.
struct Open {
    last: Addr,
    seen: [Option<(u32, u32)>; 2],
}
