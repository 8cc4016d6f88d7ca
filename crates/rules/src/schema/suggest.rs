//! Did-you-mean: the known word nearest to one that is not known.

/// Longest word that is compared; nobody mistypes longer ones, and the cost grows with the square.
const LONGEST: usize = 64;

/// The nearest known word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearest<'w> {
    /// The word.
    pub word: &'w str,
    /// Insertions, deletions, replacements and swaps of neighbours between the two, case ignored; 0 where only case
    /// differs.
    pub distance: usize,
    /// Whether no other word is as near.
    pub unique: bool,
}

/// Returns the known word nearest to `word`, the first of several equally near; none where nothing is near enough to be
/// meant.
#[must_use]
pub fn nearest<'w>(word: &str, candidates: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    find(word, candidates).map(|nearest| nearest.word)
}

/// Returns the nearest known word with how near it is.
#[must_use]
pub fn find<'w>(word: &str, candidates: impl IntoIterator<Item = &'w str>) -> Option<Nearest<'w>> {
    let ours = fold(word)?;
    // A third of the letters may be wrong, at most three.
    let limit = (ours.len() / 3).clamp(1, 3);
    let mut best: Option<Nearest<'w>> = None;
    for candidate in candidates {
        let Some(theirs) = fold(candidate) else {
            continue;
        };
        if theirs.len().abs_diff(ours.len()) > limit {
            continue;
        }
        let distance = distance(&ours, &theirs);
        // Replacing every letter makes any two short words near.
        if distance > limit || distance >= theirs.len() {
            continue;
        }
        match &mut best {
            Some(found) if found.distance < distance => {}
            Some(found) if found.distance == distance => found.unique = false,
            _ => {
                best = Some(Nearest {
                    word: candidate,
                    distance,
                    unique: true,
                });
            }
        }
    }
    best
}

fn fold(word: &str) -> Option<Vec<char>> {
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    Some(word.chars().map(|c| c.to_ascii_lowercase()).collect())
}

/// Edit distance with swaps of neighbours, three rows at a time.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut row = vec![0; b.len() + 1];
    for i in 1..=a.len() {
        row[0] = i;
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last[b.len()]
}
