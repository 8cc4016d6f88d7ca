//! Patterns of schemas: written for Go's regular expressions, read by the `regex` crate.
//!
//! Both are linear in time. They differ in classes (`\d`, `\w`, `\s`, `\b` are ASCII in Go) and in what a bracket may hold
//! (sets nest and intersect in the crate), so a pattern is rewritten before it is compiled.

use regex::{Regex, RegexBuilder};

/// Compiled size that is enough for any sane pattern and keeps a hostile one cheap, in bytes.
const SIZE_LIMIT: usize = 1 << 20;

/// Compiles a pattern with Go's meaning.
///
/// # Errors
///
/// Fails where the pattern is not one, or too large.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(&translate(pattern))
        .size_limit(SIZE_LIMIT)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
            // The error's text shows the rewritten pattern over several lines; its last line says what is wrong.
            other => other
                .to_string()
                .lines()
                .last()
                .unwrap_or_default()
                .trim()
                .trim_start_matches("error: ")
                .to_owned(),
        })
}

fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('d') => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
                Some('D') => out.push_str("[^0-9]"),
                Some('w') => out.push_str(if in_class {
                    "0-9A-Za-z_"
                } else {
                    "[0-9A-Za-z_]"
                }),
                Some('W') => out.push_str("[^0-9A-Za-z_]"),
                Some('s') => out.push_str(if in_class {
                    r"\t\n\x0C\r "
                } else {
                    r"[\t\n\x0C\r ]"
                }),
                Some('S') => out.push_str(r"[^\t\n\x0C\r ]"),
                Some('b') if !in_class => out.push_str(r"(?-u:\b)"),
                Some(other) => {
                    out.push('\\');
                    out.push(other);
                }
                None => out.push('\\'),
            },
            '[' if in_class => {
                // `[:alpha:]` is a class in both; any other bracket is a letter in Go.
                if chars.peek() != Some(&':') {
                    out.push('\\');
                    out.push('[');
                    continue;
                }
                out.push('[');
                for inner in chars.by_ref() {
                    out.push(inner);
                    if inner == ']' {
                        break;
                    }
                }
            }
            '[' => {
                in_class = true;
                out.push('[');
                if chars.peek() == Some(&'^') {
                    out.extend(chars.next());
                }
                // A bracket right at the start is a letter.
                if chars.peek() == Some(&']') {
                    chars.next();
                    out.push_str(r"\]");
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(c);
            }
            '-' if in_class && chars.peek() == Some(&'-') => out.push_str(r"\-"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::compile;

    #[track_caller]
    fn fits(pattern: &str, text: &str) -> bool {
        compile(pattern).unwrap().is_match(text)
    }

    #[test]
    fn classes_are_ascii_as_in_go() {
        assert!(fits(r"^\d+$", "12"));
        assert!(!fits(r"^\d+$", "١٢"));
        assert!(fits(r"^[\d.]+$", "1.2"));
        assert!(fits(r"^[\w-]+$", "a-b"));
        assert!(!fits(r"^\w$", "é"));
        assert!(fits(r"^\D$", "é"));
        assert!(fits(r"a\b", "aé"));
    }

    #[test]
    fn brackets_hold_letters_as_in_go() {
        assert!(fits("^[[]$", "["));
        assert!(fits("^[]a]+$", "]a"));
        assert!(fits("^[a&&b]+$", "&a"));
        assert!(fits("^[[:alpha:]]$", "x"));
        assert!(fits("^[^]]$", "x"));
    }

    #[test]
    fn the_ip_pattern_of_links_reads_as_upstream_does() {
        let pattern = r"^((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.?\b){4}/([1-2]?[0-9]|3[0-2])$";
        assert!(fits(pattern, "172.30.128.1/31"));
        assert!(!fits(pattern, "172.30.128.1"));
        assert!(!fits(pattern, "172.30.256.1/31"));
        assert!(!fits(pattern, "172.30.128.1/33"));
    }

    #[test]
    fn a_bad_pattern_says_why() {
        assert!(compile("(").unwrap_err().contains("unclosed"));
        assert_eq!(compile("(a{1000}){1000}").unwrap_err(), "it is too large");
    }
}
