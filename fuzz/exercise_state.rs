//! What the fuzz target of the state driver does with one input; see the one of the merge.

use hnp_state::state_file::parse;
use hnp_sync::merge_state::merge_state_text;

use crate::exercise_merge::{LABELS, check_markers, parts};

/// Merges three state files: a conflict has markers, and of readable sides a result without one can be read.
pub(crate) fn merge_state_bytes(data: &[u8]) {
    let [base, ours, theirs] = parts(data);
    if data.windows(10).any(|w| w == b"the fuzzer") {
        return;
    }
    let merged = merge_state_text(base, ours, theirs, LABELS);
    check_markers(&merged.text, merged.conflicted);
    let reads = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok_and(|text| parse(text).is_ok());
    if !merged.conflicted && reads(ours) && reads(theirs) {
        assert!(reads(&merged.text));
    }
}
