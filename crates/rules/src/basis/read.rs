//! Reads a basis.

use std::cell::{Cell, OnceCell};

use hnp_model::kind::KINDS;

use super::{
    CONTEXT, FILE, FOUND, LEFT_OUT, LINK, NUMBERS, Number, PREFIX, RESOURCE, links, role_number,
    write,
};
use crate::file::{Facts, FileCheck, Role};
use crate::net::Prefix;
use crate::pack::{In, Pack};

/// Reads a file of the tree anew, for what could not be written of it.
pub type Reread<'b> = &'b dyn Fn(&str) -> Option<FileCheck>;

/// A tree that was judged and found right.
pub struct Basis<'b> {
    numbers: [usize; NUMBERS],
    files: &'b [u8],
    resources: &'b [u8],
    names: &'b [u8],
    links: &'b [u8],
    prefixes: &'b [u8],
    paths: &'b [u8],
    facts: &'b [u8],
    kinds: Vec<usize>,
    /// What was asked for.
    read: Vec<OnceCell<Option<Box<Facts>>>>,
    reread: Reread<'b>,
    /// Whether something could not be read that is there.
    failed: Cell<bool>,
}

/// A file of the tree.
pub(super) struct File {
    /// Its first resource.
    pub(super) first: u32,
    /// The one behind its last.
    pub(super) end: u32,
    pub(super) documents: usize,
    pub(super) resources: usize,
    role: u32,
}

impl File {
    pub(super) fn is(&self, role: Role) -> bool {
        self.role == role_number(role)
    }
}

impl<'b> Basis<'b> {
    /// Takes bytes that [`super::write`] made; `None` where they are something else.
    #[must_use]
    pub fn open(bytes: &'b [u8], reread: Reread<'b>) -> Option<Self> {
        let (head, mut rest) = bytes.split_at_checked(NUMBERS * 4)?;
        let mut numbers = [0; NUMBERS];
        for (number, four) in numbers.iter_mut().zip(head.chunks_exact(4)) {
            *number = usize::try_from(u32::from_le_bytes(four.try_into().ok()?)).ok()?;
        }
        let mut take = |number: Number, size: usize| -> Option<&'b [u8]> {
            let length = numbers[number as usize].checked_mul(size)?;
            let (part, after) = rest.split_at_checked(length)?;
            rest = after;
            Some(part)
        };
        let files = take(Number::Files, FILE)?;
        let resources = take(Number::Resources, RESOURCE)?;
        let names = take(Number::Names, LINK)?;
        let links = take(Number::Links, LINK)?;
        let prefixes = take(Number::Prefixes, PREFIX)?;
        let paths = take(Number::Paths, 1)?;
        let facts = take(Number::Facts, 1)?;
        if !rest.is_empty() {
            return None;
        }
        let mut read = Vec::new();
        read.resize_with(numbers[Number::Resources as usize], OnceCell::new);
        Some(Self {
            numbers,
            files,
            resources,
            names,
            links,
            prefixes,
            paths,
            facts,
            kinds: count_kinds(resources),
            read,
            reread,
            failed: Cell::new(false),
        })
    }

    /// Returns the files of which something is said by themselves, with their roles, those that change too.
    pub fn found(&self) -> impl Iterator<Item = (&'b str, Role)> + '_ {
        let rows = self.files.chunks_exact(FILE).enumerate();
        rows.filter_map(|(n, row)| {
            let role = word(row, 4).filter(|role| role & FOUND != 0)? & !FOUND;
            let roles = [Role::Managed, Role::Pending, Role::Context];
            let role = roles.into_iter().find(|it| role_number(*it) == role)?;
            Some((std::str::from_utf8(self.path(n)).ok()?, role))
        })
    }

    pub(super) fn number(&self, number: Number) -> usize {
        self.numbers[number as usize]
    }

    /// Tells whether something could not be read that is there: what was said of the tree then counts for nothing.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.get()
    }

    /// Counts what was judged: files, documents, resources.
    pub(super) fn judged(&self) -> (usize, usize, usize) {
        let mut all = (0, 0, 0);
        for row in self.files.chunks_exact(FILE) {
            if word(row, 4).map(|role| role & !FOUND) != Some(role_number(Role::Context)) {
                let number = |at| word(row, at).unwrap_or(0) as usize;
                all.0 += 1;
                all.1 += number(2);
                all.2 += number(3);
            }
        }
        all
    }

    /// Finds a file by its path.
    pub(super) fn file(&self, path: &str) -> Option<(u32, File)> {
        let (mut low, mut high) = (0, self.number(Number::Files));
        while low < high {
            let middle = low + (high - low) / 2;
            match self.path(middle).cmp(path.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    let n = u32::try_from(middle).ok()?;
                    return Some((n, self.file_at(middle)?));
                }
            }
        }
        None
    }

    fn file_at(&self, n: usize) -> Option<File> {
        let next = row(self.files, FILE, n + 1).and_then(|row| word(row, 1));
        let row = row(self.files, FILE, n)?;
        Some(File {
            first: word(row, 1)?,
            end: next.or_else(|| u32::try_from(self.number(Number::Resources)).ok())?,
            documents: word(row, 2)? as usize,
            resources: word(row, 3)? as usize,
            role: word(row, 4)? & !FOUND,
        })
    }

    fn path(&self, n: usize) -> &'b [u8] {
        span(self.files, FILE, self.paths, n)
    }

    pub(crate) fn resource_file(&self, resource: u32) -> u32 {
        let row = row(self.resources, RESOURCE, resource as usize);
        row.and_then(|row| word(row, 1)).unwrap_or(u32::MAX)
    }

    fn flags(&self, resource: u32) -> u32 {
        let row = row(self.resources, RESOURCE, resource as usize);
        row.and_then(|row| word(row, 2)).unwrap_or(0)
    }

    pub(crate) fn is_context(&self, resource: u32) -> bool {
        self.flags(resource) & CONTEXT != 0
    }

    /// Tells whether the facts of a resource could not be written.
    pub(super) fn is_left_out(&self, resource: u32) -> bool {
        self.flags(resource) & LEFT_OUT != 0
    }

    /// Returns the kind of a resource; `None` for one that is none of Hedgehog's.
    pub(super) fn kind(&self, resource: u32) -> Option<&'static str> {
        let number = (self.flags(resource) & 0xff) as usize;
        Some(KINDS.get(number.checked_sub(1)?)?.kind)
    }

    /// Returns every resource of a kind.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = u32> + '_ {
        let number = KINDS.iter().position(|info| info.kind == kind);
        let number = number.and_then(|at| u32::try_from(at + 1).ok());
        (0u32..)
            .zip(self.resources.chunks_exact(RESOURCE))
            .filter(move |(_, row)| word(row, 2).map(|flags| flags & 0xff) == number)
            .map(|(n, _)| n)
    }

    /// Returns how many resources of each kind there are, by their number in [`KINDS`] plus one.
    pub(super) fn kinds(&self) -> &[usize] {
        &self.kinds
    }

    /// Tells whether there is any resource of a kind.
    pub(crate) fn holds_any(&self, kind: &str) -> bool {
        let at = KINDS.iter().position(|info| info.kind == kind);
        at.and_then(|at| self.kinds.get(at + 1))
            .is_some_and(|count| *count > 0)
    }

    /// Reads what is known of a resource.
    pub(crate) fn facts(&self, resource: u32) -> Option<&Facts> {
        let cell = self.read.get(resource as usize)?;
        let read = cell.get_or_init(|| {
            let facts = self.read(resource);
            if facts.is_none() {
                self.failed.set(true);
            }
            facts.map(Box::new)
        });
        read.as_deref()
    }

    fn read(&self, resource: u32) -> Option<Facts> {
        if self.is_left_out(resource) {
            let file = self.resource_file(resource) as usize;
            let check = (self.reread)(std::str::from_utf8(self.path(file)).ok()?)?;
            let at = resource.checked_sub(self.file_at(file)?.first)?;
            return check.facts.get(at as usize).cloned();
        }
        let bytes = span(self.resources, RESOURCE, self.facts, resource as usize);
        let mut input = In::new(bytes);
        let facts = Facts::unpack(&mut input)?;
        input.is_at_end().then_some(facts)
    }

    /// Finds a resource by kind and name.
    pub(crate) fn find(&self, kind: &str, name: &str) -> Option<u32> {
        bucket(self.names, links::name(kind, name)).find(|resource| {
            self.facts(*resource).is_some_and(|facts| {
                facts.id.name == name && facts.kind.is_some_and(|info| info.kind == kind)
            })
        })
    }

    /// Returns the resources with a link.
    pub(super) fn linked(&self, link: u64) -> impl Iterator<Item = u32> + 'b {
        bucket(self.links, link)
    }

    /// Returns the VPCs of a namespace with a subnet that overlaps a prefix.
    pub(super) fn overlapping(&self, namespace: u64, prefix: Prefix) -> impl Iterator<Item = u32> {
        let ends = write::ends(prefix);
        let namespace = namespace.to_le_bytes();
        self.prefixes.chunks_exact(PREFIX).filter_map(move |row| {
            let (of, row) = row.split_at(8);
            let (first, row) = row.split_at(17);
            let (last, resource) = row.split_at(17);
            let overlaps = of == namespace && *first <= ends[17..] && ends[..17] <= *last;
            overlaps.then(|| word(resource, 0))?
        })
    }
}

