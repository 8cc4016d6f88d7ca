//! `.hnp/state.toml`: damage is found, mended, and never costs a line of YAML; a hand's edit of YAML is no damage.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Sandbox, documents, server};

/// A fabric of three resources, committed.
fn lab() -> Sandbox {
    let lab = Sandbox::with_fabric();
    lab.write(
        "net/raw/drop.yaml",
        documents(&[&server("a", "x"), &server("b", "x"), &server("c", "x")]),
    );
    lab.hnp(&["ingest", "--commit"]).code(0);
    lab.hnp(&["state", "verify"]).code(0).says("3 resource(s)");
    lab
}

fn table(state: &str, n: usize) -> String {
    let tables: Vec<&str> = state.split("\n[resource.").collect();
    format!("[resource.{}", tables[n].trim_end())
}

/// Every way to damage a state, with the code that names it.
fn damages(state: &str) -> Vec<(&'static str, String, &'static str)> {
    let (one, two) = (table(state, 1), table(state, 2));
    vec![
        ("no TOML", format!("{state}\n[[["), "STATE-"),
        ("cut short", state[..state.len() - 20].to_owned(), "STATE-"),
        (
            "conflict markers",
            state.replace(
                &two,
                &format!("<<<<<<< HEAD\n{two}\n=======\n{two}\n>>>>>>> side"),
            ),
            "STATE-",
        ),
        ("a table twice", format!("{state}\n{one}\n"), "STATE-"),
        (
            "out of order",
            state
                .replace(&one, "@")
                .replace(&two, &one)
                .replace('@', &two),
            "STATE-",
        ),
        (
            "another lineage",
            state.replace(common::LINEAGE, "99999999-5a5c-4d3e-8f00-1d2c3b4a5f60"),
            "STATE-",
        ),
        (
            "a hash that is none",
            state.replacen("sha256 = \"", "sha256 = \"zz", 1),
            "STATE-",
        ),
        (
            "an unknown key",
            state.replacen("sha256 = ", "sha265 = ", 1),
            "STATE-",
        ),
        ("an empty file", String::new(), "STATE-"),
        ("binary", "\u{0}\u{1}".to_owned(), "STATE-"),
    ]
}

#[test]
fn verify_finds_every_damage_with_its_place() {
    let lab = lab();
    let state = lab.read(".hnp/state.toml");
    for (what, damaged, code) in damages(&state) {
        assert_ne!(damaged, state, "{what}");
        lab.write(".hnp/state.toml", &damaged);
        let said = lab.hnp(&["state", "verify"]);
        assert_eq!(said.code, 1, "{what}: {}{}", said.out, said.err);
        assert!(
            said.out.contains(code) && said.out.contains(".hnp/state.toml:"),
            "{what}: {}",
            said.out
        );
        let found = lab.hnp(&["state", "verify", "--format", "json"]).json();
        assert!(!found["findings"].as_array().unwrap().is_empty());
        lab.hnp(&["doctor"]).code(3).says("FAIL state");
        lab.hnp(&["status"]).code(0);
    }
}

#[test]
fn rebuild_mends_every_damage_and_touches_no_yaml() {
    let lab = lab();
    let state = lab.read(".hnp/state.toml");
    let managed = lab.managed();
    for (what, damaged, _) in damages(&state) {
        lab.write(".hnp/state.toml", &damaged);
        lab.hnp(&["state", "rebuild", "--dry-run"]).code(0);
        assert_eq!(lab.read(".hnp/state.toml"), damaged, "{what}");
        lab.hnp(&["state", "rebuild"]).code(0);
        assert_eq!(lab.managed(), managed, "{what}");
        assert_eq!(lab.read(".hnp/state.toml"), state, "{what}");
        lab.hnp(&["state", "verify"]).code(0);
    }
    lab.remove(".hnp/state.toml");
    lab.hnp(&["status"]).code(0).says("hnp state rebuild");
    lab.hnp(&["state", "verify"])
        .code(2)
        .says("hnp state rebuild");
    lab.hnp(&["state", "rebuild"]).code(0);
    assert_eq!(
        lab.read(".hnp/state.toml"),
        state,
        "the last commit knows the lineage"
    );
    lab.hnp(&["state", "rebuild"]).code(0).says("Nothing to do");
}

