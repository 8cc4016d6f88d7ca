//! The command line, as clap reads it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use hnp_report::Format;

/// Keeps Hedgehog fabrics the same in Git and in the GUI: validates, ingests and tidies their YAML.
#[derive(Debug, Parser)]
#[command(
    name = "hnp",
    version,
    max_term_width = 100,
    propagate_version = true,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    /// Options that every command takes.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// Work as if hnp was started in this directory
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(crate) work_dir: Option<PathBuf>,
    /// Output format
    #[arg(long, value_name = "FORMAT", global = true, default_value = "human", value_parser = parse_format, help_heading = "Output")]
    pub(crate) format: Format,
    /// Also write a format to a file; may be repeated
    #[arg(
        long,
        value_name = "FORMAT=FILE",
        global = true,
        help_heading = "Output"
    )]
    pub(crate) output: Vec<String>,
    /// When to use colours
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        default_value = "auto",
        help_heading = "Output"
    )]
    pub(crate) color: When,
    /// Never use the network (this version has no command that does)
    #[arg(long, global = true)]
    pub(crate) offline: bool,
    /// Say only what is wrong
    #[arg(short, long, global = true, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Say more: name every resource and file
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Output")]
    pub(crate) verbose: u8,
}

fn parse_format(text: &str) -> Result<Format, String> {
    text.parse()
        .map_err(|error: hnp_report::UnknownFormat| error.to_string())
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless NO_COLOR says otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show hnp at work on a sample fabric, in a directory of its own and without network
    Demo(DemoArgs),
    /// Make a fabric's directories, configuration and state; repair, adopt or remove them
    Init(InitArgs),
    /// Say what is pending, what is wrong and what to do next
    Status(FabricArgs),
    /// Check the surroundings: Git, configuration, state, an interrupted run
    Doctor,
    /// Check manifests: YAML, schema, metadata, the tree as a whole
    Validate(ValidateArgs),
    /// Take the files in raw/ in: one resource a file under managed/
    Ingest(IngestArgs),
    /// Carry changes between Git and a GUI, merged by field; both sides keep what conflicts
    Sync(SyncArgs),
    /// List the open conflicts, or show one with the values of both sides
    Conflicts(ConflictsArgs),
    /// Say how conflicts are to be settled; the next sync does it
    Resolve(ResolveArgs),
    /// Let go what sync holds after failures in a row or for a fight of two writers
    Retry(RetryArgs),
    /// Show everything about one resource
    Show(ShowArgs),
    /// Show what hnp did
    Log(LogArgs),
    /// Say how operations went: counts, success, durations, conflicts
    Metrics(MetricsArgs),
    /// Move managed resources to their standard places, one a file
    Tidy(WriteArgs),
    /// Take back what an operation did, as a new change; later edits stay
    Undo(UndoArgs),
    /// List what there is to go back to, or bring resources back as they were
    Restore(RestoreArgs),
    /// Stop the hnp that is at work in this repository; what it has begun to write it finishes
    Cancel(CancelArgs),
    /// Remove what is older than [retention] in config.toml keeps: backups, records, archived files, cache
    Clean(CleanArgs),
    /// List, add, delete and recreate fabrics
    #[command(subcommand)]
    Fabric(FabricCommand),
    /// Prove in a scratch clone that a fabric can be deleted and brought back, and report it
    Drill(DrillArgs),
    /// Explain a finding's code: what, why, an example, the fix
    Explain(ExplainArgs),
    /// Show what two sets of manifests differ in, by resource and field
    Diff(DiffArgs),
    /// Compare what a cluster holds with Git; defaults, derived labels and status are no drift
    Drift(DriftArgs),
    /// Merge three versions of a file for Git
    MergeDriver(MergeDriverArgs),
    /// Verify, rebuild or refresh .hnp/state.toml
    #[command(subcommand)]
    State(StateCommand),
    /// List, show or import schemas
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Put hnp's hooks and merge drivers into Git, take them out, or say how they stand
    #[command(subcommand)]
    Hooks(HooksCommand),
    /// Run as one of Git's hooks
    Hook(HookArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Which fabrics.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct FabricArgs {
    /// Only this fabric; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) fabric: Vec<String>,
}

/// For commands that write.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct WriteArgs {
    /// Which fabrics.
    #[command(flatten)]
    pub(crate) fabrics: FabricArgs,
    /// How to write.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// Arguments of `hnp cancel`.
#[derive(Clone, Debug, Args)]
pub(crate) struct CancelArgs {
    /// How long to wait for it to end, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(crate) wait: u64,
}

/// Arguments of `hnp clean`.
#[derive(Clone, Debug, Args)]
pub(crate) struct CleanArgs {
    /// Do it; without it, what would go is shown and nothing is done
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
    /// How to write.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// What to do with fabrics.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum FabricCommand {
    /// List the fabrics, and the archives of those that were deleted
    List,
    /// Make a further fabric: its part of config.toml and its directories
    Add(FabricAddArgs),
    /// Archive a fabric, then remove its files, configuration and records; what is not hnp's stays
    Delete(FabricDeleteArgs),
    /// Bring a deleted fabric back from its archive, byte for byte
    Recreate(FabricRecreateArgs),
}

/// Arguments of `hnp fabric add`.
#[derive(Clone, Debug, Args)]
pub(crate) struct FabricAddArgs {
    /// Name of the fabric
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Directory of the fabric, from the root of the repository [default: the fabric's name]
    #[arg(long, value_name = "DIR")]
    pub(crate) directory: Option<String>,
    /// How managed/ is laid out
    #[arg(long, value_name = "TEMPLATE", default_value = "standard")]
    pub(crate) template: TemplateArg,
    /// Hedgehog release whose rules hold, such as 26.02
    #[arg(long, value_name = "RELEASE")]
    pub(crate) release: Option<String>,
    /// How to write.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// Arguments of `hnp fabric delete`.
#[derive(Clone, Debug, Args)]
pub(crate) struct FabricDeleteArgs {
    /// Name of the fabric
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Yes, this fabric; without it, what would be done is shown and nothing is
    #[arg(long)]
    pub(crate) yes: bool,
    /// How to write.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// Arguments of `hnp fabric recreate`.
#[derive(Clone, Debug, Args)]
pub(crate) struct FabricRecreateArgs {
    /// Name of the fabric
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Which archive, by its id [default: the newest of this fabric]
    #[arg(long, value_name = "ID")]
    pub(crate) from: Option<String>,
    /// Take its settings only, and make its directories empty
    #[arg(long)]
    pub(crate) anew: bool,
    /// How to write.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// Arguments of `hnp drill`.
#[derive(Clone, Debug, Args)]
pub(crate) struct DrillArgs {
    /// The fabric
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Write the report to this directory, as drill-NAME.md and drill-NAME.json [default: standard output]
    #[arg(long, value_name = "DIR")]
    pub(crate) report: Option<PathBuf>,
}

/// Arguments of `hnp undo`.
#[derive(Clone, Debug, Args)]
pub(crate) struct UndoArgs {
    /// The operation: its id or the beginning of it, as `hnp log` shows it, or `last`
    #[arg(value_name = "OP")]
    pub(crate) operation: String,
    /// How to write.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// Arguments of `hnp restore`.
#[derive(Clone, Debug, Args)]
#[command(group = clap::ArgGroup::new("mode").args(["list", "at"]).required(true))]
pub(crate) struct RestoreArgs {
    /// Show backups, and the commits that changed a fabric
    #[arg(long)]
    pub(crate) list: bool,
    /// To which time: a revision, the id of a backup, a date (2026-03-01, its end in UTC) or a time (2026-03-01T12:00:00Z)
    #[arg(long, value_name = "REV|DATE")]
    pub(crate) at: Option<String>,
    /// Only these resources [default: everything under managed/, and what was not there goes]
    #[arg(value_name = "KIND/NAME", conflicts_with = "list")]
    pub(crate) resources: Vec<String>,
    /// Delete more than the limit
    #[arg(long, requires = "at")]
    pub(crate) confirm_deletes: bool,
    /// Do it although the tree would have errors that it does not have now
    #[arg(long, requires = "at")]
    pub(crate) force: bool,
    /// How many commits to list
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
    /// Which fabrics and how to write.
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

/// How to write.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Writing {
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Commit what was done, and what earlier runs left uncommitted
    #[arg(long)]
    pub(crate) commit: bool,
}

/// Arguments of `hnp demo`.
#[derive(Clone, Debug, Args)]
pub(crate) struct DemoArgs {
    /// Keep the sample repository in this directory, which must be empty or not there
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}

/// Template of a fabric's directories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TemplateArg {
    /// vpcs, connections, switches, servers, externals, gateways.
    Standard,
    /// One directory a kind, as HNP's own repositories have.
    PerKind,
}

/// Arguments of `hnp init`.
#[derive(Clone, Debug, Args)]
pub(crate) struct InitArgs {
    /// Name of the fabric [default: the last part of its directory]
    #[arg(long, value_name = "NAME")]
    pub(crate) fabric: Option<String>,
    /// Directory of the fabric, from the root of the repository [default: where you are, else the fabric's name]
    #[arg(long, value_name = "DIR")]
    pub(crate) directory: Option<String>,
    /// How managed/ is laid out
    #[arg(long, value_name = "TEMPLATE", default_value = "standard")]
    pub(crate) template: TemplateArg,
    /// Hedgehog release whose rules hold, such as 26.02
    #[arg(long, value_name = "RELEASE")]
    pub(crate) release: Option<String>,
    /// Move YAML that lies at the fabric's root into raw/pending/
    #[arg(long)]
    pub(crate) move_to_raw: bool,
    /// Also write a workflow that runs hnp on GitHub: .github/workflows/hnp.yml
    #[arg(long, conflicts_with_all = ["force_recreate", "adopt", "remove"])]
    pub(crate) github: bool,
    /// Make again what is missing of every fabric
    #[arg(long, conflicts_with_all = ["force_recreate", "adopt", "remove"])]
    pub(crate) repair: bool,
    /// Back the fabric up, then make managed/ and raw/ anew, empty
    #[arg(long, requires = "fabric", conflicts_with_all = ["adopt", "remove"])]
    pub(crate) force_recreate: bool,
    /// Take over the directories that HNP made, in one reviewable change
    #[arg(long, conflicts_with_all = ["fabric", "directory", "remove"])]
    pub(crate) adopt: bool,
    /// Take hnp out of the repository, or of one fabric; the YAML stays
    #[arg(long)]
    pub(crate) remove: bool,
    /// How to write.
    #[command(flatten)]
    pub(crate) writing: Writing,
    /// Lineage of the new state, a UUID; for tests
    #[arg(long, value_name = "UUID", hide = true)]
    pub(crate) lineage: Option<String>,
}

/// Arguments of `hnp validate`.
#[derive(Clone, Debug, Args)]
pub(crate) struct ValidateArgs {
    /// Files or directories, `-` for standard input [default: every fabric]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// Check the index: what the next commit will hold
    #[arg(long, conflicts_with_all = ["paths", "fix"])]
    pub(crate) staged: bool,
    /// Check a commit: a branch, a tag, an id, HEAD~2
    #[arg(long, value_name = "REV", conflicts_with_all = ["paths", "fix", "staged"])]
    pub(crate) rev: Option<String>,
    /// Compare two commits: `BASE..HEAD`, or `BASE...HEAD` for the merge base; what BASE had already is shown as old
    #[arg(long, value_name = "RANGE", conflicts_with_all = ["paths", "fix", "staged", "rev"])]
    pub(crate) diff: Option<String>,
    /// Which fabrics.
    #[command(flatten)]
    pub(crate) fabrics: FabricArgs,
    /// Profile: authoring, live, day2 or auto
    #[arg(long, value_name = "PROFILE")]
    pub(crate) profile: Option<String>,
    /// Hedgehog release whose rules hold [default: as configured]
    #[arg(long, value_name = "RELEASE")]
    pub(crate) release: Option<String>,
    /// Apply the fixes that are certain, then check again
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix: apply those too that are likely, and not certain, to be meant
    #[arg(long = "unsafe", requires = "fix")]
    pub(crate) unsafe_too: bool,
    /// Show what --fix would do, and do nothing
    #[arg(long, requires = "fix")]
    pub(crate) dry_run: bool,
    /// Findings that this file lists are shown as old and do not block [default: as configured]
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<String>,
    /// Write all findings to a baseline file, and exit 0
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "fix"])]
    pub(crate) write_baseline: Option<String>,
}

/// Arguments of `hnp sync`.
#[derive(Clone, Debug, Args)]
pub(crate) struct SyncArgs {
    /// Only these resources [default: all that policy includes]
    #[arg(value_name = "KIND/NAME")]
    pub(crate) resources: Vec<String>,
    /// The GUI: a JSON or YAML file, a directory of such files, or event:FILE, the payload of a repository_dispatch (event:- reads
    /// it from standard input). A file that is not there is a GUI that holds nothing yet [default: `sync.gui`]
    #[arg(long, value_name = "GUI")]
    pub(crate) gui: Option<PathBuf>,
    /// Which way: gui_to_github, github_to_gui or bidirectional
    #[arg(long, value_name = "DIRECTION", default_value = "bidirectional", value_parser = parse_direction)]
    pub(crate) direction: hnp_state::config::Direction,
    /// Delete more than the limit, or the last resource
    #[arg(long)]
    pub(crate) confirm_deletes: bool,
    /// What settles a conflict in this run, whatever policy says: merge, timestamp_wins, gui_wins, github_wins or user_guided
    #[arg(long, value_name = "STRATEGY", value_parser = parse_strategy)]
    pub(crate) strategy: Option<hnp_state::config::Strategy>,
    /// Pass over holds, the guard against endless flipping, and policies that say disabled, manual_only or auto_sync = false.
    /// Directions, conflicts and what is not known stay; nothing is deleted without --confirm-deletes
    #[arg(long)]
    pub(crate) force: bool,
    /// What set this run off: manual, api or cli for a person; automatic, scheduled or webhook [default: by the event of
    /// GitHub Actions, else cli]
    #[arg(long, value_name = "TRIGGER", value_parser = parse_trigger)]
    pub(crate) trigger: Option<hnp_state::ledger::Trigger>,
    /// How changes of the GUI reach Git: as files here, as a commit on the branch hnp-sync-FABRIC, or as a pull request
    #[arg(long, value_enum, value_name = "CARRIER", default_value_t)]
    pub(crate) to: CarrierArg,
    /// With --to branch: the commit that stands for Git and that the branch starts from [default: HEAD]
    #[arg(long, value_name = "REVISION")]
    pub(crate) base: Option<String>,
    /// Which fabrics and how to write.
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

/// What carries changes to Git.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CarrierArg {
    /// The files of the worktree.
    #[default]
    Worktree,
    /// A commit on a branch of hnp's own; worktree, index and HEAD stay as they are.
    Branch,
    /// A pull request.
    Pr,
}

fn parse_direction(text: &str) -> Result<hnp_state::config::Direction, String> {
    use hnp_state::config::Direction;
    Direction::find(text)
        .filter(|direction| !matches!(direction, Direction::Disabled | Direction::ManualOnly))
        .ok_or_else(|| "write gui_to_github, github_to_gui or bidirectional".to_owned())
}

fn parse_strategy(text: &str) -> Result<hnp_state::config::Strategy, String> {
    hnp_state::config::Strategy::find(text).ok_or_else(|| {
        "write merge, timestamp_wins, gui_wins, github_wins or user_guided".to_owned()
    })
}

fn parse_trigger(text: &str) -> Result<hnp_state::ledger::Trigger, String> {
    use hnp_state::ledger::Trigger;
    if Trigger::WORDS.contains(&text) {
        Ok(Trigger::from(text.to_owned()))
    } else {
        Err(format!("write one of {}", Trigger::WORDS.join(", ")))
    }
}

/// Arguments of `hnp retry`.
#[derive(Clone, Debug, Args)]
pub(crate) struct RetryArgs {
    /// Resources to let go: KIND/NAME or KIND/NAMESPACE/NAME [default: list what waits]
    #[arg(value_name = "KIND/NAME")]
    pub(crate) resources: Vec<String>,
    /// Which fabrics.
    #[command(flatten)]
    pub(crate) fabrics: FabricArgs,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Arguments of `hnp conflicts`.
#[derive(Clone, Debug, Args)]
pub(crate) struct ConflictsArgs {
    /// Id of a conflict, or its beginning
    #[arg(value_name = "ID", conflicts_with_all = ["severity", "kind", "resource", "fabric"])]
    pub(crate) id: Option<String>,
    /// Which ones.
    #[command(flatten)]
    pub(crate) filter: ConflictFilter,
}

/// Which conflicts.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ConflictFilter {
    /// Only conflicts of this severity; may be repeated
    #[arg(long, value_name = "SEVERITY", value_parser = ["low", "medium", "high", "critical"])]
    pub(crate) severity: Vec<String>,
    /// Only conflicts of this type; may be repeated
    #[arg(long = "type", value_name = "TYPE", value_parser = [
        "concurrent_modification", "delete_modify", "schema_mismatch", "dependency_violation",
        "missing_resource", "file_corruption", "semantic",
    ])]
    pub(crate) kind: Vec<String>,
    /// Only conflicts of this resource; may be repeated
    #[arg(long, value_name = "KIND/NAME")]
    pub(crate) resource: Vec<String>,
    /// Which fabrics.
    #[command(flatten)]
    pub(crate) fabrics: FabricArgs,
}

