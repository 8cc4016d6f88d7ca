//! How much a switch can take: what is admitted, and then fails in the controller.

use std::collections::{HashMap, HashSet};

use hnp_model::Severity;
use hnp_yaml::Span;

use crate::Settings;
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Report, Spot, Tree};
use crate::facts::connection::Type;
use crate::facts::{
    Connection, External, ExternalAttachment, ExternalPeering, Known, Switch, Vpc, VpcAttachment,
    VpcPeering,
};
use crate::net::VlanRange;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "CON-27",
        severity: Severity::Warning,
        title: "too many port channels",
        what: "A switch, or the switches of a redundancy group together, have more than 249 bundled and ESLAG connections.",
        why: "Each takes a port channel, and there are 249. The connections are admitted, and the controller then cannot configure the switch at all.",
        fix: "Move servers to other switches, or link them by unbundled connections.",
        class: Class::Runtime,
        check: Check::Tree(port_channels),
        ..NEW
    },
    Rule {
        code: "CON-28",
        severity: Severity::Warning,
        title: "too many VPCs on a switch",
        what: "More VPCs and Externals reach a switch than there are VLANs for their routed interfaces: 900 unless configured otherwise. A VPC reaches it by an attachment, by a static external connection within it, as the relay of an attached subnet, or by peering with what is there.",
        why: "All is admitted, and the controller then cannot configure the switch at all.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.1.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.1.2.0/24
      vlan: 1002
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--unbundled--leaf-1
spec:
  unbundled:
    link:
      server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-1
spec:
  subnet: vpc-1/default
  connection: server-1--unbundled--leaf-1
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-2--server-1
spec:
  subnet: vpc-2/default
  connection: server-1--unbundled--leaf-1
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.1.0/24
      vlan: 1001
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--unbundled--leaf-1
spec:
  unbundled:
    link:
      server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-1
spec:
  subnet: vpc-1/default
  connection: server-1--unbundled--leaf-1
",
        ),
        fix: "Attach some of the VPCs elsewhere, or widen the fabric's range of VLANs for routed interfaces.",
        class: Class::Runtime,
        check: Check::Tree(routed_vlans),
        ..NEW
    },
];

/// Numbers of port channels on a switch.
const PORT_CHANNELS: usize = 249;

/// What port channels are counted by: a redundancy group, or a switch that is in none.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Pool<'f> {
    Group(&'f str),
    Switch(&'f str),
}

impl<'f> Pool<'f> {
    fn of(tree: &Tree<'f>, switch: &'f str) -> Self {
        let group = tree.find::<Switch>(switch).found().and_then(|switch| {
            switch.it.redundancy_type.text()?;
            switch.it.redundancy_group.text()
        });
        group.map_or(Self::Switch(switch), Self::Group)
    }
}

impl std::fmt::Display for Pool<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Group(name) => write!(f, "redundancy group `{name}`"),
            Self::Switch(name) => write!(f, "switch `{name}`"),
        }
    }
}

fn port_channels(tree: &Tree<'_>, report: &mut Report) {
    // How many there are, and the connection counted last, so that one counts once in a group.
    let mut counts: HashMap<Pool<'_>, (usize, u32)> = HashMap::new();
    for connection in tree.all::<Connection>() {
        let it = connection.it;
        let key = it.key_of(Type::Bundled).or(it.key_of(Type::Eslag));
        let Some(key) = key.filter(|_| !it.is_mclag()) else {
            continue;
        };
        for switch in it.switches() {
            let pool = Pool::of(tree, switch);
            let (count, last) = counts.entry(pool).or_insert((0, u32::MAX));
            if *last == connection.index {
                continue;
            }
            *last = connection.index;
            *count += 1;
            if *count == PORT_CHANNELS + 1 {
                report.at(
                    connection.spot(key),
                    format!(
                        "{pool} has more than {PORT_CHANNELS} bundled and ESLAG connections, each of which takes a port channel; this is the first too many"
                    ),
                );
            }
        }
    }
}

