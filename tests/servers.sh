#!/usr/bin/env bash
# Pushes into servers that people run: gitolite, and a chroot as GitHub Enterprise Server makes it for its hooks, without git
# in it and with five seconds for everything. Good is accepted, bad is refused with its place and rule.
# usage: HNP=/path/to/hnp tests/servers.sh
# gitolite is taken from PATH or GITOLITE=/usr/share/gitolite3 (Debian's package, unpacked anywhere); the chroot needs root or
# a user namespace, and BUSYBOX=/path/to/a/static/busybox. What is not there is skipped, and said so.
set -uo pipefail
HNP=$(readlink -f "${HNP:?the hnp to test}")
ROOT=$(cd "$(dirname "$0")/.." && pwd)
FILES=${FILES:-1000}
ALL=$(mktemp -d)
trap 'rm -rf "$ALL"' EXIT
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$ALL/gitconfig GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
git config --global init.defaultBranch main
bad=0
ok() { printf 'ok: %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*"; bad=1; }
skip() { printf 'skipped: %s\n' "$*"; }
server() { printf 'apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: %s\nspec:\n  %s: "text %s"\n' "$1" "$2" "$1"; }

# Makes a fabric of many files in the current clone, commits it, and pushes good and bad to a remote.
pushes() {
  local name=$1 remote=$2 i
  "$HNP" init --fabric lab --directory lab -q >/dev/null
  for i in $(seq "$FILES"); do server "s$i" description > "lab/managed/servers/s$i.yaml"; done
  git add -A; git commit -qm good
  if git push "$remote" HEAD:refs/heads/main >"$ALL/out" 2>&1; then ok "$name: $FILES good files are accepted"; else fail "$name: good is refused"; cat "$ALL/out"; fi
  grep -h 'hook took' "$ALL/out"
  server s1 descripton > lab/managed/servers/s1.yaml
  git commit -qam bad
  if git push "$remote" HEAD:refs/heads/main >"$ALL/out" 2>&1; then fail "$name: bad is accepted"
  elif grep -q 'lab/managed/servers/s1.yaml:6:3' "$ALL/out" && grep -q 'SCH-01' "$ALL/out"; then ok "$name: bad is refused, with its place and rule"
  else fail "$name: bad is refused by something else"; cat "$ALL/out"; fi
  git checkout -q HEAD~1 -- lab; git commit -qm mended
  if git push "$remote" HEAD:refs/heads/main >"$ALL/out" 2>&1; then ok "$name: mended, it is accepted"; else fail "$name: mended is refused"; cat "$ALL/out"; fi
}

gitolite() {
  local from=${GITOLITE:-/usr/share/gitolite3} D=$ALL/gitolite
  if [ ! -d "$from" ] || ! command -v perl >/dev/null || ! command -v ssh-keygen >/dev/null; then skip "gitolite: $from, perl or ssh-keygen is not there"; return; fi
  mkdir -p "$D/home/local/hooks/repo-specific"
  cp -r "$from" "$D/bin"
  # The program that administrators call lies elsewhere in Debian's package.
  [ -x "$D/bin/gitolite" ] || cp "$from/../../bin/gitolite" "$D/bin/gitolite"
  grep -rlI /usr/share/gitolite3 "$D/bin" | xargs -r sed -i "s#/usr/share/gitolite3#$D/bin#g"
  local env=(env HOME="$D/home" PATH="$D/bin:$PATH" GL_BINDIR="$D/bin" GL_LIBDIR="$D/bin/lib" GIT_CONFIG_GLOBAL="$GIT_CONFIG_GLOBAL")
  ssh-keygen -q -t ed25519 -N '' -f "$D/admin"
  "${env[@]}" gitolite setup -pk "$D/admin.pub" >"$ALL/out" 2>&1 || { fail "gitolite: setup"; cat "$ALL/out"; return; }
  sed -i 's|^\( *UMASK .*\)|    LOCAL_CODE => "$ENV{HOME}/local",\n\1|; s|^\( *\)ENABLE => \[|&\n            "repo-specific-hooks",|' "$D/home/.gitolite.rc"
  install -m755 "$ROOT/hooks/pre-receive" "$D/home/local/hooks/repo-specific/hnp"
  sed -i "s#^hnp=.*#hnp=$HNP#" "$D/home/local/hooks/repo-specific/hnp"
  # What sshd does with the forced command of the administrator's key.
  cat > "$D/ssh" <<EOF
#!/bin/bash
while [[ \$1 == -* ]]; do [[ \$1 == -o || \$1 == -p ]] && shift; shift; done; shift
exec env HOME=$D/home PATH=$D/bin:\$PATH GL_BINDIR=$D/bin GL_LIBDIR=$D/bin/lib SSH_CONNECTION="127.0.0.1 1 127.0.0.1 22" SSH_ORIGINAL_COMMAND="\$*" gitolite-shell admin
EOF
  chmod +x "$D/ssh"
  export GIT_SSH_COMMAND=$D/ssh GIT_SSH_VARIANT=ssh
  git clone -q git@server:gitolite-admin "$D/admin-repo" 2>"$ALL/out" || { fail "gitolite: clone"; cat "$ALL/out"; return; }
  cd "$D/admin-repo" || return
  printf 'repo fabric\n    RW+ = admin\n    option hook.pre-receive = hnp\n' >> conf/gitolite.conf
  git commit -qam fabric; git push -q origin HEAD:master >"$ALL/out" 2>&1 || { fail "gitolite: configuration"; cat "$ALL/out"; return; }
  git clone -q git@server:fabric "$D/work" 2>/dev/null
  cd "$D/work" || return
  pushes gitolite origin
  unset GIT_SSH_COMMAND GIT_SSH_VARIANT
}

chroot_without_git() {
  local busybox=${BUSYBOX:-$(command -v busybox || true)} D=$ALL/ghes E=$ALL/ghes/env lib
  if [ ! -x "$busybox" ]; then skip "chroot: no busybox (BUSYBOX)"; return; fi
  if ! unshare -r true 2>/dev/null; then skip "chroot: neither root nor user namespaces"; return; fi
  mkdir -p "$E/bin" "$E/data" "$E/hooks"
  cp "$busybox" "$E/bin/busybox"
  for lib in sh cat env dirname; do ln -s busybox "$E/bin/$lib"; done
  install -m755 "$HNP" "$E/hooks/hnp"
  install -m755 "$ROOT/hooks/github-enterprise-pre-receive" "$E/hooks/hook"
  # A binary that is not static brings its libraries.
  ldd "$HNP" 2>/dev/null | grep -o '/[^ ]*' | while read -r lib; do mkdir -p "$E$(dirname "$lib")"; cp -L "$lib" "$E$lib"; done
  git init -q --bare "$E/data/1.git"
  cat > "$E/data/1.git/hooks/pre-receive" <<EOF
#!/bin/bash
# receive-pack runs this outside; the hook runs inside, with the paths that it sees there.
inside() { p=\$(readlink -f "\$1"); printf '%s' "\${p#$E}"; }
s=\$(date +%s%N)
timeout 5 unshare -r chroot $E /bin/env -i PATH=/bin GIT_DIR=/data/1.git GIT_OBJECT_DIRECTORY="\$(inside "\$GIT_OBJECT_DIRECTORY")" GIT_QUARANTINE_PATH="\$(inside "\$GIT_QUARANTINE_PATH")" GIT_ALTERNATE_OBJECT_DIRECTORIES=/data/1.git/objects GITHUB_REPO_NAME=org/fabric GITHUB_USER_LOGIN=octocat GITHUB_VIA="\${VIA:-}" /bin/sh -c 'cd /data/1.git && exec /hooks/hook'
code=\$?; echo "hook took \$(( (\$(date +%s%N)-s)/1000000 )) ms, code \$code"; exit \$code
EOF
  chmod +x "$E/data/1.git/hooks/pre-receive"
  git clone -q "$E/data/1.git" "$D/work" 2>/dev/null
  cd "$D/work" || return
  pushes "chroot without git" origin
}

(gitolite; exit $bad) || bad=1
(chroot_without_git; exit $bad) || bad=1
exit $bad
