//! Git's settings for hnp's merge and diff drivers.
//!
//! Git runs a driver through the shell and trusts its exit code: between 1 and 128 it takes the file as it lies for a
//! conflict, with markers or without. A binary that is gone (127), cannot run (126) or is too old to know the command (2)
//! would so leave our side alone in the file, without a word. So the command never passes such a code on: it merges the
//! lines with `git merge-file` instead, which leaves markers.

/// Name of the driver of managed YAML, as `.gitattributes` has it.
pub const YAML_DRIVER: &str = "hnp-yaml";
/// Name of the driver of state.toml, as `.gitattributes` has it.
pub const STATE_DRIVER: &str = "hnp-state";

/// Returns the settings to put into Git's configuration, name and value, in the order in which to set them.
///
/// `binary` is what the shell calls: `hnp`, or a path.
#[must_use]
pub fn git_config(binary: &str) -> Vec<(String, String)> {
    vec![
        (
            format!("merge.{YAML_DRIVER}.name"),
            "hnp: merge of YAML by field".to_owned(),
        ),
        (
            format!("merge.{YAML_DRIVER}.driver"),
            merge_command(binary, "yaml"),
        ),
        (
            format!("merge.{STATE_DRIVER}.name"),
            "hnp: merge of state.toml by entry".to_owned(),
        ),
        (
            format!("merge.{STATE_DRIVER}.driver"),
            merge_command(binary, "state"),
        ),
        (
            format!("diff.{YAML_DRIVER}.textconv"),
            textconv_command(binary),
        ),
    ]
}

/// Returns the sections of Git's configuration that [`git_config`] fills, for their removal.
#[must_use]
pub fn git_config_sections() -> Vec<String> {
    vec![
        format!("merge.{YAML_DRIVER}"),
        format!("merge.{STATE_DRIVER}"),
        format!("diff.{YAML_DRIVER}"),
    ]
}

/// The script between single quotes; `$1` is the binary, then come what Git fills in: `%O %A %B %L %P %S %X %Y`.
///
/// Git before 2.44 leaves the last three as they are: a label that still is its own placeholder gives way to a plain
/// word. In the script the placeholders are written apart, or Git would fill them in there too.
const MERGE_SCRIPT: &str = r#"hnp=$1; kind=$2; shift 2
if command -v "$hnp" >/dev/null 2>&1; then
"$hnp" merge-driver "$kind" -- "$@"; code=$?
if [ $code -le 1 ] || [ $code -ge 129 ]; then exit $code; fi
fi
base=$6; ours=$7; theirs=$8
[ "$base" != "%""S" ] || base=base
[ "$ours" != "%""X" ] || ours=ours
[ "$theirs" != "%""Y" ] || theirs=theirs
git merge-file -L "${ours:-ours}" -L "${base:-base}" -L "${theirs:-theirs}" --marker-size="$4" "$2" "$1" "$3"; code=$?
if [ $code -ge 128 ]; then exit 129; fi
exit $code"#;

fn merge_command(binary: &str, kind: &str) -> String {
    format!(
        "sh -c '{}' hnp {} {kind} %O %A %B %L %P %S %X %Y",
        MERGE_SCRIPT.replace('\n', "; ").replace("then; ", "then "),
        quoted(binary)
    )
}

/// A textconv that fails makes `git diff` fail, so the file itself is the answer then.
fn textconv_command(binary: &str) -> String {
    format!(
        "sh -c '\"$1\" diff --textconv -- \"$2\" 2>/dev/null || cat -- \"$2\"' hnp {}",
        quoted(binary)
    )
}

/// Quotes a word for the shell, and `%` for Git.
fn quoted(word: &str) -> String {
    let plain = !word.is_empty()
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_'));
    if plain {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''").replace('%', "%%"))
    }
}
