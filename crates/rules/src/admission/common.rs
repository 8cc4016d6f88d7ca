//! What rules of several kinds share.

use crate::engine::{Change, Report, Spot};
use crate::facts::{Field, Str, Vpc};
use crate::net::{Addr, Owned, Prefix, clashes};

/// What an owner has and where it stands, to be compared with what others have.
pub(super) struct Held {
    /// The prefix.
    pub(super) prefix: Prefix,
    /// Whose it is.
    pub(super) owner: u32,
    /// Where it stands.
    pub(super) spot: Spot,
    /// Whether nothing is blamed on it.
    pub(super) context: bool,
}

/// Passes on the pairs of overlapping prefixes of different owners, the one to blame first.
pub(super) fn overlapping(held: &[Held], mut each: impl FnMut(&Held, &Held)) {
    let owned = held
        .iter()
        .enumerate()
        .map(|(n, held)| Owned {
            prefix: held.prefix,
            owner: held.owner,
            tag: u32::try_from(n).unwrap_or(u32::MAX),
        })
        .collect();
    for clash in clashes(owned) {
        let (later, earlier) = (&held[clash.later as usize], &held[clash.earlier as usize]);
        if later.context {
            each(earlier, later);
        } else {
            each(later, earlier);
        }
    }
}

/// Passes on the pairs that hold one key, each later one with the first.
pub(super) fn repeated<K: std::hash::Hash + Eq, T>(
    items: impl IntoIterator<Item = (K, T)>,
    mut each: impl FnMut(T, &T),
) {
    let mut first = std::collections::HashMap::new();
    for (key, item) in items {
        match first.entry(key) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(item);
            }
            std::collections::hash_map::Entry::Occupied(taken) => each(item, taken.get()),
        }
    }
}

/// Reports a text that is no IP address; absent and empty ones are left to others.
pub(super) fn address(field: &Field<Str>, what: &str, report: &mut Report) -> Option<Addr> {
    let (text, span) = field.at()?;
    let addr = Addr::parse(text);
    if addr.is_none() {
        report.at(span, format!("{what} `{text}` is not an IP address"));
    }
    addr
}

/// Returns where a subnet stood that a VPC loses in a change, and that the VPC still there no longer has.
pub(super) fn gone_subnet(change: &Change<'_>, vpc: &str, subnet: &str) -> Option<Spot> {
    let old = change.old.find::<Vpc>(vpc).found()?;
    let new = change.new.find::<Vpc>(vpc).found()?;
    let was = old.it.subnet(subnet)?;
    new.it.subnet(subnet).is_none().then(|| old.spot(was.key))
}
