//! Git as hnp sees it: objects, references, the ledger.
