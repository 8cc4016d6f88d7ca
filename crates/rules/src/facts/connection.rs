//! What rules need to know of a Connection: its type and the ends of its links.

use std::collections::HashSet;
use std::hash::Hash;

use hnp_yaml::{Kind, Span, Value};

use super::{Field, Reference, Str, number, text};
use crate::pack::{In, Out, Pack, packed, packed_words};

/// What the switch of a gateway's link was called until 25.03.
const OLD_SWITCH: &str = "spine";

/// The type of a connection, in the order in which admission looks for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// One link between a server and a switch.
    Unbundled,
    /// Several links between a server and one switch.
    Bundled,
    /// Links between a server and two to four switches.
    Eslag,
    /// Links between a spine and a leaf.
    Fabric,
    /// Links between two leaves.
    Mesh,
    /// Links between a switch and a gateway.
    Gateway,
    /// Links from a switch to itself.
    VpcLoopback,
    /// A link to another network.
    External,
    /// A link to another network with static routes.
    StaticExternal,
    /// Links between a server and two switches, no longer supported.
    Mclag,
    /// Links between two switches of MCLAG, no longer supported.
    MclagDomain,
}

impl Type {
    const ALL: [Self; 11] = [
        Self::Unbundled,
        Self::Bundled,
        Self::Eslag,
        Self::Fabric,
        Self::Mesh,
        Self::Gateway,
        Self::VpcLoopback,
        Self::External,
        Self::StaticExternal,
        Self::Mclag,
        Self::MclagDomain,
    ];

    /// Returns the key in `spec`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Unbundled => "unbundled",
            Self::Bundled => "bundled",
            Self::Eslag => "eslag",
            Self::Fabric => "fabric",
            Self::Mesh => "mesh",
            Self::Gateway => "gateway",
            Self::VpcLoopback => "vpcLoopback",
            Self::External => "external",
            Self::StaticExternal => "staticExternal",
            Self::Mclag => "mclag",
            Self::MclagDomain => "mclagDomain",
        }
    }

    /// Returns the type that a key in `spec` stands for.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.key() == key)
    }

    /// Tells whether a server hangs on it.
    #[must_use]
    pub fn has_server(self) -> bool {
        matches!(
            self,
            Self::Unbundled | Self::Bundled | Self::Eslag | Self::Mclag
        )
    }

    /// Tells whether it is one of the two of MCLAG, of which admission looks at nothing but the metadata.
    #[must_use]
    pub fn is_mclag(self) -> bool {
        matches!(self, Self::Mclag | Self::MclagDomain)
    }

    fn has_field(self, key: &str) -> bool {
        match self {
            Self::Unbundled => matches!(key, "link" | "mtu"),
            Self::External => key == "link",
            Self::StaticExternal => matches!(key, "link" | "withinVPC"),
            Self::Bundled | Self::Eslag | Self::Mclag => {
                matches!(key, "links" | "mtu" | "fallback")
            }
            Self::MclagDomain => matches!(key, "peerLinks" | "sessionLinks"),
            Self::Fabric | Self::Mesh | Self::Gateway | Self::VpcLoopback => key == "links",
        }
    }

    /// Tells whether its links have addresses.
    #[must_use]
    pub fn is_numbered(self) -> bool {
        matches!(self, Self::Fabric | Self::Mesh | Self::Gateway)
    }

    /// Returns the keys of a link's ends, with what stands there.
    #[must_use]
    pub fn ends(self) -> &'static [(&'static str, Device)] {
        match self {
            Self::Unbundled | Self::Bundled | Self::Eslag | Self::Mclag => {
                &[("server", Device::Server), ("switch", Device::Switch)]
            }
            Self::Fabric => &[("spine", Device::Switch), ("leaf", Device::Switch)],
            Self::Mesh => &[("leaf1", Device::Switch), ("leaf2", Device::Switch)],
            Self::Gateway => &[("switch", Device::Switch), ("gateway", Device::Gateway)],
            Self::VpcLoopback | Self::MclagDomain => {
                &[("switch1", Device::Switch), ("switch2", Device::Switch)]
            }
            Self::External | Self::StaticExternal => &[("switch", Device::Switch)],
        }
    }
}

/// What stands at an end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Device {
    /// A switch.
    Switch,
    /// A server.
    Server,
    /// A gateway.
    Gateway,
}

impl Device {
    /// Returns its kind.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Switch => "Switch",
            Self::Server => "Server",
            Self::Gateway => "Gateway",
        }
    }
}

/// A Connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// The types that are set, in admission's order, each with where its key stands; the first one counts.
    pub types: Vec<(Type, Span)>,
    /// The ends of the links of the type that counts.
    pub ends: Vec<End>,
    /// How many links that type has.
    pub links: usize,
    /// `spec.staticExternal.withinVPC`.
    pub within_vpc: Field<Str>,
    /// `mtu` of the type that counts.
    pub mtu: Field<i64>,
    /// Ends of the links whose addresses admission reads, where those are not the links of the type that counts: it looks
    /// for `fabric`, `mesh` and `gateway` whatever stands before them.
    pub numbered: Vec<End>,
    /// Whether a type, a link, an end or a port has a value of the wrong type or a field that nobody knows, so that the
    /// links are not known in full.
    pub unreadable: bool,
}