/// Counts the resources of each kind.
fn count_kinds(resources: &[u8]) -> Vec<usize> {
    let mut counts = vec![0; KINDS.len() + 1];
    for row in resources.chunks_exact(RESOURCE) {
        let kind = word(row, 2).unwrap_or(0) & 0xff;
        if let Some(count) = counts.get_mut(kind as usize) {
            *count += 1;
        }
    }
    counts
}

fn row(rows: &[u8], size: usize, n: usize) -> Option<&[u8]> {
    let start = n.checked_mul(size)?;
    rows.get(start..start.checked_add(size)?)
}

/// Returns a number of a row.
fn word(row: &[u8], at: usize) -> Option<u32> {
    let four = row.get(at * 4..at * 4 + 4)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// Returns what a row says where it ends in a text, which starts where that of the row before ends.
fn span<'b>(rows: &[u8], size: usize, text: &'b [u8], n: usize) -> &'b [u8] {
    let end = |n: usize| row(rows, size, n).and_then(|row| word(row, 0));
    let start = n.checked_sub(1).map_or(Some(0), end);
    let range = start.zip(end(n));
    range
        .and_then(|(start, end)| text.get(start as usize..end as usize))
        .unwrap_or_default()
}

/// Returns the resources of a hash, of rows that are sorted by it.
fn bucket(rows: &[u8], hash: u64) -> impl Iterator<Item = u32> + '_ {
    let at = |n: usize| -> Option<(u64, u32)> {
        let (first, rest) = row(rows, LINK, n)?.split_at(8);
        Some((u64::from_le_bytes(first.try_into().ok()?), word(rest, 0)?))
    };
    let (mut low, mut high) = (0, rows.len() / LINK);
    while low < high {
        let middle = low + (high - low) / 2;
        if at(middle).is_some_and(|(known, _)| known < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    (low..).map_while(move |n| at(n).filter(|(known, _)| *known == hash).map(|(_, it)| it))
}