/// What takes a VLAN on a switch.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Routed<'f> {
    Vpc(&'f str),
    External(&'f str),
}

/// Which of them reach each switch.
struct Reach<'f, 't> {
    tree: &'t Tree<'f>,
    pool: usize,
    by_switch: HashMap<&'f str, HashSet<Routed<'f>>>,
}

impl<'f> Reach<'f, '_> {
    fn add(&mut self, switch: &'f str, routed: Routed<'f>, spot: Spot, report: &mut Report) {
        // What is not there takes nothing; other rules say so.
        let there = match routed {
            Routed::Vpc(name) => self.tree.find::<Vpc>(name).found().is_some(),
            Routed::External(name) => !self.tree.find::<External>(name).is_missing(),
        };
        if !there {
            return;
        }
        let reached = self.by_switch.entry(switch).or_default();
        if reached.insert(routed) && reached.len() == self.pool + 1 {
            report.at(
                spot,
                format!(
                    "more VPCs and Externals reach switch `{switch}` than there are VLANs for their routed interfaces ({}); this is the first too many",
                    self.pool
                ),
            );
        }
    }

    /// Adds what reaches the switches of a connection.
    fn add_by(
        &mut self,
        connection: Option<&str>,
        routed: impl IntoIterator<Item = Routed<'f>>,
        spot: Spot,
        report: &mut Report,
    ) {
        let found = connection.and_then(|name| self.tree.find::<Connection>(name).found());
        let Some(connection) = found.filter(|connection| !connection.it.is_mclag()) else {
            return;
        };
        let switches = connection.it.switches();
        for routed in routed {
            for switch in &switches {
                self.add(switch, routed, spot, report);
            }
        }
    }

    /// Returns, for each, the switches that it reaches, in order.
    fn switches(&self) -> HashMap<Routed<'f>, Vec<&'f str>> {
        let mut switches: HashMap<Routed<'f>, Vec<&'f str>> = HashMap::new();
        for (switch, reached) in &self.by_switch {
            for routed in reached {
                switches.entry(*routed).or_default().push(switch);
            }
        }
        for switches in switches.values_mut() {
            switches.sort_unstable();
        }
        switches
    }
}

fn span_of<T: Known>(entry: &Entry<'_, T>, span: Option<Span>) -> Spot {
    entry.spot(span.unwrap_or(entry.facts.name_span))
}

fn routed_vlans(tree: &Tree<'_>, report: &mut Report) {
    let pool = routed_pool(tree.settings);
    // No switch can be reached by more than there are, which is nearly always few enough.
    let most = tree.all::<Vpc>().count() + tree.all::<ExternalAttachment>().count();
    if most <= pool {
        return;
    }
    reach(tree, pool, report);
}

/// Returns how many VLANs there are for routed interfaces.
pub(crate) fn routed_pool(settings: &Settings) -> usize {
    let ranges = settings.network.irb_vlans.iter();
    ranges.map(|range: &VlanRange| range.count()).sum()
}

/// Returns how many VPCs and Externals reach the switch that most of them reach.
pub(crate) fn most_reached(tree: &Tree<'_>) -> usize {
    let reach = reach(tree, usize::MAX - 1, &mut Report::new());
    reach
        .by_switch
        .values()
        .map(HashSet::len)
        .max()
        .unwrap_or(0)
}

fn reach<'f, 't>(tree: &'t Tree<'f>, pool: usize, report: &mut Report) -> Reach<'f, 't> {
    let mut reach = Reach {
        tree,
        pool,
        by_switch: HashMap::new(),
    };
    for attachment in tree.all::<VpcAttachment>() {
        let Some((vpc, subnet)) = attachment.it.target() else {
            continue;
        };
        let relay = tree.find::<Vpc>(vpc).found().and_then(|found| {
            let subnet = found.it.subnet(subnet)?;
            subnet.relay_vpc.text()
        });
        let spot = span_of(&attachment, attachment.it.subnet.span());
        let routed = std::iter::once(vpc).chain(relay).map(Routed::Vpc);
        reach.add_by(attachment.it.connection.text(), routed, spot, report);
    }
    for connection in tree.all::<Connection>() {
        if let Some((vpc, span)) = connection.it.within_vpc.at() {
            let spot = connection.spot(span);
            reach.add_by(Some(connection.name()), [Routed::Vpc(vpc)], spot, report);
        }
    }
    for attachment in tree.all::<ExternalAttachment>() {
        if let Some((external, span)) = attachment.it.external.at() {
            let spot = attachment.spot(span);
            let routed = [Routed::External(external)];
            reach.add_by(attachment.it.connection.text(), routed, spot, report);
        }
    }
    // Peering goes one step from what is there by itself.
    let switches = reach.switches();
    let none = Vec::new();
    for peering in tree.all::<VpcPeering>() {
        let Some((one, other)) = peering.it.pair() else {
            continue;
        };
        for (here, there) in [(one, other), (other, one)] {
            for switch in switches.get(&Routed::Vpc(here)).unwrap_or(&none) {
                reach.add(switch, Routed::Vpc(there), peering.name_spot(), report);
            }
        }
    }
    for peering in tree.all::<ExternalPeering>() {
        let (Some(vpc), Some(external)) = (peering.it.vpc.text(), peering.it.external.text())
        else {
            continue;
        };
        for switch in switches.get(&Routed::External(external)).unwrap_or(&none) {
            reach.add(switch, Routed::Vpc(vpc), peering.name_spot(), report);
        }
    }
    reach
}
