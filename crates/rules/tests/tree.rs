//! Rules that need more than one file.
#![allow(clippy::unwrap_used)]

use hnp_model::{Finding, SourceFile};
use hnp_rules::{Role, Settings, check_file, check_tree};

fn server(name: &str) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec: {{}}\n"
    )
}

fn tree(files: &[(&str, Role, String)]) -> Vec<Finding> {
    let settings = Settings {
        fabric: Some("fabric-1".to_owned()),
        ..Settings::default()
    };
    let checked: Vec<_> = files
        .iter()
        .map(|(path, role, text)| {
            let file = SourceFile {
                path: (*path).to_owned(),
                bytes: text.clone().into_bytes(),
            };
            check_file(file, *role, &settings)
        })
        .collect();
    let texts = |_, path: &str| {
        let file = files.iter().find(|file| file.0 == path)?;
        Some(file.2.clone().into_bytes())
    };
    check_tree(&checked, &settings, &texts).0
}

fn lines(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            let related = &finding.related[0];
            format!(
                "{} {} <- {} {}",
                finding.code, finding.place, related.place, related.message
            )
        })
        .collect()
}

#[test]
fn the_later_of_two_is_blamed_and_the_earlier_shown() {
    let found = tree(&[
        ("managed/servers/a.yaml", Role::Managed, server("a")),
        ("managed/servers/b.yaml", Role::Managed, server("b")),
        (
            "managed/servers/c.yaml",
            Role::Managed,
            format!("{}---\n{}", server("b"), server("c")),
        ),
    ]);
    assert_eq!(
        lines(&found),
        ["ING-01 managed/servers/c.yaml:4:9 <- managed/servers/b.yaml:4:9 first here"]
    );
    let resource = found[0].resource.as_ref().unwrap();
    assert_eq!(resource.fabric.as_deref(), Some("fabric-1"));
}

#[test]
fn every_further_one_is_a_finding_of_its_own() {
    let text = format!("{0}---\n{0}---\n{0}", server("a"));
    let found = tree(&[("managed/a.yaml", Role::Managed, text)]);
    assert_eq!(
        lines(&found),
        [
            "ING-01 managed/a.yaml:10:9 <- managed/a.yaml:4:9 first here",
            "ING-01 managed/a.yaml:16:9 <- managed/a.yaml:4:9 first here",
        ]
    );
}

#[test]
fn the_version_is_no_part_of_the_identity_and_kind_and_namespace_are() {
    let old = server("a").replace("v1beta1", "v1alpha2");
    let found = tree(&[
        ("managed/a.yaml", Role::Managed, server("a")),
        ("managed/b.yaml", Role::Managed, old),
    ]);
    assert_eq!(found.len(), 1);
    let other = server("a").replace("kind: Server", "kind: Switch");
    let foreign = server("a").replace("wiring.githedgehog.com", "example.com");
    let elsewhere = server("a").replace("name: a", "name: a\n  namespace: b");
    let found = tree(&[
        ("managed/a.yaml", Role::Managed, server("a")),
        ("managed/b.yaml", Role::Managed, other),
        ("managed/c.yaml", Role::Managed, foreign),
        ("managed/d.yaml", Role::Managed, elsewhere),
    ]);
    assert!(found.is_empty());
    let spelled = server("a").replace("name: a", "name: a\n  namespace: default");
    let found = tree(&[
        ("managed/a.yaml", Role::Managed, server("a")),
        ("managed/b.yaml", Role::Managed, spelled),
    ]);
    assert_eq!(found.len(), 1);
}

#[test]
fn unmanaged_is_context() {
    let found = tree(&[
        ("managed/a.yaml", Role::Managed, server("a")),
        (
            "unmanaged/a.yaml",
            Role::Context,
            format!("{}---\n{1}---\n{1}", server("a"), server("b")),
        ),
        ("raw/a.yaml", Role::Pending, server("a")),
    ]);
    assert_eq!(
        lines(&found),
        ["ING-02 unmanaged/a.yaml:4:9 <- managed/a.yaml:4:9 managed here"]
    );
}
