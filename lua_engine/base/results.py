"""What one call leaves behind: plain frozen data, safe to keep and to hand between threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.errors import ErrorKind


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that a script, or the engine about it, wrote. ``time`` is seconds since the epoch."""

    time: float
    level: str  # "info" | "warn" | "error"
    message: str
    script: str = ""
    caller: Caller | None = None
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class SqlStatement:
    """One statement as it ran. ``rows`` were read or changed; ``duration`` is in seconds."""

    sql: str
    args: tuple[Any, ...]
    rows: int
    duration: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class CallError:
    """Why a call failed. ``script`` is the script's name, ``line`` counts from 1 (0: unknown).

    ``raised_by`` says who raised a script's error on purpose: ``owner`` (the guard of ``goop.owner``),
    ``script`` (its own ``error()``); empty for a fault. ``message`` is the contract's text; ``detail`` says
    more where there is more: which limit, its value, which key sets it.
    """

    kind: ErrorKind
    message: str
    script: str = ""
    line: int = 0
    traceback: str = ""
    detail: str = ""
    raised_by: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that a call did outside the tables, or, in a dry run, would do.

    ``kind``: ``http``, ``kv``, ``group``, ``chat``, ``listen``, ``message`` (sent to a group) or ``closed``
    (a script that was told of a closed group). ``text`` is one line for people, ``detail`` plain JSON data.
    """

    kind: str
    text: str
    detail: Any = None


@dataclass(frozen=True, slots=True)
class PortabilityNote:
    """Something in a script that this program and Goop2 do not do alike.

    ``id`` is the difference (a row of ``scripts/portability/differences.py``), ``what`` the code that it is
    about, ``verdict`` how the two differ, ``instead`` what to write. ``line`` counts from 1 (0: unknown).
    """

    id: str
    line: int
    what: str
    verdict: str
    instead: str

    def __str__(self) -> str:
        place = f", line {self.line}" if self.line else ""
        return f"{self.verdict}: {self.what}{place}"


@dataclass(frozen=True, slots=True)
class RateState:
    """Counted calls of the last 60 seconds: of this caller to this script, and of everybody; a limit of 0
    means unlimited.

    ``counted`` says whether this call is one of them.
    """

    used: int
    limit: int
    global_used: int
    global_limit: int
    counted: bool


@dataclass(frozen=True, slots=True)
class Timings:
    """Where the time went, in seconds. ``total`` is what the caller waited."""

    total: float = 0.0
    wait: float = 0.0  # for a worker thread and a VM
    load: float = 0.0  # compiling and running the script's top level
    lua: float = 0.0  # inside Lua, without host functions
    sql: float = 0.0
    host: float = 0.0  # host functions, SQL included


@dataclass(frozen=True, slots=True)
class CallResult:
    """The whole story of one call."""

    call_id: str
    kind: str  # "call" | "chat" | "event"
    script: str
    caller: Caller
    ok: bool
    value: Any = None
    error: CallError | None = None
    logs: tuple[LogLine, ...] = ()
    sql: tuple[SqlStatement, ...] = ()
    timings: Timings = field(default_factory=Timings)
    peak_memory: int = 0  # bytes of the script's heap
    started_at: float = 0.0  # seconds since the epoch
    params: Any = None  # the params of a call, the text of a chat, the argument of an event
    effects: tuple[Effect, ...] = ()  # in the order in which they came
    rate: RateState | None = None  # None: it never came to the rate limit
    value_bytes: int = 0  # of the value as JSON text; 0 without a value
    warnings: tuple[str, ...] = ()  # what was lost on the way in or out, each with its key path or column
    notes: tuple[PortabilityNote, ...] = ()  # where Goop2 would do otherwise


_REFUSALS = frozenset({ErrorKind.RATE_LIMIT, ErrorKind.DISABLED})


def outcome_of(result: CallResult) -> str:
    """``ok``, ``refused`` (somebody said no on purpose) or ``error`` (something broke).

    Decided by what happened, not by words. Refused: the guard of ``goop.owner``, the rate limit, Lua switched
    off; an error that the script raised itself with ``error(...)``; an answer that is a table with ``ok =
    false`` or with a text under ``error``. Everything else that fails is an error: a fault in Lua or SQL,
    ``assert``, misuse of a function, the limits of time and memory, a script that does not exist.
    """
    error = result.error
    if error is not None:
        return "refused" if error.kind in _REFUSALS or error.raised_by else "error"
    if not result.ok:
        return "error"
    value = result.value
    if isinstance(value, dict) and (
        value.get("ok") is False or (isinstance(value.get("error"), str) and value["error"])
    ):
        return "refused"
    return "ok"


def reason_of(result: CallResult) -> str:
    """Why a call was refused or failed, in the script's or the engine's words; empty when it did not."""
    if result.error is not None:
        return result.error.message
    if outcome_of(result) == "ok":
        return ""
    message = result.value.get("error") or result.value.get("message")
    return message if isinstance(message, str) else "the answer says ok = false"
