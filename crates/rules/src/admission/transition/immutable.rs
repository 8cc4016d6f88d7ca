//! Fields that may not change.

use crate::admission::switch_profile::agrees;
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Change, Check, Entry, Report};
use crate::facts::{Connection, Switch, SwitchProfile};
use crate::ports::{self, Known};
use crate::schema::Release;

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
  profile: celestica-ds3000
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
  profile: celestica-ds3000
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
  profile: celestica-ds3000
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
  profile: celestica-ds3000
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
    Rule {
        code: "TR-11",
        title: "built-in switch profile changed or deleted",
        what: "A SwitchProfile that Hedgehog brings itself changes or goes.",
        why: "The webhook refuses both: the fabric keeps its built-in profiles by itself.",
        wrong: Some(
            r#"apiVersion: wiring.githedgehog.com/v1beta1
kind: SwitchProfile
metadata:
  name: vs-clsp
spec:
  displayName: Virtual switch
  switchSilicon: Lab
  nosType: sonic-cls-plus-vs
  platform: x86_64-lab-r0
  ports:
    E1/1: { nos: Ethernet0, label: "1", profile: SFP28-25G }
  portProfiles:
    SFP28-25G: { speed: { default: 25G, supported: [10G, 25G] } }
# afterwards
apiVersion: wiring.githedgehog.com/v1beta1
kind: SwitchProfile
metadata:
  name: vs-clsp
spec:
  displayName: My switch
  switchSilicon: Lab
  nosType: sonic-cls-plus-vs
  platform: x86_64-lab-r0
  ports:
    E1/1: { nos: Ethernet0, label: "1", profile: SFP28-25G }
  portProfiles:
    SFP28-25G: { speed: { default: 25G, supported: [10G, 25G] } }
"#,
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: celestica-ds3000
# afterwards
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: celestica-ds3000
  description: rack 4
",
        ),
        fix: "Leave it as it is. To take it out of the repository, first tell what applies the repository not to delete it from the cluster.",
        class: Class::Transition,
        since: Release::R24_09,
        check: Check::Change(profiles),
        ..NEW
    },
];

fn is_builtin(name: &str) -> bool {
    ports::known(name) != Known::Unknown
}

fn profiles(change: &Change<'_>, report: &mut Report) {
    // Back to what it should be is a change that nobody refuses.
    let is_good = |profile: &Entry<'_, SwitchProfile>| {
        ports::builtin(profile.name()).is_some_and(|own| agrees(&profile.it.profile, own))
    };
    for (old, new) in change.kept::<SwitchProfile>() {
        let name = new.name();
        if !is_builtin(name) || old.content == new.content || (!is_good(&old) && is_good(&new)) {
            continue;
        }
        report
            .at(
                new.name_spot(),
                format!("the built-in switch profile `{name}` changes, which is refused"),
            )
            .with(old.name_spot(), "as it was");
    }
    for old in change.gone::<SwitchProfile>() {
        let name = old.name();
        if is_builtin(name) && !old.context {
            report.at(
                old.name_spot(),
                format!("the built-in switch profile `{name}` goes, which is refused"),
            );
        }
    }
}

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
