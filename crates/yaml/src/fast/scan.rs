//! Scanning of bytes: blanks, comments, scalars on one line.

use super::{Fast, LONGEST_KEY, Token};
use crate::stream::Comment;
use crate::tape::{SOURCE, Style};
use crate::{Span, scalar};

/// May end a plain scalar in a block.
const BLOCK_STOP: u8 = 1;
/// May end a plain scalar inside `[]` or `{}`.
const FLOW_STOP: u8 = 2;
/// Cannot start a plain scalar, or only with a look at what follows.
const NO_START: u8 = 4;

static CLASS: [u8; 256] = {
    let table = mark([0; 256], b"\n\r:#", BLOCK_STOP);
    let table = mark(table, b"\n\r:#,[]{}", FLOW_STOP);
    mark(table, b"\n\r -?:,[]{}#&*!|>'\"%@`", NO_START)
};

const fn mark(mut table: [u8; 256], bytes: &[u8], class: u8) -> [u8; 256] {
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] |= class;
        at += 1;
    }
    table
}

#[inline]
fn class(byte: u8) -> u8 {
    CLASS[byte as usize]
}

/// Tells whether a byte ends a word: a space or the end of the line.
#[inline]
pub(super) fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r')
}

/// Tells whether a text has nothing in it that YAML treats specially beyond its indicators: no tabs, no control
/// characters, carriage returns only before line feeds, no white space or line ends outside ASCII.
pub(super) fn is_tame(text: &str) -> bool {
    let strange = |byte: u8| (byte < b' ' && byte != b'\n') | (byte >= 0x7f);
    // Whole blocks without an early end are what the compiler turns into wide instructions.
    let plain = text.as_bytes().chunks(64).all(|block| {
        !block
            .iter()
            .fold(false, |found, &byte| found | strange(byte))
    });
    plain || is_tame_by_char(text)
}

fn is_tame_by_char(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.char_indices().all(|(at, c)| match c {
        '\n' | ' '..='~' => true,
        '\r' => bytes.get(at + 1) == Some(&b'\n'),
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => c >= '\u{a0}' && !c.is_whitespace(),
    })
}

impl Fast<'_, '_> {
    #[inline]
    pub(super) fn skip_spaces(&mut self) {
        while self.byte(self.at) == b' ' {
            self.at += 1;
        }
    }

    /// Reads blank lines and comment lines, and returns the column of the first line with something else.
    pub(super) fn next_line(&mut self) -> Option<usize> {
        while self.at < self.bytes.len() {
            let start = self.at;
            self.skip_spaces();
            match self.byte(self.at) {
                b'#' => {
                    self.comment(true);
                }
                b'\n' | b'\r' => {
                    self.line_end();
                }
                _ => return Some(self.at - start),
            }
        }
        None
    }

    /// Moves over a line end; `at` stands on its first byte, which is returned.
    #[inline]
    fn line_end(&mut self) -> usize {
        let end = self.at;
        // A carriage return stands only before a line feed here.
        self.at += 1 + usize::from(self.byte(end) == b'\r');
        end
    }

    /// Reads a comment from its `#` with the line end, and returns where it ends.
    #[cold]
    fn comment(&mut self, own_line: bool) -> usize {
        let start = self.at;
        let feed = memchr::memchr(b'\n', &self.bytes[start..])
            .map_or(self.bytes.len(), |length| start + length);
        let end = feed - usize::from(self.bytes[feed - 1] == b'\r');
        self.at = feed + 1;
        if self.comments {
            self.stream.comments.push(Comment {
                span: Span::new(start, end),
                own_line,
                document: self.document,
            });
        }
        end
    }

    /// Reads what may follow a value on its line, blanks and a comment, and returns where that ends.
    #[inline]
    pub(super) fn rest_of_line(&mut self) -> Option<usize> {
        self.skip_spaces();
        match self.byte(self.at) {
            b'#' if self.byte(self.at - 1) == b' ' => Some(self.comment(false)),
            b'\n' | b'\r' => Some(self.line_end()),
            _ => None,
        }
    }

    /// Reads a scalar; `at` stands on its first byte, and after it on the byte that ended it.
    #[inline]
    pub(super) fn token(&mut self, flow: bool) -> Option<Token> {
        match self.byte(self.at) {
            b'"' => self.double(),
            b'\'' => self.single(),
            _ => self.plain(flow),
        }
    }

