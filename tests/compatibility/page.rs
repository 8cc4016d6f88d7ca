//! The page as rows.

use std::path::Path;

/// One row of a table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Number of the section, such as `3.4`.
    pub(crate) section: String,
    /// Line in the page.
    pub(crate) line: usize,
    /// What the specification calls it.
    pub(crate) name: String,
    /// Where hnp has it.
    pub(crate) hnp: String,
    /// `here`, `planned`, `otherwise` or `not`.
    pub(crate) status: String,
    /// The reason.
    pub(crate) note: String,
}

impl Row {
    pub(crate) fn is_here(&self) -> bool {
        self.status == "here"
    }

    /// The names before a default, an enum's values after a colon apart: `` `status` = `pending` `` is `status`.
    pub(crate) fn names(&self) -> Vec<String> {
        let parts = self.name.split(['→', ',']);
        parts
            .filter_map(|part| {
                let part = part.split_once('=').map_or(part, |(name, _)| name);
                let part = part.split_once("`:").map_or(part, |(_, value)| value);
                let name = ticked(part).into_iter().next()?;
                is_word(&name).then_some(name)
            })
            .collect()
    }

    /// The key whose values the row lists: `` `status`: `failed`, `completed` `` is of `status`.
    pub(crate) fn key(&self) -> Option<String> {
        let (key, _) = self.name.split_once("`:")?;
        key.rsplit('`').next().map(str::to_owned)
    }
}

pub(crate) fn text() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/compatibility.md");
    std::fs::read_to_string(path).unwrap()
}

/// Reads every table that compares with the specification.
pub(crate) fn rows(text: &str) -> Vec<Row> {
    let (mut section, mut found) = (String::new(), Vec::new());
    let mut in_table = false;
    for (n, line) in text.lines().enumerate() {
        if let Some(title) = line.strip_prefix("## ").or(line.strip_prefix("### ")) {
            let number = title.split(' ').next().unwrap_or_default();
            number.trim_end_matches('.').clone_into(&mut section);
        }
        if !line.starts_with('|') {
            in_table = false;
            continue;
        }
        if line.starts_with("| specification |") {
            in_table = true;
            continue;
        }
        if !in_table || line.starts_with("|---") {
            continue;
        }
        let cells = cells(line);
        let [name, hnp, status, note] = cells.as_slice() else {
            panic!("line {}: {} cells in {line}", n + 1, cells.len());
        };
        found.push(Row {
            section: section.clone(),
            line: n + 1,
            name: name.clone(),
            hnp: hnp.clone(),
            status: status.clone(),
            note: note.clone(),
        });
    }
    found
}

/// Splits at bars that are not escaped.
fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    let joined = inner.replace("\\|", "\u{1}");
    let parts = joined.split('|');
    parts
        .map(|cell| cell.trim().replace('\u{1}', "|"))
        .collect()
}

/// What stands in backticks.
pub(crate) fn ticked(text: &str) -> Vec<String> {
    let parts = text.split('`').skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

/// Tells whether a text is a name as JSON has them.
pub(crate) fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
