//! The plan of a synchronisation: base, Git and GUI in, writes to both sides out.
//!
//! Nothing is done here. Of each resource the three values are compared and merged by field; what cannot be merged is a
//! conflict, and both sides then keep what they have. Where something is not known, nothing happens.

mod conflict;
mod decide;
mod files;
mod gate;
mod tree;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use hnp_merge::{Choice, Rules};
use hnp_model::{ResourceId, kind};
use hnp_rules::Settings;
use hnp_state::config::{Config, Direction, OnGitDelete, Strategy};
use hnp_state::state_file::{Entry, State};
use hnp_yaml::{Node, Options as ReadOptions, parse};

use crate::fabric::FabricFiles;
use crate::gui::{GuiAction, GuiResource, GuiWrite, Snapshot, base_hash, managed};
use crate::plan::Plan;

pub use conflict::{Conflict, FieldConflict, Pick, Resolution, json};
pub use decide::{Base, Change, Decision, decide, same};

use files::{Files, Wish};
use tree::GitTree;

/// What a plan is made from.
pub struct Inputs<'i> {
    /// The fabric with its files: Git's side.
    pub fabric: &'i FabricFiles<'i>,
    /// The configuration: policies and limits.
    pub config: &'i Config,
    /// How the merged tree is judged.
    pub settings: &'i Settings,
    /// What both sides last agreed on.
    pub state: &'i State,
    /// The GUI's side.
    pub snapshot: &'i Snapshot,
    /// Reads a Git blob by id.
    pub blob: &'i dyn Fn(&str) -> Option<Vec<u8>>,
    /// Says which id bytes have as a Git blob.
    pub blob_id: &'i dyn Fn(&[u8]) -> String,
    /// How to synchronise.
    pub options: Options<'i>,
}

/// How to synchronise.
#[derive(Clone, Copy, Default)]
pub struct Options<'o> {
    /// Which way changes may go; a policy may narrow it.
    pub direction: Direction,
    /// Only resources whose key this accepts. Naming a resource includes it where policy leaves it out otherwise.
    pub only: Option<&'o dyn Fn(&str) -> bool>,
    /// Deletions beyond the limit are meant.
    pub confirm_deletes: bool,
}

/// What became of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Both sides hold the same, and it is on record.
    Synced,
    /// Something is written.
    Changed,
    /// Both sides came to the same by themselves; that goes on record.
    Agreed,
    /// A change waits: its direction is blocked, or it needs to be confirmed.
    Held(String),
    /// Not enough is known to do anything.
    Unknown(String),
    /// A deletion that a person must confirm.
    Unconfirmed(String),
    /// A conflict with this id.
    Conflict(String),
    /// It cannot be written.
    Failed(String),
}

/// A resource in a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Key in the state.
    pub key: String,
    /// Which.
    pub id: ResourceId,
    /// Row of the table of whole resources, such as `gui-mod`.
    pub row: &'static str,
    /// What happens to Git.
    pub git: Change,
    /// What happens to the GUI.
    pub gui: Change,
    /// What becomes of it.
    pub outcome: Outcome,
    /// How many fields a strategy or a person settled.
    pub settled: usize,
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SyncPlan {
    /// Steps on files under `managed/`.
    pub files: Plan,
    /// Writes to the GUI, in the order in which they are safe.
    pub gui: Vec<GuiWrite>,
    /// Every resource that was looked at, by key.
    pub items: Vec<Item>,
    /// The open conflicts among them.
    pub conflicts: Vec<Conflict>,
    /// Bytes that must be in Git's object database for the new state to mean something.
    pub blobs: Vec<Vec<u8>>,
    /// Entries of the new state: what to set, or to drop.
    entries: BTreeMap<String, Option<Entry>>,
    /// Resources whose old conflicts and resolutions give way.
    decided: BTreeSet<String>,
    /// Resolutions that stay, by id.
    waiting: BTreeSet<String>,
}

