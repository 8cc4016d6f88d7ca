//! `hnp sync --to branch`: one commit on a branch of hnp's own, worktree, index and HEAD untouched.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{Repo, server};
use serde_json::{Value, json};

const SYNC: &[&str] = &["sync", "--gui", "gui.json", "--to", "branch"];
const BRANCH: &str = "hnp-sync-lab";

fn managed(name: &str) -> String {
    format!("lab/managed/servers/{name}.yaml")
}

fn lab(names: &[&str]) -> Repo {
    let repo = Repo::lab();
    repo.write(".gitignore", "gui.json\n");
    for name in names {
        repo.write(
            &managed(name),
            format!("# {name}\n{}", server(name, "{description: x}")),
        );
    }
    repo.commit("Begin");
    let first = sync(&repo, 0);
    assert!(
        first.contains(&format!("{} created", names.len())),
        "{first}"
    );
    assert_eq!(tip(&repo), "", "nothing goes to Git, so there is no branch");
    repo
}

#[track_caller]
fn sync(repo: &Repo, code: i32) -> String {
    let run = repo.hnp(SYNC);
    assert_eq!(run.code, code, "{}{}", run.out, run.err);
    run.out + &run.err
}

/// A run that must leave every reference and every byte.
#[track_caller]
fn idle(repo: &Repo, code: i32) {
    let all = || {
        let git = std::fs::read_to_string(repo.root().join(".git/logs/HEAD")).unwrap();
        (
            repo.git(&["for-each-ref"]),
            repo.files(),
            git,
            objects(repo),
        )
    };
    let before = all();
    sync(repo, code);
    let after = all();
    assert_eq!(before.0, after.0);
    assert!(before.1 == after.1 && before.2 == after.2);
    assert_eq!(before.3, after.3, "no object is written");
}

fn objects(repo: &Repo) -> String {
    let count = repo.git(&["count-objects", "-v"]);
    count.lines().next().unwrap().to_owned()
}

fn tip(repo: &Repo) -> String {
    repo.git(&[
        "for-each-ref",
        "--format=%(objectname)",
        &format!("refs/heads/{BRANCH}"),
    ])
    .trim()
    .to_owned()
}

fn on_branch(repo: &Repo, path: &str) -> String {
    repo.git(&["show", &format!("{BRANCH}:{path}")])
}

fn gui(repo: &Repo) -> Value {
    serde_json::from_str(&repo.read("gui.json")).unwrap()
}

fn one(all: &Value, name: &str) -> Option<usize> {
    all["resources"].as_array().unwrap().iter().position(|one| {
        one["desired"]["metadata"]["name"] == name || one["draft"]["metadata"]["name"] == name
    })
}

fn edit(repo: &Repo, name: &str, change: impl FnOnce(&mut Value)) {
    let mut all = gui(repo);
    let at = one(&all, name).unwrap();
    let one = &mut all["resources"][at];
    one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
    change(one);
    repo.write("gui.json", all.to_string());
}

fn draft(repo: &Repo, name: &str, field: &str, value: &str) {
    edit(repo, name, |one| {
        if one["draft"].is_null() {
            one["draft"] = one["desired"].clone();
        }
        one["draft"]["spec"][field] = json!(value);
    });
}

fn in_gui(repo: &Repo, name: &str) -> Option<Value> {
    let all = gui(repo);
    one(&all, name).map(|at| all["resources"][at].clone())
}

