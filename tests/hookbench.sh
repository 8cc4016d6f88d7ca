#!/usr/bin/env bash
# Wall time of `git commit` with one changed file of a generated fabric: without a hook, with one that does nothing, and
# with hnp's. usage: HNP=/path/to/hnp XTASK=/path/to/xtask tests/hookbench.sh [RESOURCES [RUNS]]
# Exits with 1 where the hook lets a bad document through.
set -euo pipefail
HNP=$(readlink -f "${HNP:?the hnp to measure}")
XTASK=$(readlink -f "${XTASK:?the xtask that generates the fabric}")
N=${1:-1000} RUNS=${2:-15}
D=$(mktemp -d)
trap 'rm -rf "$D"' EXIT
cd "$D"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
git init -q -b main .
git config user.name a
git config user.email a@example.org
git config gc.auto 0
git config maintenance.auto false
"$XTASK" corpus --out "$D/lab" --size "$N" >/dev/null
"$HNP" init --fabric lab --directory lab -q >/dev/null
git add -A
git commit -q --no-verify -m base
git repack -adq
FILE=$(git ls-files lab/managed/vpcs | sed -n '1p')
HOOKS=$D/hooks
mkdir "$HOOKS"
git config core.hooksPath "$HOOKS"

# Milliseconds of each commit; the shortest and the middle one are shown.
measure() {
  local title=$1 n start end
  for ((n = 0; n < RUNS; n++)); do
    [ "${2:-}" != cold ] || rm -rf .git/hnp/cache
    echo "# $title $n" >> "$FILE"
    git add "$FILE"
    start=$(date +%s%N)
    git commit -q -m x
    end=$(date +%s%N)
    echo $((end - start))
  done | sort -n | awk -v title="$title" '{ t[NR] = $1 / 1e6 } END { printf "%-24s min %7.1f ms   median %7.1f ms\n", title, t[1], t[int((NR + 1) / 2)] }'
}

hook() { printf '#!/bin/sh\n%s\n' "$1" > "$HOOKS/pre-commit"; chmod +x "$HOOKS/pre-commit"; }

measure "no hook"
hook "exit 0"
measure "sh hook"
hook "exec \"$HNP\" hook pre-commit -- \"\$@\""
measure "hnp, cold" cold
measure "hnp, warm"

printf 'apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: bad\nspec:\n  subnetz: {}\n' > lab/managed/vpcs/bad.yaml
git add -A
if git commit -q -m bad >/dev/null 2>&1; then
  echo "FAILED: a bad document was let through" >&2
  exit 1
fi
