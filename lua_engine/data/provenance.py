"""Who wrote a row: what this console's calls and its owner did to it, as long as the site is open."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass

from lua_engine.base.caller import Caller
from lua_engine.base.events import DataChanged, Event, EventBus, RowChange
from lua_engine.calls.events import CallFinished
from lua_engine.calls.result import CallResult

MAX_WRITES = 100_000  # rows written that are remembered, over all tables
MAX_CALLS = 20_000
_PER_ROW = 50
_OWNER_ORIGINS = frozenset({"window", "undo"})

_Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class RowWrite:
    """One write of one row. ``operation`` is "insert", "update" or "delete"; ``time`` is seconds since the
    epoch.

    ``origin`` is the call's id, "window" (edited here) or "undo". ``script``, ``kind`` and ``caller`` are the
    call's,
    once it is over; ``line`` is that of the statement ``sql`` in the script (0: not known).
    """

    time: float
    operation: str
    origin: str
    sql: str = ""
    script: str = ""
    kind: str = ""
    caller: Caller | None = None
    line: int = 0

    @property
    def is_call(self) -> bool:
        """Did a script do it?"""
        return self.origin not in _OWNER_ORIGINS


@dataclass(frozen=True, slots=True)
class RowHistory:
    """What is known of one row, newest first. ``outside_at`` is when another program last wrote to the table
    (or to
    the file: which rows it wrote nobody can tell), 0 when it has not; ``since`` when the site was opened.
    """

    writes: tuple[RowWrite, ...]
    external_at: float
    since: float


@dataclass(frozen=True, slots=True)
class _Call:
    script: str
    kind: str
    caller: Caller
    lines: Mapping[str, int]


class Writes:
    """Listens to the bus. Thread-safe; bounded by numbers of rows and calls, the oldest go first."""

    def __init__(self, bus: EventBus) -> None:
        self._lock = threading.Lock()
        self._since = time.time()
        self._rows: OrderedDict[_Place, deque[RowWrite]] = OrderedDict()
        self._calls: OrderedDict[str, _Call] = OrderedDict()
        self._external: dict[str, float] = {}
        self._unsubscribe = bus.subscribe(self._on_event)

    def of_row(self, table: str, key: int) -> RowHistory:
        """Who wrote the row with rowid ``key``."""
        with self._lock:
            writes = tuple(self._with_call(one) for one in reversed(self._rows.get((table, key), ())))
            external = max(self._external.get(table, 0.0), self._external.get("", 0.0))
            return RowHistory(writes, external, self._since)

    def close(self) -> None:
        self._unsubscribe()

    def _with_call(self, write: RowWrite) -> RowWrite:
        call = self._calls.get(write.origin)
        if call is None:
            return write
        return RowWrite(
            write.time,
            write.operation,
            write.origin,
            write.sql,
            call.script,
            call.kind,
            call.caller,
            call.lines.get(write.sql, 0),
        )

    def _on_event(self, event: Event) -> None:
        if isinstance(event, DataChanged):
            with self._lock:
                self._note(event)
        elif isinstance(event, CallFinished) and not event.result.is_dry:
            with self._lock:
                self._calls[event.result.call_id] = _call(event.result)
                while len(self._calls) > MAX_CALLS:
                    self._calls.popitem(last=False)

    def _note(self, event: DataChanged) -> None:
        now = time.time()
        if event.origin == "external":
            for table in event.tables or ("",):
                self._external[table] = now
            return
        for table, rows in event.keys.items():
            for key, change in rows.items():
                self._add((table, key), now, change, event.origin)

    def _add(self, place: _Place, now: float, change: RowChange, origin: str) -> None:
        known = self._rows.pop(place, None)
        if known is None:
            known = deque(maxlen=_PER_ROW)
        known.append(RowWrite(now, change.operation, origin, change.sql))
        self._rows[place] = known
        if len(self._rows) > MAX_WRITES:
            self._rows.popitem(last=False)


def _call(result: CallResult) -> _Call:
    lines = {one.sql: one.line for one in result.sql}
    return _Call(result.script, result.kind, result.caller, lines)
