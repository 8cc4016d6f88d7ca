//! Server and ServerProfile.

use super::admitted::{Admitted, CLEARED, Labels};
use super::untouched;

pub(super) static SERVER: Admitted = Admitted {
    defaults: untouched,
    labels: CLEARED,
    annotations: &[],
    maps: &[],
    pointers: &[],
    until_filled: &[],
};

pub(super) static SERVER_PROFILE: Admitted = Admitted {
    defaults: untouched,
    labels: Labels::Kept,
    annotations: &[],
    maps: &[],
    pointers: &[],
    until_filled: &[],
};
