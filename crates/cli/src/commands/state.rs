//! `hnp state`

use hnp_model::canonical::sha256_hex;
use hnp_model::{Finding, Place, Severity, kind, manifests};
use hnp_report::Format;
use hnp_state::STATE_PATH;
use hnp_state::layout::Area;
use hnp_state::ledger::OperationType;
use hnp_state::state_file::{self, Entry, State};
use hnp_sync::agreed::{check_bases, forget_untrue};
use hnp_sync::fabric::{area_of, is_yaml};
use hnp_sync::merge_state::{StateBase, merge_states};
use hnp_sync::plan::Plan;
use hnp_yaml::{LineIndex, Options, Span, parse};
use serde_json::json;

use crate::args::{Global, StateCommand, StateWriting};
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::findings::Findings;
use crate::operation::{self, Done, Operation};
use crate::output::Output;

/// How many commits that changed the state are looked through for one that can be read.
const HISTORY: usize = 200;

pub(super) fn run(global: &Global, command: &StateCommand) -> Result<Output, Failure> {
    match command {
        StateCommand::Verify => verify(global),
        StateCommand::Rebuild(args) => write(global, args, true),
        StateCommand::Refresh(args) => write(global, args, false),
    }
}

/// Returns what is wrong with state.toml, the lineage of the last commit counted.
pub(super) fn problems(context: &Context) -> Option<Vec<Finding>> {
    let text = context.files.state.as_deref()?;
    let parent = context
        .repo
        .read_at_head(STATE_PATH)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| state_file::parse(&text).ok())
        .map(|state| state.lineage);
    let lines = LineIndex::new(text);
    let mut wrong = state_file::verify(text, parent.as_deref());
    if wrong.is_empty()
        && let Ok(state) = state_file::parse(text)
    {
        wrong = check_bases(text, &state, None, &|id| context.repo.read_blob(id));
    }
    let findings = wrong
        .into_iter()
        .map(|problem| {
            let span = Span::new(problem.span.start, problem.span.end);
            Finding::new(
                problem.code,
                Severity::Error,
                Place::new(STATE_PATH, &lines, span),
                problem.message,
            )
            .help(problem.help)
        })
        .collect();
    Some(findings)
}

fn verify(global: &Global) -> Result<Output, Failure> {
    let context = Context::open_raw(global)?;
    let Some(mut all) = problems(&context) else {
        let command = if context.files.config.is_some() {
            "hnp state rebuild"
        } else {
            "hnp init --fabric NAME --directory DIR"
        };
        return Err(Failure::Usage(format!(
            "there is no .hnp/state.toml. Run `{command}`"
        )));
    };
    hnp_model::finding::sort(&mut all);
    let text = context.files.state.clone().unwrap_or_default();
    let entries = state_file::parse(&text).map_or(0, |state| state.resources.len());
    let mut findings = Findings {
        all,
        ..Findings::default()
    };
    findings.summary.files = 1;
    findings.summary.resources = entries;
    findings.texts.insert(STATE_PATH.to_owned(), text);
    let code = u8::from(findings.errors() > 0);
    if code == 0 && global.format == Format::Human {
        return Ok(Output::of(format!(
            "{STATE_PATH} is fine: {entries} resource(s).\n"
        )));
    }
    Ok(Output::of(findings.render(global)?).code(code))
}

