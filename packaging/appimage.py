"""Makes an AppImage of the bundle in ``dist/``: ``make appimage RUNTIME=FILE SHA256=...``.

The runtime is the small program that such a file begins with (``runtime-x86_64`` of the project
type2-runtime). Nothing that can be installed offline carries it, so a person fetches it once and says which
one it must be. The rest is here: an AppDir of the bundle, packed by mksquashfs, behind the runtime.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import bundle
import packages

ROOT = Path(__file__).resolve().parents[1]
_MAGIC = b"AI\x02"  # at byte 8 of a runtime of type 2
Pack = Callable[[Path, Path], None]


def main(arguments: list[str]) -> int:
    if len(arguments) != 2 or not all(arguments):
        print("appimage: make appimage RUNTIME=FILE SHA256=ITS-CHECKSUM", file=sys.stderr)
        return 2
    os.environ["SOURCE_DATE_EPOCH"] = str(bundle.moment())
    try:
        runtime = read_runtime(Path(arguments[0]), arguments[1])
        made = make(bundle.BUNDLE, bundle.BUILD, runtime, bundle.VERSION, squash)
    except (OSError, ValueError) as error:
        print(f"appimage: {error}", file=sys.stderr)
        return 2
    packages.write_sums(bundle.DIST)
    print(f"appimage: {made.relative_to(ROOT)}")
    return 0


def read_runtime(path: Path, wanted: str) -> bytes:
    """The runtime at ``path``. Raises ValueError unless it is one of type 2 with the checksum ``wanted``."""
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != wanted.lower():
        raise ValueError(f"{path} has the SHA-256 {found}, not {wanted}")
    if data[:4] != b"\x7fELF" or data[8:11] != _MAGIC:
        raise ValueError(f"{path} is no AppImage runtime of type 2")
    return data


def make(folder: Path, build: Path, runtime: bytes, version: str, pack: Pack) -> Path:
    """``goop-console-VERSION-ARCH.AppImage`` beside the bundle ``folder``. ``pack`` makes a squashfs file."""
    if not folder.is_dir():
        raise ValueError(f"{folder} is missing: make bundle first")
    inside, image = build / "AppDir", build / "AppDir.squashfs"
    shutil.rmtree(inside, ignore_errors=True)
    image.unlink(missing_ok=True)
    fill(inside, folder, build / "icons", version)
    pack(inside, image)
    made = folder.parent / f"goop-console-{version}-{os.uname().machine}.AppImage"
    made.write_bytes(runtime + image.read_bytes())
    made.chmod(0o755)
    return made


def fill(inside: Path, folder: Path, icons: Path, version: str) -> None:
    """The AppDir: the bundle, what starts it, and what a desktop shows of it."""
    shutil.copytree(folder, inside, symlinks=True)
    (inside / "AppRun").symlink_to("goop-console")
    moment = int(os.environ["SOURCE_DATE_EPOCH"])
    packages.install_desktop_files(inside / "usr/share", icons, version, moment)
    entry = "org.goop2.Console.desktop"
    shutil.copyfile(inside / "usr/share/applications" / entry, inside / entry)
    shutil.copyfile(
        inside / "usr/share/icons/hicolor/256x256/apps/goop-console.png", inside / "goop-console.png"
    )
    (inside / ".DirIcon").symlink_to("goop-console.png")


def squash(folder: Path, image: Path) -> None:
    """One owner, one time (SOURCE_DATE_EPOCH), one order: the same folder makes the same file."""
    if shutil.which("mksquashfs") is None:
        raise ValueError("mksquashfs is missing: sudo apt-get install squashfs-tools")
    command = ["mksquashfs", str(folder), str(image), "-root-owned", "-noappend", "-comp", "zstd", "-quiet"]
    subprocess.run([*command, "-no-progress"], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
