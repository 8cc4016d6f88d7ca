//! Every port of a generated fabric exists on its switch, by the table of built-in switch profiles.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use support::{SIZES, fabric};
use xtask::corpus::MAX_SIZE;
use xtask::corpus::fabric::{Link, Switch};

#[test]
fn ports_breakouts_speeds_and_features_are_those_of_the_profiles() {
    let table =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/switchprofiles.json");
    let Ok(text) = std::fs::read_to_string(&table) else {
        println!("skipped: no table of switch profiles beside the workspace");
        return;
    };
    let profiles: Value = serde_json::from_str(&text).unwrap();
    for size in SIZES.into_iter().chain([MAX_SIZE]) {
        let fabric = fabric(size);
        for switch in &fabric.switches {
            check_switch(switch, &profiles[switch.profile]);
        }
        for connection in &fabric.connections {
            for port in support::switch_ports(connection) {
                let switch = fabric
                    .switches
                    .iter()
                    .find(|s| s.name == port.device)
                    .unwrap();
                let profile = &profiles[switch.profile];
                check_port(switch, profile, &port.name);
                if matches!(connection.link, Link::Eslag(_)) {
                    assert_eq!(profile["features"]["eslag"], true);
                }
            }
        }
        // Every VPC mode needs its features on each switch that it is attached to.
        let connections = support::connections_by_name(&fabric);
        let attached: BTreeSet<&str> = fabric
            .attachments
            .iter()
            .flat_map(|attachment| {
                support::switch_ports(connections[attachment.connection.as_str()])
            })
            .map(|port| port.device.as_str())
            .collect();
        for switch in fabric
            .switches
            .iter()
            .filter(|switch| attached.contains(switch.name.as_str()))
        {
            let features = &profiles[switch.profile]["features"];
            assert!(
                features["l2vni"] == true && features["l3vni"] == true,
                "{}",
                switch.name
            );
        }
    }
}

fn check_switch(switch: &Switch, profile: &Value) {
    assert!(
        profile.is_object(),
        "{} is no built-in profile",
        switch.profile
    );
    for (port, mode) in &switch.breakouts {
        let supported = profile["ports"][port.to_string()]["supported"]
            .as_array()
            .unwrap();
        assert!(
            supported.iter().any(|it| it == mode),
            "{} {port} {mode}",
            switch.name
        );
    }
    for (group, speed) in &switch.group_speeds {
        let supported = profile["portGroups"][group.to_string()]["supported"]
            .as_array()
            .unwrap();
        assert!(
            supported.iter().any(|it| it == speed),
            "{} group {group} {speed}",
            switch.name
        );
    }
    assert!(!switch.roce || profile["features"]["roce"] == true);
    assert!(switch.redundancy.is_none() || profile["features"]["eslag"] == true);
    check_lanes(switch, profile);
}

/// Counts lanes against the limits of the whole switch and of its pipelines.
fn check_lanes(switch: &Switch, profile: &Value) {
    let mut total = 0;
    let mut by_pipeline = std::collections::BTreeMap::<&str, u64>::new();
    for (name, port) in profile["ports"].as_object().unwrap() {
        let lanes = match port["type"].as_str().unwrap() {
            "management" => 0,
            "breakout" => lanes(switch, name, port),
            _ => 1,
        };
        total += lanes;
        if let Some(pipeline) = port["pipeline"].as_str() {
            *by_pipeline.entry(pipeline).or_default() += lanes;
        }
    }
    let limit = profile["maxPorts"].as_u64().unwrap();
    assert!(
        limit == 0 || total <= limit,
        "{}: {total} of {limit} ports",
        switch.name
    );
    for (pipeline, lanes) in by_pipeline {
        assert!(
            lanes <= profile["pipelines"][pipeline]["maxPorts"].as_u64().unwrap(),
            "{}",
            switch.name
        );
    }
}

fn lanes(switch: &Switch, name: &str, port: &Value) -> u64 {
    let chosen = switch
        .breakouts
        .iter()
        .find(|(key, _)| key.to_string() == name)
        .map(|(_, mode)| *mode);
    let mode = chosen.unwrap_or_else(|| port["default"].as_str().unwrap());
    mode.split_once('x').unwrap().0.parse().unwrap()
}

fn check_port(switch: &Switch, profile: &Value, name: &str) {
    let parts: Vec<&str> = name.split('/').collect();
    let front = format!("{}/{}", parts[0], parts[1]);
    let port = &profile["ports"][&front];
    assert!(port.is_object(), "{} has no {front}", switch.name);
    assert_ne!(port["type"], "management");
    if let Some(lane) = parts.get(2) {
        assert_eq!(port["type"], "breakout", "{} {name}", switch.name);
        assert!(
            lane.parse::<u64>().unwrap() <= lanes(switch, &front, port),
            "{} {name}",
            switch.name
        );
    }
}
