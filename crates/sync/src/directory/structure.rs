//! What a fabric's directories look like, and what is wrong with them.

use hnp_model::{Finding, Place, Severity, SourceFile, kind, manifests};
use hnp_rules::{codes, reference};
use hnp_state::config::{Fabric, Ingest};
use hnp_state::layout::{self, Area, area, managed_path};
use hnp_state::path;
use hnp_yaml::{LineIndex, Options, parse};

use crate::fabric::{is_kustomization, is_yaml};

/// One of the three directories of a fabric.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectoryStatus {
    /// Whether it is there.
    pub exists: bool,
    /// Files in it, placeholders left out.
    pub file_count: usize,
}

/// The directories of a fabric.
#[derive(Clone, Debug, Default)]
pub struct Structure {
    /// `raw/`.
    pub raw: DirectoryStatus,
    /// Files in `raw/` that wait.
    pub pending: Vec<String>,
    /// Files in `raw/errors/`, reports left out.
    pub refused: Vec<String>,
    /// `unmanaged/`.
    pub unmanaged: DirectoryStatus,
    /// `managed/`.
    pub managed: DirectoryStatus,
    /// Directories of the template that are missing.
    pub missing: Vec<String>,
    /// What is out of order.
    pub findings: Vec<Finding>,
}

impl Structure {
    /// Tells whether every directory is there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}

/// Finds what paths alone show: missing directories, and files in `managed/` that are no manifests.
#[must_use]
pub fn outline(fabric: &Fabric, paths: &[String]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = missing(fabric, paths)
        .into_iter()
        .map(|directory| {
            Finding::new(
                codes::MISSING_DIRECTORY,
                Severity::Warning,
                Place::file(&directory),
                format!("directory {directory} is missing"),
            )
            .help("`hnp init --repair` makes it again")
        })
        .collect();
    let foreign = paths.iter().filter(|file| {
        let name = file.rsplit('/').next().unwrap_or(file);
        let inside = fabric
            .directories
            .iter()
            .find_map(|directory| path::strip(file, directory));
        inside.is_some_and(|inside| area(inside) == Area::Managed)
            && !is_yaml(file)
            && name != layout::PLACEHOLDER
            && !name.eq_ignore_ascii_case("readme.md")
    });
    findings.extend(foreign.map(|file| {
        Finding::new(
            codes::FOREIGN_FILE,
            Severity::Warning,
            Place::file(file),
            "this file is no manifest, and a tool that applies managed/ may choke on it",
        )
        .help("move it out of managed/, for example to unmanaged/external-configs/")
    }));
    findings
}

/// Returns the directories of the template that hold nothing. Paths are sorted.
fn missing(fabric: &Fabric, paths: &[String]) -> Vec<String> {
    let mut missing = Vec::new();
    for directory in &fabric.directories {
        for inside in layout::directories(fabric.template) {
            let full = path::join(directory, &inside);
            let prefix = format!("{full}/");
            let at = paths.partition_point(|path| path.as_str() < prefix.as_str());
            if !paths.get(at).is_some_and(|path| path.starts_with(&prefix)) {
                missing.push(full);
            }
        }
    }
    missing
}

/// Looks at a fabric's directories. `files` are all files under them; `ingest` says which of them ingestion takes.
#[must_use]
pub fn inspect(name: &str, fabric: &Fabric, ingest: &Ingest, files: &[SourceFile]) -> Structure {
    let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    let mut structure = Structure {
        missing: missing(fabric, &paths),
        findings: outline(fabric, &paths),
        ..Structure::default()
    };
    for directory in &fabric.directories {
        for file in files {
            if let Some(inside) = path::strip(&file.path, directory) {
                look(
                    name,
                    fabric,
                    ingest,
                    (directory, inside),
                    file,
                    &mut structure,
                );
            }
        }
    }
    structure
}

fn look(
    name: &str,
    fabric: &Fabric,
    ingest: &Ingest,
    (directory, inside): (&str, &str),
    file: &SourceFile,
    structure: &mut Structure,
) {
    let file_name = inside.rsplit('/').next().unwrap_or(inside);
    let counted = usize::from(file_name != layout::PLACEHOLDER);
    let area = area(inside);
    let status = match area {
        Area::RawPending | Area::RawProcessed | Area::RawErrors => &mut structure.raw,
        Area::Managed => &mut structure.managed,
        _ if area.is_context() => &mut structure.unmanaged,
        _ => return,
    };
    status.exists = true;
    status.file_count += counted;
    match area {
        // What ingestion would not take does not wait for it.
        Area::RawPending
            if is_yaml(inside) && ingest.takes(inside.strip_prefix("raw/").unwrap_or(inside)) =>
        {
            structure.pending.push(file.path.clone());
        }
        Area::RawErrors if is_yaml(inside) && !inside.ends_with(".report.json") => {
            structure.refused.push(file.path.clone());
        }
        Area::Managed if counted > 0 => managed(name, fabric, directory, file, structure),
        _ => {}
    }
}

/// Finds foreign files and resources that lie elsewhere than their standard place.
fn managed(
    name: &str,
    fabric: &Fabric,
    directory: &str,
    file: &SourceFile,
    structure: &mut Structure,
) {
    if !is_yaml(&file.path) || is_kustomization(&file.path) {
        return;
    }
    let stream = parse(file.bytes.clone(), &Options::default());
    let found = manifests(&stream);
    for manifest in &found {
        let Some(id) = manifest.id() else { continue };
        let Some(info) = kind::find(&id.group, &id.kind) else {
            continue;
        };
        let standard = managed_path(directory, fabric.template, &id, Some(info.plural));
        let alone = found.len() == 1;
        if alone && standard == file.path || is_disambiguated(&file.path, &standard) {
            continue;
        }
        let message = if alone {
            format!("{id} lies here; its standard place is {standard}")
        } else {
            format!("{id} shares this file with others; its standard place is {standard}")
        };
        structure.findings.push(
            Finding::new(
                codes::MISPLACED,
                Severity::Info,
                Place::new(
                    &file.path,
                    &LineIndex::new(stream.text()),
                    manifest.name_span(),
                ),
                message,
            )
            .resource(Some(reference(&id, Some(name))))
            .help("nothing is wrong with that; `hnp tidy` moves it"),
        );
    }
}

/// Tells whether a path is the standard one with part of a hash before its extension.
pub(super) fn is_disambiguated(path: &str, standard: &str) -> bool {
    let stem = standard.strip_suffix(".yaml").unwrap_or(standard);
    path.strip_prefix(stem)
        .and_then(|rest| rest.strip_prefix('.')?.strip_suffix(".yaml"))
        .is_some_and(|hash| hash.len() == 8 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}
