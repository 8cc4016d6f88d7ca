//! What only several settings together can tell.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::super::{Config, Fabric};
use super::Check;
use crate::{glob, path, suggest};

/// Checks a config whose keys are all right by themselves.
pub(super) fn check(check: &mut Check, config: &Config, root: &DeTable<'_>) {
    let mut taken: Vec<(&str, &str)> = Vec::new();
    for (name, fabric) in &config.fabrics {
        let here = span(root, &["fabric", name]);
        directories(check, root, name, fabric, &mut taken, here);
        network(check, root, name, fabric);
    }
    policies(check, config, root);
}

/// Reports fabrics that have both spellings of their directories, of which typed reading could take only one.
pub(super) fn one_or_many(check: &mut Check, root: &DeTable<'_>) {
    let fabrics = find(root, &["fabric"]).and_then(|value| value.as_table());
    for (name, fabric) in fabrics.into_iter().flatten() {
        let has = |key: &str| {
            fabric
                .get_ref()
                .as_table()
                .is_some_and(|table| table.iter().any(|(name, _)| name.get_ref() == key))
        };
        if has("directory") && has("directories") {
            let message = format!(
                "fabric `{}` has both `directory` and `directories`",
                name.get_ref().escape_debug()
            );
            check.push(name.span(), message, Some("keep one of them".to_owned()));
        }
    }
}

fn directories<'c>(
    check: &mut Check,
    root: &DeTable<'_>,
    name: &'c str,
    fabric: &'c Fabric,
    taken: &mut Vec<(&'c str, &'c str)>,
    here: Range<usize>,
) {
    let many = find(root, &["fabric", name, "directories"]);
    if fabric.directories.is_empty() {
        let help = format!("write directory = \"gitops/{name}\" below [fabric.{name}]");
        check.push(
            here,
            format!("fabric `{name}` has no directory"),
            Some(help),
        );
    }
    for (index, directory) in fabric.directories.iter().enumerate() {
        let place = match many.and_then(|value| value.as_array()) {
            Some(items) => items.get(index).map_or(0..0, toml::Spanned::span),
            None => span(root, &["fabric", name, "directory"]),
        };
        let clash = taken
            .iter()
            .find(|(_, other)| contains(other, directory) || contains(directory, other));
        if let Some((owner, other)) = clash {
            let shown = |path: &str| {
                if path.is_empty() {
                    ".".to_owned()
                } else {
                    path.to_owned()
                }
            };
            check.push(
                place,
                format!("directory `{}` of fabric `{name}` and `{}` of fabric `{owner}` overlap", shown(directory), shown(other)),
                Some("each file belongs to one fabric: give them directories that do not contain one another".to_owned()),
            );
        }
        taken.push((name, directory));
    }
}

fn contains(outer: &str, inner: &str) -> bool {
    outer == inner || path::strip(inner, outer).is_some()
}

fn network(check: &mut Check, root: &DeTable<'_>, name: &str, fabric: &Fabric) {
    let network = &fabric.network;
    let place = |key: &str| {
        let own = span(root, &["fabric", name, "network", key]);
        if own.is_empty() {
            span(root, &["fabric", name, "network"])
        } else {
            own
        }
    };
    if network.leaf_asn_start > network.leaf_asn_end {
        check.push(
            place("leaf_asn_end"),
            "`leaf_asn_end` is below `leaf_asn_start`",
            Some("swap the two".to_owned()),
        );
    }
    if network.server_facing_mtu_offset > network.fabric_mtu {
        let message = "`server_facing_mtu_offset` is more than `fabric_mtu`";
        check.push(
            place("server_facing_mtu_offset"),
            message,
            Some("upstream has 64 and 9100".to_owned()),
        );
    }
}

fn policies(check: &mut Check, config: &Config, root: &DeTable<'_>) {
    let Some(items) = find(root, &["policy"]).and_then(|value| value.as_array()) else {
        return;
    };
    for (policy, item) in config.policies.iter().zip(items.iter()) {
        let Some(fabric) = &policy.matches.fabric else {
            continue;
        };
        if glob::has_wildcard(fabric) || config.fabrics.contains_key(fabric) {
            continue;
        }
        let place = item
            .get_ref()
            .as_table()
            .and_then(|table| find_spanned(table, &["match", "fabric"]))
            .map_or_else(|| item.span(), |(span, _)| span);
        let help = suggest::nearest(fabric, config.fabrics.keys().map(String::as_str))
            .map(|near| format!("did you mean \"{near}\"?"));
        check.push(
            place,
            format!("no fabric is named \"{}\"", fabric.escape_debug()),
            help,
        );
    }
}

fn find<'t, 'i>(root: &'t DeTable<'i>, path: &[&str]) -> Option<&'t DeValue<'i>> {
    find_spanned(root, path).map(|(_, value)| value)
}

fn span(root: &DeTable<'_>, path: &[&str]) -> Range<usize> {
    find_spanned(root, path).map_or(0..0, |(span, _)| span)
}

/// Finds a value with the bytes to blame: the value itself, or the key where the value is a table.
fn find_spanned<'t, 'i>(
    root: &'t DeTable<'i>,
    path: &[&str],
) -> Option<(Range<usize>, &'t DeValue<'i>)> {
    let (last, parents) = path.split_last()?;
    let mut table = root;
    for name in parents {
        table = table
            .iter()
            .find(|(key, _)| key.get_ref() == name)?
            .1
            .get_ref()
            .as_table()?;
    }
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == last)?;
    let span = if value.get_ref().is_table() {
        key.span()
    } else {
        value.span()
    };
    Some((span, value.get_ref()))
}
