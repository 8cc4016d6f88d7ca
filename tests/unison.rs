//! Unison as an independent judge: the table of whole resources, each row through its command line and through hnp's.
//!
//! To Unison a resource is a file and a fabric a directory. Where the policies differ on purpose is a test of its own, so
//! that the difference is one that somebody wrote down.
#![allow(clippy::unwrap_used)]

mod kit;

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use kit::{LINEAGE, Repo, server};
use serde_json::{Value, json};

/// What both sides hold, and whether something waits for a person.
#[derive(Debug, PartialEq, Eq)]
struct After {
    gui: Option<String>,
    git: Option<String>,
    waits: bool,
}

/// Name of a row, what both sides last held, what the GUI and what Git hold now.
type Row = (&'static str, [Option<&'static str>; 3]);

const ROWS: [Row; 15] = {
    let (x, y, z) = (Some("x"), Some("w"), Some("z"));
    [
        ("none", [None, None, None]),
        ("git-add", [None, None, x]),
        ("gui-add", [None, x, None]),
        ("converge-add", [None, x, x]),
        ("add/add", [None, x, y]),
        ("synced", [x, x, x]),
        ("converge-del", [x, None, None]),
        ("gui-del", [x, None, x]),
        ("git-del", [x, x, None]),
        ("del/mod", [x, None, y]),
        ("mod/del", [x, y, None]),
        ("git-mod", [x, x, y]),
        ("gui-mod", [x, y, x]),
        ("converge-mod", [x, y, y]),
        ("mod/mod", [x, y, z]),
    ]
};

/// Two directories and Unison's own archives.
struct Unison {
    dir: tempfile::TempDir,
}

impl Unison {
    fn version() -> Option<String> {
        let output = Command::new("unison").arg("-version").output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in ["gui", "git", "archives"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        Self { dir }
    }

    fn set(&self, side: &str, name: &str, text: Option<&str>) {
        let path = self.dir.path().join(side).join(name);
        match text {
            Some(text) => std::fs::write(path, text).unwrap(),
            None if path.exists() => std::fs::remove_file(path).unwrap(),
            None => {}
        }
    }

    fn get(&self, side: &str, name: &str) -> Option<String> {
        std::fs::read_to_string(self.dir.path().join(side).join(name)).ok()
    }

    /// Synchronises; true where something was left for a person.
    fn run(&self) -> bool {
        match self.code() {
            0 => false,
            1 => true,
            code => panic!("unison ended with {code}"),
        }
    }

    fn code(&self) -> i32 {
        let root = |side: &str| self.dir.path().join(side);
        let output = Command::new("unison")
            .args([root("gui"), root("git")])
            .args(["-ui", "text", "-batch", "-auto", "-fastcheck", "false"])
            .args(["-times=false", "-perms", "0", "-logfile"])
            .arg(self.dir.path().join("log"))
            .env("UNISON", self.dir.path().join("archives"))
            .env("HOME", self.dir.path())
            .output()
            .unwrap();
        output.status.code().unwrap()
    }

    fn after(&self, waits: bool) -> After {
        After {
            gui: self.get("gui", "r"),
            git: self.get("git", "r"),
            waits,
        }
    }

    /// A row, twice.
    fn row(values: [Option<&str>; 3]) -> [After; 2] {
        let unison = Self::new();
        let [base, gui, git] = values;
        for side in ["gui", "git"] {
            unison.set(side, "other", Some("o"));
            unison.set(side, "r", base);
        }
        assert!(!unison.run());
        unison.set("gui", "r", gui);
        unison.set("git", "r", git);
        [(); 2].map(|()| unison.after(unison.run()))
    }
}

/// A repository and a GUI that hold `other`, and `r` where it has a value.
struct Hnp {
    repo: Repo,
}

impl Hnp {
    fn new(base: Option<&str>) -> Self {
        let hnp = Self { repo: Repo::lab() };
        hnp.git("other", Some("o"));
        hnp.git("r", base);
        hnp.repo.commit("Begin");
        assert!(!hnp.run());
        hnp
    }

    fn path(name: &str) -> String {
        format!("lab/managed/servers/{name}.yaml")
    }

    fn git(&self, name: &str, text: Option<&str>) {
        let path = Self::path(name);
        match text {
            Some(text) => self
                .repo
                .write(&path, server(name, &format!("{{description: {text}}}"))),
            None if self.repo.has(&path) => {
                std::fs::remove_file(self.repo.root().join(path)).unwrap();
            }
            None => {}
        }
    }

