//! What a change to a few files can make wrong, and whether it does.

use std::collections::{BTreeSet, HashSet};

use foldhash::fast::RandomState;
use hnp_model::kind::KINDS;

use super::{Basis, Number, is_hydrated, links, write};
use crate::Settings;
use crate::admission::connection::limits::routed_pool;
use crate::engine::tree::Rest;
use crate::engine::{Change, Side, Tree};
use crate::facts::{Connection, Detail};
use crate::file::{Facts, FileCheck, Role};
use crate::settings::Outside;
use crate::tree::says_nothing;

/// Most resources that are looked at: beyond it the whole tree is no more work.
const MOST: usize = 2048;

/// A file that differs from what the basis was made of, in one of the two trees of a step or in both.
pub struct Changed {
    /// Its path.
    pub path: String,
    /// As the tree before has it.
    pub old: Option<FileCheck>,
    /// As the tree that is judged has it.
    pub new: Option<FileCheck>,
}

/// How much was judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files.
    pub files: usize,
    /// Documents.
    pub documents: usize,
    /// Resources.
    pub resources: usize,
}

/// What is known of a tree that differs from a basis in few files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is nothing wrong with it, nor with the step to it. So much was judged in all.
    Unharmed(Counts),
    /// A rule has something to say. What it is only the whole tree shows.
    Harmed,
    /// The change is of a kind that is not judged this way.
    NotCovered,
}

impl Basis<'_> {
    /// Judges a tree that differs from the basis in few files, and the step to it from a tree that does too.
    #[must_use]
    pub fn judge(&self, changed: &[Changed], settings: &Settings) -> Verdict {
        match self.unharmed(changed, settings) {
            _ if self.has_failed() => Verdict::NotCovered,
            Some(Some(counts)) => Verdict::Unharmed(counts),
            Some(None) => Verdict::Harmed,
            None => Verdict::NotCovered,
        }
    }

    fn unharmed(&self, changed: &[Changed], settings: &Settings) -> Option<Option<Counts>> {
        let mut focus = Focus::new(self, changed)?;
        let (of_old, of_new) = (self.kinds_with(&focus, 0)?, self.kinds_with(&focus, 1)?);
        let zero = |counts: &[usize]| counts.iter().map(|count| *count == 0).collect::<Vec<_>>();
        // Where that says what is kept elsewhere, rules begin to speak or fall silent all over the tree with the first
        // resource of a kind, or the last.
        let before = zero(self.kinds());
        let turns = zero(&of_old) != before || zero(&of_new) != before;
        if turns && settings.outside == Outside::Auto {
            return None;
        }
        let hydrated = focus.hydrated(settings)?;
        focus.follow_all()?;
        focus.routed(&of_new, settings)?;
        let change = Change::new(
            focus.tree(0, Side::Old, settings, hydrated),
            focus.tree(1, Side::New, settings, hydrated),
        );
        let counts = says_nothing(&change, settings).then(|| self.counts_with(&focus, changed));
        Some(counts)
    }

    /// Counts what was judged in the tree itself.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let (files, documents, resources) = self.judged();
        Counts {
            files,
            documents,
            resources,
        }
    }

    fn counts_with(&self, focus: &Focus<'_>, changed: &[Changed]) -> Counts {
        let (mut files, mut documents, mut resources) = self.judged();
        for file in &focus.base {
            files = files.saturating_sub(1);
            documents = documents.saturating_sub(file.0);
            resources = resources.saturating_sub(file.1);
        }
        for check in changed.iter().filter_map(|file| file.new.as_ref()) {
            files += 1;
            documents += check.documents;
            resources += check.facts.len();
        }
        Counts {
            files,
            documents,
            resources,
        }
    }

    /// Counts the resources of each kind in one of the two trees.
    fn kinds_with(&self, focus: &Focus<'_>, version: usize) -> Option<Vec<usize>> {
        let mut counts = self.kinds().to_vec();
        let number = |facts: &Facts| {
            let info = facts.kind?;
            KINDS.iter().position(|known| known == info)
        };
        for facts in &focus.versions[2] {
            let count = counts.get_mut(number(facts)? + 1)?;
            *count = count.checked_sub(1)?;
        }
        for facts in &focus.versions[version] {
            *counts.get_mut(number(facts)? + 1)? += 1;
        }
        Some(counts)
    }
}

