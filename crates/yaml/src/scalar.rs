//! Scalars as Kubernetes reads them.
//!
//! kubectl and the API server read YAML through a parser of YAML 1.1's family with its own table: `y`, `on` and `0755`
//! are not strings, `22:22` and dates are, `.inf` has no JSON form. That reading is neither YAML 1.1 nor 1.2, so it is
//! spelled out here and nowhere else.

use std::borrow::Cow;

/// A scalar's value in the JSON that Kubernetes makes of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading<'t> {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `yes`, `on`, `y` and their opposites, in three casings.
    Bool(bool),
    /// A whole number in the range of `i64`.
    Int(i64),
    /// A whole number above `i64` and in `u64`.
    UInt(u64),
    /// Any other finite number.
    Float(f64),
    /// Everything else.
    Str(Cow<'t, str>),
}

/// Why a scalar has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// JSON has no infinity and no not-a-number.
    NotFinite,
    /// The text contradicts its tag, such as `!!int abc`.
    Tag(String),
}

impl Reading<'_> {
    /// Returns the value as a whole number where it is one: `1001.0` is 1001 in JSON.
    #[must_use]
    pub fn as_integer(&self) -> Option<i128> {
        match self {
            Self::Int(n) => Some(i128::from(*n)),
            Self::UInt(n) => Some(i128::from(*n)),
            // Up to 2^64, which is exact in f64: no larger whole number is read as one. The cast is exact below it.
            Self::Float(f) if f.fract() == 0.0 && f.abs() < 18_446_744_073_709_551_616.0 => {
                #[allow(clippy::cast_possible_truncation)]
                let n = *f as i128;
                Some(n)
            }
            _ => None,
        }
    }

    /// Returns the JSON type's name, as messages use it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Int(_) | Self::UInt(_) => "integer",
            Self::Float(f) if f.fract() == 0.0 => "integer",
            Self::Float(_) => "number",
            Self::Str(_) => "string",
        }
    }

    /// Returns the text of this value as a JSON object key, as Kubernetes turns keys into strings.
    #[must_use]
    pub fn key_text(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed("null"),
            Self::Bool(b) => Cow::Borrowed(if *b { "true" } else { "false" }),
            Self::Int(n) => Cow::Owned(n.to_string()),
            Self::UInt(n) => Cow::Owned(n.to_string()),
            Self::Float(f) => Cow::Owned(float_text(*f)),
            Self::Str(s) => Cow::Borrowed(s),
        }
    }
}

/// Returns a finite float in the shortest form that reads back the same, as Go's JSON encoder writes it.
#[must_use]
pub fn float_text(f: f64) -> String {
    if f != 0.0 && !(1e-6..1e21).contains(&f.abs()) {
        let text = format!("{f:e}");
        match text.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => {
                format!("{digits}e+{exponent}")
            }
            _ => text,
        }
    } else {
        format!("{f}")
    }
}

/// Reads a plain scalar without a tag.
///
/// # Errors
///
/// Fails on infinities and not-a-number, which JSON cannot hold.
pub fn read_plain(text: &str) -> Result<Reading<'_>, Unreadable> {
    let Some(&first) = text.as_bytes().first() else {
        return Ok(Reading::Null);
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => {
            Ok(read_word(text).unwrap_or(Reading::Str(Cow::Borrowed(text))))
        }
        b'.' => read_dot(text),
        b'0'..=b'9' | b'+' | b'-' => read_number(text),
        _ => Ok(Reading::Str(Cow::Borrowed(text))),
    }
}

/// Reads a scalar with an explicit core tag; `suffix` is what follows `!!`.
///
/// # Errors
///
/// Fails where the text is not of the tag's type.
pub fn read_tagged<'t>(suffix: &str, text: &'t str) -> Result<Reading<'t>, Unreadable> {
    let mismatch = || Unreadable::Tag(format!("`{text}` is not a !!{suffix}"));
    match suffix {
        "str" => Ok(Reading::Str(Cow::Borrowed(text))),
        "binary" => decode_base64(text)
            .map(|bytes| Reading::Str(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())))
            .ok_or_else(mismatch),
        "int" | "float" | "bool" | "null" => match (suffix, read_plain(text)?) {
            ("int", value @ (Reading::Int(_) | Reading::UInt(_)))
            | ("float", value @ (Reading::Float(_) | Reading::Int(_) | Reading::UInt(_)))
            | ("bool", value @ Reading::Bool(_))
            | ("null", value @ Reading::Null) => Ok(value),
            _ => Err(mismatch()),
        },
        _ => Ok(Reading::Str(Cow::Borrowed(text))),
    }
}

