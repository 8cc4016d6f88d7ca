//! Two pull requests at a time, merged as GitHub merges them: line by line, without any driver.
//!
//! `TRIALS=60 PAIRS=1200 cargo test -p hnp-sync --test simulation -- --nocapture` runs 60 trials of each cell and prints the
//! table of `docs/proofs.md`. Without them a small part of it runs.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use hnp_merge::{Base, Labels, Rules, merge};
use hnp_model::{Severity, SourceFile, manifests};
use hnp_rules::{Role, Settings, check_file, check_tree};
use hnp_state::config::Config;
use hnp_state::state_file::{Entry, State, parse, salvage, verify, write};
use hnp_sync::fabric::{FabricFiles, settings};
use hnp_sync::gui::{GuiAction, GuiWrite, Pairing, base_hash, managed};
use hnp_sync::history::History;
use hnp_sync::merge_state::merge_state_text;
use hnp_sync::reconcile::{Change, Inputs, Outcome, plan_sync};
use hnp_yaml::{Node, Options};

const LINEAGE: &str = "0b0c7a34-5a5c-4d3e-8f00-1d2c3b4a5f60";
const GROUP: &str = "vpc.githedgehog.com";

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

/// Git's merge of three texts, as a server does it; nothing where lines conflict.
fn line_merge(dir: &Path, base: &str, ours: &str, theirs: &str) -> Option<String> {
    let file = |name: &str, text: &str| {
        let path = dir.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let output = Command::new("git")
        .args(["merge-file", "-p", "-q"])
        .args([
            file("ours", ours),
            file("base", base),
            file("theirs", theirs),
        ])
        .output()
        .unwrap();
    let merged = output.status.success();
    merged.then(|| String::from_utf8(output.stdout).unwrap())
}

/// What one pull request does: so many resources changed, added, removed.
#[derive(Clone, Copy)]
struct Mix {
    name: &'static str,
    changes: usize,
    adds: usize,
    removals: usize,
}

const MIXES: [Mix; 6] = [
    Mix {
        name: "1 change",
        changes: 1,
        adds: 0,
        removals: 0,
    },
    Mix {
        name: "3 changes",
        changes: 3,
        adds: 0,
        removals: 0,
    },
    Mix {
        name: "1 addition",
        changes: 0,
        adds: 1,
        removals: 0,
    },
    Mix {
        name: "3 additions",
        changes: 0,
        adds: 3,
        removals: 0,
    },
    Mix {
        name: "5 mixed",
        changes: 2,
        adds: 2,
        removals: 1,
    },
    Mix {
        name: "25 mixed",
        changes: 10,
        adds: 10,
        removals: 5,
    },
];
const FIVE: Mix = MIXES[4];

#[derive(Default, Debug)]
struct Cell {
    trials: usize,
    /// Conflicts between pull requests that have nothing to do with each other.
    conflicts: usize,
    /// Merged, and not the union, and found by `hnp state verify` or `hnp validate`.
    detected: usize,
    /// Merged, not the union, and nobody would see it.
    silent: usize,
}

impl Cell {
    #[allow(clippy::cast_precision_loss)]
    fn percent(&self) -> f64 {
        100.0 * self.conflicts as f64 / self.trials.max(1) as f64
    }
}

fn entry(name: &str, version: usize) -> Entry {
    let hash = hnp_model::canonical::sha256_hex(format!("{name} {version}").as_bytes());
    Entry {
        path: format!("fabric-1/managed/vpcs/{name}.yaml"),
        sha256: hash.clone(),
        base: Some(format!("c1:{hash}")),
        blob: Some(hash[..40].to_owned()),
    }
}

fn key(name: &str) -> String {
    format!("fabric-1/VPC/default/{name}")
}

/// Two pull requests that touch different resources; new names follow on one another, as people choose them.
struct Pair {
    changed: [Vec<String>; 2],
    added: [Vec<String>; 2],
    removed: [Vec<String>; 2],
}

impl Pair {
    fn new(size: usize, mix: Mix, numbers: &mut Numbers) -> Self {
        let mut taken = BTreeSet::new();
        let mut old = |numbers: &mut Numbers| loop {
            let n = numbers.below(size);
            if taken.insert(n) {
                return format!("vpc-{n:04}");
            }
        };
        let mut side = |from: usize, numbers: &mut Numbers| {
            let changed = (0..mix.changes).map(|_| old(numbers)).collect();
            let removed = (0..mix.removals).map(|_| old(numbers)).collect();
            let added = (0..mix.adds)
                .map(|n| format!("vpc-{:04}", size + from + 2 * n))
                .collect();
            (changed, added, removed)
        };
        let (ours, theirs) = (side(0, numbers), side(1, numbers));
        Self {
            changed: [ours.0, theirs.0],
            added: [ours.1, theirs.1],
            removed: [ours.2, theirs.2],
        }
    }

    fn apply(&self, side: usize, state: &mut State) {
        for name in self.changed[side].iter().chain(&self.added[side]) {
            state.resources.insert(key(name), entry(name, 1 + side));
        }
        for name in &self.removed[side] {
            state.resources.remove(&key(name));
        }
    }
}

fn state_cell(size: usize, mix: Mix, trials: usize, dir: &Path) -> Cell {
    let mut base = State::new(LINEAGE);
    for n in 0..size {
        let name = format!("vpc-{n:04}");
        base.resources.insert(key(&name), entry(&name, 0));
    }
    let base_text = write(&base);
    let mut numbers = Numbers(size as u64 + mix.changes as u64 * 7 + mix.adds as u64);
    let mut cell = Cell::default();
    for _ in 0..trials {
        let pair = Pair::new(size, mix, &mut numbers);
        let [mut ours, mut theirs, mut union] = [base.clone(), base.clone(), base.clone()];
        pair.apply(0, &mut ours);
        pair.apply(1, &mut theirs);
        pair.apply(0, &mut union);
        pair.apply(1, &mut union);
        cell.trials += 1;
        let Some(text) = line_merge(dir, &base_text, &write(&ours), &write(&theirs)) else {
            cell.conflicts += 1;
            continue;
        };
        if parse(&text).is_ok_and(|state| state == union) && verify(&text, Some(LINEAGE)).is_empty()
        {
            continue;
        }
        if verify(&text, Some(LINEAGE)).is_empty() {
            cell.silent += 1;
            continue;
        }
        cell.detected += 1;
        // Found, and put right by `hnp state rebuild`: nothing that was agreed on is invented.
        let rebuilt = salvage(&text).into_state(LINEAGE);
        for (key, entry) in &rebuilt.resources {
            let known = [&base, &ours, &theirs];
            assert!(
                entry.base.is_none()
                    || known
                        .iter()
                        .any(|state| state.resources.get(key) == Some(entry)),
                "{key}: {entry:?}"
            );
        }
    }
    cell
}

/// How the YAML of a fabric is laid out.
#[derive(Clone, Copy, PartialEq)]
enum Layout {
    FilePerResource,
    OneFile,
}

fn vpc(name: &str, subnets: &[(usize, usize)]) -> String {
    let mut text = format!(
        "apiVersion: {GROUP}/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  ipv4Namespace: default\n  vlanNamespace: default\n  subnets:\n"
    );
    for (n, vlan) in subnets {
        _ = write!(
            text,
            "    subnet-{n}:\n      subnet: 10.{}.{}.0/24\n      gateway: 10.{}.{}.1\n      vlan: {vlan}\n      dhcp:\n        enable: true\n",
            vlan / 250,
            vlan % 250,
            vlan / 250,
            vlan % 250,
        );
    }
    text
}

type Tree = BTreeMap<String, String>;

fn tree(resources: &BTreeMap<String, Vec<(usize, usize)>>, layout: Layout) -> Tree {
    let texts = resources
        .iter()
        .map(|(name, subnets)| (name, vpc(name, subnets)));
    match layout {
        Layout::FilePerResource => texts
            .map(|(name, text)| (format!("{name}.yaml"), text))
            .collect(),
        Layout::OneFile => {
            let all: Vec<String> = texts.map(|(_, text)| text).collect();
            [("vpcs.yaml".to_owned(), all.join("---\n"))].into()
        }
    }
}

/// Values by name; nothing where a reader refuses the text.
fn values(tree: &Tree) -> Option<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for text in tree.values() {
        let stream = hnp_yaml::parse(text.clone(), &Options::default());
        if !stream.problems().is_empty() {
            return None;
        }
        for manifest in manifests(&stream) {
            let id = manifest.id()?;
            let json = hnp_sync::gui::canonical(&Node::from(manifest.value));
            if found.insert(id.name, json).is_some() {
                return None;
            }
        }
    }
    Some(found)
}

