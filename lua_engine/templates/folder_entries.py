"""The entries of a folder: plain files and folders; a link or a device is refused, a hidden folder is not
looked into.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lua_engine.site.inner_path import shown_path
from lua_engine.templates.entries import MAX_FILES, PIECE, Entry, left_out_as, refuse_number
from lua_engine.templates.manifest import TemplateError

_JUNCTION = 0xA0000003  # Windows: a folder that is really another one
# A file that became a link or a pipe since it was listed is neither followed nor waited for.
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def folder_entries(folder: Path) -> Iterator[Entry]:
    """Everything below ``folder`` in the order of the names. Raises :class:`TemplateError`.

    Whoever asks for the next entry has found the last one good: a folder that is too deep is not entered.
    """
    yield from _below(folder, "")


def _below(folder: Path, outer: str) -> Iterator[Entry]:
    for entry in _listing(folder, outer):
        name = f"{outer}{entry.name}"
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            raise TemplateError(f"{entry.path}: cannot be inspected: {error.strerror or error}") from error
        is_folder = stat.S_ISDIR(status.st_mode) and getattr(status, "st_reparse_tag", 0) != _JUNCTION
        if left_out_as(name, is_folder=is_folder):
            yield Entry(name, is_folder)
        elif is_folder:
            yield Entry(name, True)
            yield from _below(folder, f"{name}/")
        elif stat.S_ISREG(status.st_mode):
            yield Entry(name, False, _pieces(Path(entry.path)))
        else:
            raise TemplateError(
                f"{folder}: {shown_path(name)} is a link or a device; "
                "a template holds plain files only, so put a real file there"
            )


def _listing(folder: Path, outer: str) -> list[os.DirEntry[str]]:
    found: list[os.DirEntry[str]] = []
    try:
        with os.scandir(folder / outer) as entries:
            for entry in entries:
                found.append(entry)
                if len(found) > MAX_FILES * 2:
                    refuse_number(folder, "files")
    except OSError as error:
        raise TemplateError(f"{folder / outer}: cannot be read: {error.strerror or error}") from error
    return sorted(found, key=lambda entry: entry.name)


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with open(os.open(path, _OPEN), "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise TemplateError(f"{path}: is no longer a regular file; try again")
            while piece := file.read(PIECE):
                yield piece
    except OSError as error:
        raise TemplateError(f"{path}: cannot be read: {error.strerror or error}") from error
