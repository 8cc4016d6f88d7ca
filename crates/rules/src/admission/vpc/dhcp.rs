//! DHCP of a VPC's subnets.

use hnp_model::Severity;
use hnp_yaml::{Kind, Value};

use super::subnets as of;
use crate::admission::common::{address, repeated};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::{Field, Str, Vpc, number, text, texts, vpc::Subnet};
use crate::net::{Addr, Mac, Prefix};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VPC-07-G",
        severity: Severity::Warning,
        title: "one hardware address twice",
        what: "Two keys of `dhcp.static` are one address in two spellings.",
        why: "The webhook rewrites both to one spelling, and one of the two entries is lost without a word.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
        static:
          AA:BB:CC:00:00:01: { ip: 10.1.0.10 }
          aa-bb-cc-00-00-01: { ip: 10.1.0.11 }
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
        static:
          aa:bb:cc:00:00:01: { ip: 10.1.0.10 }
          aa:bb:cc:00:00:02: { ip: 10.1.0.11 }
",
        ),
        fix: "Keep one of the two.",
        class: Class::Gap,
        check: Check::One(One::Vpc(macs)),
        ..NEW
    },
    Rule {
        code: "VPC-16",
        title: "DHCP relay with DHCP server",
        what: "A subnet has `dhcp.relay` and `dhcp.enable`.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
        relay: 10.99.0.100/32
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        relay: 10.99.0.100/32
",
        ),
        fix: "Keep one of the two.",
        upstream: Some(
            "subnet default: dhcp relay and dhcp server cannot be enabled at the same time",
        ),
        class: Class::Webhook,
        check: Check::One(One::Vpc(relay_and_server)),
        ..NEW
    },
    Rule {
        code: "VPC-17",
        title: "DHCP relay is no prefix",
        what: "`dhcp.relay` is not a prefix.",
        why: "The admission webhook refuses the VPC. It wants the server's address with a length, such as 10.99.0.100/32.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        relay: 10.99.0.100
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        relay: 10.99.0.100/32
",
        ),
        fix: "Add the length, `/32` for one server.",
        upstream: Some("subnet default: failed to parse dhcp relay 10.99.0.100"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(relay)),
        ..NEW
    },
    Rule {
        code: "VPC-18",
        title: "VPC of the DHCP relay without a relay",
        what: "A subnet has `dhcp.relayVPC` and no `dhcp.relay`.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        relayVPC: vpc-1
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
",
        ),
        fix: "Name the server in `relay`, or take `relayVPC` out.",
        upstream: Some("subnet default: dhcp relay VPC specified but dhcp relay is not enabled"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(relay_vpc)),
        ..NEW
    },
    Rule {
        code: "VPC-20",
        title: "DHCP range",
        what: "An end of the DHCP range is no address, lies outside the subnet, or is the network's own address or the gateway; or the start does not come before the end. An absent start is the second address after the network's, an absent end the last address.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
        range:
          start: 10.1.0.200
          end: 10.1.0.100
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
        range:
          start: 10.1.0.100
          end: 10.1.0.200
",
        ),
        fix: "Choose two addresses of the subnet, in order, neither of them the gateway.",
        upstream: Some(
            "subnet default: dhcp range start 10.1.0.200 does not come before dhcp range end 10.1.0.100",
        ),
        releases: Some("Before 26.02 the order of the two was not checked."),
        class: Class::Webhook,
        check: Check::One(One::Vpc(range)),
        ..NEW
    },
    Rule {
        code: "VPC-21",
        severity: Severity::Warning,
        title: "gateway in the DHCP range",
        what: "The gateway lies between the ends of the DHCP range.",
        why: "Only the ends are compared with it, so it is admitted; sooner or later the server gives the gateway's address to a host.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      gateway: 10.1.0.100
      vlan: 1001
      dhcp:
        enable: true
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
",
        ),
        fix: "Move the range or the gateway.",
        class: Class::Gap,
        check: Check::One(One::Vpc(gateway_in_range)),
        ..NEW
    },
    Rule {
        code: "VPC-22",
        title: "DNS or time server",
        what: "One of `dnsServers` or `timeServers` is no IP address.",
        why: "The admission webhook refuses the VPC. Names are not resolved.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
        options:
          dnsServers: [dns.example.com]
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
        options:
          dnsServers: [10.1.0.53]
",
        ),
        fix: "Write the address.",
        upstream: Some("subnet default: invalid DNS server dns.example.com"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(servers)),
        ..NEW
    },
    Rule {
        code: "VPC-23",
        title: "DHCP MTU or lease",
        what: "`interfaceMTU` is below 96 or above 9036; zero and absent mean 9036, and for the lease 3600 seconds.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
        options:
          interfaceMTU: 9216
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
        options:
          interfaceMTU: 9000
",
        ),
        fix: "Choose an MTU from 96 to 9036.",
        upstream: Some("subnet default: invalid interface MTU 9216"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(mtu)),
        ..NEW
    },
    Rule {
        code: "VPC-24",
        title: "advertised route",
        what: "An entry of `advertisedRoutes` has no destination or gateway, a destination that is no prefix, or a gateway that is no address of the subnet.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
        options:
          advertisedRoutes:
          - destination: 10.9.0.0/16
            gateway: 10.2.0.1
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
        options:
          advertisedRoutes:
          - destination: 10.9.0.0/16
            gateway: 10.1.0.1
",
        ),
        fix: "Name a prefix, and a gateway in the subnet.",
        class: Class::Webhook,
        check: Check::One(One::Vpc(routes)),
        ..NEW
    },
    Rule {
        code: "VPC-25",
        title: "static DHCP entry",
        what: "A key of `dhcp.static` is no hardware address, or its `ip` is missing, no address, outside the subnet, the network's, the broadcast or the gateway's address, or given twice.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
        static:
          aa:bb:cc:00:00:01: { ip: 10.1.0.1 }
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
        static:
          aa:bb:cc:00:00:01: { ip: 10.1.0.10 }
",
        ),
        fix: "Choose a free address of the subnet.",
        class: Class::Webhook,
        check: Check::One(One::Vpc(statics)),
        ..NEW
    },
    Rule {
        code: "VPC-26",
        title: "DHCP options while DHCP is off",
        what: "Options stand in a subnet without DHCP.",
        why: "The mutating webhook has dropped them before anybody could refuse them (VPC-04).",
        fix: "Take them out, or turn DHCP on.",
        class: Class::Webhook,
        check: Check::Never("VPC-04 drops the options first"),
        ..NEW
    },
    Rule {
        code: "VPC-27",
        title: "DHCP range while DHCP is off",
        what: "A range stands in a subnet without DHCP.",
        why: "The mutating webhook has dropped it before anybody could refuse it (VPC-04).",
        fix: "Take it out, or turn DHCP on.",
        class: Class::Webhook,
        check: Check::Never("VPC-04 drops the range first"),
        ..NEW
    },
    Rule {
        code: "VPC-28",
        title: "static DHCP entries while DHCP is off",
        what: "A subnet has `dhcp.static` and DHCP is off.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        static:
          aa:bb:cc:00:00:01: { ip: 10.1.0.10 }
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
",
        ),
        fix: "Turn DHCP on, or take the entries out.",
        upstream: Some("subnet default: dhcp static is set but dhcp is disabled"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(static_without)),
        ..NEW
    },
    Rule {
        code: "VPC-41",
        severity: Severity::Warning,
        title: "subnet name cannot name its DHCP object",
        what: "A subnet with DHCP has a name that is no lower-case RFC 1123 subdomain.",
        why: "The controller makes a DHCPSubnet called `<vpc>--<subnet>`; with such a name it fails for ever, and the VPC is admitted and never served.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    Default_1:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        enable: true
",
        ),
        fix: "Use lower-case letters, digits and `-`.",
        class: Class::Runtime,
        check: Check::One(One::Vpc(object_name)),
        ..NEW
    },
];