/// Two pull requests over the YAML itself. With `near`, both change one resource, in different fields.
fn yaml_cell(size: usize, mix: Mix, near: bool, layout: Layout, trials: usize, dir: &Path) -> Cell {
    type Resources = BTreeMap<String, Vec<(usize, usize)>>;
    let base: Resources = (0..size)
        .map(|n| {
            (
                format!("vpc-{n:04}"),
                (0..3).map(|k| (k, 3 * n + k + 1)).collect(),
            )
        })
        .collect();
    let mut numbers = Numbers(99 + size as u64 + mix.changes as u64);
    let mut cell = Cell::default();
    for _ in 0..trials {
        let pair = Pair::new(size, mix, &mut numbers);
        let apply = |side: usize, resources: &mut Resources| {
            for (n, name) in pair.changed[side].iter().enumerate() {
                // Near: both sides' first change is in the same resource, in its first and its last subnet.
                let (name, at) = if near && n == 0 {
                    (&pair.changed[0][0], 2 * side)
                } else {
                    (name, 1)
                };
                let subnet = &mut resources.get_mut(name).unwrap()[at];
                subnet.1 += 20_000 + side;
            }
            for (n, name) in pair.added[side].iter().enumerate() {
                resources.insert(name.clone(), vec![(0, 40_000 + 2 * n + side)]);
            }
            for name in &pair.removed[side] {
                resources.remove(name);
            }
        };
        let [mut ours, mut theirs, mut union] = [base.clone(), base.clone(), base.clone()];
        apply(0, &mut ours);
        apply(1, &mut theirs);
        apply(0, &mut union);
        apply(1, &mut union);
        let [base, ours, theirs, union] =
            [&base, &ours, &theirs, &union].map(|resources| tree(resources, layout));
        cell.trials += 1;
        let paths: BTreeSet<&String> = base
            .keys()
            .chain(ours.keys())
            .chain(theirs.keys())
            .collect();
        let mut merged = Tree::new();
        let mut conflict = false;
        for path in paths {
            let [b, o, t] = [&base, &ours, &theirs].map(|tree| tree.get(path));
            let one = if o == t || b == t {
                o.cloned()
            } else if b == o {
                t.cloned()
            } else {
                match (b, o, t) {
                    (b, Some(o), Some(t)) => {
                        let text = line_merge(dir, b.map_or("", String::as_str), o, t);
                        conflict |= text.is_none();
                        text
                    }
                    _ => {
                        conflict = true;
                        None
                    }
                }
            };
            if let Some(one) = one {
                merged.insert(path.clone(), one);
            }
        }
        if conflict {
            cell.conflicts += 1;
            continue;
        }
        match values(&merged) {
            None => cell.detected += 1,
            Some(found) if Some(&found) == values(&union).as_ref() => {}
            Some(_) => cell.silent += 1,
        }
    }
    cell
}

