//! A tree of facts: every resource of a fabric, found by kind and name.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::Deref;

use foldhash::fast::RandomState;
use hnp_yaml::Span;

use super::switches::SwitchPorts;
use super::{Report, Side, Spot};
use crate::Settings;
use crate::basis::Basis;
use crate::facts::{Gateway, Known, Switch};
use crate::file::{Facts, FileCheck, Role};
use crate::schema::suggest;
use crate::settings::Outside;

/// Every resource of a fabric that rules look at: managed ones, and those under `unmanaged/` as context.
pub struct Tree<'f> {
    /// What the checks depend on.
    pub settings: &'f Settings,
    /// Whether hydration rules speak.
    pub hydrated: bool,
    side: Side,
    resources: Vec<Resource<'f>>,
    by_kind: HashMap<&'static str, Vec<u32>, RandomState>,
    by_name: HashMap<(&'f str, &'f str), u32, RandomState>,
    /// Texts of documents that could not be read.
    broken: Vec<&'f str>,
    outside: Vec<String>,
    auto_outside: bool,
    /// Kinds of which the other of two compared trees holds something.
    elsewhere: Vec<String>,
    /// What the tree holds besides, where it shows a part of itself only.
    rest: Option<Rest<'f>>,
    /// The ports of the switches, made when a rule asks for them.
    pub(super) ports: OnceCell<SwitchPorts<'f>>,
}

/// The resources of which a tree shows a part only: those that are asked for by name are found all the same.
#[derive(Clone, Copy)]
pub(crate) struct Rest<'f> {
    /// Where they are.
    pub(crate) basis: &'f Basis<'f>,
    /// Files whose resources are others in this tree.
    pub(crate) hidden: &'f HashSet<u32, RandomState>,
}

impl<'f> Rest<'f> {
    fn find(&self, kind: &str, name: &str) -> Option<(u32, &'f Facts)> {
        let at = self.basis.find(kind, name)?;
        if self.hidden.contains(&self.basis.resource_file(at)) {
            return None;
        }
        Some((at, self.basis.facts(at)?))
    }
}

#[derive(Clone, Copy)]
struct Resource<'f> {
    file: u32,
    context: bool,
    facts: &'f Facts,
}

/// One resource of a tree, with what was read from it.
pub struct Entry<'f, T> {
    /// Its place in the tree: context first, then files by path.
    pub index: u32,
    /// Whether it is context only, which nothing is blamed on.
    pub context: bool,
    /// Identity and where the name stands.
    pub facts: &'f Facts,
    /// What was read from it.
    pub it: &'f T,
    file: u32,
    side: Side,
}

impl<T> Clone for Entry<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Entry<'_, T> {}

impl<T> Deref for Entry<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.it
    }
}

impl<'f, T> Entry<'f, T> {
    /// Returns its name.
    #[must_use]
    pub fn name(&self) -> &'f str {
        &self.facts.id.name
    }

    /// Returns a spot in its file.
    #[must_use]
    pub fn spot(&self, span: Span) -> Spot {
        Spot {
            side: self.side,
            file: self.file,
            span,
        }
    }

    /// Returns where its name stands.
    #[must_use]
    pub fn name_spot(&self) -> Spot {
        self.spot(self.facts.name_span)
    }
}

/// What a look for a resource gives.
pub enum Lookup<'f, T> {
    /// It is there.
    Found(Entry<'f, T>),
    /// It is not there, and it should be.
    Missing,
    /// Resources of its kind are kept elsewhere, so nobody can tell.
    Unknown,
}

impl<'f, T> Lookup<'f, T> {
    /// Returns the resource where it is there.
    #[must_use]
    pub fn found(self) -> Option<Entry<'f, T>> {
        match self {
            Self::Found(entry) => Some(entry),
            _ => None,
        }
    }

    /// Tells whether it is missing for certain.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

impl<'f> Tree<'f> {
    /// Makes a tree of checked files, which are sorted by path.
    #[must_use]
    pub fn new(files: &'f [FileCheck], settings: &'f Settings, side: Side) -> Self {
        let mut resources = Vec::new();
        for wanted in [Role::Context, Role::Managed] {
            for (n, file) in files.iter().enumerate() {
                if file.role == wanted {
                    resources.extend(file.facts.iter().map(|facts| Resource {
                        file: u32::try_from(n).unwrap_or(u32::MAX),
                        context: wanted == Role::Context,
                        facts,
                    }));
                }
            }
        }
        let broken = files
            .iter()
            .filter(|file| file.role != Role::Pending)
            .flat_map(|file| &file.broken)
            .map(AsRef::as_ref)
            .collect();
        let mut tree = Self::of(resources, settings, side);
        tree.broken = broken;
        tree.hydrated = settings.hydrated.unwrap_or_else(|| tree.looks_hydrated());
        tree
    }

