//! What is known already of the files of a tree: from another tree, and from earlier runs by way of `.git/hnp/cache`.

use std::sync::Arc;

use hnp_git::{TreeEntry, TreeListing};
use hnp_local::Cache;
use hnp_model::SourceFile;
use hnp_model::canonical::sha256_hex;
use hnp_rules::{FileCheck, Role, Settings, check_file, pack};
use hnp_sync::verdicts::{Key, Verdicts, Writer};
use rayon::prelude::*;

/// The build of hnp: what another one kept counts for nothing.
const BUILD: &str = env!("HNP_BUILD");
/// How many files must have been read before it is worth it to write the cache anew: it is written as a whole.
const WORTH_WRITING: usize = 32;
/// How many files a thread takes at a time.
const AT_A_TIME: usize = 64;

/// What earlier runs kept of single files, under the settings of this one.
pub(crate) struct Known<'c> {
    place: Option<(&'c Cache, Key)>,
    verdicts: Verdicts,
}

impl<'c> Known<'c> {
    /// Reads what was kept.
    pub(crate) fn open(
        cache: Option<&'c Cache>,
        settings: &Settings,
        schemas: &[SourceFile],
    ) -> Self {
        let place = cache.and_then(|cache| Some((cache, key("files", settings, schemas)?)));
        let verdicts = place.and_then(|(cache, key)| {
            let bytes = cache.read(&name(&key))?;
            Some(Verdicts::open(bytes, &key))
        });
        Self {
            place,
            verdicts: verdicts.unwrap_or_default(),
        }
    }

    /// Checks the files of a tree one by one. What was found before in the same content is taken from there: from another
    /// tree that was just read, and from what was kept.
    pub(crate) fn check<E: Send>(
        &self,
        listing: Arc<TreeListing>,
        wanted: Vec<(usize, Role)>,
        other: Option<&Checked>,
        settings: &Settings,
        blob: &(dyn Fn(&TreeEntry) -> Result<Vec<u8>, E> + Sync),
    ) -> Result<Checked, E> {
        let shared = match other {
            Some(other) => other.shared(&listing, &wanted),
            None => vec![None; wanted.len()],
        };
        let names = wanted
            .iter()
            .map(|(at, role)| (listing.files[*at].blob.bytes(), *role));
        let kept = self.verdicts.find(names);
        let files = wanted
            .par_iter()
            .zip(shared)
            .zip(kept)
            .with_min_len(AT_A_TIME)
            .map(|((&(at, role), shared), kept)| {
                let entry = &listing.files[at];
                if let Some(same) = shared {
                    return Ok((same.clone(), false));
                }
                let found = kept.and_then(|bytes| pack::read(bytes, &entry.path, role));
                match found {
                    Some(check) if check.findings.is_empty() => return Ok((check, false)),
                    _ => {}
                }
                let mut bytes = blob(entry)?;
                // Findings are shown with the text that they point into.
                if let Some(mut check) = found {
                    match String::from_utf8(bytes) {
                        Ok(text) if text.len() <= settings.limits.file_bytes => {
                            check.text = Some(text);
                            return Ok((check, false));
                        }
                        Ok(text) => bytes = text.into_bytes(),
                        Err(error) => bytes = error.into_bytes(),
                    }
                }
                let path = entry.path.clone();
                Ok((check_file(SourceFile { path, bytes }, role, settings), true))
            })
            .collect::<Result<Vec<_>, E>>()?;
        let (files, fresh) = files.into_iter().unzip();
        Ok(Checked {
            listing,
            wanted,
            files,
            fresh,
        })
    }

    /// Keeps what was found in the files of a tree, where enough of it is new.
    pub(crate) fn keep(&self, checked: &Checked) {
        let Some((cache, key)) = &self.place else {
            return;
        };
        let files = || checked.wanted.iter().zip(&checked.files);
        let mut scratch = Vec::new();
        let worth = files()
            .zip(&checked.fresh)
            .filter(|((_, check), fresh)| {
                scratch.clear();
                **fresh && pack::write(check, &mut scratch)
            })
            .take(WORTH_WRITING)
            .count();
        if worth < WORTH_WRITING {
            return;
        }
        let mut writer = Writer::default();
        for ((at, _), check) in files() {
            writer.add(checked.listing.files[*at].blob.bytes(), check);
        }
        cache.write(&name(key), &writer.finish(key));
    }
}

/// The files of a fabric in a tree, each checked by itself.
pub(crate) struct Checked {
    /// What the tree holds.
    pub(crate) listing: Arc<TreeListing>,
    /// The checks of those that are read, sorted by path.
    pub(crate) files: Vec<FileCheck>,
    /// Which those are.
    wanted: Vec<(usize, Role)>,
    /// Which of them were read and not known.
    fresh: Vec<bool>,
}

impl Checked {
    /// Tells whether nearly all of it was known.
    pub(crate) fn is_known(&self) -> bool {
        self.fresh.iter().filter(|fresh| **fresh).count() < WORTH_WRITING
    }

    /// Finds the files of another tree that are the same here.
    fn shared(&self, listing: &TreeListing, wanted: &[(usize, Role)]) -> Vec<Option<&FileCheck>> {
        let mut own = self.wanted.iter().zip(&self.files).peekable();
        wanted
            .iter()
            .map(|(at, role)| {
                let entry = &listing.files[*at];
                while own.next_if(|(_, check)| check.path < entry.path).is_some() {}
                let ((at, own_role), check) = own.peek()?;
                let same = check.path == entry.path
                    && own_role == role
                    && self.listing.files[*at].blob == entry.blob;
                same.then_some(*check)
            })
            .collect()
    }
}

/// Names what is kept: by the build, the settings, and what it is.
pub(crate) fn key(what: &str, settings: &Settings, schemas: &[SourceFile]) -> Option<Key> {
    let mut text = format!("{BUILD}\n{what}\n{}\n", settings.describe());
    for schema in schemas {
        text.push_str(&format!("{} {}\n", schema.path, sha256_hex(&schema.bytes)));
    }
    sha256_hex(text.as_bytes()).into_bytes().try_into().ok()
}

/// Returns the name of a file for a key.
pub(crate) fn name(key: &Key) -> String {
    String::from_utf8_lossy(&key[..16]).into_owned()
}
