"""A copy of data.db for trying things out, which is as it was again after each trial.

Whatever is written stays in the copy's write-ahead log: a reader that never moves on keeps SQLite from
bringing it into the file, and being opened for reading only it does not do so at the end either. Going back
is throwing the log away, however large the database is.

A worked example, with a data.db of 200 MB::

    made       data.db is copied (200 MB)         copy 200 MB                  the anchor reads: frame 0
    trial 1    a script inserts ten rows          copy 200 MB, log 40 KB       the anchor still reads frame 0
    reset()    closed, log deleted, opened        copy 200 MB, no log          0.5 ms: nothing is copied
    trial 2    sees the data of the beginning

Without the anchor SQLite would bring the log into the file when the writer closes it (a checkpoint), and the
ten rows would be there for good. ``_stamp`` makes sure of that: a copy whose own file has changed is a bug.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import BugError, StoreError
from lua_engine.store.changes.recording import RecordingDatabase
from lua_engine.store.changes.snapshot import copy_over
from lua_engine.store.connections import open_raw, retry_busy
from lua_engine.store.failures import store_error
from lua_engine.store.tables.catalog import TableCatalog

_WAIT_SECONDS = 10.0  # for a program that has the live file for itself


class PrivateCopy:
    """A copy of ``source`` as it is now, at ``path``. Used by one trial at a time. Where there is no
    ``source``, it is empty. ``is_held``: ``source`` is what :meth:`hold` has made.
    """

    def __init__(self, source: Path, path: Path, check: Callable[[], None], *, is_held: bool = False) -> None:
        self._source = source
        self._path = path
        self._log = path.with_name(f"{path.name}-wal")
        self.is_held = is_held
        """Something else begins with its file: it is not to be filled anew."""
        self.is_abandoned = False
        """Set when something still runs on the copy that cannot be stopped: it is not to be used again."""
        self._make(check)

    @property
    def database(self) -> RecordingDatabase:
        return self._database

    @property
    def tables(self) -> TableCatalog:
        return self._tables

    def renew(self, check: Callable[[], None]) -> None:
        """Be the data of the source as it is now. After an error the copy is gone."""
        self._close()
        self._make(check)

    def reset(self) -> None:
        """Be as at the beginning."""
        if self._log.stat().st_size:
            self._close()
            self._open()

    def hold(self, path: Path) -> None:
        """Have the data of the beginning at ``path``, without copying where the system can do that. It is
        the file itself, which nobody writes to; SQLite must not open it by this name (in one process it takes
        two names of a file for the same log).
        """
        self.is_held = True
        try:
            os.link(self._path, path)
        except OSError:  # not every file system can
            shutil.copyfile(self._path, path)

    def discard(self) -> None:
        """Close the copy and delete its files."""
        self._close()
        self._path.unlink(missing_ok=True)

    def _make(self, check: Callable[[], None]) -> None:
        try:
            if self.is_held:
                shutil.copyfile(self._source, self._path)
            elif self._source.exists():
                copy_over(self._source, self._path, check)
            else:
                self._path.unlink(missing_ok=True)
            self._database = RecordingDatabase(self._path)  # makes system tables that are missing
            if self._log.stat().st_size:
                self._database.close()  # brings them into the file, since nobody else has it open
                self._database = RecordingDatabase(self._path)
            self._tables = TableCatalog(self._database)
            self._stamp = _stamp(self._path)
            self._anchor = self._pinned()
        except BaseException:
            self._path.unlink(missing_ok=True)
            raise

    def _open(self) -> None:
        if _stamp(self._path) != self._stamp:
            raise BugError(f"{self._path}: a trial has changed the copy itself")
        self._database = RecordingDatabase(self._path)
        self._tables = TableCatalog(self._database)
        self._anchor = self._pinned()

    def _pinned(self) -> sqlite3.Connection:
        """A reader that stays where the copy begins."""
        try:
            anchor = open_raw(self._path, read_only=True)
            anchor.execute("BEGIN")
            anchor.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            self._database.close()
            raise store_error(error, self._path) from error
        return anchor

    def _close(self) -> None:
        self._database.close()
        self._anchor.close()
        for ending in ("-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)


class LiveVersion:
    """Which state of a database file others see now: two answers are equal only if nothing was committed in
    between. Not thread-safe. ``may_be_missing``: no file is a state too, as of a site that is open for
    reading only and never had data.
    """

    def __init__(self, path: Path, *, may_be_missing: bool = False) -> None:
        self._path = path
        self._may_be_missing = may_be_missing
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._opened = 0  # times

    def __call__(self) -> tuple[object, ...]:
        try:
            found = os.stat(self._path)
        except OSError as error:
            if self._may_be_missing and isinstance(error, FileNotFoundError):
                self.close()
                return ("missing",)
            raise StoreError(f"{self._path.name}: {error.strerror or error}") from error
        try:
            if self._connection is None or self._file != (found.st_dev, found.st_ino):
                self.close()
                self._connection = open_raw(self._path, read_only=True)
                self._file = found.st_dev, found.st_ino
                self._opened += 1
            connection = self._connection
            version = retry_busy(
                lambda: connection.execute("PRAGMA data_version").fetchone()[0], Deadline(_WAIT_SECONDS)
            )
        except sqlite3.Error as error:
            raise store_error(error, self._path) from error
        return self._opened, version

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _stamp(path: Path) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_mtime_ns, found.st_size
