//! Git in memory: commits, branches, and merges of lines as a server makes them, without any driver.

use std::collections::{BTreeMap, BTreeSet};

use hnp_merge::{Labels, merge_lines, merge_text};
use hnp_state::state_file::{salvage, verify, write};
use hnp_sync::merge_state::merge_state_text;

use crate::manifest::{NAMES, read};
use crate::shadow::Side;

pub(crate) const STATE: &str = ".hnp/state.toml";
pub(crate) const LINEAGE: &str = "0b0c7a34-5a5c-4d3e-8f00-1d2c3b4a5f60";
pub(crate) const PAIRING: hnp_sync::gui::Pairing<'static> = hnp_sync::gui::Pairing {
    lineage: LINEAGE,
    commit: None,
    head: None,
};

/// Text by path.
pub(crate) type Tree = BTreeMap<String, String>;

#[derive(Clone)]
pub(crate) struct Commit {
    pub(crate) parents: Vec<usize>,
    pub(crate) tree: Tree,
    /// What its tree has seen.
    pub(crate) side: Side,
    /// hnp made it.
    pub(crate) by_hnp: bool,
}

/// How a branch comes into another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Merge,
    Squash,
    Rebase,
}

#[derive(Clone)]
pub(crate) struct Git {
    pub(crate) commits: Vec<Commit>,
    /// Tips by name; 0 is the default branch.
    pub(crate) tips: BTreeMap<u8, usize>,
}

impl Git {
    pub(crate) fn new(tree: Tree, side: Side) -> Self {
        let first = Commit {
            parents: Vec::new(),
            tree,
            side,
            by_hnp: false,
        };
        Self {
            commits: vec![first],
            tips: [(0, 0)].into(),
        }
    }

    /// The branch, or the default one where it is not there.
    pub(crate) fn branch(&self, name: u8) -> u8 {
        if self.tips.contains_key(&name) {
            name
        } else {
            0
        }
    }

    pub(crate) fn tip(&self, branch: u8) -> &Commit {
        &self.commits[self.tips[&branch]]
    }

    pub(crate) fn commit(
        &mut self,
        branch: u8,
        parents: Vec<usize>,
        tree: Tree,
        side: Side,
        by_hnp: bool,
    ) {
        self.commits.push(Commit {
            parents,
            tree,
            side,
            by_hnp,
        });
        self.tips.insert(branch, self.commits.len() - 1);
    }

    pub(crate) fn ancestors(&self, of: usize) -> BTreeSet<usize> {
        let (mut found, mut open) = (BTreeSet::new(), vec![of]);
        while let Some(at) = open.pop() {
            if found.insert(at) {
                open.extend(&self.commits[at].parents);
            }
        }
        found
    }

    /// The newest common ancestor.
    fn base(&self, a: usize, b: usize) -> usize {
        let (a, b) = (self.ancestors(a), self.ancestors(b));
        a.intersection(&b).copied().max().unwrap_or(0)
    }

    /// Brings one branch into another. Where lines conflict, `take` says which side a person takes, file by file; without
    /// it the merge does not happen. `driver` has hnp's drivers merge, as in a clone that has them. Says whether a person had
    /// to take a side, or nothing where there was no merge.
    pub(crate) fn bring(
        &mut self,
        from: u8,
        into: u8,
        how: How,
        driver: bool,
        take: Option<bool>,
    ) -> Option<bool> {
        let (theirs, ours) = (self.tips[&from], self.tips[&into]);
        let base = self.base(ours, theirs);
        if base == theirs {
            return None;
        }
        let merged = match how {
            How::Merge | How::Squash => self.merged(base, ours, theirs, driver, take),
            How::Rebase => {
                // Commit by commit, on first parents; a rebase leaves merges out.
                let mut chain = Vec::new();
                let mut at = theirs;
                while at != base {
                    chain.push(at);
                    let Some(parent) = self.commits[at].parents.first() else {
                        break;
                    };
                    at = *parent;
                }
                let mut now = Some((
                    self.commits[ours].tree.clone(),
                    self.commits[ours].side.clone(),
                    false,
                ));
                for at in chain.into_iter().rev() {
                    let (Some((tree, side, taken)), Some(parent)) =
                        (&now, self.commits[at].parents.first())
                    else {
                        break;
                    };
                    let parent = &self.commits[*parent].tree;
                    let taken = *taken;
                    now = merge(
                        parent,
                        (tree, side),
                        (&self.commits[at].tree, &self.commits[at].side),
                        driver,
                        take,
                    )
                    .map(|(tree, side, now)| (tree, side, taken || now));
                }
                now
            }
        };
        let (tree, side, taken) = merged?;
        let parents = if how == How::Merge {
            vec![ours, theirs]
        } else {
            vec![ours]
        };
        self.commit(into, parents, tree, side, false);
        Some(taken)
    }

    fn merged(
        &self,
        base: usize,
        ours: usize,
        theirs: usize,
        driver: bool,
        take: Option<bool>,
    ) -> Option<(Tree, Side, bool)> {
        let [base, ours, theirs] = [base, ours, theirs].map(|at| &self.commits[at]);
        merge(
            &base.tree,
            (&ours.tree, &ours.side),
            (&theirs.tree, &theirs.side),
            driver,
            take,
        )
    }
}

