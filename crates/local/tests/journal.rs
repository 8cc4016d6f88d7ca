//! Plans on disk: whole or finished later, and never over what somebody else wrote.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hnp_local::lock::Lock;
use hnp_local::{Error, Worktree, journal};
use hnp_sync::plan::Plan;
use proptest::prelude::*;
use tempfile::TempDir;

type Files = BTreeMap<String, Vec<u8>>;

struct Place {
    _dir: TempDir,
    root: PathBuf,
    hnp_dir: PathBuf,
}

impl Place {
    fn new(files: &Files) -> Self {
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() {
            TempDir::new_in(memory).unwrap()
        } else {
            TempDir::new().unwrap()
        };
        let place = Self {
            root: dir.path().join("worktree"),
            hnp_dir: dir.path().join("hnp"),
            _dir: dir,
        };
        fs::create_dir(&place.root).unwrap();
        for (path, bytes) in files {
            place.put(path, bytes);
        }
        place
    }

    fn put(&self, path: &str, bytes: &[u8]) {
        let full = self.root.join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, bytes).unwrap();
    }

    fn files(&self) -> Files {
        below(&self.root)
    }

    fn apply(&self, plan: &Plan) -> Result<journal::Applied, Error> {
        self.apply_and(plan, &mut |_| Ok(()))
    }

    fn apply_and(
        &self,
        plan: &Plan,
        finish: journal::Finish<'_>,
    ) -> Result<journal::Applied, Error> {
        let lock = Lock::take(&self.hnp_dir)?;
        let worktree = Worktree::new(&self.root);
        journal::apply(&lock, &self.hnp_dir, &worktree, plan, "op", "words", finish)
    }

    fn recover(&self) -> Result<Option<journal::Applied>, Error> {
        let lock = Lock::take(&self.hnp_dir)?;
        let worktree = Worktree::new(&self.root);
        journal::recover(&lock, &self.hnp_dir, &worktree, &mut |words| {
            assert_eq!(words, "words");
            Ok(())
        })
    }
}

fn below(root: &Path) -> Files {
    let mut files = Files::new();
    let mut open = vec![root.to_owned()];
    while let Some(dir) = open.pop() {
        let Ok(entries) = fs::read_dir(&dir) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                files.insert(name.to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn files(list: &[(&str, &str)]) -> Files {
    list.iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_owned()))
        .collect()
}

/// A plan with a step of every kind, for the files of [`start`].
fn plan() -> Plan {
    let mut plan = Plan::default();
    plan.write("new/deep/a.yaml", "a", None);
    plan.write("state", "after", Some(b"before"));
    plan.rename("raw/drop.yaml", "raw/processed/drop.yaml", b"drop");
    plan.remove("raw/old/report.json", b"report");
    plan.order();
    plan
}

fn start() -> Files {
    files(&[
        ("state", "before"),
        ("raw/drop.yaml", "drop"),
        ("raw/old/report.json", "report"),
    ])
}

fn end() -> Files {
    files(&[
        ("new/deep/a.yaml", "a"),
        ("state", "after"),
        ("raw/processed/drop.yaml", "drop"),
    ])
}

#[test]
fn a_plan_is_done_and_leaves_nothing_behind() {
    let place = Place::new(&start());
    assert_eq!(place.apply(&plan()).unwrap(), journal::Applied::default());
    assert_eq!(place.files(), end());
    assert!(
        !place.root.join("raw/old").exists(),
        "an empty directory stays"
    );
    assert_eq!(below(&place.hnp_dir).keys().collect::<Vec<_>>(), ["lock"]);
    assert!(!journal::is_pending(&place.hnp_dir));
    assert_eq!(place.recover().unwrap(), None);
}

#[test]
fn a_plan_for_other_files_does_nothing() {
    for (path, bytes) in [
        ("state", "other"),
        ("new/deep/a.yaml", "there"),
        ("raw/drop.yaml", "other"),
        ("raw/processed/drop.yaml", "there"),
        ("raw/old/report.json", "other"),
    ] {
        let place = Place::new(&start());
        place.put(path, bytes.as_bytes());
        let before = place.files();
        let error = place.apply(&plan()).unwrap_err();
        assert!(
            matches!(&error, Error::Changed { path: named } if named == path),
            "{error}"
        );
        assert_eq!(place.files(), before);
        assert!(!journal::is_pending(&place.hnp_dir));
    }
}

#[test]
fn what_cannot_be_placed_is_found_before_anything_happens() {
    for path in ["new", "new/deep", "raw/processed"] {
        let place = Place::new(&start());
        place.put(path, b"a file");
        let before = place.files();
        let error = place.apply(&plan()).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("a file lies where a directory must be"),
            "{error}"
        );
        assert_eq!(place.files(), before);
        assert!(!journal::is_pending(&place.hnp_dir));
    }
}

