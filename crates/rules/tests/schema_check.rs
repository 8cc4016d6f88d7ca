//! Each code of the walk, with the place, the words and the fix that a user sees; import and its refusals.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use hnp_rules::schema::{
    Level, Release, Set, Settings, Violation, check, import, import_text, suggest,
};
use hnp_yaml::{Options, parse};

fn violations(release: Release, text: &str) -> Vec<Violation> {
    let stream = parse(text, &Options::default());
    assert_eq!(stream.problems(), []);
    let root = stream.document(0).unwrap().root().unwrap();
    let api = root.get("apiVersion").unwrap().as_str().unwrap();
    let (group, version) = api.split_once('/').unwrap();
    let kind = root.get("kind").unwrap().as_str().unwrap();
    let set = Set::embedded(release);
    let schema = set.kind(group, version, kind).unwrap();
    let mut found = Vec::new();
    check(root, schema, &Settings::new(release), &mut |v| {
        found.push(v);
    });
    found
}

/// `line:column code what it covers`, then message, help and fix of every violation.
fn told(release: Release, text: &str) -> Vec<String> {
    let stream = parse(text, &Options::default());
    let lines = stream.lines();
    let mut out = Vec::new();
    for v in violations(release, text) {
        let at = lines.position(v.span.start as usize);
        let covered = text[v.span.range()].lines().next().unwrap_or_default();
        out.push(format!(
            "{}:{} {} [{covered}] {}",
            at.line, at.column, v.code, v.message
        ));
        out.extend(v.help.map(|help| format!("  help: {help}")));
        out.extend(v.fix.map(|fix| {
            format!(
                "  fix{}: {}",
                if fix.safe { "" } else { " (unsafe)" },
                fix.title
            )
        }));
    }
    out
}

#[track_caller]
fn expect(kind: &str, body: &str, lines: &[&str]) {
    expect_in(Release::default(), kind, body, lines);
}

#[track_caller]
fn expect_in(release: Release, kind: &str, body: &str, lines: &[&str]) {
    let group = match kind {
        "Switch" | "Connection" | "VLANNamespace" | "SwitchProfile" => {
            "wiring.githedgehog.com/v1beta1"
        }
        "Gateway" | "GatewayPeering" => "gateway.githedgehog.com/v1alpha1",
        _ => "vpc.githedgehog.com/v1beta1",
    };
    let text = format!("apiVersion: {group}\nkind: {kind}\nmetadata: {{name: a}}\n{body}");
    assert_eq!(told(release, &text), lines, "\n{text}");
}

/// Applies every fix and expects nothing to be left.
#[track_caller]
fn mended(text: &str) -> String {
    let mut fixes: Vec<_> = violations(Release::default(), text)
        .into_iter()
        .map(|v| v.fix.unwrap())
        .collect();
    fixes.sort_by_key(|fix| std::cmp::Reverse(fix.span));
    let mut text = text.to_owned();
    for fix in fixes {
        text.replace_range(fix.span.range(), &fix.replacement);
    }
    assert_eq!(violations(Release::default(), &text), [], "{text}");
    text
}

#[test]
fn sch_01_names_the_field_that_was_meant() {
    expect(
        "VPC",
        "spec:\n  subnets:\n    default:\n      vlna: 10\n      subnet: 10.0.0.0/24\n",
        &[
            "7:7 SCH-01 [vlna] unknown field `spec.subnets.default.vlna`: VPC has no such field in Hedgehog 26.03-preview",
            "  help: did you mean `vlan`? If a newer release has the field, add its CRDs with `hnp schema import`",
            "  fix: rename `vlna` to `vlan`",
        ],
    );
    // Where the value would not fit, or the field is there already, the rename is not certain or not offered.
    expect(
        "VPC",
        "spec:\n  subnets: {a: {vlann: x, vlan: 1}}\n  permitt: 1\n",
        &[
            "5:17 SCH-01 [vlann] unknown field `spec.subnets.a.vlann`: VPC has no such field in Hedgehog 26.03-preview",
            "  help: did you mean `vlan`? If a newer release has the field, add its CRDs with `hnp schema import`",
            "6:3 SCH-01 [permitt] unknown field `spec.permitt`: VPC has no such field in Hedgehog 26.03-preview",
            "  help: did you mean `permit`? If a newer release has the field, add its CRDs with `hnp schema import`",
            "  fix (unsafe): rename `permitt` to `permit`",
        ],
    );
}

