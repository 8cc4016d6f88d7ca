//! What is to be done to files, before anything is done.

use hnp_model::canonical::sha256_hex;

/// What a path must hold before a step may touch it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nothing.
    Absent,
    /// A file whose bytes have this SHA-256.
    Is(String),
}

impl Before {
    /// Returns the state of a path from its bytes.
    #[must_use]
    pub fn of(bytes: Option<&[u8]>) -> Self {
        bytes.map_or(Self::Absent, |bytes| Self::Is(sha256_hex(bytes)))
    }
}

/// One step. Paths are relative to the root of the worktree, with `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileOp {
    /// Puts bytes at a path.
    Write {
        /// Where.
        path: String,
        /// What.
        bytes: Vec<u8>,
        /// What must be there now.
        before: Before,
    },
    /// Moves a file, its bytes untouched, to a path that holds nothing.
    Move {
        /// From where.
        from: String,
        /// To where.
        to: String,
        /// SHA-256 of its bytes.
        sha256: String,
    },
    /// Removes a file.
    Remove {
        /// Which.
        path: String,
        /// SHA-256 of its bytes.
        sha256: String,
    },
}

impl FileOp {
    /// Returns the path that the step changes; of a move the target.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Write { path, .. } | Self::Remove { path, .. } => path,
            Self::Move { to, .. } => to,
        }
    }

    /// Returns every path that the step touches.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let from = match self {
            Self::Move { from, .. } => Some(from.as_str()),
            _ => None,
        };
        from.into_iter().chain(std::iter::once(self.path()))
    }
}

/// A list of steps. An empty plan does nothing at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps: writes, then moves, then removals, so that nothing is ever gone before its successor is there.
    pub files: Vec<FileOp>,
}

impl Plan {
    /// Tells whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Adds a write, unless the path holds these bytes already.
    pub fn write(
        &mut self,
        path: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
        now: Option<&[u8]>,
    ) {
        let bytes = bytes.into();
        if now == Some(bytes.as_slice()) {
            return;
        }
        self.files.push(FileOp::Write {
            path: path.into(),
            bytes,
            before: Before::of(now),
        });
    }

    /// Adds a move.
    pub fn rename(&mut self, from: impl Into<String>, to: impl Into<String>, bytes: &[u8]) {
        self.files.push(FileOp::Move {
            from: from.into(),
            to: to.into(),
            sha256: sha256_hex(bytes),
        });
    }

    /// Adds a removal.
    pub fn remove(&mut self, path: impl Into<String>, bytes: &[u8]) {
        self.files.push(FileOp::Remove {
            path: path.into(),
            sha256: sha256_hex(bytes),
        });
    }

    /// Puts the steps into the order in which they are safe: writes, moves, removals; each by path.
    pub fn order(&mut self) {
        let rank = |op: &FileOp| match op {
            FileOp::Write { .. } => 0,
            FileOp::Move { .. } => 1,
            FileOp::Remove { .. } => 2,
        };
        self.files
            .sort_by(|a, b| (rank(a), a.path()).cmp(&(rank(b), b.path())));
    }
}
