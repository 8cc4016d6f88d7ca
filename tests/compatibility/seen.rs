//! Runs that show what hnp prints: every key, and every text under its key.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::common::{Sandbox, bad_server, run, server};

/// What was printed.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) keys: BTreeSet<String>,
    pub(crate) values: BTreeSet<(String, String)>,
}

impl Seen {
    pub(crate) fn take(&mut self, value: &Value) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    self.keys.insert(key.clone());
                    self.under(key, value);
                    self.take(value);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.take(item)),
            _ => {}
        }
    }

    fn under(&mut self, key: &str, value: &Value) {
        match value {
            Value::String(text) => _ = self.values.insert((key.to_owned(), text.clone())),
            Value::Array(items) => items.iter().for_each(|item| self.under(key, item)),
            _ => {}
        }
    }
}

/// Runs a command and keeps what it says, whatever its exit code is.
fn see(seen: &mut Seen, lab: &Sandbox, args: &[&str]) -> Value {
    let said = lab.hnp(&[args, &["--format", "json"]].concat());
    let value: Value = serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("hnp {args:?}: {error}\n{}{}", said.out, said.err));
    seen.take(&value);
    value
}

/// Everything that the scenarios bring out.
pub(crate) fn all() -> Seen {
    let mut seen = Seen::default();
    taking_in(&mut seen);
    policies(&mut seen);
    synchronising(&mut seen);
    conflicts(&mut seen);
    strategies(&mut seen);
    triggers(&mut seen);
    #[cfg(unix)]
    stopping(&mut seen);
    seen
}

fn taking_in(seen: &mut Seen) {
    let lab = Sandbox::new();
    see(
        seen,
        &lab,
        &["init", "--fabric", "lab", "--directory", "net", "--commit"],
    );
    see(seen, &lab, &["init", "--force-recreate", "--fabric", "lab"]);
    lab.write("net/raw/a.yaml", server("a", "x"));
    lab.write("net/raw/b.yaml", server("b", "x"));
    see(seen, &lab, &["status"]);
    see(seen, &lab, &["ingest", "--commit"]);
    lab.write("net/raw/good.yaml", server("c", "x"));
    lab.write("net/raw/bad.yaml", bad_server("d"));
    see(seen, &lab, &["ingest"]);
    lab.write("net/raw/bad.yaml", bad_server("e"));
    see(seen, &lab, &["ingest"]);
    lab.write("net/managed/servers/a.yaml", server("a", "by hand"));
    lab.commit("By hand");
    let log = see(seen, &lab, &["log"]);
    let id = log["operations"][0]["operation_id"].as_str().unwrap();
    see(seen, &lab, &["log", id]);
    for args in [
        &["metrics"][..],
        &["status"],
        &["doctor"],
        &["validate"],
        &["show", "Server/a"],
    ] {
        see(seen, &lab, args);
    }
}

/// A resource of each direction.
fn policies(seen: &mut Seen) {
    let lab = Sandbox::with_fabric();
    let config = lab.read(".hnp/config.toml");
    for direction in [
        "gui_to_git",
        "git_to_gui",
        "bidirectional",
        "disabled",
        "manual_only",
    ] {
        let name = direction.replace('_', "-");
        lab.write(
            &format!("net/managed/servers/{name}.yaml"),
            server(&name, "x"),
        );
        lab.write(
            ".hnp/config.toml",
            format!("{config}\n[[policy]]\nmatch = {{ kind = \"Server\" }}\ndirection = \"{direction}\"\n"),
        );
        see(seen, &lab, &["show", &format!("Server/{name}")]);
    }
}

const A: &str = "net/managed/servers/a.yaml";

fn synced() -> Sandbox {
    let lab = Sandbox::with_fabric();
    for name in ["a", "b", "c"] {
        lab.write(
            &format!("net/managed/servers/{name}.yaml"),
            server(name, "x"),
        );
    }
    lab.hnp(&["sync", "--gui", "gui.json"]).code(0);
    lab.commit("Synchronised");
    lab
}

