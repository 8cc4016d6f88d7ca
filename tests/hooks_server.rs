//! pre-receive: pushes into a bare repository, judged before they are accepted.
#![allow(clippy::unwrap_used)]

mod hooks_kit;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use hooks_kit::{
    A, B, HNP, Place, assert_same, command, everything, run, run_with, script, server, write,
};

/// A clone and a remote with hnp's hook.
fn guarded() -> (Place, PathBuf) {
    let place = Place::new();
    let remote = place.remote();
    run(
        HNP,
        &remote,
        &["hooks", "install", "--server", "--files", "--program", HNP],
    )
    .passes();
    (place, remote)
}

fn push(place: &Place, args: &[&str], env: &[(&str, &str)]) -> hooks_kit::Ran {
    let mut all = vec!["push", "--no-verify"];
    all.extend(args);
    run_with("git", &place.work(), &all, env)
}

/// What a repository holds: references and objects.
fn holdings(remote: &Path) -> String {
    let refs = run("git", remote, &["for-each-ref"]).passes();
    let objects = run("git", remote, &["count-objects", "-v"]).passes();
    format!("{refs}{objects}")
}

#[test]
fn good_is_accepted_and_bad_is_refused_with_its_place_and_rule() {
    let (place, remote) = guarded();
    place.write(A, &server("a", true).replace("x", "other"));
    let good = place.commit("good");
    let text = push(&place, &["origin", "main"], &[]).passes();
    assert!(!text.contains("hnp"), "{text}");

    place.write(A, &server("a", false));
    place.commit("bad");
    place.git(&["tag", "-a", "v1", "-m", "v1"]).passes();
    let before = holdings(&remote);
    for target in [
        "main",
        "+main",
        "HEAD:refs/heads/new",
        "HEAD:refs/heads/deep/name",
        "v1",
    ] {
        let text = push(&place, &["origin", target], &[]).fails();
        assert!(
            text.contains("lab/managed/servers/a.yaml:6:3"),
            "{target}: {text}"
        );
        assert!(text.contains("SCH-01"), "{target}: {text}");
    }
    assert_eq!(holdings(&remote), before, "nothing of a refused push stays");

    // Of two references one is bad: neither moves.
    let text = push(
        &place,
        &["origin", &format!("{good}:refs/heads/fine"), "main"],
        &[],
    )
    .fails();
    assert!(text.contains("refs/heads/main"), "{text}");
    assert!(
        !run(
            "git",
            &remote,
            &["rev-parse", "--verify", "-q", "refs/heads/fine"]
        )
        .ok
    );

    // Mended, deleted, forced, and kept elsewhere.
    push(&place, &["origin", "HEAD:refs/other/x"], &[]).passes();
    place.write(A, &server("a", true));
    place.commit("mended");
    push(&place, &["origin", "main", "HEAD:refs/heads/new"], &[]).passes();
    push(&place, &["origin", ":new"], &[]).passes();
    push(&place, &["--force", "origin", &format!("{good}:main")], &[]).passes();
    let text = push(&place, &["-o", "hnp.each", "origin", "main"], &[]);
    assert!(!text.ok, "push options are not advertised, and Git says so");
}

#[test]
fn old_findings_stop_nobody() {
    let place = Place::new();
    let remote = place.remote();
    place.write(A, &server("a", false));
    place.commit("bad");
    push(&place, &["origin", "main"], &[]).passes();
    run(
        HNP,
        &remote,
        &["hooks", "install", "--server", "--files", "--program", HNP],
    )
    .passes();
    place.write("lab/managed/servers/c.yaml", &server("c", true));
    place.commit("good");
    push(&place, &["origin", "main", "HEAD:refs/heads/new"], &[]).passes();
    place.write(B, &server("b", false));
    place.commit("one more");
    let text = push(&place, &["origin", "main", "HEAD:refs/heads/newer"], &[]).fails();
    assert!(
        text.contains("servers/b.yaml:6:3") && text.contains("1 new error, 1 old error"),
        "{text}"
    );
}

