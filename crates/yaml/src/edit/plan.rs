//! From an edit to splices: the way to the value, and what refuses it there.

use super::error::{EditError, EditErrorKind, name};
use super::intend::{intend_below, wrap};
use super::layout::{Container, Place, Slot, form};
use super::{Edit, Path, Seg, Splice, parts, put};
use crate::emit::Form;
use crate::tape::Kind;
use crate::{Node, Span, Stream, Value};

/// The splices of one edit, applied one after the other.
pub(super) type Plan = Vec<Splice>;

/// A document as its edits see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground<'s> {
    pub(super) text: &'s str,
    pub(super) root: Value<'s>,
    pub(super) newline: &'static str,
    pub(super) form: Form,
}

impl Ground<'_> {
    /// Makes a plan of splices that do not overlap; those at one place in the order of their text.
    pub(super) fn plan(&self, mut splices: Vec<(usize, usize, String)>) -> Plan {
        // From the last to the first, so that no splice moves another. What is added behind a replaced stretch is made
        // before it, and of two texts added at one place the second.
        splices.reverse();
        splices.sort_by_key(|(start, end, _)| std::cmp::Reverse((*start, *end)));
        splices
            .into_iter()
            .map(|(start, end, with)| Splice {
                span: Span::new(start, end),
                with: self.lines(&with),
            })
            .filter(|splice| splice.with != self.text[splice.span.range()])
            .collect()
    }

    fn lines(&self, text: &str) -> String {
        if self.newline == "\n" {
            text.to_owned()
        } else {
            text.replace("\r\n", "\n").replace('\n', self.newline)
        }
    }
}

/// Returns the ways to make an edit, the best first; the first whose result reads as intended is taken.
pub(super) fn plans(
    stream: &Stream,
    edit: &Edit,
    newline: &'static str,
) -> Result<Vec<Plan>, EditError> {
    let text = stream.text();
    let Some(root) = stream.documents().next().and_then(crate::Document::root) else {
        return match edit {
            Edit::Set { path, value } | Edit::Insert { path, value } => Ok(put::into_empty(
                text,
                newline,
                &wrap(path.segs(), path, value)?,
            )),
            Edit::Remove { path } | Edit::InsertItem { path, .. } => {
                Err(EditError::missing(path, 0))
            }
        };
    };
    let ground = Ground {
        text,
        root,
        newline,
        form: form(root),
    };
    let path = edit.path();
    let (slot, depth) = walk(&ground, edit)?;
    let segs = path.segs();
    // The walk stopped early: at an alias, at an empty value, or where the key is missing.
    match edit {
        _ if slot.value.is_alias() && depth < segs.len() + usize::from(is_item(edit)) => {
            let mut value = Node::from(slot.value);
            intend_below(&mut value, edit, depth)?;
            refuse_shared(
                &ground,
                slot.value.index(),
                slot.value,
                &path.first(depth),
                false,
            )?;
            Ok(put::replace(&ground, slot, &value))
        }
        Edit::Set { value, .. } | Edit::Insert { value, .. } if depth < segs.len() => {
            let value = wrap(&segs[depth + 1..], path, value)?;
            let Seg::Key(key) = &segs[depth] else {
                return Err(EditError::missing(path, depth));
            };
            refuse_shared(
                &ground,
                slot.value.index(),
                slot.value,
                &path.first(depth),
                false,
            )?;
            if slot.value.kind() == Kind::Map && slot.value.own_entries().next().is_some() {
                let map = Container::new(slot, &path.first(depth))?;
                Ok(parts::insert_key(&ground, &map, key, &value))
            } else {
                let map = Node::Map(vec![(key.clone(), value)]);
                Ok(put::replace(&ground, slot, &map))
            }
        }
        Edit::Set { value, .. } | Edit::Insert { value, .. } => {
            refuse_shared(&ground, slot.value.index(), slot.value, path, true)?;
            Ok(put::replace(&ground, slot, value))
        }
        Edit::InsertItem { at, value, .. } => {
            refuse_shared(&ground, slot.value.index(), slot.value, path, false)?;
            if slot.value.items().next().is_none() {
                return Ok(put::replace(&ground, slot, &Node::Seq(vec![value.clone()])));
            }
            let list = Container::new(slot, path)?;
            Ok(parts::insert_item(&ground, &list, *at, value))
        }
        Edit::Remove { .. } => {
            let parent = path.first(depth);
            let container = Container::new(slot, &parent)?;
            let at =
                part_at(&container, &segs[depth]).ok_or_else(|| EditError::missing(path, depth))?;
            let part = &container.parts[at];
            refuse_shared(&ground, part.node, part.slot.value, path, true)?;
            refuse_shared(&ground, slot.value.index(), slot.value, &parent, false)?;
            Ok(parts::remove(&ground, &container, at))
        }
    }
}

