//! `hnp init` in its forms, `tidy`, and the state.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{LINEAGE, Repo, server};

#[test]
fn outside_git_and_wrong_words_are_said_so() {
    let dir = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(kit::HNP)
        .args(["init", "--fabric", "lab", "--directory", "lab"])
        .current_dir(dir.path())
        .env("GIT_CEILING_DIRECTORIES", dir.path().parent().unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("git init"));

    let repo = Repo::new();
    for args in [
        &["init", "--fabric", "lab", "--directory", "../out"][..],
        &["init", "--fabric", "lab", "--directory", "/tmp/lab"],
        &["init", "--fabric", "a/b", "--directory", "lab"],
        &[
            "init",
            "--fabric",
            "lab",
            "--directory",
            "lab",
            "--release",
            "26.2",
        ],
        &["init", "--adopt"],
        &["ingest"],
        &["validate", "--profile", "dead"],
        &["show", "Server/x"],
        &["explain", "SCH-99"],
    ] {
        let run = repo.hnp(args);
        assert_eq!(run.code, 2, "{args:?}: {}{}", run.out, run.err);
        assert!(run.err.starts_with("error: "), "{args:?}: {}", run.err);
    }
    assert_eq!(repo.paths(""), [""; 0]);
}

#[test]
fn repair_makes_what_is_missing() {
    let repo = Repo::lab();
    let before = repo.files();
    std::fs::remove_dir_all(repo.root().join("lab/raw")).unwrap();
    std::fs::remove_file(repo.root().join(".gitattributes")).unwrap();
    let status = repo.json(&["status"]);
    assert_eq!(status["fabrics"][0]["structure_valid"], false);
    assert!(repo.ok(&["validate"]).out.contains("ING-05"));
    repo.ok(&["init", "--repair"]);
    assert_eq!(repo.files(), before);
}

#[test]
fn force_recreate_backs_up_first() {
    let repo = Repo::lab();
    repo.write("lab/raw/a.yaml", server("a", "{}"));
    repo.ok(&["ingest"]);
    repo.write("lab/raw/untracked.txt", "notes\n");
    repo.write("lab/unmanaged/external-configs/x.yaml", server("x", "{}"));
    let json = repo.json(&["init", "--force-recreate", "--fabric", "lab"]);
    let backup = json["backup_location"].as_str().unwrap().to_owned();
    assert!(backup.starts_with("refs/hnp/backup/"), "{json}");
    assert_eq!(repo.paths("/managed/"), [""; 0]);
    assert!(repo.has("lab/unmanaged/external-configs/x.yaml"));
    assert!(!repo.read(".hnp/state.toml").contains("[resource"));
    repo.git(&["restore", &format!("--source={backup}"), "--", "lab"]);
    assert_eq!(repo.read("lab/managed/servers/a.yaml"), server("a", "{}"));
    assert_eq!(repo.read("lab/raw/untracked.txt"), "notes\n");
}

#[test]
fn templates_and_names() {
    let repo = Repo::new();
    repo.ok(&[
        "init",
        "--fabric",
        "lab",
        "--directory",
        "lab",
        "--template",
        "per-kind",
        "--lineage",
        LINEAGE,
    ]);
    repo.write("lab/raw/a.yaml", "apiVersion: wiring.githedgehog.com/v1beta1\nkind: SwitchGroup\nmetadata: {name: g}\nspec: {}\n");
    repo.write("lab/raw/f.yaml", "apiVersion: fabricator.githedgehog.com/v1beta1\nkind: ControlNode\nmetadata: {name: c, namespace: fab}\nspec: {bootstrap: {disk: /dev/sda}}\n");
    repo.hnp(&["ingest", "--no-strict"]);
    assert!(
        repo.has("lab/managed/switchgroups/g.yaml"),
        "{:?}",
        repo.paths("lab/")
    );

    let repo = Repo::lab();
    repo.write("lab/raw/a.yaml", "apiVersion: wiring.githedgehog.com/v1beta1\nkind: SwitchGroup\nmetadata: {name: g}\nspec: {}\n");
    repo.ok(&["ingest"]);
    assert_eq!(
        repo.paths("/managed/"),
        ["lab/managed/switches/switchgroup_g.yaml"]
    );
}

#[test]
fn leaving_keeps_the_yaml() {
    let repo = Repo::lab();
    repo.write(
        ".gitattributes",
        format!("*.png binary\n{}", repo.read(".gitattributes")),
    );
    repo.write("lab/raw/a.yaml", server("a", "{}"));
    repo.ok(&["ingest"]);
    repo.ok(&["init", "--remove"]);
    assert_eq!(
        repo.paths(""),
        [
            ".gitattributes",
            "lab/managed/servers/a.yaml",
            "lab/raw/processed/a.yaml"
        ]
    );
    assert_eq!(repo.read(".gitattributes"), "*.png binary\n");
}