#[test]
fn each_commit_is_judged_where_that_is_asked_for() {
    let (place, remote) = guarded();
    run(
        "git",
        &remote,
        &["config", "receive.advertisePushOptions", "true"],
    )
    .passes();
    place.write(A, &server("a", false));
    let bad = place.commit("bad");
    place.write(A, &server("a", true));
    place.commit("mended");
    let text = push(
        &place,
        &[
            "-o",
            "hnp.each",
            "-o",
            "hnp.explain",
            "-o",
            "hnp.bogus",
            "-o",
            "ci.skip",
            "origin",
            "main",
        ],
        &[],
    )
    .fails();
    assert!(
        text.contains(&bad[..10]) && text.contains("servers/a.yaml:6:3"),
        "{text}"
    );
    assert!(text.contains("hnp.bogus") && text.contains("Why"), "{text}");
    let text = push(
        &place,
        &[
            "-o",
            "hnp.each",
            "-o",
            "hnp.json",
            "origin",
            "main",
            "main:refs/heads/too",
        ],
        &[],
    )
    .fails();
    let said: String = text
        .lines()
        .filter_map(|line| line.strip_prefix("remote: "))
        .map(|line| format!("{line}\n"))
        .collect();
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["findings"][0]["file"], A);
    // A client may ask for more than the server, never for less.
    write(&remote, "hnp/config.toml", "[hooks]\neach = true\n");
    push(&place, &["-o", "hnp.each=0", "origin", "main"], &[]).fails();
    fs::remove_file(remote.join("hnp/config.toml")).unwrap();
    push(&place, &["origin", "main"], &[]).passes();
}

#[test]
fn a_push_does_not_loosen_what_judges_it() {
    let (place, remote) = guarded();
    let config = place.read(".hnp/config.toml");
    let bad_elsewhere = || {
        place
            .git(&["reset", "-q", "--hard", "origin/main"])
            .passes();
        place.write(A, &server("a", false));
    };
    // The fabric is moved away from under the check.
    bad_elsewhere();
    place.write(".hnp/config.toml", &config.replace("\"lab\"", "\"other\""));
    place.write("other/managed/.gitkeep", "");
    place.commit("moved");
    let text = push(&place, &["origin", "main"], &[]).fails();
    assert!(text.contains("lab/managed/servers/a.yaml:6:3"), "{text}");
    // The configuration is taken away.
    place
        .git(&["reset", "-q", "--hard", "origin/main"])
        .passes();
    place.git(&["rm", "-rq", ".hnp"]).passes();
    place.commit("no hnp");
    let text = push(&place, &["origin", "main"], &[]).fails();
    assert!(text.contains("GIT-02"), "{text}");
    // Pushed settings of the hook do not count.
    bad_elsewhere();
    place.write(
        ".hnp/config.toml",
        &format!("{config}\n[hooks]\nrefs = [\"refs/none\"]\npre_receive_milliseconds = 600000\n"),
    );
    place.commit("hooks");
    push(&place, &["origin", "main"], &[]).fails();
    // A configuration that cannot be read lets nothing in.
    bad_elsewhere();
    place.write(".hnp/config.toml", "format = 1\nbogus = 1\n");
    place.commit("broken");
    let text = push(&place, &["origin", "main"], &[]).fails();
    assert!(text.contains(".hnp/config.toml:2:1"), "{text}");
    // The limits are the server's; a push may only narrow them.
    write(&remote, "hnp/config.toml", "[limits]\nfile_bytes = 1024\n");
    place
        .git(&["reset", "-q", "--hard", "origin/main"])
        .passes();
    place.write(
        ".hnp/config.toml",
        &format!("{config}\n[limits]\nfile_bytes = 9000000\n"),
    );
    place.write(A, &server("a", true).replace('x', &"x".repeat(2000)));
    place.commit("large");
    let text = push(&place, &["origin", "main"], &[]).fails();
    assert!(text.contains("servers/a.yaml"), "{text}");
    fs::remove_file(remote.join("hnp/config.toml")).unwrap();
    push(&place, &["origin", "main"], &[]).passes();
    // What is wrong on the server closes it, and is said to be of the server.
    write(&remote, "hnp/config.toml", "bogus = 1\n");
    place.write("note", "x");
    place.commit("x");
    let text = push(&place, &["origin", "main"], &[]).fails();
    assert!(text.contains("server's settings"), "{text}");
}

#[test]
fn links_hide_nothing_from_a_server() {
    let (place, _) = guarded();
    place.write("elsewhere/a.yaml", &server("a", false));
    for (from, to) in [
        ("lab/managed/servers/l.yaml", "../../../elsewhere/a.yaml"),
        ("lab/managed", "../elsewhere"),
        ("lab", "elsewhere"),
    ] {
        place
            .git(&["reset", "-q", "--hard", "origin/main"])
            .passes();
        place.write("elsewhere/a.yaml", &server("a", false));
        let link = place.work().join(from);
        if link.is_dir() {
            fs::remove_dir_all(&link).unwrap();
        }
        std::os::unix::fs::symlink(to, &link).unwrap();
        place.commit("a link");
        let text = push(&place, &["origin", "main"], &[]).fails();
        assert!(
            text.contains("error[ING-10]") && text.contains(from),
            "{from}: {text}"
        );
    }
}