#[test]
fn what_comes_after_the_files_is_tried_again() {
    let place = Place::new(&start());
    let error = place
        .apply_and(&plan(), &mut |_| Err("no ledger".to_owned()))
        .unwrap_err();
    assert!(error.to_string().contains("no ledger"), "{error}");
    assert_eq!(place.files(), end());
    assert!(journal::is_pending(&place.hnp_dir));
    assert_eq!(place.recover().unwrap(), Some(journal::Applied::default()));
    assert_eq!(place.files(), end());
    assert!(!journal::is_pending(&place.hnp_dir));
}

#[test]
fn no_step_leads_out() {
    let place = Place::new(&start());
    for path in [
        "../out",
        "/tmp/hnp-out",
        "a/../../out",
        ".git/config",
        "a/.GIT/hooks/x",
        "a\0b",
    ] {
        let mut plan = Plan::default();
        plan.write(path, "x", None);
        let error = place.apply(&plan).unwrap_err();
        assert!(matches!(error, Error::Unsafe { .. }), "{error}");
        let mut plan = Plan::default();
        plan.rename("state", path, b"before");
        assert!(matches!(
            place.apply(&plan).unwrap_err(),
            Error::Unsafe { .. }
        ));
        let mut plan = Plan::default();
        plan.remove(path, b"x");
        assert!(matches!(
            place.apply(&plan).unwrap_err(),
            Error::Unsafe { .. }
        ));
    }
    assert_eq!(place.files(), start());
}

#[cfg(unix)]
#[test]
fn modes_of_files_are_kept() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new(&start());
    for (path, mode) in [("state", 0o640), ("raw/drop.yaml", 0o600)] {
        fs::set_permissions(place.root.join(path), fs::Permissions::from_mode(mode)).unwrap();
    }
    place.apply(&plan()).unwrap();
    let mode = |path: &str| {
        fs::metadata(place.root.join(path))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode("state"), 0o640);
    assert_eq!(mode("raw/processed/drop.yaml"), 0o600);
}

/// Where the Git directory lies on another file system, bytes are copied; a link in the way is not written through.
#[cfg(unix)]
#[test]
fn other_file_systems_are_reached_by_copies() {
    use std::os::unix::fs::MetadataExt;
    let place = Place::new(&start());
    let elsewhere = TempDir::new().unwrap();
    let device = |path: &Path| fs::metadata(path).unwrap().dev();
    if device(elsewhere.path()) == device(&place.root) {
        println!("skipped: only one file system here");
        return;
    }
    let secret = elsewhere.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    std::os::unix::fs::symlink(&secret, place.root.join("state.hnp-tmp")).unwrap();
    let hnp_dir = elsewhere.path().join("hnp");
    let lock = Lock::take(&hnp_dir).unwrap();
    let worktree = Worktree::new(&place.root);
    journal::apply(
        &lock,
        &hnp_dir,
        &worktree,
        &plan(),
        "op",
        "words",
        &mut |_| Ok(()),
    )
    .unwrap();
    assert_eq!(place.files(), end());
    assert_eq!(fs::read(&secret).unwrap(), b"secret");
}

#[test]
fn the_lock_is_for_one_and_given_back() {
    let place = Place::new(&Files::new());
    assert!(!Lock::is_held(&place.hnp_dir));
    let lock = Lock::take(&place.hnp_dir).unwrap();
    assert!(Lock::is_held(&place.hnp_dir));
    assert!(matches!(
        Lock::take(&place.hnp_dir),
        Err(Error::Locked { .. })
    ));
    drop(lock);
    // A process that another test starts holds all open files for an instant.
    let given_back = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(5));
        !Lock::is_held(&place.hnp_dir)
    });
    assert!(given_back);
    // Somebody who keeps asking does not keep a writer out.
    std::thread::scope(|scope| {
        let asker = scope.spawn(|| {
            for _ in 0..300 {
                let _ = Lock::is_held(&place.hnp_dir);
                std::thread::sleep(std::time::Duration::from_micros(200));
            }
        });
        while !asker.is_finished() {
            Lock::take(&place.hnp_dir).unwrap();
        }
    });
}

