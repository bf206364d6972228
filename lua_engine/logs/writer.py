"""Writing the log: records wait in memory, a thread of its own brings them to disk in batches.

A call never waits for the disk. What comes faster than the disk takes it is dropped past a bound, and how
much that was becomes a line of its own; the oldest records go when the file has its size or they their age.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import deque
from pathlib import Path
from typing import Final

from lua_engine.base.errors import KnownError
from lua_engine.logs.limits import LogLimits
from lua_engine.logs.pruning import prune
from lua_engine.logs.record import LogRecord
from lua_engine.logs.rows import DDL, INSERT, INSERT_NAME, UPGRADES, VERSION, Name, names_of, row_of
from lua_engine.site.folder import folder_identity
from lua_engine.store.own_database import open_own_database

PERIOD: Final = 0.2  # seconds between two batches
MAX_WAITING: Final = 8 * 1024 * 1024  # bytes of messages that wait for the disk
_PRUNE_EVERY: Final = 50  # batches
_log = logging.getLogger("goop.logs")


class LogWriter:
    """Thread-safe. The file is made with the first record. ``limits`` may be set at any time."""

    def __init__(self, path: Path, limits: LogLimits) -> None:
        self.limits = limits
        self._path = path
        self._site = folder_identity(path.parent.parent)
        self._waiting: deque[LogRecord] = deque()
        self._names: set[Name] = set()  # those that are in the file
        self._bytes = self._dropped = self._batches = 0
        self._condition = threading.Condition()
        self._is_closed = False
        self._failure = ""
        self._connection: sqlite3.Connection | None = None
        self._thread: threading.Thread | None = None

    def add(self, record: LogRecord) -> None:
        """Keep a record; never waits."""
        size = len(record.message) + 200
        with self._condition:
            if self._is_closed:
                return
            if self._bytes + size > MAX_WAITING:
                self._dropped += 1
                return
            self._waiting.append(record)
            self._bytes += size
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="goop-log-writer", daemon=True)
                self._thread.start()

    def flush(self, seconds: float = 5.0) -> bool:
        """Wait until all that was added is on disk; whether it is."""
        until = time.monotonic() + seconds
        with self._condition:
            self._condition.notify_all()
            while self._waiting or self._bytes:
                left = until - time.monotonic()
                if left <= 0 or self._thread is None:
                    return False
                self._condition.wait(left)
        return True

    def close(self) -> None:
        """Write what waits, and end the thread."""
        with self._condition:
            self._is_closed = True
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            while self._next():
                pass
        finally:
            if self._connection is not None:
                self._connection.close()

    def _next(self) -> bool:
        """One batch; False when it was the last."""
        with self._condition:
            if not self._is_closed:
                self._condition.wait(PERIOD)
            batch = list(self._waiting)
            self._waiting.clear()
            dropped, self._dropped = self._dropped, 0
            is_last = self._is_closed
        if dropped:
            batch.append(_dropped_record(dropped))
        if batch:
            self._write(batch)
        with self._condition:
            self._bytes = sum(len(record.message) + 200 for record in self._waiting)
            self._condition.notify_all()
        return not is_last

    def _write(self, batch: list[LogRecord]) -> None:
        """A disk that is full or a file that is gone costs these records, and is said once."""
        try:
            if self._connection is None:
                if folder_identity(self._path.parent.parent) != self._site:
                    raise KnownError(f"{self._path.parent.parent}: the site folder is gone")
                self._connection = open_own_database(self._path, VERSION, DDL, UPGRADES)
            names = {name for record in batch for name in names_of(record)} - self._names
            with self._connection:
                self._connection.executemany(INSERT, map(row_of, batch))
                self._connection.executemany(INSERT_NAME, names)
            self._names |= names
            if self._batches % _PRUNE_EVERY == 0 and prune(self._connection, self.limits):
                self._names.clear()
            self._batches += 1
            self._failure = ""
        except (sqlite3.Error, OSError, KnownError) as error:
            if str(error) != self._failure:
                self._failure = str(error)
                words = getattr(error, "strerror", None) or error
                _log.warning("%s: the log cannot be written: %s", self._path, words)


def _dropped_record(count: int) -> LogRecord:
    message = f"{count:,} log entries arrived faster than they could be written and were dropped"
    return LogRecord(0, time.time(), "warn", message)
