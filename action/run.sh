#!/bin/sh
# What action.yml runs. Everything comes in through the environment and is only ever used as a value. Text that comes from a
# repository is printed by `show` or through `escape`, so that no runner takes it for a command of ours.
set -eu
unset ENV BASH_ENV CDPATH
LC_ALL=C
export LC_ALL

here=$(cd "$(dirname "$0")" && pwd)
workspace=${GITHUB_WORKSPACE:-.}
temp=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/hnp.XXXXXX")
bot_name='github-actions[bot]'
bot_email='41898282+github-actions[bot]@users.noreply.github.com'

# --- words ---

# Makes standard input the message of a workflow command.
escape() {
  tr -d '\000-\010\013-\037\177' | sed 's/%/%25/g' | awk 'NR > 1 { printf "%%0A" } { printf "%s", $0 }'
}

# say LEVEL TEXT: an annotation of the run.
say() {
  printf '::%s title=hnp::%s\n' "$1" "$(printf '%s' "$2" | escape)"
}

# show FILE: prints text in which nothing is a command.
show() {
  [ -s "$1" ] || return 0
  stop=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$stop"
  tr -d '\000-\010\013-\037\177' <"$1"
  printf '\n::%s::\n' "$stop"
}

# annotate FILE: prints hnp's annotations, and nothing that is none.
annotate() {
  grep -E '^::(error|warning|notice) ' "$1" || true
}

# out NAME VALUE: an output of the step.
out() {
  [ -n "${GITHUB_OUTPUT:-}" ] || return 0
  printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr -d '\r\n')" >>"$GITHUB_OUTPUT"
}

# summarise FILE: adds to the job's summary, of which GitHub takes 1 MiB and drops all of a longer one.
summary_bytes=0
summarise() {
  [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -s "$1" ] || return 0
  bytes=$(wc -c <"$1")
  if [ $((summary_bytes + bytes)) -gt 1040000 ]; then
    printf '\nMore was to be shown here and did not fit; the log has it.\n' >>"$GITHUB_STEP_SUMMARY"
    return 0
  fi
  summary_bytes=$((summary_bytes + bytes + 1))
  { cat "$1" && echo; } >>"$GITHUB_STEP_SUMMARY"
}

# fail TEXT: ends the run where it cannot go on.
fail() {
  say error "$1"
  exit 3
}

# number FILE NAME: a count of the comment in the first line of hnp's Markdown, which nothing of a repository precedes.
number() {
  sed -n "1s/^<!-- hnp .*$2=\([0-9][0-9]*\).*/\1/p" "$1"
}

# --- hnp itself ---

# shellcheck source=action/release.sh
. "$here/release.sh"

# Downloads the release that action/release.txt pins; 1 where there is none for this machine or it cannot be had.
install_release() {
  release_pinned || return 1
  got=0
  release_fetch "$temp/hnp" 2>"$temp/said" || got=$?
  case $got in
    0) hnp=$temp/hnp ;;
    2) fail "What was downloaded as hnp $release_version has the SHA-256 $release_seen and not $release_sum, so it was not run." ;;
    *)
      show "$temp/said"
      say warning "hnp $release_version could not be downloaded; it is built from source, which takes minutes. HNP_MIRROR names a directory or an https address that has $release_name, HNP_BIN an hnp that is there."
      return 1
      ;;
  esac
}

install_from_source() {
  command -v cargo >/dev/null 2>&1 ||
    fail "There is no hnp for this runner: no release that can be had, and no Rust to build it with. Install Rust before this step, or name an hnp in HNP_BIN."
  echo "Building hnp from source"
  cargo build --quiet --release --locked --bin hnp --manifest-path "$here/../Cargo.toml" --target-dir "$temp/build" >"$temp/said" 2>&1 || {
    show "$temp/said"
    fail "hnp could not be built from source; the log says why."
  }
  hnp=$temp/build/release/hnp
}

