//! The merge cases beside the repository, through the text.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::path::Path;

use hnp_merge::{How, Labels, merge_text};

#[test]
fn the_shared_cases_merge_as_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/merge-cases");
    let Ok(table) = std::fs::read_to_string(root.join("expected.tsv")) else {
        eprintln!("skipped: no ../shared/data/merge-cases beside the workspace");
        return;
    };
    let mut wrong = Vec::new();
    for row in table.lines().skip(1) {
        let mut cells = row.split('\t');
        let (case, expected) = (cells.next().unwrap(), cells.next().unwrap());
        let read = |name: &str| std::fs::read(root.join(name)).unwrap();
        let own = format!("{case}.base.yaml");
        let base = if root.join(&own).exists() {
            read(&own)
        } else {
            read("base.yaml")
        };
        let merged = merge_text(
            &base,
            &read(&format!("{case}.ours.yaml")),
            &read(&format!("{case}.theirs.yaml")),
            Labels::default(),
        );
        let text = String::from_utf8(merged.text.clone()).unwrap();
        let got = if merged.conflicted {
            "conflict"
        } else {
            "clean"
        };
        if got != expected
            || matches!(merged.how, How::Lines(_))
            || text.contains("<<<<<<<") != merged.conflicted
        {
            wrong.push(format!("{case}: {got}, {:?}\n{text}", merged.how));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
