//! Paths inside a repository, as text.

/// Brings a path from a person into the form that Git uses: `/` between parts, no `.` part, no slash at the end.
///
/// The root itself is the empty text.
///
/// # Errors
///
/// Says in a few words why the path cannot be meant: it is absolute, climbs with `..`, holds a backslash or a control
/// character, or leads into `.git`.
pub fn normalise(path: &str) -> Result<String, &'static str> {
    if path.is_empty() {
        return Err("it is empty; write `.` for the root of the repository");
    }
    if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') {
        return Err("it is absolute; paths start at the root of the repository");
    }
    if path.starts_with('~') {
        return Err("`~` is not expanded; paths start at the root of the repository");
    }
    if path.contains('\\') {
        return Err("it holds a backslash; write `/` between directories");
    }
    if path.chars().any(char::is_control) {
        return Err("it holds a control character");
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => return Err("it climbs with `..`; paths never leave the repository"),
            git if git.eq_ignore_ascii_case(".git") => {
                return Err("it leads into `.git`, which belongs to Git");
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// Tells whether a path is already in the form that [`normalise`] gives and names something below the root.
#[must_use]
pub fn is_normal(path: &str) -> bool {
    let bytes = path.as_bytes();
    let plain = bytes.iter().fold(true, |plain, &b| {
        plain & (b' '..0x7f).contains(&b) & (b != b'\\')
    });
    // The usual case without building the path anew: state.toml has thousands.
    if plain && bytes.get(1) != Some(&b':') && !path.starts_with(['~', '/']) {
        return path
            .split('/')
            .all(|part| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git"));
    }
    normalise(path).is_ok_and(|normal| normal == path && !path.is_empty())
}

/// Returns what follows a directory in a path; an empty directory is the root.
#[must_use]
pub fn strip<'p>(path: &'p str, directory: &str) -> Option<&'p str> {
    if directory.is_empty() {
        return Some(path);
    }
    path.strip_prefix(directory)?.strip_prefix('/')
}

/// Joins two paths with `/`; an empty first one is the root.
#[must_use]
pub fn join(directory: &str, rest: &str) -> String {
    if directory.is_empty() {
        rest.to_owned()
    } else {
        format!("{directory}/{rest}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalises_what_people_write() {
        assert_eq!(normalise("./a//b/"), Ok("a/b".to_owned()));
        assert_eq!(normalise("."), Ok(String::new()));
        for bad in [
            "", "/a", "a/../b", "..", "c:/x", "a\\b", "a/.GIT/x", "~/x", "a\nb",
        ] {
            assert!(normalise(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_normal_stays_as_it_is() {
        for path in [
            "a",
            "a/b.yaml",
            "é/b",
            "a b",
            ".hnp/state.toml",
            "a/.gitkeep",
        ] {
            assert!(
                is_normal(path) && normalise(path).as_deref() == Ok(path),
                "{path:?}"
            );
        }
        for path in [
            "", ".", "a/", "a//b", "./a", "/a", "a/..", "é/..", ".git/x", "a\\b", "~", "c:",
            "a\u{7f}",
        ] {
            assert!(!is_normal(path), "{path:?}");
        }
    }

    #[test]
    fn strips_whole_parts_only() {
        assert_eq!(strip("a/b/c", "a/b"), Some("c"));
        assert_eq!(strip("a/bc", "a/b"), None);
        assert_eq!(strip("a", ""), Some("a"));
    }
}
