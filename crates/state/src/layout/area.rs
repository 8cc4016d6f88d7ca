//! What a place in a fabric directory means.

/// Part of a fabric directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Area {
    /// `managed/`: the truth for Git.
    Managed,
    /// `raw/pending/`, and what lies in `raw/` itself or in other directories of it: waits to be taken in.
    RawPending,
    /// `raw/processed/`: was taken in.
    RawProcessed,
    /// `raw/errors/`: was refused.
    RawErrors,
    /// `unmanaged/external-configs/`.
    UnmanagedExternal,
    /// `unmanaged/manual-overrides/`.
    UnmanagedOverrides,
    /// The rest of `unmanaged/`.
    Unmanaged,
    /// `.hnp/`, as HNP left it.
    HnpMeta,
    /// A file at the root of the fabric directory.
    Root,
    /// Anything else.
    Foreign,
}

impl Area {
    /// Tells whether validation blames what is here as errors.
    #[must_use]
    pub fn is_managed(self) -> bool {
        self == Self::Managed
    }

    /// Tells whether resources here are context for references and identities, and nothing else.
    #[must_use]
    pub fn is_context(self) -> bool {
        matches!(
            self,
            Self::UnmanagedExternal | Self::UnmanagedOverrides | Self::Unmanaged
        )
    }
}

/// Tells what a path means, given from the fabric directory with `/` between its parts.
///
/// A path that is not normal (absolute, empty, with `..`) is foreign.
#[must_use]
pub fn area(path: &str) -> Area {
    if !crate::path::is_normal(path) {
        return Area::Foreign;
    }
    let Some((top, rest)) = path.split_once('/') else {
        return Area::Root;
    };
    let below = rest.split_once('/').map(|(directory, _)| directory);
    match (top, below) {
        ("managed", _) => Area::Managed,
        ("raw", Some("processed")) => Area::RawProcessed,
        ("raw", Some("errors")) => Area::RawErrors,
        ("raw", _) => Area::RawPending,
        ("unmanaged", Some("external-configs")) => Area::UnmanagedExternal,
        ("unmanaged", Some("manual-overrides")) => Area::UnmanagedOverrides,
        ("unmanaged", _) => Area::Unmanaged,
        (".hnp", _) => Area::HnpMeta,
        _ => Area::Foreign,
    }
}
