//! The root of a manifest: apiVersion, kind, the keys beside them, and the schema of the kind.

use hnp_model::{Fix, KindInfo, Manifest, Owner, Severity, TextEdit, kind};
use hnp_yaml::{Kind, Span, Value};

use crate::Settings;
use crate::codes;
use crate::removal;
use crate::schema;
use crate::schema::suggest;
use crate::sink::Sink;

/// What the root says the manifest is.
pub(super) struct Recognised {
    /// apiVersion and kind are there, so metadata is expected.
    pub(super) is_resource: bool,
    /// The kind, where it is one of Hedgehog's.
    pub(super) info: Option<&'static KindInfo>,
}

const NOTHING: Recognised = Recognised {
    is_resource: false,
    info: None,
};

/// Keys that every resource of Hedgehog may have at its root.
const ROOT_KEYS: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];

pub(super) fn check(
    manifest: Manifest<'_>,
    settings: &Settings,
    sink: &mut Sink<'_>,
) -> Recognised {
    let value = manifest.value;
    if value.is_null() && manifest.item.is_none() {
        // Kubernetes passes over a document of `null` as over an empty one.
        return NOTHING;
    }
    if value.kind() != Kind::Map {
        let what = if value.kind() == Kind::Seq {
            "a list"
        } else {
            "a single value"
        };
        sink.push(
            sink.finding(
                codes::ROOT_NOT_MAP,
                Severity::Error,
                value.span(),
                format!("the document is {what}, not a resource"),
            )
            .help("a resource is a map with apiVersion, kind, metadata and spec"),
        );
        return NOTHING;
    }
    let api_version = text_of(
        value,
        "apiVersion",
        codes::API_VERSION,
        "such as `vpc.githedgehog.com/v1beta1`",
        sink,
    );
    let kind = text_of(value, "kind", codes::KIND, "such as `VPC`", sink);
    let (Some(api_version), Some(kind)) = (api_version, kind) else {
        return NOTHING;
    };
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let Some(info) = kind::find(group, kind) else {
        if let Some(compiled) = settings.schemas.kind(group, version, kind) {
            // An imported kind, or one that a release has and hnp has no more to say of.
            check_schema(value, compiled, settings, sink);
        } else if kind::is_known_group(group) {
            unknown_kind(value, group, kind, sink);
            return NOTHING;
        } else {
            unknown_group(value, group, kind, settings, sink);
        }
        return Recognised {
            is_resource: true,
            info: None,
        };
    };
    if info.owner == Owner::Controller {
        sink.push(
            sink.finding(
                codes::CONTROLLER_OWNED,
                Severity::Error,
                value_span(value, "kind"),
                format!("{kind} is written by a controller in the cluster, not by people"),
            )
            .help("take the document out of Git: the controller writes it again, and a copy here would fight it"),
        );
        return Recognised {
            is_resource: true,
            info: None,
        };
    }
    let version_known = check_version(value, info, version, settings, sink);
    root_keys(manifest, info, settings, sink);
    if version_known {
        let compiled = settings
            .schemas
            .kind(info.group, version, info.kind)
            .or_else(|| settings.schemas.kind(info.group, info.version, info.kind));
        if let Some(compiled) = compiled {
            check_schema(value, compiled, settings, sink);
        }
    }
    Recognised {
        is_resource: true,
        info: Some(info),
    }
}

fn value_span(map: Value<'_>, key: &str) -> Span {
    map.get(key).map_or(map.span(), Value::span)
}

/// Returns the first line's worth of a map: where a missing key is reported.
fn head_span(map: Value<'_>) -> Span {
    map.entries()
        .next()
        .map_or(map.span(), |entry| entry.key_span)
}

