//! Bombs, noise and floods.

use std::fs;
use std::time::{Duration, Instant};

use crate::crash_support::{FABRIC, Numbers, vpc};
use crate::{fabric, harmless, managed_files, pending, withstand};

/// Checks a text as a drop and as a managed file, within a time.
#[track_caller]
fn digest(what: &str, bytes: &[u8]) {
    let start = Instant::now();
    let sandbox = fabric();
    sandbox.write(pending("hostile.yaml"), bytes);
    sandbox.write(pending("good.yaml"), vpc("good", 1));
    let said = withstand(&sandbox);
    assert_eq!(said.code, Some(1), "{what}: {}", said.all());
    assert!(said.out.contains("hostile.yaml"), "{what}: {}", said.all());
    let refused = fs::read(
        sandbox
            .root
            .join(format!("{FABRIC}/raw/errors/hostile.yaml")),
    )
    .unwrap();
    assert!(refused == bytes, "{what}: changed on its way");
    assert_eq!(managed_files(&sandbox), ["vpcs/good.yaml"], "{what}");
    sandbox.write(format!("{FABRIC}/managed/vpcs/hostile.yaml"), bytes);
    let said = sandbox.hnp(&["validate"]).expect(&[1]).says("hostile.yaml");
    harmless(&said, what);
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{what}: {:?}",
        start.elapsed()
    );
}

#[test]
fn bombs_are_refused() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let aliases = vec![format!("*a{}", n - 1); 9].join(", ");
        bomb.push_str(&format!("a{n}: &a{n} [{aliases}]\n"));
    }
    digest("aliases", bomb.as_bytes());
    let mut merges = "m0: &m0 {k: v}\n".to_owned();
    for n in 1..40 {
        merges.push_str(&format!(
            "m{n}: &m{n} {{<<: [*m{0}, *m{0}], a: *m{0}, b: *m{0}}}\n",
            n - 1
        ));
    }
    digest("merges", merges.as_bytes());
    digest("flow nesting", "[".repeat(20_000).as_bytes());
    digest("map nesting", "{a: ".repeat(20_000).as_bytes());
    digest("sequence nesting", "- ".repeat(20_000).as_bytes());
    let mut deep = String::new();
    for n in 0..2_000 {
        deep.push_str(&" ".repeat(n));
        deep.push_str("a:\n");
    }
    digest("block nesting", deep.as_bytes());
}

#[test]
fn huge_files_are_refused() {
    let mut huge = vpc("huge", 1);
    while huge.len() < 9 << 20 {
        huge.push_str("# and on, and on, and on, and on, and on, and on, and on, and on, and on\n");
    }
    digest("9 MiB", huge.as_bytes());
}

#[test]
fn arbitrary_bytes_are_refused() {
    let mut numbers = Numbers(7);
    let noise: Vec<u8> = (0..20_000).map(|_| numbers.below(256) as u8).collect();
    digest("noise", &noise);
    digest("zeros", &[0; 5_000]);
    digest("invalid UTF-8", b"kind: \xff\xfe\n");
    digest("UTF-16", &[0xff, 0xfe, b'k', 0, b':', 0]);
    digest(
        "conflict",
        b"<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other\n",
    );
    digest("escape", b"kind: \"\x1b[2J\"\n");
    digest(
        "C1 and bidi",
        "kind: \u{9b}31m \u{202e}\nmetadata: \u{2066}\n".as_bytes(),
    );
    digest("carriage returns", b"a: 1\ra: 2\rkind: x\r");
    digest("many documents", "---\nx\n".repeat(5_000).as_bytes());
    // Structure with noise in it gets further into the checks.
    let words = [
        "---\n",
        "kind: VPC\n",
        "metadata:\n",
        "  name: x\n",
        "spec:\n",
        "? ",
        ": ",
        "&a ",
        "*a",
        "<<: ",
        "!!binary ",
        "|\n",
        ">-\n",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "'",
        "\"",
        "\t",
        "  ",
        "\n",
        "#",
        "items:\n",
        "kind: List\n",
        "é",
        "\u{feff}",
        "...\n",
        "apiVersion: vpc.githedgehog.com/v1beta1\n",
        "1e999",
        "0x",
        "~",
        "%YAML 1.2\n",
        "\u{0}",
    ];
    for round in 0..6 {
        let mut text = "k: [\n".to_owned();
        for _ in 0..400 {
            text.push_str(words[usize::try_from(numbers.below(words.len() as u64)).unwrap()]);
        }
        digest(&format!("soup {round}"), text.as_bytes());
    }
}
