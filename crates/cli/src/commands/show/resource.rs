//! One resource with every field that HNP keeps of it.

use hnp_model::canonical::{canonical_hash, canonical_json, sha256_hex};
use hnp_model::{Manifest, SourceFile};
use hnp_rules::normalise::Admission;
use hnp_state::config::{Direction, Fabric};
use hnp_state::state_file::{self, Entry};
use hnp_sync::drift::{self, Actual};
use hnp_sync::gui::{GuiResource, base_hash, managed};
use hnp_yaml::{LineIndex, Node, Stream};
use serde_json::{Value, json};

use super::{Known, outside, past};
use crate::clock;
use crate::commands::diff::value_of;
use crate::commands::{conflicts, drift as drift_command, impact, validate};
use crate::context::Context;
use crate::failure::Failure;

/// Errors in a row from which on a resource is not healthy.
const MANY_ERRORS: usize = 3;

/// Every field, under HNP's names; null where it is not known here.
pub(super) fn json(
    known: &Known,
    fabric_name: &str,
    fabric: &Fabric,
    file: &SourceFile,
    stream: &Stream,
    manifest: Manifest<'_>,
) -> Result<Value, Failure> {
    let context = &known.context;
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
    let (outcome, _) = validate::one_fabric(context, fabric, &settings)?;
    let impact = impact::impact(context, &outcome.files, &settings, &id.kind, &id.name);
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
    let open = open_conflict(context, &key);
    let history = past::history(
        &known.records,
        fabric_name,
        &key,
        &id.to_string(),
        open.as_ref().map(|open| open.id.as_str()),
    );
    let (conflict_status, conflict_details) = match &open {
        Some(open) => (open.status, open.details.clone()),
        None if history.was_settled => ("resolved", json!({})),
        None => ("none", json!({})),
    };
    let modifications = outside::modifications(context, &file.path, &id);
    let last_change = context.repo.last_change(&file.path);
    let updated = last_change
        .as_ref()
        .map(|change| clock::rfc3339(change.seconds));
    let commit = last_change.map(|change| change.commit);
    let managed_path = fabric
        .directories
        .iter()
        .find_map(|directory| hnp_state::path::strip(&file.path, directory))
        .unwrap_or(&file.path);
    let sync_status = if entry.is_none() {
        "not_recorded"
    } else if changed {
        "modified"
    } else {
        "in_sync"
    };
    let part = |value: Option<hnp_yaml::Value<'_>>| -> Value {
        value
            .and_then(|value| serde_json::from_str(&canonical_json(value)).ok())
            .unwrap_or(Value::Null)
    };
    let metadata = |name: &str| part(manifest.metadata().and_then(|map| map.get(name)));

    let gui = known.gui.as_ref().and_then(|snapshot| {
        snapshot.resources.iter().find(|one| {
            one.id == id && one.fabric.as_deref().is_none_or(|name| name == fabric_name)
        })
    });
    let draft = gui.and_then(|one| one.draft.as_ref());
    let live = live(known, fabric_name, &id);
    let drift = live.as_ref().map(|live| {
        let desired = drift::desired(&file.path, stream);
        let admission = Admission {
            release: settings.release,
        };
        let report = drift::drift(&drift::Inputs {
            desired: &desired,
            actual: std::slice::from_ref(live),
            admission,
            outside: &settings.outside,
            complete: false,
            unreadable: false,
        });
        let found = report.resources.into_iter().find(|one| one.id == id);
        found.map_or(Value::Null, |one| drift_command::one(&one, fabric_name))
    });
    let sides = Sides::of(manifest, entry.as_ref(), gui);
    let is_auto = policy.auto_sync && !history.on_hold;
    let has_conflict = matches!(
        conflict_status,
        "detected" | "resolving" | "requires_manual"
    );
    let is_healthy = history.errors < MANY_ERRORS && !has_conflict && is_auto;
    let needs_github = sides
        .gui_changed
        .map(|changed| changed && is_auto && goes(policy.direction, Direction::GuiToGit));
    let needs_gui = sides
        .git_changed
        .map(|changed| changed && is_auto && goes(policy.direction, Direction::GitToGui));
    let drifted = drift
        .as_ref()
        .is_some_and(|drift| drift["has_drift"] == true);
    let in_head = context.repo.resolve(&format!("HEAD:{}", file.path));
    let committed = in_head.is_some() && in_head == context.repo.blob_id(&file.bytes).ok();
    let resource_state = if draft.is_some() {
        "draft"
    } else if drifted {
        "drifted"
    } else if !committed {
        "pending"
    } else if sides.git_changed == Some(false) {
        "synced"
    } else {
        "committed"
    };
    let line = LineIndex::new(stream.text())
        .position(manifest.name_span().start as usize)
        .line;
    let file_url = commit
        .as_deref()
        .and_then(|commit| file_url(context, commit, &file.path));
    let actual = |field: &str| -> Value {
        let live = live.as_ref().map(|live| &live.manifest);
        live.and_then(|live| live.get(field).cloned())
            .unwrap_or(Value::Null)
    };
    let actual_metadata = actual("metadata");
    Ok(json!({
        "version": 1,
        "key": key,
        "fabric": fabric_name,
        "name": id.name,
        "namespace": id.namespace,
        "kind": id.kind,
        "api_version": manifest.api_version(),
        "labels": metadata("labels"),
        "annotations": metadata("annotations"),
        "resource_state": resource_state,
        "has_desired_state": true,
        "desired_spec": part(manifest.value.get("spec")),
        "desired_commit": commit,
        "desired_file_path": file.path,
        "desired_line": line,
        "desired_updated": updated,
        "draft_spec": draft.and_then(|draft| draft.get("spec")).map(value_of),
        "draft_updated": draft.and_then(|_| gui?.updated.clone()),
        "draft_updated_by": null,
        "actual_spec": actual("spec"),
        "actual_status": actual("status"),
        "actual_resource_version": actual_metadata.get("resourceVersion"),
        "actual_updated": actual_updated(&actual_metadata),
        "drift": drift,
        "managed_file_path": managed_path,
        "file_hash": file_hash,
        "last_file_sync": history.last_sync,
        "file_size_bytes": file.bytes.len(),
        "sync_direction": policy.direction.as_str(),
        "auto_sync_enabled": is_auto,
        "on_hold": history.on_hold,
        "sync_priority": policy.priority,
        "conflict_status": conflict_status,
        "conflict_details": conflict_details,
        "conflict_detected_at": history.conflict_since,
        "conflict_resolution_attempts": history.attempts,
        "has_pending_conflicts": has_conflict,
        "external_modifications": modifications.newest,
        "last_external_check": clock::rfc3339(clock::now()),
        "external_modification_count": modifications.count,
        "sync_metadata": {
            "recorded_sha256": entry.as_ref().map(|entry| entry.sha256.clone()),
            "base": entry.as_ref().and_then(|entry| entry.base.clone()),
            "blob": entry.as_ref().and_then(|entry| entry.blob.clone()),
            "canonical": canonical_hash(manifest.value),
        },
        "last_sync_duration_ms": history.duration_ms,
        "sync_error_count": history.errors,
        "last_sync_error": history.last_error.as_ref().map(|(message, _)| message.clone()),
        "last_sync_error_at": history.last_error.as_ref().and_then(|(_, at)| at.clone()),
        "is_sync_healthy": is_healthy,
        "github_branch": context.repo.branch(),
        "github_commit_sha": commit,
        "github_pull_request_url": history.pull_request,
        "github_file_url": file_url,
        "sync_status_summary": {
            "status": sync_status,
            "changed_by_hand": changed,
            "sync_direction": policy.direction.as_str(),
            "auto_sync_enabled": is_auto,
            "sync_healthy": is_healthy,
            "needs_github_sync": needs_github,
            "needs_gui_sync": needs_gui,
            "has_conflicts": has_conflict,
            "last_sync": history.last_sync,
            "sync_errors": history.errors,
            "external_modifications": modifications.count,
            "file_info": {
                "path": managed_path,
                "hash": file_hash,
                "size_bytes": file.bytes.len(),
            },
        },
        "file_mapping": {
            "resource_id": key,
            "managed_file_path": managed_path,
            "file_hash": format!("sha256:{file_hash}"),
            "last_file_sync": history.last_sync,
            "sync_status": sync_status,
            "conflict_status": conflict_status,
            "external_modifications": modifications.newest,
        },
        "refers_to": impact.refers_to,
        "referred_by": impact.referred_by,
        "findings": findings,
    }))
}