    #[inline]
    fn plain(&mut self, flow: bool) -> Option<Token> {
        let stop = if flow { FLOW_STOP } else { BLOCK_STOP };
        let start = self.at;
        let first = self.byte(start);
        if class(first) & NO_START != 0 {
            let next = self.byte(start + 1);
            // A dash is text where text follows it.
            if first != b'-' || is_gap(next) || class(next) & FLOW_STOP != 0 {
                return None;
            }
        }
        let mut at = start + 1;
        loop {
            while class(self.byte(at)) & stop == 0 {
                at += 1;
            }
            match self.byte(at) {
                b':' => {
                    let next = self.byte(at + 1);
                    if is_gap(next) || (flow && class(next) & FLOW_STOP != 0) {
                        break;
                    }
                }
                b'#' if self.byte(at - 1) != b' ' => {}
                _ => break,
            }
            at += 1;
        }
        self.at = at;
        let mut end = at;
        while self.byte(end - 1) == b' ' {
            end -= 1;
        }
        Some(Token {
            span: Span::new(start, end),
            style: Style::Plain,
            text: None,
        })
    }

    fn single(&mut self) -> Option<Token> {
        let start = self.at;
        let mut at = start + 1;
        let mut doubled = false;
        loop {
            at += memchr::memchr2(b'\'', b'\n', self.bytes.get(at..)?)?;
            match (self.bytes[at], self.byte(at + 1)) {
                (b'\n', _) => return None,
                (_, b'\'') => {
                    doubled = true;
                    at += 2;
                }
                _ => break,
            }
        }
        self.at = at + 1;
        let inner = &self.text[start + 1..at];
        let text = if doubled {
            inner.replace("''", "'").into_boxed_str()
        } else {
            inner.into()
        };
        Some(Token {
            span: Span::new(start, at + 1),
            style: Style::Single,
            text: Some(text),
        })
    }

    fn double(&mut self) -> Option<Token> {
        let start = self.at;
        let mut at = start + 1;
        let mut copied = at;
        let mut decoded = String::new();
        loop {
            at += memchr::memchr3(b'"', b'\\', b'\n', self.bytes.get(at..)?)?;
            match self.bytes[at] {
                b'"' => break,
                b'\\' => {
                    // The common escapes; the others are left to the general parser.
                    let meant = match self.byte(at + 1) {
                        b'"' => '"',
                        b'\\' => '\\',
                        b'n' if at + 1 < self.bytes.len() => '\n',
                        b't' => '\t',
                        _ => return None,
                    };
                    decoded.push_str(&self.text[copied..at]);
                    decoded.push(meant);
                    at += 2;
                    copied = at;
                }
                _ => return None,
            }
        }
        self.at = at + 1;
        let rest = &self.text[copied..at];
        let text = if decoded.is_empty() {
            rest.into()
        } else {
            decoded.push_str(rest);
            decoded.into_boxed_str()
        };
        Some(Token {
            span: Span::new(start, at + 1),
            style: Style::Double,
            text: Some(text),
        })
    }

    /// Adds a scalar that is a value.
    #[inline]
    pub(super) fn value(&mut self, token: Token) -> Option<()> {
        if token.style == Style::Plain
            && matches!(self.bytes[token.span.start as usize], b'.' | b'+' | b'-')
        {
            // What JSON cannot hold is for the general parser to refuse.
            scalar::read_plain(&self.text[token.span.range()]).ok()?;
        }
        self.scalar(token);
        Some(())
    }

    /// Adds a scalar that is a key, as the string that JSON has for it.
    #[inline]
    pub(super) fn key(&mut self, mut token: Token) -> Option<()> {
        let range = token.span.range();
        if range.len() > LONGEST_KEY {
            return None;
        }
        if token.style == Style::Plain {
            let text = &self.text[range];
            if text == "<<" {
                return None;
            }
            let reading = scalar::read_plain(text).ok()?;
            if !matches!(reading, scalar::Reading::Str(_)) {
                let key = reading.key_text();
                if key != text {
                    token.text = Some(key.into());
                }
            }
        }
        self.scalar(token);
        Some(())
    }

    #[inline]
    fn scalar(&mut self, token: Token) {
        self.last = token.span.end as usize;
        let node = self.push(crate::Kind::Scalar, token.style, token.span);
        if let Some(text) = token.text {
            let strings = &mut self.stream.tape.strings;
            self.stream.tape.nodes[node as usize].text = super::narrow(strings.len());
            strings.push(text);
        } else {
            debug_assert_eq!(self.stream.tape.nodes[node as usize].text, SOURCE);
        }
    }
}
