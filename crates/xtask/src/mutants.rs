//! Seeded mutants: a fault put into the source, a property that must find it.
//!
//! Everything happens in a copy with a target directory of its own, so that nothing can stay behind.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::args::{Failure, Options, environment, usage};

const LIST: &str = "tests/mutants.txt";

/// A fault, and who must find it.
struct Mutant {
    name: String,
    property: String,
    package: String,
    test: String,
    filter: String,
    find: String,
    with: String,
}

/// Reads the list. A block begins with `== name`; its text stands between `find:`, `with:` and the next block.
fn parse(text: &str) -> Result<Vec<Mutant>, Failure> {
    let mut mutants = Vec::new();
    for block in text.split("\n== ").skip(1) {
        let wrong = || usage(format!("{LIST}: a block is not complete:\n{block}"));
        let (head, rest) = block.split_once("\nfind:\n").ok_or_else(wrong)?;
        let (find, with) = rest.split_once("\nwith:\n").ok_or_else(wrong)?;
        let mut lines = head.lines();
        let name = lines.next().ok_or_else(wrong)?.to_owned();
        let mut field = |key: &str| {
            let line = lines.next().and_then(|line| line.strip_prefix(key));
            line.map(|line| line.trim().to_owned()).ok_or_else(wrong)
        };
        let property = field("property:")?;
        let test = field("test:")?;
        let [package, test, filter] = test.split(' ').collect::<Vec<_>>()[..] else {
            return Err(wrong());
        };
        mutants.push(Mutant {
            name,
            property,
            package: package.to_owned(),
            test: test.to_owned(),
            filter: filter.to_owned(),
            find: find.to_owned(),
            with: with.trim_end_matches('\n').to_owned(),
        });
    }
    Ok(mutants)
}

/// Finds the one source file that holds a text once.
fn place(root: &Path, find: &str) -> Result<(PathBuf, String), String> {
    let mut found = Vec::new();
    let mut open = vec![root.join("crates")];
    while let Some(directory) = open.pop() {
        let entries = fs::read_dir(&directory).map_err(|error| error.to_string())?;
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs")
                && path.iter().any(|part| part == "src")
            {
                let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
                for _ in text.matches(find) {
                    found.push((path.clone(), text.clone()));
                }
            }
        }
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        n => Err(format!("its text stands {n} times in the source")),
    }
}

/// Copies what Git knows of, and what is new, into a directory.
fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(from)
        .output()
        .map_err(|error| environment(format!("git ls-files: {error}")))?;
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    for name in names.split('\0').filter(|name| !name.is_empty()) {
        let target = to.join(name);
        let Ok(bytes) = fs::read(from.join(name)) else {
            continue;
        };
        if fs::read(&target).is_ok_and(|there| there == bytes) {
            continue;
        }
        let made = target.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&target, bytes))
            .map_err(|error| environment(format!("{}: {error}", target.display())))?;
    }
    Ok(())
}

/// What became of a mutant, in words.
fn judge(mutant: &Mutant, root: &Path, target: &Path) -> Result<&'static str, String> {
    let run = || -> Result<(bool, String), String> {
        let mut command = Command::new("cargo");
        command
            .args([
                "test",
                "--quiet",
                "-p",
                &mutant.package,
                "--test",
                &mutant.test,
            ])
            .current_dir(root)
            .env("CARGO_TARGET_DIR", target)
            .env("INSTA_UPDATE", "no");
        if mutant.filter != "-" {
            command.arg(&mutant.filter);
        }
        let output = command.output().map_err(|error| error.to_string())?;
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        Ok((output.status.success(), text))
    };
    let (path, text) = place(root, &mutant.find)?;
    let changed = text.replace(&mutant.find, &mutant.with);
    fs::write(&path, changed).map_err(|error| error.to_string())?;
    let result = run();
    fs::write(&path, text).map_err(|error| error.to_string())?;
    match result? {
        (true, _) => Err("not found".to_owned()),
        (false, said) if said.contains("test result: FAILED") => Ok("found"),
        (false, said) => Err(format!("the tests did not run:\n{said}")),
    }
}

pub(crate) fn run(words: &[OsString]) -> Result<(), Failure> {
    let options = Options::parse(words, &["only", "dir"], &["list"])?;
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let here = fs::canonicalize(&here)
        .map_err(|error| environment(format!("{}: {error}", here.display())))?;
    let text = fs::read_to_string(here.join(LIST))
        .map_err(|error| environment(format!("{LIST}: {error}")))?;
    let mut mutants = parse(&text)?;
    if let Some(only) = options.value("only") {
        let names: Vec<&str> = only.split(',').collect();
        mutants.retain(|mutant| names.contains(&mutant.name.as_str()));
    }
    let dir = options
        .value("dir")
        .map_or_else(|| here.join("target/mutants"), PathBuf::from);
    let (root, target) = (dir.join("copy"), dir.join("target"));
    if !options.flag("list") {
        copy(&here, &root)?;
    }
    println!("| property | mutant | test | |\n|---|---|---|---|");
    let mut missed = Vec::new();
    for mutant in &mutants {
        let found = if options.flag("list") {
            place(&here, &mutant.find).map(|_| "")
        } else {
            judge(mutant, &root, &target)
        };
        let Mutant {
            name,
            property,
            package,
            test,
            ..
        } = mutant;
        let word = found.clone().unwrap_or("**not found**");
        println!("| {property} | {name} | {package} {test} | {word} |");
        if let Err(why) = found {
            missed.push(format!("{name}: {why}"));
        }
    }
    if missed.is_empty() {
        println!("\n{} mutants", mutants.len());
        Ok(())
    } else {
        Err(environment(missed.join("\n")))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Every mutant still has its place: a list that nobody can apply proves nothing.
    #[test]
    fn every_mutant_has_its_place() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mutants = parse(&fs::read_to_string(root.join(LIST)).unwrap()).unwrap_or_default();
        assert!(!mutants.is_empty());
        let lost: Vec<String> = mutants
            .iter()
            .filter_map(|mutant| {
                Some(format!(
                    "{}: {}",
                    mutant.name,
                    place(&root, &mutant.find).err()?
                ))
            })
            .collect();
        assert!(lost.is_empty(), "{lost:#?}");
    }
}
