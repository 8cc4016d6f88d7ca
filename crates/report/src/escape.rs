//! Makes text from a repository harmless in the place where it is written.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Longest text of a finding, in code points, that is shown to people. JSON and SARIF carry the whole.
const SHOWN: usize = 2_000;

/// Tells whether a character may act on a terminal, reorder a line or hide in it. The joiners of scripts and emoji
/// (U+200C, U+200D) and variation selectors are left alone: text in a language is no attack.
pub(crate) fn is_unsafe(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Shows text on one line: what is unsafe as `\n`, `\t` or `\u{1b}`, and what is longer than a screen cut.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let cut = text.char_indices().nth(SHOWN).map(|(at, _)| at);
    if cut.is_none() && !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(4 * SHOWN));
    for c in text[..cut.unwrap_or(text.len())].chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_unsafe(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    if cut.is_some() {
        out.push_str("...");
    }
    Cow::Owned(out)
}

/// Shows a path at the start of a line, where `::` would be a command to a CI runner: a name that begins so, or the name `:`
/// with the colon before the line number behind it.
pub(crate) fn leading_path(path: &str) -> Cow<'_, str> {
    let path = visible(path);
    if path.trim_start().starts_with(':') {
        return Cow::Owned(format!("./{path}"));
    }
    path
}

/// Replaces an unsafe character of a source line by one that takes one column, so that columns stay true.
pub(crate) fn stand_in(c: char) -> char {
    match c {
        // The drawing widens tabs itself.
        '\t' => '\t',
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        c if is_unsafe(c) => '\u{fffd}',
        c => c,
    }
}

/// Escapes the message of a workflow command.
pub(crate) fn command_data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
pub(crate) fn command_property(text: &str) -> String {
    command_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Escapes text for an XML attribute or element; what XML cannot hold is shown as [`visible`] does.
pub(crate) fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Writes unsafe characters of serialized JSON as `\u` escapes: the same value, and harmless when a person prints it.
pub(crate) fn json(serialized: String) -> String {
    let unsafe_in_json = |c: char| c != '\n' && is_unsafe(c);
    if !serialized.contains(unsafe_in_json) {
        return serialized;
    }
    let mut out = String::with_capacity(serialized.len() + 64);
    let mut units = [0; 2];
    for c in serialized.chars() {
        if unsafe_in_json(c) {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Writes a path as a relative URI: everything but unreserved characters and `/` percent-encoded.
pub(crate) fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for &byte in path.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
