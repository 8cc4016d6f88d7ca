//! When a string needs quotes, and how it is quoted.
//!
//! A string goes without quotes only where readers of YAML 1.1, YAML 1.2 and Kubernetes all take it for that string.
//! Quotes are double quotes throughout, with escapes that JSON has too.

use std::fmt::Write;

use crate::scalar::{self, Reading};

/// Where a scalar stands; flow collections and JSON-like text leave less room for plain text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// In block maps and lists.
    Block,
    /// Between `{}` or `[]`.
    Flow,
    /// Between `{}` or `[]` whose neighbours are written as JSON.
    Json,
}

/// Returns a string as a key or value in block text: plain where every reader takes it for that string, else in double
/// quotes.
#[must_use]
pub fn emit_scalar(text: &str) -> String {
    quote(text, Room::Block)
}

pub(crate) fn quote(text: &str, room: Room) -> String {
    if room != Room::Json && is_plain(text, room) {
        text.to_owned()
    } else {
        double_quoted(text)
    }
}

/// Tells whether a string may go without quotes.
pub(crate) fn is_plain(text: &str, room: Room) -> bool {
    is_legal(text) && (room == Room::Block || is_legal_in_flow(text)) && is_string(text)
}

/// Returns the text in single quotes where they can hold it on one line.
pub(crate) fn single_quoted(text: &str) -> Option<String> {
    (!text.contains(needs_escape)).then(|| format!("'{}'", text.replace('\'', "''")))
}

/// Returns the text in double quotes.
pub(crate) fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if needs_escape(c) => {
                // Everything escaped lies in the basic plane. Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Characters that some reader breaks lines at, drops or refuses.
pub(crate) fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// Tells whether YAML's grammar reads the text back whole where it stands without quotes.
fn is_legal(text: &str) -> bool {
    let mut chars = text.chars();
    let (Some(first), second) = (chars.next(), chars.next()) else {
        return false;
    };
    let first_fits = match first {
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
        | '@' | '`' | ' ' => false,
        '-' | '?' | ':' => second.is_some_and(|c| c != ' '),
        _ => true,
    };
    first_fits
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !text.contains(needs_escape)
}

fn is_legal_in_flow(text: &str) -> bool {
    // Older readers end a plain text in a flow collection at any colon.
    !text.contains([',', '[', ']', '{', '}', ':']) && !text.starts_with(['?', '-'])
        || is_negative_number(text)
}

fn is_negative_number(text: &str) -> bool {
    text.strip_prefix('-')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// Tells whether readers of all three kinds take the plain text for a string.
fn is_string(text: &str) -> bool {
    matches!(scalar::read_plain(text), Ok(Reading::Str(_)))
        && scalar::yaml12_type(text) == "string"
        && !is_yaml11_other(text)
}

/// Tells whether a YAML 1.1 reader takes the text for something other than a string, beyond what Kubernetes does.
///
/// Sloppy towards quoting: a lone dot and a sexagesimal with a leading zero are something else to some readers only.
fn is_yaml11_other(text: &str) -> bool {
    if matches!(text, "=" | "<<" | ".") {
        return true;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return false;
    }
    let bare = unsigned.replace('_', "");
    is_sexagesimal(&bare)
        || is_date(text)
        || scalar::yaml12_type(&bare) != "string"
        || !matches!(scalar::read_plain(&bare), Ok(Reading::Str(_)))
        || bare == "0x"
        || bare == "0b"
}

/// `22:22`, `1:20:30.5`: base 60.
fn is_sexagesimal(text: &str) -> bool {
    let whole = text.split_once('.').map_or(text, |(whole, rest)| {
        if rest.bytes().all(|b| b.is_ascii_digit()) {
            whole
        } else {
            text
        }
    });
    let mut parts = whole.split(':');
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let first_fits = parts.next().is_some_and(digits);
    let mut rest = 0;
    first_fits
        && parts.all(|part| {
            rest += 1;
            digits(part) && part.len() <= 2 && (part.len() == 1 || part.as_bytes()[0] <= b'5')
        })
        && rest > 0
}

/// `2024-1-1`, alone or with a time after it.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let day = rest.split(['T', 't', ' ']).next().unwrap_or("");
    year.len() == 4
        && digits(year)
        && matches!(month.len(), 1 | 2)
        && digits(month)
        && matches!(day.len(), 1 | 2)
        && digits(day)
}
