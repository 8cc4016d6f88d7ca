//! Made resources, changes to them, and what is in them, told independently of the merge's own table.
#![allow(dead_code, clippy::unwrap_used)] // Several test programs use it, each a part.

use std::collections::BTreeMap;

use hnp_merge::{Path, Rules, Step};
use hnp_yaml::Node;

/// Numbers that a seed fixes.
#[derive(Clone)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) >> 33).unwrap() % most.max(1)
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.below(at + 1);
            items.swap(at, other);
        }
    }
}

pub(crate) fn map<const N: usize>(entries: [(&str, Node); N]) -> Node {
    Node::Map(
        entries
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

pub(crate) fn text(text: impl Into<String>) -> Node {
    Node::Str(text.into())
}

fn int(n: usize) -> Node {
    Node::Int(i64::try_from(n).unwrap())
}

/// The kinds that are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    Vpc,
    Connection,
    Peering,
}

impl Made {
    pub(crate) const ALL: [Self; 3] = [Self::Vpc, Self::Connection, Self::Peering];

    pub(crate) fn rules(self) -> Rules {
        match self {
            Self::Vpc => Rules::of("vpc.githedgehog.com", "VPC"),
            Self::Connection => Rules::of("wiring.githedgehog.com", "Connection"),
            Self::Peering => Rules::of("vpc.githedgehog.com", "VPCPeering"),
        }
    }

    /// Makes a resource.
    pub(crate) fn make(self, numbers: &mut Numbers) -> Node {
        match self {
            Self::Vpc => resource(
                "vpc.githedgehog.com/v1beta1",
                "VPC",
                map([
                    ("ipv4Namespace", text("default")),
                    ("subnets", Node::Map((0..3).map(subnet).collect())),
                    (
                        "permit",
                        Node::Seq((0..numbers.below(3)).map(permit).collect()),
                    ),
                    (
                        "staticRoutes",
                        Node::Seq((0..numbers.below(3)).map(route).collect()),
                    ),
                ]),
            ),
            Self::Connection => resource(
                "wiring.githedgehog.com/v1beta1",
                "Connection",
                map([(
                    "eslag",
                    map([
                        (
                            "links",
                            Node::Seq((0..2 + numbers.below(2)).map(link).collect()),
                        ),
                        ("mtu", int(9000)),
                    ]),
                )]),
            ),
            Self::Peering => resource(
                "vpc.githedgehog.com/v1beta1",
                "VPCPeering",
                map([
                    (
                        "permit",
                        Node::Seq(vec![map([
                            ("vpc-1", map([("subnets", names(0, 2))])),
                            ("vpc-2", map([])),
                        ])]),
                    ),
                    ("remote", text("r1")),
                ]),
            ),
        }
    }

    /// Changes a resource a few times.
    pub(crate) fn mutate(self, node: &Node, times: usize, numbers: &mut Numbers) -> Node {
        let mut node = node.clone();
        for _ in 0..times {
            let spec = at(&mut node, &["spec"]);
            match self {
                Self::Vpc => vpc(spec, numbers),
                Self::Connection => connection(spec, numbers),
                Self::Peering => peering(spec, numbers),
            }
        }
        node
    }
}

fn resource(api_version: &str, kind: &str, spec: Node) -> Node {
    map([
        ("apiVersion", text(api_version)),
        ("kind", text(kind)),
        (
            "metadata",
            map([("name", text("made")), ("labels", map([("a", text("1"))]))]),
        ),
        ("spec", spec),
    ])
}

fn subnet(n: usize) -> (String, Node) {
    (
        format!("s{n}"),
        map([
            ("subnet", text(format!("10.0.{n}.0/24"))),
            ("vlan", int(1000 + n)),
            (
                "dhcp",
                map([
                    ("enable", Node::Bool(n.is_multiple_of(2))),
                    (
                        "options",
                        map([(
                            "dnsServers",
                            Node::Seq(vec![text("1.1.1.1"), text("8.8.8.8")]),
                        )]),
                    ),
                ]),
            ),
        ]),
    )
}

fn permit(n: usize) -> Node {
    names(n, 2)
}

fn names(from: usize, count: usize) -> Node {
    Node::Seq(
        (from..from + count)
            .map(|n| text(format!("s{n}")))
            .collect(),
    )
}

fn route(n: usize) -> Node {
    map([
        ("prefix", text(format!("192.168.{n}.0/24"))),
        ("nextHops", Node::Seq(vec![text(format!("10.0.0.{n}"))])),
    ])
}

fn link(n: usize) -> Node {
    map([
        ("server", map([("port", text(format!("srv/e{n}")))])),
        ("switch", map([("port", text(format!("leaf/E1/{n}")))])),
    ])
}

fn at<'n>(node: &'n mut Node, keys: &[&str]) -> &'n mut Node {
    keys.iter().fold(node, |node, key| {
        let Node::Map(entries) = node else {
            panic!("no map at {key}")
        };
        if !entries.iter().any(|(k, _)| k == key) {
            entries.push(((*key).to_owned(), Node::Map(Vec::new())));
        }
        &mut entries.iter_mut().find(|(k, _)| k == key).unwrap().1
    })
}

