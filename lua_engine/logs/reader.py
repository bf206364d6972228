"""Reading the log: newest first, searched, counted over time. Other processes may be writing."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lua_engine.base.errors import StoreError
from lua_engine.logs.record import LogRecord
from lua_engine.logs.rows import COLUMNS, VERSION, record_of
from lua_engine.store.failures import store_error
from lua_engine.store.own_database import read_own_database

if TYPE_CHECKING:
    from lua_engine.logs.query import Branch, LogQuery, Named

_COLUMNS = ", ".join(f"e.{name.strip()}" for name in COLUMNS.split(","))
_SELECT = f"SELECT e.id, {_COLUMNS} FROM entries e"
_ID_LETTERS = 6  # shorter words would be found by chance in somebody's id


LOOKED_AT: Final = 4_096  # characters of a message
_AFTER_ALL: Final = 2**63 - 1


# A number for each stretch of time. Of 1,000,000 records the one pass takes SQLite 480 ms, a walk along the
# index of times for each stretch 200; where words are found by their own index, the one pass is quicker. The
# index of times is also what would be taken for the errors, were it not forbidden: 200 ms instead of 30.
_STRETCH = "SELECT CAST((e.time - ?) / ? AS INTEGER) AS stretch, "
_WITHIN = "WHERE {} AND e.time >= ? AND e.time < ?"
_GROUPED = f"{_STRETCH} count(*) FROM entries e {_WITHIN} GROUP BY stretch"
_BETWEEN = f"SELECT count(*) FROM entries e INDEXED BY entries_time {_WITHIN}"
_ERRORS = (
    f"{_STRETCH} count(DISTINCT CASE WHEN e.call_id = '' THEN e.id ELSE e.call_id END) "
    f"FROM entries e INDEXED BY entries_trouble {_WITHIN} AND e.level <> 'info' AND e.level = 'error' "
    "GROUP BY stretch"
)


class LogText(NamedTuple):
    """``text`` is the beginning of the message, of a call without one its action. ``time`` in seconds since
    the epoch.
    """

    id: int
    time: float
    is_error: bool
    text: str
    call_id: str = ""


class LogReader:
    """Thread-safe. A log that is not there yet has no entries. Raises :class:`StoreError`, which names the
    file, when it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def page(
        self, query: LogQuery, *, before: int | None = None, limit: int = 500, down_to: int | None = None
    ) -> tuple[LogRecord, ...]:
        """The newest records that ``query`` means, newest first; ``before`` is the last id of the page
        before, ``down_to`` the lowest id that is wanted.
        """
        found: dict[int, LogRecord] = {}
        with self._open() as connection:
            if connection is None:
                return ()
            for branch in query.branches(_named(connection, query)):
                sql, values = _newest(branch, before, down_to, limit)
                for row in connection.execute(sql, values):
                    found.setdefault(row["id"], record_of(row))
        return tuple(found[key] for key in sorted(found, reverse=True)[:limit])

    def after(self, last_id: int, query: LogQuery, limit: int = 500) -> tuple[LogRecord, ...]:
        """What came since ``last_id``, oldest first."""
        with self._open() as connection:
            if connection is None:
                return ()
            condition, values = _any_of(query.branches(_named(connection, query)))
            sql = (
                f"SELECT e.id, {_COLUMNS} FROM entries e WHERE {condition} AND e.id > ? ORDER BY e.id LIMIT ?"
            )
            return tuple(map(record_of, connection.execute(sql, [*values, last_id, limit]).fetchall()))

    def around(self, record_id: int, count: int = 3) -> tuple[LogRecord, ...]:
        """The records before and behind one, whatever they are, oldest first."""
        below = self._read("e.id <= ? ORDER BY e.id DESC LIMIT ?", [record_id, count + 1])
        above = self._read("e.id > ? ORDER BY e.id LIMIT ?", [record_id, count])
        return (*reversed(below), *above)

    def calls(self, call_ids: Sequence[str]) -> tuple[LogRecord, ...]:
        """The summaries of these calls, as far as they are kept."""
        marks = ", ".join("?" * len(call_ids))
        return self._read(f"e.call_id <> '' AND e.call_id IN ({marks}) AND e.is_call", list(call_ids))

    def counts(self, query: LogQuery, start: float, end: float, buckets: int) -> tuple[tuple[int, int], ...]:
        """For each of ``buckets`` equal stretches of time: how many records, and how many errors: a call with
        several is one.
        """
        found = [(0, 0)] * buckets
        width = max(end - start, 1e-9) / buckets
        with self._open() as connection:
            if connection is None:
                return tuple(found)
            branches = query.branches(_named(connection, query))
            condition, values = _any_of(branches)
            errors = dict(connection.execute(_ERRORS.format(condition), [start, width, *values, start, end]))
            if any(branch.match for branch in branches):
                counted = connection.execute(_GROUPED.format(condition), [start, width, *values, start, end])
                counts = dict(counted.fetchall())
            else:
                edges = [start + place * width for place in range(buckets)] + [end]
                counts = {
                    place: connection.execute(_BETWEEN.format(condition), [*values, *stretch]).fetchone()[0]
                    for place, stretch in enumerate(pairwise(edges))
                }
            for place, count in counts.items():
                if 0 <= place < buckets:
                    found[place] = (count, min(count, errors.get(place, 0)))
        return tuple(found)

    def texts(
        self, query: LogQuery, start: float, end: float, *, before: int | None = None, limit: int = 2_000
    ) -> tuple[LogText, ...]:
        """What the records of a stretch of time say, newest first, for who looks for more than words in them;
        ``before`` is the last id of the page before.
        """
        with self._open() as connection:
            if connection is None:
                return ()
            condition, values = _any_of(query.branches(_named(connection, query)))
            sql = (
                "SELECT e.id, e.time, e.level = 'error', "
                f"CASE WHEN e.message = '' THEN e.action ELSE substr(e.message, 1, {LOOKED_AT}) END, "
                f"e.call_id FROM entries e WHERE {condition} AND e.time >= ? AND e.time < ? AND e.id < ? "
                "ORDER BY e.id DESC LIMIT ?"
            )
            last = _AFTER_ALL if before is None else before
            rows = connection.execute(sql, [*values, start, end, last, limit])
            return tuple(LogText(row[0], row[1], bool(row[2]), *row[3:]) for row in rows)

    def last_id(self) -> int:
        """The newest record's id; 0 when there is none."""
        return int(self._number("SELECT coalesce(max(id), 0) FROM entries"))

    def oldest_time(self) -> float:
        """When the oldest record was made; 0 when there is none."""
        return float(self._number("SELECT coalesce((SELECT time FROM entries ORDER BY id LIMIT 1), 0)"))

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _number(self, sql: str) -> float:
        with self._open() as connection:
            return 0 if connection is None else connection.execute(sql).fetchone()[0]

    def _read(self, tail: str, values: list[Any]) -> tuple[LogRecord, ...]:
        with self._open() as connection:
            if connection is None:
                return ()
            rows = connection.execute(f"{_SELECT} WHERE {tail}", values)
            return tuple(map(record_of, rows.fetchall()))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection | None]:
        """The connection, for this thread alone; None when there is no log yet."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._opened()
                yield self._connection
            except sqlite3.Error as error:
                raise store_error(error, self._path) from error
            except OSError as error:
                raise StoreError(f"{self._path}: {error.strerror or error}") from error

    def _opened(self) -> sqlite3.Connection | None:
        connection = read_own_database(self._path, VERSION)
        if connection is None:
            return None
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == VERSION:
            return connection
        connection.close()
        if version == 0:  # somebody is making it right now
            return None
        raise StoreError(
            f"{self._path}: was written by an older Goop Console; one call in this site brings it up to date"
        )


def _newest(branch: Branch, before: int | None, down_to: int | None, limit: int) -> tuple[str, list[Any]]:
    """The newest that fit ``branch``. The index of texts goes through its hits from the end by itself."""
    source, key = ("texts JOIN entries e ON e.id = texts.rowid", "texts.rowid") if branch.match else (
        "entries e", "e.id"
    )  # fmt: skip
    parts, values = [branch.condition], list(branch.values)
    if branch.match:
        parts.insert(0, "texts MATCH ?")
        values.insert(0, branch.match)
    for sign, bound in (("<", before), (">=", down_to)):
        if bound is not None:
            parts.append(f"{key} {sign} ?")
            values.append(bound)
    sql = f"SELECT e.id, {_COLUMNS} FROM {source} WHERE {' AND '.join(parts)} ORDER BY {key} DESC LIMIT ?"
    return sql, [*values, limit]


def _any_of(branches: Iterable[Branch]) -> tuple[str, list[Any]]:
    """All branches in one condition, for who wants no order."""
    parts: list[str] = []
    values: list[Any] = []
    for branch in branches:
        found = "e.id IN (SELECT rowid FROM texts WHERE texts MATCH ?) AND " if branch.match else ""
        parts.append(f"({found}{branch.condition})")
        values += [branch.match, *branch.values] if branch.match else branch.values
    return f"({' OR '.join(parts)})", values


def _named(connection: sqlite3.Connection, query: LogQuery) -> dict[str, Named]:
    """Which scripts and callers have the words of ``query`` in their names."""
    words = query.requested_names
    if not words:
        return {}
    rows = connection.execute("SELECT kind, id, name FROM names").fetchall()
    return {word: _having(word.lower(), rows) for word in words}


def _having(word: str, rows: Sequence[sqlite3.Row]) -> Named:
    from lua_engine.logs.query import Named  # here: a call asks the log for nothing

    found: dict[str, dict[str, None]] = {"script": {}, "caller": {}}
    for kind, own_id, name in rows:
        if word in name.lower() or (len(word) >= _ID_LETTERS and word in own_id.lower()):
            found[kind][own_id] = None
    return Named(tuple(found["script"]), tuple(found["caller"]))