    fn edit(&self, change: impl FnOnce(&mut Vec<Value>)) {
        let mut all: Value = serde_json::from_str(&self.repo.read("gui.json")).unwrap();
        change(all["resources"].as_array_mut().unwrap());
        self.repo.write("gui.json", all.to_string());
    }

    /// Saves in the GUI, or deletes there as a person does.
    fn gui(&self, name: &str, text: Option<&str>) {
        self.edit(|all| {
            let is = |one: &Value| one["desired"]["metadata"]["name"] == name;
            let Some(one) = all.iter_mut().find(|one| is(one)) else {
                if let Some(text) = text {
                    all.push(
                        json!({"fabric": "lab", "revision": 1, "draft": manifest(name, text)}),
                    );
                }
                return;
            };
            one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
            match text {
                Some(text) => one["draft"] = manifest(name, text),
                None => one["deleted"] = json!(true),
            }
        });
    }

    /// Synchronises; true where something was left for a person.
    fn run(&self) -> bool {
        let run = self.repo.hnp(&["sync", "--gui", "gui.json", "--commit"]);
        assert!(matches!(run.code, 0 | 1 | 4), "{}{}", run.out, run.err);
        run.code != 0
    }

    fn after(&self, waits: bool) -> After {
        let gui: Value = serde_json::from_str(&self.repo.read("gui.json")).unwrap();
        let of = |one: &Value| {
            let value = one.get("draft").or_else(|| one.get("desired"))?;
            let here = value["metadata"]["name"] == "r" && one["deleted"] != true;
            here.then(|| value["spec"]["description"].as_str().map(str::to_owned))?
        };
        let path = Self::path("r");
        let git = self.repo.has(&path).then(|| {
            let text = self.repo.read(&path);
            let rest = text.split_once("description: ").unwrap().1;
            rest.split(['}', '\n']).next().unwrap().to_owned()
        });
        After {
            gui: gui["resources"].as_array().unwrap().iter().find_map(of),
            git,
            waits,
        }
    }

