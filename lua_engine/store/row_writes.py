"""Which of our calls and edits wrote which row, on disk: ``.goop-console/writes.db``, the console's own file.

A transaction that wrote neighbouring rows in the same way is one line (an import of a million rows is two
thousand). What comes is written by a thread a few times a second; who asks waits for it.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lua_engine.base.caller import Caller
from lua_engine.base.errors import KnownError
from lua_engine.store.failures import store_error
from lua_engine.store.own_database import open_own_database, storable

MAX_LINES = 200_000
MAX_DAYS = 30
MAX_RUN = 1_000
"""Keys of one line at most; an event names no more."""
MAX_SQL = 2_000  # characters of a statement
_PER_ROW = 50
_PERIOD = 0.3  # seconds between two batches
_MAX_WAITING = 20_000  # things that wait for the disk; what comes past it is let go
_VERSION = 1
_DDL = """
CREATE TABLE IF NOT EXISTS writes (id INTEGER PRIMARY KEY, name TEXT NOT NULL, low INTEGER NOT NULL,
  high INTEGER NOT NULL, time REAL NOT NULL, operation TEXT NOT NULL, origin TEXT NOT NULL,
  sql TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS writes_by_row ON writes (name, low);
CREATE TABLE IF NOT EXISTS calls (call_id TEXT PRIMARY KEY, script TEXT NOT NULL, kind TEXT NOT NULL,
  caller_id TEXT NOT NULL, caller_label TEXT NOT NULL, lines TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS external (name TEXT PRIMARY KEY, time REAL NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value REAL NOT NULL);
"""
_OF_ROW = """
SELECT time, operation, origin, sql, script, kind, caller_id, caller_label, lines
FROM writes LEFT JOIN calls ON calls.call_id = origin
WHERE name = ? AND low BETWEEN ? AND ? AND high >= ? ORDER BY id DESC LIMIT ?
"""
_log = logging.getLogger("goop.store")


@dataclass(frozen=True, slots=True)
class KeyRun:
    """One transaction wrote the rows ``low`` to ``high`` of ``table``, all in the same way."""

    table: str
    low: int
    high: int
    time: float  # seconds since the epoch
    operation: str
    origin: str
    sql: str


@dataclass(frozen=True, slots=True)
class WritingCall:
    """A call that wrote rows. ``lines`` are the script's lines of its statements."""

    call_id: str
    script: str
    kind: str
    caller: Caller
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FoundWrite:
    """One write of one row; ``call`` is None for an edit of the owner's, and for a call that is not over."""

    time: float
    operation: str
    origin: str
    sql: str
    call: WritingCall | None


_Item = KeyRun | WritingCall | tuple[str, float]


class RowWrites:
    """Thread-safe. The file is made with the first write; ``path`` None keeps all in memory."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._condition = threading.Condition()
        self._waiting: list[_Item] = []
        self._added = self._kept = 0  # items so far
        self._is_closed = False
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()  # of the connection
        self._connection: sqlite3.Connection | None = None
        self._failure = ""

    def add(self, items: Iterable[_Item]) -> None:
        """Keep runs of rows, calls, or a table's (name, time) of a write by another program; never waits."""
        with self._condition:
            if self._is_closed or len(self._waiting) > _MAX_WAITING:
                return
            before = len(self._waiting)
            self._waiting.extend(items)
            self._added += len(self._waiting) - before
            if self._waiting and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="goop-row-writes", daemon=True)
                self._thread.start()

    def of_row(self, table: str, key: int) -> tuple[tuple[FoundWrite, ...], float]:
        """The writes of one row, newest first, and when another program last wrote to the table (0: never).
        Raises :class:`StoreError`.
        """
        self.flush()
        with self._reading() as connection:
            if connection is None:
                return (), 0.0
            rows = connection.execute(_OF_ROW, (table, key - MAX_RUN, key, key, _PER_ROW)).fetchall()
            external = connection.execute(
                "SELECT max(time) FROM external WHERE name IN (?, '')", (table,)
            ).fetchone()[0]
        return tuple(map(_found, rows)), external or 0.0

    def fact(self, name: str) -> float:
        """A number that was kept under ``name``; 0 for none. Raises :class:`StoreError`."""
        with self._reading() as connection:
            if connection is None:
                return 0.0
            row = connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
            return float(row[0]) if row is not None else 0.0

    def keep_fact(self, name: str, value: float) -> None:
        """Keep a number; nothing happens while there is no file."""
        with self._lock:
            if self._connection is None:
                return
            try:
                with self._connection:
                    self._connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))
            except sqlite3.Error as error:  # a full disk keeps no site from being closed
                self._say_failure(error)

    def flush(self) -> None:
        """Wait until all that was added by now is kept; what is added meanwhile keeps nobody here."""
        with self._condition:
            self._condition.notify_all()
            added = self._added
            while self._kept < added and self._thread is not None:
                self._condition.wait(0.05)

    def close(self) -> None:
        """Write what waits, and end the thread."""
        with self._condition:
            self._is_closed = True
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join()
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _run(self) -> None:
        while True:
            with self._condition:
                if not self._is_closed:
                    self._condition.wait(_PERIOD)
                items, self._waiting = self._waiting, []
                if self._is_closed and not items:
                    return
            if items:
                try:
                    self._write(items)
                finally:  # whoever waits in ``flush`` is let go
                    with self._condition:
                        self._kept += len(items)
                        self._condition.notify_all()

    def _write(self, items: Sequence[_Item]) -> None:
        try:
            with self._lock, self._opened() as connection:
                for one in items:
                    _insert(connection, one)
                _let_go(connection)
            self._failure = ""
        except (sqlite3.Error, KnownError, OSError) as error:  # it is a help: the write itself has happened
            self._say_failure(error)

    def _say_failure(self, error: Exception) -> None:
        if str(error) != self._failure:
            _log.warning("who wrote which row is not kept: %s: %s", self._path, error)
            self._failure = str(error)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """The connection, for this thread alone; None while nothing has ever been kept."""
        with self._lock:
            if self._path is not None and not self._path.exists():
                yield None
                return
            try:
                yield self._opened()
            except sqlite3.Error as error:
                raise store_error(error, self._path or Path("writes")) from error

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = open_own_database(self._path, _VERSION, _DDL)
            moment = time.time()
            with self._connection:
                self._connection.execute("INSERT OR IGNORE INTO facts VALUES ('since', ?)", (moment,))
                self._connection.execute(
                    "DELETE FROM writes WHERE time < ?", (moment - MAX_DAYS * 24 * 3600,)
                )
                self._connection.execute("DELETE FROM calls WHERE call_id NOT IN (SELECT origin FROM writes)")
        return self._connection


