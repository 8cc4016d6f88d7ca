//! pre-receive: a push that is not accepted yet, judged by the server's own terms, without `git` and without writing.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use hnp_git::Oid;
use hnp_model::SourceFile;
use hnp_report::Format;
use hnp_state::config::MAX_BYTES;
use hnp_sync::baseline::Baseline;

use super::judge::{Judged, Server, Terms, judge};
use super::pre_push::{MOST_COMMITS, parents_of};
use super::show::Gathered;
use super::updates::{self, Update};
use super::{budget, show};
use crate::args::{Global, HookArgs};
use crate::context::{parse_config, work_dir};
use crate::failure::Failure;
use crate::git_tree::{GitTree, Trees};
use crate::output::{self, Output, clean};

/// Where the administrator's settings lie, inside the repository on the server.
const SERVER_CONFIG: &str = "hnp/config.toml";

/// What only lines that begin with this reach: a GitLab user.
const GITLAB: &str = "GL-HOOK-ERR: ";

/// Judges a push on the server.
pub(super) fn run(global: &Global, args: &HookArgs, start: Instant) -> Result<Output, Failure> {
    let surroundings = Surroundings::read();
    let prefix = surroundings.prefix;
    let result = judge_push(global, args, start, &surroundings);
    let mut output = match result {
        Ok(output) => output,
        Err(failure) => {
            let mut output = Output::of(format!(
                "hnp: refused, since the push could not be checked: {failure}\n"
            ));
            output.code = failure.code();
            output
        }
    };
    if !prefix.is_empty() && output.code > 0 {
        output.text = output
            .text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| format!("{prefix}{line}\n"))
            .collect();
    }
    Ok(output)
}

/// What the server says of the push.
struct Surroundings {
    /// What each line begins with.
    prefix: &'static str,
    /// How GitHub came to move the references, where that was not by a push.
    via: Option<String>,
    /// The push options of hnp.
    options: Options,
}

/// Push options, `git push -o hnp.NAME[=VALUE]`. None of them makes the check laxer.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    explain: bool,
    each: bool,
    json: bool,
    unknown: Vec<String>,
}

impl Options {
    fn parse(given: impl IntoIterator<Item = String>) -> Self {
        let mut options = Self::default();
        for option in given {
            let Some(own) = option.strip_prefix("hnp.") else {
                continue;
            };
            let (name, value) = own.split_once('=').unwrap_or((own, "1"));
            let on = !matches!(value, "0" | "false" | "no" | "off");
            match name {
                "explain" => options.explain = on,
                "each" => options.each = on,
                "json" => options.json = on,
                _ => options.unknown.push(option),
            }
        }
        options
    }
}

impl Surroundings {
    fn read() -> Self {
        let text = |name: &str| {
            std::env::var_os(name)
                .map(|value| value.to_string_lossy().into_owned())
                .filter(|value| !value.is_empty())
        };
        let count = text("GIT_PUSH_OPTION_COUNT")
            .and_then(|count| count.parse::<usize>().ok())
            .unwrap_or(0)
            .min(100);
        let gitlab = text("GL_ID").is_some() || text("GL_REPOSITORY").is_some();
        Self {
            prefix: if gitlab { GITLAB } else { "" },
            via: text("GITHUB_VIA"),
            options: Options::parse(
                (0..count).filter_map(|n| text(&format!("GIT_PUSH_OPTION_{n}"))),
            ),
        }
    }
}

