//! Reading: scalars, spans, refusals with their places.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use hnp_yaml::{Kind, Options, ProblemKind, Reading, Stream, parse};

fn read(text: &str) -> Stream {
    parse(text, &Options::with_comments())
}

/// `kind line:column` of every problem.
fn problems(text: &str) -> Vec<String> {
    let stream = read(text);
    let lines = stream.lines();
    stream
        .problems()
        .iter()
        .map(|problem| {
            let at = lines.position(problem.span.start as usize);
            format!("{:?} {}:{}", problem.kind, at.line, at.column)
        })
        .collect()
}

#[test]
fn spans_cover_keys_and_values() {
    let text = "a: &x \"q\"\nb: [1, {c: d}]\ne:\n- f\n-\ng: |\n  text\n\n  more\n\nh: *x\ni: !!str 5\nj:\n  k: plain\n    multi\n  # end\nl:\n";
    let stream = read(text);
    assert_eq!(stream.problems(), []);
    let root = stream.document(0).unwrap().root().unwrap();
    let slice = |key: &str| &text[root.get(key).unwrap().span().range()];
    assert_eq!(slice("a"), "\"q\"");
    assert_eq!(slice("b"), "[1, {c: d}]");
    assert_eq!(slice("e"), "- f\n-");
    assert_eq!(slice("g"), "|\n  text\n\n  more");
    assert_eq!(slice("h"), "*x");
    assert_eq!(slice("i"), "5");
    assert_eq!(slice("j"), "k: plain\n    multi");
    assert_eq!(slice("l"), "");
    assert_eq!(root.get("h").unwrap().as_str(), Some("q"));
    assert_eq!(root.get("i").unwrap().as_str(), Some("5"));
    assert_eq!(root.get("g").unwrap().as_str(), Some("text\n\nmore\n"));
    assert_eq!(
        root.get("j").unwrap().get("k").unwrap().as_str(),
        Some("plain multi")
    );
    assert!(root.get("l").unwrap().is_null());
    let full = root.get("a").unwrap().full_span();
    assert_eq!(&text[full.range()], "&x \"q\"");
    let items: Vec<_> = root.get("e").unwrap().items().collect();
    assert_eq!(items.len(), 2);
    assert!(items[1].is_null());
    assert_eq!(stream.comments().len(), 1);
    for entry in root.entries() {
        assert_eq!(&text[entry.key_span.range()], entry.key);
    }
}

#[test]
fn refusals_name_the_place_in_the_whole_file() {
    let first = "a: 1\n---\nb: 2\n---\n";
    assert_eq!(
        problems(&format!("{first}c: 1\nc: 2\n")),
        ["DuplicateKey 6:1"]
    );
    assert_eq!(
        problems(&format!("{first}c: *nope\n")),
        ["UndefinedAlias 5:4"]
    );
    assert_eq!(problems(&format!("{first}c:\n\td: 1\n")), ["TabIndent 6:1"]);
    // The scanner names the scalar that runs into the tab.
    assert_eq!(
        problems(&format!("{first}c:\n  d: x\n\te: 1\n")),
        ["TabIndent 7:1"]
    );
    assert_eq!(problems(&format!("{first}c: [1\n")), ["Syntax 5:4"]);
    assert_eq!(problems("a: &x 1\n---\nb: *x\n"), ["UndefinedAlias 3:4"]);
    assert_eq!(problems("a: 1\n--- {b: 2}\n"), ["TextAfterSeparator 2:5"]);
    assert_eq!(problems("a: 1\n...\nb: 2\n"), ["DocumentAfterEnd 3:1"]);
    assert_eq!(problems("a: 1\n...\n---\nb: 2\n"), ["DocumentAfterEnd 4:1"]);
    assert_eq!(problems("a: 1\n...\n# fine\n"), [""; 0]);
    assert_eq!(problems("a: 1\n--- # fine\nb: 2\n"), [""; 0]);
    assert_eq!(
        problems("x:\n<<<<<<< HEAD\n  a: 1\n=======\n  a: 2\n>>>>>>> x\n"),
        ["ConflictMarkers 2:1"]
    );
    assert_eq!(
        problems("x: |\n  <<<<<<< HEAD\n  =======\n  >>>>>>> x\ny: '======='\n"),
        [""; 0]
    );
    assert_eq!(problems("a: .inf\n"), ["Unreadable 1:4"]);
    assert_eq!(problems("a: !!int x\n"), ["Unreadable 1:10"]);
    assert_eq!(problems("? [a]\n: 1\n"), ["KeyNotScalar 1:3"]);
    assert_eq!(problems("%YAML 1.2\n---\na: 1\n"), ["Directive 1:1"]);
    assert_eq!(problems("a: &x [*x]\n"), ["AliasBomb 1:8"]);
    assert_eq!(
        problems("a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n"),
        ["DuplicateKey 4:3"]
    );
    assert_eq!(problems("c:\n  <<: 5\n"), ["BadMerge 2:7"]);
    assert_eq!(problems("\u{feff}a: 1\na: 2\n"), ["DuplicateKey 2:1"]);
    assert_eq!(problems("\u{feff}é: {a: 1, a: 2}\n"), ["DuplicateKey 1:11"]);
    assert_eq!(problems("on: 1\n\"true\": 2\n"), ["DuplicateKey 2:1"]);
}