/// Not a test of its own: the process that the property below kills.
#[test]
fn dies_where_it_is_told() {
    let Some(root) = std::env::var_os("HNP_JOURNAL_TEST").map(PathBuf::from) else {
        return;
    };
    let hnp_dir = root.with_file_name("hnp");
    let lock = Lock::take(&hnp_dir).unwrap();
    let _ = journal::apply(
        &lock,
        &hnp_dir,
        &Worktree::new(&root),
        &plan(),
        "op",
        "words",
        &mut |_| Ok(()),
    );
}

fn die_at(place: &Place, point: usize) {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "dies_where_it_is_told"])
        .env("HNP_JOURNAL_TEST", &place.root)
        .env("HNP_FAIL_AT", point.to_string())
        .output()
        .unwrap();
}

/// What somebody does between a kill and the next run.
#[derive(Clone, Debug)]
enum Meddling {
    Write(&'static str, &'static str),
    Remove(&'static str),
    Directory(&'static str),
}

const PATHS: [&str; 6] = [
    "new/deep/a.yaml",
    "new",
    "state",
    "raw/drop.yaml",
    "raw/processed/drop.yaml",
    "raw/old/report.json",
];

fn meddling() -> impl Strategy<Value = Meddling> {
    let path = prop::sample::select(&PATHS[..]);
    let text = prop::sample::select(&["mine", "before", "after", "drop", "report", "a"][..]);
    prop_oneof![
        (path.clone(), text).prop_map(|(path, text)| Meddling::Write(path, text)),
        path.clone().prop_map(Meddling::Remove),
        path.prop_map(Meddling::Directory),
    ]
}

impl Meddling {
    fn path(&self) -> &'static str {
        match self {
            Self::Write(path, _) | Self::Remove(path) | Self::Directory(path) => path,
        }
    }

    fn meddle(&self, place: &Place) {
        let full = place.root.join(self.path());
        match self {
            Self::Write(_, text) => {
                let _ = fs::remove_dir_all(&full);
                if fs::create_dir_all(full.parent().unwrap()).is_ok() {
                    fs::write(&full, text).unwrap();
                }
            }
            Self::Remove(_) => {
                let _ = fs::remove_file(&full);
            }
            Self::Directory(_) => {
                let _ = fs::remove_file(&full);
                let _ = fs::create_dir_all(&full);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn killed_anywhere_the_next_run_finishes(point in 1_usize..24) {
        let place = Place::new(&start());
        die_at(&place, point);
        place.recover().unwrap();
        let now = place.files();
        prop_assert!(now == start() || now == end(), "{now:?}");
        prop_assert!(!journal::is_pending(&place.hnp_dir));
        prop_assert_eq!(below(&place.hnp_dir).len(), 1, "something stays behind");
    }

    /// Whatever was done in between, the next run gets through, touches nothing that was meddled with to become what the
    /// plan does not know, and loses nothing that the plan was to write.
    #[test]
    fn nobodys_work_is_lost(point in 1_usize..24, meddlings in prop::collection::vec(meddling(), 1..4)) {
        let place = Place::new(&start());
        die_at(&place, point);
        let decided = journal::is_pending(&place.hnp_dir);
        let at_kill = place.files();
        for meddling in &meddlings {
            meddling.meddle(&place);
        }
        let meddled = place.files();
        let applied = place.recover();
        prop_assert!(applied.is_ok(), "{applied:?}");
        prop_assert!(!journal::is_pending(&place.hnp_dir));
        let now = place.files();
        for (path, bytes) in &meddled {
            if bytes == b"mine" {
                prop_assert_eq!(now.get(path), Some(bytes), "{} was overwritten", path);
            }
        }
        if decided {
            let kept = below(&place.hnp_dir.join("lost"));
            for (path, bytes) in [("new/deep/a.yaml", b"a".to_vec()), ("state", b"after".to_vec())] {
                let placed = now.get(path) == Some(&bytes);
                let lost = kept.get(&format!("op/{path}")) == Some(&bytes);
                // Bytes that were in place once are somebody's to take away.
                let once = at_kill.get(path) == Some(&bytes);
                prop_assert!(placed || lost || once, "{} is gone", path);
                if !placed {
                    let told = applied.as_ref().unwrap().as_ref().unwrap();
                    prop_assert!(told.left_alone.iter().any(|left| left == path), "{} unsaid", path);
                }
            }
        } else {
            prop_assert_eq!(&now, &meddled);
        }
    }
}
