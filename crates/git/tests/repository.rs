//! What hnp does to a repository, seen through `git`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use hnp_git::{BackupFile, CommitRequest, Identity, LOG_REF, Repo, Stamp};
use tempfile::TempDir;

fn git(root: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Ann", "-c", "user.email=ann@example.com"])
        .args(arguments)
        .current_dir(root)
        .output()
        .expect("git");
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn write(root: &Path, path: &str, text: &str) {
    let full = root.join(path);
    fs::create_dir_all(full.parent().unwrap()).unwrap();
    fs::write(full, text).unwrap();
}

/// Makes a repository with an identity and no commit.
fn unborn() -> (TempDir, Repo) {
    let dir = TempDir::new().unwrap();
    git(dir.path(), &["init", "-q", "-b", "main", "."]);
    git(dir.path(), &["config", "user.name", "Ann"]);
    git(dir.path(), &["config", "user.email", "ann@example.com"]);
    git(dir.path(), &["config", "commit.gpgSign", "false"]);
    let repo = Repo::discover(dir.path()).unwrap();
    fs::create_dir_all(repo.hnp_dir()).unwrap();
    (dir, repo)
}

/// Makes a repository with one commit.
fn born() -> (TempDir, Repo) {
    let (dir, repo) = unborn();
    write(dir.path(), "README.md", "one\n");
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "-q", "-m", "Begin"]);
    (dir, repo)
}

fn stamp() -> Stamp {
    Stamp {
        by: Identity {
            name: "Ann".to_owned(),
            email: "ann@example.com".to_owned(),
        },
        seconds: 1_700_000_000,
    }
}

fn names(text: &str) -> BTreeSet<&str> {
    text.lines().collect()
}

#[test]
fn records_stand_in_the_order_they_were_appended() {
    let (dir, repo) = born();
    for n in 0..5 {
        repo.append_log(
            &format!("op{n}"),
            "hnp: Do",
            &format!("{{\"n\":{n}}}"),
            &stamp(),
        )
        .unwrap();
    }
    assert_eq!(repo.read_log(2).unwrap(), ["{\"n\":4}", "{\"n\":3}"]);
    assert_eq!(repo.read_log(99).unwrap().len(), 5);
    assert_eq!(
        git(dir.path(), &["rev-list", "--count", LOG_REF]).trim(),
        "5"
    );
    // It is outside every branch, and Git finds nothing wrong with it.
    assert_eq!(git(dir.path(), &["branch", "-a"]).lines().count(), 1);
    git(dir.path(), &["fsck", "--strict"]);
}

#[test]
fn a_record_is_appended_once_even_when_others_came_after_it() {
    let (_dir, repo) = born();
    for id in ["a", "a", "b", "a", "b"] {
        repo.append_log(id, "hnp: Do", &format!("{{\"id\":\"{id}\"}}"), &stamp())
            .unwrap();
    }
    assert_eq!(
        repo.read_log(99).unwrap(),
        ["{\"id\":\"b\"}", "{\"id\":\"a\"}"]
    );
}

#[test]
fn an_id_is_not_taken_for_another_that_begins_with_it() {
    let (_dir, repo) = born();
    repo.append_log("abc", "hnp: Do", "{}", &stamp()).unwrap();
    repo.append_log("ab", "hnp: Do", "{}", &stamp()).unwrap();
    assert_eq!(repo.read_log(99).unwrap().len(), 2);
}

#[test]
fn writers_at_the_same_time_lose_nothing() {
    let (dir, repo) = born();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let root = dir.path();
            scope.spawn(move || {
                let repo = Repo::discover(root).unwrap();
                for n in 0..12 {
                    let id = format!("op-{writer}-{n}");
                    repo.append_log(&id, "hnp: Do", &format!("{{\"id\":\"{id}\"}}"), &stamp())
                        .unwrap();
                }
            });
        }
    });
    let records: BTreeSet<String> = repo.read_log(1000).unwrap().into_iter().collect();
    assert_eq!(records.len(), 8 * 12);
    assert_eq!(
        git(dir.path(), &["rev-list", "--count", LOG_REF]).trim(),
        "96"
    );
}

