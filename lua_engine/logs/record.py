"""What the log keeps: a line that somebody wrote, or a call that came to its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lua_engine.base.caller import Caller
from lua_engine.base.records import LogLine, Origin
from lua_engine.calls.outcome import outcome_of, reason_of
from lua_engine.calls.result import CallResult

MAX_TEXT = 64 * 1024  # characters of a message on disk; the rest is cut, and that is said

Level = Literal["info", "warn", "error", "refused"]


@dataclass(frozen=True, slots=True)
class LogRecord:
    """``id`` grows with time. ``call`` is what a call's summary has, None for a line.

    ``level`` of a call is ``error`` when the script failed, ``refused`` when the caller was not let in.
    """

    id: int
    time: float  # seconds since the epoch
    level: Level
    message: str
    script: str = ""
    caller: Caller | None = None
    call_id: str = ""
    is_dry: bool = False
    origin: Origin | None = None
    call: CallSummary | None = None


@dataclass(frozen=True, slots=True)
class CallSummary:
    """``action`` is the action of a call, the chat line, or the event; ``seconds`` what it took."""

    action: str
    outcome: str
    seconds: float
    statements: int
    result_bytes: int


def record_of_line(line: LogLine) -> LogRecord:
    """The record of a line, without an id."""
    level = _LINE_LEVELS.get(line.level, "info")
    return LogRecord(
        0,
        line.time,
        level,
        _cut(line.message),
        line.script,
        line.caller,
        line.call_id,
        line.is_dry,
        line.origin,
    )


def record_of_call(result: CallResult) -> LogRecord:
    """The summary of a call; its params and its value are not in it."""
    outcome = outcome_of(result)
    argument = result.request.argument
    action = argument.get("action", "") if isinstance(argument, dict) else ""
    summary = CallSummary(
        action if isinstance(action, str) else "",
        outcome,
        result.timings.total,
        len(result.sql),
        result.value_bytes,
    )
    return LogRecord(
        0,
        result.started_at + result.timings.total,
        _LEVELS.get(outcome, "info"),
        _cut(reason_of(result)),
        result.script or result.request.target,
        result.caller,
        result.call_id,
        result.is_dry,
        result.origin,
        summary,
    )


_LINE_LEVELS: dict[str, Level] = {"warn": "warn", "error": "error"}
_LEVELS: dict[str, Level] = {"refused": "refused", "invalid": "warn", "error": "error"}


def _cut(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    return f"{text[:MAX_TEXT]}... ({len(text) - MAX_TEXT:,} more characters)"
