//! Adopting a repository that HNP wrote: its timestamps go, everything people need stays.

use hnp_model::canonical::sha256_hex;
use hnp_model::{Finding, Manifest, Severity, SourceFile, kind, manifests};
use hnp_rules::{Role, Settings, check_stream, codes};
use hnp_state::config::{self, Config, Fabric, Template};
use hnp_state::layout::{Area, area};
use hnp_state::state_file::{self, Entry, State};
use hnp_state::{CONFIG_PATH, STATE_PATH, path};
use hnp_yaml::edit::{Edit, Path, Seg, Splice, apply, rewrite};
use hnp_yaml::{Node, Options, Span, Stream, Value, parse};

use super::init::{self, Init, RepoFiles};
use super::profile;
use crate::fabric::is_yaml;
use crate::ingest::document_bytes;

/// Prefix of HNP's annotations.
const ANNOTATIONS: &str = "hnp.githedgehog.com/";

/// One fabric that was adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// Its name.
    pub name: String,
    /// Its directory.
    pub directory: String,
    /// Resources that hnp manages now.
    pub resources: usize,
    /// Manifest files under managed/.
    pub files: usize,
    /// Documents in them.
    pub documents: usize,
    /// Files whose timestamps went.
    pub cleaned: usize,
    /// Documents brought from v1alpha2 to v1beta1.
    pub upgraded: usize,
}

/// Something that stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftAlone {
    /// Its file.
    pub path: String,
    /// What it is: `ConfigMap/api-test`, or the file itself.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What comes of an adoption.
#[derive(Clone, Debug, Default)]
pub struct Adoption {
    /// Plan, directories and configuration.
    pub init: Init,
    /// The fabrics.
    pub fabrics: Vec<Adopted>,
    /// What stays as it is.
    pub left_alone: Vec<LeftAlone>,
    /// What is wrong with what stays, and duplicates; in the order in which it is shown.
    pub findings: Vec<Finding>,
    /// Texts of the files that findings point into.
    pub texts: Vec<(String, String)>,
}

/// Tells whether a directory is one that HNP made, from the paths under it.
#[must_use]
pub fn is_hnp_directory(directory: &str, files: &[SourceFile]) -> bool {
    let manifest = path::join(directory, ".hnp/manifest.yaml");
    files.iter().any(|file| file.path == manifest)
}

/// Returns the directories that HNP made, by their manifest.
fn hnp_directories(files: &[SourceFile]) -> Vec<String> {
    files
        .iter()
        .filter_map(|file| file.path.strip_suffix(".hnp/manifest.yaml"))
        .filter(|directory| directory.is_empty() || directory.ends_with('/'))
        .map(|directory| directory.trim_end_matches('/').to_owned())
        .collect()
}