    /// A row, twice; the second run must leave every byte, references included.
    fn row(values: [Option<&str>; 3]) -> [After; 2] {
        let [base, gui, git] = values;
        let hnp = Self::new(base);
        if gui != base {
            hnp.gui("r", gui);
        }
        hnp.git("r", git);
        let first = hnp.after(hnp.run());
        let before = (hnp.repo.files(), hnp.repo.git(&["for-each-ref"]));
        let second = hnp.after(hnp.run());
        let after = (hnp.repo.files(), hnp.repo.git(&["for-each-ref"]));
        assert!(before == after, "the second run is idle");
        [first, second]
    }
}

fn manifest(name: &str, text: &str) -> Value {
    json!({
        "apiVersion": "wiring.githedgehog.com/v1beta1",
        "kind": "Server",
        "metadata": {"name": name},
        "spec": {"description": text},
    })
}

fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn unison() -> bool {
    let found = Unison::version();
    say(&found.clone().unwrap_or("skipped: no unison".to_owned()));
    found.is_some()
}

#[test]
fn unison_agrees_on_every_row() {
    if !unison() {
        return;
    }
    let mut agreed = 0;
    for (name, values) in ROWS {
        let (judge, ours) = (Unison::row(values), Hnp::row(values));
        assert_eq!(ours, judge, "{name}: hnp, then Unison");
        assert_eq!(ours[0], ours[1], "{name}: a second run changes nothing");
        agreed += 1;
    }
    say(&format!("{agreed} of {} rows agree", ROWS.len()));
    assert_eq!(agreed, 15);
}

/// Neither deletes what it has no record of, and neither takes a side.
#[test]
fn without_a_record_unison_agrees_too() {
    if !unison() {
        return;
    }
    let (x, y) = (Some("x"), Some("w"));
    for (gui, git) in [(None, x), (x, None), (x, x), (x, y)] {
        let judge = Unison::new();
        judge.set("gui", "r", gui);
        judge.set("git", "r", git);
        let waits = judge.run();
        let hnp = Hnp { repo: Repo::lab() };
        hnp.git("r", git);
        hnp.repo.commit("Begin");
        let resources: Vec<Value> = gui
            .map(|text| json!({"revision": 1, "desired": manifest("r", text)}))
            .into_iter()
            .collect();
        hnp.repo.write(
            "gui.json",
            json!({"format": 1, "complete": true, "resources": resources}).to_string(),
        );
        let ours = hnp.after(hnp.run());
        assert_eq!(ours, judge.after(waits), "GUI {gui:?}, Git {git:?}");
    }
}

/// A whole side that is empty is no wish: Unison asks (`confirmbigdel`), hnp wants `--confirm-deletes`.
#[test]
fn neither_empties_a_side_unasked() {
    if !unison() {
        return;
    }
    let judge = Unison::new();
    judge.set("git", "r", Some("x"));
    assert!(!judge.run());
    judge.set("gui", "r", None);
    // In batch mode it stops with an error instead of asking.
    assert_ne!(judge.code(), 0);
    assert_eq!(judge.get("git", "r").as_deref(), Some("x"));

    let hnp = Hnp { repo: Repo::lab() };
    hnp.git("r", Some("x"));
    hnp.repo.commit("Begin");
    hnp.run();
    hnp.gui("r", None);
    assert!(hnp.run());
    assert_eq!(hnp.after(true).git.as_deref(), Some("x"));
}

/// Where hnp knows more than a synchroniser of files does, it goes further; where it knows less, it does less.
#[test]
fn where_the_policies_differ() {
    if !unison() {
        return;
    }
    // Different fields of one resource: two versions of a file to Unison, one merge to hnp.
    let judge = Unison::new();
    let text = |description: &str, profile: &str| {
        server(
            "r",
            &format!("{{description: {description}, profile: {profile}}}"),
        )
    };
    for side in ["gui", "git"] {
        judge.set(side, "other", Some("o"));
        judge.set(side, "r", Some(&text("x", "p")));
    }
    assert!(!judge.run());
    judge.set("gui", "r", Some(&text("w", "p")));
    judge.set("git", "r", Some(&text("x", "q")));
    assert!(judge.run(), "Unison leaves it to a person");
    let hnp = Hnp::new(None);
    hnp.repo.write(&Hnp::path("r"), text("x", "p"));
    assert!(!hnp.run());
    hnp.edit(|all| {
        let one = all
            .iter_mut()
            .find(|one| one["desired"]["metadata"]["name"] == "r")
            .unwrap();
        one["revision"] = json!(2);
        one["draft"] = one["desired"].clone();
        one["draft"]["spec"]["description"] = json!("w");
    });
    hnp.repo.write(&Hnp::path("r"), text("x", "q"));
    assert!(!hnp.run(), "hnp merges");
    assert_eq!(hnp.repo.read(&Hnp::path("r")), text("w", "q"));

    // Not there any more: a deletion to Unison; to hnp only with a tombstone, since an export can be incomplete.
    let judge = Unison::new();
    for side in ["gui", "git"] {
        judge.set(side, "other", Some("o"));
        judge.set(side, "r", Some("x"));
    }
    assert!(!judge.run());
    judge.set("gui", "r", None);
    assert!(!judge.run());
    assert_eq!(judge.get("git", "r"), None, "Unison deletes");
    let hnp = Hnp::new(Some("x"));
    hnp.edit(|all| all.retain(|one| one["desired"]["metadata"]["name"] != "r"));
    assert!(hnp.run(), "hnp asks");
    assert_eq!(hnp.after(true).git.as_deref(), Some("x"));

    // Another spelling of one value: a change to Unison, nothing to hnp.
    let judge = Unison::new();
    for side in ["gui", "git"] {
        judge.set(side, "r", Some(&text("x", "p")));
    }
    assert!(!judge.run());
    let spelled = text("\"x\"", "'p'");
    judge.set("git", "r", Some(&spelled));
    assert!(!judge.run());
    assert_eq!(judge.get("gui", "r").as_deref(), Some(spelled.as_str()));
    let hnp = Hnp::new(Some("x"));
    let before = hnp.repo.read("gui.json");
    hnp.git("r", Some("\"x\""));
    assert!(!hnp.run());
    assert_eq!(hnp.repo.read("gui.json"), before);
}

/// The lineage of the kit is that of every repository here.
#[test]
fn the_gui_is_paired_by_the_first_sync() {
    let hnp = Hnp::new(Some("x"));
    let gui: Value = serde_json::from_str(&hnp.repo.read("gui.json")).unwrap();
    assert_eq!(gui["lineage"], LINEAGE);
    assert!(Path::new(&hnp.repo.root().join("gui.json")).exists());
}
