//! Deterministic generator of whole Hedgehog fabrics.
//!
//! `plan` decides what the fabric holds, as plain values that a test can look into; [`generate`] writes those values
//! as YAML files. The same [`Recipe`] always gives the same bytes. A fabric obeys every admission and cross-resource
//! rule of release 26.03-preview: what a validator reports on it is a fault of the validator (or of this module).

mod build;
pub mod fabric;
mod layout;
pub mod plan;
pub(crate) mod rng;
mod text;

use std::fmt;

pub use fabric::Fabric;
pub use layout::Layout;
pub use plan::Numbers;

/// Smallest number of resources a recipe may ask for; below it there is no room for a fabric with tenants.
pub const MIN_SIZE: usize = 40;
/// Largest number of resources a recipe may ask for; above it the spines of the widest topology run out of ports.
pub const MAX_SIZE: usize = 18_000;

/// What to generate: the number of resources, the layout of files and the seed of everything that is left to chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipe {
    size: usize,
    layout: Layout,
    seed: u64,
}

impl Recipe {
    /// Makes a recipe for exactly `size` resources in the `managed` layout with seed 1.
    ///
    /// # Errors
    /// [`RecipeError`] when `size` is not within [`MIN_SIZE`] and [`MAX_SIZE`].
    pub fn new(size: usize) -> Result<Self, RecipeError> {
        if (MIN_SIZE..=MAX_SIZE).contains(&size) {
            Ok(Self {
                size,
                layout: Layout::Managed,
                seed: 1,
            })
        } else {
            Err(RecipeError { size })
        }
    }

    /// Gives the same recipe with another layout.
    #[must_use]
    pub fn with_layout(self, layout: Layout) -> Self {
        Self { layout, ..self }
    }

    /// Gives the same recipe with another seed: other serial numbers, comments and styles, the same topology.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Number of resources.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }
}

/// A size for which no fabric can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecipeError {
    size: usize,
}

impl fmt::Display for RecipeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no fabric of {} resources: choose a size from {MIN_SIZE} to {MAX_SIZE}",
            self.size
        )
    }
}

impl std::error::Error for RecipeError {}

/// One file of a corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Path below the output directory, with `/` between its parts.
    pub path: String,
    /// Content, UTF-8 with LF line ends.
    pub text: String,
}

/// Plans the fabric of a recipe: every resource as a value, before any text.
#[must_use]
pub fn plan(recipe: &Recipe) -> Fabric {
    build::fabric(&Numbers::for_size(recipe.size), recipe.seed)
}

/// Generates the files of a recipe, ordered by path.
#[must_use]
pub fn generate(recipe: &Recipe) -> Vec<GeneratedFile> {
    layout::arrange(text::documents(&plan(recipe), recipe.seed), recipe.layout)
}
