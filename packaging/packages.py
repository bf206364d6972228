"""Makes of the bundle what people download: archive, Debian package, wheel, list of parts, checksums.

Every file in them has one time, so that two builds of one commit are the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import third_party

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
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


def pack(bundle: Path, build: Path, version: str, moment: int) -> None:
    """Everything, beside ``bundle``. ``moment``: seconds since 1970, the time of all files."""
    os.environ["SOURCE_DATE_EPOCH"] = str(moment)
    dist = bundle.parent
    _same_time(bundle, moment)
    pack_tar(bundle, version, moment)
    if shutil.which("dpkg-deb"):
        pack_deb(bundle, build, version, moment)
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(dist), str(ROOT))
    list_parts(dist / f"goop-console-{version}.cdx.json", version)
    write_sums(dist)


def run(*command: str) -> None:
    subprocess.run(command, check=True, cwd=ROOT)


def _same_time(folder: Path, moment: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (moment, moment), follow_symlinks=False)


def pack_tar(bundle: Path, version: str, moment: int) -> None:
    """An archive in which only the content counts: order, owner and times are always the same."""
    name = f"goop-console-{version}-{sys.platform}-{os.uname().machine}"

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = moment
        return entry

    with tarfile.open(bundle.parent / f"{name}.tar.xz", "w:xz", preset=3) as archive:
        for path in sorted(bundle.rglob("*")):
            archive.add(path, f"{name}/{path.relative_to(bundle)}", recursive=False, filter=plain)


def pack_deb(bundle: Path, build: Path, version: str, moment: int) -> None:
    """A Debian package: the bundle below /opt, its command, its place in the menu."""
    root = build / "deb"
    shutil.copytree(bundle, root / "opt/goop-console", symlinks=True)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/goop-console").symlink_to("/opt/goop-console/goop-console")
    install_desktop_files(root / "usr/share", build / "icons", version, moment)
    document = root / "usr/share/doc/goop-console/copyright"
    document.parent.mkdir(parents=True)
    document.write_text((ROOT / "LICENSE").read_text() + "\n" + (ROOT / "THIRD-PARTY.md").read_text())
    regular = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    kilobytes = sum(path.stat().st_size for path in regular) // 1024
    told = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True)
    architecture = told.stdout.strip()
    (root / "DEBIAN").mkdir()
    control = CONTROL.format(version=version, architecture=architecture, kilobytes=kilobytes)
    (root / "DEBIAN/control").write_text(control)
    _same_time(root, moment)
    package = bundle.parent / f"goop-console_{version}_{architecture}.deb"
    run("dpkg-deb", "--root-owner-group", "-Zxz", "-z3", "--build", str(root), str(package))


def install_desktop_files(share: Path, icons: Path, version: str, moment: int) -> None:
    """The menu entry, the description for software centres, the icons."""
    for folder in ("applications", "metainfo", "icons/hicolor/scalable/apps"):
        (share / folder).mkdir(parents=True)
    linux = HERE / "linux"
    entry = share / "applications/org.goop2.Console.desktop"
    shutil.copyfile(linux / entry.name, entry)
    date = datetime.fromtimestamp(moment, UTC).date().isoformat()
    text = (linux / "org.goop2.Console.metainfo.xml").read_text(encoding="utf-8")
    metainfo = share / "metainfo/org.goop2.Console.metainfo.xml"
    metainfo.write_text(text.replace("@VERSION@", version).replace("@DATE@", date), encoding="utf-8")
    checks = (["appstreamcli", "validate", "--no-net", str(metainfo)], ["desktop-file-validate", str(entry)])
    for check in checks:
        if shutil.which(check[0]):
            run(*check)
    shutil.copyfile(linux / "goop-console.svg", share / "icons/hicolor/scalable/apps/goop-console.svg")
    for picture in icons.glob("*.png"):
        size = picture.stem.rpartition("-")[2]
        folder = share / f"icons/hicolor/{size}x{size}/apps"
        folder.mkdir(parents=True)
        shutil.copyfile(picture, folder / "goop-console.png")


def list_parts(file: Path, version: str) -> None:
    """What is inside, for programs that look for known holes (a CycloneDX SBOM): the packages as
    cyclonedx-bom finds them, without the tools that built it, and the libraries in them.
    """
    run(
        sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--pyproject",
        str(ROOT / "pyproject.toml"), "--of", "JSON", "-o", str(file), sys.executable,
    )  # fmt: skip
    parts: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    carried = {_plain_name(name) for name in third_party.carried()}
    packages = [one for one in parts["components"] if _plain_name(one["name"]) in carried]
    missing = carried - {_plain_name(one["name"]) for one in packages}
    if missing:
        raise ValueError(f"the list of parts lacks {', '.join(sorted(missing))}")
    libraries = [
        {"type": "library", "bom-ref": name, "name": name, "licenses": [{"license": {"name": licence}}]}
        for name, _, licence in third_party.INSIDE
    ]
    kept = {one["bom-ref"] for one in packages}
    parts["components"] = packages + libraries
    parts["dependencies"] = [one for one in parts["dependencies"] if one["ref"] in kept]
    for one in parts["dependencies"]:
        one["dependsOn"] = [ref for ref in one.get("dependsOn", ()) if ref in kept]
    parts["metadata"]["component"] = {
        "type": "application", "bom-ref": "goop-console", "name": "goop-console", "version": version,
        "licenses": [{"license": {"id": "MIT"}}],
    }  # fmt: skip
    file.write_text(json.dumps(parts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _plain_name(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _says_sums(path: Path) -> bool:
    """A file that has the checksums in it: its own cannot be among them."""
    return path.name == "SHA256SUMS" or path.match("RELEASE-*.md")


def write_sums(dist: Path) -> None:
    """SHA256SUMS, as `sha256sum --check` reads it, of all that people download; also when there is one."""
    made = [path for path in sorted(dist.iterdir()) if path.is_file() and not _says_sums(path)]
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made]
    (dist / "SHA256SUMS").write_text("".join(lines))
    for path in made:
        print(f"  {path.stat().st_size / 1e6:6.1f} MB  {path.name}")
