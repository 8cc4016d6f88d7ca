//! Every key of config.toml, once: reading, suggestions and the JSON Schema all come from this table.

use super::forms::Form;

/// One key of a table.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    /// What it sets, for the schema.
    pub(super) help: &'static str,
}

/// What may stand at a key.
pub(super) enum Shape {
    Bool,
    /// `true`, `false` or `"auto"`.
    Toggle,
    Integer {
        min: u64,
        max: u64,
    },
    Text(Form),
    Choice(&'static [&'static str]),
    List(&'static Shape),
    Table(&'static [Key]),
    /// An array of tables.
    Tables(&'static [Key]),
    /// A table whose keys people name.
    Map(Form, &'static Shape),
}

const fn key(name: &'static str, shape: Shape, help: &'static str) -> Key {
    Key { name, shape, help }
}

const fn size(min: u64, max: u64) -> Shape {
    Shape::Integer { min, max }
}

const DIRECTION: Shape = Shape::Choice(&[
    "gui_to_git",
    "git_to_gui",
    "bidirectional",
    "disabled",
    "manual_only",
    "gui_to_github",
    "github_to_gui",
]);
const STRATEGY: Shape = Shape::Choice(&[
    "merge",
    "timestamp_wins",
    "gui_wins",
    "github_wins",
    "user_guided",
    "merge_strategy",
    "manual_only",
]);
const ASN: Shape = size(1, u32::MAX as u64);
const MTU: Shape = size(0, u16::MAX as u64);
const PREFIX: Shape = Shape::Text(Form::Prefix);
const VLANS: Shape = Shape::List(&Shape::Text(Form::Vlans));
const DAYS: Shape = size(0, 36_500);
const GLOB: Shape = Shape::Text(Form::Glob);
const GLOBS: Shape = Shape::List(&Shape::Text(Form::Glob));

/// The whole file.
pub(super) static ROOT: &[Key] = &[
    key("format", size(1, 1), "Version of this file's form."),
    key(
        "release",
        Shape::Text(Form::Release),
        "Hedgehog release whose schemas and rules judge the repository.",
    ),
    key(
        "fabric",
        Shape::Map(Form::FabricName, &Shape::Table(FABRIC)),
        "The fabrics of this repository, by name.",
    ),
    key(
        "limits",
        Shape::Table(LIMITS),
        "Bounds that keep hostile or mistaken input cheap.",
    ),
    key("rules", Shape::Table(RULES), "How findings are weighed."),
    key("ingest", Shape::Table(INGEST), "How raw/ is taken in."),
    key(
        "features",
        Shape::Table(FEATURES),
        "Whole parts of hnp that can be switched off.",
    ),
    key(
        "sync",
        Shape::Table(SYNC),
        "What holds for synchronisation where no policy says otherwise.",
    ),
    key(
        "conflicts",
        Shape::Table(CONFLICTS),
        "When an open conflict is escalated.",
    ),
    key(
        "policy",
        Shape::Tables(POLICY),
        "How single resources are synchronised; the first match wins.",
    ),
    key("hooks", Shape::Table(HOOKS), "What Git's hooks check."),
    key(
        "retention",
        Shape::Table(RETENTION),
        "What `hnp clean` keeps: the newest, and what is younger than so many days.",
    ),
];

static FABRIC: &[Key] = &[
    key(
        "directory",
        Shape::Text(Form::Directory),
        "Directory of the fabric, from the root of the repository.",
    ),
    key(
        "directories",
        Shape::List(&Shape::Text(Form::Directory)),
        "The same for a fabric over several directories; new files go to the first.",
    ),
    key(
        "template",
        Shape::Choice(&["standard", "per-kind"]),
        "Layout under managed/: six directories by topic, or one for each plural.",
    ),
    key(
        "release",
        Shape::Text(Form::Release),
        "Hedgehog release of this fabric, where it is not the repository's.",
    ),
    key(
        "profile",
        Shape::Choice(&["auto", "authoring", "live", "day2"]),
        "Preset of `hydrated` and `outside`.",
    ),
    key("hydrated", Shape::Toggle, "Whether hydration rules speak."),
    key(
        "outside",
        Shape::List(&Shape::Text(Form::Kind)),
        "Kinds kept elsewhere: references to them are unknown, not wrong.",
    ),
    key(
        "network",
        Shape::Table(NETWORK),
        "The fabric's own configuration, which rules depend on.",
    ),
];

static NETWORK: &[Key] = &[
    key(
        "management_subnet",
        PREFIX,
        "Management network of the switches.",
    ),
    key(
        "control_vip",
        PREFIX,
        "Virtual address of the control nodes, as a /32.",
    ),
    key(
        "management_dhcp_start",
        Shape::Text(Form::Address),
        "First address that management DHCP hands out.",
    ),
    key(
        "management_dhcp_end",
        Shape::Text(Form::Address),
        "Last address that management DHCP hands out.",
    ),
    key(
        "protocol_subnet",
        PREFIX,
        "Protocol addresses of the switches.",
    ),
    key("vtep_subnet", PREFIX, "VTEP addresses."),
    key(
        "fabric_subnet",
        PREFIX,
        "Addresses of links between switches.",
    ),
    key(
        "l2_proxy_external_subnet",
        PREFIX,
        "Addresses for proxied layer 2 externals.",
    ),
    key(
        "vpc_loopback_subnet",
        PREFIX,
        "Addresses of the VPC loopback workaround.",
    ),
    key(
        "mclag_session_subnet",
        PREFIX,
        "Addresses of MCLAG sessions.",
    ),
    key(
        "reserved_subnets",
        Shape::List(&PREFIX),
        "Subnets that no VPC may overlap; unset, the seven of this table.",
    ),
    key("spine_asn", ASN, "ASN of all spines."),
    key("leaf_asn_start", ASN, "First ASN of leaves."),
    key("leaf_asn_end", ASN, "Last ASN of leaves."),
    key("gateway_asn", ASN, "ASN of all gateways."),
    key(
        "vpc_irb_vlans",
        VLANS,
        "VLANs for routed interfaces of VPCs.",
    ),
    key(
        "th5_workaround_vlans",
        VLANS,
        "VLANs of the workaround for Tomahawk 5 switches.",
    ),
    key("vpc_peering_vlans", VLANS, "VLANs for VPC peering."),
    key("fabric_mtu", MTU, "MTU between switches, in bytes."),
    key(
        "server_facing_mtu_offset",
        MTU,
        "What a server-facing MTU stays below fabric_mtu, in bytes.",
    ),
    key(
        "fabric_mode",
        Shape::Choice(&["spine-leaf", "collapsed-core"]),
        "Topology.",
    ),
    key(
        "vpc_peering_disabled",
        Shape::Bool,
        "Whether VPC peering is refused.",
    ),
    key(
        "enable_gateway",
        Shape::Toggle,
        "Whether gateway kinds are admitted; auto: when the tree holds one.",
    ),
    key(
        "allow_extra_switch_profiles",
        Shape::Bool,
        "Whether switch profiles beside the built-in ones are admitted.",
    ),
    key(
        "gateway_communities",
        Shape::Map(Form::Number, &Shape::Text(Form::Community)),
        "BGP community by priority.",
    ),
];

static LIMITS: &[Key] = &[
    key(
        "file_bytes",
        size(1, 1 << 30),
        "Largest YAML file, in bytes.",
    ),
    key("depth", size(1, 512), "Deepest nesting of maps and lists."),
    key(
        "alias_nodes",
        size(0, 10_000_000),
        "Most nodes that aliases of one document may stand for.",
    ),
    key(
        "problems",
        size(1, 100_000),
        "Most problems of one file that are reported.",
    ),
    key(
        "state_bytes",
        size(1, 1 << 30),
        "Largest state.toml, in bytes.",
    ),
    key(
        "deletions",
        size(0, 1_000_000),
        "Most deletions of one run without confirmation.",
    ),
    key(
        "deletions_percent",
        size(0, 100),
        "The same in percent of the fabric; the larger of both counts.",
    ),
    key(
        "changes",
        size(0, 1_000_000),
        "Most resources that one run of sync changes, by priority; the rest waits. 0 is no limit.",
    ),
    key(
        "conflict_value_bytes",
        size(0, 1 << 20),
        "Largest value of a conflict that state.toml holds as text; of a larger one it holds the hash.",
    ),
];

const LEVEL: Shape = Shape::Choice(&["error", "warning", "info", "off"]);

static RULES: &[Key] = &[
    key(
        "unknown_group",
        Shape::Choice(&["warning", "error"]),
        "What a resource of an unknown group is worth.",
    ),
    key(
        "baseline",
        Shape::Text(Form::File),
        "File of findings that are marked as old.",
    ),
    key(
        "ignore",
        Shape::Bool,
        "Whether `# hnp: ignore=CODE` in a file hides findings; where it is not set, yes in a clone and no on a server.",
    ),
    key(
        "severity",
        Shape::Map(Form::Code, &LEVEL),
        "Severity by code, where it is not the rule's own.",
    ),
];

static INGEST: &[Key] = &[
    key(
        "strict",
        Shape::Bool,
        "Whether one bad document refuses its whole file.",
    ),
    key(
        "archive",
        Shape::Bool,
        "Whether files taken in are kept in raw/processed.",
    ),
    key("patterns", GLOBS, "Which files of raw/ are read."),
    key("ignore", GLOBS, "Which of them are not."),
];

static FEATURES: &[Key] = &[
    key(
        "directory_management",
        Shape::Bool,
        "init, ingest and tidy.",
    ),
    key("bidirectional_sync", Shape::Bool, "sync."),
    key(
        "conflict_resolution",
        Shape::Bool,
        "Merging by field, and resolve.",
    ),
];

static SYNC: &[Key] = &[
    key(
        "gui",
        Shape::Text(Form::Gui),
        "Base URL of a NetBox, or the path of an exported file; never a secret.",
    ),
    key(
        "branch",
        Shape::Text(Form::Branch),
        "Branch that Git's truth is read from and pull requests go to.",
    ),
    key("direction", DIRECTION, "Which way changes go."),
    key("strategy", STRATEGY, "What happens to a conflict."),
    key(
        "clock_skew_seconds",
        size(0, 86_400),
        "Times nearer than this decide nothing under timestamp_wins.",
    ),
    key(
        "auto_resolvable_fields",
        size(0, 1000),
        "Up to this many fields a conflict counts as one that can be settled without much risk.",
    ),
    key(
        "high_severity_fields",
        size(0, 1000),
        "From more fields than this on a conflict is of high severity.",
    ),
];

static CONFLICTS: &[Key] = &[key(
    "escalate_after",
    Shape::Table(ESCALATE_AFTER),
    "How long a conflict may be open, by severity, before it is a finding.",
)];

const PATIENCE: Shape = Shape::Text(Form::Patience);

static ESCALATE_AFTER: &[Key] = &[
    key("low", PATIENCE, "Labels and annotations only."),
    key("medium", PATIENCE, "A few fields."),
    key(
        "high",
        PATIENCE,
        "A deletion against a change, or many fields.",
    ),
    key("critical", PATIENCE, "The merged tree would not be valid."),
];

static POLICY: &[Key] = &[
    key(
        "match",
        Shape::Table(MATCH),
        "Which resources it is for; `*` and `?` are wildcards.",
    ),
    key("direction", DIRECTION, "Which way changes go."),
    key(
        "auto_sync",
        Shape::Bool,
        "Whether a run without the resource's name touches it.",
    ),
    key(
        "priority",
        size(0, u16::MAX as u64),
        "Order where a limit cuts a run short, lower first.",
    ),
    key("strategy", STRATEGY, "What happens to a conflict."),
    key(
        "on_git_delete",
        Shape::Choice(&["delete", "orphan"]),
        "What a deletion in Git means for the GUI.",
    ),
];

static MATCH: &[Key] = &[
    key(
        "kind",
        Shape::Text(Form::KindGlob),
        "Kind, in any case; `Kind.group` for foreign groups.",
    ),
    key("name", GLOB, "Name."),
    key("namespace", GLOB, "Namespace."),
    key("fabric", GLOB, "Fabric."),
];

static HOOKS: &[Key] = &[
    key(
        "ingest",
        Shape::Bool,
        "Whether pre-commit also takes in what waits in raw/.",
    ),
    key("refs", GLOBS, "Which pushed refs are checked."),
    key("each", Shape::Bool, "Whether every new commit is checked."),
    key(
        "block_old",
        Shape::Bool,
        "Whether findings that a parent has too block as new ones do.",
    ),
    key(
        "pre_receive_milliseconds",
        size(1, 600_000),
        "Time that pre-receive gives itself before it refuses.",
    ),
];

static RETENTION: &[Key] = &[
    key(
        "backups",
        size(0, 1_000_000),
        "How many of the newest backups are kept.",
    ),
    key("backups_days", DAYS, "Younger backups are kept too."),
    key(
        "ledger",
        size(0, 1_000_000),
        "How many of the newest records of the ledger are kept.",
    ),
    key("ledger_days", DAYS, "Younger records are kept too."),
    key(
        "processed_days",
        DAYS,
        "Younger files in raw/processed are kept.",
    ),
    key(
        "cache_days",
        DAYS,
        "Files of the cache that were written since are kept.",
    ),
];

/// Names the tables that have a key, for "it belongs in …".
pub(super) fn tables_with(name: &str) -> Vec<&'static str> {
    let sections = ROOT.iter().filter_map(|section| match section.shape {
        Shape::Table(keys) => Some((section.name, keys)),
        Shape::Tables(keys) => Some(("policy", keys)),
        _ => None,
    });
    sections
        .chain([
            ("fabric.NAME", FABRIC),
            ("fabric.NAME.network", NETWORK),
            ("conflicts.escalate_after", ESCALATE_AFTER),
        ])
        .filter(|(_, keys)| keys.iter().any(|key| key.name == name))
        .map(|(section, _)| section)
        .collect()
}
