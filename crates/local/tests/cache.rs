//! The cache keeps whole files or none, and few of them.
#![allow(clippy::unwrap_used)]

use std::fs;

use hnp_local::Cache;

#[test]
fn a_file_comes_back_and_the_oldest_go() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("hnp/cache");
    let cache = Cache::new(place.clone());
    assert_eq!(cache.read("one"), None);
    for n in 0..20 {
        cache.write(&format!("file-{n}"), format!("text {n}").as_bytes());
    }
    assert_eq!(cache.read("file-19").as_deref(), Some(&b"text 19"[..]));
    cache.write("file-19", b"anew");
    assert_eq!(cache.read("file-19").as_deref(), Some(&b"anew"[..]));
    assert!(fs::read_dir(place).unwrap().count() <= 16);
}

#[test]
fn what_is_no_file_is_not_read_and_what_cannot_be_written_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("cache");
    let cache = Cache::new(place.clone());
    fs::create_dir_all(place.join("directory")).unwrap();
    assert_eq!(cache.read("directory"), None);
    cache.write("directory", b"text");
    assert_eq!(fs::read_dir(&place).unwrap().count(), 1);
    #[cfg(unix)]
    {
        fs::write(dir.path().join("elsewhere"), "secret").unwrap();
        std::os::unix::fs::symlink(dir.path().join("elsewhere"), place.join("link")).unwrap();
        assert_eq!(cache.read("link"), None);
    }
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    Cache::new(file.join("cache")).write("one", b"text");
}