/// Arguments of `hnp resolve`.
#[derive(Clone, Debug, Args)]
#[command(group = clap::ArgGroup::new("which").args(["id", "all"]).required(true))]
#[command(group = clap::ArgGroup::new("how").args(["take", "field", "interactive"]).required(true).multiple(true))]
pub(crate) struct ResolveArgs {
    /// Id of a conflict, or its beginning
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    /// All open conflicts, or those that --type, --severity, --resource and --fabric name
    #[arg(long, conflicts_with = "field")]
    pub(crate) all: bool,
    /// Which of them.
    #[command(flatten)]
    pub(crate) filter: ConflictFilter,
    /// Take one side's value in every field: gui, git or base
    #[arg(long, value_name = "SIDE", value_parser = ["gui", "git", "base"])]
    pub(crate) take: Option<String>,
    /// Settle one field: PATH=gui, PATH=git, PATH=base, or PATH=VALUE in YAML; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) field: Vec<String>,
    /// Ask for each field; nothing is written before the last answer
    #[arg(long, short, conflicts_with_all = ["take", "field"])]
    pub(crate) interactive: bool,
    /// The GUI's file, where --take gui is to write a file anew that cannot be read [default: `sync.gui`]
    #[arg(long, value_name = "FILE")]
    pub(crate) gui: Option<PathBuf>,
    /// Why, for whoever reads the state later
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// How to write.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// Arguments of `hnp ingest`.
#[derive(Clone, Debug, Args)]
pub(crate) struct IngestArgs {
    /// Only files whose name or path matches, such as 'vpc-*.yaml' [default: as configured]
    #[arg(value_name = "PATTERN")]
    pub(crate) patterns: Vec<String>,
    /// Which fabrics.
    #[command(flatten)]
    pub(crate) fabrics: FabricArgs,
    /// Refuse a file whole if one of its documents is bad [default: as configured, which is on]
    #[arg(long, overrides_with = "no_strict")]
    pub(crate) strict: bool,
    /// Take the good documents of a file, leave the bad ones in raw/errors/
    #[arg(long)]
    pub(crate) no_strict: bool,
    /// Leave the files where they are
    #[arg(long)]
    pub(crate) no_archive: bool,
    /// Change a resource that exists with another value, in place
    #[arg(long)]
    pub(crate) update: bool,
    /// Try the files in raw/errors/ again
    #[arg(long)]
    pub(crate) retry: bool,
    /// How to write.
    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// Arguments of `hnp show`.
#[derive(Clone, Debug, Args)]
pub(crate) struct ShowArgs {
    /// The resource: KIND/NAME or KIND/NAMESPACE/NAME; kind, plural or short name
    #[arg(value_name = "KIND/NAME")]
    pub(crate) resource: String,
    /// A GUI's file: what it holds of the resource, and what it knows of the cluster [default: `sync.gui`]
    #[arg(long, value_name = "FILE")]
    pub(crate) gui: Option<PathBuf>,
    /// What `kubectl get ... -o json` or `-o yaml` printed, `-` for standard input: what the cluster holds
    #[arg(long, value_name = "FILE")]
    pub(crate) actual: Option<String>,
    /// Which fabrics.
    #[command(flatten)]
    pub(crate) fabrics: FabricArgs,
}

/// Arguments of `hnp log`.
#[derive(Clone, Debug, Args)]
pub(crate) struct LogArgs {
    /// Only this operation, by the start of its id, or what changed this resource
    #[arg(value_name = "OP|KIND/NAME")]
    pub(crate) operation: Option<String>,
    /// Show the history of conflicts: found, answered, settled; with an id or KIND/NAME only that one's
    #[arg(long)]
    pub(crate) conflicts: bool,
    /// How many operations to show
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
    /// Which fabrics.
    #[command(flatten)]
    pub(crate) fabrics: FabricArgs,
    /// First take in the ledger of another clone, fetched before: `git fetch REMOTE refs/hnp/log` and then FETCH_HEAD
    #[arg(long, value_name = "REV")]
    pub(crate) join: Option<String>,
}

/// Arguments of `hnp metrics`.
#[derive(Clone, Debug, Args)]
pub(crate) struct MetricsArgs {
    /// How many days back
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub(crate) days: u32,
    /// Which fabrics.
    #[command(flatten)]
    pub(crate) fabrics: FabricArgs,
}

/// Arguments of `hnp explain`.
#[derive(Clone, Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code, such as SCH-01 [default: a list of all]
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
    /// Everything about every code
    #[arg(long, conflicts_with = "code")]
    pub(crate) all: bool,
}

/// Arguments of `hnp diff`.
#[derive(Clone, Debug, Args)]
pub(crate) struct DiffArgs {
    /// The old side: a file, a directory, a revision, REVISION:PATH; or both sides as A..B or A...B
    #[arg(value_name = "A")]
    pub(crate) old: PathBuf,
    /// The new side
    #[arg(value_name = "B")]
    pub(crate) new: Option<PathBuf>,
    /// Print A alone as a line a field, for Git's textconv
    #[arg(long, conflicts_with = "new")]
    pub(crate) textconv: bool,
}

/// Arguments of `hnp drift`.
#[derive(Clone, Debug, Args)]
pub(crate) struct DriftArgs {
    /// What `kubectl get ... -o json` or `-o yaml` printed, `-` for standard input
    #[arg(value_name = "FILE", required_unless_present = "gui")]
    pub(crate) files: Vec<String>,
    /// A GUI's file whose resources hold `actual`, what the cluster has
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    pub(crate) gui: Option<PathBuf>,
    /// Compare with a commit: a branch, a tag, an id, HEAD~2 [default: the files as they are]
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,
    /// The files hold all that the cluster has: kinds of which they hold no list are not there
    #[arg(long)]
    pub(crate) complete: bool,
    /// Which fabrics.
    #[command(flatten)]
    pub(crate) fabrics: FabricArgs,
}

/// What a merge driver is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DriverKind {
    /// Managed YAML.
    Yaml,
    /// .hnp/state.toml.
    State,
}

