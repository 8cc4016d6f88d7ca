#!/usr/bin/env bash
# Runs the Action under act (host mode, no containers, no network) for its events, in a generated fabric of 1,000 resources:
# good, with one bad document, and with a hostile one. Exits 1 on a wrong verdict. usage: HNP=/path/to/hnp tests/action.sh
# act is taken from PATH or ACT=/path/to/act; where it is not there, that is said and nothing is run.
# shellcheck disable=SC2016  # what looks like a command is there to be none
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
act=${ACT:-act}
command -v "$act" >/dev/null 2>&1 || { echo "skipped: act is not installed (ACT names one)"; exit 0; }
hnp=$(readlink -f "${HNP:?the hnp to test}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git init -q -b main "$work/repo"
cd "$work/repo"
git config user.name act && git config user.email act@example.org

document() { # KIND NAME SPEC
  printf 'apiVersion: wiring.githedgehog.com/v1beta1\nkind: %s\nmetadata:\n  name: %s\nspec: %s\n' "$1" "$2" "$3"
}
"$hnp" init --quiet --fabric lab --directory net
for n in $(seq 1000); do document Server "server-$n" "{description: server $n}" >"net/managed/servers/server-$n.yaml"; done
mkdir -p hnp-action .github/workflows
cp -r "$root/action" "$root/action.yml" hnp-action/
cat >.github/workflows/act.yml <<YAML
on: [push, pull_request, workflow_dispatch, repository_dispatch, schedule]
jobs:
  hnp:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: hnp
        uses: ./hnp-action
        continue-on-error: true
        with: {sarif: "true", ingest: "true"}
        env: {HNP_BIN: "$hnp", TITLE: "\${{ github.event.pull_request.title }}"}
      - env:
          SAYS: errors=\${{ steps.hnp.outputs.errors }} changed=\${{ steps.hnp.outputs.changed }} branch=\${{ steps.hnp.outputs.ingest-branch }} outcome=\${{ steps.hnp.outcome }}
          SARIF: \${{ steps.hnp.outputs.sarif-file }}
        run: |
          test -s "\$SARIF"
          test ! -e pwned
          echo "verdict: \$SAYS"
YAML
git add -A && git commit -qm base
base=$(git rev-parse HEAD)

failed=0
expect() { # EVENT VERDICT
  head=$(git rev-parse HEAD)
  printf '{"before":"%s","after":"%s","ref":"refs/heads/main","action":"synchronize","number":1,"pull_request":{"number":1,"title":"$(touch pwned)","base":{"ref":"main","sha":"%s"},"head":{"ref":"f","sha":"%s"}}}\n' "$base" "$head" "$base" "$head" >"$work/event.json"
  start=$(date +%s%N)
  "$act" "$1" -P ubuntu-latest=-self-hosted -W .github/workflows/act.yml -e "$work/event.json" --pull=false --action-offline-mode >"$work/log" 2>&1 || true
  took=$((($(date +%s%N) - start) / 1000000))
  seen=$(sed -n 's/^.*| verdict: //p' "$work/log")
  if [ "$seen" = "$2" ]; then
    echo "ok: $1, $seen ($took ms)"
  else
    echo "wrong: $1: $seen, not $2"
    cat "$work/log"
    failed=1
  fi
}

echo "== good, one changed, one dropped"
document Server server-7 "{description: changed}" >net/managed/servers/server-7.yaml
document Server dropped "{description: dropped}" >net/raw/drop.yaml
git add -A && git commit -qm good
expect push 'errors=0 changed= branch=hnp-ingest-lab outcome=success'
expect workflow_dispatch 'errors=0 changed= branch=hnp-ingest-lab outcome=success'
expect pull_request 'errors=0 changed=1 branch= outcome=success'
expect repository_dispatch 'errors=0 changed= branch= outcome=success'
expect schedule 'errors=0 changed= branch= outcome=success'

echo "== one bad document, in a hostile file"
document Server bad '{descripton: "::error::pwned $(touch pwned) ##[add-mask]x"}' >'net/managed/servers/::error file=x::$(touch pwned).yaml'
git add -A && git commit -qm '$(touch pwned)'
expect push 'errors=1 changed= branch=hnp-ingest-lab outcome=failure'
expect workflow_dispatch 'errors=1 changed= branch=hnp-ingest-lab outcome=failure'
expect pull_request 'errors=1 changed=2 branch= outcome=failure'
expect repository_dispatch 'errors=1 changed= branch= outcome=failure'
expect schedule 'errors=1 changed= branch= outcome=failure'

echo "== an old one does not fail a pull request"
base=$(git rev-parse HEAD)
document Server server-8 "{description: changed}" >net/managed/servers/server-8.yaml
git add -A && git commit -qm more
expect pull_request 'errors=0 changed=1 branch= outcome=success'
exit "$failed"
