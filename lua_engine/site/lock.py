"""One console at a time may change a site folder as a whole: a lock that the system gives back when its holder dies."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO

from lua_engine.errors import KnownError, SiteError

if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _take(file: IO[str]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class SiteLocked(KnownError):
    """Another console has the site. ``pid`` is its process (0: unknown), ``since`` seconds since the epoch (0: unknown)."""

    def __init__(self, message: str, pid: int = 0, since: float = 0.0) -> None:
        super().__init__(message)
        self.pid = pid
        self.since = since


class SiteLock:
    """The lock, held. Two files: ``lock`` itself, and ``lock.json``, which says who has it (a locked file cannot be read everywhere)."""

    def __init__(self, file: IO[str], holder: Path) -> None:
        self._file: IO[str] | None = file
        self._holder = holder

    @classmethod
    def acquire(cls, console_dir: Path) -> SiteLock:
        """Take the lock of the site whose console files are in ``console_dir``. Raises :class:`SiteLocked`, :class:`SiteError`."""
        holder = console_dir / "lock.json"
        try:
            console_dir.mkdir(exist_ok=True)
            file = (console_dir / "lock").open("a", encoding="utf-8")
        except OSError as error:
            raise SiteError(f"{console_dir / 'lock'}: cannot be made: {error.strerror or error}") from error
        try:
            _take(file)
        except OSError:
            file.close()
            raise _locked(console_dir.parent, holder) from None
        holder.write_text(json.dumps({"pid": os.getpid(), "since": time.time()}), encoding="utf-8")
        return cls(file, holder)

    def release(self) -> None:
        """Give the site back."""
        if self._file is not None:
            self._holder.unlink(missing_ok=True)
            self._file.close()
            self._file = None

    def __enter__(self) -> SiteLock:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None) -> None:
        self.release()


def _locked(site: Path, holder: Path) -> SiteLocked:
    pid, since = 0, 0.0
    try:
        told = json.loads(holder.read_text(encoding="utf-8"))
        pid, since = int(told["pid"]), float(told["since"])
    except (OSError, ValueError, KeyError, TypeError):
        who = "another Goop Console"  # it is just being opened or closed
    else:
        who = f"another Goop Console (process {pid}, since {time.strftime('%H:%M', time.localtime(since))})"
    return SiteLocked(f"{site}: this site is already open in {who}; close it there, or open it for reading only here", pid, since)
