//! `hnp ingest`: what becomes of a drop.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{LINEAGE, Repo, server};

#[test]
fn a_strict_file_with_one_bad_document_is_refused_whole() {
    let repo = Repo::lab();
    let drop = format!(
        "{}---\n{}",
        server("good", "{}"),
        server("bad", "{descripton: x}")
    );
    repo.write("lab/raw/pending/two.yaml", &drop);
    repo.write("lab/raw/fine.yaml", server("fine", "{}"));
    let run = repo.hnp(&["ingest"]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.out.contains("error[SCH-01]"), "{}", run.out);
    assert_eq!(repo.read("lab/raw/errors/two.yaml"), drop);
    assert_eq!(repo.paths("/managed/"), ["lab/managed/servers/fine.yaml"]);
    let report: serde_json::Value =
        serde_json::from_str(&repo.read("lab/raw/errors/two.yaml.report.json")).unwrap();
    let reason = &report["findings"][0];
    assert_eq!(
        (reason["code"].as_str(), reason["line"].as_u64()),
        (Some("SCH-01"), Some(11)),
        "{report}"
    );
    assert!(
        reason["fix"].as_str().unwrap().contains("description"),
        "{report}"
    );
    assert!(!repo.read(".hnp/state.toml").contains("Server/default/good"));

    // Mended where it lies, it is taken in, and its report goes.
    repo.write(
        "lab/raw/errors/two.yaml",
        drop.replace("descripton", "description"),
    );
    repo.ok(&["ingest", "--retry"]);
    assert_eq!(repo.paths("raw/errors"), [""; 0]);
    assert_eq!(repo.paths("/managed/").len(), 3);
    assert!(repo.has("lab/raw/processed/two.yaml"));
}

#[test]
fn not_strict_takes_the_good_and_keeps_the_bad() {
    let repo = Repo::lab();
    let drop = format!(
        "# first\n{}---\n# second\n{}---\nbroken: [\n---\n{}",
        server("a", "{}"),
        server("b", "{nope: 1}"),
        server("c", "{}")
    );
    repo.write("lab/raw/mixed.yaml", &drop);
    assert_eq!(repo.hnp(&["ingest", "--no-strict"]).code, 1);
    assert_eq!(
        repo.paths("/managed/"),
        ["lab/managed/servers/a.yaml", "lab/managed/servers/c.yaml"]
    );
    assert!(
        repo.read("lab/managed/servers/a.yaml")
            .starts_with("# first\n")
    );
    let left = repo.read("lab/raw/errors/mixed.yaml");
    for kept in ["# second", "name: b", "broken: ["] {
        assert!(left.contains(kept), "{kept}: {left}");
    }
    assert!(
        !left.contains("name: a") && !left.contains("name: c"),
        "{left}"
    );
    assert_eq!(
        repo.read("lab/raw/processed/mixed.yaml"),
        drop,
        "the file as it was dropped is archived"
    );
}

#[test]
fn dry_run_and_no_archive() {
    let repo = Repo::lab();
    repo.write("lab/raw/a.yaml", server("a", "{}"));
    let before = repo.files();
    let run = repo.ok(&["ingest", "--dry-run"]);
    assert!(
        run.out.contains("1 resource(s) would be new"),
        "{}",
        run.out
    );
    assert_eq!(repo.files(), before);
    repo.ok(&["ingest", "--no-archive"]);
    assert!(repo.has("lab/raw/a.yaml") && repo.has("lab/managed/servers/a.yaml"));
    let before = repo.files();
    repo.ok(&["ingest", "--no-archive"]);
    assert_eq!(repo.files(), before);
}

