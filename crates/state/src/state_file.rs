//! `.hnp/state.toml`: what both sides last agreed on.
//!
//! One table for each resource, ordered by the SHA-256 of its key, so that two pull requests that touch different
//! resources seldom touch neighbouring lines: GitHub merges this file as plain text. Nothing in it depends on time,
//! machine or user; the same entries give the same bytes.

mod canonical;
mod damage;
mod forms;
mod problem;
mod read;
mod salvage;
mod write;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use problem::StateProblem;
pub use salvage::{Salvage, salvage};
pub use write::write;

/// Form of state.toml that this version reads and writes.
pub const FORMAT: u32 = 1;

/// Canonicalisation whose hashes this version computes and compares.
pub const CANON: &str = "c1";

/// The whole state of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Form of the file.
    pub format: u32,
    /// Canonicalisation that `base` hashes use.
    pub canon: String,
    /// What pairs the repository with a GUI, a UUID; states of different lineage are never joined.
    pub lineage: String,
    /// What is known of each resource, by key (`fabric/Kind/namespace/name`).
    pub resources: BTreeMap<String, Entry>,
    /// Open conflicts by id.
    pub conflicts: BTreeMap<String, Fields>,
    /// Resolutions that wait to be applied, by the id of their conflict.
    pub resolutions: BTreeMap<String, Fields>,
}

impl State {
    /// Makes a state without entries.
    #[must_use]
    pub fn new(lineage: &str) -> Self {
        Self {
            format: FORMAT,
            canon: CANON.to_owned(),
            lineage: lineage.to_owned(),
            resources: BTreeMap::new(),
            conflicts: BTreeMap::new(),
            resolutions: BTreeMap::new(),
        }
    }
}

/// What is known of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// File that held it when hnp last wrote or agreed on it, from the root of the repository; a hint for reading.
    pub path: String,
    /// SHA-256 of the document's bytes then, 64 hexadecimal digits.
    pub sha256: String,
    /// Hash of the canonical value that both sides last held, `c1:` and 64 hexadecimal digits.
    pub base: Option<String>,
    /// Git object that holds that value, 40 or 64 hexadecimal digits.
    pub blob: Option<String>,
}

/// Fields of a conflict or a resolution.
pub type Fields = BTreeMap<String, Field>;

/// A field of a conflict or a resolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// One text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

/// Reads a state.toml.
///
/// The order of the tables does not matter here; [`verify`] minds it.
///
/// # Errors
///
/// All that keeps the file from being trusted: it does not parse, holds conflict markers, a table twice, an unknown key,
/// a value or key of a wrong form, or is of a form or canonicalisation that this version does not know.
pub fn parse(text: &str) -> Result<State, Vec<StateProblem>> {
    if let Some(read) = canonical::read(text) {
        return Ok(read.state);
    }
    read::read(text).map(|read| read.state)
}

/// Finds everything that is wrong with a state.toml as a text, in the order of the file.
///
/// `parent_lineage` is the lineage of the commit's parent, where it has one. Whether `base` is the value of `blob`, and
/// whether the files are as `sha256` says, is not judged here: the first needs Git, the second is no fault.
#[must_use]
pub fn verify(text: &str, parent_lineage: Option<&str>) -> Vec<StateProblem> {
    let read = match canonical::read(text) {
        Some(read) => read,
        None => match read::read(text) {
            Ok(read) => read,
            Err(problems) => return problems,
        },
    };
    let mut problems = read.order_problems();
    if let Some(parent) = parent_lineage.filter(|parent| *parent != read.state.lineage) {
        problems.push(problem::lineage_differs(text, &read.state.lineage, parent));
    }
    problems.sort_by_key(|problem| problem.span.start);
    problems
}

/// The three sorts of tables, in the order in which they stand where hashes are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Sort {
    Resource,
    Conflict,
    Resolution,
}

impl Sort {
    const ALL: [Self; 3] = [Self::Resource, Self::Conflict, Self::Resolution];

    fn name(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Conflict => "conflict",
            Self::Resolution => "resolution",
        }
    }

    fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }
}

/// Where a table stands in the file: all sorts together, by hash, so that concurrent conflicts scatter as entries do.
type Rank = ([u8; 32], Sort);

fn rank(sort: Sort, key: &str) -> Rank {
    use sha2::Digest as _;
    (sha2::Sha256::digest(key.as_bytes()).into(), sort)
}

/// A state with the headers of its tables as they stand in the file.
struct Read<'t> {
    state: State,
    headers: Vec<Header<'t>>,
}

struct Header<'t> {
    sort: Sort,
    key: Cow<'t, str>,
    span: std::ops::Range<usize>,
}

impl Read<'_> {
    fn order_problems(&self) -> Vec<StateProblem> {
        let mut problems = Vec::new();
        let mut last: Option<(Rank, &Header<'_>)> = None;
        for header in &self.headers {
            let here = rank(header.sort, &header.key);
            match &last {
                Some((before, above)) if *before > here => {
                    problems.push(problem::unordered(header, above));
                }
                _ => last = Some((here, header)),
            }
        }
        problems
    }
}
