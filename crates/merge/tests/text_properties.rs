//! The merge of YAML files: what holds for any.
#![allow(clippy::unwrap_used)]

mod support;

use hnp_merge::{Base, Choice, How, Labels, merge, merge_text, merge_with};
use hnp_yaml::{Node, Options, emit_document, parse};
use proptest::prelude::*;
use support::{Made, Numbers, permute, sorted};

/// Writes a value with comments that name their side, in one of several layouts.
fn write(node: &Node, side: &str, numbers: &mut Numbers) -> String {
    let node = if numbers.below(3) == 0 {
        permute(node, "", numbers)
    } else {
        node.clone()
    };
    let mut out = String::new();
    for line in emit_document(&node).lines() {
        if !side.is_empty() && numbers.below(12) == 0 && !line.trim_start().starts_with('-') {
            let indent = line.len() - line.trim_start().len();
            out.push_str(&format!(
                "{}# {side} above {}\n",
                &line[..indent],
                numbers.below(1000)
            ));
        }
        out.push_str(line);
        if !side.is_empty() && numbers.below(12) == 0 {
            out.push_str(&format!(" # {side} behind {}", numbers.below(1000)));
        }
        out.push('\n');
    }
    out
}

fn values(text: &[u8]) -> Vec<Node> {
    let stream = parse(text, &Options::default());
    assert!(
        stream.problems().is_empty(),
        "{:?}\n{}",
        stream.problems(),
        String::from_utf8_lossy(text)
    );
    stream
        .documents()
        .filter_map(hnp_yaml::Document::root)
        .map(Node::from)
        .collect()
}

fn bare(line: &str) -> &str {
    line.split_once('#')
        .map_or(line, |(before, _)| before)
        .trim_end()
}

