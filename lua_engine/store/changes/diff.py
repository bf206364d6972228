"""What a call changed in the tables: rows added, changed cell by cell, removed; within bounds."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MAX_ROWS = 1_000  # of a table
MAX_VALUE = 64 * 1024  # characters or bytes of a value

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One row that was there before and after; ``columns`` are those that differ."""

    key: Any
    before: Row
    after: Row
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableDiff:
    """The changes of one table, rows in the order in which they were first touched.

    ``key`` is ``_id`` or ``rowid`` (then the first of ``columns``), or the names of a primary key.
    ``left_out`` counts changes past the bounds. Texts and blobs over 64 KB are shortened.
    """

    table: str
    key: str
    columns: tuple[str, ...]
    added: tuple[Row, ...] = ()
    changed: tuple[ChangedRow, ...] = ()
    removed: tuple[Row, ...] = ()
    left_out: int = 0

    @property
    def row_count(self) -> int:
        """Rows that differ, those left out included."""
        return len(self.added) + len(self.changed) + len(self.removed) + self.left_out


@dataclass(frozen=True, slots=True)
class DataDiff:
    """The tables that differ, by name."""

    tables: tuple[TableDiff, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.tables

    @property
    def row_count(self) -> int:
        """Rows that differ in all tables."""
        return sum(table.row_count for table in self.tables)

    def table(self, name: str) -> TableDiff | None:
        """The changes of one table; None when it has none."""
        return next((one for one in self.tables if one.table == name), None)


@dataclass(frozen=True, slots=True)
class Shortened:
    """The beginning of a long value; two are equal when the whole values were."""

    start: str | bytes = field(compare=False)
    size: int
    digest: bytes

    @property
    def shown(self) -> str | bytes:
        """What stands in the diff."""
        if isinstance(self.start, bytes):
            return self.start
        return f"{self.start}… ({self.size} characters)"


def kept(value: Any) -> Any:
    """``value`` as a diff keeps it."""
    if not isinstance(value, (str, bytes)) or len(value) <= MAX_VALUE:
        return value
    data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return Shortened(value[:MAX_VALUE], len(value), hashlib.sha256(data).digest())


@dataclass(frozen=True, slots=True)
class TouchedRow:
    """A row before and after one transaction; None: it was not there."""

    key: Any
    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class TouchedTable:
    """What one transaction did to one table. ``left_out`` are changes that nobody noted."""

    table: str
    key: str
    columns: tuple[str, ...]
    rows: tuple[TouchedRow, ...]
    left_out: int = 0


class _Table:
    def __init__(self, first: TouchedTable) -> None:
        self.key, self.columns = first.key, first.columns
        self.rows: dict[Any, TouchedRow] = {}
        self.left_out = 0

    def add(self, touched: TouchedTable) -> None:
        self.left_out += touched.left_out
        if (
            touched.columns != self.columns
        ):  # another program changed the table between two transactions of one call
            self.left_out += len(touched.rows)
            return
        for row in touched.rows:
            known = self.rows.get(row.key)
            if known is not None:
                self.rows[row.key] = TouchedRow(row.key, known.before, row.after)
            elif len(self.rows) < MAX_ROWS:
                self.rows[row.key] = row
            else:
                self.left_out += 1

    def diff(self, name: str) -> TableDiff:
        rows = self.rows.values()
        return TableDiff(
            name,
            self.key,
            self.columns,
            tuple(_shown(row.after) for row in rows if row.before is None and row.after is not None),
            tuple(found for row in rows if (found := self._changed(row)) is not None),
            tuple(_shown(row.before) for row in rows if row.before is not None and row.after is None),
            self.left_out,
        )

    def _changed(self, row: TouchedRow) -> ChangedRow | None:
        if row.before is None or row.after is None:
            return None
        pairs = zip(self.columns, row.before, row.after, strict=True)
        columns = tuple(
            name for name, before, after in pairs if type(before) is not type(after) or before != after
        )
        return ChangedRow(row.key, _shown(row.before), _shown(row.after), columns) if columns else None


def _shown(row: Row) -> Row:
    return tuple(value.shown if isinstance(value, Shortened) else value for value in row)


class Recording:
    """What one call, and the calls that follow from it, change; transaction by transaction. Thread-safe."""

    def __init__(self, origin: str) -> None:
        self._lock = threading.Lock()
        self._origins = {origin}
        self._tables: dict[str, _Table] = {}

    def covers(self, origin: str) -> bool:
        """Is ``origin`` one of the calls?"""
        return origin in self._origins

    def adopt(self, origin: str) -> None:
        """``origin`` is a call that follows from one of them."""
        with self._lock:
            self._origins = {*self._origins, origin}

    def add(self, touched: Iterable[TouchedTable]) -> None:
        """One transaction that is committed."""
        with self._lock:
            for one in touched:
                self._tables.setdefault(one.table, _Table(one)).add(one)

    def diff(self) -> DataDiff:
        """From before the first transaction to after the last one."""
        with self._lock:
            found = (table.diff(name) for name, table in sorted(self._tables.items()))
            return DataDiff(tuple(one for one in found if one.row_count))
