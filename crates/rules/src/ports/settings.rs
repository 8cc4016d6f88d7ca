//! What a Switch sets on its ports, against what its profile allows (SW-09 to SW-13).

use std::fmt;

use super::layout::{Lanes, Layout, split_lane};
use super::profile::{BreakoutMode, Port, Profile, Text};
use super::speed::plain_speed;

/// What is wrong with an entry of `portGroupSpeeds`, `portSpeeds`, `portBreakouts`, `portAutoNegs` or `portFECs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingProblem<'p> {
    /// The profile has no such port.
    NoPort,
    /// The profile has no such port group.
    NoGroup,
    /// The port has no such lane as the switch breaks it out: it has this many, 0 where it cannot be broken out.
    NoLane(u32),
    /// A lane is named where the whole port is set.
    WholePort,
    /// The whole port is named, but each of its lanes is set by itself: there are this many.
    PerLane(u32),
    /// Management ports cannot be set.
    Management,
    /// The port's speed is that of this group.
    InGroup(&'p str),
    /// The speed of a breakout port comes from its breakout mode.
    SpeedByMode,
    /// The port cannot be broken out.
    NotBreakout,
    /// The profile does not say what speeds there are.
    NoSpeeds,
    /// The speed is not among the supported.
    Speed(&'p [Text]),
    /// The breakout mode is not among the supported.
    Mode(&'p [BreakoutMode]),
    /// Auto-negotiation cannot be set on the port.
    AutoNeg,
}

impl Profile {
    /// Checks an entry of `portGroupSpeeds` (SW-09).
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn check_group_speed(&self, group: &str, speed: &str) -> Result<(), SettingProblem<'_>> {
        let group = self.group(group).ok_or(SettingProblem::NoGroup)?;
        let speeds = group.speeds.as_ref().ok_or(SettingProblem::NoSpeeds)?;
        supported(&speeds.supported, speed)
    }

    /// Checks an entry of `portSpeeds` (SW-10): only a port with a speed of its own can be set.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn check_speed(&self, port: &str, speed: &str) -> Result<(), SettingProblem<'_>> {
        let found = self.whole(port).map_err(|problem| match problem {
            SettingProblem::WholePort => SettingProblem::SpeedByMode,
            other => other,
        })?;
        match found {
            Port::Speed(speeds) => supported(&speeds.supported, speed),
            Port::Management => Err(SettingProblem::Management),
            Port::Group(group) => Err(SettingProblem::InGroup(&group.name)),
            Port::Breakout(_) => Err(SettingProblem::SpeedByMode),
            Port::Bare => Err(SettingProblem::NoSpeeds),
        }
    }

    /// Checks an entry of `portBreakouts` (SW-11).
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn check_breakout(&self, port: &str, mode: &str) -> Result<(), SettingProblem<'_>> {
        match self.whole(port)? {
            Port::Breakout(breakouts) if breakouts.lanes(mode).is_some() => Ok(()),
            Port::Breakout(breakouts) => Err(SettingProblem::Mode(&breakouts.supported)),
            Port::Management => Err(SettingProblem::Management),
            Port::Group(_) | Port::Speed(_) | Port::Bare => Err(SettingProblem::NotBreakout),
        }
    }

    /// Returns a port that has to be named without a lane.
    fn whole(&self, name: &str) -> Result<Port<'_>, SettingProblem<'_>> {
        if let Some(port) = self.port(name) {
            return Ok(port);
        }
        let port = split_lane(name).and_then(|(port, _)| self.port(port));
        match port {
            Some(Port::Breakout(_)) => Err(SettingProblem::WholePort),
            _ => Err(SettingProblem::NoPort),
        }
    }
}

