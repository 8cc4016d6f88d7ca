//! Names a finding so that it is known again after lines, and files, have moved.

use std::collections::BTreeMap;

use crate::Finding;
use sha2::{Digest, Sha256};

/// Words after which a number says where something stands, not what is wrong.
const PLACE_WORDS: [&str; 6] = ["line ", "lines ", "column ", "columns ", "document ", ":"];

/// Returns a name for a finding: 32 hexadecimal digits over its code, resource, field and message.
///
/// Line numbers, file names and list indices are left out, so that a moved resource keeps its findings. The file counts
/// only where the resource has no name. Two findings can share a name; [`fingerprints`] tells them apart.
#[must_use]
pub fn fingerprint(finding: &Finding) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        // With the length before it, no two lists of parts give the same bytes.
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    part("hnp/v1");
    part(finding.code);
    let resource = finding.resource.as_ref();
    match resource.filter(|resource| resource.name.is_some()) {
        Some(resource) => {
            let parts = [
                &resource.fabric,
                &resource.kind,
                &resource.namespace,
                &resource.name,
            ];
            for text in parts {
                part(text.as_deref().unwrap_or(""));
            }
        }
        None => part(&finding.place.file),
    }
    part(&without_indices(finding.field.as_deref().unwrap_or("")));
    part(&without_places(&finding.message));
    hash.finalize()[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Returns a name for each finding of a report, all different: the second of one fingerprint ends in `:2`.
#[must_use]
pub fn fingerprints(findings: &[Finding]) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    findings
        .iter()
        .map(|finding| {
            let print = fingerprint(finding);
            let nth = seen.entry(print.clone()).or_default();
            *nth += 1;
            if *nth == 1 {
                print
            } else {
                format!("{print}:{nth}")
            }
        })
        .collect()
}

/// Empties the brackets of list indices.
fn without_indices(field: &str) -> String {
    drop_numbers(field, |before| before.ends_with('['))
}

/// Drops the numbers of lines, columns and documents.
fn without_places(message: &str) -> String {
    drop_numbers(message, |before| {
        PLACE_WORDS.iter().any(|word| before.ends_with(word))
    })
}

/// Drops each run of digits before which `drops` holds.
fn drop_numbers(text: &str, drops: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        out.push_str(&rest[..at]);
        let digits = &rest[at..];
        let end = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        if !drops(&out) {
            out.push_str(&digits[..end]);
        }
        rest = &digits[end..];
    }
    out.push_str(rest);
    out
}
