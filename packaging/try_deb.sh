#!/usr/bin/env bash
# Tries the Debian package in a plain Debian 12: installs it, runs it and the smoke test of `make bundle` there, upgrades
# it, removes it, and looks that nothing is left.
#   sudo packaging/try_deb.sh dist/goop-console_*.deb [FOLDER]
# FOLDER is a Debian made before (debootstrap --variant=minbase bookworm FOLDER); without it one is made and thrown away.
set -euo pipefail

package=$(realpath "$1")
root=${2:-}
work=$(mktemp -d)
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf "$work"' EXIT
if [ -z "$root" ]; then
  root=$work/debian
  debootstrap --variant=minbase bookworm "$root" >/dev/null
fi
in_debian() {
  chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive QT_QPA_PLATFORM=offscreen "$@"
}
say() { echo "try_deb: $*"; }

rm -rf "$root/root/site" "$root/root/pictures"  # of a try before
mount -t proc proc "$root/proc"
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp "$package" "$root/tmp/now.deb"

# The same package under a higher version, to upgrade to.
dpkg-deb --raw-extract "$package" "$work/next"
sed -i 's/^Version: .*/&+next/' "$work/next/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$work/next" "$root/tmp/next.deb" >/dev/null

in_debian apt-get update -qq
in_debian apt-get install -y -qq --no-install-recommends /tmp/now.deb >/dev/null
say "installed"
if in_debian sh -c 'command -v python3'; then say "there is a Python: this shows little"; fi

in_debian goop-console --version
in_debian goop-console new /root/site --template todo --label Maya
in_debian goop-console call /root/site todo --action lists >/dev/null
in_debian goop-console demo --screenshots /root/pictures
test "$(find "$root/root/pictures" -name '*.png' | wc -l)" -gt 20
test -e "$root/usr/share/applications/org.goop2.Console.desktop"
say "it runs, with letters and pictures"
# For a screen: what the package recommends.
recommended=$(in_debian dpkg-query -W -f '${Recommends}' goop-console | tr -d ,)
# shellcheck disable=SC2086 # one word a package
in_debian apt-get install -y -qq --no-install-recommends $recommended >/dev/null
"$(dirname "$0")/../build-env/bin/python" "$(dirname "$0")/smoke_test.py" /opt/goop-console "$root"

in_debian apt-get install -y -qq --no-install-recommends /tmp/next.deb >/dev/null
in_debian dpkg-query -W -f '${Version}\n' goop-console | grep -q '+next$'
in_debian goop-console call /root/site todo --action lists >/dev/null
say "upgraded; the site is as it was"

in_debian apt-get purge -y -qq goop-console >/dev/null
for place in /opt/goop-console /usr/bin/goop-console /usr/share/applications/org.goop2.Console.desktop; do
  if [ -e "$root$place" ]; then say "$place is left"; exit 1; fi
done
test -e "$root/root/site/goop.json"
say "removed; the site is still there"