fn judge_push(
    global: &Global,
    args: &HookArgs,
    start: Instant,
    surroundings: &Surroundings,
) -> Result<Output, Failure> {
    let updates = updates::received(&super::standard_input()?).map_err(Failure::Usage)?;
    let dir = work_dir(global)?;
    let repo = hnp_git::Repo::discover(&dir)?;
    let server = server_settings(args.config.as_deref(), &repo.common_dir())?;
    let hooks = &server.config.hooks;
    budget::watch(
        start,
        hooks.pre_receive_milliseconds,
        updates.len(),
        surroundings.prefix,
    );
    drop(repo);
    let trees = Trees::open(&dir)?;
    let push = Push {
        trees: &trees,
        updates: &updates,
        server: &server,
        block_old: args.block_old || hooks.block_old,
        each: args.each || hooks.each || surroundings.options.each,
    };
    let format = if surroundings.options.json {
        Format::Json
    } else {
        global.format
    };
    let mut report = Gathered::new(format, output::style(global));
    let mut asked = HashSet::new();
    for update in &updates {
        if let Some(new) = update.new
            && updates::is_checked(&hooks.refs, &update.reference)
        {
            push.judge(update, new, &mut asked, &mut report)?;
        }
        budget::count();
    }
    Ok(answer(&report, surroundings))
}

/// Reads what the administrator wrote; without it the defaults hold.
fn server_settings(named: Option<&Path>, common: &Path) -> Result<Server, Failure> {
    let file = named.map_or_else(|| common.join(SERVER_CONFIG), PathBuf::from);
    let bytes = match std::fs::read(&file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
            return Ok(Server::default());
        }
        Err(error) => {
            return Err(Failure::Environment(format!(
                "the server's settings {}: {error}",
                file.display()
            )));
        }
    };
    let wrong = |why: &str| Failure::Usage(format!("the server's settings: {why}"));
    if bytes.len() > MAX_BYTES {
        return Err(wrong("the file is too large"));
    }
    let text = String::from_utf8(bytes).map_err(|_| wrong("the file is not UTF-8"))?;
    let config = parse_config(&text).map_err(|failure| wrong(&failure.to_string()))?;
    let mut schemas = Vec::new();
    let beside = file.parent().map(|parent| parent.join("schemas"));
    for entry in beside
        .and_then(|directory| std::fs::read_dir(directory).ok())
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".json") {
            let bytes = std::fs::read(entry.path()).map_err(|error| wrong(&error.to_string()))?;
            schemas.push(SourceFile {
                path: format!("schemas/{name}"),
                bytes,
            });
        }
    }
    schemas.sort_by(|a, b| a.path.cmp(&b.path));
    let baseline = match &config.rules.baseline {
        None => None,
        Some(name) => {
            let path = file.with_file_name(name);
            let text = std::fs::read_to_string(&path)
                .map_err(|error| wrong(&format!("{}: {error}", path.display())))?;
            Some(Baseline::parse(&text).map_err(|why| wrong(&why))?)
        }
    };
    Ok(Server {
        config,
        schemas,
        baseline,
    })
}

struct Push<'p> {
    trees: &'p Trees,
    updates: &'p [Update],
    server: &'p Server,
    block_old: bool,
    each: bool,
}

