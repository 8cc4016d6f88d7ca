//! Conformance cases made of the rules' catalogue: small valid fabrics, changed at the boundaries of every rule.
//!
//! The verdict of a case is by construction, so its judge is the catalogue and not Hedgehog. The cases are files of
//! `tests/conformance`; its README has their format.

mod base;
mod coverage;
mod edit;
mod kinds;
mod pairs;
mod rules;
mod sheet;
mod write;

use crate::corpus::GeneratedFile;

/// Makes every vector file and the report of what they cover; paths are below `tests/conformance`.
#[must_use]
pub fn generate() -> Vec<GeneratedFile> {
    let mut sheets = kinds::sheets();
    for sheet in &mut sheets {
        if let Some(base) = base::BASES.iter().find(|base| base.name == sheet.base()) {
            kinds::common::cases(sheet, base);
        }
    }
    let pairs = pairs::draw(&sheets);
    let mut files: Vec<_> = sheets
        .iter()
        .map(|sheet| GeneratedFile {
            path: format!("vectors/catalogue/{}.yaml", sheet.kind.to_lowercase()),
            text: write::file(
                sheet.kind,
                Some(sheet.base()),
                sheet.cases.iter().map(sheet::Case::write),
            ),
        })
        .collect();
    files.push(GeneratedFile {
        path: "coverage.md".to_owned(),
        text: coverage::report(&sheets, pairs.len()),
    });
    files.push(GeneratedFile {
        path: "vectors/catalogue/pairs.yaml".to_owned(),
        text: write::file("any", None, pairs),
    });
    files
}