/// The resources that a change concerns.
struct Focus<'f> {
    basis: &'f Basis<'f>,
    /// Files of the basis that stand otherwise in one of the trees.
    hidden: HashSet<u32, RandomState>,
    /// Documents and resources of those files.
    base: Vec<(usize, usize)>,
    /// The resources of changed files: before, after, and as the basis has them.
    versions: [Vec<&'f Facts>; 3],
    /// Unchanged resources of which something else may be true now.
    affected: BTreeSet<u32>,
    /// Those, and all that a rule has to see to judge them and the changed ones.
    visible: BTreeSet<u32>,
    /// Affected ones that were not looked into yet.
    waiting: Vec<&'f Facts>,
}

impl<'f> Focus<'f> {
    fn new(basis: &'f Basis<'f>, changed: &'f [Changed]) -> Option<Self> {
        let mut focus = Self {
            basis,
            hidden: HashSet::default(),
            base: Vec::new(),
            versions: [Vec::new(), Vec::new(), Vec::new()],
            affected: BTreeSet::new(),
            visible: BTreeSet::new(),
            waiting: Vec::new(),
        };
        for file in changed {
            if let Some((n, known)) = basis.file(&file.path) {
                if !known.is(Role::Managed) {
                    return None;
                }
                focus.hidden.insert(n);
                focus.base.push((known.documents, known.resources));
                for resource in known.first..known.end {
                    // It would be read from the tree that is judged, which has another file there.
                    if basis.is_left_out(resource) {
                        return None;
                    }
                    focus.versions[2].push(basis.facts(resource)?);
                }
            }
            for (version, check) in [&file.old, &file.new].into_iter().enumerate() {
                let Some(check) = check else { continue };
                let plain = check.role == Role::Managed
                    && check.ignores.is_empty()
                    && check.broken.is_empty()
                    && (version == 0 || check.findings.is_empty());
                if !plain {
                    return None;
                }
                focus.versions[version].extend(check.facts.iter());
            }
        }
        for version in &focus.versions[..2] {
            let mut names = HashSet::new();
            for facts in version {
                let (kind, name) = (facts.kind?.kind, facts.id.name.as_str());
                let taken = basis.find(kind, name).filter(|it| !focus.is_hidden(*it));
                if taken.is_some() || !names.insert((kind, name)) {
                    return None;
                }
            }
        }
        Some(focus)
    }

    fn is_hidden(&self, resource: u32) -> bool {
        self.hidden.contains(&self.basis.resource_file(resource))
    }

    /// Tells whether both trees are hydrated, as the basis is; `None` where a change turns it.
    fn hydrated(&self, settings: &Settings) -> Option<bool> {
        if let Some(hydrated) = settings.hydrated {
            return Some(hydrated);
        }
        let count = |facts: &[&Facts]| facts.iter().filter(|it| is_hydrated(&it.detail)).count();
        let known = self.basis.number(Number::Hydrated);
        let rest = known.checked_sub(count(&self.versions[2]))?;
        let hydrated = known > 0;
        let same = |facts: &[&Facts]| (rest + count(facts) > 0) == hydrated;
        (same(&self.versions[0]) && same(&self.versions[1])).then_some(hydrated)
    }