#[test]
fn sch_01_knows_wrong_indentation_and_other_releases() {
    expect(
        "VPC",
        "spec:\n  subnets:\n    a:\n      dhcp:\n        enable: true\n        gateway: 10.0.0.1\n",
        &[
            "9:9 SCH-01 [gateway] unknown field `spec.subnets.a.dhcp.gateway`: VPC has no such field in Hedgehog 26.03-preview",
            "  help: `gateway` is a field of `spec.subnets.a`; check the indentation",
        ],
    );
    expect_in(
        Release::R25_05,
        "VPC",
        "spec: {subnets: {a: {hostBGP: true}}}\n",
        &[
            "4:22 SCH-01 [hostBGP] unknown field `spec.subnets.a.hostBGP`: VPC has no such field in Hedgehog 25.05",
            "  help: Hedgehog knows it from 26.01 on; set the release in hnp's config if the fabric runs that",
        ],
    );
    expect(
        "SwitchProfile",
        "spec: {features: {vxlan: true}}\n",
        &[
            "4:19 SCH-01 [vxlan] unknown field `spec.features.vxlan`: SwitchProfile has no such field in Hedgehog 26.03-preview",
            "  help: Hedgehog knew it until 25.04; remove it",
        ],
    );
    expect(
        "VPCAttachment",
        "spec: {on: 1}\n",
        &[
            "4:8 SCH-01 [on] unknown field `spec.true`: VPCAttachment has no such field in Hedgehog 26.03-preview",
            "  help: Kubernetes reads the key `on` as `true`; put it in quotes",
        ],
    );
    expect(
        "VPCAttachment",
        "spec: {zebra: 1}\n",
        &[
            "4:8 SCH-01 [zebra] unknown field `spec.zebra`: VPCAttachment has no such field in Hedgehog 26.03-preview",
            "  help: known here: `connection`, `nativeVLAN`, `subnet`. If a newer release has the field, add its CRDs with `hnp schema import`",
        ],
    );
}

#[test]
fn sch_02_says_what_kubernetes_reads() {
    expect(
        "VPC",
        "spec:\n  mode: on\n  ipv4Namespace: 0755\n  vlanNamespace: 1e3\n  defaultIsolated: \"yes\"\n",
        &[
            "5:9 SCH-02 [on] `spec.mode` must be a string, but Kubernetes reads `on` as the boolean true",
            "  help: a YAML 1.2 tool reads a string here, Kubernetes does not; write \"on\"",
            "  fix: put quotes around `on`",
            "6:18 SCH-02 [0755] `spec.ipv4Namespace` must be a string, but Kubernetes reads `0755` as the integer 493",
            "  help: write \"0755\"",
            "  fix: put quotes around `0755`",
            "7:18 SCH-02 [1e3] `spec.vlanNamespace` must be a string, but Kubernetes reads `1e3` as the integer 1000",
            "  help: write \"1e3\"",
            "  fix: put quotes around `1e3`",
            "8:20 SCH-02 [\"yes\"] `spec.defaultIsolated` must be a boolean, not the string \"yes\"",
            "  help: quotes make it a string; write true",
            "  fix: remove the quotes around `yes`",
        ],
    );
    expect(
        "VPC",
        "spec:\n  subnets:\n    a: {vlan: \"10\", gateway: [1]}\n    b: []\n  permit: x\n  staticRoutes:\n    - prefix: {a: 1}\n    -\n",
        &[
            "6:15 SCH-02 [\"10\"] `spec.subnets.a.vlan` must be an integer, not the string \"10\"",
            "  help: quotes make it a string; write 10",
            "  fix: remove the quotes around `10`",
            "6:30 SCH-02 [[1]] `spec.subnets.a.gateway` must be a string, not a list",
            "7:8 SCH-02 [[]] `spec.subnets.b` must be a map, not a list",
            "8:11 SCH-02 [x] `spec.permit` must be a list, not the string \"x\"",
            "  help: write a list, one `- ` for each item",
            "10:15 SCH-02 [{a: 1}] `spec.staticRoutes[0].prefix` must be a string, not a map",
            "11:6 SCH-02 [] `spec.staticRoutes[1]` must be a map, and the item is empty",
            "  help: give the item a value, or remove its `-`",
        ],
    );
    // A map written in blocks is shown at its key; what an alias brings is not edited.
    expect(
        "VPC",
        "spec:\n  mode:\n    a: b\n  ipv4Namespace: &n 5\n  vlanNamespace: *n\n",
        &[
            "5:3 SCH-02 [mode] `spec.mode` must be a string, not a map",
            "7:21 SCH-02 [5] `spec.ipv4Namespace` must be a string, not the integer 5",
            "  help: write \"5\"",
            "8:18 SCH-02 [*n] `spec.vlanNamespace` must be a string, not the integer 5",
            "  help: write \"5\"",
        ],
    );
    let fixed = mended(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nspec:\n  mode: on\n  defaultIsolated: 'off'\n  subnets: {a: {vlan: '10', gatewy: 7, dchp: {enable: true}}}\n"
            .replace("gatewy: 7", "gatewy: x")
            .as_str(),
    );
    assert!(fixed.ends_with("  mode: \"on\"\n  defaultIsolated: false\n  subnets: {a: {vlan: 10, gateway: x, dhcp: {enable: true}}}\n"), "{fixed}");
}

