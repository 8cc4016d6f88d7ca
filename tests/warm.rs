//! What hnp keeps under `.git/hnp/cache` makes hooks fast and never changes what they say.
#![allow(clippy::unwrap_used)]

mod hooks_kit;

use std::fs;
use std::path::PathBuf;

use hooks_kit::{HNP, Place, Ran, command, run, run_with, server};

/// How many files the fabric has: few enough to be quick, more than are checked before it is worth it to keep anything.
const FILES: usize = 48;

fn path(n: usize) -> String {
    format!("lab/managed/servers/server-{n}.yaml")
}

fn fabric() -> Place {
    let place = Place::new();
    for n in 0..FILES {
        place.write(&path(n), &server(&format!("server-{n}"), true));
    }
    place.commit("many");
    place
}

fn cache(place: &Place) -> PathBuf {
    place.work().join(".git/hnp/cache")
}

fn kept(place: &Place) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(cache(place)) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn forget(place: &Place) {
    let _ = fs::remove_dir_all(cache(place));
}

fn hook(place: &Place, format: &str) -> Ran {
    place.hnp(&["--format", format, "hook", "pre-commit"])
}

/// The verdict with what is kept, held against the one without. What is kept stays as it was.
#[track_caller]
fn same_as_cold(place: &Place, what: &str) -> Ran {
    place.git(&["add", "-A"]).passes();
    let aside = place.path("aside");
    let mut verdict = None;
    for format in ["human", "json"] {
        let warm = hook(place, format);
        let _ = fs::remove_dir_all(&aside);
        let was_there = fs::rename(cache(place), &aside).is_ok();
        let cold = hook(place, format);
        forget(place);
        if was_there {
            fs::rename(&aside, cache(place)).unwrap();
        }
        assert_eq!(
            (warm.ok, &warm.text),
            (cold.ok, &cold.text),
            "{what}, {format}"
        );
        verdict.get_or_insert(warm);
    }
    verdict.unwrap()
}

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn edit(place: &Place, numbers: &mut Numbers) -> &'static str {
    let n = numbers.below(FILES);
    let name = format!("server-{n}");
    let full = place.work().join(path(n));
    match numbers.below(9) {
        0 => {
            place.write(&path(n), &server(&name, false));
            "a wrong field"
        }
        1 => {
            place.write(&path(n), &server(&name, true));
            "a right file"
        }
        2 => {
            let _ = fs::remove_file(full);
            "a file less"
        }
        3 => {
            let other = numbers.below(FILES);
            let _ = fs::rename(full, place.work().join(path(other)));
            "a file moved"
        }
        4 => {
            let wrong = server(&name, false).replace(
                "  descripton: x",
                "  descripton: x # hnp: ignore=SCH-01 so it is",
            );
            place.write(&path(n), &wrong);
            "a finding ignored"
        }
        5 => {
            place.write(&path(n), &server("server-1", true));
            "a name that stands twice"
        }
        6 => {
            let elsewhere = format!("lab/unmanaged/manual-overrides/{name}.yaml");
            place.write(&elsewhere, &server(&name, true));
            "context"
        }
        7 => {
            place.write(&path(n), "a: [\n---\n- \u{1F600}\n");
            "what cannot be read"
        }
        _ => {
            place.write(
                &path(n),
                &format!("{}  profile: no-such\n", server(&name, true)),
            );
            "a reference that dangles"
        }
    }
}

#[test]
fn what_is_kept_never_changes_a_verdict_over_random_edits() {
    let place = fabric();
    hook(&place, "human").passes();
    let mut numbers = Numbers(7);
    let mut refused = 0;
    for step in 0..40 {
        let what = edit(&place, &mut numbers);
        let verdict = same_as_cold(&place, &format!("step {step}: {what}"));
        refused += usize::from(!verdict.ok);
        if numbers.below(3) == 0 {
            place.commit("as it is");
        }
    }
    assert!((5..40).contains(&refused), "{refused} refused");
    assert!(!kept(&place).is_empty());
}

#[test]
fn another_release_other_settings_and_imported_schemas_are_judged_anew() {
    let place = fabric();
    place.write(&path(3), &server("server-3", false));
    same_as_cold(&place, "before").fails();
    place.hnp(&["validate", "--staged"]).fails();
    assert_eq!(kept(&place).len(), 1);
    let config = place.read(".hnp/config.toml");
    for (what, more) in [
        ("another release", "release = \"24.09\"\n"),
        ("a limit", "[limits]\nfile_bytes = 60\n"),
        ("a severity", "[rules.severity]\nLBL-01 = \"error\"\n"),
        ("no ignores", "[rules]\nignore = false\n"),
    ] {
        let text = match more.strip_prefix("release") {
            Some(_) => config.replace("format = 1\n", &format!("format = 1\n{more}")),
            None => format!("{config}\n{more}"),
        };
        place.write(".hnp/config.toml", &text);
        same_as_cold(&place, what);
        hook(&place, "human");
        same_as_cold(&place, what);
    }
    assert!(kept(&place).len() > 1, "each setting has its own");
}

