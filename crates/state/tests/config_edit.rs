//! Edits of config.toml that keep what people wrote.
#![allow(clippy::unwrap_used)]

use hnp_state::config::edit::{EditError, add_fabric, remove_fabric, set};
use hnp_state::config::{Config, Fabric, Template};

const TEXT: &str = "\
# our settings
release   =   \"26.01\"  # until the upgrade

# the first fabric
[fabric.a]
directory = 'fabrics/a'   # never move

[limits]
depth = 32 # deep enough

# nobody edits spines in the GUI
[[policy]]
match = { kind = \"Switch\" }
direction = \"git_to_gui\"
";

/// Lines of `new` that are not in `old`, and of `old` that are not in `new`.
fn difference(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(old), lines(new));
    let added = new
        .iter()
        .filter(|line| !old.contains(line))
        .cloned()
        .collect();
    let gone = old
        .iter()
        .filter(|line| !new.contains(line))
        .cloned()
        .collect();
    (added, gone)
}

#[test]
fn a_fabric_comes_behind_the_others() {
    let fabric = Fabric {
        template: Template::PerKind,
        ..Fabric::in_directory("fabrics/b")
    };
    let text = add_fabric(TEXT, "b", &fabric).unwrap();
    insta::assert_snapshot!("added", text);
    assert_eq!(Config::parse(&text).unwrap().fabrics["b"], fabric);
    assert_eq!(remove_fabric(&text, "b").unwrap(), TEXT);
}

#[test]
fn a_first_fabric_and_inline_fabrics_work_too() {
    let text = add_fabric("# mine\nformat = 1\n", "a", &Fabric::in_directory("")).unwrap();
    assert_eq!(
        text,
        "# mine\nformat = 1\n\n[fabric.a]\ndirectory = \".\"\n"
    );
    let text = add_fabric(
        "fabric = { a = { directory = \"a\" } }\n",
        "b",
        &Fabric::in_directory("b"),
    )
    .unwrap();
    assert_eq!(Config::parse(&text).unwrap().fabrics.len(), 2);
}

#[test]
fn what_would_not_be_valid_is_refused() {
    let inside = add_fabric(TEXT, "b", &Fabric::in_directory("fabrics/a/b"));
    assert!(matches!(inside, Err(EditError::Refused(_))), "{inside:?}");
    let name = add_fabric(TEXT, "b/c", &Fabric::in_directory("fabrics/b"));
    assert!(matches!(name, Err(EditError::Refused(_))), "{name:?}");
    assert_eq!(
        add_fabric(TEXT, "a", &Fabric::in_directory("z")),
        Err(EditError::Exists("a".to_owned()))
    );
    assert_eq!(
        remove_fabric(TEXT, "b"),
        Err(EditError::Missing("b".to_owned()))
    );
    assert!(matches!(
        add_fabric("nonsense = 1", "a", &Fabric::in_directory("a")),
        Err(EditError::Invalid(_))
    ));
    for (path, to) in [
        (&["limits", "dept"][..], "3"),
        (&["limits", "depth"], "\"3\""),
        (&["limits", "depth"], "3 4"),
        (&["release", "x"], "1"),
    ] {
        assert!(
            matches!(set(TEXT, path, to), Err(EditError::Refused(_))),
            "{path:?} {to}"
        );
    }
}

#[test]
fn setting_a_key_keeps_its_comment() {
    let text = set(TEXT, &["limits", "depth"], "48").unwrap();
    assert_eq!(
        difference(TEXT, &text),
        (
            vec!["depth = 48 # deep enough".to_owned()],
            vec!["depth = 32 # deep enough".to_owned()]
        )
    );
    let text = set(TEXT, &["release"], "\"26.02\"").unwrap();
    assert!(
        text.contains("release   =   \"26.02\"  # until the upgrade\n"),
        "{text}"
    );
    let text = set(TEXT, &["fabric", "a", "network", "spine_asn"], "65000").unwrap();
    assert_eq!(
        Config::parse(&text).unwrap().fabrics["a"].network.spine_asn,
        65_000
    );
    assert!(difference(TEXT, &text).1.is_empty());
}

#[test]
fn line_ends_stay() {
    let text = add_fabric(&TEXT.replace('\n', "\r\n"), "b", &Fabric::in_directory("b")).unwrap();
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}
