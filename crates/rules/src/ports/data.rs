//! The profiles that every fabric has, read once from the text that is part of the binary.

use std::sync::{Arc, LazyLock};

use super::name::{Place, PortName, number_of};
use super::profile::{
    BreakoutMode, Breakouts, Group, Kind, Pipeline, Profile, Row, Setup, Speeds, Text,
};

/// `data/switch-profiles.txt` says itself how it is to be read. A test holds it to the facts it was made from.
static TEXT: &str = include_str!("../../data/switch-profiles.txt");

static DATA: LazyLock<Data> = LazyLock::new(|| read(TEXT));

struct Data {
    /// Sorted by name.
    profiles: Vec<Profile>,
    /// Sorted.
    optional: Vec<&'static str>,
}

/// What is known of a profile by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Every fabric has it.
    Builtin(&'static Profile),
    /// A fabric has it where its settings ask for it. It exists, but its ports are not known here.
    OptionalByName(&'static str),
    /// Only a SwitchProfile of that name can explain it.
    Unknown,
}

/// Returns a profile that every fabric has.
#[must_use]
pub fn builtin(name: &str) -> Option<&'static Profile> {
    let profiles = &DATA.profiles;
    let at = profiles
        .binary_search_by(|profile| profile.name.as_ref().cmp(name))
        .ok()?;
    profiles.get(at)
}

/// Returns every built-in profile, sorted by name.
#[must_use]
pub fn builtins() -> &'static [Profile] {
    &DATA.profiles
}

/// Returns the names of profiles that a fabric has only where its settings ask for them, sorted.
#[must_use]
pub fn optional() -> &'static [&'static str] {
    &DATA.optional
}

/// Tells what is known of a profile.
#[must_use]
pub fn known(name: &str) -> Known {
    if let Some(profile) = builtin(name) {
        return Known::Builtin(profile);
    }
    let optional = &DATA.optional;
    match optional.binary_search(&name) {
        Ok(at) => optional
            .get(at)
            .map_or(Known::Unknown, |name| Known::OptionalByName(name)),
        Err(_) => Known::Unknown,
    }
}

/// A profile in the making.
#[derive(Default)]
struct Draft {
    profile: Profile,
    rows: Vec<Row>,
    pipelines: Vec<(Place, u32)>,
}

impl Draft {
    fn line(&mut self, word: &str, rest: &'static str) {
        let profile = &mut self.profile;
        match word {
            "name" => profile.display_name = Text::Borrowed(rest),
            "also" => profile.other_names = list(rest, " | "),
            "roles" => profile.roles = list(rest, " | "),
            "silicon" => profile.silicon = Text::Borrowed(rest),
            "features" => rest.split(' ').for_each(|name| self.feature(name)),
            "max-ports" => profile.max_ports = number_of(rest),
            "management" => self.put(rest, Kind::Management),
            "label" => {
                if let Some((name, label)) = rest.split_once(' ')
                    && let Some(port) = PortName::parse(name)
                {
                    profile.labels.push((port.place, Text::Borrowed(label)));
                }
            }
            "speed" | "breakout" | "group" | "pipeline" => {
                let (head, ports) = rest.split_once(" : ").unwrap_or((rest, ""));
                self.ports(word, head, ports);
            }
            _ => {}
        }
    }

    fn ports(&mut self, word: &str, head: &'static str, ports: &'static str) {
        let profile = &mut self.profile;
        match word {
            "speed" => {
                let kind = Kind::Setup(index(&profile.setups));
                profile.setups.push(Setup::Speed(Arc::new(speeds(head))));
                self.put(ports, kind);
            }
            "breakout" => {
                let kind = Kind::Setup(index(&profile.setups));
                profile.setups.push(Setup::Breakout(breakouts(head)));
                self.put(ports, kind);
            }
            "group" => {
                let kind = Kind::Group(index(&profile.groups));
                let (name, head) = head.split_once(' ').unwrap_or((head, ""));
                profile.groups.push(Group {
                    name: Text::Borrowed(name),
                    speeds: Some(Arc::new(speeds(head))),
                });
                self.put(ports, kind);
            }
            _ => {
                let pipeline = index(&profile.pipelines);
                let (name, limit) = head.split_once(" max ").unwrap_or((head, ""));
                profile.pipelines.push(Pipeline {
                    name: Text::Borrowed(name),
                    max_ports: number_of(limit),
                });
                self.pipelines
                    .extend(places(ports).map(|place| (place, pipeline)));
            }
        }
    }

