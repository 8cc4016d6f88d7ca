//! Repositories in repositories, and in places with odd names.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::Repo;

#[test]
fn a_fabric_is_not_made_inside_another_repository() {
    let repo = Repo::new();
    repo.git(&["init", "--quiet", "sub"]);
    let refused = |repo: &Repo| {
        for directory in ["sub/x", "sub"] {
            let run = repo.hnp(&["init", "--fabric", "x", "--directory", directory]);
            assert_eq!(run.code, 2, "{}{}", run.out, run.err);
            assert!(
                run.err.contains("sub is a repository of its own"),
                "{}",
                run.err
            );
        }
        assert!(!repo.has(".hnp"));
    };
    refused(&repo);
    // A submodule that is not checked out is one all the same.
    let inner = repo.root().join("sub");
    let inner = inner.to_str().unwrap();
    repo.git(&[
        "-C",
        inner,
        "commit",
        "--quiet",
        "--allow-empty",
        "--message",
        "Begin",
    ]);
    repo.git(&["add", "sub"]);
    std::fs::remove_dir_all(inner).unwrap();
    std::fs::create_dir(inner).unwrap();
    refused(&repo);
    repo.ok(&["init", "--fabric", "x", "--directory", "x"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_repository_whose_path_is_not_utf8_commits() {
    use std::os::unix::ffi::OsStringExt;
    let root = tempfile::tempdir().unwrap();
    let place = root
        .path()
        .join(std::ffi::OsString::from_vec(b"de\xffmo".to_vec()));
    std::fs::create_dir(&place).unwrap();
    let run = |program: &str, args: &[&str]| {
        let output = std::process::Command::new(program)
            .args(args)
            .current_dir(&place)
            .envs([
                ("GIT_AUTHOR_NAME", "Ann"),
                ("GIT_AUTHOR_EMAIL", "ann@example.org"),
                ("GIT_COMMITTER_NAME", "Ann"),
                ("GIT_COMMITTER_EMAIL", "ann@example.org"),
            ])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{program} {args:?}: {said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    run("git", &["init", "--quiet"]);
    let init = ["init", "--fabric", "lab", "--directory", "lab", "--commit"];
    run(kit::HNP, &init);
    assert!(run("git", &["log", "--format=%B"]).contains("Hnp-Op: "));
}
