//! Findings, rendered in the formats asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use hnp_model::{Finding, Severity};
use hnp_report::{Format, Report, Sources, Style, Summary, render};
use hnp_rules::catalogue;

use crate::args::Global;
use crate::failure::Failure;
use crate::output;

/// Findings with what their snippets need.
#[derive(Default)]
pub(crate) struct Findings {
    /// In the order in which they are shown.
    pub(crate) all: Vec<Finding>,
    /// How much was checked.
    pub(crate) summary: Summary,
    /// Texts of files that findings point into.
    pub(crate) texts: BTreeMap<String, String>,
    /// One sentence about the run.
    pub(crate) note: Option<String>,
    /// `hnp validate --fix` does not reach these files.
    pub(crate) not_fixable: bool,
}

struct Texts<'t>(&'t BTreeMap<String, String>);

impl Sources for Texts<'_> {
    fn text(&self, file: &str) -> Option<Cow<'_, str>> {
        self.0.get(file).map(|text| Cow::Borrowed(text.as_str()))
    }
}

/// Reads an argument of `--output`.
///
/// # Errors
///
/// Exit 2 where it is not FORMAT=FILE.
pub(crate) fn output_file(output: &str) -> Result<(Format, &str), Failure> {
    let Some((format, file)) = output.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        return Err(Failure::Usage(format!(
            "--output {output}: write FORMAT=FILE, such as sarif=hnp.sarif"
        )));
    };
    let format = format
        .parse()
        .map_err(|error: hnp_report::UnknownFormat| Failure::Usage(format!("--output: {error}")))?;
    Ok((format, file))
}

impl Findings {
    /// Counts the errors that are not old.
    pub(crate) fn errors(&self) -> usize {
        self.all
            .iter()
            .filter(|finding| finding.severity == Severity::Error && !finding.old)
            .count()
    }

    /// Returns the findings in the format asked for, and writes the files asked for besides.
    pub(crate) fn render(&mut self, global: &Global) -> Result<String, Failure> {
        self.summary = self.summary.counting(&self.all, &|finding| finding.old);
        for output in &global.output {
            let (format, file) = output_file(output)?;
            let text = self.text(format, &Style::default());
            let dir = global.work_dir.as_deref().unwrap_or(Path::new(""));
            std::fs::write(dir.join(file), text)
                .map_err(|error| Failure::Environment(format!("--output {file}: {error}")))?;
        }
        Ok(self.text(global.format, &output::style(global)))
    }

    fn text(&self, format: Format, style: &Style) -> String {
        let sources = Texts(&self.texts);
        let title = |code: &str| catalogue::find(code).map(|rule| rule.title.to_owned());
        let mut report = Report::new(&self.all, self.summary, &sources);
        report.rule_title = &title;
        report.note = self.note.as_deref();
        report.fixable = !self.not_fixable;
        render(&report, format, style)
    }
}
