"""The lines of one session, numbered, bounded and counted. Pure: no Qt."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

from goop_console.tabs.logs.filter import LogEntry
from lua_engine import LogLine, LogRecord

MAX_LINES = 100_000
_SLACK = 5_000  # the oldest go in lots: each lot costs one move of the list


class LogBook:
    """Lines in the order they came; the oldest go past ``MAX_LINES``."""

    def __init__(self, limit: int = MAX_LINES, slack: int = _SLACK) -> None:
        self._limit, self._slack = limit, slack
        self._entries: list[LogEntry] = []
        self._last = 0
        self._counts: Counter[tuple[str, bool]] = Counter()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def last(self) -> int:
        """The number of the newest line; 0 when there never was one."""
        return self._last

    @property
    def first(self) -> int:
        """The number of the oldest line that is still here; one past the newest when none is."""
        return self._entries[0].number if self._entries else self._last + 1

    def count(self, level: str, *, dry: bool = True) -> int:
        """How many lines of ``level`` are here; without ``dry`` only those of real calls, and of none."""
        return self._counts[level, True] + (self._counts[level, False] if dry else 0)

    @property
    def dry_lines(self) -> int:
        """How many lines are of dry runs and checks."""
        return sum(number for (_, is_real), number in self._counts.items() if not is_real)

    def add(self, lines: Iterable[LogLine]) -> list[LogEntry]:
        """Number and keep ``lines``; answers their entries."""
        entries = [LogEntry(number, line) for number, line in enumerate(lines, self._last + 1)]
        if entries:
            self._last = entries[-1].number
            self._entries.extend(entries)
            self._counts.update(map(_kind, entries))
            self._trim()
        return entries

    def _trim(self) -> None:
        if len(self._entries) > self._limit + self._slack:
            surplus = len(self._entries) - self._limit
            self._counts.subtract(map(_kind, self._entries[:surplus]))
            del self._entries[:surplus]

    def between(self, first: int, last: int) -> list[LogEntry]:
        """The entries numbered ``first`` to ``last``, both included."""
        start = bisect_left(self._entries, first, key=lambda entry: entry.number)
        end = bisect_left(self._entries, last + 1, key=lambda entry: entry.number)
        return self._entries[start:end]


def line_of(record: LogRecord) -> LogLine:
    """A line that was read from disk."""
    return LogLine(
        record.time,
        record.level,
        record.message,
        record.script,
        record.caller,
        record.call_id,
        record.is_dry,
        record.origin,
    )


def _kind(entry: LogEntry) -> tuple[str, bool]:
    return entry.line.level, entry.line.is_real