fn dhcp<'d>(doc: &Doc<'d, Vpc>) -> impl Iterator<Item = (&'d Subnet, Value<'d>)> + use<'d> {
    of(doc).filter_map(|(subnet, value)| {
        let dhcp = value.get("dhcp").filter(|dhcp| dhcp.kind() == Kind::Map)?;
        Some((subnet, dhcp))
    })
}

/// Those with DHCP on, whose prefix can be read and is short enough.
fn served<'d>(
    doc: &Doc<'d, Vpc>,
) -> impl Iterator<Item = (&'d Subnet, Value<'d>, Prefix)> + use<'d> {
    dhcp(doc)
        .filter(|(subnet, _)| subnet.dhcp)
        .filter_map(|(subnet, dhcp)| {
            let prefix = subnet.prefix.filter(|prefix| prefix.bits <= 30)?;
            Some((subnet, dhcp, prefix))
        })
}

fn field(map: Value<'_>, path: &[&str]) -> Field<Str> {
    path.iter()
        .try_fold(map, |map, key| map.get(key))
        .map_or(Field::Absent, text)
}

fn relay_and_server(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for (subnet, dhcp) in dhcp(doc).filter(|(subnet, _)| subnet.dhcp) {
        if let Some((_, span)) = field(dhcp, &["relay"]).at() {
            report.at(
                span,
                format!(
                    "subnet `{}` has a DHCP relay and a DHCP server",
                    subnet.name
                ),
            );
        }
    }
}

