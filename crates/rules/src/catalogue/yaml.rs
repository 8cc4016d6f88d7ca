//! What the YAML reader refuses.

use super::{Family, NEW, Rule};

pub(super) const FAMILY: Family = Family {
    title: "YAML",
    about: "The text itself. A document with one of these cannot be read, so no other rule looks at it; the documents beside it in the file are checked all the same.",
    parts: &[RULES],
};

static RULES: &[Rule] = &[
    Rule {
        code: "YAML-01",
        title: "not UTF-8",
        what: "A byte of the file is not UTF-8. Legacy encodings and UTF-16 are not read.",
        why: "No Kubernetes tool reads such a file, and an editor may show other characters than were meant.",
        fix: "Save the file as UTF-8. `file -i` or the editor's status line tells which encoding it has.",
        upstream: Some("yaml: invalid leading UTF-8 octet"),
        ..NEW
    },
    Rule {
        code: "YAML-02",
        title: "file too large",
        what: "The file is larger than `limits.file_bytes`, 8 MiB unless configured.",
        why: "The limit keeps one file from taking the memory and time of a hook.",
        fix: "Split the file: hnp keeps one resource a file anyway. Where such a file is really meant, raise `limits.file_bytes` in .hnp/config.toml.",
        ..NEW
    },
    Rule {
        code: "YAML-03",
        title: "YAML syntax",
        what: "The text is not YAML. The finding points to where reading stopped; the cause is there or on the line before.",
        why: "Nothing after that place can be read, and no Kubernetes tool takes the file.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: rack 4: left side
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: \"rack 4: left side\"
",
        ),
        fix: "Correct the text. The usual causes: a colon or `#` in text without quotes, an indentation that fits no line above, a bracket or quote that is never closed.",
        upstream: Some("yaml: mapping values are not allowed in this context"),
        ..NEW
    },
    Rule {
        code: "YAML-04",
        title: "tab in the indentation",
        what: "A tab stands where YAML wants spaces.",
        why: "YAML forbids it, since nobody can say how wide a tab is.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
\tdescription: rack 4
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: rack 4
",
        ),
        fix: "Indent with spaces, and tell the editor to do so in YAML files.",
        upstream: Some("yaml: found character that cannot start any token"),
        ..NEW
    },
    Rule {
        code: "YAML-05",
        title: "duplicate key",
        what: "One key stands twice in one map, or a key is set beside a merge key `<<` that sets it too.",
        why: "Readers disagree on which of the two counts: some take the last, kubectl's strict reading refuses the file. What is applied may not be what was reviewed.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: rack 4
  description: rack 5
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: rack 5
",
        ),
        fix: "Keep one of the two. Where two list items were meant, each needs its own `- `.",
        upstream: Some("key \"description\" already set in map"),
        ..NEW
    },
    Rule {
        code: "YAML-06",
        title: "text after `---`",
        what: "Something other than a comment follows `---` or `...` on its line.",
        why: "kubectl and Argo CD split files at these lines and drop the rest of the line without a word: the resource is never applied.",
        wrong: Some(
            "--- {apiVersion: wiring.githedgehog.com/v1beta1, kind: Server, metadata: {name: server-01}, spec: {}}
",
        ),
        right: Some(
            "--- # the only server
{apiVersion: wiring.githedgehog.com/v1beta1, kind: Server, metadata: {name: server-01}, spec: {}}
",
        ),
        fix: "Start the document on the line after `---`. A comment may stay.",
        ..NEW
    },
    Rule {
        code: "YAML-07",
        title: "document after `...`",
        what: "A document follows the line `...`, which ends a document. At the end of the file the line is welcome.",
        why: "kubectl and Argo CD split files at `---` only and read nothing after `...`: the document is never applied.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec: {}
...
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-02
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec: {}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-02
spec: {}
...
",
        ),
        fix: "Write `---` in place of `...`.",
        ..NEW
    },
    Rule {
        code: "YAML-08",
        title: "undefined alias",
        what: "An alias `*name` names no anchor `&name` that stands before it in the same document.",
        why: "Anchors end with their document. A reader has no value to put there.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: &rack rack 4
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-02
spec:
  description: *rack
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: rack 4
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-02
spec:
  description: rack 4
",
        ),
        fix: "Write the value out, or define the anchor earlier in the same document. Text that starts with `*` needs quotes.",
        upstream: Some("yaml: unknown anchor 'rack' referenced"),
        ..NEW
    },
    Rule {
        code: "YAML-09",
        title: "aliases expand without end",
        what: "The aliases of a document stand for more values than `limits.alias_nodes` (10,000 unless configured), or an alias stands inside the value it repeats. The finding names the alias that goes too far.",
        why: "A few lines can expand to billions of values and take a reader's memory.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  annotations: &own
    example.com/copy: *own
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  annotations:
    example.com/copy: none
spec: {}
",
        ),
        fix: "Write the values out. Where so many are really meant, raise `limits.alias_nodes` in .hnp/config.toml.",
        upstream: Some("yaml: document contains excessive aliasing"),
        ..NEW
    },
    Rule {
        code: "YAML-10",
        title: "nested too deep",
        what: "Maps and lists are nested deeper than `limits.depth`, 64 unless configured. The finding names the first that is too deep.",
        why: "No Hedgehog resource nests deeper than about a dozen levels, and deep nesting is a way to overflow a reader's stack.",
        fix: "Look for brackets that are opened and never closed.",
        upstream: Some("yaml: exceeded max depth of 10000"),
        ..NEW
    },
    Rule {
        code: "YAML-11",
        title: "merge conflict markers",
        what: "The lines `<<<<<<<`, `=======` and `>>>>>>>` of an unfinished merge stand in the file.",
        why: "The file holds both sides of the conflict, so it is neither.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
<<<<<<< HEAD
  description: rack 4
=======
  description: rack 5
>>>>>>> move-racks
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: rack 5
",
        ),
        fix: "Choose a side, or put the two together, and remove the three marker lines.",
        ..NEW
    },
    Rule {
        code: "YAML-12",
        title: "bad merge key",
        what: "The value of the merge key `<<` is neither a map nor a list of maps.",
        why: "There is nothing to merge, and readers refuse the document.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  annotations:
    <<: rack-4
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  labels: &place
    example.com/rack: r4
  annotations:
    <<: *place
spec: {}
",
        ),
        fix: "Give `<<` an alias of a map. Where a key called `<<` is meant, put it in quotes.",
        upstream: Some("yaml: map merge requires map or sequence of maps as the value"),
        ..NEW
    },
    Rule {
        code: "YAML-13",
        title: "value without a JSON form",
        what: "A value is infinity or not a number, or its text contradicts its tag, such as `!!int abc`.",
        why: "Kubernetes turns YAML into JSON, and JSON has no such value.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: .inf
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: \".inf\"
",
        ),
        fix: "Put the value in quotes if text is meant; else write a number.",
        upstream: Some("json: unsupported value: +Inf"),
        ..NEW
    },
    Rule {
        code: "YAML-14",
        title: "key is a map or a list",
        what: "A key of a map is itself a map or a list.",
        why: "JSON, and so Kubernetes, knows only strings as keys.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  annotations:
    ? [rack, row]
    : r4
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  annotations:
    rack-row: r4
spec: {}
",
        ),
        fix: "Write the key as a string. A value such as `{{ name }}` is a template that was never filled in: two braces are a map in a map.",
        ..NEW
    },
    Rule {
        code: "YAML-15",
        title: "YAML directive",
        what: "A line starts with `%`, such as `%YAML 1.2` or `%TAG`.",
        why: "kubectl splits a file before it reads it and cannot read a directive that stands before a `---`.",
        wrong: Some(
            "%YAML 1.2
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec: {}
",
        ),
        right: Some(
            "---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec: {}
",
        ),
        fix: "Remove the line.",
        ..NEW
    },
    Rule {
        code: "YAML-16",
        title: "control character",
        what: "A control character that YAML does not allow stands in the text, such as NUL or the escape character.",
        why: "Readers refuse it, and in a terminal it can hide what the file says.",
        fix: "Remove the character. Where it is meant, write it as an escape such as `\"\\x07\"` in double quotes.",
        upstream: Some("yaml: control characters are not allowed"),
        ..NEW
    },
];
