"""One debugged call: where it stands, what it may be told, and what it is asked.

How its thread and those that steer it speak to each other is in ``conversation.py``.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from lua_engine.base.events import Event
from lua_engine.base.records import Effect, LogLine, SqlStatement
from lua_engine.calls.call import Call
from lua_engine.calls.result import CallResult
from lua_engine.debugger import wire
from lua_engine.debugger.breakpoints import Breakpoint
from lua_engine.debugger.call_clock import STOP_SECONDS, CallClock
from lua_engine.debugger.conversation import READ_BREAKPOINTS, STOP, Conversation
from lua_engine.debugger.frame_names import named
from lua_engine.debugger.looking import Looking
from lua_engine.debugger.messages import (
    DebugEnded,
    DebugError,
    DebugLogged,
    DebugResumed,
    DebugState,
    DebugStopped,
    Margin,
    StackFrame,
    Stopped,
    SuspendedCoroutine,
)
from lua_engine.debugger.options import PLAIN_MEMORY, RECORDING_MEMORY, DebugOptions
from lua_engine.debugger.program import Program
from lua_engine.runtime.context import RunContext
from lua_engine.runtime.debugging import Scalar
from lua_engine.store.changes.diff import DataDiff

_log = logging.getLogger("goop.debugger")


class DebugSession(Looking):
    """Thread-safe. Made by :class:`Debugger`; ``call`` is the call that it debugs."""

    def __init__(
        self,
        call: Call,
        options: DebugOptions,
        publish: Callable[[Event], None],
        *,
        is_trapped: bool = False,
    ) -> None:
        super().__init__(Conversation(call))
        self.id = uuid.uuid4().hex[:8]
        self.call = call
        self.options = options
        self.program: Program | None = None
        """What runs: the script, its text, and where its breakpoints are."""
        self.hits: Mapping[str, int] = {}
        """How often each breakpoint was reached, by id."""
        self.margin: Margin | None = None
        """The values of a recorded run, after it."""
        self.has_same_data = call.beginning is not None
        """It began with the data that another session began with."""
        self.took_another_way = options.run_to is not None
        """It has not come to where it was to run (``DebugOptions.run_to``)."""
        self.is_trapped = is_trapped
        """It debugs a call that somebody else made."""
        self._publish = publish
        self._diff: Callable[[], DataDiff | None] = lambda: None
        self._run: RunContext | None = None
        self._clock = CallClock(call.deadline)
        self._result: CallResult | None = None
        self._error: Exception | None = None

    @property
    def state(self) -> DebugState:
        return self._talk.state

    @property
    def stopped(self) -> Stopped | None:
        """Where it stands; None while it runs and after its end."""
        return self._talk.stopped

    @property
    def records(self) -> bool:
        return self.options.records

    @property
    def memory(self) -> int:
        return RECORDING_MEMORY if self.options.records else PLAIN_MEMORY

    @property
    def bytecode(self) -> bytes:
        return self._program.bytecode

    @property
    def statements(self) -> bytes:
        return self._program.statements

    @property
    def chunk_name(self) -> str:
        return self._program.script.chunk_name

    @property
    def upvalues(self) -> tuple[bytes, ...]:
        return self._program.upvalues

    @property
    def _program(self) -> Program:
        assert self.program is not None  # it is asked for once the call has begun
        return self.program

    def wait(self, timeout: float | None = None) -> Stopped | None:
        """Until the call stands (then where) or has ended (then None). Raises TimeoutError."""
        if not self._talk.wait(timeout):
            raise TimeoutError(f"the call {self.call.id} is still running")
        return self._talk.stopped

    def result(self, timeout: float | None = None) -> CallResult:
        """The call's result, once it has ended. Raises TimeoutError, or what kept it from being made."""
        if not self._talk.wait_for_end(timeout):
            raise TimeoutError(f"the call {self.call.id} has not ended")
        if self._error is not None:
            raise self._error
        assert self._result is not None
        return self._result

    def unreached(self) -> tuple[tuple[Breakpoint, str], ...]:
        """The breakpoints that the call never came to, and why as far as it is known. After its end."""
        if self.program is None:
            return ()
        missed = [one for _, one in self.program.bound if not self.hits.get(one.id)]
        return tuple((one, self.program.why_unreached(one.line, self.margin)) for one in missed)

    # What the call did so far

    def logs(self) -> tuple[LogLine, ...]:
        return tuple(self._run.logs) if self._run is not None else ()

    def sql(self) -> tuple[SqlStatement, ...]:
        return tuple(self._run.sql) if self._run is not None else ()

    def effects(self) -> tuple[Effect, ...]:
        return tuple(self._run.effects) if self._run is not None else ()

    def diff(self) -> DataDiff | None:
        """The rows that the call changed up to here; None when that is not recorded."""
        return self._diff()

    # Going on

    def resume(self) -> None:
        """Go on to the next stop, or to the end."""
        self._talk.go("continue")

    def step_into(self) -> None:
        """To the next line, also in a function that is called."""
        self._talk.go("into")

    def step_over(self) -> None:
        """To the next line here, or in the caller."""
        self._talk.go("over")

    def step_out(self) -> None:
        """To the caller."""
        self._talk.go("out")

    def run_to(self, line: int) -> None:
        """To a line of the script, or to whatever stops before."""
        self._talk.go("cursor", line)

    def pause(self) -> None:
        """Stop as soon as possible."""
        self._talk.wish_for(STOP)

    def stop(self) -> None:
        """End the call. Answers at once, in any state."""
        self._talk.end()
        self.call.cancel()

    def coroutines(self) -> tuple[SuspendedCoroutine, ...]:
        """Those that wait to be resumed and that the frames or globals lead to; of the past none are known.
        Their frames can be looked into like those of ``stopped``, until they are asked for again.
        """
        found = wire.coroutines(self._talk.ask("coroutines"))
        return tuple(replace(one, frames=self._named(one.frames)) for one in found)

    # The past

    def step_back(self, *, over: bool = True) -> Stopped:
        """One line back; ``over``: not into what was called in between."""
        return self._look("back", "over" if over else "into")

    def step_forward(self, *, over: bool = True) -> Stopped:
        """One line on in the past."""
        return self._look("forward", "over" if over else "into")

    def run_back(self) -> Stopped:
        """To the breakpoint before."""
        return self._look("run", -1)

    def run_forward(self) -> Stopped:
        """To the next breakpoint in the past, or to the present."""
        return self._look("run", 1)

    def look_at(self, step: int) -> Stopped:
        """Any step that is kept; 0: the present."""
        return self._look("go", step)

    def go_to_write(self, name: str, frame: int = 1) -> Stopped:
        """To the line that wrote a local, upvalue or global last, before what is looked at."""
        return self._look("written", frame, "local", name)

    def go_to_field_write(self, ref: int, key: int, frame: int = 1) -> Stopped:
        """The same for an entry of a table."""
        return self._look("written", frame, ref, key)

    def margin_so_far(self) -> Margin:
        """The values of what ran up to here."""
        answer = self._talk.ask("margin")
        return self._made_margin(answer["lines"], answer["partial"])

    def visit(self) -> tuple[int, int]:
        """The line that is looked at, and the how many-th time it runs: for ``DebugOptions.run_to``."""
        answer = self._talk.ask("visit")
        return answer["line"], answer["count"]

    def entry_of(self, frame: int) -> tuple[int, int]:
        """Where a frame began, as :meth:`visit` says it. Raises :class:`DebugError` when that was not
        recorded, and for a frame of a text that the script loaded.
        """
        answer = self._talk.ask("entry", frame)
        return answer["line"], answer["count"]

    def stop_at_errors(self, uncaught: bool, caught: bool) -> None:
        """Stop, or do not, at errors from now on; a call that is not paused goes by what it began with."""
        self._talk.tell("catch", uncaught, caught)

    def breakpoints_changed(self) -> None:
        """There are other breakpoints: they work in this call from now on."""
        if self.program is None or self.state is DebugState.ENDED:
            return
        self.program = self.program.with_breakpoints()
        if not self._talk.tell("breakpoints", self.program.text()):
            self._talk.wish_for(READ_BREAKPOINTS)

    # For the call's thread (runtime/debugging.py)

    def attach(self, run: RunContext, program: Program, diff: Callable[[], DataDiff | None]) -> None:
        """The call begins, and runs ``program``."""
        self._run, self.program, self._diff = run, program, diff
        self._clock.begin()

    @property
    def grace(self) -> float:
        return STOP_SECONDS

    def halt(self) -> None:
        """See :class:`lua_engine.runtime.debugging.Debugging`."""
        self._clock.halt()

    def pass_by(self) -> None:
        """See :class:`lua_engine.runtime.debugging.Debugging`."""
        self._clock.go_on(None)

    def recorded(self, host_seconds: float) -> None:
        """See :class:`lua_engine.runtime.debugging.Debugging`."""
        self._clock.recorded(host_seconds)

    def exchange(self, message: dict[str, Any]) -> tuple[Scalar, ...]:
        """See :class:`lua_engine.runtime.debugging.Debugging`."""
        kind = message["kind"]
        if kind == "began":
            return self._began()
        if kind == "breakpoints":
            return ("ok", self._program.text())
        if kind == "outer":
            return ("ok", *self._program.outer_names(message["first"], message["last"]))
        if kind == "stopped":
            self._on_stop(message)
        else:
            self._on_reply(message)
        return self._next()

    def say(self, message: dict[str, Any]) -> None:
        """See :class:`lua_engine.runtime.debugging.Debugging`."""
        if message["kind"] == "failed":
            _log.error("the debugger could not end a run: %s", message["text"])
        elif message["kind"] == "log":
            if self._run is not None:
                self._run.log("info", message["text"])
            self._publish(DebugLogged(self.id, message["line"], message["text"]))
        else:
            self._note_hits(message)
            if "margin" in message:
                self.margin = self._made_margin(message["margin"], message["partial"])

    def wish(self) -> int:
        """See :class:`lua_engine.runtime.debugging.Debugging`."""
        return self._talk.wish()

    def instrument(self, bytecode: bytes) -> tuple[bytes, tuple[bytes, ...]]:
        """See :class:`lua_engine.runtime.debugging.Debugging`."""
        return Program.instrument_loaded(bytecode, with_writes=self.records)

    def finish(self, result: CallResult | None, error: Exception | None = None) -> None:
        """The call is over."""

        def keep() -> None:
            self._result, self._error = result, error

        if self._talk.close(keep):
            self._publish(DebugEnded(self.id))

    # Parts

    def _began(self) -> tuple[Scalar, ...]:
        self._talk.begin()
        options = self.options
        line, visits = options.run_to or (0, 0)
        return (
            "ok",
            self._program.text(),
            options.stops_at_errors,
            options.stops_at_caught,
            options.stops_at_entry,
            options.stops_in_call,
            line,
            visits,
        )

    def _on_stop(self, message: dict[str, Any]) -> None:
        self._note_hits(message)
        stopped = self._stopped(message)
        if stopped.reason == "cursor":
            self.took_another_way = False
        if self._talk.stand(stopped):
            self._publish(DebugStopped(self.id, stopped))

    def _on_reply(self, message: dict[str, Any]) -> None:
        before = self._talk.stopped
        is_moved = "frames" in message and before is not None
        self._talk.reply(message, self._stopped(message, before) if is_moved else None)

    def _next(self) -> tuple[Scalar, ...]:
        """The next command; on the call's thread."""
        stopped = self._talk.stopped
        command = self._talk.next()
        if command.goes_on:
            self._leave(command.verb, stopped)
        return (command.verb, *command.arguments)

    def _leave(self, verb: str, stopped: Stopped | None) -> None:
        self._clock.go_on(stopped if verb != "end" else None)
        if self.state is not DebugState.ENDED:
            self._publish(DebugResumed(self.id))

    def _look(self, verb: str, *arguments: Scalar) -> Stopped:
        self._talk.ask(verb, *arguments)
        stopped = self._talk.stopped
        if stopped is None:
            raise DebugError("the call goes on")
        self._publish(DebugStopped(self.id, stopped))
        return stopped

    def _stopped(self, message: dict[str, Any], before: Stopped | None = None) -> Stopped:
        stopped = wire.stopped(message, before)
        return replace(stopped, frames=self._named(stopped.frames))

    def _named(self, frames: tuple[StackFrame, ...]) -> tuple[StackFrame, ...]:
        script = self._program.script
        return named(frames, script.text, script.chunk_name)

    def _note_hits(self, message: dict[str, Any]) -> None:
        self.hits = dict(message["hits"])

    def _made_margin(self, lines: Any, partial: bool) -> Margin:
        return Margin(
            self._program.script.name, wire.line_values(lines), self._program.stops, is_partial=partial
        )