#[test]
fn records_need_no_identity_and_no_commit() {
    let dir = TempDir::new().unwrap();
    let repo = Repo::init(dir.path()).unwrap();
    let who = repo.identity();
    assert!(!who.name.is_empty() && who.email.contains('@'), "{who:?}");
    assert_eq!(repo.head(), None);
    assert!(repo.branch().is_some());
    repo.append_log(
        "a",
        "hnp: Do",
        "{}",
        &Stamp {
            by: who,
            seconds: 1,
        },
    )
    .unwrap();
    assert_eq!(repo.read_log(9).unwrap(), ["{}"]);
}

#[test]
fn backups_hold_what_they_were_given_and_are_made_once() {
    let (dir, repo) = born();
    let head = repo.head();
    let file = |path: &str, bytes: &[u8]| BackupFile {
        path: path.to_owned(),
        bytes: bytes.to_vec(),
    };
    let files = [
        file("fabric/a-b/x.yaml", b"1\n"),
        file("fabric/a/y.yaml", b"2\r\n"),
        file("fabric/a/z/deep.yaml", b"\xff\0"),
        file("fabric/a.yaml", b""),
        file("fabric/zz.yaml", b"3"),
    ];
    let name = repo
        .backup("one", "Before it went", &files, &stamp())
        .unwrap();
    assert_eq!(
        repo.backup("one", "Before it went", &files, &stamp())
            .unwrap(),
        name
    );
    let later = Stamp {
        seconds: stamp().seconds + 1,
        ..stamp()
    };
    repo.backup("another", "Later", &files[..1], &later)
        .unwrap();
    let listed: Vec<(String, i64)> = repo
        .backups()
        .unwrap()
        .into_iter()
        .map(|backup| (backup.title, backup.seconds))
        .collect();
    assert_eq!(
        listed,
        [
            ("Before it went".to_owned(), stamp().seconds),
            ("Later".to_owned(), later.seconds)
        ]
    );
    for file in &files {
        let output = Command::new("git")
            .args(["cat-file", "blob", &format!("{name}:{}", file.path)])
            .current_dir(dir.path())
            .output()
            .unwrap();
        assert_eq!(output.stdout, file.bytes, "{}", file.path);
    }
    git(dir.path(), &["fsck", "--strict"]);
    assert_eq!(repo.head(), head);
    assert_eq!(git(dir.path(), &["status", "--porcelain"]), "");
}

#[test]
fn a_big_flat_directory_is_backed_up_in_time() {
    let (dir, repo) = born();
    let files: Vec<BackupFile> = (0..3000)
        .map(|n| BackupFile {
            path: format!("fabric/managed/vpcs/vpc-{n}.yaml"),
            bytes: b"same\n".to_vec(),
        })
        .collect();
    let name = repo.backup("big", "Big", &files, &stamp()).unwrap();
    let listed = git(dir.path(), &["ls-tree", "-r", "--name-only", &name]);
    assert_eq!(listed.lines().count(), 3000);
}

fn commit(repo: &Repo, id: &str, paths: &[&str]) -> Result<Option<String>, hnp_git::Error> {
    let paths: Vec<String> = paths.iter().map(|&path| path.to_owned()).collect();
    repo.commit_paths(
        &CommitRequest {
            id,
            message: "hnp: Take in",
            trailers: &["Hnp-Action: file_ingestion".to_owned()],
            paths: &paths,
        },
        &stamp(),
    )
}

