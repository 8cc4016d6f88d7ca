//! What hydration fills in. But for the profile, these rules speak only of a tree that is hydrated.

use crate::admission::switch::shared::{Holder, shared};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Report, Tree};
use crate::facts::{Field, Gateway, Str, Switch};
use crate::net::{Addr, Prefix};
use crate::schema::Release;

/// The text of a hydrated leaf, for examples: name, ASN, `ip`, `protocolIP`, `vtepIP`.
macro_rules! leaf {
    ($name:literal, $asn:literal, $ip:literal, $protocol:literal, $vtep:literal) => {
        switch!(
            $name,
            concat!(
                "  role: server-leaf\n  profile: dell-s5248f-on\n  asn: ",
                $asn,
                "\n  ip: ",
                $ip,
                "\n  protocolIP: ",
                $protocol,
                "\n  vtepIP: ",
                $vtep,
                "\n"
            )
        )
    };
}

const GOOD: &str = leaf!(
    "leaf-01",
    "65101",
    "172.30.0.8/21",
    "172.30.8.2/32",
    "172.30.12.0/32"
);

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SW-03",
        title: "Switch lacks a required field",
        what: "A Switch has no `profile`; or, where the tree is hydrated, no `asn`, `ip` or `protocolIP`, or as a leaf no `vtepIP`; or a spine has a `vtepIP`.",
        why: "The admission webhook refuses the Switch. All but the profile are filled in by hydration, so they are missed only where some switch or gateway has such a field.",
        wrong: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  ip: 172.30.0.8/21\n  protocolIP: 172.30.8.2/32\n  vtepIP: 172.30.12.0/32\n"
        )),
        right: Some(GOOD),
        fix: "Add the field, or let hhfab hydrate the wiring.",
        upstream: Some("ASN is required"),
        releases: Some("The profile is required since 24.09."),
        class: Class::Webhook,
        check: Check::Tree(required),
        ..NEW
    },
    Rule {
        code: "SW-16",
        title: "management address that cannot be",
        what: "`ip` is no prefix, lies outside the management subnet or above the start of its DHCP range, or is another switch's or the control nodes' shared address.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(leaf!(
            "leaf-01",
            "65101",
            "172.30.4.8/21",
            "172.30.8.2/32",
            "172.30.12.0/32"
        )),
        right: Some(GOOD),
        fix: "Choose a free address of the management subnet, below its DHCP range. Where the fabric is configured otherwise, say so under `network` in .hnp/config.toml.",
        upstream: Some(
            "switch leaf-01 management IP 172.30.4.8/21 is in the management DHCP range starting at 172.30.4.0",
        ),
        releases: Some("Since 25.05."),
        class: Class::Cross,
        since: Release::R25_05,
        check: Check::Tree(management),
        ..NEW
    },
    Rule {
        code: "SW-17",
        title: "protocol address that cannot be",
        what: "`protocolIP` is no /32 of the protocol subnet, or another switch or a gateway has it.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(leaf!(
            "leaf-01",
            "65101",
            "172.30.0.8/21",
            "172.30.8.2/31",
            "172.30.12.0/32"
        )),
        right: Some(GOOD),
        fix: "Choose a free /32 of the protocol subnet. Where the fabric is configured otherwise, say so under `network` in .hnp/config.toml.",
        upstream: Some("switch leaf-01 protocol IP 172.30.8.2/31 must be a /32"),
        releases: Some("Since 25.05."),
        class: Class::Cross,
        since: Release::R25_05,
        check: Check::Tree(protocol),
        ..NEW
    },
    Rule {
        code: "SW-18",
        title: "ASN that cannot be",
        what: "A leaf's ASN lies outside the range of leaves or is another leaf's, or a spine's is not the one of all spines. A leaf of an MCLAG pair may share its ASN.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(leaf!(
            "leaf-01",
            "65100",
            "172.30.0.8/21",
            "172.30.8.2/32",
            "172.30.12.0/32"
        )),
        right: Some(GOOD),
        fix: "Give each leaf an ASN of its own within the range, and all spines the same. Where the fabric is configured otherwise, say so under `network` in .hnp/config.toml.",
        upstream: Some(
            "leaf leaf-01 ASN 65100 is not within the fabric leaf ASN range 65101-65533",
        ),
        releases: Some("Since 25.05."),
        class: Class::Cross,
        since: Release::R25_05,
        check: Check::Tree(asn),
        ..NEW
    },
    Rule {
        code: "SW-19",
        title: "VTEP address that cannot be",
        what: "A leaf's `vtepIP` is no /32 of the VTEP subnet, or another switch or a gateway has it. A leaf of an MCLAG pair may share its address.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(leaf!(
            "leaf-01",
            "65101",
            "172.30.0.8/21",
            "172.30.8.2/32",
            "172.30.8.2/32"
        )),
        right: Some(GOOD),
        fix: "Choose a free /32 of the VTEP subnet. Where the fabric is configured otherwise, say so under `network` in .hnp/config.toml.",
        upstream: Some(
            "switch leaf-01 VTEP IP 172.30.8.2/32 is not in the VTEP subnet 172.30.12.0/22",
        ),
        releases: Some("Since 25.05."),
        class: Class::Cross,
        since: Release::R25_05,
        check: Check::Tree(vtep),
        ..NEW
    },
];