fn goes(policy: Direction, way: Direction) -> bool {
    policy == way || policy == Direction::Bidirectional
}

/// Whether a side differs from what both last held; `None` where that, or the side, is not known.
struct Sides {
    git_changed: Option<bool>,
    gui_changed: Option<bool>,
}

impl Sides {
    fn of(manifest: Manifest<'_>, entry: Option<&Entry>, gui: Option<&GuiResource>) -> Self {
        let base = entry.and_then(|entry| entry.base.clone());
        let hash = |node: &Node| base_hash(&managed(node));
        let git = hash(&Node::from(manifest.value));
        let theirs = gui.and_then(GuiResource::value).map(hash);
        Self {
            gui_changed: theirs.map(|theirs| theirs != *base.as_ref().unwrap_or(&git)),
            git_changed: base.map(|base| base != git),
        }
    }
}

/// What the cluster holds of it, as kubectl or the GUI says.
fn live(known: &Known, fabric: &str, id: &hnp_model::ResourceId) -> Option<Actual> {
    let of_gui = known
        .gui
        .as_ref()
        .map(|snapshot| drift_command::of_gui(snapshot, Some(fabric)));
    known
        .actual
        .iter()
        .chain(&of_gui)
        .flatten()
        .find(|one| one.id == *id)
        .cloned()
}

