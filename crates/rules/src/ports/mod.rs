//! The ports of switches: which there are, what they are called, and what may be set on them.
//!
//! A [`Profile`] says what a kind of switch has; [`builtin`] returns those that every fabric has, [`Profile::from_spec`] reads
//! one from a repository. A [`Layout`] is a profile broken out as one switch says, and answers which ports that switch has
//! and what it may set on them. Everything here is pure, and speaks of problems as values: findings are the rules' business.

mod check;
mod data;
mod layout;
mod name;
mod nearest;
mod profile;
mod settings;
mod spec;
mod speed;

pub use check::{NOS_TYPES, Problem, ProfileProblem, check_profile};
pub use data::{Known, builtin, builtins, known, optional};
pub use layout::{Lanes, Layout, PipelineUsage, Usage, api_ports, has_port};
pub use name::{Place, PortName, canonical_port};
pub use profile::{
    BreakoutMode, Breakouts, Features, Group, Pipeline, Port, Profile, Speeds, Text,
};
pub use settings::SettingProblem;
pub use speed::{FEC_MODES, Mode, Speed, plain_speed};