fn relay(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for (subnet, dhcp) in dhcp(doc) {
        let relay = field(dhcp, &["relay"]);
        let Some((text, span)) = relay.at() else {
            continue;
        };
        if Prefix::parse(text).is_some() {
            continue;
        }
        let draft = report.at(
            span,
            format!(
                "DHCP relay `{text}` of subnet `{}` is not a prefix such as 10.99.0.100/32",
                subnet.name
            ),
        );
        if let Some(addr) = Addr::parse(text) {
            let prefix = Prefix::host(addr).to_string();
            draft.fix(format!("write `{prefix}`"), true, span, prefix);
        }
    }
}

fn relay_vpc(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for (subnet, dhcp) in dhcp(doc) {
        if let Some((vpc, span)) = subnet.relay_vpc.at()
            && field(dhcp, &["relay"]).is_missing()
        {
            report.at(
                span,
                format!(
                    "subnet `{}` names VPC `{vpc}` for a DHCP relay that it does not have",
                    subnet.name
                ),
            );
        }
    }
}

/// The ends of the range as admission sees them, where they can be read.
fn ends(dhcp: Value<'_>, prefix: Prefix) -> (Field<Str>, Field<Str>, Option<Addr>, Option<Addr>) {
    let (start, end) = (
        field(dhcp, &["range", "start"]),
        field(dhcp, &["range", "end"]),
    );
    let read = |field: &Field<Str>, default: Option<Addr>| match field {
        Field::Wrong(_) => None,
        field => field.text().map_or(default, Addr::parse),
    };
    let first = read(&start, prefix.first().plus(2));
    let last = read(&end, Some(prefix.last()));
    (start, end, first, last)
}

fn range(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for (subnet, dhcp, prefix) in served(doc) {
        let (start, end, first, last) = ends(dhcp, prefix);
        let gateway = subnet.gateway_address();
        let mut good = true;
        for (what, field, addr) in [("start", &start, first), ("end", &end, last)] {
            let name = &subnet.name;
            let span = field.span_or(subnet.key);
            let wrong = match addr {
                None => match field.text() {
                    Some(text) => format!("`{text}` is not an IP address"),
                    None => continue,
                },
                Some(addr) if addr == prefix.first() => {
                    format!("{addr} is the network's own address")
                }
                Some(addr) if Some(addr) == gateway => format!("{addr} is the gateway"),
                Some(addr) if !prefix.contains(addr) => format!("{addr} lies outside {prefix}"),
                Some(_) => continue,
            };
            good = false;
            let draft = report.at(
                span,
                format!("the {what} of the DHCP range of subnet `{name}`: {wrong}"),
            );
            if Some(addr) == Some(gateway) && field.is_missing() {
                draft.help(format!(
                    "the range has no {what}, so Hedgehog takes that address; name another {what} or another gateway"
                ));
                if let Some(span) = subnet.gateway.span() {
                    draft.with(span, "the gateway");
                }
            }
        }
        if let (true, Some(first), Some(last)) = (good, first, last)
            && doc.settings.release >= crate::schema::Release::R26_02
            && first >= last
        {
            let span = start.span().or(end.span()).unwrap_or(subnet.key);
            report.at(
                span,
                format!(
                    "the DHCP range of subnet `{}` starts at {first} and ends at {last}: the start must come before the end",
                    subnet.name
                ),
            );
        }
    }
}

fn gateway_in_range(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for (subnet, dhcp, prefix) in served(doc) {
        let (start, end, first, last) = ends(dhcp, prefix);
        if let (Some(first), Some(last), Some(gateway)) = (first, last, subnet.gateway_address())
            && first < gateway
            && gateway < last
        {
            let span = subnet.gateway.span_or(subnet.key);
            let draft = report.at(
                span,
                format!(
                    "gateway {gateway} of subnet `{}` lies in its DHCP range {first} to {last}",
                    subnet.name
                ),
            );
            if let Some(span) = start.span().or(end.span()) {
                draft.with(span, "the range");
            }
        }
    }
}

fn servers(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for (subnet, dhcp, _) in served(doc) {
        for (key, what) in [("dnsServers", "DNS server"), ("timeServers", "time server")] {
            let servers = dhcp.get("options").and_then(|options| options.get(key));
            for (server, span) in servers.map(texts).unwrap_or_default() {
                if Addr::parse(&server).is_none() {
                    report.at(
                        span,
                        format!(
                            "{what} `{server}` of subnet `{}` is not an IP address",
                            subnet.name
                        ),
                    );
                }
            }
        }
    }
}

fn mtu(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for (subnet, dhcp, _) in served(doc) {
        let mtu = dhcp
            .get("options")
            .and_then(|options| options.get("interfaceMTU"))
            .map_or(Field::Absent, number);
        if let Some((mtu, span)) = mtu.set()
            && *mtu != 0
            && !(96..=9036).contains(mtu)
        {
            report.at(
                span,
                format!(
                    "DHCP MTU {mtu} of subnet `{}` is not from 96 to 9036",
                    subnet.name
                ),
            );
        }
    }
}

