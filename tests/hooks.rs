//! Hooks in every situation that Git runs them in: the verdict is that of the tree that Git then makes, and nothing else
//! is touched.
#![allow(clippy::unwrap_used)]

mod hooks_kit;

use std::fs;
use std::path::Path;

use hooks_kit::{
    A, B, HNP, Place, Ran, assert_same, command, everything, run, run_with, script, server, write,
};

/// A hook that looks at worktree, index and stash before and after hnp, and notes what it saw.
fn probe(hooks: &Path, log: &Path) {
    for name in ["pre-commit", "pre-merge-commit"] {
        script(
            &hooks.join(name),
            &format!(
                "#!/bin/sh\nlook() {{ find . -name .git -prune -o -type f -print0 | sort -z | xargs -0 stat -c '%n %Y %s %a'; find . -name .git -prune -o -type f -print0 | sort -z | xargs -0 sha256sum; sha256sum \"$GIT_INDEX_FILE\" \"$(git rev-parse --git-path index)\" 2>&1; git stash list; git for-each-ref; }}\nbefore=$(look)\n\"{HNP}\" hook {name} -- \"$@\"; code=$?\nafter=$(look)\n[ \"$before\" = \"$after\" ] && same=yes || same=no\necho \"{name} $code $same\" >> \"{}\"\nexit $code\n",
                log.display()
            ),
        );
    }
}

/// One way to make a commit; whether the tree is good is up to the test.
type Situation = fn(&Place, bool) -> Ran;

fn staged_is_not_the_worktree(place: &Place, good: bool) -> Ran {
    place.write(A, &server("a", good));
    place.write(B, &server("b", true));
    place.git(&["add", "-A"]).passes();
    place.write(A, &server("a", !good));
    place.git(&["commit", "-qm", "x"])
}

fn commit_all_from_a_subdirectory(place: &Place, good: bool) -> Ran {
    place.write(A, &server("a", good).replace("x", "changed"));
    run(
        "git",
        &place.work().join("lab/managed"),
        &["commit", "-qam", "x"],
    )
}

fn commit_of_one_path(place: &Place, good: bool) -> Ran {
    place.write(B, &server("b", !good));
    place.git(&["add", B]).passes();
    place.write(A, &server("a", good).replace("x", "changed"));
    place.git(&["commit", "-qm", "x", "--", A])
}

fn commit_in_a_linked_worktree(place: &Place, good: bool) -> Ran {
    place.git(&["worktree", "add", "-q", "../linked"]).passes();
    let linked = place.path("linked");
    place.write(A, &server("a", !good));
    place.git(&["add", A]).passes();
    write(&linked, A, &server("a", good).replace("x", "changed"));
    run("git", &linked, &["add", "-A"]).passes();
    write(&linked, A, &server("a", !good));
    let ran = run("git", &linked, &["commit", "-qm", "x"]);
    place.git(&["reset", "-q", "--hard", "linked"]).passes();
    ran
}

fn commit_with_git_dir_named(place: &Place, good: bool) -> Ran {
    place.write(A, &server("a", good).replace("x", "changed"));
    let work = place.work();
    let git_dir = format!("--git-dir={}/.git", work.display());
    let work_tree = format!("--work-tree={}", work.display());
    run(
        "git",
        Path::new("/"),
        &[&git_dir, &work_tree, "commit", "-qam", "x"],
    )
}

fn merge(place: &Place, good: bool) -> Ran {
    place.git(&["checkout", "-q", "-b", "side"]).passes();
    place.write(B, &server("b", true));
    place.commit("side");
    place.git(&["checkout", "-q", "main"]).passes();
    // Each side is good by itself; only together do they hold one server twice.
    let name = if good { "c" } else { "b" };
    place.write("lab/managed/servers/c.yaml", &server(name, true));
    place.commit("main");
    place.git(&["merge", "-q", "--no-edit", "side"])
}

fn merge_with_a_conflict_settled(place: &Place, good: bool) -> Ran {
    place.git(&["checkout", "-q", "-b", "side"]).passes();
    place.write(A, &server("a", true).replace("x", "side"));
    place.commit("side");
    place.git(&["checkout", "-q", "main"]).passes();
    place.write(A, &server("a", true).replace("x", "main"));
    place.commit("main");
    place.git(&["merge", "-q", "side"]).fails();
    place.write(A, &server("a", good));
    place.git(&["add", "-A"]).passes();
    place.git(&["commit", "-qm", "x"])
}

fn amend(place: &Place, good: bool) -> Ran {
    place.write(A, &server("a", good).replace("x", "changed"));
    place.git(&["add", "-A"]).passes();
    place.git(&["commit", "-q", "--amend", "-m", "x"])
}

