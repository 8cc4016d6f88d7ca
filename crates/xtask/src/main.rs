//! Development tasks: corpora, benchmarks, generated files.
fn main() {}