fn routes(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for (subnet, dhcp, prefix) in served(doc) {
        let routes = dhcp
            .get("options")
            .and_then(|options| options.get("advertisedRoutes"));
        for route in routes.into_iter().flat_map(Value::items) {
            let destination = field(route, &["destination"]);
            let gateway = field(route, &["gateway"]);
            let name = &subnet.name;
            for (what, field) in [("destination", &destination), ("gateway", &gateway)] {
                if field.is_missing() {
                    report.at(
                        field.span_or(route.span()),
                        format!("an advertised route of subnet `{name}` has no {what}"),
                    );
                }
            }
            if let Some((text, span)) = destination.at()
                && Prefix::parse(text).is_none()
            {
                report.at(
                    span,
                    format!("destination `{text}` of an advertised route of subnet `{name}` is not a prefix"),
                );
            }
            if let Some(addr) = address(&gateway, "gateway of an advertised route", report)
                && !prefix.contains(addr)
            {
                report
                    .at(
                        gateway.span_or(route.span()),
                        format!("gateway {addr} of an advertised route lies outside {prefix} of subnet `{name}`"),
                    )
                    .with(subnet.prefix_span(), "the subnet");
            }
        }
    }
}

fn static_entries<'d>(
    dhcp: Value<'d>,
) -> impl Iterator<Item = (hnp_yaml::Entry<'d>, Field<Str>)> + use<'d> {
    dhcp.get("static")
        .into_iter()
        .flat_map(Value::entries)
        .map(|entry| (entry, field(entry.value, &["ip"])))
}

fn statics(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for (subnet, dhcp, prefix) in served(doc) {
        let name = &subnet.name;
        let gateway = subnet.gateway_address();
        let mut given = Vec::new();
        for (entry, ip) in static_entries(dhcp) {
            if Mac::parse(entry.key).is_none() {
                report.at(
                    entry.key_span,
                    format!(
                        "`{}` of subnet `{name}` is not a hardware address such as aa:bb:cc:00:00:01",
                        entry.key
                    ),
                );
            }
            if ip.is_missing() {
                report.at(
                    ip.span_or(entry.key_span),
                    format!(
                        "the static entry `{}` of subnet `{name}` has no address",
                        entry.key
                    ),
                );
                continue;
            }
            let Some(addr) = address(&ip, "static address", report) else {
                continue;
            };
            let span = ip.span_or(entry.key_span);
            let wrong = if !prefix.contains(addr) {
                format!("lies outside {prefix}")
            } else if addr == prefix.first() {
                "is the network's own address".to_owned()
            } else if Some(addr) == gateway {
                "is the gateway".to_owned()
            } else if addr == prefix.last() {
                "is the broadcast address".to_owned()
            } else {
                given.push((addr, span));
                continue;
            };
            report
                .at(
                    span,
                    format!("static address {addr} of subnet `{name}` {wrong}"),
                )
                .with(subnet.prefix_span(), "the subnet");
        }
        repeated(
            given.into_iter().map(|(addr, span)| (addr, (addr, span))),
            |(addr, span), (_, first)| {
                report
                    .at(
                        span,
                        format!("static address {addr} of subnet `{name}` is given twice"),
                    )
                    .with(*first, "first here");
            },
        );
    }
}

fn macs(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for (subnet, dhcp) in dhcp(doc) {
        let macs = static_entries(dhcp).filter_map(|(entry, _)| {
            let mac = Mac::parse(entry.key)?;
            Some((mac, (mac, entry.key_span)))
        });
        repeated(macs, |(mac, span), (_, first)| {
            report
                .at(
                    span,
                    format!(
                        "hardware address {mac} stands twice in subnet `{}`; one of the entries is lost",
                        subnet.name
                    ),
                )
                .with(*first, "first here");
        });
    }
}

fn static_without(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for (subnet, dhcp) in dhcp(doc).filter(|(subnet, _)| !subnet.dhcp) {
        if static_entries(dhcp).next().is_some()
            && let Some(entry) = dhcp.entry("static")
        {
            report.at(
                entry.key_span,
                format!(
                    "subnet `{}` has static DHCP entries, and its DHCP is off",
                    subnet.name
                ),
            );
        }
    }
}

fn object_name(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for subnet in doc.facts.subnets.iter().filter(|subnet| subnet.dhcp) {
        if !crate::document::is_subdomain(&subnet.name) {
            report.at(
                subnet.key,
                format!(
                    "subnet name `{}` cannot become the name of its DHCPSubnet",
                    subnet.name
                ),
            );
        }
    }
}
