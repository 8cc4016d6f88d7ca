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

/// Verdicts on single files: those are written where many had to be read.
fn verdicts(place: &Place) -> Vec<PathBuf> {
    let is_basis = |path: &PathBuf| path.to_string_lossy().contains(".basis");
    kept(place)
        .into_iter()
        .filter(|path| !is_basis(path))
        .collect()
}

/// Forgets the verdicts on single files, so that it shows whether they are asked for again.
fn forget_verdicts(place: &Place) {
    for path in verdicts(place) {
        fs::remove_file(path).unwrap();
    }
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
    assert_eq!(verdicts(&place).len(), 1);
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
    assert_eq!(kept(&place).len(), 2);
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

/// Breaks a kept file in many ways. Nothing that is said may change.
fn damaged(place: &Place, file: &PathBuf) {
    let whole = fs::read(file).unwrap();
    let mut numbers = Numbers(11);
    for _ in 0..5 {
        let mut bytes = whole.clone();
        let at = numbers.below(bytes.len());
        bytes[at] ^= 1 << numbers.below(8);
        fs::write(file, &bytes).unwrap();
        same_as_cold(place, &format!("a bit of byte {at}"));
        fs::write(file, &whole[..at]).unwrap();
        same_as_cold(place, &format!("cut to {at}"));
    }
    fs::write(file, b"").unwrap();
    same_as_cold(place, "empty");
    fs::write(file, &whole).unwrap();
    same_as_cold(place, "whole again");
    fs::remove_file(file).unwrap();
    fs::create_dir(file).unwrap();
    same_as_cold(place, "a directory in its place");
    fs::remove_dir(file).unwrap();
    fs::write(file, &whole).unwrap();
}

#[test]
fn damage_of_any_kind_costs_time_and_nothing_else() {
    let place = fabric();
    hook(&place, "human").passes();
    forget(&place);
    place.write(
        &path(6),
        &server("server-6", true).replace(": x", ": other"),
    );
    place.git(&["add", "-A"]).passes();
    hook(&place, "human").passes();
    let files = kept(&place);
    assert_eq!(files.len(), 2);
    for file in &files {
        damaged(&place, file);
    }
    place.write(&path(5), &server("server-5", false));
    for file in &files {
        damaged(&place, file);
    }
    forget(&place);
    fs::write(cache(&place), "a file in the way").unwrap();
    hook(&place, "human").fails();
}

#[test]
fn killed_while_writing_it_leaves_what_was_there() {
    let place = fabric();
    place.write(&path(5), &server("server-5", false));
    place.git(&["add", "-A"]).passes();
    let said = hook(&place, "human").fails();
    let mut killed = 0;
    for at in 1..=7 {
        forget(&place);
        let n = at.to_string();
        let env = [("HNP_FAIL_AT", n.as_str())];
        let ran = run_with(HNP, &place.work(), &["hook", "pre-commit"], &env);
        if ran.text == said {
            continue;
        }
        killed += 1;
        let leftover = |path: &PathBuf| path.extension().is_some_and(|it| it == "tmp");
        let whole = kept(&place)
            .into_iter()
            .filter(|path| !leftover(path))
            .count();
        let expected = usize::from(at >= 3) + usize::from(at >= 6);
        assert_eq!(whole, expected, "fail point {at}: {:?}", kept(&place));
        same_as_cold(&place, &format!("killed at {at}"));
        assert_eq!(hook(&place, "human").text, said);
    }
    assert_eq!(killed, 6);
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
    assert_eq!(verdicts(&place).len(), 1);

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

/// A fabric in which much refers to much: VPCs, servers, connections, switches, two directories, and another fabric.
fn wired() -> Place {
    let place = Place::unborn();
    for n in 0..9 {
        write_all(&place, "lab", n);
        write_all(&place, "other", n);
    }
    let config = "format = 1\n[fabric.lab]\ndirectories = [\"lab\", \"lab-more\"]\n[fabric.other]\ndirectory = \"other\"\n";
    place.write(".hnp/config.toml", config);
    for n in 20..23 {
        place.write(
            &format!("lab-more/managed/servers/server-{n}.yaml"),
            &server(&format!("server-{n}"), true),
        );
    }
    place.hnp(&["init", "--repair"]);
    place
        .git(&["config", "core.hooksPath", "/dev/null"])
        .passes();
    place.commit("wired");
    place
}

fn manifest(group: &str, kind: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: {group}.githedgehog.com/v1beta1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n{spec}"
    )
}

fn vpc(n: usize, net: usize, vlan: usize) -> String {
    let spec =
        format!("  subnets:\n    default:\n      subnet: 10.{net}.0.0/24\n      vlan: {vlan}\n");
    manifest("vpc", "VPC", &format!("vpc-{n}"), &spec)
}

fn attachment(n: usize, to: usize) -> String {
    let spec = format!("  connection: con-{n}\n  subnet: vpc-{to}/default\n");
    manifest("vpc", "VPCAttachment", &format!("att-{n}"), &spec)
}

fn connection(n: usize, port: usize) -> String {
    let spec = format!(
        "  unbundled:\n    link:\n      server:\n        port: server-{n}/eth0\n      switch:\n        port: leaf-1/E1/{port}\n"
    );
    manifest("wiring", "Connection", &format!("con-{n}"), &spec)
}

fn write_all(place: &Place, fabric: &str, n: usize) {
    let at = |directory: &str, name: &str| format!("{fabric}/managed/{directory}/{name}.yaml");
    place.write(&at("vpcs", &format!("vpc-{n}")), &vpc(n, n, 1001 + n));
    place.write(
        &at("vpcs", &format!("vpcattachment_att-{n}")),
        &attachment(n, n),
    );
    place.write(
        &at("connections", &format!("con-{n}")),
        &connection(n, n + 1),
    );
    place.write(
        &at("servers", &format!("server-{n}")),
        &server(&format!("server-{n}"), true),
    );
    if n == 0 {
        let switch = "  role: server-leaf\n  profile: dell-s5248f-on\n";
        place.write(
            &at("switches", "leaf-1"),
            &manifest("wiring", "Switch", "leaf-1", switch),
        );
        let ranges = "  ranges:\n  - from: 1000\n    to: 2000\n";
        let namespace = manifest("wiring", "VLANNamespace", "default", ranges);
        place.write(&at("externals", "vlannamespace_default"), &namespace);
        let subnets = "  subnets:\n  - 10.0.0.0/8\n";
        let namespace = manifest("vpc", "IPv4Namespace", "default", subnets);
        place.write(&at("externals", "ipv4namespace_default"), &namespace);
    }
}

/// Changes one thing that may be right or wrong.
fn wire(place: &Place, numbers: &mut Numbers) -> String {
    let fabric = ["lab", "lab", "other"][numbers.below(3)];
    let (n, other) = (numbers.below(6), numbers.below(8));
    let at = |directory: &str, name: &str| format!("{fabric}/managed/{directory}/{name}.yaml");
    let (file, text) = match numbers.below(12) {
        0 => (at("vpcs", &format!("vpc-{n}")), vpc(n, other, 1001 + n)),
        1 => (at("vpcs", &format!("vpc-{n}")), vpc(n, n, 1001 + other)),
        2 => (at("vpcs", &format!("vpc-{n}")), vpc(n, 20 + n, 1101 + n)),
        3 => (
            at("vpcs", &format!("vpcattachment_att-{n}")),
            attachment(n, other),
        ),
        4 => (
            at("connections", &format!("con-{n}")),
            connection(n, other + 1),
        ),
        5 => (
            at("connections", &format!("con-{n}")),
            connection(n, 20 + n),
        ),
        6 => (
            at("connections", &format!("con-{other}")),
            connection(other, 1 + other),
        ),
        7 => (at("vpcs", "new"), vpc(7, 30 + other, 1301)),
        8 => {
            let file = at("vpcs", &format!("vpc-{n}"));
            let _ = fs::remove_file(place.work().join(&file));
            return format!("{file} goes");
        }
        9 => {
            let from = place.work().join(at("vpcs", &format!("vpc-{n}")));
            let _ = fs::rename(from, place.work().join(at("vpcs", "elsewhere")));
            return format!("vpc-{n} moves");
        }
        10 => (at("servers", "readme"), server("server-7", true)),
        _ => (
            format!("{fabric}/raw/processed/{n}.yaml"),
            server("server-1", false),
        ),
    };
    let what = format!("{file} becomes {text}");
    place.write(&file, &text);
    what
}

#[test]
fn a_small_change_is_judged_as_the_whole_tree_is() {
    walk(&wired(), 20);
}

#[test]
fn so_it_is_beside_what_was_found_before() {
    let place = wired();
    let wrong = |n: usize| format!("lab-more/managed/servers/server-{n}.yaml");
    place.write(&wrong(20), &server("server-20", false));
    place.write(
        &wrong(21),
        &server("server-21", true).replace("  name", "  uid: x\n  name"),
    );
    place.write("lab/raw/pending/waits.yaml", &server("server-22", false));
    place.commit("wrong already");
    walk(&place, 14);
}

/// Walks by edits of which those are committed that pass. What passes is nearly always judged by itself.
fn walk(place: &Place, steps: usize) {
    // The bytes are found again without the verdicts on single files.
    let mut numbers = Numbers(3);
    let (mut passed, mut quick) = (0, 0);
    for step in 0..steps {
        let what = wire(place, &mut numbers);
        // As in a commit, the index has names for the trees that it holds.
        place.git(&["add", "-A"]).passes();
        if numbers.below(2) == 0 {
            place.git(&["write-tree"]).passes();
        }
        forget_verdicts(place);
        let alone = hook(place, "human").ok;
        let was_quick = verdicts(place).is_empty();
        let verdict = same_as_cold(place, &format!("step {step}: {what}"));
        assert_eq!(alone, verdict.ok, "step {step}: {what}");
        assert!(
            !was_quick || verdict.ok,
            "step {step}: only what is right is quick"
        );
        quick += usize::from(was_quick);
        if verdict.ok {
            passed += 1;
            place.commit("as it is");
        } else {
            place.git(&["reset", "-q", "--hard"]).passes();
            place.git(&["clean", "-qfd"]).passes();
        }
    }
    assert!((steps / 4..steps - 3).contains(&passed), "{passed} passed");
    assert!(quick >= passed - 3, "{quick} of {passed} were quick");
}

#[test]
fn what_is_the_same_is_not_even_listed() {
    let place = wired();
    place.write("lab/managed/vpcs/vpc-1.yaml", &vpc(1, 40, 1401));
    place.git(&["add", "-A"]).passes();
    place.git(&["write-tree"]).passes();
    hook(&place, "human").passes();
    place.write("lab/managed/vpcs/vpc-2.yaml", &vpc(2, 41, 1402));
    // Only what is added: of files as young as the index Git would look at others too.
    place.git(&["add", "lab/managed/vpcs/vpc-2.yaml"]).passes();
    let tree = place.id("HEAD:lab/managed/connections");
    let loose = place
        .work()
        .join(format!(".git/objects/{}/{}", &tree[..2], &tree[2..]));
    fs::remove_file(loose).unwrap();
    forget_verdicts(&place);
    hook(&place, "human").passes();
    assert!(verdicts(&place).is_empty(), "no file was asked for");
    forget(&place);
    hook(&place, "human").passes();
    assert!(!verdicts(&place).is_empty(), "without it, each one is");
}

/// What `hnp validate` says of a tree of Git, for people and for programs.
fn said(place: &Place, of: &[&str], is_cold: bool) -> [(bool, String); 2] {
    ["human", "json"].map(|format| {
        if is_cold {
            forget(place);
        }
        let ran = place.hnp(&[&["--format", format, "validate"], of].concat());
        (ran.ok, ran.text)
    })
}

#[test]
fn a_tree_that_was_judged_is_not_judged_again() {
    let place = wired();
    // Something to say that makes the tree no less right: what one file says by itself.
    place.write(
        "lab/managed/servers/odd.yaml",
        &server("odd", true).replace("metadata:\n", "metadata:\n  uid: x\n"),
    );
    place.commit("odd");
    for of in [&["--rev", "HEAD"][..], &["--staged"]] {
        let cold = said(&place, of, true);
        assert!(cold[0].1.contains("odd.yaml"), "{}", cold[0].1);
        assert_eq!(said(&place, of, false), cold, "{of:?}");
        let basis = kept(&place).len() - verdicts(&place).len();
        assert_eq!(basis, 2, "one a fabric, kept by the second run");
        forget_verdicts(&place);
        assert_eq!(said(&place, of, false), cold, "{of:?}");
        assert!(verdicts(&place).is_empty(), "no file was asked for");
        said(&place, &[of, &["--release", "26.01"]].concat(), false);
        assert!(
            !verdicts(&place).is_empty(),
            "another release is judged anew"
        );
    }
    place.write("lab/managed/vpcs/vpc-1.yaml", &vpc(1, 40, 1401));
    place.commit("other");
    forget_verdicts(&place);
    assert_eq!(
        said(&place, &["--rev", "HEAD"], false),
        said(&place, &["--rev", "HEAD"], true)
    );
    place.write("lab/managed/vpcs/vpc-1.yaml", &vpc(2, 1, 1401));
    place.commit("wrong");
    let wrong = said(&place, &["--rev", "HEAD"], true);
    assert!(!wrong[0].0);
    assert_eq!(said(&place, &["--rev", "HEAD"], false), wrong);
}