#[test]
fn what_a_push_hides_is_hidden_only_where_the_server_lets_it() {
    let (place, remote) = guarded();
    let hidden =
        server("b", false).replace("descripton: x", "descripton: x # hnp: ignore=SCH-01 known");
    place.write(B, &hidden);
    place.commit("hidden by a comment");
    place.hnp(&["validate", "--rev", "HEAD"]).passes();
    let text = push(&place, &["origin", "main"], &[]).fails();
    assert!(text.contains("servers/b.yaml:6:3"), "{text}");
    write(&remote, "hnp/config.toml", "[rules]\nignore = true\n");
    push(&place, &["origin", "main"], &[]).passes();
    fs::remove_file(remote.join("hnp/config.toml")).unwrap();
    // A baseline in the push does not count; one of the server does.
    place.write(A, &server("a", false));
    place
        .hnp(&["validate", "--write-baseline", "base"])
        .passes();
    let config = place.read(".hnp/config.toml");
    place.write(
        ".hnp/config.toml",
        &format!("{config}\n[rules]\nbaseline = \"base\"\n"),
    );
    place.commit("hidden by a baseline");
    let text = push(&place, &["origin", "main"], &[]).fails();
    assert!(text.contains("servers/a.yaml:6:3"), "{text}");
    fs::copy(place.work().join("base"), remote.join("hnp/base")).unwrap();
    write(&remote, "hnp/config.toml", "[rules]\nbaseline = \"base\"\n");
    push(&place, &["origin", "main"], &[]).passes();
    // In a clone the baseline of the tree counts.
    place.git(&["reset", "-q", "--soft", "HEAD~1"]).passes();
    place.install();
    place.git(&["commit", "-qm", "known"]).passes();
}

#[test]
fn a_fabric_that_the_server_names_is_always_judged() {
    let place = Place::new();
    place.git(&["rm", "-rq", "--cached", ".hnp"]).passes();
    place.commit("without");
    fs::remove_dir_all(place.work().join(".hnp")).unwrap();
    place.commit("without");
    let remote = place.remote();
    run(
        HNP,
        &remote,
        &["hooks", "install", "--server", "--files", "--program", HNP],
    )
    .passes();
    place.write(A, &server("a", false));
    place.commit("bad");
    push(&place, &["origin", "main:refs/heads/free"], &[]).passes();
    write(
        &remote,
        "hnp/config.toml",
        "[fabric.lab]\ndirectory = \"lab\"\n",
    );
    let text = push(&place, &["origin", "main"], &[]).fails();
    assert!(text.contains("servers/a.yaml:6:3"), "{text}");
}

