//! A repository and a GUI in memory, synchronised as the command line does it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use hnp_model::SourceFile;
use hnp_model::canonical::sha256_hex;
use hnp_rules::Settings;
use hnp_state::config::{Config, Direction, Strategy};
use hnp_state::ledger::Past;
use hnp_state::state_file::{self, State};
use hnp_sync::fabric::{FabricFiles, settings};
use hnp_sync::gui;
use hnp_sync::history::{History, InGit};
use hnp_sync::plan::FileOp;
use hnp_sync::reconcile::{
    Inputs, Item, Options, Outcome, Road, SyncPlan, plan_sync_by, plan_sync_in_full,
};
use hnp_yaml::Node;

pub const LINEAGE: &str = "0b0c7a34-5a5c-4d3e-8f00-1d2c3b4a5f60";
const PAIRING: gui::Pairing<'_> = gui::Pairing {
    lineage: LINEAGE,
    commit: None,
    head: None,
};
pub const CONFIG: &str = "[fabric.lab]\ndirectory = \"lab\"\n";

#[derive(Clone)]
pub struct World {
    pub config: Config,
    pub files: BTreeMap<String, String>,
    pub gui: Option<Node>,
    pub state: State,
    pub blobs: BTreeMap<String, Vec<u8>>,
    pub confirm: bool,
    pub direction: Direction,
    pub strategy: Option<Strategy>,
    pub force: bool,
    pub unattended: bool,
    /// When Git's value of a resource came about, by its name; times are plain numbers here.
    pub git_times: BTreeMap<String, i64>,
    pub past: Past,
}

pub fn server(name: &str, description: &str) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec:\n  description: {description}\n"
    )
}

pub fn path(name: &str) -> String {
    format!("lab/managed/servers/{name}.yaml")
}

impl History for World {
    fn blob(&self, id: &str) -> Option<Vec<u8>> {
        self.blobs.get(id).cloned()
    }

    fn blob_id(&self, bytes: &[u8]) -> String {
        sha256_hex(bytes)
    }

    fn changed_at(&self, value: &InGit<'_>) -> Option<i64> {
        self.git_times.get(value.id.name.as_str()).copied()
    }
}

impl World {
    pub fn new() -> Self {
        Self::with(CONFIG)
    }

    pub fn with(config: &str) -> Self {
        Self {
            config: Config::parse(config).unwrap(),
            files: BTreeMap::new(),
            gui: None,
            state: State::new(LINEAGE),
            blobs: BTreeMap::new(),
            confirm: false,
            direction: Direction::Bidirectional,
            strategy: None,
            force: false,
            unattended: false,
            git_times: BTreeMap::new(),
            past: Past::default(),
        }
    }

    /// Both sides synchronised with servers of these descriptions.
    pub fn synced(servers: &[(&str, &str)]) -> Self {
        let mut world = Self::new();
        for (name, text) in servers {
            world.git(name, Some(text));
        }
        world.sync();
        let before = world.everything();
        assert!(world.sync().is_empty());
        assert_eq!(world.everything(), before, "idle");
        world
    }

