//! `hnp show`

mod outside;
mod past;
mod resource;
mod text;

use hnp_model::{DEFAULT_NAMESPACE, kind, manifests};
use hnp_report::Format;
use hnp_state::layout::Area;
use hnp_sync::drift::Actual;
use hnp_sync::fabric::area_of;
use hnp_sync::gui::{Gui as _, Snapshot};
use hnp_yaml::{Options, parse};
use serde_json::json;

use crate::args::{Global, ShowArgs};
use crate::context::{Context, work_dir};
use crate::failure::Failure;
use crate::named_gui;
use crate::output::{Output, clean};

/// What is known beside the repository.
struct Known {
    context: Context,
    /// What the GUI holds, where it was named.
    gui: Option<Snapshot>,
    /// What the cluster holds, where it was given.
    actual: Option<Vec<Actual>>,
    /// The newest records of the ledger.
    records: Vec<hnp_state::ledger::Record>,
}

/// How many records are looked at.
const RECORDS: usize = 1000;

/// Which resource is asked for.
pub(super) struct Wanted {
    /// As it was written.
    text: String,
    kind: String,
    namespace: String,
    name: String,
    /// The namespace was named.
    exact: bool,
}

impl Wanted {
    /// Tells whether a key of the state is the resource's, in whichever fabric.
    pub(super) fn is_key(&self, key: &str) -> bool {
        let parts: Vec<&str> = key.rsplitn(4, '/').collect();
        let [name, namespace, kind, _fabric] = parts.as_slice() else {
            return false;
        };
        *name == self.name && *kind == self.kind && (!self.exact || *namespace == self.namespace)
    }

    /// Returns what was asked for, as it was written.
    pub(super) fn text(&self) -> String {
        clean(&self.text)
    }

    /// Says that no resource is called so.
    pub(super) fn unknown(&self, hint: &str) -> String {
        format!("no managed resource is called {}{hint}", self.text())
    }

    /// Asks whether one of these keys is meant; empty where none is near.
    pub(super) fn hint<'k>(&self, keys: impl Iterator<Item = &'k str>) -> String {
        let names = keys.filter_map(|key| {
            let parts: Vec<&str> = key.rsplitn(4, '/').collect();
            match parts.as_slice() {
                [name, _, kind, _] if *kind == self.kind => Some(*name),
                _ => None,
            }
        });
        let near = hnp_rules::suggest::nearest(&self.name, names);
        near.map_or_else(String::new, |near| {
            format!("; did you mean `{}/{}`?", self.kind, clean(near))
        })
    }
}

/// Reads KIND/NAME or KIND/NAMESPACE/NAME.
pub(super) fn wanted(text: &str) -> Result<Wanted, Failure> {
    let parts: Vec<&str> = text.split('/').collect();
    let (word, namespace, name) = match parts.as_slice() {
        [kind, name] => (*kind, None, *name),
        [kind, namespace, name] => (*kind, Some(*namespace), *name),
        _ => {
            return Err(Failure::Usage(format!(
                "`{text}`: write KIND/NAME, such as VPC/vpc-1"
            )));
        }
    };
    let info = kind::find_by_word(word);
    if info.is_none() && !word.contains('.') {
        let near = hnp_rules::suggest::nearest(word, kind::KINDS.iter().map(|info| info.kind));
        let hint = near.map_or_else(
            || "`hnp schema list` shows them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Failure::Usage(format!("there is no kind `{word}`; {hint}")));
    }
    let fabricator = info.is_some_and(|info| info.group.starts_with("fabricator."));
    Ok(Wanted {
        text: text.to_owned(),
        kind: info.map_or_else(|| word.to_owned(), |info| info.kind.to_owned()),
        namespace: namespace
            .unwrap_or(if fabricator { "fab" } else { DEFAULT_NAMESPACE })
            .to_owned(),
        name: name.to_owned(),
        exact: namespace.is_some(),
    })
}

pub(super) fn run(global: &Global, args: &ShowArgs) -> Result<Output, Failure> {
    let wanted = wanted(&args.resource)?;
    let known = known(global, args)?;
    let context = &known.context;
    let mut keys = Vec::new();
    let mut found = Vec::new();
    for (name, fabric) in context.fabrics(&args.fabrics)? {
        for file in context.look_at_files(fabric)? {
            let managed = area_of(fabric, &file.path) == Some(Area::Managed);
            if !managed || !hnp_sync::fabric::is_yaml(&file.path) {
                continue;
            }
            let stream = parse(file.bytes.clone(), &Options::default());
            for manifest in manifests(&stream) {
                let Some(id) = manifest.id() else { continue };
                if id.qualified_kind() == wanted.kind && id.name == wanted.name {
                    if !wanted.exact || id.namespace == wanted.namespace {
                        found.push(resource::json(
                            &known, name, fabric, &file, &stream, manifest,
                        )?);
                    }
                } else {
                    keys.push(id.key(name));
                }
            }
        }
    }
    if found.is_empty() {
        return Err(Failure::Usage(
            wanted.unknown(&wanted.hint(keys.iter().map(String::as_str))),
        ));
    }
    if global.format == Format::Json {
        let value = match found.as_slice() {
            [one] => one.clone(),
            several => json!({ "version": 1, "resources": several }),
        };
        return Ok(Output::json(&value));
    }
    Ok(Output::of(
        found.iter().map(text::text).collect::<Vec<_>>().join("\n"),
    ))
}

fn known(global: &Global, args: &ShowArgs) -> Result<Known, Failure> {
    let context = Context::open(global)?;
    let here = work_dir(global)?;
    let gui = match &args.gui {
        Some(gui) => Some(named_gui::given(global, gui)?),
        None => named_gui::configured(&context).unwrap_or_default(),
    };
    let gui = gui.map(|gui| gui.snapshot()).transpose()?;
    let actual = match &args.actual {
        Some(file) => Some(super::drift::read_all(&here, std::slice::from_ref(file))?),
        None => None,
    };
    let records = super::log::records(&context, RECORDS)?;
    Ok(Known {
        context,
        gui,
        actual,
        records,
    })
}