/// Three texts of one resource, and what Git made of them without a marker that the merge by field does not.
struct Wrong {
    base: String,
    ours: String,
    theirs: String,
    merged: String,
    /// The merge by field asks a person.
    asks: bool,
}

fn read(text: &str) -> Option<Node> {
    let stream = hnp_yaml::parse(text.to_owned(), &Options::default());
    let sound = stream.problems().is_empty();
    sound.then(|| Node::from(stream.document(0).unwrap().root().unwrap()))
}

/// Pull requests over one resource that do not go together: the same field, the same new subnet.
fn clash_cell(trials: usize, dir: &Path) -> (Cell, Vec<Wrong>) {
    let mut numbers = Numbers(5);
    let mut cell = Cell::default();
    let mut wrong = Vec::new();
    let rules = Rules::of(GROUP, "VPC");
    for _ in 0..trials {
        let base: Vec<(usize, usize)> = (0..6).map(|n| (2 * n, 100 + n)).collect();
        let side = |numbers: &mut Numbers| {
            let mut subnets = base.clone();
            for _ in 0..=numbers.below(3) {
                let at = numbers.below(subnets.len());
                match numbers.below(3) {
                    0 => subnets[at].1 = 300 + numbers.below(3),
                    1 if subnets.len() > 1 => _ = subnets.remove(at),
                    _ => {
                        let name = 1 + 2 * numbers.below(3);
                        if !subnets.iter().any(|subnet| subnet.0 == name) {
                            subnets.insert(at, (name, 400 + numbers.below(2)));
                        }
                    }
                }
            }
            subnets
        };
        let (ours, theirs) = (side(&mut numbers), side(&mut numbers));
        let [base, ours, theirs] = [&base, &ours, &theirs].map(|subnets| vpc("v", subnets));
        cell.trials += 1;
        let Some(text) = line_merge(dir, &base, &ours, &theirs) else {
            cell.conflicts += 1;
            continue;
        };
        let Some(found) = read(&text) else {
            cell.detected += 1;
            continue;
        };
        let values = [&base, &ours, &theirs].map(|text| read(text).unwrap());
        let wanted = merge(
            rules,
            Base::Value(&values[0]),
            Some(&values[1]),
            Some(&values[2]),
        );
        let asks = !wanted.conflicts.is_empty();
        let same = wanted.conflicts.is_empty()
            && wanted
                .value
                .is_some_and(|value| hnp_merge::diff(rules, Some(&value), Some(&found)).is_empty());
        if !same {
            cell.silent += 1;
            wrong.push(Wrong {
                base,
                ours,
                theirs,
                merged: text,
                asks,
            });
        }
    }
    (cell, wrong)
}