const SITUATIONS: &[(&str, Situation)] = &[
    ("staged is not the worktree", staged_is_not_the_worktree),
    (
        "commit -a from a subdirectory",
        commit_all_from_a_subdirectory,
    ),
    ("commit -- path", commit_of_one_path),
    ("linked worktree", commit_in_a_linked_worktree),
    ("--git-dir", commit_with_git_dir_named),
    ("merge", merge),
    (
        "merge with a conflict settled",
        merge_with_a_conflict_settled,
    ),
    ("amend", amend),
];

#[test]
fn the_verdict_is_that_of_the_tree_that_git_makes() {
    for (name, situation) in SITUATIONS {
        for good in [true, false] {
            // What Git makes without a hook, and what that tree is worth.
            let free = Place::new();
            situation(&free, good).passes();
            let verdict = free.hnp(&["validate", "--rev", "HEAD"]);
            assert_eq!(verdict.ok, good, "{name}: {}", verdict.text);

            let hooked = Place::new();
            hooked.write("note", "stashed");
            hooked.git(&["stash", "push", "-q", "-u"]).passes();
            let log = hooked.path("log");
            probe(&hooked.work().join(".git/hooks"), &log);
            let before = hooked.id("HEAD^{tree}");
            let ran = situation(&hooked, good);
            assert_eq!(ran.ok, good, "{name}, good {good}: {}", ran.text);
            let seen = fs::read_to_string(&log).unwrap_or_default();
            let last = seen.lines().last().unwrap_or_default();
            assert!(
                last.ends_with(&format!("{} yes", u8::from(!good))),
                "{name}: {seen}"
            );
            if good {
                assert_eq!(hooked.id("HEAD^{tree}"), free.id("HEAD^{tree}"), "{name}");
            } else if !name.contains("merge") {
                assert_eq!(hooked.id("HEAD^{tree}"), before, "{name}");
            }
        }
    }
}

#[test]
fn a_first_commit_is_judged_too() {
    for good in [true, false] {
        let place = Place::unborn();
        let log = place.path("log");
        probe(&place.work().join(".git/hooks"), &log);
        place.write(A, &server("a", good));
        place.git(&["add", "-A"]).passes();
        place.write(A, &server("a", !good));
        assert_eq!(place.git(&["commit", "-qm", "first"]).ok, good);
        let seen = fs::read_to_string(log).unwrap();
        assert_eq!(seen, format!("pre-commit {} yes\n", u8::from(!good)));
    }
}

#[test]
fn new_findings_stop_and_old_ones_are_shown() {
    let place = Place::new();
    place.write(A, &server("a", false));
    place.commit("old error, unchecked");
    place.install();
    // Moved by a line, it is still the old one.
    place.write(A, &format!("# a comment\n{}", server("a", false)));
    let text = place.git(&["commit", "-qam", "x"]).passes();
    assert!(
        text.contains("old error[") && text.contains("1 old error"),
        "{text}"
    );
    place.write(B, &server("b", false));
    place.git(&["add", "-A"]).passes();
    let text = place.git(&["commit", "-qm", "x"]).fails();
    assert!(
        text.contains("servers/b.yaml:6:3") && text.contains("1 error"),
        "{text}"
    );
    assert!(
        text.contains("old error[") && text.contains("servers/a.yaml"),
        "{text}"
    );
    // Unless old ones are to stop as well.
    place.git(&["reset", "-q", "--hard"]).passes();
    let config = place.read(".hnp/config.toml");
    place.write(
        ".hnp/config.toml",
        &format!("{config}\n[hooks]\nblock_old = true\n"),
    );
    place.git(&["add", "-A"]).passes();
    place.git(&["commit", "-qm", "x"]).fails();
    place.write(A, &server("a", true));
    place.git(&["add", "-A"]).passes();
    place.git(&["commit", "-qm", "x"]).passes();
}

#[test]
fn what_is_not_of_a_fabric_is_not_looked_at() {
    let place = Place::new();
    place.install();
    place.write("docs/broken.yaml", "a: [\n");
    place.git(&["add", "-A"]).passes();
    assert_eq!(place.git(&["commit", "-qm", "x"]).passes(), "");
    let bare = Place::new();
    bare.git(&["rm", "-rq", "--cached", "."]).passes();
    bare.git(&["commit", "-qm", "nothing of hnp's"]).passes();
    fs::remove_dir_all(bare.work().join(".hnp")).unwrap();
    bare.install();
    bare.git(&["commit", "-q", "--allow-empty", "-m", "x"])
        .passes();
}

