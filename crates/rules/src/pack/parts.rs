//! Numbers, texts, lists, fields and places as bytes.

use hnp_model::Severity;
use hnp_yaml::{Position, Span};

use super::{In, Out, Pack, packed, packed_words};
use crate::facts::{Field, Str};

/// Most items that room is made for before they are read: a number of items is but a claim.
const ROOM: usize = 32;

impl Pack for () {
    fn pack(&self, _: &mut Out<'_>) {}

    fn unpack(_: &mut In<'_>) -> Option<Self> {
        Some(())
    }
}

impl Pack for bool {
    fn pack(&self, out: &mut Out<'_>) {
        out.byte(u8::from(*self));
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        match input.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Pack for $number {
            fn pack(&self, out: &mut Out<'_>) {
                out.number(u64::from(*self));
            }

            fn unpack(input: &mut In<'_>) -> Option<Self> {
                Self::try_from(input.number()?).ok()
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64);

impl Pack for usize {
    fn pack(&self, out: &mut Out<'_>) {
        out.number(*self as u64);
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        Self::try_from(input.number()?).ok()
    }
}

impl Pack for i64 {
    fn pack(&self, out: &mut Out<'_>) {
        // The sign goes last, so that small numbers stay short.
        out.number((self.cast_unsigned() << 1) ^ (self >> 63).cast_unsigned());
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        let number = input.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

impl Pack for u128 {
    fn pack(&self, out: &mut Out<'_>) {
        out.number((*self >> 64) as u64);
        out.number(*self as u64);
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        Some(Self::from(input.number()?) << 64 | Self::from(input.number()?))
    }
}

impl Pack for String {
    fn pack(&self, out: &mut Out<'_>) {
        out.text(self);
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        input.text().map(str::to_owned)
    }
}

impl Pack for Str {
    fn pack(&self, out: &mut Out<'_>) {
        out.text(self);
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        input.text().map(Self::new)
    }
}

impl<T: Pack> Pack for Option<T> {
    fn pack(&self, out: &mut Out<'_>) {
        self.is_some().pack(out);
        if let Some(it) = self {
            it.pack(out);
        }
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        Some(if bool::unpack(input)? {
            Some(T::unpack(input)?)
        } else {
            None
        })
    }
}

impl<T: Pack> Pack for Vec<T> {
    fn pack(&self, out: &mut Out<'_>) {
        self.len().pack(out);
        for item in self {
            item.pack(out);
        }
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        let length = usize::unpack(input)?;
        // Every item takes a byte at least.
        if length > input.bytes.len() {
            return None;
        }
        let mut items = Self::with_capacity(length.min(ROOM));
        for _ in 0..length {
            items.push(T::unpack(input)?);
        }
        Some(items)
    }
}

impl<A: Pack, B: Pack> Pack for (A, B) {
    fn pack(&self, out: &mut Out<'_>) {
        self.0.pack(out);
        self.1.pack(out);
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        Some((A::unpack(input)?, B::unpack(input)?))
    }
}

impl<T: Pack> Pack for Field<T> {
    fn pack(&self, out: &mut Out<'_>) {
        match self {
            Self::Absent => out.byte(0),
            Self::Wrong(span) => {
                out.byte(1);
                span.pack(out);
            }
            Self::Set(value, span) => {
                out.byte(2);
                value.pack(out);
                span.pack(out);
            }
        }
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        match input.byte()? {
            0 => Some(Self::Absent),
            1 => Some(Self::Wrong(Span::unpack(input)?)),
            2 => Some(Self::Set(T::unpack(input)?, Span::unpack(input)?)),
            _ => None,
        }
    }
}

impl Pack for Span {
    fn pack(&self, out: &mut Out<'_>) {
        // The length is shorter than the end.
        self.start.pack(out);
        self.end.wrapping_sub(self.start).pack(out);
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        let start = u32::unpack(input)?;
        let end = start.wrapping_add(u32::unpack(input)?);
        Some(Self { start, end })
    }
}

packed! {
    Position { line, column }
}

packed_words! {
    Severity { Error, Warning, Info }
}
