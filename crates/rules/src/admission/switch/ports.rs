//! What a Switch sets on its ports, against what its profile allows.

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Report, Tree};
use crate::facts::switch::Setting;
use crate::facts::{Field, Switch};
use crate::ports::{Layout, SettingProblem};
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SW-09",
        title: "speed that a port group cannot have",
        what: "`portGroupSpeeds` names a port group that the switch profile does not have, or a speed that it does not support.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  portGroupSpeeds:\n    \"1\": 100G\n"
        )),
        right: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  portGroupSpeeds:\n    \"1\": 10G\n"
        )),
        fix: "Name a group of the profile and a speed that it supports.",
        upstream: Some("port group 1 does not support specified speed 100G"),
        releases: Some("Since 24.09."),
        class: Class::Cross,
        since: Release::R24_09,
        check: Check::Tree(group_speeds),
        ..NEW
    },
    Rule {
        code: "SW-10",
        title: "speed that a port cannot have",
        what: "`portSpeeds` names a port that has no speed of its own, or a speed that it does not support. Ports of a group are set with `portGroupSpeeds`, ports that can be broken out with `portBreakouts`.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: celestica-ds2000\n  portSpeeds:\n    E1/1: 40G\n"
        )),
        right: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: celestica-ds2000\n  portSpeeds:\n    E1/1: 10G\n"
        )),
        fix: "Name a port with a speed of its own, and a speed that it supports.",
        upstream: Some("port E1/1 does not support specified speed 40G"),
        releases: Some("Since 24.09."),
        class: Class::Cross,
        since: Release::R24_09,
        check: Check::Tree(speeds),
        ..NEW
    },
    Rule {
        code: "SW-11",
        title: "breakout that a port cannot have",
        what: "`portBreakouts` names a port that cannot be broken out, or a mode that it does not support.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  portBreakouts:\n    E1/1: 4x25G\n"
        )),
        right: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  portBreakouts:\n    E1/55: 4x25G\n"
        )),
        fix: "Name a port that can be broken out, without a lane, and a mode that it supports.",
        upstream: Some("port profile  for port E1/1 not found in switch profile"),
        releases: Some("Since 24.09."),
        class: Class::Cross,
        since: Release::R24_09,
        check: Check::Tree(breakouts),
        ..NEW
    },
    Rule {
        code: "SW-12",
        title: "auto-negotiation where it cannot be set",
        what: "`portAutoNegs` names a port whose auto-negotiation cannot be set; false counts as setting it. A port that can be broken out is named lane by lane, such as `E1/5/1`.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  portAutoNegs:\n    E1/1: true\n"
        )),
        right: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n"
        )),
        fix: "Take the entry out, or name a port that allows it.",
        upstream: Some("port E1/1 does not support configuring auto negotiation"),
        releases: Some("Since 24.09."),
        class: Class::Cross,
        since: Release::R24_09,
        check: Check::Tree(auto_negs),
        ..NEW
    },
    Rule {
        code: "SW-13",
        title: "error correction where it cannot be set",
        what: "`portFECs` names no data port of the switch, or a port that is broken out as a whole instead of its lanes.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5232f-on\n  portBreakouts:\n    E1/1: 4x25G\n  portFECs:\n    E1/1: rs\n"
        )),
        right: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5232f-on\n  portBreakouts:\n    E1/1: 4x25G\n  portFECs:\n    E1/1/1: rs\n"
        )),
        fix: "Name a data port, or each lane of one that is broken out.",
        upstream: Some("port E1/1 does not support configuring FEC"),
        releases: Some("Since 26.03."),
        class: Class::Cross,
        since: Release::R26_03Preview,
        check: Check::Tree(fecs),
        ..NEW
    },
    Rule {
        code: "SW-15",
        title: "more ports than the switch has room for",
        what: "With its breakouts a switch has more ports in use than its profile allows, on the whole or in one pipeline of the chip. A port counts as many times as it has lanes.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(switch!(
            "spine-01",
            "  role: spine\n  profile: celestica-ds4000\n  portBreakouts:\n    E1/1: 8x50G\n    E1/2: 8x50G\n    E1/3: 2x200G\n"
        )),
        right: Some(switch!(
            "spine-01",
            "  role: spine\n  profile: celestica-ds4000\n  portBreakouts:\n    E1/1: 8x50G\n    E1/2: 8x50G\n"
        )),
        fix: "Break out fewer ports, or spread them over the pipelines.",
        upstream: Some(
            "pipeline 1 (ports E1/1, E1/2, E1/3, E1/4) has exceeded maximum ports: 19 > 18",
        ),
        releases: Some("Since 25.05."),
        class: Class::Cross,
        since: Release::R25_05,
        check: Check::Tree(room),
        ..NEW
    },
];

/// Returns the managed switches whose ports are known.
fn known<'t, 'f>(
    tree: &'t Tree<'f>,
) -> impl Iterator<Item = (Entry<'f, Switch>, &'t Layout<'f>)> + use<'t, 'f> {
    tree.managed::<Switch>()
        .filter_map(|switch| Some((switch, tree.layout(switch.name())?)))
}