impl<'p> Layout<'p> {
    /// Checks a key of `portAutoNegs` (SW-12): ports with a speed of their own by name, breakout ports lane by lane, each only
    /// where the profile allows it. A value of false counts as setting it. Where the profile's allowance or the mode in force
    /// is not known, nothing is said.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn check_auto_neg(&self, name: &str) -> Result<(), SettingProblem<'p>> {
        let allowed = match self.settable(name)? {
            (Port::Breakout(_), Lanes::Broken(lanes), None) => {
                return Err(SettingProblem::PerLane(lanes));
            }
            (Port::Breakout(breakouts), _, _) => breakouts.auto_neg,
            (Port::Speed(speeds), ..) => speeds.auto_neg,
            (Port::Group(group), ..) => return Err(SettingProblem::InGroup(&group.name)),
            (Port::Management | Port::Bare, ..) => Some(false),
        };
        match allowed {
            Some(false) => Err(SettingProblem::AutoNeg),
            _ => Ok(()),
        }
    }

    /// Checks a key of `portFECs` (SW-13): any data port by name, a breakout port also lane by lane, and only so where it has
    /// more than one. [`FEC_MODES`](super::FEC_MODES) lists the values.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn check_fec(&self, name: &str) -> Result<(), SettingProblem<'p>> {
        match self.settable(name)? {
            (_, Lanes::Broken(lanes), None) if lanes != 1 => Err(SettingProblem::PerLane(lanes)),
            _ => Ok(()),
        }
    }

    /// Finds a data port or a lane of one.
    fn settable(&self, name: &str) -> Result<(Port<'p>, Lanes, Option<u32>), SettingProblem<'p>> {
        let Some((slot, kind, lane)) = self.find(name) else {
            let port = split_lane(name).map(|(port, _)| (port, self.lanes(port)));
            return Err(match port {
                Some((port, _)) if self.profile().port(port) == Some(Port::Management) => {
                    SettingProblem::Management
                }
                Some((_, Some(Lanes::Broken(lanes)))) => SettingProblem::NoLane(lanes),
                Some((_, Some(Lanes::Whole))) => SettingProblem::NoLane(0),
                _ => SettingProblem::NoPort,
            });
        };
        match self.profile().port_of(kind) {
            Port::Management => Err(SettingProblem::Management),
            port => Ok((port, self.lanes_of(slot, kind), lane)),
        }
    }
}

fn supported<'p>(speeds: &'p [Text], speed: &str) -> Result<(), SettingProblem<'p>> {
    let speed = plain_speed(speed);
    if speeds.iter().any(|known| known == speed) {
        Ok(())
    } else {
        Err(SettingProblem::Speed(speeds))
    }
}

impl fmt::Display for SettingProblem<'_> {
    /// Says what is wrong and what may be set instead, as the rest of a sentence that has named the entry.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPort => f.write_str("the switch profile has no such port"),
            Self::NoGroup => f.write_str("the switch profile has no such port group"),
            Self::NoLane(0) => f.write_str("the port cannot be broken out, so it has no lanes"),
            Self::NoLane(1) => f.write_str("the port is not broken out: its only lane is 1"),
            Self::NoLane(lanes) => write!(f, "the port has the lanes 1 to {lanes}"),
            Self::WholePort => f.write_str("the port is set as a whole: name it without the lane"),
            Self::PerLane(1) => f.write_str("each lane is set by itself: add `/1`"),
            Self::PerLane(lanes) => write!(f, "each lane is set by itself: add `/1` to `/{lanes}`"),
            Self::Management => f.write_str("it is a management port"),
            Self::InGroup(group) => write!(f, "the port is set through its port group {group}"),
            Self::SpeedByMode => {
                f.write_str("the port's speed comes from its breakout mode: set portBreakouts")
            }
            Self::NotBreakout => f.write_str("the port cannot be broken out"),
            Self::NoSpeeds => f.write_str("the switch profile names no speeds for it"),
            Self::Speed(speeds) => {
                let names = speeds.iter().map(AsRef::as_ref);
                listed(f, "supported speeds: ", names)
            }
            Self::Mode(modes) => {
                let names = modes.iter().map(|mode| mode.name.as_ref());
                listed(f, "supported modes: ", names)
            }
            Self::AutoNeg => f.write_str("the port does not let auto-negotiation be set"),
        }
    }
}

/// How many names a message lists; built-in profiles have at most 16 modes.
const LISTED: usize = 20;

fn listed<'n>(
    f: &mut fmt::Formatter<'_>,
    head: &str,
    mut names: impl Iterator<Item = &'n str>,
) -> fmt::Result {
    f.write_str(head)?;
    let mut separator = "";
    for name in names.by_ref().take(LISTED) {
        let short: String = name.chars().take(LISTED).collect();
        write!(f, "{separator}{short}")?;
        separator = ", ";
    }
    if separator.is_empty() {
        f.write_str("none")?;
    } else if names.next().is_some() {
        f.write_str(", …")?;
    }
    Ok(())
}
