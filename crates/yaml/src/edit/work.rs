//! A document's text while edits are made to it, each verified before the next.

use super::difference::{difference, parts};
use super::error::{EditError, EditErrorKind};
use super::intend::intend;
use super::{Edit, Splice, plan};
use crate::{Limits, Node, Options, Span, Stream, parse};

/// A map or list that differs in more parts than this is replaced as a whole: every part costs a parse.
const MOST_PARTS: usize = 100;

/// The body of one document under edit. Offsets count from the start of the body.
pub(super) struct Work {
    stream: Stream,
    /// What the text means; nothing for a document without a value.
    value: Option<Node>,
    options: Options,
    /// The line end of the file.
    newline: &'static str,
    splices: Vec<Splice>,
    inverse: Vec<Splice>,
}

impl Work {
    pub(super) fn new(body: &str, newline: &'static str, limits: &Limits) -> Self {
        let options = Options {
            limits: *limits,
            ..Options::default()
        };
        let stream = parse(body, &options);
        let value = read(&stream).unwrap_or_default();
        Self {
            stream,
            value,
            options,
            newline,
            splices: Vec::new(),
            inverse: Vec::new(),
        }
    }

    pub(super) fn text(&self) -> &str {
        self.stream.text()
    }

    pub(super) fn value(&self) -> Option<&Node> {
        self.value.as_ref()
    }

    pub(super) fn into_splices(mut self) -> (Vec<Splice>, Vec<Splice>) {
        self.inverse.reverse();
        (self.splices, self.inverse)
    }

    /// Makes one edit, or changes nothing.
    pub(super) fn edit(&mut self, edit: &Edit) -> Result<(), EditError> {
        let mut intended = self.value.clone().unwrap_or(Node::Null);
        intend(&mut intended, edit)?;
        if self
            .value
            .as_ref()
            .is_some_and(|value| value.same(&intended))
        {
            return Ok(());
        }
        if let Edit::Set { path, value } = edit
            && let Some(old) = self.value.as_ref().and_then(|root| find(root, edit))
            && let Some(parts) = parts(path, old, value)
            && difference(path, old, value).len() <= MOST_PARTS
            && self.all(&parts).is_ok()
        {
            return Ok(());
        }
        for plan in plan::plans(&self.stream, edit, self.newline)? {
            if let Some(next) = self.try_plan(&plan, &intended) {
                self.commit(next, plan, intended);
                return Ok(());
            }
        }
        Err(EditError::layout(
            edit.path(),
            "the text around it would not read as intended afterwards",
        ))
    }

    /// Makes all edits or none.
    fn all(&mut self, edits: &[Edit]) -> Result<(), EditError> {
        let before = (
            self.stream.clone(),
            self.value.clone(),
            self.splices.len(),
            self.inverse.len(),
        );
        for edit in edits {
            if let Err(error) = self.edit(edit) {
                self.stream = before.0;
                self.value = before.1;
                self.splices.truncate(before.2);
                self.inverse.truncate(before.3);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Returns the edited text, parsed, if it means what was intended.
    fn try_plan(&self, plan: &[Splice], intended: &Node) -> Option<Stream> {
        let text = super::apply_splices(self.text(), plan)?;
        let next = parse(text, &self.options);
        read(&next)?
            .is_some_and(|value| value.same(intended))
            .then_some(next)
    }

    fn commit(&mut self, next: Stream, plan: Vec<Splice>, intended: Node) {
        let mut text = self.text().to_owned();
        for splice in plan {
            let range = splice.span.range();
            self.inverse.push(Splice {
                span: Span::new(range.start, range.start + splice.with.len()),
                with: text[range.clone()].to_owned(),
            });
            text.replace_range(range, &splice.with);
            self.splices.push(splice);
        }
        self.stream = next;
        self.value = Some(intended);
    }
}

/// Reads the only document of a body: nothing where it is refused or not the only one, `None` inside where it is empty.
fn read(stream: &Stream) -> Option<Option<Node>> {
    let mut documents = stream.documents();
    let first = documents.next();
    if !stream.problems().is_empty() || documents.next().is_some() {
        return None;
    }
    let Some(first) = first else {
        return Some(None);
    };
    (first.separator().is_empty() && !first.is_broken()).then(|| first.root().map(Node::from))
}

fn find<'n>(root: &'n Node, edit: &Edit) -> Option<&'n Node> {
    edit.path()
        .segs()
        .iter()
        .try_fold(root, |node, seg| match (node, seg) {
            (Node::Seq(items), super::Seg::Item(at)) => items.get(*at),
            (node, super::Seg::Key(key)) => node.get(key),
            _ => None,
        })
}

impl EditError {
    /// Says that other places of the document repeat the value.
    pub(super) fn shared(path: &super::Path, span: Span) -> Self {
        Self::new(
            EditErrorKind::Shared,
            path.clone(),
            format!(
                "{} is repeated elsewhere by an alias, so an edit here would change that place too",
                super::error::name(path)
            ),
        )
        .at(span)
    }
}
