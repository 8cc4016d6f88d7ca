//! `cargo xtask corpus`: writes a generated fabric into a directory.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use xtask::corpus::{GeneratedFile, Layout, Recipe, generate};

use crate::args::{Failure, Options, environment, usage};

pub(crate) fn run(words: &[OsString]) -> Result<(), Failure> {
    let options = Options::parse(words, &["out", "size", "layout", "seed"], &[])?;
    let out = options
        .value("out")
        .ok_or_else(|| usage("corpus needs --out DIR"))?;
    let size = options
        .parsed("size")?
        .ok_or_else(|| usage("corpus needs --size N"))?;
    let recipe = Recipe::new(size)
        .map_err(|error| usage(error.to_string()))?
        .with_layout(options.parsed("layout")?.unwrap_or(Layout::Managed))
        .with_seed(options.parsed("seed")?.unwrap_or(1));
    let out = Path::new(out);
    // Files of an earlier run with other arguments would make a fabric that nobody generated.
    if fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(usage(format!(
            "{} is not empty: choose another directory or remove it first",
            out.display()
        )));
    }
    let files = generate(&recipe);
    write(out, &files)?;
    let bytes: usize = files.iter().map(|file| file.text.len()).sum();
    println!(
        "{size} resources in {} files, {bytes} bytes, {} bytes a resource",
        files.len(),
        bytes / size
    );
    Ok(())
}

/// Writes files below a directory, which is made where it is missing.
pub(crate) fn write(directory: &Path, files: &[GeneratedFile]) -> Result<(), Failure> {
    for file in files {
        let path = directory.join(&file.path);
        let parent = path.parent().unwrap_or(directory);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, &file.text))
            .map_err(|error| environment(format!("cannot write {}: {error}", path.display())))?;
    }
    Ok(())
}