#[test]
fn a_whole_number_with_a_point_is_an_integer_and_a_quoted_word_a_string() {
    expect(
        "VPC",
        "spec: {subnets: {a: {vlan: 1001.0, subnet: 22:22}}, mode: \"on\"}\n",
        &[],
    );
}

#[test]
fn sch_03_stands_at_the_key_that_holds_the_map() {
    expect(
        "Switch",
        "spec:\n  profile: x\n",
        &[
            "4:1 SCH-03 [spec] `spec.role` is required and is missing",
            "  help: set `role` to `spine`, `server-leaf`, `border-leaf`, `mixed-leaf` or `virtual-edge`",
        ],
    );
    expect(
        "Switch",
        "spec:\n  role:\n",
        &[
            "5:3 SCH-03 [role] `spec.role` is required and is empty",
            "  help: set `role` to `spine`, `server-leaf`, `border-leaf`, `mixed-leaf` or `virtual-edge`",
        ],
    );
    expect(
        "ExternalAttachment",
        "spec:\n  inboundACL:\n    statements:\n    - seq: 10\n      protocol: ip\n      srcPrefix: any\n      dstPrefix: any\n",
        &[
            "7:7 SCH-03 [seq] `spec.inboundACL.statements[0].action` is required and is missing",
            "  help: set `action`",
        ],
    );
    expect(
        "ExternalAttachment",
        "",
        &[
            "1:1 SCH-03 [apiVersion] `spec` is required and is missing",
            "  help: set `spec`",
        ],
    );
}

#[test]
fn sch_03_lets_admission_fill_in_what_it_does() {
    expect(
        "VPC",
        "spec: {subnets: {a: {dhcp: {enable: true, options: {pxeURL: x}}}}}\n",
        &[],
    );
    expect(
        "ExternalAttachment",
        "spec: {external: a, connection: b, static: {remoteIP: 1.1.1.1}}\n",
        &[],
    );
    expect("ExternalAttachment", "spec: {switch: , neighbor: }\n", &[]);
    expect(
        "GatewayPeering",
        "spec: {acl: {rules: [{action: deny}]}}\n",
        &[],
    );
}

#[test]
fn nulls_are_absent_fields_and_empty_maps() {
    expect(
        "VPCPeering",
        "spec:\n  permit:\n  - vpc-1:\n    vpc-2:\n  remote:\n",
        &[],
    );
    expect("VPC", "spec:\n  subnets:\n    default:\n  permit: ~\n", &[]);
    expect(
        "Switch",
        "spec:\n  role: spine\n  portFECs:\n    E1/1:\n",
        &[
            "7:5 SCH-04 [E1/1] `spec.portFECs[\"E1/1\"]` is empty and must be `rs`, `fc`, `auto` or `disabled`",
            "  help: give it one of these values, or remove the key",
        ],
    );
}

