//! `hnp hooks install`, `uninstall` and `status`: beside whatever is there, and without a trace afterwards.
#![allow(clippy::unwrap_used)]

mod hooks_kit;

use std::fs;
use std::path::Path;

use hooks_kit::{A, File, HNP, Place, assert_same, kept, run, run_with, script, server};

fn install(place: &Place, more: &[&str]) -> hooks_kit::Ran {
    let mut args = vec!["hooks", "install", "--files", "--program", HNP];
    args.extend(more);
    place.hnp(&args)
}

/// Every file, but what Git itself writes whenever it runs, and hnp's own cache.
fn bytes(root: &Path) -> Vec<File> {
    kept(root, |path| {
        !path.ends_with(".git/index")
            && !path.contains(".git/objects")
            && !path.contains(".git/hnp/cache")
    })
}

#[test]
fn what_is_said_to_programs_fits_its_schema() {
    let place = Place::new();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/output/hooks.schema.json");
    let schema: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for args in [
        &["hooks", "status"][..],
        &["hooks", "install", "--files", "--program", HNP],
        &["hooks", "status"],
        &["hooks", "uninstall"],
    ] {
        let args = [args, &["--format", "json"]].concat();
        let report: serde_json::Value = serde_json::from_str(&place.hnp(&args).text).unwrap();
        assert!(schema.is_valid(&report), "{args:?}: {report:#}");
    }
}

#[test]
fn uninstall_restores_every_byte() {
    for (ending, hook) in [
        ("\n", Some("#!/bin/sh\nexit 0\n")),
        ("", Some("#!/usr/bin/env python3\n")),
        ("\n", None),
    ] {
        let place = Place::new();
        let git_dir = place.work().join(".git");
        let config = fs::read_to_string(git_dir.join("config")).unwrap();
        fs::write(
            git_dir.join("config"),
            format!("{}{ending}", config.trim_end()),
        )
        .unwrap();
        if let Some(hook) = hook {
            script(&git_dir.join("hooks/pre-commit"), hook);
            script(&git_dir.join("hooks/pre-push"), hook);
            std::os::unix::fs::symlink("pre-push", git_dir.join("hooks/post-merge")).unwrap();
        }
        let before = bytes(&place.work());
        for _ in 0..2 {
            install(&place, &[]).passes();
            install(&place, &["--ingest", "--each"]).passes();
            place.hnp(&["hooks", "status"]).passes();
            place.hnp(&["hooks", "uninstall"]).passes();
            assert_same(&bytes(&place.work()), &before);
        }
        let text = place.hnp(&["hooks", "uninstall"]).passes();
        assert!(text.contains("nothing"), "{text}");
        place.hnp(&["hooks", "status"]).fails();
    }
}

#[test]
fn settings_that_others_add_meanwhile_stay() {
    let place = Place::new();
    install(&place, &[]).passes();
    place.git(&["config", "alias.x", "log"]).passes();
    place.git(&["config", "user.name", "Ann"]).passes();
    install(&place, &[]).passes();
    place.hnp(&["hooks", "uninstall"]).passes();
    assert_eq!(place.git(&["config", "alias.x"]).passes(), "log\n");
    assert_eq!(place.git(&["config", "user.name"]).passes(), "Ann\n");
    assert!(!place.git(&["config", "merge.hnp-yaml.driver"]).ok);
    let config = fs::read_to_string(place.work().join(".git/config")).unwrap();
    assert!(!config.contains("hnp"), "{config}");
}

#[test]
fn a_hook_that_was_there_runs_first_and_may_refuse() {
    let place = Place::new();
    place.remote();
    let hooks = place.work().join(".git/hooks");
    let seen = place.path("seen");
    // It looks at its own name and place, as managers of hooks do, and reads what Git gives it.
    let text = format!(
        "#!/usr/bin/env sh\necho \"$(basename \"$0\") $(cd \"$(dirname \"$0\")\" && pwd) $# $(cat)\" >> {}\n[ -z \"$REFUSE\" ]\n",
        seen.display()
    );
    for name in ["pre-commit", "pre-push"] {
        script(&hooks.join(name), &text);
    }
    install(&place, &[]).passes();
    place.write(A, &server("a", true).replace("x", "other"));
    place.git(&["commit", "-qam", "x"]).passes();
    place.git(&["push", "-q", "origin", "main"]).passes();
    let log = fs::read_to_string(&seen).unwrap();
    let mut lines = log.lines();
    let place_of = hooks.canonicalize().unwrap().display().to_string();
    assert_eq!(
        lines.next().unwrap().trim(),
        format!("pre-commit {place_of} 0")
    );
    let pushed = lines.next().unwrap();
    assert!(
        pushed.starts_with(&format!("pre-push {place_of} 2 refs/heads/main ")),
        "{log}"
    );
    place.write(A, &server("a", true));
    run_with(
        "git",
        &place.work(),
        &["commit", "-qam", "x"],
        &[("REFUSE", "1")],
    )
    .fails();
    place.write(A, &server("a", false));
    place.git(&["commit", "-qam", "x"]).fails();
    place.git(&["commit", "-qam", "x", "--no-verify"]).passes();
    let text = place.git(&["push", "-q", "origin", "main"]).fails();
    assert!(
        text.contains("servers/a.yaml:6:3"),
        "hnp gets what Git says of the push too: {text}"
    );
}

