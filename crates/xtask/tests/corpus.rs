//! What a generated corpus promises as files: exact numbers, the same bytes, the standard paths, a human hand.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use support::{SIZES, fabric, kinds, text_of};
use xtask::corpus::{Layout, MAX_SIZE, MIN_SIZE, Recipe, generate};

#[test]
fn the_same_recipe_gives_the_same_bytes_and_another_seed_others() {
    for layout in [Layout::Managed, Layout::Drop, Layout::SingleFile] {
        let recipe = Recipe::new(500).unwrap().with_layout(layout);
        let files = generate(&recipe);
        assert!(files == generate(&recipe));
        assert!(files != generate(&recipe.with_seed(2)));
        assert!(
            files.windows(2).all(|pair| pair[0].path < pair[1].path),
            "ordered by path, no path twice"
        );
    }
}

#[test]
fn every_size_is_exact() {
    for size in (MIN_SIZE..MAX_SIZE)
        .step_by(97)
        .chain([MAX_SIZE, 999, 1_000, 1_250, 2_500, 5_200])
    {
        assert_eq!(kinds(&fabric(size)).values().sum::<usize>(), size);
    }
    assert!(Recipe::new(MIN_SIZE - 1).is_err());
    assert!(Recipe::new(MAX_SIZE + 1).is_err());
}

#[test]
fn recipes_have_their_proportions() {
    let expected = [
        (
            50,
            [
                ("Switch", 6),
                ("SwitchGroup", 1),
                ("Server", 8),
                ("Connection", 17),
                ("VPC", 3),
                ("VPCAttachment", 5),
            ],
        ),
        (
            500,
            [
                ("Switch", 24),
                ("SwitchGroup", 11),
                ("Server", 136),
                ("Connection", 219),
                ("VPC", 20),
                ("VPCAttachment", 70),
            ],
        ),
        (
            5_000,
            [
                ("Switch", 42),
                ("SwitchGroup", 9),
                ("Server", 256),
                ("Connection", 2_323),
                ("VPC", 31),
                ("VPCAttachment", 2_307),
            ],
        ),
        (
            10_000,
            [
                ("Switch", 82),
                ("SwitchGroup", 17),
                ("Server", 512),
                ("Connection", 5_155),
                ("VPC", 62),
                ("VPCAttachment", 4_120),
            ],
        ),
    ];
    for (size, numbers) in expected {
        let found = kinds(&fabric(size));
        for (kind, number) in numbers {
            assert_eq!(found[kind], number, "{kind} of {size}");
        }
        for kind in [
            "IPv4Namespace",
            "VLANNamespace",
            "VPCPeering",
            "External",
            "ExternalAttachment",
            "ExternalPeering",
        ] {
            assert!(found[kind] > 0, "{kind} of {size}");
        }
    }
}

#[test]
fn text_and_plan_hold_the_same_resources() {
    for size in SIZES {
        let mut in_text: BTreeMap<String, usize> = BTreeMap::new();
        for line in text_of(size).lines() {
            if let Some(kind) = line.strip_prefix("kind: ") {
                *in_text.entry(kind.to_owned()).or_default() += 1;
            }
        }
        let planned = kinds(&fabric(size));
        assert_eq!(
            in_text,
            planned
                .iter()
                .map(|(&kind, &number)| (kind.to_owned(), number))
                .collect()
        );
    }
}

#[test]
fn managed_files_stand_where_the_standard_template_puts_them() {
    let files = generate(&Recipe::new(500).unwrap());
    assert_eq!(files.len(), 500);
    for path in [
        "managed/vpcs/vpc-01.yaml",
        "managed/vpcs/vpcpeering_vpc-01--vpc-02.yaml",
        "managed/externals/edge-1.yaml",
        "managed/externals/ipv4namespace_default.yaml",
        "managed/externals/vlannamespace_tenants-b.yaml",
        "managed/switches/leaf-01.yaml",
        "managed/switches/switchgroup_eslag-01.yaml",
        "managed/servers/server-001.yaml",
        "managed/connections/spine-01--fabric--leaf-01.yaml",
    ] {
        assert!(files.iter().any(|file| file.path == path), "{path}");
    }
    let dropped = generate(&Recipe::new(500).unwrap().with_layout(Layout::Drop));
    assert!(
        dropped.len() < 12
            && dropped
                .iter()
                .all(|file| file.path.starts_with("raw/pending/"))
    );
    assert_eq!(
        generate(&Recipe::new(500).unwrap().with_layout(Layout::SingleFile)).len(),
        1
    );
}

#[test]
fn files_are_written_in_more_than_one_hand() {
    let text = text_of(500);
    for sign in [
        "\n# ",
        "  # ",
        "groups: [",
        "groups:\n",
        "links:\n  ",
        "links:\n    ",
        "- {server: {port: ",
    ] {
        assert!(text.contains(sign), "no {sign:?}");
    }
}
