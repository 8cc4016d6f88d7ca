#!/usr/bin/env bash
# Wall time of `git commit` with one changed file of a generated fabric: without a hook, with one that does nothing, and
# with hnp's, with and without what earlier runs kept; then the hook alone as a process, wall and CPU time. What changes is
# a VLAN of a VPC, so that rules have something to look at; in the last lines a comment.
# usage: HNP=/path/to/hnp XTASK=/path/to/xtask tests/hookbench.sh [RUNS [RESOURCES…]]
# Exits with 1 where the hook lets a bad document through, or where the hook says another thing without the cache.
set -euo pipefail
HNP=$(readlink -f "${HNP:?the hnp to measure}")
XTASK=$(readlink -f "${XTASK:?the xtask that generates the fabric}")
RUNS=${1:-15}
SIZES=("${@:2}")
[ ${#SIZES[@]} -gt 0 ] || SIZES=(1000 10000)
D=$(mktemp -d)
trap 'rm -rf "$D"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

# The shortest and the middle one of numbers, one a line.
middle() {
  sort -n | awk -v title="$1" '{ t[NR] = $1 } END { printf "%-34s min %7.1f ms   median %7.1f ms\n", title, t[1], t[int((NR + 1) / 2)] }'
}

# Changes the file and stages it.
change() {
  if [ "$2" = comment ]; then
    echo "# $1" >> "$FILE"
  else
    local other=1998
    ! grep -q 'vlan: 1998' "$FILE" || other=1999
    sed -i "0,/vlan: [0-9]*/s//vlan: $other/" "$FILE"
  fi
  git add "$FILE"
}

# Milliseconds of each commit.
commits() {
  local n start end
  for ((n = 0; n < RUNS; n++)); do
    [ "${2:-}" != cold ] || rm -rf .git/hnp/cache
    change "$n" "${3:-value}"
    start=$(date +%s%N)
    git commit -q -m x
    end=$(date +%s%N)
    echo "$(((end - start) / 1000))e-3"
  done | middle "$1"
}

# Wall and CPU milliseconds of the hook alone, on the index as `git commit` leaves it before it asks.
alone() {
  local n
  : > "$D/wall"
  : > "$D/cpu"
  change 0 "${3:-value}"
  git write-tree > /dev/null
  "$HNP" hook pre-commit
  for ((n = 0; n < RUNS; n++)); do
    [ "${2:-}" != cold ] || rm -rf .git/hnp/cache
    "$XTASK" measure --out "$D/used" -- "$HNP" hook pre-commit
    echo >> "$D/used"
    sed -n 's/.*"wall_ms": *\([0-9.]*\).*/\1/p' "$D/used" >> "$D/wall"
    sed -n 's/.*"cpu_ms": *\([0-9.]*\).*/\1/p' "$D/used" >> "$D/cpu"
  done
  middle "$1, wall" < "$D/wall"
  middle "$1, CPU" < "$D/cpu"
  git reset -q --hard
}

hook() { printf '#!/bin/sh\n%s\n' "$1" > "$HOOKS/pre-commit"; chmod +x "$HOOKS/pre-commit"; }

bench() {
  local work=$D/work-$1
  mkdir "$work"
  cd "$work"
  git init -q -b main .
  git config user.name a
  git config user.email a@example.org
  git config gc.auto 0
  git config maintenance.auto false
  "$XTASK" corpus --out lab --size "$1" >/dev/null
  "$HNP" init --fabric lab --directory lab -q >/dev/null
  git add -A
  git commit -q --no-verify -m base
  git repack -adq
  FILE=$(git ls-files lab/managed/vpcs | grep '/tenant-' | sed -n '1p')
  HOOKS=$work/.git/hooks-here
  mkdir "$HOOKS"
  git config core.hooksPath "$HOOKS"
  echo "$1 resources"
  commits "git commit, no hook"
  hook "exit 0"
  commits "git commit, sh hook"
  hook "exec \"$HNP\" hook pre-commit -- \"\$@\""
  commits "git commit, hnp cold" cold
  commits "git commit, hnp warm"
  commits "git commit, hnp warm, a comment" warm comment
  alone "hook alone, cold" cold
  alone "hook alone, warm"
  alone "hook alone, warm, a comment" warm comment

  change 1 value
  local with without
  with=$("$HNP" --format json hook pre-commit)
  rm -rf .git/hnp/cache
  without=$("$HNP" --format json hook pre-commit)
  if [ "$with" != "$without" ]; then
    echo "FAILED: the cache changes what the hook says" >&2
    exit 1
  fi
  printf 'apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: bad\nspec:\n  subnetz: {}\n' > lab/managed/vpcs/bad.yaml
  git add -A
  if git commit -q -m bad >/dev/null 2>&1; then
    echo "FAILED: a bad document was let through" >&2
    exit 1
  fi
}

for size in "${SIZES[@]}"; do
  bench "$size"
done
