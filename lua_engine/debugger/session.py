"""One debugged call: what its thread and those that steer it say to each other.

The call's own thread blocks in :meth:`DebugSession.exchange` while it stands; everybody else puts commands
into a queue. Only the call's thread moves the state::

    starting -> running <-> paused -> ... -> ended

A command that does not fit the state is refused with :class:`DebugError`, never kept.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import Any

from lua_engine.base.events import Event
from lua_engine.base.records import Effect, LogLine, SqlStatement
from lua_engine.calls.call import Call
from lua_engine.calls.result import CallResult
from lua_engine.debugger import wire
from lua_engine.debugger.breakpoints import Breakpoint
from lua_engine.debugger.messages import (
    DebugEnded,
    DebugError,
    DebugLogged,
    DebugResumed,
    DebugState,
    DebugStopped,
    DebugValue,
    Evaluation,
    Margin,
    Stopped,
    ValuePage,
)
from lua_engine.debugger.program import Program
from lua_engine.runtime.context import RunContext
from lua_engine.runtime.debugging import Scalar
from lua_engine.store.changes.diff import DataDiff

_log = logging.getLogger("goop.debugger")

_POLL = 0.05
"""Seconds in which a paused call notices that it was cancelled."""

_PATIENCE = 10.0
"""Seconds that somebody waits for an answer of a paused call: an evaluation takes 0.2 s at most."""

RECORDING_MEMORY = 33 * 1024 * 1024
RECORDING_SECONDS = 10.0
PLAIN_MEMORY = 1024 * 1024

_QUIET = ("breakpoints", "catch")
"""Commands that nobody waits for and after which the call stays where it is."""


@dataclass(frozen=True, slots=True)
class DebugOptions:
    """How a call is debugged. ``records``: its steps are kept, to go back. ``stops_at_entry``: at its first
    line. ``stops_at_errors`` that nobody catches; ``stops_at_caught``: also inside ``pcall``.
    ``run_to``: a line and the how many-th time that it is reached.
    """

    records: bool = True
    stops_at_entry: bool = False
    stops_at_errors: bool = True
    stops_at_caught: bool = False
    run_to: tuple[int, int] | None = None


@dataclass(slots=True)
class _Command:
    verb: str
    arguments: tuple[Scalar, ...]
    answer: Future[dict[str, Any]] | None = None


class DebugSession:
    """Thread-safe. Made by :class:`Debugger`; ``call`` is the call that it debugs."""

    def __init__(
        self,
        call: Call,
        options: DebugOptions,
        publish: Callable[[Event], None],
        *,
        is_trapped: bool = False,
    ) -> None:
        self.id = uuid.uuid4().hex[:8]
        self.call = call
        self.options = options
        self.program: Program | None = None
        """What runs: the script, its text, and where its breakpoints are."""
        self.hits: Mapping[str, int] = {}
        """How often each breakpoint was reached, by id."""
        self.margin: Margin | None = None
        """The values of a recorded run, after it."""
        self.is_trapped = is_trapped
        """It debugs a call that somebody else made."""
        self._publish = publish
        self._diff: Callable[[], DataDiff | None] = lambda: None
        self._run: RunContext | None = None
        self._changed = threading.Condition()
        self._state = DebugState.STARTING
        self._commands: deque[_Command] = deque()
        self._pending: _Command | None = None
        self._stopped: Stopped | None = None
        self._wish = 0
        self._is_ending = False
        self._result: CallResult | None = None
        self._error: Exception | None = None

    # What it is

    @property
    def state(self) -> DebugState:
        return self._state

    @property
    def stopped(self) -> Stopped | None:
        """Where it stands; None while it runs and after its end."""
        return self._stopped

    @property
    def records(self) -> bool:
        return self.options.records

    @property
    def memory(self) -> int:
        return RECORDING_MEMORY if self.options.records else PLAIN_MEMORY

    @property
    def bytecode(self) -> bytes:
        assert self.program is not None
        return self.program.bytecode

    @property
    def statements(self) -> bytes:
        assert self.program is not None
        return self.program.statements

    @property
    def chunk_name(self) -> str:
        assert self.program is not None
        return self.program.script.chunk_name

    @property
    def upvalues(self) -> tuple[bytes, ...]:
        assert self.program is not None
        return self.program.upvalues

    def wait(self, timeout: float | None = None) -> Stopped | None:
        """Until the call stands (then where) or has ended (then None). Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(
                lambda: self._state is DebugState.ENDED or (self._stopped is not None and not self._commands),
                timeout,
            ):
                raise TimeoutError(f"the call {self.call.id} is still running")
            return self._stopped

    def result(self, timeout: float | None = None) -> CallResult:
        """The call's result, once it has ended. Raises TimeoutError, or what kept it from being made."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._state is DebugState.ENDED, timeout):
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
        self._go("continue")

    def step_into(self) -> None:
        """To the next line, also in a function that is called."""
        self._go("into")

    def step_over(self) -> None:
        """To the next line here, or in the caller."""
        self._go("over")

    def step_out(self) -> None:
        """To the caller."""
        self._go("out")

    def run_to(self, line: int) -> None:
        """To a line of the script, or to whatever stops before."""
        self._go("cursor", line)

    def pause(self) -> None:
        """Stop as soon as possible."""
        with self._changed:
            if self._state is not DebugState.RUNNING:
                raise DebugError(f"it cannot be paused: it is {self._state}")
            self._wish = 1

    def stop(self) -> None:
        """End the call. Answers at once, in any state."""
        with self._changed:
            self._is_ending = True
            self._changed.notify_all()
        self.call.cancel()

    # Looking

    def locals(self, frame: int = 1) -> tuple[DebugValue, ...]:
        """The locals and extra arguments of a frame."""
        return wire.values(self._ask("locals", frame))

    def upvalues_of(self, frame: int = 1) -> tuple[DebugValue, ...]:
        """Locals of the functions around a frame's function that it uses."""
        return wire.values(self._ask("upvalues", frame))

    def globals(self) -> tuple[DebugValue, ...]:
        """What the script added comes first."""
        return wire.values(self._ask("globals"))

    def children(self, ref: int, first: int = 0, count: int = 100) -> ValuePage:
        """Entries of a table (the array first) or upvalues of a function."""
        return wire.page(self._ask("children", ref, first, count))

    def evaluate(self, text: str, frame: int = 1, *, with_host: bool = False) -> Evaluation:
        """Run a Lua expression or statements in a frame, for at most 0.2 s; host functions are refused unless
        ``with_host``. Of the past only names and fields can be read.
        """
        return wire.evaluation(self._ask("evaluate", frame, text, with_host))

    def set_local(self, name: str, text: str, frame: int = 1) -> Evaluation:
        """Give a local or upvalue the value of a Lua expression."""
        return wire.evaluation(self._ask("set", frame, "local", name, text))

    def set_global(self, name: str, text: str, frame: int = 1) -> Evaluation:
        """Give a global the value of a Lua expression."""
        return wire.evaluation(self._ask("set", frame, "global", name, text))

    def set_field(self, ref: int, key: int, text: str, frame: int = 1) -> Evaluation:
        """Give an entry of a table (:attr:`DebugValue.key` of its page) the value of a Lua expression."""
        return wire.evaluation(self._ask("set", frame, ref, key, text))

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
        answer = self._ask("margin")
        return self._made_margin(answer["lines"], answer["partial"])

    def visit(self) -> tuple[int, int]:
        """The line that is looked at, and the how many-th time it runs: for ``DebugOptions.run_to``."""
        answer = self._ask("visit")
        return answer["line"], answer["count"]

    def stop_at_errors(self, uncaught: bool, caught: bool) -> None:
        """Stop, or do not, at errors from now on; a call that is not paused goes by what it began with."""
        with self._changed:
            if self._state is DebugState.PAUSED:
                self._commands.append(_Command("catch", (uncaught, caught)))
                self._changed.notify_all()

    def breakpoints_changed(self) -> None:
        """There are other breakpoints: they work in this call from now on."""
        with self._changed:
            if self.program is None or self._state is DebugState.ENDED:
                return
            self.program = self.program.with_breakpoints(self)
            if self._state is DebugState.PAUSED:
                self._commands.append(_Command("breakpoints", (self.program.text(),)))
                self._changed.notify_all()
            elif not self._wish:
                self._wish = 2

    # For the call's thread (runtime/debugging.py)

    def attach(self, run: RunContext, program: Program, diff: Callable[[], DataDiff | None]) -> None:
        """The call begins, and runs ``program``."""
        self._run, self.program, self._diff = run, program, diff
        if self.records:  # the script is not to pay for the recording
            self.call.deadline.grant(self.call.deadline.limit + RECORDING_SECONDS)

    def exchange(self, message: dict[str, Any]) -> tuple[Scalar, ...]:
        """See :class:`lua_engine.runtime.debugging.Debugging`."""
        kind = message["kind"]
        if kind == "began":
            return self._began()
        if kind == "breakpoints":
            assert self.program is not None
            return ("ok", self.program.text())
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
        wish, self._wish = self._wish, 0
        return wish

    def instrument(self, bytecode: bytes) -> tuple[bytes, tuple[bytes, ...]]:
        """See :class:`lua_engine.runtime.debugging.Debugging`."""
        return Program.instrument_loaded(bytecode)

    def finish(self, result: CallResult | None, error: Exception | None = None) -> None:
        """The call is over."""
        with self._changed:
            if self._state is DebugState.ENDED:
                return
            self._state, self._stopped = DebugState.ENDED, None
            self._result, self._error = result, error
            self._refuse_commands()
            self._changed.notify_all()
        self._publish(DebugEnded(self.id))

    # Parts

    def _began(self) -> tuple[Scalar, ...]:
        assert self.program is not None
        with self._changed:
            self._state = DebugState.RUNNING
            self._changed.notify_all()
        options = self.options
        line, visits = options.run_to or (0, 0)
        return (
            "ok",
            self.program.text(),
            options.stops_at_errors,
            options.stops_at_caught,
            options.stops_at_entry,
            line,
            visits,
        )

    def _on_stop(self, message: dict[str, Any]) -> None:
        self.call.deadline.pause()
        self._note_hits(message)
        stopped = wire.stopped(message)
        with self._changed:
            self._state, self._stopped = DebugState.PAUSED, stopped
            self._changed.notify_all()
        self._publish(DebugStopped(self.id, stopped))

    def _on_reply(self, message: dict[str, Any]) -> None:
        with self._changed:
            pending, self._pending = self._pending, None
            if "frames" in message and self._stopped is not None:
                self._stopped = wire.stopped(message, self._stopped)
            self._changed.notify_all()
        if pending is not None and pending.answer is not None:
            pending.answer.set_result(message)

    def _next(self) -> tuple[Scalar, ...]:
        """The next command; on the call's thread."""
        with self._changed:
            while not self._commands:
                # Revoking a deadline ends its pause.
                if self._is_ending or self.call.is_cancelled or not self.call.deadline.is_paused:
                    return self._leave("end", ())
                self._changed.wait(_POLL)
            command = self._commands.popleft()
            if command.answer is None and command.verb not in _QUIET:
                return self._leave(command.verb, command.arguments)
            self._pending = command
        return (command.verb, *command.arguments)

    def _leave(self, verb: str, arguments: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
        stopped, self._stopped = self._stopped, None
        self._state = DebugState.RUNNING
        self._refuse_commands()
        deadline = self.call.deadline
        if verb != "end" and stopped is not None and stopped.reason == "limit":
            deadline.grant()
        deadline.resume()
        self._publish(DebugResumed(self.id))
        return (verb, *arguments)

    def _refuse_commands(self) -> None:
        left, self._commands = self._commands, deque()
        for command in (*left, *((self._pending,) if self._pending else ())):
            if command.answer is not None and not command.answer.done():
                command.answer.set_exception(DebugError(f"{command.verb}: the call goes on"))
        self._pending = None

    def _go(self, verb: str, *arguments: Scalar) -> None:
        with self._changed:
            stopped = self._paused(verb)
            if stopped.step:
                raise DebugError("this is the past: go to the present first")
            self._commands.append(_Command(verb, arguments))
            self._changed.notify_all()

    def _ask(self, verb: str, *arguments: Scalar) -> dict[str, Any]:
        answer: Future[dict[str, Any]] = Future()
        with self._changed:
            self._paused(verb)
            self._commands.append(_Command(verb, arguments, answer))
            self._changed.notify_all()
        try:
            message = answer.result(_PATIENCE)
        except FutureTimeout:
            raise DebugError(f"{verb}: the call does not answer") from None
        if verb not in ("evaluate", "set") and message.get("error"):
            raise DebugError(message["error"])
        return message

    def _look(self, verb: str, *arguments: Scalar) -> Stopped:
        self._ask(verb, *arguments)
        stopped = self._stopped
        if stopped is None:
            raise DebugError("the call goes on")
        self._publish(DebugStopped(self.id, stopped))
        return stopped

    def _paused(self, verb: str) -> Stopped:
        stopped = self._stopped
        if stopped is None or self._state is not DebugState.PAUSED:
            raise DebugError(f"{verb}: the call is not paused, it is {self._state}")
        if any(command.answer is None and command.verb not in _QUIET for command in self._commands):
            raise DebugError(f"{verb}: the call is about to go on")
        return stopped

    def _note_hits(self, message: dict[str, Any]) -> None:
        self.hits = dict(message["hits"])

    def _made_margin(self, lines: Any, partial: bool) -> Margin:
        assert self.program is not None
        return Margin(
            self.program.script.name, wire.line_values(lines), self.program.stops, is_partial=partial
        )
