//! A tree that was judged and holds together, as bytes that a small change to it is judged by.
//!
//! A commit changes a file or two of thousands. What they can make wrong stands in few other resources: those that refer to
//! the changed ones, and those that hold something that only one may hold. A basis keeps every resource with the means to
//! find those, and reads no other. [`Basis::judge`] runs the rules over them alone. It never says what is wrong: where
//! a rule has anything to say, or the change is of a kind that is not covered, the whole tree has to be judged.
//!
//! The bytes hold for one build of hnp and one set of settings. They are read with every bound checked; bytes that are
//! none of ours give no basis, or one that covers nothing.

mod focus;
mod links;
mod read;
mod write;

pub use focus::{Changed, Counts, Verdict};
pub use read::{Basis, Reread};
pub use write::write;

use crate::facts::Detail;
use crate::file::Role;

/// Where numbers stand that are of the whole: the order in which they are written.
#[derive(Clone, Copy)]
enum Number {
    /// Files, those under `unmanaged/` and `raw/` too.
    Files,
    /// Resources that rules look at.
    Resources,
    /// Names by which resources are found.
    Names,
    /// Links by which others are found.
    Links,
    /// Prefixes of VPCs' subnets.
    Prefixes,
    /// Bytes of all paths.
    Paths,
    /// Bytes of all facts.
    Facts,
    /// Most VPCs and Externals that reach one switch.
    Reached,
    /// Switches and gateways that hydration has filled in.
    Hydrated,
    /// How many there are.
    Count,
}

const NUMBERS: usize = Number::Count as usize;
/// End of the path, first resource, documents, resources, role.
const FILE: usize = 5 * 4;
/// End of the facts, file, kind and flags.
const RESOURCE: usize = 3 * 4;
/// A hash and a resource.
const LINK: usize = 8 + 4;
/// The hash of a namespace, first and last address, a resource.
const PREFIX: usize = 8 + 2 * 17 + 4;

/// Whether a resource is context only, and whether its facts could not be written.
const CONTEXT: u32 = 1 << 8;
const LEFT_OUT: u32 = 1 << 9;
/// Beside the role of a file: whether something was found in it by itself.
const FOUND: u32 = 1 << 8;

fn role_number(role: Role) -> u32 {
    match role {
        Role::Managed => 1,
        Role::Pending => 2,
        Role::Context => 3,
    }
}

/// Tells whether hydration has filled a resource in, as far as a tree is judged by it.
fn is_hydrated(detail: &Detail) -> bool {
    match detail {
        Detail::Switch(switch) => switch.is_hydrated(),
        Detail::Gateway(gateway) => gateway.is_hydrated(),
        _ => false,
    }
}
