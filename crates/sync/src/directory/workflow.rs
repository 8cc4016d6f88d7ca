//! The workflow that runs hnp on GitHub.

use crate::plan::Plan;

/// Where it lies.
pub const WORKFLOW_PATH: &str = ".github/workflows/hnp.yml";

/// How the repository's workflow stands to the one that would be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkflowStanding {
    /// There was none; the plan writes it.
    New,
    /// It is there as it would be written.
    Same,
    /// There is another, which stays as it is.
    Other,
}

/// Returns the text of the workflow.
#[must_use]
pub fn workflow_text() -> String {
    TEXT.replace("VERSION", concat!("v", env!("CARGO_PKG_VERSION")))
}

/// Plans the workflow where there is none. One that is there is its owner's, whatever it says.
pub fn add_workflow(plan: &mut Plan, now: Option<&[u8]>) -> WorkflowStanding {
    let text = workflow_text();
    match now {
        None => {
            plan.write(WORKFLOW_PATH, text, None);
            plan.order();
            WorkflowStanding::New
        }
        Some(bytes) if bytes == text.as_bytes() => WorkflowStanding::Same,
        Some(_) => WorkflowStanding::Other,
    }
}

/// Plans to take the workflow out where nobody changed it.
pub fn remove_workflow(plan: &mut Plan, now: Option<&[u8]>) {
    if let Some(bytes) = now
        && bytes == workflow_text().as_bytes()
    {
        plan.remove(WORKFLOW_PATH, bytes);
        plan.order();
    }
}

const TEXT: &str = r#"# Written by `hnp init --github`. hnp does not touch it again: change it as you like.
name: hnp

on:
  push:
  pull_request:
  workflow_dispatch:

permissions: {}

# A newer push to a pull request makes the older run moot. Other runs come to their end.
concurrency:
  group: hnp-${{ github.workflow }}-${{ github.ref }}
  cancel-in-progress: ${{ github.event_name == 'pull_request' }}

jobs:
  validate:
    name: Validate
    # The branches of pull requests are checked by their pull requests.
    if: github.event_name != 'push' || github.ref_name == github.event.repository.default_branch
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          # All of history: a pull request is compared with the commit that it grew from.
          fetch-depth: 0
          persist-credentials: false
      # A tag can be moved. To keep to what you reviewed, write its commit: `githedgehog/hnp@<commit> # VERSION`.
      - uses: githedgehog/hnp@VERSION
"#;