/// Reports a setting: at its value where that is what is wrong, else at its key.
fn say(
    switch: &Entry<'_, Switch>,
    setting: &Setting,
    what: &str,
    problem: SettingProblem<'_>,
    layout: &Layout<'_>,
    report: &mut Report,
) {
    let port = &setting.port;
    let value = setting.value.text();
    let of_value = matches!(problem, SettingProblem::Speed(_) | SettingProblem::Mode(_));
    let span = match setting.value.span().filter(|_| of_value) {
        Some(span) => span,
        None => setting.key,
    };
    let message = match value {
        Some(value) if of_value => format!("{what} `{port}` cannot be `{value}`: {problem}"),
        None if of_value => format!("{what} `{port}` is empty: {problem}"),
        _ => format!("{what} `{port}` cannot be set: {problem}"),
    };
    let draft = report.at(switch.spot(span), message);
    let profile = &layout.profile().name;
    let named = switch.it.profile.text().unwrap_or(profile);
    draft.with(
        switch.spot(switch.it.profile.span_or(switch.facts.name_span)),
        format!("the switch profile is `{named}`"),
    );
    if matches!(problem, SettingProblem::NoPort)
        && let Some(near) = layout.nearest(port, 1).first()
    {
        draft.help(format!("did you mean `{near}`?"));
    }
}

/// Returns the value of a setting as admission reads it: none is empty, and one of the wrong type is the schema's business.
fn value(setting: &Setting) -> Option<&str> {
    match &setting.value {
        Field::Wrong(_) => None,
        value => Some(value.text().unwrap_or_default()),
    }
}

fn group_speeds(tree: &Tree<'_>, report: &mut Report) {
    for (switch, layout) in known(tree) {
        for setting in &switch.it.group_speeds {
            if let Some(speed) = value(setting)
                && let Err(problem) = layout.profile().check_group_speed(&setting.port, speed)
            {
                say(
                    &switch,
                    setting,
                    "the speed of port group",
                    problem,
                    layout,
                    report,
                );
            }
        }
    }
}

fn speeds(tree: &Tree<'_>, report: &mut Report) {
    for (switch, layout) in known(tree) {
        for setting in &switch.it.speeds {
            if let Some(speed) = value(setting)
                && let Err(problem) = layout.profile().check_speed(&setting.port, speed)
            {
                say(
                    &switch,
                    setting,
                    "the speed of port",
                    problem,
                    layout,
                    report,
                );
            }
        }
    }
}

fn breakouts(tree: &Tree<'_>, report: &mut Report) {
    for (switch, layout) in known(tree) {
        for setting in &switch.it.breakouts {
            if let Some(mode) = value(setting)
                && let Err(problem) = layout.profile().check_breakout(&setting.port, mode)
            {
                say(
                    &switch,
                    setting,
                    "the breakout of port",
                    problem,
                    layout,
                    report,
                );
            }
        }
    }
}

fn auto_negs(tree: &Tree<'_>, report: &mut Report) {
    for (switch, layout) in known(tree) {
        for setting in &switch.it.auto_negs {
            if let Err(problem) = layout.check_auto_neg(&setting.port) {
                say(
                    &switch,
                    setting,
                    "auto-negotiation of port",
                    problem,
                    layout,
                    report,
                );
            }
        }
    }
}

fn fecs(tree: &Tree<'_>, report: &mut Report) {
    for (switch, layout) in known(tree) {
        for setting in &switch.it.fecs {
            if let Err(problem) = layout.check_fec(&setting.port) {
                say(
                    &switch,
                    setting,
                    "error correction of port",
                    problem,
                    layout,
                    report,
                );
            }
        }
    }
}

fn room(tree: &Tree<'_>, report: &mut Report) {
    for (switch, layout) in known(tree) {
        // Nothing is counted where a mode is not supported: SW-11 has said so.
        if !layout.is_certain() {
            continue;
        }
        let usage = layout.usage();
        let profile = layout.profile();
        // What made it too many is most likely a breakout.
        let place = |pipeline: Option<&str>| {
            let serves = |setting: &&Setting| {
                pipeline.is_none()
                    || profile.pipeline_of(&setting.port).map(|of| &*of.name) == pipeline
            };
            let setting = switch.it.breakouts.iter().rfind(serves);
            let otherwise = switch.it.profile.span_or(switch.facts.name_span);
            switch.spot(setting.map_or(otherwise, |setting| setting.key))
        };
        if let Some(max) = usage.max
            && usage.is_over()
        {
            report.at(
                place(None),
                format!(
                    "Switch `{}` has {} ports in use, lanes counted; its profile allows {max}",
                    switch.name(),
                    usage.lanes
                ),
            );
        }
        for pipeline in usage.over() {
            let max = pipeline.max.unwrap_or_default();
            report.at(
                place(Some(pipeline.name)),
                format!(
                    "pipeline {} of Switch `{}` has {} ports in use, lanes counted; its profile allows {max}",
                    pipeline.name,
                    switch.name(),
                    pipeline.lanes
                ),
            );
        }
    }
}