/// When the object was changed last, as its managers say.
fn actual_updated(metadata: &Value) -> Option<String> {
    let times = metadata
        .get("managedFields")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|one| one.get("time")?.as_str());
    times
        .chain(metadata.get("creationTimestamp").and_then(Value::as_str))
        .max()
        .map(str::to_owned)
}

struct Open {
    id: String,
    status: &'static str,
    details: Value,
}

/// Returns a resource's open conflict.
fn open_conflict(context: &Context, key: &str) -> Option<Open> {
    let state = conflicts::state(context).ok()?;
    let found = conflicts::found(&state, None)
        .into_iter()
        .find(|one| one.conflict.resource == key)?;
    let known = conflicts::known(context, [&found]).ok()?;
    let one = known.first()?;
    Some(Open {
        status: one.status(),
        details: one.json(),
        id: found.conflict.id.clone(),
    })
}

fn entry(context: &Context, key: &str) -> Option<Entry> {
    let state = state_file::parse(context.files.state.as_deref()?).ok()?;
    state.resources.get(key).cloned()
}

/// Returns the address of a file at a commit, where the remote is a GitHub.
fn file_url(context: &Context, commit: &str, path: &str) -> Option<String> {
    let url = context.repo.config("remote.origin.url")?;
    let rest = ["https://", "ssh://", "git@"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme))?;
    // A password may stand before the host, and hold a colon.
    let before_path = rest.find('/').unwrap_or(rest.len());
    let rest = rest[..before_path]
        .rfind('@')
        .map_or(rest, |at| &rest[at + 1..]);
    let (host, repository) = rest.split_once(['/', ':'])?;
    let repository = repository.trim_end_matches('/');
    let repository = repository.strip_suffix(".git").unwrap_or(repository);
    host.contains("github").then(|| {
        let path: String = path
            .bytes()
            .map(|byte| match byte {
                b'/' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
                byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect();
        format!("https://{host}/{repository}/blob/{commit}/{path}")
    })
}
