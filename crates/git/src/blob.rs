//! Single blobs: what a value that was agreed on is kept in.

use crate::error::{Doing, Error};
use crate::repo::Repo;

impl Repo {
    /// Returns the id that bytes have as a blob; nothing is written.
    ///
    /// # Errors
    ///
    /// Fails where they cannot be hashed.
    pub fn blob_id(&self, bytes: &[u8]) -> Result<String, Error> {
        let id = gix::objs::compute_hash(self.gix.object_hash(), gix::objs::Kind::Blob, bytes)
            .doing("name a blob")?;
        Ok(id.to_string())
    }

    /// Writes bytes as a blob, unless it is there already.
    ///
    /// # Errors
    ///
    /// Fails where the object database cannot be written.
    pub fn write_blob(&self, bytes: &[u8]) -> Result<(), Error> {
        self.gix.write_blob(bytes).doing("write a blob")?;
        Ok(())
    }

    /// Reads a blob by its id; `None` where it is not there.
    #[must_use]
    pub fn read_blob(&self, id: &str) -> Option<Vec<u8>> {
        let id = gix::ObjectId::from_hex(id.as_bytes()).ok()?;
        let object = self.gix.try_find_object(id).ok()??;
        (object.kind == gix::objs::Kind::Blob).then(|| object.data.clone())
    }
}