impl SyncPlan {
    /// Returns the state afterwards; resources whose GUI write failed keep what they have.
    #[must_use]
    pub fn state(&self, old: &State, failed: &BTreeSet<String>) -> State {
        let mut state = old.clone();
        for (key, entry) in &self.entries {
            if failed.contains(key) {
                continue;
            }
            match entry {
                Some(entry) => _ = state.resources.insert(key.clone(), entry.clone()),
                None => _ = state.resources.remove(key),
            }
        }
        let resource = |table: &hnp_state::state_file::Fields| match table.get("resource") {
            Some(hnp_state::state_file::Field::Text(key)) => Some(key.clone()),
            _ => None,
        };
        let gone = |key: Option<String>| {
            key.is_some_and(|key| self.decided.contains(&key) && !failed.contains(&key))
        };
        state.conflicts.retain(|_, table| !gone(resource(table)));
        state
            .resolutions
            .retain(|id, table| self.waiting.contains(id) || !gone(resource(table)));
        for conflict in &self.conflicts {
            state
                .conflicts
                .insert(conflict.id.clone(), conflict.to_fields());
        }
        state
    }

    /// Tells whether carrying it out would write anything but the state.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.gui.is_empty()
    }
}

/// One resource on its way through the plan.
struct Work {
    key: String,
    id: ResourceId,
    row: &'static str,
    base: Base,
    gui_now: Option<Node>,
    git_now: Option<Node>,
    result: Option<Node>,
    git: Change,
    gui: Change,
    /// The GUI holds a draft that has the value already, or a deletion that is done.
    absorb: bool,
    revision: Option<i64>,
    orphan: bool,
    settled: usize,
    stop: Option<Outcome>,
    conflict: Option<Conflict>,
    /// Id of the resolution that was applied.
    resolution: Option<String>,
}

impl Work {
    fn is_going(&self) -> bool {
        self.stop.is_none()
    }

    fn is_deletion(&self) -> bool {
        self.git == Change::Delete || self.gui == Change::Delete && !self.orphan
    }

    fn is_change(&self) -> bool {
        self.git != Change::Keep || self.gui != Change::Keep || self.absorb
    }

    fn values(&self) -> [Option<&Node>; 3] {
        [
            self.base.value(),
            self.gui_now.as_ref(),
            self.git_now.as_ref(),
        ]
    }
}

/// Makes the plan.
#[must_use]
pub fn plan_sync(inputs: &Inputs<'_>) -> SyncPlan {
    let limits = inputs.config.limits.yaml();
    let tree = GitTree::read(inputs.fabric, limits);
    let mut works = works(inputs, &tree);
    guard(inputs, &tree, &mut works);
    let files = settle(inputs, &tree, &mut works);
    finish(inputs, &tree, &works, files)
}

fn works(inputs: &Inputs<'_>, tree: &GitTree) -> Vec<Work> {
    let fabric = inputs.fabric.name;
    let gui: HashMap<String, &GuiResource> = inputs
        .snapshot
        .resources
        .iter()
        .filter(|one| one.fabric.as_deref().is_none_or(|name| name == fabric))
        .map(|one| (one.id.key(fabric), one))
        .collect();
    let prefix = format!("{fabric}/");
    let mut ids: BTreeMap<String, ResourceId> = BTreeMap::new();
    ids.extend(
        tree.docs
            .iter()
            .map(|(key, doc)| (key.clone(), doc.id.clone())),
    );
    ids.extend(
        tree.unknown
            .iter()
            .map(|(key, (id, _))| (key.clone(), id.clone())),
    );
    ids.extend(gui.iter().map(|(key, one)| (key.clone(), one.id.clone())));
    let conflicting = inputs
        .state
        .conflicts
        .iter()
        .filter_map(|(id, table)| Some(Conflict::from_fields(id, table)?.resource));
    for key in inputs.state.resources.keys().cloned().chain(conflicting) {
        if let Some(id) = key.strip_prefix(&prefix).and_then(id_of_key) {
            ids.entry(key).or_insert(id);
        }
    }
    let ever = inputs
        .state
        .resources
        .iter()
        .any(|(key, entry)| key.starts_with(&prefix) && entry.base.is_some());
    ids.into_iter()
        .filter(|(key, _)| inputs.options.only.is_none_or(|only| only(key)))
        .map(|(key, id)| {
            let one = gui.get(&key).copied();
            work(inputs, tree, one, ever, key, id)
        })
        .collect()
}

