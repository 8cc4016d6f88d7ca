//! Every call of a port, killed, refused, or left without an answer: the next run gives what an undisturbed one gives.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod crash_support;

use std::process::Stdio;

use crash_support::{FABRIC, Said, Sandbox};
use serde_json::{Value, json};

const WORKTREE: &[&str] = &["sync", "--gui", "gui.json"];
const BRANCH: &[&str] = &["sync", "--gui", "gui.json", "--to", "branch"];
const DIRECTORY: &[&str] = &["sync", "--gui", "gui"];

fn server(name: &str, description: &str) -> String {
    format!(
        "# {name}\napiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec:\n  description: {description}\n"
    )
}

fn place(name: &str) -> String {
    format!("{FABRIC}/managed/servers/{name}.yaml")
}

/// A repository and a GUI that were at one, and of which people changed both.
fn apart(arguments: &[&str]) -> Sandbox {
    let sandbox = Sandbox::with_fabric();
    sandbox.write(".gitignore", "gui\ngui.json\n");
    for name in ["a", "b", "c", "d", "e", "f", "g"] {
        sandbox.write(place(name), server(name, "x"));
    }
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "Begin"]);
    if arguments.contains(&"gui") {
        sandbox.write("gui/.keep", "");
    }
    sandbox.hnp(arguments).expect(&[0]);
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "Synchronised"]);
    // Changed, deleted and made in the GUI; changed and deleted in Git; changed in both.
    edit(&sandbox, "a", |one| draft(one, "description", "gui"));
    edit(&sandbox, "c", |one| one["deleted"] = json!(true));
    edit(&sandbox, "e", |one| draft(one, "description", "both"));
    edit(&sandbox, "g", |one| {
        one["desired"]["spec"]["description"] = json!("in place");
    });
    add(&sandbox, "n");
    sandbox.write(place("b"), server("b", "git"));
    std::fs::remove_file(sandbox.root.join(place("d"))).unwrap();
    sandbox.write(place("e"), server("e", "x") + "  profile: git\n");
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "Edit by hand"]);
    sandbox
}

fn draft(one: &mut Value, field: &str, value: &str) {
    one["draft"] = one["desired"].clone();
    one["draft"]["spec"][field] = json!(value);
}

fn edit(sandbox: &Sandbox, name: &str, change: impl FnOnce(&mut Value)) {
    let single = format!("gui/lab_server_default_{name}.json");
    if sandbox.has(&single) {
        let mut one: Value = serde_json::from_str(&sandbox.read(&single)).unwrap();
        one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
        change(&mut one);
        return sandbox.write(&single, one.to_string());
    }
    let mut all: Value = serde_json::from_str(&sandbox.read("gui.json")).unwrap();
    let list = all["resources"].as_array_mut().unwrap();
    let one = list
        .iter_mut()
        .find(|one| one["desired"]["metadata"]["name"] == name)
        .unwrap();
    one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
    change(one);
    sandbox.write("gui.json", all.to_string());
}

fn add(sandbox: &Sandbox, name: &str) {
    let new = json!({"fabric": "lab", "revision": 1, "draft": {
        "apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server",
        "metadata": {"name": name}, "spec": {"description": "new"}}});
    if sandbox.has("gui") {
        return sandbox.write(format!("gui/{name}-of-mine.json"), new.to_string());
    }
    let mut all: Value = serde_json::from_str(&sandbox.read("gui.json")).unwrap();
    all["resources"].as_array_mut().unwrap().push(new);
    sandbox.write("gui.json", all.to_string());
}

/// What both sides hold: worktree with the GUI, index, branches with their trees.
fn both(sandbox: &Sandbox) -> (Vec<(String, String)>, String) {
    let mut files = Vec::new();
    let mut open = vec![sandbox.root.clone()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().unwrap() != ".git" {
                    open.push(path);
                }
            } else {
                let name = path.strip_prefix(&sandbox.root).unwrap();
                let bytes = std::fs::read(&path).unwrap();
                files.push((
                    name.display().to_string(),
                    String::from_utf8_lossy(&bytes).into_owned(),
                ));
            }
        }
    }
    files.sort();
    let git = sandbox.git(&["ls-files", "-s"])
        + &sandbox.git(&["for-each-ref", "--format=%(refname) %(tree)", "refs/heads/"]);
    (files, git)
}

