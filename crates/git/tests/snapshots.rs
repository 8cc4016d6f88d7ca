//! Trees and histories as hooks read them, held against what `git` says.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use hnp_git::{ObjectDirectories, ObjectStore, Oid, Repo, Snapshot, TreeListing, TreeOddityKind};
use tempfile::TempDir;

fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .args(["-c", "user.name=Ann", "-c", "user.email=ann@example.com"])
        .args([
            "-c",
            "commit.gpgSign=false",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .current_dir(root);
    command
}

fn git(root: &Path, arguments: &[&str]) -> String {
    let output = command(root, arguments).output().expect("git");
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn write(root: &Path, path: &str, text: &str) {
    let full = root.join(path);
    fs::create_dir_all(full.parent().unwrap()).unwrap();
    fs::write(full, text).unwrap();
}

fn repository(arguments: &[&str]) -> TempDir {
    let dir = TempDir::new().unwrap();
    let mut all = vec!["init", "-q", "-b", "main"];
    all.extend(arguments);
    git(dir.path(), &all);
    dir
}

fn commit(root: &Path, message: &str) -> Oid {
    git(root, &["add", "-A"]);
    git(root, &["commit", "-q", "--allow-empty", "-m", message]);
    head(root)
}

fn head(root: &Path) -> Oid {
    Oid::parse(&git(root, &["rev-parse", "HEAD"])).unwrap()
}

fn objects(root: &Path) -> Arc<ObjectStore> {
    let repo = Repo::discover(root).unwrap();
    Arc::new(repo.objects(&ObjectDirectories::default()).unwrap())
}

fn at(root: &Path, id: Oid) -> Snapshot {
    Snapshot::of(objects(root), id).unwrap()
}

fn paths(listing: &TreeListing) -> Vec<&str> {
    listing
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect()
}

fn dirs(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn text(snapshot: &Snapshot, path: &str) -> String {
    String::from_utf8(snapshot.read(path, 1 << 20).unwrap().expect(path)).unwrap()
}

/// What `git ls-tree` says of a commit: path and blob.
fn ls_tree(root: &Path, id: Oid, directory: &str) -> Vec<(String, String)> {
    let listing = git(root, &["ls-tree", "-r", &id.to_string(), "--", directory]);
    listing
        .lines()
        .map(|line| {
            let (meta, path) = line.split_once('\t').unwrap();
            (path.to_owned(), meta.split(' ').nth(2).unwrap().to_owned())
        })
        .collect()
}

#[test]
fn a_commit_lists_the_files_under_the_directories_asked_for() {
    for format in ["sha1", "sha256"] {
        let dir = repository(&[&format!("--object-format={format}")]);
        let root = dir.path();
        for path in [
            "lab/managed/a.yaml",
            "lab/raw/b.yaml",
            "lab-2/c.yaml",
            "lab.yaml",
            "x/lab/d.yaml",
        ] {
            write(root, path, path);
        }
        let id = commit(root, "one");
        // Packed and loose objects are read alike.
        git(root, &["gc", "-q"]);
        write(root, "lab/managed/e.yaml", "new");
        let next = commit(root, "two");
        let listing = at(root, next).list(&dirs(&["lab"])).unwrap();
        let found: Vec<_> = listing
            .files
            .iter()
            .map(|file| (file.path.clone(), file.blob.to_string()))
            .collect();
        assert_eq!(found, ls_tree(root, next, "lab"), "{format}");
        assert_eq!(
            paths(&at(root, id).list(&dirs(&["lab"])).unwrap()),
            ["lab/managed/a.yaml", "lab/raw/b.yaml"]
        );
        assert_eq!(at(root, id).list(&dirs(&[""])).unwrap().files.len(), 5);
        assert_eq!(
            paths(
                &at(root, id)
                    .list(&dirs(&["x/lab", "lab-2", "none"]))
                    .unwrap()
            ),
            ["lab-2/c.yaml", "x/lab/d.yaml"]
        );
        assert_eq!(text(&at(root, next), "lab/managed/e.yaml"), "new");
        assert!(at(root, next).find("lab/managed").unwrap().is_none());
        assert!(at(root, id).find("lab/managed/e.yaml").unwrap().is_none());
    }
}

#[test]
fn the_index_is_read_and_not_the_worktree() {
    for format in ["sha1", "sha256"] {
        let dir = repository(&[&format!("--object-format={format}")]);
        let root = dir.path();
        write(root, "lab/a.yaml", "1");
        write(root, "lab/gone.yaml", "1");
        commit(root, "one");
        write(root, "lab/a.yaml", "2");
        write(root, "lab/new.yaml", "new");
        git(root, &["add", "."]);
        git(root, &["rm", "-q", "--cached", "lab/gone.yaml"]);
        write(root, "lab/a.yaml", "3");
        write(root, "lab/untracked.yaml", "x");
        write(root, "lab/intended.yaml", "x");
        git(root, &["add", "-N", "lab/intended.yaml"]);
        let repo = Repo::discover(root).unwrap();
        let index = Snapshot::index(objects(root), &repo.index_file(None)).unwrap();
        assert_eq!(
            paths(&index.list(&dirs(&["lab"])).unwrap()),
            ["lab/a.yaml", "lab/new.yaml"]
        );
        assert_eq!(text(&index, "lab/a.yaml"), "2");
        assert!(index.find("lab/intended.yaml").unwrap().is_none());
        // Git names it relative to the worktree's root.
        assert_eq!(
            repo.index_file(Some(Path::new(".git/index")))
                .canonicalize()
                .unwrap(),
            root.join(".git/index").canonicalize().unwrap()
        );
        let other = root.join("elsewhere.index");
        let output = command(root, &["read-tree", "HEAD"])
            .env("GIT_INDEX_FILE", &other)
            .output()
            .unwrap();
        assert!(output.status.success());
        let other = Snapshot::index(objects(root), &other).unwrap();
        assert_eq!(
            paths(&other.list(&dirs(&[""])).unwrap()),
            ["lab/a.yaml", "lab/gone.yaml"]
        );
        assert_eq!(text(&other, "lab/a.yaml"), "1");
    }
}

#[test]
fn the_index_of_every_form_gives_the_same_list() {
    for version in ["2", "3", "4"] {
        let dir = repository(&[]);
        let root = dir.path();
        for n in 0..50 {
            write(root, &format!("lab/managed/vpcs/v{n}.yaml"), &n.to_string());
        }
        git(root, &["config", "index.version", version]);
        let id = commit(root, "one");
        let expected = at(root, id).list(&dirs(&["lab"])).unwrap();
        let index = || {
            Snapshot::index(objects(root), &root.join(".git/index"))
                .unwrap()
                .list(&dirs(&["lab"]))
                .unwrap()
        };
        assert_eq!(index(), expected, "version {version}");
        git(root, &["update-index", "--split-index"]);
        git(
            root,
            &["update-index", "--chmod=+x", "lab/managed/vpcs/v1.yaml"],
        );
        let split = index();
        assert_eq!(paths(&split), paths(&expected), "split, version {version}");
        assert_eq!(split.files.iter().filter(|file| file.executable).count(), 1);
    }
}

#[test]
fn a_sparse_index_is_read_through_its_trees() {
    let dir = repository(&[]);
    let root = dir.path();
    for path in [
        "lab/managed/vpcs/a.yaml",
        "lab/raw/b.yaml",
        "other/deep/c.yaml",
        "top.yaml",
    ] {
        write(root, path, path);
    }
    let id = commit(root, "one");
    git(
        root,
        &[
            "sparse-checkout",
            "set",
            "--cone",
            "--sparse-index",
            "other",
        ],
    );
    let index = Snapshot::index(objects(root), &root.join(".git/index")).unwrap();
    for wanted in [
        &["lab"][..],
        &["lab/managed"],
        &[""],
        &["other/deep"],
        &["lab/managed/vpcs", "other"],
    ] {
        assert_eq!(
            index.list(&dirs(wanted)).unwrap(),
            at(root, id).list(&dirs(wanted)).unwrap(),
            "{wanted:?}"
        );
    }
    assert_eq!(
        text(&index, "lab/managed/vpcs/a.yaml"),
        "lab/managed/vpcs/a.yaml"
    );
    assert!(index.find("lab/managed/none.yaml").unwrap().is_none());
}

#[test]
fn links_submodules_and_bad_names_are_oddities() {
    let dir = repository(&[]);
    let root = dir.path();
    write(root, "lab/a.yaml", "a");
    std::os::unix::fs::symlink("a.yaml", root.join("lab/link.yaml")).unwrap();
    std::os::unix::fs::symlink("lab", root.join("fabric")).unwrap();
    write(root, "lab/bad\u{1}.yaml", "a");
    let other = repository(&[]);
    commit(other.path(), "sub");
    git(
        root,
        &[
            "submodule",
            "add",
            "-q",
            other.path().to_str().unwrap(),
            "lab/sub",
        ],
    );
    let id = commit(root, "one");
    let expected = [
        ("lab/bad\u{1}.yaml", TreeOddityKind::BadName),
        ("lab/link.yaml", TreeOddityKind::Symlink),
        ("lab/sub", TreeOddityKind::Submodule),
    ];
    let index = Snapshot::index(objects(root), &root.join(".git/index")).unwrap();
    for snapshot in [at(root, id), index] {
        let listing = snapshot.list(&dirs(&["lab"])).unwrap();
        assert_eq!(paths(&listing), ["lab/a.yaml"]);
        let found: Vec<_> = listing
            .oddities
            .iter()
            .map(|oddity| (oddity.path.as_str(), oddity.kind))
            .collect();
        assert_eq!(found, expected);
        assert!(snapshot.find("lab/link.yaml").unwrap().is_none());
        for directory in ["fabric", "fabric/below"] {
            let link = snapshot.list(&dirs(&[directory])).unwrap();
            assert_eq!(link.oddities.len(), 1, "{directory}");
            assert_eq!(link.oddities[0].path, "fabric");
            assert_eq!(link.oddities[0].kind, TreeOddityKind::Symlink);
            assert!(link.files.is_empty());
        }
    }
}

#[test]
fn names_that_lead_elsewhere_are_never_files() {
    let dir = repository(&[]);
    let root = dir.path();
    write(root, "x", "evil");
    let blob = git(root, &["hash-object", "-w", "x"]);
    let raw: Vec<u8> = (0..20)
        .map(|n| u8::from_str_radix(&blob[n * 2..n * 2 + 2], 16).unwrap())
        .collect();
    let mut tree = Vec::new();
    for name in ["..", ".git", "a/b", "ok.yaml", "ok.yaml"] {
        tree.extend_from_slice(format!("100644 {name}\0").as_bytes());
        tree.extend_from_slice(&raw);
    }
    fs::write(root.join("tree"), &tree).unwrap();
    let tree = git(
        root,
        &["hash-object", "-w", "--literally", "-t", "tree", "tree"],
    );
    let id = Oid::parse(&tree).unwrap();
    let listing = at(root, id).list(&dirs(&[""])).unwrap();
    assert_eq!(paths(&listing), ["ok.yaml"]);
    assert_eq!(listing.oddities.len(), 3);
}

#[test]
fn a_tree_without_end_is_refused() {
    let dir = repository(&[]);
    let root = dir.path();
    write(root, "x", "x");
    let blob = git(root, &["hash-object", "-w", "x"]);
    let mut line = format!("100644 blob {blob}");
    for _ in 0..10 {
        let listing: String = (0..10).map(|n| format!("{line}\td{n}\n")).collect();
        fs::write(root.join("listing"), listing).unwrap();
        let output = command(root, &["mktree"])
            .stdin(fs::File::open(root.join("listing")).unwrap())
            .output()
            .unwrap();
        let tree = String::from_utf8(output.stdout).unwrap();
        line = format!("040000 tree {}", tree.trim());
    }
    let id = Oid::parse(line.rsplit(' ').next().unwrap()).unwrap();
    let error = at(root, id).list(&dirs(&[""])).unwrap_err();
    assert!(error.to_string().contains("entries"), "{error}");
}

#[test]
fn an_unfinished_merge_is_an_oddity_and_not_a_file() {
    let dir = repository(&[]);
    let root = dir.path();
    write(root, "lab/a.yaml", "1\n");
    commit(root, "one");
    git(root, &["checkout", "-q", "-b", "side"]);
    write(root, "lab/a.yaml", "2\n");
    let side = commit(root, "side");
    git(root, &["checkout", "-q", "main"]);
    write(root, "lab/a.yaml", "3\n");
    let main = commit(root, "main");
    assert!(
        !command(root, &["merge", "side"])
            .output()
            .unwrap()
            .status
            .success()
    );
    let index = Snapshot::index(objects(root), &root.join(".git/index")).unwrap();
    let listing = index.list(&dirs(&["lab"])).unwrap();
    assert!(listing.files.is_empty());
    assert_eq!(listing.oddities.len(), 1);
    assert_eq!(listing.oddities[0].kind, TreeOddityKind::Unmerged);
    let repo = Repo::discover(root).unwrap();
    assert_eq!(repo.parents_in_the_making([]).unwrap(), [main, side]);
    let named = [
        format!("GITHEAD_{side}"),
        "GITHEAD_x".to_owned(),
        "HOME".to_owned(),
    ];
    fs::remove_file(root.join(".git/MERGE_HEAD")).unwrap();
    assert_eq!(repo.parents_in_the_making(named).unwrap(), [main, side]);
}

#[test]
fn bare_repositories_and_linked_worktrees_are_read_alike() {
    let dir = repository(&[]);
    let root = dir.path();
    write(root, "lab/a.yaml", "1");
    let id = commit(root, "one");
    let place = TempDir::new().unwrap();
    let bare = place.path().join("bare.git");
    git(
        root,
        &["clone", "-q", "--bare", ".", bare.to_str().unwrap()],
    );
    assert!(Repo::discover(&bare).unwrap().is_bare());
    assert_eq!(text(&at(&bare, id), "lab/a.yaml"), "1");
    let linked = place.path().join("linked");
    git(root, &["worktree", "add", "-q", linked.to_str().unwrap()]);
    write(&linked, "lab/a.yaml", "linked");
    git(&linked, &["add", "."]);
    let repo = Repo::discover(&linked).unwrap();
    let index = Snapshot::index(objects(&linked), &repo.index_file(None)).unwrap();
    assert_eq!(text(&index, "lab/a.yaml"), "linked");
    assert_eq!(repo.common_dir(), root.join(".git").canonicalize().unwrap());
    let main = Snapshot::index(objects(root), &root.join(".git/index")).unwrap();
    assert_eq!(text(&main, "lab/a.yaml"), "1");
}

#[test]
fn a_push_is_read_before_it_is_accepted() {
    for limit in ["1", "10000"] {
        let place = TempDir::new().unwrap();
        git(
            place.path(),
            &["init", "-q", "--bare", "-b", "main", "main.git"],
        );
        let work = place.path().join("work");
        git(place.path(), &["clone", "-q", "main.git", "work"]);
        write(&work, "lab/a.yaml", "1");
        let old = commit(&work, "one");
        git(&work, &["push", "-q", "origin", "HEAD:main"]);
        // A fork borrows its objects by a relative path, over two steps.
        for (from, to) in [("main.git", "fork.git"), ("fork.git", "fork2.git")] {
            git(place.path(), &["init", "-q", "--bare", "-b", "main", to]);
            write(
                place.path(),
                &format!("{to}/objects/info/alternates"),
                &format!("../../{from}/objects\n"),
            );
        }
        let fork = place.path().join("fork2.git");
        git(&fork, &["update-ref", "refs/heads/main", &old.to_string()]);
        // Packed or loose in quarantine.
        git(&fork, &["config", "receive.unpackLimit", limit]);
        let hook = fork.join("hooks/pre-receive");
        fs::write(
            &hook,
            "#!/bin/sh\ncp -r \"$GIT_OBJECT_DIRECTORY\" ../quarantine\necho \"$GIT_ALTERNATE_OBJECT_DIRECTORIES\" > ../alternates\nexit 1\n",
        )
        .unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&hook, mode).unwrap();
        write(&work, "lab/b.yaml", "2");
        let new = commit(&work, "two");
        let pushed = command(&work, &["push", "-q", fork.to_str().unwrap(), "HEAD:main"])
            .output()
            .unwrap();
        assert!(!pushed.status.success());
        let repo = Repo::discover(&fork).unwrap();
        let without = repo.objects(&ObjectDirectories::default()).unwrap();
        assert!(!without.has(new), "the push was refused");
        let alternates = fs::read_to_string(place.path().join("alternates")).unwrap();
        let directories = ObjectDirectories {
            first: Some(place.path().join("quarantine")),
            alternates: alternates.trim().split(':').map(PathBuf::from).collect(),
            shallow: None,
        };
        let objects = Arc::new(repo.objects(&directories).unwrap());
        let snapshot = Snapshot::of(Arc::clone(&objects), new).unwrap();
        assert_eq!(
            paths(&snapshot.list(&dirs(&["lab"])).unwrap()),
            ["lab/a.yaml", "lab/b.yaml"]
        );
        assert_eq!(text(&snapshot, "lab/a.yaml"), "1");
        assert_eq!(text(&snapshot, "lab/b.yaml"), "2");
        let known = repo.targets_under(&["refs/"]).unwrap();
        let found = objects.new_commits(&[new], &known, 10).unwrap();
        assert_eq!(found.commits, [new]);
        assert!(found.complete);
    }
}

#[test]
fn a_shallow_history_ends_without_an_error() {
    let dir = repository(&[]);
    let root = dir.path();
    for n in 0..5 {
        write(root, "lab/a.yaml", &n.to_string());
        commit(root, &n.to_string());
    }
    let place = TempDir::new().unwrap();
    let shallow = place.path().join("shallow");
    git(
        place.path(),
        &[
            "clone",
            "-q",
            "--depth=2",
            &format!("file://{}", root.display()),
            "shallow",
        ],
    );
    let store = objects(&shallow);
    let tip = head(&shallow);
    let parent = store.commit(tip).unwrap().parents[0];
    assert!(store.commit(parent).unwrap().parents.is_empty());
    assert_eq!(
        store.new_commits(&[tip], &[], 100).unwrap().commits,
        [parent, tip]
    );
    assert_eq!(text(&at(&shallow, tip), "lab/a.yaml"), "4");
    assert_eq!(store.merge_base(tip, parent).unwrap(), Some(parent));
}

/// A history with merges, made the same way every time; returns its commits.
fn knot(root: &Path) -> Vec<Oid> {
    let mut all = vec![commit(root, "root")];
    for n in 0..12 {
        let side = format!("side{n}");
        git(
            root,
            &["checkout", "-q", "-b", &side, &all[n / 2].to_string()],
        );
        write(root, &format!("f{n}"), "x");
        all.push(commit(root, &side));
        if n % 3 == 2 {
            git(
                root,
                &["merge", "-q", "--no-edit", &format!("side{}", n - 1)],
            );
            all.push(head(root));
        }
    }
    all
}

#[test]
fn merge_bases_and_new_commits_are_those_of_git() {
    let dir = repository(&[]);
    let root = dir.path();
    let all = knot(root);
    let store = objects(root);
    for one in &all {
        for other in &all {
            let bases = git(
                root,
                &["merge-base", "--all", &one.to_string(), &other.to_string()],
            );
            let found = store.merge_base(*one, *other).unwrap().unwrap();
            assert!(
                bases.lines().any(|line| line == found.to_string()),
                "{one} {other}: {found} is not one of {bases}"
            );
            let range = format!("{other}..{one}");
            let mut expected: Vec<Oid> = git(root, &["rev-list", &range])
                .lines()
                .map(|line| Oid::parse(line).unwrap())
                .collect();
            let new = store.new_commits(&[*one], &[*other], 1000).unwrap();
            assert!(new.complete);
            for (position, id) in new.commits.iter().enumerate() {
                for parent in store.commit(*id).unwrap().parents {
                    let at = new.commits.iter().position(|known| *known == parent);
                    assert!(at.is_none_or(|at| at < position), "parents stand first");
                }
            }
            let mut found = new.commits;
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{range}");
        }
    }
    let bounded = store.new_commits(&[all[all.len() - 1]], &[], 2).unwrap();
    assert_eq!(bounded.commits.len(), 2);
    assert!(!bounded.complete);
}

#[test]
fn revisions_and_ranges_are_read_as_git_reads_them() {
    let dir = repository(&[]);
    let root = dir.path();
    let first = commit(root, "one");
    git(root, &["tag", "-a", "v1", "-m", "v1"]);
    git(root, &["checkout", "-q", "-b", "side"]);
    let side = commit(root, "side");
    git(root, &["checkout", "-q", "main"]);
    let main = commit(root, "two");
    let repo = Repo::discover(root).unwrap();
    let store = objects(root);
    for (revision, expected) in [
        ("HEAD", main),
        ("HEAD~1", first),
        ("v1", first),
        ("side", side),
        (&first.to_string(), first),
        (&side.short(), side),
    ] {
        assert_eq!(
            repo.commit_named(&store, revision).unwrap(),
            expected,
            "{revision}"
        );
    }
    for bad in ["none", "HEAD^{tree}", "", "-x", "HEAD~9"] {
        let error = repo.commit_named(&store, bad).unwrap_err().to_string();
        assert!(error.starts_with(&format!("`{bad}`")), "{error}");
    }
    let of = |range: &str| {
        let found = repo.compare(&store, range).unwrap();
        (found.base, found.head)
    };
    assert_eq!(of("side..main"), (side, main));
    assert_eq!(of("side...main"), (first, main));
    assert_eq!(of("side..."), (first, main));
    assert_eq!(of("..side"), (main, side));
    assert!(repo.compare(&store, "main").is_err());
    git(root, &["checkout", "-q", "--orphan", "lone"]);
    commit(root, "lone");
    assert!(repo.compare(&store, "main...lone").is_err());
}

#[test]
fn a_blob_over_the_limit_is_cut_and_a_missing_one_is_named() {
    let dir = repository(&[]);
    let root = dir.path();
    write(root, "lab/a.yaml", &"x".repeat(1000));
    let id = commit(root, "one");
    let snapshot = at(root, id);
    assert_eq!(
        snapshot.read("lab/a.yaml", 100).unwrap().unwrap().len(),
        101
    );
    assert_eq!(
        snapshot.read("lab/a.yaml", 1000).unwrap().unwrap().len(),
        1000
    );
    let blob = snapshot
        .find("lab/a.yaml")
        .unwrap()
        .unwrap()
        .blob
        .to_string();
    fs::remove_file(root.join(".git/objects").join(&blob[..2]).join(&blob[2..])).unwrap();
    let error = at(root, id)
        .read("lab/a.yaml", 100)
        .unwrap_err()
        .to_string();
    assert!(error.contains(&blob), "{error}");
}

#[test]
fn many_threads_read_at_once() {
    let dir = repository(&[]);
    let root = dir.path();
    for n in 0..300 {
        write(root, &format!("lab/{n}.yaml"), &format!("{n}\n").repeat(n));
    }
    let id = commit(root, "one");
    git(root, &["repack", "-q", "-a", "-d"]);
    let snapshot = at(root, id);
    let files = snapshot.list(&dirs(&["lab"])).unwrap().files.clone();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for file in &files {
                    let n: usize = file.path[4..].trim_end_matches(".yaml").parse().unwrap();
                    let bytes = snapshot.objects().blob(file.blob, 1 << 20).unwrap();
                    assert_eq!(bytes, format!("{n}\n").repeat(n).into_bytes());
                }
            });
        }
    });
}
