//! Writes a fabric as YAML documents, in the varied hand of people.

mod external;
mod vpc;
mod wiring;
mod yaml;

use super::fabric::Fabric;
use super::rng::Rng;
use yaml::{Map, Style};

/// One resource as text.
pub(crate) struct Document {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    /// Ends with a line break.
    pub(crate) text: String,
}

const WIRING: &str = "wiring.githedgehog.com/v1beta1";
const VPC: &str = "vpc.githedgehog.com/v1beta1";

/// Writes every resource, in an order that can be applied from top to bottom.
pub(crate) fn documents(fabric: &Fabric, seed: u64) -> Vec<Document> {
    let mut pen = Pen {
        seed,
        documents: Vec::new(),
    };
    vpc::namespaces(fabric, &mut pen);
    wiring::groups(fabric, &mut pen);
    wiring::switches(fabric, &mut pen);
    wiring::servers(fabric, &mut pen);
    vpc::vpcs(fabric, &mut pen);
    wiring::connections(fabric, &mut pen);
    external::externals(fabric, &mut pen);
    vpc::attachments(fabric, &mut pen);
    external::attachments(fabric, &mut pen);
    vpc::peerings(fabric, &mut pen);
    external::peerings(fabric, &mut pen);
    pen.documents
}

/// Collects documents and chooses each one's style.
struct Pen {
    seed: u64,
    documents: Vec<Document>,
}

impl Pen {
    /// Writes one resource; `remark` is a comment that some documents get above them.
    fn write(
        &mut self,
        api_version: &str,
        kind: &'static str,
        name: &str,
        remark: &str,
        spec: Map,
    ) {
        let mut rng = Rng::keyed(self.seed, &[kind, name]);
        let style = Style {
            flow_lists: rng.chance(20),
            flow_links: rng.chance(5),
            indented_items: rng.chance(40),
            end_comments: rng.chance(15),
        };
        let mut metadata = Map::new().put("name", name);
        // Left out, it is the default namespace.
        if rng.chance(85) {
            metadata = metadata.put("namespace", "default");
        }
        if rng.chance(20) {
            metadata = metadata.put(
                "labels",
                Map::new()
                    .put("site", rng.pick(&["fra1", "ams2", "dus1"]))
                    .put("owner", rng.pick(&["netops", "platform", "research"])),
            );
        }
        let document = Map::new()
            .put("apiVersion", api_version)
            .put("kind", kind)
            .put("metadata", metadata)
            .put("spec", spec);
        let mut text = String::new();
        if rng.chance(25) {
            for line in remark.lines() {
                text.push_str(&format!("# {line}\n"));
            }
            if rng.chance(30) {
                text.push_str(rng.pick(&[
                    "# Ask netops before changing this.\n",
                    "# Reviewed with the last capacity plan.\n",
                    "#\n# Keep in step with the cabling sheet.\n",
                ]));
            }
        }
        yaml::write(&mut text, &document, style);
        self.documents.push(Document {
            kind,
            name: name.to_owned(),
            text,
        });
    }
}