/// Merges two trees, files that one side moved included.
fn merge(
    base: &Tree,
    ours: (&Tree, &Side),
    theirs: (&Tree, &Side),
    driver: bool,
    take: Option<bool>,
) -> Option<(Tree, Side, bool)> {
    // As Git finds them: the same bytes first, then what is alike, each file once.
    let moved = |side: &Tree| -> BTreeMap<String, String> {
        let mut moves = BTreeMap::new();
        let mut came: Vec<&String> = side
            .keys()
            .filter(|path| !base.contains_key(*path))
            .collect();
        for exact in [true, false] {
            for path in base.keys().filter(|path| !side.contains_key(*path)) {
                let fits = |to: &&String| {
                    if exact {
                        base[path] == side[*to]
                    } else {
                        alike(&base[path], &side[*to])
                    }
                };
                if !moves.contains_key(path)
                    && let Some(at) = came.iter().position(fits)
                {
                    moves.insert(path.clone(), came.remove(at).clone());
                }
            }
        }
        moves
    };
    let all = (moved(ours.0), moved(theirs.0));
    // Where the other side has a file of its own at the new path Git keeps both contents in conflict, as where both add one.
    let free =
        |moves: &BTreeMap<String, String>, others: &BTreeMap<String, String>, tree: &Tree| {
            let mut moves = moves.clone();
            moves.retain(|from, to| !tree.contains_key(to) || others.get(from) == Some(to));
            moves
        };
    let our_moves = free(&all.0, &all.1, theirs.0);
    let their_moves = free(&all.1, &all.0, ours.0);
    // Everything is looked at under the path it has in the end.
    let renamed = |tree: &Tree, moves: &[&BTreeMap<String, String>]| -> Tree {
        let rename = |path: &String| {
            moves
                .iter()
                .find_map(|moves| moves.get(path))
                .unwrap_or(path)
                .clone()
        };
        tree.iter()
            .map(|(path, text)| (rename(path), text.clone()))
            .collect()
    };
    let both = [&our_moves, &their_moves];
    let b = renamed(base, &both);
    let o = renamed(ours.0, &[&their_moves]);
    let t = renamed(theirs.0, &[&our_moves]);
    let paths: BTreeSet<&String> = b.keys().chain(o.keys()).chain(t.keys()).collect();
    let mut tree = Tree::new();
    let mut taken = false;
    for path in paths {
        let (b, o, t) = (b.get(path), o.get(path), t.get(path));
        let one = if o == t || b == t {
            o.cloned()
        } else if b == o {
            t.cloned()
        } else if let (Some(o), Some(t)) = (o, t) {
            let base = b.map_or("", String::as_str);
            match lines(path, base, o, t, driver) {
                Some(text) => Some(text),
                None if path == STATE => Some(repaired(base, o, t)),
                None => {
                    taken = true;
                    Some(if take? { o.clone() } else { t.clone() })
                }
            }
        } else {
            // Removed here, changed there.
            taken = true;
            if take? { o.cloned() } else { t.cloned() }
        };
        if let Some(one) = one {
            tree.insert(path.clone(), one);
        }
    }
    if let Some(state) = tree.get_mut(STATE)
        && !verify(state, Some(LINEAGE)).is_empty()
    {
        // Found by `hnp state verify`, put right by `hnp state rebuild`.
        *state = write(&salvage(state).into_state(LINEAGE));
    }
    let values = [read(&tree), read(ours.0), read(theirs.0)];
    let mut side = ours.1.clone();
    for name in NAMES {
        let [now, o, t] = values.each_ref().map(|values| &values[name]);
        side.merge(name, now, (o, ours.1), (t, theirs.1));
    }
    Some((tree, side, taken))
}

fn lines(path: &str, base: &str, ours: &str, theirs: &str, driver: bool) -> Option<String> {
    let (base, ours, theirs) = (base.as_bytes(), ours.as_bytes(), theirs.as_bytes());
    let (text, conflicts) = if !driver {
        let merged = merge_lines(base, ours, theirs, Labels::default());
        (merged.text, merged.conflicts)
    } else if path == STATE {
        let merged = merge_state_text(base, ours, theirs, Labels::default());
        (merged.text, merged.conflicted)
    } else {
        let merged = merge_text(base, ours, theirs, Labels::default());
        (merged.text, merged.conflicted)
    };
    (!conflicts).then(|| String::from_utf8(text).unwrap())
}

/// A state in conflict, as `hnp state rebuild` leaves it: both sides from between the markers.
fn repaired(base: &str, ours: &str, theirs: &str) -> String {
    let merged = merge_lines(
        base.as_bytes(),
        ours.as_bytes(),
        theirs.as_bytes(),
        Labels::default(),
    );
    let text = String::from_utf8(merged.text).unwrap();
    write(&salvage(&text).into_state(LINEAGE))
}

/// Tells whether Git would take two files for one that moved.
fn alike(a: &str, b: &str) -> bool {
    let lines: BTreeSet<&str> = a.lines().collect();
    let shared = b.lines().filter(|line| lines.contains(line)).count();
    3 * shared >= 2 * a.lines().count().max(b.lines().count())
}
