//! What a kind of switch has and can: the model of a SwitchProfile.

use std::borrow::Cow;
use std::sync::Arc;

use super::name::{Place, PortName};

/// Text of the embedded data, or of a resource that was read.
pub type Text = Cow<'static, str>;

/// What a kind of switch has and can.
///
/// Ports are kept as ranges, so that a lookup is a binary search in a few of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The resource's name, such as `dell-s5248f-on`; empty where it was not given.
    pub name: Text,
    /// The name that people know.
    pub display_name: Text,
    /// Other names that people know.
    pub other_names: Vec<Text>,
    /// What the switch may be used as; known of the built-in profiles only.
    pub roles: Vec<Text>,
    /// The switching chip.
    pub silicon: Text,
    /// What the switch can.
    pub features: Features,
    /// Most lanes in use at a time, where there is a limit.
    pub max_ports: Option<u32>,
    /// Parts of the chip with a limit of their own, sorted by number and name.
    pub pipelines: Vec<Pipeline>,
    /// Groups of ports with one speed, sorted by number and name.
    pub groups: Vec<Group>,
    pub(super) setups: Vec<Setup>,
    /// Sorted, not overlapping.
    pub(super) ranges: Vec<Range>,
    /// Ports whose names have another form than [`PortName`], sorted by name. Only an authored profile can have them.
    pub(super) odd: Vec<Odd>,
    /// Labels that are not just the port's number, sorted by place.
    pub(super) labels: Vec<(Place, Text)>,
    pub(super) totals: Totals,
}

/// What a switch that breaks nothing out uses, counted once a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// Lanes of all data ports.
    pub(super) lanes: u64,
    /// Lanes by pipeline.
    pub(super) pipelines: Vec<u64>,
    /// Whether a port's default mode is not supported.
    pub(super) uncertain: bool,
}

/// What a kind of switch can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// Subinterfaces.
    pub subinterfaces: bool,
    /// Access control lists.
    pub acls: bool,
    /// VXLAN for VPCs that bridge.
    pub l2vni: bool,
    /// VXLAN for VPCs that route.
    pub l3vni: bool,
    /// RoCEv2 and its lossless queues.
    pub roce: bool,
    /// MCLAG.
    pub mclag: bool,
    /// ESLAG.
    pub eslag: bool,
    /// Load balancing by RoCE queue pair.
    pub ecmp_roce_qpn: bool,
}

/// A part of the chip that serves some of the ports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pipeline {
    /// Its name, a number.
    pub name: Text,
    /// Most lanes in use at a time; `None` where it is named by a port only.
    pub max_ports: Option<u32>,
}

/// A group of ports with one speed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Its name, a number.
    pub name: Text,
    /// The speeds; `None` where an authored profile does not say.
    pub speeds: Option<Arc<Speeds>>,
}

/// The speeds of a port or a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Speeds {
    /// The speed where none is set.
    pub default: Text,
    /// What may be set, as the profile lists it.
    pub supported: Vec<Text>,
    /// Whether auto-negotiation may be set; `None` where that is not known.
    pub auto_neg: Option<bool>,
}

/// The breakout modes of a port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breakouts {
    /// The mode where none is set.
    pub default: Text,
    /// What may be set, sorted by name.
    pub supported: Vec<BreakoutMode>,
    /// Whether auto-negotiation may be set; `None` where that is not known.
    pub auto_neg: Option<bool>,
}

/// One breakout mode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BreakoutMode {
    /// Its name, such as `4x25G`.
    pub name: Text,
    /// Number of ports it makes of one.
    pub lanes: u32,
}

impl Breakouts {
    /// Returns into how many lanes a mode breaks the port out; `None` for a mode that is not supported.
    #[must_use]
    pub fn lanes(&self, mode: &str) -> Option<u32> {
        let at = self
            .supported
            .binary_search_by(|known| known.name.as_ref().cmp(mode))
            .ok()?;
        self.supported.get(at).map(|known| known.lanes)
    }
}

/// A port as its profile has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port<'p> {
    /// A management port.
    Management,
    /// A port with a speed of its own.
    Speed(&'p Speeds),
    /// A port whose speed is its group's.
    Group(&'p Group),
    /// A port that can be broken out.
    Breakout(&'p Breakouts),
    /// A port of which an authored profile does not say what it is.
    Bare,
}

/// What a port is, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Management,
    Setup(u32),
    Group(u32),
    Bare,
}

/// How ports can be set, shared by many of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Setup {
    /// Shared with the groups that have it.
    Speed(Arc<Speeds>),
    Breakout(Breakouts),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) asic: u32,
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) kind: Kind,
    pub(super) pipeline: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Odd {
    pub(super) name: Box<str>,
    pub(super) kind: Kind,
    pub(super) pipeline: Option<u32>,
}

/// Which port a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    Place(Place),
    Odd(u32),
}

impl Range {
    pub(super) fn len(&self) -> u64 {
        u64::from(self.last - self.first) + 1
    }
}