#[test]
fn one_broken_document_does_not_hide_the_others() {
    let stream = read("a: 1\n---\nb: [\n---\nc: 3\n");
    let roots: Vec<bool> = stream.documents().map(|d| d.root().is_some()).collect();
    assert_eq!(roots, [true, false, true]);
    assert!(stream.document(1).unwrap().is_broken());
}

#[test]
fn many_keys_stay_linear_and_duplicates_are_found() {
    use std::fmt::Write;
    let mut text = String::new();
    for n in 0..100_000 {
        writeln!(text, "k{n}: 1").unwrap();
    }
    text.push_str("k7: 2\n");
    assert_eq!(problems(&text), ["DuplicateKey 100001:1"]);
}

#[test]
fn hostile_input_is_bounded() {
    let deep = format!("a: {}", "[".repeat(20_000));
    assert_eq!(problems(&deep), ["TooDeep 1:67"]);
    let block = (0..20_000).fold(String::new(), |mut text, n| {
        text.push_str(&" ".repeat(n.min(300)));
        text.push_str("k:\n");
        text
    });
    assert_eq!(read(&block).problems().len(), 1);
    assert_eq!(problems(&"- ".repeat(20_000)), ["TooDeep 1:129"]);
    let mut bomb = String::from("x0: &x0 [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n");
    for n in 1..9 {
        let before = format!("*x{}", n - 1);
        bomb.push_str(&format!(
            "x{n}: &x{n} [{}]\n",
            [before.as_str(); 9].join(",")
        ));
    }
    let found = problems(&bomb);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("AliasBomb "), "{found:?}");
    let stream = parse(b"a: \xff\xfe\n".to_vec(), &Options::default());
    assert_eq!(stream.problems()[0].kind, ProblemKind::NotUtf8);
    assert_eq!(stream.problems()[0].span.start, 3);
    let large = parse(vec![b'#'; (8 << 20) + 1], &Options::default());
    assert_eq!(large.problems()[0].kind, ProblemKind::TooLarge);
}

#[test]
fn merge_keys_are_read() {
    let stream = read("l: &l {a: x}\nm: &m {c: y}\nz:\n  <<: [*l, *m]\n  b: 1\n");
    assert_eq!(stream.problems(), []);
    let n = stream
        .document(0)
        .unwrap()
        .root()
        .unwrap()
        .get("z")
        .unwrap();
    let mut keys: Vec<_> = n.entries().map(|e| (e.key, e.merged)).collect();
    keys.sort_unstable();
    assert_eq!(keys, [("a", true), ("b", false), ("c", true)]);
    assert_eq!(n.kind(), Kind::Map);
}

