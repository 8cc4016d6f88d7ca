//! Findings in every format: for people, for scripts and for the services that show them in a review.
//!
//! Everything here is a function from values to text. Whether a terminal has colours, how wide it is and where the
//! text goes is the caller's business; repository text is hostile and never reaches the output unescaped.

mod concise;
mod escape;
mod format;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
pub mod markdown;
mod report;
mod sarif;
mod snippet;

pub use format::{Format, UnknownFormat};
pub use hnp_model::fingerprint::{fingerprint, fingerprints};
pub use report::{NoSources, Report, Sources, Style, Summary};

/// Renders a report in one format. The text ends in a line end, unless it is empty.
///
/// Only `human` looks at the style and at the sources; the others are the same bytes on every terminal.
#[must_use]
pub fn render(report: &Report<'_>, format: Format, style: &Style) -> String {
    match format {
        Format::Human => human::render(report, style),
        Format::Concise => concise::render(report),
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(report),
        Format::Github => github::render(report),
        Format::Gitlab => gitlab::render(report),
        Format::Junit => junit::render(report),
        Format::Markdown => markdown::render(report),
    }
}
