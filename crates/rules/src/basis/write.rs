//! Makes a basis of the files of a tree.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::{
    CONTEXT, FOUND, LEFT_OUT, LINK, NUMBERS, Number, PREFIX, RESOURCE, is_hydrated, links,
    role_number,
};
use crate::Settings;
use crate::admission::connection::limits::most_reached;
use crate::engine::{Side, Tree};
use crate::facts::Detail;
use crate::file::{Facts, FileCheck, Role};
use crate::net::{Addr, Prefix};
use crate::pack::Out;
use hnp_model::kind::KINDS;

/// Makes a basis of all files of a tree, sorted by path, in which no rule finds anything that only the whole tree shows.
/// `found` tells of which files something is said by themselves: that stays as it is while they do.
///
/// `None` where the tree is one for which a small change cannot be judged by itself: a file has an ignore comment or cannot
/// be read, or two resources have one name.
#[must_use]
pub fn write(
    files: &[FileCheck],
    found: &dyn Fn(&FileCheck) -> bool,
    settings: &Settings,
) -> Option<Vec<u8>> {
    let plain = |file: &FileCheck| file.ignores.is_empty() && file.broken.is_empty();
    if !files.iter().all(plain) {
        return None;
    }
    let mut parts = Parts::default();
    for (n, file) in (0u32..).zip(files) {
        parts.file(n, file, found(file))?;
    }
    let reached = most_reached(&Tree::new(files, settings, Side::New));
    parts.finish(u32::try_from(reached).ok()?)
}

#[derive(Default)]
struct Parts<'f> {
    files: Vec<u8>,
    resources: Vec<u8>,
    names: Vec<(u64, u32)>,
    links: Vec<(u64, u32)>,
    prefixes: Vec<u8>,
    paths: Vec<u8>,
    facts: Vec<u8>,
    hydrated: u32,
    count: u32,
    taken: HashSet<(&'f str, &'f str), RandomState>,
    foreign: HashSet<(&'f str, &'f str, &'f str, &'f str), RandomState>,
}

impl<'f> Parts<'f> {
    fn file(&mut self, n: u32, file: &'f FileCheck, found: bool) -> Option<()> {
        self.paths.extend_from_slice(file.path.as_bytes());
        let row = [
            u32::try_from(self.paths.len()).ok()?,
            self.count,
            u32::try_from(file.documents).ok()?,
            u32::try_from(file.facts.len()).ok()?,
            role_number(file.role) | if found { FOUND } else { 0 },
        ];
        self.files
            .extend(row.into_iter().flat_map(u32::to_le_bytes));
        // What waits in raw/ is in no tree.
        if file.role == Role::Pending {
            return Some(());
        }
        for facts in file.facts.iter() {
            self.resource(n, facts, file.role == Role::Context)?;
        }
        Some(())
    }

    fn resource(&mut self, file: u32, facts: &'f Facts, context: bool) -> Option<()> {
        let id = &facts.id;
        let mut kind = 0;
        match facts.kind {
            Some(info) => {
                let at = KINDS.iter().position(|known| known == info)?;
                kind = u32::from(u8::try_from(at + 1).ok()?);
                // Rules find resources by these two; of two that have them one is not seen.
                if !self.taken.insert((info.kind, &id.name)) {
                    return None;
                }
                self.names
                    .push((links::name(info.kind, &id.name), self.count));
            }
            None => {
                let key = (&*id.kind, &*id.group, &*id.namespace, &*id.name);
                if !self.foreign.insert(key) {
                    return None;
                }
            }
        }
        let before = self.facts.len();
        let mut flags = if context { CONTEXT } else { 0 };
        if !Out::all(&mut self.facts, facts) {
            self.facts.truncate(before);
            flags |= LEFT_OUT;
        }
        let row = [u32::try_from(self.facts.len()).ok()?, file, kind | flags];
        self.resources
            .extend(row.into_iter().flat_map(u32::to_le_bytes));
        if facts.kind.is_some() {
            let (list, count) = (&mut self.links, self.count);
            links::each(facts, &mut |link| list.push((link, count)));
            self.hydrated += u32::from(is_hydrated(&facts.detail));
            prefixes(facts, &mut |namespace, prefix| {
                self.prefixes.extend_from_slice(&namespace.to_le_bytes());
                self.prefixes.extend_from_slice(&ends(prefix));
                self.prefixes.extend_from_slice(&count.to_le_bytes());
            });
        }
        self.count += 1;
        Some(())
    }

    fn finish(mut self, reached: u32) -> Option<Vec<u8>> {
        let sorted = |pairs: &mut Vec<(u64, u32)>| {
            pairs.sort_unstable();
            pairs.dedup();
            let mut bytes = Vec::with_capacity(pairs.len() * LINK);
            for (hash, resource) in pairs {
                bytes.extend_from_slice(&hash.to_le_bytes());
                bytes.extend_from_slice(&resource.to_le_bytes());
            }
            bytes
        };
        let (names, links) = (sorted(&mut self.names), sorted(&mut self.links));
        let mut numbers = [0; NUMBERS];
        for (number, value) in [
            (Number::Files, self.files.len() / super::FILE),
            (Number::Resources, self.resources.len() / RESOURCE),
            (Number::Names, names.len() / LINK),
            (Number::Links, links.len() / LINK),
            (Number::Prefixes, self.prefixes.len() / PREFIX),
            (Number::Paths, self.paths.len()),
            (Number::Facts, self.facts.len()),
        ] {
            numbers[number as usize] = u32::try_from(value).ok()?;
        }
        numbers[Number::Reached as usize] = reached;
        numbers[Number::Hydrated as usize] = self.hydrated;
        let mut bytes: Vec<u8> = numbers.into_iter().flat_map(u32::to_le_bytes).collect();
        for part in [
            &self.files,
            &self.resources,
            &names,
            &links,
            &self.prefixes,
            &self.paths,
            &self.facts,
        ] {
            bytes.extend_from_slice(part);
        }
        Some(bytes)
    }
}

/// Passes on the prefixes of a VPC's subnets with their namespace.
pub(super) fn prefixes(facts: &Facts, sink: &mut dyn FnMut(u64, Prefix)) {
    if let Detail::Vpc(vpc) = &facts.detail
        && let Some(namespace) = vpc.ipv4ns()
    {
        let namespace = links::namespace(namespace);
        for prefix in vpc.subnets.iter().filter_map(|subnet| subnet.prefix) {
            sink(namespace, prefix);
        }
    }
}

/// Returns first and last address of a prefix in an order that bytes have too.
pub(super) fn ends(prefix: Prefix) -> [u8; 34] {
    let mut bytes = [0; 34];
    let one = |addr: Addr, bytes: &mut [u8]| {
        let (v6, bits) = addr.parts();
        bytes[0] = u8::from(v6);
        bytes[1..].copy_from_slice(&bits.to_be_bytes());
    };
    one(prefix.first(), &mut bytes[..17]);
    one(prefix.last(), &mut bytes[17..]);
    bytes
}