    fn put(&mut self, ports: &'static str, kind: Kind) {
        self.rows
            .extend(places(ports).map(|place| (place, kind, None)));
    }

    fn feature(&mut self, name: &str) {
        let features = &mut self.profile.features;
        match name {
            "subinterfaces" => features.subinterfaces = true,
            "acls" => features.acls = true,
            "l2vni" => features.l2vni = true,
            "l3vni" => features.l3vni = true,
            "roce" => features.roce = true,
            "mclag" => features.mclag = true,
            "eslag" => features.eslag = true,
            "ecmpRoCEQPN" => features.ecmp_roce_qpn = true,
            _ => {}
        }
    }

    fn finish(mut self) -> Profile {
        self.pipelines.sort_unstable();
        for (place, _, pipeline) in &mut self.rows {
            if let Ok(at) = self
                .pipelines
                .binary_search_by_key(place, |(place, _)| *place)
            {
                *pipeline = self.pipelines.get(at).map(|(_, pipeline)| *pipeline);
            }
        }
        self.profile.labels.sort();
        self.profile.settle(self.rows);
        self.profile
    }
}

fn read(text: &'static str) -> Data {
    let mut data = Data {
        profiles: Vec::new(),
        optional: Vec::new(),
    };
    let mut draft: Option<Draft> = None;
    for line in text.lines().map(str::trim) {
        let Some((word, rest)) = line.split_once(' ') else {
            continue;
        };
        match word {
            "#" => {}
            "profile" => {
                data.profiles.extend(draft.take().map(Draft::finish));
                let mut next = Draft::default();
                next.profile.name = Text::Borrowed(rest);
                draft = Some(next);
            }
            "optional" => data.optional.push(rest),
            _ => {
                if let Some(draft) = &mut draft {
                    draft.line(word, rest);
                }
            }
        }
    }
    data.profiles.extend(draft.map(Draft::finish));
    data.profiles.sort_by(|a, b| a.name.cmp(&b.name));
    data.optional.sort_unstable();
    data
}

/// Splits `25G of 10G 25G, no autoneg`: what is the default, what is supported, whether auto-negotiation may be set.
fn choice(head: &'static str) -> (Text, Vec<Text>, Option<bool>) {
    let (choice, auto_neg) = match head.split_once(", ") {
        Some((choice, "autoneg")) => (choice, Some(true)),
        Some((choice, "no autoneg")) => (choice, Some(false)),
        _ => (head, None),
    };
    let (default, supported) = choice.split_once(" of ").unwrap_or((choice, choice));
    (Text::Borrowed(default), list(supported, " "), auto_neg)
}

fn speeds(head: &'static str) -> Speeds {
    let (default, supported, auto_neg) = choice(head);
    Speeds {
        default,
        supported,
        auto_neg,
    }
}

fn breakouts(head: &'static str) -> Breakouts {
    let (default, names, auto_neg) = choice(head);
    let mut supported: Vec<BreakoutMode> = names
        .into_iter()
        .map(|name| BreakoutMode {
            lanes: name
                .split_once('x')
                .and_then(|(n, _)| number_of(n))
                .unwrap_or(1),
            name,
        })
        .collect();
    supported.sort_by(|a, b| a.name.cmp(&b.name));
    Breakouts {
        default,
        supported,
        auto_neg,
    }
}

/// Reads ports such as `M1 E1/1..48 E1/50`.
fn places(text: &'static str) -> impl Iterator<Item = Place> {
    text.split(' ').flat_map(|word| {
        let (first, last) = match word.split_once("..") {
            Some((first, last)) => (first, number_of(last)),
            None => (word, None),
        };
        PortName::parse(first).into_iter().flat_map(move |name| {
            let asic = name.place.asic;
            (name.place.port..=last.unwrap_or(name.place.port))
                .map(move |port| Place { asic, port })
        })
    })
}

fn list(text: &'static str, separator: &str) -> Vec<Text> {
    text.split(separator).map(Text::Borrowed).collect()
}

fn index<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}