#[test]
fn yaml_at_the_root_is_offered_a_move() {
    let repo = Repo::new();
    repo.write("lab/a.yaml", server("a", "{}"));
    let args = [
        "init",
        "--fabric",
        "lab",
        "--directory",
        "lab",
        "--lineage",
        LINEAGE,
    ];
    let run = repo.ok(&args);
    assert!(
        run.out.contains("lab/a.yaml") && run.out.contains("--move-to-raw"),
        "{}",
        run.out
    );
    assert!(repo.has("lab/a.yaml"));
    let mut with = args.to_vec();
    with.push("--move-to-raw");
    repo.ok(&with);
    assert!(repo.has("lab/raw/pending/a.yaml") && !repo.has("lab/a.yaml"));
    repo.ok(&["ingest"]);
    assert!(repo.has("lab/managed/servers/a.yaml"));
}

#[test]
fn other_forms_of_repository() {
    let sha256 = Repo::new();
    std::fs::remove_dir_all(sha256.root().join(".git")).unwrap();
    sha256.git(&["init", "--quiet", "--object-format=sha256"]);
    sha256.ok(&["init", "--fabric", "lab", "--directory", "lab"]);
    sha256.write("lab/raw/a.yaml", server("a", "{}"));
    sha256.ok(&["ingest", "--commit"]);
    assert_eq!(
        sha256.json(&["log"])["operations"]
            .as_array()
            .unwrap()
            .len(),
        2
    );

    let repo = Repo::lab();
    repo.commit("Begin");
    let tree = tempfile::tempdir().unwrap();
    let linked = tree.path().join("linked");
    repo.git(&[
        "worktree",
        "add",
        "--quiet",
        linked.to_str().unwrap(),
        "HEAD",
        "--detach",
    ]);
    std::fs::write(linked.join("lab/raw/a.yaml"), server("a", "{}")).unwrap();
    repo.ok(&["-C", linked.join("lab").to_str().unwrap(), "ingest"]);
    assert!(linked.join("lab/managed/servers/a.yaml").exists());
    assert!(!repo.has("lab/managed/servers/a.yaml"));
}

#[test]
fn tidy_moves_resources_home() {
    let repo = Repo::lab();
    repo.write("lab/raw/a.yaml", server("a", "{}"));
    repo.ok(&["ingest"]);
    repo.git(&["init", "--quiet"]);
    std::fs::rename(
        repo.root().join("lab/managed/servers/a.yaml"),
        repo.root().join("lab/managed/old-name.yaml"),
    )
    .unwrap();
    repo.write(
        "lab/managed/two.yaml",
        format!("# b\n{}# c\n---\n{}", server("b", "{}"), server("c", "{}")),
    );
    let before = repo.files();
    repo.ok(&["tidy", "--dry-run"]);
    assert_eq!(repo.files(), before);
    repo.ok(&["tidy"]);
    assert_eq!(
        repo.paths("/managed/"),
        [
            "lab/managed/servers/a.yaml",
            "lab/managed/servers/b.yaml",
            "lab/managed/servers/c.yaml"
        ]
    );
    assert!(repo.read("lab/managed/servers/c.yaml").starts_with("# c\n"));
    assert!(
        repo.read(".hnp/state.toml")
            .contains("lab/managed/servers/a.yaml")
    );
    assert!(repo.ok(&["tidy"]).out.contains("Nothing to do"));
}

#[test]
fn the_state_is_rebuilt_from_any_damage() {
    let repo = Repo::lab();
    for name in ["a", "b", "c"] {
        repo.write(&format!("lab/raw/{name}.yaml"), server(name, "{}"));
    }
    repo.ok(&["ingest"]);
    let good = repo.read(".hnp/state.toml");
    let managed = repo.paths("/managed/");
    let halves = good.split_at(good.len() / 2);
    let damages = [
        String::new(),
        "not = [toml".to_owned(),
        halves.0.to_owned(),
        format!(
            "<<<<<<< ours\n{good}=======\n{}>>>>>>> theirs\n",
            good.replace("servers/a", "servers/z")
        ),
        format!(
            "{good}\n[resource.\"lab/Server/default/a\"]\npath = \"x\"\nsha256 = \"{}\"\n",
            "0".repeat(64)
        ),
        good.replace("sha256 = \"", "sha256 = \"zz"),
    ];
    for damage in damages {
        repo.write(".hnp/state.toml", &damage);
        let run = repo.hnp(&["state", "verify"]);
        assert_eq!(run.code, 1, "{damage}\n{}{}", run.out, run.err);
        assert!(run.out.contains("STATE-"), "{}", run.out);
        repo.ok(&["state", "rebuild", "--lineage", LINEAGE]);
        assert_eq!(repo.read(".hnp/state.toml"), good, "from {damage}");
        assert_eq!(repo.paths("/managed/"), managed);
    }
    std::fs::remove_file(repo.root().join(".hnp/state.toml")).unwrap();
    repo.ok(&["state", "rebuild", "--lineage", LINEAGE]);
    assert_eq!(repo.read(".hnp/state.toml"), good);
}

