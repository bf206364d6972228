"""Entries from before this start, read from disk page by page as somebody scrolls up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from goop_console.services.work import Work
from goop_console.tabs.logs.entry import LogEntry, entry_from_disk, id_on_disk
from goop_console.tabs.logs.filter import LogFilter
from goop_console.tabs.logs.terms import SlowPattern
from lua_engine import LogRecord

if TYPE_CHECKING:
    from goop_console.services.operations import Operation
    from lua_engine import SiteLog

PAGE = 500  # records
MAX_OLDER = 100_000  # entries in memory
_SCANNED = 5_000  # records that a pattern is tried on before somebody is told
_DOWN_TO = 5_000  # records that are read to come back to where a person was
_MANY = 400  # values in one question


@dataclass(frozen=True, slots=True)
class Wanted:
    """``until``: those in memory begin there, but for some that say an earlier time: ``known`` are time and
    message of those. ``context``: so many before and behind each. ``all_texts``:
    what is typed only highlights. ``down_to``: a number that must be among them.
    """

    filter: LogFilter
    until: float | None = None
    known: frozenset[tuple[float, str]] = frozenset()
    context: int = 0
    all_texts: bool = False
    down_to: int = 0


@dataclass(slots=True)
class Page:
    """``before`` is the id that the next page ends at; None: there is none."""

    entries: list[LogEntry] = field(default_factory=list)
    heads: list[LogEntry] = field(default_factory=list)
    before: int | None = None


class OlderEntries(QObject):
    """``entries`` are those read so far, oldest first; ``heads`` the summaries of their calls."""

    read = Signal(object)  # list[LogEntry] that came in front, or None: all are others now
    failed = Signal(str)

    def __init__(self, work: Work, log: SiteLog) -> None:
        super().__init__(work)
        self._work = work
        self._log = log
        self._operation: Operation | None = None
        self._wanted = Wanted(LogFilter())
        self._before: int | None = None
        self._is_fresh = True  # the next page replaces what is there
        self.is_exhausted = False
        self.entries: list[LogEntry] = []
        self.heads: dict[str, LogEntry] = {}

    @property
    def is_reading(self) -> bool:
        return self._operation is not None and self._operation.is_running

    def begin(self, wanted: Wanted) -> None:
        """Read anew. Until the first page is there, ``entries`` are those of before that still fit."""
        if self._operation is not None:
            self._operation.cancel()
        self._operation = None
        self._wanted, self._before, self.is_exhausted = wanted, None, False
        self._is_fresh = True
        try:
            self.entries = wanted.filter.pick(self.entries, all_texts=wanted.all_texts)
        except SlowPattern:
            self.entries = []
        self.more()

    def more(self) -> None:
        """Read one more page, unless one is being read or there is none."""
        if self.is_reading or self.is_exhausted:
            return
        wanted, before, log = self._wanted, self._before, self._log
        known = {entry.number: entry for entry in self.entries}
        self._operation = self._work.run(
            lambda: read_page(log, wanted, before, known), done=self._on_page, failed=self._on_failed
        )

    def forget(self) -> None:
        """Keep nothing of what was read: entries of this start have gone that stood behind them."""
        self.entries, self.heads, self.is_exhausted = [], {}, True

    def _on_page(self, page: Page) -> None:
        is_first, self._is_fresh = self._is_fresh, False
        self._before = page.before
        self.entries = page.entries if is_first else [*page.entries, *self.entries]
        self.is_exhausted = page.before is None or len(self.entries) >= MAX_OLDER
        self.heads.update((entry.record.call_id, entry) for entry in page.heads)
        self.read.emit(None if is_first else page.entries)

    def _on_failed(self, reason: str) -> None:
        self.is_exhausted = True
        self.failed.emit(reason)


def read_page(log: SiteLog, wanted: Wanted, before: int | None, known: dict[int, LogEntry]) -> Page:
    """The next page; runs off the Qt thread. ``known`` are entries that somebody has already."""
    query = wanted.filter.query(until=wanted.until, all_texts=wanted.all_texts)
    terms = wanted.filter.terms
    found: list[LogEntry] = []
    scanned, last = 0, before
    while True:
        is_back = wanted.down_to < 0 and last is None
        limit = _DOWN_TO if is_back else PAGE
        down_to = id_on_disk(wanted.down_to) if is_back else None
        records = log.page(query, before=last, limit=limit, down_to=down_to)
        entries = [
            _entry(record, known) for record in records if (record.time, record.message) not in wanted.known
        ]
        found += entries if wanted.all_texts else terms.fitting(entries)
        scanned += len(records)
        is_end = len(records) < limit and not is_back
        if records:
            last = records[-1].id
        elif is_back:
            last = down_to
        if is_end or len(found) >= PAGE or scanned >= _SCANNED:
            break
    found.reverse()
    if wanted.context:
        found = _with_context(log, found, wanted, known)
    return Page(found, _heads(log, found), None if is_end else last)


def _entry(record: LogRecord, known: dict[int, LogEntry]) -> LogEntry:
    made = entry_from_disk(record)
    return known.get(made.number, made)


def _with_context(
    log: SiteLog, found: list[LogEntry], wanted: Wanted, known: dict[int, LogEntry]
) -> list[LogEntry]:
    every = {entry.number: entry for entry in found}
    hits = set(every)
    for number in hits:
        for record in log.around(id_on_disk(number), wanted.context):
            if wanted.until is not None and record.time >= wanted.until:
                continue
            entry = _entry(record, known)
            every.setdefault(entry.number, entry)
    for number, entry in every.items():
        entry.is_context = number not in hits
    return [every[number] for number in sorted(every)]


def _heads(log: SiteLog, entries: Sequence[LogEntry]) -> list[LogEntry]:
    """The summaries of all calls of ``entries``, whether they pass the filter or not."""
    heads = {entry.record.call_id: entry for entry in entries if entry.record.call is not None}
    missing = list(
        dict.fromkeys(
            entry.record.call_id
            for entry in entries
            if entry.record.call_id and entry.record.call_id not in heads
        )
    )
    for place in range(0, len(missing), _MANY):
        for record in log.calls(missing[place : place + _MANY]):
            heads[record.call_id] = entry_from_disk(record)
    return list(heads.values())
