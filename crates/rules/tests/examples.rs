//! The examples of the catalogue: the wrong one gives its finding, the right one none at all.
#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::Write as _;

use hnp_model::Finding;
use hnp_rules::catalogue::{FAMILIES, Family, Rule};
use hnp_rules::engine::Check;
use hnp_rules::schema::{Set, import_text};
use hnp_rules::{Release, Settings};

use support::{check, check_step, concise};

/// A kind of another operator, with the constraints that no kind of Hedgehog's has.
const RACKS: &str = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: racks.example.com
spec:
  group: example.com
  names: {kind: Rack, plural: racks}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              room: {type: string, minLength: 3}
              units:
                type: array
                x-kubernetes-list-type: set
                items: {type: integer}
";

fn settings(code: &str) -> Settings {
    let mut settings = Settings::default();
    match code {
        "PEER-02" => settings.network.vpc_peering_disabled = true,
        "PEER-09" => settings = Settings::new(Release::R26_01),
        "META-06" => settings.network.gateway = Some(false),
        code if code.starts_with("SP-") && code != "SP-01" => {
            settings.network.extra_switch_profiles = true;
        }
        "CON-15" => settings.network.spine_leaf = false,
        "CON-22" | "CON-22-G" => settings.hydrated = Some(true),
        "CON-28" => settings.network.irb_vlans[0].to = settings.network.irb_vlans[0].from,
        _ => {}
    }
    if matches!(code, "SCH-08" | "SCH-11") {
        settings.schemas =
            Set::embedded(Release::default()).with_imported(import_text(RACKS).unwrap());
    }
    settings
}

/// Texts of rules whose example would be too large to print, or could not be.
fn made(code: &str) -> Option<Vec<u8>> {
    let server = |spec: &str| {
        format!(
            "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: server-01\nspec:\n{spec}\n"
        )
    };
    let text = match code {
        "YAML-01" => {
            let mut bytes = server("  description: rack ").into_bytes();
            bytes.pop();
            bytes.extend(b"\xe9 4\n");
            return Some(bytes);
        }
        "YAML-02" => server(&format!("  # {}", "x".repeat(8 << 20))),
        "YAML-10" => server(&format!(
            "  description: {}{}",
            "[".repeat(70),
            "]".repeat(70)
        )),
        "YAML-16" => server("  description: \"rack \u{7} 4\""),
        "CON-27" => (1..=250)
            .map(|n| {
                format!(
                    "---\napiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata:\n  name: server-{n}--bundled--leaf-1\nspec:\n  bundled:\n    links:\n    - server: {{ port: server-{n}/eth0 }}\n      switch: {{ port: leaf-1/E1/{n} }}\n"
                )
            })
            .collect(),
        "META-04" => server("  description: rack 4")
            .replace("name: server-01", &format!("name: {}", "s".repeat(254))),
        "META-16" => server("  description: rack 4").replace(
            "  name: server-01\n",
            &format!(
                "  name: server-01\n  annotations:\n    example.com/a: {}\n    example.com/b: {}\n",
                "a".repeat(128 << 10),
                "b".repeat(128 << 10)
            ),
        ),
        _ => return None,
    };
    Some(text.into_bytes())
}

/// Why a rule has no example here.
fn skipped(code: &str) -> Option<&'static str> {
    Some(match code {
        "ING-02" => "needs a file under unmanaged/: see tests/tree.rs",
        "ING-03" | "ING-04" | "ING-05" => "about directories: judged by the sync crate",
        "ING-06" | "ING-07" | "ING-08" | "ING-09" => "about a drop: judged by the sync crate",
        "ING-10" | "ING-11" => "about files that are no text: judged where files are read",
        code if code.starts_with("STATE-") => "about state.toml: judged by the state crate",
        code if code.starts_with("GIT-") => "about a repository: judged by the command line",
        _ => return None,
    })
}

/// Separates the two trees in the example of a rule of changes.
const AFTERWARDS: &str = "# afterwards\n";

fn judged(rule: &Rule, text: Vec<u8>, settings: &Settings) -> Vec<Finding> {
    if !matches!(rule.check, Check::Change(_)) {
        return check(text, settings);
    }
    let text = String::from_utf8(text).unwrap();
    let (before, after) = text
        .split_once(AFTERWARDS)
        .unwrap_or_else(|| panic!("{}: the example has no line `# afterwards`", rule.code));
    check_step(before, after, settings)
}

fn judge(rule: &Rule, out: &mut String) {
    if let Check::Never(why) = rule.check {
        let _ = writeln!(out, "{}\n  never: {why}", rule.code);
        return;
    }
    let settings = settings(rule.code);
    let wrong = rule
        .wrong
        .map(|text| text.as_bytes().to_vec())
        .or_else(|| made(rule.code));
    let Some(wrong) = wrong else {
        let reason = skipped(rule.code);
        assert!(reason.is_some(), "{} has no example", rule.code);
        let _ = write!(out, "{}\n  skipped, {}\n", rule.code, reason.unwrap());
        return;
    };
    let _ = writeln!(out, "{}", rule.code);
    let findings = judged(rule, wrong, &settings);
    let own = findings.iter().find(|finding| finding.code == rule.code);
    assert_eq!(
        own.map(|finding| finding.severity),
        Some(rule.severity),
        "{}: {}",
        rule.code,
        concise(&findings)
    );
    for finding in &findings {
        assert!(finding.help.is_some(), "{}: {}", rule.code, finding.message);
    }
    for line in concise(&findings).lines() {
        let short: String = line.chars().take(200).collect();
        let _ = writeln!(out, "  wrong: {short}");
    }
    let of_engine = !matches!(rule.check, Check::Elsewhere);
    assert!(
        rule.right.is_some() || !of_engine || rule.wrong.is_none(),
        "{} has no passing example",
        rule.code
    );
    if let Some(right) = rule.right {
        let findings = judged(rule, right.as_bytes().to_vec(), &settings);
        assert!(findings.is_empty(), "{}: {}", rule.code, concise(&findings));
        let _ = writeln!(out, "  right: no findings");
    }
}

fn snapshot(family: &Family) -> String {
    let mut out = String::new();
    for rule in family.rules() {
        judge(rule, &mut out);
    }
    out
}

/// Every family, with its snapshot.
#[test]
fn examples() {
    for family in FAMILIES {
        let name: String = family
            .title
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            })
            .collect();
        insta::assert_snapshot!(name, snapshot(family));
    }
}
