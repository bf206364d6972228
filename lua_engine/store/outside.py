"""Writes of other programs to data.db, told from our own: Goop2 may be running on the same folder all the while.

``PRAGMA data_version`` of a connection changes when any *other* connection has committed. A connection that only watches sees our own commits
too, so each of our writes tells it what to expect: before the commit it looks for foreign ones that came first; after the commit it takes ours
as seen, and asks the writing connection, which does not count its own commit, whether somebody else's slipped in between.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

PERIOD = 1.0  # seconds between looks; never shorter

_VERSION = "PRAGMA data_version"


class OutsideWrites:
    """Knows whether somebody else has written. Every method but :meth:`close` needs the process's write lock."""

    def __init__(self, monitor: sqlite3.Connection) -> None:
        self._monitor = monitor
        self._seen = data_version(monitor)
        self._found = False

    def before(self, version: Callable[[], int]) -> int:
        """Inside a write transaction, when nobody else can commit; ``version`` asks the writing connection. Answers what :meth:`after` wants."""
        self._look()
        return version()

    def after(self, version: Callable[[], int], before: int) -> None:
        """After its commit."""
        self._seen = data_version(self._monitor)
        self._found = version() != before or self._found

    def take(self) -> bool:
        """Has somebody else written since the last time?"""
        self._look()
        found, self._found = self._found, False
        return found

    def close(self) -> None:
        self._monitor.close()

    def _look(self) -> None:
        now = data_version(self._monitor)
        self._found = self._found or now != self._seen
        self._seen = now


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes with every commit of another connection."""
    return int(connection.execute(_VERSION).fetchone()[0])


class OutsideWatcher:
    """A thread that asks ``look`` once a second and calls ``changed`` when it says yes; ``replaced`` once when the file is another one."""

    def __init__(self, path: Path, look: Callable[[], bool], changed: Callable[[], None], replaced: Callable[[], None]) -> None:
        self._path = path
        self._look = look
        self._changed = changed
        self._replaced = replaced
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="goop-outside", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop and join."""
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        known = _identity(self._path)
        while not self._end.wait(PERIOD):
            now = _identity(self._path)
            if now != known:
                known = now
                self._replaced()
            if self._look():
                self._changed()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:  # gone for now: another identity than any file's
        return None
    return found.st_dev, found.st_ino