def _insert(connection: sqlite3.Connection, one: _Item) -> None:
    if isinstance(one, KeyRun):
        values = (one.table, one.low, one.high, one.time, one.operation, one.origin, one.sql[:MAX_SQL])
        connection.execute(
            "INSERT INTO writes (name, low, high, time, operation, origin, sql) VALUES (?, ?, ?, ?, ?, ?, ?)",
            values,
        )
    elif isinstance(one, WritingCall):
        lines = json.dumps({sql[:MAX_SQL]: line for sql, line in one.lines.items()})
        connection.execute(
            "INSERT OR REPLACE INTO calls VALUES (?, ?, ?, ?, ?, ?)",
            (one.call_id, one.script, one.kind, storable(one.caller.id), storable(one.caller.label), lines),
        )
    else:
        connection.execute("INSERT OR REPLACE INTO external VALUES (?, ?)", one)


def _let_go(connection: sqlite3.Connection) -> None:
    last = connection.execute("SELECT max(id) FROM writes").fetchone()[0] or 0
    connection.execute("DELETE FROM writes WHERE id <= ?", (last - MAX_LINES,))


def _found(row: sqlite3.Row) -> FoundWrite:
    call = None
    if row["script"] is not None:
        caller = Caller(row["caller_id"], row["caller_label"])
        call = WritingCall(row["origin"], row["script"], row["kind"], caller, json.loads(row["lines"]))
    return FoundWrite(row["time"], row["operation"], row["origin"], row["sql"], call)


def key_runs(table: str, moment: float, origin: str, keys: Mapping[int, tuple[str, str]]) -> list[KeyRun]:
    """The keys of one transaction, each with its operation and statement, as few runs as there can be.

    >>> [(run.low, run.high) for run in key_runs("t", 0.0, "c", {1: ("insert", ""), 2: ("insert", ""),
    ...                                                          4: ("insert", "")})]
    [(1, 2), (4, 4)]
    """
    runs: list[KeyRun] = []
    for key in sorted(keys):
        operation, sql = keys[key]
        last = runs[-1] if runs else None
        goes_on = last is not None and (last.high + 1, last.operation, last.sql) == (key, operation, sql)
        if last is not None and goes_on and key - last.low < MAX_RUN:
            runs[-1] = KeyRun(table, last.low, key, moment, operation, origin, sql)
        else:
            runs.append(KeyRun(table, key, key, moment, operation, origin, sql))
    return runs


def last_written(database: Path) -> float:
    """When anybody last wrote to the files of ``database`` (seconds since the epoch); 0 without them."""
    moments = []
    for ending in ("", "-wal"):
        try:
            moments.append(database.with_name(database.name + ending).stat().st_mtime)
        except OSError:
            continue
    return max(moments, default=0.0)
