"""The record of a call as a person reads it: a line for each thing that is known. Pure: no Qt."""

from __future__ import annotations

from typing import Final

from goop_console.widgets.wording import counted, day_and_clock
from lua_engine import Caller, CallSummary, LogRecord

_OUTCOMES: Final = {
    "ok": "answered",
    "refused": "refused: the caller was not let in",
    "invalid": "invalid: what was sent is not what the script takes",
    "error": "error: the script failed",
}
_WIDTH: Final = 10  # characters of the longest name and a blank


def record_text(record: LogRecord, call: CallSummary) -> str:
    """Example::

    Outcome   answered
    Script    tasks, action list
    Caller    Anna as editor (12D3KooW…)
    From      page, for real
    Took      3.2 ms, until 2026-11-30 20:46:28.388
    SQL       4 statements
    Result    312 bytes
    Lines     5
    Call      899a093b1027
    """
    origin = record.origin.value if record.origin is not None else ""
    action = f", action {call.action}" if call.action else ""
    took = f"{call.seconds * 1000:,.1f} ms, until {day_and_clock(record.time)}"
    facts = {
        "Outcome": _OUTCOMES.get(call.outcome, call.outcome),
        "Reason": record.message,
        "Script": f"{record.script}{action}",
        "Caller": _who(record.caller, call.role) if record.caller is not None else "",
        "From": ", ".join(one for one in (origin, "a dry run" if record.is_dry else "for real") if one),
        "Took": took,
        "SQL": counted(call.statements, "statement"),
        "Result": counted(call.result_bytes, "byte") if call.result_bytes else "",
        "Lines": f"{call.lines:,}",
        "Call": record.call_id,
    }
    return "\n".join(f"{name:{_WIDTH}}{_indented(value)}" for name, value in facts.items() if value)


def _who(caller: Caller, role: str) -> str:
    return f"{caller.name} as {role} ({caller.id})" if role else f"{caller.name} ({caller.id})"


def _indented(value: str) -> str:
    return value.replace("\n", "\n" + " " * _WIDTH)