if [ -n "${HNP_BIN:-}" ]; then
  command -v "$HNP_BIN" >/dev/null 2>&1 || fail "HNP_BIN names no program that can be run: $HNP_BIN"
  case $HNP_BIN in
    # The run goes on in another directory.
    [!/]*/*) hnp=$PWD/$HNP_BIN ;;
    *) hnp=$HNP_BIN ;;
  esac
else
  install_release || install_from_source
fi

# --- what is to be checked ---

cd "$workspace/${HNP_PATH:-.}" || fail "There is no directory ${HNP_PATH:-.} in the workspace; the input path says where the repository is checked out."

set -f
set --
# A name may begin with a dash, so option and value are one word.
for name in ${HNP_FABRIC:-}; do set -- "$@" "--fabric=$name"; done
set +f

# validate TREE...: checks a tree; leaves findings.md where it got so far.
code=0
validate() {
  rm -f "$temp/findings.md"
  code=0
  [ -z "${HNP_RELEASE:-}" ] || set -- "$@" "--release=$HNP_RELEASE"
  [ -z "${HNP_PROFILE:-}" ] || set -- "$@" "--profile=$HNP_PROFILE"
  [ "${HNP_SARIF:-false}" != true ] || set -- "$@" --output "sarif=$temp/hnp.sarif"
  "$hnp" validate "$@" --format github --output "markdown=$temp/findings.md" >"$temp/annotations" 2>"$temp/said" || code=$?
}

event=${GITHUB_EVENT_NAME:-}
range=
case $event in
  pull_request | merge_group)
    # An object id, or it is not looked at.
    case ${HNP_BASE:-} in
      '' | *[!0-9a-f]*) ;;
      *) range=$HNP_BASE...HEAD ;;
    esac
    ;;
esac

if [ -n "$range" ]; then
  validate "$@" --diff "$range"
  if [ ! -s "$temp/findings.md" ]; then
    range=
    mv "$temp/said" "$temp/why"
    validate "$@" --rev HEAD
    if [ -s "$temp/findings.md" ]; then
      show "$temp/why"
      say warning "What this grew from could not be compared with, so the whole tree is checked and nothing counts as old; the log says why. In a shallow clone, give actions/checkout \`fetch-depth: 0\`, or run \`git fetch --unshallow\` before this step."
    fi
  fi
else
  validate "$@" --rev HEAD
fi

if [ -s "$temp/findings.md" ]; then
  annotate "$temp/annotations"
  show "$temp/said"
  summarise "$temp/findings.md"
  out findings "$(number "$temp/findings.md" findings)"
  out errors "$(number "$temp/findings.md" errors)"
  out warnings "$(number "$temp/findings.md" warnings)"
else
  say error "hnp could not check this: $(cat "$temp/said")"
  {
    printf '### hnp could not check this\n\n<pre>'
    tr -d '\000-\010\013-\037\177' <"$temp/said" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'
    printf '</pre>\n'
  } >"$temp/failure.md"
  summarise "$temp/failure.md"
  [ "$code" -ne 0 ] || code=3
fi
if [ "${HNP_SARIF:-false}" = true ] && [ -s "$temp/hnp.sarif" ]; then out sarif-file "$temp/hnp.sarif"; else out sarif-file ''; fi

# --- what a pull request changes ---

changed=
if [ -n "$range" ]; then
  differs=0
  "$hnp" diff "$range" --format markdown >"$temp/changes.md" 2>"$temp/said" || differs=$?
  if [ "$differs" -le 1 ]; then
    changed=$(number "$temp/changes.md" changed)
    summarise "$temp/changes.md"
  else
    show "$temp/said"
    say warning 'What the pull request changes could not be shown; the log says why.'
  fi
fi
out changed "$changed"

# --- what waits in raw/ ---

# publish NAME BRANCH OLD NEW: puts a commit on its branch, for a pull request.
publish() {
  if ! git remote get-url origin >/dev/null 2>&1; then
    git branch --quiet --force "$2" "$4"
    say notice "What waited in raw/ of $1 is on the branch $2 of this clone; there is no remote to push it to."
    return 0
  fi
  tip=$(git ls-remote origin "refs/heads/$2" | cut -f 1)
  if [ -n "$tip" ]; then
    git fetch --quiet origin "refs/heads/$2"
    tip=$(git rev-parse FETCH_HEAD)
    if [ "$(git rev-parse "$tip^{tree}")" = "$(git rev-parse "$4^{tree}")" ] && git merge-base --is-ancestor "$3" "$tip"; then
      say notice "What waits in raw/ of $1 is on the branch $2 already."
      return 0
    fi
    git log --format='%ce %s' "$3..$tip" >"$temp/commits"
    if [ "$(grep -cvF "$bot_email hnp: " "$temp/commits")" -gt 0 ]; then
      say warning "Somebody committed to the branch $2, so it is left as it is. Merge it, or delete it and run this again."
      return 1
    fi
  fi
  if ! git push --quiet "--force-with-lease=refs/heads/$2:$tip" origin "$4:refs/heads/$2" 2>"$temp/said"; then
    show "$temp/said"
    say error "The branch $2 could not be pushed. The job needs \`permissions: contents: write\`, and actions/checkout has to keep its credentials (persist-credentials)."
    code=3
    return 1
  fi
  say notice "What waited in raw/ of $1 is on the branch $2: open a pull request from it."
}

# ingest NAME: takes in what waits, in a worktree of its own.
ingest() {
  branch=hnp-ingest-$1
  git check-ref-format "refs/heads/$branch" || fail "The fabric $1 has a name that no branch can have."
  old=$(git rev-parse HEAD)
  git worktree add --quiet --force --detach "$temp/ingest" "$old"
  taken=0
  GIT_AUTHOR_NAME=$bot_name GIT_AUTHOR_EMAIL=$bot_email GIT_COMMITTER_NAME=$bot_name GIT_COMMITTER_EMAIL=$bot_email \
    "$hnp" -C "$temp/ingest" ingest "--fabric=$1" --commit --format github --output "markdown=$temp/ingest.md" \
    >"$temp/annotations" 2>"$temp/said" || taken=$?
  annotate "$temp/annotations"
  show "$temp/said"
  new=$(git -C "$temp/ingest" rev-parse HEAD)
  git worktree remove --force "$temp/ingest"
  [ "$taken" -le "$code" ] || code=$taken
  if [ "$taken" -gt 1 ]; then
    say error "What waits in raw/ of $1 could not be taken in; the log says why."
  elif [ "$new" != "$old" ] && publish "$1" "$branch" "$old" "$new"; then
    branches="$branches${branches:+ }$branch"
    printf '### Taken in: what waited in raw/ of %s\n\nIt is on the branch <code>%s</code>, ready for a pull request.\n' "$1" "$branch" >"$temp/taken.md"
    summarise "$temp/taken.md"
    [ "$taken" -eq 0 ] || summarise "$temp/ingest.md"
  fi
}

branches=
may_ingest=false
if [ "${HNP_INGEST:-false}" = true ]; then
  case $event in
    push | workflow_dispatch)
      case ${GITHUB_REF:-} in
        # What this made itself.
        refs/heads/hnp-ingest-*) ;;
        refs/heads/*) may_ingest=true ;;
      esac
      ;;
  esac
fi
if [ "$may_ingest" = true ]; then
  looked=0
  "$hnp" ingest "$@" --dry-run --format json >"$temp/waiting.json" 2>"$temp/said" || looked=$?
  if [ "$looked" -gt 1 ]; then
    show "$temp/said"
    say error 'What waits in raw/ could not be looked at; the log says why.'
    code=$looked
  else
    # A line of its own, which no text of a repository can make: JSON has no line ends inside of strings.
    sed -n 's/^ *"fabric": "\([A-Za-z0-9][A-Za-z0-9._-]*\)",\{0,1\}$/\1/p' "$temp/waiting.json" | sort -u >"$temp/fabrics"
    while read -r name <&3; do ingest "$name"; done 3<"$temp/fabrics"
  fi
fi
out ingest-branch "$branches"

exit "$code"
