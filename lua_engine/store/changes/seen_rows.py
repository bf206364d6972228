"""Rows as they were last read here, so that what another program writes can be told cell by cell.

SQLite tells nobody which rows another program changed, nor what was in them before. So what was read (on the
screen, mostly) is kept, the newest :data:`MAX_BYTES` of it; after somebody else has written the same rows are
read again, and what differs was not us::

    note(cards 7: "a")                     read
    own(cards 7)                           a call of ours writes it: forgotten, before and after its commit
    note(cards 7: "b")                     read again
    note(cards 7: "c")                     nobody of us wrote in between: another program did, "b" became "c"

A reading that began before a commit of ours may be older than it: it is not kept. Rows that nobody read are
compared by SQLite where that can be done (``old_state.py``); what it finds comes in by :meth:`SeenRows.tell`.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_BYTES = 16 * 1024 * 1024
MAX_CHANGES = 2_000  # that are remembered, of at most MAX_BYTES
_MAX_OURS = 20_000  # rows of a table that are known as ours one by one
_ROW, _CELL = 200, 24  # bytes that a row and a cell take beside their texts

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ExternalChange:
    """What another program did to one row: ``before`` None: it was added, ``after`` None: it was deleted.
    ``time`` is when that was seen, in seconds since the epoch.
    """

    time: float
    table: str
    key: int
    columns: tuple[str, ...]
    before: Row | None
    after: Row | None


@dataclass(slots=True)
class _Seen:
    """Of one table. ``highest`` is the highest rowid that there was, -1: not known."""

    columns: tuple[str, ...]
    highest: int = -1


class SeenRows:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: OrderedDict[tuple[str, int], Row] = OrderedDict()
        self._size = 0
        self._tables: dict[str, _Seen] = {}
        self._commits = 0
        self._written: dict[str, int] = {}  # by table: the number of our last commit to it
        self._ours: dict[str, set[int] | None] = {}  # by table: written by us since the last turn; None: any
        self._changes: deque[ExternalChange] = deque()
        self._changes_size = 0

    def mark(self) -> int:
        """To be asked before a reading begins, and handed to :meth:`note`."""
        with self._lock:
            return self._commits

    def note(
        self,
        table: str,
        columns: tuple[str, ...],
        rows: Mapping[int, Row],
        mark: int,
        *,
        asked: Iterable[int] = (),
        highest: int = -1,
    ) -> None:
        """Rows of ``table``, whole, as they were read; ``asked`` are those that were looked for, ``highest``
        the highest rowid (-1: not looked for).
        """
        now = time.time()
        with self._lock:
            if self._written.get(table, 0) > mark:
                return
            seen = self._tables.get(table)
            if seen is None or seen.columns != columns:
                self._forget(table)
                seen = self._tables[table] = _Seen(columns)
            for key in asked:
                if key not in rows and (old := self._drop(table, key)) is not None:
                    self._add(ExternalChange(now, table, key, columns, old, None))
            for key, row in rows.items():
                old = self._drop(table, key)
                if old is not None and old != row:
                    self._add(ExternalChange(now, table, key, columns, old, row))
                elif old is None and 0 <= seen.highest < key:
                    self._add(ExternalChange(now, table, key, columns, None, row))
                self._keep(table, key, row)
            seen.highest = max(seen.highest, highest) if highest >= 0 else seen.highest
            while self._size > MAX_BYTES:
                self._drop(*next(iter(self._rows)))

    def own(self, tables: Iterable[str], keys: Mapping[str, Iterable[int]]) -> None:
        """We write, or have written, these rows of ``tables`` (a table that is not in ``keys``: any)."""
        with self._lock:
            self._commits += 1
            for table in tables:
                self._written[table] = self._commits
                self._add_ours(table, keys.get(table))
                if table not in keys:
                    self._forget(table)
                    continue
                for key in keys[table]:
                    self._drop(table, key)
                    seen = self._tables.get(table)
                    if seen is not None and seen.highest >= 0:
                        seen.highest = max(seen.highest, key)

    def turn(self) -> dict[str, set[int] | None]:
        """The rows that we wrote since the last turn, by table; None: it may be any row of it."""
        with self._lock:
            ours, self._ours = self._ours, {}
            return ours

    def tell(
        self,
        table: str,
        columns: tuple[str, ...],
        before: Mapping[int, Row],
        after: Mapping[int, Row],
        since: float,
    ) -> None:
        """Others changed these rows of ``table`` after the moment ``since``, when they were as ``before``.
        What was told of them after that moment is not told twice.
        """
        now = time.time()
        with self._lock:
            reported = {one.key: one for one in self._changes if one.table == table and one.time >= since}
            seen = self._tables.get(table)
            for key in before.keys() | after.keys():
                last, row = reported.get(key), after.get(key)
                if last is None or last.after != row:
                    was = last.after if last is not None else before.get(key)
                    self._add(ExternalChange(now, table, key, columns, was, row))
                if self._drop(table, key) is not None and row is not None:
                    self._keep(table, key, row)
                if seen is not None and seen.highest >= 0:
                    seen.highest = max(seen.highest, key)

    def kept(self) -> dict[str, list[int]]:
        """The keys of the rows that are kept, by table."""
        with self._lock:
            found: dict[str, list[int]] = {table: [] for table in self._tables}
            for table, key in self._rows:
                found[table].append(key)
            return found

    def highest(self, table: str) -> int:
        """The highest rowid of ``table`` that is known, -1: none."""
        with self._lock:
            seen = self._tables.get(table)
            return seen.highest if seen is not None else -1

    def changes(self, table: str, key: int) -> tuple[ExternalChange, ...]:
        """What others did to one row, newest first."""
        with self._lock:
            found = [one for one in self._changes if (one.table, one.key) == (table, key)]
        return tuple(reversed(found))

    def forget(self, table: str) -> None:
        """The table cannot be read any more."""
        with self._lock:
            self._forget(table)

    def _forget(self, table: str) -> None:
        for one in [one for one in self._rows if one[0] == table]:
            self._drop(*one)
        self._tables.pop(table, None)

    def _keep(self, table: str, key: int, row: Row) -> None:
        self._rows[table, key] = row
        self._size += _size(row)

    def _add_ours(self, table: str, keys: Iterable[int] | None) -> None:
        ours = self._ours.setdefault(table, set())
        if ours is None or keys is None:
            self._ours[table] = None
            return
        ours.update(keys)
        if len(ours) > _MAX_OURS:
            self._ours[table] = None

    def _drop(self, table: str, key: int) -> Row | None:
        row = self._rows.pop((table, key), None)
        self._size -= _size(row) if row is not None else 0
        return row

    def _add(self, change: ExternalChange) -> None:
        self._changes.append(change)
        self._changes_size += _size_of(change)
        while len(self._changes) > MAX_CHANGES or self._changes_size > MAX_BYTES:
            self._changes_size -= _size_of(self._changes.popleft())


def _size(row: Row) -> int:
    """Bytes, about; a long value is cut by who read it, and says so with its beginning."""
    texts = (getattr(value, "start", value) for value in row)
    return _ROW + sum(_CELL + (len(one) if isinstance(one, (str, bytes)) else 8) for one in texts)


def _size_of(change: ExternalChange) -> int:
    return sum(_size(row) for row in (change.before, change.after) if row is not None)