/// Plans the adoption of every directory that HNP made.
///
/// # Errors
///
/// Fails where nothing is to be adopted or the configuration does not allow it, with one sentence for people.
pub fn adopt(
    repo: &RepoFiles,
    files: &[SourceFile],
    settings: &Settings,
    lineage: &str,
) -> Result<Adoption, String> {
    let known = match &repo.config {
        Some(text) => Some(
            Config::parse(text)
                .map_err(|errors| errors.first().map(ToString::to_string).unwrap_or_default())?,
        ),
        None => None,
    };
    let directories: Vec<String> = hnp_directories(files);
    if directories.is_empty() {
        return match known {
            // A second run finds nothing of HNP's left.
            Some(_) => Ok(Adoption::default()),
            None => Err("no directory here was made by HNP (none has .hnp/manifest.yaml); use `hnp init --fabric NAME --directory DIR`".to_owned()),
        };
    }
    let mut adoption = Adoption::default();
    let mut state = match &repo.state {
        Some(text) => state_file::parse(text)
            .map_err(|_| ".hnp/state.toml is damaged; run `hnp state rebuild`".to_owned())?,
        None => State::new(lineage),
    };
    let mut config_text = repo.config.clone();
    let mut repo_now = repo.clone();
    for directory in directories {
        let now = match &config_text {
            Some(text) => Config::parse(text).map_err(|errors| init::first(&errors))?,
            None => Config::default(),
        };
        // `hnp init` may have been here before.
        let entered = now
            .fabrics
            .iter()
            .find(|(_, fabric)| fabric.directories.contains(&directory));
        let name = match entered {
            Some((name, _)) => name.clone(),
            None => free_name(&directory, &now)?,
        };
        let entered = entered.is_some();
        let inside: Vec<SourceFile> = files
            .iter()
            .filter(|file| path::strip(&file.path, &directory).is_some())
            .cloned()
            .collect();
        let mut fabric = Fabric::in_directory(&directory);
        fabric.template = Template::PerKind;
        fabric.profile = profile::detect(&inside);
        config_text = Some(match config_text {
            None => config::initial(&[(name.clone(), fabric.clone())], config::DEFAULT_RELEASE),
            Some(text) if entered => text,
            Some(text) => config::edit::add_fabric(&text, &name, &fabric)
                .map_err(|error| error.to_string())?,
        });
        one(
            &name,
            &directory,
            &inside,
            settings,
            &mut state,
            &mut adoption,
        );
        init::structure(&fabric, &repo_now, &inside, &mut adoption.init);
        repo_now.attributes = last_attributes(&adoption).or(repo_now.attributes);
    }
    let text = config_text.unwrap_or_default();
    adoption.init.config.clone_from(&text);
    adoption
        .init
        .plan
        .write(CONFIG_PATH, text, repo.config.as_deref().map(str::as_bytes));
    adoption.init.plan.write(
        STATE_PATH,
        state_file::write(&state),
        repo.state.as_deref().map(str::as_bytes),
    );
    init::one_write_a_path(&mut adoption.init.plan, repo.attributes.as_deref());
    adoption.init.plan.order();
    hnp_model::finding::sort(&mut adoption.findings);
    Ok(adoption)
}

/// Names a fabric after its directory; of two that end alike the second takes its parent's name along. What cannot stand in a
/// fabric's name becomes `-`.
fn free_name(directory: &str, config: &Config) -> Result<String, String> {
    let plain = |text: &str| -> String {
        let name: String = text
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        name.trim_matches(['-', '_', '.']).to_owned()
    };
    let parts: Vec<&str> = directory
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    let mut tried = Vec::new();
    for depth in 1..=parts.len().max(1) {
        let name = plain(&parts[parts.len().saturating_sub(depth)..].join("-"));
        let name = if name.is_empty() {
            "fabric".to_owned()
        } else {
            name
        };
        if config::check_fabric_name(&name).is_ok() && !config.fabrics.contains_key(&name) {
            return Ok(name);
        }
        tried.push(name);
    }
    Err(format!(
        "no name is free for the fabric in `{directory}` (tried {}); give it one with `hnp init --fabric NAME --directory {directory}` first",
        tried.join(", ")
    ))
}

fn last_attributes(adoption: &Adoption) -> Option<String> {
    adoption
        .init
        .plan
        .files
        .iter()
        .rev()
        .find_map(|op| match op {
            crate::plan::FileOp::Write { path, bytes, .. } if path == init::ATTRIBUTES_PATH => {
                Some(String::from_utf8_lossy(bytes).into_owned())
            }
            _ => None,
        })
}