#[test]
fn sch_04_suggests_the_value() {
    expect(
        "Switch",
        "spec:\n  role: server-laef\n  redundancy: {type: none}\n",
        &[
            "5:9 SCH-04 [server-laef] `spec.role` must be `spine`, `server-leaf`, `border-leaf`, `mixed-leaf` or `virtual-edge`, not `server-laef`",
            "  help: did you mean `server-leaf`?",
            "  fix (unsafe): replace `server-laef` by `server-leaf`",
            "6:22 SCH-04 [none] `spec.redundancy.type` must be `mclag` or `eslag`, not `none`",
        ],
    );
}

#[test]
fn sch_05_says_the_pattern_in_words() {
    expect(
        "Connection",
        "spec:\n  staticExternal: {link: {switch: {ip: 10.0.0.300/24, nextHop: 10.0.0.0/24}}}\n",
        &[
            "5:40 SCH-05 [10.0.0.300/24] `spec.staticExternal.link.switch.ip` is `10.0.0.300/24`, not an IPv4 address with its prefix length, such as 172.30.128.1/31",
            r"  help: the schema's pattern is `^((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.?\b){4}/([1-2]?[0-9]|3[0-2])$`",
            "5:64 SCH-05 [10.0.0.0/24] `spec.staticExternal.link.switch.nextHop` is `10.0.0.0/24`, not an IPv4 address, such as 10.0.0.1",
            r"  help: the schema's pattern is `^((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.?\b){4}$`",
        ],
    );
}

#[test]
fn sch_06_and_07_bound_numbers_and_counts() {
    expect(
        "Switch",
        "spec:\n  role: spine\n  linkFlapErrDisable: {flapThreshold: 0, samplingInterval: 65536}\n",
        &[
            "6:39 SCH-06 [0] `spec.linkFlapErrDisable.flapThreshold` is 0; it must be at least 1",
            "6:60 SCH-06 [65536] `spec.linkFlapErrDisable.samplingInterval` is 65536; it must be at most 65535",
        ],
    );
    expect(
        "VPCPeering",
        "spec:\n  permit: []\n",
        &["5:3 SCH-07 [permit] `spec.permit` holds 0 items; at least 1 is needed"],
    );
    let many = format!(
        "spec:\n  ranges: [{}]\n",
        vec!["{from: 1, to: 2}"; 21].join(", ")
    );
    expect(
        "VLANNamespace",
        &many,
        &["5:3 SCH-07 [ranges] `spec.ranges` holds 21 items; at most 20 are allowed"],
    );
}

#[test]
fn sch_09_and_10_hold_numbers_to_their_go_types() {
    expect(
        "VPC",
        "spec: {subnets: {a: {vlan: 70000}, b: {vlan: -1}, c: {vlan: 1e30}}}\n",
        &[
            "4:28 SCH-09 [70000] `spec.subnets.a.vlan` is 70000, outside 0 to 65535, the range of its type (uint16)",
            "  help: admission cannot decode it and refuses the resource",
            "4:46 SCH-09 [-1] `spec.subnets.b.vlan` is -1, outside 0 to 65535, the range of its type (uint16)",
            "  help: admission cannot decode it and refuses the resource",
            "4:61 SCH-09 [1e30] `spec.subnets.c.vlan` is 1e30, outside 0 to 65535, the range of its type (uint16)",
            "  help: admission cannot decode it and refuses the resource",
        ],
    );
    let body = "spec: {role: spine, asn: 4200000000}\n";
    expect(
        "Switch",
        body,
        &[
            "4:26 SCH-10 [4200000000] `spec.asn` is 4200000000, above 2147483647, the largest number of its `format: int32`",
            "  help: the API server enforces this from 26.03 (Kubernetes 1.36) on; choose a smaller number",
        ],
    );
    expect_in(
        Release::R26_02,
        "Switch",
        body,
        &[
            "4:26 SCH-10 [4200000000] `spec.asn` is 4200000000, above 2147483647, the largest number of its `format: int32`",
            "  help: 26.02 admits it, releases from 26.03 (Kubernetes 1.36) on do not; choose a smaller number before the upgrade",
        ],
    );
    let text = format!("apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\n{body}");
    assert_eq!(violations(Release::R26_02, &text)[0].level, Level::Warning);
    assert_eq!(violations(Release::default(), &text)[0].level, Level::Error);
    let text = text.replace("4200000000", "4294967296");
    assert_eq!(violations(Release::R26_02, &text)[0].code, "SCH-09");
}

