//! Trees that are right in the end and refused on the way.

use std::collections::HashMap;

use hnp_model::Severity;
use hnp_yaml::Span;

use super::super::common::{Held, overlapping};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Change, Check, Entry, Report, Spot};
use crate::facts::connection::Type;
use crate::facts::{Connection, Vpc};
use crate::net::Prefix;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "TR-09",
        title: "created while the old one still holds it",
        what: "A resource is created with a port, VLAN or subnet of one that is deleted in the same step, as in a rename.",
        why: "Whoever applies the tree creates before it deletes: the webhook refuses the new one while the old one is there, and tools that prune last never get to the deletion.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
# afterwards
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: prod
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
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
      subnet: 10.1.0.0/24
      vlan: 1001
# afterwards
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: prod
spec:
  subnets:
    default:
      subnet: 10.2.0.0/24
      vlan: 1002
",
        ),
        fix: "Do it in two separate deliveries: delete the old one, then create the new one; or keep the name.",
        class: Class::Transition,
        check: Check::Change(renamed),
        ..NEW
    },
    Rule {
        code: "TR-10",
        severity: Severity::Warning,
        title: "swapped between two that stay",
        what: "Two or more resources exchange ports, VLANs or subnets.",
        why: "Each update by itself is refused, since the other still holds what it takes, although the tree is right in the end.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.2.0.0/24
      vlan: 1002
# afterwards
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1002
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.2.0.0/24
      vlan: 1001
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
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.2.0.0/24
      vlan: 1002
# afterwards
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1003
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.2.0.0/24
      vlan: 1001
",
        ),
        fix: "Do it in two separate deliveries: move one of them to something free, then the other, then the first.",
        class: Class::Transition,
        check: Check::Change(swapped),
        ..NEW
    },
];

/// Something that only one resource may hold: equal things clash.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Thing {
    Vlan(String, i64),
    Port(String),
}

/// What one resource holds.
#[derive(Default)]
struct Holdings {
    things: Vec<(Thing, Span)>,
    prefixes: Vec<(String, Prefix, Span)>,
}

fn of_vpc(vpc: &Vpc) -> Holdings {
    let mut holdings = Holdings::default();
    for subnet in &vpc.subnets {
        if let (Some(namespace), Some((vlan, span))) = (vpc.vlanns(), subnet.vlan.set())
            && *vlan != 0
        {
            let thing = Thing::Vlan(namespace.to_owned(), *vlan);
            holdings.things.push((thing, span));
        }
        if let (Some(namespace), Some(prefix)) = (vpc.ipv4ns(), subnet.prefix) {
            let held = (namespace.to_owned(), prefix, subnet.prefix_span());
            holdings.prefixes.push(held);
        }
    }
    holdings
}

fn of_connection(connection: &Connection) -> Holdings {
    let mut holdings = Holdings::default();
    if connection.of().is_none_or(Type::is_mclag) {
        return holdings;
    }
    for end in &connection.ends {
        if let Some((text, span)) = end.port.at() {
            holdings.things.push((Thing::Port(whole_port(text)), span));
        }
    }
    holdings
}

/// Gives a port of a breakout the name of its first lane: `leaf-1/E1/4` is `leaf-1/E1/4/1`.
fn whole_port(text: &str) -> String {
    if text.matches('/').count() == 2 {
        format!("{text}/1")
    } else {
        text.to_owned()
    }
}

/// Passes on what the later holdings take from the earlier: place there, place here, and what it is.
fn taken(
    earlier: &[(u32, Spot, Holdings)],
    later: &[(u32, Spot, Holdings)],
    each: &mut dyn FnMut(u32, u32, Spot, Spot, String),
) {
    let at = |spot: &Spot, span: Span| Spot { span, ..*spot };
    let mut owners: HashMap<&Thing, (u32, Spot)> = HashMap::new();
    for (index, spot, holdings) in earlier {
        for (thing, span) in &holdings.things {
            owners.entry(thing).or_insert((*index, at(spot, *span)));
        }
    }
    for (index, spot, holdings) in later {
        for (thing, span) in &holdings.things {
            if let Some((other, was)) = owners.get(thing)
                && other != index
            {
                let what = match thing {
                    Thing::Vlan(_, vlan) => format!("VLAN {vlan}"),
                    Thing::Port(port) => format!("port {port}"),
                };
                each(*index, *other, at(spot, *span), *was, what);
            }
        }
    }
    let mut namespaces: Vec<&str> = later
        .iter()
        .flat_map(|(_, _, holdings)| &holdings.prefixes)
        .map(|(namespace, _, _)| namespace.as_str())
        .collect();
    namespaces.sort_unstable();
    namespaces.dedup();
    for namespace in namespaces {
        let held = |side: &[(u32, Spot, Holdings)], first: u32| -> Vec<Held> {
            side.iter()
                .flat_map(|(index, spot, holdings)| {
                    holdings
                        .prefixes
                        .iter()
                        .filter(|(of, _, _)| of == namespace)
                        .map(move |(_, prefix, span)| Held {
                            prefix: *prefix,
                            owner: index * 2 + first,
                            spot: at(spot, *span),
                            context: false,
                        })
                })
                .collect()
        };
        let mut both = held(earlier, 0);
        both.extend(held(later, 1));
        overlapping(&both, |a, b| {
            // Pairs of one side, and of one resource with itself, are no step.
            let (new, old) = if a.owner % 2 == 1 { (a, b) } else { (b, a) };
            if new.owner % 2 == old.owner % 2 || new.owner / 2 == old.owner / 2 {
                return;
            }
            let what = format!("subnet {}", old.prefix);
            each(new.owner / 2, old.owner / 2, new.spot, old.spot, what);
        });
    }
}

