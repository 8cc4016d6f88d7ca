//! VPCAttachment: the catalogue's §2.

mod connection;
mod fields;
mod sharing;
mod subnet;
mod switches;

use super::carriers;
use crate::catalogue::Family;
use crate::engine::{Entry, Spot, Tree};
use crate::facts::{Connection, Switch, Vpc, VpcAttachment, vpc::Subnet};

pub(crate) const FAMILY: Family = Family {
    title: "VPCAttachment",
    about: "A VPC's subnet on a server's connection: both have to be there and to fit each other.",
    parts: &[
        fields::RULES,
        subnet::RULES,
        connection::RULES,
        switches::RULES,
        sharing::RULES,
    ],
};

/// An attachment with both ends in the tree.
struct Attached<'f> {
    attachment: Entry<'f, VpcAttachment>,
    vpc: Entry<'f, Vpc>,
    subnet: &'f Subnet,
    connection: Entry<'f, Connection>,
}

/// Returns the managed attachments whose VPC, subnet and connection are all there.
fn attached<'t, 'f>(tree: &'t Tree<'f>) -> impl Iterator<Item = Attached<'f>> + use<'t, 'f> {
    tree.managed::<VpcAttachment>().filter_map(|attachment| {
        let (vpc, subnet) = attachment.it.target()?;
        let vpc = tree.find::<Vpc>(vpc).found()?;
        let connection = attachment.it.connection.text()?;
        Some(Attached {
            attachment,
            vpc,
            subnet: vpc.it.subnet(subnet)?,
            connection: tree.find::<Connection>(connection).found()?,
        })
    })
}

impl<'f> Attached<'f> {
    /// Returns where the attachment names its connection.
    fn connection_spot(&self) -> Spot {
        let name = self.attachment.facts.name_span;
        self.attachment
            .spot(self.attachment.it.connection.span_or(name))
    }

    /// Returns the switches of the connection that are there.
    fn switches(&self, tree: &Tree<'f>) -> Vec<Entry<'f, Switch>> {
        carriers::switches(tree, self.connection)
    }
}
