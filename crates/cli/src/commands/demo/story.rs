//! What the demo tells: every command is read and run as if it had been typed.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Value, json};

use crate::args::{Cli, Global};
use crate::asked;
use crate::failure::Failure;
use crate::output::{self, Output};

/// A small fabric as people write it: two files, several documents each.
const WIRING: &str = include_str!("../../demo/wiring.yaml");
const VPCS: &str = include_str!("../../demo/vpcs.yaml");
/// The same with a mistake.
const MISTAKE: &str = include_str!("../../demo/mistake.yaml");
/// What the cluster says in the end.
const CLUSTER: &str = include_str!("../../demo/cluster.json");

const BUILD: &str = "fabrics/lab/managed/vpcs/build.yaml";
const SYNC: &str = "hnp sync --gui gui.json --commit";

/// The sample's lineage: two demos say the same.
const LINEAGE: &str = "6d0f3c52-8f0e-4d2b-9a51-2f7c1b8e4a90";

/// What the user's own Git settings might do to commits here: other identities, signatures, hooks.
const SETTINGS: &str = "[user]\n\tname = Demo\n\temail = demo@localhost\n[commit]\n\tgpgSign = false\n[core]\n\thooksPath = /dev/null\n";

/// Tells all of it.
///
/// # Errors
///
/// Fails where the sample cannot be written, or a command ends otherwise than the story has it.
pub(super) fn tell(global: &Global, root: &Path) -> Result<(), Failure> {
    hnp_git::Repo::init(root)?;
    let demo = Demo {
        global,
        root: root.to_owned(),
    };
    let config = demo.read(".git/config")?;
    demo.write(".git/config", &format!("{config}{SETTINGS}"))?;
    say("A sample fabric, from a drop of YAML to a GUI and a cluster that agree with Git.");
    take_in(&demo)?;
    merge(&demo)?;
    conflict(&demo)?;
    drift(&demo)?;
    undo(&demo)?;
    end(&demo)
}

fn take_in(demo: &Demo<'_>) -> Result<(), Failure> {
    demo.run_as(
        "hnp init --fabric lab --directory fabrics/lab --commit",
        &["--lineage", LINEAGE],
        0,
    )?;
    say("\nTwo files come in: the wiring, and a VPC with a mistake.");
    demo.write("fabrics/lab/raw/pending/wiring.yaml", WIRING)?;
    demo.write("fabrics/lab/raw/pending/vpcs.yaml", MISTAKE)?;
    demo.run("hnp ingest", 1)?;
    say(
        "\nThe file with the mistake went to raw/errors/ whole, with a report beside it; the wiring was taken in.",
    );
    say("Mended, it is tried again, and all of it is committed.");
    demo.write("fabrics/lab/raw/errors/vpcs.yaml", VPCS)?;
    demo.run("hnp ingest --retry --commit", 0)?;
    demo.run("hnp validate", 0)
}

fn merge(demo: &Demo<'_>) -> Result<(), Failure> {
    say("\nA GUI that holds nothing yet gets everything.");
    demo.run(SYNC, 0)?;
    say(
        "\nNow somebody adds a subnet in the GUI, and somebody else changes the VLAN in Git. The two go together:",
    );
    demo.edit_gui(|spec| {
        spec["subnets"]["tests"] = json!({ "subnet": "10.10.2.0/24", "vlan": 1020 });
    })?;
    demo.edit_git("vlan: 1001", "vlan: 1010")?;
    demo.run(SYNC, 0)?;
    demo.run("hnp diff HEAD~1..HEAD", 1)
}

fn conflict(demo: &Demo<'_>) -> Result<(), Failure> {
    say("\nThen both change the same VLAN. Both sides keep what they have until somebody decides.");
    demo.edit_gui(|spec| spec["subnets"]["default"]["vlan"] = json!(1011))?;
    demo.edit_git("vlan: 1010", "vlan: 1012")?;
    demo.run("hnp sync --gui gui.json", 4)?;
    demo.run("hnp conflicts", 4)?;
    demo.run("hnp resolve --all --take gui --note ticket-4711", 0)?;
    demo.run(SYNC, 0)
}

