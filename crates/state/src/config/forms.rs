//! Forms of text that settings take.

use std::net::IpAddr;

use hnp_model::kind;

use super::conflicts::Patience;
use super::network::vlan_range;
use crate::{glob, path, suggest};

/// What a text must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    FabricName,
    Directory,
    File,
    Prefix,
    Address,
    Vlans,
    Glob,
    Release,
    Community,
    Code,
    Kind,
    KindGlob,
    Number,
    Gui,
    Branch,
    Patience,
}

/// What is wrong with a text, and what would be right.
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

fn fault<T>(message: impl Into<String>, help: impl Into<String>) -> Result<T, Fault> {
    Err(Fault {
        message: message.into(),
        help: Some(help.into()),
    })
}

impl Form {
    /// Checks a text.
    pub(super) fn check(self, text: &str) -> Result<(), Fault> {
        match self {
            Self::FabricName if !is_fabric_name(text) => fault(
                "cannot name a fabric",
                "take letters, digits, `-`, `_` and `.`, at most 63, first and last a letter or digit, no `..` and no `.lock` at the end",
            ),
            Self::Directory => check_path(text, "a directory of this repository"),
            Self::File => {
                check_path(text, "a file of this repository")?;
                if path::normalise(text).is_ok_and(|normal| normal.is_empty()) {
                    return fault("is no file of this repository", "name a file");
                }
                Ok(())
            }
            Self::Prefix => check_prefix(text),
            Self::Address if text.parse::<IpAddr>().is_err() => {
                fault("is no IP address", "write it as `172.30.4.0`")
            }
            Self::Vlans if vlan_range(text).is_none() => fault(
                "is no range of VLANs",
                "write it as `3000-3899`, from 1 to 4094",
            ),
            Self::Glob if text.is_empty() => fault("is empty", "`*` stands for everything"),
            Self::Release if !is_word(text, "._-") => {
                fault("names no release", "write it as `26.03-preview`")
            }
            Self::Community if !is_community(text) => fault(
                "is no BGP community",
                "write it as `50001:0`, each part from 0 to 65535",
            ),
            Self::Code if !is_code(text) => fault(
                "is no rule's code",
                "codes look like `VPC-37`; `hnp explain` lists them",
            ),
            Self::Kind => check_kind(text),
            Self::KindGlob if text.is_empty() => fault("is empty", "`*` stands for every kind"),
            Self::KindGlob if !glob::has_wildcard(text) => check_kind(text),
            Self::Number
                if text.is_empty()
                    || text.parse::<u32>().map(|n| n.to_string()) != Ok(text.to_owned()) =>
            {
                fault("is no priority", "write a number such as `0`")
            }
            Self::Gui => check_gui(text),
            Self::Patience if Patience::parse(text).is_none() => fault(
                "is no time to wait",
                "write it as `30m`, `72h` or `7d`, or `never`",
            ),
            Self::Branch if !is_branch(text) => fault("cannot name a branch", "write it as `main`"),
            _ => Ok(()),
        }
    }

    /// Returns a regular expression for the schema that accepts at least what [`Self::check`] accepts.
    pub(super) fn pattern(self) -> Option<&'static str> {
        match self {
            Self::FabricName => Some("^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"),
            Self::Release => Some("^[A-Za-z0-9][A-Za-z0-9._-]*$"),
            Self::Prefix => Some("^[0-9A-Fa-f:.]+/[0-9]{1,3}$"),
            Self::Address => Some("^[0-9A-Fa-f:.]+$"),
            Self::Vlans => Some("^[0-9]{1,4}(-[0-9]{1,4})?$"),
            Self::Community => Some("^[0-9]{1,5}:[0-9]{1,5}$"),
            Self::Code => Some("^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$"),
            Self::Number => Some("^(0|[1-9][0-9]*)$"),
            Self::Patience => Some("^(never|[1-9][0-9]{0,5}[mhd])$"),
            Self::Directory | Self::File => Some(r"^[^/\\~][^\\]*$"),
            Self::Glob | Self::KindGlob | Self::Kind | Self::Gui | Self::Branch => Some("^.+$"),
        }
    }
}

