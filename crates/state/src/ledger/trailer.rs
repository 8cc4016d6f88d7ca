//! Commit trailers that tie commits to records.

/// A trailer of hnp's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trailer {
    /// Id of the operation that made the commit.
    Op,
    /// What the operation was.
    Action,
    /// Key of a resource that the commit changes.
    Resource,
    /// Id of a conflict that the commit resolves.
    Conflict,
}

impl Trailer {
    const ALL: [Self; 4] = [Self::Op, Self::Action, Self::Resource, Self::Conflict];

    /// Returns the trailer's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Op => "Hnp-Op",
            Self::Action => "Hnp-Action",
            Self::Resource => "Hnp-Resource",
            Self::Conflict => "Hnp-Conflict",
        }
    }
}

/// Writes trailers, one a line, ready to stand behind the blank line at a commit message's end.
///
/// Control characters in values become blanks: a value never starts a line of its own.
#[must_use]
pub fn format_trailers<'v>(trailers: impl IntoIterator<Item = (Trailer, &'v str)>) -> String {
    let mut out = String::new();
    for (trailer, value) in trailers {
        let value: String = value
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        out.push_str(trailer.as_str());
        out.push_str(": ");
        out.push_str(value.trim());
        out.push('\n');
    }
    out
}

/// Finds hnp's trailers anywhere in a commit message, in order.
///
/// Not only in the last paragraph: a squash puts the messages of several commits one after the other.
#[must_use]
pub fn parse_trailers(message: &str) -> Vec<(Trailer, String)> {
    message
        .lines()
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            let trailer = Trailer::ALL
                .into_iter()
                .find(|trailer| trailer.as_str().eq_ignore_ascii_case(name))?;
            let value = value.trim();
            (!value.is_empty()).then(|| (trailer, value.to_owned()))
        })
        .collect()
}