#[test]
fn the_limit_bounds_what_is_reported() {
    let mut text = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nspec:\n".to_owned();
    for index in 0..50_000 {
        text.push_str(&format!("  key{index}: 1\n"));
    }
    let stream = parse(text.as_str(), &Options::default());
    let root = stream.document(0).unwrap().root().unwrap();
    let set = Set::embedded(Release::default());
    let schema = set.kind("vpc.githedgehog.com", "v1beta1", "VPC").unwrap();
    let mut count = 0;
    let complete = check(
        root,
        schema,
        &Settings::new(Release::default()),
        &mut |_| count += 1,
    );
    assert_eq!((count, complete), (100, false));
}

const CRD: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Cluster
  names: {kind: Thing, plural: things, shortNames: [th]}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        description: A sentence.
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: integer, minimum: 1, multipleOf: 2}
              tags: {type: array, uniqueItems: true, items: {type: string, maxLength: 3}}
";

#[test]
fn an_imported_kind_is_checked_like_any_other() {
    let kinds = import_text(CRD).unwrap();
    assert!(kinds[0].cluster_scoped);
    let set = Set::embedded(Release::default()).with_imported(kinds);
    assert!(set.has_group("example.com") && !set.has_group("example.org"));
    let kind = set.kinds().next().unwrap();
    assert_eq!(
        (kind.group, kind.version, kind.kind, kind.plural),
        ("example.com", "v1", "Thing", "things")
    );
    let schema = set.kind("example.com", "v1", "Thing").unwrap();
    let text =
        "apiVersion: example.com/v1\nkind: Thing\nspec: {size: 3, tags: [abcd, a, a], b: 1}\n";
    let stream = parse(text, &Options::default());
    let root = stream.document(0).unwrap().root().unwrap();
    let mut found = Vec::new();
    check(root, schema, &Settings::new(Release::default()), &mut |v| {
        found.push(v);
    });
    let told: Vec<_> = found.iter().map(|v| (v.code, v.message.as_str())).collect();
    assert_eq!(
        told,
        [
            ("SCH-11", "`spec.size` is 3; it must be a multiple of 2"),
            (
                "SCH-11",
                "`spec.tags[2]` repeats item 1, and the items must differ"
            ),
            (
                "SCH-08",
                "`spec.tags[0]` holds 4 characters; at most 3 are allowed"
            ),
            (
                "SCH-01",
                "unknown field `spec.b`: Thing has no such field in Hedgehog 26.03-preview"
            ),
        ]
    );
    assert_eq!(
        found[1].related,
        Some((hnp_yaml::Span::new(68, 69), "the first of them".to_owned()))
    );
}

#[test]
fn an_imported_kind_replaces_that_of_the_release() {
    let crd = CRD
        .replace("group: example.com", "group: vpc.githedgehog.com")
        .replace("kind: Thing, plural: things", "kind: VPC, plural: vpcs");
    let set = Set::embedded(Release::default()).with_imported(import_text(&crd).unwrap());
    assert!(set.kind("vpc.githedgehog.com", "v1beta1", "VPC").is_none());
    let schema = set.kind("vpc.githedgehog.com", "v1", "VPC").unwrap();
    assert_eq!(schema.fields_at(&["spec"]), ["size", "tags"]);
    assert_eq!(set.kinds().filter(|kind| kind.kind == "VPC").count(), 1);
}

#[test]
fn import_reads_lists_and_several_documents() {
    let other = CRD.replace("Thing", "Other");
    let both = format!("{CRD}---\nkind: Namespace\napiVersion: v1\n---\n{other}");
    assert_eq!(import_text(&both).unwrap().len(), 2);
    let indented = CRD.replace('\n', "\n  ");
    let list = format!(
        "apiVersion: v1\nkind: List\nitems:\n- {}\n",
        indented.trim_end()
    );
    assert_eq!(import_text(&list).unwrap(), import_text(CRD).unwrap());
}

