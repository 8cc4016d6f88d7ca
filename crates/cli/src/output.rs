//! What a command says, and where it goes.

use std::io::{IsTerminal, Write};

use hnp_report::Style;

use crate::args::{Global, When};

/// What a command has to say.
#[derive(Debug, Default)]
pub(crate) struct Output {
    /// For standard output.
    pub(crate) text: String,
    /// For standard error, a line each.
    pub(crate) notes: Vec<String>,
    /// The exit code.
    pub(crate) code: u8,
}

impl Output {
    /// Makes an output of a text, with exit code 0.
    #[must_use]
    pub(crate) fn of(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// Makes an output of a JSON value.
    #[must_use]
    pub(crate) fn json(value: &serde_json::Value) -> Self {
        let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
        text.push('\n');
        Self::of(text)
    }

    /// Sets the exit code.
    #[must_use]
    pub(crate) fn code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }
}

/// Returns how to render for standard output.
#[must_use]
pub(crate) fn style(global: &Global) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let color = match global.color {
        When::Always => true,
        When::Never => false,
        When::Auto if set("NO_COLOR") => false,
        When::Auto
            if std::env::var_os("CLICOLOR_FORCE")
                .is_some_and(|value| value != "0" && !value.is_empty()) =>
        {
            true
        }
        When::Auto => terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
    };
    let width = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(100);
    Style {
        color,
        width,
        ..Style::default()
    }
}

/// Writes to standard output; a reader that went away is no error.
///
/// # Errors
///
/// Fails where the text cannot be written, on a full disk say: whoever reads it must not take it for whole.
pub(crate) fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(format!("cannot write to standard output: {error}"))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error.
pub(crate) fn note(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Shows what is going on, on a terminal only; the line is wiped when dropped.
pub(crate) struct Progress {
    shown: bool,
}

impl Progress {
    /// Starts to show, unless asked to be quiet.
    #[must_use]
    pub(crate) fn start(global: &Global, what: &str) -> Self {
        let mut err = std::io::stderr();
        let shown = !global.quiet && err.is_terminal();
        if shown {
            let _ = write!(err, "{what} ...");
            let _ = err.flush();
        }
        Self { shown }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

/// Names the first few of many things.
#[must_use]
pub(crate) fn some(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| clean(name)).collect();
    let more = names.len().saturating_sub(SHOWN);
    if more == 0 {
        shown.join(", ")
    } else {
        format!("{} and {more} more", shown.join(", "))
    }
}

/// Escapes what a terminal might obey in names that come from a repository.
#[must_use]
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let hostile = c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
            let escaped: Box<dyn Iterator<Item = char>> = if hostile {
                Box::new(c.escape_unicode())
            } else {
                Box::new(std::iter::once(c))
            };
            escaped
        })
        .collect()
}