/// What hnp makes of a tree that Git merged wrongly, by where the two sides came from.
#[derive(Default, Debug)]
struct Seen {
    /// Pairs for which hnp's merge driver asks, where it runs.
    driver: usize,
    /// Pairs whose records conflict in state.toml, where both sides are hnp's own.
    records: usize,
    /// Of those: the next run asks.
    asked: usize,
    /// Pairs that the rules refuse, whoever made them: `hnp validate`, the hooks, the pull request's check.
    refused: usize,
    /// By which rules, and how often.
    codes: BTreeMap<String, usize>,
    /// Pairs made by hand: the next run takes the value for an edit in Git, and says so.
    edits: usize,
}

struct Lab {
    config: Config,
    settings: Settings,
}

impl Lab {
    fn new() -> Self {
        let config = Config::parse("[fabric.lab]\ndirectory = \"lab\"\n").unwrap();
        let settings = settings(&config, Some("lab"), None).unwrap();
        Self { config, settings }
    }

    fn errors(&self, text: &str) -> BTreeSet<String> {
        let file = SourceFile {
            path: PATH.to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        let check = check_file(file, Role::Managed, &self.settings);
        let texts = |_, _: &str| Some(text.as_bytes().to_vec());
        let (mut found, _) = check_tree(std::slice::from_ref(&check), &self.settings, &texts);
        found.extend(check.findings);
        found
            .into_iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| format!("{} {}", finding.code, finding.message))
            .collect()
    }

    /// What a run makes of it: a tree, a GUI and a record.
    fn outcome(&self, git: &str, gui: &str, state: &State, known: &[&str]) -> (Outcome, Change) {
        let stream = hnp_yaml::parse(gui.to_owned(), &Options::default());
        let id = manifests(&stream).first().and_then(|one| one.id()).unwrap();
        let put = GuiWrite {
            id,
            fabric: "lab".to_owned(),
            before: None,
            action: GuiAction::Put(read(gui).unwrap()),
        };
        let pairing = Pairing {
            lineage: LINEAGE,
            commit: None,
            head: None,
        };
        let (node, _) = hnp_sync::gui::apply(None, pairing, &[put]);
        let text = hnp_sync::gui::emit(&node, false);
        let fabric = FabricFiles {
            name: "lab",
            fabric: &self.config.fabrics["lab"],
            files: vec![SourceFile {
                path: PATH.to_owned(),
                bytes: git.as_bytes().to_vec(),
            }],
        };
        let plan = plan_sync(&Inputs {
            fabric: &fabric,
            config: &self.config,
            settings: &self.settings,
            state,
            snapshot: &hnp_sync::gui::parse(text.as_bytes()).unwrap().0,
            git: &Texts(known),
            options: hnp_sync::reconcile::Options::default(),
        });
        let item = plan.items.into_iter().find(|item| item.key == KEY).unwrap();
        (item.outcome, item.gui)
    }
}

