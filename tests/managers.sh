#!/usr/bin/env bash
# hnp's hooks beside the managers of hooks that people have: each still runs, bad commits are stopped, and uninstalling
# restores every byte. usage: HNP=/path/to/hnp tests/managers.sh
# Managers are taken from PATH (pre-commit, prek, lefthook, git-lfs) and HUSKY=/path/to/node_modules/husky; one that is not
# there is skipped, and said so. HNP_SRC=1 also builds the id hnp-src, which takes minutes.
set -uo pipefail
HNP=$(readlink -f "${HNP:?the hnp to test}")
HERE=$(cd "$(dirname "$0")/.." && pwd)
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
ALL=$(mktemp -d)
trap 'rm -rf "$ALL"' EXIT
export HOME=$ALL/home GIT_CONFIG_GLOBAL=$ALL/gitconfig
mkdir -p "$HOME" "$ALL/bin"
: > "$GIT_CONFIG_GLOBAL"
ln -s "$HNP" "$ALL/bin/hnp"
export PATH=$ALL/bin:$PATH
bad=0
ok() { printf 'ok: %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*"; bad=1; }
skip() { printf 'skipped: %s is not there\n' "$*"; }

server() { printf 'apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: a\nspec:\n  %s: "%s"\n' "$1" "$2"; }
fabric() {
  W=$(mktemp -d "$ALL/w.XXXX")
  cd "$W" || exit 1
  git init -q -b main .
  hnp init --fabric lab --directory lab -q >/dev/null
  server description one > lab/managed/servers/a.yaml
  git add -A
  git commit -q --no-verify -m base
}
bytes() { find .git/hooks .git/config "$@" \( -type f -o -type l \) -print0 2>/dev/null | sort -z | xargs -0 sha256sum; }
n=0
# A good commit passes and runs the manager's own hook; a bad one is stopped by hnp.
commits() {
  n=$((n + 1)); rm -f "$W.ran"
  server description "good $n" > lab/managed/servers/a.yaml
  if git commit -qam good >"$W.out" 2>&1; then ok "$1: good commit passes"; else fail "$1: good commit is stopped"; cat "$W.out"; fi
  if [ -e "$W.ran" ]; then ok "$1: its own hook ran"; else fail "$1: its own hook did not run"; cat "$W.out"; fi
  server descripton "bad $n" > lab/managed/servers/a.yaml
  if git commit -qam bad >"$W.out" 2>&1; then fail "$1: bad commit passes"; git reset -q --hard HEAD~1
  elif grep -q 'servers/a.yaml:6:3' "$W.out"; then ok "$1: bad commit is stopped"
  else fail "$1: bad commit is stopped by something else"; cat "$W.out"; fi
  git checkout -q HEAD -- .
}
# hnp beside a manager: installed after it, and taken out again.
beside() {
  local name=$1; shift
  local before; before=$(bytes "$@")
  hnp hooks install --files -q || { fail "$name: install"; return; }
  commits "$name"
  hnp hooks status -q >/dev/null || fail "$name: status"
  hnp hooks uninstall -q
  if [ "$(bytes "$@")" = "$before" ]; then ok "$name: uninstall restores every byte"; else fail "$name: uninstall"; diff <(printf '%s' "$before") <(bytes "$@"); fi
}

framework() { # pre-commit or prek, with a hook of its own
  local tool=$1
  command -v "$tool" >/dev/null || { skip "$tool"; return; }
  fabric
  printf 'repos:\n- repo: local\n  hooks:\n  - {id: own, name: own, entry: "touch %s.ran", language: system, pass_filenames: false, always_run: true}\n' "$W" > .pre-commit-config.yaml
  git add -A && git commit -q --no-verify -m config
  "$tool" install >/dev/null 2>&1 || { fail "$tool install"; return; }
  beside "$tool"
  # The other order: the manager finds hnp's hook there.
  rm -f .git/hooks/pre-commit
  hnp hooks install --files -q
  "$tool" install >/dev/null 2>&1
  commits "$tool, installed after hnp"
}
framework pre-commit
framework prek

if command -v lefthook >/dev/null; then
  fabric
  printf 'pre-commit:\n  commands:\n    own:\n      run: touch %s.ran\n' "$W" > lefthook.yml
  git add -A && git commit -q --no-verify -m config
  lefthook install >/dev/null 2>&1
  beside lefthook
else skip lefthook; fi

if [ -d "${HUSKY:-}" ] && command -v node >/dev/null; then
  fabric
  mkdir -p node_modules .husky
  ln -s "$HUSKY" node_modules/husky
  printf 'touch %s.ran\n' "$W" > .husky/pre-commit
  echo node_modules > .gitignore
  git add -A && git commit -q --no-verify -m config
  node node_modules/husky/bin.js >/dev/null
  beside husky .husky
else skip "husky (HUSKY)"; fi

if command -v git-lfs >/dev/null; then
  fabric
  git lfs install --local >/dev/null
  printf '#!/bin/sh\ntouch %s.ran\n' "$W" > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit
  beside git-lfs
  git init -q --bare "$W.git"
  hnp hooks install --files -q
  GIT_TRACE=1 git push -q "$W.git" main >"$W.out" 2>&1 || { fail "git-lfs: push"; cat "$W.out"; }
  if grep -q 'lfs pre-push' "$W.out"; then ok "git-lfs: its pre-push ran"; else fail "git-lfs: its pre-push did not run"; fi
else skip git-lfs; fi

fabric
mkdir -p "$ALL/shared"
printf '#!/bin/sh\ntouch %s.ran\n' "$W" > "$ALL/shared/pre-commit"; chmod +x "$ALL/shared/pre-commit"
git config --global core.hooksPath "$ALL/shared"
beside "global core.hooksPath" "$ALL/shared"
git config --global --unset core.hooksPath

# A Git that takes hooks from its configuration runs them beside everything, whatever core.hooksPath says.
version=$(git --version | grep -o '[0-9][0-9.]*' | head -1)
if [ "$(printf '2.54\n%s\n' "$version" | sort -V | head -1)" = 2.54 ]; then
  fabric
  printf '#!/bin/sh\ntouch %s.ran\n' "$W" > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit
  before=$(bytes)
  hnp hooks install -q
  commits "hooks of the configuration"
  git config --global core.hooksPath "$ALL/shared2"; mkdir "$ALL/shared2"
  printf '#!/bin/sh\ntouch %s.ran\n' "$W" > "$ALL/shared2/pre-commit"; chmod +x "$ALL/shared2/pre-commit"
  commits "hooks of the configuration, global core.hooksPath"
  git config --global --unset core.hooksPath
  hnp hooks uninstall -q
  [ "$(bytes)" = "$before" ] && ok "hooks of the configuration: uninstall restores every byte" || fail "hooks of the configuration: uninstall"
else printf 'skipped: %s has no hooks of the configuration\n' "$(git --version)"; fi

# The ids that managers read from this repository.
ids() {
  local tool=$1 id=$2
  command -v "$tool" >/dev/null || { skip "$tool"; return; }
  fabric
  printf 'repos:\n- repo: %s\n  rev: %s\n  hooks: [{id: %s}]\n' "$SOURCE" "$(git -C "$SOURCE" rev-parse HEAD)" "$id" > .pre-commit-config.yaml
  git add -A && git commit -q --no-verify -m config
  "$tool" install >/dev/null 2>&1
  server description good > lab/managed/servers/a.yaml; git add -A
  git commit -qm good >"$W.out" 2>&1 && ok "$tool, id $id: good commit passes" || { fail "$tool, id $id: good commit"; cat "$W.out"; }
  # The index is judged, and the worktree stays as it is.
  server descripton bad > lab/managed/servers/a.yaml; git add -A
  server description "not staged" > lab/managed/servers/a.yaml
  if git commit -qm bad >"$W.out" 2>&1; then fail "$tool, id $id: bad commit passes"
  elif grep -q 'servers/a.yaml:6:3' "$W.out"; then ok "$tool, id $id: bad commit is stopped"
  else fail "$tool, id $id: bad commit is stopped by something else"; cat "$W.out"; fi
  grep -q 'not staged' lab/managed/servers/a.yaml && ok "$tool, id $id: the worktree is as it was" || fail "$tool, id $id: the worktree was changed"
}
SOURCE=$ALL/source
git clone -q "$HERE" "$SOURCE" 2>/dev/null
for tool in pre-commit prek; do
  ids "$tool" hnp-system
  HNP_BIN=$HNP ids "$tool" hnp
  if [ "${HNP_SRC:-0}" = 1 ]; then ids "$tool" hnp-src; else printf 'skipped: %s, id hnp-src builds for minutes; set HNP_SRC=1\n' "$tool"; fi
done
exit $bad