    /// Makes a tree that shows a part of its resources, with whether they are context. No two of the whole have one name,
    /// nothing of it is broken, and of no kind the part holds something and the rest nothing.
    pub(crate) fn focused(
        part: impl Iterator<Item = (bool, &'f Facts)>,
        settings: &'f Settings,
        side: Side,
        rest: Rest<'f>,
        hydrated: bool,
    ) -> Self {
        let resources = part.map(|(context, facts)| Resource {
            file: u32::MAX,
            context,
            facts,
        });
        let mut tree = Self::of(resources.collect(), settings, side);
        tree.rest = Some(rest);
        tree.hydrated = hydrated;
        tree
    }

    fn of(resources: Vec<Resource<'f>>, settings: &'f Settings, side: Side) -> Self {
        let mut tree = Self {
            settings,
            hydrated: false,
            side,
            by_kind: HashMap::default(),
            by_name: HashMap::with_capacity_and_hasher(resources.len(), RandomState::default()),
            resources: Vec::with_capacity(resources.len()),
            broken: Vec::new(),
            outside: Vec::new(),
            auto_outside: settings.outside == Outside::Auto,
            elsewhere: Vec::new(),
            rest: None,
            ports: OnceCell::new(),
        };
        if let Outside::Kinds(kinds) = &settings.outside {
            tree.outside.clone_from(kinds);
        }
        // Managed resources win over context of the same name; of two managed ones the first does, ING-01 says the rest.
        for resource in resources {
            let Some(info) = resource.facts.kind else {
                continue;
            };
            let index = u32::try_from(tree.resources.len()).unwrap_or(u32::MAX);
            let key = (info.kind, resource.facts.id.name.as_str());
            match tree.by_name.get(&key) {
                Some(&known) if !tree.resources[known as usize].context => continue,
                Some(&known) => {
                    tree.by_kind
                        .entry(info.kind)
                        .or_default()
                        .retain(|other| *other != known);
                }
                None => {}
            }
            tree.by_name.insert(key, index);
            tree.by_kind.entry(info.kind).or_default().push(index);
            tree.resources.push(resource);
        }
        tree
    }

    /// Returns every resource of a kind, context first, then in the order of the files.
    pub fn all<T: Known>(&self) -> impl Iterator<Item = Entry<'f, T>> + '_ {
        self.by_kind
            .get(T::KIND)
            .into_iter()
            .flatten()
            .filter_map(|index| self.entry(*index))
    }

    /// Returns every resource of a kind that findings may be about.
    pub fn managed<T: Known>(&self) -> impl Iterator<Item = Entry<'f, T>> + '_ {
        self.all().filter(|entry| !entry.context)
    }

    fn entry<T: Known>(&self, index: u32) -> Option<Entry<'f, T>> {
        let resource = self.resources.get(index as usize)?;
        Some(Entry {
            index,
            context: resource.context,
            facts: resource.facts,
            it: T::of(&resource.facts.detail)?,
            file: resource.file,
            side: self.side,
        })
    }

    /// Returns every resource, whatever its kind.
    pub fn everything(&self) -> impl Iterator<Item = Entry<'f, crate::facts::Detail>> + '_ {
        let mut indices: Vec<u32> = self.by_name.values().copied().collect();
        indices.sort_unstable();
        indices.into_iter().map(|index| {
            let resource = self.resources[index as usize];
            Entry {
                index,
                context: resource.context,
                facts: resource.facts,
                it: &resource.facts.detail,
                file: resource.file,
                side: self.side,
            }
        })
    }