#[test]
fn nothing_is_written_over_a_damaged_state() {
    let lab = lab();
    let state = lab.read(".hnp/state.toml");
    for (what, damaged, _) in damages(&state) {
        // A lineage that changed shows only beside the last commit, and what is written is in order again.
        if matches!(what, "another lineage" | "out of order") {
            continue;
        }
        lab.write(".hnp/state.toml", &damaged);
        lab.write("net/raw/d.yaml", server("d", "x"));
        let before = lab.files();
        for command in [
            &["ingest"][..],
            &["tidy"],
            &["state", "refresh"],
            &["init", "--repair"],
        ] {
            let said = lab.hnp(command);
            assert_eq!(said.code, 2, "{what} {command:?}: {}", said.out);
            assert!(
                said.err.contains("hnp state"),
                "{what} {command:?}: {}",
                said.err
            );
            assert_eq!(lab.files(), before, "{what} {command:?}");
        }
        lab.hnp(&["validate"]).code(0);
    }
}

#[test]
fn a_base_that_both_sides_held_outlives_a_rebuild() {
    let lab = lab();
    let state = lab.read(".hnp/state.toml");
    let hash =
        lab.hnp(&["show", "Server/a", "--format", "json"]).json()["sync_metadata"]["canonical"]
            .as_str()
            .unwrap()
            .to_owned();
    let key = "[resource.\"lab/Server/default/a\"]";
    let at = state.find(key).unwrap();
    let line = state[at..].find("sha256").unwrap() + at;
    let end = state[line..].find('\n').unwrap() + line + 1;
    let agreed = format!("{}base = \"{hash}\"\n{}", &state[..end], &state[end..]);
    lab.write(".hnp/state.toml", &agreed);
    lab.hnp(&["state", "rebuild"]).code(0);
    assert!(
        lab.read(".hnp/state.toml").contains(&hash),
        "{}",
        lab.read(".hnp/state.toml")
    );
    lab.write(".hnp/state.toml", format!("{agreed}\n[[["));
    lab.hnp(&["state", "rebuild"]).code(0);
    assert!(
        lab.read(".hnp/state.toml").contains(&hash),
        "{}",
        lab.read(".hnp/state.toml")
    );
    lab.remove("net/managed/servers/a.yaml");
    lab.hnp(&["state", "refresh"]).code(0);
    assert!(
        lab.read(".hnp/state.toml").contains(key),
        "a missing file proves no deletion"
    );
}

#[test]
fn what_hands_did_is_information_until_refresh_takes_it_in() {
    let lab = lab();
    lab.write("net/managed/servers/a.yaml", server("a", "by hand"));
    lab.git(&[
        "mv",
        "net/managed/servers/b.yaml",
        "net/managed/vpcs/moved.yaml",
    ]);
    lab.remove("net/managed/servers/c.yaml");
    lab.write("net/managed/servers/d.yaml", server("d", "new"));
    lab.hnp(&["validate"]).code(0);
    lab.hnp(&["state", "verify"]).code(0);
    let said = lab.hnp(&["status"]).code(0);
    for (title, count, name) in [
        ("changed", 1, "Server/a"),
        ("gone", 1, "Server/default/c"),
        ("new", 1, ""),
    ] {
        let line = said
            .out
            .lines()
            .find(|line| line.trim_start().starts_with(title))
            .unwrap();
        assert!(line.contains(&format!(" {count} ")), "{line}");
        assert!(said.out.contains(name), "{}", said.out);
    }
    let report = lab.hnp(&["status", "--format", "json"]).json();
    assert_eq!(report["fabrics"][0]["changed_by_hand"][0], "Server/a");
    assert_eq!(report["fabrics"][0]["errors"], 0);
    let shown = lab.hnp(&["show", "Server/a", "--format", "json"]).json();
    assert_eq!(shown["sync_status_summary"]["changed_by_hand"], true);

    let files = lab.managed();
    lab.hnp(&["state", "refresh"])
        .code(0)
        .says("1 added, 2 updated, 1 removed");
    assert_eq!(lab.managed(), files);
    lab.hnp(&["state", "verify"]).code(0);
    lab.hnp(&["status"])
        .code(0)
        .never_says("changed ")
        .never_says("gone ");
    lab.hnp(&["state", "refresh"]).code(0).says("Nothing to do");
}

#[test]
fn a_file_that_cannot_be_read_costs_no_entry() {
    let lab = lab();
    let state = lab.read(".hnp/state.toml");
    lab.write("net/managed/servers/b.yaml", "kind: [\n");
    for command in ["refresh", "rebuild"] {
        lab.hnp(&["state", command]).code(0);
        assert_eq!(lab.read(".hnp/state.toml"), state, "{command}");
    }
}