/// The table of scalars with what Kubernetes makes of them; kept here in full, since it is the definition.
#[test]
fn scalars_read_as_kubernetes_does() {
    let json = |text: &str| -> String {
        let stream = read(&format!("v: {text}\n"));
        let Some(root) = stream.document(0).and_then(hnp_yaml::Document::root) else {
            return "refused".to_owned();
        };
        match root.get("v").unwrap().read() {
            Reading::Null => "null".to_owned(),
            Reading::Bool(b) => b.to_string(),
            Reading::Str(s) => format!("{s:?}"),
            number => number.key_text().into_owned(),
        }
    };
    for (text, want) in [
        ("yes", "true"),
        ("no", "false"),
        ("on", "true"),
        ("off", "false"),
        ("y", "true"),
        ("n", "false"),
        ("Y", "true"),
        ("True", "true"),
        ("TRUE", "true"),
        ("tRUE", "\"tRUE\""),
        ("~", "null"),
        ("null", "null"),
        ("Null", "null"),
        ("NULL", "null"),
        ("", "null"),
        ("0755", "493"),
        ("0o755", "493"),
        ("08", "8"),
        ("0x1F", "31"),
        ("0b11", "3"),
        ("1_000", "1000"),
        ("+1", "1"),
        ("22:22", "\"22:22\""),
        ("1:20:30", "\"1:20:30\""),
        ("1e3", "1000"),
        ("12e03", "12000"),
        ("1.0", "1"),
        (".5", "0.5"),
        ("1.", "1"),
        (".inf", "refused"),
        ("-.INF", "refused"),
        (".nan", "refused"),
        ("2024-01-01", "\"2024-01-01\""),
        ("=", "\"=\""),
        ("<<", "\"<<\""),
        ("!!str 1", "\"1\""),
        ("!!int \"1\"", "1"),
        ("!!binary aGk=", "\"hi\""),
        ("9223372036854775808", "9223372036854775808"),
        ("18446744073709551616", "18446744073709552000"),
        ("-0", "0"),
        ("1.10", "1.1"),
        ("0.1e-400", "0"),
        ("1e400", "\"1e400\""),
        ("-0b11", "-3"),
        ("0o8", "\"0o8\""),
        ("1__0", "10"),
        ("_1", "\"_1\""),
        ("0x", "\"0x\""),
        ("+18446744073709551615", "18446744073709552000"),
        ("nO", "\"nO\""),
        ("1.5e", "\"1.5e\""),
        ("-", "refused"),
        ("1-2", "\"1-2\""),
        ("10:20:30:40:50:10", "\"10:20:30:40:50:10\""),
    ] {
        assert_eq!(json(text), want, "`{text}`");
    }
}

/// The same table as it was measured, where it is at hand.
#[test]
fn scalars_read_as_measured() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/kubernetes-scalars.txt"
    );
    let Ok(table) = std::fs::read_to_string(path) else {
        eprintln!("skipped: the measured table of scalars is not here");
        return;
    };
    let mut rows = 0;
    for line in table.lines() {
        let (text, rest) = (line[..23].trim(), line[23..].trim_start());
        let stream = read(&format!("v: {text}\n"));
        let value = stream
            .document(0)
            .and_then(hnp_yaml::Document::root)
            .and_then(|root| root.get("v"));
        rows += 1;
        if rest.starts_with("ERR") {
            assert!(value.is_none(), "`{text}` must be refused");
            continue;
        }
        let want = rest.split("  ").next().unwrap().trim();
        let got = match value.unwrap().read() {
            Reading::Null => "null".to_owned(),
            Reading::Bool(b) => b.to_string(),
            Reading::Str(s) => format!("\"{}\"", s.replace('<', "\\u003c")),
            number => number.key_text().into_owned(),
        };
        assert_eq!(format!("{{\"v\":{got}}}"), want, "`{text}`");
    }
    assert!(rows > 40, "{rows} rows");
}

#[test]
fn lists_in_lists_and_empty_items_lie_after_their_own_dash() {
    let text = "- a\n- - b\n  -   # c\n-\n- - - d\n";
    let stream = read(text);
    let root = stream.document(0).unwrap().root().unwrap();
    let items: Vec<_> = root.items().collect();
    let slice = |value: hnp_yaml::Value<'_>| &text[value.span().range()];
    assert_eq!(slice(items[1]), "- b\n  -");
    assert_eq!(items[1].items().nth(1).unwrap().span().start, 13);
    assert_eq!(items[2].span().start, 21);
    assert_eq!(slice(items[3]), "- - d");
    assert_eq!(slice(items[3].items().next().unwrap()), "- d");
}

#[test]
fn a_carriage_return_that_ends_a_comment_is_no_panic() {
    for text in [
        "# x\r- |\n  b\n- c\n",
        "a:\n# -\r- |\n b\n - c\n",
        "a: # x\r- |\n\n- \n",
        "# x\r- &a |\n b\n-\n- *a\n",
        "# x\r- \n-\n",
    ] {
        let stream = read(text);
        if let Some(root) = stream.document(0).and_then(hnp_yaml::Document::root) {
            assert!(root.span().range().len() < text.len(), "{text:?}");
        }
    }
}