fn write(global: &Global, args: &StateWriting, rebuild: bool) -> Result<Output, Failure> {
    let mut output = Output::default();
    let lock = if args.writing.dry_run {
        None
    } else {
        Some(operation::begin(&Context::open_bare(global)?, &mut output)?)
    };
    let context = Context::open(global)?;
    let before = context.files.state.clone();
    // The text may be a reading of bytes that are no text.
    let bytes = context.worktree.read_if_there(STATE_PATH)?;
    let base = start(&context, before.as_deref(), args, rebuild)?;
    let (state, counts) = from_files(&context, base)?;
    let mut plan = Plan::default();
    plan.write(STATE_PATH, state_file::write(&state), bytes.as_deref());
    let what = if rebuild { "Rebuild" } else { "Refresh" };
    let done = match &lock {
        Some(lock) => operation::perform(
            &context,
            lock,
            &Operation {
                kind: OperationType::StateRepair,
                fabric: None,
                title: format!("hnp: {what} the state"),
                plan: &plan,
                commit: args.writing.commit,
                resources: Vec::new(),
                fill: &|record| record.resources_processed = state.resources.len() as u64,
            },
        )?,
        None => Done::default(),
    };
    done.tell(&mut output);
    if !done.problems.is_empty() {
        output.code = 3;
    }
    output.text = if global.format == Format::Json {
        Output::json(&json!({
            "version": 1,
            "success": done.problems.is_empty(),
            "dry_run": args.writing.dry_run,
            "operation_id": done.id,
            "resources": state.resources.len(),
            "added": counts.added,
            "updated": counts.updated,
            "removed": counts.removed,
            "changed": !plan.is_empty(),
        }))
        .text
    } else if plan.is_empty() {
        format!(
            "Nothing to do: {STATE_PATH} is up to date with {} resource(s).\n",
            state.resources.len()
        )
    } else {
        format!(
            "{STATE_PATH}: {} resource(s); {} added, {} updated, {} removed.\n",
            state.resources.len(),
            counts.added,
            counts.updated,
            counts.removed
        )
    };
    Ok(output)
}

/// Returns the state as `hnp state rebuild` makes it, where the file is lost and HEAD has it. Without a configuration the
/// repository is made anew, and nothing counts that was before.
///
/// # Errors
///
/// Exit 3 where the files cannot be read.
pub(super) fn of_head(context: &Context) -> Result<Option<String>, Failure> {
    let lost = context.files.config.is_some() && context.files.state.is_none();
    if !lost || context.repo.read_at_head(STATE_PATH).is_none() {
        return Ok(None);
    }
    let args = StateWriting {
        lineage: None,
        writing: crate::args::Writing::default(),
    };
    let (state, _) = from_files(context, start(context, None, &args, true)?)?;
    Ok(Some(state_file::write(&state)))
}

/// Returns what can be kept: the file itself, else what can be salvaged of it, else what the last commit held.
fn start(
    context: &Context,
    text: Option<&str>,
    args: &StateWriting,
    rebuild: bool,
) -> Result<State, Failure> {
    let lineage = || args.lineage.clone().unwrap_or_else(clock::new_lineage);
    if !rebuild {
        let text = text.ok_or_else(|| {
            Failure::Usage("there is no .hnp/state.toml. Run `hnp state rebuild`".to_owned())
        })?;
        return state_file::parse(text).map_err(|_| {
            Failure::Usage(".hnp/state.toml is damaged. Run `hnp state rebuild`".to_owned())
        });
    }
    // A newer form may mean something else; writing an older one over it would lose that.
    let newer = text.and_then(|text| {
        state_file::verify(text, None)
            .into_iter()
            .find(state_file::StateProblem::is_newer)
    });
    if let Some(problem) = newer {
        return Err(Failure::Usage(format!(
            "{STATE_PATH}: {}. {}",
            problem.message, problem.help
        )));
    }
    let committed = context
        .repo
        .read_at_head(STATE_PATH)
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let committed = match committed {
        Some(text) if state_file::parse(&text).is_err() => last_readable(context)?.or(Some(text)),
        other => other,
    };
    let before = committed.as_deref().map(state_file::salvage);
    let merged = match text {
        Some(text) if state_file::parse(text).is_ok() => None,
        _ => merged(context)?,
    };
    let saved = merged.as_deref().or(text).map(state_file::salvage);
    // The lineage is that of the last commit, as `verify` asks for: a changed one is damage too.
    let known = before
        .as_ref()
        .and_then(|before| before.lineage.clone())
        .or_else(|| saved.as_ref().and_then(|saved| saved.lineage.clone()))
        .unwrap_or_else(lineage);
    let empty = saved
        .as_ref()
        .is_none_or(|saved| saved.resources.is_empty() && saved.conflicts.is_empty());
    let damaged = text.is_some_and(|text| state_file::parse(text).is_err());
    let lost = before.clone().filter(|_| !empty && merged.is_none());
    let chosen = if empty { before.or(saved) } else { saved };
    let mut state = chosen.map_or_else(|| State::new(&known), |salvage| salvage.into_state(&known));
    for (key, entry) in lost.into_iter().flat_map(|before| before.resources) {
        let gone = match state.resources.get(&key) {
            None => damaged,
            Some(now) if now.base.is_none() => damaged,
            // Cut off at the end of a line, a table may look whole.
            Some(now) => now.blob.is_none() && now.base == entry.base,
        };
        if gone && stands(context, &key, &entry) {
            state.resources.insert(key, entry);
        }
    }
    state.lineage = known;
    forget_untrue(&mut state, &|id| context.repo.read_blob(id));
    Ok(state)
}

