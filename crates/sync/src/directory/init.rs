//! Making a fabric's directories, configuration and state.

use hnp_model::SourceFile;
use hnp_state::config::{self, Config, Fabric, Template};
use hnp_state::layout::{self, Area, area};
use hnp_state::state_file::{self, State};
use hnp_state::{CONFIG_PATH, STATE_PATH, path};

use super::attributes;
use crate::fabric::is_yaml;
use crate::plan::Plan;

/// Path of the attributes file.
pub(super) const ATTRIBUTES_PATH: &str = ".gitattributes";

/// The files of a repository that are no fabric's.
#[derive(Clone, Debug, Default)]
pub struct RepoFiles {
    /// `.hnp/config.toml`.
    pub config: Option<String>,
    /// `.hnp/state.toml`.
    pub state: Option<String>,
    /// `.gitattributes`.
    pub attributes: Option<String>,
}

/// What to make.
#[derive(Clone, Debug)]
pub struct InitRequest {
    /// Name of the fabric.
    pub name: String,
    /// Its directory, normalised.
    pub directory: String,
    /// Template of its directories.
    pub template: Template,
    /// Hedgehog release, where it is named.
    pub release: Option<String>,
    /// Profile to write down.
    pub profile: config::Profile,
    /// Lineage for a state that does not exist yet.
    pub lineage: String,
    /// Move YAML that lies at the fabric's root into `raw/pending/`.
    pub move_to_raw: bool,
}

/// What comes of it.
#[derive(Clone, Debug, Default)]
pub struct Init {
    /// What to do.
    pub plan: Plan,
    /// Directories that did not exist.
    pub directories_created: Vec<String>,
    /// YAML at the fabric's root that stays there.
    pub root_yaml: Vec<String>,
    /// The configuration afterwards.
    pub config: String,
}

/// Plans a new fabric; of one that exists, whatever is missing.
///
/// # Errors
///
/// Fails where the configuration does not allow it, with one sentence for people.
pub fn init(request: &InitRequest, repo: &RepoFiles, files: &[SourceFile]) -> Result<Init, String> {
    config::check_fabric_name(&request.name)?;
    let mut fabric = Fabric::in_directory(&request.directory);
    fabric.template = request.template;
    fabric.profile = request.profile;
    let text = match &repo.config {
        None => {
            let release = request
                .release
                .as_deref()
                .unwrap_or(config::DEFAULT_RELEASE);
            let text = config::initial(&[(request.name.clone(), fabric.clone())], release);
            // What is written must be read: not every directory can be a fabric's.
            Config::parse(&text).map_err(|errors| first(&errors))?;
            text
        }
        Some(text) => {
            let config = Config::parse(text).map_err(|errors| first(&errors))?;
            match config.fabrics.get(&request.name) {
                Some(known) if known.directories.contains(&request.directory) => {
                    let judged_by = config.release_of(&request.name);
                    if request
                        .release
                        .as_deref()
                        .is_some_and(|release| release != judged_by)
                    {
                        return Err(format!(
                            "fabric `{}` exists already, and release {judged_by} judges it; change `release` in {CONFIG_PATH}",
                            request.name
                        ));
                    }
                    fabric = known.clone();
                    text.clone()
                }
                Some(known) => {
                    return Err(format!(
                        "fabric `{}` exists already, in {}; give the new one another name",
                        request.name,
                        known.directories.join(", ")
                    ));
                }
                None => {
                    fabric.release.clone_from(&request.release);
                    config::edit::add_fabric(text, &request.name, &fabric)
                        .map_err(|error| error.to_string())?
                }
            }
        }
    };
    let mut init = Init {
        config: text.clone(),
        ..Init::default()
    };
    init.plan
        .write(CONFIG_PATH, text, repo.config.as_deref().map(str::as_bytes));
    state(repo, &request.lineage, &mut init.plan)?;
    structure(&fabric, repo, files, &mut init);
    root_yaml(&request.directory, files, request.move_to_raw, &mut init);
    init.plan.order();
    Ok(init)
}