fn desired(repo: &Repo, name: &str) -> String {
    in_gui(repo, name).unwrap()["desired"]["spec"]["description"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn git_edit(repo: &Repo, name: &str, spec: &str) {
    repo.write(&managed(name), format!("# {name}\n{}", server(name, spec)));
    repo.commit("Edit by hand");
}

#[test]
fn a_draft_goes_the_whole_way() {
    let repo = lab(&["a", "b"]);
    idle(&repo, 0);
    draft(&repo, "a", "description", "from the GUI");
    // Work in progress is nobody's business: neither what is staged nor what is not.
    repo.write(&managed("b"), "not yet: [");
    repo.write("staged", "x");
    repo.git(&["add", "staged"]);
    let (files, status, head) = (
        repo.files(),
        repo.git(&["status", "--porcelain"]),
        repo.git(&["rev-parse", "HEAD"]),
    );
    let dry = repo.hnp(&[SYNC, &["--dry-run"]].concat());
    assert!(dry.out.contains("would be made"), "{}{}", dry.out, dry.err);
    assert_eq!(tip(&repo), "");

    let out = sync(&repo, 0);
    assert!(out.contains(BRANCH), "{out}");
    assert!(repo.files() == files, "worktree and GUI stay");
    assert_eq!(repo.git(&["status", "--porcelain"]), status);
    assert_eq!(repo.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(
        on_branch(&repo, &managed("a")),
        format!("# a\n{}", server("a", "{description: from the GUI}"))
    );
    assert_eq!(
        on_branch(&repo, &managed("b")),
        format!("# b\n{}", server("b", "{description: x}"))
    );
    let changed = repo.git(&["diff", "--name-only", "HEAD", BRANCH]);
    assert_eq!(
        changed,
        format!(".hnp/state.toml\n{}\n", managed("a")),
        "one commit holds both"
    );
    assert_eq!(repo.git(&["rev-parse", &format!("{BRANCH}^")]), head);
    let message = repo.git(&["log", "-1", "--format=%B", BRANCH]);
    for words in [
        "HNP Sync: lab",
        "Hnp-Op: ",
        "Hnp-Action: bidirectional",
        "Hnp-Resource: lab/Server/default/a",
    ] {
        assert!(message.contains(words), "{message}");
    }
    let id = message
        .lines()
        .find_map(|line| line.strip_prefix("Hnp-Op: "))
        .unwrap();
    let record = repo.json(&["log", id]);
    assert!(record.to_string().contains(BRANCH), "{record}");
    idle(&repo, 0);

    // Changed again before it is merged: the same branch, one commit.
    draft(&repo, "a", "description", "better");
    sync(&repo, 0);
    assert!(on_branch(&repo, &managed("a")).contains("better"));
    assert_eq!(
        repo.git(&["rev-list", "--count", &format!("HEAD..{BRANCH}")])
            .trim(),
        "1"
    );

    repo.git(&["checkout", "-q", "--", "."]);
    repo.git(&["rm", "-q", "-f", "staged"]);
    repo.git(&["merge", "-q", BRANCH]);
    let out = sync(&repo, 0);
    assert!(out.contains("removed"), "{out}");
    assert_eq!(tip(&repo), "");
    assert_eq!(desired(&repo, "a"), "better");
    assert!(in_gui(&repo, "a").unwrap().get("draft").is_none());
    idle(&repo, 0);
}

#[test]
fn what_git_has_goes_to_the_gui_without_any_branch() {
    let repo = lab(&["a", "b", "c"]);
    for n in 0..3 {
        git_edit(&repo, "a", &format!("{{description: v{n}}}"));
        sync(&repo, 0);
        assert_eq!(desired(&repo, "a"), format!("v{n}"));
        idle(&repo, 0);
    }
    repo.git(&["rm", "-q", &managed("b")]);
    repo.commit("Delete b");
    sync(&repo, 0);
    assert!(in_gui(&repo, "b").is_none());
    assert_eq!(tip(&repo), "");
    idle(&repo, 0);
}

#[test]
fn both_sides_change_one_resource() {
    let repo = lab(&["a"]);
    git_edit(&repo, "a", "{description: x, profile: git}");
    draft(&repo, "a", "description", "gui");
    sync(&repo, 0);
    let merged = on_branch(&repo, &managed("a"));
    assert!(
        merged.contains("gui") && merged.contains("profile: git"),
        "{merged}"
    );
    assert!(in_gui(&repo, "a").unwrap()["desired"]["spec"]["profile"].is_null());
    idle(&repo, 0);
    repo.git(&["merge", "-q", "--squash", BRANCH]);
    repo.commit("Merge by squash");
    sync(&repo, 0);
    assert_eq!(
        in_gui(&repo, "a").unwrap()["desired"]["spec"]["profile"],
        "git"
    );
    assert_eq!(desired(&repo, "a"), "gui");
    assert_eq!(tip(&repo), "");
    idle(&repo, 0);
}

#[test]
fn a_branch_that_fell_behind_is_made_anew() {
    let repo = lab(&["a", "b"]);
    draft(&repo, "a", "description", "gui");
    sync(&repo, 0);
    let old = tip(&repo);
    git_edit(&repo, "b", "{description: moved on}");
    sync(&repo, 0);
    assert_ne!(tip(&repo), old);
    assert_eq!(
        repo.git(&["rev-parse", &format!("{BRANCH}^")]),
        repo.git(&["rev-parse", "HEAD"])
    );
    assert!(on_branch(&repo, &managed("b")).contains("moved on"));
    idle(&repo, 0);
    // And one that has nothing left to carry goes.
    edit(&repo, "a", |one| one["draft"] = Value::Null);
    sync(&repo, 0);
    assert_eq!(tip(&repo), "");
    idle(&repo, 0);
}

#[test]
fn deletions_and_new_resources() {
    let repo = lab(&["a", "b", "c"]);
    edit(&repo, "b", |one| one["deleted"] = json!(true));
    let mut all = gui(&repo);
    let new: Value = json!({"revision": 1, "fabric": "lab", "draft": {
        "apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server",
        "metadata": {"name": "n"}, "spec": {"description": "new"}}});
    all["resources"].as_array_mut().unwrap().push(new);
    repo.write("gui.json", all.to_string());
    sync(&repo, 0);
    let names = repo.git(&["ls-tree", "-r", "--name-only", BRANCH]);
    assert!(
        names.contains(&managed("n")) && !names.contains(&managed("b")),
        "{names}"
    );
    assert!(repo.has(&managed("b")));
    idle(&repo, 0);
    repo.git(&["merge", "-q", BRANCH]);
    sync(&repo, 0);
    assert!(in_gui(&repo, "b").is_none());
    assert_eq!(desired(&repo, "n"), "new");
    assert_eq!(tip(&repo), "");
    idle(&repo, 0);
}

/// Commits on the branch as somebody would who works in a second worktree.
fn commit_on_branch(repo: &Repo, amend: bool) {
    let place = repo.root().join("../second-").display().to_string()
        + repo.root().file_name().unwrap().to_str().unwrap();
    repo.git(&["worktree", "add", "-q", &place, BRANCH]);
    std::fs::write(
        format!("{place}/{}", managed("a")),
        server("a", "{description: by hand}"),
    )
    .unwrap();
    repo.git(&["-C", &place, "add", "-A"]);
    if amend {
        repo.git(&["-C", &place, "commit", "-q", "--amend", "--no-edit"]);
    } else {
        repo.git(&["-C", &place, "commit", "-q", "-m", "My own opinion"]);
    }
    repo.git(&["worktree", "remove", "-f", &place]);
}

#[test]
fn a_persons_commit_freezes_the_branch() {
    for amend in [false, true] {
        let repo = lab(&["a", "b"]);
        draft(&repo, "a", "description", "gui");
        sync(&repo, 0);
        commit_on_branch(&repo, amend);
        let frozen = tip(&repo);
        draft(&repo, "a", "description", "gui again");
        git_edit(&repo, "b", "{description: goes on}");
        let out = sync(&repo, 1);
        assert!(out.contains("Merge the branch, or delete it"), "{out}");
        assert_eq!(tip(&repo), frozen, "amended: {amend}");
        assert_eq!(
            desired(&repo, "b"),
            "goes on",
            "the GUI still gets what Git has"
        );
        idle(&repo, 1);
        // Nothing left to carry is no reason to throw somebody's commit away.
        edit(&repo, "a", |one| one["draft"] = Value::Null);
        sync(&repo, 0);
        assert_eq!(tip(&repo), frozen);
        draft(&repo, "a", "description", "gui again");
        repo.git(&["branch", "-q", "-D", BRANCH]);
        sync(&repo, 0);
        assert!(on_branch(&repo, &managed("a")).contains("gui again"));
    }
}

#[test]
fn a_frozen_branch_that_is_merged_is_free_again() {
    let repo = lab(&["a"]);
    draft(&repo, "a", "description", "gui");
    sync(&repo, 0);
    commit_on_branch(&repo, false);
    repo.git(&["merge", "-q", BRANCH]);
    // A person overruled the draft: that is a conflict now, and it is said on the branch.
    let out = sync(&repo, 4);
    assert!(out.contains("conflict"), "{out}");
    assert!(!repo.read(".hnp/state.toml").contains("conflict"));
    assert!(on_branch(&repo, ".hnp/state.toml").contains("[conflict."));
}

#[test]
fn a_branch_that_is_checked_out_is_left_alone() {
    let repo = lab(&["a"]);
    draft(&repo, "a", "description", "one");
    sync(&repo, 0);
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("there").display().to_string();
    repo.git(&["worktree", "add", "-q", &path, BRANCH]);
    idle(&repo, 0);
    draft(&repo, "a", "description", "two");
    let before = tip(&repo);
    let out = sync(&repo, 1);
    assert!(out.contains("checked out in"), "{out}");
    assert_eq!(tip(&repo), before);
    repo.git(&["worktree", "remove", "-f", &path]);
    sync(&repo, 0);
    assert!(on_branch(&repo, &managed("a")).contains("two"));
}

#[test]
fn a_conflict_stands_on_the_branch_and_is_answered_there() {
    let repo = lab(&["a", "b"]);
    draft(&repo, "a", "description", "gui");
    draft(&repo, "b", "description", "goes on");
    git_edit(&repo, "a", "{description: git}");
    sync(&repo, 4);
    assert!(on_branch(&repo, &managed("b")).contains("goes on"));
    assert!(on_branch(&repo, &managed("a")).contains("git"));
    idle(&repo, 4);
    let listed = repo.hnp(&["conflicts", "--format", "json"]);
    assert_eq!(listed.code, 4);
    let list: Value = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(list["conflicts"][0]["branch"], BRANCH);
    let id = list["conflicts"][0]["id"].as_str().unwrap().to_owned();
    assert!(
        repo.hnp(&["conflicts"])
            .out
            .contains("on branch hnp-sync-lab")
    );
    assert!(repo.ok(&["status"]).out.contains("hnp conflicts"));

    let files = repo.files();
    repo.ok(&["resolve", &id, "--field", "spec.description=by hand"]);
    assert!(repo.files() == files, "the answer is on the branch");
    sync(&repo, 0);
    let settled = on_branch(&repo, &managed("a"));
    assert!(settled.contains("by hand"), "{settled}");
    assert!(!on_branch(&repo, ".hnp/state.toml").contains("[conflict."));
    assert_eq!(
        repo.git(&["rev-list", "--count", &format!("HEAD..{BRANCH}")])
            .trim(),
        "1"
    );
    idle(&repo, 0);
    repo.ok(&["conflicts"]);
}

#[test]
fn a_run_for_one_resource_keeps_the_others_on_the_branch() {
    let repo = lab(&["a", "b"]);
    draft(&repo, "a", "description", "first");
    draft(&repo, "b", "description", "second");
    repo.ok(&[SYNC, &["srv/a"]].concat());
    assert!(on_branch(&repo, &managed("a")).contains("first"));
    assert!(on_branch(&repo, &managed("b")).contains("description: x"));
    repo.ok(&[SYNC, &["srv/b"]].concat());
    assert!(on_branch(&repo, &managed("a")).contains("first"));
    assert!(on_branch(&repo, &managed("b")).contains("second"));
    assert_eq!(
        repo.git(&["rev-list", "--count", &format!("HEAD..{BRANCH}")])
            .trim(),
        "1"
    );
    // A run that may only write to the GUI has nothing to say about it.
    let before = tip(&repo);
    repo.ok(&[SYNC, &["--direction", "github_to_gui"]].concat());
    assert_eq!(tip(&repo), before);
    idle(&repo, 0);
}

#[test]
fn another_base_and_wrong_words() {
    let repo = lab(&["a"]);
    repo.git(&["branch", "release"]);
    git_edit(&repo, "a", "{description: only here}");
    repo.ok(&[SYNC, &["--base", "release"]].concat());
    assert_eq!(desired(&repo, "a"), "x");
    for (bad, words) in [
        (&["--base", "nowhere"][..], "nowhere"),
        (&["--commit"], "--to worktree"),
    ] {
        let run = repo.hnp(&[SYNC, bad].concat());
        assert_eq!(run.code, 2, "{bad:?}");
        assert!(run.err.contains(words), "{}", run.err);
    }
    let pr = repo.hnp(&["sync", "--gui", "gui.json", "--to", "pr"]);
    assert_eq!(pr.code, 2);
    assert!(pr.err.contains("--to branch"), "{}", pr.err);
}

#[test]
fn a_gui_that_has_everything_already_learns_where_it_stands() {
    let repo = lab(&["a"]);
    // As exported from somewhere: no lineage, no record of any commit.
    let mut all = gui(&repo);
    all["lineage"] = Value::Null;
    let one = all["resources"][0].as_object_mut().unwrap();
    one.remove("desired_commit");
    repo.write("gui.json", all.to_string());
    sync(&repo, 0);
    assert!(in_gui(&repo, "a").unwrap()["desired_commit"].is_string());
    assert_eq!(tip(&repo), "", "keeping books is no reason for a branch");
    idle(&repo, 0);
    git_edit(&repo, "a", "{description: v2}");
    sync(&repo, 0);
    assert_eq!(desired(&repo, "a"), "v2");
}
