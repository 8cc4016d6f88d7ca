//! `hnp init`: making, repairing, recreating and leaving a fabric's directories.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod common;

use common::{LINEAGE, Sandbox, git, run, server};

const STANDARD: [&str; 12] = [
    "raw/pending",
    "raw/processed",
    "raw/errors",
    "unmanaged/external-configs",
    "unmanaged/manual-overrides",
    "managed/vpcs",
    "managed/connections",
    "managed/switches",
    "managed/servers",
    "managed/externals",
    "managed/gateways",
    "",
];

fn directories(lab: &Sandbox, fabric: &str) -> Vec<String> {
    lab.files()
        .into_keys()
        .filter_map(|name| {
            let inside = name.strip_prefix(&format!("{fabric}/"))?;
            inside.strip_suffix("/.gitkeep").map(str::to_owned)
        })
        .collect()
}

#[test]
fn the_standard_template_makes_what_git_can_keep() {
    let lab = Sandbox::new();
    lab.hnp(&["init", "--fabric", "lab", "--directory", "net"])
        .code(0)
        .says("hnp ingest");
    let mut want: Vec<_> = STANDARD
        .iter()
        .filter(|name| !name.is_empty())
        .map(|&name| name.to_owned())
        .collect();
    want.sort();
    assert_eq!(directories(&lab, "net"), want);
    let attributes = lab.read(".gitattributes");
    for words in ["merge=hnp-state", "net/managed/** ", "-text"] {
        assert!(attributes.contains(words), "{attributes}");
    }
    assert!(lab.read(".hnp/state.toml").contains(LINEAGE));
    lab.commit("All of it");
    let clone = Sandbox::plain();
    git(
        clone.root(),
        &["clone", "--quiet", lab.root().to_str().unwrap(), "."],
    );
    assert_eq!(clone.files(), lab.files(), "a clone has every directory");
    let before = lab.snapshot();
    lab.hnp(&["init", "--fabric", "lab", "--directory", "net"])
        .code(0)
        .says("Nothing to do");
    assert_eq!(lab.snapshot(), before);
}

#[test]
fn the_per_kind_template_has_a_directory_for_each_plural() {
    let lab = Sandbox::new();
    lab.hnp(&[
        "init",
        "--fabric",
        "lab",
        "--directory",
        "net",
        "--template",
        "per-kind",
    ])
    .code(0);
    let made = directories(&lab, "net");
    for name in [
        "managed/vpcs",
        "managed/vpcattachments",
        "managed/switchgroups",
        "managed/ipv4namespaces",
    ] {
        assert!(made.iter().any(|made| made == name), "{name}: {made:?}");
    }
    lab.write("net/raw/g.yaml", "apiVersion: wiring.githedgehog.com/v1beta1\nkind: SwitchGroup\nmetadata: {name: g}\nspec: {}\n");
    lab.hnp(&["ingest"]).code(0);
    assert!(lab.has("net/managed/switchgroups/g.yaml"));
    lab.hnp(&["tidy"]).code(0).says("Nothing to do");
}

#[test]
fn the_fabric_is_named_after_the_place_where_one_stands() {
    let lab = Sandbox::new();
    std::fs::create_dir_all(lab.path("sites/berlin")).unwrap();
    let mut command = lab.command(&["init"]);
    run(command.current_dir(lab.path("sites/berlin"))).code(0);
    assert!(
        lab.read(".hnp/config.toml")
            .contains("[fabric.berlin]\ndirectory = \"sites/berlin\""),
        "{}",
        lab.read(".hnp/config.toml")
    );
    // From any directory of the repository the same work is done.
    lab.write("sites/berlin/raw/a.yaml", server("a", "x"));
    let mut command = lab.command(&["ingest"]);
    run(command.current_dir(lab.path("sites/berlin/raw"))).code(0);
    assert!(lab.has("sites/berlin/managed/servers/a.yaml"));
    let mut command = lab.command(&["-C", "sites/berlin", "status"]);
    run(&mut command).code(0).says("berlin (sites/berlin)");
}