fn with(sandbox: &Sandbox, arguments: &[&str], name: &str, value: &str) -> Said {
    let output = sandbox
        .command(arguments)
        .env(name, value)
        .output()
        .unwrap();
    Said {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn killed_everywhere(arguments: &[&str], least: usize) {
    killed_from(&apart(arguments), arguments, least);
}

fn killed_from(base: &Sandbox, arguments: &[&str], least: usize) {
    let whole = base.copy();
    whole.hnp(arguments).expect(&[0]);
    let reference = both(&whole);
    assert_ne!(reference, both(base));
    let records = whole.records();
    let mut killed = 0;
    for point in 1.. {
        let sandbox = base.copy();
        if !sandbox.hnp_dying(arguments, point) {
            break;
        }
        killed += 1;
        let when = format!("{arguments:?} killed at point {point}");
        sandbox.hnp(arguments).expect(&[0]);
        assert_eq!(both(&sandbox), reference, "{when}");
        // And what was done is done.
        if point % 8 == 0 {
            assert!(sandbox.records() <= records + 1, "{when}");
            sandbox.hnp(arguments).expect(&[0]);
            assert_eq!(both(&sandbox), reference, "{when}, once more");
        }
    }
    assert!(
        killed >= least,
        "{arguments:?} has only {killed} fail points"
    );
    println!("{arguments:?}: killed at each of {killed} points");
}

#[test]
fn worktree_and_file_survive_a_kill_at_every_point() {
    killed_everywhere(WORKTREE, 40);
}

#[test]
fn branch_survives_a_kill_at_every_point() {
    killed_everywhere(BRANCH, 20);
}

#[test]
fn a_directory_survives_a_kill_at_every_point() {
    killed_everywhere(DIRECTORY, 50);
}

/// An answer that is neither side's is not forgotten when only one side has it yet.
#[test]
fn an_answer_survives_a_kill_at_every_point() {
    for arguments in [WORKTREE, BRANCH] {
        let sandbox = apart(arguments);
        edit(&sandbox, "f", |one| draft(one, "description", "gui"));
        sandbox.write(place("f"), server("f", "git"));
        sandbox.git(&["commit", "-q", "-a", "-m", "Edit by hand"]);
        sandbox.hnp(arguments).expect(&[4]);
        let listed = sandbox.hnp(&["conflicts", "--format", "json"]).expect(&[4]);
        let list: Value = serde_json::from_str(&listed.out).unwrap();
        let id = list["conflicts"][0]["id"].as_str().unwrap();
        sandbox
            .hnp(&["resolve", id, "--field", "spec.description=neither"])
            .expect(&[0]);
        killed_from(&sandbox, arguments, 10);
    }
}

/// The same without what hnp leaves in the GUI.
fn wordless(both: &(Vec<(String, String)>, String)) -> Vec<(String, String)> {
    let files = both.0.iter().map(|(name, text)| {
        let Ok(mut value) = serde_json::from_str::<Value>(text) else {
            return (name.clone(), text.clone());
        };
        if let Some(one) = value.as_object_mut() {
            one.remove("synced");
        }
        for one in value["resources"].as_array_mut().into_iter().flatten() {
            one.as_object_mut().unwrap().remove("synced");
        }
        (name.clone(), value.to_string())
    });
    files.collect()
}

/// Has each call of a port fail in turn, done or not.
fn faults_everywhere(arguments: &[&str]) {
    let base = apart(arguments);
    let whole = base.copy();
    whole.hnp(arguments).expect(&[0]);
    let reference = both(&whole);
    let mut untold = 0;
    for word in ["refuse", "lose"] {
        let mut met = 0;
        for n in 1.. {
            let sandbox = base.copy();
            let said = with(&sandbox, arguments, "HNP_FAULT", &format!("{word}:{n}"));
            if !said.all().contains("a test's fault") {
                assert_eq!(said.code, Some(0), "{}", said.all());
                break;
            }
            met += 1;
            let when = format!("{arguments:?}, {word}:{n}\n{}", said.all());
            // A word that could not be left is one to warn of, and nothing else is as it would not be with it.
            let told = !said.all().contains("could not be told");
            untold += usize::from(!told);
            if said.all().contains("could not be read back") || !told {
                assert_eq!(said.code, Some(0), "{when}");
            } else {
                assert_eq!(said.code, Some(3), "{when}");
            }
            if said.all().contains("  failed ") {
                let log = sandbox.hnp(&["log"]).expect(&[0]);
                assert!(log.out.contains("partially_completed"), "{when}{}", log.out);
            }
            sandbox.hnp(arguments).expect(&[0]);
            if told {
                assert_eq!(both(&sandbox), reference, "{when}");
            } else {
                assert_eq!(wordless(&both(&sandbox)), wordless(&reference), "{when}");
            }
        }
        assert!(met >= 8, "{arguments:?}: only {met} calls");
        println!("{arguments:?}: {word} at each of {met} calls");
    }
    // On a branch, what goes to Git is not there before it is merged.
    assert_eq!(untold > 0, !arguments.contains(&"branch"));
}

#[test]
fn worktree_and_file_survive_every_fault() {
    faults_everywhere(WORKTREE);
}

#[test]
fn branch_survives_every_fault() {
    faults_everywhere(BRANCH);
}

#[test]
fn a_directory_survives_every_fault() {
    faults_everywhere(DIRECTORY);
}

/// A resource that the GUI refused is as it was on record, whatever became of the others.
#[test]
fn what_was_not_written_keeps_its_base() {
    let sandbox = apart(WORKTREE);
    let before = sandbox.read(".hnp/state.toml");
    let entry = |text: &str, name: &str| {
        let start = text
            .find(&format!("/{name}\"]"))
            .map(|at| text[at..].to_owned());
        start.map(|rest| rest.split("\n\n").next().unwrap().to_owned())
    };
    let mut seen = 0;
    for n in 1..40 {
        let sandbox = sandbox.copy();
        let said = with(&sandbox, WORKTREE, "HNP_FAULT", &format!("refuse:{n}"));
        let after = sandbox.read(".hnp/state.toml");
        if said.all().contains("failed        lab/Server/default/b") {
            assert_eq!(entry(&before, "b"), entry(&after, "b"));
            assert_ne!(
                entry(&before, "a"),
                entry(&after, "a"),
                "the others went on"
            );
            seen += 1;
        }
    }
    assert_eq!(seen, 1);
}

#[test]
fn ten_at_once_do_what_one_does() {
    for arguments in [WORKTREE, BRANCH, DIRECTORY] {
        let base = apart(arguments);
        let whole = base.copy();
        whole.hnp(arguments).expect(&[0]);
        let sandbox = base.copy();
        let running: Vec<_> = (0..10)
            .map(|_| {
                sandbox
                    .command(arguments)
                    .stdin(Stdio::null())
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let mut done = 0;
        for child in running {
            let output = child.wait_with_output().unwrap();
            let err = String::from_utf8_lossy(&output.stderr).into_owned();
            match output.status.code() {
                Some(0) => done += 1,
                Some(3) => assert!(
                    err.contains("another hnp is at work") && err.contains("run the command again"),
                    "{err}"
                ),
                code => panic!("{code:?}: {err}"),
            }
        }
        assert!(done > 0, "{arguments:?}");
        assert_eq!(both(&sandbox), both(&whole), "{arguments:?}");
        assert_eq!(sandbox.records(), whole.records(), "{arguments:?}");
        sandbox.hnp(arguments).expect(&[0]);
        assert_eq!(both(&sandbox), both(&whole), "{arguments:?}");
    }
}
