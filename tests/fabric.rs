//! `hnp fabric` and `hnp drill`: a fabric's whole life.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{Repo, server};
use serde_json::json;

/// Two fabrics with resources, comments in the configuration, and files of people's own.
fn two() -> Repo {
    let repo = Repo::lab();
    repo.ok(&[
        "fabric",
        "add",
        "dc",
        "--directory",
        "sites/dc",
        "--release",
        "26.02",
    ]);
    let config = repo.read(".hnp/config.toml");
    repo.write(
        ".hnp/config.toml",
        config
            .replace(
                "[fabric.dc]",
                "# The data centre.\n[fabric.dc]   # since May",
            )
            .replace("[fabric.lab]", "# Where we try.\n[fabric.lab]"),
    );
    for name in ["a", "b"] {
        repo.write(
            &format!("sites/dc/raw/pending/{name}.yaml"),
            format!("# about {name}\n{}", server(name, "{description: x}")),
        );
    }
    repo.write("lab/raw/pending/c.yaml", server("c", "{}"));
    repo.ok(&["ingest"]);
    repo.write("sites/dc/README.md", "Ours.\n");
    repo.write("sites/dc/unmanaged/manual-overrides/own.yaml", "# ours\n");
    repo.write("sites/dc/raw/pending/waits.yaml", server("w", "{}"));
    repo.write("sites/dc/raw/pending/odd.bin", [0, 159, 146, 150]);
    repo
}

#[test]
fn a_further_fabric_leaves_the_first_and_all_comments_alone() {
    let repo = Repo::lab();
    let config = repo.read(".hnp/config.toml");
    let before = repo.files();
    let dry = repo.ok(&[
        "fabric",
        "add",
        "dc",
        "--directory",
        "sites/dc",
        "--dry-run",
    ]);
    assert!(dry.out.contains("Would add dc"), "{}", dry.out);
    assert_eq!(repo.files(), before);
    repo.ok(&["fabric", "add", "dc", "--directory", "sites/dc"]);
    let after = repo.read(".hnp/config.toml");
    for line in config.lines() {
        assert!(after.contains(line), "{line} is gone from\n{after}");
    }
    assert!(
        after.contains("[fabric.dc]\ndirectory = \"sites/dc\""),
        "{after}"
    );
    assert!(repo.has("sites/dc/raw/pending/.gitkeep"));
    let again = repo.hnp(&["fabric", "add", "dc"]);
    assert_eq!(again.code, 2, "{}", again.out);
    let inside = repo.hnp(&["fabric", "add", "other", "--directory", "lab/managed"]);
    assert_eq!(inside.code, 2, "{}", inside.out);
    let list = repo.json(&["fabric", "list"]);
    assert_eq!(list["fabrics"][0]["name"], "dc");
    assert_eq!(list["fabrics"][1]["directories"], json!(["lab"]));
}

#[test]
fn deletion_and_recreation_give_back_every_byte() {
    let repo = two();
    let before = repo.files();
    // Without a word nothing is done.
    let asked = repo.hnp(&["fabric", "delete", "dc"]);
    assert_eq!(asked.code, 1, "{}{}", asked.out, asked.err);
    assert!(asked.out.contains("say --yes"), "{}", asked.out);
    assert_eq!(repo.files(), before);
    assert_eq!(repo.git(&["for-each-ref", "refs/hnp/backup"]), "");

    let said = repo.json(&["fabric", "delete", "dc", "--yes"]);
    assert_eq!(said["success"], true, "{said}");
    assert_eq!(
        said["resources"],
        json!(["dc/Server/default/a", "dc/Server/default/b"])
    );
    assert_eq!(
        repo.paths("sites/dc"),
        [
            "sites/dc/README.md",
            "sites/dc/unmanaged/manual-overrides/own.yaml"
        ]
    );
    let config = repo.read(".hnp/config.toml");
    assert!(
        !config.contains("dc") && config.contains("# Where we try."),
        "{config}"
    );
    assert!(!repo.read(".hnp/state.toml").contains("dc/Server"));
    assert!(!repo.read(".gitattributes").contains("sites/dc"));
    repo.ok(&["validate"]);
    repo.ok(&["state", "verify"]);
    let list = repo.ok(&["fabric", "list"]).out;
    assert!(list.contains("of dc"), "{list}");

    repo.ok(&["fabric", "recreate", "dc"]);
    assert_eq!(repo.files(), before);
    let exists = repo.hnp(&["fabric", "recreate", "dc"]);
    assert_eq!(exists.code, 2, "{}", exists.out);
}

#[test]
fn recreation_after_other_changes_brings_its_own_part() {
    let repo = two();
    let before = repo.files();
    repo.ok(&["fabric", "delete", "dc", "--yes"]);
    let config = repo.read(".hnp/config.toml");
    repo.write(
        ".hnp/config.toml",
        format!("{config}\n[limits]\ndeletions = 7\n"),
    );
    repo.write("lab/raw/pending/d.yaml", server("d", "{}"));
    repo.ok(&["ingest"]);
    repo.ok(&["fabric", "recreate", "dc"]);
    let config = repo.read(".hnp/config.toml");
    for words in [
        "# The data centre.\n[fabric.dc]   # since May",
        "deletions = 7",
        "release = \"26.02\"",
    ] {
        assert!(config.contains(words), "{words} is not in\n{config}");
    }
    for (path, bytes) in before.iter().filter(|(path, _)| path.starts_with("sites/")) {
        assert_eq!(repo.files().get(path), Some(bytes), "{path}");
    }
    let state = repo.read(".hnp/state.toml");
    assert!(state.contains("dc/Server/default/a") && state.contains("lab/Server/default/d"));
    repo.ok(&["state", "verify"]);
    repo.ok(&["validate"]);
}

