"""SQL that the owner types: reading within limits, writing only after a look at what it would change.

A statement that writes is run twice: once to see which rows it touches, taken back at once, so that nothing
is
locked while a person looks; and once more to stay, if it then touches the same rows in the same way.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, ErrorKind, StoreError
from lua_engine.store.bounds import beyond_bounds, bounded_values
from lua_engine.store.changes.diff import TouchedTable
from lua_engine.store.changes.exact import ExactWrite, exact_write
from lua_engine.store.changes.undo import UndoEntry, UndoLog
from lua_engine.store.database import Database
from lua_engine.store.system_connections import raw_connection
from lua_engine.store.tables.reading import ReadCancelled

MAX_ROWS = 10_000
MAX_BYTES = 32 * 1024 * 1024
MAX_SQL = 128 * 1024  # characters
_READ_PRAGMAS = frozenset(
    {
        "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
        "foreign_key_list",
        "integrity_check", "quick_check", "foreign_key_check", "user_version", "schema_version", "page_count",
        "page_size", "freelist_count", "encoding", "collation_list", "function_list", "compile_options",
        "journal_mode", "database_list",
    }
)  # fmt: skip
_WRITES = {sqlite3.SQLITE_INSERT: "INSERT", sqlite3.SQLITE_UPDATE: "UPDATE", sqlite3.SQLITE_DELETE: "DELETE"}
_READS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_SCAN = re.compile(r"SCAN (\S+)(?: USING (COVERING )?INDEX (\S+))?")
_SEARCH = re.compile(
    r"SEARCH (\S+) USING (?:(COVERING |AUTOMATIC )*INDEX (\S+)|INTEGER PRIMARY "
    r"KEY)\s*(\(.*\))?"
)


@dataclass(frozen=True, slots=True)
class SqlResult:
    """``is_cut``: there are more rows than are read. ``seconds`` is how long it took."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    is_cut: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class SqlPreview:
    """What a statement would change, row by row; nothing is changed yet."""

    sql: str
    tables: tuple[TouchedTable, ...]

    @property
    def rows(self) -> int:
        return sum(len(table.rows) for table in self.tables)


class _RolledBack(Exception):
    """The end of a preview."""


class SqlRunner:
    """Thread-safe."""

    def __init__(self, database: Database, log: UndoLog) -> None:
        self._database = database
        self._log = log

    def read(self, sql: str, deadline: Deadline, *, is_plan: bool = False) -> SqlResult:
        """Run one statement that reads (``is_plan``: EXPLAIN of any).
        :class:`StoreError` in SQLite's words when it cannot be run.
        """
        started = time.perf_counter()
        with self._reading(sql, deadline, is_plan=is_plan) as raw:
            cursor = raw.execute(sql)
            columns = tuple(one[0] for one in cursor.description or ())
            rows: list[tuple[Any, ...]] = []
            size = 0
            for row in cursor:
                rows.append(row)
                size += sum(len(value) if isinstance(value, (str, bytes)) else 16 for value in row)
                if len(rows) >= MAX_ROWS or size >= MAX_BYTES:
                    break
            is_cut = bool(rows) and (len(rows) >= MAX_ROWS or size >= MAX_BYTES)
            cursor.close()
        return SqlResult(columns, tuple(rows), is_cut, time.perf_counter() - started)

    def plan(self, sql: str, deadline: Deadline) -> tuple[str, ...]:
        """How SQLite would run ``sql``, a sentence a step, indented by what belongs to what."""
        found = self.read(f"EXPLAIN QUERY PLAN {sql}", deadline, is_plan=True)
        depth = {0: -1}
        lines = []
        for node, parent, _unused, detail in found.rows:
            depth[node] = depth.get(parent, -1) + 1
            lines.append("  " * depth[node] + plan_words(detail))
        return tuple(lines)

    def preview(self, sql: str, deadline: Deadline) -> SqlPreview:
        """What ``sql`` (INSERT, UPDATE, DELETE or REPLACE) would change."""
        tables: tuple[TouchedTable, ...] = ()
        try:
            with self._writing(sql, deadline) as write:
                tables = write.touched()
                raise _RolledBack
        except _RolledBack:
            return SqlPreview(sql, _changed(tables))

    def write(self, preview: SqlPreview, deadline: Deadline) -> UndoEntry | None:
        """Do what was looked at. :class:`StoreError`, and nothing is written, when it would change other rows
        by
        now.
        """
        name = preview.tables[0].table if preview.tables else ""
        record = self._log.new_entry("SQL: " + " ".join(preview.sql.split())[:80], name)
        with self._writing(preview.sql, deadline) as write:
            if not _is_alike(_changed(write.touched()), preview.tables):
                raise StoreError("the rows have changed since you looked: nothing was written; look again")
        record.add(write.tables)
        return record.finish()

    @contextmanager
    def _writing(self, sql: str, deadline: Deadline) -> Iterator[ExactWrite]:
        _check_text(sql)
        with (
            _translated(deadline),
            exact_write(self._database, None, origin="window", deadline=deadline) as write,
        ):
            raw = raw_connection(write.connection)
            with _authorized(raw, may_write=True) as refusals, bounded_values(raw):
                try:
                    raw.execute(sql).fetchall()
                except sqlite3.Error as error:
                    if deadline.is_over:
                        raise
                    raise _refused(refusals, error) from error
            yield write

    @contextmanager
    def _reading(self, sql: str, deadline: Deadline, *, is_plan: bool) -> Iterator[sqlite3.Connection]:
        _check_text(sql)
        with _translated(deadline), self._database.system_read(deadline, is_bounded=True) as connection:
            raw = raw_connection(connection)
            raw.execute("PRAGMA query_only = ON")
            try:
                with _authorized(raw, may_write=is_plan) as refusals:  # a plan writes nothing
                    try:
                        yield raw
                    except (sqlite3.Error, sqlite3.Warning) as error:
                        if deadline.is_over:
                            raise
                        raise _refused(refusals, error) from error
            finally:
                raw.execute("PRAGMA query_only = OFF")


