//! Facts as bytes, so that what was read from a file once need not be read again.
//!
//! The form holds for one build of hnp only. Reading bounds-checks everything: bytes that are none of ours give `None`,
//! never a panic and never much memory.

mod file;
mod parts;

pub use file::{read, write};

/// Takes bytes; knows whether something came that cannot be written.
pub(crate) struct Out<'o> {
    bytes: &'o mut Vec<u8>,
    failed: bool,
}

impl<'o> Out<'o> {
    /// Adds something to bytes. Tells whether that is possible; what was added is of no use where not.
    pub(crate) fn all(bytes: &'o mut Vec<u8>, it: &impl Pack) -> bool {
        let mut out = Self {
            bytes,
            failed: false,
        };
        it.pack(&mut out);
        !out.failed
    }

    /// Says that something cannot be written, so that the whole is not kept.
    pub(crate) fn fail(&mut self) {
        self.failed = true;
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Writes a number in groups of seven bits, the lowest first.
    pub(crate) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

/// Gives bytes back; `None` where they end early or make no sense.
pub(crate) struct In<'i> {
    bytes: &'i [u8],
}

impl<'i> In<'i> {
    pub(crate) fn new(bytes: &'i [u8]) -> Self {
        Self { bytes }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        if first < 0x80 {
            return Some(u64::from(first));
        }
        let mut number = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'i [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    pub(crate) fn text(&mut self) -> Option<&'i str> {
        let length = usize::try_from(self.number()?).ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

/// What can be written as bytes and read back.
pub(crate) trait Pack: Sized {
    fn pack(&self, out: &mut Out<'_>);
    fn unpack(input: &mut In<'_>) -> Option<Self>;
}

/// Writes structs field by field. Every field stands in the list, or this does not compile.
macro_rules! packed {
    ($($name:ident { $($field:ident),* $(,)? })*) => {$(
        impl $crate::pack::Pack for $name {
            fn pack(&self, out: &mut $crate::pack::Out<'_>) {
                // A kind of which only the name counts has no field.
                let _ = &out;
                let Self { $($field),* } = self;
                $($crate::pack::Pack::pack($field, out);)*
            }

            fn unpack(input: &mut $crate::pack::In<'_>) -> Option<Self> {
                let _ = &input;
                Some(Self { $($field: $crate::pack::Pack::unpack(input)?),* })
            }
        }
    )*};
}

/// Writes enums without data. Every variant stands in the list, or this does not compile.
macro_rules! packed_words {
    ($($name:ident { $($variant:ident),* $(,)? })*) => {$(
        impl $crate::pack::Pack for $name {
            fn pack(&self, out: &mut $crate::pack::Out<'_>) {
                match self {
                    $(Self::$variant => out.byte(Self::$variant as u8),)*
                }
            }

            fn unpack(input: &mut $crate::pack::In<'_>) -> Option<Self> {
                let byte = input.byte()?;
                $(if byte == Self::$variant as u8 {
                    return Some(Self::$variant);
                })*
                None
            }
        }
    )*};
}

pub(crate) use {packed, packed_words};
