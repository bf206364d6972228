"""What a folder or an archive holds, one entry after the other, and which names an entry of a template may
have.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from lua_engine.templates.manifest import TemplateError

MAX_FILES = 2_000
MAX_NAME = 200  # characters of a path
MAX_PART = 200  # bytes of one part in UTF-8; file systems allow 255, a temporary name beside it takes some
MAX_DEPTH = 16
PIECE = 1024 * 1024  # bytes read at a time

_SYSTEM_FILES = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
_PORTS = (f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³")
_DEVICES = frozenset({"con", "prn", "aux", "nul", "conin$", "conout$", *_PORTS})
_NOT_ON_WINDOWS = frozenset('<>:"|?*')


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
        flaw = name_flaw(name)
        if flaw:
            raise TemplateError(
                f"{self._source}: the name {shown(name)} {flaw}; a template with such a name is refused"
            )
        parts = name.split("/")
        for depth in range(1, len(parts)):
            self._place("/".join(parts[:depth]), True, name)
        self._place(name, is_folder, name)

    def _place(self, name: str, is_folder: bool, entry: str) -> None:
        known, known_is_folder = self._places.setdefault(_folded(name), (name, is_folder))
        if is_folder != known_is_folder:
            file, other = (entry, known) if known_is_folder else (known, entry)
            self._refuse(f"{shown(file)} is a file, and {shown(other)} needs a folder of that name")
        if known == name and not is_folder and self._is_twice(name):
            self._refuse(f"{shown(name)} is in it twice, so it is not clear which one file is meant")
        if known != name:
            kind = "folder" if is_folder else "file"
            self._refuse(
                f"{shown(known)} and {shown(name)} are one {kind} where letter case, "
                "or the way accents are written, does not count"
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
        f"{source}: more than {MAX_FILES} {what}, which no template may have; "
        "choose the folder or archive of one template"
    )


def name_flaw(name: str) -> str:
    """Why ``name`` is no plain relative path on every system; empty when it is one."""
    parts = name.split("/")
    try:
        longest = max(len(part.encode()) for part in parts)
    except UnicodeEncodeError:
        return "is not UTF-8"
    if name.startswith(("/", "\\")) or name[1:2] == ":":
        return "is an absolute path"
    if "\\" in name:
        return "has a backslash in it"
    if any(part in ("", ".", "..") for part in parts):
        return "leads elsewhere ('..', '.' or an empty part)"
    if not name.isprintable() or _NOT_ON_WINDOWS & set(name):
        return "has characters that no file name may have everywhere"
    if len(name) > MAX_NAME or len(parts) > MAX_DEPTH or longest > MAX_PART:
        return f"is longer than {MAX_NAME} characters or deeper than {MAX_DEPTH} folders"
    if any(part.endswith((".", " ")) or part.split(".")[0].rstrip().lower() in _DEVICES for part in parts):
        return "cannot be a file's name on Windows"
    return ""


def left_out_as(name: str, *, is_folder: bool) -> str:
    """What is left out with ``name``, up to its first hidden part (``.git/``); empty when it belongs to the
    template.
    """
    parts = name.split("/")
    for depth, part in enumerate(parts, 1):
        if part.startswith(".") or part.lower() in _SYSTEM_FILES:
            return "/".join(parts[:depth]) + ("/" if is_folder or depth < len(parts) else "")
    return ""


def shown(name: str | bytes) -> str:
    """``name`` as it can be printed, quoted, cut when it is long."""
    text = (
        name.decode("utf-8", "backslashreplace")
        if isinstance(name, bytes)
        else name.encode("utf-8", "backslashreplace").decode()
    )
    return repr(text if len(text) <= 80 else f"{text[:80]}...")


def _folded(name: str) -> str:
    """Equal for names that are one file on some system: Unicode's canonical caseless matching, upper case
    first as NTFS does it.
    """
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).upper().casefold())