/// Reads `Kind/namespace/name`; of a foreign kind the group stands behind the first dot.
fn id_of_key(rest: &str) -> Option<ResourceId> {
    let mut parts = rest.split('/');
    let (kind, namespace, name) = (parts.next()?, parts.next()?, parts.next()?);
    let (kind, group) = match kind.split_once('.') {
        Some((kind, group)) => (kind, group.to_owned()),
        None => (kind, kind::find_by_word(kind)?.group.to_owned()),
    };
    Some(ResourceId {
        kind: kind.to_owned(),
        group,
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    })
}

fn work(
    inputs: &Inputs<'_>,
    tree: &GitTree,
    one: Option<&GuiResource>,
    ever: bool,
    key: String,
    id: ResourceId,
) -> Work {
    let rules = Rules::of(&id.group, &id.kind);
    let gui_now = one.and_then(GuiResource::value).map(managed);
    let git_now = tree.docs.get(&key).map(|doc| doc.value.clone());
    let entry = inputs.state.resources.get(&key);
    let base = base(inputs, one, entry, ever, gui_now.as_ref(), git_now.as_ref());
    let mut work = Work {
        row: "none",
        result: None,
        git: Change::Keep,
        gui: Change::Keep,
        absorb: false,
        revision: one.map(|one| one.revision),
        orphan: false,
        settled: 0,
        stop: None,
        conflict: None,
        resolution: None,
        key,
        id,
        base,
        gui_now,
        git_now,
    };
    let settings = inputs.config.settings_for(inputs.fabric.name, &work.id);
    if let Some(why) = left_out(inputs, settings.direction, settings.auto_sync) {
        work.stop = Some(Outcome::Held(why));
    }
    if let Some(why) = not_known(inputs, tree, one, &work) {
        work.stop = Some(Outcome::Unknown(why));
    }
    if one.is_some_and(|one| one.orphan) && work.git_now.is_none() {
        work.stop = Some(Outcome::Held(
            "Git deleted it, and it is kept in the GUI as an orphan".to_owned(),
        ));
    }
    if work.stop.is_some() {
        return work;
    }
    merge(inputs, rules, settings.strategy, &mut work);
    if work.stop.is_some() {
        return work;
    }
    direct(inputs.options.direction, settings.direction, &mut work);
    work.orphan = work.gui == Change::Delete && settings.on_git_delete == OnGitDelete::Orphan;
    if work.stop.is_none()
        && let Some(one) = one
    {
        // Both sides will be at one: what the GUI keeps of the way there has done its service.
        let drafted = !one.deleted && one.draft.is_some() && work.gui == Change::Keep;
        let buried = one.deleted && work.result.is_none();
        work.absorb = drafted || buried;
    }
    work
}

/// Finds what both sides last held: what a draft was made from, else what is on record.
fn base(
    inputs: &Inputs<'_>,
    one: Option<&GuiResource>,
    entry: Option<&Entry>,
    ever: bool,
    gui: Option<&Node>,
    git: Option<&Node>,
) -> Base {
    if let Some(one) = one.filter(|one| one.draft.is_some() && !one.deleted)
        && let Some(node) = one.base.as_ref().or(one.desired.as_ref())
    {
        return Base::Value(managed(node));
    }
    // Of a deletion the GUI may say what it was that was deleted.
    if let Some(node) = one
        .filter(|one| one.deleted)
        .and_then(|one| one.base.as_ref())
    {
        return Base::Value(managed(node));
    }
    let Some(entry) = entry else {
        return if ever { Base::Absent } else { Base::Unknown };
    };
    let Some(hash) = &entry.base else {
        return Base::Unknown;
    };
    for side in [git, gui].into_iter().flatten() {
        if base_hash(side) == *hash {
            return Base::Value(side.clone());
        }
    }
    let read = entry.blob.as_deref().and_then(|blob| {
        let bytes = (inputs.blob)(blob)?;
        let stream = parse(bytes, &ReadOptions::default());
        let root = stream.documents().find_map(hnp_yaml::Document::root)?;
        let node = managed(&Node::from(root));
        (base_hash(&node) == *hash).then_some(node)
    });
    read.map_or(Base::Lost, Base::Value)
}

fn left_out(inputs: &Inputs<'_>, direction: Direction, auto_sync: bool) -> Option<String> {
    let named = inputs.options.only.is_some();
    match direction {
        Direction::Disabled => Some("policy: direction = \"disabled\"".to_owned()),
        Direction::ManualOnly if !named => {
            Some("policy: direction = \"manual_only\"; name it to synchronise it".to_owned())
        }
        _ if !auto_sync && !named => {
            Some("policy: auto_sync = false; name it to synchronise it".to_owned())
        }
        _ => None,
    }
}

