//! Git, a GUI and hnp between them, with people at work on both sides; after every step the properties are looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use hnp_model::SourceFile;
use hnp_model::canonical::sha256_hex;
use hnp_rules::Settings;
use hnp_state::config::Config;
use hnp_state::state_file::{self, State};
use hnp_sync::fabric::{FabricFiles, settings};
use hnp_sync::gui as port;
use hnp_sync::history::{History, InPast};
use hnp_sync::plan::{Before, FileOp};
use hnp_sync::reconcile::{
    Conflict, Inputs, Options, Outcome, Pick, Resolution, SyncPlan, plan_sync, plan_sync_in_full,
};
use hnp_yaml::Node;

use crate::git::{Git, How, LINEAGE, PAIRING, STATE, Tree};
use crate::gui::{Gui, Mode};
use crate::manifest::{self, FIELDS, Fields, KEEPER, KEEPERS_FILE, NAMES, Value, Values, read};
use crate::shadow::{Edit, Side, Step as Seen, join, lost};

const CONFIG: &str = "[fabric.lab]\ndirectory = \"lab\"\n";

/// Runs of the planner.
pub(crate) static RUNS: AtomicU64 = AtomicU64::new(0);
/// Conflicts met.
pub(crate) static CONFLICTS: AtomicU64 = AtomicU64::new(0);

/// What goes wrong in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Killed when Git's files are written.
    AfterFiles,
    /// Killed when the GUI is written, before the state is.
    AfterGui,
    /// What it did in Git is thrown away or its push refused; the GUI has been written.
    Undone,
    /// The GUI refuses every write.
    Refused,
    /// Another bot made the same plan and was faster in the GUI.
    OtherBot,
    /// Somebody saves in the GUI between the plan and the write.
    GuiRace(u8, u8),
    /// Somebody edits in Git between the plan and the write.
    GitRace(u8, u8),
}

/// What happens.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    GuiEdit(u8, u8, u8),
    GuiDelete(u8),
    GuiTouch(u8),
    GuiLose(u8),
    /// Branch, resource, field, value.
    GitEdit(u8, u8, u8, u8),
    GitDelete(u8, u8),
    GitMove(u8, u8, u8),
    GitReformat(u8, u8, u8),
    GitTwice(u8, u8),
    GitBreak(u8, Option<u8>),
    GitMend(u8),
    Branch(u8),
    /// From, into, how, with hnp's drivers, whose side where lines conflict.
    Bring(u8, u8, How, bool, Option<bool>),
    Close(u8),
    /// Takes back what hnp did last.
    Revert,
    Resolve(u8, u8),
    Sync(Fault),
}

/// What a person chose, and what it was about.
#[derive(Clone)]
struct Answer {
    id: String,
    git: Value,
    gui: Value,
    pick: Pick,
    fields: [bool; FIELDS + 1],
}

impl Answer {
    /// Tells whether what was in conflict is the same in two values.
    fn is_about(&self, then: &Value, now: &Value) -> bool {
        match (then.fields(), now.fields()) {
            _ if self.fields[FIELDS] => then == now,
            (Some(then), Some(now)) => {
                (0..FIELDS).all(|at| !self.fields[at] || then.0[at] == now.0[at])
            }
            _ => false,
        }
    }
}

/// Both sides as a plan saw them.
struct Planned {
    git: Values,
    gui: Values,
    sides: (Side, Side),
}

#[derive(Clone)]
pub(crate) struct World {
    config: Config,
    settings: Settings,
    pub(crate) git: Git,
    pub(crate) gui: Gui,
    pub(crate) mode: Mode,
    /// `git revert` takes state.toml back with the rest.
    pub(crate) revert_state: bool,
    gui_side: Side,
    blobs: BTreeMap<String, Vec<u8>>,
    edits: Edit,
    deletes: BTreeSet<Edit>,
    rank: u32,
    answers: BTreeMap<&'static str, Answer>,
    /// Resources that an interrupted run may have touched.
    interrupted: BTreeSet<&'static str>,
    /// Ids of open conflicts with what they are about.
    open: BTreeMap<&'static str, (String, Value, Value)>,
}