pub(crate) fn entries(node: &mut Node) -> &mut Vec<(String, Node)> {
    match node {
        Node::Map(entries) => entries,
        _ => panic!("no map"),
    }
}

pub(crate) fn items(node: &mut Node) -> &mut Vec<Node> {
    if !matches!(node, Node::Seq(_)) {
        *node = Node::Seq(Vec::new());
    }
    match node {
        Node::Seq(items) => items,
        _ => unreachable!(),
    }
}

fn set(node: &mut Node, key: &str, value: Node) {
    *at(node, &[key]) = value;
}

fn remove(node: &mut Node, key: &str) {
    entries(node).retain(|(k, _)| k != key);
}

fn toggle(list: &mut Vec<Node>, item: Node) {
    match list.iter().position(|have| have.same(&item)) {
        Some(found) => drop(list.remove(found)),
        None => list.push(item),
    }
}

fn vpc(spec: &mut Node, numbers: &mut Numbers) {
    let which = numbers.below(5);
    let name = format!("s{which}");
    let subnets = at(spec, &["subnets"]);
    let has = subnets.get(&name).is_some();
    match numbers.below(10) {
        0 | 1 if !has => entries(subnets).push(subnet(which)),
        0 => remove(subnets, &name),
        1 | 2 if has => set(at(subnets, &[&name]), "vlan", int(2000 + numbers.below(3))),
        3 if has => set(
            at(subnets, &[&name]),
            "isolated",
            Node::Bool(numbers.below(2) == 0),
        ),
        4 if has => toggle(
            items(at(subnets, &[&name, "dhcp", "options", "dnsServers"])),
            text(format!("9.9.9.{}", numbers.below(3))),
        ),
        5 => toggle(items(at(spec, &["permit"])), permit(numbers.below(4))),
        6 => {
            let n = numbers.below(4);
            let routes = items(at(spec, &["staticRoutes"]));
            let prefix = text(format!("192.168.{n}.0/24"));
            match routes
                .iter_mut()
                .find(|route| route.get("prefix") == Some(&prefix))
            {
                Some(route) => toggle(
                    items(at(route, &["nextHops"])),
                    text(format!("10.0.0.{}", numbers.below(4))),
                ),
                None => routes.push(route(n)),
            }
        }
        7 => set(spec, "defaultIsolated", Node::Bool(numbers.below(2) == 0)),
        8 => set(
            spec,
            "ipv4Namespace",
            text(format!("ns{}", numbers.below(3))),
        ),
        _ => remove(spec, "defaultIsolated"),
    }
}

fn connection(spec: &mut Node, numbers: &mut Numbers) {
    let tag = entries(spec)[0].0.clone();
    let n = numbers.below(5);
    let links = items(at(spec, &[&tag, "links"]));
    let port = text(format!("srv/e{n}"));
    let found = links
        .iter()
        .position(|link| link.get("server").and_then(|s| s.get("port")) == Some(&port));
    match (numbers.below(8), found) {
        (0..=2, None) => links.push(link(n)),
        (0, Some(found)) => drop(links.remove(found)),
        (1..=4, Some(found)) => set(
            at(&mut links[found], &["switch"]),
            "port",
            text(format!("leaf/E1/{}", 10 + numbers.below(30))),
        ),
        (5, _) => set(at(spec, &[&tag]), "mtu", int(9000 + numbers.below(3))),
        (6, _) => set(at(spec, &[&tag]), "fallback", Node::Bool(true)),
        (7, _) => entries(spec)[0].0 = if tag == "eslag" { "mclag" } else { "eslag" }.to_owned(),
        _ => {}
    }
}

