//! The quick way to read a state.toml that hnp wrote.
//!
//! Most files are exactly as the writer leaves them, and a line reader takes those in a fraction of the time that a
//! TOML parser needs. It accepts nothing that the other reader would read differently: whatever it does not expect, it
//! leaves to that one, which also says what is wrong and where.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::write::BANNER;
use super::{CANON, Entry, FORMAT, Field, Fields, Header, Read, Sort, State, forms};

/// Reads a file in the writer's form; nothing for any other.
pub(super) fn read(text: &str) -> Option<Read<'_>> {
    // No escapes and no control characters but line ends: then a text between quotes is the text itself. One pass
    // without branches over the whole file is far cheaper than one for each value.
    let odd = text.bytes().fold(false, |odd, b| {
        odd | (b == b'\\') | (b == 0x7f) | ((b < b' ') & (b != b'\n'))
    });
    if odd || !text.ends_with('\n') {
        return None;
    }
    let mut lines = Lines { text, at: 0 };
    if lines.next()?.1 != BANNER || !lines.next()?.1.is_empty() {
        return None;
    }
    let format = lines.next()?.1.strip_prefix("format = ")?;
    let canon = string(lines.next()?.1.strip_prefix("canon = ")?)?;
    let lineage = string(lines.next()?.1.strip_prefix("lineage = ")?)?;
    if format.parse() != Ok(FORMAT)
        || format.starts_with('+')
        || canon != CANON
        || !forms::is_lineage(lineage)
    {
        return None;
    }
    let mut state = State::new(lineage);
    let mut headers = Vec::new();
    // Sorted once at the end: cheaper than finding each place in a growing map.
    let mut entries: Vec<(String, Entry)> = Vec::new();
    let mut open: Option<Table<'_>> = None;
    while let Some((start, line)) = lines.next() {
        if line.is_empty() {
            let (_, header) = lines.next()?;
            if let Some(table) = open.take() {
                table.close(&mut state, &mut entries)?;
            }
            let (sort, key) = header
                .strip_prefix('[')?
                .strip_suffix(']')?
                .split_once('.')?;
            let sort = Sort::find(sort)?;
            let key = string(key)?;
            // The bytes of the quoted key: behind the line end, the bracket, the sort and its dot.
            let from = start + 1 + 1 + sort.name().len() + 1;
            headers.push(Header {
                sort,
                key: Cow::Borrowed(key),
                span: from..from + key.len() + 2,
            });
            open = Some(Table::new(sort, key)?);
        } else {
            open.as_mut()?.line(line)?;
        }
    }
    if let Some(table) = open {
        table.close(&mut state, &mut entries)?;
    }
    let count = entries.len();
    state.resources = entries.into_iter().collect();
    (state.resources.len() == count).then_some(Read { state, headers })
}

struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lines<'t> {
    /// Returns the next line with its offset.
    fn next(&mut self) -> Option<(usize, &'t str)> {
        let rest = &self.text[self.at..];
        let end = rest.find('\n')?;
        let start = self.at;
        self.at += end + 1;
        Some((start, &rest[..end]))
    }
}

struct Table<'t> {
    sort: Sort,
    key: &'t str,
    path: Option<&'t str>,
    sha256: Option<&'t str>,
    base: Option<&'t str>,
    blob: Option<&'t str>,
    fields: Fields,
}

impl<'t> Table<'t> {
    fn new(sort: Sort, key: &'t str) -> Option<Self> {
        let right = sort != Sort::Resource || forms::is_key(key);
        right.then(|| Self {
            sort,
            key,
            path: None,
            sha256: None,
            base: None,
            blob: None,
            fields: BTreeMap::new(),
        })
    }

    fn line(&mut self, line: &'t str) -> Option<()> {
        if self.sort != Sort::Resource {
            return self.field(line);
        }
        let slot = match line.get(..9)? {
            "path   = " => &mut self.path,
            "sha256 = " => &mut self.sha256,
            "base   = " => &mut self.base,
            "blob   = " => &mut self.blob,
            _ => return None,
        };
        let value = string(line.get(9..)?)?;
        slot.replace(value).is_none().then_some(())
    }

    fn field(&mut self, line: &str) -> Option<()> {
        let (name, value) = line.split_once(" = ")?;
        if name.is_empty()
            || !name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        {
            return None;
        }
        let text = string(value)?.to_owned();
        self.fields
            .insert(name.to_owned(), Field::Text(text))
            .is_none()
            .then_some(())
    }

    fn close(self, state: &mut State, entries: &mut Vec<(String, Entry)>) -> Option<()> {
        let key = self.key.to_owned();
        let fresh = match self.sort {
            Sort::Resource => {
                let entry = Entry {
                    path: self.path.filter(|path| forms::is_path(path))?.to_owned(),
                    sha256: self
                        .sha256
                        .filter(|hash| forms::is_sha256(hash))?
                        .to_owned(),
                    base: checked(self.base, forms::is_base)?,
                    blob: checked(self.blob, forms::is_blob)?,
                };
                entries.push((key, entry));
                true
            }
            Sort::Conflict => state.conflicts.insert(key, self.fields).is_none(),
            Sort::Resolution => state.resolutions.insert(key, self.fields).is_none(),
        };
        fresh.then_some(())
    }
}

fn checked(value: Option<&str>, right: fn(&str) -> bool) -> Option<Option<String>> {
    match value {
        Some(value) => right(value).then(|| Some(value.to_owned())),
        None => Some(None),
    }
}

/// Reads a basic string; the whole text is known to hold no escape.
fn string(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('"')).then_some(inner)
}
