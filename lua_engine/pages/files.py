"""The site's files as visitors get them: everything below the site root but scripts and hidden files.

A site folder may come from anybody, and so may the path: it is checked part by part, and the file is opened
one folder at a time without following a link, as a regular file only.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from lua_engine.pages.errors import PageError, not_found
from lua_engine.site.atomic import write_atomic
from lua_engine.site.folder import SiteFolder

INDEX = "index.html"
MAX_PATH = 1_024  # characters
MAX_LISTED = 10_000
MAX_UPLOAD = 32 * 1024 * 1024
_FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_FILE_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)
_FORBIDDEN = set('\\:*?"<>|')


@dataclass(frozen=True, slots=True)
class PageFile:
    """An open file; ``stream`` is to be closed. ``path`` is relative to the site root. ``tag`` changes with
    the content.
    """

    path: str
    stream: BinaryIO
    size: int
    tag: str


class PageFiles:
    """Thread-safe. Raises :class:`PageError`: not found, whatever the reason is, so that nothing is told."""

    def __init__(self, folder: SiteFolder) -> None:
        self._folder = folder

    def open(self, path: str) -> PageFile:
        """The file at ``path`` (decoded, ``/`` between folders); a folder's ``index.html``."""
        parts = self._parts(path)
        if path.endswith("/") or not parts:
            parts = [*parts, INDEX]
        try:
            descriptor = _open(self._folder.site_root, parts)
        except OSError:
            raise _missing(path) from None
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            os.close(descriptor)
            raise _missing(path)
        if found.st_nlink > 1:  # its content may be that of any file of the owner's
            os.close(descriptor)
            raise not_found("404: the page is a hard link (the file has other names); put a copy there")
        stream = os.fdopen(descriptor, "rb")
        return PageFile("/".join(parts), stream, found.st_size, f"{found.st_mtime_ns:x}-{found.st_size:x}")

    def is_folder(self, path: str) -> bool:
        """Is ``path`` a folder with an ``index.html``? Its address then needs a ``/`` at the end."""
        try:
            parts = self._parts(path)
            os.close(_open(self._folder.site_root, [*parts, INDEX]))
        except (OSError, PageError):
            return False
        return bool(parts)

    def listed(self) -> list[dict[str, Any]]:
        """``[{Path, IsDir, Depth}]``, folders before what is in them."""
        found = []
        for path, is_folder in self.walk():
            found.append({"Path": path, "IsDir": is_folder, "Depth": path.count("/")})
            if len(found) == MAX_LISTED:
                break
        return found

    def walk(self) -> Iterator[tuple[str, bool]]:
        """Relative path, and whether it is a folder, of everything that visitors may get."""
        root = self._folder.site_root
        waiting = [""]
        while waiting:
            inner = waiting.pop()
            try:
                entries = sorted(os.scandir(root / inner), key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in entries:
                path = f"{inner}/{entry.name}" if inner else entry.name
                is_folder = entry.is_dir(follow_symlinks=False)
                if entry.is_symlink() or not self._is_public(path.split("/")):
                    continue
                yield path, is_folder
                if is_folder:
                    waiting.append(path)

    def write(self, path: str, data: bytes) -> str:
        """Put a file in its place (atomically); answers its tag. For the owner."""
        parts = self._parts(path)
        if not parts or path.endswith("/") or len(data) > MAX_UPLOAD:
            raise _missing(path)
        target = self._folder.site_root
        for part in parts[:-1]:
            target = target / part
            if target.is_symlink():
                raise _missing(path)
            target.mkdir(exist_ok=True)
        target = target / parts[-1]
        if target.is_symlink() or target.is_dir():
            raise _missing(path)
        write_atomic(target, data)
        found = target.stat()
        return f"{found.st_mtime_ns:x}-{found.st_size:x}"

    def remove(self, path: str) -> None:
        """Delete a file. For the owner."""
        opened = self.open(path)
        opened.stream.close()
        (self._folder.site_root / opened.path).unlink()

    def _parts(self, path: str) -> list[str]:
        if len(path) > MAX_PATH or any(ord(one) < 32 or one in _FORBIDDEN for one in path):
            raise _missing(path)
        parts = [part for part in path.split("/") if part]
        if any(part in (".", "..") or part.endswith((".", " ")) for part in parts):
            raise _missing(path)
        if not self._is_public(parts):
            raise _missing(path)
        return parts

    def _is_public(self, parts: list[str]) -> bool:
        """Not hidden, and not below the script folder, in any spelling that some file system takes for it."""
        if any(part.startswith(".") or _folded(part).startswith(".") for part in parts):
            return False
        folded = [_folded(part) for part in parts]
        return not any(folded[: len(one)] == one for one in self._script_folders())

    def _script_folders(self) -> list[list[str]]:
        found = [["lua"]]
        root, scripts = self._folder.site_root, self._folder.lua_dir
        if scripts != root and scripts.is_relative_to(root):
            found.append([_folded(part) for part in scripts.relative_to(root).parts])
        return found


def _open(root: Path, parts: list[str]) -> int:
    if os.open not in os.supports_dir_fd:  # Windows
        path = root.joinpath(*parts)
        if any(one.is_symlink() for one in (path, *path.parents) if one.is_relative_to(root)):
            raise FileNotFoundError(path)
        return os.open(path, _FILE_FLAGS)
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FOLDER_FLAGS, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(parts[-1], _FILE_FLAGS, dir_fd=folder)
    finally:
        os.close(folder)


def _folded(part: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", part).casefold()).rstrip(". ")


def _missing(_path: str) -> PageError:
    return not_found("404 page not found")
