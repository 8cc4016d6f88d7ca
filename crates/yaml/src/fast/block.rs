//! Block maps and lists, line by line.

use super::scan::is_gap;
use super::{Fast, Open};
use crate::Span;
use crate::tape::{Kind, Style};

impl Fast<'_, '_> {
    /// Reads the document; `None` where it is not surely of the common form.
    pub(super) fn lines(mut self) -> Option<()> {
        while let Some(column) = self.next_line() {
            let dash = self.byte(self.at) == b'-' && is_gap(self.byte(self.at + 1));
            if self.place(column, dash)? {
                self.open(if dash { Kind::Seq } else { Kind::Map }, column)?;
            }
            let line = self.at - column;
            if dash {
                self.item(line)?;
            } else {
                let token = self.token(false)?;
                self.entry(token)?;
            }
        }
        if !self.open.is_empty() {
            self.empty();
        }
        while !self.open.is_empty() {
            self.close()?;
        }
        Some(())
    }

    /// Closes what the column of a line ends, and tells whether the line starts a new map or list.
    #[inline]
    fn place(&mut self, column: usize, dash: bool) -> Option<bool> {
        if self.pending.is_some() {
            let inside = self.open.last().is_none_or(|top| {
                // A list may stand at the column of the key it belongs to.
                column > top.column || (column == top.column && dash && top.kind == Kind::Map)
            });
            if inside {
                self.pending = None;
                return Some(true);
            }
            self.empty();
        }
        loop {
            let top = self.open.last()?;
            let ends_list = column == top.column && top.kind == Kind::Seq && !dash;
            if column < top.column || ends_list {
                self.close()?;
                continue;
            }
            // Deeper than the top is the second line of a scalar or an error.
            let fits = column == top.column && dash == (top.kind == Kind::Seq);
            return fits.then_some(false);
        }
    }

    fn open(&mut self, kind: Kind, column: usize) -> Option<()> {
        if self.open.len() >= self.depth {
            return None;
        }
        let node = self.push(kind, Style::Block, Span::at(self.at));
        if kind == Kind::Seq {
            self.last = self.at + 1;
        }
        self.open.push(Open { node, column, kind });
        Some(())
    }

    #[inline]
    fn close(&mut self) -> Option<()> {
        let open = self.open.pop()?;
        self.end(open.node, self.last)
    }

    /// Adds the empty value that nothing followed for, if one is expected.
    fn empty(&mut self) {
        if let Some(span) = self.pending.take() {
            self.last = span.end as usize;
            self.push(Kind::Scalar, Style::Plain, span);
        }
    }

    /// Reads a list item from its dash on, and those that start on the same line inside it.
    fn item(&mut self, line: usize) -> Option<()> {
        loop {
            let after = self.at + 1;
            self.at = after;
            self.skip_spaces();
            match self.byte(self.at) {
                b'\n' | b'\r' | b'#' => {
                    self.rest_of_line()?;
                    self.pending = Some(Span::at(after));
                    return Some(());
                }
                b'-' if is_gap(self.byte(self.at + 1)) => {
                    self.open(Kind::Seq, self.at - line)?;
                }
                b'[' | b'{' => return self.flow_value(),
                _ => {
                    let start = self.at;
                    let token = self.token(false)?;
                    if self.byte(self.at) != b':' {
                        self.value(token)?;
                        return self.rest_after_scalar();
                    }
                    let colon = std::mem::replace(&mut self.at, start);
                    self.open(Kind::Map, start - line)?;
                    self.at = colon;
                    return self.entry(token);
                }
            }
        }
    }

    /// Reads a key that was scanned and what follows it on its line; `at` stands on its colon.
    #[inline]
    fn entry(&mut self, key: super::Token) -> Option<()> {
        let colon = self.at;
        if self.byte(colon) != b':' || !is_gap(self.byte(colon + 1)) {
            return None;
        }
        self.key(key)?;
        self.at = colon + 1;
        self.skip_spaces();
        match self.byte(self.at) {
            b'\n' | b'\r' | b'#' => {
                self.pending = Some(Span::at(colon));
                self.rest_of_line().map(drop)
            }
            b'[' | b'{' => self.flow_value(),
            _ => {
                let token = self.token(false)?;
                self.value(token)?;
                self.rest_after_scalar()
            }
        }
    }

    /// A plain scalar ends after its blanks, before the `#` of a comment.
    #[inline]
    fn rest_after_scalar(&mut self) -> Option<()> {
        self.at = self.last;
        self.rest_of_line().map(drop)
    }

    fn flow_value(&mut self) -> Option<()> {
        self.flow()?;
        self.rest_of_line().map(drop)
    }
}
