"""Writes of other programs to data.db, told from our own: Goop2 may be running on the same folder all the
while.

``PRAGMA data_version`` of a connection changes when any *other* connection has committed. A connection that
only watches sees our own commits too, so each of our writes tells it what to expect: before the commit it
looks for foreign ones that came first; after the commit it takes ours as seen, and asks the writing
connection, which does not count its own commit, whether somebody else's slipped in between.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from lua_engine.base.errors import StoreError

_log = logging.getLogger("goop.store")

PERIOD = 1.0  # seconds between looks; never shorter

_VERSION = "PRAGMA data_version"


class ExternalWrites:
    """Knows whether somebody else has written. Thread-safe: nobody looks between a commit of ours and the
    note that it was ours.
    """

    def __init__(self, monitor: sqlite3.Connection) -> None:
        self._monitor = monitor
        self._lock = threading.Lock()
        self._seen = data_version(monitor)
        self._is_found = False
        self._is_closed = False
        self._count = 0
        # Who committed last, and the number that it had then, when nobody else's commit came since.
        self._own: tuple[Callable[[], int], int] | None = None

    def before(self, version: Callable[[], int]) -> int:
        """Inside a write transaction, when nobody else can commit; ``version`` asks the writing connection.
        Answers what :meth:`commit` wants.
        """
        with self._lock:
            now = version()
            if self._own != (version, now):  # else nobody but that connection has committed since its last
                self._look()
        return now

    def commit(self, commit: Callable[[], object], version: Callable[[], int], before: int) -> None:
        """Have that transaction committed; ``before`` is what :meth:`before` answered."""
        with self._lock:
            self._own = None
            commit()
            try:
                self._seen = data_version(self._monitor)
                is_found = version() != before  # asked last: what came after the look is counted here
                self._own = None if is_found else (version, before)
            except sqlite3.Error:
                # the commit is done, so nothing may fail any more: better one change too many than too few
                is_found = True
            self._note(is_found)

    def take(self) -> bool:
        """Has somebody else written since the last time? Not that anybody knows of, once it is closed."""
        with self._lock:
            if self._is_closed:
                return False
            self._look()
            found, self._is_found = self._is_found, False
            return found

    def count(self) -> int:
        """A number that grows when somebody else has written. Waits for nobody: during a commit of ours it is
        the number before.
        """
        if self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._count

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            self._monitor.close()

    def _look(self) -> None:
        now = data_version(self._monitor)
        self._note(now != self._seen)
        self._seen = now

    def _note(self, is_found: bool) -> None:
        self._is_found = self._is_found or is_found
        self._count += is_found


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes with every commit of another connection."""
    return int(connection.execute(_VERSION).fetchone()[0])


class ExternalWatcher:
    """A thread that asks ``look`` once a second and calls ``changed`` when it says yes; ``replaced`` once
    when the file is another one.
    """

    def __init__(
        self, path: Path, look: Callable[[], bool], changed: Callable[[], None], replaced: Callable[[], None]
    ) -> None:
        self._path = path
        self._look = look
        self._changed = changed
        self._replaced = replaced
        self._trouble = ""
        self._file = file_identity(path)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="goop-external", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop and join."""
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        known = self._file
        while not self._end.wait(PERIOD):
            now = file_identity(self._path)
            is_found = self._found()  # first: whoever hears that the file is another one is refused by then
            if now != known:
                known = now
                self._replaced()
            if is_found:
                self._changed()

    def _found(self) -> bool:
        try:
            return self._look()
        except StoreError as error:  # a disk that reports errors, say; it may come back
            if str(error) != self._trouble:
                self._trouble = str(error)
                _log.warning("cannot see what other programs write: %s", error)
            return False


def file_identity(path: Path, *, contents: bool = False) -> tuple[int, ...] | None:
    """Which file ``path`` is; None when there is none. With ``contents`` a file that was written to, or has
    got a log, is another one too.
    """
    try:
        found = os.stat(path)
    except OSError:  # gone for now: another identity than any file's
        return None
    if not contents:
        return found.st_dev, found.st_ino
    return (
        found.st_dev,
        found.st_ino,
        found.st_size,
        found.st_mtime_ns,
        path.with_name(f"{path.name}-wal").exists(),
    )