#[test]
fn wrong_names_directories_and_releases_are_usage_errors_that_write_nothing() {
    let lab = Sandbox::new();
    for args in [
        &["--fabric", "../x"][..],
        &["--fabric", "a b"],
        &["--fabric", "a/b"],
        &["--fabric", ""],
        &["--fabric", "a", "--directory", "../x"],
        &["--fabric", "a", "--directory", "/tmp/x"],
        &["--fabric", "a", "--directory", ".git/x"],
        &["--fabric", "a", "--directory", "x/.GIT"],
        &["--fabric", "a", "--directory", ".hnp"],
        &["--fabric", "a", "--directory", "x", "--release", "99.01"],
        &["--fabric", "a\n", "--directory", "x"],
    ] {
        let all: Vec<_> = std::iter::once("init")
            .chain(args.iter().copied())
            .collect();
        let run = lab.hnp(&all);
        assert_eq!(run.code, 2, "{args:?}: {}{}", run.out, run.err);
        assert!(run.err.starts_with("error: "), "{}", run.err);
        assert!(lab.files().is_empty(), "{args:?}: {:?}", lab.files().keys());
    }
    lab.hnp(&["init", "--fabric", "a", "--directory", "net"])
        .code(0);
    for directory in ["net", "net/inner", "net/managed"] {
        let before = lab.snapshot();
        lab.hnp(&["init", "--fabric", "b", "--directory", directory])
            .code(2);
        assert_eq!(
            lab.snapshot(),
            before,
            "two fabrics cannot share {directory}"
        );
    }
}

#[test]
fn outside_git_and_in_a_bare_repository_it_is_the_environment_that_is_wrong() {
    let place = Sandbox::plain();
    for args in [
        &["init", "--fabric", "a"][..],
        &["ingest"],
        &["status"],
        &["init", "--adopt"],
    ] {
        place.hnp(args).code(3).says("not in a Git repository");
    }
    git(place.root(), &["init", "--quiet", "--bare"]);
    let before = place.files();
    place.hnp(&["init", "--fabric", "a"]).code(3).says("bare");
    assert_eq!(place.files(), before);
}

#[test]
fn repair_makes_what_is_missing_and_nothing_else() {
    let lab = Sandbox::with_fabric();
    lab.write("net/raw/a.yaml", server("a", "x"));
    lab.hnp(&["ingest"]).code(0);
    lab.commit("One");
    let whole = lab.files();
    for gone in ["net/raw/pending", "net/managed/vpcs", ".gitattributes"] {
        lab.remove(gone);
    }
    lab.hnp(&["validate"]).code(0).says("ING-05");
    lab.hnp(&["status"]).code(0).says("hnp init --repair");
    lab.hnp(&["init", "--repair", "--dry-run"])
        .code(0)
        .says("net/managed/vpcs");
    assert!(!lab.has("net/managed/vpcs"));
    lab.hnp(&["init", "--repair"]).code(0);
    assert_eq!(lab.files(), whole);
    assert_eq!(lab.git(&["status", "--porcelain"]), "");
    lab.remove(".hnp/state.toml");
    lab.hnp(&["init", "--repair"]).code(0);
    lab.hnp(&["state", "verify"]).code(0);
}

#[test]
fn recreating_backs_up_everything_first() {
    let lab = Sandbox::with_fabric();
    lab.write(".gitignore", "*.secret\n");
    lab.write("net/raw/a.yaml", server("a", "x"));
    lab.hnp(&["ingest"]).code(0);
    lab.commit("One");
    lab.write("net/managed/servers/a.yaml", server("a", "changed by hand"));
    lab.write("net/raw/untracked.yaml", "# not added\n");
    lab.write("net/raw/ignored.secret", "ignored\n");
    lab.write("net/unmanaged/external-configs/keep.yaml", "# mine\n");
    let before = lab.files();

    let run = lab
        .hnp(&["init", "--fabric", "lab", "--force-recreate"])
        .code(0)
        .says("refs/hnp/backup/");
    assert_eq!(lab.managed().len(), 0);
    assert!(!lab.has("net/raw/untracked.yaml"));
    assert_eq!(
        lab.read("net/unmanaged/external-configs/keep.yaml"),
        "# mine\n",
        "never touched"
    );
    assert!(!lab.read(".hnp/state.toml").contains("[resource"));
    lab.hnp(&["state", "verify"]).code(0);
    lab.hnp(&["validate"]).code(0);

    let name = lab.git(&["for-each-ref", "--format=%(refname)", "refs/hnp/backup"]);
    let name = name.trim();
    assert_eq!(name.lines().count(), 1);
    let command = run
        .out
        .lines()
        .find_map(|line| line.trim().strip_prefix("get files back with: git "))
        .unwrap();
    lab.git(&command.split_whitespace().collect::<Vec<_>>());
    for (file, bytes) in before.iter().filter(|(file, _)| file.starts_with("net/")) {
        assert_eq!(lab.files().get(file), Some(bytes), "{file} came back");
    }
    // Another content in the same second is another backup.
    lab.write("net/raw/untracked.yaml", "# changed\n");
    let run = lab
        .hnp(&[
            "init",
            "--fabric",
            "lab",
            "--force-recreate",
            "--format",
            "json",
        ])
        .code(0);
    assert!(run.json()["backup_location"].as_str().is_some());
    lab.hnp(&["init", "--fabric", "lab", "--force-recreate"])
        .code(0)
        .says("Nothing to do");
    assert_eq!(
        lab.git(&["for-each-ref", "refs/hnp/backup"])
            .lines()
            .count(),
        2
    );
}