#[test]
fn a_commit_holds_its_paths_and_nothing_else() {
    let (dir, repo) = born();
    let root = dir.path();
    for path in ["old.yaml", "moved.yaml", "other.txt"] {
        write(root, path, "1\n");
    }
    git(root, &["add", "."]);
    git(root, &["commit", "-q", "-m", "Files"]);
    write(root, "other.txt", "staged by the user\n");
    write(root, "README.md", "staged by the user\n");
    git(root, &["add", "other.txt", "README.md"]);
    write(root, "untracked.txt", "the user's\n");
    write(root, ".gitignore", "ignored.yaml\n");
    write(root, "new.yaml", "2\n");
    write(root, "ignored.yaml", "3\n");
    write(root, "[odd]*.yaml", "4\n");
    fs::remove_file(root.join("old.yaml")).unwrap();
    fs::rename(root.join("moved.yaml"), root.join("there.yaml")).unwrap();
    // A drop that Git never knew is gone by now too.
    let paths = [
        "new.yaml",
        "ignored.yaml",
        "[odd]*.yaml",
        "old.yaml",
        "moved.yaml",
        "there.yaml",
        "never-tracked.yaml",
    ];
    let id = commit(&repo, "op1", &paths).unwrap().expect("a commit");
    assert_eq!(git(root, &["rev-parse", "HEAD"]).trim(), id);
    let changed = git(
        root,
        &["show", "--no-renames", "--name-only", "--format=", "HEAD"],
    );
    assert_eq!(
        names(&changed),
        BTreeSet::from([
            "new.yaml",
            "ignored.yaml",
            "[odd]*.yaml",
            "old.yaml",
            "moved.yaml",
            "there.yaml"
        ])
    );
    let staged = git(root, &["diff", "--cached", "--name-only"]);
    assert_eq!(names(&staged), BTreeSet::from(["other.txt", "README.md"]));
    let message = git(root, &["log", "-1", "--format=%B%an %ad", "--date=unix"]);
    assert!(
        message.contains("Hnp-Op: op1\nHnp-Action: file_ingestion\n"),
        "{message}"
    );
    assert!(message.contains("Ann 1700000000"), "{message}");
    assert_eq!(fs::read_dir(repo.hnp_dir()).unwrap().count(), 0);
}

#[test]
fn a_commit_is_made_once_even_when_others_came_after_it() {
    let (dir, repo) = born();
    let root = dir.path();
    write(root, "a.yaml", "1\n");
    let first = commit(&repo, "op1", &["a.yaml"]).unwrap();
    assert!(first.is_some());
    assert_eq!(commit(&repo, "op1", &["a.yaml"]).unwrap(), first);
    git(root, &["commit", "-q", "--allow-empty", "-m", "Another"]);
    let head = repo.head();
    assert_eq!(commit(&repo, "op1", &["a.yaml"]).unwrap(), first);
    assert_eq!(repo.head(), head);
    // What HEAD has already needs no commit.
    assert_eq!(
        commit(&repo, "op2", &["a.yaml", "gone.yaml"]).unwrap(),
        None
    );
    assert_eq!(repo.head(), head);
}

#[test]
fn commits_begin_a_branch_and_go_on_a_detached_head() {
    let (dir, repo) = unborn();
    let root = dir.path();
    write(root, "a.yaml", "1\n");
    write(root, "b.yaml", "1\n");
    git(root, &["add", "b.yaml"]);
    assert!(commit(&repo, "op1", &["a.yaml"]).unwrap().is_some());
    assert_eq!(git(root, &["ls-tree", "--name-only", "HEAD"]), "a.yaml\n");
    assert_eq!(git(root, &["diff", "--cached", "--name-only"]), "b.yaml\n");

    git(root, &["checkout", "-q", "--detach"]);
    let main = git(root, &["rev-parse", "main"]);
    write(root, "a.yaml", "2\n");
    let id = commit(&repo, "op2", &["a.yaml"]).unwrap();
    assert_eq!(repo.head(), id);
    assert_eq!(repo.branch(), None);
    assert_eq!(git(root, &["rev-parse", "main"]), main);
    assert_eq!(repo.read_at_head("a.yaml").as_deref(), Some(&b"2\n"[..]));
    git(root, &["checkout", "-q", "main"]);
    assert_eq!(repo.read_at_head("a.yaml").as_deref(), Some(&b"1\n"[..]));
}

