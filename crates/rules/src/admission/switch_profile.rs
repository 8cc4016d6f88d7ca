//! SwitchProfile: the catalogue's §12.

use hnp_model::Severity;
use hnp_yaml::Span;

use crate::catalogue::{Class, Family, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::SwitchProfile;
use crate::ports::{self, Known, Port, Problem, Profile, ProfileProblem};
use crate::schema::Release;

/// The text of a small SwitchProfile, for examples.
macro_rules! profile {
    ($name:literal, $display:literal, $port:literal, $default:literal, $rest:literal) => {
        concat!(
            "apiVersion: wiring.githedgehog.com/v1beta1\nkind: SwitchProfile\nmetadata:\n  name: ",
            $name,
            "\nspec:\n  displayName: ",
            $display,
            "\n  switchSilicon: Lab\n  nosType: sonic-bcm-vs\n  platform: x86_64-lab-r0\n  ports:\n    E1/1: ",
            $port,
            "\n  portProfiles:\n    SFP28-25G:\n      speed:\n        default: ",
            $default,
            "\n        supported: [10G, 25G]\n",
            $rest
        )
    };
}

const GOOD: &str = profile!(
    "lab-8",
    "Lab 8",
    "{ nos: Ethernet0, label: \"1\", profile: SFP28-25G }",
    "25G",
    ""
);

/// A switch of a built-in profile, which needs no resource for it.
const USED: &str = "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: celestica-ds3000
";

pub(crate) const FAMILY: Family = Family {
    title: "SwitchProfile",
    about: "What a kind of switch has and can. Hedgehog brings its own; a repository needs none.",
    parts: &[RULES],
};

const RULES: &[Rule] = &[
    Rule {
        code: "SP-01",
        title: "SwitchProfile that Hedgehog does not take",
        what: "A SwitchProfile is none of the built-in ones, and the fabric admits no others; or it is one of them and says something else of ports, limits or features.",
        why: "The webhook refuses to create the first and to change the second.",
        wrong: Some(GOOD),
        right: Some(USED),
        fix: "Take it out, or set allow_extra_switch_profiles where the fabric does admit others.",
        releases: Some("Since 24.09. What a built-in one says is compared for 26.03 only."),
        class: Class::Cross,
        since: Release::R24_09,
        check: Check::One(One::SwitchProfile(builtin)),
        ..NEW
    },
    Rule {
        code: "SP-01-G",
        severity: Severity::Warning,
        title: "built-in SwitchProfile in the repository",
        what: "The repository holds a SwitchProfile that Hedgehog brings itself: an export of a cluster, most likely.",
        why: "The fabric makes it anew with each release, and refuses any other change and its deletion. What is applied from the repository can only get in the way.",
        wrong: Some(profile!(
            "vs-clsp",
            "Virtual switch",
            "{ nos: Ethernet0, label: \"1\", profile: SFP28-25G }",
            "25G",
            ""
        )),
        right: Some(USED),
        fix: "Take it out, after telling what applies the repository not to delete it from the cluster.",
        class: Class::Gap,
        since: Release::R24_09,
        check: Check::One(One::SwitchProfile(export)),
        ..NEW
    },
    Rule {
        code: "SP-02",
        title: "SwitchProfile lacks a field",
        what: "`displayName`, `switchSilicon`, `nosType` or `platform` is missing or empty, `nosType` is not known, or `otherNames` has more than five, an empty or a repeated one.",
        why: "The admission webhook refuses the SwitchProfile.",
        wrong: Some(profile!(
            "lab-8",
            "\"\"",
            "{ nos: Ethernet0, label: \"1\", profile: SFP28-25G }",
            "25G",
            ""
        )),
        right: Some(GOOD),
        fix: "Put the field right.",
        releases: Some("Since 24.09."),
        class: Class::Webhook,
        since: Release::R24_09,
        check: Check::One(One::SwitchProfile(fields)),
        ..NEW
    },
    Rule {
        code: "SP-03",
        title: "port of a SwitchProfile",
        what: "A port has a name, a label or a name in the operating system that cannot be or that another port has, or a port profile, group or pipeline that is not there.",
        why: "The admission webhook refuses the SwitchProfile.",
        wrong: Some(profile!(
            "lab-8",
            "Lab 8",
            "{ nos: Ethernet0, profile: SFP28-25G }",
            "25G",
            ""
        )),
        right: Some(GOOD),
        fix: "Put the port right.",
        releases: Some("Since 24.09."),
        class: Class::Webhook,
        since: Release::R24_09,
        check: Check::One(One::SwitchProfile(port)),
        ..NEW
    },
    Rule {
        code: "SP-04",
        title: "port group or port profile of no use",
        what: "No port is in a port group, no port or group has a port profile, or a port group lacks its number in the operating system or a port profile with speeds and without auto-negotiation.",
        why: "The admission webhook refuses the SwitchProfile.",
        wrong: Some(profile!(
            "lab-8",
            "Lab 8",
            "{ nos: Ethernet0, label: \"1\", profile: SFP28-25G }",
            "25G",
            "    QSFP28-100G:\n      speed:\n        default: 100G\n        supported: [100G]\n"
        )),
        right: Some(GOOD),
        fix: "Take out what is not used, and give a group what it needs.",
        releases: Some("Since 24.09."),
        class: Class::Webhook,
        since: Release::R24_09,
        check: Check::One(One::SwitchProfile(group)),
        ..NEW
    },
    Rule {
        code: "SP-05",
        title: "port profile or pipeline of a SwitchProfile",
        what: "A port profile has not exactly one of speeds and breakout modes, a default that is not supported, a speed or a mode that is not known or that has no offsets, or auto-negotiation on where it is not allowed; or a pipeline has no `maxPorts`.",
        why: "The admission webhook refuses the SwitchProfile.",
        wrong: Some(profile!(
            "lab-8",
            "Lab 8",
            "{ nos: Ethernet0, label: \"1\", profile: SFP28-25G }",
            "40G",
            ""
        )),
        right: Some(GOOD),
        fix: "Put the port profile or the pipeline right.",
        releases: Some("Since 24.09."),
        class: Class::Webhook,
        since: Release::R24_09,
        check: Check::One(One::SwitchProfile(port_profile)),
        ..NEW
    },
];

/// Where a profile says something else than the built-in one of its name.
struct Difference {
    what: String,
    /// The keys that lead there from `spec`; the last one may be absent.
    path: Vec<String>,
}

/// Tells whether a profile says of ports, limits and features what the built-in one of its name says.
pub(super) fn agrees(profile: &Profile, builtin: &Profile) -> bool {
    difference(profile, builtin).is_none()
}

/// Compares what is known of built-in profiles: ports and what may be set on them, limits, features. Of breakout ports it is
/// not always known whether auto-negotiation may be set, so that is left out.
fn difference(profile: &Profile, builtin: &Profile) -> Option<Difference> {
    let at = |what: String, path: &[&str]| {
        let path = path.iter().map(|key| (*key).to_owned()).collect();
        Some(Difference { what, path })
    };
    if profile.features != builtin.features {
        return at("other features".to_owned(), &["features"]);
    }
    if profile.max_ports != builtin.max_ports {
        return at("another limit of ports".to_owned(), &["maxPorts"]);
    }
    for (name, port) in builtin.ports() {
        match profile.port(&name) {
            None => return at(format!("no port {name}"), &["ports"]),
            Some(own) if !is_same(own, port) => {
                return at(format!("port {name} otherwise"), &["ports", &name]);
            }
            Some(_) => {}
        }
        let limit = |profile: &Profile| {
            let pipeline = profile.pipeline_of(&name)?;
            Some((pipeline.name.clone(), pipeline.max_ports))
        };
        if limit(profile) != limit(builtin) {
            return at(
                format!("another pipeline for port {name}"),
                &["ports", &name],
            );
        }
    }
    let (name, _) = profile
        .ports()
        .find(|(name, _)| builtin.port(name).is_none())?;
    at(format!("a port {name} more"), &["ports", &name])
}

fn is_same(one: Port<'_>, other: Port<'_>) -> bool {
    let sorted = |list: &[ports::Text]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    let speeds = |one: &ports::Speeds, other: &ports::Speeds| {
        one.default == other.default && sorted(&one.supported) == sorted(&other.supported)
    };
    match (one, other) {
        (Port::Management, Port::Management) => true,
        (Port::Speed(one), Port::Speed(other)) => speeds(one, other),
        (Port::Breakout(one), Port::Breakout(other)) => {
            one.default == other.default && one.supported == other.supported
        }
        (Port::Group(one), Port::Group(other)) => {
            one.name == other.name
                && match (&one.speeds, &other.speeds) {
                    (Some(one), Some(other)) => speeds(one, other),
                    (one, other) => one.is_none() && other.is_none(),
                }
        }
        _ => false,
    }
}

/// Returns how a built-in profile differs from what the fabric of this release has under its name.
fn changed(doc: &Doc<'_, SwitchProfile>) -> Option<Difference> {
    // What is wrong by itself is said so, and only this release's built-in profiles are known.
    if !doc.facts.is_sound() || doc.settings.release < Release::R26_03Preview {
        return None;
    }
    let builtin = ports::builtin(doc.name())?;
    difference(&doc.facts.profile, builtin)
}

fn builtin(doc: &Doc<'_, SwitchProfile>, report: &mut Report) {
    let name = doc.name();
    match ports::known(name) {
        Known::Unknown => {
            if !doc.settings.network.extra_switch_profiles {
                report.at(
                    doc.name_span(),
                    format!(
                        "`{name}` is no built-in switch profile, and this fabric admits no others"
                    ),
                );
            }
        }
        Known::Builtin(_) | Known::OptionalByName(_) => {
            if let Some(Difference { what, path }) = changed(doc) {
                report
                    .at(
                        place(doc, &path),
                        format!(
                            "the built-in switch profile `{name}` cannot be changed; this one has {what}"
                        ),
                    )
                    .help("take it out: the fabric has it already");
            }
        }
    }
}

/// Returns where the last key of a path that is there stands.
fn place(doc: &Doc<'_, SwitchProfile>, path: &[String]) -> Span {
    let mut span = doc.spec_span();
    let mut value = doc.spec();
    for key in path {
        let Some(entry) = value.and_then(|value| value.entry(key)) else {
            break;
        };
        span = entry.key_span;
        value = Some(entry.value);
    }
    span
}

fn export(doc: &Doc<'_, SwitchProfile>, report: &mut Report) {
    let name = doc.name();
    if ports::known(name) != Known::Unknown && changed(doc).is_none() {
        report.at(
            doc.name_span(),
            format!("`{name}` is a built-in switch profile: the fabric has it already"),
        );
    }
}

/// Reports the problems of a rule.
fn problems(doc: &Doc<'_, SwitchProfile>, code: &str, report: &mut Report) {
    let problems = &doc.facts.problems;
    for problem in problems
        .iter()
        .filter(|problem| problem.kind.code() == code)
    {
        say(doc, problem, report);
    }
}

fn say(doc: &Doc<'_, SwitchProfile>, problem: &Problem, report: &mut Report) {
    let span = match problem.kind {
        ProfileProblem::FieldMissing => doc.spec_span(),
        _ => problem.span,
    };
    let draft = report.at(span, format!("{}: {}", problem.path, problem.kind));
    draft.field(problem.path.clone());
    if let Some(other) = problem.related {
        draft.with(other, "the other one");
    }
}

fn fields(doc: &Doc<'_, SwitchProfile>, report: &mut Report) {
    let spec = doc.manifest.value.get("spec");
    if spec.is_none_or(hnp_yaml::Value::is_null) {
        report
            .at(doc.spec_span(), "the SwitchProfile has no spec")
            .field("spec");
    }
    problems(doc, "SP-02", report);
}

fn port(doc: &Doc<'_, SwitchProfile>, report: &mut Report) {
    problems(doc, "SP-03", report);
}

fn group(doc: &Doc<'_, SwitchProfile>, report: &mut Report) {
    problems(doc, "SP-04", report);
}

fn port_profile(doc: &Doc<'_, SwitchProfile>, report: &mut Report) {
    problems(doc, "SP-05", report);
}