/// Plans what is missing of every configured fabric.
///
/// # Errors
///
/// Fails where the configuration cannot be read, with one sentence for people.
pub fn repair(repo: &RepoFiles, files: &[SourceFile], lineage: &str) -> Result<Init, String> {
    let text = repo
        .config
        .as_deref()
        .ok_or("there is no .hnp/config.toml to repair from; run `hnp init` first")?;
    let config = Config::parse(text).map_err(|errors| first(&errors))?;
    let mut init = Init {
        config: text.to_owned(),
        ..Init::default()
    };
    state(repo, lineage, &mut init.plan)?;
    let mut attributes = repo.clone();
    for fabric in config.fabrics.values() {
        structure(fabric, &attributes, files, &mut init);
        attributes.attributes = init
            .plan
            .files
            .iter()
            .find_map(|op| match op {
                crate::plan::FileOp::Write { path, bytes, .. } if path == ATTRIBUTES_PATH => {
                    Some(String::from_utf8_lossy(bytes).into_owned())
                }
                _ => None,
            })
            .or(attributes.attributes);
    }
    one_write_a_path(&mut init.plan, repo.attributes.as_deref());
    init.plan.order();
    Ok(init)
}

/// Several fabrics each add lines to `.gitattributes`; only the last text counts, against what is on disk.
pub(super) fn one_write_a_path(plan: &mut Plan, attributes_now: Option<&str>) {
    let last = plan.files.iter().rev().find_map(|op| match op {
        crate::plan::FileOp::Write { path, bytes, .. } if path == ATTRIBUTES_PATH => {
            Some(bytes.clone())
        }
        _ => None,
    });
    if let Some(bytes) = last {
        plan.files.retain(|op| op.path() != ATTRIBUTES_PATH);
        plan.write(ATTRIBUTES_PATH, bytes, attributes_now.map(str::as_bytes));
    }
}

pub(super) fn first(errors: &[config::ConfigError]) -> String {
    errors.first().map_or_else(
        || ".hnp/config.toml cannot be read".to_owned(),
        |error| format!(".hnp/config.toml: {error}"),
    )
}

pub(super) fn state(repo: &RepoFiles, lineage: &str, plan: &mut Plan) -> Result<State, String> {
    match &repo.state {
        Some(text) => state_file::parse(text).map_err(|problems| {
            let why = problems
                .first()
                .map(|problem| problem.message.clone())
                .unwrap_or_default();
            format!(".hnp/state.toml is damaged: {why}. Run `hnp state rebuild`")
        }),
        None => {
            let state = State::new(lineage);
            plan.write(STATE_PATH, state_file::write(&state), None);
            Ok(state)
        }
    }
}

/// Plans the directories and attributes of a fabric.
pub(super) fn structure(fabric: &Fabric, repo: &RepoFiles, files: &[SourceFile], init: &mut Init) {
    for directory in &fabric.directories {
        for inside in layout::directories(fabric.template) {
            let full = path::join(directory, &inside);
            let prefix = format!("{full}/");
            if files.iter().any(|file| file.path.starts_with(&prefix)) {
                continue;
            }
            init.plan
                .write(format!("{prefix}{}", layout::PLACEHOLDER), Vec::new(), None);
            init.directories_created.push(full);
        }
    }
    let now = repo.attributes.as_deref();
    let text = attributes::with(now.unwrap_or(""), &fabric.directories);
    init.plan
        .write(ATTRIBUTES_PATH, text, now.map(str::as_bytes));
}

/// Finds YAML that lies where nothing reads it, and moves it if asked.
fn root_yaml(directory: &str, files: &[SourceFile], move_it: bool, init: &mut Init) {
    for file in files {
        let Some(inside) = path::strip(&file.path, directory) else {
            continue;
        };
        let name = inside.rsplit('/').next().unwrap_or(inside);
        let manifests = is_yaml(inside)
            && !matches!(
                name,
                "kustomization.yaml" | "kustomization.yml" | "package.json"
            );
        if area(inside) != Area::Root || !manifests {
            continue;
        }
        if move_it {
            let target = path::join(directory, &format!("{}/{inside}", layout::RAW_PENDING));
            if files.iter().all(|other| other.path != target) {
                init.plan.rename(file.path.clone(), target, &file.bytes);
                continue;
            }
        }
        init.root_yaml.push(file.path.clone());
    }
}
