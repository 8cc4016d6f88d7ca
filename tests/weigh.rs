//! How findings are weighed: ignore comments, baselines, profiles, fixes that are asked for; and that threads change nothing.
#![allow(clippy::unwrap_used)]

mod kit;

use std::process::Command;

use kit::{HNP, Repo, server};

const FILE: &str = "lab/managed/servers/a.yaml";

fn vpc(name: &str, subnet: &str, vlan: u16, note: &str) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  subnets:\n    default:\n      subnet: {subnet}{note}\n      vlan: {vlan}\n"
    )
}

fn codes(repo: &Repo, args: &[&str]) -> Vec<String> {
    let found = repo.json(args);
    found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let old = if finding["old"] == true { "old " } else { "" };
            format!("{old}{}", finding["code"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn an_ignore_comment_holds_where_it_stands() {
    let repo = Repo::lab();
    let validate = |text: &str| {
        repo.write("lab/managed/vpcs/vpc-1.yaml", text);
        codes(&repo, &["validate"])
    };
    assert_eq!(
        validate(&vpc("vpc-1", "10.1.0.5/24", 1001, "")),
        ["VPC-12-G"]
    );
    let behind = vpc(
        "vpc-1",
        "10.1.0.5/24",
        1001,
        " # hnp: ignore=VPC-12-G as built",
    );
    assert!(validate(&behind).is_empty());
    // On the line above, and above the document.
    let above = vpc("vpc-1", "10.1.0.5/24", 1001, "").replace(
        "      subnet:",
        "      # hnp: ignore=VPC-12-G,VPC-30 as built\n      subnet:",
    );
    assert_eq!(validate(&above), ["ING-12"]);
    let whole = format!(
        "# hnp: ignore=vpc-12-g\n{}",
        vpc("vpc-1", "10.1.0.5/24", 1001, "")
    );
    assert!(validate(&whole).is_empty());
    // Not of the next document, not inside a text, not another code.
    let next = format!("{whole}---\n{}", vpc("vpc-2", "10.2.0.5/24", 1002, ""));
    assert_eq!(validate(&next), ["VPC-12-G"]);
    let other = vpc("vpc-1", "10.1.0.5/24", 1001, " # hnp: ignore=VPC-99");
    assert_eq!(validate(&other), ["VPC-12-G", "ING-12"]);
    let text = server("a", "{description: \"# hnp: ignore=SCH-01\", wrong: 1}");
    assert_eq!(validate(&text), ["SCH-01"]);
}

#[test]
fn what_the_reader_refuses_cannot_be_ignored() {
    let repo = Repo::lab();
    repo.write(
        FILE,
        format!("# hnp: ignore=YAML-05\n{}", server("a", "{a: 1, a: 2}")),
    );
    let found = codes(&repo, &["validate"]);
    assert!(found.contains(&"YAML-05".to_owned()), "{found:?}");
}

#[test]
fn a_baseline_marks_and_never_drops() {
    let repo = Repo::lab();
    repo.write(FILE, server("a", "{wrong: 1}"));
    let run = repo.hnp(&["validate", "--write-baseline", "known.txt"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let first = repo.read("known.txt");
    assert_eq!(
        codes(&repo, &["validate", "--baseline", "known.txt"]),
        ["old SCH-01"]
    );
    assert_eq!(repo.hnp(&["validate", "--baseline", "known.txt"]).code, 0);
    // Moved lines and moved files keep what is known; a second of the same is new.
    repo.git(&["add", "."]);
    std::fs::rename(
        repo.root().join(FILE),
        repo.root().join("lab/managed/servers/z.yaml"),
    )
    .unwrap();
    let path = "lab/managed/servers/z.yaml";
    repo.write(path, format!("\n\n# later\n{}", repo.read(path)));
    let found = codes(&repo, &["validate", "--baseline", "known.txt"]);
    assert!(found.contains(&"old SCH-01".to_owned()), "{found:?}");
    repo.write("lab/managed/servers/b.yaml", server("b", "{wrong: 1}"));
    let run = repo.hnp(&["validate", "--baseline", "known.txt"]);
    assert_eq!(run.code, 1, "{}", run.out);
    // By configuration, and written again with the same bytes.
    std::fs::remove_file(repo.root().join("lab/managed/servers/b.yaml")).unwrap();
    let config = repo.read(".hnp/config.toml");
    repo.write(
        ".hnp/config.toml",
        format!("{config}\n[rules]\nbaseline = \"known.txt\"\n"),
    );
    assert_eq!(repo.hnp(&["validate"]).code, 0);
    repo.write(path, server("a", "{wrong: 1}"));
    repo.ok(&["validate", "--write-baseline", "again.txt"]);
    let prints = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| line.contains("SCH-01"))
            .map(|line| line.split(' ').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(prints(&first), prints(&repo.read("again.txt")));
}

#[test]
fn a_baseline_that_is_none_is_said_so() {
    let repo = Repo::lab();
    repo.write("known.txt", "# fine\nnot a fingerprint\n");
    let run = repo.hnp(&["validate", "--baseline", "known.txt"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("line 2"), "{}", run.err);
    let run = repo.hnp(&["validate", "--baseline", "nowhere.txt"]);
    assert_eq!(run.code, 2, "{}", run.err);
}

#[test]
fn likely_fixes_are_applied_when_asked_for() {
    let repo = Repo::lab();
    let path = "lab/managed/vpcs/vpc-1.yaml";
    let text = format!(
        "# keep me\n{}",
        vpc("vpc-1", "10.1.0.5/24", 1001, " # and me")
    );
    repo.write(path, &text);
    repo.ok(&["validate", "--fix"]);
    assert_eq!(repo.read(path), text, "a likely fix was applied unasked");
    repo.ok(&["validate", "--fix", "--unsafe"]);
    assert_eq!(repo.read(path), text.replace("10.1.0.5/24", "10.1.0.0/24"));
    assert!(codes(&repo, &["validate"]).is_empty());
}

#[test]
fn a_fix_that_is_left_out_is_told_with_the_reason() {
    let repo = Repo::lab();
    let path = "lab/managed/vpcs/vpc-1.yaml";
    let text = vpc("vpc-1", "10.1.0.0/24", 1001, "")
        .replace("1001", "70000")
        .replace("kind: VPC\n", "kind: vpc\n");
    repo.write(path, &text);
    let run = repo.hnp(&["validate", "--fix", "--unsafe"]);
    let said = format!("{}{}", run.out, run.err);
    assert!(
        said.contains("is not done") && said.contains("SCH-09"),
        "{said}"
    );
    assert_eq!(repo.read(path), text);
}

#[test]
fn profiles_say_what_lies_elsewhere() {
    let repo = Repo::lab();
    repo.write(
        "lab/managed/vpcs/vpc-1.yaml",
        vpc("vpc-1", "10.1.0.0/24", 1001, ""),
    );
    // No namespace is here, so by default they are taken to lie elsewhere.
    assert!(codes(&repo, &["validate"]).is_empty());
    assert_eq!(
        codes(&repo, &["validate", "--profile", "live"]),
        ["VPC-33", "VPC-34"]
    );
    assert_eq!(codes(&repo, &["validate", "--profile", "day2"]), ["VPC-33"]);
}

/// The same bytes at 1, 2 and 16 threads, a hundred times.
#[test]
fn threads_change_nothing() {
    let repo = Repo::lab();
    for n in 0..150 {
        // Every third overlaps its neighbour, every fifth has a mistake of its own.
        let third = if n % 3 == 0 { n + 1 } else { n };
        let note = if n % 5 == 0 {
            " # hnp: ignore=VPC-30"
        } else {
            ""
        };
        repo.write(
            &format!("lab/managed/vpcs/vpc-{n}.yaml"),
            vpc(
                &format!("vpc-{n}"),
                &format!("10.{third}.0.0/24"),
                1000 + n / 2,
                note,
            ),
        );
    }
    let run = |threads: &str| {
        let output = Command::new(HNP)
            .args(["validate", "--format", "json"])
            .env("RAYON_NUM_THREADS", threads)
            .current_dir(repo.root())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        output.stdout
    };
    let first = run("1");
    assert!(first.len() > 10_000);
    for round in 0..100 {
        for threads in ["1", "2", "16"] {
            assert!(run(threads) == first, "round {round}, {threads} threads");
        }
    }
}

/// What a document that cannot be read holds nobody knows, so nothing that leans on it is called wrong.
#[test]
fn what_cannot_be_read_is_not_called_missing() {
    let repo = Repo::lab();
    repo.write(
        "lab/managed/vpcs/vpc-1.yaml",
        vpc("vpc-1", "10.1.0.0/24", 1001, ""),
    );
    repo.write(
        "lab/managed/vpcs/vpc-2.yaml",
        vpc("vpc-2", "10.2.0.0/24", 1002, ""),
    );
    let peering = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata:\n  name: vpc-1--vpc-2\nspec:\n  permit:\n  - vpc-1: {}\n    vpc-2: {}\n";
    repo.write("lab/managed/vpcs/peering.yaml", peering);
    repo.commit("good");
    assert!(codes(&repo, &["validate"]).is_empty());
    let broken = format!("{}foo: [\n", vpc("vpc-2", "10.2.0.0/24", 1002, ""));
    repo.write("lab/managed/vpcs/vpc-2.yaml", broken);
    assert_eq!(codes(&repo, &["validate"]), ["YAML-03"]);
    repo.commit("broken");
    assert_eq!(
        codes(&repo, &["validate", "--diff", "HEAD~1..HEAD"]),
        ["YAML-03"]
    );
    // Another name is missing all the same.
    repo.write(
        "lab/managed/vpcs/peering.yaml",
        peering.replace("vpc-2: {}", "vpc-3: {}"),
    );
    let found = codes(&repo, &["validate"]);
    assert!(found.contains(&"PEER-05".to_owned()), "{found:?}");
}

/// A resource with more of the same than anybody reads is judged in time that grows with its size, and the rest is counted.
#[test]
fn many_findings_of_one_kind_are_bounded() {
    let repo = Repo::lab();
    let mut switch = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata:\n  name: leaf-1\nspec:\n  role: server-leaf\n  profile: dell-s5232f-on\n  portBreakouts:\n".to_owned();
    for n in 0..3000 {
        switch.push_str(&format!("    E9/{n}: 4x25G\n"));
    }
    repo.write("lab/managed/switches/leaf-1.yaml", switch);
    let found = codes(&repo, &["validate"]);
    assert_eq!(found.len(), 100, "{}", found.len());
    let run = repo.hnp(&["validate"]);
    assert!(
        run.out
            .contains("and 2900 more of the kind in this resource"),
        "{}",
        &run.out[run.out.len() - 600..]
    );
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_an_error() {
    let repo = Repo::lab();
    let full = std::fs::File::create("/dev/full").unwrap();
    let status = Command::new(HNP)
        .arg("validate")
        .current_dir(repo.root())
        .stdout(full)
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(3));
}