#[test]
fn what_stands_in_the_way_is_named_and_nothing_is_done() {
    let repo = two();
    repo.ok(&["fabric", "delete", "dc", "--yes"]);
    repo.write("sites/dc/managed/servers/a.yaml", "mine\n");
    let before = repo.files();
    let run = repo.hnp(&["fabric", "recreate", "dc"]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(
        run.err.contains("sites/dc/managed/servers/a.yaml"),
        "{}",
        run.err
    );
    assert_eq!(repo.files(), before);
    // Its settings alone, and empty directories.
    repo.git(&["clean", "-dfxq", "sites"]);
    repo.ok(&["fabric", "recreate", "dc", "--anew"]);
    assert!(repo.read(".hnp/config.toml").contains("# The data centre."));
    assert_eq!(repo.paths("sites/dc"), [] as [&str; 0]);
    assert!(repo.has("sites/dc/managed/vpcs/.gitkeep"));
    let unknown = repo.hnp(&["fabric", "recreate", "nobody"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("there is no such archive"),
        "{}",
        unknown.err
    );
}

#[test]
fn the_last_fabric_goes_and_comes_back_too() {
    let repo = Repo::lab();
    repo.write("lab/raw/pending/c.yaml", server("c", "{}"));
    repo.ok(&["ingest"]);
    let before = repo.files();
    repo.ok(&["fabric", "delete", "lab", "--yes"]);
    assert_eq!(repo.paths("lab/"), [] as [&str; 0]);
    repo.ok(&["fabric", "recreate", "lab"]);
    assert_eq!(repo.files(), before);
    // A deletion is an operation, and can be undone like any other.
    repo.ok(&["fabric", "delete", "lab", "--yes"]);
    repo.ok(&["undo", "last"]);
    assert_eq!(repo.files(), before);
}

#[test]
fn a_policy_that_names_the_fabric_is_in_the_way() {
    let repo = two();
    let config = repo.read(".hnp/config.toml");
    repo.write(
        ".hnp/config.toml",
        format!("{config}\n[[policy]]\nmatch = {{ fabric = \"dc\" }}\nauto_sync = false\n"),
    );
    let before = repo.files();
    for command in [&["fabric", "delete", "dc", "--yes"][..], &["drill", "dc"]] {
        let run = repo.hnp(command);
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(
            run.err.contains("a [[policy]] in .hnp/config.toml names"),
            "{}",
            run.err
        );
    }
    assert_eq!(repo.files(), before);
}

#[test]
fn a_drill_proves_it_and_touches_nothing() {
    let repo = two();
    repo.commit("As it is");
    repo.write(
        "sites/dc/managed/servers/a.yaml",
        format!("# edited, not committed\n{}", server("a", "{}")),
    );
    let before = (
        repo.files(),
        repo.git(&["for-each-ref"]),
        repo.git(&["status", "--porcelain"]),
    );
    let drill = repo.json(&["drill", "dc"]);
    assert_eq!(drill["success"], true, "{drill}");
    assert_eq!(drill["differences"], json!([]));
    assert_eq!(drill["before"]["tree"], drill["after"]["tree"]);
    assert_ne!(drill["before"]["tree"], drill["deleted"]["tree"]);
    assert_eq!(drill["before"]["resources"], 2);
    assert_eq!(drill["deleted"]["resources"], 0);
    assert_eq!(drill["steps"][1]["seconds"], 0.0);
    assert!(drill["steps"][1]["operation_id"].is_string());
    let markdown = repo.ok(&["drill", "dc"]).out;
    assert!(markdown.contains("What differed: nothing."), "{markdown}");
    assert_eq!(
        markdown,
        repo.ok(&["drill", "dc"]).out,
        "the same report every time"
    );
    assert_eq!(
        (
            repo.files(),
            repo.git(&["for-each-ref"]),
            repo.git(&["status", "--porcelain"])
        ),
        before
    );
    let line = repo.ok(&["drill", "dc", "--report", "evidence"]).out;
    assert!(line.contains("byte for byte"), "{line}");
    assert!(
        repo.read("evidence/drill-dc.md")
            .starts_with("# Drill of the fabric `dc`")
    );
    let report: serde_json::Value =
        serde_json::from_str(&repo.read("evidence/drill-dc.json")).unwrap();
    assert_eq!(report["fabric"], "dc");
    assert_eq!(repo.hnp(&["drill", "nobody"]).code, 2);
}

#[test]
fn forms_that_hnp_would_not_write_come_back_as_they_were() {
    let repo = two();
    let state = repo.read(".hnp/state.toml");
    repo.write(".hnp/state.toml", format!("# by hand\n{state}\n"));
    let config = repo.read(".hnp/config.toml");
    repo.write(".hnp/config.toml", config.replace('\n', "\r\n"));
    let attributes = repo.read(".gitattributes");
    repo.write(".gitattributes", format!("# ours\n*.md text\n{attributes}"));
    repo.write("sites/dc/notes/.gitkeep", "");
    let before = repo.files();
    repo.ok(&["drill", "dc"]);
    repo.ok(&["fabric", "delete", "dc", "--yes"]);
    repo.ok(&["fabric", "recreate", "dc"]);
    assert_eq!(repo.files(), before);
}
