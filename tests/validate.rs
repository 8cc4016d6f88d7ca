//! `hnp validate`: formats, outputs, places, fixes, colours, and the same bytes at any thread count.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Sandbox, bad_server, documents, run, server};

const FORMATS: [&str; 8] = [
    "human", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown",
];

/// Reads a text as its format promises to be read.
fn check_form(format: &str, text: &str) {
    match format {
        "json" | "sarif" | "gitlab" => {
            serde_json::from_str::<serde_json::Value>(text).unwrap();
        }
        "junit" => assert!(
            text.starts_with("<?xml") && text.trim_end().ends_with("</testsuites>"),
            "{text}"
        ),
        _ => {}
    }
}

#[test]
fn every_format_accepts_and_rejects() {
    let place = Sandbox::plain();
    place.write("good.yaml", server("a", "x"));
    place.write("bad.yaml", bad_server("a"));
    for format in FORMATS {
        for (file, code) in [("good.yaml", 0), ("bad.yaml", 1)] {
            let run = place
                .hnp(&["validate", "--profile", "live", "--format", format, file])
                .code(code);
            assert_eq!(
                run.out.contains("SCH-01"),
                code == 1,
                "{format} {file}: {}",
                run.out
            );
            assert_eq!(
                run.out.contains("bad.yaml"),
                code == 1,
                "{format} {file}: {}",
                run.out
            );
            assert_eq!(run.err, "");
            check_form(format, &run.out);
        }
    }
}

#[test]
fn every_format_accepts_and_rejects_a_fabric() {
    let lab = Sandbox::with_fabric();
    for (text, code) in [(server("a", "x"), 0), (bad_server("a"), 1)] {
        lab.write("net/managed/servers/a.yaml", text);
        for format in FORMATS {
            let run = lab.hnp(&["validate", "--format", format]).code(code);
            assert_eq!(
                run.out.contains("SCH-01"),
                code == 1,
                "{format}: {}",
                run.out
            );
            check_form(format, &run.out);
        }
    }
}