#[test]
fn removing_takes_hnp_out_and_leaves_the_yaml() {
    let lab = Sandbox::new();
    lab.write(".gitattributes", "*.png binary\n");
    lab.write("README.md", "mine\n");
    lab.commit("Before");
    lab.hnp(&["init", "--fabric", "lab", "--directory", "net"])
        .code(0);
    lab.hnp(&["init", "--fabric", "prod", "--directory", "prod"])
        .code(0);
    for fabric in ["net", "prod"] {
        lab.write(&format!("{fabric}/raw/a.yaml"), server("a", "x"));
    }
    lab.hnp(&["ingest"]).code(0);
    let managed = lab.managed();

    lab.hnp(&["init", "--remove", "--fabric", "prod"]).code(0);
    assert_eq!(lab.managed(), managed);
    assert!(!lab.read(".hnp/config.toml").contains("prod"));
    assert!(!lab.read(".hnp/state.toml").contains("\"prod/"));
    assert!(!lab.read(".gitattributes").contains("prod/"));
    lab.hnp(&["validate"]).code(0);
    lab.hnp(&["state", "verify"]).code(0);

    lab.hnp(&["init", "--remove"]).code(0);
    assert_eq!(lab.managed(), managed);
    assert_eq!(lab.read(".gitattributes"), "*.png binary\n");
    assert!(!lab.has(".hnp/config.toml") && !lab.has(".hnp/state.toml"));
    assert!(
        lab.files().keys().all(|name| !name.ends_with(".gitkeep")),
        "{:?}",
        lab.files().keys()
    );
    lab.hnp(&["status"]).code(0).says("hnp init --fabric");
}

#[test]
fn yaml_at_the_root_of_the_fabric_is_offered_a_move() {
    let lab = Sandbox::new();
    lab.write("net/a.yaml", server("a", "x"));
    lab.write("net/deep/b.yml", server("b", "x"));
    lab.write("net/kustomization.yaml", "resources: []\n");
    lab.write("net/README.md", "mine\n");
    lab.commit("Before");
    let init = ["init", "--fabric", "lab", "--directory", "net"];
    lab.hnp(&init)
        .code(0)
        .says("--move-to-raw")
        .says("net/a.yaml");
    assert!(lab.has("net/a.yaml"), "only an offer");
    lab.hnp(&[&init[..], &["--move-to-raw"]].concat()).code(0);
    assert!(!lab.has("net/a.yaml") && lab.has("net/raw/pending/a.yaml"));
    assert!(lab.has("net/kustomization.yaml") && lab.has("net/README.md"));
    lab.hnp(&["ingest"]).code(0);
    assert_eq!(
        lab.managed().into_keys().collect::<Vec<_>>(),
        ["net/managed/servers/a.yaml"]
    );
    assert!(
        lab.has("net/deep/b.yml"),
        "a directory of one's own is left alone"
    );
    lab.hnp(&init).code(0).says("Nothing to do");
}

#[test]
fn a_dry_run_makes_nothing() {
    let lab = Sandbox::new();
    lab.write("net/a.yaml", server("a", "x"));
    let before = lab.snapshot();
    lab.hnp(&[
        "init",
        "--fabric",
        "lab",
        "--directory",
        "net",
        "--move-to-raw",
        "--dry-run",
    ])
    .code(0)
    .says("Would do");
    assert_eq!(lab.snapshot(), before);
}