fn required(tree: &Tree<'_>, report: &mut Report) {
    let needs_profile = tree.settings.release >= Release::R24_09;
    for switch in tree.managed::<Switch>() {
        let it = switch.it;
        // Without a role that the schema knows, the webhook is never asked.
        if !it.is_leaf() && !it.is_spine() && it.role.text() != Some("virtual-edge") {
            continue;
        }
        if needs_profile && it.profile.is_missing() {
            report
                .at(
                    switch.spot(it.profile.span_or(switch.facts.name_span)),
                    format!("Switch `{}` has no profile", switch.name()),
                )
                .field("spec.profile")
                .help("name the switch profile of the device, such as `dell-s5248f-on`, or `vs` for a virtual switch");
        }
        if !tree.hydrated {
            continue;
        }
        let no_asn = it.asn.is_absent() || it.asn.get() == Some(&0);
        let needs_vtep = it.is_leaf() && tree.settings.network.spine_leaf;
        let lacks = [
            ("asn", no_asn, it.asn.span()),
            ("ip", it.ip.is_missing(), it.ip.span()),
            (
                "protocolIP",
                it.protocol_ip.is_missing(),
                it.protocol_ip.span(),
            ),
            (
                "vtepIP",
                needs_vtep && it.vtep_ip.is_missing(),
                it.vtep_ip.span(),
            ),
        ];
        // An unhydrated switch lacks all of them; that is one fault.
        let names: Vec<&str> = lacks
            .iter()
            .filter(|(_, lacks, _)| *lacks)
            .map(|(name, ..)| *name)
            .collect();
        if let Some((field, _, span)) = lacks.iter().find(|(_, lacks, _)| *lacks) {
            report
                .at(
                    switch.spot(span.unwrap_or(switch.facts.name_span)),
                    format!("Switch `{}` has no {}", switch.name(), names.join(", ")),
                )
                .field(format!("spec.{field}"));
        }
        if it.is_spine()
            && let Some((_, span)) = it.vtep_ip.at()
        {
            report
                .at(
                    switch.spot(span),
                    format!("Switch `{}` is a spine and has no VTEP", switch.name()),
                )
                .help("take `vtepIP` out");
        }
    }
}

/// Reads a prefix and reports a text that is none; where it is absent or empty SW-03 speaks.
fn prefix(
    switch: &Entry<'_, Switch>,
    field: &Field<Str>,
    what: &str,
    report: &mut Report,
) -> Option<Prefix> {
    let (text, span) = field.at()?;
    let prefix = Prefix::parse(text);
    if prefix.is_none() {
        report.at(
            switch.spot(span),
            format!("{what} `{text}` is not an address with a length, such as 172.30.8.2/32"),
        );
    }
    prefix
}

/// Reads an address that must be alone in its prefix and lie in a subnet.
fn alone_in(
    switch: &Entry<'_, Switch>,
    field: &Field<Str>,
    (what, subnet, called): (&str, Prefix, &str),
    report: &mut Report,
) {
    let span = field.span_or(switch.facts.name_span);
    let Some(prefix) = prefix(switch, field, what, report) else {
        return;
    };
    if prefix.bits != 32 {
        report.at(
            switch.spot(span),
            format!("{what} {prefix} is not one address: its length must be /32"),
        );
    } else if !subnet.contains(prefix.addr) {
        report.at(
            switch.spot(span),
            format!("{what} {prefix} lies outside {called} {subnet}"),
        );
    }
}

/// Reports what two share.
fn taken(what: &str, one: &Holder<'_>, other: &Holder<'_>, report: &mut Report) {
    report
        .at(
            one.spot,
            format!(
                "Switch `{}` has the {what} of {} `{}`",
                one.name, other.kind, other.name
            ),
        )
        .with(
            other.spot,
            format!("{} `{}` has it here", other.kind, other.name),
        );
}

fn holder<'f>(switch: &Entry<'f, Switch>, span: hnp_yaml::Span, is_judged: bool) -> Holder<'f> {
    Holder {
        kind: "Switch",
        name: switch.name(),
        spot: switch.spot(span),
        is_judged,
    }
}

/// Returns the gateways that have an address, where there may be any; admission compares the texts.
fn gateways<'f>(
    tree: &Tree<'f>,
    field: fn(&Gateway) -> &Field<Str>,
) -> impl Iterator<Item = (&'f str, Holder<'f>)> {
    let on = tree.settings.network.gateway != Some(false);
    tree.all::<Gateway>()
        .filter(move |_| on)
        .filter_map(move |gateway| {
            let (text, span) = field(gateway.it).at()?;
            let holder = Holder {
                kind: "Gateway",
                name: gateway.name(),
                spot: gateway.spot(span),
                is_judged: false,
            };
            Some((text, holder))
        })
}

