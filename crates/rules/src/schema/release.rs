//! The Hedgehog releases whose schemas are part of hnp.

use std::fmt;
use std::str::FromStr;

/// A Hedgehog release.
///
/// Schemas go by release, not by `apiVersion`: `v1beta1` gained and lost fields in nearly every release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Release {
    /// Beta-1, the first with `v1beta1`.
    Beta1,
    /// 24.09; also stands for 25.01 and 25.02.
    R24_09,
    /// 25.03.
    R25_03,
    /// 25.04, the first with gateway kinds.
    R25_04,
    /// 25.05.
    R25_05,
    /// 26.01, gateway kinds renamed.
    R26_01,
    /// 26.02.
    R26_02,
    /// What became 26.03, as of July 2026.
    #[default]
    R26_03Preview,
}

/// A release as a user named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedRelease {
    /// The release whose schemas are used.
    pub release: Release,
    /// One sentence where that is not the release named.
    pub note: Option<String>,
}

/// A name that is no release; says which there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRelease {
    /// The name.
    pub name: String,
}

impl fmt::Display for UnknownRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Release::ALL.iter().map(|r| r.name()).collect();
        write!(f, "unknown Hedgehog release `{}`", self.name)?;
        match super::suggest::nearest(&self.name, names.iter().copied()) {
            Some(near) => write!(f, "; did you mean `{near}`? Known")?,
            None => f.write_str("; known")?,
        }
        write!(
            f,
            " are {}. For a newer one, take the nearest and add its CRDs with `hnp schema import`",
            names.join(", ")
        )
    }
}

impl std::error::Error for UnknownRelease {}

impl Release {
    /// Every release, oldest first.
    pub const ALL: [Self; 8] = [
        Self::Beta1,
        Self::R24_09,
        Self::R25_03,
        Self::R25_04,
        Self::R25_05,
        Self::R26_01,
        Self::R26_02,
        Self::R26_03Preview,
    ];

    /// Returns the name, as config and the file under `schemas/hedgehog/` spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Beta1 => "beta-1",
            Self::R24_09 => "24.09",
            Self::R25_03 => "25.03",
            Self::R25_04 => "25.04",
            Self::R25_05 => "25.05",
            Self::R26_01 => "26.01",
            Self::R26_02 => "26.02",
            Self::R26_03Preview => "26.03-preview",
        }
    }

    /// Returns the place in [`Release::ALL`].
    #[must_use]
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    /// Tells whether the API server holds integers to their `format: int32`: from 26.03, which brings Kubernetes 1.36.
    #[must_use]
    pub fn enforces_int32(self) -> bool {
        self >= Self::R26_03Preview
    }

    /// Reads a release as people name it: in any case, with a patch level, and 25.01, 25.02 and 26.03, whose schemas are
    /// those of a neighbour.
    ///
    /// # Errors
    ///
    /// Fails where the name is none of these.
    pub fn parse(name: &str) -> Result<ParsedRelease, UnknownRelease> {
        let word = name.trim().to_ascii_lowercase();
        if let Some(release) = Self::ALL.into_iter().find(|r| r.name() == word) {
            return Ok(ParsedRelease {
                release,
                note: None,
            });
        }
        let stand_in = |release: Self| {
            Ok(ParsedRelease {
                release,
                note: Some(format!(
                    "hnp holds no schemas of {word} and checks by those of {release}"
                )),
            })
        };
        match word.as_str() {
            "25.01" | "25.02" => return stand_in(Self::R24_09),
            "26.03" => return stand_in(Self::R26_03Preview),
            "beta1" => {
                return Ok(ParsedRelease {
                    release: Self::Beta1,
                    note: None,
                });
            }
            _ => {}
        }
        let mut parts = word.splitn(3, '.');
        if let (Some(year), Some(month), Some(patch)) = (parts.next(), parts.next(), parts.next())
            && !patch.is_empty()
            && patch.bytes().all(|b| b.is_ascii_digit())
        {
            return Self::parse(&format!("{year}.{month}")).map_err(|_| UnknownRelease {
                name: name.to_owned(),
            });
        }
        Err(UnknownRelease {
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Release {
    type Err = UnknownRelease;

    fn from_str(name: &str) -> Result<Self, UnknownRelease> {
        Self::parse(name).map(|parsed| parsed.release)
    }
}