#[test]
fn a_newer_form_is_refused_and_left_alone() {
    let lab = lab();
    let state = lab
        .read(".hnp/state.toml")
        .replace("format = 1", "format = 99");
    lab.write(".hnp/state.toml", &state);
    lab.hnp(&["state", "verify"]).code(1).says("99");
    lab.write("net/raw/d.yaml", server("d", "x"));
    lab.hnp(&["ingest"]).code(2);
    lab.hnp(&["state", "rebuild"]);
    assert_eq!(
        lab.read(".hnp/state.toml"),
        state,
        "a newer hnp knows what this one does not"
    );
}

#[test]
fn tidy_moves_resources_to_their_places_one_a_file() {
    let lab = lab();
    lab.git(&[
        "mv",
        "net/managed/servers/a.yaml",
        "net/managed/vpcs/odd.yaml",
    ]);
    lab.write(
        "net/managed/servers/b.yaml",
        documents(&[
            &format!("# about b\n{}", server("b", "x")),
            &format!("# about e\n{}", server("e", "x")),
        ]),
    );
    lab.hnp(&["state", "refresh"]).code(0);
    lab.commit("Moved about");
    let before = lab.snapshot();
    lab.hnp(&["tidy", "--dry-run"]).code(0).says("would move");
    assert_eq!(lab.snapshot(), before);
    lab.hnp(&["tidy", "--commit"]).code(0).says("moved");
    let managed = lab.managed();
    assert_eq!(
        managed.keys().collect::<Vec<_>>(),
        ["a", "b", "c", "e"]
            .map(|name| format!("net/managed/servers/{name}.yaml"))
            .iter()
            .collect::<Vec<_>>()
    );
    assert_eq!(
        managed["net/managed/servers/e.yaml"],
        format!("# about e\n{}", server("e", "x"))
    );
    assert_eq!(
        managed["net/managed/servers/b.yaml"],
        format!("# about b\n{}", server("b", "x"))
    );
    assert_eq!(lab.git(&["status", "--porcelain"]), "");
    lab.hnp(&["state", "verify"]).code(0);
    lab.hnp(&["status"])
        .code(0)
        .never_says("changed ")
        .never_says("elsewhere");
    lab.hnp(&["tidy"]).code(0).says("Nothing to do");
    let message = lab.git(&["log", "-1", "--format=%B"]);
    assert!(
        message.contains("Hnp-Action: tidy")
            && message.contains("Hnp-Resource: lab/Server/default/a"),
        "{message}"
    );
}

#[test]
fn a_base_that_is_not_the_value_of_its_blob_is_found_and_forgotten() {
    let lab = lab();
    lab.hnp(&["sync", "--gui", "gui.json"]).code(0);
    lab.hnp(&["state", "verify"]).code(0);
    lab.commit("agreed");
    let state = lab.read(".hnp/state.toml");
    let line = |name: &str, n: usize| -> String {
        let mut lines = state.lines().filter(|line| line.starts_with(name));
        lines.nth(n).unwrap().to_owned()
    };
    let blob = "blob   = ";
    let mixed = state.replacen(&line(blob, 0), &line(blob, 1), 1);
    lab.write(".hnp/state.toml", &mixed);
    let at = 1 + mixed
        .lines()
        .position(|line| line.starts_with("base   = "))
        .unwrap();
    lab.hnp(&["state", "verify"])
        .code(1)
        .says("STATE-13")
        .says(&format!(".hnp/state.toml:{at}:"));
    // The same in the hook, which looks at what the commit changes only.
    lab.git(&["add", "-A"]);
    lab.hnp(&["hook", "pre-commit", "--"])
        .code(1)
        .says("STATE-13");
    lab.hnp(&["state", "rebuild"]).code(0);
    lab.hnp(&["state", "verify"]).code(0);
    let after = lab.read(".hnp/state.toml");
    assert_eq!(after.matches("base   = ").count(), 2, "{after}");
    // A blob that this clone lacks says nothing.
    let gone = state.replacen(
        &line(blob, 0),
        &format!("blob   = \"{}\"", "1".repeat(40)),
        1,
    );
    lab.write(".hnp/state.toml", gone);
    lab.hnp(&["state", "verify"]).code(0);
}
