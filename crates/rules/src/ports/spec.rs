//! Reading a profile from a SwitchProfile of the repository.

use std::sync::Arc;

use hnp_yaml::{Reading, Value};

use super::name::PortName;
use super::profile::{
    BreakoutMode, Breakouts, Features, Group, Kind, Odd, Pipeline, Profile, Row, Setup, Speeds,
    Text, by_number,
};

/// Most speeds of one port that are kept: there are 12, and each entry of a switch is looked for in the list.
const SPEEDS: usize = 64;

impl Profile {
    /// Reads the `spec` of a SwitchProfile.
    ///
    /// Nothing is refused: a value of the wrong type is skipped as if it were not there, and a port that says nothing usable
    /// is a [`Port::Bare`](super::Port::Bare). [`check_profile`](super::check_profile) says what is wrong. The name stays
    /// empty; see [`Profile::named`].
    #[must_use]
    pub fn from_spec(spec: Value<'_>) -> Self {
        let mut profile = Self {
            display_name: owned(spec.get("displayName")).unwrap_or_default(),
            silicon: owned(spec.get("switchSilicon")).unwrap_or_default(),
            other_names: texts(spec.get("otherNames")),
            features: spec.get("features").map(features).unwrap_or_default(),
            max_ports: limit(spec.get("maxPorts")),
            ..Self::default()
        };
        let mut setups: Vec<(&str, u32)> = Vec::new();
        for entry in entries(spec.get("portProfiles")) {
            if let Some(setup) = setup(entry.value) {
                setups.push((entry.key, index(profile.setups.len())));
                profile.setups.push(setup);
            }
        }
        setups.sort_unstable();
        let setup_of = |name: &str| find(&setups, name);

        for entry in entries(spec.get("portGroups")) {
            let at = string(entry.value.get("profile")).and_then(setup_of);
            let speeds = match at.and_then(|at| profile.setups.get(at as usize)) {
                Some(Setup::Speed(speeds)) => Some(Arc::clone(speeds)),
                _ => None,
            };
            let name = Text::Owned(entry.key.to_owned());
            profile.groups.push(Group { name, speeds });
        }
        profile
            .groups
            .sort_by(|a, b| by_number(&a.name).cmp(&by_number(&b.name)));

        for entry in entries(spec.get("pipelines")) {
            profile.pipelines.push(Pipeline {
                name: Text::Owned(entry.key.to_owned()),
                max_ports: limit(entry.value.get("maxPorts")),
            });
        }
        profile
            .pipelines
            .sort_by(|a, b| by_number(&a.name).cmp(&by_number(&b.name)));

        let mut rows: Vec<Row> = Vec::new();
        for entry in entries(spec.get("ports")) {
            let port = entry.value;
            let kind = kind(port, &profile, setup_of);
            let pipeline = string(port.get("pipeline")).and_then(|name| {
                let key = by_number(name);
                profile
                    .pipelines
                    .binary_search_by(|pipeline| by_number(&pipeline.name).cmp(&key))
                    .ok()
                    .map(index)
            });
            match PortName::parse(entry.key) {
                Some(PortName { place, lane: None }) => {
                    rows.push((place, kind, pipeline));
                    if let Some(label) = string(port.get("label"))
                        && super::name::number_of(label) != Some(place.port)
                    {
                        profile.labels.push((place, Text::Owned(label.to_owned())));
                    }
                }
                _ => profile.odd.push(Odd {
                    name: entry.key.into(),
                    kind,
                    pipeline,
                }),
            }
        }
        profile.labels.sort();
        profile.odd.sort_by(|a, b| a.name.cmp(&b.name));
        profile.settle(rows);
        profile
    }

    /// Gives the profile a name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Text::Owned(name.to_owned());
        self
    }
}

/// What Hedgehog takes a port for: a management port first, then by its port profile, then by its group.
fn kind(port: Value<'_>, profile: &Profile, setup_of: impl Fn(&str) -> Option<u32>) -> Kind {
    if flag(port.get("management")) == Some(true) {
        return Kind::Management;
    }
    if let Some(at) = string(port.get("profile")).and_then(setup_of) {
        return Kind::Setup(at);
    }
    let group = string(port.get("group")).and_then(|name| {
        let key = by_number(name);
        profile
            .groups
            .binary_search_by(|group| by_number(&group.name).cmp(&key))
            .ok()
    });
    group.map_or(Kind::Bare, |at| Kind::Group(index(at)))
}

fn setup(value: Value<'_>) -> Option<Setup> {
    let auto_neg = Some(flag(value.get("autoNegAllowed")).unwrap_or(false));
    if let Some(breakout) = map(value.get("breakout")) {
        let mut supported: Vec<_> = entries(breakout.get("supported"))
            .map(|entry| BreakoutMode {
                name: Text::Owned(entry.key.to_owned()),
                // The offsets make the lanes, whatever the mode is called.
                lanes: entry
                    .value
                    .get("offsets")
                    .map_or(0, |offsets| index(offsets.items().count())),
            })
            .collect();
        supported.sort_by(|a, b| a.name.cmp(&b.name));
        return Some(Setup::Breakout(Breakouts {
            default: owned(breakout.get("default")).unwrap_or_default(),
            supported,
            auto_neg,
        }));
    }
    let speed = map(value.get("speed"))?;
    let mut supported = texts(speed.get("supported"));
    supported.truncate(SPEEDS);
    Some(Setup::Speed(Arc::new(Speeds {
        default: owned(speed.get("default")).unwrap_or_default(),
        supported,
        auto_neg,
    })))
}

fn features(value: Value<'_>) -> Features {
    let has = |name| flag(value.get(name)).unwrap_or(false);
    Features {
        subinterfaces: has("subinterfaces"),
        acls: has("acls"),
        l2vni: has("l2vni"),
        l3vni: has("l3vni"),
        roce: has("roce"),
        mclag: has("mclag"),
        eslag: has("eslag"),
        ecmp_roce_qpn: has("ecmpRoCEQPN"),
    }
}

fn find(sorted: &[(&str, u32)], name: &str) -> Option<u32> {
    let at = sorted.binary_search_by_key(&name, |(name, _)| name).ok()?;
    sorted.get(at).map(|(_, value)| *value)
}

fn entries(value: Option<Value<'_>>) -> impl Iterator<Item = hnp_yaml::Entry<'_>> {
    value.into_iter().flat_map(Value::entries)
}

fn map(value: Option<Value<'_>>) -> Option<Value<'_>> {
    value.filter(|value| value.kind() == hnp_yaml::Kind::Map)
}

fn string(value: Option<Value<'_>>) -> Option<&str> {
    value.and_then(Value::as_str)
}

fn owned(value: Option<Value<'_>>) -> Option<Text> {
    string(value).map(|text| Text::Owned(text.to_owned()))
}

fn texts(value: Option<Value<'_>>) -> Vec<Text> {
    let items = value.into_iter().flat_map(Value::items);
    items.filter_map(|item| owned(Some(item))).collect()
}

fn flag(value: Option<Value<'_>>) -> Option<bool> {
    match value?.read() {
        Reading::Bool(flag) => Some(flag),
        _ => None,
    }
}

/// A limit; 0 is none.
fn limit(value: Option<Value<'_>>) -> Option<u32> {
    let limit = value?.read().as_integer()?;
    u32::try_from(limit).ok().filter(|limit| *limit > 0)
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
