//! Drift: what a cluster adds by itself is none, and what somebody changed is found.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

use hnp_model::ResourceId;
use hnp_rules::Outside;
use hnp_rules::normalise::{Admission, normalise};
use hnp_sync::drift::{
    Actual, Desired, Inputs, Reason, Report, Severity, Status, desired, drift, read,
};
use hnp_yaml::{Options, parse};
use proptest::prelude::*;
use serde_json::{Value, json};
use xtask::corpus::{Recipe, generate};

/// Every resource of a generated fabric.
fn fabric(size: usize, seed: u64) -> Vec<Desired> {
    generate(&Recipe::new(size).unwrap().with_seed(seed))
        .iter()
        .flat_map(|file| desired(&file.path, &parse(file.text.clone(), &Options::default())))
        .collect()
}

/// What admission makes of a manifest, with all that an API server and controllers put on top.
fn live(manifest: &Value) -> Value {
    let mut live = normalise(manifest, &Admission::default());
    let metadata = live["metadata"].as_object_mut().unwrap();
    for (key, value) in [
        ("uid", json!("2b1c8f0e-0b51-4a3d-9a1c-5d3c1d7a1f11")),
        ("resourceVersion", json!("41877")),
        ("generation", json!(7)),
        ("creationTimestamp", json!("2026-05-05T10:00:00Z")),
        ("finalizers", json!(["fabric.githedgehog.com/hold"])),
        (
            "managedFields",
            json!([{"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:spec": {}}}]),
        ),
    ] {
        metadata.insert(key.to_owned(), value);
    }
    metadata
        .entry("annotations")
        .or_insert_with(|| json!({}))
        .as_object_mut()
        .unwrap()
        .insert(
            "kubectl.kubernetes.io/last-applied-configuration".to_owned(),
            json!("{}"),
        );
    live["status"] = json!({"conditions": [{"type": "Ready", "status": "True"}]});
    live
}

fn actual(manifest: Value) -> Actual {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [manifest]});
    read(list.to_string().as_bytes()).unwrap().remove(0)
}

fn compare(desired: &[Desired], actual: &[Actual]) -> Report {
    drift(&Inputs {
        desired,
        actual,
        admission: Admission::default(),
        outside: &Outside::Auto,
        complete: false,
        unreadable: false,
    })
}

fn server(name: &str, spec: Value) -> Value {
    json!({
        "apiVersion": "wiring.githedgehog.com/v1beta1",
        "kind": "Server",
        "metadata": {"name": name},
        "spec": spec,
    })
}

fn in_git(manifest: &Value) -> Desired {
    let text = manifest.to_string();
    desired("a.yaml", &parse(text, &Options::default())).remove(0)
}

/// Places of single values below `spec`, as JSON pointers.
fn leaves(value: &Value, path: &mut String, found: &mut Vec<String>) {
    let length = path.len();
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                path.push('/');
                path.push_str(&key.replace('~', "~0").replace('/', "~1"));
                leaves(value, path, found);
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            for (n, value) in items.iter().enumerate() {
                path.push_str(&format!("/{n}"));
                leaves(value, path, found);
                path.truncate(length);
            }
        }
        _ => found.push(path.clone()),
    }
}

fn shuffle(value: &mut Value, turn: usize) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = std::mem::take(map).into_iter().collect();
            let at = turn % entries.len().max(1);
            entries.rotate_left(at);
            for (key, mut value) in entries {
                shuffle(&mut value, turn);
                map.insert(key, value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shuffle(item, turn)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// A fabric that was admitted and is run by a cluster has no drift, in whatever order the cluster prints it.
    #[test]
    fn what_admission_and_the_cluster_add_is_never_drift(seed: u64, turn in 0usize..5) {
        let desired = fabric(120, seed);
        let mut actual: Vec<Actual> = desired.iter().map(|one| {
            let mut live = live(&one.manifest);
            shuffle(&mut live, turn);
            actual(live)
        }).collect();
        actual.reverse();
        let report = compare(&desired, &actual);
        let drifted: Vec<_> = report.resources.iter().filter(|one| one.status != Status::InSync).collect();
        prop_assert!(drifted.is_empty(), "{:#?}", drifted);
        prop_assert_eq!(report.count(Status::InSync), desired.len());
        prop_assert!(report.not_compared.is_empty() && !report.has_drift());
    }

    /// A value that somebody changed in the cluster is found, at that resource and at no other.
    #[test]
    fn a_change_in_the_cluster_is_found(seed: u64, which: prop::sample::Index, leaf: prop::sample::Index) {
        let desired = fabric(120, seed);
        let mut changed = Vec::new();
        let at = which.index(desired.len());
        let mut actual: Vec<Actual> = desired.iter().map(|one| actual(live(&one.manifest))).collect();
        leaves(&actual[at].manifest["spec"], &mut String::new(), &mut changed);
        prop_assume!(!changed.is_empty());
        let path = leaf.get(&changed);
        let value = actual[at].manifest["spec"].pointer_mut(path).unwrap();
        *value = match value {
            Value::Bool(flag) => json!(!*flag),
            Value::Number(_) => json!(77),
            _ => json!("changed"),
        };
        let report = compare(&desired, &actual);
        let drifted: Vec<_> = report.resources.iter().filter(|one| one.has_drift()).collect();
        prop_assert_eq!(drifted.len(), 1, "{}", path);
        prop_assert_eq!(&drifted[0].id, &desired[at].id);
        prop_assert_eq!(drifted[0].status, Status::SpecDrift);
        prop_assert!(!drifted[0].fields.is_empty());
    }

    /// Whatever is fed in, it is read or refused.
    #[test]
    fn any_input_is_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }
}

