//! Resources that are asked for and stand nowhere: what else may be meant.

use hnp_model::manifests;
use hnp_state::layout::Area;
use hnp_state::state_file;
use hnp_sync::fabric::{area_of, is_yaml};
use hnp_yaml::{Options, parse};

use super::show::Wanted;
use crate::args::FabricArgs;
use crate::context::Context;
use crate::failure::Failure;

/// Says that a resource stands neither in the files, nor in the state, nor among the keys that the caller knows; `None`
/// where it does.
///
/// # Errors
///
/// As [`hint`].
pub(super) fn unknown(
    context: &Context,
    fabrics: &FabricArgs,
    wanted: &Wanted,
    more: impl IntoIterator<Item = String>,
) -> Result<Option<String>, Failure> {
    let hint = hint(context, fabrics, wanted, more)?;
    Ok(hint.map(|hint| wanted.unknown(&hint)))
}

/// Asks what is meant by a resource that stands nowhere, in words to follow its name; `None` where it does stand somewhere.
///
/// # Errors
///
/// Exit 3 where the files cannot be read.
pub(super) fn hint(
    context: &Context,
    fabrics: &FabricArgs,
    wanted: &Wanted,
    more: impl IntoIterator<Item = String>,
) -> Result<Option<String>, Failure> {
    let fabrics = context.fabrics(fabrics)?;
    let mut keys: Vec<String> = more.into_iter().collect();
    let state = context.files.state.as_deref().map(state_file::salvage);
    if let Some(state) = state {
        keys.extend(state.into_state("").resources.into_keys());
    }
    keys.retain(|key| {
        fabrics
            .iter()
            .any(|(name, _)| key.split('/').next() == Some(*name))
    });
    if keys.iter().any(|key| wanted.is_key(key)) {
        return Ok(None);
    }
    for (name, fabric) in fabrics {
        for file in context.look_at_files(fabric)? {
            if area_of(fabric, &file.path) != Some(Area::Managed) || !is_yaml(&file.path) {
                continue;
            }
            let stream = parse(file.bytes, &Options::default());
            let ids = manifests(&stream)
                .into_iter()
                .filter_map(hnp_model::Manifest::id);
            keys.extend(ids.map(|id| id.key(name)));
        }
    }
    if keys.iter().any(|key| wanted.is_key(key)) {
        return Ok(None);
    }
    Ok(Some(wanted.hint(keys.iter().map(String::as_str))))
}
