//! Where the documents go: one a file under `managed/`, a drop of a few files, or one file.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::GeneratedFile;
use super::text::Document;

/// Layout of a corpus on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `managed/<directory>/<name>.yaml`, one resource a file, as the standard template has it.
    Managed,
    /// A few files of many documents in `raw/pending/`, as a user drops them.
    Drop,
    /// Everything in `fabric.yaml`.
    SingleFile,
}

impl FromStr for Layout {
    type Err = UnknownLayout;

    fn from_str(word: &str) -> Result<Self, UnknownLayout> {
        match word {
            "managed" => Ok(Self::Managed),
            "drop" => Ok(Self::Drop),
            "single-file" => Ok(Self::SingleFile),
            _ => Err(UnknownLayout(word.to_owned())),
        }
    }
}

/// A word that names no layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLayout(String);

impl fmt::Display for UnknownLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no layout `{}`: choose managed, drop or single-file",
            self.0
        )
    }
}

impl std::error::Error for UnknownLayout {}

/// Puts documents into files, ordered by path.
pub(crate) fn arrange(documents: Vec<Document>, layout: Layout) -> Vec<GeneratedFile> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for document in documents {
        let path = match layout {
            Layout::Managed => managed_path(document.kind, &document.name),
            Layout::Drop => format!(
                "raw/pending/{}.yaml",
                drop_file(document.kind, &document.text)
            ),
            Layout::SingleFile => "fabric.yaml".to_owned(),
        };
        let text = files.entry(path).or_default();
        if !text.is_empty() {
            text.push_str("---\n");
        }
        text.push_str(&document.text);
    }
    files
        .into_iter()
        .map(|(path, text)| GeneratedFile { path, text })
        .collect()
}

fn managed_path(kind: &str, name: &str) -> String {
    let (directory, own) = match kind {
        "VPC" | "VPCAttachment" | "VPCPeering" => ("vpcs", "VPC"),
        "External" | "ExternalAttachment" | "ExternalPeering" | "IPv4Namespace"
        | "VLANNamespace" => ("externals", "External"),
        "Switch" | "SwitchGroup" => ("switches", "Switch"),
        "Server" => ("servers", "Server"),
        _ => ("connections", "Connection"),
    };
    if kind == own {
        format!("managed/{directory}/{name}.yaml")
    } else {
        format!(
            "managed/{directory}/{}_{name}.yaml",
            kind.to_ascii_lowercase()
        )
    }
}

fn drop_file(kind: &str, text: &str) -> &'static str {
    match kind {
        "IPv4Namespace" | "VLANNamespace" => "namespaces",
        "Switch" | "SwitchGroup" => "switches",
        "Server" => "servers",
        "Connection" if text.contains("\n  fabric:") => "fabric-links",
        "Connection" => "connections",
        "VPC" => "vpcs",
        "VPCAttachment" => "attachments",
        "VPCPeering" => "peerings",
        _ => "externals",
    }
}
