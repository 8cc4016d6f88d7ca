//! A small change is found harmless only where judging the whole tree finds nothing either.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use hnp_model::SourceFile;
use hnp_model::kind::KINDS;
use hnp_rules::basis::{self, Basis, Changed, Counts, Verdict};
use hnp_rules::catalogue::{self, FAMILIES};
use hnp_rules::engine::Check;
use hnp_rules::{FileCheck, Outside, Role, Settings, check_change, check_file, check_tree};
use xtask::corpus::{Recipe, generate};

/// Texts by path.
type Tree = BTreeMap<String, String>;

/// Checks files, each text once.
struct Judge {
    settings: Settings,
    known: HashMap<(String, String), FileCheck>,
}

impl Judge {
    fn new(settings: Settings) -> Self {
        Self {
            settings,
            known: HashMap::new(),
        }
    }

    fn file(&mut self, path: &str, text: &str) -> FileCheck {
        let settings = &self.settings;
        let check = self.known.entry((path.to_owned(), text.to_owned()));
        check
            .or_insert_with(|| {
                let role = if path.contains("unmanaged/") {
                    Role::Context
                } else {
                    Role::Managed
                };
                let file = SourceFile {
                    path: path.to_owned(),
                    bytes: text.as_bytes().to_vec(),
                };
                check_file(file, role, settings)
            })
            .clone()
    }

    fn files(&mut self, tree: &Tree) -> Vec<FileCheck> {
        tree.iter()
            .map(|(path, text)| self.file(path, text))
            .collect()
    }

    /// The codes of all that is found in a tree and the step to it.
    fn whole(&mut self, old: &Tree, new: &Tree) -> (BTreeSet<&'static str>, Counts) {
        let (old, new) = (self.files(old), self.files(new));
        let none = |_, _: &str| Some(Vec::new());
        let mut codes: BTreeSet<_> = new
            .iter()
            .flat_map(|file| &file.findings)
            .map(|finding| finding.code)
            .collect();
        codes.extend(
            check_tree(&new, &self.settings, &none)
                .0
                .iter()
                .map(|it| it.code),
        );
        let step = check_change(&old, &new, &self.settings, &none).0;
        codes.extend(step.iter().map(|it| it.code));
        let judged = || new.iter().filter(|file| file.role != Role::Context);
        let counts = Counts {
            files: judged().count(),
            documents: judged().map(|file| file.documents).sum(),
            resources: judged().map(|file| file.facts.len()).sum(),
        };
        (codes, counts)
    }

