"""Running one request, for real or dry; never on the Qt thread."""

from __future__ import annotations

import threading
import time
import uuid

from goop_console.tabs.calls.model.request import CallOutcome, CallRequest, SourceLine
from goop_console.tabs.calls.model.stranger import STRANGER
from lua_engine import Caller, CallError, Engine, KnownError, Rehearsal

_LINES_AROUND = 3


def run_request(engine: Engine, request: CallRequest, call_id: str = "") -> CallOutcome:
    """Run ``request`` as its caller, and keep it in the history. Raises :class:`KnownError` when no copy for
    a dry run can be made.
    """
    caller = Caller(request.caller.id, request.caller.name, request.caller.email)
    if request.is_dry:
        made = engine.rehearse(request.kind, request.target, request.payload, caller=caller, call_id=call_id)
    else:
        made = engine.run_recorded(
            request.kind,
            request.target,
            request.payload,
            caller=caller,
            call_id=call_id,
            count_rate=request.counts,
        )
    return _outcome(engine, request, made, _keep(engine, request, made))


def _keep(engine: Engine, request: CallRequest, made: Rehearsal) -> str:
    """Write it into the history; answers what to say when it cannot be kept: the call itself was made."""
    role = "" if request.caller.role == STRANGER else request.caller.role
    try:
        engine.history.add(made, request.is_dry, role=role)
    except KnownError as error:
        return f"This call is not in the history: {error}"
    return ""


def _outcome(engine: Engine, request: CallRequest, made: Rehearsal, note: str) -> CallOutcome:
    result = made.result
    return CallOutcome(
        request,
        result,
        engine.settings.lua.max_memory_mb * 1024 * 1024,
        diff=made.diff,
        excerpt=source_excerpt(engine, result.error) if result.error is not None else (),
        note=note,
    )


def source_excerpt(engine: Engine, error: CallError) -> tuple[SourceLine, ...]:
    """The lines around the one that ``error`` names; none when the text on disk is not the one that ran."""
    info = next((one for one in engine.scripts.all() if one.name == error.script and one.state == "ok"), None)
    if info is None or error.line < 1:
        return ()
    try:
        lines = engine.scripts.source(info).splitlines()
    except KnownError:
        return ()  # it was taken away meanwhile; the error says script and line anyway
    first = max(1, error.line - _LINES_AROUND)
    last = min(len(lines), error.line + _LINES_AROUND)
    return (
        tuple(SourceLine(number, lines[number - 1]) for number in range(first, last + 1))
        if error.line <= len(lines)
        else ()
    )


class RunningCall:
    """A request under way. ``run`` and ``cancel`` each take a worker thread; ``cancel`` ends no call but this
    one.
    """

    _POLL_SECONDS = 0.02
    _START_SECONDS = 5.0

    def __init__(self, engine: Engine, request: CallRequest) -> None:
        self.request = request
        self.call_id = uuid.uuid4().hex[:12]
        self.started = time.monotonic()
        self.is_cancelled = False
        self._engine = engine
        self._began = threading.Event()
        self._ended = threading.Event()

    def run(self) -> CallOutcome:
        """Run to the end, whatever it is."""
        self._began.set()
        try:
            return run_request(self._engine, self.request, self.call_id)
        finally:
            self._ended.set()

    def cancel(self) -> None:
        """End the call, also when the engine has not registered it yet."""
        if not self._began.wait(self._START_SECONDS):
            return  # it never started: the program is closing
        while not self._ended.is_set():
            self._engine.cancel(self.call_id)
            self._ended.wait(self._POLL_SECONDS)
