//! The GitHub Action: its script, run as a runner runs it, with an environment of the runner's kind.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{HNP, Run, Sandbox, bad_server, documents, run, server};

/// What a run of the Action left behind.
struct Ran {
    run: Run,
    outputs: String,
    summary: String,
    temp: PathBuf,
}

impl Ran {
    fn output(&self, name: &str) -> &str {
        let start = format!("{name}=");
        let found: Vec<&str> = self
            .outputs
            .lines()
            .filter_map(|line| line.strip_prefix(&start))
            .collect();
        assert_eq!(found.len(), 1, "{name}: {}", self.outputs);
        found[0]
    }

    /// Lines that a runner obeys.
    fn commands(&self) -> Vec<&str> {
        let mut commands = Vec::new();
        let mut stopped: Option<String> = None;
        for line in self.run.out.lines().chain(self.run.err.lines()) {
            if let Some(end) = &stopped {
                if line == end {
                    stopped = None;
                }
                continue;
            }
            if let Some(token) = line.strip_prefix("::stop-commands::") {
                assert_eq!(token.len(), 32, "{line}");
                stopped = Some(format!("::{token}::"));
            } else if line.trim_start().starts_with("::") || line.contains("##[") {
                commands.push(line);
            }
        }
        assert_eq!(stopped, None, "commands stay stopped");
        commands
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

struct Action<'r> {
    repo: &'r Sandbox,
    script: PathBuf,
    env: Vec<(String, String)>,
}

/// A run for an event, in a repository whose checkout is the workspace.
fn action<'r>(repo: &'r Sandbox, event: &str) -> Action<'r> {
    let action = Action {
        repo,
        script: root().join("action/run.sh"),
        env: Vec::new(),
    };
    action
        .with("GITHUB_EVENT_NAME", event)
        .with("GITHUB_REF", "refs/heads/main")
        .with("HNP_BIN", HNP)
}

impl Action<'_> {
    fn with(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.env.push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    fn run(self) -> Ran {
        let temp = self.repo.beside("runner");
        let _ = std::fs::remove_dir_all(&temp);
        std::fs::create_dir_all(&temp).unwrap();
        let (outputs, summary) = (temp.join("output"), temp.join("summary"));
        std::fs::write(&outputs, "").unwrap();
        std::fs::write(&summary, "").unwrap();
        let mut command = Command::new(&self.script);
        command
            .current_dir(self.repo.root())
            .env("GITHUB_WORKSPACE", self.repo.root())
            .env("RUNNER_TEMP", &temp)
            .env("GITHUB_OUTPUT", &outputs)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("SOURCE_DATE_EPOCH", common::EPOCH);
        common::identify(&mut command);
        for (name, _) in std::env::vars() {
            if name.starts_with("HNP_") {
                command.env_remove(name);
            }
        }
        command.envs(self.env);
        let run = run(&mut command);
        Ran {
            run,
            outputs: std::fs::read_to_string(outputs).unwrap(),
            summary: std::fs::read_to_string(summary).unwrap(),
            temp,
        }
    }
}

fn vpc(name: &str, vlan: u16) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  subnets:\n    a:\n      subnet: 10.0.{vlan}.0/24\n      vlan: {vlan}\n"
    )
}

fn attachment(name: &str, of: &str) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCAttachment\nmetadata:\n  name: {name}\nspec:\n  connection: server-1\n  subnet: {of}/a\n"
    )
}

