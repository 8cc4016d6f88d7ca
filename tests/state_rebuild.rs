//! T6: whatever happened to state.toml, a rebuild loses no YAML, leads to no deletion, and done twice changes nothing.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{Repo, server};
use serde_json::Value;

const SYNC: &[&str] = &["sync", "--gui", "gui.json", "--confirm-deletes"];

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }
}

/// A fabric that was synchronised; then Git has one resource more and one changed, and so has the GUI.
fn synchronised() -> Repo {
    let repo = Repo::lab();
    for name in ["a", "b", "c", "d"] {
        repo.write(
            &format!("lab/managed/servers/{name}.yaml"),
            format!("# {name}\n{}", server(name, "{description: x}")),
        );
    }
    repo.commit("Begin");
    repo.ok(&["sync", "--gui", "gui.json", "--commit"]);
    repo.commit("Synchronised");
    repo.write(
        "lab/managed/servers/e.yaml",
        server("e", "{description: new}"),
    );
    repo.write(
        "lab/managed/servers/a.yaml",
        server("a", "{description: git}"),
    );
    let mut gui: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    let resources = gui["resources"].as_array_mut().unwrap();
    resources[1]["desired"]["spec"]["description"] = "gui".into();
    let mut more = resources[2].clone();
    more["desired"]["metadata"]["name"] = "f".into();
    resources.push(more);
    repo.write("gui.json", gui.to_string());
    repo
}

/// Damages a text in one of many ways.
fn damaged(text: &str, other: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let lines: Vec<&str> = text.lines().collect();
    match dice.roll(9) {
        0 => {
            bytes.truncate(dice.roll(bytes.len()));
        }
        1 => {
            for _ in 0..=dice.roll(6) {
                let at = dice.roll(bytes.len());
                bytes[at] = u8::try_from(dice.roll(256)).unwrap();
            }
        }
        2 => {
            let at = dice.roll(lines.len());
            bytes = lines
                .iter()
                .enumerate()
                .filter(|(n, _)| *n != at)
                .map(|(_, line)| format!("{line}\n"))
                .collect::<String>()
                .into_bytes();
        }
        3 => {
            // Two lines change places.
            let mut lines = lines.clone();
            let (a, b) = (dice.roll(lines.len()), dice.roll(lines.len()));
            lines.swap(a, b);
            bytes = format!("{}\n", lines.join("\n")).into_bytes();
        }
        4 => {
            // A table stands twice.
            let at = text.find("[resource.").unwrap_or(0);
            bytes.extend_from_slice(&text.as_bytes()[at..]);
        }
        5 => bytes = format!("<<<<<<< ours\n{text}=======\n{other}>>>>>>> theirs\n").into_bytes(),
        6 => {
            // One name becomes another everywhere, as by a careless replacement.
            let (from, to) = (dice.roll(5), dice.roll(7));
            bytes = text
                .replace(
                    &format!("default/{}\"", ["a", "b", "c", "d", "lineage"][from]),
                    &format!("default/{}\"", ["a", "b", "c", "d", "e", "f", "zzz"][to]),
                )
                .into_bytes();
        }
        7 => bytes = vec![0xff; dice.roll(40)],
        _ => {
            let at = dice.roll(bytes.len());
            bytes.drain(at..(at + dice.roll(80)).min(text.len()));
        }
    }
    bytes
}

#[test]
fn any_damage_is_mended_without_a_loss() {
    let repo = synchronised();
    let whole = repo.read(".hnp/state.toml");
    let gui = repo.read("gui.json");
    let other = whole.replace("servers/b.yaml", "servers/moved.yaml");
    let mut dice = Dice(42);
    for round in 0..40 {
        let damage = damaged(&whole, &other, &mut dice);
        let told = format!("round {round}: {}", String::from_utf8_lossy(&damage));
        repo.write(".hnp/state.toml", &damage);
        let before = repo.files();
        let run = repo.hnp(&["state", "rebuild"]);
        if run.code == 2 && run.err.contains("newer") {
            // A form of the future is left as it is: that is no loss either.
            assert_eq!(repo.files(), before, "{told}");
            repo.write(".hnp/state.toml", &whole);
            continue;
        }
        assert_eq!(run.code, 0, "{told}\n{}{}", run.out, run.err);
        let after = repo.files();
        for (path, bytes) in &before {
            if path != ".hnp/state.toml" {
                assert_eq!(after.get(path), Some(bytes), "{told}");
            }
        }
        assert_eq!(before.len(), after.len(), "{told}");
        let again = repo.ok(&["state", "rebuild"]);
        assert!(again.out.contains("Nothing to do"), "{told}\n{}", again.out);
        assert_eq!(repo.files(), after, "{told}");
        repo.ok(&["state", "verify"]);

        let mut dry = SYNC.to_vec();
        dry.push("--dry-run");
        let plan = repo.json(&dry);
        let text = plan.to_string();
        assert!(!text.contains("\"delete\""), "{told}\n{plan:#}");
        assert_eq!(
            plan["statistics"]["resources_deleted"], 0,
            "{told}\n{plan:#}"
        );
        assert_eq!(repo.read("gui.json"), gui, "{told}");
    }
}

