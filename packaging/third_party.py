"""Makes THIRD-PARTY.md from the metadata of what is installed: ``make third-party``.

The packages are the dependencies that pyproject.toml names, and theirs. Which libraries stand inside their
wheels no metadata says: that table is kept here.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "THIRD-PARTY.md"
INSIDE = (
    ("Qt 6", "PySide6_Essentials", "LGPL-3.0-only, with parts under BSD, MIT and others"),
    ("ICU", "PySide6_Essentials", "Unicode-3.0"),
    ("Lua 5.2", "lupa", "MIT"),
    ("OpenSSL", "cryptography", "Apache-2.0"),
    ("SQLite", "Python's standard library", "public domain"),
    ("Python 3", "the bundle", "PSF-2.0"),
)
NAMES = {"MIT style": "MIT"}
CLASSIFIERS = {"MIT License": "MIT", "BSD License": "BSD", "Apache Software License": "Apache-2.0"}
HEAD = """\
# What the program carries

Goop Console is under the MIT licence (`LICENSE`). It uses the packages below; a bundle has them inside, with
their own licence texts. Made by `make third-party`: do not edit.

"""


def carried() -> dict[str, Distribution]:
    """The packages that the program needs to run, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, Distribution] = {}
    waiting = list(map(Requirement, project["dependencies"]))
    while waiting:
        needed = waiting.pop()
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            one = distribution(needed.name)
            if one.name not in found:
                found[one.name] = one
                waiting += map(Requirement, one.requires or ())
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def licence(one: Distribution) -> str:
    """As the package names it: an SPDX expression where it has one. Raises ValueError when it names none."""
    told = str(one.metadata.get("License-Expression") or one.metadata.get("License") or "")
    if told and "\n" not in told and len(told) < 80:
        return NAMES.get(told, told)
    for classifier in one.metadata.get_all("Classifier") or ():
        if classifier.startswith("License :: OSI Approved :: "):
            last = classifier.rpartition(" :: ")[2]
            return CLASSIFIERS.get(last, last)
    raise ValueError(f"{one.name} names no licence in its metadata: look for it and add it here")


def licence_files(one: Distribution) -> Iterator[Path]:
    """The texts that come with the package."""
    for file in one.files or ():
        if re.search(r"\.dist-info/(licenses/|licen[cs]e|copying|notice|authors)", str(file), re.IGNORECASE):
            yield Path(str(one.locate_file(file)))


def page() -> str:
    """The text of THIRD-PARTY.md."""
    rows = [f"| {name} | {one.version} | {licence(one)} |" for name, one in carried().items()]
    inside = [f"| {name} | {where} | {told} |" for name, where, told in INSIDE]
    return HEAD + "\n".join(
        [
            "| package | version | licence |",
            "|---|---|---|",
            *rows,
            "",
            "Libraries inside them:",
            "",
            "| library | comes with | licence |",
            "|---|---|---|",
            *inside,
            "",
        ]
    )


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{FILE.name}: {len(carried())} packages\n")
