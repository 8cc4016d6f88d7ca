//! Links, special files, directories that lie elsewhere, surroundings.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::crash_support::{FABRIC, Sandbox, vpc};
use crate::{fabric, harmless, managed_files, pending, withstand};

#[test]
fn links_are_never_followed() {
    let sandbox = fabric();
    let directory = sandbox.root.join(format!("{FABRIC}/raw/pending"));
    let outside = sandbox.beside("canary");
    symlink(outside.join("drop.yaml"), directory.join("file.yaml")).unwrap();
    symlink(&outside, directory.join("directory")).unwrap();
    symlink("/nowhere/at/all", directory.join("dangling.yaml")).unwrap();
    symlink("loop.yaml", directory.join("loop.yaml")).unwrap();
    symlink("../../../../README.md", directory.join("inside.yaml")).unwrap();
    sandbox.write(pending("good.yaml"), vpc("good", 1));
    let said = withstand(&sandbox).expect(&[0]);
    for name in [
        "file.yaml",
        "directory",
        "dangling.yaml",
        "loop.yaml",
        "inside.yaml",
    ] {
        assert!(
            said.all().contains(&format!("pending/{name}")),
            "{name}: {}",
            said.all()
        );
    }
    assert_eq!(managed_files(&sandbox), ["vpcs/good.yaml"]);
}

#[test]
fn directories_that_are_links_lead_nowhere() {
    for part in [
        "managed/vpcs",
        "managed",
        "raw/processed",
        "raw/pending",
        "raw",
        "",
    ] {
        let sandbox = fabric();
        sandbox.write(pending("good.yaml"), vpc("good", 1));
        let inside = sandbox.root.join(FABRIC).join(part);
        let moved = sandbox.beside("moved");
        fs::rename(&inside, &moved).unwrap();
        let inside = inside.to_str().unwrap().trim_end_matches('/').to_owned();
        symlink(&moved, &inside).unwrap();
        let said = withstand(&sandbox);
        if !part.starts_with("raw/pending") && part != "raw" && !part.is_empty() {
            said.expect(&[3]).says("symbolic link");
        } else {
            said.says("symbolic link");
        }
    }
}

#[test]
fn links_at_the_target_are_not_written_through() {
    let sandbox = fabric();
    let target = sandbox
        .root
        .join(format!("{FABRIC}/managed/vpcs/good.yaml"));
    symlink(sandbox.beside("canary/managed/vpcs/secret.yaml"), &target).unwrap();
    sandbox.write(pending("good.yaml"), vpc("good", 1));
    withstand(&sandbox).expect(&[3]).says("symbolic link");
    for path in [".hnp/state.toml", ".hnp/config.toml", ".gitattributes"] {
        let sandbox = fabric();
        let target = sandbox.root.join(path);
        fs::remove_file(&target).unwrap();
        let secret = sandbox.beside("canary/managed/vpcs/secret.yaml");
        symlink(&secret, &target).unwrap();
        sandbox
            .hnp(&["init", "--repair"])
            .expect(&[3])
            .says("symbolic link");
        sandbox.hnp(&["ingest"]).expect(&[3]).says(path);
        assert_eq!(fs::read_to_string(secret).unwrap(), "secret\n");
    }
}

#[test]
fn directories_where_files_should_be_are_named() {
    let sandbox = fabric();
    sandbox.write(
        format!("{FABRIC}/managed/vpcs/good.yaml/inner.yaml"),
        vpc("inner", 2),
    );
    sandbox.write(pending("good.yaml"), vpc("good", 1));
    sandbox.write(pending("directory.yaml/deep/drop.yaml"), vpc("deep", 3));
    let said = withstand(&sandbox);
    said.says("good.yaml");
    let sandbox = fabric();
    fs::remove_file(sandbox.root.join(".hnp/state.toml")).unwrap();
    sandbox.write(".hnp/state.toml/x", "x");
    sandbox
        .hnp(&["ingest"])
        .expect(&[3])
        .says(".hnp/state.toml");
}

#[test]
fn what_is_no_file_is_passed_over() {
    let sandbox = fabric();
    let directory = sandbox.root.join(format!("{FABRIC}/raw/pending"));
    let made = Command::new("mkfifo")
        .arg(directory.join("pipe.yaml"))
        .status()
        .unwrap();
    assert!(made.success());
    // A socket's path must be short.
    let socket = Path::new("/tmp").join(format!("hnp-socket-{}", std::process::id()));
    let listener = UnixListener::bind(&socket).unwrap();
    let _ = Command::new("mv")
        .arg(&socket)
        .arg(directory.join("socket.yaml"))
        .status();
    sandbox.write(pending("good.yaml"), vpc("good", 1));
    let start = Instant::now();
    let said = withstand(&sandbox).expect(&[0]).says("pipe.yaml");
    assert!(start.elapsed() < Duration::from_secs(60));
    drop((said, listener));
    let _ = fs::remove_file(socket);
    assert_eq!(managed_files(&sandbox), ["vpcs/good.yaml"]);
}

#[test]
fn a_repository_inside_raw_is_left_alone() {
    let sandbox = fabric();
    sandbox.write(pending("other/drop.yaml"), vpc("theirs", 2));
    let other = format!("{FABRIC}/raw/pending/other");
    sandbox.git(&["init", "-q", &other]);
    sandbox.write(pending("good.yaml"), vpc("good", 1));
    withstand(&sandbox).says("raw/pending/other");
    assert!(sandbox.has(&format!("{other}/drop.yaml")));
    assert_eq!(managed_files(&sandbox), ["vpcs/good.yaml"]);
}

