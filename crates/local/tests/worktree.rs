//! Files are reached by paths that cannot lead out, and what is odd is named.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use hnp_local::worktree::OddityKind;
use hnp_local::{Error, Worktree};
use hnp_model::Source;
use proptest::prelude::*;
use tempfile::TempDir;

#[test]
fn lists_files_and_names_what_it_passes_over() {
    let dir = TempDir::new().unwrap();
    let root = dir.path();
    for path in [
        "fab/b.yaml",
        "fab/a/c.yaml",
        "fab/a-b/d.yaml",
        "fab/other/x.yaml",
        "beside.yaml",
    ] {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        fs::write(root.join(path), "x").unwrap();
    }
    fs::create_dir_all(root.join("fab/other/.git")).unwrap();
    fs::create_dir_all(root.join("fab/.git")).unwrap();
    symlink("/", root.join("fab/up")).unwrap();
    fs::write(root.join("fab").join(OsStr::from_bytes(b"\xff.yaml")), "x").unwrap();
    fs::write(root.join("fab/a/\u{1b}.yaml"), "x").unwrap();
    let listing = Worktree::new(root).list_all("fab").unwrap();
    assert_eq!(
        listing.files,
        ["fab/a-b/d.yaml", "fab/a/c.yaml", "fab/b.yaml"]
    );
    assert_eq!(listing.directories, ["fab/a", "fab/a-b"]);
    let odd: Vec<_> = listing
        .oddities
        .iter()
        .map(|oddity| (oddity.path.as_str(), oddity.kind))
        .collect();
    assert_eq!(
        odd,
        [
            ("fab/a/\u{1b}.yaml", OddityKind::BadName),
            ("fab/other", OddityKind::NotAFile),
            ("fab/up", OddityKind::NotAFile),
            ("fab/\u{fffd}.yaml", OddityKind::BadName),
        ]
    );
    assert!(
        Worktree::new(root)
            .list_all("nowhere")
            .unwrap()
            .files
            .is_empty()
    );
}

#[test]
fn links_are_refused_wherever_they_stand() {
    let dir = TempDir::new().unwrap();
    let root = dir.path().join("root");
    fs::create_dir_all(root.join("real")).unwrap();
    fs::write(root.join("real/file"), "x").unwrap();
    symlink("real", root.join("link")).unwrap();
    symlink("real/file", root.join("file")).unwrap();
    let worktree = Worktree::new(&root);
    for path in ["link/file", "file"] {
        let error = worktree.read_if_there(path).unwrap_err();
        assert!(error.to_string().contains("symbolic link"), "{error}");
    }
    assert_eq!(worktree.list("real").unwrap().files, ["real/file"]);
    assert_eq!(worktree.read_listed("real/file").unwrap(), b"x");
    assert_eq!(worktree.read_if_there("real/none").unwrap(), None);
    assert_eq!(worktree.read_if_there("real/file/none").unwrap(), None);
    assert!(
        worktree
            .read_if_there("real")
            .unwrap_err()
            .to_string()
            .contains("directory")
    );
}

#[test]
fn messages_show_no_escapes() {
    let dir = TempDir::new().unwrap();
    let worktree = Worktree::new(dir.path());
    for path in ["a\u{1b}[31m", "\u{202e}b", "c\u{9b}"] {
        let error = worktree.read_listed(path).unwrap_err().to_string();
        assert!(
            !error.contains(['\u{1b}', '\u{202e}', '\u{9b}']),
            "{error:?}"
        );
    }
}

proptest! {
    /// Whatever a path is, it is refused or lies inside.
    #[test]
    fn no_path_leads_out(path in "([a-z.~/\\\\ \u{0}é]|\\.\\.|\\.git|//){0,12}") {
        let root = std::path::Path::new("/hnp-nowhere/root");
        match Worktree::new(root).resolve(&path) {
            Err(Error::Unsafe { .. }) => {}
            Err(error) => prop_assert!(false, "{error}"),
            Ok(full) => {
                prop_assert!(full.starts_with(root), "{}", full.display());
                let plain = full.components().all(|part| {
                    part.as_os_str() != ".." && !part.as_os_str().eq_ignore_ascii_case(".git")
                });
                prop_assert!(plain, "{}", full.display());
            }
        }
    }
}
