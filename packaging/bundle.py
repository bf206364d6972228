"""Makes what people download: ``make bundle``.

In ``dist/``: the folder that runs without Python, then what packages.py makes of it. The recipe of the folder
is goop-console.spec; prune.py and icu.py make it small; smoke_test.py tries it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import icons
import icu
import packages
import prune
import third_party

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BUILD, DIST = ROOT / "build", ROOT / "dist"
BUNDLE = DIST / "goop-console"
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
MOMENT = int(os.environ.get("SOURCE_DATE_EPOCH") or 0)
MAX_MB = 120  # of which 57 are Qt


def main() -> int:
    if sys.platform.startswith("linux") and not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        sys.exit(f"bundle: {sys.executable} has no shared library: `make bundle` looks for one that has")
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.rmtree(DIST, ignore_errors=True)
    icons.draw(BUILD / "icons")
    collect_licences(BUILD / "licences")
    freeze()
    if sys.platform.startswith("linux"):
        prune.prune(BUNDLE / "_internal")
        for library in BUNDLE.glob("_internal/PySide6/Qt/lib/libicudata.so.*"):
            icu.shorten(library)
    total = print_sizes()
    if total > MAX_MB * 1_000_000:
        sys.exit(f"bundle: {total / 1e6:.0f} MB unpacked, at most {MAX_MB} are wanted")
    refuse_paths_of_this_machine()
    packages.pack(BUNDLE, BUILD, VERSION, moment())
    return subprocess.run([sys.executable, str(HERE / "smoke_test.py"), str(BUNDLE)], check=False).returncode


def run(*command: str) -> None:
    same = {"SOURCE_DATE_EPOCH": str(moment()), "PYTHONHASHSEED": "0"}  # what is stored is in one order
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **same})


def moment() -> int:
    """When the last commit was made: the time that every file in the packages has."""
    if MOMENT:
        return MOMENT
    told = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], capture_output=True, text=True, cwd=ROOT, check=False
    ).stdout.strip()
    return int(told or 0)


def collect_licences(folder: Path) -> None:
    """The licence texts of all that is carried, by package, and those that Qt for Python only names."""
    for name, one in third_party.carried().items():
        for text in third_party.licence_files(one):
            (folder / name).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, folder / name / text.name)
    for text in (HERE / "licences").iterdir():
        shutil.copyfile(text, folder / text.name)


def freeze() -> None:
    """Run PyInstaller."""
    run(
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN",
        "--workpath", str(BUILD / "work"), "--distpath", str(DIST), str(HERE / "goop-console.spec"),
    )  # fmt: skip


def print_sizes() -> int:
    """What takes how much room; answers the bytes of all."""
    parts: dict[str, int] = defaultdict(int)
    for path in files(BUNDLE):
        inner = path.relative_to(BUNDLE).parts
        parts[inner[1] if len(inner) > 2 else inner[-1]] += path.stat().st_size
    total = sum(parts.values())
    for name, size in sorted(parts.items(), key=lambda item: -item[1])[:12]:
        print(f"  {size / 1e6:6.1f} MB  {name}")
    print(f"  {total / 1e6:6.1f} MB  all, unpacked")
    return total


def files(folder: Path) -> Iterator[Path]:
    """The regular files below ``folder``, in order; links are counted where they lead."""
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def refuse_paths_of_this_machine() -> None:
    """No text in the bundle says where it was built."""
    here = str(ROOT).encode()
    texts = (path for path in files(BUNDLE) if path.suffix not in ("", ".so") and ".so." not in path.name)
    telling = [str(path.relative_to(BUNDLE)) for path in texts if here in path.read_bytes()]
    if telling:
        sys.exit(f"bundle: the path of this machine stands in {', '.join(telling)}")


if __name__ == "__main__":
    sys.exit(main())
