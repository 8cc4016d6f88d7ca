//! The ports that a switch really has: its profile's, broken out as the switch says.

use super::name::number_of;
use super::profile::{Breakouts, Kind, Port, Profile, Slot};

/// Lanes of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lanes {
    /// A port that cannot be broken out is one lane, which has no name of its own.
    Whole,
    /// Number of lanes of a port that can be broken out.
    Broken(u32),
    /// The mode in force is not supported, so nobody can say.
    Unknown,
}

/// The ports of one switch.
#[derive(Clone, Debug)]
pub struct Layout<'p> {
    profile: &'p Profile,
    /// Ports whose mode the switch sets: the lanes, or `None` for a mode that is not supported. Sorted by port.
    set: Vec<(Slot, Option<u32>)>,
}

impl<'p> Layout<'p> {
    /// Makes the layout of a switch of `profile` with `breakouts`, the entries of its `portBreakouts`. Entries for ports that
    /// cannot be broken out change nothing.
    #[must_use]
    pub fn new<'b>(
        profile: &'p Profile,
        breakouts: impl IntoIterator<Item = (&'b str, &'b str)>,
    ) -> Self {
        let mut set: Vec<_> = breakouts
            .into_iter()
            .filter_map(|(name, mode)| {
                let (slot, kind) = profile.slot(name)?;
                match profile.port_of(kind) {
                    Port::Breakout(breakouts) => Some((slot, breakouts.lanes(mode))),
                    _ => None,
                }
            })
            .collect();
        set.sort_by_key(|(slot, _)| *slot);
        set.dedup_by_key(|(slot, _)| *slot);
        Self { profile, set }
    }

    /// Returns the profile.
    #[must_use]
    pub fn profile(&self) -> &'p Profile {
        self.profile
    }

    /// Tells whether every mode in force is supported. Where one is not, Hedgehog refuses the switch, and every connection
    /// on it whatever its port (CON-17).
    #[must_use]
    pub fn is_certain(&self) -> bool {
        !self.profile.totals.uncertain && self.set.iter().all(|(_, lanes)| lanes.is_some())
    }

    /// Returns the lanes of a port by the name it has in the profile.
    #[must_use]
    pub fn lanes(&self, port: &str) -> Option<Lanes> {
        let (slot, kind) = self.profile.slot(port)?;
        Some(self.lanes_of(slot, kind))
    }

    pub(super) fn lanes_of(&self, slot: Slot, kind: Kind) -> Lanes {
        let Port::Breakout(breakouts) = self.profile.port_of(kind) else {
            return Lanes::Whole;
        };
        match self.in_force(slot, breakouts) {
            Some(lanes) => Lanes::Broken(lanes),
            None => Lanes::Unknown,
        }
    }

    fn in_force(&self, slot: Slot, breakouts: &Breakouts) -> Option<u32> {
        match self.set.binary_search_by_key(&slot, |(slot, _)| *slot) {
            Ok(at) => self.set.get(at).and_then(|(_, lanes)| *lanes),
            Err(_) => breakouts.lanes(&breakouts.default),
        }
    }

    /// Tells whether a connection may name this port of the switch (CON-17): a port of the profile, management ports too, or
    /// a lane of a breakout port. Where the mode in force is not supported, every lane that a mode could make is let pass:
    /// the mode is what is wrong.
    #[must_use]
    pub fn has_port(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Finds a port or a lane: the port, what it is, and the lane that the name has.
    pub(super) fn find(&self, name: &str) -> Option<(Slot, Kind, Option<u32>)> {
        if let Some((slot, kind)) = self.profile.slot(name) {
            return Some((slot, kind, None));
        }
        let (port, lane) = split_lane(name)?;
        let (slot, kind) = self.profile.slot(port)?;
        let most = match self.lanes_of(slot, kind) {
            Lanes::Whole => return None,
            Lanes::Broken(lanes) => lanes,
            Lanes::Unknown => 8,
        };
        (lane <= most).then_some((slot, kind, Some(lane)))
    }

    /// Returns every name by which a connection may name a port of the switch, in order: a breakout port by its own name and
    /// by those of its lanes.
    pub fn api_ports(&self) -> impl Iterator<Item = String> {
        let placed = self.profile.ranges.iter().flat_map(move |range| {
            (range.first..=range.last).map(move |port| {
                let place = super::name::Place {
                    asic: range.asic,
                    port,
                };
                (place.to_string(), Slot::Place(place), range.kind)
            })
        });
        let odd = (0u32..)
            .zip(&self.profile.odd)
            .map(|(at, odd)| (odd.name.to_string(), Slot::Odd(at), odd.kind));
        placed.chain(odd).flat_map(move |(name, slot, kind)| {
            let lanes = match self.lanes_of(slot, kind) {
                Lanes::Broken(lanes) => lanes,
                Lanes::Whole | Lanes::Unknown => 0,
            };
            let port = name.clone();
            std::iter::once(name).chain((1..=lanes).map(move |lane| format!("{port}/{lane}")))
        })
    }

    /// Counts the lanes in use (SW-15): one for a port that cannot be broken out, those of the mode in force for any other.
    /// A port whose mode is not supported counts as one; [`Layout::is_certain`] tells whether there is any.
    #[must_use]
    pub fn usage(&self) -> Usage<'p> {
        let profile = self.profile;
        let totals = &profile.totals;
        let mut usage = Usage {
            lanes: totals.lanes,
            max: profile.max_ports,
            pipelines: profile
                .pipelines
                .iter()
                .zip(&totals.pipelines)
                .map(|(pipeline, lanes)| PipelineUsage {
                    name: &pipeline.name,
                    lanes: *lanes,
                    max: pipeline.max_ports,
                })
                .collect(),
        };
        for &(slot, lanes) in &self.set {
            let found = match slot {
                Slot::Place(place) => profile
                    .range(place)
                    .map(|range| (range.kind, range.pipeline)),
                Slot::Odd(at) => profile
                    .odd
                    .get(at as usize)
                    .map(|odd| (odd.kind, odd.pipeline)),
            };
            if let Some((kind, pipeline)) = found {
                usage.take(pipeline, profile.default_lanes(kind).unwrap_or(1));
                usage.add(pipeline, lanes.map_or(1, u64::from));
            }
        }
        usage
    }
}

