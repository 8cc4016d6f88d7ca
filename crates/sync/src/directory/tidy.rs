//! Moving managed resources to their standard places, one a file.

use hnp_model::canonical::sha256_hex;
use hnp_model::{SourceFile, kind, manifests};
use hnp_state::config::Fabric;
use hnp_state::layout::{Area, area, managed_path};
use hnp_state::path;
use hnp_state::state_file::State;
use hnp_yaml::{Options, Stream, parse};

use super::structure::is_disambiguated;
use crate::fabric::is_yaml;
use crate::ingest::cut;
use crate::plan::Plan;

/// What tidying does.
#[derive(Clone, Debug)]
pub struct Tidied {
    /// What to do.
    pub plan: Plan,
    /// What moves.
    pub moves: Vec<Moved>,
    /// Files left as they are, with the reason.
    pub left: Vec<(String, String)>,
    /// The state afterwards.
    pub state: State,
}

/// A resource that moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The resource, as people name it.
    pub resource: String,
    /// Its key in the state and the ledger.
    pub key: String,
    /// Its file now.
    pub from: String,
    /// Its file afterwards.
    pub to: String,
}

impl Moved {
    fn new(fabric: &str, id: &hnp_model::ResourceId, from: &str, to: String) -> Self {
        Self {
            resource: id.to_string(),
            key: id.key(fabric),
            from: from.to_owned(),
            to,
        }
    }
}

/// Plans the moves.
#[must_use]
pub fn tidy(name: &str, fabric: &Fabric, files: &[SourceFile], state: &State) -> Tidied {
    let mut tidied = Tidied {
        plan: Plan::default(),
        moves: Vec::new(),
        left: Vec::new(),
        state: state.clone(),
    };
    let mut taken: std::collections::HashSet<String> =
        files.iter().map(|file| file.path.clone()).collect();
    for directory in &fabric.directories {
        for file in files {
            let managed = path::strip(&file.path, directory)
                .is_some_and(|inside| area(inside) == Area::Managed);
            if managed && is_yaml(&file.path) {
                one(name, fabric, directory, file, &mut taken, &mut tidied);
            }
        }
    }
    tidied.plan.order();
    tidied
}

fn one(
    name: &str,
    fabric: &Fabric,
    directory: &str,
    file: &SourceFile,
    taken: &mut std::collections::HashSet<String>,
    tidied: &mut Tidied,
) {
    let stream = parse(file.bytes.clone(), &Options::with_comments());
    let found = manifests(&stream);
    let ids: Vec<_> = found.iter().filter_map(|manifest| manifest.id()).collect();
    let known = ids
        .iter()
        .all(|id| kind::find(&id.group, &id.kind).is_some());
    if stream.problems().is_empty() && ids.is_empty() {
        return;
    }
    if !stream.problems().is_empty() || ids.len() != found.len() || !known {
        tidied.left.push((
            file.path.clone(),
            "it holds something that hnp cannot read or does not know".to_owned(),
        ));
        return;
    }
    let standard = |id: &hnp_model::ResourceId| {
        let plural = kind::find(&id.group, &id.kind).map(|info| info.plural);
        managed_path(directory, fabric.template, id, plural)
    };
    if let [id] = ids.as_slice()
        && !is_list(&stream)
    {
        let target = standard(id);
        if target == file.path || is_disambiguated(&file.path, &target) {
            return;
        }
        if !taken.insert(target.clone()) {
            tidied
                .left
                .push((file.path.clone(), format!("{target} is taken")));
            return;
        }
        tidied
            .plan
            .rename(file.path.clone(), target.clone(), &file.bytes);
        enter(name, id, &target, &file.bytes, tidied);
        tidied.moves.push(Moved::new(name, id, &file.path, target));
        return;
    }
    let targets: Vec<String> = ids.iter().map(&standard).collect();
    let distinct: std::collections::HashSet<&String> = targets.iter().collect();
    if distinct.len() != targets.len() {
        tidied.left.push((
            file.path.clone(),
            "it holds one resource twice; keep one of the two first".to_owned(),
        ));
        return;
    }
    if let Some(blocked) = targets
        .iter()
        .find(|target| **target != file.path && taken.contains(*target))
    {
        tidied
            .left
            .push((file.path.clone(), format!("{blocked} is taken")));
        return;
    }
    let mut stays = false;
    for (piece, (id, target)) in cut(&stream, &found).iter().zip(ids.iter().zip(targets)) {
        let now = (target == file.path).then_some(file.bytes.as_slice());
        stays |= now.is_some();
        taken.insert(target.clone());
        tidied
            .plan
            .write(target.clone(), piece.text.as_bytes(), now);
        enter(name, id, &target, piece.text.as_bytes(), tidied);
        tidied.moves.push(Moved::new(name, id, &file.path, target));
    }
    if !stays {
        tidied.plan.remove(file.path.clone(), &file.bytes);
    }
}

fn is_list(stream: &Stream) -> bool {
    stream
        .documents()
        .filter_map(hnp_yaml::Document::root)
        .any(hnp_model::manifest::is_list)
}

fn enter(name: &str, id: &hnp_model::ResourceId, target: &str, bytes: &[u8], tidied: &mut Tidied) {
    if let Some(entry) = tidied.state.resources.get_mut(&id.key(name)) {
        target.clone_into(&mut entry.path);
        entry.sha256 = sha256_hex(bytes);
    }
}
