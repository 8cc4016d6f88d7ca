//! The port model: built-in profiles, the ports of a switch, what may be set on them, and what a SwitchProfile must be.
//! `UPDATE_PROFILES=1` writes the data file anew from the facts beside the workspace.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use hnp_rules::ports::{
    self, Known, Lanes, Layout, Mode, Place, Port, PortName, Profile, ProfileProblem as P,
    SettingProblem, Speed, builtin, canonical_port, check_profile, known, plain_speed,
};
use hnp_yaml::{Options, Stream, parse};
use serde_json::Value as Json;

// ---------------------------------------------------------------------------------------------- the data and its facts

const HEAD: &str = "\
# Switch profiles that every Hedgehog fabric has. Made from facts by UPDATE_PROFILES=1 cargo test -p hnp-rules --test ports.
#
# profile NAME starts a profile; name, also (other names), roles, silicon, features and max-ports (lanes in use) are its own.
# group NAME SPEEDS : PORTS     ports with one speed
# speed SPEEDS : PORTS          ports with a speed of their own
# breakout MODES : PORTS        ports that can be broken out
# pipeline NAME max LANES : PORTS
# label PORT LABEL              where what is printed at a port is not its number
#
# SPEEDS and MODES are `DEFAULT of SUPPORTED`, then whether auto-negotiation may be set, where that is known.
# PORTS are names and ranges: E1/1..4 is E1/1 to E1/4.
# optional NAME is a profile that a fabric has only where its settings ask for it, and of which only the name is known.
";

const OPTIONAL: [&str; 7] = [
    "celestica-ds2000-clsp",
    "celestica-ds3000-clsp",
    "celestica-ds4000-clsp",
    "celestica-ds4101-clsp",
    "celestica-ds5000-clsp",
    "cumulus-vx",
    "vs-clsp",
];

/// The facts say of ports with a speed of their own whether auto-negotiation may be set, but not of breakout ports. What is
/// known of those besides; of the others nothing is.
const BREAKOUT_AUTO_NEG: [(&str, bool); 7] = [
    ("celestica-ds4000", false),
    ("celestica-ds5000", true),
    ("dell-s5232f-on", false),
    ("dell-s5248f-on", false),
    ("edgecore-dcs203", false),
    ("edgecore-dcs204", false),
    ("edgecore-dcs501", false),
];

const FEATURES: [&str; 8] = [
    "subinterfaces",
    "acls",
    "l2vni",
    "l3vni",
    "roce",
    "mclag",
    "eslag",
    "ecmpRoCEQPN",
];

fn facts() -> Option<Json> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/switchprofiles.json");
    match std::fs::read_to_string(path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            eprintln!("skipped: no ../shared/data/switchprofiles.json beside the workspace");
            None
        }
    }
}

fn data_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/switch-profiles.txt")
}

fn strings(list: &Json) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| item.as_str().unwrap())
        .collect()
}

fn breakout_auto_neg(profile: &str) -> Option<bool> {
    BREAKOUT_AUTO_NEG
        .iter()
        .find(|(name, _)| *name == profile)
        .map(|(_, allowed)| *allowed)
}

fn auto_neg(profile: &str, port: &Json) -> Option<bool> {
    match port["type"].as_str().unwrap() {
        "speed" => Some(port["autoNeg"].as_bool().unwrap_or(false)),
        "breakout" => breakout_auto_neg(profile),
        _ => None,
    }
}

fn choice(of: &Json) -> String {
    format!(
        "{} of {}",
        of["default"].as_str().unwrap(),
        strings(&of["supported"]).join(" ")
    )
}

/// Writes names of ports as ranges.
fn compact<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut ranges: Vec<(Place, u32)> = Vec::new();
    for name in names {
        let place = PortName::parse(name).unwrap().place;
        match ranges.last_mut() {
            Some((first, last)) if first.asic == place.asic && *last + 1 == place.port => {
                *last = place.port;
            }
            _ => ranges.push((place, place.port)),
        }
    }
    let texts: Vec<String> = ranges
        .into_iter()
        .map(|(first, last)| match last == first.port {
            true => first.to_string(),
            false => format!("{first}..{last}"),
        })
        .collect();
    texts.join(" ")
}

fn generate(facts: &Json) -> String {
    let mut text = HEAD.to_owned();
    for (name, profile) in facts.as_object().unwrap() {
        let line = |text: &mut String, word: &str, value: &str| {
            if !value.is_empty() {
                writeln!(text, "  {word} {value}").unwrap();
            }
        };
        writeln!(text, "\nprofile {name}").unwrap();
        line(&mut text, "name", profile["displayName"].as_str().unwrap());
        line(
            &mut text,
            "also",
            &strings(&profile["otherNames"]).join(" | "),
        );
        line(&mut text, "roles", &strings(&profile["roles"]).join(" | "));
        line(&mut text, "silicon", profile["silicon"].as_str().unwrap());
        let has = |feature: &&str| profile["features"][*feature].as_bool().unwrap();
        let features: Vec<&str> = FEATURES.into_iter().filter(|name| has(name)).collect();
        line(&mut text, "features", &features.join(" "));
        if let Some(max) = profile["maxPorts"].as_u64().filter(|max| *max > 0) {
            line(&mut text, "max-ports", &max.to_string());
        }
        let ports = profile["ports"].as_object().unwrap();
        let of = |matches: &dyn Fn(&Json) -> bool| {
            compact(
                ports
                    .iter()
                    .filter(|(_, port)| matches(port))
                    .map(|(name, _)| name.as_str()),
            )
        };
        line(
            &mut text,
            "management",
            &of(&|port| port["type"] == "management"),
        );
        for (group, speeds) in profile["portGroups"].as_object().unwrap() {
            let ports = of(&|port| port["group"] == group.as_str());
            line(
                &mut text,
                "group",
                &format!("{group} {} : {ports}", choice(speeds)),
            );
        }
        let mut seen: Vec<String> = Vec::new();
        for port in ports
            .values()
            .filter(|port| port["type"] == "speed" || port["type"] == "breakout")
        {
            let say = |port: &Json| {
                if port["type"] != "speed" && port["type"] != "breakout" {
                    return String::new();
                }
                let auto_neg = match auto_neg(name, port) {
                    Some(true) => ", autoneg",
                    Some(false) => ", no autoneg",
                    None => "",
                };
                format!(
                    "{} {}{auto_neg}",
                    port["type"].as_str().unwrap(),
                    choice(port)
                )
            };
            let said = say(port);
            if !seen.contains(&said) {
                let ports = of(&|other| say(other) == said);
                writeln!(text, "  {said} : {ports}").unwrap();
                seen.push(said);
            }
        }
        for (pipeline, part) in profile["pipelines"].as_object().unwrap() {
            let ports = of(&|port| port["pipeline"] == pipeline.as_str());
            line(
                &mut text,
                "pipeline",
                &format!("{pipeline} max {} : {ports}", part["maxPorts"]),
            );
        }
        for (port, fact) in ports {
            let number = PortName::parse(port).unwrap().place.port.to_string();
            let label = fact["label"].as_str().unwrap();
            if fact["type"] != "management" && label != number {
                line(&mut text, "label", &format!("{port} {label}"));
            }
        }
    }
    text.push('\n');
    for name in OPTIONAL {
        writeln!(text, "optional {name}").unwrap();
    }
    text
}

