//! A branch of hnp's that only a remote has, as in the fresh clone of a workflow.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{HNP, Repo, Run, server};
use serde_json::{Value, json};

const SYNC: &[&str] = &["sync", "--gui", "gui.json", "--to", "branch"];
const BRANCH: &str = "hnp-sync-lab";

fn managed(name: &str) -> String {
    format!("lab/managed/servers/{name}.yaml")
}

/// A repository with a GUI of its own and a bare one that it pushes to.
struct Lab {
    repo: Repo,
    places: tempfile::TempDir,
}

impl Lab {
    fn new() -> Self {
        let repo = Repo::lab();
        repo.write(".gitignore", "gui.json\n");
        for name in ["a", "b"] {
            repo.write(&managed(name), server(name, "{description: x}"));
        }
        repo.commit("Begin");
        repo.ok(SYNC);
        let places = tempfile::tempdir().unwrap();
        let bare = places.path().join("origin.git").display().to_string();
        repo.git(&["init", "-q", "--bare", &bare]);
        repo.git(&["remote", "add", "origin", &bare]);
        let lab = Self { repo, places };
        lab.push("HEAD:refs/heads/main");
        lab
    }

    fn push(&self, what: &str) {
        self.repo.git(&["push", "-q", "-f", "origin", what]);
    }

    /// A fresh clone with the same GUI.
    fn fresh(&self, name: &str) -> Fresh {
        let place = self.places.path().join(name);
        let bare = self.places.path().join("origin.git");
        self.repo.git(&[
            "clone",
            "-q",
            "-b",
            "main",
            bare.to_str().unwrap(),
            place.to_str().unwrap(),
        ]);
        std::fs::write(place.join("gui.json"), self.repo.read("gui.json")).unwrap();
        Fresh { place }
    }
}

struct Fresh {
    place: std::path::PathBuf,
}

impl Fresh {
    fn hnp(&self, args: &[&str]) -> Run {
        let output = std::process::Command::new(HNP)
            .args(args)
            .current_dir(&self.place)
            .env("SOURCE_DATE_EPOCH", "1700000100")
            .envs([
                ("GIT_AUTHOR_NAME", "CI"),
                ("GIT_AUTHOR_EMAIL", "ci@example.org"),
                ("GIT_COMMITTER_NAME", "CI"),
                ("GIT_COMMITTER_EMAIL", "ci@example.org"),
            ])
            .env_remove("GITHUB_ACTIONS")
            .env_remove("GITHUB_EVENT_NAME")
            .output()
            .unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    fn code(&self, args: &[&str], code: i32) -> String {
        let run = self.hnp(args);
        assert_eq!(run.code, code, "{}{}", run.out, run.err);
        run.out + &run.err
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.hnp(&[args, &["--format", "json"]].concat()).out).unwrap()
    }