/// Adopts the files of one fabric.
fn one(
    name: &str,
    directory: &str,
    files: &[SourceFile],
    settings: &Settings,
    state: &mut State,
    adoption: &mut Adoption,
) {
    let mut adopted = Adopted {
        name: name.to_owned(),
        directory: directory.to_owned(),
        resources: 0,
        files: 0,
        documents: 0,
        cleaned: 0,
        upgraded: 0,
    };
    let mut checks = Vec::new();
    let mut texts = std::collections::HashMap::new();
    for file in files {
        let Some(inside) = path::strip(&file.path, directory) else {
            continue;
        };
        if matches!(
            inside,
            ".hnp/manifest.yaml" | ".hnp/archive-log.yaml" | ".hnp/.gitkeep"
        ) {
            adoption.init.plan.remove(file.path.clone(), &file.bytes);
            continue;
        }
        if !is_yaml(inside) {
            continue;
        }
        match area(inside) {
            Area::Managed => {
                let cleaned = clean(&file.bytes, settings);
                adopted.upgraded += cleaned.upgraded;
                if cleaned.text.as_bytes() != file.bytes {
                    adopted.cleaned += 1;
                    adoption.init.plan.write(
                        file.path.clone(),
                        cleaned.text.as_bytes(),
                        Some(&file.bytes),
                    );
                }
                let stream = parse(cleaned.text, &Options::default());
                enter(name, &file.path, &stream, state, &mut adopted, adoption);
                texts.insert(file.path.clone(), stream.text().as_bytes().to_vec());
                checks.push(check_stream(&file.path, Role::Managed, settings, stream));
            }
            Area::RawPending | Area::RawProcessed | Area::RawErrors | Area::HnpMeta => {}
            _ => {
                let stream = parse(file.bytes.clone(), &Options::default());
                for manifest in manifests(&stream) {
                    adoption.left_alone.push(LeftAlone {
                        path: file.path.clone(),
                        what: describe(manifest),
                        why: "it lies outside managed/".to_owned(),
                    });
                }
            }
        }
    }
    adopted.files = checks.len();
    adopted.documents = checks.iter().map(|check| check.documents).sum();
    let mut findings: Vec<Finding> = checks
        .iter_mut()
        .flat_map(|check| std::mem::take(&mut check.findings))
        .collect();
    for finding in findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
    {
        let what = finding.resource.as_ref().and_then(|resource| {
            Some(format!(
                "{}/{}",
                resource.kind.as_deref()?,
                resource.name.as_deref()?
            ))
        });
        let what = what.unwrap_or_else(|| finding.place.file.clone());
        if !adoption
            .left_alone
            .iter()
            .any(|left| left.what == what && left.path == finding.place.file)
        {
            adoption.left_alone.push(LeftAlone {
                path: finding.place.file.clone(),
                what,
                why: "it has errors, which are shown below; it is kept as it is".to_owned(),
            });
        }
    }
    let (of_tree, pointed) =
        hnp_rules::check_tree(&checks, settings, &|_, path| texts.get(path).cloned());
    findings.extend(of_tree);
    adoption.texts.extend(pointed);
    adoption.findings.extend(findings);
    adoption.texts.extend(
        checks
            .into_iter()
            .filter_map(|check| Some((check.path, check.text?))),
    );
    adoption.fabrics.push(adopted);
}

fn describe(manifest: Manifest<'_>) -> String {
    format!(
        "{}/{}",
        manifest.kind().unwrap_or("?"),
        manifest.name().unwrap_or("?")
    )
}

/// Enters the resources of a file into the state; foreign ones are named and left alone.
fn enter(
    name: &str,
    file: &str,
    stream: &Stream,
    state: &mut State,
    adopted: &mut Adopted,
    adoption: &mut Adoption,
) {
    for manifest in manifests(stream) {
        let Some(id) = manifest.id() else {
            continue;
        };
        if kind::find(&id.group, &id.kind).is_none() {
            adoption.left_alone.push(LeftAlone {
                path: file.to_owned(),
                what: describe(manifest),
                why: format!(
                    "{} is not a Hedgehog resource",
                    if id.group.is_empty() {
                        &id.kind
                    } else {
                        &id.group
                    }
                ),
            });
            continue;
        }
        adopted.resources += 1;
        let sha256 = sha256_hex(document_bytes(stream, manifest.document.index()).as_bytes());
        // Of a duplicate the first stays; the finding names both.
        state.resources.entry(id.key(name)).or_insert(Entry {
            path: file.to_owned(),
            sha256,
            base: None,
            blob: None,
        });
    }
}

struct Cleaned {
    text: String,
    upgraded: usize,
}

/// Takes HNP's banners and annotations out of a file, and brings v1alpha2 to v1beta1 where the result fits the schema.
fn clean(bytes: &[u8], settings: &Settings) -> Cleaned {
    let options = Options::with_comments();
    let mut stream = parse(bytes.to_vec(), &options);
    let mut upgraded = 0;
    let untouched = |stream: &Stream| Cleaned {
        text: stream.text().to_owned(),
        upgraded: 0,
    };
    if !stream.problems().is_empty() {
        return untouched(&stream);
    }
    let splices = banner_lines(&stream);
    if !splices.is_empty()
        && let Ok(edited) = rewrite(&stream, &splices)
    {
        stream = parse(edited.text, &options);
    }
    let documents = stream.documents().len();
    for index in 0..documents {
        let edits = annotation_edits(&stream, index);
        if !edits.is_empty()
            && let Ok(edited) = apply(&stream, index, &edits)
        {
            stream = parse(edited.text, &options);
        }
        if let Some(next) = upgrade(&stream, index, settings) {
            upgraded += 1;
            stream = parse(next, &options);
        }
    }
    Cleaned {
        text: stream.into_text(),
        upgraded,
    }
}