fn name(n: u8) -> &'static str {
    NAMES[usize::from(n) % NAMES.len()]
}

fn path_of(path: &str) -> Option<usize> {
    match path {
        "spec.description" => Some(0),
        "spec.profile" => Some(1),
        path if path.starts_with("metadata.labels") => Some(2),
        _ => None,
    }
}

impl World {
    pub(crate) fn new(mode: Mode) -> Self {
        let config = Config::parse(CONFIG).unwrap();
        let settings = settings(&config, Some("lab"), None).unwrap();
        let keeper = Fields([Some("k".to_owned()), None, None]);
        let tree = Tree::from([
            (KEEPERS_FILE.to_owned(), manifest::text(KEEPER, &keeper, 1)),
            (STATE.to_owned(), state_file::write(&State::new(LINEAGE))),
        ]);
        let mut world = Self {
            config,
            settings,
            git: Git::new(tree, Side::default()),
            gui: Gui::new(),
            mode,
            revert_state: false,
            gui_side: Side::default(),
            blobs: BTreeMap::new(),
            edits: 0,
            deletes: BTreeSet::new(),
            rank: 0,
            answers: BTreeMap::new(),
            interrupted: BTreeSet::new(),
            open: BTreeMap::new(),
        };
        world.sync(Fault::None).unwrap();
        world
    }

    fn state(&self, tree: &Tree) -> State {
        state_file::parse(&tree[STATE]).unwrap()
    }

    pub(crate) fn plan(&self, tree: &Tree, gui: &Gui) -> SyncPlan {
        RUNS.fetch_add(1, Ordering::Relaxed);
        let files = tree
            .iter()
            .filter(|(path, _)| path.starts_with("lab/"))
            .map(|(path, text)| SourceFile {
                path: path.clone(),
                bytes: text.as_bytes().to_vec(),
            });
        let files = FabricFiles {
            name: "lab",
            fabric: &self.config.fabrics["lab"],
            files: files.collect(),
        };
        let (state, snapshot) = (self.state(tree), gui.snapshot());
        let inputs = Inputs {
            fabric: &files,
            config: &self.config,
            settings: &self.settings,
            state: &state,
            snapshot: &snapshot,
            git: self,
            options: Options::default(),
        };
        let plan = plan_sync(&inputs);
        // The short cut of a run without changes is one in time only.
        assert_eq!(plan, plan_sync_in_full(&inputs));
        plan
    }

