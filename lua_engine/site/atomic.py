"""Writing a file so that a reader, or a crash, only ever sees the old one or the new one."""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path

from lua_engine.base.errors import SiteError


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
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.tmp")
    try:
        try:
            _write_synced(temporary, data, target, mode)
            _put_in_place(temporary, target, exclusive)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(target.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise WriteError(path, f"cannot be written: {error.strerror or error}") from error


def clear_temporaries(path: Path) -> None:
    """Remove what a :func:`write_atomic` of ``path`` that was killed has left. Only while nobody else can be
    writing there.
    """
    pattern = re.compile(re.escape(f".{path.name[:100]}.") + r"[0-9a-f]{12}\.tmp")
    if path.parent.is_dir():
        for one in path.parent.iterdir():
            if pattern.fullmatch(one.name):
                one.unlink(missing_ok=True)


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


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable (POSIX only; Windows cannot open a folder)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
