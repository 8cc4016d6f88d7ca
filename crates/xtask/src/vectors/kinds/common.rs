//! What holds for every kind: names, namespaces, and changes that change nothing.

use serde_json::{Value, json};

use crate::vectors::base::{Base, Document};
use crate::vectors::edit::Patch;
use crate::vectors::sheet::Sheet;

/// Kinds whose metadata Hedgehog's own check reads.
const CHECKED: &[&str] = &[
    "VPC",
    "VPCAttachment",
    "VPCPeering",
    "IPv4Namespace",
    "External",
    "ExternalAttachment",
    "ExternalPeering",
    "Connection",
    "Server",
    "Switch",
    "SwitchProfile",
    "VLANNamespace",
];

/// Kinds that are admitted only where gateways are on.
pub(crate) const GATEWAYS: &[&str] = &["Gateway", "GatewayGroup", "GatewayPeering"];

/// How many documents of a kind are written and named in every way.
const ENOUGH: usize = 2;

/// Adds the cases that are the same for every document of a base.
pub(crate) fn cases(sheet: &mut Sheet, base: &Base) {
    let documents: Vec<_> = base
        .documents()
        .filter(|document| document.kind == sheet.kind)
        .collect();
    for (at, document) in documents.iter().enumerate() {
        sheet.on(document.name);
        // As it stands in the base.
        sheet.good("", [""]);
        if at < ENOUGH {
            metadata(sheet);
            same_values(sheet);
            spellings(sheet, document);
        }
    }
}

fn metadata(s: &mut Sheet) {
    s.good(
        "META-02",
        [
            "",
            "-/metadata/namespace",
            "/metadata/namespace=",
            "/metadata/namespace=null",
            "/metadata/namespace=default",
        ],
    );
    s.bad(
        "META-02",
        ["lab", "Default", "default2", "kube-system"].map(|n| format!("/metadata/namespace={n}")),
    );
    if CHECKED.contains(&s.kind) {
        s.bad(
            "META-03",
            [
                "Upper",
                "under_score",
                "-first",
                "last-",
                "a..b",
                ".a",
                "a.",
                "a b",
                "a/b",
            ]
            .map(|n| format!("/metadata/name={n}")),
        );
        s.good(
            "META-03",
            ["a", "0", "a-b", "a.b", "a--b", "0a.0b"].map(|n| format!("/metadata/name=\"{n}\"")),
        );
    }
    if GATEWAYS.contains(&s.kind) {
        s.configured(json!({"enable_gateway": false}));
        s.bad("META-06", ["", "/metadata/name=other"]);
        s.configured(json!({"enable_gateway": true}));
        s.good("META-06", [""]);
        s.configured(Value::Null);
    }
}

/// What Kubernetes or `Default()` makes the same.
fn same_values(s: &mut Sheet) {
    s.good(
        "",
        [
            "/metadata/labels={\"example.com/rack\":\"4\"}",
            "/metadata/annotations={\"example.com/ticket\":\"NET-4\"}",
            "/metadata/labels={} ; /metadata/annotations={}",
            "/metadata/labels=null ; /metadata/annotations=null",
        ],
    );
}

/// The same document, written otherwise.
fn spellings(s: &mut Sheet, document: &Document<'_>) {
    for text in document.spellings() {
        let patch = Patch {
            documents: text,
            ..Patch::default()
        };
        s.put("", patch, false);
    }
}
