//! What hnp may do to its own branch.
#![allow(clippy::unwrap_used)]

use hnp_sync::forge::{Ahead, Copy, Next, Source, Standing, next, source};

const BASE: &str = "base";

fn own(id: &str, tree: &str, parent: &str) -> Ahead {
    Ahead {
        id: id.to_owned(),
        tree: tree.to_owned(),
        parents: vec![parent.to_owned()],
        message: format!(
            "HNP Sync: lab\n\nHnp-Op: 1\nHnp-Action: bidirectional\nHnp-Tree: {tree}\n"
        ),
        committer: "hnp".to_owned(),
        only_state: false,
    }
}

fn branch(ahead: Vec<Ahead>) -> Standing {
    Standing {
        tip: Some(ahead.first().map_or("merged".to_owned(), |c| c.id.clone())),
        tree: ahead.first().map(|c| c.tree.clone()),
        ahead,
        checked_out: None,
    }
}

fn write(from: Option<&str>) -> Next {
    Next::Write {
        from: from.map(str::to_owned),
    }
}

#[test]
fn nothing_is_made_for_nothing_and_nothing_is_made_twice() {
    let none = Standing::default();
    assert_eq!(next(&none, BASE, None), Next::Nothing);
    assert_eq!(next(&none, BASE, Some("t")), write(None));
    let made = branch(vec![own("c", "t", BASE)]);
    assert_eq!(next(&made, BASE, Some("t")), Next::Nothing);
    assert_eq!(next(&made, BASE, Some("other")), write(Some("c")));
    assert_eq!(next(&made, "later", Some("t")), write(Some("c")));
    assert_eq!(
        next(&made, BASE, None),
        Next::Remove {
            tip: "c".to_owned()
        }
    );
    // One that was merged has nothing ahead of its base.
    let merged = branch(Vec::new());
    assert_eq!(
        next(&merged, BASE, None),
        Next::Remove {
            tip: "merged".to_owned()
        }
    );
    assert_eq!(next(&merged, BASE, Some("t")), write(Some("merged")));
}

#[test]
fn what_somebody_else_did_is_never_touched() {
    let foreign = |change: &dyn Fn(&mut Ahead)| {
        let mut commit = own("f", "t", "c");
        change(&mut commit);
        branch(vec![commit, own("c", "t", BASE)])
    };
    let others: [&dyn Fn(&mut Ahead); 5] = [
        // Typed by hand, amended, rebased, merged, or with a trailer that was copied.
        &|commit| commit.message = "My own opinion".to_owned(),
        &|commit| commit.tree = "amended".to_owned(),
        &|commit| commit.message = commit.message.replace("Hnp-Tree: t", "Hnp-Tree: before"),
        &|commit| commit.parents.push("main".to_owned()),
        &|commit| {
            commit.message = "Mine\n\nHnp-Op: 1\nHnp-Action: conflict_resolution\n".to_owned();
        },
    ];
    for change in others {
        for wish in [None, Some("t"), Some("other")] {
            let step = next(&foreign(change), BASE, wish);
            assert!(matches!(step, Next::Frozen { .. }), "{wish:?}: {step:?}");
        }
    }
    // An answer of `hnp resolve`, committed by whoever gave it, is no opinion on the rest.
    let answer = foreign(&|commit| {
        commit.message = "hnp: Resolve\n\nHnp-Op: 2\nHnp-Action: conflict_resolution\n".to_owned();
        (commit.tree, commit.only_state) = ("answered".to_owned(), true);
    });
    assert_eq!(next(&answer, BASE, Some("other")), write(Some("f")));
}

#[test]
fn a_branch_that_is_checked_out_stays() {
    let mut there = branch(vec![own("c", "t", BASE)]);
    there.checked_out = Some("/somewhere".to_owned());
    assert_eq!(next(&there, BASE, Some("t")), Next::Nothing);
    for wish in [None, Some("other")] {
        let step = next(&there, BASE, wish);
        assert!(matches!(step, Next::CheckedOut { .. }), "{step:?}");
    }
}

#[test]
fn the_copy_that_counts() {
    let person = |id: &str, parent: &str| Ahead {
        message: "My own opinion\n".to_owned(),
        ..own(id, "p", parent)
    };
    let answer = |id: &str, parent: &str| Ahead {
        message: "hnp: Resolve\n\nHnp-Op: 2\nHnp-Action: conflict_resolution\n".to_owned(),
        only_state: true,
        ..own(id, "a", parent)
    };
    let copy = |name: &str, ahead: Vec<Ahead>| Copy {
        name: format!("{name}/b"),
        standing: branch(ahead),
    };
    let made = || own("t1", "t", BASE);
    let none = Standing::default();
    assert_eq!(source(&none, &[]), Source::Nowhere);
    let merged = [copy("origin", Vec::new())];
    assert_eq!(source(&none, &merged), Source::Nowhere);
    let plain = [copy("origin", vec![made()])];
    assert_eq!(source(&none, &plain), Source::Remote(&plain[0]));
    // Made anew here since it was pushed: nothing of anybody's is lost.
    let anew = branch(vec![own("t2", "u", BASE)]);
    assert_eq!(source(&anew, &plain), Source::Here);
    for words in [person("w", "t1"), answer("w", "t1")] {
        let ahead = vec![words.clone(), made()];
        let copies = [copy("origin", ahead.clone())];
        assert_eq!(source(&none, &copies), Source::Remote(&copies[0]));
        assert_eq!(source(&branch(ahead.clone()), &copies), Source::Here);
        assert_eq!(source(&anew, &copies), Source::Apart(&copies[0]));
        let on_top = branch([vec![person("x", "w")], ahead].concat());
        assert_eq!(source(&on_top, &copies), Source::Here);
        // Of several remotes the one that has all words; where none has, nobody can tell.
        let two = [plain[0].clone(), copy("work", vec![words, made()])];
        assert_eq!(source(&none, &two), Source::Remote(&two[1]));
        let torn = [
            copy("origin", vec![person("y", "t1"), made()]),
            two[1].clone(),
        ];
        assert_eq!(source(&none, &torn), Source::Apart(&torn[0]));
    }
}
