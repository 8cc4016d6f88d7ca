//! States for tests.
#![allow(dead_code, unreachable_pub)]

use hnp_state::state_file::{Entry, Field, State};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

/// A lineage for tests.
pub const LINEAGE: &str = "0b9f1c1e-6d0c-4b7e-9d61-0f8a3b6c2d11";

/// Hexadecimal SHA-256 of a text.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// An entry that follows from a key and a generation.
pub fn entry(key: &str, generation: u32) -> Entry {
    let hash = sha256(&format!("{key}#{generation}"));
    Entry {
        path: format!("gitops/{}.yaml", key.to_lowercase()),
        base: Some(format!("c1:{hash}")),
        blob: Some(hash[..40].to_owned()),
        sha256: hash,
    }
}

/// A state of VPCs named as people name them, one after the other.
pub fn vpcs(count: usize) -> State {
    let mut state = State::new(LINEAGE);
    for n in 0..count {
        let key = format!("fabric-1/VPC/default/vpc-{n:04}");
        let entry = entry(&key, 0);
        state.resources.insert(key, entry);
    }
    state
}

fn hex(digits: usize) -> impl Strategy<Value = String> {
    proptest::string::string_regex(&format!("[0-9a-f]{{{digits}}}")).unwrap()
}

fn entries() -> impl Strategy<Value = Entry> {
    let base = proptest::option::of(hex(64).prop_map(|hash| format!("c1:{hash}")));
    let blob = proptest::option::of(prop_oneof![hex(40), hex(64)]);
    (
        "[a-zé\"'=#<][a-z \"=é#-]{0,8}(/[a-z]{1,4}){0,2}",
        hex(64),
        base,
        blob,
    )
        .prop_map(|(path, sha256, base, blob)| Entry {
            path,
            sha256,
            base,
            blob,
        })
}

fn fields() -> impl Strategy<Value = hnp_state::state_file::Fields> {
    let field = prop_oneof![
        any::<String>().prop_map(Field::Text),
        proptest::collection::vec(any::<String>(), 0..3).prop_map(Field::List),
        "[=<>]{7}( [a-z]+)?\n?".prop_map(Field::Text),
    ];
    proptest::collection::btree_map("[a-z_.é\"]{1,6}", field, 0..4)
}

/// Any state that may be written.
pub fn states() -> impl Strategy<Value = State> {
    let key = "[a-z0-9-]{1,6}/[A-Z][A-Za-z.]{0,8}/(default|[a-z]{1,4})/[a-z0-9.\"\\\\é-]{1,8}";
    (
        proptest::collection::btree_map(key, entries(), 0..8),
        proptest::collection::btree_map("[a-z0-9\"\n-]{1,12}", fields(), 0..3),
        proptest::collection::btree_map("[a-z0-9-]{1,12}", fields(), 0..3),
    )
        .prop_map(|(resources, conflicts, resolutions)| State {
            resources,
            conflicts,
            resolutions,
            ..State::new(LINEAGE)
        })
}
