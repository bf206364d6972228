"""Log lines as a text file. Pure: no Qt; runs off the Qt thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from goop_console.services.atomic_file import write_text
from goop_console.widgets.wording import day_and_clock
from lua_engine import LogLine

_INDENT = "    "


def as_text(lines: Iterable[LogLine]) -> str:
    """One line each: time, level, script, caller, call, message, between tabs; a message's further lines are
    indented.
    """
    return "".join(f"{_as_line(line)}\n" for line in lines)


def _as_line(line: LogLine) -> str:
    message = f"\n{_INDENT}".join(line.message.splitlines())
    return "\t".join(
        (
            day_and_clock(line.time),
            line.level.upper(),
            line.script or "-",
            _flat(_who(line)),
            line.call_id or "-",
            message,
        )
    )


def _who(line: LogLine) -> str:
    if line.caller is None:
        return "-"
    return f"{line.caller.label} ({line.caller.id})" if line.caller.label else line.caller.id


def _flat(text: str) -> str:
    """Labels are anybody's: none of them makes a line or a column of its own."""
    return " ".join(text.split())


def export_lines(path: Path, lines: Sequence[LogLine]) -> int:
    """Write ``lines`` to ``path``, all or nothing; answers how many. Raises OSError."""
    write_text(path, as_text(lines))
    return len(lines)
