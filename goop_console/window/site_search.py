"""Sites of Goop2 on this machine, looked for where its owner would have put them.

Goop2 keeps each site as a folder in ``peers/`` beside the program, so the usual places are the home folder,
and in it the folders that programs are unpacked to.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

MAX_SITES = 6
_MAX_ENTRIES = 200  # of one folder: whoever has more does not find a site by looking
_PROGRAM = ("goop2", "Goop2", "goop", "Goop", "goop-ui", "goop2-main")
_AROUND = (
    "",
    "Documents",
    "Downloads",
    "Desktop",
    "Applications",
    "src",
    "Projects",
    "projects",
    "code",
    "apps",
)


def likely_sites(home: Path) -> list[Path]:
    """Up to ``MAX_SITES`` site folders below ``home``, each once. Reads folders: not for the Qt thread."""
    found: dict[Path, None] = {}
    for folder in _places(home):
        for site in (folder, *_folders(folder), *_folders(folder / "peers")):
            if _is_site(site):
                found.setdefault(site.resolve())
                if len(found) == MAX_SITES:
                    return list(found)
    return list(found)


def _places(home: Path) -> Iterator[Path]:
    for around in _AROUND:
        if around:
            yield home / around
        else:
            yield home / "peers"
        yield from (home / around / program for program in _PROGRAM)


def _folders(folder: Path) -> list[Path]:
    """The folders in ``folder``, by name; none where it cannot be read."""
    try:
        return sorted(path for path in islice(folder.iterdir(), _MAX_ENTRIES) if path.is_dir())
    except OSError:
        return []


def _is_site(folder: Path) -> bool:
    try:
        return (folder / "goop.json").is_file()
    except OSError:  # a folder that may not be entered
        return False