#[test]
fn import_refuses_what_it_would_lose_and_says_where() {
    let refused = |text: &str| {
        let stream = parse(text, &Options::default());
        let error = import(&stream).unwrap_err();
        let at = stream.lines().position(error.span.start as usize);
        format!("{}:{} {}", at.line, at.column, error.message)
    };
    assert_eq!(
        refused(&CRD.replace("minimum: 1", "$ref: '#/x'")),
        "20:37 `$ref` may constrain documents and is not known to hnp, so the schema cannot be imported"
    );
    assert_eq!(
        refused(&CRD.replace("minimum: 1", "x-kubernetes-new: 1")),
        "20:37 `x-kubernetes-new` may constrain documents and is not known to hnp, so the schema cannot be imported"
    );
    assert!(import_text(&CRD.replace("minimum: 1", "x-vendor: 1")).is_ok());
    assert_eq!(
        refused(&CRD.replace("maxLength: 3", "pattern: '('")),
        "21:85 the pattern `(` cannot be used: unclosed group"
    );
    assert_eq!(
        refused(&CRD.replace("io/v1", "io/v1beta1")),
        "1:13 a CustomResourceDefinition of `apiextensions.k8s.io/v1beta1` cannot be read; only apiextensions.k8s.io/v1 can"
    );
    assert!(refused("a: 1\n").starts_with("1:1 no CustomResourceDefinition in this file"));
    assert!(refused(&format!("{CRD}---\n{CRD}")).contains("defined twice"));
    assert_eq!(
        refused(&CRD.replace("type: integer", "type: int")),
        "20:28 `int` is not a JSON type"
    );
    assert!(refused("a: b: c\n").starts_with("1:"));
}

#[test]
fn suggestions_are_near_or_absent() {
    let words = ["vlan", "subnet", "gateway", "dhcp", "hostBGP"];
    let near = |word| suggest::nearest(word, words);
    assert_eq!(near("vlna"), Some("vlan"));
    assert_eq!(near("VLAN"), Some("vlan"));
    assert_eq!(near("getaway"), Some("gateway"));
    assert_eq!(near("host_bgp"), Some("hostBGP"));
    assert_eq!(near("mtu"), None);
    assert_eq!(near(""), None);
    assert_eq!(near(&"v".repeat(100_000)), None);
    assert_eq!(suggest::nearest("a", ["b"]), None);
    assert!(!suggest::find("ab", ["aa", "bb"]).unwrap().unique);
}

#[test]
fn real_manifests_are_walked_without_a_panic() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !root.is_dir() {
        eprintln!("skipped: no ../shared/data beside the workspace");
        return;
    }
    let mut folders = vec![
        root.join("corpus"),
        root.join("gitops-test-1"),
        root.join("validation-cases"),
    ];
    let (mut documents, mut checked) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let stream = parse(
                std::fs::read(&path).unwrap_or_default(),
                &Options::default(),
            );
            for document in stream.documents() {
                documents += 1;
                let Some(root) = document.root() else {
                    continue;
                };
                let word = |key| {
                    root.get(key)
                        .and_then(hnp_yaml::Value::as_str)
                        .unwrap_or_default()
                };
                let (group, version) = word("apiVersion").split_once('/').unwrap_or_default();
                for release in Release::ALL {
                    let set = Set::embedded(release);
                    if let Some(schema) = set.kind(group, version, word("kind")) {
                        check(root, schema, &Settings::new(release), &mut |_| checked += 1);
                    }
                }
            }
        }
    }
    eprintln!("{documents} documents, {checked} violations over all releases");
    assert!(documents > 100);
}

#[test]
fn long_words_of_the_document_are_shortened() {
    // YAML allows keys of 1,024 characters without a `?`.
    let (key, long) = ("x".repeat(1_000), "x".repeat(1_000_000));
    let text = format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nspec: {{subnets: {{{key}: {{a: 1, b: 2, vlan: {long}}}}}}}\n"
    );
    let found = violations(Release::default(), &text);
    assert_eq!(found.len(), 3);
    for v in found {
        assert!(v.message.len() < 400 && v.path.len() < 100, "{}", v.code);
    }
}
