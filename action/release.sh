#!/bin/sh
# Fetches the release that release.txt beside it pins. Read in by action/run.sh and hooks/run, which set `here` to this
# directory first. Nothing whose checksum is another one is ever left where it could be run.

# sum_of FILE
sum_of() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# fetch URL FILE
fetch() {
  case $1 in
    https://*)
      if command -v curl >/dev/null 2>&1; then
        curl --proto '=https' --tlsv1.2 -fsSL --retry 3 --max-time 120 -o "$2" "$1"
      else
        wget -q --https-only --tries 3 -O "$2" "$1"
      fi
      ;;
    /*) cp -- "$1" "$2" ;;
    *) return 1 ;;
  esac
}

# Sets release_version, release_name and release_sum; 1 where no release for this machine is pinned.
release_pinned() {
  # shellcheck disable=SC2154 # `here` is set by who reads this in.
  release_version=$(sed -n 's/^version \([0-9][0-9A-Za-z.+-]*\)$/\1/p' "$here/release.txt" | head -n 1)
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) release_name="hnp-x86_64-unknown-linux-musl" ;;
    Linux-aarch64 | Linux-arm64) release_name="hnp-aarch64-unknown-linux-musl" ;;
    *) return 1 ;;
  esac
  release_sum=$(sed -n "s/^\([0-9a-f]\{64\}\)  $release_name\$/\1/p" "$here/release.txt" | head -n 1)
  [ -n "$release_version" ] && [ -n "$release_sum" ]
}

# release_fetch FILE: 1 where it cannot be had, 2 where it has another checksum, which `release_seen` then holds.
release_fetch() {
  # A mirror for machines without the internet: what it gives is held to the same checksum.
  release_from=${HNP_MIRROR:-https://github.com/githedgehog/hnp/releases/download/v$release_version}
  fetch "$release_from/$release_name" "$1" || return 1
  release_seen=$(sum_of "$1")
  if [ "$release_seen" != "$release_sum" ]; then
    rm -f "$1"
    return 2
  fi
  chmod +x "$1"
}
