//! Objects in files of their own, read without gix, held against what `git` says.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

use hnp_git::{ObjectDirectories, Oid, Repo};
use tempfile::TempDir;

fn git(root: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .current_dir(root)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Contents of every size that matters; the last ones cannot be made smaller.
fn contents() -> Vec<Vec<u8>> {
    let mut state = 1_u32;
    let mut noise = |length: usize| -> Vec<u8> {
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            })
            .collect()
    };
    let mut all: Vec<Vec<u8>> = [0, 1, 500, 65_000, 65_520, 65_535, 65_536, 70_000]
        .map(|length| vec![b'a'; length])
        .to_vec();
    all.extend([1, 500, 65_000, 65_535, 65_536, 200_000].map(&mut noise));
    all
}

#[test]
fn objects_of_every_size_are_read_as_git_reads_them() {
    for format in ["sha1", "sha256"] {
        let dir = TempDir::new().unwrap();
        let root = dir.path();
        git(root, &["init", "-q", "--object-format", format]);
        let repo = Repo::discover(root).unwrap();
        let objects = repo.objects(&ObjectDirectories::default()).unwrap();
        for content in contents() {
            let id = repo.blob_id(&content).unwrap();
            repo.write_blob(&content).unwrap();
            assert_eq!(git(root, &["cat-file", "-t", &id]), "blob");
            let size = git(root, &["cat-file", "-s", &id]);
            assert_eq!(size, content.len().to_string());
            let read = objects.blob(Oid::parse(&id).unwrap(), 1 << 20).unwrap();
            assert!(read == content, "{} bytes", content.len());
        }
    }
}

#[test]
fn a_damaged_file_is_said_to_be_damaged_and_a_packed_object_is_found() {
    let dir = TempDir::new().unwrap();
    let root = dir.path();
    git(root, &["init", "-q"]);
    let repo = Repo::discover(root).unwrap();
    let (kept, broken) = (b"kept".to_vec(), b"broken".to_vec());
    repo.write_blob(&kept).unwrap();
    repo.write_blob(&broken).unwrap();
    let (kept_id, broken_id) = (repo.blob_id(&kept).unwrap(), repo.blob_id(&broken).unwrap());
    let file = |id: &str| root.join(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    let bytes = fs::read(file(&broken_id)).unwrap();
    fs::remove_file(file(&broken_id)).unwrap();
    let limit = 1 << 20;
    for damage in [
        &[][..],
        b"no zlib",
        &bytes[..bytes.len() - 4],
        &bytes[..bytes.len() / 2],
    ] {
        fs::write(file(&broken_id), damage).unwrap();
        let objects = repo.objects(&ObjectDirectories::default()).unwrap();
        let broken = objects.blob(Oid::parse(&broken_id).unwrap(), limit);
        // gix takes an object whose sum alone is cut off; what it takes must be what was written.
        match broken {
            Ok(read) => assert_eq!(read, b"broken"),
            Err(error) => assert!(error.to_string().contains(&broken_id), "{error}"),
        }
        assert_eq!(
            objects.blob(Oid::parse(&kept_id).unwrap(), limit).unwrap(),
            kept
        );
    }
    fs::remove_file(file(&broken_id)).unwrap();
    git(root, &["update-ref", "refs/kept", &kept_id]);
    git(root, &["gc", "-q"]);
    assert!(!file(&kept_id).exists());
    repo.write_blob(&broken).unwrap();
    let objects = repo.objects(&ObjectDirectories::default()).unwrap();
    for _ in 0..2 {
        for (id, content) in [(&kept_id, &kept), (&broken_id, &broken)] {
            let read = objects.blob(Oid::parse(id).unwrap(), limit).unwrap();
            assert_eq!(&read, content);
        }
    }
}
