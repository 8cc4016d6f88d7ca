//! What Connections ask of a switch's ports and nobody refuses them. CON-17 and ATT-10, which are refused, stand with those.

use hnp_model::Severity;

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Report, Tree};
use crate::facts::Connection;
use crate::facts::connection::{Device, Type};
use crate::ports::Port;
use crate::schema::Release;

/// The text of an unbundled Connection and of the switch it hangs on, for examples: profile, port.
macro_rules! wired {
    ($profile:literal, $port:literal) => {
        concat!(
            switch!("leaf-01", "  role: server-leaf\n"),
            "  profile: ",
            $profile,
            "\n---\napiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata:\n  name: server-01--unbundled--leaf-01\nspec:\n  unbundled:\n    link:\n      server:\n        port: server-01/eth0\n      switch:\n        port: leaf-01/",
            $port,
            "\n"
        )
    };
}

pub(super) const RULES: &[Rule] = &[Rule {
    code: "CON-17-G",
    severity: Severity::Warning,
    title: "connection on a management port",
    what: "A port of a Connection is a management port of its switch.",
    why: "Admission lets it through, and no data ever goes that way.",
    wrong: Some(wired!("dell-s5248f-on", "M1")),
    right: Some(wired!("dell-s5248f-on", "E1/1")),
    fix: "Name a data port, such as `E1/1`.",
    class: Class::Gap,
    since: Release::R24_09,
    check: Check::Tree(management),
    ..NEW
}];

fn management(tree: &Tree<'_>, report: &mut Report) {
    for connection in tree.managed::<Connection>() {
        if connection.it.of().is_some_and(Type::is_mclag) {
            continue;
        }
        for end in connection.it.at(Device::Switch) {
            let Some((device, port)) = end.split().filter(|(_, port)| port.starts_with('M')) else {
                continue;
            };
            let of = tree
                .layout(device)
                .and_then(|layout| layout.profile().port(port));
            if of == Some(Port::Management) {
                report.at(
                    connection.spot(end.port_span()),
                    format!("`{port}` is a management port of switch `{device}`"),
                );
            }
        }
    }
}