impl Profile {
    /// Returns a port by the name it has in the profile; lanes have none.
    #[must_use]
    pub fn port(&self, name: &str) -> Option<Port<'_>> {
        self.slot(name).map(|(_, kind)| self.port_of(kind))
    }

    /// Returns the pipeline that serves a port.
    #[must_use]
    pub fn pipeline_of(&self, name: &str) -> Option<&Pipeline> {
        let pipeline = match self.slot(name)?.0 {
            Slot::Place(place) => self.range(place)?.pipeline,
            Slot::Odd(at) => self.odd.get(at as usize)?.pipeline,
        };
        self.pipelines.get(pipeline? as usize)
    }

    /// Returns what is printed at a port; nothing for management ports and ports that are not there.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<Cow<'_, str>> {
        let (Slot::Place(place), kind) = self.slot(name)? else {
            return None;
        };
        if kind == Kind::Management {
            return None;
        }
        match self.labels.binary_search_by_key(&place, |(at, _)| *at) {
            Ok(at) => self
                .labels
                .get(at)
                .map(|(_, label)| Cow::Borrowed(label.as_ref())),
            Err(_) => Some(Cow::Owned(place.port.to_string())),
        }
    }

    /// Returns a group of ports.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&Group> {
        let key = by_number(name);
        let at = self
            .groups
            .binary_search_by(|group| by_number(&group.name).cmp(&key))
            .ok()?;
        self.groups.get(at)
    }

    /// Returns every port of the profile in order, management ports first; lanes have none.
    pub fn ports(&self) -> impl Iterator<Item = (Cow<'_, str>, Port<'_>)> {
        let placed = self.ranges.iter().flat_map(|range| {
            (range.first..=range.last).map(|port| {
                let asic = range.asic;
                let name = Place { asic, port }.to_string();
                (Cow::Owned(name), self.port_of(range.kind))
            })
        });
        let odd = self
            .odd
            .iter()
            .map(|odd| (Cow::Borrowed(odd.name.as_ref()), self.port_of(odd.kind)));
        placed.chain(odd)
    }

    /// Puts in the ports that have a place, and counts; everything else has to be there before.
    pub(super) fn settle(&mut self, rows: Vec<Row>) {
        self.ranges = ranges(rows);
        let placed = self
            .ranges
            .iter()
            .map(|range| (range.kind, range.pipeline, range.len()));
        let odd = self.odd.iter().map(|odd| (odd.kind, odd.pipeline, 1));
        let mut totals = Totals {
            pipelines: vec![0; self.pipelines.len()],
            ..Totals::default()
        };
        for (kind, pipeline, ports) in placed.chain(odd) {
            if kind == Kind::Management {
                continue;
            }
            let each = self.default_lanes(kind);
            totals.uncertain |= each.is_none();
            let lanes = each.unwrap_or(1).saturating_mul(ports);
            totals.lanes = totals.lanes.saturating_add(lanes);
            if let Some(total) = pipeline.and_then(|at| totals.pipelines.get_mut(at as usize)) {
                *total = total.saturating_add(lanes);
            }
        }
        self.totals = totals;
    }

    /// Returns the lanes of a port that the switch leaves alone; `None` where its default mode is not supported.
    pub(super) fn default_lanes(&self, kind: Kind) -> Option<u64> {
        match self.port_of(kind) {
            Port::Breakout(breakouts) => breakouts.lanes(&breakouts.default).map(u64::from),
            _ => Some(1),
        }
    }

    pub(super) fn port_of(&self, kind: Kind) -> Port<'_> {
        let found = match kind {
            Kind::Management => Some(Port::Management),
            Kind::Bare => None,
            Kind::Group(at) => self.groups.get(at as usize).map(Port::Group),
            Kind::Setup(at) => self.setups.get(at as usize).map(|setup| match setup {
                Setup::Speed(speeds) => Port::Speed(speeds),
                Setup::Breakout(breakouts) => Port::Breakout(breakouts),
            }),
        };
        found.unwrap_or(Port::Bare)
    }

    /// Finds a port by the name it has in the profile.
    pub(super) fn slot(&self, name: &str) -> Option<(Slot, Kind)> {
        match PortName::parse(name) {
            Some(PortName { place, lane: None }) => {
                let range = self.range(place)?;
                Some((Slot::Place(place), range.kind))
            }
            _ => {
                let at = self
                    .odd
                    .binary_search_by(|odd| odd.name.as_ref().cmp(name))
                    .ok()?;
                let odd = self.odd.get(at)?;
                Some((Slot::Odd(u32::try_from(at).ok()?), odd.kind))
            }
        }
    }

    pub(super) fn range(&self, place: Place) -> Option<&Range> {
        let after = self
            .ranges
            .partition_point(|range| (range.asic, range.first) <= (place.asic, place.port));
        let range = self.ranges.get(after.checked_sub(1)?)?;
        (range.asic == place.asic && place.port <= range.last).then_some(range)
    }
}

/// Orders names that are mostly numbers as numbers: 2 before 10.
pub(super) fn by_number(name: &str) -> (u32, &str) {
    (super::name::number_of(name).unwrap_or(u32::MAX), name)
}

/// One port with what it is and its pipeline.
pub(super) type Row = (Place, Kind, Option<u32>);

/// Makes ranges of ports; of two rows for one port the first counts.
fn ranges(mut rows: Vec<Row>) -> Vec<Range> {
    rows.sort_by_key(|(place, ..)| *place);
    rows.dedup_by_key(|(place, ..)| *place);
    let mut ranges: Vec<Range> = Vec::new();
    for (place, kind, pipeline) in rows {
        match ranges.last_mut() {
            Some(range)
                if (range.asic, range.kind, range.pipeline) == (place.asic, kind, pipeline)
                    && range.last.checked_add(1) == Some(place.port) =>
            {
                range.last = place.port;
            }
            _ => ranges.push(Range {
                asic: place.asic,
                first: place.port,
                last: place.port,
                kind,
                pipeline,
            }),
        }
    }
    ranges
}
