"""The records of one session, numbered and bounded. Pure: no Qt."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable

from goop_console.tabs.logs.entry import LogEntry
from lua_engine import LogRecord, Origin

MAX_LINES = 100_000
_SLACK = 5_000  # the oldest go in lots: each lot costs one move of the list


class LogBook:
    """Records in the order they came; the oldest go past ``MAX_LINES``. ``heads`` are the summaries of calls,
    by call id.
    """

    def __init__(self, limit: int = MAX_LINES, slack: int = _SLACK) -> None:
        self._limit, self._slack = limit, slack
        self._entries: list[LogEntry] = []
        self._last = 0
        self._dry_lines = 0
        self._of_goop2: deque[LogRecord] = deque(maxlen=limit)
        self.heads: dict[str, LogEntry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def last(self) -> int:
        """The number of the newest record; 0 when there never was one."""
        return self._last

    @property
    def first(self) -> int:
        """The number of the oldest record that is still here; one past the newest when none is."""
        return self._entries[0].number if self._entries else self._last + 1

    @property
    def is_whole(self) -> bool:
        """None has gone yet."""
        return self.first == 1

    def first_time(self) -> float | None:
        """When the oldest record was made that is still here."""
        return self._entries[0].record.time if self._entries else None

    def backdated(self, before: float) -> frozenset[tuple[float, str]]:
        """Time and message of those that say they are older than ``before``: Goop2 tells its own time."""
        return frozenset((record.time, record.message) for record in self._of_goop2 if record.time < before)

    @property
    def dry_lines(self) -> int:
        """How many records are of dry runs and checks."""
        return self._dry_lines

    def add(self, records: Iterable[LogRecord]) -> list[LogEntry]:
        """Number and keep ``records``; answers their entries."""
        made = [LogEntry(number, record) for number, record in enumerate(records, self._last + 1)]
        if made:
            self._last = made[-1].number
            self._entries.extend(made)
            self._dry_lines += _dry(made)
            self.heads.update(
                (entry.record.call_id, entry) for entry in made if entry.record.call is not None
            )
            self._of_goop2.extend(one.record for one in made if one.record.origin is Origin.GOOP2)
            self._trim()
        return made

    def _trim(self) -> None:
        if len(self._entries) > self._limit + self._slack:
            surplus = len(self._entries) - self._limit
            gone = self._entries[:surplus]
            self._dry_lines -= _dry(gone)
            for entry in gone:
                if self.heads.get(entry.record.call_id) is entry:
                    del self.heads[entry.record.call_id]
            del self._entries[:surplus]

    def between(self, first: int, last: int) -> list[LogEntry]:
        """The entries numbered ``first`` to ``last``, both included."""
        start = bisect_left(self._entries, first, key=lambda entry: entry.number)
        end = bisect_left(self._entries, last + 1, key=lambda entry: entry.number)
        return self._entries[start:end]


def _dry(entries: Iterable[LogEntry]) -> int:
    return sum(not entry.is_real for entry in entries)