#[test]
fn the_data_file_is_what_the_facts_make() {
    let Some(facts) = facts() else { return };
    let made = generate(&facts);
    if std::env::var_os("UPDATE_PROFILES").is_some() {
        std::fs::write(data_file(), made).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(data_file()).unwrap();
    assert!(
        kept == made,
        "the data file differs from the facts; run UPDATE_PROFILES=1 cargo test -p hnp-rules --test ports"
    );
}

/// The other way round: every field of the facts is what the model answers, and the model has nothing besides.
#[test]
fn the_model_equals_the_facts_field_by_field() {
    let Some(facts) = facts() else { return };
    if std::env::var_os("UPDATE_PROFILES").is_some() {
        return;
    }
    let facts = facts.as_object().unwrap();
    let names: Vec<_> = ports::builtins()
        .iter()
        .map(|profile| profile.name.as_ref())
        .collect();
    assert_eq!(names, facts.keys().map(String::as_str).collect::<Vec<_>>());
    for (name, fact) in facts {
        let profile = builtin(name).unwrap();
        assert_eq!(
            profile.display_name,
            fact["displayName"].as_str().unwrap(),
            "{name}"
        );
        assert_eq!(profile.other_names, strings(&fact["otherNames"]), "{name}");
        assert_eq!(profile.roles, strings(&fact["roles"]), "{name}");
        assert_eq!(profile.silicon, fact["silicon"].as_str().unwrap(), "{name}");
        let has = profile.features;
        let features = [
            has.subinterfaces,
            has.acls,
            has.l2vni,
            has.l3vni,
            has.roce,
            has.mclag,
            has.eslag,
            has.ecmp_roce_qpn,
        ];
        for (feature, has) in FEATURES.into_iter().zip(features) {
            assert_eq!(fact["features"][feature], has, "{name} {feature}");
        }
        assert_eq!(
            fact["features"].as_object().unwrap().len(),
            FEATURES.len(),
            "{name}"
        );
        assert_eq!(
            u64::from(profile.max_ports.unwrap_or(0)),
            fact["maxPorts"].as_u64().unwrap()
        );

        let pipelines = fact["pipelines"].as_object().unwrap();
        assert_eq!(profile.pipelines.len(), pipelines.len(), "{name}");
        for pipeline in &profile.pipelines {
            let fact = &pipelines[pipeline.name.as_ref()];
            assert_eq!(
                u64::from(pipeline.max_ports.unwrap()),
                fact["maxPorts"].as_u64().unwrap()
            );
            let labels: Vec<String> = profile
                .ports()
                .filter(|(port, _)| profile.pipeline_of(port) == Some(pipeline))
                .map(|(port, _)| profile.label(&port).unwrap().into_owned())
                .collect();
            assert_eq!(
                labels,
                strings(&fact["frontPanel"]),
                "{name} {}",
                pipeline.name
            );
        }

        let groups = fact["portGroups"].as_object().unwrap();
        assert_eq!(profile.groups.len(), groups.len(), "{name}");
        for (group, fact) in groups {
            let speeds = profile.group(group).unwrap().speeds.as_ref().unwrap();
            assert_eq!(speeds.default, fact["default"].as_str().unwrap());
            assert_eq!(speeds.supported, strings(&fact["supported"]));
        }

        let ports = fact["ports"].as_object().unwrap();
        assert_eq!(profile.ports().count(), ports.len(), "{name}");
        for (port, fact) in ports {
            let label = profile.label(port).unwrap_or_default();
            assert_eq!(label, fact["label"].as_str().unwrap(), "{name} {port}");
            let pipeline = profile
                .pipeline_of(port)
                .map(|pipeline| pipeline.name.as_ref());
            assert_eq!(pipeline, fact["pipeline"].as_str(), "{name} {port}");
            match (fact["type"].as_str().unwrap(), profile.port(port).unwrap()) {
                ("management", Port::Management) => {}
                ("group", Port::Group(group)) => {
                    assert_eq!(group.name, fact["group"].as_str().unwrap());
                }
                ("speed", Port::Speed(speeds)) => {
                    assert_eq!(speeds.default, fact["default"].as_str().unwrap());
                    assert_eq!(speeds.supported, strings(&fact["supported"]));
                    assert_eq!(speeds.auto_neg, auto_neg(name, fact));
                }
                ("breakout", Port::Breakout(breakouts)) => {
                    assert_eq!(breakouts.default, fact["default"].as_str().unwrap());
                    let modes: Vec<_> = breakouts
                        .supported
                        .iter()
                        .map(|mode| mode.name.as_ref())
                        .collect();
                    assert_eq!(modes, strings(&fact["supported"]));
                    for mode in &breakouts.supported {
                        assert_eq!(
                            mode.lanes,
                            u32::from(Mode::parse(&mode.name).unwrap().lanes)
                        );
                    }
                    assert_eq!(breakouts.auto_neg, auto_neg(name, fact));
                }
                (kind, port) => panic!("{name}: {kind} is {port:?}"),
            }
        }
    }
}

/// A profile as the test says it, without the facts beside the clone.
#[test]
fn built_in_profiles_are_part_of_the_binary() {
    assert_eq!(ports::builtins().len(), 16);
    let profile = builtin("dell-s5248f-on").unwrap();
    assert_eq!(profile.display_name, "Dell S5248F-ON");
    assert_eq!(profile.groups.len(), 12);
    assert_eq!(profile.ports().count(), 57);
    assert!(profile.features.roce && !profile.features.ecmp_roce_qpn);
    assert_eq!(profile.max_ports, None);
    assert_eq!(builtin("celestica-ds5000").unwrap().max_ports, Some(320));
    assert_eq!(builtin("celestica-ds5000").unwrap().pipelines.len(), 32);
    assert_eq!(builtin("celestica-ds5000").unwrap().pipelines[9].name, "10");
    assert_eq!(
        builtin("celestica-ds4101").unwrap().label("E1/33").unwrap(),
        "M1"
    );
    for profile in ports::builtins() {
        // Every default is supported, or nothing on the switch could be used.
        assert!(Layout::new(profile, []).is_certain(), "{}", profile.name);
        for (name, port) in profile.ports() {
            assert_eq!(profile.port(&name), Some(port));
            assert_ne!(port, Port::Bare);
        }
    }
}

#[test]
fn a_profile_is_built_in_optional_or_unknown() {
    assert!(
        matches!(known("vs"), Known::Builtin(profile) if profile.display_name == "Virtual Switch")
    );
    assert_eq!(ports::optional(), OPTIONAL);
    for name in OPTIONAL {
        assert_eq!(known(name), Known::OptionalByName(name));
        assert_eq!(builtin(name), None);
    }
    for name in ["", "VS", "dell-s5248f", "vs-clsp-2", "profile", "zzz"] {
        assert_eq!(known(name), Known::Unknown, "{name}");
    }
}

// -------------------------------------------------------------------------------------------------- names, speeds, modes

#[test]
fn names_are_read_as_they_are_written() {
    let data = |asic, port, lane| {
        Some(PortName {
            place: Place { asic, port },
            lane,
        })
    };
    assert_eq!(PortName::parse("E1/4"), data(1, 4, None));
    assert_eq!(PortName::parse("E2/64/8"), data(2, 64, Some(8)));
    assert_eq!(PortName::parse("M1"), data(0, 1, None));
    assert_eq!(PortName::parse("E1/4294967295"), data(1, u32::MAX, None));
    for name in ["E1/4", "E2/64/8", "M1"] {
        assert_eq!(PortName::parse(name).unwrap().to_string(), name);
    }
    for name in [
        "",
        "E",
        "M",
        "M0",
        "M01",
        "M1/1",
        "E1",
        "E1/",
        "E/1",
        "E0/1",
        "E1/0",
        "E1/01",
        "E+1/1",
        "E1/1/",
        "E1/1/0",
        "E1/1/01",
        "E1/1/1/1",
        "e1/1",
        "E1/1 ",
        " E1/1",
        "E1/4294967296",
        "Ethernet1",
        "1/1",
        "E1\u{661}/1",
    ] {
        assert_eq!(PortName::parse(name), None, "{name:?}");
    }
}

#[test]
fn a_port_and_its_first_lane_are_one() {
    assert_eq!(canonical_port("E1/4/1"), "E1/4");
    assert_eq!(canonical_port("E1/4"), "E1/4");
    for other in [
        "E1/4/2", "E1/4/11", "E1/4/01", "M1", "M1/1", "E1/1", "eth0", "", "/1", "a/b/c/1",
        "E1/1/1/1",
    ] {
        assert_eq!(canonical_port(other), other);
    }
    // Hedgehog judges by form, so this holds for servers' ports too.
    assert_eq!(canonical_port("slot2/port3/1"), "slot2/port3");
}

#[test]
fn speeds_and_modes_are_read_and_written() {
    let names: Vec<String> = Speed::all().map(|speed| speed.to_string()).collect();
    assert_eq!(
        names,
        [
            "1G", "2.5G", "5G", "10G", "20G", "25G", "40G", "50G", "100G", "200G", "400G", "800G"
        ]
    );
    for name in &names {
        assert_eq!(Speed::parse(name).unwrap().to_string(), *name);
        for lanes in [1, 2, 4, 8] {
            let text = format!("{lanes}x{name}");
            let mode = Mode::parse(&text).unwrap();
            assert_eq!((u32::from(mode.lanes), mode.to_string()), (lanes, text));
        }
    }
    assert_eq!(Speed::parse("2.5G").unwrap().megabits(), 2_500);
    assert!(Speed::parse("10G") < Speed::parse("100G"));
    for text in [
        "",
        "G",
        "25",
        "25g",
        "25GB",
        "30G",
        "1600G",
        " 25G",
        "SPEED_25G",
        "025G",
    ] {
        assert_eq!(Speed::parse(text), None, "{text:?}");
    }
    for text in [
        "", "x", "4x", "x25G", "3x25G", "16x25G", "04x25G", "4X25G", "4x25", "4x25Gx", "2x4x25G",
        "25G",
    ] {
        assert_eq!(Mode::parse(text), None, "{text:?}");
    }
    assert_eq!(plain_speed("SPEED_25G"), "25G");
    assert_eq!(plain_speed("25G"), "25G");
    assert_eq!(plain_speed("speed_25G"), "speed_25G");
    assert_eq!(plain_speed("SPEED_SPEED_25G"), "SPEED_25G");
}

// ----------------------------------------------------------------------------------------------------- ports of a switch

#[test]
fn a_switch_has_the_ports_of_its_profile_and_mode() {
    let profile = builtin("dell-s5248f-on").unwrap();
    let layout = Layout::new(
        profile,
        [("E1/55", "4x25G"), ("E1/1", "4x25G"), ("E9/9", "4x25G")],
    );
    for name in [
        "M1", "E1/1", "E1/48", "E1/49", "E1/49/1", "E1/55", "E1/55/1", "E1/55/4", "E1/56/1",
    ] {
        assert!(layout.has_port(name), "{name}");
    }
    for name in [
        "M2",
        "M1/1",
        "E1/1/1",
        "E1/48/1",
        "E1/49/2",
        "E1/55/5",
        "E1/55/0",
        "E1/55/01",
        "E1/57",
        "E1/57/1",
        "E2/1",
        "E1/0",
        "e1/1",
        "",
        "E1/49/1/1",
        "Ethernet1",
    ] {
        assert!(!layout.has_port(name), "{name:?}");
    }
    assert_eq!(layout.lanes("E1/55"), Some(Lanes::Broken(4)));
    assert_eq!(layout.lanes("E1/56"), Some(Lanes::Broken(1)));
    assert_eq!(layout.lanes("E1/1"), Some(Lanes::Whole));
    assert_eq!(layout.lanes("E1/57"), None);
    assert!(ports::has_port(profile, [("E1/55", "4x25G")], "E1/55/4"));
    assert!(!ports::has_port(profile, [], "E1/55/4"));

    // A default of two lanes, and one that the switch makes fewer of.
    let two = builtin("celestica-ds4101").unwrap();
    assert!(ports::has_port(two, [], "E1/1/2"));
    assert!(!ports::has_port(two, [], "E1/1/3"));
    assert!(!ports::has_port(two, [("E1/1", "1x400G")], "E1/1/2"));
}

#[test]
fn all_names_are_those_that_are_found() {
    let profile = builtin("celestica-ds2000").unwrap();
    let names = ports::api_ports(profile, [("E1/49", "4x10G")]);
    let expected: Vec<String> = std::iter::once("M1".to_owned())
        .chain((1..=48).map(|port| format!("E1/{port}")))
        .chain(["E1/49", "E1/49/1", "E1/49/2", "E1/49/3", "E1/49/4"].map(str::to_owned))
        .chain((50..=55).map(|port| format!("E1/{port}")))
        .chain(["E1/56", "E1/56/1"].map(str::to_owned))
        .collect();
    assert_eq!(names, expected);
    for profile in ports::builtins() {
        let layout = Layout::new(profile, []);
        assert!(
            layout.api_ports().all(|name| layout.has_port(&name)),
            "{}",
            profile.name
        );
    }
}

/// The lookup and the list agree on every name near the ports there are, in every mode there is.
#[test]
fn a_name_is_found_if_and_only_if_it_is_listed() {
    let mut candidates: Vec<String> = (0..4).map(|port| format!("M{port}")).collect();
    for (asic, port) in (0..3).flat_map(|asic| (0..68).map(move |port| (asic, port))) {
        candidates.push(format!("E{asic}/{port}"));
        candidates.extend((0..10).map(|lane| format!("E{asic}/{port}/{lane}")));
    }
    for profile in ports::builtins() {
        let broken = profile.ports().find_map(|(name, port)| match port {
            Port::Breakout(breakouts) => Some((name, breakouts)),
            _ => None,
        });
        let modes = broken.iter().flat_map(|(name, breakouts)| {
            let modes = breakouts.supported.iter();
            modes.map(|mode| vec![(name.as_ref(), mode.name.as_ref())])
        });
        for set in std::iter::once(Vec::new()).chain(modes) {
            let layout = Layout::new(profile, set.iter().copied());
            let listed: std::collections::HashSet<String> = layout.api_ports().collect();
            for name in &candidates {
                assert_eq!(
                    layout.has_port(name),
                    listed.contains(name),
                    "{} {name}",
                    profile.name
                );
            }
        }
    }
}

#[test]
fn a_mode_that_is_not_supported_is_the_only_thing_wrong() {
    let profile = builtin("dell-s5248f-on").unwrap();
    let layout = Layout::new(profile, [("E1/55", "8x25G")]);
    assert!(!layout.is_certain());
    assert!(layout.has_port("E1/55/8") && layout.has_port("E1/55"));
    assert!(!layout.has_port("E1/55/9"));
    assert_eq!(layout.lanes("E1/55"), Some(Lanes::Unknown));
    assert_eq!(
        layout.check_auto_neg("E1/55/8"),
        Err(SettingProblem::AutoNeg)
    );
    assert_eq!(layout.check_fec("E1/55/8"), Ok(()));
    assert!(Layout::new(profile, [("E1/55", "4x25G"), ("E1/1", "nonsense")]).is_certain());
}

#[test]
fn lanes_are_counted_against_the_limits() {
    // 32 ports of one lane and one SFP port.
    let profile = builtin("celestica-ds4000").unwrap();
    let usage = Layout::new(profile, []).usage();
    assert_eq!((usage.lanes, usage.max), (33, Some(144)));
    assert!(!usage.is_over() && usage.over().next().is_none());
    assert_eq!(usage.pipelines.len(), 8);
    assert!(
        usage
            .pipelines
            .iter()
            .all(|pipeline| pipeline.lanes == 4 && pipeline.max == Some(18))
    );

    // Pipeline 1 has E1/1 to E1/4: 8 + 8 + 1 + 1 is just allowed, 8 + 8 + 2 + 1 is not.
    let full = [("E1/1", "8x50G"), ("E1/2", "8x50G")];
    let usage = Layout::new(profile, full).usage();
    assert_eq!((usage.lanes, usage.pipelines[0].lanes), (47, 18));
    assert!(usage.over().next().is_none());
    let over = [
        ("E1/1", "8x50G"),
        ("E1/2", "8x50G"),
        ("E1/3", "2x200G"),
        ("E1/33", "8x50G"),
    ];
    let usage = Layout::new(profile, over).usage();
    let over: Vec<_> = usage.over().collect();
    assert_eq!(over.len(), 1);
    assert_eq!(
        (over[0].name, over[0].lanes, over[0].max),
        ("1", 19, Some(18))
    );
    assert!(!usage.is_over());

    // Pipeline 2 of this one is E1/2 and E1/3.
    let profile = builtin("celestica-ds5000").unwrap();
    let usage = Layout::new(profile, [("E1/2", "8x100G"), ("E1/3", "4x100G")]).usage();
    assert_eq!(
        usage
            .over()
            .map(|pipeline| pipeline.name)
            .collect::<Vec<_>>(),
        ["2"]
    );
    assert_eq!(usage.lanes, 66 + 7 + 3);

    // 32 x 8 and two SFP ports are 258 of 272; groups and speeds count one each, management ports nothing.
    let profile = builtin("celestica-ds4101").unwrap();
    let names: Vec<String> = (1..=32).map(|port| format!("E1/{port}")).collect();
    let usage = Layout::new(profile, names.iter().map(|name| (name.as_str(), "8x100G"))).usage();
    assert_eq!((usage.lanes, usage.is_over()), (258, false));
    let usage = Layout::new(builtin("dell-s5248f-on").unwrap(), [("E1/49", "4x25G")]).usage();
    assert_eq!(
        (usage.lanes, usage.max, usage.pipelines.len()),
        (59, None, 0)
    );
}

#[test]
fn the_whole_switch_has_a_limit_of_its_own() {
    let profile = authored(
        "maxPorts: 4
portProfiles: {B: {breakout: {default: 1x100G, supported: {1x100G: {offsets: ['0']}, 4x25G: {offsets: ['0', '1', '2', '3']}}}}}
ports: {E1/1: {profile: B}, M1: {management: true}}",
    );
    let usage = |breakouts: &[(&str, &str)]| {
        let usage = Layout::new(&profile, breakouts.iter().copied()).usage();
        (usage.lanes, usage.is_over())
    };
    assert_eq!(usage(&[]), (1, false));
    assert_eq!(usage(&[("E1/1", "4x25G")]), (4, false));
    let mut more = profile.clone();
    more.max_ports = Some(3);
    assert!(Layout::new(&more, [("E1/1", "4x25G")]).usage().is_over());
}

#[test]
fn the_nearest_ports_are_offered() {
    let profile = builtin("dell-s5248f-on").unwrap();
    let layout = Layout::new(profile, [("E1/55", "4x25G")]);
    let nearest = |name: &str| layout.nearest(name, 3).join(" ");
    assert_eq!(nearest("e1/5"), "E1/5");
    assert_eq!(nearest("Ethernet5"), "E1/5");
    assert_eq!(nearest("1/5"), "E1/5");
    assert_eq!(nearest("E1/05"), "E1/5");
    assert_eq!(nearest("e1/55/2"), "E1/55/2");
    assert_eq!(nearest("E1/55/5"), "E1/55/1 E1/55/2 E1/55/3");
    assert_eq!(nearest("E1/49/2"), "E1/49/1");
    assert_eq!(nearest("E1/5/1"), "E1/5");
    assert_eq!(nearest("E1/57"), "E1/56 E1/55 E1/54");
    assert_eq!(nearest("E1/0"), "E1/1 E1/2 E1/3");
    assert_eq!(nearest("E0/5"), "E1/5");
    assert_eq!(nearest("M2"), "M1");
    assert_eq!(nearest("mgmt0"), "M1");
    for name in ["E7/1", "", "port", "1/2/3/4", "E1/99999999999"] {
        assert_eq!(nearest(name), "", "{name:?}");
    }
    assert!(layout.nearest("E1/57", 0).is_empty());
    for name in layout.nearest("E1/4294967295", 60) {
        assert!(layout.has_port(&name));
    }
}

// ----------------------------------------------------------------------------------------------- what a switch may set

#[test]
fn speeds_are_set_by_group_or_port() {
    let profile = builtin("dell-s5248f-on").unwrap();
    assert_eq!(profile.check_group_speed("1", "10G"), Ok(()));
    assert_eq!(profile.check_group_speed("12", "SPEED_25G"), Ok(()));
    assert_eq!(
        profile.check_group_speed("13", "10G"),
        Err(SettingProblem::NoGroup)
    );
    assert_eq!(
        profile.check_group_speed("01", "10G"),
        Err(SettingProblem::NoGroup)
    );
    let problem = profile.check_group_speed("1", "40G").unwrap_err();
    assert!(matches!(problem, SettingProblem::Speed(supported) if supported == ["10G", "25G"]));
    assert_eq!(problem.to_string(), "supported speeds: 10G, 25G");
    assert!(profile.check_group_speed("1", "").is_err());

    assert_eq!(
        profile.check_speed("E1/1", "25G"),
        Err(SettingProblem::InGroup("1"))
    );
    assert_eq!(
        profile.check_speed("E1/49", "100G"),
        Err(SettingProblem::SpeedByMode)
    );
    assert_eq!(
        profile.check_speed("E1/49/1", "100G"),
        Err(SettingProblem::SpeedByMode)
    );
    assert_eq!(
        profile.check_speed("M1", "1G"),
        Err(SettingProblem::Management)
    );
    assert_eq!(
        profile.check_speed("E1/57", "25G"),
        Err(SettingProblem::NoPort)
    );
    assert_eq!(
        profile.check_speed("E1/1/1", "25G"),
        Err(SettingProblem::NoPort)
    );
    let profile = builtin("celestica-ds2000").unwrap();
    assert_eq!(profile.check_speed("E1/48", "10G"), Ok(()));
    assert_eq!(profile.check_speed("E1/48", "SPEED_10G"), Ok(()));
    assert!(matches!(
        profile.check_speed("E1/48", "1G"),
        Err(SettingProblem::Speed(_))
    ));
}

#[test]
fn breakouts_are_set_where_there_are_any() {
    let profile = builtin("dell-s5248f-on").unwrap();
    assert_eq!(profile.check_breakout("E1/55", "4x25G"), Ok(()));
    assert_eq!(profile.check_breakout("E1/55", "1x100G"), Ok(()));
    let problem = profile.check_breakout("E1/55", "2x100G").unwrap_err();
    assert!(matches!(problem, SettingProblem::Mode(modes) if modes.len() == 8));
    assert!(
        problem
            .to_string()
            .starts_with("supported modes: 1x100G, 1x10G, ")
    );
    assert_eq!(
        profile.check_breakout("E1/1", "4x25G"),
        Err(SettingProblem::NotBreakout)
    );
    assert_eq!(
        profile.check_breakout("M1", "4x25G"),
        Err(SettingProblem::Management)
    );
    assert_eq!(
        profile.check_breakout("E1/57", "4x25G"),
        Err(SettingProblem::NoPort)
    );
    assert_eq!(
        profile.check_breakout("E1/55/1", "4x25G"),
        Err(SettingProblem::WholePort)
    );
    let profile = builtin("celestica-ds2000").unwrap();
    assert_eq!(
        profile.check_breakout("E1/50", "4x25G"),
        Err(SettingProblem::NotBreakout)
    );
}

#[test]
fn auto_negotiation_is_set_where_it_is_allowed() {
    let copper = Layout::new(builtin("edgecore-eps203").unwrap(), []);
    assert_eq!(copper.check_auto_neg("E1/1"), Ok(()));
    assert_eq!(copper.check_auto_neg("E1/48"), Ok(()));
    assert_eq!(copper.check_auto_neg("E1/49"), Err(SettingProblem::AutoNeg));
    assert_eq!(copper.check_auto_neg("M1"), Err(SettingProblem::Management));
    assert_eq!(copper.check_auto_neg("E1/55"), Err(SettingProblem::NoPort));
    assert_eq!(
        copper.check_auto_neg("E1/1/1"),
        Err(SettingProblem::NoLane(0))
    );
    // Nothing is known of this one's breakout ports, so nothing is said but of the name.
    assert_eq!(copper.check_auto_neg("E1/53/1"), Ok(()));
    assert_eq!(
        copper.check_auto_neg("E1/53/2"),
        Err(SettingProblem::NoLane(1))
    );

    let lanes = Layout::new(builtin("celestica-ds5000").unwrap(), [("E1/5", "2x400G")]);
    assert_eq!(lanes.check_auto_neg("E1/5/2"), Ok(()));
    assert_eq!(
        lanes.check_auto_neg("E1/5/3"),
        Err(SettingProblem::NoLane(2))
    );
    assert_eq!(
        lanes.check_auto_neg("E1/5"),
        Err(SettingProblem::PerLane(2))
    );
    assert_eq!(
        lanes.check_auto_neg("E1/6"),
        Err(SettingProblem::PerLane(1))
    );
    assert_eq!(lanes.check_auto_neg("E1/65"), Err(SettingProblem::AutoNeg));

    let grouped = Layout::new(builtin("dell-s5248f-on").unwrap(), []);
    assert_eq!(
        grouped.check_auto_neg("E1/18"),
        Err(SettingProblem::InGroup("5"))
    );
    assert_eq!(
        grouped.check_auto_neg("E1/49/1"),
        Err(SettingProblem::AutoNeg)
    );
}

#[test]
fn fec_is_set_by_port_or_lane() {
    let profile = builtin("dell-s5232f-on").unwrap();
    let layout = Layout::new(profile, [("E1/2", "4x25G")]);
    for name in ["E1/1", "E1/1/1", "E1/2/1", "E1/2/4", "E1/32", "E1/34"] {
        assert_eq!(layout.check_fec(name), Ok(()), "{name}");
    }
    assert_eq!(layout.check_fec("E1/2"), Err(SettingProblem::PerLane(4)));
    assert_eq!(layout.check_fec("E1/2/5"), Err(SettingProblem::NoLane(4)));
    assert_eq!(layout.check_fec("E1/1/2"), Err(SettingProblem::NoLane(1)));
    assert_eq!(layout.check_fec("E1/32/1"), Err(SettingProblem::NoLane(0)));
    assert_eq!(layout.check_fec("M1"), Err(SettingProblem::Management));
    assert_eq!(layout.check_fec("M1/1"), Err(SettingProblem::Management));
    assert_eq!(layout.check_fec("E1/35"), Err(SettingProblem::NoPort));
    assert_eq!(
        Layout::new(builtin("vs").unwrap(), []).check_fec("E1/1"),
        Ok(())
    );
    assert_eq!(ports::FEC_MODES, ["auto", "disabled", "fc", "rs"]);
}

// ------------------------------------------------------------------------------------------------ authored profiles

fn stream(spec: &str) -> Stream {
    let stream = parse(spec.to_owned(), &Options::default());
    assert!(stream.problems().is_empty(), "{:?}", stream.problems());
    stream
}

fn authored(spec: &str) -> Profile {
    let stream = stream(spec);
    Profile::from_spec(stream.documents().next().unwrap().root().unwrap())
}

const GOOD: &str = r#"
displayName: Example
otherNames: [One, Two]
switchSilicon: Chip
nosType: sonic-bcm-base
platform: x86
features: {roce: true, eslag: true}
maxPorts: 12
pipelines:
  "1": {maxPorts: 8}
portGroups:
  "1": {nos: "1", profile: SFP}
  "10": {nos: "10", profile: SFP}
  "2": {nos: "2", profile: SFP}
portProfiles:
  SFP: {speed: {default: 25G, supported: [10G, 25G]}}
  RJ45: {speed: {default: 1G, supported: [1G]}, autoNegAllowed: true, autoNegDefault: true}
  QSFP:
    breakout:
      default: 1x100G
      supported:
        1x100G: {offsets: ["0"]}
        4x25G: {offsets: ["0", "1", "2", "3"]}
ports:
  M1: {nos: Management0, management: true, oniePortName: eth0}
  E1/1: {nos: Ethernet0, label: "1", group: "1"}
  E1/2: {nos: Ethernet1, label: "2", group: "2"}
  E1/3: {nos: Ethernet2, label: "3", group: "10"}
  E1/4: {nos: Ethernet3, label: "four", profile: RJ45}
  E1/5: {nos: 1/5, baseNOSName: Ethernet8, label: "5", profile: QSFP, pipeline: "1"}
  E1/6: {nos: 1/6, baseNOSName: Ethernet12, label: "6", profile: QSFP, pipeline: "1"}
"#;

#[test]
fn a_profile_is_read_from_the_repository() {
    let profile = authored(GOOD).named("example");
    assert_eq!(profile.name, "example");
    assert_eq!(profile.display_name, "Example");
    assert_eq!(profile.other_names, ["One", "Two"]);
    assert!(profile.features.roce && profile.features.eslag && !profile.features.mclag);
    let groups: Vec<_> = profile
        .groups
        .iter()
        .map(|group| group.name.as_ref())
        .collect();
    assert_eq!(groups, ["1", "2", "10"]);
    assert_eq!(profile.label("E1/4").unwrap(), "four");
    assert_eq!(profile.pipeline_of("E1/6").unwrap().max_ports, Some(8));
    let layout = Layout::new(&profile, [("E1/6", "4x25G")]);
    let names: Vec<_> = layout.api_ports().collect();
    assert_eq!(
        names.join(" "),
        "M1 E1/1 E1/2 E1/3 E1/4 E1/5 E1/5/1 E1/6 E1/6/1 E1/6/2 E1/6/3 E1/6/4"
    );
    assert_eq!(
        (layout.usage().lanes, layout.usage().pipelines[0].lanes),
        (9, 5)
    );
    assert_eq!(layout.check_auto_neg("E1/4"), Ok(()));
    assert_eq!(
        layout.check_auto_neg("E1/5/1"),
        Err(SettingProblem::AutoNeg)
    );
    assert_eq!(profile.check_group_speed("10", "10G"), Ok(()));
}

#[test]
fn nothing_in_a_profile_is_too_wrong_to_read() {
    for spec in [
        "[]",
        "a",
        "~",
        "ports: 5",
        "ports: [E1/1]",
        "{}",
        "portProfiles: {A: 5}",
    ] {
        assert_eq!(authored(spec).ports().count(), 0, "{spec}");
    }
    let profile = authored(
        "displayName: 5
features: {roce: maybe, acls: 1}
maxPorts: -3
pipelines: {'1': {maxPorts: 99999999999999999999}}
portGroups: {'1': {profile: none}, '2': ~}
portProfiles: {A: {speed: 5, breakout: ~}, B: {breakout: {default: 2x1G, supported: {2x1G: {offsets: [~, ~, ~]}, x: ~}}}}
ports: {E1/1: ~, E1/2: {group: '1'}, E1/3: {profile: A}, E1/4: {profile: B, pipeline: '1'}, odd: {profile: B}, E1/05: {}, M7: {management: true}}",
    );
    assert_eq!(profile.display_name, "");
    assert_eq!(
        (profile.features, profile.max_ports),
        (ports::Features::default(), None)
    );
    assert_eq!(profile.pipelines[0].max_ports, None);
    assert_eq!(profile.port("E1/1"), Some(Port::Bare));
    assert!(matches!(profile.port("E1/2"), Some(Port::Group(group)) if group.speeds.is_none()));
    assert_eq!(profile.port("E1/3"), Some(Port::Bare));
    assert_eq!(profile.port("E1/05"), Some(Port::Bare));
    assert_eq!(
        profile.check_group_speed("1", "10G"),
        Err(SettingProblem::NoSpeeds)
    );
    assert_eq!(
        profile.check_speed("E1/1", "10G"),
        Err(SettingProblem::NoSpeeds)
    );
    // Offsets make the lanes, not the mode's name; a name of another form is still a name.
    let layout = Layout::new(&profile, [("odd", "x")]);
    for name in ["E1/4/3", "E1/1", "E1/2", "odd", "E1/05", "M7"] {
        assert!(layout.has_port(name), "{name}");
    }
    for name in ["E1/4/4", "odd/1", "E1/5", "M1"] {
        assert!(!layout.has_port(name), "{name}");
    }
    assert!(ports::has_port(&profile, [], "odd/3"));
    assert_eq!(Layout::new(&profile, []).usage().lanes, 3 + 3 + 3 + 1);
    assert_eq!(layout.usage().lanes, 3 + 3 + 1);
}

/// Were any of this quadratic, the test would run for hours.
#[test]
fn a_huge_profile_costs_no_more_than_its_size() {
    const MANY: u32 = 20_000;
    let mut spec = String::from("portProfiles:\n");
    let speeds = vec!["25G"; MANY as usize].join(",");
    writeln!(
        spec,
        "  A: {{speed: {{default: 25G, supported: [{speeds}]}}}}"
    )
    .unwrap();
    spec.push_str("portGroups:\n");
    for group in 1..=MANY {
        writeln!(spec, "  g{group}: {{nos: '1', profile: A}}").unwrap();
    }
    spec.push_str("ports:\n");
    for port in 1..=MANY {
        writeln!(
            spec,
            "  E{port}/{port}: {{nos: Ethernet1, label: '1', profile: A}}"
        )
        .unwrap();
        writeln!(
            spec,
            "  odd{port}: {{nos: Ethernet1, label: '1', group: g{port}}}"
        )
        .unwrap();
    }
    let stream = stream(&spec);
    let root = stream.documents().next().unwrap().root().unwrap();
    let profile = Profile::from_spec(root);
    let layout = Layout::new(&profile, []);
    for port in 1..=MANY {
        assert!(layout.has_port(&format!("E{port}/{port}")));
        assert!(layout.has_port(&format!("odd{port}")));
        assert_eq!(
            profile.check_speed(&format!("E{port}/{port}"), "25G"),
            Ok(())
        );
        assert!(
            profile
                .check_group_speed(&format!("g{port}"), "1G")
                .is_err()
        );
        assert!(layout.nearest(&format!("E{port}/{}", port + 1), 3).len() == 1);
    }
    assert_eq!(layout.usage().lanes, u64::from(2 * MANY));
    assert!(check_profile(root).len() > MANY as usize);
}

/// What is wrong with a good profile after a replacement: codes and paths.
fn wrong(from: &str, to: &str) -> Vec<(P, String)> {
    assert!(GOOD.contains(from), "{from}");
    let stream = stream(&GOOD.replacen(from, to, 1));
    let problems = check_profile(stream.documents().next().unwrap().root().unwrap());
    problems
        .into_iter()
        .map(|problem| (problem.kind, problem.path))
        .collect()
}

#[test]
fn a_good_profile_has_no_problem() {
    assert_eq!(wrong("displayName", "displayName"), []);
}

#[test]
fn each_problem_of_a_profile_is_found_at_its_field() {
    let same = "same: same";
    #[rustfmt::skip]
    let cases: &[(&str, &str, P, &str)] = &[
        ("displayName: Example", same, P::FieldMissing, "spec.displayName"),
        ("switchSilicon: Chip", "switchSilicon: ''", P::FieldMissing, "spec.switchSilicon"),
        ("nosType: sonic-bcm-base", "nosType: ~", P::FieldMissing, "spec.nosType"),
        ("platform: x86", same, P::FieldMissing, "spec.platform"),
        ("[One, Two]", "[A, B, C, D, E, F]", P::ManyOtherNames, "spec.otherNames"),
        ("[One, Two]", "[One, '']", P::OtherNameEmpty, "spec.otherNames[1]"),
        ("[One, Two]", "[One, Two, One]", P::OtherNameRepeated, "spec.otherNames[2]"),
        ("sonic-bcm-base", "sonic", P::NosType, "spec.nosType"),
        ("  M1:", "  M:", P::PortNameShort, "spec.ports.M"),
        ("  M1:", "  M0:", P::ManagementName, "spec.ports.M0"),
        ("  M1:", "  E1/9:", P::ManagementName, "spec.ports[\"E1/9\"]"),
        ("  E1/1:", "  E0/1:", P::DataPortName, "spec.ports[\"E0/1\"]"),
        ("  E1/1:", "  E1/1/1:", P::DataPortName, "spec.ports[\"E1/1/1\"]"),
        ("nos: Ethernet0, ", "", P::PortNosMissing, "spec.ports[\"E1/1\"].nos"),
        ("nos: Ethernet1, ", "nos: Ethernet0, ", P::PortNosRepeated, "spec.ports[\"E1/2\"].nos"),
        ("Ethernet12", "Ethernet8", P::BaseNosRepeated, "spec.ports[\"E1/6\"].baseNOSName"),
        ("Management0", "Management", P::ManagementNos, "spec.ports.M1.nos"),
        (", oniePortName: eth0", "", P::OnieMissing, "spec.ports.M1.oniePortName"),
        ("eth0", "eth-1", P::OnieName, "spec.ports.M1.oniePortName"),
        ("oniePortName", "group: x, oniePortName", P::ManagementGroup, "spec.ports.M1.group"),
        ("oniePortName", "profile: x, oniePortName", P::ManagementProfile, "spec.ports.M1.profile"),
        ("oniePortName", "baseNOSName: x, oniePortName", P::ManagementBaseNos, "spec.ports.M1.baseNOSName"),
        ("label: \"1\", ", "", P::LabelMissing, "spec.ports[\"E1/1\"].label"),
        ("label: \"2\"", "label: \"1\"", P::LabelRepeated, "spec.ports[\"E1/2\"].label"),
        ("label: \"1\", group: \"1\"", "label: \"1\", group: \"1\", profile: RJ45", P::ProfileAndGroup, "spec.ports[\"E1/1\"].group"),
        ("pipeline: \"1\"}", "pipeline: \"2\"}", P::NoPipeline, "spec.ports[\"E1/5\"].pipeline"),
        ("profile: RJ45", "profile: RJ45, pipeline: \"1\"", P::PipelineWithoutBreakout, "spec.ports[\"E1/4\"].pipeline"),
        ("nos: 1/5", "nos: Ethernet5", P::BreakoutNos, "spec.ports[\"E1/5\"].nos"),
        ("baseNOSName: Ethernet8, ", "", P::BreakoutBaseMissing, "spec.ports[\"E1/5\"].baseNOSName"),
        ("Ethernet8", "Ethernet-8", P::BreakoutBase, "spec.ports[\"E1/5\"].baseNOSName"),
        ("nos: Ethernet3", "nos: 1/4", P::DataNos, "spec.ports[\"E1/4\"].nos"),
        ("portProfiles:", "  \"3\": {nos: \"3\", profile: SFP}\nportProfiles:", P::GroupUnused, "spec.portGroups.3"),
        ("nos: \"1\", ", "", P::GroupNosMissing, "spec.portGroups.1.nos"),
        ("nos: \"1\"", "nos: \"0\"", P::GroupNos, "spec.portGroups.1.nos"),
        ("nos: \"1\"", "nos: x", P::GroupNos, "spec.portGroups.1.nos"),
        ("nos: \"1\", profile: SFP", "nos: \"1\"", P::GroupProfileMissing, "spec.portGroups.1.profile"),
        ("nos: \"1\", profile: SFP", "nos: \"1\", profile: X", P::GroupProfileUnknown, "spec.portGroups.1.profile"),
        ("nos: \"1\", profile: SFP", "nos: \"1\", profile: QSFP", P::GroupProfileWithoutSpeed, "spec.portGroups.1.profile"),
        ("nos: \"1\", profile: SFP", "nos: \"1\", profile: RJ45", P::GroupAutoNeg, "spec.portGroups.1.profile"),
        ("  RJ45:", "  X: {speed: {default: 1G, supported: [1G]}}\n  RJ45:", P::ProfileUnused, "spec.portProfiles.X"),
        ("{speed: {default: 1G, supported: [1G]}, ", "{", P::NeitherSpeedNorBreakout, "spec.portProfiles.RJ45"),
        ("autoNegAllowed: true", "autoNegAllowed: false", P::AutoNegDefault, "spec.portProfiles.RJ45.autoNegDefault"),
        ("default: 1G, ", "", P::DefaultMissing, "spec.portProfiles.RJ45.speed.default"),
        ("supported: [1G]", "supported: []", P::SupportedMissing, "spec.portProfiles.RJ45.speed.supported"),
        ("default: 1G", "default: 10G", P::DefaultUnsupported, "spec.portProfiles.RJ45.speed.default"),
        ("supported: [1G]", "supported: [1G, 3G]", P::Speed, "spec.portProfiles.RJ45.speed.supported[1]"),
        ("supported: [1G]", "supported: [1G, '']", P::Speed, "spec.portProfiles.RJ45.speed.supported[1]"),
        ("      default: 1x100G\n", "", P::DefaultMissing, "spec.portProfiles.QSFP.breakout.default"),
        ("default: 1x100G", "default: 2x50G", P::DefaultUnsupported, "spec.portProfiles.QSFP.breakout.default"),
        ("4x25G:", "3x25G:", P::Mode, "spec.portProfiles.QSFP.breakout.supported.3x25G"),
        ("[\"0\", \"1\", \"2\", \"3\"]", "[]", P::OffsetsMissing, "spec.portProfiles.QSFP.breakout.supported.4x25G.offsets"),
        ("{maxPorts: 8}", "{maxPorts: 0}", P::PipelineMaxPorts, "spec.pipelines.1.maxPorts"),
        ("{maxPorts: 8}", "{}", P::PipelineMaxPorts, "spec.pipelines.1.maxPorts"),
    ];
    for (from, to, kind, path) in cases {
        assert_eq!(
            wrong(from, to),
            [(*kind, (*path).to_owned())],
            "{from} -> {to}"
        );
    }
    // Some come with another: what is not referred to any more is not used.
    let both = |from: &str, to: &str, kinds: [P; 2]| {
        let found: Vec<P> = wrong(from, to).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(found, kinds, "{from} -> {to}");
    };
    both(
        ", profile: RJ45",
        "",
        [P::NeitherProfileNorGroup, P::ProfileUnused],
    );
    both(
        "profile: RJ45",
        "profile: RJ",
        [P::NoPortProfile, P::ProfileUnused],
    );
    both(
        "group: \"1\"",
        "group: \"7\"",
        [P::NoPortGroup, P::GroupUnused],
    );
    let speeds = "RJ45: {speed: {default: 1G, supported: [1G]}, breakout: {}";
    let found = wrong("RJ45: {speed: {default: 1G, supported: [1G]}", speeds);
    assert_eq!(found[0].0, P::BreakoutNos);
    assert!(found.iter().any(|(kind, _)| *kind == P::SpeedAndBreakout));

    let covered: Vec<P> = cases.iter().map(|case| case.2).collect();
    let others = [
        P::NeitherProfileNorGroup,
        P::NoPortProfile,
        P::NoPortGroup,
        P::SpeedAndBreakout,
    ];
    for kind in P::ALL {
        assert!(
            covered.contains(kind) || others.contains(kind),
            "no case for {kind:?}"
        );
        assert!(kind.code().starts_with("SP-0"));
    }
}

#[test]
fn forms_that_hedgehog_takes_are_taken() {
    // Go reads numbers with a sign and with leading zeros.
    assert_eq!(wrong("  E1/1:", "  E1/01:"), []);
    assert_eq!(wrong("  M1:", "  M+1:"), []);
    assert_eq!(wrong("nos: \"1\"", "nos: \"+1\""), []);
    assert_eq!(wrong("[One, Two]", "[A, B, C, D, E]"), []);
    assert_eq!(wrong("otherNames: [One, Two]", "otherNames: ~"), []);
    // A management port has no label, and may share one.
    assert_eq!(
        wrong("management: true", "management: true, label: \"1\""),
        []
    );
    // Cumulus calls ports otherwise.
    let cumulus = GOOD
        .replace("sonic-bcm-base", "cumulus-vx")
        .replace("nos: 1/5", "nos: swp5");
    let cumulus = stream(&cumulus);
    assert_eq!(
        check_profile(cumulus.documents().next().unwrap().root().unwrap()),
        []
    );
    // The wrong type is the schema's business.
    for (from, to) in [
        ("displayName: Example", "displayName: 5"),
        ("default: 1G", "default: [1G]"),
        ("[\"0\", \"1\", \"2\", \"3\"]", "5"),
        ("{maxPorts: 8}", "{maxPorts: many}"),
    ] {
        assert_eq!(wrong(from, to), [], "{to}");
    }
    for spec in [
        "[]",
        "ports: 5",
        "ports: {E1/1: 5}",
        "portProfiles: []",
        "otherNames: {}",
    ] {
        let stream = stream(spec);
        let problems = check_profile(stream.documents().next().unwrap().root().unwrap());
        assert!(
            problems
                .iter()
                .all(|problem| problem.kind == P::FieldMissing),
            "{spec}"
        );
    }
}

#[test]
fn a_repeated_name_points_to_the_first() {
    let text = GOOD.replace("label: \"6\"", "label: \"5\"");
    let stream = stream(&text);
    let problems = check_profile(stream.documents().next().unwrap().root().unwrap());
    let [problem] = &problems[..] else {
        panic!("{problems:?}")
    };
    let first = problem.related.unwrap();
    assert_eq!(
        (&text[first.range()], &text[problem.span.range()]),
        ("\"5\"", "\"5\"")
    );
    assert!(first.start < problem.span.start);
    assert_eq!(
        problem.kind.to_string(),
        "another data port has the same label"
    );
}