/// Changes a resource in the GUI as a person there does.
fn edit(lab: &Sandbox, name: &str, change: impl FnOnce(&mut Value)) {
    let mut gui: Value = serde_json::from_str(&lab.read("gui.json")).unwrap();
    let one = gui["resources"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .find(|one| one["desired"]["metadata"]["name"] == name)
        .unwrap();
    one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
    change(one);
    lab.write("gui.json", gui.to_string());
}

fn synchronising(seen: &mut Seen) {
    let lab = synced();
    for direction in ["gui_to_github", "github_to_gui", "bidirectional"] {
        lab.write(A, server("a", direction));
        edit(&lab, "b", |one| {
            one["draft"] = one["desired"].clone();
            one["draft"]["spec"]["description"] = json!(direction);
        });
        see(
            seen,
            &lab,
            &[
                "sync",
                "--gui",
                "gui.json",
                "--direction",
                direction,
                "--commit",
            ],
        );
    }
    let live = json!({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server", "metadata": {"name": "a", "resourceVersion": "7"},
         "spec": {"description": "y"}, "status": {}},
        {"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server", "metadata": {"name": "stray"}},
        {"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server",
         "metadata": {"name": "c", "deletionTimestamp": "2026-01-01T00:00:00Z"}},
    ]});
    lab.write("live.json", live.to_string());
    lab.write("net/managed/servers/new.yaml", server("new", "x"));
    see(seen, &lab, &["drift", "live.json"]);
    edit(&lab, "b", |one| {
        one["draft"] = one["desired"].clone();
        one["draft"]["spec"]["description"] = json!("draft");
    });
    see(
        seen,
        &lab,
        &[
            "show",
            "Server/b",
            "--gui",
            "gui.json",
            "--actual",
            "live.json",
        ],
    );
    see(seen, &lab, &["log"]);
    see(seen, &lab, &["metrics"]);
}

/// Conflicts of each kind and severity, and answers to them.
fn conflicts(seen: &mut Seen) {
    let lab = synced();
    let conflict = |seen: &mut Seen, lab: &Sandbox, name: &str| {
        see(seen, lab, &["sync", "--gui", "gui.json"]);
        see(seen, lab, &["conflicts"]);
        see(seen, lab, &["show", &format!("Server/{name}")]);
    };
    // One field, medium; a deletion against a change, high; labels, low.
    edit(&lab, "a", |one| {
        one["desired"]["spec"]["description"] = json!("gui");
    });
    lab.write(A, server("a", "git"));
    edit(&lab, "b", |one| one["deleted"] = json!(true));
    lab.write("net/managed/servers/b.yaml", server("b", "git"));
    let labelled = |team: &str| {
        server("c", "x").replace(
            "  name: c\n",
            &format!("  name: c\n  labels: {{team: {team}}}\n"),
        )
    };
    edit(&lab, "c", |one| {
        one["desired"]["metadata"]["labels"] = json!({"team": "gui"});
    });
    lab.write("net/managed/servers/c.yaml", labelled("git"));
    conflict(seen, &lab, "a");
    // Nobody answers for weeks.
    let mut late = lab.command(&["conflicts", "--format", "json"]);
    let said = run(late.env("SOURCE_DATE_EPOCH", "4000000000"));
    seen.take(&serde_json::from_str(&said.out).unwrap());
    see(
        seen,
        &lab,
        &["resolve", "--all", "--take", "git", "--note", "asked Bob"],
    );
    see(seen, &lab, &["conflicts"]);
    see(seen, &lab, &["show", "Server/a"]);
    see(seen, &lab, &["sync", "--gui", "gui.json"]);
    see(seen, &lab, &["show", "Server/a"]);
    edit(&lab, "a", |one| {
        one["desired"]["spec"]["description"] = json!("more");
    });
    lab.write(A, server("a", "other"));
    see(seen, &lab, &["sync", "--gui", "gui.json"]);
    see(seen, &lab, &["resolve", "--all", "--take", "gui"]);
    see(seen, &lab, &["conflicts"]);
    see(seen, &lab, &["sync", "--gui", "gui.json"]);
    // A value that the release does not know, critical.
    edit(&lab, "a", |one| {
        one["desired"]["spec"]["descripton"] = json!("gui");
    });
    conflict(seen, &lab, "a");
    see(seen, &lab, &["log"]);
    see(seen, &lab, &["log", "--conflicts"]);

    // A reference that would break: the GUI deletes what Git begins to use.
    let lab = Sandbox::with_fabric();
    let vpc = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: v\nspec:\n  subnets:\n    default:\n      subnet: 10.0.1.0/24\n      vlan: 1001\n";
    let other = vpc
        .replace("name: v", "name: w")
        .replace("10.0.1", "10.0.2")
        .replace("1001", "1002");
    lab.write("net/managed/vpcs/v.yaml", vpc);
    lab.write("net/managed/vpcs/w.yaml", other);
    see(seen, &lab, &["sync", "--gui", "gui.json"]);
    lab.commit("Synchronised");
    // Another one refers to what was never there.
    let mut gui: Value = serde_json::from_str(&lab.read("gui.json")).unwrap();
    gui["resources"].as_array_mut().unwrap().push(json!({"fabric": "lab", "revision": 1, "desired": {
        "apiVersion": "vpc.githedgehog.com/v1beta1", "kind": "VPCPeering", "metadata": {"name": "v--x"},
        "spec": {"permit": [{"v": {}, "x": {}}]},
    }}));
    lab.write("gui.json", gui.to_string());
    see(seen, &lab, &["sync", "--gui", "gui.json"]);
    lab.write(
        "net/managed/vpcs/vpcpeering_v--w.yaml",
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata:\n  name: v--w\nspec:\n  permit:\n  - v: {}\n    w: {}\n",
    );
    edit(&lab, "w", |one| one["deleted"] = json!(true));
    see(seen, &lab, &["sync", "--gui", "gui.json"]);
    see(seen, &lab, &["conflicts"]);
    see(seen, &lab, &["show", "VPC/w"]);
}

