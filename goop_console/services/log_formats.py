"""Records of the log as JSON, CSV and plain text: for the terminal, the clipboard and files. Pure: no Qt."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from goop_console.widgets.foreign_text import marked
from goop_console.widgets.wording import day_and_clock
from lua_engine import LogRecord

_INDENT = "    "
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
CSV_COLUMNS = (
    "time", "level", "script", "action", "caller", "caller_id", "role", "call_id", "origin", "dry_run",
    "outcome", "seconds", "statements", "result_bytes", "lines", "message",
)  # fmt: skip


def as_dict(record: LogRecord) -> dict[str, Any]:
    """The record as plain JSON data."""
    caller, call = record.caller, record.call
    found: dict[str, Any] = {
        "id": record.id,
        "time": record.time,
        "level": record.level,
        "script": record.script,
        "message": record.message,
        "call_id": record.call_id,
        "dry_run": record.is_dry,
        "origin": record.origin.value if record.origin is not None else None,
        "caller": None if caller is None else {"id": caller.id, "label": caller.label},
    }
    if call is not None:
        found["call"] = {
            "action": call.action,
            "outcome": call.outcome,
            "seconds": call.seconds,
            "statements": call.statements,
            "result_bytes": call.result_bytes,
            "lines": call.lines,
            "role": call.role,
        }
    return found


def json_line(record: LogRecord) -> str:
    return json.dumps(as_dict(record), ensure_ascii=False)


def summary(record: LogRecord) -> str:
    """What a record says: its message, or what came of a call and what it took."""
    call = record.call
    if call is None:
        return record.message
    action = f"{call.action} " if call.action else ""
    why = f": {record.message}" if record.message else ""
    came = "refused" if record.level == "refused" else call.outcome  # of a script that is not there too
    return (
        f"{action}{came} in {call.seconds * 1_000:.1f} ms, {call.statements} SQL, "
        f"{call.result_bytes:,} bytes{why}"
    )


def text_line(record: LogRecord) -> str:
    """Time, level, script, caller, call, message, between tabs; a message's further lines are indented, and
    what would act on a terminal is shown as a mark.
    """
    message = f"\n{_INDENT}".join(map(marked, summary(record).splitlines()))
    return "\t".join(
        (
            day_and_clock(record.time),
            record.level.upper(),
            _flat(record.script) or "-",
            _flat(_who(record)),
            record.call_id or "-",
            message,
        )
    )


def csv_line(record: LogRecord) -> str:
    """The columns ``CSV_COLUMNS``. What a spreadsheet would take for a formula begins with an apostrophe."""
    caller, call = record.caller, record.call
    cells: tuple[Any, ...] = (
        day_and_clock(record.time),
        record.level,
        record.script,
        call.action if call is not None else "",
        caller.label if caller is not None else "",
        caller.id if caller is not None else "",
        call.role if call is not None else "",
        record.call_id,
        record.origin.value if record.origin is not None else "",
        "yes" if record.is_dry else "no",
        call.outcome if call is not None else "",
        f"{call.seconds:.6f}" if call is not None else "",
        call.statements if call is not None else "",
        call.result_bytes if call is not None else "",
        call.lines if call is not None else "",
        record.message,
    )
    return _csv(_harmless(cell) for cell in cells)


def _csv(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _who(record: LogRecord) -> str:
    if record.caller is None:
        return "-"
    return f"{record.caller.label} ({record.caller.id})" if record.caller.label else record.caller.id


def _flat(text: str) -> str:
    """Labels are anybody's: none of them makes a line or a column of its own."""
    return " ".join(marked(text).split())


LINES: dict[str, Callable[[LogRecord], str]] = {"jsonl": json_line, "csv": csv_line, "txt": text_line}


def lines_of(records: Iterable[LogRecord], form: str) -> Iterator[str]:
    """The lines of a file of that form, without line ends; ``form`` is a key of ``LINES``."""
    if form == "csv":
        yield _csv(CSV_COLUMNS)
    yield from map(LINES[form], records)
