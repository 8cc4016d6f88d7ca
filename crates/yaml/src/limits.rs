//! Bounds that keep hostile input cheap.

/// What the reader refuses to go beyond. All of them can be set in config.toml.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest file, in bytes.
    pub file_bytes: usize,
    /// Deepest nesting of maps and lists.
    pub depth: usize,
    /// Most nodes that aliases of one document may stand for, all expansions counted.
    pub alias_nodes: usize,
    /// Most problems kept for one file; the rest are counted, not kept.
    pub problems: usize,
}

impl Default for Limits {
    /// 8 MiB a file, 64 levels, 10,000 nodes through aliases, 100 problems a file.
    fn default() -> Self {
        Self {
            file_bytes: 8 << 20,
            depth: 64,
            alias_nodes: 10_000,
            problems: 100,
        }
    }
}
