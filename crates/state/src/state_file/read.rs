//! The thorough way to read a state.toml: any TOML, every fault with its bytes.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{
    CANON, Entry, FORMAT, Field, Fields, Header, Read, Sort, State, StateProblem, damage, forms,
    problem,
};

/// Reads a file or says all that is wrong with it.
pub(super) fn read(text: &str) -> Result<Read<'_>, Vec<StateProblem>> {
    let root = match DeTable::parse(text) {
        Ok(root) => root.into_inner(),
        Err(error) => return Err(damage::diagnose(text, &error)),
    };
    let mut reader = Reader {
        problems: Vec::new(),
        headers: Vec::new(),
    };
    let state = reader.state(text, &root);
    let Reader {
        mut problems,
        mut headers,
    } = reader;
    if problems.is_empty() {
        headers.sort_by_key(|header| header.span.start);
        return Ok(Read { state, headers });
    }
    problems.sort_by_key(|problem| problem.span.start);
    problems.truncate(problem::MAX);
    // Of a newer form nothing else can be told.
    if let Some(newer) = problems.iter().find(|problem| problem.is_newer()) {
        return Err(vec![newer.clone()]);
    }
    Err(problems)
}

pub(super) struct Reader {
    pub(super) problems: Vec<StateProblem>,
    /// Keys of their own: what is parsed does not outlive the reader.
    pub(super) headers: Vec<Header<'static>>,
}

impl Reader {
    /// Reads the tables of a parsed text into a state; what is faulty is left out and reported.
    pub(super) fn state(&mut self, text: &str, root: &DeTable<'_>) -> State {
        let mut state = State::new("");
        self.head(text, root, &mut state);
        for (name, value) in root {
            let Some(sort) = Sort::find(name.get_ref()) else {
                if !matches!(name.get_ref().as_ref(), "format" | "canon" | "lineage") {
                    self.problems.push(problem::unknown(
                        name.span(),
                        name.get_ref(),
                        "at the top of state.toml",
                    ));
                }
                continue;
            };
            let Some(tables) = value.get_ref().as_table() else {
                self.problems.push(problem::value(
                    value.span(),
                    &format!("`{}` is no table", sort.name()),
                ));
                continue;
            };
            for (key, value) in tables {
                self.table(sort, key, value, &mut state);
            }
        }
        state
    }

    fn head(&mut self, text: &str, root: &DeTable<'_>, state: &mut State) {
        // A missing key is blamed on the first line that is no comment.
        let at = text.find(|c: char| !c.is_whitespace()).unwrap_or(0);
        let missing = at..at;
        let get = |name: &str| {
            root.iter()
                .find(|(key, _)| key.get_ref() == name)
                .map(|(_, value)| value)
        };
        let span =
            |value: Option<&Spanned<DeValue<'_>>>| value.map_or(missing.clone(), Spanned::span);

        let value = get("format");
        let format = value
            .and_then(|v| v.get_ref().as_integer())
            .and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        if format != Some(i64::from(FORMAT)) {
            self.problems.push(problem::format(span(value), format));
        }
        let value = get("canon");
        let canon = value.and_then(|v| v.get_ref().as_str());
        if canon != Some(CANON) {
            self.problems.push(problem::canon(span(value), canon));
        }
        let value = get("lineage");
        match value
            .and_then(|v| v.get_ref().as_str())
            .filter(|lineage| forms::is_lineage(lineage))
        {
            Some(lineage) => lineage.clone_into(&mut state.lineage),
            None => self.problems.push(problem::lineage(span(value))),
        }
    }

    fn table(
        &mut self,
        sort: Sort,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        state: &mut State,
    ) {
        let name = key.get_ref().as_ref();
        let Some(table) = value.get_ref().as_table() else {
            let what = format!("`{}.\"{}\"` is no table", sort.name(), name.escape_debug());
            self.problems.push(problem::value(value.span(), &what));
            return;
        };
        self.headers.push(Header {
            sort,
            key: Cow::Owned(name.to_owned()),
            span: key.span(),
        });
        match sort {
            Sort::Resource => {
                if !forms::is_key(name) {
                    self.problems.push(problem::key(key.span(), name));
                } else if let Some(entry) = self.entry(key.span(), table) {
                    state.resources.insert(name.to_owned(), entry);
                }
            }
            Sort::Conflict => {
                state.conflicts.insert(name.to_owned(), self.fields(table));
            }
            Sort::Resolution => {
                state
                    .resolutions
                    .insert(name.to_owned(), self.fields(table));
            }
        }
    }

    fn entry(&mut self, header: Range<usize>, table: &DeTable<'_>) -> Option<Entry> {
        let mut slots: [Option<String>; 4] = Default::default();
        for (name, value) in table {
            let Some(index) = ENTRY.iter().position(|(key, ..)| key == name.get_ref()) else {
                self.problems.push(problem::unknown(
                    name.span(),
                    name.get_ref(),
                    "in the table of a resource",
                ));
                continue;
            };
            let (key, right, form) = ENTRY[index];
            match value.get_ref().as_str().filter(|text| right(text)) {
                Some(text) => slots[index] = Some(text.to_owned()),
                None => self.problems.push(problem::value(
                    value.span(),
                    &format!("`{key}` is not {form}"),
                )),
            }
        }
        for index in [0, 1] {
            if !table
                .iter()
                .any(|(name, _)| name.get_ref() == ENTRY[index].0)
            {
                let what = format!("the table of a resource has no `{}`", ENTRY[index].0);
                self.problems.push(problem::value(header.clone(), &what));
            }
        }
        let [path, sha256, base, blob] = slots;
        Some(Entry {
            path: path?,
            sha256: sha256?,
            base,
            blob,
        })
    }

    fn fields(&mut self, table: &DeTable<'_>) -> Fields {
        let mut fields = Fields::new();
        for (name, value) in table {
            let field = match value.get_ref() {
                DeValue::String(text) => Some(Field::Text(text.clone().into_owned())),
                DeValue::Array(items) => items
                    .iter()
                    .map(|item| item.get_ref().as_str().map(str::to_owned))
                    .collect::<Option<_>>()
                    .map(Field::List),
                _ => None,
            };
            match field {
                Some(field) => {
                    fields.insert(name.get_ref().clone().into_owned(), field);
                }
                None => {
                    let what = format!(
                        "`{}` is neither a text nor a list of texts",
                        name.get_ref().escape_debug()
                    );
                    self.problems.push(problem::value(value.span(), &what));
                }
            }
        }
        fields
    }
}

type Form = (&'static str, fn(&str) -> bool, &'static str);

/// The keys of a resource's table in the order in which they are written; the first two must be there.
const ENTRY: [Form; 4] = [
    ("path", forms::is_path, "a path inside the repository"),
    (
        "sha256",
        forms::is_sha256,
        "64 hexadecimal digits in lower case",
    ),
    (
        "base",
        forms::is_base,
        "`c1:` and 64 hexadecimal digits in lower case",
    ),
    (
        "blob",
        forms::is_blob,
        "a Git object id of 40 or 64 hexadecimal digits in lower case",
    ),
];