#[test]
fn several_outputs_are_written_at_once() {
    let place = Sandbox::plain();
    place.write("bad.yaml", bad_server("a"));
    let mut args = vec!["validate".to_owned(), "bad.yaml".to_owned()];
    for format in FORMATS {
        args.push("--output".to_owned());
        args.push(format!("{format}=out.{format}"));
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let said = place.hnp(&args).code(1).says("error[SCH-01]");
    for format in FORMATS {
        let written = place.read(&format!("out.{format}"));
        check_form(format, &written);
        let alone = place.hnp(&["validate", "bad.yaml", "--format", format]);
        assert_eq!(written, alone.out, "{format}");
    }
    assert_eq!(said.out, place.read("out.human"));
    // With -C the files lie where hnp works.
    std::fs::create_dir(place.path("sub")).unwrap();
    place.write("sub/x.yaml", server("a", "x"));
    place
        .hnp(&["-C", "sub", "validate", "x.yaml", "--output", "json=o.json"])
        .code(0);
    assert!(place.has("sub/o.json") && !place.has("o.json"));
    for wrong in ["json", "xml=o.xml", "=o"] {
        place
            .hnp(&["validate", "bad.yaml", "--output", wrong])
            .code(2);
    }
    place
        .hnp(&["validate", "bad.yaml", "--output", "json=no/such/dir.json"])
        .code(3)
        .says("no/such/dir.json");
}

#[test]
fn standard_input_is_read() {
    let place = Sandbox::plain();
    place
        .hnp_reading(&["validate", "-"], server("a", "x").as_bytes())
        .code(0);
    place
        .hnp_reading(
            &["validate", "-"],
            documents(&[&server("a", "x"), &bad_server("b")]).as_bytes(),
        )
        .code(1)
        .says("<stdin>:13:3");
    place
        .hnp_reading(&["validate", "-"], b"\xff\xfe\x00")
        .code(1)
        .says("YAML-");
    place.hnp_reading(&["validate", "-"], b"").code(0);
}

#[test]
fn paths_are_checked_in_a_repository_or_not() {
    for lab in [Sandbox::plain(), Sandbox::new(), Sandbox::with_fabric()] {
        lab.write("some/dir/a.yaml", bad_server("a"));
        lab.write("some/dir/b.yml", server("b", "x"));
        lab.write("some/dir/notes.txt", "kind: [\n");
        lab.write("odd.txt", bad_server("c"));
        lab.hnp(&["validate", "some"])
            .code(1)
            .says("some/dir/a.yaml:6:3")
            .says("2 files");
        lab.hnp(&["validate", "some/dir/b.yml"]).code(0);
        lab.hnp(&["validate", "odd.txt"])
            .code(1)
            .says("odd.txt:6:3");
        lab.hnp(&["validate", "some", "some/dir/a.yaml"])
            .code(1)
            .says("1 error in 1 file");
        lab.hnp(&["validate", "nowhere.yaml"])
            .code(2)
            .says("nowhere.yaml");
        let absolute = lab.path("some/dir/a.yaml");
        lab.hnp(&["validate", absolute.to_str().unwrap()])
            .code(1)
            .says("some/dir/a.yaml:6:3");
    }
}

#[test]
fn raw_only_warns_and_the_archive_is_not_read() {
    let lab = Sandbox::with_fabric();
    lab.write("net/raw/a.yaml", bad_server("a"));
    lab.hnp(&["validate"])
        .code(0)
        .says("warning[SCH-01]")
        .says("net/raw/a.yaml:6:3");
    lab.hnp(&["validate", "net/raw/a.yaml"])
        .code(1)
        .says("error[SCH-01]");
    for area in ["processed", "errors"] {
        lab.write(&format!("net/raw/{area}/b.yaml"), "kind: [\n");
    }
    lab.write("net/unmanaged/external-configs/c.yaml", bad_server("c"));
    lab.remove("net/raw/a.yaml");
    let said = lab.hnp(&["validate"]).code(0);
    assert!(said.out.starts_with("no finding"), "{}", said.out);
}

#[test]
fn foreign_and_doubled_and_controller_owned_things_in_managed_are_found() {
    let lab = Sandbox::with_fabric();
    lab.write("net/managed/servers/a.yaml", server("a", "x"));
    lab.write("net/managed/vpcs/copy.yaml", server("a", "x"));
    lab.write("net/managed/vpcs/photo.png", [0x89, b'P']);
    lab.write("net/managed/README.md", "fine\n");
    lab.write(
        "net/managed/switches/agent.yaml",
        "apiVersion: agent.githedgehog.com/v1beta1\nkind: Agent\nmetadata: {name: s}\nspec: {}\n",
    );
    let said = lab
        .hnp(&["validate"])
        .code(1)
        .says("error[ING-01]")
        .says("warning[ING-03]")
        .says("error[SCH-25]");
    assert!(
        said.out.contains("net/managed/servers/a.yaml:4:9")
            && said.out.contains("net/managed/vpcs/copy.yaml:4:9")
    );
    assert!(!said.out.contains("README"), "{}", said.out);
    lab.hnp(&["status"]).code(0).says("hnp tidy");
}

#[test]
fn fix_applies_what_is_certain_and_looks_again() {
    let lab = Sandbox::with_fabric();
    let text = "# kept\napiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: a\n  uid: 0f\nspec:\n  descripton: x  # why\nstatus:\n  applied: 1\n";
    lab.write("net/managed/servers/a.yaml", text);
    lab.hnp(&["validate"])
        .code(1)
        .says("`hnp validate --fix` mends");
    let before = lab.snapshot();
    lab.hnp(&["validate", "--fix", "--dry-run"])
        .says("would fix");
    assert_eq!(lab.snapshot(), before);
    lab.hnp(&["validate", "--fix"])
        .code(0)
        .says("fixed 3 place(s)");
    assert_eq!(
        lab.read("net/managed/servers/a.yaml"),
        "# kept\napiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: a\nspec:\n  description: x  # why\n"
    );
    let before = lab.snapshot();
    lab.hnp(&["validate", "--fix"]).code(0);
    assert_eq!(lab.snapshot(), before, "nothing is left to fix");
}

#[test]
fn fix_leaves_what_needs_a_person() {
    let lab = Sandbox::with_fabric();
    let text = server("a", "x").replace("description: x", "frobnicate: 1");
    lab.write("net/managed/servers/a.yaml", &text);
    lab.hnp(&["validate", "--fix"])
        .code(1)
        .never_says("--fix` mends");
    assert_eq!(lab.read("net/managed/servers/a.yaml"), text);
    lab.hnp(&["validate", "--fix", "net"]).code(2);
    lab.hnp(&["validate", "net/managed/servers/a.yaml"])
        .code(1)
        .never_says("--fix` mends");
}

#[test]
fn a_wrong_configuration_is_shown_with_its_place() {
    let lab = Sandbox::with_fabric();
    let config = lab.read(".hnp/config.toml");
    let line = config.lines().count() + 1;
    for (addition, column, words) in [
        ("relase = \"x\"", 1, "release"),
        ("[fabric.prod]\ndirectory = \"../x\"", 13, "climbs"),
        ("[ingest]\nstrict = \"yes\"", 10, "true or false"),
        ("[rules.severity]\n\"ING-99\" = \"off\"", 1, ""),
        ("this is no toml", 6, ""),
    ] {
        let text = if addition.starts_with("relase") {
            format!("{addition}\n{config}")
        } else {
            format!("{config}{addition}\n")
        };
        lab.write(".hnp/config.toml", text);
        let at = if addition.starts_with("relase") {
            1
        } else {
            line + addition.lines().count() - 1
        };
        for command in ["validate", "ingest", "status", "tidy"] {
            let said = lab.hnp(&[command]);
            assert_eq!(said.code, 2, "{command} {addition}: {}", said.err);
            assert!(said.err.contains(words), "{addition}: {}", said.err);
            if !addition.contains("ING-99") {
                assert!(
                    said.err
                        .contains(&format!(".hnp/config.toml:{at}:{column}: ")),
                    "{addition}: {}",
                    said.err
                );
            }
        }
        lab.hnp(&["doctor"]).code(3).says("FAIL config");
    }
}

#[test]
fn the_output_is_the_same_bytes_at_any_thread_count() {
    let lab = Sandbox::with_fabric();
    for n in 0..60 {
        let text = match n % 4 {
            0 => bad_server(&format!("s-{n}")),
            1 => "kind: [\n".to_owned(),
            2 => server("same", "x"),
            _ => server(&format!("s-{n}"), "x"),
        };
        lab.write(&format!("net/managed/servers/s-{n}.yaml"), text);
        lab.write(&format!("net/raw/s-{n}.yaml"), bad_server("r"));
    }
    for format in ["human", "json", "sarif"] {
        let mut first: Option<String> = None;
        for n in 0..20 {
            for threads in ["1", "2", "16"] {
                let said = run(lab
                    .command(&["validate", "--format", format])
                    .env("RAYON_NUM_THREADS", threads));
                assert_eq!(said.code, 1);
                let first = first.get_or_insert_with(|| said.out.clone());
                assert!(*first == said.out, "run {n} with {threads} threads differs");
            }
        }
    }
}

#[test]
fn colours_follow_the_usual_wishes() {
    let place = Sandbox::plain();
    place.write("bad.yaml", bad_server("a"));
    let colored = |args: &[&str], env: &[(&str, &str)]| {
        let mut command = place.command(&[&["validate", "bad.yaml"], args].concat());
        for (name, value) in env {
            command.env(name, value);
        }
        run(&mut command).code(1).out.contains("\u{1b}[")
    };
    assert!(!colored(&[], &[]), "a pipe is no terminal");
    assert!(colored(&["--color", "always"], &[]));
    assert!(
        colored(&["--color", "always"], &[("NO_COLOR", "1")]),
        "what was typed wins"
    );
    assert!(colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!colored(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!colored(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    for format in ["json", "sarif", "gitlab", "junit", "github"] {
        assert!(
            !colored(&["--color", "always", "--format", format], &[]),
            "{format}"
        );
    }
}

#[test]
fn quiet_says_only_what_is_wrong() {
    let lab = Sandbox::with_fabric();
    let said = lab.hnp(&["validate", "--quiet"]).code(0);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
    lab.write("net/managed/servers/a.yaml", bad_server("a"));
    lab.hnp(&["validate", "--quiet"]).code(1).says("SCH-01");
}

#[test]
fn the_release_decides_what_a_kind_has() {
    let place = Sandbox::plain();
    place.write(
        "g.yaml",
        "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: GatewayGroup\nmetadata: {name: g}\nspec: {}\n",
    );
    place.hnp(&["validate", "g.yaml"]).code(0);
    place
        .hnp(&["validate", "g.yaml", "--release", "24.09"])
        .code(1)
        .says("SCH-30");
    place
        .hnp(&["validate", "g.yaml", "--release", "99.01"])
        .code(2)
        .says("26.03-preview");
}
