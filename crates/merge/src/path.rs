//! Where in a value: keys, and items of lists by what identifies them.

use std::fmt;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into a map.
    Key(String),
    /// To the item of a keyed list whose fields have these values.
    Item(Vec<(String, String)>),
    /// To a member of a set, as canonical JSON.
    Member(String),
}

/// The way from the root of a resource to a value: `spec.eslag.links[server.port=server-05/enp2s1].switch.port`.
///
/// Items have no numbers: those would mean something else in each of the three values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(pub(crate) Vec<Step>);

impl Path {
    /// Returns the steps.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    pub(crate) fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }

    /// Tells whether this path leads to `other` or through it.
    #[must_use]
    pub fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl fmt::Display for Path {
    /// Writes keys joined by dots, quoted in brackets where they are more than letters, digits, `-` and `_`, and items
    /// as `[field=value]`. The root is empty.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    let bare = !key.is_empty()
                        && key
                            .chars()
                            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
                    if !bare {
                        write!(f, "[{key:?}]")?;
                        continue;
                    }
                    if at > 0 {
                        f.write_str(".")?;
                    }
                    f.write_str(key)?;
                }
                Step::Item(fields) => {
                    f.write_str("[")?;
                    for (at, (field, value)) in fields.iter().enumerate() {
                        if at > 0 {
                            f.write_str(",")?;
                        }
                        let plain = value
                            .chars()
                            .all(|c| !c.is_control() && !matches!(c, ']' | ',' | '"'));
                        if plain {
                            write!(f, "{field}={value}")?;
                        } else {
                            write!(f, "{field}={value:?}")?;
                        }
                    }
                    f.write_str("]")?;
                }
                Step::Member(member) => write!(f, "[{member}]")?,
            }
        }
        Ok(())
    }
}