#[test]
fn conflict_markers_and_a_damaged_state_are_findings() {
    let place = Place::new();
    place.install();
    place.write(A, "<<<<<<< ours\na: 1\n=======\na: 2\n>>>>>>> theirs\n");
    let text = place.git(&["commit", "-qam", "x"]).fails();
    assert!(text.contains("servers/a.yaml:1:1"), "{text}");
    place.git(&["reset", "-q", "--hard"]).passes();

    let state = place.read(".hnp/state.toml");
    for (damaged, code) in [
        (state.replace("lineage = ", "lineage: "), "STATE-01"),
        (
            state.replace(hooks_kit::LINEAGE, "11111111-5a5c-4d3e-8f00-1d2c3b4a5f60"),
            "STATE-06",
        ),
        (format!("{state}\n[resource.\"x\"]\n"), "STATE-"),
    ] {
        place.write(".hnp/state.toml", &damaged);
        let text = place.git(&["commit", "-qam", "x"]).fails();
        assert!(
            text.contains(code) && text.contains(".hnp/state.toml:"),
            "{code}: {text}"
        );
    }
    place.git(&["rm", "-qf", ".hnp/state.toml"]).passes();
    let text = place.git(&["commit", "-qm", "x"]).fails();
    assert!(text.contains("GIT-03"), "{text}");
    place.git(&["reset", "-q", "--hard"]).passes();

    // A file that was changed by hand since hnp wrote it is no obstacle.
    place.write(A, &server("a", true).replace("x", "by hand"));
    place.git(&["commit", "-qam", "x"]).passes();
}

#[test]
fn a_staged_drop_is_tried_out_and_never_in_the_way() {
    let place = Place::new();
    place.install();
    place.write("lab/raw/good.yaml", &server("new", true));
    place.write("lab/raw/bad.yaml", &server("bad", false));
    place.git(&["add", "-A"]).passes();
    let before = everything(&place.work().join("lab"));
    let text = place.git(&["commit", "-qm", "x"]).passes();
    assert!(
        text.contains("lab/raw/good.yaml can be taken in: 1 resource"),
        "{text}"
    );
    assert!(text.contains("lab/raw/bad.yaml would be refused"), "{text}");
    assert_same(&everything(&place.work().join("lab")), &before);
}

#[test]
fn a_drop_is_taken_in_where_that_was_asked_for() {
    let place = Place::new();
    place
        .hnp(&["hooks", "install", "--files", "--ingest", "--program", HNP])
        .passes();
    place.write("lab/raw/new.yaml", &server("new", true));
    place.git(&["add", "-A"]).passes();
    // The worktree holds something that is not staged.
    place.write(A, &server("a", true).replace("x", "unstaged"));
    let text = place.git(&["commit", "-qm", "x"]).fails();
    assert!(
        text.contains(A) && place.work().join("lab/raw/new.yaml").exists(),
        "{text}"
    );
    place.git(&["add", "-A"]).passes();
    let text = place.git(&["commit", "-qm", "x"]).fails();
    assert!(text.contains("taken in"), "{text}");
    assert!(
        place.work().join("lab/managed/servers/new.yaml").exists(),
        "{text}"
    );
    place.git(&["add", "-A"]).passes();
    place.git(&["commit", "-qm", "x"]).passes();
    place
        .git(&["commit", "-q", "--allow-empty", "-m", "y"])
        .passes();
}

#[test]
fn a_push_is_judged_reference_by_reference() {
    let place = Place::new();
    place.remote();
    place.install();
    place.write(A, &server("a", true).replace("x", "other"));
    place.git(&["commit", "-qam", "good"]).passes();
    place.git(&["push", "-q"]).passes();
    let good = place.id("HEAD");

    place.write(A, &server("a", false));
    let bad = place.commit("bad");
    for target in [
        "main",
        "HEAD:refs/heads/new",
        "HEAD:refs/heads/deep/name",
        "+HEAD:refs/heads/main",
    ] {
        let text = place.git(&["push", "-q", "origin", target]).fails();
        assert!(text.contains("servers/a.yaml:6:3"), "{target}: {text}");
    }
    place.git(&["tag", "-a", "v1", "-m", "v1"]).passes();
    place.git(&["tag", "light"]).passes();
    for tag in ["v1", "light"] {
        let text = place.git(&["push", "-q", "origin", tag]).fails();
        assert!(text.contains("servers/a.yaml:6:3"), "{tag}: {text}");
    }
    // Notes and the like are no trees of a fabric.
    place.git(&["notes", "add", "-m", "x"]).passes();
    place
        .git(&["push", "-q", "origin", "refs/notes/commits"])
        .passes();

    // Mended in a later commit, the last tree is good; each commit is not.
    place.write(A, &server("a", true));
    place.commit("mended");
    place.write("note", "x");
    place.commit("more");
    place
        .git(&["push", "-q", "origin", "HEAD:refs/heads/mended"])
        .passes();
    place
        .hnp(&["hooks", "install", "--files", "--each", "--program", HNP])
        .passes();
    let text = place.git(&["push", "-q", "origin", "main"]).passes();
    assert!(
        !text.contains("error"),
        "the remote has them already: {text}"
    );
    place.git(&["push", "-q", "origin", ":mended"]).passes();
    place
        .git(&[
            "push",
            "-q",
            "--no-verify",
            "--force",
            "origin",
            &format!("{good}:main"),
        ])
        .passes();
    let text = place.git(&["push", "-q", "origin", "main"]).fails();
    assert!(
        text.contains(&bad[..10]) && text.contains("servers/a.yaml:6:3"),
        "{text}"
    );

    // A forced push that leaves the bad commit out is good again.
    place.git(&["reset", "-q", "--hard", &good]).passes();
    place.write(A, &server("a", true).replace("x", "another"));
    place.commit("other");
    place
        .git(&["push", "-q", "--force", "origin", "main"])
        .passes();
}

