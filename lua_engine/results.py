"""What one call leaves behind: plain frozen data, safe to keep and to hand between threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lua_engine.caller import Caller
from lua_engine.errors import ErrorKind


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

    ``message`` is the contract's text; ``detail`` says more where there is more: which limit, its value, which key sets it.
    """

    kind: ErrorKind
    message: str
    script: str = ""
    line: int = 0
    traceback: str = ""
    detail: str = ""


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
