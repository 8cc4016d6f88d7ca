//! Wildcards of policies and of ingestion.

/// Tells whether a text matches a pattern in which `*` stands for any characters and `?` for one.
///
/// Takes time proportional to the product of the lengths at worst, whatever the pattern.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where to go on when what followed the last `*` does not fit: just after it, one character further on.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                p += 1;
                retry = Some((p, t));
            }
            Some(&c) if c == '?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match retry {
                Some((after, at)) => {
                    p = after;
                    t = at + 1;
                    retry = Some((after, at + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

/// Tells whether a path matches a pattern.
///
/// A pattern without `/` is matched against the file's name alone. In one with `/`, `*` and `?` stay within one part
/// and `**` stands for any number of parts.
#[must_use]
pub fn matches_path(pattern: &str, path: &str) -> bool {
    if !pattern.contains('/') {
        return matches(pattern, path.rsplit('/').next().unwrap_or(path));
    }
    let pattern: Vec<&str> = pattern.trim_matches('/').split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < path.len() {
        match pattern.get(p) {
            Some(&"**") => {
                p += 1;
                retry = Some((p, t));
            }
            Some(part) if matches(part, path[t]) => {
                p += 1;
                t += 1;
            }
            _ => match retry {
                Some((after, at)) => {
                    p = after;
                    t = at + 1;
                    retry = Some((after, at + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&part| part == "**")
}

/// Tells whether a pattern holds a wildcard at all.
#[must_use]
pub fn has_wildcard(pattern: &str) -> bool {
    pattern.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        assert!(matches("spine-*", "spine-1"));
        assert!(matches("*", ""));
        assert!(matches("a*b*c", "a-b-b-c"));
        assert!(matches("leaf-?", "leaf-1"));
        assert!(!matches("leaf-?", "leaf-10"));
        assert!(!matches("spine", "spine-1"));
        assert!(!matches(&"*a".repeat(200), &"b".repeat(5_000)));
    }

    #[test]
    fn paths() {
        assert!(matches_path("*.yaml", "a/b/c.yaml"));
        assert!(matches_path("drafts/**", "drafts/a/b.yaml"));
        assert!(matches_path("**/x.yaml", "x.yaml"));
        assert!(!matches_path("drafts/*", "drafts/a/b.yaml"));
        assert!(!matches_path("*.yml", "c.yaml"));
    }
}
