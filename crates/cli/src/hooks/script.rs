//! The texts that make Git run hnp: shell, and Git's configuration.

/// An event of Git that hnp has a hook for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// Git's name of it.
    pub(crate) name: &'static str,
    /// Whether the hook reads standard input, which every hook of the event must get.
    input: bool,
    /// Whether nothing passes where hnp is missing.
    closed: bool,
}

/// The hooks of a clone.
pub(crate) const CLIENT: &[Event] = &[
    Event {
        name: "pre-commit",
        input: false,
        closed: false,
    },
    Event {
        name: "pre-merge-commit",
        input: false,
        closed: false,
    },
    Event {
        name: "pre-push",
        input: true,
        closed: false,
    },
    Event {
        name: "post-merge",
        input: false,
        closed: false,
    },
];

/// The hooks of a server.
pub(crate) const SERVER: &[Event] = &[Event {
    name: "pre-receive",
    input: true,
    closed: true,
}];

/// What a hook file of hnp holds in its second line, by which it is known again.
pub(crate) const MARK: &str = "# hnp hooks install wrote this";

/// What the name of a hook that was there before ends in.
pub(crate) const BEFORE: &str = ".before-hnp";

/// Options of the hooks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flags {
    /// pre-commit takes in what waits.
    pub(crate) ingest: bool,
    /// Every commit of a push is checked.
    pub(crate) each: bool,
}

impl Flags {
    fn of(self, event: Event) -> &'static str {
        match event.name {
            "pre-commit" if self.ingest => " --ingest",
            "pre-push" | "pre-receive" if self.each => " --each",
            _ => "",
        }
    }
}

/// Returns the values that make a Git from 2.54 on run hnp, beside every other hook.
pub(crate) fn config(events: &[Event], program: &str, flags: Flags) -> Vec<(String, String)> {
    events
        .iter()
        .flat_map(|event| {
            let key = |name: &str| format!("hook.hnp-{}.{name}", event.name);
            [
                (key("event"), event.name.to_owned()),
                (key("command"), command(*event, program, flags)),
            ]
        })
        .collect()
}

/// Git adds the hook's own arguments at the end.
fn command(event: Event, program: &str, flags: Flags) -> String {
    format!(
        "sh -c 'if command -v \"$1\" >/dev/null 2>&1; then exec \"$@\"; fi; {}' sh {} hook {}{} --",
        missing(event),
        word(program),
        event.name,
        flags.of(event)
    )
}

/// What happens where hnp is not to be found; no single quote in it.
fn missing(event: Event) -> &'static str {
    if event.closed {
        "echo \"hnp: $1 was not found on the server, so nothing can be checked and nothing is accepted. An administrator installs it, or runs: hnp hooks uninstall --server\" >&2; exit 1"
    } else {
        "echo \"hnp: $1 was not found, so this was not checked. Install it, or take the hook out: hnp hooks uninstall\" >&2; exit 0"
    }
}

/// How a hook that was there before is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Before {
    /// There was none.
    None,
    /// A shell script: it is read by its shell under the name it had, since some look at their own name and place.
    Shell(&'static str),
    /// Anything else that can be executed.
    Other,
}

impl Before {
    /// Tells how a hook is run by its first bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let first = bytes
            .split(|&byte| byte == b'\n')
            .next()
            .unwrap_or_default();
        let first = String::from_utf8_lossy(first);
        let Some(line) = first.strip_prefix("#!") else {
            return Self::Other;
        };
        let mut words = line.split_whitespace();
        let mut interpreter = words.next().unwrap_or_default();
        if interpreter.ends_with("/env") {
            interpreter = words.next().unwrap_or_default();
        }
        // Options of the shell, such as -e, would be lost.
        match interpreter.rsplit('/').next() {
            Some("sh") if words.next().is_none() => Self::Shell("sh"),
            Some("dash") if words.next().is_none() => Self::Shell("dash"),
            Some("bash") if words.next().is_none() => Self::Shell("bash"),
            _ => Self::Other,
        }
    }
}

/// Returns a hook file: what was there before runs first, then hnp; the first that says no has the word.
///
/// `elsewhere` is the directory whose hook of this name runs first, where hooks come from a directory that many repositories
/// share.
pub(crate) fn file(
    event: Event,
    program: &str,
    flags: Flags,
    before: &Before,
    elsewhere: Option<&str>,
) -> String {
    let name = event.name;
    let mut text = format!("#!/bin/sh\n{MARK}; hnp hooks uninstall puts back what was here.\n");
    let feed = if event.input {
        text.push_str("input=$(cat)\n");
        "printf '%s' \"${input:+$input\n}\" | "
    } else {
        ""
    };
    match elsewhere {
        Some(directory) => {
            text.push_str(&format!(
                "before={}/{name}\nif [ -x \"$before\" ]; then {feed}\"$before\" \"$@\" || exit $?; fi\n",
                word(directory)
            ));
        }
        None => match before {
            Before::None => {}
            Before::Shell(shell) => text.push_str(&format!(
                "before=$(dirname -- \"$0\")/{name}{BEFORE}\nif [ -x \"$before\" ]; then {feed}HNP_BEFORE=$before {shell} -c '. \"$HNP_BEFORE\"' \"$0\" \"$@\" || exit $?; fi\n"
            )),
            Before::Other => text.push_str(&format!(
                "before=$(dirname -- \"$0\")/{name}{BEFORE}\nif [ -x \"$before\" ]; then {feed}\"$before\" \"$@\" || exit $?; fi\n"
            )),
        },
    }
    text.push_str(&format!(
        "set -- {} hook {name}{} -- \"$@\"\n",
        word(program),
        flags.of(event)
    ));
    let call = if event.input {
        format!("{feed}\"$@\"; exit $?")
    } else {
        "exec \"$@\"".to_owned()
    };
    text.push_str(&format!(
        "if command -v \"$1\" >/dev/null 2>&1; then {call}; fi\n{}\n",
        missing(event)
    ));
    text
}

/// Returns a hook file that only runs the hook of a directory that many repositories share.
pub(crate) fn forward(name: &str, directory: &str) -> String {
    format!(
        "#!/bin/sh\n{MARK}; it runs the hook that core.hooksPath named before.\nbefore={}/{name}\nif [ -x \"$before\" ]; then exec \"$before\" \"$@\"; fi\n",
        word(directory)
    )
}

/// Quotes a word for the shell.
fn word(text: &str) -> String {
    let plain = !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_' | b'+'));
    if plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_are_known_by_their_first_line() {
        for (text, expected) in [
            ("#!/bin/sh\nx", Before::Shell("sh")),
            ("#!/usr/bin/env sh\n", Before::Shell("sh")),
            ("#!/usr/bin/env bash", Before::Shell("bash")),
            ("#! /bin/dash\r\n", Before::Shell("dash")),
            ("#!/bin/sh -e\n", Before::Other),
            ("#!/usr/bin/zsh\n", Before::Other),
            ("#!/usr/bin/env python3\n", Before::Other),
            ("\u{7f}ELF", Before::Other),
            ("", Before::Other),
        ] {
            assert_eq!(Before::of(text.as_bytes()), expected, "{text}");
        }
    }
}