#[test]
fn a_commit_is_one_and_holds_only_what_init_made() {
    let lab = Sandbox::new();
    lab.write("notes.md", "mine\n");
    lab.hnp(&["init", "--fabric", "lab", "--directory", "net", "--commit"])
        .code(0)
        .says("Committed as");
    assert_eq!(lab.git(&["rev-list", "--count", "HEAD"]).trim(), "1");
    assert_eq!(lab.git(&["status", "--porcelain"]).trim(), "?? notes.md");
    let message = lab.git(&["log", "-1", "--format=%B"]);
    assert!(
        message.contains("Hnp-Op: ") && message.contains("Hnp-Action: directory_init"),
        "{message}"
    );
}

#[test]
fn a_linked_worktree_has_its_own_files_and_journal() {
    let lab = Sandbox::with_fabric();
    let linked = lab.beside("linked");
    lab.git(&[
        "worktree",
        "add",
        "--quiet",
        "-b",
        "side",
        linked.to_str().unwrap(),
    ]);
    std::fs::write(linked.join("net/raw/a.yaml"), server("a", "x")).unwrap();
    let inside = |args: &[&str]| run(lab.command(args).current_dir(&linked));
    inside(&["ingest", "--commit"]).code(0);
    inside(&["validate"]).code(0);
    assert!(linked.join("net/managed/servers/a.yaml").exists());
    assert!(!lab.has("net/managed/servers/a.yaml"));
    assert_eq!(git(&linked, &["status", "--porcelain"]), "");
    assert_eq!(lab.git(&["rev-list", "--count", "main..side"]).trim(), "1");
    assert!(
        lab.git(&["log", "--format=%s", "refs/hnp/log"])
            .contains("into lab"),
        "one ledger"
    );
}

#[test]
fn a_repository_with_sha256_object_names_works_too() {
    let lab = Sandbox::plain();
    lab.git(&["init", "--quiet", "--object-format=sha256"]);
    lab.write("net/a.yaml", server("a", "x"));
    lab.commit("Before");
    lab.hnp(&[
        "init",
        "--fabric",
        "lab",
        "--directory",
        "net",
        "--move-to-raw",
        "--commit",
    ])
    .code(0);
    lab.hnp(&["ingest", "--commit"]).code(0);
    lab.hnp(&["validate"]).code(0);
    lab.hnp(&["state", "verify"]).code(0);
    assert_eq!(lab.git(&["status", "--porcelain"]), "");
    lab.git(&["fsck", "--strict"]);
    let shown = lab
        .hnp(&["show", "server/a", "--format", "json"])
        .code(0)
        .json();
    assert_eq!(
        shown["github_commit_sha"],
        lab.git(&["rev-parse", "HEAD"]).trim()
    );
    lab.hnp(&["init", "--fabric", "lab", "--force-recreate"])
        .code(0);
    assert_eq!(
        lab.git(&["for-each-ref", "refs/hnp/backup"])
            .lines()
            .count(),
        1
    );
}

#[test]
fn the_default_directory_is_the_name_of_the_fabric() {
    let lab = Sandbox::new();
    lab.hnp(&["init", "--fabric", "lab"]).code(0);
    assert!(lab.has("lab/managed/vpcs/.gitkeep"));
    // Known fabrics are known by name.
    let before = lab.snapshot();
    lab.hnp(&["init", "--fabric", "lab"])
        .code(0)
        .says("Nothing to do");
    assert_eq!(lab.snapshot(), before);
}

#[test]
fn a_fabric_may_be_the_whole_repository() {
    let lab = Sandbox::new();
    lab.hnp(&["init", "--fabric", "lab", "--directory", "."])
        .code(0);
    lab.write("raw/a.yaml", server("a", "x"));
    lab.hnp(&["ingest"]).code(0);
    assert!(
        lab.has("managed/servers/a.yaml"),
        "{:?}",
        lab.files().keys()
    );
    lab.hnp(&["validate"]).code(0);
    lab.hnp(&["state", "verify"]).code(0);
    let before = lab.snapshot();
    lab.hnp(&["init", "--fabric", "lab", "--directory", "."])
        .code(0);
    assert_eq!(lab.snapshot(), before);
}

