//! `hnp restore`: what there is to go back to, and resources as they were.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{Repo, server};

fn managed(name: &str) -> String {
    format!("lab/managed/servers/{name}.yaml")
}

/// A fabric with three commits: a and b; b changed and c added; a removed.
fn three() -> Repo {
    let repo = Repo::lab();
    repo.write(
        &managed("a"),
        format!("# about a\n{}", server("a", "{description: one}")),
    );
    repo.write(&managed("b"), server("b", "{description: one}"));
    repo.commit("First");
    repo.write(&managed("b"), server("b", "{description: two}"));
    repo.write(&managed("c"), server("c", "{description: two}"));
    repo.commit("Second");
    repo.git(&["rm", "--quiet", &managed("a")]);
    repo.commit("Third");
    repo.ok(&["state", "refresh"]);
    repo
}

#[test]
fn a_resource_comes_back_with_its_comments_and_nothing_else_moves() {
    let repo = three();
    let before = repo.files();
    let dry = repo.ok(&["restore", "--at", "HEAD~2", "Server/a", "--dry-run"]);
    assert!(
        dry.out.contains("create  lab/Server/default/a"),
        "{}",
        dry.out
    );
    assert_eq!(repo.files(), before);
    repo.ok(&["restore", "--at", "HEAD~2", "server/a", "--commit"]);
    assert_eq!(
        repo.read(&managed("a")),
        format!("# about a\n{}", server("a", "{description: one}"))
    );
    assert!(repo.read(&managed("b")).contains("two") && repo.has(&managed("c")));
    assert!(
        repo.git(&["log", "-1", "--format=%B"])
            .contains("Hnp-Action: restore")
    );
    repo.ok(&["state", "verify"]);
    // Only something new came: nothing had to be backed up.
    assert_eq!(repo.git(&["for-each-ref", "refs/hnp/backup"]), "");
    let again = repo.ok(&["restore", "--at", "HEAD~3", "Server/a"]);
    assert!(again.out.contains("nothing to do"), "{}", again.out);
}

#[test]
fn a_whole_fabric_comes_back_and_what_was_there_is_backed_up() {
    let repo = three();
    repo.write(&managed("d"), server("d", "{description: mine}"));
    let before = repo.files();
    let commits = repo.git(&["rev-list", "HEAD"]);
    let said = repo.json(&["restore", "--at", "HEAD~2"]);
    assert_eq!(said["success"], true, "{said}");
    assert_eq!(repo.paths("managed"), [managed("a"), managed("b")]);
    assert!(repo.read(&managed("b")).contains("one"));
    assert_eq!(
        repo.git(&["rev-list", "HEAD"]),
        commits,
        "history is never written anew"
    );

    let list = repo.json(&["restore", "--list"]);
    let backup = list["backups"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(list["commits"].as_array().unwrap().len(), 3);
    let text = repo.ok(&["restore", "--list"]).out;
    assert!(text.contains(&backup) && text.contains("Second"), "{text}");
    repo.ok(&["restore", "--at", &backup]);
    let after = repo.files();
    assert_eq!(
        before
            .iter()
            .filter(|(path, _)| path.contains("/managed/"))
            .collect::<Vec<_>>(),
        after
            .iter()
            .filter(|(path, _)| path.contains("/managed/"))
            .collect::<Vec<_>>()
    );
}

#[test]
fn too_many_deletions_need_a_word() {
    let repo = Repo::lab();
    repo.write(&managed("a"), server("a", "{}"));
    repo.commit("First");
    for n in 0..8 {
        repo.write(&managed(&format!("x{n}")), server(&format!("x{n}"), "{}"));
    }
    repo.commit("Second");
    repo.ok(&["state", "refresh"]);
    let before = repo.files();
    let run = repo.hnp(&["restore", "--at", "HEAD~1"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("--confirm-deletes"), "{}", run.out);
    assert_eq!(repo.files(), before);
    repo.ok(&["restore", "--at", "HEAD~1", "--confirm-deletes"]);
    assert_eq!(repo.paths("managed"), [managed("a")]);
}

#[test]
fn dangling_references_are_told_and_nothing_is_done() {
    let repo = Repo::lab();
    let connection = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata:\n  name: c\nspec:\n  unbundled:\n    link:\n      server: {port: a/eth0}\n      switch: {port: s/E1/1}\n";
    repo.write(&managed("a"), server("a", "{}"));
    repo.write("lab/managed/connections/c.yaml", connection);
    repo.commit("First");
    repo.git(&[
        "rm",
        "--quiet",
        &managed("a"),
        "lab/managed/connections/c.yaml",
    ]);
    repo.write(&managed("b"), server("b", "{}"));
    repo.commit("Second");
    let before = repo.files();
    let run = repo.hnp(&["restore", "--at", "HEAD~1", "Connection/c"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("the tree would be in error"),
        "{}",
        run.out
    );
    assert_eq!(repo.files(), before);
    let run = repo.hnp(&["restore", "--at", "HEAD~1", "Connection/c", "--force"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(repo.has("lab/managed/connections/c.yaml"));
}

#[test]
fn times_and_slips() {
    let repo = three();
    for (at, words) in [
        ("nowhere", "there is no such revision"),
        ("1999-01-01", "no commit of this branch is that old"),
    ] {
        let run = repo.hnp(&["restore", "--at", at]);
        assert_eq!(run.code, 2, "{at}: {}{}", run.out, run.err);
        assert!(run.err.contains(words), "{at}: {}", run.err);
    }
    let run = repo.hnp(&["restore", "--at", "HEAD", "Server/nobody"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(
        run.err
            .contains("Server/nobody is neither here nor in HEAD"),
        "{}",
        run.err
    );
    let far = repo.ok(&["restore", "--at", "2099-12-31T00:00:00Z"]);
    assert!(far.out.contains("nothing to do"), "{}", far.out);
}
