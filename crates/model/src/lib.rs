//! Kinds, identity, canonical values and findings of Hedgehog resources.