#[test]
fn the_release_and_the_profile_are_written_into_config() {
    let lab = Sandbox::new();
    lab.hnp(&[
        "init",
        "--fabric",
        "lab",
        "--directory",
        "net",
        "--release",
        "25.05",
    ])
    .code(0);
    let config = lab.read(".hnp/config.toml");
    assert!(config.contains("release = \"25.05\""), "{config}");
    assert!(
        !config.contains("profile = "),
        "nothing shows which: {config}"
    );
    lab.hnp(&["schema", "list"]).code(0).says("Hedgehog 25.05");
    let before = lab.snapshot();
    let again = ["init", "--fabric", "lab", "--directory", "net", "--release"];
    lab.hnp(&[&again[..], &["25.05"]].concat())
        .code(0)
        .says("Nothing to do");
    lab.hnp(&[&again[..], &["26.01"]].concat())
        .code(2)
        .says(".hnp/config.toml");
    assert_eq!(lab.snapshot(), before);

    lab.write("prod/v.yaml", "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {name: v}\nspec: {subnets: {}}\n---\napiVersion: vpc.githedgehog.com/v1beta1\nkind: IPv4Namespace\nmetadata: {name: default}\nspec: {subnets: [10.0.0.0/8]}\n");
    lab.hnp(&[
        "init",
        "--fabric",
        "prod",
        "--directory",
        "prod",
        "--release",
        "26.02",
    ])
    .code(0);
    let config = lab.read(".hnp/config.toml");
    let prod = &config[config.find("[fabric.prod]").unwrap()..];
    assert!(
        prod.contains("profile = \"day2\"") && prod.contains("release = \"26.02\""),
        "{config}"
    );
}

#[test]
fn two_runs_give_the_same_bytes() {
    let make = || {
        let lab = Sandbox::with_fabric();
        lab.write("net/raw/a.yaml", server("a", "x"));
        lab.hnp(&["ingest", "--commit"]).code(0);
        lab
    };
    let (one, two) = (make(), make());
    assert_eq!(one.files(), two.files());
    let trees = |lab: &Sandbox| lab.git(&["rev-parse", "HEAD^{tree}", "refs/hnp/log^{tree}"]);
    assert_eq!(trees(&one), trees(&two));
}

const WORKFLOW: &str = ".github/workflows/hnp.yml";

#[test]
fn a_workflow_is_written_on_request_and_is_then_its_owners() {
    let lab = Sandbox::new();
    lab.hnp(&[
        "init",
        "--fabric",
        "lab",
        "--directory",
        "net",
        "--github",
        "--dry-run",
    ])
    .code(0)
    .says(WORKFLOW);
    assert!(!lab.has(WORKFLOW));
    lab.hnp(&["init", "--fabric", "lab", "--directory", "net", "--github"])
        .code(0)
        .says(WORKFLOW);
    let text = lab.read(WORKFLOW);
    for part in [
        "permissions: {}",
        "contents: read",
        "fetch-depth: 0",
        "concurrency:",
        "githedgehog/hnp@v",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    lab.commit("All of it");
    let before = lab.snapshot();
    for args in [
        &["init", "--github"][..],
        &["init", "--fabric", "lab", "--directory", "net", "--github"],
        &["init", "--repair", "--github"],
    ] {
        lab.hnp(args).code(0).says("Nothing to do");
        assert_eq!(lab.snapshot(), before, "{args:?}");
    }
    // To an old fabric, without naming it.
    lab.remove(WORKFLOW);
    lab.hnp(&["init", "--github"]).code(0).says("new ");
    assert_eq!(lab.snapshot().0, before.0);
    // Another one stays.
    lab.write(WORKFLOW, "name: mine\n");
    lab.hnp(&["init", "--github"]).code(0).says("stays");
    assert_eq!(lab.read(WORKFLOW), "name: mine\n");
    lab.hnp(&["init", "--remove"]).code(0);
    assert_eq!(lab.read(WORKFLOW), "name: mine\n");
}

#[test]
fn taking_hnp_out_takes_out_a_workflow_that_nobody_changed() {
    let lab = Sandbox::new();
    lab.hnp(&["init", "--fabric", "lab", "--directory", "net", "--github"])
        .code(0);
    lab.hnp(&["init", "--fabric", "two", "--directory", "two"])
        .code(0);
    lab.hnp(&["init", "--remove", "--fabric", "two"]).code(0);
    assert!(lab.has(WORKFLOW), "a fabric is left");
    lab.hnp(&["init", "--remove"]).code(0);
    assert!(!lab.has(WORKFLOW));
}
