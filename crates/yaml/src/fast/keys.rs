//! The end of a map or list, and keys that stand twice.

use super::Fast;
use crate::tape::{Kind, Node, SOURCE};

/// Up to this many keys are compared one by one, which is faster than sorting.
const FEW_KEYS: usize = 16;

impl Fast<'_, '_> {
    /// Completes a map or list that ends at an offset; `None` where a key stands twice, which is not for here to report.
    #[inline]
    pub(super) fn end(&mut self, node: u32, end: usize) -> Option<()> {
        let next = super::narrow(self.stream.tape.nodes.len());
        let own = &mut self.stream.tape.nodes[node as usize];
        own.next = next;
        own.span.end = super::narrow(end);
        (own.kind != Kind::Map || self.keys_differ(node, next)).then_some(())
    }

    fn keys_differ(&self, map: u32, end: u32) -> bool {
        let nodes = &self.stream.tape.nodes;
        let mut few = [""; FEW_KEYS];
        let mut count = 0;
        let mut at = map as usize + 1;
        while at < end as usize {
            let key = self.key_text(&nodes[at]);
            if count == FEW_KEYS {
                return self.many_keys_differ(map, end);
            }
            if few[..count].contains(&key) {
                return false;
            }
            few[count] = key;
            count += 1;
            at = nodes[at + 1].next as usize;
        }
        true
    }

    #[cold]
    fn many_keys_differ(&self, map: u32, end: u32) -> bool {
        let nodes = &self.stream.tape.nodes;
        let mut keys = Vec::with_capacity(4 * FEW_KEYS);
        let mut at = map as usize + 1;
        while at < end as usize {
            keys.push(self.key_text(&nodes[at]));
            at = nodes[at + 1].next as usize;
        }
        keys.sort_unstable();
        keys.windows(2).all(|pair| pair[0] != pair[1])
    }

    #[inline]
    fn key_text(&self, key: &Node) -> &str {
        if key.text == SOURCE {
            &self.text[key.span.range()]
        } else {
            &self.stream.tape.strings[key.text as usize]
        }
    }
}
