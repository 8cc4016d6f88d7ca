//! Which profile a fabric's files look like.

use std::collections::BTreeSet;

use hnp_model::SourceFile;
use hnp_rules::engine::Graph;
use hnp_rules::facts::Detail;
use hnp_rules::{Role, Settings, check_file};
use hnp_state::config::{Outside, Profile};

use crate::fabric::is_yaml;

/// Returns the profile that the manifests show: hydrated switches mean `live`, switches without their addresses
/// `authoring`, VPCs without any wiring `day2`. Where something is referred to of whose kind nothing is there, although the
/// profile expects it, and where there is nothing to go by, `auto` is left.
#[must_use]
pub fn detect(files: &[SourceFile]) -> Profile {
    let settings = Settings::default();
    let files: Vec<_> = files
        .iter()
        .filter(|file| is_yaml(&file.path))
        .map(|file| check_file(file.clone(), Role::Managed, &settings))
        .collect();
    let (mut switches, mut hydrated, mut wiring, mut others) = (0, 0, 0, 0);
    let mut kinds = BTreeSet::new();
    for facts in files.iter().flat_map(|file| file.facts.iter()) {
        let Some(info) = facts.kind else { continue };
        kinds.insert(info.kind);
        if let Detail::Switch(switch) = &facts.detail {
            switches += 1;
            hydrated += usize::from(switch.is_hydrated());
        }
        if info.wiring {
            wiring += 1;
        } else {
            others += 1;
        }
    }
    let profile = match (switches, hydrated, wiring, others) {
        (0, _, 0, 1..) => Profile::Day2,
        (1.., 0, _, _) => Profile::Authoring,
        (1.., 1.., _, _) => Profile::Live,
        _ => return Profile::Auto,
    };
    let outside = match profile.outside() {
        Outside::Kinds(kinds) => kinds,
        Outside::Auto => Vec::new(),
    };
    let graph = Graph::of(&files, &settings);
    let lacks = graph.edges().iter().any(|edge| {
        !kinds.contains(edge.kind)
            && !outside.iter().any(|kind| kind == edge.kind)
            && !comes_with_hedgehog(edge.kind, edge.name)
    });
    if lacks { Profile::Auto } else { profile }
}

/// Tells whether a resource is in every cluster, or is looked for by nobody.
fn comes_with_hedgehog(kind: &str, name: &str) -> bool {
    matches!(kind, "SwitchProfile" | "ServerProfile")
        || (kind == "GatewayGroup" && name == "default")
}