    /// Does one step, or says which property it broke.
    pub(crate) fn run(&mut self, step: &Step) -> Result<(), String> {
        match *step {
            Step::GuiEdit(n, field, value) => self.gui_edit(name(n), field, value),
            Step::GuiDelete(n) => self.gui_delete(name(n)),
            Step::GuiTouch(n) => self.gui.touch(name(n), self.edits),
            Step::GuiLose(n) => self.gui.lose(name(n)),
            Step::GitEdit(branch, n, field, value) => self.git_edit(branch, name(n), field, value),
            Step::GitDelete(branch, n) => {
                let name = name(n);
                if !self.interrupted.contains(name) {
                    self.in_git(branch, &mut |tree| {
                        while manifest::take(tree, name).is_some() {}
                    });
                }
            }
            Step::GitMove(branch, n, place) => self.in_git(branch, &mut |tree| {
                if let Some((_, document)) = manifest::take(tree, name(n)) {
                    manifest::put(tree, &manifest::path(name(n), place), &document);
                }
            }),
            Step::GitReformat(branch, n, style) => self.in_git(branch, &mut |tree| {
                if let Some(Value::Here(fields)) = read(tree).get(name(n))
                    && let Some((path, _)) = manifest::take(tree, name(n))
                {
                    manifest::put(tree, &path, &manifest::text(name(n), fields, style));
                }
            }),
            Step::GitTwice(branch, n) => self.in_git(branch, &mut |tree| {
                let other = Fields([Some("twice".to_owned()), None, None]);
                let path = format!("lab/managed/copies/{}.yaml", name(n));
                if read(tree)[name(n)].is_here() {
                    tree.insert(path, manifest::text(name(n), &other, 0));
                } else {
                    tree.remove(&path);
                }
            }),
            Step::GitBreak(branch, n) => {
                self.in_git(branch, &mut |tree| manifest::break_(tree, n.map(name)));
            }
            Step::GitMend(branch) => self.in_git(branch, &mut manifest::mend),
            Step::Branch(to) if to > 0 => {
                if !self.git.tips.contains_key(&to) {
                    let main = self.git.tips[&0];
                    self.git.tips.insert(to, main);
                }
            }
            Step::Bring(from, into, how, driver, take) => {
                let (from, into) = (self.git.branch(from), self.git.branch(into));
                // People rebase a branch that is merged; main itself is only ever merged into another.
                let how = if into == 0 { how } else { How::Merge };
                if from != into && self.interrupted.is_empty() {
                    let before = read(&self.git.tip(into).tree);
                    if self.git.bring(from, into, how, driver, take) == Some(true) {
                        self.took(into, &before);
                    }
                }
            }
            Step::Close(branch) if branch > 0 => _ = self.git.tips.remove(&branch),
            Step::Branch(_) | Step::Close(_) => {}
            Step::Revert => self.revert(),
            Step::Resolve(n, pick) => self.resolve(n, pick),
            Step::Sync(fault) => self.sync(fault)?,
        }
        Ok(())
    }

    /// A value for a field: mostly a new one, else one of a few, or none.
    fn value(&self, value: u8) -> Option<String> {
        match value % 8 {
            0 => None,
            n @ 1..=2 => Some(format!("v{n}")),
            _ => Some(format!("e{}", self.edits)),
        }
    }

    fn changed(&mut self, name: &'static str, now: &Value, field: u8, value: u8) -> Fields {
        self.edits += 1;
        let mut fields = now.fields().cloned().unwrap_or_default();
        // What an interrupted run may have carried over is not taken back before the next one: nobody could tell.
        let value = if self.interrupted.contains(name) {
            7
        } else {
            value
        };
        fields.0[usize::from(field) % FIELDS] = self.value(value);
        fields
    }

    fn gui_edit(&mut self, name: &'static str, field: u8, value: u8) {
        if self.gui.is_missing(name) {
            return;
        }
        let before = self.gui.values()[name].clone();
        // Who takes back what a thrown away run brought has done nothing, as far as anybody can tell: not played.
        if self.interrupted.contains(name) {
            return;
        }
        let fields = self.changed(name, &before, field, value);
        if before.fields() == Some(&fields) {
            return;
        }
        self.gui.save(name, &fields, self.mode);
        self.gui_side
            .edit(name, self.edits, &before, &Value::Here(fields));
    }

    fn gui_delete(&mut self, name: &'static str) {
        let before = self.gui.values()[name].clone();
        if !before.is_here() || self.interrupted.contains(name) {
            return;
        }
        self.edits += 1;
        self.deletes.insert(self.edits);
        self.gui.delete(name);
        self.gui_side
            .edit(name, self.edits, &before, &Value::Absent);
    }

    fn git_edit(&mut self, branch: u8, name: &'static str, field: u8, value: u8) {
        let branch = self.git.branch(branch);
        let before = read(&self.git.tip(branch).tree)[name].clone();
        if before == Value::Unclear || self.interrupted.contains(name) && !before.is_here() {
            return;
        }
        let fields = self.changed(name, &before, field, value);
        self.in_git(branch, &mut |tree| manifest::set(tree, name, &fields));
    }

