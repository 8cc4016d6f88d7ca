//! The bytes of a basis ([`hnp_rules::basis`]) with what they are of, so that damage shows and nothing is taken for another.

use crate::verdicts::{Key, sum};

const MAGIC: &[u8; 8] = b"hnp-bas1";
const KEY: usize = size_of::<Key>();
/// Where that starts which the sum is of: behind it comes the length of the description, then that, then the bytes.
const SUMMED: usize = MAGIC.len() + KEY + 8;
const HEAD: usize = SUMMED + 8;

/// Adds a head to the bytes of a basis: what it depends on, and what it is of.
#[must_use]
pub fn seal(key: &Key, of: &str, basis: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD + of.len() + basis.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(key);
    bytes.extend_from_slice(&[0; 8]);
    bytes.extend_from_slice(&(of.len() as u64).to_le_bytes());
    bytes.extend_from_slice(of.as_bytes());
    bytes.extend_from_slice(basis);
    let sum = sum(&bytes[SUMMED..]).to_le_bytes();
    bytes[SUMMED - 8..SUMMED].copy_from_slice(&sum);
    bytes
}

/// Takes the head off again: what the basis is of, and its bytes. `None` for what is not exactly what was written under this
/// key.
#[must_use]
pub fn open<'b>(bytes: &'b [u8], key: &Key) -> Option<(&'b str, &'b [u8])> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let (magic, head) = head.split_at(MAGIC.len());
    let (known, head) = head.split_at(KEY);
    let (expected, length) = head.split_at(8);
    if magic != MAGIC || known != key || expected != sum(&bytes[SUMMED..]).to_le_bytes() {
        return None;
    }
    let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
    let (of, basis) = rest.split_at_checked(length)?;
    Some((std::str::from_utf8(of).ok()?, basis))
}
