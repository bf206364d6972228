"""How much there is behind each button of the filter. A call counts once, however many of its lines and its
own row are of a level: it is one thing that went wrong. Pure: no Qt.
"""

from __future__ import annotations

from collections.abc import Iterable

from goop_console.tabs.logs.entry import LogEntry
from goop_console.tabs.logs.filter import LEVELS

_DRY = "dry"
_RECENT = 20_000  # calls that are known again; what a call says comes within a moment


class Tally:
    """Of entries that pass all of the filter but its level, of dry runs too."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, bool], int] = {}
        self._seen: dict[tuple[str, str], None] = {}

    def add(self, entries: Iterable[LogEntry]) -> None:
        for entry in entries:
            level, is_real = entry.record.level, entry.is_real
            if level == "info" and is_real:
                continue
            for name, levels in LEVELS.items():
                if name != "all" and level in levels:
                    self._note(name, entry)
            if not is_real:
                self._note(_DRY, entry)

    def _note(self, name: str, entry: LogEntry) -> None:
        if entry.call_id:
            key = name, entry.call_id
            if key in self._seen:
                return
            self._seen[key] = None
            if len(self._seen) > 2 * _RECENT:
                for old in list(self._seen)[:_RECENT]:
                    del self._seen[old]
        kind = name, entry.is_real
        self._counts[kind] = self._counts.get(kind, 0) + 1

    def count(self, name: str, *, dry: bool) -> int:
        """How many calls, and lines of no call, the button of a level leaves; without ``dry`` only those that
        were real.
        """
        return self._counts.get((name, True), 0) + (self._counts.get((name, False), 0) if dry else 0)

    @property
    def dry_runs(self) -> int:
        """How many dry runs and checks there are."""
        return self._counts.get((_DRY, False), 0)