#[test]
fn a_merge_reminds_and_stops_nothing() {
    let place = Place::new();
    place.install();
    place.git(&["checkout", "-q", "-b", "side"]).passes();
    place.write(A, &server("a", false));
    place.write("lab/raw/w.yaml", &server("w", true));
    place.commit("bad");
    place.git(&["checkout", "-q", "main"]).passes();
    let text = place.git(&["merge", "-q", "side"]).passes();
    assert!(text.contains("merged tree has 1 error"), "{text}");
    assert!(text.contains("1 file waits in raw/"), "{text}");
}

#[test]
fn a_configuration_that_cannot_be_read_stops_with_the_place() {
    let place = Place::new();
    place.install();
    place.write(".hnp/config.toml", "format = 1\nbogus = 2\n");
    let text = place.git(&["commit", "-qam", "x"]).fails();
    assert!(text.contains(".hnp/config.toml:2:1"), "{text}");
    // Taking hnp out of a repository is a person's right; on a server it is not.
    place.git(&["rm", "-rqf", ".hnp"]).passes();
    let text = place.git(&["commit", "-qm", "x"]).passes();
    assert!(text.contains("GIT-02"), "{text}");
}

#[test]
fn a_missing_program_stops_no_commit() {
    let place = Place::new();
    place
        .hnp(&["hooks", "install", "--files", "--program", "/nowhere/hnp"])
        .passes();
    place.write(A, &server("a", false));
    let text = place.git(&["commit", "-qam", "x"]).passes();
    assert!(text.contains("was not found"), "{text}");
}

#[test]
fn a_hook_killed_at_any_time_leaves_everything_as_it_was() {
    let place = Place::new();
    for n in 0..200 {
        place.write(
            &format!("lab/managed/servers/s{n}.yaml"),
            &server(&format!("s{n}"), n % 7 != 0),
        );
    }
    place.commit("many");
    place.write(B, &server("b", false));
    place.git(&["add", "-A"]).passes();
    // All but what hnp keeps for itself, which may be deleted at any time.
    let all = || -> Vec<_> {
        let mut files = everything(&place.work());
        files.retain(|file| !file.0.to_string_lossy().contains("/.git/hnp/cache/"));
        files
    };
    let before = all();
    for milliseconds in [0, 1, 2, 5, 10, 20, 40, 80] {
        let mut child = command(HNP, &place.work(), &["hook", "pre-commit"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        let _ = child.kill();
        child.wait().unwrap();
        assert_same(&all(), &before);
    }
    let ran = run_with(
        HNP,
        &place.work(),
        &["hook", "pre-commit", "--format", "json"],
        &[],
    );
    let report: serde_json::Value = serde_json::from_str(&ran.fails()).unwrap();
    assert!(
        report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|finding| finding["file"] == B)
    );
}

#[test]
fn the_step_from_the_parent_is_judged_and_not_only_the_tree() {
    let vpc = |name: &str, subnet: &str| {
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  subnets:\n    default:\n      subnet: {subnet}\n      vlan: 1001\n"
        )
    };
    let file = "lab/managed/vpcs/v.yaml";
    let place = Place::new();
    place.write(file, &vpc("vpc-1", "10.1.0.0/24"));
    place.commit("vpc-1");
    place.remote();
    place.install();
    // Both trees are right; Hedgehog refuses to go from one to the other in one delivery.
    place.write(file, &vpc("prod", "10.1.0.0/24"));
    let text = place.git(&["commit", "-qam", "x"]).fails();
    assert!(
        text.contains("error[TR-") && text.contains("two separate deliveries"),
        "{text}"
    );
    place.commit("renamed");
    let text = place.git(&["push", "-q", "origin", "main"]).fails();
    assert!(text.contains("error[TR-"), "{text}");
    let remote = place.path("remote.git");
    run(
        HNP,
        &remote,
        &["hooks", "install", "--server", "--files", "--program", HNP],
    )
    .passes();
    let text = place
        .git(&["push", "-q", "--no-verify", "origin", "main"])
        .fails();
    assert!(text.contains("error[TR-"), "{text}");
}
