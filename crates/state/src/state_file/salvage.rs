//! What can still be had from a damaged state.toml.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::damage::{self, Marker};
use super::read::Reader;
use super::{Entry, Fields, Sort, State};

/// What readable copies agree on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvage {
    /// The lineage, where all copies of it agree.
    pub lineage: Option<String>,
    /// Entries by key. Where copies differ, or one side of a merge alone has it, `base` and `blob` are gone: without a
    /// base nothing is ever deleted.
    pub resources: BTreeMap<String, Entry>,
    /// Conflicts on which all copies agree.
    pub conflicts: BTreeMap<String, Fields>,
    /// Resolutions on which all copies agree.
    pub resolutions: BTreeMap<String, Fields>,
    /// Keys of the entries whose copies differed, in order.
    pub disputed: Vec<String>,
    /// Tables that could not be read at all.
    pub unreadable: usize,
}

impl Salvage {
    /// Makes a state of it, with the given lineage where none was found.
    #[must_use]
    pub fn into_state(self, lineage: &str) -> State {
        State {
            resources: self.resources,
            conflicts: self.conflicts,
            resolutions: self.resolutions,
            ..State::new(self.lineage.as_deref().unwrap_or(lineage))
        }
    }
}

/// Takes from a damaged state.toml what can be read of it: each table by itself, both sides of conflict markers.
///
/// A file of a newer form or canonicalisation gives nothing, for its values may mean something else.
#[must_use]
pub fn salvage(text: &str) -> Salvage {
    if let Ok(state) = super::parse(text) {
        return Salvage {
            lineage: Some(state.lineage),
            resources: state.resources,
            conflicts: state.conflicts,
            resolutions: state.resolutions,
            ..Salvage::default()
        };
    }
    let whole = DeTable::parse(text).is_ok();
    let sides = if whole {
        vec![text.to_owned()]
    } else {
        sides(text)
    };
    let mut read: Vec<Side> = Vec::new();
    for side in &sides {
        match Side::read(side) {
            Some(side) => read.push(side),
            None => return Salvage::default(),
        }
    }
    join(read)
}

/// Most copies of one table that are compared; two that differ settle it.
const MAX_COPIES: usize = 4;

fn join(sides: Vec<Side>) -> Salvage {
    let count = sides.len();
    let mut out = Salvage {
        unreadable: sides.iter().map(|side| side.unreadable).max().unwrap_or(0),
        ..Salvage::default()
    };
    let mut lineages: Vec<String> = Vec::new();
    let mut tables: BTreeMap<(Sort, String), Vec<Table>> = BTreeMap::new();
    for side in sides {
        lineages.extend(side.lineages);
        for (key, copies) in side.tables {
            // One for each side, so that what stands on one side alone can be told; more only where they differ.
            let all = tables.entry(key).or_default();
            let mut copies = copies.into_iter();
            all.extend(copies.next());
            for copy in copies {
                if all.len() < MAX_COPIES && !all.contains(&copy) {
                    all.push(copy);
                }
            }
        }
    }
    lineages.dedup();
    if let [one] = lineages.as_slice() {
        out.lineage = Some(one.clone());
    }
    for ((sort, key), copies) in tables {
        let agree = copies.windows(2).all(|pair| pair[0] == pair[1]);
        let everywhere = copies.len() >= count;
        if !agree {
            out.disputed.push(key.clone());
        }
        match copies.into_iter().next() {
            Some(Table::Entry(mut entry)) => {
                if !agree || !everywhere {
                    entry.base = None;
                    entry.blob = None;
                }
                out.resources.insert(key, entry);
            }
            Some(Table::Fields(fields)) if agree => {
                let into = if sort == Sort::Conflict {
                    &mut out.conflicts
                } else {
                    &mut out.resolutions
                };
                into.insert(key, fields);
            }
            _ => {}
        }
    }
    out
}

#[derive(Clone, PartialEq, Eq)]
enum Table {
    Entry(Entry),
    Fields(Fields),
}

#[derive(Default)]
struct Side {
    lineages: Vec<String>,
    tables: BTreeMap<(Sort, String), Vec<Table>>,
    unreadable: usize,
}

impl Side {
    /// Reads one text table by table; nothing where it is of a newer form.
    fn read(text: &str) -> Option<Self> {
        let mut side = Self::default();
        for range in damage::chunks(text) {
            let head = range.start == 0;
            side.chunk(&text[range], head)?;
        }
        Some(side)
    }

    fn chunk(&mut self, chunk: &str, head: bool) -> Option<()> {
        let Ok(root) = DeTable::parse(chunk) else {
            if head {
                // The head is three lines: one of them that cannot be read must not hide the lineage or a newer format.
                for line in chunk.lines().filter(|line| DeTable::parse(line).is_ok()) {
                    self.tables(line, true)?;
                }
            } else {
                self.unreadable += 1;
            }
            return Some(());
        };
        self.parsed(chunk, &root.into_inner(), head)
    }

    fn tables(&mut self, text: &str, head: bool) -> Option<()> {
        match DeTable::parse(text) {
            Ok(root) => self.parsed(text, &root.into_inner(), head),
            Err(_) => Some(()),
        }
    }

    fn parsed(&mut self, text: &str, root: &DeTable<'_>, head: bool) -> Option<()> {
        let mut reader = Reader {
            problems: Vec::new(),
            headers: Vec::new(),
        };
        let mut state = reader.state(text, root);
        if head
            && reader
                .problems
                .iter()
                .any(|problem| problem.help.starts_with("a newer"))
        {
            return None;
        }
        if !state.lineage.is_empty() {
            self.lineages.push(std::mem::take(&mut state.lineage));
        }
        for header in reader.headers {
            let table = match header.sort {
                Sort::Resource => state
                    .resources
                    .remove(header.key.as_ref())
                    .map(Table::Entry),
                Sort::Conflict => state
                    .conflicts
                    .remove(header.key.as_ref())
                    .map(Table::Fields),
                Sort::Resolution => state
                    .resolutions
                    .remove(header.key.as_ref())
                    .map(Table::Fields),
            };
            match table {
                Some(table) => self
                    .tables
                    .entry((header.sort, header.key.into_owned()))
                    .or_default()
                    .push(table),
                None => self.unreadable += 1,
            }
        }
        Some(())
    }
}

/// Takes a text with conflict markers apart into what each side had; a text without them is its own only side.
fn sides(text: &str) -> Vec<String> {
    let mut markers = damage::marker_lines(text).peekable();
    if markers.peek().is_none() {
        return vec![text.to_owned()];
    }
    let (mut ours, mut theirs) = (String::new(), String::new());
    let mut part = Marker::End;
    let mut at = 0;
    let mut keep = |part: Marker, piece: &str| {
        if matches!(part, Marker::End | Marker::Ours) {
            ours.push_str(piece);
        }
        if matches!(part, Marker::End | Marker::Theirs) {
            theirs.push_str(piece);
        }
    };
    for marker in markers {
        keep(part, &text[at..marker.span.start]);
        part = marker.marker;
        at = text[marker.span.end..]
            .find('\n')
            .map_or(text.len(), |n| marker.span.end + n + 1);
    }
    keep(part, &text[at..]);
    vec![ours, theirs]
}