#[test]
fn severities_say_how_much_it_matters() {
    let git = in_git(&server("a", json!({"description": "x"})));
    let mut noted = live(&git.manifest);
    noted["metadata"]["labels"] = json!({"team": "storage"});
    let mut going = live(&git.manifest);
    going["metadata"]["deletionTimestamp"] = json!("2026-05-05T10:00:00Z");
    for (manifest, status, severity) in [
        (live(&git.manifest), Status::InSync, Severity::None),
        (noted, Status::SpecDrift, Severity::Low),
        (
            live(&server("a", json!({"description": "y"}))),
            Status::SpecDrift,
            Severity::Medium,
        ),
        (
            live(&server(
                "a",
                json!({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "description": "x", "f": 1}),
            )),
            Status::SpecDrift,
            Severity::High,
        ),
        (going, Status::DeletionPending, Severity::Critical),
    ] {
        let report = compare(std::slice::from_ref(&git), &[actual(manifest)]);
        let one = &report.resources[0];
        assert_eq!((one.status, one.severity), (status, severity));
        assert_eq!(one.has_drift(), status != Status::InSync);
    }
}

#[test]
fn absence_needs_evidence() {
    let git = [
        in_git(&server("a", json!({}))),
        in_git(&server("b", json!({}))),
        in_git(
            &json!({"apiVersion": "vpc.githedgehog.com/v1beta1", "kind": "VPC", "metadata": {"name": "v"}, "spec": {}}),
        ),
    ];
    let of = |report: &Report, name: &str| -> Option<Status> {
        let one = report.resources.iter().find(|one| one.id.name == name)?;
        Some(one.status)
    };
    // A single object says nothing of others, a list nothing of other kinds.
    let single = read(live(&git[0].manifest).to_string().as_bytes()).unwrap();
    assert!(!single[0].listed);
    let report = compare(&git, &single);
    assert_eq!(
        (of(&report, "a"), of(&report, "b")),
        (Some(Status::InSync), None)
    );
    assert_eq!(report.not_compared.len(), 2);
    let listed = [actual(live(&git[0].manifest))];
    let report = compare(&git, &listed);
    assert_eq!(of(&report, "b"), Some(Status::DesiredOnly));
    assert_eq!(report.not_compared[0].reason, Reason::NotAsked);
    assert_eq!(report.not_compared[0].id.name, "v");
    let all = drift(&Inputs {
        desired: &git,
        actual: &listed,
        admission: Admission::default(),
        outside: &Outside::Auto,
        complete: true,
        unreadable: false,
    });
    assert_eq!(of(&all, "v"), Some(Status::DesiredOnly));
}

#[test]
fn what_git_need_not_hold_is_no_drift() {
    let git = [in_git(&server("a", json!({}))), in_git(&profile("mine"))];
    let mut owned = live(&server("owned", json!({})));
    owned["metadata"]["ownerReferences"] = json!([{"kind": "X", "name": "x", "controller": true}]);
    let objects = [
        owned,
        profile("dell-s5248f-on"),
        json!({"apiVersion": "agent.githedgehog.com/v1beta1", "kind": "Agent", "metadata": {"name": "leaf-1"}}),
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}),
        json!({"apiVersion": "vpc.githedgehog.com/v1beta1", "kind": "VPC", "metadata": {"name": "v"}}),
        live(&server("stray", json!({}))),
    ];
    let actual: Vec<Actual> = objects.into_iter().map(actual).collect();
    let report = compare(&git, &actual);
    let reasons: Vec<(&str, Reason)> = report
        .not_compared
        .iter()
        .map(|one| (one.id.kind.as_str(), one.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            ("Agent", Reason::Controllers),
            ("ConfigMap", Reason::KeptElsewhere),
            ("Server", Reason::Controllers),
            ("SwitchProfile", Reason::BuiltIn),
            ("VPC", Reason::KeptElsewhere),
        ]
    );
    let stray = report.resources.iter().find(|one| one.id.name == "stray");
    assert_eq!(stray.unwrap().status, Status::ActualOnly);
    // Where a file cannot be read, the stray may stand in it.
    let unsure = drift(&Inputs {
        desired: &git,
        actual: &actual,
        admission: Admission::default(),
        outside: &Outside::Auto,
        complete: false,
        unreadable: true,
    });
    assert!(
        unsure
            .not_compared
            .iter()
            .any(|one| one.reason == Reason::UnreadableFiles)
    );
    assert!(unsure.has_drift());
    // A profile that leaves nothing outside asks for every kind of Hedgehog's.
    let strict = drift(&Inputs {
        desired: &git,
        actual: &actual,
        admission: Admission::default(),
        outside: &Outside::Kinds(Vec::new()),
        complete: false,
        unreadable: false,
    });
    assert!(
        strict
            .resources
            .iter()
            .any(|one| one.id.kind == "VPC" && one.status == Status::ActualOnly)
    );
}