#[test]
fn a_push_is_checked_as_a_whole() {
    let repo = Sandbox::with_fabric();
    repo.write("net/managed/a.yaml", server("a", "x"));
    repo.commit("Good");
    let ran = action(&repo, "push").run();
    assert_eq!(ran.run.code, 0, "{} {}", ran.run.out, ran.run.err);
    assert_eq!((ran.output("findings"), ran.output("errors")), ("0", "0"));
    assert_eq!((ran.output("changed"), ran.output("sarif-file")), ("", ""));
    assert!(
        ran.summary.contains("### hnp: nothing is wrong"),
        "{}",
        ran.summary
    );
    assert_eq!(ran.commands(), Vec::<&str>::new());

    repo.write("net/managed/b.yaml", bad_server("b"));
    repo.commit("Bad");
    // What lies in the worktree and in no commit is not what was pushed.
    repo.write("net/managed/b.yaml", server("b", "x"));
    let ran = action(&repo, "push").with("HNP_SARIF", "true").run();
    assert_eq!(ran.run.code, 1, "{} {}", ran.run.out, ran.run.err);
    assert_eq!(
        (
            ran.output("findings"),
            ran.output("errors"),
            ran.output("warnings")
        ),
        ("1", "1", "0")
    );
    let commands = ran.commands();
    assert_eq!(commands.len(), 1, "{commands:?}");
    assert!(
        commands[0].starts_with("::error file=net/managed/b.yaml,line=6,endLine=6,col=3,"),
        "{commands:?}"
    );
    assert!(
        ran.summary.contains("<code>Server/b</code>"),
        "{}",
        ran.summary
    );
    assert!(ran.summary.contains("did you mean"), "{}", ran.summary);
    let sarif = std::fs::read_to_string(ran.output("sarif-file")).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "SCH-01");
    for event in ["workflow_dispatch", "schedule", "repository_dispatch"] {
        let ran = action(&repo, event).run();
        assert_eq!((ran.run.code, ran.output("errors")), (1, "1"), "{event}");
    }
}

#[test]
fn a_pull_request_is_compared_with_where_it_grew_from() {
    let repo = Sandbox::with_fabric();
    repo.write("net/managed/old.yaml", bad_server("old"));
    repo.write("net/managed/v.yaml", vpc("v", 10));
    repo.write("net/managed/gone.yaml", server("gone", "x"));
    repo.write("net/managed/att.yaml", attachment("att", "v"));
    repo.commit("As it was");
    repo.git(&["switch", "--quiet", "--create", "topic"]);
    repo.write("net/managed/v.yaml", vpc("v", 11));
    repo.write("net/managed/new.yaml", server("new", "text"));
    repo.remove("net/managed/gone.yaml");
    repo.commit("A change");
    repo.git(&["switch", "--quiet", "main"]);
    // What the base did since is not the pull request's.
    repo.write("net/managed/late.yaml", bad_server("late"));
    repo.commit("Meanwhile");
    let base = repo.git(&["rev-parse", "main"]).trim().to_owned();
    repo.git(&["switch", "--quiet", "topic"]);
    let ran = action(&repo, "pull_request")
        .with("HNP_BASE", &base)
        .with("GITHUB_REF", "refs/pull/1/merge")
        .run();
    assert_eq!(ran.output("errors"), "0", "{}", ran.summary);
    assert_eq!(ran.run.code, 0, "{} {}", ran.run.out, ran.run.err);
    assert_eq!(ran.output("changed"), "3", "{}", ran.summary);
    let summary = &ran.summary;
    assert!(
        summary.contains("### What changes: 1 added, 1 changed, 1 removed"),
        "{summary}"
    );
    assert!(
        summary
            .contains("| <code>spec.subnets.a.vlan</code> | <code>10</code> | <code>11</code> |"),
        "{summary}"
    );
    assert!(
        summary.contains(
            "Referred to by: <code>VPCAttachment/att</code> (<code>net/managed/att.yaml</code>)"
        ),
        "{summary}"
    );
    assert!(summary.contains("old error"), "{summary}");
    assert!(!summary.contains("late"), "{summary}");

    // A clone without history says what to do, and checks everything.
    let shallow = repo.beside("shallow");
    let url = format!("file://{}", repo.root().display());
    common::git(
        &repo.beside("."),
        &[
            "clone",
            "--quiet",
            "--depth",
            "1",
            &url,
            shallow.to_str().unwrap(),
        ],
    );
    let ran = action(&repo, "pull_request")
        .with("HNP_BASE", &base)
        .with("GITHUB_WORKSPACE", shallow.to_str().unwrap())
        .run();
    assert_eq!(
        (ran.run.code, ran.output("errors"), ran.output("changed")),
        (1, "1", "")
    );
    assert!(
        ran.commands().iter().any(
            |line| line.starts_with("::warning title=hnp::") && line.contains("fetch-depth: 0")
        ),
        "{}",
        ran.run.out
    );
}

