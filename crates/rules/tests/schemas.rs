//! The embedded schemas are what import makes of each release's CRDs. `UPDATE_SCHEMAS=1` writes the files anew.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::path::{Path, PathBuf};

use hnp_rules::schema::{Release, SchemaFile, Set, from_json, import, to_json};
use hnp_yaml::{Options, parse};

/// The fabricator kinds are known in one state only, so every release has them in that state.
const FABRICATOR: &str = "fabricator-HEAD-fee556700e";
const GATEWAY: &str = "gateway-v0.28.0-97fee74f62";

fn folders(release: Release) -> Vec<&'static str> {
    match release {
        Release::Beta1 => vec!["fabric-v0.53.1-ca63184062", FABRICATOR],
        Release::R24_09 => vec!["fabric-v0.58.0-c5c0e80f73", FABRICATOR],
        Release::R25_03 => vec!["fabric-v0.81.1-0303439688", FABRICATOR],
        Release::R25_04 => vec!["fabric-v0.87.4-5bc2167c17", GATEWAY, FABRICATOR],
        Release::R25_05 => vec!["fabric-v0.96.4-635c1401f0", GATEWAY, FABRICATOR],
        Release::R26_01 => vec!["fabric-v0.115.4-be8d9e0709", FABRICATOR],
        Release::R26_02 => vec!["fabric-v0.120.3-650d4e01fa", FABRICATOR],
        Release::R26_03Preview => vec!["fabric-HEAD-78827debaf", FABRICATOR],
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of CRDs by release, where it exists.
fn crds() -> Option<PathBuf> {
    let crds = workspace().join("../shared/data/crds");
    if crds.is_dir() {
        return Some(crds);
    }
    eprintln!("skipped: no ../shared/data/crds beside the workspace");
    None
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn generate(crds: &Path, release: Release) -> String {
    let mut file = SchemaFile {
        release: Some(release.name().to_owned()),
        ..SchemaFile::default()
    };
    for folder in folders(release) {
        file.sources.push(folder.to_owned());
        for path in files(&crds.join(folder)) {
            let stream = parse(std::fs::read(&path).unwrap(), &Options::default());
            file.kinds.extend(import(&stream).unwrap());
        }
    }
    to_json(&file)
}

fn path(release: Release) -> PathBuf {
    workspace().join(format!("schemas/hedgehog/{release}.json"))
}

#[test]
fn files_are_what_import_makes_of_the_crds() {
    let Some(crds) = crds() else { return };
    for release in Release::ALL {
        let made = generate(&crds, release);
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(path(release), &made).unwrap();
            continue;
        }
        let kept = std::fs::read_to_string(path(release)).unwrap();
        assert!(
            kept == made,
            "{release}: the file differs from the CRDs; run UPDATE_SCHEMAS=1 cargo test -p hnp-rules --test schemas"
        );
    }
}

#[test]
fn text_reads_back_as_written_and_stays_small() {
    for release in Release::ALL {
        let text = std::fs::read_to_string(path(release)).unwrap();
        let file = from_json(&text).unwrap();
        assert_eq!(file.release.as_deref(), Some(release.name()));
        assert_eq!(to_json(&file), text, "{release}");
        assert!(text.len() < 120_000, "{release}: {} bytes", text.len());
        assert!(
            !text.contains("description\": \""),
            "{release} holds sentences"
        );
        let set = Set::embedded(release);
        let listed: Vec<_> = set.kinds().map(|kind| (kind.group, kind.kind)).collect();
        let kinds: Vec<_> = file
            .kinds
            .iter()
            .map(|kind| (&*kind.group, &*kind.kind))
            .collect();
        assert_eq!(listed, kinds, "{release}");
    }
}

#[test]
fn every_kind_of_every_release_compiles() {
    for release in Release::ALL {
        let set = Set::embedded(release);
        let kinds: Vec<_> = set.kinds().collect();
        assert!(kinds.len() >= 18, "{release}: {} kinds", kinds.len());
        for kind in kinds {
            let compiled = set.kind(kind.group, kind.version, kind.kind);
            assert_eq!(
                compiled.is_none(),
                kind.kind == "Agent",
                "{release} {}",
                kind.kind
            );
            if let Some(compiled) = compiled {
                assert!(
                    compiled.root_fields().any(|name| name == "spec"),
                    "{}",
                    kind.kind
                );
            }
        }
    }
}

#[test]
fn releases_know_the_kinds_they_brought() {
    let has =
        |release, group, version, kind| Set::embedded(release).kind(group, version, kind).is_some();
    let gateway = "gateway.githedgehog.com";
    assert!(!has(Release::R25_03, gateway, "v1alpha1", "Gateway"));
    assert!(has(Release::R25_04, gateway, "v1alpha1", "Peering"));
    assert!(!has(Release::R26_01, gateway, "v1alpha1", "Peering"));
    assert!(has(Release::R26_01, gateway, "v1alpha1", "GatewayPeering"));
    assert!(has(
        Release::Beta1,
        "wiring.githedgehog.com",
        "v1beta1",
        "ControlNode"
    ));
    assert!(!has(
        Release::R24_09,
        "wiring.githedgehog.com",
        "v1beta1",
        "ControlNode"
    ));
    let vpc = |release: Release| {
        let set = Set::embedded(release);
        let schema = set.kind("vpc.githedgehog.com", "v1beta1", "VPC").unwrap();
        schema
            .fields_at(&["spec", "subnets", "a"])
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert!(!vpc(Release::R25_05).contains(&"hostBGP".to_owned()));
    assert!(vpc(Release::R26_01).contains(&"hostBGP".to_owned()));
    let set = Set::embedded(Release::default());
    let owned: Vec<_> = set
        .kinds()
        .filter(|kind| kind.controller_owned)
        .map(|kind| kind.kind)
        .collect();
    assert_eq!(
        owned,
        ["Agent", "Catalog", "DHCPSubnet", "VPCInfo", "GatewayAgent"]
    );
}

#[test]
fn release_names_are_read_as_people_write_them() {
    let read =
        |name: &str| Release::parse(name).map(|parsed| (parsed.release, parsed.note.is_some()));
    assert_eq!(read("26.02"), Ok((Release::R26_02, false)));
    assert_eq!(read("25.05.1"), Ok((Release::R25_05, false)));
    assert_eq!(read("25.01"), Ok((Release::R24_09, true)));
    assert_eq!(read("25.02"), Ok((Release::R24_09, true)));
    assert_eq!(read("26.03"), Ok((Release::R26_03Preview, true)));
    assert_eq!(read("Beta-1"), Ok((Release::Beta1, false)));
    let error = Release::parse("26.2").unwrap_err().to_string();
    assert!(error.contains("did you mean `26.02`?"), "{error}");
    assert!(error.contains("hnp schema import"), "{error}");
    assert_eq!(Release::default().to_string(), "26.03-preview");
    assert!(Release::default().enforces_int32() && !Release::R26_02.enforces_int32());
    for release in Release::ALL {
        assert_eq!(release.name().parse(), Ok(release));
    }
}