fn peering(spec: &mut Node, numbers: &mut Numbers) {
    let n = numbers.below(4);
    let name = format!("vpc-{n}");
    let permits = items(at(spec, &["permit"]));
    let entry = permits.first_mut().unwrap();
    let has = entry.get(&name).is_some();
    match numbers.below(6) {
        0 if !has => set(entry, &name, map([])),
        1 if has => toggle(
            items(at(entry, &[&name, "subnets"])),
            text(format!("s{}", numbers.below(4))),
        ),
        2 => permits.push(map([(&*format!("vpc-{}", 5 + n), map([]))])),
        3 if permits.len() > 1 => drop(permits.pop()),
        _ => set(spec, "remote", text(format!("r{}", numbers.below(3)))),
    }
}

/// Puts every list whose order means nothing, and every map, into another order.
pub(crate) fn permute(node: &Node, path: &str, numbers: &mut Numbers) -> Node {
    match node {
        Node::Map(entries) => {
            let mut out: Vec<(String, Node)> = entries
                .iter()
                .map(|(key, value)| {
                    (
                        key.clone(),
                        permute(value, &format!("{path}.{key}"), numbers),
                    )
                })
                .collect();
            numbers.shuffle(&mut out);
            Node::Map(out)
        }
        Node::Seq(list) => {
            let mut out: Vec<Node> = list
                .iter()
                .map(|item| permute(item, &format!("{path}[]"), numbers))
                .collect();
            numbers.shuffle(&mut out);
            Node::Seq(out)
        }
        other => other.clone(),
    }
}

/// A value as leaves: where each stands, and what it is. Empty maps and lists are no leaves.
pub(crate) type Leaves = BTreeMap<Path, String>;

/// Takes a value apart. All lists that are made here are keyed by these fields, or sets.
pub(crate) fn leaves(node: Option<&Node>) -> Leaves {
    let mut out = Leaves::new();
    if let Some(node) = node {
        walk(&mut Vec::new(), node, &mut out);
    }
    out
}

fn walk(path: &mut Vec<Step>, node: &Node, out: &mut Leaves) {
    match node {
        Node::Map(entries) => {
            for (key, value) in entries {
                path.push(Step::Key(key.clone()));
                walk(path, value, out);
                path.pop();
            }
        }
        Node::Seq(items) => {
            let peerings = items.iter().all(|item| matches!(item, Node::Map(_)))
                && path.last() == Some(&Step::Key("permit".to_owned()));
            for item in items {
                let port = item.get("server").and_then(|server| server.get("port"));
                let step = match (item.get("prefix"), port) {
                    (Some(Node::Str(prefix)), _) => {
                        Step::Item(vec![("prefix".to_owned(), prefix.clone())])
                    }
                    (_, Some(Node::Str(port))) => {
                        Step::Item(vec![("server.port".to_owned(), port.clone())])
                    }
                    _ if peerings && items.len() == 1 => Step::Item(Vec::new()),
                    _ => {
                        out.insert(
                            path.iter()
                                .cloned()
                                .chain([Step::Member(sorted(item))])
                                .collect(),
                            String::new(),
                        );
                        continue;
                    }
                };
                path.push(step);
                walk(path, item, out);
                path.pop();
            }
        }
        scalar => {
            out.insert(path.iter().cloned().collect(), format!("{scalar:?}"));
        }
    }
}

/// A value as text, whatever its order.
pub(crate) fn sorted(node: &Node) -> String {
    match node {
        Node::Map(entries) => {
            let mut parts: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{key}:{}", sorted(value)))
                .collect();
            parts.sort();
            format!("{{{}}}", parts.join(","))
        }
        Node::Seq(items) => {
            let mut parts: Vec<String> = items.iter().map(sorted).collect();
            parts.sort();
            format!("[{}]", parts.join(","))
        }
        scalar => format!("{scalar:?}"),
    }
}
