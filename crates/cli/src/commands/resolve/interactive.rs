//! `hnp resolve --interactive`: one field at a time, by lines, so that any terminal and a pipe will do.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Write};

use hnp_report::Format;
use hnp_sync::reconcile::{Conflict, FieldConflict, Pick, Resolution};

use super::{Answer, answer, verdict};
use crate::args::{Global, ResolveArgs};
use crate::commands::conflicts::{self, Found, Known};
use crate::context::Context;
use crate::failure::Failure;

/// With this in the environment answers may come from anywhere; for tests.
const FROM_ANYWHERE: &str = "HNP_ASK";

const KEYS: &str = "  g  take the GUI's value\n  i  take Git's value\n  b  take what both started from\n  e  write a value, as YAML in one line\n  s  leave this conflict open, and go on\n  q  leave everything as it was (so does the end of input)\n";

/// What was answered to one field.
enum Said {
    Pick(Pick),
    Skip,
    Quit,
}

/// Asks for every field of some conflicts; `None` where whoever was asked wants everything left as it was.
///
/// # Errors
///
/// Exit 2 where nobody can be asked, 3 where files or the terminal cannot be read.
pub(super) fn ask(
    global: &Global,
    context: &Context,
    chosen: &[Found],
    args: &ResolveArgs,
) -> Result<Option<Vec<Answer>>, Failure> {
    if !std::io::stdin().is_terminal() && std::env::var_os(FROM_ANYWHERE).is_none() {
        return Err(Failure::Usage(
            "--interactive asks at a terminal, and standard input is none. Use --take or --field instead".to_owned(),
        ));
    }
    let state = conflicts::state(context)?;
    let known = conflicts::known(context, chosen)?;
    let mut asker = Asker {
        global,
        context,
        input: std::io::stdin().lock(),
        answers: Vec::new(),
    };
    for (at, one) in known.iter().enumerate() {
        let about = conflicts::about(context, &state, one.conflict)?;
        asker.say(&head(one, at, known.len()))?;
        asker.say(&about.referrers())?;
        let mut resolution = Resolution {
            resource: one.conflict.resource.clone(),
            note: args.note.clone(),
            ..Resolution::default()
        };
        let mut skipped = false;
        for (n, field) in one.conflict.fields.iter().enumerate() {
            let columns = conflicts::field_columns(global, one.conflict, field, about.id.as_ref());
            let mut text = format!(
                "\nField {} of {}: {}\n{columns}",
                n + 1,
                one.conflict.fields.len(),
                conflicts::path(field)
            );
            for change in &about.history[n] {
                text.push_str(&format!("  in Git: {}\n", change.line(&field.path)));
            }
            if let Some(at) = one.met.as_ref().and_then(|met| met.gui_updated.as_deref()) {
                text.push_str(&format!(
                    "  in the GUI: the resource was changed last at {at}\n"
                ));
            }
            asker.say(&text)?;
            match asker.field(one.conflict, field, &resolution)? {
                Said::Pick(pick) => _ = resolution.picks.insert(field.path.clone(), pick),
                Said::Quit => return Ok(None),
                Said::Skip => {
                    skipped = true;
                    asker.say("The conflict stays open.\n")?;
                    break;
                }
            }
        }
        if !skipped {
            asker.answers.push((one.conflict.clone(), resolution));
        }
    }
    Ok(Some(asker.answers))
}

fn head(one: &Known<'_>, at: usize, of: usize) -> String {
    let conflict = one.conflict;
    let mut text = format!(
        "{}Conflict {} of {of}: {} of {}\n{}, severity {}, open {}\n",
        if at == 0 { "" } else { "\n" },
        at + 1,
        conflict.id,
        conflicts::name(&conflict.resource),
        conflict.kind,
        one.severity(),
        one.open_for(),
    );
    if let Some(message) = &conflict.message {
        text.push_str(&format!("{}\n", crate::output::clean(message)));
    }
    text
}

struct Asker<'a> {
    global: &'a Global,
    context: &'a Context,
    input: std::io::StdinLock<'static>,
    answers: Vec<Answer>,
}

