//! `hnp demo`

mod story;

use std::path::{Path, PathBuf};

use crate::args::{DemoArgs, Global};
use crate::failure::Failure;
use crate::output::Output;

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
    story::tell(global, &sample.root)?;
    let place = sample.root.display();
    let end = if sample.keep {
        format!("\nThe sample stays in {place}.\n")
    } else {
        "\nThat was all of it; the sample is gone. `hnp demo --keep DIR` leaves it for a look.\n"
            .to_owned()
    };
    Ok(Output::of(end))
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
