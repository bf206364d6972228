#!/usr/bin/env bash
# What `make bundle` runs: an environment of its own, made with an interpreter that a bundle can be made of (one
# with a shared library: $PYTHON, those on the PATH, Debian's), then bundle.py.
set -euo pipefail
cd "$(dirname "$0")/.."

fits='import sys, sysconfig
sys.exit(sys.version_info < (3, 11) or sys.platform == "linux" and not sysconfig.get_config_var("Py_ENABLE_SHARED"))'
found=
for python in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
  if command -v "$python" >/dev/null && "$python" -c "$fits" 2>/dev/null; then found=$python; break; fi
done
if [ -z "$found" ]; then
  echo "bundle: no Python 3.11 or newer with a shared library, which a bundle needs."
  echo "bundle: please run:  sudo apt-get install libpython3-dev python3-venv"
  exit 1
fi
environment=build-env
test -x $environment/bin/pip || "$found" -m venv $environment
$environment/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bundle]' packaging
exec $environment/bin/python packaging/bundle.py "$@"
