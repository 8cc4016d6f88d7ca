//! `hnp demo`

use std::path::{Path, PathBuf};

use crate::args::{
    DemoArgs, FabricArgs, Global, IngestArgs, InitArgs, TemplateArg, ValidateArgs, Writing,
};
use crate::failure::Failure;
use crate::output::{self, Output};

/// A small fabric as people write it: two files, several documents each.
const WIRING: &str = include_str!("../demo/wiring.yaml");
const VPCS: &str = include_str!("../demo/vpcs.yaml");
/// The same with a mistake.
const MISTAKE: &str = include_str!("../demo/mistake.yaml");

/// Removes the sample repository unless it is to be kept.
struct Sample {
    root: PathBuf,
    keep: bool,
}

impl Drop for Sample {
    fn drop(&mut self) {
        if !self.keep {
            let _ = std::fs::remove_dir_all(&self.root);
        }
    }
}

/// What leads Git to another repository than the one around a directory, as in a hook.
const ELSEWHERE: [&str; 5] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
];

pub(super) fn run(global: &Global, args: &DemoArgs) -> Result<Output, Failure> {
    if let Some(name) = ELSEWHERE
        .iter()
        .find(|name| std::env::var_os(name).is_some())
    {
        return Err(Failure::Usage(format!(
            "{name} is set, so the demo would work on that repository and not on its sample. Run `env -u {name} hnp demo`"
        )));
    }
    let sample = sample(args)?;
    let inner = Global {
        work_dir: Some(sample.root.clone()),
        format: hnp_report::Format::Human,
        output: Vec::new(),
        quiet: false,
        ..global.clone()
    };
    hnp_git::Repo::init(&sample.root)?;
    let mut code = 0;
    say("A sample fabric, from a drop of YAML to validated files, one resource each.\n");
    step("hnp init --fabric lab --directory fabrics/lab");
    code |= show(&super::init::run(&inner, &init())?);
    say("\nTwo files come in: the wiring, and two VPCs with a mistake.");
    let raw = sample.root.join("fabrics/lab/raw/pending");
    write(&raw.join("wiring.yaml"), WIRING)?;
    write(&raw.join("vpcs.yaml"), MISTAKE)?;
    step("hnp ingest");
    let refused = super::ingest::run(&inner, &ingest(false))?;
    if refused.code != 1 {
        return Err(Failure::Environment(
            "the demo's mistake was not found".to_owned(),
        ));
    }
    show(&refused);
    say(
        "\nThe file with the mistake went to raw/errors/ whole, with a report beside it; the wiring was taken in.",
    );
    say("Mended, it is tried again:");
    write(&sample.root.join("fabrics/lab/raw/errors/vpcs.yaml"), VPCS)?;
    step("hnp ingest --retry");
    code |= show(&super::ingest::run(&inner, &ingest(true))?);
    step("hnp validate");
    code |= show(&super::validate::run(&inner, &validate())?);
    step("hnp status");
    code |= show(&super::status::run(&inner, &FabricArgs::default())?);
    if sample.keep {
        say(&format!("\nThe sample stays in {}.", sample.root.display()));
    } else {
        say(
            "\nThat was all of it; the sample is gone. `hnp demo --keep DIR` leaves it for a look.",
        );
    }
    Ok(Output::default().code(code))
}

fn sample(args: &DemoArgs) -> Result<Sample, Failure> {
    let failed = |path: &Path, error: &std::io::Error| {
        Failure::Environment(format!("cannot make {}: {error}", path.display()))
    };
    if let Some(dir) = &args.keep {
        std::fs::create_dir_all(dir).map_err(|error| failed(dir, &error))?;
        let used = std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
        if used {
            return Err(Failure::Usage(format!(
                "--keep {}: the directory is not empty",
                dir.display()
            )));
        }
        return Ok(Sample {
            root: dir.clone(),
            keep: true,
        });
    }
    let root = std::env::temp_dir().join(format!("hnp-demo-{}", std::process::id()));
    // Made here and nowhere else: a directory that is there already may be somebody's trap.
    std::fs::create_dir(&root).map_err(|error| failed(&root, &error))?;
    Ok(Sample { root, keep: false })
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text)
        .map_err(|error| Failure::Environment(format!("cannot write {}: {error}", path.display())))
}

fn say(text: &str) {
    let _ = output::print(&format!("{text}\n"));
}

fn step(command: &str) {
    let _ = output::print(&format!("\n$ {command}\n"));
}

fn show(output: &Output) -> u8 {
    for line in &output.notes {
        output::note(line);
    }
    let _ = output::print(&output.text);
    output.code
}

fn init() -> InitArgs {
    InitArgs {
        fabric: Some("lab".to_owned()),
        directory: Some("fabrics/lab".to_owned()),
        template: TemplateArg::Standard,
        release: None,
        move_to_raw: false,
        github: false,
        repair: false,
        force_recreate: false,
        adopt: false,
        remove: false,
        writing: Writing::default(),
        lineage: None,
    }
}

fn ingest(retry: bool) -> IngestArgs {
    IngestArgs {
        patterns: Vec::new(),
        fabrics: FabricArgs::default(),
        strict: false,
        no_strict: false,
        no_archive: false,
        update: false,
        retry,
        writing: Writing::default(),
    }
}

fn validate() -> ValidateArgs {
    ValidateArgs {
        staged: false,
        rev: None,
        paths: Vec::new(),
        fabrics: FabricArgs::default(),
        profile: None,
        release: None,
        fix: false,
        dry_run: false,
        diff: None,
        unsafe_too: false,
        baseline: None,
        write_baseline: None,
    }
}