#[test]
fn unchanged_files_are_not_read() {
    let place = fabric();
    place.git(&["gc", "-q"]).passes();
    forget(&place);
    place.write(
        &path(1),
        &server("server-1", true).replace(": x", ": other"),
    );
    place.git(&["add", "-A"]).passes();
    hook(&place, "human").passes();
    assert_eq!(kept(&place).len(), 1);
    // Two blobs are made unreadable: one that is known, one that is not.
    let blob = |n: usize| place.id(&format!(":{}", path(n)));
    let loose = |id: &str| {
        place
            .work()
            .join(format!(".git/objects/{}/{}", &id[..2], &id[2..]))
    };
    let pack = fs::read_dir(place.work().join(".git/objects/pack"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "pack")
        })
        .unwrap();
    // Objects of a pack become loose once the pack lies elsewhere.
    let moved = place.path("moved.pack");
    for entry in fs::read_dir(pack.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        if path != pack {
            fs::remove_file(path).unwrap();
        }
    }
    fs::rename(&pack, &moved).unwrap();
    let mut unpack = command("git", &place.work(), &["unpack-objects", "-q"]);
    unpack.stdin(fs::File::open(&moved).unwrap());
    assert!(unpack.status().unwrap().success());
    fs::remove_file(loose(&blob(2))).unwrap();
    hook(&place, "human").passes();
    forget(&place);
    let cold = hook(&place, "human");
    assert!(cold.fails().contains("object"), "without it, it is read");
}

#[test]
fn damage_of_any_kind_costs_time_and_nothing_else() {
    let place = fabric();
    place.write(&path(5), &server("server-5", false));
    place.git(&["add", "-A"]).passes();
    hook(&place, "human").fails();
    let file = kept(&place).pop().unwrap();
    let whole = fs::read(&file).unwrap();
    let mut numbers = Numbers(11);
    for _ in 0..12 {
        let mut bytes = whole.clone();
        let at = numbers.below(bytes.len());
        bytes[at] ^= 1 << numbers.below(8);
        fs::write(&file, &bytes).unwrap();
        same_as_cold(&place, &format!("a bit of byte {at}"));
        fs::write(&file, &whole[..at]).unwrap();
        same_as_cold(&place, &format!("cut to {at}"));
    }
    fs::write(&file, b"").unwrap();
    same_as_cold(&place, "empty");
    fs::write(&file, &whole).unwrap();
    same_as_cold(&place, "whole again");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    same_as_cold(&place, "a directory in its place");
    forget(&place);
    fs::write(cache(&place), "a file in the way").unwrap();
    hook(&place, "human").fails();
}

#[test]
fn killed_while_writing_it_leaves_what_was_there() {
    let place = fabric();
    place.write(&path(5), &server("server-5", false));
    place.git(&["add", "-A"]).passes();
    let expected = hook(&place, "human").fails();
    let mut killed = 0;
    for at in 1..=4 {
        forget(&place);
        let n = at.to_string();
        let env = [("HNP_FAIL_AT", n.as_str())];
        let ran = run_with(HNP, &place.work(), &["hook", "pre-commit"], &env);
        if ran.text == expected {
            continue;
        }
        killed += 1;
        let leftover = |path: &PathBuf| path.extension().is_some_and(|it| it == "tmp");
        let whole = kept(&place).iter().any(|path| !leftover(path));
        assert_eq!(whole, at == 3, "fail point {at}: {:?}", kept(&place));
        same_as_cold(&place, &format!("killed at {at}"));
        assert_eq!(hook(&place, "human").text, expected);
    }
    assert_eq!(killed, 3);
}

#[test]
fn worktrees_share_it_and_servers_do_not_write_it() {
    let place = fabric();
    place.git(&["worktree", "add", "-q", "../linked"]).passes();
    let linked = place.path("linked");
    forget(&place);
    hooks_kit::write(&linked, &path(4), &server("server-4", false));
    run("git", &linked, &["add", "-A"]).passes();
    run(HNP, &linked, &["hook", "pre-commit"]).fails();
    assert_eq!(kept(&place).len(), 1);

    let remote = place.remote();
    run(
        HNP,
        &remote,
        &["hooks", "install", "--server", "--files", "--program", HNP],
    )
    .passes();
    place.write(&path(4), &server("server-4", false));
    place.commit("wrong");
    place.git(&["push", "-q", "--no-verify"]).fails();
    assert!(!remote.join("hnp/cache").exists());
}