    pub fn git(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.files.insert(path(name), server(name, text)),
            None => self.files.remove(&path(name)),
        };
    }

    pub fn git_has(&self, name: &str) -> Option<String> {
        let text = self.files.get(&path(name))?;
        Some(description(text))
    }

    /// Sets the GUI's resources, as JSON or YAML of the whole list.
    pub fn edit_gui(&mut self, change: impl FnOnce(&mut Vec<Node>)) {
        let node = self
            .gui
            .take()
            .unwrap_or_else(|| gui::apply(None, PAIRING, &[]).0);
        let Node::Map(mut entries) = node else {
            panic!()
        };
        let found = entries.iter_mut().find(|(key, _)| key == "resources");
        let Some((_, Node::Seq(items))) = found else {
            panic!()
        };
        change(items);
        self.gui = Some(Node::Map(entries));
    }

    /// Saves a draft in the GUI, or deletes there.
    pub fn gui(&mut self, name: &str, text: Option<&str>) {
        let manifest = text.map(|text| node(&server(name, text)));
        let name = name.to_owned();
        self.edit_gui(|items| {
            let at = items.iter().position(|item| is(item, &name));
            let at = at.unwrap_or_else(|| {
                items.push(Node::Map(vec![(
                    "fabric".to_owned(),
                    Node::Str("lab".to_owned()),
                )]));
                items.len() - 1
            });
            let Node::Map(entries) = &mut items[at] else {
                panic!()
            };
            let revision = entries.iter().find_map(|(key, value)| match value {
                Node::Int(n) if key == "revision" => Some(*n),
                _ => None,
            });
            entries.retain(|(key, _)| !matches!(key.as_str(), "draft" | "deleted" | "revision"));
            entries.push(("revision".to_owned(), Node::Int(revision.unwrap_or(0) + 1)));
            match manifest {
                Some(manifest) => entries.push(("draft".to_owned(), manifest)),
                None if entries.iter().any(|(key, _)| key == "desired") => {
                    entries.push(("deleted".to_owned(), Node::Bool(true)));
                }
                None => {
                    items.remove(at);
                }
            }
        });
    }

    pub fn gui_has(&self, name: &str) -> Option<String> {
        let snapshot = self.snapshot();
        let one = snapshot.resources.iter().find(|one| one.id.name == name)?;
        one.value().map(text_of)
    }

    pub fn snapshot(&self) -> gui::Snapshot {
        match &self.gui {
            None => gui::Snapshot::empty(),
            Some(node) => gui::parse(gui::emit(node, false).as_bytes()).unwrap().0,
        }
    }

    pub fn plan(&self) -> SyncPlan {
        self.plan_only(None)
    }

    pub fn plan_only(&self, only: Option<&dyn Fn(&str) -> bool>) -> SyncPlan {
        self.plan_by(only).0
    }

    pub fn plan_by(&self, only: Option<&dyn Fn(&str) -> bool>) -> (SyncPlan, Road) {
        let fabric = &self.config.fabrics["lab"];
        let files = FabricFiles {
            name: "lab",
            fabric,
            files: self
                .files
                .iter()
                .map(|(path, text)| SourceFile {
                    path: path.clone(),
                    bytes: text.as_bytes().to_vec(),
                })
                .collect(),
        };
        let settings: Settings = settings(&self.config, Some("lab"), None).unwrap();
        let snapshot = self.snapshot();
        let inputs = Inputs {
            fabric: &files,
            config: &self.config,
            settings: &settings,
            state: &self.state,
            snapshot: &snapshot,
            git: self,
            options: Options {
                direction: self.direction,
                only,
                confirm_deletes: self.confirm,
                strategy: self.strategy,
                force: self.force,
                unattended: self.unattended,
                seconds: Some(&|text| text.parse().ok()),
                past: Some(&|| self.past.clone()),
                carried: None,
                answers: None,
            },
        };
        let (plan, road) = plan_sync_by(&inputs);
        // The short cut of a run without changes is one in time only.
        assert_eq!(plan, plan_sync_in_full(&inputs));
        (plan, road)
    }

    pub fn sync(&mut self) -> SyncPlan {
        let plan = self.plan();
        self.carry_out(&plan);
        plan
    }

    pub fn carry_out(&mut self, plan: &SyncPlan) {
        for op in &plan.files.files {
            match op {
                FileOp::Write { path, bytes, .. } => {
                    let text = String::from_utf8(bytes.clone()).unwrap();
                    self.files.insert(path.clone(), text);
                }
                FileOp::Remove { path, .. } => _ = self.files.remove(path),
                FileOp::Move { .. } => panic!("a sync moves nothing"),
            }
        }
        for bytes in &plan.blobs {
            self.blobs.insert(sha256_hex(bytes), bytes.clone());
        }
        if !plan.gui.is_empty() {
            let (after, results) = gui::apply(self.gui.as_ref(), PAIRING, &plan.gui);
            assert!(results.iter().all(Result::is_ok), "{results:?}");
            self.gui = Some(after);
        }
        self.state = plan.state(&self.state, &BTreeSet::new());
        let text = state_file::write(&self.state);
        assert_eq!(state_file::parse(&text).unwrap(), self.state);
    }

    /// Everything that a run may change.
    pub fn everything(&self) -> (BTreeMap<String, String>, String, String) {
        let gui = self.gui.as_ref().map(|node| gui::emit(node, false));
        (
            self.files.clone(),
            gui.unwrap_or_default(),
            state_file::write(&self.state),
        )
    }
}

pub fn item<'p>(plan: &'p SyncPlan, name: &str) -> &'p Item {
    let found = plan.items.iter().find(|item| item.id.name == name);
    found.unwrap_or_else(|| panic!("{name} is not in {:?}", plan.items))
}

pub fn is_conflict(plan: &SyncPlan, name: &str) -> bool {
    matches!(item(plan, name).outcome, Outcome::Conflict(_))
}

pub fn node(text: &str) -> Node {
    let stream = hnp_yaml::parse(text, &hnp_yaml::Options::default());
    Node::from(stream.document(0).unwrap().root().unwrap())
}

pub fn description(text: &str) -> String {
    text_of(&node(text))
}

fn text_of(node: &Node) -> String {
    match node.get("spec").and_then(|spec| spec.get("description")) {
        Some(Node::Str(text)) => text.clone(),
        other => format!("{other:?}"),
    }
}

fn is(item: &Node, name: &str) -> bool {
    ["desired", "draft"].iter().any(|key| {
        let found = item
            .get(key)
            .and_then(|value| value.get("metadata")?.get("name"));
        found == Some(&Node::Str(name.to_owned()))
    })
}
