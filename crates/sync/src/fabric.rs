//! A fabric's files, read from one place, and what each of them is.

use hnp_model::{Severity, Source, SourceFile, Unseen};
use hnp_rules::net::{Addr, Prefix, VlanRange};
use hnp_rules::{Network, Outside, Release, Role, Settings, catalogue, schema, suggest};
use hnp_state::config::{
    self, Config, Fabric, FabricMode, Level, Toggle, UnknownGroup, vlan_range,
};
use hnp_state::layout::{Area, area};
use hnp_state::path;
use rayon::prelude::*;

/// One fabric of the configuration with its files.
#[derive(Clone, Debug)]
pub struct FabricFiles<'c> {
    /// Its name.
    pub name: &'c str,
    /// Its configuration.
    pub fabric: &'c Fabric,
    /// Every regular file under its directories, sorted by path.
    pub files: Vec<SourceFile>,
    /// What is there too and is not read; none of it is absent.
    pub unseen: Vec<Unseen>,
}

impl<'c> FabricFiles<'c> {
    /// Reads what is managed of a fabric, what it is judged together with, and the lists for kustomize beside it.
    ///
    /// # Errors
    ///
    /// Fails where a file cannot be read.
    pub fn read<S>(source: &S, name: &'c str, fabric: &'c Fabric) -> Result<Self, S::Error>
    where
        S: Source + std::marker::Sync,
        S::Error: Send,
    {
        let (mut paths, mut unseen) = (Vec::new(), Vec::new());
        for directory in &fabric.directories {
            let seen = source.list(directory)?;
            paths.extend(seen.files);
            unseen.extend(seen.unseen);
        }
        paths.retain(|path| match area_of(fabric, path) {
            // What lists the files follows them.
            Some(Area::Managed | Area::Root) if is_kustomization(path) => true,
            Some(area) => is_manifest(area) && is_yaml(path),
            None => false,
        });
        paths.sort_unstable();
        let mut files = Self {
            name,
            fabric,
            files: read(source, &paths)?,
            unseen: Vec::new(),
        };
        files.pass_over(unseen);
        Ok(files)
    }

    /// Notes what is there and was not read. Only what may hold managed resources counts.
    pub fn pass_over(&mut self, unseen: impl IntoIterator<Item = Unseen>) {
        let fabric = self.fabric;
        let counts = |one: &Unseen| {
            fabric
                .directories
                .iter()
                .any(|directory| may_hold_managed(directory, one))
        };
        self.unseen.extend(unseen.into_iter().filter(counts));
        self.unseen.sort_by(|a, b| a.path.cmp(&b.path));
        self.unseen.dedup_by(|a, b| a.path == b.path);
    }

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

/// Tells whether managed resources of a fabric directory may lie in, or at, what was not read.
fn may_hold_managed(directory: &str, one: &Unseen) -> bool {
    let managed = path::join(directory, "managed");
    let above = one.path == managed || path::strip(&managed, &one.path).is_some();
    let below = path::strip(&one.path, &managed).is_some();
    if one.is_file {
        below && is_yaml(&one.path) && !is_kustomization(&one.path)
    } else {
        above || below
    }
}

/// Reads files that a source listed, in parallel.
///
/// # Errors
///
/// Fails where one cannot be read.
pub fn read<S>(source: &S, paths: &[String]) -> Result<Vec<SourceFile>, S::Error>
where
    S: Source + std::marker::Sync,
    S::Error: Send,
{
    let read = |path: &String| {
        Ok(SourceFile {
            path: path.clone(),
            bytes: source.read_listed(path)?,
        })
    };
    paths.par_iter().map(read).collect()
}

/// Tells whether manifests lie in an area: those that hnp manages, and those that they are judged together with.
#[must_use]
pub fn is_manifest(area: Area) -> bool {
    matches!(
        area,
        Area::Managed | Area::Unmanaged | Area::UnmanagedExternal | Area::UnmanagedOverrides
    )
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

/// Tells whether a file is a list of files for kustomize, and no manifest.
#[must_use]
pub fn is_kustomization(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(
        name,
        "kustomization.yaml" | "kustomization.yml" | "Kustomization"
    )
}

/// Returns what validation makes of a file of an area; `None` where it is not read.
#[must_use]
pub fn role(area: Area, path: &str) -> Option<Role> {
    if !is_yaml(path) || is_kustomization(path) {
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
    if let Some(fabric) = fabric.and_then(|name| config.fabrics.get(name)) {
        settings.hydrated = toggle(fabric.hydrated());
        settings.outside = outside(fabric.outside());
        settings.network = network(&fabric.network);
    }
    Ok(settings)
}

fn toggle(toggle: Toggle) -> Option<bool> {
    match toggle {
        Toggle::Auto => None,
        Toggle::On => Some(true),
        Toggle::Off => Some(false),
    }
}

fn outside(outside: config::Outside) -> Outside {
    match outside {
        config::Outside::Auto => Outside::Auto,
        config::Outside::Kinds(kinds) => Outside::Kinds(kinds),
    }
}

/// Replaces what a profile presets, for one run.
pub fn apply_profile(settings: &mut Settings, profile: config::Profile) {
    settings.hydrated = toggle(profile.hydrated());
    settings.outside = outside(profile.outside());
}

/// Reads what config.toml says of the fabric's own configuration. Reading the file has checked its texts already; one that
/// cannot be read all the same leaves Hedgehog's default.
fn network(network: &config::Network) -> Network {
    let default = Network::default();
    let prefix = |text: &str, default: Prefix| Prefix::parse(text).unwrap_or(default);
    let ranges = |texts: &[String]| -> Vec<VlanRange> {
        texts
            .iter()
            .filter_map(|text| vlan_range(text))
            .map(|(from, to)| VlanRange { from, to })
            .collect()
    };
    Network {
        management: prefix(&network.management_subnet, default.management),
        control_vip: prefix(&network.control_vip, default.control_vip),
        management_dhcp_start: Addr::parse(&network.management_dhcp_start)
            .unwrap_or(default.management_dhcp_start),
        protocol: prefix(&network.protocol_subnet, default.protocol),
        vtep: prefix(&network.vtep_subnet, default.vtep),
        fabric: prefix(&network.fabric_subnet, default.fabric),
        reserved: network
            .reserved()
            .into_iter()
            .filter_map(Prefix::parse)
            .collect(),
        spine_asn: network.spine_asn,
        leaf_asn: (network.leaf_asn_start, network.leaf_asn_end),
        gateway_asn: network.gateway_asn,
        irb_vlans: ranges(&network.vpc_irb_vlans),
        th5_vlans: ranges(&network.th5_workaround_vlans),
        fabric_mtu: network.fabric_mtu,
        server_mtu: network.server_mtu_max(),
        spine_leaf: network.fabric_mode == FabricMode::SpineLeaf,
        vpc_peering_disabled: network.vpc_peering_disabled,
        gateway: toggle(network.enable_gateway),
        extra_switch_profiles: network.allow_extra_switch_profiles,
        gateway_communities: network.gateway_communities.len(),
    }
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
