//! The base fabrics, which stand beside the vectors.

/// A small valid fabric.
pub(crate) struct Base {
    pub(crate) name: &'static str,
    text: &'static str,
}

macro_rules! bases {
    ($($name:literal),*) => {
        /// Every base.
        pub(crate) const BASES: &[Base] = &[$(Base {
            name: $name,
            text: include_str!(concat!(
                "../../../../tests/conformance/vectors/catalogue/bases/", $name, ".yaml"
            )),
        }),*];
    };
}

bases!("edge", "gateways", "profiles", "tenants", "wiring");

/// One document of a base.
pub(crate) struct Document<'a> {
    pub(crate) kind: &'a str,
    pub(crate) name: &'a str,
    text: &'a str,
}

impl Base {
    /// The documents, in order.
    pub(crate) fn documents(&self) -> impl Iterator<Item = Document<'_>> {
        // Before the first separator stands a remark.
        self.text.split("---\n").skip(1).map(|text| {
            let field = |key: &str| {
                let mut lines = text.lines();
                lines
                    .find_map(|line| line.strip_prefix(key))
                    .unwrap_or_default()
            };
            Document {
                kind: field("kind: "),
                name: field("  name: "),
                text,
            }
        })
    }
}

impl Document<'_> {
    /// The document written in other ways that say the same.
    pub(crate) fn spellings(&self) -> Vec<String> {
        let mut spellings = vec![
            self.remarked(),
            self.turned(),
            self.quoted('"'),
            self.text.trim_end().replace("  namespace: default\n", ""),
        ];
        spellings.push(format!(
            "# Moved.\n{}",
            self.text.trim_end().replace('\n', "  \n")
        ));
        spellings
    }

    /// With a remark above and behind each line.
    fn remarked(&self) -> String {
        let mut out = String::new();
        for line in self.text.lines() {
            let indent = line.len() - line.trim_start().len();
            out.push_str(&format!("{:indent$}# x\n{line} # y\n", ""));
        }
        out
    }

    /// With the parts of the root in the opposite order.
    fn turned(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for line in self.text.lines() {
            match parts.last_mut() {
                Some(part) if line.starts_with(' ') => {
                    part.push('\n');
                    part.push_str(line);
                }
                _ => parts.push(line.to_owned()),
            }
        }
        parts.reverse();
        parts.join("\n")
    }

    /// With every plain string in quotes, and the keys too.
    fn quoted(&self, mark: char) -> String {
        let mut out = String::new();
        for line in self.text.lines() {
            let dash = line.len() - line.trim_start_matches([' ', '-']).len();
            let (before, rest) = line.split_at(dash);
            out.push_str(before);
            match rest.split_once(": ") {
                Some((key, value)) => {
                    out.push_str(&format!("{}: {}", quote(key, mark), quote(value, mark)));
                }
                None => match rest.strip_suffix(':') {
                    Some(key) => out.push_str(&format!("{}:", quote(key, mark))),
                    None => out.push_str(&quote(rest, mark)),
                },
            }
            out.push('\n');
        }
        out
    }
}

/// Quotes what is a plain string.
fn quote(text: &str, mark: char) -> String {
    let other = ["true", "false", "null"].contains(&text)
        || text.bytes().all(|b| b.is_ascii_digit())
        || text.starts_with(['"', '\'', '[', '{']);
    if other {
        text.to_owned()
    } else {
        format!("{mark}{text}{mark}")
    }
}