#[test]
fn what_waits_in_raw_becomes_a_branch() {
    let repo = Sandbox::with_fabric();
    let origin = repo.beside("origin.git");
    common::git(
        &repo.beside("."),
        &[
            "clone",
            "--quiet",
            "--bare",
            repo.root().to_str().unwrap(),
            origin.to_str().unwrap(),
        ],
    );
    repo.git(&["remote", "add", "origin", origin.to_str().unwrap()]);
    repo.write(
        "net/raw/drop.yaml",
        documents(&[&server("a", "x"), &server("b", "text")]),
    );
    repo.commit("Drop two servers");
    let before = repo.snapshot();
    let remote = || {
        common::git(
            &origin,
            &[
                "for-each-ref",
                "--format=%(refname) %(objectname)",
                "refs/heads",
            ],
        )
    };
    let ingest = || action(&repo, "push").with("HNP_INGEST", "true");

    let ran = action(&repo, "push").run();
    assert_eq!(ran.output("ingest-branch"), "", "it is asked for");
    let ran = ingest().with("GITHUB_REF", "refs/tags/v1").run();
    assert_eq!(ran.output("ingest-branch"), "", "a tag has no branch");
    let ran = action(&repo, "pull_request")
        .with("HNP_INGEST", "true")
        .run();
    assert_eq!(
        ran.output("ingest-branch"),
        "",
        "a pull request is only looked at"
    );
    let ran = ingest()
        .with("GITHUB_REF", "refs/heads/hnp-ingest-lab")
        .run();
    assert_eq!(
        ran.output("ingest-branch"),
        "",
        "its own branch is no cause"
    );
    assert_eq!(remote().lines().count(), 1);

    let ran = ingest().run();
    assert_eq!(ran.run.code, 0, "{} {}", ran.run.out, ran.run.err);
    assert_eq!(ran.output("ingest-branch"), "hnp-ingest-lab");
    assert!(
        ran.summary.contains("ready for a pull request"),
        "{}",
        ran.summary
    );
    let shown = common::git(
        &origin,
        &["show", "--format=%P %an", "--name-only", "hnp-ingest-lab"],
    );
    let head = repo.git(&["rev-parse", "HEAD"]);
    assert!(
        shown.starts_with(&format!("{} github-actions[bot]\n", head.trim())),
        "{shown}"
    );
    assert!(
        shown.contains("net/managed/servers/a.yaml")
            && shown.contains("net/raw/processed/drop.yaml"),
        "{shown}"
    );
    let after = repo.snapshot();
    assert_eq!(
        (&before.0, &before.1),
        (&after.0, &after.1),
        "the checkout stays as it was"
    );
    let heads = |refs: &str| {
        refs.lines()
            .filter(|line| line.contains("refs/heads/"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        heads(&before.2),
        heads(&after.2),
        "the pushed branch stays where it was"
    );

    // Again: nothing is pushed.
    let was = remote();
    let ran = ingest().run();
    assert_eq!(
        (ran.run.code, ran.output("ingest-branch")),
        (0, "hnp-ingest-lab")
    );
    assert_eq!(remote(), was);
    ran.run.says("already");

    // More came: the branch follows.
    repo.write("net/raw/more.yaml", server("c", "z"));
    repo.commit("Drop one more");
    let ran = ingest().run();
    assert_eq!(
        (ran.run.code, ran.output("ingest-branch")),
        (0, "hnp-ingest-lab")
    );
    assert_ne!(remote(), was);
    common::git(
        &origin,
        &["show", "hnp-ingest-lab:net/managed/servers/c.yaml"],
    );

    // Somebody's commit on it is never overwritten.
    let other = repo.beside("other");
    common::git(
        &repo.beside("."),
        &[
            "clone",
            "--quiet",
            "--branch",
            "hnp-ingest-lab",
            origin.to_str().unwrap(),
            other.to_str().unwrap(),
        ],
    );
    std::fs::write(other.join("note.txt"), "mine").unwrap();
    common::git(&other, &["add", "--all"]);
    common::git(
        &other,
        &[
            "commit",
            "--quiet",
            "--message",
            "hnp: looks like one of its own",
        ],
    );
    common::git(&other, &["push", "--quiet"]);
    let was = remote();
    repo.write("net/raw/again.yaml", server("d", "z"));
    repo.commit("Drop yet one more");
    let ran = ingest().run();
    assert_eq!((ran.output("ingest-branch"), remote()), ("", was));
    ran.run.says("Somebody committed");
}

#[test]
fn what_is_refused_is_shown_and_kept() {
    let repo = Sandbox::with_fabric();
    repo.write("net/raw/bad.yaml", bad_server("a"));
    repo.commit("Drop a mistake");
    let ran = action(&repo, "push").with("HNP_INGEST", "true").run();
    assert_eq!(ran.run.code, 1, "{} {}", ran.run.out, ran.run.err);
    assert_eq!(ran.output("ingest-branch"), "hnp-ingest-lab");
    assert!(
        ran.commands()
            .iter()
            .any(|line| line.starts_with("::error file=net/raw/")),
        "{}",
        ran.run.out
    );
    repo.git(&["show", "hnp-ingest-lab:net/raw/errors/bad.yaml"]);
}

/// Titles, names of files and YAML that want to be commands, markup or shell.
#[test]
fn nothing_of_a_repository_is_obeyed() {
    let repo = Sandbox::with_fabric();
    let evil = "$(touch pwned)`touch pwned`::error::x%0A::add-mask::x ##[add-mask]y <img src=x onerror=alert(1)> | [a](javascript:b) ${{ github.token }}";
    let path = "net/managed/::error file=x,line=1::pwned $(touch pwned).yaml";
    repo.write(
        path,
        server("a", &format!("'{evil}'")).replace("description", "descripton"),
    );
    repo.write("net/managed/::warning ::x\nb.yaml", bad_server("b"));
    repo.write(
        "net/managed/c.yaml",
        format!("::error ::pwned\n\n::stop-commands::x\n##[error]pwned\n: [{evil}"),
    );
    repo.write("net/managed/d.yaml", format!("apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: \"x\\n::error::pwned {}\"\nspec: {{}}\n", evil.replace('"', "")));
    repo.commit(evil);
    let mut all = String::new();
    for event in ["push", "pull_request", "workflow_dispatch"] {
        let ran = action(&repo, event)
            .with("HNP_BASE", repo.git(&["rev-parse", "HEAD~1"]).trim())
            .with("PR_TITLE", evil)
            .with("HNP_SARIF", "true")
            .with("HNP_INGEST", "true")
            .run();
        assert_eq!(ran.run.code, 1, "{} {}", ran.run.out, ran.run.err);
        assert!(
            ran.output("errors").parse::<u32>().unwrap() >= 4,
            "{}",
            ran.outputs
        );
        assert!(
            ran.outputs.lines().all(|line| [
                "findings",
                "errors",
                "warnings",
                "sarif-file",
                "changed",
                "ingest-branch"
            ]
            .contains(&line.split('=').next().unwrap())),
            "{}",
            ran.outputs
        );
        for line in ran.commands() {
            // Ours name a file as a value, escaped, or are hnp's own.
            assert!(
                [
                    "::error file=net/",
                    "::warning file=net/",
                    "::notice title=hnp::"
                ]
                .iter()
                .any(|start| line.starts_with(start)),
                "{line}"
            );
            let properties = line[2..].split("::").next().unwrap();
            assert!(
                !properties.contains("pwned $")
                    || properties.contains("%3A%3Aerror file=x%2Cline=1%3A%3A"),
                "{line}"
            );
        }
        assert!(
            !ran.summary.contains("<img")
                && !ran.summary.contains("](")
                && !ran.summary.contains("${{"),
            "{}",
            ran.summary
        );
        all.push_str(&ran.summary);
    }
    assert!(all.contains("pwned"), "the text itself is shown");
    assert!(!repo.has("pwned") && !repo.has("net/pwned"));
    assert!(!repo.beside("pwned").exists());
}

#[test]
fn inputs_are_values_and_nothing_else() {
    let repo = Sandbox::with_fabric();
    for (name, value) in [
        ("HNP_FABRIC", "--staged"),
        ("HNP_FABRIC", "$(touch pwned) ::error::x *"),
        ("HNP_RELEASE", "--staged\n::error::pwned"),
        ("HNP_PROFILE", "; touch pwned"),
        (
            "HNP_PROFILE",
            "%0A::error::pwned\r::add-mask::x\n::stop-commands::x",
        ),
        (
            "HNP_PROFILE",
            "\u{1b}[31m</pre><img src=x onerror=alert(1)> `touch pwned`",
        ),
        ("HNP_RELEASE", "x\n  ##[add-mask]y\n<script>"),
    ] {
        let ran = action(&repo, "push").with(name, value).run();
        assert_eq!(
            ran.run.code, 2,
            "{name}={value}: {} {}",
            ran.run.out, ran.run.err
        );
        let commands = ran.commands();
        assert!(
            commands.len() == 1
                && commands[0].starts_with("::error title=hnp::hnp could not check this: "),
            "{commands:?}"
        );
        assert!(ran.summary.contains("<pre>"), "{}", ran.summary);
        assert_eq!(ran.summary.matches('<').count(), 2, "{}", ran.summary);
        assert!(!ran.outputs.contains("pwned"), "{}", ran.outputs);
        assert!(!repo.has("pwned"));
    }
    let base = "HEAD --output=x";
    let ran = action(&repo, "pull_request").with("HNP_BASE", base).run();
    assert_eq!(
        ran.run.code, 0,
        "a base that is no object id is not looked at"
    );
    let ran = action(&repo, "push").with("HNP_PATH", "no/such").run();
    assert_eq!(ran.run.code, 3);
    ran.run.says("the input path");
}

#[test]
fn a_repository_without_hnp_is_told_what_to_do() {
    let repo = Sandbox::new();
    repo.write("a.yaml", server("a", "x"));
    repo.commit("No fabric");
    let ran = action(&repo, "push").run();
    assert_eq!(ran.run.code, 2);
    assert!(ran.commands()[0].contains("hnp init"), "{}", ran.run.out);
    assert!(ran.summary.contains("hnp init"), "{}", ran.summary);
}

/// A base that cannot be judged must not keep its own cure out; a head that cannot is not blamed on the clone.
#[test]
fn a_configuration_that_is_wrong_is_told_from_a_clone_that_is_shallow() {
    let repo = Sandbox::with_fabric();
    let good = repo.read(".hnp/config.toml");
    repo.write(".hnp/config.toml", format!("{good}\nnonsense = 1\n"));
    repo.commit("Break it");
    repo.write(".hnp/config.toml", &good);
    repo.commit("Mend it");
    let pull = |base: &str| {
        action(&repo, "pull_request")
            .with("HNP_BASE", repo.git(&["rev-parse", base]).trim())
            .run()
    };
    let ran = pull("HEAD~1");
    assert_eq!(ran.run.code, 0, "{} {}", ran.run.out, ran.run.err);
    ran.run.says("nonsense").says("the whole tree is checked");
    repo.git(&["revert", "--no-edit", "HEAD"]);
    let ran = pull("HEAD~1");
    assert_eq!(ran.run.code, 2, "{} {}", ran.run.out, ran.run.err);
    assert_eq!(ran.commands().len(), 1);
    ran.run.says("nonsense").never_says("fetch-depth");
}

/// A copy of the Action's files with a release of its own.
fn released(repo: &Sandbox, sum: &str) -> PathBuf {
    let copy = repo.beside("action");
    std::fs::create_dir_all(copy.join("action")).unwrap();
    let script = copy.join("action/run.sh");
    for name in ["run.sh", "release.sh"] {
        std::fs::copy(
            root().join("action").join(name),
            copy.join("action").join(name),
        )
        .unwrap();
    }
    let mut release = "version 9.9.9\n".to_owned();
    for machine in ["x86_64", "aarch64"] {
        release.push_str(&format!("{sum}  hnp-{machine}-unknown-linux-musl\n"));
    }
    std::fs::write(copy.join("action/release.txt"), release).unwrap();
    script
}

#[test]
fn a_release_is_run_only_with_its_checksum() {
    if !cfg!(target_os = "linux") {
        println!("skipped: releases are for Linux");
        return;
    }
    let repo = Sandbox::with_fabric();
    let mirror = repo.beside("mirror");
    std::fs::create_dir(&mirror).unwrap();
    let fake = b"#!/bin/sh\necho released >\"$RUNNER_TEMP/ran\"\nexit 3\n";
    for machine in ["x86_64", "aarch64"] {
        std::fs::write(
            mirror.join(format!("hnp-{machine}-unknown-linux-musl")),
            fake,
        )
        .unwrap();
    }
    let start = |script: PathBuf| {
        let mut run = action(&repo, "push")
            .with("HNP_BIN", "")
            .with("HNP_MIRROR", mirror.to_str().unwrap());
        run.script = script;
        run.run()
    };
    let right = sha256(&mirror.join("hnp-x86_64-unknown-linux-musl"));
    let ran = start(released(&repo, &right));
    assert!(
        ran.temp.join("ran").exists(),
        "{} {}",
        ran.run.out,
        ran.run.err
    );
    let ran = start(released(&repo, &"0".repeat(64)));
    assert!(!ran.temp.join("ran").exists());
    assert_eq!(ran.run.code, 3);
    ran.run.says("has the SHA-256").says(&right);
}

fn sha256(path: &Path) -> String {
    let output = Command::new("sha256sum").arg(path).output().unwrap();
    String::from_utf8(output.stdout).unwrap()[..64].to_owned()
}

/// `action.yml` hands everything over through the environment, and its outputs are those that the script writes.
#[test]
fn the_action_interpolates_nothing_into_a_script() {
    let text = std::fs::read_to_string(root().join("action.yml")).unwrap();
    let script = std::fs::read_to_string(root().join("action/run.sh")).unwrap();
    let runs: Vec<&str> = text
        .lines()
        .filter(|line| line.trim_start().starts_with("run:"))
        .collect();
    assert_eq!(runs, ["      run: '\"$GITHUB_ACTION_PATH/action/run.sh\"'"]);
    for line in text.lines().filter(|line| line.contains("${{")) {
        let line = line.trim_start();
        assert!(
            line.starts_with("value: ${{ steps.hnp.outputs.") || line.starts_with("HNP_"),
            "{line}"
        );
        let name = line.split(':').next().unwrap();
        if name != "value" {
            assert!(
                script.contains(&format!("${{{name}:-")),
                "{name} is not read"
            );
        } else {
            let output = line
                .split("outputs.")
                .nth(1)
                .unwrap()
                .trim_end_matches(" }}");
            assert!(
                script.contains(&format!("out {output} ")),
                "{output} is not written"
            );
        }
    }
    assert!(!script.contains("eval") && !script.contains("${{"));
}
