//! What packed objects were made of, kept for the next one: versions of one file stand in one chain.

use std::collections::HashMap;

use gix::objs::Kind;
use gix::odb::pack::cache::DecodeEntry;

/// Most bytes that one thread keeps.
const MOST: usize = 8 << 20;
/// Larger objects are not kept.
const LARGEST: usize = 64 << 10;

struct Kept {
    data: Vec<u8>,
    kind: Kind,
    compressed: usize,
}

/// A cache that forgets everything when it is full: that is cheap, and what is needed again comes back at once.
#[derive(Default)]
pub(crate) struct PackCache {
    kept: HashMap<(u32, u64), Kept>,
    bytes: usize,
}

impl DecodeEntry for PackCache {
    fn put(&mut self, pack: u32, offset: u64, data: &[u8], kind: Kind, compressed: usize) {
        if data.len() > LARGEST {
            return;
        }
        if self.bytes + data.len() > MOST {
            self.kept.clear();
            self.bytes = 0;
        }
        self.bytes += data.len();
        let kept = Kept {
            data: data.to_vec(),
            kind,
            compressed,
        };
        if let Some(old) = self.kept.insert((pack, offset), kept) {
            self.bytes -= old.data.len();
        }
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let kept = self.kept.get(&(pack, offset))?;
        out.clear();
        out.extend_from_slice(&kept.data);
        Some((kept.kind, kept.compressed))
    }
}