#[cfg(unix)]
#[test]
fn a_hook_that_refuses_is_heard() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, repo) = born();
    let root = dir.path();
    let hook = root.join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\necho 'not today' >&2\nexit 1\n").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    write(root, "a.yaml", "1\n");
    let head = repo.head();
    let error = commit(&repo, "op1", &["a.yaml"]).unwrap_err();
    assert!(error.to_string().contains("not today"), "{error}");
    assert!(!error.is_passing());
    assert_eq!(repo.head(), head);
}

#[test]
fn another_git_at_work_is_waited_for() {
    let (dir, repo) = born();
    let root = dir.path();
    write(root, "a.yaml", "1\n");
    let lock = root.join(".git/index.lock");
    fs::write(&lock, "").unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(400));
            fs::remove_file(&lock).unwrap();
        });
        assert!(commit(&repo, "op1", &["a.yaml"]).unwrap().is_some());
    });
    // One that comes and goes is gone by the time anybody looks at it.
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..200 {
                if done.load(std::sync::atomic::Ordering::Relaxed) {
                    break;
                }
                if fs::File::create_new(&lock).is_ok() {
                    std::thread::sleep(std::time::Duration::from_millis(3));
                    fs::remove_file(&lock).unwrap();
                }
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        });
        for n in 0..5 {
            write(root, "a.yaml", &format!("flicker {n}\n"));
            let id = format!("flicker-{n}");
            assert!(commit(&repo, &id, &["a.yaml"]).unwrap().is_some());
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    // One that is never given back is named, and trying again later helps.
    write(root, "a.yaml", "2\n");
    fs::write(&lock, "").unwrap();
    let error = commit(&repo, "op2", &["a.yaml"]).unwrap_err();
    assert!(
        error.is_passing() && error.to_string().contains("index.lock"),
        "{error}"
    );
    fs::remove_file(&lock).unwrap();
    assert!(commit(&repo, "op2", &["a.yaml"]).unwrap().is_some());
}

#[test]
fn linked_worktrees_share_the_ledger_and_nothing_else() {
    let (dir, repo) = born();
    let other = TempDir::new().unwrap();
    let path = other.path().join("linked");
    git(
        dir.path(),
        &["worktree", "add", "-q", path.to_str().unwrap()],
    );
    let linked = Repo::discover(&path).unwrap();
    assert_ne!(linked.hnp_dir(), repo.hnp_dir());
    linked.append_log("a", "hnp: Do", "{}", &stamp()).unwrap();
    assert_eq!(repo.read_log(9).unwrap(), ["{}"]);
    fs::create_dir_all(linked.hnp_dir()).unwrap();
    write(&path, "a.yaml", "1\n");
    let id = commit(&linked, "op1", &["a.yaml"]).unwrap();
    assert_eq!(linked.head(), id);
    assert_ne!(repo.head(), id);
}

#[test]
fn reftable_is_asked_through_git() {
    let dir = TempDir::new().unwrap();
    let made = Command::new("git")
        .args(["init", "-q", "--ref-format=reftable", "."])
        .current_dir(dir.path())
        .output()
        .unwrap();
    if !made.status.success() {
        println!("skipped: this git has no reftable");
        return;
    }
    git(
        dir.path(),
        &["commit", "-q", "--allow-empty", "-m", "Begin"],
    );
    let repo = Repo::discover(dir.path()).unwrap();
    repo.append_log("a", "hnp: Do", "{}", &stamp()).unwrap();
    repo.append_log("a", "hnp: Do", "{}", &stamp()).unwrap();
    assert_eq!(repo.read_log(9).unwrap(), ["{}"]);
}

#[test]
fn outside_a_repository_that_is_said() {
    let dir = TempDir::new().unwrap();
    let error = Repo::discover(dir.path()).err().expect("no repository");
    assert!(error.to_string().contains("git init"), "{error}");
}
