"""What an editor is told of a session: where it stands, and how it ended."""

from __future__ import annotations

from typing import Any

from lua_engine import DebugSession, KnownError, Stopped, StopReason

THREAD = 1  # of the protocol: the call; suspended coroutines follow

_REASONS = {StopReason.ERROR: "exception", StopReason.CURSOR: "goto", StopReason.LIMIT: "pause"}
_LIMIT = "The time limit is reached: Continue gives the call the same time again"
_LOST = "It took another way this time, and never came to where it was to stop"


def stopped_body(stopped: Stopped, *, is_restart: bool) -> dict[str, Any]:
    """Of the event ``stopped``; ``is_restart``: the session was to run again to here."""
    reason = _REASONS.get(stopped.reason, stopped.reason.value)
    if is_restart and stopped.reason is StopReason.CURSOR:
        reason = "restart"
    text = _LIMIT if stopped.reason is StopReason.LIMIT else stopped.text
    if stopped.step:
        reason = "step"
        text = f"The past: step {stopped.step} of {stopped.recorded.last}. {stopped.note}".strip()
    told = {"description": text, "text": text} if text else {}
    return {"reason": reason, "threadId": THREAD, "allThreadsStopped": True, **told}


def end_lines(session: DebugSession) -> tuple[list[tuple[str, str]], int]:
    """The lines of an ended session, each with its category, and the exit code."""
    lines = [("important", _LOST)] if session.took_another_way else []
    try:
        result = session.result(0)
    except KnownError as error:
        return [*lines, ("stderr", str(error))], 1
    if result.error:
        return [*lines, ("stderr", f"error: {result.error.message}")], 1
    return [*lines, ("console", f"result: {result.value!r}")], 0