    /// A person's commit.
    fn in_git(&mut self, branch: u8, change: &mut dyn FnMut(&mut Tree)) {
        let branch = self.git.branch(branch);
        let tip = self.git.tip(branch);
        let (mut tree, mut side) = (tip.tree.clone(), tip.side.clone());
        let before = read(&tree);
        change(&mut tree);
        if tree == self.git.tip(branch).tree {
            return;
        }
        let after = read(&tree);
        self.saw(&mut side, &before, &after);
        for name in NAMES {
            // Taken out beside a file that cannot be read: nobody can say that it is absent, but a person did delete it, which
            // counts once a merge brings it to where all can be read.
            let stood = manifest::stands(&self.git.tip(branch).tree, name);
            if after[name] == Value::Unclear && stood && !manifest::stands(&tree, name) {
                self.edits += 1;
                self.deletes.insert(self.edits);
                side.cell(name).gone = self.edits;
            }
        }
        let parent = self.git.tips[&branch];
        self.git.commit(branch, vec![parent], tree, side, false);
    }

    /// Who takes a side of a file that conflicts takes what that side has not, too. Git may have taken one resource for the
    /// other's new name: then a file went that neither branch deleted, and a person said so.
    fn took(&mut self, branch: u8, before: &Values) {
        let at = self.git.tips[&branch];
        let after = read(&self.git.commits[at].tree);
        for name in NAMES {
            let side = &mut self.git.commits[at].side;
            let gone = before[name].is_here() && after[name] == Value::Absent;
            if gone && !self.deletes.contains(&side.cell(name).tops[FIELDS]) {
                self.edits += 1;
                self.deletes.insert(self.edits);
                side.edit(name, self.edits, &before[name], &Value::Absent);
            }
        }
    }

    fn saw(&mut self, side: &mut Side, before: &Values, after: &Values) {
        for name in NAMES {
            side.note(name, &before[name]);
            let after = &after[name];
            let before = side.cell(name).last.clone().unwrap_or(Value::Absent);
            if before == *after || *after == Value::Unclear {
                continue;
            }
            self.edits += 1;
            if *after == Value::Absent {
                self.deletes.insert(self.edits);
            }
            side.edit(name, self.edits, &before, after);
            side.note(name, after);
        }
    }

    fn revert(&mut self) {
        let at = self.git.tips[&0];
        let Some(parent) = self.git.commits[at].parents.first().copied() else {
            return;
        };
        if !self.git.commits[at].by_hnp || !self.interrupted.is_empty() {
            return;
        }
        let old = self.git.commits[parent].tree.clone();
        let with_state = self.revert_state;
        self.in_git(0, &mut |tree| {
            let state = tree[STATE].clone();
            tree.clone_from(&old);
            if !with_state {
                tree.insert(STATE.to_owned(), state);
            }
        });
    }

    fn resolve(&mut self, n: u8, pick: u8) {
        let tip = self.git.tip(0).clone();
        let mut state = self.state(&tip.tree);
        let open: Vec<(String, Conflict)> = state
            .conflicts
            .iter()
            .filter_map(|(id, table)| Some((id.clone(), Conflict::from_fields(id, table)?)))
            .collect();
        if open.is_empty() {
            return;
        }
        let (id, conflict) = &open[usize::from(n) % open.len()];
        let Some(name) = NAMES
            .into_iter()
            .find(|name| conflict.resource.ends_with(name))
        else {
            return;
        };
        let mut fields = [false; FIELDS + 1];
        for field in &conflict.fields {
            match path_of(&field.path) {
                Some(at) => fields[at] = true,
                None => fields = [true; FIELDS + 1],
            }
        }
        let pick = match pick % 4 {
            0 | 1 => Pick::Gui,
            2 => Pick::Git,
            _ if fields[FIELDS] => Pick::Git,
            _ => Pick::value("settled").unwrap(),
        };
        let resolution = Resolution {
            resource: conflict.resource.clone(),
            picks: [(String::new(), pick.clone())].into(),
            note: None,
        };
        state.resolutions.insert(id.clone(), resolution.to_fields());
        // It is bound to the values that the conflict was found between; the one in the file may be an old one.
        if let Some((open, git, gui)) = self.open.get(name)
            && open == id
        {
            let answer = Answer {
                id: id.clone(),
                git: git.clone(),
                gui: gui.clone(),
                pick,
                fields,
            };
            self.answers.insert(name, answer);
        }
        let mut tree = tip.tree;
        tree.insert(STATE.to_owned(), state_file::write(&state));
        let parent = self.git.tips[&0];
        self.git.commit(0, vec![parent], tree, tip.side, false);
    }

