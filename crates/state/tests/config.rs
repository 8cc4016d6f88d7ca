//! config.toml as people write it, well and badly.
#![allow(clippy::unwrap_used)]

use hnp_model::ResourceId;
use hnp_state::config::{
    Config, Direction, Level, OnGitDelete, Outside, Profile, Strategy, Template, Toggle,
    UnknownGroup, initial,
};
use hnp_state::config::{DEFAULT_RELEASE, Fabric};

fn id(kind: &str, group: &str, name: &str) -> ResourceId {
    ResourceId {
        kind: kind.to_owned(),
        group: group.to_owned(),
        namespace: "default".to_owned(),
        name: name.to_owned(),
    }
}

/// Renders errors as `line:column-column message (help)`.
fn errors(text: &str) -> Vec<String> {
    Config::parse(text)
        .unwrap_err()
        .iter()
        .map(|error| {
            let start = error.position(text);
            let end = error.end(text);
            assert_eq!(
                start.line, end.line,
                "errors of config.toml are about one line"
            );
            format!("{}:{}-{} {error}", start.line, start.column, end.column)
        })
        .collect()
}

const FULL: &str = include_str!("samples/full.toml");

#[test]
fn an_empty_file_is_all_defaults() {
    let config = Config::parse("").unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(config.release, DEFAULT_RELEASE);
    assert_eq!(config.limits.yaml(), hnp_yaml::Limits::default());
    assert!(config.ingest.strict && config.ingest.archive);
    assert!(config.features.directory_management && config.features.bidirectional_sync);
    assert!(config.features.conflict_resolution);
    assert_eq!(config.hooks.pre_receive_milliseconds, 4_500);
}

#[test]
fn every_key_is_read() {
    let config = Config::parse(FULL).unwrap();
    let fabric = &config.fabrics["fabric-1"];
    assert_eq!(fabric.directories, ["gitops/fabric-1", "extra/fabric-1"]);
    assert_eq!(fabric.template, Template::PerKind);
    assert_eq!(fabric.profile, Profile::Day2);
    assert_eq!(fabric.hydrated(), Toggle::Off);
    assert_eq!(fabric.outside(), Outside::Kinds(vec!["Switch".to_owned()]));
    assert_eq!(config.release_of("fabric-1"), "26.01");
    assert_eq!(config.release_of("fabric-2"), "26.02");
    assert_eq!(fabric.network.enable_gateway, Toggle::On);
    assert_eq!(fabric.network.reserved(), ["10.0.0.0/8"]);
    assert_eq!(fabric.network.server_mtu_max(), 8_900);
    assert_eq!(fabric.network.gateway_communities.len(), 2);
    assert_eq!(config.fabrics["fabric-2"].directories, ["lab"]);
    assert_eq!(config.rules.unknown_group, UnknownGroup::Error);
    assert_eq!(config.rules.severity["GW-05-IP"], Level::Off);
    assert_eq!(config.sync.direction, Direction::GuiToGit);
    assert_eq!(config.sync.strategy, Strategy::UserGuided);
    assert_eq!(config.policies.len(), 2);

    // Nothing of the sample equals its default: a key that reading forgets would show here.
    let read = serde_json::to_value(&config).unwrap();
    let default = serde_json::to_value(Config::default()).unwrap();
    for (section, value) in read.as_object().unwrap() {
        if section == "format" {
            continue;
        }
        match value.as_object().filter(|_| section != "fabric") {
            Some(keys) => {
                for (key, value) in keys {
                    assert_ne!(value, &default[section][key], "{section}.{key}");
                }
            }
            None => assert_ne!(value, &default[section], "{section}"),
        }
    }
    let network = serde_json::to_value(&fabric.network).unwrap();
    let default = serde_json::to_value(&Fabric::default().network).unwrap();
    for (key, value) in network.as_object().unwrap() {
        assert_ne!(value, &default[key], "network.{key}");
    }
}