fn is_item(edit: &Edit) -> bool {
    matches!(edit, Edit::InsertItem { .. })
}

/// Follows the path to the value, or for a removal to what holds it, and stops early at what has no more steps.
///
/// Returns the slot and how many steps lead to it.
fn walk<'s>(ground: &Ground<'s>, edit: &Edit) -> Result<(Slot<'s>, usize), EditError> {
    let path = edit.path();
    let end = match edit {
        Edit::Remove { .. } => path.segs().len() - 1,
        _ => path.segs().len(),
    };
    let mut slot = Slot {
        value: ground.root,
        place: Place::Root,
    };
    for depth in 0..path.segs().len() {
        let value = slot.value;
        if value.is_alias() {
            return Ok((slot, depth));
        }
        let here = path.first(depth);
        if value.anchor().is_some() {
            refuse_shared(ground, value.index(), value, &here, false)?;
        }
        if let Seg::Key(key) = &path.segs()[depth]
            && value
                .entries()
                .any(|entry| entry.merged && entry.key == key)
        {
            let path = path.first(depth + 1);
            return Err(EditError::new(
                EditErrorKind::Merged,
                path.clone(),
                format!(
                    "{} comes from a merge key `<<` and stands elsewhere; edit it there, or write the merge out first",
                    name(&path)
                ),
            )
            .at(value.span()));
        }
        if depth >= end {
            return Ok((slot, depth));
        }
        let container = Container::new(slot, &here)?;
        let Some(at) = part_at(&container, &path.segs()[depth]) else {
            return Ok((slot, depth));
        };
        slot = container.parts[at].slot;
    }
    Ok((slot, path.segs().len()))
}

/// Finds a key or item among the parts of its map or list.
fn part_at(container: &Container<'_>, seg: &Seg) -> Option<usize> {
    match seg {
        Seg::Item(at) if container.slot.value.kind() == Kind::Seq => {
            (*at < container.parts.len()).then_some(*at)
        }
        Seg::Key(key) if container.slot.value.kind() == Kind::Map => container
            .slot
            .value
            .own_entries()
            .position(|entry| entry.key == key && !is_merge(entry.value)),
        _ => None,
    }
}

fn is_merge(value: Value<'_>) -> bool {
    value.stream().tape().nodes[value.index() as usize - 1].merge
}

/// Refuses an edit of a value that an alias elsewhere repeats, or with `inside` of one that holds such a value.
///
/// `first` is the first node that is replaced or removed.
fn refuse_shared(
    ground: &Ground<'_>,
    first: u32,
    value: Value<'_>,
    path: &Path,
    inside: bool,
) -> Result<(), EditError> {
    let nodes = &value.stream().tape().nodes;
    let end = nodes[value.index() as usize].next;
    let root = ground.root.index();
    for at in root..nodes[root as usize].next {
        let alias = &nodes[at as usize];
        if alias.kind != Kind::Alias {
            continue;
        }
        let outside = at < first || at >= end;
        let hit = if inside {
            outside && (first..end).contains(&alias.text)
        } else {
            alias.text == value.index()
        };
        if hit {
            return Err(EditError::shared(path, alias.span));
        }
    }
    Ok(())
}