#[test]
fn what_a_merge_left_in_the_index_is_whole() {
    let repo = synchronised();
    repo.git(&["branch", "-M", "main"]);
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    repo.commit("Edits of Git");
    repo.git(&["branch", "--force", "main"]);
    let add = |repo: &Repo, name: &str| {
        repo.write(&format!("lab/raw/pending/{name}.yaml"), server(name, "{}"));
        repo.ok(&["ingest"]);
        repo.commit(name);
    };
    add(&repo, "one");
    repo.git(&["checkout", "--quiet", "main"]);
    add(&repo, "two");
    let merged = std::process::Command::new("git")
        .args([
            "-c",
            "merge.hnp-state.driver=false",
            "-c",
            "user.name=Ann",
            "-c",
            "user.email=a@b.c",
        ])
        .args(["merge", "--quiet", "other"])
        .current_dir(repo.root())
        .output()
        .unwrap();
    assert!(!merged.status.success(), "the merge went through");
    repo.write(".hnp/state.toml", "nothing that can be read");
    repo.ok(&["state", "rebuild"]);
    let state = repo.read(".hnp/state.toml");
    for name in ["one", "two"] {
        assert!(
            state.contains(&format!("lab/Server/default/{name}\"")),
            "{state}"
        );
    }
    assert!(
        state.contains("base"),
        "what both sides held is kept: {state}"
    );
}

#[test]
fn the_newest_state_that_can_be_read_is_found_in_history() {
    let repo = synchronised();
    let good = repo.read(".hnp/state.toml");
    for n in 0..3 {
        repo.write(".hnp/state.toml", format!("broken {n}"));
        repo.commit("A careless commit");
    }
    repo.ok(&["state", "rebuild"]);
    let state = repo.read(".hnp/state.toml");
    let lineage = |text: &str| {
        text.lines()
            .find(|line| line.starts_with("lineage"))
            .map(str::to_owned)
    };
    assert_eq!(lineage(&state), lineage(&good));
    assert_eq!(state.matches("base").count(), good.matches("base").count());
}

#[test]
fn a_lost_state_is_taken_from_head() {
    for lost in [
        &["sync", "--gui", "gui.json"][..],
        &["tidy"],
        &["conflicts"],
        &["ingest"],
    ] {
        let repo = synchronised();
        std::fs::remove_file(repo.root().join(".hnp/state.toml")).unwrap();
        let run = repo.hnp(lost);
        assert_eq!(run.code, 2, "{lost:?}");
        assert!(run.err.contains("Run `hnp state rebuild`"), "{}", run.err);
        assert!(!run.err.contains("init"), "{}", run.err);
    }
    let state = |mend: &[&str]| {
        let repo = synchronised();
        std::fs::remove_file(repo.root().join(".hnp/state.toml")).unwrap();
        repo.ok(mend);
        let state = repo.read(".hnp/state.toml");
        assert!(
            state.contains(kit::LINEAGE) && state.contains("base   = "),
            "{state}"
        );
        let run = repo.hnp(SYNC);
        assert!(run.code < 2 || run.code == 4, "{}{}", run.out, run.err);
        state
    };
    let rebuilt = state(&["state", "rebuild"]);
    assert_eq!(state(&["init", "--repair"]), rebuilt);
    assert_eq!(
        state(&["init", "--fabric", "lab", "--directory", "lab"]),
        rebuilt
    );
}

#[test]
fn a_damaged_table_comes_from_the_last_commit_where_it_still_holds() {
    let repo = Repo::lab();
    for name in ["a", "b"] {
        repo.write(
            &format!("lab/managed/servers/{name}.yaml"),
            server(name, "{description: x}"),
        );
    }
    repo.commit("Begin");
    repo.ok(&["sync", "--gui", "gui.json", "--commit"]);
    repo.commit("Synchronised");
    let whole = repo.read(".hnp/state.toml");
    let mut gui: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    for one in gui["resources"].as_array_mut().unwrap() {
        one["desired"]["spec"]["description"] = "gui".into();
    }
    let gui = gui.to_string();
    let last = whole.trim_end().rfind('\n').unwrap();
    for damage in [format!("{whole}garbage\n"), whole[..last].to_owned()] {
        repo.git(&["checkout", "--quiet", "."]);
        repo.write(".hnp/state.toml", damage);
        repo.ok(&["state", "rebuild"]);
        assert_eq!(repo.read(".hnp/state.toml"), whole);
        repo.write("gui.json", &gui);
        // The base is known: what the GUI alone changed is no conflict.
        repo.ok(&["sync", "--gui", "gui.json", "--dry-run"]);
    }
    // A file that says something else now has no base that could be taken from there.
    repo.git(&["checkout", "--quiet", "."]);
    repo.write(
        "lab/managed/servers/b.yaml",
        server("b", "{description: git}"),
    );
    repo.write(".hnp/state.toml", format!("{whole}garbage\n"));
    repo.ok(&["state", "rebuild"]);
    assert_ne!(repo.read(".hnp/state.toml"), whole);
}