fn holdings<'a, T: 'a>(
    entries: impl Iterator<Item = (u32, Entry<'a, T>)>,
    of: fn(&T) -> Holdings,
) -> Vec<(u32, Spot, Holdings)> {
    entries
        .map(|(index, entry)| (index, entry.name_spot(), of(entry.it)))
        .collect()
}

fn renamed(change: &Change<'_>, report: &mut Report) {
    created::<Vpc>(change, of_vpc, report);
    created::<Connection>(change, of_connection, report);
}

fn created<T: crate::facts::Known>(
    change: &Change<'_>,
    of: fn(&T) -> Holdings,
    report: &mut Report,
) {
    let gone: Vec<_> = change.gone::<T>().collect();
    let come: Vec<_> = change.come::<T>().collect();
    if gone.is_empty() || come.is_empty() {
        return;
    }
    // The two sides are numbered apart, so that none is taken for itself.
    let earlier = holdings((0u32..).step_by(2).zip(gone.iter().copied()), of);
    let later = holdings((1u32..).step_by(2).zip(come.iter().copied()), of);
    let mut told = std::collections::HashSet::new();
    taken(&earlier, &later, &mut |new, old, here, was, what| {
        let (new, old) = (&come[(new / 2) as usize], &gone[(old / 2) as usize]);
        if told.insert((new.index, old.index)) {
            report
                .at(
                    here,
                    format!(
                        "{} `{}` is created with {what} while {} `{}` still has it: the webhook refuses it until that one is deleted",
                        T::KIND,
                        new.name(),
                        T::KIND,
                        old.name()
                    ),
                )
                .with(was, format!("`{}`, which goes", old.name()));
        }
    });
}

fn swapped(change: &Change<'_>, report: &mut Report) {
    exchanged::<Vpc>(change, of_vpc, report);
    exchanged::<Connection>(change, of_connection, report);
}

/// One resource waits for another that still holds what it takes.
struct Wait {
    new: u32,
    old: u32,
    here: Spot,
    was: Spot,
    what: String,
}

fn exchanged<T: crate::facts::Known + PartialEq>(
    change: &Change<'_>,
    of: fn(&T) -> Holdings,
    report: &mut Report,
) {
    let kept: Vec<_> = change
        .kept::<T>()
        .filter(|(old, new)| old.it != new.it)
        .collect();
    let earlier = holdings((0u32..).zip(kept.iter().map(|(old, _)| *old)), of);
    let later = holdings((0u32..).zip(kept.iter().map(|(_, new)| *new)), of);
    let mut waits = Vec::new();
    taken(&earlier, &later, &mut |new, old, here, was, what| {
        waits.push(Wait {
            new,
            old,
            here,
            was,
            what,
        });
    });
    // What waits for nobody is applied; what waited for it waits no longer. Those that are left wait for one another.
    let mut left: Vec<usize> = vec![0; kept.len()];
    let mut waiting: HashMap<u32, Vec<u32>> = HashMap::new();
    for wait in &waits {
        left[wait.new as usize] += 1;
        waiting.entry(wait.old).or_default().push(wait.new);
    }
    let mut free: Vec<u32> = (0u32..)
        .zip(&left)
        .filter(|(_, left)| **left == 0)
        .map(|(index, _)| index)
        .collect();
    while let Some(index) = free.pop() {
        for waiter in waiting.remove(&index).unwrap_or_default() {
            left[waiter as usize] -= 1;
            if left[waiter as usize] == 0 {
                free.push(waiter);
            }
        }
    }
    for wait in waits {
        if left[wait.new as usize] > 0 && left[wait.old as usize] > 0 {
            let (new, old) = (&kept[wait.new as usize].1, &kept[wait.old as usize].0);
            report
                .at(
                    wait.here,
                    format!(
                        "{} `{}` takes {} of {} `{}`, which waits for others in turn: each update by itself is refused",
                        T::KIND,
                        new.name(),
                        wait.what,
                        T::KIND,
                        old.name()
                    ),
                )
                .with(wait.was, format!("`{}` as it was", old.name()));
        }
    }
}