    /// Makes one of the two trees, as far as it is seen.
    fn tree<'t>(
        &'t self,
        version: usize,
        side: Side,
        settings: &'t Settings,
        hydrated: bool,
    ) -> Tree<'t> {
        let unchanged = self.visible.iter().filter_map(|resource| {
            let context = self.basis.is_context(*resource);
            Some((context, self.basis.facts(*resource)?))
        });
        let changed = self.versions[version].iter().map(|facts| (false, *facts));
        let rest = Rest {
            basis: self.basis,
            hidden: &self.hidden,
        };
        Tree::focused(unchanged.chain(changed), settings, side, rest, hydrated)
    }

    fn follow_all(&mut self) -> Option<()> {
        for facts in self.versions.concat() {
            self.follow(facts)?;
        }
        while let Some(facts) = self.waiting.pop() {
            self.follow(facts)?;
            if self.visible.len() > MOST {
                return None;
            }
        }
        Some(())
    }

    /// Finds what concerns a changed or affected resource: those that refer to it, for which something else may be true now;
    /// those that hold what it holds; and what it is judged by that rules do not find by name.
    fn follow(&mut self, facts: &'f Facts) -> Option<()> {
        let basis = self.basis;
        let kind = facts.kind?.kind;
        for resource in basis.linked(links::reference(kind, &facts.id.name)) {
            self.affect(resource)?;
        }
        let mut shared = Vec::new();
        links::shared(facts, &mut |link| shared.push(link));
        for link in shared {
            for resource in basis.linked(link) {
                self.see(resource)?;
            }
        }
        match &facts.detail {
            Detail::Vpc(_) => {
                let mut prefixes = Vec::new();
                write::prefixes(facts, &mut |namespace, prefix| {
                    prefixes.push((namespace, prefix));
                });
                for (namespace, prefix) in prefixes {
                    for resource in basis.overlapping(namespace, prefix) {
                        self.see(resource)?;
                    }
                }
            }
            Detail::VpcAttachment(attachment) => {
                self.see_switches(attachment.connection.text())?;
            }
            Detail::ExternalAttachment(attachment) => {
                self.see_switches(attachment.connection.text())?;
                // They are compared by switch and namespace, and there are few.
                self.see_kind("ExternalAttachment")?;
                // A VPC reaches the switches to which its peers are attached.
                if let Some(external) = attachment.external.text() {
                    for resource in basis.linked(links::reference("External", external)) {
                        if basis.kind(resource) == Some("ExternalPeering") {
                            self.affect(resource)?;
                        }
                    }
                }
            }
            Detail::ExternalPeering(peering) => {
                if let Some(external) = peering.external.text() {
                    for resource in basis.linked(links::reference("External", external)) {
                        if basis.kind(resource) == Some("ExternalAttachment") {
                            self.see(resource)?;
                        }
                    }
                }
            }
            Detail::GatewayPeering(_) => self.see_kind("Gateway")?,
            Detail::Connection(connection) => self.follow_connection(connection)?,
            Detail::Switch(switch) => {
                // Their addresses may not be a gateway's either.
                self.see_kind("Gateway")?;
                if let Some(group) = switch.redundancy_group.text() {
                    self.see_channels(group, &facts.id.name)?;
                }
            }
            Detail::VpcPeering(_) | Detail::External(_) | Detail::Server(_) => {}
            // What the rest may change stands all over the tree.
            _ => return None,
        }
        Some(())
    }

    fn follow_connection(&mut self, connection: &'f Connection) -> Option<()> {
        for switch in connection.switches() {
            self.see_switch(switch)?;
        }
        if links::takes_channel(connection) {
            for name in connection.switches() {
                for resource in self.basis.linked(links::channel(name)) {
                    self.see(resource)?;
                }
                for switch in self.versions_of("Switch", name) {
                    if let Detail::Switch(switch) = &switch.detail
                        && let Some(group) = switch.redundancy_group.text()
                    {
                        self.see_channels(group, name)?;
                    }
                }
            }
        }
        Some(())
    }

    /// Sees all that takes a port channel of a redundancy group.
    fn see_channels(&mut self, group: &str, of: &str) -> Option<()> {
        let basis = self.basis;
        let mut names: Vec<&str> = vec![of];
        for resource in basis.linked(links::group(group)) {
            self.see(resource)?;
            names.push(&basis.facts(resource)?.id.name);
        }
        let changed = self.versions.iter().flatten();
        names.extend(changed.filter_map(|facts| match &facts.detail {
            Detail::Switch(switch) => {
                let same = switch.redundancy_group.text() == Some(group);
                same.then_some(facts.id.name.as_str())
            }
            _ => None,
        }));
        for name in names {
            for resource in basis.linked(links::channel(name)) {
                self.see(resource)?;
            }
        }
        Some(())
    }

    /// Returns what a resource is and was.
    fn versions_of(&self, kind: &str, name: &str) -> Vec<&'f Facts> {
        let of = |facts: &&&Facts| {
            facts.id.name == name && facts.kind.is_some_and(|info| info.kind == kind)
        };
        let changed = self.versions.iter().flatten().filter(of).copied();
        let known = self.basis.find(kind, name);
        changed
            .chain(known.and_then(|resource| self.basis.facts(resource)))
            .collect()
    }

    fn see_switches(&mut self, connection: Option<&str>) -> Option<()> {
        for facts in connection.map_or(Vec::new(), |it| self.versions_of("Connection", it)) {
            if let Detail::Connection(connection) = &facts.detail {
                for switch in connection.switches() {
                    self.see_switch(switch)?;
                }
            }
        }
        Some(())
    }

    fn see_switch(&mut self, name: &str) -> Option<()> {
        match self.basis.find("Switch", name) {
            Some(resource) => self.see(resource),
            None => Some(()),
        }
    }

    fn see_kind(&mut self, kind: &str) -> Option<()> {
        for resource in self.basis.of_kind(kind) {
            self.see(resource)?;
        }
        Some(())
    }

    /// Lets rules see a resource.
    fn see(&mut self, resource: u32) -> Option<()> {
        if self.is_hidden(resource) || !self.visible.insert(resource) {
            return Some(());
        }
        // Which VPCs reach a switch by an External shows only where the switches are seen that it is attached to.
        if let Detail::ExternalAttachment(attachment) = &self.basis.facts(resource)?.detail {
            self.see_switches(attachment.connection.text())?;
        }
        Some(())
    }

    /// Judges a resource anew.
    fn affect(&mut self, resource: u32) -> Option<()> {
        if !self.is_hidden(resource) && self.affected.insert(resource) {
            self.visible.insert(resource);
            self.waiting.push(self.basis.facts(resource)?);
        }
        Some(())
    }

    /// Makes sure that no switch is reached by more VPCs and Externals than there are VLANs for: how many reach one is known
    /// of the basis, and a change brings at most those that it has to do with.
    fn routed(&self, kinds: &[usize], settings: &Settings) -> Option<()> {
        let pool = routed_pool(settings);
        let count = |kind: &str| {
            let at = KINDS.iter().position(|info| info.kind == kind);
            at.and_then(|at| kinds.get(at + 1)).copied().unwrap_or(0)
        };
        if count("VPC") + count("ExternalAttachment") <= pool {
            return Some(());
        }
        let mut more = self.basis.number(Number::Reached);
        for facts in &self.versions[1] {
            more += self.brought(facts);
        }
        (more <= pool).then_some(())
    }

    fn brought(&self, facts: &Facts) -> usize {
        match &facts.detail {
            Detail::Vpc(_) => self.with_relays(&facts.id.name),
            Detail::VpcAttachment(attachment) => attachment
                .target()
                .map_or(0, |(vpc, _)| self.with_relays(vpc)),
            Detail::ExternalAttachment(attachment) => attachment
                .external
                .text()
                .map_or(0, |external| self.with_peers("External", external)),
            Detail::External(_) => self.with_peers("External", &facts.id.name),
            Detail::VpcPeering(_) | Detail::ExternalPeering(_) => 2,
            Detail::Connection(connection) => {
                let within = connection.within_vpc.text();
                let link = links::reference("Connection", &facts.id.name);
                let attached = self.basis.linked(link);
                attached
                    .filter_map(|resource| Some(self.brought(self.basis.facts(resource)?)))
                    .chain(within.map(|vpc| self.with_peers("VPC", vpc)))
                    .sum()
            }
            _ => 0,
        }
    }

    /// Counts a VPC or External and all that refer to it.
    fn with_peers(&self, kind: &str, name: &str) -> usize {
        let changed = self.versions[1].len();
        1 + self.basis.linked(links::reference(kind, name)).count() + changed
    }

    /// Counts a VPC and those that its subnets relay to, each with its peers.
    fn with_relays(&self, vpc: &str) -> usize {
        let mut count = self.with_peers("VPC", vpc);
        for facts in self.versions_of("VPC", vpc) {
            if let Detail::Vpc(vpc) = &facts.detail {
                let relays = vpc.subnets.iter().filter_map(|it| it.relay_vpc.text());
                count += relays
                    .map(|name| self.with_peers("VPC", name))
                    .sum::<usize>();
            }
        }
        count
    }
}
