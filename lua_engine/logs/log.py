"""``engine.log``: the log of the site, on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lua_engine.base.errors import SiteError
from lua_engine.base.events import Event, EventBus, LogRecorded
from lua_engine.calls.events import CallFinished
from lua_engine.logs.limits import LogLimits, read_limits, write_limits
from lua_engine.logs.reader import LogReader, LogText
from lua_engine.logs.record import HAPPENINGS, LogRecord, record_of_call, record_of_happening, record_of_line
from lua_engine.logs.roles import ROLE_CHANGES, RoleBook
from lua_engine.logs.writer import LogWriter

if TYPE_CHECKING:
    from lua_engine.logs.query import LogQuery


class SiteLog:
    """Thread-safe. ``read_only``: the log is read and nothing is added to it. Raises :class:`StoreError`
    when the file cannot be read.
    """

    def __init__(self, path: Path, bus: EventBus, role_of: Callable[[str], str], *, read_only: bool) -> None:
        self._reader = LogReader(path)
        self._counter = LogReader(path)  # counting takes longer, and nobody who scrolls waits for it
        self._limits_path = path.with_name("log.json")
        self._limits = read_limits(self._limits_path)
        self._roles = RoleBook(role_of)
        self._writer = None if read_only else LogWriter(path, self._limits)
        bus.subscribe(self._roles.on_event, *ROLE_CHANGES)
        bus.subscribe(self._on_event, LogRecorded, CallFinished, *HAPPENINGS)

    def record_of(self, event: Event) -> LogRecord | None:
        """What the log says of an event; None when it says nothing."""
        if isinstance(event, LogRecorded):
            return record_of_line(event.line)
        if isinstance(event, CallFinished):
            return record_of_call(event.result, self._roles.role(event.result.caller.id))
        return record_of_happening(event)

    def page(
        self, query: LogQuery, *, before: int | None = None, limit: int = 500, down_to: int | None = None
    ) -> tuple[LogRecord, ...]:
        """The newest records, newest first; ``before`` is the last id of the page before, ``down_to`` the
        lowest that is wanted.
        """
        return self._reader.page(query, before=before, limit=limit, down_to=down_to)

    def around(self, record_id: int, count: int = 3) -> tuple[LogRecord, ...]:
        """The records before and behind one, whatever they are, oldest first."""
        return self._reader.around(record_id, count)

    def calls(self, call_ids: Sequence[str]) -> tuple[LogRecord, ...]:
        """The summaries of these calls, as far as they are kept."""
        return self._reader.calls(call_ids)

    def counts(self, query: LogQuery, start: float, end: float, buckets: int) -> tuple[tuple[int, int], ...]:
        """For each of ``buckets`` equal stretches of time: how many records, and how many errors: a call with
        several is one.
        """
        return self._counter.counts(query, start, end, buckets)

    def texts(
        self, query: LogQuery, start: float, end: float, *, before: int | None = None
    ) -> tuple[LogText, ...]:
        """A page of what the records of a stretch of time say, newest first; ``before`` is the last id of the
        page before.
        """
        return self._counter.texts(query, start, end, before=before)

    def oldest_time(self) -> float:
        """When the oldest record was made; 0 when there is none."""
        return self._counter.oldest_time()

    @property
    def limits(self) -> LogLimits:
        """How much is kept."""
        return self._limits

    def set_limits(self, limits: LogLimits) -> None:
        """How much is kept from now on, also at the next start. Raises :class:`SiteError` for limits that the
        log cannot have, and when the site is read-only or the file cannot be written.
        """
        if self._writer is None:
            raise SiteError("this site is open read-only: the limits of the log cannot be changed")
        write_limits(self._limits_path, limits)
        self._limits = self._writer.limits = limits

    def flush(self) -> bool:
        """Wait until all that happened is on disk; whether it is."""
        return self._writer is None or self._writer.flush()

    def close(self) -> None:
        """Write what waits, and close the file."""
        if self._writer is not None:
            self._writer.close()
        self._reader.close()
        self._counter.close()

    def _on_event(self, event: Event) -> None:
        record = self.record_of(event) if self._writer is not None else None
        if record is not None and self._writer is not None:
            self._writer.add(record)