    /// Looks for a resource.
    #[must_use]
    pub fn find<T: Known>(&self, name: &str) -> Lookup<'f, T> {
        match self.by_name.get(&(T::KIND, name)) {
            Some(index) => self.entry(*index).map_or(Lookup::Unknown, Lookup::Found),
            None if self
                .rest
                .is_some_and(|rest| rest.find(T::KIND, name).is_some()) =>
            {
                self.unseen(name).map_or(Lookup::Unknown, Lookup::Found)
            }
            None if self.is_outside(T::KIND) || self.may_hold(name) => Lookup::Unknown,
            None => Lookup::Missing,
        }
    }

    /// Returns a resource that the tree does not show.
    fn unseen<T: Known>(&self, name: &str) -> Option<Entry<'f, T>> {
        let rest = self.rest?;
        let (at, facts) = rest.find(T::KIND, name)?;
        Some(Entry {
            index: u32::MAX - at,
            context: rest.basis.is_context(at),
            facts,
            it: T::of(&facts.detail)?,
            file: u32::MAX,
            side: self.side,
        })
    }

    /// Tells whether there is a resource, shown or not.
    fn holds(&self, kind: &'static str, name: &'f str) -> bool {
        self.by_name.contains_key(&(kind, name))
            || self
                .rest
                .is_some_and(|rest| rest.find(kind, name).is_some())
    }

    /// Tells whether there is any resource of a kind, shown or not.
    fn holds_any(&self, kind: &str) -> bool {
        self.by_kind.get(kind).is_some_and(|all| !all.is_empty())
            || self.rest.is_some_and(|rest| rest.basis.holds_any(kind))
    }

    /// Tells whether a resource of a name may stand in a document that could not be read.
    #[must_use]
    pub fn may_hold(&self, name: &str) -> bool {
        self.broken.iter().any(|text| text.contains(name))
    }

    /// Tells whether resources of a kind are kept elsewhere.
    #[must_use]
    pub fn is_outside(&self, kind: &str) -> bool {
        if self.auto_outside {
            !self.holds_any(kind) && !self.elsewhere.iter().any(|other| other == kind)
        } else {
            self.outside.iter().any(|other| other == kind)
        }
    }

    /// Reports a reference to a resource that is not there; shows the one with the nearest name.
    pub fn dangling<T: Known>(&self, report: &mut Report, spot: Spot, name: &str) {
        self.dangling_as::<T>(report, spot, name, T::KIND);
    }

    /// The same with another word for the kind.
    pub fn dangling_as<T: Known>(&self, report: &mut Report, spot: Spot, name: &str, word: &str) {
        let draft = report.at(spot, format!("there is no {word} `{name}` in this fabric"));
        let names = self.all::<T>().map(|entry| entry.name());
        if let Some(near) = suggest::nearest(name, names)
            && let Some(entry) = self.find::<T>(near).found()
        {
            draft.with(entry.name_spot(), format!("`{near}` is here"));
            draft.help(format!("did you mean `{near}`?"));
        } else {
            draft.help(format!(
                "add the {word}, or name one that is there; if such resources are kept elsewhere, say so with `outside` in .hnp/config.toml"
            ));
        }
    }

    /// One field that hydration fills in shows that the whole was hydrated, so that what lacks one is told so.
    fn looks_hydrated(&self) -> bool {
        self.all::<Switch>().any(|switch| switch.it.is_hydrated())
            || self
                .all::<Gateway>()
                .any(|gateway| gateway.it.is_hydrated())
    }
}

/// The step from one tree to the next.
pub struct Change<'f> {
    /// Before.
    pub old: Tree<'f>,
    /// After.
    pub new: Tree<'f>,
}

impl<'f> Change<'f> {
    /// Compares two trees. A kind of which either holds something is kept here.
    #[must_use]
    pub fn new(mut old: Tree<'f>, mut new: Tree<'f>) -> Self {
        let kinds = |tree: &Tree<'_>| -> Vec<String> {
            tree.by_kind
                .iter()
                .filter(|(_, resources)| !resources.is_empty())
                .map(|(kind, _)| (*kind).to_owned())
                .collect()
        };
        new.elsewhere = kinds(&old);
        old.elsewhere = kinds(&new);
        Self { old, new }
    }

    /// Returns the resources of a kind that both trees hold, as they were and as they are.
    pub fn kept<T: Known>(&self) -> impl Iterator<Item = (Entry<'f, T>, Entry<'f, T>)> + '_ {
        self.old.all::<T>().filter_map(|old| {
            let new = self.new.find::<T>(old.name()).found()?;
            Some((old, new))
        })
    }

    /// Returns the resources of a kind that the new tree holds no longer.
    pub fn gone<T: Known>(&self) -> impl Iterator<Item = Entry<'f, T>> + '_ {
        self.old
            .all::<T>()
            .filter(|old| !self.new.holds(T::KIND, old.name()))
            .filter(|old| !self.new.may_hold(old.name()))
    }

    /// Returns the resources of a kind that the old tree did not hold.
    pub fn come<T: Known>(&self) -> impl Iterator<Item = Entry<'f, T>> + '_ {
        self.new
            .all::<T>()
            .filter(|new| !self.old.holds(T::KIND, new.name()))
    }
}
