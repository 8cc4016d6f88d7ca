//! Hardware addresses in the form that the webhook gives them.

/// Returns an address of 6, 8 or 20 octets in lower case with colons; it may be written with colons, with hyphens, or with
/// a dot after every second octet.
pub(super) fn canonical(text: &str) -> Option<String> {
    let separator = text.chars().find(|c| !c.is_ascii_hexdigit())?;
    let width = match separator {
        ':' | '-' => 2,
        '.' => 4,
        _ => return None,
    };
    let mut digits = String::with_capacity(40);
    for part in text.split(separator) {
        if part.len() != width || !part.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        digits.push_str(&part.to_ascii_lowercase());
    }
    if !matches!(digits.len(), 12 | 16 | 40) {
        return None;
    }
    let mut canonical = String::with_capacity(60);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && n % 2 == 0 {
            canonical.push(':');
        }
        canonical.push(digit);
    }
    Some(canonical)
}