/// One end of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// Which link, from 0.
    pub link: u32,
    /// Its key, such as `spine`.
    pub role: &'static str,
    /// What stands there.
    pub device: Device,
    /// Where it stands, or what should hold it.
    pub span: Span,
    /// `port`: `<device>/<port>`.
    pub port: Field<Str>,
    /// `ip`.
    pub ip: Field<Str>,
}

impl End {
    /// Returns the names of device and port, where both are there.
    #[must_use]
    pub fn split(&self) -> Option<(&str, &str)> {
        let (device, port) = self.port.text()?.split_once('/')?;
        (!device.is_empty() && !port.is_empty()).then_some((device, port))
    }

    /// Returns where the port stands, or what should hold it.
    #[must_use]
    pub fn port_span(&self) -> Span {
        self.port.span_or(self.span)
    }
}

/// A set that is a list while it is small.
#[derive(Default)]
struct SmallSet<T> {
    few: Vec<T>,
    many: HashSet<T>,
}

impl<T: Copy + Eq + Hash> SmallSet<T> {
    /// Adds an item, and tells whether it was not there.
    fn insert(&mut self, item: T) -> bool {
        if self.few.contains(&item) {
            return false;
        }
        if self.few.len() < 8 {
            self.few.push(item);
            return true;
        }
        self.many.insert(item)
    }
}

fn pairs(ends: &[End]) -> impl Iterator<Item = (&End, &End)> {
    ends.windows(2)
        .filter(|pair| pair[0].link == pair[1].link)
        .map(|pair| (&pair[0], &pair[1]))
}

/// What is missing and what is null is empty to Hedgehog; anything else but a map is a wrong type.
fn is_map_or_null(value: Value<'_>) -> bool {
    value.kind() == Kind::Map || value.is_null()
}