fn drift(demo: &Demo<'_>) -> Result<(), Failure> {
    say(
        "\nWhat is running? `kubectl get vpc,server -o json > cluster.json` has the cluster's defaults, labels and status, and",
    );
    say("a value that somebody changed by hand. Only that is drift.");
    demo.write("cluster.json", CLUSTER)?;
    demo.run("hnp drift cluster.json", 1)
}

fn undo(demo: &Demo<'_>) -> Result<(), Failure> {
    say(
        "\nThe last change turns out to be wrong. It is taken back by a new one, and the GUI hears of it.",
    );
    demo.run("hnp undo last --commit", 0)?;
    demo.run(SYNC, 0)
}

fn end(demo: &Demo<'_>) -> Result<(), Failure> {
    say("\nA run that finds nothing to do writes nothing. What was done is on record.");
    demo.run("hnp sync --gui gui.json", 0)?;
    demo.run("hnp status", 0)?;
    demo.run("hnp log", 0)
}

struct Demo<'g> {
    global: &'g Global,
    root: PathBuf,
}

impl Demo<'_> {
    /// Shows a command, runs it, and sees that it ends as the story has it.
    fn run(&self, line: &str, code: u8) -> Result<(), Failure> {
        self.run_as(line, &[], code)
    }

    /// The same with arguments that only tests know.
    fn run_as(&self, line: &str, hidden: &[&str], code: u8) -> Result<(), Failure> {
        let _ = output::print(&format!("\n$ {line}\n"));
        let words = line.split_whitespace().chain(hidden.iter().copied());
        let cli = asked::parse(words)
            .map_err(|error| Failure::Usage(format!("the demo's `{line}`: {error}")))?;
        let cli = Cli {
            global: Global {
                work_dir: Some(self.root.clone()),
                color: self.global.color,
                ..cli.global
            },
            command: cli.command,
        };
        let done = crate::commands::run(&cli, Instant::now())?;
        show(&done);
        if done.code == code {
            return Ok(());
        }
        Err(Failure::Environment(format!(
            "the demo's `{line}` ended with exit code {}, not {code}; this is a fault of hnp or of its surroundings (`hnp doctor`)",
            done.code
        )))
    }

    fn read(&self, path: &str) -> Result<String, Failure> {
        std::fs::read_to_string(self.root.join(path))
            .map_err(|error| Failure::Environment(format!("cannot read {path}: {error}")))
    }

    fn write(&self, path: &str, text: &str) -> Result<(), Failure> {
        std::fs::write(self.root.join(path), text)
            .map_err(|error| Failure::Environment(format!("cannot write {path}: {error}")))
    }

    /// Changes the VPC in Git, as a person with an editor does.
    fn edit_git(&self, old: &str, new: &str) -> Result<(), Failure> {
        let text = self.read(BUILD)?;
        self.write(BUILD, &text.replace(old, new))
    }

    /// Changes the VPC in the GUI: a draft beside what is desired, and a new revision.
    fn edit_gui(&self, change: impl FnOnce(&mut Value)) -> Result<(), Failure> {
        let cannot = |error: &dyn std::fmt::Display| {
            Failure::Environment(format!("the demo's gui.json: {error}"))
        };
        let mut gui: Value =
            serde_json::from_str(&self.read("gui.json")?).map_err(|error| cannot(&error))?;
        let one = gui["resources"]
            .as_array_mut()
            .into_iter()
            .flatten()
            .find(|one| one["desired"]["metadata"]["name"] == "build")
            .ok_or_else(|| cannot(&"it does not hold the VPC"))?;
        one["draft"] = one["desired"].clone();
        change(&mut one["draft"]["spec"]);
        one["revision"] = json!(one["revision"].as_i64().unwrap_or_default() + 1);
        self.write("gui.json", &format!("{gui:#}\n"))
    }
}

fn say(text: &str) {
    let _ = output::print(&format!("{text}\n"));
}

fn show(output: &Output) {
    // Notes are part of the story, so they stand where it stands.
    for line in &output.notes {
        say(line);
    }
    let _ = output::print(&output.text);
}
