//! The merge of three values.

use std::collections::{BTreeMap, HashMap, HashSet};

use hnp_yaml::Node;

use crate::conflict::{Choice, Conflict, ConflictKind, Side};
use crate::items::{ListKind, index, weave};
use crate::normal::normal;
use crate::overlap::{Clash, clashes};
use crate::path::{Path, Step};
use crate::rules::Rules;
use crate::table::Meaning;

/// What both sides started from.
#[derive(Clone, Copy, Debug)]
pub enum Base<'n> {
    /// This value.
    Value(&'n Node),
    /// Nothing: both sides made the resource. Maps merge key by key, and each leaf that differs conflicts.
    Absent,
    /// No one knows. Equal sides agree; any difference conflicts, a field that one side alone has too.
    Unknown,
}

/// The result of a merge.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The merged value, our value standing wherever a conflict is open; `None` where the resource is gone.
    pub value: Option<Node>,
    /// The open conflicts, in the order of our value.
    pub conflicts: Vec<Conflict>,
}

impl Merged {
    /// Tells whether the sides went together without a conflict.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.conflicts.is_empty()
    }
}

/// Merges two values that grew from one; `None` is a resource that is not there. All conflicts stay open.
///
/// Values are compared as Kubernetes reads them: order of maps, sets and keyed lists, quoting and notation of numbers do
/// not count. Nulls that mean nothing are dropped, see [`normal`]. Removing what the other side changed inside is a
/// conflict at what was removed, so nothing comes back in part.
///
/// ```
/// use hnp_merge::{Base, Rules, merge};
/// use hnp_yaml::Node;
///
/// let vpc = |vlan: i64, gateway: &str| {
///     let field = |key: &str, value: Node| (key.to_owned(), value);
///     Node::Map(vec![field("vlan", vlan.into()), field("gateway", gateway.into())])
/// };
/// let rules = Rules::of("vpc.githedgehog.com", "VPC");
/// let (base, ours, theirs) = (vpc(1, "10.0.0.1"), vpc(2, "10.0.0.1"), vpc(3, "10.0.0.254"));
/// let merged = merge(rules, Base::Value(&base), Some(&ours), Some(&theirs));
/// // Theirs alone changed the gateway; of the VLAN each side says something else, and ours stands meanwhile.
/// assert_eq!(merged.value, Some(vpc(2, "10.0.0.254")));
/// assert_eq!(merged.conflicts.len(), 1);
/// assert_eq!(merged.conflicts[0].path.to_string(), "vlan");
/// ```
#[must_use]
pub fn merge(rules: Rules, base: Base<'_>, ours: Option<&Node>, theirs: Option<&Node>) -> Merged {
    merge_with(rules, base, ours, theirs, &mut |_| Choice::Open)
}

/// Merges as [`merge`] does, and asks how each conflict is to be settled. What is settled is not reported; apart from
/// the paths of conflicts the value is the same for every answer.
#[must_use]
pub fn merge_with(
    rules: Rules,
    base: Base<'_>,
    ours: Option<&Node>,
    theirs: Option<&Node>,
    choose: &mut dyn FnMut(&Conflict) -> Choice,
) -> Merged {
    let clean = |node: Option<&Node>| node.map(|node| normal(rules, node));
    let (ours, theirs) = (clean(ours), clean(theirs));
    let base_value = match base {
        Base::Value(node) => Some(normal(rules, node)),
        Base::Absent | Base::Unknown => None,
    };
    let was = if matches!(base, Base::Unknown) {
        Was::Unknown
    } else {
        Was::Known(base_value.as_ref())
    };
    let mut merger = Merger {
        rules,
        path: Path::default(),
        conflicts: Vec::new(),
        apart: BTreeMap::new(),
        choose,
    };
    let value = merger.node(was, ours.as_ref(), theirs.as_ref());
    Merged {
        value,
        conflicts: merger.conflicts,
    }
}

/// The base at one place.
#[derive(Clone, Copy)]
enum Was<'n> {
    Known(Option<&'n Node>),
    Unknown,
}

impl<'n> Was<'n> {
    fn value(self) -> Option<&'n Node> {
        match self {
            Self::Known(node) => node,
            Self::Unknown => None,
        }
    }
}

/// Rounds in which parts that overlap are sought: taking some apart may bring others together.
const MOST_ROUNDS: usize = 16;

/// Whether what two sides have goes together.
enum Together {
    Fine,
    /// But for these parts, each with the reason.
    Parts(BTreeMap<Path, String>),
    /// It does not, and no part can be named.
    Whole(String),
}

struct Merger<'c> {
    rules: Rules,
    path: Path,
    conflicts: Vec<Conflict>,
    /// Parts of the map or list at hand that overlap with others, with the reason.
    apart: BTreeMap<Path, String>,
    choose: &'c mut dyn FnMut(&Conflict) -> Choice,
}