/// Splits `E1/4/1` into port and lane.
pub(super) fn split_lane(name: &str) -> Option<(&str, u32)> {
    let (port, lane) = name.rsplit_once('/')?;
    Some((port, number_of(lane)?))
}

/// The lanes that a switch uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage<'p> {
    /// Lanes of all data ports.
    pub lanes: u64,
    /// The most that the profile allows.
    pub max: Option<u32>,
    /// By pipeline, in the profile's order.
    pub pipelines: Vec<PipelineUsage<'p>>,
}

/// The lanes that the ports of one pipeline use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PipelineUsage<'p> {
    /// The pipeline.
    pub name: &'p str,
    /// Lanes of its ports.
    pub lanes: u64,
    /// The most that the profile allows.
    pub max: Option<u32>,
}

impl Usage<'_> {
    /// Tells whether the switch as a whole uses more lanes than its profile allows.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.max.is_some_and(|max| self.lanes > u64::from(max))
    }

    /// Returns the pipelines whose ports use more lanes than the profile allows.
    pub fn over(&self) -> impl Iterator<Item = &PipelineUsage<'_>> {
        self.pipelines.iter().filter(|pipeline| {
            pipeline
                .max
                .is_some_and(|max| pipeline.lanes > u64::from(max))
        })
    }

    fn add(&mut self, pipeline: Option<u32>, lanes: u64) {
        self.lanes = self.lanes.saturating_add(lanes);
        if let Some(pipeline) = pipeline.and_then(|at| self.pipelines.get_mut(at as usize)) {
            pipeline.lanes = pipeline.lanes.saturating_add(lanes);
        }
    }

    fn take(&mut self, pipeline: Option<u32>, lanes: u64) {
        self.lanes = self.lanes.saturating_sub(lanes);
        if let Some(pipeline) = pipeline.and_then(|at| self.pipelines.get_mut(at as usize)) {
            pipeline.lanes = pipeline.lanes.saturating_sub(lanes);
        }
    }
}

/// Tells whether a connection may name this port of a switch; for more than a few names make a [`Layout`].
#[must_use]
pub fn has_port<'b>(
    profile: &Profile,
    breakouts: impl IntoIterator<Item = (&'b str, &'b str)>,
    name: &str,
) -> bool {
    Layout::new(profile, breakouts).has_port(name)
}

/// Returns every name by which a connection may name a port of a switch, in order.
#[must_use]
pub fn api_ports<'b>(
    profile: &Profile,
    breakouts: impl IntoIterator<Item = (&'b str, &'b str)>,
) -> Vec<String> {
    Layout::new(profile, breakouts).api_ports().collect()
}
