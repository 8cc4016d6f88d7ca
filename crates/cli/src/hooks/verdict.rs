//! Which findings are new. A finding is old where a parent has it too, on whatever line.

use std::collections::HashMap;

use hnp_model::Finding;

/// What makes two findings of two trees the same.
type Key<'f> = (&'f str, &'f str, String, Option<&'f str>, String);

fn key(finding: &Finding) -> Key<'_> {
    let resource = finding
        .resource
        .as_ref()
        .map_or_else(String::new, |resource| format!("{resource:?}"));
    (
        finding.code,
        &finding.place.file,
        resource,
        finding.field.as_deref(),
        without_lines(&finding.message),
    )
}

/// Leaves out the numbers of lines: what stands below an inserted line has not changed.
fn without_lines(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find("line ") {
        let (before, after) = rest.split_at(at + "line ".len());
        out.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out.push_str(rest);
    out
}

/// Tells of each finding whether it is old. Of several that are the same, as many are old as one parent has.
pub(super) fn old_flags(new: &[Finding], parents: &[Vec<Finding>]) -> Vec<bool> {
    let mut known: HashMap<Key<'_>, usize> = HashMap::new();
    for parent in parents {
        let mut counts: HashMap<Key<'_>, usize> = HashMap::new();
        for finding in parent {
            *counts.entry(key(finding)).or_default() += 1;
        }
        for (key, count) in counts {
            let most = known.entry(key).or_default();
            *most = count.max(*most);
        }
    }
    new.iter()
        .map(|finding| match known.get_mut(&key(finding)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hnp_model::{Place, Severity};
    use hnp_yaml::Position;

    fn finding(line: u32, message: &str) -> Finding {
        let mut place = Place::file("a.yaml");
        place.start = Position { line, column: 1 };
        Finding::new("SCH-01", Severity::Error, place, message)
    }

    #[test]
    fn a_finding_that_moved_is_old_and_one_more_of_it_is_new() {
        let old = vec![finding(3, "twice, first in line 1")];
        let new = vec![
            finding(7, "twice, first in line 5"),
            finding(9, "twice, first in line 5"),
            finding(9, "other"),
        ];
        assert_eq!(old_flags(&new, &[old.clone()]), [true, false, false]);
        assert_eq!(old_flags(&new, &[old.clone(), old]), [true, false, false]);
        assert_eq!(old_flags(&new, &[]), [false, false, false]);
    }

    #[test]
    fn any_parent_will_do() {
        let parents = [vec![finding(1, "a")], vec![finding(1, "b")]];
        let new = [finding(1, "a"), finding(1, "b"), finding(1, "c")];
        assert_eq!(old_flags(&new, &parents), [true, true, false]);
    }
}
