"""Reading the log: newest first, searched, counted over time. Other processes may be writing."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lua_engine.base.errors import StoreError
from lua_engine.logs.query import LogQuery
from lua_engine.logs.record import LogRecord
from lua_engine.logs.rows import COLUMNS, VERSION, record_of
from lua_engine.store.failures import store_error
from lua_engine.store.own_database import read_own_database


class LogReader:
    """Thread-safe. A log that is not there yet has no entries. Raises :class:`StoreError`, which names the
    file, when it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def page(self, query: LogQuery, *, before: int | None = None, limit: int = 500) -> tuple[LogRecord, ...]:
        """The newest records that ``query`` means, newest first; ``before`` is the last id of the page
        before.
        """
        condition, values = query.sql()
        if before is not None:
            condition, values = f"{condition} AND id < ?", [*values, before]
        return self._read(f"{condition} ORDER BY id DESC LIMIT ?", [*values, limit])

    def after(self, last_id: int, query: LogQuery, limit: int = 500) -> tuple[LogRecord, ...]:
        """What came since ``last_id``, oldest first."""
        condition, values = query.sql()
        return self._read(f"{condition} AND id > ? ORDER BY id LIMIT ?", [*values, last_id, limit])

    def around(self, record_id: int, count: int = 3) -> tuple[LogRecord, ...]:
        """The records before and behind one, whatever they are, oldest first."""
        below = self._read("id <= ? ORDER BY id DESC LIMIT ?", [record_id, count + 1])
        above = self._read("id > ? ORDER BY id LIMIT ?", [record_id, count])
        return (*reversed(below), *above)

    def counts(self, query: LogQuery, start: float, end: float, buckets: int) -> tuple[tuple[int, int], ...]:
        """For each of ``buckets`` equal stretches of time: how many records, and how many of them errors."""
        condition, values = query.sql()
        width = max(end - start, 1e-9) / buckets
        sql = (
            "SELECT CAST((time - ?) / ? AS INTEGER) AS bucket, count(*), sum(level = 'error') FROM entries "
            f"WHERE {condition} AND time >= ? AND time < ? GROUP BY bucket"
        )
        found = [(0, 0)] * buckets
        with self._open() as connection:
            rows = connection.execute(sql, [start, width, *values, start, end]) if connection else ()
            for bucket, count, errors in rows:
                if 0 <= bucket < buckets:
                    found[bucket] = (count, errors)
        return tuple(found)

    def last_id(self) -> int:
        """The newest record's id; 0 when there is none."""
        with self._open() as connection:
            if connection is None:
                return 0
            return int(connection.execute("SELECT coalesce(max(id), 0) FROM entries").fetchone()[0])

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _read(self, tail: str, values: list[object]) -> tuple[LogRecord, ...]:
        with self._open() as connection:
            if connection is None:
                return ()
            rows = connection.execute(f"SELECT id, {COLUMNS} FROM entries WHERE {tail}", values)
            return tuple(map(record_of, rows.fetchall()))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection | None]:
        """The connection, for this thread alone; None when there is no log yet."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = read_own_database(self._path, VERSION)
                yield self._connection
            except sqlite3.Error as error:
                raise store_error(error, self._path) from error
            except OSError as error:
                raise StoreError(f"{self._path}: {error.strerror or error}") from error
