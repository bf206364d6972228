"""Which relative paths may stand in a file or an archive: plain ones, on every system, below one folder."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

MAX_PATH = 200  # characters
MAX_PART = 200  # bytes of one part in UTF-8; file systems allow 255, a temporary name beside it takes some
MAX_DEPTH = 16

_PORTS = (f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³")
_DEVICES = frozenset({"con", "prn", "aux", "nul", "conin$", "conout$", "clock$", *_PORTS})
_NOT_ON_WINDOWS = frozenset('<>:"|?*')


def path_flaw(text: str, *, max_path: int = MAX_PATH, max_depth: int = MAX_DEPTH) -> str:
    """Why ``text`` is no plain relative path on every system (``is an absolute path``); empty when it is
    one.
    """
    parts = text.split("/")
    try:
        longest = max(len(part.encode()) for part in parts)
    except UnicodeEncodeError:
        return "is not UTF-8"
    if text.startswith(("/", "\\")) or text[1:2] == ":":
        return "is an absolute path"
    if "\\" in text:
        return "has a backslash in it"
    if any(part in ("", ".", "..") for part in parts):
        return "leads elsewhere ('..', '.' or an empty part)"
    if not text.isprintable() or _NOT_ON_WINDOWS & set(text):
        return "has characters that no file name may have everywhere"
    if len(text) > max_path or len(parts) > max_depth or longest > MAX_PART:
        return f"is longer than {max_path} characters or deeper than {max_depth} folders"
    if any(part.endswith((".", " ")) or part.split(".")[0].rstrip().lower() in _DEVICES for part in parts):
        return "cannot be a file's name on Windows"
    return ""


def folded_path(text: str) -> str:
    """Equal for paths that are one file on some system: Unicode's canonical caseless matching, upper case
    first as NTFS does it.
    """
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).upper().casefold())


def is_below(text: str, places: Iterable[str]) -> bool:
    """Whether ``text`` lies in one of the folders ``places``, spelt as they are."""
    return any(text.startswith(f"{place}/") for place in places)


def shown_path(text: str | bytes) -> str:
    """``text`` as it can be printed, quoted, cut when it is long."""
    plain = (
        text.decode("utf-8", "backslashreplace")
        if isinstance(text, bytes)
        else text.encode("utf-8", "backslashreplace").decode()
    )
    return repr(plain if len(plain) <= 80 else f"{plain[:80]}...")
