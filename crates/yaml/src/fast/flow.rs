//! Lists and maps in brackets that begin and end on one line.

use super::scan::is_gap;
use super::{Fast, Open};
use crate::Span;
use crate::tape::{Kind, Style};

impl Fast<'_, '_> {
    /// Reads a flow collection from its opening bracket to after its closing one.
    pub(super) fn flow(&mut self) -> Option<()> {
        let floor = self.open.len();
        loop {
            // Here a value is expected, or the end of a collection that has none.
            match self.byte(self.at) {
                b'[' | b'{' => {
                    self.open_flow()?;
                    self.skip_spaces();
                    if !matches!(self.byte(self.at), b']' | b'}') {
                        self.flow_key()?;
                        continue;
                    }
                }
                _ => {
                    let token = self.token(true)?;
                    let end = token.span.end as usize;
                    self.value(token)?;
                    self.at = end;
                    self.skip_spaces();
                }
            }
            // Here a value has ended, or a collection is empty.
            loop {
                match self.byte(self.at) {
                    b',' => {
                        self.at += 1;
                        self.skip_spaces();
                        self.flow_key()?;
                        break;
                    }
                    b']' | b'}' => {
                        self.close_flow()?;
                        if self.open.len() == floor {
                            return Some(());
                        }
                        self.skip_spaces();
                    }
                    _ => return None,
                }
            }
        }
    }

    fn open_flow(&mut self) -> Option<()> {
        if self.open.len() >= self.depth {
            return None;
        }
        let kind = if self.byte(self.at) == b'[' {
            Kind::Seq
        } else {
            Kind::Map
        };
        let node = self.push(kind, Style::Flow, Span::at(self.at));
        self.open.push(Open {
            node,
            column: 0,
            kind,
        });
        self.at += 1;
        Some(())
    }

    fn close_flow(&mut self) -> Option<()> {
        let open = self.open.pop()?;
        let closes = if open.kind == Kind::Seq { b']' } else { b'}' };
        if self.byte(self.at) != closes {
            return None;
        }
        self.at += 1;
        self.last = self.at;
        self.end(open.node, self.at)
    }

    /// In a flow map, reads a key with its colon and the blank after it.
    fn flow_key(&mut self) -> Option<()> {
        if self.open.last()?.kind != Kind::Map {
            return Some(());
        }
        let token = self.token(true)?;
        if self.byte(self.at) != b':' || !is_gap(self.byte(self.at + 1)) {
            return None;
        }
        self.key(token)?;
        self.at += 1;
        self.skip_spaces();
        Some(())
    }
}
