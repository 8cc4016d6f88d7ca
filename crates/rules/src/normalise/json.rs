//! Reading and filling JSON maps as Go's structs are: a missing field, null and the zero value are one.

use serde_json::{Map, Value};

/// Tells whether a value is one that Go leaves out of an `omitempty` field, or an empty struct.
pub(super) fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

/// Tells whether a field is absent or zero.
pub(super) fn lacks(map: &Map<String, Value>, key: &str) -> bool {
    map.get(key).is_none_or(is_zero)
}

/// Tells whether a field is absent or null: nil, where an empty list is not.
pub(super) fn is_nil(map: &Map<String, Value>, key: &str) -> bool {
    map.get(key).is_none_or(Value::is_null)
}

/// Sets a field that is absent or zero.
pub(super) fn fill(map: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    if lacks(map, key) {
        map.insert(key.to_owned(), value.into());
    }
}

/// Returns the text of a field, empty where it is absent or no string.
pub(super) fn text<'m>(map: &'m Map<String, Value>, key: &str) -> &'m str {
    map.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Returns a field that is a map; one that is absent or zero becomes an empty map.
pub(super) fn object<'m>(
    map: &'m mut Map<String, Value>,
    key: &str,
) -> Option<&'m mut Map<String, Value>> {
    if !matches!(map.get(key), Some(Value::Object(_))) {
        fill(map, key, Map::new());
    }
    map.get_mut(key)?.as_object_mut()
}

/// Returns the maps among the values of a map.
pub(super) fn entries<'m>(
    map: &'m mut Map<String, Value>,
    key: &str,
) -> impl Iterator<Item = &'m mut Map<String, Value>> + use<'m> {
    map.get_mut(key)
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut)
        .filter_map(Value::as_object_mut)
}

/// Returns the maps among the items of a list.
pub(super) fn items<'m>(
    map: &'m mut Map<String, Value>,
    key: &str,
) -> impl Iterator<Item = &'m mut Map<String, Value>> + use<'m> {
    map.get_mut(key)
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
}

/// Returns the strings of a list.
pub(super) fn texts<'m>(
    map: &'m Map<String, Value>,
    key: &str,
) -> impl Iterator<Item = &'m str> + use<'m> {
    map.get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Sorts a list of strings by bytes; a list with anything else in it is left alone.
pub(super) fn sort_texts(map: &mut Map<String, Value>, key: &str) {
    if let Some(Value::Array(items)) = map.get_mut(key)
        && items.iter().all(Value::is_string)
    {
        items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    }
}

/// Sorts a list of maps by the text of some of their fields; a list with anything else in it is left alone.
pub(super) fn sort_objects(map: &mut Map<String, Value>, key: &str, fields: &[&str]) {
    let by = |item: &Value| -> Vec<String> {
        let item = item.as_object();
        fields
            .iter()
            .map(|field| item.map_or("", |item| text(item, field)).to_owned())
            .collect()
    };
    if let Some(Value::Array(items)) = map.get_mut(key)
        && items.iter().all(Value::is_object)
    {
        items.sort_by_cached_key(by);
    }
}

/// Follows keys into nested maps.
pub(super) fn at<'m>(map: &'m Map<String, Value>, path: &[&str]) -> Option<&'m Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(map.get(*first)?, |value, key| value.get(*key))
}
