//! Parsing of manifests: the speed of the fast way, of the general one, and their ratio.
//!
//! `cargo bench -p hnp-yaml --bench parse -- [directory]`. Without a directory, texts are made here. Files are read
//! before the clock starts; of several rounds the best counts.
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::{Duration, Instant};

use hnp_yaml::{Options, Road, parse};

const ROUNDS: usize = 9;

fn manifests() -> Vec<Vec<u8>> {
    (0..5_000)
        .map(|n| {
            format!(
                "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata:\n  name: server-{n:05}--eslag\n  \
                 namespace: default\n  labels:\n    fabric.githedgehog.com/connection-type: eslag\nspec:\n  eslag:\n    \
                 mtu: {}\n    fallback: true\n    links:\n    - server:\n        port: server-{n:05}/enp2s1\n      \
                 switch:\n        port: leaf-{}/E1/19 # first\n    - server: {{port: server-{n:05}/enp2s2}}\n      \
                 switch: {{port: \"leaf-{}/E1/19\"}}\n",
                1_500 + n,
                n % 90,
                n % 90 + 1
            )
            .into_bytes()
        })
        .collect()
}

fn read(dir: &Path, files: &mut Vec<Vec<u8>>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|ext| ext == "yaml" || ext == "yml")
        {
            files.push(std::fs::read(&path)?);
        }
    }
    Ok(())
}

fn best(files: &[Vec<u8>], options: &Options) -> Duration {
    let round = || {
        let copies = files.to_vec();
        let start = Instant::now();
        for file in copies {
            std::hint::black_box(parse(file, options));
        }
        start.elapsed()
    };
    (0..ROUNDS).map(|_| round()).min().unwrap_or_default()
}

fn main() -> std::io::Result<()> {
    let mut files = Vec::new();
    match std::env::args().skip(1).find(|arg| !arg.starts_with('-')) {
        Some(dir) => read(Path::new(&dir), &mut files)?,
        None => files = manifests(),
    }
    let bytes: usize = files.iter().map(Vec::len).sum();
    let fast = files
        .iter()
        .filter(|file| {
            let options = Options {
                road: Road::Fast,
                ..Options::default()
            };
            let stream = parse(file.as_slice(), &options);
            stream.problems().is_empty() && stream.documents().all(|document| !document.is_broken())
        })
        .count();
    println!(
        "{} files, {bytes} bytes, {fast} take the fast way",
        files.len()
    );
    for comments in [false, true] {
        let time = |road| {
            let options = Options {
                road,
                comments,
                ..Options::default()
            };
            best(&files, &options)
        };
        let (both, general) = (time(Road::Both), time(Road::General));
        #[allow(clippy::cast_precision_loss)]
        let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
        println!(
            "comments {comments}: fast {both:.1?} ({:.0} MB/s), general {general:.1?} ({:.0} MB/s), ratio {:.1}",
            rate(both),
            rate(general),
            general.as_secs_f64() / both.as_secs_f64()
        );
    }
    Ok(())
}
