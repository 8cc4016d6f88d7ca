//! The merge of lines, for what cannot be merged by field, and the markers of conflicts.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

/// What stands behind the markers of a conflict.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'l> {
    /// Name of our side.
    pub ours: &'l str,
    /// Name of their side.
    pub theirs: &'l str,
    /// How many characters a marker has; Git's default is 7.
    pub marker_size: usize,
}

impl Default for Labels<'_> {
    fn default() -> Self {
        Self {
            ours: "ours",
            theirs: "theirs",
            marker_size: 7,
        }
    }
}

impl Labels<'_> {
    /// Writes one marker line.
    fn marker(&self, sign: char, label: &str, newline: &str, out: &mut Vec<u8>) {
        let size = self.marker_size.clamp(1, 1024);
        out.extend(std::iter::repeat_n(sign as u8, size));
        let label: String = label.chars().filter(|c| !c.is_control()).collect();
        if !label.is_empty() {
            out.push(b' ');
            out.extend_from_slice(label.as_bytes());
        }
        out.extend_from_slice(newline.as_bytes());
    }

    /// Writes a conflict: both sides between markers, each marker on a line of its own.
    fn conflict(&self, ours: &[u8], theirs: &[u8], newline: &str, out: &mut Vec<u8>) {
        let side = |text: &[u8], out: &mut Vec<u8>| {
            out.extend_from_slice(text);
            if !text.is_empty() && !text.ends_with(b"\n") {
                out.extend_from_slice(newline.as_bytes());
            }
        };
        if !out.is_empty() && !out.ends_with(b"\n") {
            out.extend_from_slice(newline.as_bytes());
        }
        self.marker('<', self.ours, newline, out);
        side(ours, out);
        self.marker('=', "", newline, out);
        side(theirs, out);
        self.marker('>', self.theirs, newline, out);
    }
}

/// The result of a merge of lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineMerge {
    /// The merged bytes, with markers where lines conflict.
    pub text: Vec<u8>,
    /// Whether markers stand in it.
    pub conflicts: bool,
}

/// Merges three texts line by line: a stretch that one side changed is taken from it, what both changed differently stands
/// between markers, as do changes that touch without a line between.
#[must_use]
pub fn merge_lines(base: &[u8], ours: &[u8], theirs: &[u8], labels: Labels<'_>) -> LineMerge {
    let (base_lines, our_lines, their_lines) =
        (Lines::of(base), Lines::of(ours), Lines::of(theirs));
    let a = hunks(base, ours);
    let b = hunks(base, theirs);
    let newline = newline(ours);
    let mut merge = LineMerge {
        text: Vec::with_capacity(ours.len().max(theirs.len())),
        conflicts: false,
    };
    let (mut i, mut j, mut at) = (0, 0, 0);
    // How far each side's numbers lie from those of the base.
    let (mut shift_a, mut shift_b) = (0_i64, 0_i64);
    while i < a.len() || j < b.len() {
        let start = match (a.get(i), b.get(j)) {
            (Some(a), Some(b)) => a.0.start.min(b.0.start),
            (Some(a), None) => a.0.start,
            (None, Some(b)) => b.0.start,
            (None, None) => break,
        };
        // All hunks that touch form one region.
        let mut end = start;
        let (from_i, from_j) = (i, j);
        loop {
            let mut grown = false;
            if a.get(i).is_some_and(|hunk| hunk.0.start <= end) {
                end = end.max(a[i].0.end);
                i += 1;
                grown = true;
            }
            if b.get(j).is_some_and(|hunk| hunk.0.start <= end) {
                end = end.max(b[j].0.end);
                j += 1;
                grown = true;
            }
            if !grown {
                break;
            }
        }
        merge
            .text
            .extend_from_slice(base_lines.get(base, at..start));
        let side = |shift: &mut i64, hunks: &[(Range<u32>, Range<u32>)]| {
            let from = i64::from(start) + *shift;
            for (before, after) in hunks {
                *shift += i64::from(after.end - after.start) - i64::from(before.end - before.start);
            }
            let to = i64::from(end) + *shift;
            let line = |n: i64| u32::try_from(n).unwrap_or(0);
            line(from)..line(to)
        };
        let our_part = our_lines.get(ours, side(&mut shift_a, &a[from_i..i]));
        let their_part = their_lines.get(theirs, side(&mut shift_b, &b[from_j..j]));
        let base_part = base_lines.get(base, start..end);
        if our_part == their_part || their_part == base_part {
            merge.text.extend_from_slice(our_part);
        } else if our_part == base_part {
            merge.text.extend_from_slice(their_part);
        } else {
            labels.conflict(our_part, their_part, newline, &mut merge.text);
            merge.conflicts = true;
        }
        at = end;
    }
    merge
        .text
        .extend_from_slice(base_lines.get(base, at..base_lines.count()));
    merge
}

/// Puts two texts together with markers around every stretch in which they differ. Taking one side of each conflict gives
/// that side's text, but for a missing line end at the end of a file.
#[must_use]
pub fn two_way(ours: &[u8], theirs: &[u8], labels: Labels<'_>) -> LineMerge {
    let (our_lines, their_lines) = (Lines::of(ours), Lines::of(theirs));
    let newline = newline(ours);
    let mut merge = LineMerge {
        text: Vec::with_capacity(ours.len() + theirs.len()),
        conflicts: false,
    };
    let mut at = 0;
    for (before, after) in hunks(ours, theirs) {
        merge
            .text
            .extend_from_slice(our_lines.get(ours, at..before.start));
        labels.conflict(
            our_lines.get(ours, before.clone()),
            their_lines.get(theirs, after),
            newline,
            &mut merge.text,
        );
        merge.conflicts = true;
        at = before.end;
    }
    merge
        .text
        .extend_from_slice(our_lines.get(ours, at..our_lines.count()));
    merge
}

/// Returns what differs, as ranges of lines of both.
fn hunks(before: &[u8], after: &[u8]) -> Vec<(Range<u32>, Range<u32>)> {
    let input = InternedInput::new(before, after);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    diff.hunks().map(|hunk| (hunk.before, hunk.after)).collect()
}

/// Where the lines of a text start.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &[u8]) -> Self {
        let mut starts = vec![0];
        starts.extend(
            text.iter()
                .enumerate()
                .filter(|(_, byte)| **byte == b'\n')
                .map(|(at, _)| at + 1),
        );
        if starts.last() != Some(&text.len()) {
            starts.push(text.len());
        }
        Self(starts)
    }

    fn count(&self) -> u32 {
        u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX)
    }

    fn get<'t>(&self, text: &'t [u8], lines: Range<u32>) -> &'t [u8] {
        let at = |line: u32| self.0.get(line as usize).copied().unwrap_or(text.len());
        text.get(at(lines.start)..at(lines.end)).unwrap_or_default()
    }
}

/// Returns the line end of a text, as its first line has it.
fn newline(text: &[u8]) -> &'static str {
    match text.iter().position(|byte| *byte == b'\n') {
        Some(at) if at > 0 && text[at - 1] == b'\r' => "\r\n",
        _ => "\n",
    }
}
