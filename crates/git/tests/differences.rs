//! What differs between two trees is what differs between their listings, however it was found.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use hnp_git::{Differ, Difference, Directory, ObjectDirectories, Oid, Repo, Snapshot, TreeEntry};
use tempfile::TempDir;

fn git(root: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Ann", "-c", "user.email=ann@example.com"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .current_dir(root)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn write(root: &Path, path: &str, text: &str) {
    let full = root.join(path);
    let parent = full.parent().unwrap();
    if parent.is_file() {
        fs::remove_file(parent).unwrap();
    }
    fs::create_dir_all(parent).unwrap();
    let _ = fs::remove_dir_all(&full);
    fs::write(full, text).unwrap();
}

fn repository() -> TempDir {
    let dir = TempDir::new().unwrap();
    git(dir.path(), &["init", "-q", "-b", "main"]);
    for n in 0..40 {
        let path = format!("lab/d{}/e{}/f{n}.yaml", n % 3, n % 2);
        write(dir.path(), &path, &format!("{n}\n"));
    }
    for path in [
        "lab/d1.yaml",
        "lab/d1-x/a.yaml",
        "lab/d10/a.yaml",
        "other/a.yaml",
        "top",
    ] {
        write(dir.path(), path, "1\n");
    }
    git(dir.path(), &["add", "-A"]);
    git(dir.path(), &["commit", "-q", "-m", "base"]);
    dir
}

struct Trees {
    head: Snapshot,
    index: Snapshot,
}

fn trees(root: &Path) -> Trees {
    let repo = Repo::discover(root).unwrap();
    let objects = Arc::new(repo.objects(&ObjectDirectories::default()).unwrap());
    let head = Oid::parse(&git(root, &["rev-parse", "HEAD"])).unwrap();
    Trees {
        head: Snapshot::of(Arc::clone(&objects), head).unwrap(),
        index: Snapshot::index(objects, &root.join(".git/index")).unwrap(),
    }
}

/// The difference of two listings.
fn listed(before: &Snapshot, after: &Snapshot, directory: &str) -> Vec<Difference> {
    let files = |tree: &Snapshot| -> BTreeMap<String, TreeEntry> {
        let listing = tree.list(&[directory.to_owned()]).unwrap();
        let files = listing.files.iter().cloned();
        files.map(|file| (file.path.clone(), file)).collect()
    };
    let (before, after) = (files(before), files(after));
    let mut paths: Vec<&String> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .filter(|path| before.get(*path) != after.get(*path))
        .map(|path| Difference {
            path: path.clone(),
            before: before.get(path).cloned(),
            after: after.get(path).cloned(),
        })
        .collect()
}

fn found(
    before: &Snapshot,
    after: &Snapshot,
    directory: &str,
    most: usize,
) -> Option<Vec<Difference>> {
    let differ = Differ::new(before.objects());
    let (old, new) = (
        before.directory(directory).unwrap(),
        after.directory(directory).unwrap(),
    );
    differ.files(&old, &new, directory, most).unwrap()
}

struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn edit(root: &Path, numbers: &mut Numbers) {
    let list = git(root, &["ls-files"]);
    let files: Vec<&str> = list.lines().collect();
    let file = files[numbers.below(files.len())];
    let full = root.join(file);
    match numbers.below(6) {
        0 => fs::remove_file(full).unwrap(),
        1 => {
            // A directory where a file was.
            fs::remove_file(full).unwrap();
            write(root, &format!("{file}/inside.yaml"), "2\n");
        }
        2 => write(root, &format!("lab/d{}.yaml", numbers.below(12)), "3\n"),
        3 => write(
            root,
            &format!("lab/d{}-x/n{}.yaml", numbers.below(3), numbers.below(9)),
            "4\n",
        ),
        4 => {
            let _ = fs::rename(&full, root.join(format!("lab/moved-{}", numbers.below(99))));
        }
        _ => fs::write(full, format!("{}\n", numbers.below(999))).unwrap(),
    }
}

