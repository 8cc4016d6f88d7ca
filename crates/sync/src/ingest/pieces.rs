//! Cuts a dropped file into one text a resource, every comment in exactly one of them.

use hnp_model::Manifest;
use hnp_yaml::{Document, Kind, Node, Options, Stream, Style, Value, emit_document, parse};

/// The text of one resource, as it will stand alone in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Index of the document it came from.
    pub document: usize,
    /// Index in the document's list, where it came from one.
    pub item: Option<usize>,
    /// The text, ending in a line end.
    pub text: String,
}

/// Cuts the readable documents of a stream that was parsed with comments.
///
/// A banner between two documents belongs to the one below it: HNP, `kubectl` and people write it above the `---`. What
/// follows the last document stays with it. Comments of documents that hold nothing go to the next that holds something.
#[must_use]
pub fn cut(stream: &Stream, manifests: &[Manifest<'_>]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut banner = String::new();
    let last = stream
        .documents()
        .filter(|document| document.is_broken() || holds_something(*document))
        .map(Document::index)
        .next_back();
    for document in stream.documents() {
        let index = document.index();
        let line = separator_rest(document);
        if line.starts_with('#') {
            banner.push_str(line);
            banner.push('\n');
        }
        let refused_line = !line.is_empty() && !line.starts_with('#');
        if document.is_broken() || refused_line {
            // What the reader refused stays behind as it was written, with the banner above it.
            let separator = if refused_line {
                format!("--- {line}\n")
            } else {
                String::new()
            };
            let body = &stream.text()[document.body().range()];
            pieces.push(Piece {
                document: index,
                item: None,
                text: format!("{banner}{separator}{body}"),
            });
            banner.clear();
            continue;
        }
        if !holds_something(document) {
            banner.push_str(&comment_lines(document));
            continue;
        }
        let body = Body::new(document, Some(index) != last);
        let here: Vec<_> = manifests
            .iter()
            .filter(|manifest| manifest.document.index() == index)
            .collect();
        if here.iter().any(|manifest| manifest.item.is_some()) {
            cut_list(document, &here, &banner, &body, &mut pieces);
        } else {
            for manifest in here {
                pieces.push(Piece {
                    document: index,
                    item: None,
                    text: settle(&format!("{banner}{}", body.own), manifest.value),
                });
            }
        }
        banner = body.banner_below;
    }
    if !banner.is_empty()
        && let Some(piece) = pieces.last_mut()
    {
        piece.text.push_str(&banner);
    }
    pieces
}

fn holds_something(document: Document<'_>) -> bool {
    document.root().is_some_and(|root| !root.is_null())
}

/// Returns what follows `---` on its line.
fn separator_rest(document: Document<'_>) -> &str {
    let text = &document.stream().text()[document.separator().range()];
    text.strip_prefix("---").map_or("", str::trim)
}

fn comment_lines(document: Document<'_>) -> String {
    document.stream().text()[document.body().range()]
        .lines()
        .filter(|line| line.trim_start().starts_with('#'))
        .fold(String::new(), |mut out, line| {
            out.push_str(line.trim());
            out.push('\n');
            out
        })
}

/// The text of one document, cut from the banner that belongs to the next.
struct Body {
    own: String,
    banner_below: String,
}

impl Body {
    fn new(document: Document<'_>, gives_banner: bool) -> Self {
        let text = document.stream().text();
        let body = document.body();
        let root_end = document.root().map_or(body.start, |root| root.span().end) as usize;
        let content_end = text[root_end..body.end as usize]
            .find('\n')
            .map_or(body.end as usize, |at| root_end + at + 1);
        let tail = &text[content_end..body.end as usize];
        // Comments at the margin after the content are the banner of what follows; indented ones belong to what is above.
        let margin = if gives_banner {
            line_offsets(tail).find(|&at| tail[at..].starts_with('#'))
        } else {
            None
        };
        let (kept, below) = tail.split_at(margin.unwrap_or(tail.len()));
        let start = body.start as usize;
        Self {
            own: format!("{}{kept}", &text[start..content_end]),
            banner_below: below.to_owned(),
        }
    }
}

fn line_offsets(text: &str) -> impl Iterator<Item = usize> + '_ {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1))
}

/// Trims blank lines around a text and makes it end in one line end of its own style.
fn tidy(text: &str) -> String {
    let start = line_offsets(text)
        .take_while(|&at| text[..at].trim().is_empty())
        .last()
        .unwrap_or(0);
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    format!("{}{line_end}", text[start..].trim_end())
}

/// Returns the text if it means exactly the value, else a canonical form with the comments on top.
fn settle(text: &str, value: Value<'_>) -> String {
    for candidate in [tidy(text), text.to_owned()] {
        if means(&candidate, value) {
            return candidate;
        }
    }
    let mut out = String::new();
    let stream = parse(text, &Options::with_comments());
    for comment in stream.comments() {
        out.push_str(&stream.text()[comment.span.range()]);
        out.push('\n');
    }
    out.push_str(&emit_document(&Node::from(value)));
    out
}

fn means(text: &str, value: Value<'_>) -> bool {
    let stream = parse(text, &Options::default());
    let mut documents = stream.documents();
    let same = stream.problems().is_empty()
        && documents
            .next()
            .and_then(Document::root)
            .is_some_and(|root| root.same(value));
    same && documents.next().is_none()
}

/// Cuts the items of a list; what stands above the first goes with it, what stands below the last too.
fn cut_list(
    document: Document<'_>,
    manifests: &[&Manifest<'_>],
    banner: &str,
    body: &Body,
    pieces: &mut Vec<Piece>,
) {
    let source = document.stream().text();
    let start = document.body().start as usize;
    let end = start + body.own.len();
    let mut above = start;
    for (n, manifest) in manifests.iter().enumerate() {
        let value = manifest.value;
        let block = value.style() == Style::Block && !value.is_alias() && value.kind() == Kind::Map;
        let span = value.full_span();
        let line_end = source[span.end as usize..end]
            .find('\n')
            .map_or(end, |at| span.end as usize + at + 1);
        let until = if n + 1 == manifests.len() {
            end
        } else {
            line_end
        };
        let mut text = if n == 0 {
            banner.to_owned()
        } else {
            String::new()
        };
        for comment in document.comments() {
            let at = comment.span.start as usize;
            let inside = block && (span.start as usize..line_end).contains(&at);
            if (above..until).contains(&at) && !inside {
                text.push_str(&source[comment.span.range()]);
                text.push('\n');
            }
        }
        above = until;
        if block {
            text.push_str(&dedent(source, span.start as usize..line_end));
        }
        text.push('\n');
        pieces.push(Piece {
            document: document.index(),
            item: manifest.item,
            text: settle(&text, value),
        });
    }
}

/// Takes lines out of a list item: the first starts at the item's column, the others lose that indentation.
fn dedent(source: &str, range: std::ops::Range<usize>) -> String {
    let std::ops::Range { start, end } = range;
    let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
    let column = source[line_start..start].chars().count();
    let mut out = String::new();
    for (n, line) in source[start..end].split_inclusive('\n').enumerate() {
        if n == 0 {
            out.push_str(line);
            continue;
        }
        let blank = line.len() - line.trim_start_matches(' ').len();
        out.push_str(&line[blank.min(column)..]);
    }
    out
}
