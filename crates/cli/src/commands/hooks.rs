//! `hnp hooks install`, `uninstall` and `status`

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use hnp_git::{HooksDirectory, Repo};
use hnp_report::Format;
use hnp_sync::drivers;
use serde_json::json;

use crate::args::{Global, HooksArgs, HooksCommand, HooksInstallArgs};
use crate::context::work_dir;
use crate::failure::Failure;
use crate::hooks::script::{self, BEFORE, Before, Event, Flags, MARK};
use crate::output::{Output, clean};

/// The first Git that takes hooks from its configuration.
const CONFIG_HOOKS: (u32, u32) = (2, 54);

pub(super) fn run(global: &Global, command: &HooksCommand) -> Result<Output, Failure> {
    let place = |args: &HooksArgs| Place::open(global, args.server);
    match command {
        HooksCommand::Install(args) => install(global, &place(&args.which)?, args),
        HooksCommand::Uninstall(args) => uninstall(global, &place(args)?),
        HooksCommand::Status(args) => status(global, &place(args)?),
    }
}

/// Where hooks go.
struct Place {
    repo: Repo,
    server: bool,
    directory: HooksDirectory,
    /// hnp's own directory of hooks, which stands in for one that other repositories share.
    own: PathBuf,
}

impl Place {
    fn open(global: &Global, server: bool) -> Result<Self, Failure> {
        let repo = Repo::discover(&work_dir(global)?)?;
        if server && !repo.is_bare() {
            return Err(Failure::Usage(
                "--server is for a bare repository, such as the one on the server; this one has a worktree".to_owned(),
            ));
        }
        if !server && repo.is_bare() {
            return Err(Failure::Usage(
                "this is a bare repository: write --server for its hook, or go to a clone"
                    .to_owned(),
            ));
        }
        let directory = repo.hooks_directory()?;
        let own = repo.common_dir().join("hnp/hooks");
        Ok(Self {
            repo,
            server,
            directory,
            own,
        })
    }

    fn events(&self) -> &'static [Event] {
        if self.server {
            script::SERVER
        } else {
            script::CLIENT
        }
    }

    /// The directories in which hook files of hnp may stand.
    fn directories(&self) -> Vec<PathBuf> {
        let usual = self.repo.common_dir().join("hooks");
        let mut all = vec![self.directory.path.clone(), usual, self.own.clone()];
        all.dedup();
        all
    }
}

fn install(global: &Global, place: &Place, args: &HooksInstallArgs) -> Result<Output, Failure> {
    let program = match &args.program {
        Some(program) => program.clone(),
        None => own_program()?,
    };
    let flags = Flags {
        ingest: args.ingest,
        each: args.each,
    };
    let Some(version) = place.repo.git_version() else {
        return Err(Failure::Environment(
            "git cannot be started; install it first".to_owned(),
        ));
    };
    let by_config = version >= CONFIG_HOOKS && !args.files;
    let mut said = Vec::new();
    let mut values = Vec::new();
    // What an earlier install left in the other form would run a second time.
    let mut shared = None;
    if by_config {
        remove_files(place, &mut said)?;
        values = script::config(place.events(), &program, flags);
        said.push(format!(
            "hooks: {} in the repository's configuration, beside all others",
            names(place.events())
        ));
    } else {
        // With hnp's own settings gone, Git says where hooks lie without hnp.
        place.repo.unset_config()?;
        let directory = place.repo.hooks_directory()?;
        if directory.is_own() {
            for event in place.events() {
                said.push(put(place, &directory.path, *event, &program, flags)?);
            }
        } else {
            said.extend(stand_in(place, &directory, &program, flags)?);
            shared = Some(place.own.display().to_string());
        }
    }
    if let Some(directory) = shared {
        values.push(("core.hooksPath".to_owned(), directory));
    }
    if !place.server {
        values.extend(drivers::git_config(&program));
        said.push("drivers: merge of manifests and state, and `git diff` by field".to_owned());
    }
    place.repo.set_config(&values)?;
    Ok(lines(global, &said, "installed"))
}

/// Returns what Git is to call: the plain name where it leads here, which survives an update of hnp.
fn own_program() -> Result<String, Failure> {
    let own = std::env::current_exe().map_err(|error| {
        Failure::Environment(format!("cannot tell where this program is: {error}"))
    })?;
    let real = |path: &Path| fs::canonicalize(path).ok();
    let found = std::env::var_os("PATH").and_then(|path| {
        std::env::split_paths(&path)
            .map(|directory| directory.join("hnp"))
            .find(|file| file.is_file())
    });
    if found.is_some_and(|found| real(&found) == real(&own)) {
        return Ok("hnp".to_owned());
    }
    Ok(own.display().to_string())
}

fn names(events: &[Event]) -> String {
    let names: Vec<_> = events.iter().map(|event| event.name).collect();
    names.join(", ")
}

fn refuse(path: &Path) -> impl Fn(std::io::Error) -> Failure + '_ {
    move |error| Failure::Environment(format!("{}: {error}", path.display()))
}