#[test]
fn a_hook_that_is_no_shell_script_runs_too() {
    let place = Place::new();
    let hook = place.work().join(".git/hooks/pre-commit");
    let seen = place.path("seen");
    script(
        &hook,
        &format!(
            "#!/usr/bin/awk -f\nBEGIN {{ print \"ran\" > \"{}\"; exit 0 }}\n",
            seen.display()
        ),
    );
    install(&place, &[]).passes();
    place.write(A, &server("a", true).replace("x", "other"));
    place.git(&["commit", "-qam", "x"]).passes();
    assert_eq!(fs::read_to_string(seen).unwrap(), "ran\n");
}

#[test]
fn a_local_hooks_path_is_used() {
    let place = Place::new();
    let hooks = place.work().join("tools/hooks");
    fs::create_dir_all(&hooks).unwrap();
    place
        .git(&["config", "core.hooksPath", "tools/hooks"])
        .passes();
    let before = bytes(&place.work());
    install(&place, &[]).passes();
    assert!(hooks.join("pre-commit").exists());
    place.write(A, &server("a", false));
    run("git", &place.work().join("lab"), &["commit", "-qam", "x"]).fails();
    place.git(&["checkout", "-q", "."]).passes();
    place.hnp(&["hooks", "uninstall"]).passes();
    assert_same(&bytes(&place.work()), &before);
    // Hooks that a team commits are the team's.
    script(&hooks.join("pre-commit"), "#!/bin/sh\n");
    place.commit("team's hooks");
    let text = install(&place, &[]).fails();
    assert!(text.contains("hook pre-commit -- \"$@\""), "{text}");
    assert_eq!(
        fs::read_to_string(hooks.join("pre-commit")).unwrap(),
        "#!/bin/sh\n"
    );
}

#[test]
fn a_global_hooks_path_still_runs_and_is_not_written_to() {
    let place = Place::new();
    let shared = place.path("shared hooks");
    let seen = place.path("seen");
    for name in ["pre-commit", "commit-msg"] {
        script(
            &shared.join(name),
            &format!("#!/bin/sh\necho {name} >> {}\n", seen.display()),
        );
    }
    let global = place.path("gitconfig");
    fs::write(
        &global,
        format!("[core]\n\thooksPath = \"{}\"\n", shared.display()),
    )
    .unwrap();
    let env = [("GIT_CONFIG_GLOBAL", global.to_str().unwrap())];
    let of_hooks = |path: &str| path.ends_with(".git/config") || path.contains("hooks");
    let (before, work) = (bytes(&shared), kept(&place.work(), of_hooks));
    let hnp = |args: &[&str]| run_with(HNP, &place.work(), args, &env);
    for _ in 0..2 {
        hnp(&["hooks", "install", "--files", "--program", HNP]).passes();
    }
    hnp(&["hooks", "status"]).passes();
    assert_same(&bytes(&shared), &before);
    place.write(A, &server("a", false));
    run_with("git", &place.work(), &["commit", "-qam", "x"], &env).fails();
    place.write(A, &server("a", true).replace("x", "other"));
    run_with("git", &place.work(), &["commit", "-qam", "x"], &env).passes();
    assert_eq!(
        fs::read_to_string(&seen).unwrap(),
        "pre-commit\npre-commit\ncommit-msg\n"
    );
    script(&shared.join("post-commit"), "#!/bin/sh\n");
    let text = hnp(&["hooks", "status"]).passes();
    assert!(text.contains("post-commit"), "{text}");
    place.git(&["reset", "-q", "--hard", "HEAD~1"]).passes();
    hnp(&["hooks", "uninstall"]).passes();
    assert_same(&kept(&place.work(), of_hooks), &work);
}

#[test]
fn a_manager_that_writes_over_the_hook_is_noticed() {
    let place = Place::new();
    let hook = place.work().join(".git/hooks/pre-commit");
    script(&hook, "#!/bin/sh\necho first >&2\n");
    install(&place, &[]).passes();
    script(&hook, "#!/bin/sh\necho second >&2\n");
    let text = place.hnp(&["hooks", "status"]).fails();
    assert!(text.contains("was put over"), "{text}");
    install(&place, &[]).passes();
    place.write(A, &server("a", false));
    let text = place.git(&["commit", "-qam", "x"]).fails();
    assert!(text.contains("second") && text.contains("SCH-01"), "{text}");
}

#[test]
fn a_linked_worktree_shares_the_hooks() {
    let place = Place::new();
    place.git(&["worktree", "add", "-q", "../linked"]).passes();
    let linked = place.path("linked");
    run(
        HNP,
        &linked,
        &["hooks", "install", "--files", "--program", HNP],
    )
    .passes();
    place.hnp(&["hooks", "status"]).passes();
    place.write(A, &server("a", false));
    place.git(&["commit", "-qam", "x"]).fails();
    hooks_kit::write(&linked, A, &server("a", false));
    run("git", &linked, &["commit", "-qam", "x"]).fails();
}