/// Arguments of `hnp merge-driver`.
#[derive(Clone, Debug, Args)]
pub(crate) struct MergeDriverArgs {
    /// What the file is
    pub(crate) kind: DriverKind,
    /// %O: the file that both sides grew from
    #[arg(value_name = "BASE")]
    pub(crate) base: PathBuf,
    /// %A: our file, which becomes the result
    #[arg(value_name = "OURS")]
    pub(crate) ours: PathBuf,
    /// %B: their file
    #[arg(value_name = "THEIRS")]
    pub(crate) theirs: PathBuf,
    /// %L: size of conflict markers
    #[arg(value_name = "SIZE", default_value = "7")]
    pub(crate) marker_size: String,
    /// %P: path in the repository, and then %S, %X and %Y: labels of base, ours and theirs, where Git has them
    #[arg(value_name = "PATH [LABEL...]", num_args = 0.., allow_hyphen_values = true)]
    pub(crate) names: Vec<std::ffi::OsString>,
}

/// What to do with the state.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum StateCommand {
    /// Check state.toml: form, order, hashes, lineage
    Verify,
    /// Make state.toml anew from what can be saved and from the files
    Rebuild(StateWriting),
    /// Bring the entries up to date with the files as they are
    Refresh(StateWriting),
}

/// How to write the state.
#[derive(Clone, Debug, Args)]
pub(crate) struct StateWriting {
    /// How to write.
    #[command(flatten)]
    pub(crate) writing: Writing,
    /// Lineage of a new state, a UUID; for tests
    #[arg(long, value_name = "UUID", hide = true)]
    pub(crate) lineage: Option<String>,
}

