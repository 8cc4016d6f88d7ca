//! `.hnp/state.toml`.

use hnp_model::Severity;

use super::{Family, NEW, Rule};

pub(super) const FAMILY: Family = Family {
    title: "State",
    about: "The form of .hnp/state.toml, which hnp writes and people commit. Damage is found by `hnp state verify`, is always repairable, and never turns into a deletion.",
    parts: &[RULES],
};

static RULES: &[Rule] = &[
    Rule {
        code: "STATE-01",
        title: "state.toml is not TOML",
        what: "A line of state.toml is not TOML.",
        why: "What follows cannot be trusted, so hnp does not know what both sides last agreed on.",
        fix: "Run `hnp state rebuild`: it keeps every table that can still be read.",
        ..NEW
    },
    Rule {
        code: "STATE-02",
        title: "conflict markers in state.toml",
        what: "The marker lines of an unfinished merge stand in state.toml.",
        why: "The file holds both sides of the conflict, so it is neither.",
        fix: "Run `hnp state rebuild`: it reads both sides and forgets only what they disagree on. Do not choose a side by hand.",
        ..NEW
    },
    Rule {
        code: "STATE-03",
        title: "unknown format of state.toml",
        what: "`format` is missing, wrong, or newer than this hnp knows.",
        why: "Reading a newer form as an older one could lose what it says.",
        fix: "For a newer format install a newer hnp; else run `hnp state rebuild`.",
        ..NEW
    },
    Rule {
        code: "STATE-04",
        title: "unknown canonicalisation in state.toml",
        what: "`canon` is missing, wrong, or newer than this hnp knows.",
        why: "Hashes of another canonicalisation cannot be compared, and every resource would look changed.",
        fix: "For a newer one install a newer hnp; else run `hnp state rebuild`.",
        ..NEW
    },
    Rule {
        code: "STATE-05",
        title: "no lineage in state.toml",
        what: "`lineage` is missing or is no UUID in lower case.",
        why: "The lineage tells which GUI the repository is paired with. Without it a state of another pairing could be taken for this one.",
        fix: "Take the line from an earlier commit, or run `hnp state rebuild`.",
        ..NEW
    },
    Rule {
        code: "STATE-06",
        title: "another lineage",
        what: "`lineage` differs from that of the parent commit.",
        why: "The state belongs to another pairing of repository and GUI; what it says was never agreed on here.",
        fix: "Take the parent's state.toml, or run `hnp state rebuild`.",
        ..NEW
    },
    Rule {
        code: "STATE-07",
        title: "tables out of order",
        what: "A table stands below one that it belongs above. Tables are ordered by the SHA-256 of their keys.",
        why: "The order keeps concurrent pull requests from touching the same lines. Nothing is lost.",
        fix: "Run `hnp state refresh`.",
        ..NEW
    },
    Rule {
        code: "STATE-08",
        title: "table stands twice",
        what: "A table stands twice with the same content.",
        why: "A merge by lines put it there. TOML readers refuse the file.",
        fix: "Run `hnp state rebuild`; nothing is lost.",
        ..NEW
    },
    Rule {
        code: "STATE-09",
        title: "table stands twice and differs",
        what: "A table stands twice with different content.",
        why: "A merge by lines put both there, and neither is known to be agreed on.",
        fix: "Run `hnp state rebuild`: it forgets what was agreed on for that resource, so the next sync compares both sides afresh and deletes nothing.",
        ..NEW
    },
    Rule {
        code: "STATE-10",
        title: "unknown key in state.toml",
        what: "A key that state.toml does not have.",
        why: "Only hnp writes this file, so the key is a mistake of a merge or of a hand, and what it was to say is unknown.",
        fix: "Run `hnp state rebuild`. Settings belong in .hnp/config.toml.",
        ..NEW
    },
    Rule {
        code: "STATE-11",
        title: "wrong value in state.toml",
        what: "A value has not the form of its key, such as a hash of the wrong length, or a needed key is missing.",
        why: "A wrong hash or path would be compared with the real one and mislead a sync.",
        fix: "Run `hnp state rebuild`.",
        ..NEW
    },
    Rule {
        code: "STATE-12",
        title: "wrong key of a resource",
        what: "The name of a resource's table is not `fabric/Kind/namespace/name`.",
        why: "The table belongs to no resource.",
        fix: "Run `hnp state rebuild`.",
        ..NEW
    },
    Rule {
        code: "STATE-13",
        title: "base is not the value of blob",
        what: "An entry's `blob` is a Git object that holds another value than the one whose hash is `base`.",
        why: "Both name what the two sides last held, and a merge would start from the one while the record says the other.",
        fix: "Run `hnp state rebuild`; it forgets what was agreed on for that resource, and the next sync compares it anew.",
        ..NEW
    },
    Rule {
        code: "STATE-14",
        title: "a conflict is open for too long",
        what: "A conflict in state.toml was found longer ago than `conflicts.escalate_after` allows for its severity, and no answer is on record. `hnp status` and `hnp conflicts` say so; `hnp validate` never does, since it knows no time.",
        why: "Until it is settled Git and the GUI hold different values of the resource, and every further edit is made on one of two truths.",
        fix: "Look at it with `hnp conflicts ID`, then settle it with `hnp resolve ID`. Where nobody can decide yet, raise `conflicts.escalate_after` in .hnp/config.toml.",
        ..NEW
    },
    Rule {
        code: "STATE-15",
        severity: Severity::Warning,
        title: "state.toml is committed without the manifest it speaks of",
        what: "A commit changes an entry's `base`, does not change its manifest, and the manifest holds another value. The hooks and `hnp validate --diff` say so.",
        why: "Another clone takes `base` for what both sides last held and the manifest for an edit of Git, so its next sync carries the manifest's old value to the GUI and undoes the edit there.",
        fix: "Commit the manifest too: `hnp status` names what is missing, and any command with `--commit` commits it.",
        ..NEW
    },
];
