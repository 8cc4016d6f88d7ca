//! Ingestion of a drop.

use crate::args::Failure;
use crate::bench::fixture::{Fixture, run};
use crate::bench::measure::Spec;
use crate::bench::row::{Goal, Pair, Row, Work};

pub(super) fn rows() -> Vec<Row> {
    vec![Row {
        id: "ingest",
        title: "ingest a drop of {n} documents",
        divisor: 2,
        goal: Goal::None,
        doubles: None,
        repeat: 1,
        work: Work::Pair(drop),
    }]
}

fn drop(fixture: &mut Fixture, resources: usize) -> Result<Pair, Failure> {
    let repository = fixture.dropped(resources)?;
    let hnp = fixture.hnp().to_owned();
    let mut copies = 0_usize;
    let runs = fixture.path("ingest-run");
    let source = repository.root.clone();
    let scratch = fixture.scratch().to_owned();
    Ok(Pair {
        subject: Box::new(move || {
            // An ingested drop is gone, so that every run gets a repository of its own. Those of earlier runs stay: for
            // seconds after thousands of files went, ext4 passes over their places one by one for each new file.
            copies += 1;
            let copy = runs.with_file_name(format!("ingest-run-{copies}"));
            run(
                "cp",
                &["-a", &source.to_string_lossy(), &copy.to_string_lossy()],
                &scratch,
            )?;
            Ok(Spec::new(&hnp, &copy).arg("ingest"))
        }),
        yardstick: Box::new(move || Ok(repository.sha256sum())),
    })
}
