//! What checks depend on besides the documents.

use hnp_model::Severity;
use hnp_yaml::Limits;

use crate::schema::{Release, Set};

/// Settings of one fabric's checks.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the fabric, where one is known.
    pub fabric: Option<String>,
    /// The Hedgehog release whose rules hold.
    pub release: Release,
    /// Schemas of that release, and imported ones.
    pub schemas: Set,
    /// Severity of a resource whose API group hnp does not know.
    pub unknown_group: Severity,
    /// Bounds of the reader.
    pub limits: Limits,
}

impl Settings {
    /// Returns the settings of a release with everything else at its default.
    #[must_use]
    pub fn new(release: Release) -> Self {
        Self {
            fabric: None,
            release,
            schemas: Set::embedded(release),
            unknown_group: Severity::Warning,
            limits: Limits::default(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new(Release::default())
    }
}