/// Reads a root key that must be a string that is not empty.
fn text_of<'s>(
    value: Value<'s>,
    key: &'static str,
    code: &'static str,
    example: &str,
    sink: &mut Sink<'_>,
) -> Option<&'s str> {
    let Some(found) = value.get(key) else {
        sink.push(
            sink.finding(
                code,
                Severity::Error,
                head_span(value),
                format!("`{key}` is missing"),
            )
            .field(key)
            .help(format!("add `{key}`, {example}")),
        );
        return None;
    };
    match found.as_str() {
        Some(text) if !text.is_empty() && found.kind() == Kind::Scalar => Some(text),
        _ => {
            sink.push(
                sink.finding(
                    code,
                    Severity::Error,
                    found.span(),
                    format!("`{key}` must be a string"),
                )
                .field(key)
                .help(format!("write `{key}`, {example}")),
            );
            None
        }
    }
}

fn unknown_group(
    value: Value<'_>,
    group: &str,
    kind: &str,
    settings: &Settings,
    sink: &mut Sink<'_>,
) {
    let known = kind::KINDS.iter().map(|info| info.group);
    let near = suggest::nearest(group, known)
        .filter(|_| kind::find_by_word(kind).is_some() || group.contains("hedgehog"));
    let shown = if group.is_empty() {
        "the core group"
    } else {
        group
    };
    let mut finding = sink
        .finding(
            codes::UNKNOWN_GROUP,
            settings.unknown_group,
            value_span(value, "apiVersion"),
            format!("{kind} of {shown} is not a Hedgehog resource, so it is not checked"),
        )
        .field("apiVersion")
        .help("keep it outside managed/, or import its schema with `hnp schema import`");
    if let Some(near) = near {
        finding = finding.help(format!("did you mean `{near}`?"));
    }
    sink.push(finding);
}

fn unknown_kind(value: Value<'_>, group: &str, kind: &str, sink: &mut Sink<'_>) {
    let span = value_span(value, "kind");
    let mut finding = sink
        .finding(
            codes::UNKNOWN_KIND,
            Severity::Error,
            span,
            format!("{group} has no kind `{kind}`"),
        )
        .field("kind");
    let elsewhere = kind::KINDS.iter().find(|info| info.kind == kind);
    if let Some(info) = elsewhere {
        finding = finding.help(format!("{kind} belongs to `{}`", info.api_version()));
        if let Some(api_version) = value.get("apiVersion") {
            let fix = sink.fix(
                format!("change apiVersion to `{}`", info.api_version()),
                false,
                api_version.span(),
                info.api_version(),
            );
            finding = finding.fix(fix);
        }
    } else {
        let of_group = kind::KINDS
            .iter()
            .filter(|info| info.group == group)
            .map(|info| info.kind);
        if let Some(near) = suggest::nearest(kind, of_group) {
            let fix = sink.fix(format!("change kind to `{near}`"), false, span, near);
            finding = finding.help(format!("did you mean `{near}`?")).fix(fix);
        } else {
            finding = finding.help("`hnp schema list` shows the kinds of this release; `hnp schema import` adds others");
        }
    }
    sink.push(finding);
}

/// Checks the version; tells whether the schema of the kind can judge the document.
fn check_version(
    value: Value<'_>,
    info: &KindInfo,
    version: &str,
    settings: &Settings,
    sink: &mut Sink<'_>,
) -> bool {
    if settings
        .schemas
        .kind(info.group, version, info.kind)
        .is_some()
    {
        return true;
    }
    let span = value_span(value, "apiVersion");
    let current = info.api_version();
    let rename = |sink: &Sink<'_>, safe| Fix {
        title: format!("change apiVersion to `{current}`"),
        safe,
        edits: vec![TextEdit {
            place: sink.place(span),
            with: current.clone(),
        }],
    };
    if version == "v1alpha2" && info.version == "v1beta1" {
        // Renamed in Beta-1 with the same fields; no cluster ever served both.
        let finding = sink
            .finding(
                codes::V1ALPHA2,
                Severity::Error,
                span,
                format!(
                    "{} v1alpha2 is no longer served; it became v1beta1 with the same fields",
                    info.group
                ),
            )
            .field("apiVersion")
            .help(format!("write `{current}`"));
        let finding = finding.fix(rename(sink, true));
        sink.push(finding);
        return true;
    }
    if version == info.version {
        sink.push(
            sink.finding(
                codes::NOT_IN_RELEASE,
                Severity::Error,
                value_span(value, "kind"),
                format!("Hedgehog {} has no kind `{}` in {}", settings.release, info.kind, info.group),
            )
            .field("kind")
            .help("set `release` in .hnp/config.toml to the release that the fabric runs, or import its schema with `hnp schema import`"),
        );
        return false;
    }
    let finding = sink
        .finding(
            codes::UNKNOWN_VERSION,
            Severity::Error,
            span,
            format!("{} has no version `{version}`", info.group),
        )
        .field("apiVersion")
        .help(format!("did you mean `{current}`?"));
    let finding = finding.fix(rename(sink, false));
    sink.push(finding);
    false
}

