//! What a tree of Git shows that no file shows by itself.

use super::{Family, NEW, Rule};

pub(super) const FAMILY: Family = Family {
    title: "Git",
    about: "What hooks and `hnp validate --staged` find in the index, in commits and in pushes, beside what stands in the files.",
    parts: &[RULES],
};

static RULES: &[Rule] = &[
    Rule {
        code: "GIT-01",
        title: "unfinished merge in the index",
        what: "The index holds several versions of a file, since a merge left it for a person to settle.",
        why: "No commit can be made of it, and no version is the one to check.",
        fix: "Settle the conflict in the file, then `git add` it.",
        ..NEW
    },
    Rule {
        code: "GIT-02",
        title: "configuration removed",
        what: "The tree that stood before had .hnp/config.toml, and this one has not. On a client that is a warning.",
        why: "Without it nothing would be checked any more, so a push could take the check away together with what it would have found.",
        fix: "Take the file back. To take hnp out of a repository, an administrator of the server removes the hook first.",
        ..NEW
    },
    Rule {
        code: "GIT-03",
        title: "state removed",
        what: "The tree that stood before had .hnp/state.toml, and this one has not, while the configuration is still there.",
        why: "With it goes the lineage, and what both sides last agreed on: the next sync could tell no change from any other.",
        fix: "Take it back: `git checkout HEAD -- .hnp/state.toml`. Where it is lost, `hnp state rebuild` makes a new one.",
        ..NEW
    },
];
