//! Which settings judge a push: what a push brings may make the check stricter, never laxer.

use std::collections::BTreeMap;

use hnp_model::Severity;
use hnp_rules::catalogue;
use hnp_state::config::{Config, Fabric, Level, Limits, Rules, UnknownGroup};
use hnp_state::path;

/// Returns the settings that judge a tree of a push.
///
/// `server` is what the administrator of the server wrote, `old` the configuration that stood before, `new` the one that
/// is pushed. `None` where no one names a fabric, so that there is nothing to check.
pub(super) fn effective(
    server: &Config,
    old: Option<&Config>,
    new: Option<&Config>,
) -> Option<Config> {
    let mut config = new.or(old).cloned().unwrap_or_else(|| server.clone());
    config.limits = limits(&server.limits, &config.limits);
    config.rules = rules(&server.rules, &config.rules);
    let each = config.hooks.each;
    config.hooks = server.hooks.clone();
    config.hooks.each |= each;
    for (name, fabric) in &server.fabrics {
        let mut judging = fabric.clone();
        if let Some(pushed) = config.fabrics.remove(name) {
            judging.directories.extend(pushed.directories);
        }
        config.fabrics.insert(name.clone(), judging);
    }
    for fabrics in [Some(&server.fabrics), old.map(|old| &old.fabrics)] {
        keep_directories(&mut config.fabrics, fabrics.into_iter().flatten());
    }
    (!config.fabrics.is_empty()).then_some(config)
}

/// Takes the smaller of each two limits.
fn limits(server: &Limits, pushed: &Limits) -> Limits {
    Limits {
        file_bytes: server.file_bytes.min(pushed.file_bytes),
        depth: server.depth.min(pushed.depth),
        alias_nodes: server.alias_nodes.min(pushed.alias_nodes),
        state_bytes: server.state_bytes.min(pushed.state_bytes),
        ..*server
    }
}

fn rules(server: &Rules, pushed: &Rules) -> Rules {
    let mut rules = server.clone();
    // The right to hide findings is the server's to give.
    rules.ignore = Some(server.ignore == Some(true) && pushed.ignore != Some(false));
    if pushed.unknown_group == UnknownGroup::Error {
        rules.unknown_group = UnknownGroup::Error;
    }
    for (code, level) in &pushed.severity {
        let own = catalogue::find(code).map(|rule| match rule.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Info => Level::Info,
        });
        let now = server.severity.get(code).copied().or(own);
        if now.is_none_or(|now| rank(*level) > rank(now)) {
            rules.severity.insert(code.clone(), *level);
        }
    }
    rules
}

fn rank(level: Level) -> u8 {
    match level {
        Level::Off => 0,
        Level::Info => 1,
        Level::Warning => 2,
        Level::Error => 3,
    }
}

/// Adds directories that were checked before and would not be any more.
fn keep_directories<'c>(
    fabrics: &mut BTreeMap<String, Fabric>,
    before: impl Iterator<Item = (&'c String, &'c Fabric)>,
) {
    for (name, fabric) in before {
        let left: Vec<String> = fabric
            .directories
            .iter()
            .filter(|directory| !is_covered(fabrics, directory))
            .cloned()
            .collect();
        if left.is_empty() {
            continue;
        }
        let entry = fabrics.entry(name.clone()).or_insert_with(|| Fabric {
            directories: Vec::new(),
            ..fabric.clone()
        });
        entry.directories.extend(left);
    }
    for fabric in fabrics.values_mut() {
        // A directory within another one would be checked twice.
        let all = fabric.directories.clone();
        let mut seen = Vec::new();
        fabric.directories.retain(|directory| {
            let inside = all
                .iter()
                .any(|other| other != directory && is_inside(directory, other));
            let first = !seen.contains(directory);
            seen.push(directory.clone());
            first && !inside
        });
    }
}

fn is_covered(fabrics: &BTreeMap<String, Fabric>, directory: &str) -> bool {
    fabrics
        .values()
        .flat_map(|fabric| &fabric.directories)
        .any(|other| other == directory || is_inside(directory, other))
}

fn is_inside(directory: &str, other: &str) -> bool {
    other.is_empty() || path::strip(directory, other).is_some_and(|rest| !rest.is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        Config::parse(text).unwrap()
    }

    fn lab(more: &str) -> Config {
        config(&format!("[fabric.lab]\ndirectory = \"lab\"\n{more}"))
    }

    #[test]
    fn a_push_makes_the_check_stricter_and_never_laxer() {
        let server = config("[limits]\nfile_bytes = 1000\n");
        let new = lab(
            "[limits]\nfile_bytes = 2000000\ndepth = 5\n[rules.severity]\nING-03 = \"off\"\nING-04 = \"error\"\n[rules]\nbaseline = \"b\"\n[hooks]\neach = true\nrefs = [\"x\"]\npre_receive_milliseconds = 1\n",
        );
        let judged = effective(&server, None, Some(&new)).unwrap();
        assert_eq!(judged.limits.file_bytes, 1000);
        assert_eq!(judged.limits.depth, 5);
        assert!(!judged.rules.severity.contains_key("ING-03"));
        assert_eq!(judged.rules.severity["ING-04"], Level::Error);
        assert_eq!(judged.rules.baseline, None);
        assert!(judged.hooks.each);
        assert_eq!(judged.hooks.refs, server.hooks.refs);
        assert_eq!(judged.hooks.pre_receive_milliseconds, 4500);
    }

    #[test]
    fn the_right_to_hide_findings_is_the_servers() {
        let given = config("[rules]\nignore = true\n");
        let ignores = |server: &Config, pushed: &str| {
            let judged = effective(server, None, Some(&lab(pushed))).unwrap();
            judged.rules.ignore.unwrap()
        };
        assert!(!ignores(&Config::default(), "[rules]\nignore = true\n"));
        assert!(ignores(&given, ""));
        assert!(!ignores(&given, "[rules]\nignore = false\n"));
    }

    #[test]
    fn what_was_checked_before_still_is() {
        let server = Config::default();
        let old = lab("");
        let moved = config("[fabric.lab]\ndirectory = \"elsewhere\"\n");
        let judged = effective(&server, Some(&old), Some(&moved)).unwrap();
        assert_eq!(judged.fabrics["lab"].directories, ["elsewhere", "lab"]);
        let renamed = config("[fabric.other]\ndirectory = \"lab\"\n");
        let judged = effective(&server, Some(&old), Some(&renamed)).unwrap();
        assert_eq!(judged.fabrics.len(), 1);
        let narrowed = config("[fabric.lab]\ndirectory = \"lab/a\"\n");
        let judged = effective(&server, Some(&old), Some(&narrowed)).unwrap();
        assert_eq!(judged.fabrics["lab"].directories, ["lab"]);
        assert_eq!(effective(&server, Some(&old), None).unwrap(), {
            let mut same = old.clone();
            same.hooks = server.hooks.clone();
            same.rules.ignore = Some(false);
            same
        });
        assert!(effective(&server, None, None).is_none());
        assert!(effective(&old, None, None).is_some());
    }
}
