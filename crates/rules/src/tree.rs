//! Rules that need more than one document.

use std::collections::HashMap;

use hnp_model::{Finding, ResourceId, ResourceRef, Severity};

use crate::codes;
use crate::file::{Facts, FileCheck, Role};

/// Checks what only the whole tree shows.
///
/// Files come in the order of their paths; of two places that contradict each other the later is blamed and the earlier
/// shown beside it.
#[must_use]
pub fn check_tree(files: &[FileCheck], fabric: Option<&str>) -> Vec<Finding> {
    identities(files, fabric)
}

fn identities(files: &[FileCheck], fabric: Option<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut first: HashMap<&ResourceId, (&FileCheck, &Facts)> = HashMap::new();
    for file in files.iter().filter(|file| file.role == Role::Managed) {
        for facts in &file.facts {
            let Some((other, known)) = first.get(&facts.id) else {
                first.insert(&facts.id, (file, facts));
                continue;
            };
            findings.push(
                Finding::new(
                    codes::DUPLICATE,
                    Severity::Error,
                    file.place_of(facts),
                    format!("{} stands twice; the last one applied would win", facts.id),
                )
                .field("metadata.name")
                .resource(Some(reference(&facts.id, fabric)))
                .related(other.place_of(known), "first here")
                .help("keep one of the two, or give one another name"),
            );
        }
    }
    for file in files.iter().filter(|file| file.role == Role::Context) {
        for facts in &file.facts {
            if let Some((managed, known)) = first.get(&facts.id) {
                findings.push(
                    Finding::new(
                        codes::UNMANAGED_REPEATS,
                        Severity::Warning,
                        file.place_of(facts),
                        format!("{} is managed, and unmanaged/ repeats it", facts.id),
                    )
                    .field("metadata.name")
                    .resource(Some(reference(&facts.id, fabric)))
                    .related(managed.place_of(known), "managed here")
                    .help("a tool that applies both will flip between them; keep one"),
                );
            }
        }
    }
    findings
}

/// Describes a resource for findings.
#[must_use]
pub fn reference(id: &ResourceId, fabric: Option<&str>) -> ResourceRef {
    ResourceRef {
        fabric: fabric.map(str::to_owned),
        kind: Some(id.kind.clone()),
        namespace: Some(id.namespace.clone()),
        name: Some(id.name.clone()),
    }
}
