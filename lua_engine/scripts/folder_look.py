"""A cheap look at names, sizes and times: finds what no event told of.

Some file systems tell of nothing (NFS, SMB, FUSE), and a change made through another name of a file, or
behind a link, is told of elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

MAX_FILES = 5_000  # of one folder
Seen = dict[str, tuple[object, ...]]


class FolderLook:
    """What stands in the places that are read, by what they are about: ``config``, ``scripts``,
    ``schemas``.
    """

    def __init__(self) -> None:
        self._seen: Seen = {}

    def changed(self, places: Iterable[tuple[str, Path, str]]) -> set[str]:
        """Look at ``places`` (what it is about, a file or folder, the ending of the files that count);
        answers what is not as it was at the last look. The first look changes nothing.
        """
        now: Seen = {}
        for about, place, ending in places:
            now[about] = (*now.get(about, ()), *_marks(place, ending))
        before, self._seen = self._seen, now
        return {about for about in now if before and before.get(about) != now[about]}


def _marks(place: Path, ending: str) -> Iterator[tuple[object, ...]]:
    try:
        if not ending:
            yield _mark(place)
            return
        with os.scandir(place) as entries:
            names = sorted(entry.name for entry in islice(entries, MAX_FILES) if entry.name.endswith(ending))
    except OSError:  # not there, or not ours to see: that is a state too
        return
    for name in names:
        yield _mark(place / name)


def _mark(path: Path) -> tuple[object, ...]:
    """What tells one version of a file from another; of a link, what it leads to."""
    try:
        found = os.stat(path)
    except OSError:
        return (path.name,)
    return path.name, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