    /// What the basis says of the step.
    fn quick(&mut self, bytes: &[u8], base: &Tree, old: &Tree, new: &Tree) -> Verdict {
        let paths: BTreeSet<&String> = base.keys().chain(old.keys()).chain(new.keys()).collect();
        let differs = |path: &&&String| {
            old.get(**path) != base.get(**path) || new.get(**path) != base.get(**path)
        };
        let mut changed = Vec::new();
        for path in paths.iter().filter(differs) {
            changed.push(Changed {
                path: (*path).clone(),
                old: old.get(*path).map(|text| self.file(path, text)),
                new: new.get(*path).map(|text| self.file(path, text)),
            });
        }
        let settings = self.settings.clone();
        let known: HashMap<_, _> = base
            .iter()
            .map(|(path, text)| (path.as_str(), text))
            .collect();
        let reread = |path: &str| {
            let file = SourceFile {
                path: path.to_owned(),
                bytes: known.get(path)?.as_bytes().to_vec(),
            };
            Some(check_file(file, Role::Managed, &settings))
        };
        Basis::open(bytes, &reread)
            .unwrap()
            .judge(&changed, &settings)
    }
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

/// Key and value of a line; an item of a list has the key `-`.
fn pair(line: &str) -> Option<(&str, &str)> {
    let bare = line.trim_start();
    let bare = bare.strip_prefix("- ").unwrap_or(bare);
    let (key, value) = bare.split_once(": ").unwrap_or(("-", bare));
    (!value.is_empty() && !bare.ends_with(':') && !bare.starts_with('#')).then_some((key, value))
}

/// Every value that a key has somewhere.
fn values(tree: &Tree) -> HashMap<String, Vec<String>> {
    let mut all: HashMap<String, Vec<String>> = HashMap::new();
    for (key, value) in tree.values().flat_map(|text| text.lines()).filter_map(pair) {
        if !matches!(key, "apiVersion" | "kind") {
            all.entry(key.to_owned())
                .or_default()
                .push(value.to_owned());
        }
    }
    for list in all.values_mut() {
        list.sort();
        list.dedup();
    }
    all
}

/// Changes one thing: a value to one that the key has elsewhere, two values for each other, a file to be or not to be.
fn edit(tree: &mut Tree, values: &HashMap<String, Vec<String>>, numbers: &mut Numbers) {
    let paths: Vec<String> = tree.keys().cloned().collect();
    let path = &paths[numbers.below(paths.len())];
    let mut lines: Vec<String> = tree[path].lines().map(str::to_owned).collect();
    let with_values: Vec<usize> = (0..lines.len())
        .filter(|n| pair(&lines[*n]).is_some_and(|(key, _)| values.contains_key(key)))
        .collect();
    match numbers.below(12) {
        0 => {
            tree.remove(path);
            return;
        }
        1 | 2 => {
            // A copy under another name.
            let n = numbers.below(1000);
            let text = tree[path].replacen("\n  name: ", &format!("\n  name: a{n}-"), 1);
            tree.insert(format!("{}-{n}.yaml", path.trim_end_matches(".yaml")), text);
            return;
        }
        3 => {
            let at = numbers.below(lines.len());
            lines.remove(at);
        }
        4 | 5 => {
            // Two files exchange a value.
            let Some(at) = with_values.get(numbers.below(with_values.len().max(1))) else {
                return;
            };
            let (key, mine) = pair(&lines[*at]).unwrap();
            let (key, mine) = (key.to_owned(), mine.to_owned());
            let other = &paths[numbers.below(paths.len())];
            let theirs = tree[other]
                .lines()
                .find(|line| pair(line).is_some_and(|(k, v)| k == key && v != mine));
            let Some(theirs) = theirs.map(str::to_owned) else {
                return;
            };
            let value = pair(&theirs).unwrap().1.to_owned();
            let swapped = tree[other].replacen(&theirs, &theirs.replace(&value, &mine), 1);
            if other != path {
                tree.insert(other.clone(), swapped);
            }
            lines[*at] = lines[*at].replace(&mine, &value);
        }
        _ => {
            let Some(at) = with_values.get(numbers.below(with_values.len().max(1))) else {
                return;
            };
            let (key, mine) = pair(&lines[*at]).unwrap();
            let list = &values[key];
            let value = &list[numbers.below(list.len())];
            lines[*at] = lines[*at].replace(mine, value);
        }
    }
    tree.insert(path.clone(), lines.join("\n") + "\n");
}

#[derive(Debug, Default)]
struct Seen {
    unharmed: usize,
    harmed: BTreeMap<&'static str, usize>,
    not_covered: usize,
    in_vain: usize,
}

/// Walks from a tree by edits, and holds what the basis says to what the whole tree shows.
fn walk(start: Tree, settings: Settings, seed: u64, steps: usize, seen: &mut Seen) {
    let mut judge = Judge::new(settings);
    let mut numbers = Numbers(seed);
    let mut base = start;
    let (mut old, mut bytes) = (base.clone(), None);
    let mut values = values(&base);
    for step in 0..steps {
        if bytes.is_none() || numbers.below(12) == 0 {
            let (codes, _) = judge.whole(&old, &old);
            assert!(codes.is_empty(), "seed {seed}, step {step}: {codes:?}");
            base = old.clone();
            let files = judge.files(&base);
            bytes = basis::write(&files, &|_| false, &judge.settings.clone());
            values.extend(self::values(&base));
        }
        let kept = bytes.as_deref().expect("a clean tree makes a basis");
        let mut new = old.clone();
        for _ in 0..1 + numbers.below(3) {
            edit(&mut new, &values, &mut numbers);
        }
        let (codes, counts) = judge.whole(&old, &new);
        match judge.quick(kept, &base, &old, &new) {
            Verdict::Unharmed(judged) => {
                let differing: Vec<_> = new
                    .iter()
                    .filter(|(path, text)| old.get(*path) != Some(text))
                    .collect();
                assert!(
                    codes.is_empty(),
                    "seed {seed}, step {step}: {codes:?} is not seen: {differing:#?}"
                );
                assert_eq!(judged, counts, "seed {seed}, step {step}");
                seen.unharmed += 1;
            }
            Verdict::Harmed => {
                seen.in_vain += usize::from(codes.is_empty());
                for code in &codes {
                    *seen.harmed.entry(code).or_default() += 1;
                }
            }
            Verdict::NotCovered => seen.not_covered += 1,
        }
        if codes.is_empty() {
            old = new;
        }
    }
}

/// A generated fabric, with gateways and context added.
fn corpus(size: usize, seed: u64) -> Tree {
    let recipe = Recipe::new(size).unwrap().with_seed(seed);
    let mut tree: Tree = generate(&recipe)
        .into_iter()
        .filter(|file| file.path.ends_with(".yaml"))
        .map(|file| (file.path, file.text))
        .collect();
    for n in 1..=2 {
        let spec = format!(
            "  asn: 65534\n  protocolIP: 172.30.8.20{n}/32\n  vtepIP: 172.30.12.20{n}/32\n  vtepMAC: ca:fe:ba:be:00:0{n}\n  interfaces:\n    enp2s1:\n      ips: [172.30.250.{n}1/31]\n  neighbors:\n  - ip: 172.30.250.{n}0\n    asn: 65100\n"
        );
        let gateway = manifest(
            "gateway.githedgehog.com/v1alpha1",
            "Gateway",
            &format!("gw-{n}"),
            &spec,
        );
        tree.insert(format!("managed/gateways/gw-{n}.yaml"), gateway);
    }
    let vpcs: Vec<(String, String)> = tree
        .iter()
        .filter(|(path, _)| path.contains("/vpcs/tenant-"))
        .filter_map(|(path, text)| {
            let name = path.rsplit('/').next()?.strip_suffix(".yaml")?;
            let subnet = text
                .lines()
                .filter_map(pair)
                .find(|(key, _)| *key == "subnet")?;
            Some((name.to_owned(), subnet.1.to_owned()))
        })
        .collect();
    for (n, two) in vpcs.windows(2).enumerate() {
        let [(a, subnet), (b, other)] = two else {
            continue;
        };
        let spec = format!(
            "  peering:\n    {a}:\n      expose:\n      - ips:\n        - cidr: {subnet}\n    {b}:\n      expose:\n      - ips:\n        - cidr: {other}\n"
        );
        let peering = manifest(
            "gateway.githedgehog.com/v1alpha1",
            "GatewayPeering",
            &format!("gp-{n}"),
            &spec,
        );
        tree.insert(format!("managed/gateways/gp-{n}.yaml"), peering);
    }
    tree
}

fn manifest(version: &str, kind: &str, name: &str, spec: &str) -> String {
    format!("apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n{spec}")
}

#[test]
fn what_is_found_harmless_is_harmless_over_random_edits() {
    let mut seen = Seen::default();
    let steps: usize = std::env::var("HNP_STEPS").map_or(80, |text| text.parse().unwrap());
    for seed in 1..=4 {
        let mut settings = Settings::default();
        if seed % 2 == 0 {
            // As the profile `live` has it.
            (settings.outside, settings.hydrated) = (Outside::Kinds(Vec::new()), Some(true));
        }
        let start = corpus(90, seed);
        if seed > 2 {
            settings = full(&settings, &start);
        }
        walk(start, settings, seed, steps, &mut seen);
    }
    assert!(seen.unharmed > steps / 4, "{seen:?}");
    assert!(seen.harmed.len() > 12, "{seen:?}");
}

/// Leaves no VLAN for one more VPC on the switch that most of them reach.
fn full(settings: &Settings, tree: &Tree) -> Settings {
    let with = |vlans: u16| {
        let mut settings = settings.clone();
        let range = &mut settings.network.irb_vlans[0];
        range.to = range.from + vlans - 1;
        settings
    };
    (1..900)
        .map(with)
        .find(|settings| Judge::new(settings.clone()).whole(tree, tree).0.is_empty())
        .unwrap()
}

/// The documents of an example, one a file.
fn files(text: &str) -> Tree {
    text.split("\n---\n")
        .enumerate()
        .map(|(n, text)| {
            (
                format!("managed/{n}.yaml"),
                format!("{}\n", text.trim_end()),
            )
        })
        .collect()
}

#[test]
fn what_an_example_shows_is_never_found_harmless() {
    let all = KINDS.iter().map(|info| info.kind.to_owned()).collect();
    let mut seen: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let rules = || FAMILIES.iter().flat_map(catalogue::Family::rules);
    for outside in [
        Outside::Auto,
        Outside::Kinds(Vec::new()),
        Outside::Kinds(all),
    ] {
        for hydrated in [None, Some(true)] {
            let mut settings = Settings {
                outside: outside.clone(),
                hydrated,
                ..Settings::default()
            };
            let mut usual = Judge::new(settings.clone());
            settings.network.irb_vlans[0].to = settings.network.irb_vlans[0].from;
            let mut narrow = Judge::new(settings);
            for rule in rules() {
                let judge = if rule.code == "CON-28" {
                    &mut narrow
                } else {
                    &mut usual
                };
                let (Check::Tree(_) | Check::Change(_), Some(wrong)) = (rule.check, rule.wrong)
                else {
                    continue;
                };
                let mut steps = Vec::new();
                if let Some((old, new)) = wrong.split_once("# afterwards\n") {
                    steps.push((files(old), files(new)));
                } else {
                    let new = files(wrong);
                    for path in new.keys() {
                        let mut old = new.clone();
                        old.remove(path);
                        steps.push((old.clone(), new.clone()));
                        // What it needs goes while the rest stays, and comes with other resources.
                        steps.push((new.clone(), old));
                    }
                    steps.extend(rule.right.map(|right| (files(right), new)));
                }
                for (old, new) in steps {
                    let (before, _) = judge.whole(&old, &old);
                    let checks = judge.files(&old);
                    let kept = basis::write(&checks, &|_| false, &judge.settings.clone());
                    let (Some(bytes), true) = (kept, before.is_empty()) else {
                        continue;
                    };
                    let (codes, counts) = judge.whole(&old, &new);
                    let at = match judge.quick(&bytes, &old, &old, &new) {
                        Verdict::Unharmed(judged) => {
                            assert!(codes.is_empty(), "{}: {codes:?} is not seen", rule.code);
                            assert_eq!(judged, counts, "{}", rule.code);
                            0
                        }
                        Verdict::Harmed => 1,
                        Verdict::NotCovered => 2,
                    };
                    if at == 0 || codes.contains(rule.code) {
                        seen.entry(rule.code).or_default()[at] += 1;
                    }
                }
            }
        }
    }
    let harmed = seen.values().filter(|counts| counts[1] > 0).count();
    assert!(harmed > 60, "{harmed}: {seen:?}");
}

#[test]
fn port_channels_of_a_group_are_counted_over_all_that_is_unchanged() {
    let connection = |n: usize, switch: &str| {
        let spec = format!(
            "  bundled:\n    links:\n    - server: {{ port: server-{n}/eth0 }}\n      switch: {{ port: {switch}/E1/{n} }}\n"
        );
        manifest(
            "wiring.githedgehog.com/v1beta1",
            "Connection",
            &format!("con-{n}"),
            &spec,
        )
    };
    let switch = |name: &str| {
        let spec = "  role: server-leaf\n  profile: own\n  redundancy: { group: g, type: eslag }\n";
        manifest("wiring.githedgehog.com/v1beta1", "Switch", name, spec)
    };
    let mut base: Tree = (1..=249)
        .map(|n| {
            (
                format!("managed/con-{n}.yaml"),
                connection(n, ["a", "b"][n % 2]),
            )
        })
        .collect();
    for name in ["a", "b"] {
        base.insert(format!("managed/{name}.yaml"), switch(name));
    }
    let settings = Settings {
        outside: Outside::Kinds(
            ["Server", "SwitchGroup", "SwitchProfile", "VLANNamespace"]
                .map(str::to_owned)
                .into(),
        ),
        ..Settings::default()
    };
    let mut judge = Judge::new(settings);
    let only = |codes: BTreeSet<&str>| codes.into_iter().eq(["CON-27"]);
    let mut new = base.clone();
    new.insert("managed/con-250.yaml".to_owned(), connection(250, "a"));
    assert_eq!(judge.whole(&base, &base).0, BTreeSet::new());
    assert!(only(judge.whole(&base, &new).0));
    let checks = judge.files(&base);
    let bytes = basis::write(&checks, &|_| false, &judge.settings.clone()).unwrap();
    assert_eq!(judge.quick(&bytes, &base, &base, &new), Verdict::Harmed);
    // One that is in no group yet, and comes into it.
    let mut apart = base.clone();
    let alone = switch("c").replace("  redundancy: { group: g, type: eslag }\n", "");
    apart.insert("managed/c.yaml".to_owned(), alone);
    apart.insert("managed/con-250.yaml".to_owned(), connection(250, "c"));
    assert_eq!(judge.whole(&apart, &apart).0, BTreeSet::new());
    let mut joined = apart.clone();
    joined.insert("managed/c.yaml".to_owned(), switch("c"));
    assert!(only(judge.whole(&apart, &joined).0));
    let checks = judge.files(&apart);
    let bytes = basis::write(&checks, &|_| false, &judge.settings.clone()).unwrap();
    assert_eq!(
        judge.quick(&bytes, &apart, &apart, &joined),
        Verdict::Harmed
    );
}