/// Says why nothing can be done about a resource, where that is so.
fn not_known(
    inputs: &Inputs<'_>,
    tree: &GitTree,
    one: Option<&GuiResource>,
    work: &Work,
) -> Option<String> {
    if let Some((_, why)) = tree.unknown.get(&work.key) {
        return Some(why.clone());
    }
    if work.git_now.is_none()
        && let Some(path) = &tree.unreadable
    {
        return Some(format!(
            "it is not in Git as far as can be read, but {path} cannot be read; `hnp validate` says why"
        ));
    }
    if work.gui_now.is_some() {
        return None;
    }
    if !inputs.snapshot.complete && one.is_none() {
        return Some("the GUI's snapshot is not complete, and it is not in it".to_owned());
    }
    if work.git_now.is_none() || matches!(work.base, Base::Absent) {
        return None;
    }
    if matches!(work.base, Base::Unknown) {
        return one.map(|_| {
            "it was deleted in the GUI, and what both sides last held is not known; delete it in Git too, or bring it back in the GUI".to_owned()
        });
    }
    let paired = inputs.snapshot.lineage.as_deref() == Some(inputs.state.lineage.as_str());
    if !paired || !inputs.snapshot.complete || !one.is_some_and(|one| one.deleted) {
        return Some(
            "the GUI no longer has it, and nothing proves that a person deleted it there"
                .to_owned(),
        );
    }
    None
}

/// Merges by field; a conflict is settled by a person's answer, else by the strategy, else it stays.
fn merge(inputs: &Inputs<'_>, rules: Rules, strategy: Strategy, work: &mut Work) {
    let (gui, git) = (work.gui_now.clone(), work.git_now.clone());
    let mut open = decide(rules, &work.base, gui.as_ref(), git.as_ref(), &mut |_| {
        Choice::Open
    });
    work.row = open.row;
    let key = work.key.clone();
    let resolution = |id: &str| {
        let table = inputs.state.resolutions.get(id)?;
        Resolution::from_fields(table).filter(|found| found.resource == key)
    };
    if let Some((id, value)) = answered(inputs, work, &resolution) {
        let change = |now: &Option<Node>| match &value {
            value if same(rules, value.as_ref(), now.as_ref()) => Change::Keep,
            Some(node) => Change::Set(node.clone()),
            None => Change::Delete,
        };
        (open.git, open.gui) = (change(&git), change(&gui));
        (open.result, work.settled, work.resolution) = (value, 1, Some(id));
    } else if !open.conflicts.is_empty() {
        let conflict = Conflict::of_merge(&work.key, &open.conflicts);
        let answer = resolution(&conflict.id);
        let met = open.conflicts.len();
        open = decide(
            rules,
            &work.base,
            gui.as_ref(),
            git.as_ref(),
            &mut |found| {
                let pick = answer
                    .as_ref()
                    .and_then(|answer| answer.pick(&found.path.to_string()));
                match (pick, strategy) {
                    (Some(Pick::Gui), _) | (None, Strategy::GuiWins) => Choice::Theirs,
                    (Some(Pick::Git), _) | (None, Strategy::GithubWins) => Choice::Ours,
                    (Some(Pick::Base), _) => Choice::Base,
                    (Some(value), _) => value
                        .node()
                        .map_or(Choice::Open, |node| Choice::Value(Some(node))),
                    (None, _) => Choice::Open,
                }
            },
        );
        if answer.is_some() {
            work.resolution = Some(conflict.id.clone());
        }
        if !open.conflicts.is_empty() {
            work.stop = Some(Outcome::Conflict(conflict.id.clone()));
            work.conflict = Some(conflict);
            return;
        }
        work.settled = met;
    }
    if !inputs.config.features.conflict_resolution && matches!(work.row, "mod/mod" | "add/add") {
        work.stop = Some(Outcome::Held(
            "both sides changed, and features.conflict_resolution is off".to_owned(),
        ));
        return;
    }
    work.result = open.result;
    work.git = open.git;
    work.gui = open.gui;
}

