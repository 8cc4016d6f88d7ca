//! Byte spans and the positions people read.

/// A range of bytes in a file: `start` inclusive, `end` exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte of the range.
    pub start: u32,
    /// One past the last byte of the range.
    pub end: u32,
}

impl Span {
    /// Makes a span from byte offsets, which a limit on file size keeps under 4 GiB.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            start: clamp(start),
            end: clamp(end.max(start)),
        }
    }

    /// Makes an empty span at one offset.
    #[must_use]
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// Returns the range for slicing.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Tells whether the span holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A place in a file as people name it: 1-based line of the whole file, 1-based column in Unicode code points, a byte
/// order mark not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column in code points.
    pub column: u32,
}

/// Finds positions for byte offsets of one text.
///
/// Building it costs one pass over the text, so it is built only for a file that has something to report.
#[derive(Clone, Debug)]
pub struct LineIndex<'t> {
    text: &'t str,
    starts: Vec<u32>,
}

impl<'t> LineIndex<'t> {
    /// Indexes the line starts of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let first = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut starts = vec![first];
        starts.extend(
            memchr::memchr_iter(b'\n', text.as_bytes())
                .map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)),
        );
        Self { text, starts }
    }

    /// Returns the position of a byte offset; an offset past the end gives the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self
            .starts
            .partition_point(|&start| start as usize <= offset)
            .max(1);
        let start = (self.starts[line - 1] as usize).min(offset);
        let column = self.text[start..offset].chars().count() + 1;
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position {
            line: narrow(line),
            column: narrow(column),
        }
    }

    /// Returns the start and end of a span.
    #[must_use]
    pub fn positions(&self, span: Span) -> (Position, Position) {
        (
            self.position(span.start as usize),
            self.position(span.end as usize),
        )
    }

    /// Returns the text of a 1-based line without its line end.
    #[must_use]
    pub fn line_text(&self, line: u32) -> &'t str {
        let Some(&start) = self.starts.get((line as usize).saturating_sub(1)) else {
            return "";
        };
        let rest = &self.text[start as usize..];
        rest.split('\n').next().unwrap_or("").trim_end_matches('\r')
    }

    /// Returns the number of lines; a text that ends in a line end counts no line after it.
    #[must_use]
    pub fn line_count(&self) -> usize {
        let last_is_empty = self
            .starts
            .last()
            .is_some_and(|&start| start as usize >= self.text.len());
        self.starts.len() - usize::from(last_is_empty && self.starts.len() > 1)
    }
}

/// Gives positions for offsets that only grow, without indexing the text first.
///
/// A file with nothing to report pays only for the lines up to its last resource.
#[derive(Clone, Debug)]
pub struct Positions<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    line_start: usize,
}

impl<'t> Positions<'t> {
    /// Starts at the first line.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self {
            text,
            at: start,
            line: 1,
            line_start: start,
        }
    }

    /// Returns the position of an offset; one before the last asked for starts over.
    #[must_use]
    pub fn position(&mut self, offset: usize) -> Position {
        if offset < self.line_start {
            *self = Self::new(self.text);
        }
        let offset = offset.clamp(self.line_start, self.text.len());
        if offset > self.at {
            for newline in memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..offset]) {
                self.line += 1;
                self.line_start = self.at + newline + 1;
            }
            self.at = offset;
        }
        let column = self
            .text
            .get(self.line_start..offset)
            .map_or(0, |before| before.chars().count());
        Position {
            line: self.line,
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }
}
