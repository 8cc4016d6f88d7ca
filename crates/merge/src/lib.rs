//! Typed three-way merge of Hedgehog resources.