/// A Git that knows some texts and no history.
struct Texts<'t>(&'t [&'t str]);

impl History for Texts<'_> {
    fn blob(&self, id: &str) -> Option<Vec<u8>> {
        let found = self.0.iter().find(|text| blob_id(text) == id);
        found.map(|text| text.as_bytes().to_vec())
    }

    fn blob_id(&self, bytes: &[u8]) -> String {
        blob_id(std::str::from_utf8(bytes).unwrap())
    }
}

const PATH: &str = "lab/managed/vpcs/v.yaml";
const KEY: &str = "lab/VPC/default/v";

fn blob_id(text: &str) -> String {
    hnp_model::canonical::sha256_hex(text.as_bytes())[..40].to_owned()
}

/// A state that says what both sides last held of the one resource, others around it.
fn record(text: &str) -> State {
    let mut state = State::new(LINEAGE);
    for n in 0..20 {
        let name = format!("w-{n:02}");
        let key = format!("lab/VPC/default/{name}");
        state.resources.insert(key, entry(&name, 0));
    }
    let own = Entry {
        path: PATH.to_owned(),
        sha256: hnp_model::canonical::sha256_hex(text.as_bytes()),
        base: Some(base_hash(&managed(&read(text).unwrap()))),
        blob: Some(blob_id(text)),
    };
    state.resources.insert(KEY.to_owned(), own);
    state
}

/// Looks at each pair that Git merged into what nobody wanted.
fn seen(wrong: &[Wrong], dir: &Path) -> Seen {
    let lab = Lab::new();
    let mut seen = Seen::default();
    for one in wrong {
        let known = [one.base.as_str(), &one.ours, &one.theirs];
        seen.driver += usize::from(one.asks);
        let errors = lab.errors(&one.merged);
        let old: BTreeSet<String> = known.iter().flat_map(|text| lab.errors(text)).collect();
        let new: BTreeSet<&str> = errors
            .difference(&old)
            .filter_map(|error| error.split(' ').next())
            .collect();
        seen.refused += usize::from(!new.is_empty());
        for code in new {
            *seen.codes.entry(code.to_owned()).or_default() += 1;
        }
        // Both sides are hnp's: each brings its record along, and the two records are of one entry.
        let states = known.map(|text| write(&record(text)));
        if line_merge(dir, &states[0], &states[1], &states[2]).is_none() {
            seen.records += 1;
        }
        let merged = merge_state_text(
            states[0].as_bytes(),
            states[1].as_bytes(),
            states[2].as_bytes(),
            Labels::default(),
        );
        let rebuilt = salvage(&String::from_utf8(merged.text).unwrap()).into_state(LINEAGE);
        let all = [&one.ours, &one.theirs].map(|gui| {
            matches!(
                lab.outcome(&one.merged, gui, &rebuilt, &known).0,
                Outcome::Conflict(_)
            )
        });
        seen.asked += usize::from(all == [true, true]);
        // By hand, one side or both: the record is the one that was, or that of the side which is hnp's.
        let by_hand = known.map(|held| lab.outcome(&one.merged, held, &record(held), &known));
        let told = |(outcome, gui): &(Outcome, Change)| {
            *outcome == Outcome::Changed && matches!(gui, Change::Set(_))
        };
        seen.edits += usize::from(by_hand.iter().all(told));
    }
    seen
}

fn told(seen: &Seen) -> String {
    format!(
        "hnp's driver asks about {}; of two records of hnp's {} conflict, and the next run asks about {}; by hand the next run shows {} as edits in Git, and the rules refuse {} {:?}",
        seen.driver, seen.records, seen.asked, seen.edits, seen.refused, seen.codes
    )
}

fn git() -> bool {
    let there = Command::new("git").arg("--version").output().is_ok();
    if !there {
        let _ = writeln!(std::io::stderr(), "skipped: no git");
    }
    there
}

/// T3 where it is decided: five changes against five.
/// How much to simulate, where somebody asks for more than a small part.
fn asked(name: &str) -> Option<usize> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
fn five_changes_against_five_hardly_ever_conflict() {
    if !git() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (size, trials) in [(500, 60), (5_000, 12)] {
        let cell = state_cell(size, FIVE, trials, dir.path());
        assert!(cell.percent() <= 5.0, "{size}: {cell:?}");
        assert_eq!(cell.silent, 0, "{size}: {cell:?}");
    }
    for size in [50, 150] {
        let cell = state_cell(size, FIVE, 40, dir.path());
        assert_eq!(cell.silent, 0, "{size}: {cell:?}");
        // Conflicts come with small files, but are not the rule.
        assert!(cell.percent() <= 60.0, "{size}: {cell:?}");
    }
}

