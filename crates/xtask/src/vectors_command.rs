//! `cargo xtask vectors`: writes the conformance cases that are made of the rules' catalogue.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use crate::args::{Failure, Options, environment};
use crate::corpus_command;

pub(crate) fn run(words: &[OsString]) -> Result<(), Failure> {
    let options = Options::parse(words, &[], &["check"])?;
    let files = xtask::vectors::generate();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance");
    if options.flag("check") {
        let stale: Vec<_> = files
            .iter()
            .filter(|file| {
                fs::read_to_string(directory.join(&file.path)).ok().as_ref() != Some(&file.text)
            })
            .map(|file| file.path.clone())
            .collect();
        if !stale.is_empty() {
            return Err(environment(format!(
                "not what the generator makes: {}; run `cargo xtask vectors`",
                stale.join(", ")
            )));
        }
    } else {
        corpus_command::write(&directory, &files)?;
    }
    let bytes: usize = files.iter().map(|file| file.text.len()).sum();
    let cases: usize = files
        .iter()
        .map(|file| file.text.matches("\n  - {").count())
        .sum();
    println!("{cases} cases in {} files, {bytes} bytes", files.len());
    Ok(())
}