impl Push<'_> {
    /// Judges a reference. `asked` holds what was judged already: a branch and a tag of one commit are one question.
    fn judge(
        &self,
        update: &Update,
        new: Oid,
        asked: &mut HashSet<(Oid, Option<Oid>)>,
        report: &mut Gathered,
    ) -> Result<(), Failure> {
        let objects = &self.trees.objects;
        let Some(tip) = objects.commit_of(new)? else {
            return Ok(());
        };
        let old = self.old_side(update, tip)?;
        if !asked.insert((tip, old)) {
            return Ok(());
        }
        let mut steps = Vec::new();
        let mut bounded = false;
        if self.each {
            (steps, bounded) = self.new_commits(tip)?;
        }
        if bounded {
            report.note("hnp: references cannot be read here without git (reftable), so commits count as new that no pushed reference named before.\n");
        }
        for id in steps.into_iter().filter(|id| *id != tip) {
            let parents = parents_of(self.trees, id)?;
            let judged = self.of(id, &parents)?;
            report.add(&update.reference, Some(id), &judged);
        }
        let parents = match old {
            Some(old) if !self.each => GitTree::open(self.trees.commit(old)?).into_iter().collect(),
            _ if self.each => parents_of(self.trees, tip)?,
            _ => Vec::new(),
        };
        let judged = self.of(tip, &parents)?;
        report.add(&update.reference, None, &judged);
        Ok(())
    }

    fn of(&self, id: Oid, parents: &[GitTree]) -> Result<Judged, Failure> {
        let tree = GitTree::open(self.trees.commit(id)?)?;
        let terms = Terms {
            server: Some(self.server),
            block_old: self.block_old,
            cache: None,
        };
        judge(&tree, parents, terms)
    }

    /// The commit that a pushed one is compared with: the reference's old tip; for a new reference its merge base with the
    /// default branch.
    fn old_side(&self, update: &Update, tip: Oid) -> Result<Option<Oid>, Failure> {
        let objects = &self.trees.objects;
        if let Some(old) = update.old {
            return Ok(objects.commit_of(old)?);
        }
        let default = if self.trees.repo.has_reftable() {
            None
        } else {
            self.trees.repo.head_commit()?
        };
        match default {
            Some(default) if objects.has(default) => Ok(objects.merge_base(default, tip)?),
            _ => Ok(None),
        }
    }

    /// Returns the new commits, and whether they are bounded by what the push itself says.
    fn new_commits(&self, tip: Oid) -> Result<(Vec<Oid>, bool), Failure> {
        let bounded = self.trees.repo.has_reftable();
        let mut known: Vec<Oid> = self
            .updates
            .iter()
            .filter_map(|update| update.old)
            .collect();
        if !bounded {
            known.extend(self.trees.repo.targets_under(&["refs/"])?);
        }
        let new = self
            .trees
            .objects
            .new_commits(&[tip], &known, MOST_COMMITS)?;
        if !new.complete {
            return Err(Failure::Usage(format!(
                "more than {MOST_COMMITS} commits are new; push them in parts"
            )));
        }
        Ok((new.commits, bounded))
    }
}

fn answer(report: &Gathered, surroundings: &Surroundings) -> Output {
    let mut text = report.render();
    let refused = report.blocking > 0;
    if report.format == Format::Human {
        if surroundings.options.explain {
            for code in &report.codes {
                if let Some(rule) = hnp_rules::catalogue::find(code) {
                    text.push_str(&hnp_rules::catalogue::explain_text(rule));
                    text.push('\n');
                }
            }
        }
        for option in &surroundings.options.unknown {
            text.push_str(&format!(
                "hnp: push option `{}` is unknown; known are hnp.explain, hnp.each and hnp.json\n",
                clean(option)
            ));
        }
        if refused {
            let what = surroundings.via.as_deref().map_or_else(
                || "push".to_owned(),
                |via| format!("change ({})", clean(via)),
            );
            text.push_str(&format!(
                "hnp: this {what} is refused: {}. Mend what is named above and push again; `git push -o hnp.explain` says more.\n",
                show::count(report.blocking, "new error")
            ));
        }
    }
    Output::of(text).code(u8::from(refused))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hnp_state::config::Config;

    #[test]
    fn push_options_are_those_of_hnp_only() {
        let given = [
            "ci.skip",
            "hnp.explain",
            "hnp.each=0",
            "hnp.skip",
            "hnp.json=1",
        ];
        assert_eq!(
            Options::parse(given.map(str::to_owned)),
            Options {
                explain: true,
                each: false,
                json: true,
                unknown: vec!["hnp.skip".to_owned()],
            }
        );
    }

    #[test]
    fn settings_that_are_named_must_be_there() {
        let nowhere = Path::new("/nowhere/hnp.toml");
        assert!(server_settings(Some(nowhere), Path::new("/nowhere")).is_err());
        let none = server_settings(None, Path::new("/nowhere"));
        assert!(none.is_ok_and(|server| server.config == Config::default()));
    }
}