#[test]
fn a_file_per_resource_never_conflicts_and_nothing_is_silently_wrong() {
    if !git() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let far = yaml_cell(50, FIVE, false, Layout::FilePerResource, 20, dir.path());
    assert_eq!((far.conflicts, far.detected, far.silent), (0, 0, 0));
    let near = yaml_cell(50, FIVE, true, Layout::FilePerResource, 20, dir.path());
    assert_eq!((near.conflicts, near.detected, near.silent), (0, 0, 0));
    let one = yaml_cell(50, FIVE, true, Layout::OneFile, 20, dir.path());
    assert_eq!(one.silent, 0, "{one:?}");
}

/// Where Git merges one resource wrongly and without a marker: hnp's driver asks, two records of hnp's conflict and the next
/// run asks; by hand only the rules and the eyes of whoever reads the plan are left.
#[test]
fn what_lines_merge_wrongly_is_asked_about_where_hnp_has_a_record_of_it() {
    if !git() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (cell, wrong) = clash_cell(asked("PAIRS").unwrap_or(300), dir.path());
    let seen = seen(&wrong, dir.path());
    println!("{cell:?}: {}", told(&seen));
    assert!(cell.silent > 0, "{cell:?}");
    assert_eq!(
        [
            seen.driver,
            seen.records,
            seen.asked,
            seen.edits,
            seen.refused
        ],
        [cell.silent; 5],
        "{seen:?}"
    );
}

#[test]
fn the_table() {
    if !git() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (trials, sizes) = match asked("TRIALS") {
        Some(trials) => (trials, &[50, 150, 500, 5_000][..]),
        None => (2, &[50, 150][..]),
    };
    let show = |cell: &Cell| {
        assert_eq!(cell.silent, 0, "{cell:?}");
        match cell.detected {
            0 => format!("{:.0}", cell.percent()),
            found => format!("{:.0} ({found} found)", cell.percent()),
        }
    };
    println!("state.toml, % of pairs that conflict, {trials} trials a cell");
    println!("| resources | {} |", MIXES.map(|mix| mix.name).join(" | "));
    println!("|---|{}", "---|".repeat(MIXES.len()));
    for &size in sizes {
        // With 25 changes on each side there must be so many resources.
        let cells: Vec<String> = MIXES
            .iter()
            .map(|mix| {
                if 2 * (mix.changes + mix.removals) > size {
                    return "-".to_owned();
                }
                let cell = state_cell(size, *mix, trials, dir.path());
                if mix.name == FIVE.name && size >= 500 {
                    assert!(cell.percent() <= 5.0, "{size}: {cell:?}");
                }
                show(&cell)
            })
            .collect();
        println!("| {size} | {} |", cells.join(" | "));
    }
    println!("\nYAML, 5 mixed against 5 mixed, % of pairs that conflict, {trials} trials a cell");
    println!(
        "| resources | a file each, other resources | a file each, one resource in both | all in one file |"
    );
    println!("|---|---|---|---|");
    for &size in sizes {
        let cells = [
            yaml_cell(
                size,
                FIVE,
                false,
                Layout::FilePerResource,
                trials,
                dir.path(),
            ),
            yaml_cell(
                size,
                FIVE,
                true,
                Layout::FilePerResource,
                trials,
                dir.path(),
            ),
            yaml_cell(size, FIVE, true, Layout::OneFile, trials, dir.path()),
        ];
        println!(
            "| {size} | {} |",
            cells.iter().map(show).collect::<Vec<_>>().join(" | ")
        );
    }
    let (clash, wrong) = clash_cell(20 * trials, dir.path());
    println!(
        "\nYAML, changes of one VPC that may contradict each other: {} pairs, {} conflict, {} merge into what no reader takes, {} merge into something else than the merge by field",
        clash.trials, clash.conflicts, clash.detected, clash.silent
    );
    println!("of those {}", told(&seen(&wrong, dir.path())));
}
