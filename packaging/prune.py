"""Takes libraries out of a bundle that nothing in it needs any more.

PyInstaller collects what each Qt plugin needs before the recipe leaves some plugins out: GTK's dozen
libraries,
Kerberos for Qt's network, and links to libraries that are gone.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

_NEEDED = re.compile(r"^ +NEEDED +(\S+)$", re.MULTILINE)
_LIBRARY = re.compile(r"lib[^/]+\.so(\.\d+)*\Z")


def prune(folder: Path) -> None:
    """Remove the libraries directly in ``folder`` that no program, module or plugin below it leads to."""
    for link in [path for path in folder.rglob("*") if path.is_symlink() and not path.exists()]:
        link.unlink()
    libraries = {path.name: path for path in folder.iterdir() if _LIBRARY.match(path.name)}
    roots = [path for path in folder.rglob("*.so*") if path.is_file() and path not in libraries.values()]
    needed: set[str] = set()
    waiting = [*roots, folder.parent / "goop-console", *folder.glob("libpython*")]
    while waiting:
        names = _needed_by(waiting.pop()) - needed
        needed |= names
        waiting += [libraries[name] for name in names if name in libraries]
    for name, path in libraries.items():
        if name not in needed and not name.startswith("libpython"):
            path.unlink()


def _needed_by(path: Path) -> set[str]:
    done = subprocess.run(["objdump", "-p", str(path)], capture_output=True, text=True, check=False)
    return set(_NEEDED.findall(done.stdout))