#[test]
fn an_existing_resource_is_kept_refused_or_updated_in_place() {
    let repo = Repo::lab();
    repo.write(
        "lab/raw/a.yaml",
        server("a", "\n  description: old   # ask Ann\n  profile: p"),
    );
    repo.ok(&["ingest"]);
    let managed = "lab/managed/servers/a.yaml";

    repo.write(
        "lab/raw/same.yaml",
        server("a", "{profile: p, description: old}"),
    );
    let run = repo.ok(&["ingest"]);
    assert!(run.out.contains("1 the same"), "{}", run.out);
    assert!(repo.has("lab/raw/processed/same.yaml"));

    repo.write(
        "lab/raw/new.yaml",
        server("a", "{profile: p, description: new}"),
    );
    let run = repo.hnp(&["ingest"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("error[ING-06]")
            && run.out.contains("spec.description: \"old\" -> \"new\""),
        "{}",
        run.out
    );
    assert!(repo.read(managed).contains("old"));

    let run = repo.ok(&["ingest", "--retry", "--update"]);
    assert!(run.out.contains("1 changed"), "{}", run.out);
    assert!(
        repo.read(managed).contains("description: new   # ask Ann"),
        "{}",
        repo.read(managed)
    );
    repo.ok(&["state", "verify"]);
    assert_eq!(
        repo.json(&["status"])["fabrics"][0]["changed_by_hand"],
        serde_json::json!([])
    );
}

#[test]
fn an_update_reaches_into_a_file_of_several_documents() {
    let repo = Repo::lab();
    let both = format!(
        "{}---\n# the second\n{}",
        server("a", "{}"),
        server("b", "\n  description: old")
    );
    repo.write("lab/managed/all.yaml", &both);
    repo.write("lab/raw/b.yaml", server("b", "{description: new}"));
    repo.ok(&["ingest", "--update"]);
    assert_eq!(
        repo.read("lab/managed/all.yaml"),
        both.replace("old", "new")
    );
    assert_eq!(repo.paths("/managed/"), ["lab/managed/all.yaml"]);
}

#[test]
fn one_resource_twice_in_a_drop() {
    let repo = Repo::lab();
    repo.write("lab/raw/one.yaml", server("a", "{description: x}"));
    repo.write(
        "lab/raw/two.yaml",
        format!("# again\n{}", server("a", "\n  description: z")),
    );
    let run = repo.hnp(&["ingest"]);
    assert_eq!(run.code, 1);
    for word in [
        "error[ING-08]",
        "raw/one.yaml:4:9",
        "raw/two.yaml:5:9",
        "spec.description",
    ] {
        assert!(run.out.contains(word), "{word}: {}", run.out);
    }
    assert_eq!(repo.paths("/managed/"), [""; 0]);
    assert_eq!(
        repo.paths("raw/errors/").len(),
        4,
        "both files and their reports"
    );
}

#[test]
fn unmanaged_is_context_and_never_touched() {
    let repo = Repo::lab();
    let theirs = "lab/unmanaged/manual-overrides/a.yaml";
    repo.write(theirs, server("a", "{description: theirs}"));
    repo.write("lab/raw/a.yaml", server("a", "{}"));
    let run = repo.ok(&["ingest"]);
    assert!(run.out.contains("warning[ING-02]"), "{}", run.out);
    assert_eq!(repo.read(theirs), server("a", "{description: theirs}"));
    assert!(repo.ok(&["validate"]).out.contains("warning[ING-02]"));
}

#[test]
fn patterns_choose_files() {
    let repo = Repo::lab();
    repo.write("lab/raw/pending/a-1.yaml", server("a", "{}"));
    repo.write("lab/raw/pending/b-1.yaml", server("b", "{}"));
    repo.ok(&["ingest", "a-*.yaml"]);
    assert_eq!(repo.paths("/managed/"), ["lab/managed/servers/a.yaml"]);
    assert!(repo.has("lab/raw/pending/b-1.yaml"));
}

#[test]
fn a_name_taken_by_other_bytes_gets_part_of_a_hash() {
    let repo = Repo::lab();
    for (name, spec) in [
        ("a", "{}"),
        ("b", "{}"),
        ("c", "{nope: 1}"),
        ("d", "{nope: 2}"),
    ] {
        repo.write("lab/raw/drop.yaml", server(name, spec));
        repo.hnp(&["ingest"]);
    }
    let processed = repo.paths("raw/processed/");
    assert_eq!(processed.len(), 2, "{processed:?}");
    let errors: Vec<_> = repo
        .paths("raw/errors/")
        .into_iter()
        .filter(|path| path.ends_with(".yaml"))
        .collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    for path in processed
        .iter()
        .chain(&errors)
        .filter(|path| !path.ends_with("/drop.yaml"))
    {
        let hash = path.rsplit('.').nth(1).unwrap();
        assert!(
            hash.len() == 8 && hash.bytes().all(|b| b.is_ascii_hexdigit()),
            "{path}"
        );
    }
}

#[test]
fn a_list_becomes_one_file_an_item_with_its_comments() {
    let repo = Repo::lab();
    repo.write(
        "lab/raw/list.yaml",
        "# exported\napiVersion: v1\nkind: List\nitems:\n# the first\n- apiVersion: wiring.githedgehog.com/v1beta1\n  kind: Server\n  metadata:\n    name: a\n  spec:\n    description: x  # keep\n# the second\n- apiVersion: wiring.githedgehog.com/v1beta1\n  kind: Server\n  metadata: {name: b}\n  spec: {}\n",
    );
    repo.ok(&["ingest"]);
    let a = repo.read("lab/managed/servers/a.yaml");
    assert!(
        a.contains("# the first")
            && a.contains("# exported")
            && a.contains("  description: x  # keep"),
        "{a}"
    );
    assert!(a.contains("\nkind: Server\n"), "{a}");
    assert!(
        repo.read("lab/managed/servers/b.yaml")
            .starts_with("# the second\n")
    );
    repo.ok(&["validate"]);
}

#[test]
fn line_ends_and_marks_are_kept() {
    let repo = Repo::lab();
    let text = server("a", "\n  description: x # y").replace('\n', "\r\n");
    repo.write(
        "lab/raw/crlf.yaml",
        format!(
            "\u{feff}{text}---\r\n{}",
            server("b", "{}").replace('\n', "\r\n")
        ),
    );
    repo.ok(&["ingest"]);
    assert_eq!(repo.read("lab/managed/servers/a.yaml"), text);
    assert!(
        repo.read("lab/managed/servers/b.yaml")
            .ends_with("spec: {}\r\n")
    );
}

#[test]
fn several_fabrics_and_one_over_two_directories() {
    let repo = Repo::lab();
    repo.ok(&[
        "init",
        "--fabric",
        "other",
        "--directory",
        "elsewhere/other",
        "--lineage",
        LINEAGE,
    ]);
    repo.write("lab/raw/a.yaml", server("a", "{}"));
    repo.write(
        "elsewhere/other/raw/a.yaml",
        server("a", "{description: other}"),
    );
    repo.ok(&["ingest"]);
    assert!(
        repo.has("lab/managed/servers/a.yaml")
            && repo.has("elsewhere/other/managed/servers/a.yaml")
    );
    let state = repo.read(".hnp/state.toml");
    assert!(
        state.contains("\"lab/Server/default/a\"") && state.contains("\"other/Server/default/a\""),
        "{state}"
    );
    repo.ok(&["validate"]);

    let config = repo
        .read(".hnp/config.toml")
        .replace("directory = \"lab\"", "directories = [\"lab\", \"annex\"]");
    repo.write(".hnp/config.toml", config);
    repo.ok(&["init", "--repair"]);
    repo.write("annex/raw/b.yaml", server("a", "{description: again}"));
    let run = repo.hnp(&["ingest", "--fabric", "lab"]);
    assert!(
        run.out.contains("ING-06"),
        "the fabric is one, over both directories: {}",
        run.out
    );
}

#[test]
fn what_hnp_cannot_manage_is_refused() {
    let repo = Repo::lab();
    repo.write(
        "lab/raw/map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n",
    );
    repo.write("lab/raw/comment.yaml", "# nothing but words\n");
    let run = repo.hnp(&["ingest"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("error[ING-09]"), "{}", run.out);
    assert!(repo.has("lab/raw/errors/map.yaml"));
    assert_eq!(
        repo.read("lab/raw/processed/comment.yaml"),
        "# nothing but words\n"
    );
}

#[test]
fn commit_holds_what_was_done_and_nothing_else() {
    let repo = Repo::lab();
    repo.commit("Begin");
    repo.write("mine.txt", "staged by the user\n");
    repo.git(&["add", "mine.txt"]);
    repo.write("lab/raw/a.yaml", server("a", "{}"));
    let run = repo.ok(&["ingest", "--commit"]);
    assert!(run.out.contains("Committed as "), "{}", run.out);
    let names = repo.git(&["show", "--format=", "--name-only", "HEAD"]);
    assert!(
        names.contains("lab/managed/servers/a.yaml") && !names.contains("mine.txt"),
        "{names}"
    );
    assert!(
        repo.git(&["status", "--porcelain"])
            .starts_with("A  mine.txt")
    );
    let log = repo.json(&["log"]);
    let head = repo.git(&["rev-parse", "HEAD"]);
    assert_eq!(
        log["operations"][0]["commit_sha"].as_str(),
        Some(head.trim()),
        "{log}"
    );
}

#[test]
fn text_beside_a_separator_is_refused_and_kept() {
    let inline = "--- {apiVersion: wiring.githedgehog.com/v1beta1, kind: Server, metadata: {name: inline}, spec: {}}\n";
    let drop = format!("{}{inline}", server("a", "{}"));
    for strict in [true, false] {
        let repo = Repo::lab();
        repo.write("lab/raw/x.yaml", &drop);
        let args: &[&str] = if strict {
            &["ingest"]
        } else {
            &["ingest", "--no-strict"]
        };
        let run = repo.hnp(args);
        assert_eq!(run.code, 1);
        assert!(run.out.contains("error[YAML-06]"), "{}", run.out);
        assert!(
            repo.read("lab/raw/errors/x.yaml").contains("name: inline"),
            "strict: {strict}"
        );
        assert_eq!(repo.has("lab/managed/servers/a.yaml"), !strict);
        assert!(!repo.has("lab/managed/servers/inline.yaml"));
    }
}

#[test]
fn a_second_try_that_succeeds_in_part_loses_nothing() {
    let repo = Repo::lab();
    let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: wiring.githedgehog.com/v1beta1\n  kind: Server\n  metadata: {name: good}\n  spec: {}\n- apiVersion: wiring.githedgehog.com/v1beta1\n  kind: Server\n  metadata: {labels: {keep: precious}}\n  spec: {}\n- apiVersion: wiring.githedgehog.com/v1beta1\n  kind: Server\n  metadata: {name: bad}\n  spec: {nope: 1}\n# note on the broken one\n--- # and another\nbroken: [\n";
    repo.write("lab/raw/l.yaml", list);
    assert_eq!(repo.hnp(&["ingest"]).code, 1);
    let run = repo.hnp(&["ingest", "--retry", "--no-strict"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(repo.has("lab/managed/servers/good.yaml"));
    let left = repo.read("lab/raw/errors/l.yaml");
    for kept in [
        "precious",
        "name: bad",
        "broken: [",
        "# note on the broken one",
        "# and another",
    ] {
        assert!(left.contains(kept), "{kept}: {left}");
    }
    assert!(!left.contains("name: good"), "{left}");
    assert!(repo.has("lab/raw/errors/l.yaml.report.json"));
    assert_eq!(repo.read("lab/raw/processed/l.yaml"), list);
}

#[test]
fn an_error_through_an_alias_is_its_own_documents() {
    let repo = Repo::lab();
    repo.write(
        "lab/raw/l.yaml",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: vpc.githedgehog.com/v1beta1\n  kind: IPv4Namespace\n  metadata: {name: good}\n  spec: &s {subnets: [10.0.0.0/16]}\n- apiVersion: wiring.githedgehog.com/v1beta1\n  kind: Server\n  metadata: {name: bad}\n  spec: *s\n",
    );
    assert_eq!(repo.hnp(&["ingest", "--no-strict"]).code, 1);
    assert_eq!(
        repo.paths("/managed/"),
        ["lab/managed/externals/ipv4namespace_good.yaml"]
    );
}

#[test]
fn a_resource_whose_file_cannot_be_read_is_not_made_twice() {
    let repo = Repo::lab();
    repo.write("lab/raw/a.yaml", server("a", "{}"));
    repo.ok(&["ingest"]);
    repo.write("lab/managed/servers/a.yaml", "broken: [\n");
    repo.write("lab/raw/a.yaml", server("a", "{description: new}"));
    let run = repo.hnp(&["ingest"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("cannot be read"), "{}", run.out);
    assert_eq!(repo.paths("/managed/"), ["lab/managed/servers/a.yaml"]);
}

#[test]
fn a_file_over_the_limit_is_refused_whole() {
    let repo = Repo::lab();
    let config = repo.read(".hnp/config.toml");
    repo.write(
        ".hnp/config.toml",
        format!("{config}\n[limits]\nfile_bytes = 300\n"),
    );
    let large = format!("# {}\n{}", "x".repeat(400), server("large", "{}"));
    repo.write("lab/raw/large.yaml", &large);
    repo.write("lab/raw/small.yaml", server("small", "{}"));
    let run = repo.hnp(&["ingest"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("YAML-02"), "{}", run.out);
    assert_eq!(repo.read("lab/raw/errors/large.yaml"), large);
    assert_eq!(repo.paths("/managed/"), ["lab/managed/servers/small.yaml"]);
    assert!(
        repo.hnp(&["validate", "lab/raw/errors/large.yaml"])
            .out
            .contains("YAML-02")
    );
}

fn vpc(name: &str, subnet: &str, vlan: u16) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  subnets:\n    default:\n      subnet: {subnet}\n      vlan: {vlan}\n"
    )
}

fn attachment(vpc: &str) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCAttachment\nmetadata:\n  name: {vpc}--server-1\nspec:\n  connection: server-1--leaf-1\n  subnet: {vpc}/default\n"
    )
}

/// What is wrong only in the tree that would result is blamed on the file that brings it, and on what leans on that.
#[test]
fn the_resulting_tree_is_judged_too() {
    let repo = Repo::lab();
    repo.write("lab/raw/vpc-1.yaml", vpc("vpc-1", "10.1.0.0/16", 1001));
    repo.ok(&["ingest"]);
    repo.write("lab/raw/a-clash.yaml", vpc("vpc-2", "10.1.2.0/24", 1002));
    repo.write("lab/raw/b-leans.yaml", attachment("vpc-2"));
    repo.write("lab/raw/c-good.yaml", vpc("vpc-3", "10.3.0.0/24", 1003));
    let run = repo.hnp(&["ingest"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("error[VPC-37]"), "{}", run.out);
    assert!(run.out.contains("lab/raw/a-clash.yaml:4:9"), "{}", run.out);
    assert!(
        run.out.contains("lab/managed/vpcs/vpc-1.yaml"),
        "{}",
        run.out
    );
    assert!(run.out.contains("error[ATT-05]"), "{}", run.out);
    assert_eq!(
        repo.paths("/managed/"),
        ["lab/managed/vpcs/vpc-1.yaml", "lab/managed/vpcs/vpc-3.yaml"]
    );
    assert!(repo.has("lab/raw/errors/a-clash.yaml"));
    assert!(repo.has("lab/raw/errors/b-leans.yaml"));
    // Mended where it lies, both come in.
    repo.write(
        "lab/raw/errors/a-clash.yaml",
        vpc("vpc-2", "10.2.0.0/24", 1002),
    );
    repo.ok(&["ingest", "--retry"]);
    assert_eq!(repo.paths("raw/errors"), [""; 0]);
    assert_eq!(repo.hnp(&["validate"]).code, 0);

    // What was wrong before is not the drop's fault.
    repo.write(
        "lab/managed/vpcs/vpc-4.yaml",
        vpc("vpc-4", "10.3.0.0/24", 1004),
    );
    repo.write("lab/raw/vpc-5.yaml", vpc("vpc-5", "10.5.0.0/24", 1005));
    repo.ok(&["ingest"]);
    assert!(repo.has("lab/managed/vpcs/vpc-5.yaml"));

    // `hnp show` says what refers to what, and where.
    let shown = repo.json(&["show", "VPC/vpc-2"]);
    let by = &shown["referred_by"][0];
    assert_eq!(by["kind"], "VPCAttachment", "{shown:#}");
    assert_eq!(
        (by["file"].as_str(), by["line"].as_u64()),
        (
            Some("lab/managed/vpcs/vpcattachment_vpc-2--server-1.yaml"),
            Some(7)
        ),
        "{shown:#}"
    );
    assert_eq!(shown["refers_to"][0]["name"], "default");
    assert_eq!(shown["refers_to"][0]["here"], false);
    let text = repo.hnp(&["show", "vpcattachment/vpc-2--server-1"]).out;
    assert!(text.contains("refers to      VPC/vpc-2 ("), "{text}");
}
