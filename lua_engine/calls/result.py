"""The whole story of one call: plain frozen data, safe to keep and to hand between threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.errors import ErrorKind
from lua_engine.base.records import Effect, LogLine, Origin, PortabilityNote, SqlStatement
from lua_engine.calls.request import Request, RequestKind
from lua_engine.store.changes.diff import DataDiff


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
    """Where the time went, in seconds. ``total`` is what the caller waited, without pauses."""

    total: float = 0.0
    wait: float = 0.0  # for a worker thread and a VM
    load: float = 0.0  # compiling and running the script's top level
    lua: float = 0.0  # inside Lua, without host functions
    sql: float = 0.0
    host: float = 0.0  # host functions, SQL included


@dataclass(frozen=True, slots=True)
class CallResult:
    """What came of a request.

    ``is_dry``: on a copy of the site, nothing of it stayed. ``diff`` are the rows that it changed, or in a
    dry run would have; empty when nobody asked for them. ``script`` is the one that answered; for an event
    that several scripts heard, their names.
    """

    call_id: str
    request: Request
    caller: Caller
    ok: bool
    script: str = ""
    value: Any = None
    error: CallError | None = None
    logs: tuple[LogLine, ...] = ()
    sql: tuple[SqlStatement, ...] = ()
    timings: Timings = field(default_factory=Timings)
    peak_memory: int = 0  # bytes of the script's heap
    started_at: float = 0.0  # seconds since the epoch
    effects: tuple[Effect, ...] = ()  # in their order; those of scripts that follow from it come last
    rate: RateState | None = None  # None: it never reached the rate limit
    value_bytes: int = 0  # of the value as JSON text; 0 without a value
    is_dry: bool = False
    origin: Origin = Origin.PROGRAM
    diff: DataDiff = field(default_factory=DataDiff)
    warnings: tuple[str, ...] = ()  # what was lost on the way in or out, each with its key path or column
    notes: tuple[PortabilityNote, ...] = ()  # where Goop2 would do otherwise
    about_caller: bool = False  # when it says no: as far as can be seen, because of who asked

    @property
    def kind(self) -> RequestKind:
        return self.request.kind

    @property
    def is_real(self) -> bool:
        """Somebody made it for real: neither a dry run nor a check."""
        return not self.is_dry and self.origin is not Origin.CHECK