#[test]
fn time_that_runs_out_refuses_with_the_reason_and_what_to_do() {
    let (place, remote) = guarded();
    write(
        &remote,
        "hnp/config.toml",
        "[hooks]\npre_receive_milliseconds = 1\n",
    );
    for n in 0..300 {
        place.write(
            &format!("lab/managed/servers/s{n}.yaml"),
            &server(&format!("s{n}"), true),
        );
    }
    place.commit("many");
    let before = holdings(&remote);
    let text = push(&place, &["origin", "main"], &[]).fails();
    for part in [
        "refused",
        "within 0.0 s",
        "push less at once",
        "hooks.pre_receive_milliseconds",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(holdings(&remote), before);
    fs::remove_file(remote.join("hnp/config.toml")).unwrap();
    push(&place, &["origin", "main"], &[]).passes();
}

#[test]
fn gitlab_and_github_are_spoken_to_in_their_way() {
    let (place, _) = guarded();
    place.write(A, &server("a", false));
    place.commit("bad");
    let text = push(
        &place,
        &["origin", "main"],
        &[("GL_ID", "key-1"), ("GL_REPOSITORY", "project-1")],
    )
    .fails();
    let said: Vec<_> = text
        .lines()
        .filter(|line| line.contains("remote:"))
        .collect();
    assert!(
        said.len() > 3
            && said
                .iter()
                .all(|line| line.contains("GL-HOOK-ERR: ") || line.trim() == "remote:"),
        "{text}"
    );
    let text = push(
        &place,
        &["origin", "main"],
        &[("GITHUB_VIA", "pull request merge button")],
    )
    .fails();
    assert!(
        text.contains("change (pull request merge button) is refused"),
        "{text}"
    );
}

#[test]
fn nothing_is_written_and_no_git_is_needed() {
    let (place, remote) = guarded();
    let log = place.path("written");
    // Whatever hnp wrote into the repository or the quarantine would be seen here.
    script(
        &remote.join("hooks/pre-receive"),
        &format!(
            "#!/bin/sh\nlook() {{ find . -printf '%p %T@ %s %m\\n' | sort; }}\nbefore=$(look)\nPATH=/nowhere {HNP} hook pre-receive; code=$?\nafter=$(look)\n[ \"$before\" = \"$after\" ] && echo same >> {0} || echo other >> {0}\nexit $code\n",
            log.display()
        ),
    );
    place.write(A, &server("a", true).replace("x", "other"));
    place.commit("good");
    push(&place, &["origin", "main"], &[]).passes();
    place.write(A, &server("a", false));
    place.commit("bad");
    let text = push(&place, &["origin", "main"], &[]).fails();
    assert!(text.contains("servers/a.yaml:6:3"), "{text}");
    push(&place, &["origin", "HEAD:refs/heads/other"], &[]).fails();
    assert_eq!(fs::read_to_string(log).unwrap(), "same\nsame\nsame\n");
}

#[test]
fn a_missing_program_lets_nothing_in() {
    let place = Place::new();
    let remote = place.remote();
    run(
        HNP,
        &remote,
        &[
            "hooks",
            "install",
            "--server",
            "--files",
            "--program",
            "/nowhere/hnp",
        ],
    )
    .passes();
    place.write("note", "x");
    place.commit("x");
    let text = push(&place, &["origin", "main"], &[]).fails();
    assert!(text.contains("was not found on the server"), "{text}");
}

#[test]
fn a_fork_that_borrows_objects_and_a_sha256_repository_are_judged() {
    let (place, remote) = guarded();
    let fork = place.path("fork.git");
    run(
        "git",
        &place.work(),
        &[
            "clone",
            "-q",
            "--bare",
            "--shared",
            "../remote.git",
            "../fork.git",
        ],
    )
    .passes();
    fs::write(
        fork.join("objects/info/alternates"),
        "../../remote.git/objects\n",
    )
    .unwrap();
    run(
        HNP,
        &fork,
        &["hooks", "install", "--server", "--files", "--program", HNP],
    )
    .passes();
    place.write(A, &server("a", false));
    place.commit("bad");
    let text = push(&place, &["../fork.git", "main"], &[]).fails();
    assert!(text.contains("servers/a.yaml:6:3"), "{text}");
    place.write(A, &server("a", true).replace("x", "other"));
    place.commit("good");
    push(&place, &["../fork.git", "main"], &[]).passes();
    drop(remote);

    let work = place.path("sha256");
    fs::create_dir(&work).unwrap();
    run(
        "git",
        &work,
        &["init", "-q", "-b", "main", "--object-format=sha256"],
    )
    .passes();
    run(
        HNP,
        &work,
        &["init", "--fabric", "lab", "--directory", "lab"],
    )
    .passes();
    let bare = place.path("sha256.git");
    run(
        "git",
        &work,
        &[
            "init",
            "-q",
            "--bare",
            "-b",
            "main",
            "--object-format=sha256",
            "../sha256.git",
        ],
    )
    .passes();
    run(
        HNP,
        &bare,
        &["hooks", "install", "--server", "--files", "--program", HNP],
    )
    .passes();
    for good in [true, false] {
        write(&work, A, &server("a", good));
        run("git", &work, &["add", "-A"]).passes();
        run("git", &work, &["commit", "-qm", "x"]).passes();
        let ran = run("git", &work, &["push", "-q", "../sha256.git", "main"]);
        assert_eq!(ran.ok, good, "{}", ran.text);
    }
}

#[test]
fn a_push_from_a_shallow_clone_is_judged() {
    let (place, remote) = guarded();
    for n in 0..3 {
        place.write("note", &n.to_string());
        place.commit("more");
    }
    push(&place, &["origin", "main"], &[]).passes();
    let url = format!("file://{}", remote.display());
    run(
        "git",
        &place.work(),
        &["clone", "-q", "--depth=1", &url, "../shallow"],
    )
    .passes();
    let shallow = place.path("shallow");
    for good in [false, true] {
        write(&shallow, A, &server("a", good).replace("x", "shallow"));
        run("git", &shallow, &["commit", "-qam", "x"]).passes();
        let ran = run("git", &shallow, &["push", "-q", "origin", "HEAD:main"]);
        assert_eq!(ran.ok, good, "{}", ran.text);
    }
}

#[test]
fn installing_on_a_server_keeps_its_hook_and_goes_without_a_trace() {
    let place = Place::new();
    let remote = place.remote();
    let seen = place.path("seen");
    script(
        &remote.join("hooks/pre-receive"),
        &format!("#!/bin/sh\ncat >> {}\n", seen.display()),
    );
    let before = everything(&remote);
    run(
        HNP,
        &remote,
        &["hooks", "install", "--server", "--files", "--program", HNP],
    )
    .passes();
    place.write(A, &server("a", false));
    place.commit("bad");
    push(&place, &["origin", "main"], &[]).fails();
    assert!(
        fs::read_to_string(seen)
            .unwrap()
            .ends_with("refs/heads/main\n")
    );
    run(HNP, &remote, &["hooks", "status", "--server"]).passes();
    run(HNP, &remote, &["hooks", "uninstall", "--server"]).passes();
    assert_same(&everything(&remote), &before);
    run(HNP, &remote, &["hooks", "status", "--server"]).fails();
    run(HNP, &remote, &["hooks", "install"]).fails();
    place.hnp(&["hooks", "install", "--server"]).fails();
}

/// Serves `git http-backend` for pushes, a request at a time.
fn serve(root: &Path) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let root = root.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = answer(stream.unwrap(), &root);
        }
    });
    port
}

