"""``engine.log``: the log of the site, on disk."""

from __future__ import annotations

from pathlib import Path

from lua_engine.base.events import EventBus
from lua_engine.logs.query import LogQuery
from lua_engine.logs.reader import LogReader
from lua_engine.logs.record import LogRecord
from lua_engine.logs.writer import LogLimits, LogWriter


class SiteLog:
    """Thread-safe. ``read_only``: the log is read and nothing is added to it. Raises :class:`StoreError`
    when the file cannot be read.
    """

    def __init__(self, path: Path, bus: EventBus, *, read_only: bool) -> None:
        self._reader = LogReader(path)
        self._writer = None if read_only else LogWriter(path, LogLimits())
        if self._writer is not None:
            bus.subscribe(self._writer.on_event)

    def page(self, query: LogQuery, *, before: int | None = None, limit: int = 500) -> tuple[LogRecord, ...]:
        """The newest records, newest first; ``before`` is the last id of the page before."""
        return self._reader.page(query, before=before, limit=limit)

    def around(self, record_id: int, count: int = 3) -> tuple[LogRecord, ...]:
        """The records before and behind one, whatever they are, oldest first."""
        return self._reader.around(record_id, count)

    def counts(self, query: LogQuery, start: float, end: float, buckets: int) -> tuple[tuple[int, int], ...]:
        """For each of ``buckets`` equal stretches of time: how many records, and how many of them errors."""
        return self._reader.counts(query, start, end, buckets)

    def set_limits(self, limits: LogLimits) -> None:
        """How much is kept from now on."""
        if self._writer is not None:
            self._writer.limits = limits

    def flush(self) -> bool:
        """Wait until all that happened is on disk; whether it is."""
        return self._writer is None or self._writer.flush()

    def close(self) -> None:
        """Write what waits, and close the file."""
        if self._writer is not None:
            self._writer.close()
        self._reader.close()
