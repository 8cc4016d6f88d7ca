//! Fixes that take a key with its value out of a manifest.

use hnp_model::{Fix, Manifest, TextEdit};
use hnp_yaml::edit::{Edit, Path, Seg, apply};

use crate::sink::Sink;

/// Makes a safe fix that removes a key, comments and all; `None` where the editor refuses.
pub(crate) fn fix(
    manifest: Manifest<'_>,
    keys: &[&str],
    title: impl Into<String>,
    sink: &Sink<'_>,
) -> Option<Fix> {
    let mut path = Path::root();
    if let Some(item) = manifest.item {
        path = path
            .then(Seg::Key("items".to_owned()))
            .then(Seg::Item(item));
    }
    for key in keys {
        path = path.then(Seg::Key((*key).to_owned()));
    }
    let stream = manifest.document.stream();
    let edited = apply(stream, manifest.document.index(), &[Edit::Remove { path }]).ok()?;
    // Each splice counts in the text that the one before left; a single one counts in the text itself.
    let [splice] = edited.splices.as_slice() else {
        return None;
    };
    Some(Fix {
        title: title.into(),
        safe: true,
        edits: vec![TextEdit {
            place: sink.place(splice.span),
            with: splice.with.clone(),
        }],
    })
}
