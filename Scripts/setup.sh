#!/usr/bin/env bash
# Installs what is missing for building, and for testing or packaging, on Debian 12 and 13. Says what it does; does nothing
# twice.
#
#   Scripts/setup.sh build | tests | package
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=(make git libcurl4-openssl-dev libssl-dev libsqlite3-dev zlib1g-dev libjpeg62-turbo-dev libpng-dev libwebp-dev libgif-dev
  python3 python3-venv)
if [ "${1:-build}" = tests ]; then packages+=(fonts-dejavu-core fonts-liberation curl); fi
if [ "${1:-build}" = package ]; then packages+=(zip dpkg-dev build-essential); fi

if ! command -v "${SWIFT:-swift}" >/dev/null; then
  echo "Swift is missing: install the toolchain 6.1 or later from swift.org, then run this again." >&2
  exit 1
fi

is_installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$'; }

sudo=()
[ "$(id -u)" = 0 ] || sudo=(sudo)
install() { "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"; }

missing=()
for package in "${packages[@]}"; do
  is_installed "$package" || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null; then
    echo "These packages are missing, and there is no apt-get to install them: ${missing[*]}" >&2
    exit 1
  fi
  echo "Installing system packages: ${missing[*]}"
  "${sudo[@]}" apt-get update -q
  install "${missing[@]}"
fi

# Version 2 of the AWS CLI: one test asks it, and is skipped without it.
if [ "${1:-build}" = tests ] && ! is_installed awscli && command -v apt-get >/dev/null; then
  echo "Installing the AWS CLI, version 2: awscli"
  { "${sudo[@]}" apt-get update -q && install awscli; } || echo "It could not be installed; its test is skipped." >&2
fi

if [ "${1:-build}" = tests ]; then
  wanted=$(sha256sum Tests/Interop/requirements.txt | cut -d' ' -f1)
  if [ "$(cat .venv/requirements.sha256 2>/dev/null)" != "$wanted" ]; then
    echo "Installing the Python clients for the tests into .venv"
    python3 -m venv --clear .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check -r Tests/Interop/requirements.txt
    echo "$wanted" >.venv/requirements.sha256
  fi
fi