/// Tells what a YAML 1.2 (core schema) reader would see, for people who wonder why a value is not the string they wrote.
#[must_use]
pub fn yaml12_type(text: &str) -> &'static str {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match text {
        "" | "~" | "null" | "Null" | "NULL" => "null",
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => "boolean",
        _ if digits(unsigned) => "integer",
        _ if text
            .strip_prefix("0o")
            .is_some_and(|t| !t.is_empty() && t.bytes().all(|b| (b'0'..=b'7').contains(&b))) =>
        {
            "integer"
        }
        _ if text
            .strip_prefix("0x")
            .is_some_and(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_hexdigit())) =>
        {
            "integer"
        }
        _ if is_float_shape(text) => "number",
        _ => "string",
    }
}

fn read_word(text: &str) -> Option<Reading<'static>> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Reading::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Reading::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Reading::Null,
        _ => return None,
    })
}

fn read_dot(text: &str) -> Result<Reading<'_>, Unreadable> {
    match text {
        ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN" => Err(Unreadable::NotFinite),
        _ => Ok(finite(text).unwrap_or(Reading::Str(Cow::Borrowed(text)))),
    }
}

fn read_number(text: &str) -> Result<Reading<'_>, Unreadable> {
    if matches!(
        text,
        "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF"
    ) {
        return Err(Unreadable::NotFinite);
    }
    // Underscores are dropped before anything else is tried.
    let plain: Cow<'_, str> = if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    };
    let number = integer(&plain).or_else(|| finite(&plain).map(into_owned));
    Ok(number.unwrap_or(Reading::Str(Cow::Borrowed(text))))
}

fn into_owned(reading: Reading<'_>) -> Reading<'static> {
    match reading {
        Reading::Null => Reading::Null,
        Reading::Bool(b) => Reading::Bool(b),
        Reading::Int(n) => Reading::Int(n),
        Reading::UInt(n) => Reading::UInt(n),
        Reading::Float(f) => Reading::Float(f),
        Reading::Str(s) => Reading::Str(Cow::Owned(s.into_owned())),
    }
}

/// A whole number with a sign and a base prefix: `0x`, `0b`, `0o` or a bare leading zero, which is octal.
fn integer(text: &str) -> Option<Reading<'static>> {
    let (negative, signed, rest) = match text.as_bytes().first()? {
        b'-' => (true, true, &text[1..]),
        b'+' => (false, true, &text[1..]),
        _ => (false, false, text),
    };
    let lower = |a: u8| {
        rest.as_bytes()
            .get(1)
            .is_some_and(|b| b.to_ascii_lowercase() == a)
    };
    let (base, digits) = if rest.starts_with('0') && lower(b'x') {
        (16, &rest[2..])
    } else if rest.starts_with('0') && lower(b'b') {
        (2, &rest[2..])
    } else if rest.starts_with('0') && lower(b'o') {
        (8, &rest[2..])
    } else if rest.starts_with('0') && rest.len() > 1 {
        (8, &rest[1..])
    } else {
        (10, rest)
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u128::from_str_radix(digits, base).ok()?;
    if negative {
        let value = -i128::try_from(magnitude).ok()?;
        return i64::try_from(value).ok().map(Reading::Int);
    }
    if let Ok(value) = i64::try_from(magnitude) {
        return Some(Reading::Int(value));
    }
    // A sign is allowed for signed numbers only; past their range nothing but a float is left.
    (!signed)
        .then(|| u64::try_from(magnitude).ok().map(Reading::UInt))
        .flatten()
}

fn is_float_shape(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => {
            digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty())
        }
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['+', '-']).unwrap_or(e);
        !e.is_empty() && digits(e)
    });
    mantissa_fits && exponent_fits
}

/// A number of float shape that is finite; overflow leaves the text a string, underflow is zero.
fn finite(text: &str) -> Option<Reading<'static>> {
    if !is_float_shape(text) {
        return None;
    }
    text.parse::<f64>()
        .ok()
        .filter(|f| f.is_finite())
        .map(Reading::Float)
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut bits = 0u32;
    let mut count = 0u32;
    let mut padding = 0;
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut symbols = 0usize;
    for byte in text.bytes().filter(|b| !matches!(b, b'\r' | b'\n' | b' ')) {
        symbols += 1;
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                padding += 1;
                continue;
            }
            _ => return None,
        };
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    (symbols.is_multiple_of(4) && padding <= 2).then_some(out)
}
