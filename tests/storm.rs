//! The storm: HNP saved every object again and again with another timestamp, and each save was a commit. Here the saves
//! are replayed against hnp, each followed by a run of its own.
//!
//! A few are replayed as it stands; `SAVES=3000 RUNS=1000 cargo test --test storm -- --nocapture` replays all of it. The figures
//! are printed.
#![allow(clippy::unwrap_used)]

mod kit;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use kit::{Repo, server};
use serde_json::{Map, Value, json};

const SYNC: &[&str] = &["sync", "--gui", "gui.json", "--commit"];

/// Numbers that look random and are the same in every run.
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

/// A small fabric with numbers in it, so that they can be spelled in several ways.
fn fabric(servers: usize, vpcs: usize) -> Repo {
    let repo = Repo::lab();
    repo.write(
        "lab/managed/externals/ipv4namespace_default.yaml",
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: IPv4Namespace\nmetadata:\n  name: default\nspec:\n  subnets: [10.0.0.0/8]\n",
    );
    repo.write(
        "lab/managed/externals/vlannamespace_default.yaml",
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: VLANNamespace\nmetadata:\n  name: default\nspec:\n  ranges: [{from: 1000, to: 2999}]\n",
    );
    for n in 0..servers {
        let name = format!("server-{n:02}");
        repo.write(
            &format!("lab/managed/servers/{name}.yaml"),
            format!(
                "# {name}\n{}",
                server(&name, "{description: rack 1} # kept")
            ),
        );
    }
    for n in 0..vpcs {
        let vlan = 1001 + n;
        repo.write(
            &format!("lab/managed/vpcs/vpc-{n}.yaml"),
            format!(
                "# The network of team {n}\napiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: vpc-{n}\nspec:\n  subnets:\n    default:\n      subnet: 10.{n}.0.0/24 # asked for\n      vlan: {vlan}\n"
            ),
        );
    }
    repo.commit("Begin");
    repo.ok(SYNC);
    repo
}

/// Turns the keys of all maps and spells whole numbers as fractions or powers, as a program that passes through floats does.
fn respell(value: &Value, numbers: &mut Numbers) -> Value {
    match value {
        Value::Object(entries) => {
            let mut entries: Vec<(String, Value)> = entries
                .iter()
                .map(|(key, value)| (key.clone(), respell(value, numbers)))
                .collect();
            let turn = numbers.below(entries.len().max(1));
            entries.rotate_left(turn);
            Value::Object(Map::from_iter(entries))
        }
        Value::Array(items) => items.iter().map(|item| respell(item, numbers)).collect(),
        Value::Number(number) if numbers.below(2) == 0 => {
            number.as_i64().map_or(value.clone(), |n| {
                #[allow(clippy::cast_precision_loss)]
                let float = n as f64;
                json!(float)
            })
        }
        other => other.clone(),
    }
}

/// What a save of HNP does to an object: other timestamps, other order, the same meaning.
fn save(one: &mut Value, n: usize, numbers: &mut Numbers) {
    let stamp = format!(
        "2025-08-06T{:02}:{:02}:{:02}.{:06}+00:00",
        10 + n / 3600,
        n / 60 % 60,
        n % 60,
        numbers.below(1_000_000)
    );
    one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
    one["updated"] = json!(stamp);
    let mut manifest = respell(&one["desired"], numbers);
    manifest["metadata"]["annotations"] = json!({
        "hnp.githedgehog.com/managed-by": "hedgehog-netbox-plugin",
        "hnp.githedgehog.com/fabric": "lab",
        "hnp.githedgehog.com/last-synced": stamp,
    });
    if numbers.below(4) == 0 {
        manifest["metadata"]["resourceVersion"] = json!(n.to_string());
        manifest["status"] = json!({"applied": stamp});
    }
    one["desired"] = manifest;
}

