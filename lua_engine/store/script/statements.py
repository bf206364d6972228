"""Statements of scripts as they run: rows that flow, writes inside one transaction,
and the record of each.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from operator import length_hint
from pathlib import Path
from typing import Any, Protocol, TypeVar

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, HostError, ScriptError
from lua_engine.base.events import RowChange
from lua_engine.store.connections import ScriptConnection, script_text
from lua_engine.store.failures import is_interrupted, statement_message
from lua_engine.store.script.policy import Fence

Args = tuple[Any, ...]
T = TypeVar("T")
_INT64 = 2**63
_FEW = 4  # rows that are fetched at once: each of their cells may have 4 MB
_EXACT = 2**53  # up to here a Lua number, a double, holds every integer


class RecordSql(Protocol):
    """Notes a statement that ran; the shape of ``RunContext.record_sql``."""

    def __call__(self, sql: str, args: Args, rows: int, duration: float, error: str = "") -> None: ...


class Wait(Protocol):
    """Does ``action`` as soon as no other program keeps it from the file, within ``deadline``."""

    def __call__(self, action: Callable[[], T], deadline: Deadline) -> T: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """On whose account statements run: how long they may, who notes them, who changed the data, and what
    reading statements are kept to.
    """

    deadline: Deadline
    record: RecordSql
    origin: str
    fence: Fence | None = None


def is_beyond_lua(value: Any) -> bool:
    """Whether ``value`` is a whole number so large that a Lua number may stand for several integers."""
    return isinstance(value, (int, float)) and (value >= _EXACT or value <= -_EXACT)


def bound(value: Any, name: str) -> Any:
    """``value`` as SQLite binds it; :class:`ScriptError` for a table, calling it ``name``."""
    if value.__class__ is str or value.__class__ is float:  # most are
        return value
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        return float(value)
    if value is None or isinstance(value, (str, bytes, int, float)):
        return value
    raise ScriptError(f"{name} must be a string, number, boolean or nil, got table")


# What sqlite3 raises for a statement that it cannot compile, bind or run.
SQL_ERRORS = (sqlite3.Error, sqlite3.Warning, MemoryError, OverflowError, UnicodeEncodeError)


def failure(error: BaseException, connection: ScriptConnection, deadline: Deadline, path: Path) -> HostError:
    """What ``error`` is for the script: its end when the time is over, else a message."""
    if is_interrupted(error) or deadline.is_over:
        return CallKilled(deadline.kind)
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_AUTH and connection.authorizer.reason:
        return ScriptError(f"not authorized: {connection.authorizer.reason}")
    return ScriptError(statement_message(error, path))


class RowStream:
    """The rows of one SELECT, read as they are asked for; the connection is taken until :meth:`close`.

    It closes itself at the end and on an error; closing twice does
    nothing.
    """

    def __init__(
        self,
        connection: ScriptConnection,
        sql: str,
        args: Args,
        scope: Scope,
        path: Path,
        release: Callable[[], None],
        wait: Wait,
        columns: tuple[str, ...] | None = None,
    ) -> None:
        self._connection = connection
        self._sql = sql
        self._args = args
        self._scope = scope
        self._path = path
        self._release: Callable[[], None] | None = release
        self._seconds = 0.0
        self._rows = 0
        self._error = ""
        self._cursor: sqlite3.Cursor | None = None
        self._columns = columns
        start = time.perf_counter()
        try:
            self._cursor = wait(
                lambda: connection.execute(sql, args, scope.deadline, scope.fence), scope.deadline
            )
        except SQL_ERRORS as error:
            self._seconds = time.perf_counter() - start
            raise self._failed(error) from error
        except BaseException:
            self.close()
            raise
        self._seconds = time.perf_counter() - start

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the result; asked for while the stream is open."""
        if self._columns is None:
            described = self._cursor.description if self._cursor is not None else None
            self._columns = tuple([column[0] for column in described or ()])
        return self._columns

    def __iter__(self) -> Iterator[Args]:
        """The rows that are left; an iterator that is dropped half-way closes the stream."""
        return self._pull(self._cursor) if self._cursor is not None else iter(())

    def cells(self, wanted: int, enough: int) -> tuple[bool, list[Any], int]:
        """Whether there may be more, the cells of the next whole rows (texts as their bytes), and how many
        bytes of text they have.

        It stops after about ``wanted`` cells or ``enough`` bytes, looking every few rows. After the last row
        the stream is closed.
        """
        cells: list[Any] = []
        size, is_over, cursor = 0, False, self._cursor
        if cursor is None:
            return False, cells, size
        few = max(1, min(_FEW, wanted // (4 * len(self.columns))))
        start, raw = time.perf_counter(), self._connection.raw
        raw.text_factory = bytes
        try:
            try:
                while not is_over and len(cells) < wanted and size < enough:
                    rows = cursor.fetchmany(few)
                    more = list(chain.from_iterable(rows))
                    cells += more
                    size += sum(map(length_hint, more))  # a number has none
                    self._rows += len(rows)
                    is_over = len(rows) < few
            finally:  # before the connection is given back
                raw.text_factory = script_text
                self._seconds += time.perf_counter() - start
        except SQL_ERRORS as error:
            raise self._failed(error) from error
        if is_over:
            self.close()
        return not is_over, cells, size

    def first_by_column(self) -> dict[str, Any] | None:
        """:meth:`first` by column."""
        names, row = self.columns, self.first()
        return None if row is None else dict(zip(names, row, strict=True))

    def first(self, *, as_bytes: bool = False) -> Args | None:
        """The first row, and no other is read; None when there is none. ``as_bytes``: its texts as their
        bytes, for Lua.
        """
        start, raw = time.perf_counter(), self._connection.raw
        if as_bytes:
            raw.text_factory = bytes
        try:
            try:
                row: Args | None = self._cursor.fetchone() if self._cursor is not None else None
            finally:  # before the connection is given back
                raw.text_factory = script_text
        except SQL_ERRORS as error:
            raise self._failed(error) from error
        self._seconds += time.perf_counter() - start
        self._rows += row is not None
        self.close()
        return row

    def close(self) -> None:
        if self._release is None:
            return
        release, self._release = self._release, None
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None
        release()
        self._scope.record(self._sql, self._args, self._rows, self._seconds, self._error)

    def _pull(self, cursor: sqlite3.Cursor) -> Iterator[Args]:
        clock = time.perf_counter
        try:
            while True:
                start = clock()
                row = cursor.fetchone()
                self._seconds += clock() - start
                if row is None:
                    return
                self._rows += 1
                yield row
        except SQL_ERRORS as error:
            raise self._failed(error) from error
        finally:
            self.close()

    def _failed(self, error: BaseException) -> HostError:
        problem = failure(error, self._connection, self._scope.deadline, self._path)
        self._error = str(problem)
        self.close()
        return problem


class ScriptWriter:
    """Statements of a script inside one write transaction. ``changed`` are the tables that they wrote."""

    def __init__(self, connection: ScriptConnection, scope: Scope, path: Path) -> None:
        self._connection = connection
        self._scope = scope
        self._path = path
        self.changed: set[str] = set()
        self.keys: Mapping[str, Mapping[int, RowChange]] = {}  # which rows, where that is known
        # After each statement that wrote: its SQL, how many rows, and the rowid of the last one added.
        self.on_written: Callable[[str, int, int], None] = lambda _sql, _rows, _last: None

    @property
    def connection(self) -> ScriptConnection:
        """Where the transaction is."""
        return self._connection

    def write(self, sql: str, args: Args) -> int:
        """Run an INSERT, UPDATE, DELETE or REPLACE and answer how many rows it changed itself (triggers not
        counted).

        Anything else is refused with a :class:`ScriptError`.
        """

        def run() -> tuple[int, int]:
            affected = self._affected(sql, args)
            return affected, affected

        return self._timed(sql, args, run)

    def insert(self, sql: str, args: Args) -> int:
        """Run an INSERT of one row and answer its ``_id``."""

        def run() -> tuple[int, int]:
            cursor = self._connection.execute(sql, args, self._scope.deadline)
            self._note(sql, self._connection.tables_written(sql), 1, cursor.lastrowid or 0)
            return cursor.lastrowid or 0, 1

        return self._timed(sql, args, run)

    def first(self, sql: str, args: Args) -> Args | None:
        """The first row of a SELECT that sees what this transaction wrote."""

        def run() -> tuple[Args | None, int]:
            cursor = self._connection.execute(sql, args, self._scope.deadline)
            row: Args | None = cursor.fetchone()
            cursor.close()
            return row, 0 if row is None else 1

        return self._timed(sql, args, run)

    def _affected(self, sql: str, args: Args) -> int:
        raw = self._connection.raw
        before = raw.total_changes
        cursor = self._connection.execute(sql, args, self._scope.deadline)
        for _row in cursor:  # RETURNING: the statement is complete only when its rows were taken
            pass
        written = self._connection.tables_written(sql)
        if not written:
            raise ScriptError("only INSERT, UPDATE, DELETE and REPLACE are possible here")
        if raw.total_changes == before:
            return 0
        # sqlite3 itself does not count for WITH ... INSERT.
        count = (
            cursor.rowcount if cursor.rowcount >= 0 else int(raw.execute("SELECT changes()").fetchone()[0])
        )
        self._note(sql, written, count, cursor.lastrowid or 0)
        return count

    def _note(self, sql: str, written: frozenset[str], rows: int, last: int) -> None:
        self.changed |= written
        self.on_written(sql, rows, last)

    def _timed(self, sql: str, args: Args, run: Callable[[], tuple[T, int]]) -> T:
        start, rows, message = time.perf_counter(), 0, ""
        try:
            answer, rows = run()
            return answer
        except SQL_ERRORS as error:
            problem = failure(error, self._connection, self._scope.deadline, self._path)
            message = str(problem)
            raise problem from error
        finally:
            self._scope.record(sql, args, rows, time.perf_counter() - start, message)