/// Tells whether a resource stands in its file just as both sides last held it.
fn stands(context: &Context, key: &str, entry: &Entry) -> bool {
    let Some(held) = entry
        .blob
        .as_deref()
        .and_then(|id| context.repo.read_blob(id))
    else {
        return false;
    };
    let Ok(Some(bytes)) = context.worktree.read_if_there(&entry.path) else {
        return false;
    };
    let stream = parse(bytes, &Options::default());
    let fabric = key.split('/').next().unwrap_or_default();
    manifests(&stream)
        .iter()
        .filter(|manifest| manifest.id().is_some_and(|id| id.key(fabric) == key))
        .any(|manifest| {
            hnp_sync::ingest::document_bytes(&stream, manifest.document.index()).as_bytes() == held
        })
}

/// Finds the newest state in HEAD's history that can be read whole.
fn last_readable(context: &Context) -> Result<Option<String>, Failure> {
    let commits = context
        .repo
        .past(&[STATE_PATH.to_owned()], HISTORY)
        .map_err(Failure::from)?;
    Ok(commits.iter().find_map(|past| {
        let bytes = context.repo.read_at(&past.commit, STATE_PATH)?;
        let text = String::from_utf8(bytes).ok()?;
        state_file::parse(&text).is_ok().then_some(text)
    }))
}

/// Merges the versions that an unfinished merge left in the index: they are whole where the file in the worktree is not.
fn merged(context: &Context) -> Result<Option<String>, Failure> {
    let read = |bytes: Option<Vec<u8>>| {
        let text = String::from_utf8(bytes?).ok()?;
        state_file::parse(&text).ok()
    };
    let [base, ours, theirs] = context.repo.merge_stages(STATE_PATH)?.map(read);
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        return Ok(None);
    };
    let base = base.as_ref().map_or(StateBase::Unknown, StateBase::Known);
    Ok(merge_states(base, &ours, &theirs).map(|state| state_file::write(&state)))
}

#[derive(Default)]
struct Counts {
    added: usize,
    updated: usize,
    removed: usize,
}

/// Brings entries up to date with the files: path and hash. `base` and `blob` say what both sides held, and files alone do
/// not change that.
fn from_files(context: &Context, mut state: State) -> Result<(State, Counts), Failure> {
    let mut counts = Counts::default();
    let mut seen = std::collections::BTreeSet::new();
    let mut readable = true;
    for (name, fabric) in &context.config.fabrics {
        for file in context.look_at_files(fabric)? {
            if area_of(fabric, &file.path) != Some(Area::Managed) || !is_yaml(&file.path) {
                continue;
            }
            let stream = parse(file.bytes.clone(), &Options::default());
            readable &= stream.problems().is_empty();
            for manifest in manifests(&stream) {
                let Some(id) = manifest.id() else { continue };
                if kind::find(&id.group, &id.kind).is_none() {
                    continue;
                }
                let key = id.key(name);
                if !seen.insert(key.clone()) {
                    continue;
                }
                let bytes = hnp_sync::ingest::document_bytes(&stream, manifest.document.index());
                let sha256 = sha256_hex(bytes.as_bytes());
                match state.resources.get_mut(&key) {
                    None => {
                        counts.added += 1;
                        state.resources.insert(
                            key,
                            Entry {
                                path: file.path.clone(),
                                sha256,
                                base: None,
                                blob: None,
                            },
                        );
                    }
                    Some(entry) if entry.path != file.path || entry.sha256 != sha256 => {
                        counts.updated += 1;
                        entry.path.clone_from(&file.path);
                        entry.sha256 = sha256;
                    }
                    Some(_) => {}
                }
            }
        }
    }
    // A file that cannot be read may hold any resource, so nothing is given up then; nor is what both sides once held.
    if readable {
        let all = state.resources.len();
        state
            .resources
            .retain(|key, entry| seen.contains(key) || entry.base.is_some());
        counts.removed = all - state.resources.len();
    }
    Ok((state, counts))
}
