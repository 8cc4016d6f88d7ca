//! The codes beside the catalogue of Hedgehog's admission rules, by name.
//!
//! Codes of schema violations stand in [`crate::schema`], codes of the reader in [`hnp_yaml::ProblemKind`].

/// `apiVersion` is missing or no string.
pub const API_VERSION: &str = "SCH-20";
/// `kind` is missing or no string.
pub const KIND: &str = "SCH-21";
/// A kind that its group does not have.
pub const UNKNOWN_KIND: &str = "SCH-22";
/// A version that its group does not have.
pub const UNKNOWN_VERSION: &str = "SCH-23";
/// A group that is not Hedgehog's.
pub const UNKNOWN_GROUP: &str = "SCH-24";
/// A kind that controllers write.
pub const CONTROLLER_OWNED: &str = "SCH-25";
/// v1alpha2, which became v1beta1.
pub const V1ALPHA2: &str = "SCH-26";
/// The document is no map.
pub const ROOT_NOT_MAP: &str = "SCH-27";
/// An unknown key at the root.
pub const UNKNOWN_ROOT_KEY: &str = "SCH-28";
/// A `status` that is not empty.
pub const STATUS: &str = "SCH-29";
/// A kind that the release does not have.
pub const NOT_IN_RELEASE: &str = "SCH-30";

/// A namespace other than the one Hedgehog takes.
pub const NAMESPACE: &str = "META-02";
/// A name that is no lowercase RFC 1123 subdomain.
pub const NAME_SYNTAX: &str = "META-03";
/// A name over 253 characters.
pub const NAME_LENGTH: &str = "META-04";
/// A name with a dot, which NetBox cannot store.
pub const DOTTED_NAME: &str = "META-05";
/// No metadata or no name.
pub const NO_NAME: &str = "META-10";
/// An unknown key in metadata.
pub const UNKNOWN_METADATA_KEY: &str = "META-11";
/// Something in metadata has the wrong type.
pub const METADATA_TYPE: &str = "META-12";
/// A label's or annotation's key that Kubernetes refuses.
pub const LABEL_KEY: &str = "META-13";
/// A label's value that Kubernetes refuses.
pub const LABEL_VALUE: &str = "META-14";
/// Metadata that belongs to the API server.
pub const SERVER_OWNED: &str = "META-15";
/// Annotations over 256 KiB together.
pub const ANNOTATION_SIZE: &str = "META-16";
/// A name that cannot be the label which Hedgehog derives from it.
pub const LABEL_NAME: &str = "LBL-01";
/// A label that Hedgehog deletes.
pub const LOST_LABEL: &str = "LBL-02";

/// One resource stands twice.
pub const DUPLICATE: &str = "ING-01";
/// `unmanaged/` repeats a managed resource.
pub const UNMANAGED_REPEATS: &str = "ING-02";
/// A file in `managed/` that hnp cannot manage.
pub const FOREIGN_FILE: &str = "ING-03";
/// A resource lies elsewhere than its standard place.
pub const MISPLACED: &str = "ING-04";
/// A directory of the structure is missing.
pub const MISSING_DIRECTORY: &str = "ING-05";
/// A dropped resource exists with another value.
pub const EXISTS: &str = "ING-06";
/// A drop holds one resource twice with one value.
pub const REPEATED: &str = "ING-07";
/// A drop holds one resource twice with two values.
pub const CONTRADICTED: &str = "ING-08";
/// A dropped document is no resource that hnp manages.
pub const NOT_MANAGEABLE: &str = "ING-09";
/// A symbolic link or another thing that is no regular file.
pub const NOT_A_FILE: &str = "ING-10";
/// An ignore comment that ignores nothing.
pub const UNUSED_IGNORE: &str = "ING-12";
/// A file name with control characters, or one that is not UTF-8.
pub const BAD_FILE_NAME: &str = "ING-11";

/// A conflict is open for longer than the configuration allows.
pub const ESCALATED: &str = "STATE-14";
/// A commit changes what the state says of a resource, and not the resource.
pub const STATE_ALONE: &str = "STATE-15";

/// A merge left an entry of the index unfinished.
pub const UNMERGED: &str = "GIT-01";
/// The configuration was there before and is gone.
pub const CONFIG_REMOVED: &str = "GIT-02";
/// The state was there before and is gone.
pub const STATE_REMOVED: &str = "GIT-03";