fn is_mclag(switch: &Switch) -> bool {
    switch.redundancy_type.text() == Some("mclag")
}

fn management(tree: &Tree<'_>, report: &mut Report) {
    if !tree.hydrated {
        return;
    }
    let network = &tree.settings.network;
    let (subnet, vip) = (network.management, network.control_vip.addr);
    let dhcp = network.management_dhcp_start;
    for switch in tree.managed::<Switch>() {
        let Some(prefix) = prefix(&switch, &switch.it.ip, "ip", report) else {
            continue;
        };
        let wrong = if !subnet.contains(prefix.addr) {
            format!("lies outside the management subnet {subnet}")
        } else if prefix.addr >= dhcp {
            format!("is not below {dhcp}, from where on DHCP gives addresses out")
        } else if prefix.addr == vip {
            "is the control nodes' shared address".to_owned()
        } else {
            continue;
        };
        let span = switch.it.ip.span_or(switch.facts.name_span);
        report.at(
            switch.spot(span),
            format!("ip {} of Switch `{}` {wrong}", prefix.addr, switch.name()),
        );
    }
    let holders = tree.all::<Switch>().filter_map(|switch| {
        let (text, span) = switch.it.ip.at()?;
        let addr: Addr = Prefix::parse(text)?.addr;
        Some((addr, holder(&switch, span, true)))
    });
    shared(holders, |one, other| {
        taken("management address", one, other, report);
    });
}

fn protocol(tree: &Tree<'_>, report: &mut Report) {
    if !tree.hydrated {
        return;
    }
    let subnet = tree.settings.network.protocol;
    for switch in tree.managed::<Switch>() {
        let wanted = ("protocolIP", subnet, "the protocol subnet");
        alone_in(&switch, &switch.it.protocol_ip, wanted, report);
    }
    let switches = tree.all::<Switch>().filter_map(|switch| {
        let (text, span) = switch.it.protocol_ip.at()?;
        Some((text, holder(&switch, span, Prefix::parse(text).is_some())))
    });
    let gateways = gateways(tree, |gateway| &gateway.protocol_ip);
    shared(gateways.chain(switches), |one, other| {
        taken("protocol address", one, other, report);
    });
}

fn asn(tree: &Tree<'_>, report: &mut Report) {
    if !tree.hydrated {
        return;
    }
    let network = &tree.settings.network;
    let (first, last) = network.leaf_asn;
    for switch in tree.managed::<Switch>() {
        let Some((&asn, span)) = switch.it.asn.set().filter(|(asn, _)| **asn != 0) else {
            continue;
        };
        let name = switch.name();
        if switch.it.is_spine() && asn != i64::from(network.spine_asn) {
            report
                .at(
                    switch.spot(span),
                    format!(
                        "Switch `{name}` is a spine with ASN {asn}; that of spines is {}",
                        network.spine_asn
                    ),
                )
                .help(format!("write {}", network.spine_asn));
        } else if switch.it.is_leaf() && !(i64::from(first)..=i64::from(last)).contains(&asn) {
            report.at(
                switch.spot(span),
                format!("ASN {asn} of leaf `{name}` is not within {first} to {last}"),
            );
        }
    }
    let leaves = tree.all::<Switch>().filter_map(|switch| {
        let (&asn, span) = switch.it.asn.set()?;
        let is_leaf = switch.it.is_leaf() && asn != 0;
        is_leaf.then(|| (asn, holder(&switch, span, !is_mclag(switch.it))))
    });
    shared(leaves, |one, other| taken("ASN", one, other, report));
}

fn vtep(tree: &Tree<'_>, report: &mut Report) {
    if !tree.hydrated {
        return;
    }
    let subnet = tree.settings.network.vtep;
    for switch in tree.managed::<Switch>().filter(|s| s.it.is_leaf()) {
        let wanted = ("vtepIP", subnet, "the VTEP subnet");
        alone_in(&switch, &switch.it.vtep_ip, wanted, report);
        // Where SW-03 does not ask for it, it has to be an address all the same.
        if switch.it.vtep_ip.is_missing() && !tree.settings.network.spine_leaf {
            report
                .at(
                    switch.name_spot(),
                    format!("leaf `{}` has no vtepIP", switch.name()),
                )
                .field("spec.vtepIP");
        }
    }
    let switches = tree.all::<Switch>().filter_map(|switch| {
        let (text, span) = switch.it.vtep_ip.at()?;
        let is_judged =
            switch.it.is_leaf() && !is_mclag(switch.it) && Prefix::parse(text).is_some();
        Some((text, holder(&switch, span, is_judged)))
    });
    let gateways = gateways(tree, |gateway| &gateway.vtep_ip);
    shared(gateways.chain(switches), |one, other| {
        taken("VTEP address", one, other, report);
    });
}
