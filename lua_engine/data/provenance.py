"""Who wrote a row: what this console's calls and its owner did to it, over restarts
(``store/row_writes.py``).

What another program wrote is told for rows that were read here (``store/changes/seen_rows.py``), else only
for the table, or for the file: SQLite does not say which rows.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.events import DataChanged, Event, EventBus
from lua_engine.calls.events import CallFinished
from lua_engine.calls.result import CallResult
from lua_engine.store.changes.seen_rows import ExternalChange
from lua_engine.store.row_writes import FoundWrite, RowWrites, WritingCall, key_runs, last_written

_MAX_ORIGINS = 1_000  # calls under way, or just over, that wrote something
_SLACK = 2.0  # seconds: the last commit's file time, and ours, may differ by so much
_NO_CALLS = frozenset({"window", "undo", "external"})
_PAGE = "page:"  # begins the origin of what a page wrote without a script; the visitor's id follows


@dataclass(frozen=True, slots=True)
class RowWrite:
    """One write of one row. ``operation`` is "insert", "update" or "delete"; ``time`` is seconds since the
    epoch.

    ``origin`` is the call's id, "window" (edited here), "undo", "external" (another program: ``time`` is when
    that was seen) or ``page:`` and the id of the visitor, whose page wrote without a script. ``script``,
    ``kind`` and ``caller`` are the call's, once it is over; ``line`` is that of the statement ``sql`` in the
    script (0: not known). ``cells`` are what another program changed: column, before, after.
    """

    time: float
    operation: str
    origin: str
    sql: str = ""
    script: str = ""
    kind: str = ""
    caller: Caller | None = None
    line: int = 0
    cells: tuple[tuple[str, Any, Any], ...] = ()

    @property
    def is_call(self) -> bool:
        """Did a script do it?"""
        return self.origin not in _NO_CALLS and not self.origin.startswith(_PAGE)


@dataclass(frozen=True, slots=True)
class RowHistory:
    """What is known of one row, newest first, from the time on when it was added. ``external_at`` is when
    another program last wrote to the table (or to the file: which rows is not known), 0 when it
    has not; ``since`` is when this console began to remember.
    """

    writes: tuple[RowWrite, ...]
    external_at: float
    since: float


class Writes:
    """Listens to the bus. Thread-safe. ``path`` None keeps what happens from now on in memory; ``database``
    is the site's, to see whether somebody wrote to it while it was not open here.
    """

    def __init__(self, bus: EventBus, path: Path | None, database: Path) -> None:
        self._book = RowWrites(path)
        self._lock = threading.Lock()
        self._origins: OrderedDict[str, None] = OrderedDict()
        self._opened_at = time.time()
        self._written_at = last_written(database)
        self._unsubscribe = bus.subscribe(self._on_event, DataChanged, CallFinished)

    def of_row(self, table: str, key: int) -> RowHistory:
        """Who wrote the row with rowid ``key``. Raises :class:`StoreError` when that cannot be read."""
        found, external = self._book.of_row(table, key)
        since = self._book.fact("since") or self._opened_at
        return RowHistory(
            tuple(map(_row_write, _of_this_row(found))), max(external, self._written_meanwhile()), since
        )

    def close(self) -> None:
        """Keep everything; the database is to be closed already."""
        self._unsubscribe()
        self._book.flush()
        self._book.keep_fact("closed", time.time())
        self._book.close()

    def _written_meanwhile(self) -> float:
        """When somebody wrote to the database while this console did not have it; 0: nobody did, or nothing
        is known of before.
        """
        closed, written = self._book.fact("closed"), self._written_at
        return written if closed and written > closed + _SLACK else 0.0

    def _on_event(self, event: Event) -> None:
        if isinstance(event, DataChanged):
            self._note(event)
        elif isinstance(event, CallFinished) and not event.result.is_dry:
            self._note_call(event.result)

    def _note(self, event: DataChanged) -> None:
        moment = time.time()
        if event.origin == "external":
            self._book.add((table, moment) for table in event.tables or ("",))
            return
        with self._lock:
            self._origins[event.origin] = None
            while len(self._origins) > _MAX_ORIGINS:
                self._origins.popitem(last=False)
        for table, rows in event.keys.items():
            keys = {key: (change.operation, change.sql) for key, change in rows.items()}
            self._book.add(key_runs(table, moment, event.origin, keys))

    def _note_call(self, result: CallResult) -> None:
        with self._lock:
            if result.call_id not in self._origins:
                return  # it wrote nothing
            del self._origins[result.call_id]
        lines = {one.sql: one.line for one in result.sql}
        self._book.add([WritingCall(result.call_id, result.script, result.kind, result.caller, lines)])


def with_external(history: RowHistory, changes: Iterable[ExternalChange]) -> RowHistory:
    """``history`` with what was seen of other programs among it."""
    seen = [_external_write(one) for one in changes]
    if not seen:
        return history
    writes = sorted((*history.writes, *seen), key=lambda one: -one.time)
    return replace(history, writes=tuple(writes))


def _external_write(change: ExternalChange) -> RowWrite:
    before, after = change.before, change.after
    none = (None,) * len(change.columns)
    cells = zip(change.columns, before or none, after or none, strict=True)
    differing = tuple((name, was, now) for name, was, now in cells if was != now)
    operation = "insert" if before is None else "delete"
    if before is not None and after is not None:
        operation = "update"
    return RowWrite(change.time, operation, "external", cells=differing)


def _of_this_row(found: Iterable[FoundWrite]) -> list[FoundWrite]:
    """Newest first, back to where it was added: what was before was another row of the same number."""
    writes = list(found)
    own = list(takewhile(lambda one: not _adds(one), writes))
    return writes[: len(own) + 1]


def _adds(one: FoundWrite) -> bool:
    """An undo brings the same row back."""
    return one.operation == "insert" and one.origin != "undo"


def _row_write(one: FoundWrite) -> RowWrite:
    call = one.call
    if call is None:
        visitor = Caller(one.origin.removeprefix(_PAGE).partition(":")[0])
        caller = visitor if one.origin.startswith(_PAGE) else None
        return RowWrite(one.time, one.operation, one.origin, one.sql, caller=caller)
    return RowWrite(
        one.time,
        one.operation,
        one.origin,
        one.sql,
        call.script,
        call.kind,
        call.caller,
        call.lines.get(one.sql, 0),
    )