def _refused(refusals: Sequence[str], error: Exception) -> StoreError:
    return StoreError(refusals[0] if refusals else beyond_bounds(error) or str(error))


@contextmanager
def _translated(deadline: Deadline) -> Iterator[None]:
    try:
        yield
    except CallKilled as error:
        if error.kind is ErrorKind.CANCELLED:
            raise ReadCancelled("the statement was cancelled") from error
        raise StoreError(f"the statement took longer than {deadline.limit:g} s and was ended") from error


@contextmanager
def _authorized(raw: sqlite3.Connection, *, may_write: bool) -> Iterator[list[str]]:
    """SQLite asks for each thing that a statement touches; the answer collects why something was refused."""
    refusals: list[str] = []

    def answer(action: int, first: str | None, _second: str | None, *where: str | None) -> int:
        refusal = _refusal(action, first or "", where[1] if len(where) > 1 else None, may_write)
        if not refusal:
            return sqlite3.SQLITE_OK
        refusals.append(refusal)
        return sqlite3.SQLITE_DENY

    raw.set_authorizer(answer)
    try:
        yield refusals
    finally:
        raw.set_authorizer(None)


def _refusal(action: int, first: str, inside: str | None, may_write: bool) -> str:
    """Why the action is not allowed; empty when it is. ``inside`` is the trigger that does it."""
    if action in _READS:
        return ""
    if action == sqlite3.SQLITE_PRAGMA:
        return "" if first.lower() in _READ_PRAGMAS else f"PRAGMA {first} is not possible here"
    if action in _WRITES:
        if inside is not None:
            return ""
        if not may_write:
            return "this statement writes: allow writing first"
        is_system = first.startswith("_") or first.lower().startswith("sqlite_")
        return f"{first} is a system table: it is not written here" if is_system else ""
    return "only SELECT, INSERT, UPDATE, DELETE and REPLACE are possible here"


def _check_text(sql: str) -> None:
    if len(sql) > MAX_SQL:
        raise StoreError(f"the statement is too long: {len(sql):,} characters of {MAX_SQL:,}")


def _changed(tables: Sequence[TouchedTable]) -> tuple[TouchedTable, ...]:
    found = (
        TouchedTable(
            one.table, one.key, one.columns, tuple(row for row in one.rows if row.before != row.after)
        )
        for one in tables
    )
    return tuple(one for one in found if one.rows)


def _is_alike(now: Sequence[TouchedTable], then: Sequence[TouchedTable]) -> bool:
    """The same rows with the same values before? (What is made of them may tell the time.)"""
    return [(one.table, [(row.key, row.before) for row in one.rows]) for one in now] == [
        (one.table, [(row.key, row.before) for row in one.rows]) for one in then
    ]


def plan_words(detail: str) -> str:
    """One step of EXPLAIN QUERY PLAN (https://sqlite.org/eqp.html) in words.

    >>> plan_words("SEARCH cards USING INDEX cards_n (n>?)")
    'finds rows of cards by the index cards_n (n>?)'
    """
    search = _SEARCH.match(detail)
    if search is not None:
        how = f"by the index {search[3]}" if search[3] else "by their id"
        return f"finds rows of {search[1]} {how}{' ' + search[4] if search[4] else ''}"
    scan = _SCAN.match(detail)
    if scan is not None:
        index = f", in the order of the index {scan[3]}" if scan[3] else ""
        return f"reads every row of {scan[1]}{index}"
    if detail.startswith("USE TEMP B-TREE FOR "):
        what = detail.removeprefix("USE TEMP B-TREE FOR ")
        words = {
            "ORDER BY": "sorts the result",
            "GROUP BY": "sorts to form groups",
            "DISTINCT": "drops repeated rows",
        }
        return words.get(what, f"sorts for {what}")
    return detail.lower()
