//! The list of files in a `kustomization.yaml` follows the files: a splice a line, comments stay.

use std::collections::BTreeMap;

use hnp_state::path::strip;
use hnp_yaml::edit::{Edit, Path, Seg, apply_within};
use hnp_yaml::{Document, Limits, Node, Options, parse};

use super::tree::GitTree;
use crate::fabric::FabricFiles;

/// Names under which kustomize looks for its list.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Puts files that come on the list that names their neighbours, and takes files that go off every list. Returns the
/// files of which a list could not be changed, with the reason.
pub(super) fn follow(
    fabric: &FabricFiles<'_>,
    tree: &GitTree,
    texts: &mut BTreeMap<String, Option<String>>,
    limits: Limits,
) -> BTreeMap<String, String> {
    let mut refused = BTreeMap::new();
    let changes: Vec<(String, bool)> = texts
        .iter()
        .filter(|(path, text)| text.is_some() != tree.texts.contains_key(*path))
        .map(|(path, text)| (path.clone(), text.is_some()))
        .collect();
    for (path, comes) in changes {
        for (list, relative) in lists(fabric, tree, &path) {
            let now = match texts.get(&list) {
                Some(Some(text)) => text.clone(),
                _ => tree.texts.get(&list).cloned().unwrap_or_default(),
            };
            match edit(&now, &relative, comes, limits) {
                Ok(Some(text)) => {
                    texts.insert(list, Some(text));
                    if comes {
                        break;
                    }
                }
                Ok(None) => {}
                Err(why) => {
                    let why =
                        format!("{list} lists the files beside it and cannot be changed: {why}");
                    refused.insert(path.clone(), why);
                }
            }
        }
    }
    refused
}

/// Returns the lists that may name a file, the nearest first, each with the file's path as it would stand there.
fn lists(fabric: &FabricFiles<'_>, tree: &GitTree, path: &str) -> Vec<(String, String)> {
    let root = fabric.area(path).map_or("", |(directory, _)| directory);
    let mut found = Vec::new();
    let mut directory = path;
    while let Some((above, _)) = directory.rsplit_once('/') {
        directory = above;
        if directory != root && strip(directory, root).is_none() {
            break;
        }
        let list = NAMES
            .iter()
            .map(|name| format!("{directory}/{name}"))
            .find(|list| tree.texts.contains_key(list));
        if let (Some(list), Some(relative)) = (list, path.get(directory.len() + 1..)) {
            found.push((list, relative.to_owned()));
        }
    }
    found
}

/// Changes a list; nothing where it says the right thing already, or is no list of this file's neighbours.
fn edit(text: &str, relative: &str, comes: bool, limits: Limits) -> Result<Option<String>, String> {
    let options = Options {
        limits,
        comments: true,
        ..Options::default()
    };
    let stream = parse(text.to_owned(), &options);
    if !stream.problems().is_empty() {
        return Err("it cannot be read".to_owned());
    }
    let Some(root) = stream.document(0).and_then(Document::root) else {
        return Ok(None);
    };
    let Some(Node::Seq(items)) = root.get("resources").map(Node::from) else {
        return Ok(None);
    };
    let names: Vec<&str> = items
        .iter()
        .map(|item| match item {
            Node::Str(name) => name.strip_prefix("./").unwrap_or(name),
            _ => "",
        })
        .collect();
    let at = names.iter().position(|name| *name == relative);
    let list = Path::root().then(Seg::Key("resources".to_owned()));
    let edit = match (comes, at) {
        (false, Some(at)) => Edit::Remove {
            path: list.then(Seg::Item(at)),
        },
        (true, None) if is_of_neighbours(&names, relative) => {
            // Where the list is sorted it stays so.
            let at = if names.is_sorted() {
                names.partition_point(|name| *name < relative)
            } else {
                names.len()
            };
            Edit::InsertItem {
                path: list,
                at,
                value: Node::Str(relative.to_owned()),
            }
        }
        _ => return Ok(None),
    };
    let edited = apply_within(&stream, 0, &[edit], &limits).map_err(|error| error.to_string())?;
    Ok(Some(edited.text))
}

/// Tells whether a list names single files of the directory in which a file lies, and not the directory as a whole.
fn is_of_neighbours(names: &[&str], relative: &str) -> bool {
    let Some((directory, _)) = relative.rsplit_once('/') else {
        return true;
    };
    names.iter().any(|name| {
        name.rsplit_once('/')
            .is_some_and(|(of, file)| of == directory && file.contains('.'))
    })
}
