//! The numbers of a fabric: how many of what, for any size.
//!
//! Two topologies, as real fabrics have them. Up to [`RAILS_FROM`] resources: *pods* of servers on pairs of leaves
//! (ESLAG), as a lab or a small data centre. From there: *rails*, scalable units of four leaves where every GPU server
//! has eight single-homed links. The proportions follow the recipes for 50, 500 and 5,000 resources; what a size leaves
//! over goes to servers and attachments, so that the total is exact.

/// Number of resources from which a fabric is built of rails.
pub const RAILS_FROM: usize = 1_000;
/// Links of one server in the rails topology.
pub const RAILS: usize = 8;
/// Leaves of one scalable unit.
pub const UNIT_LEAVES: usize = 4;
/// Servers of one full scalable unit: two rails a leaf, 64 ports a leaf.
pub const UNIT_SERVERS: usize = 32;

/// From this size a fabric has a second pair of namespaces, a static external and a border switch group.
const FULL_FROM: usize = 200;

/// How the leaves and servers are arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topology {
    /// Servers on pairs of leaves.
    Pods {
        /// ESLAG pairs of leaves.
        pairs: usize,
        /// Leaves outside any pair.
        orphans: usize,
    },
    /// GPU servers with one link a rail; two border leaves beside the scalable units.
    Rails {
        /// Scalable units of [`UNIT_LEAVES`] leaves.
        units: usize,
    },
}

/// How many resources of each sort a fabric has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Total number of resources.
    pub size: usize,
    /// Arrangement of leaves and servers.
    pub topology: Topology,
    /// Spine switches.
    pub spines: usize,
    /// Links of each pair of a spine and a leaf.
    pub links_per_pair: usize,
    /// Server resources.
    pub servers: usize,
    /// VPC resources.
    pub vpcs: usize,
    /// VPCAttachment resources.
    pub attachments: usize,
    /// VPCPeering resources.
    pub peerings: usize,
    /// External resources with BGP.
    pub bgp_externals: usize,
    /// External resources with static routes.
    pub static_externals: usize,
    /// Connection resources of type external; as many border leaves have one.
    pub external_connections: usize,
    /// Connection resources of type staticExternal.
    pub static_external_connections: usize,
    /// ExternalPeering resources.
    pub external_peerings: usize,
    /// SwitchGroup resources.
    pub switch_groups: usize,
    /// IPv4Namespace resources, and as many VLANNamespace resources.
    pub namespaces: usize,
}

impl Numbers {
    /// Computes the numbers for a size between [`MIN_SIZE`](super::MIN_SIZE) and [`MAX_SIZE`](super::MAX_SIZE).
    #[must_use]
    pub fn for_size(size: usize) -> Self {
        if size < RAILS_FROM {
            Self::pods(size)
        } else {
            Self::rails(size)
        }
    }

    fn pods(size: usize) -> Self {
        let full = size >= FULL_FROM;
        // A spine has 32 ports; 15 pairs at one link a pair stay below.
        let pairs = ((size + 25) / 50).clamp(1, 15);
        let mut numbers = Self {
            size,
            topology: Topology::Pods {
                pairs,
                orphans: if full { 0 } else { 2 },
            },
            spines: if full { 4 } else { 2 },
            links_per_pair: if full { 1 } else { 2 },
            servers: 0,
            vpcs: (size / 25).max(3),
            attachments: 0,
            peerings: if full { 4 } else { 2 },
            bgp_externals: 2,
            static_externals: usize::from(full),
            external_connections: if full { 2 } else { 1 },
            static_external_connections: usize::from(full),
            external_peerings: if full { 4 } else { 2 },
            switch_groups: pairs + usize::from(full),
            namespaces: if full { 2 } else { 1 },
        };
        if size < 50 {
            numbers.vpcs = 2;
            numbers.peerings = 1;
        }
        // Each server brings a connection; about every other one is attached to a VPC.
        numbers.servers = numbers.left() * 2 / 5;
        numbers.attachments = numbers.left();
        numbers
    }

    fn rails(size: usize) -> Self {
        let recipe = size * 256 / 5_000;
        // At the step to a wider topology fewer servers fit than the proportion says.
        let mut servers = recipe;
        loop {
            let mut numbers = Self::rails_with(size, servers);
            if numbers.total() <= size {
                numbers.attachments += size - numbers.total();
                return numbers;
            }
            servers -= 1;
        }
    }

    fn rails_with(size: usize, servers: usize) -> Self {
        let units = servers.div_ceil(UNIT_SERVERS);
        // A leaf has 16 uplinks: to 8 spines twice or to 16 spines once.
        let (spines, links_per_pair) = if units <= 8 { (8, 2) } else { (16, 1) };
        Self {
            size,
            topology: Topology::Rails { units },
            spines,
            links_per_pair,
            servers,
            vpcs: (size / 160).max(6),
            attachments: servers * RAILS,
            peerings: (size / 500).max(2),
            bgp_externals: 2,
            static_externals: 1,
            external_connections: 2,
            static_external_connections: 1,
            external_peerings: (size / 500).max(2),
            switch_groups: units + 1,
            namespaces: 2,
        }
    }

    /// Leaves of every role, border leaves included.
    #[must_use]
    pub fn leaves(&self) -> usize {
        match self.topology {
            Topology::Pods { pairs, orphans } => 2 * pairs + orphans,
            Topology::Rails { units } => UNIT_LEAVES * units + 2,
        }
    }

    /// Connections between servers and switches.
    #[must_use]
    pub fn server_connections(&self) -> usize {
        match self.topology {
            Topology::Pods { .. } => self.servers,
            Topology::Rails { .. } => self.servers * RAILS,
        }
    }

    /// Every Connection.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.server_connections()
            + self.spines * self.leaves()
            + self.external_connections
            + self.static_external_connections
    }

    /// ExternalAttachment resources: each BGP external on each external connection, a static one on the first.
    #[must_use]
    pub fn external_attachments(&self) -> usize {
        self.bgp_externals * self.external_connections + self.static_externals
    }

    /// Sum over all kinds.
    #[must_use]
    pub fn total(&self) -> usize {
        self.spines
            + self.leaves()
            + self.switch_groups
            + self.servers
            + self.connections()
            + 2 * self.namespaces
            + self.vpcs
            + self.attachments
            + self.peerings
            + self.bgp_externals
            + self.static_externals
            + self.external_attachments()
            + self.external_peerings
    }

    fn left(&self) -> usize {
        self.size.saturating_sub(self.total())
    }
}
