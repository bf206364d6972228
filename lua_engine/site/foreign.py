"""Opening what others may have put into a site folder.

A site folder may come from anybody: any name in it may be a link to a file of the owner's, a pipe that nobody
writes to, a device without end. Every file there is opened here, and only as a regular file below the folder,
reached one folder at a time without following a link, and read up to a bound.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from weakref import WeakValueDictionary

from lua_engine.base.errors import SiteError

_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
_HAS_DIR_FD = os.open in os.supports_dir_fd
_JUNCTION = 0xA0000003  # Windows: a folder that is really another one
_IGNORED = """# Goop Console's own files: only the saved calls are for others.
*
!.gitignore
!calls/
!calls/*
"""
_KINDS = (
    (stat.S_ISDIR, "is a folder, not a file"),
    (stat.S_ISFIFO, "is a pipe, not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
)


class ForeignFileError(SiteError):
    """A file that is not opened. ``reason`` says why without naming a path, for those who must not see
    one.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Rule:
    """What is opened. ``max_bytes``: a larger file is refused. ``links``: symbolic links that stay inside the
    folder are followed. ``hard_links``: a file may have other names too.
    """

    max_bytes: int
    links: bool = False
    hard_links: bool = True


def read_foreign(path: Path, home: Path, rule: Rule) -> bytes | None:
    """The bytes of ``path``, which lies below the folder ``home``; None when there is no such file.

    Raises :class:`ForeignFileError` for anything that ``rule`` does not allow, or that cannot be read.
    """
    descriptor = open_foreign(path, home, rule)
    if descriptor is None:
        return None
    try:
        return _read(path, descriptor, rule.max_bytes)
    except OSError as error:
        raise ForeignFileError(path, _unreadable(error)) from error
    finally:
        os.close(descriptor)


def open_foreign(path: Path, home: Path, rule: Rule) -> int | None:
    """A descriptor of the regular file ``path``, open for reading; see :func:`read_foreign`."""
    try:
        root, parts = _resolved(path, home, links=rule.links)
        descriptor = _open(root, parts)
    except (FileNotFoundError, NotADirectoryError):
        reason = _link_reason(path, home, links=rule.links)
        if reason:
            raise ForeignFileError(path, reason) from None
        return None
    except OSError as error:
        reason = _link_reason(path, home, links=rule.links) or _unreadable(error)
        raise ForeignFileError(path, reason) from error
    except ValueError:  # a NUL in the path
        raise ForeignFileError(path, "has a character in its name that no file may have") from None
    found = os.fstat(descriptor)
    reason = _flaw(found, rule)
    if reason:
        os.close(descriptor)
        raise ForeignFileError(path, reason)
    return descriptor


def file_status(path: Path) -> os.stat_result | None:
    """``lstat`` of ``path``; None when there is nothing. Raises :class:`ForeignFileError`."""
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ForeignFileError(path, f"cannot be inspected: {error.strerror or error}") from error
    except ValueError:
        raise ForeignFileError(path, "has a character in its name that no file may have") from None


class OpenFolder(Protocol):
    """A site folder that is open."""

    @property
    def is_gone(self) -> bool: ...


_open_folders: WeakValueDictionary[Path, OpenFolder] = WeakValueDictionary()
"""Those that are open now. A folder that takes the place of one of them is none of ours: nothing is made in
it.
"""


def folder_opened(path: Path, folder: OpenFolder | None) -> None:
    """``folder`` is open at ``path`` from now on; None: it is just being opened."""
    if folder is None:
        _open_folders.pop(path, None)
    else:
        _open_folders[path] = folder


def check_real(path: Path, home: Path, *, is_folder: bool) -> bool:
    """Whether ``path`` is there, as a real file (or folder) below real folders of ``home``: nothing on
    the way
    is a link. Raises :class:`ForeignFileError` when it is anything else.
    """
    inner = path.relative_to(home)
    for depth in range(1, len(inner.parts) + 1):
        place = home.joinpath(*inner.parts[:depth])
        found = file_status(place)
        if found is None:
            return False
        _refuse_unreal(place, found, is_folder=is_folder or place != path)
    return True


def check_inside(path: Path, home: Path) -> None:
    """Before ``path`` is written or moved: neither it nor a folder on the way may lead out of ``home``; a
    link that stays inside may. Raises :class:`ForeignFileError`.
    """
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(home)):
        raise ForeignFileError(
            path, "a symbolic link leads out of the site folder there; put the file or folder itself there"
        )


def own_folder(home: Path, *names: str) -> Path:
    """The folder of ours ``names`` below ``home``, which may not be there. Raises :class:`ForeignFileError`
    when a link, or a file, stands at any level: what we keep must stay in the folder.
    """
    path = home.joinpath(*names)
    known = _open_folders.get(home)
    if not home.is_dir() or (known is not None and known.is_gone):
        raise ForeignFileError(home, "the site folder is gone")
    check_real(path, home, is_folder=True)
    return path


def make_own_folder(home: Path, *names: str) -> Path:
    """The same, made when it is missing: only this user may look into it, and of what is in it git takes the
    saved calls alone. Raises :class:`ForeignFileError`.
    """
    path = own_folder(home, *names)
    try:
        for depth in range(1, len(names) + 1):
            home.joinpath(*names[:depth]).mkdir(mode=0o700, exist_ok=True)
        ignored = home / names[0] / ".gitignore"
        if not os.path.lexists(ignored):
            descriptor = os.open(ignored, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(_IGNORED)
    except FileExistsError:  # another console made it just now
        pass
    except OSError as error:
        raise ForeignFileError(path, f"cannot be made: {error.strerror or error}") from error
    return path


def is_link(found: os.stat_result) -> bool:
    """Whether an ``lstat`` is of a symbolic link, or of what Windows has instead."""
    return stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) == _JUNCTION


def kind_flaw(mode: int) -> str:
    """Why a file of that mode is not read (``is a pipe, not a file``); empty for a regular file."""
    if stat.S_ISREG(mode):
        return ""
    return next((words for is_kind, words in _KINDS if is_kind(mode)), "is not a file")


def _resolved(path: Path, home: Path, *, links: bool) -> tuple[Path, tuple[str, ...]]:
    """The real folder to begin at, and the names from there; with ``links`` those of what ``path`` leads
    to.
    """
    root = Path(os.path.realpath(home))
    if not links:
        return root, path.relative_to(home).parts
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(root):
        raise ForeignFileError(
            path, "is a symbolic link that leads out of the site folder; put the file itself there"
        )
    return root, real.relative_to(root).parts


def _open(root: Path, parts: tuple[str, ...]) -> int:
    """A descriptor of the file, reached without following a link."""
    if not parts:
        raise OSError(0, kind_flaw(stat.S_IFDIR))  # a link to the site folder itself
    if not _HAS_DIR_FD:  # Windows: making a link there needs rights that a script's author does not have
        return _open_regular(root.joinpath(*parts), None)
    folder = os.open(root, _FOLDER)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        return _open_regular(parts[-1], folder)
    finally:
        os.close(folder)


def _open_regular(name: str | Path, folder: int | None) -> int:
    """Open what is no device: opening one may do something. It is looked at again once it is open."""
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISREG(found.st_mode) and not is_link(found):
        raise OSError(0, kind_flaw(found.st_mode))
    return os.open(name, _FLAGS, dir_fd=folder)


def _flaw(found: os.stat_result, rule: Rule) -> str:
    if not stat.S_ISREG(found.st_mode):
        return kind_flaw(found.st_mode)
    if found.st_nlink > 1 and not rule.hard_links:
        return f"is a hard link (the file has {found.st_nlink} names); put a copy there instead"
    if found.st_size > rule.max_bytes:
        return _too_large(rule.max_bytes)
    return ""


def _read(path: Path, descriptor: int, max_bytes: int) -> bytes:
    chunks, size = [], 0
    while chunk := os.read(descriptor, min(max_bytes + 1 - size, 1024 * 1024)):
        chunks.append(chunk)
        size += len(chunk)
        if size > max_bytes:  # it grew, or its size is a lie as in /proc
            raise ForeignFileError(path, _too_large(max_bytes))
    return b"".join(chunks)


def _refuse_unreal(place: Path, found: os.stat_result, *, is_folder: bool) -> None:
    if is_link(found):
        what = "folder" if is_folder else "file"
        raise ForeignFileError(place, f"is a symbolic link; put a real {what} there, or remove it")
    if is_folder and not stat.S_ISDIR(found.st_mode):
        raise ForeignFileError(place, "is not a folder; move it away")
    if not is_folder and not stat.S_ISREG(found.st_mode):
        raise ForeignFileError(place, f"{kind_flaw(found.st_mode)}; move it away")


def _link_reason(path: Path, home: Path, *, links: bool) -> str:
    """What to say of a link on the way to ``path``, if there is one."""
    inner = path.relative_to(home)
    for depth in range(1, len(inner.parts) + 1):
        place = home.joinpath(*inner.parts[:depth])
        found = file_status(place)
        if found is None:
            return ""
        if is_link(found):
            if links and os.path.exists(place):
                continue
            if links:
                return "is a symbolic link that leads nowhere"
            name = "" if place == path else f"is below {place.name}, which "
            return f"{name}is a symbolic link; put a real {'file' if place == path else 'folder'} there"
    return ""


def _unreadable(error: OSError) -> str:
    if error.errno == 0:
        return str(error.strerror)
    return f"cannot be read: {error.strerror or error}"


def _too_large(max_bytes: int) -> str:
    size = f"{max_bytes // 2**20} MB" if max_bytes >= 2**20 else f"{max_bytes // 1024} KB"
    return f"is larger than {size}"
