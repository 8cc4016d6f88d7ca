//! Input from a repository is hostile: a clear message, nothing lost, nothing written outside, no escape sequences shown.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../crash_support/mod.rs"]
mod crash_support;

mod content;
mod disk;
mod names;
mod places;

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crash_support::{FABRIC, Said, Sandbox, vpc};

const FORMATS: [&str; 8] = [
    "human", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown",
];

/// Makes a repository with a fabric, and a canary beside it.
fn fabric() -> Sandbox {
    let sandbox = Sandbox::with_fabric();
    let canary = sandbox.beside("canary");
    fs::create_dir_all(canary.join("managed/vpcs")).unwrap();
    fs::write(canary.join("managed/vpcs/secret.yaml"), "secret\n").unwrap();
    fs::write(canary.join("drop.yaml"), vpc("outside", 9)).unwrap();
    sandbox
}

fn pending(name: &str) -> String {
    format!("{FABRIC}/raw/pending/{name}")
}

/// Fails where a JSON text is none, or has what it must not hold raw.
#[track_caller]
fn well_formed(said: &Said, when: &str) {
    let bad = said.out.chars().find(|&c| c < ' ' && c != '\n');
    assert_eq!(bad, None, "{when}:\n{}", said.out);
    let parsed = serde_json::from_str::<serde_json::Value>(&said.out);
    assert!(parsed.is_ok(), "{when}: {parsed:?}\n{}", said.all());
}

/// Fails where a terminal would obey something in the text.
#[track_caller]
fn harmless(said: &Said, when: &str) {
    let bad = said.all().chars().find(|&c| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    });
    assert_eq!(bad, None, "{when}:\n{}", said.all());
}

/// Returns everything in the repository beside Git's own directory: paths as bytes, and what is there.
fn contents(root: &Path) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            if path == root.join(".git") {
                continue;
            }
            let name = path.as_os_str().as_bytes().to_vec();
            if meta.is_dir() {
                open.push(path);
            } else if meta.is_file() {
                found.push((name, fs::read(&path).unwrap()));
            } else if meta.file_type().is_symlink() {
                let target = fs::read_link(&path).unwrap();
                found.push((name, target.as_os_str().as_bytes().to_vec()));
            } else {
                found.push((name, b"special".to_vec()));
            }
        }
    }
    found
}

/// Runs what people would run; returns what `ingest` said first.
///
/// Whatever lies there, the exit codes are known ones, nothing that was there is lost, and nothing outside is touched.
#[track_caller]
fn withstand(sandbox: &Sandbox) -> Said {
    let outside = sandbox.outside();
    let before = contents(&sandbox.root);
    let mut first = None;
    for arguments in [
        &["validate"][..],
        &["ingest", "--dry-run"],
        &["ingest"],
        &["status"],
        &["ingest", "--retry", "--no-strict"],
        &["ingest", "--retry", "--update"],
        &["tidy"],
        &["validate"],
        &["doctor"],
        &["log"],
    ] {
        let said = sandbox.hnp(arguments).expect(&[0, 1, 2, 3]);
        harmless(&said, &format!("{arguments:?}"));
        if arguments == ["ingest"] {
            first = Some(said);
        }
    }
    for format in FORMATS {
        for arguments in [
            &["validate", "--format", format, FABRIC][..],
            &["ingest", "--dry-run", "--retry", "--format", format],
        ] {
            let said = sandbox.hnp(arguments).expect(&[0, 1, 2, 3]);
            let when = format!("{arguments:?}");
            match format {
                "json" | "sarif" | "gitlab" if said.code < Some(2) => well_formed(&said, &when),
                _ => harmless(&said, &when),
            }
        }
    }
    assert_eq!(sandbox.outside(), outside, "something outside was touched");
    let after = contents(&sandbox.root);
    for (path, bytes) in &before {
        let shown = String::from_utf8_lossy(path);
        // What hnp writes itself changes; everything else is still there, if elsewhere.
        let own = shown.contains("/.hnp/") || shown.ends_with(".gitkeep");
        assert!(
            own || after.iter().any(|(_, now)| now == bytes),
            "{shown:?} is lost"
        );
    }
    assert!(!sandbox.has(".git/hnp/journal.json"));
    first.unwrap()
}

/// Tells whether everything under a directory lies in the places that hnp makes.
fn managed_files(sandbox: &Sandbox) -> Vec<String> {
    let managed = sandbox.root.join(FABRIC).join("managed");
    contents(&managed)
        .into_iter()
        .map(|(path, _)| {
            let text = String::from_utf8(path).unwrap();
            text.strip_prefix(managed.to_str().unwrap()).unwrap()[1..].to_owned()
        })
        .filter(|path| !path.ends_with(".gitkeep"))
        .collect()
}