/// The lines of a text without comments, each with the lines it stands under, and the comments that are about it.
fn lines(text: &str) -> Vec<(Vec<String>, Vec<String>)> {
    let mut found = Vec::new();
    let mut waiting: Vec<String> = Vec::new();
    let mut under: Vec<(usize, String)> = Vec::new();
    for line in text.lines() {
        let comment = line.split_once('#').map(|(_, comment)| comment.to_owned());
        let line = bare(line);
        if line.is_empty() {
            waiting.extend(comment);
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        under.retain(|(column, _)| *column < indent);
        under.push((indent, line.trim().to_owned()));
        let place = under.iter().map(|(_, line)| line.clone()).collect();
        found.push((place, waiting.drain(..).chain(comment).collect()));
    }
    found
}

/// Counts a line in its place.
fn count(lines: &[(Vec<String>, Vec<String>)], place: &[String]) -> usize {
    lines.iter().filter(|(own, _)| own == place).count()
}

fn take(text: &str, ours: bool) -> String {
    let mut side = None;
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        if line.starts_with("<<<<<<< ") {
            side = Some(true);
        } else if line.trim_end() == "=======" && side.is_some() {
            side = Some(false);
        } else if line.starts_with(">>>>>>> ") {
            side = None;
        } else if side.is_none_or(|side| side == ours) {
            out.push_str(line);
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_text_says_what_the_values_merge_to(
        kind in 0..3_usize,
        seeds in any::<[u64; 6]>(),
        ours in 0..5_usize,
        theirs in 0..5_usize,
    ) {
        let made = Made::ALL[kind];
        let base = made.make(&mut Numbers::new(seeds[0]));
        let our_value = made.mutate(&base, ours, &mut Numbers::new(seeds[1]));
        let their_value = made.mutate(&base, theirs, &mut Numbers::new(seeds[2]));
        let base_text = write(&base, "", &mut Numbers::new(seeds[3]));
        let our_text = write(&our_value, "ours", &mut Numbers::new(seeds[4]));
        let their_text = write(&their_value, "theirs", &mut Numbers::new(seeds[5]));
        let merged = merge_text(
            base_text.as_bytes(),
            our_text.as_bytes(),
            their_text.as_bytes(),
            Labels::default(),
        );
        let text = String::from_utf8(merged.text.clone()).unwrap();
        let expected = merge(made.rules(), Base::Value(&base), Some(&our_value), Some(&their_value));
        prop_assert!(!matches!(merged.how, How::Lines(_)), "{:?}\n{}\n{}\n{}", merged.how, base_text, our_text, their_text);
        prop_assert_eq!(merged.conflicted, !expected.is_clean());
        if expected.is_clean() {
            let found = values(&merged.text);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(sorted(&found[0]), sorted(expected.value.as_ref().unwrap()), "{}", text);
            // Of what stands in the result, the comments of both sides do too.
            for side in [&our_text, &their_text] {
                let (side, result) = (lines(side), lines(&text));
                for (place, comments) in &side {
                    // Elsewhere a part may give way to another that reads the same, and its comments with it.
                    if made != Made::Vpc || count(&side, place) != 1 || count(&result, place) != 1 {
                        continue;
                    }
                    for comment in comments {
                        prop_assert!(text.contains(comment), "{:?} is lost\n{}-- base\n{}-- ours\n{}-- theirs\n{}", comment, text, base_text, our_text, their_text);
                    }
                }
            }
        } else {
            for (ours, choice) in [(true, Choice::Ours), (false, Choice::Theirs)] {
                let wanted = merge_with(
                    made.rules(),
                    Base::Value(&base),
                    Some(&our_value),
                    Some(&their_value),
                    &mut |_| choice.clone(),
                );
                let side = take(&text, ours);
                let found = values(side.as_bytes());
                prop_assert_eq!(sorted(&found[0]), sorted(wanted.value.as_ref().unwrap()), "{}", text);
            }
        }
    }

    #[test]
    fn documents_are_merged_one_by_one(
        values in prop::collection::vec(prop::array::uniform3(0..4_u8), 1..7),
        seeds in any::<[u64; 3]>(),
    ) {
        // 0 is a document that is not there.
        let side = |which: usize| {
            let numbers = &mut Numbers::new(seeds[which]);
            let mut texts: Vec<String> = values
                .iter()
                .enumerate()
                .filter(|(_, value)| value[which] > 0)
                .map(|(name, value)| format!("apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: v{name} # v{name} {which}\nspec:\n  vlan: {}\n", value[which]))
                .collect();
            if numbers.below(3) == 0 {
                numbers.shuffle(&mut texts);
            }
            let mut out = String::new();
            for (at, text) in texts.iter().enumerate() {
                if at > 0 || numbers.below(2) == 0 {
                    if numbers.below(3) == 0 {
                        out.push_str("# banner\n");
                    }
                    out.push_str("---\n");
                }
                out.push_str(text);
            }
            if numbers.below(5) == 0 {
                out = out.trim_end().to_owned();
            }
            out
        };
        let texts = [side(0), side(1), side(2)];
        let merged = merge_text(texts[0].as_bytes(), texts[1].as_bytes(), texts[2].as_bytes(), Labels::default());
        let text = String::from_utf8(merged.text).unwrap();
        let settled = |[b, o, t]: [u8; 3]| if o == t || b == t { Some(o) } else if b == o { Some(t) } else { None };
        prop_assert!(!matches!(merged.how, How::Lines(_)), "{:?}\n{}", merged.how, texts.join("@@@\n"));
        prop_assert_eq!(merged.conflicted, values.iter().any(|value| settled(*value).is_none()), "{}", text);
        for (ours, side) in [(true, 1), (false, 2)] {
            let mut found: Vec<(String, String)> = self::values(take(&text, ours).as_bytes())
                .iter()
                .map(|node| {
                    let name = node.get("metadata").and_then(|m| m.get("name")).unwrap();
                    (sorted(name), sorted(node.get("spec").and_then(|s| s.get("vlan")).unwrap()))
                })
                .collect();
            found.sort();
            let wanted: Vec<(String, String)> = values
                .iter()
                .enumerate()
                .map(|(name, value)| (name, settled(*value).unwrap_or(value[side])))
                .filter(|(_, value)| *value > 0)
                .map(|(name, value)| (format!("Str(\"v{name}\")"), format!("Int({value})")))
                .collect();
            prop_assert_eq!(found, wanted, "{}\n@@@\n{}", text, texts.join("@@@\n"));
        }
    }

    #[test]
    fn any_bytes_merge_to_something(parts in prop::collection::vec("[-a-c:#{}\\[\\]&*|> \\n\\t'\"]{0,40}", 3)) {
        let merged = merge_text(
            parts[0].as_bytes(),
            parts[1].as_bytes(),
            parts[2].as_bytes(),
            Labels::default(),
        );
        let text = String::from_utf8(merged.text).unwrap();
        let marked = text.lines().any(|line| line == "<<<<<<< ours");
        prop_assert_eq!(merged.conflicted, marked);
    }
}
