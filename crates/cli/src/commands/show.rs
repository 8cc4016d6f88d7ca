//! `hnp show`

use std::fmt::Write as _;

use hnp_model::canonical::sha256_hex;
use hnp_model::{DEFAULT_NAMESPACE, Manifest, SourceFile, kind, manifests};
use hnp_report::Format;
use hnp_state::config::Fabric;
use hnp_state::layout::Area;
use hnp_state::state_file::{self, Entry};
use hnp_sync::fabric::area_of;
use hnp_yaml::{LineIndex, Options, Stream, parse};
use serde_json::{Value, json};

use crate::args::{Global, ShowArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, clean};

/// Which resource is asked for.
pub(super) struct Wanted {
    kind: String,
    namespace: String,
    name: String,
    /// The namespace was named.
    exact: bool,
}

impl Wanted {
    /// Tells whether a key of the state is the resource's, in whichever fabric.
    pub(super) fn is_key(&self, key: &str) -> bool {
        let parts: Vec<&str> = key.rsplitn(4, '/').collect();
        let [name, namespace, kind, _fabric] = parts.as_slice() else {
            return false;
        };
        *name == self.name && *kind == self.kind && (!self.exact || *namespace == self.namespace)
    }
}

/// Reads KIND/NAME or KIND/NAMESPACE/NAME.
pub(super) fn wanted(text: &str) -> Result<Wanted, Failure> {
    let parts: Vec<&str> = text.split('/').collect();
    let (word, namespace, name) = match parts.as_slice() {
        [kind, name] => (*kind, None, *name),
        [kind, namespace, name] => (*kind, Some(*namespace), *name),
        _ => {
            return Err(Failure::Usage(format!(
                "`{text}`: write KIND/NAME, such as VPC/vpc-1"
            )));
        }
    };
    let info = kind::find_by_word(word);
    if info.is_none() && !word.contains('.') {
        let near = hnp_rules::suggest::nearest(word, kind::KINDS.iter().map(|info| info.kind));
        let hint = near.map_or_else(
            || "`hnp schema list` shows them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Failure::Usage(format!("there is no kind `{word}`; {hint}")));
    }
    let fabricator = info.is_some_and(|info| info.group.starts_with("fabricator."));
    Ok(Wanted {
        kind: info.map_or_else(|| word.to_owned(), |info| info.kind.to_owned()),
        namespace: namespace
            .unwrap_or(if fabricator { "fab" } else { DEFAULT_NAMESPACE })
            .to_owned(),
        name: name.to_owned(),
        exact: namespace.is_some(),
    })
}

pub(super) fn run(global: &Global, args: &ShowArgs) -> Result<Output, Failure> {
    let context = Context::open(global)?;
    let wanted = wanted(&args.resource)?;
    let mut names = Vec::new();
    let mut found = Vec::new();
    for (name, fabric) in context.fabrics(&args.fabrics)? {
        for file in context.look_at_files(fabric)? {
            let managed = area_of(fabric, &file.path) == Some(Area::Managed);
            if !managed || !hnp_sync::fabric::is_yaml(&file.path) {
                continue;
            }
            let stream = parse(file.bytes.clone(), &Options::default());
            for manifest in manifests(&stream) {
                let Some(id) = manifest.id() else { continue };
                if id.qualified_kind() == wanted.kind && id.name == wanted.name {
                    if !wanted.exact || id.namespace == wanted.namespace {
                        found.push(resource(&context, name, fabric, &file, &stream, manifest)?);
                    }
                } else if id.kind == wanted.kind {
                    names.push(id.name);
                }
            }
        }
    }
    if found.is_empty() {
        let near = hnp_rules::suggest::nearest(&wanted.name, names.iter().map(String::as_str));
        let hint = near.map_or_else(String::new, |near| {
            format!("; did you mean `{}/{near}`?", wanted.kind)
        });
        return Err(Failure::Usage(format!(
            "no managed resource is called {}{hint}",
            args.resource
        )));
    }
    if global.format == Format::Json {
        let value = match found.as_slice() {
            [one] => one.clone(),
            several => json!({ "version": 1, "resources": several }),
        };
        return Ok(Output::json(&value));
    }
    Ok(Output::of(
        found.iter().map(as_text).collect::<Vec<_>>().join("\n"),
    ))
}

/// Every field that HNP keeps of a resource, under HNP's names; null where it is not known here.
fn resource(
    context: &Context,
    fabric_name: &str,
    fabric: &Fabric,
    file: &SourceFile,
    stream: &Stream,
    manifest: Manifest<'_>,
) -> Result<Value, Failure> {
    let Some(id) = manifest.id() else {
        return Ok(Value::Null);
    };
    let key = id.key(fabric_name);
    let entry = entry(context, &key);
    let file_hash = sha256_hex(&file.bytes);
    let bytes = hnp_sync::ingest::document_bytes(stream, manifest.document.index());
    let changed = entry
        .as_ref()
        .is_some_and(|entry| entry.sha256 != sha256_hex(bytes.as_bytes()));
    let settings = context.settings(Some(fabric_name), None)?;
    let (outcome, _) = super::validate::one_fabric(context, fabric, &settings)?;
    let impact = super::impact::impact(context, &outcome.files, &settings, &id.kind, &id.name);
    let findings: Vec<_> = outcome
        .findings
        .iter()
        .filter(|finding| {
            finding.resource.as_ref().is_some_and(|resource| {
                resource.kind.as_deref() == Some(id.kind.as_str())
                    && resource.name.as_deref() == Some(id.name.as_str())
            })
        })
        .map(|finding| {
            json!({
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message,
                "file": finding.place.file,
                "line": finding.place.start.line,
                "column": finding.place.start.column,
            })
        })
        .collect();
    let policy = context.config.settings_for(fabric_name, &id);
    let conflict = conflict(context, &key);
    let record = super::log::records(context, 200)?
        .into_iter()
        .find(|record| {
            record
                .fabric
                .as_deref()
                .is_none_or(|name| name == fabric_name)
                && record
                    .resources
                    .iter()
                    .any(|known| *known == key || *known == id.to_string())
        });
    let last_sync = record
        .as_ref()
        .and_then(|record| record.completed_at.clone());
    let last_change = context.repo.last_change(&file.path);
    let directory = fabric
        .directories
        .iter()
        .find(|directory| hnp_state::path::strip(&file.path, directory).is_some());
    let managed_path = directory
        .and_then(|directory| hnp_state::path::strip(&file.path, directory))
        .unwrap_or(&file.path);
    let sync_status = if entry.is_none() {
        "not_recorded"
    } else if changed {
        "modified"
    } else {
        "in_sync"
    };
    let spec = |name: &str| {
        manifest
            .value
            .get(name)
            .and_then(|value| {
                serde_json::from_str::<Value>(&hnp_model::canonical::canonical_json(value)).ok()
            })
            .unwrap_or(Value::Null)
    };
    let line = LineIndex::new(stream.text())
        .position(manifest.name_span().start as usize)
        .line;
    Ok(json!({
        "version": 1,
        "key": key,
        "fabric": fabric_name,
        "name": id.name,
        "namespace": id.namespace,
        "kind": id.kind,
        "api_version": manifest.api_version(),
        "labels": manifest.metadata().and_then(|metadata| metadata.get("labels")).and_then(|labels| serde_json::from_str::<Value>(&hnp_model::canonical::canonical_json(labels)).ok()),
        "annotations": manifest.metadata().and_then(|metadata| metadata.get("annotations")).and_then(|map| serde_json::from_str::<Value>(&hnp_model::canonical::canonical_json(map)).ok()),
        "desired_spec": spec("spec"),
        "desired_commit": last_change.as_ref().map(|change| change.commit.clone()),
        "desired_file_path": file.path,
        "desired_line": line,
        "desired_updated": last_change.as_ref().map(|change| crate::clock::rfc3339(change.seconds)),
        "draft_spec": null,
        "draft_updated": null,
        "draft_updated_by": null,
        "actual_spec": null,
        "actual_status": null,
        "actual_resource_version": null,
        "actual_updated": null,
        "managed_file_path": managed_path,
        "file_hash": file_hash,
        "last_file_sync": last_sync,
        "file_size_bytes": file.bytes.len(),
        "sync_direction": policy.direction.as_str(),
        "auto_sync_enabled": policy.auto_sync,
        "sync_priority": policy.priority,
        "conflict_status": conflict.0,
        "conflict_details": conflict.1,
        "conflict_detected_at": null,
        "conflict_resolution_attempts": 0,
        "external_modifications": [],
        "last_external_check": null,
        "external_modification_count": null,
        "sync_metadata": {
            "recorded_sha256": entry.as_ref().map(|entry| entry.sha256.clone()),
            "base": entry.as_ref().and_then(|entry| entry.base.clone()),
            "blob": entry.as_ref().and_then(|entry| entry.blob.clone()),
            "canonical": hnp_model::canonical::canonical_hash(manifest.value),
        },
        "last_sync_duration_ms": record.as_ref().and_then(|record| record.processing_time_seconds).map(|seconds| (seconds * 1000.0).round()),
        "sync_error_count": 0,
        "last_sync_error": null,
        "last_sync_error_at": null,
        "github_branch": context.repo.branch(),
        "github_commit_sha": last_change.as_ref().map(|change| change.commit.clone()),
        "github_pull_request_url": null,
        "github_file_url": null,
        "sync_status_summary": { "status": sync_status, "changed_by_hand": changed },
        "file_mapping": {
            "resource_id": key,
            "managed_file_path": managed_path,
            "file_hash": format!("sha256:{file_hash}"),
            "last_file_sync": last_sync,
            "sync_status": sync_status,
            "conflict_status": conflict.0,
            "external_modifications": [],
        },
        "refers_to": impact.refers_to,
        "referred_by": impact.referred_by,
        "findings": findings,
    }))
}

/// Returns the status of a resource's open conflict, and what it is.
fn conflict(context: &Context, key: &str) -> (&'static str, Value) {
    let none = ("none", json!({}));
    let Ok(state) = super::conflicts::state(context) else {
        return none;
    };
    let open = super::conflicts::open(&state);
    let Some(found) = open.iter().find(|one| one.resource == key) else {
        return none;
    };
    let status = if state.resolutions.contains_key(&found.id) {
        "resolving"
    } else {
        "detected"
    };
    (status, super::conflicts::as_json(found, &state))
}

fn entry(context: &Context, key: &str) -> Option<Entry> {
    let state = state_file::parse(context.files.state.as_deref()?).ok()?;
    state.resources.get(key).cloned()
}

fn as_text(value: &Value) -> String {
    let mut text = String::new();
    let field = |name: &str| match &value[name] {
        Value::Null => "-".to_owned(),
        Value::String(text) => clean(text),
        other => other.to_string(),
    };
    let _ = writeln!(
        text,
        "{}/{} in {}",
        field("kind"),
        field("name"),
        field("fabric")
    );
    for (title, name) in [
        ("apiVersion", "api_version"),
        ("namespace", "namespace"),
        ("file", "desired_file_path"),
        ("line", "desired_line"),
        ("last commit", "desired_commit"),
        ("last taken in", "last_file_sync"),
        ("direction", "sync_direction"),
    ] {
        let _ = writeln!(text, "  {title:14} {}", field(name));
    }
    let status = match value["sync_status_summary"]["status"].as_str() {
        Some("in_sync") => "as hnp last wrote it",
        Some("modified") => "changed since hnp last wrote it",
        _ => "not recorded yet",
    };
    let _ = writeln!(text, "  {:14} {status}", "state");
    for (title, name) in [("refers to", "refers_to"), ("referred by", "referred_by")] {
        for reference in value[name].as_array().into_iter().flatten() {
            let word = |key: &str| clean(reference[key].as_str().unwrap_or(""));
            let elsewhere = if reference["here"] == true {
                ""
            } else {
                ", not here"
            };
            let _ = writeln!(
                text,
                "  {title:14} {}/{} ({}:{}:{}){elsewhere}",
                word("kind"),
                word("name"),
                word("file"),
                reference["line"],
                reference["column"]
            );
        }
    }
    if let Some(findings) = value["findings"].as_array()
        && !findings.is_empty()
    {
        for finding in findings {
            let _ = writeln!(
                text,
                "  {}[{}] line {}: {}",
                finding["severity"].as_str().unwrap_or(""),
                finding["code"].as_str().unwrap_or(""),
                finding["line"],
                clean(finding["message"].as_str().unwrap_or(""))
            );
        }
    }
    text
}