    /// A run on the default branch.
    pub(crate) fn sync(&mut self, fault: Fault) -> Result<(), String> {
        let tip = self.git.tip(0).clone();
        let plan = self.plan(&tip.tree, &self.gui);
        let planned = Planned {
            git: read(&tip.tree),
            gui: self.gui.values(),
            sides: (tip.side.clone(), self.gui_side.clone()),
        };
        match fault {
            Fault::GuiRace(n, value) => self.gui_edit(name(n), value, value),
            Fault::GitRace(n, value) => self.git_edit(0, name(n), value, value),
            _ => {}
        }
        let tip = self.git.tip(0).clone();
        let (git_before, gui_before) = (read(&tip.tree), self.gui.values());
        let gui_text = self.gui.text();
        let state = self.state(&tip.tree);
        let mut tree = tip.tree.clone();
        for bytes in &plan.blobs {
            self.blobs.insert(sha256_hex(bytes), bytes.clone());
        }
        let blocked = !place(&mut tree, &plan);
        let mut failed = BTreeSet::new();
        if blocked {
            failed.extend(plan.items.iter().map(|item| item.key.clone()));
        } else if fault == Fault::Refused {
            failed.extend(plan.gui.iter().map(|write| write.id.key(&write.fabric)));
        } else if fault != Fault::AfterFiles && !plan.gui.is_empty() {
            let head = self.git.tips[&0].to_string();
            let pairing = port::Pairing {
                head: Some(&head),
                ..PAIRING
            };
            if fault == Fault::OtherBot {
                self.gui.node = port::apply(Some(&self.gui.node), pairing, &plan.gui).0;
            }
            let before = self.gui.text();
            let (after, results) = port::apply(Some(&self.gui.node), pairing, &plan.gui);
            self.gui.node = after;
            if fault == Fault::OtherBot && self.gui.text() != before {
                return Err("S15: a second bot wrote again what the first one wrote".to_owned());
            }
            for (write, result) in plan.gui.iter().zip(results) {
                if result.is_err() {
                    failed.insert(write.id.key(&write.fabric));
                }
            }
        }
        let whole = !matches!(fault, Fault::AfterFiles | Fault::AfterGui);
        let after = plan.state(&state, &failed);
        if whole {
            tree.insert(STATE.to_owned(), state_file::write(&after));
        }
        if fault == Fault::Undone {
            tree.clone_from(&tip.tree);
        }
        let (git_after, gui_after) = (read(&tree), self.gui.values());
        let mut side = tip.side.clone();
        let quiet = fault == Fault::None;
        for name in NAMES {
            let values = [
                &git_before[name],
                &git_after[name],
                &gui_before[name],
                &gui_after[name],
            ];
            self.look(name, &plan, values, &mut side, &state, &planned, quiet)?;
        }
        if quiet {
            // What the next run has not settled either is as unclear as before.
            self.interrupted
                .retain(|name| git_after[name] != gui_after[name]);
        }
        if !whole || !failed.is_empty() || blocked || fault == Fault::Undone {
            let touched = |name: &&str| {
                plan.items
                    .iter()
                    .any(|item| item.id.name == **name && item.outcome == Outcome::Changed)
            };
            self.interrupted.extend(NAMES.into_iter().filter(touched));
        }
        if whole && fault != Fault::Undone {
            self.base_is_what_both_held(
                (&state, &after),
                [&planned.git, &git_after],
                [&planned.gui, &gui_after],
            )?;
            for name in NAMES {
                let key = format!("lab/Server/default/{name}");
                let open = plan
                    .conflicts
                    .iter()
                    .find(|conflict| conflict.resource == key);
                match open {
                    Some(open) => {
                        let now = (
                            open.id.clone(),
                            planned.git[name].clone(),
                            planned.gui[name].clone(),
                        );
                        if let Some(old) = self.open.get(name)
                            && (&old.1, &old.2) == (&now.1, &now.2)
                            && old.0 != now.0
                            && quiet
                            && state.conflicts.contains_key(&old.0)
                            && !state.resolutions.contains_key(&old.0)
                            && state.resources.get(&key) == after.resources.get(&key)
                        {
                            return Err(format!(
                                "S7: the conflict of {name} has another id, and nothing changed"
                            ));
                        }
                        self.open.insert(name, now);
                    }
                    None => {
                        // What nothing can be said of now keeps its conflict, and can be answered.
                        let kept =
                            |open: &(String, Value, Value)| after.conflicts.contains_key(&open.0);
                        if !self.open.get(name).is_some_and(kept) {
                            self.open.remove(name);
                        }
                    }
                }
            }
        }
        // S8: an answer is applied once. One that was given before the values changed dies with its conflict.
        if quiet {
            let settled = |key: &str| {
                let item = plan.items.iter().find(|item| item.key == key);
                item.is_none_or(|item| {
                    matches!(
                        item.outcome,
                        Outcome::Synced | Outcome::Changed | Outcome::Agreed
                    )
                })
            };
            let mut left = after
                .resolutions
                .values()
                .filter_map(Resolution::from_fields);
            if let Some(left) = left.find(|left| settled(&left.resource)) {
                return Err(format!(
                    "S8: the answer for {} is still there",
                    left.resource
                ));
            }
        }
        if git_before == git_after && plan.is_empty() && gui_text != self.gui.text() && quiet {
            return Err("S3: an empty plan wrote to the GUI".to_owned());
        }
        if tree != tip.tree {
            let parent = self.git.tips[&0];
            self.git.commit(0, vec![parent], tree.clone(), side, true);
        } else {
            let at = self.git.tips[&0];
            self.git.commits[at].side = side;
        }
        for name in NAMES {
            if git_after[name] == Value::Absent && gui_after[name] == Value::Absent {
                self.gui.forget(name);
            }
        }
        if quiet {
            self.is_idle()?;
        }
        Ok(())
    }