fn profile(name: &str) -> Value {
    json!({
        "apiVersion": "wiring.githedgehog.com/v1beta1",
        "kind": "SwitchProfile",
        "metadata": {"name": name},
        "spec": {"displayName": name},
    })
}

#[test]
fn a_resource_that_stands_twice_is_not_compared() {
    let one = in_git(&server("a", json!({})));
    let report = compare(&[one.clone(), one.clone()], &[actual(live(&one.manifest))]);
    assert_eq!(report.not_compared[0].reason, Reason::Ambiguous);
    assert!(report.resources.is_empty() && report.has_drift());
}

#[test]
fn the_commit_says_what_is_on_its_way() {
    let new = in_git(&server("new", json!({})));
    let gone = actual(live(&server("gone", json!({}))));
    let lost = in_git(&server("lost", json!({})));
    let mut report = compare(&[new, lost], &[gone]);
    assert!(report.asks_for_commit());
    let id = |name: &str| ResourceId {
        kind: "Server".to_owned(),
        group: "wiring.githedgehog.com".to_owned(),
        namespace: "default".to_owned(),
        name: name.to_owned(),
    };
    report.commit_holds(&[id("gone"), id("lost")].into());
    let told: Vec<_> = report
        .resources
        .iter()
        .map(|one| (one.id.name.as_str(), one.status, one.has_drift()))
        .collect();
    assert_eq!(
        told,
        [
            ("gone", Status::DeletionPending, false),
            ("lost", Status::DesiredOnly, true),
            ("new", Status::CreationPending, false),
        ]
    );
}

#[test]
fn every_form_that_kubectl_prints_is_read() {
    let a = server("a", json!({"description": "x"}));
    let b = server("b", json!({}));
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [a, b], "metadata": {"resourceVersion": ""}});
    let mut bare = (a.clone(), b.clone());
    for one in [&mut bare.0, &mut bare.1] {
        one.as_object_mut().unwrap().shift_remove("kind");
        one.as_object_mut().unwrap().shift_remove("apiVersion");
    }
    let api = json!({"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "ServerList", "items": [bare.0, bare.1]});
    let yaml = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: wiring.githedgehog.com/v1beta1, kind: Server, metadata: {name: a}, spec: {description: x}}\n- {apiVersion: wiring.githedgehog.com/v1beta1, kind: Server, metadata: {name: b}}\n";
    let pretty = serde_json::to_string_pretty(&list).unwrap();
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(list.to_string().encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for bytes in [
        list.to_string().into_bytes(),
        pretty.into_bytes(),
        api.to_string().into_bytes(),
        json!([a, b]).to_string().into_bytes(),
        yaml.as_bytes().to_vec(),
        format!("{a}\n{b}").into_bytes(),
        format!("---\n{a}\n---\n{b}\n").into_bytes(),
        format!("\u{feff}{list}").into_bytes(),
        utf16,
    ] {
        let found = read(&bytes).unwrap();
        let ids: Vec<String> = found.iter().map(|one| one.id.to_string()).collect();
        assert_eq!(
            ids,
            ["Server/a", "Server/b"],
            "{}",
            String::from_utf8_lossy(&bytes)
        );
        assert_eq!(found[0].manifest["spec"]["description"], "x");
        assert_eq!(found[0].id.group, "wiring.githedgehog.com");
    }
    assert!(
        read(br#"{"apiVersion":"v1","kind":"List","items":[]}"#)
            .unwrap()
            .is_empty()
    );
    for (bad, words) in [
        (&b""[..], "empty"),
        (b" \n", "empty"),
        (br#"{"kind":"Status","message":"forbidden"}"#, "forbidden"),
        (
            br#"{"apiVersion":"v1","kind":"List","items":[{"kind":"VPC"}]}"#,
            "no resource",
        ),
        (b"NAME  AGE\nvpc-1 3d\n", "no resource"),
        (br#"{"kind":"VPC","#, "EOF"),
        (b"kind: [\n", ""),
        (b"\xff\xff", "UTF-8"),
    ] {
        let error = read(bad).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}
