//! Names of resources and files.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use crate::crash_support::{FABRIC, vpc};
use crate::{fabric, managed_files, pending, withstand};

#[test]
fn names_never_leave_the_directory() {
    let long = "x".repeat(300);
    let names = [
        "..",
        ".",
        "../../../../canary/managed/vpcs/secret",
        "/etc/hnp-canary",
        "a/b",
        "a\\\\b",
        "a\\0b",
        "a\\u001b[31mred",
        "a\\nb",
        "a\\r::error::b",
        "a\\u202eb",
        "a\\u2066b",
        ".git/hooks/pre-commit",
        ".git",
        "-rf",
        "",
        " ",
        "é",
        "%2e%2e",
        "C:x",
        long.as_str(),
    ];
    for name in names {
        let sandbox = fabric();
        let text = vpc("NAME", 1).replace("name: NAME", &format!("name: \"{name}\""));
        let text = text.replace("# NAME", "# It");
        sandbox.write(pending("hostile.yaml"), &text);
        let said = withstand(&sandbox).expect(&[1]);
        // The place is named, with line and column.
        assert!(
            said.out.contains("raw/pending/hostile.yaml:5:"),
            "{name:?}:\n{}",
            said.all()
        );
        assert_eq!(managed_files(&sandbox), Vec::<String>::new(), "{name:?}");
        assert!(
            sandbox.has(&format!("{FABRIC}/raw/errors/hostile.yaml")),
            "{name:?}"
        );
    }
}

#[test]
fn names_that_windows_reserves_get_a_safe_file() {
    for name in ["con", "nul", "aux", "com1", "lpt9", "con.yaml"] {
        let sandbox = fabric();
        sandbox.write(pending("drop.yaml"), vpc(name, 1));
        withstand(&sandbox).expect(&[0, 1]);
        for file in managed_files(&sandbox) {
            let stem = file.rsplit('/').next().unwrap().split('.').next().unwrap();
            assert_ne!(stem, name.split('.').next().unwrap(), "{file}");
        }
    }
}

#[test]
fn long_valid_names_find_a_place() {
    let sandbox = fabric();
    let name = "x".repeat(253);
    sandbox.write(
        pending("drop.yaml"),
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata:\n  name: {name}\nspec:\n  permit:\n    - a: {{}}\n      b: {{}}\n"
        ),
    );
    withstand(&sandbox).expect(&[0]);
    let files = managed_files(&sandbox);
    assert!(files.len() == 1 && files[0].len() < 255, "{files:?}");
}

#[test]
fn kinds_groups_and_namespaces_never_leave_the_directory() {
    let texts = [
        vpc("a", 1).replace("kind: VPC", "kind: \"../../../../canary/VPC\""),
        vpc("a", 1).replace("vpc.githedgehog.com/v1beta1", "\"../../../../canary/v1\""),
        vpc("a", 1).replace("vpc.githedgehog.com/v1beta1", "\"a/b/c/d\""),
        vpc("a", 1).replace(
            "vpc.githedgehog.com/v1beta1",
            "\"evil\\e[2J.example.com/v1\"",
        ),
        vpc("a", 1).replace(
            "  name: a",
            "  name: a\n  namespace: \"../../../../canary\"",
        ),
        vpc("a", 1).replace("  name: a", "  name: a\n  namespace: \"\\0\""),
        vpc("a", 1).replace(
            "  name: a",
            "  name: a\n  labels: {\"\\e]0;x\\a\": \"\\u202e\"}",
        ),
        vpc("a", 1).replace("vlan:", "\"vl\\e[2Jan\\u202e\":"),
    ];
    for text in texts {
        let sandbox = fabric();
        sandbox.write(pending("hostile.yaml"), &text);
        withstand(&sandbox).expect(&[1]);
        assert_eq!(managed_files(&sandbox), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn file_names_of_all_kinds_are_borne() {
    let tame: [&[u8]; 8] = [
        b"with space.yaml",
        b"-rf.yaml",
        b"--update.yaml",
        "ünïcode-\u{1f980}.yaml".as_bytes(),
        b"'quote\".yaml",
        b"$(touch canary).yaml",
        b":(top)x.yaml",
        b"*.yaml",
    ];
    for (n, name) in tame.into_iter().enumerate() {
        let sandbox = fabric();
        let directory = sandbox.root.join(format!("{FABRIC}/raw/pending"));
        fs::write(directory.join(OsStr::from_bytes(name)), vpc("good", n)).unwrap();
        let committed = sandbox.copy();
        withstand(&sandbox).expect(&[0]);
        let archive = sandbox.root.join(format!("{FABRIC}/raw/processed"));
        assert!(archive.join(OsStr::from_bytes(name)).exists(), "{name:?}");
        // Git takes such names literally too.
        committed.hnp(&["ingest", "--commit"]).expect(&[0]);
        assert_eq!(committed.git(&["status", "--porcelain"]), "", "{name:?}");
    }
    let wild: [&[u8]; 6] = [
        b"new\nline.yaml",
        b"esc\x1b[31m.yaml",
        b"bell\x07.yaml",
        b"not-utf8-\xff\xfe.yaml",
        b"del\x7f.yaml",
        "c1-\u{9b}31m.yaml".as_bytes(),
    ];
    for name in wild {
        let sandbox = fabric();
        let directory = sandbox.root.join(format!("{FABRIC}/raw/pending"));
        fs::write(directory.join(OsStr::from_bytes(name)), vpc("good", 1)).unwrap();
        withstand(&sandbox)
            .expect(&[1])
            .says("hnp does not touch it");
        assert!(directory.join(OsStr::from_bytes(name)).exists(), "{name:?}");
    }
}

#[test]
fn file_names_that_turn_text_around_are_not_shown_raw() {
    let sandbox = fabric();
    let name = "safe\u{202e}lmay.yaml";
    sandbox.write(pending(name), "kind: [\n");
    withstand(&sandbox).expect(&[1]);
}

#[test]
fn file_names_too_long_to_archive_are_named() {
    let sandbox = fabric();
    let long = format!("{}.yaml", "n".repeat(250));
    sandbox.write(pending(&long), "kind: [\n");
    sandbox.write(pending("good.yaml"), vpc("good", 1));
    let said = withstand(&sandbox).expect(&[1, 3]).says("nnnn");
    if said.code == Some(3) {
        said.says("shorter name");
        assert!(sandbox.has(&pending("good.yaml")));
    }
}
