//! What rules need to know of a SwitchProfile.

use hnp_yaml::Value;
use serde_json::json;

use super::Reference;
use crate::normalise::{self, Admission};
use crate::pack::{In, Out, Pack};
use crate::ports::{Problem, Profile, check_profile};

/// A SwitchProfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SwitchProfile {
    /// What it says of ports and features.
    pub profile: Profile,
    /// What is wrong with it by itself; a sound one has nothing here.
    pub problems: Vec<Problem>,
    /// Hash of what its spec says, however it is written; empty where there is no spec.
    pub content: String,
}

impl SwitchProfile {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        let Some(spec) = spec else {
            return Self::default();
        };
        Self {
            profile: Profile::from_spec(spec),
            problems: check_profile(spec),
            content: content(spec),
        }
    }

    /// Tells whether Hedgehog would take it by itself, so that others may rely on what it says.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty() && !self.content.is_empty()
    }

    pub(super) fn references<'f>(&'f self, _: &mut dyn FnMut(Reference<'f>)) {}
}

/// Hashes what admission would compare: to it a field that is absent and one that is empty are the same.
fn content(spec: Value<'_>) -> String {
    let manifest = json!({
        "apiVersion": "wiring.githedgehog.com/v1beta1",
        "kind": "SwitchProfile",
        "spec": normalise::from_yaml(spec),
    });
    let admitted = normalise::normalise(&manifest, &Admission::default());
    hnp_model::canonical::sha256_hex(admitted.to_string().as_bytes())
}

/// A profile is large and there are few: it is read anew each time.
impl Pack for SwitchProfile {
    fn pack(&self, out: &mut Out<'_>) {
        out.fail();
    }

    fn unpack(_: &mut In<'_>) -> Option<Self> {
        None
    }
}
