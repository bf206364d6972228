"""Files that come with the program: in the repository, in an installed wheel, and in a PyInstaller bundle."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(path: str) -> Path:
    """The file or folder ``path`` of ``resources/``."""
    frozen = getattr(sys, "_MEIPASS", None)
    places = (
        (Path(frozen) / "resources",) if frozen else (_PACKAGE / "_resources", _PACKAGE.parent / "resources")
    )
    for place in places:
        if (place / path).exists():
            return place / path
    raise FileNotFoundError(f"{path} is missing from this installation ({', '.join(map(str, places))})")
