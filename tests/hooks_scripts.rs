//! The scripts that a server's administrator copies, and what managers of hooks read.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod hooks_kit;

use std::fs;
use std::path::{Path, PathBuf};

use hooks_kit::{A, HNP, Place, run, run_with, server};

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks")
}

#[test]
fn every_script_of_a_server_accepts_good_refuses_bad_and_closes_without_hnp() {
    for name in [
        "pre-receive",
        "gitlab-pre-receive",
        "github-enterprise-pre-receive",
    ] {
        let place = Place::new();
        let remote = place.remote();
        fs::copy(scripts().join(name), remote.join("hooks/pre-receive")).unwrap();
        let push = |env: &[(&str, &str)]| {
            run_with(
                "git",
                &place.work(),
                &["push", "--no-verify", "origin", "main"],
                env,
            )
        };
        place.write(A, &server("a", true).replace("x", "other"));
        place.commit("good");
        let text = push(&[("HNP", "/nowhere/hnp")]).fails();
        assert!(text.contains("nothing is accepted"), "{name}: {text}");
        push(&[("HNP", HNP)]).passes();
        place.write(A, &server("a", false));
        place.commit("bad");
        let text = push(&[("HNP", HNP)]).fails();
        assert!(text.contains("servers/a.yaml:6:3"), "{name}: {text}");
    }
}

#[test]
fn a_gitlab_server_has_settings_of_its_own() {
    let place = Place::new();
    let remote = place.remote();
    fs::copy(
        scripts().join("gitlab-pre-receive"),
        remote.join("hooks/pre-receive"),
    )
    .unwrap();
    let settings = place.path("settings.toml");
    fs::write(&settings, "[rules]\nunknown_group = \"error\"\n").unwrap();
    place.write(
        "lab/managed/servers/other.yaml",
        "apiVersion: example.org/v1\nkind: Thing\nmetadata:\n  name: t\n",
    );
    place.commit("of an unknown group");
    let push = |settings: &Path| {
        let env = [
            ("HNP", HNP),
            ("GL_ID", "user-1"),
            ("HNP_SERVER_CONFIG", settings.to_str().unwrap()),
        ];
        run_with(
            "git",
            &place.work(),
            &["push", "--no-verify", "origin", "main"],
            &env,
        )
    };
    let text = push(&settings).fails();
    assert!(text.contains("GL-HOOK-ERR: error[SCH-24]"), "{text}");
    push(Path::new("/nowhere")).passes();
}

#[test]
fn the_runner_for_managers_finds_an_hnp() {
    let place = Place::new();
    place.write(A, &server("a", false));
    place.git(&["add", "-A"]).passes();
    let runner = scripts().join("run");
    let runner = runner.to_str().unwrap();
    let args = ["hook", "pre-commit", "--"];
    let text = run_with(runner, &place.work(), &args, &[("HNP_BIN", HNP)]).fails();
    assert!(text.contains("servers/a.yaml:6:3"), "{text}");
    let text = run_with(
        runner,
        &place.work(),
        &args,
        &[("HNP_BIN", ""), ("PATH", "/usr/bin:/bin")],
    )
    .fails();
    assert!(text.contains("no hnp was found"), "{text}");
}

/// A copy of this repository's scripts, whose release is a script of the test's own with the checksum `sum`.
fn pinned(place: &Place, sum: &str) -> PathBuf {
    let root = scripts().parent().unwrap().to_owned();
    let copy = place.path("checkout");
    for name in ["hooks/run", "action/release.sh"] {
        fs::create_dir_all(copy.join(name).parent().unwrap()).unwrap();
        fs::copy(root.join(name), copy.join(name)).unwrap();
    }
    let mut release = "version 9.9.9\n".to_owned();
    for machine in ["x86_64", "aarch64"] {
        release.push_str(&format!("{sum}  hnp-{machine}-unknown-linux-musl\n"));
    }
    fs::write(copy.join("action/release.txt"), release).unwrap();
    copy.join("hooks/run")
}

#[test]
fn the_runner_for_managers_downloads_the_pinned_release_once_and_nothing_else() {
    if !cfg!(target_os = "linux") {
        println!("skipped: releases are for Linux");
        return;
    }
    let place = Place::new();
    let mirror = place.path("mirror");
    fs::create_dir(&mirror).unwrap();
    for machine in ["x86_64", "aarch64"] {
        let file = mirror.join(format!("hnp-{machine}-unknown-linux-musl"));
        fs::write(file, "#!/bin/sh\necho \"released $*\"\n").unwrap();
    }
    let sum = run("sha256sum", &mirror, &["hnp-x86_64-unknown-linux-musl"]).passes();
    let sum = sum.split_whitespace().next().unwrap();
    let cache = place.path("cache");
    let kept = cache.join("hnp/9.9.9/hnp");
    let start = |runner: &Path, mirror: &Path| {
        let env = [
            ("HNP_BIN", ""),
            ("PATH", "/usr/bin:/bin"),
            ("HNP_MIRROR", mirror.to_str().unwrap()),
            ("XDG_CACHE_HOME", cache.to_str().unwrap()),
        ];
        run_with(runner.to_str().unwrap(), &place.work(), &["x", "y"], &env)
    };
    let other = pinned(&place, &"0".repeat(64));
    let text = start(&other, &mirror).fails();
    assert!(text.contains("is not run"), "{text}");
    assert_eq!(fs::read_dir(kept.parent().unwrap()).unwrap().count(), 0);

    let runner = pinned(&place, sum);
    let text = start(&runner, Path::new("/nowhere")).fails();
    assert!(
        text.contains("could not be downloaded from /nowhere"),
        "{text}"
    );
    assert!(start(&runner, &mirror).passes().contains("released x y"));
    assert!(
        start(&runner, Path::new("/nowhere"))
            .passes()
            .contains("released x y")
    );
    fs::write(&kept, "#!/bin/sh\necho somebody else\n").unwrap();
    let text = start(&runner, &mirror).passes();
    assert!(
        text.contains("released x y") && !text.contains("somebody"),
        "{text}"
    );
}

#[test]
fn the_file_for_managers_names_three_hooks() {
    let manifest =
        fs::read_to_string(scripts().parent().unwrap().join(".pre-commit-hooks.yaml")).unwrap();
    let ids: Vec<_> = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("- id: "))
        .collect();
    assert_eq!(ids, ["hnp", "hnp-src", "hnp-system"]);
    for script in [
        "run",
        "pre-receive",
        "gitlab-pre-receive",
        "github-enterprise-pre-receive",
    ] {
        run("sh", &scripts(), &["-n", script]).passes();
    }
}
