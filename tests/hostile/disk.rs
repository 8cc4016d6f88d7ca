//! File systems that take no more.

use std::ffi::OsStr;
use std::process::Command;

use crate::crash_support::{Said, Sandbox, init, surroundings, vpc};
use crate::{contents, fabric, pending};

/// Runs a script in a mount namespace of its own; `None` where that is not permitted.
fn in_namespace(script: &str, arguments: &[&OsStr]) -> Option<Said> {
    let allowed = Command::new("unshare")
        .args(["-m", "sh", "-c", "d=$(mktemp -d) && mount -t tmpfs -o size=64k none \"$d\" && umount \"$d\" && rmdir \"$d\""])
        .output()
        .is_ok_and(|output| output.status.success());
    if !allowed {
        println!("skipped: mounting is not permitted here");
        return None;
    }
    let mut command = Command::new("unshare");
    command
        .args(["-m", "sh", "-c", script, "sh"])
        .args(arguments);
    surroundings(&mut command);
    let output = command.output().unwrap();
    Some(Said {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

#[test]
fn a_read_only_file_system_is_named() {
    let sandbox = fabric();
    sandbox.write(pending("good.yaml"), vpc("good", 1));
    let fresh = Sandbox::new();
    let script = r#"mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1" && shift && exec "$@""#;
    let hnp = OsStr::new(env!("CARGO_BIN_EXE_hnp"));
    for (place, arguments) in [
        (&sandbox, &["ingest"][..]),
        (&sandbox, &["ingest", "--commit"]),
        (&sandbox, &["tidy"]),
        (&sandbox, &["init", "--repair"]),
        (&fresh, &init()),
    ] {
        let before = place.picture();
        let mut all = vec![place.root.as_os_str(), hnp];
        all.extend(arguments.iter().map(OsStr::new));
        let Some(said) = in_namespace(script, &all) else {
            return;
        };
        said.expect(&[3]).says("read-only");
        place.picture().same_trees(&before, "read-only");
    }
    // Looking needs no writing.
    let said = in_namespace(
        script,
        &[sandbox.root.as_os_str(), hnp, OsStr::new("validate")],
    );
    said.unwrap().expect(&[0]);
}

#[test]
fn a_full_disk_loses_nothing() {
    let base = Sandbox::with_fabric();
    let documents: Vec<String> = (0..40).map(|n| vpc(&format!("vpc-{n}"), n)).collect();
    base.write(pending("drop.yaml"), documents.join("---\n"));
    // A disk of its own, filled up but for some KiB; what became of it is copied out, then there is room and hnp runs again.
    let script = r#"
        disk=$1/disk; free=$2; base=$3; broken=$4; mended=$5; shift 5
        mkdir -p "$disk" && mount -t tmpfs -o size=6m none "$disk" || exit 90
        cp -a "$base" "$disk/repo" && cd "$disk/repo" || exit 91
        left=$(df -k --output=avail "$disk" | tail -1)
        head -c $(( (left - free) * 1024 )) /dev/zero > "$disk/filler" || exit 92
        "$@"; code=$?
        cp -a . "$broken" && rm "$disk/filler"
        "$@" >/dev/null || exit 93
        cp -a . "$mended" || exit 94
        exit $code
    "#;
    let hnp = OsStr::new(env!("CARGO_BIN_EXE_hnp"));
    for form in [&["ingest"][..], &["ingest", "--commit"]] {
        let whole = base.copy();
        whole.hnp(form).expect(&[0]);
        let (reference, records) = (whole.picture(), whole.records());
        let (mut full, mut fine, mut open) = (0, 0, 0);
        let room = [
            0, 4, 8, 16, 48, 96, 160, 176, 192, 208, 224, 240, 256, 320, 400, 480, 640, 2000,
        ];
        for free in room {
            let (disk, broken, mended) = (Sandbox::place(), Sandbox::place(), Sandbox::place());
            let size = free.to_string();
            let mut all = vec![
                disk.root.as_os_str(),
                OsStr::new(&size),
                base.root.as_os_str(),
                broken.root.as_os_str(),
                mended.root.as_os_str(),
                hnp,
            ];
            all.extend(form.iter().map(OsStr::new));
            let Some(said) = in_namespace(script, &all) else {
                return;
            };
            let said = said.expect(&[0, 3]);
            let when = format!("{form:?} with {free} KiB free");
            if said.code == Some(0) {
                fine += 1;
            } else {
                full += 1;
                let text = said.all().to_lowercase();
                assert!(
                    text.contains("the disk is full") || text.contains("no space left"),
                    "{when}: {text}"
                );
                open += usize::from(broken.has(".git/hnp/journal.json"));
                let kept = contents(&broken.root);
                let drop = documents.join("---\n").into_bytes();
                assert!(
                    kept.iter().any(|(_, bytes)| *bytes == drop),
                    "{when}: the drop is lost"
                );
            }
            mended.picture().same_trees(&reference, &when);
            assert_eq!(mended.records(), records, "{when}");
        }
        println!("{form:?}: {full} full disks ({open} with a journal open), {fine} that sufficed");
        assert!(full >= 5 && fine >= 1);
    }
}
