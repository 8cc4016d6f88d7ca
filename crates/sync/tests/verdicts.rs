//! A block of verdicts gives back what was put in, and nothing at all where a bit of it is not as it was written.
#![allow(clippy::unwrap_used)]

use hnp_model::SourceFile;
use hnp_rules::{FileCheck, Role, Settings, check_file, pack};
use hnp_sync::verdicts::{Key, Verdicts, Writer};

const KEY: Key = [b'a'; 64];

fn check(n: u8, role: Role) -> FileCheck {
    let text = format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: server-{n}\nspec:\n  description: x\n"
    );
    let file = SourceFile {
        path: format!("managed/servers/{n}.yaml"),
        bytes: text.into_bytes(),
    };
    check_file(file, role, &Settings::default())
}

fn blob(n: u8, length: usize) -> Vec<u8> {
    vec![n; length]
}

/// A block of ten files with names of both lengths that Git has.
fn block() -> Vec<u8> {
    let mut writer = Writer::default();
    for n in 0..10 {
        writer.add(
            &blob(n, if n < 5 { 20 } else { 32 }),
            &check(n, Role::Managed),
        );
    }
    writer.finish(&KEY)
}

fn found(verdicts: &Verdicts, wanted: &[(Vec<u8>, Role)]) -> Vec<Option<String>> {
    let names = wanted.iter().map(|(blob, role)| (blob.as_slice(), *role));
    verdicts
        .find(names)
        .into_iter()
        .map(|bytes| {
            let check = pack::read(bytes?, "x.yaml", Role::Managed).unwrap();
            Some(check.facts[0].id.name.clone())
        })
        .collect()
}

#[test]
fn contents_are_found_in_any_order_and_only_in_their_role() {
    let verdicts = Verdicts::open(block(), &KEY);
    let wanted = [
        (blob(7, 32), Role::Managed),
        (blob(8, 32), Role::Managed),
        (blob(1, 20), Role::Managed),
        (blob(1, 20), Role::Managed),
        (blob(1, 20), Role::Context),
        (blob(1, 32), Role::Managed),
        (blob(77, 20), Role::Managed),
        (blob(2, 20), Role::Managed),
        (blob(1, 33), Role::Managed),
    ];
    let names: Vec<_> = found(&verdicts, &wanted);
    let names: Vec<_> = names.iter().map(Option::as_deref).collect();
    let expected = [
        Some("server-7"),
        Some("server-8"),
        Some("server-1"),
        Some("server-1"),
        None,
        None,
        None,
        Some("server-2"),
        None,
    ];
    assert_eq!(names, expected);
}

#[test]
fn another_build_or_other_settings_find_nothing() {
    let wanted = [(blob(1, 20), Role::Managed)];
    let other = Verdicts::open(block(), &[b'b'; 64]);
    assert_eq!(found(&other, &wanted), [None]);
    assert_eq!(found(&Verdicts::default(), &wanted), [None]);
}

#[test]
fn damage_anywhere_leaves_nothing() {
    let whole = block();
    let wanted: Vec<_> = (0..10).map(|n| (blob(n, 20), Role::Managed)).collect();
    let nothing = vec![None; 10];
    for length in 0..whole.len() {
        let cut = Verdicts::open(whole[..length].to_vec(), &KEY);
        assert_eq!(found(&cut, &wanted), nothing, "cut to {length}");
    }
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        let damaged = Verdicts::open(bytes, &KEY);
        assert_eq!(found(&damaged, &wanted), nothing, "a bit of byte {at}");
    }
    let mut longer = whole;
    longer.push(0);
    assert_eq!(found(&Verdicts::open(longer, &KEY), &wanted), nothing);
}
