//! Three-way merge by field, with conflicts as values.
//!
//! * [`merge`] and [`merge_with`] work on values alone: what a base, ours and theirs make together, and what they
//!   contradict each other in. No text, no file, no clock; whoever has three values can ask.
//! * [`diff`] says in which fields two values differ, with the same list keys.
//! * [`merge_text`] merges YAML files: it writes the merged value back into ours by splices, so that the comments of
//!   both sides stay, and puts markers around what conflicts and nothing else.
//! * [`compare`] sets two sets of documents against each other, resource by resource.
//! * [`flat`] gives a file as one line a field, for tools that compare lines.
//! * [`put`] sets the value at the path of a conflict.
//!
//! Which lists are sets, which are keyed and by what, is one table: `table.rs`.

mod compare;
mod conflict;
mod diff;
mod flat;
mod items;
mod lines;
mod normal;
mod overlap;
mod path;
mod put;
mod rules;
mod table;
mod text;
mod value;

pub use compare::{Compared, NamedStream, ResourceDiff, compare};
pub use conflict::{Choice, Conflict, ConflictKind, Side};
pub use diff::{Change, diff};
pub use flat::flat;
pub use lines::{Labels, LineMerge, merge_lines, two_way};
pub use normal::normal;
pub use path::{Path, Step};
pub use put::put;
pub use rules::Rules;
pub use text::{FileConflict, How, MergedText, merge_text};
pub use value::{Base, Merged, merge, merge_with};
