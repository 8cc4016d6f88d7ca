//! The profile of a Switch, and what it must be able to do.

use hnp_model::Severity;

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, ProfileLookup, Report, Tree};
use crate::facts::{Switch, SwitchProfile};
use crate::ports::{Features, Profile};
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SW-08",
        title: "SwitchProfile is missing",
        what: "`profile` names neither a built-in switch profile nor a SwitchProfile of this fabric. Built-in profiles are known by name and need no file.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f\n"
        )),
        right: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n"
        )),
        fix: "Name a switch profile that the fabric has.",
        upstream: Some("switch profile dell-s5248f does not exist"),
        releases: Some("Since 24.09. The built-in profiles known here are those of 26.03."),
        class: Class::Cross,
        since: Release::R24_09,
        check: Check::Tree(exists),
        ..NEW
    },
    Rule {
        code: "SW-14",
        title: "feature that the switch does not have",
        what: "`roce`, `ecmp.roceQPN` or a redundancy of type eslag is on, and the switch profile does not support it.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: celestica-ds2000\n  roce: true\n"
        )),
        right: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: celestica-ds3000\n  roce: true\n"
        )),
        fix: "Turn it off, or name the profile of a switch that supports it.",
        upstream: Some("RoCEv2 is not supported on switch profile celestica-ds2000"),
        releases: Some(
            "Since 25.03. Before 26.03 a redundancy of type mclag needs its feature too.",
        ),
        class: Class::Cross,
        since: Release::R25_03,
        check: Check::Tree(features),
        ..NEW
    },
    Rule {
        code: "SW-14-G",
        severity: Severity::Warning,
        title: "MCLAG is no longer supported",
        what: "A Switch has a redundancy of type mclag.",
        why: "Admission warns and takes the Switch; nothing checks such a pair any more.",
        wrong: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  redundancy:\n    group: pair-1\n    type: mclag\n"
        )),
        right: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  redundancy:\n    group: pair-1\n    type: eslag\n"
        )),
        fix: "Use `eslag`, or no redundancy.",
        upstream: Some("MCLAG is deprecated and no longer supported"),
        releases: Some("Since 26.03."),
        class: Class::Cross,
        since: Release::R26_03Preview,
        check: Check::Tree(mclag),
        ..NEW
    },
];

fn exists(tree: &Tree<'_>, report: &mut Report) {
    for switch in tree.managed::<Switch>() {
        let Some((name, span)) = switch.it.profile.at() else {
            continue;
        };
        if tree.profile(name) != ProfileLookup::Missing {
            continue;
        }
        let draft = report.at(
            switch.spot(span),
            format!("there is no switch profile `{name}`, built-in or in this fabric"),
        );
        let Some(near) = tree.nearest_profile(name) else {
            draft.help("name a built-in switch profile; one of the fabric's own has to be admitted with allow_extra_switch_profiles in .hnp/config.toml");
            continue;
        };
        draft.help(format!("did you mean `{near}`?")).fix(
            format!("write `{near}`"),
            false,
            switch.spot(span),
            near,
        );
        if let Some(entry) = tree.find::<SwitchProfile>(near).found() {
            draft.with(entry.name_spot(), format!("`{near}` is here"));
        }
    }
}

/// Returns the managed switches whose profiles are known, each with its profile.
pub(super) fn known<'t, 'f>(
    tree: &'t Tree<'f>,
) -> impl Iterator<Item = (Entry<'f, Switch>, &'f Profile)> + use<'t, 'f> {
    tree.managed::<Switch>()
        .filter_map(|switch| Some((switch, tree.layout(switch.name())?.profile())))
}

fn features(tree: &Tree<'_>, report: &mut Report) {
    let needs_mclag = tree.settings.release < Release::R26_03Preview;
    for (switch, profile) in known(tree) {
        let Features {
            roce,
            ecmp_roce_qpn,
            eslag,
            mclag,
            ..
        } = profile.features;
        let mut lacks = |span, what: &str| {
            let named = switch.it.profile.text().unwrap_or_default();
            report
                .at(
                    switch.spot(span),
                    format!("switch profile `{named}` does not support {what}"),
                )
                .with(
                    switch.spot(switch.it.profile.span_or(switch.facts.name_span)),
                    "the profile",
                );
        };
        if let Some(span) = switch.it.roce_span
            && !roce
        {
            lacks(span, "RoCE");
        }
        if let Some(span) = switch.it.roce_qpn
            && !ecmp_roce_qpn
        {
            lacks(span, "load balancing by RoCE queue pair");
        }
        match switch.it.redundancy_type.at() {
            Some(("eslag", span)) if !eslag => lacks(span, "ESLAG"),
            Some(("mclag", span)) if !mclag && needs_mclag => lacks(span, "MCLAG"),
            _ => {}
        }
    }
}

fn mclag(tree: &Tree<'_>, report: &mut Report) {
    for switch in tree.managed::<Switch>() {
        if let Some(("mclag", span)) = switch.it.redundancy_type.at() {
            report.at(switch.spot(span), "MCLAG is no longer supported");
        }
    }
}
