//! What the tests and the bench of the two ways of parsing need to see.

use std::fmt::Write;

use crate::stream::Stream;
use crate::tape::SOURCE;

impl Stream {
    /// Writes down everything a parse found, one line each, so that two parses can be compared.
    #[doc(hidden)]
    #[must_use]
    pub fn tape_debug(&self) -> String {
        let mut out = String::new();
        let tape = self.tape();
        for (index, node) in tape.nodes.iter().enumerate() {
            let text = if node.text == SOURCE {
                "source".to_owned()
            } else {
                format!("{:?}", tape.strings.get(node.text as usize))
            };
            let _ = writeln!(
                out,
                "{index} {:?} {:?} {}..{} next {} text {text} props {} merge {}",
                node.kind,
                node.style,
                node.span.start,
                node.span.end,
                node.next,
                node.has_props,
                node.merge
            );
        }
        let strings = tape.strings.len();
        let _ = writeln!(out, "strings {strings} props {:?}", tape.props);
        for document in &self.documents {
            let _ = writeln!(out, "{document:?}");
        }
        for comment in &self.comments {
            let _ = writeln!(out, "{comment:?}");
        }
        for problem in &self.problems {
            let _ = writeln!(out, "{problem:?}");
        }
        let _ = writeln!(out, "dropped {}", self.dropped_problems);
        out
    }
}