#[test]
fn the_status_says_where_a_git_skips_hooks_of_the_configuration() {
    let place = Place::new();
    place
        .git(&["config", "hook.hnp-pre-commit.event", "pre-commit"])
        .passes();
    place
        .git(&[
            "config",
            "hook.hnp-pre-commit.command",
            "hnp hook pre-commit --",
        ])
        .passes();
    let old = place.path("old");
    script(&old.join("git"), "#!/bin/sh\necho git version 2.40.1\n");
    let path = format!("{}:{}", std::env::var("PATH").unwrap(), old.display());
    let ran = run_with(
        HNP,
        &place.work(),
        &["hooks", "status", "--format", "json"],
        &[("PATH", &path)],
    );
    let report: serde_json::Value = serde_json::from_str(&ran.fails()).unwrap();
    let warnings = report["warnings"].to_string();
    assert!(warnings.contains("Git 2.40, which skips"), "{warnings}");
}

#[test]
fn a_new_git_takes_the_hooks_from_its_configuration() {
    let place = Place::new();
    // A git that says it is new enough; what it does with the settings is its own.
    let new = place.path("new");
    let real = run("sh", Path::new("/"), &["-c", "command -v git"]).passes();
    script(
        &new.join("git"),
        &format!(
            "#!/bin/sh\nif [ \"$1\" = --version ]; then echo git version 2.55.0; else exec {} \"$@\"; fi\n",
            real.trim()
        ),
    );
    let path = format!("{}:{}", new.display(), std::env::var("PATH").unwrap());
    let is_config = |path: &str| path.ends_with(".git/config");
    let before = kept(&place.work(), is_config);
    let hnp = |args: &[&str]| run_with(HNP, &place.work(), args, &[("PATH", &path)]);
    hnp(&["hooks", "install", "--program", HNP]).passes();
    assert!(!place.work().join(".git/hooks/pre-commit").exists());
    let command = place
        .git(&["config", "hook.hnp-pre-commit.command"])
        .passes();
    place.write(A, &server("a", false));
    place.git(&["add", "-A"]).passes();
    // As Git calls it: through the shell, with the hook's arguments behind it.
    let text = run(
        "sh",
        &place.work(),
        &["-c", &format!("{} \"$@\"", command.trim()), "x"],
    )
    .fails();
    assert!(text.contains("SCH-01"), "{text}");
    let gone = command.trim().replace(HNP, "/nowhere/hnp");
    let text = run("sh", &place.work(), &["-c", &gone]).passes();
    assert!(text.contains("was not found"), "{text}");
    let text = hnp(&["hooks", "status"]).passes();
    assert!(
        text.contains("hook.hnp-pre-push") && text.contains("older than 2.54"),
        "{text}"
    );
    // From files to configuration and back, nothing runs twice.
    install(&place, &[]).passes();
    assert!(!place.git(&["config", "hook.hnp-pre-commit.command"]).ok);
    hnp(&["hooks", "install", "--program", HNP]).passes();
    assert!(!place.work().join(".git/hooks/pre-commit").exists());
    hnp(&["hooks", "uninstall"]).passes();
    place.git(&["reset", "-q", "--hard"]).passes();
    assert_same(&kept(&place.work(), is_config), &before);
}

#[test]
fn hooks_of_the_configuration_judge_commits_pushes_and_what_a_server_is_sent() {
    let version = run("git", Path::new("/"), &["--version"]).passes();
    let mut numbers = version.split_whitespace().nth(2).unwrap().split('.');
    let mut next = || numbers.next().unwrap().parse::<u32>().unwrap();
    if (next(), next()) < (2, 54) {
        #[allow(clippy::print_stdout)]
        {
            println!(
                "skipped: {} has no hooks of the configuration",
                version.trim()
            );
        }
        return;
    }
    let place = Place::new();
    let remote = place.remote();
    place.hnp(&["hooks", "install", "--program", HNP]).passes();
    assert!(!place.work().join(".git/hooks/pre-commit").exists());
    place.hnp(&["hooks", "status"]).passes();
    place.write(A, &server("a", false));
    let text = place.git(&["commit", "-qam", "x"]).fails();
    assert!(text.contains("servers/a.yaml:6:3"), "{text}");
    place.commit("bad");
    let text = place.git(&["push", "-q", "origin", "main"]).fails();
    assert!(text.contains("servers/a.yaml:6:3"), "{text}");
    run(
        HNP,
        &remote,
        &["hooks", "install", "--server", "--program", HNP],
    )
    .passes();
    assert!(!remote.join("hooks/pre-receive").exists());
    let text = place
        .git(&["push", "-q", "--no-verify", "origin", "main"])
        .fails();
    assert!(
        text.contains("remote:") && text.contains("servers/a.yaml:6:3"),
        "{text}"
    );
    run(HNP, &remote, &["hooks", "status", "--server"]).passes();
    run(HNP, &remote, &["hooks", "uninstall", "--server"]).passes();
    place
        .git(&["push", "-q", "--no-verify", "origin", "main"])
        .passes();
}
