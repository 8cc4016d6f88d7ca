//! The lines of `.gitattributes` that hnp needs.

use hnp_state::STATE_PATH;

/// Returns the lines for the state file and for each fabric directory.
fn lines(directories: &[String]) -> Vec<String> {
    let mut lines = vec![format!(
        "/{STATE_PATH} text eol=lf linguist-generated=true merge=hnp-state"
    )];
    lines.extend(directories.iter().map(|directory| {
        // Bytes are kept as they are: hashes are of what Git stores.
        format!(
            "{} -text merge=hnp-yaml diff=hnp-yaml",
            pattern(&hnp_state::path::join(directory, "managed/**"))
        )
    }));
    lines
}

/// Quotes a pattern where Git needs it.
fn pattern(path: &str) -> String {
    let anchored = format!("/{path}");
    if anchored.contains([' ', '"', '\t']) {
        format!(
            "\"{}\"",
            anchored.replace('\\', "\\\\").replace('"', "\\\"")
        )
    } else {
        anchored
    }
}

/// Returns the text with every line there; what people wrote stays.
pub(super) fn with(text: &str, directories: &[String]) -> String {
    let mut out = text.to_owned();
    for line in lines(directories) {
        if out.lines().any(|have| have.trim_end() == line) {
            continue;
        }
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// Returns the text without the lines of some directories, and without that of the state file if asked.
pub(super) fn without(text: &str, directories: &[String], state_too: bool) -> String {
    let ours = lines(directories);
    let ours = if state_too { &ours[..] } else { &ours[1..] };
    text.split_inclusive('\n')
        .filter(|line| !ours.iter().any(|own| line.trim_end() == own))
        .collect()
}