    /// S3: the next run finds nothing to do.
    fn is_idle(&self) -> Result<(), String> {
        let tree = &self.git.tip(0).tree;
        let again = self.plan(tree, &self.gui);
        if !again.is_empty() {
            return Err(format!(
                "S3: the second run is not idle: {:?} {:?}",
                again.files, again.gui
            ));
        }
        let state = again.state(&self.state(tree), &BTreeSet::new());
        let text = state_file::write(&state);
        if text != tree[STATE] {
            return Err(format!(
                "S3: the second run changes the state\n{}\n{text}",
                tree[STATE]
            ));
        }
        Ok(())
    }

    /// Looks at one resource after a run.
    #[allow(clippy::too_many_arguments)]
    fn look(
        &mut self,
        name: &'static str,
        plan: &SyncPlan,
        values: [&Value; 4],
        side: &mut Side,
        state: &State,
        planned: &Planned,
        quiet: bool,
    ) -> Result<(), String> {
        let [git_before, git_after, gui_before, gui_after] = values;
        let item = plan.items.iter().find(|item| item.id.name == name);
        let outcome = item.map(|item| &item.outcome);
        let left = outcome.is_some_and(|outcome| {
            !matches!(
                outcome,
                Outcome::Synced | Outcome::Changed | Outcome::Agreed
            )
        });
        if left && (git_before != git_after || gui_before != gui_after) {
            return Err(format!(
                "S7: {name} is {outcome:?}, and a side changed: {values:?}"
            ));
        }
        if *git_before == Value::Unclear && gui_before != gui_after {
            return Err(format!(
                "S6: {name} is not clear in Git, and the GUI changed"
            ));
        }
        if matches!(outcome, Some(Outcome::Conflict(_))) {
            CONFLICTS.fetch_add(1, Ordering::Relaxed);
        }
        // S2: both are one, or it is said why not.
        if quiet
            && !left
            && ![git_before, git_after].contains(&&Value::Unclear)
            && git_after != gui_after
        {
            return Err(format!(
                "S2: {name} is {outcome:?}, and the sides differ: {values:?}"
            ));
        }
        if quiet
            && *git_before != Value::Unclear
            && matches!(
                outcome,
                Some(Outcome::Failed(_) | Outcome::Unconfirmed(_) | Outcome::Held(_))
            )
        {
            return Err(format!(
                "S2: {name} is {outcome:?} in a world without limits and policies"
            ));
        }
        // Where another file cannot be read, what the GUI has alone may still come into Git.
        let unclear = *git_before == Value::Unclear && !git_after.is_here();
        let git_before = if unclear || *git_before != Value::Unclear {
            git_before
        } else {
            &Value::Absent
        };
        if quiet && matches!(outcome, Some(Outcome::Unknown(_))) && !unclear && gui_before.is_here()
        {
            return Err(format!(
                "S2: {name} is {outcome:?}, and both sides are clear"
            ));
        }
        let mut excused = [false; FIELDS + 1];
        if let Some(answer) = self.answers.get(name).cloned() {
            // It binds the plan that it was given to: an edit while that is carried out is too late for it.
            let git_then = match &planned.git[name] {
                Value::Unclear => git_before,
                clear => clear,
            };
            let fits = answer.is_about(&answer.git, git_then)
                && answer.is_about(&answer.gui, &planned.gui[name])
                && state.resolutions.contains_key(&answer.id);
            if fits {
                excused = answer.fields;
                let applied = git_before != git_after || gui_before != gui_after;
                if quiet && !left && applied {
                    settled(name, &answer, git_after)?;
                }
                if quiet
                    && !unclear
                    && matches!(outcome, Some(Outcome::Conflict(id)) if *id == answer.id)
                {
                    return Err(format!("S8: {name} was settled, and is still in conflict"));
                }
            }
            // While nothing can be said of it an answer waits.
            if planned.git[name] != Value::Unclear && (quiet || !fits) {
                self.answers.remove(name);
            }
        }
        let cells = (side.cell(name).clone(), self.gui_side.cell(name).clone());
        let git_step = Seen {
            name,
            word: "Git",
            before: git_before,
            after: git_after,
            cell: &cells.0,
        };
        let gui_step = Seen {
            name,
            word: "the GUI",
            before: gui_before,
            after: gui_after,
            cell: &cells.1,
        };
        let mut then = planned.sides.clone();
        let then = (then.0.cell(name).clone(), then.1.cell(name).clone());
        if !unclear && *git_after != Value::Unclear {
            lost(
                &git_step,
                &then.1,
                &planned.gui[name],
                &self.deletes,
                &excused,
            )?;
        }
        lost(
            &gui_step,
            &then.0,
            &planned.git[name],
            &self.deletes,
            &excused,
        )?;
        side.note(name, git_after);
        if git_before.is_here() && *git_after == Value::Unclear && *gui_after == Value::Absent {
            side.note(name, &Value::Absent);
        }
        if !unclear {
            self.rank += 1;
            let git = (side.cell(name), git_before, git_after);
            let gui = (self.gui_side.cell(name), gui_before, gui_after);
            join(self.rank, git, gui, &then);
        }
        Ok(())
    }

