//! Where in a document: keys and item numbers from the root.

use std::fmt::{self, Write};

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Seg {
    /// Into a map.
    Key(String),
    /// Into a list, from 0.
    Item(usize),
}

impl From<&str> for Seg {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<String> for Seg {
    fn from(key: String) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Seg {
    fn from(at: usize) -> Self {
        Self::Item(at)
    }
}

/// The way from the root of a document to a value: `spec.links[0]`, `metadata.annotations["a.b/c"]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(Vec<Seg>);

impl Path {
    /// Returns the empty path, which is the root.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Returns a path through maps.
    pub fn keys<K: Into<String>>(keys: impl IntoIterator<Item = K>) -> Self {
        keys.into_iter().map(|key| Seg::Key(key.into())).collect()
    }

    /// Returns this path with one more step.
    #[must_use]
    pub fn then(&self, seg: impl Into<Seg>) -> Self {
        let mut segs = self.0.clone();
        segs.push(seg.into());
        Self(segs)
    }

    /// Returns the steps.
    #[must_use]
    pub fn segs(&self) -> &[Seg] {
        &self.0
    }

    /// Returns the path's first steps.
    pub(crate) fn first(&self, count: usize) -> Self {
        Self(self.0[..count.min(self.0.len())].to_vec())
    }
}

impl From<Vec<Seg>> for Path {
    fn from(segs: Vec<Seg>) -> Self {
        Self(segs)
    }
}

impl FromIterator<Seg> for Path {
    fn from_iter<I: IntoIterator<Item = Seg>>(segs: I) -> Self {
        Self(segs.into_iter().collect())
    }
}

impl fmt::Display for Path {
    /// Writes keys joined by dots, items in brackets, and keys that are more than letters, digits, `-` and `_` quoted in
    /// brackets. The root is empty.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, seg) in self.0.iter().enumerate() {
            match seg {
                Seg::Item(item) => write!(f, "[{item}]")?,
                Seg::Key(key) => {
                    let bare = !key.is_empty()
                        && key
                            .chars()
                            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
                    if !bare {
                        write!(f, "[{key:?}]")?;
                        continue;
                    }
                    if at > 0 {
                        f.write_char('.')?;
                    }
                    f.write_str(key)?;
                }
            }
        }
        Ok(())
    }
}