impl Connection {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        let mut connection = Self::default();
        let Some(spec) = spec else { return connection };
        let mut values = Vec::new();
        for entry in spec.entries() {
            if let Some(of) = Type::of_key(entry.key) {
                if entry.value.kind() == Kind::Map {
                    values.push((of, entry.key_span, entry.value));
                } else {
                    connection.unreadable |= !entry.value.is_null();
                }
            }
        }
        values.sort_by_key(|(of, _, _)| *of);
        // MCLAG comes last in the order, yet admission looks for it first.
        if let Some(at) = values.iter().position(|(of, _, _)| of.is_mclag()) {
            let first = values.remove(at);
            values.insert(0, first);
        }
        if let Some((of, key, value)) = values.first() {
            connection.read_links(*of, *key, *value);
            connection.mtu = value.get("mtu").map_or(Field::Absent, number);
            connection.read_numbered(*of, &values);
        }
        let within = values
            .iter()
            .find(|(of, _, _)| *of == Type::StaticExternal)
            .and_then(|(_, _, value)| value.get("withinVPC"));
        connection.within_vpc = within.map_or(Field::Absent, text);
        connection.types = values.iter().map(|(of, key, _)| (*of, *key)).collect();
        connection.ends.shrink_to_fit();
        connection
    }

    fn read_numbered(&mut self, counts: Type, values: &[(Type, Span, Value<'_>)]) {
        if counts.is_numbered() || counts.is_mclag() {
            return;
        }
        if let Some((of, key, value)) = values.iter().find(|(of, _, _)| of.is_numbered()) {
            let mut other = Self::default();
            other.read_links(*of, *key, *value);
            self.numbered = other.ends;
        }
    }

    fn read_links(&mut self, of: Type, key: Span, value: Value<'_>) {
        self.unreadable |= value.entries().any(|entry| !of.has_field(entry.key));
        match of {
            Type::Unbundled | Type::External | Type::StaticExternal => {
                self.links = 1;
                match value.entry("link") {
                    Some(link) => {
                        self.unreadable |= !is_map_or_null(link.value);
                        self.read_link(of, 0, link.key_span, Some(link.value));
                    }
                    None => self.read_link(of, 0, key, None),
                }
            }
            Type::MclagDomain => {
                for list in ["peerLinks", "sessionLinks"] {
                    self.read_list(of, value.get(list));
                }
            }
            _ => self.read_list(of, value.get("links")),
        }
    }

    fn read_list(&mut self, of: Type, list: Option<Value<'_>>) {
        self.unreadable |= list.is_some_and(|list| list.kind() != Kind::Seq && !list.is_null());
        for item in list.into_iter().flat_map(Value::items) {
            self.unreadable |= !is_map_or_null(item);
            let link = u32::try_from(self.links).unwrap_or(u32::MAX);
            self.links += 1;
            self.read_link(of, link, item.span(), Some(item));
        }
    }

    fn read_link(&mut self, of: Type, link: u32, holder: Span, value: Option<Value<'_>>) {
        let known = |key: &str| {
            of.ends().iter().any(|(role, _)| *role == key)
                || (of == Type::Gateway && key == OLD_SWITCH)
        };
        self.unreadable |= value.is_some_and(|link| link.entries().any(|end| !known(end.key)));
        for (role, device) in of.ends() {
            let end = value.and_then(|value| {
                let entry = value.entry(role);
                match entry {
                    None if *role == "switch" && of == Type::Gateway => value.entry(OLD_SWITCH),
                    entry => entry,
                }
            });
            let mut read = End {
                link,
                role,
                device: *device,
                span: end.map_or(holder, |end| end.key_span),
                port: Field::Absent,
                ip: Field::Absent,
            };
            if let Some(end) = end
                && !is_map_or_null(end.value)
            {
                read.port = Field::Wrong(end.value.span());
            }
            for entry in end.into_iter().flat_map(|end| end.value.entries()) {
                match entry.key {
                    "port" => read.port = text(entry.value),
                    "ip" => read.ip = text(entry.value),
                    "nextHop" | "subnets" | "vlan" => {}
                    _ => self.unreadable = true,
                }
            }
            self.unreadable |= matches!(read.port, Field::Wrong(_));
            self.ends.push(read);
        }
    }

    /// Returns the type that counts.
    #[must_use]
    pub fn of(&self) -> Option<Type> {
        self.types.first().map(|(of, _)| *of)
    }

    /// Returns where the key of the type that counts stands.
    #[must_use]
    pub fn key(&self) -> Option<Span> {
        self.types.first().map(|(_, key)| *key)
    }

    /// Returns the ends that stand at a kind of device.
    pub fn at(&self, device: Device) -> impl Iterator<Item = &End> {
        self.ends.iter().filter(move |end| end.device == device)
    }

    /// Returns the names of its switches, each once, in source order.
    #[must_use]
    pub fn switches(&self) -> Vec<&str> {
        self.switch_ends().map(|(name, _)| name).collect()
    }

    /// Returns its switches by name, each once with its first end, in source order.
    pub fn switch_ends(&self) -> impl Iterator<Item = (&str, &End)> {
        // A few names are compared faster than they are hashed; how many there are is the author's choice.
        let mut few: SmallSet<&str> = SmallSet::default();
        self.at(Device::Switch)
            .filter_map(|end| Some((end.split()?.0, end)))
            .filter(move |(name, _)| few.insert(name))
    }

    /// Returns where the key of a type stands, where it is set.
    #[must_use]
    pub fn key_of(&self, wanted: Type) -> Option<Span> {
        self.types
            .iter()
            .find(|(of, _)| *of == wanted)
            .map(|(_, key)| *key)
    }

    /// Tells whether admission looks at nothing of it but the metadata.
    #[must_use]
    pub fn is_mclag(&self) -> bool {
        self.of().is_some_and(Type::is_mclag)
    }

    /// Returns the two ends of each link that has two.
    pub fn pairs(&self) -> impl Iterator<Item = (&End, &End)> {
        pairs(&self.ends)
    }

    /// Returns the two ends of each link whose addresses admission reads.
    pub fn numbered_pairs(&self) -> impl Iterator<Item = (&End, &End)> {
        let counts = self.of().is_some_and(Type::is_numbered);
        pairs(if counts { &self.ends } else { &self.numbered })
    }

    pub(super) fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>)) {
        for end in &self.ends {
            if let Some((name, _)) = end.split() {
                sink(Reference {
                    kind: end.device.kind(),
                    name,
                    span: Some(end.port_span()),
                });
            }
        }
        if let Some((name, span)) = self.within_vpc.at() {
            sink(Reference {
                kind: "VPC",
                name,
                span: Some(span),
            });
        }
    }
}

packed! {
    Connection { types, ends, links, within_vpc, mtu, numbered, unreadable }
    End { link, role, device, span, port, ip }
}

packed_words! {
    Type {
        Unbundled, Bundled, Eslag, Fabric, Mesh, Gateway, VpcLoopback, External, StaticExternal, Mclag, MclagDomain,
    }
    Device { Switch, Server, Gateway }
}

/// Keys of ends, each with a number.
fn roles() -> impl Iterator<Item = &'static str> {
    Type::ALL
        .into_iter()
        .flat_map(|of| of.ends().iter().map(|(role, _)| *role))
}

/// Of the words that never change facts hold the keys of ends alone.
impl Pack for &'static str {
    fn pack(&self, out: &mut Out<'_>) {
        match roles().position(|role| role == *self) {
            Some(number) => number.pack(out),
            None => out.fail(),
        }
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        roles().nth(usize::unpack(input)?)
    }
}
