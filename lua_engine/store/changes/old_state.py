"""data.db as it was at the last look, beside what it is now: SQLite tells nobody which rows another program
changed, but it lets a reader keep what it reads for as long as it stays.

One connection always stays at the last look, the other takes its place at the next one::

    held    begins to read            main.cards 7 is 'a'
            another program           cards 7 = 'b'
    next    begins to read            main.cards 7 is 'b': the next look begins here
    held    has the file attached     now.cards 7 is 'b', main.cards 7 is still 'a', and SQLite joins the two
    held    ends; next is held

While somebody reads in the middle of the write-ahead log SQLite cannot begin it anew, so it would grow for as
long as anybody writes. Whoever holds the old state therefore moves on after each write of ours, and brings a
long log home into the file: a reader that begins then needs none of it.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from lua_engine.store.connections import open_raw

LONG_LOG = 16 * 1024 * 1024  # bytes: four times the length at which SQLite brings it home by itself


class OldState:
    """For one thread at a time. Errors are those of sqlite3."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_name(f"{path.name}-wal")
        self._held = _opened(path)
        try:
            self._next = _opened(path)
        except BaseException:
            self._held.close()
            raise

    @property
    def connection(self) -> sqlite3.Connection:
        """``main`` is the old state; ``now`` is the present one, from its first reading on."""
        return self._held

    def begin_next(self) -> None:
        """What there is now will be the old state at the next :meth:`move_on`."""
        self._next.execute("BEGIN")
        _read(self._next, "main")

    def forget_next(self) -> None:
        """The old state stays."""
        self._next.rollback()

    def join_now(self) -> None:
        """From here on ``now`` stays as it is."""
        _read(self._held, "now")

    def move_on(self) -> None:
        """The state of :meth:`begin_next` is the old one."""
        if self._held.in_transaction:
            self._held.rollback()
        self._held, self._next = self._next, self._held

    def is_log_long(self) -> bool:
        """Its file never becomes shorter, so that it may be long and hold little."""
        try:
            return self._log.stat().st_size > LONG_LOG
        except OSError:
            return False

    def bring_home(self) -> None:
        """Write what is in the log, up to the old state, into the file; waits for nobody."""
        connection = open_raw(self._path)
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        finally:
            connection.close()

    def close(self) -> None:
        self._held.close()
        self._next.close()


def _opened(path: Path) -> sqlite3.Connection:
    connection = open_raw(path, read_only=True)
    try:
        connection.execute("ATTACH ? AS now", (f"{path.absolute().as_uri()}?mode=ro",))
    except BaseException:
        connection.close()
        raise
    return connection


def _read(connection: sqlite3.Connection, schema: str) -> None:
    connection.execute(f"SELECT count(*) FROM {schema}.sqlite_master").fetchone()
