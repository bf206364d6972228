"""What a debugging session says: frozen data, for any thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lua_engine.base.caller import Caller
from lua_engine.base.errors import KnownError
from lua_engine.base.events import Event


class DebugError(KnownError):
    """A command that does not fit: it is refused, and says why."""


class DebugState(StrEnum):
    """Of a session. Looking and evaluating are part of ``paused``."""

    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class StopReason(StrEnum):
    """Why a call stopped."""

    ENTRY = "entry"
    BREAKPOINT = "breakpoint"
    STEP = "step"
    CURSOR = "cursor"
    PAUSE = "pause"
    ERROR = "error"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class StackFrame:
    """One function call of the script, or of a text that it loaded (then ``source`` is not its file).

    ``coroutine`` is 0 for the main one. ``is_tail``: it was reached by ``return f()``, so its caller is gone.
    """

    id: int
    name: str
    line: int
    source: str
    coroutine: int = 0
    is_tail: bool = False


@dataclass(frozen=True, slots=True)
class SuspendedCoroutine:
    """A coroutine that has begun and waits to be resumed. ``number`` is that of its frames, which begin with
    the innermost: the one that yielded.
    """

    number: int
    frames: tuple[StackFrame, ...]


@dataclass(frozen=True, slots=True)
class DebugValue:
    """One value as it is shown. ``ref`` opens it (0: there is nothing inside), and is good for one pause.

    ``number`` tells tables apart: the same table has the same one in the whole session. ``key`` is the place
    of an entry in its table's page, for :meth:`DebugSession.set_field`; ``is_given``: a global that was there
    before the script.
    """

    name: str
    type: str
    text: str
    ref: int = 0
    number: int = 0
    key: int = 0
    is_given: bool = False


@dataclass(frozen=True, slots=True)
class ValuePage:
    """Some entries of a table; ``total`` is None for a table with more than can be counted quickly."""

    values: tuple[DebugValue, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation or an assignment answered: values, or why there are none.

    ``is_not_kept``: the name is a local of a function around the frame's that this one does not use.
    """

    values: tuple[DebugValue, ...] = ()
    error: str = ""
    is_not_kept: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """The steps that can be gone back to: ``first`` to ``last`` (0, 0: none).

    ``has_dropped``: older ones are gone. ``ended_by``: the recording has stopped itself, by ``time`` or
    ``memory``.
    """

    first: int = 0
    last: int = 0
    is_on: bool = False
    has_dropped: bool = False
    ended_by: str = ""

    @property
    def count(self) -> int:
        """How many steps are kept."""
        return self.last - self.first + 1 if self.first else 0


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where a call stands. ``step`` is the step of the past that is looked at, 0 for the present.

    ``text`` is the error, or why a condition failed; ``note`` says why a command did not come as far as it
    should. ``frames`` begin with the innermost.
    """

    reason: StopReason
    text: str
    frames: tuple[StackFrame, ...]
    breakpoint: str = ""
    recorded: Recorded = field(default_factory=Recorded)
    step: int = 0
    note: str = ""

    @property
    def line(self) -> int:
        """Of the innermost frame; 0 without one."""
        return self.frames[0].line if self.frames else 0


@dataclass(frozen=True, slots=True)
class LineRound:
    """What a line computed when it ran for the ``number``-th time: names and texts."""

    number: int
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LineValues:
    """What a line computed in a run. ``count`` is how often it ran; ``rounds`` are the first 100."""

    line: int
    count: int
    rounds: tuple[LineRound, ...] = ()
    last: LineRound | None = None


@dataclass(frozen=True, slots=True)
class Margin:
    """Values for the margin of one script after a run.

    ``runnable`` are the lines that can run: those of them without an entry did not. ``is_partial``: the
    recording stopped before the end.
    """

    script: str
    lines: tuple[LineValues, ...]
    runnable: frozenset[int]
    is_partial: bool = False

    def line(self, number: int) -> LineValues | None:
        """The values of a line; None when it did not run."""
        return next((one for one in self.lines if one.line == number), None)


# Events. ``session`` is the session's id.


@dataclass(frozen=True, slots=True)
class DebugStarted(Event):
    """A session began; ``script`` is the script's name."""

    session: str
    script: str
    caller: Caller
    is_dry: bool


@dataclass(frozen=True, slots=True)
class DebugStopped(Event):
    """The call stands, or another step of its past is looked at."""

    session: str
    stopped: Stopped


@dataclass(frozen=True, slots=True)
class DebugResumed(Event):
    """The call goes on."""

    session: str


@dataclass(frozen=True, slots=True)
class DebugLogged(Event):
    """A breakpoint with a message was passed."""

    session: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class DebugEnded(Event):
    """The call ended; its result is ``session.result()``."""

    session: str


@dataclass(frozen=True, slots=True)
class DebugArmed(Event):
    """The next real call of ``script`` (``function/todo``) will stop, until the time ``until`` (seconds since
    the epoch); 0.0: not any more.
    """

    script: str
    until: float


@dataclass(frozen=True, slots=True)
class BreakpointsChanged(Event):
    """The breakpoints of a script (``function/todo``) are others now."""

    script: str
