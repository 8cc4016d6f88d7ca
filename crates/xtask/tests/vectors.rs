//! The committed vectors are those that the generator makes.
#![allow(clippy::unwrap_used)]

use std::path::Path;

#[test]
fn the_committed_vectors_are_what_the_generator_makes() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance");
    let files = xtask::vectors::generate();
    for file in &files {
        let committed = std::fs::read_to_string(directory.join(&file.path)).unwrap_or_default();
        assert!(
            committed == file.text,
            "{} is stale: run `cargo xtask vectors`",
            file.path
        );
    }
    let total: usize = files.iter().map(|file| file.text.len()).sum();
    assert!(total < 1_600_000, "the vectors have grown to {total} bytes");
}

#[test]
fn no_file_is_left_that_the_generator_does_not_make() {
    let directory =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/vectors/catalogue");
    let made: Vec<_> = xtask::vectors::generate()
        .into_iter()
        .map(|file| file.path)
        .collect();
    for entry in std::fs::read_dir(directory).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = format!("vectors/catalogue/{name}");
        assert!(name == "bases" || made.contains(&path), "{path}");
    }
}
