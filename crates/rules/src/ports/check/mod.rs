//! Whether a SwitchProfile is one that Hedgehog takes (SP-02 to SP-05).

mod group;
mod port;
mod port_profile;
mod read;

use std::collections::{HashMap, HashSet};
use std::fmt;

use hnp_yaml::{Span, Value};

use read::{At, Field, entries, field, text};

/// The network operating systems that a profile may name.
pub const NOS_TYPES: [&str; 8] = [
    "cumulus-mlx",
    "cumulus-vx",
    "sonic-bcm-base",
    "sonic-bcm-campus",
    "sonic-bcm-vs",
    "sonic-cls-plus-broadcom",
    "sonic-cls-plus-marvell",
    "sonic-cls-plus-vs",
];

/// Most other names of a profile.
const OTHER_NAMES: usize = 5;

/// One thing wrong with a SwitchProfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProfileProblem,
    /// The field's path from the root of the resource, such as `spec.ports["E1/1"].label`.
    pub path: String,
    /// Where it stands: the field, or what it is missing from.
    pub span: Span,
    /// Where else to look, as for the first of two equal names.
    pub related: Option<Span>,
}

macro_rules! problems {
    ($($name:ident = $code:literal, $text:literal;)*) => {
        /// What can be wrong with a SwitchProfile.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ProfileProblem {
            $(#[doc = concat!($code, ": ", $text, ".")] $name,)*
        }

        impl ProfileProblem {
            /// Everything that can be wrong.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Returns the code of the rule.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

problems! {
    FieldMissing = "SP-02", "the field is required";
    ManyOtherNames = "SP-02", "at most 5 other names are allowed";
    OtherNameEmpty = "SP-02", "another name may not be empty";
    OtherNameRepeated = "SP-02", "the same other name stands in the list before";
    NosType = "SP-02", "no such network operating system is known";
    PortNameShort = "SP-03", "a port's name has at least two characters";
    ManagementName = "SP-03", "a management port's name is M and a number from 1 on";
    DataPortName = "SP-03", "a data port's name is E, the number of the ASIC, a slash and the number of the port, both from 1 on";
    PortNosMissing = "SP-03", "a port needs its name in the operating system";
    PortNosRepeated = "SP-03", "another port has the same name in the operating system";
    BaseNosRepeated = "SP-03", "another port has the same base name in the operating system";
    ManagementNos = "SP-03", "in the operating system a management port is called Management and a number from 0 on";
    OnieMissing = "SP-03", "a management port needs its name in ONIE";
    OnieName = "SP-03", "in ONIE a management port is called eth and a number from 0 on";
    ManagementGroup = "SP-03", "a management port is in no port group";
    ManagementProfile = "SP-03", "a management port has no port profile";
    ManagementBaseNos = "SP-03", "a management port has no base name in the operating system";
    LabelMissing = "SP-03", "a data port needs the label that is printed at it";
    LabelRepeated = "SP-03", "another data port has the same label";
    NeitherProfileNorGroup = "SP-03", "a data port needs a port profile or a port group";
    ProfileAndGroup = "SP-03", "a data port has a port profile or a port group, not both";
    NoPortProfile = "SP-03", "there is no such port profile";
    NoPortGroup = "SP-03", "there is no such port group";
    NoPipeline = "SP-03", "there is no such pipeline";
    PipelineWithoutBreakout = "SP-03", "only a breakout port belongs to a pipeline";
    BreakoutNos = "SP-03", "in the operating system a breakout port is called 1/ and a number";
    BreakoutBaseMissing = "SP-03", "a breakout port needs its base name in the operating system";
    BreakoutBase = "SP-03", "a breakout port's base name in the operating system is Ethernet and a number from 0 on";
    DataNos = "SP-03", "in the operating system a data port is called Ethernet and a number from 0 on";
    GroupUnused = "SP-04", "no port is in the port group";
    GroupNosMissing = "SP-04", "a port group needs its name in the operating system";
    GroupNos = "SP-04", "in the operating system a port group is called by a number from 1 on";
    GroupProfileMissing = "SP-04", "a port group needs a port profile";
    GroupProfileUnknown = "SP-04", "there is no such port profile";
    GroupProfileWithoutSpeed = "SP-04", "a port group needs a port profile with speeds";
    GroupAutoNeg = "SP-04", "a port group's port profile cannot allow auto-negotiation";
    ProfileUnused = "SP-04", "no port and no port group has the port profile";
    NeitherSpeedNorBreakout = "SP-05", "a port profile needs speeds or breakout modes";
    SpeedAndBreakout = "SP-05", "a port profile has speeds or breakout modes, not both";
    AutoNegDefault = "SP-05", "auto-negotiation cannot be the default where it is not allowed";
    DefaultMissing = "SP-05", "a default is required";
    SupportedMissing = "SP-05", "what is supported is required";
    DefaultUnsupported = "SP-05", "the default is not among what is supported";
    Speed = "SP-05", "no such speed is known";
    Mode = "SP-05", "a breakout mode is 1, 2, 4 or 8, an x and a speed";
    OffsetsMissing = "SP-05", "a breakout mode needs the offsets of its lanes";
    PipelineMaxPorts = "SP-05", "a pipeline needs the most ports it serves, at least 1";
}

impl fmt::Display for ProfileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// The problems found so far, and what the parts have to know of each other.
#[derive(Default)]
struct Checker<'s> {
    problems: Vec<Problem>,
    /// Port profiles, groups and pipelines by name.
    profiles: HashMap<&'s str, Value<'s>>,
    groups: HashSet<&'s str>,
    pipelines: HashSet<&'s str>,
    used_profiles: HashSet<&'s str>,
    used_groups: HashSet<&'s str>,
    /// Where names of ports stand that no other port may have.
    nos: HashMap<&'s str, Span>,
    base: HashMap<&'s str, Span>,
    labels: HashMap<&'s str, Span>,
    /// Names in the operating system are judged for SONiC only; Cumulus calls its ports otherwise.
    sonic: bool,
}

/// Checks the `spec` of a SwitchProfile, and returns what is wrong with it in the order of the text of each part: the
/// resource, ports, groups, port profiles, pipelines.
///
/// A value of the wrong type is the schema's business and taken for right here. Nothing is said twice: a reference to
/// nothing is a problem of what refers, a port without a name has none that could be judged.
#[must_use]
pub fn check_profile(spec: Value<'_>) -> Vec<Problem> {
    let mut checker = Checker::default();
    checker.check(spec);
    checker.problems
}

impl<'s> Checker<'s> {
    fn check(&mut self, spec: Value<'s>) {
        let at = At::root("spec");
        let named = |name| entries(spec.get(name));
        self.profiles = named("portProfiles")
            .map(|entry| (entry.key, entry.value))
            .collect();
        self.groups = named("portGroups").map(|entry| entry.key).collect();
        self.pipelines = named("pipelines").map(|entry| entry.key).collect();
        self.resource(spec, &at);

        let ports = at.key("ports");
        for entry in named("ports") {
            self.port(entry, &ports.key(entry.key));
        }
        let groups = at.key("portGroups");
        for entry in named("portGroups") {
            self.group(entry, &groups.key(entry.key));
        }
        let profiles = at.key("portProfiles");
        for entry in named("portProfiles") {
            self.port_profile(entry, &profiles.key(entry.key));
        }
        let pipelines = at.key("pipelines");
        for entry in named("pipelines") {
            self.pipeline(entry, &pipelines.key(entry.key));
        }
    }

    fn resource(&mut self, spec: Value<'s>, at: &At<'_>) {
        for name in ["displayName", "switchSilicon", "nosType", "platform"] {
            if let Field::Missing = field(spec, name) {
                self.put(ProfileProblem::FieldMissing, &at.key(name), spec.span());
            }
        }
        self.sonic = true;
        if let Field::Text(name, span) = field(spec, "nosType") {
            self.sonic = !name.starts_with("cumulus-");
            if !NOS_TYPES.contains(&name) {
                self.put(ProfileProblem::NosType, &at.key("nosType"), span);
            }
        }
        let Some(names) = spec.get("otherNames") else {
            return;
        };
        let at = at.key("otherNames");
        let mut seen = HashMap::new();
        for (index, name) in names.items().enumerate() {
            if index == OTHER_NAMES {
                self.put(ProfileProblem::ManyOtherNames, &at, names.span());
            }
            match text(Some(name)) {
                Field::Missing => {
                    self.put(
                        ProfileProblem::OtherNameEmpty,
                        &at.index(index),
                        name.span(),
                    );
                }
                Field::Text(text, span) => {
                    let at = at.index(index);
                    self.once(
                        ProfileProblem::OtherNameRepeated,
                        &mut seen,
                        text,
                        &at,
                        span,
                    );
                }
                Field::Wrong => {}
            }
        }
    }

    fn pipeline(&mut self, entry: hnp_yaml::Entry<'s>, at: &At<'_>) {
        let max = entry.value.get("maxPorts").filter(|max| !max.is_null());
        let (span, few) = match max {
            None => (entry.key_span, true),
            Some(max) => {
                let number = max.read().as_integer();
                (max.span(), number.is_some_and(|number| number <= 0))
            }
        };
        if few {
            self.put(ProfileProblem::PipelineMaxPorts, &at.key("maxPorts"), span);
        }
    }

    fn put(&mut self, kind: ProfileProblem, at: &At<'_>, span: Span) {
        self.problems.push(Problem {
            kind,
            path: at.text(),
            span,
            related: None,
        });
    }

    /// Notes a name that may stand only once.
    fn once(
        &mut self,
        kind: ProfileProblem,
        seen: &mut HashMap<&'s str, Span>,
        name: &'s str,
        at: &At<'_>,
        span: Span,
    ) {
        if let Some(&first) = seen.get(name) {
            self.put(kind, at, span);
            if let Some(problem) = self.problems.last_mut() {
                problem.related = Some(first);
            }
        } else {
            seen.insert(name, span);
        }
    }
}