/// Returns the value that a person chose where the rules refuse the merged one, with the id of the answer.
fn answered(
    inputs: &Inputs<'_>,
    work: &Work,
    resolution: &dyn Fn(&str) -> Option<Resolution>,
) -> Option<(String, Option<Node>)> {
    if inputs.state.resolutions.is_empty() {
        return None;
    }
    let id = Conflict::semantic_id(&work.key, work.values());
    let value = match resolution(&id)?.pick("")? {
        Pick::Gui => work.gui_now.clone(),
        Pick::Git => work.git_now.clone(),
        Pick::Base => Some(work.base.value()?.clone()),
        value => Some(value.node()?),
    };
    Some((id, value))
}

/// Holds what would go a way that is closed.
fn direct(run: Direction, policy: Direction, work: &mut Work) {
    let blocks = |direction: Direction, towards: Direction| direction == towards;
    let to_git = !blocks(run, Direction::GitToGui) && !blocks(policy, Direction::GitToGui);
    let to_gui = !blocks(run, Direction::GuiToGit) && !blocks(policy, Direction::GuiToGit);
    let held = match (work.git != Change::Keep, work.gui != Change::Keep) {
        (true, true) if !(to_git && to_gui) => {
            "both sides changed; it waits for a run in both directions"
        }
        (true, _) if !to_git => "changed in the GUI; nothing goes to Git in this direction",
        (_, true) if !to_gui => "changed in Git; nothing goes to the GUI in this direction",
        _ => return,
    };
    work.stop = Some(Outcome::Held(held.to_owned()));
}

/// Holds all deletions where there are too many, or where nothing would be left.
fn guard(inputs: &Inputs<'_>, tree: &GitTree, works: &mut [Work]) {
    let going = works
        .iter()
        .filter(|work| work.is_going() && work.is_deletion())
        .count();
    if going == 0 || inputs.options.confirm_deletes {
        return;
    }
    let there = tree
        .docs
        .len()
        .max(works.iter().filter(|work| work.gui_now.is_some()).count());
    let most = inputs.config.limits.deletions_of(there);
    let stays = works.iter().any(|work| work.result.is_some())
        || inputs.options.only.is_some() && there > going;
    let why = if going > most {
        format!(
            "{going} deletions in one run are more than {most}; none is done without --confirm-deletes"
        )
    } else if !stays {
        "it would leave the fabric empty; that needs --confirm-deletes".to_owned()
    } else {
        return;
    };
    for work in works {
        if work.is_going() && work.is_deletion() {
            work.stop = Some(Outcome::Unconfirmed(why.clone()));
        }
    }
}

/// Works the file steps out, and takes out what cannot be written or what the rules refuse in the tree that would result.
fn settle(inputs: &Inputs<'_>, tree: &GitTree, works: &mut [Work]) -> Files {
    let limits = inputs.config.limits.yaml();
    loop {
        let wishes: Vec<Wish<'_>> = works
            .iter()
            .filter(|work| work.is_going())
            .filter_map(|work| {
                let value = match &work.git {
                    Change::Keep => return None,
                    Change::Set(value) => Some(value),
                    Change::Delete => None,
                };
                Some(Wish {
                    key: &work.key,
                    id: &work.id,
                    value,
                })
            })
            .collect();
        let files = Files::of(inputs.fabric, tree, &wishes, limits);
        let mut again = false;
        for work in works.iter_mut() {
            if let Some(why) = files.refused.get(&work.key) {
                work.stop = Some(Outcome::Failed(why.clone()));
                again = true;
            }
        }
        if again {
            continue;
        }
        for finding in gate::new_errors(inputs.fabric, &files, inputs.settings) {
            for at in gate::blamed(&finding, works, &files) {
                let work = &mut works[at];
                let kind = if work.is_deletion() {
                    "dependency_violation"
                } else if finding.code.starts_with("SCH") {
                    "schema_mismatch"
                } else {
                    "semantic"
                };
                let message = format!("{}: {}", finding.code, finding.message);
                let conflict = Conflict::whole(&work.key, kind, work.values(), Some(message));
                work.stop = Some(Outcome::Conflict(conflict.id.clone()));
                work.conflict = Some(conflict);
                work.settled = 0;
                again = true;
            }
        }
        if !again {
            return files;
        }
    }
}