fn check_schema(
    value: Value<'_>,
    compiled: &schema::Compiled,
    settings: &Settings,
    sink: &mut Sink<'_>,
) {
    let mut violations = Vec::new();
    let how = schema::Settings::new(settings.release);
    schema::check(value, compiled, &how, &mut |violation| {
        violations.push(violation);
    });
    for violation in violations {
        let severity = match violation.level {
            schema::Level::Error => Severity::Error,
            schema::Level::Warning => Severity::Warning,
        };
        let mut finding = sink
            .finding(violation.code, severity, violation.span, violation.message)
            .field(violation.path);
        finding.help = violation
            .help
            .or_else(|| general_help(violation.code).map(str::to_owned));
        if let Some((span, message)) = violation.related {
            finding = finding.related(sink.place(span), message);
        }
        if let Some(fix) = violation.fix {
            finding = finding.fix(sink.fix(fix.title, fix.safe, fix.span, fix.replacement));
        }
        sink.push(finding);
    }
}

/// What to do where the schema has nothing more exact to say.
fn general_help(code: &str) -> Option<&'static str> {
    Some(match code {
        "SCH-02" => "write a value of that type",
        "SCH-04" => "choose one of these values",
        "SCH-05" => "write the text in that form",
        "SCH-06" => "choose a number inside the bounds",
        "SCH-07" => "add or remove items",
        "SCH-08" => "shorten or lengthen the text",
        "SCH-11" => "change the value so that it fits its schema",
        _ => return None,
    })
}

/// Checks the keys beside apiVersion and kind.
fn root_keys(manifest: Manifest<'_>, info: &KindInfo, settings: &Settings, sink: &mut Sink<'_>) {
    let value = manifest.value;
    let compiled = settings.schemas.kind(info.group, info.version, info.kind);
    for entry in value.entries() {
        if entry.key == "status" {
            status(manifest, entry.value, entry.key_span, sink);
            continue;
        }
        let known = ROOT_KEYS.contains(&entry.key)
            || compiled.is_some_and(|compiled| {
                compiled.root_is_open() || compiled.root_fields().any(|field| field == entry.key)
            });
        if known {
            continue;
        }
        let mut finding = sink
            .finding(
                codes::UNKNOWN_ROOT_KEY,
                Severity::Error,
                entry.key_span,
                format!("unknown key `{}` at the root of the manifest", entry.key),
            )
            .field(entry.key)
            .help("the API server would drop it, or refuse the manifest");
        let free = ROOT_KEYS.into_iter().filter(|key| value.get(key).is_none());
        if let Some(near) = suggest::nearest(entry.key, free) {
            let fix = sink.fix(
                format!("rename `{}` to `{near}`", entry.key),
                false,
                entry.key_span,
                near,
            );
            finding = finding.help(format!("did you mean `{near}`?")).fix(fix);
        }
        sink.push(finding);
    }
}

fn status(manifest: Manifest<'_>, status: Value<'_>, key_span: Span, sink: &mut Sink<'_>) {
    let empty =
        status.is_null() || (status.kind() == Kind::Map && status.entries().next().is_none());
    if empty {
        return;
    }
    let mut finding = sink
        .finding(
            codes::STATUS,
            Severity::Error,
            key_span,
            "`status` is written by the cluster and has no place in Git",
        )
        .field("status")
        .help("take `status` out; an export from the cluster carries it along");
    finding.fix = removal::fix(manifest, &["status"], "remove `status`", sink);
    sink.push(finding);
}
