//! Forms of the values in state.toml.

use crate::path;

/// 64 hexadecimal digits in lower case.
pub(super) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && is_hex(text)
}

/// `c1:` and 64 hexadecimal digits.
pub(super) fn is_base(text: &str) -> bool {
    text.strip_prefix(super::CANON)
        .and_then(|rest| rest.strip_prefix(':'))
        .is_some_and(is_sha256)
}

/// A Git object id, SHA-1 or SHA-256.
pub(super) fn is_blob(text: &str) -> bool {
    (text.len() == 40 || text.len() == 64) && is_hex(text)
}

/// A path below the root of the repository.
pub(super) fn is_path(text: &str) -> bool {
    path::is_normal(text)
}

/// `fabric/Kind/namespace/name`.
pub(super) fn is_key(text: &str) -> bool {
    let mut parts = 0;
    let odd = |c: char| c.is_control() || c.is_whitespace();
    for part in text.split('/') {
        parts += 1;
        let plain = part.is_ascii()
            && part
                .bytes()
                .fold(true, |plain, b| plain & (b > b' ') & (b != 0x7f));
        if part.is_empty() || !plain && part.chars().any(odd) {
            return false;
        }
    }
    parts == 4
}

/// A UUID in lower case.
pub(super) fn is_lineage(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_digit() || (b'a'..=b'f').contains(&b),
        })
}

fn is_hex(text: &str) -> bool {
    // Without branches, for thousands of hashes stand in one file.
    text.bytes().fold(true, |right, b| {
        right & (b.is_ascii_digit() | (b'a'..=b'f').contains(&b))
    })
}
