"""One console at a time may change a site folder as a whole: a lock that the system gives back when its
holder dies.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from lua_engine.base.errors import KnownError, SiteError
from lua_engine.base.strict_json import parse_json_object
from lua_engine.site.atomic import write_atomic
from lua_engine.site.foreign import ForeignFileError, Rule, check_real, make_own_folder, read_foreign

if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _take(file: IO[Any]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[Any]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


_LOCK_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
# What a lock that somebody else has is refused with; anything else says that the file system cannot lock.
_RULE = Rule(4096)
_HELD = (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK)


class SiteLocked(KnownError):
    """Another console has the site. ``pid`` is its process (0: unknown), ``since`` seconds since the epoch
    (0: unknown).
    """

    def __init__(self, message: str, pid: int = 0, since: float = 0.0) -> None:
        super().__init__(message)
        self.pid = pid
        self.since = since


class SiteLock:
    """The lock, held. Two files: ``lock`` itself, and ``lock.json``, which says who has it (a locked file
    cannot be read everywhere).
    """

    def __init__(self, file: IO[str], holder: Path) -> None:
        self._file: IO[str] | None = file
        self._holder = holder

    @classmethod
    def acquire(cls, console_dir: Path) -> SiteLock:
        """Take the lock of the site whose console files are in ``console_dir``. Raises :class:`SiteLocked`,
        :class:`SiteError`.
        """
        path, holder = console_dir / "lock", console_dir / "lock.json"
        check_real(path, console_dir.parent, is_folder=False)
        try:
            make_own_folder(console_dir.parent, console_dir.name)
            file = os.fdopen(os.open(path, _LOCK_FLAGS, 0o600), "a", encoding="utf-8")
        except (OSError, ForeignFileError) as error:
            reason = error.reason if isinstance(error, ForeignFileError) else error.strerror or error
            raise SiteError(
                f"{path}: cannot be created: {reason}; make the site folder writable, "
                "or open it for reading only"
            ) from error
        try:
            _take(file)
            record = json.dumps({"pid": os.getpid(), "since": time.time()}).encode()
            write_atomic(holder, record, mode=0o600, follow=False)
        except OSError as error:
            file.close()
            if error.errno in _HELD:
                raise _locked(console_dir.parent, holder) from None
            refusal = f"{path}: this file system cannot lock files ({error.strerror or error})"
            raise SiteError(
                f"{refusal}; keep the site on a local disk, or open it for reading only"
            ) from error
        except BaseException:
            file.close()
            raise
        return cls(file, holder)

    def release(self) -> None:
        """Give the site back."""
        if self._file is not None:
            self._holder.unlink(missing_ok=True)
            self._file.close()
            self._file = None

    def __enter__(self) -> SiteLock:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.release()


def lock_file(path: Path) -> IO[bytes] | None:
    """The file at ``path``, made when it is missing, for reading and appending; locked for this process until
    it is closed or the process dies. None when somebody else has it, or it cannot be locked.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError:
        return None
    file = os.fdopen(descriptor, "r+b")
    try:
        _take(file)
    except OSError:
        file.close()
        return None
    return file


def _locked(site: Path, holder: Path) -> SiteLocked:
    try:
        record = parse_json_object(read_foreign(holder, site, _RULE) or b"{}")
        pid, since = int(record["pid"]), float(record["since"])
        who = f"another Goop Console (process {pid}, since {_when(since)})"
    except (SiteError, ValueError, KeyError, TypeError, OverflowError):  # it is just being opened or closed
        pid, since, who = 0, 0.0, "another Goop Console"
    return SiteLocked(
        f"{site}: this site is already open in {who}; close it there, or open it for reading only here",
        pid,
        since,
    )


def _when(moment: float) -> str:
    """The time of day, and the day unless it is today."""
    then = time.localtime(moment)
    is_today = then[:3] == time.localtime()[:3]
    return time.strftime("%H:%M" if is_today else "%Y-%m-%d %H:%M", then)