#[test]
fn edits_by_hand_are_information() {
    let repo = Repo::lab();
    repo.write("lab/raw/a.yaml", server("a", "{}"));
    repo.ok(&["ingest"]);
    repo.write(
        "lab/managed/servers/a.yaml",
        server("a", "{description: mine}"),
    );
    repo.ok(&["validate"]);
    repo.ok(&["state", "verify"]);
    assert_eq!(
        repo.json(&["status"])["fabrics"][0]["changed_by_hand"][0],
        "Server/a"
    );
    assert_eq!(
        repo.json(&["show", "Server/a"])["sync_status_summary"]["status"],
        "modified"
    );
    repo.ok(&["state", "refresh"]);
    assert_eq!(
        repo.json(&["status"])["fabrics"][0]["changed_by_hand"],
        serde_json::json!([])
    );
}

#[test]
fn tidy_leaves_a_file_with_one_resource_twice() {
    let repo = Repo::lab();
    let twice = format!(
        "{}---\n{}",
        server("a", "{description: x}"),
        server("a", "{description: z}")
    );
    repo.write("lab/managed/servers/many.yaml", &twice);
    let run = repo.ok(&["tidy"]);
    assert!(run.out.contains("many.yaml stays"), "{}", run.out);
    assert_eq!(repo.read("lab/managed/servers/many.yaml"), twice);
}

#[test]
fn two_backups_in_one_second_are_two() {
    let repo = Repo::lab();
    for spec in ["{description: one}", "{description: two}"] {
        repo.write("lab/managed/servers/a.yaml", server("a", spec));
        repo.ok(&["init", "--force-recreate", "--fabric", "lab"]);
    }
    let refs = repo.git(&["for-each-ref", "--format=%(refname)", "refs/hnp/backup/"]);
    let kept: String = refs
        .lines()
        .map(|name| repo.git(&["show", &format!("{name}:lab/managed/servers/a.yaml")]))
        .collect();
    assert!(kept.contains("one") && kept.contains("two"), "{kept}");
}

#[test]
fn adoption_finds_a_name_for_every_directory() {
    let repo = Repo::new();
    let vpc = |name: &str| {
        format!(
            "# VPC: {name}\n# Generated by HNP at 2025-08-09 06:40:51 UTC\n---\napiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec: {{}}\n"
        )
    };
    for directory in ["east/fabric-1", "west/fabric-1", "north/my lab"] {
        repo.write(&format!("{directory}/.hnp/manifest.yaml"), "{}\n");
        repo.write(&format!("{directory}/managed/servers/a.yaml"), vpc("a"));
    }
    repo.ok(&[
        "init",
        "--fabric",
        "west",
        "--directory",
        "west/fabric-1",
        "--template",
        "per-kind",
    ]);
    repo.ok(&["init", "--adopt"]);
    let config = repo.read(".hnp/config.toml");
    for name in ["[fabric.fabric-1]", "[fabric.west]", "[fabric.my-lab]"] {
        assert!(config.contains(name), "{name}: {config}");
    }
    assert!(
        !repo
            .read("west/fabric-1/managed/servers/a.yaml")
            .contains("Generated by HNP")
    );
    repo.ok(&["validate"]);
    let before = repo.files();
    repo.ok(&["init", "--adopt"]);
    assert_eq!(repo.files(), before);
}

#[test]
fn a_lock_that_a_killed_run_left_on_the_ledger_is_taken_away() {
    let repo = Repo::lab();
    repo.write(".git/refs/hnp/log.lock", "");
    repo.write("lab/raw/a.yaml", server("a", "{}"));
    repo.ok(&["ingest"]);
    assert_eq!(
        repo.git(&["rev-list", "--count", "refs/hnp/log"]).trim(),
        "2",
        "both records are in the ledger"
    );
    assert!(!repo.has(".git/refs/hnp/log.lock") && !repo.has(".git/hnp/log.jsonl"));
}
