"""What the log keeps: a line that somebody wrote, a call that came to its end, or something that happened to
the site.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from lua_engine.base.caller import Caller
from lua_engine.base.errors import ErrorKind
from lua_engine.base.events import (
    ConfigChanged,
    Event,
    Goop2Changed,
    GroupClosed,
    GroupsChanged,
    TemplateChanged,
)
from lua_engine.base.records import LogLine, Origin
from lua_engine.base.secret_names import hides_secrets_of
from lua_engine.calls.outcome import Outcome, outcome_of, reason_of
from lua_engine.calls.result import CallResult

MAX_TEXT = 64 * 1024  # characters of a message on disk; the rest is cut, and that is said
MAX_NAME = 200  # characters of what a visitor called: a name that is no script's, an action, a chat line

Level = Literal["info", "warn", "error", "refused"]


@dataclass(frozen=True, slots=True)
class LogRecord:
    """``id`` grows with time (0: not on disk yet). ``call`` is what a call's summary has, None for a line.

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

    @property
    def is_real(self) -> bool:
        """Neither of a dry run nor of a check."""
        return not self.is_dry and self.origin is not Origin.CHECK


@dataclass(frozen=True, slots=True)
class CallSummary:
    """``action`` is the action of a call, the chat line, or the event; ``seconds`` what it took; ``lines``
    what the script wrote; ``role`` what the caller was in the template's group then.
    """

    action: str
    outcome: str
    seconds: float
    statements: int
    result_bytes: int
    lines: int = 0
    role: str = ""


def record_of_line(line: LogLine) -> LogRecord:
    """The record of a line, without an id."""
    level = _LINE_LEVELS.get(line.level, "info")
    return LogRecord(
        0,
        line.time,
        level,
        cut(line.message),
        line.script,
        line.caller,
        line.call_id,
        line.is_dry,
        line.origin,
    )


def record_of_call(result: CallResult, role: str = "") -> LogRecord:
    """The summary of a call; its params and its value are not in it."""
    outcome = outcome_of(result)
    summary = CallSummary(
        _action_of(result)[:MAX_NAME],
        outcome,
        result.timings.total,
        len(result.sql),
        result.value_bytes,
        len(result.logs),
        role,
    )
    return LogRecord(
        0,
        result.started_at + result.timings.total,
        _level_of(result, outcome),
        cut(hides_secrets_of(result.request.argument)(reason_of(result))),
        (result.script or result.request.target)[:MAX_NAME],
        result.caller,
        result.call_id,
        result.is_dry,
        result.origin,
        summary,
    )


HAPPENINGS = (ConfigChanged, TemplateChanged, GroupClosed, GroupsChanged, Goop2Changed)
"""Events that tell what happened to the site itself."""


def record_of_happening(event: Event) -> LogRecord | None:
    """The record of one of :data:`HAPPENINGS`; None for other events."""
    text = _happening(event)
    return LogRecord(0, time.time(), "info", text) if text else None


def _happening(event: Event) -> str:
    if isinstance(event, ConfigChanged):
        return "goop.json was reloaded: its settings are in force"
    if isinstance(event, TemplateChanged):
        name = event.template[:MAX_NAME]
        return f"the site's template is now {name}" if name else "the site no longer has a template"
    if isinstance(event, GroupClosed):
        return f"group {(event.name or event.group_id)[:MAX_NAME]} was closed"
    if isinstance(event, GroupsChanged):
        return event.what[: 2 * MAX_NAME] or f"group {event.group_id} or its members changed"
    if isinstance(event, Goop2Changed):
        where = f"Goop2 runs this site too, at {event.address}"
        return where if event.address else "Goop2 no longer runs this site"
    return ""


def _action_of(result: CallResult) -> str:
    request = result.request
    if request.kind == "event":
        return request.target
    argument = request.argument
    found = argument.get("action", "") if isinstance(argument, dict) else argument
    return found if isinstance(found, str) else ""


def _level_of(result: CallResult, outcome: Outcome) -> Level:
    """As the line is that the runner writes: an ``error()`` is one, unless it refuses somebody. Who asks for
    what does not exist is not let in either.
    """
    if result.error is not None and result.error.kind is ErrorKind.NOT_FOUND:
        return "refused"
    if outcome == "invalid" and result.error is not None:
        return "error"
    return _LEVELS.get(outcome, "info")


_LINE_LEVELS: dict[str, Level] = {"warn": "warn", "error": "error"}
_LEVELS: dict[str, Level] = {"refused": "refused", "invalid": "warn", "error": "error"}


def cut(text: str) -> str:
    """``text`` as it may be kept."""
    if len(text) <= MAX_TEXT:
        return text
    return f"{text[:MAX_TEXT]}... ({len(text) - MAX_TEXT:,} more characters)"
