//! The rules of the catalogue that a verdict can speak of.

/// Rules that look at one object alone.
pub(crate) const SINGLE: &[&str] = &[
    "META-02", "META-03", "META-06", "VPC-08", "VPC-09", "VPC-10", "VPC-11", "VPC-12", "VPC-13",
    "VPC-14", "VPC-15", "VPC-16", "VPC-17", "VPC-18", "VPC-20", "VPC-21", "VPC-22", "VPC-23",
    "VPC-24", "VPC-25", "VPC-28", "VPC-29", "VPC-30", "VPC-31", "VPC-32", "ATT-02", "ATT-03",
    "ATT-04", "PEER-02", "PEER-03", "PEER-04", "IPNS-03", "IPNS-04", "IPNS-05", "IPNS-06",
    "VLNS-02", "VLNS-03", "EXT-02", "EXT-03", "EXT-04", "EXA-01", "EXA-02", "EXA-03", "EXA-09",
    "EXP-02", "EXP-03", "CON-02", "CON-03", "CON-04", "CON-05", "CON-06", "CON-07", "CON-08",
    "CON-09", "CON-11", "CON-12", "CON-15", "SW-03", "SW-04", "SP-01", "SP-02", "SP-03", "SP-04",
    "SP-05", "GW-02", "GW-03", "GW-04", "GW-05", "GW-06", "GW-07", "GWP-02", "GWP-03", "GWP-04",
    "GWP-05", "GWP-06", "GWP-07",
];

/// Rules that look at other objects too.
pub(crate) const CROSS: &[&str] = &[
    "VPC-19", "VPC-33", "VPC-34", "VPC-35", "VPC-36", "VPC-37", "VPC-38", "ATT-05", "ATT-06",
    "ATT-07", "ATT-08", "ATT-09", "ATT-10", "ATT-11", "ATT-12", "PEER-05", "PEER-06", "PEER-07",
    "EXT-05", "EXA-04", "EXA-05", "EXA-06", "EXA-07", "EXP-04", "EXP-05", "EXP-06", "CON-13",
    "CON-16", "CON-17", "CON-18", "CON-19", "CON-21", "CON-22", "SW-05", "SW-06", "SW-07", "SW-08",
    "SW-09", "SW-10", "SW-11", "SW-12", "SW-13", "SW-14", "SW-15", "SW-16", "SW-17", "SW-18",
    "SW-19", "GW-08", "GW-09", "GWP-08", "GWP-09", "GWP-10", "GWP-11", "GWP-13", "LBL-01",
];

/// Rules that stand in a webhook of Hedgehog's and not in its API types.
pub(crate) const WEBHOOK: &[&str] = &["CON-13", "SP-01"];

/// Rules without a case, and why.
pub(crate) const UNJUDGED: &[(&str, &str)] = &[
    (
        "CON-01",
        "upstream does not notice a second type: a gap, not a refusal",
    ),
    ("CON-02", "a warning of upstream's, so no case is refused"),
    (
        "CON-23",
        "speaks of a change, as every U, DEL and TR rule does",
    ),
    (
        "GW-11",
        "the dataplane's validator runs on the whole agent configuration",
    ),
    ("GWP-14", "as GW-11"),
    (
        "LBL-01",
        "the API server refuses what `Default()` derives; `Validate()` never sees it",
    ),
    (
        "VLNS-02",
        "upstream admits what it refuses: its 22 cases are the difference VLNS-06",
    ),
    ("VPC-26", "unreachable after `Default()`"),
    ("VPC-27", "unreachable after `Default()`"),
];

/// Tells whether one of the rules looks at one object alone, and all others too.
pub(crate) fn single(rules: &[String]) -> bool {
    !rules.is_empty() && rules.iter().all(|rule| SINGLE.contains(&rule.as_str()))
}