#[test]
fn init_takes_no_directory_that_is_not_the_repositorys() {
    for directory in [
        "../canary",
        "a/../../canary",
        "/tmp/hnp-canary",
        "/",
        "..",
        ".git",
        ".git/hooks",
        ".GIT/hooks",
        "a/.git/b",
        "~/x",
        "a\\b",
        "a\nb",
        "a\u{1b}[31m",
        "",
        "link/inside",
        "link",
    ] {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.beside("canary")).unwrap();
        symlink(sandbox.beside("canary"), sandbox.root.join("link")).unwrap();
        let (outside, before) = (sandbox.outside(), sandbox.picture());
        let said = sandbox
            .hnp(&["init", "--fabric", "lab", "--directory", directory])
            .expect(&[2, 3]);
        // What the user typed is shown as it was typed.
        if !directory.chars().any(char::is_control) {
            harmless(&said, directory);
        }
        assert_eq!(sandbox.outside(), outside, "{directory:?}");
        sandbox.picture().same_trees(&before, directory);
        assert_eq!(sandbox.records(), 0);
    }
    for name in ["..", "a/b", "a\nb", "\u{1b}[31m", "", ".git"] {
        let sandbox = Sandbox::new();
        let before = sandbox.picture();
        let said = sandbox.hnp(&["init", "--fabric", name]).expect(&[2, 3]);
        if !name.chars().any(char::is_control) {
            harmless(&said, name);
        }
        sandbox.picture().same_trees(&before, name);
    }
}

#[test]
fn configured_directories_cannot_leave_either() {
    for directory in ["../canary", "/tmp", ".git", "a/../..", "\\u001b[31m"] {
        let sandbox = fabric();
        let config = sandbox.read(".hnp/config.toml");
        sandbox.write(
            ".hnp/config.toml",
            config.replace(&format!("\"{FABRIC}\""), &format!("\"{directory}\"")),
        );
        let said = withstand(&sandbox).expect(&[2]);
        assert!(said.all().contains(".hnp/config.toml:"), "{}", said.all());
    }
    // Nor can paths in the state.
    for path in ["../canary/drop.yaml", "/etc/passwd", ".git/config"] {
        let sandbox = fabric();
        sandbox.write(pending("good.yaml"), vpc("good", 1));
        sandbox.hnp(&["ingest"]).expect(&[0]);
        let state = sandbox.read(".hnp/state.toml");
        let real = format!("{FABRIC}/managed/vpcs/good.yaml");
        assert!(state.contains(&real));
        sandbox.write(".hnp/state.toml", state.replace(&real, path));
        sandbox.hnp(&["state", "verify"]).expect(&[1, 2]);
        withstand(&sandbox);
    }
}

#[test]
fn the_demo_keeps_to_its_own_repository() {
    let sandbox = fabric();
    let before = sandbox.picture();
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        let value = match name {
            "GIT_WORK_TREE" => sandbox.root.clone(),
            "GIT_DIR" => sandbox.root.join(".git"),
            _ => sandbox.root.join(".git/index"),
        };
        let output = sandbox
            .command(&["demo"])
            .env(name, value)
            .output()
            .unwrap();
        assert!(
            matches!(output.status.code(), Some(0 | 2)),
            "{name}: {output:?}"
        );
        sandbox.picture().same_trees(&before, name);
        assert_eq!(sandbox.records(), 1, "{name}");
    }
    sandbox.hnp(&["demo"]).expect(&[0]);
    sandbox.picture().same_trees(&before, "demo");
    // A directory that holds something is nobody's to fill.
    let kept = sandbox.beside("canary");
    let outside = sandbox.outside();
    sandbox
        .hnp(&["demo", "--keep", kept.to_str().unwrap()])
        .expect(&[2]);
    assert_eq!(sandbox.outside(), outside);
}

#[test]
fn without_an_identity_files_are_taken_in_all_the_same() {
    let sandbox = fabric();
    sandbox.write(pending("good.yaml"), vpc("good", 1));
    let run = |arguments: &[&str]| {
        let mut command = sandbox.command(arguments);
        for name in [
            "GIT_AUTHOR_NAME",
            "GIT_AUTHOR_EMAIL",
            "GIT_COMMITTER_NAME",
            "GIT_COMMITTER_EMAIL",
            "EMAIL",
        ] {
            command.env_remove(name);
        }
        sandbox.git(&["config", "user.useConfigOnly", "true"]);
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    };
    let before = sandbox.git(&["rev-parse", "HEAD"]);
    // The record needs a name and gets a stand-in; a commit is Git's matter, and Git's words say what is missing.
    let (code, said) = run(&["ingest", "--commit"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(
        said.contains("not committed") && said.contains("user.email"),
        "{said}"
    );
    assert_eq!(managed_files(&sandbox), ["vpcs/good.yaml"]);
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), before);
    assert_eq!(sandbox.records(), 2);
    assert!(!sandbox.has(".git/hnp/journal.json"));
    let (code, said) = run(&["tidy"]);
    assert_eq!(code, Some(0), "{said}");
}