/// Every byte under the repository, Git's own directory included.
fn bytes(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// All but what the GUI's own program writes.
fn ours(repo: &Repo) -> (BTreeMap<String, Vec<u8>>, String) {
    let mut files = repo.files();
    files.remove("gui.json");
    (files, repo.git(&["for-each-ref"]))
}

fn commits(repo: &Repo) -> usize {
    repo.git(&["rev-list", "--count", "HEAD"])
        .trim()
        .parse()
        .unwrap()
}

/// Replays saves, every `real`th of which means something.
fn storm(repo: &Repo, saves: usize, real: usize) -> (usize, usize) {
    let mut numbers = Numbers(11);
    let (mut idle, mut changed) = (0, 0);
    for n in 1..=saves {
        let mut gui: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
        let all = gui["resources"].as_array_mut().unwrap();
        let at = numbers.below(all.len());
        save(&mut all[at], n, &mut numbers);
        let name = all[at]["desired"]["metadata"]["name"]
            .as_str()
            .unwrap()
            .to_owned();
        let means = n % real == 0;
        if means {
            let spec = &mut all[at]["desired"]["spec"];
            if name.starts_with("vpc-") {
                let vlan = 2000 + n / real;
                spec["subnets"]["default"]["vlan"] = json!(vlan);
            } else if name.starts_with("server-") {
                spec["description"] = json!(format!("rack {n}"));
            } else if spec.get("subnets").is_some() {
                spec["subnets"] = json!(["10.0.0.0/8", format!("172.16.{}.0/24", n / real % 250)]);
            } else {
                // Below 3000, where the fabric keeps VLANs for itself.
                spec["ranges"] = json!([{"from": 1000, "to": 2960 + n / real}]);
            }
        }
        repo.write("gui.json", gui.to_string());
        let (before, count) = (ours(repo), commits(repo));
        let saved = repo.read("gui.json");
        repo.ok(SYNC);
        if means {
            changed += 1;
            assert_eq!(commits(repo), count + 1, "save {n} of {name}: one commit");
            let files = repo.git(&["show", "--format=", "--name-only", "HEAD"]);
            let mut files: Vec<&str> = files.lines().collect();
            files.sort_unstable();
            assert_eq!(files.len(), 2, "save {n} of {name}: {files:?}");
            assert_eq!(files[0], ".hnp/state.toml");
            assert!(
                files[1].contains(&name) || files[1].contains("namespace_default"),
                "{files:?}"
            );
            let lines = repo.git(&["show", "--format=", "--numstat", "HEAD", "--", files[1]]);
            assert!(lines.starts_with("1\t1\t"), "save {n} of {name}: {lines}");
        } else {
            idle += 1;
            assert!(ours(repo) == before, "save {n} of {name} changed something");
            assert_eq!(
                repo.read("gui.json"),
                saved,
                "save {n} of {name} wrote to the GUI"
            );
        }
    }
    (idle, changed)
}

fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// How much to replay, where somebody asks for more than a few.
fn asked(name: &str) -> Option<usize> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
fn saves_that_mean_nothing_make_nothing() {
    let (repo, saves, real) = match asked("SAVES") {
        Some(saves) => (fabric(40, 6), saves, 100),
        None => (fabric(4, 3), 40, 8),
    };
    let start = Instant::now();
    let (begin, meant) = (commits(&repo), saves / real);
    assert_eq!(storm(&repo, saves, real), (saves - meant, meant));
    assert_eq!(commits(&repo), begin + meant);
    say(&format!(
        "{saves} saves, {} of them without meaning: {meant} commits, 0 for those; {:.0} s",
        saves - meant,
        start.elapsed().as_secs_f64()
    ));
}

/// A draft with nothing new in it is taken in by the GUI, and that is all.
#[test]
fn a_draft_that_means_nothing_makes_nothing() {
    let repo = fabric(2, 1);
    let mut gui: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    for one in gui["resources"].as_array_mut().unwrap() {
        one["draft"] = respell(&one["desired"], &mut Numbers(3));
        one["draft"]["metadata"]["annotations"] = json!({"hnp.githedgehog.com/last-synced": "now"});
        one["revision"] = json!(9);
    }
    repo.write("gui.json", gui.to_string());
    let (files, count) = (ours(&repo).0, commits(&repo));
    repo.ok(SYNC);
    assert!(ours(&repo).0 == files);
    assert_eq!(commits(&repo), count);
    assert!(!repo.read("gui.json").contains("draft"));
    let before = bytes(repo.root());
    repo.ok(SYNC);
    assert!(bytes(repo.root()) == before);
}

#[test]
fn idle_runs_leave_every_byte_of_the_repository() {
    let (repo, runs) = match asked("RUNS") {
        Some(runs) => (fabric(40, 6), runs),
        None => (fabric(4, 3), 15),
    };
    let before = bytes(repo.root());
    let start = Instant::now();
    for n in 1..=runs {
        repo.ok(SYNC);
        if n % 100 == 0 || n == runs {
            assert!(bytes(repo.root()) == before, "run {n}");
        }
    }
    say(&format!(
        "{runs} idle runs over {} files, .git included: no byte differs; {:.0} s",
        before.len(),
        start.elapsed().as_secs_f64()
    ));
}
