//! What a `repository_dispatch` brings: resources as somebody just edited them, and no word on any other.

use hnp_yaml::Node;

use super::format::{read, snapshot};
use super::{FORMAT, Snapshot};

/// Largest payload that is read. GitHub takes 64 KiB, and adds what it says of the repository.
pub const EVENT_BYTES: usize = 4 << 20;

/// Most things that are said of one payload.
const MOST_SAID: usize = 20;

/// Reads a payload: the event as GitHub hands it to a workflow, or what is in its `client_payload`.
///
/// The snapshot is never complete: what is not in an event is not known.
///
/// # Errors
///
/// One sentence for each thing that is wrong; of a payload in which something is wrong nothing is taken.
pub fn parse_event(bytes: &[u8]) -> Result<Snapshot, Vec<String>> {
    let found = payload(bytes).and_then(|payload| snapshot(&payload));
    match found {
        Ok(mut snapshot) => {
            snapshot.complete = false;
            Ok(snapshot)
        }
        Err(mut wrong) => {
            let more = wrong.len().saturating_sub(MOST_SAID);
            wrong.truncate(MOST_SAID);
            if more > 0 {
                wrong.push(format!("and {more} more"));
            }
            Err(wrong)
        }
    }
}

fn payload(bytes: &[u8]) -> Result<Node, Vec<String>> {
    let node = read(bytes, EVENT_BYTES)?;
    let Node::Map(entries) = node else {
        return Err(vec!["an event is a map".to_owned()]);
    };
    let inner = entries
        .iter()
        .find(|(key, _)| key == "client_payload")
        .map(|(_, value)| value.clone());
    let mut entries = match inner {
        Some(Node::Map(entries)) => entries,
        Some(_) => return Err(vec!["`client_payload` must be a map".to_owned()]),
        None => entries,
    };
    if !entries.iter().any(|(key, _)| key == "format") {
        entries.push(("format".to_owned(), Node::Int(FORMAT)));
    }
    // What the program that sends events keeps in them beside the resources is its own business.
    entries.retain(|(key, _)| ["format", "lineage", "resources"].contains(&key.as_str()));
    Ok(Node::Map(entries))
}
