//! Which profile a fabric's files look like.

use hnp_model::{SourceFile, kind, manifests};
use hnp_state::config::Profile;
use hnp_yaml::{Options, parse};

use crate::fabric::is_yaml;

/// Returns the profile that the manifests show: hydrated switches mean `live`, switches without their addresses
/// `authoring`, VPCs without any wiring `day2`; nothing to go by leaves `auto`.
#[must_use]
pub fn detect(files: &[SourceFile]) -> Profile {
    let (mut switches, mut hydrated, mut wiring, mut others) = (0, 0, 0, 0);
    for file in files.iter().filter(|file| is_yaml(&file.path)) {
        let stream = parse(file.bytes.clone(), &Options::default());
        for manifest in manifests(&stream) {
            let (Some(group), Some(name)) = (manifest.group(), manifest.kind()) else {
                continue;
            };
            let Some(info) = kind::find(group, name) else {
                continue;
            };
            if info.kind == "Switch" {
                switches += 1;
                let spec = manifest.value.get("spec");
                hydrated += usize::from(spec.is_some_and(|spec| spec.get("protocolIP").is_some()));
            }
            if info.wiring {
                wiring += 1;
            } else {
                others += 1;
            }
        }
    }
    match (switches, hydrated, wiring, others) {
        (0, _, 0, 1..) => Profile::Day2,
        (1.., 0, _, _) => Profile::Authoring,
        (1.., 1.., _, _) => Profile::Live,
        _ => Profile::Auto,
    }
}
