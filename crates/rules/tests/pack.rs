//! What is kept of a file is what reading it again would find, and bytes that are none of ours are refused.
#![allow(clippy::unwrap_used)]

use hnp_model::SourceFile;
use hnp_rules::catalogue::{self, FAMILIES};
use hnp_rules::facts::Detail;
use hnp_rules::{FileCheck, Role, Settings, check_file, pack};
use proptest::prelude::*;

const ROLES: [Role; 3] = [Role::Managed, Role::Pending, Role::Context];

/// The text of every example of a rule.
fn texts() -> Vec<&'static str> {
    FAMILIES
        .iter()
        .flat_map(catalogue::Family::rules)
        .flat_map(|rule| [rule.wrong, rule.right])
        .flatten()
        .collect()
}

fn checked(text: &str, path: &str, role: Role) -> FileCheck {
    let file = SourceFile {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let settings = Settings {
        fabric: Some("lab".to_owned()),
        ..Settings::default()
    };
    check_file(file, role, &settings)
}

/// All of a check but the text, which is had from the file.
fn shown(mut check: FileCheck) -> String {
    check.text = None;
    format!("{check:?}")
}

#[test]
fn every_example_comes_back_at_whatever_place() {
    let (mut kept, mut kinds) = (0, Vec::new());
    for text in texts() {
        for role in ROLES {
            let check = checked(text, "managed/a.yaml", role);
            let mut bytes = Vec::new();
            if !pack::write(&check, &mut bytes) {
                let profile = |detail: &Detail| matches!(detail, Detail::SwitchProfile(_));
                let left_out = !check.broken.is_empty()
                    || check.facts.iter().any(|facts| profile(&facts.detail));
                assert!(left_out, "not kept: {text}");
                continue;
            }
            kept += 1;
            kinds.extend(check.facts.iter().filter_map(|facts| facts.kind));
            let back = pack::read(&bytes, "managed/a.yaml", role).expect(text);
            assert_eq!(shown(back), shown(check), "{text}");
            let moved = pack::read(&bytes, "managed/elsewhere/b.yaml", role).unwrap();
            let there = checked(text, "managed/elsewhere/b.yaml", role);
            assert_eq!(shown(moved), shown(there), "{text}");
        }
    }
    assert!(kept > 300, "{kept}");
    kinds.sort_by_key(|info| info.kind);
    kinds.dedup();
    assert!(kinds.len() > 14, "{kinds:?}");
}

#[test]
fn bytes_that_end_early_or_go_on_are_refused() {
    for text in texts() {
        let check = checked(text, "managed/a.yaml", Role::Managed);
        let mut bytes = Vec::new();
        if !pack::write(&check, &mut bytes) {
            continue;
        }
        for length in 0..bytes.len() {
            assert!(pack::read(&bytes[..length], "a.yaml", Role::Managed).is_none());
        }
        bytes.push(0);
        assert!(pack::read(&bytes, "a.yaml", Role::Managed).is_none());
    }
}

#[test]
fn settings_that_differ_are_described_differently() {
    let base = Settings::default();
    let mut network = base.clone();
    network.network.fabric_mtu += 1;
    let mut limits = base.clone();
    limits.limits.problems += 1;
    let others = [
        Settings::new(hnp_rules::Release::R25_05),
        Settings {
            fabric: Some("lab".to_owned()),
            ..base.clone()
        },
        Settings {
            hydrated: Some(true),
            ..base.clone()
        },
        network,
        limits,
    ];
    for other in others {
        assert_ne!(other.describe(), base.describe());
    }
    assert_eq!(base.clone().describe(), base.describe());
}

proptest! {
    #[test]
    fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = pack::read(&bytes, "a.yaml", Role::Managed);
    }

    #[test]
    fn damaged_bytes_never_panic(example in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let texts = texts();
        let check = checked(texts[example.index(texts.len())], "a.yaml", Role::Managed);
        let mut bytes = Vec::new();
        if pack::write(&check, &mut bytes) {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = pack::read(&bytes, "a.yaml", Role::Managed);
        }
    }
}