fn answer(stream: TcpStream, root: &Path) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut words = request.split_whitespace();
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut env: Vec<(String, String)> = Vec::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            break;
        };
        let name = name.to_ascii_uppercase().replace('-', "_");
        if name == "CONTENT_LENGTH" {
            length = value.parse().unwrap_or(0);
        }
        let plain = ["CONTENT_LENGTH", "CONTENT_TYPE"].contains(&name.as_str());
        let key = if plain { name } else { format!("HTTP_{name}") };
        env.push((key, value.to_owned()));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut backend = command("git", root, &["http-backend"])
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REMOTE_USER", "ann")
        .env("REQUEST_METHOD", method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .envs(env)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    backend.stdin.take().unwrap().write_all(&body)?;
    let output = backend.wait_with_output()?.stdout;
    let text = String::from_utf8_lossy(&output);
    let status = text
        .lines()
        .find_map(|line| line.strip_prefix("Status: "))
        .unwrap_or("200 OK")
        .to_owned();
    let mut stream = stream;
    write!(stream, "HTTP/1.0 {status}\r\n")?;
    stream.write_all(&output)
}

#[test]
fn a_push_over_http_is_judged_in_the_same_way() {
    let programs = run("git", Path::new("/"), &["--exec-path"]).passes();
    if !Path::new(programs.trim()).join("git-remote-http").exists() {
        #[allow(clippy::print_stdout)]
        {
            println!("skipped: this git speaks no HTTP");
        }
        return;
    }
    let (place, remote) = guarded();
    let port = serve(remote.parent().unwrap());
    let url = format!("http://127.0.0.1:{port}/remote.git");
    place.write(A, &server("a", true).replace("x", "other"));
    place.commit("good");
    push(&place, &[&url, "main"], &[]).passes();
    place.write(A, &server("a", false));
    place.commit("bad");
    let text = push(&place, &[&url, "main"], &[]).fails();
    assert!(
        text.contains("remote:") && text.contains("servers/a.yaml:6:3"),
        "{text}"
    );
}

#[test]
fn references_that_only_git_reads_are_done_without() {
    let place = Place::new();
    let parent = place.work();
    let init = [
        "init",
        "-q",
        "--bare",
        "-b",
        "main",
        "--ref-format=reftable",
        "../table.git",
    ];
    if !run("git", &parent, &init).ok {
        #[allow(clippy::print_stdout)]
        {
            println!("skipped: this git has no reftable");
        }
        return;
    }
    let remote = place.path("table.git");
    place.git(&["push", "-q", "../table.git", "main"]).passes();
    script(
        &remote.join("hooks/pre-receive"),
        &format!("#!/bin/sh\nPATH=/nowhere exec {HNP} hook pre-receive --each --\n"),
    );
    place.write(A, &server("a", true).replace("x", "other"));
    place.commit("good");
    let text = push(&place, &["../table.git", "main"], &[]).passes();
    assert!(
        text.contains("reftable"),
        "what bounds the new commits is said: {text}"
    );
    place.write(A, &server("a", false));
    place.commit("bad");
    for target in ["main", "main:refs/heads/new"] {
        let text = push(&place, &["../table.git", target], &[]).fails();
        assert!(text.contains("servers/a.yaml:6:3"), "{target}: {text}");
    }
}
