//! Small objects in files of their own, read with as few calls as there can be.
//!
//! A repository that nobody has packed yet has one such file for each manifest. gix maps each into memory and makes a new
//! decoder for it, which takes several times as long as to read it. Whatever is not a small object in the usual form is
//! left to gix, which also says what is wrong with it.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use gix::objs::Kind;
use gix::objs::decode::loose_header;
use gix::zlib::{Inflate, Status};

/// Most bytes of a file, and of what is in it.
const MOST: usize = 64 << 10;

/// A decoder with its buffers, used again for each object.
pub(crate) struct Loose {
    inflate: Inflate,
    packed: Vec<u8>,
    plain: Vec<u8>,
}

impl Default for Loose {
    fn default() -> Self {
        Self {
            inflate: Inflate::default(),
            packed: vec![0; MOST],
            plain: vec![0; MOST],
        }
    }
}

impl Loose {
    /// Reads an object of a directory; nothing where it is not there, or not small.
    pub(crate) fn find(&mut self, directory: &Path, id: gix::ObjectId) -> Option<(Kind, Vec<u8>)> {
        let name = id.to_hex().to_string();
        let (fan, rest) = name.split_at(2);
        let mut path = directory.join(fan);
        path.push(rest);
        let mut file = File::open(path).ok()?;
        let mut length = 0;
        loop {
            match file.read(self.packed.get_mut(length..)?).ok()? {
                0 => break,
                more => length += more,
            }
        }
        if length == MOST {
            return None;
        }
        self.inflate.reset();
        let packed = &self.packed[..length];
        let (status, _, length) = self.inflate.once(packed, &mut self.plain).ok()?;
        if status != Status::StreamEnd {
            return None;
        }
        let plain = &self.plain[..length];
        let (kind, size, head) = loose_header(plain).ok()?;
        let data = plain.get(head..)?;
        (data.len() as u64 == size).then(|| (kind, data.to_vec()))
    }
}
