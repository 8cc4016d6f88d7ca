#!/usr/bin/env bash
# Holds action.yml, the workflows and .pre-commit-hooks.yaml to their schemas, types and security audits, with whichever
# of the tools is on PATH; says which was not. Exits with 1 where one of them finds something.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
rc=0
check() {
  if command -v "$1" >/dev/null 2>&1; then
    printf '\n$ %s\n' "$*"
    "$@" || rc=1
  else
    printf '\nskipped: %s is not installed\n' "$1"
  fi
}
check check-jsonschema --builtin-schema vendor.github-actions action.yml
check check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
check check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
check zizmor --offline --strict-collection --persona=pedantic --collect=all --quiet .
# From 1.7.8 on it knows the ARM runners and the permission to attest.
check actionlint
check pre-commit validate-manifest .pre-commit-hooks.yaml
check prek validate-manifest .pre-commit-hooks.yaml
check shellcheck -x -e SC2015,SC2016 .ci/run .ci/release action/*.sh hooks/* tests/*.sh
exit $rc