impl Merger<'_> {
    fn node(&mut self, was: Was<'_>, ours: Option<&Node>, theirs: Option<&Node>) -> Option<Node> {
        if let Some(why) = self.apart.get(&self.path).cloned() {
            return self.settle_overlap(was, ours, theirs, why);
        }
        let outer = self.rules;
        if let Some(node) = ours.or(theirs) {
            self.rules = outer.inside(&self.path, node);
        }
        let merged = self.node_inside(was, ours, theirs);
        self.rules = outer;
        merged
    }

    fn node_inside(
        &mut self,
        was: Was<'_>,
        ours: Option<&Node>,
        theirs: Option<&Node>,
    ) -> Option<Node> {
        if self.rules.same(&self.path, ours, theirs) {
            return ours.cloned();
        }
        let (Some(o), Some(t)) = (ours, theirs) else {
            return self.leaf(was, ours, theirs);
        };
        let mut inside = match self.together(was, o, t) {
            Together::Fine => BTreeMap::new(),
            Together::Parts(parts) => parts,
            Together::Whole(why) => {
                return self.settle_overlap(was, ours, theirs, why);
            }
        };
        let merged = {
            std::mem::swap(&mut self.apart, &mut inside);
            let merged = match (o, t) {
                (Node::Map(_), Node::Map(_)) => Some(self.map(was, o, t)),
                (Node::Seq(ours), Node::Seq(theirs)) => self.list(was, ours, theirs),
                _ => None,
            };
            std::mem::swap(&mut self.apart, &mut inside);
            merged
        };
        merged.or_else(|| self.leaf(was, ours, theirs))
    }

    /// Finds what each side has for itself and both together must not: only those parts are a conflict of their own, and only
    /// where they overlap however the conflicts inside are settled.
    fn together(&self, was: Was<'_>, ours: &Node, theirs: &Node) -> Together {
        let forbidden: Vec<&Meaning> = self
            .rules
            .at(&self.path)
            .filter(|meaning| {
                meaning.is_check()
                    && clashes(meaning, ours).is_empty()
                    && clashes(meaning, theirs).is_empty()
            })
            .collect();
        if forbidden.is_empty() {
            return Together::Fine;
        }
        let mut parts: BTreeMap<Path, String> = BTreeMap::new();
        for _ in 0..MOST_ROUNDS {
            let ways = self.ways(was, ours, theirs, &parts);
            let (mut why, mut grown) = (None, false);
            for meaning in &forbidden {
                let found: Vec<Vec<Clash>> = ways.iter().map(|way| clashes(meaning, way)).collect();
                // What one way of settling what is inside avoids needs no conflict; but what is taken apart must be sound in
                // every way.
                if parts.is_empty() && found.iter().any(Vec::is_empty) {
                    continue;
                }
                for (way, clash) in ways
                    .iter()
                    .zip(&found)
                    .flat_map(|(way, found)| found.iter().map(move |clash| (way, clash)))
                {
                    let Some(steps) = self.steps_of(way) else {
                        return Together::Whole(format!("parts of {} {}", self.path, clash.shared));
                    };
                    let mut pair = clash.parts.map(|at| self.below(&steps[at]));
                    pair.sort_unstable();
                    let [one, other] = pair;
                    let text = format!("{one} and {other} {}", clash.shared);
                    why.get_or_insert_with(|| text.clone());
                    for path in [one, other] {
                        if !parts.contains_key(&path) && self.differs(ours, theirs, &path) {
                            parts.insert(path, text.clone());
                            grown = true;
                        }
                    }
                }
            }
            match (why, grown) {
                (None, _) if parts.is_empty() => return Together::Fine,
                (None, _) => return Together::Parts(parts),
                (Some(_), true) => {}
                (Some(why), false) => return Together::Whole(why),
            }
        }
        Together::Whole("too much of it overlaps".to_owned())
    }

    fn below(&self, step: &Step) -> Path {
        let mut path = self.path.clone();
        path.push(step.clone());
        path
    }

    /// How the parts of a map or keyed list are found; nothing where they have no names.
    fn steps_of(&self, node: &Node) -> Option<Vec<Step>> {
        match node {
            Node::Map(entries) => Some(
                entries
                    .iter()
                    .map(|(key, _)| Step::Key(key.clone()))
                    .collect(),
            ),
            Node::Seq(items) => match self.rules.list(&self.path, &[items]) {
                ListKind::Atomic | ListKind::Set => None,
                kind => self.rules.steps(&self.path, kind, items),
            },
            _ => None,
        }
    }

    /// Tells whether the sides differ in a part.
    fn differs(&self, ours: &Node, theirs: &Node, part: &Path) -> bool {
        let at = |node: &Node| -> Option<Node> {
            let steps = self.steps_of(node)?;
            let at = steps
                .iter()
                .position(|step| part.steps().last() == Some(step))?;
            match node {
                Node::Map(entries) => Some(entries[at].1.clone()),
                Node::Seq(items) => Some(items[at].clone()),
                _ => None,
            }
        };
        !self
            .rules
            .same(part, at(ours).as_ref(), at(theirs).as_ref())
    }

    fn settle_overlap(
        &mut self,
        was: Was<'_>,
        ours: Option<&Node>,
        theirs: Option<&Node>,
        why: String,
    ) -> Option<Node> {
        self.settle_for(
            ConflictKind::Overlap,
            [was.value(), ours, theirs],
            Some(why),
        )
    }

    /// Merges two maps or lists with our value in every conflict, and with theirs; where parts are taken out, with what both
    /// started from too.
    fn ways(
        &self,
        was: Was<'_>,
        ours: &Node,
        theirs: &Node,
        parts: &BTreeMap<Path, String>,
    ) -> Vec<Node> {
        let base = was.value().filter(|base| {
            let mut all = self.rules.at(&self.path);
            !parts.is_empty() && all.all(|meaning| clashes(meaning, base).is_empty())
        });
        [Choice::Ours, Choice::Theirs]
            .into_iter()
            .chain(base.map(|_| Choice::Base))
            .filter_map(|choice| {
                let mut merger = Merger {
                    rules: self.rules,
                    path: self.path.clone(),
                    conflicts: Vec::new(),
                    apart: parts.clone(),
                    choose: &mut |_| choice.clone(),
                };
                match (ours, theirs) {
                    (Node::Map(_), Node::Map(_)) => Some(merger.map(was, ours, theirs)),
                    (Node::Seq(ours), Node::Seq(theirs)) => merger.list(was, ours, theirs),
                    _ => None,
                }
            })
            .collect()
    }

    /// One value: who changed it alone has it.
    fn leaf(&mut self, was: Was<'_>, ours: Option<&Node>, theirs: Option<&Node>) -> Option<Node> {
        let Was::Known(base) = was else {
            return self.settle(ConflictKind::NoBase, None, ours, theirs);
        };
        if self.rules.same(&self.path, base, ours) {
            return theirs.cloned();
        }
        if self.rules.same(&self.path, base, theirs) {
            return ours.cloned();
        }
        let kind = match (ours, theirs) {
            (None, _) => ConflictKind::Removed(Side::Ours),
            (_, None) => ConflictKind::Removed(Side::Theirs),
            _ if base.is_none() => ConflictKind::Added,
            _ => ConflictKind::Changed,
        };
        self.settle(kind, base, ours, theirs)
    }

    fn settle(
        &mut self,
        kind: ConflictKind,
        base: Option<&Node>,
        ours: Option<&Node>,
        theirs: Option<&Node>,
    ) -> Option<Node> {
        self.settle_for(kind, [base, ours, theirs], None)
    }

    fn settle_for(
        &mut self,
        kind: ConflictKind,
        [base, ours, theirs]: [Option<&Node>; 3],
        why: Option<String>,
    ) -> Option<Node> {
        let conflict = Conflict {
            path: self.path.clone(),
            kind,
            base: base.cloned(),
            ours: ours.cloned(),
            theirs: theirs.cloned(),
            why,
        };
        match (self.choose)(&conflict) {
            Choice::Ours => conflict.ours,
            Choice::Theirs => conflict.theirs,
            Choice::Base if kind != ConflictKind::NoBase => conflict.base,
            Choice::Value(value) => value,
            Choice::Open | Choice::Base => {
                let ours = conflict.ours.clone();
                self.conflicts.push(conflict);
                ours
            }
        }
    }

    fn map(&mut self, was: Was<'_>, ours: &Node, theirs: &Node) -> Node {
        let union = self.rules.at(&self.path).find_map(|meaning| match meaning {
            Meaning::Union(fields) => Some(*fields),
            _ => None,
        });
        let Some(fields) = union else {
            return Node::Map(self.keys(was, ours, theirs, &|_| true));
        };
        let member = |key: &str| fields.is_empty() || fields.contains(&key);
        let chosen = |node: &Node| {
            let mut keys: Vec<String> = keys_of(node).into_iter().filter(|k| member(k)).collect();
            keys.sort_unstable();
            keys
        };
        if chosen(ours) == chosen(theirs) {
            return Node::Map(self.keys(was, ours, theirs, &|_| true));
        }
        let part = |node: &Node| match node {
            Node::Map(entries) => Node::Map(
                entries
                    .iter()
                    .filter(|(key, _)| member(key))
                    .cloned()
                    .collect(),
            ),
            _ => Node::Map(Vec::new()),
        };
        let mut merged = self.keys(was, ours, theirs, &|key| !member(key));
        let (o, t) = (part(ours), part(theirs));
        let base = match was {
            Was::Known(node) => Some(node.map_or_else(|| Node::Map(Vec::new()), part)),
            Was::Unknown => None,
        };
        let settled = match &base {
            Some(base) if self.rules.same(&self.path, Some(base), Some(&o)) => Some(t),
            Some(base) if self.rules.same(&self.path, Some(base), Some(&t)) => Some(o),
            Some(base) => self.settle(ConflictKind::Union, Some(base), Some(&o), Some(&t)),
            None => self.settle(ConflictKind::NoBase, None, Some(&o), Some(&t)),
        };
        if let Some(Node::Map(entries)) = settled {
            merged.extend(entries);
        }
        Node::Map(merged)
    }

    fn keys(
        &mut self,
        was: Was<'_>,
        ours: &Node,
        theirs: &Node,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Vec<(String, Node)> {
        let (o, t) = (index(ours), index(theirs));
        let b = was.value().map(index).unwrap_or_default();
        let mut out = Vec::with_capacity(o.len());
        for key in weave(&keys_of(ours), &keys_of(theirs)) {
            if !wanted(&key) {
                continue;
            }
            self.path.push(Step::Key(key.clone()));
            let was = match was {
                Was::Known(_) => Was::Known(b.get(key.as_str()).copied()),
                Was::Unknown => Was::Unknown,
            };
            let merged = self.node(
                was,
                o.get(key.as_str()).copied(),
                t.get(key.as_str()).copied(),
            );
            self.path.pop();
            if let Some(value) = merged {
                out.push((key, value));
            }
        }
        out
    }

    /// Merges lists whose items can be told apart on every side; nothing where they cannot.
    fn list(&mut self, was: Was<'_>, ours: &[Node], theirs: &[Node]) -> Option<Node> {
        let base: Option<&[Node]> = match was {
            Was::Unknown => None,
            Was::Known(None) => Some(&[]),
            Was::Known(Some(Node::Seq(items))) => Some(items),
            Was::Known(Some(_)) => return None,
        };
        let lists: Vec<&[Node]> = [Some(ours), Some(theirs), base]
            .into_iter()
            .flatten()
            .collect();
        let kind = self.rules.list(&self.path, &lists);
        if kind == ListKind::Atomic {
            return None;
        }
        let o = self.rules.steps(&self.path, kind, ours)?;
        let t = self.rules.steps(&self.path, kind, theirs)?;
        let b = match base {
            Some(items) => Some(self.rules.steps(&self.path, kind, items)?),
            None => None,
        };
        if kind == ListKind::Set && b.is_none() {
            return None;
        }
        if kind == ListKind::Set && self.rules.at(&self.path).any(|m| *m == Meaning::One) {
            // Entries that both sides took away while both brought others may be one entry that both changed.
            let set = |steps: &[Step]| steps.iter().cloned().collect::<HashSet<_>>();
            let (o, t, b) = (set(&o), set(&t), set(b.as_deref().unwrap_or_default()));
            let lost = b.iter().any(|step| !o.contains(step) && !t.contains(step));
            if lost && !o.is_subset(&b) && !t.is_subset(&b) {
                return None;
            }
        }
        let find = |steps: &[Step], items: &[Node]| -> HashMap<Step, Node> {
            steps.iter().cloned().zip(items.iter().cloned()).collect()
        };
        let (at_o, at_t) = (find(&o, ours), find(&t, theirs));
        let at_b = b
            .as_ref()
            .map(|steps| find(steps, base.unwrap_or_default()));
        let mut out = Vec::with_capacity(ours.len());
        for step in weave(&o, &t) {
            let (ours, theirs) = (at_o.get(&step), at_t.get(&step));
            let merged = if kind == ListKind::Set {
                let had = at_b.as_ref().is_some_and(|base| base.contains_key(&step));
                match (ours, theirs) {
                    (Some(_), Some(_)) => ours.cloned(),
                    _ if had => None,
                    _ => ours.or(theirs).cloned(),
                }
            } else {
                let was = match &at_b {
                    Some(base) => Was::Known(base.get(&step)),
                    None => Was::Unknown,
                };
                self.path.push(step);
                let merged = self.node(was, ours, theirs);
                self.path.pop();
                merged
            };
            out.extend(merged);
        }
        Some(Node::Seq(out))
    }
}

fn keys_of(node: &Node) -> Vec<String> {
    match node {
        Node::Map(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
        _ => Vec::new(),
    }
}
