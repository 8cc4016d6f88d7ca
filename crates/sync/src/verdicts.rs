//! What was found in single files, kept by what is in them: a file whose content is known need not be read again.
//!
//! One block of bytes holds a whole tree. A head says which build of hnp wrote it, under which settings, and the sum of what
//! follows; then comes a table of contents with a row a file, then what was found in each. A block that is damaged, that
//! another build wrote or that was made under other settings holds nothing. Contents are named by Git's hash of them.

use std::collections::HashMap;

use hnp_rules::{FileCheck, Role, pack};

const MAGIC: &[u8; 8] = b"hnp-vrd1";
const KEY: usize = 64;
/// Where that starts which the sum is of: behind it comes the number of rows, then the rows.
const SUMMED: usize = MAGIC.len() + KEY + 8;
const HEAD: usize = SUMMED + 8;
/// Longest name of a content: SHA-256. Shorter ones are filled up with zeros.
const NAME: usize = 32;
/// A name, a role, and where what was found ends.
const ROW: usize = NAME + 1 + 4;

/// What the verdicts on files depend on besides their contents, the build of hnp and the settings, as a SHA-256 in digits.
pub type Key = [u8; KEY];

/// The name of a content in a role.
type Name = [u8; NAME + 1];

/// Verdicts that were kept.
#[derive(Debug, Default)]
pub struct Verdicts {
    bytes: Vec<u8>,
    rows: usize,
}

impl Verdicts {
    /// Takes a block; one that is not exactly what was written under this key holds nothing.
    #[must_use]
    pub fn open(bytes: Vec<u8>, key: &Key) -> Self {
        match check(&bytes, key) {
            Some(rows) => Self { bytes, rows },
            None => Self::default(),
        }
    }

    /// Finds what was kept of some contents, in their order. Contents in the order in which they were written are found
    /// without a search.
    pub fn find<'v, 'n>(
        &'v self,
        wanted: impl Iterator<Item = (&'n [u8], Role)>,
    ) -> Vec<Option<&'v [u8]>> {
        if self.rows == 0 {
            return wanted.map(|_| None).collect();
        }
        let mut next = 0;
        let mut index: Option<HashMap<&[u8], usize>> = None;
        wanted
            .map(|(blob, role)| {
                let name = name(blob, role)?;
                let mut at = next;
                if self.name(at) != Some(&name[..]) {
                    let index = index.get_or_insert_with(|| self.index());
                    at = *index.get(&name[..])?;
                }
                next = at + 1;
                self.found(at)
            })
            .collect()
    }

    fn index(&self) -> HashMap<&[u8], usize> {
        (0..self.rows)
            .filter_map(|at| Some((self.name(at)?, at)))
            .collect()
    }

    fn row(&self, at: usize) -> Option<&[u8]> {
        if at >= self.rows {
            return None;
        }
        let start = HEAD + at * ROW;
        self.bytes.get(start..start + ROW)
    }

    fn name(&self, at: usize) -> Option<&[u8]> {
        Some(&self.row(at)?[..=NAME])
    }

    fn end(&self, at: usize) -> Option<usize> {
        let four = self.row(at)?.last_chunk::<4>()?;
        usize::try_from(u32::from_le_bytes(*four)).ok()
    }

    fn found(&self, at: usize) -> Option<&[u8]> {
        let body = self.bytes.get(HEAD + self.rows * ROW..)?;
        let start = match at.checked_sub(1) {
            Some(before) => self.end(before)?,
            None => 0,
        };
        body.get(start..self.end(at)?)
    }
}

/// Makes a block.
#[derive(Debug, Default)]
pub struct Writer {
    rows: Vec<u8>,
    body: Vec<u8>,
}

impl Writer {
    /// Adds what was kept already.
    pub fn keep(&mut self, blob: &[u8], role: Role, found: &[u8]) {
        self.body.extend_from_slice(found);
        self.close(blob, role, self.body.len() - found.len());
    }

    /// Adds what was found in a file, where that can be written.
    pub fn add(&mut self, blob: &[u8], check: &FileCheck) {
        let before = self.body.len();
        if pack::write(check, &mut self.body) {
            self.close(blob, check.role, before);
        } else {
            self.body.truncate(before);
        }
    }

    fn close(&mut self, blob: &[u8], role: Role, before: usize) {
        match (name(blob, role), u32::try_from(self.body.len())) {
            (Some(name), Ok(end)) => {
                self.rows.extend_from_slice(&name);
                self.rows.extend_from_slice(&end.to_le_bytes());
            }
            _ => self.body.truncate(before),
        }
    }

    /// Returns the block.
    #[must_use]
    pub fn finish(self, key: &Key) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + self.rows.len() + self.body.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(key);
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(&((self.rows.len() / ROW) as u64).to_le_bytes());
        bytes.extend_from_slice(&self.rows);
        bytes.extend_from_slice(&self.body);
        let sum = sum(&bytes[SUMMED..]).to_le_bytes();
        bytes[SUMMED - 8..SUMMED].copy_from_slice(&sum);
        bytes
    }
}

fn name(blob: &[u8], role: Role) -> Option<Name> {
    let mut name = [0; NAME + 1];
    name.get_mut(..blob.len().min(NAME + 1))
        .filter(|_| blob.len() <= NAME)?
        .copy_from_slice(blob);
    name[NAME] = match role {
        Role::Managed => 1,
        Role::Pending => 2,
        Role::Context => 3,
    };
    Some(name)
}

/// Returns how many rows a block has, where it is one.
fn check(bytes: &[u8], key: &Key) -> Option<usize> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let (expected, rows) = head[MAGIC.len() + KEY..].split_at(8);
    if head[..MAGIC.len()] != *MAGIC || head[MAGIC.len()..MAGIC.len() + KEY] != *key {
        return None;
    }
    let rows = usize::try_from(u64::from_le_bytes(rows.try_into().ok()?)).ok()?;
    if rows.checked_mul(ROW)? > rest.len() || *expected != sum(&bytes[SUMMED..]).to_le_bytes() {
        return None;
    }
    Some(rows)
}

/// Sums bytes up, so that damage shows. Somebody who may write into `.git` needs no forged sum to do harm.
pub(crate) fn sum(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut lanes = [1_u64, 2, 3, 4];
    let mut chunks = bytes.chunks_exact(32);
    for chunk in &mut chunks {
        for (lane, word) in lanes.iter_mut().zip(chunk.chunks_exact(8)) {
            let word = word.try_into().map_or(0, u64::from_le_bytes);
            *lane = (*lane ^ word).wrapping_mul(FACTOR).rotate_left(29);
        }
    }
    let mut all = bytes.len() as u64;
    for lane in lanes {
        all = (all ^ lane).wrapping_mul(FACTOR).rotate_left(29);
    }
    for byte in chunks.remainder() {
        all = (all ^ u64::from(*byte))
            .wrapping_mul(FACTOR)
            .rotate_left(29);
    }
    all
}