    /// S13: what goes on record is what both sides hold, or held when the run looked.
    fn base_is_what_both_held(
        &self,
        (old, new): (&State, &State),
        git: [&Values; 2],
        gui: [&Values; 2],
    ) -> Result<(), String> {
        for name in NAMES {
            let key = format!("lab/Server/default/{name}");
            let base = |state: &State| {
                state
                    .resources
                    .get(&key)
                    .and_then(|entry| entry.base.clone())
            };
            if base(new).is_none() || base(old) == base(new) {
                continue;
            }
            let blob = new.resources[&key].blob.as_ref();
            let bytes = blob.and_then(|blob| self.blobs.get(blob)).cloned();
            let stream = hnp_yaml::parse(bytes.unwrap_or_default(), &hnp_yaml::Options::default());
            let root = stream.document(0).and_then(hnp_yaml::Document::root);
            let value = root.map(|root| Value::Here(Fields::of(&Node::from(root))));
            let held = |side: [&Values; 2]| {
                side.iter()
                    .any(|values| Some(&values[name]) == value.as_ref())
            };
            if !held(git) || !held(gui) {
                return Err(format!(
                    "S13: on record is {value:?} of {name}, Git has {:?}, the GUI {:?}",
                    git[1][name], gui[1][name]
                ));
            }
        }
        Ok(())
    }

