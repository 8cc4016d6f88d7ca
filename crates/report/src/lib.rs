//! Findings, plans and results in every format.
