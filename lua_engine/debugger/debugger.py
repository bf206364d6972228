"""``engine.debugger``: breakpoints of the site, debugged calls, and the trap for the next real call."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from lua_engine.base.caller import Caller
from lua_engine.base.events import Event, EventBus, ScriptsChanged
from lua_engine.base.records import Origin
from lua_engine.calls.beginning import Beginning
from lua_engine.calls.call import Call
from lua_engine.calls.caller_ref import CallerRef
from lua_engine.calls.calls import Calls
from lua_engine.calls.events import CallFinished
from lua_engine.calls.handle import CallHandle
from lua_engine.calls.request import Request
from lua_engine.debugger.binding import Binding, bind, line_text
from lua_engine.debugger.breakpoints import Breakpoint, Breakpoints
from lua_engine.debugger.coverage import Coverage, ScriptCoverage
from lua_engine.debugger.messages import (
    BreakpointsChanged,
    DebugArmed,
    DebugError,
    DebugStarted,
    DebugState,
)
from lua_engine.debugger.options import DebugOptions
from lua_engine.debugger.program import Program, stops_of
from lua_engine.debugger.session import DebugSession
from lua_engine.runtime.context import RunContext
from lua_engine.runtime.covering import Covering
from lua_engine.scripts.entries import Script
from lua_engine.scripts.registry import ScriptRegistry
from lua_engine.store.changes.diff import DataDiff
from lua_engine.store.changes.recording import RecordingDatabase
from lua_engine.store.database import Database

ARMED_SECONDS = 300.0
_KEPT = 20  # ended sessions
_KEPT_DATA = 3  # of them, with the data that they began with


class Roles(Protocol):
    """Who somebody is, for the caller of a breakpoint."""

    def __call__(self, peer_id: str) -> str:
        """``owner``, a role, or an empty string for a stranger."""
        ...


@dataclass(frozen=True, slots=True)
class _Trap:
    script: str  # function/todo
    until: float  # seconds since the epoch
    options: DebugOptions


class Debugger:
    """Thread-safe. Nothing here waits for a call."""

    def __init__(
        self,
        bus: EventBus,
        scripts: ScriptRegistry,
        calls: Calls,
        role_of: Roles,
        folder: Path,
        path: Path | None,
    ) -> None:
        self._folder = folder
        self._coverage: Coverage | None = None
        self._covers_only_dry = False
        self._bus = bus
        self._scripts = scripts
        self._calls = calls
        self._role_of = role_of
        self._store = Breakpoints(path)
        self._lock = threading.Lock()
        self._sessions: dict[str, DebugSession] = {}  # by call id
        self._trap: _Trap | None = None
        bus.subscribe(self._on_event, ScriptsChanged, CallFinished)

    # Breakpoints

    def breakpoints(self, script: str = "") -> tuple[Breakpoint, ...]:
        """Those of ``script`` (``function/todo``), or all."""
        return self._store.of(script) if script else self._store.all()

    def keep_nothing(self) -> None:
        """Other breakpoints from now on, none yet, and not on disk: an editor keeps its own."""
        self._store = Breakpoints(None)

    @property
    def breakpoints_problem(self) -> str:
        """Why breakpoints are not kept; empty when they are."""
        return self._store.problem

    def put_breakpoint(self, one: Breakpoint) -> Breakpoint:
        """Add or change one; running sessions stop at it from now on. Raises :class:`DebugError`."""
        script = self._script(one.script)
        if script is not None and not one.text:
            one = replace(one, text=line_text(script.text, one.line))
        one = self._store.put(one)
        self._breakpoints_changed(one.script)
        return one

    def remove_breakpoints(self, *ids: str) -> None:
        """Take breakpoints away; unknown ids are passed over."""
        scripts = {one.script for one in self._store.all() if one.id in ids}
        self._store.remove(*ids)
        for script in scripts:
            self._breakpoints_changed(script)

    def binding(self, one: Breakpoint) -> Binding:
        """Where it stops in the version of the script that answers, or why it does not."""
        script = self._script(one.script)
        if script is None:
            return Binding(0, f"there is no script {one.script} that compiles")
        return bind(script.text, stops_of(script.bytecode), one.line)

    def stop_lines(self, script: str) -> frozenset[int]:
        """The lines of ``function/todo`` that can stop; empty without such a script."""
        found = self._script(script)
        return stops_of(found.bytecode) if found is not None else frozenset()

    # Sessions

    def start(
        self,
        request: Request,
        caller: Caller | CallerRef,
        *,
        is_dry: bool = True,
        options: DebugOptions | None = None,
        origin: Origin = Origin.PROGRAM,
    ) -> DebugSession:
        """Make a call and debug it; dry unless it is asked for otherwise. Does not wait.

        Without ``options`` a dry run is recorded and a real one is not.
        """
        chosen = options or DebugOptions(records=is_dry)
        return self._start(request, caller, is_dry, chosen, origin, None)

    def _start(
        self,
        request: Request,
        caller: Caller | CallerRef,
        is_dry: bool,
        options: DebugOptions,
        origin: Origin,
        beginning: Beginning | None,
    ) -> DebugSession:
        sessions: list[DebugSession] = []

        def watch(call: Call) -> None:
            call.beginning = beginning
            sessions.append(self._new_session(call, options))

        handle = self._calls.start(
            request, caller, is_dry=is_dry, origin=origin, keeps_diff=True, on_created=watch
        )
        handle.on_done(self._on_done)
        return sessions[0]

    def restart(self, session: DebugSession, options: DebugOptions | None = None) -> DebugSession:
        """The same request by the same caller once more; the old session is ended. A dry run begins with the
        same data, as long as they are kept: those of the last few sessions are. A real call that somebody
        else made is repeated as a dry run.
        """
        session.stop()
        call, chosen = session.call, options or replace(session.options, run_to=None)
        is_dry = call.is_dry or session.is_trapped
        if is_dry and not call.is_dry:
            chosen = replace(chosen, records=True)
        return self._start(call.request, call.caller, is_dry, chosen, call.origin, call.beginning)

    def run_again_to_here(self, session: DebugSession) -> DebugSession:
        """The same call again on the same data, up to the step that is looked at now; breakpoints before it
        do not stop.
        """
        return self._run_again_to(session, session.visit())

    def restart_frame(self, session: DebugSession, frame: int) -> DebugSession:
        """The same, up to where ``frame`` of this stop began. Raises :class:`DebugError`: of a real call, and
        of a frame whose beginning was not recorded or that is not the script's.
        """
        if not session.call.is_dry:
            raise DebugError("a real call cannot begin a frame again: what it did is done")
        return self._run_again_to(session, session.entry_of(frame))

    def _run_again_to(self, session: DebugSession, visit: tuple[int, int]) -> DebugSession:
        options = replace(session.options, stops_at_entry=False, stops_in_call=False, run_to=visit)
        return self.restart(session, options)

    def sessions(self) -> tuple[DebugSession, ...]:
        """Those under way, the latest last."""
        return tuple(one for one in self._sessions.values() if one.state is not DebugState.ENDED)

    def session(self, session_id: str) -> DebugSession | None:
        """The session of that id, also one that has ended lately."""
        return next((one for one in self._sessions.values() if one.id == session_id), None)

    # The next real call

    def arm(
        self, script: str, *, seconds: float = ARMED_SECONDS, options: DebugOptions | None = None
    ) -> None:
        """Stop in the next real call of ``script`` (``function/todo``), where its function begins; once,
        and within ``seconds``. Raises :class:`DebugError` when there is no such script.
        """
        if self._script(script) is None:
            raise DebugError(f"there is no script {script} that compiles")
        chosen = options or DebugOptions(records=False, stops_in_call=True)
        self._trap = _Trap(script, time.time() + seconds, chosen)
        self._bus.publish(DebugArmed(script, self._trap.until))

    def disarm(self) -> None:
        """Let the next call pass."""
        trap, self._trap = self._trap, None
        if trap is not None:
            self._bus.publish(DebugArmed(trap.script, 0.0))

    def armed(self) -> tuple[str, float] | None:
        """The script and the time until when its next real call stops; None: nothing is armed."""
        trap = self._trap
        if trap is not None and trap.until <= time.time():
            self.disarm()
            trap = None
        return (trap.script, trap.until) if trap is not None else None

    # Coverage

    @contextmanager
    def covering(self, *, only_dry: bool = False) -> Iterator[Callable[[], tuple[ScriptCoverage, ...]]]:
        """Count inside the block what every run (or every dry one) reaches, but of debugged calls; the answer
        tells what of each script of the site so far.
        """
        coverage = Coverage()
        self._coverage, self._covers_only_dry = coverage, only_dry
        try:
            yield lambda: self._covered(coverage)
        finally:
            self._coverage = None

    def _covered(self, coverage: Coverage) -> tuple[ScriptCoverage, ...]:
        found = []
        for info in self._scripts.infos():
            script = self._script(f"{info.kind}/{info.name}")
            if script is not None:
                found.append(coverage.of(script, info.path.relative_to(self._folder).as_posix()))
        return tuple(found)

    # For the engine

    def debugging(
        self, call: Call, script: Script, run: RunContext, database: Database
    ) -> DebugSession | Covering | None:
        """Called before each run of a script, on its thread: what debugs it or counts what it reaches; None:
        nobody does.
        """
        session = self._sessions.get(call.id)
        if session is None and not call.is_dry and self._springs(script):
            session = self._new_session(call, self._taken_trap(), is_trapped=True)
        if session is None or session.program is not None:
            return self._covering(call, script)

        def diff() -> DataDiff | None:
            return database.diff_of(call.id) if isinstance(database, RecordingDatabase) else None

        session.attach(
            run, Program.of(script, partial(self._wanted, session), with_writes=session.records), diff
        )
        self._bus.publish(DebugStarted(session.id, script.name, call.caller, call.is_dry))
        return session

    def _covering(self, call: Call, script: Script) -> Covering | None:
        coverage = self._coverage
        is_counted = coverage is not None and (call.is_dry or not self._covers_only_dry)
        return coverage.covering(script) if coverage is not None and is_counted else None

    def is_debugged(self, call: Call) -> bool:
        """Whether somebody debugs ``call``."""
        return call.id in self._sessions

    def close(self) -> None:
        """End every session."""
        self._trap = None
        for session in self.sessions():
            session.stop()

    # Parts

    def _new_session(self, call: Call, options: DebugOptions, *, is_trapped: bool = False) -> DebugSession:
        session = DebugSession(call, options, self._bus.publish, is_trapped=is_trapped)
        with self._lock:
            ended = [key for key, one in self._sessions.items() if one.state is DebugState.ENDED]
            for key in ended[: max(0, len(ended) - _KEPT)]:
                del self._sessions[key]
            for key in ended[: max(0, len(ended) - _KEPT_DATA)]:
                if key in self._sessions:
                    self._sessions[key].call.beginning = None
            self._sessions[call.id] = session
        return session

    def _springs(self, script: Script) -> bool:
        armed = self.armed()
        return armed is not None and armed[0] == f"{script.kind}/{script.name}"

    def _taken_trap(self) -> DebugOptions:
        trap = self._trap
        self.disarm()
        return trap.options if trap is not None else DebugOptions()

    def _wanted(self, session: DebugSession, script: Script) -> tuple[Breakpoint, ...]:
        own = self._store.of(f"{script.kind}/{script.name}")
        return tuple(one for one in own if one.is_enabled and self._is_for(one, session.call.caller))

    def _is_for(self, one: Breakpoint, caller: Caller) -> bool:
        if not one.caller or one.caller in (caller.id, caller.label):
            return True
        role = self._role_of(caller.id)
        wanted = one.caller.removeprefix("role:")
        return wanted == role or (one.caller == "stranger" and not role)

    def _script(self, key: str) -> Script | None:
        kind, _, name = key.partition("/")
        if kind not in ("function", "command") or not name:
            raise DebugError(f"{key!r} is not a script: write function/NAME or command/NAME")
        return self._scripts.function(name) if kind == "function" else self._scripts.command(name)

    def _breakpoints_changed(self, script: str) -> None:
        for session in self.sessions():
            session.breakpoints_changed()
        self._bus.publish(BreakpointsChanged(script))

    def _on_done(self, handle: CallHandle) -> None:
        session = self._sessions.get(handle.call_id)
        if session is None:
            return
        try:
            session.finish(handle.result(0))
        except Exception as error:  # noqa: BLE001  # it is raised again where it is waited for
            session.finish(None, error)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ScriptsChanged):
            for name in event.names:
                script = self._script(name)
                if script is not None and self._store.follow(name, script.text):
                    self._breakpoints_changed(name)
        elif isinstance(event, CallFinished) and not event.result.is_dry:
            session = self._sessions.get(event.result.call_id)
            if session is not None:  # who started it waits longer, for the handlers of its events
                session.finish(event.result)