/// Finds the comment lines of HNP's two banners: `# Kind: name` above `# Normalized by …` and `# Generated: …`, and the same
/// above `# Generated by HNP at …`. Splices come last first, so that each fits the text before it.
fn banner_lines(stream: &Stream) -> Vec<Splice> {
    let text = stream.text();
    let words = |n: usize| {
        stream
            .comments()
            .get(n)
            .filter(|comment| comment.own_line)
            .map_or("", |comment| {
                text[comment.span.range()].trim_start_matches('#').trim()
            })
    };
    let stamps = |words: &str| {
        words.starts_with("Generated by HNP at ")
            || words == "Normalized by Hedgehog NetBox Plugin"
            || (words.starts_with("Generated: ") && words.ends_with(" UTC"))
    };
    let titled = |words: &str| {
        words
            .split_once(": ")
            .is_some_and(|(title, _)| kind::KINDS.iter().any(|info| info.kind == title))
    };
    let mut splices = Vec::new();
    for n in (0..stream.comments().len()).rev() {
        let goes = stamps(words(n)) || (titled(words(n)) && stamps(words(n + 1)));
        if goes {
            let span = stream.comments()[n].span;
            let start = text[..span.start as usize]
                .rfind('\n')
                .map_or(0, |at| at + 1);
            let end = text[span.end as usize..]
                .find('\n')
                .map_or(text.len(), |at| span.end as usize + at + 1);
            splices.push(Splice {
                span: Span::new(start, end),
                with: String::new(),
            });
        }
    }
    splices
}

/// Edits that remove HNP's annotations, and the map with the last of them.
fn annotation_edits(stream: &Stream, document: usize) -> Vec<Edit> {
    let Some(annotations) = stream
        .document(document)
        .and_then(hnp_yaml::Document::root)
        .and_then(|root| root.get("metadata")?.get("annotations"))
    else {
        return Vec::new();
    };
    let all: Vec<&str> = annotations.entries().map(|entry| entry.key).collect();
    let ours: Vec<&str> = all
        .iter()
        .copied()
        .filter(|key| key.starts_with(ANNOTATIONS))
        .collect();
    let base = Path::keys(["metadata", "annotations"]);
    if ours.is_empty() {
        Vec::new()
    } else if ours.len() == all.len() {
        vec![Edit::Remove { path: base }]
    } else {
        ours.iter()
            .map(|key| Edit::Remove {
                path: base.then(Seg::Key((*key).to_owned())),
            })
            .collect()
    }
}

/// Returns the text with v1alpha2 made v1beta1, where the document then fits the schema; older v1alpha2 had other fields.
fn upgrade(stream: &Stream, document: usize, settings: &Settings) -> Option<String> {
    let root = stream.document(document)?.root()?;
    let (group, version) = root
        .get("apiVersion")
        .and_then(Value::as_str)?
        .split_once('/')?;
    let info = kind::find(group, root.get("kind")?.as_str()?)?;
    if version != "v1alpha2" || info.version != "v1beta1" {
        return None;
    }
    let edit = Edit::Set {
        path: Path::keys(["apiVersion"]),
        value: Node::Str(info.api_version()),
    };
    let edited = apply(stream, document, &[edit]).ok()?;
    let after = parse(edited.text.clone(), &Options::default());
    let body = after.document(document)?.body();
    let check = check_stream("", Role::Managed, settings, after);
    let refused = check.findings.iter().any(|finding| {
        finding.severity == Severity::Error
            && finding.code != codes::V1ALPHA2
            && body.range().contains(&(finding.place.span.start as usize))
    });
    (!refused).then_some(edited.text)
}
