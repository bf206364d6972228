"""Making a call of the tester, and what is shown of it; nothing of it waits on the Qt thread."""

from __future__ import annotations

from dataclasses import dataclass

from goop_console.tabs.calls.model.callers import caller_of
from goop_console.tabs.calls.model.prepared_call import CallOutcome, PreparedCall, SourceLine
from goop_console.tabs.calls.model.stranger import STRANGER
from lua_engine import CallError, CallHandle, CallResult, Engine, KnownError, Origin

_LINES_AROUND = 3


@dataclass(frozen=True, slots=True)
class RunningCall:
    """A call under way."""

    call: PreparedCall
    handle: CallHandle


def start_call(engine: Engine, call: PreparedCall) -> CallHandle:
    """Begin ``call`` as its caller; answers at once."""
    return engine.calls.start(
        call.request,
        caller_of(call.caller),
        is_dry=call.is_dry,
        counts=call.counts,
        keeps_diff=True,
        origin=Origin.WINDOW,
    )


def keep_outcome(engine: Engine, call: PreparedCall, result: CallResult) -> CallOutcome:
    """Write what came of ``call`` into the history, and read the lines around its error: not for the Qt
    thread.
    """
    return outcome_of_call(engine, call, result, note=_keep(engine, call, result))


def outcome_of_call(engine: Engine, call: PreparedCall, result: CallResult, note: str = "") -> CallOutcome:
    """What the call page shows of ``result``; reads the script of an error: not for the Qt thread."""
    excerpt = source_excerpt(engine, result.error) if result.error is not None else ()
    return CallOutcome(
        call,
        result,
        memory_limit(engine),
        excerpt=excerpt,
        note=note,
        has_script=any(one.name == result.script for one in engine.scripts.all()),
    )


def memory_limit(engine: Engine) -> int:
    """In bytes."""
    return engine.settings.lua.max_memory_mb * 1024 * 1024


def _keep(engine: Engine, call: PreparedCall, result: CallResult) -> str:
    """Answers what to say when it cannot be kept: the call itself was made."""
    role = "" if call.caller.role == STRANGER else call.caller.role
    try:
        engine.history.add(result, role=role)
    except KnownError as error:
        return f"This call is not in the history: {error}"
    return ""


def source_excerpt(engine: Engine, error: CallError) -> tuple[SourceLine, ...]:
    """The lines around the one that ``error`` names; none when the text on disk is not the one that ran."""
    info = next((one for one in engine.scripts.all() if one.name == error.script and one.state == "ok"), None)
    if info is None or error.line < 1:
        return ()
    try:
        lines = engine.scripts.source(info).splitlines()
    except KnownError:
        return ()  # it was taken away meanwhile; the error says script and line anyway
    if error.line > len(lines):
        return ()
    first = max(1, error.line - _LINES_AROUND)
    last = min(len(lines), error.line + _LINES_AROUND)
    return tuple(SourceLine(number, lines[number - 1]) for number in range(first, last + 1))