/// Tells whether a name can stand in a key of state.toml and in a branch's name.
pub(super) fn is_fabric_name(text: &str) -> bool {
    let ends_well = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    text.len() <= 63
        && ends_well(text.as_bytes().first())
        && ends_well(text.as_bytes().last())
        && is_word(text, "._-")
        && !text.contains("..")
        && !text.to_ascii_lowercase().ends_with(".lock")
}

fn is_word(text: &str, besides: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || besides.contains(c))
}

fn is_community(text: &str) -> bool {
    let half = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok()
    };
    text.split_once(':')
        .is_some_and(|(a, b)| half(a) && half(b))
}

fn is_code(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.contains('-')
        && text.split('-').all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        })
}

/// Git's own rules for names of refs, as far as people run into them.
fn is_branch(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| !c.is_control() && !" ~^:?*[\\".contains(c))
        && !text.contains("..")
        && !text.contains("@{")
        && !text.ends_with('.')
        && text.split('/').all(|part| {
            !part.is_empty() && !part.starts_with(['.', '-']) && !part.ends_with(".lock")
        })
}

fn check_path(text: &str, what: &str) -> Result<(), Fault> {
    match path::normalise(text) {
        Ok(normal)
            if normal == ".hnp"
                || normal.starts_with(".hnp/") && what.starts_with("a directory") =>
        {
            fault(format!("is not {what}"), "`.hnp` holds hnp's own files")
        }
        Ok(_) => Ok(()),
        Err(why) => fault(
            format!("is not {what}: {why}"),
            "write it as `gitops/fabric-1`",
        ),
    }
}

fn check_prefix(text: &str) -> Result<(), Fault> {
    let parsed = text.split_once('/').and_then(|(address, bits)| {
        let plain = !bits.is_empty()
            && bits.bytes().all(|b| b.is_ascii_digit())
            && (bits == "0" || !bits.starts_with('0'));
        let bits: u32 = bits.parse().ok().filter(|_| plain)?;
        let address: IpAddr = address.parse().ok()?;
        (bits <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, bits))
    });
    let Some((address, bits)) = parsed else {
        return fault("is no prefix", "write it as `172.30.0.0/21`");
    };
    let network: IpAddr = match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            std::net::Ipv4Addr::from_bits(v4.to_bits() & mask).into()
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            std::net::Ipv6Addr::from_bits(v6.to_bits() & mask).into()
        }
    };
    if network == address {
        Ok(())
    } else {
        fault(
            "has bits set beyond its length",
            format!("the network is `{network}/{bits}`"),
        )
    }
}

fn check_kind(text: &str) -> Result<(), Fault> {
    let foreign = text.contains('.');
    if foreign
        || kind::KINDS
            .iter()
            .any(|info| info.kind.eq_ignore_ascii_case(text))
    {
        return Ok(());
    }
    let help = suggest::nearest(text, kind::KINDS.iter().map(|info| info.kind)).map_or_else(
        || "kinds of other groups are written `Kind.group`".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    fault("is no kind of Hedgehog's", help)
}

fn check_gui(text: &str) -> Result<(), Fault> {
    if let Some((scheme, rest)) = text.split_once("://") {
        if scheme != "https" && scheme != "http" {
            return fault("is no address of a NetBox", "it starts with `https://`");
        }
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        if host.contains('@') || rest.contains(['?', '#']) {
            return fault(
                "holds more than an address",
                "this file is committed: keep user, password and token out of it, and pass them by environment",
            );
        }
        if host.is_empty() {
            return fault("names no host", "write it as `https://netbox.example.com`");
        }
        return Ok(());
    }
    check_path(text, "an address of a NetBox or a file of this repository")
}
