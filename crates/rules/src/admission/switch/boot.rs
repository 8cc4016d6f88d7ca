//! What a switch is known by when it boots.

use std::borrow::Cow;

use hnp_model::Severity;

use crate::admission::common::repeated;
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Report, Tree};
use crate::facts::{Field, Str, Switch};
use crate::net::Mac;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "SW-22",
    severity: Severity::Warning,
    title: "two switches that look the same when they boot",
    what: "Two Switches have the same `boot.serial` or the same `boot.mac`, or a `boot.mac` is no hardware address.",
    why: "A switch that boots is recognised by these and by nothing else; one of the two gets the other's configuration, or none. Nobody else looks.",
    wrong: Some(concat!(
        switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  boot:\n    serial: ABC123\n"
        ),
        "---\n",
        switch!(
            "leaf-02",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  boot:\n    serial: ABC123\n"
        )
    )),
    right: Some(concat!(
        switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  boot:\n    serial: ABC123\n"
        ),
        "---\n",
        switch!(
            "leaf-02",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  boot:\n    serial: ABC124\n"
        )
    )),
    fix: "Give each switch the serial number and the hardware address that are printed on it.",
    class: Class::Gap,
    check: Check::Tree(boot),
    ..NEW
}];

fn boot(tree: &Tree<'_>, report: &mut Report) {
    for switch in tree.managed::<Switch>() {
        if let Some((mac, span)) = switch.it.mac.at()
            && Mac::parse(mac).is_none()
        {
            report
                .at(
                    switch.spot(span),
                    format!("`{mac}` is not a hardware address"),
                )
                .help("write six octets, such as 0c:20:12:ff:00:01");
        }
    }
    unique(tree, report, "serial number", |switch| &switch.serial);
    unique(tree, report, "hardware address", |switch| &switch.mac);
}

fn unique(tree: &Tree<'_>, report: &mut Report, what: &str, field: fn(&Switch) -> &Field<Str>) {
    let given = tree.all::<Switch>().filter_map(|switch| {
        let (text, span) = field(switch.it).at()?;
        Some((key(text), (switch, span)))
    });
    type Given<'f> = (Entry<'f, Switch>, hnp_yaml::Span);
    repeated(given, |(later, span): Given<'_>, (first, first_span)| {
        let text = field(later.it).text().unwrap_or_default();
        report
            .at(
                later.spot(span),
                format!(
                    "Switch `{}` has the {what} `{text}` of Switch `{}`",
                    later.name(),
                    first.name()
                ),
            )
            .with(first.spot(*first_span), "the same one");
    });
}

/// One hardware address can be written in several ways; a serial number that reads as one is one to both.
fn key(text: &str) -> Cow<'_, str> {
    match Mac::parse(text) {
        Some(mac) => Cow::Owned(mac.to_string()),
        None => Cow::Borrowed(text),
    }
}
