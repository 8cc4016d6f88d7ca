//! Discovery: which files wait.

use hnp_state::config::Config;
use hnp_state::glob;
use hnp_state::layout::{Area, PLACEHOLDER};

use super::report::is_report;
use super::{Options, Waiting};
use crate::fabric::{FabricFiles, is_yaml};

/// Returns the files that wait, in the order of their paths.
pub(super) fn discover<'f>(
    fabric: &'f FabricFiles<'_>,
    config: &Config,
    options: &Options,
) -> Vec<Waiting<'f>> {
    fabric
        .files
        .iter()
        .filter_map(|file| {
            let (directory, area) = fabric.area(&file.path)?;
            let retried = match area {
                Area::RawPending => false,
                Area::RawErrors if options.retry => true,
                _ => return None,
            };
            let inside = hnp_state::path::strip(&file.path, directory)?;
            if is_report(&file.path)
                || inside.ends_with(PLACEHOLDER)
                || !wanted(inside, config, options)
            {
                return None;
            }
            Some(Waiting {
                file,
                directory,
                retried,
            })
        })
        .collect()
}

/// Tells whether the patterns take a path, given from the fabric directory.
fn wanted(inside: &str, config: &Config, options: &Options) -> bool {
    let below_raw = inside.strip_prefix("raw/").unwrap_or(inside);
    if options.patterns.is_empty() {
        return is_yaml(inside) && config.ingest.takes(below_raw);
    }
    let name = inside.rsplit('/').next().unwrap_or(inside);
    options.patterns.iter().any(|pattern| {
        [name, inside, below_raw]
            .iter()
            .any(|candidate| glob::matches(pattern, candidate))
    })
}
