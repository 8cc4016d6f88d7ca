//! What a change does, by resource and field, and what in the fabric that touches.

use super::text::{code, plain};
use super::{CHANGES_BYTES, Capped};
use crate::report::count;

/// Fields of one resource that are shown.
const FIELDS: usize = 50;
/// Neighbours of one resource that are shown.
const NEIGHBOURS: usize = 20;
/// Code points of a value that are shown.
const VALUE: usize = 200;

/// What a change does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The resources, in the order in which they are shown.
    pub resources: Vec<ChangedResource>,
    /// What was not compared, and why.
    pub not_compared: Vec<String>,
    /// Resources that are the same on both sides.
    pub same: usize,
}

/// A resource that differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedResource {
    /// Its name, such as `VPC/vpc-1`.
    pub name: String,
    /// What happened: added, removed, changed or moved.
    pub what: &'static str,
    /// Where it stands, and stood.
    pub place: String,
    /// The fields that differ.
    pub fields: Vec<ChangedField>,
    /// Who refers to it.
    pub used_by: Vec<Touched>,
    /// What it refers to.
    pub uses: Vec<Touched>,
}

/// A field that differs; a side without it is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedField {
    /// Its path.
    pub path: String,
    /// Its value before.
    pub old: Option<String>,
    /// Its value now.
    pub new: Option<String>,
}

/// A neighbour of a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touched {
    /// Its name, such as `VPCAttachment/att-1`.
    pub name: String,
    /// Where the reference stands.
    pub place: String,
}

/// Renders what a change does.
#[must_use]
pub fn changes(changes: &Changes) -> String {
    let mut out = Capped::new(CHANGES_BYTES);
    let all = changes.resources.len();
    out.takes(&format!("<!-- hnp changed={all} -->"));
    let counts: Vec<String> = ["added", "changed", "removed", "moved"]
        .iter()
        .filter_map(|what| {
            let n = changes.resources.iter().filter(|r| r.what == *what).count();
            (n > 0).then(|| format!("{n} {what}"))
        })
        .collect();
    out.takes(&if all == 0 {
        "### What changes: no resource".to_owned()
    } else {
        format!("### What changes: {}", counts.join(", "))
    });
    out.takes(&format!("\n{} the same.", count(changes.same, "resource")));
    // Room for the last line.
    out.most -= 400;
    for sentence in &changes.not_compared {
        if !out.takes(&format!("\nNot compared: {}", plain(sentence))) {
            break;
        }
    }
    let shown = changes
        .resources
        .iter()
        .take_while(|resource| out.takes(&section(resource)))
        .count();
    out.most += 400;
    if shown < all {
        out.takes(&format!(
            "\n{} more did not fit; `hnp diff BASE...HEAD` lists all of them.",
            count(all - shown, "changed resource")
        ));
    }
    out.text
}

fn section(resource: &ChangedResource) -> String {
    let mut out = format!(
        "\n<details><summary>{} {}</summary>\n",
        code(&resource.name),
        plain(resource.what)
    );
    if !resource.place.is_empty() {
        out.push_str(&format!("\nin {}\n", code(&resource.place)));
    }
    if !resource.fields.is_empty() {
        out.push_str("\n| Field | Before | After |\n|---|---|---|\n");
        for field in resource.fields.iter().take(FIELDS) {
            out.push_str(&format!(
                "| {} | {} | {} |\n",
                code(&field.path),
                value(field.old.as_deref()),
                value(field.new.as_deref())
            ));
        }
        if resource.fields.len() > FIELDS {
            out.push_str(&format!(
                "\nand {}\n",
                count(resource.fields.len() - FIELDS, "more field")
            ));
        }
    }
    neighbours(&mut out, "Referred to by", &resource.used_by);
    neighbours(&mut out, "Refers to", &resource.uses);
    out.push_str("\n</details>");
    out
}

fn value(text: Option<&str>) -> String {
    let Some(text) = text else {
        return "none".to_owned();
    };
    match text.char_indices().nth(VALUE) {
        Some((at, _)) => format!("{}...", code(&text[..at])),
        None => code(text),
    }
}

fn neighbours(out: &mut String, title: &str, all: &[Touched]) {
    if all.is_empty() {
        return;
    }
    let shown: Vec<String> = all
        .iter()
        .take(NEIGHBOURS)
        .map(|one| {
            if one.place.is_empty() {
                code(&one.name)
            } else {
                format!("{} ({})", code(&one.name), code(&one.place))
            }
        })
        .collect();
    let more = match all.len().saturating_sub(NEIGHBOURS) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    out.push_str(&format!("\n{title}: {}{more}\n", shown.join(", ")));
}