fn is_ours(path: &Path) -> bool {
    // A link that leads to a hook of hnp's is somebody else's link.
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file())
        && fs::read(path).is_ok_and(|bytes| {
            let text = String::from_utf8_lossy(&bytes);
            let second = text.lines().nth(1);
            second.is_some_and(|line| line.starts_with(MARK))
        })
}

fn before_of(hook: &Path) -> PathBuf {
    let mut name = hook.file_name().unwrap_or_default().to_owned();
    name.push(BEFORE);
    hook.with_file_name(name)
}

fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Puts a hook file in place; a hook that is there is kept beside it and runs first.
fn put(
    place: &Place,
    directory: &Path,
    event: Event,
    program: &str,
    flags: Flags,
) -> Result<String, Failure> {
    let hook = directory.join(event.name);
    let before = before_of(&hook);
    let known = is_ours(&hook);
    if is_there(&hook) && !known && place.repo.is_tracked(&hook) {
        return Err(Failure::Usage(format!(
            "{} is a file that you commit, so hnp does not write over it. Put this line into it: {program} hook {} -- \"$@\"",
            hook.display(),
            event.name
        )));
    }
    fs::create_dir_all(directory).map_err(refuse(directory))?;
    if is_there(&hook) && !known {
        if is_there(&before) {
            // Somebody put another hook over hnp's; what was there before that is still kept.
            let mut free = before.as_os_str().to_owned();
            free.push(".old");
            fs::rename(&before, PathBuf::from(free)).map_err(refuse(&before))?;
        }
        // Two names for one file: at no instant is the hook gone.
        fs::hard_link(&hook, &before)
            .or_else(|_| fs::rename(&hook, &before))
            .map_err(refuse(&before))?;
    }
    let kind = match fs::read(&before) {
        Ok(bytes) => Before::of(&bytes),
        Err(_) if is_there(&before) => Before::Other,
        Err(_) => Before::None,
    };
    write(&hook, &script::file(event, program, flags, &kind, None))?;
    Ok(format!(
        "{}: {}{}",
        event.name,
        hook.display(),
        if kind == Before::None {
            ""
        } else {
            ", after the hook that was there"
        }
    ))
}

/// Makes a directory of hooks for this repository where all repositories share one: each hook of it still runs.
fn stand_in(
    place: &Place,
    directory: &HooksDirectory,
    program: &str,
    flags: Flags,
) -> Result<Vec<String>, Failure> {
    fs::create_dir_all(&place.own).map_err(refuse(&place.own))?;
    let elsewhere = directory.path.display().to_string();
    let mut said = Vec::new();
    for name in hooks_in(&directory.path) {
        if place.events().iter().all(|event| event.name != name) {
            write(&place.own.join(&name), &script::forward(&name, &elsewhere))?;
        }
    }
    for event in place.events() {
        let text = script::file(*event, program, flags, &Before::None, Some(&elsewhere));
        write(&place.own.join(event.name), &text)?;
    }
    said.push(format!(
        "{}: in {}, after those of core.hooksPath ({}), which all still run",
        names(place.events()),
        place.own.display(),
        directory.path.display()
    ));
    Ok(said)
}

/// The hooks of a directory, by name.
fn hooks_in(directory: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            fs::metadata(entry.path())
                .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
        })
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.contains('.'))
        .collect()
}

/// Writes a file that can be executed, all at once.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".hnp-{}", std::process::id()));
    let unborn = path.with_file_name(name);
    let written = (|| {
        let mut file = fs::File::create(&unborn)?;
        file.write_all(text.as_bytes())?;
        file.set_permissions(fs::Permissions::from_mode(0o755))?;
        drop(file);
        fs::rename(&unborn, path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&unborn);
    }
    written.map_err(refuse(path))
}

fn uninstall(global: &Global, place: &Place) -> Result<Output, Failure> {
    let mut said = Vec::new();
    remove_files(place, &mut said)?;
    if place.repo.has_set_config() {
        place.repo.unset_config()?;
        said.push("configuration: hnp's settings are out of it".to_owned());
    }
    if said.is_empty() {
        said.push("nothing of hnp's was installed here".to_owned());
    }
    Ok(lines(global, &said, "removed"))
}

/// Takes hnp's hook files away, and puts back what was there before.
fn remove_files(place: &Place, said: &mut Vec<String>) -> Result<(), Failure> {
    for directory in place.directories() {
        let is_stand_in = directory == place.own;
        let mut candidates: BTreeSet<String> = place
            .events()
            .iter()
            .map(|event| event.name.to_owned())
            .collect();
        if is_stand_in {
            candidates.extend(hooks_in(&directory));
        }
        for name in candidates {
            let hook = directory.join(name);
            let before = before_of(&hook);
            if is_ours(&hook) {
                if is_there(&before) {
                    fs::rename(&before, &hook).map_err(refuse(&hook))?;
                    said.push(format!("{}: what was there before is back", hook.display()));
                } else {
                    fs::remove_file(&hook).map_err(refuse(&hook))?;
                    said.push(format!("{}: removed", hook.display()));
                }
            } else if is_there(&before) {
                said.push(format!(
                    "{}: somebody put another hook there; what was there before hnp is left in {}",
                    hook.display(),
                    before.display()
                ));
            }
        }
        if is_stand_in {
            let _ = fs::remove_dir(&directory);
        }
    }
    Ok(())
}

