"""What of the log is asked for, as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Each field narrows; the ``not_`` ones leave out. ``text`` is a text in the message (letters in either
    case). ``callers`` are ids. ``real_only``: neither dry runs nor checks. Times are seconds since the epoch.
    """

    text: str = ""
    not_text: str = ""
    levels: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    not_scripts: tuple[str, ...] = ()
    callers: tuple[str, ...] = ()
    not_callers: tuple[str, ...] = ()
    call_id: str = ""
    origins: tuple[str, ...] = ()
    real_only: bool = False
    calls_only: bool = False
    since: float | None = None
    until: float | None = None

    def sql(self) -> tuple[str, list[Any]]:
        """A condition on ``entries`` and its values."""
        parts: list[str] = ["1"]
        values: list[Any] = []

        def add(condition: str, *given: Any) -> None:
            parts.append(condition)
            values.extend(given)

        for column, names, word in (
            ("level", self.levels, "IN"),
            ("script", self.scripts, "IN"),
            ("script", self.not_scripts, "NOT IN"),
            ("caller_id", self.callers, "IN"),
            ("caller_id", self.not_callers, "NOT IN"),
            ("origin", self.origins, "IN"),
        ):
            if names:
                add(f"{column} {word} ({', '.join('?' * len(names))})", *names)
        if self.call_id:
            add("call_id = ?", self.call_id)
        if self.real_only:
            add("is_dry = 0 AND origin <> 'check'")
        if self.calls_only:
            add("is_call = 1")
        if self.since is not None:
            add("time >= ?", self.since)
        if self.until is not None:
            add("time < ?", self.until)
        if self.text:
            add(*_has(self.text))
        if self.not_text:
            condition, *given = _like(self.not_text)
            add(f"NOT ({condition})", *given)
        return " AND ".join(parts), values


def _has(text: str) -> tuple[str, ...]:
    """The index of three letters finds texts of three letters and more; shorter ones are looked for."""
    if len(text) < 3:
        return _like(text)
    quoted = text.replace('"', '""')
    return "id IN (SELECT rowid FROM texts WHERE texts MATCH ?)", f'"{quoted}"'


def _like(text: str) -> tuple[str, ...]:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return "message LIKE ? ESCAPE '\\'", f"%{escaped}%"
