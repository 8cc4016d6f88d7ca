//! Text from a repository, harmless in Markdown.

use std::fmt::Write as _;

use crate::escape::visible;

/// Writes text so that Markdown and HTML see nothing in it but text, wherever in a line of a table it stands.
///
/// What could begin markup is written as a character reference, which no Markdown reader takes for markup. An empty comment
/// parts what GitHub would link by itself: `@` and `#` from the word behind them, `www` from its dot.
pub(super) fn plain(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut last = ['\0'; 3];
    for c in text.chars() {
        match c {
            '@' | '#' => {
                let _ = write!(out, "<!-- -->&#{};<!-- -->", u32::from(c));
            }
            '.' if last.iter().all(|c| matches!(c, 'w' | 'W')) => out.push_str("<!-- -->."),
            ' ' | '-' | '.' | '/' | ',' | ';' | '\'' | '=' | '?' | '+' => out.push(c),
            c if c.is_ascii_punctuation() => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
        last = [last[1], last[2], c];
    }
    out
}

/// Writes a name, a path or a value in the letters of code.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("<code>{}</code>", plain(text))
}

/// Writes prose of a message, in which backticks stand around names and values.
pub(super) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        // One without its pair is no quotation.
        return plain(text);
    }
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        out.push_str(&if at.is_multiple_of(2) {
            plain(part)
        } else {
            code(part)
        });
    }
    out
}
