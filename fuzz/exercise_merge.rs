//! What the fuzz targets of the merge do with one input; the plain tests of the corpus do the same.
//!
//! An input is base, ours and theirs with a line `@@@` between them; a part that is missing is empty.
#![allow(dead_code, clippy::unwrap_used)]

use hnp_merge::Labels;

pub(crate) const LABELS: Labels<'static> = Labels {
    ours: "our side of the fuzzer",
    theirs: "their side of the fuzzer",
    marker_size: 9,
};

pub(crate) fn parts(data: &[u8]) -> [&[u8]; 3] {
    const LINE: &[u8] = b"@@@\n";
    let mut rest = data;
    let mut next = || {
        let at = (0..rest.len())
            .find(|at| rest[*at..].starts_with(LINE) && (*at == 0 || rest[*at - 1] == b'\n'));
        let part = &rest[..at.unwrap_or(rest.len())];
        rest = at.map_or(&[][..], |at| &rest[at + LINE.len()..]);
        part
    };
    [next(), next(), next()]
}

pub(crate) fn check_markers(text: &[u8], conflicted: bool) {
    let has = |line: &[u8]| {
        text.split(|byte| *byte == b'\n')
            .any(|own| own.strip_suffix(b"\r").unwrap_or(own) == line)
    };
    let marked = has(b"<<<<<<<<< our side of the fuzzer")
        && has(b"=========")
        && has(b">>>>>>>>> their side of the fuzzer");
    if conflicted {
        assert!(marked, "a conflict without markers");
    } else {
        assert!(
            !has(b"<<<<<<<<< our side of the fuzzer"),
            "markers without a conflict"
        );
    }
}

/// Merges three YAML files: a conflict has markers, and what is merged by field without one reads as YAML.
pub(crate) fn merge_bytes(data: &[u8]) {
    use hnp_merge::{How, flat, merge_text};
    let [base, ours, theirs] = parts(data);
    if data.windows(10).any(|w| w == b"the fuzzer") {
        return;
    }
    let merged = merge_text(base, ours, theirs, LABELS);
    check_markers(&merged.text, merged.conflicted);
    assert_eq!(merge_text(base, ours, ours, LABELS).text, ours);
    assert_eq!(merge_text(base, base, theirs, LABELS).text, theirs);
    let again = merge_text(base, ours, theirs, LABELS);
    assert_eq!(merged, again, "not the same twice");
    if merged.how == How::Fields && !merged.conflicted {
        let stream = hnp_yaml::parse(merged.text.as_slice(), &hnp_yaml::Options::with_comments());
        assert!(stream.problems().is_empty(), "{:?}", stream.problems());
        assert!(flat(&stream).is_some());
        // The other way round it is clean too.
        assert!(!merge_text(base, theirs, ours, LABELS).conflicted);
    }
}
