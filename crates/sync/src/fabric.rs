//! A fabric's files, read from one place, and what each of them is.

use hnp_model::{Severity, SourceFile};
use hnp_rules::{Release, Role, Settings, catalogue, schema, suggest};
use hnp_state::config::{Config, Fabric, Level, UnknownGroup};
use hnp_state::layout::{Area, area};
use hnp_state::path;

/// One fabric of the configuration with its files.
#[derive(Clone, Debug)]
pub struct FabricFiles<'c> {
    /// Its name.
    pub name: &'c str,
    /// Its configuration.
    pub fabric: &'c Fabric,
    /// Every regular file under its directories, sorted by path.
    pub files: Vec<SourceFile>,
}

impl FabricFiles<'_> {
    /// Returns the area a path lies in, with the directory of the fabric that holds it.
    #[must_use]
    pub fn area<'a>(&'a self, file: &str) -> Option<(&'a str, Area)> {
        self.fabric.directories.iter().find_map(|directory| {
            let inside = path::strip(file, directory)?;
            Some((directory.as_str(), area(inside)))
        })
    }

    /// Returns the files of an area.
    pub fn in_area(&self, wanted: impl Fn(Area) -> bool) -> impl Iterator<Item = &SourceFile> {
        self.files
            .iter()
            .filter(move |file| self.area(&file.path).is_some_and(|(_, area)| wanted(area)))
    }
}

/// Returns the area of a fabric that a path lies in.
#[must_use]
pub fn area_of(fabric: &Fabric, file: &str) -> Option<Area> {
    fabric
        .directories
        .iter()
        .find_map(|directory| path::strip(file, directory))
        .map(area)
}

/// Tells whether a file name says YAML.
#[must_use]
pub fn is_yaml(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    // The reports beside refused files are no manifests.
    if name.ends_with(".report.json") {
        return false;
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|e| {
        ["yaml", "yml", "json"]
            .iter()
            .any(|known| e.eq_ignore_ascii_case(known))
    })
}

/// Returns what validation makes of a file of an area; `None` where it is not read.
#[must_use]
pub fn role(area: Area, path: &str) -> Option<Role> {
    if !is_yaml(path) {
        return None;
    }
    match area {
        Area::Managed => Some(Role::Managed),
        Area::RawPending => Some(Role::Pending),
        Area::UnmanagedExternal | Area::UnmanagedOverrides | Area::Unmanaged => Some(Role::Context),
        _ => None,
    }
}

/// Returns the settings of a fabric's checks.
///
/// # Errors
///
/// Fails on a release that hnp does not know.
pub fn settings(
    config: &Config,
    fabric: Option<&str>,
    release: Option<&str>,
) -> Result<Settings, String> {
    let name = release.unwrap_or_else(|| {
        fabric.map_or(config.release.as_str(), |fabric| config.release_of(fabric))
    });
    let release = Release::parse(name)
        .map_err(|error| error.to_string())?
        .release;
    let mut settings = Settings::new(release);
    settings.fabric = fabric.map(str::to_owned);
    settings.limits = config.limits.yaml();
    settings.unknown_group = match config.rules.unknown_group {
        UnknownGroup::Warning => Severity::Warning,
        UnknownGroup::Error => Severity::Error,
    };
    Ok(settings)
}

/// Checks what config.toml says of rules: the codes must exist, and what Hedgehog refuses cannot be made less than an
/// error. A warning may become anything.
///
/// # Errors
///
/// One sentence for people a setting that is wrong.
pub fn check_levels(config: &Config) -> Result<(), Vec<String>> {
    let mut wrong = Vec::new();
    for (code, level) in &config.rules.severity {
        match catalogue::find(code) {
            None => {
                let codes = catalogue::all().into_iter().map(|rule| rule.code);
                let hint = suggest::nearest(code, codes)
                    .map_or_else(|| "`hnp explain` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
                wrong.push(format!("rules.severity: there is no code `{code}`; {hint}"));
            }
            Some(rule) if rule.severity == Severity::Error && *level != Level::Error => wrong.push(format!(
                "rules.severity: {code} is an error, since Hedgehog or Kubernetes refuses what it finds; it cannot be less"
            )),
            Some(_) => {}
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Adds imported schemas to settings.
///
/// # Errors
///
/// Fails where a schema file cannot be read; says which.
pub fn with_imported(mut settings: Settings, files: &[SourceFile]) -> Result<Settings, String> {
    for file in files {
        let text =
            std::str::from_utf8(&file.bytes).map_err(|_| format!("{} is not UTF-8", file.path))?;
        let imported =
            schema::from_json(text).map_err(|error| format!("{}: {error}", file.path))?;
        settings.schemas = settings.schemas.with_imported(imported.kinds);
    }
    Ok(settings)
}
