//! Fields that may not change.

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Change, Check, Report};
use crate::facts::{Connection, Switch};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "TR-01",
        title: "connection of another type",
        what: "A Connection changes its type, or a static external its `withinVPC`.",
        why: "The webhook refuses the update: both are immutable.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--leaf-1
spec:
  unbundled:
    link:
      server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
# afterwards
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--leaf-1
spec:
  bundled:
    links:
    - server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--leaf-1
spec:
  unbundled:
    link:
      server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
# afterwards
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--leaf-1
spec:
  unbundled:
    link:
      server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/2 }
",
        ),
        fix: "Do it in two separate deliveries: delete the connection, with what is attached to it, and create the new one in the next.",
        upstream: Some("connection type is immutable"),
        class: Class::Transition,
        check: Check::Change(connection),
        ..NEW
    },
    Rule {
        code: "TR-02",
        title: "breakout changed while RoCE is on",
        what: "A Switch changes `portBreakouts` while `roce` is on, before or after.",
        why: "The webhook refuses the update.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: lab-profile
  roce: true
  portBreakouts:
    E1/1: 4x25G
# afterwards
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: lab-profile
  roce: true
  portBreakouts:
    E1/1: 4x10G
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: lab-profile
  roce: false
  portBreakouts:
    E1/1: 4x25G
# afterwards
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: lab-profile
  roce: false
  portBreakouts:
    E1/1: 4x10G
",
        ),
        fix: "Do it in two separate deliveries: turn RoCE off, then change the breakouts, then turn it on again.",
        class: Class::Transition,
        check: Check::Change(breakouts),
        ..NEW
    },
];

fn connection(change: &Change<'_>, report: &mut Report) {
    for (old, new) in change.kept::<Connection>() {
        let (Some(was), Some(is)) = (old.of(), new.of()) else {
            continue;
        };
        if was != is {
            let spot = new.spot(new.key().unwrap_or(new.facts.name_span));
            report
                .at(
                    spot,
                    format!(
                        "Connection `{}` was {} and becomes {}; a connection's type is immutable",
                        new.name(),
                        was.key(),
                        is.key()
                    ),
                )
                .with(
                    old.spot(old.key().unwrap_or(old.facts.name_span)),
                    "as it was",
                );
        } else if old.within_vpc.text() != new.within_vpc.text() {
            let place = |span: Option<hnp_yaml::Span>, key: Option<hnp_yaml::Span>, name| {
                span.or(key).unwrap_or(name)
            };
            report
                .at(
                    new.spot(place(new.within_vpc.span(), new.key(), new.facts.name_span)),
                    format!(
                        "Connection `{}` changes `withinVPC` from `{}` to `{}`, which is immutable",
                        new.name(),
                        old.within_vpc.text().unwrap_or_default(),
                        new.within_vpc.text().unwrap_or_default()
                    ),
                )
                .with(
                    old.spot(place(old.within_vpc.span(), old.key(), old.facts.name_span)),
                    "as it was",
                );
        }
    }
}

fn breakouts(change: &Change<'_>, report: &mut Report) {
    for (old, new) in change.kept::<Switch>() {
        if !old.roce && !new.roce {
            continue;
        }
        let modes = |switch: &Switch| {
            let mut modes: Vec<(String, String)> = switch
                .breakouts
                .iter()
                .map(|setting| {
                    let mode = setting.value.text().unwrap_or_default();
                    (setting.port.to_string(), mode.to_owned())
                })
                .collect();
            modes.sort();
            modes
        };
        let (was, is) = (modes(&old), modes(&new));
        if was == is {
            continue;
        }
        let changed = new.breakouts.iter().find(|setting| {
            let mode = setting.value.text().unwrap_or_default();
            !was.iter()
                .any(|(port, old)| *port == setting.port && old == mode)
        });
        let spot = new.spot(changed.map_or(new.facts.name_span, |setting| setting.key));
        let draft = report.at(
            spot,
            format!(
                "Switch `{}` changes its breakouts while RoCE is on",
                new.name()
            ),
        );
        if let Some((switch, span)) = [(&new, new.roce_span), (&old, old.roce_span)]
            .into_iter()
            .find_map(|(switch, span)| Some((switch, span?)))
        {
            draft.with(switch.spot(span), "RoCE is on here");
        }
    }
}