    fn git(&self, args: &[&str]) -> String {
        let output = std::process::Command::new("git")
            .args(["-c", "user.name=Bob", "-c", "user.email=bob@example.org"])
            .args(args)
            .current_dir(&self.place)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn local(&self) -> String {
        self.git(&[
            "for-each-ref",
            "--format=%(objectname)",
            "refs/heads/hnp-sync-lab",
        ])
    }
}

fn edit(repo: &Repo, name: &str, change: impl FnOnce(&mut Value)) {
    let mut all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    let mut list = all["resources"].as_array_mut().unwrap().iter_mut();
    let one = list
        .find(|one| one["desired"]["metadata"]["name"] == name)
        .unwrap();
    one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
    change(one);
    repo.write("gui.json", all.to_string());
}

fn draft(repo: &Repo, name: &str, value: &str) {
    edit(repo, name, |one| {
        one["draft"] = one["desired"].clone();
        one["draft"]["spec"]["description"] = json!(value);
    });
}

/// Somebody commits on the branch and pushes it.
fn somebody(lab: &Lab) {
    let bob = lab.fresh("bob");
    bob.git(&["checkout", "-q", BRANCH]);
    std::fs::write(
        bob.place.join(managed("a")),
        server("a", "{description: by hand}"),
    )
    .unwrap();
    bob.git(&["commit", "-q", "-a", "-m", "My own opinion"]);
    bob.git(&["push", "-q", "origin", BRANCH]);
    std::fs::remove_dir_all(&bob.place).unwrap();
}

#[test]
fn a_fresh_clone_goes_on_with_what_the_remote_has() {
    let lab = Lab::new();
    draft(&lab.repo, "a", "gui");
    lab.repo.ok(SYNC);
    lab.push(BRANCH);
    let ci = lab.fresh("ci");
    // Nothing new: nothing is made.
    let refs = ci.git(&["for-each-ref"]);
    let said = ci.code(SYNC, 0);
    assert!(said.contains("origin/hnp-sync-lab is as it was"), "{said}");
    assert_eq!(ci.git(&["for-each-ref"]), refs);
    let branch = &ci.json(SYNC)["fabrics"][0]["branch"];
    assert_eq!(branch["remote"], "origin/hnp-sync-lab");
    assert_eq!(branch["outcome"], "unchanged");
    // Something new: made here, and pushed by whoever runs it.
    draft(&lab.repo, "b", "gui too");
    std::fs::write(ci.place.join("gui.json"), lab.repo.read("gui.json")).unwrap();
    let said = ci.code(SYNC, 0);
    assert!(said.contains("in place of origin/hnp-sync-lab"), "{said}");
    assert!(!ci.local().is_empty());
    assert!(
        ci.git(&["diff", "--name-only", "HEAD", BRANCH])
            .contains("servers/b.yaml")
    );
    ci.git(&["push", "-q", "--force-with-lease", "origin", BRANCH]);
    // Nothing left to carry: the remote's branch is not hnp's to remove.
    let ci = lab.fresh("again");
    let mut all: Value = serde_json::from_str(&lab.repo.read("gui.json")).unwrap();
    for one in all["resources"].as_array_mut().unwrap() {
        one["draft"] = Value::Null;
    }
    std::fs::write(ci.place.join("gui.json"), all.to_string()).unwrap();
    let said = ci.code(SYNC, 0);
    assert!(
        said.contains("git push origin --delete hnp-sync-lab"),
        "{said}"
    );
    assert!(ci.local().is_empty());
    // One that was merged counts no more.
    ci.git(&["merge", "-q", "--ff-only", "origin/hnp-sync-lab"]);
    let said = ci.code(SYNC, 0);
    assert!(!said.contains("--delete"), "{said}");
}

#[test]
fn a_persons_commit_at_the_remote_freezes_too() {
    let lab = Lab::new();
    draft(&lab.repo, "a", "gui");
    lab.repo.ok(SYNC);
    lab.push(BRANCH);
    somebody(&lab);
    draft(&lab.repo, "a", "gui again");
    let ci = lab.fresh("ci");
    let said = ci.code(SYNC, 1);
    assert!(
        said.contains("origin/hnp-sync-lab holds commit") && said.contains("by Bob"),
        "{said}"
    );
    assert!(said.contains("git push origin --delete"), "{said}");
    assert!(ci.local().is_empty());
    // Where the branch is here too, and does not have that commit, nobody can tell.
    lab.repo.git(&["fetch", "-q", "origin"]);
    let before = lab.repo.git(&["for-each-ref"]);
    let run = lab.repo.hnp(SYNC);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(
        run.err
            .contains("git branch -f hnp-sync-lab origin/hnp-sync-lab"),
        "{}",
        run.err
    );
    assert_eq!(lab.repo.git(&["for-each-ref"]), before);
    let run = lab.repo.hnp(&["conflicts"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("git branch -f"), "{}", run.err);
    assert!(lab.repo.ok(&["status"]).out.contains("git branch -f"));
    // Taken as it says, it is frozen like any other.
    lab.repo
        .git(&["branch", "-q", "-f", BRANCH, "origin/hnp-sync-lab"]);
    let run = lab.repo.hnp(SYNC);
    assert!(run.err.contains("by Bob"), "{}", run.err);
}

#[test]
fn a_branch_that_is_made_anew_here_goes_on_before_it_is_pushed() {
    let lab = Lab::new();
    for n in 0..3 {
        draft(&lab.repo, "a", &format!("v{n}"));
        lab.repo.ok(SYNC);
        if n == 0 {
            lab.push(BRANCH);
            lab.repo.git(&["fetch", "-q", "origin"]);
        }
    }
    let carried = lab
        .repo
        .git(&["show", &format!("{BRANCH}:{}", managed("a"))]);
    assert!(carried.contains("v2"), "{carried}");
}

#[test]
fn a_conflict_at_the_remote_is_seen_and_answered() {
    let lab = Lab::new();
    lab.repo
        .write(&managed("a"), server("a", "{description: git}"));
    lab.repo.commit("Edit by hand");
    draft(&lab.repo, "a", "gui");
    assert_eq!(lab.repo.hnp(SYNC).code, 4);
    lab.push("HEAD:refs/heads/main");
    lab.push(BRANCH);
    let ci = lab.fresh("ci");
    let list = ci.json(&["conflicts"]);
    let one = &list["conflicts"][0];
    assert_eq!(one["branch"], "origin/hnp-sync-lab", "{one}");
    let id = one["id"].as_str().unwrap();
    assert!(ci.code(&["status"], 0).contains(id));
    let said = ci.code(&["resolve", id, "--take", "gui"], 0);
    assert!(said.contains("git push origin hnp-sync-lab"), "{said}");
    // What is here has all that the remote has.
    assert!(ci.git(&["log", "--format=%s", BRANCH]).contains("Resolve"));
    ci.git(&["merge-base", "--is-ancestor", "origin/hnp-sync-lab", BRANCH]);
    ci.git(&["push", "-q", "origin", BRANCH]);
    // And the next fresh clone carries it out.
    let ci = lab.fresh("next");
    assert_eq!(
        ci.json(&["conflicts"])["conflicts"][0]["status"],
        "resolving"
    );
    ci.code(SYNC, 0);
    let carried = ci.git(&["show", &format!("{BRANCH}:{}", managed("a"))]);
    assert!(carried.contains("description: gui"), "{carried}");
    // The clone that found the conflict does not have the answer yet, and does not write over it.
    lab.repo.git(&["fetch", "-q", "origin"]);
    let run = lab.repo.hnp(SYNC);
    assert_eq!(run.code, 4, "{}{}", run.out, run.err);
    assert!(run.err.contains("git branch -f"), "{}", run.err);
    let run = lab.repo.hnp(&["resolve", id, "--take", "git"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
}
