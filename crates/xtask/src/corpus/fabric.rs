//! A fabric as values: every resource with the fields that matter to rules, before any text.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Every resource of a fabric.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fabric {
    /// SwitchGroup names.
    pub switch_groups: Vec<String>,
    /// Switches, spines first.
    pub switches: Vec<Switch>,
    /// Servers.
    pub servers: Vec<Server>,
    /// Connections of every type.
    pub connections: Vec<Connection>,
    /// IPv4 namespaces.
    pub ipv4_namespaces: Vec<Ipv4Namespace>,
    /// VLAN namespaces.
    pub vlan_namespaces: Vec<VlanNamespace>,
    /// VPCs.
    pub vpcs: Vec<Vpc>,
    /// VPC attachments.
    pub attachments: Vec<VpcAttachment>,
    /// VPC peerings.
    pub peerings: Vec<VpcPeering>,
    /// Externals.
    pub externals: Vec<External>,
    /// External attachments.
    pub external_attachments: Vec<ExternalAttachment>,
    /// External peerings.
    pub external_peerings: Vec<ExternalPeering>,
}

/// An IPv4 network or an address with its prefix length, host bits kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cidr {
    /// The address.
    pub addr: Ipv4Addr,
    /// The prefix length, 0 to 32.
    pub bits: u8,
}

impl Cidr {
    /// Makes an address with a prefix length.
    #[must_use]
    pub const fn new(addr: Ipv4Addr, bits: u8) -> Self {
        Self { addr, bits }
    }

    /// Gives the address `offset` places after this one.
    #[must_use]
    pub fn host(self, offset: u32) -> Ipv4Addr {
        Ipv4Addr::from(u32::from(self.addr) + offset)
    }

    /// Tells whether the network of `self` contains `addr`.
    #[must_use]
    pub fn contains(self, addr: Ipv4Addr) -> bool {
        let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
        u32::from(addr) & mask == u32::from(self.addr) & mask
    }

    /// Tells whether two networks share an address.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        if self.bits <= other.bits {
            self.contains(other.addr)
        } else {
            other.contains(self.addr)
        }
    }
}

impl std::fmt::Display for Cidr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.addr, self.bits)
    }
}

/// A port of a switch or a server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// Name of the switch or server.
    pub device: String,
    /// Port name on the device, as `E1/5`, `E1/5/1` or `enp2s1`.
    pub name: String,
}

impl std::fmt::Display for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.device, self.name)
    }
}

/// Role of a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `spine`
    Spine,
    /// `server-leaf`
    ServerLeaf,
    /// `border-leaf`
    BorderLeaf,
    /// `mixed-leaf`
    MixedLeaf,
}

impl Role {
    /// The word of the manifest.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Spine => "spine",
            Self::ServerLeaf => "server-leaf",
            Self::BorderLeaf => "border-leaf",
            Self::MixedLeaf => "mixed-leaf",
        }
    }
}

/// A hydrated switch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Name of a built-in switch profile.
    pub profile: &'static str,
    /// Autonomous system number.
    pub asn: u32,
    /// Management address.
    pub ip: Cidr,
    /// Router id, a /32.
    pub protocol_ip: Cidr,
    /// Tunnel endpoint, a /32; leaves only.
    pub vtep_ip: Option<Cidr>,
    /// Switch groups it belongs to, sorted.
    pub groups: Vec<String>,
    /// ESLAG redundancy group, which stands in `groups` too.
    pub redundancy: Option<String>,
    /// VLAN namespaces it carries, sorted; empty on spines.
    pub vlan_namespaces: Vec<String>,
    /// Breakout mode by port.
    pub breakouts: BTreeMap<PortKey, &'static str>,
    /// Speed by port group.
    pub group_speeds: BTreeMap<u32, &'static str>,
    /// Serial number.
    pub serial: String,
    /// MAC address of the management port.
    pub mac: String,
    /// Lossless queues on.
    pub roce: bool,
    /// What people wrote about it.
    pub description: String,
}

/// A front panel port `E1/<n>`, ordered by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PortKey(pub u32);

impl std::fmt::Display for PortKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "E1/{}", self.0)
    }
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Name.
    pub name: String,
    /// What people wrote about it.
    pub description: String,
}

/// A connection of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Name.
    pub name: String,
    /// Type and links.
    pub link: Link,
    /// MTU, where one is set.
    pub mtu: Option<u32>,
}

/// Links of a connection by type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// One link, one server.
    Unbundled(ServerLink),
    /// A port channel to one switch.
    Bundled(Vec<ServerLink>),
    /// A port channel to the switches of one redundancy group.
    Eslag(Vec<ServerLink>),
    /// Links of one spine and one leaf.
    Fabric(Vec<FabricLink>),
    /// A port towards an edge device.
    External(Port),
    /// A port with static routes to what lies behind it.
    StaticExternal(StaticLink),
}

