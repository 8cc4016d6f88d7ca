//! Small objects in files of their own, read and written with as few calls as there can be.
//!
//! A repository that nobody has packed yet has one such file for each manifest. gix maps each into memory and makes a new
//! decoder for it, which takes several times as long as to read it; and it writes each beside all others first, where a
//! file system has to look ever longer for a place. Whatever is not a small object in the usual form is left to gix, which
//! also says what is wrong with it.

use std::cell::RefCell;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use gix::objs::Kind;
use gix::objs::decode::loose_header;
use gix::zlib::stream::deflate::{Compress, FlushCompress};
use gix::zlib::{Compression, Inflate, Status};

use crate::error::{Doing, Error};
use crate::repo::Repo;

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

impl Repo {
    /// Writes bytes as a blob, unless it is there already.
    pub(crate) fn put_blob(&self, bytes: &[u8]) -> Result<gix::ObjectId, Error> {
        if bytes.len() < MOST {
            let id = gix::objs::compute_hash(self.gix.object_hash(), Kind::Blob, bytes)
                .doing("name a blob")?;
            let directory = self.gix.objects.store_ref().path();
            if self.gix.objects.exists_without_refresh(&id) || write(directory, id, bytes).is_ok() {
                return Ok(id);
            }
        }
        let id = self.gix.write_blob(bytes).doing("write an object")?;
        Ok(id.detach())
    }
}

thread_local! {
    /// An encoder, used again for each object.
    static COMPRESS: RefCell<Compress> = RefCell::new(Compress::new(Compression::BEST_SPEED));
}

/// Writes a small blob into a file of its own: whole or not at all, as Git does, and under a name that Git clears away where
/// a run is killed.
fn write(directory: &Path, id: gix::ObjectId, bytes: &[u8]) -> io::Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut plain = format!("blob {}\0", bytes.len()).into_bytes();
    plain.extend_from_slice(bytes);
    let packed = deflate(&plain)?;
    let name = id.to_hex().to_string();
    let (fan, rest) = name.split_at(2);
    let fan = directory.join(fan);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let temporary = fan.join(format!("tmp_obj_{}_{count}", std::process::id()));
    let mut file = match create(&temporary) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir(&fan)?;
            create(&temporary)?
        }
        file => file?,
    };
    let written = file
        .write_all(&packed)
        .and_then(|()| fs::rename(&temporary, fan.join(rest)));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o444);
    options.open(path)
}

fn deflate(plain: &[u8]) -> io::Result<Vec<u8>> {
    // What cannot be made smaller grows by a little.
    let mut packed = vec![0; plain.len() + plain.len() / 64 + 64];
    COMPRESS.with_borrow_mut(|compress| {
        compress.reset();
        match compress.compress(plain, &mut packed, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => {
                packed.truncate(usize::try_from(compress.total_out()).unwrap_or(0));
                Ok(packed)
            }
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    })
}
