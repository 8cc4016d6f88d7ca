//! The directory manager: making, checking, adopting and leaving a fabric's directories.

mod adopt;
mod attributes;
mod dissolve;
mod init;
mod leave;
mod profile;
mod recreate;
mod revive;
mod structure;
mod tidy;
mod workflow;

pub use adopt::{Adopted, Adoption, LeftAlone, adopt, is_hnp_directory};
pub use dissolve::{Dissolved, dissolve};
pub use init::{Init, InitRequest, RepoFiles, init, repair};
pub use leave::leave;
pub use profile::detect as detect_profile;
pub use recreate::recreate;
pub use revive::{Revived, revive};
pub use structure::{DirectoryStatus, Structure, inspect, outline};
pub use tidy::{Tidied, tidy};
pub use workflow::{WORKFLOW_PATH, WorkflowStanding, add_workflow, remove_workflow, workflow_text};