#[test]
fn typing_errors_get_a_suggestion_and_a_place() {
    let text = "\
format = 1
[fabric.main]
directry = \"gitops/main\"
directory = \"gitops/main\"
tempalte = \"standard\"
template = \"per_kind\"
profile = \"lab\"

[limit]
depth = 3

[ingest]
strict = \"yes\"
depth = 3

[rules.severity]
VPC-37 = \"warn\"
vpc37 = \"off\"

[[policy]]
match = { kind = \"Swich\", name = \"spine-*\" }
direction = \"git2gui\"
priority = 70000
";
    insta::assert_snapshot!("mistyped", errors(text).join("\n"));
}

#[test]
fn wrong_values_say_what_is_right() {
    let text = "\
release = \"\"
[fabric.\"a/b\"]
directory = \"/srv/a\"
[fabric.climb]
directory = \"../x\"
hydrated = \"maybe\"
outside = [\"Swich\", 3]
[fabric.climb.network]
fabric_subnet = \"172.30.128.1/17\"
management_subnet = \"172.30.0.0\"
vpc_irb_vlans = [\"4000-5000\"]
spine_asn = -1
enable_gateway = \"auto\"
gateway_communities = { first = \"1:2\", 1 = \"x\" }
[sync]
gui = \"https://user:secret@netbox.example.com\"
branch = \"a..b\"
clock_skew_seconds = 1.5
[limits]
deletions_percent = 101
[hooks]
refs = \"refs/heads/*\"
";
    insta::assert_snapshot!("wrong_values", errors(text).join("\n"));
}

#[test]
fn broken_toml_is_reported_with_everything_else_that_is_wrong() {
    let text = "format = 1\nformat = 1\n[limits\n[ingest]\nstrikt = true\n";
    insta::assert_snapshot!("broken_toml", errors(text).join("\n"));
    let text = "<<<<<<< ours\nrelease = \"26.01\"\n=======\nrelease = \"26.02\"\n>>>>>>> theirs\n";
    assert!(
        errors(text)[0].contains("left over from a merge"),
        "{:?}",
        errors(text)
    );
}

#[test]
fn fabrics_need_directories_that_do_not_overlap() {
    let text =
        "[fabric.a]\ndirectory = \"x\"\n[fabric.b]\ndirectories = [\"y\", \"x/z\"]\n[fabric.c]\n";
    insta::assert_snapshot!(
        "both_spellings",
        errors("[fabric.d]\ndirectory = \"p\"\ndirectories = [\"q\"]\n").join("\n")
    );
    insta::assert_snapshot!("directories", errors(text).join("\n"));
    let text = "[fabric.a]\ndirectory = \"a\"\n[[policy]]\nmatch = { fabric = \"A\" }\n";
    insta::assert_snapshot!("no_such_fabric", errors(text).join("\n"));
}

#[test]
fn a_newer_format_is_refused_and_nothing_else_is_said() {
    let text = "format = 2\nnew_key = 1\n";
    assert_eq!(
        errors(text),
        [
            "1:10-11 config.toml has format 2; this hnp reads 1 (a newer hnp wrote it: install that version)"
        ]
    );
}

#[test]
fn the_first_policy_that_fits_decides() {
    let config = Config::parse(FULL).unwrap();
    let switch = id("Switch", "wiring.githedgehog.com", "spine-1");
    let settings = config.settings_for("fabric-1", &switch);
    assert_eq!(settings.direction, Direction::GitToGui);
    assert_eq!((settings.auto_sync, settings.priority), (false, 10));
    assert_eq!(settings.strategy, Strategy::GithubWins);
    assert_eq!(settings.on_git_delete, OnGitDelete::Orphan);
    assert_eq!(settings.policy, Some(0));
    // The second policy would fit too, yet is not asked; where it is, what it leaves open comes from [sync].
    let leaf = id("Switch", "wiring.githedgehog.com", "leaf-1");
    let settings = config.settings_for("fabric-1", &leaf);
    assert_eq!(
        (settings.policy, settings.direction),
        (Some(1), Direction::ManualOnly)
    );
    assert_eq!(settings.strategy, Strategy::UserGuided);
    assert_eq!(settings.priority, 100);
    let vpc = id("VPC", "vpc.githedgehog.com", "vpc-1");
    assert_eq!(config.settings_for("fabric-1", &vpc).policy, None);
    assert_eq!(
        config.settings_for("fabric-1", &vpc).direction,
        Direction::GuiToGit
    );
    let foreign = id("Widget", "example.com", "w");
    assert_eq!(config.settings_for("x", &foreign).policy, None);
}

#[test]
fn profiles_are_presets() {
    let with = |profile: &str| {
        let text = format!("[fabric.f]\ndirectory = \"f\"\nprofile = \"{profile}\"\n");
        let fabric = Config::parse(&text).unwrap().fabrics["f"].clone();
        (fabric.hydrated(), fabric.outside())
    };
    assert_eq!(with("auto"), (Toggle::Auto, Outside::Auto));
    assert_eq!(with("live"), (Toggle::On, Outside::Kinds(vec![])));
    assert_eq!(with("authoring"), (Toggle::Off, Outside::Kinds(vec![])));
    let (hydrated, outside) = with("day2");
    assert_eq!(hydrated, Toggle::On);
    let Outside::Kinds(kinds) = outside else {
        panic!("day2 names its kinds")
    };
    assert!(kinds.contains(&"Connection".to_owned()) && !kinds.contains(&"VPC".to_owned()));
}

#[test]
fn paths_find_their_fabric() {
    let config = Config::parse(
        "[fabric.a]\ndirectories = [\"x/a\", \"y\"]\n[fabric.b]\ndirectory = \"./x/ab/\"\n",
    )
    .unwrap();
    let at = config.locate("x/ab/managed/vpcs/v.yaml").unwrap();
    assert_eq!(
        (at.name, at.directory, at.inside),
        ("b", "x/ab", "managed/vpcs/v.yaml")
    );
    assert_eq!(
        config.locate("y/raw/q.yaml").map(|at| (at.name, at.inside)),
        Some(("a", "raw/q.yaml"))
    );
    assert_eq!(config.locate("x/c"), None);
}

#[test]
fn deletions_are_limited_by_the_larger_bound() {
    let limits = Config::default().limits;
    assert_eq!(limits.deletions_of(10), 5);
    assert_eq!(limits.deletions_of(500), 50);
}

#[test]
fn ingest_takes_by_pattern() {
    let config =
        Config::parse("[ingest]\nignore = [\"*.draft.yaml\", \"pending/old/**\"]\n").unwrap();
    assert!(config.ingest.takes("pending/a.yml"));
    assert!(!config.ingest.takes("pending/a.draft.yaml"));
    assert!(!config.ingest.takes("pending/old/x/a.yaml"));
    assert!(!config.ingest.takes("pending/README.md"));
}

#[test]
fn the_first_config_is_short_and_valid() {
    let fabrics = [
        (
            "fabric-1".to_owned(),
            Fabric::in_directory("gitops/hedgehog/fabric-1"),
        ),
        (
            "lab".to_owned(),
            Fabric {
                template: Template::PerKind,
                profile: Profile::Day2,
                outside: Some(vec!["Switch".to_owned(), "Server".to_owned()]),
                hydrated: Some(Toggle::On),
                directories: vec!["lab/a".to_owned(), "lab/b".to_owned()],
                ..Fabric::default()
            },
        ),
    ];
    let text = initial(&fabrics, DEFAULT_RELEASE);
    insta::assert_snapshot!("initial", text);
    let config = Config::parse(&text).unwrap();
    assert_eq!(config.fabrics.into_iter().collect::<Vec<_>>(), fabrics);
    assert_eq!(
        Config::parse(&initial(&[], "26.01")).unwrap().release,
        "26.01"
    );
}

#[test]
fn no_message_repeats_a_secret() {
    let text = "[sync]\ngui = \"https://user:hunter2@netbox.example.com\"\n";
    assert!(!errors(text).join("\n").contains("hunter2"));
}

#[test]
fn hostile_text_is_only_an_error() {
    let deep = format!("a = {}", "[".repeat(200_000));
    assert!(Config::parse(&deep).is_err());
    assert!(Config::parse(&"x".repeat(2 << 20)).is_err());
    let many: String = (0..5_000).map(|n| format!("key{n} = 1\n")).collect();
    assert_eq!(Config::parse(&many).unwrap_err().len(), 100);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "(?s)[a-z\\[\\]\"'=.{},0-9# \n\\\\é-]{0,200}") {
        if let Err(errors) = Config::parse(&text) {
            for error in errors {
                proptest::prop_assert!(error.span.end <= text.len());
                let _ = error.position(&text);
            }
        }
    }
}
