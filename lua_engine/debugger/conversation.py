"""What the thread of a debugged call and those that steer it say to each other.

The call's own thread blocks in :meth:`Conversation.next` while it stands; everybody else puts commands into a
queue. Only the call's thread moves the state::

    starting -> running <-> paused -> ... -> ended

The end alone comes from elsewhere, for a call that is given up: what its thread says later changes nothing.
A command that does not fit the state is refused with :class:`DebugError`, never kept.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import Any

from lua_engine.calls.call import Call
from lua_engine.debugger.messages import DebugError, DebugState, Stopped
from lua_engine.runtime.debugging import Scalar

_POLL = 0.05
"""Seconds in which a paused call notices that it was cancelled."""

_PATIENCE = 10.0
"""Seconds that somebody waits for an answer of a paused call: an evaluation takes 0.2 s at most."""

_LARGEST = 1 << 53

_QUIET = ("breakpoints", "catch")
"""Commands that nobody waits for and after which the call stays where it is."""

_SAID = {
    "continue": "go on",
    "into": "step in",
    "over": "step over",
    "out": "step out",
    "cursor": "run to a line",
    "locals": "read the locals",
    "upvalues": "read the upvalues",
    "globals": "read the globals",
    "coroutines": "read the coroutines",
    "children": "open a value",
    "peek": "read a value",
    "set": "set a value",
    "back": "step back",
    "forward": "step forward",
    "run": "run back",
    "go": "look at a step",
    "written": "find who set it",
    "margin": "read the values",
    "visit": "say which step this is",
    "entry": "say where the frame began",
}
_WHY = {
    DebugState.STARTING: "the call has not started yet",
    DebugState.RUNNING: "the call is running, pause it first",
    DebugState.PAUSED: "the call goes on",
    DebugState.ENDED: "the call has ended",
}

STOP, READ_BREAKPOINTS = 1, 2


@dataclass(slots=True)
class Command:
    """A verb of ``runtime/lua/debug_verbs.lua`` and its arguments; or one after which the call goes on."""

    verb: str
    arguments: tuple[Scalar, ...] = ()
    answer: Future[dict[str, Any]] | None = None

    @property
    def goes_on(self) -> bool:
        return self.answer is None and self.verb not in _QUIET


class Conversation:
    """Thread-safe."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._changed = threading.Condition()
        self._commands: deque[Command] = deque()
        self._pending: Command | None = None
        self._wish = 0
        self._is_ending = False
        self.state = DebugState.STARTING
        self.stopped: Stopped | None = None
        """Where the call stands; None while it runs and after its end."""

    # For those that steer

    def wait(self, timeout: float | None) -> bool:
        """Until the call stands with nothing left to do, or has ended; whether it came to that."""

        def stands() -> bool:
            return self.stopped is not None and not self._commands and not self._is_ending

        with self._changed:
            return self._changed.wait_for(lambda: self.state is DebugState.ENDED or stands(), timeout)

    def wait_for_end(self, timeout: float | None) -> bool:
        """Whether it came to its end."""
        with self._changed:
            return self._changed.wait_for(lambda: self.state is DebugState.ENDED, timeout)

    def go(self, verb: str, *arguments: Scalar) -> None:
        """Let the call go on."""
        _check_numbers(verb, arguments)
        with self._changed:
            if self._paused(verb).step:
                raise DebugError("this is the past: go to the present first")
            self._put(Command(verb, arguments))

    def ask(self, verb: str, *arguments: Scalar) -> dict[str, Any]:
        """Ask the paused call, and wait for its answer."""
        answer: Future[dict[str, Any]] = Future()
        _check_numbers(verb, arguments)
        with self._changed:
            self._paused(verb)
            self._put(Command(verb, arguments, answer))
        try:
            message = answer.result(_PATIENCE)
        except FutureTimeout:
            raise DebugError(f"cannot {_said(verb)}: the call does not answer") from None
        if verb not in ("evaluate", "peek", "set") and message.get("error"):
            raise DebugError(message["error"])
        return message

    def tell(self, verb: str, *arguments: Scalar) -> bool:
        """Tell the paused call something to which it says nothing; whether it is paused."""
        with self._changed:
            if self.state is DebugState.PAUSED:
                self._put(Command(verb, arguments))
            return self.state is DebugState.PAUSED

    def wish_for(self, wish: int) -> None:
        """Want something of the running call, as soon as it looks."""
        with self._changed:
            if wish == STOP and self.state is not DebugState.RUNNING and not self._goes_on():
                raise DebugError(f"it cannot be paused: it is {self.state}")
            self._wish = wish if wish == STOP else self._wish or wish

    def end(self) -> None:
        """The call is to end, in any state."""
        with self._changed:
            self._is_ending = True
            self._changed.notify_all()

    # For the call's thread

    def begin(self) -> None:
        """It runs."""
        self._move(DebugState.RUNNING, None)

    def stand(self, stopped: Stopped) -> bool:
        """It stands; whether it does: one that was given up has ended already."""
        return self._move(DebugState.PAUSED, stopped)

    def reply(self, message: dict[str, Any], stopped: Stopped | None) -> None:
        """The answer to the command that was taken last; ``stopped``, when another step is looked at now."""
        with self._changed:
            pending, self._pending = self._pending, None
            if self.state is not DebugState.ENDED:
                self.stopped = stopped or self.stopped
            self._changed.notify_all()
        if pending is not None and pending.answer is not None:
            pending.answer.set_result(message)

    def next(self) -> Command:
        """The next command: waits for it. One that ``goes_on`` is the last of this stop."""
        with self._changed:
            while not self._commands:
                # Revoking a deadline ends its pause.
                if self._is_ending or self._call.is_cancelled or not self._call.deadline.is_paused:
                    self._run_on()
                    return Command("end")
                self._changed.wait(_POLL)
            command = self._commands.popleft()
            if command.goes_on:
                self._run_on()
            else:
                self._pending = command
            return command

    def wish(self) -> int:
        """What is wanted of the running call, once: 0 is nothing."""
        if not self._wish:  # the usual case takes no lock
            return 0
        with self._changed:
            wish, self._wish = self._wish, 0
        return wish

    def close(self, set_result: Any) -> bool:
        """It has ended; ``set_result()`` before anybody hears of it. Whether it had not ended before."""
        with self._changed:
            if self.state is DebugState.ENDED:
                return False
            set_result()
            self.state, self.stopped = DebugState.ENDED, None
            self._refuse_commands()
            self._changed.notify_all()
        return True

    # Parts

    def _put(self, command: Command) -> None:
        self._commands.append(command)
        self._changed.notify_all()

    def _move(self, state: DebugState, stopped: Stopped | None) -> bool:
        with self._changed:
            if self.state is DebugState.ENDED:
                return False
            self.state, self.stopped = state, stopped
            self._changed.notify_all()
        return True

    def _run_on(self) -> None:
        if self._move(DebugState.RUNNING, None):
            self._refuse_commands(DebugState.PAUSED)

    def _refuse_commands(self, state: DebugState = DebugState.ENDED) -> None:
        left, self._commands = self._commands, deque()
        for command in (*left, *((self._pending,) if self._pending else ())):
            if command.answer is not None and not command.answer.done():
                command.answer.set_exception(DebugError(f"cannot {_said(command.verb)}: {_WHY[state]}"))
        self._pending = None

    def _goes_on(self) -> bool:
        """It has been told to, and has not heard it yet."""
        return any(command.goes_on for command in self._commands)

    def _paused(self, verb: str) -> Stopped:
        stopped = self.stopped
        if stopped is None or self.state is not DebugState.PAUSED:
            raise DebugError(f"cannot {_said(verb)}: {_WHY[self.state]}")
        if self._goes_on():
            raise DebugError(f"cannot {_said(verb)}: {_WHY[DebugState.PAUSED]}")
        return stopped


def _check_numbers(verb: str, arguments: tuple[Scalar, ...]) -> None:
    """Frames, lines, steps and entries are numbered; what is larger would not get across to Lua."""
    if any(isinstance(one, int) and abs(one) > _LARGEST for one in arguments):
        raise DebugError(f"cannot {_said(verb)}: there is no such number")


def _said(verb: str) -> str:
    return _SAID.get(verb, verb)