fn finish(inputs: &Inputs<'_>, tree: &GitTree, works: &[Work], files: Files) -> SyncPlan {
    let limits = inputs.config.limits.yaml();
    let mut plan = SyncPlan::default();
    for work in works {
        let decided = work.is_going() || matches!(work.stop, Some(Outcome::Conflict(_)));
        if decided {
            plan.decided.insert(work.key.clone());
        }
        if !work.is_going()
            && let Some(id) = &work.resolution
        {
            plan.waiting.insert(id.clone());
        }
        plan.conflicts.extend(work.conflict.clone());
        let entry = if work.is_going() {
            entry(inputs, tree, &files, work, limits, &mut plan.blobs)
        } else {
            None
        };
        let outcome = match &work.stop {
            Some(outcome) => outcome.clone(),
            None if work.is_change() => Outcome::Changed,
            None if entry.is_some() => Outcome::Agreed,
            None => Outcome::Synced,
        };
        if let Some(entry) = entry {
            plan.entries.insert(work.key.clone(), entry);
        }
        let (git, gui) = if work.is_going() {
            (work.git.clone(), work.gui.clone())
        } else {
            (Change::Keep, Change::Keep)
        };
        if work.row != "none" || work.stop.is_some() {
            plan.items.push(Item {
                key: work.key.clone(),
                id: work.id.clone(),
                row: work.row,
                git,
                gui,
                outcome,
                settled: work.settled,
            });
        }
    }
    plan.gui = gui_writes(inputs.fabric.name, works);
    plan.files = files.plan;
    plan
}

/// Returns the new entry of a resource, `Some(None)` to drop it, or nothing where it stays as it is.
fn entry(
    inputs: &Inputs<'_>,
    tree: &GitTree,
    files: &Files,
    work: &Work,
    limits: hnp_yaml::Limits,
    blobs: &mut Vec<Vec<u8>>,
) -> Option<Option<Entry>> {
    let old = inputs.state.resources.get(&work.key);
    let Some(value) = &work.result else {
        return old.map(|_| None);
    };
    let rules = Rules::of(&work.id.group, &work.id.kind);
    let recorded = old.is_some_and(|entry| entry.base.is_some());
    // On record already: another order or spelling is no news. A draft has a base of its own, which says nothing here.
    if recorded
        && recorded_value(inputs, old, value)
            .is_some_and(|base| same(rules, Some(&base), Some(value)))
    {
        return None;
    }
    let (path, sha256, bytes) = files.document(tree, &work.key, &work.id, limits)?;
    let stream = parse(bytes.clone(), &ReadOptions::default());
    let written = stream.documents().find_map(hnp_yaml::Document::root)?;
    let entry = Entry {
        path,
        sha256,
        base: Some(base_hash(&managed(&Node::from(written)))),
        blob: Some((inputs.blob_id)(&bytes)),
    };
    blobs.push(bytes);
    Some(Some(entry))
}

fn recorded_value(inputs: &Inputs<'_>, entry: Option<&Entry>, value: &Node) -> Option<Node> {
    match base(inputs, None, entry, true, Some(value), None) {
        Base::Value(node) => Some(node),
        _ => None,
    }
}

/// Puts the writes in the order in which they are safe: what others refer to comes first and goes last.
fn gui_writes(fabric: &str, works: &[Work]) -> Vec<GuiWrite> {
    let mut writes: Vec<((bool, i64), GuiWrite)> = Vec::new();
    for work in works.iter().filter(|work| work.is_going()) {
        let action = match (&work.gui, &work.result) {
            (Change::Set(value), _) => GuiAction::Put(value.clone()),
            (Change::Delete, _) if work.orphan => GuiAction::Orphan,
            (Change::Delete, _) => GuiAction::Delete,
            (Change::Keep, Some(value)) if work.absorb => GuiAction::Put(value.clone()),
            (Change::Keep, None) if work.absorb => GuiAction::Delete,
            (Change::Keep, _) => continue,
        };
        let order = i64::try_from(kind::apply_order(&work.id.group, &work.id.kind)).unwrap_or(0);
        let rank = match action {
            GuiAction::Put(_) => (false, order),
            GuiAction::Delete | GuiAction::Orphan => (true, -order),
        };
        writes.push((
            rank,
            GuiWrite {
                id: work.id.clone(),
                fabric: fabric.to_owned(),
                before: work.revision,
                action,
            },
        ));
    }
    writes.sort_by_key(|(rank, _)| *rank);
    writes.into_iter().map(|(_, write)| write).collect()
}