impl Asker<'_> {
    /// Shows something: where the result is for a program, beside it.
    fn say(&self, text: &str) -> Result<(), Failure> {
        if self.global.format == Format::Json {
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
            return Ok(());
        }
        crate::output::print(text).map_err(Failure::Environment)
    }

    /// Asks, and reads a line; `None` at the end of input.
    fn line(&mut self, question: &str) -> Result<Option<String>, Failure> {
        self.say(question)?;
        let mut line = String::new();
        let read = self
            .input
            .read_line(&mut line)
            .map_err(|error| Failure::Environment(format!("cannot read the answer: {error}")))?;
        if read == 0 {
            self.say("\n")?;
            return Ok(None);
        }
        // What comes from a pipe is not echoed, and whoever reads the output later would miss it.
        if !std::io::stdin().is_terminal() {
            self.say(&format!("{}\n", crate::output::clean(line.trim_end())))?;
        }
        Ok(Some(line.trim().to_owned()))
    }

    fn field(
        &mut self,
        conflict: &Conflict,
        field: &FieldConflict,
        so_far: &Resolution,
    ) -> Result<Said, Failure> {
        let with_base = answer::has_base(conflict, field);
        let question = if with_base {
            "[g]ui, g[i]t, [b]ase, [e]dit, [s]kip, [q]uit, [?]: "
        } else {
            "[g]ui, g[i]t, [e]dit, [s]kip, [q]uit, [?]: "
        };
        loop {
            let Some(line) = self.line(question)? else {
                return Ok(Said::Quit);
            };
            let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let pick = match word {
                "g" | "gui" => Pick::Gui,
                "i" | "git" => Pick::Git,
                "b" | "base" if with_base => Pick::Base,
                "b" | "base" => {
                    self.say("What both sides started from is not known.\n")?;
                    continue;
                }
                "e" | "edit" => {
                    let text = if rest.trim().is_empty() {
                        match self.line("value: ")? {
                            Some(text) => text,
                            None => return Ok(Said::Quit),
                        }
                    } else {
                        rest.trim().to_owned()
                    };
                    let value = Pick::value(&text).and_then(|pick| {
                        let alone = Resolution {
                            resource: conflict.resource.clone(),
                            picks: BTreeMap::from([(field.path.clone(), pick.clone())]),
                            note: None,
                        };
                        answer::fits(conflict, &alone).map(|()| pick)
                    });
                    match value {
                        Ok(pick) => pick,
                        Err(why) => {
                            self.say(&format!("{why}\n"))?;
                            continue;
                        }
                    }
                }
                "s" | "skip" => return Ok(Said::Skip),
                "q" | "quit" => return Ok(Said::Quit),
                _ => {
                    self.say(KEYS)?;
                    continue;
                }
            };
            match self.take(conflict, field, so_far, &pick)? {
                Some(true) => return Ok(Said::Pick(pick)),
                Some(false) => {}
                None => return Ok(Said::Quit),
            }
        }
    }

    /// Shows what the rules say of an answer; where they are against it, a person decides, but for a value given by hand
    /// that completes the answer. `None` at the end of input.
    fn take(
        &mut self,
        conflict: &Conflict,
        field: &FieldConflict,
        so_far: &Resolution,
        pick: &Pick,
    ) -> Result<Option<bool>, Failure> {
        let mut resolution = so_far.clone();
        resolution.picks.insert(field.path.clone(), pick.clone());
        let is_last = conflict
            .fields
            .iter()
            .all(|field| resolution.picks.contains_key(&field.path));
        let mut answers = self.answers.clone();
        answers.push((conflict.clone(), resolution));
        let verdict = verdict::of(self.context, &answers)?;
        if verdict.is_clean() {
            self.say(if is_last {
                "The rules have nothing against it.\n"
            } else {
                "The rules have nothing against it so far.\n"
            })?;
            return Ok(Some(true));
        }
        self.say(&verdict.text())?;
        if is_last && verdict.refuses(&answers) {
            self.say("That would not be valid, so it is not taken.\n")?;
            return Ok(Some(false));
        }
        let line = self.line("Take it all the same? [y/n]: ")?;
        Ok(line.map(|line| matches!(line.as_str(), "y" | "yes")))
    }
}