/// How a hook stands.
struct Standing {
    event: &'static str,
    how: Option<String>,
}

fn status(global: &Global, place: &Place) -> Result<Output, Failure> {
    let mut warnings = Vec::new();
    let version = place.repo.git_version();
    let takes_config = version.is_some_and(|version| version >= CONFIG_HOOKS);
    let mut by_config = false;
    let mut standings = Vec::new();
    for event in place.events() {
        let name = event.name;
        let value = |key: &str| place.repo.config(&format!("hook.hnp-{name}.{key}"));
        let configured = value("command").is_some();
        let enabled = value("enabled").is_none_or(|on| {
            !["false", "no", "off", "0"].contains(&on.to_ascii_lowercase().as_str())
        });
        by_config |= configured;
        let hook = place.directory.path.join(name);
        let mut how = None;
        if is_ours(&hook) {
            how = Some(format!("by {}", hook.display()));
        } else if configured && !enabled {
            warnings.push(format!(
                "{name} is switched off: hook.hnp-{name}.enabled is false"
            ));
        } else if configured && takes_config {
            how = Some(format!("by Git's configuration (hook.hnp-{name})"));
        } else if configured {
            warnings.push(format!(
                "{name} is set in Git's configuration, which this Git skips: it is older than 2.54. Run `hnp hooks install` again"
            ));
        }
        if how.is_none() && is_there(&before_of(&hook)) {
            warnings.push(format!(
                "{} was put over hnp's hook; run `hnp hooks install` again, which runs both",
                hook.display()
            ));
        }
        standings.push(Standing { event: name, how });
    }
    if by_config {
        let path = std::env::var_os("PATH").unwrap_or_default();
        for (git, (major, minor)) in Repo::gits_on(&path) {
            if (major, minor) < CONFIG_HOOKS {
                warnings.push(format!(
                    "{} is Git {major}.{minor}, which skips hooks in the configuration: with it nothing is checked. `hnp hooks install --files` serves every Git",
                    git.display()
                ));
            }
        }
        warnings.push(
            "note: a Git older than 2.54, such as one inside an editor, skips hooks in the configuration; `hnp hooks install --files` serves every Git".to_owned(),
        );
    }
    if place.directory.path == fs::canonicalize(&place.own).unwrap_or_else(|_| place.own.clone()) {
        warnings.extend(missing_forwards(place));
    }
    let drivers = place.server
        || drivers::git_config("hnp")
            .iter()
            .filter(|(key, _)| key.ends_with(".driver"))
            .all(|(key, _)| place.repo.config(key).is_some());
    if !drivers {
        warnings.push(
            "the merge drivers are not set: Git merges manifests by line. Run `hnp hooks install`"
                .to_owned(),
        );
    }
    let good = drivers && standings.iter().all(|standing| standing.how.is_some());
    let code = u8::from(!good);
    if global.format == Format::Json {
        return Ok(Output::json(&json!({
            "version": 1,
            "ok": good,
            "git": version.map(|(major, minor)| format!("{major}.{minor}")),
            "hooks": standings.iter().map(|standing| json!({
                "event": standing.event,
                "installed": standing.how.is_some(),
                "how": standing.how,
            })).collect::<Vec<_>>(),
            "drivers": drivers,
            "warnings": warnings,
        }))
        .code(code));
    }
    let mut text = String::new();
    for standing in &standings {
        let how = standing.how.as_deref().unwrap_or("not installed");
        text.push_str(&format!("{:16} {}\n", standing.event, clean(how)));
    }
    if !place.server {
        let how = if drivers { "set" } else { "not set" };
        text.push_str(&format!("{:16} {how}\n", "merge drivers"));
    }
    for warning in &warnings {
        text.push_str(&format!("! {}\n", clean(warning)));
    }
    Ok(Output::of(text).code(code))
}

/// Names hooks that were added to the shared directory since hnp's stand-in was made.
fn missing_forwards(place: &Place) -> Vec<String> {
    let text = fs::read_to_string(place.own.join("pre-commit")).unwrap_or_default();
    let Some(shared) = text.lines().find_map(|line| {
        line.strip_prefix("before=")?
            .trim_matches('\'')
            .strip_suffix("/pre-commit")
    }) else {
        return Vec::new();
    };
    let here = hooks_in(&place.own);
    hooks_in(Path::new(shared.trim_end_matches('\'')))
        .into_iter()
        .filter(|name| !here.contains(name))
        .map(|name| {
            format!("{shared} has a hook {name} since; run `hnp hooks install` again, so that it runs here too")
        })
        .collect()
}

fn lines(global: &Global, said: &[String], what: &str) -> Output {
    if global.format == Format::Json {
        return Output::json(&json!({ "version": 1, what: said }));
    }
    if global.quiet {
        return Output::default();
    }
    Output::of(
        said.iter()
            .map(|line| format!("{}\n", clean(line)))
            .collect::<String>(),
    )
}