/// What to do with schemas.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// List the kinds of a release
    List {
        /// Hedgehog release [default: as configured]
        #[arg(long, value_name = "RELEASE")]
        release: Option<String>,
    },
    /// Show the fields of a kind
    Show {
        /// Kind, plural or short name
        kind: String,
        /// Hedgehog release [default: as configured]
        #[arg(long, value_name = "RELEASE")]
        release: Option<String>,
    },
    /// Turn CustomResourceDefinitions into a schema file
    Import {
        /// CRD files or directories of them
        #[arg(required = true, value_name = "CRD")]
        files: Vec<PathBuf>,
        /// Where to write it; `-` for standard output [default: .hnp/schemas/imported.json]
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
}

/// One of Git's hooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HookName {
    /// Before a commit: the index that Git names.
    PreCommit,
    /// Before a merge commit.
    PreMergeCommit,
    /// Before a push leaves: its arguments and standard input are Git's.
    PrePush,
    /// On a server, before a push is accepted: standard input is Git's.
    PreReceive,
    /// After a merge: a reminder.
    PostMerge,
}

/// Arguments of `hnp hook`.
#[derive(Clone, Debug, Args)]
pub(crate) struct HookArgs {
    /// The hook
    #[arg(value_name = "HOOK")]
    pub(crate) name: HookName,
    /// Check every new commit, not only the last one of each reference
    #[arg(long)]
    pub(crate) each: bool,
    /// Let old findings block as new ones do
    #[arg(long)]
    pub(crate) block_old: bool,
    /// pre-commit: take in what waits in raw/, then stop for a look
    #[arg(long)]
    pub(crate) ingest: bool,
    /// pre-receive: the server's own settings [default: hnp/config.toml inside the repository, where it is there]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// What Git gives the hook
    #[arg(
        value_name = "ARGUMENT",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub(crate) rest: Vec<std::ffi::OsString>,
}

/// What to do with hooks.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum HooksCommand {
    /// Make Git run hnp: before commits, merges and pushes, and to merge and show manifests
    Install(HooksInstallArgs),
    /// Take out what install put in, and nothing else
    Uninstall(HooksArgs),
    /// Say which hooks run hnp, and what keeps others from doing so
    Status(HooksArgs),
}

/// Which hooks.
#[derive(Clone, Debug, Args)]
pub(crate) struct HooksArgs {
    /// The hook of a server, in a bare repository
    #[arg(long)]
    pub(crate) server: bool,
}

/// Arguments of `hnp hooks install`.
#[derive(Clone, Debug, Args)]
pub(crate) struct HooksInstallArgs {
    /// Which hooks.
    #[command(flatten)]
    pub(crate) which: HooksArgs,
    /// Let pre-commit take in what waits in raw/, and stop for a look
    #[arg(long, conflicts_with = "server")]
    pub(crate) ingest: bool,
    /// Check every new commit of a push, not only the last one of each reference
    #[arg(long)]
    pub(crate) each: bool,
    /// Write hook files even where Git would take the hooks from its configuration
    #[arg(long)]
    pub(crate) files: bool,
    /// What Git is to call [default: hnp where that is this program, else its path]
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) program: Option<String>,
}
