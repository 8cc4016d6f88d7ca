//! The first config.toml of a repository.

use std::fmt::Write as _;

use super::{DEFAULT_RELEASE, FORMAT, Fabric, edit};

/// Writes a first config.toml, short and commented, for fabrics in the given order.
///
/// A release that is not [`DEFAULT_RELEASE`] is set; the default is shown as a comment, so that a later hnp may move on.
#[must_use]
pub fn initial(fabrics: &[(String, Fabric)], release: &str) -> String {
    let mut text = String::from(
        "# Settings of hnp for this repository. People write this file; hnp keeps comments when it edits.\n\
         # Everything unset has a default; unknown keys are errors.\n\n",
    );
    let _ = writeln!(text, "format = {FORMAT}");
    let off = if release == DEFAULT_RELEASE { "# " } else { "" };
    let _ = writeln!(
        text,
        "{off}release = {}   # Hedgehog release that judges the files",
        edit::quoted(release)
    );
    for (name, fabric) in fabrics {
        text.push('\n');
        text.push_str(&edit::fabric_table(name, fabric));
    }
    text.push_str(
        "\n# How single resources are synchronised; the first match wins.\n\
         # [[policy]]\n\
         # match = { kind = \"Switch\", name = \"spine-*\" }\n\
         # direction = \"git_to_gui\"\n",
    );
    text
}
