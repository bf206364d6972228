#!/usr/bin/env bash
# Debian packages that Qt needs. As root it installs what is missing; otherwise it says what to run.
#   system-packages.sh           off screen and in a window
#   system-packages.sh --test    and what the tests need on top
set -euo pipefail

packages=(
  # Qt off screen, and a font
  libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libfreetype6 libdbus-1-3 fonts-dejavu-core
  # a real window
  libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0
)
if [ "${1:-}" = "--test" ]; then packages+=(xvfb xauth chromium); fi

if ! command -v dpkg-query >/dev/null; then
  echo "system-packages: this is no Debian; the packages there are called: ${packages[*]}"
  exit 0
fi
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing+=("$package")
done
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi
if [ "$(id -u)" -ne 0 ]; then
  echo "system-packages: please run:  sudo apt-get install ${missing[*]}"
  exit 0
fi
echo "system-packages: installing ${missing[*]}"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
