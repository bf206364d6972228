"""Makes what people download: ``make bundle``.

In ``dist/``: the folder that runs without Python, the same as ``.tar.xz`` and ``.deb``, the wheel, and
SHA256SUMS. The recipe of the folder is goop-console.spec; smoke_test.py tries it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BUILD, DIST = ROOT / "build", ROOT / "dist"
BUNDLE = DIST / "goop-console"
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
MOMENT = int(os.environ.get("SOURCE_DATE_EPOCH") or 0)
MAX_MB = 155  # of which 90 are Qt, and 32 of these ICU's data


def main() -> int:
    if sys.platform.startswith("linux") and not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        sys.exit(
            f"bundle: {sys.executable} has no shared library, which a bundle needs. "
            "Make .venv with one that has: "
            "apt-get install libpython3.11 python3-venv, then make clean, "
            "then PYTHON=/usr/bin/python3 make bundle"
        )
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.rmtree(DIST, ignore_errors=True)
    _module("icons").draw(BUILD / "icons")
    collect_licences(BUILD / "licences")
    freeze()
    if sys.platform.startswith("linux"):
        _module("prune").prune(BUNDLE / "_internal")
    total = print_sizes()
    if total > MAX_MB * 1_000_000:
        sys.exit(f"bundle: {total / 1e6:.0f} MB unpacked, at most {MAX_MB} are wanted")
    refuse_paths_of_this_machine()
    pack_tar()
    if shutil.which("dpkg-deb"):
        pack_deb()
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(DIST), str(ROOT))
    write_sums()
    return subprocess.run([sys.executable, str(HERE / "smoke_test.py"), str(BUNDLE)], check=False).returncode


def run(*command: str) -> None:
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "SOURCE_DATE_EPOCH": str(moment())})


def moment() -> int:
    """When the last commit was made: the time that every file in the packages has."""
    if MOMENT:
        return MOMENT
    told = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], capture_output=True, text=True, cwd=ROOT, check=False
    ).stdout.strip()
    return int(told or 0)


def _module(name: str) -> ModuleType:
    """A script beside this one. The folder is no package: a library has its name."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def collect_licences(folder: Path) -> None:
    """The licence texts of all that is carried, by package, and those that Qt for Python only names."""
    third_party = _module("third_party")
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


def pack_tar() -> None:
    """The bundle in an archive in which only the content counts:
    order, owner and times are always the same.
    """
    name = f"goop-console-{VERSION}-linux-{os.uname().machine}"
    with tarfile.open(DIST / f"{name}.tar.xz", "w:xz", preset=3) as archive:
        for path in sorted(BUNDLE.rglob("*")):
            archive.add(path, f"{name}/{path.relative_to(BUNDLE)}", recursive=False, filter=_plain)


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = moment()
    return entry


CONTROL = """\
Package: goop-console
Version: {version}
Section: devel
Priority: optional
Architecture: {architecture}
Installed-Size: {kilobytes}
Depends: libc6 (>= 2.36), libgl1, libegl1, libfontconfig1, libxkbcommon0, libdbus-1-3, libglib2.0-0,
  fonts-dejavu-core
Recommends: libxcb-cursor0, libxkbcommon-x11-0, libxcb-icccm4, libxcb-keysyms1, libxcb-shape0
Maintainer: The Goop Console team <goop-console@localhost>
Description: desktop console for the owner of a Goop2 site
 Opens a site folder and shows its Lua scripts, the data behind them, the logs,
 and a call tester in which the owner becomes any visitor.
"""


def pack_deb() -> None:
    """A Debian package: the bundle below /opt, its command, its place in the menu."""
    root = BUILD / "deb"
    shutil.copytree(BUNDLE, root / "opt/goop-console", symlinks=True)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/goop-console").symlink_to("/opt/goop-console/goop-console")
    install_desktop_files(root / "usr/share")
    document = root / "usr/share/doc/goop-console/copyright"
    document.parent.mkdir(parents=True)
    document.write_text((ROOT / "LICENSE").read_text() + "\n" + (ROOT / "THIRD-PARTY.md").read_text())
    kilobytes = sum(path.stat().st_size for path in files(root)) // 1024
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    (root / "DEBIAN").mkdir()
    control = CONTROL.format(version=VERSION, architecture=architecture, kilobytes=kilobytes)
    (root / "DEBIAN/control").write_text(control)
    package = DIST / f"goop-console_{VERSION}_{architecture}.deb"
    run("dpkg-deb", "--root-owner-group", "-Zxz", "-z3", "--build", str(root), str(package))


def install_desktop_files(share: Path) -> None:
    """The menu entry, the description for software centres, the icons."""
    for folder in ("applications", "metainfo", "icons/hicolor/scalable/apps"):
        (share / folder).mkdir(parents=True)
    linux = HERE / "linux"
    shutil.copyfile(linux / "org.goop2.Console.desktop", share / "applications/org.goop2.Console.desktop")
    date = datetime.fromtimestamp(moment(), UTC).date().isoformat()
    text = (linux / "org.goop2.Console.metainfo.xml").read_text(encoding="utf-8")
    metainfo = share / "metainfo/org.goop2.Console.metainfo.xml"
    metainfo.write_text(text.replace("@VERSION@", VERSION).replace("@DATE@", date), encoding="utf-8")
    entry = share / "applications/org.goop2.Console.desktop"
    for check in (
        ["appstreamcli", "validate", "--no-net", str(metainfo)],
        ["desktop-file-validate", str(entry)],
    ):
        if shutil.which(check[0]):
            run(*check)
    shutil.copyfile(linux / "goop-console.svg", share / "icons/hicolor/scalable/apps/goop-console.svg")
    for picture in (BUILD / "icons").glob("*.png"):
        size = picture.stem.rpartition("-")[2]
        folder = share / f"icons/hicolor/{size}x{size}/apps"
        folder.mkdir(parents=True)
        shutil.copyfile(picture, folder / "goop-console.png")


def write_sums() -> None:
    """SHA256SUMS, as `sha256sum --check` reads it."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(DIST.iterdir())
        if path.is_file()
    ]
    (DIST / "SHA256SUMS").write_text("".join(lines))
    print(
        "".join(f"  {path.stat().st_size / 1e6:6.1f} MB  {path.name}\n" for path in sorted(DIST.glob("*.*"))),
        end="",
    )


if __name__ == "__main__":
    sys.exit(main())
