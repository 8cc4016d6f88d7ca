//! What a value is called by must be what its document is called by.
#![allow(clippy::unwrap_used)]

use hnp_model::canonical::canonical_json;
use hnp_model::manifests;
use hnp_sync::gui::{canonical, id_of};
use hnp_yaml::{Document, Node, Options, emit_document, parse};
use proptest::prelude::*;

fn scalar() -> impl Strategy<Value = Node> {
    prop_oneof![
        Just(Node::Null),
        any::<bool>().prop_map(Node::Bool),
        any::<i64>().prop_map(Node::Int),
        (i64::MAX as u64..).prop_map(Node::UInt),
        (-1e25f64..1e25).prop_map(Node::Float),
        prop::sample::select(vec![0.0, -0.0, 1.0, 1.5, 1e21, 1e-7, f64::MAX]).prop_map(Node::Float),
        prop::sample::select(vec![
            "", "default", "on", "1_000", "0x1F", "null", "a: b", "VPC", "x/v1"
        ])
        .prop_map(|text| Node::Str(text.to_owned())),
        "[ -~é\\n]{0,12}".prop_map(Node::Str),
    ]
}

fn node() -> impl Strategy<Value = Node> {
    scalar().prop_recursive(3, 24, 5, |inner| {
        let key = prop_oneof![
            prop::sample::select(vec![
                "apiVersion",
                "kind",
                "metadata",
                "name",
                "namespace",
                "items"
            ])
            .prop_map(str::to_owned),
            "[a-z. ]{0,5}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Node::Seq),
            prop::collection::btree_map(key, inner, 0..5)
                .prop_map(|map| Node::Map(map.into_iter().rev().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_is_called_as_its_document_is(entries in prop::collection::btree_map("[a-zA-Z]{1,9}", node(), 0..5)) {
        let node = Node::Map(entries.into_iter().collect());
        let stream = parse(emit_document(&node), &Options::default());
        let root = stream.documents().find_map(Document::root).unwrap();
        prop_assert_eq!(canonical(&node), canonical_json(root));
        let first = manifests(&stream).first().and_then(|manifest| manifest.id());
        prop_assert_eq!(id_of(&node), first);
    }

    #[test]
    fn a_manifest_is_told_by_its_own_words(
        api in scalar(), kind in scalar(), metadata in node(), items in node(), spec in node(),
    ) {
        let field = |key: &str, value: Node| (key.to_owned(), value);
        let node = Node::Map(vec![
            field("apiVersion", api), field("kind", kind), field("metadata", metadata), field("items", items), field("spec", spec),
        ]);
        let stream = parse(emit_document(&node), &Options::default());
        let first = manifests(&stream).first().and_then(|manifest| manifest.id());
        prop_assert_eq!(id_of(&node), first);
    }
}
