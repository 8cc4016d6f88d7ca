//! Pairs of violations, drawn from the single ones.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value, json};

use crate::corpus::rng::Rng;

use super::rules;
use super::sheet::{Case, Sheet};

/// How many pairs each rule gets, if it has so many partners.
const EACH: usize = 14;
/// How often a partner is drawn before a rule gives up.
const TRIES: usize = 400;

struct Single<'a> {
    sheet: &'a Sheet,
    case: &'a Case,
}

impl Single<'_> {
    fn name(&self) -> String {
        format!("{}/{}", self.sheet.kind.to_lowercase(), self.case.name)
    }
}

/// Draws pairs: two mutations of different rules, on one object or on two.
///
/// Of the first one it is certain that the second does not cure it: either both change other fields of one object, or the
/// first breaks a rule that looks at its object alone and the second changes another object.
pub(crate) fn draw(sheets: &[Sheet]) -> Vec<Value> {
    let mut by_base: BTreeMap<&str, Vec<Single<'_>>> = BTreeMap::new();
    for sheet in sheets {
        for case in &sheet.cases {
            // Only what changes nothing but its own object can be laid over something else.
            let own = case.patch.touched().all(|document| *document == case.of);
            let whole = case.patch.documents.is_empty() && case.patch.remove.is_empty();
            // What is a listed difference by itself would excuse the other violation too.
            let listed = case.rules.iter().any(|rule| rule == "GWP-12");
            if case.reject && own && whole && !listed && case.through.is_none() {
                let singles = by_base.entry(case.base).or_default();
                singles.push(Single { sheet, case });
            }
        }
    }
    let mut pairs = Vec::new();
    let mut known = HashSet::new();
    for (base, singles) in &by_base {
        let mut by_rule: BTreeMap<&str, Vec<&Single<'_>>> = BTreeMap::new();
        for single in singles {
            let rule = single.case.rules.first().map_or("", String::as_str);
            by_rule.entry(rule).or_default().push(single);
        }
        for (rule, firsts) in &by_rule {
            let mut rng = Rng::keyed(1, &[base, rule]);
            let mut made = 0;
            for _ in 0..TRIES {
                if made == EACH {
                    break;
                }
                let first = firsts[rng.below(firsts.len())];
                let second = &singles[rng.below(singles.len())];
                let Some(rules) = refused_by(first.case, second.case) else {
                    continue;
                };
                if !known.insert((first.name(), second.name())) {
                    continue;
                }
                made += 1;
                pairs.push(pair(first, second, &rules, pairs.len() + 1));
            }
        }
    }
    pairs
}

/// The rules that refuse the first case's object with both mutations, if that is certain.
fn refused_by(first: &Case, second: &Case) -> Option<Vec<String>> {
    if first.rules == second.rules || first.config != second.config {
        return None;
    }
    if first.of != second.of {
        return rules::single(&first.rules).then(|| first.rules.clone());
    }
    // The few fields of an attachment decide together: another subnet may suit another connection.
    if first.kind() == "VPCAttachment"
        && !rules::single(&first.rules)
        && !rules::single(&second.rules)
    {
        return None;
    }
    let (own, other) = (first.patch.paths(&first.of), second.patch.paths(&first.of));
    let within =
        |a: &str, b: &str| a == b || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('/'));
    let apart = own
        .iter()
        .all(|a| other.iter().all(|b| !within(a, b) && !within(b, a)));
    apart.then(|| {
        let mut rules = first.rules.clone();
        let more = second
            .rules
            .iter()
            .filter(|rule| !first.rules.contains(rule));
        rules.extend(more.cloned());
        rules
    })
}

fn pair(first: &Single<'_>, second: &Single<'_>, rules: &[String], number: usize) -> Value {
    let mut case = Map::new();
    let subject = if first.case.of == second.case.of {
        // Either may have renamed it.
        let renamed = [first.case, second.case]
            .into_iter()
            .map(Case::subject)
            .find(|subject| *subject != first.case.of);
        renamed.unwrap_or_else(|| first.case.of.clone())
    } else {
        first.case.subject()
    };
    case.insert("name".to_owned(), json!(format!("pair-{number}")));
    case.insert("base".to_owned(), json!(first.case.base));
    case.insert("subject".to_owned(), json!(subject));
    case.insert("rules".to_owned(), json!(rules));
    if let Some(config) = &first.case.config {
        case.insert("config".to_owned(), config.clone());
    }
    case.insert("of".to_owned(), json!([first.name(), second.name()]));
    case.insert("verdict".to_owned(), json!("reject"));
    Value::Object(case)
}
