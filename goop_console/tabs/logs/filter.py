"""Which entries are shown. Pure but for patterns (``terms.py``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from goop_console.tabs.logs.entry import LogEntry
from goop_console.tabs.logs.terms import Terms, terms
from lua_engine import LogQuery

LEVELS: dict[str, frozenset[str]] = {
    "all": frozenset({"info", "warn", "error", "refused"}),
    "warn": frozenset({"warn", "error"}),
    "error": frozenset({"error"}),
    "refused": frozenset({"refused"}),
}
Field = Literal["script", "caller", "call", "origin"]
FIELDS: tuple[Field, ...] = ("script", "caller", "call", "origin")
MAX_CHIPS = 50


@dataclass(frozen=True, slots=True)
class Chip:
    """One value that is wanted, or is not. Wanted values of one field are alternatives; callers and calls are
    named by their ids.
    """

    field: Field
    value: str
    is_not: bool = False


@dataclass(frozen=True, slots=True)
class LogFilter:
    """All conditions must hold. ``text`` is what is typed (``terms.py``). ``dry``: also of dry runs and
    checks; a call that is asked for is shown whatever it is. Times are seconds since the epoch.
    """

    level: str = "all"  # a key of LEVELS
    text: str = ""
    chips: tuple[Chip, ...] = ()
    dry: bool = False
    since: float | None = None
    until: float | None = None

    @property
    def is_empty(self) -> bool:
        return self == LogFilter()

    @property
    def terms(self) -> Terms:
        return terms(self.text)

    def with_chip(self, chip: Chip) -> LogFilter:
        """With one more; the opposite one goes."""
        kept = [one for one in self.chips if (one.field, one.value) != (chip.field, chip.value)]
        return replace(self, chips=(*kept, chip)[-MAX_CHIPS:])

    def without_chip(self, chip: Chip) -> LogFilter:
        return replace(self, chips=tuple(one for one in self.chips if one != chip))

    def pick(self, entries: list[LogEntry], *, all_texts: bool = False) -> list[LogEntry]:
        """Those of ``entries`` that pass, in their order; ``all_texts``: whatever they say. Raises
        :class:`SlowPattern`.
        """
        return self.pick_wide(self.narrow(entries), all_texts=all_texts)

    def pick_wide(self, entries: list[LogEntry], *, all_texts: bool = False) -> list[LogEntry]:
        """Those that pass all but the level, of dry runs too. Raises :class:`SlowPattern`."""
        since, until = self.since, self.until
        if since is not None:
            entries = [entry for entry in entries if entry.record.time >= since]
        if until is not None:
            entries = [entry for entry in entries if entry.record.time < until]
        entries = self._pick_values(entries)
        return entries if all_texts else self.terms.pick(entries)

    def narrow(self, entries: list[LogEntry]) -> list[LogEntry]:
        """Those of the level, and of dry runs if they are wanted."""
        if not self.takes_dry:
            entries = [entry for entry in entries if entry.is_real]
        if self.level != "all":
            levels = LEVELS[self.level]
            entries = [entry for entry in entries if entry.record.level in levels]
        return entries

    @property
    def takes_dry(self) -> bool:
        """Dry runs and checks are shown."""
        return self.dry or bool(self._values("call"))

    def _values(self, field: str, *, is_not: bool = False) -> tuple[str, ...]:
        return tuple(one.value for one in self.chips if one.field == field and one.is_not == is_not)

    def _pick_values(self, entries: list[LogEntry]) -> list[LogEntry]:
        for field in FIELDS:
            value_of = VALUES[field]
            wanted, unwanted = set(self._values(field)), set(self._values(field, is_not=True))
            if wanted:
                entries = [entry for entry in entries if value_of(entry) in wanted]
            if unwanted:
                entries = [entry for entry in entries if value_of(entry) not in unwanted]
        return entries

    def query(self, *, until: float | None = None, all_texts: bool = False) -> LogQuery:
        """The same, asked of the log on disk, but for patterns; ``until`` is where those in memory begin."""
        found = Terms() if all_texts else self.terms
        ends = [one for one in (self.until, until) if one is not None]
        return LogQuery(
            words=found.words,
            not_words=found.not_words,
            levels=tuple(sorted(LEVELS[self.level])) if self.level != "all" else (),
            scripts=self._values("script"),
            not_scripts=self._values("script", is_not=True),
            callers=self._values("caller"),
            not_callers=self._values("caller", is_not=True),
            calls=self._values("call"),
            not_calls=self._values("call", is_not=True),
            origins=self._values("origin"),
            not_origins=self._values("origin", is_not=True),
            real_only=not self.takes_dry,
            since=self.since,
            until=min(ends) if ends else None,
        )

    def stored(self) -> dict[str, Any]:
        """As plain JSON data. A call's id and a stretch of time mean nothing at the next start."""
        chips = [[one.field, one.value, one.is_not] for one in self.chips if one.field != "call"]
        return {"level": self.level, "text": self.text, "chips": chips, "dry": self.dry}


VALUES: dict[str, Callable[[LogEntry], str]] = {
    "script": lambda entry: entry.record.script,
    "caller": lambda entry: entry.record.caller.id if entry.record.caller is not None else "",
    "call": lambda entry: entry.record.call_id,
    "origin": lambda entry: entry.record.origin.value if entry.record.origin is not None else "",
}


def filter_from(stored: object) -> LogFilter:
    """What ``stored`` gave, from whatever is there now."""
    if not isinstance(stored, dict):
        return LogFilter()
    level, text, chips = stored.get("level"), stored.get("text"), stored.get("chips")
    return LogFilter(
        level if isinstance(level, str) and level in LEVELS else "all",
        text if isinstance(text, str) else "",
        tuple(filter(None, map(_chip, chips[:MAX_CHIPS]))) if isinstance(chips, list) else (),
        stored.get("dry") is True,
    )


def _chip(stored: object) -> Chip | None:
    if not isinstance(stored, Sequence) or len(stored) != 3:
        return None
    field, value, is_not = stored
    for known in FIELDS:
        if field == known and isinstance(value, str) and isinstance(is_not, bool):
            return Chip(known, value, is_not)
    return None


def with_context(entries: list[LogEntry], passing: list[LogEntry], count: int) -> list[LogEntry]:
    """``passing`` with ``count`` of ``entries`` before and behind each; those are marked as context."""
    for entry in passing:
        entry.is_context = False
    if not count or len(passing) == len(entries):
        return passing
    wanted = {entry.number for entry in passing}
    places: set[int] = set()
    for place, entry in enumerate(entries):
        if entry.number in wanted:
            places.update(range(max(0, place - count), min(len(entries), place + count + 1)))
    found = [entries[place] for place in sorted(places)]
    for entry in found:
        entry.is_context = entry.number not in wanted
    return found
