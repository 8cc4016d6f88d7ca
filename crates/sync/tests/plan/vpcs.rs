//! Manifests of two VPCs with the namespaces that they need.

use crate::reconcile_support::World;

pub(crate) fn manifest(kind: &str, group: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: {group}.githedgehog.com/v1beta1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n  {spec}\n"
    )
}

/// The VPCs `v` and `w`, not synchronised yet.
pub(crate) fn two() -> World {
    let vpc = |name: &str, n: u32| {
        let spec = format!("subnets: {{default: {{subnet: 10.{n}.0.0/24, vlan: 100{n}}}}}");
        manifest("VPC", "vpc", name, &spec)
    };
    let mut world = World::new();
    for (path, text) in [
        (
            "externals/ipv4namespace_default.yaml",
            manifest("IPv4Namespace", "vpc", "default", "subnets: [10.0.0.0/8]"),
        ),
        (
            "externals/vlannamespace_default.yaml",
            manifest(
                "VLANNamespace",
                "wiring",
                "default",
                "ranges: [{from: 1000, to: 2000}]",
            ),
        ),
        ("vpcs/v.yaml", vpc("v", 1)),
        ("vpcs/w.yaml", vpc("w", 2)),
    ] {
        world.files.insert(format!("lab/managed/{path}"), text);
    }
    world
}
