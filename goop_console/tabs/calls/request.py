"""One call as it was asked for, and running it (never on the Qt thread)."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import Caller, CallResult, Engine

Kind = Literal["call", "chat", "event"]


@dataclass(frozen=True, slots=True)
class CallRequest:
    """Who asks for what. ``params_text`` keeps the text that a person wrote, so that it comes back as it was."""

    kind: Kind
    caller: CallerChoice
    function: str = ""
    action: str = ""
    params_text: str = ""
    params: Any = None
    text: str = ""  # of a chat message
    event: str = ""
    argument: str = ""

    @property
    def title(self) -> str:
        """What is asked for, on one line."""
        if self.kind == "chat":
            return self.text
        if self.kind == "event":
            return f"{self.event}({self.argument})"
        return f"{self.function} · {self.action}" if self.action else self.function


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """A request and what came of it. ``size`` is the result's size as JSON in bytes, estimated."""

    request: CallRequest
    result: CallResult
    memory_limit: int  # bytes
    size: int = 0
    value_dropped: bool = field(default=False)  # the value was let go to save memory


class ParamsError(ValueError):
    """The params cannot be sent as they are; ``line`` and ``column`` count from 1 (0: the whole)."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"Line {self.line}, column {self.column}: {self.message}" if self.line else self.message


def parse_params(text: str, action: str = "") -> Any:
    """The params of a call from JSON ``text`` (empty: ``{}``) and an action, joined as ``Goop.data.api`` does.

    Raises :class:`ParamsError` with line and column.
    """
    params: Any = {}
    if text.strip():
        try:
            params = json.loads(text, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            raise ParamsError(_words(error), error.lineno, error.colno) from error
        except RecursionError as error:
            raise ParamsError("the params are nested too deeply") from error
    if not action:
        return params
    if not isinstance(params, dict):
        raise ParamsError("an action needs params that are an object: { … }")
    if "action" in params and params["action"] != action:
        raise ParamsError(f"the params say action {json.dumps(params['action'])}, the action field says “{action}”: clear one of them")
    return {"action": action, **params}


def _refuse_constant(name: str) -> Any:
    raise ParamsError(f"{name} is not JSON")


def _words(error: json.JSONDecodeError) -> str:
    message = error.msg[:1].lower() + error.msg[1:]
    if "enclosed in double quotes" in message:
        return 'a key must stand in double quotes, like "key"'
    if message == "expecting value" and error.pos >= len(error.doc.rstrip()):
        return "a value is missing at the end"
    return {
        "extra data": "there is something after the end of the value",
        "expecting value": "a value is expected here",
        "expecting ',' delimiter": "a comma is expected here",
        "expecting ':' delimiter": "a colon is expected here",
        "unterminated string starting at": "the string that starts here has no end",
    }.get(message, message)


def run_request(engine: Engine, request: CallRequest) -> tuple[CallOutcome, ...]:
    """Run ``request`` as its caller. One outcome; an event has one for each script that handles it."""
    caller = Caller(request.caller.id, request.caller.name, request.caller.email)
    limit = engine.settings.max_memory_mb * 1024 * 1024
    results: tuple[CallResult, ...]
    if request.kind == "event":
        results = engine.emit(request.event, request.argument)
    elif request.kind == "chat":
        results = (engine.chat(request.text, caller=caller, count_rate=False),)
    else:
        results = (engine.call(request.function, request.params, caller=caller, count_rate=False),)
    return tuple(CallOutcome(request, result, limit, estimated_size(result.value)) for result in results)


def estimated_size(value: Any) -> int:
    """About how many bytes ``value`` has as compact JSON."""
    size, pending = 0, [value]
    while pending:
        one = pending.pop()
        if isinstance(one, Mapping):
            size += 2 + sum(len(str(key)) + 4 for key in one)
            pending.extend(one.values())
        elif isinstance(one, (list, tuple)):
            size += 2 + len(one)
            pending.extend(one)
        else:
            size += len(one) + 2 if isinstance(one, (str, bytes)) else 5 if one is None or isinstance(one, bool) else len(str(one))
    return size


class RunningCall:
    """A request under way. ``run`` and ``cancel`` each take a worker thread; ``cancel`` ends no call but this one."""

    _POLL_SECONDS = 0.02
    _START_SECONDS = 5.0

    def __init__(self, engine: Engine, request: CallRequest) -> None:
        self.request = request
        self.started = time.monotonic()
        self.is_cancelled = False
        self._engine = engine
        self._others: frozenset[str] = frozenset()
        self._began = threading.Event()
        self._ended = threading.Event()

    def run(self) -> tuple[CallOutcome, ...]:
        """Run to the end, whatever it is."""
        self._others = frozenset(self._engine.running())
        self._began.set()
        try:
            return run_request(self._engine, self.request)
        finally:
            self._ended.set()

    def cancel(self) -> None:
        """End the call, also when the engine has not registered it yet."""
        if not self._began.wait(self._START_SECONDS):
            return  # it never started: the program is closing
        while not self._ended.is_set():
            for call_id in self._engine.running():
                if call_id not in self._others:
                    self._engine.cancel(call_id)
            self._ended.wait(self._POLL_SECONDS)
