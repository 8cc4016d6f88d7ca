//! ExternalAttachment: the catalogue's §7.

mod acl;
mod fabric;
mod fields;
mod links;

use hnp_yaml::{Entry, Kind, Value};

use crate::catalogue::Family;
use crate::engine::Doc;
use crate::facts::ExternalAttachment;

pub(crate) const FAMILY: Family = Family {
    title: "ExternalAttachment",
    about: "An External on a switch's port, by BGP or with static routes, and which packets may come in.",
    parts: &[fields::RULES, fabric::RULES, links::RULES, acl::RULES],
};

/// Returns a part of the spec where it is a map, with its key.
fn part<'d>(doc: &Doc<'d, ExternalAttachment>, key: &str) -> Option<Entry<'d>> {
    let entry = doc.spec()?.entry(key)?;
    (entry.value.kind() == Kind::Map).then_some(entry)
}

/// Returns a field of a part.
fn of<'d>(part: Option<Entry<'d>>, key: &str) -> Option<Value<'d>> {
    part?.value.get(key)
}
