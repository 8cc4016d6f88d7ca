//! What an edit means, worked out on the value alone; the edited text must read as exactly this.

use super::error::{EditError, EditErrorKind, name};
use super::{Edit, Path, Seg};
use crate::Node;

/// Applies an edit to a value.
pub(super) fn intend(root: &mut Node, edit: &Edit) -> Result<(), EditError> {
    intend_below(root, edit, 0)
}

/// Applies an edit to the value at the first `depth` steps of its path.
pub(super) fn intend_below(node: &mut Node, edit: &Edit, depth: usize) -> Result<(), EditError> {
    let path = edit.path();
    match edit {
        Edit::Set { value, .. } => set(node, path, depth, value),
        Edit::Insert { value, .. } => {
            let (last, parent) = split_last(path)?;
            let Seg::Key(key) = last else {
                return Err(EditError::new(
                    EditErrorKind::WrongType,
                    path.clone(),
                    format!("{} is an item; items are inserted by number", name(path)),
                ));
            };
            if let Ok(parent) = find(node, path, depth, parent)
                && parent.get(key).is_some()
            {
                return Err(EditError::new(
                    EditErrorKind::Exists,
                    path.clone(),
                    format!("{} is there already", name(path)),
                ));
            }
            set(node, path, depth, value)
        }
        Edit::Remove { .. } => {
            let (last, parent) = split_last(path)?;
            let parent = find(node, path, depth, parent)?;
            let at = part_index(parent, last)
                .ok_or_else(|| no_part(path, path.segs().len() - 1, parent))?;
            match parent {
                Node::Map(entries) => drop(entries.remove(at)),
                Node::Seq(items) => drop(items.remove(at)),
                _ => {}
            }
            Ok(())
        }
        Edit::InsertItem { at, value, .. } => {
            match find(node, path, depth, path.segs().len())? {
                Node::Seq(items) if *at <= items.len() => items.insert(*at, value.clone()),
                empty @ Node::Null if *at == 0 => *empty = Node::Seq(vec![value.clone()]),
                Node::Seq(_) => return Err(EditError::missing(&path.then(*at), path.segs().len())),
                other => {
                    return Err(EditError::wrong_type(
                        path,
                        path.segs().len(),
                        other.type_name(),
                    ));
                }
            }
            Ok(())
        }
    }
}

fn split_last(path: &Path) -> Result<(&Seg, usize), EditError> {
    path.segs()
        .split_last()
        .map(|(last, rest)| (last, rest.len()))
        .ok_or_else(|| {
            EditError::new(
                EditErrorKind::WrongType,
                path.clone(),
                "the whole document is neither a key nor an item",
            )
        })
}

/// Returns the position of a key or item in its map or list.
fn part_index(node: &Node, seg: &Seg) -> Option<usize> {
    match (node, seg) {
        (Node::Map(entries), Seg::Key(key)) => entries.iter().position(|(k, _)| k == key),
        (Node::Seq(items), Seg::Item(at)) => (*at < items.len()).then_some(*at),
        _ => None,
    }
}

fn no_part(path: &Path, depth: usize, parent: &Node) -> EditError {
    match (parent, &path.segs()[depth]) {
        (Node::Map(_) | Node::Null, Seg::Key(_)) | (Node::Seq(_) | Node::Null, Seg::Item(_)) => {
            EditError::missing(path, depth)
        }
        (other, _) => EditError::wrong_type(path, depth, other.type_name()),
    }
}

/// Follows the steps of a path from `depth` to `end`.
fn find<'n>(
    mut node: &'n mut Node,
    path: &Path,
    depth: usize,
    end: usize,
) -> Result<&'n mut Node, EditError> {
    for at in depth..end {
        let seg = &path.segs()[at];
        let index = part_index(node, seg).ok_or_else(|| no_part(path, at, node))?;
        node = match node {
            Node::Map(entries) => &mut entries[index].1,
            Node::Seq(items) => &mut items[index],
            other => return Err(no_part(path, at, other)),
        };
    }
    Ok(node)
}

/// Puts a value at a path; maps that are missing on the way are made.
fn set(node: &mut Node, path: &Path, depth: usize, value: &Node) -> Result<(), EditError> {
    let mut node = node;
    for at in depth..path.segs().len() {
        let seg = &path.segs()[at];
        if let (Seg::Key(key), Node::Null | Node::Map(_)) = (seg, &*node)
            && part_index(node, seg).is_none()
        {
            let rest = wrap(&path.segs()[at + 1..], path, value)?;
            match node {
                Node::Map(entries) => entries.push((key.clone(), rest)),
                other => *other = Node::Map(vec![(key.clone(), rest)]),
            }
            return Ok(());
        }
        node = find(node, path, at, at + 1)?;
    }
    node.clone_from(value);
    Ok(())
}

/// Returns the value inside the maps that the rest of its path needs.
pub(super) fn wrap(rest: &[Seg], path: &Path, value: &Node) -> Result<Node, EditError> {
    rest.iter()
        .rev()
        .try_fold(value.clone(), |inner, seg| match seg {
            Seg::Key(key) => Ok(Node::Map(vec![(key.clone(), inner)])),
            Seg::Item(_) => Err(EditError::missing(path, path.segs().len() - rest.len())),
        })
}
