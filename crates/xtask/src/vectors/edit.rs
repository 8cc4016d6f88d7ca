//! Changes of a base fabric, as values and in the short notation of the tables.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// What a case changes in its base. Documents are named `Kind/name`, fields by JSON pointers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Patch {
    /// Documents that go.
    pub(crate) remove: Vec<String>,
    /// Texts of documents that come, or stand for one of the same name.
    pub(crate) documents: String,
    /// Fields that go.
    pub(crate) drop: BTreeMap<String, Vec<String>>,
    /// Fields that get a value; a parent comes before what is in it.
    pub(crate) set: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Patch {
    /// Reads edits, separated by ` ; `.
    ///
    /// `path=value` and `-path` change the subject, `Kind/name path=value` another document; `!Kind/name` removes a
    /// document, `+Kind/name SPEC` adds one. A path that starts with a slash is whole, any other follows `prefix`; a
    /// value is JSON, or else a string.
    pub(crate) fn read(edits: &str, subject: &str, prefix: &str) -> Self {
        let mut patch = Self::default();
        for edit in edits.split(" ; ").filter(|edit| !edit.is_empty()) {
            patch.one(edit, subject, prefix);
        }
        patch
    }

    fn one(&mut self, edit: &str, subject: &str, prefix: &str) {
        if let Some(document) = edit.strip_prefix('!') {
            self.remove.push(document.to_owned());
            return;
        }
        if let Some((identity, spec)) = edit.strip_prefix('+').and_then(|e| e.split_once(' ')) {
            if !self.documents.is_empty() {
                self.documents.push_str("\n---\n");
            }
            self.documents.push_str(&document(identity, spec));
            return;
        }
        let other = edit
            .split_once(' ')
            .filter(|(first, _)| first.starts_with(char::is_uppercase) && !first.contains('='));
        let (target, edit, prefix) = match other {
            Some((other, edit)) => (other, edit, "/spec"),
            None => (subject, edit, prefix),
        };
        let whole = |path: &str| {
            if path.starts_with('/') {
                path.to_owned()
            } else {
                format!("{prefix}/{path}")
            }
        };
        if let Some(path) = edit.strip_prefix('-') {
            let paths = self.drop.entry(target.to_owned()).or_default();
            paths.push(whole(path));
            return;
        }
        let (path, value) = edit.split_once('=').unwrap_or((edit, ""));
        let value = serde_json::from_str(value).unwrap_or_else(|_| json!(value));
        let fields = self.set.entry(target.to_owned()).or_default();
        fields.insert(whole(path), value);
    }

    /// Every document that the patch speaks of.
    pub(crate) fn touched(&self) -> impl Iterator<Item = &String> {
        self.remove
            .iter()
            .chain(self.drop.keys())
            .chain(self.set.keys())
    }

    /// The fields that it changes in one document.
    pub(crate) fn paths(&self, document: &str) -> Vec<&str> {
        let dropped = self.drop.get(document).into_iter().flatten();
        let set = self.set.get(document).into_iter().flatten();
        dropped
            .map(String::as_str)
            .chain(set.map(|(path, _)| path.as_str()))
            .collect()
    }

    /// The patch as keys of a case; a dot stands for the subject.
    pub(crate) fn write(&self, subject: &str, case: &mut Map<String, Value>) {
        let name = |document: &String| {
            if document == subject {
                ".".to_owned()
            } else {
                document.clone()
            }
        };
        if !self.remove.is_empty() {
            case.insert("remove".to_owned(), json!(self.remove));
        }
        if !self.documents.is_empty() {
            case.insert("documents".to_owned(), json!(self.documents));
        }
        if !self.drop.is_empty() {
            let map: Map<_, _> = self.drop.iter().map(|(d, p)| (name(d), json!(p))).collect();
            case.insert("drop".to_owned(), Value::Object(map));
        }
        if !self.set.is_empty() {
            let map: Map<_, _> = self.set.iter().map(|(d, f)| (name(d), json!(f))).collect();
            case.insert("set".to_owned(), Value::Object(map));
        }
    }
}

/// Writes a document of one line.
fn document(identity: &str, spec: &str) -> String {
    let (kind, name) = identity.split_once('/').unwrap_or((identity, ""));
    let api = match kind {
        "Gateway" | "GatewayGroup" | "GatewayPeering" => "gateway.githedgehog.com/v1alpha1",
        "Switch" | "SwitchGroup" | "SwitchProfile" | "Server" | "Connection" | "VLANNamespace" => {
            "wiring.githedgehog.com/v1beta1"
        }
        _ => "vpc.githedgehog.com/v1beta1",
    };
    format!(
        "{{apiVersion: {api}, kind: {kind}, metadata: {{name: {name}, namespace: default}}, spec: {spec}}}"
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_notation_reads_as_it_says() {
        let patch = Patch::read(
            "vlan=5 ; -dhcp ; /metadata/name=x ; VPC/b mode= ; !VPC/c ; +VPC/d {}",
            "VPC/a",
            "/spec/s",
        );
        assert_eq!(patch.set["VPC/a"]["/spec/s/vlan"], 5);
        assert_eq!(patch.set["VPC/a"]["/metadata/name"], "x");
        assert_eq!(patch.set["VPC/b"]["/spec/mode"], "");
        assert_eq!(patch.drop["VPC/a"], ["/spec/s/dhcp"]);
        assert_eq!(patch.remove, ["VPC/c"]);
        assert!(patch.documents.contains("name: d"));
        let mut case = Map::new();
        patch.write("VPC/a", &mut case);
        assert_eq!(case["set"]["."]["/spec/s/vlan"], 5);
    }
}
