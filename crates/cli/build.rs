//! Names the build: a hash of everything that a verdict on a file depends on, so that what one build of hnp has kept means
//! nothing to another.

use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What judges, from the root of the workspace.
const PARTS: [&str; 8] = [
    "Cargo.lock",
    "crates/model/src",
    "crates/rules/data",
    "crates/rules/src",
    "crates/state/src",
    "crates/sync/src",
    "crates/yaml/src",
    "schemas/hedgehog",
];

fn main() -> io::Result<()> {
    let root = Path::new("../..");
    let mut hash = DefaultHasher::new();
    for part in PARTS {
        println!("cargo::rerun-if-changed={}", root.join(part).display());
        let mut files = Vec::new();
        list(&root.join(part), &mut files)?;
        files.sort();
        for file in files {
            for part in [file.to_string_lossy().as_bytes(), &fs::read(&file)?] {
                hash.write_usize(part.len());
                hash.write(part);
            }
        }
    }
    println!("cargo::rustc-env=HNP_BUILD={:016x}", hash.finish());
    Ok(())
}

fn list(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        list(&entry?.path(), files)?;
    }
    Ok(())
}
