//! Zero values: which of them say something, and leaving out those that do not.

use serde_json::{Map, Value};

use super::admitted::{Admitted, Entry};
use super::json::is_zero;

/// The maps of `metadata`, of every kind.
const METADATA_MAPS: &[(&str, Entry)] = &[
    ("metadata.labels", Entry::Text),
    ("metadata.annotations", Entry::Text),
];

/// Writes numbers without a fraction as integers: `1.0` and `1` are one JSON number.
pub(super) fn whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if !number.is_f64() {
                return;
            }
            let whole = number.as_f64().filter(|f| f.fract() == 0.0);
            // Every f64 below these bounds that has no fraction is exactly the integer it is cast to.
            if let Some(f) = whole.filter(|f| (0.0..18_446_744_073_709_551_616.0).contains(f)) {
                *value = Value::from(f as u64);
            } else if let Some(f) = whole.filter(|f| (-9.3e18..0.0).contains(f)) {
                let n = f as i64;
                if n as f64 == f {
                    *value = Value::from(n);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        Value::Object(map) => map.values_mut().for_each(whole_numbers),
        _ => {}
    }
}

/// Leaves out every field of a manifest, `metadata` apart, whose value is the zero value that stands for absence.
///
/// Before the defaults are `filled`, some zero values still say something to them.
pub(super) fn leave_out_zeros(root: &mut Map<String, Value>, kind: &Admitted, filled: bool) {
    let shape = Shape {
        maps: kind.maps,
        pointers: kind.pointers,
        also: if filled { &[] } else { kind.until_filled },
    };
    root.retain(|key, value| {
        if key == "metadata" {
            return true;
        }
        let mut path = key.clone();
        shape.walk(value, &mut path);
        !is_zero(value)
    });
}

/// Leaves the zero values out of `metadata`.
pub(super) fn leave_out_metadata_zeros(root: &mut Map<String, Value>) {
    if let Some(metadata) = root.get_mut("metadata") {
        let shape = Shape {
            maps: METADATA_MAPS,
            pointers: &[],
            also: &[],
        };
        shape.walk(metadata, &mut "metadata".to_owned());
    }
}

struct Shape {
    maps: &'static [(&'static str, Entry)],
    pointers: &'static [&'static str],
    also: &'static [&'static str],
}

impl Shape {
    fn walk(&self, value: &mut Value, path: &mut String) {
        let length = path.len();
        match value {
            Value::Array(items) => {
                path.push_str("[]");
                for item in items {
                    self.walk(item, path);
                }
            }
            Value::Object(map) => match self.maps.iter().find(|(map, _)| map == path) {
                Some((_, entry)) => {
                    path.push_str(".*");
                    for item in map.values_mut() {
                        if item.is_null() {
                            *item = entry.zero();
                        }
                        self.walk(item, path);
                    }
                }
                None => map.retain(|key, item| {
                    path.truncate(length);
                    path.push('.');
                    path.push_str(key);
                    self.walk(item, path);
                    let path = path.as_str();
                    let pointer = self.pointers.contains(&path) || self.also.contains(&path);
                    !item.is_null() && (pointer || !is_zero(item))
                }),
            },
            _ => {}
        }
        path.truncate(length);
    }
}