/// A server's link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerLink {
    /// End on the server.
    pub server: Port,
    /// End on the switch.
    pub switch: Port,
}

/// A link of the fabric with its two /31 addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FabricLink {
    /// End on the spine.
    pub spine: Port,
    /// Address on the spine.
    pub spine_ip: Cidr,
    /// End on the leaf.
    pub leaf: Port,
    /// Address on the leaf.
    pub leaf_ip: Cidr,
}

/// The link of a static external connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticLink {
    /// End on the switch.
    pub switch: Port,
    /// Address on the switch.
    pub ip: Cidr,
    /// Address behind which the subnets lie, inside `ip`.
    pub next_hop: Ipv4Addr,
    /// Subnets behind the link.
    pub subnets: Vec<Cidr>,
    /// VLAN.
    pub vlan: u16,
    /// VPC that the link belongs to.
    pub within_vpc: String,
}

/// An IPv4 namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ipv4Namespace {
    /// Name, at most 11 characters.
    pub name: String,
    /// Subnets, sorted as text.
    pub subnets: Vec<Cidr>,
}

/// A VLAN namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VlanNamespace {
    /// Name.
    pub name: String,
    /// Ranges, both ends included.
    pub ranges: Vec<(u16, u16)>,
}

/// A VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// Name, at most 11 characters.
    pub name: String,
    /// IPv4 namespace.
    pub ipv4_namespace: String,
    /// VLAN namespace.
    pub vlan_namespace: String,
    /// `l3vni` mode; else the default.
    pub l3vni: bool,
    /// Subnets in the order of the manifest.
    pub subnets: Vec<Subnet>,
    /// Pairs of subnets that may talk, by name.
    pub permit: Vec<Vec<String>>,
    /// Static routes: prefix and next hop.
    pub static_routes: Vec<(Cidr, Ipv4Addr)>,
}

/// A subnet of a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// Name.
    pub name: String,
    /// Network.
    pub cidr: Cidr,
    /// VLAN; none where hosts speak BGP.
    pub vlan: Option<u16>,
    /// DHCP service.
    pub dhcp: Dhcp,
    /// Isolated from other subnets of the VPC.
    pub isolated: bool,
}

/// DHCP of a subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dhcp {
    /// No DHCP.
    Off,
    /// A relay to this server.
    Relay(Cidr),
    /// The fabric's own server.
    On {
        /// First and last address, where they are not left to the default.
        range: Option<(Ipv4Addr, Ipv4Addr)>,
        /// Options are written.
        options: bool,
        /// Fixed addresses by MAC.
        fixed: Vec<(String, Ipv4Addr)>,
    },
}

/// Attachment of a VPC subnet to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VpcAttachment {
    /// Name.
    pub name: String,
    /// VPC name.
    pub vpc: String,
    /// Subnet name.
    pub subnet: String,
    /// Connection name.
    pub connection: String,
    /// Untagged on the connection.
    pub native: bool,
}

/// Peering of two VPCs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VpcPeering {
    /// Name.
    pub name: String,
    /// The two VPCs with the subnets that are permitted; none listed means all.
    pub permit: [(String, Vec<String>); 2],
}

/// An external network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    /// Name, at most 11 characters.
    pub name: String,
    /// IPv4 namespace.
    pub ipv4_namespace: String,
    /// How routes are learnt.
    pub routes: ExternalRoutes,
}

/// How an external's routes are learnt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExternalRoutes {
    /// By BGP, marked with an inbound and an outbound community.
    Bgp {
        /// Community of routes from the edge.
        inbound: String,
        /// Community of routes to the edge.
        outbound: String,
    },
    /// Static prefixes.
    Static(Vec<Cidr>),
}

/// Attachment of an external to a border leaf's port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalAttachment {
    /// Name.
    pub name: String,
    /// External name.
    pub external: String,
    /// Connection name.
    pub connection: String,
    /// VLAN.
    pub vlan: u16,
    /// Address on the switch.
    pub ip: Cidr,
    /// Address of the edge device.
    pub remote: Ipv4Addr,
    /// ASN of the edge device; none where routes are static.
    pub remote_asn: Option<u32>,
    /// An inbound access list is written.
    pub acl: bool,
}

/// Peering of a VPC with an external.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalPeering {
    /// Name.
    pub name: String,
    /// VPC name.
    pub vpc: String,
    /// Subnets of the VPC, sorted.
    pub subnets: Vec<String>,
    /// External name.
    pub external: String,
    /// Prefixes taken from the external, sorted.
    pub prefixes: Vec<Cidr>,
}
