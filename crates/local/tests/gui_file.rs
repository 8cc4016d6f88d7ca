//! The GUI that is a file.
#![allow(clippy::unwrap_used)]

use hnp_local::GuiFile;
use hnp_sync::gui::{Gui, GuiAction, GuiWrite, Pairing, id_of};
use hnp_yaml::{Node, Options, parse};

const LINEAGE: &str = "0b0c7a34-5a5c-4d3e-8f00-1d2c3b4a5f60";
const PAIRING: Pairing<'static> = Pairing {
    lineage: LINEAGE,
    commit: None,
    head: None,
};

fn server(description: &str) -> Node {
    let text = format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {{name: a}}\nspec: {{description: {description}}}\n"
    );
    let stream = parse(text, &Options::default());
    Node::from(stream.document(0).unwrap().root().unwrap())
}

fn put(description: &str, before: Option<i64>) -> GuiWrite {
    GuiWrite {
        id: id_of(&server("x")).unwrap(),
        fabric: "lab".to_owned(),
        before,
        action: GuiAction::Put(server(description)),
    }
}

#[test]
fn a_write_needs_the_revision_that_was_read() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["gui.json", "gui.yaml"] {
        let path = dir.path().join(name);
        let gui = GuiFile::new(&path);
        assert!(gui.snapshot().unwrap().resources.is_empty());
        assert!(gui.write(PAIRING, &[put("one", None)]).unwrap()[0].is_ok());
        let one = gui.snapshot().unwrap();
        assert_eq!(one.lineage.as_deref(), Some(LINEAGE));
        assert_eq!(one.resources[0].revision, 1);
        assert_eq!(one.resources[0].desired, Some(server("one")));
        let bytes = std::fs::read(&path).unwrap();
        // Somebody saved in between: it is new to the writer, of another revision, or gone.
        for stale in [None, Some(0), Some(2)] {
            assert!(gui.write(PAIRING, &[put("two", stale)]).unwrap()[0].is_err());
        }
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "not one byte");
        assert!(gui.write(PAIRING, &[put("two", Some(1))]).unwrap()[0].is_ok());
        assert_eq!(gui.snapshot().unwrap().resources[0].revision, 2);
        let delete = GuiWrite {
            action: GuiAction::Delete,
            ..put("", Some(2))
        };
        assert!(gui.write(PAIRING, &[delete]).unwrap()[0].is_ok());
        assert!(gui.snapshot().unwrap().resources.is_empty());
        assert_eq!(
            std::fs::read_dir(dir.path()).unwrap().count(),
            1,
            "no temporary file stays"
        );
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("gui.json");
    let server = r#"{"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server", "metadata": {"name": "a"}}"#;
    for (text, words) in [
        ("{", "line 1"),
        (r#"{"resources": []}"#, "`format` must be 1"),
        (r#"{"format": 1}"#, "`resources` must be a list"),
        (
            r#"{"format": 1, "resources": [], "complet": true}"#,
            "`complet`",
        ),
        (r#"{"format": 1, "resources": [{}]}"#, "none of `desired`"),
        (
            r#"{"format": 1, "resources": [{"desired": {"kind": "X"}}]}"#,
            "which resource",
        ),
        (
            &format!(
                r#"{{"format": 1, "resources": [{{"desired": {server}}}, {{"draft": {server}}}]}}"#
            ),
            "twice",
        ),
        (
            &format!(r#"{{"format": 1, "resources": [{{"revision": -1, "desired": {server}}}]}}"#),
            "whole number",
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = GuiFile::new(&path).snapshot().unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}

/// Saves a file as a careful program does: beside it, then in its place.
fn save(path: &std::path::Path, n: usize) {
    let mine = format!(
        r#"{{"format": 1, "resources": [{{"revision": {n}, "desired": {{"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server", "metadata": {{"name": "mine"}}, "spec": {{"description": "{n}"}}}}}}]}}"#
    );
    let beside = path.with_extension("saving");
    std::fs::write(&beside, mine).unwrap();
    std::fs::rename(&beside, path).unwrap();
}

fn of_mine(path: &std::path::Path) -> Option<i64> {
    let all = GuiFile::new(path).snapshot().unwrap();
    let mine = all.resources.iter().find(|one| one.id.name == "mine");
    mine.map(|one| one.revision)
}

#[test]
fn a_save_in_the_same_instant_is_not_lost() {
    // In memory, where a write takes little longer than the instant that is looked for.
    let memory = std::path::Path::new("/dev/shm");
    let dir = if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    };
    let path = dir.path().join("gui.json");
    save(&path, 0);
    let done = std::sync::atomic::AtomicBool::new(false);
    let mut gone = None;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let gui = GuiFile::new(&path);
            while !done.load(std::sync::atomic::Ordering::SeqCst) {
                // The saver knows nothing of `a` and drops it each time, so it is new each time.
                let before = gui.snapshot().unwrap();
                let before = before
                    .resources
                    .iter()
                    .find(|one| one.id.name == "a")
                    .map(|one| one.revision);
                let _ = gui.write(PAIRING, &[put("hnp", before)]).unwrap();
            }
        });
        for n in 1..2000 {
            std::thread::sleep(std::time::Duration::from_micros((n * 37 % 400) as u64));
            save(&path, n);
            let now = of_mine(&path);
            if now != Some(i64::try_from(n).unwrap()) {
                gone = Some(n);
                break;
            }
        }
        done.store(true, std::sync::atomic::Ordering::SeqCst);
    });
    assert_eq!(gone, None, "this save is gone");
    assert_eq!(of_mine(&path), Some(1999));
    let kept = std::fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(kept, 1, "nothing stays beside it");
}

#[test]
fn what_a_killed_run_left_is_put_in_order() {
    use hnp_model::canonical::sha256_hex;
    let gui = |n: usize| format!("{{\"format\": 1, \"resources\": [], \"lineage\": \"{n}\"}}");
    let (was, ours, theirs) = (gui(1), gui(2), gui(3));
    let short = |text: &str| sha256_hex(text.as_bytes())[..16].to_owned();
    // What lies beside it, what lies in its place, and what must be there afterwards.
    let cases: [(&str, Option<&str>, &str); 5] = [
        (&ours, Some(&was), &was),
        (&was, Some(&ours), &ours),
        (&theirs, Some(&ours), &theirs),
        (&ours, Some(&theirs), &theirs),
        (&was, None, &was),
    ];
    for (beside, there, after) in cases {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gui.json");
        let swap = format!("gui.json.hnp-swap-{}-{}", short(&was), short(&ours));
        std::fs::write(dir.path().join(swap), beside).unwrap();
        std::fs::write(dir.path().join("gui.json.hnp-new"), "half").unwrap();
        if let Some(there) = there {
            std::fs::write(&path, there).unwrap();
        }
        GuiFile::new(&path).snapshot().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), after);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
    // Two saves and room for one: the other is kept.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("gui.json");
    let swap = format!("gui.json.hnp-swap-{}-{}", short(&was), short(&ours));
    std::fs::write(dir.path().join(swap), &theirs).unwrap();
    std::fs::write(&path, gui(4)).unwrap();
    GuiFile::new(&path).snapshot().unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), gui(4));
    let kept = dir
        .path()
        .join(format!("gui.json.hnp-kept-{}", short(&theirs)));
    assert_eq!(std::fs::read_to_string(kept).unwrap(), theirs);
}
