//! "Did you mean …?"

/// Returns the candidate nearest to a word, if one is near enough to be meant.
///
/// Near enough: its beginning, or the same but for case and `-` against `_`, or at most a third of its letters wrong (at least one may
/// be). Of several equally near the first in order is taken.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    if word.len() > 64 {
        return None;
    }
    let folded = fold(word);
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let begun = |candidate: &&&str| folded.len() >= 3 && fold(candidate).starts_with(&folded);
    if let Some(candidate) = candidates.iter().find(begun) {
        return Some(candidate);
    }
    let allowed = (folded.len() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(&folded, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| {
            *distance <= allowed && *distance < candidate.chars().count()
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn fold(word: &str) -> Vec<char> {
    word.chars()
        .map(|c| {
            if c == '-' {
                '_'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

/// Edit distance in which swapping two neighbours counts as one step, since that is how people mistype.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let change = last[j] + usize::from(x != y);
            let mut best = change.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let words = ["directory", "directories", "template", "profile"];
        assert_eq!(nearest("directry", words), Some("directory"));
        assert_eq!(nearest("Template", words), Some("template"));
        assert_eq!(nearest("porfile", words), Some("profile"));
        assert_eq!(nearest("color", words), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("warn", ["error", "warning"]), Some("warning"));
    }
}