    /// What Git holds.
    pub(crate) fn git_values(&self) -> Values {
        read(&self.git.tip(0).tree)
    }

    /// What both sides hold, and the state.
    pub(crate) fn picture(&self) -> (Values, Values, String) {
        let tree = &self.git.tip(0).tree;
        (read(tree), self.gui.values(), tree[STATE].clone())
    }
}

/// S8: what a person chose is what both have.
fn settled(name: &str, answer: &Answer, now: &Value) -> Result<(), String> {
    let chosen = match &answer.pick {
        Pick::Gui => &answer.gui,
        Pick::Git => &answer.git,
        _ => {
            let by_hand = Some("settled".to_owned());
            let right = now.fields().is_some_and(|fields| {
                (0..FIELDS).all(|at| !answer.fields[at] || fields.0[at] == by_hand)
            });
            return if right {
                Ok(())
            } else {
                Err(format!("S8: {name} was settled by hand, and is {now:?}"))
            };
        }
    };
    let right = match (chosen.fields(), now.fields()) {
        (Some(chosen), Some(now)) => {
            (0..FIELDS).all(|at| !answer.fields[at] || chosen.0[at] == now.0[at])
        }
        (None, None) => true,
        _ => false,
    };
    if right {
        Ok(())
    } else {
        Err(format!(
            "S8: {name} was settled as {chosen:?}, and is {now:?}"
        ))
    }
}

/// Writes files, each only over what the plan knew; false where one was changed by somebody else.
fn place(tree: &mut Tree, plan: &SyncPlan) -> bool {
    let mut all = true;
    for op in &plan.files.files {
        let now = tree.get(op.path()).map(String::as_bytes);
        match op {
            FileOp::Write {
                path,
                bytes,
                before,
            } if *before == Before::of(now) => {
                tree.insert(path.clone(), String::from_utf8(bytes.clone()).unwrap());
            }
            FileOp::Remove { path, sha256 } if Before::Is(sha256.clone()) == Before::of(now) => {
                tree.remove(path);
            }
            FileOp::Move { .. } => panic!("a sync moves nothing"),
            _ => all = false,
        }
    }
    all
}

impl History for World {
    fn blob(&self, id: &str) -> Option<Vec<u8>> {
        self.blobs.get(id).cloned()
    }

    fn blob_id(&self, bytes: &[u8]) -> String {
        sha256_hex(bytes)
    }

    /// Whether the default branch had a value, in a commit or after it.
    fn held(&self, asked: &InPast<'_>) -> Option<bool> {
        let tip = self.git.tips[&0];
        let since: Option<usize> = asked.since.map(|text| text.parse().unwrap());
        let fields = Value::Here(Fields::of(asked.value));
        let had = |at: usize| {
            read(&self.git.commits[at].tree).get(asked.id.name.as_str()) == Some(&fields)
        };
        let all = self.git.ancestors(tip);
        Some(match since {
            None => all.into_iter().any(had),
            Some(since) if !all.contains(&since) => false,
            Some(since) => {
                let before = self.git.ancestors(since);
                had(since) || all.difference(&before).any(|at| had(*at))
            }
        })
    }
}
