//! `hnp doctor`

use hnp_report::Format;
use hnp_state::CONFIG_PATH;
use serde_json::json;

use crate::args::Global;
use crate::context::{Context, parse_config};
use crate::failure::Failure;
use crate::output::Output;

/// One check.
struct Check {
    name: &'static str,
    good: bool,
    says: String,
}

pub(super) fn run(global: &Global) -> Result<Output, Failure> {
    let checks = checks(global);
    let bad = checks.iter().any(|check| !check.good);
    let output = if global.format == Format::Json {
        let checks: Vec<_> = checks
            .iter()
            .map(|check| json!({ "check": check.name, "ok": check.good, "message": check.says }))
            .collect();
        Output::json(&json!({ "version": 1, "ok": !bad, "checks": checks }))
    } else {
        let text: String = checks
            .iter()
            .map(|check| {
                let mark = if check.good { "ok  " } else { "FAIL" };
                format!("{mark} {:14} {}\n", check.name, check.says)
            })
            .collect();
        Output::of(text)
    };
    Ok(output.code(if bad { 3 } else { 0 }))
}

fn checks(global: &Global) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut add = |name, good, says: String| checks.push(Check { name, good, says });
    add(
        "hnp",
        true,
        format!("version {}", env!("CARGO_PKG_VERSION")),
    );
    match std::process::Command::new("git").arg("--version").output() {
        Ok(output) if output.status.success() => {
            add(
                "git",
                true,
                String::from_utf8_lossy(&output.stdout).trim().to_owned(),
            );
        }
        _ => add(
            "git",
            false,
            "git cannot be started; install it, `--commit` and the file history need it".to_owned(),
        ),
    }
    let context = match Context::open_raw(global) {
        Ok(context) => context,
        Err(failure) => {
            add("repository", false, failure.to_string());
            return checks;
        }
    };
    let head = context
        .repo
        .head()
        .map_or_else(|| "no commit yet".to_owned(), |head| head[..12].to_owned());
    let branch = context
        .repo
        .branch()
        .unwrap_or_else(|| "no branch".to_owned());
    add("repository", true, format!("on {branch}, {head}"));
    match &context.files.config {
        None => add(
            "config",
            true,
            format!("there is no {CONFIG_PATH} yet; `hnp init` writes one"),
        ),
        Some(text) => match parse_config(text) {
            Ok(config) => {
                let release = hnp_rules::Release::parse(&config.release);
                let good = release.is_ok();
                let says = match release {
                    Ok(parsed) => parsed.note.unwrap_or_else(|| {
                        format!(
                            "{} fabric(s), release {}",
                            config.fabrics.len(),
                            config.release
                        )
                    }),
                    Err(error) => error.to_string(),
                };
                add("config", good, says);
            }
            Err(failure) => add("config", false, failure.to_string()),
        },
    }
    if let Some(problems) = super::state::problems(&context) {
        let says = match problems.first() {
            None => "fine".to_owned(),
            Some(first) => format!("{}: {} (`hnp state rebuild`)", first.place, first.message),
        };
        add("state", problems.is_empty(), says);
    } else if context.files.config.is_some() {
        add(
            "state",
            false,
            "there is no .hnp/state.toml; `hnp state rebuild` makes one".to_owned(),
        );
    }
    let held = hnp_local::lock::Lock::is_held(&context.hnp_dir);
    add(
        "lock",
        !held,
        if held {
            "another hnp is at work here".to_owned()
        } else {
            "free".to_owned()
        },
    );
    let pending = hnp_local::journal::is_pending(&context.hnp_dir);
    add(
        "journal",
        !pending,
        if pending {
            "a run was interrupted; the next command that writes finishes it".to_owned()
        } else {
            "nothing left over".to_owned()
        },
    );
    let attributes = context.files.attributes.as_deref().unwrap_or("");
    if context.files.config.is_some() {
        let good = attributes.contains("merge=hnp-state");
        add(
            "attributes",
            good,
            if good {
                "in place".to_owned()
            } else {
                "lines are missing in .gitattributes; `hnp init --repair` adds them".to_owned()
            },
        );
    }
    checks
}
