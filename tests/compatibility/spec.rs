//! The names and numbers that the specification has, where it lies beside the clone.

use std::collections::BTreeSet;
use std::path::Path;

/// Texts of the specification.
pub(crate) fn texts() -> Option<Vec<String>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/spec");
    let mut paths: Vec<_> = std::fs::read_dir(directory)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .filter(|path| path.file_name().is_some_and(|name| name != "README.md"))
        .collect();
    paths.sort();
    Some(
        paths
            .iter()
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect(),
    )
}

fn word(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    &text[..end]
}

/// Fields, enum values, members of results, methods, classes and endpoints.
pub(crate) fn names(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let (mut block, mut is_data) = ("", false);
    for line in text.lines() {
        let trimmed = line.trim();
        if let Some(language) = trimmed.strip_prefix("```") {
            block = if block.is_empty() && !language.is_empty() {
                language
            } else {
                ""
            };
            is_data = false;
            continue;
        }
        if let Some(rest) = trimmed.strip_prefix("#### ")
            && let Some((method, path)) = rest.split_once(' ')
            && path.starts_with('/')
        {
            found.insert(format!("{method} {path}"));
        }
        match block {
            "python" => python(trimmed, &mut is_data, &mut found),
            "json" => {
                if let Some(rest) = trimmed.strip_prefix('"')
                    && let Some((key, after)) = rest.split_once('"')
                    && after.trim_start().starts_with(':')
                    && word(key) == key
                {
                    found.insert(key.to_owned());
                }
            }
            _ => {}
        }
    }
    found
}

fn python(line: &str, is_data: &mut bool, found: &mut BTreeSet<String>) {
    for start in ["def ", "async def "] {
        if let Some(rest) = line.strip_prefix(start) {
            *is_data = false;
            let name = word(rest);
            if !name.starts_with("__") {
                found.insert(name.to_owned());
            }
        }
    }
    if let Some(rest) = line.strip_prefix("class ") {
        let name = word(rest);
        *is_data = true;
        if name != "Meta" && name != "Migration" {
            found.insert(name.to_owned());
        }
        return;
    }
    if let Some((name, rest)) = line.split_once(" = ") {
        let is_name = !name.is_empty() && word(name) == name;
        let is_member =
            rest.starts_with('\'') && name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        if is_name && (rest.starts_with("models.") || is_member) && !rest.contains(".objects") {
            found.insert(name.to_owned());
            if is_member {
                found.insert(word(&rest[1..]).to_owned());
            }
        }
    }
    // `name: Type` of a data class.
    if *is_data
        && let Some((name, kind)) = line.split_once(": ")
        && word(name) == name
        && !name.is_empty()
        && kind.starts_with(|c: char| c.is_ascii_alphabetic() || c == '\'')
    {
        found.insert(name.to_owned());
    }
    // `('value', 'Label')` of a choice.
    if let Some(rest) = line.strip_prefix("('")
        && let Some((value, label)) = rest.split_once("', '")
        && label.starts_with(|c: char| c.is_ascii_uppercase())
    {
        found.insert(value.to_owned());
    }
    // `'key': value` of a result.
    if let Some(rest) = line.strip_prefix('\'')
        && let Some((key, _)) = rest.split_once("': ")
        && word(key) == key
    {
        found.insert(key.to_owned());
    }
}

/// Limits: what is kept, how many errors are many, and the numbers in criteria.
pub(crate) fn limits(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines() {
        if let Some((_, rest)) = line.split_once("[-")
            && let Some((number, _)) = rest.split_once(":]")
        {
            found.insert(number.to_owned());
        }
        if let Some((_, rest)) = line.split_once("sync_error_count ")
            && rest.starts_with(['<', '>'])
        {
            found.insert(
                rest.trim_end_matches([':', ' '])
                    .split(" and")
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            );
        }
        let is_criterion =
            line.contains('✅') || line.contains("drops below") || line.contains("increase by");
        if is_criterion {
            let numbers = line.split(|c: char| !c.is_ascii_digit());
            found.extend(numbers.filter(|n| !n.is_empty()).map(str::to_owned));
        }
    }
    found
}
