"""Which lines are shown. Pure: no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from lua_engine import LogLine

LEVELS = {
    "all": frozenset({"info", "warn", "error"}),
    "warn": frozenset({"warn", "error"}),
    "error": frozenset({"error"}),
}
_ID_LETTERS = 6  # shorter words would be found by chance in somebody's id


@dataclass(slots=True)
class LogEntry:
    """A line with its place (counting from 1 since the site was opened) and what a text filter looks into."""

    number: int
    line: LogLine
    haystack: str = field(init=False)
    ids: str = field(init=False)

    def __post_init__(self) -> None:
        line, caller = self.line, self.line.caller
        self.haystack = (
            f"{line.message}\n{line.script}\n"
            f"{caller.name if caller is not None and caller.label else ''}\n{line.level}"
        ).lower()
        self.ids = f"{caller.id if caller is not None else ''}\n{line.call_id}".lower()

    def has(self, word: str) -> bool:
        """``word``, in lower case, occurs."""
        return word in self.haystack or (len(word) >= _ID_LETTERS and word in self.ids)


@dataclass(frozen=True, slots=True)
class LogFilter:
    """All conditions must hold. ``text``: words that must occur, ``-word`` one that must not, ``"two words"``
    a phrase. ``dry``: lines of dry runs and checks too; a call that is asked for is shown whatever it is.
    """

    level: str = "all"  # a key of LEVELS
    text: str = ""
    script: str = ""
    caller_id: str = ""
    call_id: str = ""
    dry: bool = False

    @property
    def is_empty(self) -> bool:
        return self == LogFilter()

    def without(self, name: str) -> LogFilter:
        """The same filter with one condition taken away."""
        cleared: dict[str, Any] = {name: getattr(LogFilter(), name)}
        return replace(self, **cleared)

    def pick(self, entries: list[LogEntry]) -> list[LogEntry]:
        """Those of ``entries`` that pass, in their order."""
        wanted, unwanted = words(self.text)
        if not self.dry and not self.call_id:
            entries = [entry for entry in entries if entry.line.is_real]
        if self.level != "all":
            levels = LEVELS[self.level]
            entries = [entry for entry in entries if entry.line.level in levels]
        for word in wanted:
            entries = [entry for entry in entries if entry.has(word)]
        for word in unwanted:
            entries = [entry for entry in entries if not entry.has(word)]
        return self._pick_values(entries)

    def _pick_values(self, entries: list[LogEntry]) -> list[LogEntry]:
        if self.script:
            entries = [entry for entry in entries if entry.line.script == self.script]
        if self.caller_id:
            entries = [
                entry
                for entry in entries
                if entry.line.caller is not None and entry.line.caller.id == self.caller_id
            ]
        if self.call_id:
            entries = [entry for entry in entries if entry.line.call_id == self.call_id]
        return entries


def words(text: str) -> tuple[list[str], list[str]]:
    """The words that must and those that must not occur, in lower case. A quote that is not closed runs to
    the end.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    rest = text.strip().lower()
    while rest:
        is_unwanted = rest.startswith("-") and len(rest) > 1 and not rest[1].isspace()
        rest = rest[1:] if is_unwanted else rest
        if rest.startswith('"'):
            word, _, rest = rest[1:].partition('"')
        else:
            parts = rest.split(None, 1)
            word, rest = parts[0], parts[1] if len(parts) > 1 else ""
        if word:
            (unwanted if is_unwanted else wanted).append(word)
        rest = rest.lstrip()
    return wanted, unwanted
