//! What `hnp clean` takes away: of things with an age, those that are neither among the newest nor young.

use std::collections::{BTreeMap, BTreeSet};

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// Something that grows old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aged {
    /// Its name: a reference, an id, a path.
    pub name: String,
    /// When it was made, seconds since 1970.
    pub seconds: i64,
}

/// How long things are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// How many of the newest.
    pub newest: usize,
    /// Whatever is younger than so many days.
    pub days: u32,
    /// What time it is, seconds since 1970.
    pub now: i64,
}

impl Keep {
    fn is_young(self, seconds: i64) -> bool {
        // A thing from the future, by a clock that went wrong, is young.
        self.now.saturating_sub(seconds) < i64::from(self.days).saturating_mul(DAY)
    }
}

/// Returns what goes, oldest first. What `held` names stays whatever its age.
#[must_use]
pub fn expired(things: &[Aged], keep: Keep, held: &BTreeSet<String>) -> Vec<Aged> {
    let mut newest: Vec<&Aged> = things.iter().collect();
    newest.sort_by(|a, b| (b.seconds, &b.name).cmp(&(a.seconds, &a.name)));
    let mut goes: Vec<Aged> = newest
        .into_iter()
        .skip(keep.newest)
        .filter(|thing| !keep.is_young(thing.seconds) && !held.contains(&thing.name))
        .cloned()
        .collect();
    goes.reverse();
    goes
}

/// Returns how many of a chain's links stay, given their times from the newest to the oldest: a chain is cut in one place,
/// behind the last link that is among the newest or young.
///
/// Whoever cuts appends a link that says so. It counts among the newest already, or the next run would have to cut again.
#[must_use]
pub fn cut(newest_first: &[i64], keep: Keep) -> usize {
    let young = newest_first
        .iter()
        .rposition(|seconds| keep.is_young(*seconds))
        .map_or(0, |at| at + 1);
    let newest = keep.newest.max(1);
    if newest_first.len() <= young.max(newest) {
        newest_first.len()
    } else {
        young.max(newest - 1)
    }
}

/// Returns the newest archive of each fabric that is not configured any more: it may be all that is left of it.
#[must_use]
pub fn last_archives<'a>(
    archives: impl IntoIterator<Item = (&'a str, &'a Aged)>,
    configured: impl Fn(&str) -> bool,
) -> BTreeSet<String> {
    let mut newest: BTreeMap<&str, &Aged> = BTreeMap::new();
    for (fabric, archive) in archives {
        if configured(fabric) {
            continue;
        }
        let last = newest.entry(fabric).or_insert(archive);
        if (archive.seconds, &archive.name) > (last.seconds, &last.name) {
            *last = archive;
        }
    }
    newest
        .values()
        .map(|archive| archive.name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Aged, BTreeSet, DAY, Keep, cut, expired, last_archives};

    fn things(days: &[i64]) -> Vec<Aged> {
        days.iter()
            .map(|day| Aged {
                name: format!("d{day}"),
                seconds: day * DAY,
            })
            .collect()
    }

    #[test]
    fn what_is_neither_new_nor_young_goes_oldest_first() {
        let keep = |newest, days| Keep {
            newest,
            days,
            now: 10 * DAY,
        };
        let names = |newest, days, held: &[&str]| -> Vec<String> {
            let held: BTreeSet<String> = held.iter().map(|name| (*name).to_owned()).collect();
            expired(&things(&[5, 1, 9, 3, 30]), keep(newest, days), &held)
                .into_iter()
                .map(|thing| thing.name)
                .collect()
        };
        assert_eq!(names(0, 0, &[]), ["d1", "d3", "d5", "d9"]);
        assert_eq!(names(0, 6, &[]), ["d1", "d3"]);
        assert_eq!(names(4, 0, &[]), ["d1"]);
        assert_eq!(names(1, 6, &["d1"]), ["d3"]);
        assert_eq!(names(9, 0, &[]), [] as [&str; 0]);
    }

    #[test]
    fn a_chain_is_cut_once() {
        let keep = |newest, days| Keep {
            newest,
            days,
            now: 10 * DAY,
        };
        let chain = [9 * DAY, 2 * DAY, 8 * DAY, DAY];
        assert_eq!(cut(&chain, keep(0, 0)), 0);
        assert_eq!(cut(&chain, keep(3, 0)), 2, "and the one that says so");
        assert_eq!(cut(&chain[..3], keep(3, 0)), 3);
        assert_eq!(cut(&chain[..1], keep(0, 0)), 1);
        assert_eq!(cut(&chain, keep(0, 3)), 3, "young below old keeps both");
        assert_eq!(cut(&chain, keep(9, 0)), 4);
        assert_eq!(cut(&[], keep(9, 9)), 0);
    }

    #[test]
    fn the_last_archive_of_a_deleted_fabric_stays() {
        let all = things(&[1, 2, 3, 4]);
        let named = [
            ("a", &all[0]),
            ("a", &all[1]),
            ("b", &all[2]),
            ("gone", &all[3]),
        ];
        let held = last_archives(named, |fabric| fabric == "b");
        assert_eq!(held.into_iter().collect::<Vec<_>>(), ["d2", "d4"]);
    }
}
