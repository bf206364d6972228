"""Writing a file so that a reader, or a crash, only ever sees the old one or the new one."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
import stat
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from lua_engine.base.errors import SiteError

_TEMPORARY = re.compile(r"\..{1,100}\.(?:[0-9a-f]{12}|[0-9a-f]{20})\.tmp", re.DOTALL)
_OLD_SECONDS = 3_600.0


class WriteError(SiteError):
    """A file cannot be written. ``reason`` says why without naming a path, for those who must not see one."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.reason = reason


def write_atomic(
    path: Path, data: bytes, *, mode: int | None = None, exclusive: bool = False, follow: bool = True
) -> None:
    """Put ``data`` at ``path``: a temporary file in the same folder, fsync, rename.

    A file that is there keeps its mode and owner, and a symbolic link stays one (its target is replaced);
    without ``follow`` the link itself is replaced. ``mode`` is for a new file (default: 0666 less the
    umask) and wins over the old one when given. ``exclusive`` refuses to replace anything. Raises
    :class:`WriteError` with the path and the reason (disk full, read-only, ...); :class:`FileExistsError`
    when ``exclusive``.
    """
    target = Path(os.path.realpath(path)) if follow else path
    temporary = temporary_beside(target)
    try:
        try:
            _write_synced(temporary, data, target, mode)
            _put_in_place(temporary, target, exclusive)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(target.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise WriteError(path, f"cannot be written: {_why(error, target.parent)}") from error


def _why(error: OSError, folder: Path) -> str:
    """A file is replaced, so it is its folder that must let one write."""
    if isinstance(error, PermissionError) and not os.access(folder, os.W_OK | os.X_OK):
        return f"its folder {folder.name} lets you write nothing ({error.strerror})"
    return error.strerror or str(error)


def temporary_beside(path: Path) -> Path:
    """A name, taken by nobody, for what is to replace ``path``; it says which process writes there."""
    return path.with_name(f".{path.name[:100]}.{_writer_mark()}{secrets.token_hex(4)}.tmp")


def clear_temporaries(path: Path) -> None:
    """Remove what a :func:`write_atomic` of ``path`` that was killed has left. Only while nobody else can be
    writing there.
    """
    pattern = re.compile(re.escape(f".{path.name[:100]}.") + r"(?:[0-9a-f]{12}|[0-9a-f]{20})\.tmp")
    if path.parent.is_dir():
        for one in path.parent.iterdir():
            if pattern.fullmatch(one.name):
                one.unlink(missing_ok=True)


def sweep_temporaries(home: Path, folders: Iterable[Path]) -> list[Path]:
    """Remove what killed processes of this program left half-written in ``folders`` of ``home``, and only
    that; answers what is gone. A folder that leads out of ``home`` is not looked into.

    A temporary file of ours names who writes it (``.goop.json.<process><machine><random>.tmp``): it goes when
    that process is gone from this machine. Those of older builds name nobody: they go after an hour.
    """
    swept = []
    root = os.path.realpath(home)
    for folder in folders:
        if not Path(os.path.realpath(folder)).is_relative_to(root):
            continue
        try:
            found = [one for one in folder.iterdir() if _TEMPORARY.fullmatch(one.name)]
        except OSError:  # not there, or not ours to see: nothing of ours is in it
            continue
        for path in found:
            if _is_left_over(path):
                path.unlink(missing_ok=True)
                swept.append(path)
    return swept


def _is_left_over(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    if not stat.S_ISREG(found.st_mode) or (os.name == "posix" and found.st_uid != os.geteuid()):
        return False
    mark = path.name.split(".")[-2]
    if len(mark) == 12 or os.name != "posix":
        return time.time() - found.st_mtime > _OLD_SECONDS
    return mark[8:12] == _machine() and not _lives(int(mark[:8], 16))


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # somebody else's: it lives
        return True
    return True


def _writer_mark() -> str:
    return f"{os.getpid() & 0xFFFFFFFF:08x}{_machine()}"


@cache
def _machine() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:4]


def _write_synced(temporary: Path, data: bytes, target: Path, mode: int | None) -> None:
    old = target.stat() if target.exists() else None
    descriptor = os.open(
        temporary,
        os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0),
        0o666 if mode is None else mode,
    )
    with os.fdopen(descriptor, "wb") as file:
        if old is not None:
            _keep_owner(temporary, old)
        if mode is None and old is not None:
            mode = stat.S_IMODE(old.st_mode)
        if mode is not None:
            temporary.chmod(mode)  # after the owner: a change of owner clears mode bits
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _keep_owner(temporary: Path, old: os.stat_result) -> None:
    """Give the new file the old one's owner where this user may (only root may; anybody else owns what they
    replace).
    """
    if os.name == "posix" and os.geteuid() == 0:
        os.chown(temporary, old.st_uid, old.st_gid)


def _put_in_place(temporary: Path, target: Path, exclusive: bool) -> None:
    if exclusive and os.name == "posix":
        os.link(temporary, target)  # fails when the target exists, in one step
    elif exclusive:
        temporary.rename(target)  # on Windows a rename never replaces
    else:
        temporary.replace(target)


def force_to_disk(path: Path) -> None:
    """Force the content of a file to the disk, whoever wrote it; nothing for one that is not there. Raises
    :class:`OSError`. Not for a file that SQLite holds a lock on: closing it would end the lock.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Force the names in ``folder`` to the disk (POSIX only; Windows cannot open a folder)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
