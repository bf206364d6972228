"""What a folder or an archive holds, one entry after the other, and which names an entry of a template may
have.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from lua_engine.site.inner_path import folded_path, path_flaw, shown_path
from lua_engine.templates.manifest import TemplateError

MAX_FILES = 2_000
PIECE = 1024 * 1024  # bytes read at a time

_SYSTEM_FILES = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder as it was found. ``pieces`` read the file and may be left unread; they are good until
    the next entry is asked for.
    """

    name: str
    is_folder: bool
    pieces: Iterable[bytes] = ()


class NameGuard:
    """Counts the entries of one template and refuses names that are not a plain path everywhere, or are taken
    already.
    """

    def __init__(self, source: Path) -> None:
        self._source = source
        self._places: dict[str, tuple[str, bool]] = {}
        self._counts = {True: 0, False: 0}

    def add(self, name: str, *, is_folder: bool = False) -> None:
        """Take ``name`` in. Raises :class:`TemplateError`, which names the entry."""
        self._counts[is_folder] += 1
        if self._counts[is_folder] > MAX_FILES:
            refuse_number(self._source, "folders" if is_folder else "files")
        flaw = path_flaw(name)
        if flaw:
            raise TemplateError(
                f"{self._source}: the name {shown_path(name)} {flaw}; a template with such a name is refused"
            )
        parts = name.split("/")
        for depth in range(1, len(parts)):
            self._place("/".join(parts[:depth]), True, name)
        self._place(name, is_folder, name)

    def _place(self, name: str, is_folder: bool, entry: str) -> None:
        known, known_is_folder = self._places.setdefault(folded_path(name), (name, is_folder))
        if is_folder != known_is_folder:
            file, other = (entry, known) if known_is_folder else (known, entry)
            self._refuse(f"{shown_path(file)} is a file, and {shown_path(other)} needs a folder of that name")
        if known == name and not is_folder and self._is_twice(name):
            self._refuse(f"{shown_path(name)} is in it twice, so it is not clear which file is meant")
        if known != name:
            kind = "folder" if is_folder else "file"
            self._refuse(
                f"{shown_path(known)} and {shown_path(name)} are one {kind} where letter case, "
                "or the encoding of accents, does not matter"
            )

    def _is_twice(self, name: str) -> bool:
        """Whether the file ``name`` was taken in before; remembers it."""
        marker = f"{name}/"  # no name ends so
        if marker in self._places:
            return True
        self._places[marker] = (name, False)
        return False

    def _refuse(self, why: str) -> NoReturn:
        raise TemplateError(f"{self._source}: {why}; rename one of them")


def refuse_number(source: Path, what: str) -> NoReturn:
    """Raise the :class:`TemplateError` for too many of ``what``."""
    raise TemplateError(
        f"{source}: more than {MAX_FILES} {what}, the limit for a template; "
        "choose the folder or archive of one template"
    )


def left_out_as(name: str, *, is_folder: bool) -> str:
    """What is left out with ``name``, up to its first hidden part (``.git/``); empty when it belongs to the
    template.
    """
    parts = name.split("/")
    for depth, part in enumerate(parts, 1):
        if part.startswith(".") or part.lower() in _SYSTEM_FILES:
            return "/".join(parts[:depth]) + ("/" if is_folder or depth < len(parts) else "")
    return ""
