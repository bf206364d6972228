"""Where a debugged call stands, in words."""

from __future__ import annotations

from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.json_line import json_line
from goop_console.widgets.wording import counted
from lua_engine import (
    Breakpoint,
    Caller,
    CallResult,
    DebugSession,
    LineValues,
    Recorded,
    StackFrame,
    Stopped,
    StopReason,
)

_REASONS = {
    StopReason.ENTRY: "at its first line",
    StopReason.BREAKPOINT: "breakpoint",
    StopReason.STEP: "step",
    StopReason.CURSOR: "run to the cursor",
    StopReason.PAUSE: "pause",
    StopReason.ERROR: "error",
    StopReason.LIMIT: "time limit",
}
MAX_VALUE = 120  # characters of a value in the margin


def caller_words(caller: Caller, role: str) -> str:
    """``Dmitri (stranger)``."""
    return f"{shown_line(caller.name, 60)} ({role or 'stranger'})"


def state_words(session: DebugSession, role: str) -> str:
    """``Paused at line 12, breakpoint, called by Dmitri (stranger), dry run``."""
    who = f"called by {caller_words(session.call.caller, role)}"
    run = "dry run" if session.call.is_dry else "for real"
    stopped = session.stopped
    if stopped is None:
        return f"Running, {who}, {run}"
    if stopped.step:
        return f"Step {stopped.step:,} of the past, line {stopped.line}, {who}, {run}"
    return f"Paused at line {stopped.line}, {reason_words(stopped)}, {who}, {run}"


def reason_words(stopped: Stopped) -> str:
    """Why it stands, with the error if there is one."""
    words = _REASONS[stopped.reason]
    return f"{words}: {shown_line(stopped.text, 200)}" if stopped.text else words


def result_words(result: CallResult) -> str:
    """``answered {"id": 17}``, or the error."""
    if result.error is not None:
        return shown_line(result.error.message, 200)
    return f"answered {shown_line(json_line(result.value, 200), 200)}"


def frame_words(frame: StackFrame, above: StackFrame | None, *, is_suspended: bool = False) -> str:
    """Lines: the name, ``line 8``, and what is special: ``waits for coroutine 1``. ``above`` is the frame
    over it in the list, if any.
    """
    lines = [shown_line(frame.name, 80), f"line {frame.line:,}"]
    if frame.coroutine:
        lines.append(f"{'suspended ' if is_suspended else ''}coroutine {frame.coroutine}")
    if above is not None and above.coroutine != frame.coroutine and not is_suspended:
        lines.append(f"waits for coroutine {above.coroutine}")
    if frame.is_tail:
        lines.append("its caller is gone: return f()")
    return "\n".join(lines)


def recorded_words(recorded: Recorded) -> str:
    """What can be gone back to, and what cannot any more."""
    if not recorded.count:
        return "Nothing recorded: only dry runs can go back"
    parts = [f"{recorded.count:,} steps recorded"]
    if recorded.has_dropped:
        parts.append("older ones are gone")
    if recorded.ended_by:
        parts.append(f"recording ended: {recorded.ended_by} limit")
    return ", ".join(parts)


def breakpoint_words(one: Breakpoint, hits: int | None, moved: str) -> str:
    """What a breakpoint does, for its tip and the second line of its row."""
    parts = ["Breakpoint" if not one.message else "Log message"]
    if not one.is_enabled:
        parts.append("off")
    if one.condition:
        parts.append(f"when {shown_line(one.condition, 80)}")
    if one.hit_test:
        parts.append(f"hit {one.hit_test}")
    if one.message:
        parts.append(shown_line(one.message, 80))
    if one.caller:
        parts.append(f"only for {shown_line(one.caller, 60)}")
    if moved:
        parts.append(moved)
    if hits is not None:
        parts.append(f"hit {counted(hits, 'time')}" if hits else "never reached")
    return ", ".join(parts)


def margin_text(values: LineValues) -> str:
    """``total = 3, name = "x"   ×12``: what a line computed last, and how often it ran."""
    last = values.last
    named = last.values if last is not None else ()
    text = ", ".join(f"{name} = {shown_line(value, MAX_VALUE)}" for name, value in named)
    times = f"×{values.count:,}" if values.count > 1 and text else ""
    return "   ".join(part for part in (text, times) if part)