/// Both sides change one field, once for each strategy; then a file cannot be read, and one is gone with its base.
fn strategies(seen: &mut Seen) {
    let lab = synced();
    for strategy in [
        "gui_wins",
        "github_wins",
        "merge",
        "user_guided",
        "timestamp_wins",
    ] {
        edit(&lab, "a", |one| {
            one["desired"]["spec"]["description"] = json!(format!("gui {strategy}"));
        });
        lab.write(A, server("a", &format!("git {strategy}")));
        see(
            seen,
            &lab,
            &["sync", "--gui", "gui.json", "--strategy", strategy],
        );
        see(seen, &lab, &["log", "-n", "1"]);
        lab.hnp(&["resolve", "--all", "--take", "git"]);
        lab.hnp(&["sync", "--gui", "gui.json", "--force"]);
    }
    lab.write("net/managed/servers/b.yaml", "kind: [\n");
    see(seen, &lab, &["sync", "--gui", "gui.json"]);
    see(seen, &lab, &["conflicts"]);
}

/// One operation of each event.
fn triggers(seen: &mut Seen) {
    let lab = Sandbox::with_fabric();
    let events = [
        "push",
        "schedule",
        "repository_dispatch",
        "workflow_dispatch",
    ];
    for (n, event) in events.into_iter().enumerate() {
        lab.write("net/raw/a.yaml", server(&format!("a{n}"), "x"));
        let mut command = lab.command(&["ingest"]);
        command
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_EVENT_NAME", event);
        run(&mut command).code(0);
    }
    see(seen, &lab, &["log"]);
}

/// A run that somebody stops.
#[cfg(unix)]
fn stopping(seen: &mut Seen) {
    let lab = Sandbox::with_fabric();
    lab.write("net/raw/a.yaml", server("a", "x"));
    let mut child = lab
        .command(&["ingest"])
        .env("HNP_PAUSE_MS", "60000")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // There is something to stop once the run has written its name; until then `cancel` says that nothing is at work.
    while !lab.hnp(&["cancel"]).out.contains("Stopped") {
        assert!(
            child.try_wait().unwrap().is_none(),
            "the run ended by itself"
        );
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    child.wait().unwrap();
    see(seen, &lab, &["log"]);
}