#[test]
fn it_is_what_the_listings_differ_by() {
    let dir = repository();
    let root = dir.path();
    let mut numbers = Numbers(5);
    for step in 0..40 {
        let before = trees(root).head;
        for _ in 0..1 + numbers.below(4) {
            edit(root, &mut numbers);
            git(root, &["add", "-A"]);
        }
        let named = numbers.below(2) == 0;
        if named {
            git(root, &["write-tree"]);
        }
        let Trees { index, .. } = trees(root);
        for directory in ["", "lab", "lab/d1", "other", "lab/d1/e1", "no/such"] {
            let expected = listed(&before, &index, directory);
            assert_eq!(
                found(&before, &index, directory, 99).as_deref(),
                Some(&*expected),
                "step {step}, {directory}"
            );
            let back: Vec<_> = listed(&index, &before, directory);
            assert_eq!(
                found(&index, &before, directory, 99),
                Some(back),
                "step {step}, {directory}, back"
            );
            if let Some(most) = expected.len().checked_sub(1) {
                assert_eq!(found(&before, &index, directory, most), None);
            }
        }
        // Its name is the one that Git gives it, known before Git has done so or not.
        let ids: Vec<_> = ["", "lab", "lab/d1"]
            .map(|it| index.directory_id(it).unwrap())
            .into();
        git(root, &["commit", "-q", "--allow-empty", "-m", "next"]);
        let head = trees(root).head;
        for (directory, id) in ["", "lab", "lab/d1"].into_iter().zip(ids) {
            assert_eq!(
                id,
                head.directory(directory).unwrap().id(),
                "step {step}, {directory}"
            );
            assert!(found(&index, &head, directory, 0).unwrap().is_empty());
        }
    }
}

#[test]
fn what_is_no_plain_file_is_said_nothing_of() {
    let change = |change: &dyn Fn(&Path)| {
        let dir = repository();
        change(dir.path());
        let Trees { head, index } = trees(dir.path());
        found(&head, &index, "lab", 9)
    };
    type Named<'n> = (&'n str, &'n dyn Fn(&Path));
    let none: &[Named<'_>] = &[
        ("a link", &|root| {
            std::os::unix::fs::symlink("a", root.join("lab/d1/link")).unwrap();
            git(root, &["add", "-A"]);
        }),
        ("a name with a control character", &|root| {
            write(root, "lab/d1/a\tb.yaml", "1\n");
            git(root, &["add", "-A"]);
        }),
        ("a file that is only meant to be added", &|root| {
            write(root, "lab/d1/meant.yaml", "1\n");
            git(root, &["add", "-N", "lab/d1/meant.yaml"]);
        }),
        ("a repository", &|root| {
            let head = git(root, &["rev-parse", "HEAD"]);
            git(
                root,
                &[
                    "update-index",
                    "--add",
                    "--cacheinfo",
                    &format!("160000,{head},lab/d1/sub"),
                ],
            );
        }),
        ("an unfinished merge", &|root| {
            let blob = git(root, &["rev-parse", "HEAD:top"]);
            let line = format!("100644 {blob} 1\tlab/d1/c.yaml\n100644 {blob} 2\tlab/d1/c.yaml\n");
            let file = root.join(".git/lines");
            fs::write(&file, line).unwrap();
            let mut command = Command::new("git");
            command
                .args(["update-index", "--index-info"])
                .current_dir(root);
            assert!(
                command
                    .stdin(fs::File::open(file).unwrap())
                    .status()
                    .unwrap()
                    .success()
            );
        }),
    ];
    for (what, step) in none {
        assert_eq!(change(*step), None, "{what}");
    }
    let mode = change(&|root| {
        git(root, &["update-index", "--chmod=+x", "lab/d1.yaml"]);
    });
    let mode = mode.unwrap();
    assert_eq!(mode.len(), 1);
    assert!(mode[0].after.as_ref().unwrap().executable);
}

#[test]
fn a_tree_that_is_gone_is_an_error() {
    let dir = repository();
    let Trees { head, index } = trees(dir.path());
    let differ = Differ::new(head.objects());
    let gone = Oid::parse(&"1".repeat(40)).unwrap();
    let there = index.directory("lab").unwrap();
    assert!(
        differ
            .files(&Directory::tree(gone), &there, "lab", 9)
            .is_err()
    );
}
